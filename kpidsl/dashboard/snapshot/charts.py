"""Charts of a picture. Comes in: a Vega-Lite specification with its rows. Goes out: SVG, drawn by vl-convert without a browser, with the
numbers and days of the reader's locale."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from babel import Locale
from babel.dates import get_day_names, get_month_names

from kpidsl.dashboard.drawing import WEEK
from kpidsl.dashboard.snapshot.cards import Chart
from kpidsl.dashboard.snapshot.drawing import width as text_width
from kpidsl.dashboard.theme import config
from kpidsl.dashboard.vega import quoted
from kpidsl.dashboard.words import language, page_words
from kpidsl.diagnostic import fail

Draw = Callable[[Chart, int, str], tuple[str, float]]
"""A chart of a width, in families of fonts: SVG, and how high it is."""
_SIGNS = {"y": "%Y", "M": "%-m", "MMM": "%b", "LLL": "%b", "d": "%-d"}
"""What a pattern of the CLDR calls them, as Vega does."""
_SHORT = re.compile(r"replace\(replace\(format\((datum(?:\.\w+|\['[^']*'\])), '\.3~s'\), 'G', 'B'\), 'k', 'K'\)")
_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def converter() -> Any:
    """vl-convert-python; KPI009 where it is not installed."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        fail("KPI009", "pictures need the Python package vl-convert-python", help='install it: pip install "kpidsl[html]"')
    return vl_convert


def drawer(cldr: Locale) -> Draw:
    """What draws charts for readers of a locale."""
    engine, numbers = converter(), count(1)
    formats = {"format_locale": _numbers(cldr), "time_format_locale": _times(cldr)}

    def draw(chart: Chart, width: int, fonts: str) -> tuple[str, float]:
        spec = fitted(chart.spec, cldr, chart.week)
        if "params" in spec:
            spec["params"] = [{"name": "running", "value": _moment(chart.running)}]
        look = config()
        spec["config"] = {**look, "font": fonts, "legend": {**look["legend"], "columns": legend_columns(chart, width)}}
        spec["data"] = {**spec["data"], "values": list(chart.rows)}
        if "vconcat" in spec:
            spec["config"]["axisY"] = {**spec["config"]["axisY"], "minExtent": 44}
            for panel in spec["vconcat"]:
                panel["width"] = max(160, width - 78)
        else:
            spec["width"] = width
            spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        made = engine.vegalite_to_svg(spec, allowed_base_urls=[], **formats)
        return _placed(made, width, f"chart{next(numbers)}_")

    return draw


def legend_columns(chart: Chart, room: int) -> int:
    """How many entries of a legend fit beside each other; 0 where all of them do."""
    wide = [text_width(name, 12) + 34 for name in chart.legend]
    if sum(wide) <= room - 56:
        return 0
    return max(1, int((room - 56) / min(280, max(wide))))


def _placed(svg: str, width: int, prefix: str) -> tuple[str, float]:
    """The drawing as a part of another: not wider than its place, and with names of its own."""
    found = _SIZE.search(svg)
    assert found is not None, "vl-convert gave no size"
    wide, tall = float(found[1]), float(found[2])
    scale = min(1.0, width / wide)
    own = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}", svg)
    return f'<g transform="scale({scale:.4f})">{own}</g>', tall * scale


def fitted(node: Any, cldr: Locale, week: int = 1) -> Any:
    """The specification with the days and short numbers of the reader, whose weeks begin on a day."""
    if isinstance(node, list):
        return [fitted(each, cldr, week) for each in node]
    if not isinstance(node, Mapping):
        return node
    return {key: _fitted(key, value, cldr, week) for key, value in node.items()}


def _fitted(key: str, value: Any, cldr: Locale, week: int) -> Any:
    if key == "sort" and value == list(WEEK):
        return [*WEEK[week - 1 :], *WEEK[: week - 1]]
    if key in ("labelExpr", "calculate"):
        return _SHORT.sub(lambda found: short_number(found[1], cldr), value)
    return day_format(value, cldr) if key == "format" and isinstance(value, str) else fitted(value, cldr, week)


def short_number(value: str, cldr: Locale) -> str:
    """A short number as the reader writes it, as an expression: from a thousand on in the words of the CLDR."""
    made = f"format({value}, ',.1~f')"
    for least, pattern in cldr.compact_decimal_formats["short"]["other"].items():
        text = str(pattern.pattern).replace("'", "")
        zeros = text.count("0")
        behind = text.replace("0", "")
        if behind:
            factor = int(least) // 10 ** (zeros - 1)
            made = f"abs({value}) >= {least} ? format({value} / {factor}, '.1~f') + {quoted(behind)} : {made}"
    return f"({made})"


def _moment(day: str | None) -> float | None:
    """The beginning of a day as Vega counts time: in milliseconds."""
    return None if day is None else dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC).timestamp() * 1000


def day_format(text: str, cldr: Locale) -> str:
    """How the reader writes what is `%b %Y` in a specification: the order and the signs between are those of their language."""
    if text == "Q%q %Y":
        return page_words(language(str(cldr).replace("_", "-")))["quarter_of"].format("%q", "%Y")
    skeleton = {"%b %Y": "yMMM", "%-d %b %Y": "yMMMd"}.get(text)
    if skeleton is None:
        return text
    pattern = str(cldr.datetime_skeletons[skeleton].pattern)
    return re.sub(r"'([^']*)'|y+|M+|d+", lambda found: found[1] if found[1] is not None else _SIGNS[found[0]], pattern)


def _numbers(cldr: Locale) -> dict[str, Any]:
    symbols = cldr.number_symbols["latn"]
    return {"decimal": symbols["decimal"], "thousands": symbols["group"], "grouping": [3], "currency": ["", ""], "minus": "\u2212"}


def _times(cldr: Locale) -> dict[str, Any]:
    def days(width: str) -> list[str]:
        names = get_day_names(width, locale=cldr)  # type: ignore[arg-type]
        return [names[at] for at in (6, 0, 1, 2, 3, 4, 5)]

    def months(width: str) -> list[str]:
        names = get_month_names(width, locale=cldr)  # type: ignore[arg-type]
        return [names[at] for at in range(1, 13)]

    return {
        "dateTime": "%x %X",
        "date": "%d.%m.%Y",
        "time": "%H:%M",
        "periods": ["AM", "PM"],
        "days": days("wide"),
        "shortDays": days("abbreviated"),
        "months": months("wide"),
        "shortMonths": months("abbreviated"),
    }
