"""What stands out without being declared. Comes in: the names of a scope. Goes out: a bounded list of questions: is a segment far off the
rest, does a channel take more of the budget than it brings, has a source that KPIs rest on lost its data, which stage of a journey reaches
least. Only what the project looks at is asked: the metrics of its KPIs and alerts."""

from __future__ import annotations

from kpidsl.diagnostic import KpiError
from kpidsl.model.disjoint import disjoint
from kpidsl.model.expr import DATE, Fn
from kpidsl.model.journeys import JourneyModel, JourneyResolver, journeys
from kpidsl.model.model import Aggregate, Formula, FunnelModel, MetricExpr, MetricModel, QueryMetric, QueryModel, Ref, aggregates
from kpidsl.model.names import Entry, Scope
from kpidsl.model.query import QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.timing import TODAY
from kpidsl.model.units import COUNT
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

DAYS = 90
"""How far back segments and budgets are looked at."""
YEAR = 400
"""How far back the days of a source are looked at, to know its rhythm."""
MOST = 20
"""Questions of one kind, at most."""
COUNTED = ("count", "count_rows", "count_distinct")


@dataclass(frozen=True, slots=True)
class GapModel:
    """A share of counts by a dimension: the query's metrics are its two counts. worse: below or above the rest."""

    name: str
    metric: MetricModel
    dimension: str
    query: QueryModel
    worse: str


@dataclass(frozen=True, slots=True)
class BudgetModel:
    """A cost and a return by a dimension, the query's two metrics."""

    names: tuple[str, str]
    cost: MetricModel
    result: MetricModel
    dimension: str
    query: QueryModel


@dataclass(frozen=True, slots=True)
class SilenceModel:
    """The rows of a source by day, and the metrics that rest on it."""

    source: str
    metrics: tuple[str, ...]
    query: QueryModel


@dataclass(frozen=True, slots=True)
class BottleneckModel:
    """A journey with KPIs in two stages or more."""

    journey: JourneyModel


@dataclass(frozen=True, slots=True)
class LossModel:
    """A funnel by a dimension: the query's metrics are the entities of each stage. `numbers` are the stages that cannot be passed over."""

    funnel: FunnelModel
    dimension: str
    query: QueryModel
    numbers: tuple[int, ...]


Finding = GapModel | LossModel | BudgetModel | SilenceModel | BottleneckModel


