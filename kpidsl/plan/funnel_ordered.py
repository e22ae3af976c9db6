"""A funnel in order, stage by stage (S22). Comes in: the rows of each stage. Goes out: one row per start, with the moments at which it came
to the stages.

The starts that came to a stage stand in one line with the rows of the next one, by time, and each looks at the very next row: a row of the
stage is where it comes to, something excluded ends it, and a later start takes over all that follows. So there is one window per stage,
nothing is grouped, and starts that come no further drop out, so that later stages have little to sort.

What stands first at one moment decides ties: a stage is reached by a later row, so rows of the stage come before the starts of their
moment, which so do not see them. What is excluded does not end a start of its own moment, nor one that comes to the stage at that moment.
Where only days are known nobody can tell, and starts come before the rows of the stage, what is excluded before both.
"""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.model.expr import BOOL, INT, CaseOf, Col, Expr, Fn, Lit, Over, Type
from kpidsl.plan.funnel_shape import AT, EXCLUDED, NEXT, NEXT_AT, PLACE, STARTED, Carried, Columns, Shape, every, known
from kpidsl.plan.plan import Aggregate, Filter, Named, Project, Rel, UnionAll
from kpidsl.record import dataclass


@dataclass(frozen=True, slots=True)
class _Places:
    """The numbers by which rows of one moment are sorted."""

    stage: int
    start: int
    excluded: int


FROM_A_START, FROM_A_STAGE, BY_DAY = _Places(1, 3, 2), _Places(1, 2, 3), _Places(3, 2, 1)


def in_order(shape: Shape, only: Callable[[int], Rel], one_by_one: bool) -> Rel:
    """The starts with what is carried and the moments that are read. `only` gives the rows of a stage; `one_by_one`: no two are of one
    entity and moment."""
    return _Levels(shape, only, one_by_one).relation()


