"""S25: what a stage of a journey reached is the mean of its KPIs, each with the part of what is expected by now, between 0 and 1; the
bottleneck reached least among the stages in which a KPI fails.

Today is 15 June 2026: 15 of 30 days of June are over. Visits: two on each of these days, 30 in all, 20 of them on phones. Orders: one of
50 EUR on each of the first four days of June, delivered after 2, 2, 3 and 5 days.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from kpidsl.compile import compile_sources, emit, findings, journeys_of, plan_journey, resolve_journey
from kpidsl.diagnostic import Severity
from kpidsl.engines.base import Engine
from kpidsl.model.findings import BottleneckModel
from kpidsl.plan.plan import Statement
from kpidsl.span import Source
from tests.results.world import World, same, undeclared

TEXT = """
source visits from visits { key id  time day  id: int  day: date  device: text }
source orders from orders { key id  time day  id: int  day: date  amount: money(EUR)  waited: int  delivered: date }
source calls from calls { key id  time day  id: int  day: date }
metric visits_n = count(visits)
metric orders_n = count(orders)
metric calls_n = count(calls)
metric revenue = sum(orders.amount)
metric aov = revenue / orders_n
metric waiting = avg(orders.waited) { better lower }
goal grow { measure revenue  reach 1_000 EUR from 2026-01-01  by 2026-12-31 }
goal keep { measure orders_n  reach 100 from 2026-01-01  by 2026-12-31 }
"""
SHOP = 'journey shop "Shop" { visit "Visit"  think "Think"  buy "Buy" }\n'
TODAY = dt.date(2026, 6, 15)


def order(number: int, day: str, amount: int, waited: int = 1) -> tuple[object, ...]:
    return number, day, amount, waited, str(dt.date.fromisoformat(day) + dt.timedelta(days=waited))


VISITS = [(n, str(dt.date(2026, 6, 1) + dt.timedelta(days=n // 2)), "phone" if n % 3 else "desk") for n in range(30)]
ORDERS = [order(n, f"2026-06-0{n}", 50, waited) for n, waited in enumerate((2, 2, 3, 5), 1)]
Row = dict[str, object]


def shop(engine: Engine, kpis: str, journey: str = SHOP, **tables: list[tuple[object, ...]]) -> World:
    return World(engine, TEXT + journey + kpis, **{"visits": VISITS, "orders": ORDERS, **tables})


def run(world: World, statement: Statement) -> list[Row]:
    result = world.engine.run(emit(statement, world.engine.dialect), [c.type for c in statement.columns])
    return [dict(zip([c.name for c in statement.columns], row, strict=True)) for row in result.rows]


def stages(world: World, today: dt.date | None = TODAY) -> list[Row]:
    """The rows of the project's only journey."""
    (decl,) = journeys_of(world.project)
    return run(world, plan_journey(world.project, resolve_journey(world.project, decl), today))


def check(rows: list[Row], columns: str, *expected: tuple[object, ...]) -> None:
    got = [tuple(row[column] for column in columns.split()) for row in rows]
    assert same(got, expected), f"\ngot      {got}\nexpected {list(expected)}"


THREE = """
kpi visits_n for grow { stage visit  target >= 100 each month  owner "Ann"  when off_track do "Call the agency" }
kpi orders_n for grow { stage buy  target >= 10 each month }
kpi aov      for grow { stage buy  target >= 40 EUR each month }
"""


@pytest.mark.smoke
def test_a_row_for_each_kpi_and_one_for_a_stage_without(engine: Engine) -> None:
    """30 visits of the 50 that are expected by now: 0.6. 4 orders of 5: 0.8, outside of the warn band of a tenth; 50 EUR against 40: 1 with
    the mean 0.9. Nobody looks at `think`."""
    rows = stages(shop(engine, THREE))
    check(
        rows,
        "position stage label kpi goal each period_start period_end unit actual target attainment expected reached status",
        (1, "visit", "Visit", "visits_n", "grow", "month", "2026-06-01", "2026-06-30", "count", 30, 100, 0.3, 50, 0.6, "off_track"),
        (2, "think", "Think", *[None] * 12),
        (3, "buy", "Buy", "orders_n", "grow", "month", "2026-06-01", "2026-06-30", "count", 4, 10, 0.4, 5, 0.8, "off_track"),
        (3, "buy", "Buy", "aov", "grow", "month", "2026-06-01", "2026-06-30", "EUR per order", 50, 40, 1.25, 40, 1, "on_track"),
    )
    check(
        rows,
        "journey stage_reached is_bottleneck owner action",
        ("shop", 0.6, True, "Ann", "Call the agency"),
        ("shop", None, None, None, None),
        ("shop", 0.9, False, None, None),
        ("shop", 0.9, False, None, None),
    )


