"""M2: a KPI that is vanity for its goal looks good and says nothing about it. Traffic is fine for awareness and vanity for leads."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice
from kpidsl.lint.usual import tip

CODE = "KPI301"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per KPI whose metric says `vanity`, of all goals or of this kind of goal."""
    for goal in facts.goals:
        kind = facts.kind(goal)
        kpis = facts.kpis_of(goal)
        vain = [(kpi, item) for kpi in kpis if (item := facts.vanity(kpi)) is not None]
        for kpi, item in vain:
            whose = f"a goal of kind {kind}" if item.kinds and kind else "any goal"
            only = len(vain) == len(kpis)
            yield advice(
                Severity.WARNING,
                CODE,
                f"`{kpi.metric.text}` is vanity for {whose}, and a KPI of `{goal.name.text}`",
                kpi.metric.span,
                labels=(Label(item.span, "vanity, says the metric"),),
                notes=(
                    "it can rise all year while the goal is missed, and money will follow it"
                    if not only
                    else f"`{goal.name.text}` is judged by nothing else: everything can look good while the goal is missed",
                ),
                help=tip(facts, goal) or "choose a metric that cannot rise without the goal, and keep this one for the reports",
            )
