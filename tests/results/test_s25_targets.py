"""S25: targets hold from a day on, a finished period is achieved or missed, a running one on track, at risk or off track, and what cannot
be judged says why."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, undeclared

TEXT = """
source orders from orders { key id  time day  id: int  day: date  country: text  paid: bool  amount: int }
source ads from ads { key id  time day  id: int  day: date  country: text  cost: int }
source plan from plan { key first, country  time first  first: date  country: text  amount: int }
dimension land = orders.country, ads.country, plan.country
metric revenue = sum(orders.amount) where orders.paid
metric orders_n = count(orders)
metric paid_share = count(orders where paid) / orders_n
metric cost = sum(ads.cost)
metric cac = cost / orders_n { better lower }
metric planned = sum(plan.amount)
metric planned_cost = sum(plan.amount) { better lower }
goal grow { measure revenue  reach 1000 from 2026-01-01  by 2026-12-31 }
"""
ORDERS = [
    (1, "2026-01-05", "IT", True, 60),
    (2, "2026-01-20", "DE", True, 40),
    (3, "2026-02-03", "IT", True, 80),
    (4, "2026-02-10", "IT", False, 500),
    (5, "2026-03-02", "IT", True, 70),
    (6, "2026-05-04", "DE", True, 33),
]
ADS = [(1, "2026-01-03", "IT", 10), (2, "2026-01-30", "DE", 2), (3, "2026-03-10", "IT", 9)]
PLAN = [("2026-01-01", "IT", 50), ("2026-01-01", "DE", 60), ("2026-03-31", "IT", 140), ("2026-03-31", "FR", 10)]
WORDS = ("period_start", "actual", "target", "attainment", "status")


def world(engine: Engine, kpis: str) -> World:
    return World(engine, TEXT + kpis, orders=ORDERS, ads=ADS, plan=PLAN)


@pytest.mark.smoke
def test_finished_months_are_achieved_or_missed_and_the_running_one_is_held_against_its_days(engine: Engine) -> None:
    """January 100, February 80, March 70 up to the 15th: 100 × 15/31 = 48.4 are expected, 70 × 31/15 = 144.7 will be."""
    world(engine, "kpi revenue for grow { target >= 100 each month }").check_kpi(
        "revenue",
        ("period_start", "period_end", "actual", "target", "attainment", "expected", "forecast", "previous", "status"),
        ("2026-01-01", "2026-01-31", 100, 100, 1, 100, 100, 0, "achieved"),
        ("2026-02-01", "2026-02-28", 80, 100, 0.8, 100, 80, 100, "missed"),
        ("2026-03-01", "2026-03-31", 70, 100, 0.7, 100 * 15 / 31, 70 * 31 / 15, 80, "on_track"),
        as_of="2026-03-15",
    )


def test_the_revision_in_force_at_the_start_of_the_period_counts(engine: Engine) -> None:
    """The new target holds from the middle of February, so February keeps the old one."""
    world(engine, "kpi revenue for grow { target >= 70 each month from 2026-02-15  target >= 100 each month }").check_kpi(
        "revenue",
        WORDS,
        ("2026-01-01", 100, 100, 1, "achieved"),
        ("2026-02-01", 80, 100, 0.8, "missed"),
        ("2026-03-01", 70, 70, 1, "achieved"),
        as_of="2026-03-31",
    )


@pytest.mark.smoke
def test_a_part_of_a_month_is_not_held_against_the_target_of_all_of_it(engine: Engine) -> None:
    """The orders begin on 10 January: 40 of 100 in January are neither missed nor, where less is better, achieved. A share has no parts."""
    text = TEXT.replace(
        "key id  time day  id: int  day: date  country: text  paid",
        "begins 2026-01-10  key id  time day  id: int  day: date  country: text  paid",
    )
    text += "kpi revenue for grow { target >= 100 each month }\nkpi paid_share for grow { target >= 60% each month }"
    made = World(engine, text, orders=ORDERS[1:], ads=ADS, plan=PLAN)
    columns = ("period_start", "actual", "target", "attainment", "expected", "forecast", "status")
    made.check_kpi(
        "revenue",
        columns,
        ("2026-01-01", 40, 100, None, None, None, "insufficient_data"),
        ("2026-02-01", 80, 100, 0.8, 100, 80, "missed"),
        as_of="2026-02-28",
    )
    made.check_kpi("revenue", columns, ("2026-01-01", 40, 100, None, None, None, "insufficient_data"), as_of="2026-01-25")
    made.check_kpi("paid_share", columns, ("2026-01-01", 1, 0.6, 1 / 0.6, 0.6, 1, "on_track"), as_of="2026-01-25")


def test_before_the_first_target_there_is_none(engine: Engine) -> None:
    world(engine, "kpi revenue for grow { target >= 70 each month from 2026-02 }").check_kpi(
        "revenue",
        WORDS,
        ("2026-01-01", 100, None, None, "no_target"),
        ("2026-02-01", 80, 70, 80 / 70, "achieved"),
        as_of="2026-02-28",
    )


@pytest.mark.parametrize(
    ("target", "attainment", "status"),
    [
        (">= 100", 0.7, "on_track"),  # 48.4 expected
        (">= 144", 70 / 144, "on_track"),  # 69.7 expected
        (">= 145", 70 / 145, "at_risk"),  # 70.2 expected, 63.1 is the edge
        (">= 160", 70 / 160, "at_risk"),  # 77.4 expected, 69.7 is the edge
        (">= 162", 70 / 162, "off_track"),  # 78.4 expected, 70.5 is the edge
        ("<= 145", 145 / 70, "on_track"),
        ("<= 140", 2, "at_risk"),  # 67.7 expected, 74.5 is the edge
        ("<= 130", 130 / 70, "off_track"),  # 62.9 expected, 69.2 is the edge
        ("between 100 and 150", 0.7, "on_track"),  # 48.4 to 72.6 expected
        ("between 20 and 60", 60 / 70, "off_track"),
        (">= 0", None, "on_track"),
        (">= -5", None, "on_track"),
        ("<= 0", None, "off_track"),
    ],
)
def test_a_running_month_by_its_target(engine: Engine, target: str, attainment: float | None, status: str) -> None:
    """70 in 15 of 31 days, with the band of a tenth where none is declared; a target that is not above zero compares values only."""
    world(engine, f"kpi revenue for grow {{ target {target} each month }}").check_kpi(
        "revenue", ("attainment", "status"), (attainment, status), as_of="2026-03-15", last=1
    )


def test_the_warn_band_is_the_declared_one(engine: Engine) -> None:
    """At 90 % nothing would warn: 70 of 78.4 expected is 89.3 %."""
    world(engine, "kpi revenue for grow { target >= 162 each month  warn at 80% }").check_kpi(
        "revenue", ("status",), ("at_risk",), as_of="2026-03-15", last=1
    )


def test_a_band(engine: Engine) -> None:
    """Inside 1, below value over edge, above edge over value: the shares are 1, 1/2 and 1."""
    world(engine, "kpi paid_share for grow { target between 60% and 80% each month }").check_kpi(
        "paid_share",
        ("period_start", "actual", "target", "target_high", "attainment", "status"),
        ("2026-01-01", 1, 0.6, 0.8, 0.8, "missed"),
        ("2026-02-01", 0.5, 0.6, 0.8, 0.5 / 0.6, "missed"),
        ("2026-03-01", 1, 0.6, 0.8, 0.8, "missed"),
        as_of="2026-03-31",
    )


def test_an_edge_that_is_not_good_enough(engine: Engine) -> None:
    world(engine, "kpi revenue for grow { target > 100 each month }").check_kpi(
        "revenue", ("actual", "status"), (100, "missed"), as_of="2026-01-31", last=1
    )


@pytest.mark.smoke
def test_a_month_without_rows_has_no_data_though_its_sum_is_zero(engine: Engine) -> None:
    """In February nobody advertised: a cost of 0 per order would be a triumph. In April nobody ordered."""
    made = world(engine, "kpi cac for grow { target <= 5 each month }  kpi revenue for grow { target >= 10 each month }")
    made.check_kpi(
        "cac",
        ("period_start", "actual", "status"),
        ("2026-01-01", 6, "missed"),
        ("2026-02-01", 0, "no_data"),
        ("2026-03-01", 9, "missed"),
        as_of="2026-03-31",
    )
    made.check_kpi("revenue", ("actual", "status"), (0, "no_data"), as_of="2026-04-30", last=1)


def test_rows_that_do_not_count_are_data(engine: Engine) -> None:
    """The one order of Italy since the fourth of February was not paid: 0 is a result, and it is missed."""
    world(engine, "kpi revenue for grow { target >= 10 each week }").check_kpi(
        "revenue", ("period_start", "actual", "status"), ("2026-02-09", 0, "missed"), as_of="2026-02-15", last=1
    )


def test_a_sum_is_there_with_any_of_its_parts(engine: Engine) -> None:
    """Revenue without what it cost: February had no advertisements, and 80 remain."""
    made = World(
        engine, TEXT + "metric left_over = revenue - cost\nkpi left_over for grow { target >= 50 each month }", orders=ORDERS, ads=ADS
    )
    made.check_kpi("left_over", ("actual", "status"), (80, "achieved"), as_of="2026-02-28", last=1)


@pytest.mark.smoke
def test_too_few_to_judge(engine: Engine) -> None:
    """January has two orders, March one."""
    world(engine, "kpi cac for grow { target <= 7 each month  needs 2 orders_n }").check_kpi(
        "cac",
        ("period_start", "volume", "status"),
        ("2026-01-01", 2, "achieved"),
        ("2026-02-01", 2, "no_data"),
        ("2026-03-01", 1, "insufficient_data"),
        as_of="2026-03-31",
    )


def test_what_cannot_be_divided_is_too_little(engine: Engine) -> None:
    """Advertised in Italy's January and nothing ordered there by the unpaid: rows are there, the value is not."""
    text = "metric per_unpaid = cost / count(orders where not paid)\nkpi per_unpaid for grow { target <= 7 each month }"
    world(engine, text).check_kpi("per_unpaid", ("actual", "status"), (None, "insufficient_data"), as_of="2026-01-31", last=1)


