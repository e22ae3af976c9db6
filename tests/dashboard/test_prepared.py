"""Charts as a page gets them: compiled, with marks for what the page alone knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kpidsl.dashboard.drawing import WEEK, short
from kpidsl.dashboard.prepared import WIDTH, prepared
from tests.dashboard.shop import document


def only(board: Mapping[str, Any]) -> dict[str, Any]:
    """The one chart, not compiled, so that it can be seen what is given to the compiler."""
    (found,) = prepared(board, lambda spec: spec).values()
    return dict(found)


def chart(**parts: Any) -> dict[str, Any]:
    return only({"elements": {"one": {"vega_lite": {"mark": "bar", **parts}}}})


def test_texts_that_readers_see_are_marked_and_told_once() -> None:
    x = {"field": "title", "title": "Month", "axis": {"format": "%b %Y", "title": "Month"}}
    found = chart(encoding={"x": x, "y": {"format": ",.2f"}})
    assert found["words"] == ["Month", "%b %Y"]
    assert found["spec"]["encoding"] == {
        "x": {"field": "title", "title": "\ue0000\ue001", "axis": {"format": "\ue0001\ue001", "title": "\ue0000\ue001"}},
        "y": {"format": ",.2f"},
    }


def test_literals_of_expressions_are_marked_by_what_they_say() -> None:
    found = chart(axis={"labelExpr": r"datum.value === 'a' ? 'Caff\u00e8 \ud83d\ude00' : ''"})
    assert found["words"] == ["a", "Caff\u00e8 \U0001f600"]
    assert found["spec"]["axis"]["labelExpr"] == "datum.value === '\ue0000\ue001' ? '\ue0001\ue001' : ''"


def test_large_numbers_are_written_by_the_page() -> None:
    found = chart(axis={"labelExpr": short("datum.value") + r" + '\u00d7'"})
    assert (found["spec"]["axis"]["labelExpr"], found["words"]) == ("kpiShort(datum.value) + '\ue0000\ue001'", ["\u00d7"])

    found = chart(transform=[{"calculate": short("datum['a b']"), "as": "said"}])
    assert found["spec"]["transform"] == [{"calculate": "kpiShort(datum['a b'])", "as": "said"}]


def test_weekdays_are_put_in_order_by_the_page() -> None:
    """The field's name has a point, which Vega would take for a path; the chart's own transforms see the order."""
    kept = {"filter": "true"}
    found = chart(encoding={"x": {"field": r"a\.weekday", "sort": list(WEEK)}, "y": {"sort": [2, 1]}}, transform=[kept])["spec"]
    assert found["encoding"] == {
        "x": {"field": r"a\.weekday", "sort": {"op": "min", "field": "order_of_weekday_0"}},
        "y": {"sort": [2, 1]},
    }
    assert found["transform"] == [
        {"calculate": r"(datum['a\u002eweekday'] + 7 - first_weekday) % 7", "as": "order_of_weekday_0"},
        kept,
    ]
    assert found["params"] == [{"name": "first_weekday", "value": 1}]


def test_an_empty_title_stays_none() -> None:
    assert chart(axis={"title": "", "labelExpr": None})["spec"]["axis"] == {"title": "", "labelExpr": None}


def test_the_width_is_left_to_the_page() -> None:
    assert (chart()["spec"]["width"], chart()["spec"]["config"]["aria"]) == (WIDTH, False)
    found = chart(vconcat=[{"mark": "bar", "width": "container"}, {}])["spec"]
    assert [panel["width"] for panel in found["vconcat"]] == [WIDTH, WIDTH]
    assert "width" not in found
    assert found["config"]["axisY"]["minExtent"] == 44


def test_what_vega_gets_has_the_marks_and_the_width() -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: nothing compiles charts")
    from kpidsl.dashboard.vega_script import vega_of

    found = prepared(document("dashboard board { show revenue by channel as bar }"), vega_of)["revenue_by_channel"]
    spec = found["spec"]
    assert (spec["width"], spec["data"][0]["name"]) == (WIDTH, "rows")
    titles = {axis["scale"]: axis.get("title") for axis in spec["axes"]}
    assert titles["x"] == f"\ue000{found['words'].index('Revenue (EUR)')}\ue001"
    assert "kpiShort(datum.value)" in str(spec["axes"])


def test_elements_without_a_chart_are_none_of_it() -> None:
    board = document("dashboard board { show revenue as number  show revenue by channel as bar }")
    assert len(board["elements"]) == 2
    assert set(prepared(board, lambda spec: spec)) == {"revenue_by_channel"}
