-- plan output_named_as_another_column
SELECT
  orders.amount * 2 AS amount,
  orders.amount AS id
FROM shop.orders
WHERE
  orders.amount > 6
ORDER BY amount NULLS LAST
