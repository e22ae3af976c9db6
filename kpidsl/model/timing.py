"""When a query asks for. Comes in: a query's range, its group-bys and its metrics' moves in time. Goes out: the range as days, which
group-bys are periods of every metric's own time (the clock), the metrics that `compare` adds; or why time cannot be asked of them so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

from kpidsl.diagnostic import KpiError, Label, fail
from kpidsl.model import units
from kpidsl.model.expr import DATE, Expr, Field, Fn, Lit, Type, fields
from kpidsl.model.expr import walk as parts_of
from kpidsl.model.functions import GRAINS
from kpidsl.model.levels import collect
from kpidsl.model.model import (
    Aggregate,
    Dim,
    Edge,
    Fact,
    Formula,
    Mature,
    MetricExpr,
    Move,
    Moved,
    QueryMetric,
    Ref,
    Shift,
    Trailing,
    aggregates,
)
from kpidsl.model.periods import days_of
from kpidsl.model.questions import Questions
from kpidsl.syntax import ast

TODAY = Fn("today", (), DATE)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
NO_LIMIT = {"is_null", "is_not_null", "weekday", "hour", "month", "quarter", "day", "day_of_year"}
"""Operators on a time that do not limit it to a range."""
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
        growth = Formula("growth", (metric.expr, then), Type("number", units.RATIO))
        label = f"{metric.label}, previous {word}" if metric.label else ""
        added += [
            QueryMetric(f"{metric.name}_previous_{word}", label, then, metric.type, metric.format),
            QueryMetric(f"{metric.name}_growth", f"{metric.label}, growth" if metric.label else "", growth, growth.type),
        ]
    return [*metrics, *added]


def _is_then(expr: MetricExpr) -> bool:
    """Whether a metric is nothing but another one's growth."""
    while isinstance(expr, (Ref, Mature)):
        expr = expr.value
    return isinstance(expr, Formula) and expr.op == "growth"


