"""The starts of a funnel (S22). Comes in: the source that a funnel makes, and what is read of it. Goes out: a relation with one row per
start of an entity, with the moment at which it came to each stage. Each source is read once; there are window functions and nothing else.

In order, stage by stage: the starts that came to a stage lie among the rows of the next one by time, and each of these rows leads on from
the latest start before it (`start_for_…`). Rows that lead nowhere drop out at every stage, so that later ones have little to sort. A strict
order asks for the very row before, so there every row stays to the end; in any order the latest row of each stage is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kpidsl.model.derived import ANY, ORDERED, STRICT, Events, Reached, Starts
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
    """A column of the row that filled a stage, mostly the first: its name outside, in here, its type, and what it is on that row."""

    name: str
    inside: str
    type: Type
    value: Field
    stage: int = 1


class _Starts:
    def __init__(self, planner: Planner, source: SourceModel, names: list[str], days: tuple[Expr | None, Expr | None]) -> None:
        assert isinstance(source.events, Starts)
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
        made = {self.funnel.entity, self.funnel.mature, *(s.at for s in stages)}
        self.carried = [self._carry(n) for n in names if n not in made]
        self.shared: dict[str, Named] = {}
        self.one_by_one = self._is_one_by_one()
        stages_read = sorted({c.stage for c in self.carried})
        self.keys = [key for n in stages_read for key in self._keys_of(n)]

    def _needed(self, stages: tuple[Reached, ...]) -> list[tuple[int, Reached]]:
        """The stages that are read or lead to one that is, with their numbers; all of them where there is no order."""
        numbered = list(enumerate(stages, 1))
        if self.funnel.order == ANY:
            return [(n, s) for n, s in numbered if not s.optional]
        carried = {self.funnel.of_stages[name].stage for name in self.names if name in self.funnel.of_stages}
        read = {1} | {n for n, s in numbered if s.at in self.names} | carried
        return [(n, s) for n, s in numbered if n <= max(read) and (not s.optional or n in read)]

    def _carry(self, name: str) -> _Carried:
        kind = self.source.columns[name].type
        later = self.funnel.of_stages.get(name)
        if later is not None:
            return _Carried(name, self._unused(name), kind, later.field, later.stage)
        return _Carried(name, self._unused(name), self.planner.in_sql(self.source, name, kind), Field((), name, kind))

    def _keys_of(self, stage: int) -> list[_Carried]:
        """The key of the source of a stage, where it has to tell one of several rows at one time."""
        source = self.planner.model.sources[self.funnel.stages[stage - 1].events.source]
        kinds = [(k, source.columns[k].type) for k in source.key]
        found = [_Carried(k, self._unused(f"key_{n}"), kind, Field((), k, kind), stage) for n, (k, kind) in enumerate(kinds, 1)]
        return [] if self.one_by_one else found

    def _of(self, columns: list[_Carried], stage: int) -> list[_Carried]:
        return [c for c in columns if c.stage == stage]

    def _unused(self, wanted: str) -> str:
        """A name that no other column of the steps has; engines do not tell cases apart."""
        while wanted.casefold() in self.own:
            wanted += "_"
        self.own.add(wanted.casefold())
        return wanted

    def relation(self) -> Rel:
        """One row per start, with the columns that are read."""
        match self.funnel.order:
            case "strict":
                rows = self._stages_of(self._one_after_the_other(), self._fills)
            case "any":
                rows = self._stages_of(self._in_any_order(), self._completes)
            case _:
                rows = self._in_order()
        return self._brought_together(rows)

    # ------------------------------------------------------------ events

    def _moments(self) -> Rel:
        """What entities did, one row for each of them and each time; of several starts at one time the one with the smallest key."""
        if self.one_by_one:
            return self._events()
        groups = [(c.name, c) for c in (*self.who, self.at)]
        aggs = [(name, Agg("max", (Col(None, name, INT),), INT)) for name in self._marks()]
        any_order = self.funnel.order == ANY
        aggs += [(c.inside, self._picked(c, self._begins() if any_order else _is(self.flags[c.stage]))) for c in self.carried]
        return Named(Aggregate(self._events(), tuple(groups), tuple(aggs)), f"{self.title}_moments")

    def _marks(self) -> list[str]:
        return [*self.flags.values(), *([EXCLUDED] if self.funnel.exclusions else [])]

    def _picked(self, column: _Carried, where: Expr | None, *before: Expr) -> Agg:
        """What is read of a row; of several of the first ones by `before`, of several of these of the one with the smallest key."""
        order = (*before, *(Col(None, c.inside, c.type) for c in self._of(self.keys, column.stage)))
        value = Col(None, column.inside, column.type)
        return Agg("first", (value, *order), column.type, where) if order else Agg("any", (value,), column.type, where)

    def _is_one_by_one(self) -> bool:
        """Whether no entity does two things at one time, by the key of the one source."""
        told = {self.first.entity, self.first.time, *self.first.held}
        return (
            len(self._sources()) == 1 and bool(self.base.key) and {Field((), k, self.base.columns[k].type) for k in self.base.key} <= told
        )

    def _sources(self) -> list[str]:
        every = [*(s.events.source for _, s in self.stages), *(e.source for e in self.funnel.exclusions)]
        if self.funnel.order == STRICT:
            every += [s.events.source for s in self.funnel.stages]
        return list(dict.fromkeys(every))

    def _events(self) -> Rel:
        """The rows of all sources that matter, each with what it may be."""
        made = [self._rows_of(name, self._marks()) for name in self._sources()]
        rel = made[0] if len(made) == 1 else UnionAll(tuple(made), tuple(expr.type for _, expr in made[0].columns))
        return Named(rel, f"{self.title}_events")

    def _marked(self, mark: str) -> list[Events]:
        """The events that a mark tells."""
        if mark == EXCLUDED:
            return list(self.funnel.exclusions)
        return [stage.events for number, stage in self.stages if self.flags[number] == mark]

    def _only(self, mark: str) -> Rel:
        """The rows that a mark tells; where a source holds those of several it is read once for all of them."""
        found: list[Rel] = []
        for name in dict.fromkeys(events.source for events in self._marked(mark)):
            marks = [m for m in self._marks() if any(events.source == name for events in self._marked(m))]
            if len(marks) == 1:
                found.append(self._rows_of(name, []))
            else:
                self.shared.setdefault(name, Named(self._rows_of(name, marks), f"{self.title}_{short(name)}"))
                found.append(Filter(self.shared[name], _is(mark)))
        if len(found) == 1:
            return found[0]
        kinds = (*(c.type for c in self.who), self.kind)
        picked = tuple((c.name, c) for c in (*self.who, self.at))
        return Named(UnionAll(tuple(Project(rel, picked) for rel in found), kinds), f"{self.title}_excluded")

    def _rows_of(self, name: str, marks: list[str]) -> Project:
        """The rows of one source that matter: who, when, what it may be of what is marked, and what is read of a start."""
        from kpidsl.plan.rows import Rows

        rows = Rows(self.planner, self.planner.model.sources[name])
        every = [*(s.events for s in self.funnel.stages), *self.funnel.exclusions]
        events = next(e for e in every if e.source == name)
        who = [rows.lower(f) for f in (events.entity, *events.held)]
        columns: Columns = [(c.name, value) for c, value in zip(self.who, who, strict=True)]
        columns.append((AT, self._time(rows, events)))
        columns += [(mark, self._matches(rows, [e for e in self._marked(mark) if e.source == name])) for mark in marks]
        united = marks == self._marks() and len(self._sources()) > 1
        for column in (*self.carried, *self.keys):
            here = self.funnel.stages[column.stage - 1].events.source == name
            if here or united:
                columns.append((column.inside, rows.read(column.value) if here else Lit(None, column.type)))
        tests: list[Expr] = [Fn("is_not_null", (value,), BOOL) for value in (*who, rows.lower(events.time))]
        tests.append(rows.lower(self.planner.until_today(events.time, True)))
        tests += between(rows.lower(self.planner.model.calendar.local(events.time)), *self._looked_at())
        mine = [e for mark in self._marks() for e in self._marked(mark) if e.source == name]
        strict = self.funnel.order == STRICT and any(s.events.source == name for s in self.funnel.stages)
        if not strict and all(e.condition is not None for e in mine):
            some = any_of(list(dict.fromkeys(self._condition(rows, e) for e in mine)))
            tests += [] if some is None else [some]
        rel = rows.relation(limited=False)
        condition = all_of(tests)
        return Project(rel if condition is None else Filter(rel, condition), tuple(columns))

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

    # ------------------------------------------------------------ in order

    def _in_order(self) -> dict[int, Rel]:
        """The starts that came to each stage, and when each did first."""
        first = Project(self._only(self.flags[1]), self._stage_columns(1, self.at))
        rows: dict[int, Rel] = {1: first}
        for position, (number, stage) in enumerate(self.stages[1:], 1):
            before = self._required(position)
            came = Named(self._led_on(rows[before], number), f"{self.title}_to_{stage.name}")
            tests = [Fn("eq", (Col(None, STAGE, INT), Lit(number, INT)), BOOL), *self._follows(number)]
            start = Col(None, self.before[number], self.kind)
            groups = [*((c.name, c) for c in self.who), (STARTED, start)]
            aggs = [(AT, Agg("min", (self.at,), self.kind))]
            aggs += [(c.inside, self._picked(c, None, self.at)) for c in self._of(self.carried, number)]
            reached = Aggregate(Filter(came, _all(tests)), tuple(groups), tuple(aggs))
            named = Named(reached, f"{self.title}_came_to_{stage.name}")
            rows[number] = Project(named, self._stage_columns(number, Col(None, STARTED, self.kind)))
        return rows

    def _led_on(self, before: Rel, number: int) -> Rel:
        """The rows of a stage among the starts that came to the stage before, each with the latest of them that is earlier."""
        nothing = Lit(None, self.kind)
        sides: list[tuple[Rel, int, Expr, Expr]] = [(before, 0, Col(None, STARTED, self.kind), nothing)]
        if self.funnel.exclusions:
            sides.append((self._only(EXCLUDED), 0, nothing, self.at))
        sides.append((self._only(self.flags[number]), number, nothing, nothing))
        extras = [*self._of(self.carried, number), *self._of(self.keys, number)]
        inputs: list[Rel] = []
        for rel, mark, started, excluded in sides:
            columns: Columns = [*((c.name, c) for c in (*self.who, self.at)), (STAGE, Lit(mark, INT)), (STARTED, started)]
            columns += [(LAST_EXCLUDED, excluded)] if self.funnel.exclusions else []
            columns += [(c.inside, Col(None, c.inside, c.type) if mark else Lit(None, c.type)) for c in extras]
            inputs.append(Project(rel, tuple(columns)))
        kinds = tuple(expr.type for _, expr in columns)
        union = Named(UnionAll(tuple(inputs), kinds), f"{self.title}_up_to_{dict(self.stages)[number].name}")
        columns = [*((c.name, c) for c in (*self.who, self.at)), (STAGE, Col(None, STAGE, INT))]
        columns.append((self.before[number], self._earlier(Col(None, STARTED, self.kind))))
        if self.funnel.exclusions:
            columns.append((LAST_EXCLUDED, self._earlier(Col(None, LAST_EXCLUDED, self.kind))))
        columns += [(c.inside, Col(None, c.inside, c.type)) for c in extras]
        return Project(union, tuple(columns))

    def _earlier(self, value: Expr) -> Expr:
        """The latest so far. At one moment a stage's own rows come before the starts, which so are strictly earlier; of one day they come
        last, for nobody knows what came first."""
        order = ((self.at, False), (Col(None, STAGE, INT), not self.funnel.by_day))
        return Over("max", (value,), self.kind, tuple(self.who), order, (None, -1))

    def _stage_columns(self, number: int, start: Expr) -> tuple[tuple[str, Expr], ...]:
        """A row that came to a stage, under its start, with what is read of it."""
        columns: Columns = [*((c.name, c) for c in self.who), (STARTED, start), (STAGE, Lit(number, INT)), (AT, self.at)]
        extras = (*self.carried, *self._open_keys())
        columns += [(c.inside, Col(None, c.inside, c.type) if c.stage == number else Lit(None, c.type)) for c in extras]
        return tuple(columns)

    def _open_keys(self) -> list[_Carried]:
        """The keys that still have to tell which of several starts at one time is meant."""
        return self._of(self.keys, 1) if self.funnel.order == ORDERED else []

    # ------------------------------------------------------------ one after the other, in any order

    def _one_after_the_other(self) -> Rel:
        """Under a strict order: each row with the start that it would lead on from, per stage: that of the very row before it."""
        kept = self._kept()
        rel = self._moments()
        paths: Columns = []
        excluded: Columns = []
        if self.funnel.exclusions:
            last = CaseOf(((_is(EXCLUDED), self.at),), None, self.kind)
            excluded = [(LAST_EXCLUDED, self._over("max", last, (None, -1)))]
        for position, (number, stage) in enumerate(self.stages[1:], 1):
            columns = [*kept, *excluded, *paths, (self.before[number], self._over("lag", self._either(position), None))]
            excluded = [(n, Col(None, n, self.kind)) for n, _ in excluded]
            rel = Named(Project(rel, tuple(columns)), f"{self.title}_to_{stage.name}")
            paths.append((self.before[number], Col(None, self.before[number], self.kind)))
        return rel

    def _kept(self) -> Columns:
        """What every step passes on: who, when, the stages that a row may fill, and what is read of a start."""
        flags = [self.flags[n] for n, _ in self.stages] + ([EXCLUDED] if self.funnel.exclusions else [])
        columns: Columns = [(c.name, c) for c in (*self.who, self.at)]
        columns += [(n, Col(None, n, INT)) for n in flags]
        return columns + [(c.inside, Col(None, c.inside, c.type)) for c in self.carried]

    def _over(self, func: str, value: Expr, frame: tuple[int | None, int | None] | None) -> Expr:
        """A window over what the entity did by then."""
        return Over(func, (value,), self.kind, tuple(self.who), ((self.at, False),), frame)

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

    def _start_at(self, number: int) -> Expr:
        """The start that a row leads on from where it fills a stage; null elsewhere."""
        start = self.at if number == 1 else Col(None, self.before[number], self.kind)
        return CaseOf(((_all(self._fills(number)), start),), None, self.kind)

    def _fills(self, number: int) -> list[Expr]:
        """The conditions under which a row fills a stage."""
        return [_is(self.flags[number]), *self._follows(number)]

    def _completes(self, number: int) -> list[Expr]:
        """In any order: the conditions under which a row begins something, or completes it."""
        return [self._begins(), *self._follows(number)]

    def _begins(self) -> Expr:
        """In any order a row of any stage may be the first one."""
        some = any_of([_is(flag) for flag in self.flags.values()])
        assert some is not None
        return some

    def _follows(self, number: int) -> list[Expr]:
        """The conditions under which a row leads on from the start that it has: in time, and with nothing excluded since."""
        if number == 1:
            return []
        start = Col(None, self.before[number], self.kind)
        tests: list[Expr] = [Fn("is_not_null", (start,), BOOL)]
        if self.funnel.within is not None:
            tests = [Fn("le", (self.at, Fn("date_add", (start,), self.kind, self.funnel.within)), BOOL)]
        if self.funnel.exclusions:
            excluded = Col(None, LAST_EXCLUDED, self.kind)
            tests.append(Fn("or", (Fn("is_null", (excluded,), BOOL), Fn("le", (excluded, start), BOOL)), BOOL))
        return tests

    def _in_any_order(self) -> Rel:
        """Each row with the latest event of every stage; who has done all of it began with the earliest of these."""
        latest: Columns = []
        for number, _ in self.stages:
            done = CaseOf(((_is(self.flags[number]), self.at),), None, self.kind)
            latest.append((f"latest_{number}", self._over("max", done, (None, 0))))
        if self.funnel.exclusions:
            last = CaseOf(((_is(EXCLUDED), self.at),), None, self.kind)
            latest.append((LAST_EXCLUDED, self._over("max", last, (None, 0))))
        rel = Named(Project(self._moments(), (*self._kept(), *latest)), f"{self.title}_latest")
        times = [Col(None, n, self.kind) for n, _ in latest if n != LAST_EXCLUDED]
        tests: list[Expr] = [Fn("is_not_null", (t,), BOOL) for t in times]
        begun: Expr = CaseOf(((_all(tests), Fn("least", tuple(times), self.kind, ("known",))),), None, self.kind)
        passed = [(n, Col(None, n, self.kind)) for n, _ in latest if n == LAST_EXCLUDED]
        return Named(Project(rel, (*self._kept(), *passed, (self.before[self.stages[-1][0]], begun))), f"{self.title}_begun")

    def _stages_of(self, paths: Rel, fills: Callable[[int], list[Expr]]) -> dict[int, Rel]:
        """The rows that fill each stage, under the start that each leads on from."""
        rows: dict[int, Rel] = {}
        for number in (1, *(n for n, _ in self._read_stages())):
            start = self.at if number == 1 else Col(None, self.before[number], self.kind)
            rows[number] = Project(Filter(paths, _all(fills(number))), self._stage_columns(number, start))
        return rows

    # ------------------------------------------------------------ starts

    def _read_stages(self) -> list[tuple[int, Reached]]:
        """The stages after the first one whose moments are read."""
        if self.funnel.order == ANY:
            last = self.funnel.stages[-1]
            return [(self.stages[-1][0], last)] if last.at in self.names else []
        carried = {c.stage for c in self.carried}
        return [(n, s) for n, s in self.stages[1:] if s.at in self.names or n in carried]

    def _brought_together(self, rows: dict[int, Rel]) -> Rel:
        """One row per entity and start: its own row's columns, and the first moment at which it came to each stage that is read."""
        read = self._read_stages()
        started = Col(None, STARTED, self.kind)
        kinds = (*(c.type for c in self.who), self.kind, INT, self.kind, *(c.type for c in (*self.carried, *self._open_keys())))
        inputs = tuple(rows[number] for number in (1, *(n for n, _ in read)))
        union = Named(UnionAll(inputs, kinds) if read else inputs[0], f"{self.title}_paths")
        groups = [*((c.name, c) for c in self.who), (STARTED, started)]
        aggs = [(stage.at, Agg("min", (self.at,), self.kind, _stage_is(number))) for number, stage in read if stage.at in self.names]
        aggs += [(c.inside, self._brought(c)) for c in self.carried]
        outside: Columns = [(self.funnel.entity, self.who[0]), (self.funnel.stages[0].at, started)]
        outside += [(c.name, Col(None, c.inside, c.type)) for c in self.carried]
        outside += [(stage.at, Col(None, stage.at, self.kind)) for _, stage in read if stage.at in self.names]
        outside.append((self.funnel.mature, self._is_mature(started)))
        return Project(Aggregate(union, tuple(groups), tuple(aggs)), self._read(outside))

    def _is_mature(self, start: Expr) -> Expr:
        """Whether the window of a start is over by the end of today."""
        if self.funnel.within is None:
            return Lit(True, BOOL)
        end = Fn("date_add", (start,), self.kind, self.funnel.within)
        return self.planner.until_today(end, True)

    def _brought(self, column: _Carried) -> Agg:
        """What is read of the row that filled a stage first."""
        where, value = _stage_is(column.stage), Col(None, column.inside, column.type)
        if self.funnel.order == ORDERED:
            return self._picked(column, where) if column.stage == 1 else Agg("any", (value,), column.type, where)
        return Agg("first", (value, self.at), column.type, where)

    def _read(self, columns: Columns) -> tuple[tuple[str, Expr], ...]:
        picked = tuple((n, e) for n, e in columns if n in self.names)
        return picked or (("one", Lit(1, INT)),)


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


def _stage_is(number: int) -> Expr:
    return Fn("eq", (Col(None, STAGE, INT), Lit(number, INT)), BOOL)
