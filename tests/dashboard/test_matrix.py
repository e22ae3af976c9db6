"""The matrix on boards: its numbers, days and words are those of the reader."""

from __future__ import annotations

import pytest

from kpidsl.dashboard.page import Numbers
from kpidsl.dashboard.snapshot.cards import sheet
from tests.dashboard.shop import document

BOARD = """
goal grow "Grow" {
  measure revenue  reach 5_000 EUR from 2025-01-01  by 2026-12-31  review quarterly  because "The plan"  label it "Crescere"
}
kpi revenue for grow {
  target  >= 60_000 EUR each month from 2026-07 because "new shop"
  stretch >= 1_000_000 EUR each year where channel = "email"
  benchmark 52.5 EUR { source "Industry report" year 2025 }
}
kpi italian_share for grow { target > 12% each quarter }
kpi duration_days for grow { target <= 4 days each month from 2026-02-15 }
kpi aov for grow { target between 40 EUR and 50.5 EUR each month }
kpi orders_made for grow { target from orders_made each quarter }
dashboard one { matrix }
"""


def test_targets_are_told_in_parts() -> None:
    first, share, *_ = document(BOARD)["elements"]["matrix"]["matrix"]["cells"]
    assert first["target"][0] == [
        {"text": "≥"},
        {"number": 60000, "unit": "EUR"},
        {"word": "each_month"},
        {"beside": [{"key": "since", "parts": [{"day": "2026-07-01", "grain": "month"}]}, {"text": "new shop"}]},
    ]
    assert share["target"] == [[{"text": ">"}, {"number": 0.12, "unit": "%"}, {"word": "each_quarter"}]]
    assert first["goal_label"] == [[{"label": {"en": "Grow", "it": "Crescere"}}]]


def targets(locale: str) -> list[str]:
    locales = (locale, *(each for each in ("en", "it") if each != locale))
    ((_, card),) = sheet(document(BOARD, locales=locales), Numbers({}, "2026-03-15", "Shop", "x"), locale).places
    assert card.grid is not None
    at = [text for text, _ in card.grid.heads].index({"en": "Target", "it": "Traguardo"}[locale])
    return [row[at].replace("\u00a0", " ") for row in card.grid.rows]


@pytest.mark.parametrize(
    "locale,said",
    [
        (
            "en",
            [
                '≥ €60,000 each month (from Jul 2026, new shop); ≥ €1,000,000 each year (stretch, channel = "email")',
                "> 12.0% each quarter",
                "≤ 4.0 days each month (from Feb 15, 2026)",
                "€40 to €50.50 each month",
                "as planned in orders_made each quarter",
            ],
        ),
        (
            "it",
            [
                '≥ 60.000 € al mese (da lug 2026, new shop); ≥ 1.000.000 € all\'anno (ambizioso, channel = "email")',
                "> 12,0% al trimestre",
                "≤ 4,0 giorni al mese (da 15 feb 2026)",
                "da 40 € a 50,50 € al mese",
                "come da piano orders_made al trimestre",
            ],
        ),
    ],
)
def test_numbers_are_the_reader_s(locale: str, said: list[str]) -> None:
    assert targets(locale) == said
