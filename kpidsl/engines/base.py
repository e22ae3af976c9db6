"""What every engine can do: connect, run a statement, tell columns, make a table. Comes in: SQL text. Goes out: plain Python values.

Errors of an engine become diagnostics KPI160 to KPI169 in plain words, with the engine's own message as a note and secrets struck out.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Context, Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from kpidsl.diagnostic import Diagnostic, KpiError, fail, similar
from kpidsl.model.expr import Type
from kpidsl.plan.plan import FileRef, TableRef
from kpidsl.record import dataclass

Value = int | float | Decimal | str | bool | dt.date | dt.datetime | None
Settings = Mapping[str, object]

UNREADABLE = "KPI160"
NO_FILE = "KPI161"
NO_TABLE = "KPI162"
NO_COLUMN = "KPI163"
WRONG_TYPE = "KPI164"
NO_CONNECTION = "KPI165"
TOO_SLOW = "KPI166"
REFUSED = "KPI167"
UNKNOWN = "KPI168"
SETTINGS = "KPI169"


class BadCellError(KpiError):
    """A cell of a text file that is not of the type its column is declared with. `file` is as the engine names it, lines count from 1."""

    def __init__(self, file: str, line: int, column: str, value: str) -> None:
        message = f"line {line} of {file} holds “{value[:60]}” in `{column}`"
        super().__init__(Diagnostic(WRONG_TYPE, message, help="check the types of the source's columns"))
        self.file, self.line, self.column, self.value = file, line, column, value


@dataclass(frozen=True, slots=True)
class EngineResult:
    """The rows of a statement, in its order."""

    names: tuple[str, ...]
    rows: list[tuple[Value, ...]]


class Engine(Protocol):
    """An open connection. `dialect` is the SQL it speaks."""

    dialect: str

    def run(self, sql: str, types: Sequence[Type] = (), values: Sequence[object] = ()) -> EngineResult:
        """The rows of a query. With `types` (one a column) values come as those types, whatever the engine stores. `values` are those of
        the places `$1`, `$2` … that the query has: they never become a part of its text."""
        ...

    def create_table(self, name: str | tuple[str, ...], columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> None:
        """A small table of given rows, for tests. A dotted name makes its schema too."""
        ...

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        """Names and the engine's own types of a table's or file's columns."""
        ...

    def load_file(self, file: FileRef) -> None:
        """Make a file readable that the SQL reads as the table `file.table`; nothing to do where the SQL reads the file itself."""
        ...

    def interrupt(self) -> None:
        """Break off what runs in another thread, if anything does: it fails there."""
        ...

    def close(self) -> None: ...


class Catalog(Engine, Protocol):
    """A connection that can list what it holds: those that `open_engine` opens."""

    def tables(self) -> list[TableRef]:
        """Its tables and views, sorted by name; with their schema where that is not the one that is looked into by itself."""
        ...

    def keep(self, file: FileRef, /) -> TableRef | None:
        """Read a file once for many statements: the table that now holds exactly its rows; None where that is not worth it, or where the
        file cannot be read as a whole, which the statements that need it will tell."""
        ...

    def forget(self, table: TableRef) -> None:
        """Drop what `keep` made."""
        ...


# name in kpi.toml → module with a class `Connection`
_ENGINES = {"duckdb": "duckdb", "sqlite": "sqlite", "sqlite3": "sqlite", "postgres": "postgres", "postgresql": "postgres"}


def open_engine(name: str, settings: Settings | None = None, root: Path | str = ".") -> Catalog:
    """An open connection. `root` is the project's folder, to which paths in settings and sources are relative."""
    module = _ENGINES.get(name.lower())
    if module is None:
        near = similar(name, _ENGINES)
        fail(
            UNKNOWN,
            f"kpidsl cannot connect to `{name}`",
            notes=(f"it can connect to: {', '.join(sorted(set(_ENGINES.values())))}",),
            help=f"did you mean `{near[0]}`?" if near else "build the SQL for that warehouse with `kpi build` and run it there",
        )
    made: Catalog = import_module(f"kpidsl.engines.{module}").Connection(expanded(settings or {}), Path(root))
    return made


