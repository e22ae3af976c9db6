"""S23: a conversion is credited to its entity's latest earlier opportunity within the window, at that one's time and groups."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

TEXT = """
source trials from trials {
  key id  time at
  id: int  at: timestamp  user_id: int  plan: text  day: date = date(at)
  join one user: users on user_id = id
}
source payments from payments { key id  time at  id: int  at: timestamp  user_id: int  amount: money(EUR) }
source calls from calls { key id  time day  id: int  day: date  user_id: int }
source logins from logins { key id  time at  id: int  at: timestamp  name: text }
source users from users { key id  id: int  country: text }
metric trials_n = count(trials)
metric paid = count(payments) where payments.amount > 0 EUR
metric rate = conversion(trials, payments, by: user_id, within: 14 days)
metric credited = conversions(trials, payments, by: user_id, within: 14 days)
metric ever = conversion(trials_n, paid, by: user_id)
metric called = conversion(trials, calls, by: user_id, within: 1 day)
metric again = conversion(payments, payments, by: user_id, within: 30 days)
metric upgraded = conversion(trials where plan = "free", trials where plan = "pro", by: user_id, within: 10 days)
metric pro_rate = rate where trials.plan = "pro"
"""
"""user 1: a trial on 1 and one on 5 January; paid on the 6th, the 7th and the 20th: the second trial has two within 14 days, the third
payment is 15 days after it. User 2: a trial on 1 February at 10:00, paid in that moment (counts) and 14 days later, in the very second
(counts too). User 3: two trials in one moment, paid a day later: the greater key has it. User 4: paid before the trial, which so has
nothing. Nobody: a trial of no user, and a payment of none. User 5: paid nothing (0 EUR) 20 days after the trial of 10 March, and 1 EUR 21
days after it."""
TRIALS = [
    (1, "2026-01-01T10:00:00", 1, "free"),
    (2, "2026-01-05T10:00:00", 1, "pro"),
    (3, "2026-02-01T10:00:00", 2, "free"),
    (4, "2026-02-10T09:00:00", 3, "free"),
    (5, "2026-02-10T09:00:00", 3, "pro"),
    (6, "2026-03-02T10:00:00", 4, "free"),
    (7, "2026-03-03T10:00:00", None, "pro"),
    (8, "2026-03-10T10:00:00", 5, "free"),
]
PAYMENTS = [
    (1, "2026-01-06T10:00:00", 1, 10),
    (2, "2026-01-07T10:00:00", 1, 10),
    (3, "2026-01-20T10:00:00", 1, 10),
    (4, "2026-02-01T10:00:00", 2, 10),
    (5, "2026-02-15T10:00:00", 2, 10),
    (6, "2026-02-11T09:00:00", 3, 10),
    (7, "2026-03-01T10:00:00", 4, 10),
    (8, "2026-03-04T10:00:00", None, 10),
    (9, "2026-03-30T10:00:00", 5, 0),
    (10, "2026-03-31T10:00:00", 5, 1),
]
CALLS = [(1, "2026-01-01", 1), (2, "2026-02-02", 2), (3, "2026-02-12", 3), (4, "2026-03-01", 4)]
USERS = [(1, "IT"), (2, "IT"), (3, "DE"), (4, "DE"), (5, "DE")]


def world(engine: Engine) -> World:
    return World(engine, TEXT, trials=TRIALS, payments=PAYMENTS, calls=CALLS, users=USERS)


@pytest.mark.smoke
def test_credit_goes_to_the_latest_earlier_opportunity(engine: Engine) -> None:
    """Of eight trials 2, 3 and 5 led to a payment; they have two, two and one of the ten."""
    world(engine).check("rate, credited, trials_n", (3 / 8, 5, 8))


@pytest.mark.smoke
def test_at_the_time_and_in_the_groups_of_the_opportunity(engine: Engine) -> None:
    """The payment of 15 February counts at 1 February. A trial of nobody is one that nobody pays for."""
    made = world(engine)
    made.check(
        "rate, credited by month",
        ("2026-01-01", 1 / 2, 2),
        ("2026-02-01", 2 / 3, 3),
        ("2026-03-01", 0 / 3, 0),
    )
    made.check("rate, credited by trials.plan", ("free", 1 / 5, 2), ("pro", 2 / 3, 3))
    made.check("rate by users.country", ("DE", 1 / 4), ("IT", 2 / 3), (None, 0))


def test_a_range_does_not_cut_what_comes_after_it(engine: Engine) -> None:
    """Trial 2 is of January and paid within it; trial 3, of 1 February only, has a payment in the range of 1 to 10 February and one after
    it. Trials after the range still take what is theirs: of 1 to 4 January there is trial 1, whose payments belong to trial 2."""
    made = world(engine)
    made.check("rate, credited during 2026-02-01..2026-02-01", (1, 2))
    made.check("rate, credited during 2026-01-01..2026-01-04", (0, 0))
    made.check("rate during 2025", (None,))


def test_without_a_window_it_is_open(engine: Engine) -> None:
    """Also trial 8: 0 EUR are filtered out, 1 EUR three weeks later counts."""
    world(engine).check("ever", (4 / 8,))


def test_today(engine: Engine) -> None:
    """On 6 January two trials have begun, and the second has been paid once."""
    world(engine).check("rate, credited", (1 / 2, 1), as_of="2026-01-06")


def test_filters_pick_opportunities_after_the_credit(engine: Engine) -> None:
    """Of the trials of January, 1 was free and lost its payments to the later one: a filter does not give them back. Written in the call a
    condition says what is an opportunity at all: then the free trial has them."""
    made = world(engine)
    made.check('rate where trials.plan = "free" during 2026-01', (0,))
    made.check("pro_rate during 2026-01", (1,))
    made.check('conversion(trials where plan = "free", payments, by: user_id, within: 14 days) during 2026-01', (1,))


def test_from_one_kind_of_row_to_another_of_the_same_source(engine: Engine) -> None:
    """Free trials 1, 3, 4, 6, 8: the first was followed by pro four days later, the fourth in the same moment."""
    world(engine).check("upgraded", (2 / 5,))


def test_a_row_is_not_its_own_conversion(engine: Engine) -> None:
    """Who pays again within 30 days, at a later moment: 1 → 2 → 3 and 4 → 5, and 9 → 10. Ten payments."""
    world(engine).check("again", (4 / 10,))


def test_days_and_times_meet_by_day(engine: Engine) -> None:
    """Calls have a day only. User 1 on the day of trial 1 (counts), user 2 the day after (within a day), user 3 two days after, user 4
    before."""
    world(engine).check("called", (2 / 8,))
    world(engine).check("called by day during 2026-02-01..2026-02-02", ("2026-02-01", 1), ("2026-02-02", None))


def test_in_formulas_and_over_time(engine: Engine) -> None:
    made = world(engine)
    made.check("1 - rate", (5 / 8,))
    made.check("prior(rate, 1 month) by month during 2026-02..2026-03", ("2026-02-01", 1 / 2), ("2026-03-01", 2 / 3))
    made.check("running(credited) by month", ("2026-01-01", 2), ("2026-02-01", 5), ("2026-03-01", 5))


def test_a_cohort_of_opportunities_may_have_to_mature(engine: Engine) -> None:
    """On 10 March the 14 days of February's trials are not over."""
    text = TEXT + "metric judged = conversion(trials, payments, by: user_id, within: 14 days) { mature after 14 days }"
    made = World(engine, text, trials=TRIALS, payments=PAYMENTS)
    made.check("judged by month during 2026-01..2026-02", ("2026-01-01", 1 / 2), ("2026-02-01", None), as_of="2026-03-10")


