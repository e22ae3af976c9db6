"""S17: a query without group-bys gives exactly one row, whatever there is or is not."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World

QUERIES = [
    ("revenue", (0,)),
    ("aov", (None,)),
    ("buyers, orders_n, avg(orders.amount), max(orders.day)", (0, 0, None, None)),
    ("revenue, spend, people, units, refunded", (0, 0, 0, 0, 0)),
    ("roas, net", (None, 0)),
    ("revenue where country = 'IT'", (0,)),
    ("revenue during 2026-01", (0,)),
    ("revenue last 3 months", (0,)),
    ("share(revenue, of: country)", (None,)),
    ("share(revenue, of: country) where country = 'IT'", (None,)),
    ("share(revenue, of: country), spend", (None, 0)),
    ("(revenue at (country)), orders_n", (0, 0)),
    ("revenue with totals", (0, "total")),
    ("share(revenue, of: country), spend with totals", (None, 0, "total")),
    ("median(orders.amount), stddev(orders.amount), percentile(orders.amount, 90%)", (None, None, None)),
    ("(revenue where status = 'x'), (orders_n where status = 'y'), (aov where status = 'z')", (0, 0, None)),
    ("case when orders_n = 0 then 1 else 2 end", (1,)),
    ("coalesce(aov, 7 EUR)", (7,)),
    ("count(orders where customers.orders_made > 0)", (0,)),
    ("count(orders, latest: day, per: customer_id)", (0,)),
    ("revenue order by revenue", (0,)),
]


@pytest.mark.parametrize("query,row", QUERIES, ids=[q for q, _ in QUERIES])
def test_empty_tables(engine: Engine, query: str, row: tuple[object, ...]) -> None:
    """No row in any table: one row of zeros and nulls."""
    World(engine).check(query, row)


@pytest.mark.parametrize("query,row", QUERIES, ids=[q for q, _ in QUERIES])
def test_everything_is_filtered_out(engine: Engine, query: str, row: tuple[object, ...]) -> None:
    """Rows of the future only: as of June there is nothing yet, which is the same as empty tables but for customers, who have no time."""
    world = World(
        engine,
        orders=[(1, "2027-01-01", 1, "paid", 5)],
        lines=[],
        refunds=[(1, "2027-01-01", 1, 5)],
        ads=[("2027-01-01", "m", "IT", 5, 5)],
    )
    world.check(query, row)


@pytest.mark.parametrize(
    "query",
    [
        "revenue by country",
        "revenue, spend by country",
        "revenue by month sparse",
        "share(revenue, of: country) by country",
        "aov by country top 3",
    ],
)
def test_with_group_bys_there_is_nothing(engine: Engine, query: str) -> None:
    """Groups come from rows: no rows, no groups."""
    World(engine).check(query)


@pytest.mark.smoke
@pytest.mark.parametrize(
    "query,total",
    [
        ("revenue by country with totals", (None, 0, "total")),
        ("buyers, spend by country with totals", (None, 0, 0, "total")),
        ("aov by country, orders.status with totals", (None, None, None, "total")),
        ("share(revenue, of: country) by country with totals", (None, None, "total")),
        ("revenue at (country) by country, orders.status, customers.segment with totals", (None, None, None, 0, "total")),
    ],
)
def test_the_total_of_nothing_is_a_row(engine: Engine, query: str, total: tuple[object, ...]) -> None:
    """Over no group at all the total line still stands."""
    World(engine).check(query, total)


@pytest.mark.smoke
def test_top_of_nothing_has_no_others(engine: Engine) -> None:
    """Where no group is, no rest is."""
    World(engine).check("revenue by country top 2 with other")
