"""S11: a window covers exactly the days that it says. What adds up is added per day first; the rest goes back."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

TEXT = """
source orders from orders { key id  time day  id: int  day: date  country: text  who: int  amount: int }
source ads from ads { key id  time day  id: int  day: date  country: text  cost: int }
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
metric buyers = count(distinct orders.who)
metric aov = revenue / orders_n
metric spend = sum(ads.cost)
metric roas = revenue / spend
metric r3 = trailing(revenue, 3 days)
metric b3 = trailing(buyers, 3 days)
metric ytd = to_date(revenue, year)
metric mtd = to_date(revenue, month)
metric so_far = running(revenue)
"""
ORDERS = [
    (1, "2026-01-01", "IT", 1, 1),
    (2, "2026-01-02", "IT", 1, 2),
    (3, "2026-01-02", "DE", 2, 4),
    (4, "2026-01-05", "IT", 3, 8),
    (5, "2026-01-31", "IT", 1, 16),
    (6, "2026-02-02", "DE", 2, 32),
    (7, None, "IT", 9, 1000),
]


def shop(engine: Engine) -> World:
    return World(engine, TEXT, orders=ORDERS)


# ---------------------------------------------------------------- trailing


@pytest.mark.smoke
def test_exactly_so_many_days_the_current_one_included(engine: Engine) -> None:
    """Three days: 5 January is in the windows of the 5th, 6th and 7th; days without rows have windows all the same."""
    shop(engine).check(
        "revenue, r3 by day during 2026-01-02..2026-01-08",
        ("2026-01-02", 6, 7),
        ("2026-01-03", 0, 7),
        ("2026-01-04", 0, 6),
        ("2026-01-05", 8, 8),
        ("2026-01-06", 0, 8),
        ("2026-01-07", 0, 8),
        ("2026-01-08", 0, 0),
    )


def test_one_day_is_the_day_itself(engine: Engine) -> None:
    """A window of one day changes nothing."""
    shop(engine).check(
        "trailing(revenue, 1 day) by day during 2026-01-01..2026-01-03", ("2026-01-01", 1), ("2026-01-02", 6), ("2026-01-03", 0)
    )


def test_twenty_eight_days_have_twenty_eight_rows(engine: Engine) -> None:
    """An order of 1 on each day of 60: every full window has 28, the first one has its own day only."""
    import datetime as dt

    first = dt.date(2026, 1, 1)
    rows = [(n, (first + dt.timedelta(days=n)).isoformat(), "IT", n, 1) for n in range(60)]
    got = World(engine, TEXT, orders=rows).rows("trailing(revenue, 28 days), trailing(buyers, 28 days) by day")
    assert [(r[1], r[2]) for r in got] == [(min(n + 1, 28), min(n + 1, 28)) for n in range(60)]


@pytest.mark.smoke
def test_distinct_counts_go_back_to_the_rows(engine: Engine) -> None:
    """1 buys on two days and is one person: 1 and 2 in the window of the 3rd, 2 and 1 in that of the 4th, 3 after the 5th."""
    shop(engine).check(
        "buyers, b3 by day during 2026-01-01..2026-01-06",
        ("2026-01-01", 1, 1),
        ("2026-01-02", 2, 2),
        ("2026-01-03", 0, 2),
        ("2026-01-04", 0, 2),
        ("2026-01-05", 1, 1),
        ("2026-01-06", 0, 1),
    )


@pytest.mark.smoke
def test_percentiles_go_back_to_the_rows(engine: Engine) -> None:
    """Amounts 1, 2, 4 up to the 3rd: the median is 2; 2 and 4 on the 4th: 3; nothing on the 8th: null."""
    shop(engine).check(
        "trailing(median(orders.amount), 3 days) by day during 2026-01-03..2026-01-08",
        ("2026-01-03", 2),
        ("2026-01-04", 3),
        ("2026-01-05", 8),
        ("2026-01-06", 8),
        ("2026-01-07", 8),
        ("2026-01-08", None),
    )


@pytest.mark.smoke
def test_averages_are_of_the_rows_of_the_window(engine: Engine) -> None:
    """On the 3rd (1 + 2 + 4) / 3, not the mean of the days' means 1 and 3; a ratio likewise; nothing on the 8th."""
    shop(engine).check(
        "trailing(avg(orders.amount), 3 days), trailing(aov, 3 days), avg(orders.amount) by day during 2026-01-03..2026-01-08",
        ("2026-01-03", 7 / 3, 7 / 3, None),
        ("2026-01-04", 3, 3, None),
        ("2026-01-05", 8, 8, 8),
        ("2026-01-06", 8, 8, None),
        ("2026-01-07", 8, 8, None),
        ("2026-01-08", None, None, None),
    )


