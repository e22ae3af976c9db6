"""S5: nothing means zero for what adds up, filled before any arithmetic; averages, ratios and percentiles of nothing are null."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import SHOP, World, undeclared

CUSTOMERS = [(1, "IT", "a"), (2, "DE", "a")]
ORDERS = [(1, "2026-01-05", 1, "paid", 10), (2, "2026-01-06", 2, "paid", 20), (3, "2026-01-07", 2, "paid", None)]
REFUNDS = [(1, "2026-01-20", 1, 4)]


def shop(engine: Engine) -> World:
    return World(engine, customers=CUSTOMERS, orders=ORDERS, refunds=REFUNDS)


@pytest.mark.smoke
def test_sums_and_counts_of_a_missing_group_are_zero(engine: Engine) -> None:
    """DE has no refund: sum, count, count of a column and distinct count are all 0 there."""
    shop(engine).check(
        "revenue, refunded, count(refunds), count(refunds.amount), count(distinct refunds.order_id) by country",
        ("DE", 20, 0, 0, 0, 0),
        ("IT", 10, 4, 1, 1, 1),
    )


def test_filled_before_arithmetic(engine: Engine) -> None:
    """Net of DE is 20 − 0, not 20 − null; filled afterwards it would be 0."""
    shop(engine).check("net by country", ("DE", 20), ("IT", 6))


def test_formulas_see_the_zero(engine: Engine) -> None:
    """coalesce, greatest and case meet a 0, for a sum of nothing is not unknown."""
    world = shop(engine)
    world.check(
        "revenue, coalesce(refunded, 7 EUR), greatest(refunded, 1 EUR), case when refunded = 0 then 1 else 2 end by country",
        ("DE", 20, 0, 1, 1),
        ("IT", 10, 4, 4, 2),
    )


@pytest.mark.smoke
def test_what_does_not_add_up_is_null(engine: Engine) -> None:
    """An average, a median, an extreme and a ratio of no refund are unknown, not 0."""
    shop(engine).check(
        "revenue, avg(refunds.amount), median(refunds.amount), max(refunds.amount), refunded / count(refunds) by country",
        ("DE", 20, None, None, None, None),
        ("IT", 10, 4, 4, 4, 4),
    )


def test_nothing_at_all(engine: Engine) -> None:
    """Without any row: 0 and 0, and null for the rest."""
    World(engine).check(
        "revenue, orders_n, buyers, avg(orders.amount), median(orders.amount), min(orders.day), stddev(orders.amount), aov",
        (0, 0, 0, None, None, None, None, None),
    )


def test_a_group_whose_amounts_are_all_null(engine: Engine) -> None:
    """Order 3 has no amount: the sum of its group is 0, its count of amounts 0, its average null."""
    world = World(engine, customers=CUSTOMERS, orders=[(1, "2026-01-05", 1, "new", None), (2, "2026-01-05", 2, "paid", 5)])
    world.check("revenue, count(orders.amount), orders_n, avg(orders.amount) by status", ("new", 0, 0, 1, None), ("paid", 5, 1, 1, 5))


def test_a_filter_that_leaves_one_metric_nothing(engine: Engine) -> None:
    """No order is new: the filtered sum is 0 beside the full one, in every group."""
    shop(engine).check("revenue, (revenue where status = 'new') by country", ("DE", 20, 0), ("IT", 10, 0))
    shop(engine).check("revenue where status = 'new'", (0,))


def test_null_amounts_do_not_spoil_a_sum(engine: Engine) -> None:
    """20 + null is 20 over rows, and the average is over the known ones."""
    shop(engine).check("revenue, orders_n, avg(orders.amount) where country = 'DE'", (20, 2, 20))


def test_absent_null_turns_filling_off(engine: Engine) -> None:
    """`absent null`: no row is unknown, for a sum and for a count; where rows are the number is the same."""
    world = World(
        engine,
        SHOP
        + """
        metric refunded_or_null = sum(refunds.amount) { absent null }
        metric refunds_or_null = count(refunds) { absent null }
        """,
        customers=CUSTOMERS,
        orders=ORDERS,
        refunds=REFUNDS,
    )
    world.check(
        "revenue, refunded_or_null, refunds_or_null, revenue - refunded_or_null by country",
        ("DE", 20, None, None, None),
        ("IT", 10, 4, 1, 6),
    )
    world.check("refunded_or_null, refunds_or_null where country = 'DE'", (None, None))


def test_a_metric_made_of_filled_ones_is_filled(engine: Engine) -> None:
    """A formula that adds only sums is 0 where they all are: DE has neither refunds nor ads."""
    shop(engine).check("revenue, refunded + spend by country", ("DE", 20, 0), ("IT", 10, 4))


@pytest.mark.smoke
def test_outside_its_coverage_a_source_is_unknown(engine: Engine) -> None:
    """Ads are landed from February to March: what was spent before and after is unknown, not 0."""
    world = World(
        engine,
        """
        source orders from orders { key id  time day  id: int  day: date  amount: int }
        source ads from ads { key day  time day  day: date  cost: int  begins 2026-02-01  complete through 2026-03-31 }
        metric revenue = sum(orders.amount)
        metric spend = sum(ads.cost)
        """,
        orders=[(1, "2026-01-05", 1), (2, "2026-02-05", 2), (3, "2026-03-05", 4), (4, "2026-04-05", 8)],
        ads=[("2026-02-10", 7)],
    )
    world.check(
        "revenue, spend, revenue - spend by month sparse",
        ("2026-01-01", 1, None, None),
        ("2026-02-01", 2, 7, -5),
        ("2026-03-01", 4, 0, 4),
        ("2026-04-01", 8, None, None),
    )


COVERED = """
source orders from orders { key id  time day  id: int  day: date  amount: int }
source ads from ads { key day  time day  day: date  cost: int  begins 2026-02-01  complete through 2026-03-31 }
metric revenue = sum(orders.amount)
metric spend = sum(ads.cost)
"""
COVERED_ORDERS = [(1, "2026-01-05", 1), (2, "2026-02-05", 2), (3, "2026-03-05", 4), (4, "2026-04-05", 8)]


def test_coverage_does_not_depend_on_the_order_of_group_bys(engine: Engine) -> None:
    """January lies in a quarter that is covered in part, and is not covered itself: null, whichever is named first."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-02-10", 7)])
    world.check(
        "revenue, spend by quarter, month sparse",
        ("2026-01-01", "2026-01-01", 1, None),
        ("2026-01-01", "2026-02-01", 2, 7),
        ("2026-01-01", "2026-03-01", 4, 0),
        ("2026-04-01", "2026-04-01", 8, None),
    )
    world.check(
        "revenue, spend by month, quarter sparse",
        ("2026-01-01", "2026-01-01", 1, None),
        ("2026-02-01", "2026-01-01", 2, 7),
        ("2026-03-01", "2026-01-01", 4, 0),
        ("2026-04-01", "2026-04-01", 8, None),
    )


