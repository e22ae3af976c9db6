"""postgres"""

from __future__ import annotations

HERE = "postgres"


@op("digits_to_int", HERE)
def digits_to_int_checked(x: Call) -> Node:
    size = n.call("ABS", n.cast(x[0], "DECIMAL"))
    return n.when(n.compare(exp.LTE, size, n.number(LARGEST)), x.s.cast(_trimmed(x), "int"))


@op("number_to_int", HERE)
def number_to_int_checked(x: Call) -> Node:
    fits = n.compare(exp.LT, n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, x.s.cast(n.call("TRUNC", x.again(0)), "int"))


@op("into_decimal", HERE)
def into_decimal_checked(x: Call) -> Node:
    digits, scale = _precision(x.fn)
    exactly = n.call("ROUND", n.cast(x[0], "DECIMAL"), n.number(scale))
    fits = n.compare(exp.LT, n.call("ABS", exactly), n.number("1" + "0" * (digits - scale)))
    return n.when(fits, n.cast(x[0].copy(), x.s.type_name("decimal", (digits, scale))))


@op("offset_of", HERE)
def offset_of_postgres(x: Call) -> Node:
    found = n.call("SUBSTRING", x[0], n.text("^.{16}.*([+-][0-9]{2}:?[0-9]{2})$"))
    return n.cast(n.call("COALESCE", found, n.text("00:00")), "INTERVAL")


@op("seconds_of", HERE)
def days_of_interval_postgres(x: Call) -> Node:
    return n.div(x.s.cast(n.extract("EPOCH", x[0]), "number"), n.number(86400))


@op("get", HERE)
def get_postgres(x: Call) -> Node:
    keys = keys_of(x)
    if not has_pairs(x):
        return n.call("JSONB_EXTRACT_PATH_TEXT", _jsonb(x, x[0]), *[n.text(k) for k in keys])
    wanted = '$[*] ? (@.key == "' + keys[0].replace("\\", "\\\\").replace('"', '\\"') + '").value'
    found = n.call("JSONB_PATH_QUERY_FIRST", _jsonb(x, x[0]), n.text(wanted))
    if keys[1:]:
        return n.call("JSONB_EXTRACT_PATH_TEXT", found, *[n.text(k) for k in keys[1:]])
    field = n.call("JSONB_PATH_QUERY_FIRST", found.copy(), n.text("$.* ? (@ != null)"))
    is_record = n.eq(n.call("JSONB_TYPEOF", found), n.text("object"))
    value = n.when(is_record, field, found.copy())
    return n.call("JSONB_EXTRACT_PATH_TEXT", n.call("JSONB_BUILD_ARRAY", value), n.text("0"))


@op("round", HERE)
def round_as_decimal(x: Call) -> Node:
    """PostgreSQL rounds doubles half to even and knows no digits for them; decimals it rounds as everybody else."""
    if x.kind(0) in ("int", "decimal"):
        return round_off(x)
    rounded = n.call("ROUND", n.cast(x[0], "DECIMAL"), n.number(digits_of(x.fn)))
    return x.s.cast(rounded, "number")


@op("contains", HERE)
def contains_by_position(x: Call) -> Node:
    return n.compare(exp.GT, n.call("STRPOS", *x.args), n.number(0))


@op("url_host", HERE)
def url_host_by_match(x: Call) -> Node:
    return n.call("LOWER", n.call("NULLIF", _match(x[0], _HOST), n.text("")))


@op("url_path", HERE)
def url_path_by_match(x: Call) -> Node:
    return _root_if_empty(x, _match(x[0], _PATH))


@op("url_param", HERE)
def url_param_by_match(x: Call) -> Node:
    """Two steps, because PostgreSQL's expressions are greedy as a whole or not at all: the query, then the first name in it."""
    query = n.concat(n.text("&"), n.call("SUBSTRING", x[0], n.text(r"^[^?#]*\?([^#]*)")))
    return n.call("SUBSTRING", query, n.text(f"&{_literal(_param_name(x))}=([^&]*)"))
