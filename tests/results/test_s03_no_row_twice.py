"""S3: no row is counted twice. What would fan out is refused, with the rows that are meant and a way out; the rest is allowed."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared


@pytest.mark.parametrize(
    "query",
    [
        "revenue by lines.sku",
        "revenue by sku",
        'revenue where sku = "a"',
        'revenue where lines.sku = "a"',
        "orders_n by lines.sku",
        "buyers by sku",
        "aov by lines.no",
        "people by orders.status",
    ],
)
def test_the_one_side_is_not_split_by_the_many_side(query: str) -> None:
    """One order has many lines: an order's amount has no place in one of them."""
    found = refused(query, "KPI021", "more than once")
    assert found.help, "a way out is named"


@pytest.mark.parametrize("call", ["sum", "avg", "median", "stddev", "variance", "count"])
def test_a_value_of_the_one_side_is_not_aggregated_on_the_many_side(call: str) -> None:
    """`sum(lines.order.amount)` takes an order's amount once for each of its lines; so does every other aggregate that weighs rows."""
    found = refused(f"{call}(lines.order.amount)", "KPI021", "lines.order.amount", "orders")
    assert "orders.amount" in found.help or "distinct" in found.help


@pytest.mark.parametrize("percent", ["50%", "90%"])
def test_percentiles_weigh_rows_too(percent: str) -> None:
    """A percentile over lines of an order's amount counts big orders many times."""
    refused(f"percentile(lines.order.amount, {percent})", "KPI021", "more than once")


def test_a_formula_of_the_one_side_only_is_refused(engine: Engine) -> None:
    """`order.amount * 2` is still an order's; `units * order.amount` belongs to the line, for it differs per line."""
    refused("sum(lines.order.amount * 2)", "KPI021", "more than once")
    world = World(engine, orders=[(1, "2026-01-01", 1, "paid", 10)], lines=[(1, 1, "a", 2, 1), (1, 2, "a", 3, 1)])
    world.check("sum(lines.units * lines.order.amount)", (2 * 10 + 3 * 10,))


@pytest.mark.smoke
def test_what_does_not_weigh_rows_is_allowed(engine: Engine) -> None:
    """min, max and distinct counts say the same however often a row comes."""
    world = World(
        engine,
        customers=[(1, "IT", "a"), (2, "IT", "a")],
        orders=[(1, "2026-01-01", 1, "paid", 10), (2, "2026-01-01", 2, "paid", 30), (3, "2026-01-01", 2, "paid", 90)],
        lines=[(1, 1, "a", 1, 1), (1, 2, "b", 1, 1), (2, 1, "a", 1, 1)],
        products=[("a", "tools", 1), ("b", "tools", 2)],
    )
    world.check("min(lines.order.amount), max(lines.order.amount), count(distinct lines.order.customer_id)", (10, 30, 2))
    world.check("count(distinct lines.order_id) by sku", ("a", 2), ("b", 1))


@pytest.mark.smoke
def test_an_amount_of_the_line_and_of_its_order_side_by_side(engine: Engine) -> None:
    """Order 1 of 10 has two lines: by status its revenue is 10, not 20, while its units are 1 + 2."""
    world = World(
        engine,
        orders=[(1, "2026-01-01", 1, "paid", 10), (2, "2026-01-01", 1, "new", 5)],
        lines=[(1, 1, "a", 1, 1), (1, 2, "a", 2, 1), (2, 1, "a", 4, 1)],
    )
    world.check("revenue, units, orders_n by status", ("new", 5, 4, 1), ("paid", 10, 3, 1))


@pytest.mark.smoke
def test_one_to_one_joins_may_be_summed(engine: Engine) -> None:
    """Joined on both sides' whole key no row comes twice: invoices are of one order each."""
    world = World(
        engine,
        """
        source orders from orders { key id  id: int  amount: int }
        source invoices from invoices { key id  id: int  paid: int  join one order: orders on id }
        """,
        orders=[(1, 10), (2, 20), (3, 40)],
        invoices=[(1, 1), (2, 2)],
    )
    world.check("sum(invoices.order.amount), sum(invoices.paid)", (30, 3))


def test_joins_that_could_find_many_rows_are_refused() -> None:
    """`join one` must land on the whole key of what it joins; a table without a key proves nothing."""
    undeclared("source t from t { key id  id: int  order_id: int  join one line: lines on order_id }", "KPI025", "order_id, no")
    undeclared("source k from k { id: int } source t from t { key id  id: int  join one k: k on id }", "KPI024", "key")


def test_join_many_does_not_exist() -> None:
    """The many side says what it joins to, never the one side."""
    undeclared("source t from t { key id  id: int  join many lines: lines on id = order_id }", "KPI021", "more than once")


def test_a_part_of_a_composite_key_is_no_key() -> None:
    """Landing on one of two key columns may find many rows, and the error says which column is missing."""
    undeclared(
        "source a from a { key x, y  x: int  y: int } source b from b { key id  id: int  x: int  join one a: a on x }",
        "KPI025",
        "y",
    )


def test_an_order_column_over_the_lines_of_a_coarser_grain(engine: Engine) -> None:
    """Orders made of lines: each order's amount is the sum of its own lines, once, also when the order is counted by line count."""
    world = World(
        engine,
        """
        source lines from lines { key id  id: int  order_id: int  amount: int  sku: text  join one order: orders on order_id }
        source orders from lines by order_id { amount: int = sum(amount)  size: int = count(lines) }
        metric of_lines = sum(lines.amount)
        metric of_orders = sum(orders.amount)
        metric n = count(orders)
        """,
        lines=[(1, 1, 1, "a"), (2, 1, 2, "b"), (3, 2, 4, "a")],
    )
    world.check("of_lines, of_orders, n", (7, 7, 2))
    world.check("of_lines, of_orders, n by orders.size", (1, 4, 4, 1), (2, 3, 3, 1))
    world.check("of_lines by sku", ("a", 5), ("b", 2))
    refused(
        "of_orders by lines.sku",
        "KPI021",
        "many rows",
        text="""
        source lines from lines { key id  id: int  order_id: int  amount: int  sku: text }
        source orders from lines by order_id { amount: int = sum(amount) }
        metric of_orders = sum(orders.amount)
        """,
    )
