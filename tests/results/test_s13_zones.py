"""S13: a timestamp is brought from its own zone to the calendar's before it is cut to hours, days and months; summer time included."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, undeclared

TEXT = """
calendar {{ zone "{zone}" }}
source events from events {{ key id  time at  id: int  at: timestamp  who: int  ended: timestamp }}
metric n = count(events)
metric people = count(distinct events.who)
metric alive = count(events, active: at..ended)
"""


def world_in(engine: Engine, zone: str, *moments: str | None) -> World:
    """Events at these moments in UTC, each of another person; none has ended."""
    return World(engine, TEXT.format(zone=zone), events=[(i, at, i, None) for i, at in enumerate(moments, 1)])


@pytest.mark.parametrize(
    "zone,day",
    [
        ("Europe/Rome", "2026-02-01"),  # 23:30 UTC is 00:30 of the next day
        ("UTC", "2026-01-31"),
        ("America/New_York", "2026-01-31"),
        ("Asia/Taipei", "2026-02-01"),
        ("Asia/Kolkata", "2026-02-01"),  # half an hour beside the others: 05:00
        ("Pacific/Kiritimati", "2026-02-01"),  # 13:30, 14 hours ahead
        ("Pacific/Pago_Pago", "2026-01-31"),  # 12:30, 11 hours behind
    ],
)
def test_the_day_is_the_calendar_s(engine: Engine, zone: str, day: str) -> None:
    """One moment, 31 January 23:30 UTC, is of another day, month and range by where one stands."""
    world = world_in(engine, zone, "2026-01-31T23:30")
    world.check("n by day", (day, 1))
    world.check("n by month", (day[:8] + "01", 1))
    world.check(f"n during {day}", (1,))
    world.check("n during 2026-01", (1 if day < "2026-02" else 0,))


@pytest.mark.parametrize(
    "moment,day,hour",
    [
        ("2026-03-28T22:59", "2026-03-28", 23),  # winter: an hour ahead of UTC
        ("2026-03-28T23:00", "2026-03-29", 0),
        ("2026-03-29T00:59", "2026-03-29", 1),
        ("2026-03-29T01:00", "2026-03-29", 3),  # clocks went from 2 to 3
        ("2026-03-29T21:59", "2026-03-29", 23),  # summer: two hours ahead
        ("2026-03-29T22:00", "2026-03-30", 0),
        ("2026-10-24T21:59", "2026-10-24", 23),
        ("2026-10-24T22:00", "2026-10-25", 0),
        ("2026-10-25T00:30", "2026-10-25", 2),  # 2:30 for the first time
        ("2026-10-25T01:30", "2026-10-25", 2),  # and for the second
        ("2026-10-25T22:59", "2026-10-25", 23),  # winter again
        ("2026-10-25T23:00", "2026-10-26", 0),
    ],
)
def test_summer_time_in_rome(engine: Engine, moment: str, day: str, hour: int) -> None:
    """Days turn at Rome's midnight before, on and after the days of the change, by day and by hour."""
    world = world_in(engine, "Europe/Rome", moment)
    world.check("n by day", (day, 1), as_of="2026-12-31")
    world.check("n by hour sparse", (f"{day} {hour:02}:00:00", 1), as_of="2026-12-31")
    world.check("n by hour_of_day", (hour, 1), as_of="2026-12-31")
    world.check(f"n during {day}", (1,), as_of="2026-12-31")


@pytest.mark.parametrize(
    "moment,day",
    [
        ("2026-03-08T04:59", "2026-03-07"),  # New York is 5 hours behind
        ("2026-03-08T05:00", "2026-03-08"),
        ("2026-03-09T03:59", "2026-03-08"),  # and 4 since that day's 2 o'clock
        ("2026-03-09T04:00", "2026-03-09"),
        ("2026-11-02T04:59", "2026-11-01"),
    ],
)
def test_summer_time_in_new_york(engine: Engine, moment: str, day: str) -> None:
    """The other side of Greenwich, with other days of change."""
    world_in(engine, "America/New_York", moment).check("n by day", (day, 1), as_of="2026-12-31")


