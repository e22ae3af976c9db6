"""The query's time. Comes in: the asked range, the grain of its periods and what is over by today. Goes out: for every frame of an
aggregate the days that it looks at: at one period, and over the whole range. Days are half open: `until` is the first day after."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from kpidsl.model.expr import BOOL, Expr, Fn, Lit
from kpidsl.model.model import Aggregate, Edge, Move, Shift, ToDate, Trailing, Window
from kpidsl.plan.days import MONTHS, beside, between, earlier, if_same, later, moved, same, start
from kpidsl.plan.steps import Steps

Frame = tuple[Move, ...]
Interval = tuple[Expr | None, Expr | None]
"""First day and the day after the last one; None for an open side."""


def is_window(frame: Frame) -> bool:
    """Whether a frame looks at other days than those of one period."""
    return any(isinstance(move, Window) for move in frame)


def words(frame: Frame) -> str:
    """A frame in words, for names in the SQL: 1_year_ago, trailing_28_days."""
    return "_of_".join(_words(move) for move in frame) or "now"


def _words(move: Move) -> str:
    match move:
        case Shift(amount=0):
            return "so_far"
        case Shift(amount, unit, whole):
            return f"{amount}_{unit}{'s' if amount > 1 else ''}_ago{'_whole' if whole else ''}"
        case Trailing(amount, unit, read):
            return f"trailing_{amount}_{unit}{'s' if amount > 1 else ''}{'' if read == 'last' else f'_{read}'}"
        case ToDate(grain):
            return f"{grain}_to_date"
        case Edge(grain, last):
            return f"{'end' if last else 'start'}_of_{grain}"
        case _:
            return "running"


class Clock(Steps):
    """Intervals of one query."""

    # ------------------------------------------------------------ at one period

    def label(self, frame: Frame, period: Expr) -> Expr:
        """The period that a frame without a window looks at."""
        for move in frame:
            assert isinstance(move, (Shift, Edge))
            period = self._label(move, period)
        return period

    def until(self, period: Expr) -> Expr:
        """The end of a period, as far as it was asked for and is visible."""
        following = self._next(period)
        if self.grain == self.unit:
            return following
        found = earlier(following, None if self.high is None or self._aligned(self.high) else self.high, self._visible_end())
        assert found is not None
        return found

    def _aligned(self, day: Expr) -> bool:
        return self.grain is not None and same(start(day, self.grain, self.options), day) is True

    def is_whole(self, interval: Interval) -> bool:
        """Whether an interval is known to begin and to end with periods, so that no group holds rows of it and others."""
        return all(side is None or self._aligned(side) for side in interval)

    def is_past(self, interval: Interval) -> bool:
        """Whether an interval is known to end with today or earlier."""
        until = interval[1]
        if isinstance(until, Lit) and isinstance(self.tomorrow, Lit):
            return str(until.value) <= str(self.tomorrow.value)
        return until == self.tomorrow or (isinstance(until, Fn) and until.op == "least" and self.tomorrow in until.args)

    def _visible_end(self) -> Expr | None:
        """Today's end, unless the range is known to end before it on a period's end."""
        high, end = self.high, self.tomorrow
        if isinstance(high, Lit) and isinstance(end, Lit) and high.value <= end.value and self._aligned(high):  # type: ignore[operator]
            return None
        return end

    def span(self, frame: Frame, period: Expr) -> Interval:
        """The days that a frame with a window looks at (without one: the period's own, up to today)."""
        low: Expr | None = period
        until = self.until(period)
        seen = False
        for position, move in enumerate(frame):
            match move:
                case Shift() if seen:
                    low = None if low is None else moved(low, *self._amount(move))
                    until = self._range_back(until, move)
                case Shift():
                    period, until = self._shifted(move, period, until, any(isinstance(m, Shift) for m in frame[:position]))
                    low = period
                case Edge():
                    period = low = self._label(move, period)
                    ending = earlier(self._next(period), self.tomorrow)
                    assert ending is not None
                    until = ending
                case Trailing(amount, unit, read):
                    seen = True
                    until = moved(period, 1, self.unit) if read == "first" else self._seen(frame, until)
                    low = moved(until, -amount, unit)
                case ToDate(grain):
                    seen, until = True, self._seen(frame, until)
                    low = start(moved(until, -1, self.unit), grain, self.options)
                case _:
                    seen, low, until = True, None, self._seen(frame, until)
        return low, until

    def _seen(self, frame: Frame, until: Expr) -> Expr:
        """The end as far as it is visible: a whole period of then may go on after today."""
        first = frame[0]
        found = earlier(until, self.tomorrow) if isinstance(first, Shift) and first.whole else until
        assert found is not None
        return found

    def _shifted(self, move: Shift, period: Expr, until: Expr, past: bool) -> tuple[Expr, Expr]:
        """The period of then, and how far it is looked at: as far as this one is over (S10), which a `past` one is."""
        label = self._label(move, period)
        following = self._next(label)
        if self.grain == self.unit:
            return label, following
        if move.whole:
            limits = [self._next(period), None if self.whole is None or self._aligned(self.whole) else self.whole]
        else:
            limits = [until, None if past or self.over == self.tomorrow else self.over]
        ended = earlier(*limits)
        assert ended is not None
        if move.amount == 0:
            return label, ended
        part = earlier(self._last_back(ended, move), following)
        assert part is not None
        return label, if_same(ended, self._next(period), following, part)

    def ended(self, frame: Frame, period: Expr) -> Expr:
        """The day after the last one that a frame looks at."""
        until = self.span(frame, period)[1] if is_window(frame) else self._next(self.label(frame, period))
        assert until is not None
        return until

    # ------------------------------------------------------------ over the whole range

    def visible_until(self) -> Expr:
        """The end of the range, or of today."""
        found = earlier(self.high, self.tomorrow)
        assert found is not None
        return found

    def asked(self, frame: Frame) -> Interval:
        """The days that a frame looks at where the range is one period."""
        low, until = self.low, self._end(frame)
        visible = self.visible_until()
        seen = False
        for position, move in enumerate(frame):
            match move:
                case Shift():
                    low = None if low is None else moved(low, *self._amount(move))
                    until = self._asked_back(move, until, position == 0 and not seen)
                    visible = self._seen(frame, until)
                case Trailing(amount, unit, read):
                    seen = True
                    if read == "first" and low is not None:
                        visible = moved(low, 1, self.unit)
                    low, until = moved(visible, -amount, unit), visible
                case ToDate(grain):
                    seen = True
                    low, until = start(moved(visible, -1, self.unit), grain, self.options), visible
                case Edge():
                    raise AssertionError("a range has no edges")
                case _:
                    seen, low, until = True, None, visible
        return low, until

    def _asked_back(self, move: Shift, until: Expr | None, first: bool) -> Expr:
        """The shifted end: as a whole where the range is over, else by the last day that is (S10)."""
        until = self.tomorrow if until is None else until
        if move.whole or not first:
            return self._range_back(until, move)
        ended = earlier(until, self.over)
        assert ended is not None
        if move.amount == 0:
            return ended
        return if_same(ended, until, self._range_back(until, move), self._last_back(ended, move))

    def _end(self, frame: Frame) -> Expr | None:
        """The end of the range from which a frame's moves lead; of a whole comparison that of the running period, too."""
        first = frame[0] if frame else None
        return self.whole if isinstance(first, Shift) and first.whole else self.high

    def looked_at(self, frame: Frame) -> Interval:
        """The days whose rows the periods of the range need, for a frame without a window; its ends are cut as the range's are."""
        if not frame:
            return self.low, self.high
        low = self.low
        for move in frame:
            assert isinstance(move, (Shift, Edge))
            if low is not None:
                low = start(low, move.grain, self.options) if isinstance(move, Edge) else moved(low, *self._amount(move))
        return low, self.span(frame, self._last(frame))[1]

    def _last(self, frame: Frame) -> Expr:
        """The last period of the range that looks anywhere."""
        assert self.grain is not None
        shifts = [move for move in frame if isinstance(move, Shift)]
        whole = bool(shifts) and shifts[0].whole
        end = self.whole or self.tomorrow if whole else earlier(self.high, self.tomorrow, self.over if shifts else None)
        assert end is not None
        return start(moved(end, -1, self.unit), self.grain, self.options)

    def seamless(self, frame: Frame) -> bool:
        """Whether periods of the range look at every day between the first and the last one that any of them looks at."""
        if not frame:
            return True
        clamped = self.grain in ("hour", "day") and any(isinstance(move, Shift) and move.unit in MONTHS for move in frame)
        return not self.is_open and not clamped and not any(isinstance(move, Edge) for move in frame)

    @property
    def is_open(self) -> bool:
        """Whether only the rows tell where the range begins or ends."""
        return self.low is None or self.high is None

    def widest(self, frames: list[Frame]) -> Interval:
        """The days whose rows any of these frames needs."""
        lows: list[Expr | None] = []
        highs: list[Expr | None] = []
        for frame in frames:
            if is_window(frame):
                first = None if self.low is None else self.span(frame, start(self.low, self.grain or "day", self.options))[0]
                lows.append(first)
                highs.append(None if self.high is None else earlier(self.high, self.tomorrow))
            else:
                low, high = self.looked_at(frame) if self.grain else self.asked(frame)
                lows.append(low)
                highs.append(high)
        low = None if None in lows else earlier(*lows)
        high = None if None in highs else later(*highs)
        return low, high

    # ------------------------------------------------------------ what is known of a period

    def seen(self, leaf: Aggregate, period: Expr) -> Interval:
        """The days that a leaf looks at, at one period."""
        return self.span(leaf.frame, period)

    def begun(self, frame: Frame, period: Expr | None, stock: bool = False) -> list[tuple[Expr, Expr]]:
        """Days that must lie before others for a frame to look at anything from a period (None: from the whole range): nothing is known of
        windows and stocks of what has not begun, nor of its comparisons by elapsed part (S14)."""
        found: list[tuple[Expr, Expr]] = []
        first = self.low if period is None else later(period, self.low)
        for move in frame:
            if first is None:
                return found
            match move:
                case Shift():
                    if not move.whole:
                        found.append((first, self.over))
                    first = moved(first, *self._amount(move))
                    period = None if period is None else self._label(move, period)
                    stock = stock or move.whole
                case Edge():
                    assert period is not None
                    first = period = self._label(move, period)
                    found.append((first, self.tomorrow))
                case _:
                    return [*found, (first, self.tomorrow)]
        return [*found, (first, self.tomorrow)] if stock and first is not None else found

    def has_begun(self, frame: Frame, period: Expr | None, stock: bool = False) -> list[Expr]:
        """The same as conditions; none where nothing asked for lies in the future."""
        if self.query.whole is not None if period is None else not self.may_be_future:
            return []  # `last` ends today
        tests: list[Expr] = []
        for first, bound in self.begun(frame, period, stock):
            if isinstance(first, Lit) and isinstance(bound, Lit):
                tests += [] if _date(first) < _date(bound) else [Lit(False, BOOL)]
            else:
                tests.append(Fn("lt", (first, bound), BOOL))
        return tests

    @cached_property
    def may_be_future(self) -> bool:
        """Whether periods may be looked at that have not begun."""
        if any(isinstance(move, Edge) and move.last for leaf in self.query.leaves() for move in leaf.frame):
            return True
        if self.high is None:
            return self.over != self.tomorrow
        last = later(start(moved(self.high, -1, self.unit), self.grain or self.unit, self.options), self.low)
        if isinstance(last, Lit) and isinstance(self.over, Lit):
            return _date(last) >= _date(self.over)
        return self.high != self.tomorrow

    def condition(self, moment: Expr, interval: Interval) -> list[Expr]:
        """The rows whose moment lies in an interval."""
        return between(moment, *interval)

    def beside(self, side: Expr, moment: Expr) -> Expr:
        """A day beside a date or, as its midnight, beside a timestamp."""
        return beside(side, moment)


def _date(day: Lit) -> dt.date:
    assert isinstance(day.value, dt.date)
    return day.value.date() if isinstance(day.value, dt.datetime) else day.value
