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
