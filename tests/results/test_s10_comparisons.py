"""S10: comparisons shift by the calendar, never by row; an unfinished period is compared with the same elapsed part of the earlier one."""

from __future__ import annotations

from functools import partial

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused

TEXT = """
source orders from orders { key id  time day  id: int  day: date  country: text  who: int  amount: int }
source ads from ads { key id  time day  id: int  day: date  country: text  cost: int }
metric revenue "Revenue" = sum(orders.amount)
metric orders_n = count(orders)
metric buyers = count(distinct orders.who)
metric aov = revenue / orders_n
metric spend = sum(ads.cost)
metric roas = revenue / spend
metric before = prior(revenue, 1 month)
metric year_before = prior(revenue, 1 year)
metric growth_m = growth(revenue, 1 month)
"""
ORDERS = [
    (1, "2026-01-10", "IT", 1, 10),
    (2, "2026-01-31", "DE", 2, 20),
    (3, "2026-03-05", "IT", 1, 45),
    (4, "2026-03-05", "IT", 2, 15),
    (5, "2026-04-02", "DE", 3, 30),
    (6, "2026-04-20", "IT", 1, 60),
]


def shop(engine: Engine) -> World:
    return World(engine, TEXT, orders=ORDERS)


@pytest.mark.smoke
def test_a_missing_month_is_no_neighbour(engine: Engine) -> None:
    """February is empty: March is compared with 0, not with January's 30; so its growth is unknown, and April's is 30 over 60."""
    shop(engine).check(
        "revenue, before, growth_m by month during 2026-01-01..2026-04-30",
        ("2026-01-01", 30, 0, None),
        ("2026-02-01", 0, 30, -1),
        ("2026-03-01", 60, 0, None),
        ("2026-04-01", 90, 60, 0.5),
    )


def test_sparse_changes_no_comparison(engine: Engine) -> None:
    """Without a row for February, March is still compared with February."""
    shop(engine).check(
        "revenue, before, growth_m by month during 2026-03-01..2026-04-30 sparse",
        ("2026-03-01", 60, 0, None),
        ("2026-04-01", 90, 60, 0.5),
    )


def test_what_lies_before_the_range_is_seen(engine: Engine) -> None:
    """Asked for April only, March is read all the same, and not shown."""
    world = shop(engine)
    world.check("revenue, before, growth_m by month during 2026-04", ("2026-04-01", 90, 60, 0.5))
    world.check("before by month during 2026-04", ("2026-04-01", 60))
    world.check("revenue, before, growth_m during 2026-04", (90, 60, 0.5))


def test_without_periods_the_range_shifts_as_a_whole(engine: Engine) -> None:
    """February to April is compared with January to March, one month earlier: 30 + 60; by quarter and year as well."""
    world = shop(engine)
    world.check("revenue, before during 2026-02-01..2026-04-30", (150, 90))
    world.check("revenue, prior(revenue, 1 quarter) during 2026-Q2", (90, 90))
    world.check("revenue, prior(revenue, 2 months) during 2026-03", (60, 30))
    world.check("revenue, prior(revenue, 26 days) during 2026-03-05..2026-03-06", (60, 0))  # 7 and 8 February
    world.check("revenue, prior(revenue, 54 days) during 2026-03-05..2026-03-06", (60, 10))  # 10 and 11 January


def test_a_shifted_range_ends_with_the_month_where_it_did(engine: Engine) -> None:
    """February has 28 days; the month before it is all of January. 1 to 30 March go back to all of February."""
    world = World(
        engine,
        TEXT,
        orders=[(1, "2026-01-28", "IT", 1, 1), (2, "2026-01-31", "IT", 1, 2), (3, "2026-02-28", "IT", 1, 4), (4, "2026-03-01", "IT", 1, 8)],
    )
    world.check("before during 2026-02", (3,))
    world.check("before during 2026-03-01..2026-03-30", (4,))
    world.check("before during 2026-03-01..2026-03-28", (4,))
    world.check("before during 2026-03-01..2026-03-27", (0,))
    world.check("before during 2026-03", (4,))


