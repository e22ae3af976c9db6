"""What a column or a role means, as text for people. Comes in: a compiled project and a path, `orders.amount`, or a bare name. Goes out: a
paragraph for each column and role of that name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpidsl.cli.console import Console
from kpidsl.cli.paragraphs import Paragraphs, one_line
from kpidsl.lineage import made_of
from kpidsl.model.additivity import why_not_additive
from kpidsl.model.model import Column, SourceModel
from kpidsl.model.rules import describe
from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.parse import parse_expression
from kpidsl.usage import users_of_column

if TYPE_CHECKING:
    from kpidsl.compile import Compiled


def columns_called(compiled: Compiled, text: str, console: Console) -> list[str]:
    """Paragraphs about `source.column`, `source.role.column`, `source.role`; of a bare name, about all columns that are called so."""
    write = _Writer(compiled, console)
    parts = _parts(text)
    if len(parts) == 1:
        return ["\n".join(write.column(source, parts[0])) for source in compiled.model.sources.values() if parts[0] in source.columns]
    here = compiled.model.sources.get(parts[0])
    for role in parts[1:-1]:
        join = here.joins.get(role) if here is not None else None
        here = compiled.model.sources[join.target] if join is not None else None
    if here is None:
        return []
    if parts[-1] in here.columns:
        return ["\n".join(write.column(here, parts[-1], ".".join(parts)))]
    return ["\n".join(write.role(here, parts[-1], ".".join(parts)))] if parts[-1] in here.joins else []


def paths(compiled: Compiled) -> list[str]:
    """`source.column` for every column, and every bare name of one."""
    pairs = [(source.name, column) for source in compiled.model.sources.values() for column in source.columns]
    return [*(".".join(pair) for pair in pairs), *{column for _, column in pairs}]


def _parts(text: str) -> list[str]:
    """The names of a path; what is none is a name by itself."""
    node, found = parse_expression(Source("<name>", text))
    return [part.text for part in node.parts] if isinstance(node, ast.Path) and not found else [text]


class _Writer(Paragraphs):
    def __init__(self, compiled: Compiled, console: Console) -> None:
        super().__init__(console)
        self.compiled, self.model = compiled, compiled.model

    def column(self, source: SourceModel, name: str, path: str = "") -> Iterator[str]:
        """`path` is how it was asked for, where it is reached over roles."""
        column = source.columns[name]
        own = f"{source.name}.{name}"
        yield self.head(own, column.label, describe(column.type), *self._facts(source, column), self.place(column.span))
        if path not in ("", own):
            yield f"Here over: {path.rpartition('.')[0]}"
        if column.description:
            yield self.wrapped(column.description)
        yield from self._origin(source, column)
        found = users_of_column(self.compiled, source.name, name)
        if metrics := found.pop("metric", []):
            yield self.wrapped(f"Read by metrics: {', '.join(metrics)}")
        yield from self.users(found)
        if not metrics and not found:
            yield "Nothing uses it yet."

    def _facts(self, source: SourceModel, column: Column) -> Iterator[str]:
        if column.name in source.key:
            yield "the key" if len(source.key) == 1 else "part of the key"
        if column.name == source.time:
            yield "the time"
        if column.pii:
            yield "personal data, never shown"
        if column.type.is_numeric and (why := why_not_additive(self.compiled.resolver, source, column.name)):
            yield f"never summed: {why}"

    def _origin(self, source: SourceModel, column: Column) -> Iterator[str]:
        """Where its values come from: the data, other sources, or a formula with the columns of the data behind it."""
        origin = one_line(source.origin.span.text.removeprefix("from "))
        if column.expr is None:
            there = "" if column.physical in (None, column.name) else f", called `{column.physical}` there"
            yield f"from {origin}{there}"
            return
        decl = self.compiled.resolver.source_entries[source.name].decl
        written = ast.pick(decl.items, ast.Column) if isinstance(decl, ast.SourceDecl) else []
        text = next((one_line(node.expr.span.text) for node in written if node.name.text == column.name and node.expr is not None), "")
        yield f"= {text}" if text else f"from {origin}"
        behind = [f"{holder.name}.{physical}" for holder, physical in made_of(self.model, source, column.name)]
        if behind:
            yield self.wrapped(f"Made of: {', '.join(behind)}")

    def role(self, source: SourceModel, name: str, path: str) -> Iterator[str]:
        """A role, and what is found over it."""
        join = source.joins[name]
        pairs = ", ".join(left if left == right else f"{left} = {right}" for left, right in join.on)
        kind = "the row" if join.kind == "one" else f"the {join.kind} row" if join.kind in ("last", "first") else "the row in force"
        yield self.head(f"{source.name}.{name}", f"a role: {kind} of {join.target} on {pairs}", self.place(join.span))
        target = self.model.sources[join.target]
        shown = [column.name for column in target.columns.values() if not column.pii]
        yield self.wrapped(f"Its columns: {', '.join(f'{path}.{column}' for column in shown)}")
        if target.joins:
            yield self.wrapped(f"Its roles: {', '.join(f'{path}.{role}' for role, inner in target.joins.items() if not inner.hidden)}")
