"""S14: "today" is one parameter. That day counts, later rows are invisible, to aggregate columns too; `last` includes the running one."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.compile import emit, query_statement
from kpidsl.engines.base import Engine
from tests.results.world import World

ORDERS = [
    (1, "2026-03-30", 1, "paid", 1),
    (2, "2026-03-31", 1, "paid", 2),
    (3, "2026-04-01", 1, "paid", 4),
    (4, "2026-06-30", 2, "paid", 8),
    (5, None, 1, "paid", 16),
]


def shop(engine: Engine) -> World:
    return World(engine, customers=[(1, "IT", "a"), (2, "DE", "a")], orders=ORDERS)


@pytest.mark.parametrize(
    "day,visible",
    [("2026-03-29", 16), ("2026-03-30", 17), ("2026-03-31", 19), ("2026-04-01", 23), ("2026-06-29", 23), ("2026-06-30", 31)],
)
def test_the_day_counts_and_later_ones_do_not(engine: Engine, day: str, visible: int) -> None:
    """Each day adds its own row; the row without a day (16) is always there, for it is not later."""
    shop(engine).check("revenue", (visible,), as_of=day)


def test_the_last_moment_of_the_day_counts(engine: Engine) -> None:
    """A timestamp belongs to its day to the last millisecond; midnight is the next day."""
    world = World(
        engine,
        "source e from e { key id  time at  id: int  at: timestamp } metric n = count(e)",
        e=[(1, "2026-03-31T00:00:00"), (2, "2026-03-31T23:59:59.999"), (3, "2026-04-01T00:00:00"), (4, "2026-04-01T00:00:00.001")],
    )
    world.check("n", (2,), as_of="2026-03-31")
    world.check("n", (4,), as_of="2026-04-01")
    world.check("n", (0,), as_of="2026-03-30")


@pytest.mark.smoke
def test_aggregate_columns_do_not_see_the_future(engine: Engine) -> None:
    """On 2026-03-31 customer 1 has 3 orders (one without a day), worth 19, and customer 2 none yet; in July 4 and 1."""
    world = shop(engine)
    world.check(
        "people by customers.id, customers.orders_made, customers.spent, customers.first_order sparse",
        (1, 3, 19, "2026-03-30", 1),
        (2, 0, 0, None, 1),
        as_of="2026-03-31",
    )
    world.check(
        "people by customers.id, customers.orders_made, customers.spent, customers.first_order sparse",
        (1, 4, 23, "2026-03-30", 1),
        (2, 1, 8, "2026-06-30", 1),
        as_of="2026-07-01",
    )


EVENTS = """
source events from events {
  key id  time at
  id: int  at: timestamp  session: int
  following: timestamp = next(at, over: at, per: session)
}
source sessions from events by session { started: timestamp = min(at)  ended: timestamp = max(at)  size: int = count(events)  time started }
metric n = count(sessions)
metric events_n = count(events)
"""


def test_coarser_sources_do_not_see_the_future(engine: Engine) -> None:
    """A session that goes on at midnight is as long as it is that day; one that starts later is not there."""
    events = [(1, "2026-03-31T23:00", 1), (2, "2026-04-01T01:00", 1), (3, "2026-04-01T02:00", 1), (4, "2026-04-02T00:00", 2)]
    world = World(engine, EVENTS, events=events)
    world.check("n by sessions.size", (1, 1), as_of="2026-03-31")
    world.check("n by sessions.size", (3, 1), as_of="2026-04-01")
    world.check("n by sessions.size", (1, 1), (3, 1), as_of="2026-04-02")


def test_the_next_row_is_not_a_future_one(engine: Engine) -> None:
    """`next(at)` of the last visible event is null, though a later row exists."""
    world = World(engine, EVENTS, events=[(1, "2026-03-31T22:00", 1), (2, "2026-03-31T23:00", 1), (3, "2026-04-01T01:00", 1)])
    world.check("count(events where following is null), max(events.following)", (1, "2026-03-31T23:00"), as_of="2026-03-31")
    world.check("count(events where following is null), max(events.following)", (1, "2026-04-01T01:00"), as_of="2026-04-01")


def test_unions_do_not_see_the_future(engine: Engine) -> None:
    """Each member is cut at the day by its own time."""
    world = World(
        engine,
        """
        source meta from meta { key day  time day  day: date  cost: int }
        source google from google { key day  time day  day: date  cost: int }
        source spend from union(meta, google) as platform { time day }
        metric cost = sum(spend.cost)
        """,
        meta=[("2026-03-31", 1), ("2026-04-01", 2)],
        google=[("2026-03-30", 4), ("2026-04-02", 8)],
    )
    world.check("cost by platform", ("google", 4), ("meta", 1), as_of="2026-03-31")


def test_a_joined_row_that_is_later_keeps_its_own_joins(engine: Engine) -> None:
    """The order of tomorrow that a refund of today belongs to shows its status and the last visit before it."""
    world = World(
        engine,
        """
        source visits from visits { key id  time day  id: int  day: date  who: int  channel: text }
        source orders from orders { key id  time day  id: int  day: date  who: int  status: text
          join last visit: visits on who before day }
        source refunds from refunds { key id  time day  id: int  day: date  order_id: int
          join one order: orders on order_id = id }
        metric n = count(refunds)
        """,
        visits=[(1, "2026-03-01", 1, "ads"), (2, "2026-04-01", 1, "later")],
        orders=[(1, "2026-04-01", 1, "new")],
        refunds=[(1, "2026-03-31", 1)],
    )
    world.check("n by orders.status, orders.visit.channel", ("new", "ads", 1), as_of="2026-03-31")


def test_a_joined_row_may_be_later(engine: Engine) -> None:
    """A refund of today for an order that is dated tomorrow keeps the order's status: the joined row describes, it is not counted."""
    world = World(engine, orders=[(1, "2026-04-01", 1, "paid", 5)], refunds=[(1, "2026-03-31", 1, 3)])
    world.check("refunded by orders.status", ("paid", 3), as_of="2026-03-31")
    world.check("revenue", (0,), as_of="2026-03-31")


