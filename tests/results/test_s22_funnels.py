"""S22: funnels of entities. Every expected row is worked out by hand from the events beside it; moments are hours of January 2026."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

TEXT = """
source people from people { key id  id: text  country: text }
source events from events {
  key id  time at
  id: int  at: timestamp  who: text  session: int  name: text  device: text
  join one person: people on who = id
}
source orders from orders { key no  time at  no: int  at: timestamp  who: text  session: int  paid: bool }
dimension country = people.country
metric views = count(events) where name = "view"
metric orders_n = count(orders)
"""
BUYING = """
funnel buying "Visit to order" {
  entity who
  within 2 days
  stage visit "Visit" = events where name = "view"
  stage cart          = events where name = "cart"
  stage order         = orders where paid
}
"""
Event = tuple[object, ...]


def at(day: int, hour: int = 0) -> str:
    return (dt.datetime(2025, 12, 31) + dt.timedelta(days=day, hours=hour)).isoformat(sep=" ")


def world(engine: Engine, funnel: str, events: Sequence[Event], orders: Sequence[Event] = (), text: str = TEXT) -> World:
    """Events are (who, day, hour, name[, device[, session]]), orders (who, day, hour[, paid[, session]])."""
    rows = []
    for number, (who, day, hour, name, *rest) in enumerate(events, 1):
        device, session = (*rest, "web", 1)[:2] if len(rest) != 1 else (rest[0], 1)
        rows.append((number, at(day, hour), who, session, name, device))  # type: ignore[arg-type]
    bought = []
    for number, (who, day, hour, *rest) in enumerate(orders, 1):
        paid, session = (*rest, True, 1)[:2] if len(rest) != 1 else (rest[0], 1)
        bought.append((number, at(day, hour), who, session, paid))  # type: ignore[arg-type]
    people = [("a", "IT"), ("b", "IT"), ("c", "RO")]
    return World(engine, text + funnel, people=people, events=rows, orders=bought)


def levels(made: World, name: str = "buying", stages: Sequence[str] = ("visit", "cart", "order"), by: str = "") -> list[tuple[object, ...]]:
    """How many came to each stage."""
    return made.rows(", ".join(f"{name}.{stage}" for stage in stages) + by)


@pytest.mark.smoke
def test_each_entity_counts_once_per_stage(engine: Engine) -> None:
    """a: view, view, cart, order, order: all stages once. b: view, cart twice. c: only a view; an order that is not paid is none."""
    events = [("a", 1, 0, "view"), ("a", 1, 1, "view"), ("a", 1, 2, "cart"), ("b", 2, 0, "view"), ("b", 2, 3, "cart"), ("b", 2, 4, "cart")]
    events.append(("c", 3, 0, "view"))
    made = world(engine, BUYING, events, [("a", 1, 5), ("a", 1, 6), ("c", 3, 1, False)])
    made.check("buying.visit, buying.cart, buying.order, buying.rate, buying.entities, buying.completed", (3, 2, 1, 1 / 3, 3, 1))
    made.check("buying.cart.rate, buying.order.step_rate, buying.order.rate, buying.cart.drop_off", (2 / 3, 1 / 2, 1 / 3, 1))


@pytest.mark.smoke
def test_a_funnel_is_a_row_for_each_group_and_stage(engine: Engine) -> None:
    """On the phone a came to the order after 2 + 6 hours, on the web b to the cart after 3. Wilson of 1 of 1: from 1 / (1 + z²) to 1."""
    events = [("a", 1, 0, "view", "phone"), ("a", 1, 2, "cart", "web"), ("b", 2, 0, "view"), ("b", 2, 3, "cart"), ("c", 3, 0, "view")]
    made = world(engine, BUYING, events, [("a", 1, 8)])
    z = 1.959963984540054**2
    low = 1 / (1 + z)
    half = ((0.25 / 2 + z / 16) * z) ** 0.5  # of 1 of 2: (p + z²/2n ± √(z² (p(1 - p)/n + z²/4n²))) / (1 + z²/n), with z² in the root
    few, many = (0.5 + z / 4 - half) / (1 + z / 2), (0.5 + z / 4 + half) / (1 + z / 2)
    made.check(
        "funnel buying by device",
        ("phone", "visit", "Visit", 1, None, None, None, None, None, None, None, None, None, 0, False),
        ("phone", "cart", "cart", 1, 1, low, 1, 1, low, 1, 0, 2 / 24, 2 / 24, 0, False),
        ("phone", "order", "order", 1, 1, low, 1, 1, low, 1, 0, 8 / 24, 8 / 24, 0, False),
        ("web", "visit", "Visit", 2, None, None, None, None, None, None, None, None, None, 0, False),
        ("web", "cart", "cart", 1, 1 / 2, few, many, 1 / 2, few, many, 1, 3 / 24, 3 / 24, 0, False),
        ("web", "order", "order", 0, 0, 0, z / (1 + z), 0, 0, z / 2 / (1 + z / 2), 1, None, None, 0, True),
    )


def test_stages_come_in_their_order(engine: Engine) -> None:
    """The cart of a is before its view; that of b at the very moment: a stage is reached by a later event."""
    made = world(engine, BUYING, [("a", 1, 0, "cart"), ("a", 1, 1, "view"), ("b", 1, 0, "view"), ("b", 1, 0, "cart")])
    assert levels(made) == [(2, 0, 0)]


def test_the_window_is_measured_from_the_start_and_holds_its_last_moment(engine: Engine) -> None:
    """Two days: a orders after exactly 48 hours, b after 49, though within 2 days of its cart."""
    events = [("a", 1, 0, "view"), ("a", 1, 5, "cart"), ("b", 1, 0, "view"), ("b", 2, 0, "cart")]
    made = world(engine, BUYING, events, [("a", 3, 0), ("b", 3, 1)])
    assert levels(made) == [(2, 2, 1)]


def test_the_farthest_of_several_starts_counts(engine: Engine) -> None:
    """a begins on day 1 (cart in time, order too late) and again on day 3, from where cart and order are in time. Whoever took the first
    event of each stage would find day 1, and no order."""
    made = world(engine, BUYING, [("a", 1, 0, "view"), ("a", 1, 1, "cart"), ("a", 5, 0, "view"), ("a", 5, 1, "cart")], [("a", 5, 2)])
    assert levels(made) == [(1, 1, 1)]
    made.check(
        "buying.visit, buying.cart, buying.order by day during 2026-01-01 .. 2026-01-05 sparse",
        ("2026-01-01", 1, 1, 0),
        ("2026-01-05", 1, 1, 1),
    )


def test_an_early_start_may_be_the_viable_one(engine: Engine) -> None:
    """view 0h, cart 1h, view 2h, order 3h: the second view has no cart after it, the first leads to the order; it is credited there."""
    made = world(engine, BUYING, [("a", 1, 0, "view"), ("a", 1, 1, "cart"), ("a", 2, 2, "view")], [("a", 2, 3)])
    made.check(
        "buying.visit, buying.cart, buying.order by day during 2026-01-01 .. 2026-01-02",
        ("2026-01-01", 1, 1, 1),
        ("2026-01-02", 1, 0, 0),
    )


def test_one_event_fills_one_stage(engine: Engine) -> None:
    """Two views make `again`, one does not; three views make all of three stages."""
    funnel = """
    funnel again { entity who  stage one = events where name = "view"  stage two = events where name = "view"
      stage three = events where name = "view" }"""
    events = [("a", 1, 0, "view"), ("b", 1, 0, "view"), ("b", 1, 1, "view"), ("c", 1, 0, "view"), ("c", 1, 1, "view"), ("c", 2, 0, "view")]
    made = world(engine, funnel, events)
    assert levels(made, "again", ("one", "two", "three")) == [(3, 2, 1)]


def test_events_of_one_moment_are_one(engine: Engine) -> None:
    """Three views in one moment are one start and no repetition."""
    funnel = 'funnel again { entity who  stage one = events where name = "view"  stage two = events where name = "view" }'
    made = world(engine, funnel, [("a", 1, 0, "view"), ("a", 1, 0, "view"), ("a", 1, 0, "view", "phone")])
    assert levels(made, "again", ("one", "two")) == [(1, 0)]


@pytest.mark.parametrize("first,second", [("phone", "web"), ("web", "phone")])
def test_of_equal_starts_the_smallest_key_tells_the_group(engine: Engine, first: str, second: str) -> None:
    made = world(engine, BUYING, [("a", 1, 0, "view", first), ("a", 1, 0, "view", second), ("a", 1, 1, "cart")])
    made.check("buying.visit, buying.cart by device", (first, 1, 1))


def test_what_is_excluded_ends_a_path(engine: Engine) -> None:
    """a gives up between view and cart; b before its view, which ends nothing; c gives up, and begins anew; d at the very moment of its
    cart, which is not before it."""
    funnel = BUYING.replace("within", 'exclude events where name = "gave_up"\n  within')
    events = [("a", 1, 0, "view"), ("a", 1, 1, "gave_up"), ("a", 1, 2, "cart"), ("b", 1, 0, "gave_up"), ("b", 1, 1, "view")]
    events += [("b", 1, 2, "cart"), ("c", 1, 0, "view"), ("c", 1, 1, "gave_up"), ("c", 1, 2, "view"), ("c", 1, 3, "cart")]
    events += [("d", 1, 0, "view"), ("d", 1, 1, "gave_up"), ("d", 1, 1, "cart")]
    made = world(engine, funnel, events, [("b", 1, 3), ("d", 1, 4)])
    assert levels(made) == [(4, 3, 1)]  # d gave up between its start and its order


def test_an_optional_stage_holds_nobody_up(engine: Engine) -> None:
    """a passes the cart over, b does not, c comes to the cart only. The order is a part of the visits."""
    funnel = BUYING.replace('name = "cart"', 'name = "cart" { optional }')
    events = [("a", 1, 0, "view"), ("b", 1, 0, "view"), ("b", 1, 1, "cart"), ("c", 1, 0, "view"), ("c", 1, 1, "cart")]
    made = world(engine, funnel, events, [("a", 1, 2), ("b", 1, 2)])
    made.check("buying.visit, buying.cart, buying.order, buying.order.step_rate", (3, 2, 2, 2 / 3))
    bottlenecks = [row[-1] for row in made.rows("funnel buying")]
    assert [bool(b) for b in bottlenecks] == [False, False, True]


def test_a_strict_order_has_nothing_in_between(engine: Engine) -> None:
    """a looks at help between view and cart; b goes straight on. Orders are events, too: c has one in between."""
    funnel = BUYING.replace("within 2 days", "order strict")
    events = [("a", 1, 0, "view"), ("a", 1, 1, "help"), ("a", 1, 2, "cart"), ("b", 1, 0, "view"), ("b", 1, 1, "cart")]
    events += [("c", 1, 0, "view"), ("c", 1, 2, "cart")]
    made = world(engine, funnel, events, [("b", 1, 2), ("c", 1, 1)])
    assert levels(made) == [(3, 1, 1)]


def test_a_strict_order_keeps_out_what_is_excluded(engine: Engine) -> None:
    """The carts of a and of b are excluded where they are on the phone; a's path ends with its cart, which is a stage all the same."""
    funnel = BUYING.replace("within 2 days", 'order strict  exclude events where device = "phone"')
    events = [("a", 1, 0, "view"), ("a", 1, 1, "cart", "phone"), ("b", 1, 0, "view"), ("b", 1, 1, "cart")]
    made = world(engine, funnel, events, [("a", 1, 2), ("b", 1, 2)])
    assert levels(made) == [(2, 2, 1)]


