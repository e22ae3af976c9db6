-- plan window_over_aggregate
WITH orders_grouped AS (
  SELECT
    day,
    SUM(amount) AS revenue
  FROM shop.orders
  GROUP BY 1
)
SELECT
  day,
  SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running,
  SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS last_two,
  LAG(revenue) OVER (ORDER BY day NULLS LAST) AS before,
  revenue / NULLIF(SUM(revenue) OVER (), 0) AS share
FROM orders_grouped
ORDER BY day NULLS LAST