def test_averages_skip_nulls_in_windows(engine: Engine) -> None:
    """An order without an amount is no zero: (2 + 4) / 2, counted 3 times as a row and 2 as an amount."""
    rows = [(1, "2026-01-01", "IT", 1, 2), (2, "2026-01-02", "IT", 1, None), (3, "2026-01-03", "IT", 1, 4)]
    World(engine, TEXT, orders=rows).check(
        "trailing(avg(orders.amount), 3 days), trailing(count(orders), 3 days), trailing(count(orders.amount), 3 days), r3"
        " by day during 2026-01-03",
        ("2026-01-03", 3, 3, 2, 6),
    )


@pytest.mark.smoke
def test_extremes_and_deviations(engine: Engine) -> None:
    """Greatest and least of the window's rows, null where it has none; the deviation of 1, 2, 4 is the root of 7/3."""
    shop(engine).check(
        "trailing(max(orders.amount), 3 days), trailing(min(orders.amount), 3 days), trailing(stddev(orders.amount), 3 days)"
        " by day during 2026-01-03..2026-01-08",
        ("2026-01-03", 4, 1, (7 / 3) ** 0.5),
        ("2026-01-04", 4, 2, 2**0.5),
        ("2026-01-05", 8, 8, None),
        ("2026-01-06", 8, 8, None),
        ("2026-01-07", 8, 8, None),
        ("2026-01-08", None, None, None),
    )


def test_a_window_reaches_before_the_asked_range(engine: Engine) -> None:
    """Asked for 3 January only, the first two days are read too; they are not shown."""
    shop(engine).check("r3, b3 by day during 2026-01-03", ("2026-01-03", 7, 2))


@pytest.mark.smoke
def test_weeks_months_and_years_as_lengths(engine: Engine) -> None:
    """A month back from 2 February begins on 3 January: 8 + 16 + 32; from 31 January on 1 January; a week has 7 days."""
    shop(engine).check(
        "trailing(revenue, 1 month), trailing(revenue, 1 week), trailing(revenue, 1 year) by day during 2026-01-31..2026-02-02",
        ("2026-01-31", 31, 16, 31),
        ("2026-02-01", 30, 16, 31),  # 2 January to 1 February
        ("2026-02-02", 56, 48, 63),
    )


def test_a_month_s_window_at_a_month_s_end(engine: Engine) -> None:
    """A month up to 28 February is all of February; up to 30 March it is 1 to 30 March, for 28 February is a month before the 31st."""
    rows = [(1, "2026-01-31", "IT", 1, 1), (2, "2026-02-01", "IT", 1, 2), (3, "2026-02-28", "IT", 1, 4), (4, "2026-03-01", "IT", 1, 8)]
    World(engine, TEXT, orders=rows).check(
        "trailing(revenue, 1 month) by day during 2026-02-27..2026-03-01",
        ("2026-02-27", 3),  # from 28 January
        ("2026-02-28", 6),
        ("2026-03-01", 12),  # 2 February to 1 March
    )


@pytest.mark.smoke
def test_a_coarser_grain_shows_its_last_day(engine: Engine) -> None:
    """By month: 29 to 31 January, 26 to 28 February. The first day is 30 December to 1 January."""
    world = shop(engine)
    world.check("revenue, r3 by month during 2026-01-01..2026-02-28", ("2026-01-01", 31, 16), ("2026-02-01", 32, 0))
    world.check(
        "trailing(revenue, 3 days, read: first), trailing(revenue, 3 days, read: last) by month during 2026-01-01..2026-02-28",
        ("2026-01-01", 1, 16),
        ("2026-02-01", 16, 0),  # 30 January to 1 February
    )
    world.check("r3 by week during 2026-01-01..2026-01-11", ("2025-12-29", 6), ("2026-01-05", 0))  # 2 to 4 and 9 to 11 January
    world.check("r3 by year during 2026", ("2026-01-01", 0), as_of="2026-12-31")


def test_the_average_of_a_coarser_period_s_days(engine: Engine) -> None:
    """Week of 5 January: windows of 8, 8, 8, 0, 0, 0, 0 days: 24 / 7. Distinct buyers: 1, 1, 1 of 7."""
    shop(engine).check(
        "trailing(revenue, 3 days, read: average), trailing(buyers, 3 days, read: average) by week during 2026-W02",
        ("2026-01-05", 24 / 7, 3 / 7),
    )


def test_the_average_of_a_running_period(engine: Engine) -> None:
    """On Wednesday 7 January, three days have been: 8, 8, 8."""
    shop(engine).check("trailing(revenue, 3 days, read: average) by week during 2026-W02", ("2026-01-05", 8), as_of="2026-01-07")


