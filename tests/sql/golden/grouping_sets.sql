-- plan grouping_sets
SELECT
  CAST(DATE_TRUNC('month', orders.day) AS DATE) AS month,
  customers.country,
  COUNT(*) AS orders,
  SUM(orders.amount) AS revenue,
  MEDIAN(CAST(orders.amount AS DOUBLE)) AS median,
  CASE GROUPING(CAST(DATE_TRUNC('month', orders.day) AS DATE), customers.country)
    WHEN 0
    THEN 0
    WHEN 1
    THEN 1
    WHEN 3
    THEN 2
  END AS level
FROM shop.orders
LEFT JOIN shop.customers
  ON orders.customer_id = customers.id
GROUP BY GROUPING SETS ((1, 2), (1), ())
ORDER BY level NULLS LAST, month NULLS LAST, customers.country NULLS LAST
