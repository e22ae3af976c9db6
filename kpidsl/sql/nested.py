"""The operator table: nested values. `get(record, key)` reads a key as text; further keys go down one level each.

`records` are lists of key/value pairs (as in the GA4 export): DuckDB lists of structs, elsewhere JSON lists of objects. `json` is JSON text
or what the engine turns into JSON: on DuckDB structs and maps too. A pair's value may be a record of typed values; the filled one counts.
"""

from __future__ import annotations

from kpidsl.sql.speak import Call, op
from kpidsl.sql.tree import Node

FIELDS = ("string_value", "int_value", "float_value", "double_value")  # of a pair's value in the GA4 export


def keys_of(x: Call) -> list[str]:
    return [str(key) for key in x.fn.options]


def has_pairs(x: Call) -> bool:
    return x.kind(0) == "records"


def json_path(keys: list[str]) -> str:
    """$."a"."b", with the quotes inside a key escaped."""
    return "$" + "".join('."' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in keys)


@op("get")
def get(x: Call) -> Node:
    return x.to("pair_value", *x.args) if has_pairs(x) else x.to("json_value", *x.args)
