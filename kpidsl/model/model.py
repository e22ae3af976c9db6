"""The resolved project: what every name means. Comes out of `resolve`, goes into `check` and the planner; immutable once made.

Sources own columns and joins; metrics are trees over aggregates (`MetricExpr`); a `Dim` is something a query can be split by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from kpidsl.model.calendar import CalendarModel
from kpidsl.model.derived import ANY, Aged, Happenings, Members, Staged, Starts
from kpidsl.model.expr import Agg, Expr, Field, Type
from kpidsl.record import dataclass, field, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

# ---------------------------------------------------------------- sources


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a source: physical (`physical` is its name in the data) or computed (`expr`, over the source's own fields).

    `additive` is False for numbers that may never be summed; `flag` says whose fault that is ("declared", "distinct count" …).
    """

    name: str
    type: Type
    span: Span
    physical: str | None = None
    expr: Expr | None = None
    label: str = ""
    description: str = ""
    pii: bool = False
    additive: bool = True
    why_not_additive: str = ""
    not_null: bool = False


@dataclass(frozen=True, slots=True)
class JoinModel:
    """A role: at most one row of `target` beside every row of the owner.

    on: (expression over the owner, target column). For kind `during`: `starts`/`ends` are target columns compared with `moment` of
    the owner. For kinds `last`/`first`: the nearest row by `order` (target column) before/after `moment`, at most `within` away.
    """

    role: str
    kind: str  # one during last first
    target: str
    on: tuple[tuple[str, str], ...]
    span: Span
    one_to_one: bool = False
    moment: str | None = None
    starts: str | None = None
    ends: str | None = None
    order: str | None = None
    before: bool = True
    within: tuple[int, str] | None = None
    where: Expr | None = None  # over the target
    inclusive: bool = False  # a row at the very moment counts as earlier (rates); otherwise strictly earlier or later
    hidden: bool = False  # made by `convert`; no route leads over it


@dataclass(frozen=True, slots=True)
class ColumnAggregate:
    """An aggregate per row of the owner over rows of `child`: the hidden part of an aggregate column or of a coarser grain.

    `route` leads from the child to the owner (empty for a coarser grain, where the group is its `by`); `agg` is over the child's fields.
    """

    name: str
    child: str
    route: tuple[str, ...]
    agg: Agg
    zero: bool  # counts and sums of nothing are 0


@dataclass(frozen=True)
class SourceModel:
    """One kind of row. `origin` is the syntax of where it comes from; `aggregates` are hidden columns by name."""

    name: str
    label: str
    origin: ast.Origin
    span: Span
    key: tuple[str, ...] = ()
    time: str | None = None
    columns: dict[str, Column] = field(default_factory=dict)
    joins: dict[str, JoinModel] = field(default_factory=dict)
    aggregates: dict[str, ColumnAggregate] = field(default_factory=dict)
    schema: tuple[str, ...] = ()
    members: tuple[str, ...] = ()  # of a union, as source names
    base: str | None = None  # of a coarser grain
    by: tuple[str, ...] = ()
    begins: dt.date | None = None
    complete_through: dt.date | Field | None = None  # a day, or the column whose greatest value is one
    rows_of: str | None = None  # each row is one of that source's: its columns and roles are there too
    events: Happenings | None = None  # what the rows are made of, where a funnel, a conversion or a cohort makes them

    @property
    def is_read(self) -> bool:
        """Whether its rows stand somewhere, and are not made of those of other sources."""
        return self.base is None and not self.members and self.events is None


class Sources(dict[str, SourceModel]):
    """The declared sources by name. Those that funnels and the like make of them (`derived`) are found by name, too, and never met
    otherwise: nobody has declared them, so nothing lists, checks or suggests them."""

    def __init__(self, sources: Mapping[str, SourceModel] | None = None, derived: dict[str, SourceModel] | None = None) -> None:
        super().__init__(sources or {})
        known: dict[str, SourceModel] = getattr(sources, "derived", {})
        self.derived = known if derived is None else derived  # shared: queries that are resolved later make more of them

    def __missing__(self, name: str) -> SourceModel:
        return self.derived[name]


# ---------------------------------------------------------------- metrics


@dataclass(frozen=True, slots=True)
class Pick:
    """`latest: t, per: a`: one row per value of `per`, the latest by `order`, ties by the greatest key; picked before filtering."""

    order: Expr
    per: tuple[Expr, ...]
    key: tuple[Expr, ...]
    last: bool = True


@dataclass(frozen=True, slots=True)
class Shift:
    """`prior(m, 1 year)`: m at the period so much earlier; of an unfinished period only the part that is over here too, unless `whole`.
    By nothing (amount 0) it is that part of the period itself."""

    amount: int
    unit: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Trailing:
    """`trailing(m, 28 days)`: m over the days up to the period's last one. read: by the last or the first day of a coarser period."""

    amount: int
    unit: str
    read: str = "last"


@dataclass(frozen=True, slots=True)
class ToDate:
    """`to_date(m, year)`: m from the start of the grain to the period's last day."""

    grain: str


