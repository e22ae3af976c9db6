"""sqlite"""

from __future__ import annotations

HERE = "sqlite"


@op("double_to_text", HERE)
@op("decimal_to_text", HERE)
def real_to_text(x: Call) -> Node:
    return double_to_text(x)


@op("iso_if", HERE)
def iso_if_sqlite(x: Call) -> Node:
    written, condition = x.args
    function = "DATETIME" if x.fn.type.kind == "timestamp" else "DATE"
    digits = n.no(n.compare(exp.Glob, written, n.text("*[^-0-9 :]*")))
    real = n.eq(n.call(function, written.copy(), n.text("+0 days")), written.copy())
    return n.when(n.both(condition, digits, real), written.copy())


@op("to_int", HERE)
def to_int_sqlite(x: Call) -> Node:
    match x.kind(0):
        case "int" | "bool":
            return x[0]
        case "text":
            digits = _unsigned(_trimmed(x), _trimmed(x))
            bare = n.call("LTRIM", digits, n.text("0"))
            size = n.call("LENGTH", bare)
            fits = n.either(
                n.compare(exp.LT, size, n.number(19)),
                n.both(n.eq(size.copy(), n.number(19)), n.compare(exp.LTE, bare.copy(), n.text(str(LARGEST)))),
            )
            shape = n.both(
                n.compare(exp.Glob, digits.copy(), n.text("[0-9]*")), n.no(n.compare(exp.Glob, digits.copy(), n.text("*[^0-9]*"))), fits
            )
            return n.when(shape, x.s.cast(_trimmed(x), "int"))
    fits = n.compare(exp.LT, n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, x.s.cast(x.again(0), "int"))


@op("to_number", HERE)
def to_number_sqlite(x: Call) -> Node:
    if x.kind(0) == "text":
        return n.when(_number_text(x), x.s.cast(_trimmed(x), "number"))
    return x.s.cast(x[0], "number")


@op("to_decimal", HERE)
def to_decimal_sqlite(x: Call) -> Node:
    digits, scale = _precision(x.fn)
    is_text = x.kind(0) == "text"
    source = x.s.cast(_trimmed(x) if is_text else x[0], "number")
    rounded = n.call("ROUND", source, n.number(scale))
    fits = n.compare(exp.LT, n.call("ABS", rounded), n.number("1" + "0" * (digits - scale)))
    return n.when(n.both(_number_text(x), fits) if is_text else fits, rounded.copy())


@op("text_to_date", HERE)
def text_to_date_sqlite(x: Call) -> Node:
    day = n.call("SUBSTR", _trimmed(x), n.number(1), n.number(10))
    real = n.eq(n.call("DATE", day, n.text("+0 days")), day.copy())
    tail = n.is_in(n.call("SUBSTR", _trimmed(x), n.number(11), n.number(1)), [n.text(""), n.text("T"), n.text(" ")])
    return n.when(n.both(real, tail), day.copy())


@op("text_to_timestamp", HERE)
def text_to_timestamp_sqlite(x: Call) -> Node:
    """DATETIME knows ISO and offsets; it keeps whole seconds, so fractions take the other road."""
    value = _trimmed(x)
    day = n.call("SUBSTR", value, n.number(1), n.number(10))
    real = n.eq(n.call("DATE", day, n.text("+0 days")), day.copy())
    fraction = n.call("STRFTIME", n.text("%Y-%m-%d %H:%M:%f"), value.copy())
    whole = n.call("DATETIME", value.copy())
    return n.case([(n.both(real, n.compare(exp.Glob, value.copy(), n.text("*.*"))), fraction), (real.copy(), whole)])


