"""Golden SQL: each folder is a small project (`in.kpi`) and the SQL of its reports for DuckDB; of the other dialects only what differs.

`pytest tests/golden --update` writes the files anew. Read the diff before you commit it: these files are here to be read, the numbers are
checked in `tests/results` and `tests/oracle`.
"""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path

import pytest

from kpidsl.compile import Compiled, compile_sources, emit, plan_query, resolve_query
from kpidsl.diagnostic import Severity
from kpidsl.engines.base import Engine
from kpidsl.plan.plan import Statement
from kpidsl.span import Source
from kpidsl.syntax import ast
from tests.results.world import World

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/in.kpi"))
OTHERS = ("postgres", "sqlite")
AS_OF = dt.date(2026, 6, 30)


def project(case: str) -> tuple[Compiled, list[Statement]]:
    """The project of a case and the plans of its reports, in the order of the file."""
    compiled = compile_sources([Source("in.kpi", (HERE / case / "in.kpi").read_text(encoding="utf-8"))])
    assert [d.message for d in compiled.diagnostics.sorted() if d.severity is Severity.ERROR] == []
    reports = [d for file in compiled.files for d in file.declarations if isinstance(d, ast.Report)]
    assert reports, "a case needs a report"
    return compiled, [plan_query(compiled, resolve_query(compiled, r.query, f"report {r.name.text}"), AS_OF) for r in reports]


def sql_of(statements: list[Statement], dialect: str) -> str:
    return "\n\n".join(f"{emit(statement, dialect)};" for statement in statements) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str, request: pytest.FixtureRequest) -> None:
    """The SQL is what was read and found good, in every dialect."""
    _, statements = project(case)
    base = sql_of(statements, "duckdb")
    files = {"duckdb.sql": base}
    for dialect in OTHERS:
        lines = difflib.unified_diff(base.splitlines(), sql_of(statements, dialect).splitlines(), "duckdb", dialect, lineterm="", n=1)
        files[f"{dialect}.diff"] = "\n".join(lines) + "\n"
    for name, text in files.items():
        file = HERE / case / name
        if request.config.getoption("--update"):
            file.write_text(text, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == text, f"{case}/{name} differs; `pytest tests/golden --update`, then read what changed"


@pytest.mark.parametrize("case", CASES)
def test_every_engine_takes_it(engine: Engine, case: str) -> None:
    """What is printed here runs: over empty tables each statement answers with its columns."""
    world = World(engine, (HERE / case / "in.kpi").read_text(encoding="utf-8"))
    _, statements = project(case)
    for statement in statements:
        result = world.engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns])
        assert len(result.names) == len(statement.columns)
        assert len(result.rows) <= 1, "empty tables have at most a total line"


@pytest.mark.parametrize("case", CASES)
def test_nothing_lies_about(case: str) -> None:
    """A folder holds its project, the base and one difference a dialect."""
    assert sorted(p.name for p in (HERE / case).iterdir()) == sorted(["in.kpi", "duckdb.sql", *(f"{d}.diff" for d in OTHERS)])
