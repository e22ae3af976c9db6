"""examples/superstore against SQL that a person wrote for DuckDB. The two share the data file and nothing else.

Each entry is a report of the example, with totals as a query of their own, so that a wrong total cannot hide behind right groups.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.kpi_catalogue.ask import Asked, ask, refusal, same_rows

PROJECT = Path(__file__).parents[2] / "examples" / "superstore"
DATA = PROJECT / "superstore.parquet"

ORDERS = """(
    select "Order ID" as id, any_value("Order Date") as ordered, any_value("Ship Date") as shipped, any_value("Ship Mode") as mode,
        any_value("Customer ID") as customer, any_value("Segment") as segment, sum("Sales") as value
    from lines group by "Order ID"
)"""
CUSTOMERS = """(
    select "Customer ID" as id, any_value("Segment") as segment, min("Order Date") as first_order, count(distinct "Order ID") as orders
    from lines group by "Customer ID"
)"""
SUMS = 'sum("Sales"), sum("Profit"), sum("Profit") / sum("Sales")'
DISCOUNT = '1 - sum("Sales") / sum("Sales" / (1 - "Discount"))'

REPORTS: dict[str, tuple[str, str]] = {
    "years": (
        "sales, profit, margin, orders, active_customers by year",
        f"""select date_trunc('year', "Order Date"), {SUMS}, count(distinct "Order ID"), count(distinct "Customer ID")
            from lines group by 1 order by 1""",
    ),
    "segments": (
        "sales, profit, margin, orders, aov by segment",
        f"""select "Segment", {SUMS}, count(distinct "Order ID"), sum("Sales") / count(distinct "Order ID")
            from lines group by 1 order by 1""",
    ),
    "segments, total": (
        "sales, profit, margin, orders, aov",
        f"""select {SUMS}, count(distinct "Order ID"), sum("Sales") / count(distinct "Order ID") from lines""",
    ),
    "categories": (
        "sales, profit, margin, discount_share, loss_lines by category",
        f"""select "Category", {SUMS}, {DISCOUNT}, avg(case when "Profit" < 0 then 1.0 else 0 end) from lines group by 1 order by 1""",
    ),
    "categories, total": (
        "sales, profit, margin, discount_share, loss_lines",
        f"""select {SUMS}, {DISCOUNT}, avg(case when "Profit" < 0 then 1.0 else 0 end) from lines""",
    ),
    "products": (
        "sales, profit, margin, discount_share by sub_category order by profit",
        f"""select "Sub-Category", {SUMS}, {DISCOUNT} from lines group by 1 order by sum("Profit")""",
    ),
    "states": (
        "sales, profit, margin, discount_share by state order by sales desc top 8 by sales",
        f"""select "State", {SUMS}, {DISCOUNT} from lines group by 1 order by sum("Sales") desc limit 8""",
    ),
    "delivery": (
        "orders, delivery_days, fast_share by ship_mode",
        f"""select mode, count(*), median(shipped - ordered), sum(case when shipped - ordered <= 3 then 1 else 0 end) / count(*)
            from {ORDERS} group by 1 order by 1""",
    ),
    "delivery, total": (
        "orders, delivery_days, fast_share",
        f"""select count(*), median(shipped - ordered), sum(case when shipped - ordered <= 3 then 1 else 0 end) / count(*) from {ORDERS}""",
    ),
    "loyalty": (
        "buyers, repeat_buyers, repurchase_rate by segment",
        f"""select segment, count(*), count(*) filter (orders >= 2), count(*) filter (orders >= 2) / count(*)
            from {CUSTOMERS} group by 1 order by 1""",
    ),
    "loyalty, total": (
        "buyers, repeat_buyers, repurchase_rate",
        f"""select count(*), count(*) filter (orders >= 2), count(*) filter (orders >= 2) / count(*) from {CUSTOMERS}""",
    ),
    "holiday": (
        "sales, margin, orders by month, segment during 2017-Q4",
        """select date_trunc('month', "Order Date"), "Segment", sum("Sales"), sum("Profit") / sum("Sales"), count(distinct "Order ID")
            from lines where "Order Date" >= '2017-10-01' and "Order Date" < '2018-01-01' group by 1, 2 order by 1, 2""",
    ),
    "units": ("units by region", 'select "Region", sum("Quantity") from lines group by 1 order by 1'),
    "new customers": (
        "new_customers by year",
        f"select date_trunc('year', first_order), count(*) from {CUSTOMERS} group by 1 order by 1",
    ),
    "discounted lines": (
        "sales, margin by region where discounted",
        """select "Region", sum("Sales"), sum("Profit") / sum("Sales") from lines where "Discount" > 0 group by 1 order by 1""",
    ),
    "big orders": (
        "orders by segment where big_order",
        f"select segment, count(*) from {ORDERS} where value >= 1000 group by 1 order by 1",
    ),
}


@pytest.fixture(scope="module")
def lines() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create view lines as select * from read_parquet('{DATA}')")
    return connection


@pytest.mark.parametrize("name", REPORTS)
def test_report(name: str, lines: duckdb.DuckDBPyConnection) -> None:
    query, oracle = REPORTS[name]
    expected = [tuple(row) for row in lines.execute(oracle).fetchall()]
    assert expected, "the oracle found no rows"
    got = ask(PROJECT, query)
    same_rows(got, expected, f"superstore, {name}: {query}")


def test_top_with_other_adds_up_to_the_total(lines: duckdb.DuckDBPyConnection) -> None:
    """Eight states and `other`: the sums of the rows are those of the country, the margin of `other` is its own."""
    got: Asked = ask(PROJECT, "sales, profit, margin by state top 8 by sales with other")
    sales, profit = lines.execute('select sum("Sales"), sum("Profit") from lines').fetchone() or (0, 0)
    assert len(got.rows) == 9
    metrics = [got.names.index(name) for name in ("sales", "profit", "margin")]
    rows = [[float(str(row[i])) for i in metrics] for row in got.rows]
    assert sum(row[0] for row in rows) == pytest.approx(sales)
    assert sum(row[1] for row in rows) == pytest.approx(profit)
    for row in rows:
        assert row[2] == pytest.approx(row[1] / row[0])


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("delivery_days by category", "many rows of `lines`"),  # and they are of many categories
        ("sum(orders.value) by category", "order"),
        ("sum(lines.discount)", "percentages"),
        ("sales by lines.person", "personal"),
    ],
)
def test_traps_are_refused(query: str, word: str) -> None:
    assert word in refusal(PROJECT, query)
