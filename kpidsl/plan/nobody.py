"""Events that belong to nobody. Comes in: the events of one source that a funnel looks at. Goes out: one row with how many of them have no
entity, and how many there are; the former are left out of every path (S22)."""

from __future__ import annotations

from kpidsl.model.derived import Events
from kpidsl.model.expr import BOOL, INT, Agg, Fn, any_of
from kpidsl.plan.plan import Aggregate, Filter, OutputColumn, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows

COLUMNS = ("without", "all_of_them")


def nobody(planner: Planner, events: list[Events]) -> Statement:
    """The statement; all events are of one source and of one entity."""
    rows = Rows(planner, planner.model.sources[events[0].source])
    conditions = [event.condition for event in events]
    those = None if None in conditions else any_of([rows.lower(planner.dated(c)) for c in conditions if c is not None])
    missing = Fn("is_null", (rows.lower(events[0].entity),), BOOL)
    rel = rows.relation()
    counts = ((COLUMNS[0], Agg("count_rows", (), INT, missing)), (COLUMNS[1], Agg("count_rows", (), INT)))
    root = Aggregate(rel if those is None else Filter(rel, those), (), counts)
    return Statement(root, tuple(OutputColumn(name, "metric", INT) for name in COLUMNS), f"events of nobody in {events[0].source}")
