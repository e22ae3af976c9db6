"""Declarations that are checked for names and units today and compiled by a later version: goals, KPIs, funnels, cohorts,
alerts, scorecards and dashboards; and what queries stand in reports and tests. Comes in: their syntax. Goes out: diagnostics only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kpidsl.diagnostic import Diagnostic, KpiError, Severity, fail, similar
from kpidsl.model.filters import filtered
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.query import QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import comparison
from kpidsl.syntax import ast

STAGES = ("awareness", "consideration", "conversion", "loyalty")
PERIODS = ("day", "week", "month", "quarter", "half", "year")
WORDS = {
    "period": PERIODS,
    "kind": ("awareness", "leads", "sales", "loyalty"),
    "tier": ("operational", "tactical", "strategic"),
    "audience": ("executive", "manager", "specialist"),
    "stage": STAGES,
    "pace": ("linear", "workdays", "seasonal"),
    "review": ("daily", "weekly", "monthly", "quarterly", "yearly"),
    "order": ("strict", "ordered", "any"),
    "category": ("result", "cost", "productivity", "efficiency"),
}


@dataclass(frozen=True)
class LaterChecks:
    """The checks of one scope."""

    resolver: Questions
    scope: Scope

    def run(self) -> None:
        """Checks every declaration of the scope; findings go to the resolver's diagnostics."""
        for decl in self.scope.declarations:
            for step in self._steps(decl):
                try:
                    step()
                except KpiError as error:
                    self.resolver.diagnostics.extend(error.diagnostics)

    def _steps(self, decl: ast.Node) -> Iterable[Callable[[], object]]:
        match decl:
            case ast.Metric():
                return [lambda i=i: self._word("category", i.name) for i in ast.pick(decl.items, ast.Category)] + [
                    lambda k=k: self._word("kind", k) for v in ast.pick(decl.items, ast.Vanity) for k in v.kinds
                ]
            case ast.Report() | ast.Materialize():
                return [lambda: self._query(decl.query)]
            case ast.Goal():
                return [lambda i=i: self._goal_item(decl, i) for i in decl.items]  # type: ignore[misc]
            case ast.Kpi():
                return [lambda: self._kpi(decl), *(lambda i=i: self._kpi_item(decl, i) for i in decl.items)]
            case ast.Funnel():
                return [lambda: self._funnel(decl)]
            case ast.Cohort():
                return [
                    lambda: self._entity_rows(decl.rows, ast.pick(decl.items, ast.Entity)),
                    *(lambda e=e: self._period(e.grain) for e in ast.pick(decl.items, ast.Each)),
                ]
            case ast.Alert():
                return [lambda i=i: self._alert_item(decl, i) for i in decl.items]  # type: ignore[misc]
            case ast.Scorecard():
                return [lambda: self._scorecard(decl)]
            case ast.Dashboard():
                return [lambda: self._audience(decl), *(lambda i=i: self._tile(i) for i in decl.items)]
            case ast.Test() if self.scope.user is None:
                return [lambda i=i: self._test_item(i) for i in decl.items]  # type: ignore[misc]
            case _:
                return []

    # ------------------------------------------------------------ words and names

    def _word(self, kind: str, name: ast.Ident) -> None:
        """A word of a closed list, or one that the project declares."""
        known = [*WORDS[kind], *self.scope.names(kind)]
        if kind == "period":
            known += self.resolver.calendar.own_grains
        if kind == "stage":
            journeys = [e.decl for e in self.scope.entries.values() if isinstance(e.decl, ast.Journey)]
            known += [s.name.text for j in journeys for s in j.stages]
        if name.text not in known:
            near = similar(name.text, known)
            can_declare = kind in ("kind", "tier", "audience", "stage")
            tip = "write one of " + ", ".join(dict.fromkeys(known))
            fail(
                "KPI049",
                f"there is no {kind} `{name.text}`",
                name.span,
                help=f"did you mean `{near[0]}`?"
                if near
                else tip + (f", or declare it: {'journey' if kind == 'stage' else kind} …" if can_declare else ""),
            )

    def _named(self, kind: str, name: ast.Ident) -> ast.Node:
        entry = self.scope.find(kind, name.text)
        if entry is None:
            near = similar(name.text, self.scope.names(kind))
            fail(
                "KPI048",
                f"there is no {kind} `{name.text}`",
                name.span,
                help=f"did you mean `{near[0]}`?" if near else f"declare it: {kind} {name.text} …",
            )
        return entry.decl

    def _metric(self, node: ast.Expr) -> list[str]:
        rows = MetricResolver(self.resolver, self.scope)
        return rows.sources_of(rows.resolve(node))

    def _dims(self, nodes: tuple[ast.Expr, ...], facts: list[str]) -> None:
        for node in nodes:
            dim = self.resolver.dim(node, self.scope, facts)
            for fact in facts:
                self.resolver.bind(dim, self.resolver.sources[fact], node.span)

    def _query(self, node: ast.Query) -> None:
        QueryResolver(self.resolver, self.scope, names_only=True).resolve(node)

    # ------------------------------------------------------------ goals and KPIs

    def _goal_item(self, decl: ast.Goal, item: ast.Node) -> None:
        match item:
            case ast.GoalKind(name=name):
                self._word("kind", name)
            case ast.Measure(value=value):
                self._metric(value)
            case ast.Reach(amount=amount):
                self._fits_measure(decl, amount)
            case ast.Keep(low=low, high=high):
                self._fits_measure(decl, low)
                self._fits_measure(decl, high)
            case ast.Review(rhythm=rhythm):
                self._word("review", rhythm)
            case ast.Parent(name=name):
                self._named("goal", name)
                self._check_family(decl)

    def _period(self, name: ast.Ident | None) -> None:
        if name is not None:
            self._word("period", name)

    def _check_family(self, decl: ast.Goal) -> None:
        """Goals have parents, never a circle of them; told once, at the first goal of the circle."""
        names = [decl.name.text]
        here: ast.Node = decl
        while isinstance(here, ast.Goal):
            parent = next(iter(ast.pick(here.items, ast.Parent)), None)
            entry = self.scope.find("goal", parent.name.text) if parent else None
            if parent is None or entry is None:
                return
            names.append(parent.name.text)
            if parent.name.text == decl.name.text:
                if decl.name.text == min(names):
                    circle = " → ".join(names)
                    fail("KPI035", f"goals are each other's parents in a circle: {circle}", decl.name.span, help="take one `parent` out")
                return
            if parent.name.text in names[:-1]:
                return
            here = entry.decl

    def _fits_measure(self, decl: ast.Goal, value: ast.Expr) -> None:
        for measure in ast.pick(decl.items, ast.Measure):
            self._comparable(measure.value, value)

    def _comparable(self, metric: ast.Expr, value: ast.Expr | None) -> None:
        """A target, threshold or benchmark is in the unit of what it is compared with."""
        if value is None:
            return
        rows = MetricResolver(self.resolver, self.scope)
        mine, theirs = rows.resolve(metric), rows.resolve(value)
        comparison("<", rows.operand(mine, metric.span), rows.operand(theirs, value.span))

    def _kpi(self, decl: ast.Kpi) -> None:
        self._metric(decl.metric)
        if decl.goal is not None:
            self._named("goal", decl.goal)

    def _kpi_item(self, decl: ast.Kpi, item: ast.Node) -> None:
        match item:
            case ast.Stage(name=name):
                self._word("stage", name)
            case ast.Tier(name=name):
                self._word("tier", name)
            case ast.Pace(name=name):
                self._word("pace", name)
            case ast.Category(name=name):
                self._word("category", name)
            case ast.Target(value=value, high=high, where=where, each=each):
                self._period(each)
                self._comparable(decl.metric, value)
                self._comparable(decl.metric, high)
                if where is not None:
                    rows = MetricResolver(self.resolver, self.scope)
                    filtered(self.resolver, self.scope, rows.resolve(decl.metric), where)
            case ast.Benchmark(value=value):
                self._comparable(decl.metric, value)
            case ast.TargetFrom(metric=metric, by=by, each=each):
                self._period(each)
                self._dims(by, self._metric(metric))
            case ast.Needs(metric=metric):
                self._metric(metric)

    # ------------------------------------------------------------ funnels and cohorts

    def _funnel(self, decl: ast.Funnel) -> None:
        for order in ast.pick(decl.items, ast.StageOrder):
            self._word("order", order.name)
        entities = ast.pick(decl.items, ast.Entity)
        for stage in ast.pick(decl.items, ast.FunnelStage):
            if entities:
                self._entity_rows(stage.rows, entities)
            else:
                self._metric(stage.rows)
        for exclude in ast.pick(decl.items, ast.Exclude):
            self._entity_rows(exclude.rows, entities)

    def _entity_rows(self, rows: ast.Expr, entities: list[ast.Entity]) -> None:
        path = rows.value if isinstance(rows, ast.Where) else rows
        entry = self.scope.find("source", path.text) if isinstance(path, ast.Path) else None
        if entry is None:
            near = similar(path.span.text, self.scope.names("source"))
            fail(
                "KPI031",
                f"there is no source `{path.span.text}`",
                path.span,
                help=f"did you mean `{near[0]}`?" if near else "name a source, with `where` for some of its rows",
            )
        source = self.resolver.source(entry)
        for entity in entities:
            if entity.column.text not in source.columns:
                self.resolver.unknown_column(source, entity.column.text, entity.column.span)
        if isinstance(rows, ast.Where):
            self._condition(source, rows.condition)

    def _condition(self, source: SourceModel, node: ast.Expr) -> None:
        RowResolver(self.resolver, RowContext(source, self.scope, "columns", what="a stage")).condition(node, "`where`")

    # ------------------------------------------------------------ alerts, scorecards, dashboards, tests

    def _alert_item(self, decl: ast.Alert, item: ast.Node) -> None:
        if isinstance(item, ast.AlertWhen):
            for watch in ast.pick(decl.items, ast.Watch):
                for threshold in ast.pick(item.conditions, ast.Threshold):
                    self._comparable(watch.value, threshold.value)
        if isinstance(item, ast.Watch):
            self._dims(item.by, self._metric(item.value))
            self._period(item.each)
            for needs in ast.pick(item.items, ast.Needs):
                self._metric(needs.metric)

    def _scorecard(self, decl: ast.Scorecard) -> None:
        self._period(decl.each)
        facts: list[str] = []
        for weigh in ast.pick(decl.items, ast.Weigh):
            facts += self._metric(weigh.metric)
        self._dims(decl.by, list(dict.fromkeys(facts)))

    def _audience(self, decl: ast.Dashboard) -> None:
        if decl.audience is not None:
            self._word("audience", decl.audience)

    def _tile(self, item: ast.Node) -> None:
        match item:
            case ast.GoalTile(names=names):
                for name in names:
                    self._named("goal", name)
            case ast.KpiTile(metrics=metrics):
                for metric in metrics:
                    self._metric(metric)
            case ast.ShowTile(query=query):
                self._query(query)
            case ast.NamedTile(kind=kind, name=name) if name is not None:
                self._named(kind, name)

    def _test_item(self, item: ast.Node) -> None:
        match item:
            case ast.Given(source=source):
                entry = self.scope.find("source", source.text)
                if entry is None:
                    near = similar(source.text, self.scope.names("source"))
                    fail(
                        "KPI031",
                        f"there is no source `{source.text}`",
                        source.span,
                        help=f"did you mean `{near[0]}`?" if near else "a test gives rows to a source",
                    )
            case ast.Expect(query=query):
                self._query(query)


UNUSED = {"source": "no metric, join or test reads it", "param": "nothing uses it"}


def hint_unused(resolver: Questions, scope: Scope) -> None:
    """A hint for every source and parameter of the project that nothing uses; metrics, dimensions and segments are for whoever asks."""
    for kind, why in UNUSED.items():
        for entry in scope.of(kind):
            if (kind, entry.name) not in scope.used:
                resolver.diagnostics.add(
                    Diagnostic(
                        "KPI047",
                        f"the {kind} `{entry.name}` is never used",
                        entry.name_span,
                        label=why,
                        help="use it, or delete it",
                        severity=Severity.HINT,
                    )
                )
