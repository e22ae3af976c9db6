"""Every dialect: what is emitted parses in it, calls nothing that sqlglot does not know unless it is listed here, and escapes its text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
import sqlglot
from sqlglot import exp

from kpidsl.diagnostic import KpiError
from kpidsl.model.expr import BOOL, INT, TEXT, Agg, Col, Expr, Fn, Lit, Type
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel, Scan, Statement, TableRef
from kpidsl.sql.dialects import DIALECTS, dialect_of
from kpidsl.sql.emit import emit, prepared
from kpidsl.sql.names import Names
from kpidsl.sql.reserved import reserved_in
from kpidsl.sql.speak import known_aggs, known_ops
from tests.sql.analysed import parsed
from tests.sql.cases import col
from tests.sql.plans import PLANS
from tests.sql.test_aggregates import CASES
from tests.sql.test_operators import ALL
from tests.sql.test_text_is_data import HOSTILE

# Names that no table there can have.
UNNAMABLE = {
    *((dialect, text) for dialect in ("mysql", "mariadb") for text in HOSTILE if text[-1].isspace() or max(text) > "\uffff"),
    *((dialect, text) for dialect in ("spark", "databricks") for text in HOSTILE if "${" in text),
}


def relations() -> Iterator[tuple[str, Rel]]:
    scan = Scan(TableRef(("shop", "v")), "v")
    seen = set()
    for family, cases in ALL.items():
        for number, case in enumerate(cases):
            fn = case[0]
            shape = (fn.op, fn.options, tuple((type(a), a.type.kind) for a in fn.args)) if isinstance(fn, Fn) else number
            if shape in seen:
                continue
            seen.add(shape)
            yield f"{family} {number}", Project(scan, (("r", case[0]),))
            if case[0].type.kind == "bool":
                yield f"{family} {number} as condition", Project(Filter(scan, case[0]), (("i", col("i")),))
    for agg, _ in CASES:
        yield f"{agg.func} {agg.percent}", Aggregate(scan, (("t", col("t")),), (("r", agg),))
    for kind in ("json", "records"):
        for keys in (("k",), ("k", "j")):
            yield f"get {kind}", Project(scan, (("r", Fn("get", (col("s", Type(kind)),), TEXT, keys)),))
    for name, (rel, _, _) in PLANS.items():
        yield name, rel


@pytest.mark.parametrize("dialect", DIALECTS)
def test_parses_and_calls_what_exists(dialect: str) -> None:
    wrong: dict[str, str] = {}
    for name, rel in relations():
        try:
            sql = emit(Statement(rel, ()), dialect)
        except KpiError:
            if dialect == "datafusion" and name.startswith("get"):  # no nested values there
                continue
            raise
        _, fault = parsed(dialect, sql)
        if fault:
            wrong[f"{name}: {fault}"] = sql
    assert not wrong, "\n".join(f"{what}\n{sql}" for what, sql in wrong.items())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", HOSTILE)
def test_text_reads_back(dialect: str, text: str) -> None:
    """The dialect's own tokenizer finds the same literal and the same names again, and nothing else."""
    if dialect == "bigquery" and "." in text:
        pytest.skip("a quoted name with a dot is a path there, and no column may have one")
    scan = Scan(TableRef((text,)), text)
    column = Col(text, text, TEXT)
    rel = Project(Filter(scan, Fn("eq", (column, Lit(text, TEXT)), BOOL)), ((text, Lit(text, TEXT)), ("i", column)))
    tree = sqlglot.parse_one(emit(Statement(rel, ()), dialect), read=DIALECTS[dialect].printer)
    literals = [node.this for node in tree.find_all(exp.Literal) if node.is_string]
    assert literals == [text, text]
    names = {node.name for node in tree.find_all(exp.Column)} - {name for name, _ in DIALECTS[dialect].settings}
    wanted = Names(DIALECTS[dialect]).identifier(text).text
    assert (wanted.casefold() == text.casefold()) is ((dialect, text) not in UNNAMABLE)
    assert {name.casefold() for name in names} == {wanted.casefold()}
    assert {node.name.casefold() for node in tree.find_all(exp.Table)} == {wanted.casefold()}


def test_names_that_a_database_cannot_hold_stay_apart() -> None:
    """They become names that it can hold, with a digest of what they were."""
    wanted = {"mariadb": ["a", "a ", "a  ", "a\U0001f600", "a\U0001f601", "a_"], "spark": ["a ${b}", "a ${c}", "a $_{b}"]}
    for dialect, texts in wanted.items():
        names = [Names(DIALECTS[dialect]).identifier(text).text for text in texts]
        assert len(set(names)) == len(texts)
        assert not any(name[-1].isspace() or max(name) > "\uffff" or "${" in name for name in names)


