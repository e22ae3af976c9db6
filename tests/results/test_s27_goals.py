"""S27: a goal is one row: baseline, target, actual, what is expected by now, what remains and what it takes a day, forecast and status."""

from __future__ import annotations

import math

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, compiled, undeclared

TEXT = """
source orders from orders { key id  time day  id: int  day: date  amount: money(EUR) }
source ads from ads { key id  time day  id: int  day: date  cost: money(EUR) }
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
metric aov = revenue / orders_n
metric spend = sum(ads.cost) { better lower }
"""
ORDERS = [
    (1, "2025-01-10", 50),
    (2, "2025-04-10", 80),
    (3, "2025-07-10", 100),
    (4, "2025-10-01", 60),
    (5, "2025-11-15", 60),
    (6, "2026-01-01", 30),
    (7, "2026-01-10", 45),
    (8, "2026-01-10", 15),
]
ADS = [(1, "2025-10-05", 40), (2, "2026-01-05", 10)]
AS_OF = "2026-01-10"


def world(engine: Engine, goals: str) -> World:
    return World(engine, TEXT + goals, orders=ORDERS, ads=ADS)


@pytest.mark.smoke
def test_more_than_before(engine: Engine) -> None:
    """The last quarter of 2025 brought 120, so the first one of 2026 should bring 144. 10 of its 90 days are over with 90: 54 are
    missing in 80 days. Quarter by quarter revenue was 50, 80, 100, 120: it grew by 60 %, 25 % and 20 %."""
    world(engine, 'goal g { kind sales  measure revenue  increase 20% over 2025-Q4  by 2026-03-31  owner "Ann" }').check_goal(
        "g",
        AS_OF,
        goal="g",
        kind="sales",
        unit="EUR",
        starts="2026-01-01",
        ends="2026-03-31",
        baseline=120,
        target=144,
        actual=90,
        expected=16,
        attainment=90 / 144,
        remaining=54,
        required_per_day=54 / 80,
        forecast=810,
        asked_growth=0.2,
        usual_growth=(0.6 + 0.25 + 0.2) / 3,
        best_growth=0.6,
        achievable="usual",
        status="on_track",
        owner="Ann",
    )


def test_the_forecast_s_range(engine: Engine) -> None:
    """Ten days: 30, eight times nothing, 60. Their mean is 9, the sum of squares 4500, so s² = (4500 − 810) / 9 = 410. 80 days remain."""
    half = 1.959963984540054 * math.sqrt(410) * 80 * math.sqrt(1 / 80 + 1 / 10)
    world(engine, "goal g { measure revenue  reach 900 EUR from 2026-01-01  by 2026-03-31 }").check_goal(
        "g", AS_OF, forecast=810, forecast_low=810 - half, forecast_high=810 + half
    )


def test_a_goal_from_a_period_starts_with_its_first_day(engine: Engine) -> None:
    """From the fourth quarter of 2025 on: the 60 and 60 of that year, and 30, 45 and 15 of this one."""
    made = world(engine, "goal g { measure revenue  reach 900 EUR from 2025-Q4  by 2026-03-31 }")
    made.check_goal("g", AS_OF, starts="2025-10-01", ends="2026-03-31", actual=210)


@pytest.mark.smoke
def test_less_than_before(engine: Engine) -> None:
    """40 were spent, 30 may be: 30 × 10/90 by now, 10 are gone, 20 are left."""
    world(engine, "goal g { measure spend  reduce 25% over 2025-Q4  by 2026-03-31 }").check_goal(
        "g",
        AS_OF,
        baseline=40,
        target=30,
        actual=10,
        expected=30 / 9,
        attainment=3,
        remaining=20,
        required_per_day=0.25,
        asked_growth=-0.25,
        status="off_track",
    )


def test_by_an_amount(engine: Engine) -> None:
    world(engine, "goal g { measure revenue  increase 30 EUR over 2025-Q4  by 2026-03-31 }").check_goal(
        "g", AS_OF, target=150, asked_growth=0.25
    )
    world(engine, "goal g { measure orders_n  reduce 1 over 2025-Q4  by 2026-03-31 }").check_goal("g", AS_OF, target=1, baseline=2)


