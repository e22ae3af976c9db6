"""What is known of a project so far: the resolved declarations, the routes between sources, and what is reported already, so that one cause
gives one error. Every room of the model looks things up here; only `resolve` fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, ParamSpec

from kpidsl.diagnostic import Diagnostics, KpiError, Label, fail, similar
from kpidsl.model.calendar import CalendarModel
from kpidsl.model.expr import Field
from kpidsl.model.model import DimensionModel, MetricModel, ParamModel, SourceModel
from kpidsl.model.names import Entry, Scope
from kpidsl.model.routes import Routes
from kpidsl.span import Span
from kpidsl.syntax import ast

P = ParamSpec("P")


class BrokenError(KpiError):
    """A name leads to a declaration that is reported already: nothing more to say."""


class Known:
    """The memory of one project's resolution. `broken` holds (kind, key) of what was reported; `source_entries` the declared sources."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.sources: dict[str, SourceModel] = {}
        self.source_entries: dict[str, Entry] = {}
        self.metrics: dict[str, MetricModel] = {}
        self.params: dict[str, ParamModel] = {}
        self.dimensions: dict[str, DimensionModel] = {}
        self.routes = Routes(self.sources)
        self.calendar = CalendarModel()
        self.broken: set[tuple[str, str]] = set()

    # ------------------------------------------------------------ one cause, one error

    def guard(self, step: Callable[P, object], *args: P.args, **named: P.kwargs) -> None:
        """Runs a step; what is wrong in it is collected, and the run goes on."""
        try:
            step(*args, **named)
        except KpiError as error:
            self.diagnostics.extend(error.diagnostics)

    def is_broken(self, kind: str, key: str) -> bool:
        """Whether a declaration was reported already."""
        return (kind, key) in self.broken

    def silent(self) -> KpiError:
        """The error to raise for whatever leans on a broken declaration."""
        return BrokenError()

    def stop_if_broken(self, kind: str, key: str) -> None:
        """Raises the silent error where the declaration was reported already."""
        if (kind, key) in self.broken:
            raise BrokenError

    @contextmanager
    def marking(self, kind: str, key: str) -> Iterator[None]:
        """Remembers a declaration as broken when its resolution fails."""
        try:
            yield
        except KpiError:
            self.broken.add((kind, key))
            raise

    # ------------------------------------------------------------ sources and their columns

    def source(self, entry: Entry) -> SourceModel:
        """A declared source; silent where it is reported already."""
        if entry.key not in self.sources:
            raise BrokenError
        return self.sources[entry.key]

    def source_entry(self, name: ast.Ident, scope: Scope) -> Entry:
        """The declaration of a source that is named; an error with the nearest name where there is none."""
        entry = scope.find("source", name.text)
        if entry is None:
            known = scope.names("source")
            near = similar(name.text, known)
            fail(
                "KPI031",
                f"there is no source `{name.text}`",
                name.span,
                help=f"did you mean `{near[0]}`?" if near else f"sources: {', '.join(sorted(known))}",
            )
        return entry

    def walk_to(self, root: SourceModel, path: tuple[str, ...]) -> SourceModel:
        """The source at the end of a role path."""
        for role in path:
            root = self.sources[root.joins[role].target]
        return root

    def field(self, source: SourceModel, route: tuple[str, ...], name: str, span: Span) -> Field:
        """A column of `source`, read over `route`."""
        if name not in source.columns:
            self.unknown_column(source, name, span)
        self.stop_if_broken("column", f"{source.name}.{name}")
        return Field(route, name, source.columns[name].type)

    def unknown_column(self, source: SourceModel, name: str, span: Span) -> NoReturn:
        """Raises the error that a source has no such column, with the nearest one that it has."""
        self.stop_if_broken("column", f"{source.name}.{name}")
        near = similar(name, [*source.columns, *source.joins])
        spelled = name.casefold().replace(" ", "_")
        near = near or [c for c in source.columns if c.casefold().replace(" ", "_") == spelled]
        listed = ", ".join(source.columns)
        listed = listed if len(listed) < 120 else listed[:117] + " …"
        fail(
            "KPI032",
            f"`{source.name}` has no column `{name}`",
            span,
            labels=(Label(source.span, "declared here"),),
            help=f"did you mean `{near[0]}`?" if near else f"its columns: {listed or 'none declared'}",
        )