@pytest.mark.smoke
def test_days_clamp_to_the_month_s_end(engine: Engine) -> None:
    """A month before 28, 29, 30 and 31 March is 28 February; before 1 March it is 1 February."""
    world = World(engine, TEXT, orders=[(1, "2026-02-28", "IT", 1, 1), (2, "2026-02-27", "IT", 1, 2), (3, "2026-02-01", "IT", 1, 4)])
    world.check(
        "before by day during 2026-03-27..2026-04-01",
        ("2026-03-27", 2),
        ("2026-03-28", 1),
        ("2026-03-29", 1),
        ("2026-03-30", 1),
        ("2026-03-31", 1),
        ("2026-04-01", 0),
    )
    world.check("before by day during 2026-03-01", ("2026-03-01", 4))


@pytest.mark.smoke
def test_leap_days_clamp(engine: Engine) -> None:
    """A year before 29 February 2024 is 28 February 2023; a year before 28 February 2025 is 28 February 2024, and nobody's is the 29th."""
    rows = [(1, "2023-02-28", "IT", 1, 1), (2, "2024-02-28", "IT", 1, 2), (3, "2024-02-29", "IT", 1, 4)]
    world = World(engine, TEXT, orders=rows)
    world.check("revenue, year_before by day during 2024-02-28..2024-02-29", ("2024-02-28", 2, 1), ("2024-02-29", 4, 1))
    world.check("year_before by day during 2025-02-28..2025-03-01", ("2025-02-28", 2), ("2025-03-01", 0))
    world.check("year_before by month during 2025-02", ("2025-02-01", 6))


# ---------------------------------------------------------------- compare


@pytest.mark.smoke
def test_compare_adds_then_and_growth(engine: Engine) -> None:
    """Each metric is followed by its value then and its growth; ratios are recomputed there, not shifted sums of ratios."""
    rows = [(1, "2025-03-10", "IT", 1, 10), (2, "2025-03-11", "IT", 1, 30), (3, "2026-03-10", "IT", 1, 50)]
    world = World(engine, TEXT, orders=rows)
    world.check("revenue, aov by month during 2026-03 compare previous year", ("2026-03-01", 50, 50, 40, 0.25, 20, 1.5))
    world.check("revenue, aov during 2026-03 compare previous year", (50, 50, 40, 0.25, 20, 1.5))


def test_days_are_compared_and_do_not_grow(engine: Engine) -> None:
    """The first order's day then stands beside the day now; there is no growth of a day."""
    shop(engine).check(
        "min(orders.day), min(orders.country) during 2026-04 compare previous month", ("2026-04-02", "DE", "2026-03-05", "IT")
    )


def test_added_columns_have_names_of_their_own() -> None:
    """`revenue_growth` may be a metric already, or a group-by be called like a value of then."""
    text = TEXT + "metric revenue_growth = revenue / spend"
    refused("revenue, revenue_growth during 2026 compare previous year", "KPI121", "revenue_growth", text=text)
    text = TEXT + "dimension Revenue_previous_year = orders.country"
    refused("revenue by Revenue_previous_year during 2026 compare previous year", "KPI121", "revenue_previous_year", text=text)


def test_growth_is_unknown_where_then_is_nothing_or_negative(engine: Engine) -> None:
    """From 0, from a loss, or from nothing: no percentage says anything. A fall to 0 is −100%."""
    rows = [(1, "2026-01-01", "IT", 1, -10), (2, "2026-02-01", "IT", 1, 5), (3, "2026-05-01", "IT", 1, 8)]
    World(engine, TEXT, orders=rows).check(
        "revenue, growth_m, aov, growth(aov, 1 month) by month during 2026-02-01..2026-06-30",
        ("2026-02-01", 5, None, 5, None),
        ("2026-03-01", 0, -1, None, None),
        ("2026-04-01", 0, None, None, None),
        ("2026-05-01", 8, None, 8, None),
        ("2026-06-01", 0, -1, None, None),
    )


def test_the_previous_period_is_the_one_before_by_the_grain(engine: Engine) -> None:
    """By month, the month before; by quarter, the quarter; by day, the day."""
    world = shop(engine)
    world.check("revenue by month during 2026-04 compare previous period", ("2026-04-01", 90, 60, 0.5))
    world.check("revenue by quarter during 2026-Q2 compare previous period", ("2026-04-01", 90, 90, 0))
    world.check("revenue by day during 2026-04-03 compare previous period", ("2026-04-03", 0, 30, -1))
    world.check(
        "revenue by month(orders.day) during 2026-03-01..2026-04-30 compare previous period",
        ("2026-03-01", 60, 0, None),
        ("2026-04-01", 90, 60, 0.5),
    )
    world.check("revenue by quarter, month during 2026-04 compare previous period", ("2026-04-01", "2026-04-01", 90, 60, 0.5))