@pytest.mark.smoke
def test_ratios_are_compared_as_they_stand(engine: Engine) -> None:
    """60 an order before, 66 wanted, 30 now; nobody adds averages up, so nothing is needed a day."""
    world(engine, "goal g { measure aov  increase 10% over 2025-Q4  by 2026-03-31 }").check_goal(
        "g", AS_OF, baseline=60, target=66, actual=30, expected=66, remaining=36, required_per_day=None, forecast=30, status="off_track"
    )


def test_a_value_to_reach(engine: Engine) -> None:
    """From February on: nothing has begun. The baseline is the 59 days before."""
    goal = "goal g { measure revenue  reach 100 EUR from 2026-02-01  by 2026-03-31 }"
    world(engine, goal).check_goal("g", AS_OF, status="not_started", target=100, starts="2026-02-01", expected=None)
    made = world(engine, goal.replace("2026-02-01", "2026-01-01"))
    made.check_goal("g", AS_OF, baseline=120, status="on_track", expected=100 * 10 / 90)
    made.check_goal("g", "2026-03-31", status="missed", remaining=10, required_per_day=None, forecast=90)
    world(engine, goal.replace("100 EUR from 2026-02-01", "90 EUR from 2026-01-01")).check_goal(
        "g", "2026-04-30", status="achieved", remaining=0
    )


def test_a_value_to_reach_of_what_should_be_low(engine: Engine) -> None:
    world(engine, "goal g { measure spend  reach 90 EUR from 2026-01-01  by 2026-03-31 }").check_goal(
        "g", AS_OF, expected=10, status="on_track", attainment=9
    )


@pytest.mark.smoke
def test_a_value_to_keep(engine: Engine) -> None:
    """Judged by the period of its review: 30 an order in January, 60 in the fourth quarter."""
    goal = "goal g { measure aov  keep between 20 EUR and 40 EUR  by 2026-12-31  review monthly }"
    world(engine, goal).check_goal(
        "g", AS_OF, starts="2026-01-01", actual=30, target=20, target_high=40, attainment=1, status="on_track", baseline=None
    )
    quarterly = goal.replace("monthly", "quarterly").replace("2026-12-31", "2025-12-31")
    world(engine, quarterly).check_goal("g", AS_OF, starts="2025-10-01", actual=60, attainment=40 / 60, status="missed")


def test_without_a_baseline_there_is_no_target(engine: Engine) -> None:
    """Nobody advertised in the third quarter: 20 % more than nothing is no goal. And a quarter without rows has no data."""
    made = world(engine, "goal g { measure spend  reduce 10% over 2025-Q3  by 2025-12-31 }")
    made.check_goal("g", "2025-12-31", baseline=None, target=None, status="no_target", achievable=None)
    made = world(engine, "goal g { measure spend  reduce 10% over 2025-Q4  by 2026-03-31 }")
    made.check_goal("g", "2026-01-04", actual=None, status="no_data")


def test_what_is_kept_is_kept_up_to_the_deadline(engine: Engine) -> None:
    """30 an order on 10 January, when the goal ends; the order of the 20th is no longer its business."""
    text = TEXT + "goal g { measure aov  keep between 20 EUR and 40 EUR  by 2026-01-10  review monthly }"
    World(engine, text, orders=[*ORDERS, (9, "2026-01-20", 990)]).check_goal("g", "2026-01-31", actual=30, status="achieved")


def test_of_a_ratio_without_rows_nobody_can_tell_what_remains(engine: Engine) -> None:
    """Of a sum all of it does."""
    made = world(engine, "goal g { measure aov  reach 66 EUR from 2026-01-05  by 2026-03-31 }")
    made.check_goal("g", "2026-01-06", actual=None, remaining=None, status="no_data")
    made = world(engine, "goal g { measure revenue  reach 66 EUR from 2026-01-05  by 2026-03-31 }")
    made.check_goal("g", "2026-01-06", actual=None, remaining=66, status="no_data")


