"""Sources: where their rows come from, their keys and times. Comes in: `source` declarations. Goes out: `SourceModel`s, declared first, so
that order never matters; their columns and joins are made in rooms of their own."""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, Label, fail, similar
from kpidsl.model import types
from kpidsl.model.columns import ColumnResolver
from kpidsl.model.file_options import check_options
from kpidsl.model.joins import JoinResolver
from kpidsl.model.model import SourceModel
from kpidsl.model.names import Entry, Scope
from kpidsl.model.periods import days_of
from kpidsl.model.questions import Questions
from kpidsl.model.rules import describe
from kpidsl.record import replace
from kpidsl.syntax import ast


class SourceResolver:
    """Resolves all sources of a project."""

    def __init__(self, resolver: Questions) -> None:
        self.resolver = resolver
        self.columns = ColumnResolver(resolver)
        self.joins = JoinResolver(resolver)
        self.declaring: list[str] = []

    def declare(self, entry: Entry) -> SourceModel:
        """The source with the types of its columns; expressions follow later."""
        known = self.resolver.sources.get(entry.key)
        if known is not None:
            return known
        decl = entry.decl
        assert isinstance(decl, ast.SourceDecl)
        if self.resolver.is_broken("source", entry.key):
            raise self.resolver.silent()
        if entry.key in self.declaring:
            self.resolver.broken.update(("source", key) for key in self.declaring)
            circle = " → ".join([*self.declaring[self.declaring.index(entry.key) :], entry.key])
            fail("KPI035", f"sources come from each other in a circle: {circle}", decl.name.span, help="start one of them from a table")
        self.declaring.append(entry.key)
        try:
            source = self._shell(entry, decl)
        finally:
            self.declaring.pop()
        self.resolver.sources[entry.key] = source
        self.resolver.source_entries[entry.key] = entry
        self._columns(source, decl)
        source = self._without_unknown(source)
        self.resolver.sources[entry.key] = source
        return source

    def _without_unknown(self, source: SourceModel) -> SourceModel:
        """The source without a time or key column that it does not have: that was reported, and nothing may lean on it."""
        time = source.time if source.time in source.columns else None
        if time is None and source.time is not None:
            self.resolver.broken.add(("time", source.name))
        return replace(source, time=time, key=tuple(k for k in source.key if k in source.columns))

    def _shell(self, entry: Entry, decl: ast.SourceDecl) -> SourceModel:
        origin = decl.origin
        base: str | None = None
        by: tuple[str, ...] = ()
        members: tuple[str, ...] = ()
        if isinstance(origin, ast.FromGrain):
            base = self._other(origin.source, entry.scope).name
            by = tuple(i.text for i in origin.by)
        elif isinstance(origin, ast.FromFile):
            self.resolver.guard(check_options, origin)
        elif isinstance(origin, ast.FromUnion):
            members = tuple(self._other(name, entry.scope).name for name in origin.sources)
        keys = ast.pick(decl.items, ast.Key)
        if len(keys) > 1:
            self.resolver.diagnostics.add(
                Diagnostic(
                    "KPI034",
                    f"`{decl.name.text}` has two keys",
                    keys[1].span,
                    labels=(Label(keys[0].span, "the first one"),),
                    help="a composite key is one line: key order_id, line_no",
                )
            )
        key = tuple(c.text for c in keys[0].columns) if keys else by
        time = ast.pick(decl.items, ast.TimeColumn)
        begins = ast.pick(decl.items, ast.Begins)
        complete = ast.pick(decl.items, ast.CompleteThrough)
        return SourceModel(
            name=entry.key,
            label=decl.label or "",
            origin=origin,
            span=decl.name.span,
            key=key,
            time=time[0].column.text if time else None,
            schema=entry.scope.schema,
            members=members,
            base=base,
            by=by,
            begins=days_of(begins[0].date)[0] if begins else None,
            complete_through=days_of(complete[0].value)[1] if complete and not isinstance(complete[0].value, ast.Path) else None,
        )

    def _other(self, name: ast.Ident, scope: Scope) -> SourceModel:
        """The source that another one comes from, declared first where it must be."""
        return self.declare(self.resolver.source_entry(name, scope))

    def _columns(self, source: SourceModel, decl: ast.SourceDecl) -> None:
        self.columns.declare(source, decl)
        self.resolver.guard(self._key_and_time, source, decl)
        flagged = [c for c in source.key if c in source.columns]
        for name in flagged:
            source.columns[name] = replace(
                source.columns[name],
                not_null=source.columns[name].not_null or (len(source.key) == 1 and source.base is None and not source.members),
            )

    def _key_and_time(self, source: SourceModel, decl: ast.SourceDecl) -> None:
        for item in ast.pick(decl.items, ast.Key):
            for name in item.columns:
                if name.text not in source.columns:
                    self.resolver.unknown_column(source, name.text, name.span)
        for moment in ast.pick(decl.items, ast.TimeColumn):
            if moment.column.text not in source.columns:
                self.resolver.unknown_column(source, moment.column.text, moment.column.span)
            kind = source.columns[moment.column.text].type
            if not kind.is_temporal:
                fail(
                    "KPI051",
                    f"the time of `{source.name}` must be a date or timestamp, `{moment.column.text}` is {describe(kind)}",
                    moment.span,
                    help=f"make one of it: a computed column such as day: date = date({moment.column.text})",
                )
        for through in ast.pick(decl.items, ast.CompleteThrough):
            self._known_until(source, through)
        for column in source.columns.values():
            for holder in (held.column for held in column.type.unit.held):
                if holder not in source.columns:
                    self.resolver.broken.add(("column", f"{source.name}.{column.name}"))
                    near = similar(holder.upper(), types.CURRENCIES)
                    written = next((c.type.span for c in ast.pick(decl.items, ast.Column) if c.name.text == column.name), column.span)
                    fail(
                        "KPI041",
                        f"`{holder}` is neither an ISO 4217 currency nor a column of `{source.name}`",
                        written,
                        help=f"did you mean {near[0]}?" if near else "write a code such as EUR, or the column that holds it",
                    )
                if source.columns[holder].type.kind != "text":
                    fail(
                        "KPI041",
                        f"`{holder}` cannot hold a currency, it is not text",
                        column.span,
                        help="name the column with the ISO 4217 code",
                    )

    def _known_until(self, source: SourceModel, item: ast.CompleteThrough) -> None:
        """`complete through loaded_until`: a column of this source, or of another one that is named."""
        if isinstance(item.value, ast.Path) and len(item.value.parts) == 1:
            column = item.value.parts[0]
            if column.text not in source.columns:
                self.resolver.unknown_column(source, column.text, column.span)
            kind = source.columns[column.text].type
            if not kind.is_temporal:
                fail(
                    "KPI051", f"`{column.text}` is {describe(kind)}, not a date or timestamp", column.span, help="name a column with dates"
                )
