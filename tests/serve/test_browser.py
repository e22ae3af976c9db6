"""A served board in a browser, as a reader uses it. Skipped without playwright or Chromium."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kpidsl.dashboard.vega_script import vega_script
from tests.dashboard.axe import faults
from tests.serve.shop import ATTACK, FOREIGN, PROJECT, Running, folder, running

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no page is opened in a browser")
pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: no chart is drawn in a browser")
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="NOT TESTED in a browser: no Chromium on this machine, which `make test` installs as root"),
    pytest.mark.xdist_group("browser"),
]
PATIENCE = 60_000
"""Milliseconds that a page may take, on a machine that does other things as well."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return folder(tmp_path / "shop", "duckdb")


@pytest.fixture
def server(place: Path) -> Iterator[Running]:
    with running(place, vega_script()) as found:
        yield found


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, server: Running) -> Iterator[Open]:
    """Opens a page of the server. What it throws, what breaks its own policy and what it asks of anybody else fails the test."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_(path: str = "/board/ceo", width: int = 1280, dark: bool = False) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", locale="en-GB")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        shown = context.new_page()
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        shown.on("request", lambda request: wrong.append(request.url) if not request.url.startswith(server.home) else None)
        shown.goto(server.home + path)
        ready(shown)
        return shown

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def ready(shown: Any) -> None:
    """All of the board's numbers are there, and its charts are drawn."""
    shown.wait_for_selector("html[data-done]:not([data-asking])[data-drawn]", state="attached")


def tile(shown: Any, title: str) -> Any:
    return shown.locator(".tile").filter(has=shown.get_by_role("heading", name=title, exact=True))


def says(shown: Any, title: str, text: str) -> None:
    """The tile comes to say so."""
    playwright.expect(tile(shown, title)).to_contain_text(text, timeout=PATIENCE)


def only(name: str, *values: object) -> str:
    return f"only={quote(json.dumps([name, list(values)]))}"


def test_boards_are_listed_and_opened(opened: Open) -> None:
    shown = opened("/")
    cards = shown.locator("a.card")
    assert cards.all_inner_texts() == ["Are we on course?\n\nDo we sell more?", "Another one"]
    cards.first.click()
    ready(shown)
    assert shown.locator("h1").inner_text() == "Are we on course?"
    assert "€635" in tile(shown, "All of it").inner_text()
    shown.get_by_role("link", name="All boards").click()
    shown.wait_for_selector("a.card")


def test_a_filter_is_ticked_and_taken_away(opened: Open) -> None:
    shown = opened()
    assert "€635" in tile(shown, "All of it").inner_text()
    shown.locator("details.menu summary").click()
    shown.wait_for_selector(".values .list label")
    listed = shown.locator(".values .list label").all_inner_texts()
    assert sorted(listed) == sorted(["email", ATTACK, FOREIGN, "(no value)", "(empty text)"])
    shown.get_by_role("checkbox", name="email").check()
    shown.get_by_role("checkbox", name="(no value)").check()
    shown.get_by_role("button", name="Apply").click()
    says(shown, "All of it", "€135")
    ready(shown)
    assert shown.locator("details.menu b").inner_text() == "email, (no value)"
    says(shown, "Grow", "Not narrowed by Channel")
    says(shown, "Revenue", "Its target is for all rows, and is left out")
    assert shown.evaluate("new URL(location).searchParams.get('only')") == '["channel",["email",null]]'
    shown.get_by_role("button", name="Remove the filter Channel: email, (no value)").click()
    says(shown, "All of it", "€635")
    shown.go_back()
    says(shown, "All of it", "€135")


@pytest.mark.parametrize(("value", "revenue"), [(ATTACK, "€20"), (FOREIGN, "€320"), ("", "€160"), (None, "€80")])
def test_an_address_holds_its_filter(opened: Open, value: str | None, revenue: str) -> None:
    shown = opened(f"/board/ceo?{only('channel', value)}")
    says(shown, "All of it", revenue)
    assert "€635" not in tile(shown, "All of it").inner_text()


def test_period_and_comparison(opened: Open) -> None:
    shown = opened()
    shown.locator("#wish-period").select_option("2026")
    says(shown, "All of it", "€630")
    says(shown, "Month by month", "Mar 2026, so far")
    assert "Keeps its own period" in tile(shown, "The year before").inner_text()
    shown.locator("#wish-period").select_option("…")
    shown.locator("#wish-from").fill("2026-01-01")
    shown.locator("#wish-to").fill("2026-01-31")
    shown.get_by_role("button", name="Show", exact=True).click()
    says(shown, "All of it", "€30")
    ready(shown)
    assert shown.locator("#wish-period").input_value() == "2026-01-01..2026-01-31"
    shown.locator("#wish-compare").select_option("year")
    ready(shown)
    shown.wait_for_function("location.search.includes('compare=year')")
    says(shown, "All of it", "Revenue, year before")


