"""What a metric was in the past. Comes in: its value per period, and from when to when there is data. Goes out: the complete periods, their
median, the best of them, and how much the later half is above the earlier one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import median

from kpidsl.record import dataclass

SLACK = 7
"""Days that may be without rows at the start or the end of a period that still counts as complete: not every shop sells every day."""
GRAINS = {"quarter": (3, 4, 8), "month": (1, 3, 12)}
"""Of each grain: its months, how many complete periods are needed, and how many of the latest are looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """A complete period with its value; `end` is the day after its last."""

    start: dt.date
    end: dt.date
    value: float


@dataclass(frozen=True, slots=True)
class Past:
    """Complete periods, the oldest first; `adds_up` says whether values of several periods may be summed."""

    grain: str
    spans: tuple[Span, ...]
    adds_up: bool

    @property
    def median(self) -> float:
        return median(span.value for span in self.spans)

    def best(self, direction: str) -> Span:
        """The period with the highest value, or the lowest where lower is better; the latest of several."""
        sign = -1 if direction == "lower" else 1
        return max(self.spans, key=lambda span: (sign * span.value, span.start))

    @property
    def year(self) -> int:
        """How many periods a year has."""
        return 12 // GRAINS[self.grain][0]

    @property
    def a_year_apart(self) -> bool:
        """Whether the two spans that are compared are the same quarters of two years; months are looked at within one."""
        return self.grain == "quarter"

    @property
    def compared(self) -> int:
        """How many periods each of two equal spans has: the latest against the same ones a year before, or the later half of some months
        against the earlier one; 0 where there is nothing to compare."""
        return min(self.year, max(0, len(self.spans) - self.year)) if self.a_year_apart else len(self.spans) // 2

    @property
    def lately(self) -> float:
        """The later span: the sum of what adds up, else its median."""
        return self._of(self.spans[len(self.spans) - self.compared :])

    @property
    def before(self) -> float:
        """The earlier span of the same length."""
        end = len(self.spans) - (self.year if self.a_year_apart else self.compared)
        return self._of(self.spans[end - self.compared : end])

    @property
    def growth(self) -> float | None:
        """(later - earlier) / earlier; None where nothing can be compared, or the earlier span is not above 0."""
        return self.lately / self.before - 1 if self.compared and self.before > 0 else None

    @property
    def baseline(self) -> tuple[Span, ...]:
        """The latest periods that a change is measured from: a year of quarters, whose seasons come again, else half of the months."""
        return self.spans[-(self.year if self.a_year_apart else self.compared) :]

    def _of(self, spans: Sequence[Span]) -> float:
        values = [span.value for span in spans]
        return sum(values) if self.adds_up else median(values)


def past(rows: Iterable[tuple[dt.date, object]], grain: str, first: dt.date, last: dt.date, today: dt.date, adds_up: bool) -> Past | None:
    """The latest complete periods without a gap; None where there are too few. `first` and `last` are the first and the last day with
    rows, `today` the day that counts as today."""
    months, least, most = GRAINS[grain]
    spans: list[Span] = []
    slack = dt.timedelta(SLACK)
    for start, value in sorted(rows, key=lambda row: row[0]):
        end = later(start, months)
        if first - slack > start or end > last + slack + dt.timedelta(1) or end > today + dt.timedelta(1):
            continue
        if isinstance(value, int | float | Decimal):
            spans.append(Span(start, end, float(value)))
        else:
            spans = []  # nothing is known of this period: what lies before it is another story
    spans = spans[-most:]
    return Past(grain, tuple(spans), adds_up) if len(spans) >= least else None


def later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month; periods begin on the first of one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1)
