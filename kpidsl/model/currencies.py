"""One currency in a number (S21). Comes in: an aggregate or a query's metrics. Goes out: nothing, or the error that says where amounts
would be added, compared or ranked though each row holds its own currency.

An amount `money(code)` has the unit `Held`: the column that holds the code. Within a row two such amounts meet only if it is the same
column of the same row (the units see to that); over many rows the currency is one only where the rows are split by it, filtered to one
code, or joined by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

from kpidsl.diagnostic import Label, fail
from kpidsl.model.expr import Agg, Expr, Field
from kpidsl.model.known import Known
from kpidsl.model.levels import Level
from kpidsl.model.model import Aggregate, AtLevel, Dim, Fact, MetricExpr, QueryMetric, Share, SourceModel, aggregates, parts
from kpidsl.model.questions import Questions
from kpidsl.model.told import only_value
from kpidsl.model.units import Held, Unit
from kpidsl.record import dataclass
from kpidsl.span import Span
from kpidsl.syntax import ast

ADDING = ("sum", "avg", "median", "percentile", "stddev", "variance")


def mixed_by(agg: Agg) -> tuple[Held, ...]:
    """The currencies in columns whose amounts an aggregate adds, compares or picks by; counting filled values does none of that."""
    if agg.func in ("count", "count_rows"):
        return ()
    return held_in(agg.args[:2])  # behind the value and the first order key of first and last stand keys


def doing(agg: Agg) -> str:
    return "add" if agg.func in ADDING else "compare"


Same = Mapping[tuple[tuple[str, ...], str], str]
"""Columns as other rows read them (path and name), and the own columns that hold the same value."""


def same_columns(pairs: Iterable[tuple[str, str]], path: tuple[str, ...] = ()) -> Same:
    """From pairs of a column over there and the own one that is equal to it."""
    return {(path, theirs): own for theirs, own in pairs}


def held_by(source: SourceModel, unit: Unit, same: Same) -> Unit | None:
    """The unit of other rows' amounts as one of `source`; None where one of the currencies is in no column of it."""
    if any((held.path, held.column) not in same for held in unit.held):
        return None
    return unit.with_held(lambda held: Held(source.name, same[(held.path, held.column)]))


def held_in(exprs: Iterable[Expr]) -> tuple[Held, ...]:
    return tuple(dict.fromkeys(held for expr in exprs for held in expr.type.unit.held))


def code_of(resolver: Known, root: SourceModel, held: Held) -> Field:
    """The column with the currency, as rows of `root` read it."""
    return Field(held.path, held.column, resolver.walk_to(root, held.path).columns[held.column].type)


# ---------------------------------------------------------------- queries

Tag = frozenset[int] | str
"""What tells the currency of a number: the group-bys (by position) that hold its code, or the code itself."""
Tags = dict[Held, Tag]