@pytest.mark.parametrize(
    "clause,then",
    [
        ("during 2026-04", 60),  # March
        ("during 2026-Q2", 90),  # the first quarter
        ("during 2026-04-01..2026-04-30", 60),  # a whole month, however it is written
        ("during 2026-04-01..2026-05-31", 60),  # two months: February and March
        ("during 2026-04-02..2026-04-30", 60),  # 29 days: 4 March to 1 April
        ("during 2026-03-06..2026-03-10", 60),  # 5 days: 1 to 5 March
        ("during 2026-03-06..2026-03-09", 60),  # 4 days: 2 to 5 March
        ("during 2026-W10", 0),  # 2 to 8 March after 23 February to 1 March
        ("during 2026-W11", 60),
        ("during 2026", 0),
    ],
)
def test_the_previous_period_of_a_range_is_as_long(engine: Engine, clause: str, then: int) -> None:
    """Without a group-by on time the range itself moves by its own length."""
    rows = shop(engine).rows(f"revenue {clause} compare previous period whole")
    assert rows[0][1] == then, rows


@pytest.mark.smoke
def test_a_period_that_is_not_over_is_compared_with_the_same_days(engine: Engine) -> None:
    """On 10 April: 1 to 10 April against 1 to 10 March; `whole` against all of March. March itself is over, and compared as a whole."""
    rows = [(1, "2026-02-20", "IT", 1, 1), (2, "2026-03-10", "IT", 1, 2), (3, "2026-03-11", "IT", 1, 4), (4, "2026-04-02", "IT", 1, 10)]
    world = World(engine, TEXT, orders=rows)
    world.check(
        "revenue by month during 2026-03-01..2026-04-30 compare previous month",
        ("2026-03-01", 6, 1, 5),
        ("2026-04-01", 10, 2, 4),
        as_of="2026-04-10",
    )
    world.check(
        "revenue by month during 2026-03-01..2026-04-30 compare previous month whole",
        ("2026-03-01", 6, 1, 5),
        ("2026-04-01", 10, 6, 4 / 6),
        as_of="2026-04-10",
    )
    world.check("revenue during 2026-04 compare previous month", (10, 2, 4), as_of="2026-04-10")
    world.check("revenue during 2026-04 compare previous month whole", (10, 6, 4 / 6), as_of="2026-04-10")
    world.check("revenue by month last 1 month compare previous month whole", ("2026-04-01", 10, 6, 4 / 6), as_of="2026-04-10")
    world.check(  # from 19 March on; of February from the 19th
        "revenue by month last 23 days compare previous month whole",
        ("2026-03-01", 0, 1, -1),
        ("2026-04-01", 10, 6, 4 / 6),
        as_of="2026-04-10",
    )
    world.check("revenue last 1 month compare previous month whole", (10, 6, 4 / 6), as_of="2026-04-10")
    world.check("before, growth_m by month last 1 month", ("2026-04-01", 2, 4), as_of="2026-04-10")
    world.check("before, growth_m last 1 month", (2, 4), as_of="2026-04-10")


def test_the_same_part_of_a_shorter_month(engine: Engine) -> None:
    """On 30 March two more days have passed than February has: all of it counts. On 28 March too, on the 27th not its last day."""
    rows = [(1, "2026-02-27", "IT", 1, 1), (2, "2026-02-28", "IT", 1, 2), (3, "2026-03-01", "IT", 1, 4)]
    world = World(engine, TEXT, orders=rows)
    for day, then in (("2026-03-26", 0), ("2026-03-27", 1), ("2026-03-28", 3), ("2026-03-29", 3), ("2026-03-30", 3), ("2026-03-31", 3)):
        world.check("before by month during 2026-03", ("2026-03-01", then), as_of=day)
        world.check("before by month last 1 month", ("2026-03-01", then), as_of=day)
        world.check("before during 2026-03", (then,), as_of=day)
        world.check("before last 1 month", (then,), as_of=day)


