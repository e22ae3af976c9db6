"""Which chart shows a query: the shape chooses, `as` overrides, and what a chart cannot show is refused."""

from __future__ import annotations

import pytest

from kpidsl.compile import compile_sources
from kpidsl.model.charts import CHARTS
from kpidsl.span import Source
from tests.dashboard.shop import SHOP, shown

CHOSEN = [
    ("revenue", "number"),
    ("revenue, aov", "number"),
    ("revenue by month", "line"),
    ("revenue, orders_made, italian_share by month", "line"),
    ("revenue, orders_made, italian_share, turns by month", "table"),
    ("revenue by month, channel", "line"),
    ("revenue, aov by month, channel", "table"),
    ("revenue by channel", "bar"),
    ("revenue, plan by channel", "bar"),
    ("revenue, orders_made by channel", "table"),
    ("revenue by weekday", "bar"),
    ("revenue by weekday, month_of_year", "heatmap"),
    ("revenue by month, weekday", "heatmap"),
    ("revenue by channel, country", "stacked"),
    ("buyers by channel, country", "heatmap"),
    ("revenue by channel, country, month", "table"),
    ("revenue by channel with totals", "table"),
    ("first_day by channel", "table"),
    ("duration_days by month", "line"),
    ("revenue compare previous year", "number"),
    ("revenue by channel top 3", "bar"),
]


@pytest.mark.parametrize("query,chart", CHOSEN)
def test_the_shape_chooses(query: str, chart: str) -> None:
    element = shown(f"show {query}")
    assert (element["chart"], element["kind"]) == (chart, "table" if chart == "table" else "chart")
    assert (element["vega_lite"] is None) is (chart in ("number", "table"))


FITTING = [
    ("revenue", "number"),
    ("revenue by month", "line"),
    ("revenue by weekday", "line"),
    ("revenue by month", "area"),
    ("revenue by month, channel", "area"),
    ("revenue by month", "bar"),
    ("revenue by month, channel", "bar"),
    ("aov by channel, country", "bar"),
    ("revenue by month, channel", "stacked"),
    ("revenue, revenue * 2 by channel", "stacked"),
    ("share(revenue, of: channel) by month, channel", "area"),
    ("revenue by month", "table"),
    ("revenue by channel with totals", "table"),
    ("aov by month, channel", "heatmap"),
    ("orders_made, buyers", "funnel"),
    ("orders_made by channel", "funnel"),
    ("revenue, plan", "bullet"),
    ("revenue, plan by channel", "bullet"),
    ("revenue, orders_made by channel", "scatter"),
    ("revenue, orders_made, aov by channel", "scatter"),
    ("revenue, orders_made by month, channel", "scatter"),
]


@pytest.mark.parametrize("query,chart", FITTING)
def test_what_as_says_is_drawn(query: str, chart: str) -> None:
    assert shown(f"show {query} as {chart}")["chart"] == chart


def test_every_chart_is_asked_for_here() -> None:
    assert {chart for _, chart in FITTING} == set(CHARTS)


REFUSED = [
    ("revenue by month", "number", "KPI110"),
    ("revenue by channel", "line", "KPI110"),
    ("revenue by month, week", "line", "KPI110"),
    ("revenue by month, channel, country", "line", "KPI110"),
    ("revenue, aov by month, channel", "line", "KPI110"),
    ("revenue, orders_made, italian_share, turns by month", "line", "KPI110"),
    ("revenue, orders_made by month", "area", "KPI110"),
    ("revenue", "bar", "KPI110"),
    ("revenue, orders_made by channel", "bar", "KPI110"),
    ("revenue by channel, country, month", "bar", "KPI110"),
    ("revenue by channel", "stacked", "KPI110"),
    ("revenue by channel", "heatmap", "KPI110"),
    ("orders_made", "funnel", "KPI110"),
    ("revenue, orders_made", "funnel", "KPI110"),
    ("revenue, orders_made", "bullet", "KPI110"),
    ("revenue by channel", "scatter", "KPI110"),
    ("revenue, orders_made", "scatter", "KPI110"),
    ("revenue by channel with totals", "bar", "KPI110"),
    ("first_day by channel", "bar", "KPI110"),
    ("values channel", "bar", "KPI110"),
    ("buyers by month, channel", "area", "KPI111"),
    ("buyers by channel, country", "stacked", "KPI111"),
    ("aov, aov * 2 by month", "area", "KPI111"),
    ("share(buyers, of: channel) by month, channel", "area", "KPI111"),
    ("revenue by channel", "pie", "KPI049"),
]


@pytest.mark.parametrize("query,chart,code", REFUSED)
def test_what_it_cannot_show_is_told_when_it_is_compiled(query: str, chart: str, code: str) -> None:
    found = compile_sources([Source("shop.kpi", SHOP), Source("mine.kpi", f"dashboard board {{ show {query} as {chart} }}")])
    (told,) = found.diagnostics.errors
    assert told.code == code
    assert told.help
    if code != "KPI049":
        assert told.notes
