"""Apache Spark (3.5 and 4) and Databricks. Percentiles are exact (`PERCENTILE`); dates keep their kind; patterns are Java's."""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql import tree, zones
from kpidsl.sql.aggregates import double, filtered, share_of
from kpidsl.sql.dates import amount_and_unit, moment
from kpidsl.sql.nested import FIELDS, json_path, keys_of
from kpidsl.sql.speak import AggCall, Call, agg, op
from kpidsl.sql.texts import simple
from kpidsl.sql.tree import Node

HERE = "spark"

simple("starts_with", "STARTSWITH", HERE)
simple("ends_with", "ENDSWITH", HERE)
simple("contains", "CONTAINS", HERE)


@op("decimal_to_text", HERE)
def decimal_to_text(x: Call) -> Node:
    """Without the zeros at its end; its RTRIM of two arguments wants them the other way round."""
    written = x.s.cast(x[0], "text")
    short = tree.TrimEnd(tree.TrimEnd(written, n.text("0")), n.text("."))
    return n.when(n.compare("LIKE", written, n.text("%.%")), short, written)


@op("regex_has", HERE)
def regex_has(x: Call) -> Node:
    return tree.Infix("RLIKE", n.at_least(x[0], 5), x[1])


@op("position", HERE)
def position(x: Call) -> Node:
    return n.call("INSTR", x[0], x[1])


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("DATEDIFF", x[0], x[1])


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    passed = n.sub(n.call("UNIX_MICROS", x[0]), n.call("UNIX_MICROS", x[1]))
    return n.div(x.s.cast(passed, "number"), n.number("86400000000"))


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    """Spark reads offsets itself; the session's zone is UTC."""
    return n.cast(x[0], x.s.type_name("timestamp"))


@op("number_to_int", HERE)
def number_to_int(x: Call) -> Node:
    """A cast cuts the fraction off."""
    return n.call_cast("TRY_CAST", x[0], "BIGINT")


@op("zoned", HERE)
def zoned(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    value = _into_utc(x, first) if first != "UTC" else x[0]
    return n.call("FROM_UTC_TIMESTAMP", value, n.text(then)) if then != "UTC" else value


def _into_utc(x: Call, zone: str) -> Node:
    """A clock's time that comes twice means the second (S13). Spark takes the first: if the clock shows it again, then is meant."""

    def earlier() -> Node:
        return n.call("TO_UTC_TIMESTAMP", moment(x.s, x.exprs[0], x.again(0)), n.text(zone))

    def again(minutes: int) -> Node:
        return n.add(earlier(), n.interval(minutes, "minute"))

    twice = [
        (n.eq(n.call("FROM_UTC_TIMESTAMP", again(minutes), n.text(zone)), moment(x.s, x.exprs[0], x.again(0))), again(minutes))
        for minutes in zones.turned_back(zone)
    ]
    return n.case(twice, earlier()) if twice else earlier()


@agg("percentile", HERE)
def percentile(x: AggCall) -> Node:
    return filtered(n.call("PERCENTILE", double(x), share_of(x.agg)), x.where)


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    path = "$" + "".join("['" + key.replace("'", "\\'") + "']" for key in keys_of(x))
    return n.call("GET_JSON_OBJECT", x[0], n.text(path))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """A list of structs, its value a struct of typed fields."""
    key, *rest = keys_of(x)
    test = n.eq(n.field(n.name("pair"), "key"), n.text(key))
    found = n.call("FILTER", x[0], tree.Lambda(n.name("pair"), test))
    value = n.call("TO_JSON", n.field(n.call("GET", found, n.number(0)), "value"))
    if rest:
        return n.call("GET_JSON_OBJECT", value, n.text(json_path(rest).replace('"', "")))
    return n.call("COALESCE", *[n.call("GET_JSON_OBJECT", value, n.text(f"$.{name}")) for name in FIELDS])


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    if x.fn.type.kind == "date":
        return n.call("ADD_MONTHS" if unit == "month" else "DATE_ADD", x[0], n.cast(amount, "INT"))
    return n.call("TIMESTAMPADD", n.word(unit.upper()), amount, x[0])
