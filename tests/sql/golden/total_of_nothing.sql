-- plan total_of_nothing
WITH levels AS (
  SELECT
    CAST(DATE_TRUNC('month', day) AS DATE) AS month,
    status,
    COUNT(*) AS orders,
    CASE GROUPING(CAST(DATE_TRUNC('month', day) AS DATE), status) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level
  FROM shop.orders
  WHERE
    id > 9
  GROUP BY GROUPING SETS ((1), (), (2))
)
SELECT
  level
FROM levels
