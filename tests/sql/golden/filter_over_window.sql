-- plan filter_over_window
WITH orders_windowed AS (
  SELECT
    id,
    customer_id,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY "at" DESC NULLS LAST, id NULLS LAST) AS nth
  FROM shop.orders
)
SELECT
  customer_id,
  id
FROM orders_windowed
WHERE
  nth = 1
ORDER BY id NULLS LAST
