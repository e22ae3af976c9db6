"""S29: a scorecard that gives everybody a score of their own holds all of them against one target."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice
from kpidsl.syntax import ast

CODE = "KPI326"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding for each weighed KPI that adds up and whose target is that of all together. A ratio may well be the same for each."""
    kpis = {kpi.metric.text: kpi for kpi in facts.kpis}
    for card in facts.own(ast.Scorecard):
        by = ", ".join(each.span.text for each in card.by)
        for weigh in ast.pick(card.items, ast.Weigh) if card.by else ():
            kpi = kpis.get(weigh.metric.text)
            if kpi is None or not facts.additive(weigh.metric):
                continue
            tables = ast.pick(kpi.items, ast.TargetFrom)
            whole: list[ast.Target | ast.TargetFrom] = [
                *tables,
                *(target for target in ast.pick(kpi.items, ast.Target) if target.where is None),
            ]
            if not whole or any(table.by for table in tables):
                continue
            each = whole[0].each.text if whole[0].each is not None else "month"
            yield advice(
                Severity.WARNING,
                CODE,
                f"`{card.name.text}` holds each {by} against the target of `{kpi.metric.text}` for all of them together",
                weigh.span,
                labels=(Label(whole[0].span, "the target of all"),),
                notes=("parts of a whole never reach what the whole shall reach, so everybody scores too low, or with costs too high",),
                help=f"give each a target of their own, in a table: target from planned each {each} by {by}",
            )
