"""S19: latest-row metrics pick one row per entity and period first, ties by the greatest key, and only then filter and group."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

TEXT = """
source answers from answers { key id  time day  id: int  day: date  who: int  country: text  score: int }
metric asked = count(answers, latest: day, per: who)
metric promoters = count(answers, latest: day, per: who) where answers.score >= 9
metric first_promoters = count(answers, earliest: day, per: who) where answers.score >= 9
metric nps = promoters / asked
metric latest_score = sum(answers.score, latest: day, per: who)
metric all_answers = count(answers)
"""
ROWS = [
    (1, "2026-01-05", 1, "IT", 9),
    (2, "2026-01-20", 1, "DE", 3),  # person 1 moved and changed their mind
    (3, "2026-01-10", 2, "IT", 10),
    (4, "2026-02-10", 2, "IT", 9),
    (5, "2026-02-11", 3, "DE", 1),
    (6, "2026-02-11", 3, "DE", 10),  # the same day: the greater key wins
    (7, None, 4, "IT", 10),  # never answered at any time
]


def survey(engine: Engine) -> World:
    return World(engine, TEXT, answers=ROWS)


def test_one_row_per_person(engine: Engine) -> None:
    """Latest of 1: 3; of 2: 9 of February; of 3: 10 by key. Two promoters of three."""
    survey(engine).check("asked, promoters, nps, latest_score, all_answers", (3, 2, 2 / 3, 3 + 9 + 10, 7))


@pytest.mark.smoke
def test_picked_before_filtered(engine: Engine) -> None:
    """Person 1's latest answer is 3: the 9 of before is not dug out by the filter; nor does a filter on Italy find who moved to DE."""
    world = survey(engine)
    world.check("promoters", (2,))
    world.check('asked where country = "IT"', (1,))
    world.check('asked where country = "DE"', (2,))


def test_grouped_after_the_pick(engine: Engine) -> None:
    """Who moved from IT to DE counts once, in DE; the groups add up to three people."""
    survey(engine).check("asked, promoters, nps by answers.country", ("DE", 2, 1, 0.5), ("IT", 1, 1, 1))


@pytest.mark.smoke
def test_one_row_per_person_and_period(engine: Engine) -> None:
    """January: latest of 1 is 3, of 2 is 10. February: 2 and 3. In the total each person counts once again."""
    survey(engine).check(
        "asked, promoters by month with totals sparse",
        ("2026-01-01", 2, 1, "group"),
        ("2026-02-01", 2, 2, "group"),
        (None, 3, 2, "total"),
    )


def test_a_period_asked_limits_what_is_picked_from(engine: Engine) -> None:
    """In January the latest of person 2 is the 10 of January, though a later one exists."""
    survey(engine).check("asked, latest_score during 2026-01", (2, 3 + 10))


def test_the_day_limits_what_is_picked_from(engine: Engine) -> None:
    """On 15 January person 1's latest is still the 9."""
    survey(engine).check("asked, latest_score by answers.country", ("IT", 2, 19), as_of="2026-01-15")


def test_the_earliest(engine: Engine) -> None:
    """Earliest of 1: 9; of 2: 10; of 3 the same day twice: one of them, by the key, is taken for good: the greatest, 10."""
    survey(engine).check("first_promoters", (3,))


def test_totals_by_month_and_country(engine: Engine) -> None:
    """Within each month the latest row says the country; the subtotal of a month is its people."""
    survey(engine).check(
        "asked by month, answers.country with totals sparse",
        ("2026-01-01", "DE", 1, "group"),
        ("2026-01-01", "IT", 1, "group"),
        ("2026-01-01", None, 2, "subtotal"),
        ("2026-02-01", "DE", 1, "group"),
        ("2026-02-01", "IT", 1, "group"),
        ("2026-02-01", None, 2, "subtotal"),
        (None, None, 3, "total"),
    )


def test_an_unknown_person_is_one(engine: Engine) -> None:
    """Rows without `per` are one entity, as in any grouping: the latest of them counts once."""
    world = World(engine, TEXT, answers=[(1, "2026-01-01", None, "IT", 9), (2, "2026-01-02", None, "IT", 1), (3, "2026-01-02", 5, "IT", 9)])
    world.check("asked, promoters", (2, 1))


@pytest.mark.parametrize("missing", ["count(answers, latest: day)", "count(answers, per: who)"])
def test_latest_and_per_belong_together(missing: str) -> None:
    """One without the other says too little."""
    refused(missing, "KPI068", "latest:", "per:", text=TEXT)


