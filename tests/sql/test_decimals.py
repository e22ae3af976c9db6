"""Decimals of files, of long products and of nothing: what comes out where an engine's own decimals would not do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from kpidsl.compile import compile_sources, query_statement
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine, open_engine
from kpidsl.span import Source
from kpidsl.sql.emit import emit, files_of
from tests.results.world import World

AS_OF = dt.date(2026, 6, 30)
FILES = """
source coins from file("coins.csv") {
  key id
  id: int  g: text  amount: money(EUR)  weight: decimal(12, 3)
}
source notes from file("notes.ndjson") { key id  id: int  amount: money(EUR) }
source sheet from file("sheet.xlsx") { key id  id: int  amount: money(EUR) }
metric coins_sum = sum(coins.amount)
metric notes_sum = sum(notes.amount)
metric sheet_sum = sum(sheet.amount)
"""
COINS = "id,g,amount,weight\n1,a,0.1,0.1\n2,a,0.7,0.7\n3,b,0.8,0.8\n4,c,1.005,0.0\n"


@pytest.fixture
def files(tmp_path: Path) -> Engine:
    """A DuckDB over files with amounts: 0.1 + 0.7, 0.8, 1.005."""
    openpyxl = pytest.importorskip("openpyxl")
    (tmp_path / "coins.csv").write_text(COINS, encoding="utf-8")
    (tmp_path / "notes.ndjson").write_text('{"id": 1, "amount": 0.1}\n{"id": 2, "amount": 0.7}\n', encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (("id", "amount"), (1, 0.1), (2, 0.7)):
        book.active.append(row)
    book.save(tmp_path / "sheet.xlsx")
    return open_engine("duckdb", {}, tmp_path)


def check(engine: Engine, query: str, *expected: tuple[object, ...]) -> None:
    project = compile_sources([Source("test.kpi", FILES)])
    statement = query_statement(project, query, AS_OF)
    for file in files_of(statement):
        engine.load_file(file)
    found = engine.run(emit(statement, "duckdb"), [c.type for c in statement.columns]).rows
    assert [tuple(float(v) if isinstance(v, Decimal) else v for v in row) for row in found] == list(expected), query


def test_amounts_of_files_come_out_to_the_cent(files: Engine) -> None:
    """0.1 + 0.7 = 0.8 exactly, from CSV, JSON lines and a workbook; 1.005 rounds up; three coins of 0.1 are 0.3."""
    check(files, "coins_sum by g", ("a", 0.8), ("b", 0.8), ("c", 1.005))
    check(files, "coins_sum by g order by coins_sum desc top 2", ("c", 1.005), ("a", 0.8))
    check(files, "(coins_sum where g = 'a'), notes_sum, sheet_sum", (0.8, 0.8, 0.8))
    check(files, "case when notes_sum = 0.8 EUR then 1 else 0 end, case when sheet_sum >= 0.8 EUR then 1 else 0 end", (1, 1))
    check(files, "count(coins where amount * 3 = 0.3 EUR), max(round(coins.amount, 2)), avg(coins.amount)", (1, 1.01, 0.65125))
    check(files, "coins_sum / (coins_sum - 2.605 EUR)", (None,))
    check(files, "case when sum(coins.weight) = 1.6 then 1 else 0 end", (1,))


def test_rounding_leaves_no_minus_zero(sqlite: Engine) -> None:
    text = "source t from t { key id  id: int  m: money(EUR) }\nmetric m = sum(t.m)"
    value = World(sqlite, text, t=[(1, -0.1), (2, -0.2), (3, 0.3)]).value("m")
    assert str(value) == "0.0"


PRODUCTS = """
source t from t {
  key id
  id: int  m: money(EUR)  d: decimal(12, 3)  e: decimal(18, 6)  q: int
}
metric m = sum(t.m)
"""


def test_long_products_of_decimals_do_not_overflow(engine: Engine) -> None:
    """123,456,789.1234 × 3.125 × 1.5, and × 1.22 × 1.05 × 0.5 × 3.125: DuckDB would stop at 18 digits in all."""
    world = World(engine, PRODUCTS, t=[(1, Decimal("123456789.1234"), Decimal("3.125"), Decimal("1.5"), 3)])
    amount = Fraction("123456789.1234")
    world.check("sum(t.m * t.d * t.e)", (amount * Fraction("3.125") * Fraction("1.5"),))
    world.check("sum(t.m * t.d * t.e * t.e * t.q)", (amount * Fraction("3.125") * Fraction("2.25") * 3,))
    world.check("sum(t.m * 1.22 * 1.05 * 0.5 * t.d)", (amount * Fraction("1.22") * Fraction("1.05") * Fraction("0.5") * Fraction("3.125"),))
    world.check("m * sum(t.d) * sum(t.e), m * 1.22 * 1.05", (amount * Fraction("4.6875"), amount * Fraction("1.281")))


def test_a_product_that_is_too_long_says_so(duckdb: Engine) -> None:
    """A square of amounts has more digits than DuckDB's decimals; the way out is written."""
    world = World(duckdb, PRODUCTS, t=[(1, Decimal("123456789.1234"), Decimal("3.125"), Decimal("1.5"), 3)])
    with pytest.raises(KpiError) as caught:
        world.rows("sum(t.m * t.m)")
    assert "more digits" in caught.value.diagnostics[0].message
    assert "number(" in caught.value.diagnostics[0].help
    world.check("sum(number(t.m) * t.m)", (Fraction("123456789.1234") ** 2,))
