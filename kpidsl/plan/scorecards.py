"""Scorecards (S29): what each KPI scores and what the whole pays, one row for each period, group and KPI, and one for the total of each
period and group. Comes in: a `ScorecardModel`. Goes out: a `Statement`.

A score is the attainment (S25), 0 below the floor, the cap above it. What cannot be scored is null, makes the total's score and payout
null, and stands by name in `missing`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from kpidsl.model.aims import Bound, Target
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of, any_of
from kpidsl.model.factors import value_of
from kpidsl.model.model import QueryModel
from kpidsl.model.scorecards import Line, ScorecardModel
from kpidsl.plan.coverage import if_covered
from kpidsl.plan.days import earlier, later, moved
from kpidsl.plan.judge import SHARE, attainment
from kpidsl.plan.pace import days_between
from kpidsl.plan.plan import Aggregate, Join, Named, OutputColumn, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.values import constant
from kpidsl.plan.work import Work
from kpidsl.record import replace

FAR = dt.date(9998, 12, 31)
"""The day from which a plan is read: its rows stand on later days than what happened."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}
Columns = list[tuple[str, Expr]]


def plan_scorecard(planner: Planner, card: ScorecardModel, comment: str = "", last: int | None = None) -> Statement:
    """The statement of a scorecard, over all its periods up to the running one, or over the last ones only."""
    plan = _Plan(planner, card, last)
    columns = plan.columns()
    rows = Named(UnionAll(tuple(plan.rows()), (*(c.type for c in columns), INT)), "scores")
    keys: list[tuple[Expr, bool]] = [(Col(None, "period_start", DATE), False)]
    keys += [(Col(None, n, e.type), False) for n, e in plan.groups]
    keys.append((Col(None, "place", INT), False))
    root = Project(Sort(rows, tuple(keys)), tuple((c.name, Col(None, c.name, c.type)) for c in columns))
    return Statement(root, columns, comment, scalars=tuple(planner.scalars.values()))


