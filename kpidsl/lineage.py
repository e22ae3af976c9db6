"""Where a metric comes from. Comes in: a compiled project. Goes out: the columns of the data that a metric is made of, the base metrics in
it, and what it can be split by. For the manifest and for `kpi explain`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.compile import Compiled
from kpidsl.diagnostic import KpiError
from kpidsl.model.derived import Happenings, Members, Starts, read_by
from kpidsl.model.expr import Expr, Field, walk
from kpidsl.model.model import Aggregate, ColumnAggregate, Fact, MetricExpr, MetricModel, Model, Ref, SourceModel, aggregates, parts
from kpidsl.model.names import Entry
from kpidsl.record import dataclass, field
from kpidsl.span import Span
from kpidsl.syntax import ast

GRAINS = ("day", "week", "month", "quarter", "year")
_SPLIT = ("text", "bool")


# ---------------------------------------------------------------- what it is made of


@dataclass(frozen=True, slots=True)
class Part:
    """A base metric, or an aggregate that is written inside a formula: `text` is the formula as written."""

    name: str
    text: str
    span: Span
    leaves: tuple[Aggregate, ...]


def base_parts(model: Model, metric: MetricModel) -> list[Part]:
    """The metrics and aggregates that read rows, in the order of the formula, each once."""
    found: dict[str, Part] = {}
    for part in _base(model, metric.expr, ()):
        found.setdefault(part.name or part.text, part)
    return list(found.values())


def _base(model: Model, expr: MetricExpr, needs: tuple[str, ...]) -> Iterator[Part]:
    """`needs`: what a module calls the metric that we are in, where a project supplies it under another name."""
    if isinstance(expr, Aggregate):
        yield Part(" = ".join(needs), " ".join(expr.span.text.split()), expr.span, (expr,))
        return
    metric = model.metrics.get(expr.name) if isinstance(expr, Ref) else None
    if isinstance(expr, Ref) and metric is not None:
        short = expr.name.rsplit(".", 1)[-1]
        if metric.decl is None:
            yield from _base(model, expr.value, (*needs, short))
            return
        if _reads_rows(expr.value):
            names = needs if needs[-1:] == (short,) else (*needs, short)
            yield Part(" = ".join(names), formula(metric), metric.span, tuple(aggregates(expr.value)))
            return
    for inner in parts(expr):
        yield from _base(model, inner, ())


def _reads_rows(expr: MetricExpr) -> bool:
    """Whether an aggregate stands in it without another metric's name in between."""
    return isinstance(expr, Aggregate) or (not isinstance(expr, Ref) and any(map(_reads_rows, parts(expr))))


def formula(metric: MetricModel) -> str:
    """The metric's formula in the one layout, on one line."""
    from kpidsl.syntax.format import format_expr

    return " ".join(format_expr(metric.decl.expr).split()) if metric.decl is not None else ""


def columns(model: Model, metric: MetricModel) -> list[tuple[SourceModel, str]]:
    """The physical columns, (source, name in the data), that the metric's value depends on; sorted."""
    found = _traced(model, metric.expr).found
    return sorted(((model.sources[name], column) for name, column in found), key=lambda item: (item[0].name, item[1]))


def reads(model: Model, metric: MetricModel) -> set[tuple[str, str]]:
    """Every column, (source, name), that the metric's value depends on, those that are computed from others too."""
    return _traced(model, metric.expr).seen


def made_from(model: Model, expr: MetricExpr) -> set[tuple[str, str]]:
    """The same of a value that has no name."""
    return _traced(model, expr).seen


def made_of(model: Model, source: SourceModel, name: str) -> list[tuple[SourceModel, str]]:
    """The physical columns that a computed column depends on; sorted."""
    trace = _Trace(model)
    trace.column(source, name)
    return sorted(((model.sources[holder], column) for holder, column in trace.found), key=lambda item: (item[0].name, item[1]))


def direct(model: Model, root: SourceModel, expr: Expr) -> Iterator[tuple[str, str]]:
    """The columns that an expression over rows of `root` names, (source, name); hidden aggregates are looked into."""
    for part in walk(expr):
        if isinstance(part, Field):
            holder = root
            for role in part.path:
                holder = model.sources[holder.joins[role].target]
            hidden = holder.aggregates.get(part.name)
            if hidden is None:
                yield holder.name, part.name
            else:
                yield from direct(model, model.sources[hidden.child], hidden.agg)


def segment_rows(compiled: Compiled, entry: Entry) -> dict[str, Expr]:
    """The sources whose rows a segment can be asked of, and what it is there; where it names sources, the one that reaches them all."""
    assert isinstance(entry.decl, ast.Segment)
    resolver, span = compiled.resolver, entry.decl.condition.span
    found: dict[str, Expr] = {}
    try:
        heads = resolver.grain.heads(entry.decl.condition, entry.scope)
        roots = [resolver.grain.root_of(heads, span)] if heads else list(compiled.model.sources.values())
    except KpiError:  # a broken one: `kpi check` tells why
        return found
    for root in roots:
        try:
            found[root.name] = resolver.segment_on(entry, root, span)
        except KpiError:  # these rows have no such columns
            continue
    return found


