"""Functions over time, complete time and comparisons against the naive evaluator: any calendar, coverage, range and today."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from kpidsl.engines.base import Engine
from tests.oracle.ask import LEAST, LESS, STEADY, Tables, agree, project, seeded
from tests.oracle.naive import Evaluator, Query, Value
from tests.oracle.refusals import refusals
from tests.oracle.times import SHOPS, TABLES, TODAYS, Shop, timed

SEVERAL = st.lists(timed(), min_size=1, max_size=3)
ASKED = {"shop": st.sampled_from(SHOPS), "tables": TABLES, "asked": SEVERAL, "today": TODAYS}


@seeded
@STEADY
@given(**ASKED)
def test_duckdb(duckdb: Engine, shop: Shop, tables: Tables, asked: list[Query], today: dt.date) -> None:
    """DuckDB and the loops agree."""
    agree(duckdb, project(shop.text), shop.world(tables, today), asked)


@seeded
@LESS
@given(**ASKED)
def test_sqlite(sqlite: Engine, shop: Shop, tables: Tables, asked: list[Query], today: dt.date) -> None:
    """SQLite and the loops agree."""
    agree(sqlite, project(shop.text), shop.world(tables, today), asked)


@seeded
@LESS
@given(**ASKED)
def test_postgres(postgres: Engine, shop: Shop, tables: Tables, asked: list[Query], today: dt.date) -> None:
    """PostgreSQL and the loops agree."""
    agree(postgres, project(shop.text), shop.world(tables, today), asked)


@pytest.mark.smoke
@seeded
@LEAST
@given(**ASKED)
def test_every_engine(engine: Engine, shop: Shop, tables: Tables, asked: list[Query], today: dt.date) -> None:
    """Each engine and the loops agree; with more examples this is the search for what a dialect gets wrong."""
    agree(engine, project(shop.text), shop.world(tables, today), asked)


def test_most_examples_say_something() -> None:
    """Most of what is drawn compiles; a quarter of that has a number other than 0, and a quarter has several rows."""
    answers: list[list[tuple[Value, ...]]] = []
    refused = []

    @seed(3)
    @settings(STEADY, max_examples=300, derandomize=False, phases=[Phase.generate])
    @given(shop=st.sampled_from(SHOPS), tables=TABLES, query=timed(), today=TODAYS)
    def draw(shop: Shop, tables: Tables, query: Query, today: dt.date) -> None:
        world = shop.world(tables, today)
        if refusals(query, world):
            refused.append(query)
        else:
            answers.append(Evaluator(world, query).answer())

    draw()
    assert len(refused) < len(answers) / 2
    numbers = [a for a in answers if any(isinstance(v, (int, float)) or hasattr(v, "numerator") for r in a for v in r if v)]
    assert len(numbers) > len(answers) / 4
    assert len([a for a in answers if len(a) > 1]) > len(answers) / 4
