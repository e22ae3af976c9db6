"""S13: a moment belongs to the calendar's clock, whichever clock its column keeps; so does a moment that is written out."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, undeclared

TEXT = """
calendar { zone "Asia/Taipei" }
param since: timestamp = 2026-01-31T19:00
param since_there: timestamp in "Asia/Taipei" = 2026-02-01T03:00
source calls from calls {
  key id  time at
  id: int
  at: timestamp
  local: timestamp in "Asia/Taipei"
  roman: timestamp in "Europe/Rome"
  known: timestamp = coalesce(at, 2026-02-01T04:00)
  age: duration = 2026-02-02T03:00 - at
}
metric calls_n = count(calls)
metric age = max(calls.age)
"""
CALLS = [(1, "2026-01-31T19:00", "2026-02-01T03:00", "2026-01-31T20:00"), (2, None, None, None)]
"""One moment on three clocks: 19:00 UTC is 3:00 of the next day in Taipei and 20:00 in Rome."""


@pytest.mark.parametrize("column", ["calls.at", "calls.local", "calls.roman"])
def test_a_moment_that_is_written_out_is_the_calendar_s(engine: Engine, column: str) -> None:
    """3:00 in Taipei is the moment of call 1, whichever clock its column keeps; call 2 has none."""
    world = World(engine, TEXT, calls=CALLS)
    world.check(f"calls_n where {column} = 2026-02-01T03:00", (1,))
    world.check(f"calls_n where {column} < 2026-02-01T03:00", (0,))
    world.check(f"calls_n where {column} between 2026-02-01T02:59 and 2026-02-01T03:00", (1,))
    world.check(f"calls_n where {column} in (2026-02-01T02:00, 2026-02-01T03:00)", (1,))
    world.check(f"calls_n where {column} not in (2026-02-01T02:00, 2026-02-01T03:00)", (1,))
    world.check(f"calls_n where {column} = since and {column} = since_there", (1,))


@pytest.mark.smoke
def test_a_moment_and_its_day_agree(engine: Engine) -> None:
    """Since midnight of 1 February by its timestamp, by its day and as a period: the same call."""
    world = World(engine, TEXT, calls=CALLS)
    for query in ("where calls.at >= 2026-02-01T00:00", "where date(calls.at) >= 2026-02-01", "during 2026-02-01"):
        world.check(f"calls_n {query}", (1,))


def test_moments_written_out_inside_columns(engine: Engine) -> None:
    """4:00 in Taipei stands in for the missing moment, in UTC as the column; a day lies between 3:00 and the next 3:00."""
    world = World(engine, TEXT, calls=CALLS)
    world.check("calls_n by calls.known", ("2026-01-31T19:00", 1), ("2026-01-31T20:00", 1))
    world.check("age", (1,))


def test_one_dimension_has_one_clock_and_one_unit() -> None:
    """10:00 in UTC and 11:00 in Rome would be two groups of one moment; 10 EUR and 10 USD one group of two amounts."""
    text = """
    source a from a { key id  id: int  at: timestamp  price: money(EUR) }
    source b from b { key id  id: int  at: timestamp in "Europe/Rome"  price: money(USD) }
    """
    undeclared("dimension moment = a.at, b.at", "KPI051", "Europe/Rome", "UTC", "date(…)", text=text)
    undeclared("dimension price = a.price, b.price", "KPI050", "EUR", "USD", text=text)


@pytest.mark.smoke
def test_days_of_two_clocks_meet(engine: Engine) -> None:
    """By their days in the calendar the two columns are one dimension: 23:30 UTC is the next day in Rome."""
    world = World(
        engine,
        """
        calendar { zone "Europe/Rome" }
        source a from a { key id  id: int  at: timestamp }
        source b from b { key id  id: int  at: timestamp in "Europe/Rome" }
        dimension on_day = date(a.at), date(b.at)
        metric an = count(a)
        metric bn = count(b)
        """,
        a=[(1, "2026-01-31T23:30"), (2, "2026-01-31T22:30")],
        b=[(1, "2026-01-31T23:30"), (2, "2026-02-01T00:30")],
    )
    world.check("an, bn by on_day", ("2026-01-31", 1, 1), ("2026-02-01", 1, 1))