def test_the_same_part_of_a_longer_month(engine: Engine) -> None:
    """On 27 February: 1 to 27 January. On the 28th February is over: all of January, to the 31st."""
    rows = [(1, "2026-01-27", "IT", 1, 1), (2, "2026-01-28", "IT", 1, 2), (3, "2026-01-31", "IT", 1, 4)]
    world = World(engine, TEXT, orders=rows)
    for day, then in (("2026-02-26", 0), ("2026-02-27", 1), ("2026-02-28", 7)):
        world.check("before by month during 2026-02", ("2026-02-01", then), as_of=day)
        world.check("before during 2026-02", (then,), as_of=day)
        world.check("before by month last 1 month", ("2026-02-01", then), as_of=day)
        world.check("before last 1 month", (then,), as_of=day)


def test_the_same_part_of_a_leap_year(engine: Engine) -> None:
    """On 29 February 2024, the year before is compared to 28 February 2023; on 28 February 2025, to 28 February 2024."""
    rows = [(1, "2023-02-28", "IT", 1, 1), (2, "2023-03-01", "IT", 1, 2), (3, "2024-02-28", "IT", 1, 4), (4, "2024-02-29", "IT", 1, 8)]
    world = World(engine, TEXT, orders=rows)
    world.check("revenue by year during 2024 compare previous year", ("2024-01-01", 12, 1, 11), as_of="2024-02-29")
    world.check("revenue during 2024 compare previous year", (12, 1, 11), as_of="2024-02-29")
    world.check("year_before by year during 2025", ("2025-01-01", 4), as_of="2025-02-28")
    world.check("year_before by year during 2025", ("2025-01-01", 12), as_of="2025-03-01")


def test_elapsed_as_far_as_the_slowest_source_is_complete(engine: Engine) -> None:
    """Orders are here to 10 April, ads to the 5th only: both are compared with 1 to 5 March, though today is the 20th (S14)."""
    text = TEXT.replace(
        "source ads from ads { key id  time day  id: int  day: date  country: text  cost: int }",
        "source ads from ads { key id  time day  id: int  day: date  country: text  cost: int  complete through 2026-04-05 }",
    )
    orders = [(1, "2026-03-05", "IT", 1, 1), (2, "2026-03-06", "IT", 1, 2), (3, "2026-03-20", "IT", 1, 4), (4, "2026-04-10", "IT", 1, 8)]
    ads = [(1, "2026-03-05", "IT", 1), (2, "2026-03-06", "IT", 2), (3, "2026-04-05", "IT", 4)]
    world = World(engine, text, orders=orders, ads=ads)
    world.check("before, prior(spend, 1 month) by month during 2026-04", ("2026-04-01", 1, 1), as_of="2026-04-20")
    world.check("before, prior(spend, 1 month) during 2026-04", (1, 1), as_of="2026-04-20")
    world.check("before by month during 2026-04", ("2026-04-01", 7), as_of="2026-04-20")


@pytest.mark.smoke
@pytest.mark.parametrize("in_a_column", [False, True])
def test_growth_of_a_running_period_stops_on_both_sides(engine: Engine, in_a_column: bool) -> None:
    """Ads are complete to 5 April and some of the 6th are there already: 4 against 1 until the 5th, though 104 were spent. Beside them
    orders go to the 5th as well: 16 against 1; alone they go to today: 24 against 7. What is shown of April is all of it. It is the same
    whether the day is declared or stands in a column."""
    how = "loaded: date  complete through loaded" if in_a_column else "complete through 2026-04-05"
    text = TEXT.replace("day: date  country: text  cost: int }", f"day: date  country: text  cost: int  {how} }}")
    orders = [(1, "2026-03-05", "IT", 1, 1), (2, "2026-03-06", "IT", 1, 6), (3, "2026-04-02", "IT", 1, 16), (4, "2026-04-10", "IT", 1, 8)]
    ads = [(1, "2026-03-05", "IT", 1), (2, "2026-03-06", "IT", 2), (3, "2026-04-05", "IT", 4), (4, "2026-04-06", "IT", 100)]
    loaded = ["2026-04-01", "2026-04-05", None, "2026-03-31"]
    world = World(engine, text, orders=orders, ads=[(*row, day) if in_a_column else row for row, day in zip(ads, loaded, strict=True)])
    asked = partial(world.check, as_of="2026-04-20")
    asked("spend during 2026-04 compare previous month", (104, 1, 3))
    asked("revenue during 2026-04 compare previous month", (24, 7, 17 / 7))
    asked("revenue, spend by month during 2026-04 compare previous month", ("2026-04-01", 24, 104, 1, 15, 1, 3))
    asked("growth(revenue / spend, 1 month) by month during 2026-04", ("2026-04-01", 3))  # 16 / 4 against 1 / 1
    asked("spend by month during 2026-04 compare previous month whole", ("2026-04-01", 104, 3, 101 / 3))


