"""What a query means, worked out the slow way: rows are Python tuples, joins are loops, numbers are fractions.

Nothing of kpidsl is imported here. Every rule of SEMANTICS.md that the compiler must follow is followed here by the shortest code that
could be read aloud: metrics are evaluated per group and period from the rows of their own source, never from other groups' values.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Union

from tests.oracle.when import DEFAULT, ONE, PERIODS, Calendar, Move, Shift, Time, When, shifted

Value = None | bool | int | Fraction | str | dt.date | dt.datetime
Row = dict[str, Value]

# ---------------------------------------------------------------- tables


@dataclass(frozen=True)
class Join:
    """At most one row of `target` beside each row: pairs of (own column, target's key column)."""

    target: str
    on: tuple[tuple[str, str], ...]
    during: tuple[str, str] | None = None  # validity, as columns of the target: it holds the row's time
    before: str | None = None  # the latest row of the target before this column's value
    within: int | None = None  # days
    where: Callable[[Row], bool] = lambda row: True


@dataclass(frozen=True)
class Source:
    """Columns in the order of the rows. `computed` columns are functions of (world, row)."""

    columns: tuple[str, ...]
    time: str | None = None
    key: tuple[str, ...] = ()
    joins: dict[str, Join] = field(default_factory=dict)
    computed: dict[str, Callable[[World, Row], Value]] = field(default_factory=dict)
    made: Callable[[World], list[Row]] | None = None  # the rows of a coarser grain, out of other rows


@dataclass
class World:
    """Sources and their rows. Rows later than `as_of` do not count (S14), those without a time do (S2). coverage: the first and the last
    day of a source's data, where it says so (S5)."""

    sources: dict[str, Source]
    tables: dict[str, list[tuple[Value, ...]]]
    as_of: dt.date
    calendar: Calendar = DEFAULT
    coverage: dict[str, tuple[dt.date | None, dt.date | None]] = field(default_factory=dict)

    def everything(self, source: str) -> list[Row]:
        shape = self.sources[source]
        return [dict(zip(shape.columns, line, strict=True)) for line in self.tables[source]] if shape.made is None else shape.made(self)

    def rows(self, source: str) -> list[Row]:
        """The rows that count: not those later than `as_of`."""
        time = self.sources[source].time
        return [row for row in self.everything(source) if time is None or row[time] is None or _day(row[time]) <= self.as_of]

    def step(self, source: str, row: Row | None, role: str, root: dt.date | None) -> tuple[str, Row | None]:
        """The one row of a role; a null key joins nothing. A row that is found by its key describes, and may be later than `as_of`; one
        that is picked in time may not."""
        join = self.sources[source].joins[role]
        if row is None:
            return join.target, None
        rows = self.everything(join.target) if join.before is None and join.during is None else self.rows(join.target)
        found = [r for r in rows if all(row[mine] is not None and row[mine] == r[theirs] for mine, theirs in join.on) and join.where(r)]
        key = self.sources[join.target].key
        if join.during is not None:
            start, end = join.during
            time = self.sources[source].time
            moment = root if time is None else row[time] and _day(row[time])
            held = [
                r
                for r in found
                if moment is not None and (r[start] is None or _day(r[start]) <= moment) and (r[end] is None or moment < _day(r[end]))
            ]
            return join.target, max(held, key=lambda r: (r[start] or dt.date.min, *(_rank(r[k]) for k in key)), default=None)
        if join.before is not None:
            order, moment = self.sources[join.target].time, row[join.before]
            assert order is not None
            near = [r for r in found if moment is not None and r[order] is not None and r[order] < moment]
            near = [r for r in near if join.within is None or r[order] >= moment - dt.timedelta(days=join.within)]
            return join.target, max(near, key=lambda r: (r[order], *(_rank(r[k]) for k in key)), default=None)
        return join.target, found[0] if found else None

    def read(self, source: str, row: Row | None, path: tuple[str, ...]) -> Value:
        """A column over roles; null where a role finds nothing."""
        time = self.sources[source].time
        root = self.as_of if time is None else None if row is None or row[time] is None else _day(row[time])
        for role in path[:-1]:
            source, row = self.step(source, row, role, root)
        if row is None:
            return None
        made = self.sources[source].computed.get(path[-1])
        return row[path[-1]] if made is None else made(self, row)


def _rank(value: Value) -> tuple[bool, object]:
    """Where a part of a key stands when the greatest is picked: a null is less than anything."""
    return value is not None, [ord(c) for c in value] if isinstance(value, str) else value


def _day(value: Value) -> dt.date:
    assert isinstance(value, dt.date)
    return value.date() if isinstance(value, dt.datetime) else value


# ---------------------------------------------------------------- what rows are split and filtered by


@dataclass(frozen=True)
class Dim:
    """`text` is what the query says; `paths` what it means on rows of each source that has it; `grain` rounds a time."""

    text: str
    paths: tuple[tuple[str, tuple[str, ...]], ...]
    grain: str = ""
    made_of: Dim | None = None  # the column that a computed one is made of

    def has(self, source: str) -> bool:
        return any(name == source for name, _ in self.paths)

    def of(self, world: World, source: str, row: Row) -> Value:
        value = world.read(source, row, dict(self.paths)[source])
        return period(value, self.grain, world.calendar) if self.grain and value is not None else value


def period(value: Value, grain: str, calendar: Calendar) -> Value:
    """The first day of the period, or the number of a part of the calendar."""
    day = _day(value)
    if grain in PERIODS:
        return calendar.start(day, grain)
    match grain:
        case "weekday":
            return day.weekday() + 1
        case "month_of_year":
            return day.month
    raise AssertionError(grain)


@dataclass(frozen=True)
class Compare:
    """A condition on one dimension: op is = <> < <= > >= in, not in, is null, is not null. There is no third truth value (S2)."""

    dim: Dim
    op: str
    values: tuple[Value, ...] = ()

    def holds(self, world: World, source: str, row: Row) -> bool:
        value = self.dim.of(world, source, row)
        return compare(value, self.op, self.values)


def compare(value: Value, op: str, values: tuple[Value, ...]) -> bool:
    match op:
        case "is null":
            return value is None
        case "is not null":
            return value is not None
        case "in":
            return value is not None and value in values
        case "not in":
            return value is None or value not in values
        case "=":
            return value is not None and value == values[0]
        case "<>":
            return value is None or value != values[0]
    if value is None or values[0] is None:
        return False
    a, b = order_key(value), order_key(values[0])
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


@dataclass(frozen=True)
class Not:
    part: Condition

    def holds(self, world: World, source: str, row: Row) -> bool:
        return not self.part.holds(world, source, row)


@dataclass(frozen=True)
class Both:
    """and, or"""

    op: str
    parts: tuple[Condition, ...]

    def holds(self, world: World, source: str, row: Row) -> bool:
        return (all if self.op == "and" else any)(part.holds(world, source, row) for part in self.parts)


Condition = Compare | Not | Both


def dims_of(condition: Condition) -> set[Dim]:
    match condition:
        case Compare():
            return {condition.dim}
        case Not():
            return dims_of(condition.part)
        case Both():
            return {dim for part in condition.parts for dim in dims_of(part)}


# ---------------------------------------------------------------- metrics


@dataclass(frozen=True)
class Agg:
    """An aggregate over rows of one source. `value` gives a row's value; `text` is what stands between the parentheses."""

    func: str
    source: str
    text: str
    value: Callable[[World, Row], Value] | None = field(default=None, compare=False)
    percent: Fraction = Fraction(1, 2)
    filters: tuple[Condition, ...] = ()
    pick: tuple[str, tuple[str, ...]] | None = None  # the latest by a column, per columns
    first: bool = False  # the earliest instead
    fill: bool = True  # nothing is 0; not so for last(…, over: day)
    alive: tuple[str, str] | None = None  # the columns between which a row is alive
    time: str | None = None  # `at time`: another column than the source's time


@dataclass(frozen=True)
class Number:
    value: Fraction


@dataclass(frozen=True)
class Formula:
    """+ - * / coalesce greatest least abs, and `case`: (a, b, c, d) is `case when a > b then c else d end`."""

    op: str
    parts: tuple[Metric, ...]


@dataclass(frozen=True)
class Where:
    value: Metric
    condition: Condition


@dataclass(frozen=True)
class Share:
    value: Metric
    of: tuple[Dim, ...]


@dataclass(frozen=True)
class At:
    value: Metric
    dims: tuple[Dim, ...]


@dataclass(frozen=True)
class Moved:
    """The value at other days: trailing, to_date, running, prior, at_start, at_end."""

    value: Metric
    move: Move


@dataclass(frozen=True)
class Growth:
    """(now − then) / then, null where then is not above 0."""

    value: Metric
    move: Shift


Metric = Union[Agg, Number, Formula, Where, Share, At, Moved, Growth, "Parted"]


@dataclass(frozen=True)
class Parted:
    """A share whose filters are settled: the whole has fewer of them than the part (S7)."""

    part: Metric
    whole: Metric
    of: tuple[Dim, ...]


def settled(metric: Metric, filters: tuple[Condition, ...] = ()) -> Metric:
    """The tree with every filter in its aggregates. A filter about what a share is of does not reach the share's whole (S7)."""
    match metric:
        case Agg():
            return replace(metric, filters=(*metric.filters, *filters))
        case Formula():
            return replace(metric, parts=tuple(settled(part, filters) for part in metric.parts))
        case Where():
            return settled(metric.value, (*filters, *conjuncts(metric.condition)))
        case At() | Moved() | Growth():
            return replace(metric, value=settled(metric.value, filters))
        case Share():
            outside = tuple(f for f in filters if not any(related(d, o) for d in dims_of(f) for o in metric.of))
            return Parted(settled(metric.value, filters), settled(metric.value, outside), metric.of)
    return metric


def same(one: Dim, other: Dim) -> bool:
    """Two names of one column."""
    return one.grain == other.grain and bool(set(one.paths) & set(other.paths))


def related(one: Dim, other: Dim) -> bool:
    """A filter on one is about the other: they are one column, or made of one."""
    return bool(set((one.made_of or one).paths) & set((other.made_of or other).paths))


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, Both) and condition.op == "and":
        return tuple(c for part in condition.parts for c in conjuncts(part))
    return (condition,)


