-- plan constants_of_a_total
WITH orders_grouped AS (
  SELECT
    SUM(amount) AS revenue
  FROM shop.orders
  WHERE
    id > 1
)
SELECT
  CAST(NULL AS DECIMAL(18, 2)) AS "nothing",
  1 AS one
FROM orders_grouped
