"""S6: division is never integer division, is null where the denominator is 0 or null; sums of money are exact decimals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World

NUMBERS = """
source t from t { key id  id: int  a: int  b: int  m: money(EUR)  n: money(EUR)  x: number  d: decimal(12, 3)  g: text }
metric a = sum(t.a)
metric b = sum(t.b)
metric m = sum(t.m)
metric n = sum(t.n)
metric rows = count(t)
"""


def world(engine: Engine, *rows: tuple[object, ...]) -> World:
    """Rows of a, b, m, n, x, d, g; what is left out is null."""
    return World(engine, NUMBERS, t=[(i, *row, *([None] * (7 - len(row)))) for i, row in enumerate(rows, 1)])


@pytest.mark.smoke
def test_whole_numbers_divide_to_fractions(engine: Engine) -> None:
    """1 / 2 is a half, −7 / 2 is −3.5: no engine may cut it off (SQLite and PostgreSQL would)."""
    world(engine, (1, 2)).check("a / b, a / 2, 1 / b, rows / b, -a / b", (0.5, 0.5, 0.5, 0.5, -0.5))
    world(engine, (-7, 2)).check("a / b", (-3.5,))


def test_whole_numbers_of_one_row_divide_to_fractions(engine: Engine) -> None:
    """Per row too: 1/2 + 3/4 = 1.25, cut off it would be 0."""
    world(engine, (1, 2), (3, 4)).check("sum(t.a / t.b), avg(t.a / 2), max(t.a / t.b)", (1.25, 1, 0.75))


def test_literals_divide_to_fractions(engine: Engine) -> None:
    """A constant quotient in a formula: 3 × (1 / 2) = 1.5."""
    world(engine, (3, 1)).check("a * (1 / 2), a / 4 * 2, sum(t.a * (1 / 2))", (1.5, 1.5, 1.5))


@pytest.mark.smoke
def test_a_zero_denominator_is_null(engine: Engine) -> None:
    """No engine's error and no infinity: null, whatever the numerator, per row and over rows, whole, decimal and floating."""
    rows = [(5, 0, 5, 0, 0.0, Decimal("0.000")), (0, 0, 0, 0, 0.0, Decimal("0.000"))]
    world(engine, *rows).check("a / b, m / n, b / b, a / sum(t.x), m / sum(t.d), a / (b * 1.5)", (None, None, None, None, None, None))
    world(engine, *rows).check("sum(t.a / t.b), count(t.a / t.x), max(t.m / t.n)", (0, 0, None))


def test_a_null_denominator_is_null(engine: Engine) -> None:
    """An average of nothing as denominator is unknown; the sum of nothing is 0, and the quotient null all the same."""
    world(engine, (5,)).check("a / avg(t.b), a / b, avg(t.b) / a", (None, None, None))


def test_a_division_inside_a_division(engine: Engine) -> None:
    """a / (a / b) is b; where b is 0 the inner quotient is null and with it the outer."""
    world(engine, (8, 4)).check("a / (a / b), (a / b) / (b / a)", (4, 4))
    world(engine, (8, 0)).check("a / (a / b), b / (a / b), coalesce(a / b, 0)", (None, None, 0))


@pytest.mark.smoke
def test_division_is_in_double_precision(engine: Engine) -> None:
    """1 / 3 has all its digits, also of decimals with two places, and of sums larger than 2^53."""
    got = world(engine, (1, 3, 1, 3)).rows("a / b, m / n")[0]
    for value in got:
        assert abs(Fraction(value) - Fraction(1, 3)) < Fraction(1, 10**15)  # type: ignore[arg-type]
    world(engine, (10**15, 3, 10**10, 3)).check("a / b, m / n", (10**15 / 3, 10**10 / 3))


@pytest.mark.smoke
def test_sums_of_money_are_exact_to_the_cent(engine: Engine) -> None:
    """Ten times 0.10 is 1.00, and 0.07 + 0.01 is 0.08: binary fractions would show 0.9999999999999999 and 0.08000000000000002."""
    ten = world(engine, *[(None, None, Decimal("0.10"), Decimal("0.07"), None, None)] * 10)
    value = ten.value("m")
    assert round(Decimal(str(value)), 2) == Decimal("1.00")
    assert ten.value("count(t) where m = 0.1 EUR") == 10


def test_money_stays_decimal_where_the_engine_has_decimals(engine: Engine) -> None:
    """99,999,999,999.99 + 0.01 × 3: DuckDB and PostgreSQL keep every cent; SQLite has no decimals and is right after rounding."""
    rows = [(None, None, Decimal("99999999999.99"))] + [(None, None, Decimal("0.01"))] * 3
    value = world(engine, *rows).value("m")
    if engine.dialect == "sqlite":
        assert round(value, 2) == 100000000000.02  # type: ignore[call-overload]
    else:
        assert value == Decimal("100000000000.02")


def test_decimal_columns_add_up_exactly(engine: Engine) -> None:
    """Three thirds cut to three digits: 0.333 × 3 = 0.999."""
    rows = [(None, None, None, None, None, Decimal("0.333"))] * 3
    value = world(engine, *rows).value("sum(t.d)")
    assert round(Decimal(str(value)), 3) == Decimal("0.999")


def test_a_percentage_of_whole_numbers(engine: Engine) -> None:
    """2 of 3 rows: 66.6…%, as a ratio; × 100 EUR = 66.6… EUR."""
    two_of_three = world(engine, (1,), (1,), (0,))
    two_of_three.check("count(t where a = 1) / count(t)", (Fraction(2, 3),))
    two_of_three.check("100 EUR * (count(t where a = 1) / count(t))", (Fraction(200, 3),))


def test_a_quotient_is_null_per_group_only_where_it_must(engine: Engine) -> None:
    """Group x has no b, group y has: one null does not spread."""
    rows = [(1, 0, None, None, None, None, "x"), (1, 4, None, None, None, None, "y"), (1, None, None, None, None, None, None)]
    world(engine, *rows).check("a / b by g", ("x", None), ("y", 0.25), (None, None))


@pytest.mark.smoke
def test_rounding_is_half_away_from_zero_in_every_dialect(engine: Engine) -> None:
    """2.5 rounds to 3 and −2.5 to −3; 0.125 to 0.13. A banker's rounding would give 2, −2 and 0.12."""
    world(engine, (5, 2)).check("round(a / b), round(-a / b), round(a / 40, 2)", (3, -3, 0.13))
