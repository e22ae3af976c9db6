-- report by_device
WITH purchase_events AS MATERIALIZED (
  SELECT
    visitor AS entity,
    "at" AS happened_at,
    CASE WHEN name = 'view' THEN 1 WHEN name = 'opt_out' THEN 0 END AS stage,
    device,
    id AS key_1
  FROM web.events
  WHERE
    visitor IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
    AND "at" >= TIMESTAMP '2026-03-01 00:00:00'
    AND "at" < TIMESTAMP '2026-04-09 00:00:00'
    AND (name = 'view' OR name = 'opt_out')
), purchase_excluded AS (
  SELECT
    entity,
    happened_at
  FROM purchase_events
  WHERE
    stage = 0
), purchase_up_to_order /* place 1: order; 3: where starts are; 2: excluded */ AS (
  SELECT
    entity,
    happened_at,
    3 AS place,
    happened_at AS started_at,
    device,
    key_1
  FROM purchase_events
  WHERE
    stage = 1
  UNION ALL
  SELECT
    visitor AS entity,
    "at" AS happened_at,
    1 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at,
    CAST(NULL AS VARCHAR) AS device,
    CAST(NULL AS BIGINT) AS key_1
  FROM shop.orders
  WHERE
    visitor IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
    AND "at" >= TIMESTAMP '2026-03-01 00:00:00'
    AND "at" < TIMESTAMP '2026-04-09 00:00:00'
    AND paid
  UNION ALL
  SELECT
    entity,
    happened_at,
    2 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at,
    CAST(NULL AS VARCHAR) AS device,
    CAST(NULL AS BIGINT) AS key_1
  FROM purchase_excluded
), purchase_to_order AS (
  SELECT
    entity,
    place,
    started_at,
    device,
    happened_at,
    LEAD(place) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, place NULLS LAST, key_1 DESC NULLS LAST) AS next_place,
    LEAD(happened_at) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, place NULLS LAST, key_1 DESC NULLS LAST) AS next_at
  FROM purchase_up_to_order
), purchase_came_to_order AS (
  SELECT
    entity,
    started_at,
    device,
    CASE WHEN next_place = 1 AND next_at <= started_at + INTERVAL '7' DAY THEN next_at END AS order_at
  FROM purchase_to_order
  WHERE
    place = 3 AND (next_place <> 3 OR next_place IS NULL OR next_at > happened_at)
), purchase AS (
  SELECT
    entity AS visitor,
    started_at AS "at",
    device,
    order_at
  FROM purchase_came_to_order
)
SELECT
  device,
  COUNT(DISTINCT visitor) AS "purchase.view",
  COUNT(DISTINCT CASE WHEN order_at IS NOT NULL THEN visitor END) AS "purchase.order",
  MEDIAN(CAST(EPOCH(order_at - "at") / 86400 AS DOUBLE)) FILTER (WHERE order_at IS NOT NULL) AS "purchase.order.median_time"
FROM purchase
WHERE
  "at" >= TIMESTAMP '2026-03-01 00:00:00' AND "at" < TIMESTAMP '2026-04-01 00:00:00'
GROUP BY 1
ORDER BY device NULLS LAST;

