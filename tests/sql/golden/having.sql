-- plan having
SELECT
  day,
  SUM(amount) AS revenue
FROM shop.orders
GROUP BY 1
HAVING
  SUM(amount) > 5
ORDER BY revenue DESC NULLS LAST
