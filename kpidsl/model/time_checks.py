"""Whether time can be asked of metrics so. Comes in: a query's timing and its metrics with their moves. Goes out: nothing, or why a period,
a total, a level or a filter leaves a metric without the rows that it looks at."""

from __future__ import annotations

from typing import NoReturn

from kpidsl.diagnostic import Label, fail
from kpidsl.model.expr import Expr, Field, Fn, fields
from kpidsl.model.expr import walk as parts_of
from kpidsl.model.functions import GRAINS
from kpidsl.model.grain import paths
from kpidsl.model.levels import collect
from kpidsl.model.model import (
    Aggregate,
    AtLevel,
    Edge,
    MetricExpr,
    Move,
    QueryMetric,
    Share,
    Shift,
    Trailing,
    aggregates,
    daily_averages,
    parts,
)
from kpidsl.model.timing import Timing
from kpidsl.record import dataclass
from kpidsl.span import Span

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
NO_LIMIT = {"is_null", "is_not_null", "weekday", "hour", "month", "quarter", "day", "day_of_year"}
"""Operators on a time that do not limit it to a range."""
NO_EARLIER = "an earlier value of everything so far is no value of any period"


@dataclass(frozen=True)
class TimeChecks:
    """What may be wrong with the time of a query; every check raises KpiError."""

    timing: Timing

    def check(self, metrics: list[QueryMetric]) -> None:
        """Raises KpiError where a metric's moves, its source's time and the query's periods do not go together."""
        timing = self.timing
        for metric in metrics:
            for leaf in aggregates(metric.expr):
                if timing.asked != (None, None) or leaf.frame:
                    self._check_time(leaf, metric)
                for move in leaf.frame:
                    self._check_move(move, leaf, metric)
                if leaf.frame:
                    self._check_filters(leaf, metric)
        moves = [move for m in metrics for leaf in aggregates(m.expr) for move in leaf.frame]
        stocks = any(leaf.alive is not None for m in metrics for leaf in aggregates(m.expr))
        if moves or stocks:
            self._check_clauses(moves)
        if timing.clock and not timing.node.sparse:
            self._check_size()

    def check_levels(self, metrics: list[QueryMetric]) -> None:
        """Raises KpiError where a level of detail or a total leaves a metric without the period or range that it moves from."""
        dims = self.timing.dims
        outputs = range(len(dims), -1, -1) if self.timing.node.totals else (len(dims),)
        for metric in metrics:
            self._check_daily(metric)
            for count in outputs:
                for leaf, level, _ in collect(metric.expr, tuple(range(count)), dims):
                    periods = [i for i in self.timing.clock if i in level]
                    if leaf.frame and not periods:
                        self._check_untimed(leaf, metric, count < len(dims))
                    elif periods and periods[0] != self.timing.clock[0] and (leaf.frame or leaf.alive is not None):
                        self._longer(dims[periods[0]].grain, leaf, metric)

    # ------------------------------------------------------------ what is said

    def _is_compared(self, metric: QueryMetric) -> bool:
        """Whether `compare` added the metric."""
        node = self.timing.node
        return node.compare is not None and all(" ".join(n.span.text.split()) != metric.name for n in node.metrics)

    def _called(self, metric: QueryMetric) -> str:
        compare = self.timing.node.compare
        if compare is not None and self._is_compared(metric):
            return f"`compare previous {compare.span_name}`"
        return f"`{metric.name}`"

    def _place(self, metric: QueryMetric) -> Span:
        """Where the query asks for a metric."""
        node = self.timing.node
        if node.compare is not None and self._is_compared(metric):
            return node.compare.span
        return next((n.span for n in node.metrics if " ".join(n.span.text.split()) == metric.name), node.span)

    def _label(self, leaf: Aggregate, metric: QueryMetric) -> tuple[Label, ...]:
        what = "what is compared" if self._is_compared(metric) else f"part of `{metric.name}`"
        return () if leaf.span == self._place(metric) else (Label(leaf.span, what),)

    def _period_span(self, metric: QueryMetric) -> Span:
        clock, node = self.timing.clock, self.timing.node
        return node.by[clock[0]].span if clock else self._place(metric)

    @property
    def _no_range(self) -> str:
        return "none" if self.timing.asked == (None, None) else "one without a start"

    # ------------------------------------------------------------ moves and periods

    def _check_time(self, leaf: Aggregate, metric: QueryMetric) -> None:
        resolver, node = self.timing.resolver, self.timing.node
        source = resolver.sources[leaf.source]
        if leaf.time is not None or source.time is not None:
            return
        if resolver.is_broken("time", source.name):
            raise resolver.silent()
        limits = [x.span for x in (node.during, node.last) if x is not None]
        what = "no period can be asked of it" if limits else f"`{metric.name}` has no earlier rows of it to look at"
        fail(
            "KPI122",
            f"`{source.name}` has no time, so {what}",
            limits[0] if limits else self._place(metric),
            labels=(Label(source.span, "declared without `time`"),),
            help=f"add `time COLUMN` to `{source.name}`",
        )

    def _check_move(self, move: Move, leaf: Aggregate, metric: QueryMetric) -> None:
        clock, grain = self.timing.clock, self.timing.grain
        label = self._label(leaf, metric)
        if isinstance(move, Edge) and not clock:
            message = f"{self._called(metric)} picks a period, and this query has none"
            fail("KPI124", message, self._place(metric), labels=label, help="group by one: by month")
        if isinstance(move, Shift) and not clock and self.timing.asked[0] is None:
            fail(
                "KPI124",
                f"{self._called(metric)} compares periods, and this query asks for {self._no_range}",
                self._place(metric),
                labels=label,
                notes=(NO_EARLIER,),
                help="say when: last 3 months, during 2026-Q1, or group by a period: by month",
            )
        self._check_columns(leaf, metric)
        if isinstance(move, Shift) and not _shifts(move, grain):
            self._misfit(move, leaf, metric)
        if isinstance(move, Edge) and grain is not None and not _holds(move.grain, grain):
            fail(
                "KPI125",
                f"`{metric.name}` picks a {grain} of each {move.grain}, and no {move.grain} has whole {grain}s",
                self._period_span(metric),
                labels=label,
                help="pick one of a longer period, such as at_start(…, year), or split by a finer one",
            )
        if isinstance(move, Trailing) and move.unit == "hour":
            self._check_hours(move, leaf, metric)

    def _check_hours(self, move: Trailing, leaf: Aggregate, metric: QueryMetric) -> None:
        """A window finer than the source's time, or than the periods that are shown."""
        source, grain = self.timing.resolver.sources[leaf.source], self.timing.grain
        moment = leaf.time.type if leaf.time is not None else source.columns[source.time or ""].type
        days = moment.kind == "date"
        if not days and grain == "hour":
            return
        why = f"`{source.name}` knows days only" if days else f"the query asks by {grain}" if grain else "the query asks for no hours"
        fail(
            "KPI125",
            f"`{metric.name}` looks at {move.amount} hour{'' if move.amount == 1 else 's'}, and {why}",
            self._period_span(metric),
            labels=self._label(leaf, metric),
            help="use a window of days" if days else "split by hour, or use a window of days",
        )

    def _misfit(self, move: Shift, leaf: Aggregate, metric: QueryMetric) -> NoReturn:
        grain = self.timing.grain or "day"
        length = f"{move.amount} {move.unit}{'' if move.amount == 1 else 's'}"
        fail(
            "KPI125",
            f"{self._called(metric)} moves by {length}, which is no whole number of {grain}s",
            self._period_span(metric),
            labels=self._label(leaf, metric),
            notes=(f"the {grain} of then would begin in the middle of another one",),
            help="compare weeks by weeks or by years (52 weeks)" if grain == "week" else f"move by {grain}s, or split by a finer period",
        )

    def _check_columns(self, leaf: Aggregate, metric: QueryMetric) -> None:
        """A group-by that is a time, and no period of the metric's own, stays where it is while the metric moves."""
        for position, by in enumerate(self.timing.node.by):
            bound = self.timing.bindings[(leaf.fact, position)]
            moment = bound.args[0] if isinstance(bound, Fn) and bound.op == "start_of" else bound
            if position in self.timing.clock or not isinstance(moment, Field) or not moment.type.is_temporal:
                continue
            own = (moment.name, moment.path) in self._own_time(leaf)
            if not own and (bound is moment or not any(isinstance(m, (Shift, Edge)) for m in leaf.frame)):
                continue
            grain = bound.options[0] if isinstance(bound, Fn) else "day"
            other = f"group by {grain}, or count the metric `at time {leaf.source}.{moment.name}`"
            fail(
                "KPI124",
                f"{self._called(metric)} looks at other periods, and `{by.span.text}` "
                + ("is a column, no period" if own else f"is a period of another time than that of `{leaf.source}`"),
                by.span,
                labels=self._label(leaf, metric),
                notes=("rows of then would stand under their own dates, beside nothing",),
                help=f"group by a period: by {grain}" if own else other,
            )

    def _own_time(self, leaf: Aggregate) -> set[tuple[str, tuple[str, ...]]]:
        """The columns that tell when a leaf's rows are."""
        source = self.timing.resolver.sources[leaf.source]
        return {(source.time or "", ())} if leaf.time is None else {(f.name, f.path) for f in fields(leaf.time)}

    def _check_untimed(self, leaf: Aggregate, metric: QueryMetric, total: bool) -> None:
        where = "in a total" if total else "at a level without periods"
        if any(isinstance(move, Edge) for move in leaf.frame):
            message = f"{self._called(metric)} has no period to pick one from {where}"
            fail("KPI124", message, self._place(metric), labels=self._label(leaf, metric), help="keep the period in the level")
        if self.timing.asked[0] is None and any(isinstance(move, Shift) for move in leaf.frame):
            fail(
                "KPI124",
                f"{self._called(metric)} compares ranges {where}, and this query asks for {self._no_range}",
                self._place(metric),
                labels=self._label(leaf, metric),
                notes=(NO_EARLIER,),
                help="say when: last 3 months, during 2026-Q1" + (", or leave `with totals` out" if total else ""),
            )

    def _check_daily(self, metric: QueryMetric) -> None:
        """An average over days has a value of its own per group and period, and needs every day."""
        daily = daily_averages(metric.expr)
        if daily and self.timing.node.sparse:
            fail(
                "KPI064",
                f"`{metric.name}` averages over every day of a period, and `sparse` leaves out days",
                self._place(metric),
                labels=(Label(daily[0].span, "the average"),) if daily[0].span != self._place(metric) else (),
                help="leave `sparse` out, or read the last day only (read: last)",
            )
        for inner in _at_levels(metric.expr):
            if found := daily_averages(inner):
                fail(
                    "KPI064",
                    f"`{found[0].span.text}` at another level than the query's",
                    found[0].span,
                    notes=("an average over days is computed for the query's own group-bys only",),
                    help="read the last day only (read: last), or ask for that level by itself",
                )

    def _longer(self, grain: str, leaf: Aggregate, metric: QueryMetric) -> NoReturn:
        """A level by a longer period than the query's has other days to end with and to go back from."""
        finest = self.timing.grain
        what = "looks at other days" if leaf.frame else "is counted at a moment"
        fail(
            "KPI064",
            f"{self._called(metric)} {what}, and its level by {grain} is longer than this query's {finest}",
            self._place(metric),
            labels=self._label(leaf, metric),
            notes=(f"which days of the {grain} a row by {finest} should look at cannot be told",),
            help=f"ask for it by {grain}, in a query of its own, or keep {finest} in the level",
        )

    # ------------------------------------------------------------ filters and clauses

    def _check_filters(self, leaf: Aggregate, metric: QueryMetric) -> None:
        """A limit on time in `where` would stay where it is while the period moves."""
        times = self._own_time(leaf)
        if not any(_limits(condition, times) for condition in leaf.filters):
            return
        where = self.timing.node.where
        names = {name for name, _ in times}
        asked = where is not None and any(path.parts[-1].text in names for path, _ in paths(where, False))
        if where is not None and asked:
            message, span = "this limit on time stays where it is while the metric looks at other periods", where.span
        else:
            message, span = f"{self._called(metric)} looks at other periods, and a limit on time inside it stays where it is", leaf.span
        fail(
            "KPI126",
            message,
            span,
            labels=(Label(leaf.span, "this looks at other periods"),) if span is not leaf.span else (),
            notes=("the rows of then would be left out, and the comparison be with nothing",),
            help="ask for the range with `during` or `last`, which move along",
        )

    def _check_clauses(self, moves: list[Move]) -> None:
        node, clock = self.timing.node, self.timing.clock
        if node.top is not None and node.top.with_other:
            fail(
                "KPI064",
                "`with other` cannot recompute a metric that looks at other periods",
                node.top.span,
                help="leave `with other` out, or ask for more groups",
            )
        grains = [self.timing.dims[i].grain for i in clock]
        if any(not _holds(coarse, grains[0]) for coarse in grains[1:]):
            fail(
                "KPI064",
                f"{' and '.join(grains)} overlap, so no earlier period can be told",
                node.by[clock[1]].span,
                help="ask for one of them",
            )
        if node.totals and len(clock) > 1:
            fail(
                "KPI064",
                "subtotals over two kinds of period would each look at other periods",
                node.by[clock[1]].span,
                help="ask for one period, or leave `with totals` out",
            )
        if node.totals and any(isinstance(move, Edge) for move in moves):
            fail("KPI064", "a total has no first or last period of its own", node.span, help="leave `with totals` out")

    def _check_size(self) -> None:
        """Every period for every key of a source would be more rows than anybody reads (S9)."""
        timing = self.timing
        for ((source, _), position), expr in timing.bindings.items():
            if position in timing.clock or not isinstance(expr, Field):
                continue
            holder = timing.resolver.walk_to(timing.resolver.sources[source], expr.path)
            if holder.key == (expr.name,):
                fail(
                    "KPI127",
                    f"a row for every {timing.grain} of every row of `{holder.name}` may be very many",
                    timing.node.by[position].span,
                    labels=(Label(holder.span, f"`{expr.name}` is its key"),),
                    help="write `sparse`: only periods with rows are shown",
                )


def _at_levels(expr: MetricExpr) -> list[MetricExpr]:
    """The parts of a metric that are taken at a level of their own."""
    own: list[MetricExpr] = [expr] if isinstance(expr, (AtLevel, Share)) else []
    return own + [found for part in parts(expr) for found in _at_levels(part)]


def _limits(condition: Expr, times: set[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether a condition limits these times to a range."""
    read = {(f.name, f.path) for f in fields(condition)}
    ops = {p.op for p in parts_of(condition) if isinstance(p, Fn)}
    return bool(read) and read <= times and not ops & NO_LIMIT


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
        return coarse not in GRAINS or GRAINS.index(coarse) >= GRAINS.index(grain)
    return coarse in MONTHS and grain in MONTHS and MONTHS[coarse] >= MONTHS[grain]