@dataclass(frozen=True)
class Currencies:
    """Checks the metrics of one query. `bindings` are its group-bys on the rows of each fact."""

    resolver: Questions
    node: ast.Query
    dims: tuple[Dim, ...]
    bindings: dict[tuple[Fact, int], Expr]

    def check(self, metrics: list[QueryMetric], order: tuple[tuple[int, bool], ...], top: tuple[int, int, bool] | None) -> None:
        """Raises KPI056 for the first number that would mix currencies, then for group-bys and rankings that would compare them."""
        leaves = dict.fromkeys(leaf for m in metrics for leaf in aggregates(m.expr))
        if not any(map(_holds, leaves)) and not any(expr.type.unit.held for expr in self.bindings.values()):
            return
        known = [self._metric(m) for m in metrics]
        for leaf in leaves:
            self._split(leaf)
        if top is not None and any(isinstance(tag, frozenset) for tag in known[top[1]].values()):
            self._ranked(metrics[top[1]].name, self.node.top.span if self.node.top else self.node.span)
        self._ordered(metrics, known, order)

    # ------------------------------------------------------------ numbers

    def _metric(self, metric: QueryMetric) -> Tags:
        return self._known(metric.expr, tuple(range(len(self.dims))), metric)

    def _known(self, expr: MetricExpr, level: Level, metric: QueryMetric) -> Tags:
        """The currencies that a value is in and what tells them; parts that meet must be told by the same."""
        match expr:
            case Aggregate():
                return self._aggregate(expr, level, metric)
            case AtLevel():
                return self._known(expr.value, tuple(i for i in level if self.dims[i] in expr.dims), metric)
            case Share():
                whole = tuple(i for i in level if self.dims[i] not in expr.of)
                return self._together(expr, [self._known(expr.part, level, metric), self._known(expr.whole, whole, metric)], metric)
            case _:
                return self._together(expr, [self._known(part, level, metric) for part in parts(expr)], metric)

    def _together(self, expr: MetricExpr, sides: list[Tags], metric: QueryMetric) -> Tags:
        told: Tags = {}
        for side in sides:
            for held, tag in side.items():
                other = told.setdefault(held, tag)
                if isinstance(other, frozenset) and isinstance(tag, frozenset) and other & tag:
                    told[held] = other & tag
                elif other != tag:
                    self._different(held, (other, tag), metric)
        return {held: tag for held, tag in told.items() if held in expr.type.unit.held}

    def _aggregate(self, leaf: Aggregate, level: Level, metric: QueryMetric) -> Tags:
        source = self.resolver.sources[leaf.source]
        if leaf.pick is not None:  # rows are picked before they are filtered or split
            per = [self._spelled(source, p) for p in leaf.pick.per]
            for held in held_in((leaf.pick.order, *leaf.pick.per)):
                if self._spelled(source, code_of(self.resolver, source, held)) not in per:
                    self._mixed(leaf, source, held, metric, "compare")
        found: Tags = {}
        for held in mixed_by(leaf.agg):
            tag = self._told(leaf, held, level)
            if tag is None:
                self._mixed(leaf, source, held, metric, doing(leaf.agg))
            found[held] = tag
        return {held: tag for held, tag in found.items() if held in leaf.type.unit.held}

    def _told(self, leaf: Aggregate, held: Held, level: Level) -> Tag | None:
        """What tells in which currency an aggregate is; None where it may be in several."""
        source = self.resolver.sources[leaf.source]
        code = self._spelled(source, code_of(self.resolver, source, held))
        if not self._sums_up():
            groups = frozenset(i for i in level if self._spelled(source, self.bindings[(leaf.fact, i)]) == code)
            if groups:
                return groups
        return next((value for f in leaf.filters if (value := self._only(source, f, code)) is not None), None)

    def _sums_up(self) -> bool:
        """Whether some rows of the result are over several groups."""
        return self.node.totals or (self.node.top is not None and self.node.top.with_other)

    def _only(self, source: SourceModel, condition: Expr, code: Expr) -> str | None:
        """The one currency that a filter leaves."""
        left = only_value(condition)
        if left is None or not isinstance(left[1].value, str) or self._spelled(source, left[0]) != code:
            return None
        return left[1].value

    def _spelled(self, source: SourceModel, expr: Expr) -> Expr:
        return self.resolver.grain.spelled_out(source, expr)

    # ------------------------------------------------------------ group-bys and order

    def _split(self, leaf: Aggregate) -> None:
        """Equal numbers of two currencies are no group."""
        source = self.resolver.sources[leaf.source]
        for position, by in enumerate(self.node.by):
            for held in held_in([self.bindings[(leaf.fact, position)]]):
                if self._told(leaf, held, tuple(range(len(self.dims)))) is None:
                    fail(
                        "KPI056",
                        f"`{by.span.text}` would put amounts in different currencies into one group",
                        by.span,
                        labels=(self._label(source, held),),
                        help=f"split by {self._name(source, held)} as well, filter on one currency, or convert the amounts",
                    )

    def _ordered(self, metrics: list[QueryMetric], known: list[Tags], order: tuple[tuple[int, bool], ...]) -> None:
        before: set[int] = set()
        for (position, _), item in zip(order, self.node.order, strict=True):
            shown = position < len(self.dims)
            tags = self._told_by_groups(position, metrics) if shown else known[position - len(self.dims)].values()
            if any(isinstance(tag, frozenset) and not tag & before for tag in tags):
                name = self.dims[position].name if shown else metrics[position - len(self.dims)].name
                self._ranked(name, item.span, ", or order by the currency before the amount")
            before.add(position)

    def _told_by_groups(self, position: int, metrics: list[QueryMetric]) -> list[Tag | None]:
        """What tells the currencies of a group-by that is an amount."""
        leaves = dict.fromkeys(leaf for m in metrics for leaf in aggregates(m.expr))
        everywhere = tuple(range(len(self.dims)))
        return [self._told(leaf, held, everywhere) for leaf in leaves for held in held_in([self.bindings[(leaf.fact, position)]])]

    def _ranked(self, name: str, span: Span, further: str = "") -> NoReturn:
        fail(
            "KPI056",
            f"`{name}` would rank amounts in different currencies",
            span,
            notes=("a hundred yen would stand above fifty euros",),
            help=f"convert them first (convert(…, EUR, using: rates)), or filter on one currency{further}",
        )

    # ------------------------------------------------------------ errors

    def _mixed(self, leaf: Aggregate, source: SourceModel, held: Held, metric: QueryMetric, doing: str) -> NoReturn:
        code = self._spelled(source, code_of(self.resolver, source, held))
        grouped = any(self._spelled(source, self.bindings[(leaf.fact, i)]) == code for i in range(len(self.dims)))
        fail(
            "KPI056",
            f"`{metric.name}` would {doing} amounts in different currencies",
            leaf.span,
            labels=(self._label(source, held),),
            notes=("a total would mix them",) if grouped and self._sums_up() else (),
            help=f"convert them (convert(…, EUR, using: rates)), group by {self._name(source, held)}, or filter on one currency",
        )

    def _different(self, held: Held, tags: tuple[Tag, Tag], metric: QueryMetric) -> NoReturn:
        words = [tag if isinstance(tag, str) else f"the currency of `{self.dims[min(tag)].name}`" for tag in tags]
        spans = [n.span for n in self.node.metrics if " ".join(n.span.text.split()) == metric.name]
        fail(
            "KPI056",
            f"`{metric.name}` would combine amounts in {words[0]} with amounts in {words[1]}",
            spans[0] if spans else self.node.span,
            notes=(f"each row's currency stands in {held}; a number made of two currencies is in neither",),
            help="convert them first: convert(…, EUR, using: rates)",
        )

    def _label(self, source: SourceModel, held: Held) -> Label:
        holder = self.resolver.walk_to(source, held.path)
        return Label(holder.columns[held.column].span, "each row's currency stands here")

    def _name(self, source: SourceModel, held: Held) -> str:
        return ".".join((source.name, *held.path, held.column))


def _holds(leaf: Aggregate) -> bool:
    picked = () if leaf.pick is None else (leaf.pick.order, *leaf.pick.per)
    return any(expr.type.unit.held for expr in (*leaf.agg.args, *picked))
