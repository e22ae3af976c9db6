"""Why a metric moved. Comes in: a question in the form of a query: one metric, a period, what to compare with, group-bys. Goes out: a
`WhyModel`: the metric now and then with all that it is made of, and for every dimension how the change is shared among its segments.

Without `by` the conformed dimensions are taken that every source of the metric has. Every dimension is looked at by itself.
"""

from __future__ import annotations

from kpidsl.diagnostic import KpiError, Label, fail
from kpidsl.model.expr import DATE, Expr, Fn
from kpidsl.model.factors import ONE, Factors, Linear, Part, counted, fraction, leaves
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import Dim, Formula, Mature, QueryModel, Ref, aggregates
from kpidsl.model.names import Scope
from kpidsl.model.query import QueryResolver
from kpidsl.model.resolve import Resolver
from kpidsl.model.timing import TODAY
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

MOST_DIMENSIONS = 4
"""How many dimensions are looked at where none is named: each is a reading of the metric's sources."""


@dataclass(frozen=True, slots=True)
class Split:
    """The change by the segments of one dimension; `query` groups by it.

    kind: `sum` where the metric is a sum of aggregates (`above`), `rate` where it is one sum over another (`above / below`), `chain` where
    it is another formula of aggregates, `none` where the segments' values say nothing about the whole (percentiles, a `case`).
    """

    dim: Dim
    query: QueryModel
    kind: str
    above: Linear
    below: Linear


@dataclass(frozen=True, slots=True)
class WhyModel:
    """A resolved question. `overlaps`: segments may share what is counted, so that their parts need not add up to the whole."""

    metric: Part
    query: QueryModel
    splits: tuple[Split, ...]
    overlaps: bool
    left_out: tuple[str, ...]  # dimensions that could be asked for as well
    comment: str


@dataclass(frozen=True)
class WhyResolver:
    """Resolves such questions in one scope."""

    resolver: Resolver
    scope: Scope

    def resolve(self, node: ast.Query, finished: bool = False, comment: str = "") -> WhyModel:
        """The question's meaning; raises KpiError. `finished`: `last` means the last period that is over."""
        self._check(node)
        compare = node.compare or ast.Compare(node.span, "period")
        plain = replace(node, compare=compare, by=())
        query = self._query(plain, finished, comment)
        metric = self._metric(node, query)
        below = leaves(metric)
        countable = all(counted(leaf) is not None for leaf in below)
        kind, above, under = _share(metric) if countable else ("none", {}, ONE)
        found, left_out = self._by(plain, node.by, finished)
        splits = tuple(Split(q.dims[0], q, kind, above, under) for q in found)
        overlaps = any(leaf.agg.func == "count_distinct" for leaf in aggregates(metric.now))
        return WhyModel(metric, query, splits, overlaps, left_out, comment)

    def _check(self, node: ast.Query) -> None:
        if node.values or len(node.metrics) != 1:
            fail("KPI064", "a change is explained for one metric at a time", node.span, help="kpi why revenue last month")
        for asked, word in (
            (node.totals, "with totals"),
            (node.sparse, "sparse"),
            (node.order, "order by"),
            (node.top, "top"),
        ):
            if asked:
                fail(
                    "KPI064",
                    f"`{word}` says how rows of a query are shown, and this asks why a number moved",
                    node.span,
                    help=f"leave `{word}` out: the largest effects come first anyway",
                )
        if node.during is None and node.last is None:
            fail(
                "KPI124",
                f"`{node.metrics[0].span.text}` moved from when to when? The question names no period",
                node.span,
                notes=("a change needs two periods: the one that is asked for, and the one before it",),
                help="say when: last month, last 7 days, during 2026-03, during 2026-03 compare previous year",
            )

        inner = MetricResolver(self.resolver, self.scope).resolve(node.metrics[0])
        while isinstance(inner, (Ref, Mature)):
            inner = inner.value
        if isinstance(inner, Formula) and inner.op == "growth":
            fail(
                "KPI064",
                f"`{node.metrics[0].span.text}` is a comparison already, and a change of a change has no parts",
                node.metrics[0].span,
                help="ask for the metric that it compares",
            )

    def _query(self, node: ast.Query, finished: bool, comment: str = "") -> QueryModel:
        query = QueryResolver(self.resolver, self.scope).resolve(node, comment)
        if not finished:
            return query
        assert node.last is not None
        unit = node.last.unit
        begin: Expr = TODAY if unit == "day" else Fn("start_of", (TODAY,), DATE, (unit, *self.resolver.calendar.options))
        return replace(query, asked=(Fn("date_add", (begin,), DATE, (-node.last.amount, unit)), begin), whole=None)

    def _metric(self, node: ast.Query, query: QueryModel) -> Part:
        """The metric with all that it is made of; its value then is what `compare` computes its growth from."""
        growth = query.metrics[-1].expr
        if len(query.metrics) != 3:
            fail(
                "KPI051",
                f"`{query.metrics[0].name}` is no number, so its change has no size",
                node.metrics[0].span,
                help="ask for a number: a sum, a count, a ratio",
            )
        assert isinstance(growth, Formula)
        now, then = growth.args
        asked = query.metrics[0]
        called = {entry.key: name for (kind, name), entry in self.scope.entries.items() if kind == "metric"}
        part = Factors(self.resolver.metrics, called).of(now, then)
        return replace(part, name=asked.name, label=asked.label or part.label, type=asked.type, format=asked.format)

    def _by(self, node: ast.Query, asked: tuple[ast.Expr, ...], finished: bool) -> tuple[list[QueryModel], tuple[str, ...]]:
        """A query for each dimension, and the names of dimensions that nobody asked for and that are not looked at."""
        if asked:
            for at, by in enumerate(asked):
                first = next((other for other in asked[:at] if other.span.text == by.span.text), None)
                if first is not None:
                    where = (Label(first.span, "first here"),)
                    fail("KPI121", f"`{by.span.text}` is asked for twice", by.span, labels=where, help="leave one out")
            return [self._split(node, by, finished) for by in asked], ()
        found: list[QueryModel] = []
        more: list[str] = []
        for name in self.scope.names("dimension"):
            try:
                query = self._split(node, ast.Path(node.span, (ast.Ident(node.span, name),)), finished)
            except KpiError:  # the metric has no such dimension
                continue
            if len(found) < MOST_DIMENSIONS:
                found.append(query)
            else:
                more.append(name)
        return found, tuple(more)

    def _split(self, node: ast.Query, by: ast.Expr, finished: bool) -> QueryModel:
        query = self._query(replace(node, by=(by,)), finished)
        if query.dims[0].kind == "grain":
            fail(
                "KPI064",
                f"`{by.span.text}` is time, and the change is one between two periods",
                by.span,
                notes=("the days of one period have no counterpart in the other that a change could be traced to",),
                help="split by what is the same in both: a channel, a country, weekday. Or see the run of it: kpi query "
                f'"{node.metrics[0].span.text} by {by.span.text} …"',
            )
        return query


def _share(metric: Part) -> tuple[str, Linear, Linear]:
    """How segments share the metric."""
    found = fraction(metric)
    if found is None or None in found[0]:
        return "chain", {}, ONE
    if found[1] == ONE:
        return "sum", *found
    return ("chain", {}, ONE) if None in found[1] else ("rate", *found)
