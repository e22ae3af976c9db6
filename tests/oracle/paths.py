"""Funnels by brute force (S22). Comes in: what entities did, as values. Goes out: the starts, and the rows that a
funnel is due. Every start is tried with every sequence of later events; there is no recurrence, and nothing of kpidsl is imported here.

What S22 leaves open is read so:

* A *moment* is one entity (with what it holds constant under `same`) at one time. Rows without an entity, a held value or a time are
  nobody's. Under `by_day` the time is the day.
* `ordered`: a start s comes to stage k at t where rows at strictly rising moments s < … < t fill the stages from the first to k; a stage
  that is `optional` may be passed over, so whether somebody came to a later one never depends on it. t - s is at most the window.
  `by_day` the moments rise or stay, and no row fills two stages of one path.
* An exclusion ends what began before it: s < x < t. One at the moment of the start, or of the row that reaches the stage, does not;
  `by_day` and in any order, where events of one moment count together, the latter does: s < x <= t.
* `strict`: the moments of a path follow each other among all the moments of the stages' sources (and of exclusions) that the entity has,
  with the same held values; what else was done at one moment together with a stage is no event in between. Exclusions work as in `ordered`.
* `any`: a moment t with a row of a stage that is not optional completes the funnel where all these stages have a row in s <= … <= t; s is
  the latest moment for which that is so. Every moment with such a row is a start. Optional stages say nothing.
* A row that reaches a stage is credited to the latest start that comes there; a start's time of a stage is the earliest credited to it.
  So a start may lead nowhere because a later one of the same entity did better.
* What is read of a start comes from its row, what is read of a later stage from the row that came there first; of several rows at one
  moment that fill the stage from the one with the smallest key.
* A start is mature when start + window lies before the end of today. Rows after today are not seen.
* A count takes each entity once per stage and group of starts; times are those of starts, not of entities. The bottleneck is the required
  stage to which the smallest part came of those at the required stage before, if it lost anybody; of several the first.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

Moment = dt.datetime | dt.date
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Event:
    """A row: whose, when, which stages it may fill (from 1), whether it is excluded. `held` are the values under `same`, `dims` what else
    its row says, `key` what tells it from other rows."""

    who: Hashable
    at: Moment
    key: int
    fills: frozenset[int]
    out: bool = False
    held: tuple[Hashable, ...] = ()
    dims: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True)
class Funnel:
    """`optional`: the numbers of such stages. `within`: a number of minutes, hours, days, weeks or months, None for ever."""

    stages: int
    order: str = "ordered"
    within: tuple[int, str] | None = None
    optional: frozenset[int] = frozenset()
    by_day: bool = False

    def over(self, start: Moment) -> Moment | None:
        """The last moment of a start's window."""
        return None if self.within is None else later(start, *self.within)


@dataclass(slots=True)
class Start:
    """A start: its row, and the row by which it came to each stage after the first."""

    event: Event
    reached: dict[int, Event] = field(default_factory=dict)

    def time_to(self, stage: int) -> Fraction | None:
        """From the start to the stage, in days."""
        return days(self.event.at, self.reached[stage].at) if stage in self.reached else None


def later(moment: Moment, amount: int, unit: str) -> Moment:
    """So much later; months end no later than their last day."""
    if unit != "month":
        return moment + dt.timedelta(**{unit + "s": amount})
    years, month = divmod(moment.year * 12 + moment.month - 1 + amount, 12)
    day = moment.day
    while True:
        try:
            return moment.replace(year=years, month=month + 1, day=day)
        except ValueError:
            day -= 1


# ---------------------------------------------------------------- starts


def starts(funnel: Funnel, events: Iterable[Event]) -> list[Start]:
    """Every start of every entity with what came of it, by entity and time."""
    people: dict[tuple[Hashable, tuple[Hashable, ...]], list[Event]] = defaultdict(list)
    for event in events:
        people[event.who, event.held].append(event)
    made = {"ordered": _ordered, "strict": _strict, "any": _any}[funnel.order]
    found: list[Start] = []
    for rows in people.values():
        rows.sort(key=lambda e: (e.at, e.key))
        found += made(funnel, rows)
    return found


