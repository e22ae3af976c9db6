"""S2: no row is lost. Null and dangling keys stay in a null group, groups add up to the whole, `<>` and `not` include the unknown."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World

CUSTOMERS = [(1, "IT", "a"), (2, "DE", "b"), (3, None, "c"), (None, "XX", "nobody")]
ORDERS = [
    (1, "2026-01-05", 1, "paid", 1),
    (2, "2026-01-06", 2, "new", 2),
    (3, "2026-02-05", 3, "paid", 4),  # a customer without a country
    (4, "2026-02-06", None, None, 8),  # no customer
    (5, None, 99, "paid", 16),  # a customer that does not exist, and no day
]


def shop(engine: Engine) -> World:
    return World(engine, customers=CUSTOMERS, orders=ORDERS)


@pytest.mark.smoke
def test_null_and_dangling_keys_are_one_null_group(engine: Engine) -> None:
    """4 + 8 + 16 have no country for three different reasons; the customer whose id is null joins nothing, for null is not null."""
    shop(engine).check("revenue, orders_n by country", ("DE", 2, 1), ("IT", 1, 1), (None, 28, 3))


@pytest.mark.smoke
def test_groups_add_up_to_the_ungrouped_number(engine: Engine) -> None:
    """1 + 2 + 4 + 8 + 16 = 31, split by whatever."""
    world = shop(engine)
    assert world.value("revenue") == 31
    for dimension in ("country", "segment", "orders.status", "orders.paid", "month", "customers.orders_made", "customers.first_order"):
        rows = world.rows(f"revenue by {dimension} sparse")
        assert sum(row[1] for row in rows) == 31, dimension  # type: ignore[misc]
        assert len(rows) > 1


@pytest.mark.parametrize(
    "one,other,numbers",
    [
        ('country = "IT"', 'country <> "IT"', (1, 30)),
        ('country = "IT"', 'country != "IT"', (1, 30)),
        ('country in ("IT", "DE")', 'country not in ("IT", "DE")', (3, 28)),
        ('country = "IT"', 'not country = "IT"', (1, 30)),
        ('country <> "IT"', 'not country <> "IT"', (30, 1)),
        ('country like "I%"', 'country not like "I%"', (1, 30)),
        ("amount between 2 EUR and 8 EUR", "amount not between 2 EUR and 8 EUR", (14, 17)),
        ("orders.paid", "not orders.paid", (21, 10)),
        ("day >= 2026-02-01", "not day >= 2026-02-01", (12, 19)),
        ('country = "IT" and status = "paid"', 'not (country = "IT" and status = "paid")', (1, 30)),
        ('country = "IT" or status = "paid"', 'not (country = "IT" or status = "paid")', (21, 10)),
        ('not (country = "IT" or not status = "new")', 'country = "IT" or not status = "new"', (2, 29)),
        ('lower(country) = "it"', 'lower(country) <> "it"', (1, 30)),
        ('lower(country) in ("it", "de")', 'lower(country) not in ("it", "de")', (3, 28)),
        ('lower(country) like "i%"', 'lower(country) not like "i%"', (1, 30)),
        ('contains(country, "T")', 'not contains(country, "T")', (1, 30)),
        ("country is null", "country is not null", (28, 3)),
        ('starts_with(country, "I")', 'not starts_with(country, "I")', (1, 30)),
        ('case when country = "IT" then true end', 'not case when country = "IT" then true end', (1, 30)),
    ],
)
def test_a_condition_and_its_opposite_add_up(engine: Engine, one: str, other: str, numbers: tuple[int, int]) -> None:
    """ "Not Italy" includes the unknown, so that each condition and its opposite share out all 31."""
    world = shop(engine)
    assert sum(numbers) == 31
    world.check(f"revenue where {one}", (numbers[0],))
    world.check(f"revenue where {other}", (numbers[1],))


@pytest.mark.smoke
def test_two_columns_that_differ_where_one_is_null(engine: Engine) -> None:
    """`status <> segment` compares two columns: null against a text differs; both null do not."""
    world = World(
        engine,
        "source t from t { key id  id: int  a: text  b: text  v: int } metric v = sum(t.v)",
        t=[(1, "x", "x", 1), (2, "x", "y", 2), (3, "x", None, 4), (4, None, "x", 8), (5, None, None, 16)],
    )
    world.check("v where a = b", (1,))
    world.check("v where a <> b", (2 + 4 + 8,))
    world.check("v where not a = b", (2 + 4 + 8 + 16,))


def test_a_list_of_columns_that_may_be_null(engine: Engine) -> None:
    """`a in (b, 7)` and its opposite share out all rows: 5 is not certainly in (null, 7), so it is not in it."""
    world = World(
        engine,
        "source t from t { key id  id: int  a: int  b: int  v: int } metric v = sum(t.v)",
        t=[(1, 1, 1, 1), (2, 5, 2, 2), (3, 5, None, 4), (4, None, 2, 8), (5, 7, None, 16)],
    )
    world.check("v where a in (b, 7)", (1 + 16,))
    for opposite in ("a not in (b, 7)", "not a in (b, 7)"):
        world.check(f"v where {opposite}", (2 + 4 + 8,))
    world.check("v where not (a not in (b, 7))", (1 + 16,))


def test_a_composite_key_with_a_null_part_joins_nothing(engine: Engine) -> None:
    """(1, null) finds neither (1, null) nor (1, x): its amount stays in the null group."""
    world = World(
        engine,
        """
        source a from a { key id  id: int  x: int  y: text  v: int  join one b: b on (x, y) }
        source b from b { key x, y  x: int  y: text  name: text }
        metric v = sum(a.v)
        """,
        a=[(1, 1, "p", 1), (2, 1, None, 2), (3, None, "p", 4), (4, None, None, 8), (5, 1, "q", 16)],
        b=[(1, "p", "one p"), (1, None, "one null"), (None, "p", "null p"), (None, None, "null null")],
    )
    world.check("v by b.name", ("one p", 1), (None, 30))
    world.check("v", (31,))


def test_a_row_without_time_counts_where_no_time_is_asked(engine: Engine) -> None:
    """Order 5 has no day: it is in the whole and in a group without a month, and in no period."""
    world = shop(engine)
    world.check("revenue by month sparse", ("2026-01-01", 3), ("2026-02-01", 12), (None, 16))
    world.check("revenue during 2026", (15,))


def test_at_time_takes_rows_that_have_the_time(engine: Engine) -> None:
    """Counting orders at the time they were shipped counts those that were: 2 of 3."""
    world = World(
        engine,
        """
        source orders from orders { key id  time ordered  id: int  ordered: date  shipped: date }
        metric ordered = count(orders)
        metric shipped = count(orders) at time orders.shipped
        """,
        orders=[(1, "2026-01-01", "2026-02-01"), (2, "2026-01-01", None), (3, "2026-02-01", "2026-02-02")],
    )
    world.check("ordered, shipped", (3, 2))
    world.check("ordered, shipped by month sparse", ("2026-01-01", 2, 0), ("2026-02-01", 1, 2))


def test_a_filter_over_a_dangling_key(engine: Engine) -> None:
    """Order 5 points to nobody: its customer has no segment, so it is not "a" and it is "not a"."""
    world = shop(engine)
    world.check('orders_n where segment = "a"', (1,))
    world.check('orders_n where segment <> "a"', (4,))
    world.check("orders_n where segment is null", (2,))


def test_nothing_is_lost_two_joins_away(engine: Engine) -> None:
    """Lines reach the country over order and customer; lines of no order and of an order of nobody stay."""
    world = World(
        engine,
        customers=[(1, "IT", "a")],
        orders=[(1, "2026-01-01", 1, "paid", 0), (2, "2026-01-01", 7, "paid", 0)],
        lines=[(1, 1, "s", 1, 1), (2, 1, "s", 2, 1), (3, 1, "s", 4, 1), (None, 1, None, 8, 1)],
        products=[("s", "tools", 1)],
    )
    world.check("units by country", ("IT", 1), (None, 14))
    world.check("units by category", ("tools", 7), (None, 8))


def test_a_computed_column_of_nobody_is_null(engine: Engine) -> None:
    """Order 1 is of an Italian, 2 of somebody without a country; 3 and 4 are of nobody: nobody has no name for a place and is not abroad,
    however long the column's expression is, and whether a key or a validity finds the row. Grouped by a value of the order's own,
    `coalesce` speaks for them as well.
    """
    world = World(
        engine,
        """
        source people from people {
          key id
          id: int  country: text  who: int  since: date  until: date
          place: text = coalesce(country, "none")
          abroad: bool = country <> "IT"
          known: bool = country is not null
          long: text = coalesce(country, case when id = 1 then "a" when id = 2 then "b" when id = 3 then "c" else "none" end)
        }
        source orders from orders {
          key id  time day
          id: int  day: date  customer_id: int
          join one customer: people on customer_id = id
          join one valid: people on customer_id = who during people.since..people.until
        }
        dimension spoken = coalesce(orders.customer.place, "nobody")
        """,
        people=[(1, "IT", 1, None, None), (2, None, 2, None, None), (3, "DE", 3, None, None)],
        orders=[(1, "2026-01-01", 1), (2, "2026-01-01", 2), (3, "2026-01-01", 9), (4, "2026-01-01", None)],
    )
    for role in ("customer", "valid"):
        world.check(f"count(orders) by orders.{role}.place", ("IT", 1), ("none", 1), (None, 2))
        world.check(f"count(orders) by orders.{role}.abroad", (False, 1), (True, 1), (None, 2))
        world.check(f"count(orders) by orders.{role}.known", (False, 1), (True, 1), (None, 2))
        world.check(f"count(orders) by orders.{role}.long", ("IT", 1), ("b", 1), (None, 2))
        world.check(f"count(orders) where orders.{role}.abroad", (1,))
        world.check(f"count(orders) where not orders.{role}.abroad", (3,))
    world.check("count(orders) by spoken", ("IT", 1), ("nobody", 2), ("none", 1))
