"""M9: results, costs, productivity and efficiency: a set of KPIs that are all of one kind is reached at the expense of the others."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, count, listed
from kpidsl.syntax import ast

CODE = "KPI310"
FEW = 3
_EXPENSE = {
    "result": "results can be bought: more of them, at any cost",
    "cost": "costs can be cut until nothing is sold",
    "productivity": "much can be done in little time, and badly",
    "efficiency": "a rate looks best where hardly anything is done",
}
"""What a team may do that is judged by one kind only."""


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per goal with three KPIs or more that all say their category, and all the same one."""
    for goal in facts.goals:
        kpis = facts.kpis_of(goal)
        said = [next((item.name.text for item in facts.items(kpi, ast.Category)), "") for kpi in kpis]
        if len(kpis) < FEW or len(set(said)) != 1 or said[0] not in _EXPENSE:
            continue
        others = [category for category in _EXPENSE if category != said[0]]
        yield advice(
            Severity.HINT,
            CODE,
            f"all {count(len(kpis), 'KPI')} of `{goal.name.text}` are of the category {said[0]}",
            goal.name.span,
            notes=(f"whoever is judged by them alone may reach them at the expense of the rest: {_EXPENSE[said[0]]}",),
            help=f"put one beside them that is of the category {listed(others, 'or')}",
        )
