"""From which day on a source has data, as far as somebody says so. Comes in: the sources and the name of one. Goes out: that day, which a
source without a `begins` of its own has from what it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from kpidsl.model.model import Aggregate, SourceModel


def begins_of(sources: Mapping[str, SourceModel], name: str) -> dt.date | None:
    """The first day on which the source has data; a union begins with the first of its members, and is open if any of them is."""
    source = sources[name]
    if source.begins is not None:
        return source.begins
    only = source.base or source.rows_of
    if only is not None:
        return begins_of(sources, only)
    days = [begins_of(sources, member) for member in source.members]
    return min(day for day in days if day is not None) if days and None not in days else None


def all_begun(sources: Mapping[str, SourceModel], leaves: Iterable[Aggregate]) -> dt.date | None:
    """The first day on which all sources of these aggregates have data."""
    found = [begins_of(sources, leaf.source) for leaf in leaves]
    return max((day for day in found if day is not None), default=None)
