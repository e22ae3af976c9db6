"""A board as data. Comes in: a resolved dashboard, the project's words and what its queries are. Goes out: the document that
`grammar/dashboard.schema.json` describes: queries apart from the elements that show them, elements apart from their places, and for every
number its type, unit, format and label. Nothing in it needs the compiler to be understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kpidsl.dashboard.charts import history, vega_lite
from kpidsl.dashboard.columns import BoardColumn, of_aim, of_query
from kpidsl.dashboard.labels import Labeller, Labels
from kpidsl.dashboard.layout import layout
from kpidsl.dashboard.words import words
from kpidsl.model.aims import BenchmarkModel, Bound, GoalModel, KpiModel, Target
from kpidsl.model.alerts import AlertModel
from kpidsl.model.calendar import DAYS, MONTHS, CalendarModel
from kpidsl.model.dashboards import DashboardModel, QueryTile, Tile
from kpidsl.model.journeys import JourneyModel
from kpidsl.model.model import Constant, Formula, MetricExpr, Ref
from kpidsl.model.scorecards import ScorecardModel
from kpidsl.plan.plan import Statement
from kpidsl.record import dataclass, field, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

VERSION = "urn:kpidsl:dashboard:1"
"""What the document calls its schema; the number rises when a reader of the old one would go wrong."""
CONSTRUCTS = ("funnel", "cohort", "journey")
"""Declarations with rows of their own, which stand on a board under their own names."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A tile with its statement; None for tiles that ask nothing."""

    tile: Tile
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Watch:
    """An alert that a board's findings tell of."""

    alert: AlertModel
    statement: Statement


@dataclass(frozen=True, slots=True)
class Facts:
    """What a board needs to know of its project. `sql` writes a statement in every dialect; `metric` tells where a metric comes from;
    `matrix` are the columns and rows of goals and KPIs."""

    labels: Labeller
    calendar: CalendarModel
    as_of: str | None
    sql: Callable[[Statement], Mapping[str, str]]
    metric: Callable[[str], Json | None]
    watches: Sequence[Watch] = ()
    matrix: Json = field(default_factory=dict)


@dataclass(slots=True)
class Board:
    """The document, and the statement of each of its queries for whoever runs them."""

    document: Json
    statements: dict[str, Statement]


def board(model: DashboardModel, asked: Sequence[Asked], facts: Facts) -> Board:
    """The board as data."""
    writer = _Writer(model, facts)
    for each in asked:
        writer.add(each)
    return Board(writer.document(), writer.statements)


