"""What a value is judged by, period by period: the part of it that is over, the rows behind it, whether it grows with its days. Comes in: a
metric. Goes out: metrics for the query behind a goal, a KPI or a scorecard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kpidsl.diagnostic import KpiError, Label, fail
from kpidsl.model.additivity import additivity
from kpidsl.model.aims import ROWS
from kpidsl.model.expr import DATE, INT, Agg, Expr, Fn
from kpidsl.model.model import Aggregate, Constant, Formula, Mature, MetricExpr, Moved, QueryMetric, Ref, Shift, Window, aggregates, parts
from kpidsl.model.moves import framed
from kpidsl.model.questions import Questions
from kpidsl.record import replace
from kpidsl.span import Span

TODAY = Fn("today", (), DATE)


@contextmanager
def called(names: Mapping[str, str]) -> Iterator[None]:
    """Errors speak of columns as people call them: `names` says how."""
    try:
        yield
    except KpiError as error:

        def said(text: str) -> str:
            text = re.sub(r"`(\w+)`", lambda match: f"`{names.get(match[1], match[1])}`", text)
            return re.sub(r"(`[^`]+`)(, \1)+", r"\1", text)  # a value and the rows behind it are one thing

        found = []
        for each in error.diagnostics:
            labels = tuple(replace(label, message=said(label.message)) for label in each.labels)
            message, label, notes, help = said(each.message), said(each.label), tuple(map(said, each.notes)), said(each.help)
            found.append(replace(each, message=message, label=label, labels=labels, notes=notes, help=help))
        raise type(error)(*found) from None


def running_period_end(each: str, options: tuple[int, int]) -> Expr:
    """The day after the period that today lies in."""
    first: Expr = TODAY if each == "day" else Fn("start_of", (TODAY,), DATE, (each, *options))
    return Fn("date_add", (first,), DATE, (1, each))


def is_paced(expr: MetricExpr) -> bool:
    """Whether a value grows with the days of its period: what adds up over time, and distinct counts (S26)."""
    inner = expr
    while isinstance(inner, (Ref, Mature)):
        inner = inner.value
    if isinstance(inner, Aggregate) and inner.agg.func == "count_distinct":
        return inner.pick is None and inner.alive is None
    return additivity(expr) == "additive"


def check_timed(resolver: Questions, expr: MetricExpr, name: str, span: Span) -> None:
    """A value that is judged by periods has a time by which its rows fall into them."""
    for leaf in aggregates(expr):
        source = resolver.sources[leaf.source]
        if source.time is None and leaf.time is None:
            if resolver.is_broken("time", source.name):
                raise resolver.silent()
            fail(
                "KPI122",
                f"`{source.name}` has no time, so nobody can tell what `{name}` was in a period",
                span,
                labels=(Label(source.span, "no time is declared here"),),
                help=f"declare the time of its rows: source {source.name} … {{ time day }}",
            )


def so_far(metric: QueryMetric, each: str, span: Span) -> QueryMetric:
    """The metric of the part of a period that is over."""
    return replace(metric, expr=Moved(metric.expr, Shift(0, each), metric.type, span))


def rows_behind(expr: MetricExpr) -> QueryMetric:
    """Null where a period has no rows that the metric could be made of, whatever it counts of them (S25); else a number that means nothing.

    A source has rows if it has some by any of the metric's times. A sum is there with any of its parts, everything else with all of them:
    without refunds there is revenue still, without any spend there is no cost of a customer.
    """
    moved = framed(expr)
    by_source: dict[str, list[MetricExpr]] = {}
    for leaf in aggregates(moved):
        rows = _rows_of(leaf)
        known = by_source.setdefault(leaf.source, [])
        if rows not in known:
            known.append(rows)

    def there(part: MetricExpr) -> MetricExpr | None:
        match part:
            case Aggregate():
                return _first_known(by_source[part.source])
            case Constant():
                return None
            case Formula(op="add" | "sub" | "coalesce", args=args):
                return _first_known([found for arg in args if (found := there(arg)) is not None])
            case _:
                return _all_known([found for inner in parts(part) if (found := there(inner)) is not None])

    value = there(moved)
    assert value is not None
    return QueryMetric(ROWS, "", value, INT)


def _rows_of(leaf: Aggregate) -> Aggregate:
    """The rows of a leaf's source at the days that it looks at."""
    frame = tuple(move for move in leaf.frame if isinstance(move, Window))
    return replace(
        leaf,
        agg=Agg("count_rows", (), INT),
        type=INT,
        name=f"rows_of_{leaf.source}",
        filters=(),
        pick=None,
        fill=False,
        additive=True,
        frame=frame,
    )


def _first_known(found: list[MetricExpr]) -> MetricExpr | None:
    """Null where all of them are."""
    found = list(dict.fromkeys(found))
    return None if not found else found[0] if len(found) == 1 else Formula("coalesce", tuple(found), INT)


def _all_known(found: list[MetricExpr]) -> MetricExpr | None:
    """Null where any of them is."""
    found = list(dict.fromkeys(found))
    return None if not found else found[0] if len(found) == 1 else Formula("add", tuple(found), INT)
