"""Filters on metrics. Comes in: a tree over aggregates and a condition. Goes out: the tree with the condition on the rows of every
aggregate, read in the names of that aggregate's own source; what a share is of keeps its filters out of its whole."""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.diagnostic import fail
from kpidsl.model.expr import conjuncts, fields
from kpidsl.model.grain import paths
from kpidsl.model.model import Aggregate, MetricExpr, Share, aggregates, rebuilt
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.record import replace
from kpidsl.syntax import ast


def filtered(resolver: Questions, scope: Scope, expr: MetricExpr, node: ast.Expr) -> MetricExpr:
    """The expression with a condition on the rows of every aggregate; what a share is of keeps its filters out of its whole."""
    match expr:
        case Aggregate():
            return _filter_leaf(resolver, scope, expr, node)
        case Share():
            outside = [part for part in _and_parts(node) if not _about(resolver, scope, part, expr)]
            whole = expr.whole
            for part in outside:
                whole = filtered(resolver, scope, whole, part)
            return replace(expr, part=filtered(resolver, scope, expr.part, node), whole=whole)
        case _:
            return rebuilt(expr, lambda part: filtered(resolver, scope, part, node))


def check_conformed(resolver: Questions, scope: Scope, node: ast.Expr, facts: list[str]) -> None:
    """A bare column name in a filter means one and the same column for every metric that it filters."""
    for path, _ in paths(node, False):
        if len(path.parts) == 1 and all(scope.find(kind, path.text) is None for kind in ("segment", "dimension", "param")):
            resolver.dim(path, scope, facts)


def _filter_leaf(resolver: Questions, scope: Scope, leaf: Aggregate, node: ast.Expr) -> Aggregate:
    source = resolver.sources[leaf.source]
    context = RowContext(source, scope, "names", what="a filter")
    found = RowResolver(resolver, context).condition(node, "`where`")
    return replace(leaf, filters=(*leaf.filters, *conjuncts(found)))


def _about(resolver: Questions, scope: Scope, node: ast.Expr, share: Share) -> bool:
    """Whether a condition is on what the share is of; a mixture cannot be taken apart."""
    about = other = False
    for leaf in aggregates(share.whole):
        source = resolver.sources[leaf.source]
        found = resolver.grain.spelled_out(source, RowResolver(resolver, RowContext(source, scope, "names")).condition(node, "`where`"))
        own = {(f.path, f.name) for d in share.of for f in fields(resolver.grain.spelled_out(source, resolver.bind(d, source, d.span)))}
        for field in fields(found):
            if (field.path, field.name) in own:
                about = True
            else:
                other = True
    if about and other:
        of = ", ".join(d.name for d in share.of)
        fail(
            "KPI064",
            f"this condition mixes `{of}` with something else, so the share's whole cannot be told",
            node.span,
            help="write two conditions joined by `and`",
        )
    return about


def _and_parts(node: ast.Expr) -> list[ast.Expr]:
    if isinstance(node, ast.Binary) and node.op == "and":
        return _and_parts(node.left) + _and_parts(node.right)
    return [node]


def map_leaves(expr: MetricExpr, change: Callable[[Aggregate], Aggregate]) -> MetricExpr:
    """The tree with every aggregate replaced."""
    return change(expr) if isinstance(expr, Aggregate) else rebuilt(expr, lambda part: map_leaves(part, change))
