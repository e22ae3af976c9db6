"""The operator table: conversions between types, always written out by the analyst. Text that does not convert is null, never an error.

What counts as a number, a date or a truth is the same text in every dialect: the shapes below, with blanks (U+0020) allowed around them.
"""

from __future__ import annotations

import re

from kpidsl.model.expr import Fn
from kpidsl.sql import nodes as n
from kpidsl.sql.speak import Call, op
from kpidsl.sql.tree import Node

INT_SHAPE = "^[+-]?[0-9]{1,30}$"
NUMBER_SHAPE = r"^[+-]?([0-9]{1,60}(\.[0-9]{1,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$"
# a day that exists: long months, short months, February, 29 February of leap years
DATE_SHAPE = (
    "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
)
TIME_SHAPE = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
ZONE_SHAPE = "(Z|[+-](0[0-9]|1[0-5]):?[0-5][0-9])?"
TRUE_WORDS = ("true", "t", "yes", "y", "1", "on")
FALSE_WORDS = ("false", "f", "no", "n", "0", "off")
LARGEST = 9223372036854775807


def trimmed(x: Call) -> Node:
    return n.call("TRIM", x.again(0))


def matches(x: Call, value: Node, pattern: str) -> Node:
    """The text has the shape, by the engine's regular expressions."""
    return x.to("regex_has", value, n.text(pattern))


def precision(fn: Fn) -> tuple[int, int]:
    if len(fn.options) == 2:
        return int(fn.options[0]), int(fn.options[1])
    return fn.type.precision or (18, 4)


@op("to_int")
def to_int(x: Call) -> Node:
    """Text of digits; a number without its fraction (towards zero); true is 1."""
    match x.kind(0):
        case "int":
            return x[0]
        case "bool":
            return bool_to_int(x)
        case "text":
            return n.when(matches(x, trimmed(x), INT_SHAPE), x.to("digits_to_int", trimmed(x)))
    return x.to("number_to_int")


def bool_to_int(x: Call) -> Node:
    truth = x.exprs[0]
    return n.case([(x.s.condition(truth), n.number(1)), (n.no(x.s.condition(truth)), n.number(0))])


@op("digits_to_int")
def digits_to_int(x: Call) -> Node:
    return n.call_cast(x.dialect.try_cast, x[0], x.s.type_name("int"))


@op("number_to_int")
def number_to_int(x: Call) -> Node:
    return n.call_cast(x.dialect.try_cast, n.call("TRUNC", x[0]), x.s.type_name("int"))


@op("to_number")
def to_number(x: Call) -> Node:
    match x.kind(0):
        case "number":
            return x[0]
        case "bool":
            return x.s.cast(bool_to_int(x), "number")
        case "text":
            return n.when(matches(x, trimmed(x), NUMBER_SHAPE), x.s.cast(trimmed(x), "number"))
    return x.s.cast(x[0], "number")


@op("to_decimal")
def to_decimal(x: Call) -> Node:
    """Rounded half away from zero to the scale; null where the whole part does not fit."""
    digits, scale = precision(x.fn)
    written = x.s.type_name("decimal", (digits, scale))
    match x.kind(0):
        case "bool":
            return n.cast(bool_to_int(x), written)
        case "text":
            return n.when(matches(x, trimmed(x), NUMBER_SHAPE), x.to("into_decimal", trimmed(x)))
    return x.to("into_decimal")


@op("into_decimal")
def into_decimal(x: Call) -> Node:
    return n.call_cast(x.dialect.try_cast, x[0], x.s.type_name("decimal", precision(x.fn)))


@op("to_bool")
def to_bool(x: Call) -> Node:
    """true t yes y 1 on, false f no n 0 off in any case; a number is true unless it is 0."""
    match x.kind(0):
        case "bool":
            return x[0]
        case "text":
            folded = n.call("LOWER", trimmed(x))
            truth = n.true() if x.dialect.booleans else n.number(1)
            falsehood = n.false() if x.dialect.booleans else n.number(0)
            return n.case(
                [
                    (n.is_in(folded, [n.text(w) for w in TRUE_WORDS]), truth),
                    (n.is_in(folded, [n.text(w) for w in FALSE_WORDS]), falsehood),
                ]
            )
    if not x.dialect.booleans:
        return n.case([(n.eq(x[0], n.number(0)), n.number(0)), (n.not_null(x.again(0)), n.number(1))])
    return n.compare("<>", x[0], n.number(0))


@op("to_text")
def to_text(x: Call) -> Node:
    """Numbers without trailing zeros, true/false, ISO dates."""
    match x.kind(0):
        case "text":
            return x[0]
        case "bool":
            return n.case([(x.truth(0), n.text("true")), (n.no(x.truth(0)), n.text("false"))])
        case "decimal":
            return x.to("decimal_to_text")
        case "number" | "duration":
            return x.to("double_to_text")
        case "timestamp":
            return x.to("timestamp_to_text")
    return x.s.cast(x[0], "text")


