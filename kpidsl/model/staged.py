"""`funnel purchase by device`: a query whose rows are the stages of a funnel. Comes in: its syntax. Goes out: a `QueryModel` with the
counts and times of every stage as metrics, and how they are laid out, one row per group and stage."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model.funnels import FunnelModel, Results
from kpidsl.model.model import QueryMetric, QueryModel, Staged, StageRow
from kpidsl.model.query import QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.words import Words
from kpidsl.record import replace
from kpidsl.syntax import ast


def staged_query(resolver: Questions, queries: QueryResolver, node: ast.Query, comment: str) -> QueryModel:
    """The query's meaning; raises KpiError."""
    assert node.subject is not None
    scope = queries.scope
    Words(resolver, scope).named("funnel", node.subject.name)
    funnel = resolver.funnel(scope.entries["funnel", node.subject.name.text])
    _check_clauses(funnel, node)
    span = node.subject.span
    results = Results(resolver, funnel)
    counts = [QueryMetric(f"entities_{n}", s.label, made := results.entities(s, span), made.type) for n, s in enumerate(funnel.stages, 1)]
    beside: list[QueryMetric] = []
    if funnel.starts is not None:
        for number, stage in list(enumerate(funnel.stages, 1))[1:]:
            for word in ("median_time", "p90_time"):
                value = results.of_stage(stage, word, span)
                beside.append(QueryMetric(f"{word}_{number}", "", value, value.type))
        if funnel.starts.within is not None:
            immature = results.immature(span)
            beside.append(QueryMetric("immature", "", immature, immature.type))
    query = queries.of(counts, node, comment, beside=beside)
    kept = tuple(m for m in query.metrics if not m.name.endswith("_growth"))
    laid_out = _laid_out(funnel, node)
    _apart(laid_out, query, node)
    return replace(query, metrics=kept, staged=laid_out)


def _check_clauses(funnel: FunnelModel, node: ast.Query) -> None:
    assert node.subject is not None
    if not funnel.in_stages:
        fail(
            "KPI101",
            f"`{funnel.name}` is in any order, so it has no stages to show one after the other",
            node.subject.name.span,
            labels=(Label(funnel.span, "declared with `order any`"),),
            notes=("without an order nobody has come to one stage before another: only who did all of it can be told",),
            help=f"ask for {funnel.name}.entities, {funnel.name}.completed, {funnel.name}.rate",
        )
    said = [("order by", bool(node.order)), ("top", node.top is not None), ("with totals", node.totals)]
    for word, is_said in said:
        if is_said:
            fail(
                "KPI121",
                f"the rows of a funnel are its stages, in their order: `{word}` has nothing to do there",
                node.subject.span,
                help=f"leave `{word}` out, or ask for what the funnel says as metrics: {funnel.name}.rate by … {word} …",
            )


def _laid_out(funnel: FunnelModel, node: ast.Query) -> Staged:
    numbers = {stage.name: number for number, stage in enumerate(funnel.stages, 1)}
    rows: list[StageRow] = []
    for stage in funnel.stages:
        before = 0
        for other in funnel.stages[: numbers[stage.name] - 1]:
            before = before if other.optional else numbers[other.name]
        rows.append(StageRow(stage.name, stage.label, before, stage.optional))
    then = "" if node.compare is None else f"previous_{node.compare.span_name}"
    within = funnel.starts is not None and funnel.starts.within is not None
    return Staged(tuple(rows), funnel.name, funnel.starts is not None, within, then)


def _apart(laid_out: Staged, query: QueryModel, node: ast.Query) -> None:
    for dim, by in zip(query.dims, node.by, strict=True):
        if dim.name.casefold() in laid_out.words:
            fail(
                "KPI121",
                f"a group-by and a column of the funnel are both called `{dim.name}`",
                by.span,
                notes=("nobody could tell the two columns apart",),
                help=f"declare the group-by under another name: dimension by_{dim.name} = …",
            )