def producing(metric: Metric, frame: Frame = ()) -> Iterator[tuple[Agg, Frame]]:
    """The aggregates whose rows make a group appear, and how each is moved: all but the whole of a share that has rows its part has not."""
    match metric:
        case Agg():
            yield metric, frame
        case Formula():
            for part in metric.parts:
                yield from producing(part, frame)
        case At():
            yield from producing(metric.value, frame)
        case Moved():
            yield from producing(metric.value, (*frame, metric.move))
        case Growth():
            for moves in sides(metric):
                yield from producing(metric.value, (*frame, *moves))
        case Parted():
            yield from producing(metric.part, frame)


def sources_of(metric: Metric) -> set[str]:
    """The sources whose rows are read."""
    match metric:
        case Agg():
            return {metric.source}
        case Formula():
            return {name for part in metric.parts for name in sources_of(part)}
        case Where() | At() | Share() | Moved() | Growth():
            return sources_of(metric.value)
        case Parted():
            return sources_of(metric.part)
    return set()


# ---------------------------------------------------------------- evaluation

Group = tuple[Value, ...]
Frame = tuple[Move, ...]
Level = tuple[int, ...]
COUNTS = ("count", "count rows", "count distinct")


@dataclass(frozen=True)
class Query:
    """One query. during: first and last day, None for an open side; last: `last 3 months`. order: (column, descending) by position,
    group-bys first. top: (count, metric). `totals` and `other` add a row type. compare: the word behind previous, and whether `whole`."""

    metrics: tuple[Metric, ...]
    dims: tuple[Dim, ...] = ()
    where: Condition | None = None
    during: tuple[dt.date | None, dt.date | None] | None = None
    totals: bool = False
    order: tuple[tuple[int, bool], ...] = ()
    top: tuple[int, int] | None = None
    other: bool = False
    last: tuple[int, str] | None = None
    compare: tuple[str, bool] | None = None
    sparse: bool = False


