"""Small tables written as SQL text of a dialect, for warehouses that take no parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kpidsl.model.expr import Lit, Type
from kpidsl.sql import nodes as n
from kpidsl.sql.dialects import dialect_of, type_text
from kpidsl.sql.nodes import Node
from kpidsl.sql.printer import write
from kpidsl.sql.speak import Speaker


def quoted_name(dialect: str, name: str) -> str:
    """The name between the dialect's quotes."""
    return write(n.name(name, quoted=True), dialect_of(dialect))


def listed_columns(dialect: str, columns: Sequence[tuple[str, Type]]) -> str:
    """`name` TYPE, … as CREATE TABLE takes it."""
    return ", ".join(f"{quoted_name(dialect, name)} {type_text(dialect_of(dialect), kind)}" for name, kind in columns)


def rows_text(dialect: str, columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> str:
    """(…), (…) as VALUES takes it, each value cast to its column's type; empty without rows."""
    row = dialect_of(dialect)
    speaker = Speaker(row, column=lambda col: n.name(col.name))

    def cell(value: object, kind: Type) -> Node:
        if isinstance(value, (list, dict)):
            value = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, (float, Decimal)):  # as a text: ClickHouse takes 2.51 for a double, and cuts the decimal that it makes of it
            return n.cast(n.text(str(value)), type_text(row, kind))
        return n.cast(speaker.literal(Lit(value, kind)), type_text(row, kind))  # type: ignore[arg-type]

    kinds = [kind for _, kind in columns]
    lines = [", ".join(write(cell(v, k), row, pretty=False) for v, k in zip(line, kinds, strict=True)) for line in rows]
    return ", ".join(f"({line})" for line in lines)
