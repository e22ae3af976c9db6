"""Where a funnel loses the people of a segment. Comes in: the question of `model/findings.py`: how many of each segment came to each stage.
Goes out: a `Statement` with the segments that come through far less than all others, and the step at which they lose most beside these.

A segment is told where both its way as a whole and that one step lie below the others' by more than chance: Wilson's intervals at three
standard errors do not meet, and by enough to matter."""

from __future__ import annotations

from kpidsl.model import units
from kpidsl.model.expr import BOOL, INT, REAL, Col, Expr, Fn, Lit, Over, Type
from kpidsl.model.findings import DAYS, LossModel
from kpidsl.plan.findings import ENOUGH, PART, SIGMAS, far_below, finding
from kpidsl.plan.funnel_shape import Columns, every
from kpidsl.plan.plan import Filter, Named, Project, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.statistics import wilson
from kpidsl.plan.work import Work

SHARE = Type("number", units.RATIO)
SHARES = ("value", "expected", "low", "high", "step", "step_expected")


def plan_loss(planner: Planner, model: LossModel) -> Statement:
    """segment, value and expected (the part that comes through, of it and of all others), low, high, volume, stage (its number), step and
    step_expected (the part that comes on to it)."""
    work = Work(planner, model.query)
    rows = Named(QueryPlan(work).rows(), "counts")
    dim = model.query.dims[0]
    segment = Col(None, "segment", dim.type)
    came = {n: Fn("to_number", (Col("counts", f"entities_{n}", INT),), REAL) for n in model.numbers}
    columns: Columns = [("segment", Col("counts", work.dim_names[0], dim.type))]
    columns += [(f"came_{n}", value) for n, value in came.items()]
    columns += [(f"all_{n}", Over("sum", (value,), REAL)) for n, value in came.items()]
    beside = Named(Project(rows, tuple(columns)), "beside_all")

    steps: list[Project] = []
    for before, number in zip(model.numbers, model.numbers[1:], strict=False):
        told: Columns = [("segment", segment), ("stage", Lit(number, INT))]
        for word, n in (("began", model.numbers[0]), ("through", model.numbers[-1]), ("cases", before), ("hits", number)):
            told += [(word, _col(f"came_{n}")), (f"other_{word}", Fn("sub", (_col(f"all_{n}"), _col(f"came_{n}")), REAL))]
        steps.append(Project(beside, tuple(told)))
    kinds = (dim.type, INT, *([REAL] * 8))
    each = Named(UnionAll(tuple(steps), kinds) if len(steps) > 1 else steps[0], "steps", "the steps of each segment, and of all others")
    enough = [Fn("ge", (_col(word), Lit(ENOUGH, INT)), BOOL) for word in ("began", "other_began", "cases", "other_cases")]
    part = Fn("mul", (Lit(PART, REAL), Fn("add", (_col("began"), _col("other_began")), REAL)), REAL)
    enough.append(Fn("ge", (_col("began"), part), BOOL))
    measured = Named(Project(Filter(each, every([*enough])), tuple(_measured(segment))), "measured", "Wilson's intervals")
    far = [*far_below(*(_col(n) for n in ("value", "expected", "own_high", "low")))]
    far += far_below(*(_col(n) for n in ("step", "step_expected", "step_high", "step_low")))
    left = Fn("div", (_col("step"), _col("step_expected")), REAL)
    order = ((left, False), (Col(None, "stage", INT), False))
    worst: Columns = [(name, Col(None, name, value.type)) for name, value in _measured(segment)]
    worst.append(("nth", Over("row_number", (), INT, (segment,), order)))
    ranked = Named(Project(Filter(measured, every(far)), tuple(worst)), "ranked")
    shown: Columns = [("segment", segment)]
    shown += [(name, _col(name)) for name in ("value", "expected", "low", "high", "volume")]
    shown += [("stage", Col(None, "stage", INT)), ("step", _col("step")), ("step_expected", _col("step_expected"))]
    first = Filter(ranked, Fn("eq", (Col(None, "nth", INT), Lit(1, INT)), BOOL))
    lost = Fn("mul", (Fn("sub", (_col("expected"), _col("value")), REAL), _col("volume")), REAL)
    comment = f"finding: funnel {model.funnel.name} by {model.dimension}, {DAYS} days of starts whose window is over"
    return finding(planner, first, shown, lost, comment, dict.fromkeys(SHARES, SHARE))


def _measured(segment: Expr) -> Columns:
    """Both shares of a segment and of the others, with the bounds that matter: the others' lower one, and its own upper one."""
    found: Columns = [("segment", segment), ("stage", Col(None, "stage", INT)), ("volume", _col("began"))]
    for share, other, whole, part, low, own in (
        ("value", "expected", "began", "through", "low", "own_high"),
        ("step", "step_expected", "cases", "hits", "step_low", "step_high"),
    ):
        mine = Fn("div", (_col(part), _col(whole)), REAL)
        theirs = Fn("div", (_col(f"other_{part}"), _col(f"other_{whole}")), REAL)
        bounds = wilson(theirs, _col(f"other_{whole}"), REAL, SIGMAS)
        found += [(share, mine), (other, theirs), (low, bounds[0]), (own, wilson(mine, _col(whole), REAL, SIGMAS)[1])]
        found += [("high", bounds[1])] if low == "low" else []
    return found


def _col(name: str) -> Col:
    return Col(None, name, REAL)
