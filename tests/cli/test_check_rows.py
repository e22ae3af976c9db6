"""`kpi check --data` on the command line: every format, files that cannot be read as declared, and databases that cannot be asked."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Kpi, project

SOUND = """source orders from file("orders.csv") {
  key id
  id: int
  amount: money(EUR)
}
metric revenue = sum(orders.amount)
"""


def with_file(folder: Path, rows: str, text: str = SOUND, name: str = "orders.csv") -> Path:
    made = project(folder, text)
    (made / name).write_text(rows, "utf-8")
    return made


def test_nothing_wrong(kpi: Kpi, tmp_path: Path) -> None:
    made = with_file(tmp_path / "p", "id,amount\n1,2.50\n2,3\n")
    ran = kpi("check", "--data", "--project", made)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("2 rows of 1 source looked at in ")
    assert ran.err.endswith("✓ shop: 1 source, 1 metric, data, nothing wrong\n")


def test_json_and_sarif_and_github(kpi: Kpi, tmp_path: Path) -> None:
    made = with_file(tmp_path / "p", "id,amount\n1,2.50\n1,3\n")
    asked = ("check", "--data", "--project", made, "--format")
    found = json.loads(kpi(*asked, "json").out)
    assert [(each["code"], each["severity"], each["place"]["line"]) for each in found["diagnostics"]] == [("KPI171", "error", 2)]
    assert '"ruleId": "KPI171"' in kpi(*asked, "sarif").out
    assert kpi(*asked, "github").out.startswith("::error file=")


def test_a_finding_can_be_turned_off(kpi: Kpi, tmp_path: Path) -> None:
    made = with_file(tmp_path / "p", "id,amount\n")
    assert kpi("check", "--data", "--project", made).code == 1
    (made / "kpi.toml").write_text('[project]\nname = "shop"\n[lint]\nKPI210 = "off"\n')
    assert kpi("check", "--data", "--project", made).code == 0


def test_the_data_of_a_broken_project_is_not_looked_at(kpi: Kpi, tmp_path: Path) -> None:
    made = with_file(tmp_path / "p", "id,amount\n1,1\n1,1\n", SOUND + "metric broken = sum(orders.nothing)\n")
    ran = kpi("check", "--data", "--project", made)
    assert ran.code == 1
    assert "the data was not looked at: mend the errors first" in ran.err
    assert "KPI171" not in ran.err


def test_every_column_with_a_wrong_cell_is_counted(kpi: Kpi, tmp_path: Path) -> None:
    """Three amounts and one id are no numbers; the first of each is named with its line; the id that is none is missing as a key, too."""
    rows = "id,amount\n1,2.50\n2,n/a\n3,\nx,4\n5,?\n6,n/a\n"
    ran = kpi("check", "--data", "--project", with_file(tmp_path / "p", rows))
    assert ran.code == 1
    assert "`id` is declared as a whole number, and line 5 of orders.csv holds “x”" in ran.err
    assert "note: 1 of 6 rows holds such a value" in ran.err
    assert "`amount` is declared as EUR, and line 3 of orders.csv holds “n/a”" in ran.err
    assert "note: 3 of 6 rows hold such a value" in ran.err
    assert "id “2”, amount “n/a”" in ran.err  # the column was read as the text that it is
    assert 'nullstr: "n/a"' in ran.err
    assert ran.err.count("error[") == 2


def test_a_line_with_other_cells(kpi: Kpi, tmp_path: Path) -> None:
    rows = "id,amount\n" + "".join(f"{number},1\n" for number in range(30_000)) + "30000\n"
    ran = kpi("check", "--data", "--project", with_file(tmp_path / "p", rows))
    assert ran.code == 1
    assert "has 1 cells, and 2 are expected" in ran.err
    assert "a.kpi:1:25" in ran.err


def test_files_of_different_columns_under_one_name(kpi: Kpi, tmp_path: Path) -> None:
    text = SOUND.replace("orders.csv", "orders_*.csv")
    made = with_file(tmp_path / "p", "id\n1\n", text, "orders_2.csv")
    (made / "orders_1.csv").write_text("id,amount\n2,3\n")
    ran = kpi("check", "--data", "--project", made)
    assert ran.code == 1
    assert ran.err.count("error[") == 1
    assert "error[KPI222]: the files of `orders` have different columns: orders_2.csv has no `amount`" in ran.err
    (made / "a.kpi").write_text(text.replace('_*.csv"', '_*.csv", union_by_name: true'))
    assert kpi("check", "--data", "--project", made).code == 0


def test_a_locked_database(kpi: Kpi, tmp_path: Path) -> None:
    """DuckDB in another process, SQLite by another connection."""
    made = project(tmp_path / "p", SOUND.replace('file("orders.csv")', "orders"))
    toml = '[project]\nname = "p"\n[connections.default]\nengine = "{}"\npath = "shop.db"\n'
    (made / "kpi.toml").write_text(toml.format("duckdb"))
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(made / "shop.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        ran = kpi("check", "--data", "--project", made)
        other.stdin.write("\n")
        other.stdin.close()
    assert ran.code == 1
    assert "error[KPI160]: another program holds the database file shop.db" in ran.err
    assert "close the other program" in ran.err


def test_a_read_only_database_is_read(kpi: Kpi, tmp_path: Path) -> None:
    made = project(tmp_path / "p", SOUND.replace('file("orders.csv")', "orders"))
    with closing(sqlite3.connect(made / "shop.db")) as shop, shop:
        shop.execute("create table orders (id integer, amount real)")
        shop.execute("insert into orders values (1, 1.5), (1, 2.5)")
    (made / "shop.db").chmod(0o444)
    (made / "kpi.toml").write_text('[project]\nname = "p"\n[connections.default]\nengine = "sqlite"\npath = "shop.db"\n')
    ran = kpi("check", "--data", "--project", made)
    assert ran.code == 1
    assert "1 of 2 rows repeats a key" in ran.err


@pytest.mark.parametrize("name", ["select", "Order Date", "订单", 'quo"te'])
def test_names_that_no_database_likes(name: str, kpi: Kpi, tmp_path: Path) -> None:
    """Tables and columns may be called anything; two of three rows share the key."""
    quoted = '"' + name.replace('"', '""') + '"'
    text = f"source `{name}` from `{name}` {{\n  key `{name}`\n  `{name}`: int\n}}\nmetric n = count(`{name}`)\n"
    made = project(tmp_path / "p", text)
    with closing(sqlite3.connect(made / "shop.db")) as shop, shop:
        shop.execute(f"create table {quoted} ({quoted} integer)")
        shop.execute(f"insert into {quoted} values (1), (1), (2)")
    (made / "kpi.toml").write_text('[project]\nname = "p"\n[connections.default]\nengine = "sqlite"\npath = "shop.db"\n')
    ran = kpi("check", "--data", "--project", made)
    assert ran.code == 1
    assert "1 of 3 rows repeats a key that another row has" in ran.err
    assert f"{name} 1, rows 2" in ran.err


def test_on_postgresql_no_password_comes_out(kpi: Kpi, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as shop:
        shop.execute("create schema if not exists checked")
        shop.execute("drop table if exists checked.orders")
        shop.execute("create table checked.orders (id bigint, amount numeric(12, 2))")
        shop.execute("insert into checked.orders values (1, 1.50), (1, 2.50), (2, null)")
    monkeypatch.setenv("SHOP_URL", postgres_url)
    made = project(tmp_path / "p", SOUND.replace('file("orders.csv")', "checked.orders"))
    (made / "kpi.toml").write_text('[project]\nname = "p"\n[connections.default]\nengine = "postgres"\nurl = "${SHOP_URL}"\n')
    ran = kpi("check", "--data", "--project", made)
    assert ran.code == 1
    assert "`id` is the key of `orders`, and 1 of 3 rows repeats a key that another row has" in ran.err
    assert postgres_url not in ran.err
