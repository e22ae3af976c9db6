"""The last stretch of a query: which rows are shown, and in what order. Comes in: rows with group-bys and metrics. Goes out: a `Statement`,
ordered by its group-bys with nulls last (S15), or the top groups by a metric, with the rest as one recomputed row where that is asked."""

from __future__ import annotations

from kpidsl.diagnostic import fail
from kpidsl.model.expr import BOOL, INT, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Over, all_of
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import Fact
from kpidsl.plan.coverage import ADDED_UP
from kpidsl.plan.facts import FactPlan
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Join, Limit, Named, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.values import Values
from kpidsl.plan.work import Work
from kpidsl.record import replace

Columns = list[tuple[str, Expr]]
Keys = list[tuple[Expr, bool]]
AGAIN = {"sum": "sum", "count": "sum", "count_rows": "sum", "min": "min", "max": "max"}
"""Aggregates whose value over several groups follows from the groups' values."""


def ordered(work: Work, values: Values, rel: Rel, columns: Columns) -> Statement:
    """The statement over rows with these columns; the level and hidden metrics stay inside."""
    query = work.query
    if query.top is None:
        out = _shown(work, Sort(Project(rel, tuple(columns)), tuple(_keys(work, columns))))
    elif query.top[2]:
        out = _with_other(work, values, rel, columns)
    elif query.totals:
        out = _top_with_totals(work, rel, columns)
    else:
        out = _top(work, rel, columns)
    return Statement(out, work.columns(), query.comment)


def _shown(work: Work, rel: Rel) -> Rel:
    return Project(rel, tuple((c.name, Col(None, c.name, c.type)) for c in work.columns()))


def _output(columns: Columns, position: int) -> Expr:
    name, expr = columns[position]
    return Col(None, name, expr.type)


def _keys(work: Work, columns: Columns, level: bool = True) -> Keys:
    """What was asked, then the group-bys; a subtotal follows the groups it sums up."""
    query = work.query
    keys: Keys = []
    asked = [(_output(columns, position), down) for position, down in query.order]
    if query.totals and level and work.dims:
        number = _output(columns, len(columns) - 1)
        for position in range(work.dims):
            rolled = Fn("gt", (number, Lit(work.dims - 1 - position, INT)), BOOL)
            keys.append((CaseOf(((rolled, Lit(1, INT)),), Lit(0, INT), INT), False))
            if not asked:
                keys.append((_output(columns, position), False))
        keys += asked
    else:
        keys += asked
    used = {k for k, _ in keys}
    keys += [(key, False) for key in (_output(columns, p) for p in range(work.dims)) if key not in used]
    return keys


def _ranking(work: Work, columns: Columns) -> Keys:
    assert work.query.top is not None
    return [(_output(columns, work.dims + work.query.top[1]), True), *((_output(columns, p), False) for p in range(work.dims))]


def _top(work: Work, rel: Rel, columns: Columns) -> Rel:
    assert work.query.top is not None
    picked = Limit(Sort(Project(rel, tuple(columns)), tuple(_ranking(work, columns))), work.query.top[0])
    if not work.query.order:
        return _shown(work, picked)
    named = Named(picked, f"top_{work.query.top[0]}")
    return _shown(work, Sort(Project(named, tuple((n, Col(None, n, e.type)) for n, e in columns)), tuple(_keys(work, columns))))


def _ranked(work: Work, rel: Rel, columns: Columns, extra: Columns) -> Named:
    """The rows numbered by the ranking metric, each grouping by itself."""
    inner = Project(rel, (*columns, *extra))
    partition = (_output(columns, len(columns) - 1),) if work.query.totals else ()
    rank = Over("row_number", (), INT, partition, tuple(_ranking(work, columns)))
    everything = [(n, Col(None, n, e.type)) for n, e in (*columns, *extra)]
    return Named(Project(Named(inner, "groups_with_values"), (*everything, (work.own.nth, rank))), "ranked")


