"""S9: a group-by on time returns every period of the asked range, also where no row exists, for each group; `sparse` leaves them out."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused

TEXT = """
source orders from orders { key id  time day  id: int  day: date  country: text  who: int  amount: int }
source ads from ads { key id  time day  id: int  day: date  country: text  cost: int }
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
metric buyers = count(distinct orders.who)
metric aov = revenue / orders_n
metric largest = max(orders.amount)
metric spend = sum(ads.cost)
metric roas = revenue / spend
metric net = revenue - spend
"""
ORDERS = [
    (1, "2026-01-10", "IT", 1, 10),
    (2, "2026-01-20", "DE", 2, 20),
    (3, "2026-03-05", "IT", 1, 40),
    (4, "2026-04-30", "IT", 3, 80),
    (5, None, "FR", 4, 1000),  # no period's row
]
ADS = [(1, "2026-02-14", "IT", 5), (2, "2026-05-02", "DE", 7)]


def shop(engine: Engine) -> World:
    return World(engine, TEXT, orders=ORDERS, ads=ADS)


@pytest.mark.smoke
def test_every_month_of_the_asked_range(engine: Engine) -> None:
    """February and May have no order: sums and counts are 0, a ratio and an extreme are null; the row without a day is in no month."""
    shop(engine).check(
        "revenue, orders_n, buyers, aov, largest by month during 2026-01-01..2026-05-31",
        ("2026-01-01", 30, 2, 2, 15, 20),
        ("2026-02-01", 0, 0, 0, None, None),
        ("2026-03-01", 40, 1, 1, 40, 40),
        ("2026-04-01", 80, 1, 1, 80, 80),
        ("2026-05-01", 0, 0, 0, None, None),
    )


def test_a_range_without_any_row(engine: Engine) -> None:
    """2024 has four quarters, though nothing was sold."""
    shop(engine).check(
        "revenue, aov by quarter during 2024",
        ("2024-01-01", 0, None),
        ("2024-04-01", 0, None),
        ("2024-07-01", 0, None),
        ("2024-10-01", 0, None),
    )


def test_no_range_asked_goes_from_the_first_to_the_last_row(engine: Engine) -> None:
    """January to April: the months between are there, none before or after, and no future one. The order without a day keeps its row."""
    shop(engine).check(
        "revenue by month",
        ("2026-01-01", 30),
        ("2026-02-01", 0),
        ("2026-03-01", 40),
        ("2026-04-01", 80),
        (None, 1000),
    )


@pytest.mark.smoke
def test_no_range_asked_spans_all_sources_of_the_query(engine: Engine) -> None:
    """Orders end in April, ads in May: both are shown for all five months."""
    shop(engine).check(
        "revenue, spend, net by month",
        ("2026-01-01", 30, 0, 30),
        ("2026-02-01", 0, 5, -5),
        ("2026-03-01", 40, 0, 40),
        ("2026-04-01", 80, 0, 80),
        ("2026-05-01", 0, 7, -7),
        (None, 1000, 0, 1000),
    )


def test_no_range_asked_ends_at_the_day(engine: Engine) -> None:
    """On 31 March the last row is that of 5 March: April has not been."""
    shop(engine).check("revenue by month", ("2026-01-01", 30), ("2026-02-01", 0), ("2026-03-01", 40), (None, 1000), as_of="2026-03-31")


@pytest.mark.smoke
def test_half_open_ranges(engine: Engine) -> None:
    """From March on: to the last row. Up to February: from the first row; rows without a day are in no range."""
    world = shop(engine)
    world.check("revenue by month during 2026-03-01..", ("2026-03-01", 40), ("2026-04-01", 80))
    world.check("revenue by month during ..2026-02-28", ("2026-01-01", 30), ("2026-02-01", 0))


def test_a_range_may_begin_before_the_first_row_and_end_after_the_last(engine: Engine) -> None:
    """The asked months, nothing else: November and December are there, April is not."""
    shop(engine).check(
        "revenue by month during 2025-11-01..2026-03-31",
        ("2025-11-01", 0),
        ("2025-12-01", 0),
        ("2026-01-01", 30),
        ("2026-02-01", 0),
        ("2026-03-01", 40),
    )


def test_a_range_that_cuts_a_month(engine: Engine) -> None:
    """15 January to 3 March: January is shown with its 20th only, March with nothing, for its order is of the 5th."""
    shop(engine).check(
        "revenue by month during 2026-01-15..2026-03-03",
        ("2026-01-01", 20),
        ("2026-02-01", 0),
        ("2026-03-01", 0),
    )


@pytest.mark.smoke
def test_every_group_in_every_period(engine: Engine) -> None:
    """DE sold in January only, and has a row of 0 in every month; FR has a row without a day only, which no range holds."""
    shop(engine).check(
        "revenue, aov by orders.country, month during 2026-Q1",
        ("DE", "2026-01-01", 20, 20),
        ("DE", "2026-02-01", 0, None),
        ("DE", "2026-03-01", 0, None),
        ("IT", "2026-01-01", 10, 10),
        ("IT", "2026-02-01", 0, None),
        ("IT", "2026-03-01", 40, 40),
    )


def test_a_group_needs_a_row_in_the_range(engine: Engine) -> None:
    """In March and April only Italy has rows: Germany, which sold in January, does not appear."""
    shop(engine).check("revenue by orders.country, month during 2026-03-01..2026-04-30", ("IT", "2026-03-01", 40), ("IT", "2026-04-01", 80))


def test_a_group_appears_for_what_an_earlier_period_needs(engine: Engine) -> None:
    """Beside the growth since the month before, February's Germany matters: it had 20 in January, 0 since."""
    shop(engine).check(
        "revenue, prior(revenue, 1 month) by orders.country, month during 2026-02-01..2026-03-31",
        ("DE", "2026-02-01", 0, 20),
        ("DE", "2026-03-01", 0, 0),
        ("IT", "2026-02-01", 0, 10),
        ("IT", "2026-03-01", 40, 0),
    )


