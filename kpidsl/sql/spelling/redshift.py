"""Redshift, where it differs from PostgreSQL: no FILTER, no IS DISTINCT FROM, no arrays, dates by DATEADD and DATEDIFF."""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql.dates import amount_and_unit, amount_of
from kpidsl.sql.nested import FIELDS, keys_of
from kpidsl.sql.numeric import round_off
from kpidsl.sql.speak import Call, op
from kpidsl.sql.texts import by_position, ends_with_by_substring, starts_with_by_substring
from kpidsl.sql.tree import Node

HERE = "redshift"

op("starts_with", HERE)(starts_with_by_substring)
op("ends_with", HERE)(ends_with_by_substring)
by_position(HERE)
op("round", HERE)(round_off)  # a DECIMAL without digits has none behind the point there


@op("ne", HERE)
def ne(x: Call) -> Node:
    return n.either(
        n.compare("<>", x[0], x[1]),
        n.both(n.is_null(x.again(0)), n.not_null(x.again(1))),
        n.both(n.not_null(x.again(0)), n.is_null(x.again(1))),
    )


@op("null_safe_eq", HERE)
def null_safe_eq(x: Call) -> Node:
    return n.either(n.eq(x[0], x[1]), n.both(n.is_null(x.again(0)), n.is_null(x.again(1))))


@op("step", HERE)
def step(x: Call) -> Node:
    """DATEADD clamps to the month's end (ADD_MONTHS would stick to it)."""
    amount, unit = amount_of(x.fn)
    moved = n.call("DATEADD", n.word(unit.upper()), n.number(amount), x[0])
    return n.cast(moved, "DATE") if x.fn.type.kind == "date" else moved


@op("weekday", HERE)
def weekday(x: Call) -> Node:
    return n.add(n.mod(n.paren(n.add(n.extract("DOW", x[0]), n.number(6))), n.number(7)), n.number(1))


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("DATEDIFF", n.word("DAY"), x[1], x[0])


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    passed = n.call("DATEDIFF", n.word("MICROSECOND"), x[1], x[0])
    return n.div(x.s.cast(passed, "number"), n.number("86400000000"))


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    """TIMESTAMPTZ reads offsets; the session's zone is UTC."""
    return n.cast(n.cast(x[0], "TIMESTAMPTZ"), "TIMESTAMP")


@op("zoned", HERE)
def zoned(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    return n.call("CONVERT_TIMEZONE", n.text(first), n.text(then), x[0])


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    found = n.call("JSON_EXTRACT_PATH_TEXT", x[0], *[n.text(key) for key in keys_of(x)], n.true())
    return n.call("NULLIF", found, n.text(""))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """Out of JSON text: from the key's place on, the first filled field."""
    key, *rest = keys_of(x)
    place = n.add(n.call("STRPOS", x[0], n.text(f'"key":"{key}"')), n.number(len(key) + 16))
    tail = n.call("SUBSTRING", x.again(0), place)
    value = n.call("SPLIT_PART", tail, n.text('"key":'), n.number(1))
    names = rest or list(FIELDS)
    return n.call(
        "COALESCE",
        *[
            n.call(
                "NULLIF",
                n.call("REGEXP_SUBSTR", value, n.text(f'"{name}":"?([^",}}]*)'), n.number(1), n.number(1), n.text("e")),
                n.text("null"),
            )
            for name in names
        ],
    )


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    moved = n.call("DATEADD", n.word(unit.upper()), amount, x[0])
    return n.cast(moved, "DATE") if x.fn.type.kind == "date" else moved
