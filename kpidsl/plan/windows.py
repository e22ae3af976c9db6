"""A fact whose aggregates look at other days than their period's: windows, and rows that are alive at its end (S11, S19). Comes in: the
aggregates of one fact. Goes out: what adds up is added per day first and then over each window's days; the rest goes back to the rows."""

from __future__ import annotations

from functools import cached_property

from kpidsl.model.expr import BOOL, DATE, INT, TIMESTAMP, Agg, Col, Expr, Fn, Lit, Over, all_of
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import Move, ToDate, Trailing
from kpidsl.plan.clock import Frame, Interval
from kpidsl.plan.days import start
from kpidsl.plan.facts import Entry, FactPlan
from kpidsl.plan.frames import Frames, Picked
from kpidsl.plan.made import Made, Tells, counters, either
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel
from kpidsl.plan.spine import Seen, Spine
from kpidsl.plan.work import AGAIN, Work, adds_up
from kpidsl.record import dataclass, replace


@dataclass(frozen=True, slots=True)
class Apart:
    """An aggregate that goes back to the rows: over their columns, with the start and end of a row's life, or what is picked."""

    entry: Entry
    agg: Agg
    life: tuple[Col, Col] | None
    pick: Picked | None


class WindowPlan:
    """The work on one fact with windows."""

    def __init__(self, fact: FactPlan, spine: Spine, plain: list[Entry], spanned: list[Entry]) -> None:
        self.fact, self.plain, self.spanned = fact, plain, spanned
        self.work: Work = fact.work
        self.clock, self.spine = self.work.clock, spine
        self.name = short(fact.fact[0])
        self.kind = TIMESTAMP if self.clock.unit == "hour" else DATE
        self.columns: dict[str, Expr] = {}
        self.sums: dict[Leaf, tuple[str, Agg]] = {}
        taken = {n.casefold() for n in self.work.dim_names}
        self.day = next(n for n in (self.clock.unit, "on_day", "of_day", "at_day") if n not in taken)
        self.frames = Frames(self.work, spine, self.name, self.day, self.kind)

    # ------------------------------------------------------------ rows

    def _read(self, expr: Expr, wanted: str) -> Col:
        """A column of the shared rows that holds this expression."""
        lowered = self.fact.rows.lower(self.work.planner.dated(expr))
        for name, known in self.columns.items():
            if known == lowered:
                return Col(None, name, lowered.type)
        name, number = wanted, 2
        while name.casefold() in {n.casefold() for n in self.columns}:
            name, number = f"{wanted}_{number}", number + 1
        self.columns[name] = lowered
        return Col(None, name, lowered.type)

    def _agg(self, leaf: Leaf, wanted: str) -> Agg:
        """The aggregate over columns of the shared rows, with the leaf's own filters."""
        args = tuple(
            a if isinstance(a, Lit) else self._read(a, f"{wanted}_{n}" if n else f"{wanted}_value") for n, a in enumerate(leaf.agg.args)
        )
        condition = all_of(list(leaf.filters))
        return replace(leaf.agg, args=args, where=None if condition is None else self._read(condition, f"{wanted}_counts"))

    def open(self) -> Seen | None:
        """Reads the rows and adds up per day what can be; gives the days that tell how far an open range goes."""
        work, fact = self.work, self.fact
        moment = fact.moment
        assert moment is not None
        for i in self.frames.rest:
            bound = work.query.bindings[(fact.fact, i)]
            self.columns[work.dim_names[i]] = fact.rows.lower(work.planner.dated(bound))
        day = start(moment, "hour", self.clock.options) if self.clock.unit == "hour" else _date(moment)
        self.columns[self.day] = fact.rows.lower(day)
        for entry in (*self.plain, *self.spanned):
            if adds_up(entry.leaf) and _bare(entry.leaf) not in self.sums:
                name = self._free(entry.leaf.name, [n for n, _ in self.sums.values()])
                self.sums[_bare(entry.leaf)] = (name, self._agg(entry.leaf, name))
        self.loose = [e for e in self.plain if not adds_up(e.leaf)]
        self.apart = [Apart(e, self._agg(e.leaf, e.name), self._life(e), self._pick(e)) for e in self.spanned if not adds_up(e.leaf)]
        self.counted = [(e, self._agg(e.leaf, e.name)) for e in self.loose if e.leaf.pick is None and e.leaf.alive is None]
        self.flags = self._flags()
        readers = bool(self.sums) + len(self.apart) + bool(self.counted)
        rows = self._rows(moment)
        self.shared: Rel = Named(rows, f"{self.name}_rows") if readers > 1 or not self.sums else rows
        if self.sums:
            self.by_day = self._by_day(self.shared)
        if None not in self.flags:
            return None
        days = self.by_day if self.sums else self.shared
        in_range = self.clock.condition(self._day, (self.clock.low, self.clock.high))
        return Seen(days, self._day, all_of([*in_range, *self._counts(None, days)]))

    @property
    def _day(self) -> Col:
        return Col(None, self.day, self.kind)

    def relations(self) -> list[Made]:
        """The fact's relations: whole periods from the days' sums, then every frame."""
        found: list[Made] = []
        from_days = any(adds_up(e.leaf) for e in self.plain)
        if from_days:
            found.append(self._from_days())
        summed = [e for e in self.spanned if adds_up(e.leaf)]
        rolling = [e for e in summed if self.work.rolls(e.leaf)]
        if rolling:
            found.append(self._rolled(rolling))
            summed = [e for e in summed if e not in rolling]
        for frame in dict.fromkeys(e.leaf.frame for e in summed):
            aggs = [(e.name, _again(*self.sums[_bare(e.leaf)])) for e in summed if e.leaf.frame == frame]
            tells: Tells = {(): all_of(self._counts(frame, self.by_day))} if frame in self.flags else {}
            leaf = next(e.leaf for e in summed if e.leaf.frame == frame)
            found += self.frames.over(self.by_day, leaf, aggs, self.frames.within(frame), tells)
        if self.counted:
            made = self._whole_periods(self.shared, self.counted, tells=not from_days)
            found.append(replace(made, rel=Named(made.rel, f"{self.name}_counted")))
        whole = [e for e in self.loose if e.leaf.pick is not None or e.leaf.alive is not None]
        if whole:
            found.append(self.fact.aggregated(whole))
        for apart in self.apart:
            found += self._back_to_rows(apart)
        return found

    def _free(self, wanted: str, taken: list[str]) -> str:
        used = {n.casefold() for n in (*taken, *self.work.dim_names, self.day)}
        name, number = wanted, 2
        while name.casefold() in used:
            name, number = f"{wanted}_{number}", number + 1
        return name

    def _rows(self, moment: Expr) -> Rel:
        """The rows that any frame needs, with what is read of them."""
        fact = self.fact
        tests: list[Expr] = []
        past = False
        if all(apart.life is None for apart in self.apart):
            days = self._read_days()
            fact.read_days([e.leaf for e in (*self.plain, *self.spanned)])
            tests += [fact.rows.lower(c) for c in self.clock.condition(moment, days)]
            past = self.clock.is_past(days)
        if self.kept is not None:
            tests.append(fact.rows.lower(self.work.planner.dated(self.kept)))
        tests += [] if past else fact.visible()
        rel = fact.rows.relation(limited=not past or fact.fact[1] is not None)
        condition = all_of(tests)
        return Project(rel if condition is None else Filter(rel, condition), tuple(self.columns.items()))

    def _read_days(self) -> Interval:
        """The days that any frame looks at, and those that tell how far an open range goes."""
        frames = [e.leaf.frame for e in (*self.plain, *self.spanned)]
        return self.clock.widest([*frames, ()] if self.clock.is_open else frames)

    @cached_property
    def kept(self) -> Expr | None:
        """The condition of the rows that count for any aggregate; the latest row is picked before any filter (S19)."""
        picks = any(e.leaf.pick is not None for e in self.spanned)
        return None if picks else _any_filter([e.leaf for e in (*self.plain, *self.spanned)])

    # ------------------------------------------------------------ which groups appear

    def _flags(self) -> dict[Frame | None, Col | None]:
        """Whether a row counts for a metric that looks at it by a frame, or (None) for any; no column where every row that is read does."""
        entries = [e for e in (*self.plain, *self.spanned) if e.found_by is not None]
        leaves: dict[Frame | None, list[Leaf]] = {}
        for entry in entries:
            if adds_up(entry.leaf) or (entry in self.plain and entry.leaf.pick is None):
                leaves.setdefault(entry.leaf.frame, []).append(entry.leaf)
        if entries and self.clock.is_open:
            leaves[None] = [e.leaf for e in entries]
        found: dict[Frame | None, Col | None] = {}
        for frame, those in leaves.items():
            condition = _any_filter(those)
            wanted = self._free(self.work.counter(frame), [n for n, _ in self.sums.values()])
            found[frame] = None if condition is None or condition == self.kept else self._read(condition, wanted)
        return found

    def _counts(self, frame: Frame | None, rows: Rel) -> list[Expr]:
        """The condition under which a row, or one of a day's rows, counts for a metric with that frame."""
        flag = self.flags[frame]
        if flag is None:
            return []
        return [flag] if rows is self.shared else [Fn("gt", (Col(None, flag.name, INT), Lit(0, INT)), BOOL)]

    # ------------------------------------------------------------ what adds up

    def _by_day(self, rows: Rel) -> Named:
        aggs = dict(self.sums.values())
        aggs |= {flag.name: Agg("count_rows", (), INT, flag) for flag in self.flags.values() if flag is not None}
        groups = [(self.day, Col(None, self.day, self.kind)), *self.frames.groups()]
        return Named(Aggregate(rows, tuple(groups), tuple(aggs.items())), f"{self.name}_by_{self.clock.unit}")

    def _from_days(self) -> Made:
        """The aggregates that look at their own or another whole period, from the sums per day."""
        return self._whole_periods(self.by_day, [(e, _again(*self.sums[_bare(e.leaf)])) for e in self.plain if adds_up(e.leaf)])

    def _whole_periods(self, rows: Rel, entries: list[tuple[Entry, Agg]], tells: bool = True) -> Made:
        """Aggregates over whole periods, from rows that have a day."""
        work = self.work
        groups: list[tuple[str, Expr]] = []
        for i, name in enumerate(work.dim_names):
            kind = work.query.dims[i].type
            if i not in work.query.clock:
                groups.append((name, Col(None, name, kind)))
            else:
                period = start(self._day, work.query.dims[i].grain, self.clock.options)
                groups.append((name, period if period.type.kind == kind.kind else Fn("to_date", (period,), DATE)))
        aggs: list[tuple[str, Agg]] = []
        for entry, agg in entries:
            tests = [*([agg.where] if agg.where is not None else []), *self._days_of(entry.leaf)]
            aggs.append((entry.name, replace(agg, where=all_of(tests))))
        counts, told = counters(work, self._telling(rows) if tells else {})
        several = len(work.levels.sets) > 1
        sets = tuple(tuple(work.dim_names[i] for i in level) for level in work.levels.sets) if several else None
        rel = Aggregate(rows, tuple(groups), (*aggs, *counts), sets, work.own.level if several else None)
        return Made(rel, [(n, a.type) for n, a in aggs], told)

    def _days_of(self, leaf: Leaf) -> list[Expr]:
        """The conditions of the days that a leaf looks at where it is aggregated over whole periods, or over the range."""
        over_range = self.clock.has_begun(leaf.frame, None, leaf.alive is not None) if self.work.is_spanned(leaf) else []
        return [*self.clock.condition(self._day, self.work.looked_at(leaf)), *over_range]

    def _telling(self, rows: Rel) -> Tells:
        """The conditions under which rows make groups appear for metrics that look at whole periods."""
        tests: dict[Frame, list[Expr | None]] = {}
        for entry in self.plain:
            if entry.found_by is not None and entry.leaf.pick is None:
                condition = all_of([*self._counts(entry.leaf.frame, rows), *self._days_of(entry.leaf)])
                tests.setdefault(entry.found_by, []).append(condition)
        return {frame: either(conditions) for frame, conditions in tests.items()}

    # ------------------------------------------------------------ windows that roll along the days

    def _rolled(self, entries: list[Entry]) -> Made:
        """Every group on every day, also on those before the range, so that each window is full; then the range is cut out."""
        work = self.work
        name = work.dim_names[work.query.clock[0]]
        first = Named(Aggregate(self.by_day, (), (("first_at", Agg("min", (self._day,), self.kind)),)), f"{self.name}_first")
        days = self.spine.stretch(self.clock.widest([e.leaf.frame for e in entries])[0], first)
        every: Rel = days
        groups = self.frames.groups()
        if groups:
            every = Join(
                every, Named(Aggregate(self._rolling_rows(entries), tuple(groups), ()), f"{self.name}_groups"), "groups", None, "cross"
            )
        same = [Fn("eq", (Col("by_day", self.day, self.kind), Col(days.name, name, self.kind)), BOOL)]
        partition = tuple(Col("groups", n, e.type) for n, e in groups)
        same += [Fn("null_safe_eq", (Col("by_day", n, e.type), Col("groups", n, e.type)), BOOL) for n, e in groups]
        beside = Join(every, self.by_day, "by_day", all_of(list(same)))
        day = Col(days.name, name, self.kind)
        columns: list[tuple[str, Expr]] = [(name, day), *((n, Col("groups", n, e.type)) for n, e in groups)]
        for i in work.query.clock[1:]:
            coarse = start(day, work.query.dims[i].grain, self.clock.options)
            columns.append(
                (work.dim_names[i], coarse if coarse.type.kind == work.query.dims[i].type.kind else Fn("to_date", (coarse,), DATE))
            )
        for entry in entries:
            total, agg = self.sums[_bare(entry.leaf)]
            columns.append((entry.name, self._window(entry.leaf.frame[0], Col("by_day", total, agg.type), AGAIN[agg.func], partition, day)))
        rolled: Rel = Named(Project(beside, tuple(columns)), f"{self.name}_rolling")
        inside = self.clock.condition(Col(None, name, self.kind), (self.clock.low, None))
        if inside:
            rolled = Filter(rolled, inside[0])
        out = Project(rolled, tuple((n, Col(None, n, e.type)) for n, e in columns))
        told: Tells = {(): None} if any(e.found_by is not None for e in entries) else {}
        return Made(Named(out, f"{self.name}_windows"), [(e.name, e.leaf.type) for e in entries], told)

    def _rolling_rows(self, entries: list[Entry]) -> Rel:
        """The days' rows that any window of the range looks at, so that nothing else makes a group appear."""
        tests: list[Expr | None] = []
        for entry in entries:
            if entry.found_by is not None:
                days = self.clock.widest([entry.leaf.frame])
                within = [] if days == self._read_days() else self.clock.condition(self._day, days)
                tests.append(all_of([*self._counts(entry.leaf.frame, self.by_day), *within, *self.clock.has_begun(entry.leaf.frame, None)]))
        condition = either(tests)
        return self.by_day if condition is None else Filter(self.by_day, condition)

    def _window(self, move: Move, value: Col, func: str, partition: tuple[Expr, ...], day: Col) -> Over:
        order = ((day, False),)
        match move:
            case Trailing(amount, unit):
                length = (
                    amount * {"hour": 1, "day": 1 if self.clock.unit == "day" else 24, "week": 7 if self.clock.unit == "day" else 168}[unit]
                )
                return Over(func, (value,), value.type, partition, order, (1 - length, 0))
            case ToDate(grain):
                return Over(func, (value,), value.type, (*partition, start(day, grain, self.clock.options)), order, (None, 0))
            case _:
                return Over(func, (value,), value.type, partition, order, (None, 0))

    # ------------------------------------------------------------ back to the rows

    def _life(self, entry: Entry) -> tuple[Col, Col] | None:
        if entry.leaf.alive is None:
            return None
        local = self.work.planner.model.calendar.local
        started, ended = (local(side) for side in entry.leaf.alive)
        return self._read(started, f"{entry.name}_start"), self._read(ended, f"{entry.name}_end")

    def _pick(self, entry: Entry) -> Picked | None:
        pick = entry.leaf.pick
        if pick is None:
            return None
        per = [self._read(p, f"{entry.name}_per_{n}") for n, p in enumerate(pick.per)]
        order = [(self._read(pick.order, f"{entry.name}_order"), pick.last)]
        return per, [*order, *((self._read(k, f"{entry.name}_key_{n}"), True) for n, k in enumerate(pick.key))]

    def _back_to_rows(self, apart: Apart) -> list[Made]:
        entry, agg, leaf = apart.entry, apart.agg, apart.entry.leaf
        if apart.pick is not None:
            return self.frames.latest(self.shared, entry, agg, apart.pick)
        aggs = [(entry.name, replace(agg, where=None))]
        rows = self.shared if agg.where is None else Filter(self.shared, agg.where)
        tells: Tells = {} if entry.found_by is None else {(): None}
        if apart.life is not None:
            started, ended = apart.life
            _, until = self.frames.ends(leaf.frame)
            before = Fn("lt", (started, self.clock.beside(until, started)), BOOL)
            goes_on = Fn("ge", (ended, self.clock.beside(until, ended)), BOOL)
            return self.frames.over(rows, leaf, aggs, [before, Fn("or", (Fn("is_null", (ended,), BOOL), goes_on), BOOL)], tells)
        if agg.func == "count_distinct":
            once = [(self.day, self._day), *self.frames.groups(), *((a.name, a) for a in agg.args if isinstance(a, Col))]
            rows = Named(Aggregate(rows, tuple(once), ()), f"{entry.name}_by_{self.clock.unit}")
        return self.frames.over(rows, leaf, aggs, self.frames.within(leaf.frame), tells)


def _date(moment: Expr) -> Expr:
    return moment if moment.type.kind == "date" else Fn("start_of", (moment,), DATE, ("day", 1, 1))


def _bare(leaf: Leaf) -> Leaf:
    """The aggregate itself, whatever days it looks at."""
    return replace(leaf, frame=(), when=(), fill=True, name="")


def _again(name: str, agg: Agg) -> Agg:
    return Agg(AGAIN[agg.func], (Col(None, name, agg.type),), agg.type)


def _any_filter(leaves: list[Leaf]) -> Expr | None:
    """The condition of the rows that count for any of them; None where every row does."""
    return either([all_of(list(leaf.filters)) for leaf in leaves])
