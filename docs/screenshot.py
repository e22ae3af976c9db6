"""Takes docs/board.png, the picture of a board in README.md: Aurora's executive board as Chromium shows it. The board is built here, from
the example's own data; nothing in the picture is drawn by hand. `python docs/screenshot.py` takes it anew, with Playwright and Chromium."""

from __future__ import annotations

import runpy
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from kpidsl.cli.main import main

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent / "examples" / "aurora"
BOARD = "executive"
WIDTH = 1280
LAST = ".chart-tile"
"""The picture ends below the first of these: goals, KPIs, what stands out, and the first row of charts."""


def take(place: Path) -> None:
    """The board, in light colours and English."""
    runpy.run_path(str(PROJECT / "generate.py"))["generate"](PROJECT / "data")
    browser = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        assert main(["build", "--html", "--project", str(PROJECT), "--output", folder]) == 0
        window = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = window.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light", locale="en-US")
        page.goto((Path(folder) / "dashboards" / f"{BOARD}.html").as_uri())
        page.wait_for_selector("html[data-drawn]")
        box = page.locator(LAST).first.bounding_box()
        assert box is not None
        page.screenshot(path=str(place), full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": box["y"] + box["height"] + 12})
        window.close()


if __name__ == "__main__":
    take(HERE / "board.png")
