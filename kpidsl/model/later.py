"""Declarations that are checked for names and units beside what is compiled: goals, KPIs, alerts, scorecards and dashboards; and what
queries stand in reports and tests. Comes in: their syntax. Goes out: diagnostics only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from kpidsl.diagnostic import Diagnostic, KpiError, Severity, fail, similar
from kpidsl.model.alerts import AlertResolver
from kpidsl.model.dashboards import DashboardResolver
from kpidsl.model.goals import GoalResolver, year_of
from kpidsl.model.journeys import JourneyResolver
from kpidsl.model.kpis import KpiResolver
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.names import Scope
from kpidsl.model.periods import days_of
from kpidsl.model.query import QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.rules import describe, held_against
from kpidsl.model.scorecards import ScorecardResolver
from kpidsl.model.words import Words
from kpidsl.record import dataclass
from kpidsl.syntax import ast

Decl = TypeVar("Decl", bound=ast.Node)
NOT_YET = "KPI190"


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
                columns = [day for item in ast.pick(decl.items, ast.Holidays) for day in item.days if isinstance(day, ast.Path)]
                return [partial(self._days, path) for path in (*(g.path for g in ast.pick(decl.items, ast.CalendarGrain)), *columns)]
            case ast.Journey():
                return [partial(JourneyResolver(self.resolver, self.scope).check, decl)]
            case ast.Report() | ast.Materialize():
                return [partial(self._compiled, self._query, decl.query)]
            case ast.Goal():
                return [partial(self._goal, decl)]
            case ast.Kpi():
                return [
                    partial(self._compiled, KpiResolver(self.resolver, self.scope).resolve, decl),
                    partial(JourneyResolver(self.resolver, self.scope).check_seen, decl),
                ]
            case ast.Alert():
                return [partial(AlertResolver(self.resolver, self.scope).check, decl)]
            case ast.Scorecard():
                return [partial(self._compiled, ScorecardResolver(self.resolver, self.scope).resolve, decl)]
            case ast.Dashboard():
                return [partial(DashboardResolver(self.resolver, self.scope, names_only=True).resolve, decl)]
            case ast.Test() if self.scope.user is None:
                return [partial(self._test_item, item) for item in decl.items]
            case _:
                return []

    def _compiled(self, resolve: Callable[[Decl], object], decl: Decl) -> None:
        """Resolving a declaration is its check; what only this version cannot do is told where it is asked for."""
        try:
            resolve(decl)
        except KpiError as error:
            if any(found.code != NOT_YET for found in error.diagnostics) or not error.diagnostics:
                raise

    def _goal(self, decl: ast.Goal) -> None:
        """A goal whose value counts from a day that nobody wrote down is resolved, with a warning that names the day."""
        self._compiled(GoalResolver(self.resolver, self.scope).resolve, decl)
        for way, deadline in zip(ast.pick(decl.items, ast.Reach), ast.pick(decl.items, ast.Deadline), strict=False):
            end = days_of(deadline.date)[1]
            if way.from_ is None and end is not None:
                first = year_of(end, self.resolver.calendar.year_starts)
                self.resolver.diagnostics.add(
                    Diagnostic(
                        "KPI086",
                        f"the goal `{decl.name.text}` says not from when on it counts",
                        way.span,
                        notes=(f"it counts from {first}, the first day of its deadline's year",),
                        help=f"say it: {' '.join(way.span.text.split())} from {first}",
                        severity=Severity.WARNING,
                    )
                )

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
        """What it means is kept, for whoever asks for it next."""
        self.resolver.queries[id(node)] = (node, self.scope, QueryResolver(self.resolver, self.scope).resolve(node))

    def _metric_item(self, item: ast.Node) -> None:
        match item:
            case ast.Category(name=name):
                self.words.word("category", name)
            case ast.Vanity(kinds=kinds):
                for kind in kinds:
                    self.words.word("kind", kind)
            case ast.FormatItem():
                self.words.format(item)

    def _comparable(self, metric: ast.Expr, value: ast.Expr | None) -> None:
        """A target, threshold or benchmark is in the unit of what it is compared with."""
        if value is None:
            return
        rows = MetricResolver(self.resolver, self.scope)
        mine, theirs = rows.resolve(metric), rows.resolve(value)
        held_against(rows.operand(mine, metric.span), rows.operand(theirs, value.span))

    # ------------------------------------------------------------ columns of days, tests

    def _days(self, path: ast.Path) -> None:
        """`grain retail_week from retail_days.week_start`, `holidays free.day`: a column of a source with dates."""
        dim = self.resolver.dim(path, self.scope, [])
        if dim.type.kind != "date":
            fail("KPI051", f"`{path.text}` is {describe(dim.type)}, not a date", path.span, help="name a column with dates")
        if dim.path:
            fail("KPI051", f"`{path.text}` is reached over a join", path.span, help="name a column of the source itself")

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