class _Writer:
    """Gathers queries and elements; what two elements ask is asked once."""

    def __init__(self, model: DashboardModel, facts: Facts) -> None:
        self.model, self.facts = model, facts
        self.labels, self.locales = facts.labels, list(facts.labels.locales)
        self.statements: dict[str, Statement] = {}
        self.queries: dict[str, Json] = {}
        self.elements: dict[str, Json] = {}
        self.places: dict[str, Json] = {}
        self.metrics: dict[str, Json] = {}

    def document(self) -> Json:
        model, locale = self.model, self.locales[0]
        calendar = self.facts.calendar
        period = " ".join(model.period.span.text.split()[1:]) if model.period is not None else ""
        return {
            "schema": VERSION,
            "name": model.name,
            "title": self.labels.of(model.decl, model.label, model.name),
            "question": model.question.text if model.question is not None else "",
            "questions": self.labels.said(model.question.text, model.question.others) if model.question is not None else {locale: ""},
            "audience": model.audience,
            "locale": locale,
            "calendar": {
                "zone": calendar.zone or "UTC",
                "week_starts": DAYS[calendar.week_starts - 1],
                "year_starts": MONTHS[calendar.year_starts - 1],
            },
            "parameters": {"as_of": self.facts.as_of, "filters": [{"name": "period", "text": period}] if period else []},
            "queries": self.queries,
            "elements": self.elements,
            "layout": [place.as_json() for place in layout([(name, self._kind(each)) for name, each in self.elements.items()])],
            "provenance": {
                "file": model.decl.span.source.path,
                "line": model.decl.name.span.line,
                "owner": next((item.text for item in ast.pick(model.decl.items, ast.Owner)), ""),
                "elements": self.places,
                "metrics": dict(sorted(self.metrics.items())),
            },
        }

    def _kind(self, element: Json) -> str:
        return "number" if element.get("chart") == "number" else str(element["kind"])

    # ------------------------------------------------------------ elements

    def add(self, asked: Asked) -> None:
        """One more element, with the query behind it."""
        tile = asked.tile
        match tile.meaning:
            case GoalModel():
                made = self._goal(tile.meaning, asked)
            case KpiModel():
                made = self._kpi(tile.meaning, asked)
            case QueryTile():
                made = self._show(tile, tile.meaning, asked)
            case JourneyModel():
                made = self._journey(tile, tile.meaning, asked)
            case ScorecardModel():
                made = self._scorecard(tile, tile.meaning, asked)
            case _:
                made = self._without_query(tile)
        name = self._id(self.elements, f"{tile.kind}_{tile.name}" if tile.name else made.get("query") or tile.kind)
        self.elements[name] = made
        self.places[name] = {"file": tile.span.source.path, "line": tile.span.line, "text": " ".join(tile.span.text.split())}

    def _goal(self, goal: GoalModel, asked: Asked) -> Json:
        columns = self._columns_of_aim(asked)
        self._tell(goal.measure, goal.measure_name)
        return {
            "kind": "goal",
            "query": self._query(f"goal_{goal.name}", asked.statement, columns),
            "title": self.labels.of(goal.decl, goal.label, goal.name),
            "goal": {
                "name": goal.name,
                "kind": goal.kind,
                "measure": goal.measure_name,
                "way": goal.way,
                "direction": goal.direction,
                "by": goal.end.isoformat(),
                "review": goal.review,
                "owner": goal.owner,
                "because": goal.because,
                "parent": goal.parent,
            },
            "vega_lite": None,
        }

    def _kpi(self, kpi: KpiModel, asked: Asked) -> Json:
        columns = self._columns_of_aim(asked)
        self._tell_of(kpi.metric.name, kpi.name)
        each = main_each(kpi)
        title = self.labels.of(kpi.metric.decl, kpi.metric.label, kpi.name)
        if kpi.label and kpi.label != kpi.metric.label:
            title = self.labels.of(kpi.decl, kpi.label, kpi.name)
        plain = any(not track.segment and not track.by for track in kpi.tracks)
        return {
            "kind": "kpi",
            "query": self._query(f"kpi_{kpi.name}", asked.statement, columns),
            "title": title,
            "kpi": {
                "name": kpi.name,
                "goal": kpi.goal,
                "stage": kpi.stage,
                "tier": kpi.tier,
                "category": kpi.category,
                "owner": kpi.owner,
                "each": each,
                "direction": kpi.direction,
                "adds_up": kpi.is_paced,
                "target": [self._target(track.each, track.segment, target) for track in kpi.tracks for target in track.targets],
                "thresholds": {"at_risk": number(kpi.warn) if kpi.warn is not None else 0.1, "needs": number(kpi.needs)},
                "benchmark": [_benchmark(each) for each in kpi.benchmarks],
                "action": dict(kpi.advice),
            },
            "vega_lite": history(columns, _drawn(kpi), self.locales[0], each, segment=not plain),
        }

    def _target(self, each: str, segment: str, target: Target) -> Json:
        return {
            "each": each,
            "segment": segment or None,
            "low": bound(target.low),
            "high": bound(target.high),
            "strict": target.strict,
            "since": target.since.isoformat() if target.since else None,
            "because": target.because,
            "from_data": any(side is not None and side.column for side in (target.low, target.high)),
        }

    def _show(self, tile: Tile, shown: QueryTile, asked: Asked) -> Json:
        assert asked.statement is not None
        columns = of_query(asked.statement, shown.query, shown.shape, self.labels)
        for value in () if shown.shape.staged or shown.shape.aged else shown.query.metrics:
            self._tell(value.expr, value.name)
        decl = tile.decl if isinstance(tile.decl, ast.Report | ast.Funnel | ast.Cohort) else None
        if tile.title or (decl is not None and decl.label):
            declared = self.labels.of(decl, decl.label if decl and decl.label else "")
            title = self.labels.said(tile.title, tile.others) if tile.title else declared
        else:
            title = (
                self.labels.of(decl, "", tile.name)
                if tile.kind in CONSTRUCTS
                else self.labels.by(
                    [self.labels.metric(value) for value in shown.shape.values], [self.labels.dim(dim) for dim in shown.query.dims]
                )
            )
        if tile.kind in CONSTRUCTS:
            query = self._query(f"{tile.kind}_{tile.name}", asked.statement, columns)
            drawn = vega_lite(shown.chart, shown.shape, columns, self.locales[0])
            return {"kind": tile.kind, "query": query, "title": title, "vega_lite": drawn}
        return {
            "kind": "table" if shown.chart == "table" else "chart",
            "chart": shown.chart,
            "query": self._query(f"report_{tile.name}" if tile.name else slug(shown), asked.statement, columns),
            "title": title,
            "vega_lite": vega_lite(shown.chart, shown.shape, columns, self.locales[0], bool(shown.query.order or shown.query.top)),
        }

    def _journey(self, tile: Tile, journey: JourneyModel, asked: Asked) -> Json:
        for stage in journey.stages:
            for kpi in stage.kpis:
                self._tell_of(kpi.metric.name, kpi.name)
        title = self.labels.said(tile.title, tile.others) if tile.title else self.labels.of(journey.decl, journey.label, journey.name)
        query = self._query(f"journey_{journey.name}", asked.statement, self._columns_of_aim(asked))
        return {"kind": "journey", "query": query, "title": title, "vega_lite": None}

    def _scorecard(self, tile: Tile, card: ScorecardModel, asked: Asked) -> Json:
        for line in card.lines:
            self._tell_of(line.metric.name, line.name)
        title = self.labels.said(tile.title, tile.others) if tile.title else self.labels.of(card.decl, card.label, card.name)
        return {
            "kind": "scorecard",
            "query": self._query(f"scorecard_{card.name}", asked.statement, self._columns_of_card(asked, card)),
            "title": title,
            "scorecard": {"name": card.name, "role": card.role, "each": card.each, "by": [dim.name for dim in card.values.dims[:-1]]},
            "vega_lite": None,
        }

    def _without_query(self, tile: Tile) -> Json:
        title: Labels | None = self.labels.said(tile.title, tile.others) if tile.title else None
        match tile.kind:
            case "text":
                return {"kind": "text", "title": {self.locales[0]: ""}, "text": self.labels.said(tile.text, tile.others)}
            case "matrix":
                return {"kind": "matrix", "title": title or words("matrix", self.locales), "matrix": self.facts.matrix}
            case _:
                return {
                    "kind": "findings",
                    "title": title or words("findings", self.locales),
                    "findings": [self._watch(each) for each in self.facts.watches],
                }

    def _watch(self, watch: Watch) -> Json:
        alert = watch.alert
        self._tell(alert.query.metrics[0].expr, alert.metric)
        return {
            "alert": alert.name,
            "query": self._query(f"alert_{alert.name}", watch.statement, of_aim(watch.statement, self.labels)),
            "title": {self.locales[0]: alert.label} if alert.label else self.labels.of(None, "", alert.name),
            "metric": alert.metric,
            "by": list(alert.by),
            "each": alert.grain,
            "action": alert.advice,
            "owner": alert.owner,
        }

    # ------------------------------------------------------------ queries

    def _columns_of_aim(self, asked: Asked) -> list[BoardColumn]:
        assert asked.statement is not None
        return of_aim(asked.statement, self.labels)

    def _columns_of_card(self, asked: Asked, card: ScorecardModel) -> list[BoardColumn]:
        """Those of every scorecard, and the group-bys of this one under their own labels."""
        labels = {dim.name: self.labels.dim(dim) for dim in card.values.dims[:-1]}
        return [replace(column, label=labels.get(column.name, column.label)) for column in self._columns_of_aim(asked)]

    def _query(self, wanted: str, statement: Statement | None, columns: list[BoardColumn]) -> str:
        """The id of a query; of one that another element asks as well, that one's."""
        assert statement is not None
        sql = dict(self.facts.sql(statement))
        bare = {dialect: uncommented(text) for dialect, text in sql.items()}
        for name, query in self.queries.items():
            if {dialect: uncommented(text) for dialect, text in query["sql"].items()} == bare:
                return name
        name = self._id(self.queries, wanted)
        self.queries[name] = {"sql": sql, "columns": [column.as_json() for column in columns]}
        self.statements[name] = statement
        return name

    def _id(self, taken: Mapping[str, object], wanted: str) -> str:
        name, number_ = wanted, 2
        while name in taken:
            name, number_ = f"{wanted}_{number_}", number_ + 1
        return name

    def _tell(self, expr: MetricExpr, name: str) -> None:
        """Where a value comes from, where it is a metric: the one of that name, or under another name."""
        self._tell_of(expr.name if isinstance(expr, Ref) else name, name)

    def _tell_of(self, metric: str, name: str) -> None:
        """Where a metric comes from, for whoever asks what a number is; under the name that the board has for it."""
        about = self.facts.metric(metric)
        if about is not None:
            self.metrics[name] = about


