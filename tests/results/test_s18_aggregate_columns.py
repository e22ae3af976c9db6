"""S18: aggregate columns are computed once per key, before joining; null (counts and sums 0) where no row joins; `via` names the role."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

CUSTOMERS = [(1, "IT", "a"), (2, "DE", "b"), (3, None, "c")]
ORDERS = [
    (1, "2026-01-05", 1, "paid", 10),
    (2, "2026-02-06", 1, "paid", 20),
    (3, "2026-01-04", 1, "new", 40),
    (4, "2026-02-05", 2, "new", 80),
    (5, "2026-02-06", None, "paid", 160),
    (6, "2026-02-07", 9, "paid", 320),
]


def shop(engine: Engine, **more: object) -> World:
    return World(engine, customers=CUSTOMERS, orders=ORDERS, **more)  # type: ignore[arg-type]


@pytest.mark.smoke
def test_once_per_key_and_zero_or_null_where_nothing_joins(engine: Engine) -> None:
    """1: two paid orders, 30, first on 5 January. 2: none paid. 3: no order at all. Orders of nobody belong to nobody."""
    shop(engine).check(
        "people by customers.id, customers.orders_made, customers.spent, customers.first_order sparse",
        (1, 2, 30, "2026-01-05", 1),
        (2, 0, 0, None, 1),
        (3, 0, 0, None, 1),
    )


def test_summed_over_the_customers(engine: Engine) -> None:
    """Summed per customer once: 30 + 0 + 0, not once per order (which would be 3 × 30)."""
    shop(engine).check("sum(customers.spent), sum(customers.orders_made), avg(customers.orders_made)", (30, 2, 2 / 3))


def test_as_a_group_by_of_the_rows_it_is_made_of(engine: Engine) -> None:
    """Orders by how many paid orders their customer made: 1's three orders, 2's one; orders of nobody have no such number, not 0."""
    shop(engine).check("revenue, orders_n by customers.orders_made", (0, 80, 1), (2, 70, 3), (None, 480, 2))


@pytest.mark.smoke
def test_as_a_filter(engine: Engine) -> None:
    """Only known customers can have made 0 orders; "not 2" includes the unknown."""
    world = shop(engine)
    world.check("revenue where customers.orders_made = 0", (80,))
    world.check("revenue where customers.orders_made <> 2", (560,))
    world.check("revenue where customers.first_order = day", (10,))
    world.check("people where orders_made >= 2", (1,))


def test_compared_with_the_row_s_own_column(engine: Engine) -> None:
    """New customers' revenue: of the order on the day of the customer's first paid order (order 1), and before it (order 3)."""
    shop(engine).check(
        "(revenue where orders.day = orders.customer.first_order), (revenue where orders.day < orders.customer.first_order)", (10, 40)
    )


def test_two_joins_away(engine: Engine) -> None:
    """A line reaches its customer's count over its order."""
    shop(engine, lines=[(1, 1, "a", 1, 1), (3, 1, "a", 2, 1), (4, 1, "a", 4, 1), (5, 1, "a", 8, 1), (77, 1, "a", 16, 1)]).check(
        "units by customers.orders_made", (0, 4), (2, 3), (None, 24)
    )


def test_over_several_joins(engine: Engine) -> None:
    """A country's revenue column looks at orders over their customer: once per country, whoever the customer."""
    world = World(
        engine,
        """
        source countries from countries { key code  code: text
          revenue: int = sum(orders.amount)  buyers: int = count(distinct orders.customer_id)  people: int = count(customers) }
        source customers from customers { key id  id: int  code: text  join one country: countries on code }
        source orders from orders { key id  id: int  customer_id: int  amount: int  join one customer: customers on customer_id = id }
        """,
        countries=[("IT",), ("DE",), ("FR",)],
        customers=[(1, "IT"), (2, "IT"), (3, "DE"), (4, None), (5, "XX")],
        orders=[(1, 1, 1), (2, 1, 2), (3, 2, 4), (4, 3, 8), (5, 4, 16), (6, 9, 32)],
    )
    world.check(
        "count(countries) by countries.code, countries.revenue, countries.buyers, countries.people",
        ("DE", 8, 1, 1, 1),
        ("FR", 0, 0, 0, 1),
        ("IT", 7, 2, 2, 1),
    )
    world.check("sum(orders.amount) by countries.buyers", (1, 8), (2, 7), (None, 48))