def test_what_is_over_is_held_against_the_whole_target(engine: Engine) -> None:
    """On 30 June the month is over: 30 of 100 visits and 4 of 10 orders; the mean of `buy` is 0.7."""
    check(
        stages(shop(engine, THREE), dt.date(2026, 6, 30)),
        "kpi reached status stage_reached is_bottleneck",
        ("visits_n", 0.3, "missed", 0.3, True),
        (None, None, None, None, None),
        ("orders_n", 0.4, "missed", 0.7, False),
        ("aov", 1, "achieved", 0.7, False),
    )


def test_a_kpi_counts_once_however_many_targets_it_has(engine: Engine) -> None:
    """Visits: 30 of 50 in the month, and in the week that began today 2 of 20 / 7: 0.7; together 0.65. Orders for two goals are two KPIs:
    0.8 and 4 of 10, 0.4; the mean with visits in `visit` is (0.65 + 0.4) / 2, and `buy` has 0.8."""
    text = """
    kpi visits_n for grow { stage visit  target >= 100 each month  target >= 20 each week }
    kpi orders_n for keep { stage visit  target >= 20 each month }
    kpi orders_n for grow { stage buy  target >= 10 each month }
    """
    check(
        stages(shop(engine, text)),
        "stage kpi goal each reached stage_reached is_bottleneck",
        ("visit", "visits_n", "grow", "month", 0.6, 0.525, True),
        ("visit", "visits_n", "grow", "week", 0.7, 0.525, True),
        ("visit", "orders_n", "keep", "month", 0.4, 0.525, True),
        ("think", None, None, None, None, None, None),
        ("buy", "orders_n", "grow", "month", 0.8, 0.8, False),
    )


def test_segments_count_only_where_there_is_no_target_for_all(engine: Engine) -> None:
    """20 visits on phones of 30 that are expected, 10 on desks of 10: the mean of both segments. The order value has one line for all."""
    text = """
    kpi visits_n for grow {
      stage visit
      target >= 60 each month where visits.device = "phone"
      target >= 20 each month where visits.device = "desk"
    }
    kpi aov for grow { stage buy  target >= 50 EUR each month  target >= 99 EUR each month where orders.waited > 2 }
    """
    check(
        stages(shop(engine, text)),
        "kpi segment actual reached status stage_reached is_bottleneck",
        ("visits_n", 'visits.device = "phone"', 20, Fraction(2, 3), "off_track", Fraction(5, 6), True),
        ("visits_n", 'visits.device = "desk"', 10, 1, "on_track", Fraction(5, 6), True),
        (None, None, None, None, None, None, None),
        ("aov", None, 50, 1, "on_track", 1, False),
    )


@pytest.mark.smoke
def test_where_nothing_fails_there_is_no_bottleneck(engine: Engine) -> None:
    text = """
    kpi visits_n for grow { stage visit  target >= 60 each month }
    kpi aov for grow { stage buy  target between 40 EUR and 60 EUR each month }
    """
    check(
        stages(shop(engine, text)),
        "kpi status target target_high reached is_bottleneck",
        ("visits_n", "on_track", 60, None, 1, False),
        (None, None, None, None, None, None),
        ("aov", "on_track", 40, 60, 1, False),
    )