def test_repeat_customers_have_the_same_time(engine: Engine) -> None:
    """Repurchase with censoring: of the payers who began in a month, who paid again within 30 days; a month counts once 30 days have passed
    since its end. User 1 of January did; of February user 2 did and 3 did not; 4 and 5 began in March."""
    funnel = """
    funnel back { entity user_id  within 30 days  stage first_one = payments  stage second_one = payments }
    metric repurchase = back.rate { mature after 30 days }
    """
    made = World(engine, TEXT + funnel, payments=PAYMENTS)
    made.check(
        "repurchase by month during 2026-01..2026-03",
        ("2026-01-01", 1),
        ("2026-02-01", 1 / 2),
        ("2026-03-01", None),
        as_of="2026-04-15",
    )


def test_what_is_no_conversion() -> None:
    refused("conversion(trials, count(distinct payments.user_id), by: user_id)", "KPI107", "no count of rows", text=TEXT)
    refused("conversion(trials, logins, by: user_id)", "KPI020", "`logins` has no `user_id`", text=TEXT)
    refused("conversion(trials, payments, by: month)", "KPI107", "is a period", text=TEXT)
    undeclared(
        "source others from others { key id  time at  id: int  at: timestamp  user_id: text }\n"
        "metric m = conversion(trials, others, by: user_id)",
        "KPI107",
        "is text in `others`, a whole number in `trials`",
        text=TEXT,
    )
    undeclared("metric m = conversion(trials, calls, by: user_id, within: 3 hours)", "KPI108", "know days only", text=TEXT)
    undeclared("metric m = conversion(trials, payments, by: user_id, within: 0 days)", "KPI037", text=TEXT)
