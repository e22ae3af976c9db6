"""S25: a plain number that a percentage is held against. 12 is 1,200%, and a ratio of 12 may also be meant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, Fix, Label, Severity
from kpidsl.lint.facts import Facts, advice
from kpidsl.model.expr import Type
from kpidsl.syntax import ast

CODE = "KPI327"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding for each plain number above 1 that a metric which is shown in percent shall reach, keep to or be watched by."""
    for metric, value in _held(facts):
        shown = _shown_in_percent(facts, metric)
        if not shown or not isinstance(value, ast.Number) or value.value <= 1:
            continue
        text = " ".join(metric.span.text.split())
        yield advice(
            Severity.WARNING,
            CODE,
            f"`{text}` is a percentage, and {value.span.text} is {(Decimal(value.value) * 100).normalize():,f}%",
            value.span,
            labels=(Label(metric.span, "shown in percent"),),
            notes=("held against it, the status would be right for a number that nobody meant",),
            help=f"write `{value.span.text}%`; where {value.span.text} times is meant, say so in the metric: `format x`",
            fix=Fix(value.span, f"{value.span.text}%"),
        )


def _held(facts: Facts) -> Iterator[tuple[ast.Expr, ast.Expr | None]]:
    """A metric, and a value of its own unit beside it."""
    for kpi in facts.own(ast.Kpi):
        for target in ast.pick(kpi.items, ast.Target):
            yield kpi.metric, target.value
            yield kpi.metric, target.high
        for mark in ast.pick(kpi.items, ast.Benchmark):
            yield kpi.metric, mark.value
    for goal in facts.goals:
        for measure in ast.pick(goal.items, ast.Measure):
            for reach in ast.pick(goal.items, ast.Reach):
                yield measure.value, reach.amount
            for keep in ast.pick(goal.items, ast.Keep):
                yield measure.value, keep.low
                yield measure.value, keep.high
    for alert in facts.own(ast.Alert):
        for watch in ast.pick(alert.items, ast.Watch):
            for when in ast.pick(alert.items, ast.AlertWhen):
                for threshold in ast.pick(when.conditions, ast.Threshold):
                    yield watch.value, threshold.value


def _shown_in_percent(facts: Facts, metric: ast.Expr) -> bool:
    model, kind = facts.metric(metric), facts.type(metric)
    return _is_ratio(kind) and (model is None or model.format in ("", "percent"))


def _is_ratio(kind: Type | None) -> bool:
    return kind is not None and kind.is_numeric and kind.unit.is_ratio
