"""Pace (S26): what part of a period is over. Comes in: a period, and the day after the last one that is over. Goes out: a share between 0
and 1, in days or in workdays; null where the period has not begun."""

from __future__ import annotations

import datetime as dt

from kpidsl.model.expr import BOOL, DATE, INT, REAL, CaseOf, Expr, Fn, Lit
from kpidsl.plan.days import known_day
from kpidsl.plan.planner import Planner

MONDAY = dt.date(1900, 1, 1)
"""A Monday long ago; weeks are counted from it."""
WEEK, WORKING = 7, 5


class Pace:
    """Shares of periods in one project."""

    def __init__(self, planner: Planner, over: Expr, pace: str = "linear") -> None:
        self.planner, self.over, self.pace = planner, over, pace

    def elapsed(self, first: Expr, following: Expr) -> Expr:
        """The part of a period (`following` is the day after it) that is over: 1 where all of it is, null where nothing is. A period
        without workdays is measured in days."""
        day, over, after = known_day(first), known_day(self.over), known_day(following)
        if day is not None and over is not None and after is not None:
            if over <= day:
                return Lit(None, REAL)
            if after <= over:
                return Lit(1, REAL)
        share: Expr = Fn("div", (self.length(first, self.over), self.length(first, following)), REAL)
        if self.pace == "workdays":
            days = Fn("div", (days_between(first, self.over), days_between(first, following)), REAL)
            share = Fn("coalesce", (share, days), REAL)
        if day is not None and over is not None and after is not None:
            return share
        return CaseOf(
            ((Fn("le", (following, self.over), BOOL), Lit(1, REAL)), (Fn("lt", (first, self.over), BOOL), share)),
            None,
            REAL,
        )

    def length(self, first: Expr, following: Expr) -> Expr:
        """Days, or workdays, from one day up to another that no longer counts."""
        return self._workdays(first, following) if self.pace == "workdays" else days_between(first, following)

    def _workdays(self, first: Expr, following: Expr) -> Expr:
        """Mondays to Fridays, without the calendar's holidays."""
        weekdays = Fn("sub", (_weekdays_before(following), _weekdays_before(first)), REAL)
        free = [day for day in self.planner.model.calendar.holidays if day.isoweekday() <= WORKING and self._may_lie(day, first, following)]
        parts: list[Expr] = [
            CaseOf(((_lies(Lit(day, DATE), first, following), Lit(1, INT)),), Lit(0, INT), INT) for day in sorted(set(free))
        ]
        for holiday in parts:
            weekdays = Fn("sub", (weekdays, holiday), REAL)
        return weekdays

    def _may_lie(self, day: dt.date, first: Expr, following: Expr) -> bool:
        """Whether a holiday may lie between two days, as far as these are known."""
        low, high = known_day(first), known_day(following)
        return (low is None or low <= day) and (high is None or day < high)


def days_between(first: Expr, following: Expr) -> Expr:
    """Days from one day up to another that no longer counts."""
    low, high = known_day(first), known_day(following)
    if low is not None and high is not None:
        return Lit((high - low).days, INT)
    return Fn("date_diff", (following, first), REAL)


def _lies(day: Expr, first: Expr, following: Expr) -> Expr:
    return Fn("and", (Fn("ge", (day, first), BOOL), Fn("lt", (day, following), BOOL)), BOOL)


def _weekdays_before(day: Expr) -> Expr:
    """Mondays to Fridays from a Monday long ago up to a day: five for each whole week, and those of the week that has begun."""
    known = known_day(day)
    if known is not None:
        weeks, rest = divmod((known - MONDAY).days, WEEK)
        return Lit(WORKING * weeks + min(rest, WORKING), INT)
    days = Fn("date_diff", (day, Lit(MONDAY, DATE)), REAL)
    weeks_ = Fn("floor", (Fn("div", (days, Lit(WEEK, INT)), REAL),), REAL)
    rest_ = Fn("sub", (days, Fn("mul", (Lit(WEEK, INT), weeks_), REAL)), REAL)
    return Fn("add", (Fn("mul", (Lit(WORKING, INT), weeks_), REAL), Fn("least", (rest_, Lit(WORKING, INT)), REAL, ("known",))), REAL)
