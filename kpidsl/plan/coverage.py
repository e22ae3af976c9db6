"""Where nothing means zero, and where it means unknown (S5). Comes in: an aggregate and the row of the answer that it stands in. Goes out:
the condition under which its source has no data there: before it begins, after it is complete, or after today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from kpidsl.model.begins import begins_of
from kpidsl.model.expr import BOOL, DATE, CaseOf, Col, Expr, Field, Fn, Lit, all_of, any_of
from kpidsl.model.functions import GRAINS
from kpidsl.model.levels import Level
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import Edge, QueryMetric, Shift, SourceModel, aggregates
from kpidsl.plan.clock import is_window
from kpidsl.plan.days import folded, known_day, moved, start
from kpidsl.plan.work import Work
from kpidsl.record import dataclass

ADDED_UP = ("sum", "count", "count_rows", "count_distinct")
"""Aggregates that are 0 where there is nothing."""
ALWAYS, NEVER = Lit(True, BOOL), Lit(False, BOOL)
DAY = ("day", 1, 1)
Test = Callable[[Expr], Expr]
"""What it means for a row of the answer that a source's data begin, or end, on a day."""


class Coverage:
    """The coverage of the sources of one query."""

    def __init__(self, work: Work) -> None:
        self.work, self.planner, self.query, self.clock = work, work.planner, work.query, work.clock

    def outside(self, leaf: Leaf, level: Level, table: str | None, timed: bool) -> Expr:
        """The condition under which the leaf's source has no data for a row of the answer at `level`; ALWAYS or NEVER where that is known.

        `table` is where the row's group-bys stand; `timed` rows have a period, others stand for the whole range.
        """
        moves = bool(leaf.frame) or leaf.alive is not None
        period, options = self._period(leaf, level, table) if not moves else (None, DAY)
        lows, untils = [], []
        if moves and timed:
            position = next(i for i in self.query.clock if i in level)
            at = Col(table, self.work.dim_names[position], self.query.dims[position].type)
            low, until = self.clock.seen(leaf, at)
        else:
            low, until = self.work.looked_at(leaf)
        lows += [] if low is None else [_day(low)]
        untils += [] if until is None else [_day(until)]

        def before(begins: Expr) -> Expr:
            tests = [_compared("le", until, begins) for until in untils]
            if period is not None:
                tests.append(_compared("lt", period, folded(Fn("start_of", (begins,), DATE, options))))
            return _any(tests)

        def after(last: Expr) -> Expr:
            sides = lows if period is None else [*lows, period]
            tests = [_compared("gt", side, last) for side in sides]
            if isinstance(last, Fn):  # of a source into which nothing was ever loaded
                tests += [_every([Fn("is_null", (last,), BOOL), _is_there(side)]) for side in sides]
            return _any(tests)

        covered = self._of(self.planner.model.sources[leaf.source], before, after)
        if moves and timed and covered not in (ALWAYS, NEVER) and self.clock.low is None and self.clock.high is None:
            covered = _every([Fn("is_not_null", (at,), BOOL), covered])  # what has no time is of no period (and LEAST may leave nulls out)
        return _any([*self._future(leaf, level, table, timed, lows), covered])

    def _future(self, leaf: Leaf, level: Level, table: str | None, timed: bool, lows: list[Expr]) -> list[Expr]:
        """What begins after today is unknown yet; of a shifted period, what has no elapsed part to compare."""
        moves = bool(leaf.frame) or leaf.alive is not None
        if self.query.whole is not None and self.clock.over == self.clock.tomorrow and not any(isinstance(m, Edge) for m in leaf.frame):
            return []  # `last` ends today
        known = [] if timed and moves else [_compared("gt", low, self.planner.today()) for low in lows]
        if not timed:
            begun = self.clock.begun(leaf.frame, None, leaf.alive is not None)
            known += [_compared("le", _day(bound), _day(first)) for first, bound in begun]
            total = not self.work.levels.sets[self.work.levels.outputs - 1]
            return known if total or self.planner.as_of is not None else []
        if not self.clock.may_be_future:
            return known
        position = next((i for i in self.query.clock if i in level), None)
        if position is None:
            return known
        at = Col(table, self.work.dim_names[position], self.query.dims[position].type)
        begun = self.clock.begun(leaf.frame, at, leaf.alive is not None) if moves else [(at, self.clock.tomorrow)]
        return [*known, *(Fn("ge", days, BOOL) for days in begun)]

    # ------------------------------------------------------------ sources

    def _of(self, source: SourceModel, before: Test, after: Test) -> Expr:
        """Outside of what the source declares, else of what it is made of: a union covers what any of its members covers."""
        last = self.planner.last_day(source)
        if source.begins is None and last is None:
            below = source.base or source.rows_of
            if below is not None:
                return self._of(self.planner.model.sources[below], before, after)
            parts = [self._of(self.planner.model.sources[member], before, after) for member in source.members]
            return _every(parts) if parts else NEVER
        begins = NEVER if source.begins is None else before(Lit(source.begins, DATE))
        return begins if last is None else _any([begins, after(last)])

    # ------------------------------------------------------------ periods

    def _period(self, leaf: Leaf, level: Level, table: str | None) -> tuple[Expr | None, tuple[str | int, ...]]:
        """The first day of the finest period of the leaf's time (or its source's own) among the group-bys, and which period that is."""
        source = self.planner.model.sources[leaf.source]
        times = [] if leaf.time is None else [leaf.time]
        if source.time is not None:
            times.append(Field((), source.time, source.columns[source.time].type))
        times += [_written_out(source, time) for time in times]
        clocks = [self.planner.model.calendar.local(time) for time in times]
        days = [*times, *(Fn("to_date", (clock,), DATE) for clock in clocks)]
        found: list[tuple[int, Expr, tuple[str | int, ...]]] = []
        for position in level:
            bound = _written_out(source, self.query.bindings[(leaf.fact, position)])
            column = Col(table, self.work.dim_names[position], bound.type)
            if bound in days:
                found.append((GRAINS.index("day"), self.planner.day(column), DAY))
            elif isinstance(bound, Fn) and bound.op == "start_of" and bound.args[0] in clocks:
                found.append((GRAINS.index(str(bound.options[0])), self.planner.day(column, local=True), bound.options))
        if not found:
            return None, DAY
        _, period, options = min(found, key=lambda item: item[0])
        return period, options if options[0] != "hour" else DAY