_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def expanded(settings: Settings) -> dict[str, object]:
    """`${NAME}` in settings taken from the environment."""

    def look_up(found: re.Match[str]) -> str:
        value = os.environ.get(found.group(1))
        if value is None:
            fail(SETTINGS, f"kpi.toml needs the environment variable {found.group(1)}, and it is not set", help="set it and try again")
        return value

    return {key: _VARIABLE.sub(look_up, value) if isinstance(value, str) else value for key, value in settings.items()}


def text_setting(settings: Settings, *names: str) -> str | None:
    """The first of the settings that is there."""
    for name in names:
        value = settings.get(name)
        if value is not None:
            return str(value)
    return None


def seconds_setting(settings: Settings) -> float | None:
    value = settings.get("timeout")
    if value is None:
        return None
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = -1
    if seconds <= 0:
        fail(SETTINGS, f"the timeout of a connection is a number of seconds, not `{value}`")
    return seconds


@contextmanager
def time_limit(seconds: float | None, interrupt: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Interrupt what runs inside after some seconds; the value tells whether that happened."""
    if seconds is None:
        yield lambda: False
        return
    import threading

    fired = threading.Event()

    def stop() -> None:
        fired.set()
        interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield fired.is_set
    finally:
        timer.cancel()


def too_slow(seconds: float | None) -> str:
    return f"the query did not finish within {seconds:g} seconds" if seconds else "the query took too long"


def too_large(engine: str) -> str:
    return f"a number in this query is larger than {engine} can hold"


TOO_LARGE_HELP = "look for values far beyond the usual in the columns that are added up or multiplied"


def first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def quoted(name: str) -> str:
    """A name between double quotes, as DuckDB, SQLite and PostgreSQL take it."""
    return '"' + name.replace('"', '""') + '"'


def name_parts(name: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.split(".")) if isinstance(name, str) else name


def converter(type_: Type) -> Callable[[Value], Value] | None:
    """How a stored value becomes one of the type; None where it comes right."""
    return _CONVERTERS.get(type_.kind)


def _int(value: Value) -> Value:
    if isinstance(value, (Decimal, float)):
        return int(value) if math.isfinite(value) and value == int(value) else value
    return int(value) if isinstance(value, bool) else value


def _number(value: Value) -> Value:
    return _decimal(float(value) if isinstance(value, (Decimal, int)) else value)


def _decimal(value: Value) -> Value:
    """Decimals as they are written, whatever scale the engine keeps them in: 240.0 and 0.125, no zeros behind. No infinities, and no −0,
    which rounding makes of a small negative double."""
    if isinstance(value, (float, Decimal)) and not math.isfinite(value):
        return None
    if isinstance(value, float):
        return value or 0.0
    if isinstance(value, Decimal):
        short = value.normalize(_EXACT)
        return short if int(short.as_tuple().exponent) < 0 else short.quantize(_TENTH, context=_EXACT)
    return value


def _bool(value: Value) -> Value:
    return bool(value) if isinstance(value, int) else value


def _date(value: Value) -> Value:
    if isinstance(value, dt.datetime):
        return value.date()
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value


def _timestamp(value: Value) -> Value:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo is not None else value
    return dt.datetime(value.year, value.month, value.day) if isinstance(value, dt.date) else value


_EXACT, _TENTH = Context(prec=100), Decimal("0.1")
_CONVERTERS: dict[str, Callable[[Value], Value]] = {
    "int": _int,
    "number": _number,
    "duration": _number,
    "decimal": _decimal,
    "bool": _bool,
    "date": _date,
    "timestamp": _timestamp,
}


def converted(rows: Iterable[Sequence[Any]], changes: Sequence[Callable[[Value], Value] | None]) -> list[tuple[Value, ...]]:
    """Rows with every column through its converter."""
    if not any(changes):
        return [tuple(row) for row in rows]
    return [tuple(v if v is None or change is None else change(v) for v, change in zip(row, changes, strict=True)) for row in rows]


def plain(value: object) -> Value:
    """A value of unknown type as a plain one: no infinities, no zones, no memory views."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return value if value.is_finite() else None
        case dt.datetime():
            return _timestamp(value)
        case None | bool() | int() | str() | dt.date():
            return value
        case dt.timedelta():
            return value / dt.timedelta(days=1)
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode(errors="replace")
    return str(value)


def _broken() -> tuple[type[Exception], ...]:
    """What reading a broken workbook ends in: bad XML is a SyntaxError, an encrypted one a RuntimeError, a missing part any other."""
    from zipfile import BadZipFile

    usual = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, OverflowError, AssertionError)
    return (*usual, SyntaxError, BadZipFile, zlib.error)