def test_a_strict_order_with_an_optional_stage(engine: Engine) -> None:
    """a goes over the cart, b straight to the order, c over help to the order."""
    funnel = BUYING.replace("within 2 days", "order strict").replace('name = "cart"', 'name = "cart" { optional }')
    events = [("a", 1, 0, "view"), ("a", 1, 1, "cart"), ("b", 1, 0, "view"), ("c", 1, 0, "view"), ("c", 1, 1, "help")]
    made = world(engine, funnel, events, [("a", 1, 2), ("b", 1, 1), ("c", 1, 2)])
    assert levels(made) == [(3, 1, 2)]


def test_split_by_what_a_later_stage_says(engine: Engine) -> None:
    """a's first cart is on the phone, its second on the web; c comes to no cart. The order of a is in session 7; key 4 before key 5."""
    events = [("a", 1, 0, "view"), ("a", 1, 1, "cart", "phone"), ("a", 1, 2, "cart", "web"), ("b", 1, 1, "cart", "tv"), ("b", 1, 1, "cart")]
    events += [("b", 1, 0, "view"), ("c", 1, 0, "view")]
    made = world(engine, BUYING, events, [("a", 1, 3, True, 7)])
    made.check("buying.visit, buying.cart, buying.order by buying.cart.device", ("phone", 1, 1, 1), ("tv", 1, 1, 0), (None, 1, 0, 0))
    made.check("buying.visit by buying.order.session", (7, 1), (None, 2))
    made.check('buying.visit where buying.cart.device = "phone"', (1,))
    made.check("buying.cart by buying.visit.device, buying.cart.person.country", ("web", "IT", 2))
    strict = world(engine, BUYING.replace("within 2 days", "order strict"), events, [("a", 1, 3, True, 7)])
    strict.check("buying.visit, buying.cart by buying.cart.device", ("phone", 1, 1), ("tv", 1, 1), (None, 1, 0))


