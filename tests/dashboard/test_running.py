"""What is not over: which period that is, and how charts show it; and the parts of time that have names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kpidsl.dashboard.answers import described, first_weekday
from kpidsl.dashboard.columns import BoardColumn
from kpidsl.dashboard.page import Numbers
from kpidsl.dashboard.snapshot.cards import Card, sheet
from kpidsl.dashboard.snapshot.reader import Reader
from kpidsl.dashboard.snapshot.texts import markdown
from tests.dashboard import test_rhythms
from tests.dashboard.shop import document, shown


def running(tile: str, starts: list[str | None], today: str) -> str | None:
    board = document(f"dashboard board {{ {tile} }}")
    ((name, query),) = board["queries"].items()
    rows = [[start, *[1.0] * (len(query["columns"]) - 1)] for start in starts]
    found: str | None = described(board, name, {"rows": rows, "more": 0}, today).get("running")
    return found


@pytest.mark.parametrize(
    "grain,starts,today,found",
    [
        ("month", ["2026-02-01", "2026-03-01"], "2026-03-15", "2026-03-01"),
        ("month", ["2026-02-01", "2026-03-01"], "2026-03-31", None),  # today is its last day, which counts
        ("month", ["2026-02-01", "2026-03-01"], "2026-03-30", "2026-03-01"),
        ("month", ["2026-01-01", "2026-02-01"], "2026-03-15", None),
        ("month", ["2026-03-01", "2026-04-01"], "2026-03-15", "2026-03-01"),  # a plan has later periods
        ("month", ["2025-12-01", None], "2025-12-30", "2025-12-01"),
        ("week", ["2026-03-09", "2026-03-16"], "2026-03-17", "2026-03-16"),
        ("week", ["2026-03-09"], "2026-03-15", None),
        ("quarter", ["2025-10-01"], "2025-11-01", "2025-10-01"),
        ("year", ["2025-04-01"], "2026-03-30", "2025-04-01"),
        ("year", ["2025-04-01"], "2026-03-31", None),
        ("day", ["2026-03-15"], "2026-03-15", None),
    ],
)
def test_the_period_that_is_not_over(grain: str, starts: list[str | None], today: str, found: str | None) -> None:
    assert running(f"show revenue by {grain}", starts, today) == found


def test_of_a_kpi_it_is_that_of_its_own_rhythm() -> None:
    board = document(test_rhythms.BOARD)
    assert described(board, "kpi_revenue", test_rhythms.ROWS["kpi_revenue"], "2026-03-15")["running"] == "2026-03-01"
    assert described(board, "kpi_revenue", {"error": "gone"}, "2026-03-15") == {"error": "gone"}


def test_what_is_not_over_is_drawn_in_dots_up_to_a_ring() -> None:
    spec = shown("show revenue by month compare previous year")["vega_lite"]
    assert spec["params"] == [{"name": "running", "value": None}]
    now, before, ring, _ = spec["layer"]
    assert now["encoding"]["strokeDash"]["scale"] == {"domain": ["over", "open"], "range": [[1, 0], [2, 4]]}
    assert "strokeDash" not in before["encoding"]
    assert (ring["mark"]["type"], ring["mark"]["filled"]) == ("point", False)
    assert "time(datum['month']) >= running" in ring["transform"][0]["filter"]
    assert shown("show revenue by month as bar")["vega_lite"]["encoding"]["fillOpacity"]["condition"]["value"] < 0.5
    assert "params" not in shown("show revenue by channel")["vega_lite"]
    assert "params" not in shown("show revenue by day")["vega_lite"]


def drawn(show: str, rows: list[list[Any]], today: str, locale: str = "en", calendar: str = "") -> tuple[Card, str]:
    """The one chart of a board as SVG."""
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: no chart is drawn")
    from kpidsl.dashboard.snapshot.charts import drawer

    board = document(f"dashboard board {{ {show} }}", locales=(locale,))
    if calendar:
        board["calendar"]["week_starts"] = calendar
    (name,) = board["queries"]
    answer = described(board, name, {"rows": rows, "more": 0}, today)
    ((_, card),) = sheet(board, Numbers({name: answer}, today, "Shop", "x"), locale).places
    assert card.chart is not None
    svg, _ = drawer(Reader(locale, locale).cldr)(card.chart, 600, "sans")
    return card, svg


MONTHS = [["2026-01-01", 100.0], ["2026-02-01", 120.0], ["2026-03-01", 60.0]]


@pytest.mark.parametrize("today,rings", [("2026-03-15", 1), ("2026-03-31", 0)])
def test_a_picture_has_the_ring_while_the_month_runs(today: str, rings: int) -> None:
    card, svg = drawn("show revenue by month as line", MONTHS, today)
    assert svg.count('fill="#FFFFFF"') == rings
    assert svg.count('stroke-dasharray="2,4"') == rings
    assert card.lines == (["Mar 2026, so far"] if rings else [])


def test_areas_are_pale_where_the_month_runs() -> None:
    rows = [[month, channel, size] for month, size in MONTHS for channel in ("a", "b")]
    _, svg = drawn("show revenue by month, channel as area", rows, "2026-03-15")
    assert svg.count('fill="#FFFFFF"') == 1
    assert 'fill="#FFFFFF"' not in drawn("show revenue by month, channel as area", rows, "2026-03-31")[1]


WEEK = [[day, 10.0 * day] for day in range(1, 8)]


@pytest.mark.parametrize(
    "locale,calendar,first",
    [("en", "monday", "Mon"), ("en-US", "monday", "Sun"), ("it", "monday", "lun"), ("it", "saturday", "sab"), ("zh-TW", "monday", "週日")],
)
def test_weeks_begin_on_the_reader_s_day(locale: str, calendar: str, first: str) -> None:
    _, svg = drawn("show revenue by weekday as bar", WEEK, "2026-03-15", locale, calendar)
    names = {at: svg.find(f">{at}<") for at in ("Mon", "Sun", "Sat", "lun", "sab", "dom", "週一", "週日", "週六")}
    assert min((at, name) for name, at in names.items() if at >= 0)[1] == first


def test_an_unknown_reader_s_week_begins_on_monday() -> None:
    assert first_weekday({"calendar": {"week_starts": "monday"}}, "tlh-XX") == 1


def test_cells_of_a_heatmap_have_numbers_where_there_is_room() -> None:
    few = [[day, "a", 1500.0 * day] for day in range(1, 8)]
    svg = drawn("show revenue by weekday, channel as heatmap", few, "2026-03-15")[1]
    assert ">1.5K<" in svg
    assert ">10.5K<" in svg
    many = [[f"{2020 + at // 12}-{at % 12 + 1:02}-01", "a", 1500.0 + at] for at in range(30)]
    assert ">1.5K<" not in drawn("show revenue by month, channel as heatmap", many, "2026-03-15")[1]


@pytest.mark.parametrize("locale,text", [("en", "1.2M"), ("it", "1,2\u00a0Mln"), ("ro", "1,2\u00a0mil."), ("zh-Hans", "120万")])
def test_short_numbers_are_the_reader_s(locale: str, text: str) -> None:
    rows = [[1, "a", 1_200_000.0], [2, "a", 600_000.0]]
    assert f">{text}<" in drawn("show revenue by weekday, channel as heatmap", rows, "2026-03-15", locale)[1]


@pytest.mark.parametrize("locale,day", [("en", "Mar 1, 2026"), ("it", "1 mar 2026"), ("zh-Hant", "2026年3月1日")])
def test_days_on_an_axis_are_written_as_beside_it(locale: str, day: str) -> None:
    _, svg = drawn("show revenue by day as bar", [["2026-03-01", 1.0]], "2026-03-15", locale)
    assert f">{day}<" in svg
    assert Reader(locale, locale).period("2026-03-01", "day") == day


def test_parts_of_time_have_names_in_tables() -> None:
    board = document("dashboard board { show revenue by weekday, month_of_year as table }")
    (name,) = board["queries"]
    assert [column.get("part") for column in board["queries"][name]["columns"]] == ["weekday", "month_of_year", None]
    numbers = Numbers({name: {"rows": [[1, 3, 10.0], [7, 12, 20.0]], "more": 0}}, "2026-03-15", "Shop", "x")
    text = markdown(sheet(board, numbers, "en"), Reader("en", "en"))
    assert "| --- | --- | --: |\n| Monday | March | €10 |\n| Sunday | December | €20 |" in text
    assert "| lunedì | marzo | 10 € |" in markdown(sheet(board, numbers, "it"), Reader("it", "en"))
    hours = Reader("en", "en").cell({"name": "hour_of_day", "type": "int", "role": "group", "unit": "", "part": "hour_of_day"}, 8)
    assert hours == "08:00"


def test_scatter_charts_are_near_their_points() -> None:
    encoding = shown("show revenue, orders_made by channel as scatter")["vega_lite"]["encoding"]
    assert encoding["x"]["scale"] == encoding["y"]["scale"] == {"zero": False, "nice": True, "padding": 12}


def test_of_many_points_only_those_at_the_edge_have_names() -> None:
    rows = [[f"c{at}", 100.0 + at, 500 - at] for at in range(40)]
    svg = drawn("show revenue, orders_made by channel as scatter", rows, "2026-03-15")[1]
    named = {name for name in (f"c{at}" for at in range(40)) if f">{name}<" in svg}
    assert named == {"c0", "c1", "c2", "c3", "c36", "c37", "c38", "c39"}
    svg = drawn("show revenue, orders_made by channel as scatter", rows[:16], "2026-03-15")[1]
    assert all(f">c{at}<" in svg for at in range(16))


def test_a_bullet_s_legend_tells_value_and_aim() -> None:
    _, svg = drawn("show revenue, plan by channel as bullet", [["a", 10.0, 12.0]], "2026-03-15")
    assert ">Revenue<" in svg
    assert ">Plan<" in svg


def test_a_column_without_a_part_has_none() -> None:
    plain = BoardColumn("a", "metric", "int", "count", "#,##0", {"en": "A"})
    assert json.dumps(plain.as_json()).count("part") == 0
