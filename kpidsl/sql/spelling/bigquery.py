"""BigQuery (GoogleSQL). Timestamps know no months, so those go through DATETIME; weeks start on Monday as ISOWEEK."""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.aggregates import extreme
from kpidsl.sql.dates import amount_and_unit, amount_of
from kpidsl.sql.nested import FIELDS, json_path, keys_of
from kpidsl.sql.speak import Call, op
from kpidsl.sql.texts import simple
from kpidsl.sql.tree import Node

HERE = "bigquery"

simple("regex_has", "REGEXP_CONTAINS", HERE)
simple("regex_first", "REGEXP_EXTRACT", HERE)
extreme("any", "MAX", "MAX", HERE)


@op("trim", HERE)
def trim(x: Call) -> Node:
    return n.call("TRIM", x[0], n.text(" "))


@op("split_part", HERE)
def split_part(x: Call) -> Node:
    parts = n.call("SPLIT", x[0], x[1])
    at = n.call("SAFE_ORDINAL", x[2])
    found = n.call("COALESCE", tree.Item(parts, at), n.text(""))
    return n.when(n.not_null(x.again(0)), found)


@op("cut", HERE)
def cut(x: Call) -> Node:
    grain = str(x.fn.options[0])
    function = "DATE_TRUNC" if x.fn.type.kind == "date" else "TIMESTAMP_TRUNC"
    return n.call(function, x[0], n.word("ISOWEEK" if grain == "week" else grain.upper()))


@op("step", HERE)
def step(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    change = tree.Interval(n.number(amount), unit.upper())
    if x.fn.type.kind == "date":
        return n.call("DATE_ADD", x[0], change)
    if unit in ("month", "year"):
        return n.call("TIMESTAMP", n.call("DATETIME_ADD", n.call("DATETIME", x[0]), change))
    return n.call("TIMESTAMP_ADD", x[0], change)


@op("weekday", HERE)
def weekday(x: Call) -> Node:
    """BigQuery counts from Sunday."""
    return n.add(n.call("MOD", n.add(n.extract("DAYOFWEEK", x[0]), n.number(5)), n.number(7)), n.number(1))


@op("today", HERE)
def today(_: Call) -> Node:
    return n.call("CURRENT_DATE", n.text("UTC"))


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("DATE_DIFF", x[0], x[1], n.word("DAY"))


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    return n.div(n.call("TIMESTAMP_DIFF", x[0], x[1], n.word("MICROSECOND")), n.number("86400000000"))


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    return n.cast(x[0], "TIMESTAMP")


@op("zoned", HERE)
def zoned(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    value = x[0]
    if first != "UTC":
        value = n.call("TIMESTAMP", n.call("DATETIME", value, n.text("UTC")), n.text(first))
    return n.call("TIMESTAMP", n.call("DATETIME", value, n.text(then))) if then != "UTC" else value


@op("double_to_text", HERE)
@op("decimal_to_text", HERE)
def number_to_text(x: Call) -> Node:
    return n.cast(x[0], "STRING")


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    return n.call("JSON_VALUE", x[0], n.text(json_path(keys_of(x))))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """The GA4 export: an array of structs, read by a subquery over it."""
    key, *rest = keys_of(x)
    value = n.name("value")
    if rest:
        found: Node = n.field(value, rest[0])
        for name in rest[1:]:
            found = n.field(found, name)
        found = n.cast(found, "STRING")
    else:
        fields = [n.cast(n.field(n.name("value"), name), "STRING") for name in FIELDS]
        found = n.call("COALESCE", *fields)
    return n.first_of(found, n.call("UNNEST", x[0]), n.eq(n.name("key"), n.text(key)))


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    change = tree.Interval(n.at_least(amount, tree.ATOM), unit.upper())
    if x.fn.type.kind == "date":
        return n.call("DATE_ADD", x[0], change)
    if unit in ("month", "year"):
        return n.call("TIMESTAMP", n.call("DATETIME_ADD", n.call("DATETIME", x[0]), change))
    return n.call("TIMESTAMP_ADD", x[0], change)
