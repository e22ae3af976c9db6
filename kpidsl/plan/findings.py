"""Findings that nobody declared. Comes in: the questions of `model/findings.py`. Goes out: a `Statement` each, which returns what
stands out.

Shares of segments are compared by Wilson's interval at three standard errors, so that chance alone hardly ever makes a finding; what is
sure and too small to matter is left out as well."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.expr import BOOL, DATE, INT, REAL, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of
from kpidsl.model.findings import DAYS, BudgetModel, GapModel, SilenceModel
from kpidsl.plan.days import moved
from kpidsl.plan.plan import Aggregate, Filter, Limit, Named, OutputColumn, Project, Rel, Sort, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.statistics import wilson
from kpidsl.plan.work import Work
from kpidsl.record import replace

SIGMAS = Decimal(3)
"""Standard errors of Wilson's interval: one in 370 segments like the rest lies outside by chance."""
ENOUGH = 100
"""Cases of a segment, and of the rest, below which nothing is said."""
MATTERS = Decimal("0.8")
"""A segment is far off where it reaches at most this part of the rest's share (or the rest of its)."""
PART = Decimal("0.05")
"""Of all cases: smaller segments change little."""
LEAST_COST, LEAST_GAP, TIMES = Decimal("0.1"), Decimal("0.1"), Decimal("1.5")
"""A segment takes at least a tenth of the budget, a tenth of it more than its share of the return, and half as much again."""
LEAST_SILENCE = 3
LEAST_DAYS = 10
"""Days with rows that a source must have had for its rhythm to be known."""
SHOWN = 3


def plan_gap(planner: Planner, model: GapModel) -> Statement:
    """Segments whose share lies far on the worse side of all others': segment, value, expected, low, high, volume, the most lost first."""
    work = Work(planner, model.query)
    rows = Named(QueryPlan(work).rows(), "counts")
    dim = model.query.dims[0]
    hits, cases = (_double(Col("counts", name, kind.type)) for name, kind in zip(("hits", "cases"), model.query.metrics, strict=True))
    sums = {name: Over("sum", (value,), REAL) for name, value in (("all_hits", hits), ("all_cases", cases))}
    odd = Over("max", (CaseOf(((Fn("gt", (hits, cases), BOOL), Lit(1, INT)),), Lit(0, INT), INT),), INT)
    columns = [("segment", Col("counts", work.dim_names[0], dim.type)), ("hits", hits), ("cases", cases), *sums.items(), ("odd", odd)]
    beside = Named(Project(rows, tuple(columns)), "beside_all")
    own = {name: Col("beside_all", name, REAL) for name in ("hits", "cases", "all_hits", "all_cases")}
    rest_hits, rest_cases = _sub(own["all_hits"], own["hits"]), _sub(own["all_cases"], own["cases"])
    tests: list[Expr] = [
        Fn("eq", (Col("beside_all", "odd", INT), Lit(0, INT)), BOOL),
        Fn("ge", (own["cases"], Lit(ENOUGH, INT)), BOOL),
        Fn("ge", (rest_cases, Lit(ENOUGH, INT)), BOOL),
        Fn("ge", (own["cases"], _mul(Lit(PART, REAL), own["all_cases"])), BOOL),
    ]
    share, rest = Fn("div", (own["hits"], own["cases"]), REAL), Fn("div", (rest_hits, rest_cases), REAL)
    listed: list[tuple[str, Expr]] = [("segment", Col("beside_all", "segment", dim.type)), ("value", share), ("expected", rest)]
    of_rest, of_own = wilson(rest, rest_cases, REAL, SIGMAS), wilson(share, own["cases"], REAL, SIGMAS)
    listed += [("volume", own["cases"]), ("low", of_rest[0]), ("high", of_rest[1]), ("own_low", of_own[0]), ("own_high", of_own[1])]
    measured = Named(
        Project(Filter(beside, all_of(tests) or tests[0]), tuple(listed)), "measured", "Wilson's intervals, of it and of the rest"
    )
    col = {name: Col("measured", name, REAL) for name, _ in listed[1:]}
    if model.worse == "below":
        far = far_below(col["value"], col["expected"], col["own_high"], col["low"])
    else:
        far = [Fn("gt", (col["own_low"], col["high"]), BOOL)]
        far.append(Fn("le", (col["expected"], _mul(Lit(MATTERS, REAL), col["value"])), BOOL))
    lost = _mul(Fn("abs", (_sub(col["value"], col["expected"]),), REAL), col["volume"])
    kind = replace(model.metric.type, kind="number", precision=None)
    shown: list[tuple[str, Expr]] = [("segment", Col("measured", "segment", dim.type))]
    shown += [(name, col[name]) for name in ("value", "expected", "low", "high", "volume")]
    rel = Filter(measured, all_of(far) or far[0])
    comment = f"finding: {model.name} by {model.dimension}, the last {DAYS} days"
    return finding(planner, rel, shown, lost, comment, dict.fromkeys(("value", "expected", "low", "high"), kind))