def asked(query: Query, world: World) -> tuple[dt.date | None, dt.date | None]:
    """The asked range, half open; `last 3 months` are the running one and two before it."""
    if query.last is not None:
        amount, unit = query.last
        return shifted(world.calendar.start(world.as_of, unit), 1 - amount, unit), world.as_of + ONE
    if query.during is None:
        return None, None
    first, last = query.during
    return first, None if last is None else last + ONE


def previous(query: Query) -> Shift | None:
    """How far `compare` goes back: by the finest period that is asked for, else by the length of the range; None where neither is told."""
    assert query.compare is not None
    word, whole = query.compare
    if word != "period":
        return Shift(1, word, whole)
    grains = sorted((d.grain for d in query.dims if d.grain in PERIODS), key=PERIODS.index)
    if grains:
        return Shift(1, grains[0], whole)
    if query.last is not None:
        return Shift(*query.last, whole)
    if query.during is None or None in query.during:
        return None
    low, until = query.during[0], query.during[1] + ONE  # type: ignore[operator]
    assert low is not None
    if low.day == until.day == 1:
        return Shift(until.year * 12 + until.month - low.year * 12 - low.month, "month", whole)
    return Shift((until - low).days, "day", whole)


def compared(query: Query) -> tuple[Metric, ...]:
    """The metrics, and after them of each its value then and its growth, where the query compares."""
    if query.compare is None:
        return query.metrics
    move = previous(query)
    assert move is not None
    return (*query.metrics, *(added for m in query.metrics for added in (Moved(m, move), Growth(m, move))))


