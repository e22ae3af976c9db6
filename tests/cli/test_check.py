"""`kpi check`: all that is wrong, sorted, in every format; and the states of a folder that are no project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, TOML, WEEKS, Kpi, project

SOURCE = 'source s from file("s.csv") {\n  key id\n  id: int\n  amount: money(EUR)\n}\nmetric total = sum(s.amount)\n'


def test_a_sound_project(kpi: Kpi, shop: Path) -> None:
    ran = kpi("check", "--project", shop)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "✓ shop: 2 sources, 5 metrics, 1 dimension, 1 segment, 1 param, 2 reports, nothing wrong\n"


def test_the_nearest_folder_upwards_is_the_project(kpi: Kpi, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(shop / "deep" / "er")
    (shop / "more.kpi").write_text("metric more = revenu\n")
    ran = kpi("check")
    assert ran.code == 1
    assert "  ../../more.kpi:1:15\n" in ran.err


def test_all_errors_come_at_once_sorted_by_place(kpi: Kpi, shop: Path) -> None:
    (shop / "b.kpi").write_text("metric one = revenu\nmetric two = sum(orders.amont)\n")
    (shop / "a.kpi").write_text("metric three = \n\nmetric four = spend + orders_made\n")
    ran = kpi("check", "--project", shop)
    assert ran.code == 1
    places = [line.strip() for line in ran.err.splitlines() if line.startswith("  shop/") and line.count(":") == 2]
    assert [place.rsplit(":", 1)[0] for place in places if "shop.kpi" not in place] == [
        "shop/a.kpi:1",
        "shop/a.kpi:3",
        "shop/b.kpi:1",
        "shop/b.kpi:2",
    ]
    assert ran.err.endswith("\n4 errors\n")


def test_reports_are_asked_too(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "report bad = roas by country\nreport worse = revenue by month order by nothing\n")
    ran = kpi("check", "--project", shop)
    assert ran.code == 1
    assert "`ads` has no `country`" in ran.err
    assert "there is no metric `nothing`" in ran.err
    assert "2 errors" in ran.err


def test_what_this_version_cannot_do_is_a_hint(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + WEEKS + "metric days = count(retail_days)\nreport later = running(days) by retail_week\n")
    ran = kpi("check", "--project", shop)
    assert ran.code == 0
    assert "hint[KPI190]" in ran.err
    assert "1 hint" in ran.err


def test_a_missing_data_file(kpi: Kpi, shop: Path) -> None:
    (shop / "orders.csv").rename(shop / "order.csv")
    ran = kpi("check", "--project", shop)
    assert ran.code == 1
    assert "error[KPI161]: there is no file orders.csv" in ran.err
    assert "shop/shop.kpi:3:39" in ran.err
    assert "did you mean order.csv?" in ran.err
    assert kpi("query", "revenue", "--project", shop).err == ran.err


def test_a_folder_in_place_of_a_data_file(kpi: Kpi, shop: Path) -> None:
    (shop / "ads.csv").unlink()
    (shop / "ads.csv").mkdir()
    ran = kpi("check", "--project", shop)
    assert ran.code == 1
    assert "ads.csv is a folder, and `ads` reads a file" in ran.err
    assert 'from file("ads.csv/*.csv")' in ran.err


# ---------------------------------------------------------------- formats


def test_json(kpi: Kpi, shop: Path) -> None:
    (shop / "a.kpi").write_text("metric one = revenu\n")
    ran = kpi("check", "--project", shop, "--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, ran.err, document["errors"]) == (1, "", 1)
    assert document["diagnostics"][0]["code"] == "KPI030"
    assert document["diagnostics"][0]["place"]["file"] == "shop/a.kpi"


def test_sarif_and_github(kpi: Kpi, shop: Path) -> None:
    (shop / "a.kpi").write_text("metric one = revenu\n")
    run = json.loads(kpi("check", "--project", shop, "--format", "sarif").out)["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["KPI030"]
    ran = kpi("check", "--project", shop, "--format", "github")
    assert ran.out.startswith("::error file=shop/a.kpi,line=1,col=14,")


@pytest.mark.parametrize("format", ["json", "sarif"])
def test_a_broken_folder_is_a_document_too(format: str, kpi: Kpi, shop: Path) -> None:
    (shop / "kpi.toml").write_text("[project]\nnam = 1\n")
    ran = kpi("check", "--project", shop, "--format", format)
    assert (ran.code, ran.err) == (1, "")
    assert "KPI008" in json.dumps(json.loads(ran.out))


def test_lint_levels_of_kpi_toml(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "param unused: percent = 1%\n")
    ran = kpi("check", "--project", shop)
    assert (ran.code, "hint[KPI047]" in ran.err) == (0, True)
    (shop / "kpi.toml").write_text(TOML + '[lint]\nKPI047 = "warning"\n')
    ran = kpi("check", "--project", shop)
    assert (ran.code, "warning[KPI047]" in ran.err) == (1, True)
    (shop / "kpi.toml").write_text(TOML + '[lint]\nKPI047 = "off"\n')
    ran = kpi("check", "--project", shop)
    assert (ran.code, "KPI047" in ran.err) == (0, False)


# ---------------------------------------------------------------- no project


def test_a_folder_without_kpi_toml(kpi: Kpi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = kpi("check")
    assert (ran.code, ran.out) == (2, "")
    assert "error[KPI001]" in ran.err
    assert "[project]" in ran.err


def test_a_folder_that_is_not_there(kpi: Kpi, shop: Path) -> None:
    ran = kpi("check", "--project", "shpo")
    assert ran.code == 2
    assert "did you mean shop?" in ran.err


def test_an_empty_project(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "kpi.toml").write_text(TOML)
    ran = kpi("check", "--project", tmp_path)
    assert ran.code == 1
    assert "error[KPI003]" in ran.err


def test_an_empty_file(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("check", "--project", project(tmp_path / "p", ""))
    assert ran.code == 0
    assert ran.err.startswith("✓ shop: no declarations, nothing wrong\n  kpi init ")


def test_files_that_are_no_text(kpi: Kpi, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", SOURCE)
    (folder / "b.kpi").write_bytes("metric città = 1".encode("latin-1"))
    (folder / "c.kpi").mkdir()
    ran = kpi("check", "--project", folder)
    assert ran.code == 1
    assert "error[KPI005]: b.kpi is not UTF-8: 0xe0 at byte 11, line 1" in ran.err
    assert "error[KPI004]: c.kpi is a folder" in ran.err


@pytest.mark.parametrize(("before", "line"), [("﻿", "\n"), ("", "\r\n"), ("﻿", "\r\n")])
def test_byte_order_marks_and_foreign_line_ends(before: str, line: str, kpi: Kpi, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "")
    (folder / "s.csv").write_text("id,amount\n1,2.5\n")
    (folder / "a.kpi").write_bytes((before + SOURCE.replace("\n", line)).encode())
    assert kpi("check", "--project", folder).code == 0
    assert json.loads(kpi("query", "total", "--project", folder, "--format", "json").out)["rows"] == [[2.5]]
    (folder / "a.kpi").write_bytes((before + SOURCE.replace("s.amount)", "s.amont)").replace("\n", line)).encode())
    ran = kpi("check", "--project", folder)
    assert "a.kpi:6:22" in ran.err
    assert "\r" not in ran.err


def test_files_that_use_each_other_in_a_circle(kpi: Kpi, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "use b\nmetric x = 1\n")
    (folder / "b.kpi").write_text("use a\n")
    ran = kpi("check", "--project", folder)
    assert ran.code == 1
    assert "error[KPI045]: modules use each other in a circle: b → a → b" in ran.err
