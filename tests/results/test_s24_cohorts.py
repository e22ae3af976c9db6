"""S24: retention is the share of a cohort with activity in the n-th period after its first; what is not over yet is null, and never 0."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

TEXT = """
source orders from orders {
  key id  time at
  id: int  at: timestamp  customer_id: int  channel: text  paid: bool  margin: money(EUR)
  join one customer: customers on customer_id = id
}
source customers from customers { key id  id: int  signed_up: date  country: text }
source visits from visits { key id  time day  id: int  day: date  customer_id: text }
metric orders_paid = count(orders) where orders.paid
metric back = retention(orders where paid, by: customer_id, after: 1 month)
metric gone = churn(orders_paid, by: customer_id, after: 1 month)
metric week2 = retention(orders where paid, by: customer_id, after: 2 weeks)
cohort buyers "Buyers" = orders where paid { entity customer_id  start first  each month for 2 months  value margin }
cohort users "Users" = orders where paid { entity customer_id  start customers.signed_up  each month for 2 months  value margin }
cohort by_quarter = orders_paid { entity customer_id  each quarter for 2 quarters }
metric value_of_life = ltv(buyers)
"""
"""Today is 20 April 2026. Paid orders: customer 1 on 10 January, 5 February (twice), 31 March; 2 on 31 January, 1 April; 3 on 1 February;
4 on 3 March, and one on the 2nd that was not paid; 5 on 2 April; nobody on 4 January; 7 on 30 April, which nobody knows yet.
Customer 6 signed up and never ordered; 5 ordered before signing up on 3 April; 3 has no day of signing up."""
ORDERS = [
    (1, "2026-01-10T09:00:00", 1, "ads", True, 10),
    (2, "2026-02-05T09:00:00", 1, "mail", True, 20),
    (3, "2026-02-05T09:00:00", 1, "mail", True, 5),
    (4, "2026-03-31T23:00:00", 1, "mail", True, 40),
    (5, "2026-01-31T22:00:00", 2, "mail", True, 8),
    (6, "2026-04-01T01:00:00", 2, "ads", True, 100),
    (7, "2026-02-01T09:00:00", 3, "ads", True, 6),
    (8, "2026-03-02T09:00:00", 4, "mail", False, 70),
    (9, "2026-03-03T09:00:00", 4, "ads", True, -3),
    (10, "2026-04-02T09:00:00", 5, "mail", True, 9),
    (11, "2026-01-04T09:00:00", None, "ads", True, 1000),
    (12, "2026-04-30T09:00:00", 7, "ads", True, 1000),
]
CUSTOMERS = [
    (1, "2025-12-30", "IT"),
    (2, "2026-01-01", "IT"),
    (3, None, "DE"),
    (4, "2026-01-15", "DE"),
    (5, "2026-04-03", "DE"),
    (6, "2026-02-10", "IT"),
    (7, "2026-04-29", "IT"),
]
TODAY = "2026-04-20"


def world(engine: Engine, text: str = TEXT) -> World:
    return World(engine, text, orders=ORDERS, customers=CUSTOMERS)


@pytest.mark.smoke
def test_the_share_that_is_active_a_month_later(engine: Engine) -> None:
    """January: 1 and 2, of whom 1 ordered in February. February: 3, who never did. March: 4, and April is not over. April: 5."""
    made = world(engine)
    made.check(
        "back, gone by month",
        ("2026-01-01", 1 / 2, 1 / 2),
        ("2026-02-01", 0, 1),
        ("2026-03-01", None, None),
        ("2026-04-01", None, None),
        as_of=TODAY,
    )
    made.check("back, gone", (1 / 3, 2 / 3), as_of=TODAY)  # 1, 2 and 3; nobody knows of 4 and 5 yet


def test_a_month_is_over_on_its_last_day(engine: Engine) -> None:
    world(engine).check("back during 2026-03", (None,), as_of="2026-04-29")
    world(engine).check("back during 2026-03", (0,), as_of="2026-04-30")


def test_the_groups_are_those_of_the_first_row(engine: Engine) -> None:
    """1 began with an ad and came back by mail."""
    world(engine).check("back by orders.channel during 2026-01..2026-02", ("ads", 1 / 2), ("mail", 0), as_of=TODAY)  # ads: 1 and 3; mail: 2
    world(engine).check('back where orders.channel = "ads"', (1 / 2,), as_of=TODAY)
    world(engine).check("back by customers.country during 2026-01..2026-02", ("DE", 0), ("IT", 1 / 2), as_of=TODAY)


def test_weeks(engine: Engine) -> None:
    """Two weeks after the week of 10 January (5 to 11) is that of 19 to 25 January: nobody. After that of 31 January is that of 9 February;
    of 1 February the same; of 3 March that of 16; of 2 April that of 13 April, which is over on the 19th."""
    world(engine).check("week2", (0,), as_of=TODAY)
    moved = [(21, "2026-04-16T09:00:00", 5, "ads", True, 1) if row[0] == 11 else row for row in ORDERS]
    World(engine, TEXT, orders=moved, customers=CUSTOMERS).check("week2 during 2026-04", (1,), as_of=TODAY)
    World(engine, TEXT, orders=moved, customers=CUSTOMERS).check("week2 during 2026-04", (None,), as_of="2026-04-18")


@pytest.mark.smoke
def test_a_cohort_by_age(engine: Engine) -> None:
    """January: 18 at once, 25 in February, 40 in March. February: 6. March: -3, and April is not over. April: not over itself."""
    world(engine).check(
        "cohort buyers",
        ("2026-01-01", 0, 2, 2, 1, 0, 18, 18, 9),
        ("2026-01-01", 1, 2, 1, 1 / 2, 1 / 2, 25, 43, 43 / 2),
        ("2026-01-01", 2, 2, 1, 1 / 2, 1 / 2, 40, 83, 83 / 2),
        ("2026-02-01", 0, 1, 1, 1, 0, 6, 6, 6),
        ("2026-02-01", 1, 1, 0, 0, 1, 0, 6, 6),
        ("2026-02-01", 2, 1, None, None, None, None, None, None),
        ("2026-03-01", 0, 1, 1, 1, 0, -3, -3, -3),
        ("2026-03-01", 1, 1, None, None, None, None, None, None),
        ("2026-03-01", 2, 1, None, None, None, None, None, None),
        ("2026-04-01", 0, 1, None, None, None, None, None, None),
        ("2026-04-01", 1, 1, None, None, None, None, None, None),
        ("2026-04-01", 2, 1, None, None, None, None, None, None),
        as_of=TODAY,
    )


@pytest.mark.smoke
def test_a_cohort_by_a_declared_start(engine: Engine) -> None:
    """December: 1, whose orders of January and February are of ages 1 and 2. January: 2 (an order of that month; April's is too late) and 4
    with one in March. February: 6, who never ordered. March: nobody. April: 5."""
    world(engine).check(
        "cohort users where customers.country is not null",
        ("2025-12-01", 0, 1, 0, 0, 1, 0, 0, 0),
        ("2025-12-01", 1, 1, 1, 1, 0, 10, 10, 10),
        ("2025-12-01", 2, 1, 1, 1, 0, 25, 35, 35),
        ("2026-01-01", 0, 2, 1, 1 / 2, 1 / 2, 8, 8, 4),
        ("2026-01-01", 1, 2, 0, 0, 1, 0, 8, 4),
        ("2026-01-01", 2, 2, 1, 1 / 2, 1 / 2, -3, 5, 5 / 2),
        ("2026-02-01", 0, 1, 0, 0, 1, 0, 0, 0),
        ("2026-02-01", 1, 1, 0, 0, 1, 0, 0, 0),
        ("2026-02-01", 2, 1, None, None, None, None, None, None),
        ("2026-03-01", 0, 0, 0, None, None, 0, 0, None),
        ("2026-03-01", 1, 0, None, None, None, None, None, None),
        ("2026-03-01", 2, 0, None, None, None, None, None, None),
        ("2026-04-01", 0, 1, None, None, None, None, None, None),
        ("2026-04-01", 1, 1, None, None, None, None, None, None),
        ("2026-04-01", 2, 1, None, None, None, None, None, None),
        as_of=TODAY,
    )


def test_what_came_before_the_start_is_another_story(engine: Engine) -> None:
    """5 ordered the day before signing up: in the same month, and not as a member."""
    rows = world(engine).rows("cohort users during 2026-04", "2026-04-30")
    assert [row[1:4] for row in rows] == [(0, 2, 1), (1, 2, None), (2, 2, None)]  # 7 signed up the day before ordering


def test_by_group_and_range(engine: Engine) -> None:
    made = world(engine)
    made.check(
        "cohort buyers by orders.channel during 2026-01",
        ("ads", "2026-01-01", 0, 1, 1, 1, 0, 10, 10, 10),
        ("ads", "2026-01-01", 1, 1, 1, 1, 0, 25, 35, 35),
        ("ads", "2026-01-01", 2, 1, 1, 1, 0, 40, 75, 75),
        ("mail", "2026-01-01", 0, 1, 1, 1, 0, 8, 8, 8),
        ("mail", "2026-01-01", 1, 1, 0, 0, 1, 0, 8, 8),
        ("mail", "2026-01-01", 2, 1, 0, 0, 1, 0, 8, 8),
        as_of=TODAY,
    )
    made.check(
        'cohort buyers where orders.channel = "mail" during 2026-01..2026-02 sparse',
        ("2026-01-01", 0, 1, 1, 1, 0, 8, 8, 8),
        ("2026-01-01", 1, 1, 0, 0, 1, 0, 8, 8),
        ("2026-01-01", 2, 1, 0, 0, 1, 0, 8, 8),
        as_of=TODAY,
    )


def test_longer_periods(engine: Engine) -> None:
    """The first quarter: 1, 2, 3, 4. Its second one is not over; a year later 2 was active in the second, and nobody in the third."""
    made = world(engine)
    made.check(
        "cohort by_quarter during 2026-Q1",
        ("2026-01-01", 0, 4, 4, 1, 0),
        ("2026-01-01", 1, 4, None, None, None),
        ("2026-01-01", 2, 4, None, None, None),
        as_of=TODAY,
    )
    made.check(
        "cohort by_quarter during 2026-Q1",
        ("2026-01-01", 0, 4, 4, 1, 0),
        ("2026-01-01", 1, 4, 1, 1 / 4, 3 / 4),
        ("2026-01-01", 2, 4, 0, 0, 1),
        as_of="2027-03-01",
    )


@pytest.mark.smoke
def test_what_a_cohort_says_as_metrics(engine: Engine) -> None:
    """Two months after January 83 EUR of two buyers; nobody else's two months are over. After one month also 6 EUR of 3."""
    made = world(engine)
    made.check(
        "buyers.size, value_of_life, retention(buyers, after: 2 months), churn(buyers, after: 1 month) by month",
        ("2026-01-01", 2, 83 / 2, 1 / 2, 1 / 2),
        ("2026-02-01", 1, None, None, 1),
        ("2026-03-01", 1, None, None, None),
        ("2026-04-01", 1, None, None, None),
        as_of=TODAY,
    )
    made.check("buyers.ltv, ltv(buyers, after: 1 month), buyers.size", (83 / 2, (43 + 6) / 3, 5), as_of=TODAY)
    made.check("users.ltv by customers.country", ("DE", -3), ("IT", (35 + 8) / 2), as_of=TODAY)
    made.check("orders_paid / buyers.size during 2026-01", (3 / 2,), as_of=TODAY)


def test_young_cohorts_are_null_for_longer_where_it_is_asked(engine: Engine) -> None:
    text = TEXT + "metric sure = back { mature after 2 months }"
    world(engine, text).check("sure by month during 2026-01..2026-02", ("2026-01-01", 1 / 2), ("2026-02-01", None), as_of=TODAY)


def test_a_target_on_retention(engine: Engine) -> None:
    text = (
        TEXT
        + """
    goal keep { kind loyalty  measure back  reach 40% from 2026-01-01  by 2026-12-31 }
    kpi back for keep { target >= 40% each month }
    """
    )
    rows = world(engine, text).kpi("back", "2026-03-31")
    assert [(str(row["period_start"]), row["actual"], row["status"]) for row in rows][:2] == [
        ("2026-01-01", 0.5, "achieved"),
        ("2026-02-01", 0, "missed"),
    ]


def test_data_that_are_complete_only_until_then(engine: Engine) -> None:
    """With orders complete through 27 February, February is not over, whatever day it is."""
    text = TEXT.replace("channel: text  paid: bool", "channel: text  paid: bool  complete through 2026-02-27", 1)
    world(engine, text).check("back during 2026-01", (None,), as_of=TODAY)
    world(engine, text.replace("2026-02-27", "2026-02-28")).check("back during 2026-01", (1 / 2,), as_of=TODAY)


def test_what_is_no_cohort() -> None:
    def wrong(declaration: str, code: str, *words: str) -> None:
        undeclared(declaration, code, *words, text=TEXT)

    wrong("cohort c = orders { each month for 2 months }", "KPI107", "who its members are")
    wrong("cohort c = orders { entity customer_id }", "KPI108", "by which periods")
    wrong("cohort c = orders { entity customer_id  each month }", "KPI108", "for how long")
    wrong("cohort c = orders { entity customer_id  each quarter for 4 months }", "KPI108", "no whole number of quarters")
    wrong("cohort c = orders { entity customer_id  each month for 90 days }", "KPI108", "no whole number of months")
    wrong("cohort c = orders { entity customer_id  each month for 0 months }", "KPI108", "no time")
    wrong("cohort c = orders { entity customer  each month for 2 months }", "KPI039", "is a row")
    wrong("cohort c = orders { entity custommer_id  each month for 2 months }", "KPI039", "customer_id")
    wrong("cohort c = orders { entity customer_id  start customers.country  each month for 2 months }", "KPI109", "is text")
    wrong("cohort c = visits { entity customer_id  start customers.signed_up  each month for 2 months }", "KPI109", "no `customer_id`")
    wrong("cohort c = orders { entity customer_id  each month for 2 months  value channel }", "KPI057", "is a number, this is text")
    wrong("cohort c = customers { entity id  each month for 2 months }", "KPI122", "no time")
    wrong("cohort c = ordrs { entity customer_id  each month for 2 months }", "KPI031", "did you mean `orders`")
    wrong("metric m = retention(visits, after: 1 month)", "KPI037", "needs `by:`")
    wrong("metric m = retention(buyers, after: 3 months)", "KPI108", "for 2 months only")
    wrong("metric m = retention(by_quarter, after: 4 months)", "KPI108", "no whole number of periods")
    wrong("metric m = ltv(by_quarter)", "KPI109", "says not what a member brings")
    wrong("metric m = ltv(orders)", "KPI048", "no cohort `orders`")
    wrong("metric m = buyers.sise", "KPI039", "did you mean `size`")
    refused("cohort buyer", "KPI048", "did you mean `buyers`", text=TEXT)
    refused("cohort buyers by month", "KPI121", "split by month already", text=TEXT)
    refused("cohort buyers top 3", "KPI121", "`top` has nothing to do there", text=TEXT)
    refused("cohort buyers during 2026 compare previous year", "KPI121", "`compare` has nothing to do there", text=TEXT)


def test_of_several_declared_starts_the_first_counts_whatever_days_are_asked(engine: Engine) -> None:
    """7 began a trial in January and another in March, 8 in March: of March only 8 is a member, also where March alone is asked for.
    What 8 ordered in February was before that; in April only 7 ordered, who is of January."""
    made = World(
        engine,
        """
        source trials from trials { key id  time day  id: int  day: date  user_id: int }
        source orders from orders { key id  time day  id: int  day: date  user_id: int }
        cohort tried = orders { entity user_id  start trials.day  each month for 1 month }
        """,
        trials=[(1, "2026-01-05", 7), (2, "2026-03-05", 7), (3, "2026-03-06", 8)],
        orders=[(1, "2026-01-06", 7), (2, "2026-03-07", 7), (3, "2026-03-08", 8), (4, "2026-02-08", 8), (5, "2026-04-08", 7)],
    )
    made.check("tried.size by month", ("2026-01-01", 1), ("2026-02-01", 0), ("2026-03-01", 1), as_of="2026-05-31")
    made.check("tried.size by month during 2026-03", ("2026-03-01", 1), as_of="2026-05-31")
    march = (("2026-03-01", 0, 1, 1, 1, 0), ("2026-03-01", 1, 1, 0, 0, 1))
    made.check("cohort tried during 2026-03", *march, as_of="2026-05-31")
