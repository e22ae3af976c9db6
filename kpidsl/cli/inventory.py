"""What a project declares beside its metrics. Comes in: a compiled project. Goes out: its reports and other queries, how many there are of
everything, and what is wrong with the queries.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from kpidsl.diagnostic import Diagnostic, KpiError, Severity
from kpidsl.model.dashboards import period_of, shown
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.compile import Compiled

NOT_YET = "KPI190"
KINDS = (
    *("source", "metric", "dimension", "segment", "param", "report"),
    *("goal", "kpi", "journey", "funnel", "cohort", "alert", "scorecard", "dashboard", "test"),
)
"""Kinds of declarations, in the order in which people are told of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that stands in the project, and who asks it: "report monthly". A board's tile is asked over the board's period."""

    by: str
    query: ast.Query
    period: ast.PeriodItem | None = None


def own(compiled: Compiled) -> list[ast.Node]:
    """The declarations of the project itself, in the order of its files; modules that it uses are not among them."""
    return list(compiled.scope.declarations)


def reports(compiled: Compiled) -> dict[str, ast.Report]:
    """The reports by name, in the order in which they are written."""
    return {decl.name.text: decl for decl in own(compiled) if isinstance(decl, ast.Report)}


def queries(compiled: Compiled) -> Iterator[Asked]:
    """Every query that the project holds."""
    for decl in own(compiled):
        match decl:
            case ast.Report():
                yield Asked(f"report {decl.name.text}", decl.query)
            case ast.Materialize():
                yield Asked("materialize", decl.query)
            case ast.Dashboard():
                for tile in ast.pick(decl.items, ast.ShowTile):
                    yield Asked(f"dashboard {decl.name.text}", tile.query, period_of(decl))
            case ast.Test():
                for expect in ast.pick(decl.items, ast.Expect):
                    yield Asked(f"test {decl.title}", expect.query)


def query_findings(compiled: Compiled, as_of: dt.date | None, but_reports: bool = False) -> list[Diagnostic]:
    """What is wrong with the project's queries; what only this version cannot do is a hint."""
    from kpidsl.compile import plan_query, resolve_query

    found: list[Diagnostic] = []
    for asked in queries(compiled):
        if but_reports and asked.by.startswith("report "):
            continue
        try:
            _, query = shown(partial(resolve_query, compiled), asked.query, asked.period)
            plan_query(compiled, query, as_of)
        except KpiError as error:
            for diagnostic in error.diagnostics:
                severity = Severity.HINT if diagnostic.code == NOT_YET else diagnostic.severity
                found.append(replace(diagnostic, severity=severity, span=diagnostic.span or asked.query.span))
    return found


def counted(compiled: Compiled) -> str:
    """`2 sources, 12 metrics, 3 reports`."""
    from kpidsl.model.names import kind_of

    counts: Counter[str] = Counter()
    for decl in own(compiled):
        counts[kind_of(decl)] += 1
    counts["metric"] += sum(1 for kind, _ in compiled.scope.imported if kind == "metric")
    parts = [f"{counts[kind]} {'KPI' if kind == 'kpi' else kind}{'' if counts[kind] == 1 else 's'}" for kind in KINDS if counts[kind]]
    return ", ".join(parts) or "no declarations"
