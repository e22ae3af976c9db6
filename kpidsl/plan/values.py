"""Formulas over aggregates. Comes in: a metric's tree. Goes out: an expression over the columns of the query's rows, of coarser
groupings and of other periods joined beside them; nothing is zero for what adds up, where the source has data (S5)."""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.model.expr import BOOL, INT, CaseOf, Col, Expr, Fn, Lit
from kpidsl.model.levels import Level
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import AtLevel, Cases, Constant, DailyAverage, Formula, Mature, MetricExpr, Ref, Share
from kpidsl.plan.clock import Frame
from kpidsl.plan.coverage import ADDED_UP, ALWAYS, NEVER, Coverage
from kpidsl.plan.days import moved
from kpidsl.plan.facts import FactPlan
from kpidsl.plan.work import Work, bare
from kpidsl.record import replace

Read = Callable[[Leaf, Level], Expr]


class Values:
    """The values of one query."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.coverage = Coverage(work)
        self.taken: dict[tuple[MetricExpr, Level], tuple[str, Expr]] = {}

    def of(self, expr: MetricExpr, read: Read | None = None) -> Expr:
        """A metric at the query's own group-bys; `read` says where an aggregate's value at a level stands."""
        if read is None:
            read = self._named if any(leaf.frame for leaf in self.work.query.leaves()) else self.column
        return self._value(expr, tuple(range(self.work.dims)), read)

    def _named(self, leaf: Leaf, level: Level) -> Expr:
        """An aggregate's value, computed before the formulas."""
        return self._kept((leaf, level), self.work.name(leaf), lambda: self.column(leaf, level))

    def _kept(self, key: tuple[MetricExpr, Level], wanted: str, value: Callable[[], Expr]) -> Expr:
        """A value under a name of its own."""
        known = self.taken.get(key)
        if known is None:
            names = {n.casefold() for n in (*self.work.dim_names, self.work.own.level, *(n for n, _ in self.taken.values()))}
            name, number = wanted, 2
            while name.casefold() in names:
                name, number = f"{wanted}_{number}", number + 1
            known = self.taken[key] = (name, value())
        return Col(None, known[0], known[1].type)

    def _value(self, expr: MetricExpr, level: Level, read: Read) -> Expr:
        match expr:
            case Leaf():
                return read(expr, level)
            case Constant():
                return Lit(expr.value, expr.type)
            case Ref():
                return self._value(expr.value, level, read)
            case Formula(op="growth"):
                now, then = (self._value(a, level, read) for a in expr.args)
                change = Fn("div", (Fn("sub", (now, then), now.type), then), expr.type)
                return CaseOf(((Fn("gt", (then, Lit(0, INT)), BOOL), change),), None, expr.type)
            case Formula():
                return Fn(expr.op, tuple(self._value(a, level, read) for a in expr.args), expr.type, expr.options)
            case Cases():
                whens = tuple((self._value(c, level, read), self._value(v, level, read)) for c, v in expr.whens)
                return CaseOf(whens, None if expr.otherwise is None else self._value(expr.otherwise, level, read), expr.type)
            case AtLevel():
                return self._value(expr.value, tuple(i for i in level if self.work.query.dims[i] in expr.dims), read)
            case Share():
                whole = tuple(i for i in level if self.work.query.dims[i] not in expr.of)
                return Fn("div", (self._value(expr.part, level, read), self._value(expr.whole, whole, read)), expr.type)
            case Mature():
                return self._mature(expr, level, read)
            case DailyAverage():
                return self._daily(expr, level)
            case _:
                raise AssertionError("a construct that is not compiled yet reached the planner")

    def _daily(self, expr: DailyAverage, level: Level) -> Expr:
        """An average over days, computed beside the facts. Of a group that only other facts have, every day counts nothing."""
        name = self.work.daily[expr]
        value = Col("levels" if self.work.is_joined else None, name, expr.type)
        alone = bare(expr.value)

        def filled() -> Expr:
            if not isinstance(alone, Leaf):
                return value
            leaf = replace(alone, type=expr.type)
            return self._by_time(level, lambda: self._filled(leaf, level, value, True), lambda: self._filled(leaf, level, value, False))

        return self._kept((expr, level), name, filled)

    # ------------------------------------------------------------ where a value stands

    def column(self, leaf: Leaf, level: Level) -> Expr:
        """An aggregate's value at a level, on a row of the output."""
        work = self.work
        spanned = work.is_spanned(leaf)

        def whole() -> Expr:
            return self._filled(leaf, level, self._read(leaf, level, (), work.overall(leaf) if spanned else work.name(leaf)), False)

        if not work.query.clock:
            return whole()
        frame: Frame = () if spanned else leaf.frame

        def timed() -> Expr:
            return self._filled(leaf, level, self._read(leaf, level, frame, work.name(leaf)), True)

        return timed() if not leaf.frame and leaf.alive is None else self._by_time(level, timed, whole)

    def _by_time(self, level: Level, timed: Callable[[], Expr], untimed: Callable[[], Expr], named: bool = False) -> Expr:
        """One value for rows that have a period, another for those that stand for the whole range."""
        outputs = self.work.levels.sets[: self.work.levels.outputs]
        have = [n for n, output in enumerate(outputs) if self.work.is_timed(tuple(i for i in level if i in output))]
        if len(have) == len(outputs):
            return timed()
        if not have:
            return untimed()
        value = timed()
        table = "levels" if self.work.is_joined and not (named and self.taken) else None
        test = Fn("in", (Col(table, self.work.own.level, INT), *(Lit(n, INT) for n in have)), BOOL)
        return CaseOf(((test, value),), untimed(), value.type)

    def _read(self, leaf: Leaf, level: Level, frame: Frame, name: str) -> Expr:
        work = self.work
        whole = tuple(range(work.dims))
        table = None if not work.is_joined else "levels" if level == whole and not frame else work.alias(frame, level)
        in_window = work.is_spanned(leaf) and name == work.name(leaf)
        if leaf.pick is not None and len(work.levels.sets) > 1 and not in_window:
            return self._picked(leaf, level, table, name)
        return Col(table, name, leaf.type)

    def _picked(self, leaf: Leaf, level: Level, table: str | None, column: str) -> Expr:
        """A latest-row metric picks per period of each grouping, so each grouping has a column of its own."""
        work = self.work
        fact = FactPlan(work, leaf.fact)
        timed = fact.timed()
        if not timed:
            return Col(table, column, leaf.type)
        whens: list[tuple[Expr, Expr]] = []
        for position in range(work.levels.outputs):
            got = tuple(i for i in work.levels.sets[position] if i in level)
            name = fact.variant(column, tuple(i for i in got if i in timed))
            test = Fn("eq", (Col("levels" if table else None, work.own.level, INT), Lit(position, INT)), BOOL)
            whens.append((test, Col(table, name, leaf.type)))
        return CaseOf(tuple(whens), None, leaf.type)

    # ------------------------------------------------------------ nothing is zero

    def _filled(self, leaf: Leaf, level: Level, value: Expr, timed: bool) -> Expr:
        work = self.work
        if leaf.agg.func not in ADDED_UP:
            return value
        raw: Expr = value if leaf.agg.func == "sum" else Fn("null_if", (value, Lit(0, INT)), leaf.type)
        if not leaf.fill:
            return raw
        outside = self.coverage.outside(leaf, level, "levels" if work.is_joined else None, timed)
        if outside == ALWAYS:
            return raw
        here = isinstance(value, Col) and value.table in (None, "levels")
        always = leaf.agg.func != "sum" and len(work.facts) == 1 and here and not work.placed
        filled = value if always else Fn("coalesce", (value, Lit(0, INT)), leaf.type)
        return filled if outside == NEVER else CaseOf(((outside, raw),), filled, leaf.type)

    def _period(self, level: Level) -> int | None:
        return next((i for i in self.work.query.clock if i in level), None)

    # ------------------------------------------------------------ young periods

    def _mature(self, expr: Mature, level: Level, read: Read) -> Expr:
        """Null where the period that is looked at ended less than the given time ago."""
        value = self._value(expr.value, level, read)
        work = self.work
        clock = work.clock

        def judged(until: Expr | None) -> Expr:
            ripe = moved(clock.tomorrow if until is None else until, expr.amount, expr.unit)
            return CaseOf(((Fn("le", (ripe, clock.tomorrow), BOOL), value),), None, expr.type)

        position = self._period(level)
        if position is None:
            return judged(clock.asked(expr.frame)[1])
        period = Col("levels" if work.is_joined and not self.taken else None, work.dim_names[position], work.query.dims[position].type)
        return self._by_time(level, lambda: judged(clock.ended(expr.frame, period)), lambda: judged(clock.asked(expr.frame)[1]), True)


def constant(expr: MetricExpr) -> Expr:
    """A value that depends on no rows: a number, or arithmetic on numbers."""
    match expr:
        case Constant():
            return Lit(expr.value, expr.type)
        case Ref():
            return constant(expr.value)
        case Formula():
            return Fn(expr.op, tuple(constant(a) for a in expr.args), expr.type, expr.options)
        case Cases():
            whens = tuple((constant(c), constant(v)) for c, v in expr.whens)
            return CaseOf(whens, None if expr.otherwise is None else constant(expr.otherwise), expr.type)
        case _:
            raise AssertionError("a value of rows is no constant")