def test_the_average_in_totals_and_beside_its_own_parts(engine: Engine) -> None:
    """January's days hold each window as often as it covers them: 3 x 1 + 3 x 6 + 3 x 8 + 16 = 61 of 31 days; Germany's are 3 x 4 = 12.
    The total is the average over the range's days. February: 2 x 16 + 3 x 32 = 128 of 28 days."""
    world = shop(engine)
    world.check(
        "trailing(revenue, 3 days, read: average) by orders.country, month during 2026-01 with totals",
        ("DE", "2026-01-01", 12 / 31, "group"),
        ("DE", None, 12 / 31, "subtotal"),
        ("IT", "2026-01-01", 49 / 31, "group"),
        ("IT", None, 49 / 31, "subtotal"),
        (None, None, 61 / 31, "total"),
    )
    world.check(
        "trailing(revenue, 3 days, read: average) / revenue by quarter, month during 2026-01..2026-02",
        ("2026-01-01", "2026-01-01", 61 / 31 / 31),
        ("2026-01-01", "2026-02-01", 128 / 28 / 32),
    )
    world.check("trailing(revenue, 3 days, read: average) during 2026-01..2026-02", (189 / 59,))
    world.check("trailing(revenue, 3 days, read: average) by month", ("2026-01-01", 61 / 31), ("2026-02-01", 32))  # 1 and 2 February


def test_the_average_of_ratios_of_days(engine: Engine) -> None:
    """Windows of the week: 8 / 1 on three days, no order on four: the average of what there is."""
    shop(engine).check("trailing(aov, 3 days, read: average) during 2026-W02", (8,))


def test_averages_over_days_that_are_refused() -> None:
    """At another period or level, and where days are left out."""
    average = "trailing(revenue, 3 days, read: average)"
    refused(f"prior({average}, 1 month) by month during 2026-02", "KPI064", "another period", text=TEXT)
    refused(f"{average} by month during 2026-02 compare previous month", "KPI064", "another period", text=TEXT)
    refused(f"share({average}, of: orders.country) by orders.country during 2026-02", "KPI064", "another level", text=TEXT)
    refused(f"{average} by month during 2026-02 sparse", "KPI064", "leaves out days", text=TEXT)


def test_half_years(engine: Engine) -> None:
    """1 + 2 + 4 + 8 + 16 + 32 = 63 up to June, then 64 and 128; of a year that begins in April, halves begin in April and October."""
    world = World(engine, TEXT, orders=[*ORDERS, (8, "2026-07-02", "IT", 1, 64), (9, "2026-08-03", "IT", 1, 128)])
    world.check(
        "to_date(revenue, half), at_start(revenue, half) by month during 2026-06..2026-08",
        ("2026-06-01", 63, 31),
        ("2026-07-01", 64, 64),
        ("2026-08-01", 192, 64),
        as_of="2026-12-31",
    )
    world.check(
        "to_date(revenue, half) by day during 2026-06-30..2026-07-02",
        ("2026-06-30", 63),
        ("2026-07-01", 0),
        ("2026-07-02", 64),
        as_of="2026-12-31",
    )
    World(engine, "calendar { year starts april }" + TEXT, orders=[*ORDERS, (8, "2026-07-02", "IT", 1, 64)]).check(
        "to_date(revenue, half), at_end(revenue, half) by quarter during 2026",
        ("2026-01-01", 63, 63),
        ("2026-04-01", 0, 64),
        ("2026-07-01", 64, 64),
        ("2026-10-01", 0, None),  # the half ends in March
        as_of="2026-12-31",
    )


def test_the_last_day_that_is_visible(engine: Engine) -> None:
    """On 6 January, the month's last day is the 6th: 4th to 6th. A month later February shows its 4th: 2nd to 4th."""
    world = shop(engine)
    world.check("r3, b3 by month during 2026-01", ("2026-01-01", 8, 1), as_of="2026-01-06")
    world.check("r3 by month during 2026-02", ("2026-02-01", 32), as_of="2026-02-04")
    world.check("r3 by month last 2 months", ("2026-01-01", 16), ("2026-02-01", 32), as_of="2026-02-04")


def test_a_range_that_ends_within_a_period(engine: Engine) -> None:
    """Asked up to 3 January, the last day of January that was asked for is the 3rd: 1 + 2 + 4."""
    shop(engine).check("r3 by month during 2025-12-15..2026-01-03", ("2025-12-01", 0), ("2026-01-01", 7))


