"""S20: an as-of join picks the row whose validity holds the fact's time: start inclusive, end exclusive; of several the latest.

And the nearest earlier or later row of `join last` and `join first`."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World

TEXT = """
source plans from plans { key id  id: int  who: int  valid_from: date  valid_to: date  plan: text }
source orders from orders { key id  time day  id: int  day: date  who: int  amount: int
  join one plan: plans on who during plans.valid_from..plans.valid_to
  join one customer: customers on who = id }
source customers from customers { key id  id: int  join one plan: plans on id = who during plans.valid_from..plans.valid_to }
metric v = sum(orders.amount)
metric n = count(orders)
metric people = count(customers)
"""
PLANS = [
    (1, 1, "2026-01-01", "2026-02-01", "free"),
    (2, 1, "2026-02-01", None, "pro"),
    (3, 2, None, "2026-01-10", "old"),
    (4, 3, "2026-01-01", "2026-03-01", "long"),
    (5, 3, "2026-02-01", "2026-02-10", "trial"),
    (6, 4, "2026-01-01", None, "a"),
    (7, 4, "2026-01-01", None, "b"),
    (8, None, "2026-01-01", None, "nobody"),
]


@pytest.mark.parametrize(
    "who,day,plan",
    [
        (1, "2025-12-31", None),  # before the first
        (1, "2026-01-01", "free"),  # the start is inside
        (1, "2026-01-31", "free"),
        (1, "2026-02-01", "pro"),  # the end is outside
        (1, "2026-06-01", "pro"),  # an open end
        (2, "2020-01-01", "old"),  # an open start
        (2, "2026-01-10", None),
        (3, "2026-01-31", "long"),
        (3, "2026-02-05", "trial"),  # two hold it: the latest start
        (3, "2026-02-10", "long"),
        (4, "2026-01-05", "b"),  # equal starts: the greatest key
        (5, "2026-01-05", None),  # nobody's plan
        (None, "2026-01-05", None),  # null joins nothing, also not null
        (1, None, None),  # no time, no plan
    ],
)
def test_the_row_that_holds_the_time(engine: Engine, who: int | None, day: str | None, plan: str | None) -> None:
    """One order, one plan, never two, never lost."""
    World(engine, TEXT, plans=PLANS, orders=[(1, day, who, 7)], customers=[]).check("v, n by orders.plan.plan", (plan, 7, 1))


def test_a_source_without_time_takes_the_metric_s(engine: Engine) -> None:
    """Customers have no time: their plan is that of the order's day, so January's order was of a free customer, June's of a pro."""
    world = World(
        engine,
        TEXT,
        plans=PLANS,
        customers=[(1,), (2,)],
        orders=[(1, "2026-01-05", 1, 1), (2, "2026-06-01", 1, 2), (3, "2026-01-05", 2, 4)],
    )
    world.check("v by orders.customer.plan.plan", ("free", 1), ("old", 4), ("pro", 2))


def test_without_any_time_it_is_the_day(engine: Engine) -> None:
    """Counting customers has no time: their plans are those of `as_of`."""
    world = World(engine, TEXT, plans=PLANS, customers=[(1,), (2,), (3,), (9,)])
    world.check("people by customers.plan.plan", ("free", 1), ("long", 1), ("old", 1), (None, 1), as_of="2026-01-09")
    world.check("people by customers.plan.plan", ("pro", 1), ("trial", 1), (None, 2), as_of="2026-02-05")


@pytest.mark.smoke
def test_filters_and_other_columns_use_the_same_row(engine: Engine) -> None:
    """Filtered by the plan, grouped by its start: one picked row gives both."""
    world = World(engine, TEXT, plans=PLANS, orders=[(1, "2026-02-05", 3, 1), (2, "2026-02-15", 3, 2), (3, "2026-01-05", 4, 4)])
    world.check('v where orders.plan.plan = "trial"', (1,))
    world.check('v where orders.plan.plan <> "trial"', (6,))
    world.check(
        "v by orders.plan.valid_from, orders.plan.plan sparse",
        ("2026-01-01", "b", 4),
        ("2026-01-01", "long", 2),
        ("2026-02-01", "trial", 1),
    )


NEAREST = """
source touches from touches { key id  time at  id: int  at: timestamp  who: text  channel: text }
source wins from wins { key id  time at  id: int  at: timestamp  who: text  v: int
  join last touch: touches on who before at within 30 days where touches.channel <> "direct"
  join first opening: touches on who before at
  join first following: touches on who after at
}
metric v = sum(wins.v)
"""
TOUCHES = [
    (1, "2026-01-01T10:00", "p", "ads"),
    (2, "2026-01-05T10:00", "p", "mail"),
    (3, "2026-01-05T10:00", "p", "social"),
    (4, "2026-01-06T10:00", "p", "direct"),
    (5, "2026-01-10T10:00", "q", "ads"),
    (6, None, "p", "never"),
]


