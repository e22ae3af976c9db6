"""What the oracle found, made small enough to work out by hand: each once gave a wrong answer."""

from __future__ import annotations

from functools import partial

from kpidsl.engines.base import Engine
from tests.results.world import SHOP, World


def test_a_share_keeps_the_groups_of_other_sources(engine: Engine) -> None:
    """Rows that only a share's whole reads make no group appear; rows of another source do: FR has ads alone and stays."""
    world = World(
        engine,
        customers=[(1, "IT", "a"), (2, "XX", "a")],
        orders=[(1, "2026-01-01", 1, "paid", 1), (2, "2026-01-01", 2, "paid", 3)],
        ads=[("2026-01-01", "m", "FR", 7, 1)],
    )
    world.check('share(orders_n, of: country), spend by country where country <> "XX"', ("FR", 0, 7), ("IT", 0.5, 0))
    world.check(
        'share(orders_n, of: country), spend by country where country = "FR" with totals', ("FR", 0, 7, "group"), (None, 0, 7, "total")
    )
    world.check('share(orders_n, of: country) by country where country = "DE" with totals', (None, 0, "total"))


def test_one_column_asked_for_under_two_names(engine: Engine) -> None:
    """`month` and `month(orders.day)` are the same months: totals still have one row per level."""
    world = World(engine, orders=[(1, "2026-01-05", 1, "paid", 1), (2, "2026-01-06", 1, "paid", 2), (3, "2026-02-01", 1, "paid", 4)])
    world.check(
        "revenue by month, month(orders.day) with totals sparse",
        ("2026-01-01", "2026-01-01", 3, "group"),
        ("2026-01-01", None, 3, "subtotal"),
        ("2026-02-01", "2026-02-01", 4, "group"),
        ("2026-02-01", None, 4, "subtotal"),
        (None, None, 7, "total"),
    )
    world.check(
        "revenue, (revenue at (month)) by orders.status, month, month(orders.day) sparse",
        ("paid", "2026-01-01", "2026-01-01", 3, 3),
        ("paid", "2026-02-01", "2026-02-01", 4, 4),
    )


def test_long_metrics_that_start_alike(engine: Engine) -> None:
    """PostgreSQL cuts names after 63 bytes: two metrics that differ only behind that are two columns, also in ranks and rests."""
    world = World(
        engine,
        customers=[(1, "IT", "a"), (2, "DE", "a")],
        orders=[(1, "2026-01-01", 1, "paid", 1), (2, "2026-01-01", 1, "new", 2), (3, "2026-01-01", 2, "paid", 4)],
    )
    one = '(count(distinct orders.customer_id) where orders.customer.country is not null and status = "paid")'
    other = '(count(distinct orders.customer_id) where orders.customer.country is not null and status = "new")'
    world.check(f"{one}, {other}, revenue by country top 1 by revenue with other", ("DE", 1, 0, 4, "group"), (None, 1, 1, 3, "other"))


def test_days_that_have_not_come(engine: Engine) -> None:
    """On 31 January nothing of February is known: no window of today's rows, no comparison of an elapsed part that is nothing."""
    world = World(engine, orders=[(1, "2026-01-10", 1, "paid", 1), (2, "2026-01-31", 1, "paid", 2)])
    ask = partial(world.check, as_of="2026-01-31")
    ask("trailing(orders_n, 28 days), running(aov), prior(orders_n, 1 month) during 2026-02", (None, None, None))
    ask("running(orders_n) by orders.status during 2026-02")
    ask(
        "orders_n, trailing(orders_n, 2 months), to_date(buyers, year), prior(orders_n, 1 month) by month during 2026-01-01..2026-02-28",
        ("2026-01-01", 2, 2, 1, 0),
        ("2026-02-01", None, None, None, None),
    )
    ask("trailing(revenue, 2 days) by day during 2026-01-31..2026-02-01", ("2026-01-31", 2), ("2026-02-01", None))
    ask(
        "orders_n by month during 2026-01-31..2026-02-01 with totals",
        ("2026-01-01", 1, "group"),
        ("2026-02-01", None, "group"),
        (None, 1, "total"),
    )


def test_what_is_past_seen_from_days_that_have_not_come(engine: Engine) -> None:
    """The year's first month and the whole month before are over although the month that asks has not begun: 0 where they have no rows."""
    world = World(engine, orders=[(1, "2026-02-10", 1, "paid", 1)])
    world.check(
        "at_start(orders_n, year), at_end(orders_n, year) by month during 2026-02-01..2026-03-31",
        ("2026-02-01", 0, None),
        ("2026-03-01", 0, None),
        as_of="2026-02-28",
    )
    world.check(
        "orders_n by month during 2026-02-01..2026-04-30 compare previous month whole",
        ("2026-02-01", 1, 0, None),
        ("2026-03-01", None, 1, None),
        ("2026-04-01", None, None, None),
        as_of="2026-02-28",
    )


