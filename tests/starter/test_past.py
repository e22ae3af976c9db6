"""Numbers of the past, worked out by hand: which periods are complete, the middle and the best of them, and how they are rounded."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kpidsl.model import units
from kpidsl.model.expr import Type
from kpidsl.starter.amounts import literal, rounded, said
from kpidsl.starter.past import later, past
from kpidsl.starter.propose import direction

EUR = Type("decimal", units.money("EUR"))
SHARE = Type("number", units.RATIO)
DAYS = Type("duration", units.DURATION)
COUNT = Type("int", units.COUNT)
QUARTERS = [dt.date(2024, 1, 1), dt.date(2024, 4, 1), dt.date(2024, 7, 1), dt.date(2024, 10, 1), dt.date(2025, 1, 1), dt.date(2025, 4, 1)]


@pytest.mark.parametrize(
    ("value", "down", "up"),
    [
        (412_300, "410000", "415000"),
        (520_100, "520000", "525000"),
        (1_087, "1050", "1100"),
        (47.23, "47", "47.5"),
        (0.2314, "0.23", "0.235"),
        (9_870, "9850", "9900"),
        (100, "100", "100"),
        (0.3, "0.3", "0.3"),  # 0.30000000000000004 of a double is no reason for another step
        (0, "0", "0"),
    ],
)
def test_rounding_is_never_harder_than_what_was(value: float, down: str, up: str) -> None:
    assert rounded(value, "higher") == Decimal(down)
    assert rounded(value, "lower") == Decimal(up)


def test_what_is_counted_is_whole() -> None:
    assert rounded(7.5, "higher", whole=True) == 7
    assert rounded(7.5, "lower", whole=True) == 8


@pytest.mark.parametrize(
    ("value", "type", "format", "target", "remark"),
    [
        (412_300.4, EUR, "", "410_000 EUR", "412,300 EUR"),
        (47.23, EUR, "", "47 EUR", "47.23 EUR"),
        (0.2314, SHARE, "", "23%", "23.1%"),
        (0.0034, SHARE, "0.0%", "0.34%", "0.3%"),
        (4.52, SHARE, "x", "4.5", "4.52"),
        (372.5, COUNT, "", "370", "372.50"),
        (4.0, DAYS, "", "4 days", "4 days"),
        (1.5, DAYS, "", "36 hours", "1.50 days"),
        (45.0, DAYS, "", "45 days", "45 days"),
        (45.0, Type("decimal", units.money(units.Held("orders", "currency"))), "", None, "45 (orders.currency)"),
    ],
)
def test_a_target_has_the_unit_of_its_metric(value: float, type: Type, format: str, target: str | None, remark: str) -> None:
    assert literal(value, type, format, "higher") == target
    assert said(value, type, format) == remark


def test_quarters_count_where_there_is_data_from_their_start_to_their_end() -> None:
    rows = [(day, Decimal(number)) for number, day in enumerate(QUARTERS)]
    found = past(rows, "quarter", dt.date(2024, 1, 8), dt.date(2025, 3, 24), dt.date(2025, 4, 20), adds_up=True)
    assert found is not None  # a week without rows at either end is no gap
    assert [span.value for span in found.spans] == [0, 1, 2, 3, 4]
    shorter = past(rows, "quarter", dt.date(2024, 1, 9), dt.date(2025, 3, 24), dt.date(2025, 4, 20), adds_up=True)
    assert shorter is not None
    assert [span.value for span in shorter.spans] == [1, 2, 3, 4]
    assert past(rows, "quarter", dt.date(2024, 1, 9), dt.date(2025, 3, 23), dt.date(2025, 4, 20), adds_up=True) is None
    assert past(rows, "quarter", dt.date(2024, 1, 9), dt.date(2025, 6, 30), dt.date(2025, 3, 30), adds_up=True) is None
    assert past(rows, "quarter", dt.date(2024, 1, 9), dt.date(2025, 6, 30), dt.date(2025, 3, 31), adds_up=True) is not None


def test_what_lies_before_an_unknown_quarter_is_another_story() -> None:
    rows: list[tuple[dt.date, object]] = [(day, 1 + number) for number, day in enumerate(QUARTERS)]
    rows[1] = (rows[1][0], None)
    found = past(rows, "quarter", dt.date(2024, 1, 1), dt.date(2025, 6, 30), dt.date(2025, 6, 30), adds_up=True)
    assert found is not None
    assert [span.value for span in found.spans] == [3, 4, 5, 6]


def test_the_middle_the_best_and_two_equal_spans() -> None:
    rows = [(day, value) for day, value in zip(QUARTERS, (9, 10, 20, 15, 25, 30), strict=True)]
    found = past(rows, "quarter", dt.date(2024, 1, 1), dt.date(2025, 6, 30), dt.date(2025, 6, 30), adds_up=True)
    assert found is not None
    assert (found.median, found.best("higher").value, found.best("lower").value) == (17.5, 30, 9)  # between 15 and 20
    assert (found.compared, found.lately, found.before) == (2, 25 + 30, 9 + 10)  # two quarters, and the same two a year before
    assert found.growth == pytest.approx(55 / 19 - 1)
    assert [span.value for span in found.baseline] == [20, 15, 25, 30]  # a year, in which each season is there once
    ratios = past(rows, "quarter", dt.date(2024, 1, 1), dt.date(2025, 6, 30), dt.date(2025, 6, 30), adds_up=False)
    assert ratios is not None
    assert (ratios.lately, ratios.before) == (27.5, 9.5)  # medians: ratios are never added


def test_growth_from_nothing_or_without_a_year_before_is_none() -> None:
    for quarters, values in ((QUARTERS[:4], (5, 5, 5, 5)), (QUARTERS, (0, 0, 5, 5, 5, 5))):
        rows = list(zip(quarters, values, strict=True))
        found = past(rows, "quarter", dt.date(2024, 1, 1), later(quarters[-1], 3), later(quarters[-1], 3), adds_up=True)
        assert found is not None
        assert found.growth is None


def test_months_are_compared_half_against_half() -> None:
    days = [dt.date(2026, month, 1) for month in range(1, 6)]
    found = past(zip(days, (1, 2, 3, 4, 6), strict=True), "month", days[0], dt.date(2026, 5, 31), dt.date(2026, 5, 31), adds_up=True)
    assert found is not None
    assert (found.compared, found.lately, found.before) == (2, 4 + 6, 2 + 3)
    assert found.growth == 1.0


@pytest.mark.parametrize(
    ("name", "label", "good"),
    [
        ("revenue", "", "higher"),
        ("cac", "Acquisition cost", "lower"),
        ("cost_per_lead", "", "lower"),
        ("cost_per_order", "Cost per order", "lower"),
        ("bounce_rate", "", "lower"),
        ("churn", "Churn rate", "lower"),
        ("lost_customers", "", ""),
        ("days_to_order", "", ""),
        ("spend", "Ad spend", ""),
        ("units", "Units sold", ""),
        ("revenue_per_customer", "", ""),
        ("sales_cycle", "Sales cycle", ""),
        ("revenue_returns", "", ""),
    ],
)
def test_a_name_says_which_way_is_good_only_beyond_doubt(name: str, label: str, good: str) -> None:
    assert direction(name, label) == good
