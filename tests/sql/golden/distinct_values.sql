-- plan distinct_values
SELECT
  customers.country
FROM shop.orders
LEFT JOIN shop.customers
  ON orders.customer_id = customers.id
GROUP BY 1
ORDER BY customers.country NULLS LAST