def covered(work: Work, metric: QueryMetric, period: Expr | None = None) -> Expr:
    """The condition under which sources have data from the first day on that a metric looks at for a period (None: for the whole range):
    three days of a month would pass for the month. What is alive at a moment needs no first day."""
    tests: list[Expr] = []
    for leaf in aggregates(metric.expr):
        begins = begins_of(work.planner.model.sources, leaf.source)
        if begins is None or leaf.alive is not None:
            continue
        low, _ = work.clock.asked(leaf.frame) if period is None else work.clock.span(leaf.frame, period)
        if low is not None:
            tests.append(_compared("le", Lit(begins, DATE), _day(low)))
    return _every(tests)


def if_covered(work: Work, name: str, value: Expr, period: Expr | None = None) -> Expr:
    """A value of a metric of the query, null where its sources begin later than the days that it looks at."""
    known = covered(work, next(m for m in work.query.metrics if m.name == name), period)
    return value if known == ALWAYS else CaseOf(((known, value),), None, value.type)


@dataclass(frozen=True, slots=True)
class InPart:
    """An earlier span that a query compares with, of which a source has only the days from `begins` on. Both ends are days of it."""

    source: str
    begins: dt.date
    first: dt.date
    last: dt.date


def compared_in_part(work: Work) -> list[InPart]:
    """The spans that the query compares with and that began before a source did, as far as the days are known before the query runs.

    By period there is one such span at most for each source and move: the period that the source's first day lies in.
    """
    clock, found = work.clock, []
    for leaf in work.query.leaves():
        begins = begins_of(work.planner.model.sources, leaf.source)
        earlier = any(isinstance(move, Shift) and move.amount for move in leaf.frame)
        if begins is None or leaf.alive is not None or not earlier or is_window(leaf.frame):
            continue
        if clock.grain is None:
            low, until = (None if side is None else known_day(side) for side in clock.asked(leaf.frame))
        else:
            first = start(Lit(begins, DATE), clock.grain, clock.options)
            low, until = known_day(first), known_day(moved(first, 1, clock.grain))
            asked = [None if side is None else known_day(side) for side in clock.looked_at(leaf.frame)]
            if low is None or (asked[0] is not None and low < asked[0]) or (asked[1] is not None and begins >= asked[1]):
                continue
        if low is not None and until is not None and low < begins < until:
            found.append(InPart(leaf.source, begins, low, until - dt.timedelta(days=1)))
    return list(dict.fromkeys(found))


def _written_out(source: SourceModel, expr: Expr) -> Expr:
    """What a computed column of the source's own stands for."""
    while isinstance(expr, Field) and not expr.path and (column := source.columns.get(expr.name)) is not None:
        if column.expr is None or column.expr == expr:
            break
        expr = column.expr
    return expr


def _day(side: Expr) -> Expr:
    """The day of a bound of the asked period, which stands beside a date or, as its midnight, beside a timestamp."""
    if isinstance(side, Fn) and side.op == "to_timestamp":
        return side.args[0]
    return folded(side) if side.type.kind == "date" else folded(Fn("to_date", (side,), DATE))


def _compared(op: str, left: Expr, right: Expr) -> Expr:
    """A comparison of two days, made at once where both are known."""
    a, b = known_day(left), known_day(right)
    if a is None or b is None:
        return Fn(op, (left, right), BOOL)
    return ALWAYS if {"lt": a < b, "le": a <= b, "gt": a > b}[op] else NEVER


def _is_there(day: Expr) -> Expr:
    return ALWAYS if known_day(day) is not None else Fn("is_not_null", (day,), BOOL)


def _any(tests: list[Expr]) -> Expr:
    if ALWAYS in tests:
        return ALWAYS
    return any_of([t for t in dict.fromkeys(tests) if t != NEVER]) or NEVER


def _every(tests: list[Expr]) -> Expr:
    if NEVER in tests:
        return NEVER
    return all_of([t for t in dict.fromkeys(tests) if t != ALWAYS]) or ALWAYS
