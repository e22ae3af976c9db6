-- plan one_select
SELECT
  CAST(DATE_TRUNC('month', orders.day) AS DATE) AS month,
  customers.country,
  COALESCE(
    SUM(orders.amount) FILTER (WHERE orders.paid AND (orders.status <> 'test' OR orders.status IS NULL)),
    0
  ) AS revenue,
  COALESCE(
    SUM(orders.amount) FILTER (WHERE orders.paid AND (orders.status <> 'test' OR orders.status IS NULL)),
    0
  ) / NULLIF(COUNT(*), 0) AS average
FROM shop.orders
LEFT JOIN shop.customers
  ON orders.customer_id = customers.id
WHERE
  orders.day >= DATE '2026-01-01'
GROUP BY 1, 2
ORDER BY month NULLS LAST, customers.country NULLS LAST
LIMIT 3
