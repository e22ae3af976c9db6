"""MySQL 8 and MariaDB 10.6 and later. No FILTER, no grouping sets, no zones without their tables; dates are cut by taking parts off.

Text is compared under a binary collation without padding (S16), which wants columns of the character set utf8mb4.
"""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql import tree, zones
from kpidsl.sql.aggregates import extreme
from kpidsl.sql.casts import LARGEST, precision, trimmed
from kpidsl.sql.dates import MONTHS_IN, amount_and_unit, amount_of, is_date, moment, options_of
from kpidsl.sql.nested import FIELDS, json_path, keys_of
from kpidsl.sql.speak import Call, op
from kpidsl.sql.texts import by_position, ends_with_by_substring, starts_with_by_substring
from kpidsl.sql.tree import Node

HERE = "mysql"

op("starts_with", HERE)(starts_with_by_substring)
op("ends_with", HERE)(ends_with_by_substring)
by_position(HERE)
extreme("any", "MAX", "MAX", HERE)


@op("position", HERE)
def position(x: Call) -> Node:
    return n.call("LOCATE", x[1], x.s.exact(x[0]))


@op("regex_has", HERE)
def regex_has(x: Call) -> Node:
    return tree.Infix("REGEXP", n.at_least(x.s.exact(x[0]), 5), x[1])


@op("split_part", HERE)
def split_part(x: Call) -> Node:
    """SUBSTRING_INDEX gives the last part again beyond the end, so the parts are counted first."""
    text, mark, part = x.args
    size = n.call("CHAR_LENGTH", x.again(1))
    gone = n.call("REPLACE", x.again(0), x.again(1), n.text(""))
    marks = n.div(n.paren(n.sub(n.call("CHAR_LENGTH", x.again(0)), n.call("CHAR_LENGTH", gone))), size)
    found = n.call("SUBSTRING_INDEX", n.call("SUBSTRING_INDEX", text, mark, part), x.again(1), n.neg(n.number(1)))
    beyond = n.compare(">", x.again(2), n.add(marks, n.number(1)))
    return n.case([(beyond, n.text("")), (n.not_null(x.again(0)), found)])


@op("round", HERE)
def round_off(x: Call) -> Node:
    """Doubles are rounded as decimals, half away from zero."""
    digits = n.number(int(x.fn.options[0]) if x.fn.options else 0)
    if x.kind(0) in ("int", "decimal"):
        return n.call("ROUND", x[0], digits)
    return x.s.cast(n.call("ROUND", n.cast(x[0], "DECIMAL(65, 15)"), digits), "number")


@op("digits_to_int", HERE)
def digits_to_int(x: Call) -> Node:
    size = n.call("ABS", n.cast(x[0], "DECIMAL(38, 0)"))
    return n.when(n.compare("<=", size, n.number(LARGEST)), n.cast(trimmed(x), "SIGNED"))


@op("number_to_int", HERE)
def number_to_int(x: Call) -> Node:
    fits = n.compare("<", n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, n.cast(n.call("TRUNCATE", x.again(0), n.number(0)), "SIGNED"))


@op("into_decimal", HERE)
def into_decimal(x: Call) -> Node:
    digits, scale = precision(x.fn)
    exactly = n.call("ROUND", n.cast(x[0], "DECIMAL(65, 15)"), n.number(scale))
    fits = n.compare("<", n.call("ABS", exactly), n.number("1" + "0" * (digits - scale)))
    return n.when(fits, n.cast(exactly, x.s.type_name("decimal", (digits, scale))))


@op("decimal_to_text", HERE)
def decimal_to_text(x: Call) -> Node:
    return n.cast(x.s.cast(x[0], "number"), "CHAR")


@op("timestamp_to_text", HERE)
def timestamp_to_text(x: Call) -> Node:
    return n.call("DATE_FORMAT", x[0], n.text("%Y-%m-%d %H:%i:%s"))


@op("iso_to_timestamp", HERE)
def iso_to_timestamp(x: Call) -> Node:
    """The local time, less its offset in minutes."""
    value = x[0]
    plain = n.call("REPLACE", value, n.text("T"), n.text(" "))
    local = n.cast(n.call("REGEXP_SUBSTR", plain, n.text("^.{10}( [0-9:.]*)?")), "DATETIME(6)")
    clock = n.call("REPLACE", n.call("RIGHT", value, n.number(6)), n.text(":"), n.text(""))
    pattern = n.text("[+-][0-9]{2}:?[0-9]{2}$")
    signed = n.cast(n.call("RIGHT", clock, n.number(5)), "SIGNED")
    hours = n.call("TRUNCATE", n.div(signed, n.number(100)), n.number(0))
    minutes = n.add(n.mul(hours, n.number(60)), n.mod(n.paren(signed), n.number(100)))
    ahead = n.when(n.both(n.compare(">", n.call("CHAR_LENGTH", value), n.number(16)), x.to("regex_has", value, pattern)), minutes)
    return n.call("TIMESTAMPADD", n.word("MINUTE"), n.neg(n.call("COALESCE", ahead, n.number(0))), local)


