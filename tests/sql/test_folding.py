"""How plans fold: golden SQL for DuckDB, read by eye when it changes, and the rows on every executed engine.

`pytest tests/sql/test_folding.py --update-sql` writes the golden files anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpidsl.engines.base import Engine
from kpidsl.plan.plan import FileRef, Named, Project, Scan, SqlRef, Statement, TableRef
from kpidsl.sql import tree
from kpidsl.sql.emit import emit, emit_tree, files_of, scans_of, top_comment
from tests.sql import plans
from tests.sql.cases import rows_of, same
from tests.sql.plans import INT, PLANS, Col

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", PLANS)
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    sql = emit(Statement(PLANS[name][0], (), f"plan {name}"), "duckdb") + "\n"
    file = GOLDEN / f"{name}.sql"
    if request.config.getoption("--update-sql"):
        file.write_text(sql, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == sql


@pytest.fixture
def shop(engine: Engine) -> Engine:
    engine.create_table("shop.orders", plans.ORDERS, plans.ORDER_ROWS)
    engine.create_table("shop.customers", plans.CUSTOMERS, plans.CUSTOMER_ROWS)
    engine.create_table("ads", plans.ADS, plans.AD_ROWS)
    return engine


@pytest.mark.smoke
def test_rows(shop: Engine) -> None:
    for name, (rel, types, wanted) in PLANS.items():
        found = rows_of(shop, rel, types)
        assert len(found) == len(wanted), (name, found)
        for row, expected in zip(found, wanted, strict=True):
            assert all(same(value, wish) for value, wish in zip(row, expected, strict=True)), (name, row, expected)


def test_no_star_and_one_scan_a_source() -> None:
    """Columns are listed, and a relation that is read twice scans its table once."""
    for name, (rel, _, _) in PLANS.items():
        sql = emit(Statement(rel, ()), "duckdb")
        assert not re.search(r"SELECT\s+\*|, \*", sql), name
        assert sql.count("FROM shop.orders") <= 1, name


def test_duckdb_reads_a_shared_relation_once(duckdb: Engine) -> None:
    duckdb.create_table("shop.orders", plans.ORDERS, plans.ORDER_ROWS)
    for name in ("read_twice", "bare_rows_read_twice"):
        sql = emit(Statement(PLANS[name][0], ()), "duckdb")
        explained = str(duckdb.run(f"EXPLAIN (FORMAT json) {sql}").rows)
        assert explained.count("SEQ_SCAN") == 1, name


def test_ctes_never_take_a_tables_name() -> None:
    """A relation called like a table that is read, in any case, gets a number."""
    scan = Scan(TableRef(("Orders",)), "o")
    inner = Named(Project(scan, (("id", Col("o", "id", INT)),)), "orders")
    sql = emit(Statement(Project(inner, (("id", Col(None, "id", INT)),)), ()), "duckdb")
    assert sql.startswith("WITH orders_2 AS (")
    assert "FROM orders_2 AS orders" in sql


def test_two_relations_of_one_name() -> None:
    def part(table: str) -> Named:
        return Named(Project(Scan(TableRef((table,)), table), (("id", Col(table, "id", INT)),)), "part")

    first, second = part("a"), part("b")
    joined = plans.Join(first, second, "part_b", plans.f("eq", Col(None, "id", INT), Col("part_b", "id", INT)))
    sql = emit(Statement(Project(joined, (("id", Col(None, "id", INT)),)), ()), "duckdb")
    assert "WITH part AS (" in sql
    assert "), part_2 AS (" in sql
    assert "LEFT JOIN part_2 AS part_b" in sql


def test_long_names_on_postgres(postgres: Engine) -> None:
    """63 bytes are all that counts there: common table expressions stay apart."""
    long = "营" * 40
    relations = [Named(Project(Scan(TableRef(("t",)), "t"), (("i", Col("t", "i", INT)),)), f"{long}{end}") for end in "ab"]
    postgres.create_table("t", [("i", INT)], [(1,)])
    union = plans.UnionAll(tuple(Project(rel, (("i", Col(None, "i", INT)),)) for rel in relations), (INT,))
    assert rows_of(postgres, union, [INT]) == [(1,), (1,)]


def test_files() -> None:
    file = FileRef("data/it's.csv", "csv", "it_s", (("header", True), ("delim", ";"), ("skip", 2)))
    statement = Statement(Project(Scan(file, "f"), (("a", Col("f", "a", INT)),)), ())
    assert "READ_CSV('data/it''s.csv', header = TRUE, delim = ';', skip = 2) AS f" in emit(statement, "duckdb")
    assert "FROM it_s AS f" in emit(statement, "sqlite")
    assert files_of(statement) == [file]
    assert len(scans_of(statement)) == 1


def test_a_query_of_the_analyst() -> None:
    scan = Scan(SqlRef("select a::int as a from t where b ilike '%x%'", "duckdb"), "mine")
    statement = Statement(Project(scan, (("a", Col("mine", "a", INT)),)), ())
    assert "CAST(a AS INT) AS a" in emit(statement, "postgres")
    assert "b ILIKE '%x%'" in emit(statement, "postgres")
    assert "LOWER(b) LIKE LOWER('%x%')" in emit(statement, "sqlite") or "b LIKE '%x%'" in emit(statement, "sqlite")


def test_top_comment() -> None:
    assert top_comment("a\n\nb\r\nc") == "-- a\n-- b\n-- c"
    assert emit(Statement(PLANS["having"][0], (), ""), "duckdb").startswith("SELECT")


def test_without_line_breaks() -> None:
    sql = emit(Statement(PLANS["drill_across"][0], (), "metric x"), "duckdb", pretty=False)
    assert sql.count("\n") == 1


def test_the_tree_has_what_is_selected() -> None:
    select = emit_tree(Statement(PLANS["one_select"][0], ()), "duckdb").body
    assert isinstance(select, tree.Select)
    names = [output.name.text for output in select.outputs if isinstance(output, (tree.Alias, tree.Column))]
    assert names == ["month", "country", "revenue", "average"]
