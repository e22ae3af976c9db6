/* arithmetic 0 */ i + j
/* arithmetic 2 */ i - (j - k)
/* arithmetic 3 */ i - j - k
/* arithmetic 4 */ (i + j) * k
/* arithmetic 5 */ x * m
/* arithmetic 6 */ -(-i)
/* arithmetic 7 */ -(-4)
/* arithmetic 8 */ i - -4
/* arithmetic 10 */ i / NULLIF(j, 0)
/* arithmetic 14 */ x / NULLIF(y, 0)
/* arithmetic 15 */ m / NULLIF(m, 0)
/* arithmetic 16 */ i / 4
/* arithmetic 17 */ i / NULLIF(j, 0) / NULLIF(k, 0)
/* arithmetic 18 */ i / NULLIF(j / NULLIF(k, 0), 0)
/* arithmetic 19 */ m / NULLIF(i, 0)
/* arithmetic 20 */ i * (j / NULLIF(k, 0))
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
/* like 8 */ s LIKE t
/* like 8 as condition */ SELECT i FROM shop.v WHERE s LIKE t
/* like 15 */ s NOT LIKE 'a%' OR s IS NULL
/* like 15 as condition */ SELECT i FROM shop.v WHERE (s NOT LIKE 'a%' OR s IS NULL)
/* like 18 */ NOT COALESCE(s LIKE t, FALSE)
/* like 18 as condition */ SELECT i FROM shop.v WHERE NOT COALESCE(s LIKE t, FALSE)
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
/* like 33 */ CONTAINS(s, '_b')
/* like 33 as condition */ SELECT i FROM shop.v WHERE CONTAINS(s, '_b')
/* like 35 */ CONTAINS(s, t)
/* like 35 as condition */ SELECT i FROM shop.v WHERE CONTAINS(s, t)
/* choice 0 */ COALESCE(i, j, 0)
/* choice 2 */ NULLIF(i, j)
/* choice 4 */ NULLIF(s, '')
/* choice 5 */ CASE WHEN NOT (i IS NULL OR j IS NULL) THEN LEAST(i, j) END
/* choice 6 */ CASE WHEN NOT (i IS NULL OR j IS NULL OR k IS NULL) THEN LEAST(i, j, k) END
/* choice 7 */ CASE WHEN NOT (i IS NULL OR j IS NULL OR k IS NULL) THEN GREATEST(i, j, k) END
/* choice 8 */ CASE WHEN NOT i IS NULL THEN GREATEST(i, 0) END
/* choice 9 */ CASE WHEN NOT (d IS NULL OR e IS NULL) THEN GREATEST(d, e) END
/* choice 10 */ CASE WHEN NOT (s IS NULL OR t IS NULL) THEN LEAST(s, t) END
/* choice 11 */ CASE WHEN i > 1 THEN 'many' WHEN i = 1 THEN 'one' ELSE 'none' END
/* choice 12 */ CASE WHEN i > 1 THEN 'many' END
/* choice 13 */ CASE WHEN b THEN 'yes' ELSE 'no' END
/* numbers 0 */ ROUND(x * 1.000000000000001)
/* numbers 3 */ ROUND(x * 1.000000000000001, 2)
/* numbers 7 */ ROUND(x * 1.000000000000001, 1)
/* numbers 8 */ ROUND(m, 1)
/* numbers 9 */ ROUND(m)
/* numbers 10 */ CAST(x AS DECIMAL(38, 2))
/* numbers 14 */ m
/* numbers 16 */ FLOOR(x)
/* numbers 17 */ CEIL(x)
/* numbers 18 */ FLOOR(m)
/* numbers 19 */ ABS(x)
/* numbers 20 */ ABS(i)
/* numbers 21 */ CASE WHEN x > 0 THEN LN(x) END
/* numbers 24 */ CASE WHEN m > 0 THEN LN(m) END
/* numbers 25 */ CASE WHEN i > 0 THEN LN(i) END
/* numbers 26 */ CASE WHEN i > 709.78 THEN NULL ELSE EXP(i) END
/* numbers 27 */ CASE WHEN i >= 0 THEN SQRT(i) END
/* numbers 28 */ CASE WHEN x >= 0 THEN SQRT(x) END
/* numbers 29 */ CASE WHEN m >= 0 THEN SQRT(m) END
/* numbers 30 */ POWER(i, 3)
/* numbers 31 */ CASE WHEN x < 0 THEN NULL ELSE POWER(x, 0.5) END
/* numbers 33 */ CASE WHEN x = 0 THEN NULL ELSE POWER(x, -1) END
/* numbers 35 */ CASE WHEN x < 0 AND y <> FLOOR(y) OR x = 0 AND y < 0 THEN NULL WHEN y * CASE WHEN ABS(x) > 0 THEN LN(ABS(x)) END > 709.78 THEN NULL ELSE POWER(x, y) END
/* numbers 38 */ POWER(m, 2)
/* numbers 39 */ CASE WHEN x > 709.78 THEN NULL ELSE EXP(x) END
/* texts 0 */ LOWER(s)
/* texts 1 */ UPPER(s)
/* texts 2 */ TRIM(s)
/* texts 4 */ LENGTH(s)
/* texts 6 */ REPLACE(s, 'a', 'bb')
/* texts 7 */ SUBSTRING(s, 2, 2)
/* texts 8 */ SUBSTRING(s, 4)
/* texts 11 */ SUBSTRING(s, CASE WHEN i < 1 THEN 1 ELSE i END, CASE WHEN j < 0 THEN 0 ELSE j END)
/* texts 13 */ SPLIT_PART(s, '-', 1)
/* texts 18 */ SPLIT_PART(s, t, i)
/* texts 20 */ s || '-' || t
/* texts 22 */ LENGTH(s || t)
/* urls 0 */ LOWER(NULLIF(REGEXP_EXTRACT(s, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#:@]*)', 1), ''))
/* urls 7 */ CASE WHEN s IS NOT NULL THEN COALESCE(NULLIF(REGEXP_EXTRACT(s, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''), '/') END
/* urls 14 */ CASE WHEN REGEXP_MATCHES('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&utm_source=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&utm_source=([^&]*)', 1) END
/* urls 15 */ CASE WHEN REGEXP_MATCHES('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&utm_medium=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&utm_medium=([^&]*)', 1) END
/* urls 16 */ CASE WHEN REGEXP_MATCHES('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&source=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&source=([^&]*)', 1) END
/* urls 17 */ CASE WHEN REGEXP_MATCHES('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&z=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&z=([^&]*)', 1) END
/* urls 18 */ CASE WHEN REGEXP_MATCHES('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&a\.b=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&a\.b=([^&]*)', 1) END
/* urls 19 */ CASE WHEN REGEXP_MATCHES('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&a\[\]=([^&]*)') THEN REGEXP_EXTRACT('&' || REGEXP_EXTRACT(s, '^[^?#]*\?([^#]*)', 1), '&a\[\]=([^&]*)', 1) END
/* casts 0 */ CASE WHEN REGEXP_MATCHES(TRIM(s), '^[+-]?[0-9]{1,30}$') THEN TRY_CAST(TRIM(s) AS BIGINT) END
/* casts 17 */ CASE WHEN REGEXP_MATCHES(TRIM(s), '^[+-]?([0-9]{1,60}(\.[0-9]{1,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$') THEN CAST(TRIM(s) AS DOUBLE) END
/* casts 41 */ CASE WHEN REGEXP_MATCHES(TRIM(s), '^[+-]?([0-9]{1,60}(\.[0-9]{1,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$') THEN TRY_CAST(TRIM(s) AS DECIMAL(6, 2)) END
/* casts 49 */ CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 49 as condition */ SELECT i FROM shop.v WHERE CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 61 */ TRY_CAST(TRUNC(x) AS BIGINT)
/* casts 64 */ TRY_CAST(TRUNC(m) AS BIGINT)
/* casts 65 */ CASE WHEN b THEN 1 WHEN NOT b THEN 0 END
/* casts 68 */ i
/* casts 69 */ CAST(i AS DOUBLE)
/* casts 70 */ CAST(m AS DOUBLE)
/* casts 71 */ CAST(CASE WHEN b THEN 1 WHEN NOT b THEN 0 END AS DOUBLE)
/* casts 72 */ TRY_CAST(x AS DECIMAL(6, 2))
/* casts 74 */ TRY_CAST(i AS DECIMAL(6, 2))
/* casts 75 */ i <> 0
/* casts 75 as condition */ SELECT i FROM shop.v WHERE i <> 0
/* casts 78 */ x <> 0
/* casts 78 as condition */ SELECT i FROM shop.v WHERE x <> 0
/* casts 79 */ CAST(i AS VARCHAR)
/* casts 80 */ CASE WHEN x = FLOOR(x) AND ABS(x) < 1000000000000000 THEN CAST(CAST(x AS BIGINT) AS VARCHAR) ELSE CAST(x AS VARCHAR) END
/* casts 83 */ CASE WHEN CAST(m AS VARCHAR) LIKE '%.%' THEN RTRIM(RTRIM(CAST(m AS VARCHAR), '0'), '.') ELSE CAST(m AS VARCHAR) END
/* casts 86 */ CASE WHEN b THEN 'true' WHEN NOT b THEN 'false' END
/* casts 89 */ CASE WHEN i = j THEN 'true' WHEN NOT i = j THEN 'false' END
/* casts 90 */ CAST(d AS VARCHAR)
/* casts 91 */ CAST(p AS VARCHAR)
/* casts 92 */ s
/* dates 0 */ d + CAST(i AS INTEGER)
/* dates 1 */ d + CAST(i - j AS INTEGER)
/* dates 3 */ DATE '1970-01-01' + CAST(i AS INTEGER)
/* dates 4 */ CAST(d + i * INTERVAL '1' MONTH AS DATE)
/* dates 6 */ CAST(d + (i + j) * INTERVAL '1' MONTH AS DATE)
/* dates 8 */ CAST(p AS DATE)
/* dates 9 */ d
/* dates 10 */ CASE WHEN REGEXP_MATCHES( TRIM(s), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)([T ].*)?$' ) THEN CAST(SUBSTRING(TRIM(s), 1, 10) AS DATE) END
/* dates 24 */ CAST(d AS TIMESTAMP)
/* dates 25 */ CASE WHEN REGEXP_MATCHES( TRIM(s), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-5]):?[0-5][0-9])?)?$' ) THEN CAST(REGEXP_EXTRACT(TRIM(s), '^(.{10}[T ][0-9:.]*|.{10})(?:Z|[+-][0-9:]*)?$', 1) AS TIMESTAMP) - CAST(COALESCE( REGEXP_REPLACE( NULLIF(REGEXP_EXTRACT(TRIM(s), '^.{16}.*([+-][0-9]{2}:?[0-9]{2})$', 1), ''), '^[+]?(-?[0-9]{2}):?([0-9]{2})$', '\1:\2' ), '00:00' ) AS INTERVAL) END
/* dates 36 */ CASE WHEN LENGTH(s) = 8 AND REGEXP_MATCHES( SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 5, 2) || '-' || SUBSTRING(s, 7, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 5, 2) || '-' || SUBSTRING(s, 7, 2) AS DATE) END
/* dates 41 */ CASE WHEN LENGTH(s) = 10 AND SUBSTRING(s, 3, 1) = '.' AND SUBSTRING(s, 6, 1) = '.' AND REGEXP_MATCHES( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) AS DATE) END
/* dates 43 */ CASE WHEN LENGTH(s) = 10 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND REGEXP_MATCHES( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 1, 2) || '-' || SUBSTRING(s, 4, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 1, 2) || '-' || SUBSTRING(s, 4, 2) AS DATE) END
/* dates 44 */ CASE WHEN LENGTH(s) = 7 AND SUBSTRING(s, 5, 1) = '-' AND REGEXP_MATCHES( SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 6, 2) || '-' || '01', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 6, 2) || '-' || '01' AS DATE) END
/* dates 47 */ CASE WHEN LENGTH(s) = 4 AND REGEXP_MATCHES( SUBSTRING(s, 1, 4) || '-' || '01' || '-' || '01', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 1, 4) || '-' || '01' || '-' || '01' AS DATE) END
/* dates 48 */ CASE WHEN LENGTH(s) = 19 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND SUBSTRING(s, 11, 1) = ' ' AND SUBSTRING(s, 14, 1) = ':' AND SUBSTRING(s, 17, 1) = ':' AND REGEXP_MATCHES( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || SUBSTRING(s, 18, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29) ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || SUBSTRING(s, 18, 2) AS TIMESTAMP) END
/* dates 49 */ CASE WHEN LENGTH(s) = 16 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND SUBSTRING(s, 11, 1) = ' ' AND SUBSTRING(s, 14, 1) = ':' AND REGEXP_MATCHES( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || '00', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29) ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || '00' AS TIMESTAMP) END
/* dates 50 */ d
/* dates 51 */ CAST(DATE_TRUNC('week', d) AS DATE)
/* dates 53 */ CAST(DATE_TRUNC('week', d + INTERVAL '1' DAY) - INTERVAL '1' DAY AS DATE)
/* dates 55 */ CAST(DATE_TRUNC('week', d + INTERVAL '2' DAY) - INTERVAL '2' DAY AS DATE)
/* dates 56 */ CAST(DATE_TRUNC('week', d - INTERVAL '2' DAY) + INTERVAL '2' DAY AS DATE)
/* dates 57 */ CAST(DATE_TRUNC('week', d - INTERVAL '3' DAY) + INTERVAL '3' DAY AS DATE)
/* dates 58 */ CAST(DATE_TRUNC('week', d + INTERVAL '3' DAY) - INTERVAL '3' DAY AS DATE)
/* dates 59 */ CAST(DATE_TRUNC('month', d) AS DATE)
/* dates 60 */ CAST(DATE_TRUNC('quarter', d) AS DATE)
/* dates 61 */ CAST(DATE_TRUNC('quarter', d - INTERVAL '1' MONTH) + INTERVAL '1' MONTH AS DATE)
/* dates 63 */ CAST(DATE_TRUNC('quarter', d - INTERVAL '2' MONTH) + INTERVAL '2' MONTH AS DATE)
/* dates 64 */ CAST(DATE_TRUNC('year', d) AS DATE)
/* dates 65 */ CAST(DATE_TRUNC('year', d - INTERVAL '3' MONTH) + INTERVAL '3' MONTH AS DATE)
/* dates 67 */ CAST(DATE_TRUNC('year', d - INTERVAL '11' MONTH) + INTERVAL '11' MONTH AS DATE)
/* dates 68 */ CAST(DATE_TRUNC('year', d - INTERVAL '2' MONTH) + INTERVAL '2' MONTH AS DATE)
/* dates 69 */ CAST(DATE_TRUNC('month', p) AS DATE)
/* dates 70 */ CAST(DATE_TRUNC('week', p + INTERVAL '1' DAY) - INTERVAL '1' DAY AS DATE)
/* dates 71 */ CAST(p AS DATE)
/* dates 72 */ CAST(DATE_TRUNC('year', p - INTERVAL '6' MONTH) + INTERVAL '6' MONTH AS DATE)
/* dates 73 */ DATE_TRUNC('hour', p)
/* dates 74 */ DATE_TRUNC('minute', p)
/* dates 76 */ CAST(DATE_TRUNC('week', d) AS DATE) + 6
/* dates 78 */ CAST(DATE_TRUNC('week', d + INTERVAL '1' DAY) - INTERVAL '1' DAY AS DATE) + 6
/* dates 79 */ CAST(CAST(DATE_TRUNC('month', d) AS DATE) + INTERVAL '1' MONTH - INTERVAL '1' DAY AS DATE)
/* dates 81 */ CAST(CAST(DATE_TRUNC('quarter', d) AS DATE) + INTERVAL '3' MONTH - INTERVAL '1' DAY AS DATE)
/* dates 82 */ CAST(CAST(DATE_TRUNC('quarter', d - INTERVAL '1' MONTH) + INTERVAL '1' MONTH AS DATE) + INTERVAL '3' MONTH - INTERVAL '1' DAY AS DATE)
/* dates 83 */ CAST(CAST(DATE_TRUNC('year', d) AS DATE) + INTERVAL '12' MONTH - INTERVAL '1' DAY AS DATE)
/* dates 84 */ CAST(CAST(DATE_TRUNC('year', d - INTERVAL '3' MONTH) + INTERVAL '3' MONTH AS DATE) + INTERVAL '12' MONTH - INTERVAL '1' DAY AS DATE)
/* dates 85 */ d
/* dates 86 */ CAST(CAST(DATE_TRUNC('month', p) AS DATE) + INTERVAL '1' MONTH - INTERVAL '1' DAY AS DATE)
/* dates 87 */ CAST(p AS DATE)
/* dates 88 */ EXTRACT(YEAR FROM d)
/* dates 89 */ EXTRACT(QUARTER FROM d)
/* dates 90 */ EXTRACT(MONTH FROM d)
/* dates 91 */ EXTRACT(DAY FROM d)
/* dates 92 */ EXTRACT(ISODOW FROM d)
/* dates 93 */ EXTRACT(DOY FROM d)
/* dates 94 */ CASE WHEN d IS NOT NULL THEN 0 END
/* dates 95 */ EXTRACT(YEAR FROM p)
/* dates 96 */ EXTRACT(QUARTER FROM p)
/* dates 97 */ EXTRACT(MONTH FROM p)
/* dates 98 */ EXTRACT(DAY FROM p)
/* dates 99 */ EXTRACT(ISODOW FROM p)
/* dates 100 */ EXTRACT(DOY FROM p)
/* dates 101 */ EXTRACT(HOUR FROM p)
/* dates 104 */ CAST(d + INTERVAL '1' MONTH AS DATE)
/* dates 106 */ CAST(d - INTERVAL '1' MONTH AS DATE)
/* dates 107 */ CAST(d + INTERVAL '1' YEAR AS DATE)
/* dates 108 */ CAST(d - INTERVAL '3' MONTH AS DATE)
/* dates 109 */ CAST(d + INTERVAL '3' MONTH AS DATE)
/* dates 110 */ d + 14
/* dates 111 */ d - 1
/* dates 112 */ d
/* dates 113 */ CAST(d + INTERVAL '13' MONTH AS DATE)
/* dates 114 */ CAST(d + INTERVAL '4' YEAR AS DATE)
/* dates 115 */ d
/* dates 116 */ p + INTERVAL '1' MONTH
/* dates 117 */ p - INTERVAL '1' YEAR
/* dates 118 */ p + INTERVAL '90' MINUTE
/* dates 119 */ p - INTERVAL '36' HOUR
/* dates 120 */ p + INTERVAL '30' SECOND
/* dates 121 */ p + INTERVAL '7' DAY
/* dates 122 */ p + INTERVAL '1' DAY
/* dates 123 */ CAST(d AS TIMESTAMP) + INTERVAL '6' HOUR
/* dates 125 */ d - e
/* dates 128 */ EPOCH(p - q) / 86400
/* dates 130 */ EPOCH(p - CAST(d AS TIMESTAMP)) / 86400
/* dates 131 */ EPOCH(CAST(d AS TIMESTAMP) - p) / 86400
/* dates 132 */ EPOCH(p - q) / 86400 > 28
/* dates 132 as condition */ SELECT i FROM shop.v WHERE EPOCH(p - q) / 86400 > 28
/* dates 133 */ TIMEZONE('Europe/Rome', TIMEZONE('UTC', CAST(p AS TIMESTAMP)))
/* dates 137 */ TIMEZONE('UTC', TIMEZONE('Europe/Rome', CAST(p AS TIMESTAMP)))
/* dates 140 */ TIMEZONE('America/New_York', TIMEZONE('Asia/Taipei', CAST(p AS TIMESTAMP)))
/* dates 142 */ TIMEZONE('Asia/Kolkata', TIMEZONE('UTC', CAST(p AS TIMESTAMP)))
/* dates 143 */ TIMEZONE('Australia/Lord_Howe', TIMEZONE('UTC', CAST(p AS TIMESTAMP)))
/* dates 144 */ p
/* sum None */ SELECT t, SUM(i) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, SUM(m) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, SUM(m) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, CAST(SUM(x * 0.101) AS DECIMAL(38, 2)) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(m) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(*) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(*) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(i) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(i) FILTER (WHERE NOT COALESCE(b, FALSE)) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT i) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT CASE WHEN b THEN i END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT CASE WHEN i IS NOT NULL AND x IS NOT NULL THEN ROW(i, x) END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT s) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(i) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(m) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(m) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(s) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(d) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(b) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, ANY_VALUE(t) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, ANY_VALUE(b) FILTER (WHERE i = 1) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, MEDIAN(x) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, MEDIAN(CAST(i AS DOUBLE)) AS r FROM shop.v GROUP BY 1
/* percentile 0.25 */ SELECT t, QUANTILE_CONT(x, 0.25) AS r FROM shop.v GROUP BY 1
/* percentile 0.9 */ SELECT t, QUANTILE_CONT(x, 0.9) AS r FROM shop.v GROUP BY 1
/* percentile 0 */ SELECT t, QUANTILE_CONT(x, 0) AS r FROM shop.v GROUP BY 1
/* percentile 1 */ SELECT t, QUANTILE_CONT(x, 1) AS r FROM shop.v GROUP BY 1
/* percentile 0.9 */ SELECT t, QUANTILE_CONT(CAST(m AS DOUBLE), 0.9) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, MEDIAN(CAST(m AS DOUBLE)) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, QUANTILE_DISC(x, 0.5) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, QUANTILE_DISC(d, 0.5) AS r FROM shop.v GROUP BY 1
/* percentile 0.34 */ SELECT t, QUANTILE_DISC(s, 0.34) AS r FROM shop.v GROUP BY 1
/* percentile 0 */ SELECT t, QUANTILE_DISC(x, 0) AS r FROM shop.v GROUP BY 1
/* percentile 1 */ SELECT t, QUANTILE_DISC(x, 1) AS r FROM shop.v GROUP BY 1
/* percentile 0.9 */ SELECT t, QUANTILE_DISC(x, 0.9) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* stddev None */ SELECT t, STDDEV_SAMP(x) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(x) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(CAST(m AS DOUBLE)) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(x) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* first None */ SELECT t, ARG_MIN_NULL(x, d) FILTER (WHERE d IS NOT NULL) AS r FROM shop.v GROUP BY 1
/* last None */ SELECT t, ARG_MAX_NULL(x, d) FILTER (WHERE d IS NOT NULL) AS r FROM shop.v GROUP BY 1
/* first None */ SELECT t, ARG_MIN_NULL(x, d) FILTER (WHERE b AND d IS NOT NULL) AS r FROM shop.v GROUP BY 1
/* last None */ SELECT t, ARG_MAX_NULL(m, p) FILTER (WHERE i = 2 AND p IS NOT NULL) AS r FROM shop.v GROUP BY 1
/* last None */ SELECT t, FIRST(s ORDER BY i DESC NULLS LAST, d DESC NULLS LAST) FILTER (WHERE i IS NOT NULL) AS r FROM shop.v GROUP BY 1
/* first None */ SELECT t, FIRST(s ORDER BY i NULLS LAST, d NULLS LAST) FILTER (WHERE i IS NOT NULL) AS r FROM shop.v GROUP BY 1
/* last None */ SELECT t, FIRST(b ORDER BY i DESC NULLS LAST, d DESC NULLS LAST) FILTER (WHERE i IS NOT NULL) AS r FROM shop.v GROUP BY 1
/* get json */ JSON_EXTRACT_STRING(REGEXP_REPLACE(JSON_VALUE(TRY_CAST(s AS JSON), '$."k"'), '^(-?[0-9]+)[.]0$', '\1'), '$')
/* get json */ JSON_EXTRACT_STRING(REGEXP_REPLACE(JSON_VALUE(TRY_CAST(s AS JSON), '$."k"."j"'), '^(-?[0-9]+)[.]0$', '\1'), '$')
/* get records */ JSON_EXTRACT_STRING( REGEXP_REPLACE( CASE WHEN JSON_TYPE(TO_JSON(LIST_FILTER(s, lambda pair: pair.key = 'k')[1].value)) = 'OBJECT' THEN LIST_FILTER( JSON_VALUE(TO_JSON(LIST_FILTER(s, lambda pair: pair.key = 'k')[1].value), '$.*'), lambda field: field IS NOT NULL )[1] ELSE JSON_VALUE(TO_JSON(LIST_FILTER(s, lambda pair: pair.key = 'k')[1].value), '$') END, '^(-?[0-9]+)[.]0$', '\1' ), '$' )
/* get records */ JSON_EXTRACT_STRING( REGEXP_REPLACE( JSON_VALUE(TO_JSON(LIST_FILTER(s, lambda pair: pair.key = 'k')[1].value), '$."j"'), '^(-?[0-9]+)[.]0$', '\1' ), '$' )
/* one_select */ SELECT CAST(DATE_TRUNC('month', orders.day) AS DATE) AS month, customers.country, COALESCE( SUM(orders.amount) FILTER (WHERE orders.paid AND (orders.status <> 'test' OR orders.status IS NULL)), 0 ) AS revenue, COALESCE( SUM(orders.amount) FILTER (WHERE orders.paid AND (orders.status <> 'test' OR orders.status IS NULL)), 0 ) / NULLIF(COUNT(*), 0) AS average FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.day >= DATE '2026-01-01' GROUP BY 1, 2 ORDER BY month NULLS LAST, customers.country NULLS LAST LIMIT 3
/* having */ SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 HAVING SUM(amount) > 5 ORDER BY revenue DESC NULLS LAST
/* filter_on_a_group */ SELECT day, SUM(amount) AS revenue FROM shop.orders WHERE day > DATE '2026-01-31' GROUP BY 1 ORDER BY day NULLS LAST
/* window_over_aggregate */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT day, SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS last_two, LAG(revenue) OVER (ORDER BY day NULLS LAST) AS before, revenue / NULLIF(SUM(revenue) OVER (), 0) AS share FROM orders_grouped ORDER BY day NULLS LAST
/* filter_over_window */ WITH orders_windowed AS ( SELECT id, customer_id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY "at" DESC NULLS LAST, id NULLS LAST) AS nth FROM shop.orders ) SELECT customer_id, id FROM orders_windowed WHERE nth = 1 ORDER BY id NULLS LAST
/* aggregate_over_aggregate */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, MAX(revenue) AS best_day FROM orders_grouped GROUP BY 1 ORDER BY month NULLS LAST
/* limit_inside */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ORDER BY revenue DESC NULLS LAST, day NULLS LAST LIMIT 2 ) SELECT SUM(revenue) AS best_two FROM orders_grouped
/* drill_across */ WITH revenue AS ( SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, SUM(amount) FILTER (WHERE paid AND (status <> 'test' OR status IS NULL)) AS revenue FROM shop.orders GROUP BY 1 ), spend AS ( SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, SUM(cost) AS spend FROM ads GROUP BY 1 ), combined AS ( SELECT month, revenue, CAST(NULL AS DECIMAL(18, 2)) AS spend FROM revenue UNION ALL SELECT month, CAST(NULL AS DECIMAL(18, 2)) AS revenue, spend FROM spend ) SELECT combined.month, COALESCE(SUM(combined.revenue), 0) AS revenue, SUM(combined.spend) AS spend, COALESCE(SUM(combined.revenue), 0) / NULLIF(SUM(combined.spend), 0) AS roas FROM combined GROUP BY 1 ORDER BY combined.month NULLS LAST
/* read_twice */ WITH revenue_by_day /* metric revenue */ AS MATERIALIZED ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT revenue_by_day.day, revenue_by_day.revenue AS now, earlier.revenue AS "then" FROM revenue_by_day LEFT JOIN revenue_by_day AS earlier ON earlier.day = CAST(revenue_by_day.day - INTERVAL '1' MONTH AS DATE) ORDER BY revenue_by_day.day NULLS LAST
/* bare_rows_read_twice */ WITH paid_orders AS MATERIALIZED ( SELECT amount, status FROM shop.orders WHERE paid ), combined AS ( SELECT status, COUNT(*) AS orders FROM paid_orders GROUP BY 1 UNION ALL SELECT 'all' AS status, COUNT(amount) AS orders FROM paid_orders ) SELECT status, orders FROM combined ORDER BY status NULLS LAST
/* grouping_sets */ SELECT CAST(DATE_TRUNC('month', orders.day) AS DATE) AS month, customers.country, COUNT(*) AS orders, SUM(orders.amount) AS revenue, MEDIAN(CAST(orders.amount AS DOUBLE)) AS median, CASE GROUPING(CAST(DATE_TRUNC('month', orders.day) AS DATE), customers.country) WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 3 THEN 2 END AS level FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id GROUP BY GROUPING SETS ((1, 2), (1), ()) ORDER BY level NULLS LAST, month NULLS LAST, customers.country NULLS LAST
/* total_between_levels */ SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, status, COUNT(*) AS orders, CASE GROUPING(CAST(DATE_TRUNC('month', day) AS DATE), status) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders GROUP BY GROUPING SETS ((1), (), (2)) ORDER BY level NULLS LAST, month NULLS LAST, status NULLS LAST
/* total_of_nothing */ WITH levels AS ( SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, status, COUNT(*) AS orders, CASE GROUPING(CAST(DATE_TRUNC('month', day) AS DATE), status) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders WHERE id > 9 GROUP BY GROUPING SETS ((1), (), (2)) ) SELECT level FROM levels
/* derived_rows_joined */ WITH customers_orders /* one row per customer: first_day */ AS ( SELECT customer_id, MIN(day) AS first_day, FIRST(status ORDER BY "at" NULLS LAST, id NULLS LAST) FILTER (WHERE "at" IS NOT NULL) AS first_status FROM shop.orders GROUP BY 1 ) SELECT customers.id, totals.first_day, totals.first_status FROM shop.customers LEFT JOIN customers_orders AS totals ON customers.id = totals.customer_id ORDER BY customers.id NULLS LAST
/* join_of_a_projection */ WITH orders_rows AS ( SELECT id, customer_id AS buyer FROM shop.orders ) SELECT orders_rows.id, customers.country FROM orders_rows LEFT JOIN shop.customers ON orders_rows.buyer = customers.id ORDER BY orders_rows.id NULLS LAST
/* long_expression_used_often */ WITH orders_grouped AS ( SELECT SUM(amount) FILTER (WHERE paid AND (status <> 'test' OR status IS NULL)) AS revenue FROM shop.orders ) SELECT revenue / NULLIF(revenue + 1, 0) AS with_1, revenue / NULLIF(revenue + 2, 0) AS with_2, revenue / NULLIF(revenue + 3, 0) AS with_3 FROM orders_grouped
/* output_named_as_another_column */ SELECT orders.amount * 2 AS amount, orders.amount AS id FROM shop.orders WHERE orders.amount > 6 ORDER BY amount NULLS LAST
/* constants_and_case */ SELECT id, CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END AS size, CAST(NULL AS DATE) AS "nothing", TRUE AS yes FROM shop.orders ORDER BY size NULLS LAST, id DESC NULLS LAST
/* constants_of_a_total */ WITH orders_grouped AS ( SELECT SUM(amount) AS revenue FROM shop.orders WHERE id > 1 ) SELECT CAST(NULL AS DECIMAL(18, 2)) AS "nothing", 1 AS one FROM orders_grouped
/* constants_of_a_total_of_nothing */ WITH orders_grouped AS ( SELECT COUNT(*) AS rows FROM shop.orders WHERE id > 9 ) SELECT 1 AS one FROM orders_grouped WHERE 1 = 1 ORDER BY one NULLS LAST
/* distinct_values */ SELECT customers.country FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id GROUP BY 1 ORDER BY customers.country NULLS LAST