@op("start_of", HERE)
def start_of(x: Call) -> Node:
    grain, week, month = options_of(x.fn)
    day = x[0] if is_date(x.exprs[0]) else n.cast(x[0], "DATE")
    match grain:
        case "day":
            return day
        case "second" | "minute" | "hour":
            form = {"second": "%Y-%m-%d %H:%i:%s", "minute": "%Y-%m-%d %H:%i:00", "hour": "%Y-%m-%d %H:00:00"}[grain]
            return n.cast(n.call("DATE_FORMAT", x[0], n.text(form)), "DATETIME(6)")
        case "week":
            passed = n.mod(n.paren(n.add(n.call("WEEKDAY", x.again(0)), n.number(8 - week))), n.number(7))
            return n.call("TIMESTAMPADD", n.word("DAY"), n.neg(n.paren(passed)), day)
    first = n.call("TIMESTAMPADD", n.word("DAY"), n.sub(n.number(1), n.call("DAYOFMONTH", x.again(0))), day)
    if grain == "month":
        return first
    passed = n.mod(n.paren(n.add(n.call("MONTH", x.again(0)), n.number(12 - month))), n.number(MONTHS_IN[grain]))
    return n.call("TIMESTAMPADD", n.word("MONTH"), n.neg(n.paren(passed)), first)


@op("step", HERE)
def step(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    return n.call("TIMESTAMPADD", n.word(unit.upper()), n.number(amount), x[0])


@op("part", HERE)
def part(x: Call) -> Node:
    match x.word(0):
        case "ISODOW":
            return n.add(n.call("WEEKDAY", x[1]), n.number(1))
        case "DOY":
            return n.call("DAYOFYEAR", x[1])
    return n.extract(x.word(0), x[1])


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("DATEDIFF", x[0], x[1])


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    passed = n.call("TIMESTAMPDIFF", n.word("MICROSECOND"), x[1], x[0])
    return n.div(x.s.cast(passed, "number"), n.number("86400000000"))


@op("at_zone", HERE)
def at_zone(x: Call) -> Node:
    """Written out: CONVERT_TZ gives null where the server's zone tables are empty."""

    def shift(value: Node, minutes: Node) -> Node:
        return n.call("TIMESTAMPADD", n.word("MINUTE"), minutes, value)

    return zones.written_out(moment(x.s, x.exprs[0], x[0]), x.fn, shift, x.s.moment_literal)


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    found = n.call("JSON_EXTRACT", x[0], n.text(json_path(keys_of(x))))
    return n.when(n.call("JSON_VALID", x.again(0)), _scalar_text(found))


def _scalar_text(found: Node) -> Node:
    """Without quotes; null of records and lists, and of JSON's own null."""
    nested = n.is_in(n.call("JSON_TYPE", found), [n.text("OBJECT"), n.text("ARRAY"), n.text("NULL")])
    return n.when(n.no(nested), n.call("JSON_UNQUOTE", found))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """The place of the key among the pairs, then the filled field of its value."""
    key, *rest = keys_of(x)
    place = n.call("JSON_UNQUOTE", n.call("JSON_SEARCH", x[0], n.text("one"), n.text(key), n.null(), n.text("$[*].key")))
    base = n.call("REPLACE", place, n.text(".key"), n.text(".value"))

    def field(path: str) -> Node:
        found = n.call("JSON_EXTRACT", x.again(0), n.call("CONCAT", base, n.text(path)) if path else base)
        return _scalar_text(found)

    if rest:
        return field(json_path(rest)[1:])
    kind = n.call("JSON_TYPE", n.call("JSON_EXTRACT", x.again(0), base))
    bare = n.when(n.compare("<>", kind, n.text("OBJECT")), field(""))
    return n.call("COALESCE", *[field(f".{name}") for name in FIELDS], bare)


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    return n.call("TIMESTAMPADD", n.word(unit.upper()), amount, x[0])
