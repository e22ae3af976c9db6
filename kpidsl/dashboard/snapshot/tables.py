"""Tables on boards that stand still. Goes out: what stands in their cells, and which rows are totals."""

from __future__ import annotations

from collections.abc import Sequence

from kpidsl.record import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `heads` are (text, stands on the right); `ranks` say which rows are totals."""

    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    ranks: Sequence[str]
    more: str = ""
