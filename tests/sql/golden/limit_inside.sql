-- plan limit_inside
WITH orders_grouped AS (
  SELECT
    day,
    SUM(amount) AS revenue
  FROM shop.orders
  GROUP BY 1
  ORDER BY revenue DESC NULLS LAST, day NULLS LAST
  LIMIT 2
)
SELECT
  SUM(revenue) AS best_two
FROM orders_grouped
