"""One question, two answers: over SQL and over loops. How many are drawn, the tables on an engine, and the comparison."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, Phase, note, seed, settings

from kpidsl.compile import Compiled, compile_sources, emit, query_statement
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine
from kpidsl.model.expr import Type
from kpidsl.span import Source
from tests.oracle.naive import Evaluator, Query, Value, World
from tests.oracle.refusals import refusals
from tests.oracle.shop import query_text

EXAMPLES = int(os.environ.get("KPIDSL_ORACLE_EXAMPLES", "100"))
"""Sets of tables, up to three queries each. More find more: KPIDSL_ORACLE_EXAMPLES=5000 KPIDSL_ORACLE_SEED=1 draws other ones."""
SEED = os.environ.get("KPIDSL_ORACLE_SEED")

STEADY = settings(
    max_examples=EXAMPLES,
    derandomize=SEED is None,
    deadline=None,
    phases=list(Phase) if SEED else [Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
    database=None,
)
LESS = settings(STEADY, max_examples=max(EXAMPLES // 5, 1))
LEAST = settings(STEADY, max_examples=max(EXAMPLES // 10, 1))
FEW, FEWER, FEWEST = (settings(STEADY, max_examples=max(EXAMPLES * percent // 100, 1)) for percent in (20, 8, 3))
"""Of what takes long: a KPI has as many statements in one as it has lines."""
Tables = dict[str, list[tuple[Value, ...]]]


def seeded(test: Any) -> Any:
    return test if SEED is None else seed(int(SEED))(test)


@lru_cache(maxsize=16)
def project(text: str) -> Compiled:
    """A compiled shop; no fixture, for hypothesis would print all of it beside a failure."""
    compiled = compile_sources([Source("shop.kpi", text)])
    assert [d.message for d in compiled.diagnostics.sorted() if d.severity == "error"] == []
    return compiled


def fill(engine: Engine, shop: Compiled, tables: Tables) -> None:
    """The tables of the shop with these rows; fractions are amounts with two digits."""
    for name, rows in tables.items():
        columns = [(c.name, c.type) for c in shop.model.sources[name].columns.values() if c.physical is not None]
        engine.create_table(name, columns, [[_stored(value, kind) for value, (_, kind) in zip(row, columns, strict=True)] for row in rows])


def _stored(value: Value, kind: Type) -> object:
    return Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def agree(engine: Engine, shop: Compiled, world: World, asked: Sequence[Query]) -> None:
    """Both ways give equal rows in equal order, or the refusal that is due."""
    fill(engine, shop, world.tables)
    for query in asked:
        compare(engine, shop, world, query)


def compare(engine: Engine, shop: Compiled, world: World, query: Query) -> None:
    """One query, over tables that are there."""
    text, due = query_text(query), dict(refusals(query, world))
    note(f"as of {world.as_of}: {text}")
    try:
        statement = query_statement(shop, text, world.as_of)
        sql = emit(statement, engine.dialect)
    except KpiError as error:
        found = error.diagnostics[0]
        assert found.code in due, f"{text}\nrefused: {found.code} {found.message}; {found.help}; due: {due}"
        assert found.help, "a refusal names the way out"
        return
    assert not due, f"{text}\ncompiled, though {due} was due"
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
