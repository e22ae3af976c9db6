-- report landing_pages
WITH sessions AS (
  SELECT
    session,
    MIN("at") AS started,
    FIRST(page ORDER BY "at" NULLS LAST, id NULLS LAST) FILTER (WHERE "at" IS NOT NULL) AS landing,
    COUNT(*) FILTER (WHERE name = 'view') AS views
  FROM raw.events
  WHERE
    ("at" < TIMESTAMP '2026-07-01 00:00:00' OR "at" IS NULL)
  GROUP BY 1
)
SELECT
  landing,
  CAST(DATE_TRUNC('week', started) AS DATE) AS week,
  COUNT(*) AS visits,
  COUNT(*) FILTER (WHERE views <= 1) / NULLIF(COUNT(*), 0) AS bounce
FROM sessions
GROUP BY 1, 2
ORDER BY landing NULLS LAST, week NULLS LAST;

-- report channels
WITH sessions AS (
  SELECT
    events.session,
    ANY_VALUE(events.who) AS who
  FROM raw.events
  WHERE
    (events."at" < TIMESTAMP '2026-07-01 00:00:00' OR events."at" IS NULL)
  GROUP BY 1
), sessions_2 AS (
  SELECT
    events.session,
    MIN(events."at") AS started,
    ANY_VALUE(events.who) AS who
  FROM raw.events
  WHERE
    (events."at" < TIMESTAMP '2026-07-01 00:00:00' OR events."at" IS NULL)
  GROUP BY 1
), touch_rows AS (
  SELECT
    who,
    "at",
    channel,
    id
  FROM raw.touches
  WHERE
    ("at" < TIMESTAMP '2026-07-01 00:00:00' OR "at" IS NULL)
), touch_candidates AS (
  SELECT
    sessions.session AS for_session,
    touch_rows.channel,
    ROW_NUMBER() OVER (PARTITION BY sessions.session ORDER BY touch_rows."at" DESC NULLS LAST, touch_rows.id DESC NULLS LAST) AS nth
  FROM sessions_2 AS sessions
  JOIN touch_rows
    ON sessions.who = touch_rows.who
    AND touch_rows."at" < sessions.started
    AND touch_rows."at" >= sessions.started - INTERVAL '7' DAY
), touch_picked /* the one touch of each session */ AS (
  SELECT
    for_session,
    channel
  FROM touch_candidates
  WHERE
    nth = 1
)
SELECT
  touch.channel,
  COUNT(*) AS visits
FROM sessions
LEFT JOIN touch_picked AS touch
  ON sessions.session IS NOT DISTINCT FROM touch.for_session
GROUP BY 1
ORDER BY touch.channel NULLS LAST;

-- report last_events
WITH events_2 AS (
  SELECT
    "at",
    LEAD("at") OVER (PARTITION BY session ORDER BY "at" NULLS LAST, id NULLS LAST) AS following
  FROM raw.events
  WHERE
    ("at" < TIMESTAMP '2026-07-01 00:00:00' OR "at" IS NULL)
)
SELECT
  CAST("at" AS DATE) AS day,
  COUNT(*) AS unfollowed
FROM events_2 AS events
WHERE
  ("at" < TIMESTAMP '2026-07-01 00:00:00' OR "at" IS NULL)
  AND (
    following IS NULL
    AND "at" >= TIMESTAMP '2026-06-15 00:00:00'
    AND "at" < TIMESTAMP '2026-07-01 00:00:00'
  )
GROUP BY 1
ORDER BY day NULLS LAST;
