-- report trials_by_plan
WITH trials_to_orders_rows AS (
  SELECT
    user_id AS entity,
    "at" AS happened_at,
    1 AS is_opportunity,
    id,
    plan,
    "at"
  FROM app.trials
  WHERE
    ("at" < TIMESTAMP '2026-07-01 00:00:00' OR "at" IS NULL)
    AND "at" >= TIMESTAMP '2026-03-01 00:00:00'
    AND "at" < TIMESTAMP '2026-04-16 00:00:00'
  UNION ALL
  SELECT
    orders.user_id AS entity,
    orders."at" AS happened_at,
    0 AS is_opportunity,
    CAST(NULL AS BIGINT) AS id,
    CAST(NULL AS VARCHAR) AS plan,
    CAST(NULL AS TIMESTAMP) AS "at"
  FROM shop.orders
  WHERE
    orders."at" < TIMESTAMP '2026-07-01 00:00:00'
    AND orders."at" >= TIMESTAMP '2026-03-01 00:00:00'
    AND orders."at" < TIMESTAMP '2026-04-16 00:00:00'
    AND orders.paid
    AND orders.user_id IS NOT NULL
    AND orders."at" IS NOT NULL
), trials_to_orders_in_line AS (
  SELECT
    entity,
    is_opportunity,
    happened_at,
    id,
    plan,
    "at",
    LEAD(is_opportunity) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, is_opportunity DESC NULLS LAST, id NULLS LAST) AS next_is_opportunity,
    LEAD(happened_at) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, is_opportunity DESC NULLS LAST, id NULLS LAST) AS next_at,
    MAX(CASE WHEN is_opportunity = 1 THEN happened_at END) OVER (
      PARTITION BY entity
      ORDER BY happened_at NULLS LAST, is_opportunity DESC NULLS LAST, id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS opportunity_at,
    SUM(is_opportunity) OVER (
      PARTITION BY entity
      ORDER BY happened_at NULLS LAST, is_opportunity DESC NULLS LAST, id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS opportunity
  FROM trials_to_orders_rows
), trials_to_orders_credited AS (
  SELECT
    is_opportunity,
    id,
    plan,
    "at",
    happened_at,
    next_is_opportunity,
    next_at,
    SUM(CASE WHEN is_opportunity = 0 AND happened_at <= opportunity_at + INTERVAL '14' DAY THEN 1 ELSE 0 END) OVER (PARTITION BY entity, opportunity) AS credited
  FROM trials_to_orders_in_line
), trials_to_orders AS (
  SELECT
    plan,
    "at",
    CASE WHEN next_is_opportunity = 0 AND next_at <= happened_at + INTERVAL '14' DAY THEN 1 ELSE 0 END AS is_converted,
    credited
  FROM trials_to_orders_credited
  WHERE
    is_opportunity = 1
)
SELECT
  plan,
  COUNT(*) FILTER (WHERE is_converted = 1) / NULLIF(COUNT(*), 0) AS trial_to_paid,
  COALESCE(SUM(credited), 0) AS paid_after
FROM trials_to_orders
WHERE
  "at" >= TIMESTAMP '2026-03-01 00:00:00' AND "at" < TIMESTAMP '2026-04-01 00:00:00'
GROUP BY 1
ORDER BY plan NULLS LAST;

-- report coming_back
WITH orders_by_month_with_start AS (
  SELECT
    "at" AS happened_at,
    FIRST_VALUE("at") OVER (
      PARTITION BY user_id
      ORDER BY "at" NULLS LAST, id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS started_at,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY "at" NULLS LAST, id NULLS LAST) AS nth,
    LAG("at") OVER (PARTITION BY user_id ORDER BY "at" NULLS LAST, id NULLS LAST) AS before_at
  FROM shop.orders
  WHERE
    paid AND user_id IS NOT NULL AND "at" IS NOT NULL AND "at" < TIMESTAMP '2026-07-01 00:00:00'
), orders_by_month AS (
  SELECT
    started_at AS "at",
    CASE WHEN nth = 1 THEN 1 ELSE 0 END AS is_member,
    EXTRACT(YEAR FROM CAST(happened_at AS DATE)) * 12 + EXTRACT(MONTH FROM CAST(happened_at AS DATE)) - (EXTRACT(YEAR FROM CAST(started_at AS DATE)) * 12 + EXTRACT(MONTH FROM CAST(started_at AS DATE))) AS age,
    EXTRACT(YEAR FROM DATE '2026-07-01') * 12 + EXTRACT(MONTH FROM DATE '2026-07-01') - (EXTRACT(YEAR FROM CAST(started_at AS DATE)) * 12 + EXTRACT(MONTH FROM CAST(started_at AS DATE))) AS periods_over,
    CASE
      WHEN before_at IS NULL
      OR CAST(DATE_TRUNC('month', CAST(before_at AS DATE)) AS DATE) < CAST(DATE_TRUNC('month', CAST(happened_at AS DATE)) AS DATE)
      THEN 1
      ELSE 0
    END AS is_active
  FROM orders_by_month_with_start
)
SELECT
  CAST(DATE_TRUNC('month', "at") AS DATE) AS month,
  COUNT(*) FILTER (WHERE is_active = 1 AND age = 1 AND periods_over > 1) / NULLIF(COALESCE(SUM(CASE WHEN periods_over > 1 THEN 1 ELSE 0 END) FILTER (WHERE is_member = 1), 0), 0) AS back
FROM orders_by_month
WHERE
  (is_active = 1 AND age = 1 AND periods_over > 1 OR is_member = 1)
GROUP BY 1
ORDER BY month NULLS LAST;

-- report members_by_country
WITH members_rows AS (
  SELECT
    id AS entity,
    signed_up AS happened_at,
    0 AS is_activity,
    id,
    country,
    CAST(NULL AS DECIMAL(18, 4)) AS worth
  FROM app.users
  WHERE
    signed_up IS NOT NULL
    AND id IS NOT NULL
    AND signed_up <= DATE '2026-06-30'
    AND signed_up >= DATE '2026-01-01'
    AND signed_up < DATE '2026-07-01'
  UNION ALL
  SELECT
    user_id AS entity,
    CAST("at" AS DATE) AS happened_at,
    1 AS is_activity,
    CAST(NULL AS BIGINT) AS id,
    CAST(NULL AS VARCHAR) AS country,
    margin AS worth
  FROM shop.orders
  WHERE
    paid
    AND user_id IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
    AND "at" >= TIMESTAMP '2026-01-01 00:00:00'
    AND "at" < TIMESTAMP '2027-08-02 00:00:00'
), members_with_start AS (
  SELECT
    members_rows.happened_at,
    members_rows.is_activity,
    FIRST_VALUE(CASE WHEN members_rows.is_activity = 0 THEN members_rows.happened_at END) OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS started_at,
    ROW_NUMBER() OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
    ) AS nth,
    LAG(CASE WHEN members_rows.is_activity = 1 THEN members_rows.happened_at END) OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
    ) AS before_at,
    FIRST_VALUE(members_rows.country) OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS country,
    members_rows.worth
  FROM members_rows
), members AS (
  SELECT
    country,
    started_at AS signed_up,
    CASE WHEN nth = 1 THEN 1 ELSE 0 END AS is_member,
    EXTRACT(YEAR FROM happened_at) * 12 + EXTRACT(MONTH FROM happened_at) - (EXTRACT(YEAR FROM started_at) * 12 + EXTRACT(MONTH FROM started_at)) AS age,
    CASE
      WHEN is_activity = 1
      AND (
        before_at IS NULL
        OR CAST(DATE_TRUNC('month', before_at) AS DATE) < CAST(DATE_TRUNC('month', happened_at) AS DATE)
        OR before_at < started_at
      )
      THEN 1
      ELSE 0
    END AS is_active,
    worth AS value
  FROM members_with_start
  WHERE
    started_at IS NOT NULL
    AND (nth = 1 OR is_activity = 1 AND happened_at >= started_at)
    AND EXTRACT(YEAR FROM happened_at) * 12 + EXTRACT(MONTH FROM happened_at) - (EXTRACT(YEAR FROM started_at) * 12 + EXTRACT(MONTH FROM started_at)) <= 12
), members_totals AS MATERIALIZED (
  SELECT
    members.country,
    CAST(DATE_TRUNC('month', members.signed_up) AS DATE) AS cohort,
    members.age,
    COUNT(*) FILTER (WHERE members.is_member = 1) AS size,
    COUNT(*) FILTER (WHERE members.is_active = 1) AS active,
    SUM(members.value) AS value
  FROM members
  WHERE
    members.signed_up >= DATE '2026-01-01' AND members.signed_up < DATE '2026-07-01'
  GROUP BY 1, 2, 3
), groups AS (
  SELECT
    country,
    age
  FROM members_totals
  GROUP BY 1, 2
), months AS (
  SELECT
    CAST(DATE '2026-01-01' + n * INTERVAL '1' MONTH AS DATE) AS cohort
  FROM RANGE(0, 6) AS numbers(n)
), side_by_side AS (
  SELECT
    country,
    cohort,
    age,
    size,
    active,
    value
  FROM members_totals
  UNION ALL
  SELECT
    groups.country,
    months.cohort,
    groups.age,
    CAST(NULL AS BIGINT) AS size,
    CAST(NULL AS BIGINT) AS active,
    CAST(NULL AS DECIMAL(18, 4)) AS value
  FROM groups
  CROSS JOIN months
), members_by_age /* the ages at which anybody was active */ AS MATERIALIZED (
  SELECT
    side_by_side.country,
    side_by_side.cohort,
    side_by_side.age,
    COALESCE(MAX(side_by_side.size), 0) AS size,
    COALESCE(MAX(side_by_side.active), 0) AS active,
    COALESCE(MAX(side_by_side.value), 0) AS value
  FROM side_by_side
  GROUP BY 1, 2, 3
), cohorts AS (
  SELECT
    country,
    cohort,
    size
  FROM members_by_age
  WHERE
    age = 0
), ages /* every age of every cohort */ AS (
  SELECT
    cohorts.country,
    cohorts.cohort,
    numbers.n AS age,
    cohorts.size,
    CASE
      WHEN cohorts.size IS NOT NULL
      AND EXTRACT(YEAR FROM DATE '2026-07-01') * 12 + EXTRACT(MONTH FROM DATE '2026-07-01') - (EXTRACT(YEAR FROM cohorts.cohort) * 12 + EXTRACT(MONTH FROM cohorts.cohort)) > numbers.n
      THEN COALESCE(members_by_age.active, 0)
    END AS active,
    CASE
      WHEN cohorts.size IS NOT NULL
      AND EXTRACT(YEAR FROM DATE '2026-07-01') * 12 + EXTRACT(MONTH FROM DATE '2026-07-01') - (EXTRACT(YEAR FROM cohorts.cohort) * 12 + EXTRACT(MONTH FROM cohorts.cohort)) > numbers.n
      THEN COALESCE(members_by_age.value, 0)
    END AS value
  FROM cohorts
  CROSS JOIN RANGE(0, 13) AS numbers(n)
  LEFT JOIN members_by_age
    ON cohorts.country IS NOT DISTINCT FROM members_by_age.country
    AND cohorts.cohort IS NOT DISTINCT FROM members_by_age.cohort
    AND members_by_age.age = numbers.n
), added_up AS (
  SELECT
    country,
    cohort,
    age,
    size,
    active,
    value,
    CASE
      WHEN value IS NOT NULL
      THEN SUM(value) OVER (PARTITION BY country, cohort ORDER BY age NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    END AS value_to_date
  FROM ages
)
SELECT
  country,
  cohort,
  age,
  size,
  active,
  active / NULLIF(size, 0) AS retention,
  (size - active) / NULLIF(size, 0) AS churn,
  value,
  value_to_date,
  value_to_date / NULLIF(size, 0) AS value_per_head
FROM added_up
ORDER BY country NULLS LAST, cohort NULLS LAST, age NULLS LAST;

-- report worth
WITH members_rows AS (
  SELECT
    id AS entity,
    signed_up AS happened_at,
    0 AS is_activity,
    id,
    country,
    CAST(NULL AS DECIMAL(18, 4)) AS worth
  FROM app.users
  WHERE
    signed_up IS NOT NULL AND id IS NOT NULL AND signed_up <= DATE '2026-06-30'
  UNION ALL
  SELECT
    user_id AS entity,
    CAST("at" AS DATE) AS happened_at,
    1 AS is_activity,
    CAST(NULL AS BIGINT) AS id,
    CAST(NULL AS VARCHAR) AS country,
    margin AS worth
  FROM shop.orders
  WHERE
    paid AND user_id IS NOT NULL AND "at" IS NOT NULL AND "at" < TIMESTAMP '2026-07-01 00:00:00'
), members_with_start AS (
  SELECT
    members_rows.happened_at,
    members_rows.is_activity,
    FIRST_VALUE(CASE WHEN members_rows.is_activity = 0 THEN members_rows.happened_at END) OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS started_at,
    ROW_NUMBER() OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
    ) AS nth,
    LAG(CASE WHEN members_rows.is_activity = 1 THEN members_rows.happened_at END) OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
    ) AS before_at,
    FIRST_VALUE(members_rows.country) OVER (
      PARTITION BY members_rows.entity
      ORDER BY members_rows.is_activity NULLS LAST, members_rows.happened_at NULLS LAST, members_rows.id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS country,
    members_rows.worth
  FROM members_rows
), members AS (
  SELECT
    country,
    CASE WHEN nth = 1 THEN 1 ELSE 0 END AS is_member,
    EXTRACT(YEAR FROM happened_at) * 12 + EXTRACT(MONTH FROM happened_at) - (EXTRACT(YEAR FROM started_at) * 12 + EXTRACT(MONTH FROM started_at)) AS age,
    EXTRACT(YEAR FROM DATE '2026-07-01') * 12 + EXTRACT(MONTH FROM DATE '2026-07-01') - (EXTRACT(YEAR FROM started_at) * 12 + EXTRACT(MONTH FROM started_at)) AS periods_over,
    CASE
      WHEN is_activity = 1
      AND (
        before_at IS NULL
        OR CAST(DATE_TRUNC('month', before_at) AS DATE) < CAST(DATE_TRUNC('month', happened_at) AS DATE)
        OR before_at < started_at
      )
      THEN 1
      ELSE 0
    END AS is_active,
    worth AS value
  FROM members_with_start
  WHERE
    started_at IS NOT NULL
    AND (nth = 1 OR is_activity = 1 AND happened_at >= started_at)
    AND EXTRACT(YEAR FROM happened_at) * 12 + EXTRACT(MONTH FROM happened_at) - (EXTRACT(YEAR FROM started_at) * 12 + EXTRACT(MONTH FROM started_at)) <= 12
)
SELECT
  country,
  COUNT(*) FILTER (WHERE is_member = 1) AS "members.size",
  COUNT(*) FILTER (WHERE is_active = 1 AND age = 3 AND periods_over > 3) / NULLIF(COALESCE(SUM(CASE WHEN periods_over > 3 THEN 1 ELSE 0 END) FILTER (WHERE is_member = 1), 0), 0) AS "retention(members, after: 3 months)",
  COALESCE(SUM(value) FILTER (WHERE age <= 12 AND periods_over > 12), 0) / NULLIF(COALESCE(SUM(CASE WHEN periods_over > 12 THEN 1 ELSE 0 END) FILTER (WHERE is_member = 1), 0), 0) AS "ltv(members)"
FROM members
WHERE
  (is_member = 1 OR is_active = 1 AND age = 3 AND periods_over > 3 OR age <= 12 AND periods_over > 12)
GROUP BY 1
ORDER BY country NULLS LAST;