def test_quarters_compare_the_same_elapsed_part(engine: Engine) -> None:
    """On 15 May the second quarter has half of May: it is compared with January, half of February: to 15 February."""
    rows = [(1, "2026-02-15", "IT", 1, 1), (2, "2026-02-16", "IT", 1, 2), (3, "2026-05-15", "IT", 1, 4)]
    world = World(engine, TEXT, orders=rows)
    world.check("revenue by quarter during 2026-Q2 compare previous period", ("2026-04-01", 4, 1, 3), as_of="2026-05-15")
    world.check("revenue by quarter during 2026-Q2 compare previous period whole", ("2026-04-01", 4, 3, 1 / 3), as_of="2026-05-15")


# ---------------------------------------------------------------- weeks


@pytest.mark.smoke
def test_by_week_a_year_is_52_weeks(engine: Engine) -> None:
    """Week 10 of 2026 begins on 2 March; 52 weeks earlier is 3 March 2025, a Monday. 2 March 2025 is in the week before."""
    rows = [(1, "2025-03-02", "IT", 1, 1), (2, "2025-03-03", "IT", 1, 2), (3, "2025-03-09", "IT", 1, 4), (4, "2025-03-10", "IT", 1, 8)]
    world = World(engine, TEXT, orders=[*rows, (5, "2026-03-02", "IT", 1, 9)])
    world.check("revenue by week during 2026-W10 compare previous year", ("2026-03-02", 9, 6, 0.5))
    world.check("revenue, prior(revenue, 52 weeks), prior(revenue, 364 days) by week during 2026-W10", ("2026-03-02", 9, 6, 6))
    world.check("prior(revenue, 2 years) by week during 2027-W09", ("2027-03-01", 6), as_of="2027-12-31")  # 104 weeks


def test_weeks_by_weeks(engine: Engine) -> None:
    """A week before that of 9 March is that of 2 March; six weeks before is that of 26 January, which ends on 1 February."""
    shop(engine).check(
        "revenue, prior(revenue, 1 week), prior(revenue, 5 weeks), prior(revenue, 6 weeks) by week during 2026-W11",
        ("2026-03-09", 0, 60, 0, 20),
    )


def test_a_running_week(engine: Engine) -> None:
    """On Wednesday 11 March, the week before counts up to its Wednesday."""
    rows = [(1, "2026-03-04", "IT", 1, 1), (2, "2026-03-05", "IT", 1, 2), (3, "2026-03-11", "IT", 1, 4)]
    world = World(engine, TEXT, orders=rows)
    world.check("revenue by week during 2026-W11 compare previous period", ("2026-03-09", 4, 1, 3), as_of="2026-03-11")
    world.check("revenue during 2026-W11 compare previous period", (4, 1, 3), as_of="2026-03-11")


# ---------------------------------------------------------------- groups, totals, sources


def test_comparisons_by_group(engine: Engine) -> None:
    """Germany: 20 in January, 30 in April; Italy 10, 60, 60. Each month looks at its own country's month before."""
    shop(engine).check(
        "revenue, before by orders.country, month during 2026-02-01..2026-04-30",
        ("DE", "2026-02-01", 0, 20),
        ("DE", "2026-03-01", 0, 0),
        ("DE", "2026-04-01", 30, 0),
        ("IT", "2026-02-01", 0, 10),
        ("IT", "2026-03-01", 60, 0),
        ("IT", "2026-04-01", 60, 60),
    )


