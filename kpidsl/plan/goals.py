"""How far a goal is (S27): one row with its baseline, its target, what is, what should be by now, and where it will end. Comes in: a
`GoalModel`. Goes out: a `Statement`. The value so far, the spans before the goal and the values of its days are a query each; they meet in
one row, and what is judged stands above it."""

from __future__ import annotations

import datetime as dt
import itertools

from kpidsl.model.aims import ACTUAL, BASELINE, EARLIER, ROWS, SPANS, VALUE, GoalModel
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Type
from kpidsl.model.model import QueryModel
from kpidsl.plan.coverage import if_covered
from kpidsl.plan.days import moved
from kpidsl.plan.judge import SHARE, attainment, meets, nearly, words
from kpidsl.plan.kpis import unit_of
from kpidsl.plan.pace import Pace, days_between
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, OutputColumn, Project, Rel, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.statistics import Z
from kpidsl.plan.values import constant
from kpidsl.plan.work import Work
from kpidsl.record import replace

Columns = list[tuple[str, Expr]]
Sides = tuple[Expr | None, Expr | None]
"""The lower and the upper edge of what should be."""
ONE, ZERO = Lit(1, INT), Lit(0, INT)


def plan_goal(planner: Planner, goal: GoalModel, comment: str = "") -> Statement:
    """The statement of a goal: one row."""
    columns = _columns(goal)
    rel = _GoalPlan(planner, goal).relation()
    root = Project(Named(rel, f"{goal.name}_judged"), tuple((c.name, Col(None, c.name, c.type)) for c in columns))
    return Statement(root, columns, comment, scalars=tuple(planner.scalars.values()))


def _kind(goal: GoalModel) -> Type:
    return replace(goal.type, kind="number") if goal.type.kind == "int" else goal.type


def _columns(goal: GoalModel) -> tuple[OutputColumn, ...]:
    kind = _kind(goal)
    listed: list[tuple[str, str, Type]] = [
        *((name, "group", TEXT) for name in ("goal", "kind", "measure", "unit")),
        ("starts", "group", DATE),
        ("ends", "group", DATE),
        *((name, "metric", kind) for name in ("baseline", "target", "actual", "expected")),
        ("attainment", "metric", SHARE),
        *((name, "metric", kind) for name in ("remaining", "required_per_day", "forecast", "forecast_low", "forecast_high")),
        *((name, "metric", SHARE) for name in ("asked_growth", "usual_growth", "best_growth")),
        *((name, "group", TEXT) for name in ("achievable", "status", "owner", "parent")),
        ("target_high", "metric", kind),
    ]
    return tuple(OutputColumn(name, role, k, goal.format if k is kind else "") for name, role, k in listed)


