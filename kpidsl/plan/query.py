"""From a resolved query to a plan. Comes in: a `QueryModel`. Goes out: a `Statement`: every fact is aggregated from its own rows
to the query's groupings (S1), facts meet after that (S4), every period is there (S9), formulas are computed on what came out (S7), and only
then rows are ranked and ordered."""

from __future__ import annotations

from kpidsl.model.derived import Aged
from kpidsl.model.expr import BOOL, INT, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, all_of
from kpidsl.model.levels import Level
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import DailyAverage, Fact, QueryModel, daily_averages
from kpidsl.plan import daily
from kpidsl.plan.clock import Frame
from kpidsl.plan.days import start
from kpidsl.plan.facts import Entry, FactPlan
from kpidsl.plan.made import Made
from kpidsl.plan.order import ordered
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.spine import Seen, Spine
from kpidsl.plan.values import Values
from kpidsl.plan.windows import WindowPlan
from kpidsl.plan.work import Work
from kpidsl.record import replace

ABSENT = Lit(False, BOOL)


def plan_query(planner: Planner, query: QueryModel) -> Statement:
    """The statement of a query."""
    plan = QueryPlan(Work(planner, query))
    if query.staged is None:
        statement = plan.statement()
    elif isinstance(query.staged, Aged):
        from kpidsl.plan.aged import aged

        statement = aged(planner, query, plan.rows())
    else:
        from kpidsl.plan.staged import staged

        statement = staged(query, plan.rows())
    return replace(statement, scalars=tuple(planner.scalars.values())) if planner.scalars else statement