ROLES = """
source people from people { key id  id: int
  bought: int = count(orders) via buyer
  received: int = count(orders) via getter
  paid: int = sum(orders.amount where orders.getter.id = 1) via buyer
}
source orders from orders { key id  id: int  bill: int  ship: int  amount: int
  join one buyer: people on bill = id
  join one getter: people on ship = id
}
"""


def test_via_says_which_role(engine: Engine) -> None:
    """Person 1 bought two and receives one; person 2 bought one and receives two; what 2 bought for 1 is worth 4."""
    world = World(engine, ROLES, people=[(1,), (2,), (3,)], orders=[(1, 1, 2, 1), (2, 1, 2, 2), (3, 2, 1, 4)])
    world.check(
        "count(people) by people.id, people.bought, people.received, people.paid", (1, 2, 1, 0, 1), (2, 1, 2, 4, 1), (3, 0, 0, 0, 1)
    )
    world.check("sum(orders.amount) by orders.buyer.received", (1, 3), (2, 4))
    world.check("sum(orders.amount) by orders.getter.received", (1, 4), (2, 3))
    world.check("sum(orders.amount) by orders.buyer.bought, orders.getter.bought", (1, 2, 4), (2, 1, 3))


def test_without_via_two_roles_are_refused() -> None:
    """Which orders of a person: those paid or those received?"""
    text = ROLES.replace("count(orders) via buyer", "count(orders)")
    undeclared("", "KPI070", "buyer", "getter", "via", text=text)


def test_what_does_not_join_here_is_refused() -> None:
    """An aggregate column needs rows that join to its source."""
    undeclared("source x from x { key id  id: int  n: int = count(orders) }", "KPI071", "orders", "join one")


def test_an_aggregate_column_of_an_aggregate_column(engine: Engine) -> None:
    """Countries count their customers who ordered: two levels, each once per key."""
    world = World(
        engine,
        """
        source countries from countries { key code  code: text  active: int = count(customers where orders_made > 0)
          best: int = max(customers.orders_made) }
        source customers from customers { key id  id: int  code: text  orders_made: int = count(orders)
          join one country: countries on code }
        source orders from orders { key id  id: int  customer_id: int  join one customer: customers on customer_id = id }
        """,
        countries=[("IT",), ("DE",)],
        customers=[(1, "IT"), (2, "IT"), (3, "IT"), (4, "DE")],
        orders=[(1, 1), (2, 1), (3, 2), (4, 9)],
    )
    world.check("count(countries) by countries.code, active, best", ("DE", 0, 0, 1), ("IT", 2, 2, 1))
    world.check("count(orders) by countries.active", (2, 3), (None, 1))


@pytest.mark.smoke
def test_other_aggregates_than_counts_are_null_where_nothing_joins(engine: Engine) -> None:
    """min, max, avg, median, distinct count and the first by time: of no rows only the count is 0."""
    world = World(
        engine,
        """
        source people from people { key id  id: int
          lo: int = min(o.v)  hi: int = max(o.v)  mean: number = avg(o.v)  mid: number = median(o.v)
          kinds: int = count(distinct o.kind)  opening: text = first(o.kind, over: at)  latest: text = last(o.kind, over: at) }
        source o from o { key id  id: int  who: int  at: date  v: int  kind: text  join one person: people on who = id }
        """,
        people=[(1,), (2,)],
        o=[(1, 1, "2026-01-02", 1, "b"), (2, 1, "2026-01-01", 4, "a"), (3, 1, "2026-01-03", 10, "a")],
    )
    world.check(
        "count(people) by people.id, lo, hi, mean, mid, kinds, opening, latest",
        (1, 1, 10, 5, 4, 2, "a", "a", 1),
        (2, None, None, None, None, 0, None, None, 1),
    )


def test_the_same_time_twice(engine: Engine) -> None:
    """`first` and `last` over equal times take the smallest and the greatest key: always the same row."""
    world = World(
        engine,
        """
        source people from people { key id  id: int  opening: text = first(o.kind, over: at)  latest: text = last(o.kind, over: at) }
        source o from o { key id  id: int  who: int  at: date  kind: text  join one person: people on who = id }
        """,
        people=[(1,)],
        o=[(3, 1, "2026-01-01", "c"), (1, 1, "2026-01-01", "a"), (2, 1, "2026-01-01", "b"), (4, 1, None, "d")],
    )
    world.check("count(people) by people.opening, people.latest", ("a", "c", 1))


