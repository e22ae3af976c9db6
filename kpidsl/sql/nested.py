"""The operator table: nested values. `get(record, key)` reads a key as text; further keys go down one level each.

`records` are lists of key/value pairs (as in the GA4 export): DuckDB lists of structs, elsewhere JSON lists of objects. `json` is JSON text
or what the engine turns into JSON: on DuckDB structs and maps too. A pair's value may be a record of typed values; the filled one counts.
"""

from __future__ import annotations

from sqlglot import exp

from kpidsl.sql import nodes as n
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import Call, op


def keys_of(x: Call) -> list[str]:
    return [str(key) for key in x.fn.options]


def has_pairs(x: Call) -> bool:
    return x.kind(0) == "records"


def json_path(keys: list[str]) -> str:
    """$."a"."b", with the quotes inside a key escaped."""
    return "$" + "".join('."' + k.replace("\\", "\\\\").replace('"', '\\"') + '"' for k in keys)


@op("get", "duckdb")
def get_duckdb(x: Call) -> Node:
    keys = keys_of(x)
    if not has_pairs(x):
        return n.call("JSON_EXTRACT_STRING", n.call_cast("TRY_CAST", x[0], "JSON"), n.text(json_path(keys)))
    name = n.name("pair")
    test = n.eq(exp.Dot(this=n.name("pair"), expression=n.name("key")), n.text(keys[0]))
    found = n.call("LIST_FILTER", x[0], exp.Lambda(this=test, expressions=[name], colon=True))
    value = exp.Dot(this=n.item(found, 1), expression=n.name("value"))
    return _value_of_pair(n.call("TO_JSON", value), keys[1:])


def _value_of_pair(value: Node, rest: list[str]) -> Node:
    """The pair's value: a plain one, or the field of a record of typed values (string_value, int_value …) that is filled."""
    if rest:
        return n.call("JSON_EXTRACT_STRING", value, n.text(json_path(rest)))
    test = n.not_null(n.name("field"))
    fields = n.call("JSON_EXTRACT_STRING", value, n.text("$.*"))
    filled = n.call("LIST_FILTER", fields, exp.Lambda(this=test, expressions=[n.name("field")], colon=True))
    first = n.item(filled, 1)
    is_record = n.eq(n.call("JSON_TYPE", value.copy()), n.text("OBJECT"))
    return n.when(is_record, first, n.call("JSON_EXTRACT_STRING", value.copy(), n.text("$")))


@op("get", "postgres")
def get_postgres(x: Call) -> Node:
    keys = keys_of(x)
    if not has_pairs(x):
        return n.call("JSONB_EXTRACT_PATH_TEXT", _jsonb(x, x[0]), *[n.text(k) for k in keys])
    wanted = '$[*] ? (@.key == "' + keys[0].replace("\\", "\\\\").replace('"', '\\"') + '").value'
    found = n.call("JSONB_PATH_QUERY_FIRST", _jsonb(x, x[0]), n.text(wanted))
    if keys[1:]:
        return n.call("JSONB_EXTRACT_PATH_TEXT", found, *[n.text(k) for k in keys[1:]])
    field = n.call("JSONB_PATH_QUERY_FIRST", found.copy(), n.text("$.* ? (@ != null)"))
    is_record = n.eq(n.call("JSONB_TYPEOF", found), n.text("object"))
    value = n.when(is_record, field, found.copy())
    return n.call("JSONB_EXTRACT_PATH_TEXT", n.call("JSONB_BUILD_ARRAY", value), n.text("0"))


def _jsonb(x: Call, value: Node) -> Node:
    """Text that is no JSON gives null where the server can tell (PostgreSQL 16)."""
    if x.kind(0) == "text":
        return n.when(n.call("PG_INPUT_IS_VALID", value, n.text("jsonb")), n.cast(x.again(0), "JSONB"))
    return n.cast(value, "JSONB")


@op("get", "sqlite")
def get_sqlite(x: Call) -> Node:
    keys = keys_of(x)
    valid = n.call("JSON_VALID", x[0])
    if not has_pairs(x):
        if any(c in key for key in keys for c in '"\\'):
            return n.when(valid, _by_each(x, keys))
        return n.when(valid, _json_text(x.again(0), json_path(keys)))
    return n.when(valid, _pair_of_json(x, keys))


def _pair_of_json(x: Call, keys: list[str]) -> Node:
    """The first pair with the key, by a subquery over the list."""
    is_key = n.eq(n.call("JSON_EXTRACT", _of_pair(), n.text("$.key")), n.text(keys[0]))
    if keys[1:]:
        found = _json_text(_of_pair(), "$.value" + json_path(keys[1:])[1:])
    else:
        filled = exp.Select(
            expressions=[n.name("atom")],
            from_=exp.From(this=exp.Table(this=n.call("JSON_EACH", _of_pair(), n.text("$.value")))),
            where=exp.Where(this=n.not_null(n.name("atom"))),
            limit=exp.Limit(expression=n.number(1)),
        )
        found = n.cast(exp.Subquery(this=filled), "TEXT")
    first = exp.Select(
        expressions=[found],
        from_=exp.From(this=exp.Table(this=n.call("JSON_EACH", x.again(0)), alias=exp.TableAlias(this=n.name("pair")))),
        where=exp.Where(this=is_key),
        limit=exp.Limit(expression=n.number(1)),
    )
    return exp.Subquery(this=first)


def _by_each(x: Call, keys: list[str]) -> Node:
    """Keys with quotes or backslashes, which SQLite's paths cannot hold, are looked for one by one."""
    value = x.again(0)
    for key in keys:
        found = exp.Select(
            expressions=[n.name("value")],
            from_=exp.From(this=exp.Table(this=n.call("JSON_EACH", value))),
            where=exp.Where(this=n.eq(n.name("key"), n.text(key))),
            limit=exp.Limit(expression=n.number(1)),
        )
        value = exp.Subquery(this=found)
    return n.cast(value, "TEXT")


def _of_pair() -> Node:
    return exp.Column(this=n.name("value"), table=n.name("pair"))


def _json_text(value: Node, path: str) -> Node:
    kind = n.call("JSON_TYPE", value.copy(), n.text(path))
    word = n.case([(n.eq(kind, n.text("true")), n.text("true")), (n.eq(kind.copy(), n.text("false")), n.text("false"))])
    found = n.cast(n.call("JSON_EXTRACT", value, n.text(path)), "TEXT")
    return n.call("COALESCE", word, found)
