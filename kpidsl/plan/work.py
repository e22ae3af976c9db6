"""What the rooms that plan one query share. Comes in: a resolved query. Goes out: its groupings, the column of every aggregate, the clock,
and where each aggregate's value will stand: on the row itself, on a coarser grouping's, or on that of another period."""

from __future__ import annotations

from functools import cached_property

from kpidsl.model.expr import TEXT, Col, Expr
from kpidsl.model.levels import Level, collect
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import (
    DailyAverage,
    Fact,
    Mature,
    MetricExpr,
    QueryModel,
    Ref,
    Running,
    Shift,
    ToDate,
    Trailing,
    aggregates,
    daily_averages,
    rebuilt,
)
from kpidsl.plan.clock import Clock, Frame, Interval, is_window, words
from kpidsl.plan.levels import Levels
from kpidsl.plan.plan import OutputColumn
from kpidsl.plan.planner import Planner
from kpidsl.record import dataclass, replace

AGAIN = {"sum": "sum", "count": "sum", "count_rows": "sum", "min": "min", "max": "max"}
"""Aggregates whose value over several groups follows from the groups' values."""


@dataclass(frozen=True, slots=True)
class Own:
    """Names of the columns that the plan itself adds; none is a group-by's or a metric's."""

    level: str
    row_type: str
    present: str
    nth: str
    place: str
    groups_left: str


_OWN = Own(*Own.__slots__)


class Work:
    """The work on one query. Groupings are numbered: 0 is the finest output grouping."""

    def __init__(self, planner: Planner, query: QueryModel) -> None:
        self.clock = Clock(planner, query)
        if self.clock.over == self.clock.tomorrow:
            query = _whole_days(query)
        self.planner, self.query = planner, query
        self.dims = len(query.dims)
        self.metrics = (*query.metrics, *query.hidden)
        prefixes = range(self.dims, -1, -1) if query.totals else (self.dims,)
        self.levels = Levels([tuple(range(k)) for k in prefixes])
        self.leaves: dict[tuple[Leaf, Level], str] = {}
        self.producing: set[Leaf] = set()
        self.dim_names = [d.name for d in query.dims]
        taken = {n.casefold() for n in (*self.dim_names, *(m.name for m in self.metrics))}
        self.own = _OWN if taken.isdisjoint(Own.__slots__) else Own(*(_unused(word, taken) for word in Own.__slots__))
        self.some_absent = False  # whether groups may come out in which no metric counts anything
        self.same: dict[str, str] = {}  # columns that turned out to be the same as another one
        self.daily: dict[DailyAverage, str] = {}
        self._name_leaves()
        self.facts: dict[Fact, dict[Leaf, list[Level]]] = {}
        for leaf, level in self.leaves:
            self.facts.setdefault(leaf.fact, {}).setdefault(leaf, []).append(level)
        self.complete = bool(query.clock) and not query.sparse and not query.values
        self.moving = bool(query.clock) and any(leaf.frame or leaf.alive is not None for leaf, _ in self.leaves)
        joined = [leaf for leaf, _ in self.leaves if self.is_spanned(leaf) and not self.rolls(leaf)]
        self.frames: list[Frame] = list(dict.fromkeys(leaf.frame for leaf in joined))

    def _name_leaves(self) -> None:
        own = Own.__slots__ if self.own is _OWN else [getattr(self.own, word).casefold() for word in Own.__slots__]
        taken = {*(name.casefold() for name in self.dim_names), *own}
        whole = tuple(range(self.dims))
        for metric in self.metrics:
            alone = _alone(metric.expr)
            for average in daily_averages(metric.expr):
                if average not in self.daily:
                    wanted = metric.name if bare(metric.expr) is average else f"{aggregates(average)[0].name}_by_{self.clock.unit}"
                    self.daily[average] = _unused(wanted, taken)
            for leaf, level, produces in collect(metric.expr, whole, self.query.dims, by_day=False):
                self.levels.need(level)
                if produces and (metric in self.query.metrics or not self.query.metrics):
                    self.producing.add(leaf)
                name = next((n for (other, _), n in self.leaves.items() if other == leaf), None)
                if name is None:
                    wanted = metric.name if alone is leaf or alone == leaf else leaf.name
                    name = _unused(f"{wanted}_{words(leaf.frame)}" if leaf.frame and wanted == leaf.name else wanted, taken)
                self.leaves[(leaf, level)] = name

    def groups(self, table: str | None = None) -> list[tuple[str, Expr]]:
        """The group-bys as columns of a relation."""
        return [(n, Col(table, n, d.type)) for n, d in zip(self.dim_names, self.query.dims, strict=True)]

    def columns(self) -> tuple[OutputColumn, ...]:
        groups = [OutputColumn(d.name, "group", d.type) for d in self.query.dims]
        metrics = [OutputColumn(m.name, "metric", m.type, m.format, m.label) for m in self.query.metrics]
        extra = [OutputColumn(self.own.row_type, "row_type", TEXT)] if self.query.totals or (self.query.top and self.query.top[2]) else []
        return (*groups, *metrics, *extra)

    # ------------------------------------------------------------ what a leaf is

    def produces(self, leaf: Leaf) -> bool:
        """Whether a leaf's rows make groups appear, whatever days they are of."""
        if leaf in self.producing:
            return True
        bare = replace(leaf, when=())
        return any(replace(other, when=()) == bare for other in self.producing)

    @property
    def placed(self) -> bool:
        """Whether the spine tells which rows are shown: of every period, or of those from which any metric counts something."""
        return self.complete or self.moving

    def found_by(self, leaf: Leaf) -> Frame:
        """The frame by which periods find the rows that a leaf counts; () where the rows stand at the periods, or name their groups."""
        if self.is_spanned(leaf) or not self.query.clock or (self.complete and self.clock.seamless(leaf.frame)):
            return ()
        return leaf.frame

    def name(self, leaf: Leaf) -> str:
        """The column of a leaf."""
        name = next(n for (other, _), n in self.leaves.items() if other == leaf)
        return self.same.get(name, name)

    def is_spanned(self, leaf: Leaf) -> bool:
        """Whether a leaf looks at other days than whole periods, in a query that has periods."""
        return bool(self.query.clock) and (is_window(leaf.frame) or leaf.alive is not None)

    def rolls(self, leaf: Leaf) -> bool:
        """Whether a window follows from the day before: then a window function over every day is as quick as can be."""
        if (
            len(leaf.frame) != 1
            or len(self.levels.sets) > 1
            or self.clock.grain != self.clock.unit
            or not self.complete
            or not adds_up(leaf)
        ):
            return False
        match leaf.frame[0]:
            case Trailing(unit=unit, read="last"):
                return unit in ("day", "week") if self.clock.unit == "day" else unit in ("hour", "day", "week")
            case ToDate() | Running():
                return True
            case _:
                return False

    def is_timed(self, level: Level) -> bool:
        """Whether a grouping has a period."""
        return any(i in self.query.clock for i in level)

    def looked_at(self, leaf: Leaf) -> Interval:
        """The days whose rows a leaf needs, where it is aggregated straight from them."""
        if not leaf.frame:
            return self.clock.low, self.clock.high
        return self.clock.looked_at(leaf.frame) if self.query.clock and not is_window(leaf.frame) else self.clock.asked(leaf.frame)

    def counter(self, frame: Frame | None) -> str:
        """The column that counts the rows which periods find by a frame (None: those of the asked range)."""
        wanted = f"{self.own.present}_{'in_range' if frame is None else words(frame)}" if frame != () else self.own.present
        return wanted if frame == () else _unused(wanted, {n.casefold() for n in (*self.dim_names, *self.leaves.values())})

    def within(self, wanted: str) -> str:
        """A column of the periods that no group-by is called."""
        return wanted if wanted not in self.dim_names else f"{wanted}_"

    def overall(self, leaf: Leaf) -> str:
        """The column of a spanned leaf over the whole range."""
        name = f"{self.name(leaf)}_overall"
        return self.same.get(name, name)

    @cached_property
    def always_timed(self) -> bool:
        """Whether every grouping has a period, and some metric looks at another than its own."""
        return any(leaf.frame for leaf, _ in self.leaves) and all(self.is_timed(level) for level in self.levels.sets)

    def all_timed(self, level: Level) -> bool:
        """Whether every row of the output finds a period at a level."""
        return all(self.is_timed(tuple(i for i in level if i in output)) for output in self.levels.sets[: self.levels.outputs])

    # ------------------------------------------------------------ where values stand

    def looks_up(self, leaf: Leaf) -> bool:
        """Whether a leaf's value on a row with a period stands on the row of another period."""
        return bool(leaf.frame) and bool(self.query.clock) and not self.is_spanned(leaf)

    @cached_property
    def others(self) -> list[tuple[Frame, Level]]:
        """Where values are taken from beside the rows themselves: coarser groupings, and other periods at which groupings."""
        whole = tuple(range(self.dims))
        coarser = {level for leaf, level in self.leaves if level != whole and not (self.looks_up(leaf) and self.all_timed(level))}
        periods = dict.fromkeys((leaf.frame, level) for leaf, level in self.leaves if self.looks_up(leaf) and self.is_timed(level))
        return [((), level) for level in sorted(coarser, reverse=True)] + list(periods)

    @property
    def is_joined(self) -> bool:
        """Whether the rows are called `levels`, others joined beside them."""
        return bool(self.others)

    def alias(self, frame: Frame, level: Level) -> str:
        """The name by which values of another grouping or period are read."""
        group = "per_" + "_".join(self.dim_names[i] for i in level) if level else "overall"
        if not frame:
            return group
        return f"row_{words(frame)}" if level == tuple(range(self.dims)) else f"{group}_{words(frame)}"


