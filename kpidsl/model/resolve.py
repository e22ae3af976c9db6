"""Names to meanings. Comes in: the scopes of a project. Goes out: a `Model`, with every finding collected; a broken declaration is reported
once and everything that leans on it stays silent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kpidsl.diagnostic import Diagnostics, Label, fail
from kpidsl.model import types
from kpidsl.model.additivity import additivity
from kpidsl.model.calendar import calendar_of
from kpidsl.model.cohorts import CohortResolver
from kpidsl.model.cycles import check_cycles
from kpidsl.model.dims import Dims
from kpidsl.model.expr import Expr, Field
from kpidsl.model.filters import map_leaves
from kpidsl.model.funnels import FunnelResolver, funnel_result, stage_field
from kpidsl.model.later import LaterChecks, hint_unused
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import (
    CohortModel,
    Dim,
    DimensionModel,
    FunnelModel,
    MetricExpr,
    MetricModel,
    Model,
    ParamModel,
    Ref,
    SourceModel,
    aggregates,
)
from kpidsl.model.moves import check_hours, mature
from kpidsl.model.names import Entry, Scope
from kpidsl.model.needs import supplied
from kpidsl.model.params import parameter
from kpidsl.model.privacy import refuse_pii
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import Operand, common, describe, fits
from kpidsl.model.segments import Segments
from kpidsl.model.sources import SourceResolver
from kpidsl.model.weight import Weights
from kpidsl.record import replace
from kpidsl.span import Span
from kpidsl.syntax import ast


class Resolver(Questions):
    """One project's resolution: memory of what is resolved and the questions that rooms ask each other."""

    def __init__(self, scopes: list[Scope], diagnostics: Diagnostics, params: dict[str, object] | None = None) -> None:
        super().__init__(diagnostics)
        self.scopes = scopes
        self.overrides = params or {}
        self.dims = Dims(self)
        self.weights = Weights(scopes, diagnostics)
        self._sources = SourceResolver(self)
        self._segments = Segments(self)
        self._resolving: list[str] = []
        self.funnels: dict[str, FunnelModel] = {}
        self.cohorts: dict[str, CohortModel] = {}

    # ------------------------------------------------------------ everything

    def run(self) -> Model:
        """Resolves every declaration and returns the model."""
        declarations = [d for scope in self.scopes for d in scope.declarations]
        self.calendar = calendar_of(declarations, self.diagnostics)
        self.broken |= self.weights.too_much()
        entries = [e for scope in self.scopes for e in scope.of("source")]
        for entry in entries:
            self.guard(self._sources.declare, entry)
        known = [e for e in entries if e.key in self.sources]
        for entry in known:
            assert isinstance(entry.decl, ast.SourceDecl)
            self._sources.joins.declare(self.sources[entry.key], entry.decl, entry.scope)
        for scope in self.scopes:
            for entry in scope.of("param"):
                self.guard(self.param, entry)
        for entry in known:
            assert isinstance(entry.decl, ast.SourceDecl)
            self._sources.joins.complete(self.sources[entry.key], entry.decl, entry.scope)
            self._sources.columns.complete(self.sources[entry.key], entry.decl, entry.scope)
        self._sources.joins.check_keys()
        self.broken |= {("column", f"{source}.{column}") for source, column in check_cycles(self.sources, self.diagnostics)}
        for scope in self.scopes:
            for entry in scope.of("dimension"):
                self.guard(self.dimension, entry)
            for entry in scope.of("segment"):
                self.guard(self._segments.check, entry)
        for scope in self.scopes:
            for entry in scope.of("metric"):
                if isinstance(entry.decl, ast.Metric) and not (scope.user is not None):
                    self.guard(self.metric, entry, entry.name_span)
        for name in self.scopes[0].imported:
            found = self.scopes[0].entries.get(name)
            if found is not None and found.kind == "metric":
                self.guard(self.metric, found, found.name_span)
        for scope in self.scopes:
            for entry in scope.of("funnel"):
                self.guard(self.funnel, entry)
            for entry in scope.of("cohort"):
                self.guard(self.cohort, entry)
        for scope in self.scopes:
            LaterChecks(self, scope).run()
        hint_unused(self, self.scopes[0])
        return Model(self.sources, self.metrics, self.dimensions, self.params, self.calendar)

    # ------------------------------------------------------------ calendar and parameters

    def param(self, entry: Entry) -> ParamModel:
        """A parameter with the value of kpi.toml or the command line, else its default."""
        if entry.key not in self.params:
            self.stop_if_broken("param", entry.key)
            with self.marking("param", entry.key):
                self.params[entry.key] = parameter(entry, self.overrides)
        return self.params[entry.key]

    # ------------------------------------------------------------ sources, columns and routes

    def find_column(self, root: SourceModel, name: str, span: Span, scope: Scope) -> tuple[SourceModel, str]:
        """The source and column that a bare name means on rows of `root`: its own, else the only one that it reaches."""
        return self.dims.find(root, name, span, scope)

    def column_by_name(self, root: SourceModel, name: str, span: Span, scope: Scope) -> Field:
        """A bare column name in a metric or query: the root's own, else the one reached over exactly one route."""
        source, column = self.find_column(root, name, span, scope)
        return self.field(source, self.grain.route(root, source, span, column), column, span)

    # ------------------------------------------------------------ dimensions and segments

    def dimension(self, entry: Entry) -> DimensionModel:
        """A conformed dimension with its alternatives."""
        known = self.dimensions.get(entry.key)
        if known is not None:
            return known
        self.stop_if_broken("dimension", entry.key)
        decl = entry.decl
        assert isinstance(decl, ast.Dimension)
        with self.marking("dimension", entry.key):
            alternatives: list[tuple[str, Expr]] = []
            for node in decl.alternatives:
                heads = self.grain.heads(node, entry.scope)
                if not heads:
                    if isinstance(node, ast.Path) and len(node.parts) > 1:
                        self.no_source(node, entry.scope)
                    fail(
                        "KPI039",
                        f"`{node.span.text}` does not start at a source",
                        node.span,
                        help="write the path from its source: customers.country",
                    )
                root = self.grain.root_of(heads, node.span)
                expr = RowResolver(self, RowContext(root, entry.scope, what="a dimension")).resolve(node)
                refuse_pii(self, root, expr, node.span)
                if any(source == root.name for source, _ in alternatives):
                    fail(
                        "KPI034",
                        f"the dimension `{entry.name}` stands for two things of `{root.name}`",
                        node.span,
                        help="name one of them; the other may be a dimension of its own",
                    )
                if alternatives and alternatives[0][1].type.kind != expr.type.kind:
                    fail(
                        "KPI051",
                        f"`{node.span.text}` is {describe(expr.type)}, the dimension is {describe(alternatives[0][1].type)} elsewhere",
                        node.span,
                        labels=(Label(decl.alternatives[0].span, describe(alternatives[0][1].type)),),
                        help="give all sources the same type, with a computed column if need be",
                    )
                if alternatives:  # one clock and one unit, or its values would not be the same things
                    common(Operand(alternatives[0][1].type, decl.alternatives[0].span), Operand(expr.type, node.span), "combine")
                alternatives.append((root.name, expr))
            model = DimensionModel(entry.key, decl.label or "", alternatives[0][1].type, tuple(alternatives), decl.name.span)
        self.dimensions[entry.key] = model
        return model

    def dimension_on(self, entry: Entry, root: SourceModel, span: Span) -> Expr:
        model = self.dimension(entry)
        return self.dims.of_dimension(model, root, span)

    def dim(self, node: ast.Expr, scope: Scope, facts: list[str]) -> Dim:
        """What a group-by means for metrics of these sources."""
        return self.dims.resolve(node, scope, [self.sources[f] for f in facts])

    def bind(self, dim: Dim, root: SourceModel, span: Span, time: Expr | None = None) -> Expr:
        """The row expression that a group-by stands for on rows of `root`."""
        return self.dims.bind(dim, root, span, time)

    def segment_on(self, entry: Entry, root: SourceModel, span: Span) -> Expr:
        """A named condition, read on rows of `root`."""
        return self._segments.on(entry, root, span)

    # ------------------------------------------------------------ metrics

    def metric(self, entry: Entry, span: Span) -> MetricModel:
        """A metric, resolved once; a circle is printed with every step."""
        known = self.metrics.get(entry.key)
        if known is not None:
            return known
        with self._once("metric", entry):
            self.stop_if_broken("metric", entry.key)
            with self.marking("metric", entry.key):
                model = supplied(self, entry, span) if isinstance(entry.decl, ast.Need) else self._metric(entry)
        self.metrics[entry.key] = model
        return model

    def _metric(self, entry: Entry) -> MetricModel:
        decl = entry.decl
        assert isinstance(decl, ast.Metric)
        absent = bool(ast.pick(decl.items, ast.Absent))
        expr = MetricResolver(self, entry.scope, fill=not absent).resolve(decl.expr)
        if absent:
            expr = map_leaves(expr, lambda leaf: replace(leaf, fill=False))
        for leaf in aggregates(expr):
            if leaf.agg.func in ("min", "max", "any", "first", "last", "percentile") and leaf.agg.args:
                refuse_pii(self, self.sources[leaf.source], leaf.agg.args[0], leaf.span)
        check_hours(expr, self.sources)
        for age in ast.pick(decl.items, ast.Mature):
            expr = mature(expr, age)
        kind = expr.type
        if not aggregates(expr):
            fail(
                "KPI062",
                f"`{entry.name}` counts no rows of any source",
                decl.expr.span,
                help="a number that never changes is a parameter: param …",
            )
        if kind.kind == "bool":
            fail("KPI051", f"`{entry.name}` is true or false, not a number", decl.expr.span, help="use case when … then 1 else 0 end")
        for item in ast.pick(decl.items, ast.UnitItem):
            wanted = types.declared(item.unit)
            why = fits(wanted, kind) if wanted.unit.currency != types.ANY_CURRENCY else None
            if why is not None:
                fail(
                    "KPI055",
                    f"`{entry.name}` cannot be {describe(wanted)}: {why}",
                    item.span,
                    labels=(Label(decl.expr.span, describe(kind)),),
                    help="leave `unit` out, or mend the formula",
                )
            if wanted.unit.currency != types.ANY_CURRENCY:
                kind = replace(kind, unit=wanted.unit)
            elif not kind.unit.is_money:
                fail(
                    "KPI055",
                    f"`{entry.name}` cannot be money: its unit is {describe(kind)}",
                    item.span,
                    labels=(Label(decl.expr.span, describe(kind)),),
                    help="leave `unit` out, or mend the formula",
                )
        formats = ast.pick(decl.items, ast.FormatItem)
        better = ast.pick(decl.items, ast.Better)
        texts = ast.pick(decl.items, ast.Describe)
        if not formats and kind.unit == expr.type.unit and isinstance(expr, Ref):
            inner = self.metrics.get(expr.name)
            form = inner.format if inner else ""
        else:
            form = formats[0].text if formats else ""
        return MetricModel(
            name=entry.key,
            label=decl.label or "",
            expr=expr,
            type=kind,
            additivity=additivity(expr),
            span=decl.name.span,
            decl=decl,
            format=form,
            better=better[0].direction if better else "",
            description=texts[0].text if texts else "",
            absent_null=absent,
            module=entry.scope.prefix.rstrip("."),
        )

    # ------------------------------------------------------------ funnels and cohorts

    def funnel(self, entry: Entry) -> FunnelModel:
        """A funnel, resolved once."""
        known = self.funnels.get(entry.key)
        if known is not None:
            return known
        self.stop_if_broken("funnel", entry.key)
        with self._once("funnel", entry), self.marking("funnel", entry.key):
            model = FunnelResolver(self, entry.scope).resolve(entry)
        self.funnels[entry.key] = model
        return model

    def funnel_result(self, entry: Entry, rest: tuple[ast.Ident, ...], node: ast.Path) -> MetricExpr:
        return funnel_result(self, self.funnel(entry), rest, node)

    def stage_field(self, entry: Entry, rest: tuple[ast.Ident, ...], node: ast.Path) -> tuple[str, Field]:
        return stage_field(self, entry.scope, self.funnel(entry), rest, node)

    def cohort(self, entry: Entry) -> CohortModel:
        """A cohort, resolved once."""
        known = self.cohorts.get(entry.key)
        if known is not None:
            return known
        self.stop_if_broken("cohort", entry.key)
        with self._once("cohort", entry), self.marking("cohort", entry.key):
            model = CohortResolver(self, entry.scope).resolve(entry)
        self.cohorts[entry.key] = model
        return model

    @contextmanager
    def _once(self, kind: str, entry: Entry) -> Iterator[None]:
        """Around the resolution of a declaration; one that comes back to itself is an error with every step of the circle."""
        name = f"{kind} {entry.key}"
        if name in self._resolving:
            circle = " → ".join(n.split(" ", 1)[1] for n in [*self._resolving[self._resolving.index(name) :], name])
            fail(
                "KPI035",
                f"{kind}s are made of each other in a circle: {circle}",
                entry.name_span,
                help="start one of them from rows: sum(…), count(…)",
            )
        self._resolving.append(name)
        try:
            yield
        finally:
            self._resolving.pop()
