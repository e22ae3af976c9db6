"""S7: ratios aggregate, then divide, at every grain and total; a share is a metric over itself at the group-bys without its own."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused

CUSTOMERS = [(1, "IT", "a"), (2, "DE", "b"), (3, None, "a")]
ORDERS = [
    (1, "2026-01-05", 1, "paid", 10),
    (2, "2026-01-06", 1, "paid", 20),
    (3, "2026-01-07", 1, "new", 30),
    (4, "2026-02-05", 2, "paid", 100),
    (5, "2026-02-06", 3, "new", 40),
]
# IT: 60 of 3 orders. DE: 100 of 1. Unknown: 40 of 1. All: 200 of 5.


def shop(engine: Engine) -> World:
    return World(engine, customers=CUSTOMERS, orders=ORDERS)


def test_a_ratio_is_not_an_average_of_ratios(engine: Engine) -> None:
    """The total is 200 / 5 = 40; the mean of 20, 100 and 40 would be 53.3."""
    shop(engine).check(
        "aov by country with totals",
        ("DE", 100, "group"),
        ("IT", 20, "group"),
        (None, 40, "group"),
        (None, 40, "total"),
    )
    shop(engine).check("aov", (40,))


@pytest.mark.smoke
def test_a_ratio_in_every_subtotal(engine: Engine) -> None:
    """January: 60 / 3. February: 140 / 2, of 100 / 1 and 40 / 1. All: 200 / 5."""
    shop(engine).check(
        "aov by month, country with totals sparse",
        ("2026-01-01", "IT", 20, "group"),
        ("2026-01-01", None, 20, "subtotal"),
        ("2026-02-01", "DE", 100, "group"),
        ("2026-02-01", None, 40, "group"),
        ("2026-02-01", None, 70, "subtotal"),
        (None, None, 40, "total"),
    )


def test_a_ratio_of_two_sources_in_the_total(engine: Engine) -> None:
    """Roas in all is 200 / 50 = 4; DE spent nothing, so its own is null and still its revenue counts in the total."""
    world = World(engine, customers=CUSTOMERS, orders=ORDERS, ads=[("2026-01-01", "m", "IT", 30, 1), ("2026-01-01", "n", "FR", 20, 1)])
    world.check(
        "roas by country with totals",
        ("DE", None, "group"),
        ("FR", 0, "group"),
        ("IT", 2, "group"),
        (None, None, "group"),
        (None, 4, "total"),
    )


@pytest.mark.smoke
def test_the_rest_of_a_top_is_divided_again(engine: Engine) -> None:
    """Top by orders is IT; the others are (100 + 40) / 2 = 70, not a sum or mean of their quotients."""
    shop(engine).check("aov, orders_n by country top 1 by orders_n with other", ("IT", 20, 3, "group"), (None, 70, 2, "other"))


def test_a_share_divides_by_the_group_bys_without_it(engine: Engine) -> None:
    """Of the whole 200: DE 100, IT 60, unknown 40."""
    shop(engine).check("share(revenue, of: country) by country", ("DE", 0.5), ("IT", 0.3), (None, 0.2))


@pytest.mark.smoke
def test_a_share_within_another_group_by(engine: Engine) -> None:
    """Per status: paid is 130 (DE 100, IT 30), new is 70 (IT 30, unknown 40)."""
    shop(engine).check(
        "share(revenue, of: country) by status, country",
        ("new", "IT", 30 / 70),
        ("new", None, 40 / 70),
        ("paid", "DE", 100 / 130),
        ("paid", "IT", 30 / 130),
    )


def test_a_share_where_it_is_totalled_is_one(engine: Engine) -> None:
    """The subtotal of each status over all countries is all of it; the shares of a status add up to it."""
    shop(engine).check(
        "share(revenue, of: country) by status, country with totals",
        ("new", "IT", 30 / 70, "group"),
        ("new", None, 40 / 70, "group"),
        ("new", None, 1, "subtotal"),
        ("paid", "DE", 100 / 130, "group"),
        ("paid", "IT", 30 / 130, "group"),
        ("paid", None, 1, "subtotal"),
        (None, None, 1, "total"),
    )


def test_a_share_of_the_outer_group_by(engine: Engine) -> None:
    """Share of status within each country: its subtotal per status stands against the whole, new 70 / 200, paid 130 / 200."""
    shop(engine).check(
        "share(revenue, of: orders.status) by orders.status, country with totals",
        ("new", "IT", 30 / 60, "group"),
        ("new", None, 40 / 40, "group"),
        ("new", None, 70 / 200, "subtotal"),
        ("paid", "DE", 1, "group"),
        ("paid", "IT", 30 / 60, "group"),
        ("paid", None, 130 / 200, "subtotal"),
        (None, None, 1, "total"),
    )


def test_a_share_without_its_group_by_is_one(engine: Engine) -> None:
    """By month the countries are already together; of nothing at all it is null."""
    shop(engine).check("share(revenue, of: country) by month sparse", ("2026-01-01", 1), ("2026-02-01", 1))
    shop(engine).check("share(revenue, of: country)", (1,))
    World(engine).check("share(revenue, of: country)", (None,))


def test_a_filter_on_the_share_does_not_reach_the_whole(engine: Engine) -> None:
    """Italy alone is 60 of 200, not 60 of 60; nothing else appears."""
    shop(engine).check('share(revenue, of: country) by country where country = "IT"', ("IT", 0.3))
    shop(engine).check('share(revenue, of: country) where country = "IT"', (0.3,))
    shop(engine).check('share(revenue, of: country) by country where country <> "IT"', ("DE", 0.5), (None, 0.2))


def test_a_filter_on_a_column_made_of_it_is_a_filter_on_it(engine: Engine) -> None:
    """`paid` is a condition on the status: as with `status = "paid"` the whole stays 200, and of the share of `paid` likewise."""
    world = shop(engine)
    world.check('share(revenue, of: orders.status) by orders.status where status = "paid"', ("paid", 130 / 200))
    world.check("share(revenue, of: orders.status) by orders.status where orders.paid", ("paid", 130 / 200))
    world.check('share(revenue, of: orders.paid) by orders.paid where status = "new"', (False, 70 / 200))


def test_another_filter_reaches_part_and_whole(engine: Engine) -> None:
    """Of what is paid (130): DE 100, IT 30. With both filters only the one on country is kept from the whole."""
    shop(engine).check('share(revenue, of: country) by country where status = "paid"', ("DE", 100 / 130), ("IT", 30 / 130))
    shop(engine).check('share(revenue, of: country) by country where status = "paid" and country = "IT"', ("IT", 30 / 130))


def test_a_filter_inside_the_share_reaches_both(engine: Engine) -> None:
    """`share(paid revenue)`: part and whole are of paid orders."""
    shop(engine).check('share((revenue where status = "paid"), of: country) by country', ("DE", 100 / 130), ("IT", 30 / 130))


def test_a_filter_that_mixes_the_share_with_something_else_is_refused() -> None:
    """`country = "IT" or status = "new"` cannot be split into a part for the whole."""
    refused('share(revenue, of: country) by country where country = "IT" or status = "new"', "KPI064", "country")


def test_a_share_of_two_dimensions(engine: Engine) -> None:
    """Of country and status together: every cell over 200."""
    shop(engine).check(
        "share(revenue, of: (country, orders.status)) by country, orders.status",
        ("DE", "paid", 0.5),
        ("IT", "new", 0.15),
        ("IT", "paid", 0.15),
        (None, "new", 0.2),
    )


def test_a_share_of_a_distinct_count(engine: Engine) -> None:
    """Customer 1 ordered paid and new: 2 of 3 customers have new orders, 2 of 3 paid ones; shares of people need not add up to 1."""
    shop(engine).check("share(buyers, of: orders.status) by orders.status", ("new", 2 / 3), ("paid", 2 / 3))


def test_a_share_of_a_ratio_is_relative(engine: Engine) -> None:
    """Average order of IT over that of all: 20 / 40."""
    shop(engine).check("share(aov, of: country) by country", ("DE", 2.5), ("IT", 0.5), (None, 1))


def test_a_level_ignores_finer_group_bys(engine: Engine) -> None:
    """Italy's revenue of all months beside each month's; months of Italy alone are 60, of DE 100."""
    shop(engine).check(
        "revenue, (revenue at (country)), revenue / (revenue at (country)) by country, orders.status",
        ("DE", "paid", 100, 100, 1),
        ("IT", "new", 30, 60, 0.5),
        ("IT", "paid", 30, 60, 0.5),
        (None, "new", 40, 40, 1),
    )


def test_a_level_that_is_not_grouped_by_is_the_whole(engine: Engine) -> None:
    """`at (country)` in a query by status: no group-by of it is left, so it is 200 everywhere."""
    shop(engine).check("revenue, (revenue at (country)) by orders.status", ("new", 70, 200), ("paid", 130, 200))


def test_the_level_of_no_group_by_is_the_whole(engine: Engine) -> None:
    """`at ()`: all 200, of which IT has 0.3; the filters of the query hold there too, and in a total the part is the whole."""
    world = shop(engine)
    world.check("(revenue at ()), (buyers at ()), revenue / (revenue at ())", (200, 3, 1))
    world.check(
        "revenue, (buyers at ()), revenue / (revenue at ()) by country with totals",
        ("DE", 100, 3, 0.5, "group"),
        ("IT", 60, 3, 0.3, "group"),
        (None, 40, 3, 0.2, "group"),
        (None, 200, 3, 1, "total"),
    )
    world.check("revenue / (revenue at ()) by country where orders.status = 'paid'", ("DE", 100 / 130), ("IT", 30 / 130))
    world.check("revenue / (revenue at ()) by country top 1 with other", ("DE", 0.5, "group"), (None, 0.5, "other"))


@pytest.mark.parametrize(
    ("level", "asked"),
    [
        ("country", "customers.id"),  # a customer has one country
        ("country", "orders.customer_id"),  # and the column that joins tells the customer
        ("country", "orders.id"),
        ("country", "orders.status, orders.id"),
        ("month", "day"),
        ("month", "orders.id"),
        ("weekday", "day"),
    ],
)
def test_a_level_that_the_group_bys_tell_must_be_named(level: str, asked: str) -> None:
    """Each of these groups has one value of the level, so its value would be expected, and the whole query's would be shown."""
    refused(f"(revenue at ({level})) by {asked}", "KPI064", level, "they tell it", f"by {level}")


@pytest.mark.parametrize(("level", "asked"), [("month", "week"), ("month", "year"), ("day", "month")])
def test_a_level_of_the_same_time_must_be_named(level: str, asked: str) -> None:
    """A week may lie in two months: it tells none, and its reader would not expect the whole query's value either."""
    refused(f"(revenue at ({level})) by {asked}", "KPI064", level, "split the same time", f"by {level}")


@pytest.mark.parametrize("metric", ["aov", "revenue / orders_n", "sum(orders.amount) / count(orders)", "avg(orders.amount)"])
def test_all_spellings_of_a_ratio_agree(engine: Engine, metric: str) -> None:
    """By name, by parts or as avg: DE 100, IT 20."""
    shop(engine).check(f"{metric} by country where country is not null", ("DE", 100), ("IT", 20))