-- report by_method
WITH purchase_events AS MATERIALIZED (
  SELECT
    visitor AS entity,
    "at" AS happened_at,
    CASE WHEN name = 'view' THEN 1 WHEN name = 'opt_out' THEN 0 END AS stage
  FROM web.events
  WHERE
    visitor IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
    AND (name = 'view' OR name = 'opt_out')
), purchase_excluded AS (
  SELECT
    entity,
    happened_at
  FROM purchase_events
  WHERE
    stage = 0
), purchase_up_to_order /* place 1: order; 3: where starts are; 2: excluded */ AS (
  SELECT
    entity,
    happened_at,
    3 AS place,
    happened_at AS started_at,
    CAST(NULL AS VARCHAR) AS "order.method",
    CAST(NULL AS BIGINT) AS key_1
  FROM purchase_events
  WHERE
    stage = 1
  UNION ALL
  SELECT
    visitor AS entity,
    "at" AS happened_at,
    1 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at,
    method AS "order.method",
    id AS key_1
  FROM shop.orders
  WHERE
    visitor IS NOT NULL AND "at" IS NOT NULL AND "at" < TIMESTAMP '2026-07-01 00:00:00' AND paid
  UNION ALL
  SELECT
    entity,
    happened_at,
    2 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at,
    CAST(NULL AS VARCHAR) AS "order.method",
    CAST(NULL AS BIGINT) AS key_1
  FROM purchase_excluded
), purchase_to_order AS (
  SELECT
    purchase_up_to_order.entity,
    purchase_up_to_order.place,
    purchase_up_to_order.started_at,
    purchase_up_to_order.happened_at,
    LEAD(purchase_up_to_order.place) OVER (
      PARTITION BY purchase_up_to_order.entity
      ORDER BY purchase_up_to_order.happened_at NULLS LAST, purchase_up_to_order.place NULLS LAST, purchase_up_to_order.key_1 NULLS LAST
    ) AS next_place,
    LEAD(purchase_up_to_order.happened_at) OVER (
      PARTITION BY purchase_up_to_order.entity
      ORDER BY purchase_up_to_order.happened_at NULLS LAST, purchase_up_to_order.place NULLS LAST, purchase_up_to_order.key_1 NULLS LAST
    ) AS next_at,
    LEAD(purchase_up_to_order."order.method") OVER (
      PARTITION BY purchase_up_to_order.entity
      ORDER BY purchase_up_to_order.happened_at NULLS LAST, purchase_up_to_order.place NULLS LAST, purchase_up_to_order.key_1 NULLS LAST
    ) AS "order.method"
  FROM purchase_up_to_order
), purchase_came_to_order AS (
  SELECT
    purchase_to_order.entity,
    purchase_to_order.started_at,
    CASE
      WHEN purchase_to_order.next_place = 1
      AND purchase_to_order.next_at <= purchase_to_order.started_at + INTERVAL '7' DAY
      THEN purchase_to_order.next_at
    END AS order_at,
    CASE
      WHEN purchase_to_order.next_place = 1
      AND purchase_to_order.next_at <= purchase_to_order.started_at + INTERVAL '7' DAY
      THEN purchase_to_order."order.method"
    END AS "order.method"
  FROM purchase_to_order
  WHERE
    purchase_to_order.place = 3
    AND (
      purchase_to_order.next_place <> 3
      OR purchase_to_order.next_place IS NULL
      OR purchase_to_order.next_at > purchase_to_order.happened_at
    )
), purchase AS (
  SELECT
    entity AS visitor,
    "order.method",
    order_at
  FROM purchase_came_to_order
)
SELECT
  "order.method",
  COUNT(DISTINCT visitor) AS "purchase.order"
FROM purchase
WHERE
  order_at IS NOT NULL
GROUP BY 1
ORDER BY "order.method" NULLS LAST;

