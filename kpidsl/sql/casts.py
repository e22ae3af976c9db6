"""The operator table: conversions between types, always written out by the analyst. Text that does not convert is null, never an error.

What counts as a number, a date or a truth is the same text in every dialect: the shapes below, with blanks (U+0020) allowed around them.
"""

from __future__ import annotations

import re

from sqlglot import exp

from kpidsl.model.expr import Fn
from kpidsl.sql import nodes as n
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import Call, op

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


def _trimmed(x: Call) -> Node:
    return n.call("TRIM", x.again(0))


def matches(x: Call, value: Node, pattern: str) -> Node:
    """The text has the shape, by the engine's regular expressions."""
    if x.dialect.regex_operator:
        return n.call(x.dialect.regex_operator, value, n.text(pattern))
    return exp.RegexpLike(this=n.at_least(value, 5), expression=n.text(pattern))


def _precision(fn: Fn) -> tuple[int, int]:
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
            return _bool_to_int(x)
        case "text":
            return n.when(matches(x, _trimmed(x), INT_SHAPE), x.to("digits_to_int", _trimmed(x)))
    return x.to("number_to_int")


def _bool_to_int(x: Call) -> Node:
    truth = x.exprs[0]
    return n.case([(x.s.condition(truth), n.number(1)), (n.no(x.s.condition(truth)), n.number(0))])


@op("digits_to_int")
def digits_to_int(x: Call) -> Node:
    return n.call_cast(x.dialect.try_cast, x[0], x.s.type_name("int"))


@op("digits_to_int", "postgres")
def digits_to_int_checked(x: Call) -> Node:
    size = n.call("ABS", n.cast(x[0], "DECIMAL"))
    return n.when(n.compare(exp.LTE, size, n.number(LARGEST)), x.s.cast(_trimmed(x), "int"))


@op("number_to_int")
def number_to_int(x: Call) -> Node:
    return n.call_cast(x.dialect.try_cast, n.call("TRUNC", x[0]), x.s.type_name("int"))


@op("number_to_int", "postgres")
def number_to_int_checked(x: Call) -> Node:
    fits = n.compare(exp.LT, n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, x.s.cast(n.call("TRUNC", x.again(0)), "int"))


@op("to_number")
def to_number(x: Call) -> Node:
    match x.kind(0):
        case "number":
            return x[0]
        case "bool":
            return x.s.cast(_bool_to_int(x), "number")
        case "text":
            return n.when(matches(x, _trimmed(x), NUMBER_SHAPE), x.s.cast(_trimmed(x), "number"))
    return x.s.cast(x[0], "number")


@op("to_decimal")
def to_decimal(x: Call) -> Node:
    """Rounded half away from zero to the scale; null where the whole part does not fit."""
    digits, scale = _precision(x.fn)
    written = x.s.type_name("decimal", (digits, scale))
    match x.kind(0):
        case "bool":
            return n.cast(_bool_to_int(x), written)
        case "text":
            return n.when(matches(x, _trimmed(x), NUMBER_SHAPE), x.to("into_decimal", _trimmed(x)))
    return x.to("into_decimal")


@op("into_decimal")
def into_decimal(x: Call) -> Node:
    return n.call_cast(x.dialect.try_cast, x[0], x.s.type_name("decimal", _precision(x.fn)))


@op("into_decimal", "postgres")
def into_decimal_checked(x: Call) -> Node:
    digits, scale = _precision(x.fn)
    exactly = n.call("ROUND", n.cast(x[0], "DECIMAL"), n.number(scale))
    fits = n.compare(exp.LT, n.call("ABS", exactly), n.number("1" + "0" * (digits - scale)))
    return n.when(fits, n.cast(x[0].copy(), x.s.type_name("decimal", (digits, scale))))


