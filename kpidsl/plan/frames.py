"""The days that windows and stocks look at. Comes in: rows with a day, or with the start and end of a life, and a leaf's frame. Goes out:
the rows of every period's frame, aggregated to the groupings that have periods (S11, S19)."""

from __future__ import annotations

from kpidsl.model.expr import BOOL, INT, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of
from kpidsl.model.model import Aggregate as Leaf
from kpidsl.plan.clock import Frame, words
from kpidsl.plan.facts import Entry
from kpidsl.plan.made import Made, Tells, counters
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel
from kpidsl.plan.spine import Spine
from kpidsl.plan.work import Work

Level = tuple[int, ...]
Picked = tuple[list[Col], list[tuple[Col, bool]]]
"""What one row is picked for, and by which order."""


class Frames:
    """The frames of one fact, whose rows have their day in the column `day`."""

    def __init__(self, work: Work, spine: Spine, name: str, day: str, kind: Type) -> None:
        self.work, self.clock, self.spine = work, work.clock, spine
        self.name, self.day, self.kind = name, day, kind
        self.rest = [i for i in range(work.dims) if i not in work.query.clock]

    def groups(self) -> list[tuple[str, Expr]]:
        return [(self.work.dim_names[i], Col(None, self.work.dim_names[i], self.work.query.dims[i].type)) for i in self.rest]

    def within(self, frame: Frame) -> list[Expr]:
        """The day lies in the frame of the period."""
        day = Col(None, self.day, self.kind)
        low, until = self.ends(frame)
        return [*([Fn("ge", (day, low), BOOL)] if low is not None else []), Fn("lt", (day, until), BOOL)]

    def ends(self, frame: Frame) -> tuple[Expr | None, Expr]:
        period = Col(None, "", self.kind)
        low = self.clock.span(frame, period)[0]
        name = words(frame)
        first = None if low is None else Col("periods_of", self.work.within(f"{name}_from"), self.kind)
        return first, Col("periods_of", self.work.within(f"{name}_until"), self.kind)

    def over(self, rows: Rel, leaf: Leaf, aggs: list[tuple[str, Agg]], tests: list[Expr], tells: Tells) -> list[Made]:
        """The rows of the leaf's frame from every period, aggregated to the groupings that have periods."""
        work = self.work
        found: list[Made] = []
        for signature in self.spine.signatures():
            joined = Join(
                rows, self.spine.periods(signature, work.frames), "periods_of", all_of([*tests, *self.begun(leaf, signature)]), "inner"
            )
            groups = [(work.dim_names[i], Col("periods_of", work.dim_names[i], work.query.dims[i].type)) for i in signature]
            found.append(self.grouped(joined, [*groups, *self.groups()], aggs, signature, f"{self.name}_{words(leaf.frame)}", tells))
        return found

    def begun(self, leaf: Leaf, signature: Level) -> list[Expr]:
        """The period has begun; of later ones nothing is known, though rows of today would be in it (S14)."""
        finest = signature[0]
        period = Col("periods_of", self.work.dim_names[finest], self.work.query.dims[finest].type)
        return self.clock.has_begun(leaf.frame, period, leaf.alive is not None)

    def grouped(
        self, rows: Rel, groups: list[tuple[str, Expr]], aggs: list[tuple[str, Agg]], signature: Level, name: str, tells: Tells
    ) -> Made:
        work = self.work
        counts, told = counters(work, tells)
        columns = [(n, a.type) for n, a in aggs]
        aggs = [*aggs, *counts]
        if len(work.levels.sets) == 1:
            return Made(Named(Aggregate(rows, tuple(groups), tuple(aggs)), name), columns, told)
        positions = self.spine.positions(signature)
        sets = tuple(tuple(work.dim_names[i] for i in work.levels.sets[n]) for n in positions)
        used = [(n, e) for n, e in groups if any(n in chosen for chosen in sets)]
        rel: Rel
        if len(sets) == 1:
            rel, level = Aggregate(rows, tuple(used), tuple(aggs)), Lit(positions[0], INT)
        else:
            rel = Aggregate(rows, tuple(used), tuple(aggs), sets, "nth_set")
            number = Col(None, "nth_set", INT)
            level = number if positions == list(range(len(positions))) else _mapped(number, positions)  # type: ignore[assignment]
        out = [
            (n, Col(None, n, work.query.dims[i].type) if n in dict(used) else Lit(None, work.query.dims[i].type))
            for i, n in enumerate(work.dim_names)
        ]
        out += [(n, Col(None, n, a.type)) for n, a in aggs]
        return Made(Named(Project(Named(rel, f"{name}_sets"), (*out, (work.own.level, level))), name), columns, told)

    def latest(self, rows: Rel, entry: Entry, agg: Agg, pick: Picked) -> list[Made]:
        """The latest row per person in every window, picked before it is filtered (S19)."""
        work, leaf, (per, order) = self.work, entry.leaf, pick
        known = Filter(rows, Fn("is_not_null", (order[0][0],), BOOL))
        found: list[Made] = []
        for signature in self.spine.signatures():
            periods = self.spine.periods(signature, work.frames)
            within = [*self.within(leaf.frame), *self.begun(leaf, signature)]
            joined = Join(known, periods, "periods_of", all_of(within), "inner")
            dims: list[tuple[str, Expr]] = [
                (work.dim_names[i], Col("periods_of", work.dim_names[i], work.query.dims[i].type)) for i in signature
            ]
            plain: list[tuple[str, Expr]] = [*dims, *self.groups()]
            plain += [
                (a.name, a)
                for a in (*agg.args, *(() if agg.where is None else (agg.where,)))
                if isinstance(a, Col) and a.name not in dict(plain)
            ]
            nth = Over("row_number", (), INT, (*per, *(e for _, e in dims)), tuple(order))
            numbered = Named(Project(joined, (*plain, (work.own.nth, nth))), f"{self.name}_{words(leaf.frame)}_numbered")
            first = Filter(numbered, Fn("eq", (Col(None, work.own.nth, INT), Lit(1, INT)), BOOL))
            outer: list[tuple[str, Expr]] = [(n, Col(None, n, e.type)) for n, e in (*dims, *self.groups())]
            tells: Tells = {} if entry.found_by is None else {(): agg.where}
            found.append(self.grouped(first, outer, [(entry.name, agg)], signature, f"{self.name}_{entry.name}", tells))
        return found


def _mapped(number: Expr, positions: list[int]) -> Expr:
    return CaseOf(tuple((Fn("eq", (number, Lit(k, INT)), BOOL), Lit(n, INT)) for k, n in enumerate(positions)), None, INT)
