"""The syntax tree: what an analyst wrote, and where. Nothing is resolved here.

Every node is a frozen dataclass with a `span` that does not take part in equality, so two trees are equal when they say the same.
Items inside braces keep their order in `items`; readers pick the kinds they want with `pick`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from kpidsl.record import field
from kpidsl.record import frozen as node
from kpidsl.span import Span


@node
class Node:
    span: Span = field(compare=False, repr=False)


T = TypeVar("T", bound=Node)


def pick(items: Iterable[Node], kind: type[T]) -> list[T]:
    """The items of one kind, in the order written."""
    return [item for item in items if isinstance(item, kind)]


# ---------------------------------------------------------------- names and literals


@node
class Ident(Node):
    """A name: NFC-normalised and without its backquotes."""

    text: str


@node
class Path(Node):
    """`a.b.c`; a bare name is a path of one part."""

    parts: tuple[Ident, ...]

    @property
    def text(self) -> str:
        return ".".join(part.text for part in self.parts)


@node
class Number(Node):
    value: int | Decimal
    text: str = field(compare=False)  # as written, for the formatter


@node
class Percent(Node):
    """`20%`: `value` is the ratio, 0.2."""

    value: Decimal
    text: str = field(compare=False)


@node
class Money(Node):
    """`25 EUR`."""

    amount: Decimal
    currency: str
    text: str = field(compare=False)  # the number as written


@node
class Duration(Node):
    """`30 days` and `30d`: unit is one of second minute hour day week month quarter year."""

    amount: int
    unit: str


@node
class Text(Node):
    value: str


@node
class Bool(Node):
    value: bool


@node
class Bound(Node):
    """A value that somebody picked while the program runs, and no `.kpi` file says: it goes to the engine beside the statement. `kind` is
    text, int, bool or date."""

    value: str | int | bool | dt.date
    kind: str


@node
class Null(Node):
    pass


@node
class Date(Node):
    value: dt.date


@node
class Timestamp(Node):
    value: dt.datetime  # naive


@node
class Period(Node):
    """`2026`, `2026-H1`, `2026-Q1`, `2026-03`, `2026-W12`: grain is year half quarter month week; index counts from 1 (1 for a year)."""

    grain: str
    year: int
    index: int


@node
class Range(Node):
    """`a..b`, either side may be open. Sides are dates, periods, timestamps or paths."""

    start: Expr | None
    end: Expr | None


# ---------------------------------------------------------------- expressions


@node
class Unary(Node):
    """`-x`, `not x`."""

    op: str
    value: Expr


@node
class Binary(Node):
    """op: + - * / and or = <> < <= > >=  (`!=` is read as `<>`)."""

    op: str
    left: Expr
    right: Expr


@node
class InList(Node):
    value: Expr
    options: tuple[Expr, ...]
    negated: bool = False


@node
class Between(Node):
    value: Expr
    low: Expr
    high: Expr
    negated: bool = False


@node
class IsNull(Node):
    value: Expr
    negated: bool = False


@node
class Like(Node):
    value: Expr
    pattern: Expr
    negated: bool = False


@node
class When(Node):
    condition: Expr
    value: Expr


@node
class Case(Node):
    """`case [subject] when … then … [else …] end`."""

    subject: Expr | None
    whens: tuple[When, ...]
    otherwise: Expr | None


@node
class Arg(Node):
    """One argument; `name` for `name: value`."""

    name: Ident | None
    value: Expr


@node
class Call(Node):
    """`f(a, b, name: c)` and `count(distinct x)`. The name is kept as written; `sql("…")` is a call too."""

    name: Ident
    args: tuple[Arg, ...]
    distinct: bool = False


@node
class Where(Node):
    """`value where condition`, also inside an argument: `count(orders where paid)`."""

    value: Expr
    condition: Expr


@node
class At(Node):
    """`value at (country, month)`."""

    value: Expr
    dimensions: tuple[Expr, ...]


@node
class AtTime(Node):
    """`value at time orders.shipped_at`."""

    value: Expr
    path: Path


@node
class Via(Node):
    """`value via role`: the join by which the rows of `value` reach this source."""

    value: Expr
    role: Ident


@node
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
    | Bound
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


@node
class TypeName(Node):
    """`money(EUR)`, `decimal(12, 2)`, `timestamp in "Asia/Taipei"`, `EUR/lead` (per = lead). Arguments are numbers or paths."""

    name: Ident
    args: tuple[Expr, ...] = ()
    zone: str | None = None
    per: Ident | None = None


# ---------------------------------------------------------------- items shared by several declarations


@node
class Describe(Node):
    text: str


@node
class LocaleLabel(Node):
    """`label it "Ricavi"` (locale `it`, `zh-Hant`)."""

    locale: str
    text: str


@node
class Owner(Node):
    text: str


@node
class Deprecated(Node):
    text: str


# ---------------------------------------------------------------- calendar, parameters, packages


@node
class Zone(Node):
    name: str


@node
class WeekStarts(Node):
    day: Ident


@node
class YearStarts(Node):
    month: Ident


@node
class Holidays(Node):
    """Dates, or a path to a source's date column."""

    days: tuple[Expr, ...]


