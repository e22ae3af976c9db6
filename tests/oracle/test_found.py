"""What the oracle found, made small enough to work out by hand: each once gave a wrong answer."""

from __future__ import annotations

from kpidsl.engines.base import Engine
from tests.results.world import World


def test_a_share_keeps_the_groups_of_other_sources(engine: Engine) -> None:
    """Rows that only a share's whole reads make no group appear; rows of another source do: FR has ads alone and stays."""
    world = World(
        engine,
        customers=[(1, "IT", "a"), (2, "XX", "a")],
        orders=[(1, "2026-01-01", 1, "paid", 1), (2, "2026-01-01", 2, "paid", 3)],
        ads=[("2026-01-01", "m", "FR", 7, 1)],
    )
    world.check('share(orders_n, of: country), spend by country where country <> "XX"', ("FR", 0, 7), ("IT", 0.5, 0))
    world.check(
        'share(orders_n, of: country), spend by country where country = "FR" with totals', ("FR", 0, 7, "group"), (None, 0, 7, "total")
    )
    world.check('share(orders_n, of: country) by country where country = "DE" with totals', (None, 0, "total"))


def test_one_column_asked_for_under_two_names(engine: Engine) -> None:
    """`month` and `month(orders.day)` are the same months: totals still have one row per level."""
    world = World(engine, orders=[(1, "2026-01-05", 1, "paid", 1), (2, "2026-01-06", 1, "paid", 2), (3, "2026-02-01", 1, "paid", 4)])
    world.check(
        "revenue by month, month(orders.day) with totals sparse",
        ("2026-01-01", "2026-01-01", 3, "group"),
        ("2026-01-01", None, 3, "subtotal"),
        ("2026-02-01", "2026-02-01", 4, "group"),
        ("2026-02-01", None, 4, "subtotal"),
        (None, None, 7, "total"),
    )
    world.check(
        "revenue, (revenue at (month)) by orders.status, month, month(orders.day) sparse",
        ("paid", "2026-01-01", "2026-01-01", 3, 3),
        ("paid", "2026-02-01", "2026-02-01", 4, 4),
    )


def test_long_metrics_that_start_alike(engine: Engine) -> None:
    """PostgreSQL cuts names after 63 bytes: two metrics that differ only behind that are two columns, also in ranks and rests."""
    world = World(
        engine,
        customers=[(1, "IT", "a"), (2, "DE", "a")],
        orders=[(1, "2026-01-01", 1, "paid", 1), (2, "2026-01-01", 1, "new", 2), (3, "2026-01-01", 2, "paid", 4)],
    )
    one = '(count(distinct orders.customer_id) where orders.customer.country is not null and status = "paid")'
    other = '(count(distinct orders.customer_id) where orders.customer.country is not null and status = "new")'
    world.check(f"{one}, {other}, revenue by country top 1 by revenue with other", ("DE", 1, 0, 4, "group"), (None, 1, 1, 3, "other"))