@op("to_bool")
def to_bool(x: Call) -> Node:
    """true t yes y 1 on, false f no n 0 off in any case; a number is true unless it is 0."""
    match x.kind(0):
        case "bool":
            return x[0]
        case "text":
            folded = n.call("LOWER", _trimmed(x))
            truth = n.true() if x.dialect.booleans else n.number(1)
            falsehood = n.false() if x.dialect.booleans else n.number(0)
            return n.case(
                [
                    (n.is_in(folded, [n.text(w) for w in TRUE_WORDS]), truth),
                    (n.is_in(folded.copy(), [n.text(w) for w in FALSE_WORDS]), falsehood),
                ]
            )
    if not x.dialect.booleans:
        return n.case([(n.eq(x[0], n.number(0)), n.number(0)), (n.not_null(x.again(0)), n.number(1))])
    return n.compare(exp.NEQ, x[0], n.number(0))


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
    has_point = n.compare(exp.Like, written, n.text("%.%"))
    short = n.call("RTRIM", n.call("RTRIM", written.copy(), n.text("0")), n.text("."))
    return n.when(has_point, short, written.copy())


@op("double_to_text")
def double_to_text(x: Call) -> Node:
    whole = n.both(
        n.eq(x[0], n.call("FLOOR", x.again(0))),
        n.compare(exp.LT, n.call("ABS", x.again(0)), n.number("1000000000000000")),
    )
    return n.when(whole, x.s.cast(x.s.cast(x.again(0), "int"), "text"), x.s.cast(x.again(0), "text"))


@op("double_to_text", "sqlite")
@op("decimal_to_text", "sqlite")
def real_to_text(x: Call) -> Node:
    return double_to_text(x)


@op("timestamp_to_text")
def timestamp_to_text(x: Call) -> Node:
    return x.s.cast(x[0], "text")


@op("text_to_date")
def text_to_date(x: Call) -> Node:
    """YYYY-MM-DD, with or without a time of day behind it."""
    value = _trimmed(x)
    day = n.call(x.dialect.substring, value.copy(), n.number(1), n.number(10))
    return n.when(matches(x, value, f"^{DATE_SHAPE}([T ].*)?$"), x.s.cast(day, "date"))


@op("text_to_timestamp")
def text_to_timestamp(x: Call) -> Node:
    """YYYY-MM-DD, optionally HH:MM[:SS[.fraction]] behind a blank or T, optionally Z or an offset, which is taken off (UTC)."""
    value = _trimmed(x)
    shape = f"^{DATE_SHAPE}([T ]{TIME_SHAPE}{ZONE_SHAPE})?$"
    return n.when(matches(x, value, shape), x.to("iso_to_timestamp", value.copy()))


_OFFSET = "^.{16}.*([+-][0-9]{2}):?([0-9]{2})$"


@op("iso_to_timestamp")
def iso_to_timestamp(x: Call) -> Node:
    local = n.call("REGEXP_REPLACE", x[0], n.text("^(.{16}.*)(Z|[+-][0-9]{2}:?[0-9]{2})$"), n.text(r"\1"))
    return n.sub(x.s.cast(local, "timestamp"), x.to("offset_of", x[0].copy()))


@op("offset_of")
def offset_of(x: Call) -> Node:
    found = n.call("NULLIF", n.call("REGEXP_EXTRACT", x[0], n.text("^.{16}.*([+-][0-9]{2}:?[0-9]{2})$"), n.number(1)), n.text(""))
    clock = n.call("REGEXP_REPLACE", found, n.text(r"^[+]?(-?[0-9]{2}):?([0-9]{2})$"), n.text(r"\1:\2"))
    return n.cast(n.call("COALESCE", clock, n.text("00:00")), "INTERVAL")


@op("offset_of", "postgres")
def offset_of_postgres(x: Call) -> Node:
    found = n.call("SUBSTRING", x[0], n.text("^.{16}.*([+-][0-9]{2}:?[0-9]{2})$"))
    return n.cast(n.call("COALESCE", found, n.text("00:00")), "INTERVAL")


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
    return x.to("iso_if", n.concat(*steps), n.both(*fits))


@op("iso_if")
def iso_if(x: Call) -> Node:
    """The ISO text as a date or timestamp where the condition holds and the day exists."""
    written, condition = x.args
    target = x.fn.type.kind
    shape = f"^{DATE_SHAPE} {TIME_SHAPE}$" if target == "timestamp" else f"^{DATE_SHAPE}$"
    return n.when(n.both(condition, matches(x, written, shape)), x.s.cast(written.copy(), target))


