"""A funnel in any order (S22). Comes in: the moments of entities. Goes out: one row per start, with the moment at which all of it was done.
Each row looks at the latest row of every stage; who has done all of it began with the earliest of these."""

from __future__ import annotations

from kpidsl.model.expr import CaseOf, Col, Expr, Fn, any_of
from kpidsl.plan.funnel_moments import brought_together, follows, kept, latest
from kpidsl.plan.funnel_shape import EXCLUDED, EXCLUDED_AT, Columns, Shape, every, is_one, known
from kpidsl.plan.plan import Named, Project, Rel


def in_any_order(shape: Shape, moments: Rel) -> Rel:
    """The starts with what is carried, and when each was through."""
    numbers = [number for number, _ in shape.stages]
    newest: Columns = [(shape.unused(f"latest_{n}"), latest(shape, n, 0)) for n in numbers]
    excluded: Columns = [(EXCLUDED_AT, latest(shape, EXCLUDED, 0))] if EXCLUDED in shape.flags else []
    done = Named(Project(moments, (*kept(shape), *newest, *excluded)), f"{shape.title}_latest")
    times = [Col(None, name, shape.kind) for name, _ in newest]
    begun = CaseOf(((every([known(t) for t in times]), Fn("least", tuple(times), shape.kind, ("known",))),), None, shape.kind)
    passed: Columns = [(name, Col(None, name, shape.kind)) for name, _ in excluded]
    start = Col(None, shape.unused("start_for_all"), shape.kind)
    rel = Named(Project(done, (*kept(shape), *passed, (start.name, begun))), f"{shape.title}_begun")
    begins = any_of([is_one(shape.flags[n]) for n in numbers])
    assert begins is not None

    def fills(number: int) -> list[Expr]:
        """A row of any stage begins something; it completes it where all of it has been done."""
        return [begins, *(follows(shape, start) if number > 1 else [])]

    return brought_together(shape, rel, fills, lambda number: shape.at if number == 1 else start)