class _Plan:
    """The relations of one scorecard."""

    def __init__(self, planner: Planner, card: ScorecardModel, last: int | None) -> None:
        self.planner, self.card = planner, card
        end = card.values.asked[1]
        assert end is not None
        self.low = None if last is None else moved(end, -last, card.each)
        self.end = end
        self.work = Work(planner, replace(card.values, asked=(self.low, end)))
        self.over = self.work.clock.over
        self.period = self.work.dim_names[-1]
        self.groups = [(n, Col(None, n, d.type)) for n, d in zip(self.work.dim_names[:-1], card.values.dims[:-1], strict=True)]
        self.start = Col(None, "period_start", DATE)
        self.following = moved(self.start, 1, card.each)
        self.totals = Named(self._totals(), f"{self._title}_totals", "the weighed scores, and what they pay")

    @property
    def _title(self) -> str:
        return self.card.name.replace(".", "_")

    def columns(self) -> tuple[OutputColumn, ...]:
        groups = [("scorecard", TEXT), ("role", TEXT), ("period_start", DATE), ("period_end", DATE), *((n, e.type) for n, e in self.groups)]
        groups += [("kpi", TEXT), ("unit", TEXT)]
        metrics = [("actual", REAL), ("target", REAL), ("target_high", REAL)]
        metrics += [(n, SHARE) for n in ("attainment", "floor", "cap", "score", "weight", "points", "payout")]
        return (
            *(OutputColumn(n, "group", k) for n, k in groups),
            *(OutputColumn(n, "metric", k) for n, k in metrics),
            *(OutputColumn(n, "group", TEXT) for n in ("missing", "state")),
        )

    # ------------------------------------------------------------ values and targets

    def _values(self) -> Rel:
        """Every line's value by group and period, beside what was planned for it."""
        rel = QueryPlan(self.work).rows()
        if self.card.own is not None:
            rel = self._with_own(rel, self.card.own)
        if self.card.plan is None:
            return rel
        far = self._far(self.card.plan)
        values = Named(rel, f"{self._title}_actuals")
        plan = Named(QueryPlan(far).rows(), f"{self._title}_plan")
        planned = Col("plan", far.dim_names[-1], far.query.dims[-1].type)
        here = Col(values.name, self.period, DATE)
        joined = Join(values, plan, "plan", Fn("eq", (here, planned), BOOL))
        columns: Columns = [(n, Col(values.name, n, k)) for n, k in self._listed(self.card.own)]
        columns += [(m.name, if_covered(far, m.name, Col("plan", m.name, m.type), planned)) for m in far.query.metrics]
        return Project(joined, tuple(columns))

    def _listed(self, own: QueryModel | None) -> list[tuple[str, Type]]:
        """The columns of the values: groups, the period, values, and each group's own targets."""
        groups = [(n, d.type) for n, d in zip(self.work.dim_names, self.work.query.dims, strict=True)]
        metrics = [*self.work.query.metrics, *(own.metrics if own is not None else ())]
        return [*groups, *((m.name, m.type) for m in metrics)]

    def _far(self, query: QueryModel) -> Work:
        """A plan is read as of a far day, but for no later periods than those of the values."""
        far = Planner(self.planner.model, FAR, self.planner.scalars)
        low, end = (None if side is None else self.planner.dated(side) for side in (self.low, self.end))
        return Work(far, replace(query, asked=(low, end)))

    def _with_own(self, rel: Rel, own: QueryModel) -> Rel:
        """Values and the groups' own targets, with a row for each group and period that either of them knows (S4)."""
        far = self._far(own)
        listed = self._listed(own)
        names = [n for n, _ in listed[: len(self.work.dim_names)]]
        inputs: list[Rel] = []
        for work, side, name in ((self.work, rel, f"{self._title}_values"), (far, QueryPlan(far).rows(), f"{self._title}_targets")):
            mine = {m.name for m in work.query.metrics}
            theirs = dict(zip(names, work.dim_names, strict=True))
            columns = [(n, Col(None, theirs.get(n, n), k) if n in theirs or n in mine else Lit(None, k)) for n, k in listed]
            if work is far:
                period = Col(None, far.dim_names[-1], DATE)
                columns = [(n, if_covered(far, n, value, period) if n in mine else value) for n, value in columns]
            inputs.append(Project(Named(side, name), tuple(columns)))
        union = Named(UnionAll(tuple(inputs), tuple(k for _, k in listed)), f"{self._title}_side_by_side")
        groups = tuple((n, Col(None, n, k)) for n, k in listed if n in names)
        return Aggregate(union, groups, tuple((n, Agg("max", (Col(None, n, k),), k)) for n, k in listed if n not in names))

    def _in_force(self, line: Line, side: str) -> Expr | None:
        """The target of a period; where its targets are those of shorter periods, the sum of them."""
        bounds = [target.low if side == "low" else target.high for target in line.targets]
        if any(bound is None for bound in bounds):
            return None
        planned = any(bound is not None and bound.column for bound in bounds)
        if line.each == self.card.each or planned:
            return self._revision(line.targets, side, self.start)
        if line.each == "day":
            return self._by_days(line.targets, side)
        count = MONTHS[self.card.each] // MONTHS[line.each]
        if len(line.targets) == 1 and line.targets[0].since is None:
            return _multiplied(self._bound(line.targets[0], side), count)
        first: Expr = self._revision(line.targets, side, self.start)
        for step in range(1, count):
            first = Fn("add", (first, self._revision(line.targets, side, moved(self.start, step, line.each))), REAL)
        return first

    def _revision(self, targets: tuple[Target, ...], side: str, day: Expr) -> Expr:
        """The value that is in force on a day."""
        whens: list[tuple[Expr, Expr]] = []
        otherwise: Expr | None = None
        for target in targets:
            value = self._bound(target, side)
            if target.since is None:
                otherwise = value
            else:
                whens.append((Fn("ge", (day, Lit(target.since, DATE)), BOOL), value))
        if not whens:
            assert otherwise is not None
            return otherwise
        return CaseOf(tuple(whens), otherwise, REAL)

    def _by_days(self, targets: tuple[Target, ...], side: str) -> Expr:
        """The targets of all days of a period: each revision for the days on which it is in force, null where some day has none."""
        total: Expr | None = None
        following: Expr = self.following
        for target in targets:  # the latest first
            since = self.start if target.since is None else later(self.start, Lit(target.since, DATE))
            until = earlier(self.following, following)
            assert since is not None
            assert until is not None
            days = Fn("greatest", (days_between(since, until), Lit(0, INT)), INT)
            part = Fn("mul", (self._bound(target, side), days), REAL)
            total = part if total is None else Fn("add", (total, part), REAL)
            following = Lit(target.since, DATE) if target.since is not None else following
        assert total is not None
        first = targets[-1].since
        if first is None:
            return total
        return CaseOf(((Fn("ge", (self.start, Lit(first, DATE)), BOOL), total),), None, REAL)

    def _bound(self, target: Target, side: str) -> Expr:
        bound: Bound | None = target.low if side == "low" else target.high
        assert bound is not None
        number = None if bound.column else value_of(bound.value)
        if number is not None:
            return Lit(number, REAL)
        return _double(Col(None, bound.column, bound.value.type) if bound.column else constant(bound.value))

    # ------------------------------------------------------------ scores

    def _totals(self) -> Rel:
        """One row per period and group with the score of every line, of the whole, and the payout."""
        aimed = Named(self._aimed(), f"{self._title}_aims", "what is, and what should be")
        scored = Named(self._scored(aimed), f"{self._title}_scores", "attainment, 0 below the floor, the cap above it")
        scores = [Col(None, f"score_{n}", SHARE) for n, _ in self._numbered()]
        total: Expr | None = None
        for score, (_, line) in zip(scores, self._numbered(), strict=True):
            part = Fn("mul", (score, Lit(line.weight, REAL)), SHARE)
            total = part if total is None else Fn("add", (total, part), SHARE)
        assert total is not None
        whole = Named(Project(scored, (*self._kept(), ("score", total), ("missing", self._missing(scores)))), f"{self._title}_weighed")
        score = Col(None, "score", SHARE)
        columns = [*self._kept(), ("score", score), ("missing", Col(None, "missing", TEXT)), ("payout", self._payout(score))]
        return Project(whole, tuple(columns))

    def _numbered(self) -> list[tuple[int, Line]]:
        return list(enumerate(self.card.lines, 1))

    def _kept(self) -> Columns:
        """Groups, the period, and all columns of the lines."""
        names = ("actual", "low", "high", "attainment", "score")
        lines = [(f"{n}_{number}", Col(None, f"{n}_{number}", REAL)) for number, _ in self._numbered() for n in names]
        return [*self.groups, ("period_start", self.start), *lines]

    def _aimed(self) -> Rel:
        values = Named(self._values(), f"{self._title}_periods")
        first = Col(None, self.period, DATE)
        columns: Columns = [*self.groups, ("period_start", first)]
        for number, line in self._numbered():
            known, actual = self._is_known(line, first), _double(Col(None, line.actual, line.metric.type))
            if self.card.own is not None and line.metric.additivity == "additive" and not line.metric.absent_null:
                nothing = Fn("coalesce", (actual, Lit(0, INT)), REAL)  # of a group that only the plan knows
                actual = CaseOf(((known, nothing),), actual, REAL)
            columns.append((f"actual_{number}", actual))
            columns.append((f"known_{number}", CaseOf(((known, Lit(1, INT)),), Lit(0, INT), INT)))
            planned = sorted({b.column for t in line.targets for b in (t.low, t.high) if b is not None and b.column})
            kinds = {b.column: b.value.type for t in line.targets for b in (t.low, t.high) if b is not None}
            columns += [(name, Col(None, name, kinds[name])) for name in planned]
        return Project(values, tuple(columns))

    def _is_known(self, line: Line, first: Expr) -> Expr:
        """Whether a line has data: rows behind it in the period, whosever they are, and as many as it needs (S25)."""
        there = Col(None, line.rows, INT)
        tests: list[Expr] = [Fn("is_not_null", (there,), BOOL)]
        if self.groups:
            tests = [Fn("gt", (Over("count", (there,), INT, (first,)), Lit(0, INT)), BOOL)]
        if line.needs is not None:
            volume = Fn("coalesce", (Col(None, line.volume, INT), Lit(0, INT)), INT)
            tests.append(Fn("ge", (volume, Lit(line.needs, REAL)), BOOL))
        found = all_of(tests)
        assert found is not None
        return found

    def _scored(self, aimed: Named) -> Rel:
        columns: Columns = [*self.groups, ("period_start", self.start)]
        for number, line in self._numbered():
            actual = Col(None, f"actual_{number}", REAL)
            low, high = self._in_force(line, "low"), self._in_force(line, "high")
            known = Fn("eq", (Col(None, f"known_{number}", INT), Lit(1, INT)), BOOL)
            reached = CaseOf(((known, attainment(actual, low, high)),), None, SHARE)
            columns += [
                (f"actual_{number}", actual),
                (f"low_{number}", low if low is not None else Lit(None, REAL)),
                (f"high_{number}", high if high is not None else Lit(None, REAL)),
                (f"attainment_{number}", reached),
            ]
        attained = Named(Project(aimed, tuple(columns)), f"{self._title}_attained")
        kept = [(n, Col(None, n, e.type)) for n, e in columns]
        return Project(attained, (*kept, *((f"score_{n}", self._score(n, line)) for n, line in self._numbered())))

    def _score(self, number: int, line: Line) -> Expr:
        reached = Col(None, f"attainment_{number}", SHARE)
        whens: list[tuple[Expr, Expr]] = []
        if line.floor is not None:
            whens.append((Fn("lt", (reached, Lit(line.floor, REAL)), BOOL), Lit(0, REAL)))
        if line.cap is not None:
            whens.append((Fn("gt", (reached, Lit(line.cap, REAL)), BOOL), Lit(line.cap, REAL)))
        return CaseOf(tuple(whens), reached, SHARE) if whens else reached

    def _missing(self, scores: list[Col]) -> Expr:
        """The names of the lines that cannot be scored; null where all can."""
        absent = [Fn("is_null", (score,), BOOL) for score in scores]
        parts: list[Expr] = []
        for at, (gone, (_, line)) in enumerate(zip(absent, self._numbered(), strict=True)):
            before = any_of(list(absent[:at]))
            comma = [] if before is None else [(Fn("and", (gone, before), BOOL), Lit(f", {line.name}", TEXT))]
            parts.append(CaseOf((*comma, (gone, Lit(line.name, TEXT))), Lit("", TEXT), TEXT))
        some = any_of(list(absent))
        assert some is not None
        return CaseOf(((some, parts[0] if len(parts) == 1 else Fn("concat", tuple(parts), TEXT)),), None, TEXT)

    def _payout(self, score: Expr) -> Expr:
        """Straight lines between the points of the curve, flat before the first and after the last; null where the scorecard has none."""
        points = self.card.points
        if not points:
            return Lit(None, SHARE)
        whens: list[tuple[Expr, Expr]] = [
            (Fn("is_null", (score,), BOOL), Lit(None, SHARE)),
            (Fn("le", (score, Lit(points[0][0], REAL)), BOOL), Lit(points[0][1], REAL)),
        ]
        for (at, pay), (until, most) in pairwise(points):
            whens.append((Fn("le", (score, Lit(until, REAL)), BOOL), _between(score, at, pay, until, most)))
        return CaseOf(tuple(whens), Lit(points[-1][1], REAL), SHARE)

    # ------------------------------------------------------------ rows

    def rows(self) -> list[Rel]:
        """A row for each line, and one for the total."""
        return [*(self._line_row(number, line) for number, line in self._numbered()), self._total_row()]

    def _line_row(self, number: int, line: Line) -> Rel:
        low, high = Col(None, f"low_{number}", REAL), Col(None, f"high_{number}", REAL)
        score = Col(None, f"score_{number}", SHARE)
        between = any(t.low is not None and t.high is not None for t in line.targets)
        only_high = not between and any(t.high is not None for t in line.targets)
        return self._row(
            number,
            {
                "kpi": Lit(line.name, TEXT),
                "unit": Lit(str(line.metric.type.unit) or None, TEXT),
                "actual": Col(None, f"actual_{number}", REAL),
                "target": high if only_high else low,
                "target_high": high if between else Lit(None, REAL),
                "attainment": Col(None, f"attainment_{number}", SHARE),
                "floor": Lit(line.floor, SHARE),
                "cap": Lit(line.cap, SHARE),
                "score": score,
                "weight": Lit(line.weight, SHARE),
                "points": Fn("mul", (score, Lit(line.weight, REAL)), SHARE),
                "missing": CaseOf(((Fn("is_null", (score,), BOOL), Lit(line.name, TEXT)),), None, TEXT),
            },
        )

    def _total_row(self) -> Rel:
        score = Col(None, "score", SHARE)
        values: dict[str, Expr] = {
            "score": score,
            "weight": Lit(1, SHARE),
            "points": score,
            "payout": Col(None, "payout", SHARE),
            "missing": Col(None, "missing", TEXT),
        }
        return self._row(len(self.card.lines) + 1, values)

    def _row(self, place: int, values: dict[str, Expr]) -> Rel:
        state = CaseOf(((Fn("le", (self.following, self.over), BOOL), Lit("final", TEXT)),), Lit("running", TEXT), TEXT)
        common: dict[str, Expr] = {
            "scorecard": Lit(self.card.name, TEXT),
            "role": Lit(self.card.role or None, TEXT),
            "period_start": self.start,
            "period_end": moved(self.following, -1, "day"),
            "state": state,
            **dict(self.groups),
        }
        made = {**common, **values}
        columns = [(c.name, made.get(c.name, Lit(None, c.type))) for c in self.columns()]
        return Project(self.totals, (*columns, ("place", Lit(place, INT))))


def _double(value: Expr) -> Expr:
    return value if value.type.kind == "duration" else Fn("to_number", (value,), replace(value.type, kind="number"))


def _multiplied(value: Expr, count: int) -> Expr:
    if isinstance(value, Lit) and isinstance(value.value, Decimal):
        return Lit(value.value * count, REAL)
    return Fn("mul", (value, Lit(count, INT)), REAL)


def _between(score: Expr, at: Decimal, pay: Decimal, until: Decimal, most: Decimal) -> Expr:
    """The point of a straight line."""
    step = Fn("mul", (Fn("sub", (score, Lit(at, REAL)), REAL), Lit(most - pay, REAL)), REAL)
    return Fn("add", (Fn("div", (step, Lit(until - at, REAL)), REAL), Lit(pay, REAL)), SHARE)