def test_a_period_that_is_covered_in_part_has_a_number(engine: Engine) -> None:
    """The first quarter and the whole have February and March; the second quarter has nothing."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-02-10", 7)])
    world.check("revenue, spend by quarter sparse", ("2026-01-01", 7, 7), ("2026-04-01", 8, None))
    world.check("revenue, spend", (15, 7))


def test_the_asked_range_outside_of_the_coverage(engine: Engine) -> None:
    """January and April alone are unknown, February alone is known, March has nothing."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-02-10", 7)])
    world.check("spend during 2026-01", (None,))
    world.check("spend during 2026-02", (7,))
    world.check("spend during 2026-03", (0,))
    world.check("spend during 2026-04", (None,))


def test_groups_add_up_to_the_total_whatever_the_coverage(engine: Engine) -> None:
    """Rows that are there although their source begins later are data: either everywhere or nowhere (S2)."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-01-10", 100), ("2026-02-10", 7)])
    for grain in ("day", "month", "quarter"):
        rows = world.rows(f"spend by {grain} with totals sparse")
        assert sum(row[1] or 0 for row in rows[:-1]) == rows[-1][1], (grain, rows)  # type: ignore[misc]
        assert rows[-1][2] == "total"


def test_other_times_of_a_source_are_covered_as_its_own(engine: Engine) -> None:
    """Shipments of January belong to orders from before the data begin: unknown, not 0. A row that is there counts."""
    world = World(
        engine,
        """
        source orders from orders {
          key id  time day  id: int  day: date  shipped: date  amount: int  begins 2026-02-01  complete through 2026-03-31
        }
        source visits from visits { key id  time day  id: int  day: date }
        metric shipped = sum(orders.amount) at time orders.shipped
        metric visits_n = count(visits)
        """,
        orders=[(1, "2026-02-03", "2026-04-05", 3), (2, "2026-03-01", "2026-03-02", 4)],
        visits=[(n, f"2026-0{n}-10") for n in range(1, 6)],
    )
    world.check(
        "visits_n, shipped by month sparse",
        ("2026-01-01", 1, None),
        ("2026-02-01", 1, 0),
        ("2026-03-01", 1, 4),
        ("2026-04-01", 1, 3),
        ("2026-05-01", 1, None),
    )
    world.check("shipped during 2026-01", (None,))


def test_days_by_any_name_are_days(engine: Engine) -> None:
    """A dimension over the days of both sources says as well as `by day` which days are covered."""
    text = COVERED + "dimension on_day = orders.day, ads.day"
    world = World(engine, text, orders=COVERED_ORDERS, ads=[("2026-02-10", 7)])
    rows = (("2026-01-05", 1, None), ("2026-02-05", 2, 0), ("2026-02-10", 0, 7), ("2026-03-05", 4, 0), ("2026-04-05", 8, None))
    world.check("revenue, spend by on_day", *rows)
    world.check("revenue, spend by day sparse", *rows)


def test_the_rest_is_unknown_where_all_of_it_is(engine: Engine) -> None:
    """March and February are on top; the rest is January and April, of which ads know nothing. With February in the rest there are 7."""
    text = COVERED + "metric campaigns = count(distinct ads.cost) metric days = count(ads)"
    world = World(engine, text, orders=[*COVERED_ORDERS[:3], (4, "2026-04-05", 1)], ads=[("2026-02-10", 7)])
    world.check(
        "revenue, spend, campaigns, days, spend / revenue by month sparse top 2 with other",
        ("2026-03-01", 4, 0, 0, 0, 0, "group"),
        ("2026-02-01", 2, 7, 1, 1, 3.5, "group"),
        (None, 2, None, None, None, None, "other"),
    )
    world.check(
        "revenue, spend, campaigns, days by month with totals sparse top 1 with other",
        ("2026-03-01", 4, 0, 0, 0, "group"),
        (None, 4, 7, 1, 1, "other"),
        (None, 8, 7, 1, 1, "total"),
    )


def test_the_rest_under_absent_null(engine: Engine) -> None:
    """Where nothing is told from 0 the rest without a row is unknown: b and c have no ads, and no distinct count of them."""
    world = World(
        engine,
        """
        source a from a { key id  id: int  g: text  v: int }
        source b from b { key id  id: int  g: text  who: int }
        dimension g = a.g, b.g
        metric v = sum(a.v)
        metric people = count(distinct b.who) { absent null }
        metric rows_n = count(b) { absent null }
        """,
        a=[(1, "a", 9), (2, "b", 2), (3, "c", 1)],
        b=[(1, "a", 5), (2, "a", 5)],
    )
    world.check("v, people, rows_n by g top 1 with other", ("a", 9, 1, 2, "group"), (None, 3, None, None, "other"))


LOADED = """
source orders from orders { key id  time day  id: int  day: date  amount: int }
source ads from ads {
  key day  time day  day: date  cost: int  loaded_until: timestamp
  begins 2026-02-01  complete through loaded_until
}
metric revenue = sum(orders.amount)
metric spend = sum(ads.cost)
metric ads_n = count(ads)
"""


@pytest.mark.smoke
def test_complete_through_what_a_column_says(engine: Engine) -> None:
    """The latest `loaded_until` is in March: of April and May nothing is known, whatever a month's own rows say."""
    rows = [("2026-02-10", 7, "2026-02-11T06:00"), ("2026-02-20", 1, "2026-03-31T06:00"), ("2026-02-21", 2, None)]
    world = World(engine, LOADED, orders=[*COVERED_ORDERS, (5, "2026-05-05", 16)], ads=rows)
    world.check(
        "revenue, spend, ads_n, revenue - spend by month sparse",
        ("2026-01-01", 1, None, None, None),
        ("2026-02-01", 2, 10, 3, -8),
        ("2026-03-01", 4, 0, 0, 4),
        ("2026-04-01", 8, None, None, None),
        ("2026-05-01", 16, None, None, None),
    )
    world.check("spend during 2026-03", (0,))
    world.check("spend during 2026-04", (None,))
    world.check("revenue, spend last 2 months", (16, None))
    world.check("revenue, spend", (31, 10))
    world.check(
        "revenue, spend by month with totals sparse top 1 with other",
        ("2026-05-01", 16, None, "group"),
        (None, 15, 10, "other"),
        (None, 31, 10, "total"),
    )


