"""The month in which social adverts stop working (generate.py: February 2026): `kpi why` finds the channel, and its numbers are those of
plain Python that reads the same files."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.compile import emit, plan_why, resolve_why
from kpidsl.diagnostic import KpiError
from kpidsl.span import Source
from kpidsl.syntax.parse import parse_query
from tests.aurora.numbers import Cut, cac, marketing_cost, new_customers
from tests.aurora.project import AURORA, compiled, data, world
from tests.kpi_catalogue.ask import connect

pytestmark = pytest.mark.xdist_group("aurora")
TODAY = dt.date(2026, 3, 15)
JANUARY, FEBRUARY = (dt.date(2026, 1, 1), dt.date(2026, 1, 31)), (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
CHANNELS = ("search", "social", "direct", "email", "referral", None)


def why(text: str, finished: bool = False) -> list[tuple[object, ...]]:
    data()
    node, found = parse_query(Source("<query>", text))
    assert node is not None
    assert not found
    statement = plan_why(compiled(), resolve_why(compiled(), node, finished), TODAY)
    engine = connect(AURORA, "duckdb", "")
    return list(engine.run(emit(statement, "duckdb"), [column.type for column in statement.columns]).rows)


def test_the_dear_february_is_social() -> None:
    rows = why("cac last 1 month", finished=True)
    then, now = (Cut(world(TODAY), *month) for month in (JANUARY, FEBRUARY))
    cost_then, cost_now = cac(then), cac(now)
    assert isinstance(cost_then, float)
    assert isinstance(cost_now, float)
    assert (rows[0][5], rows[0][6]) == (pytest.approx(cost_then), pytest.approx(cost_now))
    change = cost_now - cost_then
    assert change > 5

    a0, a1 = (float(marketing_cost(cut) or 0) for cut in (then, now))
    b0, b1 = (float(new_customers(cut)) for cut in (then, now))
    parts = {row[1]: row[7] for row in rows if row[0] == "parts" and row[2] is None}
    assert parts["marketing_cost"] == pytest.approx((a1 - a0) * (1 / b0 + 1 / b1) / 2)
    assert parts["new_customers"] == pytest.approx((a0 + a1) / 2 * (1 / b1 - 1 / b0))

    average = (cost_then + cost_now) / 2
    wish = {}
    for channel in CHANNELS:
        x0, x1 = (float(marketing_cost(cut.where(channel=channel)) or 0) for cut in (then, now))
        n0, n1 = (float(new_customers(cut.where(channel=channel))) for cut in (then, now))
        wish[channel] = x1 / b1 - x0 / b0 - (n1 / b1 - n0 / b0) * average
    got: dict[object, float] = {}
    for row in rows:
        if row[0] == "channel" and row[3] in ("rate", "mix"):
            got[row[1]] = got.get(row[1], 0.0) + float(row[7])  # type: ignore[arg-type]
    assert got == {channel: pytest.approx(effect) for channel, effect in wish.items()}
    largest = max(got, key=lambda channel: abs(got[channel]))
    assert largest == "social"
    assert got["social"] > change, "the other channels, all together, became cheaper"
    rate = next(row[7] for row in rows if row[:2] == ("channel", "social") and row[3] == "rate")
    assert isinstance(rate, float)
    assert rate > 0, "social itself became dearer; it did not only grow"


def test_a_quiet_month_blames_nobody_that_much() -> None:
    """January against December: no channel moves the cost by as much as social did in February."""
    rows = why("cac by channel during 2026-01")
    effects: dict[object, float] = {}
    for row in rows:
        if row[0] == "channel" and row[7] is not None:
            effects[row[1]] = effects.get(row[1], 0.0) + float(row[7])  # type: ignore[arg-type]
    assert sum(effects.values()) == pytest.approx(float(rows[0][7]))  # type: ignore[arg-type]
    assert max(map(abs, effects.values())) < 15


@pytest.mark.slow
def test_every_metric_adds_up_or_says_why_not() -> None:
    """In February 2026, over its parts and every dimension; what has no change has no effects."""
    asked = 0
    for name in compiled().scope.names("metric"):
        try:
            rows = why(f"{name} during 2026-02")
        except KpiError as error:
            first = error.diagnostics[0]
            assert first.code in ("KPI064", "KPI122", "KPI124"), f"{name}: {first.message}"
            continue
        asked += 1
        change = rows[0][7]
        for split in {row[0] for row in rows[1:]}:
            effects = [row[7] for row in rows if row[0] == split and row[2] is None]
            if change is None or any(row[3] == "own" for row in rows if row[0] == split):
                assert effects == [None] * len(effects), (name, split)
            else:
                scale = max(abs(float(value or 0)) for value in rows[0][5:8])  # type: ignore[arg-type]
                total = sum(map(float, effects))  # type: ignore[arg-type]
                assert total == pytest.approx(float(change), rel=1e-9, abs=1e-9 * scale), (name, split)  # type: ignore[arg-type]
    assert asked > 100
