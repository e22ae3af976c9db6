-- plan long_expression_used_often
WITH orders_grouped AS (
  SELECT
    SUM(amount) FILTER (WHERE paid AND (status <> 'test' OR status IS NULL)) AS revenue
  FROM shop.orders
)
SELECT
  revenue / NULLIF(revenue + 1, 0) AS with_1,
  revenue / NULLIF(revenue + 2, 0) AS with_2,
  revenue / NULLIF(revenue + 3, 0) AS with_3
FROM orders_grouped
