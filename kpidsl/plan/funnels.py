"""The starts of a funnel (S22). Comes in: the source that a funnel makes, and what is read of it. Goes out: a relation with one row per start
of an entity, with the moment at which it came to each stage. One pass over every source, with window functions and nothing else:

    events        the rows that matter, of all sources, each with the stages that it may fill
    moments       what an entity did at one time is one row
    paths         `start_for_k`: the latest start that came to the stage before k by an earlier row, from which this one leads on to k
    starts        the rows of each start, brought together
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.model.derived import ANY, STRICT, Events, Reached
from kpidsl.model.expr import BOOL, INT, Agg, CaseOf, Col, Expr, Field, Fn, Lit, Over, Type, all_of, any_of
from kpidsl.model.model import SourceModel
from kpidsl.plan.days import between, moved
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Rel, UnionAll
from kpidsl.record import dataclass

if TYPE_CHECKING:
    from kpidsl.plan.planner import Planner
    from kpidsl.plan.rows import Rows

ENTITY, AT, STARTED, STAGE = "entity", "happened_at", "started_at", "stage"
EXCLUDED, LAST_EXCLUDED = "is_excluded", "last_excluded_at"
Columns = list[tuple[str, Expr]]


def starts(planner: Planner, source: SourceModel, names: list[str], days: tuple[Expr | None, Expr | None]) -> Rel:
    """The starts of the funnel behind `source`, with the columns `names`; those within `days` at least."""
    return _Starts(planner, source, names, days).relation()


@dataclass(frozen=True, slots=True)
class _Carried:
    """A column of the start's row: its name outside, in here, and its type."""

    name: str
    inside: str
    type: Type


