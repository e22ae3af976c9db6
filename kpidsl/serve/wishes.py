"""What a reader asks of a board, as their address bar has it. Comes in: the words of a request. Goes out: a `View`, or a `WishError` that
says what is wrong with them. A period goes through the language's own grammar; the values of a filter stay values, which no grammar reads.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence

from kpidsl.compile import Compiled, resolve_query
from kpidsl.dashboard.labels import Labeller, Labels
from kpidsl.diagnostic import KpiError
from kpidsl.model.dashboards import DashboardResolver, QueryTile, Tile
from kpidsl.model.timing import asked_range
from kpidsl.model.views import Only, View
from kpidsl.record import dataclass, replace
from kpidsl.span import Source, Span
from kpidsl.syntax import ast
from kpidsl.syntax.parse import parse_query

KINDS = ("text", "int", "bool", "date")
"""Types of what rows can be filtered by."""
COMPARISONS: dict[str, ast.Compare | None] = {
    word: None if word == "none" else ast.Compare(Span(Source("<page>", f"compare previous {word}"), 0, 17 + len(word)), word)
    for word in ("none", "period", "year")
}
MOST_VALUES, LONGEST = 200, 2000
Param = tuple[str, str]


class WishError(Exception):
    """A wish that nobody can follow, in plain words."""


@dataclass(frozen=True, slots=True)
class Field:
    """What rows can be filtered by: a dimension, or a group-by of a tile as it is written. `offered`: at least one tile follows it, and it
    has a name of its own, so that it stands above the board."""

    name: str
    label: Labels
    node: ast.Expr
    kind: str
    offered: bool = False

    def values(self) -> ast.Query:
        """The query for its distinct values."""
        return ast.Query(self.node.span, (), by=(self.node,), values=True)


# ---------------------------------------------------------------- what can be filtered


def fields_of(compiled: Compiled, decl: ast.Dashboard, labels: Labeller) -> dict[str, Field]:
    """What the rows of a board can be filtered by, by name: the project's dimensions first, then what its tiles are grouped by."""
    found: dict[str, Field] = {}
    for name in compiled.scope.names("dimension"):
        field = _field(compiled, name, _path(name), labels)
        if field is not None:
            found[name] = replace(field, offered=_is_followed(compiled, decl, field))
    for _, by in groupings(compiled, decl):
        for node in by:
            name = written(node)
            field = None if name in found else _field(compiled, name, node, labels)
            if field is not None:
                found[name] = field
    return found


def groupings(compiled: Compiled, decl: ast.Dashboard) -> Iterator[tuple[ast.Node, tuple[ast.Expr, ...]]]:
    """The lines of a board that show queries, with their group-bys."""
    for item in decl.items:
        match item:
            case ast.ShowTile(query=query):
                yield item, query.by
            case ast.NamedTile(kind="report", name=name) if name is not None:
                entry = compiled.scope.find("report", name.text)
                if entry is not None and isinstance(entry.decl, ast.Report):
                    yield item, entry.decl.query.by
            case ast.NamedTile(by=by) if by:
                yield item, by


def marks(compiled: Compiled, decl: ast.Dashboard, tiles: Sequence[Tile], fields: Mapping[str, Field]) -> list[dict[str, str]]:
    """For each tile, which of its columns hold values that rows can be filtered by: column to field."""
    by_place = {(item.span.source.path, item.span.start): by for item, by in groupings(compiled, decl)}
    found: list[dict[str, str]] = []
    for tile in tiles:
        by = by_place.get((tile.span.source.path, tile.span.start), ())
        dims = tile.meaning.query.dims if isinstance(tile.meaning, QueryTile) else ()
        named = zip(by, dims, strict=False)
        found.append({dim.name: written(node) for node, dim in named if dim.kind in ("dimension", "path") and written(node) in fields})
    return found


def written(node: ast.Expr) -> str:
    """A group-by by its name, else as it is written."""
    return node.text if isinstance(node, ast.Path) else " ".join(node.span.text.split())


def _path(name: str) -> ast.Path:
    span = Span(Source("<page>", name), 0, len(name))
    return ast.Path(span, (ast.Ident(span, name),))


def _field(compiled: Compiled, name: str, node: ast.Expr, labels: Labeller) -> Field | None:
    """None for what is no column of any rows, or may not be shown."""
    field = Field(name, {}, node, "")
    try:
        (dim,) = resolve_query(compiled, field.values()).dims
    except KpiError:
        return None
    if dim.kind not in ("dimension", "path") or dim.type.kind not in KINDS:
        return None
    return replace(field, label=labels.dim(dim), kind=dim.type.kind)