def _traced(model: Model, expr: MetricExpr) -> _Trace:
    trace = _Trace(model)
    for leaf in aggregates(expr):
        source = model.sources[leaf.source]
        for name in source.by:  # one row of it is a group of these
            trace.column(source, name)
        pick = (leaf.pick.order, *leaf.pick.per) if leaf.pick else ()
        for part in (leaf.agg, *leaf.filters, *pick, *([leaf.time] if leaf.time is not None else [])):
            trace.expression(source, part)
    return trace


@dataclass(slots=True)
class _Trace:
    model: Model
    found: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def expression(self, source: SourceModel, expr: Expr) -> None:
        for part in walk(expr):
            if isinstance(part, Field):
                self._field(source, part)

    def _field(self, source: SourceModel, part: Field) -> None:
        for role in part.path:
            join = source.joins[role]
            target = self.model.sources[join.target]
            for left, right in join.on:
                self.column(source, left)
                self.column(target, right)
            if join.where is not None:
                self.expression(target, join.where)
            source = target
        self.column(source, part.name)

    def column(self, source: SourceModel, name: str) -> None:
        if (source.name, name) in self.seen:
            return
        self.seen.add((source.name, name))
        if name in source.aggregates:
            self._aggregate(source.aggregates[name])
            return
        if source.events is not None:
            self._made(source, source.events, name)
            return
        column = source.columns.get(name)
        if column is None:
            return
        if column.expr is not None:
            owner = self.model.sources[source.base] if source.base is not None and name in source.by else source
            self.expression(owner, column.expr)
        for member in source.members if column.physical is not None else ():
            self.column(self.model.sources[member], column.physical or name)
        if column.physical is not None and not source.members:
            self.found.add((source.name, column.physical))

    def _made(self, source: SourceModel, made: Happenings, name: str) -> None:
        """A column of rows that are made of what somebody did: all that tells these rows, and the column itself where it stands."""
        sources = self.model.sources
        for owner, expr in read_by(made):
            self.expression(sources[owner], expr)
        later = made.of_stages.get(name) if isinstance(made, Starts) else None
        if later is not None and isinstance(made, Starts):
            self.expression(sources[made.stages[later.stage - 1].events.source], later.field)
        elif isinstance(made, Members) and name == made.value and made.worth is not None:
            self.expression(sources[made.activity.source], made.worth)
        elif source.rows_of is not None and name in sources[source.rows_of].columns:
            self.column(sources[source.rows_of], name)

    def _aggregate(self, made: ColumnAggregate) -> None:
        self.expression(self.model.sources[made.child], made.agg)


# ---------------------------------------------------------------- what it can be split by


@dataclass(frozen=True, slots=True)
class Splits:
    """What every part of a metric has: `dimensions`, `columns`, `grains` of time. `partial`: dimensions that some sources lack."""

    dimensions: tuple[str, ...]
    columns: tuple[str, ...]
    partial: tuple[tuple[str, tuple[str, ...]], ...]
    grains: tuple[str, ...]


class Splitter:
    """Answers for one project, and remembers what each source can be split by."""

    def __init__(self, compiled: Compiled) -> None:
        self.model = compiled.model
        self.routes = compiled.resolver.routes
        self._known: dict[str, dict[str, object]] = {}

    def of(self, metric: MetricModel) -> Splits:
        facts = list(dict.fromkeys(leaf.fact for leaf in aggregates(metric.expr)))
        sources = list(dict.fromkeys(source for source, _ in facts))
        holders: dict[str, list[str]] = {}
        meanings: dict[str, set[object]] = {}
        for source in sources:
            for name, meaning in self.names(source).items():
                holders.setdefault(name, []).append(source)
                meanings.setdefault(name, set()).add(meaning)
        common = [name for name in sorted(holders) if len(meanings[name]) == 1 and len(holders[name]) == len(sources)]
        dimensions = tuple(name for name in common if self._is_dimension(meanings[name]))
        columns = tuple(name for name in common if not self._is_dimension(meanings[name]))
        partial = [(name, tuple(holders[name])) for name in sorted(holders) if name not in common and self._is_dimension(meanings[name])]
        return Splits(dimensions, columns, tuple(partial), GRAINS if facts and all(map(self._timed, facts)) else ())

    def _is_dimension(self, meanings: set[object]) -> bool:
        return any(isinstance(meaning, str) for meaning in meanings)

    def names(self, source: str) -> dict[str, object]:
        """What rows of a source can be split by: dimensions, and columns of it and of what it joins, with what each name means."""
        if source not in self._known:
            self._known[source] = dict(sorted(self._search(self.model.sources[source]).items()))
        return self._known[source]

    def _search(self, source: SourceModel) -> dict[str, object]:
        found: dict[str, object] = {}
        taken: dict[str, int] = {}
        for name, route in self.routes.reachable(source.name):
            owner = self.model.sources[name]
            for column in owner.columns.values():
                if not route or column.name not in source.columns:
                    taken[column.name] = taken.get(column.name, 0) + 1
                    if column.type.kind in _SPLIT and not column.pii and column.name not in owner.key:
                        found.setdefault(column.name, (name, column.name))
        found = {name: meaning for name, meaning in found.items() if taken[name] == 1}
        for key, dimension in self.model.dimensions.items():
            holders = [start for start, _ in dimension.alternatives]
            reached = [start for start in holders if len(self.routes.between(source.name, start)) == 1]
            if source.name in holders or len(reached) == 1:
                found[key.rsplit(".", 1)[-1]] = key
        return found

    def _timed(self, fact: Fact) -> bool:
        return fact[1] is not None or self.model.sources[fact[0]].time is not None