def test_what_was_loaded_later_is_not_known_earlier(engine: Engine) -> None:
    """On 28 February the row of 20 March is not there, so the data go as far as the other row says."""
    rows = [("2026-02-10", 7, "2026-02-11T06:00"), ("2026-03-20", 1, "2026-03-31T06:00")]
    world = World(engine, LOADED, orders=[(1, "2026-02-11", 1), (2, "2026-02-12", 2)], ads=rows)
    world.check("revenue, spend by day sparse", ("2026-02-10", 0, 7), ("2026-02-11", 1, 0), ("2026-02-12", 2, None), as_of="2026-02-28")
    world.check("revenue, spend by day during 2026-02 sparse", ("2026-02-10", 0, 7), ("2026-02-11", 1, 0), ("2026-02-12", 2, 0))


def test_nothing_was_loaded(engine: Engine) -> None:
    """A source that says how far it goes and has no row knows of no day; over everything its sum is still 0 (S17)."""
    world = World(engine, LOADED, orders=COVERED_ORDERS)
    world.check(
        "revenue, spend by quarter with totals sparse",
        ("2026-01-01", 7, None, "group"),
        ("2026-04-01", 8, None, "group"),
        (None, 15, 0, "total"),
    )
    world.check("spend", (0,))
    world.check("spend during 2026-03", (None,))


