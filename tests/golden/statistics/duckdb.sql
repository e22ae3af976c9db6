-- report scores
SELECT
  country,
  MEDIAN(CAST(score AS DOUBLE)) AS median_score,
  QUANTILE_CONT(CAST(score AS DOUBLE), 0.90) AS p90,
  STDDEV_SAMP(CAST(score AS DOUBLE)) AS spread
FROM answers
WHERE
  (day <= DATE '2026-06-30' OR day IS NULL)
GROUP BY 1
ORDER BY country NULLS LAST;

-- report voices
WITH answers_numbered AS (
  SELECT
    CAST(DATE_TRUNC('month', day) AS DATE) AS month,
    country,
    score >= 9 AND day IS NOT NULL AS counts_0,
    ROW_NUMBER() OVER (
      PARTITION BY who, CAST(DATE_TRUNC('month', day) AS DATE), day IS NOT NULL
      ORDER BY day DESC NULLS LAST, id DESC NULLS LAST
    ) AS nth_0_0,
    ROW_NUMBER() OVER (PARTITION BY who, day IS NOT NULL ORDER BY day DESC NULLS LAST, id DESC NULLS LAST) AS nth_0
  FROM answers
  WHERE
    (day <= DATE '2026-06-30' OR day IS NULL)
), answers_numbered_grouped AS (
  SELECT
    month,
    country,
    COUNT(*) FILTER (WHERE nth_0_0 = 1 AND counts_0) AS promoters,
    COUNT(*) FILTER (WHERE nth_0 = 1 AND counts_0) AS promoters_over,
    CASE GROUPING(month, country) WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 3 THEN 2 END AS level
  FROM answers_numbered
  WHERE
    (nth_0_0 = 1 AND counts_0 OR nth_0 = 1 AND counts_0)
  GROUP BY GROUPING SETS ((1, 2), (1), ())
)
SELECT
  answers_numbered_grouped.month,
  answers_numbered_grouped.country,
  COALESCE(
    CASE
      WHEN answers_numbered_grouped.level = 0
      THEN answers_numbered_grouped.promoters
      WHEN answers_numbered_grouped.level = 1
      THEN answers_numbered_grouped.promoters
      WHEN answers_numbered_grouped.level = 2
      THEN answers_numbered_grouped.promoters_over
    END,
    0
  ) AS promoters,
  CASE
    WHEN answers_numbered_grouped.level = 0
    THEN 'group'
    WHEN answers_numbered_grouped.level = 2
    THEN 'total'
    ELSE 'subtotal'
  END AS row_type
FROM answers_numbered_grouped
ORDER BY
  CASE WHEN answers_numbered_grouped.level > 1 THEN 1 ELSE 0 END NULLS LAST,
  answers_numbered_grouped.month NULLS LAST,
  CASE WHEN answers_numbered_grouped.level > 0 THEN 1 ELSE 0 END NULLS LAST,
  answers_numbered_grouped.country NULLS LAST;
