-- report best
WITH orders_grouped AS (
  SELECT
    country,
    SUM(amount) AS revenue,
    COUNT(DISTINCT customer_id) AS buyers,
    GROUPING(country) AS level
  FROM orders
  GROUP BY GROUPING SETS ((1), ())
), groups_with_values AS (
  SELECT
    orders_grouped.country,
    COALESCE(orders_grouped.revenue, 0) AS revenue,
    orders_grouped.buyers,
    CASE
      WHEN orders_grouped.level = 0
      THEN 'group'
      WHEN orders_grouped.level = 1
      THEN 'total'
      ELSE 'subtotal'
    END AS row_type,
    orders_grouped.level,
    COALESCE(orders_grouped.revenue, 0) AS "revenue value",
    orders_grouped.buyers AS "buyers value"
  FROM orders_grouped
), ranked AS MATERIALIZED (
  SELECT
    country,
    revenue,
    buyers,
    row_type,
    level,
    "revenue value",
    "buyers value",
    ROW_NUMBER() OVER (PARTITION BY level ORDER BY revenue DESC NULLS LAST, country NULLS LAST) AS nth
  FROM groups_with_values
), rest AS (
  SELECT
    COUNT(*) AS groups_left,
    SUM(ranked."revenue value") AS "revenue value"
  FROM ranked
  WHERE
    ranked.level = 0 AND ranked.nth > 3
), orders_rest AS (
  SELECT
    COUNT(DISTINCT orders.customer_id) AS "buyers value"
  FROM orders
  JOIN ranked
    ON ranked.level = 0 AND orders.country IS NOT DISTINCT FROM ranked.country
  WHERE
    ranked.nth > 3
), other_groups AS (
  SELECT
    CAST(NULL AS VARCHAR) AS country,
    rest."revenue value" AS revenue,
    orders_rest."buyers value" AS buyers
  FROM rest
  CROSS JOIN orders_rest
  WHERE
    rest.groups_left > 0
), groups_and_other AS (
  SELECT
    country,
    revenue,
    buyers,
    'group' AS row_type,
    0 AS place,
    nth
  FROM ranked
  WHERE
    level = 0 AND nth <= 3
  UNION ALL
  SELECT
    country,
    revenue,
    buyers,
    'other' AS row_type,
    1 AS place,
    0 AS nth
  FROM other_groups
  UNION ALL
  SELECT
    country,
    revenue,
    buyers,
    'total' AS row_type,
    2 AS place,
    0 AS nth
  FROM ranked
  WHERE
    level > 0
)
SELECT
  country,
  revenue,
  buyers,
  row_type
FROM groups_and_other
ORDER BY place NULLS LAST, nth NULLS LAST, country NULLS LAST;