def test_days_loaded_are_days_of_the_calendar(engine: Engine) -> None:
    """17:00 UTC on the first is 1:00 on the second in Taipei: the second is covered, the third is not."""
    world = World(
        engine,
        """
        calendar { zone "Asia/Taipei" }
        source a from a { key id  time at  id: int  at: timestamp  loaded: timestamp  complete through loaded }
        source b from b { key id  time at  id: int  at: timestamp }
        metric an = count(a)
        metric bn = count(b)
        """,
        a=[(1, "2026-03-01T10:00", "2026-03-01T17:00")],
        b=[(1, "2026-03-01T10:00"), (2, "2026-03-01T18:00"), (3, "2026-03-02T18:00")],
    )
    world.check("bn, an by day sparse", ("2026-03-01", 1, 1), ("2026-03-02", 1, 0), ("2026-03-03", 1, None))
    world.check("bn, an by hour sparse", ("2026-03-01T18:00", 1, 1), ("2026-03-02T02:00", 1, 0), ("2026-03-03T02:00", 1, None))


def test_what_is_made_of_a_source_covers_what_that_covers(engine: Engine) -> None:
    """Sessions know of the days of their events; the two platforms together know of the days of either, March and April of one of them."""
    world = World(
        engine,
        """
        source a from a { key id  time day  id: int  session: int  day: date  begins 2026-02-01  complete through 2026-03-31 }
        source b from b { key id  time day  id: int  session: int  day: date  begins 2026-03-01  complete through 2026-04-30 }
        source both from union(a, b) as platform { day: date  time day }
        source sessions from a by session { day: date = min(day)  time day }
        source days from days { key id  time day  id: int  day: date }
        metric a_n = count(a)
        metric both_n = count(both)
        metric sessions_n = count(sessions)
        metric days_n = count(days)
        """,
        a=[(1, 1, "2026-02-10")],
        b=[(1, 1, "2026-03-10")],
        days=[(n, f"2026-0{n}-15") for n in range(1, 6)],
    )
    world.check(
        "days_n, a_n, sessions_n, both_n by month sparse",
        ("2026-01-01", 1, None, None, None),
        ("2026-02-01", 1, 1, 1, 1),
        ("2026-03-01", 1, 0, 0, 1),
        ("2026-04-01", 1, None, None, 0),
        ("2026-05-01", 1, None, None, None),
    )


