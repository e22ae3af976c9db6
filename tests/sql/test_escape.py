"""`sql("…")`: what an analyst may write there, what comes out in each dialect, and what is refused."""

from __future__ import annotations

import pytest

from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine
from kpidsl.model.expr import INT, TEXT
from kpidsl.plan.plan import Project, Scan, SqlRef, Statement, TableRef
from kpidsl.sql.emit import emit
from kpidsl.sql.escape import columns_of, parsed_query
from tests.sql.cases import Expr, evaluate, fn, i, j, s, t


def escape(text: str, *args: tuple[str, Expr]) -> Expr:
    return fn("sql", *[value for _, value in args], to=INT, options=(text, *[name for name, _ in args]))


def test_columns_are_replaced(engine: Engine) -> None:
    """Names are those of the arguments, in any case; what replaces them keeps its own precedence."""
    twice = fn("add", i, j, to=INT)
    found = evaluate(
        engine,
        [
            escape("Total * 2", ("total", twice)),
            escape("coalesce(a, b, 0)", ("a", i), ("b", j)),
            escape("case when a > 1 then 1 else 0 end", ("a", i)),
            escape("-a", ("a", fn("sub", i, j, to=INT))),
            escape('length("odd name")', ("odd name", s)),
            escape("1 + 1"),
        ],
        {"i": 2, "j": 3, "s": "abc"},
    )
    assert found == (10, 2, 1, 1, 3, 2)


def test_it_is_transpiled() -> None:
    rel = Project(Scan(TableRef(("v",)), "v"), (("x", escape("a // 2", ("a", i))), ("y", escape("a / b", ("a", i), ("b", j)))))
    assert "DIV(i, 2)" in emit(Statement(rel, ()), "postgres")
    assert "CAST(i AS DOUBLE PRECISION) / j" in emit(Statement(rel, ()), "postgres")
    assert "i // 2" in emit(Statement(rel, ()), "duckdb")


def test_columns_of() -> None:
    assert columns_of('lower(a) || "b c" || case when t.d > 1 then a end') == ["a", "b c", "t.d"]


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "(select 1)",
        "a; drop table x",
        "a;",
        ";",
        "",
        "sum(a)",
        "count(*)",
        "row_number() over ()",
        "a in (select 1)",
        "exists (select 1)",
        "read_text('/etc/passwd')",
        "read_csv('x')",
        "glob('*')",
        "getenv('HOME')",
        "current_setting('x')",
        "pg_read_file('x')",
        "pg_sleep(10)",
        "lo_import('x')",
        "load_extension('x')",
        "readfile('/etc/passwd')",
        "writefile('x', a)",
        "system.query('x')",
        "main.read_text('x')",
        "dblink('x', 'y')",
        "query_to_xml('select 1', true, true, '')",
        "set x = 1",
        "drop table x",
        "attach 'x'",
        "copy x to 'y'",
        "a -- comment\n; drop table x",
        "a /* unfinished",
        "'unfinished",
        "?",
        "$1",
        ":name",
        "@variable",
        "*",
        "unnest([1, 2])",
        "a as b",
        "a, b",
        "\0",
        "nextval('seq')",
    ],
)
def test_refused(text: str) -> None:
    rel = Project(Scan(TableRef(("v",)), "v"), (("x", escape(text, ("a", i), ("b", j))),))
    with pytest.raises(KpiError) as caught:
        emit(Statement(rel, ()), "duckdb")
    assert caught.value.diagnostics[0].code in ("KPI069", "KPI066")


def test_an_unknown_column() -> None:
    rel = Project(Scan(TableRef(("v",)), "v"), (("x", escape("a + zzz", ("a", i))),))
    with pytest.raises(KpiError) as caught:
        emit(Statement(rel, ()), "duckdb")
    assert "zzz" in caught.value.diagnostics[0].message


@pytest.mark.parametrize(
    "text",
    [
        "drop table x",
        "select 1; select 2",
        "insert into x select 1",
        "with a as (delete from x returning *) select * from a",
        "select * from read_csv('x')",
        "select * from 'data.csv'",
        "select read_text('/etc/passwd')",
        "select pg_read_file('x')",
        "copy (select 1) to 'x'",
        "pragma database_list",
        "select 1 into x",
        "not sql at all",
        "",
        "select * from x where a = ?",
    ],
)
def test_refused_queries(text: str) -> None:
    with pytest.raises(KpiError) as caught:
        parsed_query(SqlRef(text, "duckdb"))
    assert caught.value.diagnostics[0].code == "KPI069"


def test_queries(engine: Engine) -> None:
    """Joins, common table expressions and unions are fine."""
    engine.create_table("v", [("s", TEXT), ("t", TEXT)], [("a", "b")])
    text = (
        "with x as (select s, t from v) select x.s || x.t as both_of_them from x left join v on v.s = x.s union all select 'c' order by 1"
    )
    from kpidsl.model.expr import Col
    from tests.sql.cases import rows_of

    rel = Project(Scan(SqlRef(text, "duckdb"), "q"), (("r", Col("q", "both_of_them", TEXT)),))
    assert sorted(rows_of(engine, rel, [TEXT])) == [("ab",), ("c",)]
    assert t.name == "t"
