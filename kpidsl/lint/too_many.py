"""M8: less is more. Five to seven KPIs for a goal or on a board; with more of them nobody knows which one counts."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, count
from kpidsl.syntax import ast

CODE = "KPI309"
MOST = 7


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per goal with more KPIs than that, and per board."""
    for goal in facts.goals:
        names = {kpi.metric.text for kpi in facts.kpis_of(goal)}
        if len(names) > MOST:
            yield advice(
                Severity.WARNING,
                CODE,
                f"the goal `{goal.name.text}` has {count(len(names), 'KPI')}",
                goal.name.span,
                notes=("people hold five to seven numbers in mind; with more, everybody looks at the one that is green",),
                help="keep those few on which somebody would act, and let the others be metrics in a report",
            )
    for board in facts.own(ast.Dashboard) if facts.goals else ():
        shown = {metric.text for tile in ast.pick(board.items, ast.KpiTile) for metric in tile.metrics}
        if len(shown) > MOST:
            yield advice(
                Severity.WARNING,
                CODE,
                f"the board `{board.name.text}` shows {count(len(shown), 'KPI')}",
                board.name.span,
                notes=("people hold five to seven numbers in mind; the one that matters is lost among the others",),
                help="keep those that answer the board's question, and give another reader a board of their own",
            )
