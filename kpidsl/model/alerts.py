"""Alerts: what is watched, how often, and what fires. Comes in: the syntax of an `alert`. Goes out: an `AlertModel` whose numbers are one
query (the watched metric, the one whose volume counts, metrics that thresholds are made of) and whose conditions count in its periods."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from kpidsl.diagnostic import Diagnostic, KpiError, Label, Severity, fail
from kpidsl.model.expr import DATE, Fn
from kpidsl.model.functions import GRAINS
from kpidsl.model.items import check_items, only_one
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import MetricExpr, QueryModel, Ref, aggregates
from kpidsl.model.names import Scope
from kpidsl.model.query import Problems, QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.rules import describe, held_against
from kpidsl.model.timing import TODAY
from kpidsl.model.words import Words
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

LEAST = 4
"""Earlier values below which nothing is usual."""
DAYS = {"second": Fraction(1, 86400), "minute": Fraction(1, 1440), "hour": Fraction(1, 24), "day": Fraction(1), "week": Fraction(7)}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
WEEKS_OF_A_MONTH = Fraction(52, 12)


@dataclass(frozen=True, slots=True)
class AnomalyModel:
    """Beyond so many sigmas of what was usual over the `count` earlier periods, `step` apart (7 days: the same weekday); `least` of them
    must have a value. direction: above, below or '' for both."""

    direction: str
    sigmas: Decimal
    count: int
    step: int
    least: int
    words: str


@dataclass(frozen=True, slots=True)
class ThresholdModel:
    """The value compared with another one, in `lasting` periods on end. `value` is read from the query's metric `metric` where it is made
    of metrics."""

    op: str
    value: MetricExpr
    metric: int | None
    lasting: int
    words: str


@dataclass(frozen=True, slots=True)
class MovementModel:
    """Fallen or risen by `amount` since the period so much earlier: by a share of what it was then (`relative`), or by that much."""

    direction: str
    amount: MetricExpr
    relative: bool
    back: tuple[int, str]
    words: str


ConditionModel = AnomalyModel | ThresholdModel | MovementModel


@dataclass(frozen=True, slots=True)
class AlertModel:
    """An alert. The query's first metric is watched; its last group-by is the period.

    `volume`: position of the metric of which there must be `needs`. `quiet`: how long no condition may have held before it fires again.
    `advice` has the names of `by` in braces, and value, expected and period."""

    name: str
    label: str
    query: QueryModel
    grain: str
    by: tuple[str, ...]
    conditions: tuple[ConditionModel, ...]
    span: Span
    needs: Decimal = Decimal(0)
    volume: int | None = None
    quiet: tuple[int, str] | None = None
    advice: str = ""
    owner: str = ""

    @property
    def metric(self) -> str:
        """What is watched, by its name or as it is written."""
        return self.query.metrics[0].name


def periods_of(length: ast.Duration, grain: str) -> Fraction:
    """How many periods a length of time is: a month is 52/12 weeks, so that a year of weeks has 52 (S10)."""
    if length.unit in MONTHS:
        months = Fraction(length.amount * MONTHS[length.unit])
        return months / MONTHS[grain] if grain in MONTHS else months * WEEKS_OF_A_MONTH * 7 / DAYS[grain]
    days = length.amount * DAYS[length.unit]
    return days / DAYS[grain] if grain in DAYS else days / 7 / WEEKS_OF_A_MONTH / MONTHS[grain]


@dataclass(frozen=True)
class AlertResolver:
    """Resolves alerts in one scope."""

    resolver: Questions
    scope: Scope

    def check(self, decl: ast.Alert) -> None:
        """The alert's meaning, and what would be better said; findings are raised or noted."""
        self.resolve(decl)
        if not ast.pick(decl.items, ast.Do):
            self.resolver.diagnostics.add(
                Diagnostic(
                    "KPI263",
                    f"the alert `{decl.name.text}` does not say what to do",
                    decl.name.span,
                    notes=("whoever gets it has to find out what it asks for",),
                    help='add the next step: do "Review the spend of {channel}: {value} against {expected}"',
                    severity=Severity.WARNING,
                )
            )

    def resolve(self, decl: ast.Alert) -> AlertModel:
        """The alert's meaning; raises KpiError."""
        watch, when = self._parts(decl)
        check_items((*decl.items, *watch.items), f"the alert `{decl.name.text}`")
        grain = self._grain(watch)
        found = Problems()
        query = found.tried(self._query, decl, watch, when, grain)
        conditions = [found.tried(self._condition, each, watch, when, grain) for each in when.conditions]
        needs = next(iter(ast.pick(watch.items, ast.Needs)), None)
        quiet = next(iter(ast.pick(watch.items, ast.Quiet)), None)
        silence = None if quiet is None else found.tried(self._quiet, quiet, watch, grain)
        advice = next(iter(ast.pick(decl.items, ast.Do)), None)
        by = [node.parts[-1].text if isinstance(node, ast.Path) else node.span.text for node in watch.by]
        if advice is not None:
            found.tried(Words(self.resolver, self.scope).placeholders, advice, by)
        found.stop()
        assert query is not None
        owner = next(iter(ast.pick(decl.items, ast.Owner)), None)
        return AlertModel(
            name=decl.name.text,
            label=decl.label or "",
            query=query,
            grain=grain,
            by=tuple(by),
            conditions=tuple(each for each in conditions if each is not None),
            span=decl.span,
            needs=Decimal(0) if needs is None else _number(needs.count),
            volume=None if needs is None else list(self._metrics(watch, when)).index(_text(needs.metric)),
            quiet=silence,
            advice="" if advice is None else advice.text,
            owner="" if owner is None else owner.text,
        )

    # ------------------------------------------------------------ what is watched

    def _parts(self, decl: ast.Alert) -> tuple[ast.Watch, ast.AlertWhen]:
        watches, whens = ast.pick(decl.items, ast.Watch), ast.pick(decl.items, ast.AlertWhen)
        for found, word, what, example in (
            (watches, "watch", "watches nothing", "watch revenue by channel each week"),
            (whens, "when", "never fires", "when falls 20% against previous week"),
        ):
            if not found:
                fail("KPI260", f"the alert `{decl.name.text}` {what}: it has no `{word}`", decl.name.span, help=f"add: {example}")
            help = "join the conditions: when > 60 EUR | falls 20% …" if word == "when" else "write an alert for each"
            only_one(found, "KPI260", f"the alert has `{word}` twice", help)
        return watches[0], whens[0]

    def _grain(self, watch: ast.Watch) -> str:
        """How often the watched value is judged: each day, where nothing is said."""
        if watch.each is None:
            return "day"
        Words(self.resolver, self.scope).period(watch.each)
        if watch.each.text not in GRAINS:
            fail(
                "KPI190",
                f"this version cannot judge an alert each {watch.each.text} yet",
                watch.each.span,
                help="write each day, each week, each month, each quarter or each year",
            )
        return watch.each.text

    def _metrics(self, watch: ast.Watch, when: ast.AlertWhen) -> dict[str, ast.Expr]:
        """The metrics of the query, each once, as they are written: the watched one, that of the volume, those of thresholds."""
        nodes: list[ast.Expr] = [watch.value, *(needs.metric for needs in ast.pick(watch.items, ast.Needs))]
        nodes += [each.value for each in ast.pick(when.conditions, ast.Threshold) if self._is_metric(each.value)]
        metrics: dict[str, ast.Expr] = {}
        for node in nodes:
            metrics.setdefault(_text(node), node)
        return metrics

    def _query(self, decl: ast.Alert, watch: ast.Watch, when: ast.AlertWhen, grain: str) -> QueryModel:
        """The numbers that the alert looks at, by its group-bys and period, up to today."""
        at = watch.span if watch.each is None else watch.each.span
        period = ast.Path(at, (ast.Ident(at, grain),))
        node = ast.Query(watch.span, tuple(self._metrics(watch, when).values()), (*watch.by, period))
        query = QueryResolver(self.resolver, self.scope).resolve(node, f"alert {decl.name.text}")
        if query.clock != (len(watch.by),):
            dim = next((query.dims[i] for i in query.clock if i < len(watch.by)), query.dims[-1])
            fail("KPI262", f"the alert is split by `{dim.name}`, a period, beside being judged each {grain}", dim.span, help="leave it out")
        kind = query.metrics[0].type
        if not (kind.is_numeric or kind.kind == "duration"):
            help = "count something, or measure how long it takes"
            fail("KPI051", f"`{_text(watch.value)}` is {describe(kind)}, and alerts watch numbers", watch.value.span, help=help)
        return replace(query, asked=(None, Fn("date_add", (TODAY,), DATE, (1, "day"))))

    def _is_metric(self, node: ast.Expr) -> bool:
        return bool(aggregates(MetricResolver(self.resolver, self.scope).resolve(node)))

    def _quiet(self, quiet: ast.Quiet, watch: ast.Watch, grain: str) -> tuple[int, str]:
        if periods_of(quiet.span_of, grain) < 1:
            fail(
                "KPI262",
                f"`{quiet.span.text}` is shorter than the {grain} that is judged, so it never silences anything",
                quiet.span,
                labels=(Label((watch.each or watch).span, "judged so often"),),
                help=f"write quiet 2 {grain}s, or leave it out",
            )
        return quiet.span_of.amount, quiet.span_of.unit

    # ------------------------------------------------------------ conditions

    def _condition(
        self, node: ast.Anomaly | ast.Threshold | ast.Movement, watch: ast.Watch, when: ast.AlertWhen, grain: str
    ) -> ConditionModel:
        match node:
            case ast.Anomaly():
                return self._anomaly(node, grain)
            case ast.Threshold():
                self._comparable(watch.value, node.value)
                lasting = 1 if node.lasting is None else max(1, ceil(periods_of(node.lasting, grain)))
                value = MetricResolver(self.resolver, self.scope).resolve(node.value)
                spot = list(self._metrics(watch, when)).index(_text(node.value)) if aggregates(value) else None
                return ThresholdModel(node.op, value, spot, lasting, _text(node))
            case ast.Movement():
                return self._movement(node, watch, grain)

    def _anomaly(self, node: ast.Anomaly, grain: str) -> AnomalyModel:
        sigmas = _number(node.sigmas)
        if sigmas <= 0:
            fail("KPI262", "an anomaly lies at least a little off", node.sigmas.span, help="write anomaly above 3 sigma over 12 weeks")
        step = 7 if grain == "day" else 1
        count = floor(periods_of(node.over, grain) / step)
        if count < LEAST:
            what = "of the same weekday" if step == 7 else f"{grain}s"
            longer = {"day": "12 weeks", "week": "12 weeks", "month": "12 months", "quarter": "3 years", "year": "6 years"}[grain]
            fail(
                "KPI261",
                f"`over {node.over.amount} {node.over.unit}s` holds {count} {what}, too few to tell what is usual",
                node.over.span,
                notes=(
                    f"a {grain} is compared with those before it; of fewer than {LEAST} nothing is known, and the alert would never fire",
                ),
                help=f"write over {longer}",
            )
        return AnomalyModel(node.direction, sigmas, count, step, max(LEAST, ceil(Fraction(count, 2))), _text(node))

    def _movement(self, node: ast.Movement, watch: ast.Watch, grain: str) -> MovementModel:
        Words(self.resolver, self.scope).previous(node.against, node.span)
        unit = grain if node.against == "period" else node.against
        back = (1, unit)
        if unit == "year" and grain == "week":
            back = (52, "week")
        nested = unit in GRAINS and GRAINS.index(unit) >= GRAINS.index(grain) and not (grain == "week" and unit in ("month", "quarter"))
        if not nested and not (unit == "half" and grain in ("day", "month", "quarter")):
            fail(
                "KPI125",
                f"a {grain} has no counterpart in the previous {unit}",
                node.span,
                help=f"compare with the previous {grain}" + (", or judge it each month" if grain == "week" else ""),
            )
        amount = MetricResolver(self.resolver, self.scope).resolve(node.amount)
        if aggregates(amount):
            fail("KPI262", "how far it moves is a number, not a metric", node.amount.span, help="write falls 20% against previous week")
        relative = amount.type.unit.is_ratio
        if not relative:
            self._comparable(watch.value, node.amount)
        return MovementModel(node.direction, amount, relative, back, _text(node))

    def _comparable(self, metric: ast.Expr, value: ast.Expr) -> None:
        """A threshold is in the unit of what it is compared with."""
        rows = MetricResolver(self.resolver, self.scope)
        mine, theirs = rows.resolve(metric), rows.resolve(value)
        held_against(rows.operand(mine, metric.span), rows.operand(theirs, value.span))


def watched_metrics(alert: AlertModel) -> list[str]:
    """Names of the metrics that it watches."""
    expr = alert.query.metrics[0].expr
    return [expr.name] if isinstance(expr, Ref) else []


def _text(node: ast.Node) -> str:
    return " ".join(node.span.text.split())


def _number(node: ast.Expr) -> Decimal:
    if not isinstance(node, ast.Number):
        raise KpiError(Diagnostic("KPI051", f"`{node.span.text}` is not a plain number", node.span))
    return Decimal(node.value)
