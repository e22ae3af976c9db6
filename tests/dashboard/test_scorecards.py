"""Scorecards on boards: quarters by their names, the whole in bold with what it pays, bands and what is expected by now."""

from __future__ import annotations

from typing import Any

import pytest

from kpidsl.dashboard.page import Numbers
from kpidsl.dashboard.snapshot.cards import Card, sheet
from kpidsl.dashboard.snapshot.reader import Reader
from kpidsl.dashboard.snapshot.texts import markdown
from tests.dashboard.shop import document

CARDS = """
goal grow { measure revenue  reach 2_000 EUR from 2026-01-01  by 2026-12-31  review quarterly  because "The plan" }
kpi revenue for grow { target >= 600 EUR each quarter }
kpi aov for grow { target between 40 EUR and 50 EUR each quarter  needs 3 orders_made }
scorecard bonus "Bonus" for "Seller" by orders.country each quarter {
  weigh revenue 60%  weigh aov 40%
  pay 0% at 80%, 100% at 100%, 150% at 120%
}
dashboard pay { scorecard bonus }
"""
LAST, RUNNING = ("2025-10-01", "2025-12-31"), ("2026-01-01", "2026-03-31")


def line(period: tuple[str, str], whose: str, kpi: str, *values: Any, reason: str | None = None, state: str = "final") -> list[Any]:
    unit = "EUR" if kpi == "revenue" else "EUR per order"
    *found, score, weight, points = values
    missing = kpi if reason else None
    return ["bonus", "Seller", *period, whose, kpi, unit, *found, None, None, score, weight, points, None, missing, reason, state]


def total(period: tuple[str, str], whose: str, score: Any, payout: Any, missing: str | None = None, state: str = "final") -> list[Any]:
    return ["bonus", "Seller", *period, whose, *[None] * 9, score, 1, score, payout, missing, None, state]


ROWS = [
    line(LAST, "IT", "revenue", 630.0, 600.0, None, 600.0, 1.05, 1.05, 0.6, 0.63),
    line(LAST, "IT", "aov", 45.5, 40.0, 50.0, 40.0, 1.0, 1.0, 0.4, 0.4),
    total(LAST, "IT", 1.03, 1.075),
    line(LAST, "RO", "revenue", 0.0, 600.0, None, 600.0, None, None, 0.6, None, reason="no_data"),
    line(LAST, "RO", "aov", None, 40.0, 50.0, 40.0, None, None, 0.4, None, reason="insufficient_data"),
    total(LAST, "RO", None, None, "revenue, aov"),
    line(RUNNING, "IT", "revenue", 480.0, 600.0, None, 493.33, 0.973, 0.973, 0.6, 0.5838, state="running"),
    line(RUNNING, "IT", "aov", 42.0, 40.0, 50.0, 40.0, 1.0, 1.0, 0.4, 0.4, state="running"),
    total(RUNNING, "IT", 0.9838, 0.919, state="running"),
]


def numbers() -> Numbers:
    return Numbers(rows={"scorecard_bonus": {"rows": ROWS, "more": 0}}, today="2026-03-15", project="Shop", engine="default (duckdb)")


def card(locale: str = "en") -> Card:
    ((_, found),) = sheet(document(CARDS, locales=(locale, "ro")), numbers(), locale).places
    return found


def test_its_element_says_how_its_rows_are_read() -> None:
    (element,) = document(CARDS)["elements"].values()
    assert element["scorecard"] == {"name": "bonus", "role": "Seller", "each": "quarter", "by": ["country"]}


def test_columns_follow_the_order_of_the_rows() -> None:
    board = document(CARDS)
    assert len(board["queries"]["scorecard_bonus"]["columns"]) == len(ROWS[0])


def test_a_table_for_each_quarter_the_latest_first() -> None:
    (running, grid), (last, before) = card().tables
    assert (running, last) == ("Q1 2026, so far", "Q4 2025")
    heads = ["Country", "KPI", "Now", "Target", "Expected by today", "Attainment", "Score", "Weight", "Points"]
    assert [text for text, _ in grid.heads] == [text for text, _ in before.heads] == heads
    assert grid.rows == [
        ["IT", "Revenue", "€480", "€600", "€493", "97.3%", "97.3%", "60.0%", "58.4%"],
        ["", "Average order (per order)", "€42", "€40 to €50", "–", "100.0%", "100.0%", "40.0%", "40.0%"],
        ["", "Total · would pay 91.9% if it goes on so", "", "", "", "", "98.4%", "100.0%", "98.4%"],
    ]
    assert grid.ranks == ["group", "group", "total"]


def test_what_it_pays_and_why_nobody_can_tell() -> None:
    _, (_, grid) = card().tables
    assert grid.rows[1][1:5] == ["Average order (per order)", "€45.50", "€40.00 to €50.00", "–"]
    assert [line[1] for line, rank in zip(grid.rows, grid.ranks, strict=True) if rank == "total"] == [
        "Total · pays 107.5%",
        "Total · no payout can be told: Revenue (no data); Average order (too little data)",
    ]
    assert grid.rows[3] == ["RO", "Revenue", "–", "€600", "–", "–", "–", "60.0%", "–"]  # a sum of nothing is no value


@pytest.mark.parametrize("locale,quarter,whole", [("it", "T4 2025", "Totale · vale 107,5%"), ("ro", "T4 2025", "Total · aduce 107,5 %")])
def test_in_the_language_of_the_reader(locale: str, quarter: str, whole: str) -> None:
    _, (name, grid) = card(locale).tables
    assert name == quarter
    assert grid.rows[2][1].replace("\u00a0", " ") == whole


def test_as_markdown() -> None:
    text = markdown(sheet(document(CARDS), numbers(), "en"), Reader("en", "en"))
    assert "\n\nSeller\n\n**Q1 2026, so far**\n\n| Country | KPI | Now |" in text
    assert "|  | Total · would pay 91.9% if it goes on so |  |  |  |  | 98.4% | 100.0% | 98.4% |" in text
