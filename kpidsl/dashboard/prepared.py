"""Charts that a page can draw without Vega-Lite. Comes in: a board as data. Goes out: for each chart its specification as Vega has it, with
marks where the page puts what it alone knows: the width, texts and formats in the reader's language, and on which day their weeks begin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kpidsl.dashboard.drawing import WEEK, short
from kpidsl.dashboard.theme import config
from kpidsl.dashboard.vega import plain, quoted

Compile = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Vega-Lite to Vega."""
WIDTH = 98765
"""Stands for the width of a chart, or of the panels of one that has several."""
DAYS = frozenset(("%b %Y", "%-d %b %Y", "Q%q %Y"))
"""Formats that are others in some languages."""
_SHORT = re.compile(re.escape(short("VALUE")).replace("VALUE", r"(datum(?:\.\w+|\[[^\]]*\]))"))
"""A short number as Vega can write it; the page writes it in the reader's language."""
_FIRST = "first_weekday"
"""The signal by which the page says with which weekday weeks begin, 1 for Monday."""
_LITERAL = re.compile(r"'((?:[A-Za-z0-9 _-]|\\u[0-9a-f]{4})*)'")
_CODE = re.compile(r"\\u([0-9a-f]{4})")


def prepared(board: Mapping[str, Any], compile: Compile) -> dict[str, Any]:
    """By element: `{"spec", "words"}`. In a text of the specification, the number between \ue000 and \ue001 stands for one of the words."""
    return {name: _chart(element["vega_lite"], compile) for name, element in board["elements"].items() if element.get("vega_lite")}


def _chart(spec: Mapping[str, Any], compile: Compile) -> dict[str, Any]:
    words: list[str] = []
    marked: dict[str, Any] = _marked(_turned(spec), words)
    look = {**config(), "aria": False}  # the chart as a whole is an image with a name
    if "vconcat" in marked:
        look["axisY"] = {**look["axisY"], "minExtent": 44}
        marked["vconcat"] = [{**panel, "width": WIDTH} for panel in marked["vconcat"]]
    else:
        marked |= {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    return {"spec": compile({**marked, "config": look}), "words": words}


def _turned(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The specification with its weekdays in an order that the page turns."""
    fields: dict[str, str] = {}

    def turned(node: Any) -> Any:
        match node:
            case list():
                return [turned(each) for each in node]
            case Mapping() if node.get("sort") == list(WEEK):
                order = fields.setdefault(node["field"], f"order_of_weekday_{len(fields)}")
                return {**node, "sort": {"op": "min", "field": order}}
            case Mapping():
                return {key: turned(value) for key, value in node.items()}
            case _:
                return node

    made = turned(spec)
    if not fields:
        return spec
    orders = [{"calculate": f"(datum[{quoted(plain(each))}] + 7 - {_FIRST}) % 7", "as": order} for each, order in fields.items()]
    params = [*made.get("params", ()), {"name": _FIRST, "value": WEEK[0]}]
    return {**made, "params": params, "transform": [*orders, *made.get("transform", ())]}


def _marked(node: Any, words: list[str]) -> Any:
    match node:
        case list():
            return [_marked(each, words) for each in node]
        case Mapping():
            return {key: _text(key, value, words) if isinstance(value, str) else _marked(value, words) for key, value in node.items()}
        case _:
            return node


def _text(key: str, text: str, words: list[str]) -> str:
    """A text that readers see, with marks in it."""
    if key == "labelExpr":
        return _LITERAL.sub(lambda found: f"'{_mark(_plain(found[1]), words)}'", _SHORT.sub(r"kpiShort(\1)", text))
    if key == "calculate":
        return _SHORT.sub(r"kpiShort(\1)", text)
    return _mark(text, words) if key == "title" or (key == "format" and text in DAYS) else text


def _mark(text: str, words: list[str]) -> str:
    if not text:
        return text
    if text not in words:
        words.append(text)
    return f"\ue000{words.index(text)}\ue001"


def _plain(literal: str) -> str:
    """The text of a literal, in which characters stand by their numbers: pairs of them may be one character."""
    numbers = _CODE.sub(lambda found: chr(int(found[1], 16)), literal)
    return numbers.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
