"""What members of a cohort did, each row under the one with which its member began (S24). Comes in: the source that a cohort makes, and
what is read of it. Goes out: a relation of these rows. One window over all that a member did brings the first row's columns to the others,
so that each source is read once and nothing is joined to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.model.derived import Acts, Members
from kpidsl.model.expr import BOOL, INT, CaseOf, Col, Expr, Field, Fn, Lit, Over, Type, all_of
from kpidsl.model.model import SourceModel
from kpidsl.plan.conversions import Carried, Columns, Days, carried, instant, later_by, shared_kind
from kpidsl.plan.days import between, moved, start
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Filter, Named, Project, Rel, UnionAll

if TYPE_CHECKING:
    from kpidsl.plan.planner import Planner
    from kpidsl.plan.rows import Rows

ENTITY, AT, ACTIVITY, WORTH = "entity", "happened_at", "is_activity", "worth"
STARTED, BEFORE, NUMBER, AGE = "started_at", "before_at", "nth", "age_then"
OWN = (ENTITY, AT, ACTIVITY, WORTH, STARTED, BEFORE, NUMBER, AGE)


def members(planner: Planner, source: SourceModel, names: list[str], days: Days) -> Rel:
    """The rows of `source` with the columns `names`; those of members who began within `days` at least."""
    return _Followed(planner, source, names, days).relation()


class _Followed:
    def __init__(self, planner: Planner, source: SourceModel, names: list[str], days: Days) -> None:
        assert isinstance(source.events, Members)
        self.planner, self.source, self.members, self.names, self.days = planner, source, source.events, names, days
        self.title = short(source.name)
        self.begins = self.members.start or self.members.activity
        self.base = planner.model.sources[self.begins.source]
        self.kind = shared_kind(self.begins.time.type, self.members.activity.time.type)
        made = (self.members.member, self.members.age, self.members.elapsed, self.members.active, self.members.value)
        self.told = self.members.began not in self.base.columns or source.columns[self.members.began].type == self.kind
        read = [n for n in names if n not in made and n in self.base.columns and not (self.told and n == self.members.began)]
        self.carried = carried(planner, source, list(dict.fromkeys([*self.base.key, *read])), OWN)
        self.read = [c for c in self.carried if c.name in read]
        self.keys = [c for c in self.carried if c.name in self.base.key]
        self.worth = self._worth()

    def _worth(self) -> Carried | None:
        """What a row is worth, where that is read."""
        if self.members.worth is None or self.members.value not in self.names:
            return None
        return Carried(self.members.value, WORTH, self.planner.in_sql(self.source, self.members.value, self.members.worth.type))

    def relation(self) -> Rel:
        """One row per thing that a member did."""
        began = Named(Project(self._rows(), tuple(self._begun())), f"{self.title}_with_start")
        tests: list[Expr] = [Fn("is_not_null", (self._moment(STARTED),), BOOL)]
        if self.members.start is not None:
            first = Fn("eq", (Col(None, NUMBER, INT), Lit(1, INT)), BOOL)
            active = [_is(ACTIVITY), Fn("ge", (self._moment(AT), self._moment(STARTED)), BOOL)]
            tests.append(Fn("or", (first, Fn("and", tuple(active), BOOL)), BOOL))
        else:
            tests = []
        if self.members.horizon is not None:
            tests.append(Fn("le", (self._age(), Lit(self.members.horizon, INT)), BOOL))
        condition = all_of(tests)
        return Project(began if condition is None else Filter(began, condition), tuple(self._shown()) or (("one", Lit(1, INT)),))

    # ------------------------------------------------------------ rows

    def _rows(self) -> Rel:
        """What members did and, where these are told apart, the rows with which they began."""
        if self.members.start is None:
            return self._rows_of(self.members.activity, True, True)
        kinds = [self.begins.entity.type, self.kind, INT, *(c.type for c in self.carried), *([self.worth.type] if self.worth else [])]
        inputs = (self._rows_of(self.members.start, True, False), self._rows_of(self.members.activity, False, True))
        return Named(UnionAll(inputs, tuple(kinds)), f"{self.title}_rows")

    def _rows_of(self, acts: Acts, begins: bool, active: bool) -> Rel:
        from kpidsl.plan.rows import Rows

        rows = Rows(self.planner, self.planner.model.sources[acts.source])
        columns: Columns = [(ENTITY, rows.lower(acts.entity)), (AT, instant(self.planner, rows, acts.time, self.kind))]
        if self.members.start is not None:
            columns.append((ACTIVITY, Lit(1 if active else 0, INT)))
        for column in self.carried:
            field = Field((), column.name, self.base.columns[column.name].type)
            columns.append((column.inside, rows.read(field) if begins else Lit(None, column.type)))
        if self.worth is not None:
            assert self.members.worth is not None
            columns.append((WORTH, rows.lower(self.planner.dated(self.members.worth)) if active else Lit(None, self.worth.type)))
        condition = all_of([*self._tests(rows, acts, active)])
        rel = rows.relation(limited=False)
        return Project(rel if condition is None else Filter(rel, condition), tuple(columns))

    def _tests(self, rows: Rows, acts: Acts, active: bool) -> list[Expr]:
        """Rows of somebody and of some time, not later than today, that count and may matter."""
        tests = [rows.lower(self.planner.dated(condition)) for condition in acts.conditions]
        known = [Fn("is_not_null", (rows.lower(value),), BOOL) for value in (acts.entity, acts.time)]
        tests += [test for test in known if test not in tests]
        tests.append(rows.lower(self.planner.until_today(acts.time, True)))
        low, until = self.days
        moment = rows.lower(self.planner.model.calendar.local(acts.time))
        if not active:  # and what a member did before a start that is told apart does not count
            return tests + between(moment, low if self._begins_once() else None, until)
        return tests + between(moment, low if self.members.start is not None else None, self._last_day(until))

    def _begins_once(self) -> bool:
        """Whether a member has one row to begin with; of several nobody knows which is the first before all are seen."""
        return isinstance(self.begins.entity, Field) and not self.begins.entity.path and self.base.key == (self.begins.entity.name,)

    def _last_day(self, until: Expr | None) -> Expr | None:
        """The day before which everything lies that members did who began before `until`."""
        if self.members.horizon is None or until is None:
            return None
        return later_by(moved(until, 1, self.members.grain), (self.members.horizon, self.members.unit))

    # ------------------------------------------------------------ the row that begins

    def _begun(self) -> Columns:
        """Every row with the time of the one that begins, what is read of that one, and the time of the row before."""
        columns: Columns = [(AT, self._moment(AT))]
        started: Expr = self._moment(AT)
        if self.members.start is not None:
            columns.append((ACTIVITY, Col(None, ACTIVITY, INT)))
            started = CaseOf(((_is_not(ACTIVITY), started),), None, self.kind)
        columns.append((STARTED, self._over("first", started)))
        columns.append((NUMBER, self._over("row_number", None, INT)))
        if self.members.active in self.names:
            before: Expr = self._moment(AT)
            if self.members.start is not None:
                before = CaseOf(((_is(ACTIVITY), before),), None, self.kind)
            columns.append((BEFORE, self._over("lag", before)))
        columns += [(c.inside, self._over("first", c.read, c.type)) for c in self.read]
        return [*columns, *([(WORTH, self.worth.read)] if self.worth is not None else [])]

    def _over(self, func: str, value: Expr | None, kind: Type | None = None) -> Expr:
        """A window over all that a member did; the row that begins is the earliest, of several at one time that with the smallest key."""
        order: list[tuple[Expr, bool]] = [(self._moment(AT), False), *((c.read, False) for c in self.keys)]
        if self.members.start is not None:
            order.insert(0, (Col(None, ACTIVITY, INT), False))
        who = Col(None, ENTITY, self.begins.entity.type)
        frame = (None, 0) if func == "first" else None
        return Over(func, () if value is None else (value,), kind or self.kind, (who,), tuple(order), frame)

    # ------------------------------------------------------------ columns

    def _shown(self) -> Columns:
        found: Columns = [(c.name, c.read) for c in self.read]
        if self.told:
            found.append((self.members.began, self._moment(STARTED)))
        found.append((self.members.member, _flag(Fn("eq", (Col(None, NUMBER, INT), Lit(1, INT)), BOOL))))
        found.append((self.members.age, self._age()))
        found.append((self.members.elapsed, apart(self._until(), self._counted(STARTED), self.members.unit)))
        found.append((self.members.active, self._active()))
        if self.worth is not None:
            found.append((self.worth.name, self.worth.read))
        return [(name, value) for name, value in found if name in self.names]

    def _age(self) -> Expr:
        return apart(self._counted(AT), self._counted(STARTED), self.members.unit)

    def _active(self) -> Expr:
        """1 on a member's first row of each period."""
        before = self._moment(BEFORE)
        tests: list[Expr] = [Fn("is_null", (before,), BOOL), Fn("lt", (self._period(BEFORE), self._period(AT)), BOOL)]
        if self.members.start is None:
            return _flag(Fn("or", tuple(tests), BOOL))
        tests.append(Fn("lt", (before, self._moment(STARTED)), BOOL))
        return _flag(Fn("and", (_is(ACTIVITY), Fn("or", tuple(tests), BOOL)), BOOL))

    def _moment(self, name: str) -> Col:
        return Col(None, name, self.kind)

    def _period(self, name: str) -> Expr:
        return period_of(self.planner, self._moment(name), self.members)

    def _counted(self, name: str) -> Expr:
        """A day by which the age is counted: of months and days any of the period's, of longer ones the first."""
        return self.planner.day(self._moment(name)) if self.members.grain in ("day", "month") else self._period(name)

    def _until(self) -> Expr:
        return start(self.planner.over(self.planner.model.sources[self.members.activity.source]), self.members.grain, self._options)

    @property
    def _options(self) -> tuple[int, int]:
        return self.planner.model.calendar.options


def period_of(planner: Planner, moment: Expr, followed: Members) -> Expr:
    """The first day of the period in which a moment lies."""
    return start(planner.day(moment), followed.grain, planner.model.calendar.options)


def apart(later: Expr, earlier: Expr, unit: str) -> Expr:
    """How many months, or days, lie between the first days of two periods."""
    if unit == "day":
        return Fn("date_diff", (later, earlier), INT, ("date",))
    return Fn("sub", (_months(later), _months(earlier)), INT)


def _months(day: Expr) -> Expr:
    years = Fn("mul", (Fn("year", (day,), INT), Lit(12, INT)), INT)
    return Fn("add", (years, Fn("month", (day,), INT)), INT)


def _flag(condition: Expr) -> Expr:
    return CaseOf(((condition, Lit(1, INT)),), Lit(0, INT), INT)


def _is(flag: str) -> Expr:
    return Fn("eq", (Col(None, flag, INT), Lit(1, INT)), BOOL)


def _is_not(flag: str) -> Expr:
    return Fn("eq", (Col(None, flag, INT), Lit(0, INT)), BOOL)
