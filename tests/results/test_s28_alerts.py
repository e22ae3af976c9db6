"""S28: alerts. Every expected row is worked out by hand from the numbers beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import pytest

from kpidsl.compile import emit, plan_alert, resolve_alert
from kpidsl.engines.base import Engine
from kpidsl.model.alerts import periods_of
from kpidsl.span import Source, Span
from kpidsl.syntax import ast
from tests.results.world import World, same, undeclared

SALES = """
source sales from sales { key id  time day  id: int  day: date  channel: text  amount: money(EUR)  orders: int }
metric amount = sum(sales.amount)
metric orders = sum(sales.orders)
metric aov = amount / orders
"""
MONDAY = dt.date(2026, 1, 5)
PICKED = ("severity", "period_start", "segment", "value", "expected", "low", "high", "volume")


def weekly(values: Sequence[object], channel: object = "web", orders: Sequence[int] = (), step: int = 7) -> list[tuple[object, ...]]:
    """A row on the first day of each period, from Monday 5 January 2026 on; none for None."""
    numbers = orders or [1] * len(values)
    rows = zip(range(len(values)), values, numbers, strict=True)
    return [(f"{channel}{n}", MONDAY + dt.timedelta(days=step * n), channel, v, o) for n, v, o in rows if v is not None]


def world(engine: Engine, alert: str, *rows: tuple[object, ...], text: str = SALES) -> World:
    numbered = [(number, *row[1:]) for number, row in enumerate(rows, 1)]
    return World(engine, text + alert, sales=numbered)


def fired(made: World, as_of: str, latest: bool = False, since: str | None = None) -> list[dict[str, object]]:
    """What fires, by the names of the columns."""
    decl = next(d for d in made.project.scope.declarations if isinstance(d, ast.Alert))
    first = None if since is None else dt.date.fromisoformat(since)
    statement = plan_alert(made.project, resolve_alert(made.project, decl), dt.date.fromisoformat(as_of), "", first, latest)
    result = made.engine.run(emit(statement, made.engine.dialect), [c.type for c in statement.columns])
    return [dict(zip([c.name for c in statement.columns], row, strict=True)) for row in result.rows]


def check(made: World, as_of: str, *expected: tuple[object, ...], columns: Sequence[str] = PICKED, **asked: object) -> None:
    rows = fired(made, as_of, **asked)  # type: ignore[arg-type]
    got = [tuple(row[name] for name in columns) for row in rows]
    assert same(got, expected), f"got      {got}\nexpected {list(expected)}"


@pytest.mark.smoke
def test_a_threshold_and_what_is_told(engine: Engine) -> None:
    """Weeks of 50, 70 and 130: above 60 fires; 130 is more than twice 60. All fourteen columns of the first one."""
    alert = 'alert dear { watch aov each week { needs 1 orders }  when > 60 EUR  do "Look at {value} against {expected} in {period}" }'
    made = world(engine, alert, *weekly([50, 70, 130]))
    rows = fired(made, "2026-01-25")
    assert [row["severity"] for row in rows] == ["warning", "critical"]
    assert list(rows[0]) == [
        *("alert", "severity", "period_start", "period_end", "segment", "metric", "unit", "value", "expected", "low", "high"),
        *("volume", "condition", "advice"),
    ]
    expected = ("dear", "warning", "2026-01-12", "2026-01-18", None, "aov", "EUR", 70, 60, None, 60, 1, "> 60 EUR")
    assert same([list(rows[0].values())], [(*expected, "Look at 70 EUR against 60 EUR in 2026-01-12")])


@pytest.mark.parametrize(
    "amount,unit,grain,periods",
    [
        (1, "year", "month", 12),
        (1, "year", "week", 52),
        (1, "year", "quarter", 4),
        (2, "quarter", "week", 26),
        (2, "quarter", "month", 6),
        (6, "month", "quarter", 2),
        (91, "day", "month", 3),  # 13 weeks, a quarter of 52
        (26, "week", "quarter", 2),
        (3, "week", "day", 21),
        (10, "day", "week", Fraction(10, 7)),
        (48, "hour", "day", 2),
        (90, "minute", "hour", Fraction(3, 2)),
    ],
)
def test_lengths_of_time_in_periods(amount: int, unit: str, grain: str, periods: Fraction) -> None:
    """A year has 12 months, and 52 weeks, so a month has 52/12 of them (S10)."""
    assert periods_of(ast.Duration(Span(Source("", ""), 0, 0), amount, unit), grain) == periods


@pytest.mark.parametrize("day,weeks", [("2026-01-24", 0), ("2026-01-25", 1)])
def test_only_finished_periods_are_judged(engine: Engine, day: str, weeks: int) -> None:
    """The week of 19 January ends on Sunday the 25th: that day counts, the day before the week is still running."""
    made = world(engine, "alert a { watch amount each week  when > 100 EUR }", *weekly([50, 50, 130]))
    assert len(fired(made, day)) == weeks


@pytest.mark.parametrize("grain,against", [("month", "week"), ("week", "half"), ("week", "month"), ("quarter", "month")])
def test_periods_without_a_counterpart(grain: str, against: str) -> None:
    """Which week would a month be held against? A week is in two halves now and then."""
    undeclared(f"alert a {{ watch amount each {grain}  when falls 20% against previous {against} }}", "KPI125", against, text=SALES)


def test_no_further_than_the_slowest_source(engine: Engine) -> None:
    """Orders are complete through 1 February, visits through 24 January: of their ratio the third week is not over."""
    text = SALES.replace("source sales from sales {", "source sales from sales { complete through 2026-02-01")
    text += (
        "source visits from visits { key id  time day  id: int  day: date  complete through 2026-01-24 }\nmetric visits = count(visits)\n"
    )
    rows = [(number, *row[1:]) for number, row in enumerate(weekly([50, 130, 130]), 1)]
    seen = [(n, MONDAY + dt.timedelta(days=7 * n)) for n in range(3)]
    alone = World(engine, text + "alert a { watch amount each week  when > 100 EUR }", sales=rows, visits=seen)
    assert [row["period_start"] for row in fired(alone, "2026-03-01")] == [dt.date(2026, 1, 12), dt.date(2026, 1, 19)]
    both = World(engine, text + "alert a { watch amount / visits each week  when > 100 EUR }", sales=rows, visits=seen)
    assert [row["period_start"] for row in fired(both, "2026-03-01")] == [dt.date(2026, 1, 12)]


def test_weeks_before_a_source_begins_are_not_judged(engine: Engine) -> None:
    """It begins on a Wednesday: the week around it is no whole week, and nothing falls or rises against it."""
    text = SALES.replace("source sales from sales {", "source sales from sales { begins 2026-01-07")
    made = world(
        engine, "alert a { watch amount each week  when < 60 EUR | rises 50% against previous week }", *weekly([10, 100, 160]), text=text
    )
    check(made, "2026-01-25", ("warning", "2026-01-19", None, 160, 100, None, 150, None))


def test_a_threshold_that_lasts(engine: Engine) -> None:
    """Daily 70 70 50 70 70 70 70: three days on end above 60 are over on the sixth day, and still on the seventh."""
    made = world(engine, "alert a { watch amount each day  when > 60 EUR for 3 days }", *weekly([70, 70, 50, 70, 70, 70, 70], step=1))
    check(made, "2026-01-11", *(("warning", day, None, 70, 60, None, 60, None) for day in ("2026-01-10", "2026-01-11")))


def test_a_threshold_that_is_a_metric(engine: Engine) -> None:
    """Each week against its own orders in tens of euros: 20 against 10, 30 against 40, 55 against 50."""
    made = world(engine, "alert a { watch amount each week  when > orders * 10 EUR }", *weekly([20, 30, 55], orders=[1, 4, 5]))
    check(
        made,
        "2026-01-25",
        ("critical", "2026-01-05", None, 20, 10, None, 10, None),
        ("warning", "2026-01-19", None, 55, 50, None, 50, None),
    )


@pytest.mark.smoke
def test_falling_against_the_week_before_by_segment(engine: Engine) -> None:
    """web 100 → 80 (exactly 20%), shop 100 → 81 (not enough), unknown 100 → 59 (more than 40%). From nothing nothing falls."""
    rows = [*weekly([100, 80]), *weekly([100, 81], "shop"), *weekly([100, 59], None)]
    made = world(
        engine, 'alert a { watch amount by sales.channel each week  when falls 20% against previous week  do "{channel}!" }', *rows
    )
    check(
        made,
        "2026-01-18",
        ("critical", "2026-01-12", "(none)", 59, 100, 80, None, None),
        ("warning", "2026-01-12", "web", 80, 100, 80, None, None),
    )
    assert [row["advice"] for row in fired(made, "2026-01-18")] == ["(none)!", "web!"]


def test_a_loss_that_grows_is_a_fall(engine: Engine) -> None:
    """-100 → -119 is no fall of 20%, -119 → -143 (142.8 is the edge) is one, -143 → -201 (143 + 57.2 = 200.2) is one of 40%, and 20 → -10
    one of 150%. From 0 nothing falls by a share."""
    values = [-100, -119, -143, -201, 20, -10, 0, -50]
    made = world(engine, "alert a { watch amount each week  when falls 20% against previous week }", *weekly(values))
    check(
        made,
        "2026-03-01",
        ("warning", "2026-01-19", None, -143, -119, -142.8, None, None),
        ("critical", "2026-01-26", None, -201, -143, -171.6, None, None),
        ("critical", "2026-02-09", None, -10, 20, 16, None, None),
    )


def test_a_loss_that_shrinks_rises(engine: Engine) -> None:
    """-100 → -81 is no rise of 20%, -81 → -64 (64.8 is the edge) is one, and -64 → 10 one of more than 40%."""
    made = world(engine, "alert a { watch amount each week  when rises 20% against previous week }", *weekly([-100, -81, -64, 10]))
    check(
        made,
        "2026-02-01",
        ("warning", "2026-01-19", None, -64, -81, None, -64.8, None),
        ("critical", "2026-01-26", None, 10, -64, None, -51.2, None),
    )


def test_moving_by_an_amount(engine: Engine) -> None:
    """Rises 30 EUR: 0 → 30 does, for it is an amount and no share; 30 → 59 does not."""
    made = world(engine, "alert a { watch amount each week  when rises 30 EUR against previous period }", *weekly([1, 0, 30, 59]))
    check(made, "2026-02-01", ("warning", "2026-01-19", None, 30, 0, None, 30, None))


def test_a_year_of_weeks_and_a_month_of_days(engine: Engine) -> None:
    """The week 52 weeks before had 100; and 31 March is compared with 28 February."""
    last_year = [(1, MONDAY - dt.timedelta(weeks=52), "web", 100, 1), (2, MONDAY, "web", 70, 1)]
    made = world(engine, "alert a { watch amount each week  when falls 20% against previous year }", *last_year)
    assert ("warning", dt.date(2026, 1, 5)) in [(row["severity"], row["period_start"]) for row in fired(made, "2026-01-11")]
    days = [(1, dt.date(2026, 2, 28), "web", 100, 1), (2, dt.date(2026, 3, 31), "web", 70, 1)]
    made = world(engine, "alert a { watch amount each day  when falls 20% against previous month }", *days)
    assert fired(made, "2026-03-31")[-1]["period_start"] == dt.date(2026, 3, 31)


# ---------------------------------------------------------------- anomalies

USUAL = [100, 102, 98, 101, 99, 100, 103, 97]
"""Median 100; distances 0 2 2 1 1 0 3 3, in order 0 0 1 1 2 2 3 3: their median 1.5, so that a sigma is 1.5 × 1.4826 = 2.2239."""


@pytest.mark.smoke
def test_an_anomaly_against_the_median_of_earlier_weeks(engine: Engine) -> None:
    """3 sigma are 6.6717: 106 is usual, 107 is not. The judged week is not in its own history."""
    alert = "alert a {{ watch amount each week  when anomaly {} 3 sigma over 8 weeks }}"
    high = 100 + 3 * 1.5 * 1.4826
    low = 100 - 3 * 1.5 * 1.4826
    calm = world(engine, alert.format("above"), *weekly([*USUAL, 106]))
    check(calm, "2026-03-08")
    loud = world(engine, alert.format(""), *weekly([*USUAL, 107]))
    check(loud, "2026-03-08", ("warning", "2026-03-02", None, 107, 100, low, high, None))
    down = world(engine, alert.format("below"), *weekly([*USUAL, 80]))
    check(down, "2026-03-08", ("critical", "2026-03-02", None, 80, 100, low, high, None))
    other = world(engine, alert.format("above"), *weekly([*USUAL, 80]))
    check(other, "2026-03-08")


def test_too_little_history_is_never_an_alarm(engine: Engine) -> None:
    """Of 8 weeks at least 4 must be known: after 3 a thousand is no alarm, after 4 it is."""
    alert = "alert a { watch amount each week  when anomaly above 3 sigma over 8 weeks }"
    check(world(engine, alert, *weekly([100, 102, 98, 1000])), "2026-02-01")
    found = fired(world(engine, alert, *weekly([100, 102, 98, 101, 1000])), "2026-02-08")
    assert [row["value"] for row in found] == [1000]


def test_where_most_weeks_are_alike(engine: Engine) -> None:
    """100 × 7 and one 108: the median distance is 0, the mean one 1. A sigma is 1.2533, so 103.7 is usual and 103.8 is not."""
    alert = "alert a { watch amount each week  when anomaly above 3 sigma over 8 weeks }"
    same_weeks = [100, 100, 100, 108, 100, 100, 100, 100]
    check(world(engine, alert, *weekly([*same_weeks, 103.7])), "2026-03-08")
    check(
        world(engine, alert, *weekly([*same_weeks, 103.8])),
        "2026-03-08",
        ("warning", "2026-03-02", None, 103.8, 100, 100 - 3 * 1.2533, 100 + 3 * 1.2533, None),
    )


def test_where_all_weeks_are_alike(engine: Engine) -> None:
    """Nothing ever differed from 100: a twentieth of it stands for the spread, so 115 is usual, 116 is not. Of zeros nothing is known."""
    alert = "alert a { watch amount each week  when anomaly above 3 sigma over 8 weeks }"
    check(world(engine, alert, *weekly([100] * 8 + [115])), "2026-03-08")
    check(world(engine, alert, *weekly([100] * 8 + [116])), "2026-03-08", ("warning", "2026-03-02", None, 116, 100, 85, 115, None))
    check(world(engine, alert, *weekly([1] + [0] * 9 + [5])), "2026-03-22")


def test_mondays_are_compared_with_mondays(engine: Engine) -> None:
    """Mondays sell 1000, other days 100, give or take: a Monday of 1000 is usual, a Tuesday of 1000 is not."""
    alert = "alert a { watch amount each day  when anomaly above 3 sigma over 6 weeks }"
    week = [1000, 100, 100, 100, 100, 100, 100]
    values = [value + n % 5 for n, value in enumerate(week * 6)]
    check(world(engine, alert, *weekly([*values, 1000], step=1)), "2026-02-16")
    made = world(engine, alert, *weekly([*values, 1000, 1000], step=1))
    assert [row["period_start"] for row in fired(made, "2026-02-17")] == [dt.date(2026, 2, 17)]


# ---------------------------------------------------------------- volume, quiet, what is asked


def test_a_period_with_too_few_is_neither_judged_nor_remembered(engine: Engine) -> None:
    """Weeks with fewer than 10 orders say nothing: 90 on 2 orders does not fire, and does not count as the week before."""
    alert = "alert a { watch amount each week { needs 10 orders }  when > 80 EUR | falls 20% against previous week }"
    made = world(engine, alert, *weekly([70, 90, 50, 35], orders=[20, 2, 20, 20]))
    check(made, "2026-02-01", ("warning", "2026-01-26", None, 35, 50, 40, None, 20))


@pytest.mark.smoke
def test_quiet_until_it_was_quiet(engine: Engine) -> None:
    """Above in weeks 1 2 4 | 7 | 10: within two weeks of one another is one story; then it begins anew."""
    alert = "alert a { watch amount by sales.channel each week { quiet 2 weeks }  when > 60 EUR }"
    values = [10, 70, 70, 10, 70, 10, 10, 70, 10, 10, 70]
    made = world(engine, alert, *weekly(values), *weekly([70, *[10] * 10], "shop"))
    got = [(row["period_start"], row["segment"]) for row in fired(made, "2026-03-22")]
    weeks = [MONDAY + dt.timedelta(weeks=n) for n in (0, 1, 7, 10)]
    assert got == [(weeks[0], "shop"), *((week, "web") for week in weeks[1:])]


def test_the_latest_period_and_since(engine: Engine) -> None:
    """Weeks 0, 1 and 3 fire. On 1 February week 3 is the last finished one; on the 8th it is week 4, in which nothing fires."""
    made = world(engine, "alert a { watch amount each week  when > 60 EUR }", *weekly([70, 70, 10, 70, 10]))
    assert [row["period_start"] for row in fired(made, "2026-02-01", latest=True)] == [dt.date(2026, 1, 26)]
    assert fired(made, "2026-02-08", latest=True) == []
    assert [row["period_start"] for row in fired(made, "2026-02-01", since="2026-01-18")] == [dt.date(2026, 1, 12), dt.date(2026, 1, 26)]


def test_the_first_condition_that_holds_is_told(engine: Engine) -> None:
    """130 is above 60 and has risen: one row, of the condition that was written first."""
    made = world(engine, "alert a { watch amount each week  when rises 20% against previous week | > 60 EUR }", *weekly([100, 130, 130]))
    rows = fired(made, "2026-01-25")
    assert [row["condition"] for row in rows] == ["> 60 EUR", "rises 20% against previous week", "> 60 EUR"]


def test_two_group_bys_and_text_that_is_no_sql(engine: Engine) -> None:
    """The segment lists both; quotes and braces of the data stay what they are."""
    alert = 'alert a { watch amount by sales.channel, sales.orders each week  when > 60 EUR  do "It\'s {channel} at {orders}" }'
    made = world(engine, alert, *weekly([70], "we'b {value}", orders=[3]))
    rows = fired(made, "2026-01-11")
    assert [(row["segment"], row["advice"]) for row in rows] == [("we'b {value}, 3", "It's we'b {value} at 3")]


@pytest.mark.smoke
def test_lengths_of_time_and_shares_are_watched_too(engine: Engine) -> None:
    """Days from order to parcel: 1, 1 and 4 (after 1 it has risen by more than half). Half of the parcels of the last week are late."""
    text = """
source parcels from parcels { key id  time day  id: int  day: date  sent: date  late: bool = sent - day > 3 days }
metric waiting = avg(parcels.sent - parcels.day)
metric late_share = count(parcels where late) / count(parcels)
"""
    rows = [(n, MONDAY + dt.timedelta(weeks=week), MONDAY + dt.timedelta(weeks=week, days=days)) for n, (week, days) in enumerate(DAYS)]
    advice = 'do "{value} against {expected}"'
    slow = f"alert slow {{ watch waiting each week  when > 2 days | rises 50% against previous week  {advice} }}"
    assert _told(engine, text + slow, rows) == [("critical", dt.date(2026, 1, 19), "4 days against 2 days")]
    late = f"alert late {{ watch late_share by parcels.late each week  when > 60%  {advice} }}"
    assert _told(engine, text + late, rows) == [("warning", dt.date(2026, 1, 19), "100 % against 60 %")]


DAYS = [(0, 1), (1, 1), (1, 1), (2, 2), (2, 6)]
"""Week of the order, days until it was sent."""


def _told(engine: Engine, text: str, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    found = fired(World(engine, text, parcels=rows), "2026-01-25")
    return [(row["severity"], row["period_start"], row["advice"]) for row in found]