@pytest.mark.smoke
def test_a_group_that_is_gone_is_there_with_its_value_then(engine: Engine) -> None:
    """France bought in March and never again: in April it is shown with 0 and what it was, or the fall would be hidden."""
    rows = [*ORDERS, (7, "2026-03-09", "FR", 9, 5)]
    world = World(engine, TEXT, orders=rows)
    world.check(
        "revenue by orders.country during 2026-04 compare previous month",
        ("DE", 30, 0, None),
        ("FR", 0, 5, -1),
        ("IT", 60, 60, 0),
    )
    world.check(
        "revenue by month, orders.country during 2026-04 compare previous month",
        ("2026-04-01", "DE", 30, 0, None),
        ("2026-04-01", "FR", 0, 5, -1),
        ("2026-04-01", "IT", 60, 60, 0),
    )


@pytest.mark.smoke
def test_null_groups_are_compared_with_null_groups(engine: Engine) -> None:
    """An unknown country in March and in April is one group."""
    rows = [(1, "2026-03-09", None, 9, 5), (2, "2026-04-09", None, 9, 10)]
    World(engine, TEXT, orders=rows).check(
        "revenue by month, orders.country during 2026-04 compare previous month", ("2026-04-01", None, 10, 5, 1)
    )


@pytest.mark.smoke
def test_totals_compare_ranges(engine: Engine) -> None:
    """A subtotal of a month is compared with the whole month before; the total, February to April, with January to March."""
    shop(engine).check(
        "revenue by month, orders.country with totals during 2026-03-01..2026-04-30 compare previous month",
        ("2026-03-01", "DE", 0, 0, None, "group"),
        ("2026-03-01", "IT", 60, 0, None, "group"),
        ("2026-03-01", None, 60, 0, None, "subtotal"),
        ("2026-04-01", "DE", 30, 0, None, "group"),
        ("2026-04-01", "IT", 60, 60, 0, "group"),
        ("2026-04-01", None, 90, 60, 0.5, "subtotal"),
        (None, None, 150, 60, 1.5, "total"),  # March and April against February and March
    )
    shop(engine).check(
        "revenue by orders.country, month with totals during 2026-03-01..2026-04-30 compare previous month",
        ("DE", "2026-03-01", 0, 0, None, "group"),
        ("DE", "2026-04-01", 30, 0, None, "group"),
        ("DE", None, 30, 0, None, "subtotal"),
        ("IT", "2026-03-01", 60, 0, None, "group"),
        ("IT", "2026-04-01", 60, 60, 0, "group"),
        ("IT", None, 120, 60, 1, "subtotal"),
        (None, None, 150, 60, 1.5, "total"),
    )


@pytest.mark.smoke
def test_distinct_counts_and_ratios_are_recomputed_then(engine: Engine) -> None:
    """Buyers of April are 3 and 1, of March 1 and 2; the average of April is 45, of March 30."""
    shop(engine).check(
        "buyers, prior(buyers, 1 month), aov, prior(aov, 1 month), prior(median(orders.amount), 1 month) by month during 2026-04",
        ("2026-04-01", 2, 2, 45, 30, 30),
    )


@pytest.mark.smoke
def test_several_sources(engine: Engine) -> None:
    """Return of April is 90 / 30; of March 60 / 20; an empty month of ads gives 0 and a return that is null."""
    ads = [(1, "2026-03-20", "IT", 20), (2, "2026-04-20", "IT", 30)]
    World(engine, TEXT, orders=ORDERS, ads=ads).check(
        "roas, spend by month during 2026-03-01..2026-04-30 compare previous month",
        ("2026-03-01", 3, 20, None, None, 0, None),
        ("2026-04-01", 3, 30, 3, 0, 20, 0.5),
    )


def test_only_the_earlier_period_has_the_source(engine: Engine) -> None:
    """Formulas over both sides: revenue now minus revenue then, and its share of then."""
    world = shop(engine)
    world.check("revenue - before, revenue / before by month during 2026-04", ("2026-04-01", 30, 1.5))
    world.check("(revenue - before) * 100 / before during 2026-04", (50,))


def test_filters_reach_both_sides(engine: Engine) -> None:
    """Germany only, now and then."""
    shop(engine).check("revenue, prior(revenue, 3 months) by month where orders.country = 'DE' during 2026-04", ("2026-04-01", 30, 20))
    shop(engine).check("revenue, (prior(revenue, 3 months) where orders.country = 'DE') during 2026-04", (90, 20))


