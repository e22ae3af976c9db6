"""Where tiles stand. Comes in: the kinds of a board's elements, in the order in which they are written. Goes out: a place for each on a
grid of twelve columns: goals first, then KPIs, then what stands out, then everything else as written, every row filled to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidsl.record import dataclass

WIDTH = 12
"""Columns of the grid. A row of it is as high as four lines of text."""
_FIRST = ("goal", "kpi", "findings")
_HEIGHTS = {"goal": 2, "kpi": 3, "findings": 3, "text": 1, "scorecard": 4, "matrix": 4, "journey": 4, "number": 2}
_WIDE = ("findings", "text", "scorecard", "matrix", "journey")
_ABREAST = {"goal": 3, "kpi": 6, "number": 4}
"""How many of a kind stand beside each other, at most."""
_HEIGHT = 4


@dataclass(frozen=True, slots=True)
class Place:
    """The upper left corner and the size of an element, in cells of the grid."""

    element: str
    x: int
    y: int
    w: int
    h: int

    def as_json(self) -> dict[str, int | str]:
        return {"element": self.element, "x": self.x, "y": self.y, "w": self.w, "h": self.h}


def layout(elements: Sequence[tuple[str, str]]) -> list[Place]:
    """The places of elements, given as (id, kind), in the order in which they are read."""
    rank = {kind: at for at, kind in enumerate(_FIRST)}
    ordered = sorted(elements, key=lambda element: rank.get(element[1], len(_FIRST)))
    places: list[Place] = []
    y = 0
    for row in _rows(ordered):
        height = max(_HEIGHTS.get(kind, _HEIGHT) for _, kind in row)
        x = 0
        for (name, _), width in zip(row, _widths(len(row)), strict=True):
            places.append(Place(name, x, y, width, height))
            x += width
        y += height
    return places


def _rows(elements: Sequence[tuple[str, str]]) -> Iterable[list[tuple[str, str]]]:
    """Elements that stand beside each other: as many of one kind as there is room for, wide ones alone, others in pairs."""
    start = 0
    while start < len(elements):
        kind = elements[start][1]
        end = start
        while end < len(elements) and _group(elements[end][1]) == _group(kind):
            end += 1
        run = list(elements[start:end])
        yield from _split(run, 1 if kind in _WIDE else _ABREAST.get(kind, 2))
        start = end


def _group(kind: str) -> str:
    """Kinds that may share a row."""
    return kind if kind in _WIDE or kind in _ABREAST else ""


def _split(run: list[tuple[str, str]], most: int) -> Iterable[list[tuple[str, str]]]:
    """Rows of nearly the same length, none longer than `most`."""
    rows = -(-len(run) // most)
    short, longer = divmod(len(run), rows)
    at = 0
    for row in range(rows):
        size = short + (row < longer)
        yield run[at : at + size]
        at += size


def _widths(count: int) -> list[int]:
    """Twelve columns among so many."""
    width, rest = divmod(WIDTH, count)
    return [width + (at < rest) for at in range(count)]