@pytest.mark.parametrize(
    "clause,revenue",
    [
        ("last 1 day", 8),  # 30 June itself
        ("last 1 month", 8),  # June
        ("last 3 months", 12),  # April, May, June: 4 + 8
        ("last 4 months", 15),  # from 1 March: 1 + 2 + 4 + 8
        ("last 1 quarter", 12),  # April to June
        ("last 2 quarters", 15),
        ("last 1 year", 15),
        ("last 91 days", 12),  # 1 April to 30 June are 30 + 31 + 30 days
        ("last 92 days", 14),  # and 31 March
    ],
)
def test_last_includes_the_running_period(engine: Engine, clause: str, revenue: int) -> None:
    """Three months on 30 June are April, May and June; rows without a day are in no period."""
    shop(engine).check(f"revenue {clause}", (revenue,), as_of="2026-06-30")


def test_last_in_the_middle_of_a_month(engine: Engine) -> None:
    """On 15 April, 3 months are February, March and the first half of April: 1 + 2 + 4; on 31 March, one month is March."""
    shop(engine).check("revenue last 3 months", (7,), as_of="2026-04-15")
    shop(engine).check("revenue last 1 month", (3,), as_of="2026-03-31")
    shop(engine).check("revenue last 1 month", (0,), as_of="2026-05-31")


@pytest.mark.smoke
def test_a_period_in_the_future_is_cut(engine: Engine) -> None:
    """`during 2026` on 31 March has only what is visible that day; of April nothing can be known yet, not even that it is 0 (S5)."""
    shop(engine).check("revenue during 2026", (3,), as_of="2026-03-31")
    shop(engine).check("revenue, count(orders), revenue / count(orders) during 2026-04", (None, None, None), as_of="2026-03-31")


