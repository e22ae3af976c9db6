"""Groupings of a query. Comes in: metric trees with `at` and `share`. Goes out: which aggregate is needed at which subset of the group-bys,
and the numbered list of groupings that answers all of them at once."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.model.expr import BOOL, INT, CaseOf, Expr, Fn, Lit
from kpidsl.model.model import Aggregate, AtLevel, Dim, MetricExpr, Share, parts

Level = tuple[int, ...]


def collect(expr: MetricExpr, level: Level, dims: tuple[Dim, ...], produces: bool = True) -> Iterator[tuple[Aggregate, Level, bool]]:
    """Every aggregate with the group-bys (by position) it is taken at, and whether its rows make groups appear."""
    match expr:
        case Aggregate():
            yield expr, level, produces
        case AtLevel():
            yield from collect(expr.value, tuple(i for i in level if dims[i] in expr.dims), dims, produces)
        case Share():
            yield from collect(expr.part, level, dims, produces)
            whole = tuple(i for i in level if dims[i] not in expr.of)
            yield from collect(expr.whole, whole, dims, produces and expr.part == expr.whole)
        case _:
            for part in parts(expr):
                yield from collect(part, level, dims, produces)


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
