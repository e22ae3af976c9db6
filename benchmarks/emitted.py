"""The emitted SQL against SQL written by hand, on DuckDB over two facts. Equal rows are asserted before anything is timed; both run in
turn, and the medians of the pairs' ratios are told. The hand-written queries are frozen: they do not follow the compiler."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import duckdb

from benchmarks.table import Row
from kpidsl.compile import compile_sources, emit, query_statement
from kpidsl.span import Source

MEDIAN, WORST = 1.10, 1.25
AS_OF = dt.date(2026, 12, 31)
MODEL = """
source orders from orders {
  key order_id  time ordered_at
  order_id: int  ordered_at: timestamp { not null }  customer_id: int  amount: money(EUR)  status: text
  paid: bool = status in ("paid", "shipped")
  join one customer: customers on customer_id
}
source customers from customers {
  key customer_id
  customer_id: int  country: text  channel: text
  orders_made: int = count(orders)
}
source ad_spend from ad_spend { key id  time day  id: int  day: date { not null }  channel: text  cost: money(EUR)  clicks: count }
dimension channel = customers.channel, ad_spend.channel
metric revenue    = sum(orders.amount) where orders.paid
metric orders_n   = count(orders) where orders.paid
metric all_orders = count(orders)
metric aov        = revenue / orders_n
metric buyers     = count(distinct orders.customer_id) where orders.paid
metric spend      = sum(ad_spend.cost)
metric clicks     = sum(ad_spend.clicks)
metric roas       = revenue / spend
metric part       = share(revenue, of: channel)
metric spend_28   = trailing(spend, 28 days)
metric spend_ytd  = to_date(spend, year)
metric spend_all  = running(spend)
metric growth     = growth(revenue, 1 year)
metric buyers_28  = trailing(buyers, 28 days)
"""
PAID = "o.status IN ('paid', 'shipped') AND o.ordered_at < TIMESTAMP '2027-01-01'"
ORDERS = "FROM orders o LEFT JOIN customers c ON o.customer_id = c.customer_id"
PAIRS = {
    "revenue, aov by country": f"""
        SELECT c.country, SUM(o.amount) r, SUM(o.amount) / COUNT(*) {ORDERS} WHERE {PAID} GROUP BY 1 ORDER BY 1 NULLS LAST""",
    "revenue, orders_n, all_orders by month": """
        SELECT DATE_TRUNC('month', ordered_at)::DATE, SUM(amount) FILTER (WHERE status IN ('paid', 'shipped')),
               COUNT(*) FILTER (WHERE status IN ('paid', 'shipped')), COUNT(*)
        FROM orders WHERE ordered_at < TIMESTAMP '2027-01-01' GROUP BY 1 ORDER BY 1""",
    "revenue, spend, roas by channel": f"""
        WITH a AS (SELECT c.channel, SUM(o.amount) r {ORDERS} WHERE {PAID} GROUP BY 1),
             b AS (SELECT channel, SUM(cost) s FROM ad_spend WHERE day <= DATE '2026-12-31' GROUP BY 1)
        SELECT COALESCE(a.channel, b.channel), COALESCE(r, 0), COALESCE(s, 0), COALESCE(r, 0) / NULLIF(COALESCE(s, 0), 0)
        FROM a FULL JOIN b ON a.channel IS NOT DISTINCT FROM b.channel ORDER BY 1 NULLS LAST""",
    "revenue, spend, clicks by channel, month": f"""
        WITH a AS (SELECT c.channel, DATE_TRUNC('month', o.ordered_at)::DATE m, SUM(o.amount) r {ORDERS} WHERE {PAID} GROUP BY 1, 2),
             b AS (SELECT channel, DATE_TRUNC('month', day)::DATE m, SUM(cost) s, SUM(clicks) k FROM ad_spend
                   WHERE day <= DATE '2026-12-31' GROUP BY 1, 2)
        SELECT COALESCE(a.channel, b.channel), COALESCE(a.m, b.m), COALESCE(r, 0), COALESCE(s, 0), COALESCE(k, 0)
        FROM a FULL JOIN b ON a.channel IS NOT DISTINCT FROM b.channel AND a.m IS NOT DISTINCT FROM b.m ORDER BY 1 NULLS LAST, 2""",
    "buyers by month": """
        SELECT DATE_TRUNC('month', ordered_at)::DATE, COUNT(DISTINCT customer_id) FROM orders o
        WHERE o.status IN ('paid', 'shipped') AND o.ordered_at < TIMESTAMP '2027-01-01' GROUP BY 1 ORDER BY 1""",
    "revenue, part by channel": f"""
        WITH a AS (SELECT c.channel, SUM(o.amount) r {ORDERS} WHERE {PAID} GROUP BY 1)
        SELECT channel, r, r / SUM(r) OVER () FROM a ORDER BY 1 NULLS LAST""",
    "revenue by country, channel with totals": f"""
        SELECT c.country, c.channel, SUM(o.amount),
               CASE GROUPING(c.country, c.channel) WHEN 0 THEN 'group' WHEN 1 THEN 'subtotal' ELSE 'total' END
        {ORDERS} WHERE {PAID} GROUP BY ROLLUP (c.country, c.channel)
        ORDER BY GROUPING(c.country), 1 NULLS LAST, GROUPING(c.channel), 2 NULLS LAST""",
    "revenue by customers.orders_made": f"""
        WITH n AS (SELECT customer_id, COUNT(*) n FROM orders o WHERE o.ordered_at < TIMESTAMP '2027-01-01' GROUP BY 1),
             c AS (SELECT customers.customer_id, COALESCE(n.n, 0) n FROM customers LEFT JOIN n USING (customer_id))
        SELECT c.n, SUM(o.amount) FROM orders o LEFT JOIN c ON o.customer_id = c.customer_id WHERE {PAID}
        GROUP BY 1 ORDER BY 1 NULLS LAST""",
    "revenue by country top 2 with other": f"""
        WITH g AS (SELECT c.country, SUM(o.amount) r {ORDERS} WHERE {PAID} GROUP BY 1),
             k AS (SELECT *, ROW_NUMBER() OVER (ORDER BY r DESC, country NULLS LAST) n FROM g)
        SELECT CASE WHEN n <= 2 THEN country END, SUM(r), CASE WHEN n <= 2 THEN 'group' ELSE 'other' END
        FROM k GROUP BY LEAST(n, 3), 1, 3 ORDER BY LEAST(n, 3)""",
    "spend_28 by day during 2025": """
        WITH d AS (SELECT day, SUM(cost) s FROM ad_spend WHERE day >= DATE '2024-12-05' AND day < DATE '2026-01-01' GROUP BY 1),
             e AS (SELECT DATE '2024-12-05' + CAST(n AS INT) AS day FROM RANGE(392) t(n)),
             w AS (SELECT e.day, SUM(COALESCE(s, 0)) OVER (ORDER BY e.day ROWS 27 PRECEDING) v FROM e LEFT JOIN d USING (day))
        SELECT * FROM w WHERE day >= DATE '2025-01-01' ORDER BY 1""",
    "spend_28 by day, channel during 2025": """
        WITH d AS (SELECT day, channel, SUM(cost) s FROM ad_spend WHERE day >= DATE '2024-12-05' AND day < DATE '2026-01-01' GROUP BY 1, 2),
             e AS (SELECT DATE '2024-12-05' + CAST(n AS INT) AS day, channel FROM RANGE(392) t(n), (SELECT DISTINCT channel FROM d)),
             w AS (SELECT e.day, e.channel, SUM(COALESCE(s, 0)) OVER (PARTITION BY e.channel ORDER BY e.day ROWS 27 PRECEDING) v
                   FROM e LEFT JOIN d USING (day, channel))
        SELECT * FROM w WHERE day >= DATE '2025-01-01' ORDER BY 1, 2""",
    "spend_ytd, spend_all by month": """
        WITH m AS (SELECT DATE_TRUNC('month', day)::DATE m, SUM(cost) s FROM ad_spend WHERE day <= DATE '2026-12-31' GROUP BY 1)
        SELECT m, SUM(s) OVER (PARTITION BY DATE_TRUNC('year', m) ORDER BY m), SUM(s) OVER (ORDER BY m) FROM m ORDER BY 1""",
    "revenue, growth by month during 2025": """
        WITH m AS (SELECT DATE_TRUNC('month', ordered_at)::DATE m, SUM(amount) s FROM orders
                   WHERE status IN ('paid', 'shipped') AND ordered_at >= TIMESTAMP '2024-01-01' AND ordered_at < TIMESTAMP '2026-01-01'
                   GROUP BY 1)
        SELECT a.m, a.s, CASE WHEN b.s > 0 THEN (a.s - b.s) / b.s END
        FROM m a LEFT JOIN m b ON b.m = a.m - INTERVAL 1 YEAR WHERE a.m >= DATE '2025-01-01' ORDER BY 1""",
    "buyers_28 by month during 2025": """
        WITH p AS (SELECT (DATE '2025-01-01' + n * INTERVAL 1 MONTH)::DATE m, (DATE '2025-01-01' + (n + 1) * INTERVAL 1 MONTH)::DATE e
                   FROM RANGE(12) t(n)),
             d AS (SELECT DISTINCT CAST(ordered_at AS DATE) AS day, customer_id FROM orders
                   WHERE status IN ('paid', 'shipped') AND ordered_at >= TIMESTAMP '2025-01-04' AND ordered_at < TIMESTAMP '2026-01-01')
        SELECT m, COUNT(DISTINCT customer_id) FROM d JOIN p ON d.day >= e - 28 AND d.day < e GROUP BY 1 ORDER BY 1""",
}


def fill(path: str, rows: int) -> None:
    made = duckdb.connect(path)
    made.execute(
        """CREATE TABLE customers AS SELECT i AS customer_id, ['IT', 'DE', 'FR', 'ES', NULL][1 + (i * 7) % 5] AS country,
           ['ads', 'mail', 'seo', 'social'][1 + (i * 13) % 4] AS channel FROM range(100000) t(i)"""
    )
    made.execute(
        """CREATE TABLE orders AS SELECT i AS order_id,
           TIMESTAMP '2024-01-01' + TO_MINUTES(CAST((i * 7919) % 1050000 AS BIGINT)) AS ordered_at,
           (i * 104729) % 110000 AS customer_id, CAST((i * 31) % 100000 / 100.0 AS DECIMAL(12, 2)) AS amount,
           ['paid', 'shipped', 'new', 'cancelled'][1 + (i * 17) % 4] AS status FROM range($1) t(i)""",
        [rows],
    )
    made.execute(
        """CREATE TABLE ad_spend AS SELECT i AS id, DATE '2024-01-01' + CAST((i * 7919) % 730 AS INT) AS day,
           ['ads', 'mail', 'seo', 'social'][1 + (i * 13) % 4] AS channel, CAST((i * 31) % 1000 / 100.0 AS DECIMAL(12, 2)) AS cost,
           i % 50 AS clicks FROM range($1) t(i)""",
        [rows],
    )
    made.close()


def same(ours: list[tuple[object, ...]], theirs: list[tuple[object, ...]]) -> bool:
    if len(ours) != len(theirs):
        return False
    for left, right in zip(ours, theirs, strict=True):
        for a, b in zip(left, right, strict=True):
            if isinstance(a, (int, float, Decimal)) and isinstance(b, (int, float, Decimal)):
                if abs(float(a) - float(b)) > 1e-9 * max(1.0, abs(float(b))):
                    return False
            elif a != b:
                return False
    return True


def measure(rows: int, runs: int) -> list[Row]:
    """A row per query and one for the median of all."""
    compiled = compile_sources([Source("bench.kpi", MODEL)])
    assert not compiled.diagnostics.errors, compiled.diagnostics.errors
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "bench.duckdb")
        fill(path, rows)
        connection = duckdb.connect(path, read_only=True)
        for query, hand in PAIRS.items():
            sql = emit(query_statement(compiled, query, AS_OF))
            assert same(connection.execute(sql).fetchall(), connection.execute(hand).fetchall()), f"{query}: rows differ"
            ratios, times = [], []
            for _ in range(runs):
                start = time.perf_counter()
                connection.execute(sql).fetchall()
                middle = time.perf_counter()
                connection.execute(hand).fetchall()
                end = time.perf_counter()
                ratios.append((middle - start) / (end - middle))
                times.append(middle - start)
            found.append(
                Row(query, statistics.median(ratios), WORST, f"{statistics.median(times) * 1000:.0f} ms, {runs} runs, {rows:,} rows")
            )
        connection.close()
    return [*found, Row("median of all queries", statistics.median(r.ratio for r in found), MEDIAN, "")]
