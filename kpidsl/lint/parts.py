"""Targets of parts that ask for more than the whole: segments of one KPI against its own target, and children's goals against their
parent's. Only amounts that are written as numbers and metrics that add up are judged; what data would have to tell is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice, bare, first
from kpidsl.model.additivity import additivity
from kpidsl.model.filters import map_leaves
from kpidsl.model.model import Aggregate, MetricExpr
from kpidsl.record import replace
from kpidsl.syntax import ast

SEGMENTS, CHILDREN = "KPI318", "KPI319"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per KPI and per parent."""
    for kpi in facts.kpis:
        if facts.additive(kpi.metric):
            yield from _segments(kpi)
    for goal in facts.goals:
        yield from _children(facts, goal)


# ---------------------------------------------------------------- segments of a KPI


def _segments(kpi: ast.Kpi) -> Iterator[Diagnostic]:
    """Targets for values of one dimension, of the same kind, period and revision as the whole's."""
    targets = ast.pick(kpi.items, ast.Target)
    for whole in targets:
        if whole.where is not None or whole.op == "between":
            continue
        of_whole = amount(whole.value)
        same = [each for each in targets if each.where is not None and _alike(each, whole)]
        for dimension in dict.fromkeys(name for each in same if (name := _of_one_value(each.where))):
            parts = [each for each in same if _of_one_value(each.where) == dimension]
            amounts = [amount(each.value) for each in parts]
            if of_whole is None or len(parts) < 2 or len({_value(each.where) for each in parts}) < len(parts):
                continue
            known = [each for each in amounts if each is not None]
            if len(known) < len(amounts) or sum(known) <= of_whole:
                continue
            yield advice(
                Severity.WARNING,
                SEGMENTS,
                f"the targets of `{kpi.metric.text}` by {dimension} add up to {_shown(sum(known, Decimal(0)), whole.value)}, "
                f"and the whole's is {whole.value.span.text}",
                whole.span,
                labels=tuple(Label(each.span, "a part") for each in parts[:4]),
                notes=(_against(whole.op),),
                help=f"raise the whole's target to {_shown(sum(known, Decimal(0)), whole.value)}, or lower a part's",
            )


def _alike(part: ast.Target, whole: ast.Target) -> bool:
    return (part.kind, part.op, part.each, part.from_) == (whole.kind, whole.op, whole.each, whole.from_)


def _of_one_value(where: ast.Expr | None) -> str:
    """`channel` of `channel = "email"`; '' for any other condition, whose parts may overlap."""
    if isinstance(where, ast.Binary) and where.op == "=" and isinstance(where.left, ast.Path) and isinstance(where.right, ast.Text):
        return where.left.text
    return ""


def _value(where: ast.Expr | None) -> str:
    return where.right.value if isinstance(where, ast.Binary) and isinstance(where.right, ast.Text) else ""


def _against(op: str) -> str:
    if op in ("<", "<="):
        return "every part may keep to its limit while the whole is far above its own"
    return "the whole may be reached while parts miss theirs: two people can read the same month as won and as lost"


# ---------------------------------------------------------------- children of a goal


def _children(facts: Facts, parent: ast.Goal) -> Iterator[Diagnostic]:
    """Children that divide the parent's own quantity among them, by the same day: all of them reached is the parent reached."""
    whole, by = first(parent.items, ast.Reach), first(parent.items, ast.Deadline)
    measure = first(parent.items, ast.Measure)
    children = [goal for goal in facts.goals if (of := first(goal.items, ast.Parent)) is not None and of.name.text == parent.name.text]
    if whole is None or measure is None or len(children) < 2:
        return
    total = amount(whole.amount)
    parts = [amount(reach.amount) for goal in children if (reach := first(goal.items, ast.Reach)) is not None]
    known = [part for part in parts if part is not None]
    same = all(_is_part(facts, measure, child) and first(child.items, ast.Deadline) == by for child in children)
    distinct = len({_measured(child) for child in children}) == len(children)
    if total is None or len(known) < len(children) or not same or not distinct or sum(known) >= total:
        return
    asked = _shown(sum(known, Decimal(0)), whole.amount)
    yield advice(
        Severity.HINT,
        CHILDREN,
        f"the goals below `{parent.name.text}` add up to {asked}, and it asks for {whole.amount.span.text}",
        whole.span,
        labels=tuple(Label(child.name.span, "a part of it") for child in children[:4]),
        notes=(f"all of them can be reached and `{parent.name.text}` missed: the rest would have to come from where no goal looks",),
        help=f"divide {whole.amount.span.text} among them, add the goal that is missing, or ask for {asked}",
    )


def _is_part(facts: Facts, measure: ast.Measure, child: ast.Goal) -> bool:
    """Whether the child measures some of the rows that the parent measures: the same aggregates, with more filters, and they add up."""
    own = first(child.items, ast.Measure)
    mine, theirs = facts.expr(measure.value), None if own is None else facts.expr(own.value)
    if mine is None or theirs is None or mine == theirs:
        return False
    return additivity(mine) == "additive" and _without_filters(mine) == _without_filters(theirs)


def _without_filters(expr: MetricExpr) -> MetricExpr:
    def plain(leaf: Aggregate) -> Aggregate:
        return replace(leaf, filters=(), name="")

    return map_leaves(bare(expr), plain)


def _measured(goal: ast.Goal) -> str:
    measure = first(goal.items, ast.Measure)
    return "" if measure is None else " ".join(measure.value.span.text.split())


# ---------------------------------------------------------------- amounts


def amount(node: ast.Expr) -> Decimal | None:
    """A number or an amount of money as it is written; None for anything that would have to be computed."""
    match node:
        case ast.Number(value=value):
            return Decimal(value)
        case ast.Money(amount=value):
            return value
    return None


def _shown(total: Decimal, like: ast.Expr) -> str:
    """`1_200_000 EUR`, as it would be written."""
    text = f"{total.normalize():,f}".replace(",", "_")
    return f"{text} {like.currency}" if isinstance(like, ast.Money) else text