def test_a_group_of_one_source_is_there_for_the_other(engine: Engine) -> None:
    """Ads in February are Italian only: Germany has no row in February of either source, and gets one by January's order."""
    world = World(
        engine,
        TEXT + "dimension land = orders.country, ads.country",
        orders=ORDERS,
        ads=ADS,
    )
    world.check(
        "revenue, spend, roas by land, month during 2026-01-01..2026-02-28",
        ("DE", "2026-01-01", 20, 0, None),
        ("DE", "2026-02-01", 0, 0, None),
        ("IT", "2026-01-01", 10, 0, None),
        ("IT", "2026-02-01", 0, 5, 0),
    )


@pytest.mark.smoke
def test_an_empty_month_of_one_source(engine: Engine) -> None:
    """No ad in January and March, no order in February: each is 0 there, a ratio over no spend is null."""
    shop(engine).check(
        "revenue, spend, roas by month during 2026-Q1",
        ("2026-01-01", 30, 0, None),
        ("2026-02-01", 0, 5, 0),
        ("2026-03-01", 40, 0, None),
    )


@pytest.mark.smoke
def test_sparse_leaves_empty_periods_out(engine: Engine) -> None:
    """Only months with a row of any source of the query, and groups that have one."""
    world = shop(engine)
    world.check("revenue by month during 2026-01-01..2026-05-31 sparse", ("2026-01-01", 30), ("2026-03-01", 40), ("2026-04-01", 80))
    world.check(
        "revenue, spend by month during 2026-Q1 sparse",
        ("2026-01-01", 30, 0),
        ("2026-02-01", 0, 5),
        ("2026-03-01", 40, 0),
    )
    world.check(
        "revenue by orders.country, month during 2026-Q1 sparse",
        ("DE", "2026-01-01", 20),
        ("IT", "2026-01-01", 10),
        ("IT", "2026-03-01", 40),
    )


def test_a_period_is_there_although_a_filter_leaves_it_nothing(engine: Engine) -> None:
    """Filtered on Germany: January has it, the other months are 0."""
    shop(engine).check(
        "revenue by month where orders.country = 'DE' during 2026-Q1",
        ("2026-01-01", 20),
        ("2026-02-01", 0),
        ("2026-03-01", 0),
    )


def test_days(engine: Engine) -> None:
    """Nine to eleven January: three days, one with a row."""
    shop(engine).check("revenue by day during 2026-01-09..2026-01-11", ("2026-01-09", 0), ("2026-01-10", 10), ("2026-01-11", 0))


@pytest.mark.smoke
def test_weeks_begin_before_the_range_where_it_cuts_one(engine: Engine) -> None:
    """1 January 2026 is a Thursday: the week of 29 December is shown with its days in January; the last one is cut at the 14th."""
    world = World(
        engine, TEXT, orders=[(1, "2025-12-30", "IT", 1, 1), (2, "2026-01-02", "IT", 1, 2), (3, "2026-01-15", "IT", 1, 4)], ads=[]
    )
    world.check(
        "revenue by week during 2026-01-01..2026-01-14",
        ("2025-12-29", 2),
        ("2026-01-05", 0),
        ("2026-01-12", 0),
    )


