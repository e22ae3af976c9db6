"""KPIs: a metric, the goal that it serves, and what it should reach. Comes in: the syntax of `kpi`. Goes out: a `KpiModel` with the queries
that its values and its targets come from, one for each kind of period and segment, or why it cannot be judged."""

from __future__ import annotations

import datetime as dt
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
    Bound,
    KpiModel,
    Target,
    Track,
)
from kpidsl.model.benchmarks import check_source
from kpidsl.model.expr import DATE, INT, Agg, Expr, Fn
from kpidsl.model.filters import check_conformed, map_leaves
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
    Window,
    aggregates,
    deferred,
    parts,
    rebuilt,
)
from kpidsl.model.moves import framed
from kpidsl.model.names import Scope
from kpidsl.model.periods import days_of
from kpidsl.model.query import Problems, QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.rules import comparison
from kpidsl.model.words import Words
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

TODAY = Fn("today", (), DATE)
CADENCE = {"operational": "day", "tactical": "week", "strategic": "month"}
"""How often a KPI of a tier is looked at (M6), where no target says it."""
RHYTHMS = ("day", "week", "month", "quarter", "year")
LENGTHS = {"hour": 1, "day": 24, "week": 24 * 7, "month": 24 * 30, "quarter": 24 * 91, "half": 24 * 182, "year": 24 * 365}
"""Hours of periods, to compare their lengths."""
PLANNED = "planned_"
"""How the columns of targets begin that depend on rows."""
COUNTS = ("count", "count_rows", "count_distinct")


@dataclass(frozen=True)
class KpiResolver:
    """Resolves the KPIs of one scope."""

    resolver: Questions
    scope: Scope

    def resolve(self, decl: ast.Kpi) -> KpiModel:
        """The KPI; raises KpiError."""
        return _Resolving(self.resolver, self.scope, decl).model()

    def plain(self, metric: ast.Path) -> KpiModel:
        """A metric that is no KPI, for a board that shows it among them: it has values and comparisons, no goal and no target."""
        return _Resolving(self.resolver, self.scope, ast.Kpi(metric.span, metric, None, None, ()), has_goal=False).model()


def running_period_end(each: str, options: tuple[int, int]) -> Expr:
    """The day after the period that today lies in."""
    first: Expr = TODAY if each == "day" else Fn("start_of", (TODAY,), DATE, (each, *options))
    return Fn("date_add", (first,), DATE, (1, each))


def is_paced(expr: MetricExpr) -> bool:
    """Whether a value grows with the days of its period: what adds up over time, and distinct counts (S26)."""
    inner = expr
    while isinstance(inner, (Ref, Mature)):
        inner = inner.value
    if isinstance(inner, Aggregate) and inner.agg.func == "count_distinct":
        return inner.pick is None and inner.alive is None
    return additivity(expr) == "additive"


def check_timed(resolver: Questions, expr: MetricExpr, name: str, span: Span) -> None:
    """A value that is judged by periods has a time by which its rows fall into them."""
    for leaf in aggregates(expr):
        source = resolver.sources[leaf.source]
        if source.time is None and leaf.time is None:
            if resolver.is_broken("time", source.name):
                raise resolver.silent()
            fail(
                "KPI122",
                f"`{source.name}` has no time, so nobody can tell what `{name}` was in a period",
                span,
                labels=(Label(source.span, "no time is declared here"),),
                help=f"declare the time of its rows: source {source.name} … {{ time day }}",
            )


def so_far(metric: QueryMetric, each: str, span: Span) -> QueryMetric:
    """The metric of the part of a period that is over."""
    return replace(metric, expr=Moved(metric.expr, Shift(0, each), metric.type, span))


