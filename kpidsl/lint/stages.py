"""M5, M8: where in the customer's journey a KPI stands, and stages that no KPI looks at. Nothing is said of projects that use no stages."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, count, first, listed
from kpidsl.model.words import STAGES
from kpidsl.span import Span
from kpidsl.syntax import ast

NO_STAGE, BLIND = "KPI305", "KPI306"
ENOUGH = 5
"""KPIs with a stage from which on the usual journey should be covered; a journey of the project's own should be in any case."""


def find(facts: Facts) -> Iterator[Diagnostic]:
    """KPIs without a stage beside some that have one, and stages without a KPI."""
    staged = [(kpi, stage) for kpi in facts.kpis if (stage := first(kpi.items, ast.Stage)) is not None]
    if not staged:
        return
    said = {kpi.metric.text for kpi, _ in staged}
    for kpi in facts.kpis:
        if kpi.metric.text not in said:
            yield advice(
                Severity.HINT,
                NO_STAGE,
                f"the KPI `{kpi.metric.text}` stands in no stage, and others do",
                kpi.metric.span,
                notes=("the journey is read without it, and where customers are lost it will not be seen",),
                help=f"write stage {listed(_stages(facts) or STAGES, 'or')} into it",
            )
    used = {stage.name.text for _, stage in staged}
    journeys = facts.own(ast.Journey)
    for journey in journeys:
        names = [stage.name.text for stage in journey.stages]
        if used & set(names) and (blind := [name for name in names if name not in used]):
            yield _blind(f"`{journey.name.text}`", blind, journey.name.span)
    usual = [stage for stage in STAGES if stage not in used]
    if not journeys and usual and len(staged) >= ENOUGH:
        yield _blind(f"the journey ({count(len(staged), 'KPI')} with a stage)", usual, staged[0][1].span)


def _stages(facts: Facts) -> list[str]:
    return [stage.name.text for journey in facts.own(ast.Journey) for stage in journey.stages]


def _blind(journey: str, stages: list[str], span: Span) -> Diagnostic:
    return advice(
        Severity.HINT,
        BLIND,
        f"no KPI looks at {listed(stages)} of {journey}",
        span,
        notes=("customers who are lost there are missed only where they should have come out, when it is too late",),
        help=f"give one KPI to {'the stage' if len(stages) == 1 else 'each stage'}: kpi … {{ stage {stages[0]}  target … }}",
    )
