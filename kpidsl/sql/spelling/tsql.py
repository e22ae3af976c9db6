"""T-SQL (SQL Server 2022, Azure SQL). No booleans to store, no regular expressions, LEN without trailing blanks: each is written around.

Trailing blanks still compare equal there (every collation pads); case and accents do not. Zones go by Windows names (windows_zones.py).
"""

from __future__ import annotations

from kpidsl.diagnostic import fail
from kpidsl.model.expr import Lit
from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.aggregates import over_kept
from kpidsl.sql.casts import precision, trimmed
from kpidsl.sql.dates import MONTHS_IN, amount_and_unit, amount_of, is_date, options_of
from kpidsl.sql.nested import FIELDS, json_path, keys_of
from kpidsl.sql.speak import AggCall, Call, agg, op
from kpidsl.sql.texts import by_position, starts_with_by_substring
from kpidsl.sql.tree import Node

HERE = "tsql"

op("starts_with", HERE)(starts_with_by_substring)
by_position(HERE)


@op("not", HERE)
def negation(x: Call) -> Node:
    return n.eq(n.when(x[0], n.number(0), n.number(1)), n.number(1))


@op("null_safe_eq", HERE)
def null_safe_eq(x: Call) -> Node:
    return n.compare("IS NOT DISTINCT FROM", x.s.exact(x[0]) if x.kind(0) == "text" else x[0], x[1])


def like(value: Node, pattern: str) -> Node:
    return n.compare("LIKE", value, n.text(pattern))


@op("length", HERE)
def length(x: Call) -> Node:
    return n.sub(n.call("LEN", n.add(x[0], n.text("."))), n.number(1))


@op("substring", HERE)
def substring(x: Call) -> Node:
    start = x[1] if isinstance(x.exprs[1], Lit) else n.when(n.compare("<", x[1], n.number(1)), n.number(1), x.again(1))
    if len(x.args) < 3:
        return n.call("SUBSTRING", x[0], start, *x.to_the_end())
    count = x[2] if isinstance(x.exprs[2], Lit) else n.when(n.compare("<", x[2], n.number(0)), n.number(0), x.again(2))
    return n.call("SUBSTRING", x[0], start, count)


@op("ends_with", HERE)
def ends_with(x: Call) -> Node:
    size = n.sub(n.call("LEN", n.add(x[1], n.text("."))), n.number(1))
    return n.eq(x.s.exact(n.call("RIGHT", x[0], size)), x.again(1))


@op("position", HERE)
def position(x: Call) -> Node:
    return n.call("CHARINDEX", x[1], x.s.exact(x[0]))


@op("has_scheme", HERE)
def has_scheme(x: Call) -> Node:
    return like(x[0], "[A-Za-z]%://%")


@op("split_part", HERE)
def split_part(x: Call) -> Node:
    """The text becomes a JSON list of its parts, cut at a private-use character; the part wanted is read out of it."""
    seam = n.call("NCHAR", n.number(0xE000))
    marked = n.call("STRING_ESCAPE", n.call("REPLACE", x[0], x[1], seam), n.text("json"))
    listed = n.plus(n.text('["'), n.call("REPLACE", marked, seam, n.text('","')), n.text('"]'))
    index = x.exprs[2]
    if isinstance(index, Lit) and isinstance(index.value, int):
        path: Node = n.text(f"$[{index.value - 1}]")
    else:
        path = n.call("CONCAT", n.text("$["), n.sub(x[2], n.number(1)), n.text("]"))
    return n.when(n.not_null(x.again(0)), n.call("COALESCE", n.call("JSON_VALUE", listed, path), n.text("")))


@op("round", HERE)
def round_off(x: Call) -> Node:
    value = x[0] if x.kind(0) in ("int", "decimal") else n.mul(x[0], n.number("1.000000000000001"))
    return n.call("ROUND", value, n.number(int(x.fn.options[0]) if x.fn.options else 0))


@op("ceil", HERE)
def ceil(x: Call) -> Node:
    return n.call("CEILING", x[0])


@op("ln", HERE)
def logarithm(x: Call) -> Node:
    return n.when(n.compare(">", x[0], n.number(0)), n.call("LOG", x.s.cast(x.again(0), "number")))


def _unsigned(value: Node) -> Node:
    rest = n.call("SUBSTRING", value, n.number(2), n.number(2147483647))
    return n.when(like(value, "[-+]%"), rest, value)