def test_without_group_by_the_window_ends_with_the_range(engine: Engine) -> None:
    """Up to 3 January: 7; up to 31 January: 16; without a range up to today."""
    world = shop(engine)
    world.check("r3, b3 during 2026-01-01..2026-01-03", (7, 2))
    world.check("r3 during 2026-01", (16,))
    world.check("r3", (8,), as_of="2026-01-07")
    world.check("r3", (0,), as_of="2026-01-08")
    world.check("r3 last 1 month", (48,), as_of="2026-02-02")


@pytest.mark.smoke
def test_windows_by_group(engine: Engine) -> None:
    """Each country has its own window; Germany is there on the 4th with its order of the 2nd, gone to 0 on the 5th."""
    shop(engine).check(
        "r3, b3 by orders.country, day during 2026-01-03..2026-01-05",
        ("DE", "2026-01-03", 4, 1),
        ("DE", "2026-01-04", 4, 1),
        ("DE", "2026-01-05", 0, 0),
        ("IT", "2026-01-03", 3, 1),
        ("IT", "2026-01-04", 2, 1),
        ("IT", "2026-01-05", 8, 1),
    )


def test_windows_by_group_without_periods(engine: Engine) -> None:
    """The last three days up to 4 January of each country."""
    shop(engine).check("r3, b3 by orders.country during 2026-01-01..2026-01-04", ("DE", 4, 1), ("IT", 2, 1))


@pytest.mark.smoke
def test_windows_in_totals_and_subtotals(engine: Engine) -> None:
    """A subtotal is the window of all countries; the total that of the range's last day. Buyers are counted anew in each."""
    shop(engine).check(
        "r3, b3 by day, orders.country with totals during 2026-01-02..2026-01-03",
        ("2026-01-02", "DE", 4, 1, "group"),
        ("2026-01-02", "IT", 3, 1, "group"),
        ("2026-01-02", None, 7, 2, "subtotal"),
        ("2026-01-03", "DE", 4, 1, "group"),
        ("2026-01-03", "IT", 3, 1, "group"),
        ("2026-01-03", None, 7, 2, "subtotal"),
        (None, None, 7, 2, "total"),
    )
    shop(engine).check(
        "r3, b3 by orders.country, day with totals during 2026-01-03..2026-01-04",
        ("DE", "2026-01-03", 4, 1, "group"),
        ("DE", "2026-01-04", 4, 1, "group"),
        ("DE", None, 4, 1, "subtotal"),
        ("IT", "2026-01-03", 3, 1, "group"),
        ("IT", "2026-01-04", 2, 1, "group"),
        ("IT", None, 2, 1, "subtotal"),
        (None, None, 6, 2, "total"),
    )


@pytest.mark.smoke
def test_windows_of_several_sources(engine: Engine) -> None:
    """Return over three days: 7 / 2 on the 3rd, 6 / 2 on the 4th, nothing spent on the 5th."""
    world = World(engine, TEXT, orders=ORDERS, ads=[(1, "2026-01-02", "IT", 2)])
    world.check(
        "trailing(roas, 3 days), trailing(spend, 3 days), r3 by day during 2026-01-03..2026-01-05",
        ("2026-01-03", 3.5, 2, 7),
        ("2026-01-04", 3, 2, 6),
        ("2026-01-05", None, 0, 8),
    )


def test_windows_of_different_lengths(engine: Engine) -> None:
    """Two, three and four days side by side, with the day's own."""
    shop(engine).check(
        "revenue, trailing(revenue, 2 days), r3, trailing(revenue, 4 days) by day during 2026-01-04..2026-01-05",
        ("2026-01-04", 0, 0, 6, 7),
        ("2026-01-05", 8, 8, 8, 14),
    )


def test_filters_reach_into_windows(engine: Engine) -> None:
    """Italy's window; and Italy's beside all, in one formula."""
    shop(engine).check("r3 by day where orders.country = 'IT' during 2026-01-03", ("2026-01-03", 3))
    shop(engine).check("(r3 where orders.country = 'IT') / r3, b3 by day during 2026-01-03", ("2026-01-03", 3 / 7, 2))


def test_formulas_of_windows(engine: Engine) -> None:
    """A day against its window: 8 of 8 on the 5th; 0 of 7 on the 3rd; nothing of nothing on the 8th."""
    shop(engine).check(
        "revenue / r3, trailing(revenue * 2, 3 days) by day during 2026-01-03..2026-01-08",
        ("2026-01-03", 0, 14),
        ("2026-01-04", 0, 12),
        ("2026-01-05", 1, 16),
        ("2026-01-06", 0, 16),
        ("2026-01-07", 0, 16),
        ("2026-01-08", None, 0),
    )


