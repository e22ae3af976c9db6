"""The syntax tree: what an analyst wrote, and where. Nothing is resolved here.

Every node is a frozen dataclass with a `span` that does not take part in equality, so two trees are equal when they say the same.
Items inside braces keep their order in `items`; readers pick the kinds they want with `pick`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from kpidsl.span import Span


@dataclass(frozen=True, slots=True)
class Node:
    span: Span = field(compare=False, repr=False)


T = TypeVar("T", bound=Node)


def pick(items: Iterable[Node], kind: type[T]) -> list[T]:
    """The items of one kind, in the order written."""
    return [item for item in items if isinstance(item, kind)]


# ---------------------------------------------------------------- names and literals


@dataclass(frozen=True, slots=True)
class Ident(Node):
    """A name: NFC-normalised and without its backquotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`a.b.c`; a bare name is a path of one part."""

    parts: tuple[Ident, ...]

    @property
    def text(self) -> str:
        return ".".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: int | Decimal
    text: str = field(compare=False)  # as written, for the formatter


@dataclass(frozen=True, slots=True)
class Percent(Node):
    """`20%`: `value` is the ratio, 0.2."""

    value: Decimal
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Money(Node):
    """`25 EUR`."""

    amount: Decimal
    currency: str
    text: str = field(compare=False)  # the number as written


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """`30 days` and `30d`: unit is one of second minute hour day week month quarter year."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class Bool(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Null(Node):
    pass


@dataclass(frozen=True, slots=True)
class Date(Node):
    value: dt.date


@dataclass(frozen=True, slots=True)
class Timestamp(Node):
    value: dt.datetime  # naive


