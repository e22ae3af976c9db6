"""Values that go to the engine beside the statement: each once, in the order of its places; those of a file's table are read instead."""

from __future__ import annotations

import datetime as dt

from kpidsl.engines.base import Engine
from kpidsl.model.expr import BOOL, DATE, INT, TEXT, Bound, Expr, Fn
from kpidsl.plan.plan import Filter, Project, Scan, Statement, TableRef
from kpidsl.sql.emit import emit_apart
from tests.sql.cases import COLUMNS, col

DAY = dt.date(2026, 1, 31)
PARTS: tuple[Expr, ...] = (
    Fn("eq", (col("s"), Bound("it's", TEXT)), BOOL),
    Fn("ge", (col("d"), Bound(DAY, DATE)), BOOL),
    Fn("ne", (col("t"), Bound("it's", TEXT)), BOOL),
    Fn("lt", (col("i"), Bound(7, INT)), BOOL),
)


def asked() -> Statement:
    scan = Scan(TableRef(("v",)), "v")
    return Statement(Project(Filter(scan, Fn("and", PARTS, BOOL)), (("i", col("i")), ("one", Bound(7, INT)))), ())


def test_each_value_has_one_place() -> None:
    sql, values = emit_apart(asked(), "duckdb")
    assert values == (7, "it's", DAY) or values == ("it's", DAY, 7)
    assert "it's" not in sql
    assert all(sql.count(f"${place}") == times for place, times in zip((1, 2, 3), (2, 2, 1) if values[0] == 7 else (2, 1, 2), strict=True))
    assert "$4" not in sql


def test_the_values_are_taken_where_they_stand(engine: Engine) -> None:
    """Only the third row has all four."""
    rows = [
        {"s": "its", "d": DAY, "t": "a", "i": 1},
        {"s": "it's", "d": DAY - dt.timedelta(days=1), "t": "a", "i": 2},
        {"s": "it's", "d": DAY, "t": "a", "i": 3},
        {"s": "it's", "d": DAY, "t": "it's", "i": 4},
        {"s": "it's", "d": DAY, "t": "a", "i": 7},
    ]
    engine.create_table("v", list(COLUMNS.items()), [[row.get(name) for name in COLUMNS] for row in rows])
    sql, values = emit_apart(asked(), engine.dialect)
    assert engine.run(sql, [INT, INT], values).rows == [(3, 7)]
