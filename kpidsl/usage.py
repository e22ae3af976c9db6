"""Who uses what. Comes in: a compiled project and a name, or a column. Goes out: the declarations that name it, by kind. For
`kpi explain`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.compile import Compiled, resolve_query
from kpidsl.diagnostic import KpiError
from kpidsl.lineage import direct, reads, segment_rows
from kpidsl.model.model import DimensionModel, MetricExpr, Model, Ref, SourceModel, parts
from kpidsl.model.names import Entry, kind_of
from kpidsl.record import names_of
from kpidsl.syntax import ast

# ---------------------------------------------------------------- a name


_BOARDS = ("report", "goal", "kpi", "funnel", "alert", "scorecard", "dashboard")
_USERS: dict[str, tuple[str, ...]] = {
    "metric": _BOARDS,
    "source": ("source", "dimension", "segment", "funnel", "cohort"),
    "dimension": ("metric", *_BOARDS),
    "segment": ("metric", "segment", *_BOARDS),
    "param": ("source", "segment", "metric", *_BOARDS),
    "report": ("dashboard",),
}
"""Which kinds of declarations can name what; elsewhere the same word is a column."""


def used_by(compiled: Compiled, kind: str, name: str) -> dict[str, list[str]]:
    """The declarations of the project that name it, by kind."""
    found: dict[str, list[str]] = {}
    if kind == "metric":
        found["metric"] = [key for key, metric in compiled.model.metrics.items() if metric.decl is not None and name in _refs(metric.expr)]
    for decl in compiled.scope.declarations:
        other = kind_of(decl)
        title = decl.metric.text if isinstance(decl, ast.Kpi) else getattr(getattr(decl, "name", None), "text", "")
        if other in _USERS.get(kind, ()) and (title, other) != (name, kind) and _names(decl, name, kind):
            of = f" for {decl.goal.text}" if isinstance(decl, ast.Kpi) and decl.goal else ""
            found.setdefault(other, []).append(title + of)
    return {other: names for other, names in found.items() if names}


def _refs(expr: MetricExpr) -> set[str]:
    """The metrics that stand in a formula by name; what a module needs counts as the metric that is supplied."""
    if isinstance(expr, Ref):
        inner = _refs(expr.value) if "." in expr.name else set()
        return {expr.name} | inner
    return {name for part in parts(expr) for name in _refs(part)}


def _names(node: object, name: str, kind: str) -> bool:
    match node:
        case ast.Path():
            return node.parts[0].text == name if kind == "source" else node.text == name
        case ast.Join():
            return kind == "source" and node.target.text == name
        case ast.FromGrain():
            return kind == "source" and node.source.text == name
        case ast.FromUnion():
            return kind == "source" and any(member.text == name for member in node.sources)
        case ast.NamedTile():
            return node.kind == kind and node.name is not None and node.name.text == name
        case ast.FromTable():
            return False
        case tuple():
            return any(_names(item, name, kind) for item in node)
        case ast.Node():
            return any(_names(getattr(node, part), name, kind) for part in names_of(node) if part != "span")
    return False


# ---------------------------------------------------------------- a column


def users_of_column(compiled: Compiled, source: str, name: str) -> dict[str, list[str]]:
    """The declarations that use a column, by kind: columns and joins that are made with it, dimensions, segments, reports that are split by
    it; and all metrics that depend on it."""
    model = compiled.model
    wanted = (source, name)
    scope = compiled.scope
    found = {
        "column": [".".join(other) for other in _columns(model) if other != wanted and wanted in _made_with(model, *other)],
        "join": [f"{s.name}.{role}" for s in model.sources.values() for role, on in _keys(s) if wanted in on],
        "dimension": [key for key, dim in model.dimensions.items() if wanted in _of_dimension(model, dim)],
        "segment": [entry.name for entry in scope.of("segment") if wanted in _of_segment(compiled, entry)],
        "metric": sorted(key for key, metric in model.metrics.items() if not metric.module and wanted in reads(model, metric)),
        "report": [d.name.text for d in scope.declarations if isinstance(d, ast.Report) and wanted in _of_query(compiled, d.query)],
    }
    return {kind: names for kind, names in found.items() if names}


def _columns(model: Model) -> Iterator[tuple[str, str]]:
    yield from ((source.name, column) for source in model.sources.values() for column in source.columns)


def _made_with(model: Model, source: str, name: str) -> Iterator[tuple[str, str]]:
    """The columns that stand in a computed column, or behind one of a union."""
    owner = model.sources[source]
    column = owner.columns[name]
    if column.expr is not None:
        yield from direct(model, model.sources[owner.base] if owner.base is not None and name in owner.by else owner, column.expr)
    elif column.physical is not None:
        yield from ((member, column.physical) for member in owner.members)


def _keys(source: SourceModel) -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """Each role with the columns that it is joined on, of both sides."""
    for role, join in source.joins.items():
        if not join.hidden:
            mine = {left for left, _ in join.on} | {join.moment}
            theirs = {right for _, right in join.on} | {join.starts, join.ends, join.order}
            yield role, {(source.name, name) for name in mine if name} | {(join.target, name) for name in theirs if name}


def _of_dimension(model: Model, dimension: DimensionModel) -> set[tuple[str, str]]:
    return {column for root, expr in dimension.alternatives for column in direct(model, model.sources[root], expr)}


def _of_segment(compiled: Compiled, entry: Entry) -> set[tuple[str, str]]:
    found = segment_rows(compiled, entry).items()
    return {column for root, expr in found for column in direct(compiled.model, compiled.model.sources[root], expr)}


def _of_query(compiled: Compiled, node: ast.Query) -> set[tuple[str, str]]:
    """The columns that a query is split by."""
    try:
        query = resolve_query(compiled, node)
    except KpiError:  # a query that does not compile is told by `kpi check`
        return set()
    model = compiled.model
    return {column for (fact, _), expr in query.bindings.items() for column in direct(model, model.sources[fact[0]], expr)}
