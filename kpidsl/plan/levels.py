"""Groupings of a query. Comes in: the levels at which aggregates are needed. Goes out: the numbered list of groupings that answers all of
them at once."""

from __future__ import annotations

from kpidsl.model.expr import BOOL, INT, CaseOf, Expr, Fn, Lit
from kpidsl.model.levels import Level


class Levels:
    """The groupings of a query: first those of the output (finest first), then the coarser ones that values are taken from."""

    def __init__(self, outputs: list[Level]) -> None:
        self.sets: list[Level] = list(outputs)
        self.outputs = len(outputs)

    def need(self, level: Level) -> None:
        """Makes sure that a value at `level` can be found for every row of the output."""
        for output in self.sets[: self.outputs]:
            wanted = tuple(i for i in level if i in output)
            if wanted not in self.sets:
                self.sets.append(wanted)

    def mapped(self, level: Level, number: Expr) -> Expr:
        """The number of the grouping that holds values at `level` for a row of grouping `number`."""
        targets = [self.sets.index(tuple(i for i in level if i in output)) for output in self.sets[: self.outputs]]
        if len(set(targets)) == 1:
            return Lit(targets[0], INT)
        whens = tuple((Fn("eq", (number, Lit(i, INT)), BOOL), Lit(t, INT)) for i, t in enumerate(targets))
        return CaseOf(whens, None, INT)
