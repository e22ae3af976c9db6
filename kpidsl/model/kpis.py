"""KPIs: a metric, the goal that it serves, and what it should reach. Comes in: the syntax of `kpi`. Goes out: a `KpiModel` with the queries
that its values and its targets come from, one for each kind of period and segment, or why it cannot be judged."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from kpidsl.diagnostic import KpiError, Label, fail
from kpidsl.model import units
from kpidsl.model.additivity import additivity
from kpidsl.model.aims import (
    ACTUAL,
    LAST_YEAR,
    LAST_YEAR_WHOLE,
    PREVIOUS,
    ROWS,
    TRIALS,
    VOLUME,
    BenchmarkModel,
    KpiModel,
    Track,
)
from kpidsl.model.benchmarks import check_source
from kpidsl.model.filters import check_conformed
from kpidsl.model.items import check_items
from kpidsl.model.judged import TODAY, called, check_timed, is_paced, rows_behind, running_period_end, so_far
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import (
    Aggregate,
    Constant,
    Dim,
    Formula,
    Mature,
    MetricExpr,
    MetricModel,
    Moved,
    QueryMetric,
    QueryModel,
    Ref,
    Shift,
    parts,
)
from kpidsl.model.names import Scope
from kpidsl.model.query import Problems, QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.targets import CADENCE, PLANNED, Targets, latest_first, tier_of
from kpidsl.model.types import CURRENCIES
from kpidsl.model.views import same_rows
from kpidsl.model.words import Words
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

LENGTHS = {"hour": 1, "day": 24, "week": 168, "month": 720, "quarter": 2184, "half": 4368, "year": 8760}
"""Hours of periods, about, to compare their lengths."""
OF_ANY_ROWS = (ast.Stage, ast.Tier, ast.Category, ast.Owner, ast.Describe, ast.LocaleLabel)
"""What a KPI says that holds for some of its rows as for all."""
COUNTS = ("count", "count_rows", "count_distinct")


@dataclass(frozen=True)
class KpiResolver:
    """Resolves the KPIs of one scope."""

    resolver: Questions
    scope: Scope

    def resolve(self, decl: ast.Kpi, only: ast.Expr | None = None) -> KpiModel:
        """The KPI; raises KpiError. With `only` that of some rows: its values and comparisons, with the targets of just these rows, and
        without what all rows should reach."""
        if only is None:
            return _Resolving(self.resolver, self.scope, decl).model()
        if own := {item for item in ast.pick(decl.items, ast.Target) if item.where is not None and same_rows(item.where, only)}:
            others = (ast.Target, ast.TargetFrom, ast.Benchmark)
            items = tuple(item for item in decl.items if item in own or not isinstance(item, others))
            return _Resolving(self.resolver, self.scope, replace(decl, items=items), only=only).model()
        said = [item.each.text for item in decl.items if isinstance(item, ast.Target | ast.TargetFrom) and item.each is not None]
        bare = replace(decl, items=tuple(item for item in decl.items if isinstance(item, OF_ANY_ROWS)))
        return _Resolving(self.resolver, self.scope, bare, only=only, each=said[0] if said else "").model()

    def plain(self, metric: ast.Path, only: ast.Expr | None = None) -> KpiModel:
        """A metric that is no KPI, for a board that shows it among them: it has values and comparisons, no goal and no target."""
        return _Resolving(self.resolver, self.scope, ast.Kpi(metric.span, metric, None, None, ()), has_goal=False, only=only).model()


class _Resolving:
    """The work on one KPI."""

    def __init__(
        self, resolver: Questions, scope: Scope, decl: ast.Kpi, has_goal: bool = True, only: ast.Expr | None = None, each: str = ""
    ) -> None:
        self.resolver, self.scope, self.decl, self.has_goal = resolver, scope, decl, has_goal
        self.only, self.each = only, each
        self.rows = MetricResolver(resolver, scope)
        self.words = Words(resolver, scope)
        self.expr = self.rows.resolve(decl.metric)
        self.targets = Targets(resolver, self.words, self.rows, decl, self.expr)

    def model(self) -> KpiModel:
        decl, items = self.decl, self.decl.items
        found = Problems()
        for item in items:
            found.tried(self._check_word, item)
        found.tried(check_items, items, f"the KPI `{decl.metric.text}`")
        found.tried(self._goal)
        metric = self._metric()
        every: list[ast.Target | ast.TargetFrom] = [*ast.pick(items, ast.Target), *ast.pick(items, ast.TargetFrom)]
        for target in every:
            found.tried(self.targets.check_rhythm, target)
            found.tried(self.targets.check_unit, target)
        benchmarks = [found.tried(self._benchmark, item) for item in ast.pick(items, ast.Benchmark)]
        needs = found.tried(self._needed)
        found.stop()
        check_timed(self.resolver, self.expr, decl.metric.text, decl.metric.span)
        tracks = tuple(self._tracks())
        return KpiModel(
            name=decl.metric.text,
            label=decl.label or metric.label,
            goal=self._goal(),
            metric=metric,
            direction=self.targets.direction(tracks),
            tracks=tracks,
            pace=self._word(ast.Pace) or "linear",
            is_paced=is_paced(self.expr),
            is_rate=self._rate_of() is not None,
            needs=needs,
            warn=self.targets.warn(tracks),
            benchmarks=tuple(benchmark for benchmark in benchmarks if benchmark is not None),
            advice=tuple((item.status.text, item.text) for item in ast.pick(items, ast.Advice)),
            stage=self._word(ast.Stage),
            tier=self._word(ast.Tier),
            category=self._word(ast.Category),
            owner=next((item.text for item in ast.pick(items, ast.Owner)), "") or self._goal_owner(),
            mature=_mature(self.expr),
            decl=decl,
        )

    # ------------------------------------------------------------ words

    def _check_word(self, item: ast.Node) -> None:
        match item:
            case ast.Stage(name=name):
                self.words.word("stage", name)
            case ast.Tier(name=name):
                self.words.word("tier", name)
            case ast.Pace(name=name):
                self.words.word("pace", name)
            case ast.Category(name=name):
                self.words.word("category", name)
            case ast.Advice(status=status):
                self.words.word("status", status)

    def _word(self, kind: type[ast.Stage] | type[ast.Tier] | type[ast.Pace] | type[ast.Category]) -> str:
        return next((item.name.text for item in ast.pick(self.decl.items, kind)), "")

    def _metric(self) -> MetricModel:
        if isinstance(self.expr, Ref):
            return self.resolver.metrics[self.expr.name]
        text = self.decl.metric.text
        return MetricModel(text, "", self.expr, self.expr.type, additivity(self.expr), self.decl.metric.span)

    def _goal(self) -> str:
        if not self.has_goal:
            return ""
        if self.decl.goal is None:
            goals = sorted(self.scope.names("goal"))
            named = self.decl.metric.text
            fail(
                "KPI087",
                f"the KPI `{named}` serves no goal",
                self.decl.metric.span,
                notes=("a metric that serves no goal is a number, and nobody would act on it",),
                help=f"name its goal: kpi {named} for {goals[0]}" if goals else "declare the goal that it serves: goal growth { … }",
            )
        self.words.named("goal", self.decl.goal)
        return self.decl.goal.text

    def _goal_owner(self) -> str:
        """A KPI without an owner is its goal's owner's."""
        entry = None if self.decl.goal is None else self.scope.find("goal", self.decl.goal.text)
        items = entry.decl.items if entry is not None and isinstance(entry.decl, ast.Goal) else ()
        return next((item.text for item in ast.pick(items, ast.Owner)), "")

    # ------------------------------------------------------------ lines

    def _tracks(self) -> Iterable[Track]:
        """One for each kind of period and segment, in the order in which targets name them."""
        targets: dict[tuple[str, ast.Expr | None], list[ast.Target]] = {}
        for item in ast.pick(self.decl.items, ast.Target):
            assert item.each is not None
            targets.setdefault((item.each.text, item.where), []).append(item)
        tables: dict[str, ast.TargetFrom] = {}
        for table in ast.pick(self.decl.items, ast.TargetFrom):
            assert table.each is not None
            first = tables.setdefault(table.each.text, table)
            beside = [item for item in targets.get((table.each.text, None), []) if item.kind == "target"]
            if first is not table or beside:
                other = first if first is not table else beside[0]
                fail(
                    "KPI083",
                    f"two targets of `{self.decl.metric.text}` hold for every {table.each.text}",
                    table.span,
                    labels=(Label(other.span, "the other one"),),
                    notes=("nobody could tell which of them a period should reach",),
                    help="keep one of them",
                )
        if not targets and not tables:
            yield self._track(self.each or CADENCE.get(tier_of(self.decl), "month"), None, [])
        for each, table in tables.items():
            yield self._track(each, None, targets.pop((each, None), []), table)
            if table.by:
                yield self._track(each, None, [], table, by=table.by)
        for (each, _), items in targets.items():
            yield self._track(each, items[0].where, items)

    def _track(
        self, each: str, where: ast.Expr | None, items: list[ast.Target], table: ast.TargetFrom | None = None, by: tuple[ast.Expr, ...] = ()
    ) -> Track:
        span = items[0].span if items else table.span if table is not None else self.decl.metric.span
        node = ast.Query(span, (), by=(*by, ast.Path(span, (ast.Ident(span, each),))), where=where or self.only)
        planned: list[QueryMetric] = []
        revisions = [self.targets.target(item, planned) for item in items]
        for kind in ("target", "stretch"):
            self.targets.check_apart([(i, t) for i, t in zip(items, revisions, strict=True) if i.kind == kind])
        if table is not None:
            revisions.append(self.targets.from_table(table, planned))
        kinds = [i.kind for i in items] + ["target"] * (table is not None)
        return Track(
            each=each,
            segment="" if where is None else " ".join(where.span.text.split()),
            by=len(by),
            query=self._query(self._asked_for(each), node, each),
            targets=latest_first(t for t, kind in zip(revisions, kinds, strict=True) if kind == "target"),
            stretch=latest_first(t for t, kind in zip(revisions, kinds, strict=True) if kind == "stretch"),
            planned=self._query(planned, node, each) if planned else None,
        )

    def _query(self, metrics: list[QueryMetric], node: ast.Query, each: str) -> QueryModel:
        """The query of these metrics up to the running period. Its group-bys are called like none of them."""
        if node.where is not None:
            for metric in metrics:
                check_conformed(self.resolver, self.scope, node.where, self.rows.sources_of(metric.expr))
        asked = (None, running_period_end(each, self.resolver.calendar.options))
        with called({**dict.fromkeys((m.name for m in metrics), self.decl.metric.text), **self.targets.called}):
            model = QueryResolver(self.resolver, self.scope).of(metrics, node, asked=asked)
        return replace(model, dims=_apart(model.dims))

    def _asked_for(self, each: str) -> list[QueryMetric]:
        """The value of the elapsed part, its comparisons, its volume and the rows behind it."""
        expr, kind, span = self.expr, self.expr.type, self.decl.metric.span
        found = [so_far(QueryMetric(ACTUAL, "", expr, kind), each, span)]
        moves = {PREVIOUS: Shift(1, each), LAST_YEAR: Shift(1, "year")}
        if self._word(ast.Pace) == "seasonal" and is_paced(expr):
            moves[LAST_YEAR_WHOLE] = Shift(1, "year", whole=True)
        for name, move in moves.items():
            value = QueryMetric(name, "", Moved(expr, move, kind, span), kind)
            if self._can_be_asked(value, each):
                found.append(value)
        rate = self._rate_of()
        counts = {VOLUME: self._volume(), TRIALS: None if rate is None else rate[1]}
        for name, count in counts.items():
            if count is not None:
                found.append(so_far(QueryMetric(name, "", count, count.type), each, span))
        return [*found, so_far(rows_behind(expr), each, span)]

    def _can_be_asked(self, metric: QueryMetric, each: str) -> bool:
        """Whether a metric has a value at other periods: some, such as an average over days, are computed for the shown ones only."""
        span = self.decl.metric.span
        node = ast.Query(span, (), by=(ast.Path(span, (ast.Ident(span, each),)),))
        try:
            QueryResolver(self.resolver, self.scope).of([metric], node, asked=(None, TODAY))
        except KpiError as error:
            if all(found.code == "KPI064" for found in error.diagnostics):
                return False
            raise
        return True

    # ------------------------------------------------------------ volume and benchmarks

    def _needed(self) -> Decimal | None:
        for item in ast.pick(self.decl.items, ast.Needs):
            value = self.rows.resolve(item.count)
            if not isinstance(value, Constant) or isinstance(value.value, bool) or not isinstance(value.value, (int, Decimal)):
                fail("KPI051", f"`{item.count.span.text}` is not a number", item.count.span, help="write needs 30 orders_paid")
            self._check_counted(item)
            return Decimal(value.value)
        return None

    def _check_counted(self, item: ast.Needs) -> None:
        """`needs 10 EUR` says how much, and not of what."""
        word = item.metric.text
        if word in CURRENCIES and self.scope.find("metric", word) is None:
            fail(
                "KPI051",
                f"`{' '.join(item.span.text.split())}` says how much there must be, and not of what",
                item.metric.span,
                notes=("below it the value is too little to judge by",),
                help=f"name a metric: needs {item.count.span.text} revenue, or needs 30 orders_paid",
            )

    def _volume(self) -> MetricExpr | None:
        """What `needs` counts, or what the rate is a share of."""
        for item in ast.pick(self.decl.items, ast.Needs):
            return self.rows.resolve(item.metric)
        rate = self._rate_of()
        return None if rate is None else rate[1]

    def _rate_of(self) -> tuple[MetricExpr, MetricExpr] | None:
        """Numerator and denominator of a share of counted things: the same things, some of them filtered."""
        inner = self.expr
        while isinstance(inner, Ref):
            inner = inner.value
        if not isinstance(inner, Formula) or inner.op != "div" or inner.type.unit != units.RATIO:
            return None
        sides = []
        for part in inner.args:
            while isinstance(part, Ref):
                part = part.value
            sides.append(part)
        some, every = sides
        if not (isinstance(some, Aggregate) and isinstance(every, Aggregate)):
            return None
        same = some.agg == every.agg and some.fact == every.fact and some.pick == every.pick and some.alive == every.alive
        is_part = same and some.agg.func in COUNTS and set(every.filters) <= set(some.filters)
        return (inner.args[0], inner.args[1]) if is_part else None

    def _benchmark(self, item: ast.Benchmark) -> BenchmarkModel:
        check_source(item)
        value = self.rows.resolve(item.value)
        self.targets.comparable(value, item.value.span)
        facts = tuple((word, _text(fact)) for word, fact in item.facts)
        return BenchmarkModel(value, dict(facts).get("source", ""), facts, item.span)


def _apart(dims: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """Group-bys that are called like no column of a KPI, whatever their letters."""
    taken = {ACTUAL, PREVIOUS, LAST_YEAR, LAST_YEAR_WHOLE, VOLUME, TRIALS, ROWS}
    found: list[Dim] = []
    for dim in dims:
        name = dim.name
        while name.casefold() in taken or name.casefold().startswith(PLANNED):
            name = f"_{name}"
        taken.add(name.casefold())
        found.append(replace(dim, name=name))
    return tuple(found)


def _text(fact: ast.Expr | ast.Ident) -> str:
    return fact.text if isinstance(fact, ast.Ident) else fact.value if isinstance(fact, ast.Text) else fact.span.text


def _mature(expr: MetricExpr) -> tuple[int, str] | None:
    """How long a period must be over before its value counts, where that is declared: the longest of the times of its parts."""
    found = [inner for part in parts(expr) if (inner := _mature(part)) is not None]
    if isinstance(expr, Mature):
        found.append((expr.amount, expr.unit))
    return max(found, key=lambda time: time[0] * LENGTHS[time[1]], default=None)