@op("iso_if", "sqlite")
def iso_if_sqlite(x: Call) -> Node:
    written, condition = x.args
    function = "DATETIME" if x.fn.type.kind == "timestamp" else "DATE"
    digits = n.no(n.compare(exp.Glob, written, n.text("*[^-0-9 :]*")))
    real = n.eq(n.call(function, written.copy(), n.text("+0 days")), written.copy())
    return n.when(n.both(condition, digits, real), written.copy())


# SQLite has no regular expressions: GLOB, JSON's own idea of a number and a round trip through its date functions stand in.


def _unsigned(value: Node, again: Node) -> Node:
    return n.call("SUBSTR", value, n.add(n.number(1), n.paren(n.compare(exp.Glob, again, n.text("[-+]*")))))


@op("to_int", "sqlite")
def to_int_sqlite(x: Call) -> Node:
    match x.kind(0):
        case "int" | "bool":
            return x[0]
        case "text":
            digits = _unsigned(_trimmed(x), _trimmed(x))
            bare = n.call("LTRIM", digits, n.text("0"))
            size = n.call("LENGTH", bare)
            fits = n.either(
                n.compare(exp.LT, size, n.number(19)),
                n.both(n.eq(size.copy(), n.number(19)), n.compare(exp.LTE, bare.copy(), n.text(str(LARGEST)))),
            )
            shape = n.both(
                n.compare(exp.Glob, digits.copy(), n.text("[0-9]*")), n.no(n.compare(exp.Glob, digits.copy(), n.text("*[^0-9]*"))), fits
            )
            return n.when(shape, x.s.cast(_trimmed(x), "int"))
    fits = n.compare(exp.LT, n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, x.s.cast(x.again(0), "int"))


def _number_text(x: Call) -> Node:
    """The text has NUMBER_SHAPE: with a 1 before it, it is a number of JSON."""
    bare = _unsigned(_trimmed(x), _trimmed(x))
    return n.both(
        n.compare(exp.Glob, bare, n.text("[0-9.]*")),
        n.compare(exp.Glob, bare.copy(), n.text("*[0-9]")),
        n.no(n.compare(exp.Glob, bare.copy(), n.text("*[eE]*[0-9][0-9][0-9]"))),
        n.call("JSON_VALID", n.concat(n.text("1"), bare.copy())),
    )


@op("to_number", "sqlite")
def to_number_sqlite(x: Call) -> Node:
    if x.kind(0) == "text":
        return n.when(_number_text(x), x.s.cast(_trimmed(x), "number"))
    return x.s.cast(x[0], "number")


@op("to_decimal", "sqlite")
def to_decimal_sqlite(x: Call) -> Node:
    digits, scale = _precision(x.fn)
    is_text = x.kind(0) == "text"
    source = x.s.cast(_trimmed(x) if is_text else x[0], "number")
    rounded = n.call("ROUND", source, n.number(scale))
    fits = n.compare(exp.LT, n.call("ABS", rounded), n.number("1" + "0" * (digits - scale)))
    return n.when(n.both(_number_text(x), fits) if is_text else fits, rounded.copy())


@op("text_to_date", "sqlite")
def text_to_date_sqlite(x: Call) -> Node:
    day = n.call("SUBSTR", _trimmed(x), n.number(1), n.number(10))
    real = n.eq(n.call("DATE", day, n.text("+0 days")), day.copy())
    tail = n.is_in(n.call("SUBSTR", _trimmed(x), n.number(11), n.number(1)), [n.text(""), n.text("T"), n.text(" ")])
    return n.when(n.both(real, tail), day.copy())


@op("text_to_timestamp", "sqlite")
def text_to_timestamp_sqlite(x: Call) -> Node:
    """DATETIME knows ISO and offsets; it keeps whole seconds, so fractions take the other road."""
    value = _trimmed(x)
    day = n.call("SUBSTR", value, n.number(1), n.number(10))
    real = n.eq(n.call("DATE", day, n.text("+0 days")), day.copy())
    fraction = n.call("STRFTIME", n.text("%Y-%m-%d %H:%M:%f"), value.copy())
    whole = n.call("DATETIME", value.copy())
    return n.case([(n.both(real, n.compare(exp.Glob, value.copy(), n.text("*.*"))), fraction), (real.copy(), whole)])
