"""SQLite, from the standard library. Opened for reading only; dates are ISO text, truths 0 and 1, decimals doubles."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from kpidsl.diagnostic import fail
from kpidsl.engines import base
from kpidsl.engines.base import EngineResult, Settings, quoted
from kpidsl.model.expr import Type
from kpidsl.plan.plan import FileRef, TableRef


class Connection:
    """settings: `path` of a database file (none: in memory), `timeout` in seconds."""

    dialect = "sqlite"

    def __init__(self, settings: Settings, root: Path) -> None:
        self._root = root.resolve()
        self._timeout = base.seconds_setting(settings)
        path = base.text_setting(settings, "path", "database")
        if path in (None, "", ":memory:"):
            self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        else:
            self._connection = self._open(self._root / str(path), str(path))
        if self._run("SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_MATH_FUNCTIONS'").fetchone() is None:
            fail(base.UNKNOWN, "this SQLite was built without mathematical functions", help="use a Python whose SQLite has them, or DuckDB")

    def _open(self, file: Path, shown: str) -> sqlite3.Connection:
        if not file.exists():
            fail(base.UNREADABLE, f"there is no database file {shown}", help="check `path` of the connection in kpi.toml")
        try:
            connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, check_same_thread=False)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error as error:
            locked = "locked" in str(error)
            fail(
                base.UNREADABLE,
                f"another program holds the database file {shown}" if locked else f"{shown} cannot be opened as an SQLite database",
                notes=(base.first_line(error),),
                help="close the other program and try again" if locked else "",
            )
        return connection

    def run(self, sql: str, types: Sequence[Type] = (), values: Sequence[object] = ()) -> EngineResult:
        with base.time_limit(self._timeout, self._connection.interrupt) as expired:
            try:
                cursor = self._connection.execute(sql, [_stored(value, "date") for value in values])
                rows = cursor.fetchall()
            except (sqlite3.Error, sqlite3.Warning) as error:
                self._explain(error, expired())
        names = tuple(str(d[0]) for d in cursor.description or ())
        changes = [base.converter(t) for t in types] if types else [base.plain for _ in names]
        return EngineResult(names, base.converted(rows, changes))

    def create_table(self, name: str | tuple[str, ...], columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> None:
        from kpidsl.sql.dialects import dialect_of, type_text

        parts = base.name_parts(name)
        row = dialect_of("sqlite")
        schemas = {str(line[1]).casefold() for line in self._run("PRAGMA database_list").fetchall()}
        if len(parts) == 2 and parts[0].casefold() not in schemas:
            self._connection.commit()
            self._run(f"ATTACH DATABASE ':memory:' AS {quoted(parts[0])}")
        table = ".".join(quoted(part) for part in parts)
        self._run(f"DROP TABLE IF EXISTS {table}")
        self._run(f"CREATE TABLE {table} ({', '.join(f'{quoted(column)} {type_text(row, kind)}' for column, kind in columns)})")
        marks = ", ".join("?" * len(columns))
        kinds = [kind.kind for _, kind in columns]
        stored = [[_stored(value, kind) for value, kind in zip(line, kinds, strict=True)] for line in rows]
        try:
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", stored)  # noqa: S608 (marks and a quoted name)
            self._connection.commit()
        except sqlite3.Error as error:
            self._explain(error, False)

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        parts = (origin.table,) if isinstance(origin, FileRef) else origin.parts
        schema = f"{quoted(parts[-2])}." if len(parts) > 1 else ""
        found = self._run(f"PRAGMA {schema}table_info({quoted(parts[-1])})").fetchall()
        if not found:
            fail(base.NO_TABLE, f"the database has no table `{'.'.join(parts)}`", help="check `from` of the source")
        return [(str(line[1]), str(line[2])) for line in found]

    def tables(self) -> list[TableRef]:
        found = self._run(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        return [TableRef((str(line[0]),)) for line in found.fetchall()]

    def load_file(self, file: FileRef) -> None:
        """SQLite reads no files: the table must be there already."""

    def keep(self, _file: FileRef, /) -> TableRef | None:
        """Its files are tables already."""
        return None

    def forget(self, table: TableRef) -> None:
        """There is nothing to drop: `keep` makes nothing."""

    def interrupt(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()

    def _run(self, sql: str) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql)
        except sqlite3.Error as error:
            self._explain(error, False)

    def _explain(self, error: Exception, expired: bool) -> NoReturn:
        text = str(error)
        note = (base.first_line(error),)
        if expired or text == "interrupted":
            fail(base.TOO_SLOW, base.too_slow(self._timeout), help="ask for less, or raise `timeout` of the connection in kpi.toml")
        if text.startswith(("no such table", "unknown database")):
            fail(
                base.NO_TABLE, "the database has no such table", notes=note, help="check `from` of the source, and `path` of the connection"
            )
        if text.startswith("no such column"):
            fail(base.NO_COLUMN, "a table has no such column", notes=note, help="check the columns of the source")
        if "malformed" in text or "not a database" in text:
            fail(base.UNREADABLE, "the database cannot be read", notes=note)
        if "mismatch" in text:
            fail(base.WRONG_TYPE, "a value is not of the type that the source declares", notes=note)
        if text == "integer overflow":
            fail(base.REFUSED, base.too_large("SQLite"), notes=note, help=base.TOO_LARGE_HELP)
        fail(base.REFUSED, "SQLite could not run the query", notes=note)


def _stored(value: object, kind: str) -> object:
    """The value as SQLite keeps it."""
    match value:
        case bool():
            return int(value)
        case Decimal():
            return float(value)
        case dt.datetime():
            return value.isoformat(" ", "milliseconds" if value.microsecond else "seconds")
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case dt.date():
            return f"{value.isoformat()} 00:00:00" if kind == "timestamp" else value.isoformat()
    return value
