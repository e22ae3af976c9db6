"""S28: what stands out without being declared. Counts are chosen so that the intervals can be worked out by hand."""

from __future__ import annotations

import datetime as dt
from math import sqrt

import pytest

from kpidsl.compile import emit, findings
from kpidsl.engines.base import Engine
from kpidsl.model.findings import BudgetModel, GapModel, LossModel, SilenceModel
from tests.results.world import World, same

WEB = """
source visits from visits { key id  time day  id: int  day: date  device: text  bought: int  n: int }
source ads from ads { key id  time day  id: int  day: date  channel: text  cost: money(EUR) }
source sales from sales { key id  time day  id: int  day: date  channel: text  amount: money(EUR) }
dimension device = visits.device
dimension channel = ads.channel, sales.channel
metric visits = count(visits)
metric buys = count(visits) where visits.bought = 1
metric rate = buys / visits { better higher }
metric spend = sum(ads.cost) { category cost }
metric sales = sum(sales.amount) { category result }
alert few { watch rate each week  when < 1%  do "Look" }
alert poor { watch sales each week  when < 1 EUR  do "Look" }
"""
TODAY = dt.date(2026, 6, 30)


def visits(**devices: tuple[int, int]) -> list[tuple[object, ...]]:
    """Rows of each device: so many that bought, out of so many."""
    rows: list[tuple[object, ...]] = []
    for device, (bought, of) in devices.items():
        rows += [(len(rows) + n, TODAY - dt.timedelta(days=n % 30), device, int(n < bought), 1) for n in range(of)]
    return [(number, *row[1:]) for number, row in enumerate(rows)]


def told(engine: Engine, kind: type, **tables: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """What all findings of one kind return."""
    made = World(engine, WEB, **tables)
    rows: list[tuple[object, ...]] = []
    for finding, statement in findings(made.project, TODAY):
        if isinstance(finding, kind):
            result = engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns])
            rows += result.rows
    return rows


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """As the textbook has it, around the share, with z = 3."""
    share, z = hits / cases, 3
    middle = (share + z * z / (2 * cases)) / (1 + z * z / cases)
    reach = z / (1 + z * z / cases) * sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases))
    return middle - reach, middle + reach


@pytest.mark.smoke
def test_a_segment_far_below_the_rest(engine: Engine) -> None:
    """mobile 10 of 500 (2%), desktop 60 of 600 and tablet 20 of 200 (10%). Of mobile at most 4.9%, of the others at least 7.4%. Desktop's
    rest is mobile with tablet, 30 of 700, and it lies above."""
    low, high = wilson(80, 800)
    rows = told(engine, GapModel, visits=visits(mobile=(10, 500), desktop=(60, 600), tablet=(20, 200)))
    assert wilson(10, 500)[1] < low
    assert same(rows, [("mobile", 0.02, 0.1, low, high, 500)])


@pytest.mark.smoke
def test_a_ratio_of_summed_counts(engine: Engine) -> None:
    """Clicks of advertisements come as numbers a day: of search 40 of 1,000, of social 10 of 1,000 on two days, of mail 10 of
    500. Social has at most 2.47%, and the others, 50 of 1,500, at least 2.20%. With 240 of 2,000 of search social and mail are far off."""
    text = """
    source ads from ads { key id  time day  id: int  day: date  channel: text  clicks: count  shown: count }
    dimension channel = ads.channel
    metric rate = sum(ads.clicks) / sum(ads.shown) { better higher }
    alert few { watch rate each week  when < 1%  do "Look" }
    """
    rows = [("search", 40, 1000), ("social", 4, 400), ("social", 6, 600), ("mail", 10, 500)]
    ads = [(n, TODAY - dt.timedelta(days=n), *row) for n, row in enumerate(rows)]
    made = World(engine, text, ads=ads)
    ((_, statement),) = [each for each in findings(made.project, TODAY) if isinstance(each[0], GapModel)]
    low, high = wilson(50, 1500)
    found = engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows
    assert low < wilson(10, 1000)[1] < 0.05
    assert same(found, []), "the intervals meet"
    made = World(engine, text, ads=[*ads, (9, TODAY, "search", 200, 1000)])
    ((_, statement),) = [each for each in findings(made.project, TODAY) if isinstance(each[0], GapModel)]
    low, high = wilson(250, 2500)
    found = engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows
    assert same(found, [("social", 0.01, 0.1, low, high, 1000), ("mail", 0.02, 250 / 3000, *wilson(250, 3000), 500)])


@pytest.mark.parametrize(
    "devices",
    [
        {"mobile": (30, 400), "desktop": (40, 400)},  # 7.5% against 10%: the intervals meet
        {"mobile": (0, 99), "desktop": (300, 600)},  # fewer than a hundred
        {"mobile": (500, 5000), "desktop": (600, 5000)},  # 10% against 12%: sure, and too little to matter
        {"mobile": (0, 120), "desktop": (1000, 3000)},  # fewer than one in twenty
        {"mobile": (50, 500)},  # nothing to compare with
    ],
)
def test_no_noise_is_told(engine: Engine, devices: dict[str, tuple[int, int]]) -> None:
    assert told(engine, GapModel, visits=visits(**devices)) == []


SHOP = """
source events from events { key id  time at  id: int  visitor: int  at: timestamp  name: text  device: text }
dimension device = events.device
funnel shopping {
  entity visitor  within 7 days
  stage view = events where name = "view"
  stage wish = events where name = "wish" { optional }
  stage cart = events where name = "cart"
  stage order = events where name = "order"
}
funnel for_ever { entity visitor  stage view = events where name = "view"  stage order = events where name = "order" }
funnel again { entity visitor  within 7 days  stage one = events  stage two = events where name = "cart" }
"""
Way = tuple[int, int, int]


