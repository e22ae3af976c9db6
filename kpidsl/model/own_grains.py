"""Periods of the calendar's own: `grain retail_week from retail_days.week_start`. Comes in: the period's name. Goes out: a `Dim`, and for
rows of a source the column in which its day's row of the calendar says the period; or an error that says how rows find that row."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model.expr import Expr, Field, Fn, fields
from kpidsl.model.known import Known
from kpidsl.model.model import Dim, JoinModel, QueryMetric, SourceModel, aggregates, daily_averages
from kpidsl.span import Span
from kpidsl.syntax import ast

OWN = "own"


def bound(resolver: Known, dim: Dim, root: SourceModel, span: Span, time: Expr | None) -> Field:
    """The period of rows of `root`, by the time at which they count; raises KpiError."""
    days = resolver.sources[dim.source]
    if time is None and root.time is not None:
        time = Field((), root.time, root.columns[root.time].type)
    if time is None:
        fail(
            "KPI122",
            f"`{root.name}` has no time to split by {dim.name}",
            span,
            labels=(Label(root.span, "declared without `time`"),),
            help=f"add `time COLUMN` to `{root.name}`",
        )
    if root.name == days.name and isinstance(time, Field) and (time.name,) == days.key:
        return Field((), dim.column, dim.type)
    for role, join in root.joins.items():
        if join.target == days.name and _by_its_day(root, join, days, time):
            return Field((role,), dim.column, dim.type.over((role,)))
    moment = fields(time)[0]
    name = ".".join((*moment.path, moment.name))
    day = name if moment.type.kind == "date" else f"day_of_{moment.name}"
    computed = "" if day == name else f"{day}: date = date({name})` and `"
    on = day if day == days.key[0] else f"{day} = {days.key[0]}"
    fail(
        "KPI122",
        f"rows of `{root.name}` do not find their day in `{days.name}`, so nobody knows their {dim.name}",
        span,
        labels=(Label(days.span, f"says which {dim.name} each day is in"), Label(root.span, "joins no row of it by its time")),
        help=f"write in `{root.name}`: `{computed}join one {days.name}: {days.name} on {on}`",
    )


def _by_its_day(root: SourceModel, join: JoinModel, days: SourceModel, time: Expr) -> bool:
    """Whether a join leads from the time of a row, or its date, to that day's one row."""
    if join.kind != "one" or join.hidden or [theirs for _, theirs in join.on] != list(days.key):
        return False
    mine = root.columns[join.on[0][0]]
    if mine.type.kind != "date":
        return False
    return time == Field((), mine.name, mine.type) or (mine.expr is not None and _moment_of(mine.expr) == _moment_of(time))


def _moment_of(value: Expr) -> Expr:
    """What a day is the day of: the moment without its zone's clock, and without `date(…)`."""
    while isinstance(value, Fn) and value.op in ("to_date", "at_zone"):
        value = value.args[0]
    return value


def check(metrics: list[QueryMetric], dims: tuple[Dim, ...], node: ast.Query) -> None:
    """KPI190 where a metric looks at more than the rows of a period: the calendar says not which of its own periods came before."""
    for dim, by in zip(dims, node.by, strict=True):
        if dim.kind != OWN:
            continue
        span = by.span
        if not node.sparse and any(other.kind == "grain" for other in dims):
            fail(
                "KPI190",
                f"this version cannot tell which days are in a {dim.name} without rows yet",
                span,
                notes=("every day would be shown in every period of the calendar's own",),
                help="write `sparse` for the days that have rows, or split by one of the two",
            )
        for metric in metrics:
            looks = [leaf for leaf in aggregates(metric.expr) if leaf.frame or leaf.alive is not None or leaf.pick is not None]
            if looks or daily_averages(metric.expr):
                asked = metric.name in (" ".join(each.span.text.split()) for each in node.metrics) or node.compare is None
                fail(
                    "KPI190",
                    f"this version cannot tell {f'`{metric.name}`' if asked else 'what was before'} by the calendar's own {dim.name} yet",
                    span,
                    notes=("it looks at other periods, or at the end of one, and not at the rows of a period alone",),
                    help="split it by day, week, month, quarter or year; what is summed, counted or averaged can be split so",
                )
