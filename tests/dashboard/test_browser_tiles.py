"""Tiles in a browser, each on a small board of its own: what a reader sees of rows that are written here."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kpidsl.dashboard.page import Numbers, page
from kpidsl.dashboard.prepared import prepared
from kpidsl.dashboard.vega_script import vega_of, vega_script
from tests.dashboard import test_matrix, test_rhythms, test_scorecards
from tests.dashboard.shop import document

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no page is opened in a browser")
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="NOT TESTED in a browser: no Chromium on this machine, which `make test` installs as root"),
    pytest.mark.skipif(importlib.util.find_spec("vl_convert") is None, reason="vl-convert-python is not installed: no chart is drawn"),
    pytest.mark.xdist_group("browser"),
]
Show = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Show]:
    """Opens the page of a board; an error on it fails the test."""
    wrong: list[str] = []
    pages: list[Any] = []

    def opened(text: str, rows: Mapping[str, Any], locales: tuple[str, ...] = ("en",), width: int = 1280, today: str = "2026-03-15") -> Any:
        numbers = Numbers(rows=rows, today=today, project="Shop", engine="default (duckdb)")
        file = tmp_path / "board.html"
        board = document(text, locales=locales)
        file.write_text(page(board, locales, numbers, vega_script(), prepared(board, vega_of)), encoding="utf-8")
        shown = browser.new_page(viewport={"width": width, "height": 800})
        pages.append(shown)
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.goto(file.as_uri())
        shown.wait_for_selector("html[data-drawn]")
        return shown

    yield opened
    for each in pages:
        each.close()
    assert wrong == []


def lines(table: Any) -> list[list[str]]:
    """The texts of a table's rows."""
    found: list[list[str]] = table.evaluate("(table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim()))")
    return found


def test_a_scorecard_has_a_table_for_each_quarter(show: Show) -> None:
    tile = show(test_scorecards.CARDS, test_scorecards.numbers().rows).locator("#tile-scorecard_bonus")
    assert tile.locator("h3").all_inner_texts() == ["Q1 2026, so far", "Q4 2025"]
    running, before = (lines(table) for table in tile.locator("table").all())
    assert running == [
        ["Country", "KPI", "Now", "Target", "Expected by today", "Attainment", "Score", "Weight", "Points"],
        ["IT", "Revenue", "€480", "€600", "€493", "97.3%", "97.3%", "60.0%", "58.4%"],
        ["Average order (per order)", "€42", "€40 to €50", "–", "100.0%", "100.0%", "40.0%", "40.0%"],
        ["Total · would pay 91.9% if it goes on so", "98.4%", "100.0%", "98.4%"],
    ]
    assert before[6] == ["Total · no payout can be told: Revenue (no data); Average order (too little data)", "–", "100.0%", "–"]
    weight = "(cell) => Number(getComputedStyle(cell).fontWeight)"
    assert tile.locator("tr.total td.number").first.evaluate(weight) >= 600


def test_a_kpi_shows_its_other_rhythms_too(show: Show) -> None:
    tile = show(test_rhythms.BOARD, test_rhythms.ROWS).locator("#tile-kpi_revenue")
    assert tile.locator(".value").inner_text() == "€420"
    assert tile.locator(".aim").first.inner_text() == "≥ €400 · Mar 2026, so far"
    assert [each.inner_text().split("\n") for each in tile.locator(".also").all()] == [
        ["€1,250", "on track", "> €1,200 · Q1 2026, so far"],
        ["€4,800", "missed", "≥ €5,000 · 2025"],
    ]


def test_the_matrix_writes_numbers_as_the_reader_does(show: Show) -> None:
    page = show(test_matrix.BOARD, {}, locales=("en", "it"))
    head, *rows = lines(page.locator("#tile-matrix table"))
    assert [row[head.index("Target")] for row in rows][:2] == [
        '≥ €60,000 each month (from Jul 2026, new shop)\n≥ €1,000,000 each year (stretch, channel = "email")',
        "> 12.0% each quarter",
    ]
    page.locator("select").first.select_option("it")
    head, *rows = lines(page.locator("#tile-matrix table"))
    assert rows[0][head.index("Obiettivo")] == "Crescere"
    assert rows[3][head.index("Traguardo")].replace("\u00a0", " ") == "da 40 € a 50,50 € al mese"