-- report stages
WITH purchase_events AS MATERIALIZED (
  SELECT
    visitor AS entity,
    "at" AS happened_at,
    CASE WHEN name = 'view' THEN 1 WHEN name = 'cart' THEN 2 WHEN name = 'opt_out' THEN 0 END AS stage
  FROM web.events
  WHERE
    visitor IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
    AND "at" >= TIMESTAMP '2026-04-01 00:00:00'
    AND "at" < TIMESTAMP '2026-07-09 00:00:00'
    AND (name = 'view' OR name = 'cart' OR name = 'opt_out')
), purchase_excluded AS MATERIALIZED (
  SELECT
    entity,
    happened_at
  FROM purchase_events
  WHERE
    stage = 0
), purchase_up_to_cart /* place 1: cart; 3: where starts are; 2: excluded */ AS (
  SELECT
    entity,
    happened_at,
    3 AS place,
    happened_at AS started_at
  FROM purchase_events
  WHERE
    stage = 1
  UNION ALL
  SELECT
    entity,
    happened_at,
    1 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at
  FROM purchase_events
  WHERE
    stage = 2
  UNION ALL
  SELECT
    entity,
    happened_at,
    2 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at
  FROM purchase_excluded
), purchase_to_cart AS (
  SELECT
    entity,
    place,
    started_at,
    happened_at,
    LEAD(place) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, place NULLS LAST) AS next_place,
    LEAD(happened_at) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, place NULLS LAST) AS next_at
  FROM purchase_up_to_cart
), purchase_came_to_cart AS (
  SELECT
    entity,
    started_at,
    CASE WHEN next_place = 1 AND next_at <= started_at + INTERVAL '7' DAY THEN next_at END AS cart_at
  FROM purchase_to_cart
  WHERE
    place = 3 AND (next_place <> 3 OR next_place IS NULL OR next_at > happened_at)
), purchase_up_to_order /* place 1: order; 3: where starts are; 2: excluded */ AS (
  SELECT
    entity,
    started_at AS happened_at,
    3 AS place,
    started_at,
    cart_at
  FROM purchase_came_to_cart
  UNION ALL
  SELECT
    visitor AS entity,
    "at" AS happened_at,
    1 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at,
    CAST(NULL AS TIMESTAMP) AS cart_at
  FROM shop.orders
  WHERE
    visitor IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
    AND "at" >= TIMESTAMP '2026-04-01 00:00:00'
    AND "at" < TIMESTAMP '2026-07-09 00:00:00'
    AND paid
  UNION ALL
  SELECT
    entity,
    happened_at,
    2 AS place,
    CAST(NULL AS TIMESTAMP) AS started_at,
    CAST(NULL AS TIMESTAMP) AS cart_at
  FROM purchase_excluded
), purchase_to_order AS (
  SELECT
    entity,
    place,
    started_at,
    cart_at,
    LEAD(place) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, place NULLS LAST) AS next_place,
    LEAD(happened_at) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST, place NULLS LAST) AS next_at
  FROM purchase_up_to_order
), purchase_came_to_order AS (
  SELECT
    entity,
    started_at,
    cart_at,
    CASE WHEN next_place = 1 AND next_at <= started_at + INTERVAL '7' DAY THEN next_at END AS order_at
  FROM purchase_to_order
  WHERE
    place = 3
), purchase AS (
  SELECT
    entity AS visitor,
    started_at AS "at",
    cart_at,
    order_at,
    started_at + INTERVAL '7' DAY < TIMESTAMP '2026-07-01 00:00:00' AS is_mature
  FROM purchase_came_to_order
), purchase_side_by_side /* the stages of each group in one row */ AS (
  SELECT
    CAST(DATE_TRUNC('month', "at") AS DATE) AS month,
    COUNT(DISTINCT visitor) AS entities_1,
    COUNT(DISTINCT CASE WHEN cart_at IS NOT NULL THEN visitor END) AS entities_2,
    COUNT(DISTINCT CASE WHEN order_at IS NOT NULL THEN visitor END) AS entities_3,
    MEDIAN(CAST(EPOCH(cart_at - "at") / 86400 AS DOUBLE)) FILTER (WHERE cart_at IS NOT NULL) AS median_time_2,
    QUANTILE_CONT(CAST(EPOCH(cart_at - "at") / 86400 AS DOUBLE), 0.9) FILTER (WHERE cart_at IS NOT NULL) AS p90_time_2,
    MEDIAN(CAST(EPOCH(order_at - "at") / 86400 AS DOUBLE)) FILTER (WHERE order_at IS NOT NULL) AS median_time_3,
    QUANTILE_CONT(CAST(EPOCH(order_at - "at") / 86400 AS DOUBLE), 0.9) FILTER (WHERE order_at IS NOT NULL) AS p90_time_3,
    COUNT(DISTINCT CASE WHEN NOT COALESCE(is_mature, FALSE) THEN visitor END) AS immature
  FROM purchase
  WHERE
    "at" >= TIMESTAMP '2026-04-01 00:00:00' AND "at" < TIMESTAMP '2026-07-01 00:00:00'
  GROUP BY 1
), stages AS (
  SELECT
    purchase_side_by_side.month,
    numbers.n + 1 AS position,
    CASE WHEN numbers.n = 0 THEN 'view' WHEN numbers.n = 1 THEN 'cart' WHEN numbers.n = 2 THEN 'order' END AS stage,
    CASE WHEN numbers.n = 0 THEN 0 WHEN numbers.n = 1 THEN 1 WHEN numbers.n = 2 THEN 0 END AS is_optional,
    CASE
      WHEN numbers.n = 0
      THEN purchase_side_by_side.entities_1
      WHEN numbers.n = 1
      THEN purchase_side_by_side.entities_2
      WHEN numbers.n = 2
      THEN purchase_side_by_side.entities_3
    END AS entities,
    CASE
      WHEN numbers.n = 1
      THEN purchase_side_by_side.entities_1
      WHEN numbers.n = 2
      THEN purchase_side_by_side.entities_1
    END AS came_from,
    CASE
      WHEN numbers.n = 1
      THEN purchase_side_by_side.entities_1
      WHEN numbers.n = 2
      THEN purchase_side_by_side.entities_1
    END AS began,
    CASE
      WHEN numbers.n = 1
      THEN purchase_side_by_side.median_time_2
      WHEN numbers.n = 2
      THEN purchase_side_by_side.median_time_3
    END AS median_time,
    CASE
      WHEN numbers.n = 1
      THEN purchase_side_by_side.p90_time_2
      WHEN numbers.n = 2
      THEN purchase_side_by_side.p90_time_3
    END AS p90_time,
    purchase_side_by_side.immature
  FROM purchase_side_by_side
  CROSS JOIN RANGE(0, 3) AS numbers(n)
), rated /* what came of the stage before, and of the first one */ AS (
  SELECT
    month,
    position,
    stage,
    is_optional,
    entities,
    came_from,
    began,
    median_time,
    p90_time,
    immature,
    entities / NULLIF(came_from, 0) AS step_rate,
    entities / NULLIF(began, 0) AS rate
  FROM stages
)
SELECT
  month,
  stage,
  entities,
  step_rate,
  CASE
    WHEN step_rate = 0
    THEN 0
    ELSE (
      2 * (CAST(came_from AS DOUBLE) * step_rate) + 3.841458820694125 - 1.959963984540054 * CASE
        WHEN 3.841458820694125 + 4 * (CAST(came_from AS DOUBLE) * step_rate * (1 - step_rate)) >= 0
        THEN SQRT(3.841458820694125 + 4 * (CAST(came_from AS DOUBLE) * step_rate * (1 - step_rate)))
      END
    ) / NULLIF(2 * (CAST(came_from AS DOUBLE) + 3.841458820694125), 0)
  END AS step_low,
  CASE
    WHEN step_rate = 1
    THEN 1
    ELSE (
      2 * (CAST(came_from AS DOUBLE) * step_rate) + 3.841458820694125 + 1.959963984540054 * CASE
        WHEN 3.841458820694125 + 4 * (CAST(came_from AS DOUBLE) * step_rate * (1 - step_rate)) >= 0
        THEN SQRT(3.841458820694125 + 4 * (CAST(came_from AS DOUBLE) * step_rate * (1 - step_rate)))
      END
    ) / NULLIF(2 * (CAST(came_from AS DOUBLE) + 3.841458820694125), 0)
  END AS step_high,
  rate,
  CASE
    WHEN rate = 0
    THEN 0
    ELSE (
      2 * (CAST(began AS DOUBLE) * rate) + 3.841458820694125 - 1.959963984540054 * CASE
        WHEN 3.841458820694125 + 4 * (CAST(began AS DOUBLE) * rate * (1 - rate)) >= 0
        THEN SQRT(3.841458820694125 + 4 * (CAST(began AS DOUBLE) * rate * (1 - rate)))
      END
    ) / NULLIF(2 * (CAST(began AS DOUBLE) + 3.841458820694125), 0)
  END AS rate_low,
  CASE
    WHEN rate = 1
    THEN 1
    ELSE (
      2 * (CAST(began AS DOUBLE) * rate) + 3.841458820694125 + 1.959963984540054 * CASE
        WHEN 3.841458820694125 + 4 * (CAST(began AS DOUBLE) * rate * (1 - rate)) >= 0
        THEN SQRT(3.841458820694125 + 4 * (CAST(began AS DOUBLE) * rate * (1 - rate)))
      END
    ) / NULLIF(2 * (CAST(began AS DOUBLE) + 3.841458820694125), 0)
  END AS rate_high,
  came_from - entities AS drop_off,
  median_time,
  p90_time,
  immature,
  is_optional = 0
  AND COALESCE(step_rate < 1, FALSE)
  AND ROW_NUMBER() OVER (
    PARTITION BY month
    ORDER BY CASE WHEN is_optional = 0 AND COALESCE(step_rate < 1, FALSE) THEN step_rate END NULLS LAST, position NULLS LAST
  ) = 1 AS bottleneck
