"""S29: attainments are floored and capped, weights sum to 100%, the payout follows a curve of straight lines; what has no data makes the
payout null and is named.

Sales of two people. First quarter of 2026: ann 300 + 180 = 480 in 8 orders, bo 90 in 1. Second: ann 100 in 2 orders so far (today is
30 May), bo nothing. Costs: 50 in the first quarter, none in the second.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from kpidsl.compile import compile_sources, emit, plan_scorecard, resolve_scorecard
from kpidsl.engines.base import Engine
from kpidsl.span import Source
from kpidsl.syntax import ast
from tests.results.world import World, same, undeclared

TEXT = """
source orders from orders { key id  time day  id: int  day: date  who: text  amount: money(EUR)  won: bool }
source costs from costs { key id  time day  id: int  day: date  amount: money(EUR) }
source plan from plan { key day, who  time day  day: date  who: text  amount: money(EUR) }
dimension person = orders.who, plan.who
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
metric aov = revenue / orders_n
metric won_share = count(orders where won) / orders_n
metric spend = sum(costs.amount) { better lower }
metric planned = sum(plan.amount)
goal grow { measure revenue  reach 1_000 EUR from 2026-01-01  by 2026-12-31 }
"""
ORDERS = [
    *((n, "2026-01-10", "ann", 60, True) for n in range(1, 6)),
    *((n, "2026-03-10", "ann", 60, False) for n in range(6, 9)),
    (9, "2026-02-10", "bo", 90, True),
    (10, "2026-05-02", "ann", 40, False),
    (11, "2026-05-03", "ann", 60, False),
]
COSTS = [(1, "2026-02-01", 50)]
AS_OF = dt.date(2026, 5, 30)
PART = 60 / 91
"""30 days of April and 30 of May, of the 91 of the second quarter."""
Row = tuple[object, ...]
PAY = "pay 0% at 80%, 100% at 100%, 150% at 120%"


def scores(world: World, name: str = "bonus", as_of: dt.date = AS_OF, last: int | None = None) -> list[dict[str, object]]:
    """The rows of a scorecard, by column."""
    decl = next(d for d in world.project.scope.declarations if isinstance(d, ast.Scorecard) and d.name.text == name)
    statement = plan_scorecard(world.project, resolve_scorecard(world.project, decl), as_of, last=last)
    result = world.engine.run(emit(statement, world.engine.dialect), [c.type for c in statement.columns])
    names = [c.name for c in statement.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def table(rows: list[dict[str, object]], *columns: str) -> list[Row]:
    return [tuple(row[column] for column in columns) for row in rows]


def shop(engine: Engine, text: str, **tables: Sequence[Sequence[object]]) -> World:
    return World(engine, TEXT + text, **{"orders": ORDERS, "costs": COSTS, **tables})


def check(got: list[Row], *expected: Row) -> None:
    assert same(got, expected), f"\ngot      {got}\nexpected {list(expected)}"


TWO = (
    """
