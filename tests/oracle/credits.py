"""Conversions and cohorts by plain loops (S23, S24). Comes in: what entities did, as values. Goes out: what is credited to each
opportunity, and how many of each cohort came back. Nothing of kpidsl is imported here.

What S23 and S24 leave open is read so: an opportunity of nobody is one that nobody takes, a conversion of nobody is credited to nothing.
Where one row may be both, its conversion is of a later moment. Where one side knows days only, both are told by days. A cohort has its
people by their first activity that is known today, of several at one time that with the smallest key; a period counts once its last day
is over.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.paths import Moment, first_day, later


@dataclass(frozen=True, slots=True)
class Happening:
    """An opportunity or a conversion of somebody."""

    who: Hashable
    at: Moment
    key: int
    dims: tuple[Hashable, ...] = ()


def credited(
    opportunities: Sequence[Happening], conversions: Sequence[Happening], within: tuple[int, str] | None, strictly: bool = False
) -> dict[int, int]:
    """How many conversions each opportunity has, by its key (S23): each goes to its entity's latest opportunity that is not later
    (`strictly`: that is earlier), of equal ones to that with the greatest key, where it lies within the window, inclusive."""
    counts = {chance.key: 0 for chance in opportunities}
    chances: dict[Hashable, list[Happening]] = defaultdict(list)
    for chance in opportunities:
        chances[chance.who].append(chance)
    for done in conversions:
        known = chances[done.who] if done.who is not None else []
        before = [chance for chance in known if chance.at < done.at or (chance.at == done.at and not strictly)]
        if before:
            chance = max(before, key=lambda c: (c.at, c.key))
            if within is None or done.at <= later(chance.at, *within):
                counts[chance.key] += 1
    return counts


def conversion_rate(counts: Iterable[int]) -> Fraction | None:
    """Opportunities with at least one conversion over opportunities: 0 where none converted, null where there are none."""
    every = list(counts)
    return Fraction(sum(count > 0 for count in every), len(every)) if every else None


# ---------------------------------------------------------------- retention


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people who began in one period: how many, and how many of them were active n periods later, None where that is not over."""

    period: dt.date
    size: int
    active: tuple[int | None, ...]


def cohorts(activity: Iterable[tuple[Hashable, dt.date]], grain: str, periods: int, today: dt.date) -> list[Cohort]:
    """Cohorts by first activity (S24), each `grain` (day, week, month, quarter or year), with periods 0 to `periods` after the start's."""
    seen: dict[Hashable, set[dt.date]] = defaultdict(set)
    for who, day in activity:
        if who is not None and day <= today:
            seen[who].add(first_day(day, grain))
    began: dict[dt.date, list[set[dt.date]]] = defaultdict(list)
    for active in seen.values():
        began[min(active)].append(active)
    found = []
    for period, members in sorted(began.items()):
        counts: list[int | None] = []
        for number in range(periods + 1):
            at = moved(period, number, grain)
            is_over = moved(at, 1, grain) - dt.timedelta(days=1) <= today
            counts.append(sum(at in active for active in members) if is_over else None)
        found.append(Cohort(period, len(members), tuple(counts)))
    return found


def moved(period: dt.date, amount: int, grain: str) -> dt.date:
    """The first day of the period so many later."""
    if grain in ("day", "week"):
        return period + dt.timedelta(days=amount * (7 if grain == "week" else 1))
    whole = period.year * 12 + period.month - 1 + amount * {"month": 1, "quarter": 3, "year": 12}[grain]
    return dt.date(whole // 12, whole % 12 + 1, 1)
