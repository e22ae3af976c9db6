"""S12: periods of the calendar's own come from a column of its days; each row finds its day by the time at which it counts."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

CALENDAR = """
calendar { zone "Europe/Rome"  grain season from seasons.begins }
source seasons from seasons { key day  day: date  begins: date }
source orders from orders {
  key id  time ordered_at
  id: int
  ordered_at: timestamp
  ordered_on: date = date(ordered_at)
  delivered_on: date
  amount: int
  buyer: int
  join one delivery: seasons on delivered_on = day
  join one season_day: seasons on ordered_on = day
}
source plans from plans { key day  time day  day: date  planned: int  join one seasons: seasons on day }
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
metric buyers = count(distinct orders.buyer)
metric average = revenue / orders_n
metric planned = sum(plans.planned)
metric delivered = sum(orders.amount) at time orders.delivered_on
"""
SEASONS = [("2026-01-03", "2025-12-01"), ("2026-01-04", "2026-01-04"), ("2026-01-05", "2026-01-04"), ("2026-02-01", "2026-02-01")]
ORDERS = [
    (1, "2026-01-03 10:00:00", "2026-01-05", 1, 7),
    (2, "2026-01-03 23:30:00", "2026-01-05", 2, 7),  # 00:30 of the 4th in Rome
    (3, "2026-01-05 12:00:00", "2026-02-01", 4, 7),
    (4, "2026-01-04 12:00:00", "2026-02-01", 8, 8),
    (5, "2026-01-09 12:00:00", None, 16, 9),  # no day of the calendar's
]
PLANS = [("2026-01-04", 10), ("2026-02-01", 20)]


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, CALENDAR, seasons=SEASONS, orders=ORDERS, plans=PLANS)


@pytest.mark.smoke
def test_rows_stand_under_the_period_of_their_day(world: World) -> None:
    """The 23:30 of the 3rd is the 4th in Rome. A day that the calendar does not hold is in no period, and lost is no row."""
    world.check(
        "revenue, orders_n, buyers, average by season",
        ("2025-12-01", 1, 1, 1, 1),
        ("2026-01-04", 14, 3, 2, 14 / 3),
        (None, 16, 1, 1, 16),
    )


def test_several_sources_meet_in_a_period(world: World) -> None:
    world.check(
        "revenue, planned by season during 2026",
        ("2025-12-01", 1, 0),
        ("2026-01-04", 14, 10),
        ("2026-02-01", 0, 20),
        (None, 16, 0),
    )


def test_another_time_takes_another_day(world: World) -> None:
    """What was delivered stands under the season of the delivery, not of the order; what was not does not count there."""
    world.check("delivered by season", ("2026-01-04", 3), ("2026-02-01", 12))


def test_a_range_cuts_periods(world: World) -> None:
    world.check("revenue by season during 2026-01-04", ("2026-01-04", 10))


REFUSED = {
    "running(revenue) by season": "KPI190",
    "revenue by season during 2026-01 compare previous year": "KPI190",
    "revenue by season, day": "KPI190",
    "revenue at (season) by day": "KPI064",
    "share(revenue, of: season) by season": "KPI064",
    "shifted by season": "KPI122",
    "lone by season": "KPI122",
}
MORE = """
source shifts from shifts { key day  time day  day: date  next: date = day + 1 day  worth: int  join one seasons: seasons on next = day }
source loners from loners { key day  time day  day: date  worth: int }
metric shifted = sum(shifts.worth)
metric lone = sum(loners.worth)
"""


@pytest.mark.parametrize("query", REFUSED)
def test_what_would_be_wrong_is_refused(query: str) -> None:
    """A look beyond one period; a level that the days do not tell; rows that find another day than theirs, or none."""
    refused(query, REFUSED[query], text=CALENDAR + MORE)


@pytest.mark.parametrize("name", ["week", "month", "weekday", "period", "season"])
def test_a_period_of_ones_own_has_a_name_of_its_own(name: str) -> None:
    """Behind `by` the word would mean what it means everywhere, and the declared days would be passed over."""
    again = f"grain season from seasons.begins  grain {name} from seasons.begins"
    text = CALENDAR.replace("grain season from seasons.begins", again)
    undeclared("", "KPI034", f"`{name}`", text=text)
