"""The whole compiler: text → tree → model → plan → SQL. Each step takes what the one before it gives; findings are collected on the way.

The rooms that plan what not every project has (goals, KPIs, alerts …) are loaded when something is to be planned there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError
from kpidsl.library import library
from kpidsl.model.aims import GoalModel, KpiModel
from kpidsl.model.alerts import AlertModel, AlertResolver
from kpidsl.model.goals import GoalResolver
from kpidsl.model.journeys import JourneyModel, JourneyResolver, journeys
from kpidsl.model.kpis import KpiResolver
from kpidsl.model.model import Model, QueryModel
from kpidsl.model.names import Namer, Scope
from kpidsl.model.query import QueryResolver
from kpidsl.model.quiet import keep_quiet, lost_names
from kpidsl.model.resolve import Resolver
from kpidsl.model.scorecards import ScorecardModel, ScorecardResolver
from kpidsl.plan import query as planning
from kpidsl.plan.plan import Statement
from kpidsl.plan.planner import Planner
from kpidsl.record import dataclass, replace
from kpidsl.span import Source, Span
from kpidsl.syntax import ast
from kpidsl.syntax.parse import parse_file, parse_query

if TYPE_CHECKING:
    from kpidsl.model.findings import Finding
    from kpidsl.model.why import WhyModel
    from kpidsl.plan.why import Span as Days


@dataclass(frozen=True)
class Compiled:
    """A checked project: ask it for queries. `scope` holds the names that a query may use."""

    model: Model
    scope: Scope
    resolver: Resolver
    files: tuple[ast.File, ...]
    diagnostics: Diagnostics


Parse = Callable[[Source], tuple[ast.File, list[Diagnostic]]]


def compile_sources(sources: Iterable[Source], params: dict[str, object] | None = None, parse: Parse = parse_file) -> Compiled:
    """parse → resolve → check. Never raises for what an analyst wrote: errors are in `diagnostics`. `parse` may remember trees."""
    diagnostics = Diagnostics()
    files = []
    for source in sources:
        file, found = parse(source)
        files.append(file)
        diagnostics.extend(found)
    return compile_files(files, diagnostics, params)


def compile_files(files: list[ast.File], diagnostics: Diagnostics, params: dict[str, object] | None = None) -> Compiled:
    """resolve → check, for trees that are there already."""
    modules = library(files, diagnostics)
    namer = Namer(modules, diagnostics, lost_names(diagnostics, files))
    scope = namer.project(modules.roots(files))
    resolver = Resolver(namer.scopes, diagnostics, params)
    model = resolver.run()
    if _speaks_sql(files):
        from kpidsl.sql.check import check_sql

        diagnostics.extend(check_sql(model))
    keep_quiet(diagnostics)
    return Compiled(model, scope, resolver, tuple(files), diagnostics)


def _speaks_sql(files: list[ast.File]) -> bool:
    """Whether an analyst wrote SQL, which only sqlglot can read; it is loaded for nothing else here."""
    return any(re.search(r"\bsql\s*\(", file.span.source.text) for file in files)


def resolve_query(compiled: Compiled, query: ast.Query, comment: str = "") -> QueryModel:
    """What a query means; raises KpiError."""
    compiled.resolver.weights.check(query, compiled.scope)
    node, scope, known = compiled.resolver.queries.get(id(query), (None, None, None))
    if known is not None and node is query and scope is compiled.scope:  # a report's, which was resolved when the project was checked
        return replace(known, comment=comment)
    return QueryResolver(compiled.resolver, compiled.scope).resolve(query, comment)


def plan_query(compiled: Compiled, query: QueryModel, as_of: dt.date | None = None) -> Statement:
    """The plan of a resolved query."""
    return planning.plan_query(Planner(compiled.model, as_of), query)


def resolve_why(compiled: Compiled, query: ast.Query, finished: bool = False, comment: str = "") -> WhyModel:
    """What the question means why a metric moved; raises KpiError."""
    from kpidsl.model.why import WhyResolver

    compiled.resolver.weights.check(query, compiled.scope)
    return WhyResolver(compiled.resolver, compiled.scope).resolve(query, finished, comment)


def plan_why(compiled: Compiled, why: WhyModel, as_of: dt.date | None = None) -> Statement:
    """The plan of such a question."""
    from kpidsl.plan import why as explaining

    return explaining.plan_why(Planner(compiled.model, as_of), why)


def why_days(compiled: Compiled, why: WhyModel, as_of: dt.date | None = None) -> tuple[Days, Days] | None:
    """First and last day of the periods that such a question compares, then and now, where they are known before it is asked."""
    from kpidsl.plan import why as explaining

    return explaining.days(Planner(compiled.model, as_of), why)


def resolve_funnel(compiled: Compiled, decl: ast.Funnel) -> QueryModel:
    """What a funnel says over all rows: its stages; in any order there are none, and it says how many began and completed it."""
    span, name = decl.name.span, decl.name
    if compiled.resolver.funnel(compiled.scope.entries["funnel", name.text]).in_stages:
        return resolve_query(compiled, ast.Query(span, (), subject=ast.Subject(span, "funnel", name)))
    said = [Span(Source(span.source.path, f"{name.text}.{word}"), 0, len(name.text) + 1 + len(word)) for word in _OF_ANY_ORDER]
    metrics = (ast.Path(at, (name, ast.Ident(at, word))) for at, word in zip(said, _OF_ANY_ORDER, strict=True))
    return resolve_query(compiled, ast.Query(span, tuple(metrics)))


_OF_ANY_ORDER = ("entities", "completed", "rate")


def resolve_cohort(compiled: Compiled, decl: ast.Cohort) -> QueryModel:
    """What a cohort says over all rows: its ages."""
    span = decl.name.span
    return resolve_query(compiled, ast.Query(span, (), subject=ast.Subject(span, "cohort", decl.name)))


def resolve_alert(compiled: Compiled, alert: ast.Alert) -> AlertModel:
    """What an alert watches and when it fires; raises KpiError."""
    return AlertResolver(compiled.resolver, compiled.scope).resolve(alert)


def plan_alert(
    compiled: Compiled,
    alert: AlertModel,
    as_of: dt.date | None = None,
    comment: str = "",
    since: dt.date | None = None,
    latest: bool = False,
    parts: bool = False,
) -> Statement:
    """The plan of a resolved alert: what ever fired, since a day, or in the latest finished period."""
    from kpidsl.plan import alerts as alert_planning

    return alert_planning.plan_alert(Planner(compiled.model, as_of), alert, comment, since, latest, parts)


def findings(compiled: Compiled, as_of: dt.date | None = None) -> list[tuple[Finding, Statement]]:
    """What may stand out without being declared, each with the plan that tells whether it does."""
    from kpidsl.model.findings import FindingResolver
    from kpidsl.plan import findings as finding_planning
    from kpidsl.plan import journeys as journey_planning
    from kpidsl.plan import losses as loss_planning

    found = FindingResolver(compiled.resolver, compiled.scope)
    gaps = [(gap, finding_planning.plan_gap(Planner(compiled.model, as_of), gap)) for gap in found.gaps()]
    budgets = [(budget, finding_planning.plan_budget(Planner(compiled.model, as_of), budget)) for budget in found.budgets()]
    silences = [(silence, finding_planning.plan_silence(Planner(compiled.model, as_of), silence)) for silence in found.silences()]
    bottlenecks = [(each, journey_planning.plan_bottleneck(Planner(compiled.model, as_of), each.journey)) for each in found.bottlenecks()]
    losses = [(loss, loss_planning.plan_loss(Planner(compiled.model, as_of), loss)) for loss in found.losses()]
    return [*gaps, *losses, *budgets, *silences, *bottlenecks]


def query_statement(compiled: Compiled, text: str, as_of: dt.date | None = None, comment: str | None = None) -> Statement:
    """Text of a query to its plan; raises KpiError with everything that is wrong with it."""
    node, found = parse_query(Source("<query>", text))
    if found or node is None:
        raise KpiError(*found)
    return plan_query(compiled, resolve_query(compiled, node, text if comment is None else comment), as_of)


def resolve_kpi(compiled: Compiled, decl: ast.Kpi) -> KpiModel:
    """What a KPI means, with the queries behind it; raises KpiError."""
    return KpiResolver(compiled.resolver, compiled.scope).resolve(decl)


def plan_kpi(compiled: Compiled, kpi: KpiModel, as_of: dt.date | None = None, comment: str = "", last: int | None = None) -> Statement:
    """The plan of its statuses: of every period up to the running one, or of the last ones."""
    from kpidsl.plan import kpis as kpi_planning

    return kpi_planning.plan_kpi(Planner(compiled.model, as_of), kpi, comment, last)


def resolve_goal(compiled: Compiled, decl: ast.Goal) -> GoalModel:
    """What a goal means, with the queries behind it; raises KpiError."""
    return GoalResolver(compiled.resolver, compiled.scope).resolve(decl)


def plan_goal(compiled: Compiled, goal: GoalModel, as_of: dt.date | None = None, comment: str = "") -> Statement:
    """The plan of how far it is: one row."""
    from kpidsl.plan import goals as goal_planning

    return goal_planning.plan_goal(Planner(compiled.model, as_of), goal, comment)


def resolve_scorecard(compiled: Compiled, decl: ast.Scorecard) -> ScorecardModel:
    """What a scorecard means, with the queries behind it; raises KpiError."""
    return ScorecardResolver(compiled.resolver, compiled.scope).resolve(decl)


def plan_scorecard(
    compiled: Compiled, card: ScorecardModel, as_of: dt.date | None = None, comment: str = "", last: int | None = None
) -> Statement:
    """The plan of its scores and payouts: of every period up to the running one, or of the last ones."""
    from kpidsl.plan import scorecards as scorecard_planning

    return scorecard_planning.plan_scorecard(Planner(compiled.model, as_of), card, comment, last)


def journeys_of(compiled: Compiled) -> list[ast.Journey]:
    """The journeys of the project: its own, else the usual one."""
    return journeys(compiled.scope)


def resolve_journey(compiled: Compiled, decl: ast.Journey) -> JourneyModel:
    """What a journey means, with the KPIs in its stages; raises KpiError."""
    return JourneyResolver(compiled.resolver, compiled.scope).resolve(decl)


def plan_journey(compiled: Compiled, journey: JourneyModel, as_of: dt.date | None = None, comment: str = "") -> Statement:
    """The plan of how its stages stand now."""
    from kpidsl.plan import journeys as journey_planning

    return journey_planning.plan_journey(Planner(compiled.model, as_of), journey, comment)


def emit(statement: Statement, dialect: str = "duckdb") -> str:
    """The SQL of a plan in one dialect."""
    from kpidsl.sql.emit import emit as emit_sql

    return emit_sql(statement, dialect)