def test_a_period_in_the_future_of_the_warehouse(engine: Engine) -> None:
    """Without `as_of` the database's date says what lies ahead: a range that begins after it is unknown, one that it lies in is not."""
    world = World(engine, "source e from e { key id  time day  id: int  day: date } metric n = count(e)")
    for query, wanted in (("n during 2999-01", None), ("n during 2999-01..", None), ("n during 2020..2998", 0), ("n", 0)):
        statement = query_statement(world.project, query)
        assert engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows == [(wanted,)]


def test_a_derived_source_has_a_today_of_its_own_time(engine: Engine) -> None:
    """Events are seen by the day they were entered, groups and unions of them by the day they are due: the later one is not seen yet."""
    world = World(
        engine,
        """
        source events from events { key id  time entered  id: int  session: int  entered: date  due: date }
        source sessions from events by session { due: date = max(due)  events_n: int = count(events)  time due }
        source visits from events by session { seen: date = max(entered)  time seen }
        source more from more { key id  time entered  id: int  session: int  entered: date  due: date }
        source all_due from union(events, more) as which { session: int  due: date  time due }
        metric sessions_n = count(sessions)
        metric events_n = sum(sessions.events_n)
        metric visits_n = count(visits)
        metric due_n = count(all_due)
        """,
        events=[(1, 1, "2026-01-01", "2026-02-05"), (2, 1, "2026-01-02", "2026-01-02"), (3, 2, "2026-01-01", "2026-01-05")],
        more=[(4, 3, "2026-01-01", "2026-03-01"), (5, 3, "2026-02-01", "2026-01-01")],
    )
    world.check("sessions_n, events_n, visits_n, due_n", (1, 1, 2, 2), as_of="2026-01-31")
    world.check("sessions_n, due_n by month sparse", ("2026-01-01", 1, 2), as_of="2026-01-31")
    world.check("sessions_n, events_n, visits_n, due_n", (2, 3, 2, 5))


PLANS = """
source deals from deals { key id  time made  id: int  made: date  due: date  who: int  stage: text }
metric made_n = count(deals)
metric due_n = count(deals) at time deals.due
metric who_due = count(distinct deals.who) at time deals.due
metric latest_due = count(deals, latest: made, per: who) at time deals.due
"""
DEALS = [
    (1, "2026-01-01", "2026-01-05", 1, "x"),
    (2, "2026-01-02", "2026-02-20", 1, "y"),  # due later than today
    (3, "2026-01-03", "2026-01-09", 2, "y"),
    (4, "2026-01-04", None, 2, "z"),
    (5, "2026-01-05", "2026-02-25", 3, "x"),  # due later than today
]


def test_another_time_is_not_seen_before_its_day(engine: Engine) -> None:
    """On 31 January the deals 1 and 3 are due. What is due later, or never, is no candidate for a pick and no member of the rest either."""
    world = World(engine, PLANS, deals=DEALS)
    world.check("made_n, due_n, who_due, latest_due", (5, 2, 2, 2), as_of="2026-01-31")
    world.check("latest_due by deals.stage", ("x", 1), ("y", 1), as_of="2026-01-31")
    world.check("due_n, latest_due by month sparse", ("2026-01-01", 2, 2), as_of="2026-01-31")
    # y has two deals and is picked; the rest is x and z: deal 1 of person 1 (5 is due later, 4 never)
    world.check("made_n, who_due by deals.stage top 1 with other", ("x", 2, 1, "group"), (None, 3, 1, "other"), as_of="2026-01-31")


@pytest.mark.smoke
def test_today_is_the_warehouse_s_day_unless_given(engine: Engine) -> None:
    """Without `as_of` the SQL asks the warehouse: three days ago is visible, in three days is not."""
    today = dt.datetime.now(dt.UTC).date()
    days = [(n, today + dt.timedelta(days=shift)) for n, shift in enumerate((-3, 3), 1)]
    world = World(engine, "source e from e { key id  time day  id: int  day: date } metric n = count(e)", e=days)
    statement = query_statement(world.project, "n")
    assert engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows == [(1,)]


