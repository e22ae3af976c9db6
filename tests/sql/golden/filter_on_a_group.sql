-- plan filter_on_a_group
SELECT
  day,
  SUM(amount) AS revenue
FROM shop.orders
WHERE
  day > DATE '2026-01-31'
GROUP BY 1
ORDER BY day NULLS LAST
