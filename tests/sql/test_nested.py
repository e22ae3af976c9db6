"""`get` out of what the engines keep: lists of pairs, JSON text, and DuckDB's structs and maps."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from kpidsl.model.expr import TEXT, Fn, Type
from kpidsl.plan.plan import Project, Scan, SqlRef, TableRef
from tests.sql.cases import col, rows_of

PARAMS = [
    {"key": "page", "value": {"string_value": "/a", "int_value": None}},
    {"key": "n", "value": {"string_value": None, "int_value": 7}},
    {"key": 'odd"key', "value": {"string_value": "x", "int_value": None}},
    {"key": "page", "value": {"string_value": "/second", "int_value": None}},
    {"key": "plain", "value": "bare"},
    {"key": "none", "value": {"string_value": None, "int_value": None}},
    {"key": "listed", "value": [1, 2]},
    {"key": "deep", "value": {"string_value": None, "more": {"q": 1}, "flag": False}},
    {"key": "truth", "value": True},
]
RECORD = {
    "a": "x",
    "b": {"c": 1.5},
    "t": True,
    "l": [1, 2],
    'q"': "quote",
    'n"': {"x": 1},
    "nil": None,
    "a.b": "dotted",
    "whole": 20.0,
    "brace": "{no record",
    "text": "20.0",
}


def got(engine: Engine, kind: str, value: object, *keys: str) -> object:
    engine.create_table("n", [("r", Type(kind)), ("id", Type("int"))], [(value, 1)])
    column = Fn("get", (col("r", Type(kind)),), TEXT, keys)
    return rows_of(engine, Project(Scan(TableRef(("n",)), "v"), (("x", column),)), [TEXT])[0][0]


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (("page",), "/a"),
        (("n",), "7"),
        (('odd"key',), "x"),
        (("plain",), "bare"),
        (("none",), None),
        (("absent",), None),
        (("n", "int_value"), "7"),
        (("n", "string_value"), None),
        (("listed",), None),
        (("deep",), "false"),
        (("deep", "more"), None),
        (("deep", "more", "q"), "1"),
        (("truth",), "true"),
    ],
)
def test_pairs(engine: Engine, keys: tuple[str, ...], wanted: object) -> None:
    """The filled field of the first pair with the key; nested values have no text of their own, for engines write them differently."""
    assert got(engine, "records", PARAMS, *keys) == wanted


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (("a",), "x"),
        (("b", "c"), "1.5"),
        (("t",), "true"),
        (('q"',), "quote"),
        (("a.b",), "dotted"),
        (("nil",), None),
        (("absent",), None),
        (("a", "b"), None),
        (("b",), None),
        (("l",), None),
        (('n"',), None),
        (("whole",), "20"),
        (("text",), "20.0"),
        (("brace",), "{no record"),
    ],
)
def test_json(engine: Engine, keys: tuple[str, ...], wanted: object) -> None:
    """Scalars as text, numbers without trailing zeros; records and lists are null."""
    assert got(engine, "json", RECORD, *keys) == wanted


def test_null_is_null(engine: Engine) -> None:
    assert got(engine, "json", None, "a") is None
    assert got(engine, "records", None, "a") is None


def test_text_that_is_no_json(engine: Engine) -> None:
    """JSON in a text column is read; what is none gives null, not an error."""
    assert got(engine, "text", '{"a": "x"}', "a") == "x"
    assert got(engine, "text", "nonsense", "a") is None
    assert got(engine, "text", '{"a": 19.90}', "a") == "19.9"
    assert got(engine, "text", '{"a": 1e3}', "a") == "1000"


def test_structs_and_maps_of_duckdb(duckdb: Engine) -> None:
    """A column that is declared json may be a struct or a map there."""
    for made in ("{'a b': 2}", "MAP {'a b': 2}", "'{\"a b\": 2}'", "CAST('{\"a b\": 2}' AS JSON)"):
        scan = Scan(SqlRef(f"SELECT {made} AS r", "duckdb"), "v")
        column = Fn("get", (col("r", Type("json")),), TEXT, ("a b",))
        assert rows_of(duckdb, Project(scan, (("x", column),)), [TEXT]) == [("2",)]
