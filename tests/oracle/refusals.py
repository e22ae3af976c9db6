"""Which queries of the oracle's shop must not compile, with the code and the reason; everything else has a right number."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.naive import (
    Agg,
    At,
    Dim,
    Formula,
    Frame,
    Growth,
    Metric,
    Moved,
    Query,
    Share,
    Where,
    World,
    clock,
    leaves,
    previous,
    same,
)
from tests.oracle.when import MONTHS, PERIODS, Edge, Running, Shift, ToDate, Trailing

Refusal = tuple[str, str]
WINDOWS = (Trailing, ToDate, Running)


def refusals(query: Query, world: World) -> list[Refusal]:
    """Codes and reasons of what must not compile; the compiler names one of them."""
    found = [r for m in query.metrics for r in _windows(m)]
    if query.compare is not None and previous(query) is None:
        return [*found, ("KPI124", "the range has no length, so no period before it can be told")]
    if query.compare is not None and any(isinstance(m, Growth) for m in query.metrics):
        found.append(("KPI064", "a growth is a comparison already"))
    return [*found, *_time(query, world), *_rest(query)]


def _windows(metric: Metric) -> Iterator[Refusal]:
    """What lies inside a window."""
    if isinstance(metric, Moved) and isinstance(metric.move, WINDOWS):
        for agg, frame in leaves(metric.value):
            if any(isinstance(move, (*WINDOWS, Edge)) for move in frame):
                yield "KPI064", "a window over a window sees nothing but its last day"
            if agg.alive is not None:
                yield "KPI064", "a stock is counted at a moment, not over days"
    for part in _parts(metric):
        yield from _windows(part)


def _time(query: Query, world: World) -> Iterator[Refusal]:
    """Periods, ranges and moves that do not go together."""
    own = clock(world, query)
    grain = query.dims[own[0]].grain if own else None
    starts = query.last is not None or (query.during is not None and query.during[0] is not None)
    taken = [(agg, frame, level) for m in query.metrics for agg, frame, level in levels(m, query.dims)]
    if query.compare is not None:
        then = previous(query)
        assert then is not None
        taken += [(agg, (then, *frame), level) for agg, frame, level in taken]
    moves = [move for _, frame, _ in taken for move in frame]
    for move in moves:
        if isinstance(move, Edge) and grain is None:
            yield "KPI124", "it picks a period, and there is none"
        if isinstance(move, Shift) and grain is None and not starts:
            yield "KPI124", "everything so far has no earlier period"
        if isinstance(move, Shift) and grain is not None and not whole_periods(move, grain):
            yield "KPI125", "the period of then would begin in the middle of another one"
        if isinstance(move, Edge) and grain is not None and not holds(move.grain, grain):
            yield "KPI125", "a period does not hold whole periods of the query"
    for alive, frame, level in ((agg.alive, frame, level) for agg, frame, kept in taken for level in _outputs(kept, query)):
        timed = [query.dims[i].grain for i in own if query.dims[i] in level]
        if timed and timed[0] != grain and (frame or alive):
            yield "KPI064", "a level by a longer period has other last and earlier days than the query's"
        for move in frame:
            if not timed and isinstance(move, Edge):
                yield "KPI124", "a level or total has no period to pick one from"
            if not timed and isinstance(move, Shift) and not starts:
                yield "KPI124", "a level or total of everything so far has nothing earlier"
    if moves or any(agg.alive is not None for agg, _, _ in taken):
        if query.other:
            yield "KPI064", "the rest of a top cannot be moved"
        if any(not holds(query.dims[i].grain, query.dims[own[0]].grain) for i in own[1:]):
            yield "KPI064", "overlapping periods have no earlier ones"
        if query.totals and len(own) > 1:
            yield "KPI064", "subtotals over two kinds of period"
        if query.totals and any(isinstance(move, Edge) for move in moves):
            yield "KPI064", "a total has no first period"


def _outputs(kept: tuple[Dim, ...], query: Query) -> Iterator[tuple[Dim, ...]]:
    """The group-bys of a level in the rows themselves and in each subtotal."""
    for count in range(len(query.dims), -1, -1) if query.totals else (len(query.dims),):
        yield tuple(d for d in kept if d in query.dims[:count])


def _rest(query: Query) -> Iterator[Refusal]:
    """What the row of the rest cannot show."""
    if query.other:
        for agg, _, kept in (found for metric in query.metrics for found in levels(metric, query.dims)):
            if agg.pick and kept == query.dims:
                yield "KPI064", "the rest of a top cannot pick its latest rows again"
            if 0 < len(kept) < len(query.dims):
                yield "KPI064", "the rest stands for many groups of another level: no one value is theirs"


def whole_periods(move: Shift, grain: str) -> bool:
    """A shift leads from a period to a whole other one."""
    if grain == "day":
        return True
    if grain == "week":
        return move.unit in ("week", "year") or (move.unit == "day" and move.amount % 7 == 0)
    return move.unit in MONTHS and move.amount * MONTHS[move.unit] % MONTHS[grain] == 0


def holds(coarse: str, grain: str) -> bool:
    """Periods of one grain are made of whole periods of another."""
    if grain == "day" or coarse == grain:
        return PERIODS.index(coarse) >= PERIODS.index(grain)
    return coarse in MONTHS and grain in MONTHS and MONTHS[coarse] >= MONTHS[grain]


def levels(metric: Metric, dims: tuple[Dim, ...], frame: Frame = ()) -> Iterator[tuple[Agg, Frame, tuple[Dim, ...]]]:
    """Every aggregate with how it is moved and the group-bys it is taken at."""
    match metric:
        case Agg():
            yield metric, frame, dims
        case At():
            yield from levels(metric.value, tuple(d for d in dims if any(same(d, c) for c in metric.dims)), frame)
        case Share():
            yield from levels(metric.value, dims, frame)
            yield from levels(metric.value, tuple(d for d in dims if not any(same(d, c) for c in metric.of)), frame)
        case Moved():
            yield from levels(metric.value, dims, (*frame, metric.move))
        case Growth():
            yield from levels(metric.value, dims, frame)
            yield from levels(metric.value, dims, (*frame, metric.move))
        case _:
            for part in _parts(metric):
                yield from levels(part, dims, frame)


def _parts(metric: Metric) -> tuple[Metric, ...]:
    match metric:
        case Formula():
            return metric.parts
        case Where() | At() | Share() | Moved() | Growth():
            return (metric.value,)
    return ()