def test_sparse_keeps_days_whose_window_has_rows(engine: Engine) -> None:
    """Of 3 to 8 January all but the 8th have something in their three days; the 9th to 11th have nothing either, the 12th its own."""
    world = World(engine, TEXT, orders=[*ORDERS, (8, "2026-01-12", "IT", 1, 64)])
    world.check(
        "r3 by day during 2026-01-04..2026-01-12 sparse",
        ("2026-01-04", 6),
        ("2026-01-05", 8),
        ("2026-01-06", 8),
        ("2026-01-07", 8),
        ("2026-01-12", 64),
    )


def test_shares_over_windows(engine: Engine) -> None:
    """Italy's share of three days: 3 of 7 on the 3rd, 2 of 6 on the 4th."""
    shop(engine).check(
        "trailing(share(revenue, of: orders.country), 3 days) by orders.country, day during 2026-01-03..2026-01-04",
        ("DE", "2026-01-03", 4 / 7),
        ("DE", "2026-01-04", 4 / 6),
        ("IT", "2026-01-03", 3 / 7),
        ("IT", "2026-01-04", 2 / 6),
    )


@pytest.mark.smoke
def test_a_share_of_a_window(engine: Engine) -> None:
    """The same number written the other way round."""
    shop(engine).check(
        "share(r3, of: orders.country) by orders.country, day during 2026-01-03",
        ("DE", "2026-01-03", 4 / 7),
        ("IT", "2026-01-03", 3 / 7),
    )


def test_no_range(engine: Engine) -> None:
    """From the first to the last row: 1 January to 2 February; the order without a day is in no window, and its row has none."""
    got = shop(engine).rows("revenue, r3 by day")
    assert len(got) == 33 + 1
    assert [(str(d), a, b) for d, a, b in got if a or b] == [
        ("2026-01-01", 1, 1),
        ("2026-01-02", 6, 7),
        ("2026-01-03", 0, 7),
        ("2026-01-04", 0, 6),
        ("2026-01-05", 8, 8),
        ("2026-01-06", 0, 8),
        ("2026-01-07", 0, 8),
        ("2026-01-31", 16, 16),
        ("2026-02-01", 0, 16),
        ("2026-02-02", 32, 48),
        ("None", 1000, got[-1][2]),
    ]


def test_absent_null_is_skipped(engine: Engine) -> None:
    """A window over a metric that is null where nothing is: null where all are (`r_null`), the sum of what is where not."""
    world = World(engine, TEXT + "metric r_null = sum(orders.amount) { absent null }\n", orders=ORDERS)
    world.check(
        "trailing(r_null, 3 days) by day during 2026-01-05..2026-01-08",
        ("2026-01-05", 8),
        ("2026-01-06", 8),
        ("2026-01-07", 8),
        ("2026-01-08", None),
    )


# ---------------------------------------------------------------- to date


@pytest.mark.smoke
def test_the_year_to_date(engine: Engine) -> None:
    """31 in January, 63 by February, and it stays; a new year begins with nothing."""
    rows = [*ORDERS, (8, "2025-12-31", "IT", 1, 100)]
    World(engine, TEXT, orders=rows).check(
        "revenue, ytd by month during 2025-12-01..2026-03-31",
        ("2025-12-01", 100, 100),
        ("2026-01-01", 31, 31),
        ("2026-02-01", 32, 63),
        ("2026-03-01", 0, 63),
    )


def test_to_date_at_other_grains(engine: Engine) -> None:
    """By day within the month; by quarter and year the year so far; the month to date of a quarter is that of its last day."""
    world = shop(engine)
    world.check(
        "mtd, ytd by day during 2026-01-31..2026-02-02",
        ("2026-01-31", 31, 31),
        ("2026-02-01", 0, 31),
        ("2026-02-02", 32, 63),
    )
    world.check("ytd, to_date(revenue, quarter) by quarter during 2026-H1", ("2026-01-01", 63, 63), ("2026-04-01", 63, 0))
    world.check("ytd by year during 2026", ("2026-01-01", 63))
    world.check("mtd by quarter during 2026-Q1", ("2026-01-01", 0))
    world.check("mtd during 2026-01-15..2026-01-31", (31,))
    world.check("to_date(revenue, week) by day during 2026-01-04..2026-01-05", ("2026-01-04", 7), ("2026-01-05", 8))


@pytest.mark.smoke
def test_to_date_of_weeks_by_the_week_s_own_year(engine: Engine) -> None:
    """The week of 29 December ends on 4 January: its year to date is that of 4 January, 1 + 6."""
    shop(engine).check("ytd by week during 2025-12-29..2026-01-11", ("2025-12-29", 7), ("2026-01-05", 15))


