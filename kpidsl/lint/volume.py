"""M17: a ratio looks best where hardly anything is done. Without a minimum volume it can be raised by doing less, or by chance."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, division, first
from kpidsl.model.model import Constant, MetricExpr, Ref
from kpidsl.syntax import ast

CODE = "KPI316"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per KPI that is a ratio with a target and without `needs`, and per ratio that a scorecard pays for and that is no KPI."""
    for kpi in facts.kpis:
        has_target = any(isinstance(item, ast.Target | ast.TargetFrom) for item in kpi.items)
        below = _denominator(facts, kpi.metric)
        if has_target and below is not None and first(kpi.items, ast.Needs) is None:
            yield _told(kpi.metric, below, f"the KPI `{kpi.metric.text}` is a ratio and has no minimum volume", "write into it:")
    judged = {kpi.metric.text for kpi in facts.own(ast.Kpi)}
    for card in facts.own(ast.Scorecard):
        for weigh in ast.pick(card.items, ast.Weigh):
            below = _denominator(facts, weigh.metric)
            if below is not None and weigh.metric.text not in judged:
                message = f"`{card.name.text}` pays for `{weigh.metric.text}`, a ratio without a minimum volume"
                yield _told(weigh.metric, below, message, f"make it a KPI: kpi {weigh.metric.text} for GOAL {{ … }} with")


def _denominator(facts: Facts, path: ast.Path) -> MetricExpr | None:
    """Where the ratio is by something that is counted: orders, people, clicks. Money over money has no such number."""
    expr = facts.expr(path)
    found = division(expr) if expr is not None else None
    return found[1] if found is not None and found[1].type.unit.is_count and not isinstance(found[1], Constant) else None


def _told(path: ast.Path, below: MetricExpr, message: str, how: str) -> Diagnostic:
    name = below.name.rsplit(".", 1)[-1] if isinstance(below, Ref) else "COUNT_METRIC"
    return advice(
        Severity.HINT,
        CODE,
        message,
        path.span,
        notes=("where little happens its value is chance, and whoever is judged by it can raise it by doing less",),
        help=f"{how} needs 30 {name}",
    )