def _is_followed(compiled: Compiled, decl: ast.Dashboard, field: Field) -> bool:
    """Whether a tile can be filtered by it."""
    known = ast.IsNull(field.node.span, field.node, True)
    view = View(only=(Only(field.name, known),))
    tiles = DashboardResolver(compiled.resolver, compiled.scope, view=view).resolve(decl).tiles
    return any(tile.meaning is not None and not tile.left for tile in tiles)


# ---------------------------------------------------------------- what is asked


def view_of(compiled: Compiled, fields: Mapping[str, Field], said: Sequence[Param]) -> View:
    """The view that the words of an address ask for: `period`, `compare`, and `only` for each filter, as `["channel", ["email", null]]`."""
    view = View()
    for key, value in said:
        match key:
            case "period" if value:
                view = replace(view, period=_period(compiled, value))
            case "compare" if value:
                if value not in COMPARISONS:
                    raise WishError(f"nothing is compared with “{_short(value)}”: it is none, period or year")
                view = replace(view, compares=True, compare=COMPARISONS[value])
            case "only":
                name, values = _picked(value)
                if name not in fields:
                    raise WishError(f"this board cannot be filtered by “{_short(name)}”")
                if name in view.wishes:
                    raise WishError(f"there are two filters on “{_short(name)}”")
                view = replace(view, only=(*view.only, Only(name, condition(fields[name], values))))
    return view


def _period(compiled: Compiled, text: str) -> ast.PeriodItem:
    """`last 3 months`, `2026-Q1`, `2026-01-01..2026-03-31`: what may stand behind `period` in a board."""
    if len(text) > 100:
        raise WishError("a period has no more than 100 letters")
    words = text if text.split()[:1] == ["last"] else f"during {text}"
    node, wrong = parse_query(Source("<page>", f"wish {words}"))
    if wrong or node is None:
        raise WishError(f"“{_short(text)}” is no period: {wrong[0].message if wrong else 'it says nothing'}")
    span = Span(Source("<page>", f"period {text}"), 0, len(text) + 7)
    item = ast.PeriodItem(span, last=node.last, during=node.during)
    bare = ast.Query(node.span, node.metrics, last=node.last, during=node.during)
    if (item.last is None and item.during is None) or bare != node or len(node.metrics) != 1 or written(node.metrics[0]) != "wish":
        raise WishError(f"“{_short(text)}” is no period: write last 3 months, 2026-Q1 or 2026-01-01..2026-03-31")
    try:
        asked_range(compiled.resolver, bare)
    except KpiError as error:
        raise WishError(f"“{_short(text)}” is no period: {error.diagnostics[0].message}") from None
    return item


def _picked(text: str) -> tuple[str, list[object]]:
    """The name and the values of a filter."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    match found:
        case [str() as name, [_, *_] as values] if len(values) <= MOST_VALUES:
            return name, values
        case _:
            raise WishError(f"a filter is a name and at most {MOST_VALUES} values")


def condition(field: Field, values: Sequence[object]) -> ast.Expr:
    """Rows whose field is one of the values; null is one, too."""
    span = field.node.span
    known = [ast.Bound(span, _checked(field, value), field.kind) for value in dict.fromkeys(map(_plain, values)) if value is not None]
    parts: list[ast.Expr] = []
    if len(known) == 1:
        parts.append(ast.Binary(span, "=", field.node, known[0]))
    elif known:
        parts.append(ast.InList(span, field.node, tuple(known)))
    if None in values:
        parts.append(ast.IsNull(span, field.node))
    return parts[0] if len(parts) == 1 else ast.Binary(span, "or", parts[0], parts[1])


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | bool):
        return value
    raise WishError("the value of a filter is a text, a whole number, true, false or null")


def _read(kind: str, value: object) -> str | int | bool | dt.date | None:
    """The value as one of the type; None for what is none."""
    match kind, value:
        case "text", str():
            return value
        case "bool", bool():
            return value
        case "int", int() if not isinstance(value, bool) and abs(value) < 2**63:
            return value
        case "date", str():
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                return None
        case _:
            return None


def _checked(field: Field, value: object) -> str | int | bool | dt.date:
    """The value as one of the field's type."""
    found = _read(field.kind, value)
    if found is None or (isinstance(found, str) and len(found) > LONGEST):
        raise WishError(f"“{_short(str(value))}” is no value of “{_short(field.name)}”")
    if isinstance(found, str) and ("\0" in found or any("\ud800" <= char <= "\udfff" for char in found)):
        raise WishError("a text with a broken character in it is no value that a database can hold")
    return found


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
