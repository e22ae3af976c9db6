"""`kpi build`: the same bytes everywhere, whole or not at all, and never over somebody's files."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from kpidsl.build import file_names
from kpidsl.config import DIALECTS
from kpidsl.engines.base import open_engine
from tests.cli.conftest import SHOP, TOML, WEEKS, Kpi, project


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_is_built(kpi: Kpi, shop: Path) -> None:
    ran = kpi("build", "--project", shop, "--dialect", "sqlite", "--dialect", "duckdb")
    assert (ran.code, ran.out) == (0, "")
    assert "shop/build: 5 metrics · 2 reports · duckdb, sqlite · 17 files" in ran.err
    names = ["metrics/aov", "metrics/orders_made", "metrics/revenue", "metrics/roas", "metrics/spend", "reports/channels", "reports/months"]
    files = [f"sql/{dialect}/{name}.sql" for dialect in ("duckdb", "sqlite") for name in [*names, "views"]]
    assert sorted(tree(shop / "build")) == sorted([*files, "manifest.json"])
    assert (shop / "build/sql/duckdb/metrics/spend.sql").read_text().startswith("-- metric spend (shop.kpi:26)\nSELECT\n")


def test_the_manifest(kpi: Kpi, shop: Path) -> None:
    kpi("build", "--project", shop)
    document = json.loads((shop / "build/manifest.json").read_text("utf-8"))
    assert document["kpidsl"] == 1
    assert list(document["metrics"]) == ["aov", "orders_made", "revenue", "roas", "spend"]
    roas = document["metrics"]["roas"]
    assert (roas["label"], roas["unit"], roas["format"], roas["additivity"]) == ("ROAS", "%", "x", "non-additive")
    assert roas["formula"] == "revenue / spend"
    assert roas["parts"] == ["revenue", "spend"]
    assert roas["sources"] == [
        {"source": "orders", "grain": ["id"], "time": "day"},
        {"source": "ads", "grain": ["day", "channel"], "time": "day"},
    ]
    assert roas["lineage"] == [
        {"source": "ads", "column": "cost"},
        {"source": "orders", "column": "amount"},
        {"source": "orders", "column": "paid"},
    ]
    assert roas["dimensions"] == ["channel"]
    assert roas["columns"] == []
    assert roas["place"] == {"file": "shop.kpi", "line": 27, "column": 8}
    revenue = document["metrics"]["revenue"]
    assert (revenue["better"], revenue["description"]) == ("higher", "What was paid.")
    assert document["metrics"]["spend"]["additivity"] == "additive"
    assert revenue["columns"] == ["country", "paid"]
    assert document["reports"]["channels"]["query"] == "revenue, roas by channel with totals"
    assert [column["name"] for column in document["reports"]["channels"]["columns"]] == ["channel", "revenue", "roas", "row_type"]
    assert document["files"] == sorted(tree(shop / "build"))


def test_the_same_bytes_in_another_folder_and_order(kpi: Kpi, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kpi("build", "--project", shop, "--dialect", "duckdb", "--dialect", "postgres")
    other = tmp_path / "elsewhere" / "copy"
    shutil.copytree(shop, other, ignore=shutil.ignore_patterns("build"))
    monkeypatch.chdir(other)
    kpi("build", "--dialect", "postgres", "--dialect", "duckdb")
    assert tree(shop / "build") == tree(other / "build")
    again = tree(other / "build")
    kpi("build", "--dialect", "postgres", "--dialect", "duckdb")
    assert tree(other / "build") == again
    assert str(tmp_path).encode() not in b"".join(again.values())


def test_the_views_can_be_made_and_asked(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + 'report `a "quoted" view` = orders_made by country\n', encoding="utf-8")
    kpi("build", "--project", shop)
    text = (shop / "build/sql/duckdb/views.sql").read_text("utf-8")
    engine = open_engine("duckdb", {}, shop)
    for statement in text.split(";\n"):
        if statement.strip():
            engine.run(statement)
    assert engine.run('SELECT * FROM "a ""quoted"" view"').rows == [("DE", 2), ("IT", 3)]
    assert engine.run("SELECT revenue FROM months ORDER BY month").rows == [(15.75,), (2.0,), (8.0,)]
    engine.close()


def test_a_failed_build_leaves_the_last_one(kpi: Kpi, shop: Path) -> None:
    kpi("build", "--project", shop)
    before = tree(shop / "build")
    (shop / "shop.kpi").write_text(SHOP + "report bad = roas by country\n")
    ran = kpi("build", "--project", shop)
    assert ran.code == 1
    assert "shop/shop.kpi:31" in ran.err
    assert tree(shop / "build") == before
    assert sorted(path.name for path in shop.iterdir()) == ["ads.csv", "build", "kpi.toml", "orders.csv", "shop.kpi"]


def test_what_an_older_build_left_is_gone(kpi: Kpi, shop: Path) -> None:
    kpi("build", "--project", shop)
    (shop / "shop.kpi").write_text(SHOP.split("report months")[0])
    kpi("build", "--project", shop)
    assert not (shop / "build/sql/duckdb/reports/months.sql").exists()


def test_somebodys_files_stay(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    ran = kpi("build", "--project", shop, "--output", mine)
    assert ran.code == 1
    assert "error[KPI170]" in ran.err
    assert "notes.txt" in ran.err
    assert tree(mine) == {"notes.txt": b"mine"}
    kpi("build", "--project", shop)
    (shop / "build" / "notes.txt").write_text("mine")
    assert kpi("build", "--project", shop).code == 1
    assert (shop / "build" / "notes.txt").exists()
    ran = kpi("build", "--project", shop, "--output", shop)
    assert ran.code == 1
    assert (shop / "shop.kpi").exists()


def test_a_file_or_a_link_in_the_way(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "is a file, and a build is a folder" in kpi("build", "--project", shop, "--output", "file").err
    (tmp_path / "real").mkdir()
    os.symlink(tmp_path / "real", tmp_path / "link")
    assert "is a link, and a build is a folder" in kpi("build", "--project", shop, "--output", "link").err


def test_hostile_names_become_safe_files() -> None:
    names = ["a", "A", "../x", "a/b", "con", "x" * 300, "営業", "é", "", "-rf", "a\nb", "b"]
    files = file_names(names)
    folded = [file.casefold() for file in files.values()]
    assert len(set(folded)) == len(names)
    assert files["b"] == "b"
    assert files["営業"] == "営業"
    for file in files.values():
        assert "/" not in file
        assert not file.startswith((".", "-"))
        assert "\n" not in file
        assert len(file.encode()) <= 100
    assert file_names(list(reversed(names))) == files


def test_hostile_names_build(kpi: Kpi, tmp_path: Path) -> None:
    text = """source s from t { key id  id: int }