@pytest.mark.smoke
def test_the_days_of_the_change_are_one_day_each(engine: Engine) -> None:
    """An event every hour: 29 March has 23 of them in Rome, 25 October has 25; every day is there, once."""
    march = [f"2026-03-{28 + (n + 23) // 24:02}T{(n + 23) % 24:02}:30" for n in range(47)]  # from 00:30 of the 29th in Rome
    world_in(engine, "Europe/Rome", *march).check("n by day", ("2026-03-29", 23), ("2026-03-30", 24))
    october = [f"2026-10-{24 + (n + 22) // 24:02}T{(n + 22) % 24:02}:30" for n in range(49)]
    world_in(engine, "Europe/Rome", *october).check("n by day", ("2026-10-25", 25), ("2026-10-26", 24), as_of="2026-12-31")


@pytest.mark.smoke
def test_every_hour_of_a_range_of_the_calendar(engine: Engine) -> None:
    """Hours without rows are there by the clock on the wall; the hour that is twice holds the rows of both."""
    world = world_in(engine, "Europe/Rome", "2026-10-25T00:30", "2026-10-25T01:30")
    got = world.rows("n by hour during 2026-10-25", as_of="2026-12-31")
    assert len(got) == 24
    assert [(str(at), n) for at, n in got if n] == [("2026-10-25 02:00:00", 2)]


@pytest.mark.parametrize(
    "zone,day,hours,missing",
    [
        ("Europe/Rome", "2026-03-29", 23, "02"),  # 01:59 is followed by 03:00
        ("America/New_York", "2026-03-08", 23, "02"),
        ("America/Santiago", "2026-09-06", 23, "00"),  # the day begins at 1 o'clock
        ("Australia/Lord_Howe", "2026-10-04", 24, ""),  # only half of the hour is skipped: it is there
        ("Europe/Rome", "2026-10-25", 24, ""),
        ("America/New_York", "2026-11-01", 24, ""),
        ("Asia/Kolkata", "2026-03-29", 24, ""),
        ("UTC", "2026-03-29", 24, ""),
    ],
)
def test_an_hour_that_clocks_skip_is_no_hour(engine: Engine, zone: str, day: str, hours: int, missing: str) -> None:
    """It has no row, so that nobody sees a sudden nothing at 2 o'clock; every other hour of the day is there, and no other day changes."""
    world = world_in(engine, zone, f"{day}T12:00")
    shown = [str(at)[:13] for at, _ in world.rows(f"n by hour during {day}", as_of="2026-12-31")]
    assert shown == [f"{day} {hour:02}" for hour in range(24) if f"{hour:02}" != missing]
    assert len(shown) == hours
    following = str(dt.date.fromisoformat(day) + dt.timedelta(days=1))
    assert len(world.rows(f"n by hour during {following}", as_of="2026-12-31")) == 24


@pytest.mark.smoke
def test_hours_around_the_change(engine: Engine) -> None:
    """Rome's 29 March: 00:30, 01:30 and 03:30 are three hours one after the other. Of the open range, of a window, of a stock and of the
    hours since the range began the skipped one is no row, and takes nothing from those after it."""
    world = world_in(engine, "Europe/Rome", "2026-03-28T23:30", "2026-03-29T00:30", "2026-03-29T01:30")
    midnight, one, three = (f"2026-03-29 {hour:02}:00:00" for hour in (0, 1, 3))
    world.check("n by hour", (midnight, 1), (one, 1), (three, 1), as_of="2026-12-31")
    world.check("running(n) by hour", (midnight, 1), (one, 2), (three, 3), as_of="2026-12-31")
    world.check("alive by hour", (midnight, 1), (one, 2), (three, 3), as_of="2026-12-31")
    world.check("trailing(n, 2 hours) by hour", (midnight, 1), (one, 2), (three, 1), as_of="2026-12-31")  # on the clock: from 2 to 4


