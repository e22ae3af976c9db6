"""What a line of a scorecard should reach in a period. Comes in: the line and the period. Goes out: an expression for each edge of its
target: the revision in force, or the sum of those of the shorter periods inside."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.aims import Bound, Target
from kpidsl.model.expr import BOOL, DATE, INT, REAL, CaseOf, Col, Expr, Fn, Lit
from kpidsl.model.factors import value_of
from kpidsl.model.scorecards import Line
from kpidsl.plan.days import earlier, later, moved
from kpidsl.plan.pace import days_between
from kpidsl.plan.values import constant
from kpidsl.record import replace

MONTHS = {"month": 1, "quarter": 3, "year": 12}


class CardTargets:
    """The targets of a scorecard that is settled for each period of this kind. Bounds that depend on rows are read from their columns."""

    def __init__(self, each: str, start: Expr) -> None:
        self.each, self.start, self.following = each, start, moved(start, 1, each)

    def in_force(self, line: Line, side: str) -> Expr | None:
        """The target of a period; where its targets are those of shorter periods, the sum of them."""
        bounds = [target.low if side == "low" else target.high for target in line.targets]
        if any(bound is None for bound in bounds):
            return None
        planned = any(bound is not None and bound.column for bound in bounds)
        if line.each == self.each or planned:
            return self._revision(line.targets, side, self.start)
        if line.each == "day":
            return self._by_days(line.targets, side)
        count = MONTHS[self.each] // MONTHS[line.each]
        if len(line.targets) == 1 and line.targets[0].since is None:
            return _multiplied(self._bound(line.targets[0], side), count)
        first: Expr = self._revision(line.targets, side, self.start)
        for step in range(1, count):
            first = Fn("add", (first, self._revision(line.targets, side, moved(self.start, step, line.each))), REAL)
        return first

    def _revision(self, targets: tuple[Target, ...], side: str, day: Expr) -> Expr:
        """The value that is in force on a day."""
        whens: list[tuple[Expr, Expr]] = []
        otherwise: Expr | None = None
        for target in targets:
            value = self._bound(target, side)
            if target.since is None:
                otherwise = value
            else:
                whens.append((Fn("ge", (day, Lit(target.since, DATE)), BOOL), value))
        if not whens:
            assert otherwise is not None
            return otherwise
        return CaseOf(tuple(whens), otherwise, REAL)

    def _by_days(self, targets: tuple[Target, ...], side: str) -> Expr:
        """The targets of all days of a period: each revision for the days on which it is in force, null where some day has none."""
        total: Expr | None = None
        following: Expr = self.following
        for target in targets:  # the latest first
            since = self.start if target.since is None else later(self.start, Lit(target.since, DATE))
            until = earlier(self.following, following)
            assert since is not None
            assert until is not None
            days = Fn("greatest", (days_between(since, until), Lit(0, INT)), INT)
            part = Fn("mul", (self._bound(target, side), days), REAL)
            total = part if total is None else Fn("add", (total, part), REAL)
            following = Lit(target.since, DATE) if target.since is not None else following
        assert total is not None
        first = targets[-1].since
        if first is None:
            return total
        return CaseOf(((Fn("ge", (self.start, Lit(first, DATE)), BOOL), total),), None, REAL)

    def _bound(self, target: Target, side: str) -> Expr:
        bound: Bound | None = target.low if side == "low" else target.high
        assert bound is not None
        number = None if bound.column else value_of(bound.value)
        if number is not None:
            return Lit(number, REAL)
        return double(Col(None, bound.column, bound.value.type) if bound.column else constant(bound.value))


def double(value: Expr) -> Expr:
    """The value in double precision; a length of time is one already."""
    return value if value.type.kind == "duration" else Fn("to_number", (value,), replace(value.type, kind="number"))


def _multiplied(value: Expr, count: int) -> Expr:
    if isinstance(value, Lit) and isinstance(value.value, Decimal):
        return Lit(value.value * count, REAL)
    return Fn("mul", (value, Lit(count, INT)), REAL)