def test_a_click_on_a_mark_filters_and_another_one_takes_it_away(opened: Open) -> None:
    shown = opened()
    channels = tile(shown, "By channel").locator("svg .mark-rect path")
    names = channels.evaluate_all("(bars) => bars.map((bar) => bar.__data__.datum.channel)")
    channels.nth(names.index("email")).click(force=True)
    says(shown, "All of it", "€55")
    ready(shown)
    assert shown.locator(".pick").inner_text().strip().startswith("Channel: email")
    tile(shown, "By channel").locator("svg .mark-rect path").first.click(force=True)
    says(shown, "All of it", "€635")
    assert shown.locator(".pick").count() == 0


def test_a_click_on_a_cell_of_a_table_filters(opened: Open) -> None:
    shown = opened()
    tile(shown, "By country").locator("summary").click()
    tile(shown, "By country").get_by_role("cell", name="IT").click()
    says(shown, "All of it", "€195")
    ready(shown)
    assert shown.locator(".pick").inner_text().strip().startswith("Country: IT")
    assert "Not narrowed by Country" in tile(shown, "What it costs").inner_text()
    tile(shown, "In numbers").get_by_role("cell", name="email").click()
    says(shown, "All of it", "€15")


def test_a_kpi_tells_what_it_is_made_of(opened: Open) -> None:
    shown = opened(f"/board/ceo?{only('channel', 'email')}")
    tile(shown, "Revenue").locator(".value").click()
    text = shown.locator("dialog[open]").inner_text()
    for said in ("revenue = sum(orders.amount)", "orders.amount", "shop.kpi:", "SQL · duckdb", "Ada", "Cy", '$1 = "email"', "$1"):
        assert said in text, said
    assert "'email'" not in text
    shown.wait_for_selector("dialog .chart svg")
    shown.keyboard.press("Escape")
    shown.wait_for_selector("dialog", state="detached")
    whole = opened()
    tile(whole, "Revenue").get_by_role("button", name="About this number: Revenue").click()
    assert "Call the best customers" in whole.locator("dialog[open]").inner_text()


def test_languages_and_filters_together(opened: Open) -> None:
    shown = opened(f"/board/ceo?{only('channel', 'email')}")
    shown.get_by_label("Language").select_option("it")
    assert shown.locator("h1").inner_text() == "Siamo in rotta?"
    assert shown.locator("details.menu summary span").first.inner_text() == "Canale"
    assert "Non filtrato per Canale" in shown.locator("#tile-goal_grow").inner_text()
    shown.reload()
    ready(shown)
    assert shown.locator("h1").inner_text() == "Siamo in rotta?"


def test_a_saved_file_is_followed(opened: Open, place: Path) -> None:
    shown = opened(f"/board/ceo?{only('channel', 'email')}")
    (place / "shop.kpi").write_text(PROJECT.replace("Are we on course?", "Where are we?"), encoding="utf-8")
    playwright.expect(shown.locator("h1")).to_have_text("Where are we?", timeout=PATIENCE)
    says(shown, "All of it", "€55")


def test_a_broken_file_is_told_above_the_last_good_board(opened: Open, place: Path) -> None:
    shown = opened()
    (place / "shop.kpi").write_text(PROJECT.replace("sum(orders.amount)", "sum(orders.amuont)"), encoding="utf-8")
    banner = shown.get_by_role("alert").filter(has_text="does not compile")
    playwright.expect(banner).to_contain_text("did you mean `amount`?", timeout=PATIENCE)
    assert "shop.kpi:8" in banner.inner_text()
    ready(shown)
    assert "€635" in tile(shown, "All of it").inner_text()
    (place / "shop.kpi").write_text(PROJECT, encoding="utf-8")
    playwright.expect(banner).to_have_count(0, timeout=PATIENCE)
    ready(shown)
    assert "€635" in tile(shown, "All of it").inner_text()