def test_years_and_leap_days(engine: Engine) -> None:
    """From 2024 to 2026; February 2024 has 29 days."""
    world = World(engine, TEXT, orders=[(1, "2024-02-29", "IT", 1, 1), (2, "2026-01-02", "IT", 1, 2)], ads=[])
    world.check("revenue by year", ("2024-01-01", 1), ("2025-01-01", 0), ("2026-01-01", 2))
    assert len(world.rows("revenue by day during 2024-02")) == 29
    assert len(world.rows("revenue by day during 2026-02")) == 28
    assert len(world.rows("revenue by day")) == 366 + 365 + 2 - 31 - 28  # from 29 February 2024 to 2 January 2026


HOURS = """
calendar { zone "Europe/Rome" }
source events from events { key id  time at  id: int  at: timestamp }
metric n = count(events)
"""


@pytest.mark.smoke
def test_hours(engine: Engine) -> None:
    """A day has 24 hours, with rows in two of them: 09:10 and 09:50 UTC are ten o'clock in Rome in winter, 22:59 is 23 o'clock."""
    rows = [(1, "2026-01-10T09:10"), (2, "2026-01-10T09:50"), (3, "2026-01-10T22:59"), (4, "2026-01-10T23:00"), (5, None)]
    got = World(engine, HOURS, events=rows).rows("n by hour during 2026-01-10")
    assert len(got) == 24
    assert [(str(at), n) for at, n in got if n] == [("2026-01-10 10:00:00", 2), ("2026-01-10 23:00:00", 1)]


@pytest.mark.smoke
def test_subtotals_and_totals(engine: Engine) -> None:
    """Empty months have a row per group and a subtotal; the total is over the range."""
    shop(engine).check(
        "revenue, aov by month, orders.country with totals during 2026-01-01..2026-02-28",
        ("2026-01-01", "DE", 20, 20, "group"),
        ("2026-01-01", "IT", 10, 10, "group"),
        ("2026-01-01", None, 30, 15, "subtotal"),
        ("2026-02-01", "DE", 0, None, "group"),
        ("2026-02-01", "IT", 0, None, "group"),
        ("2026-02-01", None, 0, None, "subtotal"),
        (None, None, 30, 15, "total"),
    )
    shop(engine).check(
        "revenue by orders.country, month with totals during 2026-01-01..2026-02-28",
        ("DE", "2026-01-01", 20, "group"),
        ("DE", "2026-02-01", 0, "group"),
        ("DE", None, 20, "subtotal"),
        ("IT", "2026-01-01", 10, "group"),
        ("IT", "2026-02-01", 0, "group"),
        ("IT", None, 10, "subtotal"),
        (None, None, 30, "total"),
    )


@pytest.mark.smoke
def test_several_grains_beside_each_other(engine: Engine) -> None:
    """Every month stands under its own quarter."""
    shop(engine).check(
        "revenue by quarter, month during 2026-02-01..2026-04-30",
        ("2026-01-01", "2026-02-01", 0),
        ("2026-01-01", "2026-03-01", 40),
        ("2026-04-01", "2026-04-01", 80),
    )


@pytest.mark.smoke
def test_weeks_beside_months(engine: Engine) -> None:
    """The week of 26 January lies in January and in February: it stands beside both, with the days of each."""
    world = World(engine, TEXT, orders=[(1, "2026-01-30", "IT", 1, 1), (2, "2026-02-01", "IT", 1, 2)], ads=[])
    world.check(
        "revenue by week, month during 2026-01-26..2026-02-08",
        ("2026-01-26", "2026-01-01", 1),
        ("2026-01-26", "2026-02-01", 2),
        ("2026-02-02", "2026-02-01", 0),
    )


def test_parts_of_time_are_no_periods(engine: Engine) -> None:
    """Weekdays are not filled: a Monday without rows is no period of the range. 10 January is a Saturday, 20 January a Tuesday."""
    shop(engine).check("revenue by weekday during 2026-01", (2, 20), (6, 10))


@pytest.mark.smoke
def test_a_period_beside_a_part_of_time(engine: Engine) -> None:
    """Every weekday that has a row has one in every month."""
    shop(engine).check(
        "revenue by weekday, month during 2026-01-01..2026-02-28",
        (2, "2026-01-01", 20),
        (2, "2026-02-01", 0),
        (6, "2026-01-01", 10),
        (6, "2026-02-01", 0),
    )


@pytest.mark.smoke
def test_top_and_order_see_every_period(engine: Engine) -> None:
    """The least month is an empty one; ties go by the month."""
    world = shop(engine)
    world.check(
        "revenue by month during 2026-01-01..2026-05-31 order by revenue",
        ("2026-02-01", 0),
        ("2026-05-01", 0),
        ("2026-01-01", 30),
        ("2026-03-01", 40),
        ("2026-04-01", 80),
    )
    world.check("revenue by month during 2026-01-01..2026-05-31 top 2", ("2026-04-01", 80), ("2026-03-01", 40))