def test_young_periods_are_immature(engine: Engine) -> None:
    """A month counts once it has been over for two months: on 30 April that is true of February."""
    text = "metric settled = sum(orders.amount) { mature after 2 months }\nkpi settled for grow { target >= 90 each month }"
    world(engine, text).check_kpi(
        "settled",
        ("period_start", "actual", "status"),
        ("2026-01-01", 100, "achieved"),
        ("2026-02-01", 580, "achieved"),
        ("2026-03-01", None, "immature"),
        ("2026-04-01", None, "immature"),
        as_of="2026-04-30",
    )


@pytest.mark.smoke
def test_segments_have_targets_of_their_own(engine: Engine) -> None:
    world(engine, 'kpi revenue for grow { target >= 100 each month  target >= 50 each month where country = "IT" }').check_kpi(
        "revenue",
        ("segment", "period_start", "actual", "target", "status"),
        (None, "2026-01-01", 100, 100, "achieved"),
        (None, "2026-02-01", 80, 100, "missed"),
        ('country = "IT"', "2026-01-01", 60, 50, "achieved"),
        ('country = "IT"', "2026-02-01", 80, 50, "achieved"),
        as_of="2026-02-28",
    )


@pytest.mark.smoke
def test_targets_of_a_table_meet_values_by_group_and_as_a_whole(engine: Engine) -> None:
    """March is planned by a row of its last day, which is not over on the 15th: 140 for Italy, 10 for France, which sold nothing. February
    was not planned at all."""
    world(engine, "kpi revenue for grow { target from planned each month by land }").check_kpi(
        "revenue",
        ("segment", "period_start", "actual", "target", "expected", "status"),
        (None, "2026-01-01", 100, 110, 110, "missed"),
        (None, "2026-02-01", 80, None, None, "no_target"),
        (None, "2026-03-01", 70, 150, 150 * 15 / 31, "at_risk"),
        ("DE", "2026-01-01", 40, 60, 60, "missed"),
        ("DE", "2026-02-01", 0, None, None, "no_data"),
        ("DE", "2026-03-01", 0, None, None, "no_data"),
        ("FR", "2026-01-01", None, None, None, "no_data"),
        ("FR", "2026-02-01", None, None, None, "no_data"),
        ("FR", "2026-03-01", None, 10, 10 * 15 / 31, "no_data"),
        ("IT", "2026-01-01", 60, 50, 50, "achieved"),
        ("IT", "2026-02-01", 80, None, None, "no_target"),
        ("IT", "2026-03-01", 70, 140, 140 * 15 / 31, "on_track"),
        as_of="2026-03-15",
    )