def test_a_circle_is_refused() -> None:
    """Two columns that count each other have no beginning."""
    undeclared(
        """
        source a from a { key id  id: int  n: int = sum(b.n) }
        source b from b { key id  id: int  a_id: int  n: int = a.n  join one a: a on a_id = id }
        """,
        "KPI035",
        text="",
    )


def test_formulas_of_aggregate_columns(engine: Engine) -> None:
    """An average order per customer is a quotient of two: null where a customer has no paid order."""
    world = World(
        engine,
        """
        source customers from customers { key id  id: int
          spent: money(EUR) = sum(orders.amount)  orders_made: count = count(orders)
          mean: money(EUR) = sum(orders.amount) / count(orders)
          loyal: bool = orders_made >= 2 }
        source orders from orders { key id  id: int  customer_id: int  amount: money(EUR)
          join one customer: customers on customer_id = id }
        """,
        customers=[(1,), (2,), (3,)],
        orders=[(1, 1, 10), (2, 1, 5), (3, 2, 7)],
    )
    world.check("count(customers) by customers.id, mean, loyal", (1, 7.5, True, 1), (2, 7, False, 1), (3, None, False, 1))
    world.check("count(orders) by customers.loyal", (False, 1), (True, 2))
    world.check("count(customers where loyal) / count(customers)", (1 / 3,))


def test_refusals_look_through_aggregate_columns() -> None:
    """`orders_made` of customers summed over orders would count a customer once per order."""
    refused("sum(orders.customer.orders_made)", "KPI021", "more than once")


def test_sums_of_nothing_in_a_coarser_row_are_zero(engine: Engine) -> None:
    """Day 2 has no online row, day 3 no amount: both sold 0 online, and the average over days is (1 + 0 + 0) / 3."""
    world = World(
        engine,
        """
        source sales from sales { key id  id: int  day: date  shop: text  amount: int }
        source days from sales by day { online: int = sum(amount where shop = "online")  n: int = count(sales where shop = "online") }
        metric days_n = count(days)
        """,
        sales=[
            (1, "2026-01-01", "online", 1),
            (2, "2026-01-01", "town", 2),
            (3, "2026-01-02", "town", 4),
            (4, "2026-01-03", "online", None),
        ],
    )
    world.check("days_n by days.online, days.n", (0, 0, 1), (0, 1, 1), (1, 1, 1))
    world.check("avg(days.online), min(days.online)", (1 / 3, 0))


def test_over_the_source_itself(engine: Engine) -> None:
    """How many report to me: 2 and 3 report to 1, 4 to 3, 5 to nobody known."""
    world = World(
        engine,
        """
        source people from people { key id  id: int  boss_id: int  reports: int = count(people) via boss
          join one boss: people on boss_id = id }
        metric n = count(people)
        """,
        people=[(1, None), (2, 1), (3, 1), (4, 3), (5, 9)],
    )
    world.check("n by people.reports", (0, 3), (1, 1), (2, 1))
    world.check("n by people.boss.reports", (1, 1), (2, 2), (None, 2))


def test_a_role_tells_its_own_join_where_others_bear_its_name(engine: Engine) -> None:
    """Calls reach a team over their agent's `team` and over a `team` of their own: `via team` is their own. Team 1 took calls 10 and 11
    itself, team 2 call 12; agent 7 is of team 2, and so are his calls 10 and 12.
    """
    text = """
    source teams from teams { key id  id: int  own: count = count(calls) via team  of_agents: count = count(calls) via agent }
    source agents from agents { key id  id: int  team_id: int  join one team: teams on team_id = id }
    source calls from calls {
      key id
      id: int  agent_id: int  team_id: int
      join one agent: agents on agent_id = id
      join one team: teams on team_id = id
    }
    """
    world = World(engine, text, teams=[(1,), (2,)], agents=[(7, 2), (8, 1)], calls=[(10, 7, 1), (11, 8, 1), (12, 7, 2)])
    world.check("sum(teams.own), sum(teams.of_agents) by teams.id", (1, 2, 1), (2, 1, 2))


def test_a_route_that_no_role_tells() -> None:
    """What is proposed is what then works; where nothing would, a name is asked for."""
    roles = "join one {}: teams on t1 = id  join one {}: teams on t2 = id"
    text = (
        "source teams from teams {{ key id  id: int  n: count = count(calls){} }}\n"
        "source calls from calls {{ key id  id: int  t1: int  t2: int  {} }}"
    )
    found = undeclared("", "KPI070", "over several roles: first, second", text=text.format("", roles.format("first", "second")))
    assert found.help == "say which one: … via first"
