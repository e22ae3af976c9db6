"""Alerts (S28). Comes in: an `AlertModel`. Goes out: a `Statement` with a row for every time that the alert fires, the oldest first.

The watched values are one query; every finished period of every segment stands in `series`. Each condition looks back from there: at the
median of earlier periods, at the periods that a threshold held, at the same segment so much earlier. What fires and did not fire within the
quiet time is told."""

from __future__ import annotations

import datetime as dt
import re

from kpidsl.model.alerts import AlertModel
from kpidsl.model.begins import all_begun
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of
from kpidsl.plan.conditions import Conditions, Judged, double, one_if
from kpidsl.plan.days import moved
from kpidsl.plan.plan import Filter, Named, OutputColumn, Project, Rel, Sort, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.work import Work
from kpidsl.record import replace

NOBODY = "(none)"
COLUMNS = (
    *("alert", "severity", "period_start", "period_end", "segment", "metric", "unit", "value", "expected", "low", "high"),
    *("volume", "condition", "advice"),
)
Columns = list[tuple[str, Expr]]


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
        conditions = Conditions(series, self.value, self.period, self.segments, [m.type for m in self.work.query.metrics])
        for number, condition in enumerate(self.alert.conditions, 1):
            rel, found = conditions.judged(rel, condition, number)
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
        begins = all_begun(self.planner.model.sources, query.leaves())
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

    # ------------------------------------------------------------ what is told

    def _looked(self, judged: list[Judged]) -> Columns:
        """Every row of the series with what each condition says of it."""
        columns: Columns = [(name, Col("series", name, kind)) for name, kind in [("period", DATE), *self.segments]]
        columns += [("value", self.value), ("volume", self.volume)]
        for number, each in enumerate(judged, 1):
            parts = (("holds", each.holds), ("expected", each.expected), ("low", each.low), ("high", each.high), ("far", one_if(each.far)))
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
                    parts.append(_written(double(value), kind))
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


def _written(value: Expr, kind: Type) -> Expr:
    """A number with its unit as plain SQL can write it: two digits behind the point, percentages with one."""
    unit = str(kind.unit)
    digits, sign = (1, " %") if unit == "%" else (2, "" if unit in ("", "count") else f" {unit}")
    number: Expr = Fn("mul", (value, Lit(100, INT)), REAL) if unit == "%" else value
    text = Fn("to_text", (Fn("round", (number,), REAL, (digits,)),), TEXT)
    return Fn("concat", (text, Lit(sign, TEXT)), TEXT) if sign else text
