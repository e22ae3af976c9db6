"""Segments: conditions with a name. Comes in: a segment's declaration and the source whose rows it is asked of. Goes out: the condition on
those rows; and, for segments that nobody uses yet, what is wrong with them."""

from __future__ import annotations

from kpidsl.diagnostic import KpiError, fail
from kpidsl.model.expr import Expr, rebase
from kpidsl.model.grain import paths
from kpidsl.model.model import SourceModel
from kpidsl.model.names import Entry
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.span import Span
from kpidsl.syntax import ast

CIRCLE = "KPI035"
_NAMES = ("KPI020", "KPI021", "KPI022", "KPI031", "KPI032", "KPI033", "KPI039")
"""Errors that say that this source does not have what is named: another one may."""


class Segments:
    """The segments of one project."""

    def __init__(self, resolver: Questions) -> None:
        self.resolver = resolver
        self._resolving: list[str] = []

    def on(self, entry: Entry, root: SourceModel, span: Span) -> Expr:
        """A segment on rows of `root`. Where it names sources its rows are theirs; else its names are those of `root`."""
        decl = _decl(entry)
        self.resolver.stop_if_broken("segment", entry.key)
        if entry.key in self._resolving:
            circle = self._resolving[self._resolving.index(entry.key) :]
            self.resolver.broken.update(("segment", key) for key in circle)
            fail(
                CIRCLE,
                f"segments are made of each other in a circle: {' → '.join([*circle, entry.key])}",
                decl.name.span,
                help="say one of them in terms of columns",
            )
        self._resolving.append(entry.key)
        try:
            heads = self.resolver.grain.heads(decl.condition, entry.scope)
            start = self.resolver.grain.root_of(heads, decl.condition.span) if heads else root
            context = RowContext(start, entry.scope, "columns" if heads else "names", what="a segment")
            expr = RowResolver(self.resolver, context).condition(decl.condition, "a segment")
        finally:
            self._resolving.pop()
        return rebase(expr, self.resolver.grain.route(root, start, span, ""))

    def check(self, entry: Entry) -> None:
        """Raises what is wrong with a segment, whoever uses it."""
        decl = _decl(entry)
        with self.resolver.marking("segment", entry.key):
            heads = self.resolver.grain.heads(decl.condition, entry.scope)
            if heads:
                self.on(entry, self.resolver.grain.root_of(heads, decl.condition.span), decl.condition.span)
            else:
                self._check_anywhere(entry, decl)

    def _check_anywhere(self, entry: Entry, decl: ast.Segment) -> None:
        """Bare names are those of whatever source is filtered: one source must have them all, else the error of the nearest is raised."""
        errors: list[KpiError] = []
        names = self._names(entry, set())
        likely = sorted(self.resolver.sources.values(), key=lambda source: -len(names & source.columns.keys()))
        for source in likely:
            try:
                self.on(entry, source, decl.condition.span)
            except KpiError as error:
                if any(found.code == CIRCLE for found in error.diagnostics):
                    raise
                errors.append(error)
            else:
                return
        if errors:
            raise max(errors, key=_nearness)

    def _names(self, entry: Entry, seen: set[str]) -> set[str]:
        """The bare names in a segment, those in the segments that it is made of included."""
        seen.add(entry.key)
        found: set[str] = set()
        for path, _ in paths(_decl(entry).condition, False):
            inner = entry.scope.find("segment", path.text) if len(path.parts) == 1 else None
            if inner is None:
                found.add(path.text)
            elif inner.key not in seen:
                found |= self._names(inner, seen)
        return found


def _nearness(error: KpiError) -> tuple[bool, bool, int]:
    """How much of a segment a source could read: what is reported already, then errors of types, then the name that is farthest back."""
    if not error.diagnostics:
        return (True, True, 0)
    first = error.diagnostics[0]
    return (False, first.code not in _NAMES, first.span.start if first.span is not None else 0)


def _decl(entry: Entry) -> ast.Segment:
    assert isinstance(entry.decl, ast.Segment)
    return entry.decl
