"""The starts of a funnel (S22). Comes in: the source that a funnel makes, and what is read of it. Goes out: a relation with one row per
start of an entity, with the moment at which it came to each stage. Each source is read once; there are window functions and no joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.model.expr import BOOL, INT, Expr, Fn, Lit
from kpidsl.model.model import SourceModel
from kpidsl.plan.funnel_any import in_any_order
from kpidsl.plan.funnel_ordered import in_order
from kpidsl.plan.funnel_rows import Days, FunnelRows
from kpidsl.plan.funnel_shape import Columns
from kpidsl.plan.funnel_strict import strictly
from kpidsl.plan.plan import Project, Rel

if TYPE_CHECKING:
    from kpidsl.plan.planner import Planner


def starts(planner: Planner, source: SourceModel, names: list[str], days: Days) -> Rel:
    """The starts of the funnel behind `source`, with the columns `names`; those within `days` at least."""
    rows = FunnelRows(planner, source, names, days)
    match rows.funnel.order:
        case "strict":
            found = strictly(rows.shape, rows.moments())
        case "any":
            found = in_any_order(rows.shape, rows.moments())
        case _:
            found = in_order(rows.shape, rows.only, rows.one_by_one)
    shown = tuple((name, value) for name, value in _outside(planner, rows) if name in names)
    return Project(found, shown or (("one", Lit(1, INT)),))


def _outside(planner: Planner, rows: FunnelRows) -> Columns:
    """The columns as those who ask know them."""
    shape, funnel = rows.shape, rows.funnel
    found: Columns = [(funnel.entity, shape.who[0]), (funnel.stages[0].at, shape.started)]
    found += [(c.name, c.read) for c in shape.carried]
    found += [(stage.at, shape.moments[number]) for number, stage in shape.read]
    return [*found, (funnel.mature, _is_mature(planner, rows))]


def _is_mature(planner: Planner, rows: FunnelRows) -> Expr:
    """Whether the window of a start is over by the end of today."""
    if rows.funnel.within is None:
        return Lit(True, BOOL)
    end = Fn("date_add", (rows.shape.started,), rows.shape.kind, rows.funnel.within)
    return planner.until_today(end, True)
