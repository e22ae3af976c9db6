"""S8: what does not add up is recomputed from rows at the asked grain, in totals too; what may not be summed is refused."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, compiled, refused

CUSTOMERS = [(1, "IT", "a"), (2, "DE", "b")]
ORDERS = [
    (1, "2026-01-05", 1, "paid", 1),
    (2, "2026-01-06", 1, "new", 2),
    (3, "2026-02-07", 1, "paid", 3),
    (4, "2026-02-05", 2, "paid", 10),
    (5, "2026-02-06", 2, "new", 100),
]


def shop(engine: Engine) -> World:
    return World(engine, customers=CUSTOMERS, orders=ORDERS)


def test_distinct_counts_in_totals(engine: Engine) -> None:
    """Customer 1 bought in both months: 1 + 2 = 3 would count that person twice."""
    shop(engine).check("buyers by month with totals sparse", ("2026-01-01", 1, "group"), ("2026-02-01", 2, "group"), (None, 2, "total"))


def test_medians_in_totals(engine: Engine) -> None:
    """IT: 1, 2, 3 → 2. DE: 10, 100 → 55. All: 1, 2, 3, 10, 100 → 3; no mean or median of 2 and 55 gives 3."""
    shop(engine).check("median(orders.amount) by country with totals", ("DE", 55, "group"), ("IT", 2, "group"), (None, 3, "total"))


@pytest.mark.smoke
def test_averages_and_spreads_in_totals(engine: Engine) -> None:
    """All: mean 116 / 5 = 23.2; IT 2, DE 55. Variance of 1, 2, 3 is 1, of 10, 100 is 4050; of all: (10114 − 116² / 5) / 4 = 1855.7."""
    shop(engine).check(
        "avg(orders.amount), variance(orders.amount) by country with totals",
        ("DE", 55, 4050, "group"),
        ("IT", 2, 1, "group"),
        (None, 23.2, (1 + 4 + 9 + 100 + 10000 - 116**2 / 5) / 4, "total"),
    )


def test_extremes_in_totals(engine: Engine) -> None:
    """min and max of all rows: 1 and 100."""
    shop(engine).check(
        "min(orders.amount), max(orders.amount), min(orders.day) by country with totals",
        ("DE", 10, 100, "2026-02-05", "group"),
        ("IT", 1, 3, "2026-01-05", "group"),
        (None, 1, 100, "2026-01-05", "total"),
    )


@pytest.mark.smoke
def test_subtotals_of_distinct_counts(engine: Engine) -> None:
    """Each customer bought paid and new: every status has 2 − but a month's subtotal counts people, not statuses."""
    shop(engine).check(
        "buyers by month, orders.status with totals sparse",
        ("2026-01-01", "new", 1, "group"),
        ("2026-01-01", "paid", 1, "group"),
        ("2026-01-01", None, 1, "subtotal"),
        ("2026-02-01", "new", 1, "group"),
        ("2026-02-01", "paid", 2, "group"),
        ("2026-02-01", None, 2, "subtotal"),
        (None, None, 2, "total"),
    )


def test_the_rest_of_a_top_is_recomputed(engine: Engine) -> None:
    """The day of 100 is on top; the others hold customers 1 and 2, and the median of 1, 2, 3, 10 = 2.5."""
    shop(engine).check(
        "buyers, median(orders.amount), revenue by orders.day top 1 by revenue with other",
        ("2026-02-06", 1, 100, 100, "group"),
        (None, 2, 2.5, 16, "other"),
    )


def test_the_rest_holds_the_group_without_a_name(engine: Engine) -> None:
    """DE is on top; the rest are 1's orders of IT and an order of nobody known: two buyers, amounts 1, 2, 3, 50, median 2.5."""
    world = World(engine, customers=CUSTOMERS, orders=[*ORDERS, (6, "2026-02-06", 77, None, 50)])
    world.check(
        "buyers, median(orders.amount), revenue by country top 1 by revenue with other",
        ("DE", 1, 55, 110, "group"),
        (None, 2, 2.5, 56, "other"),
    )


