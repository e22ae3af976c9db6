"""S12: weeks start on the calendar's day, years in its month, quarters with the years; in every dialect and construct over time alike."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, undeclared

PLAIN = """
source orders from orders { key id  time day  id: int  day: date  amount: int }
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
"""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")


def shop(engine: Engine, calendar: str, *days: str) -> World:
    """Orders of 1, 2, 4, … on these days."""
    text = f"calendar {{ {calendar} }}\n" + PLAIN if calendar else PLAIN
    return World(engine, text, orders=[(n, day, 2**n) for n, day in enumerate(days)])


@pytest.mark.parametrize("first", range(7))
def test_weeks_start_on_any_day(engine: Engine, first: int) -> None:
    """1 June 2026 is a Monday. One order a day for 14 days: whole weeks have seven, wherever they start."""
    days = [(dt.date(2026, 6, 1) + dt.timedelta(days=n)) for n in range(14)]
    world = World(
        engine, f"calendar {{ week starts {DAYS[first]} }}\n" + PLAIN, orders=[(n, day.isoformat(), 1) for n, day in enumerate(days)]
    )
    start = dt.date(2026, 6, 1) + dt.timedelta(days=first)
    weeks = [start, start + dt.timedelta(days=7)] if first == 0 else [start - dt.timedelta(days=7), start, start + dt.timedelta(days=7)]
    counts = [7, 7] if first == 0 else [first, 7, 7 - first]
    world.check("orders_n by week", *[(week.isoformat(), count) for week, count in zip(weeks, counts, strict=True)])


@pytest.mark.smoke
def test_weeks_from_sunday(engine: Engine) -> None:
    """29 March 2026 is a Sunday. The week without a row is there; the window, the range and the comparison keep the same weeks."""
    world = shop(engine, "week starts sunday", "2026-03-28", "2026-03-29", "2026-04-12", "2026-04-18")
    world.check("revenue by week", ("2026-03-22", 1), ("2026-03-29", 2), ("2026-04-05", 0), ("2026-04-12", 12))
    world.check("revenue by week last 1 week", ("2026-04-12", 12), as_of="2026-04-18")
    world.check("revenue last 1 week", (12,), as_of="2026-04-18")
    world.check("revenue last 1 week", (0,), as_of="2026-04-19")
    world.check("revenue last 2 weeks", (12,), as_of="2026-04-19")
    world.check("revenue by week during 2026-03-29..2026-04-04 compare previous week", ("2026-03-29", 2, 1, 1))
    world.check("to_date(revenue, week) by day during 2026-04-17..2026-04-18", ("2026-04-17", 4), ("2026-04-18", 12))
    world.check("to_date(revenue, week) by day during 2026-04-19", ("2026-04-19", 0))


@pytest.mark.smoke
def test_a_year_before_a_week_from_sunday(engine: Engine) -> None:
    """52 weeks before the week of Sunday 29 March 2026 begins on Sunday 30 March 2025."""
    world = shop(engine, "week starts sunday", "2025-03-29", "2025-03-30", "2025-04-05", "2025-04-06", "2026-03-29")
    world.check("revenue by week during 2026-03-29..2026-04-04 compare previous year", ("2026-03-29", 16, 6, 10 / 6))


def test_weekday_numbers_do_not_move(engine: Engine) -> None:
    """1 is Monday and 7 Sunday, whatever week starts when: 29 March is a Sunday, the 30th a Monday."""
    shop(engine, "week starts sunday", "2026-03-29", "2026-03-30").check("revenue by weekday", (1, 2), (7, 1))


@pytest.mark.parametrize("month", range(1, 13))
def test_years_start_in_any_month(engine: Engine, month: int) -> None:
    """The day before the first of that month belongs to the old year and quarter, the first to the new; two years with nothing between."""
    first = dt.date(2025, month, 1)
    before = first - dt.timedelta(days=1)
    end = dt.date(2027, month, 1)
    world = shop(engine, f"year starts {MONTHS[month - 1]}", before.isoformat(), first.isoformat(), end.isoformat())
    years = [dt.date(first.year + n, month, 1).isoformat() for n in (-1, 0, 1, 2)]
    world.check("revenue by year", (years[0], 1), (years[1], 2), (years[2], 0), (years[3], 4), as_of="2028-12-31")
    quarters = world.rows("revenue by quarter", as_of="2028-12-31")
    starts = [_months_later(first, 3 * n) for n in range(-1, 9)]
    assert [row[0] for row in quarters] == starts
    assert [row[1] for row in quarters] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 4]


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def test_the_last_fiscal_year_and_quarter(engine: Engine) -> None:
    """Years from July: on 30 June 2026 the running year began on 1 July 2025, its last quarter on 1 April; a day later both begin anew."""
    world = shop(engine, "year starts july", "2025-06-30", "2025-07-01", "2026-03-31", "2026-04-01", "2026-06-30", "2026-07-01")
    world.check("revenue last 1 year", (2 + 4 + 8 + 16,), as_of="2026-06-30")
    world.check("revenue last 1 year", (32,), as_of="2026-07-01")
    world.check("revenue last 1 quarter", (8 + 16,), as_of="2026-06-30")
    world.check("revenue by year last 2 years", ("2025-07-01", 30), ("2026-07-01", 32), as_of="2026-07-01")
    world.check("revenue by quarter last 2 quarters", ("2026-04-01", 24), ("2026-07-01", 32), as_of="2026-07-01")


@pytest.mark.smoke
def test_fiscal_years_compared(engine: Engine) -> None:
    """The fiscal year from July 2025 against the one from July 2024; in the running one the same elapsed part: to 5 September."""
    world = shop(engine, "year starts july", "2024-07-01", "2024-09-05", "2024-09-06", "2025-06-30", "2025-07-01", "2026-06-30")
    world.check("revenue by year during 2025-07-01..2026-06-30 compare previous year", ("2025-07-01", 48, 15, 33 / 15))
    world.check("revenue by year last 1 year compare previous year", ("2025-07-01", 16, 3, 13 / 3), as_of="2025-09-05")
    world.check("to_date(revenue, year) by month during 2025-06-01..2025-07-31", ("2025-06-01", 15), ("2025-07-01", 16))
    world.check("at_start(revenue, year) by month during 2025-06-01..2025-07-31", ("2025-06-01", 1), ("2025-07-01", 16))


@pytest.mark.smoke
def test_quarters_of_years_that_start_within_a_quarter(engine: Engine) -> None:
    """Years from February: quarters from February, May, August, November; January is the last month of a quarter."""
    world = shop(engine, "year starts february", "2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01")
    world.check("revenue by quarter", ("2025-11-01", 1), ("2026-02-01", 6), ("2026-05-01", 8))
    world.check(
        "revenue by quarter during 2026-05-01..2026-07-31 compare previous quarter", ("2026-05-01", 8, 6, 2 / 6), as_of="2026-07-31"
    )
    world.check("revenue by quarter during 2026-05 compare previous quarter", ("2026-05-01", 8, 2, 3))  # May, and February
    world.check("to_date(revenue, quarter) by month during 2026-04-01..2026-05-31", ("2026-04-01", 6), ("2026-05-01", 8))
    world.check("revenue by year, quarter during 2026-01-01..2026-02-28", ("2025-02-01", "2025-11-01", 1), ("2026-02-01", "2026-02-01", 2))


def test_written_periods_are_the_civil_calendar_s(engine: Engine) -> None:
    """`during 2026` is 1 January to 31 December, also where the year starts in July; shown by year it cuts two fiscal years."""
    world = shop(engine, "year starts july", "2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", "2026-12-31")
    world.check("revenue during 2026", (2 + 4 + 8 + 16,), as_of="2026-12-31")
    world.check("revenue by year during 2026", ("2025-07-01", 6), ("2026-07-01", 24), as_of="2026-12-31")


@pytest.mark.smoke
def test_weeks_and_fiscal_years_together(engine: Engine) -> None:
    """Both are set: the week of Sunday 29 March holds 1 April, where a year starts."""
    world = shop(engine, "week starts sunday  year starts april", "2026-03-31", "2026-04-01")
    world.check("revenue by week", ("2026-03-29", 3))
    world.check("revenue by week, year", ("2026-03-29", "2025-04-01", 1), ("2026-03-29", "2026-04-01", 2))


def test_scalar_functions_use_the_same_calendar(engine: Engine) -> None:
    """start_of and end_of in a column agree with `by week` and `by year`."""
    world = World(
        engine,
        """
        calendar { week starts sunday  year starts april }
        source orders from orders {
          key id  time day  id: int  day: date  amount: int
          week_of: date = start_of(day, week)  week_end: date = end_of(day, week)  year_of: date = start_of(day, year)
        }
        metric revenue = sum(orders.amount)
        """,
        orders=[(1, "2026-03-28", 1), (2, "2026-03-29", 2), (3, "2026-04-01", 4)],
    )
    world.check(
        "revenue by orders.week_of, orders.week_end, orders.year_of sparse",
        ("2026-03-22", "2026-03-28", "2025-04-01", 1),
        ("2026-03-29", "2026-04-04", "2025-04-01", 2),
        ("2026-03-29", "2026-04-04", "2026-04-01", 4),
    )


@pytest.mark.parametrize(
    "item,words",
    [
        ("week starts sunnday", "did you mean sunday"),
        ("year starts apil", "did you mean april"),
        ('zone "Europe/Roma"', "there is no time zone"),
        ('zone "CET+1"', "there is no time zone"),
    ],
)
def test_a_calendar_of_unknown_words(item: str, words: str) -> None:
    undeclared(f"calendar {{ {item} }}", "KPI053", words, text=PLAIN)
