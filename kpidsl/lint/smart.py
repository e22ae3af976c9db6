"""M3: the letters of a SMART goal that no number can stand for: an owner, days on which it is looked at, and a reason."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, first, listed
from kpidsl.syntax import ast

CODE = "KPI302"
_LETTERS: dict[type[ast.Node], tuple[str, str, str]] = {
    ast.Owner: ("owner", "nobody answers for it", 'owner "Head of sales"'),
    ast.Review: ("review", "nobody looks at it before it is too late", "review monthly"),
    ast.Because: ("reason", "nobody can say what it is for when two goals compete", 'because "Plan 2026, pillar 1"'),
}
"""Item, what is lost without it, and how it is written."""


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per goal, with all that is missing."""
    for goal in facts.goals:
        missing = [letter for item, letter in _LETTERS.items() if first(goal.items, item) is None]
        if missing:
            yield advice(
                Severity.HINT,
                CODE,
                f"the goal `{goal.name.text}` has {listed('no ' + word for word, _, _ in missing)}",
                goal.name.span,
                notes=(f"so {listed(lost for _, lost, _ in missing)}",),
                help=f"write into it: {'  '.join(example for _, _, example in missing)}",
            )
