"""Funnels: how many come from one stage to the next (S22). Comes in: a `funnel` declaration. Goes out: a `FunnelModel`, and behind one of
entities a source whose rows are their starts; what a funnel says (`purchase.order`, `purchase.rate`) is an ordinary metric over these rows,
so that periods, group-bys, comparisons and targets are those of every metric."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, Label, Severity, fail, similar
from kpidsl.model import units
from kpidsl.model.aggregates import noun
from kpidsl.model.derived import ANY, ORDERED, STRICT, Events, OfStage, Reached, Starts
from kpidsl.model.disjoint import disjoint
from kpidsl.model.expr import BOOL, DATE, INT, TIMESTAMP, Agg, Expr, Field, Fn, Type
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import Aggregate, Column, Formula, FunnelModel, MetricExpr, SourceModel, StageModel
from kpidsl.model.names import Entry, Scope
from kpidsl.model.privacy import refuse_pii
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import arithmetic, describe
from kpidsl.model.types import clocks_of_a_difference
from kpidsl.model.words import Words
from kpidsl.record import replace
from kpidsl.span import Span
from kpidsl.syntax import ast

RATIO = Type("number", units.RATIO)
DURATION = Type("duration", units.DURATION)
TIMES = {"median_time": Decimal("0.5"), "p90_time": Decimal("0.9")}
OF_STAGE = ("entities", "rate", "step_rate", "drop_off", *TIMES)
OF_FUNNEL = ("entities", "completed", "rate", *TIMES, "immature")


class FunnelResolver:
    """Resolves funnels in one scope."""

    def __init__(self, resolver: Questions, scope: Scope) -> None:
        self.resolver, self.scope = resolver, scope

    def resolve(self, entry: Entry) -> FunnelModel:
        """The funnel; raises KpiError."""
        decl = entry.decl
        assert isinstance(decl, ast.Funnel)
        stages = ast.pick(decl.items, ast.FunnelStage)
        words = Words(self.resolver, self.scope)
        words.once("stage", [stage.name for stage in stages])
        for order in ast.pick(decl.items, ast.StageOrder):
            words.word("order", order.name)
        self._enough(decl, stages)
        entities = ast.pick(decl.items, ast.Entity)
        if not entities:
            return self._of_metrics(entry, decl, stages)
        return self._of_entities(entry, decl, entities[0].column, stages)

    def _enough(self, decl: ast.Funnel, stages: list[ast.FunnelStage]) -> None:
        name = decl.name.text
        if len(stages) < 2:
            fail(
                "KPI098",
                f"the funnel `{name}` has {'one stage' if stages else 'no stages'}",
                decl.name.span,
                notes=("a funnel tells how many come from one stage to the next",),
                help="add a second one: stage order = orders where paid" if stages else "add two: stage visit = …  stage order = …",
            )
        for where, stage in (("first", stages[0]), ("last", stages[-1])):
            if stage.optional:
                fail(
                    "KPI098",
                    f"the {where} stage of `{name}` cannot be optional",
                    stage.span,
                    notes=(
                        "everything is counted from the first stage"
                        if where == "first"
                        else "who passes the last stage over has still come to the one before it",
                    ),
                    help="leave `optional` out, or put the stage between two others",
                )

    # ------------------------------------------------------------ of metrics

    def _of_metrics(self, entry: Entry, decl: ast.Funnel, stages: list[ast.FunnelStage]) -> FunnelModel:
        for item in decl.items:
            if isinstance(item, (ast.Within, ast.Exclude, ast.Same, ast.StageOrder)):
                word = item.span.text.split()[0]
                fail(
                    "KPI099",
                    f"`{word}` is about events of entities, and `{entry.name}` says not whose",
                    item.span,
                    notes=("without `entity` the stages are metrics, each counted by itself",),
                    help=f"add the column that tells who it was: entity visitor_id; or leave `{word}` out",
                )
        rows = MetricResolver(self.resolver, self.scope)
        made: list[StageModel] = []
        for stage in stages:
            self._is_no_source(stage, entry.name)
            value = rows.resolve(stage.rows)
            if made and made[0].value is not None:
                arithmetic("/", rows.operand(value, stage.rows.span), rows.operand(made[0].value, stages[0].rows.span))
                if value.type.unit.is_money != made[0].value.type.unit.is_money:
                    fail(
                        "KPI099",
                        f"`{stage.name.text}` is {describe(value.type)}, `{made[0].name}` is {describe(made[0].value.type)}",
                        stage.rows.span,
                        labels=(Label(stages[0].rows.span, "the first stage"),),
                        notes=("a funnel tells which part of the first stage came on; its stages count alike",),
                        help="use a metric that counts, such as orders in place of revenue",
                    )
            made.append(StageModel(stage.name.text, stage.label or "", stage.name.span, stage.optional, value))
        return FunnelModel(entry.key, decl.label or "", tuple(made), decl.name.span)

    def _is_no_source(self, stage: ast.FunnelStage, name: str) -> None:
        """`stage visit = events`, and nobody said whose events."""
        path = stage.rows.value if isinstance(stage.rows, ast.Where) else stage.rows
        if not isinstance(path, ast.Path) or len(path.parts) > 1 or self.scope.find("metric", path.text) is not None:
            return
        if self.scope.find("source", path.text) is not None:
            fail(
                "KPI099",
                f"`{path.text}` is a source, and `{name}` says not whose events are counted",
                path.span,
                help="add the column that tells who it was: entity visitor_id; or count the rows: "
                f"stage {stage.name.text} = count({path.text})",
            )

    # ------------------------------------------------------------ of entities

    def _of_entities(self, entry: Entry, decl: ast.Funnel, entity: ast.Ident, stages: list[ast.FunnelStage]) -> FunnelModel:
        held = [column for same in ast.pick(decl.items, ast.Same) for column in same.columns]
        order = next((item.name.text for item in ast.pick(decl.items, ast.StageOrder)), ORDERED)
        events = [self._events(stage.rows, entity, held, f"the stage `{stage.name.text}`") for stage in stages]
        excluded = [self._events(item.rows, entity, held, "what is excluded") for item in ast.pick(decl.items, ast.Exclude)]
        self._alike(entity, events + excluded, stages)
        for item, those in zip(ast.pick(decl.items, ast.Exclude), excluded, strict=True):
            self._is_no_stage(item, those, stages, events)
        by_day = self._by_day(decl, stages, events, order)
        within = self._within(decl, events)
        taken = set(self.resolver.sources[events[0].source].columns)
        reached: list[Reached] = []
        for stage, those in zip(stages, events, strict=True):
            at = _unused(f"{stage.name.text}_at", taken) if reached or order == ANY or those.time.path else those.time.name
            reached.append(Reached(stage.name.text, at, those, stage.optional))
        name = entity.text if not events[0].entity.path else _unused(entity.text, taken)
        starts = Starts(tuple(reached), name, order, tuple(excluded), within, by_day, _unused("is_mature", taken) if within else "")
        source = self._source(entry, decl, starts)
        made = tuple(StageModel(s.name.text, s.label or "", s.name.span, s.optional) for s in stages)
        return FunnelModel(entry.key, decl.label or "", made, decl.name.span, source, starts)

    def _events(self, node: ast.Expr, entity: ast.Ident, held: list[ast.Ident], what: str) -> Events:
        """Rows of a source, some of them with `where`, as events."""
        path = node.value if isinstance(node, ast.Where) else node
        source = self._source_of(path, what)
        if source.time is None:
            if self.resolver.is_broken("time", source.name):
                raise self.resolver.silent()
            fail(
                "KPI122",
                f"`{source.name}` has no time, so nobody knows what came first",
                path.span,
                labels=(Label(source.span, "declared without `time`"),),
                help=f"add `time COLUMN` to `{source.name}`",
            )
        condition = None
        if isinstance(node, ast.Where):
            condition = RowResolver(self.resolver, RowContext(source, self.scope, "names", what="a stage")).condition(
                node.condition, "`where`"
            )
        who, *same = (self.resolver.column_by_name(source, i.text, i.span, self.scope) for i in (entity, *held))
        time = Field((), source.time, source.columns[source.time].type)
        return Events(source.name, who, time, condition, tuple(same))

    def _source_of(self, path: ast.Expr, what: str) -> SourceModel:
        entry = self.scope.find("source", path.text) if isinstance(path, ast.Path) and len(path.parts) == 1 else None
        if entry is not None:
            return self.resolver.source(entry)
        if self.scope.is_lost(path.span.text):
            raise self.resolver.silent()
        metric = isinstance(path, ast.Path) and self.scope.find("metric", path.text) is not None
        near = similar(path.span.text, self.scope.names("source"))
        fail(
            "KPI031" if not metric else "KPI099",
            f"there is no source `{path.span.text}`" if not metric else f"`{path.span.text}` is a metric: {what} needs rows, to see whose",
            path.span,
            help=f"did you mean `{near[0]}`?" if near else "name a source, with `where` for some of its rows",
        )

    def _alike(self, entity: ast.Ident, events: list[Events], stages: list[ast.FunnelStage]) -> None:
        """The entity is one kind of thing in every source."""
        first = events[0].entity.type
        for position, other in enumerate(events[1:], 1):
            kind = other.entity.type
            if (kind.kind, kind.unit) != (first.kind, first.unit):
                span = stages[position].rows.span if position < len(stages) else entity.span
                column = self._column(other)
                fail(
                    "KPI099",
                    f"`{entity.text}` is {describe(kind)} in `{other.source}`, {describe(first)} in `{events[0].source}`",
                    span,
                    labels=(Label(column.span, describe(kind)), Label(self._column(events[0]).span, describe(first))),
                    notes=("nobody would be found again: the same person has two kinds of names",),
                    help=f"give both one type, with a computed column `{entity.text}` if need be",
                )

    def _column(self, events: Events) -> Column:
        holder = self.resolver.walk_to(self.resolver.sources[events.source], events.entity.path)
        return holder.columns[events.entity.name]

    def _is_no_stage(self, item: ast.Exclude, those: Events, stages: list[ast.FunnelStage], events: list[Events]) -> None:
        for stage, other in zip(stages, events, strict=True):
            if (those.source, those.condition) == (other.source, other.condition):
                fail(
                    "KPI102",
                    f"the rows of the stage `{stage.name.text}` are excluded, so nobody gets past it",
                    item.span,
                    labels=(Label(stage.rows.span, "the same rows"),),
                    notes=("what is excluded ends a path where it lies after the first stage and before the next one",),
                    help="exclude other rows, or leave `exclude` out",
                )

    def _by_day(self, decl: ast.Funnel, stages: list[ast.FunnelStage], events: list[Events], order: str) -> bool:
        """Whether the stages are told by days: where some sources know days only, and others the time of the day."""
        kinds = {e.time.type.kind for e in events}
        if len(kinds) == 1:
            if kinds == {"date"} and order != ANY:
                self._days_only(decl, events[0])
            return False
        for position, (stage, mine) in enumerate(zip(stages, events, strict=True)):
            for other, theirs in zip(stages[:position], events, strict=False):
                if not disjoint(mine, theirs):
                    fail(
                        "KPI103",
                        f"one row may be both `{other.name.text}` and `{stage.name.text}`, and only the day of each is known",
                        stage.rows.span,
                        labels=(Label(other.rows.span, "the other stage"),),
                        notes=(
                            "some of these sources know days only, so that a stage may be of the same day as the one before it",
                            "a row that is both would then follow itself",
                        ),
                        help='tell them apart, such as name = "view" and name = "buy"; or give all sources a timestamp',
                    )
        if order == STRICT:
            fail(
                "KPI103",
                "nobody can tell what lies between two events of one day",
                decl.name.span,
                notes=("some of these sources know days only",),
                help="leave `order strict` out, or give all sources a timestamp",
            )
        return True

    def _days_only(self, decl: ast.Funnel, first: Events) -> None:
        self.resolver.diagnostics.add(
            Diagnostic(
                "KPI103",
                f"the stages of `{decl.name.text}` are told by days: one on the day of the one before it does not count",
                decl.name.span,
                labels=(Label(self.resolver.sources[first.source].span, f"`{first.time.name}` is a date"),),
                notes=("a stage is reached by a later event, and of two of one day nobody knows which is later",),
                help="give the sources a timestamp as their time, where there is one",
                severity=Severity.HINT,
            )
        )

    def _within(self, decl: ast.Funnel, events: list[Events]) -> tuple[int, str] | None:
        found = ast.pick(decl.items, ast.Within)
        if not found:
            return None
        length = found[0].span_of
        if length.amount <= 0:
            fail(
                "KPI100",
                f"nobody comes from one stage to the next within {length.span.text}",
                found[0].span,
                help="write how long it may take from the first stage: within 30 days; without `within` it may take for ever",
            )
        if length.unit in ("hour", "minute", "second") and all(e.time.type.kind == "date" for e in events):
            fail(
                "KPI100",
                f"`within {length.span.text}` counts less than days, and these sources know days only",
                found[0].span,
                help="write it in days: within 1 day",
            )
        source = self.resolver.sources[events[0].source]
        until = source.complete_through
        if source.begins is not None and until is not None and not isinstance(until, Field):
            days = (until - source.begins).days + 1
            if length.amount * _DAYS[length.unit] > days:
                self.resolver.diagnostics.add(
                    Diagnostic(
                        "KPI100",
                        f"the window of `{decl.name.text}` is longer than the data of `{source.name}`, which are {days} days",
                        found[0].span,
                        labels=(Label(source.span, f"begins {source.begins}, complete through {until}"),),
                        notes=("the window of no start is over, so every start is immature",),
                        help="write a shorter window",
                        severity=Severity.WARNING,
                    )
                )
        return length.amount, length.unit

    # ------------------------------------------------------------ the rows

    def _source(self, entry: Entry, decl: ast.Funnel, starts: Starts) -> SourceModel:
        """The source of the starts: each is a row of the first stage's source, with the moments of the later stages beside it."""
        first = starts.stages[0].events
        base = self.resolver.sources[first.source]
        one = all(stage.events.source == base.name for stage in starts.stages)
        carried = starts.order != ANY or one
        columns = dict(base.columns) if carried else {}
        for stage in starts.stages:
            kind = DATE if starts.by_day else first.time.type
            columns.setdefault(stage.at, Column(stage.at, kind, decl.name.span, stage.at))
        if starts.by_day and not first.time.path:
            columns[first.time.name] = replace(base.columns[first.time.name], type=DATE)
        if starts.mature:
            columns[starts.mature] = Column(starts.mature, BOOL, decl.name.span, starts.mature)
        if starts.entity not in columns:
            columns[starts.entity] = Column(starts.entity, first.entity.type, decl.name.span, starts.entity)
        name = f"funnel {entry.key}"
        source = SourceModel(
            name=name,
            label=decl.label or "",
            origin=base.origin,
            span=decl.name.span,
            key=base.key,
            time=starts.stages[0].at,
            columns=columns,
            joins=base.joins if carried else {},
            aggregates=base.aggregates if carried else {},
            rows_of=base.name if carried else None,
            events=starts,
        )
        self.resolver.sources.derived[name] = source
        return source


