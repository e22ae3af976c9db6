"""A cohort as rows: one per group, period in which members began, and age (S24). Comes in: the relation of a query with the counts that
there are. Goes out: every age of every cohort, with what follows from them: the share that is active, and what members have brought by
then; null for periods that are not over."""

from __future__ import annotations

from kpidsl.model import units
from kpidsl.model.derived import Aged
from kpidsl.model.expr import BOOL, DATE, INT, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of
from kpidsl.model.model import QueryModel
from kpidsl.model.rules import Operand, arithmetic
from kpidsl.plan.cohorts import apart
from kpidsl.plan.days import start
from kpidsl.plan.plan import Filter, Join, Named, OutputColumn, Project, Rel, Series, Sort, Statement
from kpidsl.plan.planner import Planner

RATIO = Type("number", units.RATIO)
COHORT, AGE, OVER = "cohort", "age", "is_over"
COHORTS, SEEN, NUMBERS = "cohorts", "seen", "numbers"
Columns = list[tuple[str, Expr]]


def aged(planner: Planner, query: QueryModel, rows: Rel) -> Statement:
    """The statement of a cohort by age, from the rows of its query."""
    assert isinstance(query.staged, Aged)
    return _Ages(planner, query, query.staged, rows).statement()


class _Ages:
    def __init__(self, planner: Planner, query: QueryModel, laid_out: Aged, rows: Rel) -> None:
        self.planner, self.query, self.laid_out = planner, query, laid_out
        name = laid_out.name.replace(".", "_")
        self.known = Named(rows, f"{name}_by_age", "the ages at which anybody was active")
        self.groups = [(dim.name, dim.type) for dim in query.dims[:-1]]
        self.kinds = {metric.name: metric.type for metric in query.metrics}
        self.size = self.kinds["size"]

    def statement(self) -> Statement:
        """One row per group, period and age, in that order."""
        named = Named(Project(self._every_age(), tuple(self._counted())), "ages", "every age of every cohort")
        rel: Rel = named
        if self.laid_out.valued:
            rel = Named(Project(named, tuple(self._added_up())), "added_up")
        columns = self._columns()
        keys = [*(Col(None, name, kind) for name, kind in self.groups), Col(None, AGE, INT)]
        root = Project(Sort(rel, tuple((key, False) for key in keys)), tuple((c.name, self._shown(c)) for c in columns))
        return Statement(root, tuple(columns), self.query.comment)

    def _every_age(self) -> Rel:
        """Each cohort, which has a row of age 0, at every age; beside it what there is of that age."""
        begun = Filter(self.known, Fn("eq", (Col(None, AGE, INT), Lit(0, INT)), BOOL))
        picked: Columns = [(name, Col(None, name, kind)) for name, kind in self.groups]
        cohorts = Named(Project(begun, (*picked, ("size", Col(None, "size", self.size)))), COHORTS)
        every = Join(cohorts, Series(self.laid_out.last + 1), NUMBERS, None, "cross")
        on: list[Expr] = [
            Fn("null_safe_eq", (Col(COHORTS, name, kind), Col(self.known.name, name, kind)), BOOL) for name, kind in self.groups
        ]
        on.append(Fn("eq", (Col(self.known.name, AGE, INT), self._age()), BOOL))
        return Join(every, self.known, self.known.name, all_of(on))

    def _age(self) -> Expr:
        """The age in the months or days in which rows count it."""
        n, step = Col(NUMBERS, "n", INT), self.laid_out.members.step
        return n if step == 1 else Fn("mul", (n, Lit(step, INT)), INT)

    def _counted(self) -> Columns:
        columns: Columns = [(name, Col(COHORTS, name, kind)) for name, kind in self.groups]
        columns += [(AGE, Col(NUMBERS, "n", INT)), ("size", Col(COHORTS, "size", self.size))]
        over = self._is_over()
        for name in ("active", *(["value"] if self.laid_out.valued else [])):
            there = Fn("coalesce", (Col(self.known.name, name, self.kinds[name]), Lit(0, INT)), self.kinds[name])
            columns.append((name, CaseOf(((over, there),), None, self.kinds[name])))
        return columns

    def _is_over(self) -> Expr:
        """Whether the period of that age is over, and of a cohort that the data cover."""
        followed = self.laid_out.members
        until = self.planner.over(self.planner.model.sources[followed.activity.source])
        until = start(until, followed.grain, self.planner.model.calendar.options)
        whole = apart(until, Col(COHORTS, COHORT, DATE), followed.unit)
        known = Fn("is_not_null", (Col(COHORTS, "size", self.size),), BOOL)
        return Fn("and", (known, Fn("gt", (whole, self._age()), BOOL)), BOOL)

    def _added_up(self) -> Columns:
        kind = self.kinds["value"]
        names = [*self.groups, (AGE, INT), ("size", self.size), ("active", self.kinds["active"]), ("value", kind)]
        columns: Columns = [(name, Col(None, name, each)) for name, each in names]
        value = Col(None, "value", kind)
        partition = tuple(Col(None, name, each) for name, each in self.groups)
        total = Over("sum", (value,), kind, partition, ((Col(None, AGE, INT), False),), (None, 0))
        over = Fn("is_not_null", (value,), BOOL)
        return [*columns, ("value_to_date", CaseOf(((over, total),), None, kind))]

    # ------------------------------------------------------------ columns

    def _shown(self, column: OutputColumn) -> Expr:
        size, active = Col(None, "size", self.size), Col(None, "active", self.kinds["active"])
        match column.name:
            case "retention":
                return Fn("div", (active, size), RATIO)
            case "churn":
                return Fn("div", (Fn("sub", (size, active), self.size), size), RATIO)
            case "value_per_head":
                return Fn("div", (Col(None, "value_to_date", self.kinds["value"]), size), column.type)
            case _:
                return Col(None, column.name, column.type)

    def _columns(self) -> list[OutputColumn]:
        found = [OutputColumn(name, "group", kind) for name, kind in self.groups]
        found += [OutputColumn(AGE, "group", INT), OutputColumn("size", "metric", self.size)]
        found.append(OutputColumn("active", "metric", self.kinds["active"]))
        found += [OutputColumn(word, "metric", RATIO) for word in ("retention", "churn")]
        if self.laid_out.valued:
            kind = self.kinds["value"]
            found += [OutputColumn(word, "metric", kind) for word in ("value", "value_to_date")]
            found.append(OutputColumn("value_per_head", "metric", self._per_head(kind)))
        return found

    def _per_head(self, kind: Type) -> Type:
        metric = self.query.metrics[0].expr
        span = getattr(metric, "span")  # noqa: B009
        return arithmetic("/", Operand(kind, span), Operand(self.size, span))
