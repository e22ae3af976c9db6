"""ClickHouse. Decimals are divided as doubles (they would be cut off), rounding is written out (it rounds half to even), text is UTF-8."""

from __future__ import annotations

from kpidsl.model.expr import Lit
from kpidsl.record import replace
from kpidsl.sql import nodes as n
from kpidsl.sql import tree, zones
from kpidsl.sql.aggregates import double, filtered, share_of
from kpidsl.sql.casts import precision, trimmed
from kpidsl.sql.dates import amount_and_unit, amount_of, moment
from kpidsl.sql.functions import long_product
from kpidsl.sql.nested import keys_of
from kpidsl.sql.numeric import lost_digits
from kpidsl.sql.speak import AggCall, Call, agg, op
from kpidsl.sql.texts import simple
from kpidsl.sql.tree import Node

HERE = "clickhouse"
_SEAM = "\ue000"

simple("lower", "lowerUTF8", HERE)
simple("upper", "upperUTF8", HERE)
simple("replace", "replaceAll", HERE)
simple("starts_with", "startsWith", HERE)
simple("ends_with", "endsWith", HERE)
simple("position", "positionUTF8", HERE)
simple("regex_has", "match", HERE)
simple("regex_first", "extract", HERE)
simple("trim", "trimBoth", HERE)


@op("split_part", HERE)
def split_part(x: Call) -> Node:
    """The separator of splitByString must be written out: any other becomes a private-use character first."""
    text, separator = n.call("assumeNotNull", x[0]), x[1]
    if not isinstance(x.exprs[1], Lit):
        text, separator = n.call("replaceAll", text, n.call("assumeNotNull", separator), n.text(_SEAM)), n.text(_SEAM)
    parts = n.call("splitByString", separator, text)
    return n.when(n.not_null(x.again(0)), n.call("arrayElement", parts, x[2]))


@op("mul", HERE)
def mul(x: Call) -> Node:
    return long_product(x)


@op("round", HERE)
def round_off(x: Call) -> Node:
    return half_up(x.s.cast(x[0], "number"), int(x.fn.options[0]) if x.fn.options else 0)


def half_up(value: Node, digits: int) -> Node:
    """sign(x) · floor(|x| · 10ⁿ + ½) / 10ⁿ, the last place lifted as on DuckDB."""
    size = n.mul(n.call("abs", value), n.number("1.000000000000001"))
    scaled = n.mul(size, n.number(10**digits)) if digits > 0 else n.div(size, n.number(10**-digits)) if digits else size
    whole = n.mul(n.call("sign", value), n.call("floor", n.add(scaled, n.number("0.5"))))
    return n.div(whole, n.number(10**digits)) if digits > 0 else n.mul(whole, n.number(10**-digits)) if digits else whole


@op("digits_to_int", HERE)
def digits_to_int(x: Call) -> Node:
    return n.call("accurateCastOrNull", n.call("toInt256OrNull", n.call("replaceOne", x[0], n.text("+"), n.text(""))), n.text("Int64"))


@op("number_to_int", HERE)
def number_to_int(x: Call) -> Node:
    return n.call("accurateCastOrNull", n.call("trunc", x[0]), n.text("Int64"))


@op("total", HERE)
def total(x: Call) -> Node:
    """Rounded: a conversion to decimals would cut off the last digit."""
    lost = lost_digits(x.fn)
    return x[0] if lost is None else n.call("round", x[0], n.number(lost))


@op("into_decimal", HERE)
def into_decimal(x: Call) -> Node:
    digits, scale = precision(x.fn)
    source = n.call("toFloat64OrNull", trimmed(x)) if x.kind(0) == "text" else x.s.cast(x[0], "number")
    rounded = half_up(source, scale)
    fits = n.compare("<", n.call("abs", rounded), n.number("1" + "0" * (digits - scale)))
    return n.when(fits, n.cast(rounded, x.s.type_name("decimal", (digits, scale))))


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    return n.call("parseDateTime64BestEffortOrNull", x[0], n.number(6), n.text("UTC"))


@op("timestamp_to_text", HERE)
def timestamp_to_text(x: Call) -> Node:
    return n.call("formatDateTime", x[0], n.text("%F %T"))


@op("cut", HERE)
def cut(x: Call) -> Node:
    grain = str(x.fn.options[0])
    if grain == "week":
        return n.call("toMonday", x[0])
    if grain in ("month", "quarter", "year"):
        return n.call(f"toStartOf{grain.title()}", x[0])
    return n.call("date_trunc", n.text(grain), x[0])


