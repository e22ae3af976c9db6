"""Levels of detail. Comes in: metric trees with `at` and `share`. Goes out: every aggregate with the group-bys that it is taken at."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.model.model import Aggregate, AtLevel, DailyAverage, Dim, MetricExpr, Share, parts

Level = tuple[int, ...]
"""Positions of a query's group-bys."""


def collect(
    expr: MetricExpr, level: Level, dims: tuple[Dim, ...], produces: bool = True, by_day: bool = True
) -> Iterator[tuple[Aggregate, Level, bool]]:
    """Every aggregate with the group-bys (by position) it is taken at, and whether its rows make groups appear. by_day: also those that are
    computed for each day and averaged after."""
    match expr:
        case Aggregate():
            yield expr, level, produces
        case AtLevel():
            yield from collect(expr.value, tuple(i for i in level if dims[i] in expr.dims), dims, produces, by_day)
        case Share():
            yield from collect(expr.part, level, dims, produces, by_day)
            whole = tuple(i for i in level if dims[i] not in expr.of)
            yield from collect(expr.whole, whole, dims, produces and expr.part == expr.whole, by_day)
        case DailyAverage() if not by_day:
            return
        case _:
            for part in parts(expr):
                yield from collect(part, level, dims, produces, by_day)