@dataclass(frozen=True)
class FindingResolver:
    """The questions of one scope. A question that cannot be asked is left out: nobody declared it."""

    resolver: Questions
    scope: Scope

    def looked_at(self) -> dict[str, str]:
        """The metrics that the project looks at, and the side on which each is worse: below, above, or '' where nobody says."""
        found: dict[str, str] = {}
        for decl in self.scope.declarations:
            for path, worse in _named(decl):
                entry = self.scope.find("metric", path.text)
                if entry is not None and not found.get(path.text):
                    found[path.text] = worse or _worse(self.resolver.metric(entry, path.span))
        return found

    # ------------------------------------------------------------ segments

    def gaps(self) -> list[GapModel]:
        """Shares of counts that the project looks at, by each declared dimension."""
        found: list[GapModel] = []
        for name, worse in self.looked_at().items():
            metric = self._metric(name)
            counts = _counts(metric.expr) if worse and metric.type.unit.is_ratio else None
            for dimension in self._dimensions() if counts else ():
                query = self._asked([name], dimension)
                if counts is None or query is None or len(found) == MOST:
                    continue
                parts = _counts(query.metrics[0].expr)
                assert parts is not None
                metrics = tuple(QueryMetric(n, "", part, part.type) for n, part in zip(("hits", "cases"), parts, strict=True))
                found.append(GapModel(name, metric, dimension, replace(query, metrics=metrics), worse))
        return found

    # ------------------------------------------------------------ funnels

    def losses(self) -> list[LossModel]:
        """The funnels of the project by each declared dimension, over starts whose window is over. Without a window young starts, and
        segments that are young, would have had less time than others; and where the end of one path begins the next, as from one order to
        another, segments that people come to later in life look worse for it. Such funnels are not asked."""
        found: list[LossModel] = []
        for decl in self.scope.declarations:
            funnel = self._funnel(decl) if isinstance(decl, ast.Funnel) else None
            if funnel is None or funnel.starts is None or funnel.starts.within is None or not funnel.in_stages:
                continue
            first, *others = (stage.events for stage in funnel.starts.stages)
            if not all(disjoint(first, other) for other in others):
                continue
            for dimension in self._dimensions():
                query = self._stages_of(funnel, funnel.starts.within, dimension) if len(found) < MOST else None
                if query is not None:
                    numbers = tuple(n for n, stage in enumerate(funnel.stages, 1) if not stage.optional)
                    found.append(LossModel(funnel, dimension, query, numbers))
        return found

    def _funnel(self, decl: ast.Funnel) -> FunnelModel | None:
        try:
            return self.resolver.funnel(self.scope.entries["funnel", decl.name.text])
        except KpiError:
            return None

    def _stages_of(self, funnel: FunnelModel, within: tuple[int, str], dimension: str) -> QueryModel | None:
        """How many of each segment came to each stage, of the starts whose window is over by today."""
        span = funnel.span
        name = ast.Ident(span, funnel.name)
        query = self._resolved(ast.Query(span, (), (_path(dimension, span),), subject=ast.Subject(span, "funnel", name)), DAYS)
        if query is None:
            return None
        amount, unit = within
        a_day = {"hour": 24, "minute": 1440, "second": 86400}.get(unit)
        back = (-amount, unit) if a_day is None else (-amount // a_day, "day")
        asked = tuple(None if end is None else Fn("date_add", (end,), DATE, back) for end in query.asked)
        counts = tuple(metric for metric in query.metrics if metric.name.startswith("entities_"))
        return replace(query, metrics=counts, staged=None, asked=(asked[0], asked[1]))

    # ------------------------------------------------------------ budgets

    def budgets(self) -> list[BudgetModel]:
        """The widest cost beside a return that rests on other rows, by the first dimension that both have; `channel` goes first."""
        money = {name: metric for name in sorted(self.scope.names("metric")) if _is_money(metric := self._metric(name))}
        costs = [n for n, m in money.items() if _category(m) == "cost"]
        costs.sort(key=lambda n: -len(aggregates(money[n].expr)))
        watched = self.looked_at()
        results = sorted((n for n, m in money.items() if _category(m) == "result"), key=lambda n: (n not in watched, n))
        for dimension in sorted(self._dimensions(), key=lambda n: n != "channel"):
            for cost in costs[:MOST]:
                for result in results[:MOST]:
                    query = None if _sources(money[cost]) & _sources(money[result]) else self._asked([cost, result], dimension)
                    if query is not None:
                        return [BudgetModel((cost, result), money[cost], money[result], dimension, query)]
        return []

    # ------------------------------------------------------------ lost data

    def silences(self) -> list[SilenceModel]:
        """The sources of what the project looks at, day by day."""
        users: dict[str, list[str]] = {}
        for name in self.looked_at():
            for leaf in aggregates(self._metric(name).expr):
                mine = users.setdefault(leaf.source, [])
                if name not in mine:
                    mine.append(name)
        found: list[SilenceModel] = []
        for source, names in users.items():
            query = self._days(source) if len(found) < MOST else None
            if query is not None:
                found.append(SilenceModel(source, tuple(names), query))
        return found

    def _days(self, source: str) -> QueryModel | None:
        entry = self.scope.find("source", source)
        if entry is None:
            return None
        at = entry.name_span
        count = ast.Call(at, ast.Ident(at, "count"), (ast.Arg(at, None, _path(source, at)),))
        node = ast.Query(at, (count,), (_path("day", at),), sparse=True)
        return self._resolved(node, YEAR)

    # ------------------------------------------------------------ bottlenecks

    def bottlenecks(self) -> list[BottleneckModel]:
        """The journeys that are looked at in two stages or more: of one alone nobody can say that it holds the others back."""
        found: list[BottleneckModel] = []
        for decl in journeys(self.scope)[:MOST]:
            try:
                journey = JourneyResolver(self.resolver, self.scope).resolve(decl)
            except KpiError:
                continue
            if sum(1 for stage in journey.stages if stage.kpis) > 1:
                found.append(BottleneckModel(journey))
        return found

    # ------------------------------------------------------------ asking

    def _metric(self, name: str) -> MetricModel:
        return self.resolver.metric(self._entry(name), self._entry(name).name_span)

    def _entry(self, name: str) -> Entry:
        entry = self.scope.find("metric", name)
        assert entry is not None
        return entry

    def _dimensions(self) -> list[str]:
        return [decl.name.text for decl in self.scope.declarations if isinstance(decl, ast.Dimension)]

    def _asked(self, metrics: list[str], dimension: str) -> QueryModel | None:
        at = self._entry(metrics[0]).name_span
        return self._resolved(ast.Query(at, tuple(_path(name, at) for name in metrics), (_path(dimension, at),)), DAYS)

    def _resolved(self, node: ast.Query, days: int) -> QueryModel | None:
        """The query over so many days up to today; None where its parts do not fit together."""
        try:
            query = QueryResolver(self.resolver, self.scope).resolve(node)
        except KpiError:
            return None
        return replace(query, asked=(Fn("date_add", (TODAY,), DATE, (1 - days, "day")), Fn("date_add", (TODAY,), DATE, (1, "day"))))


def _named(decl: ast.Node) -> list[tuple[ast.Path, str]]:
    """The metrics that a declaration looks at, with the side that is worse where its targets say so."""
    match decl:
        case ast.Kpi(metric=path, items=items):
            target = next(iter(ast.pick(items, ast.Target)), None)
            return [(path, {">": "below", "<": "above"}.get(target.op[:1], "") if target is not None else "")]
        case ast.Alert(items=items):
            return [(watch.value, "") for watch in ast.pick(items, ast.Watch) if isinstance(watch.value, ast.Path)]
        case _:
            return []


def _worse(metric: MetricModel) -> str:
    return {"higher": "below", "lower": "above"}.get(metric.better, "")


def _counts(expr: MetricExpr) -> tuple[MetricExpr, MetricExpr] | None:
    """Numerator and denominator of one count over another, counted here or summed from columns of counts."""
    bare = _bare(expr)
    if not isinstance(bare, Formula) or bare.op != "div" or len(bare.args) != 2:
        return None
    parts = tuple(_bare(arg) for arg in bare.args)
    if all(isinstance(part, Aggregate) and _is_count(part) for part in parts):
        return bare.args[0], bare.args[1]
    return None


def _is_count(leaf: Aggregate) -> bool:
    """Whether a leaf is a number of things: of rows, or a sum of such numbers."""
    summed = leaf.agg.func == "sum" and leaf.type.unit == COUNT and leaf.pick is None and leaf.alive is None
    return not leaf.frame and (leaf.agg.func in COUNTED or summed)


def _bare(expr: MetricExpr) -> MetricExpr:
    while isinstance(expr, Ref):
        expr = expr.value
    return expr


def _is_money(metric: MetricModel) -> bool:
    return metric.type.unit.is_money and metric.additivity == "additive" and bool(aggregates(metric.expr))


def _category(metric: MetricModel) -> str:
    items = metric.decl.items if metric.decl is not None else ()
    return next((item.name.text for item in ast.pick(items, ast.Category)), "")


def _sources(metric: MetricModel) -> set[str]:
    return {leaf.source for leaf in aggregates(metric.expr)}


def _path(name: str, at: Span) -> ast.Path:
    return ast.Path(at, (ast.Ident(at, name),))