kpi revenue for grow { target >= 600 EUR each quarter }
kpi aov for grow { target >= 50 EUR each quarter }
scorecard bonus "Bonus" for "Sales" each quarter {
  weigh revenue 70% floor 80% cap 120%
  weigh aov 30% cap 120%
  """
    + PAY
    + "\n}\n"
)


@pytest.mark.smoke
def test_attainment_score_weight_and_payout(engine: Engine) -> None:
    """First quarter: 570 of 600 is 0.95; 570 / 9 of 50 is 1.2667, capped at 1.2. 0.95 × 0.7 + 1.2 × 0.3 = 1.025, which pays
    1 + 0.025 / 0.2 × 0.5 = 1.0625. Second: 100 of the 395.60 that 60 of 91 days should bring lie
    below the floor: 0; 50 of 50 is 1, whatever is over of the quarter: 0.3, which pays nothing."""
    rows = scores(shop(engine, TWO))
    check(
        table(rows, "period_start", "period_end", "kpi", "actual", "target", "attainment", "score", "weight", "points", "payout"),
        ("2026-01-01", "2026-03-31", "revenue", 570, 600, 0.95, 0.95, 0.7, 0.665, None),
        ("2026-01-01", "2026-03-31", "aov", 570 / 9, 50, 570 / 450, 1.2, 0.3, 0.36, None),
        ("2026-01-01", "2026-03-31", None, None, None, None, 1.025, 1, 1.025, 1.0625),
        ("2026-04-01", "2026-06-30", "revenue", 100, 600, 100 / (600 * PART), 0, 0.7, 0, None),
        ("2026-04-01", "2026-06-30", "aov", 50, 50, 1, 1, 0.3, 0.3, None),
        ("2026-04-01", "2026-06-30", None, None, None, None, 0.3, 1, 0.3, 0),
    )
    assert [row["state"] for row in rows] == ["final"] * 3 + ["running"] * 3
    assert {(row["scorecard"], row["role"]) for row in rows} == {("bonus", "Sales")}
    assert [row["missing"] for row in rows] == [None] * 6
    assert [row["expected"] for row in rows] == [600, 50, None, pytest.approx(600 * PART), 50, None]
    assert [row["unit"] for row in rows[:3]] == ["EUR", "EUR per order", None]


def test_at_the_floor_it_counts_and_above_the_cap_no_more(engine: Engine) -> None:
    """480 of 600 is 80% exactly; 720 of 600 is 120%, as much as 721."""
    for amount, score in ((480, 0.8), (479, 0), (720, 1.2), (721, 1.2)):
        rows = scores(shop(engine, TWO, orders=[(1, "2026-01-10", "ann", amount, True)]))
        check(table(rows[:1], "kpi", "score"), ("revenue", score))


@pytest.mark.smoke
def test_less_is_better_and_a_band(engine: Engine) -> None:
    """Costs of 50 against at most 40: 40 / 50. Order value of 63.33 in a band of 40 to 60: 60 / 63.33; 50 lies inside: 1.
    In the second quarter 80 were spent, and 26.37 by now would have been fine."""
    text = """
    kpi spend for grow { target <= 40 EUR each quarter }
    kpi aov for grow { target between 40 EUR and 60 EUR each quarter }
    scorecard bonus each quarter { weigh spend 50%  weigh aov 50%  pay 50% at 50%, 100% at 100% }
    """
    rows = scores(shop(engine, text, costs=[*COSTS, (2, "2026-05-01", 80)]))
    low = 60 / (570 / 9)
    check(
        table(rows, "kpi", "target", "target_high", "score", "payout"),
        ("spend", 40, None, 0.8, None),
        ("aov", 40, 60, low, None),
        (None, None, None, (0.8 + low) / 2, (0.8 + low) / 2),
        ("spend", 40, None, 40 * PART / 80, None),
        ("aov", 40, 60, 1, None),
        (None, None, None, (40 * PART / 80 + 1) / 2, (40 * PART / 80 + 1) / 2),
    )


@pytest.mark.smoke
def test_without_data_there_is_no_payout_and_the_kpi_is_named(engine: Engine) -> None:
    """No cost was booked in the second quarter: that is no success, but nothing to judge by."""
    text = (
        """
    kpi revenue for grow { target >= 600 EUR each quarter }
    kpi spend for grow { target <= 50 EUR each quarter }
    kpi won_share for grow { target >= 50% each quarter  needs 3 orders_n }
    scorecard bonus each quarter { weigh revenue 40%  weigh spend 40%  weigh won_share 20% """
        + PAY
        + " }"
    )
    rows = scores(shop(engine, text))
    check(
        table([row for row in rows if row["kpi"] is None], "period_start", "score", "payout", "missing"),
        ("2026-01-01", 0.4 * 0.95 + 0.4 + 0.2 * (6 / 9) / 0.5, 1 + 0.5 * (0.4 * 0.95 + 0.4 + 0.4 * 6 / 9 - 1) / 0.2, None),
        ("2026-04-01", None, None, "spend, won_share"),
    )
    assert [row["missing"] for row in rows[4:7]] == [None, "spend", "won_share"], "two orders are fewer than three"


def test_targets_of_months_add_up_to_a_quarter(engine: Engine) -> None:
    """100 each month, 200 from February on: 500, then 600."""
    text = """
    kpi revenue for grow { target >= 100 EUR each month  target >= 200 EUR each month from 2026-02 }
    scorecard bonus each quarter { weigh revenue 100% }
    """
    rows = scores(shop(engine, text))
    check(
        table(rows, "kpi", "target", "score", "payout"),
        ("revenue", 500, 570 / 500, None),
        (None, None, 570 / 500, None),
        ("revenue", 600, 100 / (600 * PART), None),
        (None, None, 100 / (600 * PART), None),
    )


def test_targets_of_days_add_up_to_a_month(engine: Engine) -> None:
    """10 a day, 20 from 6 March on: 310 in January, 5 × 10 + 26 × 20 in March; before the first revision nobody wanted anything."""
    text = """
    kpi revenue for grow { target >= 10 EUR each day from 2026-01-15  target >= 20 EUR each day from 2026-03-06 }
    scorecard bonus each month { weigh revenue 100% }
    """
    rows = scores(shop(engine, text))
    targets = {row["period_start"]: row["target"] for row in rows if row["kpi"] is not None}
    assert targets == {
        dt.date(2026, 1, 1): None,
        dt.date(2026, 2, 1): 280,
        dt.date(2026, 3, 1): 5 * 10 + 26 * 20,
        dt.date(2026, 4, 1): 600,
        dt.date(2026, 5, 1): 620,
    }
    assert rows[0]["missing"] == "revenue"


def test_a_target_of_its_own_goes_before_those_of_months(engine: Engine) -> None:
    text = """
    kpi revenue for grow { target >= 100 EUR each month  target >= 570 EUR each quarter }
    scorecard bonus each quarter { weigh revenue 100% }
    """
    check(table(scores(shop(engine, text), last=2)[:1], "target", "score"), (570, 1))


PLAN = [
    ("2026-01-01", "ann", 400),
    ("2026-03-31", "ann", 80),
    ("2026-02-01", "bo", 100),
    ("2026-04-01", "ann", 200),
    ("2026-06-30", "ann", 50),
    ("2026-06-30", "cy", 80),
]


@pytest.mark.smoke
def test_each_person_has_a_target_of_their_own(engine: Engine) -> None:
    """From the plan's rows, those of later days too: ann 480 then 250, bo 100 then none, cy none then 80. Cy has sold nothing, which is
    0 of 80; nobody said what bo should sell in the second quarter, and cy in the first."""
    text = """
    kpi revenue for grow { target from planned each quarter by person }
    scorecard bonus by person each quarter { weigh revenue 100%  pay 0% at 0%, 100% at 100% }
    """
    rows = scores(shop(engine, text, plan=PLAN))
    lines = {(row["period_start"], row["person"]): row for row in rows if row["kpi"] is not None}
    wish = {
        (dt.date(2026, 1, 1), "ann"): (480, 480, 1, None),
        (dt.date(2026, 1, 1), "bo"): (90, 100, 0.9, None),
        (dt.date(2026, 1, 1), "cy"): (0, None, None, "revenue"),
        (dt.date(2026, 4, 1), "ann"): (100, 250, 0.4 / PART, None),
        (dt.date(2026, 4, 1), "bo"): (0, None, None, "revenue"),
        (dt.date(2026, 4, 1), "cy"): (0, 80, 0, None),
    }
    assert set(lines) == set(wish)
    for key, expected in wish.items():
        check(table([lines[key]], "actual", "target", "score", "missing"), expected)
    totals = [row for row in rows if row["kpi"] is None]
    check(table(totals, "person", "payout"), ("ann", 1), ("bo", 0.9), ("cy", None), ("ann", 0.4 / PART), ("bo", None), ("cy", 0))


def test_without_one_of_their_own_all_have_the_same(engine: Engine) -> None:
    """300 for everybody; a plan that is not split is everybody's too, here 580 and 330."""
    text = """
    kpi revenue for grow { target >= 300 EUR each quarter }
    scorecard bonus by orders.who each quarter { weigh revenue 100% }
    """
    rows = [row for row in scores(shop(engine, text)) if row["kpi"] is not None]
    check(table(rows, "who", "target", "score"), ("ann", 300, 1.6), ("bo", 300, 0.3), ("ann", 300, 1 / 3 / PART), ("bo", 300, 0))
    text = """
    kpi revenue for grow { target from planned each month }
    scorecard bonus by orders.who each quarter { weigh revenue 100% }
    """
    rows = [row for row in scores(shop(engine, text, plan=PLAN)) if row["kpi"] is not None]
    check(table(rows, "who", "target", "score"), ("ann", 580, 48 / 58), ("bo", 580, 9 / 58), ("ann", 330, 10 / 33 / PART), ("bo", 330, 0))


@pytest.mark.smoke
def test_what_was_spent_so_far_is_held_against_what_may_be_spent_by_now(engine: Engine) -> None:
    """30 spent by the 15th of April, of 91 a quarter: 15 by now. Half the quarter's attainment is no triumph of 303%."""
    text = "kpi spend for grow { target <= 91 EUR each quarter }\nscorecard bonus each quarter { weigh spend 100% cap 150% }"
    rows = scores(shop(engine, text, costs=[(1, "2026-04-10", 30)]), as_of=dt.date(2026, 4, 15), last=1)
    check(table(rows[:1], "actual", "target", "expected", "attainment", "score", "state"), (30, 91, 15, 0.5, 0.5, "running"))
    rows = scores(shop(engine, text, costs=[(1, "2026-04-10", 30)]), as_of=dt.date(2026, 6, 30), last=1)
    check(table(rows[:1], "actual", "target", "expected", "attainment", "score", "state"), (30, 91, 91, 91 / 30, 1.5, "final"))


def test_a_running_period_goes_by_the_pace_of_its_kpi(engine: Engine) -> None:
    """The second quarter of 2026 has 65 weekdays, and 63 without Easter Monday (6 April) and the first of May; 8 of them are over by the
    13th of April: 1, 2, 3, 7, 8, 9, 10 and 13. By last year's share a quarter of it was there by the 13th: 10 of 40."""
    orders = [(1, "2025-04-10", "ann", 10, True), (2, "2025-06-10", "ann", 30, True), (3, "2026-04-02", "ann", 16, True)]
    calendar = "calendar { holidays 2026-04-06, 2026-05-01 }\n"
    card = "\nscorecard bonus each quarter { weigh revenue 50%  weigh orders_n 50% }"
    text = "kpi revenue for grow { target >= 63 EUR each quarter  pace workdays }"
    text += "kpi orders_n for grow { target >= 126 each quarter  pace workdays }" + card
    made = World(engine, calendar + TEXT + text, orders=orders)
    rows = scores(made, as_of=dt.date(2026, 4, 13), last=1)
    check(table(rows, "expected", "attainment"), (8, 2), (16, 1 / 16), (None, None))
    text = "kpi revenue for grow { target >= 64 EUR each quarter  pace seasonal }"
    text += "kpi orders_n for grow { target >= 4 each quarter  pace seasonal }" + card
    rows = scores(World(engine, TEXT + text, orders=orders), as_of=dt.date(2026, 4, 13), last=1)
    check(table(rows, "expected", "attainment"), (16, 1), (2, 0.5), (None, None))


def test_why_a_line_has_no_score(engine: Engine) -> None:
    """In the second quarter nothing was spent, two orders are fewer than three, nobody says what revenue should be from July on only, and
    an order value of less than nothing is no share of anything."""
    text = """
    metric lost = aov - 100 EUR { better lower }
    kpi spend for grow { target <= 50 EUR each quarter }
    kpi won_share for grow { target >= 50% each quarter  needs 3 orders_n }
    kpi revenue for grow { target >= 600 EUR each quarter from 2026-07 }
    kpi lost for grow { target <= 10 EUR each quarter }
    kpi aov for grow { target >= 50 EUR each quarter }
    scorecard bonus each quarter { weigh spend 20%  weigh won_share 20%  weigh revenue 20%  weigh lost 20%  weigh aov 20% }
    """
    rows = scores(shop(engine, text), last=1)
    assert [row["reason"] for row in rows] == ["no_data", "insufficient_data", "no_target", "not_above_zero", None, None]
    assert rows[-1]["missing"] == "spend, won_share, revenue, lost"


def test_the_last_periods_only(engine: Engine) -> None:
    rows = scores(shop(engine, TWO), last=1)
    assert {row["period_start"] for row in rows} == {dt.date(2026, 4, 1)}


def test_no_rows_no_scores(engine: Engine) -> None:
    assert scores(World(engine, TEXT + TWO)) == []


# ---------------------------------------------------------------- refused


GOOD = "kpi revenue for grow { target >= 600 EUR each quarter }\n"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (GOOD + "scorecard b each quarter { weigh revenue 90% }", "KPI095", ("add up to 90%", "give 10%")),
        ("scorecard b each quarter { pay 0% at 0%, 1% at 1% }", "KPI095", ("weighs nothing",)),
        (GOOD + "scorecard b each quarter { weigh revenue 50%  weigh revenue 50% }", "KPI095", ("weighed twice",)),
        (GOOD + "scorecard b each quarter { weigh revenue 100 }", "KPI095", ("in percent",)),
        (GOOD + "scorecard b each quarter { weigh revenue 100% floor 120% cap 80% }", "KPI096", ("not below its cap",)),
        (GOOD + "scorecard b each quarter { weigh revenue 100%  pay 0% at 100%, 50% at 80% }", "KPI096", ("do not rise",)),
        (GOOD + "scorecard b each quarter { weigh revenue 100%  pay 50% at 80%, 20% at 100% }", "KPI096", ("less than the 50%",)),
        (GOOD + "scorecard b each quarter { weigh revenue 100%  pay 5 at 80% }", "KPI096", ("in percent",)),
        (GOOD + "scorecard b { weigh revenue 100% }", "KPI097", ("how often",)),
        ("scorecard b each quarter { weigh revenue 100% }", "KPI097", ("no KPI stands on it", "kpi revenue { target")),
        ("kpi aov for grow { target >= 5 EUR each month }\nscorecard b each quarter { weigh aov 100% }", "KPI097", ("cannot be added up",)),
        (
            "kpi revenue for grow { target >= 5 EUR each year }\nscorecard b each quarter { weigh revenue 100% }",
            "KPI097",
            ("do not fill a quarter",),
        ),
        (
            'kpi revenue for grow { target >= 5 EUR each quarter where person = "ann" }\nscorecard b each quarter { weigh revenue 100% }',
            "KPI097",
            ("no target for all its rows",),
        ),
        (GOOD + "scorecard b by costs.id each quarter { weigh revenue 100% }", "KPI020", ("costs",)),
        (GOOD + "scorecard b each quater { weigh revenue 100% }", "KPI049", ("quater",)),
    ],
)
def test_what_cannot_be_settled_is_refused(text: str, code: str, words: tuple[str, ...]) -> None:
    undeclared(text, code, *words, text=TEXT)


