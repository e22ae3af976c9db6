-- report by_country
SELECT
  customer.country,
  COALESCE(SUM(orders.amount) FILTER (WHERE orders.status = 'paid'), 0) AS revenue,
  COUNT(*) AS orders_made,
  COALESCE(SUM(orders.amount) FILTER (WHERE orders.status = 'paid'), 0) / NULLIF(COUNT(*) FILTER (WHERE orders.status = 'paid'), 0) AS aov
FROM shop.orders
LEFT JOIN shop.customers AS customer
  ON orders.customer_id = customer.id
WHERE
  (customer.country <> 'XX' OR customer.country IS NULL)
  AND orders.day >= DATE '2026-01-01'
  AND orders.day < DATE '2026-04-01'
GROUP BY 1
ORDER BY revenue DESC NULLS LAST, customer.country NULLS LAST;
