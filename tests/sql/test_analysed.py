"""Engines that are not at hand. Every operator, aggregate and plan shape, and every statement that `kpi build` writes for the golden cases,
the library's catalogue and the examples, is put before a judge of each instead (tests/sql/analysed.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from kpidsl.build import build
from kpidsl.compile import Compiled, emit
from kpidsl.model.expr import Type
from kpidsl.plan.plan import Rel, Statement
from kpidsl.project import load_project
from tests.conftest import UNTESTED
from tests.golden import test_golden as golden
from tests.kpi_catalogue.ask import compiled
from tests.kpi_catalogue.test_catalogue import PROJECTS
from tests.sql.analysed import WHEELS, Tables, absent, faults, tables_of
from tests.sql.cases import COLUMNS
from tests.sql.plans import ADS, CUSTOMERS, ORDERS
from tests.sql.test_dialects import relations

ROOT = Path(__file__).parents[2]
CATALOGUE = Path(golden.__file__).parents[1] / "kpi_catalogue"
EXAMPLES = ("shop", "superstore", "football", "aurora")
SHOP: Tables = {("shop", "v"): COLUMNS, ("shop", "orders"): dict(ORDERS), ("shop", "customers"): dict(CUSTOMERS), ("ads",): dict(ADS)}

# Google's analyzer takes long to start, so one process has it.
GOOGLE = pytest.mark.xdist_group("judge of bigquery")
JUDGED = [pytest.param("bigquery", marks=GOOGLE), "trino", "snowflake", "redshift", "databricks", "tsql"]


@pytest.fixture
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if absent(name):
        pytest.skip(f"{UNTESTED}{name}: the package {WHEELS[name]} is not installed. `make test` installs it where it has a wheel")
    return name


def statements(project: Compiled, as_of: dt.date | None) -> list[Statement]:
    """Every plan that `kpi build` makes SQL of."""
    found: list[Statement] = []

    def keep(statement: Statement, dialect: str) -> str:
        found.append(statement)
        return "SELECT 1"

    with patch("kpidsl.build.emit", keep):
        build(project, load_project(ROOT / "examples" / "shop"), as_of, ["duckdb"])
    return found


def judged(dialect: str, project: Compiled, as_of: dt.date | None) -> None:
    asked = statements(project, as_of)
    assert asked
    wrong = faults(dialect, tables_of(project), ((s.comment.partition("\n")[0], emit(s, dialect)) for s in asked))
    assert not wrong, "\n".join(f"{what}\n{sql}" for what, sql in wrong.items())


def _columns(name: str) -> Tables:
    """The table of a case: what is nested is declared so."""
    nested = name.removeprefix("get ")
    return {**SHOP, ("shop", "v"): {**COLUMNS, "s": Type(nested)}} if nested != name else SHOP


def _by_tables() -> Iterator[tuple[Tables, list[tuple[str, Rel]]]]:
    every = list(relations())
    for kind in ("get json", "get records", ""):
        chosen = [(name, rel) for name, rel in every if (name == kind if kind else not name.startswith("get "))]
        assert chosen
        yield _columns(kind), chosen


@pytest.mark.parametrize("dialect", JUDGED, indirect=True)
def test_operators_aggregates_and_plans(dialect: str) -> None:
    wrong: dict[str, str] = {}
    for tables, chosen in _by_tables():
        wrong |= faults(dialect, tables, ((name, emit(Statement(rel, ()), dialect)) for name, rel in chosen))
    assert not wrong, "\n".join(f"{what}\n{sql}" for what, sql in wrong.items())


@pytest.mark.parametrize("case", golden.CASES)
@pytest.mark.parametrize("dialect", JUDGED, indirect=True)
def test_golden_cases(dialect: str, case: str) -> None:
    project, _ = golden.project(case)
    judged(dialect, project, golden.AS_OF)


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize("dialect", JUDGED, indirect=True)
def test_the_library(dialect: str, name: str) -> None:
    """All that the catalogue's projects declare; they import every module of the library."""
    project, made = compiled(CATALOGUE / name)
    judged(dialect, made, project.as_of)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("dialect", JUDGED, indirect=True)
def test_examples(dialect: str, name: str) -> None:
    project, made = compiled(ROOT / "examples" / name)
    judged(dialect, made, project.as_of)


@pytest.mark.parametrize(
    "dialect,sql,word",
    [
        pytest.param("bigquery", "SELECT nope FROM shop.v", "nope", marks=GOOGLE),
        pytest.param("bigquery", "SELECT s + 1 AS r FROM shop.v", "No matching signature", marks=GOOGLE),
        pytest.param("bigquery", "WITH i AS (SELECT i FROM shop.v) SELECT i + 1 FROM i", "No matching signature", marks=GOOGLE),
        ("redshift", "SELECT nope FROM shop.v", "nope"),
        ("snowflake", "SELECT MARH(i) FROM shop.v", "marh"),
        ("tsql", "SELECT nope FROM shop.orders", "nope"),
        ("trino", "SELECT marh(1)", "marh"),
        ("trino", "SELECT SUM(1, 2)", "expects 1"),
        ("trino", "SELECT CAST(1 AS INT64)", "int64"),
        ("trino", "SELECT 1 FORM t", "expected"),
    ],
    indirect=["dialect"],
)
def test_the_judges_find_faults(dialect: str, sql: str, word: str) -> None:
    """A judge that likes everything proves nothing."""
    wrong = faults(dialect, SHOP, [("fault", sql)])
    assert word.casefold() in "".join(wrong).casefold()
