"""Funnels that look at every moment of an entity: those in a strict order, and those in any (S22). Comes in: the moments, each with the
start that it leads on from. Goes out: one row per start, with the moments at which it came to the stages."""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.model.expr import BOOL, INT, Agg, CaseOf, Col, Expr, Fn, Lit, Over
from kpidsl.plan.funnel_shape import AT, EXCLUDED, EXCLUDED_AT, STAGE, STARTED, Columns, Shape, every, is_one, is_stage, known
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Rel, UnionAll


def kept(shape: Shape) -> Columns:
    """What every step passes on: who, when, the stages that a row may fill, and what is carried."""
    columns: Columns = [(c.name, c) for c in (*shape.who, shape.at)]
    columns += [(flag, Col(None, flag, INT)) for flag in shape.flags.values()]
    return columns + [(c.inside, c.read) for c in shape.carried]


def over(shape: Shape, func: str, value: Expr, frame: tuple[int | None, int | None] | None) -> Expr:
    """A window over what the entity did by then."""
    return Over(func, (value,), shape.kind, tuple(shape.who), ((shape.at, False),), frame)


def latest(shape: Shape, number: int, last: int) -> Expr:
    """The moment of the latest row of a stage, or of the latest that is excluded: up to this row, or the one before it."""
    done = CaseOf(((is_one(shape.flags[number]), shape.at),), None, shape.kind)
    return over(shape, "max", done, (None, last))


def follows(shape: Shape, start: Expr) -> list[Expr]:
    """The conditions under which a row leads on from the start that it has: in time, and with nothing excluded since."""
    tests = shape.in_time(shape.at, start) or [known(start)]
    if EXCLUDED in shape.flags:
        excluded = Col(None, EXCLUDED_AT, shape.kind)
        tests.append(Fn("or", (Fn("is_null", (excluded,), BOOL), Fn("le", (excluded, start), BOOL)), BOOL))
    return tests


def brought_together(shape: Shape, moments: Rel, fills: Callable[[int], list[Expr]], start_for: Callable[[int], Expr]) -> Rel:
    """One row per entity and start: its own row's columns, and the first moment at which it came to each stage that is read."""
    read = shape.read
    inputs: list[Rel] = []
    for number in (1, *(n for n, _ in read)):
        columns: Columns = [*((c.name, c) for c in shape.who), (STARTED, start_for(number)), (STAGE, Lit(number, INT)), (AT, shape.at)]
        columns += [(c.inside, c.read if c.stage == number else Lit(None, c.type)) for c in shape.carried]
        inputs.append(Project(Filter(moments, every(fills(number))), tuple(columns)))
    kinds = (*(c.type for c in shape.who), shape.kind, INT, shape.kind, *(c.type for c in shape.carried))
    paths = Named(UnionAll(tuple(inputs), kinds) if read else inputs[0], f"{shape.title}_paths")
    groups = [*((c.name, c) for c in shape.who), (STARTED, shape.started)]
    aggs = [(shape.moments[n].name, Agg("min", (shape.at,), shape.kind, is_stage(n))) for n, _ in read]
    aggs += [(c.inside, Agg("first", (c.read, shape.at), c.type, is_stage(c.stage))) for c in shape.carried]
    return Aggregate(paths, tuple(groups), tuple(aggs))