_UNPACKED = 2 << 30  # bytes of a workbook's parts


def workbook_rows(path: Path, options: Mapping[str, object]) -> tuple[list[tuple[str, Type]], list[list[object]]]:
    """The columns and rows of a sheet (option `sheet`, else the first); the first row holds the names."""
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        fail(UNKNOWN, f"reading {path.name} needs the package openpyxl", help="pip install openpyxl, or save the sheet as CSV")
    help = "open it in a spreadsheet, and save it as .xlsx or .csv"
    try:
        _refuse_bomb(path)
        book = load_workbook(path, read_only=True, data_only=True)
        wanted = options.get("sheet")
        if wanted is not None and str(wanted) not in book.sheetnames:
            fail(NO_TABLE, f"{path.name} has no sheet `{wanted}`", notes=(f"sheets: {', '.join(book.sheetnames)}",))
        sheet = book[str(wanted)] if wanted is not None else book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong, and would be filled up with empty cells
        lines = _of_one_width(list(line) for line in sheet.iter_rows(values_only=True) if any(cell is not None for cell in line))
        book.close()
    except (*_broken(), InvalidFileException) as error:
        fail(UNREADABLE, f"{path.name} cannot be read as a workbook", notes=(first_line(error),), help=help)
    if not lines:
        return [], []
    head = [str(cell) if cell is not None else f"column_{at}" for at, cell in enumerate(lines[0], 1)]
    twice = next((name for name in head if [other.casefold() for other in head].count(name.casefold()) > 1), None)
    if twice is not None:
        fail(UNREADABLE, f"{path.name} has two columns `{twice}`", help="rename one of them in the first row of the sheet")
    rows = lines[1:]
    kinds = [_kind_of([row[at] for row in rows]) for at in range(len(head))]
    return [(name, Type(kind)) for name, kind in zip(head, kinds, strict=True)], [
        [_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows
    ]


def _refuse_bomb(path: Path) -> None:
    """A workbook is an archive; a small one may unpack to more than any machine holds."""
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > _UNPACKED:
        message = f"{path.name} would unpack to {size >> 20:,} MB, and {_UNPACKED >> 20:,} MB is the most"
        fail(UNREADABLE, message, help="save the sheet as CSV or Parquet, which are read in place")


def _of_one_width(lines: Iterable[list[object]]) -> list[list[object]]:
    """Lines that end where their last cell is, all as long as the longest."""
    found = list(lines)
    width = max((len(line) for line in found), default=0)
    return [line + [None] * (width - len(line)) for line in found]


def _kind_of(cells: list[object]) -> str:
    kinds = {type(cell) for cell in cells if cell is not None}
    if not kinds:
        return "text"
    if kinds == {bool}:
        return "bool"
    if kinds == {int}:
        return "int"
    if kinds <= {int, float}:
        return "number"
    if kinds == {dt.datetime}:
        midnight = all(cell.time() == dt.time() for cell in cells if isinstance(cell, dt.datetime))
        return "date" if midnight else "timestamp"
    return "date" if kinds == {dt.date} else "text"


def _cell(value: object, kind: str) -> object:
    if value is None or kind not in ("text", "date"):
        return value
    if kind == "date":
        return value.date() if isinstance(value, dt.datetime) else value
    return value if isinstance(value, str) else str(value)