def ways(back: int = 8, **devices: Way) -> list[tuple[object, ...]]:
    """Of each device so many who view, of these so many who take, of these so many who order, all hours after a start `back` days ago."""
    rows: list[tuple[object, ...]] = []
    visitor = 0
    start = dt.datetime.combine(TODAY - dt.timedelta(days=back), dt.time(8))
    for device, (views, carts, orders) in devices.items():
        for n in range(views):
            visitor += 1
            done = ["view", *(["cart"] if n < carts else []), *(["order"] if n < orders else [])]
            rows += [(len(rows) + i, visitor, start + dt.timedelta(hours=i), name, device) for i, name in enumerate(done)]
    return [(number, *row[1:]) for number, row in enumerate(rows)]


def lost(engine: Engine, events: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """What is told of funnels."""
    made = World(engine, SHOP, events=events)
    asked = [(each, statement) for each, statement in findings(made.project, TODAY) if isinstance(each, LossModel)]
    assert [each.funnel.name for each, _ in asked] == ["shopping"], "not one without a window, nor one whose ends begin anew"
    ((_, statement),) = asked
    return list(engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows)


@pytest.mark.smoke
def test_where_a_segment_is_lost(engine: Engine) -> None:
    """Of mobile 20 of 1,000 come through, of desktop 80 (2% and 8%): 100 take something (10%), of desktop 400 (40%), and then one in five
    of both orders. So it is lost at the third stage, the cart; nobody is asked for a wish, the second."""
    low, high = wilson(80, 1000)
    assert wilson(20, 1000)[1] < low
    rows = lost(engine, ways(mobile=(1000, 100, 20), desktop=(1000, 400, 80)))
    assert same(rows, [("mobile", 0.02, 0.08, low, high, 1000, 3, 0.1, 0.4)])


@pytest.mark.parametrize(
    "devices",
    [
        {"mobile": (300, 60, 12), "desktop": (300, 120, 24)},  # 4% and 8%: the intervals meet
        {"mobile": (99, 9, 0), "desktop": (900, 360, 180)},  # fewer than a hundred
        {"mobile": (1000, 100, 50), "desktop": (1000, 400, 50)},  # one step loses more, the other less: as many come through
        {"mobile": (1000, 400, 20), "desktop": (1000, 400, 80), "tablet": (20000, 800, 160)},  # fewer than one in twenty
        {"mobile": (1000, 90, 20), "desktop": (1000, 99, 80)},  # no hundred come to the step that loses
        {"mobile": (1000, 100, 20)},  # nothing to compare with
    ],
)
def test_no_noise_of_funnels_is_told(duckdb: Engine, devices: dict[str, Way]) -> None:
    assert [row for row in lost(duckdb, ways(**devices)) if row[0] == "mobile"] == []


def test_who_may_still_come_is_not_lost(engine: Engine) -> None:
    """Starts of six days ago have a day left."""
    assert lost(engine, ways(6, mobile=(500, 50, 10), desktop=(500, 200, 40))) == []


def money(**channels: int) -> list[tuple[object, ...]]:
    return [(n, TODAY - dt.timedelta(days=n), channel, amount) for n, (channel, amount) in enumerate(channels.items()) if amount]


@pytest.mark.smoke
def test_a_share_of_the_budget_that_brings_little(engine: Engine) -> None:
    """social takes 60 of 100 and brings 100 of the 400 that paid channels bring; direct costs nothing and is not among them."""
    rows = told(engine, BudgetModel, ads=money(search=40, social=60), sales=money(search=300, social=100, direct=999))
    assert same(rows, [("social", 0.6, 0.25)])
    assert told(engine, BudgetModel, ads=money(search=40, social=60), sales=money(search=220, social=180)) == []  # 60% for 45%
    assert told(engine, BudgetModel, ads=money(search=95, social=5), sales=money(search=95, social=0)) == []


def daily(first: int, last: int, step: int = 1) -> list[tuple[object, ...]]:
    """A sale every so many days, from so many days ago to so many days ago."""
    return [(n, TODAY - dt.timedelta(days=n), "web", 10) for n in range(last, first + 1, step)]


@pytest.mark.smoke
@pytest.mark.parametrize(
    "rows,expected",
    [
        (daily(60, 5), [("2026-06-25", 5, 1)]),  # every day, and none for five
        (daily(60, 2), []),  # two days are nothing yet
        (daily(350, 20, 30), []),  # every thirty days, and twenty ago
        (daily(390, 61, 30), [("2026-04-30", 61, 30)]),
        (daily(9, 5), []),  # five days with rows: no rhythm is known
        ([], []),
    ],
)
def test_a_source_that_lost_its_data(engine: Engine, rows: list[tuple[object, ...]], expected: list[tuple[object, ...]]) -> None:
    assert same(told(engine, SilenceModel, sales=rows, visits=visits(mobile=(10, 500))), expected)


def test_silence_beyond_what_is_complete_is_none(engine: Engine) -> None:
    """Sales are complete through 26 June: one day without is no silence."""
    text = WEB.replace("amount: money(EUR) }", "amount: money(EUR)  complete through 2026-06-26 }")
    made = World(engine, text, sales=daily(60, 5))
    silent = [statement for finding, statement in findings(made.project, TODAY) if isinstance(finding, SilenceModel)]
    assert len(silent) == 2
    assert [list(engine.run(emit(s, engine.dialect), [c.type for c in s.columns]).rows) for s in silent] == [[], []]
