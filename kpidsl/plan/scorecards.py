"""Scorecards (S29): what each KPI scores and what the whole pays, one row for each period, group and KPI, and one for the total of each
period and group. Comes in: a `ScorecardModel`. Goes out: a `Statement`.

A score is the attainment (S25), 0 below the floor, the cap above it; a running period is held against what is expected by now (S26). What
cannot be scored is null, makes the total's score and payout null, and stands by name in `missing`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, any_of
from kpidsl.model.model import QueryModel
from kpidsl.model.scorecards import Line, ScorecardModel
from kpidsl.plan.card_targets import CardTargets, double
from kpidsl.plan.coverage import if_covered
from kpidsl.plan.days import moved
from kpidsl.plan.judge import SHARE, attainment, words
from kpidsl.plan.kpis import unit_of
from kpidsl.plan.pace import Pace, by_now
from kpidsl.plan.plan import Aggregate, Join, Named, OutputColumn, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.work import Work
from kpidsl.record import replace

FAR = dt.date(9998, 12, 31)
"""The day from which a plan is read: its rows stand on later days than what happened."""
TOO_FEW, ENOUGH = 1, 2
"""What is known of a line: rows, and enough of them."""
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
        self.elapsed: dict[str, Expr] = {}
        self.totals = Named(self._totals(), f"{self._title}_totals", "the weighed scores, and what they pay")

    @property
    def _title(self) -> str:
        return self.card.name.replace(".", "_")

    def columns(self) -> tuple[OutputColumn, ...]:
        groups = [("scorecard", TEXT), ("role", TEXT), ("period_start", DATE), ("period_end", DATE), *((n, e.type) for n, e in self.groups)]
        groups += [("kpi", TEXT), ("unit", TEXT)]
        metrics = [(n, REAL) for n in ("actual", "target", "target_high", "expected")]
        metrics += [(n, SHARE) for n in ("attainment", "floor", "cap", "score", "weight", "points", "payout")]
        return (
            *(OutputColumn(n, "group", k) for n, k in groups),
            *(OutputColumn(n, "metric", k) for n, k in metrics),
            *(OutputColumn(n, "group", TEXT) for n in ("missing", "reason", "state")),
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
            columns: Columns = [(n, Col(None, theirs.get(n, n), k) if n in theirs or n in mine else Lit(None, k)) for n, k in listed]
            if work is far:
                period = Col(None, far.dim_names[-1], DATE)
                columns = [(n, if_covered(far, n, value, period) if n in mine else value) for n, value in columns]
            inputs.append(Project(Named(side, name), tuple(columns)))
        union = Named(UnionAll(tuple(inputs), tuple(k for _, k in listed)), f"{self._title}_side_by_side")
        groups = tuple((n, Col(None, n, k)) for n, k in listed if n in names)
        return Aggregate(union, groups, tuple((n, Agg("max", (Col(None, n, k),), k)) for n, k in listed if n not in names))

    # ------------------------------------------------------------ scores

    def _totals(self) -> Rel:
        """One row per period and group with the score of every line, of the whole, and the payout."""
        aimed = Named(self._aimed(), f"{self._title}_aims", "what is, and how much of the period is over")
        held = Named(self._held(aimed), f"{self._title}_held", "what should be")
        scored = Named(self._scored(held), f"{self._title}_scores", "attainment, 0 below the floor, the cap above it")
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
        lines: Columns = []
        for number, line in self._numbered():
            mine = [*names, *(["expected"] if line.pace else [])]
            lines += [(f"{n}_{number}", Col(None, f"{n}_{number}", REAL)) for n in mine]
            lines.append((f"reason_{number}", Col(None, f"reason_{number}", TEXT)))
        return [*self.groups, ("period_start", self.start), *lines]

    def _aimed(self) -> Rel:
        values = Named(self._values(), f"{self._title}_periods")
        first = Col(None, self.period, DATE)
        columns: Columns = [*self.groups, ("period_start", first)]
        for number, line in self._numbered():
            (there, known), actual = self._is_known(line), double(Col(None, line.actual, line.metric.type))
            if self.card.own is not None and line.metric.additivity == "additive" and not line.metric.absent_null:
                nothing = Fn("coalesce", (actual, Lit(0, INT)), REAL)  # of a group that only the plan knows
                actual = CaseOf(((known, nothing),), actual, REAL)
            columns.append((f"actual_{number}", actual))
            columns.append((f"known_{number}", CaseOf(((known, Lit(ENOUGH, INT)), (there, Lit(TOO_FEW, INT))), Lit(0, INT), INT)))
            if line.pace:
                columns.append((f"elapsed_{number}", self._elapsed(line, first)))
            planned = sorted({b.column for t in line.targets for b in (t.low, t.high) if b is not None and b.column})
            kinds = {b.column: b.value.type for t in line.targets for b in (t.low, t.high) if b is not None}
            columns += [(name, Col(None, name, kinds[name])) for name in planned]
        return Project(values, tuple(columns))

    def _elapsed(self, line: Line, first: Expr) -> Expr:
        """The part of a period that is over, by the pace of the KPI."""
        each, word = self.card.each, "workdays" if line.pace == "workdays" else "linear"
        pace = Pace(self.planner, self.over, word)
        if line.season is None:
            if word not in self.elapsed:
                self.elapsed[word] = pace.elapsed(first, each)
            return self.elapsed[word]
        part, whole = (if_covered(self.work, n, double(Col(None, n, line.metric.type)), first) for n in line.season)
        return pace.of_season(first, each, part, whole)

    def _is_known(self, line: Line) -> tuple[Expr, Expr]:
        """Whether a line has data: rows behind it in the period, whosever they are, and whether there are as many as it needs (S25)."""
        rows = Col(None, line.rows, INT)
        there: Expr = Fn("is_not_null", (rows,), BOOL)
        if self.groups:
            there = Fn("gt", (Over("count", (rows,), INT, (Col(None, self.period, DATE),)), Lit(0, INT)), BOOL)
        if line.needs is None:
            return there, there
        volume = Fn("coalesce", (Col(None, line.volume, INT), Lit(0, INT)), INT)
        return there, Fn("and", (there, Fn("ge", (volume, Lit(line.needs, REAL)), BOOL)), BOOL)

    def _held(self, aimed: Named) -> Rel:
        """The values with the target that each is held against."""
        columns: Columns = [*self.groups, ("period_start", self.start)]
        targets = CardTargets(self.card.each, self.start)
        for number, line in self._numbered():
            columns += [(f"actual_{number}", Col(None, f"actual_{number}", REAL)), (f"known_{number}", Col(None, f"known_{number}", INT))]
            columns += [(f"elapsed_{number}", Col(None, f"elapsed_{number}", REAL))] if line.pace else []
            for side in ("low", "high"):
                edge = targets.in_force(line, side)
                columns.append((f"{side}_{number}", edge if edge is not None else Lit(None, REAL)))
        return Project(aimed, tuple(columns))

    def _scored(self, held: Named) -> Rel:
        columns: Columns = [*self.groups, ("period_start", self.start)]
        for number, line in self._numbered():
            actual, low, high = (Col(None, f"{name}_{number}", REAL) for name in ("actual", "low", "high"))
            edges = [edge if has else None for edge, has in zip((low, high), _sides(line), strict=True)]
            now = [self._by_now(number, line, edge) for edge in edges]
            known = Fn("eq", (Col(None, f"known_{number}", INT), Lit(ENOUGH, INT)), BOOL)
            columns += [(f"actual_{number}", actual), (f"low_{number}", low), (f"high_{number}", high)]
            columns.append((f"attainment_{number}", CaseOf(((known, attainment(actual, *now)),), None, SHARE)))
            columns.append((f"reason_{number}", self._reason(number, [edge for edge in edges if edge is not None], actual)))
            expected = now[0] if now[0] is not None else now[1]
            columns += [(f"expected_{number}", expected)] if line.pace and expected is not None else []
        attained = Named(Project(held, tuple(columns)), f"{self._title}_attained")
        kept = [(n, Col(None, n, e.type)) for n, e in columns]
        return Project(attained, (*kept, *((f"score_{n}", self._score(n, line)) for n, line in self._numbered())))

    def _reason(self, number: int, edges: list[Expr], actual: Expr) -> Expr:
        """Why a line cannot be scored, where it cannot: the first of these that holds."""
        known = Col(None, f"known_{number}", INT)
        unsaid = any_of([Fn("is_null", (edge,), BOOL) for edge in edges])
        assert unsaid is not None
        whens: list[tuple[Expr, str]] = [
            (Fn("eq", (known, Lit(0, INT)), BOOL), "no_data"),
            (Fn("eq", (known, Lit(TOO_FEW, INT)), BOOL), "insufficient_data"),
            (unsaid, "no_target"),
            (Fn("is_null", (actual,), BOOL), "insufficient_data"),
        ]
        return words(whens, "not_above_zero")

    def _by_now(self, number: int, line: Line, target: Expr | None) -> Expr | None:
        """What is expected of an edge by now."""
        return by_now(target, Col(None, f"elapsed_{number}", REAL)) if line.pace and target is not None else target

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
        has_low, has_high = _sides(line)
        between, only_high = has_low and has_high, has_high and not has_low
        return self._row(
            number,
            {
                "kpi": Lit(line.name, TEXT),
                "unit": Lit(unit_of(line.metric.type, line.metric.format) or None, TEXT),
                "actual": Col(None, f"actual_{number}", REAL),
                "target": high if only_high else low,
                "target_high": high if between else Lit(None, REAL),
                "expected": Col(None, f"expected_{number}", REAL) if line.pace else high if only_high else low,
                "attainment": Col(None, f"attainment_{number}", SHARE),
                "floor": Lit(line.floor, SHARE),
                "cap": Lit(line.cap, SHARE),
                "score": score,
                "weight": Lit(line.weight, SHARE),
                "points": Fn("mul", (score, Lit(line.weight, REAL)), SHARE),
                "missing": CaseOf(((Fn("is_null", (score,), BOOL), Lit(line.name, TEXT)),), None, TEXT),
                "reason": CaseOf(((Fn("is_null", (score,), BOOL), Col(None, f"reason_{number}", TEXT)),), None, TEXT),
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


def _sides(line: Line) -> tuple[bool, bool]:
    """Whether all targets of a line have a lower edge, and an upper one."""
    return all(t.low is not None for t in line.targets), all(t.high is not None for t in line.targets)


def _between(score: Expr, at: Decimal, pay: Decimal, until: Decimal, most: Decimal) -> Expr:
    """The point of a straight line."""
    step = Fn("mul", (Fn("sub", (score, Lit(at, REAL)), REAL), Lit(most - pay, REAL)), REAL)
    return Fn("add", (Fn("div", (step, Lit(until - at, REAL)), REAL), Lit(pay, REAL)), SHARE)