def test_a_given_day_leaves_no_clock_in_the_sql(engine: Engine) -> None:
    """With `as_of` nothing in the SQL depends on when it runs."""
    world = shop(engine)
    for query in ("revenue", "revenue last 3 months", "people by customers.first_order"):
        sql = emit(query_statement(world.project, query, dt.date(2026, 3, 31)), engine.dialect).lower()
        assert "current" not in sql
        assert "now(" not in sql
        assert "'now'" not in sql
        assert "2026-0" in sql


ZONED = """
calendar {{ zone "{zone}" }}
source e from e {{ key id  time at  id: int  at: timestamp }}
metric n = count(e)
"""


@pytest.mark.smoke
@pytest.mark.parametrize(
    "zone,as_of,days",
    [
        ("Europe/Rome", "2026-03-30", [("2026-03-30", 1)]),  # 21:00 UTC is 23:00 in Rome, in summer time
        ("Europe/Rome", "2026-03-31", [("2026-03-30", 1), ("2026-03-31", 3)]),  # 22:00, 23:30 and 03:00 UTC are the next day there
        ("America/New_York", "2026-03-30", [("2026-03-30", 4)]),  # 03:00 UTC of the 31st is still 23:00 of the 30th
        ("America/New_York", "2026-03-29", []),
        ("Asia/Taipei", "2026-03-30", []),  # the 31st has begun there at 16:00 UTC
        ("Asia/Taipei", "2026-03-31", [("2026-03-31", 4)]),
    ],
)
@pytest.mark.smoke
def test_the_day_ends_in_the_calendar_s_zone(engine: Engine, zone: str, as_of: str, days: list[tuple[str, int]]) -> None:
    """What belongs to the day by the calendar is visible, and nothing else: UTC's midnight does not matter (S12)."""
    moments = ["2026-03-30T21:00", "2026-03-30T22:00", "2026-03-30T23:30", "2026-03-31T03:00"]
    world = World(engine, ZONED.format(zone=zone), e=[(i, at) for i, at in enumerate(moments, 1)])
    world.check("n by day sparse", *days, as_of=as_of)
    world.check("n", (sum(n for _, n in days),), as_of=as_of)


def test_a_coarser_source_has_a_time_of_its_own(engine: Engine) -> None:
    """The rows of a base without `time` are not cut, but a stay that starts after the day is not there yet."""
    world = World(
        engine,
        """
        source nights from nights { key id  id: int  night: date  stay: int }
        source stays from nights by stay { first_night: date = min(night)  nights_n: int = count(nights)  time first_night }
        metric n = count(stays)
        """,
        nights=[(1, "2026-03-30", 1), (2, "2026-04-02", 1), (3, "2026-04-01", 2)],
    )
    world.check("n by stays.nights_n", (2, 1), as_of="2026-03-31")
    world.check("n by stays.nights_n", (1, 1), (2, 1), as_of="2026-04-01")


# ---------------------------------------------------------------- constructs over time


@pytest.mark.smoke
def test_the_running_period_is_shown_as_far_as_it_is(engine: Engine) -> None:
    """The last 3 months on 15 April: February without a row, March, the running April with its first days; nothing of May."""
    shop(engine).check("revenue by month last 3 months", ("2026-02-01", 0), ("2026-03-01", 3), ("2026-04-01", 4), as_of="2026-04-15")
    shop(engine).check("revenue by week last 2 weeks", ("2026-03-23", 0), ("2026-03-30", 3), as_of="2026-03-31")
    shop(engine).check("revenue by day last 3 days", ("2026-03-29", 0), ("2026-03-30", 1), ("2026-03-31", 2), as_of="2026-03-31")