_ADDERS = {"second": "addSeconds", "minute": "addMinutes", "hour": "addHours", "day": "addDays", "month": "addMonths", "year": "addYears"}


@op("step", HERE)
def step(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    return n.call(_ADDERS[unit], x[0], n.number(amount))


_PARTS = {"YEAR": "toYear", "QUARTER": "toQuarter", "MONTH": "toMonth", "DAY": "toDayOfMonth", "HOUR": "toHour", "ISODOW": "toDayOfWeek"}


@op("part", HERE)
def part(x: Call) -> Node:
    return n.call(_PARTS.get(x.word(0), "toDayOfYear"), x[1])


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("dateDiff", n.text("day"), x[1], x[0])


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    passed = n.call("dateDiff", n.text("microsecond"), x[1], x[0])
    return n.div(x.s.cast(passed, "number"), n.number("86400000000"))


@op("today", HERE)
def today(_: Call) -> Node:
    return n.call("toDate", n.call("now", n.text("UTC")))


@op("zoned", HERE)
def zoned(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    value = moment(x.s, x.exprs[0], x[0])
    if first != "UTC":
        value = zones.written_out(value, replace(x.fn, options=(first, "UTC")), _later, x.s.moment_literal)
    if then != "UTC":
        clock = n.call("formatDateTime", value, n.text("%F %T.%f"), n.text(then))
        value = n.call("toDateTime64OrNull", clock, n.number(6), n.text("UTC"))  # toDateTime64 fails on a block of nothing but nulls
    return value


def _later(value: Node, minutes: Node) -> Node:
    return n.call("addMinutes", value, minutes)


@op("not", HERE)
def negation(x: Call) -> Node:
    return n.no(n.call("coalesce", x[0], n.false()))


@agg("any", HERE)
def any_value(x: AggCall) -> Node:
    return filtered(n.call("any", x[0]), x.where)


def _spread(name: str, function: str) -> None:
    """By the formula that keeps its digits, and null of fewer than two values."""

    def build(x: AggCall) -> Node:
        enough = n.compare(">", filtered(n.call("COUNT", x[0]), x.where), n.number(1))
        return n.when(enough, filtered(n.call(function, double(x)), x.where and x.where))

    agg(name, HERE)(build)


_spread("stddev", "stddevSampStable")
_spread("variance", "varSampStable")


@agg("percentile", HERE)
def percentile(x: AggCall) -> Node:
    called = tree.Call("quantileExactInclusive", (double(x),), (share_of(x.agg),))
    return filtered(called, x.where)


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    keys = [n.text(key) for key in keys_of(x)]
    raw = n.call("JSONExtractRaw", x[0], *keys)
    plain = n.call("JSONExtractString", x.again(0), *keys)
    is_text = n.call("startsWith", raw, n.text('"'))
    return n.case([(is_text, plain), (_is_scalar(raw), raw)])


def _is_scalar(raw: Node) -> Node:
    """Neither absent nor null, no record and no list."""
    nested = [n.call("startsWith", raw, n.text(opening)) for opening in "{["]
    return n.no(n.either(n.is_in(raw, [n.text(""), n.text("null")]), *nested))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """The first pair with the key, out of a JSON list."""
    key, *rest = keys_of(x)
    test = n.eq(n.call("JSONExtractString", n.name("pair"), n.text("key")), n.text(key))
    chosen = tree.Lambda(n.name("pair"), test)
    pair = n.call("arrayFirst", chosen, n.call("JSONExtractArrayRaw", n.call("ifNull", x[0], n.text("[]"))))

    value = n.call("JSONExtractRaw", pair, n.text("value"))
    if rest:
        return _written(n.call("JSONExtractRaw", value, *[n.text(part) for part in rest]))
    fields = n.call("tupleElement", n.call("JSONExtractKeysAndValuesRaw", value), n.number(2))
    filled = tree.Lambda(n.name("field"), _is_scalar(n.name("field")))
    is_record = n.call("startsWith", value, n.text("{"))
    return n.case([(is_record, _written(n.call("arrayFirst", filled, fields)))], _written(value))


def _written(raw: Node) -> Node:
    """A JSON scalar as text: without quotes; null for what is none."""
    plain = n.call("JSONExtractString", raw)
    return n.case([(n.call("startsWith", raw, n.text('"')), plain), (_is_scalar(raw), raw)])


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    return n.call(_ADDERS[unit], x[0], amount)
