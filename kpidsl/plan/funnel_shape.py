"""What the steps of a funnel are made of. Comes in: a funnel, and what is read of its starts. Goes out: the columns that the steps pass on,
under names that do not meet, and the stages that have to be looked at. No rows are read here."""

from __future__ import annotations

from kpidsl.model.derived import ANY, Reached, Starts
from kpidsl.model.expr import BOOL, INT, Agg, Col, Expr, Field, Fn, Lit, Type, all_of
from kpidsl.record import dataclass

ENTITY, AT, STARTED = "entity", "happened_at", "started_at"
STAGE, EXCLUDED_AT, PLACE, NEXT, NEXT_AT = "stage", "last_excluded_at", "place", "next_place", "next_at"
OWN = (ENTITY, AT, STARTED, STAGE, EXCLUDED_AT, PLACE, NEXT, NEXT_AT)
EXCLUDED = 0
"""What is excluded stands among the stages, which are numbered from 1 on, with this number."""

Columns = list[tuple[str, Expr]]


@dataclass(frozen=True, slots=True)
class Carried:
    """A column of the row that filled a stage, mostly the first: its name outside, in here, its type, and what it is on that row."""

    name: str
    inside: str
    type: Type
    value: Field
    stage: int = 1

    @property
    def read(self) -> Col:
        """It, as the steps in here read it."""
        return Col(None, self.inside, self.type)


class Shape:
    """The columns of the steps of one funnel.

    `who` tells whose a row is, `kind` is the type of all moments, `stages` are those that matter with their numbers, `flags` say of a row
    what it may be, and `moments` are the columns with the time at which a start came to a stage.
    """

    def __init__(self, title: str, funnel: Starts, kind: Type, names: list[str]) -> None:
        first = funnel.stages[0].events
        self.title, self.funnel, self.kind, self.names = title, funnel, kind, names
        held = [(f"held_{n}", f.type) for n, f in enumerate(first.held, 1)]
        self._taken = {*OWN, *(name for name, _ in held)}
        self.who = [Col(None, name, type_) for name, type_ in ((ENTITY, first.entity.type), *held)]
        self.at = Col(None, AT, kind)
        self.started = Col(None, STARTED, kind)
        self.stages = self._needed()
        self.flags = {number: self.unused(f"is_{stage.name}") for number, stage in self.stages}
        if funnel.exclusions:
            self.flags[EXCLUDED] = self.unused("is_excluded")
        self.moments = {number: Col(None, self.unused(stage.at), kind) for number, stage in self.stages[1:]}
        self.carried: list[Carried] = []
        self.keys: list[Carried] = []
        """The keys of the rows that anything is carried of, where several of them may be of one moment."""

    def _needed(self) -> list[tuple[int, Reached]]:
        """The stages that are read or lead to one that is; all of them where there is no order."""
        numbered = list(enumerate(self.funnel.stages, 1))
        if self.funnel.order == ANY:
            return [(n, s) for n, s in numbered if not s.optional]
        carried = {self.funnel.of_stages[name].stage for name in self.names if name in self.funnel.of_stages}
        read = {1} | {n for n, s in numbered if s.at in self.names} | carried
        return [(n, s) for n, s in numbered if n <= max(read) and (not s.optional or n in read)]

    def unused(self, wanted: str) -> str:
        """A name that no other column of the steps has; engines do not tell cases apart."""
        while wanted.casefold() in self._taken:
            wanted += "_"
        self._taken.add(wanted.casefold())
        return wanted

    def before(self, position: int) -> int:
        """The stage that one comes from to the stage at a place among those that matter: the last one that cannot be passed over."""
        return next(number for number, stage in reversed(self.stages[:position]) if not stage.optional)

    @property
    def read(self) -> list[tuple[int, Reached]]:
        """The stages after the first one of which something is read."""
        if self.funnel.order == ANY:
            last = self.funnel.stages[-1]
            return [(self.stages[-1][0], last)] if last.at in self.names else []
        carried = {c.stage for c in self.carried}
        return [(n, s) for n, s in self.stages[1:] if s.at in self.names or n in carried]

    def of_stage(self, columns: list[Carried], stage: int) -> list[Carried]:
        """Those of a stage's row."""
        return [c for c in columns if c.stage == stage]

    def picked(self, column: Carried, where: Expr | None, *before: Expr) -> Agg:
        """What is read of a row; of several of the first ones by `before`, of several of these of the one with the smallest key."""
        order = (*before, *(c.read for c in self.of_stage(self.keys, column.stage)))
        return Agg("first", (column.read, *order), column.type, where) if order else Agg("any", (column.read,), column.type, where)

    def in_time(self, moment: Expr, start: Expr) -> list[Expr]:
        """The test that a moment lies in the window of its start."""
        if self.funnel.within is None:
            return []
        return [Fn("le", (moment, Fn("date_add", (start,), self.kind, self.funnel.within)), BOOL)]


def is_one(flag: str) -> Expr:
    """Whether a row is what a flag says."""
    return Fn("eq", (Col(None, flag, INT), Lit(1, INT)), BOOL)


def is_stage(number: int) -> Expr:
    """Whether a row is of a stage."""
    return Fn("eq", (Col(None, STAGE, INT), Lit(number, INT)), BOOL)


def known(value: Expr) -> Expr:
    """Whether there is a value."""
    return Fn("is_not_null", (value,), BOOL)


def every(tests: list[Expr]) -> Expr:
    """All of some tests, of which there is one at least."""
    found = all_of(tests)
    assert found is not None
    return found