def test_what_is_wrong_with_a_kpi_is_said_once() -> None:
    text = TEXT + "kpi revenue for grow { target >= 600 }\nscorecard b each quarter { weigh revenue 100% }"
    found = [d.code for d in compile_sources([Source("test.kpi", text)]).diagnostics.sorted()]
    assert found.count("KPI097") == 0
    assert "KPI080" in found


# ---------------------------------------------------------------- any numbers


def curve(points: list[tuple[float, float]], score: float) -> float:
    if score <= points[0][0]:
        return points[0][1]
    for (at, pay), (until, most) in pairwise(points):
        if score <= until:
            return pay + (score - at) / (until - at) * (most - pay)
    return points[-1][1]


@pytest.mark.parametrize("seed", range(4))
def test_scores_are_those_of_plain_python(engine: Engine, seed: int) -> None:
    """Random amounts, targets, weights, edges and curves, recomputed."""
    chance = random.Random(seed)
    orders = [
        (n, f"2026-0{chance.randint(1, 3)}-10", chance.choice("ab"), chance.randint(1, 200), chance.random() < 0.5) for n in range(12)
    ]
    costs = [(n, "2026-02-01", chance.randint(1, 100)) for n in range(3)]
    weight = chance.randint(1, 98)
    rest = chance.randint(1, 99 - weight)
    weights = [weight, rest, 100 - weight - rest]
    floor, cap = chance.randint(30, 95), chance.randint(101, 150)
    targets = [chance.randint(300, 2000), chance.randint(40, 200), chance.randint(30, 200)]
    low = chance.randint(20, 90)
    at = [low, low + chance.randint(5, 30), low + chance.randint(40, 90)]
    pay = sorted(chance.randint(0, 200) for _ in at)
    text = f"""
    kpi revenue for grow {{ target >= {targets[0]} EUR each quarter }}
    kpi aov for grow {{ target >= {targets[1]} EUR each quarter }}
    kpi spend for grow {{ target <= {targets[2]} EUR each quarter }}
    scorecard bonus each quarter {{
      weigh revenue {weights[0]}% floor {floor}% cap {cap}%
      weigh aov {weights[1]}% floor {floor}%
      weigh spend {weights[2]}% cap {cap}%
      pay {", ".join(f"{p}% at {a}%" for a, p in zip(at, pay, strict=True))}
    }}
    """
    rows = scores(shop(engine, text, orders=orders, costs=costs), as_of=dt.date(2026, 3, 31))
    revenue, spent = sum(order[3] for order in orders), sum(cost[2] for cost in costs)
    reached = [revenue / targets[0], revenue / len(orders) / targets[1], targets[2] / spent]
    wish = [
        0 if reached[0] < floor / 100 else min(reached[0], cap / 100),
        0 if reached[1] < floor / 100 else reached[1],
        min(reached[2], cap / 100),
    ]
    total = sum(w / 100 * s for w, s in zip(weights, wish, strict=True))
    assert [row["score"] for row in rows] == [pytest.approx(score, rel=1e-9, abs=1e-9) for score in (*wish, total)]
    assert rows[-1]["payout"] == pytest.approx(curve([(a / 100, p / 100) for a, p in zip(at, pay, strict=True)], total), rel=1e-9, abs=1e-9)