class QueryPlan:
    """One query's relations, from its facts to its rows."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.spine = Spine(work)
        self.values = Values(work)

    # ------------------------------------------------------------ the whole

    def statement(self) -> Statement:
        combined = self._combined()
        if self.work.query.values:
            columns = self.work.groups()
            rel: Rel = Sort(Project(combined, tuple(columns)), tuple((e, False) for _, e in columns))
            return Statement(rel, self.work.columns(), self.work.query.comment)
        rel, level, columns = self._valued(combined)
        if self.work.query.totals:
            columns.append((self.work.own.row_type, _row_type(level, self.work.dims)))
            columns.append((self.work.own.level, level if level is not None else Lit(0, INT)))
        return ordered(self.work, self.values, rel, columns)

    def rows(self) -> Rel:
        """The rows in no order, for another query to read."""
        rel, _, columns = self._valued(self._combined())
        return Project(rel, tuple(columns))

    def _valued(self, combined: Rel) -> tuple[Rel, Expr | None, list[tuple[str, Expr]]]:
        """The output's rows, the number of each one's grouping, and its group-bys and metrics."""
        rel, level = self._beside(combined)
        values = [(m.name, self.values.of(m.expr)) for m in self.work.metrics]
        if self.values.taken:
            rel, level = self._values_first(rel, level)
        return rel, level, [*self.work.groups(level.table if isinstance(level, Col) else None), *values]

    # ------------------------------------------------------------ facts

    def _combined(self) -> Rel:
        """All facts at all groupings: group-bys, the grouping's number where there are several, and every aggregate."""
        made: list[Made] = []
        later: list[WindowPlan] = []
        for fact, leaves in self.work.facts.items():
            plan = FactPlan(self.work, fact)
            plain = [entry for leaf, levels in leaves.items() for entry in self._plain(plan, leaf, levels)]
            spanned = [
                Entry(self.work.name(leaf), leaf, found_by=() if self.work.produces(leaf) else None)
                for leaf in leaves
                if self.work.is_spanned(leaf)
            ]
            if spanned:
                later.append(WindowPlan(plan, self.spine, plain, spanned))
            else:
                made.append(_named(plan.aggregated(plain), fact))
        made += [self._averaged(average, column) for average, column in self.work.daily.items()]
        return self._together(self._with_windows(made, later))

    def _averaged(self, average: DailyAverage, column: str) -> Made:
        """The averages of days, where every day of a group is there."""
        days = {rest: Named(self._days(average, rest), f"{column}_days") for rest in daily.apart(self.work)}
        rel, columns = daily.averaged(self.work, column, average, days)
        shown = any(average in daily_averages(metric.expr) for metric in self.work.query.metrics)
        return Made(rel, columns, {(): None, None: None} if shown else {})

    def _days(self, average: DailyAverage, rest: Level) -> Rel:
        """What is averaged, on every day."""
        return QueryPlan(Work(self.work.planner, daily.by_day(self.work, average, rest))).rows()

    def _plain(self, plan: FactPlan, leaf: Leaf, levels: list[Level]) -> list[Entry]:
        """The column of a leaf that comes straight from the fact's rows, limited to the days that it looks at."""
        if not self.work.is_spanned(leaf):
            limited = plan.limited(leaf)
            found_by = self.work.found_by(leaf) if self.work.produces(leaf) else None
            if leaf.alive is None and self.work.clock.is_whole(self.work.looked_at(leaf)) and self.work.always_timed:
                return [Entry(self.work.name(leaf), leaf, limited.when, found_by)]
            return [Entry(self.work.name(leaf), limited, found_by=found_by)]
        if all(self.work.all_timed(level) for level in levels):
            return []
        return [Entry(self.work.overall(leaf), plan.limited(leaf))]

    def _with_windows(self, made: list[Made], later: list[WindowPlan]) -> list[Made]:
        """The facts with windows, which need the periods, which may need the rows that all facts have."""
        if self.work.placed:
            finest = self.work.query.clock[0]
            period = Col(None, self.work.dim_names[finest], self.work.query.dims[finest].type)
            self.spine.seen = [Seen(m.rel, period, m.tells[None]) for m in made if None in m.tells]
        self.spine.seen += [seen for plan in later if (seen := plan.open()) is not None]
        return made + [_named(m, plan.fact.fact) for plan in later for m in plan.relations()]

    def _together(self, made: list[Made]) -> Rel:
        """Facts and windows side by side, one row per group; with the rows that are shown, where the spine tells them (S9)."""
        work = self.work
        several = len(work.levels.sets) > 1
        work.some_absent = work.moving or any(m.tells.get((), ABSENT) is not None for m in made)
        if len(made) == 1 and not work.placed:
            return made[0].named.input
        kinds = {n: k for m in made for n, k in m.columns}
        groups = [(n, e.type) for n, e in work.groups()] + ([(work.own.level, INT)] if several else [])
        if work.some_absent:
            kinds[work.own.present] = INT
        inputs: list[Rel] = []
        for m in made:
            own: dict[str, Expr] = {n: Col(None, n, k) for n, k in m.columns}
            if not work.placed:
                own[work.own.present] = self._present(m)
            picked = [(n, Col(None, n, k)) for n, k in groups]
            inputs.append(Project(m.rel, (*picked, *((n, own.get(n, Lit(None, k))) for n, k in kinds.items()))))
        if work.placed:
            for rel in self.spine.shown(made):
                empty = [(n, Lit(1, INT) if n == work.own.present else Lit(None, k)) for n, k in kinds.items()]
                inputs.append(Project(rel, (*((n, Col(None, n, k)) for n, k in groups), *empty)))
        union = Named(UnionAll(tuple(inputs), (*(k for _, k in groups), *kinds.values())), "side_by_side")
        aggs = tuple((n, Agg("max", (Col(None, n, k),), k)) for n, k in kinds.items())
        return Aggregate(union, tuple((n, Col(None, n, k)) for n, k in groups), aggs)

    def _present(self, made: Made) -> Expr:
        """Whether a row of a fact makes its group appear: in its counter, or all of its rows alike."""
        if () not in made.tells:
            return Lit(0, INT)  # a fact that only orders the rows
        return Lit(1, INT) if made.tells[()] is None else Col(None, self.work.counter(()), INT)

    # ------------------------------------------------------------ other values beside a row's own

    def _beside(self, combined: Rel) -> tuple[Rel, Expr | None]:
        """The output's rows, with the values of coarser levels and of other periods joined beside them."""
        several = len(self.work.levels.sets) > 1
        others = self.work.others
        number = Col(None, self.work.own.level, INT) if several else None
        tests: list[Expr] = []
        if not others:
            if self.work.some_absent and (several or self.work.dims):
                tests.append(self._is_present(None))
            condition = all_of(tests)
            return (combined if condition is None else Filter(combined, condition)), number
        named = Named(combined, "levels", "every grouping that a value is taken from")
        if several and len(self.work.levels.sets) > self.work.levels.outputs:
            tests.append(Fn("lt", (Col("levels", self.work.own.level, INT), Lit(self.work.levels.outputs, INT)), BOOL))
        if self.work.some_absent:
            tests.append(self._is_present("levels"))
        rel: Rel = named
        for frame, level in others:
            rel = Join(rel, named, self.work.alias(frame, level), all_of(self._same_group(frame, level)))
        condition = all_of(tests)
        return (rel if condition is None else Filter(rel, condition)), (Col("levels", self.work.own.level, INT) if several else None)

    def _same_group(self, frame: Frame, level: Level) -> list[Expr]:
        """Where a coarser group or another period is found from a row."""
        alias = self.work.alias(frame, level)
        on: list[Expr] = []
        if len(self.work.levels.sets) > 1:
            on.append(
                Fn(
                    "eq",
                    (Col(alias, self.work.own.level, INT), self.work.levels.mapped(level, Col("levels", self.work.own.level, INT))),
                    BOOL,
                )
            )
        label: Expr | None = None
        if frame:
            finest = self.work.query.clock[0]
            period = Col("levels", self.work.dim_names[finest], self.work.query.dims[finest].type)
            label = self.work.clock.label(frame, period)
            on += self.work.clock.has_begun(frame, period)
        for i in level:
            dim = self.work.query.dims[i]
            there = Col(alias, self.work.dim_names[i], dim.type)
            if label is not None and i in self.work.query.clock:
                here = label if i == self.work.query.clock[0] else start(label, dim.grain, self.work.clock.options)
                here = here if here.type.kind == dim.type.kind else Fn("to_date", (here,), dim.type)
                on.append(Fn("eq", (there, here), BOOL))
            else:
                on.append(Fn("null_safe_eq", (Col("levels", self.work.dim_names[i], dim.type), there), BOOL))
        return on

    def _is_present(self, table: str | None) -> Expr:
        """A group has rows of its own, not only rows of a share's whole; the row of a total is always there (S17)."""
        there: Expr = Fn("gt", (Col(table, self.work.own.present, INT), Lit(0, INT)), BOOL)
        if self.work.levels.sets[self.work.levels.outputs - 1]:
            return there
        return Fn("or", (there, Fn("eq", (Col(table, self.work.own.level, INT), Lit(self.work.levels.outputs - 1, INT)), BOOL)), BOOL)

    def _values_first(self, rel: Rel, level: Expr | None) -> tuple[Rel, Expr | None]:
        """Every aggregate filled and under a name of its own, so that formulas over several periods stay short."""
        table = "levels" if self.work.is_joined else None
        columns = self.work.groups(table)
        if level is not None:
            columns.append((self.work.own.level, level))
        columns += self.values.taken.values()
        return Project(rel, tuple(columns)), None if level is None else Col(None, self.work.own.level, INT)


def _named(made: Made, fact: Fact) -> Made:
    return made if isinstance(made.rel, Named) else replace(made, rel=Named(made.rel, f"{short(fact[0])}_totals"))


def _row_type(level: Expr | None, dims: int) -> Expr:
    if dims == 0 or level is None:
        return Lit("total" if dims == 0 else "group", TEXT)
    whens: list[tuple[Expr, Expr]] = [
        (Fn("eq", (level, Lit(0, INT)), BOOL), Lit("group", TEXT)),
        (Fn("eq", (level, Lit(dims, INT)), BOOL), Lit("total", TEXT)),
    ]
    return CaseOf(tuple(whens), Lit("subtotal", TEXT), TEXT)
