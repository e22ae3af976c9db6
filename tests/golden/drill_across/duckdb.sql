-- report roas_by_channel
WITH orders_totals AS (
  SELECT
    CAST(DATE_TRUNC('month', day) AS DATE) AS month,
    channel,
    SUM(amount) AS revenue
  FROM orders
  WHERE
    (day <= DATE '2026-06-30' OR day IS NULL)
  GROUP BY 1, 2
), ads_totals AS (
  SELECT
    CAST(DATE_TRUNC('month', day) AS DATE) AS month,
    channel,
    SUM(cost) AS spend
  FROM ads
  WHERE
    (day <= DATE '2026-06-30' OR day IS NULL)
  GROUP BY 1, 2
), side_by_side AS (
  SELECT
    month,
    channel,
    revenue,
    CAST(NULL AS DECIMAL(18, 4)) AS spend
  FROM orders_totals
  UNION ALL
  SELECT
    month,
    channel,
    CAST(NULL AS DECIMAL(18, 4)) AS revenue,
    spend
  FROM ads_totals
)
SELECT
  side_by_side.month,
  side_by_side.channel,
  COALESCE(MAX(side_by_side.revenue), 0) AS revenue,
  CASE
    WHEN side_by_side.month < DATE '2026-01-01'
    THEN MAX(side_by_side.spend)
    ELSE COALESCE(MAX(side_by_side.spend), 0)
  END AS spend,
  COALESCE(MAX(side_by_side.revenue), 0) / NULLIF(
    CASE
      WHEN side_by_side.month < DATE '2026-01-01'
      THEN MAX(side_by_side.spend)
      ELSE COALESCE(MAX(side_by_side.spend), 0)
    END,
    0
  ) AS roas
FROM side_by_side
GROUP BY 1, 2
ORDER BY side_by_side.month NULLS LAST, side_by_side.channel NULLS LAST;
