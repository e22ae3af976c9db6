"""M3: a goal none of whose KPIs moves its own quantity: all of them may be green while the goal stands still."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice, first, listed
from kpidsl.syntax import ast

CODE = "KPI303"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per goal with KPIs that share no column of the data, and no counted rows, with what the goal measures. Nothing is said
    where one of the values cannot be seen into."""
    for goal in facts.goals:
        measure, kpis = first(goal.items, ast.Measure), facts.kpis_of(goal)
        wanted = _columns(facts, measure.value) if measure is not None else None
        theirs = [_columns(facts, kpi.metric) for kpi in kpis]
        if measure is None or not wanted or not kpis or any(columns is None or _meet(wanted, columns) for columns in theirs):
            continue
        yield advice(
            Severity.WARNING,
            CODE,
            f"no KPI of `{goal.name.text}` moves what it measures",
            measure.span,
            label="made of other data than all KPIs of the goal",
            labels=tuple(Label(kpi.metric.span, "serves the goal") for kpi in kpis[:3]),
            notes=(f"{listed(dict.fromkeys(f'`{kpi.metric.text}`' for kpi in kpis))} may be on target while the goal stands still",),
            help=_next(facts, goal, measure),
        )


def _columns(facts: Facts, node: ast.Expr) -> set[tuple[str, str]] | None:
    expr = facts.expr(node)
    return None if expr is None else facts.columns(expr)


def _meet(one: set[tuple[str, str]], other: set[tuple[str, str]]) -> bool:
    """Whether they share a column, or one of them counts the rows that the other one reads."""
    counted = {source for source, column in one | other if not column}
    shared = {source for source, _ in one} & {source for source, _ in other}
    return bool(one & other) or bool(counted & shared)


def _next(facts: Facts, goal: ast.Goal, measure: ast.Measure) -> str:
    if facts.metric(measure.value) is not None:
        return f"make the quantity itself a KPI, or what it is made of: kpi {measure.value.span.text} for {goal.name.text} {{ … }}"
    return "declare a metric of what the goal measures, or of a part of it, and make it a KPI of the goal"
