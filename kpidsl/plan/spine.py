"""Complete time (S9). Comes in: the query's clock and the rows that its facts gave. Goes out: every period of the asked range, with the
days that each frame looks at there, and a row for every group in every period."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cached_property

from kpidsl.model.clocks import skipped_hours
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TIMESTAMP, Agg, Col, Expr, Fn, Lit, all_of, transform
from kpidsl.model.functions import GRAINS
from kpidsl.plan.clock import Frame, words
from kpidsl.plan.days import known_day, moved, start
from kpidsl.plan.made import Made
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel, Series, UnionAll
from kpidsl.plan.work import Work
from kpidsl.record import dataclass

Level = tuple[int, ...]
MOST = {"hour": 1_000_000, "day": 100_000, "week": 20_000, "month": 5_000, "quarter": 2_000, "year": 1_000}
"""Periods between the first and the last row, at most; a century of hours, more of everything else. Rows beyond appear all the same."""
BLOCK, FEW = 1_000, 5
LEAST_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
LAST_DAYS = [dt.date(year, month, calendar.monthrange(year, month)[1]) for year in (2023, 2024) for month in range(1, 13)]
"""Days on which ranges up to today are as long as they can be, whatever month a year begins with."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows that tell how far an open range goes: those of a relation for which a condition holds, by a column of days or periods."""

    rel: Rel
    at: Col
    condition: Expr | None