@pytest.mark.parametrize(
    ("tables", "flags"),
    [
        ({}, [True, None, False]),  # visits fail, calls have no rows, orders do well
        ({"visits": []}, [None, None, None]),  # one stage alone can be judged: nothing is narrower than something
        ({"visits": [], "orders": []}, [None, None, None]),
        ({"calls": [(1, "2026-06-01")]}, [False, True, False]),  # 1 call of 5 is less than 30 visits of 50
    ],
    ids=["a stage without data", "one stage", "none", "all of them"],
)
def test_what_cannot_be_judged_is_no_bottleneck_and_none_is_told_of_one_stage(
    engine: Engine, tables: dict[str, list[tuple[object, ...]]], flags: list[bool | None]
) -> None:
    text = """
    kpi visits_n for grow { stage visit  target >= 100 each month }
    kpi calls_n for grow { stage think  target >= 10 each month }
    kpi aov for grow { stage buy  target >= 40 EUR each month }
    """
    rows = stages(shop(engine, text, **tables))
    assert [row["is_bottleneck"] for row in rows] == flags
    assert [row["stage_reached"] is None for row in rows] == [row["status"] == "no_data" for row in rows]


@pytest.mark.smoke
def test_of_equal_stages_the_first_is_the_bottleneck(engine: Engine) -> None:
    """30 of 50 visits, 4 orders of 20 / 3, and an order value of 50 against 250 / 3: 0.6 each, whatever doubles make of it."""
    text = """
    kpi aov for grow { stage buy  target >= 250 EUR / 3 each month }
    kpi orders_n for grow { stage think  target >= 40 / 3 each month }
    kpi visits_n for grow { stage visit  target >= 100 each month }
    """
    check(
        stages(shop(engine, text)),
        "stage reached is_bottleneck",
        ("visit", 0.6, True),
        ("think", 0.6, False),
        ("buy", 0.6, False),
    )


def test_a_part_lies_between_nothing_and_all(engine: Engine) -> None:
    """Returns for 80 EUR leave 200 − 280 = −80 EUR of revenue: nothing is reached, not less. 4 orders of 2 are all, not twice of it: with
    the visits, 0.6 of them, the stage has 0.8 and not 1.3."""
    text = """
    kpi revenue for grow { stage buy  target >= 100 EUR each month }
    kpi orders_n for grow { stage visit  target >= 4 each month }
    kpi visits_n for grow { stage visit  target >= 100 each month }
    """
    rows = stages(shop(engine, text, orders=[*ORDERS[:3], order(9, "2026-06-10", -230)]))
    check(
        rows,
        "kpi actual attainment reached status stage_reached is_bottleneck",
        ("orders_n", 4, 1, 1, "on_track", 0.8, False),
        ("visits_n", 30, 0.3, 0.6, "off_track", 0.8, False),
        (None, None, None, None, None, None, None),
        ("revenue", -80, -0.8, 0, "off_track", 0, True),
    )


def test_a_target_of_nothing_has_no_part_and_steps_back(engine: Engine) -> None:
    """At least 0 EUR, and −80 are there: off track by a part that nobody can tell. The stage with a number is the bottleneck; alone among
    those that fail it is the one."""
    returns = [*ORDERS[:3], order(9, "2026-06-10", -230)]
    text = (
        "kpi revenue for grow { stage visit  target >= 0 EUR each month }\nkpi orders_n for grow { stage buy  target >= 10 each month }\n"
    )
    columns = "kpi reached status stage_reached is_bottleneck"
    check(
        stages(shop(engine, text, orders=returns)),
        columns,
        ("revenue", None, "off_track", None, False),
        (None, None, None, None, None),
        ("orders_n", 0.8, "off_track", 0.8, True),
    )
    check(
        stages(shop(engine, text.replace(">= 10 each", ">= 4 each"), orders=returns)),
        columns,
        ("revenue", None, "off_track", None, True),
        (None, None, None, None, None),
        ("orders_n", 1, "on_track", 1, False),
    )


def test_less_is_better_and_values_of_all_kinds_stand_beside_each_other(engine: Engine) -> None:
    """An average wait of 3 days against 2.4: 0.8; three of four orders within 3 days against 90%: 0.75 / 0.9. The mean is 49 / 60."""
    text = """
    metric in_time = count(orders where orders.waited <= 3) / count(orders)
    metric delivery = median(orders.delivered - orders.day) { better lower }
    kpi waiting for grow { stage buy  target <= 2.4 each month }
    kpi in_time for grow { stage buy  target >= 90% each month }
    kpi delivery for grow { stage visit  target <= 2 days each month  warn at 150% }
    """
    check(
        stages(shop(engine, text)),
        "kpi unit actual reached status stage_reached is_bottleneck",
        ("delivery", "days", 2.5, 0.8, "at_risk", 0.8, True),
        (None, None, None, None, None, None, None),
        ("waiting", "", 3, 0.8, "off_track", Fraction(49, 60), False),
        ("in_time", "%", 0.75, Fraction(5, 6), "off_track", Fraction(49, 60), False),
    )


