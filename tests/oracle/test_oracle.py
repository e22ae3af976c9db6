"""The compiler against the naive evaluator: the same rows and the same query, once over SQL and once over loops."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
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
SEVERAL = st.lists(queries(), min_size=1, max_size=3)


def seeded(test: Any) -> Any:
    return test if SEED is None else seed(int(SEED))(test)


Tables = dict[str, list[tuple[Value, ...]]]


@pytest.fixture(scope="module")
def shop() -> Compiled:
    compiled = compile_sources([Source("shop.kpi", TEXT)])
    assert [d.message for d in compiled.diagnostics.sorted() if d.severity == "error"] == []
    return compiled


def fill(compiled: Compiled, engine: Engine, tables: Tables) -> None:
    """The tables of the shop with these rows; fractions are amounts with two digits."""
    for name, rows in tables.items():
        columns = [(c.name, c.type) for c in compiled.model.sources[name].columns.values() if c.physical is not None]
        engine.create_table(name, columns, [[_stored(value, kind) for value, (_, kind) in zip(row, columns, strict=True)] for row in rows])


def _stored(value: Value, kind: Type) -> object:
    return Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def agree(compiled: Compiled, engine: Engine, tables: Tables, asked: Sequence[Query]) -> None:
    """Both ways give equal rows in equal order."""
    fill(compiled, engine, tables)
    world = World(SOURCES, tables, AS_OF)
    for query in asked:
        text = query_text(query)
        note(text)
        statement = query_statement(compiled, text, AS_OF)
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
def test_duckdb(shop: Compiled, duckdb: Engine, tables: Tables, asked: list[Query]) -> None:
    """DuckDB and the loops agree."""
    agree(shop, duckdb, tables, asked)


@seeded
@LESS
@given(tables=TABLES, asked=SEVERAL)
def test_sqlite(shop: Compiled, sqlite: Engine, tables: Tables, asked: list[Query]) -> None:
    """SQLite and the loops agree."""
    agree(shop, sqlite, tables, asked)


@seeded
@LESS
@given(tables=TABLES, asked=SEVERAL)
def test_postgres(shop: Compiled, postgres: Engine, tables: Tables, asked: list[Query]) -> None:
    """PostgreSQL and the loops agree."""
    agree(shop, postgres, tables, asked)
