"""Time zones for engines that know none: a zone's changes of offset, written out (S13). Comes in: two IANA names. Goes out: SQL.

The changes come from the zone data of the machine that compiles (Python's zoneinfo), from 1990 to 2040; before and after, the nearest offset
holds. A wall clock that is skipped counts by the offset before the change, one that comes twice by the offset after it, as on PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from sqlglot import exp

from kpidsl.sql import nodes as n
from kpidsl.sql.dates import is_date
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import Call, op

FIRST, LAST = 1990, 2041


@cache
def changes(zone: str) -> list[tuple[dt.datetime, int]]:
    """(moment in UTC, minutes ahead of UTC from then on), in order; the first is the start of 1990."""
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


def _shift(zone: str, sign: int, value: Node) -> Node:
    """'+60 minutes' at that wall clock: latest first, since most rows are recent."""
    whens: list[tuple[Node, Node]] = []
    known = changes(zone)
    for when, minutes in reversed(known[1:]):
        start = when if sign > 0 else when + dt.timedelta(minutes=minutes)
        whens.append((n.compare(exp.GTE, value.copy(), n.text(start.isoformat(" "))), n.text(f"{sign * minutes:+d} minutes")))
    fixed = n.text(f"{sign * known[0][1]:+d} minutes")
    return n.case(whens, fixed) if whens else fixed


