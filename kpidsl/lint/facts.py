"""What the rules ask about a project. Comes in: a compiled project without errors. Goes out: its goals, KPIs, boards and scorecards, and
what the metrics behind them are. Only the project's own declarations are judged, never those of a module that it uses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from kpidsl.compile import Compiled
from kpidsl.diagnostic import Diagnostic, KpiError, Severity
from kpidsl.lineage import made_from
from kpidsl.model.expr import Type
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import Aggregate, AtLevel, Formula, Mature, MetricExpr, MetricModel, Moved, Ref, Shift, aggregates, parts
from kpidsl.record import dataclass, field
from kpidsl.span import Span
from kpidsl.syntax import ast

T = TypeVar("T", bound=ast.Node)


def advice(severity: Severity, code: str, message: str, span: Span, **more: object) -> Diagnostic:
    """One finding of a rule; keyword arguments are those of `Diagnostic`."""
    return Diagnostic(code, message, span, severity=severity, **more)  # type: ignore[arg-type]


def first(items: Iterable[ast.Node], kind: type[T]) -> T | None:
    """The first item of a kind."""
    return next((item for item in items if isinstance(item, kind)), None)


def count(number: int, noun: str) -> str:
    """`1 KPI`, `3 KPIs`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


@dataclass(frozen=True)
class Facts:
    """One project; `today` is the day that counts as today."""

    compiled: Compiled
    today: dt.date
    _exprs: dict[ast.Expr, MetricExpr | None] = field(default_factory=dict)

    # ------------------------------------------------------------ declarations

    def own(self, kind: type[T]) -> list[T]:
        """The project's declarations of a kind, in the order of its files."""
        return [decl for decl in self.compiled.scope.declarations if isinstance(decl, kind)]

    @cached_property
    def goals(self) -> list[ast.Goal]:
        return self.own(ast.Goal)

    @cached_property
    def kpis(self) -> list[ast.Kpi]:
        """KPIs that serve a goal of the project: without a goal there is nothing to judge a KPI by."""
        names = {goal.name.text for goal in self.goals}
        return [kpi for kpi in self.own(ast.Kpi) if kpi.goal is not None and kpi.goal.text in names]

    def kpis_of(self, goal: ast.Goal) -> list[ast.Kpi]:
        return [kpi for kpi in self.kpis if kpi.goal is not None and kpi.goal.text == goal.name.text]

    def goal_of(self, kpi: ast.Kpi) -> ast.Goal | None:
        return next((goal for goal in self.goals if kpi.goal is not None and goal.name.text == kpi.goal.text), None)

    def kind(self, goal: ast.Goal) -> str:
        """`sales`; empty where the goal names none."""
        item = first(goal.items, ast.GoalKind)
        return "" if item is None else item.name.text

    # ------------------------------------------------------------ metrics

    def metric(self, path: ast.Expr) -> MetricModel | None:
        """The metric of that name; None for anything else, such as the rate of a funnel."""
        if not isinstance(path, ast.Path):
            return None
        entry = self.compiled.scope.entries.get(("metric", path.text))
        return None if entry is None else self.compiled.model.metrics.get(entry.key)

    def expr(self, node: ast.Expr) -> MetricExpr | None:
        """What a metric expression computes; None where this version cannot tell."""
        if node not in self._exprs:
            try:
                made = MetricResolver(self.compiled.resolver, self.compiled.scope).resolve(node)
            except KpiError:  # only a construct that is told elsewhere comes here: a rule that cannot know says nothing
                self._exprs[node] = None
            else:
                self._exprs[node] = made
        return self._exprs[node]

    def items(self, kpi: ast.Kpi, kind: type[T]) -> list[T]:
        """What the KPI says, else what its metric says."""
        found = ast.pick(kpi.items, kind)
        metric = self.metric(kpi.metric)
        if found or metric is None or metric.decl is None:
            return found
        return ast.pick(metric.decl.items, kind)

    def vanity(self, kpi: ast.Kpi) -> ast.Vanity | None:
        """Where the KPI's metric says that it is vanity for the kind of the KPI's goal, or for any."""
        goal, metric = self.goal_of(kpi), self.metric(kpi.metric)
        item = first(metric.decl.items, ast.Vanity) if metric is not None and metric.decl is not None else None
        if item is None or goal is None or (item.kinds and self.kind(goal) not in {word.text for word in item.kinds}):
            return None
        return item

    def better(self, kpi: ast.Kpi) -> str:
        """higher, lower, between, or '' where nobody says so."""
        return next((item.direction for item in self.items(kpi, ast.Better)), "")

    def type(self, path: ast.Expr) -> Type | None:
        metric = self.metric(path)
        made = self.expr(path) if metric is None else None
        return metric.type if metric is not None else made.type if made is not None else None

    def additive(self, path: ast.Expr) -> bool:
        metric = self.metric(path)
        return metric is not None and metric.additivity == "additive"

    def columns(self, expr: MetricExpr) -> set[tuple[str, str]]:
        """The columns, (source, name), that a value depends on; a count depends on the rows as such, (source, "")."""
        found = made_from(self.compiled.model, expr)
        counted = [leaf for leaf in aggregates(expr) if leaf.agg.func.startswith("count")]
        return found | {(self.compiled.model.sources[leaf.source].rows_of or leaf.source, "") for leaf in counted}


def bare(expr: MetricExpr) -> MetricExpr:
    """What stands behind names, maturity and levels of detail."""
    while isinstance(expr, Ref | Mature | AtLevel):
        expr = expr.value
    return expr


def division(expr: MetricExpr) -> tuple[MetricExpr, MetricExpr] | None:
    """Numerator and denominator of a ratio, which may be multiplied by a number (NPS, CPM); None where it is none."""
    core = bare(expr)
    if isinstance(core, Formula) and core.op == "div":
        return core.args[0], core.args[1]
    if isinstance(core, Formula) and core.op == "mul":
        return next((found for part in core.args if (found := division(part)) is not None and aggregates(part)), None)
    return None


def compares(expr: MetricExpr) -> bool:
    """Whether the value itself looks at another period: growth, a change against a year ago."""
    if isinstance(expr, Moved) and isinstance(expr.move, Shift):
        return True
    if isinstance(expr, Aggregate):
        return any(isinstance(move, Shift) for move in expr.frame)
    return any(compares(part) for part in parts(expr))
