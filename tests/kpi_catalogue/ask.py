"""How the catalogue asks: a query of a project, compiled and run on an engine, and the comparison of rows.

DuckDB reads the data files itself. Other engines get each file as a table first, from the plain text that `csv` and `json` of the standard
library read, with the types that the project declares.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from kpidsl.cli.session import weighed
from kpidsl.compile import Compiled, compile_sources, emit, query_statement
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine, open_engine
from kpidsl.model.expr import Type
from kpidsl.project import Project, load_project
from kpidsl.syntax import ast

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Asked:
    """Column names and rows of an answer."""

    names: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]


@cache
def compiled(folder: Path) -> tuple[Project, Compiled]:
    """A project, compiled once; a finding in it fails whoever asks."""
    project = load_project(folder)
    result = compile_sources(project.sources)
    found = weighed(result.diagnostics.found, project.lint)
    assert not found, [f"{each.code} {each.message}" for each in found]  # nor a warning
    return project, result


def ask(folder: Path, query: str, connection: Engine | None = None) -> Asked:
    """The answer to a query of a project, on DuckDB where no connection of `connect` is given."""
    project, result = compiled(folder)
    statement = query_statement(result, query, project.as_of)
    connection = connection or connect(folder, "duckdb")
    answer = connection.run(emit(statement, connection.dialect), [column.type for column in statement.columns])
    return Asked(answer.names, answer.rows)


def refusal(folder: Path, query: str) -> str:
    """What the compiler says against a query: messages, notes and help in one text; '' where it has nothing against it."""
    project, result = compiled(folder)
    try:
        query_statement(result, query, project.as_of)
    except KpiError as error:
        return "\n".join("\n".join((each.code, each.message, *each.notes, each.help)) for each in error.diagnostics)
    return ""


@cache
def connect(folder: Path, engine: str, url: str = "") -> Engine:
    """A connection that sees a project's data; on a server (`url`) in a schema of the project's own."""
    project, result = compiled(folder)
    schema = f"catalogue_{folder.name}" if url else ""
    connection = open_engine(engine, {"url": url, "schema": schema} if url else {}, project.root)
    if engine != "duckdb":
        for source in result.model.sources.values():
            if isinstance(source.origin, ast.FromFile):
                columns = {c.physical: c.type for c in source.columns.values() if c.physical is not None}
                rows = _rows(project.root / source.origin.path.value, columns)
                connection.create_table((schema, source.name) if schema else source.name, list(columns.items()), rows)
    return connection


def _rows(file: Path, columns: dict[str, Type]) -> list[list[object]]:
    if file.suffix == ".json":
        records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        return [[_nested(record[name]) for name in columns] for record in records]
    with file.open(encoding="utf-8", newline="") as text:
        return [[_value(record[name], kind.kind) for name, kind in columns.items()] for record in csv.DictReader(text)]


def _nested(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _value(text: str, kind: str) -> object:
    if text == "":
        return None
    match kind:
        case "int":
            return int(text)
        case "number" | "decimal" | "duration":
            return Decimal(text)
        case "bool":
            return {"true": True, "false": False}[text]
        case "date":
            return dt.date.fromisoformat(text)
        case "timestamp":
            return dt.datetime.fromisoformat(text)
        case _:
            return text


def same_rows(got: Asked, expected: Sequence[Sequence[object]], what: str) -> None:
    """Rows and their order are equal; numbers within 1e-9 relative, as every engine may add in another order."""
    assert len(got.rows) == len(expected), f"{what}\n{len(expected)} rows expected, got {len(got.rows)}: {got.rows}"
    for row, wanted in zip(got.rows, expected, strict=True):
        assert len(row) == len(wanted), f"{what}\nexpected {wanted}, got {row}"
        for value, wish in zip(row, wanted, strict=True):
            assert _same(value, wish), f"{what}\nexpected {tuple(wanted)}, got {row}"


def _same(value: object, wish: object) -> bool:
    if isinstance(wish, (int, float, Decimal)) and isinstance(value, (int, float, Decimal)):
        return math.isclose(float(value), float(wish), rel_tol=1e-9, abs_tol=1e-12)
    return _plain(value) == _plain(wish)


def _plain(value: object) -> object:
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()  # date_trunc of the oracle; periods are dates
    return value.isoformat() if isinstance(value, dt.date) else value


def library_metrics(module: str | None = None) -> dict[str, str]:
    """The metrics that the library declares, with the text of each declaration on one line; of one module, or of all."""
    library = ROOT / "stdlib_kpis"
    files = sorted(library.glob("*.kpi")) if module is None else [library / f"{module.removeprefix('std.')}.kpi"]
    found: dict[str, str] = {}
    for file in files:
        for match in re.finditer(r"^metric (\w+)(.*?)^\}", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            found[match[1]] = " ".join(match[0].split())
    return found