def test_a_plan_is_a_limit_where_less_is_better(engine: Engine) -> None:
    """12 spent in January of 110 that were allowed."""
    text = "metric spent = sum(ads.cost) { better lower }\nkpi spent for grow { target from planned each month }"
    world(engine, text).check_kpi(
        "spent", ("actual", "target", "attainment", "status"), (12, 110, 110 / 12, "achieved"), as_of="2026-01-31", last=1
    )


def test_a_target_that_is_last_year_s_whole_month(engine: Engine) -> None:
    """In the middle of a month the target is 110 % of the whole month before, not of its half."""
    world(engine, "kpi revenue for grow { target >= prior(revenue, 1 month) * 1.1 each month }").check_kpi(
        "revenue",
        ("period_start", "actual", "target", "expected", "status"),
        ("2026-02-01", 80, 100 * 1.1, 110 * 10 / 28, "on_track"),
        as_of="2026-02-10",
        last=1,
    )


def test_several_kinds_of_period(engine: Engine) -> None:
    world(engine, "kpi revenue for grow { target >= 100 each month  target >= 240 each quarter }").check_kpi(
        "revenue",
        ("each", "period_start", "actual", "target", "status"),
        ("month", "2026-03-01", 70, 100, "missed"),
        ("quarter", "2026-01-01", 250, 240, "achieved"),
        as_of="2026-03-31",
        last=1,
    )


