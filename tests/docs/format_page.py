"""The page about the format of dashboards, made from its schema. Comes in: the schema. Goes out: docs/dashboard-format.md.

python -m tests.docs.format_page       writes the page anew
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kpidsl.dashboard.schema import schema

PAGE = Path(__file__).parents[2] / "docs" / "dashboard-format.md"
HEAD = """# The format of dashboards

`kpi build` writes each dashboard of a project as `dashboards/NAME.json`. Whoever shows dashboards can read it: the queries stand in it as
SQL for each dialect of the project, every column says its type, unit, format and label, and charts are [Vega-Lite](https://vega.github.io/vega-lite/).
A program that shows one

1. runs the statements of `queries` for its database,
2. puts the `elements` where `layout` says, and
3. gives each chart the rows of its query under the name `rows`.

The format is a JSON Schema: [`grammar/dashboard.schema.json`](../grammar/dashboard.schema.json), draft 2020-12. This page is made from it.
"""


def page() -> str:
    """The whole page."""
    top = schema()
    parts = [HEAD, f"## A dashboard\n\n{top['description']}\n", _table(top)]
    parts += [_nested(name, node) for name, node in top["properties"].items() if _inner(node)]
    for name, node in top["$defs"].items():
        if name == "element":
            links = ", ".join(f"[{_title(one['$ref'])}](#{_anchor(_title(one['$ref']))})" for one in node["oneOf"])
            parts.append(f"## element\n\n{node['description']} It is one of these, and `kind` tells which: {links}.\n")
            continue
        parts.append(f"## {name.replace('_', ' ')}\n\n{node['description']}\n")
        if _inner(node):
            parts.append(_table(_inner(node)))
            parts += [_nested(key, inner) for key, inner in _inner(node)["properties"].items() if _inner(inner)]
    return "\n".join(parts)


def _inner(node: dict[str, Any]) -> dict[str, Any]:
    """The object with fields that a node is, holds by key, or lists; empty where there is none."""
    for found in (node, node.get("additionalProperties"), node.get("items")):
        if isinstance(found, dict) and "properties" in found:
            return found
    return {}


def _nested(name: str, node: dict[str, Any]) -> str:
    rows = _table(_inner(node))
    deeper = [_nested(f"{name}.{key}", inner) for key, inner in _inner(node)["properties"].items() if _inner(inner)]
    return "\n".join([f"### {name}\n\n{node['description']}\n", rows, *deeper])


def _table(node: dict[str, Any]) -> str:
    required = set(node.get("required", ()))
    lines = ["| Field | Is | What it says |", "|---|---|---|"]
    for name, field in node["properties"].items():
        always = "" if name in required else ", may be missing"
        lines.append(f"| `{name}` | {_kind(field)}{always} | {_said(field)} |")
    return "\n".join(lines) + "\n"


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return f"[{_title(field['$ref'])}](#{_anchor(_title(field['$ref']))})"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return "one of " + ", ".join(f"`{word}`" for word in field["enum"])
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    words = " or ".join({"integer": "whole number"}.get(kind, kind) for kind in kinds)
    if "additionalProperties" in field and isinstance(field["additionalProperties"], dict):
        return f"object of {_kind(field['additionalProperties'])} by key" if "$ref" in field["additionalProperties"] else "object by key"
    if "items" in field:
        return f"array of {_kind(field['items'])}"
    return words + (" (a date)" if field.get("format") == "date" else "")


def _said(field: dict[str, Any]) -> str:
    if "description" in field:
        return str(field["description"])
    return str(schema()["$defs"][field["$ref"].rpartition("/")[2]]["description"])


def _title(ref: str) -> str:
    return ref.rpartition("/")[2].replace("_", " ")


def _anchor(title: str) -> str:
    return title.replace(" ", "-")


def anchors() -> Iterator[str]:
    """The headings that links may lead to."""
    return (_anchor(name.replace("_", " ")) for name in schema()["$defs"])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
