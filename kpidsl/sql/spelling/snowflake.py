"""Snowflake. Weeks are counted from the ISO weekday (WEEK_START may be anything); TRY_CAST takes text only, so numbers are looked at."""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.aggregates import extreme
from kpidsl.sql.casts import LARGEST, precision
from kpidsl.sql.dates import amount_and_unit, amount_of, options_of, start_of
from kpidsl.sql.nested import FIELDS, keys_of
from kpidsl.sql.speak import Call, op
from kpidsl.sql.texts import by_position, simple
from kpidsl.sql.tree import Node

HERE = "snowflake"

simple("starts_with", "STARTSWITH", HERE)
simple("ends_with", "ENDSWITH", HERE)
simple("contains", "CONTAINS", HERE)
by_position(HERE)
extreme("any", "MAX", "MAX", HERE)


@op("position", HERE)
def position(x: Call) -> Node:
    return n.call("CHARINDEX", x[1], x[0])


@op("regex_has", HERE)
def regex_has(x: Call) -> Node:
    return n.call("REGEXP_LIKE", x[0], x[1])


@op("has_scheme", HERE)
def has_scheme(x: Call) -> Node:
    return n.call("REGEXP_LIKE", x[0], n.text("[A-Za-z][A-Za-z0-9+.-]*://.*"), n.text("s"))


@op("digits_to_int", HERE)
def digits_to_int(x: Call) -> Node:
    number = n.call("TRY_TO_NUMBER", x[0], n.number(38), n.number(0))
    return n.when(n.compare("<=", n.call("ABS", number), n.number(LARGEST)), number)


@op("number_to_int", HERE)
def number_to_int(x: Call) -> Node:
    fits = n.compare("<", n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, n.call("TRUNC", x.again(0)))


@op("into_decimal", HERE)
def into_decimal(x: Call) -> Node:
    digits, scale = precision(x.fn)
    source = n.call("TRY_TO_DOUBLE", x[0]) if x.kind(0) == "text" else x[0]
    rounded = n.call("ROUND", source, n.number(scale))
    fits = n.compare("<", n.call("ABS", rounded), n.number("1" + "0" * (digits - scale)))
    return n.when(fits, n.cast(rounded, x.s.type_name("decimal", (digits, scale))))


@op("start_of", HERE)
def start(x: Call) -> Node:
    grain, week, _ = options_of(x.fn)
    if grain != "week":
        return start_of(x)
    day = x[0] if x.kind(0) == "date" else n.cast(x[0], "DATE")
    passed = n.mod(n.paren(n.add(n.call("DAYOFWEEKISO", x.again(0)), n.number(7 - week))), n.number(7))
    return n.call("DATEADD", n.word("DAY"), n.neg(n.paren(passed)), day)


@op("step", HERE)
def step(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    return n.call("DATEADD", n.word(unit.upper()), n.number(amount), x[0])


@op("part", HERE)
def part(x: Call) -> Node:
    function = {"ISODOW": "DAYOFWEEKISO", "DOY": "DAYOFYEAR"}.get(x.word(0), x.word(0))
    return n.call(function, x[1])


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("DATEDIFF", n.word("DAY"), x[1], x[0])


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    passed = n.call("DATEDIFF", n.word("MICROSECOND"), x[1], x[0])
    return n.div(x.s.cast(passed, "number"), n.number("86400000000"))


@op("today", HERE)
def today(_: Call) -> Node:
    return n.cast(n.call("SYSDATE"), "DATE")


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    zoned_moment = n.call("TO_TIMESTAMP_TZ", n.when(x.to("regex_has", x[0], n.text(".{16}.*(Z|[+-][0-9]{2}:?[0-9]{2})")), x[0]))
    return n.call("COALESCE", n.call("CONVERT_TIMEZONE", n.text("UTC"), zoned_moment), n.call("TO_TIMESTAMP_NTZ", x[0]))


@op("zoned", HERE)
def zoned(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    return n.call("CONVERT_TIMEZONE", n.text(first), n.text(then), x[0])


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    value = n.call("TRY_PARSE_JSON", x[0]) if x.kind(0) == "text" else x[0]
    for key in keys_of(x):
        value = n.call("GET", value, n.text(key))
    return n.when(_is_scalar(value), n.cast(value, "VARCHAR"))


def _is_scalar(value: Node) -> Node:
    return n.no(n.is_in(n.call("TYPEOF", value), [n.text("OBJECT"), n.text("ARRAY")]))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """FILTER over the list of pairs, then the filled field."""
    key, *rest = keys_of(x)
    test = n.eq(n.cast(n.call("GET", n.name("pair"), n.text("key")), "VARCHAR"), n.text(key))
    found = n.call("FILTER", x[0], tree.Lambda(n.name("pair"), test))
    value = n.call("GET", n.call("GET", found, n.number(0)), n.text("value"))
    if rest:
        for name in rest:
            value = n.call("GET", value, n.text(name))
        return n.when(_is_scalar(value), n.cast(value, "VARCHAR"))
    return n.call("COALESCE", *[n.cast(n.call("GET", value, n.text(name)), "VARCHAR") for name in FIELDS])


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    return n.call("DATEADD", n.word(unit.upper()), amount, x[0])