class _Levels:
    def __init__(self, shape: Shape, only: Callable[[int], Rel], one_by_one: bool) -> None:
        self.shape, self.only, self.one_by_one = shape, only, one_by_one
        self.told: Columns = [(c.inside, c.read) for c in shape.of_stage(shape.carried, 1)]
        """What each start has by now: what is carried of its rows, and the moments."""

    def relation(self) -> Rel:
        """One row per start, with what each stage adds to it."""
        if len(self.shape.stages) == 1:
            return self._alone()
        level: Rel = Project(self.only(1), (*self._who(), (STARTED, self.shape.at), *self._begun()))
        dropped: list[tuple[Rel, Columns]] = []
        came_to = 1
        for position in range(1, len(self.shape.stages)):
            number, _ = self.shape.stages[position]
            before = self.shape.before(position)
            if before != came_to:
                moment = self.shape.moments[before]
                dropped.append((Filter(level, Fn("is_null", (moment,), BOOL)), list(self.told)))
                level, came_to = Filter(level, known(moment)), before
            level = self._came_to(level, number, before, is_first=position == 1)
        return self._together([*dropped, (level, self.told)])

    def _who(self) -> Columns:
        return [(c.name, c) for c in self.shape.who]

    def _begun(self) -> Columns:
        return [*self.told, *((c.inside, c.read) for c in self.shape.of_stage(self.shape.keys, 1))]

    def _alone(self) -> Rel:
        """The starts, where no other stage is asked for; of several at one moment the one with the smallest key."""
        rel = self.only(1)
        groups = (*self._who(), (STARTED, self.shape.at))
        if self.one_by_one:
            return Project(rel, (*groups, *self.told))
        return Aggregate(rel, groups, tuple((c.inside, self.shape.picked(c, None)) for c in self.shape.carried))

    # ------------------------------------------------------------ one stage

    def _came_to(self, level: Rel, number: int, before: int, is_first: bool) -> Rel:
        """The starts of `level`, with the moment at which each came to a stage, null where it did not."""
        shape = self.shape
        name = dict(shape.stages)[number].name
        places = BY_DAY if shape.funnel.by_day else FROM_A_START if before == 1 else FROM_A_STAGE
        extras, stage_keys = shape.of_stage(shape.carried, number), shape.of_stage(shape.keys, number)
        start_keys = shape.of_stage(shape.keys, 1) if is_first else []
        line = self._line(level, number, before, places, start_keys, [*extras, *stage_keys])
        order = [(shape.at, False), (Col(None, PLACE, INT), False)]
        order += [(key.read, True) for key in start_keys]  # the last one is the one that looks ahead
        order += [(key.read, False) for key in stage_keys]

        def ahead(value: Expr, kind: Type) -> Expr:
            return Over("lead", (value,), kind, tuple(shape.who), tuple(order))

        columns: Columns = [*self._who(), (PLACE, Col(None, PLACE, INT)), (STARTED, shape.started), *self.told]
        columns += [(AT, shape.at)] if is_first else []
        columns += [(NEXT, ahead(Col(None, PLACE, INT), INT)), (NEXT_AT, ahead(shape.at, shape.kind))]
        columns += [(c.inside, ahead(c.read, c.type)) for c in extras]
        comment = f"place {places.stage}: {name}; {places.start}: where starts are"
        comment += f"; {places.excluded}: excluded" if shape.funnel.exclusions else ""
        line = Named(line, f"{shape.title}_up_to_{name}", comment)
        looking = Named(Project(line, tuple(columns)), f"{shape.title}_to_{name}")
        tests: list[Expr] = [Fn("eq", (Col(None, PLACE, INT), Lit(places.start, INT)), BOOL)]
        tests += [self._is_last_of_its_moment(places)] if is_first and not self.one_by_one else []
        came = self._came(places)
        moment = shape.moments[number]
        found: Columns = [(moment.name, CaseOf(((came, Col(None, NEXT_AT, shape.kind)),), None, shape.kind))]
        found += [(c.inside, CaseOf(((came, c.read),), None, c.type)) for c in extras]
        started = (*self._who(), (STARTED, shape.started), *self.told, *found)
        self.told = [*self.told, (moment.name, moment), *((c.inside, c.read) for c in extras)]
        return Named(Project(Filter(looking, every(tests)), started), f"{shape.title}_came_to_{name}")

    def _line(self, level: Rel, number: int, before: int, places: _Places, start_keys: list[Carried], extras: list[Carried]) -> Rel:
        """The starts where they have come to, the rows of the next stage, and what is excluded."""
        shape = self.shape
        now = shape.started if before == 1 else shape.moments[before]
        sides: list[tuple[Rel, int, Expr]] = [(level, places.start, now), (self.only(number), places.stage, shape.at)]
        sides += [(self.only(EXCLUDED), places.excluded, shape.at)] if shape.funnel.exclusions else []
        of_start: Columns = [(STARTED, shape.started), *self.told, *((c.inside, c.read) for c in start_keys)]
        of_stage: Columns = [(c.inside, c.read) for c in extras]
        inputs: list[Rel] = []
        for rel, place, at in sides:
            columns: Columns = [*self._who(), (AT, at), (PLACE, Lit(place, INT))]
            columns += [(name, value if place == places.start else Lit(None, value.type)) for name, value in of_start]
            columns += [(name, value if place == places.stage else Lit(None, value.type)) for name, value in of_stage]
            inputs.append(Project(rel, tuple(columns)))
        kinds = (*(c.type for c in shape.who), shape.kind, INT, *(value.type for _, value in (*of_start, *of_stage)))
        return UnionAll(tuple(inputs), kinds)

    def _came(self, places: _Places) -> Expr:
        """Whether the next row is one of the stage, in the window."""
        is_next = Fn("eq", (Col(None, NEXT, INT), Lit(places.stage, INT)), BOOL)
        return every([is_next, *self.shape.in_time(Col(None, NEXT_AT, self.shape.kind), self.shape.started)])

    def _is_last_of_its_moment(self, places: _Places) -> Expr:
        """Of several starts at one moment the last one in line, which has the smallest key, is the one that counts."""
        other = Fn("ne", (Col(None, NEXT, INT), Lit(places.start, INT)), BOOL)
        later = Fn("gt", (Col(None, NEXT_AT, self.shape.kind), self.shape.at), BOOL)
        return Fn("or", (other, later), BOOL)

    # ------------------------------------------------------------ all of them

    def _together(self, levels: list[tuple[Rel, Columns]]) -> Rel:
        """The starts of all levels; who did not come to a stage has no moment there."""
        if len(levels) == 1:
            return levels[0][0]
        same: Columns = [*self._who(), (STARTED, self.shape.started)]
        inputs: list[Rel] = []
        for rel, told in levels:
            has = {name for name, _ in told}
            columns = [*same, *((name, value if name in has else Lit(None, value.type)) for name, value in self.told)]
            inputs.append(Project(rel, tuple(columns)))
        kinds = tuple(value.type for _, value in (*same, *self.told))
        return Named(UnionAll(tuple(inputs), kinds), f"{self.shape.title}_starts")
