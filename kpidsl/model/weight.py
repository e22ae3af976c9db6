"""How much a declaration stands for once the names in it are written out. Comes in: the scopes of a project. Goes out: KPI018 for what goes
too deep that way, KPI035 for a circle that long, KPI078 for what is too much, and the declarations that nothing may lean on.

A metric of two metrics of two metrics doubles with every line: forty short lines would stand for a formula of a million million parts. What
a name stands for is counted here, on the syntax and once for each declaration, before anything is resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kpidsl.diagnostic import Diagnostic, Diagnostics, fail
from kpidsl.model.names import Entry, Scope
from kpidsl.record import dataclass, field, names_of
from kpidsl.span import Span
from kpidsl.syntax import ast
from kpidsl.syntax.build_expr import DEEPEST

_COPIED = {"growth": 3, "share": 2, "prior": 2, "trailing": 2, "to_date": 2, "running": 2, "at_start": 2}
"""How often a metric that is given to a function is read: a shift in time asks for it here and there."""
MOST = 2000  # names that a declaration may stand for; the largest metrics of people stand for a few hundred
Key = tuple[str, str]


@dataclass(slots=True)
class _Item:
    """A declaration or a computed column: the names that it is made of, how deep its own expression is, and what comes of both."""

    title: str
    span: Span
    own: int = 0
    parts: list[tuple[Key, int]] = field(default_factory=list)  # with how often each is written out
    copies: int = 0  # of parts that are no declarations
    depth: int = 0
    weight: int = 0
    over: bool = False


class Weights:
    """The weights of all declarations of a project."""

    def __init__(self, scopes: list[Scope], diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.items: dict[Key, _Item] = {}
        self.circles: dict[Key, list[Key]] = {}
        self.sources = {entry.key: entry for scope in scopes for entry in scope.of("source")}
        self.columns: dict[str, dict[str, ast.Column]] = {}
        self.roles: dict[str, dict[str, str]] = {}
        for key, entry in self.sources.items():
            assert isinstance(entry.decl, ast.SourceDecl)
            self.columns[key] = {column.name.text: column for column in ast.pick(entry.decl.items, ast.Column)}
            targets = ((join.role.text, _known(entry.scope, "source", join.target.text)) for join in ast.pick(entry.decl.items, ast.Join))
            self.roles[key] = {role: target.key for role, target in targets if target is not None}
        for scope in scopes:
            for entry in scope.entries.values():
                if entry.scope is scope:
                    self._declare(entry)

    def too_much(self) -> set[Key]:
        """Reports what stands for too much; returns it with everything made of it, as (kind, key)."""
        for key in sorted(self.items, key=lambda key: key[0] != "source"):  # the columns of what is too much are its columns, no more
            self._weigh(key)
        return {key for key, item in self.items.items() if item.over}

    def check(self, query: ast.Query, scope: Scope) -> None:
        """KPI078 for a query that stands for too much."""
        for node in query.metrics:
            weight = 0
            for path, times in _paths(node):
                parts = [self.items[part] for part in self._meant(path, scope, None, None) if part in self.items]
                weight += times * (1 + sum(part.weight for part in parts)) - 1
            if weight > MOST:
                message = f"this stands for {weight:,} metrics once the names in it are written out, and {MOST:,} is the most"
                fail("KPI078", message, node.span, help="ask for it in fewer steps: each shift in time looks at its metric twice")

    # ------------------------------------------------------------ what is made of what

    def _declare(self, entry: Entry) -> None:
        match entry.decl:
            case ast.Metric():
                self._add("metric", entry, entry.decl.expr)
            case ast.Segment():
                self._add("segment", entry, entry.decl.condition)
            case ast.Dimension():
                self._add("dimension", entry, *entry.decl.alternatives)
            case ast.SourceDecl():
                self._source(entry, entry.decl)

    def _add(self, kind: str, entry: Entry, *nodes: ast.Node) -> None:
        item = _Item(f"the {kind} `{entry.name}`", entry.name_span)
        for node in nodes:
            item.own = max(item.own, _depth(node))
            for path, times in _paths(node):
                item.copies += times - 1
                item.parts += [(part, times) for part in self._meant(path, entry.scope, None, entry)]
        self.items[kind, entry.key] = item

    def _source(self, entry: Entry, decl: ast.SourceDecl) -> None:
        origin = decl.origin
        names = origin.sources if isinstance(origin, ast.FromUnion) else (origin.source,) if isinstance(origin, ast.FromGrain) else ()
        below = [found.key for name in names if (found := _known(entry.scope, "source", name.text)) is not None]
        whole = _Item(f"the source `{entry.name}`", entry.name_span, 1, [(("source", key), 1) for key in below])
        if below:  # a table weighs nothing
            self.items["source", entry.key] = whole
        for name, column in self.columns[entry.key].items():
            item = _Item(f"the column `{name}`", column.span, parts=[])
            if column.expr is not None:
                item.own = _depth(column.expr)
                base = below[0] if isinstance(origin, ast.FromGrain) and below else None
                for path, times in _paths(column.expr):
                    item.copies += times - 1
                    item.parts += [(part, times) for part in self._meant(path, entry.scope, entry.key, entry, base, name)]
            elif isinstance(origin, ast.FromUnion):
                item.parts = [(("column", f"{key}.{name}"), 1) for key in below]
            if item.parts:
                self.items["column", f"{entry.key}.{name}"] = item

    def _meant(
        self, path: ast.Path, scope: Scope, root: str | None, self_: Entry | None, base: str | None = None, own: str = ""
    ) -> list[Key]:
        """What a path may mean, as far as the syntax tells."""
        first, *rest = [part.text for part in path.parts]
        if not rest:
            for source in (root, base):
                if source is not None and first in self.columns[source] and not (source == root and first == own):
                    return [("column", f"{source}.{first}")]
            kinds = ("metric", "segment", "dimension", "source")
            found = ((kind, _known(scope, kind, first)) for kind in kinds)
            return [(kind, entry.key) for kind, entry in found if entry is not None and entry is not self_][:1]
        start = _known(scope, "source", first)
        here = start.key if start is not None else self.roles[root].get(first) if root is not None else None
        head: list[Key] = [("source", here)] if here is not None else []
        for role in rest[:-1]:
            here = self.roles[here].get(role) if here is not None else None
        return head if here is None else [*head, ("column", f"{here}.{rest[-1]}")]

    # ------------------------------------------------------------ weights

    def _weigh(self, start: Key) -> None:
        """Depth first, without recursion: a chain may be as long as the project. Circles are told elsewhere."""
        waiting = [(start, iter(self._parts(start)))]
        open_ = {start: 0}  # with its place among those that wait
        while waiting:
            key, parts = waiting[-1]
            following = None
            for part in parts:
                if part in open_:
                    self._closes([key for key, _ in waiting[open_[part] :]])
                elif part in self.items and not self.items[part].depth:
                    following = part
                    break
            if following is not None:
                open_[following] = len(waiting)
                waiting.append((following, iter(self._parts(following))))
                continue
            waiting.pop()
            del open_[key]
            self._settle(key)

    def _closes(self, circle: list[Key]) -> None:
        """A circle that nobody else will tell, for it is so long that what is in it is too deep to be looked at."""
        if len(circle) > DEEPEST and not any(key in self.circles for key in (circle[0], circle[-1])):
            self.circles |= dict.fromkeys(circle, circle)

    def _parts(self, key: Key) -> list[Key]:
        return [] if self.items[key].depth else [part for part, _ in self.items[key].parts]

    def _settle(self, key: Key) -> None:
        item = self.items[key]
        if item.depth:
            return
        holder = self.items.get(("source", key[1].rpartition(".")[0])) if key[0] == "column" else None
        parts = [(self.items[part], times) for part, times in item.parts if part in self.items]
        item.depth = 1 + item.own + max((part.depth for part, _ in parts), default=0)
        item.weight = 1 + item.copies + sum(part.weight * times for part, times in parts)
        if any(part.over for part, _ in parts) or (holder is not None and holder.over):
            item.over = True
        elif item.depth > DEEPEST + 1 and parts:
            item.over = True
            if key in self.circles:
                self.diagnostics.add(_circle(self.circles[key], item))
                return
            message = f"{item.title} is more than {DEEPEST} levels deep, counted through the names that it is made of"
            help = "make it of fewer steps: a long chain of declarations that each lean on the one before cannot be checked by anybody"
            self.diagnostics.add(Diagnostic("KPI018", message, item.span, help=help))
        elif item.weight > MOST:
            item.over = True
            message = f"{item.title} stands for {item.weight:,} others once the names in it are written out, and {MOST:,} is the most"
            help = "name each part once: what is used twice on every step doubles with every step"
            self.diagnostics.add(Diagnostic("KPI078", message, item.span, help=help))


def _circle(circle: list[Key], item: _Item) -> Diagnostic:
    """Where a circle begins and closes; nobody reads a hundred names."""
    names = [name for _, name in circle]
    shown = " → ".join([*names[:3], "…", *names[-2:], names[0]])
    message = f"{len(names):,} declarations are made of each other in a circle: {shown}"
    return Diagnostic("KPI035", message, item.span, help="start one of them from rows: sum(…), count(…)")


def _known(scope: Scope, kind: str, name: str) -> Entry | None:
    """Like `scope.find`, which would count as a use."""
    return scope.entries.get((kind, name))


_FIELDS: dict[type, tuple[str, ...]] = {}


def _fields(node: Any) -> tuple[str, ...]:
    kind = type(node)
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(name for name in names_of(kind) if name != "span")
    return _FIELDS[kind]


def _children(node: ast.Node) -> Iterator[ast.Node]:
    for name in _fields(node):
        value = getattr(node, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, ast.Node):
                yield each


def _paths(node: ast.Node, times: int = 1) -> Iterator[tuple[ast.Path, int]]:
    """Every path of an expression, and how often it is written out: what a function or an operator reads twice stands there twice."""
    if isinstance(node, ast.Path):
        yield node, times
        return
    for child in _children(node):
        yield from _paths(child, times * _copies(node, child))


def _copies(node: ast.Node, child: ast.Node) -> int:
    match node:
        case ast.Call(name=ast.Ident(text=name)) if name in _COPIED and child is node.args[0]:
            return _COPIED[name]
        case ast.Between() if child is node.value:
            return 2
        case ast.Case() if child is node.subject:
            return len(node.whens)
    return 1


def _depth(node: ast.Node) -> int:
    """Levels of operators and calls; arguments, names and literals are none of their own."""
    below = [_depth(child) for child in _children(node) if not isinstance(child, ast.Ident)]
    if not below or isinstance(node, ast.Path):
        return 0
    return max(below) if isinstance(node, (ast.Arg, ast.When)) else max(below) + 1