@op("to_date", HERE)
def to_date_text(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "text":
        return x.to("text_to_date")
    return x[0] if kind == "date" else n.call("DATE", x[0])


@op("to_timestamp", HERE)
def to_timestamp_text(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "text":
        return x.to("text_to_timestamp")
    return x[0] if kind == "timestamp" else n.call("DATETIME", x[0])


@op("start_of", HERE)
def start_of_text(x: Call) -> Node:
    grain, week, month = options_of(x.fn)
    value = x[0]
    match grain:
        case "day":
            return value if is_date(x.exprs[0]) else n.call("DATE", value)
        case "second":
            return n.call("DATETIME", value)
        case "minute":
            return n.call("STRFTIME", n.text("%Y-%m-%d %H:%M:00"), value)
        case "hour":
            return n.call("STRFTIME", n.text("%Y-%m-%d %H:00:00"), value)
        case "week":
            return n.call("DATE", value, n.text("-6 days"), n.text(f"weekday {week % 7}"))
        case "month":
            return n.call("DATE", value, n.text("start of month"))
        case "year" if month == 1:
            return n.call("DATE", value, n.text("start of year"))
    return n.call("DATE", value, n.text("start of month"), _months_since_start(x.s, x.exprs[0], MONTHS_IN[grain], month))


@op("end_of", HERE)
def end_of_text(x: Call) -> Node:
    grain, week, _ = options_of(x.fn)
    if grain in ("second", "minute", "hour", "day"):
        return x[0] if is_date(x.exprs[0]) else n.call("DATE", x[0])
    if grain == "week":
        return n.call("DATE", x[0], n.text(f"weekday {(week + 6) % 7}"))
    first = start_of_text(x)
    return n.call("DATE", first, n.text(f"+{MONTHS_IN[grain]} months"), n.text("-1 day"))


@op("weekday", HERE)
def weekday_text(x: Call) -> Node:
    sunday_is_0 = x.s.cast(n.call("STRFTIME", n.text("%w"), x[0]), "int")
    return n.add(n.mod(n.paren(n.add(sunday_is_0, n.number(6))), n.number(7)), n.number(1))


@op("quarter", HERE)
def quarter_text(x: Call) -> Node:
    return n.div(n.paren(n.add(_strftime_int(x.s, "%m", x.exprs[0]), n.number(2))), n.number(3))


@op("date_add", HERE)
def date_add_text(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    value = x.exprs[0]
    days_only = is_date(value) and unit not in ("second", "minute", "hour")
    function = "DATE" if days_only else "DATETIME"
    months = MONTHS_IN.get(unit)
    if months is None:
        if unit == "week":
            amount, unit = amount * 7, "day"
        return n.call(function, x[0], n.text(f"{amount:+d} {unit}s"))
    step = amount * months
    naive = n.call(function, x[0], n.text(f"{step:+d} months"))
    last = n.call("DATE", x.s.value(value), n.text("start of month"), n.text(f"{step + 1:+d} months"), n.text("-1 day"))
    if not days_only:
        last = n.concat(last, n.text(" "), n.call("TIME", x.s.value(value)))
    return n.call("MIN", naive, last)


@op("date_diff", HERE)
def date_diff_text(x: Call) -> Node:
    passed = n.sub(n.call("JULIANDAY", x[0]), n.call("JULIANDAY", x[1]))
    if is_date(x.exprs[0]) and is_date(x.exprs[1]):
        return x.s.cast(passed, "int")
    milliseconds = n.call("ROUND", n.mul(n.paren(passed), n.number("86400.0")), n.number(3))
    return n.div(milliseconds, n.number("86400.0"))


@op("like", HERE)
def like_by_glob(x: Call) -> Node:
    """SQLite's LIKE ignores case, its GLOB does not: the pattern is rewritten, here if it is known and in SQL if it is not."""
    pattern = literal_text(x.exprs[1])
    if pattern is not None:
        return n.compare(exp.Glob, x[0], n.text(pattern.translate(_GLOB)))
    wanted = x[1]
    for old, new in (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?")):
        wanted = n.call("REPLACE", wanted, n.text(old), n.text(new))
    return n.compare(exp.Glob, x[0], wanted)


@op("get", HERE)
def get_sqlite(x: Call) -> Node:
    keys = keys_of(x)
    valid = n.call("JSON_VALID", x[0])
    if not has_pairs(x):
        if any(c in key for key in keys for c in '"\\'):
            return n.when(valid, _by_each(x, keys))
        return n.when(valid, _json_text(x.again(0), json_path(keys)))
    return n.when(valid, _pair_of_json(x, keys))


@op("split_part", HERE)
def split_part_by_json(x: Call) -> Node:
    """The text becomes a JSON list of its parts; the part wanted is read out of it. Linear, and any separator will do."""
    text, separator, part = x.args
    seam = n.call("CHAR", n.number(ord(_SEAM)))
    marked = n.call("REPLACE", text, separator, seam)
    listed = n.concat(n.text("["), n.call("REPLACE", n.call("JSON_QUOTE", marked), seam.copy(), n.text('","')), n.text("]"))
    index = x.exprs[2]
    if isinstance(index, Lit) and isinstance(index.value, int):
        path: Node = n.text(f"$[{index.value - 1}]")
    else:
        path = n.concat(n.text("$["), n.paren(n.sub(part, n.number(1))), n.text("]"))
    found = n.call("COALESCE", n.call("JSON_EXTRACT", listed, path), n.text(""))
    return n.when(n.not_null(x.again(0)), found)


@op("starts_with", HERE)
def starts_with_by_substring(x: Call) -> Node:
    return n.eq(n.call(x.dialect.substring, x[0], n.number(1), n.call(x.dialect.char_length, x[1])), x.again(1))


@op("contains", HERE)
def contains_by_instr(x: Call) -> Node:
    return n.compare(exp.GT, n.call("INSTR", *x.args), n.number(0))


@op("url_host", HERE)
def url_host_by_instr(x: Call) -> Node:
    rest = n.call("SUBSTR", x[0], n.add(n.call("INSTR", x.again(0), n.text("://")), n.number(3)))
    slashes = n.call("REPLACE", n.call("REPLACE", rest, n.text("?"), n.text("/")), n.text("#"), n.text("/"))
    authority = _cut(slashes, "/")
    host = n.call("SUBSTR", authority, n.add(n.call("INSTR", authority.copy(), n.text("@")), n.number(1)))
    has_scheme = n.compare(exp.Glob, x.again(0), n.text("[A-Za-z]*://*"))
    plain = n.no(n.compare(exp.Glob, _before(x.again(0), x.again(0), "://"), n.text("*[^-A-Za-z0-9+.]*")))
    return n.when(n.both(has_scheme, plain), n.call("LOWER", n.call("NULLIF", _cut(host, ":"), n.text(""))))


@op("url_path", HERE)
def url_path_by_instr(x: Call) -> Node:
    whole = _cut(x[0], "?#")
    after = n.call("SUBSTR", whole, n.add(n.call("INSTR", whole.copy(), n.text("://")), n.number(3)))
    path = n.call("SUBSTR", after, n.call("INSTR", n.concat(after.copy(), n.text("/")), n.text("/")))
    has_host = n.compare(exp.Glob, x.again(0), n.text("[A-Za-z]*://*"))
    return _root_if_empty(x, n.when(has_host, path, _cut(x.again(0), "?#")))


@op("url_param", HERE)
def url_param_by_instr(x: Call) -> Node:
    key = f"&{_param_name(x)}="
    shown = _cut(x[0], "#")
    mark = n.call("INSTR", n.concat(shown.copy(), n.text("?")), n.text("?"))
    query = n.concat(n.text("&"), n.call("SUBSTR", shown, n.add(mark, n.number(1))))
    at = n.call("INSTR", query, n.text(key))
    value = n.call("SUBSTR", query.copy(), n.add(at.copy(), n.number(len(key))))
    return n.when(n.compare(exp.GT, at, n.number(0)), _cut(value, "&"))


@op("at_zone", HERE)
def at_zone(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    value = n.call("DATETIME", x[0]) if is_date(x.exprs[0]) else x[0]
    if first == then:
        return value
    if first != "UTC":
        value = n.call("DATETIME", value, _shift(first, -1, value))
    return n.call("DATETIME", value, _shift(then, 1, value)) if then != "UTC" else value