def _whole_days(query: QueryModel) -> QueryModel:
    """The query without shifts by nothing: where all that is visible is complete, a period's part so far is what can be seen of it."""

    def kept(expr: MetricExpr) -> MetricExpr:
        if isinstance(expr, (Leaf, Mature)) and any(isinstance(m, Shift) and m.amount == 0 for m in expr.frame):
            expr = replace(expr, frame=tuple(m for m in expr.frame if not (isinstance(m, Shift) and m.amount == 0)))
        return rebuilt(expr, kept)

    if not any(isinstance(m, Shift) and m.amount == 0 for leaf in query.leaves() for m in leaf.frame):
        return query
    metrics, hidden = (tuple(replace(m, expr=kept(m.expr)) for m in part) for part in (query.metrics, query.hidden))
    return replace(query, metrics=metrics, hidden=hidden)


def adds_up(leaf: Leaf) -> bool:
    """Whether a value over several days follows from the days' values."""
    return leaf.agg.func in AGAIN and leaf.pick is None and leaf.alive is None


def bare(expr: MetricExpr) -> MetricExpr:
    """What a metric is without its names."""
    while isinstance(expr, Ref):
        expr = expr.value
    return expr


def _alone(expr: MetricExpr) -> Leaf | None:
    inner = bare(expr)
    return inner if isinstance(inner, Leaf) else None


def _unused(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name.casefold() in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name.casefold())
    return name