@dataclass(frozen=True, slots=True)
class Period(Node):
    """`2026`, `2026-H1`, `2026-Q1`, `2026-03`, `2026-W12`: grain is year half quarter month week; index counts from 1 (1 for a year)."""

    grain: str
    year: int
    index: int


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`a..b`, either side may be open. Sides are dates, periods, timestamps or paths."""

    start: Expr | None
    end: Expr | None


# ---------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-x`, `not x`."""

    op: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """op: + - * / and or = <> < <= > >=  (`!=` is read as `<>`)."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class InList(Node):
    value: Expr
    options: tuple[Expr, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Expr
    low: Expr
    high: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    value: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Like(Node):
    value: Expr
    pattern: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class When(Node):
    condition: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Case(Node):
    """`case [subject] when … then … [else …] end`."""

    subject: Expr | None
    whens: tuple[When, ...]
    otherwise: Expr | None


@dataclass(frozen=True, slots=True)
class Arg(Node):
    """One argument; `name` for `name: value`."""

    name: Ident | None
    value: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`f(a, b, name: c)` and `count(distinct x)`. The name is kept as written; `sql("…")` is a call too."""

    name: Ident
    args: tuple[Arg, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Where(Node):
    """`value where condition`, also inside an argument: `count(orders where paid)`."""

    value: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class At(Node):
    """`value at (country, month)`."""

    value: Expr
    dimensions: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class AtTime(Node):
    """`value at time orders.shipped_at`."""

    value: Expr
    path: Path


@dataclass(frozen=True, slots=True)
class Via(Node):
    """`value via role`: the join by which the rows of `value` reach this source."""

    value: Expr
    role: Ident


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    """`(a, b)`, where an argument takes several: `per: (customer_id, channel)`."""

    items: tuple[Expr, ...]


Expr = (
    Path
    | Number
    | Percent
    | Money
    | Duration
    | Text
    | Bool
    | Null
    | Date
    | Timestamp
    | Period
    | Range
    | Unary
    | Binary
    | InList
    | Between
    | IsNull
    | Like
    | Case
    | Call
    | Where
    | At
    | AtTime
    | Via
    | Tuple
)


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """`money(EUR)`, `decimal(12, 2)`, `timestamp in "Asia/Taipei"`, `EUR/lead` (per = lead). Arguments are numbers or paths."""

    name: Ident
    args: tuple[Expr, ...] = ()
    zone: str | None = None
    per: Ident | None = None


# ---------------------------------------------------------------- items shared by several declarations


@dataclass(frozen=True, slots=True)
class Describe(Node):
    text: str


@dataclass(frozen=True, slots=True)
class LocaleLabel(Node):
    """`label it "Ricavi"` (locale `it`, `zh-Hant`)."""

    locale: str
    text: str


@dataclass(frozen=True, slots=True)
class Owner(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Deprecated(Node):
    text: str


# ---------------------------------------------------------------- calendar, parameters, packages


@dataclass(frozen=True, slots=True)
class Zone(Node):
    name: str


@dataclass(frozen=True, slots=True)
class WeekStarts(Node):
    day: Ident


@dataclass(frozen=True, slots=True)
class YearStarts(Node):
    month: Ident


@dataclass(frozen=True, slots=True)
class Holidays(Node):
    """Dates, or a path to a source's date column."""

    days: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class CalendarGrain(Node):
    """`grain retail_week from retail_days.week_start`."""

    name: Ident
    path: Path


@dataclass(frozen=True, slots=True)
class Calendar(Node):
    items: tuple[Zone | WeekStarts | YearStarts | Holidays | CalendarGrain, ...]


@dataclass(frozen=True, slots=True)
class Param(Node):
    """`param vat "VAT": percent = 22%`."""

    name: Ident
    label: str | None
    type: TypeName
    default: Expr | None


@dataclass(frozen=True, slots=True)
class Binding(Node):
    """`leads = qualified_leads` after `with`."""

    name: Ident
    value: Expr


@dataclass(frozen=True, slots=True)
class Use(Node):
    """`use std.marketing (ctr, roas) with leads = qualified_leads in raw_schema`; `names` None means all."""

    module: Path
    names: tuple[Ident, ...] | None
    bindings: tuple[Binding, ...]
    schema: Path | None


@dataclass(frozen=True, slots=True)
class Need(Node):
    """`need leads: count "Qualified leads"`: an abstract metric that the user of a module supplies."""

    name: Ident
    type: TypeName
    label: str | None
    items: tuple[Node, ...] = ()  # Describe


# ---------------------------------------------------------------- sources


@dataclass(frozen=True, slots=True)
class FromTable(Node):
    """`from shop.orders`."""

    path: Path


@dataclass(frozen=True, slots=True)
class FromFile(Node):
    """`from file("data/orders.csv", delimiter: ";")`; further arguments are named options."""

    path: Text
    options: tuple[Arg, ...] = ()


@dataclass(frozen=True, slots=True)
class FromSql(Node):
    text: Text


@dataclass(frozen=True, slots=True)
class FromUnion(Node):
    """`from union(meta, google) as platform`."""

    sources: tuple[Ident, ...]
    discriminator: Ident | None


@dataclass(frozen=True, slots=True)
class FromGrain(Node):
    """`from events by session_id, day`: one row per value of these columns of another source."""

    source: Ident
    by: tuple[Ident, ...]


Origin = FromTable | FromFile | FromSql | FromUnion | FromGrain


@dataclass(frozen=True, slots=True)
class Key(Node):
    columns: tuple[Ident, ...]


@dataclass(frozen=True, slots=True)
class TimeColumn(Node):
    """`time ordered_at`."""

    column: Ident


@dataclass(frozen=True, slots=True)
class Flag(Node):
    """An option of a column in braces: `pii`, `not additive`, `not null`. `name` is the words joined by one blank."""

    name: str


@dataclass(frozen=True, slots=True)
class From(Node):
    """`from "Order Date"` among a column's options: the physical column behind the name. Text or a backquoted name."""

    column: str


@dataclass(frozen=True, slots=True)
class Column(Node):
    """`amount: money(EUR) "Amount" = expr { pii  describe "…" }`."""

    name: Ident
    type: TypeName
    label: str | None
    expr: Expr | None
    items: tuple[Node, ...] = ()  # Flag From Describe LocaleLabel


@dataclass(frozen=True, slots=True)
class OnPair(Node):
    """`customer_id = id`; `on customer_id` has the same name on both sides."""

    left: Ident
    right: Ident


@dataclass(frozen=True, slots=True)
class Join(Node):
    """`join one role: target on …`; kind is one, last or first.

    during: as-of validity `target.a..target.b`; before/after, within and where belong to `last` and `first`.
    """

    kind: str
    role: Ident
    target: Ident
    on: tuple[OnPair, ...]
    during: Range | None = None
    before: Path | None = None
    after: Path | None = None
    within: Duration | None = None
    where: Expr | None = None


@dataclass(frozen=True, slots=True)
class Begins(Node):
    date: Expr


@dataclass(frozen=True, slots=True)
class CompleteThrough(Node):
    """A date, or a path to a column or source column that holds it."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Settles(Node):
    after: Duration


@dataclass(frozen=True, slots=True)
class SourceDecl(Node):
    """items: Key TimeColumn Column Join Begins CompleteThrough Settles Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    origin: Origin
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Dimension(Node):
    """One conformed dimension; each alternative serves the sources that reach it."""

    name: Ident
    label: str | None
    alternatives: tuple[Expr, ...]
    items: tuple[Node, ...] = ()  # Describe LocaleLabel


@dataclass(frozen=True, slots=True)
class Segment(Node):
    name: Ident
    label: str | None
    condition: Expr
    items: tuple[Node, ...] = ()  # Describe LocaleLabel


# ---------------------------------------------------------------- metrics


@dataclass(frozen=True, slots=True)
class UnitItem(Node):
    unit: TypeName


@dataclass(frozen=True, slots=True)
class FormatItem(Node):
    """`format x`, `format "0.0"`."""

    text: str


@dataclass(frozen=True, slots=True)
class Better(Node):
    """direction: higher, lower or between (then low and high)."""

    direction: str
    low: Expr | None = None
    high: Expr | None = None


@dataclass(frozen=True, slots=True)
class Absent(Node):
    """`absent null`: no rows means null, not 0."""


@dataclass(frozen=True, slots=True)
class Mature(Node):
    after: Duration


@dataclass(frozen=True, slots=True)
class Vanity(Node):
    """`vanity`, `vanity for leads, sales`."""

    kinds: tuple[Ident, ...]


@dataclass(frozen=True, slots=True)
class Category(Node):
    name: Ident


@dataclass(frozen=True, slots=True)
class Metric(Node):
    """items: Describe LocaleLabel Owner Deprecated UnitItem FormatItem Better Absent Mature Vanity Category."""

    name: Ident
    label: str | None
    expr: Expr
    items: tuple[Node, ...] = ()


# ---------------------------------------------------------------- queries


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`compare previous year|period [whole]`."""

    span_name: str  # year | period (also month, week, quarter)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class OrderItem(Node):
    value: Expr
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Top(Node):
    count: int
    by: Expr | None = None
    with_other: bool = False


@dataclass(frozen=True, slots=True)
class Query(Node):
    """The one query form. `values` for `values channel, country`, then `metrics` is empty and `by` holds the dimensions."""

    metrics: tuple[Expr, ...]
    by: tuple[Expr, ...] = ()
    where: Expr | None = None
    during: Expr | None = None  # Period, Date, Range
    last: Duration | None = None
    compare: Compare | None = None
    totals: bool = False
    sparse: bool = False
    order: tuple[OrderItem, ...] = ()
    top: Top | None = None
    values: bool = False


@dataclass(frozen=True, slots=True)
class Report(Node):
    name: Ident
    label: str | None
    query: Query
    items: tuple[Node, ...] = ()  # Describe LocaleLabel Owner


@dataclass(frozen=True, slots=True)
class Materialize(Node):
    query: Query


# ---------------------------------------------------------------- goals and KPIs


@dataclass(frozen=True, slots=True)
class GoalKind(Node):
    name: Ident


@dataclass(frozen=True, slots=True)
class Measure(Node):
    value: Expr


@dataclass(frozen=True, slots=True)
class Change(Node):
    """`increase 20% over 2025-H2` | `reduce …`; `over` may be a period or a range."""

    direction: str  # increase | reduce
    amount: Expr
    over: Expr | None


@dataclass(frozen=True, slots=True)
class Reach(Node):
    """`reach 1_200_000 EUR [from 2026-01-01]`."""

    amount: Expr
    from_: Expr | None = None


@dataclass(frozen=True, slots=True)
class Keep(Node):
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Deadline(Node):
    """`by 2026-06-30`."""

    date: Expr


@dataclass(frozen=True, slots=True)
class Review(Node):
    rhythm: Ident


@dataclass(frozen=True, slots=True)
class Because(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Parent(Node):
    name: Ident


@dataclass(frozen=True, slots=True)
class Goal(Node):
    """items: GoalKind Measure Change Reach Keep Deadline Review Owner Because Parent Describe LocaleLabel."""

    name: Ident
    label: str | None
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Stage(Node):
    """`stage conversion` of a KPI."""

    name: Ident


@dataclass(frozen=True, slots=True)
class Tier(Node):
    name: Ident


@dataclass(frozen=True, slots=True)
class Target(Node):
    """`target <= 45 EUR each month where … from 2026-07 because "…"`, `stretch …` (kind stretch), `target between a and b each month`.

    op: one of = < <= > >= between; `high` for between.
    """

    kind: str  # target | stretch
    op: str
    value: Expr
    high: Expr | None = None
    each: Ident | None = None
    where: Expr | None = None
    from_: Expr | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class TargetFrom(Node):
    """`target from plan_revenue each month by region`."""

    metric: Path
    each: Ident | None = None
    by: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Warn(Node):
    """`warn at 110%`."""

    at: Expr


@dataclass(frozen=True, slots=True)
class Needs(Node):
    """`needs 30 new_customers`."""

    count: Expr
    metric: Path


@dataclass(frozen=True, slots=True)
class Pace(Node):
    name: Ident


@dataclass(frozen=True, slots=True)
class Benchmark(Node):
    """`benchmark 52 EUR { source "…" year 2025 country IT tier … }`; facts are (word, value) in order."""

    value: Expr
    facts: tuple[tuple[str, Expr | Ident], ...] = ()


@dataclass(frozen=True, slots=True)
class Advice(Node):
    """`when off_track do "…"`."""

    status: Ident
    text: str


@dataclass(frozen=True, slots=True)
class Kpi(Node):
    """items: Stage Tier Target TargetFrom Warn Needs Pace Benchmark Advice Owner Describe LocaleLabel Category Better."""

    metric: Path  # the metric it stands on; `purchase.rate` for a funnel's
    label: str | None
    goal: Ident | None
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary(Node):
    """`audience executive "Executives"`, and `tier`, `kind` likewise: words that a project declares."""

    kind: str  # audience | tier | kind
    name: Ident
    label: str | None
    items: tuple[Node, ...] = ()  # Describe LocaleLabel


# ---------------------------------------------------------------- funnels, journeys, cohorts


@dataclass(frozen=True, slots=True)
class JourneyStage(Node):
    name: Ident
    label: str | None


@dataclass(frozen=True, slots=True)
class Journey(Node):
    name: Ident
    label: str | None
    stages: tuple[JourneyStage, ...]


@dataclass(frozen=True, slots=True)
class Entity(Node):
    column: Ident


@dataclass(frozen=True, slots=True)
class Within(Node):
    span_of: Duration


@dataclass(frozen=True, slots=True)
class StageOrder(Node):
    """`order strict | ordered | any`."""

    name: Ident


@dataclass(frozen=True, slots=True)
class Exclude(Node):
    rows: Expr  # a Path or Where over a source


@dataclass(frozen=True, slots=True)
class Same(Node):
    columns: tuple[Ident, ...]


@dataclass(frozen=True, slots=True)
class FunnelStage(Node):
    """`stage visit "Visit" = events where …  { optional }`: rows of a source, or a metric."""

    name: Ident
    label: str | None
    rows: Expr
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Funnel(Node):
    """items: Entity Within StageOrder Exclude Same FunnelStage Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Start(Node):
    """`start first`, or `start PATH`."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Each(Node):
    """`each month for 12 months` (horizon) of a cohort, `each week` elsewhere."""

    grain: Ident
    horizon: Duration | None = None


@dataclass(frozen=True, slots=True)
class Cohort(Node):
    """items: Entity Start Each Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    rows: Expr
    items: tuple[Node, ...]


# ---------------------------------------------------------------- alerts, scorecards, dashboards, tests


@dataclass(frozen=True, slots=True)
class Watch(Node):
    """`watch cac by channel each week { needs 30 new_customers  quiet 2 weeks }`."""

    value: Expr
    by: tuple[Expr, ...] = ()
    each: Ident | None = None
    items: tuple[Node, ...] = ()  # Needs Quiet


@dataclass(frozen=True, slots=True)
class Quiet(Node):
    span_of: Duration


@dataclass(frozen=True, slots=True)
class Anomaly(Node):
    """`anomaly [above|below] 3 sigma over 12 weeks`; direction '' means both."""

    direction: str
    sigmas: Expr
    over: Duration


@dataclass(frozen=True, slots=True)
class Threshold(Node):
    """`> 60 EUR [for 3 days]`."""

    op: str
    value: Expr
    lasting: Duration | None = None


@dataclass(frozen=True, slots=True)
class Movement(Node):
    """`falls 20% against previous week`, `rises …`."""

    direction: str  # falls | rises
    amount: Expr
    against: str  # week | month | year | period …


@dataclass(frozen=True, slots=True)
class AlertWhen(Node):
    """`when A | B | C`: any of them fires."""

    conditions: tuple[Anomaly | Threshold | Movement, ...]


@dataclass(frozen=True, slots=True)
class Do(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Alert(Node):
    """items: Watch AlertWhen Do Owner Describe LocaleLabel."""

    name: Ident
    label: str | None
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Weigh(Node):
    metric: Path
    weight: Expr
    floor: Expr | None = None
    cap: Expr | None = None


@dataclass(frozen=True, slots=True)
class PayPoint(Node):
    pay: Expr
    at: Expr


@dataclass(frozen=True, slots=True)
class Pay(Node):
    points: tuple[PayPoint, ...]


@dataclass(frozen=True, slots=True)
class Scorecard(Node):
    """`scorecard sales_bonus for "Account executive" [by orders.salesperson] each quarter`. items: Weigh Pay Owner Describe LocaleLabel."""

    name: Ident
    label: str | None
    role: str | None
    by: tuple[Expr, ...]
    each: Ident | None
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Question(Node):
    text: str


@dataclass(frozen=True, slots=True)
class PeriodItem(Node):
    """`period last 12 months` (last) or `period 2026-Q1` (during)."""

    last: Duration | None = None
    during: Expr | None = None


@dataclass(frozen=True, slots=True)
class GoalTile(Node):
    names: tuple[Ident, ...]


@dataclass(frozen=True, slots=True)
class KpiTile(Node):
    metrics: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ShowTile(Node):
    """`show QUERY [as CHART] ["Title"]`."""

    query: Query
    chart: Ident | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class NamedTile(Node):
    """`funnel purchase by device`, and so `cohort`, `scorecard`, `report`, `journey`; `matrix` and `findings` have no name."""

    kind: str
    name: Ident | None
    by: tuple[Expr, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class TextTile(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Dashboard(Node):
    """items: Question PeriodItem GoalTile KpiTile ShowTile NamedTile TextTile Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    audience: Ident | None
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Given(Node):
    """`given ad_spend \"\"\"csv\"\"\"`; `text` is the raw block without its quotes."""

    source: Ident
    text: str


@dataclass(frozen=True, slots=True)
class Expect(Node):
    query: Query
    text: str


@dataclass(frozen=True, slots=True)
class AsOf(Node):
    """`as of 2026-03-15` in a test."""

    date: Expr


@dataclass(frozen=True, slots=True)
class Test(Node):
    """items: Given Expect AsOf."""

    title: str
    items: tuple[Node, ...]


Decl = (
    Calendar
    | Param
    | Use
    | Need
    | SourceDecl
    | Dimension
    | Segment
    | Metric
    | Report
    | Materialize
    | Goal
    | Kpi
    | Vocabulary
    | Journey
    | Funnel
    | Cohort
    | Alert
    | Scorecard
    | Dashboard
    | Test
)


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """`# text`, without the sign and one blank; kept beside the tree, for the formatter and `# kpi: ignore`."""

    text: str


@dataclass(frozen=True, slots=True)
class File(Node):
    """One `.kpi` file."""

    declarations: tuple[Decl, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
