"""Ways through the compiler that the rules' own examples do not take: each worked out by hand, on few rows."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.compile import emit, findings, query_statement
from kpidsl.engines.base import Engine
from kpidsl.model.expr import DATE, TIMESTAMP, Expr, Fn, Lit
from kpidsl.model.findings import GapModel
from kpidsl.plan.days import known_day
from tests.results.test_s28_findings import visits, wilson
from tests.results.world import World, refused, same, undeclared

TEXT = """
source t from t { key id  time day  id: int  day: date  name: text  size: int  v: int }
metric v = sum(t.v)
metric n = count(t)
metric newest = sum(t.v, latest: day, per: size)
metric of_name = v at (name)
metric v2 = trailing(v, 2 days)
"""


def named(engine: Engine, **values: int) -> World:
    return World(engine, TEXT, t=[(i, None, name, i, v) for i, (name, v) in enumerate(values.items(), 1)])


def days(engine: Engine, **values: int) -> World:
    """One row a day: `d0102` is 2 January 2026."""
    return World(engine, TEXT, t=[(i, f"2026-{d[1:3]}-{d[3:]}", "a", 1, v) for i, (d, v) in enumerate(values.items(), 1)])


def test_the_total_beside_a_top_is_of_all(engine: Engine) -> None:
    """3 and 2 are shown, and the total still holds the 1."""
    rows = named(engine, a=1, b=2, c=3)
    rows.check("v by name with totals top 2", ("c", 3, "group"), ("b", 2, "group"), (None, 6, "total"))
    rows.check("v by name with totals order by name top 2", ("b", 2, "group"), ("c", 3, "group"), (None, 6, "total"))
    rows.check("v, n by name with totals top 1 by v", ("c", 3, 1, "group"), (None, 6, 3, "total"))
    refused("v by size, name with totals top 2", "KPI064", "ask for one group-by", text=TEXT)


def test_what_the_rest_cannot_show() -> None:
    refused("newest by name top 2 with other", "KPI064", "picks the latest row", text=TEXT)
    refused("v, v at (size) by name, size top 2 with other", "KPI064", text=TEXT)


def test_conditions_between_metrics(engine: Engine) -> None:
    """a 1, b 2, c 4 of one row each."""
    rows = named(engine, a=1, b=2, c=4)
    for condition, a, b, c in (
        ("v between 2 and 3", 0, 1, 0),
        ("v between 1 and 2", 1, 1, 0),
        ("v not between 2 and 3", 1, 0, 1),
        ("not (v > 2)", 1, 1, 0),
        ("not v > 2", 1, 1, 0),
        ("v > 1 and v < 4", 0, 1, 0),
        ("v < 2 or v > 2", 1, 0, 1),
        ("v is null", 0, 0, 0),
        ("v is not null", 1, 1, 1),
        ("v = n", 1, 0, 0),
        ("v <> n", 0, 1, 1),
        ("v >= 2", 0, 1, 1),
        ("v <= 2", 1, 1, 0),
    ):
        rows.check(f"case when {condition} then 1 else 0 end by name", ("a", a), ("b", b), ("c", c))
    rows.check("case v when 1 then 10 when n + 1 then 20 else 30 end by name", ("a", 10), ("b", 20), ("c", 30))
    rows.check("-v + 5 by name", ("a", 4), ("b", 3), ("c", 1))


def test_the_first_window_of_a_range(engine: Engine) -> None:
    """Of 1 January, with the two days before it: 2 + 4 + 8. The last one is of 3 January: 8 + 16 + 32."""
    made = World(
        engine,
        TEXT,
        t=[(1, "2025-12-29", "a", 1, 1), (2, "2025-12-30", "a", 1, 2), (3, "2025-12-31", "a", 1, 4), (4, "2026-01-01", "a", 1, 8),
           (5, "2026-01-02", "a", 1, 16), (6, "2026-01-03", "a", 1, 32)],
    )  # fmt: skip
    made.check("trailing(v, 3 days, read: first) during 2026-01-01..2026-01-03", (14,))
    made.check("trailing(v, 3 days, read: last) during 2026-01-01..2026-01-03", (56,))
    made.check("trailing(v, 3 days, read: average) during 2026-01-01..2026-01-03", ((14 + 28 + 56) / 3,))


def test_days_of_a_window_beside_their_months(engine: Engine) -> None:
    """16 of 29 January counts for the 30th only."""
    days(engine, d0129=16, d0130=1, d0131=2, d0201=4, d0202=8).check(
        "v2 by day, month during 2026-01-30..2026-02-02",
        ("2026-01-30", "2026-01-01", 17),
        ("2026-01-31", "2026-01-01", 3),
        ("2026-02-01", "2026-02-01", 6),
        ("2026-02-02", "2026-02-01", 12),
    )


def test_the_half_year_before(engine: Engine) -> None:
    """August beside February, not beside July."""
    rows = days(engine, d0205=2, d0305=4, d0705=8, d0805=16)
    statement = query_statement(rows.project, "v by month during 2026-08 compare previous half", dt.date(2026, 12, 31))
    result = engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns])
    assert [tuple(str(v) for v in row[:3]) for row in result.rows] == [("2026-08-01", "16", "2")]


MONEY = """
source sales from sales {
  key id  time at  id: int  at: timestamp  day: date = date(at)  cost: money(USD)
  eur: money(EUR) = convert(cost, EUR, using: fx)
}
source fx from fx { key currency, day  time day  currency: text  day: date  rate: money(EUR) }
metric eur = sum(sales.eur)
"""


def test_a_moment_is_converted_at_the_rate_of_its_day(engine: Engine) -> None:
    """10 USD late on 2 January at 0.5, 20 USD of the 4th at the rate of the 3rd, 0.25; 40 USD of 1 January: none yet."""
    sales = [(1, "2026-01-02T23:59:59", 10), (2, "2026-01-04T00:00:00", 20), (3, "2026-01-01T12:00:00", 40)]
    rates = [("USD", "2026-01-02", 0.5), ("USD", "2026-01-03", 0.25), ("GBP", "2026-01-01", 9)]
    world = World(engine, MONEY, sales=sales, fx=rates)
    world.check("eur", (10,))
    world.check("eur by day during 2026-01-01..2026-01-04", *[(f"2026-01-0{n}", v) for n, v in enumerate((0, 5, 0, 5), 1)])


ASKS = """
source asks from asks { key id  time day  id: int  day: date  due: date  who: int  kind: text }
source buys from buys { key id  time day  id: int  day: date  who: int }
metric asks_n = count(asks.kind)
metric due_n = count(asks) at time asks.due
metric buys_n = count(buys)
metric of_kinds = conversion(asks_n, buys_n, by: who)
metric of_due = conversion(due_n, buys_n, by: who)
metric of_all = conversion(asks, buys_n, by: who)
"""


def test_opportunities_that_are_counted_values_or_of_another_time(engine: Engine) -> None:
    """1 asks for x, 2 for nothing told, and only 2 buys: of all asked 1 of 2, of those with a kind 0 of 1. Due after the purchase, an ask
    is no reason for it."""
    asks = [(1, "2026-01-01", "2026-01-01", 1, "x"), (2, "2026-01-01", "2026-01-09", 2, None)]
    world = World(engine, ASKS, asks=asks, buys=[(1, "2026-01-05", 2)])
    world.check("of_all, of_kinds, of_due", (0.5, 0, 0))
    World(engine, ASKS, asks=asks, buys=[(1, "2026-01-09", 2), (2, "2026-01-02", 1)]).check("of_all, of_kinds, of_due", (1, 1, 1))


WORSE = """
source visits from visits { key id  time day  id: int  day: date  device: text  left: int  n: int }
dimension device = visits.device
metric visits = count(visits)
metric leavers = count(visits) where visits.left = 1
metric bounce = leavers / visits { better lower }
alert many { watch bounce each week  when > 50%  do "Look" }
"""


def test_a_segment_far_above_the_rest_where_less_is_better(engine: Engine) -> None:
    """Of mobile 50 of 500 leave (10%), of the others 16 of 800 (2%)."""
    today = dt.date(2026, 6, 30)
    low, high = wilson(16, 800)
    made = World(engine, WORSE, visits=visits(mobile=(50, 500), desktop=(12, 600), tablet=(4, 200)))
    rows = []
    for finding, statement in findings(made.project, today):
        if isinstance(finding, GapModel):
            rows += engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows
    assert wilson(50, 500)[0] > high
    assert same(rows, [("mobile", 0.1, 0.02, low, high, 500)])


def test_parameters_below_zero(engine: Engine) -> None:
    world = World(engine, TEXT + "param less: number = -2.5  metric under = v + less", t=[(1, None, "a", 1, 4)])
    world.check("under", (1.5,))


def test_a_dimension_that_is_reached_twice() -> None:
    two = """
    source people from people { key id  id: int  country: text }
    source gifts from gifts { key id  id: int  a: int  b: int
      join one giver: people on a = id  join one taker: people on b = id }
    dimension country = people.country
    metric gifts_n = count(gifts)
    """
    undeclared("report r = gifts_n by country", "KPI022", text=two)
    refused("gifts_n by country", "KPI022", "giver", "taker", text=two)


CLOCKS = """
calendar { zone "Europe/Rome" }
source t from t {
  key id  time at  id: int  at: timestamp  on: date
  later: date = on + 3 days  sooner: date = on - 3 days  month_later: date = on + 1 month
  d: date = date(at)  m: date = start_of(at, month)  e: date = end_of(at, month)
  y: int = year(at)  q: int = quarter(at)  mo: int = month(at)  da: int = day(at)  w: int = weekday(at)  h: int = hour(at)
}
metric n = count(t)
"""


def test_parts_of_a_moment_are_those_of_the_project_s_clock(engine: Engine) -> None:
    """23:30 in London on New Year's Eve of 2025, a Wednesday, is half past midnight in Rome, a Thursday. Days are moved both ways."""
    world = World(engine, CLOCKS, t=[(1, "2025-12-31T23:30:00", "2026-01-30")])
    world.check("n by t.d, t.m, t.e", ("2026-01-01", "2026-01-01", "2026-01-31", 1))
    world.check("n by t.y, t.q, t.mo, t.da, t.w, t.h", (2026, 1, 1, 1, 4, 0, 1))
    world.check("n by t.later, t.sooner, t.month_later", ("2026-02-02", "2026-01-27", "2026-02-28", 1))