@pytest.mark.parametrize(
    "at,who,touch,opening",
    [
        ("2026-01-01T10:00", "p", None, None),  # at the very moment is not before
        ("2026-01-01T10:00:01", "p", "ads", "ads"),
        ("2026-01-05T10:00:01", "p", "social", "ads"),  # two at once: the greatest key
        ("2026-01-06T11:00", "p", "social", "ads"),  # direct does not count
        ("2026-02-04T10:00", "p", "social", "ads"),  # exactly 30 days after
        ("2026-02-04T10:00:01", "p", None, "ads"),  # just too late, for the one that has a window
        ("2026-02-09T10:00", "q", "ads", "ads"),
        ("2026-02-09T10:00", None, None, None),
        (None, "p", None, None),
    ],
)
def test_the_nearest_earlier_row(engine: Engine, at: str | None, who: str | None, touch: str | None, opening: str | None) -> None:
    """`join last … before … within … where` takes the latest of those that fit, `join first` the earliest; a win stays one row."""
    world = World(engine, NEAREST, touches=TOUCHES, wins=[(1, at, who, 7)])
    world.check("v by wins.touch.channel", (touch, 7))
    world.check("v by wins.opening.channel", (opening, 7))


@pytest.mark.smoke
def test_the_nearest_later_row(engine: Engine) -> None:
    """After noon on 5 January the next touch of p is the direct one; after that none."""
    world = World(engine, NEAREST, touches=TOUCHES, wins=[(1, "2026-01-05T12:00", "p", 1), (2, "2026-01-07T00:00", "p", 2)])
    world.check("v by wins.following.channel", ("direct", 1), (None, 2))


# ---------------------------------------------------------------- as-of joins with everything over time


TIMED = [(1, "2026-01-05", 1, 1), (2, "2026-02-01", 1, 2), (3, "2026-02-05", 3, 4), (4, "2026-02-15", 3, 8), (5, "2026-03-05", 1, 16)]


@pytest.mark.smoke
def test_every_plan_in_every_month(engine: Engine) -> None:
    """An order's plan is that of its day: free in January, pro in February and March; of two plans at once the later begun."""
    world = World(engine, TEXT, plans=PLANS, orders=TIMED)
    world.check(
        "v by orders.plan.plan, month during 2026-Q1",
        ("free", "2026-01-01", 1),
        ("free", "2026-02-01", 0),
        ("free", "2026-03-01", 0),
        ("long", "2026-01-01", 0),
        ("long", "2026-02-01", 8),
        ("long", "2026-03-01", 0),
        ("pro", "2026-01-01", 0),
        ("pro", "2026-02-01", 2),
        ("pro", "2026-03-01", 16),
        ("trial", "2026-01-01", 0),
        ("trial", "2026-02-01", 4),
        ("trial", "2026-03-01", 0),
    )


@pytest.mark.smoke
def test_windows_and_comparisons_keep_the_row_of_each_fact_s_own_day(engine: Engine) -> None:
    """An order that falls into a window, or into the month before, has the plan that it had on its own day."""
    world = World(engine, TEXT, plans=PLANS, orders=TIMED)
    world.check(
        "running(v), prior(v, 1 month) by orders.plan.plan, month during 2026-03",
        ("free", "2026-03-01", 1, 0),
        ("long", "2026-03-01", 8, 8),
        ("pro", "2026-03-01", 18, 2),
        ("trial", "2026-03-01", 4, 4),
    )
    world.check("trailing(v, 28 days) by month where orders.plan.plan = 'pro' during 2026-02", ("2026-02-01", 2))


def test_a_source_without_time_takes_the_time_that_a_metric_counts_by(engine: Engine) -> None:
    """Counted by the day of delivery, a customer's plan is that of that day."""
    text = TEXT.replace("who: int  amount: int", "who: int  amount: int  sent: date").replace(
        "metric n = count(orders)", "metric n = count(orders) at time orders.sent"
    )
    orders = [(1, "2026-01-05", 1, 1, "2026-02-05"), (2, "2026-01-20", 1, 2, "2026-01-25")]
    world = World(engine, text, plans=PLANS, orders=orders, customers=[(1,)])
    world.check("v by orders.customer.plan.plan", ("free", 3))
    world.check("n by orders.customer.plan.plan", ("free", 1), ("pro", 1))


