"""Window functions on every executed engine: frames in rows, nulls last, partitions that tell texts apart."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.engines.base import Engine
from kpidsl.model.expr import DATE, INT, REAL, TEXT, Expr, Lit, Over, Type
from kpidsl.plan.plan import Project, Scan, Sort, TableRef
from tests.sql.cases import Col, d, i, rows_of, s, x

ROWS = [
    ("a", 1, 1.0, dt.date(2026, 1, 1)),
    ("a", 2, None, dt.date(2026, 1, 2)),
    ("a", 3, 4.0, None),
    ("A", 4, 2.0, dt.date(2026, 1, 1)),
    (None, 5, 8.0, dt.date(2026, 1, 3)),
    (None, 6, 1.0, dt.date(2026, 1, 1)),
]


def column(engine: Engine, over: Over) -> list[object]:
    """The window's value for each row, in the order of `i`."""
    engine.create_table("v", [("s", TEXT), ("i", INT), ("x", REAL), ("d", DATE)], ROWS)
    rel = Project(Scan(TableRef(("v",)), "v"), (("i", i), ("r", over)))
    return [row[1] for row in rows_of(engine, Sort(rel, ((Col(None, "i", INT), False),)), [INT, over.type])]


def over(func: str, *args: Expr, to: Type = REAL, by: Expr | None = s, order: Expr | None = d, down: bool = False, **more: object) -> Over:
    return Over(func, args, to, () if by is None else (by,), () if order is None else ((order, down),), **more)  # type: ignore[arg-type]


@pytest.mark.smoke
def test_ranks(engine: Engine) -> None:
    assert column(engine, over("row_number", to=INT)) == [1, 2, 3, 1, 2, 1]
    assert column(engine, over("row_number", to=INT, down=True)) == [2, 1, 3, 1, 1, 2]
    assert column(engine, over("rank", to=INT, by=None)) == [1, 4, 6, 1, 5, 1]


@pytest.mark.smoke
def test_sums(engine: Engine) -> None:
    assert column(engine, over("sum", x, order=None)) == [5.0, 5.0, 5.0, 2.0, 9.0, 9.0]
    assert column(engine, over("sum", x)) == [1.0, 1.0, 5.0, 2.0, 9.0, 1.0]
    assert column(engine, over("sum", x, by=None, order=i, frame=(-1, 0))) == [1.0, 1.0, 4.0, 6.0, 10.0, 9.0]
    assert column(engine, over("sum", x, by=None, order=i, frame=(None, -1))) == [None, 1.0, 1.0, 5.0, 7.0, 15.0]
    assert column(engine, over("sum", x, by=None, order=i, frame=(1, None))) == [15.0, 15.0, 11.0, 9.0, 1.0, None]
    assert column(engine, over("sum", x, by=None, order=i, frame=(None, None))) == [16.0] * 6
    assert column(engine, over("avg", x, by=None, order=i, frame=(-1, 1))) == [1.0, 2.5, 3.0, 14 / 3, 11 / 3, 4.5]


@pytest.mark.smoke
def test_no_row_is_null(engine: Engine) -> None:
    """Of values that cannot be null, too: before the first row and behind the last there is none."""
    seven = Lit(7, INT)
    assert column(engine, over("lead", seven, to=INT, by=None, order=i)) == [7, 7, 7, 7, 7, None]
    assert column(engine, over("lag", seven, to=INT, by=None, order=i)) == [None, 7, 7, 7, 7, 7]
    assert column(engine, over("max", seven, to=INT, by=None, order=i, frame=(None, -1))) == [None, 7, 7, 7, 7, 7]


@pytest.mark.smoke
def test_counts(engine: Engine) -> None:
    assert column(engine, over("count", to=INT, order=None)) == [3, 3, 3, 1, 2, 2]
    assert column(engine, over("count", x, to=INT, order=None)) == [2, 2, 2, 1, 2, 2]


def test_extremes(engine: Engine) -> None:
    assert column(engine, over("min", x, order=None)) == [1.0, 1.0, 1.0, 2.0, 1.0, 1.0]
    assert column(engine, over("max", s, to=TEXT, by=None, order=None)) == ["a"] * 6
    assert column(engine, over("min", s, to=TEXT, by=None, order=None)) == ["A"] * 6


@pytest.mark.smoke
def test_neighbours(engine: Engine) -> None:
    assert column(engine, over("lag", i, to=INT)) == [None, 1, 2, None, 6, None]
    assert column(engine, over("lead", i, to=INT)) == [2, 3, None, None, None, 5]
    assert column(engine, over("first", x)) == [1.0, 1.0, 1.0, 2.0, 1.0, 1.0]
    assert column(engine, over("last", x, frame=(None, None))) == [4.0, 4.0, 4.0, 2.0, 8.0, 8.0]


def test_texts_in_order(engine: Engine) -> None:
    """Code points, nulls last: A before a."""
    assert column(engine, Over("row_number", (), INT, (), ((s, False), (i, False)))) == [2, 3, 4, 1, 5, 6]