def test_the_trend_is_that_of_the_kpi(engine: Engine) -> None:
    """Orders of December to May: 1, 1, 1, then 2, 2, 2: twice as many."""
    months = [("2025-12", 1), ("2026-01", 1), ("2026-02", 1), ("2026-03", 2), ("2026-04", 2), ("2026-05", 2)]
    days = [f"{month}-{day:02}" for month, count in months for day in range(1, count + 1)]
    rows = stages(shop(engine, THREE, orders=[*ORDERS, *(order(n, day, 50) for n, day in enumerate(days, 10))]))
    check(rows, "kpi trend", ("visits_n", None), (None, None), ("orders_n", 1), ("aov", 0))


def test_a_plan_of_the_season_is_paced_as_in_status(engine: Engine) -> None:
    """Of June 2025 a quarter of the orders came in its first half: by now 40 × 1/4 = 10 are expected, and 4 are there."""
    before = [order(50 + n, day, 50) for n, day in enumerate(("2025-06-03", "2025-06-20", "2025-06-21", "2025-06-22"))]
    text = "kpi orders_n for grow { stage buy  target >= 40 each month  pace seasonal }\n" + THREE.splitlines()[1]
    rows = stages(shop(engine, text, orders=[*ORDERS, *before]))
    check(rows[2:], "kpi expected reached stage_reached is_bottleneck", ("orders_n", 10, 0.4, 0.4, True))


def test_the_warehouse_s_own_day_is_today_where_none_is_given(engine: Engine) -> None:
    """Nothing was visited or sold for long: there are no rows to judge, and a row for each KPI all the same."""
    old = [(1, "2020-01-01", "phone")]
    rows = stages(shop(engine, THREE, visits=old, orders=[]), None)
    check(rows, "kpi status", ("visits_n", "no_data"), (None, None), ("orders_n", "no_data"), ("aov", "no_data"))


# ---------------------------------------------------------------- which journeys there are


def test_without_a_journey_the_usual_stages_are_one(engine: Engine) -> None:
    text = THREE.replace("stage visit", "stage awareness").replace("stage buy", "stage conversion")
    rows = stages(shop(engine, text, journey=""))
    check(
        rows,
        "journey position stage label kpi is_bottleneck",
        ("standard", 1, "awareness", "Awareness", "visits_n", True),
        ("standard", 2, "consideration", "Consideration", None, None),
        ("standard", 3, "conversion", "Conversion", "orders_n", False),
        ("standard", 3, "conversion", "Conversion", "aov", False),
        ("standard", 4, "loyalty", "Loyalty", None, None),
    )


def test_a_project_whose_kpis_name_no_stage_has_no_journey() -> None:
    made = compile_sources([Source("t.kpi", TEXT + "kpi aov for grow { target >= 40 EUR each month }")])
    assert journeys_of(made) == []


def test_a_journey_that_no_kpi_stands_on_has_its_stages(engine: Engine) -> None:
    rows = stages(shop(engine, "", journey='journey shop { visit  think  buy "Buy" }'))
    check(rows, "stage label kpi is_bottleneck", ("visit", "visit", None, None), ("think", "think", None, None), ("buy", "Buy", None, None))


def test_each_of_two_journeys_has_its_own_kpis(engine: Engine) -> None:
    world = shop(
        engine, THREE + 'journey service { ask "Ask"  answer "Answer" }\nkpi calls_n for keep { stage ask  target >= 1 each month }\n'
    )
    found = [resolve_journey(world.project, decl) for decl in journeys_of(world.project)]
    assert {j.name: [[kpi.name for kpi in stage.kpis] for stage in j.stages] for j in found} == {
        "shop": [["visits_n"], [], ["orders_n", "aov"]],
        "service": [["calls_n"], []],
    }


