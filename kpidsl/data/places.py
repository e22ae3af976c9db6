"""Where a source says things. Comes in: a compiled project. Goes out: the span of a key, a time, a column's declaration; the source's name
where it says nothing of the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.model.model import SourceModel
from kpidsl.record import dataclass
from kpidsl.span import Span
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.compile import Compiled


@dataclass(frozen=True, slots=True)
class Places:
    """Looks up what is written in the declarations."""

    compiled: Compiled

    def items(self, source: SourceModel) -> tuple[ast.Node, ...]:
        """What stands between the braces of the source."""
        entry = self.compiled.resolver.source_entries.get(source.name)
        decl = entry.decl if entry is not None else None
        return decl.items if isinstance(decl, ast.SourceDecl) else ()

    def of(self, source: SourceModel, kind: type[ast.Node]) -> Span:
        """The first item of that kind, else the source's name."""
        return next((item.span for item in self.items(source) if isinstance(item, kind)), source.span)

    def key(self, source: SourceModel) -> Span:
        return self.of(source, ast.Key)

    def time(self, source: SourceModel) -> Span:
        return self.of(source, ast.TimeColumn)

    def settles(self, source: SourceModel) -> int:
        """Days for which numbers may still change; 0 where nothing is said."""
        lengths = {"hour": 1 / 24, "day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
        found = next((item.after for item in self.items(source) if isinstance(item, ast.Settles)), None)
        return 0 if found is None else round(found.amount * lengths.get(found.unit, 0))


def place_of(source: SourceModel) -> Span:
    """Where a source says where its rows are."""
    match source.origin:
        case ast.FromFile(path=path):
            return path.span
        case ast.FromTable(path=path):
            return path.span
        case other:
            return other.span
