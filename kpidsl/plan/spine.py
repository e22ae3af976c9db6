"""Complete time (S9). Comes in: the query's clock and the rows that its facts gave. Goes out: every period of the asked range, with the
days that each frame looks at there, and a row for every group in every period."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from kpidsl.model.expr import BOOL, DATE, INT, REAL, TIMESTAMP, Agg, Col, Expr, Fn, Lit, Type, all_of, transform
from kpidsl.model.functions import GRAINS
from kpidsl.plan.clock import Frame, words
from kpidsl.plan.days import known_day, moved, start
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel, Series, UnionAll
from kpidsl.plan.work import Work

Level = tuple[int, ...]
MOST = {"hour": 1_000_000, "day": 100_000, "week": 20_000, "month": 5_000, "quarter": 2_000, "year": 1_000}
"""Periods between the first and the last row, at most; a century of hours, more of everything else. Rows beyond appear all the same."""
BLOCK, FEW = 1_000, 5
LEAST_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
SOME_DAY = dt.date(2024, 2, 29)


class Spine:
    """Periods of one query."""

    def __init__(self, work: Work) -> None:
        self.work, self.clock = work, work.clock
        self.seen: list[tuple[Rel, str, Type]] = []
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
        """The first and the last row over all facts, where the range is open; `seen` are relations with their column of time."""
        parts = [Project(rel, (("at", Col(None, name, kind)),)) for rel, name, kind in self.seen]
        kind = TIMESTAMP if self.clock.unit == "hour" else DATE
        rows: Rel = parts[0] if len(parts) == 1 else UnionAll(tuple(parts), (kind,))
        at = Col(None, "at", kind)
        return Named(Aggregate(rows, (), (("first_at", Agg("min", (at,), kind)), ("last_at", Agg("max", (at,), kind)))), "bounds")

    def _known(self) -> int | None:
        """How many units the asked range has at most."""
        if self.clock.low is None or self.clock.high is None:
            return None
        days = [known_day(transform(side, _some_day)) for side in (self.clock.low, self.clock.high)]
        if days[0] is None or days[1] is None:
            return None
        exact = all(isinstance(side, Lit) for side in (self.clock.low, self.clock.high))
        return (days[1] - days[0]).days + (0 if exact else 5)

    def _count(self, grain: str) -> int:
        days = self._known()
        if days is None:
            return MOST[grain]
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
        numbers, n = self._numbers(self._count(unit), unit, self.clock.low)
        at: Expr = Fn("plus", (start(low, unit, options), n), kind, (unit,))
        name = self.work.dim_names[signature[0]] if nested else "day"
        if self.clock.high is None:
            end: Expr = Fn("le", (Col(None, name, kind), Col(None, "last_at", kind)), BOOL)
            inner: Rel = Project(numbers, ((name, at), ("last_at", Col("bounds", "last_at", kind))))
        else:
            end = Fn("lt", (Col(None, name, kind), self.clock.high), BOOL)
            inner = Project(numbers, ((name, at),))
        exact = isinstance(self.clock.low, Lit) and isinstance(self.clock.high, Lit)
        if not exact:
            inner = Filter(Named(inner, f"{unit}s_from_first"), end)
        period = Col(None, name, kind)
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

    def stretch(self, low: Expr | None) -> Named:
        """Every unit of the clock from `low` (None: the first row) to the end of the range, for windows to roll along."""
        unit, kind = self.clock.unit, TIMESTAMP if self.clock.unit == "hour" else DATE
        name = self.work.dim_names[self.work.query.clock[0]]
        days = MOST[unit]
        if isinstance(low, Lit) and isinstance(self.clock.high, Lit):
            first, last = known_day(low), known_day(self.clock.high)
            assert first is not None
            assert last is not None
            days = (last - first).days * (24 if unit == "hour" else 1)
        first_at: Expr = Col("bounds", "first_at", kind) if low is None else low
        numbers, n = self._numbers(max(days, 1), unit, low)
        at = Fn("plus", (first_at, n), kind, (unit,))
        high: Expr | None = self.clock.high
        columns: list[tuple[str, Expr]] = [(name, at), *([("last_at", Col("bounds", "last_at", kind))] if high is None else [])]
        every = Named(Project(numbers, tuple(columns)), f"{unit}s_with_before")
        if isinstance(low, Lit) and isinstance(high, Lit):
            return every
        day = Col(None, name, kind)
        end = Fn("le", (day, Col(None, "last_at", kind)), BOOL) if high is None else Fn("lt", (day, high), BOOL)
        return Named(Project(Filter(every, end), ((name, day),)), f"every_{unit}")

    def _numbers(self, count: int, unit: str, low: Expr | None) -> tuple[Rel, Expr]:
        """Whole numbers to count periods with, and how they are written; where rows tell the range, beside its bounds and not far beyond.

        Many come in blocks: those beyond the range are left out before their numbers are made, which is a hundred times the work.
        """
        n: Expr = Col("numbers", "n", INT)
        if low is not None and self.clock.high is not None:
            return Series(count), n
        first: Expr = Col("bounds", "first_at", TIMESTAMP if self.clock.unit == "hour" else DATE) if low is None else low
        if count <= FEW * BLOCK:
            return Filter(Join(Series(count), self.bounds, "bounds", None, "cross"), self._near(n, first, unit)), n
        begin = Fn("mul", (Col("blocks", "n", INT), Lit(BLOCK, INT)), INT)
        blocks = Filter(Join(Series(count // BLOCK, "blocks"), self.bounds, "bounds", None, "cross"), self._near(begin, first, unit))
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

    # ------------------------------------------------------------ every group in every period

    def skeleton(self, made: list[tuple[Named, bool]], frames: list[Frame]) -> list[Rel]:
        """One relation per kind of period: a row for every group in every period, without values."""
        work = self.work
        several = len(work.levels.sets) > 1
        rest = [i for i in range(work.dims) if i not in work.query.clock]
        found: list[Rel] = []
        groups: Named | None = None
        if rest:
            names: list[tuple[str, Type]] = [(work.dim_names[i], work.query.dims[i].type) for i in rest]
            if several:
                names.append((work.own.level, INT))
            inputs = []
            for rel, tells in made:
                there: Rel = rel
                if tells:
                    there = Filter(rel, Fn("gt", (Col(None, work.own.present, INT), Lit(0, INT)), BOOL))
                inputs.append(Project(there, tuple((n, Col(None, n, t)) for n, t in names)))
            rows: Rel = inputs[0] if len(inputs) == 1 else UnionAll(tuple(inputs), tuple(t for _, t in names))
            groups = Named(Aggregate(rows, tuple((n, Col(None, n, t)) for n, t in names), ()), "groups")
        for signature in self.signatures():
            periods = self.periods(signature, frames)
            levels = self.positions(signature)
            if groups is None:
                found += [self._placed(periods, periods.name, None, signature, level, several) for level in levels]
                continue
            tests = [Fn("in", (Col("groups", work.own.level, INT), *(Lit(n, INT) for n in levels)), BOOL)] if several else []
            crossed = Join(groups, periods, periods.name, None, "cross")
            condition = all_of(list(tests))
            filtered = crossed if condition is None else Filter(crossed, condition)
            found.append(self._placed(filtered, periods.name, "groups", signature, None, several))
        return found

    def _placed(self, rel: Rel, periods: str, groups: str | None, signature: Level, level: int | None, several: bool) -> Rel:
        work = self.work
        columns: list[tuple[str, Expr]] = []
        for i, name in enumerate(work.dim_names):
            kind = work.query.dims[i].type
            if i in signature:
                columns.append((name, Col(periods, name, kind)))
            elif i in work.query.clock or groups is None:
                columns.append((name, Lit(None, kind)))
            else:
                columns.append((name, Col(groups, name, kind)))
        if several:
            columns.append((work.own.level, Col(groups, work.own.level, INT) if level is None else Lit(level, INT)))
        return Project(rel, tuple(columns))


def _some_day(expr: Expr) -> Expr | None:
    return Lit(SOME_DAY, DATE) if isinstance(expr, Fn) and expr.op == "today" else None


def _nests(fine: str, coarse: str) -> bool:
    """Whether every period of the fine grain lies within one of the coarse grain."""
    return fine in ("hour", "day") or fine == coarse or (fine != "week" and coarse != "week" and GRAINS.index(fine) < GRAINS.index(coarse))