FROM rated
ORDER BY month NULLS LAST, position NULLS LAST;

-- report straight
WITH at_once_events AS (
  SELECT
    visitor AS entity,
    session AS held_1,
    "at" AS happened_at,
    CASE WHEN name = 'view' THEN 1 ELSE 0 END AS is_view,
    CASE WHEN name = 'cart' THEN 1 ELSE 0 END AS is_cart,
    device,
    id AS key_1
  FROM web.events
  WHERE
    visitor IS NOT NULL
    AND session IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
), at_once_moments AS (
  SELECT
    at_once_events.entity,
    at_once_events.held_1,
    at_once_events.happened_at,
    MAX(at_once_events.is_view) AS is_view,
    MAX(at_once_events.is_cart) AS is_cart,
    ARG_MIN_NULL(at_once_events.device, at_once_events.key_1) FILTER (WHERE at_once_events.is_view = 1 AND at_once_events.key_1 IS NOT NULL) AS device
  FROM at_once_events
  GROUP BY 1, 2, 3
), at_once_to_cart AS MATERIALIZED (
  SELECT
    entity,
    held_1,
    happened_at,
    is_view,
    is_cart,
    device,
    LAG(CASE WHEN is_view = 1 THEN happened_at END) OVER (PARTITION BY entity, held_1 ORDER BY happened_at NULLS LAST) AS start_for_cart
  FROM at_once_moments
), at_once_paths AS (
  SELECT
    entity,
    held_1,
    happened_at AS started_at,
    1 AS stage,
    happened_at,
    device
  FROM at_once_to_cart
  WHERE
    is_view = 1
  UNION ALL
  SELECT
    entity,
    held_1,
    start_for_cart AS started_at,
    2 AS stage,
    happened_at,
    CAST(NULL AS VARCHAR) AS device
  FROM at_once_to_cart
  WHERE
    is_cart = 1 AND start_for_cart IS NOT NULL
), at_once AS (
  SELECT
    at_once_paths.entity AS visitor,
    ARG_MIN_NULL(at_once_paths.device, at_once_paths.happened_at) FILTER (WHERE at_once_paths.stage = 1 AND at_once_paths.happened_at IS NOT NULL) AS device,
    MIN(at_once_paths.happened_at) FILTER (WHERE at_once_paths.stage = 2) AS cart_at
  FROM at_once_paths
  GROUP BY 1, at_once_paths.held_1, at_once_paths.started_at
)
SELECT
  device,
  COUNT(DISTINCT CASE WHEN cart_at IS NOT NULL THEN visitor END) / NULLIF(COUNT(DISTINCT visitor), 0) AS "at_once.rate"