def rows_behind(expr: MetricExpr) -> QueryMetric:
    """Null where a period has no rows that the metric could be made of, whatever it counts of them (S25); else a number that means nothing.

    A source has rows if it has some by any of the metric's times. A sum is there with any of its parts, everything else with all of them:
    without refunds there is revenue still, without any spend there is no cost of a customer.
    """
    moved = framed(expr)
    by_source: dict[str, list[MetricExpr]] = {}
    for leaf in aggregates(moved):
        rows = _rows_of(leaf)
        known = by_source.setdefault(leaf.source, [])
        if rows not in known:
            known.append(rows)

    def there(part: MetricExpr) -> MetricExpr | None:
        match part:
            case Aggregate():
                return _first_known(by_source[part.source])
            case Constant():
                return None
            case Formula(op="add" | "sub" | "coalesce", args=args):
                return _first_known([found for arg in args if (found := there(arg)) is not None])
            case _:
                return _all_known([found for inner in parts(part) if (found := there(inner)) is not None])

    value = there(moved)
    assert value is not None
    return QueryMetric(ROWS, "", value, INT)


def _rows_of(leaf: Aggregate) -> Aggregate:
    """The rows of a leaf's source at the days that it looks at."""
    frame = tuple(move for move in leaf.frame if isinstance(move, Window))
    return replace(
        leaf,
        agg=Agg("count_rows", (), INT),
        type=INT,
        name=f"rows_of_{leaf.source}",
        filters=(),
        pick=None,
        fill=False,
        additive=True,
        frame=frame,
    )


def _first_known(found: list[MetricExpr]) -> MetricExpr | None:
    """Null where all of them are."""
    found = list(dict.fromkeys(found))
    return None if not found else found[0] if len(found) == 1 else Formula("coalesce", tuple(found), INT)


def _all_known(found: list[MetricExpr]) -> MetricExpr | None:
    """Null where any of them is."""
    found = list(dict.fromkeys(found))
    return None if not found else found[0] if len(found) == 1 else Formula("add", tuple(found), INT)


