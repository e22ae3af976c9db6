"""What is known of a project so far: the resolved declarations, the routes between sources, and what is reported already, so that one cause
gives one error. Every room of the model looks things up here; only `resolve` fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn, ParamSpec

from kpidsl.diagnostic import Diagnostics, KpiError, Label, fail, similar
from kpidsl.model.calendar import CalendarModel
from kpidsl.model.expr import Field
from kpidsl.model.model import DimensionModel, MetricModel, ParamModel, QueryModel, SourceModel, Sources
from kpidsl.model.names import Entry, Scope
from kpidsl.model.routes import Routes
from kpidsl.model.rules import describe
from kpidsl.span import Span
from kpidsl.syntax import ast

P = ParamSpec("P")


class BrokenError(KpiError):
    """A name leads to a declaration that is reported already: nothing more to say."""


class Known:
    """The memory of one project's resolution. `broken` holds (kind, key) of what was reported; `source_entries` the declared sources."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.sources = Sources()
        self.source_entries: dict[str, Entry] = {}
        self.metrics: dict[str, MetricModel] = {}
        self.params: dict[str, ParamModel] = {}
        self.dimensions: dict[str, DimensionModel] = {}
        self.routes = Routes(self.sources)
        self.calendar = CalendarModel()
        self.queries: dict[int, tuple[ast.Query, Scope, QueryModel]] = {}  # of reports, by their place in memory
        self.broken: set[tuple[str, str]] = set()

    # ------------------------------------------------------------ one cause, one error

    def guard(self, step: Callable[P, object], *args: P.args, **named: P.kwargs) -> None:
        """Runs a step; what is wrong in it is collected, and the run goes on until there is enough to tell."""
        if self.diagnostics.full:
            return
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
            self.no_source(ast.Path(name.span, (name,)), scope)
        return entry

    def no_source(self, path: ast.Path, scope: Scope, also: Iterable[str] = (), facts: Iterable[str] = ()) -> NoReturn:
        """Raises the error that a path does not start at a source. Where it starts at a role the help is the whole path; `also` are other
        names that may stand there, `facts` the sources whose rows the path is read on."""
        head = path.parts[0]
        if scope.is_lost(head.text) or any(self.is_broken("role", f"{source}.{head.text}") for source in self.sources):
            raise BrokenError
        known = scope.names("source")
        near = similar(head.text, [*known, *also])
        holders = [source.name for source in self.sources.values() if head.text in source.joins] if len(path.parts) > 1 else []
        whole = self._from_sources(path.parts, list(facts)) if holders else []
        if holders and (whole or not near):
            whole = whole or self._from_sources(path.parts, [])
            help = f"write {' or '.join(whole[:3])}" if whole else f"write {holders[0]}.{head.text} and one of its columns"
            fail("KPI031", f"`{head.text}` is a role of `{holders[0]}`, and a path starts at a source", head.span, help=help)
        listed = ", ".join(sorted(known)) or "none yet"
        fail("KPI031", f"there is no source `{head.text}`", head.span, help=f"did you mean `{near[0]}`?" if near else f"sources: {listed}")

    def _from_sources(self, parts: tuple[ast.Ident, ...], facts: list[str]) -> list[str]:
        """The paths that end with these parts, a role first, and start at a source that each fact reaches by one route; of a misspelled
        column the nearest."""
        role, *roles, last = [part.text for part in parts]
        found = []
        for source in self.sources.values():
            here: SourceModel | None = source
            for name in (role, *roles):
                join = here.joins.get(name) if here is not None else None
                here = self.sources[join.target] if join is not None and not join.hidden else None
            if here is None or any(len(self.routes.between(fact, source.name)) != 1 for fact in facts):
                continue
            column = [last] if last in here.columns else similar(last, here.columns, 1)
            found += [".".join((source.name, role, *roles, name)) for name in column]
        return found

    def lacks_roles(self, source: SourceModel) -> bool:
        """Whether a role of it, or of what it reaches, is reported: what it does not reach may be behind that role."""
        reached = {name for name, _ in self.routes.reachable(source.name)}
        return any(kind == "role" and key.rpartition(".")[0] in reached for kind, key in self.broken)

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
        return Field(route, name, source.columns[name].type.over(route))

    def unknown_column(self, source: SourceModel, name: str, span: Span) -> NoReturn:
        """Raises the error that a source has no such column, with the nearest one that it has."""
        self.stop_if_broken("column", f"{source.name}.{name}")
        if source.members and all(name in self.sources[member].columns for member in source.members):
            self._members_differ(source, name, span)
        near = similar(name, [*source.columns, *source.joins])
        spelled = name.casefold().replace(" ", "_")
        near = near or [c for c in source.columns if c.casefold().replace(" ", "_") == spelled]
        listed = ", ".join(source.columns)
        listed = listed if len(listed) < 120 else listed[:117] + " …"
        compared = span.source.text[: span.start].rstrip().endswith(("=", "<>"))
        meant = f'a text stands in quotes: "{name}"; ' if compared else ""
        fail(
            "KPI032",
            f"`{source.name}` has no column `{name}`",
            span,
            labels=(Label(source.span, "declared here"),),
            help=f"did you mean `{near[0]}`?" if near else f"{meant}its columns: {listed or 'none declared'}",
        )

    def _members_differ(self, source: SourceModel, name: str, span: Span) -> NoReturn:
        """A column that a union leaves out because its members have it in different types."""
        theirs = [self.sources[member].columns[name] for member in source.members]
        fail(
            "KPI073",
            f"the members of `{source.name}` do not agree on `{name}`",
            span,
            labels=tuple(Label(column.span, describe(column.type)) for column in theirs),
            help="give every member the same type and unit; where its currency stands in a column, that column under one name in all",
        )
