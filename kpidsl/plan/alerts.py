"""Alerts (S28). Comes in: an `AlertModel`. Goes out: a `Statement` with a row for every time that the alert fires, the oldest first.

The watched values are one query; every finished period of every segment stands in `series`. Each condition looks back from there: at the
median of earlier periods, at the periods that a threshold held, at the same segment so much earlier. What fires and did not fire within the
quiet time is told."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from kpidsl.model.alerts import AlertModel, AnomalyModel, ConditionModel, MovementModel, ThresholdModel
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of, any_of
from kpidsl.model.model import SourceModel
from kpidsl.plan.days import moved
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, OutputColumn, Project, Rel, Series, Sort, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.values import constant
from kpidsl.plan.work import Work

MAD, MEAN_OFF = Decimal("1.4826"), Decimal("1.2533")
"""What turns a normal distribution's median distance from its middle, and its mean distance, into its standard deviation."""
DUST = Decimal("0.000000001")
"""A spread below this part of the middle is the dust of doubles, and none at all."""
TWENTIETH = Decimal("0.05")
"""Of a middle from which no earlier value differs: its spread."""
FAR = 2
"""So many times as far as a condition asks is critical."""
NOBODY = "(none)"
COLUMNS = (
    *("alert", "severity", "period_start", "period_end", "segment", "metric", "unit", "value", "expected", "low", "high"),
    *("volume", "condition", "advice"),
)
Columns = list[tuple[str, Expr]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition on the rows of the series: whether it holds (1 or 0), what was expected, and the range of what is usual."""

    holds: Expr
    expected: Expr
    low: Expr
    high: Expr
    far: Expr


def plan_alert(
    planner: Planner, alert: AlertModel, comment: str = "", since: dt.date | None = None, latest: bool = False, parts: bool = False
) -> Statement:
    """The statement of an alert: what ever fired, what fired in periods that end on `since` or later, or what fires in the `latest` one.

    With `parts` the values of the group-bys follow as columns of their own, as `by_1` and so on."""
    statement = AlertPlan(planner, alert).statement(since, latest, parts)
    return replace(statement, comment=comment, scalars=tuple(planner.scalars.values()))


class AlertPlan:
    """The relations of one alert, from the watched values to what fires."""

    def __init__(self, planner: Planner, alert: AlertModel) -> None:
        self.planner, self.alert = planner, alert
        self.work = Work(planner, alert.query)
        query = self.work.query
        kinds = [m.type for m in query.metrics]
        self.value = Col("series", "value", kinds[0])
        self.period = Col("series", "period", DATE)
        self.segments = [(f"by_{number}", dim.type) for number, dim in enumerate(query.dims[:-1], 1)]
        self.volume = Col("series", "volume", REAL if alert.volume is None else kinds[alert.volume])

    # ------------------------------------------------------------ the whole

    def statement(self, since: dt.date | None, latest: bool, parts: bool) -> Statement:
        """What fires, as a statement."""
        series = Named(self._series(), "series", "every finished period of every segment, from the first in which it has anything")
        rel: Rel = series
        judged: list[Judged] = []
        for number, condition in enumerate(self.alert.conditions, 1):
            rel, found = self._judged(rel, series, condition, number)
            judged.append(found)
        looked = Named(Project(rel, tuple(self._looked(judged))), "conditions", "whether each one holds, and what it expects")
        rows = Named(Project(looked, tuple(self._told(looked))), "judged")
        fires: list[Expr] = [Fn("is_not_null", (Col("fired", "nth", INT),), BOOL)]
        if self.alert.quiet is not None:
            before = Col("fired", "held_before", DATE)
            amount, unit = self.alert.quiet
            silent_from = moved(Col("fired", "period", DATE), -amount, unit)
            fires.append(Fn("or", (Fn("is_null", (before,), BOOL), Fn("lt", (before, silent_from), BOOL)), BOOL))
        fires += self._asked(since, latest)
        fired: Rel = Filter(Named(self._remembered(rows), "fired"), all_of(fires) or fires[0])
        columns = self._columns(parts)
        keys = [(Col(None, "period_start", DATE), False), (Col(None, "segment", TEXT), False)]
        output = Project(Sort(Project(fired, tuple(columns)), tuple(keys)), tuple((n, Col(None, n, e.type)) for n, e in columns))
        return Statement(output, self._outputs(columns))

    def _asked(self, since: dt.date | None, latest: bool) -> list[Expr]:
        """The periods that are asked for."""
        following = moved(Col("fired", "period", DATE), 1, self.alert.grain)
        found: list[Expr] = []
        if since is not None:
            found.append(Fn("gt", (following, Lit(since, DATE)), BOOL))
        if latest:
            found.append(Fn("gt", (moved(Col("fired", "period", DATE), 2, self.alert.grain), self.work.clock.over), BOOL))
        return found

    # ------------------------------------------------------------ the watched values

    def _series(self) -> Rel:
        """Every finished period of every segment with its value, its volume and its number, from the first that has a value."""
        query = self.work.query
        watched = Named(QueryPlan(self.work).rows(), "watched")
        names = self.work.dim_names
        period = Col("watched", names[-1], DATE)
        tests: list[Expr] = [Fn("le", (moved(period, 1, self.alert.grain), self.work.clock.over), BOOL)]
        begins = self._begins()
        if begins is not None:
            tests.append(Fn("ge", (period, Lit(begins, DATE)), BOOL))
        metrics = [Col("watched", m.name, m.type) for m in query.metrics]
        value: Expr = metrics[0]
        columns: Columns = [("period", period)]
        columns += [(own, Col("watched", name, kind)) for (own, kind), name in zip(self.segments, names, strict=False)]
        volume: Expr = Lit(None, REAL)
        if self.alert.volume is not None:
            volume = metrics[self.alert.volume]
            enough = Fn("ge", (volume, Lit(self.alert.needs, volume.type)), BOOL)
            value = CaseOf(((enough, value),), None, value.type)
        columns += [("value", value), ("volume", volume)]
        columns += [(f"metric_{number}", metric) for number, metric in enumerate(metrics)]
        finished = Named(Project(Filter(watched, all_of(tests) or tests[0]), tuple(columns)), "finished")
        own = [Col("finished", name, expr.type) for name, expr in columns]
        keys = tuple(own[1 : 1 + len(self.segments)])
        there = Fn("ne", (Col("finished", "value", value.type), Lit(0, value.type)), BOOL)
        known = Fn("and", (Fn("is_not_null", (Col("finished", "value", value.type),), BOOL), there), BOOL)
        first = Over("min", (CaseOf(((known, own[0]),), None, DATE),), DATE, keys)
        position = Over("row_number", (), INT, keys, ((own[0], False),))
        counted = Named(
            Project(finished, (*((c.name, c) for c in own), ("position", position), ("begins", first))),
            "numbered",
        )
        kept = Filter(counted, Fn("ge", (Col("numbered", "period", DATE), Col("numbered", "begins", DATE)), BOOL))
        listed = [*((c.name, c.type) for c in own), ("position", INT)]
        return Project(kept, tuple((name, Col("numbered", name, kind)) for name, kind in listed))

    def _begins(self) -> dt.date | None:
        """The first day on which all sources have data, as far as they say so."""
        found = [self._begins_of(self.planner.model.sources[leaf.source]) for leaf in self.work.query.leaves()]
        return max((day for day in found if day is not None), default=None)

    def _begins_of(self, source: SourceModel) -> dt.date | None:
        if source.begins is not None:
            return source.begins
        if source.base is not None:
            return self._begins_of(self.planner.model.sources[source.base])
        days = [self._begins_of(self.planner.model.sources[member]) for member in source.members]
        return min(day for day in days if day is not None) if days and None not in days else None

    # ------------------------------------------------------------ conditions

    def _judged(self, rel: Rel, series: Named, condition: ConditionModel, number: int) -> tuple[Rel, Judged]:
        match condition:
            case AnomalyModel():
                return self._anomaly(rel, series, condition, number)
            case ThresholdModel():
                return rel, self._threshold(condition)
            case MovementModel():
                return self._movement(rel, series, condition, number)

    def _same_segment(self, one: str, other: str) -> list[Expr]:
        return [Fn("null_safe_eq", (Col(one, name, kind), Col(other, name, kind)), BOOL) for name, kind in self.segments]

    def _anomaly(self, rel: Rel, series: Named, condition: AnomalyModel, number: int) -> tuple[Rel, Judged]:
        """Beyond the median of earlier values by so many of their spreads; both are null where too few of them are known."""
        before, usual = f"earlier_{number}", f"usual_{number}"
        back = Fn("mul", (Fn("add", (Col("numbers", "n", INT), Lit(1, INT)), INT), Lit(condition.step, INT)), INT)
        there = Fn("sub", (Col("series", "position", INT), back), INT)
        on: list[Expr] = [Fn("eq", (Col(before, "position", INT), there), BOOL), *self._same_segment(before, "series")]
        known = Fn("is_not_null", (Col(before, "value", self.value.type),), BOOL)
        pairs = Join(Join(series, Series(condition.count), "numbers", None, "cross"), series, before, all_of([*on, known]), "inner")
        keys: Columns = [("position", Col("series", "position", INT))]
        keys += [(name, Col("series", name, kind)) for name, kind in self.segments]
        history = Named(Project(pairs, (*keys, ("value", _double(Col(before, "value", self.value.type))))), f"history_{number}")
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
        value = _double(self.value)
        low, high = Fn("sub", (middle, reach), REAL), Fn("add", (middle, reach), REAL)
        tests: list[Expr] = []
        if condition.direction != "below":
            tests.append(Fn("gt", (value, high), BOOL))
        if condition.direction != "above":
            tests.append(Fn("lt", (value, low), BOOL))
        off = Fn("abs", (Fn("sub", (value, middle), REAL),), REAL)
        far = Fn("ge", (off, Fn("mul", (Lit(FAR, INT), reach), REAL)), BOOL)
        return Judged(_one_if(any_of(tests) or tests[0]), middle, low, high, far)

    def _threshold(self, condition: ThresholdModel) -> Judged:
        if condition.metric is not None:
            limit: Expr = Col("series", f"metric_{condition.metric}", self.work.query.metrics[condition.metric].type)
        else:
            limit = constant(condition.value)
        holds: Expr = _one_if(Fn(_OPS[condition.op], (self.value, limit), BOOL), self.value, limit)
        if condition.lasting > 1:
            keys = tuple(Col("series", name, kind) for name, kind in self.segments)
            held = Over("sum", (holds,), INT, keys, ((self.period, False),), (1 - condition.lasting, 0))
            holds = _one_if(Fn("ge", (held, Lit(condition.lasting, INT)), BOOL))
        value, edge = _double(self.value), _double(limit)
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

    def _movement(self, rel: Rel, series: Named, condition: MovementModel, number: int) -> tuple[Rel, Judged]:
        then_name = f"then_{number}"
        amount, unit = condition.back
        at = Fn("eq", (Col(then_name, "period", DATE), moved(self.period, -amount, unit)), BOOL)
        rel = Join(rel, series, then_name, all_of([at, *self._same_segment(then_name, "series")]))
        value, then = _double(self.value), _double(Col(then_name, "value", self.value.type))
        asked = _double(constant(condition.amount))
        way = "sub" if condition.direction == "falls" else "add"
        beyond = "le" if condition.direction == "falls" else "ge"

        def edge(times: int) -> Expr:
            step = asked if times == 1 else Fn("mul", (Lit(times, INT), asked), REAL)
            return Fn(way, (then, Fn("mul", (then, step), REAL) if condition.relative else step), REAL)

        dust = Fn("mul", (Lit(DUST, REAL), Fn("abs", (then,), REAL)), REAL)  # 0.56 has fallen 20% from 0.7, whatever doubles make of it

        def reached(times: int) -> Expr:
            return Fn(beyond, (value, Fn("add" if way == "sub" else "sub", (edge(times), dust), REAL)), BOOL)

        tests: list[Expr] = [reached(1)]
        if condition.relative:  # nothing grows by a share of nothing
            tests.append(Fn("gt", (then, Lit(0, REAL)), BOOL))
        nothing = Lit(None, REAL)
        low, high = (edge(1), nothing) if way == "sub" else (nothing, edge(1))
        return rel, Judged(_one_if(all_of(tests) or tests[0]), then, low, high, reached(FAR))

    # ------------------------------------------------------------ what is told

    def _looked(self, judged: list[Judged]) -> Columns:
        """Every row of the series with what each condition says of it."""
        columns: Columns = [(name, Col("series", name, kind)) for name, kind in [("period", DATE), *self.segments]]
        columns += [("value", self.value), ("volume", self.volume)]
        for number, each in enumerate(judged, 1):
            parts = (("holds", each.holds), ("expected", each.expected), ("low", each.low), ("high", each.high), ("far", _one_if(each.far)))
            columns += [(f"{name}_{number}", expr) for name, expr in parts]
        return columns

    def _told(self, looked: Named) -> Columns:
        """Every row with the number of the first condition that holds, and what that one says."""
        names: list[tuple[str, Type]] = [("period", DATE), *self.segments, ("value", self.value.type), ("volume", self.volume.type)]
        columns: Columns = [(name, Col(looked.name, name, kind)) for name, kind in names]
        numbers = range(1, len(self.alert.conditions) + 1)
        holds = {n: Fn("eq", (Col(looked.name, f"holds_{n}", INT), Lit(1, INT)), BOOL) for n in numbers}
        columns.append(("nth", CaseOf(tuple((holds[n], Lit(n, INT)) for n in numbers), None, INT)))
        for name, kind in (("expected", REAL), ("low", REAL), ("high", REAL), ("far", INT)):
            columns.append((name, CaseOf(tuple((holds[n], Col(looked.name, f"{name}_{n}", kind)) for n in numbers), None, kind)))
        return columns

    def _remembered(self, rows: Named) -> Rel:
        """The rows with the last earlier period in which a condition held, where the alert keeps quiet after it fired."""
        names: list[tuple[str, Type]] = [("period", DATE), *self.segments, ("value", self.value.type), ("volume", self.volume.type)]
        names += [("nth", INT), *((n, REAL) for n in ("expected", "low", "high")), ("far", INT)]
        columns: Columns = [(name, Col(rows.name, name, kind)) for name, kind in names]
        if self.alert.quiet is not None:
            period, nth = Col(rows.name, "period", DATE), Col(rows.name, "nth", INT)
            held = CaseOf(((Fn("is_not_null", (nth,), BOOL), period),), None, DATE)
            keys = tuple(Col(rows.name, name, kind) for name, kind in self.segments)
            columns.append(("held_before", Over("max", (held,), DATE, keys, ((period, False),), (None, -1))))
        return Project(rows, tuple(columns))

    def _columns(self, parts: bool) -> Columns:
        """The columns of the answer."""
        alert, metric = self.alert, self.work.query.metrics[0]
        read = {name: Col("fired", name, REAL) for name in ("expected", "low", "high")}
        period, value = Col("fired", "period", DATE), Col("fired", "value", self.value.type)
        names = [self._name_of(Col("fired", name, kind)) for name, kind in self.segments]
        segment: Expr = Lit(None, TEXT)
        if names:
            listed = [part for name in names for part in (Lit(", ", TEXT), name)][1:]
            segment = listed[0] if len(listed) == 1 else Fn("concat", tuple(listed), TEXT)
        words = [
            (Fn("eq", (Col("fired", "nth", INT), Lit(n, INT)), BOOL), Lit(each.words, TEXT)) for n, each in enumerate(alert.conditions, 1)
        ]
        critical = Fn("eq", (Col("fired", "far", INT), Lit(1, INT)), BOOL)
        columns: Columns = [
            ("alert", Lit(alert.name, TEXT)),
            ("severity", CaseOf(((critical, Lit("critical", TEXT)),), Lit("warning", TEXT), TEXT)),
            ("period_start", period),
            ("period_end", moved(moved(period, 1, alert.grain), -1, "day")),
            ("segment", segment),
            ("metric", Lit(metric.name, TEXT)),
            ("unit", Lit(str(metric.type.unit), TEXT)),
            ("value", value),
            ("expected", read["expected"]),
            ("low", read["low"]),
            ("high", read["high"]),
            ("volume", Col("fired", "volume", self.volume.type)),
            ("condition", CaseOf(tuple(words), None, TEXT)),
            ("advice", self._advice(names, period, value, read["expected"])),
        ]
        return columns + ([(name, Col("fired", name, kind)) for name, kind in self.segments] if parts else [])

    def _name_of(self, part: Col) -> Expr:
        """A group in words."""
        text = part if part.type.kind == "text" else Fn("to_text", (part,), TEXT)
        return Fn("coalesce", (text, Lit(NOBODY, TEXT)), TEXT)

    def _advice(self, names: list[Expr], period: Expr, value: Expr, expected: Expr) -> Expr:
        """What to do, with what it speaks of filled in."""
        known = dict(zip(self.alert.by, names, strict=True))
        kind = self.value.type
        parts: list[Expr] = []
        for at, piece in enumerate(re.split(r"\{([^{}]*)\}", self.alert.advice)):
            match piece:
                case _ if at % 2 == 0:
                    parts += [Lit(piece, TEXT)] if piece else []
                case "value":
                    parts.append(_written(_double(value), kind))
                case "expected":
                    parts.append(_written(expected, kind))
                case "period":
                    parts.append(Fn("to_text", (period,), TEXT))
                case _:
                    parts.append(known[piece])
        if not parts:
            return Lit("", TEXT)
        return parts[0] if len(parts) == 1 else Fn("concat", tuple(parts), TEXT)

    def _outputs(self, columns: Columns) -> tuple[OutputColumn, ...]:
        measured = ("value", "expected", "low", "high")
        kind = self.value.type
        out = []
        for name, expr in columns:
            found = expr.type
            if name in measured:
                found = kind if name == "value" else replace(kind, kind="duration" if kind.kind == "duration" else "number", precision=None)
            role = "metric" if name in (*measured, "volume") else "group"
            out.append(OutputColumn(name, role, found, self.work.query.metrics[0].format if name in measured else ""))
        return tuple(out)


_OPS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "=": "eq", "<>": "ne", "!=": "ne"}


def _one_if(condition: Expr, *known: Expr) -> Expr:
    """1 where a condition holds, 0 where it does not or is unknown; where one of `known` is null it is unknown."""
    tests = [Fn("is_not_null", (expr,), BOOL) for expr in known if isinstance(expr, Col)]
    return CaseOf(((all_of([*tests, condition]) or condition, Lit(1, INT)),), Lit(0, INT), INT)


def _double(expr: Expr) -> Expr:
    """The value in double precision; a length of time is one already."""
    if expr.type.kind in ("number", "duration"):
        return expr
    return Fn("to_number", (expr,), REAL)


def _written(value: Expr, kind: Type) -> Expr:
    """A number with its unit as plain SQL can write it: two digits behind the point, percentages with one."""
    unit = str(kind.unit)
    digits, sign = (1, " %") if unit == "%" else (2, "" if unit in ("", "count") else f" {unit}")
    number: Expr = Fn("mul", (value, Lit(100, INT)), REAL) if unit == "%" else value
    text = Fn("to_text", (Fn("round", (number,), REAL, (digits,)),), TEXT)
    return Fn("concat", (text, Lit(sign, TEXT)), TEXT) if sign else text