@dataclass(frozen=True, slots=True)
class Running:
    """`running(m)`: m over everything up to the period's last day."""


@dataclass(frozen=True, slots=True)
class Edge:
    """`at_start(m, year)`, `at_end(m, year)`: m in the grain's first or last period."""

    grain: str
    last: bool = False


Move = Shift | Trailing | ToDate | Running | Edge
Window = Trailing | ToDate | Running


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A base metric: an aggregate over the rows of one source, filtered.

    `frame` says which rows count for a period: none for the period's own, else the moves that lead from it to others, outermost first.
    `alive` are start and end of a row's life: the rows that live at the period's end count (a stock).
    """

    source: str
    agg: Agg
    type: Type
    name: str  # a telling name for the column in the SQL
    span: Span = field(compare=False, repr=False)
    filters: tuple[Expr, ...] = ()
    when: tuple[Expr, ...] = ()  # the asked period; unlike filters it also limits what a pick may choose from
    pick: Pick | None = None
    time: Expr | None = None  # another time than the source's own (`at time`)
    fill: bool = True  # nothing means zero (S5); only for sums and counts
    additive: bool = True
    frame: tuple[Move, ...] = ()
    alive: tuple[Expr, Expr] | None = None

    @property
    def fact(self) -> Fact:
        """The rows it is read from, and the time by which they fall into periods: aggregates of one fact share one scan."""
        return (self.source, self.time)


Fact = tuple[str, Expr | None]


@dataclass(frozen=True, slots=True)
class Constant:
    value: int | Decimal | str | bool | None
    type: Type


@dataclass(frozen=True, slots=True)
class Formula:
    """An operator of the row language over aggregated values."""

    op: str
    args: tuple[MetricExpr, ...]
    type: Type
    options: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cases:
    whens: tuple[tuple[MetricExpr, MetricExpr], ...]
    otherwise: MetricExpr | None
    type: Type


@dataclass(frozen=True, slots=True)
class Ref:
    """Another metric by name, kept for lineage."""

    name: str
    value: MetricExpr
    type: Type


@dataclass(frozen=True, slots=True)
class AtLevel:
    """`value at (dims)`: the value at those group-bys of a query that are listed."""

    value: MetricExpr
    dims: tuple[Dim, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Share:
    """`share(m, of: d)`: part over whole; the whole is taken at the group-bys without d, and filters on d do not reach it."""

    part: MetricExpr
    whole: MetricExpr
    of: tuple[Dim, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Moved:
    """`value` at another period than the query's; a query pushes it down to the frames of the aggregates."""

    value: MetricExpr
    move: Move
    type: Type
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Mature:
    """`value`, null for periods that ended less than so long ago. `frame` as of an aggregate: which period is judged."""

    value: MetricExpr
    amount: int
    unit: str
    type: Type
    frame: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class DailyAverage:
    """`trailing(m, 28 days, read: average)`: the average of `value` over the days of a period, each with its own value of any kind."""

    value: MetricExpr
    type: Type
    span: Span = field(compare=False, repr=False)


MetricExpr = Aggregate | Constant | Formula | Cases | Ref | AtLevel | Share | Moved | Mature | DailyAverage


def parts(expr: MetricExpr) -> tuple[MetricExpr, ...]:
    """The direct parts of a metric expression."""
    if isinstance(expr, (Aggregate, Constant)):
        return ()
    if isinstance(expr, Formula):
        return expr.args
    if isinstance(expr, Cases):
        tail = () if expr.otherwise is None else (expr.otherwise,)
        return tuple([part for when in expr.whens for part in when]) + tail
    if isinstance(expr, Share):
        return (expr.part, expr.whole)
    return (expr.value,)


def rebuilt(expr: MetricExpr, change: Callable[[MetricExpr], MetricExpr]) -> MetricExpr:
    """The node with every direct part changed; a node without parts as it is."""
    match expr:
        case Formula():
            return replace(expr, args=tuple(change(a) for a in expr.args))
        case Cases():
            whens = tuple((change(c), change(v)) for c, v in expr.whens)
            return replace(expr, whens=whens, otherwise=None if expr.otherwise is None else change(expr.otherwise))
        case Ref() | AtLevel() | Moved() | Mature() | DailyAverage():
            return replace(expr, value=change(expr.value))
        case Share():
            return replace(expr, part=change(expr.part), whole=change(expr.whole))
        case _:
            return expr


def aggregates(expr: MetricExpr) -> list[Aggregate]:
    """The base metrics of a tree, in order of appearance."""
    found: list[Aggregate] = []
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Aggregate):
            found.append(part)
        elif isinstance(part, Ref):
            waiting.append(part.value)
        else:
            waiting += reversed(parts(part))
    return found


