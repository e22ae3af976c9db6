"""From a resolved query to a plan. Comes in: a `QueryModel`. Goes out: a `Statement`: every fact is aggregated from its own rows
to the query's groupings (S1), facts meet after that (S4), every period is there (S9), formulas are computed on what came out (S7), and only
then rows are ranked and ordered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from kpidsl.model.expr import BOOL, INT, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Type, all_of
from kpidsl.model.levels import Level, collect
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import Fact, MetricExpr, QueryMetric, QueryModel, Ref
from kpidsl.plan.clock import Clock, Frame, Interval, is_window, words
from kpidsl.plan.coverage import Coverage
from kpidsl.plan.days import start
from kpidsl.plan.facts import Columns, Entry, FactPlan
from kpidsl.plan.levels import Levels
from kpidsl.plan.order import ordered
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, OutputColumn, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.spine import Spine
from kpidsl.plan.values import Values
from kpidsl.plan.windows import WindowPlan


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
        self.clock = Clock(planner, query)
        self.spine = Spine(self, self.clock)
        self._name_leaves()
        self.facts: dict[Fact, dict[Leaf, list[Level]]] = {}
        for leaf, level in self.leaves:
            self.facts.setdefault(leaf.fact, {}).setdefault(leaf, []).append(level)
        self.frames: list[Frame] = list(dict.fromkeys(leaf.frame for leaf, _ in self.leaves if self.is_spanned(leaf)))
        self.complete = bool(query.clock) and not query.sparse and not query.values
        self.coverage = Coverage(self)
        self.values = Values(self)

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
                    wanted = metric.name if alone is leaf or alone == leaf else leaf.name
                    name = _unused(f"{wanted}_{words(leaf.frame)}" if leaf.frame and wanted == leaf.name else wanted, taken)
                self.leaves[(leaf, level)] = name

    # ------------------------------------------------------------ the whole

    def statement(self) -> Statement:
        combined = self._combined()
        if self.query.values:
            rel: Rel = Project(combined, tuple((n, Col(None, n, d.type)) for n, d in zip(self.dim_names, self.query.dims, strict=True)))
            keys = tuple((Col(None, n, d.type), False) for n, d in zip(self.dim_names, self.query.dims, strict=True))
            return Statement(Sort(rel, keys), self.columns(), self.query.comment)
        rel, level = self._beside(combined)
        values = [(m, self.values.of(m.expr)) for m in self.metrics]
        rel = self.coverage.joined(rel)
        if self.values.taken:
            rel, level = self._values_first(rel, level)
        return self._finish(rel, level, values)

    def columns(self) -> tuple[OutputColumn, ...]:
        groups = [OutputColumn(d.name, "group", d.type) for d in self.query.dims]
        metrics = [OutputColumn(m.name, "metric", m.type, m.format, m.label) for m in self.query.metrics]
        extra = [OutputColumn(self.own.row_type, "row_type", TEXT)] if self.query.totals or (self.query.top and self.query.top[2]) else []
        return (*groups, *metrics, *extra)

    # ------------------------------------------------------------ what a leaf is

    def produces(self, leaf: Leaf) -> bool:
        """Whether a leaf's rows make groups appear, whatever days they are of."""
        bare = replace(leaf, when=())
        return any(replace(other, when=()) == bare for other in self.producing)

    def name(self, leaf: Leaf) -> str:
        """The column of a leaf."""
        return next(n for (other, _), n in self.leaves.items() if other == leaf)

    def is_spanned(self, leaf: Leaf) -> bool:
        """Whether a leaf looks at other days than whole periods, in a query that has periods."""
        return bool(self.query.clock) and (is_window(leaf.frame) or leaf.alive is not None)

    def is_timed(self, level: Level) -> bool:
        """Whether a grouping has a period."""
        return any(i in self.query.clock for i in level)

    def looked_at(self, leaf: Leaf) -> Interval:
        """The days whose rows a leaf needs, where it is aggregated straight from them."""
        if not leaf.frame:
            return self.clock.low, self.clock.high
        return self.clock.looked_at(leaf.frame) if self.query.clock and not is_window(leaf.frame) else self.clock.asked(leaf.frame)

    def within(self, wanted: str) -> str:
        """A column of the periods that no group-by is called."""
        return wanted if wanted not in self.dim_names else f"{wanted}_"

    def overall(self, leaf: Leaf) -> str:
        """The column of a spanned leaf over the whole range."""
        return f"{self.name(leaf)}_overall"

    # ------------------------------------------------------------ facts

    def _combined(self) -> Rel:
        """All facts at all groupings: group-bys, the grouping's number where there are several, and every aggregate."""
        made: list[tuple[str, Rel, Columns]] = []
        seen: list[tuple[Rel, str, Type]] = []
        later: list[tuple[str, WindowPlan]] = []
        for fact, leaves in self.facts.items():
            plan = FactPlan(self, fact)
            plain = [entry for leaf, levels in leaves.items() for entry in self._plain(plan, leaf, levels)]
            spanned = [Entry(self.name(leaf), leaf) for leaf in leaves if self.is_spanned(leaf)]
            name = short(fact[0])
            if spanned:
                later.append((name, WindowPlan(plan, plain, spanned)))
                continue
            rel, columns = plan.aggregated(plain)
            if self.complete:
                rel = Named(rel, f"{name}_totals")
                if self.query.clock:
                    finest = self.query.clock[0]
                    seen.append((rel, self.dim_names[finest], self.query.dims[finest].type))
            made.append((name, rel, columns))
        return self._together(self._with_windows(made, seen, later))

    def _plain(self, plan: FactPlan, leaf: Leaf, levels: list[Level]) -> list[Entry]:
        """The column of a leaf that comes straight from the fact's rows, limited to the days that it looks at."""
        if not self.is_spanned(leaf):
            return [Entry(self.name(leaf), plan.limited(leaf))]
        if all(self._all_timed(level) for level in levels):
            return []
        return [Entry(self.overall(leaf), plan.limited(leaf))]

    def _all_timed(self, level: Level) -> bool:
        """Whether every row of the output finds a period at a level."""
        return all(self.is_timed(tuple(i for i in level if i in output)) for output in self.levels.sets[: self.levels.outputs])

    def _with_windows(
        self, made: list[tuple[str, Rel, Columns]], seen: list[tuple[Rel, str, Type]], later: list[tuple[str, WindowPlan]]
    ) -> list[tuple[str, Rel, Columns]]:
        """The facts with windows, which need the periods, which may need the rows that all facts have."""
        seen = [*seen, *(plan.open() for _, plan in later)]
        if seen:
            self.spine.bound(seen)
        for name, plan in later:
            made += [(name, rel, columns) for rel, columns in plan.relations()]
        return made

    def _together(self, made: list[tuple[str, Rel, Columns]]) -> Rel:
        """Facts and windows side by side, one row per group; with every period, where time is complete (S9)."""
        several = len(self.levels.sets) > 1
        if len(made) == 1 and not self.complete:
            return made[0][1]
        names = list(dict.fromkeys(n for _, _, columns in made for n, _ in columns))
        kinds = {n: k for _, _, columns in made for n, k in columns}
        groups = [(n, d.type) for n, d in zip(self.dim_names, self.query.dims, strict=True)] + ([(self.own.level, INT)] if several else [])
        inputs: list[Rel] = []
        placed: list[tuple[Named, bool]] = []
        for name, rel, columns in made:
            own = {n for n, _ in columns}
            named = rel if isinstance(rel, Named) else Named(rel, f"{name}_totals")
            placed.append((named, self.own.present in own))
            picked: list[tuple[str, Expr]] = [(n, Col(None, n, k)) for n, k in groups]
            absent = {self.own.present: Lit(1, INT)}  # a group of another fact is there, whatever this one has
            picked += [(n, Col(None, n, kinds[n]) if n in own else absent.get(n, Lit(None, kinds[n]))) for n in names]
            inputs.append(Project(named, tuple(picked)))
        if self.complete:
            for rel in self.spine.skeleton(placed, self.frames):
                empty = [(n, Lit(1, INT) if n == self.own.present else Lit(None, kinds[n])) for n in names]
                inputs.append(Project(rel, (*((n, Col(None, n, k)) for n, k in groups), *empty)))
        union = Named(UnionAll(tuple(inputs), tuple(k for _, k in groups) + tuple(kinds[n] for n in names)), "side_by_side")
        aggs = tuple((n, Agg("max", (Col(None, n, kinds[n]),), kinds[n])) for n in names)
        return Aggregate(union, tuple((n, Col(None, n, k)) for n, k in groups), aggs)

    # ------------------------------------------------------------ other values beside a row's own

    def _looks_up(self, leaf: Leaf) -> bool:
        """Whether a leaf's value on a row with a period stands on the row of another period."""
        return bool(leaf.frame) and bool(self.query.clock) and not self.is_spanned(leaf)

    @cached_property
    def others(self) -> list[tuple[Frame, Level]]:
        """Where values are taken from beside the rows themselves: coarser groupings, and other periods at which groupings."""
        whole = tuple(range(self.dims))
        coarser = {level for leaf, level in self.leaves if level != whole and not (self._looks_up(leaf) and self._all_timed(level))}
        periods = dict.fromkeys((leaf.frame, level) for leaf, level in self.leaves if self._looks_up(leaf) and self.is_timed(level))
        return [((), level) for level in sorted(coarser, reverse=True)] + list(periods)

    @property
    def is_joined(self) -> bool:
        """Whether the rows are called `levels`, others joined beside them."""
        return bool(self.others)

    def _beside(self, combined: Rel) -> tuple[Rel, Expr | None]:
        """The output's rows, with the values of coarser levels and of other periods joined beside them."""
        several = len(self.levels.sets) > 1
        others = self.others
        number = Col(None, self.own.level, INT) if several else None
        tests: list[Expr] = []
        if not others:
            if self.some_absent and (several or self.dims):
                tests.append(self._is_present(None))
            condition = all_of(tests)
            return (combined if condition is None else Filter(combined, condition)), number
        named = Named(combined, "levels", "every grouping that a value is taken from")
        if several and len(self.levels.sets) > self.levels.outputs:
            tests.append(Fn("lt", (Col("levels", self.own.level, INT), Lit(self.levels.outputs, INT)), BOOL))
        if self.some_absent:
            tests.append(self._is_present("levels"))
        tests += self._in_range()
        rel: Rel = named
        for frame, level in others:
            rel = Join(rel, named, self.alias(frame, level), all_of(self._same_group(frame, level)))
        condition = all_of(tests)
        return (rel if condition is None else Filter(rel, condition)), (Col("levels", self.own.level, INT) if several else None)

    def _same_group(self, frame: Frame, level: Level) -> list[Expr]:
        """Where a coarser group or another period is found from a row."""
        alias = self.alias(frame, level)
        on: list[Expr] = []
        if len(self.levels.sets) > 1:
            on.append(Fn("eq", (Col(alias, self.own.level, INT), self.levels.mapped(level, Col("levels", self.own.level, INT))), BOOL))
        label: Expr | None = None
        if frame:
            finest = self.query.clock[0]
            label = self.clock.label(frame, Col("levels", self.dim_names[finest], self.query.dims[finest].type))
        for i in level:
            dim = self.query.dims[i]
            there = Col(alias, self.dim_names[i], dim.type)
            if label is not None and i in self.query.clock:
                here = label if i == self.query.clock[0] else start(label, dim.grain, self.clock.options)
                here = here if here.type.kind == dim.type.kind else Fn("to_date", (here,), dim.type)
                on.append(Fn("eq", (there, here), BOOL))
            else:
                on.append(Fn("null_safe_eq", (Col("levels", self.dim_names[i], dim.type), there), BOOL))
        return on

    def _in_range(self) -> list[Expr]:
        """Rows of other periods, read for comparison, are not shown."""
        if not any(frame for frame, _ in self.others) or (self.clock.low is None and self.clock.high is None):
            return []
        finest = self.query.clock[0]
        period = Col("levels", self.dim_names[finest], self.query.dims[finest].type)
        low = None if self.clock.low is None else start(self.clock.low, self.query.dims[finest].grain, self.clock.options)
        inside = all_of(self.clock.condition(period, (low, self.clock.high)))
        assert inside is not None
        timed = [n for n, level in enumerate(self.levels.sets[: self.levels.outputs]) if self.is_timed(level)]
        if len(timed) == self.levels.outputs:
            return [inside]
        whole = Fn("not", (Fn("in", (Col("levels", self.own.level, INT), *(Lit(n, INT) for n in timed)), BOOL),), BOOL)
        return [Fn("or", (whole, inside), BOOL)]

    def _is_present(self, table: str | None) -> Expr:
        """A group has rows of its own, not only rows of a share's whole; the row of a total is always there (S17)."""
        there: Expr = Fn("gt", (Col(table, self.own.present, INT), Lit(0, INT)), BOOL)
        if self.levels.sets[self.levels.outputs - 1]:
            return there
        return Fn("or", (there, Fn("eq", (Col(table, self.own.level, INT), Lit(self.levels.outputs - 1, INT)), BOOL)), BOOL)

    def alias(self, frame: Frame, level: Level) -> str:
        """The name by which values of another grouping or period are read."""
        group = "per_" + "_".join(self.dim_names[i] for i in level) if level else "overall"
        if not frame:
            return group
        return f"row_{words(frame)}" if level == tuple(range(self.dims)) else f"{group}_{words(frame)}"

    def _values_first(self, rel: Rel, level: Expr | None) -> tuple[Rel, Expr | None]:
        """Every aggregate filled and under a name of its own, so that formulas over several periods stay short."""
        table = "levels" if self.is_joined else None
        columns: list[tuple[str, Expr]] = [(n, Col(table, n, d.type)) for n, d in zip(self.dim_names, self.query.dims, strict=True)]
        if level is not None:
            columns.append((self.own.level, level))
        columns += self.values.taken.values()
        return Project(rel, tuple(columns)), None if level is None else Col(None, self.own.level, INT)

    # ------------------------------------------------------------ rows in order

    def _finish(self, rel: Rel, level: Expr | None, values: list[tuple[QueryMetric, Expr]]) -> Statement:
        table = level.table if isinstance(level, Col) else None
        columns: list[tuple[str, Expr]] = [(n, Col(table, n, d.type)) for n, d in zip(self.dim_names, self.query.dims, strict=True)]
        columns += [(m.name, v) for m, v in values]
        if self.query.totals:
            columns.append((self.own.row_type, _row_type(level, self.dims)))
            columns.append((self.own.level, level if level is not None else Lit(0, INT)))
        return ordered(self, rel, columns)


def _row_type(level: Expr | None, dims: int) -> Expr:
    if dims == 0 or level is None:
        return Lit("total" if dims == 0 else "group", TEXT)
    whens: list[tuple[Expr, Expr]] = [
        (Fn("eq", (level, Lit(0, INT)), BOOL), Lit("group", TEXT)),
        (Fn("eq", (level, Lit(dims, INT)), BOOL), Lit("total", TEXT)),
    ]
    return CaseOf(tuple(whens), Lit("subtotal", TEXT), TEXT)


def _alone(expr: MetricExpr) -> Leaf | None:
    while isinstance(expr, (Ref,)):
        expr = expr.value
    return expr if isinstance(expr, Leaf) else None


def _unused(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name.casefold() in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name.casefold())
    return name