class _Resolving:
    """The work on one KPI."""

    def __init__(self, resolver: Questions, scope: Scope, decl: ast.Kpi, has_goal: bool = True) -> None:
        self.resolver, self.scope, self.decl, self.has_goal = resolver, scope, decl, has_goal
        self.rows = MetricResolver(resolver, scope)
        self.words = Words(resolver, scope)
        self.expr = self.rows.resolve(decl.metric)
        late = deferred(self.expr)
        if late:
            fail("KPI190", f"this version cannot compute `{late[0].construct}` yet", decl.metric.span, help="it comes with a later version")

    def model(self) -> KpiModel:
        decl, items = self.decl, self.decl.items
        found = Problems()
        for item in items:
            found.tried(self._check_word, item)
        found.tried(self._goal)
        metric = self._metric()
        every: list[ast.Target | ast.TargetFrom] = [*ast.pick(items, ast.Target), *ast.pick(items, ast.TargetFrom)]
        for target in every:
            found.tried(self._check_rhythm, target)
            found.tried(self._check_unit, target)
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
            direction=self._direction(tracks),
            tracks=tracks,
            pace=self._word(ast.Pace) or "linear",
            is_paced=is_paced(self.expr),
            is_rate=self._rate_of() is not None,
            needs=needs,
            warn=self._warn(tracks),
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

    def _check_rhythm(self, target: ast.Target | ast.TargetFrom) -> None:
        """A target is one of days, weeks, months, quarters or years."""
        if target.each is None:
            rhythm = CADENCE.get(self._word(ast.Tier), "month")
            fail(
                "KPI080",
                f"this target of `{self.decl.metric.text}` has no period",
                target.span,
                notes=("45 a day and 45 a month are not the same target",),
                help=f"say for which: {' '.join(target.span.text.split())} each {rhythm}",
            )
        self.words.period(target.each)
        if target.each.text not in RHYTHMS:
            help = "write each day, week, month, quarter or year"
            fail("KPI049", f"a target cannot be for each {target.each.text}", target.each.span, help=help)

    def _check_unit(self, target: ast.Target | ast.TargetFrom) -> None:
        """Values are in the unit of the metric."""
        for node in (target.metric,) if isinstance(target, ast.TargetFrom) else (target.value, target.high):
            if node is not None:
                self.comparable(self.rows.resolve(node), node.span)

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
            yield self._track(CADENCE.get(self._word(ast.Tier), "month"), None, [])
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
        node = ast.Query(span, (), by=(*by, ast.Path(span, (ast.Ident(span, each),))), where=where)
        planned: list[QueryMetric] = []
        revisions = [self._target(item, planned) for item in items]
        for kind in ("target", "stretch"):
            self._check_apart([(i, t) for i, t in zip(items, revisions, strict=True) if i.kind == kind])
        if table is not None:
            revisions.append(self._from_table(table, planned))
        kinds = [i.kind for i in items] + ["target"] * (table is not None)
        return Track(
            each=each,
            segment="" if where is None else " ".join(where.span.text.split()),
            by=len(by),
            query=self._query(self._asked_for(each), node, each),
            targets=_latest_first(t for t, kind in zip(revisions, kinds, strict=True) if kind == "target"),
            stretch=_latest_first(t for t, kind in zip(revisions, kinds, strict=True) if kind == "stretch"),
            planned=self._query(planned, node, each) if planned else None,
        )

    def _query(self, metrics: list[QueryMetric], node: ast.Query, each: str) -> QueryModel:
        """The query of these metrics up to the running period. Its group-bys are called like none of them."""
        if node.where is not None:
            for metric in metrics:
                check_conformed(self.resolver, self.scope, node.where, self.rows.sources_of(metric.expr))
        asked = (None, running_period_end(each, self.resolver.calendar.options))
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

    # ------------------------------------------------------------ targets

    def _target(self, item: ast.Target, planned: list[QueryMetric]) -> Target:
        value = self._bound(item.value, planned)
        high = None if item.high is None else self._bound(item.high, planned)
        if high is not None and _number(value) is not None and _number(high) is not None and _number(value) > _number(high):  # type: ignore[operator]
            fail("KPI083", "this target lies between a value and a smaller one", item.span, help="swap the two")
        since = None if item.from_ is None else days_of(item.from_)[0]
        low_side = item.op in (">=", ">", "=", "between")
        high_side = item.op in ("<=", "<", "=")
        return Target(
            low=value if low_side else None,
            high=high if item.op == "between" else value if high_side else None,
            strict=item.op in ("<", ">"),
            since=since,
            because=item.because or "",
            span=item.span,
        )

    def _bound(self, node: ast.Expr, planned: list[QueryMetric]) -> Bound:
        """A value of the metric's unit. What depends on rows is computed beside the KPI, for whole periods."""
        value = self.rows.resolve(node)
        if not aggregates(value):
            return Bound(value)
        name = f"{PLANNED}{len(planned) + 1}"
        planned.append(QueryMetric(name, "", _known_only(_whole(value)), value.type))
        return Bound(value, name)

    def comparable(self, value: MetricExpr, span: Span) -> None:
        """A value is in the unit of the metric that it is compared with."""
        comparison("<", self.rows.operand(self.expr, self.decl.metric.span), self.rows.operand(value, span))

    def _from_table(self, table: ast.TargetFrom, planned: list[QueryMetric]) -> Target:
        bound = self._bound(table.metric, planned)
        if not bound.column:
            fail(
                "KPI062",
                f"`{table.metric.text}` counts no rows of any source",
                table.metric.span,
                help="name a metric of the plan: sum(plan.amount)",
            )
        lower = self._better() == "lower"
        return Target(None if lower else bound, bound if lower else None, False, None, "", table.span)

    def _better(self) -> str:
        return self.resolver.metrics[self.expr.name].better if isinstance(self.expr, Ref) else ""

    def _check_apart(self, made: list[tuple[ast.Target, Target]]) -> None:
        """Revisions of one target hold from different days on."""
        first: dict[dt.date | None, ast.Target] = {}
        for item, target in made:
            other = first.setdefault(target.since, item)
            if other is not item:
                since = "from the beginning" if target.since is None else f"from {target.since}"
                fail(
                    "KPI083",
                    f"two targets of `{self.decl.metric.text}` hold {since}",
                    item.span,
                    labels=(Label(other.span, "the other one"),),
                    notes=("nobody could tell which of them a period should reach",),
                    help="say from when the new one holds: … from 2026-07, or keep one of them",
                )

    def _direction(self, tracks: tuple[Track, ...]) -> str:
        """higher, lower or between: all targets point the same way."""
        found = [(t.direction, t) for track in tracks for t in (*track.targets, *track.stretch)]
        ways = dict.fromkeys(way for way, _ in found)
        if len(ways) > 1:
            other = next(t for way, t in found if way != found[0][0])
            fail(
                "KPI084",
                f"targets of `{self.decl.metric.text}` point in different directions",
                other.span,
                labels=(Label(found[0][1].span, f"here {_good(found[0][0])} is good"),),
                notes=("a value that is better for one of them would be worse for the other",),
                help="give all of them the same sign, or write `between … and …`",
            )
        return next(iter(ways), self._better() or "higher")

    def _warn(self, tracks: tuple[Track, ...]) -> Decimal | None:
        """How far the edge of the warn band lies from what is expected, as a ratio of it: 10% for `warn at 110%` of a cost."""
        for item in ast.pick(self.decl.items, ast.Warn):
            value = self.rows.resolve(item.at)
            at = value.value if isinstance(value, Constant) and value.type.unit == units.RATIO else None
            if not isinstance(at, Decimal) or at <= 0:
                fail("KPI085", f"`{item.at.span.text}` is no share of the target", item.at.span, help="write warn at 110%")
            direction = self._direction(tracks)
            if (direction == "lower" and at < 1) or (direction == "higher" and at > 1):
                side = "above" if direction == "lower" else "below"
                fail(
                    "KPI085",
                    f"a warning at {item.at.span.text} of the target would come when all is well",
                    item.at.span,
                    notes=(f"{_good(direction)} is good here, so the band of the warning lies {side} the target",),
                    help=f"write warn at {'110%' if direction == 'lower' else '90%'}",
                )
            return abs(at - 1)
        return None

    # ------------------------------------------------------------ volume and benchmarks

    def _needed(self) -> Decimal | None:
        for item in ast.pick(self.decl.items, ast.Needs):
            value = self.rows.resolve(item.count)
            if not isinstance(value, Constant) or isinstance(value.value, bool) or not isinstance(value.value, (int, Decimal)):
                fail("KPI051", f"`{item.count.span.text}` is not a number", item.count.span, help="write needs 30 orders_paid")
            return Decimal(value.value)
        return None

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
        self.comparable(value, item.value.span)
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


