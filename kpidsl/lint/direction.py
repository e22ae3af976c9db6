"""A target that points the other way than the metric: `target >= 45 EUR` for a cost. Whoever reaches it does harm."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, first
from kpidsl.syntax import ast

CODE = "KPI320"
_WRONG = {"lower": (">", ">="), "higher": ("<", "<=")}
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per target or stretch, and per goal that wants to increase what is better lower."""
    for kpi in facts.kpis:
        better = facts.better(kpi)
        for target in ast.pick(kpi.items, ast.Target):
            if target.op in _WRONG.get(better, ()):
                most = "at least" if better == "lower" else "at most"
                yield advice(
                    Severity.WARNING,
                    CODE,
                    f"`{kpi.metric.text}` is better {better}, and its {target.kind} asks for {most} {target.value.span.text}",
                    target.span,
                    notes=("the status would be green while the business gets worse",),
                    help=f"write {target.kind} {_TURNED[target.op]} {target.value.span.text}, or mend `better` where it is declared",
                )
    for goal in facts.goals:
        change, measure = first(goal.items, ast.Change), first(goal.items, ast.Measure)
        metric = facts.metric(measure.value) if measure is not None else None
        if change is None or metric is None:
            continue
        if {"increase": "lower", "reduce": "higher"}[change.direction] == metric.better:
            other = "reduce" if change.direction == "increase" else "increase"
            yield advice(
                Severity.WARNING,
                CODE,
                f"`{goal.name.text}` wants to {change.direction} what is better {metric.better}",
                change.span,
                notes=("the goal would be reached by doing harm",),
                help=f"write {other} {change.amount.span.text}, or mend `better` of `{metric.name}`",
            )