# ---------------------------------------------------------------- values


def main_each(kpi: KpiModel) -> str:
    """The kind of period by which a KPI is shown: that of its first target for all rows."""
    return next((track.each for track in kpi.tracks if not track.segment and not track.by), kpi.tracks[0].each)


def _drawn(kpi: KpiModel) -> list[str]:
    """The columns of a KPI that have values to draw."""
    has = {
        "actual": True,
        "target": any(track.targets for track in kpi.tracks),
        "target_high": kpi.direction == "between",
        "benchmark": bool(kpi.benchmarks),
    }
    return [name for name, there in has.items() if there]


def bound(value: Bound | None) -> float | int | None:
    """A value to reach, where it is written down."""
    return None if value is None or value.column else number(_constant(value.value))


def _benchmark(benchmark: BenchmarkModel) -> Json:
    return {"value": number(_constant(benchmark.value)), "facts": dict(benchmark.facts)}


def _constant(expr: MetricExpr) -> Decimal | None:
    """What a value without rows is."""
    match expr:
        case Constant(value=int() | Decimal() as value):
            return Decimal(value)
        case Ref():
            return _constant(expr.value)
        case Formula(op="neg", args=(only,)):
            inner = _constant(only)
            return None if inner is None else -inner
        case _:
            return None


def number(value: Decimal | int | None) -> float | int | None:
    """As JSON writes it."""
    return None if value is None else int(value) if value == int(value) else float(value)


def slug(shown: QueryTile) -> str:
    """`revenue_spend_by_month`: a telling id for a query that has no name."""
    shape = shown.shape
    names = ["funnel"] if shape.staged else ["cohort"] if shape.aged else [value.name for value in shape.values] or ["values"]
    dims = [dim.name for dim in shown.query.dims]
    text = "_".join([*names, *(["by", *dims] if dims else [])])
    return re.sub(r"[^\w]+", "_", text).strip("_")[:80] or "query"


def uncommented(sql: str) -> str:
    """The statement without the comment on top, which names the tile that asks."""
    lines = sql.split("\n")
    return "\n".join(lines[next((at for at, line in enumerate(lines) if not line.startswith("--")), 0) :])


def place(span: Span) -> Json:
    """File and line."""
    return {"file": span.source.path, "line": span.line}
