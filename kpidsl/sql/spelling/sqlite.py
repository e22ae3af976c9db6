"""SQLite, 3.35 and later. Dates are text (`YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS`), truths 0 and 1, decimals doubles.

It has no regular expressions: GLOB, JSON's own idea of a number and a round trip through the date functions stand in. Its date functions do
not clamp months, so the month's last day is looked at as well.
"""

from __future__ import annotations

from kpidsl.model.expr import Expr, Lit
from kpidsl.sql import nodes as n
from kpidsl.sql import tree, zones
from kpidsl.sql.aggregates import avg as mean
from kpidsl.sql.aggregates import extreme, over_kept, sum_of
from kpidsl.sql.casts import LARGEST, double_to_text, precision, trimmed
from kpidsl.sql.dates import MONTHS_IN, SMALL, amount_and_unit, amount_of, is_date, options_of
from kpidsl.sql.functions import add, mul, sub
from kpidsl.sql.nested import json_path, keys_of
from kpidsl.sql.numeric import decimal_digits, lost_digits
from kpidsl.sql.speak import AggCall, Builder, Call, agg, literal_text, op
from kpidsl.sql.texts import by_position, ends_with_by_substring, simple, starts_with_by_substring
from kpidsl.sql.tree import Node

HERE = "sqlite"

simple("position", "INSTR", HERE)
op("starts_with", HERE)(starts_with_by_substring)
op("ends_with", HERE)(ends_with_by_substring)
by_position(HERE)
extreme("any", "MAX", "MAX", HERE)
op("double_to_text", HERE)(double_to_text)
op("decimal_to_text", HERE)(double_to_text)

MOST_DIGITS = 12
"""Digits after the point beyond which a double has none to cut."""


@op("total", HERE)
def total(x: Call) -> Node:
    lost = lost_digits(x.fn)
    return _cut(x[0], x.exprs[0]) if lost is None else n.call("ROUND", x[0], n.number(lost))


@agg("avg", HERE)
def avg(x: AggCall) -> Node:
    """Amounts are added up to the cent before they are divided, so that equal means are equal."""
    if _digits_to_cut(x.agg.args[0]) is None:
        return mean(x)
    counted = over_kept(AggCall(x.s, x.agg, [x[0]], None if x.where is None else x.where), "COUNT", x[0])
    return n.div(sum_of(x), counted)


def _exactly(name: str, plain: Builder) -> None:
    def build(x: Call) -> Node:
        return _cut(plain(x), x.fn)

    op(name, HERE)(build)


for _name, _plain in {"add": add, "sub": sub, "mul": mul}.items():
    _exactly(_name, _plain)


def _cut(result: Node, expr: Expr) -> Node:
    """Amounts are doubles here: what is calculated with them is cut back to the digits that they have, so that 0.1 + 0.2 is 0.3 (S6)."""
    digits = _digits_to_cut(expr)
    return result if digits is None else n.call("ROUND", result, n.number(digits))


def _digits_to_cut(expr: Expr) -> int | None:
    digits = decimal_digits(expr) if expr.type.kind == "decimal" else None
    return None if digits is None or digits > MOST_DIGITS else digits


