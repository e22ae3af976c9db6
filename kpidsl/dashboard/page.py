"""A board as one HTML file. Comes in: the board as data, and the rows of its queries. Goes out: the text of a page that opens from disk and
asks nobody for anything: its numbers, its words in every language, its style and its programs stand in it.

Whatever an analyst or a row says reaches the page as JSON in a block that no text can leave, and the page writes it as text alone.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kpidsl.dashboard.answers import first_weekday
from kpidsl.dashboard.theme import swap
from kpidsl.dashboard.words import LANGUAGES, language, page_words
from kpidsl.record import dataclass

ASSETS = Path(__file__).with_name("assets")
SCRIPTS = ("text.js", "parts.js", "tiles.js", "scorecards.js", "charts.js", "main.js")
"""In the order in which they need each other."""
POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the page may do: run what stands in it, and load nothing. Vega compiles its expressions, hence 'unsafe-eval'."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a page shows beside the board itself. `rows` has for each query `{"rows": [[…]], "more": n, "running": day}` (see `described`)
    or `{"error": "…"}`; `today` is the day that counts as today; `engine` says where the rows come from. `findings` are sentences about
    what stands out: `{"key", "parts"}`, the key of the product's words, empty where the one part is the sentence, and the parts in its
    places: `{"text"}`, `{"label"}` with a text by locale, `{"number", "unit"}`, `{"day"}` or `{"word"}`; `advice` comes after it."""

    rows: Mapping[str, Mapping[str, Any]]
    today: str
    project: str
    engine: str
    findings: Sequence[Mapping[str, Any]] = ()


def locales_of(locales: Sequence[str]) -> list[str]:
    """The locales that a page offers: the project's, then every language that the product speaks."""
    spoken = {language(locale) for locale in locales if language(locale).split("-")[0] == locale.split("-")[0]}
    return [*locales, *(each for each in LANGUAGES if each not in spoken)]


def page_data(board: Mapping[str, Any], locales: Sequence[str], numbers: Numbers, charts: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's programs draw: the board, its numbers, words in every language, and its charts with their colours for dark pages."""
    return {
        "board": board,
        "locales": list(locales),
        "words": {locale: page_words(language(locale)) for locale in dict.fromkeys((*locales, "en"))},
        "rows": numbers.rows,
        "today": numbers.today,
        "project": numbers.project,
        "engine": numbers.engine,
        "findings": list(numbers.findings),
        "weeks": {locale: first_weekday(board, locale) for locale in locales},
        "charts": charts,
        "swap": swap(),
    }


def page_script() -> str:
    """The page's own programs, as one module."""
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)


def page_style() -> str:
    return (ASSETS / "page.css").read_text(encoding="utf-8")


def page(board: Mapping[str, Any], locales: Sequence[str], numbers: Numbers, vega: str, charts: Mapping[str, Any]) -> str:
    """The whole page. `vega` is the program that draws charts, as one script, and `charts` are those of the board, prepared for it."""
    data = page_data(board, locales, numbers, charts)
    locale = str(board["locale"])
    title = board["title"].get(locale, board["name"])
    style, script = page_style(), page_script()
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{html.escape(locale)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{html.escape(title)}</title>",
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            f"<noscript><p>{html.escape(title)}: this page draws its numbers with JavaScript.</p></noscript>",
            f'<script type="application/json" id="data">{embedded(data)}</script>',
            f'<script>"use strict";{{{closed(vega)}}}</script>',  # a block keeps its names to itself
            f'<script type="module">\n{closed(script)}</script>',
            "</body>",
            "</html>",
            "",
        )
    )


def embedded(data: object) -> str:
    """JSON that may stand inside a script element: nothing in it can end the element or begin another one."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (
        text.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def closed(script: str) -> str:
    """Our own programs, in which no text may end the element that they stand in."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
