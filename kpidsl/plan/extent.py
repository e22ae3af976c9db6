"""How far a source's rows go, and how far a query asks. Comes in: a source with a time. Goes out: one row with the first and the last day
of its rows, whatever day counts as today, or with the last day that sources are complete through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kpidsl.model.expr import DATE, Agg, Field, Lit
from kpidsl.model.model import QueryModel, SourceModel
from kpidsl.plan.days import earlier, known_day
from kpidsl.plan.plan import Aggregate, One, OutputColumn, Project, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows

COLUMNS = ("first_day", "last_day")


def extent(planner: Planner, source: SourceModel) -> Statement:
    """The statement; `source` has a time. Rows of the warehouse's own future are not among them."""
    assert source.time is not None
    rows = Rows(planner, source)
    day = planner.day(rows.read(Field((), source.time, source.columns[source.time].type)))
    first, last = COLUMNS
    root = Aggregate(rows.relation(), (), ((first, Agg("min", (day,), DATE)), (last, Agg("max", (day,), DATE))))
    return Statement(root, tuple(OutputColumn(name, "metric", DATE) for name in COLUMNS), f"how far {source.name} goes")


def completeness(planner: Planner, names: Iterable[str]) -> tuple[list[str], Statement]:
    """The sources among these that say how far they are complete, and the statement that gives that day of each: one row."""
    told = {name: ends for name in names if (ends := planner.ends(planner.model.sources[name]))}
    days = [earlier(*ends) or Lit(None, DATE) for ends in told.values()]
    columns = tuple((f"through_{number}", day) for number, day in enumerate(days, 1))
    outputs = tuple(OutputColumn(name, "metric", DATE) for name, _ in columns)
    statement = Statement(Project(One(), columns), outputs, "how far sources are complete", scalars=tuple(planner.scalars.values()))
    return list(told), statement


def asked_days(planner: Planner, query: QueryModel) -> tuple[dt.date | None, dt.date | None]:
    """First day of the asked range and the day after its last one; None where it is open or only the warehouse knows."""
    low, high = (None if side is None else known_day(planner.dated(side)) for side in query.asked)
    return low, high
