/* arithmetic 0 */ i + j
/* arithmetic 2 */ i - (j - k)
/* arithmetic 3 */ i - j - k
/* arithmetic 4 */ (i + j) * k
/* arithmetic 5 */ x * m
/* arithmetic 6 */ -(-i)
/* arithmetic 7 */ -(-4)
/* arithmetic 8 */ i - -4
/* arithmetic 10 */ CAST(i AS DOUBLE) / NULLIF(j, 0)
/* arithmetic 14 */ x / NULLIF(y, 0)
/* arithmetic 15 */ CAST(m AS DOUBLE) / NULLIF(m, 0)
/* arithmetic 16 */ CAST(i AS DOUBLE) / 4
/* arithmetic 17 */ CAST(i AS DOUBLE) / NULLIF(j, 0) / NULLIF(k, 0)
/* arithmetic 18 */ CAST(i AS DOUBLE) / NULLIF(CAST(j AS DOUBLE) / NULLIF(k, 0), 0)
/* arithmetic 19 */ CAST(m AS DOUBLE) / NULLIF(i, 0)
/* arithmetic 20 */ i * (CAST(j AS DOUBLE) / NULLIF(k, 0))
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
/* comparison 21 */ p < CAST('2026-01-31 12:00:00' AS TIMESTAMP_NTZ)
/* comparison 21 as condition */ SELECT i FROM shop.v WHERE p < CAST('2026-01-31 12:00:00' AS TIMESTAMP_NTZ)
/* comparison 22 */ d = CAST('2026-01-31' AS DATE)
/* comparison 22 as condition */ SELECT i FROM shop.v WHERE d = CAST('2026-01-31' AS DATE)
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
/* like 22 */ STARTSWITH(s, 'a%')
/* like 22 as condition */ SELECT i FROM shop.v WHERE STARTSWITH(s, 'a%')
/* like 23 */ STARTSWITH(s, t)
/* like 23 as condition */ SELECT i FROM shop.v WHERE STARTSWITH(s, t)
/* like 27 */ ENDSWITH(s, 'bc')
/* like 27 as condition */ SELECT i FROM shop.v WHERE ENDSWITH(s, 'bc')
/* like 29 */ ENDSWITH(s, t)
/* like 29 as condition */ SELECT i FROM shop.v WHERE ENDSWITH(s, t)
/* like 33 */ CONTAINS(s, '_b')
/* like 33 as condition */ SELECT i FROM shop.v WHERE CONTAINS(s, '_b')
/* like 35 */ CONTAINS(s, t)
/* like 35 as condition */ SELECT i FROM shop.v WHERE CONTAINS(s, t)
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
/* numbers 10 */ CAST(x AS DECIMAL(38, 2))
/* numbers 14 */ m
/* numbers 16 */ FLOOR(x)
/* numbers 17 */ CEIL(x)
/* numbers 18 */ FLOOR(m)
/* numbers 19 */ ABS(x)
/* numbers 20 */ ABS(i)
/* numbers 21 */ CASE WHEN x > 0 THEN LN(x) END
/* numbers 24 */ CASE WHEN m > 0 THEN LN(CAST(m AS DOUBLE)) END
/* numbers 25 */ CASE WHEN i > 0 THEN LN(CAST(i AS DOUBLE)) END
/* numbers 26 */ CASE WHEN i > 709.78 THEN NULL ELSE EXP(CAST(i AS DOUBLE)) END
/* numbers 27 */ CASE WHEN i >= 0 THEN SQRT(CAST(i AS DOUBLE)) END
/* numbers 28 */ CASE WHEN x >= 0 THEN SQRT(x) END
/* numbers 29 */ CASE WHEN m >= 0 THEN SQRT(CAST(m AS DOUBLE)) END
/* numbers 30 */ POWER(CAST(i AS DOUBLE), CAST(3 AS DOUBLE))
/* numbers 31 */ CASE WHEN x < 0 THEN NULL ELSE POWER(x, CAST(0.5 AS DOUBLE)) END
/* numbers 33 */ CASE WHEN x = 0 THEN NULL ELSE POWER(x, CAST(-1 AS DOUBLE)) END
/* numbers 35 */ CASE WHEN x < 0 AND y <> FLOOR(y) OR x = 0 AND y < 0 THEN NULL WHEN y * CASE WHEN ABS(x) > 0 THEN LN(ABS(x)) END > 709.78 THEN NULL ELSE POWER(x, y) END
/* numbers 38 */ POWER(CAST(m AS DOUBLE), CAST(2 AS DOUBLE))
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
/* urls 0 */ CASE WHEN REGEXP_LIKE(s, '[A-Za-z][A-Za-z0-9+.-]*://.*', 's') THEN LOWER( NULLIF( SUBSTRING( SUBSTRING( SUBSTRING( REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/'), 1, CHARINDEX('/', REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/') || '/') - 1 ), CHARINDEX( '@', SUBSTRING( REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/'), 1, CHARINDEX('/', REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/') || '/') - 1 ) ) + 1 ), 1, CHARINDEX( ':', SUBSTRING( SUBSTRING( REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/'), 1, CHARINDEX('/', REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/') || '/') - 1 ), CHARINDEX( '@', SUBSTRING( REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/'), 1, CHARINDEX('/', REPLACE(REPLACE(SUBSTRING(s, CHARINDEX('://', s) + 3), '?', '/'), '#', '/') || '/') - 1 ) ) + 1 ) || ':' ) - 1 ), '' ) ) END
/* urls 7 */ CASE WHEN s IS NOT NULL THEN COALESCE( NULLIF( CASE WHEN REGEXP_LIKE(s, '[A-Za-z][A-Za-z0-9+.-]*://.*', 's') THEN SUBSTRING( SUBSTRING( SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1), 1, CHARINDEX('#', SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1) || '#') - 1 ), CHARINDEX( '://', SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1), 1, CHARINDEX('#', SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1) || '#') - 1 ) ) + 3 ), CHARINDEX( '/', SUBSTRING( SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1), 1, CHARINDEX('#', SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1) || '#') - 1 ), CHARINDEX( '://', SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1), 1, CHARINDEX('#', SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1) || '#') - 1 ) ) + 3 ) || '/' ) ) ELSE SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1), 1, CHARINDEX('#', SUBSTRING(s, 1, CHARINDEX('?', s || '?') - 1) || '#') - 1 ) END, '' ), '/' ) END
/* urls 14 */ CASE WHEN CHARINDEX( '&utm_source=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) > 0 THEN SUBSTRING( SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&utm_source=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 12 ), 1, CHARINDEX( '&', SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&utm_source=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 12 ) || '&' ) - 1 ) END
/* urls 15 */ CASE WHEN CHARINDEX( '&utm_medium=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) > 0 THEN SUBSTRING( SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&utm_medium=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 12 ), 1, CHARINDEX( '&', SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&utm_medium=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 12 ) || '&' ) - 1 ) END
/* urls 16 */ CASE WHEN CHARINDEX( '&source=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) > 0 THEN SUBSTRING( SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&source=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 8 ), 1, CHARINDEX( '&', SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&source=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 8 ) || '&' ) - 1 ) END
/* urls 17 */ CASE WHEN CHARINDEX( '&z=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) > 0 THEN SUBSTRING( SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&z=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 3 ), 1, CHARINDEX( '&', SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&z=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 3 ) || '&' ) - 1 ) END
/* urls 18 */ CASE WHEN CHARINDEX( '&a.b=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) > 0 THEN SUBSTRING( SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&a.b=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 5 ), 1, CHARINDEX( '&', SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&a.b=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 5 ) || '&' ) - 1 ) END
/* urls 19 */ CASE WHEN CHARINDEX( '&a[]=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) > 0 THEN SUBSTRING( SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&a[]=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 5 ), 1, CHARINDEX( '&', SUBSTRING( '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ), CHARINDEX( '&a[]=', '&' || SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1), CHARINDEX('?', SUBSTRING(s, 1, CHARINDEX('#', s || '#') - 1) || '?') + 1 ) ) + 5 ) || '&' ) - 1 ) END
/* casts 0 */ CASE WHEN REGEXP_LIKE(TRIM(s), '^[+-]?[0-9]{1,30}$') THEN CASE WHEN ABS(TRY_TO_NUMBER(TRIM(s), 38, 0)) <= 9223372036854775807 THEN TRY_TO_NUMBER(TRIM(s), 38, 0) END END
/* casts 17 */ CASE WHEN REGEXP_LIKE(TRIM(s), '^[+-]?([0-9]{1,60}(\\.[0-9]{1,60})?|\\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$') THEN CAST(TRIM(s) AS DOUBLE) END
/* casts 41 */ CASE WHEN REGEXP_LIKE(TRIM(s), '^[+-]?([0-9]{1,60}(\\.[0-9]{1,60})?|\\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$') THEN CASE WHEN ABS(ROUND(TRY_TO_DOUBLE(TRIM(s)), 2)) < 10000 THEN CAST(ROUND(TRY_TO_DOUBLE(TRIM(s)), 2) AS DECIMAL(6, 2)) END END
/* casts 49 */ CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 49 as condition */ SELECT i FROM shop.v WHERE CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 61 */ CASE WHEN ABS(x) < 9223372036854775807 THEN TRUNC(x) END
/* casts 64 */ CASE WHEN ABS(m) < 9223372036854775807 THEN TRUNC(m) END
/* casts 65 */ CASE WHEN b THEN 1 WHEN NOT b THEN 0 END
/* casts 68 */ i
/* casts 69 */ CAST(i AS DOUBLE)
/* casts 70 */ CAST(m AS DOUBLE)
/* casts 71 */ CAST(CASE WHEN b THEN 1 WHEN NOT b THEN 0 END AS DOUBLE)
/* casts 72 */ CASE WHEN ABS(ROUND(x, 2)) < 10000 THEN CAST(ROUND(x, 2) AS DECIMAL(6, 2)) END
/* casts 74 */ CASE WHEN ABS(ROUND(i, 2)) < 10000 THEN CAST(ROUND(i, 2) AS DECIMAL(6, 2)) END
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
/* dates 0 */ DATEADD(DAY, i, d)
/* dates 1 */ DATEADD(DAY, i - j, d)
/* dates 3 */ DATEADD(DAY, i, CAST('1970-01-01' AS DATE))
/* dates 4 */ DATEADD(MONTH, i, d)
/* dates 6 */ DATEADD(MONTH, i + j, d)
/* dates 8 */ CAST(p AS DATE)
/* dates 9 */ d
/* dates 10 */ CASE WHEN REGEXP_LIKE( TRIM(s), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)([T ].*)?$' ) THEN CAST(SUBSTRING(TRIM(s), 1, 10) AS DATE) END
/* dates 24 */ CAST(d AS TIMESTAMP_NTZ)
/* dates 25 */ CASE WHEN REGEXP_LIKE( TRIM(s), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-5]):?[0-5][0-9])?)?$' ) THEN COALESCE( CONVERT_TIMEZONE( 'UTC', TO_TIMESTAMP_TZ(CASE WHEN REGEXP_LIKE(TRIM(s), '.{16}.*(Z|[+-][0-9]{2}:?[0-9]{2})') THEN TRIM(s) END) ), TO_TIMESTAMP_NTZ(TRIM(s)) ) END
/* dates 36 */ CASE WHEN LENGTH(s) = 8 AND REGEXP_LIKE( SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 5, 2) || '-' || SUBSTRING(s, 7, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 5, 2) || '-' || SUBSTRING(s, 7, 2) AS DATE) END
/* dates 41 */ CASE WHEN LENGTH(s) = 10 AND SUBSTRING(s, 3, 1) = '.' AND SUBSTRING(s, 6, 1) = '.' AND REGEXP_LIKE( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) AS DATE) END
/* dates 43 */ CASE WHEN LENGTH(s) = 10 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND REGEXP_LIKE( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 1, 2) || '-' || SUBSTRING(s, 4, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 1, 2) || '-' || SUBSTRING(s, 4, 2) AS DATE) END
/* dates 44 */ CASE WHEN LENGTH(s) = 7 AND SUBSTRING(s, 5, 1) = '-' AND REGEXP_LIKE( SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 6, 2) || '-' || '01', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 1, 4) || '-' || SUBSTRING(s, 6, 2) || '-' || '01' AS DATE) END
/* dates 47 */ CASE WHEN LENGTH(s) = 4 AND REGEXP_LIKE( SUBSTRING(s, 1, 4) || '-' || '01' || '-' || '01', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$' ) THEN CAST(SUBSTRING(s, 1, 4) || '-' || '01' || '-' || '01' AS DATE) END
/* dates 48 */ CASE WHEN LENGTH(s) = 19 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND SUBSTRING(s, 11, 1) = ' ' AND SUBSTRING(s, 14, 1) = ':' AND SUBSTRING(s, 17, 1) = ':' AND REGEXP_LIKE( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || SUBSTRING(s, 18, 2), '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29) ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || SUBSTRING(s, 18, 2) AS TIMESTAMP_NTZ) END
/* dates 49 */ CASE WHEN LENGTH(s) = 16 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND SUBSTRING(s, 11, 1) = ' ' AND SUBSTRING(s, 14, 1) = ':' AND REGEXP_LIKE( SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || '00', '^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29) ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?$' ) THEN CAST(SUBSTRING(s, 7, 4) || '-' || SUBSTRING(s, 4, 2) || '-' || SUBSTRING(s, 1, 2) || ' ' || SUBSTRING(s, 12, 2) || ':' || SUBSTRING(s, 15, 2) || ':' || '00' AS TIMESTAMP_NTZ) END
/* dates 50 */ d
/* dates 51 */ DATEADD(DAY, -((DAYOFWEEKISO(d) + 6) % 7), d)
/* dates 53 */ DATEADD(DAY, -((DAYOFWEEKISO(d) + 0) % 7), d)
/* dates 55 */ DATEADD(DAY, -((DAYOFWEEKISO(d) + 1) % 7), d)
/* dates 56 */ DATEADD(DAY, -((DAYOFWEEKISO(d) + 4) % 7), d)
/* dates 57 */ DATEADD(DAY, -((DAYOFWEEKISO(d) + 3) % 7), d)
/* dates 58 */ DATEADD(DAY, -((DAYOFWEEKISO(d) + 2) % 7), d)
/* dates 59 */ DATE_TRUNC('month', d)
/* dates 60 */ DATE_TRUNC('quarter', d)
/* dates 61 */ DATEADD(MONTH, 1, DATE_TRUNC('quarter', DATEADD(MONTH, -1, d)))
/* dates 63 */ DATEADD(MONTH, 2, DATE_TRUNC('quarter', DATEADD(MONTH, -2, d)))
/* dates 64 */ DATE_TRUNC('year', d)
/* dates 65 */ DATEADD(MONTH, 3, DATE_TRUNC('year', DATEADD(MONTH, -3, d)))
/* dates 67 */ DATEADD(MONTH, 11, DATE_TRUNC('year', DATEADD(MONTH, -11, d)))
/* dates 68 */ DATEADD(MONTH, 2, DATE_TRUNC('year', DATEADD(MONTH, -2, d)))
/* dates 69 */ CAST(DATE_TRUNC('month', p) AS DATE)
/* dates 70 */ DATEADD(DAY, -((DAYOFWEEKISO(p) + 0) % 7), CAST(p AS DATE))
/* dates 71 */ CAST(p AS DATE)
/* dates 72 */ DATEADD(MONTH, 6, CAST(DATE_TRUNC('year', DATEADD(MONTH, -6, p)) AS DATE))
/* dates 73 */ DATE_TRUNC('hour', p)
/* dates 74 */ DATE_TRUNC('minute', p)
/* dates 76 */ DATEADD(DAY, 6, DATEADD(DAY, -((DAYOFWEEKISO(d) + 6) % 7), d))
/* dates 78 */ DATEADD(DAY, 6, DATEADD(DAY, -((DAYOFWEEKISO(d) + 0) % 7), d))
/* dates 79 */ DATEADD(DAY, -1, DATEADD(MONTH, 1, DATE_TRUNC('month', d)))
/* dates 81 */ DATEADD(DAY, -1, DATEADD(MONTH, 3, DATE_TRUNC('quarter', d)))
/* dates 82 */ DATEADD(DAY, -1, DATEADD(MONTH, 3, DATEADD(MONTH, 1, DATE_TRUNC('quarter', DATEADD(MONTH, -1, d)))))
/* dates 83 */ DATEADD(DAY, -1, DATEADD(MONTH, 12, DATE_TRUNC('year', d)))
/* dates 84 */ DATEADD(DAY, -1, DATEADD(MONTH, 12, DATEADD(MONTH, 3, DATE_TRUNC('year', DATEADD(MONTH, -3, d)))))
/* dates 85 */ d
/* dates 86 */ DATEADD(DAY, -1, DATEADD(MONTH, 1, CAST(DATE_TRUNC('month', p) AS DATE)))
/* dates 87 */ CAST(p AS DATE)
/* dates 88 */ YEAR(d)
/* dates 89 */ QUARTER(d)
/* dates 90 */ MONTH(d)
/* dates 91 */ DAY(d)
/* dates 92 */ DAYOFWEEKISO(d)
/* dates 93 */ DAYOFYEAR(d)
/* dates 94 */ CASE WHEN d IS NOT NULL THEN 0 END
/* dates 95 */ YEAR(p)
/* dates 96 */ QUARTER(p)
/* dates 97 */ MONTH(p)
/* dates 98 */ DAY(p)
/* dates 99 */ DAYOFWEEKISO(p)
/* dates 100 */ DAYOFYEAR(p)
/* dates 101 */ HOUR(p)
/* dates 104 */ DATEADD(MONTH, 1, d)
/* dates 106 */ DATEADD(MONTH, -1, d)
/* dates 107 */ DATEADD(YEAR, 1, d)
/* dates 108 */ DATEADD(MONTH, -3, d)
/* dates 109 */ DATEADD(MONTH, 3, d)
/* dates 110 */ DATEADD(DAY, 14, d)
/* dates 111 */ DATEADD(DAY, -1, d)
/* dates 112 */ d
/* dates 113 */ DATEADD(MONTH, 13, d)
/* dates 114 */ DATEADD(YEAR, 4, d)
/* dates 115 */ d
/* dates 116 */ DATEADD(MONTH, 1, p)
/* dates 117 */ DATEADD(YEAR, -1, p)
/* dates 118 */ DATEADD(MINUTE, 90, p)
/* dates 119 */ DATEADD(HOUR, -36, p)
/* dates 120 */ DATEADD(SECOND, 30, p)
/* dates 121 */ DATEADD(DAY, 7, p)
/* dates 122 */ DATEADD(DAY, 1, p)
/* dates 123 */ DATEADD(HOUR, 6, CAST(d AS TIMESTAMP_NTZ))
/* dates 125 */ DATEDIFF(DAY, e, d)
/* dates 128 */ CAST(DATEDIFF(MICROSECOND, q, p) AS DOUBLE) / 86400000000
/* dates 130 */ CAST(DATEDIFF(MICROSECOND, CAST(d AS TIMESTAMP_NTZ), p) AS DOUBLE) / 86400000000
/* dates 131 */ CAST(DATEDIFF(MICROSECOND, p, CAST(d AS TIMESTAMP_NTZ)) AS DOUBLE) / 86400000000
/* dates 132 */ CAST(DATEDIFF(MICROSECOND, q, p) AS DOUBLE) / 86400000000 > 28
/* dates 132 as condition */ SELECT i FROM shop.v WHERE CAST(DATEDIFF(MICROSECOND, q, p) AS DOUBLE) / 86400000000 > 28
/* dates 133 */ CONVERT_TIMEZONE('UTC', 'Europe/Rome', p)
/* dates 137 */ CONVERT_TIMEZONE('Europe/Rome', 'UTC', p)
/* dates 140 */ CONVERT_TIMEZONE('Asia/Taipei', 'America/New_York', p)
/* dates 142 */ CONVERT_TIMEZONE('UTC', 'Asia/Kolkata', p)
/* dates 143 */ CONVERT_TIMEZONE('UTC', 'Australia/Lord_Howe', p)
/* dates 144 */ p
/* sum None */ SELECT t, SUM(i) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, SUM(m) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, SUM(CASE WHEN b THEN m END) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, CAST(SUM(x * 0.101) AS DECIMAL(38, 2)) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(CASE WHEN b THEN CAST(m AS DOUBLE) END) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(*) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(CASE WHEN b THEN 1 END) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(i) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(CASE WHEN NOT COALESCE(b, FALSE) THEN i END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT i) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT CASE WHEN b THEN i END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT CASE WHEN i IS NOT NULL AND x IS NOT NULL THEN ARRAY_CONSTRUCT(i, x) END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT s) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(CAST(i AS DOUBLE)) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(CAST(m AS DOUBLE)) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(CASE WHEN b THEN CAST(m AS DOUBLE) END) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(CASE WHEN b THEN s END) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(d) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(b) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, MAX(t) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, MAX(CASE WHEN i = 1 THEN b END) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST(i AS DOUBLE)) AS r FROM shop.v GROUP BY 1
/* percentile 0.25 */ SELECT t, PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 0.9 */ SELECT t, PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 0 */ SELECT t, PERCENTILE_CONT(0) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 1 */ SELECT t, PERCENTILE_CONT(1) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 0.9 */ SELECT t, PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY CAST(m AS DOUBLE)) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CASE WHEN b THEN CAST(m AS DOUBLE) END) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ SELECT t, PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY d) AS r FROM shop.v GROUP BY 1
/* percentile 0.34 */ SELECT t, PERCENTILE_DISC(0.34) WITHIN GROUP (ORDER BY s) AS r FROM shop.v GROUP BY 1
/* percentile 0 */ SELECT t, PERCENTILE_DISC(0) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 1 */ SELECT t, PERCENTILE_DISC(1) WITHIN GROUP (ORDER BY x) AS r FROM shop.v GROUP BY 1
/* percentile 0.9 */ SELECT t, PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY CASE WHEN b THEN x END) AS r FROM shop.v GROUP BY 1
/* stddev None */ SELECT t, STDDEV_SAMP(x) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(x) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(CAST(m AS DOUBLE)) AS r FROM shop.v GROUP BY 1
/* variance None */ SELECT t, VAR_SAMP(CASE WHEN b THEN x END) AS r FROM shop.v GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, x, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d NULLS LAST) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, x, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d DESC NULLS LAST) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, x, d, b, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN b AND d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d NULLS LAST) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND (b AND d IS NOT NULL) THEN x END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, m, p, i = 2 AS r_where, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i = 2 AND p IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, p DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND (r_where AND p IS NOT NULL) THEN m END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, s, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i DESC NULLS LAST, d DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN s END) AS r FROM v_windowed GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, s, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i NULLS LAST, d NULLS LAST ) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND i IS NOT NULL THEN s END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, b, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i DESC NULLS LAST, d DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN b END) AS r FROM v_windowed GROUP BY 1
/* get json */ CASE WHEN TYPEOF(GET(s, 'k')) NOT IN ('OBJECT', 'ARRAY') THEN CAST(GET(s, 'k') AS VARCHAR) END
/* get json */ CASE WHEN TYPEOF(GET(GET(s, 'k'), 'j')) NOT IN ('OBJECT', 'ARRAY') THEN CAST(GET(GET(s, 'k'), 'j') AS VARCHAR) END
/* get records */ COALESCE( CAST(GET(GET(GET(FILTER(s, pair -> CAST(GET(pair, 'key') AS VARCHAR) = 'k'), 0), 'value'), 'string_value') AS VARCHAR), CAST(GET(GET(GET(FILTER(s, pair -> CAST(GET(pair, 'key') AS VARCHAR) = 'k'), 0), 'value'), 'int_value') AS VARCHAR), CAST(GET(GET(GET(FILTER(s, pair -> CAST(GET(pair, 'key') AS VARCHAR) = 'k'), 0), 'value'), 'float_value') AS VARCHAR), CAST(GET(GET(GET(FILTER(s, pair -> CAST(GET(pair, 'key') AS VARCHAR) = 'k'), 0), 'value'), 'double_value') AS VARCHAR) )
/* get records */ CASE WHEN TYPEOF(GET(GET(GET(FILTER(s, pair -> CAST(GET(pair, 'key') AS VARCHAR) = 'k'), 0), 'value'), 'j')) NOT IN ('OBJECT', 'ARRAY') THEN CAST(GET(GET(GET(FILTER(s, pair -> CAST(GET(pair, 'key') AS VARCHAR) = 'k'), 0), 'value'), 'j') AS VARCHAR) END
/* one_select */ SELECT DATE_TRUNC('month', orders.day) AS month, customers.country, COALESCE( SUM(CASE WHEN orders.paid AND (orders.status <> 'test' OR orders.status IS NULL) THEN orders.amount END), 0 ) AS revenue, CAST(COALESCE( SUM(CASE WHEN orders.paid AND (orders.status <> 'test' OR orders.status IS NULL) THEN orders.amount END), 0 ) AS DOUBLE) / NULLIF(COUNT(*), 0) AS average FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.day >= CAST('2026-01-01' AS DATE) GROUP BY 1, 2 ORDER BY month NULLS LAST, customers.country NULLS LAST LIMIT 3
/* having */ SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 HAVING SUM(amount) > 5 ORDER BY revenue DESC NULLS LAST
/* filter_on_a_group */ SELECT day, SUM(amount) AS revenue FROM shop.orders WHERE day > CAST('2026-01-31' AS DATE) GROUP BY 1 ORDER BY day NULLS LAST
/* window_over_aggregate */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT day, SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS last_two, LAG(revenue) OVER (ORDER BY day NULLS LAST) AS before, CAST(revenue AS DOUBLE) / NULLIF(SUM(revenue) OVER (), 0) AS share FROM orders_grouped ORDER BY day NULLS LAST
/* filter_over_window */ WITH orders_windowed AS ( SELECT id, customer_id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY "AT" DESC NULLS LAST, id NULLS LAST) AS nth FROM shop.orders ) SELECT customer_id, id FROM orders_windowed WHERE nth = 1 ORDER BY id NULLS LAST
/* aggregate_over_aggregate */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT DATE_TRUNC('month', day) AS month, MAX(revenue) AS best_day FROM orders_grouped GROUP BY 1 ORDER BY month NULLS LAST
/* limit_inside */ WITH orders_grouped AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ORDER BY revenue DESC NULLS LAST, day NULLS LAST LIMIT 2 ) SELECT SUM(revenue) AS best_two FROM orders_grouped
/* drill_across */ WITH revenue AS ( SELECT DATE_TRUNC('month', day) AS month, SUM(CASE WHEN paid AND (status <> 'test' OR status IS NULL) THEN amount END) AS revenue FROM shop.orders GROUP BY 1 ), spend AS ( SELECT DATE_TRUNC('month', day) AS month, SUM(cost) AS spend FROM ads GROUP BY 1 ), combined AS ( SELECT month, revenue, CAST(NULL AS DECIMAL(18, 2)) AS spend FROM revenue UNION ALL SELECT month, CAST(NULL AS DECIMAL(18, 2)) AS revenue, spend FROM spend ) SELECT combined.month, COALESCE(SUM(combined.revenue), 0) AS revenue, SUM(combined.spend) AS spend, CAST(COALESCE(SUM(combined.revenue), 0) AS DOUBLE) / NULLIF(SUM(combined.spend), 0) AS roas FROM combined GROUP BY 1 ORDER BY combined.month NULLS LAST
/* read_twice */ WITH revenue_by_day /* metric revenue */ AS ( SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY 1 ) SELECT revenue_by_day.day, revenue_by_day.revenue AS now, earlier.revenue AS "THEN" FROM revenue_by_day LEFT JOIN revenue_by_day AS earlier ON earlier.day = DATEADD(MONTH, -1, revenue_by_day.day) ORDER BY revenue_by_day.day NULLS LAST
/* bare_rows_read_twice */ WITH paid_orders AS ( SELECT amount, status FROM shop.orders WHERE paid ), combined AS ( SELECT status, COUNT(*) AS orders FROM paid_orders GROUP BY 1 UNION ALL SELECT 'all' AS status, COUNT(amount) AS orders FROM paid_orders ) SELECT status, orders FROM combined ORDER BY status NULLS LAST
/* grouping_sets */ SELECT DATE_TRUNC('month', orders.day) AS month, customers.country, COUNT(*) AS orders, SUM(orders.amount) AS revenue, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST(orders.amount AS DOUBLE)) AS median, CASE GROUPING(DATE_TRUNC('month', orders.day), customers.country) WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 3 THEN 2 END AS level FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id GROUP BY GROUPING SETS ((DATE_TRUNC('month', orders.day), customers.country), (DATE_TRUNC('month', orders.day)), ()) ORDER BY level NULLS LAST, month NULLS LAST, customers.country NULLS LAST
/* total_between_levels */ SELECT DATE_TRUNC('month', day) AS month, status, COUNT(*) AS orders, CASE GROUPING(DATE_TRUNC('month', day), status) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders GROUP BY GROUPING SETS ((DATE_TRUNC('month', day)), (), (status)) ORDER BY level NULLS LAST, month NULLS LAST, status NULLS LAST
/* total_of_nothing */ WITH levels AS ( SELECT DATE_TRUNC('month', day) AS month, status, COUNT(*) AS orders, CASE GROUPING(DATE_TRUNC('month', day), status) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders WHERE id > 9 GROUP BY GROUPING SETS ((DATE_TRUNC('month', day)), (), (status)) ) SELECT level FROM levels
/* derived_rows_joined */ WITH orders_windowed AS ( SELECT customer_id, day, status, "AT" AS "AT", id, ROW_NUMBER() OVER ( PARTITION BY customer_id ORDER BY CASE WHEN "AT" IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, "AT" NULLS LAST, id NULLS LAST ) AS first_rank FROM shop.orders ), customers_orders /* one row per customer: first_day */ AS ( SELECT customer_id, MIN(day) AS first_day, MAX(CASE WHEN first_rank = 1 AND "AT" IS NOT NULL THEN status END) AS first_status FROM orders_windowed GROUP BY 1 ) SELECT customers.id, totals.first_day, totals.first_status FROM shop.customers LEFT JOIN customers_orders AS totals ON customers.id = totals.customer_id ORDER BY customers.id NULLS LAST
/* join_of_a_projection */ WITH orders_rows AS ( SELECT id, customer_id AS buyer FROM shop.orders ) SELECT orders_rows.id, customers.country FROM orders_rows LEFT JOIN shop.customers ON orders_rows.buyer = customers.id ORDER BY orders_rows.id NULLS LAST
/* long_expression_used_often */ WITH orders_grouped AS ( SELECT SUM(CASE WHEN paid AND (status <> 'test' OR status IS NULL) THEN amount END) AS revenue FROM shop.orders ) SELECT CAST(revenue AS DOUBLE) / NULLIF(revenue + 1, 0) AS with_1, CAST(revenue AS DOUBLE) / NULLIF(revenue + 2, 0) AS with_2, CAST(revenue AS DOUBLE) / NULLIF(revenue + 3, 0) AS with_3 FROM orders_grouped
/* output_named_as_another_column */ SELECT orders.amount * 2 AS amount, orders.amount AS id FROM shop.orders WHERE orders.amount > 6 ORDER BY amount NULLS LAST
/* constants_and_case */ SELECT id, CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END AS size, CAST(NULL AS DATE) AS "NOTHING", TRUE AS yes FROM shop.orders ORDER BY size NULLS LAST, id DESC NULLS LAST
/* constants_of_a_total */ WITH orders_grouped AS ( SELECT SUM(amount) AS revenue FROM shop.orders WHERE id > 1 ) SELECT CAST(NULL AS DECIMAL(18, 2)) AS "NOTHING", 1 AS one FROM orders_grouped
/* constants_of_a_total_of_nothing */ WITH orders_grouped AS ( SELECT COUNT(*) AS "ROWS" FROM shop.orders WHERE id > 9 ) SELECT 1 AS one FROM orders_grouped WHERE 1 = 1 ORDER BY one NULLS LAST
/* distinct_values */ SELECT customers.country FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id GROUP BY 1 ORDER BY customers.country NULLS LAST
