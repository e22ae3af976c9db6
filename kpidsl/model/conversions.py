"""Conversion from one kind of row to another (S23). Comes in: a call such as `conversion(trials, subscriptions, by: user_id)` and what
its arguments count. Goes out: a metric over a source whose rows are the opportunities, with what is credited to each; periods, group-bys
and filters are so those of the opportunity."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model import units
from kpidsl.model.aggregates import noun
from kpidsl.model.derived import Acts, Credits, Events, Happenings
from kpidsl.model.disjoint import disjoint
from kpidsl.model.expr import BOOL, INT, Agg, Field, Fn, Lit, Type, all_of
from kpidsl.model.model import Aggregate, Column, Formula, MetricExpr, Ref, SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rules import describe
from kpidsl.record import replace
from kpidsl.span import Span
from kpidsl.syntax import ast

RATIO = Type("number", units.RATIO)
SMALL = ("hour", "minute", "second")


def conversion(resolver: Questions, scope: Scope, node: ast.Call, values: tuple[MetricExpr, ...]) -> MetricExpr:
    """The share of opportunities with a conversion credited to them, or `conversions`: how many are credited. Raises KpiError."""
    name = node.name.text
    spans = [a.value.span for a in node.args if a.name is None]
    by = next(a.value for a in node.args if a.name is not None and a.name.text == "by")
    leaves = [rows_counted(value, span, f"`{name}`") for value, span in zip(values, spans, strict=True)]
    acts = [acts_of(resolver, scope, leaf, by, span) for leaf, span in zip(leaves, spans, strict=True)]
    check_alike(resolver, acts[0], acts[1], by, spans[1])
    credits = _source(resolver, leaves[0], acts, _within(node, acts), spans[0])
    made = credits.events
    assert isinstance(made, Credits)
    first = leaves[0]
    if name == "conversions":
        kind = Type("int", leaves[1].type.unit)
        total = Agg("sum", (Field((), made.credited, INT),), kind)
        return Aggregate(credits.name, total, kind, "conversions", node.span, time=first.time, fill=first.fill)
    every = Aggregate(credits.name, Agg("count_rows", (), first.type), first.type, "opportunities", node.span, time=first.time)
    came = Fn("eq", (Field((), made.converted, INT), Lit(1, INT)), BOOL)
    return Formula("div", (replace(every, name="converted", filters=(came,)), every), RATIO)


def rows_counted(value: MetricExpr, span: Span, what: str) -> Aggregate:
    """The count of rows that an argument is; raises KPI107 for what counts no rows of one source."""
    while isinstance(value, Ref):
        value = value.value
    if isinstance(value, Aggregate) and value.pick is None and value.alive is None and not value.frame:
        if value.agg.func == "count_rows" and value.agg.where is None:
            return value
        if value.agg.func == "count" and value.agg.where is None:
            return replace(value, filters=(*value.filters, Fn("is_not_null", value.agg.args, BOOL)))
    fail(
        "KPI107",
        f"`{span.text}` is no count of rows, and {what} follows rows",
        span,
        notes=("each row tells who did something, and when; a total, a ratio or a number of people tells neither",),
        help="name a source, some of its rows (orders where paid), or a metric that counts them: metric paid = count(orders) where …",
    )


def acts_of(resolver: Questions, scope: Scope, leaf: Aggregate, by: ast.Expr, span: Span) -> Acts:
    """What somebody did: the rows of a count, with the entity of `by` and the time by which they are counted."""
    source = resolver.sources[leaf.source]
    dim = resolver.dim(by, scope, [source.name])
    if dim.kind in ("grain", "part"):
        fail(
            "KPI107",
            f"`{by.span.text}` is a period, and tells not who it was",
            by.span,
            help="name the column that tells who it was: by: customer_id",
        )
    entity = resolver.bind(dim, source, by.span)
    if leaf.time is not None:
        return Acts(source.name, entity, leaf.time, leaf.filters)
    if source.time is None:
        if resolver.is_broken("time", source.name):
            raise resolver.silent()
        fail(
            "KPI122",
            f"`{source.name}` has no time, so nobody knows what came first",
            span,
            labels=(Label(source.span, "declared without `time`"),),
            help=f"add `time COLUMN` to `{source.name}`",
        )
    return Acts(source.name, entity, Field((), source.time, source.columns[source.time].type), leaf.filters)


def check_alike(resolver: Questions, one: Acts, other: Acts, by: ast.Expr, span: Span) -> None:
    """KPI107 where the entity is another kind of thing on each side."""
    mine, theirs = one.entity.type, other.entity.type
    if (mine.kind, mine.unit) != (theirs.kind, theirs.unit):
        spans = [resolver.sources[acts.source].span for acts in (other, one)]
        fail(
            "KPI107",
            f"`{by.span.text}` is {describe(theirs)} in `{other.source}`, {describe(mine)} in `{one.source}`",
            span,
            labels=tuple(Label(at, describe(kind)) for at, kind in zip(spans, (theirs, mine), strict=True)),
            notes=("nobody would be found again: the same person has two kinds of names",),
            help=f"give both one type, with a computed column `{by.span.text}` if need be",
        )


def _within(node: ast.Call, acts: list[Acts]) -> tuple[int, str] | None:
    length = next((a.value for a in node.args if a.name is not None and a.name.text == "within"), None)
    if length is None:
        return None
    assert isinstance(length, ast.Duration)
    if length.unit in SMALL and any(each.time.type.kind == "date" for each in acts):
        fail(
            "KPI108",
            f"`within: {length.span.text}` counts less than days, and these sources know days only",
            length.span,
            help="write it in days: within: 1 day",
        )
    return length.amount, length.unit


def _source(resolver: Questions, leaf: Aggregate, acts: list[Acts], within: tuple[int, str] | None, span: Span) -> SourceModel:
    """The source of the opportunities: rows of theirs, with what is credited to each."""
    base = resolver.sources[leaf.source]
    taken = set(base.columns)
    credits = Credits(
        opportunities=acts[0],
        conversions=acts[1],
        within=within,
        strictly=acts[0].source == acts[1].source and not _apart(acts[0], acts[1]),
        by_day=len({each.time.type.kind for each in acts}) > 1,
        converted=unused("is_converted", taken),
        credited=unused("credited", taken),
    )
    made = [Column(name, INT, span, name) for name in (credits.converted, credits.credited)]
    wanted = "conversion " + "_to_".join(noun_of(each.source) for each in acts)
    return derived(resolver, base, wanted, credits, made, span)


def _apart(one: Acts, other: Acts) -> bool:
    """Whether no row is both."""
    nobody = Field((), "", INT)
    first, then = (Events(each.source, nobody, nobody, all_of(list(each.conditions))) for each in (one, other))
    return disjoint(first, then)


def noun_of(source: str) -> str:
    """What rows of a source are called within the name of a relation: std.shop.orders → orders."""
    return source.rpartition(".")[2].replace(" ", "_")


def derived(
    resolver: Questions, base: SourceModel, wanted: str, events: Happenings, columns: list[Column], span: Span, time: str | None = None
) -> SourceModel:
    """The source whose rows are those of `base` with more columns; the same for all that ask for the same."""
    known = resolver.sources.derived
    for source in known.values():
        if source.events == events and source.rows_of == base.name:
            return source
    name, number = wanted, 2
    while name in known:
        name, number = f"{wanted}_{number}", number + 1
    made = SourceModel(
        name=name,
        label=noun(base.name),
        origin=base.origin,
        span=span,
        key=base.key,
        time=time or base.time,
        columns={**base.columns, **{column.name: column for column in columns}},
        joins=base.joins,
        aggregates=base.aggregates,
        rows_of=base.name,
        events=events,
    )
    known[name] = made
    return made


def unused(wanted: str, taken: set[str]) -> str:
    """A column name that is not taken yet, and is then."""
    name, number = wanted, 2
    while name.casefold() in {other.casefold() for other in taken}:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name)
    return name