def _firsts(rows: Sequence[Event], begins: Callable[[Event], bool]) -> dict[Moment, Start]:
    """A start per moment, with the smallest key; `rows` are sorted by time and key."""
    found: dict[Moment, Start] = {}
    for row in rows:
        if begins(row) and row.at not in found:
            found[row.at] = Start(row)
    return found


def _credit(
    found: dict[Moment, Start], viable: dict[tuple[int, Moment], list[Moment]], rows: Sequence[Event], everything: bool = False
) -> list[Start]:
    """Each arrival goes to the latest start that comes there, and counts where it is that start's first at the stage; of several rows of
    the stage at one moment that with the smallest key. `everything`: the stage is the whole funnel, which any row may complete."""
    for stage, at in sorted(viable, reverse=True):
        filling = (row for row in rows if row.at == at and (everything or stage in row.fills))
        found[max(viable[stage, at])].reached[stage] = next(filling)
    return list(found.values())


def _next(funnel: Funnel, stage: int) -> range:
    """The stages that may follow one in a path: those up to the next that cannot be passed over."""
    last = stage + 1
    while last in funnel.optional and last < funnel.stages:
        last += 1
    return range(stage + 1, last + 1)


def _ordered(funnel: Funnel, rows: Sequence[Event]) -> list[Start]:
    found = _firsts(rows, lambda row: 1 in row.fills)
    viable: dict[tuple[int, Moment], list[Moment]] = defaultdict(list)
    for start in found:
        end = funnel.over(start)
        ahead = [row for row in rows if row.at > start or (funnel.by_day and row.at == start)]
        ahead = [row for row in ahead if end is None or row.at <= end]
        outs = [row.at for row in rows if row.out and row.at > start]

        def open_at(at: Moment, outs: list[Moment] = outs) -> bool:
            return not any(out < at or (funnel.by_day and out == at) for out in outs)

        seen: set[tuple[int, Moment]] = set()

        def walk(stage: int, now: Moment, ahead: list[Event] = ahead, seen: set[tuple[int, Moment]] = seen) -> None:
            """Every way on from a row that fills `stage`."""
            for row in ahead:
                if row.at > now or (funnel.by_day and row.at == now):
                    for to in _next(funnel, stage):
                        if to in row.fills and (to, row.at) not in seen and open_at(row.at):
                            seen.add((to, row.at))
                            if to < funnel.stages:
                                walk(to, row.at)

        walk(1, start)
        for arrival in seen:
            viable[arrival].append(start)
    return _credit(found, viable, rows)


def _strict(funnel: Funnel, rows: Sequence[Event]) -> list[Start]:
    found = _firsts(rows, lambda row: 1 in row.fills)
    moments = sorted({row.at for row in rows})
    fills: dict[Moment, set[int]] = defaultdict(set)
    for row in rows:
        fills[row.at] |= row.fills
    outs = [row.at for row in rows if row.out]
    viable: dict[tuple[int, Moment], list[Moment]] = defaultdict(list)
    for start in found:
        end = funnel.over(start)
        seen: set[tuple[int, Moment]] = set()

        def walk(stage: int, now: Moment, start: Moment = start, end: Moment | None = end, seen: set[tuple[int, Moment]] = seen) -> None:
            """On to the very next moment."""
            place = moments.index(now) + 1
            if stage == funnel.stages or place == len(moments):
                return
            at = moments[place]
            if (end is None or at <= end) and not any(start < out < at for out in outs):
                for to in _next(funnel, stage):
                    if to in fills[at]:
                        seen.add((to, at))
                        walk(to, at)

        walk(1, start)
        for arrival in seen:
            viable[arrival].append(start)
    return _credit(found, viable, rows)