@op("decimal_to_text")
def decimal_to_text(x: Call) -> Node:
    written = x.s.cast(x[0], "text")
    has_point = n.compare("LIKE", written, n.text("%.%"))
    short = n.call("RTRIM", n.call("RTRIM", written, n.text("0")), n.text("."))
    return n.when(has_point, short, written)


@op("double_to_text")
def double_to_text(x: Call) -> Node:
    whole = n.both(
        n.eq(x[0], n.call("FLOOR", x.again(0))),
        n.compare("<", n.call("ABS", x.again(0)), n.number("1000000000000000")),
    )
    return n.when(whole, x.s.cast(x.s.cast(x.again(0), "int"), "text"), x.s.cast(x.again(0), "text"))


@op("timestamp_to_text")
def timestamp_to_text(x: Call) -> Node:
    return x.s.cast(x[0], "text")


@op("text_to_date")
def text_to_date(x: Call) -> Node:
    """YYYY-MM-DD, with or without a time of day behind it."""
    value = trimmed(x)
    day = n.call(x.dialect.substring, value, n.number(1), n.number(10))
    return n.when(matches(x, value, f"^{DATE_SHAPE}([T ].*)?$"), x.s.cast(day, "date"))


@op("text_to_timestamp")
def text_to_timestamp(x: Call) -> Node:
    """YYYY-MM-DD, optionally HH:MM[:SS[.fraction]] behind a blank or T, optionally Z or an offset, which is taken off (UTC)."""
    value = trimmed(x)
    shape = f"^{DATE_SHAPE}([T ]{TIME_SHAPE}{ZONE_SHAPE})?$"
    return n.when(matches(x, value, shape), x.to("iso_to_timestamp", value))


LOCAL = "^(.{10}[T ][0-9:.]*|.{10})(?:Z|[+-][0-9:]*)?$"


@op("iso_to_timestamp")
def iso_to_timestamp(x: Call) -> Node:
    """The local time, less its offset."""
    local = x.s.cast(x.to("regex_first", x[0], n.text(LOCAL)), "timestamp")
    return n.sub(local, n.cast(n.call("COALESCE", x.to("offset", x[0]), n.text("00:00")), "INTERVAL"))


# parse_date: the tokens have a fixed width, so the text is cut into pieces and put together again as an ISO date.
_TOKENS = re.compile("YYYY|MM|DD|HH|MI|SS")
_WIDTH = {"YYYY": 4, "MM": 2, "DD": 2, "HH": 2, "MI": 2, "SS": 2}
_MISSING = {"MM": "01", "DD": "01", "HH": "00", "MI": "00", "SS": "00"}


def pieces(layout: str) -> tuple[list[tuple[str, int, int]], list[tuple[str, int]], int]:
    """Of a layout such as DD.MM.YYYY: tokens (name, position from 1, width), the texts between them (text, position), the whole width."""
    tokens, between = [], []
    at = 1
    last = 0
    for found in _TOKENS.finditer(layout):
        if found.start() > last:
            between.append((layout[last : found.start()], at))
            at += found.start() - last
        tokens.append((found.group(), at, _WIDTH[found.group()]))
        at += _WIDTH[found.group()]
        last = found.end()
    if last < len(layout):
        between.append((layout[last:], at))
        at += len(layout) - last
    return tokens, between, at - 1


@op("parse_date")
def parse_date(x: Call) -> Node:
    """Text in exactly the layout given (tokens YYYY MM DD HH MI SS); anything else is null."""
    tokens, between, width = pieces(str(x.fn.options[0]) if x.fn.options else "YYYY-MM-DD")
    places = {token: (at, size) for token, at, size in reversed(tokens)}

    def cut(at: int, size: int) -> Node:
        return n.call(x.dialect.substring, x.again(0), n.number(at), n.number(size))

    def part(token: str) -> Node:
        return cut(*places[token]) if token in places else n.text(_MISSING.get(token, "0001"))

    fits = [n.eq(n.call(x.dialect.char_length, x[0]), n.number(width))]
    fits += [n.eq(cut(at, len(text)), n.text(text)) for text, at in between]
    steps = [part("YYYY"), n.text("-"), part("MM"), n.text("-"), part("DD")]
    target = x.fn.type.kind
    if target == "timestamp":
        steps += [n.text(" "), part("HH"), n.text(":"), part("MI"), n.text(":"), part("SS")]
    return x.to("iso_if", x.to("joined", *steps), n.both(*fits))


@op("iso_if")
def iso_if(x: Call) -> Node:
    """The ISO text as a date or timestamp where the condition holds and the day exists."""
    written, condition = x.args
    target = x.fn.type.kind
    shape = f"^{DATE_SHAPE} {TIME_SHAPE}$" if target == "timestamp" else f"^{DATE_SHAPE}$"
    return n.when(n.both(condition, matches(x, written, shape)), x.s.cast(written, target))
