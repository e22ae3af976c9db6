-- plan aggregate_over_aggregate
WITH orders_grouped AS (
  SELECT
    day,
    SUM(amount) AS revenue
  FROM shop.orders
  GROUP BY 1
)
SELECT
  CAST(DATE_TRUNC('month', day) AS DATE) AS month,
  MAX(revenue) AS best_day
FROM orders_grouped
GROUP BY 1
ORDER BY month NULLS LAST
