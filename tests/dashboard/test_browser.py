"""Pages in a browser: what is drawn, what is said, and what can be clicked. Skipped without playwright or Chromium."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kpidsl.dashboard.page import ASSETS, Numbers, page
from kpidsl.dashboard.prepared import prepared
from kpidsl.dashboard.snapshot.reader import Reader
from kpidsl.dashboard.vega_script import vega_of, vega_script
from kpidsl.dashboard.words import page_words
from tests.dashboard.axe import faults
from tests.dashboard.rows import FOUND, FOUND_SAID, HOSTILE, ROWS
from tests.dashboard.shop import document
from tests.dashboard.test_spec import BOARD

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no page is opened in a browser")
pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: no chart is drawn in a browser")
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="NOT TESTED in a browser: no Chromium on this machine, which `make test` installs as root"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    board = document(BOARD.replace('text     "Net of VAT."', f'text "{HOSTILE}"'), locales=("en", "it", "zh-Hans"))
    place = tmp_path_factory.mktemp("page") / "ceo.html"
    numbers = Numbers(rows=ROWS, today="2026-03-15", project="Shop", engine="default (duckdb)", findings=FOUND)
    place.write_text(page(board, ["en", "it", "zh-Hans"], numbers, vega_script(), prepared(board, vega_of)), encoding="utf-8")
    return place


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, file: Path) -> Iterator[Open]:
    """Opens the page; whatever it asks for beside itself, or throws, fails the test."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_(width: int = 1280, dark: bool = False) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
        contexts.append(context)
        shown = context.new_page()
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("request", lambda request: wrong.append(request.url) if request.url != file.as_uri() else None)
        shown.goto(file.as_uri())
        shown.wait_for_selector("html[data-drawn]")
        return shown

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def test_a_goal_and_a_kpi(opened: Open) -> None:
    shown = opened()
    goal = shown.locator("#tile-goal_grow").inner_text()
    by_now = ("by Jun 30, 2026", "expected by now €480", "needs €7.50 a day", "heads for €1,000")
    for said in ("Grow", "€400", "of €1,200", "off track", *by_now):
        assert said in goal
    kpi = shown.locator("#tile-kpi_aov")
    text = kpi.inner_text()
    for said in (
        "€42",
        "per order",
        "≥ €45 ·",
        "Mar 2026, so far",
        "off track",
        "vs month before*",
        "+5.0%",
        "-16.0%",
        "€52",
        "Offer a mug",
    ):
        assert said in text, said
    assert kpi.locator(".chip.bad svg").count() == 1
    assert kpi.locator("svg.spark path").count() >= 2


def test_one_tile_that_fails_or_is_empty_leaves_the_others(opened: Open) -> None:
    shown = opened()
    assert "the table shop.orders is not there" in shown.locator("#tile-kpi_buyers .error").inner_text()
    assert shown.locator("#tile-report_months .empty").inner_text() == "Nothing in this period"
    assert shown.locator("#tile-revenue_by_month .chart svg").count() == 1


def test_text_is_text(opened: Open) -> None:
    shown = opened()
    assert shown.evaluate("window.hacked") is None
    assert shown.locator("#tile-text").inner_text() == HOSTILE
    shown.locator("#tile-revenue_by_channel summary").click()
    table = shown.locator("#tile-revenue_by_channel table").inner_text()
    for said in (HOSTILE, "constructor", "__proto__"):
        assert said in table
    drawn = opened(dark=True).locator("#tile-revenue_by_channel .chart").text_content()
    assert "constructor" in drawn


def test_findings_say_what_to_do(opened: Open) -> None:
    lines = opened().locator("#tile-findings li").all_inner_texts()
    assert lines == ["Dear — Average order · email · Feb 2026: €30. Look at email: €30", FOUND_SAID]


def test_languages(opened: Open) -> None:
    shown = opened()
    shown.locator("select").first.select_option("it")
    assert shown.locator("h1").inner_text() == "Siamo in rotta?"
    assert "fuori rotta" in shown.locator("#tile-goal_grow").inner_text()
    assert "di 1.200\u00a0€" in shown.locator("#tile-goal_grow").inner_text()
    assert shown.evaluate("document.documentElement.lang") == "it"
    shown.locator("select").first.select_option("zh-Hans")
    assert "落后" in shown.locator("#tile-goal_grow").inner_text()
    fallback = shown.locator("h1 .fallback")
    assert (fallback.inner_text(), fallback.get_attribute("lang")) == ("Are we on course?", "en")


