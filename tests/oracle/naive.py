"""What a query means, worked out the slow way: rows are Python tuples, joins are loops, numbers are fractions.

Nothing of kpidsl is imported here. Every rule of SEMANTICS.md that the compiler must follow is followed here by the shortest code that
could be read aloud: metrics are evaluated per group from the rows of their own source, never from other groups' values.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Union

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
    """Sources and their rows. Rows later than `as_of` do not count (S14), those without a time do (S2)."""

    sources: dict[str, Source]
    tables: dict[str, list[tuple[Value, ...]]]
    as_of: dt.date

    def everything(self, source: str) -> list[Row]:
        shape = self.sources[source]
        return [dict(zip(shape.columns, line, strict=True)) for line in self.tables[source]] if shape.made is None else shape.made(self)

    def rows(self, source: str) -> list[Row]:
        """The rows that count: not those later than `as_of`."""
        time = self.sources[source].time
        return [row for row in self.everything(source) if time is None or row[time] is None or _day(row[time]) <= self.as_of]

    def step(self, source: str, row: Row | None, role: str, root: dt.date | None) -> tuple[str, Row | None]:
        """The one row of a role; a null key joins nothing. A joined row describes: it may be later than `as_of`, an event may not."""
        join = self.sources[source].joins[role]
        if row is None:
            return join.target, None
        rows = self.everything(join.target) if join.before is None else self.rows(join.target)
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
            return join.target, max(held, key=lambda r: (r[start] or dt.date.min, *(r[k] for k in key)), default=None)
        if join.before is not None:
            order, moment = self.sources[join.target].time, row[join.before]
            assert order is not None
            near = [r for r in found if moment is not None and r[order] is not None and r[order] < moment]
            near = [r for r in near if join.within is None or r[order] >= moment - dt.timedelta(days=join.within)]
            return join.target, max(near, key=lambda r: (r[order], *(r[k] for k in key)), default=None)
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
        return period(value, self.grain) if self.grain and value is not None else value


PERIODS = ("day", "week", "month", "quarter", "year")


def period(value: Value, grain: str) -> Value:
    """The first day of the period, or the number of a part of the calendar."""
    day = _day(value)
    match grain:
        case "day":
            return day
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
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
    during: tuple[dt.date, dt.date] | None = None
    pick: tuple[str, str] | None = None  # latest: a column, per: a column


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


Metric = Union[Agg, Number, Formula, Where, Share, At, "Parted"]


@dataclass(frozen=True)
class Parted:
    """A share whose filters are settled: the whole has fewer of them than the part (S7)."""

    part: Metric
    whole: Metric
    of: tuple[Dim, ...]


def settled(metric: Metric, filters: tuple[Condition, ...] = (), during: tuple[dt.date, dt.date] | None = None) -> Metric:
    """The tree with every filter in its aggregates. A filter about what a share is of does not reach the share's whole (S7)."""
    match metric:
        case Agg():
            return replace(metric, filters=(*metric.filters, *filters), during=during)
        case Formula():
            return replace(metric, parts=tuple(settled(part, filters, during) for part in metric.parts))
        case Where():
            return settled(metric.value, (*filters, *conjuncts(metric.condition)), during)
        case At():
            return At(settled(metric.value, filters, during), metric.dims)
        case Share():
            outside = tuple(f for f in filters if not any(related(d, o) for d in dims_of(f) for o in metric.of))
            return Parted(settled(metric.value, filters, during), settled(metric.value, outside, during), metric.of)
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


def producing(metric: Metric) -> Iterator[Agg]:
    """The aggregates whose rows make a group appear: all but the whole of a share that has rows its part has not."""
    match metric:
        case Agg():
            yield metric
        case Formula():
            for part in metric.parts:
                yield from producing(part)
        case At():
            yield from producing(metric.value)
        case Parted():
            yield from producing(metric.part)


# ---------------------------------------------------------------- evaluation

Group = tuple[Value, ...]


@dataclass(frozen=True)
class Query:
    """One query. order: (column, descending) by position, group-bys first. top: (count, metric). `totals` and `other` add a row type."""

    metrics: tuple[Metric, ...]
    dims: tuple[Dim, ...] = ()
    where: Condition | None = None
    during: tuple[dt.date, dt.date] | None = None
    totals: bool = False
    order: tuple[tuple[int, bool], ...] = ()
    top: tuple[int, int] | None = None
    other: bool = False