class Evaluator:
    """One query over one world."""

    def __init__(self, world: World, query: Query) -> None:
        self.world, self.query = world, query
        filters = () if query.where is None else conjuncts(query.where)
        self.metrics = [settled(m, filters) for m in compared(query)]
        self.clock = clock(world, query)
        ends = [world.coverage.get(source, (None, None))[1] for m in self.metrics for source in sources_of(m)]
        over = min([world.as_of + ONE, *(end + ONE for end in ends if end is not None)])
        running = None if query.last is None else shifted(world.calendar.start(world.as_of, query.last[1]), 1, query.last[1])
        self.time = Time(world.calendar, *asked(query, world), world.as_of, over, running)
        self.grouped: dict[str, list[tuple[Group, Row]]] = {}
        self.known: dict[tuple[Agg, Level], list[tuple[Group, Row]]] = {}
        self._groups: list[Group] | None = None

    # ------------------------------------------------------------ rows

    def rows(self, agg: Agg) -> list[tuple[Group, Row]]:
        """The visible rows of an aggregate's source, each with the group that it falls into by its own time."""
        if agg.source not in self.grouped:
            rows = self.world.rows(agg.source)
            self.grouped[agg.source] = [(tuple(d.of(self.world, agg.source, row) for d in self.query.dims), row) for row in rows]
        if agg.time is None:
            return self.grouped[agg.source]
        found = []
        for group, row in self.grouped[agg.source]:
            day = self.day(agg, row)
            if day is not None and day <= self.world.as_of:
                places = zip(self.query.dims, group, strict=True)
                found.append((tuple(period(day, d.grain, self.world.calendar) if d.text == d.grain else v for d, v in places), row))
        return found

    def day(self, agg: Agg, row: Row) -> dt.date | None:
        """The day by which a row falls into periods."""
        time = agg.time or self.world.sources[agg.source].time
        return None if time is None or row[time] is None else _day(row[time])

    def own(self, agg: Agg, level: Level) -> list[tuple[Group, Row]]:
        """The rows of an aggregate in the asked range; picked before they are filtered, per period of the level (S19)."""
        periods = tuple(i for i in level if self.query.dims[i].grain in PERIODS) if agg.pick else ()
        if (agg, periods) not in self.known:
            whole = self.time.whole()
            rows = [(g, row) for g, row in self.rows(agg) if whole.holds(self.day(agg, row))]
            self.known[agg, periods] = self._kept(agg, rows, periods)
        return self.known[agg, periods]

    def within(self, agg: Agg, when: When, level: Level) -> list[tuple[Group, Row]]:
        """The rows of an aggregate on these days, or alive at the end of them; their groups' periods do not matter."""
        if when.void or (agg.alive is not None and self.time.future(when)):
            return []
        if agg.alive is not None:
            return self._kept(agg, [(g, row) for g, row in self.rows(agg) if self._lives(agg, row, self.time.visible(when))], ())
        periods = tuple(i for i in level if self.query.dims[i].grain in PERIODS and i not in self.clock)
        return self._kept(agg, [(g, row) for g, row in self.rows(agg) if when.holds(self.day(agg, row))], periods)

    def _lives(self, agg: Agg, row: Row, until: dt.date) -> bool:
        assert agg.alive is not None
        start, end = (row[name] for name in agg.alive)
        return start is not None and _day(start) < until and (end is None or _day(end) >= until)

    def _kept(self, agg: Agg, rows: list[tuple[Group, Row]], periods: Level) -> list[tuple[Group, Row]]:
        picked = rows if agg.pick is None else self._picked(agg, rows, periods)
        return [(g, row) for g, row in picked if all(c.holds(self.world, agg.source, row) for c in agg.filters)]

    def _picked(self, agg: Agg, rows: list[tuple[Group, Row]], periods: Level) -> list[tuple[Group, Row]]:
        """Per entity (and period) the last row in time, ties by the greatest key."""
        assert agg.pick is not None
        order, per = agg.pick
        key = self.world.sources[agg.source].key
        found: dict[tuple[Value, ...], list[tuple[Group, Row]]] = {}
        for group, row in rows:
            if row[order] is not None:
                found.setdefault((*(row[p] for p in per), *(group[i] for i in periods)), []).append((group, row))
        best = []
        for same in found.values():
            times = [row[order] for _, row in same]
            wanted = min(times) if agg.first else max(times)  # type: ignore[type-var]
            best.append(max((x for x in same if x[1][order] == wanted), key=lambda x: tuple(order_key(x[1][k]) for k in key)))
        return best

    # ------------------------------------------------------------ when

    def base(self, level: Level, group: Group) -> When | None:
        """The days of a group: those of its finest period, or the asked range. None where its period is unknown."""
        timed = [i for i in self.clock if i in level]
        if not timed:
            return self.time.whole()
        label = group[level.index(timed[0])]
        return None if label is None else self.time.period(_day(label), self.query.dims[timed[0]].grain)

    def when(self, level: Level, group: Group, frame: Frame) -> When | None:
        """The days that an aggregate looks at from a group."""
        when = self.base(level, group)
        for move in frame:
            when = None if when is None else self.time.moved(when, move)
        over_periods = self.clock and not any(i in level for i in self.clock)
        if when is None or when.void or not over_periods or not all(isinstance(move, Shift) for move in frame):
            return when
        return replace(when, until=self._until(frame)) if frame else when

    def _until(self, frame: Frame) -> dt.date | None:
        """The end of what the last period looks at: a total of periods looks at their days."""
        grain = self.query.dims[self.clock[0]].grain
        last = self.time.last(frame[0])  # type: ignore[arg-type]
        when = self.time.period(self.world.calendar.start(last, grain), grain)
        for move in frame:
            when = self.time.moved(when, move)
        return when.until

    def found(self, agg: Agg, level: Level, group: Group, frame: Frame) -> list[Row]:
        """The rows that an aggregate counts for a group."""
        if not frame and agg.alive is None:
            return [row for g, row in self.own(agg, level) if tuple(g[i] for i in level) == group]
        when = self.when(level, group, frame)
        if when is None:
            return []
        rest = [(place, i) for place, i in enumerate(level) if i not in self.clock]
        return [row for g, row in self.within(agg, when, level) if all(g[i] == group[place] for place, i in rest)]

    # ------------------------------------------------------------ values

    def value(self, metric: Metric, level: Level, group: Group, frame: Frame = ()) -> Value:
        """The metric for a group of the group-bys of `level`, moved as `frame` says."""
        match metric:
            case Number():
                return metric.value
            case Agg():
                return self._aggregated(metric, self.found(metric, level, group, frame), self.when(level, group, frame))
            case Formula():
                return calculate(metric.op, [self.value(part, level, group, frame) for part in metric.parts])
            case Moved():
                return self.value(metric.value, level, group, (*frame, metric.move))
            case Growth():
                now, then = (self.value(metric.value, level, group, (*frame, *moves)) for moves in sides(metric))
                return calculate("growth", [now, then])
            case At():
                return self.coarser(metric.value, level, self._level(level, lambda d: any(same(d, x) for x in metric.dims)), group, frame)
            case Parted():
                kept = self._level(level, lambda d: not any(same(d, x) for x in metric.of))
                return calculate("/", [self.value(metric.part, level, group, frame), self.coarser(metric.whole, level, kept, group, frame)])
        raise AssertionError(metric)

    def _level(self, level: Level, keep: Callable[[Dim], bool]) -> Level:
        return tuple(i for i in level if keep(self.query.dims[i]))

    def coarser(self, metric: Metric, level: Level, kept: Level, group: Group, frame: Frame) -> Value:
        return self.value(metric, kept, tuple(group[level.index(i)] for i in kept), frame)

    def _aggregated(self, agg: Agg, rows: list[Row], when: When | None) -> Value:
        """Nothing is 0 for what adds up, and null outside of what the source covers (S5)."""
        found = aggregate(self.world, agg, rows)
        if agg.func != "sum" and agg.func not in COUNTS:
            return found
        if agg.fill and not self._outside(agg, when):
            return found
        if agg.func != "sum":
            return found or None
        assert agg.value is not None
        return found if any(agg.value(self.world, row) is not None for row in rows) else None

    def _outside(self, agg: Agg, when: When | None) -> bool:
        if when is None:
            return False
        begins, complete = self.world.coverage.get(agg.source, (None, None))
        early = begins is not None and when.until is not None and when.until <= begins
        late = complete is not None and when.low is not None and when.low > complete
        return early or late or self.time.future(when)

    # ------------------------------------------------------------ groups

    def groups(self, level: Level) -> list[Group]:
        """The groups that are shown, in order."""
        if not level:
            return [()]
        if self._groups is None:
            self._groups = self._detail()
        return sorted({tuple(g[i] for i in level) for g in self._groups}, key=lambda group: tuple(order_key(v) for v in group))

    def _detail(self) -> list[Group]:
        """Groups with a row that counts for any metric, in the periods from which it counts; with complete time every such group in every
        period of the range (S9)."""
        whole = tuple(range(len(self.query.dims)))
        made = list(dict.fromkeys(p for m in self.metrics for p in producing(m)))
        plain = {g for agg, frame in made if not frame and agg.alive is None for g, _ in self.own(agg, whole)}
        if not self.clock:
            moved = {g for agg, frame in made if frame or agg.alive is not None for g, _ in self._seen(agg, (), frame)}
            return list(plain | moved)
        periods = self.periods([agg for agg, _ in made])
        rest = [i for i in whole if i not in self.clock]
        there = set(plain)
        for when in periods:
            for agg, frame in made:
                if frame or agg.alive is not None:
                    there |= {self._placed(when, tuple(g[i] for i in rest)) for g, _ in self._seen(agg, when, frame)}
        if self.query.sparse:
            return list(there)
        unknown = {g for g in plain if any(g[i] is None for i in self.clock)}
        kinds = {tuple(g[i] for i in rest) for g in there} if rest else {()}
        return list({self._placed(when, kind) for when in periods for kind in kinds} | unknown)

    def _placed(self, when: Group, kind: Group) -> Group:
        clock = sorted(self.clock)
        rest = [i for i in range(len(self.query.dims)) if i not in self.clock]
        places = {**dict(zip(clock, when, strict=True)), **dict(zip(rest, kind, strict=True))}
        return tuple(places[i] for i in sorted(places))

    def _seen(self, agg: Agg, period: Group, frame: Frame) -> list[tuple[Group, Row]]:
        """The rows that an aggregate looks at from a period."""
        clock = tuple(sorted(self.clock)) if period else ()
        when = self.when(clock, period, frame)
        return [] if when is None else self.within(agg, when, tuple(range(len(self.query.dims))))

    def periods(self, aggs: list[Agg]) -> list[Group]:
        """Every period of the asked range; where a side of it is open, as far as there are rows."""
        low, until = self.time.low, self.time.until
        if low is None or until is None:
            days = [
                day
                for agg in aggs
                for _, row in self.rows(agg)
                if (day := self.day(agg, row)) is not None and all(c.holds(self.world, agg.source, row) for c in agg.filters)
            ]
            days = [day for day in days if self.time.whole().holds(day)]
            if not days:
                return []
            low, until = low or min(days), until or max(days) + ONE
        found: dict[Group, None] = {}
        while low < until:
            found[tuple(self.world.calendar.start(low, self.query.dims[i].grain) for i in sorted(self.clock))] = None
            low += ONE
        return list(found)

    # ------------------------------------------------------------ the answer

    def line(self, level: Level, group: Group, kind: str) -> list[Value]:
        width = len(self.query.dims)
        shown: list[Value] = [*group, *([None] * (width - len(group)))]
        shown += [self.value(m, level, group) for m in self.metrics]
        return [*shown, kind] if self.query.totals or self.query.other else shown

    def answer(self) -> list[tuple[Value, ...]]:
        query = self.query
        whole = tuple(range(len(query.dims)))
        if query.top is not None:
            return [tuple(line) for line in self._top(whole)]
        detail = [self.line(whole, group, "group") for group in self.groups(whole)]
        if not query.dims:
            return [tuple([*line[:-1], "total"] if query.totals else line) for line in detail]
        if query.totals:
            return [tuple(line) for line in self._totals(whole)]
        return [tuple(line) for line in self._ordered(detail)]

    def _ordered(self, lines: list[list[Value]]) -> list[list[Value]]:
        """By what is asked, then by the group-bys; nulls last both ways (S15)."""
        out = sorted(lines, key=lambda line: tuple(order_key(v) for v in line[: len(self.query.dims)]))
        for position, down in reversed(self.query.order):
            known = [line for line in out if line[position] is not None]
            known.sort(key=lambda line: order_key(line[position]), reverse=down)
            if down:  # a reversed sort would turn equal lines round
                known = [line for _, same in _runs(known, position) for line in same]
            out = known + [line for line in out if line[position] is None]
        return out

    def _totals(self, whole: Level) -> list[list[Value]]:
        """Every subtotal behind its groups."""
        out: list[list[Value]] = []

        def walk(prefix: Group) -> None:
            level = whole[: len(prefix)]
            if len(prefix) == len(whole):
                out.append(self.line(level, prefix, "group"))
                return
            for group in self.groups(whole[: len(prefix) + 1]):
                if group[:-1] == prefix:
                    walk(group)
            out.append(self.line(level, prefix, "subtotal" if prefix else "total"))

        walk(())
        return out

    def _top(self, whole: Level) -> list[list[Value]]:
        query = self.query
        assert query.top is not None
        count, metric = query.top
        ranking = self.metrics[metric * (3 if query.compare else 1)]
        groups = self.groups(whole)
        rank = {g: self.value(ranking, whole, g) for g in groups}
        known = sorted((g for g in groups if rank[g] is not None), key=lambda g: -rank[g])  # type: ignore[operator]
        ranked = known + [g for g in groups if rank[g] is None]
        lines = [self.line(whole, group, "group") for group in ranked[:count]]
        if query.order:
            lines = self._ordered(lines)
        if query.other and len(ranked) > count:
            values = [self.rest(m, whole, ranked[count:]) for m in self.metrics]
            lines.append([*([None] * len(whole)), *values, "other"])
        if query.totals:
            lines.append(self.line((), (), "total"))
        return lines

    def rest(self, metric: Metric, level: Level, groups: list[Group]) -> Value:
        """One value over the rows of many groups."""
        match metric:
            case Agg():
                wanted = set(groups)
                rows = [row for g, row in self.own(metric, level) if g in wanted]
                found = aggregate(self.world, metric, rows)
                covered = [g for g in groups if not self._outside(metric, self.base(level, g))]
                return None if not rows and not covered and metric.func in (*COUNTS, "sum") else found
            case Formula():
                return calculate(metric.op, [self.rest(part, level, groups) for part in metric.parts])
            case At():
                return self._one(metric.value, level, self._level(level, lambda d: any(same(d, x) for x in metric.dims)), groups)
            case Parted():
                kept = self._level(level, lambda d: not any(same(d, x) for x in metric.of))
                return calculate("/", [self.rest(metric.part, level, groups), self._one(metric.whole, level, kept, groups)])
            case Number():
                return metric.value
        raise AssertionError(metric)

    def _one(self, metric: Metric, level: Level, kept: Level, groups: list[Group]) -> Value:
        """A value of another level for many groups: of all of them, or of everything."""
        if kept == level:
            return self.rest(metric, level, groups)
        assert not kept, "a value of another level for many groups"
        return self.value(metric, (), ())