def test_a_running_first_period_is_compared_with_the_same_part(engine: Engine) -> None:
    """On 15 January the year's first month is half over: it is compared with half of last January; the stock of its end is today's."""
    text = SHOP + "source subs from subs { key id  time began  id: int  began: date  ended: date }"
    world = World(
        engine,
        text,
        orders=[(1, "2025-01-10", 1, "paid", 1), (2, "2025-01-20", 1, "paid", 2), (3, "2026-01-10", 1, "paid", 3)],
        subs=[(1, "2026-01-01", "2026-01-20")],
    )
    world.check("at_start(growth(revenue, 1 year), year) by month during 2026-01", ("2026-01-01", 2), as_of="2026-01-15")
    stock = "count(subs, active: began..ended)"
    world.check(f"at_end({stock}, month), {stock} by month during 2026-01", ("2026-01-01", 1, 1), as_of="2026-01-15")
    world.check("at_start(trailing(revenue, 5 days), month) by month during 2026-01", ("2026-01-01", 0), as_of="2026-01-15")


def test_sparse_keeps_the_periods_that_look_at_rows(engine: Engine) -> None:
    """January has the row; it is February that looks at it, and of two metrics either keeps a period."""
    world = World(engine, orders=[(1, "2026-01-15", 1, "paid", 8)])
    world.check("prior(orders_n, 1 month) by month during 2026-01-01..2026-03-31 sparse", ("2026-02-01", 1))
    world.check(
        "orders_n, prior(orders_n, 2 months) by month during 2026-01-01..2026-03-31 sparse", ("2026-01-01", 1, 0), ("2026-03-01", 0, 1)
    )
    world.check("at_start(orders_n, quarter) by month during 2026-01-01..2026-06-30 sparse", *((f"2026-0{m}-01", 1) for m in (1, 2, 3)))


def test_groups_that_no_metric_looks_at(engine: Engine) -> None:
    """A window reads rows from before the range; those that only another metric would count make no group appear."""
    world = World(
        engine, customers=[(1, "IT", "a"), (2, "DE", "a")], orders=[(1, "2026-01-10", 1, "paid", 1), (2, "2026-02-10", 2, "new", 2)]
    )
    world.check(
        '(orders_n where status = "paid"), running(orders_n where status = "new") by month, country during 2026-02',
        ("2026-02-01", "DE", 0, 1),
    )
    world.check(
        '(orders_n where status = "paid"), running(orders_n where status = "new") by month, country during 2026-01',
        ("2026-01-01", "IT", 1, 0),
    )
    world.check("trailing(orders_n, 7 days) by month, country during 2026-01-01..2026-02-28")
    world.check("at_start(orders_n, quarter) by month, country during 2026-02", ("2026-02-01", "IT", 1))


def test_without_a_range_the_rows_themselves_say_how_far(engine: Engine) -> None:
    """The periods of a comparison alone are those of the rows, not of the rows moved; rows before a half-open range make no period."""
    world = World(engine, orders=[(1, "2026-03-02", 1, "paid", 1)])
    world.check("prior(orders_n, 1 quarter) by month", ("2026-03-01", 0), as_of="2026-03-30")
    world.check("orders_n, prior(orders_n, 1 quarter) by month", ("2026-03-01", 1, 0), as_of="2026-03-30")
    world.check("running(orders_n) by year during 2026-03-15..", as_of="2026-03-30")
    world.check("running(orders_n) by day during 2026-03-29..2026-03-30", ("2026-03-29", 1), ("2026-03-30", 1), as_of="2026-03-30")
    world.check('share(orders_n, of: country) by month where country = "IT"', as_of="2026-03-30")


def test_a_period_that_has_not_begun_finds_nothing(engine: Engine) -> None:
    """On 31 January, April's comparison with January is unknown, though January is read for itself."""
    world = World(engine, orders=[(1, "2026-01-15", 1, "paid", 1)])
    world.check(
        "orders_n, prior(orders_n, 3 months), prior(aov, 3 months) by month during 2026-01-01..2026-04-30",
        ("2026-01-01", 1, 0, None),
        ("2026-02-01", None, None, None),
        ("2026-03-01", None, None, None),
        ("2026-04-01", None, None, None),
        as_of="2026-01-31",
    )
    world.check("running(orders_n), prior(orders_n, 3 months) during 2026-04-15..2026-04-30", (None, None), as_of="2026-01-31")
    world.check("running(aov) during 2026-04-15..", (None,), as_of="2026-01-31")


def test_a_whole_period_of_then_is_seen_as_far_as_today(engine: Engine) -> None:
    """The window of a whole comparison ends with today where the period of then goes on."""
    world = World(engine, orders=[(1, "2026-02-10", 1, "paid", 1)])
    world.check(
        "trailing(orders_n, 7 days) by month during 2026-02-01..2026-03-31 compare previous month whole",
        ("2026-02-01", 1, 0, None),
        ("2026-03-01", None, 1, None),
        as_of="2026-02-14",
    )