def test_what_is_to_be_reached_below_zero_is_reached_by_nothing(engine: Engine) -> None:
    """10 were paid back in December, 1 less than that should be: −9, and nothing is missing to that without any rows."""
    text = TEXT + "goal g { measure revenue  increase 1 EUR over 2025-12  by 2026-01-31 }"
    World(engine, text, orders=[(1, "2025-12-05", -10)]).check_goal("g", AS_OF, target=-9, remaining=0, required_per_day=0)


def test_spans_without_rows_say_nothing_of_growth(engine: Engine) -> None:
    """Nobody advertised in the second quarter of 2025: 40 an order, unknown, 30, 45. Costs have grown once, by a half."""
    text = TEXT + "metric cpo = spend / orders_n\ngoal g { measure cpo  reduce 10% over 2025-Q4  by 2026-03-31 }"
    ads = [(1, "2025-01-05", 40), (2, "2025-07-05", 30), (3, "2025-10-05", 90)]
    World(engine, text, orders=ORDERS, ads=ads).check_goal("g", AS_OF, baseline=45, usual_growth=0.5, best_growth=0.5)


def test_a_baseline_that_the_data_do_not_cover() -> None:
    """Three months of a year would pass for the year; of a value to reach nothing is lost but the comparison."""
    text = TEXT.replace("amount: money(EUR) }", "amount: money(EUR)  begins 2025-03-01 }", 1)
    undeclared("goal g { measure aov  increase 20% over 2025  by 2026-12-31 }", "KPI082", "2025-03-01", text=text)
    compiled(text.replace("2025-03-01", "2025-01-01") + "goal g { measure aov  increase 20% over 2025  by 2026-12-31 }")
    compiled(text + "goal g { measure revenue  reach 90 EUR from 2025-06-01  by 2026-12-31 }")


def test_goals_are_not_each_other_s_parents() -> None:
    """a is below b, b below c and c below a: whoever adds them up never ends."""
    circle = {"a": "b", "b": "c", "c": "a"}
    aim = "measure revenue  reach 1 EUR from 2026-01-01  by 2026-12-31"
    text = "".join(f"goal {name} {{ {aim}  parent {parent} }}\n" for name, parent in circle.items())
    undeclared(text, "KPI035", "a → b → c → a", text=TEXT)
    compiled(TEXT + text.replace("parent a", ""))


@pytest.mark.smoke
def test_goals_of_counts_are_not_divided_to_whole_numbers(engine: Engine) -> None:
    """2 orders after 1, 1 and 1: they have doubled once. 3 of 7 are there on the tenth day of ninety."""
    made = world(engine, "goal g { measure orders_n  reach 7 from 2026-01-01  by 2026-03-31 }")
    made.check_goal("g", AS_OF, attainment=3 / 7, required_per_day=4 / 80, asked_growth=2.5, usual_growth=1 / 3, best_growth=1, forecast=27)


def test_days_and_months(engine: Engine) -> None:
    """A baseline of 11 days makes a goal of 11 days; one of months makes one of months, leap years and all."""
    made = world(engine, "goal g { measure revenue  increase 20% over 2025-12-21..2025-12-31  by 2026-01-11 }")
    made.check_goal("g", AS_OF, starts="2026-01-01")
    made = world(engine, "goal g { measure revenue  increase 20% over 2027-11..2027-12  by 2028-02-29 }")
    made.check_goal("g", AS_OF, starts="2028-01-01", status="not_started")


@pytest.mark.parametrize(("ask", "word"), [("20%", "usual"), ("50%", "ambitious"), ("61%", "unprecedented")])
def test_what_was_achieved_before(engine: Engine, ask: str, word: str) -> None:
    world(engine, f"goal g {{ measure revenue  increase {ask} over 2025-Q4  by 2026-03-31 }}").check_goal("g", AS_OF, achievable=word)


@pytest.mark.smoke
def test_what_is_counted_is_divided_as_a_number(engine: Engine) -> None:
    """2 orders in the last quarter, 3 so far of 5: 2 are missing in 80 days, and it should grow by a half more than twice."""
    world(engine, "goal g { measure orders_n  increase 3 over 2025-Q4  by 2026-03-31 }").check_goal(
        "g", AS_OF, baseline=2, target=5, actual=3, attainment=0.6, remaining=2, required_per_day=2 / 80, asked_growth=1.5
    )


