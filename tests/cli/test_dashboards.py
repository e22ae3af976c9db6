"""`kpi build` writes dashboards: the same bytes everywhere, named in the manifest, and whatever is wrong with one stops the build."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from kpidsl.dashboard.schema import check
from tests.cli.conftest import Kpi

BOARDS = """
dashboard sales "Do we sell?" for executive {
  question "Do we sell more?"
  period   2026-Q1
  kpi      revenue
  show     revenue, spend by month
  show     revenue by channel
  report   channels
}
dashboard `a / b` { show revenue }
dashboard con { show revenue }
"""


def with_boards(shop: Path, text: str = BOARDS) -> Path:
    (shop / "boards.kpi").write_text(text, encoding="utf-8")
    return shop


def test_each_board_is_a_file(kpi: Kpi, shop: Path) -> None:
    ran = kpi("build", "--project", with_boards(shop), "--dialect", "duckdb", "--dialect", "sqlite")
    assert ran.code == 0
    assert " · 3 dashboards · duckdb, sqlite · 20 files" in ran.err
    folder = shop / "build" / "dashboards"
    names = sorted(path.name for path in folder.iterdir())
    assert "sales.json" in names
    assert len(names) == 3
    assert all("/" not in name and name.casefold() != "con.json" for name in names)
    manifest = json.loads((shop / "build" / "manifest.json").read_text("utf-8"))
    assert manifest["dashboards"]["sales"] == {
        "audience": "executive",
        "elements": ["kpi_revenue", "revenue_spend_by_month", "revenue_by_channel", "report_channels"],
        "file": "dashboards/sales.json",
        "place": {"file": "boards.kpi", "line": 2},
    }
    assert manifest["left_out"] == []
    for entry in manifest["dashboards"].values():
        document = json.loads((shop / "build" / entry["file"]).read_text("utf-8"))
        check(document)
        assert all(list(query["sql"]) == ["duckdb", "sqlite"] for query in document["queries"].values())


def test_the_same_bytes_in_another_folder(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    kpi("build", "--project", with_boards(shop))
    other = tmp_path / "elsewhere"
    shutil.copytree(shop, other, ignore=shutil.ignore_patterns("build"))
    kpi("build", "--project", other, "--no-cache")
    one, two = ((folder / "build/dashboards/sales.json").read_bytes() for folder in (shop, other))
    assert one == two


def test_what_is_wrong_with_a_board_stops_the_build(kpi: Kpi, shop: Path) -> None:
    kpi("build", "--project", with_boards(shop))
    before = (shop / "build/manifest.json").read_bytes()
    with_boards(shop, "dashboard sales { show revenue by channel as line  show revenue by day as pie }")
    ran = kpi("build", "--project", shop)
    assert ran.code == 1
    assert "error[KPI110]: a line cannot show this query" in ran.err
    assert "error[KPI049]: there is no chart `pie`" in ran.err
    assert (shop / "build/manifest.json").read_bytes() == before


def test_a_comparison_has_the_range_of_its_board(kpi: Kpi, shop: Path) -> None:
    with_boards(shop, "dashboard sales { period 2026-Q1  show revenue compare previous year }")
    ran = kpi("check", "--project", shop)
    assert (ran.code, "KPI124" in ran.err + ran.out) == (0, False)
    assert kpi("build", "--project", shop).code == 0


def test_a_project_without_boards_writes_none(kpi: Kpi, shop: Path) -> None:
    assert kpi("build", "--project", shop).code == 0
    assert not (shop / "build" / "dashboards").exists()
    assert json.loads((shop / "build/manifest.json").read_text("utf-8"))["dashboards"] == {}
