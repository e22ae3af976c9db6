/* arithmetic 0 */ i + j
/* arithmetic 2 */ i - (j - k)
/* arithmetic 3 */ i - j - k
/* arithmetic 4 */ (i + j) * k
/* arithmetic 5 */ x * m
/* arithmetic 6 */ -(-i)
/* arithmetic 7 */ -(-4)
/* arithmetic 8 */ i - -4
/* arithmetic 10 */ CAST(i AS FLOAT) / NULLIF(j, 0)
/* arithmetic 14 */ x / NULLIF(y, 0)
/* arithmetic 15 */ CAST(m AS FLOAT) / NULLIF(m, 0)
/* arithmetic 16 */ CAST(i AS FLOAT) / 4
/* arithmetic 17 */ CAST(i AS FLOAT) / NULLIF(j, 0) / NULLIF(k, 0)
/* arithmetic 18 */ CAST(i AS FLOAT) / NULLIF(CAST(j AS FLOAT) / NULLIF(k, 0), 0)
/* arithmetic 19 */ CAST(m AS FLOAT) / NULLIF(i, 0)
/* arithmetic 20 */ i * (CAST(j AS FLOAT) / NULLIF(k, 0))
/* comparison 0 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 = t THEN 1 WHEN NOT s COLLATE Latin1_General_100_BIN2 = t THEN 0 END
/* comparison 0 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 = t
/* comparison 5 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 IS DISTINCT FROM t THEN 1 WHEN NOT s COLLATE Latin1_General_100_BIN2 IS DISTINCT FROM t THEN 0 END
/* comparison 5 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 IS DISTINCT FROM t
/* comparison 9 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 IS NOT DISTINCT FROM t THEN 1 WHEN NOT s COLLATE Latin1_General_100_BIN2 IS NOT DISTINCT FROM t THEN 0 END
/* comparison 9 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 IS NOT DISTINCT FROM t
/* comparison 12 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 < t THEN 1 WHEN NOT s COLLATE Latin1_General_100_BIN2 < t THEN 0 END
/* comparison 12 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 < t
/* comparison 15 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 > t THEN 1 WHEN NOT s COLLATE Latin1_General_100_BIN2 > t THEN 0 END
/* comparison 15 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 > t
/* comparison 16 */ CASE WHEN i < j THEN 1 WHEN NOT i < j THEN 0 END
/* comparison 16 as condition */ SELECT i FROM shop.v WHERE i < j
/* comparison 17 */ CASE WHEN i <= j THEN 1 WHEN NOT i <= j THEN 0 END
/* comparison 17 as condition */ SELECT i FROM shop.v WHERE i <= j
/* comparison 18 */ CASE WHEN m > i THEN 1 WHEN NOT m > i THEN 0 END
/* comparison 18 as condition */ SELECT i FROM shop.v WHERE m > i
/* comparison 19 */ CASE WHEN d >= e THEN 1 WHEN NOT d >= e THEN 0 END
/* comparison 19 as condition */ SELECT i FROM shop.v WHERE d >= e
/* comparison 21 */ CASE WHEN p < CAST('2026-01-31 12:00:00' AS DATETIME2(6)) THEN 1 WHEN NOT p < CAST('2026-01-31 12:00:00' AS DATETIME2(6)) THEN 0 END
/* comparison 21 as condition */ SELECT i FROM shop.v WHERE p < CAST('2026-01-31 12:00:00' AS DATETIME2(6))
/* comparison 22 */ CASE WHEN d = CAST('2026-01-31' AS DATE) THEN 1 WHEN NOT d = CAST('2026-01-31' AS DATE) THEN 0 END
/* comparison 22 as condition */ SELECT i FROM shop.v WHERE d = CAST('2026-01-31' AS DATE)
/* comparison 23 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 IN ('a', 'b') THEN 1 WHEN s COLLATE Latin1_General_100_BIN2 NOT IN ('a', 'b') THEN 0 END
/* comparison 23 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 IN ('a', 'b')
/* comparison 26 */ CASE WHEN 1 = 0 THEN 1 WHEN NOT 1 = 0 THEN 0 END
/* comparison 26 as condition */ SELECT i FROM shop.v WHERE 1 = 0
/* comparison 27 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 NOT IN ('a', 'b') OR s IS NULL THEN 1 WHEN NOT (s COLLATE Latin1_General_100_BIN2 NOT IN ('a', 'b') OR s IS NULL) THEN 0 END
/* comparison 27 as condition */ SELECT i FROM shop.v WHERE (s COLLATE Latin1_General_100_BIN2 NOT IN ('a', 'b') OR s IS NULL)
/* comparison 30 */ CASE WHEN LOWER(s) COLLATE Latin1_General_100_BIN2 NOT IN ('a') OR LOWER(s) IS NULL THEN 1 WHEN NOT (LOWER(s) COLLATE Latin1_General_100_BIN2 NOT IN ('a') OR LOWER(s) IS NULL) THEN 0 END
/* comparison 30 as condition */ SELECT i FROM shop.v WHERE (LOWER(s) COLLATE Latin1_General_100_BIN2 NOT IN ('a') OR LOWER(s) IS NULL)
/* comparison 32 */ CASE WHEN 1 = 1 THEN 1 WHEN NOT 1 = 1 THEN 0 END
/* comparison 32 as condition */ SELECT i FROM shop.v WHERE 1 = 1
/* comparison 33 */ CASE WHEN CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t) THEN 0 ELSE 1 END = 1 THEN 1 WHEN NOT CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t) THEN 0 ELSE 1 END = 1 THEN 0 END
/* comparison 33 as condition */ SELECT i FROM shop.v WHERE CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t) THEN 0 ELSE 1 END = 1
/* comparison 34 */ CASE WHEN CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t, 'a') THEN 0 ELSE 1 END = 1 THEN 1 WHEN NOT CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t, 'a') THEN 0 ELSE 1 END = 1 THEN 0 END
/* comparison 34 as condition */ SELECT i FROM shop.v WHERE CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t, 'a') THEN 0 ELSE 1 END = 1
/* comparison 37 */ CASE WHEN CASE WHEN CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t, 'b') THEN 0 ELSE 1 END = 1 THEN 0 ELSE 1 END = 1 THEN 1 WHEN NOT CASE WHEN CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t, 'b') THEN 0 ELSE 1 END = 1 THEN 0 ELSE 1 END = 1 THEN 0 END
/* comparison 37 as condition */ SELECT i FROM shop.v WHERE CASE WHEN CASE WHEN s COLLATE Latin1_General_100_BIN2 IN (t, 'b') THEN 0 ELSE 1 END = 1 THEN 0 ELSE 1 END = 1
/* comparison 38 */ CASE WHEN s IS NULL THEN 1 WHEN NOT s IS NULL THEN 0 END
/* comparison 38 as condition */ SELECT i FROM shop.v WHERE s IS NULL
/* comparison 40 */ CASE WHEN s IS NOT NULL THEN 1 WHEN NOT s IS NOT NULL THEN 0 END
/* comparison 40 as condition */ SELECT i FROM shop.v WHERE s IS NOT NULL
/* comparison 42 */ CASE WHEN s IS NOT NULL THEN 1 WHEN NOT s IS NOT NULL THEN 0 END
/* comparison 42 as condition */ SELECT i FROM shop.v WHERE s IS NOT NULL
/* comparison 44 */ CASE WHEN i IS NOT NULL THEN 1 WHEN NOT i IS NOT NULL THEN 0 END
/* comparison 44 as condition */ SELECT i FROM shop.v WHERE i IS NOT NULL
/* comparison 45 */ CASE WHEN m IS NOT NULL THEN 1 WHEN NOT m IS NOT NULL THEN 0 END
/* comparison 45 as condition */ SELECT i FROM shop.v WHERE m IS NOT NULL
/* comparison 46 */ CASE WHEN b IS NOT NULL THEN 1 WHEN NOT b IS NOT NULL THEN 0 END
/* comparison 46 as condition */ SELECT i FROM shop.v WHERE b IS NOT NULL
/* comparison 47 */ CASE WHEN d IS NOT NULL THEN 1 WHEN NOT d IS NOT NULL THEN 0 END
/* comparison 47 as condition */ SELECT i FROM shop.v WHERE d IS NOT NULL
/* comparison 49 */ CASE WHEN p IS NOT NULL THEN 1 WHEN NOT p IS NOT NULL THEN 0 END
/* comparison 49 as condition */ SELECT i FROM shop.v WHERE p IS NOT NULL
/* logic 0 */ CASE WHEN b = 1 AND c = 1 THEN 1 WHEN NOT (b = 1 AND c = 1) THEN 0 END
/* logic 0 as condition */ SELECT i FROM shop.v WHERE b = 1 AND c = 1
/* logic 3 */ CASE WHEN b = 1 OR c = 1 THEN 1 WHEN NOT (b = 1 OR c = 1) THEN 0 END
/* logic 3 as condition */ SELECT i FROM shop.v WHERE (b = 1 OR c = 1)
/* logic 5 */ CASE WHEN b = 1 AND c = 1 OR c = 1 AND b = 1 THEN 1 WHEN NOT (b = 1 AND c = 1 OR c = 1 AND b = 1) THEN 0 END
/* logic 5 as condition */ SELECT i FROM shop.v WHERE (b = 1 AND c = 1 OR c = 1 AND b = 1)
/* logic 6 */ CASE WHEN (b = 1 OR c = 1) AND (b = 1 OR c = 1) THEN 1 WHEN NOT ((b = 1 OR c = 1) AND (b = 1 OR c = 1)) THEN 0 END
/* logic 6 as condition */ SELECT i FROM shop.v WHERE (b = 1 OR c = 1) AND (b = 1 OR c = 1)
/* logic 7 */ CASE WHEN CASE WHEN b = 1 THEN 0 ELSE 1 END = 1 THEN 1 WHEN NOT CASE WHEN b = 1 THEN 0 ELSE 1 END = 1 THEN 0 END
/* logic 7 as condition */ SELECT i FROM shop.v WHERE CASE WHEN b = 1 THEN 0 ELSE 1 END = 1
/* logic 17 */ CASE WHEN CASE WHEN i > j THEN 1 WHEN NOT i > j THEN 0 END = b THEN 1 WHEN NOT CASE WHEN i > j THEN 1 WHEN NOT i > j THEN 0 END = b THEN 0 END
/* logic 17 as condition */ SELECT i FROM shop.v WHERE CASE WHEN i > j THEN 1 WHEN NOT i > j THEN 0 END = b
/* logic 18 */ CASE WHEN b = 1 THEN 1 WHEN NOT b = 1 THEN 0 END
/* logic 18 as condition */ SELECT i FROM shop.v WHERE b = 1
/* like 0 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 LIKE 'a%' THEN 1 WHEN s COLLATE Latin1_General_100_BIN2 NOT LIKE 'a%' THEN 0 END
/* like 0 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 LIKE 'a%'
/* like 8 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 LIKE t THEN 1 WHEN s COLLATE Latin1_General_100_BIN2 NOT LIKE t THEN 0 END
/* like 8 as condition */ SELECT i FROM shop.v WHERE s COLLATE Latin1_General_100_BIN2 LIKE t
/* like 15 */ CASE WHEN s COLLATE Latin1_General_100_BIN2 NOT LIKE 'a%' OR s IS NULL THEN 1 WHEN NOT (s COLLATE Latin1_General_100_BIN2 NOT LIKE 'a%' OR s IS NULL) THEN 0 END
/* like 15 as condition */ SELECT i FROM shop.v WHERE (s COLLATE Latin1_General_100_BIN2 NOT LIKE 'a%' OR s IS NULL)
/* like 18 */ CASE WHEN CASE WHEN s COLLATE Latin1_General_100_BIN2 LIKE t THEN 0 ELSE 1 END = 1 THEN 1 WHEN NOT CASE WHEN s COLLATE Latin1_General_100_BIN2 LIKE t THEN 0 ELSE 1 END = 1 THEN 0 END
/* like 18 as condition */ SELECT i FROM shop.v WHERE CASE WHEN s COLLATE Latin1_General_100_BIN2 LIKE t THEN 0 ELSE 1 END = 1
/* like 20 */ CASE WHEN LOWER(s) COLLATE Latin1_General_100_BIN2 NOT LIKE 'a%' OR LOWER(s) IS NULL THEN 1 WHEN NOT (LOWER(s) COLLATE Latin1_General_100_BIN2 NOT LIKE 'a%' OR LOWER(s) IS NULL) THEN 0 END
/* like 20 as condition */ SELECT i FROM shop.v WHERE (LOWER(s) COLLATE Latin1_General_100_BIN2 NOT LIKE 'a%' OR LOWER(s) IS NULL)
/* like 22 */ CASE WHEN SUBSTRING(s, 1, LENGTH('a%')) COLLATE Latin1_General_100_BIN2 = 'a%' THEN 1 WHEN NOT SUBSTRING(s, 1, LENGTH('a%')) COLLATE Latin1_General_100_BIN2 = 'a%' THEN 0 END
/* like 22 as condition */ SELECT i FROM shop.v WHERE SUBSTRING(s, 1, LENGTH('a%')) COLLATE Latin1_General_100_BIN2 = 'a%'
/* like 23 */ CASE WHEN SUBSTRING(s, 1, LENGTH(t)) COLLATE Latin1_General_100_BIN2 = t THEN 1 WHEN NOT SUBSTRING(s, 1, LENGTH(t)) COLLATE Latin1_General_100_BIN2 = t THEN 0 END
/* like 23 as condition */ SELECT i FROM shop.v WHERE SUBSTRING(s, 1, LENGTH(t)) COLLATE Latin1_General_100_BIN2 = t
/* like 27 */ CASE WHEN RIGHT(s, LEN('bc' + '.') - 1) COLLATE Latin1_General_100_BIN2 = 'bc' THEN 1 WHEN NOT RIGHT(s, LEN('bc' + '.') - 1) COLLATE Latin1_General_100_BIN2 = 'bc' THEN 0 END
/* like 27 as condition */ SELECT i FROM shop.v WHERE RIGHT(s, LEN('bc' + '.') - 1) COLLATE Latin1_General_100_BIN2 = 'bc'
/* like 29 */ CASE WHEN RIGHT(s, LEN(t + '.') - 1) COLLATE Latin1_General_100_BIN2 = t THEN 1 WHEN NOT RIGHT(s, LEN(t + '.') - 1) COLLATE Latin1_General_100_BIN2 = t THEN 0 END
/* like 29 as condition */ SELECT i FROM shop.v WHERE RIGHT(s, LEN(t + '.') - 1) COLLATE Latin1_General_100_BIN2 = t
/* like 33 */ CASE WHEN CHARINDEX('_b', s COLLATE Latin1_General_100_BIN2) > 0 THEN 1 WHEN NOT CHARINDEX('_b', s COLLATE Latin1_General_100_BIN2) > 0 THEN 0 END
/* like 33 as condition */ SELECT i FROM shop.v WHERE CHARINDEX('_b', s COLLATE Latin1_General_100_BIN2) > 0
/* like 35 */ CASE WHEN CHARINDEX(t, s COLLATE Latin1_General_100_BIN2) > 0 THEN 1 WHEN NOT CHARINDEX(t, s COLLATE Latin1_General_100_BIN2) > 0 THEN 0 END
/* like 35 as condition */ SELECT i FROM shop.v WHERE CHARINDEX(t, s COLLATE Latin1_General_100_BIN2) > 0
/* choice 0 */ COALESCE(i, j, 0)
/* choice 2 */ NULLIF(i, j)
/* choice 4 */ NULLIF(s COLLATE Latin1_General_100_BIN2, '')
/* choice 5 */ CASE WHEN NOT (i IS NULL OR j IS NULL) THEN LEAST(i, j) END
/* choice 6 */ CASE WHEN NOT (i IS NULL OR j IS NULL OR k IS NULL) THEN LEAST(i, j, k) END
/* choice 7 */ CASE WHEN NOT (i IS NULL OR j IS NULL OR k IS NULL) THEN GREATEST(i, j, k) END
/* choice 8 */ CASE WHEN NOT i IS NULL THEN GREATEST(i, 0) END
/* choice 9 */ CASE WHEN NOT (d IS NULL OR e IS NULL) THEN GREATEST(d, e) END
/* choice 10 */ CASE WHEN NOT (s IS NULL OR t IS NULL) THEN LEAST(s COLLATE Latin1_General_100_BIN2, t) END
/* choice 11 */ CASE WHEN i > 1 THEN 'many' WHEN i = 1 THEN 'one' ELSE 'none' END
/* choice 12 */ CASE WHEN i > 1 THEN 'many' END
/* choice 13 */ CASE WHEN b = 1 THEN 'yes' ELSE 'no' END
/* numbers 0 */ ROUND(x * 1.000000000000001, 0)
/* numbers 3 */ ROUND(x * 1.000000000000001, 2)
/* numbers 7 */ ROUND(x * 1.000000000000001, 1)
/* numbers 8 */ ROUND(m, 1)
/* numbers 9 */ ROUND(m, 0)
/* numbers 10 */ CAST(x AS DECIMAL(38, 2))
/* numbers 14 */ m
/* numbers 16 */ FLOOR(x)
/* numbers 17 */ CEILING(x)
/* numbers 18 */ FLOOR(m)
/* numbers 19 */ ABS(x)
/* numbers 20 */ ABS(i)
/* numbers 21 */ CASE WHEN x > 0 THEN LOG(CAST(x AS FLOAT)) END
/* numbers 24 */ CASE WHEN m > 0 THEN LOG(CAST(m AS FLOAT)) END
/* numbers 25 */ CASE WHEN i > 0 THEN LOG(CAST(i AS FLOAT)) END
/* numbers 26 */ CASE WHEN i > 709.78 THEN NULL ELSE EXP(CAST(i AS FLOAT)) END
/* numbers 27 */ CASE WHEN i >= 0 THEN SQRT(CAST(i AS FLOAT)) END
/* numbers 28 */ CASE WHEN x >= 0 THEN SQRT(x) END
/* numbers 29 */ CASE WHEN m >= 0 THEN SQRT(CAST(m AS FLOAT)) END
/* numbers 30 */ POWER(CAST(i AS FLOAT), CAST(3 AS FLOAT))
/* numbers 31 */ CASE WHEN x < 0 THEN NULL ELSE POWER(x, CAST(0.5 AS FLOAT)) END
/* numbers 33 */ CASE WHEN x = 0 THEN NULL ELSE POWER(x, CAST(-1 AS FLOAT)) END
/* numbers 35 */ CASE WHEN x < 0 AND y <> FLOOR(y) OR x = 0 AND y < 0 THEN NULL WHEN y * CASE WHEN ABS(x) > 0 THEN LOG(CAST(ABS(x) AS FLOAT)) END > 709.78 THEN NULL ELSE POWER(x, y) END
/* numbers 38 */ POWER(CAST(m AS FLOAT), CAST(2 AS FLOAT))
/* numbers 39 */ CASE WHEN x > 709.78 THEN NULL ELSE EXP(x) END
/* texts 0 */ LOWER(s)
/* texts 1 */ UPPER(s)
/* texts 2 */ TRIM(s)
/* texts 4 */ LEN(s + '.') - 1
/* texts 6 */ REPLACE(s, 'a', 'bb')
/* texts 7 */ SUBSTRING(s, 2, 2)
/* texts 8 */ SUBSTRING(s, 4, 2147483647)
/* texts 11 */ SUBSTRING(s, CASE WHEN i < 1 THEN 1 ELSE i END, CASE WHEN j < 0 THEN 0 ELSE j END)
/* texts 13 */ CASE WHEN s IS NOT NULL THEN COALESCE( JSON_VALUE( '["' + REPLACE(STRING_ESCAPE(REPLACE(s, '-', NCHAR(57344)), 'json'), NCHAR(57344), '","') + '"]', '$[0]' ), '' ) END
/* texts 18 */ CASE WHEN s IS NOT NULL THEN COALESCE( JSON_VALUE( '["' + REPLACE(STRING_ESCAPE(REPLACE(s, t, NCHAR(57344)), 'json'), NCHAR(57344), '","') + '"]', CONCAT('$[', i - 1, ']') ), '' ) END
/* texts 20 */ (s + '-' + t)
/* texts 22 */ LEN((s + t) + '.') - 1
/* urls 0 */ CASE WHEN s LIKE '[A-Za-z]%://%' THEN LOWER( NULLIF( SUBSTRING( SUBSTRING( SUBSTRING( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ), 1, CHARINDEX( '/', ( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ) + '/' ) COLLATE Latin1_General_100_BIN2 ) - 1 ), CHARINDEX( '@', SUBSTRING( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ), 1, CHARINDEX( '/', ( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ) + '/' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ), 1, CHARINDEX( ':', ( SUBSTRING( SUBSTRING( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ), 1, CHARINDEX( '/', ( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ) + '/' ) COLLATE Latin1_General_100_BIN2 ) - 1 ), CHARINDEX( '@', SUBSTRING( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ), 1, CHARINDEX( '/', ( REPLACE( REPLACE(SUBSTRING(s, CHARINDEX('://', s COLLATE Latin1_General_100_BIN2) + 3, 2147483647), '?', '/'), '#', '/' ) + '/' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) + ':' ) COLLATE Latin1_General_100_BIN2 ) - 1 ), '' ) ) END
/* urls 7 */ CASE WHEN s IS NOT NULL THEN COALESCE( NULLIF( CASE WHEN s LIKE '[A-Za-z]%://%' THEN SUBSTRING( SUBSTRING( SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1), 1, CHARINDEX( '#', (SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1) + '#') COLLATE Latin1_General_100_BIN2 ) - 1 ), CHARINDEX( '://', SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1), 1, CHARINDEX( '#', (SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1) + '#') COLLATE Latin1_General_100_BIN2 ) - 1 ) COLLATE Latin1_General_100_BIN2 ) + 3, 2147483647 ), CHARINDEX( '/', ( SUBSTRING( SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1), 1, CHARINDEX( '#', (SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1) + '#') COLLATE Latin1_General_100_BIN2 ) - 1 ), CHARINDEX( '://', SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1), 1, CHARINDEX( '#', (SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1) + '#') COLLATE Latin1_General_100_BIN2 ) - 1 ) COLLATE Latin1_General_100_BIN2 ) + 3, 2147483647 ) + '/' ) COLLATE Latin1_General_100_BIN2 ), 2147483647 ) ELSE SUBSTRING( SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1), 1, CHARINDEX( '#', (SUBSTRING(s, 1, CHARINDEX('?', (s + '?') COLLATE Latin1_General_100_BIN2) - 1) + '#') COLLATE Latin1_General_100_BIN2 ) - 1 ) END, '' ), '/' ) END
/* urls 14 */ CASE WHEN CHARINDEX( '&utm_source=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) > 0 THEN SUBSTRING( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&utm_source=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 12, 2147483647 ), 1, CHARINDEX( '&', ( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&utm_source=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 12, 2147483647 ) + '&' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) END
/* urls 15 */ CASE WHEN CHARINDEX( '&utm_medium=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) > 0 THEN SUBSTRING( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&utm_medium=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 12, 2147483647 ), 1, CHARINDEX( '&', ( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&utm_medium=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 12, 2147483647 ) + '&' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) END
/* urls 16 */ CASE WHEN CHARINDEX( '&source=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) > 0 THEN SUBSTRING( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&source=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 8, 2147483647 ), 1, CHARINDEX( '&', ( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&source=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 8, 2147483647 ) + '&' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) END
/* urls 17 */ CASE WHEN CHARINDEX( '&z=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) > 0 THEN SUBSTRING( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&z=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 3, 2147483647 ), 1, CHARINDEX( '&', ( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&z=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 3, 2147483647 ) + '&' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) END
/* urls 18 */ CASE WHEN CHARINDEX( '&a.b=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) > 0 THEN SUBSTRING( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&a.b=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 5, 2147483647 ), 1, CHARINDEX( '&', ( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&a.b=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 5, 2147483647 ) + '&' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) END
/* urls 19 */ CASE WHEN CHARINDEX( '&a[]=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) > 0 THEN SUBSTRING( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&a[]=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 5, 2147483647 ), 1, CHARINDEX( '&', ( SUBSTRING( ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ), CHARINDEX( '&a[]=', ( '&' + SUBSTRING( SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1), CHARINDEX( '?', (SUBSTRING(s, 1, CHARINDEX('#', (s + '#') COLLATE Latin1_General_100_BIN2) - 1) + '?') COLLATE Latin1_General_100_BIN2 ) + 1, 2147483647 ) ) COLLATE Latin1_General_100_BIN2 ) + 5, 2147483647 ) + '&' ) COLLATE Latin1_General_100_BIN2 ) - 1 ) END
/* casts 0 */ CASE WHEN CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END LIKE '[0-9]%' AND CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END NOT LIKE '%[^0-9]%' THEN TRY_CAST(TRIM(s) AS BIGINT) END
/* casts 17 */ CASE WHEN CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END LIKE '[0-9.]%' AND CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END LIKE '%[0-9]' AND CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END NOT LIKE '%[^0-9.eE+-]%' AND CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END NOT LIKE '%[eE]%[0-9][0-9][0-9]' THEN TRY_CAST(TRIM(s) AS FLOAT) END
/* casts 41 */ CASE WHEN CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END LIKE '[0-9.]%' AND CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END LIKE '%[0-9]' AND CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END NOT LIKE '%[^0-9.eE+-]%' AND CASE WHEN TRIM(s) LIKE '[-+]%' THEN SUBSTRING(TRIM(s), 2, 2147483647) ELSE TRIM(s) END NOT LIKE '%[eE]%[0-9][0-9][0-9]' THEN COALESCE(TRY_CAST(TRIM(s) AS DECIMAL(6, 2)), TRY_CAST(TRY_CAST(TRIM(s) AS FLOAT) AS DECIMAL(6, 2))) END
/* casts 49 */ CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN 1 WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN 0 END
/* casts 49 as condition */ SELECT i FROM shop.v WHERE CASE WHEN LOWER(TRIM(s)) IN ('true', 't', 'yes', 'y', '1', 'on') THEN 1 WHEN LOWER(TRIM(s)) IN ('false', 'f', 'no', 'n', '0', 'off') THEN 0 END = 1
/* casts 61 */ TRY_CAST(ROUND(x, 0, 1) AS BIGINT)
/* casts 64 */ TRY_CAST(ROUND(m, 0, 1) AS BIGINT)
/* casts 65 */ CAST(b AS BIGINT)
/* casts 68 */ i
/* casts 69 */ CAST(i AS FLOAT)
/* casts 70 */ CAST(m AS FLOAT)
/* casts 71 */ CAST(b AS FLOAT)
/* casts 72 */ TRY_CAST(x AS DECIMAL(6, 2))
/* casts 74 */ TRY_CAST(i AS DECIMAL(6, 2))
/* casts 75 */ CASE WHEN i = 0 THEN 0 WHEN i IS NOT NULL THEN 1 END
/* casts 75 as condition */ SELECT i FROM shop.v WHERE CASE WHEN i = 0 THEN 0 WHEN i IS NOT NULL THEN 1 END = 1
/* casts 78 */ CASE WHEN x = 0 THEN 0 WHEN x IS NOT NULL THEN 1 END
/* casts 78 as condition */ SELECT i FROM shop.v WHERE CASE WHEN x = 0 THEN 0 WHEN x IS NOT NULL THEN 1 END = 1
/* casts 79 */ CAST(i AS NVARCHAR(4000))
/* casts 80 */ FORMAT(x, '0.###############')
/* casts 83 */ FORMAT(m, '0.###############')
/* casts 86 */ CASE WHEN b = 1 THEN 'true' WHEN NOT b = 1 THEN 'false' END
/* casts 89 */ CASE WHEN i = j THEN 'true' WHEN NOT i = j THEN 'false' END
/* casts 90 */ CAST(d AS NVARCHAR(4000))
/* casts 91 */ CONVERT(VARCHAR(19), p, 120)
/* casts 92 */ s
/* dates 0 */ DATEADD(DAY, i, d)
/* dates 1 */ DATEADD(DAY, i - j, d)
/* dates 3 */ DATEADD(DAY, i, CAST('1970-01-01' AS DATE))
/* dates 4 */ DATEADD(MONTH, i, d)
/* dates 6 */ DATEADD(MONTH, i + j, d)
/* dates 8 */ CAST(p AS DATE)
/* dates 9 */ d
/* dates 10 */ CASE WHEN SUBSTRING(TRIM(s), 1, 10) LIKE '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND SUBSTRING(TRIM(s), 11, 1) IN ('', 'T', ' ') THEN TRY_CAST(SUBSTRING(TRIM(s), 1, 10) AS DATE) END
/* dates 24 */ CAST(d AS DATETIME2(6))
/* dates 25 */ CASE WHEN TRIM(s) LIKE '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]%' THEN CAST(SWITCHOFFSET(TRY_CAST(TRIM(s) AS DATETIMEOFFSET(6)), '+00:00') AS DATETIME2(6)) END
/* dates 36 */ CASE WHEN LENGTH(s) = 8 AND (SUBSTRING(s, 1, 4) + '-' + SUBSTRING(s, 5, 2) + '-' + SUBSTRING(s, 7, 2)) NOT LIKE '%[^-0-9 :]%' THEN TRY_CAST((SUBSTRING(s, 1, 4) + '-' + SUBSTRING(s, 5, 2) + '-' + SUBSTRING(s, 7, 2)) AS DATE) END
/* dates 41 */ CASE WHEN LENGTH(s) = 10 AND SUBSTRING(s, 3, 1) = '.' AND SUBSTRING(s, 6, 1) = '.' AND (SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 4, 2) + '-' + SUBSTRING(s, 1, 2)) NOT LIKE '%[^-0-9 :]%' THEN TRY_CAST((SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 4, 2) + '-' + SUBSTRING(s, 1, 2)) AS DATE) END
/* dates 43 */ CASE WHEN LENGTH(s) = 10 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND (SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 1, 2) + '-' + SUBSTRING(s, 4, 2)) NOT LIKE '%[^-0-9 :]%' THEN TRY_CAST((SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 1, 2) + '-' + SUBSTRING(s, 4, 2)) AS DATE) END
/* dates 44 */ CASE WHEN LENGTH(s) = 7 AND SUBSTRING(s, 5, 1) = '-' AND (SUBSTRING(s, 1, 4) + '-' + SUBSTRING(s, 6, 2) + '-' + '01') NOT LIKE '%[^-0-9 :]%' THEN TRY_CAST((SUBSTRING(s, 1, 4) + '-' + SUBSTRING(s, 6, 2) + '-' + '01') AS DATE) END
/* dates 47 */ CASE WHEN LENGTH(s) = 4 AND (SUBSTRING(s, 1, 4) + '-' + '01' + '-' + '01') NOT LIKE '%[^-0-9 :]%' THEN TRY_CAST((SUBSTRING(s, 1, 4) + '-' + '01' + '-' + '01') AS DATE) END
/* dates 48 */ CASE WHEN LENGTH(s) = 19 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND SUBSTRING(s, 11, 1) = ' ' AND SUBSTRING(s, 14, 1) = ':' AND SUBSTRING(s, 17, 1) = ':' AND ( SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 4, 2) + '-' + SUBSTRING(s, 1, 2) + ' ' + SUBSTRING(s, 12, 2) + ':' + SUBSTRING(s, 15, 2) + ':' + SUBSTRING(s, 18, 2) ) NOT LIKE '%[^-0-9 :]%' THEN TRY_CAST(( SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 4, 2) + '-' + SUBSTRING(s, 1, 2) + ' ' + SUBSTRING(s, 12, 2) + ':' + SUBSTRING(s, 15, 2) + ':' + SUBSTRING(s, 18, 2) ) AS DATETIME2(6)) END
/* dates 49 */ CASE WHEN LENGTH(s) = 16 AND SUBSTRING(s, 3, 1) = '/' AND SUBSTRING(s, 6, 1) = '/' AND SUBSTRING(s, 11, 1) = ' ' AND SUBSTRING(s, 14, 1) = ':' AND ( SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 4, 2) + '-' + SUBSTRING(s, 1, 2) + ' ' + SUBSTRING(s, 12, 2) + ':' + SUBSTRING(s, 15, 2) + ':' + '00' ) NOT LIKE '%[^-0-9 :]%' THEN TRY_CAST(( SUBSTRING(s, 7, 4) + '-' + SUBSTRING(s, 4, 2) + '-' + SUBSTRING(s, 1, 2) + ' ' + SUBSTRING(s, 12, 2) + ':' + SUBSTRING(s, 15, 2) + ':' + '00' ) AS DATETIME2(6)) END
/* dates 50 */ d
/* dates 51 */ DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 7) % 7), d)
/* dates 53 */ DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 1) % 7), d)
/* dates 55 */ DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 2) % 7), d)
/* dates 56 */ DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 5) % 7), d)
/* dates 57 */ DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 4) % 7), d)
/* dates 58 */ DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 3) % 7), d)
/* dates 59 */ DATEFROMPARTS(YEAR(d), MONTH(d), 1)
/* dates 60 */ DATEADD(MONTH, -((MONTH(d) + 11) % 3), DATEFROMPARTS(YEAR(d), MONTH(d), 1))
/* dates 61 */ DATEADD(MONTH, -((MONTH(d) + 10) % 3), DATEFROMPARTS(YEAR(d), MONTH(d), 1))
/* dates 63 */ DATEADD(MONTH, -((MONTH(d) + 0) % 3), DATEFROMPARTS(YEAR(d), MONTH(d), 1))
/* dates 64 */ DATEADD(MONTH, -((MONTH(d) + 11) % 12), DATEFROMPARTS(YEAR(d), MONTH(d), 1))
/* dates 65 */ DATEADD(MONTH, -((MONTH(d) + 8) % 12), DATEFROMPARTS(YEAR(d), MONTH(d), 1))
/* dates 67 */ DATEADD(MONTH, -((MONTH(d) + 0) % 12), DATEFROMPARTS(YEAR(d), MONTH(d), 1))
/* dates 68 */ DATEADD(MONTH, -((MONTH(d) + 9) % 12), DATEFROMPARTS(YEAR(d), MONTH(d), 1))
/* dates 69 */ DATEFROMPARTS(YEAR(p), MONTH(p), 1)
/* dates 70 */ DATEADD(DAY, -((DATEDIFF(DAY, '19000101', p) + 1) % 7), CAST(p AS DATE))
/* dates 71 */ CAST(p AS DATE)
/* dates 72 */ DATEADD(MONTH, -((MONTH(p) + 5) % 12), DATEFROMPARTS(YEAR(p), MONTH(p), 1))
/* dates 73 */ DATEADD(HOUR, DATEDIFF(HOUR, CAST(p AS DATE), p), CAST(CAST(p AS DATE) AS DATETIME2(6)))
/* dates 74 */ DATEADD(MINUTE, DATEDIFF(MINUTE, CAST(p AS DATE), p), CAST(CAST(p AS DATE) AS DATETIME2(6)))
/* dates 76 */ DATEADD(DAY, 6, DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 7) % 7), d))
/* dates 78 */ DATEADD(DAY, 6, DATEADD(DAY, -((DATEDIFF(DAY, '19000101', d) + 1) % 7), d))
/* dates 79 */ DATEADD(DAY, -1, DATEADD(MONTH, 1, DATEFROMPARTS(YEAR(d), MONTH(d), 1)))
/* dates 81 */ DATEADD(DAY, -1, DATEADD(MONTH, 3, DATEADD(MONTH, -((MONTH(d) + 11) % 3), DATEFROMPARTS(YEAR(d), MONTH(d), 1))))
/* dates 82 */ DATEADD(DAY, -1, DATEADD(MONTH, 3, DATEADD(MONTH, -((MONTH(d) + 10) % 3), DATEFROMPARTS(YEAR(d), MONTH(d), 1))))
/* dates 83 */ DATEADD( DAY, -1, DATEADD(MONTH, 12, DATEADD(MONTH, -((MONTH(d) + 11) % 12), DATEFROMPARTS(YEAR(d), MONTH(d), 1))) )
/* dates 84 */ DATEADD(DAY, -1, DATEADD(MONTH, 12, DATEADD(MONTH, -((MONTH(d) + 8) % 12), DATEFROMPARTS(YEAR(d), MONTH(d), 1))))
/* dates 85 */ d
/* dates 86 */ DATEADD(DAY, -1, DATEADD(MONTH, 1, DATEFROMPARTS(YEAR(p), MONTH(p), 1)))
/* dates 87 */ CAST(p AS DATE)
/* dates 88 */ DATEPART(YEAR, d)
/* dates 89 */ DATEPART(QUARTER, d)
/* dates 90 */ DATEPART(MONTH, d)
/* dates 91 */ DATEPART(DAY, d)
/* dates 92 */ DATEDIFF(DAY, '19000101', d) % 7 + 1
/* dates 93 */ DATEPART(DAYOFYEAR, d)
/* dates 94 */ CASE WHEN d IS NOT NULL THEN 0 END
/* dates 95 */ DATEPART(YEAR, p)
/* dates 96 */ DATEPART(QUARTER, p)
/* dates 97 */ DATEPART(MONTH, p)
/* dates 98 */ DATEPART(DAY, p)
/* dates 99 */ DATEDIFF(DAY, '19000101', p) % 7 + 1
/* dates 100 */ DATEPART(DAYOFYEAR, p)
/* dates 101 */ DATEPART(HOUR, p)
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
/* dates 123 */ DATEADD(HOUR, 6, CAST(d AS DATETIME2(6)))
/* dates 125 */ DATEDIFF(DAY, e, d)
/* dates 128 */ CAST(DATEDIFF_BIG(MICROSECOND, q, p) AS FLOAT) / 86400000000
/* dates 130 */ CAST(DATEDIFF_BIG(MICROSECOND, CAST(d AS DATETIME2(6)), p) AS FLOAT) / 86400000000
/* dates 131 */ CAST(DATEDIFF_BIG(MICROSECOND, p, CAST(d AS DATETIME2(6))) AS FLOAT) / 86400000000
/* dates 132 */ CASE WHEN CAST(DATEDIFF_BIG(MICROSECOND, q, p) AS FLOAT) / 86400000000 > 28 THEN 1 WHEN NOT CAST(DATEDIFF_BIG(MICROSECOND, q, p) AS FLOAT) / 86400000000 > 28 THEN 0 END
/* dates 132 as condition */ SELECT i FROM shop.v WHERE CAST(DATEDIFF_BIG(MICROSECOND, q, p) AS FLOAT) / 86400000000 > 28
/* dates 133 */ CAST(p AT TIME ZONE 'UTC' AT TIME ZONE 'W. Europe Standard Time' AS DATETIME2(6))
/* dates 137 */ CAST(p AT TIME ZONE 'W. Europe Standard Time' AT TIME ZONE 'UTC' AS DATETIME2(6))
/* dates 140 */ CAST(p AT TIME ZONE 'Taipei Standard Time' AT TIME ZONE 'Eastern Standard Time' AS DATETIME2(6))
/* dates 142 */ CAST(p AT TIME ZONE 'UTC' AT TIME ZONE 'India Standard Time' AS DATETIME2(6))
/* dates 143 */ CAST(p AT TIME ZONE 'UTC' AT TIME ZONE 'Lord Howe Standard Time' AS DATETIME2(6))
/* dates 144 */ p
/* sum None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, SUM(v.i) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* sum None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, SUM(v.m) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* sum None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, SUM(CASE WHEN v.b = 1 THEN v.m END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* sum None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, CAST(SUM(v.x * 0.101) AS DECIMAL(38, 2)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* avg None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, AVG(CASE WHEN v.b = 1 THEN CAST(v.m AS FLOAT) END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count_rows None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT(*) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count_rows None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT(CASE WHEN v.b = 1 THEN 1 END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT(v.i) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT(CASE WHEN CASE WHEN v.b = 1 THEN 0 ELSE 1 END = 1 THEN v.i END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count_distinct None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT(DISTINCT v.i) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count_distinct None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT(DISTINCT CASE WHEN v.b = 1 THEN v.i END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count_distinct None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT( DISTINCT CASE WHEN v.i IS NOT NULL AND v.x IS NOT NULL THEN (CAST(v.i AS NVARCHAR(4000)) + '' + CAST(v.x AS NVARCHAR(4000))) END ) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* count_distinct None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, COUNT(DISTINCT v.s COLLATE Latin1_General_100_BIN2) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* avg None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, AVG(CAST(v.i AS FLOAT)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* avg None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, AVG(CAST(v.m AS FLOAT)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* avg None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, AVG(CASE WHEN v.b = 1 THEN CAST(v.m AS FLOAT) END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* min None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MIN(v.s COLLATE Latin1_General_100_BIN2) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* max None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MAX(v.s COLLATE Latin1_General_100_BIN2) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* max None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MAX(CASE WHEN v.b = 1 THEN v.s COLLATE Latin1_General_100_BIN2 END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* min None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MIN(v.d) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* max None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MAX(CAST(v.b AS BIGINT)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* min None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MIN(CAST(v.b AS BIGINT)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* any None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MAX(v.t COLLATE Latin1_General_100_BIN2) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* any None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, MAX(CASE WHEN v.i = 1 THEN CAST(v.b AS BIGINT) END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* percentile 0.5 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND x IS NOT NULL THEN CAST(x AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT) / 2) END ) AS r FROM v_windowed GROUP BY t
/* percentile 0.5 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.i AS i, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.i IS NULL THEN 1 ELSE 0 END, v.i ) AS row_rank, COUNT(v.i) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND i IS NOT NULL THEN CAST(i AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT) / 2) END ) AS r FROM v_windowed GROUP BY t
/* percentile 0.25 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 4 - (row_count - 1)) < 4 AND x IS NOT NULL THEN CAST(x AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 4 - (row_count - 1)) AS FLOAT) / 4) END ) AS r FROM v_windowed GROUP BY t
/* percentile 0.9 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 10 - (row_count - 1) * 9) < 10 AND x IS NOT NULL THEN CAST(x AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 10 - (row_count - 1) * 9) AS FLOAT) / 10) END ) AS r FROM v_windowed GROUP BY t
/* percentile 0 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS(row_rank - 1 - (row_count - 1) * 0) < 1 AND x IS NOT NULL THEN CAST(x AS FLOAT) * (1 - CAST(ABS(row_rank - 1 - (row_count - 1) * 0) AS FLOAT) / 1) END ) AS r FROM v_windowed GROUP BY t
/* percentile 1 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS(row_rank - 1 - (row_count - 1)) < 1 AND x IS NOT NULL THEN CAST(x AS FLOAT) * (1 - CAST(ABS(row_rank - 1 - (row_count - 1)) AS FLOAT) / 1) END ) AS r FROM v_windowed GROUP BY t
/* percentile 0.9 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.m AS m, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.m IS NULL THEN 1 ELSE 0 END, v.m ) AS row_rank, COUNT(v.m) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 10 - (row_count - 1) * 9) < 10 AND m IS NOT NULL THEN CAST(m AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 10 - (row_count - 1) * 9) AS FLOAT) / 10) END ) AS r FROM v_windowed GROUP BY t
/* percentile 0.5 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, CASE WHEN v.b = 1 THEN v.m END AS r_value, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.b = 1 THEN v.m END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.b = 1 THEN v.m END ) AS row_rank, COUNT(CASE WHEN v.b = 1 THEN v.m END) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND r_value IS NOT NULL THEN CAST(r_value AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT) / 2) END ) AS r FROM v_windowed GROUP BY t
/* percentile 0.5 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 2 >= row_count AND (row_rank - 1) * 2 < row_count THEN x END) AS r FROM v_windowed GROUP BY t
/* percentile 0.5 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.d AS d, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.d IS NULL THEN 1 ELSE 0 END, v.d ) AS row_rank, COUNT(v.d) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 2 >= row_count AND (row_rank - 1) * 2 < row_count THEN d END) AS r FROM v_windowed GROUP BY t
/* percentile 0.34 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.s AS s, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.s COLLATE Latin1_General_100_BIN2 IS NULL THEN 1 ELSE 0 END, v.s COLLATE Latin1_General_100_BIN2 ) AS row_rank, COUNT(v.s) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, MAX( CASE WHEN row_rank * 50 >= row_count * 17 AND (row_rank - 1) * 50 < row_count * 17 THEN s END COLLATE Latin1_General_100_BIN2 ) AS r FROM v_windowed GROUP BY t
/* percentile 0 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank = 1 THEN x END) AS r FROM v_windowed GROUP BY t
/* percentile 1 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN v.x IS NULL THEN 1 ELSE 0 END, v.x ) AS row_rank, COUNT(v.x) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank >= row_count AND row_rank - 1 < row_count THEN x END) AS r FROM v_windowed GROUP BY t
/* percentile 0.9 */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, CASE WHEN v.b = 1 THEN v.x END AS r_value, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.b = 1 THEN v.x END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.b = 1 THEN v.x END ) AS row_rank, COUNT(CASE WHEN v.b = 1 THEN v.x END) OVER (PARTITION BY v.t COLLATE Latin1_General_100_BIN2) AS row_count FROM shop.v ) SELECT t, MAX(CASE WHEN row_rank * 10 >= row_count * 9 AND (row_rank - 1) * 10 < row_count * 9 THEN r_value END) AS r FROM v_windowed GROUP BY t
/* stddev None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, STDEV(CAST(v.x AS FLOAT)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* variance None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, VAR(CAST(v.x AS FLOAT)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* variance None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, VAR(CAST(v.m AS FLOAT)) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* variance None */ SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, VAR(CASE WHEN v.b = 1 THEN CAST(v.x AS FLOAT) END) AS r FROM shop.v GROUP BY v.t COLLATE Latin1_General_100_BIN2
/* first None */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, v.d AS d, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.d IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.d IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN v.d IS NULL THEN 1 ELSE 0 END, v.d ) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY t
/* last None */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, v.d AS d, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.d IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.d IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN v.d IS NULL THEN 1 ELSE 0 END, v.d DESC ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND d IS NOT NULL THEN x END) AS r FROM v_windowed GROUP BY t
/* first None */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.x AS x, v.d AS d, v.b AS b, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.b = 1 AND v.d IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.b = 1 AND v.d IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN v.d IS NULL THEN 1 ELSE 0 END, v.d ) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND (b = 1 AND d IS NOT NULL) THEN x END) AS r FROM v_windowed GROUP BY t
/* last None */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.m AS m, v.p AS p, CASE WHEN v.i = 2 THEN 1 WHEN NOT v.i = 2 THEN 0 END AS r_where, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.i = 2 AND v.p IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.i = 2 AND v.p IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN v.p IS NULL THEN 1 ELSE 0 END, v.p DESC ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND (r_where = 1 AND p IS NOT NULL) THEN m END) AS r FROM v_windowed GROUP BY t
/* last None */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.s AS s, v.i AS i, v.d AS d, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.i IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.i IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN v.i IS NULL THEN 1 ELSE 0 END, v.i DESC, CASE WHEN v.d IS NULL THEN 1 ELSE 0 END, v.d DESC ) AS last_rank FROM shop.v ) SELECT t, MAX(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN s END COLLATE Latin1_General_100_BIN2) AS r FROM v_windowed GROUP BY t
/* first None */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.s AS s, v.i AS i, v.d AS d, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.i IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.i IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN v.i IS NULL THEN 1 ELSE 0 END, v.i, CASE WHEN v.d IS NULL THEN 1 ELSE 0 END, v.d ) AS first_rank FROM shop.v ) SELECT t, MAX(CASE WHEN first_rank = 1 AND i IS NOT NULL THEN s END COLLATE Latin1_General_100_BIN2) AS r FROM v_windowed GROUP BY t
/* last None */ WITH v_windowed AS ( SELECT v.t COLLATE Latin1_General_100_BIN2 AS t, v.b AS b, v.i AS i, v.d AS d, ROW_NUMBER() OVER ( PARTITION BY v.t COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN CASE WHEN v.i IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN v.i IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN v.i IS NULL THEN 1 ELSE 0 END, v.i DESC, CASE WHEN v.d IS NULL THEN 1 ELSE 0 END, v.d DESC ) AS last_rank FROM shop.v ) SELECT t, MAX(CAST(CASE WHEN last_rank = 1 AND i IS NOT NULL THEN b END AS BIGINT)) AS r FROM v_windowed GROUP BY t
/* get json */ CASE WHEN ISJSON(s) = 1 THEN JSON_VALUE(s, '$."k"') END
/* get json */ CASE WHEN ISJSON(s) = 1 THEN JSON_VALUE(s, '$."k"."j"') END
/* get records */ ( SELECT TOP 1 COALESCE( JSON_VALUE(pair.[value], '$.value."string_value"'), JSON_VALUE(pair.[value], '$.value."int_value"'), JSON_VALUE(pair.[value], '$.value."float_value"'), JSON_VALUE(pair.[value], '$.value."double_value"') ) FROM OPENJSON(s) AS pair WHERE JSON_VALUE(pair.[value], '$.key') = 'k' )
/* get records */ ( SELECT TOP 1 JSON_VALUE(pair.[value], '$.value."j"') FROM OPENJSON(s) AS pair WHERE JSON_VALUE(pair.[value], '$.key') = 'k' )
/* one_select */ SELECT TOP 3 DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1) AS month, customers.country COLLATE Latin1_General_100_BIN2 AS country, COALESCE( SUM( CASE WHEN orders.paid = 1 AND (orders.status COLLATE Latin1_General_100_BIN2 <> 'test' OR orders.status IS NULL) THEN orders.amount END ), 0 ) AS revenue, CAST(COALESCE( SUM( CASE WHEN orders.paid = 1 AND (orders.status COLLATE Latin1_General_100_BIN2 <> 'test' OR orders.status IS NULL) THEN orders.amount END ), 0 ) AS FLOAT) / NULLIF(COUNT(*), 0) AS average FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.day >= CAST('2026-01-01' AS DATE) GROUP BY DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1), customers.country COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1) IS NULL THEN 1 ELSE 0 END, DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1), CASE WHEN customers.country COLLATE Latin1_General_100_BIN2 IS NULL THEN 1 ELSE 0 END, customers.country COLLATE Latin1_General_100_BIN2
/* having */ SELECT day, SUM(amount) AS revenue FROM shop.orders GROUP BY day HAVING SUM(amount) > 5 ORDER BY CASE WHEN SUM(amount) IS NULL THEN 1 ELSE 0 END, SUM(amount) DESC
/* filter_on_a_group */ SELECT day, SUM(amount) AS revenue FROM shop.orders WHERE day > CAST('2026-01-31' AS DATE) GROUP BY day ORDER BY CASE WHEN day IS NULL THEN 1 ELSE 0 END, day
/* window_over_aggregate */ WITH orders_grouped AS ( SELECT day AS day, SUM(amount) AS revenue FROM shop.orders GROUP BY day ) SELECT day, SUM(revenue) OVER ( ORDER BY CASE WHEN day IS NULL THEN 1 ELSE 0 END, day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW ) AS running, SUM(revenue) OVER (ORDER BY CASE WHEN day IS NULL THEN 1 ELSE 0 END, day ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS last_two, LAG(revenue) OVER (ORDER BY CASE WHEN day IS NULL THEN 1 ELSE 0 END, day) AS before, CAST(revenue AS FLOAT) / NULLIF(SUM(revenue) OVER (), 0) AS share FROM orders_grouped ORDER BY CASE WHEN day IS NULL THEN 1 ELSE 0 END, day
/* filter_over_window */ WITH orders_windowed AS ( SELECT id AS id, customer_id AS customer_id, ROW_NUMBER() OVER ( PARTITION BY customer_id ORDER BY CASE WHEN [at] IS NULL THEN 1 ELSE 0 END, [at] DESC, CASE WHEN id IS NULL THEN 1 ELSE 0 END, id ) AS nth FROM shop.orders ) SELECT customer_id, id FROM orders_windowed WHERE nth = 1 ORDER BY CASE WHEN id IS NULL THEN 1 ELSE 0 END, id
/* aggregate_over_aggregate */ WITH orders_grouped AS ( SELECT day AS day, SUM(amount) AS revenue FROM shop.orders GROUP BY day ) SELECT DATEFROMPARTS(YEAR(day), MONTH(day), 1) AS month, MAX(revenue) AS best_day FROM orders_grouped GROUP BY DATEFROMPARTS(YEAR(day), MONTH(day), 1) ORDER BY CASE WHEN DATEFROMPARTS(YEAR(day), MONTH(day), 1) IS NULL THEN 1 ELSE 0 END, DATEFROMPARTS(YEAR(day), MONTH(day), 1)
/* limit_inside */ WITH orders_grouped AS ( SELECT TOP 2 day AS day, SUM(amount) AS revenue FROM shop.orders GROUP BY day ORDER BY CASE WHEN SUM(amount) IS NULL THEN 1 ELSE 0 END, SUM(amount) DESC, CASE WHEN day IS NULL THEN 1 ELSE 0 END, day ) SELECT SUM(revenue) AS best_two FROM orders_grouped
/* drill_across */ WITH revenue AS ( SELECT DATEFROMPARTS(YEAR(day), MONTH(day), 1) AS month, SUM( CASE WHEN paid = 1 AND (status COLLATE Latin1_General_100_BIN2 <> 'test' OR status IS NULL) THEN amount END ) AS revenue FROM shop.orders GROUP BY DATEFROMPARTS(YEAR(day), MONTH(day), 1) ), spend AS ( SELECT DATEFROMPARTS(YEAR(day), MONTH(day), 1) AS month, SUM(cost) AS spend FROM ads GROUP BY DATEFROMPARTS(YEAR(day), MONTH(day), 1) ), combined AS ( SELECT month, revenue, CAST(NULL AS DECIMAL(18, 2)) AS spend FROM revenue UNION ALL SELECT month, CAST(NULL AS DECIMAL(18, 2)) AS revenue, spend FROM spend ) SELECT combined.month, COALESCE(SUM(combined.revenue), 0) AS revenue, SUM(combined.spend) AS spend, CAST(COALESCE(SUM(combined.revenue), 0) AS FLOAT) / NULLIF(SUM(combined.spend), 0) AS roas FROM combined GROUP BY combined.month ORDER BY CASE WHEN combined.month IS NULL THEN 1 ELSE 0 END, combined.month
/* read_twice */ WITH revenue_by_day /* metric revenue */ AS ( SELECT day AS day, SUM(amount) AS revenue FROM shop.orders GROUP BY day ) SELECT revenue_by_day.day, revenue_by_day.revenue AS now, earlier.revenue AS [then] FROM revenue_by_day LEFT JOIN revenue_by_day AS earlier ON earlier.day = DATEADD(MONTH, -1, revenue_by_day.day) ORDER BY CASE WHEN revenue_by_day.day IS NULL THEN 1 ELSE 0 END, revenue_by_day.day
/* bare_rows_read_twice */ WITH paid_orders AS ( SELECT amount AS amount, status AS status FROM shop.orders WHERE paid = 1 ), combined AS ( SELECT paid_orders.status COLLATE Latin1_General_100_BIN2 AS status, COUNT(*) AS orders FROM paid_orders GROUP BY paid_orders.status COLLATE Latin1_General_100_BIN2 UNION ALL SELECT 'all' AS status, COUNT(amount) AS orders FROM paid_orders ) SELECT status, orders FROM combined ORDER BY CASE WHEN status COLLATE Latin1_General_100_BIN2 IS NULL THEN 1 ELSE 0 END, status COLLATE Latin1_General_100_BIN2
/* grouping_sets */ WITH grouped_rows AS ( SELECT DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1) AS month, customers.country COLLATE Latin1_General_100_BIN2 AS country, orders.amount AS amount FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id ), grouped_windowed AS ( SELECT grouped_rows.month AS month, grouped_rows.country COLLATE Latin1_General_100_BIN2 AS country, grouped_rows.amount AS amount, ROW_NUMBER() OVER ( PARTITION BY grouped_rows.month, grouped_rows.country COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN grouped_rows.amount IS NULL THEN 1 ELSE 0 END, grouped_rows.amount ) AS row_rank, COUNT(grouped_rows.amount) OVER (PARTITION BY grouped_rows.month, grouped_rows.country COLLATE Latin1_General_100_BIN2) AS row_count FROM grouped_rows ), grouped_windowed_2 AS ( SELECT month AS month, amount AS amount, ROW_NUMBER() OVER (PARTITION BY month ORDER BY CASE WHEN amount IS NULL THEN 1 ELSE 0 END, amount) AS row_rank, COUNT(amount) OVER (PARTITION BY month) AS row_count FROM grouped_rows ), grouped_windowed_3 AS ( SELECT amount AS amount, ROW_NUMBER() OVER (ORDER BY CASE WHEN amount IS NULL THEN 1 ELSE 0 END, amount) AS row_rank, COUNT(amount) OVER () AS row_count FROM grouped_rows ), combined AS ( SELECT month, country, COUNT(*) AS orders, SUM(amount) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT) / 2) END ) AS median, 0 AS level FROM grouped_windowed GROUP BY month, country UNION ALL SELECT month, CAST(NULL AS NVARCHAR(4000)) AS country, COUNT(*) AS orders, SUM(amount) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT) / 2) END ) AS median, 1 AS level FROM grouped_windowed_2 GROUP BY month UNION ALL SELECT CAST(NULL AS DATE) AS month, CAST(NULL AS NVARCHAR(4000)) AS country, COUNT(*) AS orders, SUM(amount) AS revenue, SUM( CASE WHEN ABS((row_rank - 1) * 2 - (row_count - 1)) < 2 AND amount IS NOT NULL THEN CAST(amount AS FLOAT) * (1 - CAST(ABS((row_rank - 1) * 2 - (row_count - 1)) AS FLOAT) / 2) END ) AS median, 2 AS level FROM grouped_windowed_3 ) SELECT month, country, orders, revenue, median, level FROM combined ORDER BY CASE WHEN level IS NULL THEN 1 ELSE 0 END, level, CASE WHEN month IS NULL THEN 1 ELSE 0 END, month, CASE WHEN country COLLATE Latin1_General_100_BIN2 IS NULL THEN 1 ELSE 0 END, country COLLATE Latin1_General_100_BIN2
/* total_between_levels */ SELECT DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1) AS month, orders.status COLLATE Latin1_General_100_BIN2 AS status, COUNT(*) AS orders, CASE GROUPING_ID(DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1), orders.status COLLATE Latin1_General_100_BIN2) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders GROUP BY GROUPING SETS ((DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1)), (), (orders.status COLLATE Latin1_General_100_BIN2)) ORDER BY CASE WHEN CASE GROUPING_ID(DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1), orders.status COLLATE Latin1_General_100_BIN2) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END IS NULL THEN 1 ELSE 0 END, CASE GROUPING_ID(DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1), orders.status COLLATE Latin1_General_100_BIN2) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END, CASE WHEN DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1) IS NULL THEN 1 ELSE 0 END, DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1), CASE WHEN orders.status COLLATE Latin1_General_100_BIN2 IS NULL THEN 1 ELSE 0 END, orders.status COLLATE Latin1_General_100_BIN2
/* total_of_nothing */ WITH levels AS ( SELECT DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1) AS month, orders.status COLLATE Latin1_General_100_BIN2 AS status, COUNT(*) AS orders, CASE GROUPING_ID(DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1), orders.status COLLATE Latin1_General_100_BIN2) WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 END AS level FROM shop.orders WHERE orders.id > 9 GROUP BY GROUPING SETS ((DATEFROMPARTS(YEAR(orders.day), MONTH(orders.day), 1)), (), (orders.status COLLATE Latin1_General_100_BIN2)) ) SELECT level FROM levels
/* derived_rows_joined */ WITH orders_windowed AS ( SELECT customer_id AS customer_id, day AS day, status AS status, [at] AS [at], id AS id, ROW_NUMBER() OVER ( PARTITION BY customer_id ORDER BY CASE WHEN CASE WHEN [at] IS NOT NULL THEN 0 ELSE 1 END IS NULL THEN 1 ELSE 0 END, CASE WHEN [at] IS NOT NULL THEN 0 ELSE 1 END, CASE WHEN [at] IS NULL THEN 1 ELSE 0 END, [at], CASE WHEN id IS NULL THEN 1 ELSE 0 END, id ) AS first_rank FROM shop.orders ), customers_orders /* one row per customer: first_day */ AS ( SELECT customer_id AS customer_id, MIN(day) AS first_day, MAX(CASE WHEN first_rank = 1 AND [at] IS NOT NULL THEN status END COLLATE Latin1_General_100_BIN2) AS first_status FROM orders_windowed GROUP BY customer_id ) SELECT customers.id, totals.first_day, totals.first_status FROM shop.customers LEFT JOIN customers_orders AS totals ON customers.id = totals.customer_id ORDER BY CASE WHEN customers.id IS NULL THEN 1 ELSE 0 END, customers.id
/* join_of_a_projection */ WITH orders_rows AS ( SELECT id AS id, customer_id AS buyer FROM shop.orders ) SELECT orders_rows.id, customers.country FROM orders_rows LEFT JOIN shop.customers ON orders_rows.buyer = customers.id ORDER BY CASE WHEN orders_rows.id IS NULL THEN 1 ELSE 0 END, orders_rows.id
/* long_expression_used_often */ WITH orders_grouped AS ( SELECT SUM( CASE WHEN paid = 1 AND (status COLLATE Latin1_General_100_BIN2 <> 'test' OR status IS NULL) THEN amount END ) AS revenue FROM shop.orders ) SELECT CAST(revenue AS FLOAT) / NULLIF(revenue + 1, 0) AS with_1, CAST(revenue AS FLOAT) / NULLIF(revenue + 2, 0) AS with_2, CAST(revenue AS FLOAT) / NULLIF(revenue + 3, 0) AS with_3 FROM orders_grouped
/* output_named_as_another_column */ SELECT orders.amount * 2 AS amount, orders.amount AS id FROM shop.orders WHERE orders.amount > 6 ORDER BY CASE WHEN orders.amount * 2 IS NULL THEN 1 ELSE 0 END, orders.amount * 2
/* constants_and_case */ SELECT id, CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END AS size, CAST(NULL AS DATE) AS [nothing], 1 AS yes FROM shop.orders ORDER BY CASE WHEN CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END COLLATE Latin1_General_100_BIN2 IS NULL THEN 1 ELSE 0 END, CASE WHEN amount >= 20 THEN 'big' WHEN amount IS NULL THEN NULL ELSE 'small' END COLLATE Latin1_General_100_BIN2, CASE WHEN id IS NULL THEN 1 ELSE 0 END, id DESC
/* constants_of_a_total */ WITH orders_grouped AS ( SELECT SUM(amount) AS revenue FROM shop.orders WHERE id > 1 ) SELECT CAST(NULL AS DECIMAL(18, 2)) AS [nothing], 1 AS one FROM orders_grouped
/* constants_of_a_total_of_nothing */ WITH orders_grouped AS ( SELECT COUNT(*) AS [rows] FROM shop.orders WHERE id > 9 ) SELECT 1 AS one FROM orders_grouped WHERE 1 = 1 ORDER BY CASE WHEN 1 IS NULL THEN 1 ELSE 0 END, 1
/* distinct_values */ SELECT customers.country COLLATE Latin1_General_100_BIN2 AS country FROM shop.orders LEFT JOIN shop.customers ON orders.customer_id = customers.id GROUP BY customers.country COLLATE Latin1_General_100_BIN2 ORDER BY CASE WHEN customers.country COLLATE Latin1_General_100_BIN2 IS NULL THEN 1 ELSE 0 END, customers.country COLLATE Latin1_General_100_BIN2