FROM at_once
GROUP BY 1
ORDER BY device NULLS LAST;

-- report both
WITH whatever_events AS (
  SELECT
    visitor AS entity,
    "at" AS happened_at,
    CASE WHEN name = 'view' THEN 1 ELSE 0 END AS is_view,
    CASE WHEN name = 'share' THEN 1 ELSE 0 END AS is_share
  FROM web.events
  WHERE
    visitor IS NOT NULL
    AND "at" IS NOT NULL
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
    AND (name = 'view' OR name = 'share')
), whatever_moments AS (
  SELECT
    whatever_events.entity,
    whatever_events.happened_at,
    MAX(whatever_events.is_view) AS is_view,
    MAX(whatever_events.is_share) AS is_share
  FROM whatever_events
  GROUP BY 1, 2
), whatever_latest AS (
  SELECT
    entity,
    happened_at,
    is_view,
    is_share,
    MAX(CASE WHEN is_view = 1 THEN happened_at END) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS latest_1,
    MAX(CASE WHEN is_share = 1 THEN happened_at END) OVER (PARTITION BY entity ORDER BY happened_at NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS latest_2
  FROM whatever_moments
), whatever_begun AS MATERIALIZED (
  SELECT
    entity,
    happened_at,
    is_view,
    is_share,
    CASE WHEN latest_1 IS NOT NULL AND latest_2 IS NOT NULL THEN LEAST(latest_1, latest_2) END AS start_for_all
  FROM whatever_latest
), whatever_paths AS (
  SELECT
    entity,
    happened_at AS started_at,
    1 AS stage,
    happened_at
  FROM whatever_begun
  WHERE
    (is_view = 1 OR is_share = 1)
  UNION ALL
  SELECT
    entity,
    start_for_all AS started_at,
    2 AS stage,
    happened_at
  FROM whatever_begun
  WHERE
    (is_view = 1 OR is_share = 1) AND happened_at <= start_for_all + INTERVAL '1' DAY
), whatever AS (
  SELECT
    entity AS visitor,
    MIN(happened_at) FILTER (WHERE stage = 2) AS share_at
  FROM whatever_paths
  GROUP BY 1, started_at
)
SELECT
  COUNT(DISTINCT visitor) AS "whatever.completed"
FROM whatever
WHERE
  share_at IS NOT NULL;
