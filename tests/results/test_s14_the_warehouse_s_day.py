"""S14: without `as_of`, today is what the warehouse says. Every query gives the rows that it gives for that day written out."""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.compile import emit, query_statement
from kpidsl.engines.base import Engine
from tests.results.world import World, same

TEXT = """
source orders from orders { key id  time day  id: int  day: date  country: text  who: int  amount: int }
source visits from visits { key id  time at  id: int  at: timestamp  country: text }
source subs from subs { key id  time started  id: int  started: date  ended: date  land: text }
source ads from ads { key day, country  time day  day: date  country: text  cost: int  begins 2025-01-01 }
dimension land = orders.country, visits.country, subs.land, ads.country
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
metric buyers = count(distinct orders.who)
metric aov = revenue / orders_n
metric seen = count(visits)
metric spend = sum(ads.cost)
metric roas = revenue / spend
metric alive = count(subs, active: started..ended)
metric young = buyers { mature after 2 months }
"""
QUERIES = (
    "revenue, orders_n, aov by land",
    "revenue, seen, spend, roas by month last 13 months",
    "revenue by day last 10 days",
    "revenue, seen by week last 5 weeks",
    "revenue by quarter, month last 2 quarters",
    "revenue by day last 1 year",
    "revenue by week last 1 year",
    "trailing(revenue, 1 year) by day last 1 quarter",
    "to_date(revenue, year) by day last 3 days",
    "trailing(seen, 3 hours) by hour last 2 days",
    "revenue by year, land last 2 years with totals",
    "seen by hour last 2 days",
    "revenue during 2025..",
    "revenue by month",
    "revenue, spend by month sparse",
    "revenue by month last 3 months compare previous year",
    "revenue, roas by land last 1 month compare previous month",
    "revenue last 1 quarter compare previous period",
    "revenue by month last 2 months compare previous month whole",
    "growth(revenue, 1 month), prior(buyers, 1 week) by day last 14 days",
    "growth(revenue, 1 quarter) by quarter, land",
    "trailing(revenue, 7 days), trailing(buyers, 28 days) by day last 9 days",
    "trailing(revenue, 1 month), to_date(revenue, year), running(orders_n) by month last 6 months",
    "trailing(revenue, 7 days, read: average) by month last 3 months",
    "to_date(revenue, month), to_date(revenue, half) by week, land last 8 weeks",
    "alive by month last 4 months",
    "alive, revenue by land last 1 month with totals",
    "at_start(revenue, year), at_end(revenue, quarter) by month last 5 months",
    "prior(trailing(revenue, 28 days), 1 month) by month",
    "young by month last 6 months",
    "share(revenue, of: land) by land, month last 2 months",
)


def rows(world: World, query: str, as_of: dt.date | None) -> list[tuple[object, ...]]:
    statement = query_statement(world.project, query, as_of)
    return list(world.engine.run(emit(statement, world.engine.dialect), [c.type for c in statement.columns]).rows)


def shop(engine: Engine, today: dt.date) -> World:
    """Rows from two years back to ten days ahead, of every third day; subscriptions of different lengths; days that nobody knows."""
    lands = ("IT", "DE", None)
    days = [today + dt.timedelta(days=n) for n in range(-760, 11, 3)]
    orders = [(n, day.isoformat(), lands[n % 3], n % 17, n % 11 + 1) for n, day in enumerate(days)]
    visits = [(n, f"{day.isoformat()} {n % 24:02}:30:00", lands[n % 2]) for n, day in enumerate(days)]
    subs = [
        (n, day.isoformat(), None if n % 4 == 0 else (day + dt.timedelta(days=40 + n % 300)).isoformat(), lands[n % 3])
        for n, day in enumerate(days)
    ]
    ads = [(day.isoformat(), lands[n % 2], n % 5) for n, day in enumerate(days) if n % 2]
    return World(engine, TEXT, orders=[*orders, (9999, None, "IT", 1, 1000)], visits=visits, subs=subs, ads=ads)


def its_day(engine: Engine) -> dt.date:
    """Today, as the engine says it."""
    ((day,),) = engine.run("SELECT today()" if engine.dialect == "clickhouse" else "SELECT CURRENT_DATE").rows
    return day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day))


@pytest.mark.smoke
@pytest.mark.parametrize("query", QUERIES)
def test_equal_rows(engine: Engine, query: str) -> None:
    """The same rows, and some that say something."""
    for _ in range(2):
        today = its_day(engine)
        world = shop(engine, today)
        moving, given = rows(world, query, None), rows(world, query, today)
        if its_day(engine) == today:  # not across midnight
            break
    assert same(moving, given), f"{query}\nmoving {moving}\ngiven  {given}"
    assert any(value not in (None, 0) for row in given for value in row), query
