"""S1: every base metric is aggregated from its own source before it meets another; the order of names changes no number."""

from __future__ import annotations

from itertools import permutations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import SHOP, World

CUSTOMERS = [(1, "IT", "a"), (2, "DE", "a")]
ORDERS = [
    (1, "2026-01-05", 1, "paid", 10),
    (2, "2026-01-06", 1, "paid", 20),
    (3, "2026-02-07", 2, "new", 40),
]
REFUNDS = [(1, "2026-01-20", 1, 1), (2, "2026-01-21", 1, 2), (3, "2026-02-22", 1, 4)]
ADS = [("2026-01-01", "mail", "IT", 100, 1), ("2026-02-01", "mail", "IT", 200, 2), ("2026-01-01", "web", "FR", 400, 3)]

# IT: orders 10 + 20, refunds 1 + 2 + 4, ads 100 + 200, 3 clicks. DE: an order of 40. FR: ads of 400, 3 clicks.
BY_COUNTRY = {
    "revenue": {"DE": 40, "FR": 0, "IT": 30},
    "refunded": {"DE": 0, "FR": 0, "IT": 7},
    "spend": {"DE": 0, "FR": 400, "IT": 300},
    "buyers": {"DE": 1, "FR": 0, "IT": 1},
}


def shop(engine: Engine) -> World:
    return World(engine, customers=CUSTOMERS, orders=ORDERS, refunds=REFUNDS, ads=ADS)


@pytest.mark.smoke
def test_several_sources_do_not_multiply_each_other(engine: Engine) -> None:
    """Two orders, three refunds and two ads of Italy meet only as three sums: joined as rows they would be 12 rows, and 30 would be 180."""
    shop(engine).check("revenue, refunded, spend where country = 'IT'", (30, 7, 300))


@pytest.mark.parametrize("metrics", list(permutations(BY_COUNTRY, 3)), ids=" ".join)
def test_the_order_of_metrics_changes_no_number(duckdb: Engine, metrics: tuple[str, ...]) -> None:
    """Whichever metric is named first, every metric keeps its own numbers and every country its row."""
    countries = [c for c in ("DE", "FR", "IT") if any(BY_COUNTRY[m][c] for m in metrics)]
    expected = [(country, *(BY_COUNTRY[m][country] for m in metrics)) for country in countries]
    shop(duckdb).check(f"{', '.join(metrics)} by country", *expected)


def test_the_order_of_metrics_changes_no_number_on_any_engine(engine: Engine) -> None:
    """The same for one order and its reverse, on each engine."""
    world = shop(engine)
    world.check("revenue, refunded, spend by country", ("DE", 40, 0, 0), ("FR", 0, 0, 400), ("IT", 30, 7, 300))
    world.check("spend, refunded, revenue by country", ("DE", 0, 0, 40), ("FR", 400, 0, 0), ("IT", 300, 7, 30))


def test_the_order_of_group_bys_changes_no_number(engine: Engine) -> None:
    """January: revenue 30 in IT. February: revenue 40 in DE, refund 4 and ads 200 in IT."""
    world = shop(engine)
    world.check(
        "revenue, refunded by month, country sparse",
        ("2026-01-01", "IT", 30, 3),
        ("2026-02-01", "DE", 40, 0),
        ("2026-02-01", "IT", 0, 4),
    )
    world.check(
        "revenue, refunded by country, month sparse",
        ("DE", "2026-02-01", 40, 0),
        ("IT", "2026-01-01", 30, 3),
        ("IT", "2026-02-01", 0, 4),
    )


@pytest.mark.smoke
def test_a_metric_is_the_same_alone_and_in_company(engine: Engine) -> None:
    """Revenue is 70 whatever is asked beside it, and whatever it is sorted by."""
    world = shop(engine)
    world.check("revenue", (70,))
    world.check("revenue, orders_n, buyers, refunded, spend, people", (70, 3, 2, 7, 700, 2))
    world.check("people, spend, refunded, buyers, orders_n, revenue", (2, 700, 7, 2, 3, 70))
    world.check("revenue by country order by spend desc", ("IT", 30), ("DE", 40))


def test_a_formula_over_two_sources_divides_sums(engine: Engine) -> None:
    """Roas of Italy is (10 + 20) / (100 + 200), not a sum of quotients of joined rows; DE has no spend, FR no revenue."""
    shop(engine).check("roas by country", ("DE", None), ("FR", 0), ("IT", 30 / 300))


@pytest.mark.smoke
def test_filters_of_metrics_stay_their_own(engine: Engine) -> None:
    """A filtered metric beside an unfiltered one of the same source does not filter it, in either order."""
    world = shop(engine)
    world.check("orders_n, (revenue where status = 'new')", (3, 40))
    world.check("(revenue where status = 'new'), orders_n", (40, 3))
    world.check("(revenue where status = 'new'), (revenue where status = 'paid'), revenue", (40, 30, 70))


@pytest.mark.smoke
def test_a_metric_called_like_its_table(engine: Engine) -> None:
    """The table's columns stay the table's, whatever the output is called: lines of Italy are 2 of the 2 + 4."""
    text = SHOP + "metric lines = sum(lines.units where order.customer.country = 'IT')"
    world = World(engine, text, customers=CUSTOMERS, orders=ORDERS, lines=[(1, 1, "x", 2, 1), (3, 1, "x", 4, 1)])
    world.check("lines, units by orders.status", ("new", 0, 4), ("paid", 2, 2))
    world.check("lines by orders.status", ("paid", 2))
