"""M17: pay that hangs on one number turns work into a race for that number."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice
from kpidsl.syntax import ast

CODE = "KPI317"
MOST = Decimal("0.6")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per scorecard with one KPI, or with more than 60% of the weight on one."""
    for card in facts.own(ast.Scorecard):
        weighed = ast.pick(card.items, ast.Weigh)
        heavy = [weigh for weigh in weighed if isinstance(weigh.weight, ast.Percent) and weigh.weight.value > MOST]
        if len(weighed) == 1:
            message = f"`{card.name.text}` pays for `{weighed[0].metric.text}` and for nothing else"
        elif heavy:
            message = f"`{card.name.text}` pays {heavy[0].weight.span.text} for `{heavy[0].metric.text}` alone"
        else:
            continue
        yield advice(
            Severity.WARNING,
            CODE,
            message,
            (heavy or weighed)[0].span,
            notes=("people do what they are paid for: that number will rise, at the expense of all that is not in it",),
            help="weigh what would suffer beside it, such as margin, returns or satisfaction, and give none more than 60%",
        )
