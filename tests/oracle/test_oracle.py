"""The compiler against the naive evaluator: the same rows and the same query, once over SQL and once over loops."""

from __future__ import annotations

import ast
import datetime as dt
import os
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from kpidsl.compile import Compiled, compile_sources, emit, query_statement
from kpidsl.engines.base import Engine
from kpidsl.model.expr import Type
from kpidsl.span import Source
from tests.oracle.naive import Evaluator, Query, Value, World
from tests.oracle.shop import AS_OF, SOURCES, TABLES, TEXT, queries, query_text

EXAMPLES = int(os.environ.get("KPIDSL_ORACLE_EXAMPLES", "100"))
"""Sets of tables, up to three queries each. More find more: KPIDSL_ORACLE_EXAMPLES=5000 KPIDSL_ORACLE_SEED=1 draws other ones."""
SEED = os.environ.get("KPIDSL_ORACLE_SEED")

STEADY = settings(
    max_examples=EXAMPLES,
    derandomize=SEED is None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
    database=None,
)
LESS = settings(STEADY, max_examples=max(EXAMPLES // 5, 1))
LEAST = settings(STEADY, max_examples=max(EXAMPLES // 10, 1))
SEVERAL = st.lists(queries(), min_size=1, max_size=3)


def seeded(test: Any) -> Any:
    return test if SEED is None else seed(int(SEED))(test)


Tables = dict[str, list[tuple[Value, ...]]]


@cache
def shop() -> Compiled:
    """The compiled shop; no fixture, for hypothesis would print all of it beside a failure."""
    compiled = compile_sources([Source("shop.kpi", TEXT)])
    assert [d.message for d in compiled.diagnostics.sorted() if d.severity == "error"] == []
    return compiled


def fill(engine: Engine, tables: Tables) -> None:
    """The tables of the shop with these rows; fractions are amounts with two digits."""
    for name, rows in tables.items():
        columns = [(c.name, c.type) for c in shop().model.sources[name].columns.values() if c.physical is not None]
        engine.create_table(name, columns, [[_stored(value, kind) for value, (_, kind) in zip(row, columns, strict=True)] for row in rows])


def _stored(value: Value, kind: Type) -> object:
    return Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def agree(engine: Engine, tables: Tables, asked: Sequence[Query]) -> None:
    """Both ways give equal rows in equal order."""
    fill(engine, tables)
    world = World(SOURCES, tables, AS_OF)
    for query in asked:
        text = query_text(query)
        note(text)
        statement = query_statement(shop(), text, AS_OF)
        sql = emit(statement, engine.dialect)
        note(sql)
        got = engine.run(sql, [c.type for c in statement.columns]).rows
        assert shown(got) == shown(Evaluator(world, query).answer()), f"{text}\n{sql}"


def shown(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    """Numbers rounded to what every engine can tell apart, so that a failure prints both sides alike."""
    return [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, (int, float, Fraction, Decimal)) and not isinstance(value, bool):
        return float(f"{float(value):.9g}") + 0.0
    return value.isoformat() if isinstance(value, dt.date) else value


@seeded
@STEADY
@given(tables=TABLES, asked=SEVERAL)
def test_duckdb(duckdb: Engine, tables: Tables, asked: list[Query]) -> None:
    """DuckDB and the loops agree."""
    agree(duckdb, tables, asked)


@seeded
@LESS
@given(tables=TABLES, asked=SEVERAL)
def test_sqlite(sqlite: Engine, tables: Tables, asked: list[Query]) -> None:
    """SQLite and the loops agree."""
    agree(sqlite, tables, asked)


@seeded
@LESS
@given(tables=TABLES, asked=SEVERAL)
def test_postgres(postgres: Engine, tables: Tables, asked: list[Query]) -> None:
    """PostgreSQL and the loops agree."""
    agree(postgres, tables, asked)


@pytest.mark.smoke
@seeded
@LEAST
@given(tables=TABLES, asked=SEVERAL)
def test_every_engine(engine: Engine, tables: Tables, asked: list[Query]) -> None:
    """Each engine and the loops agree; with more examples this is the search for what a dialect gets wrong."""
    agree(engine, tables, asked)


def test_the_evaluator_shares_no_code_with_the_compiler() -> None:
    """What checks the planner must not be made of it."""
    for module in ("naive.py", "shop.py"):
        tree = ast.parse((Path(__file__).parent / module).read_text(encoding="utf-8"))
        imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
        assert not [name for name in imported if name.startswith("kpidsl")], module


def test_most_examples_say_something() -> None:
    """More than half of what is drawn has a number other than 0 in its answer, and a quarter has several rows."""
    answers: list[list[tuple[Value, ...]]] = []

    @settings(STEADY, max_examples=80)
    @given(tables=TABLES, query=queries())
    def draw(tables: Tables, query: Query) -> None:
        answers.append(Evaluator(World(SOURCES, tables, AS_OF), query).answer())

    draw()
    assert len([a for a in answers if any(value for row in a for value in row)]) > len(answers) / 2
    assert len([a for a in answers if len(a) > 1]) > len(answers) / 4