def test_periods_by_another_time(engine: Engine) -> None:
    """Shipments by their own day: each metric `at time` falls into the months of that day, and all months are there."""
    world = World(
        engine,
        """
        source orders from orders { key id  time day  id: int  day: date  shipped: date }
        metric made = count(orders)
        metric shipped = count(orders) at time orders.shipped
        """,
        orders=[(1, "2026-01-10", "2026-03-01"), (2, "2026-01-11", None)],
    )
    world.check("made, shipped by month", ("2026-01-01", 2, 0), ("2026-02-01", 0, 0), ("2026-03-01", 0, 1))
    world.check("shipped by month", ("2026-03-01", 1))
    world.check("shipped by month during 2026-Q1", ("2026-01-01", 0), ("2026-02-01", 0), ("2026-03-01", 1))


@pytest.mark.smoke
def test_no_row_at_all(engine: Engine) -> None:
    """Without rows there is no first and no last one, so without a range there is no period; with one there are its periods."""
    world = World(engine, TEXT, orders=[], ads=[])
    world.check("revenue by month")
    world.check("revenue by month during 2026-01-01..2026-02-28", ("2026-01-01", 0), ("2026-02-01", 0))
    world.check("revenue by orders.country, month during 2026-01-01..2026-02-28")


def test_periods_of_the_future_are_unknown(engine: Engine) -> None:
    """On 31 March, April to June are asked for and have not been: null, not 0. March is 40."""
    shop(engine).check(
        "revenue, orders_n by month during 2026-03-01..2026-05-31",
        ("2026-03-01", 40, 1),
        ("2026-04-01", None, None),
        ("2026-05-01", None, None),
        as_of="2026-03-31",
    )


def test_last_gives_each_of_its_periods(engine: Engine) -> None:
    """The last 3 months on 15 May are March, April and the running May."""
    shop(engine).check("revenue by month last 3 months", ("2026-03-01", 40), ("2026-04-01", 80), ("2026-05-01", 0), as_of="2026-05-15")


def test_every_period_of_every_key_is_asked_for_by_name() -> None:
    """A row for each month of each order would be very many: `sparse` says that only those with rows are wanted."""
    refused("revenue by orders.id, month", "KPI127", "sparse", "key", text=TEXT)
    refused("revenue by day, orders.id during 2026", "KPI127", "sparse", text=TEXT)


def test_a_key_with_sparse(engine: Engine) -> None:
    """With `sparse` each order has the month of its own."""
    shop(engine).check(
        "revenue by orders.id, month during 2026-Q1 sparse",
        (1, "2026-01-01", 10),
        (2, "2026-01-01", 20),
        (3, "2026-03-01", 40),
    )


@pytest.mark.parametrize(
    "query", ["revenue by orders.id", "revenue by month", "revenue by orders.country, month", "revenue by orders.who, month"]
)
def test_sparse_is_needed_for_keys_beside_time_only(engine: Engine, query: str) -> None:
    """A key alone, a period alone, and a column that is no key give rows without it."""
    assert shop(engine).rows(query)


@pytest.mark.smoke
def test_spines_are_not_recursive(engine: Engine) -> None:
    """3,287 days, more than MariaDB's limit of recursion; nothing in the SQL is recursive."""
    from kpidsl.compile import emit, query_statement

    world = shop(engine)
    assert len(world.rows("revenue by day during 2018-01-01..2026-12-31")) == 9 * 365 + 2
    assert "recursive" not in emit(query_statement(world.project, "revenue by day"), engine.dialect).lower()


@pytest.mark.smoke
def test_long_ranges_have_every_period_once(engine: Engine) -> None:
    """From the first to the last row over the thousands in which numbers are made: no gap and no period twice at 1,000 and 2,000."""
    first = dt.date(2019, 1, 1)
    days = [(first + dt.timedelta(days=n),) for n in range(7 * 365 + 2)]  # to 31 December 2025
    world = World(engine, TEXT, orders=[(1, "2019-01-01", "IT", 1, 10), (2, "2025-12-31", "IT", 1, 5)])
    assert [row[:1] for row in world.rows("revenue by day")] == days
    running = world.rows("running(revenue) by day")
    assert [row[:1] for row in running] == days
    assert [row[1] for row in (running[0], running[1000], running[-1])] == [10, 10, 15]
    assert len(world.rows("revenue by week")) == 366
    moment = dt.datetime(2025, 11, 1, 0, 10)
    hours = World(engine, HOURS, events=[(1, moment), (2, moment + dt.timedelta(hours=2500))]).rows("n by hour")
    assert hours == [(dt.datetime(2025, 11, 1, 1) + dt.timedelta(hours=n), int(n in (0, 2500))) for n in range(2501)]