def clock(world: World, query: Query) -> Level:
    """The group-bys that are periods of every metric's own time, the finest first; month(orders.day) is one where day is their time."""
    found = []
    aggs = [agg for m in query.metrics for agg, _ in leaves(m)]
    for position, dim in enumerate(query.dims):
        if dim.grain not in PERIODS:
            continue
        named = dim.text != dim.grain
        if not named or all(dict(dim.paths)[a.source] == ((a.time or world.sources[a.source].time),) for a in aggs):
            found.append(position)
    return tuple(sorted(found, key=lambda i: PERIODS.index(query.dims[i].grain)))


def leaves(metric: Metric, frame: Frame = ()) -> Iterator[tuple[Agg, Frame]]:
    """Every aggregate of a metric as it is written, and how it is moved."""
    match metric:
        case Agg():
            yield metric, frame
        case Formula():
            for part in metric.parts:
                yield from leaves(part, frame)
        case Where() | At() | Share():
            yield from leaves(metric.value, frame)
        case Moved():
            yield from leaves(metric.value, (*frame, metric.move))
        case Growth():
            for moves in sides(metric):
                yield from leaves(metric.value, (*frame, *moves))


def sides(growth: Growth) -> tuple[tuple[Shift, ...], tuple[Shift, ...]]:
    """Now and then. Both go as far as a running period is over; to move by nothing is to stop there (S14)."""
    return (() if growth.move.whole else (replace(growth.move, amount=0),)), (growth.move,)


