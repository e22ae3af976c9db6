"""Connections: what they give back, what they say when something is wrong, and what they never say."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.engines.base import Engine, expanded, open_engine
from kpidsl.engines.postgres import secrets_of
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, TIMESTAMP, Type
from kpidsl.plan.plan import FileRef, TableRef

MONEY = Type("decimal", precision=(18, 2))
COLUMNS = [("i", INT), ("x", REAL), ("m", MONEY), ("b", BOOL), ("t", TEXT), ("d", DATE), ("p", TIMESTAMP)]
ROW = (1, 0.5, Decimal("1.25"), True, "é", dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 10, 20, 30))
NULLS = (None,) * 7


def refused(action: object, code: str) -> Diagnostic:
    assert callable(action)
    with pytest.raises(KpiError) as caught:
        action()
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code, diagnostic
    return diagnostic


def test_values_come_back(engine: Engine) -> None:
    engine.create_table("kinds", COLUMNS, [ROW, NULLS])
    found = engine.run("SELECT i, x, m, b, t, d, p FROM kinds ORDER BY i NULLS LAST", [kind for _, kind in COLUMNS])
    assert found.names == ("i", "x", "m", "b", "t", "d", "p")
    assert found.rows == [ROW, NULLS]
    assert [type(value) for value in found.rows[0][:2]] == [int, float]


def test_a_schema_is_made(engine: Engine) -> None:
    engine.create_table("landing.t", [("i", INT)], [(1,)])
    engine.create_table(("landing", "a.b"), [("i", INT)], [(2,)])
    assert engine.run('SELECT i FROM landing.t UNION ALL SELECT i FROM landing."a.b"').rows == [(1,), (2,)]
    assert [name for name, _ in engine.columns(TableRef(("landing", "t")))] == ["i"]


def test_columns(engine: Engine) -> None:
    engine.create_table("kinds", COLUMNS, [])
    found = engine.columns(TableRef(("kinds",)))
    assert [name for name, _ in found] == [name for name, _ in COLUMNS]
    assert all(kind for _, kind in found)
    refused(lambda: engine.columns(TableRef(("absent",))), "KPI162")


def test_no_infinities(engine: Engine) -> None:
    """What JSON cannot hold is null."""
    huge = "9e999" if engine.dialect == "sqlite" else "CAST('Infinity' AS DOUBLE PRECISION)"
    assert engine.run(f"SELECT {huge} AS x").rows == [(None,)]
    assert engine.run(f"SELECT {huge} AS x", [REAL]).rows == [(None,)]


def test_errors_in_plain_words(engine: Engine) -> None:
    engine.create_table("t", [("i", INT)], [(1,)])
    no_table = refused(lambda: engine.run("SELECT i FROM absent"), "KPI162")
    assert "absent" in no_table.notes[0]
    refused(lambda: engine.run("SELECT zzz FROM t"), "KPI163")
    refused(lambda: engine.run("SELEC i FROM t"), "KPI167")
    assert engine.run("SELECT i FROM t").rows == [(1,)]  # the connection is fine afterwards


def test_wrong_types(duckdb: Engine, postgres: Engine) -> None:
    for engine in (duckdb, postgres):
        engine.create_table("t", [("s", TEXT)], [("a",)])
        refused(lambda engine=engine: engine.run("SELECT CAST(s AS BIGINT) FROM t"), "KPI164")
        refused(lambda engine=engine: engine.run("SELECT CAST(s AS DATE) FROM t"), "KPI164")


def test_numbers_that_grow_too_large(engine: Engine) -> None:
    """Whole numbers beyond 64 bits: the message speaks of sizes, not of types."""
    engine.create_table("t", [("i", INT)], [(9223372036854775807,), (9223372036854775807,)])
    overflow = "SELECT sum(i) AS i FROM t" if engine.dialect == "sqlite" else "SELECT i * i AS i FROM t"
    assert "larger than" in refused(lambda: engine.run(overflow), "KPI167").message


def test_unknown_engines() -> None:
    assert "duckdb" in refused(lambda: open_engine("duckdbb"), "KPI168").help
    refused(lambda: open_engine("oracle"), "KPI168")


def test_timeouts(tmp_path: Path, postgres_url: str) -> None:
    slow = "SELECT count(*) FROM range(100000000000) a"
    refused(lambda: open_engine("duckdb", {"timeout": 0.2}).run(slow), "KPI166")
    endless = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r"
    refused(lambda: open_engine("sqlite", {"timeout": 0.2}).run(endless), "KPI166")
    refused(lambda: open_engine("postgres", {"url": postgres_url, "timeout": 0.2}).run("SELECT pg_sleep(10)"), "KPI166")
    refused(lambda: open_engine("duckdb", {"timeout": "soon"}), "KPI169")


@pytest.mark.parametrize("name", ["duckdb", "sqlite"])
def test_database_files(name: str, tmp_path: Path) -> None:
    """A missing file, a file that is no database, a database that can be read and not written."""
    refused(lambda: open_engine(name, {"path": "absent.db"}, tmp_path), "KPI160")
    (tmp_path / "odd.db").write_text("this is no database" * 100)
    refused(lambda: open_engine(name, {"path": "odd.db"}, tmp_path), "KPI160")
    if name == "sqlite":
        with sqlite3.connect(tmp_path / "good.db") as made:
            made.execute("CREATE TABLE t AS SELECT 1 AS i")
        made.close()
    else:
        import duckdb

        with duckdb.connect(str(tmp_path / "good.db")) as connection:
            connection.execute("CREATE TABLE t AS SELECT 1 AS i")
    engine = open_engine(name, {"path": "good.db"}, tmp_path)
    assert engine.run("SELECT i FROM t").rows == [(1,)]
    refused(lambda: engine.run("CREATE TABLE u AS SELECT 1 AS i"), "KPI167")
    engine.close()


def test_files_of_duckdb(tmp_path: Path) -> None:
    """Paths are relative to the project's folder, wherever the command was started."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "it's.csv").write_text("a,b\n1,2026-01-31\n")
    engine = open_engine("duckdb", {}, tmp_path)
    file = FileRef("data/it's.csv", "csv", "it_s", (("header", True),))
    engine.load_file(file)
    assert engine.columns(file) == [("a", "BIGINT"), ("b", "DATE")]
    missing = refused(lambda: engine.load_file(FileRef("data/none.csv", "csv", "none")), "KPI161")
    assert "data/none.csv" in missing.message
    refused(lambda: engine.run("SELECT * FROM read_csv('data/none.csv')"), "KPI161")
    engine.load_file(FileRef("data/*.csv", "csv", "many"))