def plan_budget(planner: Planner, model: BudgetModel) -> Statement:
    """Segments that take far more of the cost than they bring of the return, among those that cost anything: segment, value, expected."""
    work = Work(planner, model.query)
    rows = Named(QueryPlan(work).rows(), "money")
    dim = model.query.dims[0]
    spending, result = (_double(Col("money", metric.name, metric.type)) for metric in model.query.metrics)
    paid = Filter(rows, Fn("gt", (spending, Lit(0, INT)), BOOL))
    sums = (("cost", spending), ("brought", Fn("coalesce", (result, Lit(0, REAL)), REAL)))
    spent = Named(Project(paid, (("segment", Col("money", work.dim_names[0], dim.type)), *sums)), "spent")
    cost, brought = Col("spent", "cost", REAL), Col("spent", "brought", REAL)
    parts = [(name, Fn("div", (value, Over("sum", (value,), REAL)), REAL)) for name, value in (("value", cost), ("expected", brought))]
    fewest = Over("min", (brought,), REAL)
    shares = Named(Project(spent, (("segment", Col("spent", "segment", dim.type)), *parts, ("fewest", fewest))), "shares")
    of_cost, of_return = Col("shares", "value", REAL), Col("shares", "expected", REAL)
    tests: list[Expr] = [
        Fn("ge", (Col("shares", "fewest", REAL), Lit(0, INT)), BOOL),  # shares of sums with losses in them say nothing
        Fn("ge", (of_cost, Lit(LEAST_COST, REAL)), BOOL),
        Fn("ge", (_sub(of_cost, of_return), Lit(LEAST_GAP, REAL)), BOOL),
        Fn("ge", (of_cost, _mul(Lit(TIMES, REAL), of_return)), BOOL),
    ]
    shown: list[tuple[str, Expr]] = [("segment", Col("shares", "segment", dim.type)), ("value", of_cost), ("expected", of_return)]
    comment = f"finding: shares of {model.names[0]} and {model.names[1]} by {model.dimension}, the last {DAYS} days"
    return finding(planner, Filter(shares, all_of(tests) or tests[0]), shown, _sub(of_cost, of_return), comment, {})


def plan_silence(planner: Planner, model: SilenceModel) -> Statement:
    """A source without rows for more than twice as long as it ever was: last_day, value (days without), expected (the longest before)."""
    work = Work(planner, model.query)
    name, metric = work.dim_names[0], model.query.metrics[0]
    there = Fn("gt", (Col("days", metric.name, metric.type), Lit(0, INT)), BOOL)
    over = work.clock.over
    within = Fn("lt", (Col("days", name, DATE), over), BOOL)
    rows = Filter(Named(QueryPlan(work).rows(), "days"), Fn("and", (there, within), BOOL))
    day = Col("days", name, DATE)
    before = Over("lag", (day,), DATE, (), ((day, False),))
    seen = Named(Project(rows, (("day", day), ("before", before))), "days_with_rows")
    gap = Fn("date_diff", (Col("days_with_rows", "day", DATE), Col("days_with_rows", "before", DATE)), INT)
    aggs = (
        ("last_day", Agg("max", (Col("days_with_rows", "day", DATE),), DATE)),
        ("longest", Agg("max", (gap,), INT)),
        ("days", Agg("count_rows", (), INT)),
    )
    rhythm = Named(Aggregate(seen, (), aggs), "rhythm")
    last, longest = Col("rhythm", "last_day", DATE), Col("rhythm", "longest", INT)
    silent = Fn("date_diff", (moved(over, -1, "day"), last), INT)
    tests: list[Expr] = [
        Fn("ge", (Col("rhythm", "days", INT), Lit(LEAST_DAYS, INT)), BOOL),
        Fn("ge", (silent, Lit(LEAST_SILENCE, INT)), BOOL),
        Fn("gt", (silent, Fn("mul", (longest, Lit(2, INT)), INT)), BOOL),
    ]
    shown: list[tuple[str, Expr]] = [("last_day", last), ("value", silent), ("expected", longest)]
    comment = f"finding: the days on which {model.source} has rows"
    return finding(planner, Filter(rhythm, all_of(tests) or tests[0]), shown, silent, comment, {})


def far_below(value: Expr, expected: Expr, high: Expr, low: Expr) -> list[Expr]:
    """Whether a share lies below another by more than chance, its upper bound below the other's lower one, and by enough to matter."""
    return [Fn("lt", (high, low), BOOL), Fn("le", (value, _mul(Lit(MATTERS, REAL), expected)), BOOL)]


def finding(planner: Planner, rel: Rel, shown: list[tuple[str, Expr]], weight: Expr, comment: str, kinds: dict[str, Type]) -> Statement:
    """The heaviest few, ties by the first column."""
    keys = ((weight, True), (shown[0][1], False))
    root = Limit(Sort(Project(rel, tuple(shown)), keys), SHOWN)
    columns = tuple(OutputColumn(name, "metric", kinds.get(name, expr.type)) for name, expr in shown)
    return Statement(root, columns, comment, scalars=tuple(planner.scalars.values()))


def _double(expr: Expr) -> Expr:
    return expr if expr.type.kind == "number" else Fn("to_number", (expr,), REAL)


def _sub(left: Expr, right: Expr) -> Expr:
    return Fn("sub", (left, right), REAL)


def _mul(left: Expr, right: Expr) -> Expr:
    return Fn("mul", (left, right), REAL)
