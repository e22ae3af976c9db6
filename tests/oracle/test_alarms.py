"""Alerts against plain loops: any rows, conditions, volumes, quiet times and todays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from kpidsl.compile import compile_sources, emit, plan_alert, resolve_alert
from kpidsl.engines.base import Engine
from kpidsl.span import Source
from kpidsl.syntax import ast
from tests.oracle.alarms import Above, Alarm, Anomaly, Fired, Moves, Row, fires
from tests.oracle.ask import LEAST, LESS, STEADY, seeded
from tests.results.world import World, same

TEXT = """
source sales from sales { key id  time day  id: int  day: date  channel: text  amount: money(EUR)  orders: int }
metric amount = sum(sales.amount)
metric orders = sum(sales.orders)
metric aov = amount / orders
"""
FIRST = dt.date(2026, 1, 1)
DAYS = st.integers(0, 120).map(lambda n: FIRST + dt.timedelta(days=n))
AMOUNTS = st.one_of(st.integers(95, 105), st.integers(-20, 300), st.just(100))
ROWS: st.SearchStrategy[list[Row]] = st.lists(
    st.tuples(DAYS, st.sampled_from(["a", "B", "é", None]), AMOUNTS, st.integers(0, 5)), min_size=1, max_size=60
)
REGULAR: st.SearchStrategy[list[Row]] = st.lists(AMOUNTS, min_size=8, max_size=18).map(
    lambda amounts: [(FIRST + dt.timedelta(days=7 * n), "a", amount, 3) for n, amount in enumerate(amounts)]
)
"""A row a week, so that there is history to look back on."""
CONDITIONS = st.one_of(
    st.builds(Above, st.sampled_from("><"), st.integers(0, 150), st.integers(1, 3)),
    st.builds(Moves, st.sampled_from(["falls", "rises"]), st.integers(1, 60), st.sampled_from([1, 1, 1, 52])),
)
ANOMALIES = st.builds(Anomaly, st.sampled_from(["above", "below", ""]), st.integers(1, 4), st.integers(4, 12))


@st.composite
def alarms(draw: st.DrawFn) -> Alarm:
    """Any alert; anomalies of sums only, for the spread of quotients differs in its last digit between engines."""
    ratio = draw(st.booleans())
    conditions = st.lists(CONDITIONS if ratio else st.one_of(CONDITIONS, ANOMALIES), min_size=1, max_size=3)
    return Alarm(
        grain=draw(st.sampled_from(["day", "week"])),
        ratio=ratio,
        split=draw(st.booleans()),
        needs=draw(st.sampled_from([0, 0, 1, 4])),
        quiet=draw(st.sampled_from([0, 0, 1, 2, 5])),
        conditions=tuple(draw(conditions)),
    )


ASKED = {
    "rows": st.one_of(ROWS, REGULAR, REGULAR),
    "alarm": alarms(),
    "today": st.integers(20, 130).map(lambda n: FIRST + dt.timedelta(days=n)),
}


def agree(engine: Engine, rows: list[Row], alarm: Alarm, today: dt.date) -> list[Fired]:
    """The engine's rows are those of the loops."""
    made = World(engine, TEXT + alarm.text(), sales=[(n, *row) for n, row in enumerate(rows)])
    decl = next(d for d in made.project.scope.declarations if isinstance(d, ast.Alert))
    statement = plan_alert(made.project, resolve_alert(made.project, decl), today)
    result = engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns])
    names = [c.name for c in statement.columns]
    picked = [names.index(n) for n in ("severity", "period_start", "segment", "value", "expected", "condition")]
    got = [tuple(row[i] for i in picked) for row in result.rows]
    expected = fires(rows, alarm, today)
    assert same(got, expected), f"{alarm.text()} on {today}\ngot      {got}\nexpected {expected}"
    return expected


@seeded
@STEADY
@given(**ASKED)
def test_duckdb(duckdb: Engine, rows: list[Row], alarm: Alarm, today: dt.date) -> None:
    """DuckDB and the loops agree."""
    agree(duckdb, rows, alarm, today)


@seeded
@LESS
@given(**ASKED)
def test_sqlite(sqlite: Engine, rows: list[Row], alarm: Alarm, today: dt.date) -> None:
    """SQLite and the loops agree."""
    agree(sqlite, rows, alarm, today)


@seeded
@LESS
@given(**ASKED)
def test_postgres(postgres: Engine, rows: list[Row], alarm: Alarm, today: dt.date) -> None:
    """PostgreSQL and the loops agree."""
    agree(postgres, rows, alarm, today)


@pytest.mark.smoke
@seeded
@LEAST
@given(**ASKED)
def test_every_engine(engine: Engine, rows: list[Row], alarm: Alarm, today: dt.date) -> None:
    """Each engine and the loops agree."""
    agree(engine, rows, alarm, today)


@pytest.mark.slow  # what is drawn depends on which modules are loaded
def test_most_examples_say_something() -> None:
    """A quarter of what is drawn fires; every kind of condition does, and quiet times silence some."""
    fired: list[list[Fired]] = []
    silenced = []

    @seed(3)
    @settings(STEADY, max_examples=800, derandomize=False, phases=[Phase.generate])
    @given(**ASKED)
    def draw(rows: list[Row], alarm: Alarm, today: dt.date) -> None:
        fired.append(fires(rows, alarm, today))
        silenced.append(len(fires(rows, replace(alarm, quiet=0), today)) - len(fired[-1]))

    draw()
    words = [condition.split()[0] for found in fired for *_, condition in found]
    assert sum(bool(found) for found in fired) > len(fired) / 4
    assert min(words.count(word) for word in ("anomaly", ">", "<", "falls", "rises")) > 5
    assert sum(count > 0 for count in silenced) > 5


def test_the_loops_fire_and_keep_quiet() -> None:
    """Weeks of 100 and one of 300: three sigma of a twentieth are passed; and it fires in one week only."""
    rows: list[Row] = [(dt.date(2026, 1, 5) + dt.timedelta(weeks=n), "a", 300 if n == 8 else 100, 1) for n in range(12)]
    alarm = Alarm("week", False, False, 0, 1, (Anomaly("above", 3, 8), Above(">", 200, 1)))
    assert fires(rows, alarm, dt.date(2026, 4, 1)) == [("critical", dt.date(2026, 3, 2), None, 300.0, 100.0, alarm.conditions[0].words)]


def test_the_texts_are_alerts() -> None:
    """What is drawn compiles as it is written."""
    alarm = Alarm("day", True, True, 4, 2, (Above("<", 20, 3), Moves("rises", 10, 52)))
    assert "by sales.channel each day { needs 4 orders quiet 2 days }" in alarm.text()
    assert not compile_sources([Source("a.kpi", TEXT + alarm.text())]).diagnostics.errors
