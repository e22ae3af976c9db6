"""PostgreSQL, through psycopg. Read only unless a test makes tables; the session's zone is UTC; passwords never come out in messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote, urlsplit

from kpidsl.diagnostic import fail
from kpidsl.engines import base
from kpidsl.engines.base import EngineResult, Settings, quoted
from kpidsl.model.expr import Type
from kpidsl.plan.plan import FileRef, TableRef

if TYPE_CHECKING:
    import psycopg


class Connection:
    """settings: `url` (postgresql://…), `timeout` in seconds, `schema` (the search path)."""

    dialect = "postgres"

    def __init__(self, settings: Settings, _root: Path) -> None:
        try:
            import psycopg
        except ImportError:
            fail(base.UNKNOWN, "the PostgreSQL driver is not installed", help='pip install "psycopg[binary]"')
        self._pg = psycopg
        self._timeout = base.seconds_setting(settings)
        url = base.text_setting(settings, "url")
        if not url:
            fail(base.SETTINGS, "a PostgreSQL connection needs a `url`", help='url = "${DATABASE_URL}" in kpi.toml')
        self._secrets = secrets_of(url)
        try:
            self._connection = psycopg.connect(url, autocommit=True, connect_timeout=10, application_name="kpidsl")
            self._connection.execute("SET TIME ZONE 'UTC'")
            if self._timeout:
                self._connection.execute(f"SET statement_timeout = {int(self._timeout * 1000)}")
            if schema := base.text_setting(settings, "schema"):
                self._connection.execute(f"SET search_path = {', '.join(quoted(part.strip()) for part in schema.split(','))}")
        except (psycopg.Error, UnicodeError) as error:
            fail(
                base.NO_CONNECTION,
                "PostgreSQL cannot be reached",
                notes=(self._clean(error),),
                help="check that the server runs, and host, port, user and password of the connection",
            )

    def run(self, sql: str, types: Sequence[Type] = (), values: Sequence[object] = ()) -> EngineResult:
        try:
            cursor = self._pg.RawCursor(self._connection).execute(sql.encode(), values or None)
            heads = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall() if cursor.description else []
        except self._pg.Error as error:
            self._explain(error)
        changes = [base.converter(t) for t in types] if types else [base.plain for _ in heads]
        return EngineResult(tuple(heads), base.converted(rows, changes))

    def create_table(self, name: str | tuple[str, ...], columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> None:
        from kpidsl.sql.dialects import dialect_of, type_text

        parts = base.name_parts(name)
        row = dialect_of("postgres")
        if len(parts) == 2:
            self._do(f"CREATE SCHEMA IF NOT EXISTS {quoted(parts[0])}")
        table = ".".join(quoted(part) for part in parts)
        self._do(f"DROP TABLE IF EXISTS {table}")
        self._do(f"CREATE TABLE {table} ({', '.join(f'{quoted(column)} {type_text(row, kind)}' for column, kind in columns)})")
        try:
            with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for line in rows:
                    copy.write_row([json.dumps(v, ensure_ascii=False) if isinstance(v, (list, dict)) else v for v in line])
        except self._pg.Error as error:
            self._explain(error)

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        parts = (origin.table,) if isinstance(origin, FileRef) else origin.parts
        asked = ".".join(quoted(part) for part in parts)
        try:
            found = self._connection.execute(
                "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
                "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                (asked,),
            ).fetchall()
        except self._pg.Error as error:
            self._explain(error)
        if not found:
            fail(base.NO_TABLE, f"the database has no table `{'.'.join(parts)}`", help="check `from` of the source")
        return [(str(line[0]), str(line[1])) for line in found]

    def tables(self) -> list[TableRef]:
        try:
            found = self._connection.execute(
                "SELECT nspname, relname, pg_table_is_visible(pg_class.oid) FROM pg_class "
                "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                "WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT relispartition "
                "AND nspname <> 'information_schema' AND left(nspname, 3) <> 'pg_' ORDER BY 3 DESC, 1, 2"
            ).fetchall()
        except self._pg.Error as error:
            self._explain(error)
        return [TableRef((name,) if seen else (schema, name)) for schema, name, seen in found]

    def load_file(self, file: FileRef) -> None:
        """PostgreSQL reads no files of ours: the table must be there already."""

    def keep(self, _file: FileRef, /) -> TableRef | None:
        """Its files are tables already."""
        return None

    def forget(self, table: TableRef) -> None:
        """There is nothing to drop: `keep` makes nothing."""

    def interrupt(self) -> None:
        self._connection.cancel()

    def close(self) -> None:
        self._connection.close()

    def _do(self, sql: str) -> None:
        try:
            self._connection.execute(sql.encode())
        except self._pg.Error as error:
            self._explain(error)

    def _clean(self, error: BaseException) -> str:
        text = base.first_line(error)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _explain(self, error: psycopg.Error) -> NoReturn:
        pg = self._pg.errors
        note = (self._clean(error),)
        match error:
            case pg.QueryCanceled():
                fail(base.TOO_SLOW, base.too_slow(self._timeout), help="ask for less, or raise `timeout` of the connection in kpi.toml")
            case pg.UndefinedTable() | pg.InvalidSchemaName():
                fail(
                    base.NO_TABLE,
                    "the database has no such table",
                    notes=note,
                    help="check `from` of the source, and `schema` of the connection",
                )
            case pg.UndefinedColumn():
                fail(base.NO_COLUMN, "a table has no such column", notes=note, help="check the columns of the source")
            case pg.NumericValueOutOfRange():
                fail(base.REFUSED, base.too_large("PostgreSQL"), notes=note, help=base.TOO_LARGE_HELP)
            case pg.DataError() | pg.UndefinedFunction() | pg.DatatypeMismatch() | pg.CannotCoerce():
                fail(
                    base.WRONG_TYPE,
                    "a value is not of the type that the source declares",
                    notes=note,
                    help="check the types of the source's columns",
                )
            case pg.OperationalError() | pg.InterfaceError():
                fail(base.NO_CONNECTION, "the connection to PostgreSQL broke", notes=note)
        fail(base.REFUSED, "PostgreSQL could not run the query", notes=note)


def secrets_of(url: str) -> tuple[str, ...]:
    """What must never be printed: the whole URL and its password, written and decoded, longest first."""
    found = {url}
    try:
        password = urlsplit(url).password
    except ValueError:
        password = None
    if password:
        found |= {password, unquote(password)}
    for word in url.split():
        if word.lower().startswith("password="):
            found.add(word[len("password=") :].strip("'\""))
    return tuple(sorted((s for s in found if s), key=len, reverse=True))