def _any(funnel: Funnel, rows: Sequence[Event]) -> list[Start]:
    needed = set(range(1, funnel.stages + 1)) - funnel.optional
    found = _firsts(rows, lambda row: bool(row.fills & needed))
    viable: dict[tuple[int, Moment], list[Moment]] = defaultdict(list)
    for at in found:
        for start in found:
            between = [row.fills for row in rows if start <= row.at <= at]
            if not all(any(stage in fills for fills in between) for stage in needed):
                continue
            viable[funnel.stages, at].append(start)
    for (stage, at), froms in list(viable.items()):
        start, end = max(froms), funnel.over(max(froms))
        late = end is not None and at > end
        if late or any(row.out and start < row.at <= at for row in rows):
            del viable[stage, at]
    return _credit(found, viable, rows, everything=True)


# ---------------------------------------------------------------- what a funnel says


@dataclass(frozen=True, slots=True)
class Stage:
    """A row of `funnel … by …`: rates are fractions, times are in days; None is null."""

    group: tuple[object, ...]
    number: int
    entities: int
    step_rate: Fraction | None
    step: tuple[float, float] | None
    rate: Fraction | None
    whole: tuple[float, float] | None
    drop_off: int | None
    median: Fraction | None
    p90: Fraction | None
    immature: int
    bottleneck: bool


def staged(funnel: Funnel, of: Iterable[Start], group: Callable[[Start], tuple[object, ...]], today: dt.date) -> list[Stage]:
    """The stages of each group of starts, in order; groups as they come."""
    groups: dict[tuple[object, ...], list[Start]] = defaultdict(list)
    for start in of:
        groups[group(start)].append(start)
    found: list[Stage] = []
    for name, members in groups.items():
        came: dict[int, set[Hashable]] = {1: {start.event.who for start in members}}
        for number in range(2, funnel.stages + 1):
            came[number] = {start.event.who for start in members if number in start.reached}
        young = len({start.event.who for start in members if not mature(funnel, start.event.at, today)})
        rows: list[Stage] = []
        for number in range(1, funnel.stages + 1):
            before = max((n for n in range(1, number) if n not in funnel.optional), default=None)
            count = len(came[number])
            whole, step = (len(came[1]), len(came[before])) if before is not None else (0, 0)
            times = sorted(time for time in (start.time_to(number) for start in members) if time is not None)
            rows.append(
                Stage(
                    name,
                    number,
                    count,
                    Fraction(count, step) if step else None,
                    wilson(count, step),
                    Fraction(count, whole) if whole else None,
                    wilson(count, whole),
                    step - count if before is not None else None,
                    percentile(times, Fraction(1, 2)),
                    percentile(times, Fraction(9, 10)),
                    young,
                    False,
                )
            )
        judged = [row for row in rows if row.step_rate is not None and row.step_rate < 1 and row.number not in funnel.optional]
        worst = min(judged, key=lambda row: (row.step_rate, row.number), default=None)
        found += [replace(row, bottleneck=row is worst) for row in rows]
    return found


def mature(funnel: Funnel, start: Moment, today: dt.date) -> bool:
    """Whether the window of a start is over by the end of today."""
    end = funnel.over(start)
    return end is None or (end.date() if isinstance(end, dt.datetime) else end) <= today


def days(then: Moment, now: Moment) -> Fraction:
    """How much later `now` is than `then`."""
    apart = now - then  # type: ignore[operator]
    return Fraction(apart // dt.timedelta(microseconds=1), 86_400_000_000)


def percentile(values: Sequence[Fraction], part: Fraction) -> Fraction | None:
    """With a straight line between neighbours; `values` are sorted."""
    if not values:
        return None
    place = part * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """The 95% interval of a share (Wilson 1927)."""
    if not of:
        return None
    share = count / of
    middle = share + Z * Z / (2 * of)
    reach = Z * math.sqrt(max(share * (1 - share), 0) / of + Z * Z / (4 * of * of))
    if share > 1:
        return None
    return (middle - reach) / (1 + Z * Z / of), (middle + reach) / (1 + Z * Z / of)


def first_day(day: dt.date, grain: str) -> dt.date:
    """The first day of the period; weeks begin on Mondays."""
    match grain:
        case "day":
            return day
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)
