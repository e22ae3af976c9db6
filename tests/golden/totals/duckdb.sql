-- report people
WITH orders_grouped AS (
  SELECT
    country,
    status,
    COUNT(DISTINCT customer_id) AS buyers,
    SUM(amount) AS sum_amount,
    CASE GROUPING(country, status) WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 3 THEN 2 END AS level
  FROM orders
  GROUP BY GROUPING SETS ((1, 2), (1), ())
)
SELECT
  country,
  status,
  buyers,
  COALESCE(sum_amount, 0) / NULLIF(buyers, 0) AS per_buyer,
  CASE WHEN level = 0 THEN 'group' WHEN level = 2 THEN 'total' ELSE 'subtotal' END AS row_type
FROM orders_grouped
ORDER BY
  CASE WHEN level > 1 THEN 1 ELSE 0 END NULLS LAST,
  country NULLS LAST,
  CASE WHEN level > 0 THEN 1 ELSE 0 END NULLS LAST,
  status NULLS LAST;
