"""What entities did, as the rows of a funnel (S22). Comes in: the source that a funnel makes, and what is read of it. Goes out: relations
of who did what, when. Each source is read once; where it holds the rows of several stages, what each row is stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.model.derived import ANY, STRICT, Events, Starts
from kpidsl.model.disjoint import disjoint
from kpidsl.model.expr import INT, Agg, CaseOf, Col, Expr, Field, Lit, all_of, any_of
from kpidsl.model.model import SourceModel
from kpidsl.plan.conversions import later_by
from kpidsl.plan.days import between
from kpidsl.plan.funnel_shape import AT, EXCLUDED, STAGE, Carried, Columns, Shape, is_one, is_stage, known
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Rel, UnionAll
from kpidsl.record import dataclass

if TYPE_CHECKING:
    from kpidsl.plan.planner import Planner
    from kpidsl.plan.rows import Rows

Told = tuple[str, list[tuple[int, list[Events]]]]
"""A column, and its value where a row is one of some events."""
Days = tuple[Expr | None, Expr | None]


@dataclass(frozen=True, slots=True)
class _Shared:
    """The rows of a source that may be of several stages, and whether each is of one at most."""

    rel: Rel
    apart: bool


class FunnelRows:
    """Reads the sources of a funnel; `shape` says what the steps after it pass on."""

    def __init__(self, planner: Planner, source: SourceModel, names: list[str], days: Days) -> None:
        assert isinstance(source.events, Starts)
        self.planner, self.source, self.funnel, self.days = planner, source, source.events, days
        self.shape = Shape(short(source.name), self.funnel, source.columns[self.funnel.stages[0].at].type, names)
        self.one_by_one = self._is_one_by_one()
        made = {self.funnel.entity, self.funnel.mature, *(s.at for s in self.funnel.stages)}
        self.shape.carried = [self._carry(name) for name in names if name not in made]
        self.shape.keys = [key for stage in sorted({c.stage for c in self.shape.carried}) for key in self._keys_of(stage)]
        self.shared: dict[str, _Shared] = {}
        self.found: dict[int, Rel] = {}

    def _carry(self, name: str) -> Carried:
        kind = self.source.columns[name].type
        later = self.funnel.of_stages.get(name)
        if later is not None:
            return Carried(name, self.shape.unused(name), kind, later.field, later.stage)
        return Carried(name, self.shape.unused(name), self.planner.in_sql(self.source, name, kind), Field((), name, kind))

    def _keys_of(self, stage: int) -> list[Carried]:
        """The key of the source of a stage, where it has to tell one of several rows at one time."""
        if self.one_by_one:
            return []
        source = self.planner.model.sources[self.funnel.stages[stage - 1].events.source]
        kinds = [(k, source.columns[k].type) for k in source.key]
        return [Carried(k, self.shape.unused(f"key_{n}"), kind, Field((), k, kind), stage) for n, (k, kind) in enumerate(kinds, 1)]

    def _is_one_by_one(self) -> bool:
        """Whether no entity does two things at one time, by the key of the one source."""
        first = self.funnel.stages[0].events
        base = self.planner.model.sources[first.source]
        told = {first.entity, first.time, *first.held}
        return len(self._sources()) == 1 and bool(base.key) and {Field((), k, base.columns[k].type) for k in base.key} <= told

    def _sources(self) -> list[str]:
        every = [*(s.events.source for _, s in self.shape.stages), *(e.source for e in self.funnel.exclusions)]
        if self.funnel.order == STRICT:
            every += [s.events.source for s in self.funnel.stages]
        return list(dict.fromkeys(every))

    # ------------------------------------------------------------ relations

    def moments(self) -> Rel:
        """What entities did, one row for each of them and each time, with a flag for each stage; what is carried is that of the row with
        the smallest key."""
        shape = self.shape
        made: list[Project] = []
        for name in self._sources():
            flagged: list[Told] = [(flag, [(1, self._in(name, n))]) for n, flag in shape.flags.items()]
            made.append(self._rows_of(name, flagged, united=len(self._sources()) > 1))
        rel = made[0] if len(made) == 1 else UnionAll(tuple(made), tuple(expr.type for _, expr in made[0].columns))
        events = Named(rel, f"{shape.title}_events")
        if self.one_by_one:
            return events
        groups = [(c.name, c) for c in (*shape.who, shape.at)]
        aggs = [(flag, Agg("max", (Col(None, flag, INT),), INT)) for flag in shape.flags.values()]
        aggs += [(c.inside, shape.picked(c, self._filled(c.stage))) for c in shape.carried]
        return Named(Aggregate(events, tuple(groups), tuple(aggs)), f"{shape.title}_moments")

    def _filled(self, stage: int) -> Expr | None:
        """Whether a row fills a stage; in any order each of them may be the first one."""
        numbers = [n for n, _ in self.shape.stages] if self.funnel.order == ANY else [stage]
        return any_of([is_one(self.shape.flags[n]) for n in numbers])

    def only(self, number: int) -> Rel:
        """The rows of one stage, or those that are excluded."""
        if number not in self.found:
            self.found[number] = self._only(number)
        return self.found[number]

    def _only(self, number: int) -> Rel:
        found: list[Rel] = []
        for name in dict.fromkeys(events.source for events in self._marked(number)):
            numbers = [n for n in self.shape.flags if any(events.source == name for events in self._marked(n))]
            if len(numbers) == 1:
                found.append(self._rows_of(name, []))
                continue
            shared = self._shared_by(name, numbers)
            found.append(Filter(shared.rel, is_stage(number) if shared.apart else is_one(self.shape.flags[number])))
        if number != EXCLUDED:
            return found[0]
        kinds = (*(c.type for c in self.shape.who), self.shape.kind)
        picked = tuple((c.name, c) for c in (*self.shape.who, self.shape.at))
        projected = tuple(Project(rel, picked) for rel in found)
        return Named(projected[0] if len(projected) == 1 else UnionAll(projected, kinds), f"{self.shape.title}_excluded")

    def _shared_by(self, name: str, numbers: list[int]) -> _Shared:
        """A source that is read once for several stages: one column says which, unless a row may be of several."""
        if name not in self.shared:
            each = [(n, self._in(name, n)) for n in numbers]
            apart = all(disjoint(a, b) for n, mine in each for m, others in each if m < n for a in mine for b in others)
            told: list[Told] = [(STAGE, each)] if apart else [(self.shape.flags[n], [(1, events)]) for n, events in each]
            self.shared[name] = _Shared(Named(self._rows_of(name, told), f"{self.shape.title}_{short(name)}"), apart)
        return self.shared[name]

    def _marked(self, number: int) -> list[Events]:
        """The events that are of a stage, or excluded."""
        return list(self.funnel.exclusions) if number == EXCLUDED else [self.funnel.stages[number - 1].events]

    def _in(self, name: str, number: int) -> list[Events]:
        return [events for events in self._marked(number) if events.source == name]

    # ------------------------------------------------------------ rows of a source

    def _rows_of(self, name: str, told: list[Told], united: bool = False) -> Project:
        """The rows of one source that matter: who, when, what each is, and what is carried of it. `united`: rows of all sources come
        together, so that each has the columns of all."""
        from kpidsl.plan.rows import Rows

        rows = Rows(self.planner, self.planner.model.sources[name])
        every = [*(s.events for s in self.funnel.stages), *self.funnel.exclusions]
        events = next(e for e in every if e.source == name)
        who = [rows.lower(f) for f in (events.entity, *events.held)]
        columns: Columns = [(c.name, value) for c, value in zip(self.shape.who, who, strict=True)]
        columns.append((AT, self._time(rows, events)))
        columns += [(column, self._what(rows, values)) for column, values in told]
        for column in (*self.shape.carried, *self.shape.keys):
            here = self.funnel.stages[column.stage - 1].events.source == name
            if here or united:
                columns.append((column.inside, rows.read(column.value) if here else Lit(None, column.type)))
        condition = all_of([*(known(value) for value in (*who, rows.lower(events.time))), *self._tests(rows, events, name)])
        rel = rows.relation(limited=False)
        return Project(rel if condition is None else Filter(rel, condition), tuple(columns))

    def _time(self, rows: Rows, events: Events) -> Expr:
        moment = rows.lower(events.time)
        return self.planner.day(moment) if self.funnel.by_day else self.planner.as_kind(moment, self.shape.kind)

    def _what(self, rows: Rows, values: list[tuple[int, list[Events]]]) -> Expr:
        """The value that tells what a row is."""
        whens: list[tuple[Expr, Expr]] = []
        for value, events in values:
            if any(e.condition is None for e in events):
                return Lit(value, INT)
            some = any_of([self._condition(rows, e) for e in events])
            whens += [] if some is None else [(some, Lit(value, INT))]
        return CaseOf(tuple(whens), Lit(0, INT) if len(values) == 1 else None, INT) if whens else Lit(0, INT)

    def _condition(self, rows: Rows, events: Events) -> Expr:
        assert events.condition is not None
        return rows.lower(self.planner.dated(events.condition))

    def _tests(self, rows: Rows, events: Events, name: str) -> list[Expr]:
        """Not later than today, within the days that matter, and of some stage; under a strict order any row may lie between two stages."""
        tests = [rows.lower(self.planner.until_today(events.time, True))]
        tests += between(rows.lower(self.planner.model.calendar.local(events.time)), *self._looked_at())
        mine = [e for number in self.shape.flags for e in self._in(name, number)]
        strict = self.funnel.order == STRICT and any(s.events.source == name for s in self.funnel.stages)
        if not strict and all(e.condition is not None for e in mine):
            some = any_of(list(dict.fromkeys(self._condition(rows, e) for e in mine)))
            tests += [] if some is None else [some]
        return tests

    def _looked_at(self) -> Days:
        """The days of the events that the starts of the asked days may lead to."""
        low, until = self.days
        return low, None if self.funnel.within is None else later_by(until, self.funnel.within)