def test_a_column_that_is_no_time_says_nothing_of_coverage() -> None:
    """`complete through cost`: a number is no day."""
    undeclared("source t from t { key id  id: int  cost: int  complete through cost }", "KPI051", "cost", "not a date", text="")
    undeclared("source t from t { key id  id: int  complete through loadd  loaded: date }", "KPI032", "loaded", text="")


@pytest.mark.parametrize("name", ["date(ads.at)", "ads.on_day", "ads.also"])
def test_the_day_of_a_moment_is_a_day(engine: Engine, name: str) -> None:
    """By `date(at)` or columns made of it, as by `day`: 5 January is before the ads begin, and 23:30 UTC is the next day in Rome."""
    world = World(
        engine,
        f"""
        calendar {{ zone "Europe/Rome" }}
        source orders from orders {{ key id  time day  id: int  placed: date  amount: int  day: date = placed }}
        source ads from ads {{
          key id  time at  id: int  at: timestamp  cost: int  begins 2026-02-01  complete through 2026-03-31
          on_day: date = date(at)  also: date = on_day
        }}
        dimension d = orders.day, {name}
        metric revenue = sum(orders.amount)
        metric spend = sum(ads.cost)
        """,
        orders=[(1, "2026-01-05", 1), (2, "2026-02-05", 2), (3, "2026-04-05", 4)],
        ads=[(1, "2026-02-09T23:30", 7)],
    )
    rows = (("2026-01-05", 1, None), ("2026-02-05", 2, 0), ("2026-02-10", 0, 7), ("2026-04-05", 4, None))
    world.check("revenue, spend by d", *rows)
    world.check("revenue, spend by day sparse", *rows)


# ---------------------------------------------------------------- complete time


