"""What nobody did. Comes in: what a funnel, a conversion or a cohort looks at in one source. Goes out: one row with how many of these rows
have no entity, and how many there are; the former are left out of every path (S22)."""

from __future__ import annotations

from kpidsl.model.derived import Acts
from kpidsl.model.expr import BOOL, INT, Agg, Expr, Fn, all_of, any_of
from kpidsl.plan.plan import Aggregate, Filter, OutputColumn, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows

COLUMNS = ("without", "all_of_them")


def nobody(planner: Planner, acts: list[Acts]) -> Statement:
    """The statement; all acts are of one source and of one entity."""
    rows = Rows(planner, planner.model.sources[acts[0].source])
    conditions: list[Expr] = [] if any(not act.conditions for act in acts) else [_together(rows, planner, act) for act in acts]
    those = any_of(conditions)
    missing = Fn("is_null", (rows.lower(acts[0].entity),), BOOL)
    rel = rows.relation()
    counts = ((COLUMNS[0], Agg("count_rows", (), INT, missing)), (COLUMNS[1], Agg("count_rows", (), INT)))
    root = Aggregate(rel if those is None else Filter(rel, those), (), counts)
    return Statement(root, tuple(OutputColumn(name, "metric", INT) for name in COLUMNS), f"what nobody did in {acts[0].source}")


def _together(rows: Rows, planner: Planner, act: Acts) -> Expr:
    found = all_of([rows.lower(planner.dated(condition)) for condition in act.conditions])
    assert found is not None
    return found
