-- plan join_of_a_projection
WITH orders_rows AS (
  SELECT
    id,
    customer_id AS buyer
  FROM shop.orders
)
SELECT
  orders_rows.id,
  customers.country
FROM orders_rows
LEFT JOIN shop.customers
  ON orders_rows.buyer = customers.id
ORDER BY orders_rows.id NULLS LAST