@op("to_int", HERE)
def to_int(x: Call) -> Node:
    match x.kind(0):
        case "int":
            return x[0]
        case "bool":
            return x.s.cast(x[0], "int")
        case "text":
            digits = _unsigned(trimmed(x))
            shape = n.both(like(digits, "[0-9]%"), n.no(like(digits, "%[^0-9]%")))
            return n.when(shape, n.call_cast("TRY_CAST", trimmed(x), "BIGINT"))
    return n.call_cast("TRY_CAST", n.call("ROUND", x[0], n.number(0), n.number(1)), "BIGINT")


def _is_number(x: Call) -> Node:
    bare = _unsigned(trimmed(x))
    return n.both(
        like(bare, "[0-9.]%"),
        like(bare, "%[0-9]"),
        n.no(like(bare, "%[^0-9.eE+-]%")),
        n.no(like(bare, "%[eE]%[0-9][0-9][0-9]")),
    )


@op("to_number", HERE)
def to_number(x: Call) -> Node:
    if x.kind(0) == "text":
        return n.when(_is_number(x), n.call_cast("TRY_CAST", trimmed(x), "FLOAT"))
    return x.s.cast(x[0], "number")


@op("to_decimal", HERE)
def to_decimal(x: Call) -> Node:
    written = x.s.type_name("decimal", precision(x.fn))
    if x.kind(0) != "text":
        return n.call_cast("TRY_CAST", x[0], written)
    number = n.call_cast("TRY_CAST", n.call_cast("TRY_CAST", trimmed(x), "FLOAT"), written)
    return n.when(_is_number(x), n.call("COALESCE", n.call_cast("TRY_CAST", trimmed(x), written), number))


@op("to_bool", HERE)
def to_bool(x: Call) -> Node:
    if x.kind(0) == "bool":
        return x[0]
    if x.kind(0) != "text":
        return n.case([(n.eq(x[0], n.number(0)), n.number(0)), (n.not_null(x.again(0)), n.number(1))])
    from kpidsl.sql.casts import FALSE_WORDS, TRUE_WORDS

    folded = n.call("LOWER", trimmed(x))
    return n.case(
        [
            (n.is_in(folded, [n.text(w) for w in TRUE_WORDS]), n.number(1)),
            (n.is_in(folded, [n.text(w) for w in FALSE_WORDS]), n.number(0)),
        ]
    )


@op("text_to_date", HERE)
def text_to_date(x: Call) -> Node:
    day = n.call("SUBSTRING", trimmed(x), n.number(1), n.number(10))
    tail = n.is_in(n.call("SUBSTRING", trimmed(x), n.number(11), n.number(1)), [n.text(""), n.text("T"), n.text(" ")])
    shape = like(day, "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]")
    return n.when(n.both(shape, tail), n.call_cast("TRY_CAST", day, "DATE"))


@op("text_to_timestamp", HERE)
def text_to_timestamp(x: Call) -> Node:
    """DATETIMEOFFSET reads offsets; a text without one counts as UTC."""
    shape = like(trimmed(x), "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]%")
    moment = n.call_cast("TRY_CAST", trimmed(x), "DATETIMEOFFSET(6)")
    return n.when(shape, n.cast(n.call("SWITCHOFFSET", moment, n.text("+00:00")), "DATETIME2(6)"))


@op("iso_if", HERE)
def iso_if(x: Call) -> Node:
    written, condition = x.args
    digits = n.no(like(written, "%[^-0-9 :]%"))
    return n.when(n.both(condition, digits), n.call_cast("TRY_CAST", written, x.s.type_name(x.fn.type.kind)))


@op("decimal_to_text", HERE)
@op("double_to_text", HERE)
def number_to_text(x: Call) -> Node:
    return n.call("FORMAT", x[0], n.text("0.###############"))


@op("timestamp_to_text", HERE)
def timestamp_to_text(x: Call) -> Node:
    return n.call("CONVERT", n.word("VARCHAR(19)"), x[0], n.number(120))