def test_a_pick_needs_a_key() -> None:
    """Without a key two rows of one day could not be told apart."""
    undeclared("source t from t { day: date  who: int } metric n = count(t, latest: day, per: who)", "KPI024", "key", text="")


@pytest.mark.smoke
def test_a_share_of_picked_rows(engine: Engine) -> None:
    """Three people: one is last seen in IT, two in DE. A filter on the country leaves its own row, and the share of all three."""
    world = survey(engine)
    world.check("share(asked, of: answers.country) by answers.country", ("DE", 2 / 3), ("IT", 1 / 3))
    world.check('share(asked, of: answers.country), asked by answers.country where country = "IT"', ("IT", 1 / 3, 1))
    world.check('share(asked, of: answers.country) where country = "IT"', (1 / 3,))


# ---------------------------------------------------------------- semi-additive: the last row per rest of the key and period, then added


ACCOUNTS = """
source accounts from accounts { key id, day  time day  id: int  day: date  country: text  amount: int }
metric balance = last(accounts.amount, over: day)
metric opening = first(accounts.amount, over: day)
metric rows_n = count(accounts)
"""
BALANCES = [
    (1, "2026-01-10", "IT", 10),
    (1, "2026-01-31", "IT", 11),
    (2, "2026-01-15", "IT", 100),  # no row on the month's last day
    (1, "2026-02-05", "DE", 12),  # moved
    (2, "2026-03-31", "IT", 200),
]


def bank(engine: Engine) -> World:
    return World(engine, ACCOUNTS, accounts=BALANCES)


def test_the_last_balance_of_each_account_is_added(engine: Engine) -> None:
    """January: 11 and, from the 15th, 100. February: account 1 only. March: account 2 only. Overall 12 + 200; first ones 10 + 100."""
    world = bank(engine)
    world.check(
        "balance, opening, rows_n by month",
        ("2026-01-01", 111, 110, 3),
        ("2026-02-01", 12, 12, 1),
        ("2026-03-01", 200, 200, 1),
    )
    world.check("balance, opening", (212, 110))


def test_a_missing_last_day_means_the_latest_earlier_row_of_the_period(engine: Engine) -> None:
    """On 31 January account 2 has the 100 of the 15th, in the month and in the quarter up to it; by day only those with a row count."""
    world = bank(engine)
    world.check("balance during 2026-01", (111,))
    world.check("balance by day during 2026-01-31", ("2026-01-31", 11))
    world.check("balance by quarter during 2026-01-01..2026-01-31", ("2026-01-01", 111))


def test_no_row_in_a_period_is_unknown(engine: Engine) -> None:
    """April has no row: nothing is known of any balance, and it is not 0."""
    bank(engine).check(
        "balance, rows_n by month during 2026-03-01..2026-04-30",
        ("2026-03-01", 200, 1),
        ("2026-04-01", None, 0),
    )


@pytest.mark.smoke
def test_who_moves_counts_once_where_they_are_now(engine: Engine) -> None:
    """Over the quarter account 1 is in DE with 12, not also in IT; by month it is in IT in January and in DE in February."""
    world = bank(engine)
    world.check("balance by accounts.country during 2026-Q1", ("DE", 12), ("IT", 200))
    world.check("balance where accounts.country = 'IT' during 2026-Q1", (200,))
    world.check("balance where accounts.country = 'DE' during 2026-Q1", (12,))
    world.check("balance where accounts.country = 'IT' during 2026-01-01..2026-02-28", (100,))
    world.check(
        "balance by month, accounts.country during 2026-01-01..2026-02-28 sparse",
        ("2026-01-01", "IT", 111),
        ("2026-02-01", "DE", 12),
    )


@pytest.mark.smoke
def test_totals_of_balances_are_picked_anew(engine: Engine) -> None:
    """A month's subtotal adds its countries; the total picks each account's last row of the quarter, and does not add months."""
    bank(engine).check(
        "balance by month, accounts.country with totals during 2026-Q1 sparse",
        ("2026-01-01", "IT", 111, "group"),
        ("2026-01-01", None, 111, "subtotal"),
        ("2026-02-01", "DE", 12, "group"),
        ("2026-02-01", None, 12, "subtotal"),
        ("2026-03-01", "IT", 200, "group"),
        ("2026-03-01", None, 200, "subtotal"),
        (None, None, 212, "total"),
    )
    bank(engine).check(
        "balance by accounts.country, month with totals during 2026-Q1 sparse",
        ("DE", "2026-02-01", 12, "group"),
        ("DE", None, 12, "subtotal"),
        ("IT", "2026-01-01", 111, "group"),
        ("IT", "2026-03-01", 200, "group"),
        ("IT", None, 200, "subtotal"),
        (None, None, 212, "total"),
    )