@pytest.mark.smoke
def test_windows_see_no_future_row(engine: Engine) -> None:
    """On 31 March the two days up to it hold 3; a day later 6; running totals likewise."""
    world = shop(engine)
    world.check("trailing(revenue, 2 days), running(revenue), to_date(revenue, month)", (3, 3, 3), as_of="2026-03-31")
    world.check("trailing(revenue, 2 days), running(revenue), to_date(revenue, month)", (6, 7, 4), as_of="2026-04-01")
    world.check(
        "trailing(revenue, 2 days) by month during 2026-03-01..2026-04-30", ("2026-03-01", 3), ("2026-04-01", 0), as_of="2026-04-10"
    )


@pytest.mark.smoke
def test_windows_of_the_future_are_unknown(engine: Engine) -> None:
    """On 31 March no window of April has been; that of March ends today."""
    shop(engine).check(
        "trailing(revenue, 2 days), running(revenue) by month during 2026-03-01..2026-04-30",
        ("2026-03-01", 3, 3),
        ("2026-04-01", None, None),
        as_of="2026-03-31",
    )


def test_stocks_of_the_future_are_unknown(engine: Engine) -> None:
    """On 15 February two live; what is to end in March still lives; of March nothing is known, though one is entered to begin then."""
    text = """
    source subs from subs { key id  id: int  begun: date  ended: date }
    metric alive = count(subs, active: begun..ended)
    """
    rows = [(1, "2026-01-10", None), (2, "2026-01-20", "2026-03-10"), (3, "2026-02-20", None), (4, "2026-03-01", None)]
    world = World(engine, text, subs=rows)
    world.check(
        "alive by month during 2026-Q1",
        ("2026-01-01", 2),
        ("2026-02-01", 2),
        ("2026-03-01", None),
        as_of="2026-02-15",
    )
    world.check("alive", (2,), as_of="2026-02-15")
    world.check("alive", (3,), as_of="2026-02-20")


def test_semi_additive_amounts_on_a_day(engine: Engine) -> None:
    """The balance on 15 January is that of the latest row up to that day."""
    text = """
    source accounts from accounts { key id, day  time day  id: int  day: date  amount: int }
    metric balance = last(accounts.amount, over: day)
    """
    world = World(engine, text, accounts=[(1, "2026-01-10", 10), (1, "2026-01-20", 20)])
    world.check("balance", (10,), as_of="2026-01-15")
    world.check("balance by month during 2026-01", ("2026-01-01", 10), as_of="2026-01-15")
    world.check("balance by month during 2026-01", ("2026-01-01", 20), as_of="2026-01-31")


def test_the_running_period_is_elapsed_as_far_as_what_it_is_made_of_is_complete(engine: Engine) -> None:
    """Sessions are as complete as their events: on 20 April, with events up to the 10th, March is counted up to its 10th."""
    text = """
    source events from events { key id  time at  id: int  at: date  session: int  complete through 2026-04-10 }
    source sessions from events by session { started: date = min(at)  time started }
    metric n = count(sessions)
    """
    world = World(engine, text, events=[(1, "2026-03-10", 1), (2, "2026-03-11", 2), (3, "2026-04-02", 3)])
    world.check("n by month during 2026-04 compare previous month", ("2026-04-01", 1, 1, 0), as_of="2026-04-20")


@pytest.mark.smoke
def test_comparisons_without_as_of_take_the_warehouse_s_day(engine: Engine) -> None:
    """Without `as_of` the elapsed part ends with the warehouse's date: today against the same day of the month before."""
    today = dt.datetime.now(dt.UTC).date()
    then = _month_before(today)
    world = World(
        engine,
        "source e from e { key id  time day  id: int  day: date } metric n = count(e)",
        e=[(1, today), (2, then), (3, then - dt.timedelta(days=1))],
    )
    statement = query_statement(world.project, "n by day last 1 day compare previous month")
    rows = engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows
    assert [tuple(row[1:3]) for row in rows] == [(1, 1)]
    statement = query_statement(world.project, "n last 1 month compare previous month")
    rows = engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows
    assert rows[0][:2] == (1 if then.month != today.month else 3, 1 if then.day == 1 else 2)


def _month_before(day: dt.date) -> dt.date:
    last = day.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
