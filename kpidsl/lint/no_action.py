"""M14, M15: collecting without acting. A KPI that nobody has an answer to when it misses its target."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, first
from kpidsl.syntax import ast

CODE = "KPI315"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per KPI with a target and without `when … do`. An alert that watches it and says what to do is an answer."""
    watched = {
        watch.value.text
        for alert in facts.own(ast.Alert)
        if first(alert.items, ast.Do) is not None
        for watch in ast.pick(alert.items, ast.Watch)
        if isinstance(watch.value, ast.Path)
    }
    for kpi in facts.kpis:
        has_target = any(isinstance(item, ast.Target | ast.TargetFrom) for item in kpi.items)
        if not has_target or first(kpi.items, ast.Advice) is not None or kpi.metric.text in watched:
            continue
        yield advice(
            Severity.HINT,
            CODE,
            f"nobody has decided what to do when `{kpi.metric.text}` misses its target",
            kpi.metric.span,
            notes=("a number that changes nothing is a report; what to do is easier agreed on before it happens",),
            help='write it down: when off_track do "Move budget away from the dearest channel"',
        )
