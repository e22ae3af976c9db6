-- plan drill_across
WITH revenue AS (
  SELECT
    CAST(DATE_TRUNC('month', day) AS DATE) AS month,
    SUM(amount) FILTER (WHERE paid AND (status <> 'test' OR status IS NULL)) AS revenue
  FROM shop.orders
  GROUP BY 1
), spend AS (
  SELECT
    CAST(DATE_TRUNC('month', day) AS DATE) AS month,
    SUM(cost) AS spend
  FROM ads
  GROUP BY 1
), combined AS (
  SELECT
    month,
    revenue,
    CAST(NULL AS DECIMAL(18, 2)) AS spend
  FROM revenue
  UNION ALL
  SELECT
    month,
    CAST(NULL AS DECIMAL(18, 2)) AS revenue,
    spend
  FROM spend
)
SELECT
  combined.month,
  COALESCE(SUM(combined.revenue), 0) AS revenue,
  SUM(combined.spend) AS spend,
  COALESCE(SUM(combined.revenue), 0) / NULLIF(SUM(combined.spend), 0) AS roas
FROM combined
GROUP BY 1
ORDER BY combined.month NULLS LAST
