"""S12: weeks and years start where the calendar says; parts are the ordinary calendar's; a period that is written out means one thing."""

from __future__ import annotations

from kpidsl.engines.base import Engine
from tests.results.world import World

DAYS = [(1, "2025-12-30"), (2, "2026-01-04"), (3, "2026-01-05"), (4, "2026-01-11"), (5, "2026-03-31"), (6, "2026-04-01")]
"""Tuesday; Sunday, Monday; Sunday; and the two days around a turn of the year in April."""


def text(calendar: str) -> str:
    return calendar + " source o from o { key id  time day  id: int  day: date } metric n = count(o)"


def test_weeks_from_sunday(engine: Engine) -> None:
    """4 January is a Sunday: it opens a week, and the 11th the next one."""
    world = World(engine, text("calendar { week starts sunday }"), o=DAYS[:4])
    world.check("n by week sparse", ("2025-12-28", 1), ("2026-01-04", 2), ("2026-01-11", 1))
    world.check("n by weekday", (1, 1), (2, 1), (7, 2))  # 1 is Monday all the same


def test_years_from_april(engine: Engine) -> None:
    """The last day of March ends the year of 2025 and its last quarter; the parts count from January all the same."""
    world = World(engine, text("calendar { year starts april }"), o=DAYS)
    world.check("n by year sparse", ("2025-04-01", 5), ("2026-04-01", 1))
    world.check("n by quarter sparse", ("2025-10-01", 1), ("2026-01-01", 4), ("2026-04-01", 1))
    world.check("n by quarter_of_year", (1, 4), (2, 1), (4, 1))
    world.check("n last 1 year", (1,))
    world.check("n last 2 quarters", (5,))
    world.check("n during 2026-04..2027-03", (1,))
    world.check("n during 2026-01..2026-12", (5,))
    world.check("n during 2026-01", (3,))


def test_periods_of_the_ordinary_calendar(engine: Engine) -> None:
    """Where weeks start on Monday and years in January: the second week is 5 to 11 January."""
    world = World(engine, text("calendar { week starts monday  year starts january }"), o=DAYS)
    world.check("n during 2026-W02", (2,))
    world.check("n during 2026", (5,))
    world.check("n during 2026-Q1", (4,))
    world.check("n during 2026-H1", (5,))
    world.check("n during 2026-W01..2026-Q1", (5,))


def test_a_period_that_is_written_out_is_iso(engine: Engine) -> None:
    """`2026` begins in January and `2026-W02` on a Monday, whatever the calendar: only by year and last 1 year follow it."""
    world = World(engine, text("calendar { week starts sunday  year starts april }"), o=DAYS)
    world.check("n during 2026-W02", (2,))  # 5 and 11 January
    world.check("n during 2026", (5,))
    world.check("n during 2026-Q1", (4,))
    world.check("n by year during 2026", ("2025-04-01", 4), ("2026-04-01", 1))
