"""Rows that were in force from one time to another. Comes in: a source that others join `during` a validity. Goes out: the source with the
start of the next row of the same key beside each row, and the conditions of rows that overlap it or end before they start.
"""

from __future__ import annotations

import datetime as dt

from kpidsl.data.rows import is_own
from kpidsl.model.expr import BOOL, TIMESTAMP, Expr, Field, Fn, Lit, Over, all_of, walk
from kpidsl.model.model import Column, Model, SourceModel
from kpidsl.record import dataclass, replace

_LONG_AGO = dt.date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Validity:
    """Columns of the start, the end and the key; only rows that meet `where` are joined. `following` is the column of the next start."""

    starts: str
    ends: str
    keys: tuple[str, ...]
    where: Expr | None
    following: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.keys, self.starts, self.ends)

    def backwards(self, source: SourceModel) -> Expr:
        """The row ends before it starts."""
        start, end = (Field((), name, source.columns[name].type) for name in (self.starts, self.ends))
        return _all(*self._joined(), Fn("lt", (end, start), BOOL))

    def overlaps(self, source: SourceModel) -> Expr:
        """The next row begins while this one holds. Of rows that are sorted by their starts, any that overlap have neighbours that do."""
        start, end, following = (Field((), name, source.columns[name].type) for name in (self.starts, self.ends, self.following))
        known = [Fn("is_not_null", (Field((), key, source.columns[key].type),), BOOL) for key in self.keys]
        late = Fn("or", (_null(end), Fn("lt", (following, end), BOOL)), BOOL)
        return _all(*self._joined(), *known, _lasting(start, end), Fn("is_not_null", (following,), BOOL), late)

    def _joined(self) -> list[Expr]:
        return [] if self.where is None else [self.where]


def validities(model: Model, source: SourceModel) -> list[Validity]:
    """By which others join the row in force; none where a start, an end or a key comes from other rows."""
    found: dict[tuple[object, ...], Validity] = {}
    if source.members or source.base is not None:
        return []
    for owner in model.sources.values():
        for join in owner.joins.values():
            if join.kind != "during" or join.target != source.name or join.starts is None or join.ends is None:
                continue
            keys = tuple(right for _, right in join.on)
            reads = [part for part in walk(join.where) if isinstance(part, Field)] if join.where is not None else []
            own = all(is_own(source, name) for name in (*keys, join.starts, join.ends)) and not any(f.path for f in reads)
            if own and all(is_own(source, f.name) for f in reads):
                number = "" if not found else f" {len(found) + 1}"
                made = Validity(join.starts, join.ends, keys, join.where, f"next {join.starts}{number}")
                found.setdefault((join.starts, join.ends, keys, join.where), made)
    return list(found.values())


def with_next_starts(model: Model, source: SourceModel) -> SourceModel:
    """The source with the start of the next row beside each row; an open start comes before all others."""
    added: dict[str, Column] = {}
    for valid in validities(model, source):
        start, end = (Field((), name, source.columns[name].type) for name in (valid.starts, valid.ends))
        first = Fn("coalesce", (start, _long_ago(start)), start.type)
        group: list[Expr] = [Field((), key, source.columns[key].type) for key in valid.keys]
        group += [_lasting(start, end), *(() if valid.where is None else (valid.where,))]
        ties: list[Expr] = [Field((), key, source.columns[key].type) for key in source.key if is_own(source, key)]
        order: tuple[tuple[Expr, bool], ...] = ((first, False), *((tie, False) for tie in ties))
        over = Over("lead", (first,), start.type, tuple(group), order)
        added[valid.following] = Column(valid.following, start.type, source.span, expr=over)
    return replace(source, columns={**source.columns, **added}) if added else source


def _lasting(start: Expr, end: Expr) -> Expr:
    """Whether a validity holds any moment: an empty one hides nothing and overlaps nothing."""
    return Fn("or", (_null(start), _null(end), Fn("lt", (start, end), BOOL)), BOOL)


def _long_ago(start: Field) -> Lit:
    return Lit(_LONG_AGO, start.type) if start.type.kind == "date" else Lit(dt.datetime.combine(_LONG_AGO, dt.time()), TIMESTAMP)


def _null(value: Expr) -> Expr:
    return Fn("is_null", (value,), BOOL)


def _all(*conditions: Expr) -> Expr:
    found = all_of(list(conditions))
    assert found is not None
    return found
