"""DuckDB. Kept to what 1.5 and 2.0 both accept; what is faster there was measured on both."""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.aggregates import double, filtered, share_of, taking_part
from kpidsl.sql.functions import long_product
from kpidsl.sql.nested import json_path, keys_of
from kpidsl.sql.numeric import digits_of, round_off
from kpidsl.sql.speak import AggCall, Call, agg, op
from kpidsl.sql.texts import simple
from kpidsl.sql.tree import Node

HERE = "duckdb"

simple("contains", "CONTAINS", HERE)
simple("regex_has", "REGEXP_MATCHES", HERE)


@op("round", HERE)
def round_doubles(x: Call) -> Node:
    """1.005 is a little less than that as a double; the last place is lifted, so that it rounds as it reads (and as elsewhere)."""
    if x.kind(0) in ("int", "decimal"):
        return round_off(x)
    lifted = n.mul(x[0], n.number("1.000000000000001"))
    digits = digits_of(x.fn)
    return n.call("ROUND", lifted, n.number(digits)) if digits else n.call("ROUND", lifted)


@op("mul", HERE)
def mul(x: Call) -> Node:
    return long_product(x)


@op("offset", HERE)
def offset(x: Call) -> Node:
    """`+02:00` without its plus, which no interval may have, and with its colon."""
    found = n.call("REGEXP_EXTRACT", x[0], n.text("^.{16}.*([+-][0-9]{2}:?[0-9]{2})$"), n.number(1))
    return n.call("REGEXP_REPLACE", n.call("NULLIF", found, n.text("")), n.text("^[+]?(-?[0-9]{2}):?([0-9]{2})$"), n.text(r"\1:\2"))


@agg("count_distinct", HERE)
def count_distinct(x: AggCall) -> Node:
    """Under CASE: with FILTER DuckDB 2.0 takes twice as long."""
    value = x[0] if len(x.args) == 1 else x.s.combination(x.agg, x.args)
    return n.count_distinct(value if x.where is None else n.when(x.where, value))


@agg("percentile", HERE)
def percentile(x: AggCall) -> Node:
    """Interpolated in double precision: of decimals DuckDB would interpolate within their scale."""
    share = x.agg.percent
    if x.agg.discrete:
        call = n.call("QUANTILE_DISC", x[0], share_of(x.agg))
    elif share is not None and share * 2 == 1:
        call = n.call("MEDIAN", double(x))
    else:
        call = n.call("QUANTILE_CONT", double(x), share_of(x.agg))
    return filtered(call, x.where)


def _by_key(name: str, function: str, descending: bool) -> None:
    def build(x: AggCall) -> Node:
        """By one key ARG_MIN_NULL (ARG_MIN passes over null values), by several in order, where a null key must not win."""
        if len(x.args) == 2:
            return filtered(n.call(function, x[0], x[1]), taking_part(x))
        keys = [x.s.order(key, value, descending) for key, value in zip(x.agg.args[1:], x.args[1:], strict=True)]
        return filtered(n.call("FIRST", tree.Sorted(x[0], tuple(keys))), taking_part(x))

    agg(name, HERE)(build)


_by_key("first", "ARG_MIN_NULL", False)
_by_key("last", "ARG_MAX_NULL", True)


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    return _written(n.call("JSON_VALUE", n.call_cast("TRY_CAST", x[0], "JSON"), n.text(json_path(keys_of(x)))))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    key, *rest = keys_of(x)
    test = n.eq(n.field(n.name("pair"), "key"), n.text(key))
    found = n.call("LIST_FILTER", x[0], tree.Lambda(n.name("pair"), test))
    value = n.call("TO_JSON", n.field(n.item(found, 1), "value"))
    if rest:
        return _written(n.call("JSON_VALUE", value, n.text(json_path(rest))))
    fields = n.call("JSON_VALUE", value, n.text("$.*"))
    filled = tree.Lambda(n.name("field"), n.not_null(n.name("field")))
    is_record = n.eq(n.call("JSON_TYPE", value), n.text("OBJECT"))
    first = n.item(n.call("LIST_FILTER", fields, filled), 1)
    return _written(n.when(is_record, first, n.call("JSON_VALUE", value, n.text("$"))))


def _written(scalar: Node) -> Node:
    """A JSON scalar as text: without quotes, and 20.0 as 20. (JSON_VALUE is null of records and lists.)"""
    return n.call("JSON_EXTRACT_STRING", n.call("REGEXP_REPLACE", scalar, n.text(r"^(-?[0-9]+)[.]0$"), n.text(r"\1")), n.text("$"))