@op("start_of", HERE)
def start_of(x: Call) -> Node:
    """By parts: DATETRUNC is new, and its weeks follow the session. 1900-01-01 was a Monday."""
    grain, week, month = options_of(x.fn)
    day = x[0] if is_date(x.exprs[0]) else n.cast(x[0], "DATE")
    if grain == "day":
        return day
    if grain in ("second", "minute", "hour"):
        passed = n.call("DATEDIFF", n.word(grain.upper()), n.cast(x[0], "DATE"), x.again(0))
        return n.call("DATEADD", n.word(grain.upper()), passed, n.cast(n.cast(x.again(0), "DATE"), "DATETIME2(6)"))
    if grain == "week":
        passed = n.mod(n.paren(n.add(_since_monday(x.again(0)), n.number(8 - week))), n.number(7))
        return n.call("DATEADD", n.word("DAY"), n.neg(n.paren(passed)), day)
    first = n.call("DATEFROMPARTS", n.call("YEAR", x.again(0)), n.call("MONTH", x.again(0)), n.number(1))
    if grain == "month":
        return first
    passed = n.mod(n.paren(n.add(n.call("MONTH", x.again(0)), n.number(12 - month))), n.number(MONTHS_IN[grain]))
    return n.call("DATEADD", n.word("MONTH"), n.neg(n.paren(passed)), first)


def _since_monday(value: Node) -> Node:
    return n.call("DATEDIFF", n.word("DAY"), n.text("19000101"), value)


@op("weekday", HERE)
def weekday(x: Call) -> Node:
    return n.add(n.mod(_since_monday(x[0]), n.number(7)), n.number(1))


@op("part", HERE)
def part(x: Call) -> Node:
    return n.call("DATEPART", n.word("DAYOFYEAR" if x.word(0) == "DOY" else x.word(0)), x[1])


@op("step", HERE)
def step(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    return n.call("DATEADD", n.word(unit.upper()), n.number(amount), x[0])


@op("days_between", HERE)
def days_between(x: Call) -> Node:
    return n.call("DATEDIFF", n.word("DAY"), x[1], x[0])


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    passed = n.call("DATEDIFF_BIG", n.word("MICROSECOND"), x[1], x[0])
    return n.div(x.s.cast(passed, "number"), n.number("86400000000"))


@op("today", HERE)
def today(_: Call) -> Node:
    return n.cast(n.call("SYSUTCDATETIME"), "DATE")


@op("zoned", HERE)
def zoned(x: Call) -> Node:
    from kpidsl.sql.windows_zones import WINDOWS_ZONES

    value = x[0]
    for zone in (str(zone) for zone in x.fn.options):
        name = WINDOWS_ZONES.get(zone)
        if name is None:
            fail("KPI066", f"SQL Server has no name for the time zone {zone}", help="choose the zone's main city, such as Europe/Rome")
        value = tree.Zoned(n.at_least(value, 9), name)
    return n.cast(value, "DATETIME2(6)")


@agg("min", HERE)
@agg("max", HERE)
@agg("any", HERE)
def extreme(x: AggCall) -> Node:
    """MAX takes no bits."""
    value = x.s.cast(x[0], "int") if x.kind(0) == "bool" else x.s.exact(x[0]) if x.kind(0) == "text" else x[0]
    return over_kept(x, "MIN" if x.agg.func == "min" else "MAX", value)


@agg("stddev", HERE)
def stddev(x: AggCall) -> Node:
    return over_kept(x, "STDEV", x.s.cast(x[0], "number"))


@agg("variance", HERE)
def variance(x: AggCall) -> Node:
    return over_kept(x, "VAR", x.s.cast(x[0], "number"))


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    return n.when(n.eq(n.call("ISJSON", x[0]), n.number(1)), n.call("JSON_VALUE", x.again(0), n.text(json_path(keys_of(x)))))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    """The first pair with the key, by a subquery over the JSON list."""
    key, *rest = keys_of(x)

    def pair() -> Node:
        return tree.Column(n.name("value", True), n.name("pair"))

    fields = [json_path(rest)[1:]] if rest else [f'."{name}"' for name in FIELDS]
    values = [n.call("JSON_VALUE", pair(), n.text("$.value" + path)) for path in fields]
    value = values[0] if len(values) == 1 else n.call("COALESCE", *values)
    pairs = tree.Alias(n.call("OPENJSON", x[0]), n.name("pair"))
    return n.first_of(value, pairs, n.eq(n.call("JSON_VALUE", pair(), n.text("$.key")), n.text(key)))


@op("plus", HERE)
def plus(x: Call) -> Node:
    amount, unit = amount_and_unit(x)
    return n.call("DATEADD", n.word(unit.upper()), amount, x[0])