def test_lengths_of_time_in_all_units(engine: Engine) -> None:
    """One row whose times lie exactly as far apart: it is at least so long, and no longer."""
    text = "source t from t { key id  id: int  a: timestamp  b: timestamp }  metric n = count(t)"
    for length, until in (
        ("90 seconds", "2026-01-01T00:01:30"),
        ("90 minutes", "2026-01-01T01:30:00"),
        ("36 hours", "2026-01-02T12:00:00"),
        ("3 days", "2026-01-04T00:00:00"),
        ("2 weeks", "2026-01-15T00:00:00"),
    ):
        world = World(engine, text, t=[(1, "2026-01-01T00:00:00", until)])
        world.check(f"count(t where b - a >= {length}), count(t where b - a > {length}), count(t where b - a < {length})", (1, 0, 0))


@pytest.mark.parametrize(
    ("day", "amount", "unit", "there"),
    [
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2026-01-31", -1, "month", "2025-12-31"),
        ("2026-12-01", 0, "month", "2026-12-01"),
        ("2026-11-30", 1, "quarter", "2027-02-28"),
        ("2026-08-31", -1, "half", "2026-02-28"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2026-12-25", 1, "week", "2027-01-01"),
        ("2026-01-01", -1, "day", "2025-12-31"),
        ("9999-12-31", 1, "day", None),
        ("9999-12-01", 1, "month", None),
        ("9999-11-30", 1, "month", "9999-12-30"),
        ("0001-01-01", -1, "day", None),
        ("0001-01-02", -1, "day", "0001-01-01"),
        ("0001-01-31", -1, "month", None),
        ("2026-01-31", 1, "hour", None),
        ("2026-01-31", 90, "minute", None),
    ],
)
def test_a_day_some_periods_on(day: str, amount: int, unit: str, there: str | None) -> None:
    at = dt.date.fromisoformat(day)
    wanted = None if there is None else dt.date.fromisoformat(there)
    moments: list[Expr] = [
        Lit(at, DATE),
        Fn("to_timestamp", (Lit(at, DATE),), TIMESTAMP),
        Lit(dt.datetime.combine(at, dt.time(23)), TIMESTAMP),
    ]
    assert [known_day(Fn("date_add", (moment,), DATE, (amount, unit))) for moment in moments] == [wanted] * 3


@pytest.mark.parametrize(
    ("day", "grain", "week", "year", "there"),
    [
        ("2026-01-14", "week", 1, 1, "2026-01-12"),
        ("2026-01-14", "week", 7, 1, "2026-01-11"),
        ("2026-01-12", "week", 1, 1, "2026-01-12"),
        ("2026-01-14", "day", 1, 1, "2026-01-14"),
        ("2026-03-31", "month", 1, 1, "2026-03-01"),
        ("2026-03-31", "quarter", 1, 1, "2026-01-01"),
        ("2026-01-31", "quarter", 1, 2, "2025-11-01"),
        ("2026-02-01", "quarter", 1, 2, "2026-02-01"),
        ("2026-03-31", "half", 1, 4, "2025-10-01"),
        ("2026-03-31", "year", 1, 4, "2025-04-01"),
        ("2026-04-01", "year", 1, 4, "2026-04-01"),
    ],
)
def test_the_first_day_of_a_period(day: str, grain: str, week: int, year: int, there: str) -> None:
    """Weeks from Monday (1) or Sunday (7); years from January, February or April."""
    found = known_day(Fn("start_of", (Lit(dt.date.fromisoformat(day), DATE),), DATE, (grain, week, year)))
    assert found == dt.date.fromisoformat(there)