RUNNING = {"rows": [["2026-01-01", 100.0], ["2026-02-01", 120.0], ["2026-03-01", 60.0]], "more": 0, "running": "2026-03-01"}


def test_what_is_not_over_ends_in_a_ring(show: Show) -> None:
    tile = show("dashboard board { show revenue by month as line }", {"revenue_by_month": RUNNING}).locator("#tile-revenue_by_month")
    assert tile.locator(".note").inner_text() == "Mar 2026, so far"
    assert tile.locator('.chart svg path[stroke-dasharray="2,4"]').count() == 1
    assert tile.locator('.chart svg path[fill="#FFFFFF"]').count() == 1
    over = show("dashboard board { show revenue by month as line }", {"revenue_by_month": {**RUNNING, "running": None}})
    assert over.locator(".chart-tile .note").count() == 0
    assert over.locator('.chart svg path[fill="#FFFFFF"]').count() == 0


def test_weekdays_have_names_and_weeks_begin_on_the_reader_s_day(show: Show) -> None:
    rows = {"orders_made_by_weekday_channel": {"rows": [[day, "a", 1500 * day] for day in range(1, 8)], "more": 0}}
    page = show("dashboard board { show orders_made by weekday, channel as heatmap }", rows, locales=("en", "zh-TW"))
    tile = page.locator("section.chart-tile")
    drawn = tile.locator(".chart svg text").all_text_contents()
    names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]  # the shop's calendar says so
    assert [text for text in drawn if text in names] == names
    assert {"1.5K", "10.5K"} <= set(drawn)
    tile.locator("summary").click()
    assert [row[0] for row in lines(tile.locator("table"))][:3] == ["Weekday", "Monday", "Tuesday"]
    page.locator("select").first.select_option("zh-TW")
    page.wait_for_function("document.querySelector('.chart svg').textContent.includes('週日')")
    drawn = tile.locator(".chart svg text").all_text_contents()
    assert [text for text in drawn if text.startswith("週")][:2] == ["週日", "週一"]
    assert "1,500" in drawn


def test_days_and_quarters_on_an_axis_are_written_as_beside_it(show: Show) -> None:
    rows = {"revenue_by_quarter": {"rows": [["2026-01-01", 10.0]], "more": 0}, "revenue_by_day": {"rows": [["2026-03-01", 1.0]], "more": 0}}
    page = show("dashboard board { show revenue by quarter as bar  show revenue by day as bar }", rows, locales=("en", "it"))
    drawn = page.locator(".chart svg text").all_text_contents()
    assert {"Q1 2026", "Mar 1, 2026"} <= set(drawn)
    page.locator("select").first.select_option("it")
    page.wait_for_function("[...document.querySelectorAll('.chart svg')].every((svg) => /T1 2026|1 mar 2026/.test(svg.textContent))")


def test_nothing_is_less_than_nothing(show: Show) -> None:
    rows = {"italian_share_by_channel": {"rows": [["a", -0.0001], ["b", -0.0012]], "more": 0}}
    page = show("dashboard board { show italian_share by channel as table }", rows)
    assert [row[1] for row in lines(page.locator("table"))][1:] == ["0.0%", "-0.1%"]


def test_a_range_of_days_is_written_as_the_reader_does(show: Show) -> None:
    page = show("dashboard board { period 2026-01-01..2026-03-31  show revenue }", {"revenue": {"rows": [[1.0]], "more": 0}})
    assert page.locator(".facts").inner_text() == "Mar 15, 2026 · Jan 1, 2026 – Mar 31, 2026"


def test_charts_on_paper_are_as_high_as_they_are_drawn(show: Show) -> None:
    page = show("dashboard board { show revenue by month as line }", {"revenue_by_month": RUNNING})
    page.emulate_media(media="print")
    page.wait_for_timeout(600)  # until it is drawn for the width of the paper
    page.evaluate("document.querySelector('.chart').style.width = '300px'")
    box = "[svg.getBoundingClientRect(), svg.viewBox.baseVal].flatMap(({ width, height }) => [width, height])"
    wide, tall, width, height = page.locator(".chart svg").evaluate(f"(svg) => {box}")
    assert wide == 300
    assert abs(tall / wide - height / width) < 0.02