def test_in_any_order_all_of_it_within_the_window(engine: Engine) -> None:
    """a: cart, then view 47 hours later: complete. b: 49 hours apart. c: a cart only. Whoever did anything is counted."""
    funnel = """
    funnel setup { entity who  within 2 days  order any
      stage view = events where name = "view"  stage cart = events where name = "cart" }"""
    events = [("a", 1, 0, "cart"), ("a", 2, 23, "view"), ("b", 1, 0, "view"), ("b", 3, 1, "cart"), ("c", 1, 0, "cart")]
    made = world(engine, funnel, events)
    made.check("setup.entities, setup.completed, setup.rate", (3, 1, 1 / 3))
    made.check("setup.completed, setup.rate by country", ("IT", 1, 1 / 2), ("RO", 0, 0))
    made.check("setup.entities by name", ("cart", 3), ("view", 2))


def test_in_any_order_one_event_may_be_all_of_it(engine: Engine) -> None:
    funnel = 'funnel both { entity who  order any  stage web = events where device = "web"  stage view = events where name = "view" }'
    made = world(engine, funnel, [("a", 1, 0, "view"), ("b", 1, 0, "view", "phone")])
    made.check("both.entities, both.completed", (2, 1))


def test_what_is_held_is_the_same_from_stage_to_stage(engine: Engine) -> None:
    """a's cart is in another session than its view; b's is in the same."""
    funnel = BUYING.replace("within", "same session\n  within")
    events = [("a", 1, 0, "view", "web", 1), ("a", 1, 1, "cart", "web", 2), ("b", 1, 0, "view", "web", 5), ("b", 1, 1, "cart", "web", 5)]
    made = world(engine, funnel, events, [("b", 1, 2, True, 5)])
    assert levels(made) == [(2, 1, 1)]


