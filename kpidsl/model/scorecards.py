"""Scorecards: KPIs weighed into one score, and what a score pays. Comes in: the syntax of `scorecard`. Goes out: a `ScorecardModel` with
the queries that its values and targets come from, or why nobody could compute the bonus.

A line's target is the one of its KPI: that for each of the scorecard's own periods, else those of the shorter periods inside, added up,
which only holds for a metric that adds up over time.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NoReturn

from kpidsl.diagnostic import KpiError, Label, fail
from kpidsl.model import units
from kpidsl.model.additivity import additivity
from kpidsl.model.aims import Bound, KpiModel, Target, Track
from kpidsl.model.factors import value_of
from kpidsl.model.items import only_one
from kpidsl.model.judged import called, check_timed, rows_behind, running_period_end
from kpidsl.model.kpis import KpiResolver
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import MetricModel, Moved, QueryMetric, QueryModel, Shift, aggregates
from kpidsl.model.moves import is_moved
from kpidsl.model.names import Scope
from kpidsl.model.query import Problems, QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.targets import RHYTHMS
from kpidsl.model.words import Words
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

INSIDE = {"week": ("day",), "month": ("day",), "quarter": ("month", "day"), "year": ("quarter", "month", "day")}
"""Periods that fill others without a rest, the longest first."""
OURS: tuple[str, ...] = (
    *("scorecard", "role", "period_start", "period_end", "kpi", "unit", "actual", "target", "target_high", "expected", "attainment"),
    *("floor", "cap", "score", "weight", "points", "payout", "missing", "reason", "state", "place"),
)
"""Columns of the result; group-bys stand among them under other names."""


@dataclass(frozen=True, slots=True)
class Line:
    """A weighed KPI. `actual`, `rows` and `volume` are columns of the values; the bounds of `targets` name columns of the plan. `each` is
    the period of the targets: another one than the scorecard's is shorter, and its targets are added up. `pace`: linear, workdays or
    seasonal where the value grows with its period, else ''; `season`: the columns of last year's same part and of its whole period."""

    name: str
    metric: MetricModel
    weight: Decimal
    floor: Decimal | None
    cap: Decimal | None
    targets: tuple[Target, ...]
    each: str
    actual: str
    rows: str
    volume: str
    needs: Decimal | None
    pace: str = ""
    season: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ScorecardModel:
    """A scorecard. `values` gives every line's value by its group-bys and period; `plan` the targets that depend on the period, and `own`
    those of each group. `points` are those of the payout curve: (score, what it pays), rising."""

    name: str
    label: str
    role: str
    each: str
    lines: tuple[Line, ...]
    values: QueryModel
    plan: QueryModel | None
    own: QueryModel | None
    points: tuple[tuple[Decimal, Decimal], ...]
    decl: ast.Scorecard


@dataclass(frozen=True)
class ScorecardResolver:
    """Resolves the scorecards of one scope."""

    resolver: Questions
    scope: Scope

    def resolve(self, decl: ast.Scorecard) -> ScorecardModel:
        """The scorecard; raises KpiError."""
        return _Resolving(self.resolver, self.scope, decl).model()