def test_every_country_in_every_month(engine: Engine) -> None:
    """Without `sparse` a country without a row has a month without a number."""
    bank(engine).check(
        "balance by accounts.country, month during 2026-01-01..2026-02-28",
        ("DE", "2026-01-01", None),
        ("DE", "2026-02-01", 12),
        ("IT", "2026-01-01", 111),
        ("IT", "2026-02-01", None),
    )


@pytest.mark.smoke
def test_ties_on_one_day_go_by_the_key(engine: Engine) -> None:
    """Two rows of an account on one day, told apart by their number: the greater one, for the first one too."""
    text = """
    source accounts from accounts { key id, day, no  time day  id: int  day: date  no: int  amount: int }
    metric balance = sum(accounts.amount, latest: day, per: id)
    """
    world = World(engine, text, accounts=[(1, "2026-01-10", 1, 10), (1, "2026-01-10", 2, 20), (1, "2026-01-09", 3, 30)])
    world.check("balance by month", ("2026-01-01", 20))


def test_null_amounts_of_the_last_row(engine: Engine) -> None:
    """The latest row counts, though its amount is not known: the earlier amount is no balance any more."""
    world = World(engine, ACCOUNTS, accounts=[(1, "2026-01-10", "IT", 10), (1, "2026-01-20", "IT", None), (2, "2026-01-05", "IT", 1)])
    world.check("balance by month", ("2026-01-01", 1))


def test_balances_without_a_day_are_of_no_period(engine: Engine) -> None:
    """A row without a day is never the last one of anything."""
    world = World(engine, ACCOUNTS, accounts=[(1, "2026-01-10", "IT", 10), (1, None, "IT", 99)])
    world.check("balance", (10,))
    world.check("balance during 2026-01", (10,))


def test_balances_at_other_periods(engine: Engine) -> None:
    """The month before February's is January's 111; the year's first month likewise; grown to 12 it fell."""
    bank(engine).check(
        "balance, prior(balance, 1 month), growth(balance, 1 month), at_start(balance, year) by month during 2026-02-01..2026-03-31",
        ("2026-02-01", 12, 111, 12 / 111 - 1, 111),
        ("2026-03-01", 200, 12, 200 / 12 - 1, 111),
    )
    bank(engine).check("balance during 2026-02 compare previous month", (12, 111, 12 / 111 - 1))


@pytest.mark.smoke
def test_balances_in_windows(engine: Engine) -> None:
    """The latest row of each account within 30 days up to the month's last: in February from the 30th of January on."""
    bank(engine).check(
        "trailing(balance, 30 days), running(balance), to_date(balance, year) by month during 2026-Q1",
        ("2026-01-01", 111, 111, 111),
        ("2026-02-01", 12, 112, 112),
        ("2026-03-01", 200, 212, 212),
    )


def test_balances_of_the_running_period(engine: Engine) -> None:
    """Compared on 5 February, January counts up to its 5th: nobody had a row by then."""
    bank(engine).check("balance by month during 2026-02 compare previous month", ("2026-02-01", 12, None, None), as_of="2026-02-05")
    bank(engine).check(
        "balance by month during 2026-02 compare previous month whole", ("2026-02-01", 12, 111, 12 / 111 - 1), as_of="2026-02-05"
    )


@pytest.mark.smoke
def test_latest_rows_in_windows(engine: Engine) -> None:
    """Person 1 said 9 on 5 January and 3 on the 20th: a promoter in the ten days up to the 10th, not in the month up to its 31st."""
    survey(engine).check(
        "trailing(promoters, 10 days), trailing(asked, 10 days) by day during 2026-01-10..2026-01-21 sparse",
        *[(f"2026-01-{day}", 2, 2) for day in range(10, 15)],  # 5 to 14 January: 1 with 9, 2 with 10
        *[(f"2026-01-{day}", 1, 1) for day in range(15, 20)],  # 2 only
        ("2026-01-20", 0, 1),  # 11 to 20: 1 with 3; 2's answer was the 10th
        ("2026-01-21", 0, 1),
    )
    survey(engine).check(
        "running(promoters), running(asked) by month during 2026-Q1",
        *[
            ("2026-01-01", 1, 2),
            ("2026-02-01", 2, 3),
            ("2026-03-01", 2, 3),
        ],
    )


