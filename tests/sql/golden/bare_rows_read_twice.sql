-- plan bare_rows_read_twice
WITH paid_orders AS MATERIALIZED (
  SELECT
    amount,
    status
  FROM shop.orders
  WHERE
    paid
), combined AS (
  SELECT
    status,
    COUNT(*) AS orders
  FROM paid_orders
  GROUP BY 1
  UNION ALL
  SELECT
    'all' AS status,
    COUNT(amount) AS orders
  FROM paid_orders
)
SELECT
  status,
  orders
FROM combined
ORDER BY status NULLS LAST