class _GoalPlan:
    """The relations of one goal."""

    def __init__(self, planner: Planner, goal: GoalModel) -> None:
        self.planner, self.goal, self.kind = planner, goal, _kind(goal)
        self.work = Work(planner, goal.actual)
        self.over, self.tomorrow = self.work.clock.over, moved(planner.today(), 1, "day")
        first, following = (None if side is None else planner.dated(side) for side in goal.actual.asked)
        assert first is not None
        assert following is not None
        self.first, self.following = first, following
        self.end = Lit(goal.end + dt.timedelta(days=1), DATE)

    def relation(self) -> Rel:
        """The one row with everything."""
        return self._judged(Named(self._aimed(Named(self._values(), f"{self.goal.name}_values")), f"{self.goal.name}_targets"))

    # ------------------------------------------------------------ values

    def _values(self) -> Rel:
        """Everything that is measured, in one row."""
        goal = self.goal
        found: list[tuple[Named, Columns]] = []
        actual = Named(QueryPlan(self.work).rows(), f"{goal.name}_so_far")
        found.append((actual, [("actual", self._known(goal.actual, actual.name, ACTUAL))]))
        if goal.history is not None:
            before = Work(self.planner, goal.history)
            history = Named(QueryPlan(before).rows(), f"{goal.name}_before")
            found.append((history, [("baseline", self._known(goal.history, history.name, BASELINE))]))
            growth = Named(self._growth(history, before), f"{goal.name}_growth")
            found.append((growth, [(n, Col(growth.name, n, SHARE)) for n in ("usual_growth", "best_growth")]))
        if goal.days is not None:
            days = Named(self._days(goal.days), f"{goal.name}_by_day")
            found.append((days, [("deviation", Col(days.name, "deviation", REAL)), ("days", Col(days.name, "days", INT))]))
        rel: Rel = found[0][0]
        for other, _ in found[1:]:
            rel = Join(rel, other, other.name, None, "cross")
        columns = [column for _, own in found for column in own]
        if len(found) == 1:
            columns = [("actual", self._known(goal.actual, None, ACTUAL))]
        return Project(rel, tuple(columns))

    def _known(self, query: QueryModel, table: str | None, name: str, rows: str = ROWS) -> Expr:
        """A value, null where there are no rows that it could be made of."""
        there = Fn("is_not_null", (Col(table, rows, INT),), BOOL)
        kind = next(m for m in query.metrics if m.name == name).type
        value: Expr = Col(table, name, kind)
        if kind.kind == "int":  # what was counted is whole, and some engines keep to that when they divide
            value = Fn("to_number", (value,), self.kind)
        return CaseOf(((there, value),), None, self.kind)

    def _growth(self, history: Named, work: Work) -> Rel:
        """How much each span grew beyond the one before it, where both have rows and data for all days: on average, and at best."""
        found = [(BASELINE, ROWS), *((f"{EARLIER}{n}", f"{ROWS}{n}") for n in range(1, SPANS + 1))]
        values = [if_covered(work, name, self._known(work.query, None, name, rows)) for name, rows in found]
        pairs = tuple(Project(history, (("now", now), ("before", before))) for now, before in itertools.pairwise(values))
        spans = Named(UnionAll(pairs, (self.kind, self.kind)), f"{self.goal.name}_spans")
        now, before = Col(None, "now", self.kind), Col(None, "before", self.kind)
        change = CaseOf(((Fn("gt", (before, ZERO), BOOL), Fn("sub", (Fn("div", (now, before), SHARE), ONE), SHARE)),), None, SHARE)
        changes = Named(Project(spans, (("growth", change),)), f"{self.goal.name}_changes")
        value = Col(None, "growth", SHARE)
        best = "min" if self.goal.direction == "lower" else "max"
        return Aggregate(changes, (), (("usual_growth", Agg("avg", (value,), SHARE)), ("best_growth", Agg(best, (value,), SHARE))))

    def _days(self, query: QueryModel) -> Rel:
        """How many days are over, and how much their values vary."""
        work = Work(self.planner, query)
        day = work.dim_names[0]
        rows = Filter(Named(QueryPlan(work).rows(), f"{self.goal.name}_days"), Fn("lt", (Col(None, day, DATE), self.over), BOOL))
        value = Col(None, VALUE, query.metrics[0].type)
        return Aggregate(rows, (), (("deviation", Agg("stddev", (value,), REAL)), ("days", Agg("count", (value,), INT))))

    # ------------------------------------------------------------ target and what is expected by now

    def _aimed(self, values: Named) -> Rel:
        goal = self.goal
        columns: Columns = [("actual", self._col("actual")), ("baseline", self._col("baseline") if goal.history else Lit(None, self.kind))]
        for name in ("usual_growth", "best_growth"):
            columns.append((name, Col(None, name, SHARE) if goal.history else Lit(None, SHARE)))
        columns.append(("deviation", Col(None, "deviation", REAL) if goal.days else Lit(None, REAL)))
        columns.append(("days", Col(None, "days", INT) if goal.days else Lit(None, INT)))
        columns.append(("target", self._target()))
        columns.append(("target_high", Lit(None, self.kind) if goal.high is None else replace(constant(goal.high), type=self.kind)))
        columns.append(("elapsed", Pace(self.planner, self.over).of_span(self.first, self.following)))
        return Project(values, tuple(columns))

    def _target(self) -> Expr:
        amount = constant(self.goal.amount)
        if self.goal.way in ("reach", "keep"):
            return replace(amount, type=self.kind)
        op = "add" if self.goal.way == "increase" else "sub"
        baseline = self._col("baseline")
        if not self.goal.relative:
            return Fn(op, (baseline, amount), self.kind)
        changed = Fn("mul", (baseline, Fn(op, (ONE, amount), REAL)), self.kind)
        return CaseOf(((Fn("gt", (baseline, ZERO), BOOL), changed),), None, self.kind)  # a fifth more than a loss is a larger loss

    # ------------------------------------------------------------ judgement

    def _judged(self, aimed: Named) -> Rel:
        goal, actual, target = self.goal, self._col("actual"), self._col("target")
        elapsed = Col(None, "elapsed", REAL)
        low, high = self._sides(target)
        expected, expected_high = self._by_now(target), self._by_now(self._col("target_high"))
        now = (None if low is None else expected, None if high is None else expected_high if goal.way == "keep" else expected)
        forecast, spread = self._forecast(actual, elapsed)
        remaining = self._remaining(actual, target)
        left = days_between(Fn("greatest", (self.over, self.first), DATE, ("known",)), self.following)
        is_over = Fn("ge", (self.over, self.end), BOOL)
        rate: Expr = Lit(None, self.kind)
        if goal.is_paced and goal.way != "keep":
            rate = CaseOf(((is_over, Lit(None, self.kind)),), Fn("div", (remaining, left), self.kind), self.kind)
        asked = self._asked_growth(target)
        columns: Columns = [
            ("goal", Lit(goal.name, TEXT)),
            ("kind", Lit(goal.kind or None, TEXT)),
            ("measure", Lit(goal.measure_name, TEXT)),
            ("unit", Lit(unit_of(goal.type, goal.format), TEXT)),
            ("starts", self.first),
            ("ends", Lit(goal.end, DATE)),
            ("baseline", self._col("baseline")),
            ("target", target),
            ("actual", actual),
            ("expected", expected),
            ("attainment", attainment(actual, low, high)),
            ("remaining", remaining),
            ("required_per_day", rate),
            ("forecast", forecast),
            ("forecast_low", Fn("sub", (forecast, spread), self.kind)),
            ("forecast_high", Fn("add", (forecast, spread), self.kind)),
            ("asked_growth", asked),
            ("usual_growth", Col(None, "usual_growth", SHARE)),
            ("best_growth", Col(None, "best_growth", SHARE)),
            ("achievable", self._achievable(asked)),
            ("status", self._status(actual, (low, high), now, is_over)),
            ("owner", Lit(goal.owner or None, TEXT)),
            ("parent", Lit(goal.parent or None, TEXT)),
            ("target_high", self._col("target_high")),
        ]
        return Project(aimed, tuple(columns))

    def _col(self, name: str) -> Expr:
        return Col(None, name, self.kind)

    def _by_now(self, target: Expr) -> Expr:
        """What is expected of an edge by today."""
        return Fn("mul", (target, Col(None, "elapsed", REAL)), self.kind) if self.goal.is_paced else target

    def _sides(self, target: Expr) -> Sides:
        match self.goal.direction:
            case "between":
                return target, self._col("target_high")
            case "lower":
                return None, target
            case _:
                return target, None

    def _forecast(self, actual: Expr, elapsed: Expr) -> tuple[Expr, Expr]:
        """The value at the deadline if it goes on so, and how far off it may be: 95 of 100 sums of so many days lie so near, if days vary
        independently as they did. Half the width of it is z·s·m·√(1/m + 1/n) for m days to come after n days of deviation s; of what does
        not add up it is the standard error of the days' mean, z·s/√n.
        """
        known, count = Col(None, "deviation", REAL), Fn("to_number", (Col(None, "days", INT),), REAL)
        if not self.goal.is_paced:
            error = Fn("div", (Fn("mul", (known, Lit(Z, REAL)), REAL), Fn("sqrt", (count,), REAL)), self.kind)
            return actual, Lit(None, self.kind) if self.goal.days is None else error
        forecast = CaseOf(((Fn("gt", (elapsed, ZERO), BOOL), Fn("div", (actual, elapsed), self.kind)),), None, self.kind)
        if self.goal.days is None:
            return forecast, Lit(None, self.kind)
        left = Fn("to_number", (days_between(self.over, self.following),), REAL)
        root = Fn("sqrt", (Fn("add", (Fn("div", (ONE, left), REAL), Fn("div", (ONE, count), REAL)), REAL),), REAL)
        spread = Fn("mul", (known, Lit(Z, REAL), left, root), self.kind)
        return forecast, CaseOf(((Fn("lt", (elapsed, ONE), BOOL), spread),), ZERO, self.kind)

    def _remaining(self, actual: Expr, target: Expr) -> Expr:
        """What is missing to the target; of what should stay below it, what is left of it. Of what adds up all of it is missing where there
        are no rows yet; of a ratio nobody can tell."""
        if self.goal.way == "keep":
            return Lit(None, self.kind)
        done = Fn("coalesce", (actual, ZERO), self.kind) if self.goal.is_paced else actual
        gap = Fn("sub", (target, done), self.kind)
        if self.goal.direction == "lower":
            return gap
        return CaseOf(((Fn("ge", (done, target), BOOL), ZERO),), gap, self.kind)

    def _asked_growth(self, target: Expr) -> Expr:
        if self.goal.way == "keep" or self.goal.history is None:
            return Lit(None, SHARE)
        baseline = self._col("baseline")
        change = Fn("sub", (Fn("div", (target, baseline), SHARE), ONE), SHARE)
        return CaseOf(((Fn("gt", (baseline, ZERO), BOOL), change),), None, SHARE)

    def _achievable(self, asked: Expr) -> Expr:
        """The asked growth beside that of the spans before: usual, seen once, or never yet; null without a history."""
        usual, best = Col(None, "usual_growth", SHARE), Col(None, "best_growth", SHARE)
        op = "ge" if self.goal.direction == "lower" else "le"
        whens: list[tuple[Expr, Expr]] = [
            (Fn("or", (Fn("is_null", (asked,), BOOL), Fn("is_null", (best,), BOOL)), BOOL), Lit(None, TEXT)),
            (Fn(op, (asked, usual), BOOL), Lit("usual", TEXT)),
            (Fn(op, (asked, best), BOOL), Lit("ambitious", TEXT)),
        ]
        return CaseOf(tuple(whens), Lit("unprecedented", TEXT), TEXT)

    def _status(self, actual: Expr, target: Sides, now: Sides, is_over: Expr) -> Expr:
        """The first of these that holds; `now` is what is expected by today."""
        whens: list[tuple[Expr, str]] = []
        if self.goal.start is not None:
            whens.append((Fn("ge", (self.first, self.tomorrow), BOOL), "not_started"))
        whens += [
            (Fn("is_null", (self._col("target"),), BOOL), "no_target"),
            (Fn("is_null", (actual,), BOOL), "no_data"),
            (Fn("and", (is_over, meets(actual, *target)), BOOL), "achieved"),
            (is_over, "missed"),
            (meets(actual, *now), "on_track"),
            (nearly(actual, *now, None), "at_risk"),
        ]
        return words(whens, "off_track")