def _good(direction: str) -> str:
    return {"higher": "more", "lower": "less"}.get(direction, "a value inside the band")


def _number(bound: Bound) -> Decimal | None:
    value = bound.value.value if isinstance(bound.value, Constant) else None
    return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _latest_first(targets: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(sorted(targets, key=lambda t: t.since or dt.date.min, reverse=True))


def _mature(expr: MetricExpr) -> tuple[int, str] | None:
    """How long a period must be over before its value counts, where that is declared: the longest of the times of its parts."""
    found = [inner for part in parts(expr) if (inner := _mature(part)) is not None]
    if isinstance(expr, Mature):
        found.append((expr.amount, expr.unit))
    return max(found, key=lambda time: time[0] * LENGTHS[time[1]], default=None)


def _whole(expr: MetricExpr) -> MetricExpr:
    """A target is for whole periods: last year's whole month, whatever of this one is over."""
    if isinstance(expr, Moved) and isinstance(expr.move, Shift):
        expr = replace(expr, move=replace(expr.move, whole=True))
    return rebuilt(expr, _whole)


def _known_only(expr: MetricExpr) -> MetricExpr:
    """A plan without rows for a period plans nothing, which is not a target of zero."""
    return map_leaves(expr, lambda leaf: replace(leaf, fill=False))
