"""What a table holds, without what it means. Comes in: a table or file over an open connection. Goes out: a `Table` with the kind of every
column and what one pass over the rows counted. Of more rows than the limit only the first ones are looked at, and that is told.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from kpidsl.data.personal import SAMPLE
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import BadCellError, Engine, Value
from kpidsl.model.expr import BOOL, INT, Agg, Col, Expr, Fn, Type
from kpidsl.plan.origin import ISO_DAY, TYPED
from kpidsl.plan.plan import Aggregate, FileRef, Limit, Named, OutputColumn, Project, Rel, Scan, Statement, TableRef
from kpidsl.record import dataclass, field, replace
from kpidsl.sql.dialects import dialect_of
from kpidsl.starter.lines import broken_line
from kpidsl.starter.target import Found

LIMIT = 5_000_000
"""Rows of a table that are looked at."""
_DAYS = ("%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d")
_KINDS: tuple[tuple[str, str], ...] = (
    (r"(TINY|SMALL|MEDIUM|BIG|HUGE|UTINY|USMALL|UBIG|UHUGE|U)?INT(EGER)?\d*|(SMALL|BIG)?SERIAL|INT UNSIGNED", "int"),
    (r"DOUBLE( PRECISION)?|FLOAT\d*|REAL", "number"),
    (r"(DECIMAL|NUMERIC|DEC)(\(.*\))?", "decimal"),
    (r"BOOL(EAN)?", "bool"),
    (r"(N?VAR)?CHAR(ACTER)?( VARYING)?(\(.*\))?|N?CHAR\(.*\)|TEXT|CLOB|STRING|UUID|ENUM.*|CITEXT|NAME|BPCHAR(\(.*\))?", "text"),
    (r"DATE", "date"),
    (r"TIMESTAMP.*|DATETIME(\(.*\))?", "timestamp"),
    (r"JSONB?", "json"),
)
_TRIED = ("int", "number", "date", "timestamp", "text")


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what its values are like. `kind` is "" where the language has no type for it; `note` says why a kind was chosen."""

    name: str
    stored: str
    type: Type | None
    known: int = 0
    distinct: int = 0
    low: Value = None
    high: Value = None
    values: tuple[Value, ...] = ()
    note: str = ""

    @property
    def kind(self) -> str:
        return self.type.kind if self.type is not None else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table or file. `sampled`: there are more rows than those that were looked at. `options` belong to the file."""

    name: str
    origin: TableRef | FileRef
    columns: tuple[Column, ...]
    rows: int = 0
    sampled: bool = False
    trouble: str = ""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def kind_of(stored: str) -> Type | None:
    """The type of a column by what its engine calls it; None where the language has none for it."""
    name = " ".join(stored.upper().split())
    if name.endswith("[]"):
        return None
    kind = next((kind for shape, kind in _KINDS if re.fullmatch(shape, name)), None)
    if kind == "decimal":
        digits = re.search(r"\((\d+)(?:, *(\d+))?\)", name)
        precision = (int(digits[1]), int(digits[2] or 0)) if digits else None
        return Type(kind, precision=precision if precision and precision[0] <= 38 else None)
    return None if kind is None else Type(kind)


@dataclass
class Profiler:
    """Looks at tables, one after another."""

    engine: Engine
    limit: int = LIMIT
    root: Path = Path(".")
    typeless: bool = field(init=False)

    def __post_init__(self) -> None:
        self.typeless = dialect_of(self.engine.dialect).typeless

    def table(self, found: Found) -> Table:
        """The table; where its rows cannot be read, `trouble` says why and its columns are what the engine tells."""
        origin = found.origin
        try:
            if isinstance(origin, FileRef):
                self.engine.load_file(origin)
            columns = [Column(name, stored, kind_of(stored)) for name, stored in self.engine.columns(origin)]
            if trouble := self._broken(origin, columns):
                return Table(found.name, origin, (), trouble=trouble)
        except KpiError as error:
            return Table(found.name, origin, (), trouble=_said(error))
        if self.typeless:
            columns = self._typed(origin, columns)
        return self._measured(Table(found.name, self._read_as(origin, columns), tuple(columns)))

    def _broken(self, origin: TableRef | FileRef, columns: Sequence[Column]) -> str:
        """The line of a text file that keeps the engine from seeing its columns."""
        if not isinstance(origin, FileRef) or origin.format != "csv" or "*" in origin.path:
            return ""
        return broken_line(self.root / origin.path, [column.name for column in columns])

    # ------------------------------------------------------------ one pass

    def _measured(self, table: Table) -> Table:
        """Again and again with one column less that cannot be read as its type; each of them becomes text."""
        for _ in range(len(table.columns) + 1):
            try:
                return self._counted(table)
            except BadCellError as error:
                days, several = self._other_days(table, error)
                changed = days or self._as_text(table, error, several)
                if changed is None:
                    return replace(table, trouble=_said(error))
                table = changed
            except (KpiError, ValueError, ArithmeticError) as error:
                return replace(table, trouble=_said(error))
        return table

    def _counted(self, table: Table) -> Table:
        alias = "looked_at"
        columns = [(at, column) for at, column in enumerate(table.columns) if column.type is not None]
        wanted: list[tuple[str, Agg]] = [("rows", Agg("count_rows", (), INT))]
        for at, column in columns:
            assert column.type is not None
            value = Col(None, f"c{at}", column.type)
            wanted.append((f"known_{at}", Agg("count", (value,), INT)))
            if column.kind in ("int", "text", "date", "timestamp", "bool"):
                wanted.append((f"different_{at}", Agg("count_distinct", (value,), INT)))
            if column.kind in ("int", "number", "decimal", "date", "timestamp"):
                wanted += [(f"low_{at}", Agg("min", (value,), column.type)), (f"high_{at}", Agg("max", (value,), column.type))]
        values = self._run(Statement(Aggregate(self._rows(table, alias, columns, self.limit + 1), (), tuple(wanted)), _columns(wanted)))[0]
        said = dict(zip((name for name, _ in wanted), values, strict=True))
        rows = _int(said["rows"])
        first = self._first(table, alias, columns)
        measured = {
            at: replace(
                column,
                known=_int(said[f"known_{at}"]),
                distinct=_int(said.get(f"different_{at}")),
                low=said.get(f"low_{at}"),
                high=said.get(f"high_{at}"),
                values=first[at],
            )
            for at, column in columns
        }
        made = tuple(measured.get(at, column) for at, column in enumerate(table.columns))
        return replace(table, columns=made, rows=min(rows, self.limit), sampled=rows > self.limit)

    def _first(self, table: Table, alias: str, columns: list[tuple[int, Column]]) -> dict[int, tuple[Value, ...]]:
        """The first values of every column."""
        if not columns:
            return {}
        shown = [(f"c{at}", column.type) for at, column in columns]
        outputs = tuple(OutputColumn(name, "group", kind) for name, kind in shown if kind is not None)
        rows = self._run(Statement(self._rows(table, alias, columns, SAMPLE), outputs))
        return {at: tuple(row[number] for row in rows) for number, (at, _) in enumerate(columns)}

    def _rows(self, table: Table, alias: str, columns: list[tuple[int, Column]], limit: int) -> Rel:
        """The first rows; the columns have names that no engine trips over."""
        named: list[tuple[str, Expr]] = [(f"c{at}", Col(alias, c.name, c.type)) for at, c in columns if c.type is not None]
        rel: Rel = Project(Scan(table.origin, alias), tuple(named or [("one", Fn("today", (), Type("date")))]))
        return Named(Limit(rel, limit), "first_rows")

    def different(self, table: Table, combinations: Sequence[Sequence[str]]) -> list[int]:
        """How many different values each combination of columns has among the rows that were looked at; one pass for all of them."""
        wanted = {name for names in combinations for name in names}
        columns = [(at, column) for at, column in enumerate(table.columns) if column.name in wanted]
        values = {column.name: Col(None, f"c{at}", column.type) for at, column in columns if column.type is not None}
        aggs = [(f"different_{at}", Agg("count_distinct", tuple(values[n] for n in names), INT)) for at, names in enumerate(combinations)]
        root = Aggregate(self._rows(table, "looked_at", columns, self.limit), (), tuple(aggs))
        return [_int(value) for value in self._run(Statement(root, _columns(aggs)))[0]]

    def listed(self, table: Table, name: str, most: int = 50) -> list[Value]:
        """The different values of a column, the first of them."""
        at, column = next((at, column) for at, column in enumerate(table.columns) if column.name == name)
        assert column.type is not None
        value = Col(None, f"c{at}", column.type)
        root = Limit(Aggregate(self._rows(table, "looked_at", [(at, column)], self.limit), (("value", value),), ()), most)
        return [row[0] for row in self._run(Statement(root, (OutputColumn("value", "group", column.type),)))]

    def _run(self, statement: Statement) -> list[tuple[Value, ...]]:
        from kpidsl.compile import emit

        return self.engine.run(emit(statement, self.engine.dialect), [column.type for column in statement.columns]).rows

    # ------------------------------------------------------------ types

    def _typed(self, origin: TableRef | FileRef, columns: list[Column]) -> list[Column]:
        """Where any cell may hold anything: the first type that every value has, the declared one first."""
        alias = "looked_at"
        tests: list[tuple[str, Agg]] = []
        tried: dict[int, list[Type]] = {}
        for at, column in enumerate(columns):
            first = [column.type] if column.type is not None and column.kind != "json" else []
            tried[at] = [*first, *(Type(kind) for kind in _TRIED if kind != column.kind)]
            known = Fn("is_not_null", (Col(alias, column.name, INT),), BOOL)
            tests.append((f"known_{at}", Agg("count_rows", (), INT, known)))
            for kind in tried[at]:
                holds = Fn("holds", (Col(alias, column.name, kind),), BOOL)
                tests.append((f"{kind.kind}_{at}", Agg("count_rows", (), INT, Fn("and", (known, holds), BOOL))))
        rel = Named(Limit(Project(Scan(origin, alias), tuple((c.name, Col(alias, c.name, INT)) for c in columns)), self.limit), alias)
        try:
            values = self._run(Statement(Aggregate(rel, (), tuple(tests)), _columns(tests)))[0]
        except KpiError:  # said when the rows are counted
            return columns
        said = dict(zip((name for name, _ in tests), values, strict=True))
        return [self._kind(column, at, tried[at], said) for at, column in enumerate(columns)]

    def _kind(self, column: Column, at: int, tried: list[Type], said: dict[str, Value]) -> Column:
        known = _int(said[f"known_{at}"])
        if not known:
            return replace(column, type=column.type or Type("text"))
        fits = [kind for kind in tried if _int(said[f"{kind.kind}_{at}"]) == known]
        if not fits:
            return replace(column, type=None, note="its values are of several types")
        if fits[0].kind == "text" and (better := next((kind for kind in fits if kind.kind in ("date", "timestamp")), None)):
            return replace(column, type=better)
        return replace(column, type=fits[0])

    def _read_as(self, origin: TableRef | FileRef, columns: Sequence[Column]) -> TableRef | FileRef:
        """A text file with the types that its source will declare, read as queries read it."""
        if not isinstance(origin, FileRef) or origin.format != "csv":
            return origin
        types = tuple((c.name, c.type) for c in columns if c.type is not None and c.kind in TYPED)
        options = tuple((key, value) for key, value in origin.options if not (key == "dateformat" and value == ISO_DAY))
        if any(kind.kind == "date" for _, kind in types) and not any(key == "dateformat" for key, _ in options):
            options += (("dateformat", ISO_DAY),)
        return replace(origin, types=types, options=options)

    def _other_days(self, table: Table, error: BadCellError) -> tuple[Table | None, list[str]]:
        """The file with the one way of writing days that all of its days are written in; else the ways that all of them fit."""
        origin = table.origin
        bad = next((c for c in table.columns if c.name.casefold() == error.column.casefold()), None)
        if bad is None or bad.kind != "date" or not isinstance(origin, FileRef) or ("dateformat", ISO_DAY) not in origin.options:
            return None, []
        rest = tuple(option for option in origin.options if option[0] != "dateformat")
        fits: list[tuple[str, Table]] = []
        for days in _DAYS:
            tried = replace(table, origin=replace(origin, options=(*rest, ("dateformat", days))))
            try:
                self._counted(tried)
            except (KpiError, ValueError, ArithmeticError):  # they are not written so
                continue
            fits.append((days, tried))
        return (fits[0][1] if len(fits) == 1 else None), [days for days, _ in fits]

    def _as_text(self, table: Table, error: BadCellError, days: Sequence[str]) -> Table | None:
        """The table with the column of the cell as text."""
        changed = False
        columns = []
        for column in table.columns:
            if column.name.casefold() == error.column.casefold() and column.kind != "text":
                note = f"line {error.line:,} holds “{error.value[:40]}”, which is no {_WORDS.get(column.kind, column.kind)}"
                if days:
                    ways = " or ".join(f'dateformat: "{each}"' for each in days)
                    note = f"days that can be read in several ways, such as {error.value[:20]}; say which behind the file: {ways}"
                column, changed = replace(column, type=Type("text"), note=note), True
            columns.append(column)
        return replace(table, columns=tuple(columns), origin=self._read_as(table.origin, columns)) if changed else None


_WORDS = {"int": "whole number", "decimal": "number", "bool": "true or false"}


def _columns(wanted: list[tuple[str, Agg]]) -> tuple[OutputColumn, ...]:
    return tuple(OutputColumn(name, "metric", agg.type) for name, agg in wanted)


def _int(value: Value) -> int:
    return int(value) if isinstance(value, int | Decimal) else 0


def _said(error: Exception) -> str:
    """The first finding, with the engine's own words where there are any."""
    if not isinstance(error, KpiError):
        return str(error).partition("\n")[0]
    first = error.diagnostics[0]
    return "; ".join([": ".join([first.message, *first.notes[:1]]), *filter(None, [first.help])])


def a_day(value: Value) -> dt.date | None:
    """The day of a date or timestamp."""
    return value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None
