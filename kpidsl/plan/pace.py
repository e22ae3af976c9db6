"""Pace (S26): what part of a period is over. Comes in: a period, and the day after the last one that is over. Goes out: a share between 0
and 1, in days or in workdays; null where the period has not begun."""

from __future__ import annotations

import datetime as dt

from kpidsl.model.expr import BOOL, DATE, INT, REAL, Agg, CaseOf, Col, Expr, Field, Fn, Lit, all_of
from kpidsl.plan.days import known_day, moved, start
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Rel, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows

MONDAY = dt.date(1900, 1, 1)
"""A Monday long ago; weeks are counted from it."""
WEEK, WORKING = 7, 5
ONE, ZERO = Lit(1, INT), Lit(0, INT)


def by_now(target: Expr, elapsed: Expr) -> Expr:
    """What is expected of a target that grows with its period: all of it where the period is over."""
    return CaseOf(((Fn("eq", (elapsed, ONE), BOOL), target),), Fn("mul", (target, elapsed), target.type), target.type)


class Pace:
    """Shares of one kind of period: of the running one, as of all others everything or nothing is over."""

    def __init__(self, planner: Planner, over: Expr, pace: str = "linear") -> None:
        self.planner, self.over, self.pace = planner, over, pace

    def elapsed(self, period: Expr, each: str) -> Expr:
        """The part of each period that is over: 1 where all of it is, null where nothing is."""
        options = self.planner.model.calendar.options
        running = start(moved(self.over, -1, "day"), each, options)
        share = self.share(running, moved(running, 1, each))
        whens = ((Fn("le", (moved(period, 1, each), self.over), BOOL), Lit(1, REAL)), (Fn("lt", (period, self.over), BOOL), share))
        return CaseOf(whens, None, REAL)

    def of_season(self, period: Expr, each: str, last_year: Expr, whole: Expr) -> Expr:
        """The same of the running period by last year's share: what its same part brought, of what all of it did; in days where it brought
        nothing."""
        elapsed = self.elapsed(period, each)
        share = CaseOf(((Fn("gt", (whole, ZERO), BOOL), Fn("div", (last_year, whole), REAL)),), elapsed, REAL)
        is_running = Fn("and", (Fn("lt", (period, self.over), BOOL), Fn("gt", (moved(period, 1, each), self.over), BOOL)), BOOL)
        return CaseOf(((is_running, share),), elapsed, REAL)

    def of_span(self, first: Expr, following: Expr) -> Expr:
        """The part of one span (`following` is the day after it) that is over."""
        day, over, after = known_day(first), known_day(self.over), known_day(following)
        if day is not None and over is not None and after is not None:
            return Lit(None, REAL) if over <= day else Lit(1, REAL) if after <= over else self.share(first, following)
        whens = ((Fn("le", (following, self.over), BOOL), Lit(1, REAL)), (Fn("lt", (first, self.over), BOOL), self.share(first, following)))
        return CaseOf(whens, None, REAL)

    def share(self, first: Expr, following: Expr) -> Expr:
        """The part of a span that is over, where neither all nor nothing of it is; without workdays it is measured in days."""
        days = Fn("div", (days_between(first, self.over), days_between(first, following)), REAL)
        if self.pace != "workdays":
            return days
        free = self._in_data(first, following)
        done, whole = self._workdays(first, self.over), self._workdays(first, following)
        if free is not None:
            done, whole = (Fn("sub", (n, Fn("scalar", (), INT, (free, c))), n.type) for n, c in ((done, "so_far"), (whole, "all_of_it")))
        return Fn("coalesce", (Fn("div", (done, whole), REAL), days), REAL)

    def _workdays(self, first: Expr, following: Expr) -> Expr:
        """Mondays to Fridays, without the holidays that the calendar names."""
        weekdays: Expr = Fn("sub", (_weekdays_before(following), _weekdays_before(first)), REAL)
        free = sorted({day for day in self.planner.model.calendar.holidays if day.isoweekday() <= WORKING})
        low, high = known_day(first), known_day(following)
        if low is not None and high is not None:
            known = _weekdays(high) - _weekdays(low) - sum(low <= day < high for day in free)
            return Lit(known, INT)
        for day in free:
            weekdays = Fn("sub", (weekdays, CaseOf(((_lies(Lit(day, DATE), first, following), ONE),), ZERO, INT)), REAL)
        return weekdays

    def _in_data(self, first: Expr, following: Expr) -> str | None:
        """How many workdays of a span are holidays that stand in data, each counted once: the name of a relation with `so_far` and
        `all_of_it`."""
        calendar = self.planner.model.calendar
        if not calendar.holiday_columns:
            return None
        name = f"holidays_{len([n for n in self.planner.scalars if n.startswith('holidays_')]) + 1}"
        found: list[Rel] = []
        for path in calendar.holiday_columns:
            rows = Rows(self.planner, self.planner.model.sources[path.parts[0].text])
            column = rows.source.columns[path.parts[-1].text]
            day = rows.read(Field((), column.name, column.type))
            found.append(Project(rows.relation(), (("day", day),)))
        every: Rel = Named(found[0] if len(found) == 1 else UnionAll(tuple(found), (DATE,)), f"{name}_listed")
        day = Col(None, "day", DATE)
        told = [Lit(known, DATE) for known in sorted(set(calendar.holidays))]
        tests = [_lies(day, first, following), Fn("le", (Fn("weekday", (day,), INT), Lit(WORKING, INT)), BOOL)]
        tests += [Fn("not_in", (day, *told), BOOL)] if told else []
        test = all_of(tests)
        assert test is not None
        days = Named(Aggregate(Filter(every, test), (("day", day),), ()), f"{name}_days")
        so_far = Agg("count_rows", (), INT, Fn("lt", (day, self.over), BOOL))
        self.planner.scalars[name] = Named(Aggregate(days, (), (("so_far", so_far), ("all_of_it", Agg("count_rows", (), INT)))), name)
        return name


def days_between(first: Expr, following: Expr) -> Expr:
    """Days from one day up to another that no longer counts."""
    low, high = known_day(first), known_day(following)
    if low is not None and high is not None:
        return Lit((high - low).days, INT)
    return Fn("date_diff", (following, first), INT)


def _lies(day: Expr, first: Expr, following: Expr) -> Expr:
    return Fn("and", (Fn("ge", (day, first), BOOL), Fn("lt", (day, following), BOOL)), BOOL)


def _weekdays(day: dt.date) -> int:
    """Mondays to Fridays from a Monday long ago up to a day: five for each whole week, and those of the week that has begun."""
    weeks, rest = divmod((day - MONDAY).days, WEEK)
    return WORKING * weeks + min(rest, WORKING)


def _weekdays_before(day: Expr) -> Expr:
    """The same of a day that only the engine knows."""
    known = known_day(day)
    if known is not None:
        return Lit(_weekdays(known), INT)
    days = Fn("date_diff", (day, Lit(MONDAY, DATE)), INT)
    weeks = Fn("floor", (Fn("div", (days, Lit(WEEK, INT)), REAL),), REAL)
    rest = Fn("sub", (days, Fn("mul", (Lit(WEEK, INT), weeks), REAL)), REAL)
    return Fn("add", (Fn("mul", (Lit(WORKING, INT), weeks), REAL), Fn("least", (rest, Lit(WORKING, INT)), REAL, ("known",))), REAL)
