"""examples/aurora: what the journey shows of a KPI is what its status shows, on every kind of day; and its stages are the means of that,
computed here by themselves."""

from __future__ import annotations

import datetime as dt
from functools import cache
from statistics import mean

import pytest

from kpidsl.compile import emit, journeys_of, plan_journey, plan_kpi, resolve_journey
from kpidsl.engines.base import Engine, open_engine
from kpidsl.plan.plan import Statement
from tests.aurora.project import AURORA, compiled
from tests.results.world import equal

DAYS = [
    dt.date(2026, 3, 15),
    dt.date(2024, 7, 10),
    *(pytest.param(day, marks=pytest.mark.slow) for day in (dt.date(2025, 12, 31), dt.date(2025, 9, 1))),
]
"""In the middle of a month and at a week's end, before there was a year to compare with, at the end of a year, and on a first day."""
SAME = ("goal", "period_end", "unit", "target", "target_high", "attainment", "expected", "trend", "status", "owner", "action", "actual")
FAILS = ("missed", "off_track", "at_risk")
Row = dict[str, object]


@cache
def connection() -> Engine:
    return open_engine("duckdb", {}, AURORA)


def run(statement: Statement) -> list[Row]:
    result = connection().run(emit(statement, "duckdb"), [c.type for c in statement.columns])
    return [dict(zip([c.name for c in statement.columns], row, strict=True)) for row in result.rows]


def reached(row: Row, high: object) -> float | None:
    """The part of what is expected by now; `high` is the upper edge of a band, which no day moves."""
    if row["status"] in ("achieved", "on_track"):
        return 1.0
    if row["status"] not in FAILS:
        return None
    actual, low = float(row["actual"]), float(row["expected"])  # type: ignore[arg-type]
    if row["kpi"] == "cac":
        return low / actual
    return float(high) / actual if high is not None and actual > float(high) else actual / low  # type: ignore[arg-type]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_journey_is_the_status_of_its_kpis(day: dt.date) -> None:
    (decl,) = journeys_of(compiled())
    journey = resolve_journey(compiled(), decl)
    rows = run(plan_journey(compiled(), journey, day))
    assert [stage.name for stage in journey.stages] == ["awareness", "consideration", "conversion", "loyalty"]
    parts: dict[str, dict[str, list[float | None]]] = {}
    for stage in journey.stages:
        for kpi in stage.kpis:
            mine = [row for row in rows if row["kpi"] == kpi.name]
            status = {(r["each"], r["period_start"]): r for r in run(plan_kpi(compiled(), kpi, day, last=13)) if r["segment"] is None}
            assert len(mine) == len({each for each, _ in status})
            for row in mine:
                assert row["period_start"] == max(first for each, first in status if each == row["each"])  # type: ignore[type-var]
                there = status[row["each"], row["period_start"]]
                assert all(equal(row[name], there[name]) for name in SAME), (row, there)
                part = reached(there, there["target_high"])
                assert equal(row["reached"], part), row
                parts.setdefault(stage.name, {}).setdefault(kpi.name, []).append(part)
    whole = {
        stage: [mean(known) for line in kpis.values() if (known := [p for p in line if p is not None])] for stage, kpis in parts.items()
    }
    stages = {stage: mean(values) if values else None for stage, values in whole.items()}
    assert all(equal(row["stage_reached"], stages[str(row["stage"])]) for row in rows)
    judged = {stage for stage, values in whole.items() if values}
    failing = {str(row["stage"]): stages[str(row["stage"])] for row in rows if row["status"] in FAILS}
    least = min(failing, key=lambda stage: failing[stage] or 0, default=None)
    assert {row["stage"] for row in rows if row["is_bottleneck"]} == ({least} if least and len(judged) > 1 else set())
