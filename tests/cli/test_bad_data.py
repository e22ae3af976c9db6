"""What the engine refuses is said at the declaration that does not fit the data."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import TOML, Kpi, project

SOURCE = """source s from file("s.csv") {{
  key id
  id: int
  {column}
}}
metric total = {metric}
"""


def asked(kpi: Kpi, folder: Path, column: str, metric: str, data: str) -> str:
    project(folder, SOURCE.format(column=column, metric=metric))
    (folder / "s.csv").write_text(data)
    ran = kpi("query", "total", "--project", folder)
    assert (ran.code, ran.out) == (1, "")
    assert "KPI000" not in ran.err
    return ran.err


def test_a_column_that_is_not_there(kpi: Kpi, tmp_path: Path) -> None:
    err = asked(kpi, tmp_path / "p", "amount: money(EUR)", "sum(s.amount)", "id,Amount EUR\n1,2\n")
    assert "error[KPI163]: s.csv has no column `amount`" in err
    assert "a.kpi:4:3" in err
    assert "it has id, Amount EUR" in err


def test_a_column_of_nearly_that_name(kpi: Kpi, tmp_path: Path) -> None:
    err = asked(kpi, tmp_path / "p", "order_day: date", "max(s.order_day)", "id,Order Day\n1,2026-01-01\n")
    assert "did you mean `Order Day`? keep your own name for it with order_day: … { from `Order Day` }" in err


@pytest.mark.parametrize(
    ("column", "metric", "values", "message"),
    [
        ("amount: money(EUR)", "sum(s.amount)", "1.5\nabc", "`amount` is declared as EUR, and line 3 of s.csv holds “abc”"),
        ("amount: int", "count(s) where s.amount > 3", "x\ny", "`amount` is declared as a whole number, and line 2 of s.csv holds “x”"),
        ("amount: date", "count(s) where s.amount < 2026-01-01", "1\n2", "`amount` is declared as a date, and line 2 of s.csv holds “1”"),
        ("amount: date", "max(s.amount)", "soon\nlater", "`amount` is declared as a date, and line 2 of s.csv holds “soon”"),
    ],
)
def test_a_type_that_does_not_fit(column: str, metric: str, values: str, message: str, kpi: Kpi, tmp_path: Path) -> None:
    lines = values.split("\n")
    err = asked(kpi, tmp_path / "p", column, metric, f"id,amount\n1,{lines[0]}\n2,{lines[1]}\n")
    assert f"error[KPI164]: {message}" in err
    assert "a.kpi:4:3" in err
    assert "help: " in err


def test_a_data_file_that_is_none(kpi: Kpi, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", 'source s from file("s.parquet") {\n  key id\n  id: int\n}\nmetric n = count(s)\n')
    (folder / "s.parquet").write_text("garbage, and not a little of it")
    ran = kpi("query", "n", "--project", folder)
    assert ran.code == 1
    assert "error[KPI160]: s.parquet is no Parquet file, or only a part of one" in ran.err
    assert "a.kpi:1:20" in ran.err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("s.ndjson", b'{"id": 1}\n{"id": 2, oops}\n', "s.ndjson is no JSON, in record 2 or 3 at character 11"),
        ("s.ndjson", b'{"id": 1}\n{"id": 2', "s.ndjson ends in the middle of a record, in record 2 or 3 at character 9"),
        ("s.json", b'[{"id": 1}, {"id": 2}, {"id": oops}]', "s.json is no JSON, in record 3 or 4 at character 8"),
        ("s.parquet", b"PAR1 and not much more", "s.parquet is no Parquet file, or only a part of one"),
        ("s.parquet", b"PAR1" + b"x" * 400 + b"PAR1", "s.parquet is no Parquet file, or only a part of one"),
    ],
)
def test_a_broken_file(name: str, content: bytes, message: str, kpi: Kpi, tmp_path: Path) -> None:
    """Where it is broken, what that means and what to do; not what the engine calls it."""
    folder = project(tmp_path / "p", f'source s from file("{name}") {{\n  key id\n  id: int\n}}\nmetric n = count(s)\n')
    (folder / name).write_bytes(content)
    for ran in (kpi("query", "n", "--project", folder), kpi("check", "--data", "--project", folder)):
        assert ran.code == 1
        told = ran.err + ran.out
        assert f"error[KPI160]: {message}" in told
        assert "a.kpi:1:20" in told
        assert "note: no row of it is read, so whatever it holds is in no number" in told
        assert "help: " in told
        assert "Invalid Input Error" not in told


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("n, total", "n,total\n0,0.00\n"),
        ("n by month", "month,n\n"),
        ("n by hour", "hour,n\n"),
        ("latest", 'latest\n""\n'),
        ("n by month last 2 months", "month,n\n2026-02-01,0\n2026-03-01,0\n"),
        ("early", "early\n0\n"),
    ],
)
def test_a_text_file_with_a_head_and_no_rows(query: str, answer: str, kpi: Kpi, tmp_path: Path) -> None:
    """Its columns are what they are declared as: no value tells the engine that one of them is a time."""
    source = (
        'source s from file("s.csv") { key id  time at  id: int  at: timestamp  until: timestamp in "Europe/Rome"  amount: money(EUR) }\n'
    )
    metrics = "metric n = count(s)\nmetric total = sum(s.amount)\nmetric latest = max(s.until)\n"
    folder = project(tmp_path / "p", source + metrics + "metric early = count(s) where s.until < 2026-01-05T10:00\n")
    (folder / "s.csv").write_text("id,at,until,amount\n")
    ran = kpi("query", query, "--project", folder, "--format", "csv", "--as-of", "2026-03-31")
    assert (ran.code, ran.out.replace("\r\n", "\n")) == (0, answer), ran.err
    assert "KPI" not in ran.err


TABLE = "source s from shop.orders {\n  key id\n  id: int\n}\nmetric n = count(s)\n"


def test_a_table_that_is_not_there(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("query", "n", "--project", project(tmp_path / "p", TABLE))
    assert ran.code == 1
    assert "error[KPI162]: the database has no table `shop.orders`" in ran.err
    assert "a.kpi:1:15" in ran.err


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "there is no database file no.duckdb"), ("garbage garbage garbage", "no.duckdb cannot be opened as a DuckDB database")],
)
def test_a_database_that_cannot_be_read(content: str | None, message: str, kpi: Kpi, tmp_path: Path) -> None:
    toml = TOML + '[connections.default]\nengine = "duckdb"\npath = "no.duckdb"\n'
    folder = project(tmp_path / "p", TABLE, toml)
    if content is not None:
        (folder / "no.duckdb").write_text(content)
    ran = kpi("query", "n", "--project", folder)
    assert ran.code == 1
    assert f"error[KPI160]: {message}" in ran.err
    assert "kpi.toml:6:1" in ran.err


def test_no_message_tells_a_password(kpi: Kpi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", "postgresql://anna:s3cret@127.0.0.1:1/shop")
    toml = TOML + '[connections.default]\nengine = "postgres"\nurl = "${SHOP_URL}"\n'
    ran = kpi("query", "n", "--project", project(tmp_path / "p", TABLE, toml))
    assert ran.code == 1
    assert "error[KPI165]" in ran.err
    assert "s3cret" not in ran.err
    monkeypatch.delenv("SHOP_URL")
    ran = kpi("query", "n", "--project", tmp_path / "p")
    assert "error[KPI009]" in ran.err
    assert "export SHOP_URL=…" in ran.err


def test_an_engine_that_reads_no_files(kpi: Kpi, tmp_path: Path) -> None:
    toml = TOML + '[connections.lite]\nengine = "sqlite"\npath = "x.sqlite"\n'
    folder = project(tmp_path / "p", SOURCE.format(column="amount: money(EUR)", metric="sum(s.amount)"), toml)
    with sqlite3.connect(folder / "x.sqlite") as made:
        made.execute("CREATE TABLE other (x)")
    ran = kpi("query", "total", "--project", folder)
    assert ran.code == 1
    assert "error[KPI162]: sqlite reads no data files, and has no table `s` in place of s.csv" in ran.err
    with sqlite3.connect(folder / "x.sqlite") as made:
        made.execute("CREATE TABLE s (id, amount)")
        made.executemany("INSERT INTO s VALUES (?, ?)", [(1, 2.5), (2, 4)])
    ran = kpi("query", "total", "--project", folder, "--format", "json")
    assert '"rows": [\n  [6.5' in ran.out
    assert kpi("check", "--project", folder).code == 0
    with sqlite3.connect(folder / "x.sqlite") as made:
        made.execute("ALTER TABLE s RENAME COLUMN amount TO amout")
    assert "`s` has no column `amount`" in kpi("query", "total", "--project", folder).err