# ---------------------------------------------------------------- the finding


def told(world: World) -> list[Row]:
    return [
        row for found, statement in findings(world.project, TODAY) if isinstance(found, BottleneckModel) for row in run(world, statement)
    ]


@pytest.mark.smoke
def test_the_finding_names_the_kpi_that_is_furthest_behind(engine: Engine) -> None:
    """`buy` has 0.8 for orders and 50 of 100 EUR for their value: 0.65 together, less than 30 of 40 visits."""
    text = THREE.replace(">= 40 EUR", ">= 100 EUR").replace(">= 100 each", ">= 80 each")
    check(told(shop(engine, text)), "stage kpi reached stage_reached status", ("buy", "aov", 0.5, 0.65, "off_track"))
    text = text.replace(">= 100 EUR", ">= 62.50 EUR").replace(">= 80 each", ">= 70 each")  # 0.8 for both
    check(told(shop(engine, text)), "stage kpi reached", ("buy", "orders_n", 0.8))


@pytest.mark.parametrize(
    "kpis",
    [
        "kpi visits_n for grow { stage visit  target >= 60 each month }\nkpi aov for grow { stage buy  target >= 40 EUR each month }",
        "kpi visits_n for grow { stage visit  target >= 62 each month }\nkpi aov for grow { stage buy  target >= 40 EUR each month }",
        "kpi visits_n for grow { stage visit  target >= 100 each month }",
    ],
    ids=["nothing fails", "it is only at risk", "one stage alone"],
)
def test_no_finding(engine: Engine, kpis: str) -> None:
    assert told(shop(engine, kpis)) == []


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("written", ["journey one { only }", "journey one"])
def test_a_journey_of_one_stage_or_none(written: str) -> None:
    undeclared(written, "KPI104", "`one`", "between two stages", text=TEXT)


def test_a_stage_stands_once_and_on_one_journey() -> None:
    undeclared("journey a { x  y  x }", "KPI034", "two stages `x`", text=TEXT)
    undeclared("journey b { order  visit }", "KPI105", "`shop` and `b`", "`visit`", "b_visit", text=TEXT + SHOP)


def test_a_journey_from_a_module_has_the_project_s_kpis_and_its_stages_are_taken() -> None:
    module = Source("ways.kpi", 'journey service { ask "Ask"  answer "Answer" }')
    text = TEXT + "use ways\nkpi calls_n for keep { stage ask  target >= 1 each month }\n"
    made = compile_sources([Source("t.kpi", text), module])
    assert made.diagnostics.errors == []
    (decl,) = journeys_of(made)
    assert [[kpi.name for kpi in stage.kpis] for stage in resolve_journey(made, decl).stages] == [["calls_n"], []]
    made = compile_sources([Source("t.kpi", text + "journey own { visit  ask }"), module])
    assert [(d.code, d.message) for d in made.diagnostics.errors] == [
        ("KPI105", "the journeys `service` and `own` both have a stage `ask`")
    ]


def test_a_journey_that_is_declared_twice_is_told_once() -> None:
    made = compile_sources([Source("t.kpi", TEXT + SHOP + SHOP)])
    assert [d.code for d in made.diagnostics.errors] == ["KPI034"]


def test_a_stage_that_no_journey_has() -> None:
    kpi = "kpi aov for grow {{ stage {}  target >= 40 EUR each month }}"
    undeclared(kpi.format("vist"), "KPI049", "did you mean `visit`?", text=TEXT + SHOP)
    made = compile_sources([Source("t.kpi", TEXT + SHOP + kpi.format("loyalty"))])
    (found,) = [d for d in made.diagnostics.sorted() if d.severity is not Severity.HINT]
    assert (found.code, found.severity) == ("KPI106", Severity.WARNING)
    assert "visit, think, buy" in (found.help or "")
    made = compile_sources([Source("t.kpi", TEXT + SHOP.replace("buy", "loyalty") + kpi.format("loyalty"))])
    assert [d for d in made.diagnostics.sorted() if d.severity is not Severity.HINT] == [], "it is a stage of the project's own now"
