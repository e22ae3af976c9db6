-- plan derived_rows_joined
WITH customers_orders /* one row per customer: first_day */ AS (
  SELECT
    customer_id,
    MIN(day) AS first_day,
    FIRST(status ORDER BY "at" NULLS LAST, id NULLS LAST) FILTER (WHERE "at" IS NOT NULL) AS first_status
  FROM shop.orders
  GROUP BY 1
)
SELECT
  customers.id,
  totals.first_day,
  totals.first_status
FROM shop.customers
LEFT JOIN customers_orders AS totals
  ON customers.id = totals.customer_id
ORDER BY customers.id NULLS LAST