@node
class CalendarGrain(Node):
    """`grain retail_week from retail_days.week_start`."""

    name: Ident
    path: Path


@node
class Calendar(Node):
    items: tuple[Zone | WeekStarts | YearStarts | Holidays | CalendarGrain, ...]


@node
class Param(Node):
    """`param vat "VAT": percent = 22%`."""

    name: Ident
    label: str | None
    type: TypeName
    default: Expr | None


@node
class Binding(Node):
    """`leads = qualified_leads` after `with`."""

    name: Ident
    value: Expr


@node
class Use(Node):
    """`use std.marketing (ctr, roas) with leads = qualified_leads in raw_schema`; `names` None means all."""

    module: Path
    names: tuple[Ident, ...] | None
    bindings: tuple[Binding, ...]
    schema: Path | None


@node
class Need(Node):
    """`need leads: count "Qualified leads"`: an abstract metric that the user of a module supplies."""

    name: Ident
    type: TypeName
    label: str | None
    items: tuple[Node, ...] = ()  # Describe


# ---------------------------------------------------------------- sources


@node
class FromTable(Node):
    """`from shop.orders`."""

    path: Path


@node
class FromFile(Node):
    """`from file("data/orders.csv", delimiter: ";")`; further arguments are named options."""

    path: Text
    options: tuple[Arg, ...] = ()


@node
class FromSql(Node):
    text: Text


@node
class FromUnion(Node):
    """`from union(meta, google) as platform`."""

    sources: tuple[Ident, ...]
    discriminator: Ident | None


@node
class FromGrain(Node):
    """`from events by session_id, day`: one row per value of these columns of another source."""

    source: Ident
    by: tuple[Ident, ...]


Origin = FromTable | FromFile | FromSql | FromUnion | FromGrain


@node
class Key(Node):
    columns: tuple[Ident, ...]


@node
class TimeColumn(Node):
    """`time ordered_at`."""

    column: Ident


@node
class Flag(Node):
    """An option of a column in braces: `pii`, `not additive`, `not null`. `name` is the words joined by one blank."""

    name: str


@node
class From(Node):
    """`from "Order Date"` among a column's options: the physical column behind the name. Text or a backquoted name."""

    column: str


@node
class Column(Node):
    """`amount: money(EUR) "Amount" = expr { pii  describe "…" }`."""

    name: Ident
    type: TypeName
    label: str | None
    expr: Expr | None
    items: tuple[Node, ...] = ()  # Flag From Describe LocaleLabel


@node
class OnPair(Node):
    """`customer_id = id`; `on customer_id` has the same name on both sides."""

    left: Ident
    right: Ident


@node
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


@node
class Begins(Node):
    date: Expr


@node
class CompleteThrough(Node):
    """A date, or a path to a column or source column that holds it."""

    value: Expr


@node
class Settles(Node):
    after: Duration


