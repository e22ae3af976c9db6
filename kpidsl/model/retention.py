"""What comes of people after they began (S24). Comes in: rows that tell who was active and when, and the periods in which that is counted.
Goes out: a source of these rows, each under the row with which its member began, and what it says as metrics: who is still active n periods
later, who is not, and what members have brought by then."""

from __future__ import annotations

from typing import NoReturn

from kpidsl.diagnostic import Label, fail, similar
from kpidsl.model import units
from kpidsl.model.conversions import acts_of, derived, rows_counted, unused
from kpidsl.model.derived import STEPS, Acts, Members
from kpidsl.model.expr import BOOL, DATE, INT, Agg, CaseOf, Expr, Field, Fn, Lit, Type
from kpidsl.model.model import Aggregate, CohortModel, Column, Formula, MetricExpr, SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rules import Operand, arithmetic
from kpidsl.span import Span
from kpidsl.syntax import ast

RATIO = Type("number", units.RATIO)


def retention(resolver: Questions, scope: Scope, node: ast.Call, value: MetricExpr) -> MetricExpr:
    """`retention(orders, by: customer_id, after: 1 month)`, and `churn` likewise: who began in a period is a cohort, and the share of it
    with rows in the first period after. Raises KpiError."""
    named = {a.name.text: a.value for a in node.args if a.name is not None}
    span = node.args[0].value.span
    leaf = rows_counted(value, span, f"`{node.name.text}`")
    after = named["after"]
    assert isinstance(after, ast.Duration)
    if after.unit not in STEPS:
        fail("KPI108", f"`{after.span.text}` is no number of periods", after.span, help="write days, weeks, months, quarters or years")
    activity = acts_of(resolver, scope, leaf, named["by"], span)
    source, members = followed(resolver, activity, None, after.unit, span, f"{leaf.source.rsplit('.', 1)[-1]}_by_{after.unit}")
    rows = Followed(source, members, leaf.type)
    return rows.rate(node.name.text, after.amount, node.span)


def followed(
    resolver: Questions,
    activity: Acts,
    start: Acts | None,
    grain: str,
    span: Span,
    name: str,
    horizon: int | None = None,
    worth: Expr | None = None,
) -> tuple[SourceModel, Members]:
    """The source of what members did."""
    begins = start or activity
    base = resolver.sources[begins.source]
    taken = set(base.columns)
    time, kinds = begins.time, {activity.time.type.kind, begins.time.type.kind}
    own = isinstance(time, Field) and not time.path
    unit, step = STEPS[grain]
    members = Members(
        activity=activity,
        start=start,
        grain=grain,
        unit=unit,
        step=step,
        horizon=horizon,
        began=time.name if isinstance(time, Field) and own else unused("began_at", taken),
        member=unused("is_member", taken),
        age=unused("age", taken),
        elapsed=unused("periods_over", taken),
        active=unused("is_active", taken),
        value="" if worth is None else unused("value", taken),
        worth=worth,
    )
    made = [Column(name, INT, span, name) for name in (members.member, members.age, members.elapsed, members.active)]
    if not own:
        made.append(Column(members.began, DATE if len(kinds) > 1 else time.type, span, members.began))
    if worth is not None:
        made.append(Column(members.value, worth.type, span, members.value))
    return derived(resolver, base, f"cohort {name}", members, made, span, members.began), members


