"""Who is called what. Comes in: parsed files and a way to load modules. Goes out: one `Scope` for the project and one per instance of a
module, in which every name leads to its declaration. Nothing is resolved beyond names here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError, Label, fail, similar
from kpidsl.record import dataclass, field
from kpidsl.span import Span
from kpidsl.syntax import ast

KINDS: dict[type[ast.Node], str] = {
    ast.SourceDecl: "source",
    ast.Metric: "metric",
    ast.Need: "metric",
    ast.Dimension: "dimension",
    ast.Segment: "segment",
    ast.Param: "param",
    ast.Goal: "goal",
    ast.Journey: "journey",
    ast.Funnel: "funnel",
    ast.Cohort: "cohort",
    ast.Alert: "alert",
    ast.Scorecard: "scorecard",
    ast.Dashboard: "dashboard",
    ast.Report: "report",
}


def kind_of(decl: ast.Node) -> str:
    """What a declaration is called: "metric", "kpi", "test"; '' for those without a name, such as the calendar."""
    if isinstance(decl, ast.Kpi):
        return "kpi"
    return "test" if isinstance(decl, ast.Test) else KINDS.get(type(decl), "")


RIVALS = {
    "metric": ("param",),
    "param": ("metric", "dimension", "segment"),
    "dimension": ("segment", "param"),
    "segment": ("dimension", "param"),
}
"""Kinds of names that are written in the same places, so that one word may not mean two of them."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A declaration and the scope whose names it sees."""

    kind: str
    name: str
    decl: ast.Node
    scope: Scope
    name_span: Span

    @property
    def key(self) -> str:
        """Unique in the model: the name, with the module's instance in front."""
        return f"{self.scope.prefix}{self.name}"


@dataclass(eq=False)
class Scope:
    """The names that one piece of text sees. `bindings` are what a module's needs stand for, in the scope that uses it."""

    prefix: str
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    bindings: dict[str, tuple[ast.Expr, Scope]] = field(default_factory=dict)
    user: Scope | None = None
    used_at: Span | None = None  # of a module: the `use` that brought it
    schema: tuple[str, ...] = ()
    used: set[tuple[str, str]] = field(default_factory=set)
    declarations: list[ast.Node] = field(default_factory=list)
    imported: set[tuple[str, str]] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)  # declared by text that cannot be read or by a failed `use`, which is reported
    all_lost: bool = False  # by a failed `use` that names nothing
    misbound: set[str] = field(default_factory=set)  # of a module: needs that a binding means but misspells, which is reported

    def find(self, kind: str, name: str) -> Entry | None:
        entry = self.entries.get((kind, name))
        if entry is not None:
            entry.scope.used.add((kind, entry.name))
        return entry

    def is_lost(self, name: str) -> bool:
        """Whether a name without a declaration may have one that is reported already."""
        return self.all_lost or name in self.lost

    def names(self, kind: str) -> list[str]:
        return [name for k, name in self.entries if k == kind]

    def of(self, kind: str) -> Iterator[Entry]:
        """Entries declared here, without imported ones."""
        for entry in self.entries.values():
            if entry.kind == kind and entry.scope is self:
                yield entry


@dataclass
class Modules:
    """Where modules come from: `load` gives a module's file (or None), `known` their names for suggestions."""

    load: Callable[[str], ast.File | None]
    known: Callable[[], list[str]]


