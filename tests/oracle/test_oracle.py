"""The compiler against the naive evaluator: the same rows and the same query, once over SQL and once over loops."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidsl.engines.base import Engine
from tests.oracle.ask import LEAST, LESS, STEADY, Tables, agree, project, seeded
from tests.oracle.naive import Evaluator, Query, Value, World
from tests.oracle.shop import AS_OF, SOURCES, TABLES, TEXT, queries

SEVERAL = st.lists(queries(), min_size=1, max_size=3)


@seeded
@STEADY
@given(tables=TABLES, asked=SEVERAL)
def test_duckdb(duckdb: Engine, tables: Tables, asked: list[Query]) -> None:
    """DuckDB and the loops agree."""
    agree(duckdb, project(TEXT), World(SOURCES, tables, AS_OF), asked)


@seeded
@LESS
@given(tables=TABLES, asked=SEVERAL)
def test_sqlite(sqlite: Engine, tables: Tables, asked: list[Query]) -> None:
    """SQLite and the loops agree."""
    agree(sqlite, project(TEXT), World(SOURCES, tables, AS_OF), asked)


@seeded
@LESS
@given(tables=TABLES, asked=SEVERAL)
def test_postgres(postgres: Engine, tables: Tables, asked: list[Query]) -> None:
    """PostgreSQL and the loops agree."""
    agree(postgres, project(TEXT), World(SOURCES, tables, AS_OF), asked)


@pytest.mark.smoke
@seeded
@LEAST
@given(tables=TABLES, asked=SEVERAL)
def test_every_engine(engine: Engine, tables: Tables, asked: list[Query]) -> None:
    """Each engine and the loops agree; with more examples this is the search for what a dialect gets wrong."""
    agree(engine, project(TEXT), World(SOURCES, tables, AS_OF), asked)


def test_the_evaluator_shares_no_code_with_the_compiler() -> None:
    """What checks the planner must not be made of it."""
    for module in ("naive.py", "when.py", "shop.py", "times.py", "schemas.py", "refusals.py"):
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