class Spine:
    """Periods of one query."""

    def __init__(self, work: Work) -> None:
        self.work, self.clock = work, work.clock
        self.seen: list[Seen] = []
        self._made: dict[Level, Named] = {}

    def signature(self, level: Level) -> Level:
        """The group-bys of a grouping that are periods, the finest first."""
        return tuple(i for i in self.work.query.clock if i in level)

    def signatures(self) -> list[Level]:
        """The kinds of period that the query's groupings have."""
        found = dict.fromkeys(self.signature(level) for level in self.work.levels.sets)
        return [s for s in found if s]

    def positions(self, signature: Level) -> list[int]:
        """Numbers of the groupings with this kind of period."""
        return [n for n, level in enumerate(self.work.levels.sets) if self.signature(level) == signature]

    # ------------------------------------------------------------ bounds

    @cached_property
    def bounds(self) -> Named:
        """The first and the last row over all facts, where the range is open (S9)."""
        rows_of = [(s.rel if s.condition is None else Filter(s.rel, s.condition), s.at) for s in self.seen]
        parts = [Project(rel, (("at", at),)) for rel, at in rows_of]
        kind = TIMESTAMP if self.clock.unit == "hour" else DATE
        rows: Rel = parts[0] if len(parts) == 1 else UnionAll(tuple(parts), (kind,))
        at = Col(None, "at", kind)
        return Named(Aggregate(rows, (), (("first_at", Agg("min", (at,), kind)), ("last_at", Agg("max", (at,), kind)))), "bounds")

    def _known(self) -> int | None:
        """How many units the asked range has at most."""
        if self.clock.low is None or self.clock.high is None:
            return None
        return _most_days(self.clock.low, self.clock.high)

    def _last(self, grain: str) -> int | None:
        """How many periods `last 3 months` has, by month: as many as were asked for, whatever day it is today."""
        low, back = self.clock.low, 0
        if self.clock.high != self.clock.tomorrow or self.work.query.whole is None or grain == "hour":
            return None
        match low:
            case Fn(op="date_add", args=(inner,), options=(int() as amount, str() as unit)) if unit == grain:
                low, back = inner, -amount
        today = self.work.planner.today()
        begun = low == (today if grain == "day" else start(today, grain, self.clock.options))
        return back + 1 if begun else None

    def _count(self, grain: str) -> int:
        days = self._known()
        if days is None:
            return MOST[grain]
        asked = self._last(grain)
        if asked is not None:
            return asked
        least = {"hour": 1 / 24, "day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}[grain]
        if grain in ("hour", "day"):
            return max(1, round(days / least))
        low, high = self.clock.low, self.clock.high
        if isinstance(low, Lit) and isinstance(high, Lit):
            count, period = 0, start(low, grain, self.clock.options)
            while isinstance(period, Lit) and period.value < high.value:  # type: ignore[operator]
                period, count = moved(period, 1, grain), count + 1
            return max(1, count)
        return int(days / least) + 2

    # ------------------------------------------------------------ periods

    def periods(self, signature: Level, frames: list[Frame]) -> Named:
        """Every period of the range under its group-bys' names, with first day and day after the last one for each frame."""
        known = self._made.get(signature)
        if known is None:
            known = self._made[signature] = self._periods(signature, frames)
        return known

    def _periods(self, signature: Level, frames: list[Frame]) -> Named:
        dims = self.work.query.dims
        grains = [dims[i].grain for i in signature]
        nested = all(_nests(grains[0], grain) for grain in grains[1:])
        unit = grains[0] if nested else "day"
        kind = TIMESTAMP if self.clock.unit == "hour" else DATE
        options = self.clock.options
        low: Expr = Col("bounds", "first_at", kind) if self.clock.low is None else self.clock.low
        numbers, n = self._numbers(self._count(unit), unit, self.clock.low, self.bounds)
        at: Expr = Fn("plus", (start(low, unit, options), n), kind, (unit,))
        name = self.work.dim_names[signature[0]] if nested else "day"
        if self.clock.high is None:
            end: Expr = Fn("le", (Col(None, name, kind), Col(None, "last_at", kind)), BOOL)
            inner: Rel = Project(numbers, ((name, at), ("last_at", Col("bounds", "last_at", kind))))
        else:
            end = Fn("lt", (Col(None, name, kind), self.clock.high), BOOL)
            inner = Project(numbers, ((name, at),))
        period = Col(None, name, kind)
        exact = isinstance(self.clock.low, Lit) and isinstance(self.clock.high, Lit)
        ends = [] if exact or self._last(unit) is not None else [end]
        if tests := all_of([*ends, *self._on_the_clock(unit, period)]):
            inner = Filter(Named(inner, f"{unit}s_from_first"), tests)
        if not nested:
            groups = tuple((self.work.dim_names[i], start(period, dims[i].grain, options)) for i in signature)
            return Named(Aggregate(inner, groups, ()), "periods")
        columns: list[tuple[str, Expr]] = [(name, period)]
        for i in signature[1:]:
            coarse = start(period, dims[i].grain, options)
            columns.append((self.work.dim_names[i], coarse if dims[i].type.kind == coarse.type.kind else Fn("to_date", (coarse,), DATE)))
        for frame in frames:
            low_, until = self.clock.span(frame, period)
            if low_ is not None:
                columns.append((self.work.within(f"{words(frame)}_from"), low_))
            assert until is not None
            columns.append((self.work.within(f"{words(frame)}_until"), until))
        return Named(Project(inner, tuple(columns)), f"{grains[0]}s")

    def _on_the_clock(self, unit: str, period: Expr) -> list[Expr]:
        """That the period is no hour which the calendar's clocks skip when they are put forward (S13): there is none, so it has no row."""
        zone = self.work.planner.model.calendar.zone
        if unit != "hour" or zone is None:
            return []
        low, high = _known_date(self.clock.low), _known_date(self.clock.high)
        skipped = [
            Lit(hour, TIMESTAMP)
            for hour in skipped_hours(zone)
            if (low is None or hour.date() >= low) and (high is None or hour.date() <= high)
        ]
        return [Fn("not_in", (period, *skipped), BOOL)] if skipped else []

    def stretch(self, low: Expr | None, first: Named) -> Named:
        """Every unit of the clock from `low` (None: from that in `first`) to the end of the range or today, for windows to roll along."""
        unit, kind = self.clock.unit, TIMESTAMP if self.clock.unit == "hour" else DATE
        name = self.work.dim_names[self.work.query.clock[0]]
        end = None if self.clock.high is None else self.clock.visible_until()
        length = None if low is None or self.clock.high is None else _most_days(low, self.clock.high)
        count = MOST[unit] if length is None else max(length * (24 if unit == "hour" else 1), 1)
        begin: Expr = Col("bounds", "first_at", kind) if low is None else low
        numbers, n = self._numbers(count, unit, low, self._reach(low, first))
        columns: list[tuple[str, Expr]] = [(name, Fn("plus", (begin, n), kind, (unit,)))]
        if end is None:
            columns.append(("last_at", Col("bounds", "last_at", kind)))
        every = Named(Project(numbers, tuple(columns)), f"{unit}s_with_before")
        if isinstance(low, Lit) and end == self.clock.high and isinstance(end, Lit):
            return every
        day = Col(None, name, kind)
        inside = Fn("le", (day, Col(None, "last_at", kind)), BOOL) if end is None else Fn("lt", (day, end), BOOL)
        return Named(Project(Filter(every, inside), ((name, day),)), f"every_{unit}")

    def _reach(self, low: Expr | None, first: Named) -> Named:
        """What an open stretch begins and ends with: a window may begin before the rows of the range do."""
        if low is not None:
            return self.bounds
        if self.clock.high is not None:
            return first
        kind = TIMESTAMP if self.clock.unit == "hour" else DATE
        ends = (("first_at", Col(first.name, "first_at", kind)), ("last_at", Col("bounds", "last_at", kind)))
        return Named(Project(Join(first, self.bounds, "bounds", None, "cross"), ends), "reach")

    def _numbers(self, count: int, unit: str, low: Expr | None, bounds: Named) -> tuple[Rel, Expr]:
        """Whole numbers to count periods with, and how they are written; where rows tell the range, beside its bounds and not far beyond.

        Many come in blocks: those beyond the range are left out before their numbers are made, which is a hundred times the work.
        """
        n: Expr = Col("numbers", "n", INT)
        if low is not None and self.clock.high is not None:
            return Series(count), n
        first: Expr = Col("bounds", "first_at", TIMESTAMP if self.clock.unit == "hour" else DATE) if low is None else low
        if count <= FEW * BLOCK:
            return Filter(Join(Series(count), bounds, "bounds", None, "cross"), self._near(n, first, unit)), n
        begin = Fn("mul", (Col("blocks", "n", INT), Lit(BLOCK, INT)), INT)
        blocks = Filter(Join(Series(count // BLOCK, "blocks"), bounds, "bounds", None, "cross"), self._near(begin, first, unit))
        n = Fn("add", (begin, n), INT)
        return Filter(Join(blocks, Series(BLOCK), "numbers", None, "cross"), self._near(n, first, unit)), n

    def _near(self, n: Expr, low: Expr, unit: str) -> Expr:
        """The number is not beyond the end by far: asked before a day is made of it, which takes engines longer."""
        kind = TIMESTAMP if self.clock.unit == "hour" else DATE
        end: Expr = Col("bounds", "last_at", kind) if self.clock.high is None else self.clock.high
        days = Fn("date_diff", (end, low), REAL if unit == "hour" else INT)
        if unit == "hour":
            return Fn("le", (n, Fn("mul", (days, Lit(24, INT)), REAL)), BOOL)
        length = LEAST_DAYS[unit]
        units = n if length == 1 else Fn("mul", (n, Lit(length, INT)), INT)
        return Fn("le", (units, Fn("add", (days, Lit(length, INT)), INT)), BOOL)

    # ------------------------------------------------------------ the rows that are shown

    def shown(self, made: list[Made]) -> list[Rel]:
        """The group-bys of the rows that are shown: every group in every period, or, `sparse`, what any metric counts something from."""
        finest = self.signature(tuple(range(self.work.dims)))
        parts = self._everywhere(made, self.periods(finest, self.work.frames)) if self.work.complete else self._somewhere(made, finest)
        return [self._with_totals(part) for part in parts]

    def _somewhere(self, made: list[Made], finest: Level) -> list[Rel]:
        """Group and period of the rows themselves, or of the periods that look at them."""
        return [self._found(m, frame, finest) for m in made for frame in m.tells if frame is not None]

    def _everywhere(self, made: list[Made], periods: Named) -> list[Rel]:
        """Every group in every period; without other group-bys every period."""
        work = self.work
        rest = [(work.dim_names[i], work.query.dims[i].type) for i in range(work.dims) if i not in work.query.clock]
        columns: list[tuple[str, Expr]] = []
        crossed: Rel = periods
        if rest:
            finest = self.signature(tuple(range(work.dims)))
            inputs: list[Rel] = [
                Project(self._found(m, frame, finest), tuple((n, Col(None, n, t)) for n, t in rest))
                for m in made
                for frame in m.tells
                if frame is not None
            ]
            rows: Rel = inputs[0] if len(inputs) == 1 else UnionAll(tuple(inputs), tuple(t for _, t in rest))
            groups = Named(Aggregate(rows, tuple((n, Col(None, n, t)) for n, t in rest), ()), "groups")
            crossed = Join(groups, periods, periods.name, None, "cross")
        for i, name in enumerate(work.dim_names):
            columns.append((name, Col(periods.name if i in work.query.clock or not rest else "groups", name, work.query.dims[i].type)))
        return [Project(crossed, tuple(columns)), *self._timeless(made)]

    def _timeless(self, made: list[Made]) -> list[Rel]:
        """Rows without a time are of no period, and are shown where no range is asked for."""
        work = self.work
        if not work.some_absent or self.clock.low is not None or self.clock.high is not None:
            return []
        name, kind = work.dim_names[work.query.clock[0]], work.query.dims[work.query.clock[0]].type
        without = Fn("is_null", (Col(None, name, kind),), BOOL)
        finest = self.signature(tuple(range(work.dims)))
        return [Filter(self._found(m, (), finest), without) for m in made if () in m.tells]

    def _found(self, made: Made, frame: Frame, finest: Level) -> Rel:
        """The group-bys of the rows that tell, in the periods that find them by a frame."""
        work = self.work
        tests = [Fn("eq", (Col(None, work.own.level, INT), Lit(0, INT)), BOOL)] if len(work.levels.sets) > 1 else []
        condition = all_of([*tests, *([c] if (c := made.tells[frame]) is not None else [])])
        rel: Rel = made.rel if condition is None else Filter(made.rel, condition)
        groups = work.groups()
        if not frame:
            return Project(rel, tuple(groups))
        there = Named(Project(rel, tuple(groups)), f"{made.named.name}_{words(frame)}")
        periods = self.periods(finest, work.frames)
        first = work.query.dims[finest[0]]
        period = Col(periods.name, work.dim_names[finest[0]], first.type)
        label = self.clock.label(frame, period)
        label = label if label.type.kind == first.type.kind else Fn("to_date", (label,), first.type)
        looks = [Fn("eq", (Col(there.name, work.dim_names[finest[0]], first.type), label), BOOL), *self.clock.has_begun(frame, period)]
        columns = [(n, Col(periods.name if i in finest else there.name, n, work.query.dims[i].type)) for i, n in enumerate(work.dim_names)]
        return Project(Join(there, periods, periods.name, all_of(looks), "inner"), tuple(columns))

    def _with_totals(self, part: Rel) -> Rel:
        """The same rows at all groupings of the output."""
        work = self.work
        groups = work.groups()
        if len(work.levels.sets) == 1:
            return part
        if work.levels.outputs == 1:
            return Project(Named(part, "shown"), (*groups, (work.own.level, Lit(0, INT))))
        sets = tuple(tuple(work.dim_names[i] for i in level) for level in work.levels.sets[: work.levels.outputs])
        return Aggregate(Named(part, "shown"), tuple(groups), (), sets, work.own.level)


def _most_days(low: Expr, high: Expr) -> int | None:
    """How many days lie between two bounds, at most, whatever day it is; None where a bound is none of the calendar's."""
    if isinstance(low, Lit) and isinstance(high, Lit):
        return _days_between(low, high, LAST_DAYS[0])
    found = [_days_between(low, high, today) for today in LAST_DAYS]
    longest = max((days for days in found if days is not None), default=0)
    return None if None in found else longest + 6  # a week may have begun up to six days before


def _days_between(low: Expr, high: Expr, today: dt.date) -> int | None:
    def filled(expr: Expr) -> Expr | None:
        return Lit(today, DATE) if isinstance(expr, Fn) and expr.op == "today" else None

    first, last = (known_day(transform(side, filled)) for side in (low, high))
    return None if first is None or last is None else (last - first).days


def _known_date(expr: Expr | None) -> dt.date | None:
    if not isinstance(expr, Lit) or not isinstance(expr.value, dt.date):
        return None
    return expr.value.date() if isinstance(expr.value, dt.datetime) else expr.value


def _nests(fine: str, coarse: str) -> bool:
    """Whether every period of the fine grain lies within one of the coarse grain."""
    return fine in ("hour", "day") or fine == coarse or (fine != "week" and coarse != "week" and GRAINS.index(fine) < GRAINS.index(coarse))
