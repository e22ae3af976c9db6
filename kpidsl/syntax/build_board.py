"""Goals, KPIs, funnels, boards and tests, as nodes. Comes in: what the machine has read of one rule, and its place. Goes out: nodes of
`ast.py`. A method is named after what it builds in `kpi.lark`."""

from __future__ import annotations

from typing import Any

from kpidsl.diagnostic import Fix, similar
from kpidsl.span import Span
from kpidsl.syntax import ast
from kpidsl.syntax.build_expr import Clause, ExprBuilder, moment

Said = tuple[str, tuple[ast.LocaleLabel, ...]]
"""A text of a board, and the same in other languages."""
UNTITLED: tuple[None, tuple[ast.LocaleLabel, ...]] = (None, ())


class BoardBuilder(ExprBuilder):
    """Builds what judges and shows metrics, and the items that several declarations share."""

    # ------------------------------------------------------------ shared

    def type(
        self, at: Span, name: ast.Ident, args: tuple[ast.Expr, ...] | None, per: ast.Ident | None, zone: ast.Text | None
    ) -> ast.TypeName:
        return ast.TypeName(at, name, args or (), None if zone is None else zone.value, per)

    def type_args(self, _at: Span, *args: ast.Expr) -> tuple[ast.Expr, ...]:
        return args

    def describe(self, at: Span, text: ast.Text) -> ast.Describe:
        return ast.Describe(at, text.value)

    def locale(self, _at: Span, *words: Any) -> str:
        return "-".join(word.lower() if isinstance(word, str) else word.text for word in words)

    def locale_label(self, at: Span, locale: str, text: ast.Text) -> ast.LocaleLabel:
        return ast.LocaleLabel(at, locale, text.value)

    def owner(self, at: Span, text: ast.Text) -> ast.Owner:
        return ast.Owner(at, text.value)

    def each(self, at: Span, grain: ast.Ident) -> Clause:
        return Clause("each", at, grain)

    def category(self, at: Span, name: ast.Ident) -> ast.Category:
        return ast.Category(at, name)

    def better(self, at: Span, direction: ast.Ident) -> ast.Better:
        word = self.one_of(direction, ("higher", "lower"), "better", "write `better higher`, `better lower` or `better between 2% and 4%`")
        return ast.Better(at, word)

    def better_between(self, at: Span, low: ast.Expr, high: ast.Expr) -> ast.Better:
        return ast.Better(at, "between", low, high)

    def one_of(self, word: ast.Ident, known: tuple[str, ...], what: str, help_: str) -> str:
        """A word out of few; another one is reported, and the first of them stands in."""
        if word.text.lower() in known:
            return word.text.lower()
        near = similar(word.text, known)
        fix = Fix(word.span, near[0]) if near else None
        self.report("KPI011", f"`{what}` cannot be `{word.text}`", word.span, help=f"did you mean `{near[0]}`?" if near else help_, fix=fix)
        return known[0]

    # ------------------------------------------------------------ goals and KPIs

    def goal(self, at: Span, name: ast.Ident, label: ast.Text | None, *items: ast.Node) -> ast.Goal:
        return ast.Goal(at, name, _text(label), items)

    def goal_kind(self, at: Span, name: ast.Ident) -> ast.GoalKind:
        return ast.GoalKind(at, name)

    def measure_item(self, at: Span, value: ast.Expr) -> ast.Measure:
        return ast.Measure(at, value)

    def change(self, at: Span, direction: str, amount: ast.Expr, over: ast.Expr | None) -> ast.Change:
        return ast.Change(at, direction.lower(), amount, moment(over))

    def reach(self, at: Span, amount: ast.Expr, start: ast.Expr | None) -> ast.Reach:
        return ast.Reach(at, amount, moment(start))

    def keep(self, at: Span, low: ast.Expr, high: ast.Expr) -> ast.Keep:
        return ast.Keep(at, low, high)

    def deadline(self, at: Span, date: ast.Expr) -> ast.Deadline:
        return ast.Deadline(at, moment(date))

    def review(self, at: Span, rhythm: ast.Ident) -> ast.Review:
        return ast.Review(at, rhythm)

    def because(self, at: Span, text: ast.Text) -> ast.Because:
        return ast.Because(at, text.value)

    def parent(self, at: Span, name: ast.Ident) -> ast.Parent:
        return ast.Parent(at, name)

    def kpi(self, at: Span, metric: ast.Path, label: ast.Text | None, goal: ast.Ident | None, *items: ast.Node) -> ast.Kpi:
        return ast.Kpi(at, metric, _text(label), goal, items)

    def stage(self, at: Span, name: ast.Ident) -> ast.Stage:
        return ast.Stage(at, name)

    def tier(self, at: Span, name: ast.Ident) -> ast.Tier:
        return ast.Tier(at, name)

    def target(self, at: Span, kind: str, op: str, value: ast.Expr, *clauses: Any) -> ast.Target:
        op = {"EQUAL": "=", "!=": "<>"}.get(op, op)
        if op == "<>":
            self.report("KPI010", "a target is a value to reach, not one to avoid", at, help="write `<=`, `>=`, `=` or `between 2% and 4%`")
            op = "="
        return self._target(at, kind, op, value, None, clauses)

    def target_between(self, at: Span, kind: str, low: ast.Expr, high: ast.Expr, *clauses: Any) -> ast.Target:
        return self._target(at, kind, "between", low, high, clauses)

    def _target(self, at: Span, kind: str, op: str, value: ast.Expr, high: ast.Expr | None, clauses: tuple[Any, ...]) -> ast.Target:
        said = self.once([Clause("because", c.span, c.text) if isinstance(c, ast.Because) else c for c in clauses], kind.lower())
        get = {name: clause.value for name, clause in said.items()}
        return ast.Target(at, kind.lower(), op, value, high, get.get("each"), get.get("where"), get.get("from"), get.get("because"))

    def target_where(self, at: Span, condition: ast.Expr) -> Clause:
        return Clause("where", at, condition)

    def target_since(self, at: Span, start: ast.Expr) -> Clause:
        return Clause("from", at, moment(start))

    def target_from(self, at: Span, metric: ast.Path, *clauses: Clause) -> ast.TargetFrom:
        said = self.once(list(clauses), "target")
        return ast.TargetFrom(at, metric, said["each"].value if "each" in said else None, said["by"].value if "by" in said else ())

    def warn(self, at: Span, edge: ast.Expr) -> ast.Warn:
        return ast.Warn(at, edge)

    def needs(self, at: Span, count: ast.Expr, metric: ast.Path) -> ast.Needs:
        return ast.Needs(at, count, metric)

    def pace(self, at: Span, name: ast.Ident) -> ast.Pace:
        return ast.Pace(at, name)

    def benchmark(self, at: Span, value: ast.Expr, facts: tuple[tuple[str, Any], ...] | None) -> ast.Benchmark:
        return ast.Benchmark(at, value, facts or ())

    def facts(self, _at: Span, *facts: tuple[str, Any]) -> tuple[tuple[str, Any], ...]:
        return facts

    def fact(self, _at: Span, word: ast.Ident, value: Any) -> tuple[str, Any]:
        return word.text, value

    def advice(self, at: Span, status: ast.Ident, text: ast.Text) -> ast.Advice:
        return ast.Advice(at, status, text.value)

    def vocabulary(self, at: Span, kind: str, name: ast.Ident, label: ast.Text | None, *items: ast.Node) -> ast.Vocabulary:
        return ast.Vocabulary(at, kind.lower(), name, _text(label), items)

    # ------------------------------------------------------------ journeys, funnels, cohorts

    def journey(self, at: Span, name: ast.Ident, label: ast.Text | None, *stages: ast.JourneyStage) -> ast.Journey:
        return ast.Journey(at, name, _text(label), stages)

    def journey_stage(self, at: Span, name: ast.Ident, label: ast.Text | None) -> ast.JourneyStage:
        return ast.JourneyStage(at, name, _text(label))

    def funnel(self, at: Span, name: ast.Ident, label: ast.Text | None, *items: ast.Node) -> ast.Funnel:
        return ast.Funnel(at, name, _text(label), items)

    def entity(self, at: Span, column: ast.Ident) -> ast.Entity:
        return ast.Entity(at, column)

    def within(self, at: Span, span_of: ast.Duration) -> ast.Within:
        return ast.Within(at, span_of)

    def stage_order(self, at: Span, name: ast.Ident) -> ast.StageOrder:
        word = self.one_of(name, ("ordered", "strict", "any"), "order", "write `order strict`, `order ordered` or `order any`")
        return ast.StageOrder(at, ast.Ident(name.span, word))

    def exclude(self, at: Span, rows: ast.Expr) -> ast.Exclude:
        return ast.Exclude(at, rows)

    def same(self, at: Span, *columns: ast.Ident) -> ast.Same:
        return ast.Same(at, columns)

    def funnel_stage(self, at: Span, name: ast.Ident, label: ast.Text | None, rows: ast.Expr, optional: bool | None) -> ast.FunnelStage:
        return ast.FunnelStage(at, name, _text(label), rows, bool(optional))

    def stage_options(self, _at: Span, *options: str) -> bool:
        return bool(options)

    def cohort(self, at: Span, name: ast.Ident, label: ast.Text | None, rows: ast.Expr, *items: ast.Node) -> ast.Cohort:
        return ast.Cohort(at, name, _text(label), rows, items)

    def start(self, at: Span, value: ast.Expr) -> ast.Start:
        return ast.Start(at, value)

    def worth(self, at: Span, value: ast.Expr) -> ast.Worth:
        return ast.Worth(at, value)

    def cohort_each(self, at: Span, grain: ast.Ident, horizon: ast.Duration | None) -> ast.Each:
        return ast.Each(at, grain, horizon)

    # ------------------------------------------------------------ alerts, scorecards

    def alert(self, at: Span, name: ast.Ident, label: ast.Text | None, *items: ast.Node) -> ast.Alert:
        return ast.Alert(at, name, _text(label), items)

    def watch(self, at: Span, value: ast.Expr, *rest: Any) -> ast.Watch:
        said = self.once([part for part in rest if isinstance(part, Clause)], "watch")
        items: tuple[ast.Node, ...] = rest[-1] or ()
        return ast.Watch(at, value, said["by"].value if "by" in said else (), said["each"].value if "each" in said else None, items)

    def watch_items(self, _at: Span, *items: ast.Node) -> tuple[ast.Node, ...]:
        return items

    def quiet(self, at: Span, span_of: ast.Duration) -> ast.Quiet:
        return ast.Quiet(at, span_of)

    def alert_when(self, at: Span, *conditions: ast.Anomaly | ast.Threshold | ast.Movement) -> ast.AlertWhen:
        return ast.AlertWhen(at, conditions)

    def anomaly(self, at: Span, direction: str | None, sigmas: ast.Expr, over: ast.Duration) -> ast.Anomaly:
        return ast.Anomaly(at, (direction or "").lower(), sigmas, over)

    def threshold(self, at: Span, op: str, value: ast.Expr, lasting: ast.Duration | None) -> ast.Threshold:
        return ast.Threshold(at, {"EQUAL": "=", "!=": "<>"}.get(op, op), value, lasting)

    def movement(self, at: Span, direction: str, amount: ast.Expr, against: ast.Ident) -> ast.Movement:
        return ast.Movement(at, direction.lower(), amount, against.text)

    def do(self, at: Span, text: ast.Text) -> ast.Do:
        return ast.Do(at, text.value)

    def scorecard(self, at: Span, name: ast.Ident, label: ast.Text | None, *rest: Any) -> ast.Scorecard:
        said = self.once([part for part in rest if isinstance(part, Clause)], "scorecard")
        get = {kind: clause.value for kind, clause in said.items()}
        items = tuple(part for part in rest if not isinstance(part, Clause))
        return ast.Scorecard(at, name, _text(label), get.get("for"), get.get("by", ()), get.get("each"), items)

    def role(self, at: Span, text: ast.Text) -> Clause:
        return Clause("for", at, text.value)

    def weigh(self, at: Span, metric: ast.Path, weight: ast.Expr, *clauses: Clause) -> ast.Weigh:
        said = self.once(list(clauses), "line")
        return ast.Weigh(at, metric, weight, said["floor"].value if "floor" in said else None, said["cap"].value if "cap" in said else None)

    def weigh_floor(self, at: Span, value: ast.Expr) -> Clause:
        return Clause("floor", at, value)

    def weigh_cap(self, at: Span, value: ast.Expr) -> Clause:
        return Clause("cap", at, value)

    def pay(self, at: Span, *points: ast.PayPoint) -> ast.Pay:
        return ast.Pay(at, points)

    def pay_point(self, at: Span, pay: ast.Expr, edge: ast.Expr) -> ast.PayPoint:
        return ast.PayPoint(at, pay, edge)

    # ------------------------------------------------------------ dashboards, tests

    def dashboard(self, at: Span, name: ast.Ident, label: ast.Text | None, audience: ast.Ident | None, *items: ast.Node) -> ast.Dashboard:
        return ast.Dashboard(at, name, _text(label), audience, items)

    def tile_text(self, _at: Span, text: ast.Text, *others: ast.LocaleLabel) -> Said:
        return text.value, others

    tile_title = tile_text
    translation = locale_label

    def question(self, at: Span, text: Said) -> ast.Question:
        return ast.Question(at, *text)

    def period_last(self, at: Span, span_of: ast.Duration) -> ast.PeriodItem:
        return ast.PeriodItem(at, last=span_of)

    def period_during(self, at: Span, value: Any) -> ast.PeriodItem:
        return ast.PeriodItem(at, during=moment(value))

    def goal_tile(self, at: Span, *names: ast.Ident) -> ast.GoalTile:
        return ast.GoalTile(at, names)

    def kpi_tile(self, at: Span, *metrics: ast.Path) -> ast.KpiTile:
        return ast.KpiTile(at, metrics)

    def show_tile(self, at: Span, query: ast.Query, chart: ast.Ident | None, title: Said | None) -> ast.ShowTile:
        return ast.ShowTile(at, query, chart, *(title or UNTITLED))

    def named_tile(self, at: Span, kind: str, name: ast.Ident, by: Clause | None, title: Said | None) -> ast.NamedTile:
        return ast.NamedTile(at, kind.lower(), name, by.value if by else (), *(title or UNTITLED))

    def bare_tile(self, at: Span, kind: str, title: Said | None) -> ast.NamedTile:
        return ast.NamedTile(at, kind.lower(), None, (), *(title or UNTITLED))

    def text_tile(self, at: Span, text: Said) -> ast.TextTile:
        return ast.TextTile(at, *text)

    def test(self, at: Span, title: ast.Text, *items: ast.Node) -> ast.Test:
        return ast.Test(at, title.value, items)

    def given(self, at: Span, source: ast.Ident, text: ast.Text) -> ast.Given:
        return ast.Given(at, source, text.value)

    def expect(self, at: Span, query: ast.Query, text: ast.Text) -> ast.Expect:
        return ast.Expect(at, query, text.value)

    def as_of(self, at: Span, date: ast.Expr) -> ast.AsOf:
        return ast.AsOf(at, moment(date))


def _text(label: ast.Text | None) -> str | None:
    return None if label is None else label.value
