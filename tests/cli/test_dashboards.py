"""`kpi build` writes dashboards: the same bytes everywhere, named in the manifest, and whatever is wrong with one stops the build."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from kpidsl.dashboard.schema import check
from kpidsl.engines.base import EngineResult
from kpidsl.engines.duckdb import Connection
from kpidsl.model.expr import Type
from kpidsl.sql.given import Given
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


def page_of(shop: Path, name: str = "sales") -> dict:
    """The data that a page shows."""
    text = (shop / "build" / "dashboards" / f"{name}.html").read_text("utf-8")
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    found: dict = json.loads(block[1])
    return found


@pytest.fixture
def without_vega(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are drawn by nobody here, so nothing has to be packed."""
    monkeypatch.setattr("kpidsl.cli.page.vega_script", lambda: "window.vega = null;")
    monkeypatch.setattr("kpidsl.cli.page.vega_of", lambda spec: spec)


@pytest.mark.usefixtures("without_vega")
def test_pages_hold_their_numbers(kpi: Kpi, shop: Path) -> None:
    ran = kpi("build", "--project", with_boards(shop), "--html", "--dialect", "postgres")
    assert ran.code == 0, ran.err
    data = page_of(shop)
    assert data["today"] == "2026-03-31"
    assert data["rows"]["revenue_spend_by_month"]["rows"] == [["2026-01-01", 15.75, 3], ["2026-02-01", 2, 5], ["2026-03-01", 8, 0]]
    assert data["rows"]["revenue_by_channel"]["rows"] == [["email", 12.5], ["social", 13.25]]
    assert list(data["board"]["queries"]["revenue_by_channel"]["sql"]) == ["duckdb"]
    assert data["locales"] == ["en", "it", "ro", "zh-Hant", "zh-Hans"]
    written = json.loads((shop / "build/dashboards/sales.json").read_text("utf-8"))
    assert list(written["queries"]["revenue_by_channel"]["sql"]) == ["postgres"]
    manifest = json.loads((shop / "build/manifest.json").read_text("utf-8"))
    assert "dashboards/sales.html" in manifest["files"]
    assert kpi("build", "--project", shop).code == 0
    assert not (shop / "build/dashboards/sales.html").exists()


@pytest.mark.usefixtures("without_vega")
def test_one_query_that_fails_does_not_take_the_page_down(kpi: Kpi, shop: Path) -> None:
    with_boards(shop)
    (shop / "ads.csv").unlink()
    ran = kpi("build", "--project", shop, "--html")
    assert ran.code == 0, ran.err
    rows = page_of(shop)["rows"]
    assert "ads.csv" in rows["revenue_spend_by_month"]["error"]
    assert rows["revenue_by_channel"]["rows"] == [["email", 12.5], ["social", 13.25]]


@pytest.mark.usefixtures("without_vega")
def test_pages_are_asked_anew(kpi: Kpi, shop: Path) -> None:
    with_boards(shop, "dashboard sales { show revenue }")
    kpi("build", "--project", shop, "--html")
    assert page_of(shop)["rows"]["revenue"]["rows"] == [[25.75]]
    with (shop / "orders.csv").open("a", encoding="utf-8") as file:
        file.write("6,2026-03-02,email,IT,1.00,true\n")
    kpi("build", "--project", shop, "--html")
    assert page_of(shop)["rows"]["revenue"]["rows"] == [[26.75]]


@pytest.mark.usefixtures("without_vega")
def test_a_huge_result_is_cut_and_told(kpi: Kpi, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpidsl.cli.page.MOST", 1)
    with_boards(shop, "dashboard sales { show revenue by channel }")
    kpi("build", "--project", shop, "--html")
    assert page_of(shop)["rows"]["revenue_by_channel"] == {"rows": [["email", 12.5]], "more": 1}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine is told, in its order."""
    told: list[str] = []
    run = Connection.run

    def noted(self: Connection, sql: str, types: Sequence[Type] = (), values: Sequence[Given] = ()) -> EngineResult:
        told.append(sql)
        return run(self, sql, types, values)

    monkeypatch.setattr(Connection, "run", noted)
    return told


@pytest.mark.usefixtures("without_vega")
def test_a_board_reads_a_file_once(kpi: Kpi, shop: Path, asked: list[str]) -> None:
    with_boards(shop, 'dashboard sales { show revenue by channel  show revenue by month  show spend  show revenue by channel "Again" }')
    assert kpi("build", "--project", shop, "--html").code == 0
    reads = [re.findall(r"READ_CSV\(\s*'([^']*)'", sql, re.IGNORECASE) for sql in asked]
    assert reads == [["orders.csv"], [], [], ["ads.csv"]]
    rows = page_of(shop)["rows"]
    assert rows["revenue_by_channel"]["rows"] == [["email", 12.5], ["social", 13.25]]
    assert rows["revenue_by_month"]["rows"] == [["2026-01-01", 15.75], ["2026-02-01", 2], ["2026-03-01", 8]]
    assert rows["spend"]["rows"] == [[8]]


@pytest.mark.usefixtures("without_vega")
def test_a_file_with_a_broken_cell_is_told_on_the_tiles_that_read_the_cell(kpi: Kpi, shop: Path) -> None:
    with_boards(shop, "dashboard sales { show revenue  show count(orders) by channel  show spend }")
    text = (shop / "orders.csv").read_text("utf-8")
    (shop / "orders.csv").write_text(text.replace("5.25", "five"), encoding="utf-8")
    assert kpi("build", "--project", shop, "--html").code == 0
    rows = page_of(shop)["rows"]
    assert "five" in rows["revenue"]["error"]
    assert rows["spend"]["rows"] == [[8]]
