"""S30: no name and no literal can change the structure of the SQL, on any executed engine; what SQL cannot hold is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine
from kpidsl.model.expr import BOOL, INT, TEXT, Agg, Col, Fn, Lit
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Scan, Sort, Statement, TableRef
from kpidsl.sql.emit import emit
from tests.sql.cases import rows_of

HOSTILE = [
    "it's",
    'say "hi"',
    "`tick`",
    "back\\slash",
    "'; DROP TABLE x; --",
    '"; DROP TABLE x; --',
    "/* not a comment */",
    "-- nor this",
    "two\nlines",
    "tab\tand  blanks ",
    "营收 ünï",
    "{{ jinja }} ${var} %s :name ?",
    "select",
    "Order",
    "a.b",
    "]",
    "$$",
    "\ue000",
    "🙂",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names(engine: Engine, name: str) -> None:
    """As a table, a column, an alias, a common table expression and an output."""
    table = (name,)
    engine.create_table(table, [(name, INT), ("other", TEXT)], [(1, "x"), (2, "y"), (2, "x")])
    scan = Scan(TableRef(table), name)
    inner = Named(Aggregate(scan, ((name, Col(name, name, INT)),), (("n", Agg("count_rows", (), INT)),)), name)
    outer = Sort(Project(inner, ((name, Col(None, name, INT)), ("rows", Col(None, "n", INT)))), ((Col(None, name, INT), True),))
    assert rows_of(engine, outer, [INT, INT]) == [(2, 2), (1, 1)]


@pytest.mark.parametrize("text", HOSTILE)
def test_literals(engine: Engine, text: str) -> None:
    engine.create_table("words", [("w", TEXT)], [(text,), ("other",), (None,)])
    scan = Scan(TableRef(("words",)), "words")
    column = Col("words", "w", TEXT)
    found = Project(Filter(scan, Fn("eq", (column, Lit(text, TEXT)), BOOL)), (("w", column), ("again", Lit(text, TEXT))))
    assert rows_of(engine, found, [TEXT, TEXT]) == [(text, text)]
    like = Project(Filter(scan, Fn("contains", (column, Lit(text, TEXT)), BOOL)), (("w", column),))
    assert rows_of(engine, like, [TEXT]) == [(text,)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12))
def test_any_text_comes_back(engine: Engine, text: str) -> None:
    """A literal means itself, whatever it is made of."""
    engine.create_table("one", [("i", INT)], [(1,)])
    scan = Scan(TableRef(("one",)), "one")
    assert rows_of(engine, Project(scan, (("t", Lit(text, TEXT)), ("i", Col("one", "i", INT)))), [TEXT, INT]) == [(text, 1)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=12))
def test_any_name_comes_back(engine: Engine, name: str) -> None:
    """A column of any name can be read, grouped by and named."""
    engine.create_table("named", [(name, INT)], [(3,), (3,)])
    scan = Scan(TableRef(("named",)), "named")
    grouped = Aggregate(scan, ((name, Col("named", name, INT)),), ((f"{name} rows", Agg("count_rows", (), INT)),))
    statement = Statement(grouped, ())
    result = engine.run(emit(statement, engine.dialect))
    assert result.rows == [(3, 2)]
    assert result.names == (name, f"{name} rows")


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres"])
def test_what_sql_cannot_hold(dialect: str, bad: str) -> None:
    scan = Scan(TableRef(("t",)), "t")
    for rel in (Project(scan, (("x", Lit(bad, TEXT)),)), Project(scan, ((bad, Lit(1, INT)),)), Project(scan, (("x", Col("t", bad, INT)),))):
        with pytest.raises(KpiError) as caught:
            emit(Statement(rel, ()), dialect)
        assert caught.value.diagnostics[0].code == "KPI066"


@pytest.mark.parametrize(
    "comment", ["metric x */ ; DROP TABLE t; --", "a\nDROP TABLE t;\n", "a\rDROP", "a\u2028DROP TABLE t", "\0", "营收", "/* nested"]
)
def test_comments_stay_comments(engine: Engine, comment: str) -> None:
    engine.create_table("t", [("i", INT)], [(1,)])
    inner = Named(Project(Scan(TableRef(("t",)), "t"), (("i", Col("t", "i", INT)),)), "inner_rows", comment)
    sql = emit(Statement(Project(inner, (("i", Col(None, "i", INT)),)), (), comment), engine.dialect)
    assert engine.run(sql).rows == [(1,)]
    assert sql.startswith("-- ") or comment == "\0"
