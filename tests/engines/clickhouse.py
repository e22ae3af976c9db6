"""ClickHouse inside this process (chdb), as a warehouse for tests. Errors come out as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kpidsl.engines import base
from kpidsl.engines.base import EngineResult
from kpidsl.model.expr import Type
from kpidsl.plan.plan import FileRef, TableRef
from tests.engines.writing import listed_columns, quoted_name, rows_text


class Connection:
    """An empty database of its own, with the server's own settings: what a statement needs beyond them it says itself."""

    dialect = "clickhouse"

    def __init__(self) -> None:
        from chdb.session import Session

        self._session: Any = Session()
        self._session.query("CREATE DATABASE of_tests")
        self._session.query("USE of_tests")  # the database of a new session looks for unknown tables among the files of this folder

    def run(self, sql: str, types: Sequence[Type] = ()) -> EngineResult:
        table = self._session.query(sql, "ArrowTable")
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        changes = [base.converter(t) for t in types] if types else [base.plain for _ in table.column_names]
        return EngineResult(tuple(table.column_names), base.converted(rows, changes))

    def create_table(self, name: str | tuple[str, ...], columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> None:
        parts = base.name_parts(name)
        if len(parts) == 2:
            self._session.query(f"CREATE DATABASE IF NOT EXISTS {quoted_name(self.dialect, parts[0])}")
        table = ".".join(quoted_name(self.dialect, part) for part in parts)
        self._session.query(f"CREATE OR REPLACE TABLE {table} ({listed_columns(self.dialect, columns)}) ENGINE = Memory")
        written = rows_text(self.dialect, columns, rows)
        if written:
            self._session.query(f"INSERT INTO {table} VALUES {written}")

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        parts = (origin.table,) if isinstance(origin, FileRef) else origin.parts
        found = self.run(f"DESCRIBE TABLE {'.'.join(quoted_name(self.dialect, part) for part in parts)}")
        return [(str(row[0]), str(row[1])) for row in found.rows]

    def load_file(self, file: FileRef) -> None:
        """Files are not read here: the table must be there already."""

    def close(self) -> None:
        self._session.close()