def test_light_and_dark(opened: Open) -> None:
    shown = opened(dark=True)
    ground = "getComputedStyle(document.body).backgroundColor"
    assert shown.evaluate(ground) == "rgb(14, 18, 23)"
    shown.locator("select").nth(1).select_option("light")
    assert shown.evaluate(ground) == "rgb(245, 247, 249)"


def test_where_a_number_comes_from(opened: Open) -> None:
    shown = opened()
    shown.locator("#tile-kpi_aov .about").focus()
    shown.keyboard.press("Enter")
    dialog = shown.locator("dialog[open]")
    text = dialog.inner_text()
    for said in ("aov = revenue / orders_made", "orders.amount", "shop.kpi:18", "SQL · duckdb", "mine.kpi:"):
        assert said in text, said
    shown.wait_for_selector("dialog .chart svg")
    shown.keyboard.press("Escape")
    shown.wait_for_selector("dialog", state="detached")


@pytest.mark.parametrize("width", [390, 800, 1280, 1920])
def test_it_fits_every_screen(opened: Open, width: int) -> None:
    shown = opened(width=width)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    wide = shown.evaluate("[...document.querySelectorAll('.chart svg')].map((each) => each.getBoundingClientRect().right - innerWidth)")
    assert all(over <= 0 for over in wide)


def test_it_prints_on_paper(opened: Open) -> None:
    shown = opened(dark=True)
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown.emulate_media(media="print")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert "invert(1)" in shown.evaluate("getComputedStyle(document.querySelector('.chart svg')).filter")
    assert shown.locator(".controls select").first.is_hidden()
    shown.emulate_media(media="screen")
    shown.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shown.evaluate("document.documentElement.dataset.theme") == "dark"


def test_every_tile_can_be_reached_by_keyboard(opened: Open) -> None:
    shown = opened()
    reached: set[str] = set()
    for _ in range(40):
        shown.keyboard.press("Tab")
        tile = shown.evaluate("document.activeElement.closest('.tile')?.id")
        if tile:
            reached.add(tile)
    assert {"tile-goal_grow", "tile-kpi_aov", "tile-revenue_by_month", "tile-revenue_by_channel"} <= reached


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_axe_finds_nothing_serious(opened: Open, width: int, dark: bool) -> None:
    shown = opened(width=width, dark=dark)
    shown.locator("#tile-revenue_by_channel summary").click()
    assert faults(shown) == []
    shown.locator("#tile-kpi_aov .about").click()
    shown.wait_for_selector("dialog .chart svg")
    assert faults(shown) == []


WRITTEN = [
    *((value, unit) for unit in ("EUR", "EUR per order", "USD", "%", "×", "count", "points", "days") for value in (0.0, 0.034, 2.5, 47.2)),
    *((value, unit) for unit in ("EUR", "count", "points", "") for value in (1234.0, 12345.6, 1234567.0, 2_340_000_000.0, -1500.0)),
]
DAYS = [(day, grain) for day in ("2026-03-05", "2025-12-31") for grain in ("day", "week", "month", "quarter", "year")]


@pytest.mark.parametrize("locale", ["en", "it", "ro", "zh-Hant", "zh-Hans"])
def test_pictures_write_numbers_and_days_as_pages_do(browser: Any, locale: str) -> None:
    """Both take their forms from CLDR: browsers by Intl, pictures by Babel."""
    shown = browser.new_page()
    words = {"words": {locale: page_words(locale)}, "board": {"locale": locale}}
    shown.set_content(f'<script type="application/json" id="data">{json.dumps(words)}</script>')
    program = (ASSETS / "text.js").read_text("utf-8") + PROBE
    numbers, days, changes = shown.evaluate(
        "([program, ...given]) => new Function('data', 'reader', 'numbers', 'days', program)(...given)",
        [program, words, locale, WRITTEN, DAYS],
    )
    shown.close()
    reader = Reader(locale, locale)
    assert numbers == [reader.number(value, unit, compact=True) for value, unit in WRITTEN]
    assert days == [reader.period(day, grain) for day, grain in DAYS]
    told = [reader.change("EUR", now, 100.0) for now in (150.0, 99.5)] + [reader.change("%", 0.2, 0.204)]
    assert changes == [each[1] for each in told if each is not None]


PROBE = """
try { DATA = data; BOARD = data.board; } catch { /* the page of a file has read them itself */ }
locale = reader;
return [
  numbers.map(([value, unit]) => number(value, unit, { compact: true })),
  days.map(([day, grain]) => period(day, grain)),
  [change("EUR", 150, 100), change("EUR", 99.5, 100), change("%", 0.2, 0.204)].map((each) => each.text),
];
"""
