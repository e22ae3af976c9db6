"""DuckDB: the embedded default. A database file is opened for reading only; files in sources are found relative to the project's folder."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kpidsl.diagnostic import KpiError, fail
from kpidsl.engines import base
from kpidsl.engines.base import EngineResult, Settings, quoted
from kpidsl.model.expr import Type
from kpidsl.plan.plan import FileRef, TableRef
from kpidsl.record import replace

if TYPE_CHECKING:
    import duckdb

_CHUNK = 500
_PARSED = ("csv", "json")
"""Formats that are slow to read because they are text."""
_LARGEST = 2 << 30
"""Bytes of files that are kept in memory for several statements."""
_BAD_CELL = re.compile(
    r"CSV Error on Line: (?P<line>\d+)\n.*?Error when converting column \"(?P<column>.*?)\"\. "
    r"Could not convert string \"(?P<value>.*?)\" to '.*?^ *file = (?P<file>[^\n]*)",
    re.DOTALL | re.MULTILINE,
)

_BROKEN_LINE = re.compile(
    r"CSV Error on Line: (?P<line>\d+)\nOriginal Line:(?P<text>[^\n]*)\n.*?"
    r"Expected Number of Columns: (?P<expected>\d+) Found: (?P<found>\d+)"
    r".*?^ *file = (?P<file>[^\n]*)",
    re.DOTALL | re.MULTILINE,
)


class Connection:
    """settings: `path` of a database file (none: in memory), `threads`, `memory_limit`, `timeout` in seconds."""

    dialect = "duckdb"

    def __init__(self, settings: Settings, root: Path) -> None:
        try:
            import duckdb
        except ImportError:
            fail(base.UNKNOWN, "DuckDB is not installed", help="pip install duckdb")
        self._db = duckdb
        self._root = root.resolve()
        self._timeout = base.seconds_setting(settings)
        self._kept = 0
        path = base.text_setting(settings, "path", "database")
        config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
        for name in ("threads", "memory_limit"):
            if (value := base.text_setting(settings, name)) is not None:
                config[name] = value
        self._connection = self._open(path, config)
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute(f"SET file_search_path = {_text(str(self._root))}")

    def _open(self, path: str | None, config: dict[str, str | bool | int | float | list[str]]) -> duckdb.DuckDBPyConnection:
        db = self._db
        if path in (None, "", ":memory:"):
            made: duckdb.DuckDBPyConnection = db.connect(":memory:", config=config)
            return made
        file = self._root / str(path)
        if not file.exists():
            fail(base.UNREADABLE, f"there is no database file {path}", help="check `path` of the connection in kpi.toml")
        try:
            made = db.connect(str(file), read_only=True, config=config)
        except db.Error as error:
            locked = re.search(r"\block\b", str(error), re.IGNORECASE) is not None  # a block is something else
            fail(
                base.UNREADABLE,
                f"another program holds the database file {path}" if locked else f"{path} cannot be opened as a DuckDB database",
                notes=(base.first_line(error),),
                help="close the other program and try again" if locked else "",
            )
        return made

    def run(self, sql: str, types: Sequence[Type] = (), values: Sequence[object] = ()) -> EngineResult:
        with base.time_limit(self._timeout, self._connection.interrupt) as expired:
            try:
                given = list(values) or None
                cursor = self._connection.execute(sql, given)
                heads = [(d[0], str(d[1])) for d in cursor.description or ()]
                zoned = [at for at, (_, kind) in enumerate(heads) if "WITH TIME ZONE" in kind]
                if zoned:
                    cursor = self._connection.execute(_without_zones(sql, [name for name, _ in heads], zoned), given)
                rows = cursor.fetchall()
            except self._db.Error as error:
                self._explain(error, expired())
            except RuntimeError as error:  # what DuckDB makes of Ctrl-C
                if "interrupted" not in str(error).lower():
                    raise
                raise KeyboardInterrupt from None
        names = tuple(name for name, _ in heads)
        if types:
            return EngineResult(names, base.converted(rows, [base.converter(t) for t in types]))
        return EngineResult(names, base.converted(rows, [None if _comes_plain(kind) else base.plain for _, kind in heads]))

    def create_table(self, name: str | tuple[str, ...], columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> None:
        from kpidsl.sql.dialects import dialect_of, type_text

        parts = base.name_parts(name)
        row = dialect_of("duckdb")
        if len(parts) == 2:
            self._do(f"CREATE SCHEMA IF NOT EXISTS {quoted(parts[0])}")
        table = ".".join(quoted(part) for part in parts)
        listed = ", ".join(f"{quoted(column)} {type_text(row, kind)}" for column, kind in columns)
        self._do(f"CREATE OR REPLACE {'TEMP ' if len(parts) == 1 and self._read_only() else ''}TABLE {table} ({listed})")
        marks = ", ".join(f"CAST(CAST(? AS JSON) AS {type_text(row, kind)})" if kind.kind == "records" else "?" for _, kind in columns)
        self._insert(table, f"({marks})", [[_stored(value) for value in line] for line in rows])

    def _read_only(self) -> bool:
        found = self._connection.execute("SELECT readonly FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
        return bool(found and found[0])

    def _insert(self, table: str, marks: str, rows: list[list[object]]) -> None:
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            values = [value for line in part for value in line]
            self._do(f"INSERT INTO {table} VALUES {', '.join([marks] * len(part))}", values)  # noqa: S608 (marks and a quoted name)

    def _do(self, sql: str, values: list[object] | None = None) -> None:
        try:
            self._connection.execute(sql, values)
        except self._db.Error as error:
            self._explain(error, False)

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        from kpidsl.sql.emit import source_text

        if isinstance(origin, FileRef):
            self.load_file(origin)
            origin = replace(origin, types=())  # what the file itself says
        try:
            found = self._connection.execute(f"DESCRIBE SELECT * FROM {source_text(origin, 'duckdb')}").fetchall()  # noqa: S608 (printed by sql/)
        except self._db.Error as error:
            self._explain(error, False)
        return [(str(line[0]), str(line[1])) for line in found]

    def tables(self) -> list[TableRef]:
        found = self._connection.execute(
            "SELECT table_schema, table_name, table_schema = current_schema() FROM information_schema.tables "
            "WHERE table_catalog = current_database() ORDER BY 3 DESC, 1, 2"
        ).fetchall()
        return [TableRef((name,) if here else (schema, name)) for schema, name, here in found]

    def load_file(self, file: FileRef) -> None:
        """XLSX goes through openpyxl into a temporary table; everything else DuckDB reads itself."""
        path = self._root / file.path
        if not any(c in file.path for c in "*?[") and "://" not in file.path and not path.exists():
            fail(
                base.NO_FILE,
                f"there is no file {file.path}",
                notes=(f"looked for in {self._root}",),
                help="check the path in `from file(…)`",
            )
        if file.format == "xlsx":
            columns, rows = base.workbook_rows(path, dict(file.options))
            if not columns:
                fail(base.UNREADABLE, f"{file.path} has no columns", help="the first row of the sheet must hold the column names")
            self.create_table((file.table,), columns, rows)

    def keep(self, file: FileRef, /) -> TableRef | None:
        """Text is parsed once, into a temporary table with the columns and types that `read_csv` gives. Parquet is quick to read in parts,
        and what is very large would not fit beside the query."""
        from kpidsl.sql.emit import source_text

        if file.format not in _PARSED or "://" in file.path or _size(self._root, file.path) > _LARGEST:
            return None
        self._kept += 1
        table = TableRef(("temp", f"kept_{self._kept}"))
        try:
            self.run(f"CREATE TEMP TABLE {quoted(table.parts[1])} AS SELECT * FROM {source_text(file, 'duckdb')}")  # noqa: S608
        except KpiError:  # the statements that read the file tell what is wrong with it, at its place
            return None
        return table

    def forget(self, table: TableRef) -> None:
        self._do(f"DROP TABLE {'.'.join(quoted(part) for part in table.parts)}")

    def interrupt(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()

    def _explain(self, error: duckdb.Error, expired: bool) -> NoReturn:
        db = self._db
        text = str(error)
        note = (base.first_line(error),)
        if expired or isinstance(error, db.InterruptException):
            fail(base.TOO_SLOW, base.too_slow(self._timeout), help="ask for less, or raise `timeout` of the connection in kpi.toml")
        if isinstance(error, db.CatalogException) and "Table" in text:
            fail(
                base.NO_TABLE, "the database has no such table", notes=note, help="check `from` of the source, and `path` of the connection"
            )
        if isinstance(error, db.BinderException) and "column" in text.lower():
            fail(base.NO_COLUMN, "a table has no such column", notes=note, help="check the columns of the source")
        if isinstance(error, db.IOException) and ("No files found" in text or "does not exist" in text or "No such file" in text):
            fail(base.NO_FILE, "a data file is missing", notes=note, help="check the path in `from file(…)`")
        if (cell := _BAD_CELL.search(text)) is not None:
            raise base.BadCellError(cell["file"].strip(), int(cell["line"]), cell["column"], cell["value"])
        if (line := _BROKEN_LINE.search(text)) is not None:
            cells = f"line {line['line']} of {line['file'].strip()} has {line['found']} cells, and {line['expected']} are expected"
            fail(base.UNREADABLE, cells, notes=(f"it reads {line['text'].strip()[:80]}",), help="mend that line, or leave it out")
        if "not utf-8 encoded" in text:
            fail(base.UNREADABLE, "a data file is not written in UTF-8", notes=note, help='say how it is written: encoding: "latin-1"')
        if isinstance(error, db.OutOfRangeException) and "DECIMAL" in text:
            fail(
                base.REFUSED,
                "an amount in this query has more digits than DuckDB's decimals hold",
                notes=note,
                help="calculate in double precision: write number(…) around one of the factors",
            )
        if isinstance(error, db.OutOfRangeException):
            fail(base.REFUSED, base.too_large("DuckDB"), notes=note, help=base.TOO_LARGE_HELP)
        if isinstance(error, (db.ConversionException, db.TypeMismatchException, db.InvalidTypeException, db.BinderException)):
            fail(
                base.WRONG_TYPE,
                "a value is not of the type that the source declares",
                notes=note,
                help="check the types of the source's columns",
            )
        fail(base.REFUSED, "DuckDB could not run the query", notes=note)


def _size(root: Path, path: str) -> int:
    """Bytes of a file, or of all that a pattern fits; those that are not there have none."""
    found = glob(str(root / path), recursive=True) if any(sign in path for sign in "*?[") else [str(root / path)]
    return sum(os.path.getsize(each) for each in found if os.path.isfile(each))


def _comes_plain(kind: str) -> bool:
    return kind not in ("DOUBLE", "FLOAT") and kind.split("(")[0] in (
        *("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT", "UHUGEINT"),
        *("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL"),
    )


def _without_zones(sql: str, names: list[str], zoned: list[int]) -> str:
    """The same rows with zoned timestamps as UTC ones: fetching zoned ones needs another package."""
    listed = ", ".join(
        f"CAST({quoted(name)} AS TIMESTAMP) AS {quoted(name)}" if at in zoned else quoted(name) for at, name in enumerate(names)
    )
    return f"SELECT {listed} FROM ({sql}\n)"  # noqa: S608 (our own statement, and quoted names)


def _stored(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
