"""S26: what is expected by now is the target's share of the days that are over, of the workdays, or of last year's same part; ratios are
compared as they stand. The forecast goes the same way."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.engines.base import Engine
from kpidsl.model.expr import DATE
from tests.results.world import World, equal, undeclared

TEXT = """
calendar { zone "UTC"  holidays 2026-03-06, 2026-03-07, 2026-03-25, 2026-12-25 }
source orders from orders { key id  time day  id: int  day: date  who: int  amount: int }
metric revenue = sum(orders.amount)
metric buyers = count(distinct orders.who)
metric mean_order = avg(orders.amount)
metric so_far = to_date(revenue, year)
goal grow { measure revenue  reach 1000 from 2026-01-01  by 2026-12-31 }
"""
ORDERS = [
    (1, "2025-03-02", 1, 30),
    (2, "2025-03-20", 2, 90),
    (3, "2026-02-02", 3, 50),
    (4, "2026-03-02", 1, 70),
    (5, "2026-03-09", 1, 20),
]


def world(engine: Engine, kpis: str, text: str = TEXT) -> World:
    return World(engine, text + kpis, orders=ORDERS)


@pytest.mark.smoke
def test_by_days(engine: Engine) -> None:
    """10 of 31 days."""
    world(engine, "kpi revenue for grow { target >= 200 each month }").check_kpi(
        "revenue", ("expected", "forecast"), (200 * 10 / 31, 90 * 3.1), as_of="2026-03-10", last=1
    )


@pytest.mark.smoke
def test_by_workdays(engine: Engine) -> None:
    """March 2026 begins on a Sunday and has 22 weekdays; the 6th (a Friday) and the 25th are holidays, the 7th is a Saturday anyway. Up to
    Tuesday the 10th there are 7 weekdays, one of them free: 6 of 20."""
    world(engine, "kpi revenue for grow { target >= 200 each month  pace workdays }").check_kpi(
        "revenue", ("expected", "forecast", "status"), (200 * 6 / 20, 90 / 0.3, "on_track"), as_of="2026-03-10", last=1
    )


@pytest.mark.parametrize(
    ("day", "workdays"), [("2026-03-01", 0), ("2026-03-02", 1), ("2026-03-08", 4), ("2026-03-24", 16), ("2026-03-30", 19)]
)
def test_workdays_up_to_any_day(engine: Engine, day: str, workdays: int) -> None:
    """Counted on a paper calendar: 2–5, 9–13, 16–20, 23, 24, 26, 27, 30, 31 March."""
    row = world(engine, "kpi revenue for grow { target >= 200 each month  pace workdays }").kpi("revenue", day, 1)[0]
    assert row["expected"] == pytest.approx(200 * workdays / 20)


@pytest.mark.smoke
def test_by_last_year_s_share(engine: Engine) -> None:
    """Up to 10 March last year brought 30 of 120, a quarter."""
    world(engine, "kpi revenue for grow { target >= 200 each month  pace seasonal }").check_kpi(
        "revenue", ("expected", "forecast", "last_year"), (50, 360, 30), as_of="2026-03-10", last=1
    )


def test_a_season_that_nobody_knows_is_measured_in_days(engine: Engine) -> None:
    """Nothing was sold in February 2025."""
    world(engine, "kpi revenue for grow { target >= 280 each month  pace seasonal }").check_kpi(
        "revenue", ("expected", "forecast"), (280 / 4, 200), as_of="2026-02-07", last=1
    )


@pytest.mark.smoke
def test_what_is_exactly_on_pace_is_on_track(engine: Engine) -> None:
    """150 in a month of 30 days are 5 a day: 115 by the 23rd, though 150 × (23/30) is a little more than 115 in doubles."""
    text = TEXT + "kpi revenue for grow { target >= 150 each month }"
    made = World(engine, text, orders=[(1, "2026-04-01", 1, 115)])
    made.check_kpi("revenue", ("expected", "status"), (115, "on_track"), as_of="2026-04-23", last=1)
    made = World(engine, text.replace(">=", ">"), orders=[(1, "2026-04-01", 1, 115)])
    made.check_kpi("revenue", ("expected", "status"), (115, "at_risk"), as_of="2026-04-23", last=1)


def test_nothing_is_expected_of_a_period_of_which_nothing_is_over(engine: Engine) -> None:
    """In April nothing is known yet of April."""
    text = TEXT.replace("amount: int }", "amount: int  complete through 2026-03-30 }", 1)
    world(engine, "kpi revenue for grow { target >= 80 each month }", text).check_kpi(
        "revenue", ("target", "expected", "forecast", "status"), (80, None, None, "no_data"), as_of="2026-04-02", last=1
    )


def test_a_season_that_had_more_than_it_kept(engine: Engine) -> None:
    """Last March brought 120 up to the tenth and ended at 100, with what came back: 120 of 100 are expected by now, and 90 will be 75."""
    orders = [(1, "2025-03-02", 1, 120), (2, "2025-03-20", 1, -20), (3, "2026-03-02", 1, 90)]
    World(engine, TEXT + "kpi revenue for grow { target >= 100 each month  pace seasonal }", orders=orders).check_kpi(
        "revenue", ("expected", "forecast"), (120, 75), as_of="2026-03-10", last=1
    )


def test_distinct_counts_have_a_pace_too(engine: Engine) -> None:
    """One buyer by the 10th."""
    world(engine, "kpi buyers for grow { target >= 31 each month }").check_kpi(
        "buyers", ("actual", "expected", "forecast"), (1, 10, 3.1), as_of="2026-03-10", last=1
    )


@pytest.mark.parametrize(("metric", "value"), [("mean_order", 45), ("so_far", 140)])
def test_ratios_and_windows_are_compared_as_they_stand(engine: Engine, metric: str, value: int) -> None:
    world(engine, f"kpi {metric} for grow {{ target >= 60 each month  pace workdays }}").check_kpi(
        metric, ("actual", "expected", "forecast"), (value, 60, value), as_of="2026-03-10", last=1
    )


def test_the_slowest_source_says_how_much_is_over(engine: Engine) -> None:
    """Today is the 20th, and orders are complete through the 5th: 70 of 200 × 5/31, the 20 of the 9th wait."""
    text = TEXT.replace("amount: int }", "amount: int  complete through 2026-03-05 }", 1)
    world(engine, "kpi revenue for grow { target >= 200 each month }", text).check_kpi(
        "revenue", ("actual", "expected", "forecast", "status"), (70, 200 * 5 / 31, 70 * 31 / 5, "on_track"), as_of="2026-03-20", last=1
    )


def test_a_month_is_not_over_before_its_data_are(engine: Engine) -> None:
    """On 2 April the last day of March is still missing: nothing is achieved yet, and April has no data."""
    text = TEXT.replace("amount: int }", "amount: int  complete through 2026-03-30 }", 1)
    world(engine, "kpi revenue for grow { target >= 80 each month }", text).check_kpi(
        "revenue", ("period_start", "status"), ("2026-03-01", "on_track"), ("2026-04-01", "no_data"), as_of="2026-04-02", last=2
    )


def test_weeks_and_years_from_any_day(engine: Engine) -> None:
    """Weeks from Sunday: the one of 8 March has 3 of 7 days on the 10th. The fiscal year from April 2025 to March 2026 has 344 of 365."""
    text = TEXT.replace('zone "UTC"', "week starts sunday  year starts april")
    made = world(engine, "kpi revenue for grow { target >= 70 each week  target >= 365 each year }", text)
    made.check_kpi(
        "revenue",
        ("each", "period_start", "period_end", "actual", "expected"),
        ("week", "2026-03-08", "2026-03-14", 20, 30),
        ("year", "2025-04-01", "2026-03-31", 140, 344),
        as_of="2026-03-10",
        last=1,
    )


def test_holidays_of_a_column(engine: Engine) -> None:
    """The same free days as written in the calendar, from a table; one stands there twice, and a Sunday does not matter."""
    text = TEXT.replace("holidays 2026-03-06, 2026-03-07, 2026-03-25, 2026-12-25", "holidays free.day")
    text += "source free from free { day: date }\nkpi revenue for grow { target >= 200 each month  pace workdays }"
    days = [("2026-03-06",), ("2026-03-06",), ("2026-03-08",), ("2026-03-25",), ("2026-04-06",)]
    World(engine, text, orders=ORDERS, free=days).check_kpi("revenue", ("expected", "forecast"), (60, 300), as_of="2026-03-10", last=1)


def test_bad_holidays() -> None:
    undeclared("calendar { holidays 2026 }", "KPI123", "more than", text="")
    undeclared("calendar { holidays free.name }\nsource free from free { name: text }", "KPI051", "date", text="")


@pytest.mark.smoke
def test_the_warehouse_s_own_day(engine: Engine) -> None:
    """Without a day that is given every part of a period is worked out by the engine: the same as of its own day, written out."""
    kpis = "kpi revenue for grow { target >= 200 each month  target >= 70 each week  target >= 900 each year  pace workdays }"
    made = world(engine, kpis)
    today = engine.run("SELECT CURRENT_DATE AS today" if engine.dialect != "clickhouse" else "SELECT today() AS today", [DATE]).rows[0][0]
    assert isinstance(today, dt.date)
    written, own = made.kpi("revenue", today.isoformat(), 2), made.kpi("revenue", last=2, dynamic=True)
    assert len(own) == 6
    for mine, theirs in zip(own, written, strict=True):
        for name in ("each", "period_start", "period_end", "actual", "target", "expected", "forecast", "status"):
            assert equal(mine[name], theirs[name]), (name, mine, theirs)
