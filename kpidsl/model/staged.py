"""`funnel purchase by device`: a query whose rows are the stages of a funnel. Comes in: its syntax. Goes out: the counts and
times of every stage as metrics, and how they are laid out, one row per group and stage."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model.derived import Staged, StageRow
from kpidsl.model.funnels import Results
from kpidsl.model.model import Dim, FunnelModel, MetricExpr, QueryMetric
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.words import Words
from kpidsl.record import dataclass
from kpidsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query for a funnel asks of its rows: `counts` may be compared with an earlier period, what stands `beside` is not."""

    counts: list[QueryMetric]
    beside: list[QueryMetric]
    laid_out: Staged


def asked_stages(resolver: Questions, scope: Scope, node: ast.Query) -> Asked:
    """The metrics behind `funnel purchase …` and how they are laid out; raises KpiError."""
    assert node.subject is not None
    Words(resolver, scope).named("funnel", node.subject.name)
    funnel = resolver.funnel(scope.entries["funnel", node.subject.name.text])
    _check_clauses(funnel, node)
    span = node.subject.span
    results = Results(resolver, funnel)
    counts = [_metric(f"entities_{n}", results.entities(s, span), s.label) for n, s in enumerate(funnel.stages, 1)]
    beside: list[QueryMetric] = []
    if funnel.starts is not None:
        for number, stage in list(enumerate(funnel.stages, 1))[1:]:
            beside += [_metric(f"{word}_{number}", results.of_stage(stage, word, span)) for word in ("median_time", "p90_time")]
        if funnel.starts.within is not None:
            beside.append(_metric("immature", results.immature(span)))
    return Asked(counts, beside, _laid_out(funnel, node))


def _metric(name: str, value: MetricExpr, label: str = "") -> QueryMetric:
    return QueryMetric(name, label, value, value.type)


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
            metrics = f"{funnel.name}.{funnel.stages[0].name}, {funnel.name}.rate"
            fail(
                "KPI121",
                f"the rows of a funnel are its stages, in their order: `{word}` has nothing to do there",
                node.subject.span,
                help=f"leave `{word}` out, or ask for what the funnel says as metrics: {as_metrics(node, metrics, 'month')}",
            )


def as_metrics(node: ast.Query, metrics: str, otherwise: str) -> str:
    """The same question asked of metrics, which take all clauses; grouped by `otherwise` where it is by nothing."""
    parts = [metrics, "by " + (", ".join(each.span.text for each in node.by) or otherwise)]
    parts += [f"during {node.during.span.text}"] if node.during is not None else []
    parts += [f"last {node.last.span.text}"] if node.last is not None else []
    parts += [node.compare.span.text] if node.compare is not None else []
    parts += ["order by " + metrics.split(",")[0]] if node.order else []
    parts += [f"top {node.top.count}"] if node.top is not None else []
    return " ".join([*parts, *(["with totals"] if node.totals else [])])


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


def check_apart(laid_out: Staged, dims: tuple[Dim, ...], node: ast.Query) -> None:
    """KPI121 for a group-by that is called like one of the funnel's own columns."""
    for dim, by in zip(dims, node.by, strict=True):
        if dim.name.casefold() in laid_out.words:
            fail(
                "KPI121",
                f"a group-by and a column of the funnel are both called `{dim.name}`",
                by.span,
                notes=("nobody could tell the two columns apart",),
                help=f"declare the group-by under another name: dimension by_{dim.name} = …",
            )
