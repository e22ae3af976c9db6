"""Opportunities and what is credited to them (S23). Comes in: the source that a conversion makes, and what is read of it. Goes out: a
relation with one row per opportunity. Opportunities and conversions stand in one line per entity, in the order of time; whether one
converted is told by the very next row, so that nothing is joined to itself and each source is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.model.derived import Acts, Credits
from kpidsl.model.expr import BOOL, DATE, INT, CaseOf, Col, Expr, Field, Fn, Lit, Over, Type, all_of, any_of
from kpidsl.model.model import SourceModel
from kpidsl.plan.days import between, moved
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Filter, Named, Project, Rel, UnionAll
from kpidsl.record import dataclass

if TYPE_CHECKING:
    from kpidsl.plan.planner import Planner
    from kpidsl.plan.rows import Rows

ENTITY, AT, OPPORTUNITY = "entity", "happened_at", "is_opportunity"
NEXT, NEXT_AT, LATEST_AT, NUMBER, COUNTS = "next_kind", "next_at", "opportunity_at", "opportunity", "counts"
CONVERSION = 2
"""What the next row is, where it is no opportunity (1): not 0, which some engines say of the row after the last one."""
OWN = (ENTITY, AT, OPPORTUNITY, NEXT, NEXT_AT, LATEST_AT, NUMBER, COUNTS)
Columns = list[tuple[str, Expr]]
Days = tuple[Expr | None, Expr | None]


@dataclass(frozen=True, slots=True)
class Carried:
    """A column of a row that is passed on: its name outside, in here, and its type."""

    name: str
    inside: str
    type: Type

    @property
    def read(self) -> Expr:
        """It, as the steps in here read it."""
        return Col(None, self.inside, self.type)


def carried(planner: Planner, source: SourceModel, names: list[str], own: tuple[str, ...]) -> list[Carried]:
    """The columns under names that no column of the steps has; engines do not tell cases apart."""
    taken = {name.casefold() for name in own}
    found: list[Carried] = []
    for name in names:
        inside = name
        while inside.casefold() in taken:
            inside += "_"
        taken.add(inside.casefold())
        found.append(Carried(name, inside, planner.in_sql(source, name, source.columns[name].type)))
    return found


def shared_kind(one: Type, other: Type) -> Type:
    """The type in which two times stand in one line: days where one of them knows days only."""
    return one if one.kind == other.kind else DATE


def instant(planner: Planner, rows: Rows, time: Expr, kind: Type) -> Expr:
    """A row's time among those of other rows."""
    moment = rows.lower(time)
    return planner.day(moment) if kind.kind == "date" else planner.as_kind(moment, kind)


def opportunities(planner: Planner, source: SourceModel, names: list[str], days: Days) -> Rel:
    """The opportunities of `source` with the columns `names`; those within `days` at least."""
    return _Credited(planner, source, names, days).relation()


