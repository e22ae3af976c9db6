"""Averages over days: `trailing(m, 28 days, read: average)` (S11). Comes in: the work on a query and such an average. Goes out: the query
of its value on each day, and the averages of those values at the groupings of the query."""

from __future__ import annotations

from kpidsl.model.expr import DATE, INT, TIMESTAMP, Agg, Col, Expr, Fn, Lit, Type
from kpidsl.model.model import DailyAverage, Dim, QueryMetric, QueryModel, aggregates
from kpidsl.plan.days import start
from kpidsl.plan.facts import FactPlan
from kpidsl.plan.plan import Aggregate, Named, Project, Rel, UnionAll
from kpidsl.plan.work import Work

Level = tuple[int, ...]
VALUE = "value"


def apart(work: Work) -> list[Level]:
    """The group-bys beside periods, of every grouping that is shown: for each of them days have values of their own."""
    return list(dict.fromkeys(_rest(work, level) for level in work.levels.sets[: work.levels.outputs]))


def by_day(work: Work, average: DailyAverage, rest: Level) -> QueryModel:
    """The query of the averaged metric, by these group-bys and day."""
    query = work.query
    day = Dim("grain", _day(work), TIMESTAMP if work.clock.unit == "hour" else DATE, average.span, grain=work.clock.unit)
    bindings: dict[tuple[tuple[str, Expr | None], int], Expr] = {}
    for fact in dict.fromkeys(leaf.fact for leaf in aggregates(average)):
        for position, i in enumerate(rest):
            bindings[(fact, position)] = query.bindings[(fact, i)]
        moment = FactPlan(work, fact).moment
        assert moment is not None
        bindings[(fact, len(rest))] = Fn("start_of", (moment,), day.type, (work.clock.unit, *work.clock.options))
    return QueryModel(
        metrics=(QueryMetric(VALUE if VALUE not in work.dim_names else f"{VALUE}_", "", average.value, average.value.type),),
        dims=(*(query.dims[i] for i in rest), day),
        bindings=bindings,
        asked=query.asked,
        whole=query.whole,
        clock=(len(rest),),
    )


def averaged(work: Work, name: str, average: DailyAverage, days: dict[Level, Named]) -> tuple[Rel, list[tuple[str, Type]]]:
    """The averages at every grouping that is shown; `days` are the values by day, for each list of other group-bys."""
    several = len(work.levels.sets) > 1
    kinds = [d.type for d in work.query.dims]
    found: list[Rel] = []
    for number, level in enumerate(work.levels.sets[: work.levels.outputs]):
        rows = days[_rest(work, level)]
        groups = tuple((work.dim_names[i], _group(work, i)) for i in level)
        value = Col(None, VALUE if VALUE not in work.dim_names else f"{VALUE}_", average.value.type)
        means: Rel = Aggregate(rows, groups, ((name, Agg("avg", (value,), average.type)),))
        if several:
            columns: list[tuple[str, Expr]] = [
                (n, Col(None, n, kinds[i]) if i in level else Lit(None, kinds[i])) for i, n in enumerate(work.dim_names)
            ]
            means = Project(
                Named(means, f"{name}_{number}"), (*columns, (work.own.level, Lit(number, INT)), (name, Col(None, name, average.type)))
            )
        found.append(means)
    rel = found[0] if len(found) == 1 else UnionAll(tuple(found), (*kinds, INT, average.type))
    return Named(rel, f"{name}_average"), [(name, average.type)]


def _rest(work: Work, level: Level) -> Level:
    return tuple(i for i in level if i not in work.query.clock)


def _day(work: Work) -> str:
    return next(n for n in (work.clock.unit, "on_day", "of_day", "at_day") if n not in work.dim_names)


def _group(work: Work, position: int) -> Expr:
    """A group-by on the rows by day."""
    dim = work.query.dims[position]
    if position not in work.query.clock:
        return Col(None, work.dim_names[position], dim.type)
    day = Col(None, _day(work), TIMESTAMP if work.clock.unit == "hour" else DATE)
    period = start(day, dim.grain, work.clock.options)
    return period if period.type.kind == dim.type.kind else Fn("to_date", (period,), DATE)
