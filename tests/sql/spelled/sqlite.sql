/* arithmetic 0 */ i + j
/* arithmetic 2 */ i - (j - k)
/* arithmetic 3 */ i - j - k
/* arithmetic 4 */ (i + j) * k
/* arithmetic 5 */ x * m
/* arithmetic 6 */ -(-i)
/* arithmetic 7 */ -(-4)
/* arithmetic 8 */ i - -4
/* arithmetic 10 */ CAST(i AS REAL) / NULLIF(j, 0)
/* arithmetic 14 */ CAST(x AS REAL) / NULLIF(y, 0)
/* arithmetic 15 */ CAST(m AS REAL) / NULLIF(m, 0)
/* arithmetic 16 */ CAST(i AS REAL) / 4
/* arithmetic 17 */ CAST(i AS REAL) / NULLIF(j, 0) / NULLIF(k, 0)
/* arithmetic 18 */ CAST(i AS REAL) / NULLIF(CAST(j AS REAL) / NULLIF(k, 0), 0)
/* arithmetic 19 */ CAST(m AS REAL) / NULLIF(i, 0)
/* arithmetic 20 */ i * (CAST(j AS REAL) / NULLIF(k, 0))
/* comparison 0 */ s = t
/* comparison 0 as condition */ SELECT i FROM shop.v WHERE s = t
/* comparison 5 */ s IS NOT t
/* comparison 5 as condition */ SELECT i FROM shop.v WHERE s IS NOT t
/* comparison 9 */ s IS t
/* comparison 9 as condition */ SELECT i FROM shop.v WHERE s IS t
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
/* comparison 21 */ p < '2026-01-31 12:00:00'
/* comparison 21 as condition */ SELECT i FROM shop.v WHERE p < '2026-01-31 12:00:00'
/* comparison 22 */ d = '2026-01-31'
/* comparison 22 as condition */ SELECT i FROM shop.v WHERE d = '2026-01-31'
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
/* comparison 42 */ TYPEOF(s) = 'text'
/* comparison 42 as condition */ SELECT i FROM shop.v WHERE TYPEOF(s) = 'text'
/* comparison 44 */ TYPEOF(i) = 'integer'
/* comparison 44 as condition */ SELECT i FROM shop.v WHERE TYPEOF(i) = 'integer'
/* comparison 45 */ TYPEOF(m) IN ('integer', 'real')
/* comparison 45 as condition */ SELECT i FROM shop.v WHERE TYPEOF(m) IN ('integer', 'real')
/* comparison 46 */ TYPEOF(b) = 'integer' AND b IN (0, 1)
/* comparison 46 as condition */ SELECT i FROM shop.v WHERE TYPEOF(b) = 'integer' AND b IN (0, 1)
/* comparison 47 */ TYPEOF(d) = 'text' AND d GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND DATE(d, '+0 days') = d
/* comparison 47 as condition */ SELECT i FROM shop.v WHERE TYPEOF(d) = 'text' AND d GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND DATE(d, '+0 days') = d
/* comparison 49 */ TYPEOF(p) = 'text' AND p GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-2][0-9]:[0-5][0-9]*' AND DATE(p, '+0 days') = SUBSTR(p, 1, 10)
/* comparison 49 as condition */ SELECT i FROM shop.v WHERE TYPEOF(p) = 'text' AND p GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-2][0-9]:[0-5][0-9]*' AND DATE(p, '+0 days') = SUBSTR(p, 1, 10)
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
/* like 0 */ s GLOB 'a*'
/* like 0 as condition */ SELECT i FROM shop.v WHERE s GLOB 'a*'
/* like 8 */ s GLOB REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(t, '[', '[[]'), '*', '[*]'), '?', '[?]'), '%', '*'), '_', '?')
/* like 8 as condition */ SELECT i FROM shop.v WHERE s GLOB REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(t, '[', '[[]'), '*', '[*]'), '?', '[?]'), '%', '*'), '_', '?')
/* like 15 */ s NOT GLOB 'a*' OR s IS NULL
/* like 15 as condition */ SELECT i FROM shop.v WHERE (s NOT GLOB 'a*' OR s IS NULL)
/* like 18 */ NOT COALESCE( s GLOB REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(t, '[', '[[]'), '*', '[*]'), '?', '[?]'), '%', '*'), '_', '?'), FALSE )
/* like 18 as condition */ SELECT i FROM shop.v WHERE NOT COALESCE( s GLOB REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(t, '[', '[[]'), '*', '[*]'), '?', '[?]'), '%', '*'), '_', '?'), FALSE )
/* like 20 */ COALESCE(LOWER(s) NOT GLOB 'a*', TRUE)
/* like 20 as condition */ SELECT i FROM shop.v WHERE COALESCE(LOWER(s) NOT GLOB 'a*', TRUE)
/* like 22 */ SUBSTR(s, 1, LENGTH('a%')) = 'a%'
/* like 22 as condition */ SELECT i FROM shop.v WHERE SUBSTR(s, 1, LENGTH('a%')) = 'a%'
/* like 23 */ SUBSTR(s, 1, LENGTH(t)) = t
/* like 23 as condition */ SELECT i FROM shop.v WHERE SUBSTR(s, 1, LENGTH(t)) = t
/* like 27 */ LENGTH(s) >= LENGTH('bc') AND SUBSTR(s, LENGTH(s) - LENGTH('bc') + 1) = 'bc'
/* like 27 as condition */ SELECT i FROM shop.v WHERE LENGTH(s) >= LENGTH('bc') AND SUBSTR(s, LENGTH(s) - LENGTH('bc') + 1) = 'bc'
/* like 29 */ LENGTH(s) >= LENGTH(t) AND SUBSTR(s, LENGTH(s) - LENGTH(t) + 1) = t
/* like 29 as condition */ SELECT i FROM shop.v WHERE LENGTH(s) >= LENGTH(t) AND SUBSTR(s, LENGTH(s) - LENGTH(t) + 1) = t
/* like 33 */ INSTR(s, '_b') > 0
/* like 33 as condition */ SELECT i FROM shop.v WHERE INSTR(s, '_b') > 0
/* like 35 */ INSTR(s, t) > 0
/* like 35 as condition */ SELECT i FROM shop.v WHERE INSTR(s, t) > 0
/* choice 0 */ COALESCE(i, j, 0)
/* choice 2 */ NULLIF(i, j)
/* choice 4 */ NULLIF(s, '')
/* choice 5 */ MIN(i, j)
/* choice 6 */ MIN(i, j, k)
/* choice 7 */ MAX(i, j, k)
/* choice 8 */ MAX(i, 0)
/* choice 9 */ MAX(d, e)
/* choice 10 */ MIN(s, t)
/* choice 11 */ CASE WHEN i > 1 THEN 'many' WHEN i = 1 THEN 'one' ELSE 'none' END
/* choice 12 */ CASE WHEN i > 1 THEN 'many' END
/* choice 13 */ CASE WHEN b THEN 'yes' ELSE 'no' END
/* numbers 0 */ ROUND(x)
/* numbers 3 */ ROUND(x, 2)
/* numbers 7 */ ROUND(x, 1)
/* numbers 8 */ ROUND(m, 1)
/* numbers 9 */ ROUND(m)
/* numbers 10 */ ROUND(x, 2)
/* numbers 14 */ ROUND(m, 2)
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
/* texts 7 */ SUBSTR(s, 2, 2)
/* texts 8 */ SUBSTR(s, 4)
/* texts 11 */ SUBSTR(s, CASE WHEN i < 1 THEN 1 ELSE i END, CASE WHEN j < 0 THEN 0 ELSE j END)
/* texts 13 */ CASE WHEN s IS NOT NULL THEN COALESCE( JSON_EXTRACT('[' || REPLACE(JSON_QUOTE(REPLACE(s, '-', CHAR(57344))), CHAR(57344), '","') || ']', '$[0]'), '' ) END
/* texts 18 */ CASE WHEN s IS NOT NULL THEN COALESCE( JSON_EXTRACT( '[' || REPLACE(JSON_QUOTE(REPLACE(s, t, CHAR(57344))), CHAR(57344), '","') || ']', '$[' || (i - 1) || ']' ), '' ) END
/* texts 20 */ s || '-' || t
/* texts 22 */ LENGTH(s || t)
/* urls 0 */ CASE WHEN s GLOB '[A-Za-z]*://*' AND SUBSTR(s, 1, INSTR(s, '://') - 1) NOT GLOB '*[^-A-Za-z0-9+.]*' THEN LOWER( NULLIF( SUBSTR( SUBSTR( SUBSTR( REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/'), 1, INSTR(REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/') || '/', '/') - 1 ), INSTR( SUBSTR( REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/'), 1, INSTR(REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/') || '/', '/') - 1 ), '@' ) + 1 ), 1, INSTR( SUBSTR( SUBSTR( REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/'), 1, INSTR(REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/') || '/', '/') - 1 ), INSTR( SUBSTR( REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/'), 1, INSTR(REPLACE(REPLACE(SUBSTR(s, INSTR(s, '://') + 3), '?', '/'), '#', '/') || '/', '/') - 1 ), '@' ) + 1 ) || ':', ':' ) - 1 ), '' ) ) END
/* urls 7 */ CASE WHEN s IS NOT NULL THEN COALESCE( NULLIF( CASE WHEN s GLOB '[A-Za-z]*://*' AND SUBSTR(s, 1, INSTR(s, '://') - 1) NOT GLOB '*[^-A-Za-z0-9+.]*' THEN SUBSTR( SUBSTR( SUBSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1), 1, INSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1) || '#', '#') - 1), INSTR( SUBSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1), 1, INSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1) || '#', '#') - 1), '://' ) + 3 ), INSTR( SUBSTR( SUBSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1), 1, INSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1) || '#', '#') - 1), INSTR( SUBSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1), 1, INSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1) || '#', '#') - 1), '://' ) + 3 ) || '/', '/' ) ) ELSE SUBSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1), 1, INSTR(SUBSTR(s, 1, INSTR(s || '?', '?') - 1) || '#', '#') - 1) END, '' ), '/' ) END
/* urls 14 */ CASE WHEN INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&utm_source=' ) > 0 THEN SUBSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&utm_source=' ) + 12 ), 1, INSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&utm_source=' ) + 12 ) || '&', '&' ) - 1 ) END
/* urls 15 */ CASE WHEN INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&utm_medium=' ) > 0 THEN SUBSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&utm_medium=' ) + 12 ), 1, INSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&utm_medium=' ) + 12 ) || '&', '&' ) - 1 ) END
/* urls 16 */ CASE WHEN INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&source=' ) > 0 THEN SUBSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&source=' ) + 8 ), 1, INSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&source=' ) + 8 ) || '&', '&' ) - 1 ) END
/* urls 17 */ CASE WHEN INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&z=' ) > 0 THEN SUBSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&z=' ) + 3 ), 1, INSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&z=' ) + 3 ) || '&', '&' ) - 1 ) END
/* urls 18 */ CASE WHEN INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&a.b=' ) > 0 THEN SUBSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&a.b=' ) + 5 ), 1, INSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&a.b=' ) + 5 ) || '&', '&' ) - 1 ) END
/* urls 19 */ CASE WHEN INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&a[]=' ) > 0 THEN SUBSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&a[]=' ) + 5 ), 1, INSTR( SUBSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), INSTR( '&' || SUBSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1), INSTR(SUBSTR(s, 1, INSTR(s || '#', '#') - 1) || '?', '?') + 1), '&a[]=' ) + 5 ) || '&', '&' ) - 1 ) END
/* casts 0 */ CASE WHEN SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) GLOB '[0-9]*' AND SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) NOT GLOB '*[^0-9]*' AND ( LENGTH(LTRIM(SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')), '0')) < 19 OR LENGTH(LTRIM(SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')), '0')) = 19 AND LTRIM(SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')), '0') <= '9223372036854775807' ) THEN CAST(TRIM(s) AS INTEGER) END
/* casts 17 */ CASE WHEN SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) GLOB '[0-9.]*' AND SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) GLOB '*[0-9]' AND SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) NOT GLOB '*[eE]*[0-9][0-9][0-9]' AND JSON_VALID('1' || SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*'))) THEN CAST(TRIM(s) AS REAL) END
/* casts 41 */ CASE WHEN SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) GLOB '[0-9.]*' AND SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) GLOB '*[0-9]' AND SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*')) NOT GLOB '*[eE]*[0-9][0-9][0-9]' AND JSON_VALID('1' || SUBSTR(TRIM(s), 1 + (TRIM(s) GLOB '[-+]*'))) AND ABS(ROUND(CAST(TRIM(s) AS REAL), 2)) < 10000 THEN ROUND(CAST(TRIM(s) AS REAL), 2) END
/* casts 49 */ CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 49 as condition */ SELECT i FROM shop.v WHERE CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN TRUE WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN FALSE END
/* casts 61 */ CASE WHEN ABS(x) < 9223372036854775807 THEN CAST(x AS INTEGER) END
/* casts 64 */ CASE WHEN ABS(m) < 9223372036854775807 THEN CAST(m AS INTEGER) END
/* casts 65 */ b
/* casts 68 */ i
/* casts 69 */ CAST(i AS REAL)
/* casts 70 */ CAST(m AS REAL)
/* casts 71 */ CAST(b AS REAL)
/* casts 72 */ CASE WHEN ABS(ROUND(CAST(x AS REAL), 2)) < 10000 THEN ROUND(CAST(x AS REAL), 2) END
/* casts 74 */ CASE WHEN ABS(ROUND(CAST(i AS REAL), 2)) < 10000 THEN ROUND(CAST(i AS REAL), 2) END
/* casts 75 */ i <> 0
/* casts 75 as condition */ SELECT i FROM shop.v WHERE i <> 0
/* casts 78 */ x <> 0
/* casts 78 as condition */ SELECT i FROM shop.v WHERE x <> 0
/* casts 79 */ CAST(i AS TEXT)
/* casts 80 */ CASE WHEN x = FLOOR(x) AND ABS(x) < 1000000000000000 THEN CAST(CAST(x AS INTEGER) AS TEXT) ELSE CAST(x AS TEXT) END
/* casts 83 */ CASE WHEN m = FLOOR(m) AND ABS(m) < 1000000000000000 THEN CAST(CAST(m AS INTEGER) AS TEXT) ELSE CAST(m AS TEXT) END
/* casts 86 */ CASE WHEN b THEN 'true' WHEN NOT b THEN 'false' END
/* casts 89 */ CASE WHEN i = j THEN 'true' WHEN NOT i = j THEN 'false' END
/* casts 90 */ CAST(d AS TEXT)
/* casts 91 */ CAST(p AS TEXT)
/* casts 92 */ s
/* dates 0 */ DATE(d, i || ' days')
/* dates 1 */ DATE(d, (i - j) || ' days')
/* dates 3 */ DATE('1970-01-01', i || ' days')
/* dates 4 */ MIN(DATE(d, i || ' months'), DATE(d, 'start of month', (i + 1) || ' months', '-1 day'))
/* dates 6 */ MIN(DATE(d, (i + j) || ' months'), DATE(d, 'start of month', (i + j + 1) || ' months', '-1 day'))
/* dates 8 */ DATE(p)
/* dates 9 */ d
/* dates 10 */ CASE WHEN DATE(SUBSTR(TRIM(s), 1, 10), '+0 days') = SUBSTR(TRIM(s), 1, 10) AND SUBSTR(TRIM(s), 11, 1) IN ('', 'T', ' ') THEN SUBSTR(TRIM(s), 1, 10) END
/* dates 24 */ DATETIME(d)
/* dates 25 */ CASE WHEN DATE(SUBSTR(TRIM(s), 1, 10), '+0 days') = SUBSTR(TRIM(s), 1, 10) AND TRIM(s) GLOB '*.*' THEN STRFTIME('%Y-%m-%d %H:%M:%f', TRIM(s)) WHEN DATE(SUBSTR(TRIM(s), 1, 10), '+0 days') = SUBSTR(TRIM(s), 1, 10) THEN DATETIME(TRIM(s)) END
/* dates 36 */ CASE WHEN LENGTH(s) = 8 AND SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 5, 2) || '-' || SUBSTR(s, 7, 2) NOT GLOB '*[^-0-9 :]*' AND DATE(SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 5, 2) || '-' || SUBSTR(s, 7, 2), '+0 days') = SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 5, 2) || '-' || SUBSTR(s, 7, 2) THEN SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 5, 2) || '-' || SUBSTR(s, 7, 2) END
/* dates 41 */ CASE WHEN LENGTH(s) = 10 AND SUBSTR(s, 3, 1) = '.' AND SUBSTR(s, 6, 1) = '.' AND SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) NOT GLOB '*[^-0-9 :]*' AND DATE(SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2), '+0 days') = SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) THEN SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) END
/* dates 43 */ CASE WHEN LENGTH(s) = 10 AND SUBSTR(s, 3, 1) = '/' AND SUBSTR(s, 6, 1) = '/' AND SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 1, 2) || '-' || SUBSTR(s, 4, 2) NOT GLOB '*[^-0-9 :]*' AND DATE(SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 1, 2) || '-' || SUBSTR(s, 4, 2), '+0 days') = SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 1, 2) || '-' || SUBSTR(s, 4, 2) THEN SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 1, 2) || '-' || SUBSTR(s, 4, 2) END
/* dates 44 */ CASE WHEN LENGTH(s) = 7 AND SUBSTR(s, 5, 1) = '-' AND SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 6, 2) || '-' || '01' NOT GLOB '*[^-0-9 :]*' AND DATE(SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 6, 2) || '-' || '01', '+0 days') = SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 6, 2) || '-' || '01' THEN SUBSTR(s, 1, 4) || '-' || SUBSTR(s, 6, 2) || '-' || '01' END
/* dates 47 */ CASE WHEN LENGTH(s) = 4 AND SUBSTR(s, 1, 4) || '-' || '01' || '-' || '01' NOT GLOB '*[^-0-9 :]*' AND DATE(SUBSTR(s, 1, 4) || '-' || '01' || '-' || '01', '+0 days') = SUBSTR(s, 1, 4) || '-' || '01' || '-' || '01' THEN SUBSTR(s, 1, 4) || '-' || '01' || '-' || '01' END
/* dates 48 */ CASE WHEN LENGTH(s) = 19 AND SUBSTR(s, 3, 1) = '/' AND SUBSTR(s, 6, 1) = '/' AND SUBSTR(s, 11, 1) = ' ' AND SUBSTR(s, 14, 1) = ':' AND SUBSTR(s, 17, 1) = ':' AND SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || SUBSTR(s, 18, 2) NOT GLOB '*[^-0-9 :]*' AND DATETIME( SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || SUBSTR(s, 18, 2), '+0 days' ) = SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || SUBSTR(s, 18, 2) THEN SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || SUBSTR(s, 18, 2) END
/* dates 49 */ CASE WHEN LENGTH(s) = 16 AND SUBSTR(s, 3, 1) = '/' AND SUBSTR(s, 6, 1) = '/' AND SUBSTR(s, 11, 1) = ' ' AND SUBSTR(s, 14, 1) = ':' AND SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || '00' NOT GLOB '*[^-0-9 :]*' AND DATETIME( SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || '00', '+0 days' ) = SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || '00' THEN SUBSTR(s, 7, 4) || '-' || SUBSTR(s, 4, 2) || '-' || SUBSTR(s, 1, 2) || ' ' || SUBSTR(s, 12, 2) || ':' || SUBSTR(s, 15, 2) || ':' || '00' END
/* dates 50 */ d
/* dates 51 */ DATE(d, '-6 days', 'weekday 1')
/* dates 53 */ DATE(d, '-6 days', 'weekday 0')
/* dates 55 */ DATE(d, '-6 days', 'weekday 6')
/* dates 56 */ DATE(d, '-6 days', 'weekday 3')
/* dates 57 */ DATE(d, '-6 days', 'weekday 4')
/* dates 58 */ DATE(d, '-6 days', 'weekday 5')
/* dates 59 */ DATE(d, 'start of month')
/* dates 60 */ DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 11) % 3) || ' months')
/* dates 61 */ DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 10) % 3) || ' months')
/* dates 63 */ DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 0) % 3) || ' months')
/* dates 64 */ DATE(d, 'start of year')
/* dates 65 */ DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 8) % 12) || ' months')
/* dates 67 */ DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 0) % 12) || ' months')
/* dates 68 */ DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 9) % 12) || ' months')
/* dates 69 */ DATE(p, 'start of month')
/* dates 70 */ DATE(p, '-6 days', 'weekday 0')
/* dates 71 */ DATE(p)
/* dates 72 */ DATE(p, 'start of month', '-' || ((CAST(STRFTIME('%m', p) AS INTEGER) + 5) % 12) || ' months')
/* dates 73 */ STRFTIME('%Y-%m-%d %H:00:00', p)
/* dates 74 */ STRFTIME('%Y-%m-%d %H:%M:00', p)
/* dates 76 */ DATE(d, 'weekday 0')
/* dates 78 */ DATE(d, 'weekday 6')
/* dates 79 */ DATE(DATE(d, 'start of month'), '+1 months', '-1 day')
/* dates 81 */ DATE( DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 11) % 3) || ' months'), '+3 months', '-1 day' )
/* dates 82 */ DATE( DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 10) % 3) || ' months'), '+3 months', '-1 day' )
/* dates 83 */ DATE(DATE(d, 'start of year'), '+12 months', '-1 day')
/* dates 84 */ DATE( DATE(d, 'start of month', '-' || ((CAST(STRFTIME('%m', d) AS INTEGER) + 8) % 12) || ' months'), '+12 months', '-1 day' )
/* dates 85 */ d
/* dates 86 */ DATE(DATE(p, 'start of month'), '+1 months', '-1 day')
/* dates 87 */ DATE(p)
/* dates 88 */ CAST(STRFTIME('%Y', d) AS INTEGER)
/* dates 89 */ (CAST(STRFTIME('%m', d) AS INTEGER) + 2) / 3
/* dates 90 */ CAST(STRFTIME('%m', d) AS INTEGER)
/* dates 91 */ CAST(STRFTIME('%d', d) AS INTEGER)
/* dates 92 */ (CAST(STRFTIME('%w', d) AS INTEGER) + 6) % 7 + 1
/* dates 93 */ CAST(STRFTIME('%j', d) AS INTEGER)
/* dates 94 */ CAST(STRFTIME('%H', d) AS INTEGER)
/* dates 95 */ CAST(STRFTIME('%Y', p) AS INTEGER)
/* dates 96 */ (CAST(STRFTIME('%m', p) AS INTEGER) + 2) / 3
/* dates 97 */ CAST(STRFTIME('%m', p) AS INTEGER)
/* dates 98 */ CAST(STRFTIME('%d', p) AS INTEGER)
/* dates 99 */ (CAST(STRFTIME('%w', p) AS INTEGER) + 6) % 7 + 1
/* dates 100 */ CAST(STRFTIME('%j', p) AS INTEGER)
/* dates 101 */ CAST(STRFTIME('%H', p) AS INTEGER)
/* dates 104 */ MIN(DATE(d, '+1 months'), DATE(d, 'start of month', '+2 months', '-1 day'))
/* dates 106 */ MIN(DATE(d, '-1 months'), DATE(d, 'start of month', '+0 months', '-1 day'))
/* dates 107 */ MIN(DATE(d, '+12 months'), DATE(d, 'start of month', '+13 months', '-1 day'))
/* dates 108 */ MIN(DATE(d, '-3 months'), DATE(d, 'start of month', '-2 months', '-1 day'))
/* dates 109 */ MIN(DATE(d, '+3 months'), DATE(d, 'start of month', '+4 months', '-1 day'))
/* dates 110 */ DATE(d, '+14 days')
/* dates 111 */ DATE(d, '-1 days')
/* dates 112 */ MIN(DATE(d, '+0 months'), DATE(d, 'start of month', '+1 months', '-1 day'))
/* dates 113 */ MIN(DATE(d, '+13 months'), DATE(d, 'start of month', '+14 months', '-1 day'))
/* dates 114 */ MIN(DATE(d, '+48 months'), DATE(d, 'start of month', '+49 months', '-1 day'))
/* dates 115 */ DATE(d, '+0 days')
/* dates 116 */ MIN(DATETIME(p, '+1 months'), DATE(p, 'start of month', '+2 months', '-1 day') || ' ' || TIME(p))
/* dates 117 */ MIN(DATETIME(p, '-12 months'), DATE(p, 'start of month', '-11 months', '-1 day') || ' ' || TIME(p))
/* dates 118 */ DATETIME(p, '+90 minutes')
/* dates 119 */ DATETIME(p, '-36 hours')
/* dates 120 */ DATETIME(p, '+30 seconds')
/* dates 121 */ DATETIME(p, '+7 days')
/* dates 122 */ DATETIME(p, '+1 days')
/* dates 123 */ DATETIME(d, '+6 hours')
/* dates 125 */ CAST(JULIANDAY(d) - JULIANDAY(e) AS INTEGER)
/* dates 128 */ ROUND((JULIANDAY(p) - JULIANDAY(q)) * 86400.0, 3) / 86400.0
/* dates 130 */ ROUND((JULIANDAY(p) - JULIANDAY(d)) * 86400.0, 3) / 86400.0
/* dates 131 */ ROUND((JULIANDAY(d) - JULIANDAY(p)) * 86400.0, 3) / 86400.0
/* dates 132 */ ROUND((JULIANDAY(p) - JULIANDAY(q)) * 86400.0, 3) / 86400.0 > 28
/* dates 132 as condition */ SELECT i FROM shop.v WHERE ROUND((JULIANDAY(p) - JULIANDAY(q)) * 86400.0, 3) / 86400.0 > 28
/* dates 133 */ DATETIME( p, CASE WHEN p >= '2040-10-28 01:00:00' THEN 60 WHEN p >= '2040-03-25 01:00:00' THEN 120 WHEN p >= '2039-10-30 01:00:00' THEN 60 WHEN p >= '2039-03-27 01:00:00' THEN 120 WHEN p >= '2038-10-31 01:00:00' THEN 60 WHEN p >= '2038-03-28 01:00:00' THEN 120 WHEN p >= '2037-10-25 01:00:00' THEN 60 WHEN p >= '2037-03-29 01:00:00' THEN 120 WHEN p >= '2036-10-26 01:00:00' THEN 60 WHEN p >= '2036-03-30 01:00:00' THEN 120 WHEN p >= '2035-10-28 01:00:00' THEN 60 WHEN p >= '2035-03-25 01:00:00' THEN 120 WHEN p >= '2034-10-29 01:00:00' THEN 60 WHEN p >= '2034-03-26 01:00:00' THEN 120 WHEN p >= '2033-10-30 01:00:00' THEN 60 WHEN p >= '2033-03-27 01:00:00' THEN 120 WHEN p >= '2032-10-31 01:00:00' THEN 60 WHEN p >= '2032-03-28 01:00:00' THEN 120 WHEN p >= '2031-10-26 01:00:00' THEN 60 WHEN p >= '2031-03-30 01:00:00' THEN 120 WHEN p >= '2030-10-27 01:00:00' THEN 60 WHEN p >= '2030-03-31 01:00:00' THEN 120 WHEN p >= '2029-10-28 01:00:00' THEN 60 WHEN p >= '2029-03-25 01:00:00' THEN 120 WHEN p >= '2028-10-29 01:00:00' THEN 60 WHEN p >= '2028-03-26 01:00:00' THEN 120 WHEN p >= '2027-10-31 01:00:00' THEN 60 WHEN p >= '2027-03-28 01:00:00' THEN 120 WHEN p >= '2026-10-25 01:00:00' THEN 60 WHEN p >= '2026-03-29 01:00:00' THEN 120 WHEN p >= '2025-10-26 01:00:00' THEN 60 WHEN p >= '2025-03-30 01:00:00' THEN 120 WHEN p >= '2024-10-27 01:00:00' THEN 60 WHEN p >= '2024-03-31 01:00:00' THEN 120 WHEN p >= '2023-10-29 01:00:00' THEN 60 WHEN p >= '2023-03-26 01:00:00' THEN 120 WHEN p >= '2022-10-30 01:00:00' THEN 60 WHEN p >= '2022-03-27 01:00:00' THEN 120 WHEN p >= '2021-10-31 01:00:00' THEN 60 WHEN p >= '2021-03-28 01:00:00' THEN 120 WHEN p >= '2020-10-25 01:00:00' THEN 60 WHEN p >= '2020-03-29 01:00:00' THEN 120 WHEN p >= '2019-10-27 01:00:00' THEN 60 WHEN p >= '2019-03-31 01:00:00' THEN 120 WHEN p >= '2018-10-28 01:00:00' THEN 60 WHEN p >= '2018-03-25 01:00:00' THEN 120 WHEN p >= '2017-10-29 01:00:00' THEN 60 WHEN p >= '2017-03-26 01:00:00' THEN 120 WHEN p >= '2016-10-30 01:00:00' THEN 60 WHEN p >= '2016-03-27 01:00:00' THEN 120 WHEN p >= '2015-10-25 01:00:00' THEN 60 WHEN p >= '2015-03-29 01:00:00' THEN 120 WHEN p >= '2014-10-26 01:00:00' THEN 60 WHEN p >= '2014-03-30 01:00:00' THEN 120 WHEN p >= '2013-10-27 01:00:00' THEN 60 WHEN p >= '2013-03-31 01:00:00' THEN 120 WHEN p >= '2012-10-28 01:00:00' THEN 60 WHEN p >= '2012-03-25 01:00:00' THEN 120 WHEN p >= '2011-10-30 01:00:00' THEN 60 WHEN p >= '2011-03-27 01:00:00' THEN 120 WHEN p >= '2010-10-31 01:00:00' THEN 60 WHEN p >= '2010-03-28 01:00:00' THEN 120 WHEN p >= '2009-10-25 01:00:00' THEN 60 WHEN p >= '2009-03-29 01:00:00' THEN 120 WHEN p >= '2008-10-26 01:00:00' THEN 60 WHEN p >= '2008-03-30 01:00:00' THEN 120 WHEN p >= '2007-10-28 01:00:00' THEN 60 WHEN p >= '2007-03-25 01:00:00' THEN 120 WHEN p >= '2006-10-29 01:00:00' THEN 60 WHEN p >= '2006-03-26 01:00:00' THEN 120 WHEN p >= '2005-10-30 01:00:00' THEN 60 WHEN p >= '2005-03-27 01:00:00' THEN 120 WHEN p >= '2004-10-31 01:00:00' THEN 60 WHEN p >= '2004-03-28 01:00:00' THEN 120 WHEN p >= '2003-10-26 01:00:00' THEN 60 WHEN p >= '2003-03-30 01:00:00' THEN 120 WHEN p >= '2002-10-27 01:00:00' THEN 60 WHEN p >= '2002-03-31 01:00:00' THEN 120 WHEN p >= '2001-10-28 01:00:00' THEN 60 WHEN p >= '2001-03-25 01:00:00' THEN 120 WHEN p >= '2000-10-29 01:00:00' THEN 60 WHEN p >= '2000-03-26 01:00:00' THEN 120 WHEN p >= '1999-10-31 01:00:00' THEN 60 WHEN p >= '1999-03-28 01:00:00' THEN 120 WHEN p >= '1998-10-25 01:00:00' THEN 60 WHEN p >= '1998-03-29 01:00:00' THEN 120 WHEN p >= '1997-10-26 01:00:00' THEN 60 WHEN p >= '1997-03-30 01:00:00' THEN 120 WHEN p >= '1996-10-27 01:00:00' THEN 60 WHEN p >= '1996-03-31 01:00:00' THEN 120 WHEN p >= '1995-09-24 01:00:00' THEN 60 WHEN p >= '1995-03-26 01:00:00' THEN 120 WHEN p >= '1994-09-25 01:00:00' THEN 60 WHEN p >= '1994-03-27 01:00:00' THEN 120 WHEN p >= '1993-09-26 01:00:00' THEN 60 WHEN p >= '1993-03-28 01:00:00' THEN 120 WHEN p >= '1992-09-27 01:00:00' THEN 60 WHEN p >= '1992-03-29 01:00:00' THEN 120 WHEN p >= '1991-09-29 01:00:00' THEN 60 WHEN p >= '1991-03-31 01:00:00' THEN 120 WHEN p >= '1990-09-30 01:00:00' THEN 60 WHEN p >= '1990-03-25 01:00:00' THEN 120 ELSE 60 END || ' minutes' )
/* dates 137 */ DATETIME( p, CASE WHEN p >= '2040-10-28 02:00:00' THEN -60 WHEN p >= '2040-03-25 03:00:00' THEN -120 WHEN p >= '2039-10-30 02:00:00' THEN -60 WHEN p >= '2039-03-27 03:00:00' THEN -120 WHEN p >= '2038-10-31 02:00:00' THEN -60 WHEN p >= '2038-03-28 03:00:00' THEN -120 WHEN p >= '2037-10-25 02:00:00' THEN -60 WHEN p >= '2037-03-29 03:00:00' THEN -120 WHEN p >= '2036-10-26 02:00:00' THEN -60 WHEN p >= '2036-03-30 03:00:00' THEN -120 WHEN p >= '2035-10-28 02:00:00' THEN -60 WHEN p >= '2035-03-25 03:00:00' THEN -120 WHEN p >= '2034-10-29 02:00:00' THEN -60 WHEN p >= '2034-03-26 03:00:00' THEN -120 WHEN p >= '2033-10-30 02:00:00' THEN -60 WHEN p >= '2033-03-27 03:00:00' THEN -120 WHEN p >= '2032-10-31 02:00:00' THEN -60 WHEN p >= '2032-03-28 03:00:00' THEN -120 WHEN p >= '2031-10-26 02:00:00' THEN -60 WHEN p >= '2031-03-30 03:00:00' THEN -120 WHEN p >= '2030-10-27 02:00:00' THEN -60 WHEN p >= '2030-03-31 03:00:00' THEN -120 WHEN p >= '2029-10-28 02:00:00' THEN -60 WHEN p >= '2029-03-25 03:00:00' THEN -120 WHEN p >= '2028-10-29 02:00:00' THEN -60 WHEN p >= '2028-03-26 03:00:00' THEN -120 WHEN p >= '2027-10-31 02:00:00' THEN -60 WHEN p >= '2027-03-28 03:00:00' THEN -120 WHEN p >= '2026-10-25 02:00:00' THEN -60 WHEN p >= '2026-03-29 03:00:00' THEN -120 WHEN p >= '2025-10-26 02:00:00' THEN -60 WHEN p >= '2025-03-30 03:00:00' THEN -120 WHEN p >= '2024-10-27 02:00:00' THEN -60 WHEN p >= '2024-03-31 03:00:00' THEN -120 WHEN p >= '2023-10-29 02:00:00' THEN -60 WHEN p >= '2023-03-26 03:00:00' THEN -120 WHEN p >= '2022-10-30 02:00:00' THEN -60 WHEN p >= '2022-03-27 03:00:00' THEN -120 WHEN p >= '2021-10-31 02:00:00' THEN -60 WHEN p >= '2021-03-28 03:00:00' THEN -120 WHEN p >= '2020-10-25 02:00:00' THEN -60 WHEN p >= '2020-03-29 03:00:00' THEN -120 WHEN p >= '2019-10-27 02:00:00' THEN -60 WHEN p >= '2019-03-31 03:00:00' THEN -120 WHEN p >= '2018-10-28 02:00:00' THEN -60 WHEN p >= '2018-03-25 03:00:00' THEN -120 WHEN p >= '2017-10-29 02:00:00' THEN -60 WHEN p >= '2017-03-26 03:00:00' THEN -120 WHEN p >= '2016-10-30 02:00:00' THEN -60 WHEN p >= '2016-03-27 03:00:00' THEN -120 WHEN p >= '2015-10-25 02:00:00' THEN -60 WHEN p >= '2015-03-29 03:00:00' THEN -120 WHEN p >= '2014-10-26 02:00:00' THEN -60 WHEN p >= '2014-03-30 03:00:00' THEN -120 WHEN p >= '2013-10-27 02:00:00' THEN -60 WHEN p >= '2013-03-31 03:00:00' THEN -120 WHEN p >= '2012-10-28 02:00:00' THEN -60 WHEN p >= '2012-03-25 03:00:00' THEN -120 WHEN p >= '2011-10-30 02:00:00' THEN -60 WHEN p >= '2011-03-27 03:00:00' THEN -120 WHEN p >= '2010-10-31 02:00:00' THEN -60 WHEN p >= '2010-03-28 03:00:00' THEN -120 WHEN p >= '2009-10-25 02:00:00' THEN -60 WHEN p >= '2009-03-29 03:00:00' THEN -120 WHEN p >= '2008-10-26 02:00:00' THEN -60 WHEN p >= '2008-03-30 03:00:00' THEN -120 WHEN p >= '2007-10-28 02:00:00' THEN -60 WHEN p >= '2007-03-25 03:00:00' THEN -120 WHEN p >= '2006-10-29 02:00:00' THEN -60 WHEN p >= '2006-03-26 03:00:00' THEN -120 WHEN p >= '2005-10-30 02:00:00' THEN -60 WHEN p >= '2005-03-27 03:00:00' THEN -120 WHEN p >= '2004-10-31 02:00:00' THEN -60 WHEN p >= '2004-03-28 03:00:00' THEN -120 WHEN p >= '2003-10-26 02:00:00' THEN -60 WHEN p >= '2003-03-30 03:00:00' THEN -120 WHEN p >= '2002-10-27 02:00:00' THEN -60 WHEN p >= '2002-03-31 03:00:00' THEN -120 WHEN p >= '2001-10-28 02:00:00' THEN -60 WHEN p >= '2001-03-25 03:00:00' THEN -120 WHEN p >= '2000-10-29 02:00:00' THEN -60 WHEN p >= '2000-03-26 03:00:00' THEN -120 WHEN p >= '1999-10-31 02:00:00' THEN -60 WHEN p >= '1999-03-28 03:00:00' THEN -120 WHEN p >= '1998-10-25 02:00:00' THEN -60 WHEN p >= '1998-03-29 03:00:00' THEN -120 WHEN p >= '1997-10-26 02:00:00' THEN -60 WHEN p >= '1997-03-30 03:00:00' THEN -120 WHEN p >= '1996-10-27 02:00:00' THEN -60 WHEN p >= '1996-03-31 03:00:00' THEN -120 WHEN p >= '1995-09-24 02:00:00' THEN -60 WHEN p >= '1995-03-26 03:00:00' THEN -120 WHEN p >= '1994-09-25 02:00:00' THEN -60 WHEN p >= '1994-03-27 03:00:00' THEN -120 WHEN p >= '1993-09-26 02:00:00' THEN -60 WHEN p >= '1993-03-28 03:00:00' THEN -120 WHEN p >= '1992-09-27 02:00:00' THEN -60 WHEN p >= '1992-03-29 03:00:00' THEN -120 WHEN p >= '1991-09-29 02:00:00' THEN -60 WHEN p >= '1991-03-31 03:00:00' THEN -120 WHEN p >= '1990-09-30 02:00:00' THEN -60 WHEN p >= '1990-03-25 03:00:00' THEN -120 ELSE -60 END || ' minutes' )
/* dates 140 */ DATETIME( DATETIME(p, (-480) || ' minutes'), CASE WHEN DATETIME(p, (-480) || ' minutes') >= '2040-11-04 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2040-03-11 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2039-11-06 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2039-03-13 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2038-11-07 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2038-03-14 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2037-11-01 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2037-03-08 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2036-11-02 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2036-03-09 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2035-11-04 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2035-03-11 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2034-11-05 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2034-03-12 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2033-11-06 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2033-03-13 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2032-11-07 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2032-03-14 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2031-11-02 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2031-03-09 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2030-11-03 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2030-03-10 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2029-11-04 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2029-03-11 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2028-11-05 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2028-03-12 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2027-11-07 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2027-03-14 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2026-11-01 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2026-03-08 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2025-11-02 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2025-03-09 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2024-11-03 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2024-03-10 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2023-11-05 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2023-03-12 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2022-11-06 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2022-03-13 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2021-11-07 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2021-03-14 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2020-11-01 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2020-03-08 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2019-11-03 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2019-03-10 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2018-11-04 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2018-03-11 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2017-11-05 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2017-03-12 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2016-11-06 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2016-03-13 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2015-11-01 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2015-03-08 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2014-11-02 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2014-03-09 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2013-11-03 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2013-03-10 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2012-11-04 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2012-03-11 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2011-11-06 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2011-03-13 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2010-11-07 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2010-03-14 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2009-11-01 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2009-03-08 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2008-11-02 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2008-03-09 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2007-11-04 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2007-03-11 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2006-10-29 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2006-04-02 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2005-10-30 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2005-04-03 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2004-10-31 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2004-04-04 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2003-10-26 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2003-04-06 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2002-10-27 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2002-04-07 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2001-10-28 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2001-04-01 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '2000-10-29 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '2000-04-02 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1999-10-31 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1999-04-04 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1998-10-25 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1998-04-05 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1997-10-26 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1997-04-06 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1996-10-27 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1996-04-07 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1995-10-29 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1995-04-02 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1994-10-30 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1994-04-03 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1993-10-31 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1993-04-04 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1992-10-25 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1992-04-05 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1991-10-27 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1991-04-07 07:00:00' THEN -240 WHEN DATETIME(p, (-480) || ' minutes') >= '1990-10-28 06:00:00' THEN -300 WHEN DATETIME(p, (-480) || ' minutes') >= '1990-04-01 07:00:00' THEN -240 ELSE -300 END || ' minutes' )
/* dates 142 */ DATETIME(p, 330 || ' minutes')
/* dates 143 */ DATETIME( p, CASE WHEN p >= '2040-10-06 15:30:00' THEN 660 WHEN p >= '2040-03-31 15:00:00' THEN 630 WHEN p >= '2039-10-01 15:30:00' THEN 660 WHEN p >= '2039-04-02 15:00:00' THEN 630 WHEN p >= '2038-10-02 15:30:00' THEN 660 WHEN p >= '2038-04-03 15:00:00' THEN 630 WHEN p >= '2037-10-03 15:30:00' THEN 660 WHEN p >= '2037-04-04 15:00:00' THEN 630 WHEN p >= '2036-10-04 15:30:00' THEN 660 WHEN p >= '2036-04-05 15:00:00' THEN 630 WHEN p >= '2035-10-06 15:30:00' THEN 660 WHEN p >= '2035-03-31 15:00:00' THEN 630 WHEN p >= '2034-09-30 15:30:00' THEN 660 WHEN p >= '2034-04-01 15:00:00' THEN 630 WHEN p >= '2033-10-01 15:30:00' THEN 660 WHEN p >= '2033-04-02 15:00:00' THEN 630 WHEN p >= '2032-10-02 15:30:00' THEN 660 WHEN p >= '2032-04-03 15:00:00' THEN 630 WHEN p >= '2031-10-04 15:30:00' THEN 660 WHEN p >= '2031-04-05 15:00:00' THEN 630 WHEN p >= '2030-10-05 15:30:00' THEN 660 WHEN p >= '2030-04-06 15:00:00' THEN 630 WHEN p >= '2029-10-06 15:30:00' THEN 660 WHEN p >= '2029-03-31 15:00:00' THEN 630 WHEN p >= '2028-09-30 15:30:00' THEN 660 WHEN p >= '2028-04-01 15:00:00' THEN 630 WHEN p >= '2027-10-02 15:30:00' THEN 660 WHEN p >= '2027-04-03 15:00:00' THEN 630 WHEN p >= '2026-10-03 15:30:00' THEN 660 WHEN p >= '2026-04-04 15:00:00' THEN 630 WHEN p >= '2025-10-04 15:30:00' THEN 660 WHEN p >= '2025-04-05 15:00:00' THEN 630 WHEN p >= '2024-10-05 15:30:00' THEN 660 WHEN p >= '2024-04-06 15:00:00' THEN 630 WHEN p >= '2023-09-30 15:30:00' THEN 660 WHEN p >= '2023-04-01 15:00:00' THEN 630 WHEN p >= '2022-10-01 15:30:00' THEN 660 WHEN p >= '2022-04-02 15:00:00' THEN 630 WHEN p >= '2021-10-02 15:30:00' THEN 660 WHEN p >= '2021-04-03 15:00:00' THEN 630 WHEN p >= '2020-10-03 15:30:00' THEN 660 WHEN p >= '2020-04-04 15:00:00' THEN 630 WHEN p >= '2019-10-05 15:30:00' THEN 660 WHEN p >= '2019-04-06 15:00:00' THEN 630 WHEN p >= '2018-10-06 15:30:00' THEN 660 WHEN p >= '2018-03-31 15:00:00' THEN 630 WHEN p >= '2017-09-30 15:30:00' THEN 660 WHEN p >= '2017-04-01 15:00:00' THEN 630 WHEN p >= '2016-10-01 15:30:00' THEN 660 WHEN p >= '2016-04-02 15:00:00' THEN 630 WHEN p >= '2015-10-03 15:30:00' THEN 660 WHEN p >= '2015-04-04 15:00:00' THEN 630 WHEN p >= '2014-10-04 15:30:00' THEN 660 WHEN p >= '2014-04-05 15:00:00' THEN 630 WHEN p >= '2013-10-05 15:30:00' THEN 660 WHEN p >= '2013-04-06 15:00:00' THEN 630 WHEN p >= '2012-10-06 15:30:00' THEN 660 WHEN p >= '2012-03-31 15:00:00' THEN 630 WHEN p >= '2011-10-01 15:30:00' THEN 660 WHEN p >= '2011-04-02 15:00:00' THEN 630 WHEN p >= '2010-10-02 15:30:00' THEN 660 WHEN p >= '2010-04-03 15:00:00' THEN 630 WHEN p >= '2009-10-03 15:30:00' THEN 660 WHEN p >= '2009-04-04 15:00:00' THEN 630 WHEN p >= '2008-10-04 15:30:00' THEN 660 WHEN p >= '2008-04-05 15:00:00' THEN 630 WHEN p >= '2007-10-27 15:30:00' THEN 660 WHEN p >= '2007-03-24 15:00:00' THEN 630 WHEN p >= '2006-10-28 15:30:00' THEN 660 WHEN p >= '2006-04-01 15:00:00' THEN 630 WHEN p >= '2005-10-29 15:30:00' THEN 660 WHEN p >= '2005-03-26 15:00:00' THEN 630 WHEN p >= '2004-10-30 15:30:00' THEN 660 WHEN p >= '2004-03-27 15:00:00' THEN 630 WHEN p >= '2003-10-25 15:30:00' THEN 660 WHEN p >= '2003-03-29 15:00:00' THEN 630 WHEN p >= '2002-10-26 15:30:00' THEN 660 WHEN p >= '2002-03-30 15:00:00' THEN 630 WHEN p >= '2001-10-27 15:30:00' THEN 660 WHEN p >= '2001-03-24 15:00:00' THEN 630 WHEN p >= '2000-08-26 15:30:00' THEN 660 WHEN p >= '2000-03-25 15:00:00' THEN 630 WHEN p >= '1999-10-30 15:30:00' THEN 660 WHEN p >= '1999-03-27 15:00:00' THEN 630 WHEN p >= '1998-10-24 15:30:00' THEN 660 WHEN p >= '1998-03-28 15:00:00' THEN 630 WHEN p >= '1997-10-25 15:30:00' THEN 660 WHEN p >= '1997-03-29 15:00:00' THEN 630 WHEN p >= '1996-10-26 15:30:00' THEN 660 WHEN p >= '1996-03-30 15:00:00' THEN 630 WHEN p >= '1995-10-28 15:30:00' THEN 660 WHEN p >= '1995-03-04 15:00:00' THEN 630 WHEN p >= '1994-10-29 15:30:00' THEN 660 WHEN p >= '1994-03-05 15:00:00' THEN 630 WHEN p >= '1993-10-30 15:30:00' THEN 660 WHEN p >= '1993-03-06 15:00:00' THEN 630 WHEN p >= '1992-10-24 15:30:00' THEN 660 WHEN p >= '1992-02-29 15:00:00' THEN 630 WHEN p >= '1991-10-26 15:30:00' THEN 660 WHEN p >= '1991-03-02 15:00:00' THEN 630 WHEN p >= '1990-10-27 15:30:00' THEN 660 WHEN p >= '1990-03-03 15:00:00' THEN 630 ELSE 660 END || ' minutes' )
/* dates 144 */ p
/* sum None */ SELECT t, SUM(i) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, ROUND(SUM(m), 2) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, ROUND(SUM(m) FILTER (WHERE b), 2) AS r FROM shop.v GROUP BY 1
/* sum None */ SELECT t, ROUND(SUM(x * 0.101), 2) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, ROUND(SUM(m) FILTER (WHERE b), 2) / COUNT(m) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(*) AS r FROM shop.v GROUP BY 1
/* count_rows None */ SELECT t, COUNT(*) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(i) AS r FROM shop.v GROUP BY 1
/* count None */ SELECT t, COUNT(i) FILTER (WHERE NOT COALESCE(b, FALSE)) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT i) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT i) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT CASE WHEN i IS NOT NULL AND x IS NOT NULL THEN JSON_ARRAY(i, x) END) AS r FROM shop.v GROUP BY 1
/* count_distinct None */ SELECT t, COUNT(DISTINCT s) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, AVG(i) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, ROUND(SUM(m), 2) / COUNT(m) AS r FROM shop.v GROUP BY 1
/* avg None */ SELECT t, ROUND(SUM(m) FILTER (WHERE b), 2) / COUNT(m) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(s) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(s) FILTER (WHERE b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(d) AS r FROM shop.v GROUP BY 1
/* max None */ SELECT t, MAX(b) AS r FROM shop.v GROUP BY 1
/* min None */ SELECT t, MIN(b) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, MAX(t) AS r FROM shop.v GROUP BY 1
/* any None */ SELECT t, MAX(b) FILTER (WHERE i = 1) AS r FROM shop.v GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND x IS NOT NULL THEN CAST(x AS REAL) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS REAL) / 2) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, i, ROW_NUMBER() OVER (PARTITION BY t ORDER BY i NULLS LAST) AS row_rank, COUNT(i) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND i IS NOT NULL THEN CAST(i AS REAL) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS REAL) / 2) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.25 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 4 - (row_count - 1)) < 4 AND x IS NOT NULL THEN CAST(x AS REAL) * (1 - CAST(ABS((row_rank - 1) * 4 - (row_count - 1)) AS REAL) / 4) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.9 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 10 - (row_count - 1) * 9) < 10 AND x IS NOT NULL THEN CAST(x AS REAL) * (1 - CAST(ABS((row_rank - 1) * 10 - (row_count - 1) * 9) AS REAL) / 10) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS(row_rank - 1 - (row_count - 1) * 0) < 1 AND x IS NOT NULL THEN CAST(x AS REAL) * (1 - CAST(ABS(row_rank - 1 - (row_count - 1) * 0) AS REAL) / 1) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 1 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS(row_rank - 1 - (row_count - 1)) < 1 AND x IS NOT NULL THEN CAST(x AS REAL) * (1 - CAST(ABS(row_rank - 1 - (row_count - 1)) AS REAL) / 1) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.9 */ WITH v_windowed AS ( SELECT t, m, ROW_NUMBER() OVER (PARTITION BY t ORDER BY m NULLS LAST) AS row_rank, COUNT(m) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 10 - (row_count - 1) * 9) < 10 AND m IS NOT NULL THEN CAST(m AS REAL) * (1 - CAST(ABS((row_rank - 1) * 10 - (row_count - 1) * 9) AS REAL) / 10) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, CASE WHEN b THEN m END AS r_value, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN b THEN m END NULLS LAST) AS row_rank, COUNT(CASE WHEN b THEN m END) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND r_value IS NOT NULL THEN CAST(r_value AS REAL) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS REAL) / 2) END ) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 2 >= row_count AND (row_rank - 1) * 2 < row_count THEN x END) AS r FROM v_windowed GROUP BY 1
/* percentile 0.5 */ WITH v_windowed AS ( SELECT t, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY d NULLS LAST) AS row_rank, COUNT(d) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 2 >= row_count AND (row_rank - 1) * 2 < row_count THEN d END) AS r FROM v_windowed GROUP BY 1
/* percentile 0.34 */ WITH v_windowed AS ( SELECT t, s, ROW_NUMBER() OVER (PARTITION BY t ORDER BY s NULLS LAST) AS row_rank, COUNT(s) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 50 >= row_count * 17 AND (row_rank - 1) * 50 < row_count * 17 THEN s END) AS r FROM v_windowed GROUP BY 1
/* percentile 0 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank = 1 THEN x END) AS r FROM v_windowed GROUP BY 1
/* percentile 1 */ WITH v_windowed AS ( SELECT t, x, ROW_NUMBER() OVER (PARTITION BY t ORDER BY x NULLS LAST) AS row_rank, COUNT(x) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank >= row_count AND row_rank - 1 < row_count THEN x END) AS r FROM v_windowed GROUP BY 1
/* percentile 0.9 */ WITH v_windowed AS ( SELECT t, CASE WHEN b THEN x END AS r_value, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN b THEN x END NULLS LAST) AS row_rank, COUNT(CASE WHEN b THEN x END) OVER (PARTITION BY t) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 10 >= row_count * 9 AND (row_rank - 1) * 10 < row_count * 9 THEN r_value END) AS r FROM v_windowed GROUP BY 1
/* stddev None */ WITH v_windowed AS ( SELECT t, x, AVG(CAST(x AS REAL)) OVER (PARTITION BY t) AS row_mean FROM shop.v ) SELECT t, SQRT( CAST(SUM((CAST(x AS REAL) - row_mean) * (CAST(x AS REAL) - row_mean)) AS REAL) / NULLIF(COUNT(x) - 1, 0) ) AS r FROM v_windowed GROUP BY 1
/* variance None */ WITH v_windowed AS ( SELECT t, x, AVG(CAST(x AS REAL)) OVER (PARTITION BY t) AS row_mean FROM shop.v ) SELECT t, CAST(SUM((CAST(x AS REAL) - row_mean) * (CAST(x AS REAL) - row_mean)) AS REAL) / NULLIF(COUNT(x) - 1, 0) AS r FROM v_windowed GROUP BY 1
/* variance None */ WITH v_windowed AS ( SELECT t, m, AVG(CAST(m AS REAL)) OVER (PARTITION BY t) AS row_mean FROM shop.v ) SELECT t, CAST(SUM((CAST(m AS REAL) - row_mean) * (CAST(m AS REAL) - row_mean)) AS REAL) / NULLIF(COUNT(m) - 1, 0) AS r FROM v_windowed GROUP BY 1
/* variance None */ WITH v_windowed AS ( SELECT t, CASE WHEN b THEN x END AS r_value, AVG(CAST(CASE WHEN b THEN x END AS REAL)) OVER (PARTITION BY t) AS row_mean FROM shop.v ) SELECT t, CAST(SUM((CAST(r_value AS REAL) - row_mean) * (CAST(r_value AS REAL) - row_mean)) AS REAL) / NULLIF(COUNT(r_value) - 1, 0) AS r FROM v_windowed GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, x, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d NULLS LAST) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, x, d, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d DESC NULLS LAST) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, x, d, b, ROW_NUMBER() OVER (PARTITION BY t ORDER BY CASE WHEN b AND d IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, d NULLS LAST) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND (b AND d IS NOT NULL) THEN x END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, m, p, i = 2 AS r_where, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i = 2 AND p IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, p DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND (r_where AND p IS NOT NULL) THEN m END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, s, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i DESC NULLS LAST, d DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN s END) AS r FROM v_windowed GROUP BY 1
/* first None */ WITH v_windowed AS ( SELECT t, s, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i NULLS LAST, d NULLS LAST ) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND i IS NOT NULL THEN s END) AS r FROM v_windowed GROUP BY 1
/* last None */ WITH v_windowed AS ( SELECT t, b, i, d, ROW_NUMBER() OVER ( PARTITION BY t ORDER BY CASE WHEN i IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, i DESC NULLS LAST, d DESC NULLS LAST ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN b END) AS r FROM v_windowed GROUP BY 1
/* get json */ CASE WHEN JSON_VALID(s) THEN CASE WHEN JSON_TYPE(s, '$."k"') = 'true' THEN 'true' WHEN JSON_TYPE(s, '$."k"') = 'false' THEN 'false' WHEN JSON_TYPE(s, '$."k"') = 'real' AND JSON_EXTRACT(s, '$."k"') = CAST(JSON_EXTRACT(s, '$."k"') AS INTEGER) THEN CAST(CAST(JSON_EXTRACT(s, '$."k"') AS INTEGER) AS TEXT) WHEN JSON_TYPE(s, '$."k"') NOT IN ('object', 'array') THEN CAST(JSON_EXTRACT(s, '$."k"') AS TEXT) END END
/* get json */ CASE WHEN JSON_VALID(s) THEN CASE WHEN JSON_TYPE(s, '$."k"."j"') = 'true' THEN 'true' WHEN JSON_TYPE(s, '$."k"."j"') = 'false' THEN 'false' WHEN JSON_TYPE(s, '$."k"."j"') = 'real' AND JSON_EXTRACT(s, '$."k"."j"') = CAST(JSON_EXTRACT(s, '$."k"."j"') AS INTEGER) THEN CAST(CAST(JSON_EXTRACT(s, '$."k"."j"') AS INTEGER) AS TEXT) WHEN JSON_TYPE(s, '$."k"."j"') NOT IN ('object', 'array') THEN CAST(JSON_EXTRACT(s, '$."k"."j"') AS TEXT) END END
/* get records */ CASE WHEN JSON_VALID(s) THEN ( SELECT CASE WHEN NOT JSON_TYPE(pair.value, '$.value') = 'array' THEN ( SELECT CASE WHEN type = 'true' THEN 'true' WHEN type = 'false' THEN 'false' WHEN type = 'real' AND atom = CAST(atom AS INTEGER) THEN CAST(CAST(atom AS INTEGER) AS TEXT) WHEN type NOT IN ('object', 'array') THEN CAST(atom AS TEXT) END FROM JSON_EACH(pair.value, '$.value') WHERE atom IS NOT NULL LIMIT 1 ) END FROM JSON_EACH(s) AS pair WHERE JSON_EXTRACT(pair.value, '$.key') = 'k' LIMIT 1 ) END
/* get records */ CASE WHEN JSON_VALID(s) THEN ( SELECT CASE WHEN JSON_TYPE(pair.value, '$.value."j"') = 'true' THEN 'true' WHEN JSON_TYPE(pair.value, '$.value."j"') = 'false' THEN 'false' WHEN JSON_TYPE(pair.value, '$.value."j"') = 'real' AND JSON_EXTRACT(pair.value, '$.value."j"') = CAST(JSON_EXTRACT(pair.value, '$.value."j"') AS INTEGER) THEN CAST(CAST(JSON_EXTRACT(pair.value, '$.value."j"') AS INTEGER) AS TEXT) WHEN JSON_TYPE(pair.value, '$.value."j"') NOT IN ('object', 'array') THEN CAST(JSON_EXTRACT(pair.value, '$.value."j"') AS TEXT) END FROM JSON_EACH(s) AS pair WHERE JSON_EXTRACT(pair.value, '$.key') = 'k' LIMIT 1 ) END
/* one_select */ SELECT DATE(orders.day, 'start of month') AS month, customers.country, COALESCE( ROUND( SUM(orders.amount) FILTER (WHERE orders.paid AND (orders.status <> 'test' OR orders.status IS NULL)), 2 ), 0 ) AS revenue, CAST(COALESCE( ROUND( SUM(orders.amount) FILTER (WHERE orders.paid AND (orders.status <> 'test' OR orders.status IS NULL)), 2 ), 0 ) AS REAL) / NULLIF(COUNT(*), 0) AS average FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.day >= '2026-01-01' GROUP BY 1, 2 ORDER BY month NULLS LAST, customers.country NULLS LAST LIMIT 3
/* having */ SELECT day, ROUND(SUM(amount), 2) AS revenue FROM shop.orders GROUP BY 1 HAVING ROUND(SUM(amount), 2) > 5 ORDER BY revenue DESC NULLS LAST
/* filter_on_a_group */ SELECT day, ROUND(SUM(amount), 2) AS revenue FROM shop.orders WHERE day > '2026-01-31' GROUP BY 1 ORDER BY day NULLS LAST
/* window_over_aggregate */ WITH orders_grouped AS ( SELECT day, ROUND(SUM(amount), 2) AS revenue FROM shop.orders GROUP BY 1 ) SELECT day, ROUND(SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), 2) AS running, ROUND(SUM(revenue) OVER (ORDER BY day NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), 2) AS last_two, LAG(revenue) OVER (ORDER BY day NULLS LAST) AS before, CAST(revenue AS REAL) / NULLIF(ROUND(SUM(revenue) OVER (), 2), 0) AS share FROM orders_grouped ORDER BY day NULLS LAST
/* filter_over_window */ WITH orders_windowed AS ( SELECT id, customer_id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY "at" DESC NULLS LAST, id NULLS LAST) AS nth FROM shop.orders ) SELECT customer_id, id FROM orders_windowed WHERE nth = 1 ORDER BY id NULLS LAST
/* aggregate_over_aggregate */ WITH orders_grouped AS ( SELECT day, ROUND(SUM(amount), 2) AS revenue FROM shop.orders GROUP BY 1 ) SELECT DATE(day, 'start of month') AS month, MAX(revenue) AS best_day FROM orders_grouped GROUP BY 1 ORDER BY month NULLS LAST
/* limit_inside */ WITH orders_grouped AS ( SELECT day, ROUND(SUM(amount), 2) AS revenue FROM shop.orders GROUP BY 1 ORDER BY revenue DESC NULLS LAST, day NULLS LAST LIMIT 2 ) SELECT ROUND(SUM(revenue), 2) AS best_two FROM orders_grouped
/* drill_across */ WITH revenue AS ( SELECT DATE(day, 'start of month') AS month, ROUND(SUM(amount) FILTER (WHERE paid AND (status <> 'test' OR status IS NULL)), 2) AS revenue FROM shop.orders GROUP BY 1 ), spend AS ( SELECT DATE(day, 'start of month') AS month, ROUND(SUM(cost), 2) AS spend FROM ads GROUP BY 1 ), combined AS ( SELECT month, revenue, NULL AS spend FROM revenue UNION ALL SELECT month, NULL AS revenue, spend FROM spend ) SELECT combined.month, COALESCE(ROUND(SUM(combined.revenue), 2), 0) AS revenue, ROUND(SUM(combined.spend), 2) AS spend, CAST(COALESCE(ROUND(SUM(combined.revenue), 2), 0) AS REAL) / NULLIF(ROUND(SUM(combined.spend), 2), 0) AS roas FROM combined GROUP BY 1 ORDER BY combined.month NULLS LAST
/* read_twice */ WITH revenue_by_day /* metric revenue */ AS ( SELECT day, ROUND(SUM(amount), 2) AS revenue FROM shop.orders GROUP BY 1 ) SELECT revenue_by_day.day, revenue_by_day.revenue AS now, earlier.revenue AS "then" FROM revenue_by_day LEFT JOIN revenue_by_day AS earlier ON earlier.day = MIN( DATE(revenue_by_day.day, '-1 months'), DATE(revenue_by_day.day, 'start of month', '+0 months', '-1 day') ) ORDER BY revenue_by_day.day NULLS LAST
/* bare_rows_read_twice */ WITH paid_orders AS ( SELECT amount, status FROM shop.orders WHERE paid ), combined AS ( SELECT status, COUNT(*) AS orders FROM paid_orders GROUP BY 1 UNION ALL SELECT 'all' AS status, COUNT(amount) AS orders FROM paid_orders ) SELECT status, orders FROM combined ORDER BY status NULLS LAST
/* grouping_sets */ WITH grouped_rows AS ( SELECT DATE(orders.day, 'start of month') AS month, customers.country, orders.amount FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id ), grouped_windowed AS ( SELECT month, country, amount, ROW_NUMBER() OVER (PARTITION BY month, country ORDER BY amount NULLS LAST) AS row_rank, COUNT(amount) OVER (PARTITION BY month, country) AS row_count FROM grouped_rows ), grouped_windowed_2 AS ( SELECT month, amount, ROW_NUMBER() OVER (PARTITION BY month ORDER BY amount NULLS LAST) AS row_rank, COUNT(amount) OVER (PARTITION BY month) AS row_count FROM grouped_rows ), grouped_windowed_3 AS ( SELECT amount, ROW_NUMBER() OVER (ORDER BY amount NULLS LAST) AS row_rank, COUNT(amount) OVER () AS row_count FROM grouped_rows ), combined AS ( SELECT month, country, COUNT(*) AS orders, ROUND(SUM(amount), 2) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS REAL) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS REAL) / 2) END ) AS median, 0 AS level FROM grouped_windowed GROUP BY 1, 2 UNION ALL SELECT month, NULL AS country, COUNT(*) AS orders, ROUND(SUM(amount), 2) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS REAL) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS REAL) / 2) END ) AS median, 1 AS level FROM grouped_windowed_2 GROUP BY 1 UNION ALL SELECT NULL AS month, NULL AS country, COUNT(*) AS orders, ROUND(SUM(amount), 2) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS REAL) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS REAL) / 2) END ) AS median, 2 AS level FROM grouped_windowed_3 ) SELECT month, country, orders, revenue, median, level FROM combined ORDER BY level NULLS LAST, month NULLS LAST, country NULLS LAST
/* total_between_levels */ WITH grouped_rows AS ( SELECT DATE(day, 'start of month') AS month, status FROM shop.orders ), combined AS ( SELECT month, NULL AS status, COUNT(*) AS orders, 0 AS level FROM grouped_rows GROUP BY 1 UNION ALL SELECT NULL AS month, NULL AS status, COUNT(*) AS orders, 1 AS level FROM grouped_rows UNION ALL SELECT NULL AS month, status, COUNT(*) AS orders, 2 AS level FROM grouped_rows GROUP BY 2 ) SELECT month, status, orders, level FROM combined ORDER BY level NULLS LAST, month NULLS LAST, status NULLS LAST
/* total_of_nothing */ WITH grouped_rows AS ( SELECT DATE(day, 'start of month') AS month, status FROM shop.orders WHERE id > 9 ), levels AS ( SELECT month, NULL AS status, COUNT(*) AS orders, 0 AS level FROM grouped_rows GROUP BY 1 UNION ALL SELECT NULL AS month, NULL AS status, COUNT(*) AS orders, 1 AS level FROM grouped_rows UNION ALL SELECT NULL AS month, status, COUNT(*) AS orders, 2 AS level FROM grouped_rows GROUP BY 2 ) SELECT level FROM levels
/* derived_rows_joined */ WITH orders_windowed AS ( SELECT customer_id, day, status, "at", id, ROW_NUMBER() OVER ( PARTITION BY customer_id ORDER BY CASE WHEN "at" IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, "at" NULLS LAST, id NULLS LAST ) AS first_rank FROM shop.orders ), customers_orders /* one row per customer: first_day */ AS ( SELECT customer_id, MIN(day) AS first_day, MAX(CASE WHEN first_rank = 1 AND "at" IS NOT NULL THEN status END) AS first_status FROM orders_windowed GROUP BY 1 ) SELECT customers.id, totals.first_day, totals.first_status FROM shop.customers LEFT JOIN customers_orders AS totals ON customers.id = totals.customer_id ORDER BY customers.id NULLS LAST
/* join_of_a_projection */ WITH orders_rows AS ( SELECT id, customer_id AS buyer FROM shop.orders ) SELECT orders_rows.id, customers.country FROM orders_rows LEFT JOIN shop.customers ON orders_rows.buyer = customers.id ORDER BY orders_rows.id NULLS LAST
/* long_expression_used_often */ WITH orders_grouped AS ( SELECT ROUND(SUM(amount) FILTER (WHERE paid AND (status <> 'test' OR status IS NULL)), 2) AS revenue FROM shop.orders ) SELECT CAST(revenue AS REAL) / NULLIF(ROUND(revenue + 1, 2), 0) AS with_1, CAST(revenue AS REAL) / NULLIF(ROUND(revenue + 2, 2), 0) AS with_2, CAST(revenue AS REAL) / NULLIF(ROUND(revenue + 3, 2), 0) AS with_3 FROM orders_grouped
/* output_named_as_another_column */ SELECT ROUND(orders.amount * 2, 2) AS amount, orders.amount AS id FROM shop.orders WHERE orders.amount > 6 ORDER BY amount NULLS LAST
/* constants_and_case */ SELECT id, CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END AS size, NULL AS "nothing", TRUE AS yes FROM shop.orders ORDER BY size NULLS LAST, id DESC NULLS LAST
/* constants_of_a_total */ WITH orders_grouped AS ( SELECT ROUND(SUM(amount), 2) AS revenue FROM shop.orders WHERE id > 1 ) SELECT NULL AS "nothing", 1 AS one FROM orders_grouped
/* constants_of_a_total_of_nothing */ WITH orders_grouped AS ( SELECT COUNT(*) AS rows FROM shop.orders WHERE id > 9 ) SELECT 1 AS one FROM orders_grouped WHERE 1 = 1 ORDER BY one NULLS LAST
/* distinct_values */ SELECT customers.country FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id GROUP BY 1 ORDER BY customers.country NULLS LAST