def test_latest_rows_by_every_month(engine: Engine) -> None:
    """March without an answer: nobody was asked, which is 0 of nobody, and the score is null."""
    survey(engine).check(
        "asked, nps by month during 2026-Q1",
        ("2026-01-01", 2, 0.5),
        ("2026-02-01", 2, 1),
        ("2026-03-01", 0, None),
    )


@pytest.mark.parametrize(
    "declaration,code,words",
    [
        ("source t from t { key id, day  id: int  day: date  amount: int } metric m = last(t.amount, over: day)", "KPI122", "no time"),
        ("source t from t { key id  time day  id: int  day: date  amount: int } metric m = last(t.amount, over: day)", "KPI024", "key"),
        (
            "source t from t { key id, day  time day  id: int  day: date  name: text } metric m = last(t.name, over: day)",
            "KPI057",
            "number",
        ),
    ],
)
def test_what_a_balance_needs(declaration: str, code: str, words: str) -> None:
    """A time, a key that says whose balance it is on which day, and an amount."""
    undeclared(declaration, code, words, text="")


# ---------------------------------------------------------------- stocks


SUBS = """
source subs from subs { key id  id: int  begun: date  ended: date  plan: text  fee: int }
metric alive = count(subs, active: begun..ended)
metric fees = sum(subs.fee, active: begun..ended)
metric plans = count(distinct subs.plan, active: begun..ended)
"""
LIVES = [
    (1, "2026-01-10", None, "a", 1),  # open end: lives on
    (2, "2026-01-20", "2026-02-10", "a", 2),
    (3, "2026-02-01", "2026-02-01", "b", 4),  # ended as it began: never alive
    (4, None, "2026-03-15", "b", 8),  # open start
    (5, "2026-02-28", "2026-03-01", "c", 16),  # the end is exclusive: alive on 28 February, ended with March's first day
    (6, "2026-03-31", None, "c", 32),
]


def subscriptions(engine: Engine) -> World:
    return World(engine, SUBS, subs=LIVES)


@pytest.mark.smoke
def test_a_stock_is_counted_at_the_period_s_end(engine: Engine) -> None:
    """31 January: 1, 2; 28 February: 1, 5; 31 March: 1, 6. A start that is not known is in no period, so 4 is not counted."""
    subscriptions(engine).check(
        "alive, fees, plans by month during 2026-Q1",
        ("2026-01-01", 2, 3, 1),
        ("2026-02-01", 2, 17, 2),
        ("2026-03-01", 2, 33, 2),
    )


def test_a_stock_by_day(engine: Engine) -> None:
    """2 lives to 9 February; 5 lives for one day; a day without a change has the same number as the day before."""
    subscriptions(engine).check(
        "alive by day during 2026-02-08..2026-02-11",
        ("2026-02-08", 2),
        ("2026-02-09", 2),
        ("2026-02-10", 1),
        ("2026-02-11", 1),
    )
    subscriptions(engine).check("alive by day during 2026-02-27..2026-03-01", ("2026-02-27", 1), ("2026-02-28", 2), ("2026-03-01", 1))


def test_a_stock_without_periods(engine: Engine) -> None:
    """At the range's end, or today."""
    world = subscriptions(engine)
    world.check("alive during 2026-01", (2,))
    world.check("alive during 2026-01-01..2026-02-28", (2,))
    world.check("alive during 2026-01-01..2026-02-09", (2,))
    world.check("alive during 2026-01-01..2026-02-10", (1,))
    world.check("alive", (2,))
    world.check("alive", (1,), as_of="2026-01-15")
    world.check("alive by subs.plan", ("a", 1), ("c", 1))


@pytest.mark.smoke
def test_a_stock_by_group_and_totals(engine: Engine) -> None:
    """Plans at the end of each month; a plan that nobody has is 0; the total is the stock at the range's end."""
    subscriptions(engine).check(
        "alive by month, subs.plan with totals during 2026-02-01..2026-03-31",
        ("2026-02-01", "a", 1, "group"),
        ("2026-02-01", "c", 1, "group"),
        ("2026-02-01", None, 2, "subtotal"),
        ("2026-03-01", "a", 1, "group"),
        ("2026-03-01", "c", 1, "group"),
        ("2026-03-01", None, 2, "subtotal"),
        (None, None, 2, "total"),
    )