def test_fiscal_years(engine: Engine) -> None:
    """Years from April: 31 March closes one, 1 April opens the next."""
    text = "calendar { year starts april }\n" + TEXT
    rows = [(1, "2025-04-01", "IT", 1, 1), (2, "2026-03-31", "IT", 1, 2), (3, "2026-04-01", "IT", 2, 4)]
    world = World(engine, text, orders=rows)
    world.check(
        "ytd, to_date(buyers, year) by month during 2026-03-01..2026-05-31",
        ("2026-03-01", 3, 1),
        ("2026-04-01", 4, 1),
        ("2026-05-01", 4, 1),
    )
    world.check("ytd by year", ("2025-04-01", 3), ("2026-04-01", 4))
    world.check("ytd by quarter during 2026-01-01..2026-06-30", ("2026-01-01", 3), ("2026-04-01", 4))


def test_distinct_counts_to_date(engine: Engine) -> None:
    """Three buyers in January, nobody new in February; the order without a day is in no year."""
    shop(engine).check("buyers, to_date(buyers, year) by month during 2026-01-01..2026-02-28", ("2026-01-01", 3, 3), ("2026-02-01", 1, 3))


def test_averages_to_date(engine: Engine) -> None:
    """31 / 5 in January, 63 / 6 by February."""
    shop(engine).check("to_date(aov, year) by month during 2026-01-01..2026-02-28", ("2026-01-01", 31 / 5), ("2026-02-01", 63 / 6))


def test_to_date_of_the_running_period(engine: Engine) -> None:
    """On 3 January the year has 7; asked for the month, also 7."""
    shop(engine).check("ytd, mtd by month during 2026-01", ("2026-01-01", 7, 7), as_of="2026-01-03")


# ---------------------------------------------------------------- running


@pytest.mark.smoke
def test_running_is_everything_so_far(engine: Engine) -> None:
    """All rows up to the period's end, also those before the asked range; those without a day are in none."""
    world = shop(engine)
    world.check("so_far by month during 2026-02-01..2026-03-31", ("2026-02-01", 63), ("2026-03-01", 63))
    world.check("so_far by day during 2026-01-02..2026-01-05", ("2026-01-02", 7), ("2026-01-03", 7), ("2026-01-04", 7), ("2026-01-05", 15))
    world.check("so_far during 2026-01", (31,))
    world.check("so_far by month", ("2026-01-01", 31), ("2026-02-01", 63))


def test_running_with_groups_that_appear_late(engine: Engine) -> None:
    """France first buys in March: 0 before, and Germany, which last bought in February, keeps what it had."""
    rows = [*ORDERS, (8, "2026-03-09", "FR", 7, 64)]
    World(engine, TEXT, orders=rows).check(
        "so_far, running(buyers) by orders.country, month during 2026-01-01..2026-04-30",
        ("DE", "2026-01-01", 4, 1),
        ("DE", "2026-02-01", 36, 1),
        ("DE", "2026-03-01", 36, 1),
        ("DE", "2026-04-01", 36, 1),
        ("FR", "2026-01-01", 0, 0),
        ("FR", "2026-02-01", 0, 0),
        ("FR", "2026-03-01", 64, 1),
        ("FR", "2026-04-01", 64, 1),
        ("IT", "2026-01-01", 27, 2),
        ("IT", "2026-02-01", 27, 2),
        ("IT", "2026-03-01", 27, 2),
        ("IT", "2026-04-01", 27, 2),
    )


def test_a_group_whose_rows_are_all_before_the_range(engine: Engine) -> None:
    """In April nothing was bought; what has run up is shown for both countries."""
    shop(engine).check("so_far by orders.country, month during 2026-04", ("DE", "2026-04-01", 36), ("IT", "2026-04-01", 27))


def test_running_averages_and_medians(engine: Engine) -> None:
    """31 / 5 and 63 / 6; the middle of 1 2 4 8 16 is 4, of 1 2 4 8 16 32 it is 6."""
    shop(engine).check(
        "running(aov), running(median(orders.amount)) by month during 2026-01-01..2026-02-28",
        ("2026-01-01", 31 / 5, 4),
        ("2026-02-01", 63 / 6, 6),
    )


def test_running_in_totals(engine: Engine) -> None:
    """Both subtotals and the total run over all countries and up to the range's end."""
    shop(engine).check(
        "so_far by month, orders.country with totals during 2026-02",
        ("2026-02-01", "DE", 36, "group"),
        ("2026-02-01", "IT", 27, "group"),
        ("2026-02-01", None, 63, "subtotal"),
        (None, None, 63, "total"),
    )


# ---------------------------------------------------------------- windows then


