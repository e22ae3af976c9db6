"""One fact of a query: the rows of a source, by one of its times, aggregated to the query's groupings (S1). Comes in: the aggregates that
read it. Goes out: a relation with the group-bys, the grouping's number where there are several, and a column per aggregate."""

from __future__ import annotations

from kpidsl.model.expr import BOOL, INT, Agg, Col, Expr, Field, Fn, Lit, Over, all_of, any_of
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.model.model import Fact
from kpidsl.plan.clock import Frame
from kpidsl.plan.made import Made, Tells, counters, either
from kpidsl.plan.origin import short
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Rel
from kpidsl.plan.ranges import touching
from kpidsl.plan.rows import Rows
from kpidsl.plan.work import Work
from kpidsl.record import dataclass, replace


@dataclass(frozen=True, slots=True)
class Entry:
    """An aggregate under the name of its column; `leaf.when` are the days that it looks at.

    `within` are days too, which need not be asked of every row: whole periods, whose rows fall into groups of their own.
    `found_by` is the frame by which periods find its rows, None where these make no group appear.
    """

    name: str
    leaf: Leaf
    within: tuple[Expr, ...] = ()
    found_by: Frame | None = None


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
        if self.work.is_spanned(leaf) or not self.work.query.clock:
            when += self.work.clock.has_begun(leaf.frame, None, leaf.alive is not None)
        return replace(leaf, when=tuple(when))

    def _living(self, leaf: Leaf) -> list[Expr]:
        """The rows that live at the end of the range."""
        assert leaf.alive is not None
        clock = self.work.clock
        started, ended = (self.planner.model.calendar.local(side) for side in leaf.alive)
        until = clock.visible_until() if not leaf.frame else clock.asked(leaf.frame)[1] or clock.tomorrow
        goes_on = clock.condition(ended, (until, None))
        return [*clock.condition(started, (None, until)), Fn("or", (Fn("is_null", (ended,), BOOL), *goes_on), BOOL)]

    def read_days(self, leaves: list[Leaf]) -> None:
        """Tells rows that are made of earlier and later ones which days are asked for, where that is known."""
        if self.source.events is not None and self.fact[1] is None and all(leaf.alive is None for leaf in leaves):
            self.rows.days = self.work.clock.widest([leaf.frame for leaf in leaves])

    # ------------------------------------------------------------ straight from the rows

    def aggregated(self, entries: list[Entry]) -> Made:
        """All aggregates at all groupings of the query, in one pass over the rows."""
        work, rows = self.work, self.rows
        groups = self.grouped()
        several = len(work.levels.sets) > 1
        twice = len({expr for _, expr in groups}) < len(groups)  # two group-bys of one expression, which no grouping set tells apart
        if any(entry.leaf.pick for entry in entries) or (several and twice):
            return self._picked(entries, groups, several)
        conditions = [(*entry.leaf.filters, *entry.leaf.when) for entry in entries]
        in_range = list(dict.fromkeys(self._in_range(entry.leaf) for entry in self._bounding(entries)))
        common = _common([*conditions, *in_range])
        shared = [rows.lower(self.planner.dated(f)) for f in common]
        own, bounding = (
            [all_of([rows.lower(self.planner.dated(f)) for f in each if f not in common]) for each in found]
            for found in (conditions, in_range)
        )
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
        counted = [*needed, *bounding]
        if all(c is not None for c in counted):
            any_range = any_of(touching([c for c in counted if c is not None]))
            assert any_range is not None
            shared.append(any_range)
        past = self._is_past(entries)
        self.read_days([entry.leaf for entry in entries])
        shared += [] if past else self.visible()
        rel = rows.relation(limited=not past or self.fact[1] is not None)
        condition = all_of(shared)
        if condition is not None:
            rel = Filter(rel, condition)
        return self._grouped(rel, groups, aggs, self._telling(entries, needed, bounding), several)

    def _is_past(self, entries: list[Entry]) -> bool:
        """Whether the days that are asked for lie in the past, so that nobody needs to ask for it."""
        if self.moment is None or any(entry.leaf.alive is not None for entry in entries):
            return False
        clock = self.work.clock
        if self._bounding(entries) and not clock.is_past((clock.low, clock.high)):
            return False
        return all(clock.is_past(self.work.looked_at(entry.leaf)) for entry in entries)

    def visible(self) -> list[Expr]:
        """A row is not later than today by the time that is asked for, either (S14)."""
        return [] if self.fact[1] is None else [self.rows.lower(self.planner.until_today(self.fact[1], True))]

    # ------------------------------------------------------------ which groups appear

    def _bounding(self, entries: list[Entry]) -> list[Entry]:
        """The entries whose rows tell how far an open range goes, whatever days they look at (S9)."""
        if not (self.work.placed and self.work.clock.is_open):
            return []
        return [entry for entry in entries if entry.found_by is not None]

    def _in_range(self, leaf: Leaf) -> tuple[Expr, ...]:
        """The conditions of a leaf's rows in the asked range."""
        moment, clock = self.moment, self.work.clock
        return leaf.filters if moment is None else (*leaf.filters, *clock.condition(moment, (clock.low, clock.high)))

    def _telling(self, entries: list[Entry], needed: list[Expr | None], bounding: list[Expr | None]) -> Tells:
        """The conditions on rows under which they make their group appear, where other rows are read as well (a share's whole)."""
        found: Tells = {}
        every = [*needed, *bounding]
        for frame in dict.fromkeys(entry.found_by for entry in entries if entry.found_by is not None):
            own = [c for entry, c in zip(entries, needed, strict=True) if entry.found_by == frame]
            found[frame] = None if all(c in own for c in every) else either(own)
        if bounding:
            found[None] = None if all(c in bounding for c in every) else either(bounding)
        return found

    def _grouped(self, rel: Rel, groups: list[tuple[str, Expr]], aggs: list[tuple[str, Agg]], tells: Tells, several: bool) -> Made:
        work = self.work
        columns = [(n, a.type) for n, a in aggs]
        counts, tells = counters(work, tells)
        sets = tuple(tuple(work.dim_names[i] for i in level) for level in work.levels.sets) if several else None
        out: Rel = Aggregate(rel, tuple(groups), (*aggs, *counts), sets, work.own.level if several else None)
        return Made(out, columns, tells)

    # ------------------------------------------------------------ latest rows

    def _picked(self, entries: list[Entry], groups: list[tuple[str, Expr]], several: bool) -> Made:
        """A fact with latest-row metrics: rows are numbered before they are filtered (S19), so everything is computed beside them first."""
        rows = self.rows
        columns: list[tuple[str, Expr]] = list(groups)
        aggs: list[tuple[str, Agg]] = []
        timed = self.timed()
        own: list[Expr | None] = []
        bounding: list[Expr | None] = []

        def flag(name: str, conditions: list[Expr]) -> Expr | None:
            condition = all_of(conditions)
            if condition is None:
                return None
            columns.append((name, condition))
            return Col(None, name, BOOL)

        for position, entry in enumerate(entries):
            leaf = entry.leaf
            conditions = [rows.lower(self.planner.dated(f)) for f in (*leaf.filters, *leaf.when, *entry.within)]
            if leaf.pick is not None:
                conditions.append(Fn("is_not_null", (rows.lower(leaf.pick.order),), BOOL))
            counts = flag(f"counts_{position}", conditions)
            tests = [] if counts is None else [counts]
            if entry in self._bounding(entries):
                in_range = [rows.lower(self.planner.dated(f)) for f in self._in_range(leaf)]
                bounding.append(flag(f"in_range_{position}", in_range) if leaf.frame else counts)
            args = []
            for number, arg in enumerate(leaf.agg.args):
                value = rows.lower(arg)
                columns.append((f"value_{position}_{number}", value))
                args.append(Col(None, f"value_{position}_{number}", value.type))
            base = replace(leaf.agg, args=tuple(args), where=counts)
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
        keep = either([*(a.where for _, a in aggs), *bounding])
        rel: Rel = numbered if keep is None else Filter(numbered, keep)
        return self._grouped(rel, outer, aggs, self._telling(entries, own, bounding), several)

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