def test_benchmark_stretch_advice_and_owner_stand_beside(engine: Engine) -> None:
    text = """kpi revenue for grow {
      target >= 200 each month  stretch >= 250 each month  benchmark 90 { source "Survey" year 2025 }
      owner "Ann"  when off_track do "Sell"  when missed do "Explain"
    }"""
    world(engine, text).check_kpi(
        "revenue",
        ("kpi", "goal", "benchmark", "stretch", "owner", "status", "action"),
        ("revenue", "grow", 90, 250, "Ann", "missed", "Explain"),
        ("revenue", "grow", 90, 250, "Ann", "off_track", "Sell"),
        as_of="2026-03-15",
        last=2,
    )


def test_without_a_target_its_tier_says_how_often_it_is_looked_at(engine: Engine) -> None:
    world(engine, "kpi revenue for grow { tier tactical }").check_kpi(
        "revenue", ("each", "period_start", "actual", "status"), ("week", "2026-03-09", 0, "no_data"), as_of="2026-03-15", last=1
    )


def test_the_trend_compares_three_periods_with_three(engine: Engine) -> None:
    """Before July: May 33 and two empty months are 11 a month; January to March were 250/3."""
    world(engine, "kpi revenue for grow { target >= 10 each month }").check_kpi(
        "revenue", ("period_start", "trend"), ("2026-07-01", 33 / 250 - 1), as_of="2026-07-15", last=8, only_last=True
    )


def test_a_trend_needs_six_values(engine: Engine) -> None:
    """Nobody ordered in April: there was no share of paid orders, and three months have no mean until July is the third after it."""
    orders = [(month, f"2026-{month:02}-05", "IT", month != 5, 10) for month in (1, 2, 3, 5, 6, 7, 8, 9, 10)]
    made = World(engine, TEXT + "kpi paid_share for grow { target >= 60% each month }", orders=orders)
    trends = [row["trend"] for row in made.kpi("paid_share", "2026-11-15")]
    assert trends == [None] * 10 + [0.5]  # in November: 1 of August to October, over 2/3 of May to July


def test_the_interval_of_a_rate(engine: Engine) -> None:
    """Wilson's interval of 1 of 2, worked out from its two solutions of (p − 1/2)² = z² p (1 − p) / 2: 1/2 ∓ z / (2 √(2 + z²))."""
    z = 1.959963984540054
    half = z / (2 * (2 + z * z) ** 0.5)
    world(engine, "kpi paid_share for grow { target >= 60% each month }").check_kpi(
        "paid_share", ("actual_low", "actual", "actual_high", "volume"), (0.5 - half, 0.5, 0.5 + half, 2), as_of="2026-02-28", last=1
    )


def test_a_goal_of_the_warehouse_s_own_day(engine: Engine) -> None:
    """Without a day that is given the running period is the warehouse's; rows of 2026 lie before it, or in it."""
    rows = world(engine, "kpi revenue for grow { target >= 100 each year }").kpi("revenue", last=3, dynamic=True)
    assert {row["status"] for row in rows} <= {"achieved", "missed", "on_track", "at_risk", "off_track", "no_data"}
    assert len(rows) == 3


