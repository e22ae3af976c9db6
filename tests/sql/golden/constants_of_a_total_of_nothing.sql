-- plan constants_of_a_total_of_nothing
WITH orders_grouped AS (
  SELECT
    COUNT(*) AS rows
  FROM shop.orders
  WHERE
    id > 9
)
SELECT
  1 AS one
FROM orders_grouped
WHERE
  1 = 1
ORDER BY one NULLS LAST
