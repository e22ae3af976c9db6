"""An example as a project: compiled, asked and, where it has data or a connection, run. Comes in: an `Example` of `kpidsl.codes`. Goes out:
every finding that an analyst would see, in the order of a report.

What an example may hold beside its .kpi files:
    -- file: orders.csv    a data file, for `from file("orders.csv")`
    -- file: kpi.toml      settings; its connections are opened, and its parameters count
    -- data: shop.orders   rows of the table `shop.orders`, as CSV; DuckDB guesses the types
    -- query: …            asked after everything else; it is also turned into SQL, and run where there is data, a data file or a connection
A ```text block names a state of the machine (`-- setup: …`) that no .kpi text can describe; SETUPS makes it.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from kpidsl.codes import Example
from kpidsl.compile import compile_sources, emit, query_statement
from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError
from kpidsl.engines.base import Engine, open_engine, workbook_rows
from kpidsl.model.expr import Type
from kpidsl.project import Project, load_project
from kpidsl.sql.emit import files_of
from tests.project.test_codes import set_up, use

TOML = '[project]\nname = "aurora"\n'
DATA_FILES = (".csv", ".json", ".parquet", ".xlsx", ".duckdb")


def findings(example: Example, folder: Path) -> list[Diagnostic]:
    """Everything that is said about an example, sorted as in a report; never an exception but a failure of kpidsl itself."""
    found = Diagnostics()
    with _collected(found):
        if example.kind == "text":
            make = SETUPS.get(example.setup)
            _ = make() if make is not None else use(set_up(example, folder))
            return found.sorted()
        project = _laid_out(example, folder)
        compiled = compile_sources(project.sources, dict(project.params))
        found.extend(compiled.diagnostics.found)
        for query in example.queries:
            with _collected(found):
                statement = query_statement(compiled, query, project.as_of)
                sql = emit(statement, "duckdb")
                if _has_data(example, project):
                    engine = _engine(example, project)
                    try:
                        for file in files_of(statement):
                            engine.load_file(file)
                        engine.run(sql, [column.type for column in statement.columns])
                    finally:
                        engine.close()
    return found.sorted()


@contextmanager
def _collected(found: Diagnostics) -> Iterator[None]:
    try:
        yield
    except KpiError as error:
        found.extend(error.diagnostics)


def _laid_out(example: Example, folder: Path) -> Project:
    """The example's files in a folder, read as a project; a kpi.toml is added where the example shows none."""
    for name, text in {"kpi.toml": TOML, **dict(example.files)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_project(folder)


def _has_data(example: Example, project: Project) -> bool:
    return bool(example.data or project.connections or any(name.endswith(DATA_FILES) for name, _ in example.files))


def _engine(example: Example, project: Project) -> Engine:
    address = project.connection().resolve()
    engine = open_engine(address.engine, dict(address.settings), project.root)
    for table, text in example.data:
        head, *rows = list(csv.reader(io.StringIO(text), skipinitialspace=True))
        kinds = [_kind([row[at] for row in rows]) for at in range(len(head))]
        engine.create_table(
            table, [(name, Type(kind)) for name, kind in zip(head, kinds, strict=True)], [[v or None for v in row] for row in rows]
        )
    return engine


_KINDS = (
    ("int", r"-?\d+"),
    ("decimal", r"-?\d+\.\d+"),
    ("date", r"\d{4}-\d\d-\d\d"),
    ("timestamp", r"\d{4}-\d\d-\d\dT\d\d:\d\d.*"),
    ("bool", "true|false"),
)


def _kind(cells: list[str]) -> str:
    filled = [cell for cell in cells if cell]
    return next((kind for kind, shape in _KINDS if filled and all(re.fullmatch(shape, cell) for cell in filled)), "text")


# ---------------------------------------------------------------- states of the machine


def _no_openpyxl() -> None:
    with patch.dict(sys.modules, {"openpyxl": None}):
        workbook_rows(Path("budget.xlsx"), {})


def _bad_timeout() -> None:
    open_engine("duckdb", {"timeout": "soon"})


SETUPS: dict[str, Callable[[], object]] = {"no-openpyxl": _no_openpyxl, "bad-timeout": _bad_timeout}
"""By the name that stands behind `-- setup:`; what is not here is a state of a folder, and `tests/project/test_codes.py` makes it."""
