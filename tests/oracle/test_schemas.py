"""Random schemas: any sources, keys, roles, as-of joins and aggregate columns. The compiler and the loops agree on each."""

from __future__ import annotations

import pytest
from hypothesis import given, note, settings

from kpidsl.engines.base import Engine
from tests.oracle.ask import LEAST, LESS, STEADY, agree, project, seeded
from tests.oracle.naive import Evaluator, Query, Value
from tests.oracle.schemas import Schema, examples


def ask(engine: Engine, schema: Schema, queries: list[Query]) -> None:
    """Both ways give equal answers; a failure shows the schema as an analyst would write it."""
    note(str(schema))
    agree(engine, project(schema.text), schema.world(), queries)


@seeded
@STEADY
@given(example=examples())
def test_duckdb(duckdb: Engine, example: tuple[Schema, list[Query]]) -> None:
    """DuckDB and the loops agree."""
    ask(duckdb, *example)


@seeded
@LESS
@given(example=examples())
def test_sqlite(sqlite: Engine, example: tuple[Schema, list[Query]]) -> None:
    """SQLite and the loops agree."""
    ask(sqlite, *example)


@seeded
@LESS
@given(example=examples())
def test_postgres(postgres: Engine, example: tuple[Schema, list[Query]]) -> None:
    """PostgreSQL and the loops agree."""
    ask(postgres, *example)


@pytest.mark.smoke
@seeded
@LEAST
@given(example=examples())
def test_every_engine(engine: Engine, example: tuple[Schema, list[Query]]) -> None:
    """Each engine and the loops agree."""
    ask(engine, *example)


def test_schemas_are_of_every_kind() -> None:
    """Composite keys, chains of roles, both as-of joins and aggregate columns are drawn, and half of the answers say something."""
    texts: list[str] = []
    answers: list[list[tuple[Value, ...]]] = []

    @settings(STEADY, max_examples=60)
    @given(example=examples())
    def draw(example: tuple[Schema, list[Query]]) -> None:
        schema, queries = example
        texts.append(schema.text)
        for query in queries:
            answers.append(Evaluator(schema.world(), query).answer())

    draw()
    for words in ("key k, k2", "join one", "(fr0 = k, gr0 = k2)", "during", "join last", "within", "via r0", "at: timestamp", "at: date"):
        assert sum(words in text for text in texts) >= 5, words
    assert len([a for a in answers if any(value for row in a for value in row)]) > len(answers) / 2
