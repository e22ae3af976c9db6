"""Questions to the rows themselves: whether what a project declares of them holds. Comes in: a source or a join over time. Goes out: a
statement with one row that counts what does not fit, whatever day counts as today.
"""

from __future__ import annotations

from kpidsl.model.expr import BOOL, INT, Agg, CaseOf, Col, Expr, Field, Fn, Lit, Over, all_of
from kpidsl.model.model import JoinModel, SourceModel
from kpidsl.plan.plan import Aggregate, Filter, Named, OutputColumn, Project, Rel, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows

_ONE = Lit(1, INT)


def repeated_keys(planner: Planner, source: SourceModel) -> Statement:
    """`keys`: how many values of the declared key stand in more than one row; `rows`: in how many rows they stand."""
    rows = Rows(planner, source)
    groups = tuple((f"key_{at}", _read(rows, source, name)) for at, name in enumerate(source.key, 1))
    counted = Aggregate(rows.relation(limited=False), groups, (("times", Agg("count_rows", (), INT)),))
    times = Col(None, "times", INT)
    again = Filter(Named(counted, "by_key"), Fn("gt", (times, _ONE), BOOL))
    return _one_row(again, (("keys", Agg("count_rows", (), INT)), ("rows", Agg("sum", (times,), INT))), f"keys of {source.name}")


def overlaps(planner: Planner, join: JoinModel) -> Statement:
    """Of a join `during`: `rows`: how many of its target's rows last longer than until the next one for the same thing begins; `begins`:
    the first such beginning.

    Sorted by their starts, any two rows that overlap have two neighbours between them that do, so looking at the next one is enough."""
    target = planner.model.sources[join.target]
    assert join.starts is not None
    assert join.ends is not None
    rows = Rows(planner, target)
    start, end = _read(rows, target, join.starts), _read(rows, target, join.ends)
    whom = tuple(_read(rows, target, column) for _, column in join.on)
    choice = [] if join.where is None else [rows.lower(join.where)]
    holds = _any(_null(end), _null(start), Fn("lt", (start, end), BOOL))  # a row that ends before it starts is never valid
    candidates = _only(rows.relation(limited=False), [*choice, holds, *(Fn("is_not_null", (value,), BOOL) for value in whom)])
    open_first = CaseOf(((_null(start), Lit(0, INT)),), _ONE, INT)
    order = ((open_first, False), (start, False), *((_read(rows, target, name), False) for name in target.key))
    pairs = Project(
        candidates,
        (
            ("ends", end),
            ("begins", Over("lead", (start,), start.type, whom, order)),
            ("followed", Over("lead", (_ONE,), INT, whom, order)),
        ),
    )
    begins, ends = Col(None, "begins", start.type), Col(None, "ends", end.type)
    late = _any(_null(ends), _null(begins), Fn("lt", (begins, ends), BOOL))
    found = _only(Named(pairs, "neighbours"), [Fn("is_not_null", (Col(None, "followed", INT),), BOOL), late])
    aggs = (("rows", Agg("count_rows", (), INT)), ("begins", Agg("min", (begins,), start.type)))
    return _one_row(found, aggs, f"validity of {target.name}")


def _null(value: Expr) -> Fn:
    return Fn("is_null", (value,), BOOL)


def _any(*conditions: Expr) -> Fn:
    return Fn("or", conditions, BOOL)


def _read(rows: Rows, source: SourceModel, name: str) -> Expr:
    return rows.read(Field((), name, source.columns[name].type))


def _only(relation: Rel, conditions: list[Expr]) -> Rel:
    condition = all_of(conditions)
    return relation if condition is None else Filter(relation, condition)


def _one_row(relation: Rel, aggs: tuple[tuple[str, Agg], ...], comment: str) -> Statement:
    columns = tuple(OutputColumn(name, "metric", agg.type) for name, agg in aggs)
    return Statement(Aggregate(relation, (), aggs), columns, comment)