class _Starts:
    def __init__(self, planner: Planner, source: SourceModel, names: list[str], days: tuple[Expr | None, Expr | None]) -> None:
        assert source.events is not None
        self.planner, self.source, self.funnel, self.names, self.days = planner, source, source.events, names, days
        self.title = short(source.name)
        stages = self.funnel.stages
        self.first = stages[0].events
        self.kind = source.columns[stages[0].at].type
        self.entity = self.first.entity.type
        self.base = planner.model.sources[self.first.source]
        self.held = [(f"held_{n}", f.type) for n, f in enumerate(self.first.held, 1)]
        self.own = {ENTITY, AT, STARTED, STAGE, EXCLUDED, LAST_EXCLUDED, *(n for n, _ in self.held)}
        self.who = [Col(None, n, k) for n, k in ((ENTITY, self.entity), *self.held)]
        self.at = Col(None, AT, self.kind)
        self.stages = self._needed(stages)
        self.flags = {n: self._unused(f"is_{s.name}") for n, s in self.stages}
        self.before = {n: self._unused(f"start_for_{s.name}") for n, s in self.stages}
        made = {source.events.entity, source.events.mature, *(s.at for s in stages)}
        self.carried = [self._carry(n) for n in names if n not in made]

    def _needed(self, stages: tuple[Reached, ...]) -> list[tuple[int, Reached]]:
        """The stages that are read or lead to one that is, with their numbers; all of them where there is no order."""
        numbered = list(enumerate(stages, 1))
        if self.funnel.order == ANY:
            return [(n, s) for n, s in numbered if not s.optional]
        last = max([n for n, s in numbered if s.at in self.names], default=1)
        return [(n, s) for n, s in numbered if n <= last and (not s.optional or s.at in self.names or n == 1)]

    def _carry(self, name: str) -> _Carried:
        return _Carried(name, self._unused(name), self.planner.in_sql(self.source, name, self.source.columns[name].type))

    def _unused(self, wanted: str) -> str:
        """A name that no other column of the steps has; engines do not tell cases apart."""
        while wanted.casefold() in self.own:
            wanted += "_"
        self.own.add(wanted.casefold())
        return wanted

    def relation(self) -> Rel:
        """One row per start, with the columns that are read."""
        moments = self._moments()
        paths = self._in_any_order(moments) if self.funnel.order == ANY else self._in_order(moments)
        return self._brought_together(paths)

    # ------------------------------------------------------------ events

    def _moments(self) -> Rel:
        """What entities did, one row for each of them and each time; of several starts at one time the one with the smallest key."""
        events = self._events()
        if self._is_one_by_one():
            return events
        groups = [(c.name, c) for c in (*self.who, self.at)]
        flags = [self.flags[n] for n, _ in self.stages] + ([EXCLUDED] if self.funnel.exclusions else [])
        aggs = [(name, Agg("max", (Col(None, name, INT),), INT)) for name in flags]
        starting = Fn("eq", (Col(None, self.flags[1], INT), Lit(1, INT)), BOOL)
        order = tuple(Col(None, c.inside, c.type) for c in self._keys())
        for column in self.carried:
            value = Col(None, column.inside, column.type)
            picked = Agg("first", (value, *order), column.type, starting) if order else Agg("min", (value,), column.type, starting)
            aggs.append((column.inside, picked))
        return Named(Aggregate(events, tuple(groups), tuple(aggs)), f"{self.title}_moments")

    def _is_one_by_one(self) -> bool:
        """Whether no entity does two things at one time, by the key of the one source."""
        told = {self.first.entity, self.first.time, *self.first.held}
        return len(self._sources()) == 1 and bool(self.base.key) and {Field((), k, self.base.columns[k].type) for k in self.base.key} <= told

    def _keys(self) -> list[_Carried]:
        """The key of the start's row as columns of the events, where several rows may stand at one time."""
        if self._is_one_by_one() or not self.carried:
            return []
        return [_Carried(k, f"key_{n}", self.base.columns[k].type) for n, k in enumerate(self.base.key, 1)]

    def _sources(self) -> list[str]:
        every = [*(s.events.source for _, s in self.stages), *(e.source for e in self.funnel.exclusions)]
        if self.funnel.order == STRICT:
            every += [s.events.source for s in self.funnel.stages]
        return list(dict.fromkeys(every))

    def _events(self) -> Rel:
        """The rows of all sources that matter."""
        made = [self._events_of(name) for name in self._sources()]
        if len(made) == 1:
            return Named(made[0][0], f"{self.title}_events")
        kinds = tuple(kind for _, kind in made[0][1])
        return Named(UnionAll(tuple(rel for rel, _ in made), kinds), f"{self.title}_events")

    def _events_of(self, name: str) -> tuple[Rel, list[tuple[str, Type]]]:
        from kpidsl.plan.rows import Rows

        rows = Rows(self.planner, self.planner.model.sources[name])
        stages = [(n, s.events if s.events.source == name else None) for n, s in self.stages]
        excluded = [e for e in self.funnel.exclusions if e.source == name]
        events = next(e for e in (*(s.events for s in self.funnel.stages), *excluded) if e.source == name)
        who = [rows.lower(f) for f in (events.entity, *events.held)]
        columns: Columns = [(c.name, value) for c, value in zip(self.who, who, strict=True)]
        columns.append((AT, self._time(rows, events)))
        columns += [(self.flags[n], self._matches(rows, [e] if e is not None else [])) for n, e in stages]
        if self.funnel.exclusions:
            columns.append((EXCLUDED, self._matches(rows, excluded)))
        starts_here = name == self.first.source
        for column in (*self.carried, *self._keys()):
            value = rows.read(Field((), column.name, self.base.columns[column.name].type)) if starts_here else Lit(None, column.type)
            columns.append((column.inside, value))
        tests = [Fn("is_not_null", (value,), BOOL) for value in (*who, rows.lower(events.time))]
        tests.append(rows.lower(self.planner.until_today(events.time, True)))
        tests += between(rows.lower(self.planner.model.calendar.local(events.time)), *self._looked_at())
        mine = [e for _, e in stages if e is not None] + excluded
        strict = self.funnel.order == STRICT and any(s.events.source == name for s in self.funnel.stages)
        if not strict and all(e.condition is not None for e in mine):
            some = any_of(list(dict.fromkeys(self._condition(rows, e) for e in mine)))
            tests += [] if some is None else [some]
        condition = all_of(tests)
        rel = rows.relation(limited=False)
        return Project(rel if condition is None else Filter(rel, condition), tuple(columns)), [(n, e.type) for n, e in columns]

    def _time(self, rows: Rows, events: Events) -> Expr:
        moment = rows.lower(events.time)
        return self.planner.day(moment) if self.funnel.by_day else self.planner.as_kind(moment, self.kind)

    def _condition(self, rows: Rows, events: Events) -> Expr:
        assert events.condition is not None
        return rows.lower(self.planner.dated(events.condition))

    def _matches(self, rows: Rows, events: list[Events]) -> Expr:
        """1 where a row is one of these events."""
        if any(e.condition is None for e in events):
            return Lit(1, INT)
        some = any_of([self._condition(rows, e) for e in events])
        return Lit(0, INT) if some is None else CaseOf(((some, Lit(1, INT)),), Lit(0, INT), INT)

    def _looked_at(self) -> tuple[Expr | None, Expr | None]:
        """The days of the events that the starts of the asked days may lead to."""
        low, until = self.days
        if until is None or self.funnel.within is None:
            return low, None
        amount, unit = self.funnel.within
        days = {"second": 86400, "minute": 1440, "hour": 24}.get(unit)
        later = moved(until, amount, unit) if days is None else moved(until, -(-amount // days), "day")
        return low, moved(later, 1, "day")

    # ------------------------------------------------------------ paths

    def _over(self, func: str, value: Expr, frame: tuple[int | None, int | None] | None) -> Expr:
        """A window over what the entity did before."""
        return Over(func, (value,), self.kind, tuple(self.who), ((self.at, False),), frame)

    def _in_order(self, moments: Rel) -> Rel:
        """Each row with the start that it would lead on from, per stage: the latest one that came to the stage before by then."""
        kept = self._kept()
        rel: Rel = moments
        paths: Columns = []
        for position, (number, stage) in enumerate(self.stages[1:], 1):
            before = self._either(position) if self.funnel.order == STRICT else self._start_at(self._required(position))
            name = f"{self.title}_to_{stage.name}"
            columns = [*kept, *paths]
            if position == 1 and self.funnel.exclusions:
                columns.append((LAST_EXCLUDED, self._so_far(CaseOf(((_is(EXCLUDED), self.at),), None, self.kind))))
                paths.append((LAST_EXCLUDED, Col(None, LAST_EXCLUDED, self.kind)))
            columns.append((self.before[number], self._so_far(before)))
            rel = Named(Project(rel, tuple(columns)), name)
            paths.append((self.before[number], Col(None, self.before[number], self.kind)))
        return rel

    def _kept(self) -> Columns:
        """What every step passes on: who, when, the stages that a row may fill, and what is read of a start."""
        flags = [self.flags[n] for n, _ in self.stages] + ([EXCLUDED] if self.funnel.exclusions else [])
        columns: Columns = [(c.name, c) for c in (*self.who, self.at)]
        columns += [(n, Col(None, n, INT)) for n in flags]
        return columns + [(c.inside, Col(None, c.inside, c.type)) for c in self.carried]

    def _so_far(self, value: Expr) -> Expr:
        """The greatest value among the rows before this one; under a strict order that of the row before; among days this one, too."""
        if self.funnel.order == STRICT:
            return self._over("lag", value, None)
        return self._over("max", value, (None, 0) if self.funnel.by_day else (None, -1))

    def _required(self, position: int) -> int:
        """The stage that one leads on from: the last one before it that cannot be passed over."""
        return next(n for n, stage in reversed(self.stages[:position]) if not stage.optional)

    def _either(self, position: int) -> Expr:
        """Under a strict order: the stage that the row before fills, or one before it that may be passed over."""
        found: Expr | None = None
        for number, stage in reversed(self.stages[:position]):
            start = self._start_at(number)
            found = start if found is None else _later(start, found)
            if not stage.optional:
                break
        assert found is not None
        return found

    def _fills(self, number: int) -> list[Expr]:
        """The conditions under which a row fills a stage."""
        tests = [_is(self.flags[number])]
        if number == 1:
            return tests
        start = Col(None, self.before[number], self.kind)
        tests += [Fn("is_not_null", (start,), BOOL)] if self.funnel.within is None else self._in_time(start, self.at)
        return tests + ([_not_since(Col(None, LAST_EXCLUDED, self.kind), start)] if self.funnel.exclusions else [])

    def _start_at(self, number: int) -> Expr:
        """The start that a row leads on from where it fills a stage; null elsewhere."""
        start = self.at if number == 1 else Col(None, self.before[number], self.kind)
        return CaseOf(((_all(self._fills(number)), start),), None, self.kind)

    def _in_time(self, start: Expr, now: Expr) -> list[Expr]:
        if self.funnel.within is None:
            return []
        return [Fn("le", (now, Fn("date_add", (start,), self.kind, self.funnel.within)), BOOL)]

    def _in_any_order(self, moments: Rel) -> Rel:
        """Each row with the latest event of every stage; who has done all of it began with the earliest of these."""
        latest: Columns = []
        for number, _ in self.stages:
            done = CaseOf(((_is(self.flags[number]), self.at),), None, self.kind)
            latest.append((f"latest_{number}", self._over("max", done, (None, 0))))
        if self.funnel.exclusions:
            last = CaseOf(((_is(EXCLUDED), self.at),), None, self.kind)
            latest.append((LAST_EXCLUDED, self._over("max", last, (None, 0))))
        rel = Named(Project(moments, (*self._kept(), *latest)), f"{self.title}_latest")
        times = [Col(None, n, self.kind) for n, _ in latest if n != LAST_EXCLUDED]
        tests: list[Expr] = [Fn("is_not_null", (t,), BOOL) for t in times]
        begun: Expr = CaseOf(((_all(tests), Fn("least", tuple(times), self.kind, ("known",))),), None, self.kind)
        passed = [(n, Col(None, n, self.kind)) for n, _ in latest if n == LAST_EXCLUDED]
        return Named(Project(rel, (*self._kept(), *passed, (self.before[self.stages[-1][0]], begun))), f"{self.title}_begun")

    # ------------------------------------------------------------ starts

    def _brought_together(self, paths: Rel) -> Rel:
        """One row per entity and start: its own row's columns, and the first moment at which it came to each stage that is read."""
        read = [(n, s) for n, s in self.stages[1:] if s.at in self.names]
        if self.funnel.order == ANY:
            read = [(self.stages[-1][0], self.funnel.stages[-1])] if self.funnel.stages[-1].at in self.names else []
        outside: Columns = [(self.funnel.entity, self.who[0]), (self.funnel.stages[0].at, Col(None, STARTED, self.kind))]
        outside += [(c.name, Col(None, c.inside, c.type)) for c in self.carried]
        outside.append((self.funnel.mature, self._is_mature(Col(None, STARTED, self.kind))))
        if not read:
            return Project(self._stage_rows(paths, 1), self._picked(outside))
        inputs = [self._stage_rows(paths, number) for number in (1, *(n for n, _ in read))]
        kinds = (*(c.type for c in self.who), self.kind, INT, self.kind, *(c.type for c in self.carried))
        union = Named(UnionAll(tuple(inputs), kinds), f"{self.title}_paths")
        groups = [*((c.name, c) for c in self.who), (STARTED, Col(None, STARTED, self.kind))]
        aggs = [(stage.at, Agg("min", (self.at,), self.kind, _number_is(number))) for number, stage in read]
        aggs += [(c.inside, Agg("any", (Col(None, c.inside, c.type),), c.type, _number_is(1))) for c in self.carried]
        outside += [(stage.at, Col(None, stage.at, self.kind)) for _, stage in read]
        return Project(Aggregate(union, tuple(groups), tuple(aggs)), self._picked(outside))

    def _is_mature(self, start: Expr) -> Expr:
        """Whether the window of a start is over by the end of today."""
        if self.funnel.within is None:
            return Lit(True, BOOL)
        end = Fn("date_add", (start,), self.kind, self.funnel.within)
        return self.planner.until_today(end, True)

    def _picked(self, columns: Columns) -> tuple[tuple[str, Expr], ...]:
        picked = tuple((n, e) for n, e in columns if n in self.names)
        return picked or (("one", Lit(1, INT)),)

    def _stage_rows(self, paths: Rel, number: int) -> Rel:
        """The rows that fill a stage, under the start that each leads on from."""
        tests = self._fills(number)
        if self.funnel.order == ANY:
            some = any_of([_is(self.flags[n]) for n, _ in self.stages])
            assert some is not None
            tests = [some] if number == 1 else [some, *self._fills(number)[1:]]
        start = self.at if number == 1 else Col(None, self.before[number], self.kind)
        columns: Columns = [*((c.name, c) for c in self.who), (STARTED, start), (STAGE, Lit(number, INT)), (AT, self.at)]
        columns += [(c.inside, Col(None, c.inside, c.type) if number == 1 else Lit(None, c.type)) for c in self.carried]
        return Project(Filter(paths, _all(tests)), tuple(columns))


def _is(flag: str) -> Expr:
    return Fn("eq", (Col(None, flag, INT), Lit(1, INT)), BOOL)


def _later(one: Expr, other: Expr) -> Expr:
    """The later of two moments, or the one that there is."""
    both = Fn("greatest", (one, other), one.type)
    return CaseOf(((Fn("is_null", (one,), BOOL), other), (Fn("is_null", (other,), BOOL), one)), both, one.type)


def _all(tests: list[Expr]) -> Expr:
    found = all_of(tests)
    assert found is not None
    return found


def _not_since(excluded: Expr, start: Expr) -> Expr:
    """Nothing that is excluded happened after a start."""
    return Fn("or", (Fn("is_null", (excluded,), BOOL), Fn("le", (excluded, start), BOOL)), BOOL)


def _number_is(number: int) -> Expr:
    return Fn("eq", (Col(None, STAGE, INT), Lit(number, INT)), BOOL)