def test_each_revision_says_whether_its_edge_is_good_enough(engine: Engine) -> None:
    """100 in January by a target that must be passed, 80 in February and 70 in March by ones that must be reached, or passed again."""
    text = "kpi revenue for grow { target > 100 each month  target >= 80 each month from 2026-02  target > 70 each month from 2026-03 }"
    world(engine, text).check_kpi(
        "revenue",
        ("actual", "target", "status"),
        (100, 100, "missed"),
        (80, 80, "achieved"),
        (70, 70, "missed"),
        as_of="2026-03-31",
    )


def test_one_edge_of_a_band_is_kept_and_the_other_one_nearly(engine: Engine) -> None:
    """70 on 15 March: 0 to 140 a month are 0 to 67.7 by now, and 70 is within a tenth of that; of 0 to 130 (62.9) it is not."""
    made = world(engine, "kpi revenue for grow { target between 0 and 140 each month }")
    made.check_kpi("revenue", ("status",), ("at_risk",), as_of="2026-03-15", last=1)
    made = world(engine, "kpi revenue for grow { target between 0 and 130 each month }")
    made.check_kpi("revenue", ("status",), ("off_track",), as_of="2026-03-15", last=1)


def test_what_rows_of_later_days_hold_is_no_data_yet(engine: Engine) -> None:
    """Orders are complete through the first of March, and the only one of March is of the second: nothing is known of March."""
    text = TEXT.replace("paid: bool  amount: int }", "paid: bool  amount: int  complete through 2026-03-01 }", 1)
    made = World(engine, text + "kpi revenue for grow { target >= 100 each month }", orders=ORDERS)
    made.check_kpi("revenue", ("actual", "status"), (0, "no_data"), as_of="2026-03-10", last=1)


def test_immature_comes_before_no_data(engine: Engine) -> None:
    """In April nothing is known of March, and nothing would count of it if it were."""
    text = TEXT.replace("paid: bool  amount: int }", "paid: bool  amount: int  complete through 2026-02-28 }", 1)
    text += "metric settled = sum(orders.amount) { mature after 2 months }\nkpi settled for grow { target >= 90 each month }"
    World(engine, text, orders=ORDERS).check_kpi("settled", ("status",), ("immature",), ("immature",), as_of="2026-04-10", last=2)


def test_a_ratio_is_as_young_as_the_younger_of_its_parts(engine: Engine) -> None:
    """A month after February its costs are settled, and what they brought in is not."""
    text = """metric soon = sum(ads.cost) { mature after 1 month }
    metric late = sum(orders.amount) { mature after 6 weeks }
    metric return_on = soon / late
    kpi return_on for grow { target >= 2 each month }"""
    made = World(engine, TEXT + text, orders=ORDERS, ads=[*ADS, (4, "2026-02-02", "IT", 8)])
    made.check_kpi("return_on", ("actual", "status"), *[(None, "immature")] * 3, as_of="2026-04-05", last=3)


def test_the_interval_of_a_rate_goes_by_what_it_is_a_share_of(engine: Engine) -> None:
    """Half of two orders, though eighty were taken in: needs counts something else, and the interval stays that of one of two."""
    z = 1.959963984540054
    half = z / (2 * (2 + z * z) ** 0.5)
    world(engine, "kpi paid_share for grow { target >= 60% each month  needs 30 revenue }").check_kpi(
        "paid_share", ("actual_low", "actual_high", "volume", "status"), (0.5 - half, 0.5 + half, 80, "missed"), as_of="2026-02-28", last=1
    )


COVERED = TEXT.replace("source orders from orders { key id", "source orders from orders { begins 2026-01-10  key id")


@pytest.mark.smoke
def test_nothing_is_compared_with_a_period_that_is_covered_in_part_only(engine: Engine) -> None:
    """The orders begin on the tenth of January, so February is not held against it; March, up to its 15th, is held against 80 up to the
    15th of February. For February a tenth more than January would have been 110, and for March it is 88."""
    text = COVERED + "kpi revenue for grow { target >= prior(revenue, 1 month) * 1.1 each month }"
    World(engine, text, orders=ORDERS, ads=ADS, plan=PLAN).check_kpi(
        "revenue",
        ("period_start", "actual", "previous", "target", "status"),
        ("2026-01-01", 100, None, None, "no_target"),
        ("2026-02-01", 80, None, None, "no_target"),
        ("2026-03-01", 70, 80, 88, "on_track"),
        as_of="2026-03-15",
    )