def contains(expr: MetricExpr, kinds: tuple[type[MetricExpr], ...]) -> bool:
    """Whether a tree is of one of these kinds, or any part of it."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if isinstance(part, kinds):
            return True
        waiting += parts(part)
    return False


def daily_averages(expr: MetricExpr) -> list[DailyAverage]:
    """The averages over days in a tree."""
    if isinstance(expr, DailyAverage):
        return [expr]
    if isinstance(expr, (Aggregate, Constant)):
        return []
    return [found for part in parts(expr) for found in daily_averages(part)]


@dataclass(frozen=True, slots=True)
class MetricModel:
    """A metric. `unit` overrides of the declaration are already in `type`; `better` is higher, lower, between or ''."""

    name: str
    label: str
    expr: MetricExpr
    type: Type
    additivity: str  # additive | semi-additive | non-additive
    span: Span
    decl: ast.Metric | None = None
    format: str = ""
    better: str = ""
    description: str = ""
    absent_null: bool = False
    module: str = ""


# ---------------------------------------------------------------- funnels


@dataclass(frozen=True, slots=True)
class StageModel:
    """A stage as people see it; `value` is its metric in a funnel of metrics."""

    name: str
    label: str
    span: Span = field(compare=False, repr=False)
    optional: bool = False
    value: MetricExpr | None = None


@dataclass(frozen=True, slots=True)
class FunnelModel:
    """A funnel. `rows` is the source of its starts, None where its stages are metrics; then it has no times."""

    name: str
    label: str
    stages: tuple[StageModel, ...]
    span: Span = field(compare=False, repr=False)
    rows: SourceModel | None = None
    starts: Starts | None = None

    @property
    def in_stages(self) -> bool:
        """Whether it tells how many came to each stage; in any order there are only those that did everything."""
        return self.starts is None or self.starts.order != ANY


@dataclass(frozen=True, slots=True)
class CohortModel:
    """A cohort: `rows` are what its members did, each under the row with which the member began; it is followed for `last` periods after
    the first one. `worth` is the type of what is added up over time."""

    name: str
    label: str
    span: Span = field(compare=False, repr=False)
    rows: SourceModel
    members: Members
    last: int
    worth: Type | None = None


# ---------------------------------------------------------------- dimensions and queries


@dataclass(frozen=True, slots=True)
class Dim:
    """Something a query can be split by.

    kind: path (a column of `source` over `path`), dimension (a declared one: `name`), own (a period of the calendar's own: `column` of
    `source` says which one a day is in), grain or part (of time; `grain` is its word,
    `source`/`path`/`column` a time that was named, else each metric's own). `name` is the result's column.
    """

    kind: str
    name: str
    type: Type
    span: Span = field(compare=False, repr=False)
    source: str = ""
    path: tuple[str, ...] = ()
    column: str = ""
    grain: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Two group-bys with one key are the same group-by, whatever they were called."""
        name = self.name if self.kind == "dimension" else ""
        return (self.kind, name, self.source, self.path, self.column, self.grain)


@dataclass(frozen=True, slots=True)
class DimensionModel:
    """A conformed dimension: (source it starts at, expression over it) per alternative."""

    name: str
    label: str
    type: Type
    alternatives: tuple[tuple[str, Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ParamModel:
    name: str
    label: str
    type: Type
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class QueryMetric:
    """One metric column of a query; filters of the query are already in its aggregates."""

    name: str
    label: str
    expr: MetricExpr
    type: Type
    format: str = ""


@dataclass(frozen=True, slots=True)
class QueryModel:
    """A resolved query. `bindings` says, per fact and position of a group-by, the row expression it stands for.

    order: (position in `outputs`, descending); top: (count, position of the metric, with other).
    `hidden` metrics are computed for order and top but not shown. asked: first day of the range and the day after its last one, None
    where it is open. whole: the day after the running period of `last`, to which `compare … whole` goes. clock: positions of the group-bys
    that are periods of every metric's own time, the finest one first. staged: the rows are the stages of a funnel, or the
    ages of cohorts.
    """

    metrics: tuple[QueryMetric, ...]
    dims: tuple[Dim, ...]
    bindings: dict[tuple[Fact, int], Expr]
    hidden: tuple[QueryMetric, ...] = ()
    order: tuple[tuple[int, bool], ...] = ()
    top: tuple[int, int, bool] | None = None
    totals: bool = False
    values: bool = False
    comment: str = ""
    asked: tuple[Expr | None, Expr | None] = (None, None)
    whole: Expr | None = None
    clock: tuple[int, ...] = ()
    sparse: bool = False
    staged: Staged | Aged | None = None

    def leaves(self) -> list[Aggregate]:
        """The aggregates of all metrics."""
        return [leaf for metric in (*self.metrics, *self.hidden) for leaf in aggregates(metric.expr)]


@dataclass(frozen=True)
class Model:
    """Everything a project means. Names are unique per dictionary; those of a module's instance are prefixed with the module."""

    sources: Sources = field(default_factory=Sources)
    metrics: dict[str, MetricModel] = field(default_factory=dict)
    dimensions: dict[str, DimensionModel] = field(default_factory=dict)
    params: dict[str, ParamModel] = field(default_factory=dict)
    calendar: CalendarModel = field(default_factory=CalendarModel)