def _runs(lines: list[list[Value]], position: int) -> Iterator[tuple[Value, list[list[Value]]]]:
    """Lines with one value there, each run in group-by order."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or lines[end][position] != lines[start][position]:
            run = lines[start:end]
            yield lines[start][position], list(run)
            start = end


def order_key(value: Value) -> tuple[object, ...]:
    """Nulls last; text by code point (S16)."""
    if value is None:
        return (1,)
    return (0, [ord(c) for c in value]) if isinstance(value, str) else (0, value)


# ---------------------------------------------------------------- arithmetic


def aggregate(world: World, agg: Agg, rows: list[Row]) -> Value:
    """An aggregate over rows; nothing is zero for sums and counts (S5) and null for the rest; percentiles are exact (S31)."""
    if agg.func == "count rows":
        return len(rows)
    assert agg.value is not None
    values = [v for v in (agg.value(world, row) for row in rows) if v is not None]
    match agg.func:
        case "count":
            return len(values)
        case "count distinct":
            return len(set(values))
        case "sum":
            return sum((Fraction(v) for v in values), Fraction(0))  # type: ignore[arg-type]
    if not values:
        return None
    match agg.func:
        case "min":
            return min(values, key=order_key)
        case "max":
            return max(values, key=order_key)
        case "avg":
            return mean(values)
        case "percentile":
            return percentile(values, agg.percent)
        case "variance" | "stddev":
            if len(values) < 2:
                return None
            middle = mean(values)
            spread = sum(((Fraction(v) - middle) ** 2 for v in values), Fraction(0)) / (len(values) - 1)  # type: ignore[arg-type]
            return spread if agg.func == "variance" else Fraction(math.sqrt(spread))
    raise AssertionError(agg.func)


def mean(values: Iterable[Value]) -> Fraction:
    numbers = [Fraction(v) for v in values]  # type: ignore[arg-type]
    return sum(numbers, Fraction(0)) / len(numbers)


def percentile(values: list[Value], percent: Fraction) -> Fraction:
    """Linear between the neighbours of the place percent × (n − 1)."""
    numbers = sorted(Fraction(v) for v in values)  # type: ignore[arg-type]
    place = percent * (len(numbers) - 1)
    below = math.floor(place)
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (numbers[above] - numbers[below]) * (place - below)


def calculate(op: str, values: list[Value]) -> Value:
    """Formulas on aggregated values: null spreads, a division by nothing is null (S6)."""
    if op == "coalesce":
        return next((v for v in values if v is not None), None)
    if op == "case":
        a, b, c, d = values
        return c if a is not None and b is not None and a > b else d  # type: ignore[operator]
    if op in ("greatest", "least"):
        known = [v for v in values if v is not None]
        return None if len(known) < len(values) else (max if op == "greatest" else min)(known)  # type: ignore[type-var]
    if any(v is None for v in values):
        return None
    numbers = [Fraction(v) for v in values]  # type: ignore[arg-type]
    match op:
        case "+":
            return numbers[0] + numbers[1]
        case "-":
            return numbers[0] - numbers[1]
        case "*":
            return numbers[0] * numbers[1]
        case "/":
            return None if numbers[1] == 0 else numbers[0] / numbers[1]
        case "abs":
            return abs(numbers[0])
        case "growth":
            return None if numbers[1] <= 0 else (numbers[0] - numbers[1]) / numbers[1]
    raise AssertionError(op)