def test_a_period_is_covered_that_begins_with_its_source(engine: Engine) -> None:
    """The orders begin on the first of January: all of January is known, and February is held against its 100."""
    text = COVERED.replace("begins 2026-01-10", "begins 2026-01-01") + "kpi revenue for grow { target >= 90 each month }"
    World(engine, text, orders=ORDERS, ads=ADS, plan=PLAN).check_kpi(
        "revenue", ("period_start", "previous"), ("2026-01-01", None), ("2026-02-01", 100), as_of="2026-02-28"
    )


def test_a_ratio_is_compared_where_all_of_its_sources_have_data(engine: Engine) -> None:
    """Advertisements are known from before January, orders from the tenth: March is compared with February, in which nothing was spent."""
    World(engine, COVERED + "kpi cac for grow { target <= 5 each month }", orders=ORDERS, ads=ADS, plan=PLAN).check_kpi(
        "cac",
        ("period_start", "actual", "previous"),
        ("2026-01-01", 6, None),
        ("2026-02-01", 0, None),
        ("2026-03-01", 9, 0),
        as_of="2026-03-31",
    )


def test_no_year_is_compared_with_a_part_of_one(engine: Engine) -> None:
    """March of 2025 begins on its tenth day: it is neither the March before, nor the season by which this one is paced, and its month is
    in no trend. 15 of 31 days are over."""
    days = ["2025-03-12", *(f"2025-{month:02}-05" for month in range(4, 13)), "2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05"]
    orders = [(n, day, "IT", True, 10) for n, day in enumerate(days)]
    text = TEXT.replace("source orders from orders { key id", "source orders from orders { begins 2025-03-10  key id")
    made = World(engine, text + "kpi revenue for grow { target >= 31 each month  pace seasonal }", orders=orders)
    made.check_kpi("revenue", ("last_year", "expected"), (None, 15), as_of="2026-03-15", last=1)
    made.check_kpi("revenue", ("last_year", "previous"), (10, 10), as_of="2026-04-30", last=1)
    rows = made.kpi("revenue", as_of="2025-10-31")
    assert [(str(row["period_start"]), row["trend"]) for row in rows[-2:]] == [("2025-09-01", None), ("2025-10-01", 0)]


@pytest.mark.smoke
def test_counts_are_not_divided_to_whole_numbers(engine: Engine) -> None:
    """2 of 5 orders are two fifths, and not none of them; 5 that are allowed are two and a half times 2."""
    made = world(engine, "kpi orders_n for grow { target >= 5 each month }")
    made.check_kpi("orders_n", ("actual", "attainment", "status"), (2, 0.4, "missed"), as_of="2026-02-28", last=1)
    text = "metric few = count(orders) { better lower }\nkpi few for grow { target <= 5 each month }"
    world(engine, text).check_kpi("few", ("actual", "attainment", "status"), (2, 2.5, "achieved"), as_of="2026-02-28", last=1)


def test_volumes_need_not_be_whole(engine: Engine) -> None:
    """Half an hour is less than 0.75."""
    text = """source work from work { key id  time day  id: int  day: date  hours: decimal(9, 2) }
    metric hours = sum(work.hours)
    goal g { measure hours  reach 10 from 2026-01-01  by 2026-12-31 }
    kpi hours for g { target >= 1 each month  needs 0.75 hours }"""
    made = World(engine, text, work=[(1, "2026-01-05", 0.5), (2, "2026-02-05", 0.75)])
    made.check_kpi("hours", ("volume", "status"), (0.5, "insufficient_data"), (0.75, "missed"), as_of="2026-02-28")


@pytest.mark.smoke
def test_group_bys_may_be_called_like_columns_of_the_answer(engine: Engine) -> None:
    """Whatever a dimension is called, its values are the segments."""
    for name in ("Actual", "rows", "target", "segment", "period_start", "elapsed", "months", "by_1", "status", "planned_1", "trials"):
        text = (
            TEXT.replace("dimension land", f"dimension `{name}`") + f"kpi revenue for grow {{ target from planned each month by `{name}` }}"
        )
        World(engine, text, orders=ORDERS, plan=PLAN).check_kpi(
            "revenue",
            ("segment", "actual", "target", "status"),
            (None, 100, 110, "missed"),
            ("DE", 40, 60, "missed"),
            ("IT", 60, 50, "achieved"),
            as_of="2026-01-31",
        )


