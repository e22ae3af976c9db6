-- report converted
WITH rates_rate_currency_rows AS (
  SELECT
    code,
    day,
    price
  FROM fx.rates
  WHERE
    (day <= DATE '2026-06-30' OR day IS NULL)
), rates_rate_currency_candidates AS (
  SELECT
    meta.day AS for_day,
    meta.campaign AS for_campaign,
    rates_rate_currency_rows.price,
    ROW_NUMBER() OVER (
      PARTITION BY meta.day, meta.campaign
      ORDER BY rates_rate_currency_rows.day DESC NULLS LAST, rates_rate_currency_rows.code DESC NULLS LAST
    ) AS nth
  FROM ads.meta
  JOIN rates_rate_currency_rows
    ON meta.currency = rates_rate_currency_rows.code AND rates_rate_currency_rows.day <= meta.day
), rates_rate_currency_picked /* the one rate of each meta */ AS (
  SELECT
    for_day,
    for_campaign,
    price
  FROM rates_rate_currency_candidates
  WHERE
    nth = 1
)
SELECT
  meta.campaign,
  COALESCE(SUM(CASE WHEN meta.currency = 'EUR' THEN meta.cost ELSE meta.cost * rates_rate_currency.price END), 0) AS meta_cost,
  COALESCE(SUM(CASE WHEN meta.currency = 'EUR' THEN meta.cost ELSE meta.cost * rates_rate_currency.price END), 0) / NULLIF(COALESCE(SUM(meta.clicks), 0), 0) AS "meta_cost / sum(meta.clicks)"
FROM ads.meta
LEFT JOIN rates_rate_currency_picked AS rates_rate_currency
  ON meta.day IS NOT DISTINCT FROM rates_rate_currency.for_day
  AND meta.campaign IS NOT DISTINCT FROM rates_rate_currency.for_campaign
WHERE
  (meta.day <= DATE '2026-06-30' OR meta.day IS NULL)
GROUP BY 1
ORDER BY meta.campaign NULLS LAST;

-- report by_currency
SELECT
  currency,
  COALESCE(CAST(SUM(cost_micros / 1000000) AS DECIMAL(38, 6)), 0) AS google_cost
FROM ads.google
WHERE
  (day <= DATE '2026-06-30' OR day IS NULL)
GROUP BY 1
ORDER BY currency NULLS LAST;