def test_windows_of_another_period(engine: Engine) -> None:
    """Two days up to the day of a month ago; the year to date of a year ago, up to the same month."""
    rows = [*ORDERS, (8, "2025-01-15", "IT", 1, 100), (9, "2025-02-20", "IT", 1, 200), (10, "2025-03-01", "IT", 1, 400)]
    world = World(engine, TEXT, orders=rows)
    world.check(
        "ytd, prior(ytd, 1 year), growth(ytd, 1 year) by month during 2026-01-01..2026-03-31",
        ("2026-01-01", 31, 100, 31 / 100 - 1),
        ("2026-02-01", 63, 300, 63 / 300 - 1),
        ("2026-03-01", 63, 700, 63 / 700 - 1),
    )
    world.check("prior(r3, 1 month) by day during 2026-02-03..2026-02-04", ("2026-02-03", 7), ("2026-02-04", 6))


@pytest.mark.smoke
def test_windows_compared(engine: Engine) -> None:
    """The year to date in the first half of a running month: on 10 February, to 10 February of the year before."""
    rows = [*ORDERS, (8, "2025-01-15", "IT", 1, 100), (9, "2025-02-10", "IT", 1, 50), (10, "2025-02-11", "IT", 1, 400)]
    world = World(engine, TEXT, orders=rows)
    world.check("ytd by month during 2026-02 compare previous year", ("2026-02-01", 63, 150, 63 / 150 - 1), as_of="2026-02-10")
    world.check("ytd during 2026-02 compare previous year", (63, 150, 63 / 150 - 1), as_of="2026-02-10")
    world.check("ytd by month during 2026-02 compare previous year whole", ("2026-02-01", 63, 550, 63 / 550 - 1), as_of="2026-02-10")


def test_a_window_over_another_period(engine: Engine) -> None:
    """Three days, each of a month before: 1 to 3 January at 3 February."""
    shop(engine).check(
        "trailing(prior(revenue, 1 month), 3 days) by day during 2026-02-03..2026-02-04", ("2026-02-03", 7), ("2026-02-04", 6)
    )


# ---------------------------------------------------------------- first and last periods


@pytest.mark.smoke
def test_the_year_s_first_and_last_period(engine: Engine) -> None:
    """Opening is January's 31 in every month of 2026; closing is December's, unknown before it has come."""
    rows = [*ORDERS, (8, "2025-01-15", "IT", 1, 100), (9, "2025-12-20", "IT", 1, 200)]
    world = World(engine, TEXT, orders=rows)
    world.check(
        "revenue, at_start(revenue, year), at_end(revenue, year) by month during 2025-12-01..2026-02-28",
        ("2025-12-01", 200, 100, 200),
        ("2026-01-01", 31, 31, None),
        ("2026-02-01", 32, 31, None),
    )
    world.check("revenue - at_start(revenue, year) by month during 2026-02", ("2026-02-01", 1))
    world.check("at_start(revenue, year) by quarter during 2026-Q2", ("2026-04-01", 63))
    world.check("at_start(revenue, month), at_start(buyers, month) by day during 2026-01-02", ("2026-01-02", 1, 1))


def test_the_first_period_of_each_group(engine: Engine) -> None:
    """Germany opened with 4, Italy with 27."""
    shop(engine).check("at_start(revenue, year) by orders.country, month during 2026-02", ("DE", "2026-02-01", 4), ("IT", "2026-02-01", 27))


def test_the_fiscal_year_s_first_period(engine: Engine) -> None:
    """Years from February: January 2026 belongs to the year that opened in February 2025 with 7."""
    rows = [*ORDERS, (8, "2025-02-03", "IT", 1, 7)]
    World(engine, "calendar { year starts february }\n" + TEXT, orders=rows).check(
        "at_start(revenue, year) by month during 2026-01-01..2026-03-31",
        ("2026-01-01", 7),
        ("2026-02-01", 32),
        ("2026-03-01", 32),
    )


# ---------------------------------------------------------------- hours


HOURS = """
calendar { zone "Europe/Rome" }
source events from events { key id  time at  id: int  at: timestamp  who: int }
metric n = count(events)
metric n2 = trailing(n, 2 hours)
metric people2 = trailing(count(distinct events.who), 2 hours)
"""


@pytest.mark.smoke
def test_windows_of_hours(engine: Engine) -> None:
    """Ten o'clock in Rome is 09 UTC: two hours hold it at 10 and 11."""
    rows = [(1, "2026-01-10T09:10", 1), (2, "2026-01-10T09:50", 1), (3, "2026-01-10T10:30", 1)]
    got = World(engine, HOURS, events=rows).rows("n, n2, people2 by hour during 2026-01-10")
    assert [(str(at)[11:13], *rest) for at, *rest in got if any(rest)] == [("10", 2, 2, 1), ("11", 1, 3, 1), ("12", 0, 1, 1)]


