-- report shares
WITH levels /* every grouping that a value is taken from */ AS MATERIALIZED (
  SELECT
    status,
    country,
    SUM(amount) FILTER (WHERE country IN ('IT', 'DE')) AS revenue,
    SUM(amount) AS sum_amount,
    COUNT(*) FILTER (WHERE country IN ('IT', 'DE')) AS present,
    GROUPING(status, country) AS level
  FROM orders
  GROUP BY GROUPING SETS ((1, 2), (1))
)
SELECT
  levels.status,
  levels.country,
  COALESCE(levels.revenue, 0) AS revenue,
  COALESCE(levels.revenue, 0) / NULLIF(COALESCE(per_status.sum_amount, 0), 0) AS "share(revenue, of: country)",
  COALESCE(levels.revenue, 0) / NULLIF(COALESCE(per_status.revenue, 0), 0) AS "revenue / (revenue at (status))"
FROM levels
LEFT JOIN levels AS per_status
  ON per_status.level = 1 AND levels.status IS NOT DISTINCT FROM per_status.status
WHERE
  levels.level < 1 AND levels.present > 0
ORDER BY levels.status NULLS LAST, levels.country NULLS LAST;