class Followed:
    """What the rows of members say."""

    def __init__(self, source: SourceModel, members: Members, counted: Type) -> None:
        self.source, self.members, self.counted = source, members, counted

    def size(self, span: Span) -> Aggregate:
        """How many began."""
        return self._count("size", span, self._is(self.members.member, 1))

    def active(self, span: Span) -> Aggregate:
        """How many were active, each once in a period."""
        return self._count("active", span, self._is(self.members.active, 1))

    def worth(self, span: Span) -> Aggregate:
        """What they brought."""
        kind = self.source.columns[self.members.value].type
        return Aggregate(self.source.name, Agg("sum", (Field((), self.members.value, kind),), kind), kind, "value", span)

    def rate(self, name: str, number: int, span: Span) -> MetricExpr:
        """`retention` in the n-th period after, or `churn`: the rest. Of members whose period is not over neither side counts."""
        age = number * self.members.step
        members = self._judged(number, span)
        there = (self._is(self.members.active, 1), self._is(self.members.age, age), self._is_over(age))
        active = self._count(f"active_{number}", span, *there)
        if name == "retention":
            return Formula("div", (active, members), RATIO)
        return Formula("div", (Formula("sub", (members, active), members.type), members), RATIO)

    def lifetime(self, number: int, span: Span) -> MetricExpr:
        """What a member brought by the end of the n-th period after the first, over all of them whose period is over."""
        age = number * self.members.step
        over = self._is_over(age)
        kind = self.source.columns[self.members.value].type
        value = Field((), self.members.value, kind)
        by_then = Fn("le", (self._column(self.members.age), Lit(age, INT)), BOOL)
        brought = Aggregate(self.source.name, Agg("sum", (value,), kind), kind, f"value_{number}", span, (by_then, over))
        members = self._judged(number, span)
        return Formula("div", (brought, members), arithmetic("/", Operand(kind, span), Operand(members.type, span)))

    def _judged(self, number: int, span: Span) -> Aggregate:
        """How many members there are whose n-th period is over; of young ones nothing, whose cohort is still shown."""
        over = CaseOf(((self._is_over(number * self.members.step), Lit(1, INT)),), Lit(0, INT), INT)
        total = Agg("sum", (over,), self.counted)
        return Aggregate(self.source.name, total, self.counted, f"members_{number}", span, (self._is(self.members.member, 1),))

    def _count(self, name: str, span: Span, *tests: Expr) -> Aggregate:
        return Aggregate(self.source.name, Agg("count_rows", (), self.counted), self.counted, name, span, tests)

    def _is_over(self, age: int) -> Expr:
        return Fn("gt", (self._column(self.members.elapsed), Lit(age, INT)), BOOL)

    def _is(self, name: str, value: int) -> Expr:
        return Fn("eq", (self._column(name), Lit(value, INT)), BOOL)

    def _column(self, name: str) -> Field:
        return Field((), name, INT)


# ---------------------------------------------------------------- of a declared cohort


def of_cohort(cohort: CohortModel, word: str, after: ast.Duration | None, span: Span) -> MetricExpr:
    """`buyers.size`, `retention(buyers, after: 3 months)`, `ltv(buyers)`: a metric; without a length of time at the cohort's horizon.
    Raises KpiError."""
    counted = Type("int", units.counted("member"))
    rows = Followed(cohort.rows, cohort.members, counted)
    if word == "size":
        return rows.size(span)
    number = cohort.last if after is None else _number(cohort, after)
    if word != "ltv":
        return rows.rate(word, number, span)
    if cohort.worth is None:
        fail(
            "KPI109",
            f"the cohort `{cohort.name}` says not what a member brings",
            span,
            labels=(Label(cohort.span, "declared without `value`"),),
            help="say what each row is worth: value margin",
        )
    return rows.lifetime(number, span)


def _number(cohort: CohortModel, after: ast.Duration) -> int:
    number = cohort.members.number((after.amount, after.unit))
    grain = cohort.members.grain
    if number is None:
        fail(
            "KPI108",
            f"`{after.span.text}` is no whole number of periods: `{cohort.name}` goes by the {grain}",
            after.span,
            labels=(Label(cohort.span, f"each {grain}"),),
            help=f"write a number of {grain}s",
        )
    if number > cohort.last:
        fail(
            "KPI108",
            f"`{cohort.name}` is followed for {cohort.last} {grain}s only",
            after.span,
            labels=(Label(cohort.span, "declared here"),),
            help=f"ask for an earlier {grain}, or follow it for longer: each {grain} for {number} {grain}s",
        )
    return number


def no_result(cohort: CohortModel, words: list[str], span: Span) -> NoReturn:
    """Raises KPI039 for `buyers.sise`."""
    near = similar(words[0], ("size", "ltv"))
    name = cohort.name
    fail(
        "KPI039",
        f"the cohort `{name}` has no `{'.'.join(words)}`",
        span,
        help=f"did you mean `{near[0]}`?"
        if near
        else f"it has {name}.size and {name}.ltv; with an age: retention({name}, after: 3 months), churn(…), ltv(…)",
    )