class _Resolving:
    """The work on one scorecard."""

    def __init__(self, resolver: Questions, scope: Scope, decl: ast.Scorecard) -> None:
        self.resolver, self.scope, self.decl = resolver, scope, decl
        self.rows = MetricResolver(resolver, scope)
        self.asked: list[QueryMetric] = []  # values, by group and period
        self.planned: list[QueryMetric] = []  # targets, by period
        self.shares: list[QueryMetric] = []  # targets, by group and period

    def model(self) -> ScorecardModel:
        decl = self.decl
        each = self._each()
        weighed = ast.pick(decl.items, ast.Weigh)
        found = Problems()
        weights = [found.tried(self._weight, item) for item in weighed]
        found.stop()
        self._check_weights(weighed, [weight for weight in weights if weight is not None])
        points = found.tried(self._points)
        made = [found.tried(self._line, number, item, each) for number, item in enumerate(weighed, 1)]
        found.stop()
        own = self._query(self.shares, decl.by, each) if self.shares else None
        return ScorecardModel(
            name=decl.name.text,
            label=decl.label or "",
            role=decl.role or "",
            each=each,
            lines=tuple(line for line in made if line is not None),
            values=self._query(self.asked, decl.by, each),
            plan=self._query(self.planned, (), each) if self.planned else None,
            own=own,
            points=points or (),
            decl=decl,
        )

    def _each(self) -> str:
        decl = self.decl
        if decl.each is None:
            fail(
                "KPI097",
                f"the scorecard `{decl.name.text}` does not say how often it is settled",
                decl.name.span,
                help=f"say it: scorecard {decl.name.text} each quarter {{ … }}",
            )
        Words(self.resolver, self.scope).period(decl.each)
        if decl.each.text not in RHYTHMS:
            help = "write each month, quarter or year"
            fail("KPI190", f"this version cannot settle by {decl.each.text} yet", decl.each.span, help=help)
        return decl.each.text

    # ------------------------------------------------------------ weights and edges

    def _share(self, node: ast.Expr, code: str, what: str) -> Decimal:
        value = self.rows.resolve(node)
        number = value_of(value)
        if number is None or value.type.unit != units.RATIO:
            fail(code, f"{what} is a share, and `{node.span.text}` is none", node.span, help="write it in percent: 50%")
        return number

    def _weight(self, item: ast.Weigh) -> Decimal:
        weight = self._share(item.weight, "KPI095", "a weight")
        if weight <= 0:
            fail(
                "KPI095",
                f"`{item.metric.text}` weighs nothing",
                item.weight.span,
                notes=("people are judged by it, and it can change nothing",),
                help="give it a weight above 0%, or leave it out",
            )
        return weight

    def _check_weights(self, items: list[ast.Weigh], weights: list[Decimal]) -> None:
        decl = self.decl
        if not items:
            fail("KPI095", f"the scorecard `{decl.name.text}` weighs nothing", decl.name.span, help="add a line: weigh revenue 100%")
        for name in dict.fromkeys(item.metric.text for item in items):
            same = [item.metric for item in items if item.metric.text == name]
            only_one(same, "KPI095", f"`{name}` is weighed twice", "keep one line with both weights together")
        total = sum(weights, Decimal(0))
        if total != 1:
            listed = " + ".join(_percent(weight) for weight in weights)
            rest = 1 - total
            fail(
                "KPI095",
                f"the weights of `{decl.name.text}` add up to {_percent(total)}, not to 100%",
                items[-1].weight.span,
                notes=(f"{listed} = {_percent(total)}: whoever reaches every target exactly would score {_percent(total)}",),
                help=f"{'give' if rest > 0 else 'take'} {_percent(abs(rest))} {'to' if rest > 0 else 'from'} one of the lines",
            )

    def _edges(self, item: ast.Weigh) -> tuple[Decimal | None, Decimal | None]:
        floor = None if item.floor is None else self._share(item.floor, "KPI096", "a floor")
        cap = None if item.cap is None else self._share(item.cap, "KPI096", "a cap")
        if floor is not None and cap is not None and floor >= cap:
            assert item.floor is not None
            assert item.cap is not None
            fail(
                "KPI096",
                f"the floor of `{item.metric.text}` is not below its cap",
                item.floor.span,
                labels=(Label(item.cap.span, "the cap"),),
                notes=("below the floor nothing counts, above the cap nothing more: between the two there would be nothing",),
                help="swap the two, or leave one of them out",
            )
        return floor, cap

    def _points(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """The payout curve; its points rise."""
        curves = ast.pick(self.decl.items, ast.Pay)
        said = f"the scorecard `{self.decl.name.text}` pays by two curves"
        only_one(curves, "KPI096", said, "write all points in one line: pay 0% at 80%, 100% at 100%")
        found: list[tuple[Decimal, Decimal]] = []
        for point in (point for curve in curves for point in curve.points):
            at, pay = self._share(point.at, "KPI096", "a score"), self._share(point.pay, "KPI096", "a payout")
            if found and at <= found[-1][0]:
                fail(
                    "KPI096",
                    f"the payout curve goes from {_percent(found[-1][0])} to {_percent(at)}: its points do not rise",
                    point.at.span,
                    notes=("one score would pay two amounts",),
                    help="write the points from the lowest score to the highest",
                )
            if found and pay < found[-1][1]:
                fail(
                    "KPI096",
                    f"a score of {_percent(at)} would pay {_percent(pay)}, less than the {_percent(found[-1][1])} of a lower score",
                    point.pay.span,
                    notes=("whoever is ahead would do best to stop working",),
                    help="let the payout rise with the score, or stay",
                )
            found.append((at, pay))
        return tuple(found)

    # ------------------------------------------------------------ lines

    def _line(self, number: int, item: ast.Weigh, each: str) -> Line:
        floor, cap = self._edges(item)
        kpi, track = self._aimed(item, each)
        expr = kpi.metric.expr
        check_timed(self.resolver, expr, item.metric.text, item.metric.span)
        actual = QueryMetric(f"actual_{number}", "", Moved(expr, Shift(0, each), expr.type, item.metric.span), expr.type)
        rows = replace(rows_behind(expr), name=f"rows_{number}")
        self.asked += [actual, rows]
        season = self._season(number, kpi, item, each)
        volume = ""
        for needs in ast.pick(kpi.decl.items, ast.Needs):
            counted = self.rows.resolve(needs.metric)
            volume = f"volume_{number}"
            self.asked.append(QueryMetric(volume, "", Moved(counted, Shift(0, each), counted.type, needs.span), counted.type))
        return Line(
            name=item.metric.text,
            metric=kpi.metric,
            weight=self._weight(item),
            floor=floor,
            cap=cap,
            targets=tuple(self._target(number, nth, target, track, item, each) for nth, target in enumerate(track.targets, 1)),
            each=track.each,
            actual=actual.name,
            rows=rows.name,
            volume=volume,
            needs=kpi.needs,
            pace=kpi.pace if kpi.is_paced else "",
            season=season,
        )

    def _season(self, number: int, kpi: KpiModel, item: ast.Weigh, each: str) -> tuple[str, str] | None:
        """The columns of what last year brought, where that is what the KPI is paced by."""
        if kpi.pace != "seasonal" or not kpi.is_paced or each == "day":
            return None
        expr, names = kpi.metric.expr, (f"last_year_{number}", f"last_year_whole_{number}")
        for name, whole in zip(names, (False, True), strict=True):
            self.asked.append(QueryMetric(name, "", Moved(expr, Shift(1, "year", whole=whole), expr.type, item.metric.span), expr.type))
        return names

    def _aimed(self, item: ast.Weigh, each: str) -> tuple[KpiModel, Track]:
        """The KPI on the weighed metric, and its line of targets that fits."""
        self.rows.resolve(item.metric)
        name = item.metric.text
        decls = [decl for decl in self.scope.declarations if isinstance(decl, ast.Kpi) and decl.metric.text == name]
        found: list[tuple[KpiModel, Track]] = []
        others: list[str] = []
        for decl in decls:
            try:
                kpi = KpiResolver(self.resolver, self.scope).resolve(decl)
            except KpiError as error:
                if any(d.code == "KPI190" for d in error.diagnostics):
                    raise
                raise self.resolver.silent() from None  # the KPI itself says what is wrong with it
            tracks = {track.each: track for track in kpi.tracks if not track.segment and not track.by and track.targets}
            shorter = [word for word in INSIDE.get(each, ()) if word in tracks and additivity(kpi.metric.expr) == "additive"]
            fitting = [each] if each in tracks else shorter[:1]
            found += [(kpi, tracks[word]) for word in fitting]
            others += tracks
        if len(found) > 1:
            fail(
                "KPI097",
                f"two KPIs say what `{name}` should reach in a {each}",
                item.metric.span,
                labels=tuple(Label(kpi.decl.metric.span, "here") for kpi, _ in found),
                help="weigh a metric of its own for one of them",
            )
        if not found:
            self._no_target(item, each, decls, others)
        return found[0]

    def _no_target(self, item: ast.Weigh, each: str, decls: list[ast.Kpi], others: list[str]) -> NoReturn:
        name = item.metric.text
        notes = []
        if not decls:
            notes.append("no KPI stands on it")
        elif not others:
            notes.append("its KPI has no target for all its rows")
        else:
            why = "they cannot be added up" if set(others) & set(INSIDE.get(each, ())) else f"they do not fill a {each}"
            notes.append(f"its targets are for each {' and each '.join(dict.fromkeys(others))}, and {why}")
        fail(
            "KPI097",
            f"nobody says what `{name}` should reach in a {each}, so it cannot be scored",
            item.metric.span,
            labels=tuple(Label(decl.metric.span, "its KPI") for decl in decls[:1]),
            notes=tuple(notes),
            help=f"say it in its KPI: target >= … each {each}" if decls else f"declare it: kpi {name} {{ target >= … each {each} }}",
        )

    # ------------------------------------------------------------ targets

    def _target(self, number: int, nth: int, target: Target, track: Track, item: ast.Weigh, each: str) -> Target:
        """The target with its bounds in the columns of our own plan."""
        by = self._plan_by(track)
        sides: dict[str, Bound | None] = {}
        for side, bound in (("low", target.low), ("high", target.high)):
            if bound is None or not bound.column:
                sides[side] = bound
                continue
            assert track.planned is not None
            metric = next(m for m in track.planned.metrics if m.name == bound.column)
            shorter = track.each != each
            stock = any(leaf.pick is not None or leaf.alive is not None for leaf in aggregates(metric.expr))
            if shorter and (len(track.targets) > 1 or stock or additivity(bound.value) == "non-additive" or is_moved(metric.expr)):
                fail(
                    "KPI097",
                    f"the targets of `{item.metric.text}` for each {track.each} cannot be added up to one for a {each}",
                    item.metric.span,
                    labels=(Label(target.span, "the target"),),
                    help=f"give it a target of its own: target >= … each {each}",
                )
            name = f"planned_{number}_{nth}_{side}"
            (self.shares if by else self.planned).append(replace(metric, name=name))
            sides[side] = replace(bound, column=name)
        return replace(target, low=sides["low"], high=sides["high"])

    def _plan_by(self, track: Track) -> bool:
        """Whether the plan is one for each group of the scorecard, not the same for all."""
        tables = [t for decl in self.scope.declarations if isinstance(decl, ast.Kpi) for t in ast.pick(decl.items, ast.TargetFrom)]
        here = [table for table in tables if any(target.span == table.span for target in track.targets)]
        return bool(self.decl.by) and any(table.by for table in here)

    def _query(self, metrics: list[QueryMetric], by: tuple[ast.Expr, ...], each: str) -> QueryModel:
        """The query of these metrics up to the running period."""
        span = self.decl.name.span
        node = ast.Query(span, (), by=(*by, ast.Path(span, (ast.Ident(span, each),))))
        asked = (None, running_period_end(each, self.resolver.calendar.options))
        lines = [item.metric.text for item in ast.pick(self.decl.items, ast.Weigh)]
        with called({metric.name: lines[int(re.findall(r"\d+", metric.name)[0]) - 1] for metric in metrics}):
            model = QueryResolver(self.resolver, self.scope).of(metrics, node, asked=asked)
        taken = {*(metric.name for metric in metrics), *OURS}
        return replace(model, dims=tuple(replace(d, name=f"{d.name}_") if d.name in taken else d for d in model.dims))


def _percent(value: Decimal) -> str:
    number = (value * 100).normalize()
    return f"{number:f}%"
