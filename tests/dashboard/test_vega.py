"""Charts are Vega-Lite that Vega-Lite's own schema accepts, and say what they show."""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from kpidsl.dashboard.theme import DARK_GRID, DARK_QUIET_TEXT, DARK_RAMP, DARK_SERIES, ON_DARK, ON_LIGHT, QUIET, RAMP, SERIES, config, swap
from kpidsl.dashboard.vega import field, plain, quoted
from tests.dashboard.shop import document, shown
from tests.dashboard.test_shapes import CHOSEN, FITTING
from tests.dashboard.test_spec import BOARD, COHORT, FUNNEL


@cache
def validator() -> Draft7Validator:
    """Of Vega-Lite's schema, which altair brings along."""
    found = importlib.util.find_spec("altair")
    if found is None or found.origin is None:
        pytest.skip("altair is not installed: nobody checks the charts against Vega-Lite's own schema")
    file = Path(found.origin).parent / "vegalite" / "v6" / "schema" / "vega-lite-schema.json"
    return Draft7Validator(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("query,chart", sorted({*FITTING, *CHOSEN}))
@pytest.mark.parametrize("compare", ["", " compare previous year"])
def test_charts_are_what_vega_lite_says(query: str, chart: str, compare: str) -> None:
    if compare and ("compare" in query or "share(" in query or "first_day" in query or " with totals" in query):
        pytest.skip("not compared")
    head, top, rest = query.partition(" top ")
    spec = shown(f"show {head}{compare}{top}{rest} as {chart}")["vega_lite"]
    if chart in ("number", "table"):
        assert spec is None
        return
    assert [error.message for error in validator().iter_errors(spec)] == []


def test_the_history_of_a_kpi_is_what_vega_lite_says() -> None:
    board = document(BOARD)
    for name in ("kpi_aov", "kpi_buyers"):
        assert [error.message for error in validator().iter_errors(board["elements"][name]["vega_lite"])] == []
    drawn = [layer["transform"][0]["fold"] for layer in board["elements"]["kpi_aov"]["vega_lite"]["layer"][:-1]]
    assert drawn == [["actual"], ["target"], ["benchmark"]]
    drawn = [layer["transform"][0]["fold"] for layer in board["elements"]["kpi_buyers"]["vega_lite"]["layer"][:-1]]
    assert drawn == [["actual"]]


def test_funnels_are_what_vega_lite_says() -> None:
    board = document(FUNNEL + "dashboard board { funnel purchase  funnel purchase by visits.device }")
    for element in board["elements"].values():
        assert [error.message for error in validator().iter_errors(element["vega_lite"])] == []


def test_cohorts_are_what_vega_lite_says() -> None:
    (element,) = document(COHORT + "dashboard board { cohort back }")["elements"].values()
    assert [error.message for error in validator().iter_errors(element["vega_lite"])] == []
    axis = element["vega_lite"]["encoding"]["x"]["axis"]
    assert axis["title"] == "Months after the start"


def test_letters_are_read_on_every_cell() -> None:
    for ramp, early, late in ((RAMP, ON_LIGHT, ON_DARK), (DARK_RAMP, ON_DARK, ON_LIGHT)):
        assert min(contrast(colour, early) for colour in ramp[:3]) >= 4.4
        assert min(contrast(colour, late) for colour in ramp[3:]) >= 4.4


def test_axes_say_their_units() -> None:
    assert shown("show revenue by channel")["vega_lite"]["encoding"]["x"]["axis"]["title"] == "Revenue (EUR)"
    line = shown("show italian_share by month")["vega_lite"]["layer"][0]["encoding"]["y"]["axis"]
    assert (line["title"], line["format"]) == ("%", ".1~%")
    assert shown("show turns by channel")["vega_lite"]["encoding"]["x"]["axis"]["labelExpr"].endswith("+ '×'")


def test_what_it_is_compared_with_stands_dashed_and_quiet_behind() -> None:
    now, before, *_ = shown("show revenue by month compare previous year")["vega_lite"]["layer"]
    assert "strokeDash" not in now["mark"]
    assert before["mark"]["strokeDash"]
    assert before["encoding"]["color"]["scale"]["range"] == [SERIES[0], QUIET]


def test_units_apart_have_panels_of_their_own() -> None:
    panels = shown("show revenue, orders_made, plan by month")["vega_lite"]["vconcat"]
    drawn = [[layer["transform"][0]["fold"] for layer in panel["layer"][:-2]] for panel in panels]
    assert drawn == [[["revenue"], ["plan"]], [["orders_made"]]]


def test_groups_are_sorted_unless_the_query_says_an_order() -> None:
    sort = shown("show revenue by channel")["vega_lite"]["encoding"]["y"]["sort"]
    assert sort == {"field": "revenue", "order": "descending"}
    assert shown("show revenue by channel order by channel")["vega_lite"]["encoding"]["y"]["sort"] is None


@pytest.mark.parametrize("name", ["orders.channel", "a[0]", "it's", 'say "x"', "back\\slash", "plain", "dot.s and [b]"])
def test_names_are_no_paths(name: str) -> None:
    assert plain(field(name)) == name
    assert all(before == "\\" for before, char in zip(" " + field(name), field(name), strict=False) if char in ".[]")


def test_texts_cannot_leave_their_quotes() -> None:
    assert quoted("it's \\ </script> ü 😀") == "'it\\u0027s \\u005c \\u003c\\u002fscript\\u003e \\u00fc \\ud83d\\ude00'"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_series_are_seen_on_their_ground() -> None:
    assert min(contrast(colour, "#FFFFFF") for colour in (*SERIES, QUIET)) >= 3
    assert min(contrast(colour, "#161B22") for colour in DARK_SERIES) >= 3


def test_the_dark_page_has_a_colour_for_each_light_one() -> None:
    look, dark = config(), swap()
    assert [dark[colour] for colour in look["range"]["category"]] == list(DARK_SERIES)
    assert [dark[colour] for colour in look["range"]["ramp"]] == list(DARK_RAMP)
    assert (dark[look["axis"]["labelColor"]], dark[look["axis"]["gridColor"]]) == (DARK_QUIET_TEXT, DARK_GRID)
    assert set(re.findall("#[0-9A-F]{6}", json.dumps(look))) <= set(dark)
