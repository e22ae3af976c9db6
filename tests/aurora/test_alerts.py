"""examples/aurora: its alerts find what was planted, on the months in which it was planted, and nothing else."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from kpidsl.compile import emit, findings, plan_alert, resolve_alert
from kpidsl.engines.base import Engine, open_engine
from kpidsl.model.findings import BottleneckModel, BudgetModel, GapModel, LossModel, SilenceModel
from kpidsl.syntax import ast
from tests.aurora.project import AURORA, compiled

TODAY = dt.date(2026, 3, 15)
FIRST_CLEAN, LAST_CLEAN = dt.date(2025, 2, 1), dt.date(2026, 1, 31)
"""Twelve months in which customers cost what they usually do."""


@cache
def connection() -> Engine:
    return open_engine("duckdb", {}, AURORA)


@cache
def fired(today: dt.date) -> list[tuple[str, dt.date, str | None]]:
    """Alert, first day and segment of everything that ever fired."""
    rows: list[tuple[str, dt.date, str | None]] = []
    for decl in compiled().scope.declarations:
        if isinstance(decl, ast.Alert):
            statement = plan_alert(compiled(), resolve_alert(compiled(), decl), today)
            result = connection().run(emit(statement, "duckdb"), [c.type for c in statement.columns])
            rows += [(str(row[0]), row[2], row[4]) for row in result.rows]  # type: ignore[misc]
    return rows


PLANTED = [
    ("cac_spike", dt.date(2026, 2, 1), "social"),
    ("channel_silent", dt.date(2025, 8, 1), "email"),
    ("slow_month", dt.date(2025, 8, 1), None),
]
"""What generate.py does: in February 2026 social adverts stop working, in August 2025 nobody wrote to the readers, and August is slow.
That January follows Christmas is no alarm, nor are odd days and months of the first year, when little was known of what is usual."""


def test_what_is_planted_is_found_and_nothing_else() -> None:
    """In all 26 months."""
    assert sorted(fired(TODAY), key=str) == PLANTED


def test_no_false_alarm_in_twelve_clean_months() -> None:
    """From February 2025 to January 2026 only the planted August fires."""
    clean = [row for row in fired(TODAY) if FIRST_CLEAN <= row[1] <= LAST_CLEAN]
    assert {row[1] for row in clean} == {dt.date(2025, 8, 1)}
    assert sorted(clean, key=str) == PLANTED[1:]


@pytest.mark.parametrize("day", [dt.date(2025, month, 15) for month in range(3, 13)] + [dt.date(2026, 1, 15), dt.date(2026, 2, 14)])
def test_a_running_month_is_no_alarm(day: dt.date) -> None:
    """In the middle of any month there is what there was at its beginning: half a month has not fallen."""
    told = fired(day)
    assert all(row[1] < day.replace(day=1) for row in told)
    assert [row for row in told if row[1] >= FIRST_CLEAN] == [row for row in fired(TODAY) if FIRST_CLEAN <= row[1] < day.replace(day=1)]


def test_findings() -> None:
    """Phones convert far worse than desktops; so do visits from social, which are on phones. No source is silent. What a customer costs
    holds up the stage of those who buy."""
    told: dict[type, list[object]] = {GapModel: [], LossModel: [], BudgetModel: [], SilenceModel: [], BottleneckModel: []}
    for finding, statement in findings(compiled(), TODAY):
        rows = connection().run(emit(statement, "duckdb"), [c.type for c in statement.columns]).rows
        told[type(finding)] += [row[0] for row in rows]
    assert told[GapModel] == ["social", "mobile"]
    assert told[LossModel] == ["mobile"]
    assert told[SilenceModel] == []
    assert told[BottleneckModel] == ["conversion"]


def _lost(today: dt.date) -> list[tuple[str, tuple[object, ...]]]:
    """Which segments a funnel loses: the dimension, and the row."""
    found: list[tuple[str, tuple[object, ...]]] = []
    for finding, statement in findings(compiled(), today):
        if isinstance(finding, LossModel):
            rows = connection().run(emit(statement, "duckdb"), [c.type for c in statement.columns]).rows
            found += [(finding.dimension, row) for row in rows]
    return found


def test_phones_are_lost_between_the_product_and_the_cart() -> None:
    """Of those who look at a product one in seven takes it on a phone, one in four elsewhere."""
    ((dimension, row),) = _lost(TODAY)
    assert (dimension, row[0], row[6]) == ("device", "mobile", 3)
    assert 0.13 < float(str(row[7])) < 0.15
    assert 0.24 < float(str(row[8])) < 0.26


@pytest.mark.slow
@pytest.mark.parametrize("month", range(12))
def test_funnels_lose_only_phones_in_twelve_clean_months(month: int) -> None:
    """Whatever the day, it is phones, and nobody else."""
    day = FIRST_CLEAN + dt.timedelta(days=30 * month + 27)
    assert [(dimension, row[0]) for dimension, row in _lost(day)] == [("device", "mobile")]
