"""One pass over a source. Comes in: its checks. Goes out: one statement that counts what fails every one of them, how many keys there are
and how far the rows go; and statements that show a few of the rows that fail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kpidsl.data.checks import Check, Checks, partner, told_by
from kpidsl.data.rows import field_of, is_own
from kpidsl.model.expr import BOOL, DATE, INT, Agg, Col, Expr, Field, Fn, Lit, all_of
from kpidsl.model.model import Column, SourceModel
from kpidsl.plan.plan import Aggregate, Filter, Join, Limit, Named, OutputColumn, Project, Rel, Sort, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows
from kpidsl.record import dataclass, field

EXAMPLES = 5
_ROWS, _FULL, _KEYS = "rows", "rows_with_key", "different_keys"
_TODAY, _FIRST, _LAST, _DAYS, _THROUGH = "today", "first_day", "last_day", "days_with_rows", "complete_through"
Value = object


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the rows of a source go, today's date as the warehouse has it, and the day that a `complete through` column tells."""

    first: dt.date
    last: dt.date
    days: int
    today: dt.date
    through: dt.date | None = None

    @property
    def step(self) -> float:
        """How many days lie between one day with rows and the next, on average."""
        return ((self.last - self.first).days + 1) / max(self.days, 1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one pass found. `repeats` are rows whose key another row has as well; `known` counts values, `failing` rows."""

    source: SourceModel
    rows: int
    repeats: int = 0
    known: dict[str, int] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    extent: Extent | None = None


class Probe:
    """The statements on one source."""

    def __init__(self, planner: Planner, source: SourceModel, typeless: bool = False, as_text: dict[str, Column] | None = None) -> None:
        made = Checks(planner, source, typeless, as_text or {})
        self.planner, self.declared, self.source = planner, source, made.source
        self.checks = made.all()
        keyed = bool(source.key) and source.base is None and all(is_own(source, name) for name in source.key)
        self.key: tuple[str, ...] = source.key if keyed else ()
        self.columns = {name: f"{name}_known" for name, column in self.source.columns.items() if column.physical is not None}
        self.timed = source.time is not None and is_own(source, source.time) and source.time not in (as_text or {})

    # ------------------------------------------------------------ counting

    def statement(self) -> Statement:
        """One row with a count for everything."""
        rows = Rows(self.planner, self.source)
        wanted = [*self._of_the_source(), *((check.name, Agg("count_rows", (), INT, check.fails)) for check in self.checks)]
        aggs = tuple((name, _agg(rows.lower(agg))) for name, agg in wanted)
        roles = list(dict.fromkeys(check.role for check in self.checks if check.role))
        root = Aggregate(self._relation(rows, roles), (), aggs)
        columns = tuple(OutputColumn(name, "metric", agg.type) for name, agg in aggs)
        return Statement(root, columns, f"what is wrong with the rows of {self.declared.name}")

    def _of_the_source(self) -> list[tuple[str, Agg]]:
        wanted = [(_ROWS, Agg("count_rows", (), INT))]
        if self.key:
            keys = tuple(field_of(self.source, name) for name in self.key)
            full = all_of([Fn("is_not_null", (key,), BOOL) for key in keys])
            wanted += [(_FULL, Agg("count_rows", (), INT, full)), (_KEYS, Agg("count_distinct", keys, INT))]
        wanted += [(name, Agg("count", (field_of(self.source, column),), INT)) for column, name in self.columns.items()]
        if self.timed:
            day = self._day()
            seen = Fn("le", (day, self.planner.today()), BOOL)
            wanted.append((_TODAY, Agg("max", (self.planner.today(),), DATE)))
            wanted += [(_FIRST, Agg("min", (day,), DATE, seen)), (_LAST, Agg("max", (day,), DATE, seen))]
            wanted.append((_DAYS, Agg("count_distinct", (day,), INT, seen)))
            through = self.source.complete_through
            if isinstance(through, Field):
                wanted.append((_THROUGH, Agg("max", (self.planner.day(through),), DATE)))
        return wanted

    def _day(self) -> Expr:
        assert self.source.time is not None
        return self.planner.day(field_of(self.source, self.source.time))

    def read(self, values: Sequence[Value]) -> Seen:
        """What the statement's one row says."""
        names = [name for name, _ in self._of_the_source()]
        said = dict(zip([*names, *(check.name for check in self.checks)], values, strict=True))
        failing = {check.name: _count(said[check.name]) for check in self.checks}
        known = {column: _count(said[name]) for column, name in self.columns.items()}
        repeats = _count(said[_FULL]) - _count(said[_KEYS]) if self.key else 0
        return Seen(self.declared, _count(said[_ROWS]), repeats, known, failing, tuple(self.checks), _extent(said) if self.timed else None)

    # ------------------------------------------------------------ examples

    def examples(self, check: Check) -> Statement | None:
        """A few of the rows that fail a check; None where nothing may be shown of them."""
        if not check.shows:
            return None
        rows = Rows(self.planner, self.source)
        fails = rows.lower(check.fails)
        columns = tuple((name, rows.lower(field_of(self.source, name))) for name in check.shows)
        failing = Filter(self._relation(rows, [check.role] if check.role else []), fails)
        return _first(Project(failing, columns), columns, f"rows of {self.declared.name}: {check.name}")

    def repeated(self) -> Statement | None:
        """A few keys that several rows have, with how many have them."""
        names = [name for name in self.key if name in told_by(self.source)]
        if not names or len(names) < len(self.key):
            return None
        rows = Rows(self.planner, self.source)
        groups = tuple((name, rows.lower(field_of(self.source, name))) for name in names)
        known = all_of([Fn("is_not_null", (expr,), BOOL) for _, expr in groups])
        assert known is not None
        copies = "rows" if "rows" not in names else "number of rows"
        counted = Aggregate(Filter(self._relation(rows, []), known), groups, ((copies, Agg("count_rows", (), INT)),))
        several = Filter(Named(counted, "copies"), Fn("gt", (Col(None, copies, INT), Lit(1, INT)), BOOL))
        columns = (*((name, Col(None, name, expr.type)) for name, expr in groups), (copies, Col(None, copies, INT)))
        ordered = ((Col(None, copies, INT), True), *((expr, False) for _, expr in columns[:-1]))
        root = Limit(Sort(Project(several, columns), ordered), EXAMPLES)
        return Statement(root, _outputs(columns), f"keys of several rows of {self.declared.name}")

    # ------------------------------------------------------------ rows

    def _relation(self, rows: Rows, roles: list[str]) -> Rel:
        """All rows, later ones too, with the target's keys beside them for every role."""
        lefts = {role: [rows.read(field_of(self.source, left)) for left, _ in self.source.joins[role].on] for role in roles}
        rel = rows.relation(limited=False)
        for role in roles:
            rel = self._with_partner(rel, role, lefts[role])
        return rel

    def _with_partner(self, rel: Rel, role: str, lefts: list[Expr]) -> Rel:
        """Each key of the target once, so that no row becomes two."""
        join = self.source.joins[role]
        target = self.planner.model.sources[join.target]
        inner = Rows(self.planner, target)
        rights = list(dict.fromkeys(right for _, right in join.on))
        groups = tuple((right, inner.lower(field_of(target, right))) for right in rights)
        keys = Named(Aggregate(inner.relation(limited=False), groups, ()), partner(role))
        tests: list[Expr] = [
            Fn("eq", (left, Col(partner(role), right, target.columns[right].type)), BOOL)
            for left, (_, right) in zip(lefts, join.on, strict=True)
        ]
        return Join(rel, keys, partner(role), all_of(tests))


def _first(rel: Rel, columns: tuple[tuple[str, Expr], ...], comment: str) -> Statement:
    order = tuple((Col(None, name, expr.type), False) for name, expr in columns)
    return Statement(Limit(Sort(rel, order), EXAMPLES), _outputs(columns), comment)


def _outputs(columns: tuple[tuple[str, Expr], ...]) -> tuple[OutputColumn, ...]:
    return tuple(OutputColumn(name, "group", expr.type) for name, expr in columns)


def _agg(expr: Expr) -> Agg:
    assert isinstance(expr, Agg)
    return expr


def _count(value: Value) -> int:
    return int(value) if isinstance(value, int) else 0


def _extent(said: dict[str, Value]) -> Extent | None:
    first, last, today, through = (said.get(name) for name in (_FIRST, _LAST, _TODAY, _THROUGH))
    if not (isinstance(first, dt.date) and isinstance(last, dt.date) and isinstance(today, dt.date)):
        return None
    return Extent(first, last, _count(said[_DAYS]), today, through if isinstance(through, dt.date) else None)