@pytest.mark.smoke
def test_the_hour_that_comes_twice(engine: Engine) -> None:
    """New York's 1 November: 05:30 and 06:30 UTC are both half past one; nothing is lost and nothing is in a neighbour's hour."""
    world = world_in(engine, "America/New_York", "2026-11-01T04:30", "2026-11-01T05:30", "2026-11-01T06:30", "2026-11-01T07:30")
    world.check(
        "n, running(n) by hour",
        ("2026-11-01 00:00:00", 1, 1),
        ("2026-11-01 01:00:00", 2, 3),
        ("2026-11-01 02:00:00", 1, 4),
        as_of="2026-12-31",
    )
    world.check("n by day", ("2026-11-01", 4), as_of="2026-12-31")


@pytest.mark.smoke
def test_windows_count_days_of_the_calendar(engine: Engine) -> None:
    """Two days up to 30 March in Rome hold 29 March 00:00 (the 28th, 23:00 UTC) and nothing earlier; persons are counted once."""
    world = world_in(
        engine, "Europe/Rome", "2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T22:00", "2026-03-30T21:59", "2026-03-30T22:00"
    )
    world.check(
        "n, trailing(n, 2 days), trailing(people, 2 days) by day during 2026-03-29..2026-03-31",
        ("2026-03-29", 1, 2, 2),
        ("2026-03-30", 2, 3, 3),
        ("2026-03-31", 1, 3, 3),
    )
    world.check("trailing(n, 2 days) during 2026-03-30", (3,))


@pytest.mark.smoke
def test_comparisons_shift_days_of_the_calendar(engine: Engine) -> None:
    """25 October has 25 hours; the day before it 24: each is a whole day by the clock."""
    world = world_in(engine, "Europe/Rome", "2026-10-24T21:59", "2026-10-24T22:00", "2026-10-25T22:59", "2026-10-25T23:00")
    world.check(
        "n, prior(n, 1 day) by day during 2026-10-25..2026-10-26",
        ("2026-10-25", 2, 1),
        ("2026-10-26", 1, 2),
        as_of="2026-12-31",
    )
    world.check("n during 2026-10-25 compare previous day", (2, 1, 1), as_of="2026-12-31")


def test_the_running_day_ends_at_the_calendar_s_midnight(engine: Engine) -> None:
    """On 30 March in Rome, what happened from 22:00 UTC on is tomorrow's."""
    world = world_in(engine, "Europe/Rome", "2026-03-29T22:00", "2026-03-30T21:59", "2026-03-30T22:00")
    world.check("n, running(n) by day during 2026-03-30", ("2026-03-30", 2, 2), as_of="2026-03-30")
    world.check("n last 1 day", (2,), as_of="2026-03-30")
    world.check("to_date(n, month) last 1 day", (2,), as_of="2026-03-30")


@pytest.mark.smoke
def test_stocks_at_the_calendar_s_midnight(engine: Engine) -> None:
    """Begun at 22:00 UTC on 30 March is begun on the 31st in Rome; ended at 22:00 UTC of the 31st is alive for all of the 31st."""
    rows = [
        (1, "2026-03-30T22:00", 1, None),
        (2, "2026-03-01T00:00", 2, "2026-03-31T21:59"),
        (3, "2026-03-01T00:00", 3, "2026-03-31T22:00"),
    ]
    World(engine, TEXT.format(zone="Europe/Rome"), events=rows).check(
        "alive by day during 2026-03-30..2026-04-01",
        ("2026-03-30", 2),
        ("2026-03-31", 2),
        ("2026-04-01", 1),
        as_of="2026-04-30",
    )


MIXED = """
calendar { zone "Europe/Rome" }
source taipei from taipei { key id  time at  id: int  at: timestamp in "Asia/Taipei" }
source utc from utc { key id  time at  id: int  at: timestamp }
source rome from rome { key id  time at  id: int  at: timestamp in "Europe/Rome" }
source days from days { key id  time on_day  id: int  on_day: date }
metric a = count(taipei)
metric b = count(utc)
metric c = count(rome)
metric d = count(days)
"""