def test_workbooks(tmp_path: Path) -> None:
    """A sheet becomes a temporary table, with kinds told from its cells, also beside a database that is only read."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["day", "spend", "clicks", "note", "mixed"])
    sheet.append([dt.datetime(2026, 1, 1), 1.5, 3, "a", 1])
    sheet.append([dt.datetime(2026, 1, 2), 2, None, None, "x"])
    sheet.append([None] * 5)
    book.create_sheet("empty")
    book.save(tmp_path / "plan.xlsx")
    import duckdb

    with duckdb.connect(str(tmp_path / "some.db")) as made:
        made.execute("CREATE TABLE t AS SELECT 1 AS i")
    for settings in ({}, {"path": "some.db"}):
        engine = open_engine("duckdb", settings, tmp_path)
        file = FileRef("plan.xlsx", "xlsx", "plan")
        kinds = [("day", "DATE"), ("spend", "DOUBLE"), ("clicks", "BIGINT"), ("note", "VARCHAR"), ("mixed", "VARCHAR")]
        assert engine.columns(file) == kinds
        assert engine.run("SELECT * FROM plan").rows == [
            (dt.date(2026, 1, 1), 1.5, 3, "a", "1"),
            (dt.date(2026, 1, 2), 2.0, None, None, "x"),
        ]
        refused(lambda engine=engine: engine.load_file(FileRef("plan.xlsx", "xlsx", "plan", (("sheet", "no"),))), "KPI162")
        refused(lambda engine=engine: engine.load_file(FileRef("plan.xlsx", "xlsx", "plan", (("sheet", "empty"),))), "KPI160")
        engine.close()


def test_secrets_stay_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """No message holds the password, written or encoded, nor the URL."""
    for url in (
        "postgresql://me:s3cr%40t@127.0.0.1:1/shop",
        "host=127.0.0.1 port=1 password=s3cr@t",
        "postgresql://me:s3cr%40t@127.0.0.1:x/shop",
    ):
        monkeypatch.setenv("SHOP_URL", url)
        found = refused(lambda: open_engine("postgres", {"url": "${SHOP_URL}"}), "KPI165")
        text = " ".join((found.message, *found.notes, found.help))
        assert "s3cr" not in text
        assert url not in text
    assert secrets_of("postgresql://me:s3cr%40t@h/db")[1:] == ("s3cr%40t", "s3cr@t")


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE", "x")
    monkeypatch.delenv("NOT_HERE", raising=False)
    assert expanded({"url": "a${HERE}b", "n": 1}) == {"url": "axb", "n": 1}
    assert "NOT_HERE" in refused(lambda: expanded({"url": "${NOT_HERE}"}), "KPI169").message
    refused(lambda: open_engine("postgres", {}), "KPI169")


def test_zoned_columns(duckdb: Engine, postgres: Engine) -> None:
    """A timestamp with a zone comes back as the naive moment in UTC."""
    for engine in (duckdb, postgres):
        found = engine.run("SELECT 1 AS one, TIMESTAMPTZ '2026-07-01 12:00:00+02:00' AS \"at it\"")
        assert found.rows == [(1, dt.datetime(2026, 7, 1, 10, 0))]
        assert found.names == ("one", "at it")


def test_search_path(postgres_url: str) -> None:
    engine = open_engine("postgres", {"url": postgres_url, "schema": 'odd "schema, public'})
    engine.create_table(('odd "schema', "t"), [("i", INT)], [(7,)])
    assert engine.run("SELECT i FROM t WHERE i = 7").rows == [(7,)]
    engine.close()


def test_a_kept_file_is_what_reading_it_gives(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,day,price\n007,2026-01-02,1.10\n,,\n", encoding="utf-8")
    types = (("code", Type("text")), ("day", Type("date")), ("price", Type("decimal")))
    file = FileRef("a.csv", "csv", "a", (("dateformat", "%Y-%m-%d"),), types)
    engine = open_engine("duckdb", {}, tmp_path)
    table = engine.keep(file)
    assert table is not None
    assert engine.columns(table) == [("code", "VARCHAR"), ("day", "DATE"), ("price", "DECIMAL(38,9)")]
    name = ".".join(table.parts)
    assert engine.run(f"SELECT * FROM {name}").rows == [("007", dt.date(2026, 1, 2), Decimal("1.1")), (None, None, None)]
    engine.forget(table)
    refused(lambda: engine.run(f"SELECT * FROM {name}"), "KPI162")


def test_what_cannot_be_kept_is_left_to_the_queries(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n\none\n", encoding="utf-8")
    engine = open_engine("duckdb", {}, tmp_path)
    assert engine.keep(FileRef("a.csv", "csv", "a", (), (("n", Type("int")),))) is None
    assert engine.keep(FileRef("none.csv", "csv", "none")) is None
    assert engine.keep(FileRef("a.parquet", "parquet", "a")) is None
