"""The conditions of an alert (S28). Comes in: the series of what is watched, every finished period of every segment. Goes out: what a
condition looks back at, joined beside the series, and whether it holds."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.alerts import AnomalyModel, ConditionModel, MovementModel, ThresholdModel
from kpidsl.model.expr import BOOL, DATE, INT, REAL, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of, any_of
from kpidsl.plan.days import moved
from kpidsl.plan.plan import Aggregate, Join, Named, Project, Rel, Series
from kpidsl.plan.values import constant
from kpidsl.record import dataclass

MAD, MEAN_OFF = Decimal("1.4826"), Decimal("1.2533")
"""What turns a normal distribution's median distance from its middle, and its mean distance, into its standard deviation."""
DUST = Decimal("0.000000001")
"""A spread below this part of the middle is the dust of doubles, and none at all."""
TWENTIETH = Decimal("0.05")
"""Of a middle from which no earlier value differs: its spread."""
FAR = 2
"""So many times as far as a condition asks is critical."""
Columns = list[tuple[str, Expr]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition on the rows of the series: whether it holds (1 or 0), what was expected, and the range of what is usual."""

    holds: Expr
    expected: Expr
    low: Expr
    high: Expr
    far: Expr


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions on one series: its watched value, its period, the columns of its segments, and the types of its metrics."""

    series: Named
    value: Col
    period: Col
    segments: list[tuple[str, Type]]
    metrics: list[Type]

    def judged(self, rel: Rel, condition: ConditionModel, number: int) -> tuple[Rel, Judged]:
        """The relation with what a condition looks back at joined beside `series`, and the condition on it."""
        match condition:
            case AnomalyModel():
                return self._anomaly(rel, condition, number)
            case ThresholdModel():
                return rel, self._threshold(condition)
            case MovementModel():
                return self._movement(rel, condition, number)

    def _same_segment(self, one: str, other: str) -> list[Expr]:
        return [Fn("null_safe_eq", (Col(one, name, kind), Col(other, name, kind)), BOOL) for name, kind in self.segments]

    def _anomaly(self, rel: Rel, condition: AnomalyModel, number: int) -> tuple[Rel, Judged]:
        """Beyond the median of earlier values by so many of their spreads; both are null where too few of them are known."""
        before, usual = f"earlier_{number}", f"usual_{number}"
        back = Fn("mul", (Fn("add", (Col("numbers", "n", INT), Lit(1, INT)), INT), Lit(condition.step, INT)), INT)
        there = Fn("sub", (Col("series", "position", INT), back), INT)
        on: list[Expr] = [Fn("eq", (Col(before, "position", INT), there), BOOL), *self._same_segment(before, "series")]
        known = Fn("is_not_null", (Col(before, "value", self.value.type),), BOOL)
        pairs = Join(
            Join(self.series, Series(condition.count), "numbers", None, "cross"), self.series, before, all_of([*on, known]), "inner"
        )
        keys: Columns = [("position", Col("series", "position", INT))]
        keys += [(name, Col("series", name, kind)) for name, kind in self.segments]
        history = Named(Project(pairs, (*keys, ("value", double(Col(before, "value", self.value.type))))), f"history_{number}")
        half = Decimal("0.5")
        groups = tuple((name, Col(history.name, name, expr.type)) for name, expr in keys)
        value = Col(history.name, "value", REAL)
        middles = Named(Aggregate(history, groups, (("middle", Agg("percentile", (value,), REAL, percent=half)),)), f"middle_{number}")
        same: list[Expr] = [Fn("eq", (Col(history.name, "position", INT), Col(middles.name, "position", INT)), BOOL)]
        same += self._same_segment(history.name, middles.name)
        middle = Col(middles.name, "middle", REAL)
        off = Fn("abs", (Fn("sub", (value, middle), REAL),), REAL)
        spread: Rel = Project(Join(history, middles, middles.name, all_of(same), "inner"), (*groups, ("middle", middle), ("off", off)))
        offs = Named(spread, f"distances_{number}")
        away = Col(offs.name, "off", REAL)
        aggs = (
            ("middle", Agg("max", (Col(offs.name, "middle", REAL),), REAL)),
            ("median_off", Agg("percentile", (away,), REAL, percent=half)),
            ("mean_off", Agg("avg", (away,), REAL)),
            ("known", Agg("count_rows", (), INT)),
        )
        rows = Aggregate(offs, tuple((name, Col(offs.name, name, expr.type)) for name, expr in keys), aggs)
        found = Named(Project(rows, tuple(self._usual(condition, keys))), usual, f"what was usual before: {condition.words}")
        at: list[Expr] = [
            Fn("eq", (Col(usual, "position", INT), Col("series", "position", INT)), BOOL),
            *self._same_segment(usual, "series"),
        ]
        return Join(rel, found, usual, all_of(at)), self._beyond(condition, Col(usual, "middle", REAL), Col(usual, "reach", REAL))

    def _usual(self, condition: AnomalyModel, keys: Columns) -> Columns:
        """The middle, and how far from it is still usual."""
        middle, mad, mean = (Col(None, name, REAL) for name in ("middle", "median_off", "mean_off"))
        size = Fn("abs", (middle,), REAL)
        dust = Fn("mul", (Lit(DUST, REAL), size), REAL)
        enough = Fn("ge", (Col(None, "known", INT), Lit(condition.least, INT)), BOOL)
        sigma = CaseOf(
            (
                (Fn("gt", (mad, dust), BOOL), Fn("mul", (Lit(MAD, REAL), mad), REAL)),
                (Fn("gt", (mean, dust), BOOL), Fn("mul", (Lit(MEAN_OFF, REAL), mean), REAL)),
                (Fn("gt", (size, Lit(0, REAL)), BOOL), Fn("mul", (Lit(TWENTIETH, REAL), size), REAL)),
            ),
            None,
            REAL,
        )
        reach = Fn("mul", (Lit(condition.sigmas, REAL), sigma), REAL)
        return [
            *((name, Col(None, name, expr.type)) for name, expr in keys),
            ("middle", CaseOf(((enough, middle),), None, REAL)),
            ("reach", CaseOf(((enough, reach),), None, REAL)),
        ]

    def _beyond(self, condition: AnomalyModel, middle: Col, reach: Col) -> Judged:
        value = double(self.value)
        low, high = Fn("sub", (middle, reach), REAL), Fn("add", (middle, reach), REAL)
        tests: list[Expr] = []
        if condition.direction != "below":
            tests.append(Fn("gt", (value, high), BOOL))
        if condition.direction != "above":
            tests.append(Fn("lt", (value, low), BOOL))
        off = Fn("abs", (Fn("sub", (value, middle), REAL),), REAL)
        far = Fn("ge", (off, Fn("mul", (Lit(FAR, INT), reach), REAL)), BOOL)
        return Judged(one_if(any_of(tests) or tests[0]), middle, low, high, far)

    def _threshold(self, condition: ThresholdModel) -> Judged:
        if condition.metric is not None:
            limit: Expr = Col("series", f"metric_{condition.metric}", self.metrics[condition.metric])
        else:
            limit = constant(condition.value)
        holds: Expr = one_if(Fn(_OPS[condition.op], (self.value, limit), BOOL), self.value, limit)
        if condition.lasting > 1:
            keys = tuple(Col("series", name, kind) for name, kind in self.segments)
            held = Over("sum", (holds,), INT, keys, ((self.period, False),), (1 - condition.lasting, 0))
            holds = one_if(Fn("ge", (held, Lit(condition.lasting, INT)), BOOL))
        value, edge = double(self.value), double(limit)
        nothing = Lit(None, REAL)
        positive = Fn("gt", (edge, Lit(0, REAL)), BOOL)
        match condition.op:
            case ">" | ">=":
                beyond = Fn("ge", (value, Fn("mul", (Lit(FAR, INT), edge), REAL)), BOOL)
                return Judged(holds, edge, nothing, edge, Fn("and", (positive, beyond), BOOL))
            case "<" | "<=":
                beyond = Fn("le", (Fn("mul", (Lit(FAR, INT), value), REAL), edge), BOOL)
                return Judged(holds, edge, edge, nothing, Fn("and", (positive, beyond), BOOL))
            case _:
                return Judged(holds, edge, nothing, nothing, Lit(False, BOOL))

    def _movement(self, rel: Rel, condition: MovementModel, number: int) -> tuple[Rel, Judged]:
        then_name = f"then_{number}"
        amount, unit = condition.back
        at = Fn("eq", (Col(then_name, "period", DATE), moved(self.period, -amount, unit)), BOOL)
        rel = Join(rel, self.series, then_name, all_of([at, *self._same_segment(then_name, "series")]))
        value, then = double(self.value), double(Col(then_name, "value", self.value.type))
        size = Fn("abs", (then,), REAL)  # -120 has fallen 20% from -100: a loss that grows is a fall
        asked = double(constant(condition.amount))
        way = "sub" if condition.direction == "falls" else "add"
        beyond = "le" if condition.direction == "falls" else "ge"

        def edge(times: int) -> Expr:
            step = asked if times == 1 else Fn("mul", (Lit(times, INT), asked), REAL)
            return Fn(way, (then, Fn("mul", (size, step), REAL) if condition.relative else step), REAL)

        dust = Fn("mul", (Lit(DUST, REAL), size), REAL)  # 0.56 has fallen 20% from 0.7, whatever doubles make of it

        def reached(times: int) -> Expr:
            return Fn(beyond, (value, Fn("add" if way == "sub" else "sub", (edge(times), dust), REAL)), BOOL)

        tests: list[Expr] = [reached(1)]
        if condition.relative:  # nothing grows by a share of nothing
            tests.append(Fn("gt", (size, Lit(0, REAL)), BOOL))
        nothing = Lit(None, REAL)
        low, high = (edge(1), nothing) if way == "sub" else (nothing, edge(1))
        return rel, Judged(one_if(all_of(tests) or tests[0]), then, low, high, reached(FAR))


_OPS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "=": "eq", "<>": "ne", "!=": "ne"}


def one_if(condition: Expr, *known: Expr) -> Expr:
    """1 where a condition holds, 0 where it does not or is unknown; where one of `known` is null it is unknown."""
    tests = [Fn("is_not_null", (expr,), BOOL) for expr in known if isinstance(expr, Col)]
    return CaseOf(((all_of([*tests, condition]) or condition, Lit(1, INT)),), Lit(0, INT), INT)


def double(expr: Expr) -> Expr:
    """The value in double precision; a length of time is one already."""
    if expr.type.kind in ("number", "duration"):
        return expr
    return Fn("to_number", (expr,), REAL)