def test_every_operator_is_tried() -> None:
    """The cases of test_operators and test_nested cover the operators that plans may use."""

    def ops(expr: Expr) -> Iterator[str]:
        from kpidsl.model.expr import walk

        yield from (part.op for part in walk(expr) if isinstance(part, Fn))

    for name in DIALECTS:
        prepared(dialect_of(name))
    tried = {op for cases in ALL.values() for case in cases for op in ops(case[0])}
    inner = {
        *("text_to_date", "text_to_timestamp", "iso_to_timestamp", "iso_if", "offset", "step", "cut", "part", "zoned", "days_between"),
        *("days_apart", "position", "joined", "regex_has", "regex_first", "has_scheme", "digits_to_int", "number_to_int", "into_decimal"),
        *("decimal_to_text", "double_to_text", "timestamp_to_text", "json_value", "pair_value", "root", "exact", "total", "scalar"),
    }
    assert known_ops() - tried - inner == {"get", "sql", "today"}
    assert known_aggs() == {agg.func for agg, _ in CASES}


def test_an_unknown_dialect() -> None:
    with pytest.raises(KpiError) as caught:
        dialect_of("duckbd")
    assert caught.value.diagnostics[0].code == "KPI168"
    assert "duckdb" in caught.value.diagnostics[0].help
    assert dialect_of("postgresql").name == "postgres"


def test_reserved_words_are_quoted() -> None:
    """SQLite takes every reserved word as a name once it is quoted; plain names stay bare."""
    connection = sqlite3.connect(":memory:")
    for word in reserved_in("sqlite"):
        rel = Project(Scan(TableRef((word,)), word), ((word, Col(word, word, INT)),))
        connection.execute(f'CREATE TABLE "{word}" ("{word}" INTEGER)')
        connection.execute(emit(Statement(rel, ()), "sqlite")).fetchall()
    plain = Project(Scan(TableRef(("orders",)), "orders"), (("day", Col("orders", "day", INT)), ("Amount", Col("orders", "Amount", INT))))
    assert '"' not in emit(Statement(plain, ()), "duckdb")
    assert '"Amount"' in emit(Statement(plain, ()), "postgres")


def test_snowflake_folds_up() -> None:
    """A reserved word that unquoted would mean ORDER must mean it quoted, too."""
    rel = Project(Scan(TableRef(("t",)), "t"), (("x", Col("t", "order", INT)), ("y", Col("t", "Order", INT))))
    sql = emit(Statement(rel, ()), "snowflake")
    assert '"ORDER" AS x' in sql
    assert '"Order" AS y' in sql


def test_clickhouse_asks_for_nulls() -> None:
    sql = emit(Statement(PLANS["drill_across"][0], ()), "clickhouse")
    assert sql.endswith("SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1")


def test_no_filter_clause_where_there_is_none() -> None:
    for name in ("mysql", "bigquery", "snowflake", "redshift", "tsql"):
        sql = emit(Statement(PLANS["one_select"][0], ()), name)
        assert "FILTER" not in sql
        assert "CASE WHEN" in sql or "CASE\n" in sql


def test_a_table_called_like_its_column() -> None:
    """BigQuery takes a bare `revenue` beside a table of that name for its whole row; the others take it for the column."""
    months = Named(
        Aggregate(Scan(TableRef(("t",)), "t"), (("day", Col("t", "day", INT)),), (("revenue", Agg("count_rows", (), INT)),)), "revenue"
    )
    total = Aggregate(months, (), (("total", Agg("max", (Col(None, "revenue", INT),), INT)),))
    assert "  MAX(revenue) AS total\nFROM revenue" in emit(Statement(total, ()), "snowflake")
    assert "  MAX(revenue.revenue) AS total\nFROM revenue" in emit(Statement(total, ()), "bigquery")
    across = emit(Statement(PLANS["drill_across"][0], ()), "bigquery")
    assert "    revenue,\n" in across
    assert "  FROM revenue AS revenue_1\n" in across


def test_a_table_called_like_an_output() -> None:
    """In BigQuery, as in ClickHouse, `stage.position` is a part of the output `stage` where there is one."""
    stages = Named(
        Project(Scan(TableRef(("t",)), "t"), (("name", Col("t", "name", TEXT)), ("position", Col("t", "position", INT)))), "stages"
    )
    rel = Project(
        Join(Scan(TableRef(("s",)), "s"), stages, "stage", None, "cross"),
        (("stage", Col("stage", "name", TEXT)), ("place", Col("stage", "position", INT))),
    )
    assert "stage_1.name AS stage,\n  stage_1.position AS place\n" in emit(Statement(rel, ()), "bigquery")
    assert "stage.name AS stage,\n  stage.position AS place\n" in emit(Statement(rel, ()), "snowflake")


def test_an_unknown_operand() -> None:
    """BigQuery refuses `i - NULL`, and takes it with a type."""
    rel = Project(Scan(TableRef(("t",)), "t"), (("r", Fn("sub", (Col("t", "i", INT), Lit(None, INT)), INT)),))
    assert "i - NULL AS r" in emit(Statement(rel, ()), "snowflake")
    assert "i - CAST(NULL AS INT64) AS r" in emit(Statement(rel, ()), "bigquery")
