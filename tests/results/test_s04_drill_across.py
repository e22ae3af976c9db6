"""S4: metrics of several sources are joined on all shared group-bys, null-safe, and groups on one side only stay."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import SHOP, World, refused

CUSTOMERS = [(1, "IT", "a"), (2, None, "a"), (3, "FR", "a")]
ORDERS = [(1, "2026-01-05", 1, "paid", 1), (2, None, 2, "paid", 2), (3, "2026-02-05", 9, "new", 4)]
ADS = [
    ("2026-01-01", "mail", "IT", 100, 1),
    ("2026-02-01", "mail", None, 200, 2),
    (None, "web", None, 400, 4),
    ("2026-03-01", "web", "DE", 800, 8),
]


def shop(engine: Engine) -> World:
    return World(engine, customers=CUSTOMERS, orders=ORDERS, ads=ADS)


@pytest.mark.smoke
def test_groups_of_one_side_stay_and_nulls_meet(engine: Engine) -> None:
    """DE has ads only, IT both; orders without a country (2 + 4) and ads without one (200 + 400) are one null row, not two."""
    shop(engine).check("revenue, spend by country", ("DE", 0, 800), ("IT", 1, 100), (None, 6, 600))


@pytest.mark.smoke
def test_a_third_source(engine: Engine) -> None:
    """FR has a customer and nothing else; each source adds its own countries."""
    shop(engine).check(
        "revenue, spend, people by country",
        ("DE", 0, 800, 0),
        ("FR", 0, 0, 1),
        ("IT", 1, 100, 1),
        (None, 6, 600, 1),
    )


@pytest.mark.smoke
def test_two_shared_dimensions_with_nulls_in_either(engine: Engine) -> None:
    """Rows meet only where month and country agree, null with null: (no month, no country) has order 2 and the ad of 400."""
    shop(engine).check(
        "revenue, spend by month, country sparse",
        ("2026-01-01", "IT", 1, 100),
        ("2026-02-01", None, 4, 200),
        ("2026-03-01", "DE", 0, 800),
        (None, None, 2, 400),
    )


def test_no_group_by_at_all(engine: Engine) -> None:
    """Three sources without a shared dimension stand in one row."""
    shop(engine).check("revenue, spend, people", (7, 1500, 3))


def test_more_than_two_dimensions(engine: Engine) -> None:
    """Any number of shared dimensions: year, quarter, month and country."""
    shop(engine).check(
        "orders_n, count(ads) by year, quarter, month, country sparse",
        ("2026-01-01", "2026-01-01", "2026-01-01", "IT", 1, 1),
        ("2026-01-01", "2026-01-01", "2026-02-01", None, 1, 1),
        ("2026-01-01", "2026-01-01", "2026-03-01", "DE", 0, 1),
        (None, None, None, None, 1, 1),
    )


def test_a_dimension_that_a_metric_lacks_is_an_error() -> None:
    """Ads have no status: the error names the metric's source and who has it."""
    refused("revenue, spend by status", "KPI020", "ads", "status", "orders")
    refused("revenue by category", "KPI020", "orders", "category", "products")


def test_a_filter_that_a_metric_lacks_is_an_error() -> None:
    """Filtering only the metrics that have the column would compare apples with pears."""
    refused('revenue, spend where status = "paid"', "KPI020", "ads", "status")
    refused('revenue, spend where channel = "mail"', "KPI020", "orders", "channel")


def test_a_formula_that_lacks_a_dimension_is_an_error() -> None:
    """Roas by channel would divide by a channel's spend all revenue there is."""
    refused("roas by channel", "KPI020", "orders", "channel", "ads")


def test_a_path_serves_every_source_that_reaches_it_by_one_route(engine: Engine) -> None:
    """`orders.customer.country` is the country of order, line and refund alike."""
    world = World(
        engine,
        customers=[(1, "IT", "a"), (2, "DE", "a")],
        orders=[(1, "2026-01-01", 1, "paid", 10), (2, "2026-01-01", 2, "paid", 20)],
        lines=[(1, 1, "x", 1, 1), (1, 2, "x", 2, 1), (2, 1, "x", 4, 1)],
        refunds=[(1, "2026-01-01", 2, 5)],
    )
    world.check("revenue, units, refunded by orders.customer.country", ("DE", 20, 4, 5), ("IT", 10, 3, 0))


def test_several_routes_are_an_error_that_lists_them() -> None:
    """Who is meant: whoever the bill or whoever the parcel goes to?"""
    text = """
    source people from people { key id  id: int  country: text }
    source orders from orders { key id  id: int  bill: int  ship: int
      join one bill_to: people on bill = id
      join one ship_to: people on ship = id }
    metric n = count(orders)
    """
    refused("n by people.country", "KPI022", "bill_to", "ship_to", text=text)
    refused("n by country", "KPI033", "orders.bill_to.country", "orders.ship_to.country", text=text)


def test_two_roles_to_one_source(engine: Engine) -> None:
    """Roles are columns of their own: order 2 is billed to Italy and shipped to Germany, order 3 is shipped to nobody."""
    world = World(
        engine,
        """
        source people from people { key id  id: int  country: text }
        source orders from orders { key id  id: int  bill: int  ship: int
          join one bill_to: people on bill = id
          join one ship_to: people on ship = id }
        metric n = count(orders)
        """,
        people=[(1, "IT"), (2, "DE")],
        orders=[(1, 1, 1), (2, 1, 2), (3, 2, None)],
    )
    world.check("n by orders.bill_to.country", ("DE", 1), ("IT", 2))
    world.check("n by orders.ship_to.country", ("DE", 1), ("IT", 1), (None, 1))
    world.check("n where orders.bill_to.country = orders.ship_to.country", (1,))
    world.check("n by orders.bill_to.country, orders.ship_to.country", ("DE", None, 1), ("IT", "DE", 1), ("IT", "IT", 1))


def test_one_name_for_two_columns_is_not_guessed() -> None:
    """`day` of orders and `day` of ads are times, but `id` of two sources are different things."""
    refused("revenue, refunded by id", "KPI020", "orders.id", "refunds.id")


def test_a_conformed_dimension_joins_what_has_different_names(engine: Engine) -> None:
    """A channel is `source` in one table and `medium` in the other: the declared dimension makes them one column."""
    world = World(
        engine,
        """
        source visits from visits { key id  id: int  source: text }
        source costs from costs { key medium  medium: text  cost: int }
        dimension channel = visits.source, costs.medium
        metric n = count(visits)
        metric cost = sum(costs.cost)
        metric per_visit = cost / n
        """,
        visits=[(1, "ads"), (2, "ads"), (3, None)],
        costs=[("ads", 10), ("mail", 5)],
    )
    world.check("n, cost, per_visit by channel", ("ads", 2, 10, 5), ("mail", 0, 5, None), (None, 1, 0, 0))
    world.check('n, cost where channel <> "ads"', (1, 5))


def test_an_empty_side(engine: Engine) -> None:
    """A source without any row still has its column, filled (S5), and takes no group away."""
    world = World(engine, SHOP, customers=CUSTOMERS, orders=ORDERS)
    world.check("revenue, spend, roas by country", ("IT", 1, 0, None), (None, 6, 0, None))
    world.check("spend, revenue by country with totals", ("IT", 0, 1, "group"), (None, 0, 6, "group"), (None, 0, 7, "total"))
