"""Rows that are not there. Comes in: a column's expression. Goes out: whether it has a value although nothing joined, so that its value
must be taken back: what has no row is in the null group (S2), however its columns are computed."""

from __future__ import annotations

from kpidsl.model.expr import CaseOf, Expr, Field, Fn, Lit, Over
from kpidsl.model.model import SourceModel

_KNOWS_NULL = frozenset({"coalesce", "is_null", "is_not_null", "ne", "not", "not_in", "not_like", "null_safe_eq"})
"""Operators that make a value out of nothing. Every other one gives null where an argument is null."""


def has_value(source: SourceModel, expr: Expr) -> bool:
    """Whether the expression may have a value on a row of the source that is not there."""
    match expr:
        case Lit():
            return expr.value is not None
        case Field(path=()):
            column = source.columns.get(expr.name)
            return column is not None and column.expr is not None and column.expr != expr and has_value(source, column.expr)
        case Fn(op="and" | "or"):
            return any(has_value(source, part) for part in expr.args)
        case Fn():
            return expr.op in _KNOWS_NULL or all(has_value(source, part) for part in expr.args)
        case CaseOf():
            return True
        case Over():
            return False  # windows are computed beside the rows that are there
    return False