_GLOB = str.maketrans({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"})


def glob(value: Node, pattern: str) -> Node:
    return n.compare("GLOB", value, n.text(pattern))


@op("like", HERE)
def like(x: Call) -> Node:
    """SQLite's LIKE ignores case, its GLOB does not: the pattern is rewritten, here if it is known and in SQL if it is not."""
    pattern = literal_text(x.exprs[1])
    if pattern is not None:
        return glob(x[0], pattern.translate(_GLOB))
    wanted = x[1]
    for old, new in (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?")):
        wanted = n.call("REPLACE", wanted, n.text(old), n.text(new))
    return n.compare("GLOB", x[0], wanted)


_DIGIT_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"


@op("holds", HERE)
def holds(x: Call) -> Node:
    """A cell of a column may hold a value of any type here, whatever the column was declared as."""
    kind = x.kind(0)
    stored = n.call("TYPEOF", x[0])
    match kind:
        case "int":
            return n.eq(stored, n.text("integer"))
        case "number" | "decimal":
            return n.is_in(stored, [n.text("integer"), n.text("real")])
        case "bool":
            return n.both(n.eq(stored, n.text("integer")), n.is_in(x.again(0), [n.number(0), n.number(1)]))
        case "text":
            return n.eq(stored, n.text("text"))
        case "date":
            real = n.eq(n.call("DATE", x.again(0), n.text("+0 days")), x.again(0))  # which moves 30 February to a day that exists
            return n.both(n.eq(stored, n.text("text")), glob(x.again(0), _DIGIT_DAY), real)
        case "timestamp":
            real = n.eq(n.call("DATE", x.again(0), n.text("+0 days")), n.call("SUBSTR", x.again(0), n.number(1), n.number(10)))
            return n.both(n.eq(stored, n.text("text")), glob(x.again(0), f"{_DIGIT_DAY}[ T][0-2][0-9]:[0-5][0-9]*"), real)
    return n.not_null(x[0])


@op("has_scheme", HERE)
def has_scheme(x: Call) -> Node:
    end = n.sub(n.call("INSTR", x[0], n.text("://")), n.number(1))
    odd = glob(n.call("SUBSTR", x[0], n.number(1), end), "*[^-A-Za-z0-9+.]*")
    return n.both(glob(x[0], "[A-Za-z]*://*"), n.no(odd))


_SEAM = 0xE000  # a private-use character, where a text is cut


@op("split_part", HERE)
def split_part(x: Call) -> Node:
    """The text becomes a JSON list of its parts; the part wanted is read out of it. Linear, and any separator will do."""
    text, separator, part = x.args
    seam = n.call("CHAR", n.number(_SEAM))
    marked = n.call("REPLACE", text, separator, seam)
    listed = n.concat(n.text("["), n.call("REPLACE", n.call("JSON_QUOTE", marked), seam, n.text('","')), n.text("]"))
    index = x.exprs[2]
    if isinstance(index, Lit) and isinstance(index.value, int):
        path: Node = n.text(f"$[{index.value - 1}]")
    else:
        path = n.concat(n.text("$["), n.paren(n.sub(part, n.number(1))), n.text("]"))
    found = n.call("COALESCE", n.call("JSON_EXTRACT", listed, path), n.text(""))
    return n.when(n.not_null(x.again(0)), found)


# conversions


def _unsigned(value: Node) -> Node:
    return n.call("SUBSTR", value, n.add(n.number(1), n.paren(glob(value, "[-+]*"))))


@op("to_int", HERE)
def to_int(x: Call) -> Node:
    match x.kind(0):
        case "int" | "bool":
            return x[0]
        case "text":
            digits = _unsigned(trimmed(x))
            bare = n.call("LTRIM", digits, n.text("0"))
            size = n.call("LENGTH", bare)
            longest = n.both(n.eq(size, n.number(19)), n.compare("<=", bare, n.text(str(LARGEST))))
            fits = n.either(n.compare("<", size, n.number(19)), longest)
            shape = n.both(glob(digits, "[0-9]*"), n.no(glob(digits, "*[^0-9]*")), fits)
            return n.when(shape, x.s.cast(trimmed(x), "int"))
    fits = n.compare("<", n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, x.s.cast(x.again(0), "int"))


def _is_number(x: Call) -> Node:
    """The text has the shape of a number: with a 1 before it, it is one of JSON."""
    bare = _unsigned(trimmed(x))
    return n.both(
        glob(bare, "[0-9.]*"),
        glob(bare, "*[0-9]"),
        n.no(glob(bare, "*[eE]*[0-9][0-9][0-9]")),
        n.call("JSON_VALID", n.concat(n.text("1"), bare)),
    )


@op("to_number", HERE)
def to_number(x: Call) -> Node:
    if x.kind(0) == "text":
        return n.when(_is_number(x), x.s.cast(trimmed(x), "number"))
    return x.s.cast(x[0], "number")


@op("to_decimal", HERE)
def to_decimal(x: Call) -> Node:
    digits, scale = precision(x.fn)
    is_text = x.kind(0) == "text"
    rounded = n.call("ROUND", x.s.cast(trimmed(x) if is_text else x[0], "number"), n.number(scale))
    fits = n.compare("<", n.call("ABS", rounded), n.number("1" + "0" * (digits - scale)))
    return n.when(n.both(_is_number(x), fits) if is_text else fits, rounded)


def _real_day(day: Node) -> Node:
    return n.eq(n.call("DATE", day, n.text("+0 days")), day)


@op("text_to_date", HERE)
def text_to_date(x: Call) -> Node:
    day = n.call("SUBSTR", trimmed(x), n.number(1), n.number(10))
    tail = n.is_in(n.call("SUBSTR", trimmed(x), n.number(11), n.number(1)), [n.text(""), n.text("T"), n.text(" ")])
    return n.when(n.both(_real_day(day), tail), day)


@op("text_to_timestamp", HERE)
def text_to_timestamp(x: Call) -> Node:
    """DATETIME knows ISO and offsets; it keeps whole seconds, so fractions take the other road."""
    real = _real_day(n.call("SUBSTR", trimmed(x), n.number(1), n.number(10)))
    fraction = n.call("STRFTIME", n.text("%Y-%m-%d %H:%M:%f"), trimmed(x))
    return n.case([(n.both(real, glob(trimmed(x), "*.*")), fraction), (real, n.call("DATETIME", trimmed(x)))])


@op("iso_if", HERE)
def iso_if(x: Call) -> Node:
    written, condition = x.args
    function = "DATETIME" if x.fn.type.kind == "timestamp" else "DATE"
    real = n.eq(n.call(function, written, n.text("+0 days")), written)
    return n.when(n.both(condition, n.no(glob(written, "*[^-0-9 :]*")), real), written)


# dates


@op("to_date", HERE)
def to_date(x: Call) -> Node:
    kind = x.kind(0)
    return x.to("text_to_date") if kind == "text" else x[0] if kind == "date" else n.call("DATE", x[0])


@op("to_timestamp", HERE)
def to_timestamp(x: Call) -> Node:
    kind = x.kind(0)
    return x.to("text_to_timestamp") if kind == "text" else x[0] if kind == "timestamp" else n.call("DATETIME", x[0])


@op("start_of", HERE)
def start_of(x: Call) -> Node:
    grain, week, month = options_of(x.fn)
    value = x[0]
    match grain:
        case "day":
            return value if is_date(x.exprs[0]) else n.call("DATE", value)
        case "second":
            return n.call("DATETIME", value)
        case "minute":
            return n.call("STRFTIME", n.text("%Y-%m-%d %H:%M:00"), value)
        case "hour":
            return n.call("STRFTIME", n.text("%Y-%m-%d %H:00:00"), value)
        case "week":
            return n.call("DATE", value, n.text("-6 days"), n.text(f"weekday {week % 7}"))
        case "month":
            return n.call("DATE", value, n.text("start of month"))
        case "year" if month == 1:
            return n.call("DATE", value, n.text("start of year"))
    passed = n.mod(n.paren(n.add(_number(x, "%m", x.again(0)), n.number(12 - month))), n.number(MONTHS_IN[grain]))
    return n.call("DATE", value, n.text("start of month"), n.concat(n.text("-"), n.paren(passed), n.text(" months")))


def _number(x: Call, code: str, value: Node) -> Node:
    return x.s.cast(n.call("STRFTIME", n.text(code), value), "int")


@op("end_of", HERE)
def end_of(x: Call) -> Node:
    grain, week, _ = options_of(x.fn)
    if grain in (*SMALL, "day"):
        return x[0] if is_date(x.exprs[0]) else n.call("DATE", x[0])
    if grain == "week":
        return n.call("DATE", x[0], n.text(f"weekday {(week + 6) % 7}"))
    return n.call("DATE", start_of(x), n.text(f"+{MONTHS_IN[grain]} months"), n.text("-1 day"))


def _part(name: str, code: str) -> None:
    def build(x: Call) -> Node:
        return _number(x, code, x[0])

    op(name, HERE)(build)


for _name, _code in {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "day_of_year": "%j"}.items():
    _part(_name, _code)


@op("weekday", HERE)
def weekday(x: Call) -> Node:
    return n.add(n.mod(n.paren(n.add(_number(x, "%w", x[0]), n.number(6))), n.number(7)), n.number(1))


@op("quarter", HERE)
def quarter(x: Call) -> Node:
    return n.div(n.paren(n.add(_number(x, "%m", x[0]), n.number(2))), n.number(3))


@op("date_add", HERE)
def date_add(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    days_only = is_date(x.exprs[0]) and unit not in SMALL
    function = "DATE" if days_only else "DATETIME"
    if unit not in MONTHS_IN:
        return n.call(function, x[0], n.text(f"{amount:+d} {unit}s"))
    months = amount * MONTHS_IN[unit]
    plain = n.call(function, x[0], n.text(f"{months:+d} months"))
    last = n.call("DATE", x.again(0), n.text("start of month"), n.text(f"{months + 1:+d} months"), n.text("-1 day"))
    if not days_only:
        last = n.concat(last, n.text(" "), n.call("TIME", x.again(0)))
    return n.call("MIN", plain, last)


@op("date_diff", HERE)
def date_diff(x: Call) -> Node:
    passed = n.sub(n.call("JULIANDAY", x[0]), n.call("JULIANDAY", x[1]))
    if is_date(x.exprs[0]) and is_date(x.exprs[1]):
        return x.s.cast(passed, "int")
    milliseconds = n.call("ROUND", n.mul(n.paren(passed), n.number("86400.0")), n.number(3))
    return n.div(milliseconds, n.number("86400.0"))


@op("at_zone", HERE)
def at_zone(x: Call) -> Node:
    def shift(value: Node, minutes: Node) -> Node:
        return n.call("DATETIME", value, n.concat(minutes, n.text(" minutes")))

    return zones.written_out(n.call("DATETIME", x[0]) if is_date(x.exprs[0]) else x[0], x.fn, shift, n.text)


# nested values: JSON text


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    keys = keys_of(x)
    valid = n.call("JSON_VALID", x[0])
    if any(c in key for key in keys for c in '"\\'):
        return n.when(valid, _by_each(x, keys))
    return n.when(valid, _json_text(x.again(0), json_path(keys)))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """The first pair with the key, by a subquery over the list."""
    key, *rest = keys_of(x)
    is_key = n.eq(n.call("JSON_EXTRACT", _of_pair(), n.text("$.key")), n.text(key))
    if rest:
        found = _json_text(_of_pair(), "$.value" + json_path(rest)[1:])
    else:
        fields = n.call("JSON_EACH", _of_pair(), n.text("$.value"))
        filled = n.first_of(_scalar_text(n.name("type"), n.name("atom")), fields, n.not_null(n.name("atom")))
        listed = n.eq(n.call("JSON_TYPE", _of_pair(), n.text("$.value")), n.text("array"))
        found = n.when(n.no(listed), filled)
    pairs = tree.Alias(n.call("JSON_EACH", x.again(0)), n.name("pair"))
    return n.when(n.call("JSON_VALID", x[0]), n.first_of(found, pairs, is_key))


def _by_each(x: Call, keys: list[str]) -> Node:
    """Keys with quotes or backslashes, which SQLite's paths cannot hold, are looked for one by one."""
    value = x.again(0)
    for at, key in enumerate(keys, 1):
        found = _scalar_text(n.name("type"), n.name("atom")) if at == len(keys) else n.name("value")
        value = n.first_of(found, n.call("JSON_EACH", value), n.eq(n.name("key"), n.text(key)))
    return value


def _of_pair() -> Node:
    return tree.Column(n.name("value"), n.name("pair"))


def _json_text(value: Node, path: str) -> Node:
    return _scalar_text(n.call("JSON_TYPE", value, n.text(path)), n.call("JSON_EXTRACT", value, n.text(path)))


def _scalar_text(kind: Node, value: Node) -> Node:
    """A JSON scalar as text, by its kind: truths by their words, 20.0 as 20; null of records and lists."""
    words = [(n.eq(kind, n.text(word)), n.text(word)) for word in ("true", "false")]
    whole = n.both(n.eq(kind, n.text("real")), n.eq(value, n.cast(value, "INTEGER")))
    cut = n.cast(n.cast(value, "INTEGER"), "TEXT")
    nested = n.is_in(kind, [n.text("object"), n.text("array")])
    return n.case([*words, (whole, cut), (n.no(nested), n.cast(value, "TEXT"))])


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    function = "DATE" if x.fn.type.kind == "date" else "DATETIME"
    plain = n.call(function, x[0], n.concat(n.at_least(amount, tree.ATOM), n.text(f" {unit}s")))
    if unit not in MONTHS_IN or function == "DATETIME":
        return plain
    following = n.add(amount, n.number(MONTHS_IN[unit]))
    last = n.call("DATE", x.again(0), n.text("start of month"), n.concat(n.paren(following), n.text(f" {unit}s")), n.text("-1 day"))
    return n.call("MIN", plain, last)