def test_groups_filters_and_periods_are_those_of_the_start(engine: Engine) -> None:
    """a begins on the phone on the 31st and goes on in February on the web: all of it is January's and the phone's."""
    events = [("a", 31, 23, "view", "phone"), ("a", 31, 25, "cart", "web"), ("c", 31, 5, "view", "web")]
    made = world(engine, BUYING, events, [("a", 31, 26)])
    made.check("buying.visit, buying.cart, buying.order by month, device", ("2026-01-01", "phone", 1, 1, 1), ("2026-01-01", "web", 1, 0, 0))
    made.check('buying.visit, buying.order where device = "web"', (1, 0))
    made.check("buying.visit, buying.order by country", ("IT", 1, 1), ("RO", 1, 0))
    made.check("buying.order during 2026-01", (1,))
    made.check("buying.order during 2026-02", (0,))


def test_a_start_before_the_range_takes_nothing_from_it(engine: Engine) -> None:
    """The view of the 31st of December is none of January's; the view of the 1st leads to the order of the 2nd."""
    events = [("a", 0, 0, "view"), ("a", 1, 1, "view"), ("a", 1, 2, "cart")]
    made = world(engine, BUYING, events, [("a", 2, 0)])
    made.check("buying.visit, buying.order during 2026-01", (1, 1))