metric `../../evil` = count(s)
metric Total = count(s)
metric total = count(s) where id > 1
report `con` = total
report `a; DROP TABLE s --` = total
"""
    folder = project(tmp_path / "p", text)
    ran = kpi("build", "--project", folder)
    assert ran.code == 0, ran.err
    files = list(tree(folder / "build"))
    assert len({file.casefold() for file in files}) == len(files) == 7
    assert not (tmp_path / "evil.sql").exists()
    assert 'CREATE OR REPLACE VIEW "a; DROP TABLE s --" AS' in (folder / "build/sql/duckdb/views.sql").read_text()


def test_what_is_left_out_is_said(kpi: Kpi, shop: Path) -> None:
    later = WEEKS + "metric days = count(retail_days)\nreport weekly = running(days) by retail_week\n"
    (shop / "shop.kpi").write_text(SHOP + later)
    ran = kpi("build", "--project", shop)
    assert ran.code == 0, ran.err
    assert "\n  report weekly " in ran.err
    assert "shop.kpi:34" in ran.err
    document = json.loads((shop / "build/manifest.json").read_text("utf-8"))
    assert {(out["kind"], out["name"]) for out in document["left_out"]} == {
        ("report", "weekly"),
    }


def test_goals_and_kpis_become_statements_and_views(kpi: Kpi, shop: Path) -> None:
    goals = """goal grow { kind sales  measure revenue  reach 100 EUR from 2026-01-01  by 2026-12-31 }
kpi aov for grow { target >= 5 EUR each month }
"""
    (shop / "shop.kpi").write_text(SHOP + goals)
    ran = kpi("build", "--project", shop)
    assert ran.code == 0, ran.err
    assert "1 goal · 1 KPI" in ran.err + ran.out
    sql = shop / "build/sql/duckdb"
    assert (sql / "goals/grow.sql").read_text("utf-8").startswith("-- goal grow (shop.kpi:")
    assert (sql / "kpis/aov.sql").read_text("utf-8").startswith("-- kpi aov (shop.kpi:")
    views = (sql / "views.sql").read_text("utf-8")
    assert "VIEW goal_grow AS" in views
    assert "VIEW kpi_aov AS" in views
    document = json.loads((shop / "build/manifest.json").read_text("utf-8"))
    names = [column["name"] for column in document["kpis"]["aov"]["columns"]]
    assert names[:7] == ["kpi", "goal", "period_start", "period_end", "segment", "unit", "actual"]


def test_the_dialects_of_kpi_toml(kpi: Kpi, shop: Path) -> None:
    (shop / "kpi.toml").write_text(TOML.replace("as_of", 'dialects = ["postgres", "sqlite"]\nas_of'))
    kpi("build", "--project", shop)
    assert sorted(path.name for path in (shop / "build/sql").iterdir()) == ["postgres", "sqlite"]


def test_an_unknown_dialect(kpi: Kpi, shop: Path) -> None:
    ran = kpi("build", "--project", shop, "--dialect", "postgress")
    assert ran.code == 2
    assert "did you mean postgres?" in ran.err


def test_views_of_t_sql_have_no_order(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "report best = revenue by channel order by revenue top 1\n", encoding="utf-8")
    assert kpi("build", "--project", shop, "--dialect", "tsql").code == 0
    views = (shop / "build/sql/tsql/views.sql").read_text("utf-8").split("GO\n")[:-1]
    assert len(views) == 3
    for view in views:
        assert "CREATE OR ALTER VIEW" in view
        outside = view.rsplit("\n)", 1)[-1]
        assert "ORDER BY" not in outside or "TOP" in outside
    assert "ORDER BY" in (shop / "build/sql/tsql/reports/months.sql").read_text("utf-8")


def test_every_dialect_is_built(kpi: Kpi, shop: Path) -> None:
    words = [word for dialect in DIALECTS for word in ("--dialect", dialect)]
    ran = kpi("build", "--project", shop, *words)
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in (shop / "build/sql").iterdir()) == sorted(DIALECTS)