# ---------------------------------------------------------------- refusals


def test_hours_need_hours() -> None:
    """A day has no hours in it; days cannot tell the last two hours."""
    refused("trailing(revenue, 2 hours) by day during 2026", "KPI125", "days only", text=TEXT)
    refused("n2 by day during 2026", "KPI125", "by day", text=HOURS)
    refused("n2", "KPI125", text=HOURS)


def test_a_column_of_dates_is_no_period() -> None:
    """By the column, every day would be of the range's last window."""
    refused("r3 by orders.day during 2026", "KPI124", "by day", text=TEXT)


def test_a_window_of_a_window() -> None:
    """The inner one would be read on its last day only."""
    undeclared("metric twice = trailing(r3, 7 days)", "KPI064", "two windows", text=TEXT)
    undeclared("metric twice = running(trailing(revenue, 7 days))", "KPI064", text=TEXT)


def test_first_periods_need_periods() -> None:
    refused("at_start(revenue, year)", "KPI124", "by month", text=TEXT)
    refused("at_start(revenue, year) by orders.country during 2026", "KPI124", text=TEXT)
    refused("at_start(revenue, year) at (orders.country) by orders.country, month", "KPI124", "level", text=TEXT)
    refused("at_start(revenue, month) by quarter during 2026", "KPI125", text=TEXT)
    refused("at_start(revenue, month) by week during 2026", "KPI125", text=TEXT)


@pytest.mark.parametrize(
    "call,code",
    [
        ("trailing(revenue, 28)", "KPI037"),
        ("trailing(revenue, 0 days)", "KPI037"),
        ("trailing(revenue, 30 minutes)", "KPI053"),
        ("trailing(revenue)", "KPI037"),
        ("trailing(revenue, 3 days, read: middle)", "KPI037"),
        ("trailing(revenue, 3 days, over: day)", "KPI037"),
        ("to_date(revenue, fortnight)", "KPI039"),
        ("to_date(revenue, 1 year)", "KPI039"),
        ("running(revenue, year)", "KPI037"),
        ("at_start(revenue, decade)", "KPI039"),
        ("prior(revenue, year)", "KPI037"),
    ],
)
def test_what_a_window_is_written_like(call: str, code: str) -> None:
    """Each mistake has its own words."""
    refused(f"{call} by month during 2026", code, text=TEXT)


def test_with_other_cannot_recompute_windows() -> None:
    refused("r3 by orders.country during 2026 top 1 with other", "KPI064", "with other", text=TEXT)


# ---------------------------------------------------------------- together


def test_what_stands_beside_a_window_is_zero_in_sparse_periods(engine: Engine) -> None:
    """The 3rd has a row for its window only: its own orders and buyers are 0, and take part in a formula as 0."""
    shop(engine).check(
        "revenue, orders_n, buyers, r3, r3 - orders_n, aov by day during 2026-01-02..2026-01-03 sparse",
        ("2026-01-02", 6, 2, 2, 7, 5, 3),
        ("2026-01-03", 0, 0, 0, 7, 7, None),
    )


@pytest.mark.smoke
def test_totals_of_latest_rows_in_windows_pick_over_the_whole_range(engine: Engine) -> None:
    """Person 1 answers 5 in January and 9 in February, 2 answers 7 in January: the running last answers at the end are 9 and 7."""
    text = """
    source answers from answers { key id, day  time day  id: int  day: date  country: text  score: int }
    metric latest = last(answers.score, over: day)
    metric so_far = running(latest)
    """
    rows = [(1, "2026-01-10", "IT", 5), (2, "2026-01-11", "IT", 7), (1, "2026-02-10", "DE", 9)]
    World(engine, text, answers=rows).check(
        "so_far by answers.country, month with totals during 2026-01-01..2026-02-28",
        ("DE", "2026-01-01", None, "group"),
        ("DE", "2026-02-01", 9, "group"),
        ("DE", None, 9, "subtotal"),
        ("IT", "2026-01-01", 12, "group"),
        ("IT", "2026-02-01", 7, "group"),
        ("IT", None, 7, "subtotal"),
        (None, None, 16, "total"),
    )


def test_an_average_of_days_takes_no_value_by_chance() -> None:
    """What may not be asked of a month may not be asked of each of its days either."""
    refused("any(orders.amount) by month", "KPI076")
    refused("trailing(any(orders.amount), 3 days, read: average) by month during 2026-01", "KPI076")