def test_starts_whose_window_is_not_over_are_told(engine: Engine) -> None:
    """As of the 4th: a began on the 1st and had its two days; c began on the 3rd at noon and has until the 5th."""
    made = world(engine, BUYING, [("a", 1, 0, "view"), ("c", 3, 12, "view"), ("b", 5, 0, "view")])
    made.check("buying.entities, buying.immature", (2, 1), as_of="2026-01-04")
    assert [row[-2] for row in made.rows("funnel buying", "2026-01-04")] == [1, 1, 1]


def test_an_event_after_today_is_not_there_yet(engine: Engine) -> None:
    made = world(engine, BUYING, [("a", 1, 0, "view"), ("a", 1, 5, "cart")], [("a", 2, 1)])
    made.check("buying.visit, buying.cart, buying.order", (1, 1, 0), as_of="2026-01-01")


def test_nobody_in_particular_is_nobody(engine: Engine) -> None:
    """Events without an entity or a time are no path of anyone's."""
    made = world(engine, BUYING, [(None, 1, 0, "view"), (None, 1, 1, "cart"), ("a", 1, 0, "view")])
    assert levels(made) == [(1, 0, 0)]


def test_nothing_at_all(engine: Engine) -> None:
    made = world(engine, BUYING, [])
    made.check("buying.visit, buying.order, buying.rate, buying.median_time", (0, 0, None, None))
    assert [row[2] for row in made.rows("funnel buying")] == [0, 0, 0]


def test_median_and_p90_are_over_the_starts_that_came_there(engine: Engine) -> None:
    """Carts after 1, 2 and 6 hours: median 2, p90 interpolated at 2 + 0.8 · 4 = 5.2 hours; in days."""
    events = [(who, 1, hour, name) for who, end in (("a", 1), ("b", 2), ("c", 6)) for hour, name in ((0, "view"), (end, "cart"))]
    made = world(engine, BUYING, events)
    made.check("buying.cart.median_time, buying.cart.p90_time", (2 / 24, 5.2 / 24))


def test_compared_with_an_earlier_period(engine: Engine) -> None:
    """In January one of two came to the cart, in February (day 32 and on) one of one."""
    events = [("a", 5, 0, "view"), ("a", 5, 1, "cart"), ("b", 6, 0, "view"), ("c", 33, 0, "view"), ("c", 33, 1, "cart")]
    funnel = BUYING.replace("stage order         = orders where paid", "")
    made = world(engine, funnel, events)
    rows = made.rows("funnel buying during 2026-02 compare previous month")
    assert [(row[0], row[2], row[3], *row[-3:]) for row in rows] == [("visit", 1, None, 2, None, None), ("cart", 1, 1.0, 1, 0.5, 0.5)]
    made.check("buying.cart.rate during 2026-02 compare previous month", (1, 0.5, 1))


def test_what_a_funnel_says_is_a_metric(engine: Engine) -> None:
    """In formulas, with a filter, as a share, over a window; views are counted beside it."""
    events = [("a", 1, 0, "view"), ("a", 1, 1, "cart"), ("b", 2, 0, "view"), ("b", 2, 2, "view", "phone")]
    text = BUYING + 'metric web_rate = buying.cart.rate where device = "web"\nmetric per_visitor = views / buying.visit\n'
    made = world(engine, text, events)
    made.check("web_rate, per_visitor", (1 / 2, 3 / 2))
    made.check(
        "trailing(buying.visit, 2 days) by day during 2026-01-01 .. 2026-01-03", ("2026-01-01", 1), ("2026-01-02", 2), ("2026-01-03", 1)
    )


