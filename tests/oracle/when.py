"""When a number is asked for, worked out on days: calendar arithmetic, the days that a period or a range stands for, and the days that a
function over time looks at instead. Nothing of kpidsl is imported here. Days are half open: `until` is the first day after."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace

ONE = dt.timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Calendar:
    """The day on which weeks start (1 is Monday) and the month in which years do."""

    week: int = 1
    year: int = 1

    def start(self, day: dt.date, grain: str) -> dt.date:
        """The first day of the period that a day lies in."""
        if grain == "day":
            return day
        if grain == "week":
            while day.isoweekday() != self.week:
                day -= ONE
            return day
        first = day.replace(day=1)
        while (first.month - self.year) % MONTHS[grain]:
            first = shifted(first, -1, "month")
        return first

    def following(self, first: dt.date, grain: str) -> dt.date:
        """The first day of the next period."""
        return shifted(first, 1, grain)


DEFAULT = Calendar()


def shifted(day: dt.date, amount: int, unit: str) -> dt.date:
    """So many units later; a day that the month does not have becomes its last one (S10)."""
    if unit in ("day", "week"):
        return day + ONE * amount * (7 if unit == "week" else 1)
    month = day.year * 12 + day.month - 1 + amount * MONTHS[unit]
    year, month = month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# ---------------------------------------------------------------- moves


@dataclass(frozen=True)
class Shift:
    """prior(m, 1 year); `whole` is of `compare … whole`."""

    amount: int
    unit: str
    whole: bool = False


@dataclass(frozen=True)
class Trailing:
    """trailing(m, 28 days)"""

    amount: int
    unit: str
    read: str = "last"


@dataclass(frozen=True)
class ToDate:
    """to_date(m, year)"""

    grain: str


@dataclass(frozen=True)
class Running:
    """running(m)"""


@dataclass(frozen=True)
class Edge:
    """at_start(m, year), at_end(m, year)"""

    grain: str
    last: bool = False


Move = Shift | Trailing | ToDate | Running | Edge
Window = Trailing | ToDate | Running


@dataclass(frozen=True)
class When:
    """The days from `low` to before `until`, None where a side is open. `label` is the first day of the period (of `grain`) that they are
    of, None for a range or a window. `void`: none of it has begun, so nothing can be known."""

    low: dt.date | None
    until: dt.date | None
    label: dt.date | None = None
    grain: str = ""
    window: bool = False
    void: bool = False

    def holds(self, day: dt.date | None) -> bool:
        """A day lies in it; an unknown one only where it is everything."""
        if day is None:
            return self.low is None and self.until is None and not self.void
        return not self.void and (self.low is None or day >= self.low) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Time:
    """The time of one query: the asked range, today, what is over by today as far as the slowest source goes (S14), and the day after the
    running period of `last`, to which `compare … whole` goes."""

    calendar: Calendar
    low: dt.date | None
    until: dt.date | None
    as_of: dt.date
    over: dt.date
    running: dt.date | None = None

    def period(self, label: dt.date, grain: str) -> When:
        """The asked part of a period."""
        end = self.calendar.following(label, grain)
        low = label if self.low is None else max(label, self.low)
        return When(low, end if self.until is None else min(end, self.until), label, grain)

    def whole(self) -> When:
        """The asked range, where no period is grouped by."""
        return When(self.low, self.until)

    def visible(self, when: When) -> dt.date:
        """The day after the last one that can be seen."""
        tomorrow = self.as_of + ONE
        return tomorrow if when.until is None else min(when.until, tomorrow)

    def future(self, when: When) -> bool:
        """Nothing of it has begun."""
        return when.void or (when.low is not None and when.low > self.as_of)

    def moved(self, when: When, move: Move) -> When:
        """The days that a function over time looks at from there."""
        if when.void:
            return when
        match move:
            case Shift():
                return self._shifted(when, move)
            case Edge(grain, last):
                return self._edge(when, grain, last)
        if self.future(when):
            return replace(when, void=True)
        return self._window(when, move)

    def _window(self, when: When, move: Window) -> When:
        until = self.visible(when)
        match move:
            case Trailing(amount, unit, read):
                if read == "first" and when.low is not None:
                    until = when.low + ONE
                return When(shifted(until, -amount, unit), until, None, when.grain, True)
            case ToDate(grain):
                return When(self.calendar.start(until - ONE, grain), until, None, when.grain, True)
        return When(None, until, None, when.grain, True)

    def _shifted(self, when: When, move: Shift) -> When:
        amount, unit = (52 * move.amount, "week") if when.grain == "week" and move.unit == "year" else (move.amount, move.unit)

        def back(day: dt.date) -> dt.date:
            return shifted(day, -amount, unit)

        def whole_back(until: dt.date) -> dt.date:
            """The end of a whole range: months end with months, and its last day has a day then."""
            return max(back(until), back(until - ONE) + ONE)

        low = None if when.low is None else back(when.low)
        if when.window:
            assert when.until is not None
            return replace(when, low=low, until=whole_back(when.until))
        if not move.whole and when.low is not None and when.low >= self.over:
            return replace(when, void=True)
        asked = self._uncut(when) if move.whole else when.until or self.as_of + ONE
        ended = asked if move.whole else min(asked, self.over)
        part = back(ended - ONE) + ONE
        if when.label is None:
            return replace(when, low=low, until=whole_back(asked) if ended == when.until or move.whole else part)
        label = back(when.label)
        end = self.calendar.following(label, when.grain)
        if when.low == when.label:
            low = label
        return replace(
            when, label=label, low=low, until=end if ended == self.calendar.following(when.label, when.grain) else min(part, end)
        )

    def last(self, move: Shift) -> dt.date:
        """The last day of the range from which a shift looks back."""
        whole = self.whole()
        return (self._uncut(whole) if move.whole else min(self.visible(whole), self.over)) - ONE

    def _uncut(self, when: When) -> dt.date:
        """The end of a period or range with all of its running part."""
        end = when.until or self.as_of + ONE
        if self.running is None:
            return end
        if when.label is None:
            return self.running
        current = self.calendar.following(self.calendar.start(self.as_of, when.grain), when.grain)
        return min(self.calendar.following(when.label, when.grain), max(self.running, current))

    def _edge(self, when: When, grain: str, last: bool) -> When:
        assert when.label is not None
        first = self.calendar.start(when.label, grain)
        label = self.calendar.start(self.calendar.following(first, grain) - ONE if last else first, when.grain)
        return When(label, self.calendar.following(label, when.grain), label, when.grain, void=label > self.as_of)
