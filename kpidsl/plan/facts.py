"""One fact of a query: the rows of a source, by one of its times, aggregated to the query's groupings (S1). Comes in: the aggregates that
read it. Goes out: a relation with the group-bys, the grouping's number where there are several, and a column per aggregate."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kpidsl.model.expr import BOOL, INT, Agg, Col, Expr, Field, Fn, Lit, Over, Type, all_of, any_of
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import Fact
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Rel
from kpidsl.plan.ranges import touching
from kpidsl.plan.rows import Rows
from kpidsl.plan.work import Work

Columns = list[tuple[str, Type]]


@dataclass(frozen=True, slots=True)
class Entry:
    """An aggregate under the name of its column; `leaf.when` are the days that it looks at.

    `within` are days too, which need not be asked of every row: whole periods, whose rows fall into groups of their own.
    """

    name: str
    leaf: Leaf
    within: tuple[Expr, ...] = ()


class FactPlan:
    """The work on one fact."""

    def __init__(self, work: Work, fact: Fact) -> None:
        self.work, self.fact, self.planner = work, fact, work.planner
        self.source = work.planner.model.sources[fact[0]]
        self.rows = Rows(self.planner, self.source, fact[1])

    @property
    def moment(self) -> Expr | None:
        """The time by which the rows fall into periods, on the calendar's clock."""
        time = self.fact[1] or (Field((), self.source.time, self.source.columns[self.source.time].type) if self.source.time else None)
        return None if time is None else self.planner.model.calendar.local(time)

    def grouped(self) -> list[tuple[str, Expr]]:
        """The group-bys on the fact's rows."""
        bound = self.work.query.bindings
        return [(name, self.rows.lower(self.planner.dated(bound[(self.fact, i)]))) for i, name in enumerate(self.work.dim_names)]

    def limited(self, leaf: Leaf) -> Leaf:
        """The leaf over the days that it looks at only."""
        moment = self.moment
        if moment is None:
            return leaf
        when = self._living(leaf) if leaf.alive is not None else self.work.clock.condition(moment, self.work.looked_at(leaf))
        return replace(leaf, when=tuple(when))

    def _living(self, leaf: Leaf) -> list[Expr]:
        """The rows that live at the end of the range."""
        assert leaf.alive is not None
        clock = self.work.clock
        started, ended = (self.planner.model.calendar.local(side) for side in leaf.alive)
        until = clock.visible_until() if not leaf.frame else clock.asked(leaf.frame)[1] or clock.tomorrow
        goes_on = clock.condition(ended, (until, None))
        return [*clock.condition(started, (None, until)), Fn("or", (Fn("is_null", (ended,), BOOL), *goes_on), BOOL)]

    # ------------------------------------------------------------ straight from the rows

    def aggregated(self, entries: list[Entry]) -> tuple[Rel, Columns]:
        """All aggregates at all groupings of the query, in one pass over the rows."""
        work, rows = self.work, self.rows
        groups = self.grouped()
        several = len(work.levels.sets) > 1
        twice = len({expr for _, expr in groups}) < len(groups)  # two group-bys of one expression, which no grouping set tells apart
        if any(entry.leaf.pick for entry in entries) or (several and twice):
            return self._picked(entries, groups, several)
        conditions = [(*entry.leaf.filters, *entry.leaf.when) for entry in entries]
        common = _common(conditions)
        shared = [rows.lower(self.planner.dated(f)) for f in common]
        own = [all_of([rows.lower(self.planner.dated(f)) for f in each if f not in common]) for each in conditions]
        aggs: list[tuple[str, Agg]] = []
        for entry, condition in zip(entries, own, strict=True):
            lowered = rows.lower(entry.leaf.agg)
            assert isinstance(lowered, Agg)
            agg = replace(lowered, where=condition)
            known = next((name for name, other in aggs if other == agg), None)
            if known is None:
                aggs.append((entry.name, agg))
            else:
                work.same[entry.name] = known
        needed = [
            all_of([*([c] if c is not None else []), *(rows.lower(self.planner.dated(w)) for w in entry.within)])
            for entry, c in zip(entries, own, strict=True)
        ]
        if all(c is not None for c in needed):
            either = any_of(touching([c for c in needed if c is not None]))
            assert either is not None
            shared.append(either)
        present = self._presence(entries, needed)
        past = self._is_past(entries)
        shared += [] if past else self.visible()
        rel = rows.relation(limited=not past or self.fact[1] is not None)
        condition = all_of(shared)
        if condition is not None:
            rel = Filter(rel, condition)
        return self._grouped(rel, groups, aggs, present, several)

    def _is_past(self, entries: list[Entry]) -> bool:
        """Whether the days that are asked for lie in the past, so that nobody needs to ask for it."""
        if self.moment is None or any(entry.leaf.alive is not None for entry in entries):
            return False
        return all(self.work.clock.is_past(self.work.looked_at(entry.leaf)) for entry in entries)

    def visible(self) -> list[Expr]:
        """A row is not later than today by the time that is asked for, either (S14)."""
        return [] if self.fact[1] is None else [self.rows.lower(self.planner.until_today(self.fact[1], True))]

    def _presence(self, entries: list[Entry], own: list[Expr | None]) -> Expr | None:
        """The condition of a row that makes its group appear, where other rows are read as well (a share's whole, an earlier period)."""
        producing = [c for entry, c in zip(entries, own, strict=True) if self.work.produces(entry.leaf)]
        if not producing:
            return Lit(False, BOOL)  # a fact that only orders the rows
        if len(producing) == len(own) or any(c is None for c in producing):
            return None
        return any_of(list(dict.fromkeys(c for c in producing if c is not None)))

    def _grouped(
        self, rel: Rel, groups: list[tuple[str, Expr]], aggs: list[tuple[str, Agg]], present: Expr | None, several: bool
    ) -> tuple[Rel, Columns]:
        work = self.work
        columns = [(n, a.type) for n, a in aggs]
        if present is not None:
            aggs = [*aggs, (work.own.present, Agg("count_rows", (), INT, present))]
            columns.append((work.own.present, INT))
            work.some_absent = True
        sets = tuple(tuple(work.dim_names[i] for i in level) for level in work.levels.sets) if several else None
        out: Rel = Aggregate(rel, tuple(groups), tuple(aggs), sets, work.own.level if several else None)
        return out, columns

    # ------------------------------------------------------------ latest rows

    def _picked(self, entries: list[Entry], groups: list[tuple[str, Expr]], several: bool) -> tuple[Rel, Columns]:
        """A fact with latest-row metrics: rows are numbered before they are filtered (S19), so everything is computed beside them first."""
        rows = self.rows
        columns: list[tuple[str, Expr]] = list(groups)
        aggs: list[tuple[str, Agg]] = []
        timed = self.timed()
        own: list[Expr | None] = []
        for position, entry in enumerate(entries):
            leaf = entry.leaf
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
                value = rows.lower(arg)
                columns.append((f"value_{position}_{number}", value))
                args.append(Col(None, f"value_{position}_{number}", value.type))
            base = replace(leaf.agg, args=tuple(args), where=all_of(tests))
            if leaf.pick is None:
                own.append(base.where)
                aggs.append((entry.name, base))
                continue
            variants = sorted({tuple(i for i in level if i in timed) for level in self.work.levels.sets}, key=len, reverse=True)
            for variant in variants:
                nth = self._nth(leaf, [groups[i][1] for i in variant])
                known = next((n for n, e in columns if e == nth), None)
                name = known or f"nth_{position}" + "".join(f"_{i}" for i in variant)
                if known is None:
                    columns.append((name, nth))
                first = Fn("eq", (Col(None, name, INT), Lit(1, INT)), BOOL)
                aggs.append((self.variant(entry.name, variant), replace(base, where=all_of([first, *tests]))))
                if variant == variants[0]:  # who is picked over several periods is picked within its own
                    own.append(aggs[-1][1].where)
        visible = all_of(self.visible())
        every = rows.relation() if visible is None else Filter(rows.relation(), visible)
        numbered = Named(Project(every, tuple(columns)), f"{short(self.fact[0])}_numbered")
        outer: list[tuple[str, Expr]] = [(n, Col(None, n, e.type)) for n, e in groups]
        keep = any_of([a.where for _, a in aggs if a.where is not None]) if all(a.where is not None for _, a in aggs) else None
        rel: Rel = numbered if keep is None else Filter(numbered, keep)
        return self._grouped(rel, outer, aggs, self._presence(entries, own), several)

    def _nth(self, leaf: Leaf, periods: list[Expr]) -> Expr:
        assert leaf.pick is not None
        rows = self.rows
        partition = tuple(rows.lower(p) for p in leaf.pick.per) + tuple(periods)
        order = ((rows.lower(leaf.pick.order), leaf.pick.last), *((rows.lower(k), True) for k in leaf.pick.key))
        inside = [rows.lower(self.planner.dated(f)) for f in leaf.when]
        known = [Fn("is_not_null", (rows.lower(leaf.pick.order),), BOOL), *inside]
        return Over("row_number", (), INT, (*partition, *known), order)

    def timed(self) -> tuple[int, ...]:
        """Positions of the group-bys that are periods of the fact's time, whatever they are called."""
        time = self.fact[1] or (Field((), self.source.time, self.source.columns[self.source.time].type) if self.source.time else None)
        query = self.work.query
        return tuple(i for i, d in enumerate(query.dims) if d.kind == "grain" or query.bindings.get((self.fact, i)) == time)

    def variant(self, name: str, variant: tuple[int, ...]) -> str:
        """The column of a latest-row metric that picked per these periods."""
        return name if variant == self.timed() else name + "_over" + "".join(f"_{i}" for i in variant)


def _common(conditions: list[tuple[Expr, ...]]) -> list[Expr]:
    """The conditions that all lists share, in the order of the first."""
    return [c for c in dict.fromkeys(conditions[0]) if all(c in other for other in conditions[1:])] if conditions else []
