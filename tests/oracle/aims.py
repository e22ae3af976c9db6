"""Goals by plain loops (S27). Comes in: books and the words of a goal as values. Goes out: its row, worked out without SQL. Nothing of
kpidsl is imported here."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.books import DUST, METRICS, UNITS, Books, Days, Edges, Value, covers, is_paced, running_word, sources, there, value
from tests.oracle.statuses import TENTH, Row, Z
from tests.oracle.when import ONE, shifted

REVIEWS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}


@dataclass(frozen=True)
class Goal:
    """A goal. way: increase, reduce, reach or keep; number in percent where `relative`, or of a percentage. over: the baseline as written,
    with its first and last day. first: the day after `from`."""

    metric: str
    way: str
    number: int
    relative: bool
    high: int
    over: tuple[str, dt.date, dt.date] | None
    first: dt.date | None
    by: dt.date
    review: str

    @property
    def text(self) -> str:
        unit = UNITS.get(self.metric, " EUR")
        match self.way:
            case "keep":
                said = f"keep between {self.number}{unit} and {self.high}{unit}"
            case "reach":
                said = f"reach {self.number}{unit} from {self.first}"
            case _:
                assert self.over is not None
                said = f"{self.way} {self.number}{'%' if self.relative else unit} over {self.over[0]}"
        return f"goal g {{ measure {self.metric}  {said}  by {self.by}" + (f"  review {self.review}" if self.review else "") + " }"

    @property
    def lower(self) -> bool:
        return self.way == "reduce" or (self.way == "reach" and self.metric in ("cost", "cac"))

    def start(self) -> dt.date | None:
        """The goal's first day: it is as long as its baseline and ends at its deadline."""
        if self.over is None:
            return self.first
        count, unit = length(self.over[1], self.over[2])
        return shifted(self.by + ONE, -count, unit)

    def baseline(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of what it is compared with."""
        if self.over is not None:
            return self.over[1:]
        if self.first is None:
            return None
        count, unit = length(self.first, self.by)
        return shifted(self.first, -count, unit), self.first - ONE


def length(first: dt.date, last: dt.date) -> tuple[int, str]:
    """Whole months where a span begins and ends with months."""
    after = last + ONE
    if first.day == after.day == 1:
        return 12 * (after.year - first.year) + after.month - first.month, "month"
    return (after - first).days, "day"


def standing(books: Books, goal: Goal) -> Row:
    """The row of a goal; `statuses` and `words` are those that differ by dust at most."""
    metric = METRICS[goal.metric]
    over, ratio = books.over(sources(metric)), Fraction(1, 100) if UNITS.get(goal.metric) == "%" else Fraction(1)
    days = _days(books, goal)
    seen = Days(days.low, min(days.until, over), days.low >= over)
    actual = value(books, metric, seen) if there(books, metric, seen) else None
    spans = _spans(books, goal)
    baseline = spans[0]
    number, high = goal.number * ratio, goal.high * ratio
    target: Value = number
    if goal.over is not None:
        change = Fraction(goal.number, 100) if goal.relative else number
        change = change if goal.way == "increase" else -change
        target = None if baseline is None else baseline + change
        if goal.relative and baseline is not None:
            target = baseline * (1 + change) if baseline > 0 else None
    keeps = goal.way == "keep"
    paced = is_paced(metric)
    part = None if days.low >= over else min(Fraction((over - days.low).days, (days.until - days.low).days), Fraction(1))
    expected = (None if part is None or target is None else target * part) if paced else target
    spans = [value if known else None for value, known in zip(spans, _covered(books, goal), strict=True)]
    growths = [now / then - 1 for now, then in itertools.pairwise(spans) if now is not None and then is not None and then > 0]
    usual = sum(growths, Fraction(0)) / len(growths) if growths else None
    best = None if not growths else min(growths) if goal.lower else max(growths)
    asked = None if goal.way == "keep" or baseline is None or baseline <= 0 or target is None else target / baseline - 1
    edges = _edges(goal, target, high)
    now = _edges(goal, expected, (high if not paced else None if part is None else high * part) if keeps else high)
    is_over = over > goal.by
    remaining = _remaining(goal, actual, target, paced)
    left = (days.until - max(over, days.low)).days
    forecast = actual if not paced else actual / part if actual is not None and part else None
    spread = _spread(books, goal, over, paced, part)
    return {
        "starts": days.low,
        "ends": goal.by,
        "baseline": baseline,
        "target": target,
        "actual": actual,
        "expected": expected,
        "attainment": edges.attainment(actual),
        "remaining": remaining,
        "required_per_day": None if is_over or not paced or keeps or remaining is None else remaining / left,
        "forecast": forecast,
        "forecast_low": None if forecast is None or spread is None else float(forecast) - spread,
        "forecast_high": None if forecast is None or spread is None else float(forecast) + spread,
        "asked_growth": asked,
        "usual_growth": usual,
        "best_growth": best,
        "target_high": high if keeps else None,
        "statuses": {_status(books, goal, days, actual, edges, now, is_over, give) for give in (Fraction(0), DUST, -DUST)},
        "words": {_word(goal, asked, usual, best, give) for give in (Fraction(0), DUST, -DUST)},
    }


def _edges(goal: Goal, target: Value, high: Fraction) -> Edges:
    """What the value is held against."""
    if goal.way == "keep":
        return Edges(target, high, True, True)
    return Edges(high=target, has_high=True) if goal.lower else Edges(low=target, has_low=True)


def _days(books: Books, goal: Goal) -> Days:
    """The goal's own days, or those of the running review."""
    start = goal.start()
    if start is not None:
        return Days(start, goal.by + ONE)
    each = REVIEWS.get(goal.review, "month")
    first = books.calendar.start(min(books.today, goal.by), each)
    return Days(first, min(shifted(first, 1, each), goal.by + ONE))


def _spans(books: Books, goal: Goal) -> list[Value]:
    """The baseline and the three spans before it, known where they have rows."""
    baseline = goal.baseline()
    if baseline is None:
        return [None]
    metric, (first, last) = METRICS[goal.metric], baseline
    count, unit = length(first, last)
    spans = [Days(shifted(first, -n * count, unit), shifted(last + ONE, -n * count, unit)) for n in range(4)]
    return [value(books, metric, days) if there(books, metric, days) else None for days in spans]


def _covered(books: Books, goal: Goal) -> list[bool]:
    """Whether there are data for all days of the baseline, and of each of the spans before it."""
    baseline = goal.baseline()
    if baseline is None:
        return [False]
    count, unit = length(*baseline)
    lows = [shifted(baseline[0], -n * count, unit) for n in range(4)]
    return [covers(books, METRICS[goal.metric], Days(low, low)) for low in lows]


def _remaining(goal: Goal, actual: Value, target: Value, paced: bool) -> Value:
    if goal.way == "keep" or target is None or (actual is None and not paced):
        return None
    gap = target - (actual or 0)
    return gap if goal.lower or gap > 0 else Fraction(0)


def _spread(books: Books, goal: Goal, over: dt.date, paced: bool, part: Value) -> float | None:
    """Half of the range that holds 95 of 100 sums of the days that are left, or the error of the days' mean."""
    start = goal.start()
    if start is None:
        return None
    until = min(over, goal.by + ONE)
    days = [start + n * ONE for n in range(max((until - start).days, 0))]
    values = [float(v) for day in days if (v := value(books, METRICS[goal.metric], Days(day, day + ONE))) is not None]
    if paced and part == 1:
        return 0.0
    if len(values) < 2:
        return None
    mean, count = sum(values) / len(values), len(values)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / (count - 1))
    if not paced:
        return Z * deviation / math.sqrt(count)
    left = (goal.by + ONE - over).days
    return Z * deviation * left * math.sqrt(1 / left + 1 / count)


def _status(books: Books, goal: Goal, days: Days, actual: Value, edges: Edges, now: Edges, is_over: bool, give: Fraction) -> str:
    if goal.way != "keep" and days.low > books.today:
        return "not_started"
    if not edges.known:
        return "no_target"
    if actual is None:
        return "no_data"
    if is_over:
        return "achieved" if edges.meets(actual, give) else "missed"
    return running_word(actual, now, TENTH, give)


def _word(goal: Goal, asked: Value, usual: Value, best: Value, give: Fraction) -> str | None:
    """What is asked for beside what was reached before."""
    if asked is None or usual is None or best is None:
        return None
    sign = -1 if goal.lower else 1
    if sign * asked <= sign * usual + give:
        return "usual"
    return "ambitious" if sign * asked <= sign * best + give else "unprecedented"
