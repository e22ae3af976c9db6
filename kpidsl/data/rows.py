"""What a row holds by itself. Comes in: a source. Goes out: its columns that need no other rows and no other source."""

from __future__ import annotations

from kpidsl.model.expr import Field, Over, walk
from kpidsl.model.model import Column, SourceModel


def own_columns(source: SourceModel) -> list[Column]:
    """Columns that a row holds itself, or computes from what it holds."""
    return [column for column in source.columns.values() if is_own(source, column.name)]


def is_own(source: SourceModel, name: str) -> bool:
    """Whether a column comes from the row alone."""
    if name not in source.columns:
        return False
    expr = source.columns[name].expr
    if expr is None or source.base is not None:
        return True
    if any(isinstance(part, Over) for part in walk(expr)):
        return False
    reads = [part for part in walk(expr) if isinstance(part, Field)]
    return not any(f.path or f.name in source.aggregates or (f.name != name and not is_own(source, f.name)) for f in reads)


def field_of(source: SourceModel, name: str) -> Field:
    """A column of the source as something that can be read."""
    return Field((), name, source.columns[name].type)
