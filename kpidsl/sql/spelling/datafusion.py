"""Apache DataFusion, where it differs from PostgreSQL: doubles round as on DuckDB, days come from epochs, no zones by name yet."""

from __future__ import annotations

from kpidsl.diagnostic import fail
from kpidsl.sql import nodes as n
from kpidsl.sql import zones
from kpidsl.sql.casts import digits_to_int, number_to_int, precision
from kpidsl.sql.dates import amount_and_unit, by_interval, moment
from kpidsl.sql.nested import keys_of
from kpidsl.sql.numeric import round_off
from kpidsl.sql.speak import Call, op
from kpidsl.sql.texts import simple
from kpidsl.sql.tree import Node

HERE = "datafusion"

simple("ends_with", "ENDS_WITH", HERE)
op("digits_to_int", HERE)(digits_to_int)
op("number_to_int", HERE)(number_to_int)


@op("round", HERE)
def round_doubles(x: Call) -> Node:
    if x.kind(0) == "int":
        return round_off(x)
    lifted = n.mul(x.s.cast(x[0], "number"), n.number("1.000000000000001"))
    return n.call("ROUND", lifted, n.number(int(x.fn.options[0]) if x.fn.options else 0))


@op("into_decimal", HERE)
def into_decimal(x: Call) -> Node:
    """Text with an exponent goes through a double."""
    written = x.s.type_name("decimal", precision(x.fn))
    if x.kind(0) != "text":
        return n.call_cast("TRY_CAST", x[0], written)
    return n.call("COALESCE", n.call_cast("TRY_CAST", x[0], written), n.call_cast("TRY_CAST", x.s.cast(x[0], "number"), written))


@op("regex_first", HERE)
def regex_first(x: Call) -> Node:
    return n.item(n.call("REGEXP_MATCH", x[0], x[1]), 1)


@op("step", HERE)
def step(x: Call) -> Node:
    """Arrow keeps a date a date."""
    return by_interval(x)


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    seconds = n.sub(n.extract("EPOCH", x[0]), n.extract("EPOCH", x[1]))
    return x.s.cast(n.div(n.paren(seconds), n.number(86400)), "int")


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    seconds = n.sub(n.extract("EPOCH", x[0]), n.extract("EPOCH", x[1]))
    return n.div(n.paren(seconds), n.number("86400.0"))


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    """Arrow reads offsets and takes them off, but wants seconds."""
    with_seconds = n.call("REGEXP_REPLACE", x[0], n.text("^(.{10}[T ][0-9]{2}:[0-9]{2})([Z+-].*)?$"), n.text(r"\1:00\2"))
    return n.cast(with_seconds, "TIMESTAMP")


@op("timestamp_to_text", HERE)
def timestamp_to_text(x: Call) -> Node:
    return n.call("REPLACE", n.cast(x[0], "VARCHAR"), n.text("T"), n.text(" "))


@op("get", HERE)
def get(x: Call) -> Node:
    words = f"DataFusion has no functions for nested values, and this reads {keys_of(x)[0]}"
    fail("KPI066", words, help="unnest the column before kpidsl reads it")


@op("at_zone", HERE)
def at_zone(x: Call) -> Node:
    def shift(value: Node, minutes: Node) -> Node:
        return n.add(value, minutes)

    def amount(minutes: int) -> Node:
        return n.interval(minutes, "minute")

    return zones.written_out(moment(x.s, x.exprs[0], x[0]), x.fn, shift, x.s.moment_literal, amount)


@op("plus", HERE)
def plus(x: Call) -> Node:
    """An interval cannot be multiplied; its text can be put together."""
    amount, unit = amount_and_unit(x)
    change = n.cast(n.concat(x.s.cast(amount, "text"), n.text(f" {unit}")), "INTERVAL")
    moved = n.add(x[0], change)
    return x.s.cast(moved, "date") if x.fn.type.kind == "date" else moved
