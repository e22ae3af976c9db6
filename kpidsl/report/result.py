"""What a query gives back, for every report format. An engine makes it; nothing here knows an engine or SQL.

Values are Python's own: int, float, Decimal, bool, str, date, datetime, and None for null. A duration is a number of days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from kpidsl.record import dataclass

Value = int | float | Decimal | bool | str | dt.date | dt.datetime | None

Role = Literal["group", "metric", "row_type"]


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column.

    role: "group" (asked with `by`), "metric", or "row_type": "group" for ordinary rows, "subtotal", "total" or "other".
    type: int, number, decimal, bool, text, date, timestamp or duration.
    unit: "EUR", "EUR per customer", "%" (of a ratio: 0.034 is 3.4 %), "count", "days", "×", "points", or "" for a plain number.
    format: "x" (a multiple), "%", a CLDR number pattern such as "0.0", or for dates the grain (day, week, month, quarter, year).
    label: what people read instead of the name.
    """

    name: str
    role: Role = "metric"
    type: str = "number"
    unit: str = ""
    format: str = ""
    label: str = ""

    @property
    def title(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Result:
    """Columns, and rows with one value for each of them."""

    columns: tuple[ResultColumn, ...]
    rows: Sequence[Sequence[Value]]

    def values(self, index: int) -> list[Value]:
        """All values of one column."""
        return [row[index] for row in self.rows]
