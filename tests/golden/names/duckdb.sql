-- report r; drop
WITH groups_with_values AS (
  SELECT
    "Überraschung!",
    COALESCE(SUM("sel'ect"), 0) AS "it's ""m""",
    COALESCE(SUM("sel'ect"), 0) AS "it's ""m"" value"
  FROM "raw data"."order""lines" AS "order lines; --"
  WHERE
    ("Überraschung!" <> '''; drop table t; --\' OR "Überraschung!" IS NULL)
  GROUP BY 1
), ranked AS MATERIALIZED (
  SELECT
    "Überraschung!",
    "it's ""m""",
    "it's ""m"" value",
    ROW_NUMBER() OVER (ORDER BY "it's ""m""" DESC NULLS LAST, "Überraschung!" NULLS LAST) AS nth
  FROM groups_with_values
), rest AS (
  SELECT
    COUNT(*) AS groups_left,
    SUM(ranked."it's ""m"" value") AS "it's ""m"" value"
  FROM ranked
  WHERE
    ranked.nth > 2
), other_groups AS (
  SELECT
    CAST(NULL AS VARCHAR) AS "Überraschung!",
    "it's ""m"" value" AS "it's ""m"""
  FROM rest
  WHERE
    groups_left > 0
), groups_and_other AS (
  SELECT
    "Überraschung!",
    "it's ""m""",
    'group' AS row_type,
    0 AS place,
    nth
  FROM ranked
  WHERE
    nth <= 2
  UNION ALL
  SELECT
    "Überraschung!",
    "it's ""m""",
    'other' AS row_type,
    1 AS place,
    0 AS nth
  FROM other_groups
)
SELECT
  "Überraschung!",
  "it's ""m""",
  row_type
FROM groups_and_other
ORDER BY place NULLS LAST, nth NULLS LAST, "Überraschung!" NULLS LAST;