class Evaluator:
    """One query over one world."""

    def __init__(self, world: World, query: Query) -> None:
        self.world, self.query = world, query
        filters = () if query.where is None else conjuncts(query.where)
        self.metrics = [settled(m, filters, query.during) for m in query.metrics]
        self.rows: dict[tuple[Agg, tuple[int, ...]], list[tuple[Group, Row]]] = {}

    def found(self, agg: Agg, level: tuple[int, ...]) -> list[tuple[Group, Row]]:
        """Rows of an aggregate with the group each falls into; picked before they are filtered, per period of the level (S19)."""
        periods = tuple(i for i in level if self.query.dims[i].grain in PERIODS) if agg.pick else ()
        if (agg, periods) not in self.rows:
            rows = [(tuple(d.of(self.world, agg.source, row) for d in self.query.dims), row) for row in self._in_time(agg)]
            if agg.pick is not None:
                rows = self._picked(agg, rows, periods)
            self.rows[agg, periods] = [(g, row) for g, row in rows if all(c.holds(self.world, agg.source, row) for c in agg.filters)]
        return self.rows[agg, periods]

    def _in_time(self, agg: Agg) -> Iterator[Row]:
        time = self.world.sources[agg.source].time
        for row in self.world.rows(agg.source):
            moment = None if time is None else row[time]
            if agg.during is None or (moment is not None and agg.during[0] <= _day(moment) <= agg.during[1]):
                yield row

    def _picked(self, agg: Agg, rows: list[tuple[Group, Row]], periods: tuple[int, ...]) -> list[tuple[Group, Row]]:
        assert agg.pick is not None
        order, per = agg.pick
        best: dict[tuple[Value, ...], tuple[Group, Row]] = {}
        for group, row in rows:
            entity = (row[per], *(group[i] for i in periods))
            rank = (row[order], *(row[k] for k in self.world.sources[agg.source].key))
            known = best.get(entity)
            if row[order] is not None and (
                known is None or rank > (known[1][order], *(known[1][k] for k in self.world.sources[agg.source].key))
            ):
                best[entity] = (group, row)
        return list(best.values())

    def value(self, metric: Metric, level: tuple[int, ...], wanted: Callable[[Group], bool]) -> Value:
        """The metric at the group-bys of `level`, over the rows of the groups that are wanted there."""
        match metric:
            case Number():
                return metric.value
            case Agg():
                return aggregate(
                    self.world, metric, [row for group, row in self.found(metric, level) if wanted(tuple(group[i] for i in level))]
                )
            case Formula():
                return calculate(metric.op, [self.value(part, level, wanted) for part in metric.parts])
            case At():
                return self.coarser(
                    metric.value, level, tuple(i for i in level if any(same(self.query.dims[i], d) for d in metric.dims)), wanted
                )
            case Parted():
                kept = tuple(i for i in level if not any(same(self.query.dims[i], d) for d in metric.of))
                return calculate("/", [self.value(metric.part, level, wanted), self.coarser(metric.whole, level, kept, wanted)])
        raise AssertionError(metric)

    def coarser(self, metric: Metric, level: tuple[int, ...], kept: tuple[int, ...], wanted: Callable[[Group], bool]) -> Value:
        if kept == level:
            return self.value(metric, level, wanted)
        if not kept:
            return self.value(metric, (), lambda group: True)
        places = [level.index(i) for i in kept]
        here = {tuple(g[p] for p in places) for g in self.groups(level) if wanted(g)}
        assert len(here) == 1, "a value of another level for many groups"
        return self.value(metric, kept, lambda group: group in here)

    def groups(self, level: tuple[int, ...]) -> list[Group]:
        """Groups with a row of any metric, in order."""
        found = {
            tuple(g[i] for i in level)
            for m in self.metrics
            for agg in producing(m)
            for g, _ in self.found(agg, tuple(range(len(self.query.dims))))
        }
        if not level:
            found = {()}
        return sorted(found, key=lambda group: tuple(order_key(v) for v in group))

    def line(self, level: tuple[int, ...], group: Group, kind: str) -> list[Value]:
        width = len(self.query.dims)
        shown: list[Value] = [*group, *([None] * (width - len(group)))]
        shown += [self.value(m, level, lambda g: g == group) for m in self.metrics]
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

    def _totals(self, whole: tuple[int, ...]) -> list[list[Value]]:
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

    def _top(self, whole: tuple[int, ...]) -> list[list[Value]]:
        query = self.query
        assert query.top is not None
        count, metric = query.top
        groups = self.groups(whole)
        rank = {g: self.value(self.metrics[metric], whole, lambda x, g=g: x == g) for g in groups}  # type: ignore[misc]
        known = sorted((g for g in groups if rank[g] is not None), key=lambda g: -rank[g])  # type: ignore[operator]
        ranked = known + [g for g in groups if rank[g] is None]
        lines = [self.line(whole, group, "group") for group in ranked[:count]]
        if query.order:
            lines = self._ordered(lines)
        if query.other and len(ranked) > count:
            rest = set(ranked[count:])
            values = [self.value(m, whole, lambda g: g in rest) for m in self.metrics]
            lines.append([*([None] * len(whole)), *values, "other"])
        if query.totals:
            lines.append(self.line((), (), "total"))
        return lines


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
    raise AssertionError(op)