class Namer:
    """Builds the scopes of a project; findings go to `diagnostics`."""

    def __init__(self, modules: Modules, diagnostics: Diagnostics, lost: frozenset[str] = frozenset()) -> None:
        """`lost`: names whose declaration could not be read."""
        self.lost = lost
        self.modules = modules
        self.diagnostics = diagnostics
        self.instances: dict[tuple[object, ...], Scope] = {}
        self.scopes: list[Scope] = []

    def project(self, files: list[ast.File]) -> Scope:
        """The project's scope: every declaration of every file, then what they use."""
        scope = Scope("", lost=set(self.lost))
        self.scopes.append(scope)
        uses = self._declare(scope, [decl for file in files for decl in file.declarations])
        for use in uses:
            self._guarded(scope, use, ())
        return scope

    def _guarded(self, scope: Scope, use: ast.Use, chain: tuple[str, ...]) -> None:
        try:
            self._use(scope, use, chain)
        except KpiError as error:
            self.diagnostics.extend(error.diagnostics)
            scope.lost.update(name.text for name in use.names or ())
            scope.all_lost = scope.all_lost or use.names is None

    def _declare(self, scope: Scope, declarations: list[ast.Decl]) -> list[ast.Use]:
        uses = []
        for decl in declarations:
            if isinstance(decl, ast.Use):
                uses.append(decl)
                continue
            scope.declarations.append(decl)
            if isinstance(decl, ast.Vocabulary):
                self._enter(scope, Entry(decl.kind, decl.name.text, decl, scope, decl.name.span))
            elif isinstance(decl, ast.Kpi):
                self._enter(scope, Entry("kpi", decl.metric.text, decl, scope, decl.metric.span))
            elif type(decl) in KINDS:
                name: ast.Ident = decl.name  # type: ignore[union-attr]
                self._enter(scope, Entry(KINDS[type(decl)], name.text, decl, scope, name.span))
        return uses

    def _enter(self, scope: Scope, entry: Entry, at: Span | None = None) -> None:
        for kind in (entry.kind, *RIVALS.get(entry.kind, ())):
            other = scope.entries.get((kind, entry.name))
            if other is not None and other is not entry:
                if (
                    entry.kind == "kpi"
                    and isinstance(entry.decl, ast.Kpi)
                    and isinstance(other.decl, ast.Kpi)
                    and entry.decl.goal != other.decl.goal
                ):
                    return  # one metric may serve several goals
                where = at or entry.name_span
                word = "KPI" if entry.kind == "kpi" else entry.kind
                self.diagnostics.add(
                    Diagnostic(
                        "KPI034",
                        f"`{entry.name}` is declared twice" if kind == entry.kind else f"`{entry.name}` is a {word} and a {other.kind}",
                        where,
                        label="declared again here",
                        labels=(
                            Label(
                                other.name_span, f"first declared here as a {other.kind}" if kind != entry.kind else "first declared here"
                            ),
                        ),
                        notes=("with two meanings of one name nobody could tell which number a dashboard shows",),
                        help="rename one of them, or delete it",
                    )
                )
                return
        scope.entries[(entry.kind, entry.name)] = entry

    def _use(self, scope: Scope, use: ast.Use, chain: tuple[str, ...]) -> None:
        name = use.module.text
        if name in chain:
            route = " → ".join((*chain[chain.index(name) :], name))
            fail("KPI045", f"modules use each other in a circle: {route}", use.span, help="move what both need into a third module")
        file = self.modules.load(name)
        if file is None:
            near = similar(name, self.modules.known())
            fail(
                "KPI042",
                f"there is no module `{name}`",
                use.module.span,
                help=f"did you mean {_list(near)}?" if near else f"modules of the library: {_list(sorted(self.modules.known()))}",
            )
        module = self._instance(scope, use, file, (*chain, name))
        wanted = [i.text for i in use.names] if use.names is not None else None
        spans = {i.text: i.span for i in use.names or ()}
        for binding in use.bindings:
            self._check_binding(module, use, binding)
        if wanted is None:
            for (kind, each), entry in list(module.entries.items()):
                if not isinstance(entry.decl, ast.Need) and entry.scope is module and kind not in ("report", "dashboard"):
                    self._import(scope, entry, each, use.module.span)
            return
        for each in wanted:
            found = [e for (kind, n), e in module.entries.items() if n == each and not isinstance(e.decl, ast.Need)]
            if not found:
                scope.lost.add(each)
                public = sorted({n for (_, n), e in module.entries.items() if not isinstance(e.decl, ast.Need)})
                near = similar(each, public)
                self.diagnostics.add(
                    Diagnostic(
                        "KPI043",
                        f"`{name}` has no `{each}`",
                        spans[each],
                        help=f"did you mean {_list(near)}?" if near else f"it has {_list(public)}",
                    )
                )
            for entry in found:
                self._import(scope, entry, each, spans[each])

    def _import(self, scope: Scope, entry: Entry, name: str, at: Span) -> None:
        scope.imported.add((entry.kind, name))
        self._enter(scope, entry, at)

    def _check_binding(self, module: Scope, use: ast.Use, binding: ast.Binding) -> None:
        entry = module.entries.get(("metric", binding.name.text))
        if entry is None or not isinstance(entry.decl, ast.Need):
            needs = [n for (k, n), e in module.entries.items() if isinstance(e.decl, ast.Need)]
            near = similar(binding.name.text, needs)
            module.misbound.update(near[:1])
            self.diagnostics.add(
                Diagnostic(
                    "KPI043",
                    f"`{use.module.text}` does not need `{binding.name.text}`",
                    binding.name.span,
                    help=f"did you mean {_list(near)}?"
                    if near
                    else f"it needs {_list(sorted(needs))}"
                    if needs
                    else "it needs nothing: leave `with` out",
                )
            )

    def _instance(self, scope: Scope, use: ast.Use, file: ast.File, chain: tuple[str, ...]) -> Scope:
        schema = tuple(p.text for p in use.schema.parts) if use.schema else ()
        key = (use.module.text, tuple((b.name.text, b.value) for b in use.bindings), schema, id(scope))
        if key in self.instances:
            return self.instances[key]
        again = sum(1 for k in self.instances if k[0] == use.module.text)
        prefix = f"{use.module.text}{'' if not again else f'#{again + 1}'}."
        module = Scope(prefix, lost=set(self.lost), user=scope, used_at=use.module.span, schema=schema)
        module.bindings = {b.name.text: (b.value, scope) for b in use.bindings}
        self.instances[key] = module
        self.scopes.append(module)
        for inner in self._declare(module, list(file.declarations)):
            self._guarded(module, inner, chain)
        return module


def _list(names: list[str]) -> str:
    return ", ".join(f"`{n}`" for n in names[:12]) + (" …" if len(names) > 12 else "")
