-- plan constants_and_case
SELECT
  id,
  CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END AS size,
  CAST(NULL AS DATE) AS "nothing",
  TRUE AS yes
FROM shop.orders
ORDER BY size NULLS LAST, id DESC NULLS LAST
