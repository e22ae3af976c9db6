"""A stretch that is easier than the target beside it: whoever reaches the target has outdone themselves already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice
from kpidsl.lint.parts import amount
from kpidsl.model.periods import days_of
from kpidsl.syntax import ast

CODE = "KPI321"
_LOWER, _HIGHER = ("<", "<="), (">", ">=")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per stretch, against the first target that it is no harder than while both hold."""
    for kpi in facts.kpis:
        targets = ast.pick(kpi.items, ast.Target)
        for stretch in targets:
            target = next(_beaten_by(stretch, targets), None) if stretch.kind == "stretch" else None
            if target is None:
                continue
            more = "above" if target.op in _HIGHER else "below"
            yield advice(
                Severity.WARNING,
                CODE,
                f"the stretch of `{kpi.metric.text}`, {stretch.value.span.text}, is no harder than its target, {target.value.span.text}",
                stretch.span,
                labels=(Label(target.span, "the target"),),
                notes=("a stretch is what would be more than good; this one is reached with the target, or before it",),
                help=f"ask for a stretch {more} {target.value.span.text}, or take it out",
            )


def _beaten_by(stretch: ast.Target, targets: tuple[ast.Target, ...] | list[ast.Target]) -> Iterator[ast.Target]:
    """Targets for the same rows and periods that ask for as much as the stretch, on some day on which both are in force."""
    same = [each for each in targets if (each.each, each.where) == (stretch.each, stretch.where)]
    mine = [each for each in same if each.kind == "target"]
    others = [each for each in same if each.kind == "stretch"]
    for day in sorted({_since(each) for each in (*mine, stretch)}):
        target = _in_force(mine, day)
        if target is not None and _in_force(others, day) is stretch and _is_no_harder(stretch, target):
            yield target


def _is_no_harder(stretch: ast.Target, target: ast.Target) -> bool:
    asked, wanted = amount(stretch.value), amount(target.value)
    if asked is None or wanted is None:
        return False
    if stretch.op in _HIGHER and target.op in _HIGHER:
        return asked <= wanted
    return stretch.op in _LOWER and target.op in _LOWER and asked >= wanted


def _in_force(revisions: list[ast.Target], day: dt.date) -> ast.Target | None:
    return max((each for each in revisions if _since(each) <= day), key=_since, default=None)


def _since(target: ast.Target) -> dt.date:
    return (None if target.from_ is None else days_of(target.from_)[0]) or dt.date.min