def test_a_database_that_is_gone_is_told_and_the_page_goes_on_by_itself(opened: Open, place: Path) -> None:
    shown = opened()
    (place / "shop.db").rename(place / "kept.db")
    banner = shown.get_by_role("alert").filter(has_text="The connection does not answer")
    playwright.expect(banner).to_contain_text("there is no database file shop.db", timeout=PATIENCE)
    playwright.expect(banner).to_contain_text("check `path` of the connection in kpi.toml")
    assert "tried again" in banner.inner_text()
    assert "€635" in tile(shown, "All of it").inner_text()
    assert shown.evaluate("document.documentElement.hasAttribute('data-old')")
    (place / "kept.db").rename(place / "shop.db")
    playwright.expect(banner).to_have_count(0, timeout=PATIENCE)
    says(shown, "All of it", "€635")
    assert not shown.evaluate("document.documentElement.hasAttribute('data-old')")


def test_a_connection_that_was_never_there(opened: Open, place: Path) -> None:
    (place / "shop.db").unlink()
    shown = opened()
    assert "there is no database file shop.db" in shown.get_by_role("alert").inner_text()


def test_a_wish_that_makes_no_sense_is_told(opened: Open) -> None:
    shown = opened("/board/ceo?period=2026-13")
    assert "is no period" in shown.get_by_role("alert").inner_text()
    shown.get_by_role("button", name="Show the board as it is written").click()
    says(shown, "All of it", "€635")
    other = opened("/board/nobody")
    assert "There is no board “nobody”" in other.get_by_role("alert").inner_text()


def test_what_is_said_stays_text(opened: Open, place: Path) -> None:
    hostile = "</script><img src=x onerror=window.hacked=1>"
    (place / "shop.kpi").write_text(PROJECT.replace("Are we on course?", hostile).replace("All of it", hostile), encoding="utf-8")
    shown = opened(f"/board/ceo?{only('channel', hostile)}")
    playwright.expect(shown.locator("h1")).to_have_text(hostile, timeout=PATIENCE)
    assert shown.locator(".pick").inner_text().strip().startswith(f"Channel: {hostile}")
    assert shown.evaluate("window.hacked") is None


def test_by_keyboard_alone(opened: Open) -> None:
    shown = opened()
    shown.locator("#wish-only-channel").focus()
    shown.keyboard.press("Enter")
    shown.wait_for_selector(".values .list input")
    shown.keyboard.press("Space")
    shown.keyboard.press("Enter")
    shown.wait_for_selector(".pick")
    ready(shown)
    assert shown.evaluate("document.activeElement.id") == "wish-only-channel"
    shown.keyboard.press("Enter")
    shown.wait_for_selector(".values .list input")
    shown.keyboard.press("Escape")
    assert shown.locator("details.menu[open]").count() == 0
    assert shown.evaluate("document.activeElement.id") == "wish-only-channel"


@pytest.mark.parametrize("width", [390, 800, 1280, 1920])
def test_it_fits_every_screen(opened: Open, width: int) -> None:
    shown = opened(f"/board/ceo?{only('channel', ATTACK, FOREIGN, 'email')}&period=2026&compare=year", width=width)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.locator("details.menu summary").click()
    shown.wait_for_selector(".values .list label")
    box = shown.locator(".values").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_a_server_that_ends_is_told(browser: Any, place: Path) -> None:
    context = browser.new_context()
    with running(place, vega_script()) as server:
        shown = context.new_page()
        shown.goto(f"{server.home}/board/ceo")
        ready(shown)
    banner = shown.get_by_role("alert")
    playwright.expect(banner).to_contain_text("Start it again in the project's folder: kpi serve", timeout=PATIENCE)
    assert "€635" in tile(shown, "All of it").inner_text()
    context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious_in_what_a_reader_can_ask(opened: Open, place: Path, width: int, dark: bool) -> None:
    shown = opened(f"/board/ceo?{only('channel', 'email', None)}&compare=year", width=width, dark=dark)
    assert faults(shown) == []
    shown.locator("details.menu summary").first.click()
    shown.wait_for_selector("details.menu[open] .list input")
    assert faults(shown) == []
    shown.keyboard.press("Escape")
    shown.locator("#wish-period").select_option("…")
    shown.wait_for_selector("#wish-from")
    assert faults(shown) == []
    tile(shown, "Revenue").locator(".value").click()
    shown.wait_for_selector("dialog[open] .chart svg")
    assert faults(shown) == []
    shown.keyboard.press("Escape")
    (place / "shop.kpi").write_text(PROJECT + "\nmetric = ", encoding="utf-8")
    shown.wait_for_selector(".banner.bad")
    assert faults(shown) == []


def test_axe_finds_nothing_serious_in_the_list_of_boards(opened: Open) -> None:
    assert faults(opened("/")) == []