def test_the_same_segment_in_other_words_is_one_line(engine: Engine) -> None:
    """A revision of the target of Italy, written without blanks, and none for the time before."""
    text = """kpi revenue for grow {
      target >= 50 each month where country = "IT"  target >= 90 each month where country="IT" from 2026-02
    }"""
    world(engine, text).check_kpi("revenue", ("actual", "target", "status"), (60, 50, "achieved"), (80, 90, "missed"), as_of="2026-02-28")


def test_the_trend_of_what_has_no_value_and_of_what_is_called_so(engine: Engine) -> None:
    """A country that is unknown, and one that is called (none), have a trend each: 3 after 1, and 2 after 4."""
    orders = []
    for month in range(1, 7):
        orders.append((month, f"2026-{month:02}-01", None, True, 1 if month < 4 else 3))
        orders.append((month + 9, f"2026-{month:02}-01", "(none)", True, 4 if month < 4 else 2))
    text = TEXT + "kpi revenue for grow { target from planned each month by land }"
    rows = World(engine, text, orders=orders).kpi("revenue", "2026-07-01")
    assert sorted(row["trend"] for row in rows if row["segment"] and row["trend"] is not None) == [-0.5, 2]  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("kpi", "code", "words"),
    [
        ("kpi revenue for grow { target >= 100 }", "KPI080", "no period"),
        ("kpi revenue for grow { target >= 100 each month  target >= 90 each month }", "KPI083", "from the beginning"),
        ("kpi revenue for grow { target >= 9 each month from 2026-02  target >= 8 each month from 2026-02-01 }", "KPI083", "2026-02-01"),
        ("kpi revenue for grow { target from planned each month  target >= 8 each month }", "KPI083", "every month"),
        ("kpi revenue for grow { target between 90 and 80 each month }", "KPI083", "smaller one"),
        ("kpi revenue for grow { target >= 100 each month  stretch <= 90 each month }", "KPI084", "different directions"),
        ("kpi revenue for grow { target >= 100 each month  warn at 120% }", "KPI085", "all is well"),
        ("kpi revenue for grow { target <= 100 each month  warn at 90% }", "KPI085", "all is well"),
        ("kpi revenue for grow { target >= 100 each month  warn at 5 }", "KPI085", "no share"),
        ("kpi revenue for grow { target >= 100 each month  warn at 0.9 }", "KPI085", "no share"),
        ("kpi orders_n for grow { target >= 10% each month }", "KPI050", "percentage"),
        ("kpi revenue for grow { target >= 10 EUR each month }", "KPI050", "EUR"),
        ("kpi revenue for gorw { target >= 10 each month }", "KPI048", "gorw"),
    ],
)
def test_bad_targets(kpi: str, code: str, words: str) -> None:
    undeclared(kpi, code, words, text=TEXT)


def test_half_years_are_for_a_later_version() -> None:
    undeclared("kpi revenue for grow { target >= 10 each half }", "KPI049", "each half", text=TEXT)


def test_a_stretch_stands_beside_a_table(engine: Engine) -> None:
    """It is no second target: 110 are planned for January, 120 would be great."""
    world(engine, "kpi revenue for grow { target from planned each month by land  stretch >= 120 each month }").check_kpi(
        "revenue",
        ("segment", "target", "stretch", "status"),
        (None, 110, 120, "missed"),
        ("DE", 60, None, "missed"),
        ("IT", 50, None, "achieved"),
        as_of="2026-01-31",
        last=1,
    )


@pytest.mark.smoke
def test_what_is_counted_is_divided_as_a_number(engine: Engine) -> None:
    """2 orders of 3, and of at most 1: whole numbers, of which some engines make 0 and 0."""
    more = "kpi orders_n for grow { target >= 3 each month }"
    world(engine, more).check_kpi("orders_n", ("actual", "attainment"), (2, 2 / 3), as_of="2026-02-28", last=1)
    world(engine, more.replace(">= 3", "<= 1")).check_kpi("orders_n", ("actual", "attainment"), (2, 1 / 2), as_of="2026-02-28", last=1)