def test_stages_on_days_and_on_moments_go_by_day(engine: Engine) -> None:
    """All view on the 5th. The order of a is of the same day, that of b of the day before, that of c two days later. Window: 1 day."""
    text = TEXT.replace("at: timestamp  who: text  session: int  paid: bool", "at: date  who: text  session: int  paid: bool")
    funnel = 'funnel buying { entity who  within 1 day  stage visit = events where name = "view"  stage order = orders where paid }'
    events = [(number, at(5, 9), who, 1, "view", "web") for number, who in enumerate("abc")]
    orders = [(1, "2026-01-05", "a", 1, True), (2, "2026-01-04", "b", 1, True), (3, "2026-01-07", "c", 1, True)]
    made = World(engine, text + funnel, events=events, orders=orders)
    made.check("buying.visit, buying.order by day", ("2026-01-05", 3, 1))
    made.check("buying.order.median_time", (0,))


def test_days_and_moments_want_stages_that_no_row_can_be_twice() -> None:
    text = TEXT.replace("at: timestamp  who: text  session: int  paid: bool", "at: date  who: text  session: int  paid: bool")
    funnel = 'funnel x { entity who  stage a = events  stage b = events where name = "cart"  stage c = orders }'
    undeclared(funnel, "KPI103", "both `a` and `b`", text=text)


def test_a_funnel_of_metrics_divides_what_they_count(engine: Engine) -> None:
    """Three views, two orders on the 1st, one view on the 2nd: 2/3, then 0 of 1."""
    made = world(
        engine,
        "funnel media { stage views = views  stage orders = orders_n }",
        [("a", 1, 0, "view"), ("b", 1, 0, "view"), ("b", 1, 1, "view"), ("c", 2, 0, "view")],
        [("a", 1, 2), ("b", 1, 3)],
    )
    made.check("media.rate, media.orders, media.orders.drop_off", (2 / 4, 2, 2))
    made.check(
        "funnel media by day",
        ("2026-01-01", "views", 3, None, None, None, False),
        ("2026-01-01", "orders", 2, 2 / 3, 2 / 3, 1, True),
        ("2026-01-02", "views", 1, None, None, None, False),
        ("2026-01-02", "orders", 0, 0, 0, 1, True),
    )


def test_what_cannot_be_asked() -> None:
    refused("funnel buying by country top 2", "KPI121", text=TEXT + BUYING)
    refused("funnel buying by name_of_nothing", "KPI039", text=TEXT + BUYING)
    refused("buying.cart by orders.paid", "KPI020", text=TEXT + BUYING)


@pytest.mark.parametrize("order", ["ordered", "strict"])
def test_stages_may_be_called_like_what_the_steps_use_themselves(engine: Engine, order: str) -> None:
    """a comes from `started` to `happened` a day later, and to `next` two days after the start; b only to `happened`, after two days."""
    text = f"""
    funnel clash {{
      entity who  within 3 days  order {order}
      stage started  = events where name = "view"
      stage happened = events where name = "cart"
      stage next     = events where name = "buy"
    }}
    """
    events = [("a", 1, 0, "view"), ("a", 2, 0, "cart"), ("a", 3, 0, "buy"), ("b", 1, 0, "view"), ("b", 3, 0, "cart")]
    made = world(engine, text, events)
    assert levels(made, "clash", ("started", "happened", "next", "happened.median_time", "next.median_time")) == [(2, 2, 1, 1.5, 2)]


def test_what_is_excluded_at_one_moment_with_a_stage(engine: Engine) -> None:
    """a puts in the cart and opts out at one moment, orders later: the cart counts, and what comes after it does not. b opts out at the
    moment of the view: before the start it ends nothing."""
    text = BUYING.replace("within 2 days", 'within 2 days  exclude events where name = "out"')
    events = [("a", 1, 0, "view"), ("a", 1, 2, "cart"), ("a", 1, 2, "out"), ("b", 1, 0, "view"), ("b", 1, 0, "out"), ("b", 1, 1, "cart")]
    made = world(engine, text, events, [("a", 1, 3), ("b", 1, 3)])
    assert levels(made) == [(2, 2, 1)]
