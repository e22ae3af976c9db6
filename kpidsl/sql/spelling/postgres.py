"""PostgreSQL, 13 and later. It has no TRY_CAST, so the shape and size of a text are looked at before it is converted."""

from __future__ import annotations

from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.aggregates import extreme, filtered, taking_part
from kpidsl.sql.casts import LARGEST, precision, trimmed
from kpidsl.sql.nested import has_pairs, keys_of
from kpidsl.sql.numeric import digits_of, round_off
from kpidsl.sql.speak import AggCall, Call, agg, op
from kpidsl.sql.texts import ends_with_by_substring
from kpidsl.sql.tree import Node

HERE = "postgres"

op("ends_with", HERE)(ends_with_by_substring)
extreme("any", "MAX", "BOOL_OR", HERE)


@op("round", HERE)
def round_as_decimal(x: Call) -> Node:
    """PostgreSQL rounds doubles half to even and knows no digits for them; decimals it rounds as everybody else. An amount may be either:
    what is divided is a double."""
    if x.kind(0) == "int":
        return round_off(x)
    rounded = n.call("ROUND", n.cast(x[0], "DECIMAL"), n.number(digits_of(x.fn)))
    return rounded if x.kind(0) == "decimal" else x.s.cast(rounded, "number")


@op("regex_has", HERE)
def regex_has(x: Call) -> Node:
    return tree.Infix("~", n.at_least(x[0], 5), x[1])


@op("regex_first", HERE)
def regex_first(x: Call) -> Node:
    return n.call("SUBSTRING", x[0], x[1])


@op("digits_to_int", HERE)
def digits_to_int(x: Call) -> Node:
    size = n.call("ABS", n.cast(x[0], "DECIMAL"))
    return n.when(n.compare("<=", size, n.number(LARGEST)), x.s.cast(trimmed(x), "int"))


@op("number_to_int", HERE)
def number_to_int(x: Call) -> Node:
    fits = n.compare("<", n.call("ABS", x[0]), n.number(LARGEST))
    return n.when(fits, x.s.cast(n.call("TRUNC", x.again(0)), "int"))


@op("into_decimal", HERE)
def into_decimal(x: Call) -> Node:
    digits, scale = precision(x.fn)
    exactly = n.call("ROUND", n.cast(x[0], "DECIMAL"), n.number(scale))
    fits = n.compare("<", n.call("ABS", exactly), n.number("1" + "0" * (digits - scale)))
    return n.when(fits, n.cast(x[0], x.s.type_name("decimal", (digits, scale))))


@op("offset", HERE)
def offset(x: Call) -> Node:
    return n.call("SUBSTRING", x[0], n.text("^.{16}.*([+-][0-9]{2}:?[0-9]{2})$"))


@op("days_apart", HERE)
def days_apart(x: Call) -> Node:
    return n.div(x.s.cast(n.extract("EPOCH", n.sub(x[0], x[1])), "number"), n.number(86400))


def _by_array(name: str, descending: bool) -> None:
    def build(x: AggCall) -> Node:
        keys = [x.s.order(key, value, descending) for key, value in zip(x.agg.args[1:], x.args[1:], strict=True)]
        listed = n.call("ARRAY_AGG", tree.Sorted(x[0], tuple(keys)))
        return n.item(n.paren(filtered(listed, taking_part(x))), 1)

    agg(name, HERE)(build)


_by_array("first", False)
_by_array("last", True)


@op("json_value", HERE)
def json_value(x: Call) -> Node:
    return _text_at(_jsonb(x), keys_of(x))


@op("pair_value", HERE)
def pair_value(x: Call) -> Node:
    key, *rest = keys_of(x)
    wanted = '$[*] ? (@.key == "' + key.replace("\\", "\\\\").replace('"', '\\"') + '").value'
    found = n.call("JSONB_PATH_QUERY_FIRST", _jsonb(x), n.text(wanted))
    if rest:
        return _text_at(found, rest)
    is_filled = " && ".join(f'@.type() != "{kind}"' for kind in ("null", "object", "array"))
    filled = n.call("JSONB_PATH_QUERY_FIRST", found, n.text(f"$.* ? ({is_filled})"))
    is_record = n.eq(n.call("JSONB_TYPEOF", found), n.text("object"))
    return _text_at(n.call("JSONB_BUILD_ARRAY", n.when(is_record, filled, found)), ["0"])


def _text_at(record: Node, keys: list[str]) -> Node:
    """What stands at the end of a path as text: null for records and lists, numbers without trailing zeros."""
    steps = [n.text(key) for key in keys]
    kind = n.call("JSONB_TYPEOF", n.call("JSONB_EXTRACT_PATH", record, *steps))
    text = n.call("JSONB_EXTRACT_PATH_TEXT", record, *steps)
    number = n.cast(n.call("TRIM_SCALE", n.cast(text, "DECIMAL")), "TEXT")
    nested = n.is_in(kind, [n.text("object"), n.text("array")])
    return n.case([(n.eq(kind, n.text("number")), number), (n.no(nested), text)])


def _jsonb(x: Call) -> Node:
    """Text that is no JSON gives null where the server can tell (PostgreSQL 16)."""
    if x.kind(0) == "text" and not has_pairs(x):
        return n.when(n.call("PG_INPUT_IS_VALID", x[0], n.text("jsonb")), n.cast(x.again(0), "JSONB"))
    return n.cast(x[0], "JSONB")
