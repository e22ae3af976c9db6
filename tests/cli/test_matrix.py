"""`kpi matrix` and the matrix of a build: a row for each KPI of each goal, and nothing in it that a spreadsheet computes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from kpidsl.compile import compile_sources
from kpidsl.matrix import matrix
from kpidsl.span import Source
from tests.cli.conftest import SHOP, TOML, Kpi

MORE = """
dimension land = orders.country
metric plan = sum(orders.amount)
audience team "The team"
goal company "Grow the company" {
  kind sales  measure revenue  reach 100 EUR from 2026-01-01  by 2026-12-31
}
goal web "Grow the web shop" {
  kind sales  measure revenue where channel = "email"  reach 60 EUR from 2026-01-01  by 2026-12-31  parent company  owner "Ada"
}
kpi revenue "=HYPERLINK(1)" for company { owner "Bo"  target from plan each quarter by land }
kpi aov for web {
  stage conversion  tier strategic  category efficiency
  target >= 45.50 EUR each month
  target >= 30 EUR each month where channel = "email"
  target >= 50 EUR each quarter from 2026-07 because "new agency"
  stretch >= 60 EUR each month
  benchmark 52 EUR { source "Industry report" year 2025 country IT }
}
kpi revenue for web { target between 10 EUR and 20 EUR each month }
dashboard ceo for executive { kpi aov, revenue }
dashboard shop for team { goal web  kpi aov }
dashboard wall { kpi aov }
"""
HEAD = [
    *("goal", "goal_label", "kind", "parent", "kpi", "kpi_label", "stage", "tier", "category"),
    *("owner", "target", "rhythm", "benchmark", "audience", "dashboards"),
]
ROWS = [
    [
        *("company", "Grow the company", "sales", None, "revenue", "=HYPERLINK(1)", None, None, None),
        *("Bo", "from plan each quarter by land", "quarter", None, "executive", "ceo"),
    ],
    [
        *("web", "Grow the web shop", "sales", "company", "aov", "Average order", "conversion", "strategic", "efficiency", "Ada"),
        '≥ 45.50 EUR each month; ≥ 30 EUR each month where channel = "email"; '
        "≥ 50 EUR each quarter from 2026-07 (new agency); ≥ 60 EUR each month (stretch)",
        *("month, quarter", "52 EUR (Industry report, 2025, IT)", "executive, team", "ceo, shop, wall"),
    ],
    [
        *("web", "Grow the web shop", "sales", "company", "revenue", "Revenue", None, None, None, "Ada"),
        *("between 10 EUR and 20 EUR each month", "month", None, "executive", "ceo"),
    ],
]


def _project(shop: Path) -> Path:
    (shop / "goals.kpi").write_text(MORE, encoding="utf-8")
    (shop / "kpi.toml").write_text(TOML, encoding="utf-8")
    return shop


def test_json_has_every_column_and_a_row_for_each_kpi_of_each_goal(kpi: Kpi, shop: Path) -> None:
    ran = kpi("matrix", "--project", _project(shop), "--format", "json")
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert [column["name"] for column in document["columns"]] == HEAD
    assert document["rows"] == ROWS


def test_a_spreadsheet_shows_what_it_would_compute(kpi: Kpi, shop: Path) -> None:
    ran = kpi("matrix", "--project", _project(shop), "--format", "csv")
    rows = list(csv.reader(ran.out.splitlines()))
    assert rows[0] == HEAD
    assert rows[1][5] == "'=HYPERLINK(1)"
    assert [[cell or None for cell in row] for row in rows[2:]] == ROWS[1:]


def test_people_see_the_columns_in_which_something_stands(kpi: Kpi, shop: Path) -> None:
    (shop / "goals.kpi").write_text("goal more { measure revenue  reach 1 EUR from 2026-01-01  by 2026-12-31 }\nkpi aov for more\n")
    ran = kpi("matrix", "--project", shop)
    assert (ran.code, ran.out) == (0, "Goal   KPI   KPI label\nmore   aov   Average order\n")
    ran = kpi("matrix", "--project", shop, "--format", "markdown")
    assert ran.out == "| Goal | KPI | KPI label |\n| --- | --- | --- |\n| more | aov | Average order |\n"


def test_a_file_gets_the_format_of_its_name(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    ran = kpi("matrix", "--project", _project(shop), "--output", tmp_path / "m.csv")
    assert (ran.code, ran.out) == (0, "")
    assert "'=HYPERLINK(1)" in (tmp_path / "m.csv").read_text(encoding="utf-8")


def test_a_project_without_goals_has_an_empty_matrix(kpi: Kpi, shop: Path) -> None:
    ran = kpi("matrix", "--project", shop)
    assert (ran.code, ran.out) == (0, "")
    assert "kpi init --goals" in ran.err
    assert json.loads(kpi("matrix", "--project", shop, "--format", "json").out)["rows"] == []


def test_a_broken_project_has_none(kpi: Kpi, shop: Path) -> None:
    (shop / "goals.kpi").write_text(MORE.replace("kpi aov for web", "kpi aov for wbe"))
    ran = kpi("matrix", "--project", shop)
    assert (ran.code, ran.out) == (1, "")
    assert "KPI048" in ran.err


def test_a_build_writes_the_same_matrix(kpi: Kpi, shop: Path) -> None:
    ran = kpi("build", "--project", _project(shop))
    assert ran.code == 0, ran.err
    assert json.loads((shop / "build/matrix.json").read_text(encoding="utf-8"))["rows"] == ROWS
    assert (shop / "build/matrix.csv").read_bytes().decode() == kpi("matrix", "--project", shop, "--format", "csv").out
    manifest = json.loads((shop / "build/manifest.json").read_text(encoding="utf-8"))
    assert {"matrix.csv", "matrix.json"} <= set(manifest["files"])
    (shop / "goals.kpi").unlink()
    assert kpi("build", "--project", shop).code == 0
    assert not (shop / "build/matrix.json").exists()


def test_a_kpi_of_no_goal_is_no_row() -> None:
    compiled = compile_sources([Source("shop.kpi", SHOP + "kpi aov { target >= 1 EUR each month }\n")])
    assert matrix(compiled) == []