def _top_with_totals(work: Work, rel: Rel, columns: Columns) -> Rel:
    top = work.query.top
    assert top is not None
    if work.dims > 1:
        fail(
            "KPI064",
            "subtotals beside `top` would hold groups that are not shown",
            None,
            help="ask for one group-by, or leave one of the two out",
        )
    ranked = _ranked(work, rel, columns, [])
    number = _output(columns, len(columns) - 1)
    keep = Fn("or", (Fn("gt", (number, Lit(0, INT)), BOOL), Fn("le", (Col(None, work.own.nth, INT), Lit(top[0], INT)), BOOL)), BOOL)
    plain = Project(Filter(ranked, keep), tuple((n, Col(None, n, e.type)) for n, e in (*columns, (work.own.nth, Lit(0, INT)))))
    keys: Keys = [
        (number, False),
        *([(k, d) for k, d in _keys(work, columns, False)] if work.query.order else [(Col(None, work.own.nth, INT), False)]),
    ]
    return _shown(work, Sort(plain, tuple(keys)))


# ---------------------------------------------------------------- the rest as one row


def _with_other(work: Work, values: Values, rel: Rel, columns: Columns) -> Rel:
    """The top groups, one row that is computed over the rows of all others, and the total where it is asked."""
    query = work.query
    assert query.top is not None
    shown = [(n, e.type) for n, e in columns if n not in (work.own.level, work.own.row_type)]
    leaf_values = _leaf_columns(work, values, columns)
    ranked = _ranked(work, rel, columns, leaf_values)
    detail = Fn("eq", (_output(columns, len(columns) - 1), Lit(0, INT)), BOOL) if query.totals else None
    inside = Fn("le", (Col(None, work.own.nth, INT), Lit(query.top[0], INT)), BOOL)
    outside = Fn("gt", (Col(None, work.own.nth, INT), Lit(query.top[0], INT)), BOOL)

    def part(source: Rel, kind: str, place: int, nth: Expr) -> Rel:
        picked = [(n, Col(None, n, t)) for n, t in shown]
        return Project(source, (*picked, (work.own.row_type, Lit(kind, TEXT)), (work.own.place, Lit(place, INT)), (work.own.nth, nth)))

    nth = Col(None, work.own.nth, INT)
    parts = [part(Filter(ranked, all_of([c for c in (detail, inside) if c is not None]) or inside), "group", 0, nth)]
    rest = _rest(work, ranked, all_of([c for c in (detail, outside) if c is not None]) or outside, leaf_values)
    empty = [(n, Lit(None, t)) for n, t in shown[: work.dims]]
    other = Project(rest, (*empty, *_other_values(work, values)))
    parts.append(part(Named(other, "other_groups"), "other", 1, Lit(0, INT)))
    if query.totals:
        total = Filter(ranked, Fn("gt", (_output(columns, len(columns) - 1), Lit(0, INT)), BOOL))
        parts.append(part(total, "total", 2, Lit(0, INT)))
    types = (*(t for _, t in shown), TEXT, INT, INT)
    union = Named(UnionAll(tuple(parts), types), "groups_and_other")
    everything = [*((n, t) for n, t in shown), (work.own.row_type, TEXT), (work.own.place, INT), (work.own.nth, INT)]
    plain = Project(union, tuple((n, Col(None, n, t)) for n, t in everything))
    asked = [(Col(None, shown[p][0], shown[p][1]), d) for p, d in query.order]
    keys: Keys = [
        (Col(None, work.own.place, INT), False),
        *(asked or [(nth, False)]),
        *((Col(None, n, t), False) for n, t in shown[: work.dims]),
    ]
    return _shown(work, Sort(plain, tuple(dict.fromkeys(keys))))


def _leaf_columns(work: Work, values: Values, columns: Columns) -> Columns:
    """Aggregates beside the metrics, for the rest to be computed from; at the query's own level or over everything."""
    taken = {n for n, _ in columns}
    out: Columns = []
    whole = tuple(range(work.dims))
    for (leaf, level), name in work.leaves.items():
        if level not in (whole, ()):
            fail(
                "KPI064",
                "`with other` cannot show a value per group of another level: its row stands for many groups",
                None,
                help="leave `with other` out, or ask for one group-by",
            )
        column = _value_name(work, name, level)
        if column not in taken:
            out.append((column, values.column(leaf, level)))
            taken.add(column)
    return out


def _value_name(work: Work, name: str, level: tuple[int, ...]) -> str:
    """The name of an aggregate beside the metrics; no metric and no group-by is called so."""
    taken = {n.casefold() for n in (*work.dim_names, *(m.name for m in work.metrics))}
    found = f"{name} value" if level else f"{name} overall"
    while found.casefold() in taken:
        found += "_"
    return found