def test_a_stock_before_anything_began(engine: Engine) -> None:
    """In December nobody lived: 0. At the end of the running month it is what lives today."""
    world = subscriptions(engine)
    world.check("alive by month during 2025-12-01..2026-01-31", ("2025-12-01", 0), ("2026-01-01", 2))
    world.check("alive by month last 2 months", ("2026-01-01", 2), ("2026-02-01", 1), as_of="2026-02-15")


def test_a_stock_filtered(engine: Engine) -> None:
    """Only plan a: 1 and 2 in January, 1 since."""
    subscriptions(engine).check(
        "alive by month where subs.plan = 'a' during 2026-Q1",
        *[
            ("2026-01-01", 2),
            ("2026-02-01", 1),
            ("2026-03-01", 1),
        ],
    )


@pytest.mark.smoke
def test_a_stock_compared(engine: Engine) -> None:
    """February's end against January's; in a running month today's stock against the same day's of the month before."""
    world = subscriptions(engine)
    world.check("alive, fees by month during 2026-02 compare previous month", ("2026-02-01", 2, 17, 2, 0, 3, 14 / 3))
    world.check("alive during 2026-02 compare previous month", (2, 2, 0))
    world.check("alive by month during 2026-02 compare previous month", ("2026-02-01", 1, 1, 0), as_of="2026-02-15")
    world.check("alive by month during 2026-02 compare previous month", ("2026-02-01", 2, 0, None), as_of="2026-02-09")
    world.check("at_start(alive, year) by month during 2026-03", ("2026-03-01", 2))


def test_a_stock_beside_flows(engine: Engine) -> None:
    """How many began and ended in a month, beside who was there at its end; ended by their own day."""
    text = (
        SUBS
        + """
    metric began = count(subs) at time subs.begun
    metric ended = count(subs) at time subs.ended
    metric churn = ended / prior(alive, 1 month)
    """
    )
    World(engine, text, subs=LIVES).check(
        "began, ended, alive, churn by month during 2026-Q1",
        ("2026-01-01", 2, 0, 2, None),
        ("2026-02-01", 2, 2, 2, 1),
        ("2026-03-01", 1, 2, 2, 1),
    )


def test_a_stock_of_moments(engine: Engine) -> None:
    """With timestamps, alive at the day's last moment: begun at 23:59:59 is alive, ended at midnight is not any more the next day."""
    text = """
    source subs from subs { key id  id: int  begun: timestamp  ended: timestamp }
    metric alive = count(subs, active: begun..ended)
    """
    rows = [(1, "2026-01-10T23:59:59", None), (2, "2026-01-01T00:00", "2026-01-11T00:00"), (3, "2026-01-01T00:00", "2026-01-10T23:59:59")]
    World(engine, text, subs=rows).check("alive by day during 2026-01-10..2026-01-11", ("2026-01-10", 2), ("2026-01-11", 1))


def test_a_stock_has_no_window() -> None:
    """A stock is counted at a moment: there is nothing to add up over days."""
    undeclared("metric m = trailing(alive, 7 days)", "KPI064", "stock", text=SUBS)
    undeclared("metric m = running(alive)", "KPI064", "stock", text=SUBS)
    undeclared("metric m = count(subs, active: begun)", "KPI053", "start and the end", text=SUBS)
    undeclared("metric m = count(subs, active: plan..ended)", "KPI051", "not a time", text=SUBS)


def test_a_balance_by_the_column_of_its_time_is_the_same_balance(engine: Engine) -> None:
    """15 of the first account and 100 of the second, whether the day is called by its word or by its column; a rate is one row's."""
    text = """
source acc from acc { key id, d  time d  id: int  d: date  balance: money(EUR)  share: percent }
metric by_word = last(acc.balance, over: day)
metric by_name = last(acc.balance, over: d)
metric by_path = last(acc.balance, over: acc.d)
metric rate = last(acc.share, over: acc.d)
"""
    rows = [(1, "2026-01-10", 10, 0.5), (1, "2026-01-31", 15, 0.25), (2, "2026-01-20", 100, 0.75)]
    world = World(engine, text, acc=rows)
    world.check("by_word, by_name, by_path, rate during 2026-01", (115, 115, 115, 0.25))
    world.check("by_name by acc.id during 2026-01", (1, 15), (2, 100))
