"""M6: a KPI's tier says how often somebody acts on it, and its targets are for periods of that length: operational every day, tactical
every week, strategic every month or quarter."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice, first, listed
from kpidsl.model.words import PERIODS
from kpidsl.syntax import ast

CODE = "KPI307"
RHYTHMS = {"operational": ("day",), "tactical": ("week",), "strategic": ("month", "quarter", "half", "year")}
_SHOWN = {"operational": "day", "tactical": "week", "strategic": "month or quarter"}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per KPI, at its first target of another rhythm. A project's own tiers and periods have none that is known here."""
    for kpi in facts.kpis:
        tier = first(kpi.items, ast.Tier)
        rhythms = RHYTHMS.get(tier.name.text) if tier is not None else None
        targets = [item for item in kpi.items if isinstance(item, ast.Target | ast.TargetFrom) and item.each is not None]
        wrong = next((item for item in targets if rhythms and _period(item) in PERIODS and _period(item) not in rhythms), None)
        if tier is None or wrong is None or rhythms is None:
            continue
        yield advice(
            Severity.HINT,
            CODE,
            f"the KPI `{kpi.metric.text}` is {tier.name.text}, and its target is for each {_period(wrong)}",
            wrong.span,
            labels=(Label(tier.span, f"acted on every {_SHOWN[tier.name.text]}"),),
            notes=(_why(rhythms[0], _period(wrong)),),
            help=f"write each {listed(rhythms[:2], 'or')}, or tier {_tier(_period(wrong))}",
        )


def _period(item: ast.Target | ast.TargetFrom) -> str:
    return item.each.text if item.each is not None else ""


def _why(wanted: str, said: str) -> str:
    if PERIODS.index(said) > PERIODS.index(wanted):
        return f"whoever should act every {wanted} learns only after a {said} that something went wrong"
    return f"a value that is judged every {said} swings by chance, and whoever steers by it chases noise"


def _tier(period: str) -> str:
    return next(tier for tier, rhythms in RHYTHMS.items() if period in rhythms)