@pytest.mark.smoke
def test_shares_then(engine: Engine) -> None:
    """The share of a country in April and a month before, of what all countries had in that month."""
    shop(engine).check(
        "share(revenue, of: orders.country), prior(share(revenue, of: orders.country), 1 month) by month, orders.country during 2026-04",
        ("2026-04-01", "DE", 1 / 3, 0),
        ("2026-04-01", "IT", 2 / 3, 1),
    )


def test_a_comparison_of_a_comparison(engine: Engine) -> None:
    """Two months back in two steps; growth of a year before."""
    world = shop(engine)
    world.check("prior(before, 1 month), prior(revenue, 2 months) by month during 2026-03", ("2026-03-01", 30, 30))
    world.check("prior(growth_m, 1 month) by month during 2026-05", ("2026-05-01", 0.5))


def test_several_shifts_side_by_side(engine: Engine) -> None:
    """April beside March, February and January."""
    shop(engine).check(
        "revenue, before, prior(revenue, 2 months), prior(revenue, 3 months) by month during 2026-04", ("2026-04-01", 90, 60, 0, 30)
    )


def test_coverage_holds_for_then(engine: Engine) -> None:
    """Ads begin in March: what was spent in February is unknown, not 0, also as the value before March."""
    text = TEXT.replace("cost: int }", "cost: int  begins 2026-03-01 }")
    world = World(engine, text, orders=ORDERS, ads=[(1, "2026-04-20", "IT", 30)])
    world.check(
        "spend, prior(spend, 1 month) by month during 2026-02-01..2026-05-31",
        ("2026-02-01", None, None),
        ("2026-03-01", 0, None),
        ("2026-04-01", 30, 0),
        ("2026-05-01", 0, 30),
    )
    world.check("spend, prior(spend, 1 month) during 2026-03", (0, None))


def test_a_condition_inside_a_comparison_s_period(engine: Engine) -> None:
    """No range asked, but periods: each month of the rows looks one back."""
    shop(engine).check(
        "revenue, before by month",
        ("2026-01-01", 30, 0),
        ("2026-02-01", 0, 30),
        ("2026-03-01", 60, 0),
        ("2026-04-01", 90, 60),
    )


def test_order_and_top_by_growth(engine: Engine) -> None:
    """The countries by how they grew: Italy 60 → 60, Germany from nothing, which is unknown and last."""
    world = shop(engine)
    world.check("revenue by orders.country during 2026-04 order by growth_m desc", ("IT", 60), ("DE", 30))
    world.check("revenue by orders.country during 2026-04 top 1 by growth_m", ("IT", 60))


def test_a_level_without_periods_compares_the_range(engine: Engine) -> None:
    """April's month before of Italy and Germany beside each of its days: the range as a whole, and rows of April only."""
    shop(engine).check(
        "revenue, before at (orders.country) by orders.country, month during 2026-04",
        ("DE", "2026-04-01", 30, 0),
        ("IT", "2026-04-01", 60, 60),
    )
    shop(engine).check("before at (orders.country) by orders.country, month during 2026-04", ("IT", "2026-04-01", 60))


# ---------------------------------------------------------------- mature after


MATURE = """
metric old_revenue = revenue { mature after 1 month }
metric old_growth = growth_m { mature after 1 month }
metric old_before = prior(old_revenue, 1 month)
metric old_share = share(revenue, of: orders.country) { mature after 1 month }
"""


@pytest.mark.parametrize(
    "day,april,may",
    [("2026-05-30", (None, None, 60), (None, None, None)), ("2026-05-31", (90, 0.5, 60), (None, None, 90))],
)
def test_a_young_period_is_unknown(engine: Engine, day: str, april: tuple[object, ...], may: tuple[object, ...]) -> None:
    """April is a month old when May is over; what is compared with it is judged by April's own age, and March's was old before."""
    World(engine, TEXT + MATURE, orders=ORDERS).check(
        "old_revenue, old_growth, old_before by month during 2026-03-01..2026-05-31",
        ("2026-03-01", 60, None, 0),
        ("2026-04-01", *april),
        ("2026-05-01", *may),
        as_of=day,
    )