@pytest.mark.smoke
def test_columns_of_several_zones_meet_on_the_calendar_s_days(engine: Engine) -> None:
    """One moment on three clocks, and a date as it stands: all of 1 February in Rome."""
    world = World(
        engine,
        MIXED,
        taipei=[(1, "2026-02-01T07:30")],  # 00:30 in Rome
        utc=[(1, "2026-01-31T23:30")],
        rome=[(1, "2026-02-01T00:30")],
        days=[(1, "2026-02-01")],
    )
    world.check("a, b, c, d by day", ("2026-02-01", 1, 1, 1, 1))
    world.check("a, b, c, d during 2026-02-01", (1, 1, 1, 1))
    world.check("a, b, c, d during 2026-01", (0, 0, 0, 0))
    world.check("a, b, c by hour sparse", ("2026-02-01 00:00:00", 1, 1, 1))


def test_visible_by_the_calendar_whatever_the_column_s_zone(engine: Engine) -> None:
    """07:29 and 06:59 of 1 February in Taipei: after and before midnight in Rome."""
    world = World(engine, MIXED, taipei=[(1, "2026-02-01T06:59"), (2, "2026-02-01T07:00")])
    world.check("a", (1,), as_of="2026-01-31")
    world.check("a", (2,), as_of="2026-02-01")
    world.check("a by day", ("2026-01-31", 1), ("2026-02-01", 1), as_of="2026-02-01")


def test_another_zone_with_summer_time_on_both_sides(engine: Engine) -> None:
    """New York's 8 March 23:30 is in its summer time, 03:30 UTC of the 9th, 04:30 in Rome, which is in winter until the 29th."""
    text = """
    calendar { zone "Europe/Rome" }
    source calls from calls { key id  time at  id: int  at: timestamp in "America/New_York" }
    metric n = count(calls)
    """
    rows = [(1, "2026-03-08T18:59"), (2, "2026-03-08T19:00"), (3, "2026-03-08T23:30"), (4, "2026-03-07T18:00")]
    World(engine, text, calls=rows).check(
        "n by day",
        ("2026-03-08", 2),  # 7 March 18:00 in winter is 00:00 of the 8th in Rome; 8 March 18:59 in summer is 23:59
        ("2026-03-09", 2),
    )


def test_nulls_have_no_day(engine: Engine) -> None:
    """A moment that is not known is of no day and no range, and in the total."""
    world = world_in(engine, "Europe/Rome", "2026-01-31T23:30", None)
    world.check("n by day", ("2026-02-01", 1), (None, 1))
    world.check("n", (2,))
    world.check("n during 2026", (1,))


def test_before_and_after_the_zone_s_rules(engine: Engine) -> None:
    """Rome had summer time in 2005 on other days than today (from 27 March), and none in 1960."""
    world = world_in(engine, "Europe/Rome", "2005-03-26T23:00", "2005-03-27T22:00", "1960-07-01T22:59", "1960-07-01T23:00")
    world.check("n by day sparse", ("1960-07-01", 1), ("1960-07-02", 1), ("2005-03-27", 1), ("2005-03-28", 1))


@pytest.mark.parametrize(
    "where", ['calendar { zone "Europe/Roma" }', 'source s from s { key id  id: int  at: timestamp in "Europe/Roma" }']
)
def test_unknown_zones(where: str) -> None:
    """A zone that nobody knows is refused where it is written."""
    undeclared(where, "KPI053", "Europe/Rome", text="")


def test_a_length_of_time_is_the_time_that_passed(engine: Engine) -> None:
    """In Rome 01:30 to 03:30 of 31 March 2024 is an hour, and 00:30 to 12:30 of 27 October is thirteen; of dates, days are days."""
    text = """
source shifts from shifts { key id  time begin  id: int  begin: timestamp in "Europe/Rome"  finish: timestamp in "Europe/Rome"
  long: duration = finish - begin }
metric worked = sum(shifts.long)
metric at_once = sum(shifts.finish - shifts.begin)
metric span = max(shifts.finish) - min(shifts.begin)
"""
    rows = [(1, "2024-03-31 01:30:00", "2024-03-31 03:30:00"), (2, "2024-10-27 00:30:00", "2024-10-27 12:30:00")]
    world = World(engine, text, shifts=rows)
    world.check("worked, at_once by shifts.id", (1, 1 / 24, 1 / 24), (2, 13 / 24, 13 / 24))
    world.check("span where shifts.id = 1", (1 / 24,))
