"""What every plan of a model shares: today's date, and the relations of derived sources (coarser grains, unions, long columns). Comes in: a
model. Goes out: relations that the row builder joins."""

from __future__ import annotations

import datetime as dt

from kpidsl.diagnostic import fail
from kpidsl.model.derived import Credits, Members
from kpidsl.model.expr import BOOL, DATE, INT, TEXT, TIMESTAMP, Agg, Col, Expr, Field, Fn, Lit, Type, fields, transform, walk
from kpidsl.model.model import Model, SourceModel
from kpidsl.plan.days import earlier, moved
from kpidsl.plan.origin import has_no_decimals, short
from kpidsl.plan.plan import Aggregate, Join, Named, Project, Rel, UnionAll
from kpidsl.plan.rows import Rows, as_double, declared, hidden_name
from kpidsl.record import dataclass, field
from kpidsl.syntax import ast

TODAY = Fn("today", (), DATE)
LONG = 15
"""Length of a computed column above which it is not repeated where it is used."""
HEAVY = ("get", "url_host", "url_path", "url_param", "split_part", "parse_date")
"""Functions that are long in SQL."""


@dataclass
class Planner:
    """Plans queries over one model. `as_of` is the last visible day; None means the warehouse's current date."""

    model: Model
    as_of: dt.date | None = None
    scalars: dict[str, Named] = field(default_factory=dict)
    """Values that only the data say, by name."""

    # ------------------------------------------------------------ questions of the row builder

    def __post_init__(self) -> None:
        if self.as_of is not None and self.as_of.year == dt.MAXYEAR:
            fail("KPI123", f"today cannot be {self.as_of}: no day comes after it", help="say another day after --as-of, or as `as_of`")

    def today(self) -> Expr:
        return TODAY if self.as_of is None else Lit(self.as_of, DATE)

    def last_day(self, source: SourceModel) -> Expr | None:
        """The last day that a source says is complete: a date, or the greatest value of a column; null where nothing was ever loaded."""
        declared = source.complete_through
        if not isinstance(declared, Field):
            return None if declared is None else Lit(declared, DATE)
        name = f"{short(source.name)}_coverage"
        if name not in self.scalars:
            rows = Rows(self, source)
            day = self.day(rows.read(declared))
            self.scalars[name] = Named(Aggregate(rows.relation(), (), (("complete_through", Agg("max", (day,), DATE)),)), name)
        return Fn("scalar", (), DATE, (name, "complete_through"))

    def ends(self, source: SourceModel) -> list[Expr]:
        """The last days that a source, or those that it is made of, declare to be complete."""
        last = self.last_day(source)
        if last is not None:
            return [last]
        only = source.base or source.rows_of
        below = source.members if only is None else (only,)
        return [end for name in below for end in self.ends(self.model.sources[name])]

    def over(self, source: SourceModel) -> Expr:
        """The day after the last one on which a source is complete, tomorrow at most (S14)."""
        tomorrow = moved(self.today(), 1, "day")
        ends = [moved(e if isinstance(e, Lit) else Fn("coalesce", (e, self.today()), DATE), 1, "day") for e in self.ends(source)]
        return earlier(tomorrow, *ends) or tomorrow

    def first_over(self, ends: list[Expr]) -> Expr:
        """The day after the last one on which all of these are complete, tomorrow at most. A source without rows holds nothing up."""
        tomorrow = moved(self.today(), 1, "day")
        told = [str(end.options[0]) for end in ends if isinstance(end, Fn)]
        known = [moved(end, 1, "day") for end in ends if isinstance(end, Lit)]
        if not told:
            return earlier(tomorrow, *known) or tomorrow
        if "elapsed" not in self.scalars:
            rel: Rel = self.scalars[told[0]]
            for name in told[1:]:
                rel = Join(rel, self.scalars[name], name, None, "cross")
            read = [Fn("coalesce", (Col(name, "complete_through", DATE), self.today()), DATE) for name in told]
            until = earlier(tomorrow, *known, *(moved(end, 1, "day") for end in read))
            assert until is not None
            self.scalars["elapsed"] = Named(Project(rel, (("until_day", until),)), "elapsed")
        return Fn("scalar", (), DATE, ("elapsed", "until_day"))

    def dated(self, expr: Expr) -> Expr:
        """The expression with today's date filled in where it is given."""
        if self.as_of is None:
            return expr
        return transform(expr, lambda e: self.today() if isinstance(e, Fn) and e.op == "today" else None)

    def is_long(self, source: SourceModel, name: str) -> bool:
        """Whether a computed column of a table is so long that it is written once, in a relation of its own, and then read by name."""
        column = source.columns[name]
        if column.expr is None or source.base is not None or source.members:
            return False
        reads = [e for e in walk(column.expr) if isinstance(e, Field)]
        if any(f.path or f.name in source.aggregates for f in reads):
            return False
        return self._length(source, name) > LONG

    def _length(self, source: SourceModel, name: str) -> int:
        """Parts of a column's expression with those of the computed columns in it; nested values count for what they become in SQL."""
        column = source.columns.get(name)
        if column is None or column.expr is None:
            return 1
        total = 0
        for part in walk(column.expr):
            total += 8 if isinstance(part, Fn) and part.op in HEAVY else 1
            if isinstance(part, Field) and not part.path and part.name != name:
                total += self._length(source, part.name)
        return total

    def in_sql(self, source: SourceModel, name: str, kind: Type) -> Type:
        """What a column is when it is read: the type that it is declared with, but no decimal where it holds doubles (S6)."""
        return as_double(kind) if kind.kind == "decimal" and self._holds_doubles(source, name) else kind

    def _holds_doubles(self, source: SourceModel, name: str) -> bool:
        """Whether amounts of a column were divided, in it or below it, or stand in a file that knows no decimals."""
        column = source.columns.get(name)
        if column is None or column.type.kind != "decimal":
            return column is not None and column.type.kind == "number"
        if source.base is not None and name in source.by:
            return self._holds_doubles(self.model.sources[source.base], name)
        if column.expr is not None:
            reads = [(self._at(source, f.path), f.name) for f in fields(column.expr) if f.type.kind == "decimal"]
            return column.expr.type.kind == "number" or any(self._holds_doubles(there, inner) for there, inner in reads)
        if source.members:
            return any(self._holds_doubles(self.model.sources[member], column.physical or name) for member in source.members)
        return has_no_decimals(source)

    def starts(self, source: SourceModel, names: list[str], days: tuple[Expr | None, Expr | None]) -> Rel:
        """The rows of what a funnel, a conversion or a cohort makes, with what is read of them; those of these days at least."""
        if isinstance(source.events, Credits):
            from kpidsl.plan.conversions import opportunities

            return opportunities(self, source, names, days)
        if isinstance(source.events, Members):
            from kpidsl.plan.cohorts import members

            return members(self, source, names, days)
        from kpidsl.plan.funnels import starts

        return starts(self, source, names, days)

    def _at(self, source: SourceModel, path: tuple[str, ...]) -> SourceModel:
        for role in path:
            source = self.model.sources[source.joins[role].target]
        return source

    def sees_only_past(self, source: SourceModel) -> bool:
        """Whether the time of a derived source is that of the rows below it, which are limited to the past already."""
        if source.time is None:
            return False
        if source.events is not None:
            return True
        if source.base is not None:
            below = self.model.sources[source.base]
            return below.time is not None and self._made_of(source, Field((), source.time, DATE), below.time)
        names = [source.columns[source.time].physical or source.time] if source.members else []
        return bool(names) and all(self.model.sources[member].time == names[0] for member in source.members)

    def _made_of(self, source: SourceModel, value: Expr, time: str) -> bool:
        """Whether a value of a coarser grain is one of the times of the rows below, or the start of its period."""
        match value:
            case Field(path=(), name=name) if name in source.aggregates:
                agg = source.aggregates[name].agg
                picked = agg.args[0] if agg.func in ("min", "max", "any", "first", "last") else None
                return isinstance(picked, Field) and not picked.path and picked.name == time
            case Field(path=(), name=name):
                below = source.columns[name].expr
                return name == time if name in source.by else below is not None and self._made_of(source, below, time)
            case Fn(op="to_date" | "start_of", args=(inner,)):
                return self._made_of(source, inner, time)
            case _:
                return False

    def as_kind(self, moment: Expr, wanted: Type) -> Expr:
        """A moment beside times of another kind or zone: the calendar's day beside dates, its midnight beside timestamps."""
        if moment.type.kind == "timestamp" and wanted.kind == "date":
            return Fn("to_date", (self.model.calendar.local(moment),), DATE)
        if moment.type.kind == "date" and wanted.kind == "timestamp":
            return Fn("to_timestamp", (moment,), TIMESTAMP)
        here, there = moment.type.zone or "UTC", wanted.zone or "UTC"
        return moment if here == there or moment.type.kind == "date" else Fn("at_zone", (moment,), wanted, (here, there))

    def day(self, moment: Expr, local: bool = False) -> Expr:
        """The calendar's day of a moment; `local` moments stand on the calendar's clock already."""
        if moment.type.kind == "date":
            return moment
        return Fn("to_date", (moment if local else self.model.calendar.local(moment),), DATE)

    def until_today(self, moment: Expr, not_null: bool) -> Expr:
        """The row is not later than today; rows without a time stay (S2, S14)."""
        day = self.today()
        if moment.type.kind == "date":
            test: Expr = Fn("le", (moment, day), BOOL)
        else:
            if isinstance(day, Lit) and isinstance(day.value, dt.date):
                end = self.model.calendar.midnight(day.value + dt.timedelta(days=1), moment.type.zone)
                test = Fn("lt", (moment, Lit(end, TIMESTAMP)), BOOL)
            else:
                following = Fn("to_timestamp", (Fn("date_add", (day,), DATE, (1, "day")),), TIMESTAMP)
                test = Fn("lt", (self.model.calendar.local(moment), following), BOOL)
        return test if not_null else Fn("or", (test, Fn("is_null", (moment,), BOOL)), BOOL)

    def union(self, source: SourceModel, names: list[str]) -> Rel:
        """The rows of a union's members under its own column names."""
        assert isinstance(source.origin, ast.FromUnion)
        word = source.origin.discriminator.text if source.origin.discriminator else None
        kinds = {name: self.in_sql(source, name, source.columns[name].type) for name in names}
        inputs: list[Rel] = []
        for member in source.members:
            theirs = self.model.sources[member]
            rows = Rows(self, theirs)
            columns: list[tuple[str, Expr]] = []
            for name in names:
                kind = kinds[name]
                if name == word:
                    columns.append((name, Lit(short(member), TEXT)))
                else:
                    inner = source.columns[name].physical or name
                    columns.append((name, declared(rows.read(Field((), inner, theirs.columns[inner].type)), kind)))
            inputs.append(Project(rows.relation(), tuple(columns or [("one", Lit(1, INT))])))
        return UnionAll(tuple(inputs), tuple(kinds[n] for n in names))

    def grain(self, source: SourceModel, names: list[str]) -> Rel:
        """One row per value of `by`: the by columns and the aggregates that are read."""
        assert source.base is not None
        rows = Rows(self, self.model.sources[source.base])
        groups = tuple((name, rows.read(Field((), name, rows.source.columns[name].type))) for name in source.by)
        aggs: list[tuple[str, Agg]] = []
        for hidden, made in source.aggregates.items():
            name = hidden_name(source, hidden)
            if name in names:
                lowered = rows.lower(made.agg)
                assert isinstance(lowered, Agg)
                aggs.append((name, lowered))
        rel: Rel = Aggregate(rows.relation(), groups, tuple(aggs))
        counted = {n for n, _ in aggs}
        columns: list[tuple[str, Expr]] = [(name, Col(None, name, expr.type)) for name, expr in groups]
        for hidden, made in source.aggregates.items():
            name = hidden_name(source, hidden)
            if name in counted:
                value: Expr = Col(None, name, made.agg.type)
                columns.append((name, Fn("coalesce", (value, Lit(0, INT)), made.agg.type) if made.agg.func == "sum" else value))
        return Project(rel, tuple(columns))