def test_young_ranges_and_totals(engine: Engine) -> None:
    """Without periods the range is judged, in a total too; a share is judged like anything else."""
    world = World(engine, TEXT + MATURE, orders=ORDERS)
    world.check("old_revenue during 2026-04", (None,), as_of="2026-05-30")
    world.check("old_revenue during 2026-04", (90,), as_of="2026-05-31")
    world.check("old_revenue", (None,), as_of="2026-05-31")
    world.check(
        "old_revenue by month with totals during 2026-04-01..2026-05-31",
        ("2026-04-01", 90, "group"),
        ("2026-05-01", None, "group"),
        (None, None, "total"),
        as_of="2026-05-31",
    )
    world.check("old_share by orders.country during 2026-04", ("DE", 1 / 3), ("IT", 2 / 3), as_of="2026-05-31")
    world.check("old_share by orders.country during 2026-04", ("DE", None), ("IT", None), as_of="2026-05-30")


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    "query",
    [
        "before",
        "revenue compare previous year",
        "growth_m by orders.country",
        "revenue compare previous period",
        "before during ..2026-04-30",
        "before by month with totals",
        "before at (orders.country) by orders.country, month",
    ],
)
def test_without_a_range_nothing_can_be_earlier(query: str) -> None:
    """An earlier value of everything so far is no value of any period; nor is that of a total or of a level without periods."""
    refused(query, "KPI124", "last 3 months", text=TEXT)


@pytest.mark.parametrize(
    "query",
    [
        "prior(revenue, 1 day) by month during 2026",
        "prior(revenue, 1 week) by month during 2026",
        "prior(revenue, 1 month) by quarter during 2026",
        "prior(revenue, 1 month) by year during 2026",
        "prior(revenue, 1 month) by week during 2026",
        "prior(revenue, 1 quarter) by week during 2026",
        "prior(revenue, 3 days) by week during 2026",
        "prior(revenue, 30 days) by month during 2026",
        "revenue by month during 2026 compare previous week",
        "revenue by year during 2026 compare previous quarter",
    ],
)
def test_a_shift_by_less_than_the_grain(query: str) -> None:
    """What is no whole number of periods leads into the middle of one."""
    refused(query, "KPI125", text=TEXT)


@pytest.mark.parametrize(
    "query",
    [
        "prior(revenue, 3 months) by quarter during 2026-Q2",
        "prior(revenue, 12 months) by year during 2026",
        "prior(revenue, 4 quarters) by month during 2026-Q2",
        "prior(revenue, 14 days) by week during 2026-W12",
        "prior(revenue, 1 month) by day during 2026-03",
    ],
)
def test_whole_numbers_of_periods(engine: Engine, query: str) -> None:
    """Three months are a quarter, 14 days are two weeks, a day moves by anything."""
    assert shop(engine).rows(query)


def test_a_limit_on_time_in_where_would_not_move() -> None:
    """Rows of then would be filtered out: the range is asked for with `during` or `last`."""
    refused("revenue, before by month where orders.day >= 2026-03-01", "KPI126", "during", text=TEXT)
    refused("revenue by month where orders.day between 2026-03-01 and 2026-04-30 compare previous month", "KPI126", text=TEXT)
    refused("before where orders.day >= 2026-03-01 during 2026", "KPI126", text=TEXT)


def test_a_condition_on_time_that_is_no_limit(engine: Engine) -> None:
    """Weekends of now and of then: both April's orders, a Thursday and a Monday, and March's, a Thursday, are on workdays."""
    shop(engine).check("revenue, before by month where weekday(orders.day) <= 5 during 2026-04", ("2026-04-01", 90, 60))
    shop(engine).check("revenue, before by month where weekday(orders.day) = 4 during 2026-04", ("2026-04-01", 30, 60))


def test_a_comparison_of_what_is_a_comparison() -> None:
    """Growth of growth is not what anybody asks with `compare`."""
    refused("growth_m by month during 2026 compare previous month", "KPI064", text=TEXT)


def test_dates_and_other_times_are_no_periods_of_the_metric() -> None:
    """By a column, or by the periods of another time, rows of then would stand under their own dates."""
    refused("revenue, before by orders.day during 2026-04", "KPI124", "by day", text=TEXT)
    other = TEXT.replace("who: int  amount", "shipped: date  who: int  amount")
    refused("revenue by month(orders.shipped) during 2026-04 compare previous year", "KPI124", "at time orders.shipped", text=other)


def test_unknown_periods() -> None:
    refused("revenue by month during 2026 compare previous fortnight", "KPI049", "fortnight", text=TEXT)
    refused("revenue by month during 2026 compare previous yaer", "KPI049", "year", text=TEXT)
