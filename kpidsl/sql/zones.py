"""Time zones for engines that know none: a zone's changes of offset, written out (S13). Comes in: two IANA names. Goes out: SQL.

The changes are those of kpidsl/model/clocks.py; before and after them the nearest offset holds. A wall clock that is skipped counts by the
offset before the change, one that comes twice by the one after it, as PostgreSQL has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

from kpidsl.model.clocks import changes
from kpidsl.model.expr import Fn
from kpidsl.sql import nodes as n
from kpidsl.sql.tree import Node


def turned_back(zone: str) -> list[int]:
    """By how many minutes the zone's clocks are ever turned back, most often 60."""
    minutes = [shift for _, shift in changes(zone)]
    return sorted({before - after for before, after in pairwise(minutes) if after < before})


Shift = Callable[[Node, Node], Node]


def written_out(value: Node, fn: Fn, shift: Shift, literal: Callable[[str], Node], amount: Callable[[int], Node] = n.number) -> Node:
    """The wall clock of the second zone in the options for one of the first.

    `shift` adds an amount of time, `amount` writes one (of minutes), `literal` writes a moment.
    """
    first, then = (str(zone) for zone in fn.options)
    if first == then:
        return value
    if first != "UTC":
        value = shift(value, _minutes(first, -1, value, literal, amount))
    return shift(value, _minutes(then, 1, value, literal, amount)) if then != "UTC" else value


def _minutes(zone: str, sign: int, value: Node, literal: Callable[[str], Node], amount: Callable[[int], Node]) -> Node:
    """By how much the wall clock is ahead then: latest change first, since most rows are recent."""
    known = changes(zone)
    whens: list[tuple[Node, Node]] = []
    for when, minutes in reversed(known[1:]):
        start = when if sign > 0 else when + dt.timedelta(minutes=minutes)
        whens.append((n.compare(">=", value, literal(start.isoformat(" "))), amount(sign * minutes)))
    fixed = amount(sign * known[0][1])
    return n.case(whens, fixed) if whens else fixed