def _rest(work: Work, ranked: Named, outside: Expr, values: Columns) -> Rel:
    """One row with every aggregate over all groups that were not picked; none where all were picked."""
    again: list[tuple[str, Agg]] = [(work.own.groups_left, Agg("count_rows", (), INT))]
    fresh: dict[Leaf, str] = {}
    shown = dict(values)
    known: dict[str, str] = {}
    for (leaf, level), name in work.leaves.items():
        column = _value_name(work, name, level)
        of_group = shown.get(column, Col(None, column, leaf.type))
        kind = of_group.type
        if level == () and work.dims:
            again.append((column, Agg("max", (Col(None, column, kind),), kind)))
        elif leaf.agg.func in AGAIN and leaf.pick is None:
            again.append((column, Agg(AGAIN[leaf.agg.func], (Col(None, column, kind),), kind)))
        elif leaf.pick is not None:
            fail(
                "KPI064",
                "`with other` cannot recompute a metric that picks the latest row",
                None,
                help="leave `with other` out, or ask for more groups",
            )
        else:
            fresh[leaf] = column
            if leaf.agg.func in ADDED_UP and _may_be_null(of_group):
                known[column] = _value_name(work, f"{name} known", level)
                again.append((known[column], Agg("max", (Col(None, column, kind),), kind)))
    rel: Rel = Named(Aggregate(Filter(ranked, outside), (), tuple(dict(again).items())), "rest")
    columns: Columns = [(n, Col("rest", n, a.type)) for n, a in again]
    for fact in dict.fromkeys(leaf.fact for leaf in fresh):
        mine = {leaf: column for leaf, column in fresh.items() if leaf.fact == fact}
        alias = f"{short(fact[0])}_rest"
        rel = Join(rel, Named(_recomputed(work, fact, mine, ranked), alias), alias, None, "cross")
        for leaf, column in mine.items():
            value: Expr = Col(alias, column, leaf.type)
            if column in known:  # nothing is zero only where a group of the rest has data
                value = CaseOf(((Fn("is_not_null", (Col("rest", known[column], leaf.type),), BOOL), value),), None, leaf.type)
            columns.append((column, value))
    kept = Filter(rel, Fn("gt", (Col("rest", work.own.groups_left, INT), Lit(0, INT)), BOOL))
    return Project(kept, tuple(dict(columns).items()))


def _may_be_null(count: Expr) -> bool:
    """Whether a count is null where its source has no data, or where nothing is told from zero."""
    return isinstance(count, CaseOf) or (isinstance(count, Fn) and count.op == "null_if")


def _recomputed(work: Work, fact: Fact, leaves: dict[Leaf, str], ranked: Named) -> Rel:
    """Aggregates that do not add up, from the rows of the groups that were not picked (S8)."""
    assert work.query.top is not None
    planner = work.planner
    plan = FactPlan(work, fact)
    rows = plan.rows
    tests: list[Expr] = [Fn("eq", (Col("ranked", work.own.level, INT), Lit(0, INT)), BOOL)] if work.query.totals else []
    for position, name in enumerate(work.dim_names):
        kind = work.query.dims[position].type
        value = rows.lower(planner.dated(work.query.bindings[(fact, position)]))
        tests.append(Fn("null_safe_eq", (value, Col("ranked", name, kind)), BOOL))
    aggs = []
    for leaf, column in leaves.items():
        lowered = rows.lower(leaf.agg)
        assert isinstance(lowered, Agg)
        own = all_of([rows.lower(planner.dated(f)) for f in (*leaf.filters, *plan.limited(leaf).when)])
        aggs.append((column, replace(lowered, where=own)))
    beyond: list[Expr] = [Fn("gt", (Col("ranked", work.own.nth, INT), Lit(work.query.top[0], INT)), BOOL), *plan.visible()]
    joined = Join(rows.relation(), ranked, "ranked", all_of(tests), "inner")
    return Aggregate(Filter(joined, all_of(beyond) or beyond[0]), (), tuple(aggs))


def _other_values(work: Work, values: Values) -> Columns:
    """Every metric of the other row, over the columns of `_rest`; what was zero or unknown in its groups is so in them all."""

    def read(leaf: Leaf, level: tuple[int, ...]) -> Expr:
        return Col(None, _value_name(work, work.leaves[(leaf, level)], level), leaf.type)

    return [(m.name, values.of(m.expr, read)) for m in work.metrics]