@pytest.mark.smoke
def test_overlaps_never_count_a_fact_twice(engine: Engine) -> None:
    """Three overlapping prices: each sale has one of them, so the sums over plans are the sum."""
    overlapping = [(n, 1, f"2026-01-0{n}", None, f"p{n}") for n in range(1, 4)]
    world = World(engine, TEXT, plans=overlapping, orders=[(n, f"2026-01-0{n}", 1, 10**n) for n in range(1, 5)])
    world.check("v, n by orders.plan.plan", ("p1", 10, 1), ("p2", 100, 1), ("p3", 11000, 2))
    world.check("v, n", (11110, 4))


@pytest.mark.parametrize(
    "at,plan",
    [
        ("2026-01-31T22:59:59", "free"),  # 23:59:59 in Rome
        ("2026-01-31T23:00:00", "pro"),  # midnight in Rome: 1 February
    ],
)
def test_dates_of_validity_are_the_calendar_s(engine: Engine, at: str, plan: str) -> None:
    """A moment is valid by its day in the calendar's zone."""
    text = """
    calendar { zone "Europe/Rome" }
    source plans from plans { key id  id: int  who: int  valid_from: date  valid_to: date  plan: text }
    source orders from orders { key id  time at  id: int  at: timestamp  who: int
      join one plan: plans on who during plans.valid_from..plans.valid_to }
    metric n = count(orders)
    """
    World(engine, text, plans=PLANS, orders=[(1, at, 1)]).check("n by orders.plan.plan", (plan, 1))


@pytest.mark.smoke
def test_moments_of_validity(engine: Engine) -> None:
    """A price that changes at noon: inclusive at noon, exclusive for the one before; in another zone it is the same moment."""
    text = """
    source prices from prices { key id  id: int  what: text  since: timestamp  until: timestamp in "Asia/Taipei"  price: int }
    source sales from sales { key id  time at  id: int  at: timestamp  what: text  pieces: int
      join one price: prices on what during prices.since..prices.until }
    metric paid = sum(sales.pieces * sales.price.price)
    """
    prices = [(1, "mug", None, "2026-01-10T20:00", 10), (2, "mug", "2026-01-10T12:00", None, 12)]  # 20:00 in Taipei is 12:00 UTC
    sales = [(1, "2026-01-10T11:59:59", "mug", 1), (2, "2026-01-10T12:00:00", "mug", 1), (3, "2026-01-10T12:00:01", "cup", 1)]
    World(engine, text, prices=prices, sales=sales).check("paid by sales.id", (1, 10), (2, 12), (3, 0))


@pytest.mark.smoke
def test_the_metric_s_time_may_be_made_of_other_rows(engine: Engine) -> None:
    """Customers by the day of their first order: one was free then, and is a pro by now; of two plans the greater key counts."""
    text = TEXT.replace(
        "key id  id: int  join one plan",
        "key id  id: int  first_order: date = min(orders.day)  join one plan",
    )
    world = World(
        engine,
        text + "metric first_buyers = count(customers) at time customers.first_order",
        plans=PLANS,
        orders=[(1, "2026-01-05", 1, 7), (2, "2026-03-05", 1, 7), (3, "2026-03-01", 4, 1)],
        customers=[(1,), (4,), (9,)],
    )
    world.check("first_buyers by customers.plan.plan", ("b", 1), ("free", 1))


@pytest.mark.smoke
def test_moments_of_two_clocks_meet_at_one(engine: Engine) -> None:
    """Orders by Rome's clock, an hour ahead in January, prices by UTC: 10:30 in Rome is 9:30, before the price of 10 o'clock; 11:00 in
    Rome is that moment, and by their clocks alone the first would have been after it."""
    text = """
    source prices from prices { key id  id: int  what: int  since: timestamp  until: timestamp  price: int }
    source orders from orders { key id  time at  id: int  what: int  at: timestamp in "Europe/Rome"
      join one cost: prices on what during prices.since..prices.until }
    metric n = count(orders)
    """
    prices = [(1, 7, "2026-01-05T08:00", "2026-01-05T10:00", 5), (2, 7, "2026-01-05T10:00", None, 9)]
    orders = [(1, 7, "2026-01-05T08:59"), (2, 7, "2026-01-05T10:30"), (3, 7, "2026-01-05T11:00")]
    made = World(engine, text, prices=prices, orders=orders)
    made.check("n by orders.id, orders.cost.price", (1, None, 1), (2, 5, 1), (3, 9, 1))
