"""`values channel, country`: the distinct values of dimensions. Comes in: the query. Goes out: a `QueryModel` over the rows of every source
that a conformed dimension stands for, or of the one source whose rows reach everything that is asked."""

from __future__ import annotations

from kpidsl.diagnostic import KpiError, fail
from kpidsl.model.currencies import Currencies
from kpidsl.model.dims import PARTS
from kpidsl.model.expr import INT, Agg, Expr, conjuncts
from kpidsl.model.functions import GRAINS
from kpidsl.model.model import Aggregate, Dim, Fact, QueryMetric, QueryModel, SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.privacy import refuse_pii
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.syntax import ast


def values_query(resolver: Questions, scope: Scope, node: ast.Query, comment: str) -> QueryModel:
    """The query's meaning; raises KpiError."""
    roots = _roots(resolver, scope, node)
    dims = tuple(resolver.dim(by, scope, [roots[0].name]) for by in node.by)
    bindings: dict[tuple[Fact, int], Expr] = {}
    hidden: list[QueryMetric] = []
    for root in roots:
        for position, (dim, by) in enumerate(zip(dims, node.by, strict=True)):
            expr = resolver.bind(dim, root, by.span)
            refuse_pii(resolver, root, expr, by.span)
            bindings[((root.name, None), position)] = expr
        condition = None
        if node.where is not None:
            condition = RowResolver(resolver, RowContext(root, scope, "names", what="a filter")).condition(node.where, "`where`")
        leaf = Aggregate(root.name, Agg("count_rows", (), INT), INT, "rows", node.span, filters=tuple(conjuncts(condition)))
        hidden.append(QueryMetric(f"rows of {root.name}", "", leaf, INT))
    Currencies(resolver, node, dims, bindings).check(hidden, (), None)
    return QueryModel((), _named(dims, node), bindings, tuple(hidden), values=True, comment=comment)


def _named(dims: tuple[Dim, ...], node: ast.Query) -> tuple[Dim, ...]:
    from kpidsl.record import replace

    names = [d.name.casefold() for d in dims]
    return tuple(replace(d, name=by.span.text) if names.count(d.name.casefold()) > 1 else d for d, by in zip(dims, node.by, strict=True))


def _roots(resolver: Questions, scope: Scope, node: ast.Query) -> list[SourceModel]:
    """The sources whose rows hold the values: those that a conformed dimension names, else the one that reaches all that is asked."""
    named = [e for by in node.by if isinstance(by, ast.Path) and len(by.parts) == 1 and (e := scope.find("dimension", by.text)) is not None]
    stands_for = dict.fromkeys(source for entry in named for source, _ in resolver.dimension(entry).alternatives)
    able = [resolver.sources[name] for name in stands_for if _has_all(resolver, scope, node, resolver.sources[name])]
    return able or [_only_root(resolver, scope, node)]


def _has_all(resolver: Questions, scope: Scope, node: ast.Query, root: SourceModel) -> bool:
    try:
        for by in node.by:
            resolver.bind(resolver.dim(by, scope, [root.name]), root, by.span)
    except KpiError:
        return False
    return True


def _only_root(resolver: Questions, scope: Scope, node: ast.Query) -> SourceModel:
    wanted = [_holders(resolver, scope, by) for by in node.by]
    between = resolver.routes.between
    near = [s for s in resolver.sources.values() if all(any(len(between(s.name, h)) == 1 for h in group) for group in wanted)]
    holding = [s for s in near if all(s.name in group for group in wanted)]
    candidates = holding or near
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        fail("KPI020", "no source has all of these", node.span, help="ask for them one by one")
    text = node.by[0].span.text
    listed = ", ".join(f"`{c.name}`" for c in candidates)
    fail(
        "KPI033",
        f"several sources have {'this' if len(node.by) == 1 else 'all of these'}: {listed}",
        node.by[0].span,
        help=f"write it with its source: {candidates[0].name}.{text}, or declare a dimension over all of them",
    )


def _holders(resolver: Questions, scope: Scope, item: ast.Expr) -> set[str]:
    """The sources that a name may belong to."""
    if isinstance(item, ast.Path) and item.text in (*GRAINS, *PARTS):
        fail(
            "KPI039",
            f"`{item.text}` is a period, of which every time has its own",
            item.span,
            help=f"say of which time: {item.text}(orders.ordered_at)",
        )
    if isinstance(item, ast.Path) and len(item.parts) > 1 and scope.find("source", item.parts[0].text) is None:
        resolver.no_source(item, scope)
    if not (isinstance(item, ast.Path) and len(item.parts) == 1):
        return {h.name for h in resolver.grain.heads(item, scope)}
    entry = scope.find("dimension", item.text)
    if entry is not None:
        return {source for source, _ in resolver.dimension(entry).alternatives}
    holders = {s.name for s in resolver.sources.values() if item.text in s.columns}
    if not holders:
        first = next(iter(resolver.sources.values()), None)
        if first is None:
            fail("KPI039", f"there is no dimension or column `{item.text}`", item.span, help="declare a source first")
        resolver.find_column(first, item.text, item.span, scope)
    return holders
