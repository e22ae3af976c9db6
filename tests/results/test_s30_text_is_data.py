"""S30: text is data. Names, literals, labels and comments of a project, its data or a query never change the SQL's structure."""

from __future__ import annotations

import sqlite3

import pytest
import sqlglot

from kpidsl.compile import emit, query_statement
from kpidsl.engines.base import Engine
from tests.results.world import World, compiled, refused

NAMES = [
    'say "hi"',
    "it's",
    "a; drop table t; --",
    "/* comment",
    "*/ end",
    "-- line",
    "back\\slash",
    "dollar $1 $$",
    "percent %s %(x)s %",
    "question ?",
    "colon :name",
    "brackets [a] {b} (c)",
    "select",
    "GROUP",
    "order",
    "level",
    "row_type",
    "present",
    "nth",
    "place",
    "groups_left",
    "Umlaut ÄÖÜ",
    "名前",
    "emoji 😀",
    "a.b.c",
    "comma, comma",
    "  blanks  ",
    "1",
    "1e5",
    "null",
    "true",
    "*",
    "@at",
    "#hash",
    "tab\tinside",
    "''",
    '""',
    "x" * 60,
]


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def escaped(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def usable(names: list[str]) -> list[str]:
    """A quoted name holds no tab: the language says so at once."""
    return [n for n in names if "\t" not in n]


@pytest.mark.parametrize("name", usable(NAMES))
def test_names_of_everything(engine: Engine, name: str) -> None:
    """One name for table, source, column, role, metric: the numbers are those of plain names. x: 1 + 2 = 3, y: 4, no key: 8."""
    if engine.dialect == "sqlite" and name.casefold() in ("true", "false"):
        # SQLite itself cannot read a column called true of a common table expression; the day it can, this fails and the case runs
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            sqlite3.connect(":memory:").execute('WITH l AS (SELECT 1 AS "true") SELECT l."true" FROM l')
        return
    n = quoted(name)
    text = f"""
    source {n} "label {name.replace('"', "'").replace(chr(92), "/")}" from {n} {{
      key id  id: int  {n}: text  parent: int  v: int
      join one {quoted("role " + name)}: {n} on parent = id
    }}
    metric {quoted("m " + name)} = sum({n}.v)
    metric n = count({n})
    """
    world = World(engine, text, **{name: [(1, "x", None, 1), (2, "x", 1, 2), (3, "y", 1, 4), (4, None, 3, 8)]})
    metric = quoted("m " + name)
    world.check(f"{metric}, n by {n}.{n}", ("x", 3, 2), ("y", 4, 1), (None, 8, 1))
    world.check(f"{metric} where {n}.{n} = 'x'", (3,))
    world.check(f"{metric} by {n}.{quoted('role ' + name)}.{n}", ("x", 6), ("y", 8), (None, 1))
    world.check(
        f"share({metric}, of: {n}.{n}) by {n}.{n} with totals",
        ("x", 0.2, "group"),
        ("y", 4 / 15, "group"),
        (None, 8 / 15, "group"),
        (None, 1, "total"),
    )
    world.check(f"{metric}, count(distinct {n}.{n}) by {n}.{n} top 1 with other", (None, 8, 0, "group"), (None, 7, 2, "other"))


@pytest.mark.parametrize("name", usable(NAMES))
def test_a_column_of_the_data_with_that_name(engine: Engine, name: str) -> None:
    """`from` names the column in the data: it is quoted there too, while the result's column keeps the declared name."""
    text = f"source t from t {{ key id  id: int  plain: text {{ from {quoted(name)} }} }} metric n = count(t)"
    world = World(engine, text, t=[(1, "x"), (2, "x"), (3, None)])
    world.check("n by t.plain", ("x", 2), (None, 1))


VALUES = [
    *NAMES,
    "",
    "'",
    "\\'",
    "\\",
    "\\\\",
    "'; drop table t; --",
    "' or '1'='1",
    "\\n",
    "$$; drop $$",
    "{0}",
    "\u2028",
    "\x7f",
    "%",
    "_",
]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_literals_and_data(engine: Engine, value: str) -> None:
    """A value of the data comes back as it is; the literal of the same text finds it, and nothing else."""
    world = World(
        engine,
        "source t from t { key id  id: int  name: text  v: int } metric v = sum(t.v)",
        t=[(1, value, 1), (2, "other", 2), (3, None, 4), (4, value, 8)],
    )
    assert (value, 9) in world.rows("v by t.name")
    text = escaped(value)
    if value == "\x7f":
        refused(f"v where name = {text}", "KPI015", text="source t from t { key id  id: int  name: text } metric v = count(t)")
        return
    world.check(f"v where name = {text}", (9,))
    world.check(f"v where name <> {text}", (6,))
    world.check(f"v where name in ({text}, 'zzz')", (9,))
    world.check(f"v where starts_with(name, {text})", (9 if value else 11,))
    world.check(f"sum(case when name = {text} then t.v else 0 end)", (9,))


@pytest.mark.smoke
def test_all_texts_at_once(engine: Engine) -> None:
    """Every value is a group of its own with its one row, in the order of code points, and each is found by its literal alone."""
    texts = sorted({*VALUES, "${HOME}", "${spark.app.name}"} - {"\x7f"})
    world = World(engine, "source t from t { key id  id: int  name: text } metric n = count(t)", t=list(enumerate(texts)))
    world.check("n by t.name", *((text, 1) for text in texts))
    found = ", ".join(f"sum(case when name = {escaped(text)} then 2 * t.id - 1 end)" for text in texts)
    world.check(found, [2 * number - 1 for number in range(len(texts))])


@pytest.mark.smoke
def test_odd_names_at_once(engine: Engine) -> None:
    """Outputs and metrics of every name beside each other: 1 + 2 times the place of the name."""
    names = usable([*NAMES, "${HOME}"])
    metrics = [f"metric {quoted(name)} = sum(t.id) * {place}" for place, name in enumerate(names)]
    world = World(engine, "source t from t { key id  id: int }\n" + "\n".join(metrics), t=[(1,), (2,)])
    statement = query_statement(world.project, ", ".join(quoted(name) for name in names))
    sql = emit(statement, engine.dialect)
    (row,) = engine.run(sql, [c.type for c in statement.columns]).rows
    assert list(row) == [3 * place for place in range(len(names))]


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1b"], ids=ascii)
def test_control_characters_are_refused(sign: str) -> None:
    """A control character is an error at its place, in a text and in a name."""
    text = "source t from t { key id  id: int  name: text } metric n = count(t)"
    refused(f'n where name = "a{sign}b"', "KPI015", text=text)
    refused(f"n by t.`na{sign}me`", "KPI015", text=text)


COMMENTS = [
    "n -- x\n; drop table t",
    "*/ drop table t; /*",
    "a\rb; drop table t",
    "a\u2028drop table t",
    "a\x0bdrop table t",
    "a\x85drop table t",
    "a\x0cdrop table t",
    "\n\n\n",
    "",
]


@pytest.mark.parametrize("comment", COMMENTS, ids=ascii)
@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres"])
def test_the_comment_on_top_ends_nowhere(dialect: str, comment: str) -> None:
    """Whatever the query's text is, it stays behind `-- `: without its comments the statement is one SELECT."""
    project = compiled("source t from t { key id  id: int } metric n = count(t)")
    sql = emit(query_statement(project, "n", comment=comment), dialect)
    rest = [line for line in sql.replace("\r", "\n").split("\n") if not line.startswith("--")]
    assert "drop" not in "\n".join(rest)
    assert rest[0].startswith("SELECT")
    assert len(sqlglot.parse(sql, read=dialect)) == 1


def test_labels_are_not_in_the_sql_s_structure(duckdb: Engine) -> None:
    """A label with every dangerous sign changes nothing but words."""
    text = """
    source t "*/ drop table t; -- ' \\" ` $$" from t { key id  id: int  v: int "v' -- */" }
    metric n "n*/; drop table t; --" = count(t)
    """
    World(duckdb, text, t=[(1, 1), (2, 2)]).check("n, sum(t.v)", (2, 3))


@pytest.mark.smoke
def test_long_names_that_start_alike(engine: Engine) -> None:
    """PostgreSQL cuts names after 63 bytes: two metrics and two group-bys that differ after that stay apart."""
    a, b = "x" * 70 + "a", "x" * 70 + "b"
    world = World(
        engine,
        f"""
        source t from t {{ key id  id: int  g: text  h: text }}
        metric {a} = count(t)
        metric {b} = sum(t.id)
        dimension d{a} = t.g
        dimension d{b} = t.h
        """,
        t=[(1, "p", "q"), (2, "p", "r")],
    )
    names = [c.name for c in query_statement(world.project, f"{a}, {b} by d{a}, d{b}").columns]
    assert len(set(names)) == 4
    sql = emit(query_statement(world.project, f"{a}, {b} by d{a}, d{b} with totals"), engine.dialect)
    assert [row[2:4] for row in engine.run(sql).rows] == [(1, 1), (1, 2), (2, 3), (2, 3)]