_DAYS = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


# ---------------------------------------------------------------- what a funnel says


def funnel_result(resolver: Questions, funnel: FunnelModel, rest: tuple[ast.Ident, ...], node: ast.Path) -> MetricExpr:
    """`purchase.order` (how many came so far), `purchase.order.median_time`, `purchase.rate`: a metric. Raises KpiError."""
    result = Results(resolver, funnel)
    stages = {stage.name: stage for stage in funnel.stages}
    words = [part.text for part in rest]
    own = [word for word in OF_FUNNEL if funnel.starts is not None or word in ("entities", "completed", "rate")]
    of_stage = [word for word in OF_STAGE if funnel.starts is not None or word not in TIMES]
    if len(words) == 1 and words[0] in own and words[0] not in stages:
        return result.of_funnel(words[0], node.span)
    if words[0] in stages:
        if not funnel.in_stages:
            fail(
                "KPI101",
                f"`{funnel.name}` is in any order, so nobody has come just to `{words[0]}`",
                node.span,
                labels=(Label(funnel.span, "declared with `order any`"),),
                notes=("without an order there is no stage that comes before another: only who did all of it can be told",),
                help=f"ask for {funnel.name}.completed or {funnel.name}.rate, or declare it `order ordered`",
            )
        if len(words) == 1:
            return result.entities(stages[words[0]], node.span)
        if len(words) == 2 and words[1] in of_stage:
            return result.of_stage(stages[words[0]], words[1], node.span)
    known = [*(stages if funnel.in_stages else ()), *own]
    wrong = words[1:] if words[0] in stages else words
    listed = of_stage if words[0] in stages else known
    near = similar(wrong[0], listed)
    fail(
        "KPI039",
        f"the funnel `{funnel.name}` has no `{'.'.join(words)}`",
        node.span,
        help=f"did you mean `{near[0]}`?" if near else "it has " + ", ".join(listed),
    )


