/* arithmetic 0 */ i + j
/* arithmetic 2 */ i - (j - k)
/* arithmetic 3 */ i - j - k
/* arithmetic 4 */ (i + j) * k
/* arithmetic 5 */ x * m
/* arithmetic 6 */ -(-i)
/* arithmetic 7 */ -(-4)
/* arithmetic 8 */ i - -4
/* arithmetic 10 */ CAST(i AS FLOAT64) / NULLIF(j, 0)
/* arithmetic 14 */ x / NULLIF(y, 0)
/* arithmetic 15 */ CAST(m AS FLOAT64) / NULLIF(m, 0)
/* arithmetic 16 */ CAST(i AS FLOAT64) / 4
/* arithmetic 17 */ CAST(i AS FLOAT64) / NULLIF(j, 0) / NULLIF(k, 0)
/* arithmetic 18 */ CAST(i AS FLOAT64) / NULLIF(CAST(j AS FLOAT64) / NULLIF(k, 0), 0)
/* arithmetic 19 */ CAST(m AS FLOAT64) / NULLIF(i, 0)
/* arithmetic 20 */ i * (CAST(j AS FLOAT64) / NULLIF(k, 0))
/* comparison 0 */ s = t
/* comparison 0 as condition */ SELECT i FROM shop.v WHERE s = t
/* comparison 5 */ s IS DISTINCT FROM t
/* comparison 5 as condition */ SELECT i FROM shop.v WHERE s IS DISTINCT FROM t
/* comparison 9 */ s IS NOT DISTINCT FROM t
/* comparison 9 as condition */ SELECT i FROM shop.v WHERE s IS NOT DISTINCT FROM t
/* comparison 12 */ s < t
/* comparison 12 as condition */ SELECT i FROM shop.v WHERE s < t
/* comparison 15 */ s > t
/* comparison 15 as condition */ SELECT i FROM shop.v WHERE s > t
/* comparison 16 */ i < j
/* comparison 16 as condition */ SELECT i FROM shop.v WHERE i < j
/* comparison 17 */ i <= j
/* comparison 17 as condition */ SELECT i FROM shop.v WHERE i <= j
/* comparison 18 */ m > i
/* comparison 18 as condition */ SELECT i FROM shop.v WHERE m > i
/* comparison 19 */ d >= e
/* comparison 19 as condition */ SELECT i FROM shop.v WHERE d >= e
/* comparison 21 */ p < TIMESTAMP '2026-01-31 12:00:00'
/* comparison 21 as condition */ SELECT i FROM shop.v WHERE p < TIMESTAMP '2026-01-31 12:00:00'
/* comparison 22 */ d = DATE '2026-01-31'
/* comparison 22 as condition */ SELECT i FROM shop.v WHERE d = DATE '2026-01-31'
/* comparison 23 */ s IN ('a', 'b')
/* comparison 23 as condition */ SELECT i FROM shop.v WHERE s IN ('a', 'b')
/* comparison 26 */ FALSE
/* comparison 26 as condition */ SELECT i FROM shop.v WHERE FALSE
/* comparison 27 */ s NOT IN ('a', 'b') OR s IS NULL
/* comparison 27 as condition */ SELECT i FROM shop.v WHERE (s NOT IN ('a', 'b') OR s IS NULL)
/* comparison 30 */ COALESCE(LOWER(s) NOT IN ('a'), TRUE)
/* comparison 30 as condition */ SELECT i FROM shop.v WHERE COALESCE(LOWER(s) NOT IN ('a'), TRUE)
/* comparison 32 */ TRUE
/* comparison 32 as condition */ SELECT i FROM shop.v WHERE TRUE
/* comparison 33 */ NOT COALESCE(s IN (t), FALSE)
/* comparison 33 as condition */ SELECT i FROM shop.v WHERE NOT COALESCE(s IN (t), FALSE)
/* comparison 34 */ NOT COALESCE(s IN (t, 'a'), FALSE)
/* comparison 34 as condition */ SELECT i FROM shop.v WHERE NOT COALESCE(s IN (t, 'a'), FALSE)
/* comparison 37 */ NOT NOT COALESCE(s IN (t, 'b'), FALSE)
/* comparison 37 as condition */ SELECT i FROM shop.v WHERE NOT NOT COALESCE(s IN (t, 'b'), FALSE)
/* comparison 38 */ s IS NULL
/* comparison 38 as condition */ SELECT i FROM shop.v WHERE s IS NULL
/* comparison 40 */ s IS NOT NULL
/* comparison 40 as condition */ SELECT i FROM shop.v WHERE s IS NOT NULL
/* comparison 42 */ s IS NOT NULL
/* comparison 42 as condition */ SELECT i FROM shop.v WHERE s IS NOT NULL
/* comparison 44 */ i IS NOT NULL
/* comparison 44 as condition */ SELECT i FROM shop.v WHERE i IS NOT NULL
/* comparison 45 */ m IS NOT NULL
/* comparison 45 as condition */ SELECT i FROM shop.v WHERE m IS NOT NULL
/* comparison 46 */ b IS NOT NULL
/* comparison 46 as condition */ SELECT i FROM shop.v WHERE b IS NOT NULL
/* comparison 47 */ d IS NOT NULL
/* comparison 47 as condition */ SELECT i FROM shop.v WHERE d IS NOT NULL
/* comparison 49 */ p IS NOT NULL
/* comparison 49 as condition */ SELECT i FROM shop.v WHERE p IS NOT NULL
/* logic 0 */ b AND c
/* logic 0 as condition */ SELECT i FROM shop.v WHERE b AND c
/* logic 3 */ b OR c
/* logic 3 as condition */ SELECT i FROM shop.v WHERE (b OR c)
/* logic 5 */ b AND c OR c AND b
/* logic 5 as condition */ SELECT i FROM shop.v WHERE (b AND c OR c AND b)
/* logic 6 */ (b OR c) AND (b OR c)
/* logic 6 as condition */ SELECT i FROM shop.v WHERE (b OR c) AND (b OR c)
/* logic 7 */ NOT COALESCE(b, FALSE)
/* logic 7 as condition */ SELECT i FROM shop.v WHERE NOT COALESCE(b, FALSE)
/* logic 17 */ (i > j) = b
/* logic 17 as condition */ SELECT i FROM shop.v WHERE (i > j) = b
/* logic 18 */ b = TRUE
/* logic 18 as condition */ SELECT i FROM shop.v WHERE b = TRUE
/* like 0 */ s LIKE 'a%'
/* like 0 as condition */ SELECT i FROM shop.v WHERE s LIKE 'a%'
/* like 8 */ s LIKE REPLACE(t, '\\', '\\\\')
/* like 8 as condition */ SELECT i FROM shop.v WHERE s LIKE REPLACE(t, '\\', '\\\\')
/* like 15 */ s NOT LIKE 'a%' OR s IS NULL
/* like 15 as condition */ SELECT i FROM shop.v WHERE (s NOT LIKE 'a%' OR s IS NULL)
/* like 18 */ NOT COALESCE(s LIKE REPLACE(t, '\\', '\\\\'), FALSE)
/* like 18 as condition */ SELECT i FROM shop.v WHERE NOT COALESCE(s LIKE REPLACE(t, '\\', '\\\\'), FALSE)
/* like 20 */ COALESCE(LOWER(s) NOT LIKE 'a%', TRUE)
/* like 20 as condition */ SELECT i FROM shop.v WHERE COALESCE(LOWER(s) NOT LIKE 'a%', TRUE)
/* like 22 */ STARTS_WITH(s, 'a%')
/* like 22 as condition */ SELECT i FROM shop.v WHERE STARTS_WITH(s, 'a%')
/* like 23 */ STARTS_WITH(s, t)
/* like 23 as condition */ SELECT i FROM shop.v WHERE STARTS_WITH(s, t)
/* like 27 */ ENDS_WITH(s, 'bc')
/* like 27 as condition */ SELECT i FROM shop.v WHERE ENDS_WITH(s, 'bc')
/* like 29 */ ENDS_WITH(s, t)
/* like 29 as condition */ SELECT i FROM shop.v WHERE ENDS_WITH(s, t)
/* like 33 */ STRPOS(s, '_b') > 0
/* like 33 as condition */ SELECT i FROM shop.v WHERE STRPOS(s, '_b') > 0
/* like 35 */ STRPOS(s, t) > 0
/* like 35 as condition */ SELECT i FROM shop.v WHERE STRPOS(s, t) > 0
/* choice 0 */ COALESCE(i, j, 0)
/* choice 2 */ NULLIF(i, j)
/* choice 4 */ NULLIF(s, '')
/* choice 5 */ LEAST(i, j)
/* choice 6 */ LEAST(i, j, k)
/* choice 7 */ GREATEST(i, j, k)
/* choice 8 */ GREATEST(i, 0)
/* choice 9 */ GREATEST(d, e)
/* choice 10 */ LEAST(s, t)
/* choice 11 */ CASE WHEN i > 1 THEN 'many' WHEN i = 1 THEN 'one' ELSE 'none' END
/* choice 12 */ CASE WHEN i > 1 THEN 'many' END
/* choice 13 */ CASE WHEN b THEN 'yes' ELSE 'no' END
/* numbers 0 */ ROUND(x)
/* numbers 3 */ ROUND(x, 2)
/* numbers 7 */ ROUND(x, 1)
/* numbers 8 */ ROUND(m, 1)
/* numbers 9 */ ROUND(m)
/* numbers 10 */ CAST(x AS BIGNUMERIC(38, 2))
/* numbers 14 */ m
/* numbers 16 */ FLOOR(x)
/* numbers 17 */ CEIL(x)
/* numbers 18 */ FLOOR(m)
/* numbers 19 */ ABS(x)
/* numbers 20 */ ABS(i)
/* numbers 21 */ CASE WHEN x > 0 THEN LN(x) END
/* numbers 24 */ CASE WHEN m > 0 THEN LN(CAST(m AS FLOAT64)) END
/* numbers 25 */ CASE WHEN i > 0 THEN LN(CAST(i AS FLOAT64)) END
/* numbers 26 */ CASE WHEN i > 709.78 THEN NULL ELSE EXP(CAST(i AS FLOAT64)) END
/* numbers 27 */ CASE WHEN i >= 0 THEN SQRT(CAST(i AS FLOAT64)) END
/* numbers 28 */ CASE WHEN x >= 0 THEN SQRT(x) END
/* numbers 29 */ CASE WHEN m >= 0 THEN SQRT(CAST(m AS FLOAT64)) END
/* numbers 30 */ POWER(CAST(i AS FLOAT64), CAST(3 AS FLOAT64))
/* numbers 31 */ CASE WHEN x < 0 THEN NULL ELSE POWER(x, CAST(0.5 AS FLOAT64)) END
/* numbers 33 */ CASE WHEN x = 0 THEN NULL ELSE POWER(x, CAST(-1 AS FLOAT64)) END
/* numbers 35 */ CASE WHEN x < 0 AND y <> FLOOR(y) OR x = 0 AND y < 0 THEN NULL WHEN y * CASE WHEN ABS(x) > 0 THEN LN(ABS(x)) END > 709.78 THEN NULL ELSE POWER(x, y) END
/* numbers 38 */ POWER(CAST(m AS FLOAT64), CAST(2 AS FLOAT64))
/* numbers 39 */ CASE WHEN x > 709.78 THEN NULL ELSE EXP(x) END
/* texts 0 */ LOWER(s)
/* texts 1 */ UPPER(s)
/* texts 2 */ TRIM(s, ' ')
/* texts 4 */ LENGTH(s)
/* texts 6 */ REPLACE(s, 'a', 'bb')
/* texts 7 */ SUBSTR(s, 2, 2)
/* texts 8 */ SUBSTR(s, 4)
/* texts 11 */ SUBSTR(s, CASE WHEN i < 1 THEN 1 ELSE i END, CASE WHEN j < 0 THEN 0 ELSE j END)
/* texts 13 */ CASE WHEN s IS NOT NULL THEN COALESCE(SPLIT(s, '-')[SAFE_ORDINAL(1)], '') END
/* texts 18 */ CASE WHEN s IS NOT NULL THEN COALESCE(SPLIT(s, t)[SAFE_ORDINAL(i)], '') END
/* texts 20 */ s || '-' || t
/* texts 22 */ LENGTH(s || t)
/* urls 0 */ LOWER(NULLIF(REGEXP_EXTRACT(s, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#:@]*)'), ''))
/* urls 7 */ CASE WHEN s IS NOT NULL THEN COALESCE(NULLIF(REGEXP_EXTRACT(s, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)'), ''), '/') END
/* urls 14 */ CASE WHEN REGEXP_CONTAINS('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&utm_source=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&utm_source=([^&]*)') END
/* urls 15 */ CASE WHEN REGEXP_CONTAINS('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&utm_medium=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&utm_medium=([^&]*)') END
/* urls 16 */ CASE WHEN REGEXP_CONTAINS('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&source=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&source=([^&]*)') END
/* urls 17 */ CASE WHEN REGEXP_CONTAINS('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&z=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&z=([^&]*)') END
/* urls 18 */ CASE WHEN REGEXP_CONTAINS('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&a\\.b=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&a\\.b=([^&]*)') END
/* urls 19 */ CASE WHEN REGEXP_CONTAINS('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&a\\[\\]=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\\?([^#]*)'), '&a\\[\\]=([^&]*)') END
/* casts 0 */ CASE WHEN REGEXP_CONTAINS(TRIM(s), '^[+-]?[0-9]{1,30}$') THEN SAFE_CAST(TRIM(s) AS INT64) END
/* casts 17 */ CASE WHEN REGEXP_CONTAINS(TRIM(s), '^[+-]?([0-9]{1,60}(\\.[0-9]{1,60})?|\\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$') THEN CAST(TRIM(s) AS FLOAT64) END
/* casts 41 */ CASE WHEN REGEXP_CONTAINS(TRIM(s), '^[+-]?([0-9]{1,60}(\\.[0-9]{1,60})?|\\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$') THEN SAFE_CAST(TRIM(s) AS BIGNUMERIC(6, 2)) END
/* casts 49 */ CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 49 as condition */ SELECT i FROM shop.v WHERE CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 61 */ SAFE_CAST(TRUNC(x) AS INT64)
/* casts 64 */ SAFE_CAST(TRUNC(m) AS INT64)
/* casts 65 */ CASE WHEN b THEN 1 WHEN NOT b THEN 0 END
/* casts 68 */ i
/* casts 69 */ CAST(i AS FLOAT64)
/* casts 70 */ CAST(m AS FLOAT64)
/* casts 71 */ CAST(CASE WHEN b THEN 1 WHEN NOT b THEN 0 END AS FLOAT64)
/* casts 72 */ SAFE_CAST(x AS BIGNUMERIC(6, 2))
/* casts 74 */ SAFE_CAST(i AS BIGNUMERIC(6, 2))
/* casts 75 */ i <> 0
/* casts 75 as condition */ SELECT i FROM shop.v WHERE i <> 0
/* casts 78 */ x <> 0
/* casts 78 as condition */ SELECT i FROM shop.v WHERE x <> 0
/* casts 79 */ CAST(i AS STRING)
/* casts 80 */ CAST(x AS STRING)
/* casts 83 */ CAST(m AS STRING)
/* casts 86 */ CASE WHEN b THEN 'true' WHEN NOT b THEN 'false' END
/* casts 89 */ CASE WHEN i = j THEN 'true' WHEN NOT i = j THEN 'false' END
/* casts 90 */ CAST(d AS STRING)
/* casts 91 */ CAST(p AS STRING)
/* casts 92 */ s
/* dates 0 */ DATE_ADD(d, INTERVAL i DAY)
/* dates 1 */ DATE_ADD(d, INTERVAL (i - j) DAY)
/* dates 3 */ DATE_ADD(DATE '1970-01-01', INTERVAL i DAY)
/* dates 4 */ DATE_ADD(d, INTERVAL i MONTH)
/* dates 6 */ DATE_ADD(d, INTERVAL (i + j) MONTH)
/* dates 8 */ CAST(p AS DATE)
/* dates 9 */ d
/* dates 10 */ CASE WHEN REGEXP_CONTAINS( TRIM(s), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)([T ].*)?$' ) THEN CAST(SUBSTR(TRIM(s), 1, 10) AS DATE) END
/* dates 24 */ CAST(d AS TIMESTAMP)
/* dates 25 */ CASE WHEN REGEXP_CONTAINS( TRIM(s), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-5]):?[0-5][0-9])?)?$' ) THEN CAST(TRIM(s) AS TIMESTAMP) END
/* dates 36 */ CASE WHEN LENGTH(s) = 8 AND REGEXP_CONTAINS( SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 5, 2) || '-' || SUBSTR(s, 7, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 5, 2) || '-' || SUBSTR(s, 7, 2) AS DATE) END
/* dates 41 */ CASE WHEN LENGTH(s) = 10 AND SUBSTR(s, 3, 1) = '.' AND SUBSTR(s, 6, 1) = '.' AND REGEXP_CONTAINS( SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) AS DATE) END
/* dates 43 */ CASE WHEN LENGTH(s) = 10 AND SUBSTR(s, 3, 1) = '/' AND SUBSTR(s, 6, 1) = '/' AND REGEXP_CONTAINS( SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 1, 2) || '-' || SUBSTR(s, 4, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 1, 2) || '-' || SUBSTR(s, 4, 2) AS DATE) END
/* dates 44 */ CASE WHEN LENGTH(s) = 7 AND SUBSTR(s, 5, 1) = '-' AND REGEXP_CONTAINS( SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 6, 2) || '-' || '01', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 6, 2) || '-' || '01' AS DATE) END
/* dates 47 */ CASE WHEN LENGTH(s) = 4 AND REGEXP_CONTAINS( SUBSTR(s, 1, 4) || '-' || '01' || '-' || '01', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTR(s, 1, 4) || '-' || '01' || '-' || '01' AS DATE) END
/* dates 48 */ CASE WHEN LENGTH(s) = 19 AND SUBSTR(s, 3, 1) = '/' AND SUBSTR(s, 6, 1) = '/' AND SUBSTR(s, 11, 1) = ' ' AND SUBSTR(s, 14, 1) = ':' AND SUBSTR(s, 17, 1) = ':' AND REGEXP_CONTAINS( SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || SUBSTR(s, 18, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29) ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?$' ) THEN CAST(SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || SUBSTR(s, 18, 2) AS TIMESTAMP) END
/* dates 49 */ CASE WHEN LENGTH(s) = 16 AND SUBSTR(s, 3, 1) = '/' AND SUBSTR(s, 6, 1) = '/' AND SUBSTR(s, 11, 1) = ' ' AND SUBSTR(s, 14, 1) = ':' AND REGEXP_CONTAINS( SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || '00', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29) ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?$' ) THEN CAST(SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || '00' AS TIMESTAMP) END
/* dates 50 */ d
/* dates 51 */ DATE_TRUNC(d, ISOWEEK)
/* dates 53 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL 1 DAY), ISOWEEK), INTERVAL -1 DAY)
/* dates 55 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL 2 DAY), ISOWEEK), INTERVAL -2 DAY)
/* dates 56 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -2 DAY), ISOWEEK), INTERVAL 2 DAY)
/* dates 57 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -3 DAY), ISOWEEK), INTERVAL 3 DAY)
/* dates 58 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL 3 DAY), ISOWEEK), INTERVAL -3 DAY)
/* dates 59 */ DATE_TRUNC(d, MONTH)
/* dates 60 */ DATE_TRUNC(d, QUARTER)
/* dates 61 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -1 MONTH), QUARTER), INTERVAL 1 MONTH)
/* dates 63 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -2 MONTH), QUARTER), INTERVAL 2 MONTH)
/* dates 64 */ DATE_TRUNC(d, YEAR)
/* dates 65 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -3 MONTH), YEAR), INTERVAL 3 MONTH)
/* dates 67 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -11 MONTH), YEAR), INTERVAL 11 MONTH)
/* dates 68 */ DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -2 MONTH), YEAR), INTERVAL 2 MONTH)
/* dates 69 */ CAST(TIMESTAMP_TRUNC(p, MONTH) AS DATE)
/* dates 70 */ DATE_ADD(CAST(TIMESTAMP_TRUNC(TIMESTAMP_ADD(p, INTERVAL 1 DAY), ISOWEEK) AS DATE), INTERVAL -1 DAY)
/* dates 71 */ CAST(p AS DATE)
/* dates 72 */ DATE_ADD( CAST(TIMESTAMP_TRUNC(TIMESTAMP(DATETIME_ADD(DATETIME(p), INTERVAL -6 MONTH)), YEAR) AS DATE), INTERVAL 6 MONTH )
/* dates 73 */ TIMESTAMP_TRUNC(p, HOUR)
/* dates 74 */ TIMESTAMP_TRUNC(p, MINUTE)
/* dates 76 */ DATE_ADD(DATE_TRUNC(d, ISOWEEK), INTERVAL 6 DAY)
/* dates 78 */ DATE_ADD(DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL 1 DAY), ISOWEEK), INTERVAL -1 DAY), INTERVAL 6 DAY)
/* dates 79 */ DATE_ADD(DATE_ADD(DATE_TRUNC(d, MONTH), INTERVAL 1 MONTH), INTERVAL -1 DAY)
/* dates 81 */ DATE_ADD(DATE_ADD(DATE_TRUNC(d, QUARTER), INTERVAL 3 MONTH), INTERVAL -1 DAY)
/* dates 82 */ DATE_ADD( DATE_ADD(DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -1 MONTH), QUARTER), INTERVAL 1 MONTH), INTERVAL 3 MONTH), INTERVAL -1 DAY )
/* dates 83 */ DATE_ADD(DATE_ADD(DATE_TRUNC(d, YEAR), INTERVAL 12 MONTH), INTERVAL -1 DAY)
/* dates 84 */ DATE_ADD( DATE_ADD(DATE_ADD(DATE_TRUNC(DATE_ADD(d, INTERVAL -3 MONTH), YEAR), INTERVAL 3 MONTH), INTERVAL 12 MONTH), INTERVAL -1 DAY )
/* dates 85 */ d
/* dates 86 */ DATE_ADD(DATE_ADD(CAST(TIMESTAMP_TRUNC(p, MONTH) AS DATE), INTERVAL 1 MONTH), INTERVAL -1 DAY)
/* dates 87 */ CAST(p AS DATE)
/* dates 88 */ EXTRACT(YEAR FROM d)
/* dates 89 */ EXTRACT(QUARTER FROM d)
/* dates 90 */ EXTRACT(MONTH FROM d)
/* dates 91 */ EXTRACT(DAY FROM d)
/* dates 92 */ MOD(EXTRACT(DAYOFWEEK FROM d) + 5, 7) + 1
/* dates 93 */ EXTRACT(DAYOFYEAR FROM d)
/* dates 94 */ CASE WHEN d IS NOT NULL THEN 0 END
/* dates 95 */ EXTRACT(YEAR FROM p)
/* dates 96 */ EXTRACT(QUARTER FROM p)
/* dates 97 */ EXTRACT(MONTH FROM p)
/* dates 98 */ EXTRACT(DAY FROM p)
/* dates 99 */ MOD(EXTRACT(DAYOFWEEK FROM p) + 5, 7) + 1
/* dates 100 */ EXTRACT(DAYOFYEAR FROM p)
/* dates 101 */ EXTRACT(HOUR FROM p)
/* dates 104 */ DATE_ADD(d, INTERVAL 1 MONTH)
/* dates 106 */ DATE_ADD(d, INTERVAL -1 MONTH)
/* dates 107 */ DATE_ADD(d, INTERVAL 1 YEAR)
/* dates 108 */ DATE_ADD(d, INTERVAL -3 MONTH)
/* dates 109 */ DATE_ADD(d, INTERVAL 3 MONTH)
/* dates 110 */ DATE_ADD(d, INTERVAL 14 DAY)
/* dates 111 */ DATE_ADD(d, INTERVAL -1 DAY)
/* dates 112 */ d
/* dates 113 */ DATE_ADD(d, INTERVAL 13 MONTH)
/* dates 114 */ DATE_ADD(d, INTERVAL 4 YEAR)
/* dates 115 */ d
/* dates 116 */ TIMESTAMP(DATETIME_ADD(DATETIME(p), INTERVAL 1 MONTH))
/* dates 117 */ TIMESTAMP(DATETIME_ADD(DATETIME(p), INTERVAL -1 YEAR))
/* dates 118 */ TIMESTAMP_ADD(p, INTERVAL 90 MINUTE)
/* dates 119 */ TIMESTAMP_ADD(p, INTERVAL -36 HOUR)
/* dates 120 */ TIMESTAMP_ADD(p, INTERVAL 30 SECOND)
/* dates 121 */ TIMESTAMP_ADD(p, INTERVAL 7 DAY)
/* dates 122 */ TIMESTAMP_ADD(p, INTERVAL 1 DAY)
/* dates 123 */ TIMESTAMP_ADD(CAST(d AS TIMESTAMP), INTERVAL 6 HOUR)
/* dates 125 */ DATE_DIFF(d, e, DAY)
/* dates 128 */ TIMESTAMP_DIFF(p, q, MICROSECOND) / 86400000000
/* dates 130 */ TIMESTAMP_DIFF(p, CAST(d AS TIMESTAMP), MICROSECOND) / 86400000000
/* dates 131 */ TIMESTAMP_DIFF(CAST(d AS TIMESTAMP), p, MICROSECOND) / 86400000000
/* dates 132 */ TIMESTAMP_DIFF(p, q, MICROSECOND) / 86400000000 > 28
/* dates 132 as condition */ SELECT i FROM shop.v WHERE TIMESTAMP_DIFF(p, q, MICROSECOND) / 86400000000 > 28
/* dates 133 */ TIMESTAMP(DATETIME(p, 'Europe/Rome'))
/* dates 137 */ TIMESTAMP(DATETIME(p, 'UTC'), 'Europe/Rome')
/* dates 140 */ TIMESTAMP(DATETIME(TIMESTAMP(DATETIME(p, 'UTC'), 'Asia/Taipei'), 'America/New_York'))
/* dates 142 */ TIMESTAMP(DATETIME(p, 'Asia/Kolkata'))
/* dates 143 */ TIMESTAMP(DATETIME(p, 'Australia/Lord_Howe'))
/* dates 144 */ p
/* sum None */ SELECT t, SUM(i) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, SUM(m) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, SUM(CASE WHEN b THEN m END) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, CAST(SUM(x * 0.101) AS BIGNUMERIC(38, 2)) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(CASE WHEN b THEN m END) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(*) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(CASE WHEN b THEN 1 END) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(i) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(CASE WHEN NOT COALESCE(b, FALSE) THEN i END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT i) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT CASE WHEN b THEN i END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT( DISTINCT CASE WHEN i IS NOT NULL AND x IS NOT NULL THEN CAST(i AS STRING) || '\x1f' || CAST(x AS STRING) END ) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT s) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(i) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(m) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(CASE WHEN b THEN m END) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(CASE WHEN b THEN s END) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(d) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(b) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, MAX(t) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, MAX(CASE WHEN i = 1 THEN b END) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND x IS NOT NULL THEN x * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT64) / 2) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, i, ROW_NUMBER() OVER (PARTITION BY t ORDER BY i NULLS LAST) AS row_rank, COUNT(i) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND i IS NOT NULL THEN CAST(i AS FLOAT64) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT64) / 2) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.25 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 4 - (row_count - 1)) < 4 AND x IS NOT NULL THEN x * (1 - CAST(ABS((row_rank - 1) * 4 - (row_count - 1)) AS FLOAT64) / 4) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.9 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 10 - (row_count - 1) * 9) < 10 AND x IS NOT NULL THEN x * (1 - CAST(ABS((row_rank - 1) * 10 - (row_count - 1) * 9) AS FLOAT64) / 10) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS(row_rank - 1 - (row_count - 1) * 0) < 1 AND x IS NOT NULL THEN x * (1 - CAST(ABS(row_rank - 1 - (row_count - 1) * 0) AS FLOAT64) / 1) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 1 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS(row_rank - 1 - (row_count - 1)) < 1 AND x IS NOT NULL THEN x * (1 - CAST(ABS(row_rank - 1 - (row_count - 1)) AS FLOAT64) / 1) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.9 */ WITH v_windowed AS ( SELECT t, m, ROW_NUMBER() OVER (PARTITION BY t ORDER BY m NULLS LAST) AS row_rank, COUNT(m) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 10 - (row_count - 1) * 9) < 10 AND m IS NOT NULL THEN CAST(m AS FLOAT64) * (1 - CAST(ABS((row_rank - 1) * 10 - (row_count - 1) * 9) AS FLOAT64) / 10) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, CASE WHEN b THEN m END AS r_value, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN b THEN m END NULLS LAST) AS row_rank, COUNT(CASE WHEN b THEN m END) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND r_value IS NOT NULL THEN CAST(r_value AS FLOAT64) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT64) / 2) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 2 >= row_count AND (row_rank - 1) * 2 < row_count THEN x END) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY d NULLS LAST) AS row_rank, COUNT(d) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 2 >= row_count AND (row_rank - 1) * 2 < row_count THEN d END) AS r FROM v_windowed GROUP BY 1
/* percentile 0.34 */ WITH v_windowed AS ( SELECT t, s, ROW_NUMBER() OVER (PARTITION BY t ORDER BY s NULLS LAST) AS row_rank, COUNT(s) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 50 >= row_count * 17 AND (row_rank - 1) * 50 < row_count * 17 THEN s END) AS r FROM v_windowed GROUP BY 1
/* percentile 0 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank = 1 THEN x END) AS r FROM v_windowed GROUP BY 1
/* percentile 1 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank >= row_count AND row_rank - 1 < row_count THEN x END) AS r FROM v_windowed GROUP BY 1
/* percentile 0.9 */ WITH v_windowed AS ( SELECT t, CASE WHEN b THEN x END AS r_value, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN b THEN x END NULLS LAST) AS row_rank, COUNT(CASE WHEN b THEN x END) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 10 >= row_count * 9 AND (row_rank - 1) * 10 < row_count * 9 THEN r_value END) AS r FROM v_windowed GROUP BY 1
/* stddev None */ SELECT t, STDDEV_SAMP(x) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(x) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(CAST(m AS FLOAT64)) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(CASE WHEN b THEN x END) AS r FROM shop.v GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, x, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d NULLS LAST) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, x, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d DESC NULLS LAST) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, x, d, b, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN b AND d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d NULLS LAST) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND (b AND d IS NOT NULL) THEN x END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, m, p, i = 2 AS r_where, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i = 2 AND p IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, p DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND (r_where AND p IS NOT NULL) THEN m END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, s, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i DESC NULLS LAST, d DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN s END) AS r FROM v_windowed GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, s, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i NULLS LAST, d NULLS LAST ) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND i IS NOT NULL THEN s END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, b, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i DESC NULLS LAST, d DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN b END) AS r FROM v_windowed GROUP BY 1
/* get json */ JSON_VALUE(s, '$."k"')
/* get json */ JSON_VALUE(s, '$."k"."j"')
/* get records */ ( SELECT COALESCE( CAST(value.string_value AS STRING), CAST(value.int_value AS STRING), CAST(value.float_value AS STRING), CAST(value.double_value AS STRING) ) FROM UNNEST(s) WHERE key = 'k' LIMIT 1 )
/* get records */ ( SELECT CAST(value.j AS STRING) FROM UNNEST(s) WHERE key = 'k' LIMIT 1 )
/* one_select */ SELECT DATE_TRUNC(orders.day, MONTH) AS month, customers.country, COALESCE( SUM(CASE WHEN orders.paid AND (orders.status <> 'test' OR orders.status IS NULL) THEN orders.amount END), 0 ) AS revenue, CAST(COALESCE( SUM(CASE WHEN orders.paid AND (orders.status <> 'test' OR orders.status IS NULL) THEN orders.amount END), 0 ) AS FLOAT64) / NULLIF(COUNT(*), 0) AS average FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.day >= DATE '2026-01-01' GROUP BY 1, 2 ORDER BY month NULLS LAST, customers.country NULLS LAST LIMIT 3
/* having */ SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 HAVING SUM(amount) > 5 ORDER BY revenue DESC NULLS LAST
/* filter_on_a_group */ SELECT day, SUM(amount) AS revenue FROM shop.orders WHERE day > DATE '2026-01-31' GROUP BY 1 ORDER BY day NULLS LAST
/* window_over_aggregate */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT day, SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS last_two, LAG(revenue) OVER (ORDER BY day NULLS LAST) AS before, CAST(revenue AS FLOAT64) / NULLIF(SUM(revenue) OVER (), 0) AS share FROM orders_grouped ORDER BY day NULLS LAST
/* filter_over_window */ WITH orders_windowed AS ( SELECT id, customer_id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY `at` DESC NULLS LAST, id NULLS LAST) AS nth FROM shop.orders ) SELECT customer_id, id FROM orders_windowed WHERE nth = 1 ORDER BY id NULLS LAST
/* aggregate_over_aggregate */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT DATE_TRUNC(day, MONTH) AS month, MAX(revenue) AS best_day FROM orders_grouped GROUP BY 1 ORDER BY month NULLS LAST
/* limit_inside */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ORDER BY revenue DESC NULLS LAST, day NULLS LAST LIMIT 2 ) SELECT SUM(revenue) AS best_two FROM orders_grouped
/* drill_across */ WITH revenue AS ( SELECT DATE_TRUNC(day, MONTH) AS month, SUM(CASE WHEN paid AND (status <> 'test' OR status IS NULL) THEN amount END) AS revenue FROM shop.orders GROUP BY 1 ), spend AS ( SELECT DATE_TRUNC(day, MONTH) AS month, SUM(cost) AS spend FROM ads GROUP BY 1 ), combined AS ( SELECT month, revenue, CAST(NULL AS BIGNUMERIC(18, 2)) AS spend FROM revenue AS revenue_1 UNION ALL SELECT month, CAST(NULL AS BIGNUMERIC(18, 2)) AS revenue, spend FROM spend AS spend_1 ) SELECT combined.month, COALESCE(SUM(combined.revenue), 0) AS revenue, SUM(combined.spend) AS spend, CAST(COALESCE(SUM(combined.revenue), 0) AS FLOAT64) / NULLIF(SUM(combined.spend), 0) AS roas FROM combined GROUP BY 1 ORDER BY combined.month NULLS LAST
/* read_twice */ WITH revenue_by_day /* metric revenue */ AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT revenue_by_day.day, revenue_by_day.revenue AS now, earlier.revenue AS `then` FROM revenue_by_day LEFT JOIN revenue_by_day AS earlier ON earlier.day = DATE_ADD(revenue_by_day.day, INTERVAL -1 MONTH) ORDER BY revenue_by_day.day NULLS LAST
/* bare_rows_read_twice */ WITH paid_orders AS ( SELECT amount, status FROM shop.orders WHERE paid ), combined AS ( SELECT status, COUNT(*) AS orders FROM paid_orders GROUP BY 1 UNION ALL SELECT 'all' AS status, COUNT(amount) AS orders FROM paid_orders ) SELECT status, orders FROM combined ORDER BY status NULLS LAST
/* grouping_sets */ WITH grouped_rows AS ( SELECT DATE_TRUNC(orders.day, MONTH) AS month, customers.country, orders.amount FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id ), grouped_windowed AS ( SELECT month, country, amount, ROW_NUMBER() OVER (PARTITION BY month, country ORDER BY amount NULLS LAST) AS row_rank, COUNT(amount) OVER (PARTITION BY month, country) AS row_count FROM grouped_rows ), grouped_windowed_2 AS ( SELECT month, amount, ROW_NUMBER() OVER (PARTITION BY month ORDER BY amount NULLS LAST) AS row_rank, COUNT(amount) OVER (PARTITION BY month) AS row_count FROM grouped_rows ), grouped_windowed_3 AS ( SELECT amount, ROW_NUMBER() OVER (ORDER BY amount NULLS LAST) AS row_rank, COUNT(amount) OVER () AS row_count FROM grouped_rows ), combined AS ( SELECT month, country, COUNT(*) AS orders, SUM(amount) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS FLOAT64) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT64) / 2) END ) AS median, 0 AS level FROM grouped_windowed GROUP BY 1, 2 UNION ALL SELECT month, CAST(NULL AS STRING) AS country, COUNT(*) AS orders, SUM(amount) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS FLOAT64) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT64) / 2) END ) AS median, 1 AS level FROM grouped_windowed_2 GROUP BY 1 UNION ALL SELECT CAST(NULL AS DATE) AS month, CAST(NULL AS STRING) AS country, COUNT(*) AS orders, SUM(amount) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS FLOAT64) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT64) / 2) END ) AS median, 2 AS level FROM grouped_windowed_3 ) SELECT month, country, orders, revenue, median, level FROM combined ORDER BY level NULLS LAST, month NULLS LAST, country NULLS LAST
/* total_between_levels */ SELECT DATE_TRUNC(day, MONTH) AS month, status, COUNT(*) AS orders, CASE GROUPING(DATE_TRUNC(day, MONTH)) * 2 + GROUPING(status) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders AS orders_1 GROUP BY GROUPING SETS ((DATE_TRUNC(day, MONTH)), (), (status)) ORDER BY level NULLS LAST, month NULLS LAST, status NULLS LAST
/* total_of_nothing */ WITH levels AS ( SELECT DATE_TRUNC(day, MONTH) AS month, status, COUNT(*) AS orders, CASE GROUPING(DATE_TRUNC(day, MONTH)) * 2 + GROUPING(status) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders AS orders_1 WHERE id > 9 GROUP BY GROUPING SETS ((DATE_TRUNC(day, MONTH)), (), (status)) ) SELECT level FROM levels
/* derived_rows_joined */ WITH orders_windowed AS ( SELECT customer_id, day, status, `at`, id, ROW_NUMBER() OVER ( PARTITION BY customer_id ORDER BY CASE WHEN `at` IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, `at` NULLS LAST, id NULLS LAST ) AS first_rank FROM shop.orders ), customers_orders /* one row per customer: first_day */ AS ( SELECT customer_id, MIN(day) AS first_day, MAX(CASE WHEN first_rank = 1 AND `at` IS NOT NULL THEN status END) AS first_status FROM orders_windowed GROUP BY 1 ) SELECT customers.id, totals.first_day, totals.first_status FROM shop.customers LEFT JOIN customers_orders AS totals ON customers.id = totals.customer_id ORDER BY customers.id NULLS LAST
/* join_of_a_projection */ WITH orders_rows AS ( SELECT id, customer_id AS buyer FROM shop.orders ) SELECT orders_rows.id, customers.country FROM orders_rows LEFT JOIN shop.customers ON orders_rows.buyer = customers.id ORDER BY orders_rows.id NULLS LAST
/* long_expression_used_often */ WITH orders_grouped AS ( SELECT SUM(CASE WHEN paid AND (status <> 'test' OR status IS NULL) THEN amount END) AS revenue FROM shop.orders ) SELECT CAST(revenue AS FLOAT64) / NULLIF(revenue + 1, 0) AS with_1, CAST(revenue AS FLOAT64) / NULLIF(revenue + 2, 0) AS with_2, CAST(revenue AS FLOAT64) / NULLIF(revenue + 3, 0) AS with_3 FROM orders_grouped
/* output_named_as_another_column */ SELECT orders.amount * 2 AS amount, orders.amount AS id FROM shop.orders WHERE orders.amount > 6 ORDER BY amount NULLS LAST
/* constants_and_case */ SELECT id, CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END AS size, CAST(NULL AS DATE) AS `nothing`, TRUE AS yes FROM shop.orders ORDER BY size NULLS LAST, id DESC NULLS LAST
/* constants_of_a_total */ WITH orders_grouped AS ( SELECT SUM(amount) AS revenue FROM shop.orders WHERE id > 1 ) SELECT CAST(NULL AS BIGNUMERIC(18, 2)) AS `nothing`, 1 AS one FROM orders_grouped
/* constants_of_a_total_of_nothing */ WITH orders_grouped AS ( SELECT COUNT(*) AS `rows` FROM shop.orders WHERE id > 9 ) SELECT 1 AS one FROM orders_grouped WHERE 1 = 1 ORDER BY one NULLS LAST
/* distinct_values */ SELECT customers.country FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id GROUP BY 1 ORDER BY customers.country NULLS LAST