@node
class SourceDecl(Node):
    """items: Key TimeColumn Column Join Begins CompleteThrough Settles Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    origin: Origin
    items: tuple[Node, ...]


@node
class Dimension(Node):
    """One conformed dimension; each alternative serves the sources that reach it."""

    name: Ident
    label: str | None
    alternatives: tuple[Expr, ...]
    items: tuple[Node, ...] = ()  # Describe LocaleLabel


@node
class Segment(Node):
    name: Ident
    label: str | None
    condition: Expr
    items: tuple[Node, ...] = ()  # Describe LocaleLabel


# ---------------------------------------------------------------- metrics


@node
class UnitItem(Node):
    unit: TypeName


@node
class FormatItem(Node):
    """`format x`, `format "0.0"`."""

    text: str


@node
class Better(Node):
    """direction: higher, lower or between (then low and high)."""

    direction: str
    low: Expr | None = None
    high: Expr | None = None


@node
class Absent(Node):
    """`absent null`: no rows means null, not 0."""


@node
class Mature(Node):
    after: Duration


@node
class Vanity(Node):
    """`vanity`, `vanity for leads, sales`."""

    kinds: tuple[Ident, ...]


@node
class Category(Node):
    name: Ident


@node
class Metric(Node):
    """items: Describe LocaleLabel Owner Deprecated UnitItem FormatItem Better Absent Mature Vanity Category."""

    name: Ident
    label: str | None
    expr: Expr
    items: tuple[Node, ...] = ()


# ---------------------------------------------------------------- queries


@node
class Compare(Node):
    """`compare previous year|period [whole]`. `back`: how far back the other period lies, where it is named
    (`kpi why … against 2025-11`)."""

    span_name: str  # year | period (also month, week, quarter)
    whole: bool = False
    back: tuple[int, str] | None = None


@node
class OrderItem(Node):
    value: Expr
    descending: bool = False


@node
class Top(Node):
    count: int
    by: Expr | None = None
    with_other: bool = False


@node
class Subject(Node):
    """`funnel purchase`, `cohort buyers`: what a query shows in rows of its own instead of metrics in columns."""

    kind: str
    name: Ident


@node
class Query(Node):
    """The one query form. `values` for `values channel, country`, then `metrics` is empty and `by` holds the dimensions; empty too where
    it has a `subject`."""

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
    subject: Subject | None = None


@node
class Report(Node):
    name: Ident
    label: str | None
    query: Query
    items: tuple[Node, ...] = ()  # Describe LocaleLabel Owner


@node
class Materialize(Node):
    query: Query


# ---------------------------------------------------------------- goals and KPIs


@node
class GoalKind(Node):
    name: Ident


@node
class Measure(Node):
    value: Expr


@node
class Change(Node):
    """`increase 20% over 2025-H2` | `reduce …`; `over` may be a period or a range."""

    direction: str  # increase | reduce
    amount: Expr
    over: Expr | None


@node
class Reach(Node):
    """`reach 1_200_000 EUR [from 2026-01-01]`."""

    amount: Expr
    from_: Expr | None = None


@node
class Keep(Node):
    low: Expr
    high: Expr


@node
class Deadline(Node):
    """`by 2026-06-30`."""

    date: Expr


@node
class Review(Node):
    rhythm: Ident


@node
class Because(Node):
    text: str


@node
class Parent(Node):
    name: Ident


@node
class Goal(Node):
    """items: GoalKind Measure Change Reach Keep Deadline Review Owner Because Parent Describe LocaleLabel."""

    name: Ident
    label: str | None
    items: tuple[Node, ...]


@node
class Stage(Node):
    """`stage conversion` of a KPI."""

    name: Ident


@node
class Tier(Node):
    name: Ident


@node
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


@node
class TargetFrom(Node):
    """`target from plan_revenue each month by region`."""

    metric: Path
    each: Ident | None = None
    by: tuple[Expr, ...] = ()


@node
class Warn(Node):
    """`warn at 110%`."""

    at: Expr


@node
class Needs(Node):
    """`needs 30 new_customers`."""

    count: Expr
    metric: Path


@node
class Pace(Node):
    name: Ident


@node
class Benchmark(Node):
    """`benchmark 52 EUR { source "…" year 2025 country IT tier … }`; facts are (word, value) in order."""

    value: Expr
    facts: tuple[tuple[str, Expr | Ident], ...] = ()


@node
class Advice(Node):
    """`when off_track do "…"`."""

    status: Ident
    text: str


@node
class Kpi(Node):
    """items: Stage Tier Target TargetFrom Warn Needs Pace Benchmark Advice Owner Describe LocaleLabel Category Better."""

    metric: Path  # the metric it stands on; `purchase.rate` for a funnel's
    label: str | None
    goal: Ident | None
    items: tuple[Node, ...]


@node
class Vocabulary(Node):
    """`audience executive "Executives"`, and `tier`, `kind` likewise: words that a project declares."""

    kind: str  # audience | tier | kind
    name: Ident
    label: str | None
    items: tuple[Node, ...] = ()  # Describe LocaleLabel


# ---------------------------------------------------------------- funnels, journeys, cohorts


@node
class JourneyStage(Node):
    name: Ident
    label: str | None


@node
class Journey(Node):
    name: Ident
    label: str | None
    stages: tuple[JourneyStage, ...]


@node
class Entity(Node):
    column: Ident


@node
class Within(Node):
    span_of: Duration


@node
class StageOrder(Node):
    """`order strict | ordered | any`."""

    name: Ident


@node
class Exclude(Node):
    rows: Expr  # a Path or Where over a source


@node
class Same(Node):
    columns: tuple[Ident, ...]


@node
class FunnelStage(Node):
    """`stage visit "Visit" = events where …  { optional }`: rows of a source, or a metric."""

    name: Ident
    label: str | None
    rows: Expr
    optional: bool = False


@node
class Funnel(Node):
    """items: Entity Within StageOrder Exclude Same FunnelStage Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    items: tuple[Node, ...]


