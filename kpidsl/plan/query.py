"""From a resolved query to a plan. Comes in: a `QueryModel`. Goes out: a `Statement`: every fact is aggregated from its own rows
to the query's groupings (S1), facts meet after that (S4), formulas are computed on what came out (S7), and only then rows are
ranked and ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kpidsl.model.expr import (
    BOOL,
    INT,
    TEXT,
    Agg,
    CaseOf,
    Col,
    Expr,
    Field,
    Fn,
    Lit,
    Over,
    Type,
    all_of,
    any_of,
)
from kpidsl.model.levels import Level, collect
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import AtLevel, Cases, Constant, Fact, Formula, MetricExpr, QueryMetric, QueryModel, Ref, Share
from kpidsl.plan.coverage import ADDED_UP, ALWAYS, NEVER, Coverage
from kpidsl.plan.levels import Levels
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, OutputColumn, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows


@dataclass(frozen=True, slots=True)
class Own:
    """Names of the columns that the plan itself adds; none is a group-by's or a metric's."""

    level: str
    row_type: str
    present: str
    nth: str
    place: str
    groups_left: str


def plan_query(planner: Planner, query: QueryModel) -> Statement:
    """The statement of a query."""
    return QueryPlan(planner, query).statement()


class QueryPlan:
    """The work on one query. Groupings are numbered: 0 is the finest output grouping."""

    def __init__(self, planner: Planner, query: QueryModel) -> None:
        self.planner, self.query = planner, query
        self.dims = len(query.dims)
        self.metrics = (*query.metrics, *query.hidden)
        prefixes = range(self.dims, -1, -1) if query.totals else (self.dims,)
        self.levels = Levels([tuple(range(k)) for k in prefixes])
        self.leaves: dict[tuple[Leaf, Level], str] = {}
        self.producing: set[Leaf] = set()
        self.dim_names = [d.name for d in query.dims]
        taken = {n.casefold() for n in (*self.dim_names, *(m.name for m in self.metrics))}
        self.own = Own(*(_unused(word, taken) for word in Own.__slots__))
        self.some_absent = False  # whether groups may come out that have no rows of their own
        self._name_leaves()
        self.coverage = Coverage(planner, query, self.dim_names)
        self.facts: dict[Fact, list[Leaf]] = {}
        for leaf, _ in self.leaves:
            known = self.facts.setdefault(leaf.fact, [])
            if leaf not in known:
                known.append(leaf)

    def _name_leaves(self) -> None:
        taken = {n.casefold() for n in (*self.dim_names, *(getattr(self.own, w) for w in Own.__slots__))}
        whole = tuple(range(self.dims))
        for metric in self.metrics:
            alone = _alone(metric.expr)
            for leaf, level, produces in collect(metric.expr, whole, self.query.dims):
                self.levels.need(level)
                if produces and (metric in self.query.metrics or not self.query.metrics):
                    self.producing.add(leaf)
                name = next((n for (other, _), n in self.leaves.items() if other == leaf), None)
                if name is None:
                    name = _unused(metric.name if alone is leaf or alone == leaf else leaf.name, taken)
                self.leaves[(leaf, level)] = name

    # ------------------------------------------------------------ the whole

    def statement(self) -> Statement:
        combined = self._combined()
        if self.query.values:
            rel: Rel = Project(combined, tuple((n, Col(None, n, d.type)) for n, d in zip(self.dim_names, self.query.dims, strict=True)))
            keys = tuple((Col(None, n, d.type), False) for n, d in zip(self.dim_names, self.query.dims, strict=True))
            return Statement(Sort(rel, keys), self._columns(), self.query.comment)
        rel, level = self._with_coarser(combined)
        values = [(m, self._value(m.expr, tuple(range(self.dims)), self._column)) for m in self.metrics]
        return self._finish(self.coverage.joined(rel), level, values)

    def _columns(self) -> tuple[OutputColumn, ...]:
        groups = [OutputColumn(d.name, "group", d.type) for d in self.query.dims]
        metrics = [OutputColumn(m.name, "metric", m.type, m.format, m.label) for m in self.query.metrics]
        extra = [OutputColumn(self.own.row_type, "row_type", TEXT)] if self.query.totals or (self.query.top and self.query.top[2]) else []
        return (*groups, *metrics, *extra)

    # ------------------------------------------------------------ facts

    def _combined(self) -> Rel:
        """All facts at all groupings: group-bys, the grouping's number where there are several, and every aggregate."""
        several = len(self.levels.sets) > 1
        made = [self._fact(fact, leaves, several) for fact, leaves in self.facts.items()]
        if len(made) == 1:
            return made[0][0]
        names = list(dict.fromkeys(n for _, columns in made for n, _ in columns))
        kinds = {n: k for _, columns in made for n, k in columns}
        groups = [(n, d.type) for n, d in zip(self.dim_names, self.query.dims, strict=True)] + ([(self.own.level, INT)] if several else [])
        inputs: list[Rel] = []
        for (fact, _), (rel, columns) in zip(self.facts.items(), made, strict=True):
            own = {n for n, _ in columns}
            named = Named(rel, f"{short(fact[0])}_totals")
            picked: list[tuple[str, Expr]] = [(n, Col(None, n, k)) for n, k in groups]
            absent = {self.own.present: Lit(1, INT)}  # a group of another fact is there, whatever this one has
            picked += [(n, Col(None, n, kinds[n]) if n in own else absent.get(n, Lit(None, kinds[n]))) for n in names]
            inputs.append(Project(named, tuple(picked)))
        union = Named(UnionAll(tuple(inputs), tuple(k for _, k in groups) + tuple(kinds[n] for n in names)), "side_by_side")
        aggs = tuple((n, Agg("max", (Col(None, n, kinds[n]),), kinds[n])) for n in names)
        return Aggregate(union, tuple((n, Col(None, n, k)) for n, k in groups), aggs)

    def _fact(self, fact: Fact, leaves: list[Leaf], several: bool) -> tuple[Rel, list[tuple[str, Type]]]:
        rows = Rows(self.planner, self.planner.model.sources[fact[0]], fact[1])
        groups = [(n, rows.lower(self.planner.dated(self.query.bindings[(fact, i)]))) for i, n in enumerate(self.dim_names)]
        twice = len({expr for _, expr in groups}) < len(groups)  # two group-bys of one expression, which no grouping set tells apart
        if any(leaf.pick for leaf in leaves) or (several and twice):
            return self._picked_fact(leaves, rows, groups, several)
        common = _common([(*leaf.filters, *leaf.when) for leaf in leaves])
        rests = [[f for f in (*leaf.filters, *leaf.when) if f not in common] for leaf in leaves]
        shared = [rows.lower(self.planner.dated(f)) for f in common]
        own = [all_of([rows.lower(self.planner.dated(f)) for f in rest]) for rest in rests]
        aggs = []
        for leaf, condition in zip(leaves, own, strict=True):
            lowered = rows.lower(leaf.agg)
            assert isinstance(lowered, Agg)
            aggs.append((self._name(leaf), replace(lowered, where=condition)))
        if all(c is not None for c in own):
            either = any_of(list(dict.fromkeys(c for c in own if c is not None)))
            assert either is not None
            shared.append(either)
        present = self._presence(leaves, own)
        shared += self.visible_at(fact, rows)
        rel = rows.relation()
        condition = all_of(shared)
        if condition is not None:
            rel = Filter(rel, condition)
        return self._aggregated(rel, groups, aggs, present, several)

    def visible_at(self, fact: Fact, rows: Rows) -> list[Expr]:
        """A row is not later than today by the time that is asked for (`at time`), either (S14)."""
        return [] if fact[1] is None else [rows.lower(self.planner.until_today(fact[1], True))]

    def _presence(self, leaves: list[Leaf], own: list[Expr | None]) -> Expr | None:
        """The condition of a row that makes its group appear, where other rows are read as well (a share's whole)."""
        producing = [c for leaf, c in zip(leaves, own, strict=True) if leaf in self.producing]
        if not producing:
            return Lit(False, BOOL)  # a fact that only orders the rows
        if len(producing) == len(own) or any(c is None for c in producing):
            return None
        return any_of(list(dict.fromkeys(c for c in producing if c is not None)))

    def _aggregated(
        self, rel: Rel, groups: list[tuple[str, Expr]], aggs: list[tuple[str, Agg]], present: Expr | None, several: bool
    ) -> tuple[Rel, list[tuple[str, Type]]]:
        columns = [(n, a.type) for n, a in aggs]
        if present is not None:
            aggs = [*aggs, (self.own.present, Agg("count_rows", (), INT, present))]
            columns.append((self.own.present, INT))
            self.some_absent = True
        sets = tuple(tuple(self.dim_names[i] for i in level) for level in self.levels.sets) if several else None
        out: Rel = Aggregate(rel, tuple(groups), tuple(aggs), sets, self.own.level if several else None)
        return out, columns

    def _picked_fact(
        self, leaves: list[Leaf], rows: Rows, groups: list[tuple[str, Expr]], several: bool
    ) -> tuple[Rel, list[tuple[str, Type]]]:
        """A fact with latest-row metrics: rows are numbered before they are filtered (S19), so everything is computed beside them first."""
        columns: list[tuple[str, Expr]] = list(groups)
        aggs: list[tuple[str, Agg]] = []
        timed = self._timed(leaves[0])
        own: list[Expr | None] = []
        for position, leaf in enumerate(leaves):
            conditions = [rows.lower(self.planner.dated(f)) for f in (*leaf.filters, *leaf.when)]
            if leaf.pick is not None:
                conditions.append(Fn("is_not_null", (rows.lower(leaf.pick.order),), BOOL))
            flag = all_of(conditions)
            tests: list[Expr] = []
            if flag is not None:
                columns.append((f"counts_{position}", flag))
                tests.append(Col(None, f"counts_{position}", BOOL))
            args = []
            for number, arg in enumerate(leaf.agg.args):
                columns.append((f"value_{position}_{number}", rows.lower(arg)))
                args.append(Col(None, f"value_{position}_{number}", arg.type))
            base = replace(leaf.agg, args=tuple(args), where=all_of(tests))
            if leaf.pick is None:
                own.append(base.where)
                aggs.append((self._name(leaf), base))
                continue
            variants = sorted({tuple(i for i in level if i in timed) for level in self.levels.sets}, key=len, reverse=True)
            for variant in variants:
                nth = self._nth(leaf, rows, [groups[i][1] for i in variant])
                known = next((n for n, e in columns if e == nth), None)
                name = known or f"nth_{position}" + "".join(f"_{i}" for i in variant)
                if known is None:
                    columns.append((name, nth))
                first = Fn("eq", (Col(None, name, INT), Lit(1, INT)), BOOL)
                aggs.append((self._variant(leaf, variant, timed), replace(base, where=all_of([first, *tests]))))
                if variant == variants[0]:  # who is picked over several periods is picked within its own
                    own.append(aggs[-1][1].where)
        visible = all_of(self.visible_at(leaves[0].fact, rows))
        every = rows.relation() if visible is None else Filter(rows.relation(), visible)
        numbered = Named(Project(every, tuple(columns)), f"{short(leaves[0].source)}_numbered")
        outer: list[tuple[str, Expr]] = [(n, Col(None, n, e.type)) for n, e in groups]
        keep = any_of([a.where for _, a in aggs if a.where is not None]) if all(a.where is not None for _, a in aggs) else None
        rel: Rel = numbered if keep is None else Filter(numbered, keep)
        return self._aggregated(rel, outer, aggs, self._presence(leaves, own), several)

    def _nth(self, leaf: Leaf, rows: Rows, periods: list[Expr]) -> Expr:
        assert leaf.pick is not None
        partition = tuple(rows.lower(p) for p in leaf.pick.per) + tuple(periods)
        order = ((rows.lower(leaf.pick.order), leaf.pick.last), *((rows.lower(k), True) for k in leaf.pick.key))
        inside = [rows.lower(self.planner.dated(f)) for f in leaf.when]
        known = [Fn("is_not_null", (rows.lower(leaf.pick.order),), BOOL), *inside]
        return Over("row_number", (), INT, (*partition, *known), order)

    def _timed(self, leaf: Leaf) -> tuple[int, ...]:
        """Positions of the group-bys that are periods of the fact's time, whatever they are called."""
        source = self.planner.model.sources[leaf.source]
        time = leaf.time or (Field((), source.time, source.columns[source.time].type) if source.time else None)
        bound = [self.query.bindings[(leaf.fact, i)] for i in range(self.dims)]
        return tuple(i for i, d in enumerate(self.query.dims) if d.kind == "grain" or bound[i] == time)

    def _variant(self, leaf: Leaf, variant: tuple[int, ...], timed: tuple[int, ...]) -> str:
        return (
            self._name(leaf)
            if variant == tuple(i for i in range(self.dims) if i in timed)
            else self._name(leaf) + "_over" + "".join(f"_{i}" for i in variant)
        )

    def _name(self, leaf: Leaf) -> str:
        return next(n for (other, _), n in self.leaves.items() if other == leaf)

    # ------------------------------------------------------------ coarser values beside finer rows

    def _with_coarser(self, combined: Rel) -> tuple[Rel, Expr | None]:
        """The output's rows, with the values of coarser levels joined beside them."""
        if len(self.levels.sets) == 1:
            return (Filter(combined, self._is_present(None)) if self.some_absent and self.dims else combined), None
        whole = tuple(range(self.dims))
        coarser = sorted({level for _, level in self.leaves if level != whole}, reverse=True)
        level: Expr = Col(None, self.own.level, INT)
        outputs = self.levels.outputs
        if not coarser:
            return (Filter(combined, self._is_present(None)) if self.some_absent else combined), level
        named = Named(combined, "levels", "every grouping that a value is taken from")
        tests: list[Expr] = (
            [Fn("lt", (Col("levels", self.own.level, INT), Lit(outputs, INT)), BOOL)] if len(self.levels.sets) > outputs else []
        )
        if self.some_absent:
            tests.append(self._is_present("levels"))
        rel: Rel = named
        for wanted in coarser:
            alias = self._coarse_alias(wanted)
            on: list[Expr] = [
                Fn("eq", (Col(alias, self.own.level, INT), self.levels.mapped(wanted, Col("levels", self.own.level, INT))), BOOL)
            ]
            for i in wanted:
                kind = self.query.dims[i].type
                on.append(Fn("null_safe_eq", (Col("levels", self.dim_names[i], kind), Col(alias, self.dim_names[i], kind)), BOOL))
            rel = Join(rel, named, alias, all_of(on))
        condition = all_of(tests)
        return (rel if condition is None else Filter(rel, condition)), Col("levels", self.own.level, INT)

    def _is_present(self, table: str | None) -> Expr:
        """A group has rows of its own, not only rows of a share's whole; the row of a total is always there (S17)."""
        there: Expr = Fn("gt", (Col(table, self.own.present, INT), Lit(0, INT)), BOOL)
        if self.levels.sets[self.levels.outputs - 1]:
            return there
        return Fn("or", (there, Fn("eq", (Col(table, self.own.level, INT), Lit(self.levels.outputs - 1, INT)), BOOL)), BOOL)

    def _coarse_alias(self, level: Level) -> str:
        return "per_" + "_".join(self.dim_names[i] for i in level) if level else "overall"

    # ------------------------------------------------------------ formulas

    def _column(self, leaf: Leaf, level: Level) -> Expr:
        whole = tuple(range(self.dims))
        coarse = any(lv != whole for _, lv in self.leaves)
        table = None if not coarse else "levels" if level == whole else self._coarse_alias(level)
        value: Expr = Col(table, self._name(leaf), leaf.type)
        if leaf.pick is not None and len(self.levels.sets) > 1:
            value = self._picked_value(leaf, level, table)
        if leaf.agg.func not in ADDED_UP:
            return value
        raw: Expr = value if leaf.agg.func == "sum" else Fn("null_if", (value, Lit(0, INT)), leaf.type)
        if not leaf.fill:
            return raw
        outside = self.coverage.outside(leaf, level, "levels" if coarse else None, not self.levels.sets[self.levels.outputs - 1])
        if outside == ALWAYS:
            return raw
        always = leaf.agg.func != "sum" and len(self.facts) == 1 and table in (None, "levels")  # a count of rows that are there
        filled = value if always else Fn("coalesce", (value, Lit(0, INT)), leaf.type)
        return filled if outside == NEVER else CaseOf(((outside, raw),), filled, leaf.type)

    def _picked_value(self, leaf: Leaf, level: Level, table: str | None) -> Expr:
        timed = self._timed(leaf)
        if not timed:
            return Col(table, self._name(leaf), leaf.type)
        whens: list[tuple[Expr, Expr]] = []
        for position in range(self.levels.outputs):
            got = tuple(i for i in self.levels.sets[position] if i in level)
            name = self._variant(leaf, tuple(i for i in got if i in timed), timed)
            test = Fn("eq", (Col("levels" if table else None, self.own.level, INT), Lit(position, INT)), BOOL)
            whens.append((test, Col(table, name, leaf.type)))
        return CaseOf(tuple(whens), None, leaf.type)

    def _value(self, expr: MetricExpr, level: Level, read: Callable[[Leaf, Level], Expr]) -> Expr:
        """A metric over aggregates; `read` says where an aggregate's value at a level stands."""
        match expr:
            case Leaf():
                return read(expr, level)
            case Constant():
                return Lit(expr.value, expr.type)
            case Ref():
                return self._value(expr.value, level, read)
            case Formula():
                return Fn(expr.op, tuple(self._value(a, level, read) for a in expr.args), expr.type, expr.options)
            case Cases():
                whens = tuple((self._value(c, level, read), self._value(v, level, read)) for c, v in expr.whens)
                return CaseOf(whens, None if expr.otherwise is None else self._value(expr.otherwise, level, read), expr.type)
            case AtLevel():
                return self._value(expr.value, _kept(level, expr, self.query), read)
            case Share():
                whole = tuple(i for i in level if self.query.dims[i] not in expr.of)
                return Fn("div", (self._value(expr.part, level, read), self._value(expr.whole, whole, read)), expr.type)
            case _:
                raise AssertionError("a construct that is not compiled yet reached the planner")

    # ------------------------------------------------------------ rows in order

    def _finish(self, rel: Rel, level: Expr | None, values: list[tuple[QueryMetric, Expr]]) -> Statement:
        table = level.table if isinstance(level, Col) else None
        columns: list[tuple[str, Expr]] = [(n, Col(table, n, d.type)) for n, d in zip(self.dim_names, self.query.dims, strict=True)]
        columns += [(m.name, v) for m, v in values]
        if self.query.totals:
            columns.append((self.own.row_type, _row_type(level, self.dims)))
            columns.append((self.own.level, level if level is not None else Lit(0, INT)))
        from kpidsl.plan.order import ordered

        return ordered(self, rel, columns)


def _row_type(level: Expr | None, dims: int) -> Expr:
    if dims == 0 or level is None:
        return Lit("total" if dims == 0 else "group", TEXT)
    whens: list[tuple[Expr, Expr]] = [
        (Fn("eq", (level, Lit(0, INT)), BOOL), Lit("group", TEXT)),
        (Fn("eq", (level, Lit(dims, INT)), BOOL), Lit("total", TEXT)),
    ]
    return CaseOf(tuple(whens), Lit("subtotal", TEXT), TEXT)


def _kept(level: Level, expr: AtLevel, query: QueryModel) -> Level:
    return tuple(i for i in level if query.dims[i] in expr.dims)


def _alone(expr: MetricExpr) -> Leaf | None:
    while isinstance(expr, (Ref,)):
        expr = expr.value
    return expr if isinstance(expr, Leaf) else None


def _common(conditions: list[tuple[Expr, ...]]) -> list[Expr]:
    """The conditions that all lists share, in the order of the first."""
    return [c for c in dict.fromkeys(conditions[0]) if all(c in other for other in conditions[1:])] if conditions else []


def _unused(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name.casefold() in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name.casefold())
    return name
