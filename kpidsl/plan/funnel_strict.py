"""A funnel in a strict order (S22): nothing else lies between two stages. Comes in: the moments of entities. Goes out: one row per start.
Each row looks at the very one before it, stage by stage, so that every row stays to the end."""

from __future__ import annotations

from kpidsl.model.expr import BOOL, CaseOf, Col, Expr, Fn
from kpidsl.plan.funnel_moments import brought_together, follows, kept, latest, over
from kpidsl.plan.funnel_shape import EXCLUDED, EXCLUDED_AT, Columns, Shape, every, is_one
from kpidsl.plan.plan import Named, Project, Rel


def strictly(shape: Shape, moments: Rel) -> Rel:
    """The starts with what is carried and the moments that are read."""
    before = {number: shape.unused(f"start_for_{stage.name}") for number, stage in shape.stages[1:]}

    def start_for(number: int) -> Expr:
        return shape.at if number == 1 else Col(None, before[number], shape.kind)

    def fills(number: int) -> list[Expr]:
        return [is_one(shape.flags[number]), *(follows(shape, start_for(number)) if number > 1 else [])]

    def leads_on(number: int) -> Expr:
        """The start that a row leads on from where it fills a stage; null elsewhere."""
        return CaseOf(((every(fills(number)), start_for(number)),), None, shape.kind)

    def of_this_row(position: int) -> Expr:
        """The start that may come on from a row: one that fills the stage before, or an earlier one where stages may be passed over."""
        stages = shape.stages[:position]
        found = leads_on(stages[-1][0])
        for (_, passed), (number, _) in zip(reversed(stages), reversed(stages[:-1]), strict=False):
            if not passed.optional:
                break
            found = _later(leads_on(number), found)
        return found

    rel = moments
    paths: Columns = []
    excluded: Columns = [(EXCLUDED_AT, latest(shape, EXCLUDED, -1))] if EXCLUDED in shape.flags else []
    for position, (number, stage) in enumerate(shape.stages[1:], 1):
        columns = [*kept(shape), *excluded, *paths, (before[number], over(shape, "lag", of_this_row(position), None))]
        rel = Named(Project(rel, tuple(columns)), f"{shape.title}_to_{stage.name}")
        excluded = [(name, Col(None, name, shape.kind)) for name, _ in excluded]
        paths.append((before[number], start_for(number)))
    return brought_together(shape, rel, fills, start_for)


def _later(one: Expr, other: Expr) -> Expr:
    """The later of two moments, or the one that there is."""
    both = Fn("greatest", (one, other), one.type)
    return CaseOf(((Fn("is_null", (one,), BOOL), other), (Fn("is_null", (other,), BOOL), one)), both, one.type)