class Results:
    """What one funnel says, as metrics."""

    def __init__(self, resolver: Questions, funnel: FunnelModel) -> None:
        self.resolver, self.funnel = resolver, funnel

    def of_funnel(self, word: str, span: Span) -> MetricExpr:
        """A result of the whole funnel."""
        first, last = self.funnel.stages[0], self.funnel.stages[-1]
        match word:
            case "entities":
                return self.entities(first, span)
            case "completed":
                return self.entities(last, span)
            case "immature":
                return self.immature(span)
            case _:
                return self.of_stage(last, word, span)

    def of_stage(self, stage: StageModel, word: str, span: Span) -> MetricExpr:
        """A result of one stage; rates are those of the first stage's entities, or of the stage before."""
        match word:
            case "entities":
                return self.entities(stage, span)
            case "rate":
                return self._part(stage, self.funnel.stages[0], span)
            case "step_rate":
                return self._part(stage, self.before(stage), span)
            case "drop_off":
                lost = Formula("sub", (self.entities(self.before(stage), span), self.entities(stage, span)), INT)
                return replace(lost, type=self.entities(stage, span).type)
            case _:
                return self.time(stage, TIMES[word], span)

    def before(self, stage: StageModel) -> StageModel:
        """The stage that one comes from: the last one before it that cannot be passed over; the first comes from itself."""
        position = self.funnel.stages.index(stage)
        earlier = [other for other in self.funnel.stages[:position] if not other.optional]
        return earlier[-1] if earlier else stage

    def _part(self, stage: StageModel, whole: StageModel, span: Span) -> MetricExpr:
        return Formula("div", (self.entities(stage, span), self.entities(whole, span)), RATIO)

    def entities(self, stage: StageModel, span: Span) -> MetricExpr:
        """How many came to a stage, each counted once."""
        if stage.value is not None:
            return stage.value
        rows, starts = self._rows()
        who = Field((), starts.entity, rows.columns[starts.entity].type)
        agg = Agg("count_distinct", (who,), Type("int", units.counted(noun(starts.entity))))
        is_first = stage is self.funnel.stages[0]
        filters = () if is_first else (self._came(stage),)
        return Aggregate(rows.name, agg, agg.type, "entities" if is_first else stage.name, span, filters, additive=False)

    def time(self, stage: StageModel, percent: Decimal, span: Span) -> MetricExpr:
        """A percentile of the time from the start to a stage, over the starts that came to it; in days."""
        rows, starts = self._rows()
        then, now = self._moment(starts.stages[0].at), self._moment(self._at(stage))
        clocks = clocks_of_a_difference(now.type)
        ends = [m if clocks is None else Fn("at_zone", (m,), TIMESTAMP, clocks) for m in (now, then)]
        length = Fn("date_diff", tuple(ends), DURATION, (now.type.kind,))
        agg = Agg("percentile", (length,), DURATION, None, percent)
        word = "median" if percent == TIMES["median_time"] else "p90"
        return Aggregate(rows.name, agg, DURATION, f"{stage.name}_{word}", span, (self._came(stage),), fill=False, additive=False)

    def immature(self, span: Span) -> MetricExpr:
        """How many of the entities have a start whose window is not over (S22)."""
        rows, starts = self._rows()
        if starts.within is None:
            fail(
                "KPI100",
                f"`{self.funnel.name}` has no window, so none of its starts is ever over",
                span,
                labels=(Label(self.funnel.span, "declared without `within`"),),
                help="declare how long it may take: within 30 days",
            )
        who = Field((), starts.entity, rows.columns[starts.entity].type)
        agg = Agg("count_distinct", (who,), Type("int", units.counted(noun(starts.entity))))
        return Aggregate(rows.name, agg, agg.type, "immature", span, (Fn("not", (Field((), starts.mature, BOOL),), BOOL),), additive=False)

    def _rows(self) -> tuple[SourceModel, Starts]:
        assert self.funnel.rows is not None
        assert self.funnel.starts is not None
        return self.funnel.rows, self.funnel.starts

    def _at(self, stage: StageModel) -> str:
        _, starts = self._rows()
        return next(reached.at for reached in starts.stages if reached.name == stage.name)

    def _moment(self, name: str) -> Field:
        rows, _ = self._rows()
        return Field((), name, rows.columns[name].type)

    def _came(self, stage: StageModel) -> Expr:
        return Fn("is_not_null", (self._moment(self._at(stage)),), BOOL)