def _previous(node: ast.Query, compare: ast.Compare, by: list[Dim]) -> Shift:
    word = compare.span_name
    if word == "half":
        return Shift(6, "month", compare.whole)
    if word not in (*GRAINS, "period"):
        fail(
            "KPI190",
            f"this version cannot compare with the previous {word} yet",
            compare.span,
            help="compare previous year, or previous period",
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
    """What a query's time is made of, and what is wrong with it."""

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

    # ------------------------------------------------------------ judgement

    def check(self, metrics: list[QueryMetric]) -> None:
        """Raises KpiError where a metric's moves, its source's time and the query's periods do not go together."""
        for metric in metrics:
            for leaf in aggregates(metric.expr):
                if self.asked != (None, None) or leaf.frame:
                    self._check_time(leaf, metric)
                for move in leaf.frame:
                    self._check_move(move, leaf, metric)
                if leaf.frame:
                    self._check_filters(leaf)
        moves = [move for m in metrics for leaf in aggregates(m.expr) for move in leaf.frame]
        stocks = any(leaf.alive is not None for m in metrics for leaf in aggregates(m.expr))
        if moves or stocks:
            self._check_clauses(moves)
        if self.clock and not self.node.sparse:
            self._check_size()

    def _check_time(self, leaf: Aggregate, metric: QueryMetric) -> None:
        source = self.resolver.sources[leaf.source]
        if leaf.time is not None or source.time is not None:
            return
        if self.resolver.is_broken("time", source.name):
            raise self.resolver.silent()
        limits = [x.span for x in (self.node.during, self.node.last) if x is not None]
        what = "no period can be asked of it" if limits else f"`{metric.name}` has no earlier rows of it to look at"
        fail(
            "KPI122",
            f"`{source.name}` has no time, so {what}",
            limits[0] if limits else self.node.metrics[0].span,
            labels=(Label(source.span, "declared without `time`"),),
            help=f"add `time COLUMN` to `{source.name}`",
        )

    def _check_move(self, move: Move, leaf: Aggregate, metric: QueryMetric) -> None:
        span = self.node.by[self.clock[0]].span if self.clock else self.node.span
        label = (Label(leaf.span, f"part of `{metric.name}`"),)
        if isinstance(move, Edge) and not self.clock:
            fail("KPI124", f"`{metric.name}` picks a period, and this query has none", span, labels=label, help="group by one: by month")
        if isinstance(move, Shift) and not self.clock and self.asked[0] is None:
            fail(
                "KPI124",
                f"`{metric.name}` compares periods, and this query asks for {self._no_range}",
                span,
                labels=label,
                notes=("an earlier value of everything so far is no value of any period",),
                help="say when: last 3 months, during 2026-Q1, or group by a period: by month",
            )
        self._check_columns(leaf, metric)
        if isinstance(move, Shift) and not _shifts(move, self.grain):
            self._misfit(f"{move.amount} {move.unit}{'s' if move.amount > 1 else ''}", metric, label)
        if isinstance(move, Edge) and self.grain is not None and not _holds(move.grain, self.grain):
            self._misfit(f"a {move.grain}", metric, label)
        if isinstance(move, Trailing) and move.unit == "hour":
            moment = leaf.time or Field((), "", DATE)
            source = self.resolver.sources[leaf.source]
            kind = moment.type.kind if leaf.time is not None else source.columns[source.time or ""].type.kind
            if kind == "date" or self.grain != "hour":
                fail(
                    "KPI125",
                    f"`{metric.name}` looks at {move.amount} hours, "
                    + (f"and `{source.name}` knows days only" if kind == "date" else f"and the query asks by {self.grain or 'nothing'}"),
                    span,
                    labels=label,
                    help="use a window of days" if kind == "date" else "split by hour, or use a window of days",
                )

    @property
    def _no_range(self) -> str:
        return "none" if self.asked == (None, None) else "one without a start"

    def _check_columns(self, leaf: Aggregate, metric: QueryMetric) -> None:
        """A group-by that is a time, and no period of the metric's own, stays where it is while the metric moves."""
        for position in range(len(self.dims)):
            bound = self.bindings[(leaf.fact, position)]
            moment = bound.args[0] if isinstance(bound, Fn) and bound.op == "start_of" else bound
            if position in self.clock or not isinstance(moment, Field) or not moment.type.is_temporal:
                continue
            own = (moment.name, moment.path) in self._own_time(leaf)
            if not own and (bound is moment or not any(isinstance(m, (Shift, Edge)) for m in leaf.frame)):
                continue
            grain = bound.options[0] if isinstance(bound, Fn) else "day"
            fail(
                "KPI124",
                f"`{metric.name}` looks at other periods, and `{self.node.by[position].span.text}` "
                + ("is a column, no period of it" if own else f"is a period of another time than that of `{leaf.source}`"),
                self.node.by[position].span,
                labels=(Label(leaf.span, f"part of `{metric.name}`"),),
                notes=("rows of then would stand under their own dates, beside nothing",),
                help=f"group by a period: by {grain}"
                if own
                else f"group by {grain}, or count the metric `at time {leaf.source}.{moment.name}`",
            )

    def _own_time(self, leaf: Aggregate) -> set[tuple[str, tuple[str, ...]]]:
        """The columns that tell when a leaf's rows are."""
        source = self.resolver.sources[leaf.source]
        return {(source.time or "", ())} if leaf.time is None else {(f.name, f.path) for f in fields(leaf.time)}

    def check_levels(self, metrics: list[QueryMetric]) -> None:
        """Raises KpiError where a level of detail or a total leaves a metric without the period or range that it moves from."""
        outputs = range(len(self.dims), -1, -1) if self.node.totals else (len(self.dims),)
        for metric in metrics:
            for count in outputs:
                for leaf, level, _ in collect(metric.expr, tuple(range(count)), self.dims):
                    if leaf.frame and not any(i in self.clock for i in level):
                        self._check_untimed(leaf, metric, count < len(self.dims))

    def _check_untimed(self, leaf: Aggregate, metric: QueryMetric, total: bool) -> None:
        where = "a total of" if total else "the level of"
        if any(isinstance(move, Edge) for move in leaf.frame):
            fail("KPI124", f"{where} `{metric.name}` has no period to pick one from", leaf.span, help="keep the period in the level")
        if self.asked[0] is None and any(isinstance(move, Shift) for move in leaf.frame):
            fail(
                "KPI124",
                f"{where} `{metric.name}` compares ranges, and this query asks for {self._no_range}",
                self.node.span,
                labels=(Label(leaf.span, "this looks at an earlier range"),),
                notes=("an earlier value of everything so far is no value of any period",),
                help="say when: last 3 months, during 2026-Q1" + (", or leave `with totals` out" if total else ""),
            )

    def _misfit(self, length: str, metric: QueryMetric, label: tuple[Label, ...]) -> None:
        grain = self.grain or "day"
        fail(
            "KPI125",
            f"`{metric.name}` moves by {length}, which is no whole number of {grain}s",
            self.node.by[self.clock[0]].span if self.clock else self.node.span,
            labels=label,
            notes=(f"the {grain} of then would begin in the middle of another one",),
            help="compare weeks by weeks or by years (52 weeks)" if grain == "week" else f"move by {grain}s, or split by a finer period",
        )

    def _check_filters(self, leaf: Aggregate) -> None:
        """A limit on time in `where` would stay where it is while the period moves."""
        times = self._own_time(leaf)
        for condition in leaf.filters:
            read = {(f.name, f.path) for f in fields(condition)}
            ops = {p.op for p in parts_of(condition) if isinstance(p, Fn)}
            if not read or not read <= times or ops & NO_LIMIT:
                continue
            span = self.node.where.span if self.node.where is not None else leaf.span
            fail(
                "KPI126",
                "this limit on time stays where it is while the metric looks at other periods",
                span,
                labels=(Label(leaf.span, "this looks at other periods"),) if span is not leaf.span else (),
                notes=("the rows of then would be left out, and the comparison be with nothing",),
                help="ask for the range with `during` or `last`, which move along",
            )

    def _check_clauses(self, moves: list[Move]) -> None:
        node = self.node
        if node.top is not None and node.top.with_other:
            fail(
                "KPI064",
                "`with other` cannot recompute a metric that looks at other periods",
                node.top.span,
                help="leave `with other` out, or ask for more groups",
            )
        grains = [self.dims[i].grain for i in self.clock]
        if any(not _holds(coarse, grains[0]) for coarse in grains[1:]):
            fail(
                "KPI064",
                f"{' and '.join(grains)} overlap, so no earlier period can be told",
                node.by[self.clock[1]].span,
                help="ask for one of them",
            )
        if node.totals and len(self.clock) > 1:
            fail(
                "KPI064",
                "subtotals over two kinds of period would each look at other periods",
                node.by[self.clock[1]].span,
                help="ask for one period, or leave `with totals` out",
            )
        if node.totals and any(isinstance(move, Edge) for move in moves):
            fail("KPI064", "a total has no first or last period of its own", node.span, help="leave `with totals` out")

    def _check_size(self) -> None:
        """Every period for every key of a source would be more rows than anybody reads (S9)."""
        for (source, _), position in self.bindings:
            expr = self.bindings[((source, _), position)]
            if position in self.clock or not isinstance(expr, Field):
                continue
            holder = self.resolver.walk_to(self.resolver.sources[source], expr.path)
            if holder.key == (expr.name,):
                fail(
                    "KPI127",
                    f"one row for every {self.grain} of every `{holder.name}` may be very many",
                    self.node.by[position].span,
                    labels=(Label(holder.span, f"`{expr.name}` is its key"),),
                    help="write `sparse`: only periods with rows are shown",
                )


def _shifts(move: Shift, grain: str | None) -> bool:
    """Whether a shift leads from a period to a whole other one."""
    match grain:
        case "hour":
            return True
        case "week":
            return move.unit in ("week", "year") or (move.unit == "day" and move.amount % 7 == 0)
        case "month" | "quarter" | "year":
            return move.unit in MONTHS and move.amount * MONTHS[move.unit] % MONTHS[grain] == 0
        case _:
            return move.unit != "hour"


def _holds(coarse: str, grain: str) -> bool:
    """Whether periods of one grain are made of whole periods of another."""
    if coarse == grain or grain in ("hour", "day"):
        return GRAINS.index(coarse) >= GRAINS.index(grain)
    return coarse in MONTHS and grain in MONTHS and MONTHS[coarse] >= MONTHS[grain]
