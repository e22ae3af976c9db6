"""Declarations that are checked for names and units today and compiled by a later version: goals, KPIs, funnels, cohorts,
alerts, scorecards and dashboards; and what queries stand in reports and tests. Comes in: their syntax. Goes out: diagnostics only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from kpidsl.diagnostic import Diagnostic, KpiError, Severity, fail, similar
from kpidsl.model.filters import filtered
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.query import QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import comparison, describe
from kpidsl.model.words import Words
from kpidsl.record import dataclass
from kpidsl.syntax import ast


@dataclass(frozen=True)
class LaterChecks:
    """The checks of one scope."""

    resolver: Questions
    scope: Scope

    @property
    def words(self) -> Words:
        return Words(self.resolver, self.scope)

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
                return [partial(self._metric_item, item) for item in decl.items]
            case ast.Calendar():
                return [partial(self._own_grain, grain) for grain in ast.pick(decl.items, ast.CalendarGrain)]
            case ast.Journey():
                return [partial(self.words.once, "stage", [stage.name for stage in decl.stages])]
            case ast.Report() | ast.Materialize():
                return [partial(self._query, decl.query)]
            case ast.Goal():
                return [partial(self._goal_item, decl, item) for item in decl.items]
            case ast.Kpi():
                return [partial(self._kpi, decl), *(partial(self._kpi_item, decl, item) for item in decl.items)]
            case ast.Funnel():
                return [partial(self._funnel, decl)]
            case ast.Cohort():
                return [partial(self._cohort, decl), *(partial(self.words.period, each.grain) for each in ast.pick(decl.items, ast.Each))]
            case ast.Alert():
                return [partial(self._alert_item, decl, item) for item in decl.items]
            case ast.Scorecard():
                return [partial(self._scorecard, decl)]
            case ast.Dashboard():
                return [partial(self._audience, decl), *(partial(self._tile, item) for item in decl.items)]
            case ast.Test() if self.scope.user is None:
                return [partial(self._test_item, item) for item in decl.items]
            case _:
                return []

    # ------------------------------------------------------------ metrics, group-bys and queries

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

    def _metric_item(self, item: ast.Node) -> None:
        match item:
            case ast.Category(name=name):
                self.words.word("category", name)
            case ast.Vanity(kinds=kinds):
                for kind in kinds:
                    self.words.word("kind", kind)
            case ast.FormatItem():
                self.words.format(item)

    # ------------------------------------------------------------ goals and KPIs

    def _goal_item(self, decl: ast.Goal, item: ast.Node) -> None:
        match item:
            case ast.GoalKind(name=name):
                self.words.word("kind", name)
            case ast.Measure(value=value):
                self._metric(value)
            case ast.Reach(amount=amount):
                self._fits_measure(decl, amount)
            case ast.Keep(low=low, high=high):
                self._fits_measure(decl, low)
                self._fits_measure(decl, high)
            case ast.Review(rhythm=rhythm):
                self.words.word("review", rhythm)
            case ast.Parent(name=name):
                self.words.named("goal", name)
                self._check_family(decl)

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
            self.words.named("goal", decl.goal)

    def _kpi_item(self, decl: ast.Kpi, item: ast.Node) -> None:
        match item:
            case ast.Stage(name=name):
                self.words.word("stage", name)
            case ast.Tier(name=name):
                self.words.word("tier", name)
            case ast.Pace(name=name):
                self.words.word("pace", name)
            case ast.Category(name=name):
                self.words.word("category", name)
            case ast.Advice(status=status):
                self.words.word("status", status)
            case ast.Target(value=value, high=high, where=where, each=each):
                self.words.period(each)
                self._comparable(decl.metric, value)
                self._comparable(decl.metric, high)
                if where is not None:
                    rows = MetricResolver(self.resolver, self.scope)
                    filtered(self.resolver, self.scope, rows.resolve(decl.metric), where)
            case ast.Benchmark(value=value):
                self._comparable(decl.metric, value)
            case ast.TargetFrom(metric=metric, by=by, each=each):
                self.words.period(each)
                self._comparable(decl.metric, metric)
                self._dims(by, self._metric(metric))
            case ast.Needs(metric=metric):
                self._metric(metric)

    # ------------------------------------------------------------ funnels and cohorts

    def _funnel(self, decl: ast.Funnel) -> None:
        for order in ast.pick(decl.items, ast.StageOrder):
            self.words.word("order", order.name)
        entities = [e.column for e in ast.pick(decl.items, ast.Entity)]
        held = [column for same in ast.pick(decl.items, ast.Same) for column in same.columns]
        stages = ast.pick(decl.items, ast.FunnelStage)
        self.words.once("stage", [stage.name for stage in stages])
        for stage in stages:
            if entities:
                self._entity_rows(stage.rows, [*entities, *held])
            else:
                self._metric(stage.rows)
        for exclude in ast.pick(decl.items, ast.Exclude):
            self._entity_rows(exclude.rows, entities)

    def _cohort(self, decl: ast.Cohort) -> None:
        starts = [s.value for s in ast.pick(decl.items, ast.Start) if s.value.span.text != "first"]
        entities = [e.column for e in ast.pick(decl.items, ast.Entity)]
        self._entity_rows(decl.rows, [*entities, *(part for start in starts if isinstance(start, ast.Path) for part in start.parts[:1])])

    def _entity_rows(self, rows: ast.Expr, columns: list[ast.Ident]) -> None:
        """Rows of a source, some of them with `where`; the source has these columns."""
        path = rows.value if isinstance(rows, ast.Where) else rows
        entry = self.scope.find("source", path.text) if isinstance(path, ast.Path) else None
        if entry is None and self.scope.is_lost(path.span.text):
            raise self.resolver.silent()
        if entry is None:
            near = similar(path.span.text, self.scope.names("source"))
            fail(
                "KPI031",
                f"there is no source `{path.span.text}`",
                path.span,
                help=f"did you mean `{near[0]}`?" if near else "name a source, with `where` for some of its rows",
            )
        source = self.resolver.source(entry)
        for column in columns:
            self.resolver.field(source, (), column.text, column.span)
        if isinstance(rows, ast.Where):
            self._condition(source, rows.condition)

    def _condition(self, source: SourceModel, node: ast.Expr) -> None:
        RowResolver(self.resolver, RowContext(source, self.scope, "columns", what="a stage")).condition(node, "`where`")

    # ------------------------------------------------------------ alerts, scorecards, dashboards, tests

    def _alert_item(self, decl: ast.Alert, item: ast.Node) -> None:
        if isinstance(item, ast.AlertWhen):
            for movement in ast.pick(item.conditions, ast.Movement):
                self.words.previous(movement.against, movement.span)
            for watch in ast.pick(decl.items, ast.Watch):
                for threshold in ast.pick(item.conditions, ast.Threshold):
                    self._comparable(watch.value, threshold.value)
        if isinstance(item, ast.Watch):
            self._dims(item.by, self._metric(item.value))
            self.words.period(item.each)
            for needs in ast.pick(item.items, ast.Needs):
                self._metric(needs.metric)

        if isinstance(item, ast.Do):
            by = [part.parts[-1].text for watch in ast.pick(decl.items, ast.Watch) for part in watch.by if isinstance(part, ast.Path)]
            self.words.placeholders(item, by)

    def _own_grain(self, item: ast.CalendarGrain) -> None:
        """`grain retail_week from retail_days.week_start`: a column with dates."""
        dim = self.resolver.dim(item.path, self.scope, [])
        if dim.type.kind != "date":
            fail("KPI051", f"`{item.path.text}` is {describe(dim.type)}, not a date", item.path.span, help="name a column with first days")

    def _scorecard(self, decl: ast.Scorecard) -> None:
        self.words.period(decl.each)
        facts: list[str] = []
        for weigh in ast.pick(decl.items, ast.Weigh):
            facts += self._metric(weigh.metric)
        self._dims(decl.by, list(dict.fromkeys(facts)))

    def _audience(self, decl: ast.Dashboard) -> None:
        if decl.audience is not None:
            self.words.word("audience", decl.audience)

    def _tile(self, item: ast.Node) -> None:
        match item:
            case ast.GoalTile(names=names):
                for name in names:
                    self.words.named("goal", name)
            case ast.KpiTile(metrics=metrics):
                for metric in metrics:
                    self._metric(metric)
            case ast.ShowTile(query=query):
                self._query(query)
            case ast.NamedTile(kind=kind, name=name) if name is not None:
                self.words.named(kind, name)

    def _test_item(self, item: ast.Node) -> None:
        match item:
            case ast.Given(source=source):
                entry = self.scope.find("source", source.text)
                if entry is None and self.scope.is_lost(source.text):
                    raise self.resolver.silent()
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
