"""A funnel as rows: one per group and stage (S22). Comes in: the relation of a query with the counts and times of every stage side by side.
Goes out: the same one below the other, with what follows from them: rates with their intervals, who was lost, the bottleneck."""

from __future__ import annotations

from kpidsl.model import units
from kpidsl.model.derived import Staged, StageRow
from kpidsl.model.expr import BOOL, INT, TEXT, CaseOf, Col, Expr, Fn, Lit, Over, Type
from kpidsl.model.model import QueryModel
from kpidsl.plan.plan import Join, Named, OutputColumn, Project, Rel, Series, Sort, Statement
from kpidsl.plan.statistics import wilson

RATIO = Type("number", units.RATIO)
NUMBERS = "numbers"
POSITION, BEFORE, FIRST, OPTIONAL = "position", "came_from", "began", "is_optional"
Columns = list[tuple[str, Expr]]


def staged(query: QueryModel, rows: Rel) -> Statement:
    """The statement of a funnel in stages, from the rows of its query."""
    assert isinstance(query.staged, Staged)
    return _Stages(query, query.staged, rows).statement()


class _Stages:
    def __init__(self, query: QueryModel, laid_out: Staged, rows: Rel) -> None:
        self.query, self.laid_out = query, laid_out
        self.wide = Named(rows, f"{laid_out.name.replace('.', '_')}_side_by_side", "the stages of each group in one row")
        self.groups: Columns = [(d.name, Col(None, d.name, d.type)) for d in query.dims]
        self.ours: Columns = [(d.name, Col(self.wide.name, d.name, d.type)) for d in query.dims]
        self.kinds = {m.name: m.type for m in query.metrics}
        self.counted = laid_out.counted
        self.then = [""] + ([f"_{laid_out.then}"] if laid_out.then else [])

    def statement(self) -> Statement:
        """One row per group and stage, in the order of the stages."""
        parts = [self._stage(number, stage) for number, stage in enumerate(self.laid_out.stages, 1)]
        every = Join(self.wide, Series(len(parts)), NUMBERS, None, "cross")
        stages = Named(Project(every, tuple(self._one_below_the_other(parts))), "stages")
        rated = Named(Project(stages, tuple(self._rated(parts[0]))), "rated", "what came of the stage before, and of the first one")
        columns = self._columns(parts[0])
        shown = tuple((c.name, self._shown(c)) for c in columns)
        keys = [*(e for _, e in self.groups), Col(None, POSITION, INT)]
        root = Project(Sort(rated, tuple((key, False) for key in keys)), shown)
        return Statement(root, tuple(columns), self.query.comment)

    # ------------------------------------------------------------ one stage

    def _one_below_the_other(self, parts: list[Columns]) -> Columns:
        """A row per stage: of each column what it is there. Beside numbers, and not as a union of all stages, so that engines that compute
        an expression wherever it is read compute the funnel once."""
        number = Col(NUMBERS, "n", INT)
        found: Columns = []
        for position, (name, first) in enumerate(parts[0]):
            values = [columns[position][1] for columns in parts]
            if all(value == first for value in values):
                found.append((name, first))
            elif name == POSITION:
                found.append((name, Fn("add", (number, Lit(1, INT)), INT)))
            else:
                known = next((value for value in values if not _is_null(value)), first)
                whens = [(Fn("eq", (number, Lit(n, INT)), BOOL), v) for n, v in enumerate(values) if not _is_null(v)]
                found.append((name, CaseOf(tuple(whens), None, known.type)))
        return found

    def _stage(self, number: int, stage: StageRow) -> Columns:
        """The row of a stage: its own values, and those of the stage before it and of the first one."""
        columns: Columns = [*self.ours, (POSITION, Lit(number, INT)), ("stage", Lit(stage.name, TEXT))]
        if "label" in self.laid_out.words:
            columns.append(("label", Lit(stage.label or stage.name, TEXT)))
        columns.append((OPTIONAL, Lit(1 if stage.optional else 0, INT)))
        for then in self.then:
            columns.append((self.counted + then, self._number(number, then)))
            before: Expr = self._number(stage.before, then) if stage.before else Lit(None, self._kind(then))
            columns.append((BEFORE + then, before))
            columns.append((FIRST + then, self._number(1, then) if stage.before else Lit(None, self._kind(then))))
        for word in ("median_time", "p90_time") if self.laid_out.of_people else ():
            kind = self.kinds[f"{word}_2"]
            columns.append((word, Col(self.wide.name, f"{word}_{number}", kind) if number > 1 else Lit(None, kind)))
        if self.laid_out.windowed:
            columns.append(("immature", Col(self.wide.name, "immature", self.kinds["immature"])))
        return columns

    def _kind(self, then: str) -> Type:
        return self.kinds[f"entities_1{then}"]

    def _number(self, number: int, then: str) -> Expr:
        return Col(self.wide.name, f"entities_{number}{then}", self.kinds[f"entities_{number}{then}"])

    # ------------------------------------------------------------ rates

    def _rated(self, columns: Columns) -> Columns:
        found: Columns = [(n, Col(None, n, e.type)) for n, e in columns]
        for then in self.then:
            now = Col(None, self.counted + then, self._kind(then))
            for word, whole in (("step_rate", BEFORE), ("rate", FIRST)):
                found.append((word + then, Fn("div", (now, Col(None, whole + then, self._kind(then))), RATIO)))
        return found

    def _shown(self, column: OutputColumn) -> Expr:
        match column.name:
            case "step_low" | "step_high" | "rate_low" | "rate_high":
                word, side = column.name.split("_")
                share, whole = ("step_rate", BEFORE) if word == "step" else ("rate", FIRST)
                return wilson(Col(None, share, RATIO), Col(None, whole, self._kind("")), RATIO)[side == "high"]
            case "drop_off":
                now, before = Col(None, self.counted, self._kind("")), Col(None, BEFORE, self._kind(""))
                return Fn("sub", (before, now), column.type)
            case "bottleneck":
                return self._bottleneck()
            case _:
                return Col(None, column.name, column.type)

    def _bottleneck(self) -> Expr:
        """Whether fewest of those who came to the stage before came on to this one; of several the first, of optional stages and of those
        that lose nobody none."""
        rate = Col(None, "step_rate", RATIO)
        required = Fn("eq", (Col(None, OPTIONAL, INT), Lit(0, INT)), BOOL)
        judged = Fn("and", (required, Fn("coalesce", (Fn("lt", (rate, Lit(1, INT)), BOOL), Lit(False, BOOL)), BOOL)), BOOL)
        partition = tuple(e for _, e in self.groups)
        order = ((CaseOf(((judged, rate),), None, RATIO), False), (Col(None, POSITION, INT), False))
        first = Fn("eq", (Over("row_number", (), INT, partition, order), Lit(1, INT)), BOOL)
        return Fn("and", (judged, first), BOOL)

    # ------------------------------------------------------------ columns

    def _columns(self, columns: Columns) -> list[OutputColumn]:
        kinds = {n: e.type for n, e in columns}
        found = [OutputColumn(d.name, "group", d.type) for d in self.query.dims]
        for word in self.laid_out.words:
            if word in ("stage", "label", "bottleneck"):
                found.append(OutputColumn(word, "group", BOOL if word == "bottleneck" else TEXT))
            elif word == "drop_off":
                found.append(OutputColumn(word, "metric", self._kind("")))
            else:
                found.append(OutputColumn(word, "metric", kinds.get(word, RATIO)))
        return found


def _is_null(value: Expr) -> bool:
    return isinstance(value, Lit) and value.value is None