def stage_field(resolver: Questions, scope: Scope, funnel: FunnelModel, parts: tuple[ast.Ident, ...], node: ast.Path) -> tuple[str, Field]:
    """`purchase.order.channel`: a column of the row that filled a stage, and the source on whose rows it stands. Raises KpiError."""
    starts, rows = funnel.starts, funnel.rows
    stages = [stage.name for stage in funnel.stages]
    name = f"{funnel.name}.{'.'.join(part.text for part in parts)}"
    if starts is None or rows is None or not funnel.in_stages or len(parts) < 2 or parts[0].text not in stages:
        near = similar(parts[0].text, stages)
        fail(
            "KPI039",
            f"`{name}` is no column of a stage",
            node.span,
            help=f"did you mean `{funnel.name}.{near[0]}`?"
            if near and near[0] != parts[0].text
            else f"it is written {funnel.name}.{stages[-1]}.channel, with a column of that stage's source; a funnel of metrics, or in any "
            "order, has none",
        )
    number = stages.index(parts[0].text) + 1
    source = resolver.sources[starts.stages[number - 1].events.source]
    found = RowResolver(resolver, RowContext(source, scope, "names")).walk(source, (), parts[1:], node)
    assert isinstance(found, Field)
    if number == 1:
        return source.name, found
    refuse_pii(resolver, source, found, node.span)
    column = ".".join(part.text for part in parts)
    starts.of_stages[column] = OfStage(number, found)
    rows.columns.setdefault(column, Column(column, found.type, node.span, column))
    return rows.name, Field((), column, found.type)


def _unused(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name)
    return name