@pytest.mark.smoke
def test_every_period_of_the_coverage_is_zero_and_every_other_unknown(engine: Engine) -> None:
    """Ads are known of February and March: 7 and 0. Other months are unknown, though orders, without a limit, are 0 there."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-02-10", 7)])
    world.check(
        "revenue, spend, revenue - spend by month during 2025-12-01..2026-05-31",
        ("2025-12-01", 0, None, None),
        ("2026-01-01", 1, None, None),
        ("2026-02-01", 2, 7, -5),
        ("2026-03-01", 4, 0, 4),
        ("2026-04-01", 8, None, None),
        ("2026-05-01", 0, None, None),
    )
    world.check(
        "spend by day during 2026-01-31..2026-02-01",
        ("2026-01-31", None),
        ("2026-02-01", 0),
    )
    world.check("spend by week during 2026-03-30..2026-04-12", ("2026-03-30", 0), ("2026-04-06", None))  # the first has two known days


def test_a_month_without_rows_of_a_source_that_is_known(engine: Engine) -> None:
    """Two sources, one with an empty month: 0, filled before the difference; the ratio over it is null."""
    world = World(engine, COVERED + "metric roas = revenue / spend", orders=COVERED_ORDERS[:1], ads=[("2026-03-10", 7)])
    world.check(
        "revenue, spend, revenue - spend, roas by month during 2026-02-01..2026-03-31",
        ("2026-02-01", 0, 0, 0, None),
        ("2026-03-01", 0, 7, -7, 0),
    )


def test_what_is_landed_later_does_not_make_the_past_free(engine: Engine) -> None:
    """Spend is landed from 2026: what a customer cost in 2025 is unknown, not nothing."""
    text = """
    source customers from customers { key id  time since  id: int  since: date }
    source spendings from spendings { key id  time day  id: int  day: date  cost: int  begins 2026-01-01 }
    metric cac = sum(spendings.cost) / count(customers)
    metric cac_or_nothing = coalesce(sum(spendings.cost), 0) / count(customers)
    """
    world = World(
        engine,
        text,
        customers=[(1, "2025-06-01"), (2, "2025-07-01"), (3, "2026-01-01"), (4, "2026-02-01")],
        spendings=[(1, "2026-01-15", 50)],
    )
    world.check("cac, cac_or_nothing by year", ("2025-01-01", None, 0), ("2026-01-01", 25, 25))


@pytest.mark.smoke
def test_coverage_of_windows(engine: Engine) -> None:
    """Unknown where none of the days is covered: the three up to 31 January, and from 3 April on; else what is known."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-02-02", 7), ("2026-03-31", 9)])
    world.check(
        "trailing(spend, 3 days) by day during 2026-01-31..2026-02-05",
        ("2026-01-31", None),
        ("2026-02-01", 0),
        ("2026-02-02", 7),
        ("2026-02-03", 7),
        ("2026-02-04", 7),
        ("2026-02-05", 0),
    )
    world.check(
        "trailing(spend, 3 days) by day during 2026-04-01..2026-04-04",
        ("2026-04-01", 9),
        ("2026-04-02", 9),
        ("2026-04-03", None),
        ("2026-04-04", None),
    )
    world.check("trailing(spend, 3 days) during 2026-04-04", (None,))
    world.check("trailing(spend, 3 days) during 2026-04-02", (9,))


def test_coverage_of_what_runs_up(engine: Engine) -> None:
    """Before the data begin nothing has run up that is known; afterwards it stays; the year to date likewise."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-02-10", 7)])
    world.check(
        "running(spend), to_date(spend, year), to_date(spend, month) by month during 2026-01-01..2026-04-30",
        ("2026-01-01", None, None, None),
        ("2026-02-01", 7, 7, 7),
        ("2026-03-01", 7, 7, 0),
        ("2026-04-01", 7, 7, None),
    )


@pytest.mark.smoke
def test_coverage_of_earlier_periods(engine: Engine) -> None:
    """What was spent in January is unknown, also as the month before February. Of April not a day is complete, so nothing is compared."""
    world = World(engine, COVERED, orders=COVERED_ORDERS, ads=[("2026-02-10", 7)])
    world.check(
        "spend, prior(spend, 1 month), growth(spend, 1 month) by month during 2026-02-01..2026-04-30",
        ("2026-02-01", 7, None, None),
        ("2026-03-01", 0, 7, -1),
        ("2026-04-01", None, None, None),
    )


def test_absent_null_by_period(engine: Engine) -> None:
    """A metric that is null where nothing is, in every period without a row; its neighbour is 0."""
    world = World(engine, COVERED + "metric or_null = sum(orders.amount) { absent null }", orders=COVERED_ORDERS[1:3])
    world.check(
        "revenue, or_null by month during 2026-01-01..2026-03-31",
        ("2026-01-01", 0, None),
        ("2026-02-01", 2, 2),
        ("2026-03-01", 4, 4),
    )


def test_a_group_in_a_period_without_it(engine: Engine) -> None:
    """Each country has every month: sums are 0 there, averages null, as in a group that is missing altogether."""
    text = """
    source orders from orders { key id  time day  id: int  day: date  country: text  amount: int }
    metric revenue = sum(orders.amount)
    """
    World(engine, text, orders=[(1, "2026-01-05", "IT", 1), (2, "2026-02-05", "DE", 2)]).check(
        "revenue, count(orders), avg(orders.amount) by orders.country, month",
        ("DE", "2026-01-01", 0, 0, None),
        ("DE", "2026-02-01", 2, 1, 2),
        ("IT", "2026-01-01", 1, 1, 1),
        ("IT", "2026-02-01", 0, 0, None),
    )
