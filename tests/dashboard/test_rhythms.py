"""A KPI with targets of several rhythms: its tile is about the first one, and tells of the others below."""

from __future__ import annotations

from typing import Any

from kpidsl.dashboard.page import Numbers
from kpidsl.dashboard.snapshot.cards import Sheet, sheet
from kpidsl.dashboard.snapshot.picture import picture
from kpidsl.dashboard.snapshot.reader import Reader
from kpidsl.dashboard.snapshot.texts import markdown
from tests.dashboard.shop import document

BOARD = """
goal grow { measure revenue  reach 5_000 EUR from 2025-01-01  by 2026-12-31  review quarterly  because "The plan" }
kpi revenue for grow {
  target >= 400 EUR each month
  target > 1_200 EUR each quarter
  target >= 5_000 EUR each year
  target >= 100 EUR each quarter where channel = "email"
}
dashboard one { kpi revenue }
"""


def row(each: str, start: str, end: str, actual: float, target: float, status: str, segment: str | None = None) -> list[Any]:
    values = (actual, target, None, target, None, None, None, None, None, None)
    return ["revenue", "grow", start, end, segment, "EUR", *values, status, "", None, each, None, None, None, None]


QUARTER = ("2026-01-01", "2026-03-31")
ROWS: dict[str, Any] = {
    "kpi_revenue": {
        "rows": [
            row("month", "2026-02-01", "2026-02-28", 430.0, 400.0, "achieved"),
            row("month", "2026-03-01", "2026-03-31", 420.0, 400.0, "on_track"),
            row("quarter", "2025-10-01", "2025-12-31", 1300.0, 1200.0, "achieved"),
            row("quarter", *QUARTER, 1250.0, 1200.0, "on_track"),
            row("year", "2025-01-01", "2025-12-31", 4800.0, 5000.0, "missed"),
            row("quarter", *QUARTER, 90.0, 100.0, "off_track", "email"),
        ],
        "more": 0,
    }
}


def still() -> Sheet:
    return sheet(document(BOARD), Numbers(rows=ROWS, today="2026-03-15", project="Shop", engine="x"), "en")


def test_rows_have_the_columns_of_the_query() -> None:
    names = [column["name"] for column in document(BOARD)["queries"]["kpi_revenue"]["columns"]]
    assert len(names) == len(ROWS["kpi_revenue"]["rows"][0])
    assert [names.index(name) for name in ("segment", "unit", "actual", "status", "each")] == [4, 5, 6, 16, 19]


def test_each_rhythm_has_its_line() -> None:
    ((_, card),) = still().places
    assert (card.big, card.aim) == ("€420", "≥ €400 · Mar 2026, so far")
    assert [(value, aim, status.key) for value, aim, status in card.also] == [
        ("€1,250", "> €1,200 · Q1 2026, so far", "on_track"),
        ("€4,800", "≥ €5,000 · 2025", "missed"),
    ]


def test_in_pictures_and_as_text() -> None:
    svg = picture(still(), lambda chart, width, fonts: ("", 0.0), "en")
    for said in ("€1,250", "Q1 2026, so far", "missed"):
        assert said in svg
    assert "€1,250 (● on track, \\> €1,200 · Q1 2026, so far); €4,800 (✗ missed, ≥ €5,000 · 2025)" in markdown(still(), Reader("en", "en"))
