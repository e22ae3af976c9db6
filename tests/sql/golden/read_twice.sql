-- plan read_twice
WITH revenue_by_day /* metric revenue */ AS MATERIALIZED (
  SELECT
    day,
    SUM(amount) AS revenue
  FROM shop.orders
  GROUP BY 1
)
SELECT
  revenue_by_day.day,
  revenue_by_day.revenue AS now,
  earlier.revenue AS "then"
FROM revenue_by_day
LEFT JOIN revenue_by_day AS earlier
  ON earlier.day = CAST(revenue_by_day.day - INTERVAL '1' MONTH AS DATE)
ORDER BY revenue_by_day.day NULLS LAST