def test_a_loss_does_not_grow(engine: Engine) -> None:
    """A fifth more than a loss would be a larger loss; an amount can be added to it."""
    text = "metric result = sum(orders.amount) - 200 EUR * count(orders)\n"
    goal = "goal g { measure result  increase 20% over 2025-Q4  by 2026-03-31 }"
    world(engine, text + goal).check_goal("g", AS_OF, baseline=-280, target=None, status="no_target")
    world(engine, text + goal.replace("20%", "100 EUR")).check_goal("g", AS_OF, baseline=-280, target=-180)


def test_what_adds_up_is_kept_by_its_pace(engine: Engine) -> None:
    """90 in 10 of 31 days of January: between 200 and 310 in all, 64.5 to 100 are expected by now, and 279 will be."""
    world(engine, "goal g { measure revenue  keep between 200 EUR and 310 EUR  by 2026-12-31 }").check_goal(
        "g", AS_OF, target=200, target_high=310, actual=90, expected=200 * 10 / 31, forecast=279, status="on_track"
    )


def test_growth_beyond_a_span_that_is_covered_in_part_is_none(engine: Engine) -> None:
    """The orders begin on the first of May, so 80 in the second quarter of 2025 are not all of it: only the 20 % from 100 to 120 are
    known. A quarter more would be the first of its kind; beside all quarters it would be ambitious (they grew by 60, 25 and 20 %)."""
    text = "goal g { measure revenue  increase 50% over 2025-Q4  by 2026-03-31 }"
    world(engine, text).check_goal("g", AS_OF, usual_growth=0.35, best_growth=0.6, achievable="ambitious")
    begun = TEXT.replace("source orders from orders { key id", "source orders from orders { begins 2025-05-01  key id")
    made = World(engine, begun + text, orders=ORDERS, ads=ADS)
    made.check_goal("g", AS_OF, baseline=120, usual_growth=0.2, best_growth=0.2, achievable="unprecedented")


@pytest.mark.parametrize(
    ("goal", "code", "words"),
    [
        ("goal g { measure revenue  keep between 5 EUR and 2 EUR  by 2026-12-31 }", "KPI081", "swap"),
        ("goal g { measure revenue  reduce 110% over 2025  by 2026-12-31 }", "KPI081", "110%"),
        ("goal g { measure revenue  increase -10% over 2025  by 2026-12-31 }", "KPI081", "reduce"),
        ("goal g { measure revenue  increase 0% over 2025  by 2026-12-31 }", "KPI081", "no change"),
        ("goal g { increase 20% over 2025  by 2026-12-31 }", "KPI081", "what is measured"),
        ("goal g { measure revenue  by 2026-12-31 }", "KPI081", "how much"),
        ("goal g { measure revenue  increase 20% over 2025 }", "KPI081", "by when"),
        ("goal g { measure revenue  increase 20%  by 2026-12-31 }", "KPI081", "measured from"),
        ("goal g { measure revenue  increase 20% over 2025  reach 5 EUR from 2026-01-01  by 2026-12-31 }", "KPI081", "twice"),
        ("goal g { measure revenue  increase 20% over 2025  by 2025-06-30 }", "KPI082", "before the baseline"),
        ("goal g { measure revenue  increase 20% over 2025  by 2026-06-30 }", "KPI082", "2026-12-31 or after"),
        ("goal g { measure revenue  reach 5 EUR from 2027-01-01  by 2026-12-31 }", "KPI082", "no day"),
        ("goal g { measure revenue  increase 20 over 2025  by 2026-12-31 }", "KPI050", "EUR"),
        ("goal g { measure revenue  reach 20% from 2026-01-01  by 2026-12-31 }", "KPI050", "percentage"),
        ("goal g { measure orders_n  keep between 1 EUR and 2 EUR  by 2026-12-31 }", "KPI050", "EUR"),
        ("goal g { measure revenu  increase 20% over 2025  by 2026-12-31 }", "KPI030", "revenu"),
        ("goal g { kind selling  measure revenue  increase 20% over 2025  by 2026-12-31 }", "KPI049", "selling"),
    ],
)
def test_bad_goals(goal: str, code: str, words: str) -> None:
    undeclared(goal, code, words, text=TEXT)
