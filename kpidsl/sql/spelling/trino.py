"""Trino. Percentiles there are approximate only, so they are ranked out; dates keep their kind; texts have no ENDS_WITH."""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql.dates import amount_and_unit
from kpidsl.sql.nested import FIELDS, json_path, keys_of
from kpidsl.sql.speak import Call, op
from kpidsl.sql.texts import ends_with_by_substring
from kpidsl.sql.tree import Node

HERE = "trino"

op("ends_with", HERE)(ends_with_by_substring)


@op("split_part", HERE)
def split_part(x: Call) -> Node:
    found = n.call("COALESCE", n.call("SPLIT_PART", *x.args), n.text(""))
    return n.when(n.not_null(x.again(0)), found)


@op("decimal_to_text", HERE)
def decimal_to_text(x: Call) -> Node:
    return _without_zeros(n.cast(x[0], "VARCHAR"))


@op("double_to_text", HERE)
def double_to_text(x: Call) -> Node:
    """By way of a decimal: Trino writes doubles with an exponent."""
    return _without_zeros(n.cast(n.cast(x[0], "DECIMAL(38, 10)"), "VARCHAR"))


def _without_zeros(written: Node) -> Node:
    shorter = n.call("REGEXP_REPLACE", written, n.text(r"(\.[0-9]*[1-9])0+$"), n.text("$1"))
    return n.call("REGEXP_REPLACE", shorter, n.text(r"\.0+$"), n.text(""))


@op("number_to_int", HERE)
def number_to_int(x: Call) -> Node:
    return n.call_cast("TRY_CAST", n.call("TRUNCATE", x[0]), "BIGINT")


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("DATE_DIFF", n.text("day"), x[1], x[0])


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    return n.div(n.paren(n.sub(n.call("TO_UNIXTIME", x[0]), n.call("TO_UNIXTIME", x[1]))), n.number(86400))


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    """FROM_ISO8601_TIMESTAMP reads offsets; without one UTC is meant."""
    iso = n.call("REPLACE", x[0], n.text(" "), n.text("T"))
    return n.cast(n.call("AT_TIMEZONE", n.call("FROM_ISO8601_TIMESTAMP", iso), n.text("UTC")), x.s.type_name("timestamp"))


@op("zoned", HERE)
def zoned(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    there = n.call("AT_TIMEZONE", n.call("WITH_TIMEZONE", x[0], n.text(first)), n.text(then))
    return n.cast(there, x.s.type_name("timestamp"))


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    return n.call("JSON_EXTRACT_SCALAR", x[0], n.text(json_path(keys_of(x))))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """Out of JSON text or a JSON value that lists the pairs."""
    key, *rest = keys_of(x)
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    where = f'strict $[*]?(@.key == "{quoted}").value'
    paths = [where + "".join(f'."{name}"' for name in rest)] if rest else [f'{where}."{name}"' for name in FIELDS]
    texts = [n.call("JSON_EXTRACT_SCALAR", n.call("JSON_QUERY", x.again(0), n.text(path)), n.text("$")) for path in paths]
    return texts[0] if len(texts) == 1 else n.call("COALESCE", *texts)


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    return n.call("DATE_ADD", n.text(unit), amount, x[0])