@node
class Start(Node):
    """`start first`, or `start PATH`."""

    value: Expr


@node
class Worth(Node):
    """`value margin` of a cohort: what each row of it is worth."""

    value: Expr


@node
class Each(Node):
    """`each month for 12 months` (horizon) of a cohort, `each week` elsewhere."""

    grain: Ident
    horizon: Duration | None = None


@node
class Cohort(Node):
    """items: Entity Start Each Worth Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    rows: Expr
    items: tuple[Node, ...]


# ---------------------------------------------------------------- alerts, scorecards, dashboards, tests


@node
class Watch(Node):
    """`watch cac by channel each week { needs 30 new_customers  quiet 2 weeks }`."""

    value: Expr
    by: tuple[Expr, ...] = ()
    each: Ident | None = None
    items: tuple[Node, ...] = ()  # Needs Quiet


@node
class Quiet(Node):
    span_of: Duration


@node
class Anomaly(Node):
    """`anomaly [above|below] 3 sigma over 12 weeks`; direction '' means both."""

    direction: str
    sigmas: Expr
    over: Duration


@node
class Threshold(Node):
    """`> 60 EUR [for 3 days]`."""

    op: str
    value: Expr
    lasting: Duration | None = None


@node
class Movement(Node):
    """`falls 20% against previous week`, `rises …`."""

    direction: str  # falls | rises
    amount: Expr
    against: str  # week | month | year | period …


@node
class AlertWhen(Node):
    """`when A | B | C`: any of them fires."""

    conditions: tuple[Anomaly | Threshold | Movement, ...]


@node
class Do(Node):
    text: str


@node
class Alert(Node):
    """items: Watch AlertWhen Do Owner Describe LocaleLabel."""

    name: Ident
    label: str | None
    items: tuple[Node, ...]


@node
class Weigh(Node):
    metric: Path
    weight: Expr
    floor: Expr | None = None
    cap: Expr | None = None


@node
class PayPoint(Node):
    pay: Expr
    at: Expr


@node
class Pay(Node):
    points: tuple[PayPoint, ...]


@node
class Scorecard(Node):
    """`scorecard sales_bonus for "Account executive" [by orders.salesperson] each quarter`. items: Weigh Pay Owner Describe LocaleLabel."""

    name: Ident
    label: str | None
    role: str | None
    by: tuple[Expr, ...]
    each: Ident | None
    items: tuple[Node, ...]


@node
class Question(Node):
    """`question "…" in it "…"`: in the project's first locale, and in others."""

    text: str
    others: tuple[LocaleLabel, ...] = ()


@node
class PeriodItem(Node):
    """`period last 12 months` (last) or `period 2026-Q1` (during)."""

    last: Duration | None = None
    during: Expr | None = None


@node
class GoalTile(Node):
    names: tuple[Ident, ...]


@node
class KpiTile(Node):
    metrics: tuple[Path, ...]


@node
class ShowTile(Node):
    """`show QUERY [as CHART] ["Title" [in it "Titolo"]]`."""

    query: Query
    chart: Ident | None = None
    title: str | None = None
    others: tuple[LocaleLabel, ...] = ()


@node
class NamedTile(Node):
    """`funnel purchase by device`, and so `cohort`, `scorecard`, `report`, `journey`; `matrix` and `findings` have no name."""

    kind: str
    name: Ident | None
    by: tuple[Expr, ...] = ()
    title: str | None = None
    others: tuple[LocaleLabel, ...] = ()


@node
class TextTile(Node):
    text: str
    others: tuple[LocaleLabel, ...] = ()


@node
class Dashboard(Node):
    """items: Question PeriodItem GoalTile KpiTile ShowTile NamedTile TextTile Describe LocaleLabel Owner."""

    name: Ident
    label: str | None
    audience: Ident | None
    items: tuple[Node, ...]


@node
class Given(Node):
    """`given ad_spend \"\"\"csv\"\"\"`; `text` is the raw block without its quotes."""

    source: Ident
    text: str


@node
class Expect(Node):
    query: Query
    text: str


@node
class AsOf(Node):
    """`as of 2026-03-15` in a test."""

    date: Expr


@node
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


@node
class Comment(Node):
    """`# text`, without the sign and one blank; kept beside the tree, for the formatter and `# kpi: ignore`."""

    text: str


@node
class File(Node):
    """One `.kpi` file."""

    declarations: tuple[Decl, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
