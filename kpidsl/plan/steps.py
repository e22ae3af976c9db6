"""The ground of the query's time. Comes in: a query. Goes out: its asked range, today, what is over by today, and the steps that lead from
one period to another."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from kpidsl.model.expr import TIMESTAMP, Expr, Fn, Lit
from kpidsl.model.model import Edge, QueryModel, Shift
from kpidsl.plan.days import folded, later, moved, start
from kpidsl.plan.planner import Planner


class Steps:
    """The asked range of one query, and steps through its calendar."""

    def __init__(self, planner: Planner, query: QueryModel) -> None:
        self.planner, self.query = planner, query
        low, high = (None if side is None else planner.dated(side) for side in query.asked)
        self.options = planner.model.calendar.options
        self.grain: str | None = query.dims[query.clock[0]].grain if query.clock else None
        self.unit = "hour" if self.grain == "hour" else "day"
        self.low, self.high = self._at(low), self._at(high)
        tomorrow = self._at(moved(planner.today(), 1, "day"))
        assert tomorrow is not None
        self.tomorrow: Expr = tomorrow
        self.whole = self._whole()

    def _whole(self) -> Expr | None:
        """The end of the range with all of its running periods: `last 1 month` ends today, though the month does not."""
        if self.query.whole is None:
            return self.high
        end = self._at(self.planner.dated(self.query.whole))
        return end if self.grain is None else later(end, self._next(start(moved(self.tomorrow, -1, self.unit), self.grain, self.options)))

    def _at(self, day: Expr | None) -> Expr | None:
        """A day in the clock's unit."""
        if day is None:
            return None
        day = folded(day)
        if self.unit == "day":
            return day
        if isinstance(day, Lit) and isinstance(day.value, dt.date):
            return Lit(dt.datetime.combine(day.value, dt.time()), TIMESTAMP)
        return Fn("to_timestamp", (day,), TIMESTAMP)

    @cached_property
    def over(self) -> Expr:
        """The day after the last one that is over: of the slowest source, where it is told (S14)."""
        names = dict.fromkeys(source for (source, _), _ in self.query.bindings)
        names |= dict.fromkeys(leaf.source for leaf in self.query.leaves())
        ends = dict.fromkeys(end for name in names for end in self.planner.ends(self.planner.model.sources[name]))
        found = self._at(self.planner.first_over(list(ends)))
        assert found is not None
        return found

    # ------------------------------------------------------------ steps

    def _amount(self, move: Shift) -> tuple[int, str]:
        """By week a year is 52 weeks (S10)."""
        return (-52 * move.amount, "week") if self.grain == "week" and move.unit == "year" else (-move.amount, move.unit)

    def _label(self, move: Shift | Edge, period: Expr) -> Expr:
        """The period that a move leads to."""
        assert self.grain is not None
        if isinstance(move, Shift):
            return moved(period, *self._amount(move))  # of a whole number of periods (KPI125), so it is a period again
        first = start(period, move.grain, self.options)
        if not move.last:
            return start(first, self.grain, self.options)
        return start(moved(moved(first, 1, move.grain), -1, self.unit), self.grain, self.options)

    def _next(self, period: Expr) -> Expr:
        assert self.grain is not None
        return moved(period, 1, self.grain)

    def _last_back(self, until: Expr, move: Shift) -> Expr:
        """The end of the same elapsed part, so much earlier: by its last day, clamped to the month's end."""
        return moved(moved(moved(until, -1, self.unit), *self._amount(move)), 1, self.unit)

    def _range_back(self, until: Expr, move: Shift) -> Expr:
        """The end of a whole range so much earlier: months end with months, and no day of the range is without one of then."""
        back = moved(until, *self._amount(move))
        if self._amount(move)[1] in ("hour", "day", "week"):
            return back
        found = later(back, self._last_back(until, move))
        assert found is not None
        return found
