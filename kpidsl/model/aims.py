"""What is aimed at: goals, KPIs and their targets, resolved. Comes out of `goals` and `kpis`, goes into the planner; immutable."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kpidsl.model.expr import Type
from kpidsl.model.model import MetricExpr, MetricModel, QueryModel
from kpidsl.record import dataclass
from kpidsl.span import Span
from kpidsl.syntax import ast

ACTUAL, PREVIOUS, LAST_YEAR, LAST_YEAR_WHOLE, VOLUME, TRIALS = "actual", "previous", "last_year", "last_year_whole", "volume", "trials"
ROWS = "rows"
"""Columns of the query behind a KPI; `rows` is null where a period has none, `trials` is what a rate is a share of."""
BASELINE, EARLIER, VALUE = "baseline", "earlier_", "value"
"""Columns of the queries behind a goal: its baseline, the spans before that, and the values of single days."""
SPANS = 3
"""How many spans before the baseline a goal is compared with."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A value to reach or to keep: one for all periods, or (`column`) one that the planned query gives for each."""

    value: MetricExpr
    column: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a period should bring, from a day on: at least `low`, at most `high`, or both. `strict`: the edge itself is not good enough."""

    low: Bound | None
    high: Bound | None
    strict: bool
    since: dt.date | None
    because: str
    span: Span

    @property
    def direction(self) -> str:
        """higher, lower or between."""
        return "between" if self.low and self.high else "higher" if self.low else "lower"


@dataclass(frozen=True, slots=True)
class Track:
    """One line of a KPI: its values by one kind of period, over all rows, over those of one segment (`where`, as written), or by the first
    `by` group-bys of the query.

    `targets` and `stretch` are revisions, the latest first. `planned` gives the targets that depend on the period.
    """

    each: str
    segment: str
    by: int
    query: QueryModel
    targets: tuple[Target, ...] = ()
    stretch: tuple[Target, ...] = ()
    planned: QueryModel | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkModel:
    """What others reach: a value, who says so, and for when and where."""

    value: MetricExpr
    source: str
    facts: tuple[tuple[str, str], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class KpiModel:
    """A KPI. `needs` is the volume below which its value says nothing; `warn` how far from what is expected it may be, as a ratio (None: a
    tenth); `advice` says by status what to do. `rate`: its value is a share of counted things, so it has an interval (S31)."""

    name: str
    label: str
    goal: str
    metric: MetricModel
    direction: str
    tracks: tuple[Track, ...]
    pace: str
    is_paced: bool
    is_rate: bool
    needs: Decimal | None
    warn: Decimal | None
    benchmarks: tuple[BenchmarkModel, ...]
    advice: tuple[tuple[str, str], ...]
    stage: str
    tier: str
    category: str
    owner: str
    mature: tuple[int, str] | None
    decl: ast.Kpi


@dataclass(frozen=True, slots=True)
class GoalModel:
    """A goal. `way`: increase, reduce, reach or keep. `amount` is the change asked for (`relative`: a ratio of the baseline) or the value
    to reach; `high` the upper edge of what to keep. It runs from `start` to `end`, both included; `keep` is judged by period of `review`.

    actual: the value so far; days: the same by day, which tells how much it varies; history: the baseline and the spans before it.
    """

    name: str
    label: str
    kind: str
    measure: MetricExpr
    measure_name: str
    type: Type
    format: str
    way: str
    direction: str
    amount: MetricExpr
    relative: bool
    high: MetricExpr | None
    start: dt.date | None
    end: dt.date
    baseline: tuple[dt.date, dt.date] | None
    review: str
    is_paced: bool
    actual: QueryModel
    days: QueryModel | None
    history: QueryModel | None
    owner: str
    because: str
    parent: str
    decl: ast.Goal
