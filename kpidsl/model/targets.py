"""The targets of a KPI: what a period should bring, from when on, and how near to it is near. Comes in: the syntax of `target`, `stretch`
and `warn`, and the metric that they are about. Goes out: `Target`s, the queries of those that depend on rows, and which way is better."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from kpidsl.diagnostic import Label, fail
from kpidsl.model import units
from kpidsl.model.aims import Bound, Target, Track
from kpidsl.model.filters import map_leaves
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import Constant, MetricExpr, Moved, QueryMetric, Ref, Shift, aggregates, rebuilt
from kpidsl.model.periods import days_of
from kpidsl.model.questions import Questions
from kpidsl.model.rules import held_against
from kpidsl.model.words import Words
from kpidsl.record import replace
from kpidsl.span import Span
from kpidsl.syntax import ast

CADENCE = {"operational": "day", "tactical": "week", "strategic": "month"}
"""How often a KPI of a tier is looked at (M6), where no target says it."""
RHYTHMS = ("day", "week", "month", "quarter", "year")
PLANNED = "planned_"
"""How the columns of targets begin that depend on rows."""


class Targets:
    """The targets of one KPI, whose metric is `expr`."""

    def __init__(self, resolver: Questions, words: Words, rows: MetricResolver, decl: ast.Kpi, expr: MetricExpr) -> None:
        self.resolver, self.words, self.rows, self.decl, self.expr = resolver, words, rows, decl, expr
        self.called: dict[str, str] = {}  # how the columns of targets are written

    def check_rhythm(self, target: ast.Target | ast.TargetFrom) -> None:
        """A target is one of days, weeks, months, quarters or years."""
        if target.each is None:
            rhythm = CADENCE.get(tier_of(self.decl), "month")
            fail(
                "KPI080",
                f"this target of `{self.decl.metric.text}` has no period",
                target.span,
                notes=("45 a day and 45 a month are not the same target",),
                help=f"say for which: {' '.join(target.span.text.split())} each {rhythm}",
            )
        self.words.period(target.each)
        if target.each.text not in RHYTHMS:
            help = "write each day, week, month, quarter or year"
            if target.each.text == "half":
                help = "a status knows no half years: give each quarter its part of it, or write the target of the whole year"
            fail("KPI049", f"a target cannot be for each {target.each.text}", target.each.span, help=help)

    def check_unit(self, target: ast.Target | ast.TargetFrom) -> None:
        """Values are in the unit of the metric."""
        for node in (target.metric,) if isinstance(target, ast.TargetFrom) else (target.value, target.high):
            if node is not None:
                self.comparable(self.rows.resolve(node), node.span)

    def comparable(self, value: MetricExpr, span: Span) -> None:
        """A value is in the unit of the metric that it is compared with."""
        held_against(self.rows.operand(self.expr, self.decl.metric.span), self.rows.operand(value, span))

    def target(self, item: ast.Target, planned: list[QueryMetric]) -> Target:
        value = self._bound(item.value, planned)
        high = None if item.high is None else self._bound(item.high, planned)
        if high is not None and _number(value) is not None and _number(high) is not None and _number(value) > _number(high):  # type: ignore[operator]
            fail("KPI083", "this target lies between a value and a smaller one", item.span, help="swap the two")
        since = None if item.from_ is None else days_of(item.from_)[0]
        low_side = item.op in (">=", ">", "=", "between")
        high_side = item.op in ("<=", "<", "=")
        return Target(
            low=value if low_side else None,
            high=high if item.op == "between" else value if high_side else None,
            strict=item.op in ("<", ">"),
            since=since,
            because=item.because or "",
            span=item.span,
        )

    def _bound(self, node: ast.Expr, planned: list[QueryMetric]) -> Bound:
        """A value of the metric's unit. What depends on rows is computed beside the KPI, for whole periods."""
        value = self.rows.resolve(node)
        if not aggregates(value):
            return Bound(value)
        name = f"{PLANNED}{len(planned) + 1}"
        self.called[name] = " ".join(node.span.text.split())
        planned.append(QueryMetric(name, "", _known_only(_whole(value)), value.type))
        return Bound(value, name)

    def from_table(self, table: ast.TargetFrom, planned: list[QueryMetric]) -> Target:
        bound = self._bound(table.metric, planned)
        if not bound.column:
            fail(
                "KPI062",
                f"`{table.metric.text}` counts no rows of any source",
                table.metric.span,
                help="name a metric of the plan: sum(plan.amount)",
            )
        lower = self.better() == "lower"
        return Target(None if lower else bound, bound if lower else None, False, None, "", table.span)

    def check_apart(self, made: list[tuple[ast.Target, Target]]) -> None:
        """Revisions of one target hold from different days on."""
        first: dict[dt.date | None, ast.Target] = {}
        for item, target in made:
            other = first.setdefault(target.since, item)
            if other is not item:
                since = "from the beginning" if target.since is None else f"from {target.since}"
                fail(
                    "KPI083",
                    f"two targets of `{self.decl.metric.text}` hold {since}",
                    item.span,
                    labels=(Label(other.span, "the other one"),),
                    notes=("nobody could tell which of them a period should reach",),
                    help="say from when the new one holds: … from 2026-07, or keep one of them",
                )

    def better(self) -> str:
        return self.resolver.metrics[self.expr.name].better if isinstance(self.expr, Ref) else ""

    def direction(self, tracks: tuple[Track, ...]) -> str:
        """higher, lower or between: all targets point the same way."""
        found = [(t.direction, t) for track in tracks for t in (*track.targets, *track.stretch)]
        ways = dict.fromkeys(way for way, _ in found)
        if len(ways) > 1:
            other = next(t for way, t in found if way != found[0][0])
            fail(
                "KPI084",
                f"targets of `{self.decl.metric.text}` point in different directions",
                other.span,
                labels=(Label(found[0][1].span, f"here {_good(found[0][0])} is good"),),
                notes=("a value that is better for one of them would be worse for the other",),
                help="give all of them the same sign, or write `between … and …`",
            )
        return next(iter(ways), self.better() or "higher")

    def warn(self, tracks: tuple[Track, ...]) -> Decimal | None:
        """How far the edge of the warn band lies from what is expected, as a ratio of it: 10% for `warn at 110%` of a cost."""
        for item in ast.pick(self.decl.items, ast.Warn):
            value = self.rows.resolve(item.at)
            at = value.value if isinstance(value, Constant) and value.type.unit == units.RATIO else None
            direction = self.direction(tracks)
            edge = "110%" if direction == "lower" else "90%"
            if not isinstance(at, Decimal) or at <= 0:
                fail("KPI085", f"`{item.at.span.text}` is no share of the target", item.at.span, help=f"write warn at {edge}")
            if (direction == "lower" and at < 1) or (direction == "higher" and at > 1):
                side = "above" if direction == "lower" else "below"
                fail(
                    "KPI085",
                    f"a warning at {item.at.span.text} of the target would come when all is well",
                    item.at.span,
                    notes=(f"{_good(direction)} is good here, so the band of the warning lies {side} the target",),
                    help=f"write warn at {edge}",
                )
            return abs(at - 1)
        return None


def tier_of(decl: ast.Kpi) -> str:
    """The tier that a KPI says."""
    return next((item.name.text for item in ast.pick(decl.items, ast.Tier)), "")


def latest_first(targets: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(sorted(targets, key=lambda t: t.since or dt.date.min, reverse=True))


def _good(direction: str) -> str:
    return {"higher": "more", "lower": "less"}.get(direction, "a value inside the band")


def _number(bound: Bound) -> Decimal | None:
    value = bound.value.value if isinstance(bound.value, Constant) else None
    return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _whole(expr: MetricExpr) -> MetricExpr:
    """A target is for whole periods: last year's whole month, whatever of this one is over."""
    if isinstance(expr, Moved) and isinstance(expr.move, Shift):
        expr = replace(expr, move=replace(expr.move, whole=True))
    return rebuilt(expr, _whole)


def _known_only(expr: MetricExpr) -> MetricExpr:
    """A plan without rows for a period plans nothing, which is not a target of zero."""
    return map_leaves(expr, lambda leaf: replace(leaf, fill=False))
