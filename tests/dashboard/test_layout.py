"""Where tiles stand: goals, KPIs and findings first, rows filled, nothing on top of anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidsl.dashboard.layout import WIDTH, layout

KINDS = ("goal", "kpi", "chart", "table", "number", "scorecard", "matrix", "findings", "text", "funnel")


def test_a_board_from_top_to_bottom() -> None:
    kinds = ["chart", "kpi", "goal", "kpi", "text", "table", "findings", "chart"]
    places = layout([(f"{kind}_{at}", kind) for at, kind in enumerate(kinds)])
    assert [(place.element, place.x, place.y, place.w, place.h) for place in places] == [
        ("goal_2", 0, 0, 12, 2),
        ("kpi_1", 0, 2, 6, 3),
        ("kpi_3", 6, 2, 6, 3),
        ("findings_6", 0, 5, 12, 3),
        ("chart_0", 0, 8, 12, 4),
        ("text_4", 0, 12, 12, 1),
        ("table_5", 0, 13, 6, 4),
        ("chart_7", 6, 13, 6, 4),
    ]


@pytest.mark.parametrize(
    "count,widths",
    [
        (1, [12]),
        (4, [3, 3, 3, 3]),
        (5, [3, 3, 2, 2, 2]),
        (6, [2, 2, 2, 2, 2, 2]),
        (7, [3, 3, 3, 3, 4, 4, 4]),
        (8, [3, 3, 3, 3, 3, 3, 3, 3]),
    ],
)
def test_kpis_share_their_rows_evenly(count: int, widths: list[int]) -> None:
    assert [place.w for place in layout([(str(at), "kpi") for at in range(count)])] == widths


@given(st.lists(st.sampled_from(KINDS), max_size=30))
def test_rows_are_filled_and_nothing_covers_anything(kinds: list[str]) -> None:
    elements = [(f"{kind}_{at}", kind) for at, kind in enumerate(kinds)]
    places = layout(elements)
    assert sorted(place.element for place in places) == sorted(name for name, _ in elements)
    cells: set[tuple[int, int]] = set()
    for place in places:
        own = {(x, y) for x in range(place.x, place.x + place.w) for y in range(place.y, place.y + place.h)}
        assert not own & cells
        cells |= own
    height = max((place.y + place.h for place in places), default=0)
    assert cells == {(x, y) for x in range(WIDTH) for y in range(height)}
