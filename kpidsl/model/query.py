"""Queries: metrics, group-bys, filters and what is done with the rows. Comes in: a query's syntax. Goes out: a `QueryModel` with
the filters pushed into every aggregate and every group-by bound to the rows of every source, or why these cannot be combined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from kpidsl.diagnostic import Diagnostics, KpiError, Label, fail
from kpidsl.model import cohorts, one_value, own_grains
from kpidsl.model.aggregates import COUNTED_TWICE
from kpidsl.model.cohorts import asked_cohort
from kpidsl.model.currencies import Currencies
from kpidsl.model.expr import DATE, Expr, Fn
from kpidsl.model.filters import check_conformed, filtered
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import (
    Aggregate,
    AtLevel,
    Cases,
    DailyAverage,
    Dim,
    Fact,
    Formula,
    Mature,
    MetricExpr,
    QueryMetric,
    QueryModel,
    Ref,
    Share,
    SourceModel,
    aggregates,
    contains,
)
from kpidsl.model.moves import framed, is_moved
from kpidsl.model.names import Scope
from kpidsl.model.privacy import refuse_pii
from kpidsl.model.questions import Questions
from kpidsl.model.staged import asked_stages, check_apart
from kpidsl.model.time_checks import TimeChecks
from kpidsl.model.timing import Asked, Timing, asked_range, compared, whole_end
from kpidsl.model.told import Told
from kpidsl.model.values import values_query
from kpidsl.model.words import Words
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

T = TypeVar("T")
TODAY = Fn("today", (), DATE)


@dataclass(frozen=True)
class QueryResolver:
    """Resolves queries in one scope."""

    resolver: Questions
    scope: Scope

    def resolve(self, node: ast.Query, comment: str = "") -> QueryModel:
        """The query's meaning; raises KpiError."""
        if node.values:
            return values_query(self.resolver, self.scope, node, comment)
        if node.subject is not None:
            return self._staged(node, comment)
        if node.compare is not None:
            Words(self.resolver, self.scope).previous(node.compare.span_name, node.compare.span)
        rows = MetricResolver(self.resolver, self.scope)
        found = Problems()
        metrics = [m for m in (found.tried(self._metric, rows, n) for n in node.metrics) if m is not None]
        if not metrics:
            found.stop()
        dims = [dim for by in node.by if (dim := found.tried(self._dim, by, metrics)) is not None]
        if node.where is not None:
            found.tried(check_conformed, self.resolver, self.scope, node.where, _facts(metrics))
        for metric in metrics:
            found.tried(self._narrowed, metric, node)
        found.stop()
        self._twice([m.name for m in metrics], [m.span for m in node.metrics], "metric")
        return self.of(metrics, node, comment, dims=dims)

    def _staged(self, node: ast.Query, comment: str) -> QueryModel:
        """`funnel purchase by device`: the metrics of its stages, which the plan lays out below each other."""
        assert node.subject is not None
        if node.subject.kind == "cohort":
            return self._aged(node, comment)
        asked = asked_stages(self.resolver, self.scope, node)
        query = self.of(asked.counts, node, comment, beside=asked.beside)
        check_apart(asked.laid_out, query.dims, node)
        kept = tuple(metric for metric in query.metrics if not metric.name.endswith("_growth"))
        return replace(query, metrics=kept, staged=asked.laid_out)

    def _aged(self, node: ast.Query, comment: str) -> QueryModel:
        """`cohort buyers by country`: the counts of its members by the period in which they began and by age, for the plan to lay out."""
        asked = asked_cohort(self.resolver, self.scope, node)
        query = self.of(asked.metrics, node, comment, own=asked.by)
        cohorts.check_apart(asked.laid_out, query.dims[: len(node.by)], node.by)
        return replace(query, staged=asked.laid_out)

    def of(
        self,
        metrics: list[QueryMetric],
        node: ast.Query,
        comment: str = "",
        asked: Asked | None = None,
        beside: Iterable[QueryMetric] = (),
        own: tuple[tuple[ast.Expr, Dim], ...] = (),
        dims: Sequence[Dim] | None = None,
    ) -> QueryModel:
        """The query of these metrics, of which a declaration may have made some, with the clauses of `node`; `asked` is its range where the
        clauses have no words for it, `beside` are metrics that are not compared with those of then, `own` are group-bys that come after
        those of the clauses, which mean `dims` where that is known. Raises KpiError."""
        rows = MetricResolver(self.resolver, self.scope)
        hidden: list[QueryMetric] = []
        asked = asked_range(self.resolver, node) if asked is None else asked
        if dims is None:
            facts = _facts(metrics)
            dims = [self.resolver.dim(by, self.scope, facts) for by in node.by]
        dims = (*self._told_apart(node.by, dims), *(dim for _, dim in own))
        node = replace(node, by=(*node.by, *(at for at, _ in own))) if own else node
        self._apart(dims, metrics, node)
        metrics = [*compared(node, metrics, list(dims)), *beside]
        order = tuple(self._order(rows, item, dims, metrics, hidden, node.by) for item in node.order)
        top = self._top(rows, node, metrics, hidden, len(dims))
        everything = [self._narrowed(m, node) for m in (*metrics, *hidden)]
        bindings = self._bind(everything, dims, node.by)
        timing = Timing(self.resolver, node, dims, bindings, asked)
        checks = TimeChecks(timing)
        checks.check(everything)
        own_grains.check(everything, dims, node)
        everything = [
            replace(m, expr=self._levels(m.expr, dims, bindings)) if contains(m.expr, (AtLevel, Share)) else m for m in everything
        ]
        checks.check_levels(everything)
        Currencies(self.resolver, node, dims, bindings).check(everything, order, top)
        for metric in everything:
            one_value.check(self.resolver, metric, dims, node)
        return QueryModel(
            metrics=tuple(everything[: len(metrics)]),
            hidden=tuple(everything[len(metrics) :]),
            dims=dims,
            bindings=bindings,
            order=order,
            top=top,
            totals=node.totals,
            comment=comment,
            asked=asked,
            whole=whole_end(self.resolver, node),
            clock=timing.clock,
            sparse=node.sparse,
        )

    # ------------------------------------------------------------ metrics

    def _metric(self, rows: MetricResolver, node: ast.Expr) -> QueryMetric:
        expr = rows.resolve(node)
        if not aggregates(expr):
            fail("KPI062", f"`{node.span.text}` counts no rows of any source", node.span, help="ask for at least one metric")
        if expr.type.kind == "bool":
            fail("KPI051", f"`{node.span.text}` is true or false, not a number", node.span, help="ask for the numbers, or use case")
        if isinstance(expr, Ref) and isinstance(node, ast.Path):
            model = self.resolver.metrics[expr.name]
            return QueryMetric(node.text, model.label, expr, model.type, model.format)
        for leaf in aggregates(expr):
            if leaf.agg.func not in COUNTED_TWICE and leaf.agg.func != "count_distinct" and leaf.agg.args:
                refuse_pii(self.resolver, self.resolver.sources[leaf.source], leaf.agg.args[0], leaf.span)
        return QueryMetric(" ".join(node.span.text.split()), "", expr, expr.type)

    def _narrowed(self, metric: QueryMetric, node: ast.Query) -> QueryMetric:
        """The metric under the query's `where`, with its moves in time told by its aggregates."""
        expr = framed(metric.expr) if is_moved(metric.expr) else metric.expr
        if node.where is not None:
            expr = filtered(self.resolver, self.scope, expr, node.where)
        return metric if expr is metric.expr else replace(metric, expr=expr)

    # ------------------------------------------------------------ group-bys

    def _told_apart(self, nodes: tuple[ast.Expr, ...], dims: Sequence[Dim]) -> tuple[Dim, ...]:
        for position, dim in enumerate(dims):
            for earlier in range(position):
                if dims[earlier].key == dim.key:
                    fail(
                        "KPI121",
                        f"`{nodes[position].span.text}` is asked for twice",
                        nodes[position].span,
                        labels=(Label(nodes[earlier].span, "first here"),),
                        help="leave one out",
                    )
        names = [d.name.casefold() for d in dims]
        return tuple(replace(d, name=n.span.text) if names.count(d.name.casefold()) > 1 else d for d, n in zip(dims, nodes, strict=True))

    def _bind(self, metrics: list[QueryMetric], dims: tuple[Dim, ...], nodes: tuple[ast.Expr, ...]) -> dict[tuple[Fact, int], Expr]:
        bindings: dict[tuple[Fact, int], Expr] = {}
        for metric in metrics:
            for leaf in aggregates(metric.expr):
                source = self.resolver.sources[leaf.source]
                for position, dim in enumerate(dims):
                    if (leaf.fact, position) in bindings:
                        continue
                    span = nodes[position].span
                    expr = self._bound(dim, source, nodes[position], leaf, metrics)
                    refuse_pii(self.resolver, source, expr, span)
                    if expr.type.kind in ("records", "json"):
                        fail("KPI057", f"`{dim.name}` holds nested values", span, help='take one out first: a column = get(column, "key")')
                    bindings[(leaf.fact, position)] = expr
        return bindings

    def _dim(self, node: ast.Expr, metrics: list[QueryMetric]) -> Dim:
        """A group-by of these metrics; where some of them lack it, the error names those that have it (S4)."""
        try:
            return self.resolver.dim(node, self.scope, _facts(metrics))
        except KpiError as error:
            raise self._naming(error, node, metrics) from None

    def _bound(self, dim: Dim, source: SourceModel, node: ast.Expr, leaf: Aggregate, metrics: list[QueryMetric]) -> Expr:
        """What a group-by is on the rows of one aggregate."""
        try:
            return self.resolver.bind(dim, source, node.span, leaf.time)
        except KpiError as error:
            raise self._naming(error, node, metrics) from None

    def _naming(self, error: KpiError, node: ast.Expr, metrics: list[QueryMetric]) -> KpiError:
        first = error.diagnostics[0] if error.diagnostics else None
        if first is None or first.code not in ("KPI020", "KPI021", "KPI122") or len(metrics) == 1:
            return error
        able = [f"`{m.name}`" for m in metrics if self._can_split(m, node)]
        unable = [f"`{m.name}`" for m in metrics if f"`{m.name}`" not in able]
        words = f"{', '.join(able)} can be split by `{node.span.text}`" if able else f"no metric here can be split by `{node.span.text}`"
        note = f"{words}, {', '.join(unable)} cannot" if able and unable else words
        return KpiError(replace(first, notes=(note, *first.notes)))

    def _can_split(self, metric: QueryMetric, node: ast.Expr) -> bool:
        try:
            dim = self.resolver.dim(node, self.scope, _facts([metric]))
            for leaf in aggregates(metric.expr):
                self.resolver.bind(dim, self.resolver.sources[leaf.source], node.span, leaf.time)
        except KpiError:
            return False
        return True

    def _levels(self, expr: MetricExpr, dims: tuple[Dim, ...], bindings: dict[tuple[Fact, int], Expr]) -> MetricExpr:
        """The tree with the dimensions of `at` and `share` replaced by those group-bys of the query that mean the same."""

        def same(wanted: tuple[Dim, ...], inner: MetricExpr) -> tuple[Dim, ...]:
            found: set[tuple[Dim, ...]] = set()
            for leaf in aggregates(inner):
                source = self.resolver.sources[leaf.source]
                bound = [self.resolver.bind(d, source, d.span, leaf.time) for d in wanted]
                mine = [bindings[(leaf.fact, position)] for position in range(len(dims))]
                for level, dim in zip(bound, wanted, strict=True):
                    self._level_is_told(level, dim, mine, source)
                found.add(tuple(d for d, expr in zip(dims, mine, strict=True) if expr in bound))
            if len(found) > 1:
                names = ", ".join(d.name for d in wanted)
                fail(
                    "KPI064",
                    f"`{names}` is another group-by for each part of this formula",
                    wanted[0].span,
                    help="take the level of each part by itself",
                )
            return found.pop()

        match expr:
            case AtLevel():
                inner = self._levels(expr.value, dims, bindings)
                return replace(expr, value=inner, dims=same(expr.dims, inner))
            case Share():
                part, whole = self._levels(expr.part, dims, bindings), self._levels(expr.whole, dims, bindings)
                return replace(expr, part=part, whole=whole, of=same(expr.of, part))
            case Ref() | Mature() | DailyAverage():
                return replace(expr, value=self._levels(expr.value, dims, bindings))
            case Formula():
                return replace(expr, args=tuple(self._levels(a, dims, bindings) for a in expr.args))
            case Cases():
                whens = tuple((self._levels(c, dims, bindings), self._levels(v, dims, bindings)) for c, v in expr.whens)
                return replace(
                    expr, whens=whens, otherwise=None if expr.otherwise is None else self._levels(expr.otherwise, dims, bindings)
                )
            case _:
                return expr

    def _level_is_told(self, level: Expr, dim: Dim, asked: list[Expr], source: SourceModel) -> None:
        """A level that the group-bys only determine, without naming it, has no column to be taken from."""
        if level in asked:
            return
        told = Told(self.resolver, source, asked).tells(level)
        of_days = dim.kind == own_grains.OWN and any(expr.type.is_temporal for expr in asked)
        if told or of_days or any(_moment(level) == _moment(expr) for expr in asked if level.type.is_temporal):
            fail(
                "KPI064",
                f"the level `{dim.name}` is not among the group-bys, though " + ("they tell it" if told else "they split the same time"),
                dim.span,
                notes=("without it the value of the whole query would be shown",),
                help=f"ask for it as well: by {dim.name}, …",
            )

    def _twice(self, names: list[str], spans: list[Span], what: str) -> None:
        for position, name in enumerate(names):
            if name in names[:position]:
                fail("KPI121", f"the {what} `{name}` is asked for twice", spans[position], help="leave one out")

    def _apart(self, dims: tuple[Dim, ...], metrics: list[QueryMetric], node: ast.Query) -> None:
        """Columns of a result have different names, whatever the case: engines do not tell `Sales` from `sales`."""
        for metric, at in zip(metrics, node.metrics, strict=False):  # what a declaration has made is called like nothing else
            for dim, by in zip(dims, node.by, strict=True):
                if dim.name.casefold() == metric.name.casefold():
                    fail(
                        "KPI121",
                        f"a group-by and a metric are both called `{dim.name}`",
                        by.span,
                        labels=(Label(at.span, "the metric"),),
                        notes=("nobody could tell the two columns apart",),
                        help=f"declare the group-by under another name: dimension by_{dim.name} = …",
                    )

    # ------------------------------------------------------------ order and top

    def _order(
        self,
        rows: MetricResolver,
        item: ast.OrderItem,
        dims: tuple[Dim, ...],
        metrics: list[QueryMetric],
        hidden: list[QueryMetric],
        by: tuple[ast.Expr, ...],
    ) -> tuple[int, bool]:
        text = item.value.span.text
        for position, node in enumerate(by):
            if node.span.text == text or dims[position].name == text:
                return position, item.descending
        if text.lower() in ("asc", "desc"):
            fail(
                "KPI030",
                f"`{text}` says how to sort, and nothing says by what",
                item.value.span,
                help=f"write order by {metrics[0].name} {text}",
            )
        return len(dims) + self._column(rows, item.value, metrics, hidden), item.descending

    def _column(self, rows: MetricResolver, node: ast.Expr, metrics: list[QueryMetric], hidden: list[QueryMetric]) -> int:
        """The position of a metric among the shown and hidden ones."""
        found = self._metric(rows, node)
        for position, metric in enumerate((*metrics, *hidden)):
            if metric.name == found.name:
                return position
        hidden.append(found)
        return len(metrics) + len(hidden) - 1

    def _top(
        self, rows: MetricResolver, node: ast.Query, metrics: list[QueryMetric], hidden: list[QueryMetric], dims: int
    ) -> tuple[int, int, bool] | None:
        if node.top is None:
            return None
        if node.top.count < 1:
            fail("KPI121", "`top` needs at least one row", node.top.span, help="write top 5")
        if not dims:
            fail("KPI121", "`top` picks groups, and this query has none", node.top.span, help="add `by …` before it")
        if node.top.with_other and node.totals and dims > 1:
            fail(
                "KPI064",
                "subtotals beside `with other` would not say which groups they hold",
                node.top.span,
                help="ask for one group-by, or leave one of the two out",
            )
        position = self._column(rows, node.top.by, metrics, hidden) if node.top.by is not None else 0
        return node.top.count, position, node.top.with_other


class Problems:
    """Goes on after a mistake, so that one run tells them all."""

    def __init__(self) -> None:
        self.found = Diagnostics()
        self.failed = False

    def tried(self, step: Callable[..., T], *arguments: object) -> T | None:
        """The result of a step, or None after its diagnostics are noted."""
        try:
            return step(*arguments)
        except KpiError as error:
            self.failed = True
            self.found.extend(error.diagnostics)
            return None

    def stop(self) -> None:
        """Raises what was found; where all of it was reported with the project, there is nothing in it."""
        if self.failed:
            raise KpiError(*self.found.sorted())


def _facts(metrics: list[QueryMetric]) -> list[str]:
    return list(dict.fromkeys(leaf.source for m in metrics for leaf in aggregates(m.expr)))


def _moment(expr: Expr) -> Expr:
    """The time that a period is made of; a day may be the time itself."""
    return expr.args[0] if isinstance(expr, Fn) and expr.op == "start_of" else expr