class _Credited:
    def __init__(self, planner: Planner, source: SourceModel, names: list[str], days: Days) -> None:
        assert isinstance(source.events, Credits)
        self.planner, self.source, self.credits, self.names, self.days = planner, source, source.events, names, days
        self.title = short(source.name)
        first, then = self.credits.opportunities, self.credits.conversions
        self.kind = shared_kind(first.time.type, then.time.type)
        self.who = Col(None, ENTITY, first.entity.type)
        self.at = Col(None, AT, self.kind)
        base = planner.model.sources[first.source]
        made = (self.credits.converted, self.credits.credited)
        passed = list(dict.fromkeys([*base.key, *(n for n in names if n not in made)]))
        self.carried = carried(planner, source, passed, OWN)
        self.keys = [c for c in self.carried if c.name in base.key]
        self.counts = self.credits.credited in names

    def relation(self) -> Rel:
        """One row per opportunity."""
        rows = Named(Project(self._in_line(), tuple(self._looking_on())), f"{self.title}_in_line")
        columns: Columns = [(c.name, c.read) for c in self.carried if c.name in self.names]
        if self.credits.converted in self.names:
            columns.append((self.credits.converted, self._converted()))
        rel: Rel = rows
        if self.counts:
            rel = Named(Project(rows, tuple(self._counted())), f"{self.title}_credited")
            columns.append((self.credits.credited, Col(None, self.credits.credited, INT)))
        return Project(Filter(rel, _is_opportunity()), tuple(columns) or (("one", Lit(1, INT)),))

    # ------------------------------------------------------------ who did what

    def _in_line(self) -> Rel:
        """Opportunities and conversions below each other."""
        first, then = self.credits.opportunities, self.credits.conversions
        if first.source == then.source and not self.credits.strictly:
            return self._at_once(first, then)
        kinds = (self.who.type, self.kind, INT, *(c.type for c in self.carried))
        inputs = (self._rows_of(first, True), self._rows_of(then, False))
        return Named(UnionAll(inputs, kinds), f"{self.title}_rows")

    def _rows_of(self, acts: Acts, opportunity: bool) -> Rel:
        from kpidsl.plan.rows import Rows

        rows = Rows(self.planner, self.planner.model.sources[acts.source])
        columns: Columns = [(ENTITY, rows.lower(acts.entity)), (AT, instant(self.planner, rows, acts.time, self.kind))]
        columns.append((OPPORTUNITY, Lit(1 if opportunity else 0, INT)))
        columns += [(c.inside, rows.read(self._field(c)) if opportunity else Lit(None, c.type)) for c in self.carried]
        tests = [
            *self._seen(rows, acts, not opportunity),
            *self._conditions(rows, acts),
            *([] if opportunity else self._somebody(rows, acts)),
        ]
        return self._filtered(rows, tests, columns)

    def _at_once(self, first: Acts, then: Acts) -> Rel:
        """Both from one reading of the source of both: no row is an opportunity and a conversion."""
        from kpidsl.plan.rows import Rows

        rows = Rows(self.planner, self.planner.model.sources[first.source])
        opens = all_of(self._conditions(rows, first))
        converts = all_of([*self._conditions(rows, then), *self._somebody(rows, then)])
        assert opens is not None  # or some row would be both
        assert converts is not None
        is_first = CaseOf(((opens, Lit(1, INT)),), Lit(0, INT), INT)
        whens = ((opens, rows.lower(first.entity)),)
        who = rows.lower(then.entity) if first.entity == then.entity else CaseOf(whens, rows.lower(then.entity), self.who.type)
        at, later_at = (instant(self.planner, rows, acts.time, self.kind) for acts in (first, then))
        columns: Columns = [
            (ENTITY, who),
            (AT, at if at == later_at else CaseOf(((opens, at),), later_at, self.kind)),
            (OPPORTUNITY, is_first),
        ]
        columns += [(c.inside, rows.read(self._field(c))) for c in self.carried]
        either = any_of([opens, converts])
        assert either is not None
        return self._filtered(rows, [*(self._seen(rows, first) if at == later_at else []), either], columns)

    def _filtered(self, rows: Rows, tests: list[Expr], columns: Columns) -> Rel:
        condition = all_of(tests)
        rel = rows.relation(limited=False)
        return Project(rel if condition is None else Filter(rel, condition), tuple(columns))

    def _field(self, column: Carried) -> Field:
        base = self.planner.model.sources[self.credits.opportunities.source]
        return Field((), column.name, base.columns[column.name].type)

    def _conditions(self, rows: Rows, acts: Acts) -> list[Expr]:
        return [rows.lower(self.planner.dated(condition)) for condition in acts.conditions]

    def _somebody(self, rows: Rows, acts: Acts) -> list[Expr]:
        """A conversion of nobody, or of no time, is credited to nothing; an opportunity of nobody is one that nobody takes."""
        return [Fn("is_not_null", (rows.lower(value),), BOOL) for value in (acts.entity, acts.time)]

    def _seen(self, rows: Rows, acts: Acts, timed: bool = False) -> list[Expr]:
        """Not later than today, and within the days that matter: an opportunity later than those asked for takes a conversion, too."""
        tests = [rows.lower(self.planner.until_today(acts.time, timed))]
        return tests + between(rows.lower(self.planner.model.calendar.local(acts.time)), *self._looked_at())

    def _looked_at(self) -> Days:
        low, until = self.days
        return low, None if self.credits.within is None else later_by(until, self.credits.within)

    # ------------------------------------------------------------ what comes next

    def _order(self) -> tuple[tuple[Expr, bool], ...]:
        """By time; at one moment conversions come last and are credited, or first where they have to be later. Of equal opportunities the
        one with the greatest key is the nearest."""
        return ((self.at, False), (Col(None, OPPORTUNITY, INT), not self.credits.strictly), *((c.read, False) for c in self.keys))

    def _looking_on(self) -> Columns:
        """Every row with the one after it, and, where conversions are counted, with the opportunity before it."""
        columns: Columns = [(OPPORTUNITY, Col(None, OPPORTUNITY, INT)), (AT, self.at), *((c.inside, c.read) for c in self.carried)]

        def over(func: str, value: Expr, kind: Type) -> Expr:
            frame = None if func == "lead" else (None, 0)
            return Over(func, (value,), kind, (self.who,), self._order(), frame)

        if self.credits.converted in self.names:
            kind = CaseOf(((_is_opportunity(), Lit(1, INT)),), Lit(CONVERSION, INT), INT)
            columns.append((NEXT, over("lead", kind, INT)))
            columns.append((NEXT_AT, over("lead", self.at, self.kind)))
        if self.counts:
            columns.insert(0, (ENTITY, self.who))
            opened = CaseOf(((_is_opportunity(), self.at),), None, self.kind)
            columns.append((LATEST_AT, over("max", opened, self.kind)))
            columns.append((NUMBER, over("sum", Col(None, OPPORTUNITY, INT), INT)))
        return columns

    def _converted(self) -> Expr:
        """1 where the next row is a conversion, and in time; after an opportunity that comes next, everything is credited to that one."""
        tests: list[Expr] = [
            Fn("eq", (Col(None, NEXT, INT), Lit(CONVERSION, INT)), BOOL),
            *self._in_time(Col(None, NEXT_AT, self.kind), self.at),
        ]
        return _flag(tests)

    def _counted(self) -> Columns:
        """How many conversions lie between an opportunity and the next one, in time."""
        columns: Columns = [(OPPORTUNITY, Col(None, OPPORTUNITY, INT)), *((c.inside, c.read) for c in self.carried)]
        if self.credits.converted in self.names:
            columns += [(AT, self.at), (NEXT, Col(None, NEXT, INT)), (NEXT_AT, Col(None, NEXT_AT, self.kind))]
        latest = Col(None, LATEST_AT, self.kind)
        counts = _flag([Fn("eq", (Col(None, OPPORTUNITY, INT), Lit(0, INT)), BOOL), *self._in_time(self.at, latest)])
        total = Over("sum", (counts,), INT, (self.who, Col(None, NUMBER, INT)))
        return [*columns, (self.credits.credited, total)]

    def _in_time(self, moment: Expr, since: Expr) -> list[Expr]:
        if self.credits.within is None:
            return []
        return [Fn("le", (moment, Fn("date_add", (since,), self.kind, self.credits.within)), BOOL)]


def later_by(until: Expr | None, length: tuple[int, str]) -> Expr | None:
    """The day before which everything lies that happens so long after days before `until`."""
    if until is None:
        return None
    amount, unit = length
    a_day = {"second": 86400, "minute": 1440, "hour": 24}.get(unit)
    end = moved(until, amount, unit) if a_day is None else moved(until, -(-amount // a_day), "day")
    return moved(end, 1, "day")


def _is_opportunity() -> Expr:
    return Fn("eq", (Col(None, OPPORTUNITY, INT), Lit(1, INT)), BOOL)


def _flag(tests: list[Expr]) -> Expr:
    condition = all_of(tests)
    assert condition is not None
    return CaseOf(((condition, Lit(1, INT)),), Lit(0, INT), INT)
