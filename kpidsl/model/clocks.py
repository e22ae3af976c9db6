"""How clocks are put forward and back. Comes in: an IANA name. Goes out: when its offset changes, from 1990 to 2040, as the zone data of
the machine that compiles has it (Python's zoneinfo), and the hours that its clocks never show."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise

FIRST, LAST = 1990, 2041


@cache
def changes(zone: str) -> list[tuple[dt.datetime, int]]:
    """(moment in UTC, minutes ahead of UTC from then on), in order; the first is the start of 1990."""
    from zoneinfo import ZoneInfo

    place = ZoneInfo(zone)

    def offset(moment: dt.datetime) -> dt.timedelta:
        return moment.astimezone(place).utcoffset() or dt.timedelta()

    moment = dt.datetime(FIRST, 1, 1, tzinfo=dt.UTC)
    found = [(moment, offset(moment))]
    while moment.year < LAST:
        then = moment + dt.timedelta(days=1)
        if offset(then) != found[-1][1]:
            low, high = moment, then
            while high - low > dt.timedelta(minutes=1):
                middle = low + dt.timedelta(minutes=(high - low) // dt.timedelta(minutes=2))
                low, high = (middle, high) if offset(middle) == found[-1][1] else (low, middle)
            found.append((high, offset(high)))
        moment = then
    return [(when.replace(tzinfo=None), shift // dt.timedelta(minutes=1)) for when, shift in found]


@cache
def skipped_hours(zone: str) -> tuple[dt.datetime, ...]:
    """The whole hours that are on none of its clocks, because they are put forward over them: 2 o'clock of a Sunday in March."""
    hour = dt.timedelta(hours=1)
    found = []
    for (_, before), (when, after) in pairwise(changes(zone)):
        first, end = when + dt.timedelta(minutes=before), when + dt.timedelta(minutes=after)
        at = first.replace(minute=0)
        at += hour if at < first else dt.timedelta()
        while at + hour <= end:
            found.append(at)
            at += hour
    return tuple(found)
