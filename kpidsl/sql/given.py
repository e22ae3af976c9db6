"""Values that go to the engine beside a statement. Comes in: the bound values of a plan, one after the other. Goes out: the place that each
has in the statement, and the values in the order of their places."""

from __future__ import annotations

import datetime as dt

from kpidsl.model.expr import Bound
from kpidsl.record import dataclass, field

Given = str | int | bool | dt.date


@dataclass(slots=True)
class Givens:
    """The values of one statement; the same value has one place, however often it is read."""

    values: list[Given] = field(default_factory=list)
    _places: dict[tuple[str, object], int] = field(default_factory=dict)

    def place(self, bound: Bound) -> int:
        """The number of the value's place, counted from 1."""
        key = (bound.type.kind, bound.value)
        if key not in self._places:
            assert isinstance(bound.value, str | int | bool | dt.date)
            self.values.append(bound.value)
            self._places[key] = len(self.values)
        return self._places[key]
