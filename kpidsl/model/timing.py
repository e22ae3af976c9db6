"""When a query asks for. Comes in: a query's range, its group-bys and its metrics. Goes out: the range as days, which group-bys are periods
of every metric's own time (the clock), and the metrics that `compare` adds."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from kpidsl.diagnostic import KpiError, fail
from kpidsl.model.expr import DATE, Expr, Fn, Lit
from kpidsl.model.functions import GRAINS
from kpidsl.model.model import (
    Dim,
    Fact,
    Formula,
    Mature,
    MetricExpr,
    Moved,
    QueryMetric,
    Ref,
    Shift,
)
from kpidsl.model.moves import growth
from kpidsl.model.periods import days_of
from kpidsl.model.questions import Questions
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

TODAY = Fn("today", (), DATE)
Asked = tuple[Expr | None, Expr | None]


# ---------------------------------------------------------------- the range


def asked_range(resolver: Questions, node: ast.Query) -> Asked:
    """First day of `during` or `last` and the day after its last one; None for an open side."""
    if node.during is not None and node.last is not None:
        fail("KPI123", "`during` and `last` both say when", node.last.span, help="keep one of them")
    if node.last is not None:
        unit = node.last.unit
        if unit not in GRAINS[1:]:
            fail("KPI123", f"`last {node.last.amount} {unit}s` is finer than a day", node.last.span, help="ask for days or more")
        if node.last.amount < 1:
            fail("KPI123", "`last` needs at least one period", node.last.span, help="write last 1 month")
        start: Expr = Fn("start_of", (TODAY,), DATE, (unit, *resolver.calendar.options)) if unit != "day" else TODAY
        if node.last.amount > 1:
            start = Fn("date_add", (start,), DATE, (1 - node.last.amount, unit))
        return start, Fn("date_add", (TODAY,), DATE, (1, "day"))
    if node.during is None:
        return None, None
    first, last = days_of(node.during)
    if first is not None and last is not None and last < first:
        fail("KPI123", "this range ends before it starts", node.during.span, help="swap its ends")
    following = None if last is None else last + dt.timedelta(days=1)
    return (None if first is None else Lit(first, DATE)), (None if following is None else Lit(following, DATE))


def whole_end(resolver: Questions, node: ast.Query) -> Expr | None:
    """The day after the running period that `last` ends with; None where the range says itself how far it goes."""
    if node.last is None:
        return None
    unit = node.last.unit
    start = TODAY if unit == "day" else Fn("start_of", (TODAY,), DATE, (unit, *resolver.calendar.options))
    return Fn("date_add", (start,), DATE, (1, unit))


def _length(node: ast.Query) -> tuple[int, str] | None:
    """How long the asked range is, in calendar units; None where a side is open."""
    if node.last is not None:
        return node.last.amount, node.last.unit
    if node.during is None:
        return None
    first, last = days_of(node.during)
    if first is None or last is None:
        return None
    following = last + dt.timedelta(days=1)
    if first.day == 1 and following.day == 1:
        return following.year * 12 + following.month - first.year * 12 - first.month, "month"
    return (following - first).days, "day"


# ---------------------------------------------------------------- comparisons


def compared(node: ast.Query, metrics: list[QueryMetric], by: list[Dim]) -> list[QueryMetric]:
    """The metrics as asked, then of each its value then and its growth since: NAME_previous_year, NAME_growth."""
    if node.compare is None:
        return metrics
    move = _previous(node, node.compare, by)
    word = node.compare.span_name
    added: list[QueryMetric] = []
    for metric in metrics:
        if _is_then(metric.expr):
            fail(
                "KPI064",
                f"`{metric.name}` is a comparison already",
                node.compare.span,
                help="leave `compare` out, or ask for the metric that it compares",
            )
        then = Moved(metric.expr, move, metric.type, node.compare.span)
        label = f"{metric.label}, previous {word}" if metric.label else ""
        added.append(QueryMetric(f"{metric.name}_previous_{word}", label, then, metric.type, metric.format))
        if metric.type.is_numeric or metric.type.kind == "duration":  # a day or a text does not grow
            change = growth(metric.expr, then, move)
            added.append(QueryMetric(f"{metric.name}_growth", f"{metric.label}, growth" if metric.label else "", change, change.type))
    found = [*metrics, *added]
    _check_apart(node.compare, [m.name for m in metrics] + [d.name for d in by], [m.name for m in found])
    return found


def _check_apart(compare: ast.Compare, taken: list[str], found: list[str]) -> None:
    """What `compare` adds is called like nothing else in the query."""
    known = [name.casefold() for name in taken]
    for name in found:
        if found.count(name) > 1 or (name not in taken and name.casefold() in known):
            fail(
                "KPI121",
                f"`compare` adds a column `{name}`, and something else in this query is called so",
                compare.span,
                notes=("nobody could tell the two columns apart",),
                help=f"leave `{name}` out, or give it another name",
            )


def _is_then(expr: MetricExpr) -> bool:
    """Whether a metric is nothing but another one's growth."""
    while isinstance(expr, (Ref, Mature)):
        expr = expr.value
    return isinstance(expr, Formula) and expr.op == "growth"


def _previous(node: ast.Query, compare: ast.Compare, by: list[Dim]) -> Shift:
    word = compare.span_name
    if compare.back is not None:
        return Shift(*compare.back, compare.whole)
    if word == "half":
        return Shift(6, "month", compare.whole)
    if word not in (*GRAINS, "period"):
        fail(
            "KPI190",
            f"this version cannot compare with the previous {word} yet",
            compare.span,
            help="compare previous year, or previous period"
            if all(dim.kind != "own" for dim in by)
            else "split by week, month or quarter, and compare previous year",
        )
    if word != "period":
        return Shift(1, word, compare.whole)
    grains = sorted((d.grain for d in by if d.kind == "grain"), key=GRAINS.index)
    if grains:
        return Shift(1, grains[0], compare.whole)
    length = _length(node)
    if length is None:
        fail(
            "KPI124",
            "the period before this one cannot be told: the query asks for no range",
            compare.span,
            help="say when: last 3 months, during 2026-Q1",
        )
    return Shift(*length, compare.whole)


# ---------------------------------------------------------------- the clock


@dataclass(frozen=True)
class Timing:
    """What a query's time is made of."""

    resolver: Questions
    node: ast.Query
    dims: tuple[Dim, ...]
    bindings: dict[tuple[Fact, int], Expr]
    asked: Asked

    @cached_property
    def clock(self) -> tuple[int, ...]:
        """Positions of the group-bys that are periods of every metric's own time, the finest first."""
        found = [i for i, dim in enumerate(self.dims) if dim.kind == "grain" and (not dim.column or self._is_own(i))]
        return tuple(sorted(found, key=lambda i: GRAINS.index(self.dims[i].grain)))

    def _is_own(self, position: int) -> bool:
        """Whether a named time is the metrics' own: month(orders.day) where that is the time of orders."""
        dim = self.dims[position]
        own = replace(dim, column="", source="", path=())
        for (source, time), at in self.bindings:
            if at != position:
                continue
            try:
                bound = self.resolver.bind(own, self.resolver.sources[source], dim.span, time)
            except KpiError:
                return False
            if bound != self.bindings[((source, time), position)]:
                return False
        return True

    @property
    def grain(self) -> str | None:
        """The finest grain that is asked for."""
        return self.dims[self.clock[0]].grain if self.clock else None