@pytest.mark.smoke
def test_the_rest_and_the_total_together(engine: Engine) -> None:
    """With totals: the group, the others, then everybody."""
    shop(engine).check(
        "buyers, revenue by country with totals top 1 by revenue with other",
        ("DE", 1, 110, "group"),
        (None, 1, 6, "other"),
        (None, 2, 116, "total"),
    )


def test_a_formula_with_a_distinct_count_in_totals(engine: Engine) -> None:
    """Revenue per buyer: 116 / 2 = 58 in all, 110 in DE, 6 in IT."""
    shop(engine).check("revenue / buyers by country with totals", ("DE", 110, "group"), ("IT", 6, "group"), (None, 58, "total"))


def test_a_column_that_may_never_be_summed() -> None:
    """`not additive` on a column of the data: a reach per day is not a reach per month."""
    text = """
    source posts from posts { key id  id: int  reach: count { not additive }  doubled: count = reach * 2  rate: percent  seen: count }
    metric n = count(posts)
    """
    refused("sum(posts.reach)", "KPI027", "not additive", text=text)
    refused("sum(posts.doubled)", "KPI027", text=text)
    refused("sum(sqrt(posts.reach))", "KPI027", "not additive", text=text)
    refused("sum(posts.rate)", "KPI027", "percentages", text=text)


def test_a_part_of_a_count_per_coarser_row_adds_up(engine: Engine) -> None:
    """Half of what each session saw, 3 / 2 + 1 / 2, is half of all that was seen; views by page are a ratio, and no sum of them is one."""
    text = """
    source events from events { key id  id: int  session: int  page: text }
    source sessions from events by session { half: number = count(events) / 2  by_page: number = count(events) / count(distinct page) }
    metric halves = sum(sessions.half)
    """
    rows = [(1, 1, "a"), (2, 1, "b"), (3, 1, "b"), (4, 2, "a")]
    World(engine, text, events=rows).check("halves", (2,))
    refused("sum(sessions.by_page)", "KPI027", "ratios", text=text)


def test_a_distinct_count_per_coarser_row_may_not_be_summed() -> None:
    """Visitors per session, summed over sessions, would count people twice: go back to the events."""
    text = """
    source events from events { key id  id: int  session: int  page: text  who: int }
    source sessions from events by session { pages: count = count(distinct page)  views: count = count(events) }
    metric n = count(events)
    """
    refused("sum(sessions.pages)", "KPI027", text=text)


def test_a_median_of_a_ratio_goes_back_to_rows(engine: Engine) -> None:
    """Per line 6 / 2 = 3, 4 / 4 = 1 and 8 / 1 = 8 euros a piece: the median is 3; the ratio of sums is 18 / 7."""
    world = World(engine, lines=[(1, 1, "a", 2, 6), (1, 2, "a", 4, 4), (2, 1, "a", 1, 8)])
    world.check("median(lines.price / lines.units), sum(lines.price) / sum(lines.units)", (3, 18 / 7))


def test_what_a_formula_adds_up_to() -> None:
    """Sums of sums add up, over time and over groups; a level of a day does over groups only, and with it all that moves in time; a
    product, a share, a distinct count and a number beside a sum add up over nothing.
    """
    text = """
    source posts from posts { key id, day  time day  id: int  day: date  who: int  likes: int  fans: int }
    metric likes = sum(posts.likes)
    metric more = likes + count(posts)
    metric less = -likes - count(posts)
    metric twice = likes * 2
    metric half = likes / 2
    metric fans = last(posts.fans, over: day)
    metric both = likes + fans
    metric window = trailing(likes, 7 days)
    metric rate = likes / count(posts)
    metric product = likes * likes
    metric people = count(distinct posts.who)
    metric mixed = likes + people
    metric beside = likes + 1
    metric people_window = trailing(people, 7 days)
    """
    found = {name: metric.additivity for name, metric in compiled(text).model.metrics.items()}
    assert found == {
        **dict.fromkeys(("likes", "more", "less", "twice", "half"), "additive"),
        **dict.fromkeys(("fans", "both", "window"), "semi-additive"),
        **dict.fromkeys(("rate", "product", "people", "mixed", "beside", "people_window"), "non-additive"),
    }
