"""The books that KPIs and goals are judged by, as plain Python: rows, metrics, and the value of a metric over some days. Nothing of kpidsl
is imported here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from tests.oracle.when import DEFAULT, ONE, Calendar, shifted

Value = Fraction | None
Order = tuple[dt.date | None, str | None, bool | None, int | None, Fraction | None]
"""Day, country, paid, who, amount."""
Amount = tuple[dt.date | None, str | None, Fraction | None]
"""Day, country, and what an advertisement costs or what is planned."""
Where = Callable[[str | None], bool]
"""What holds of a country."""

TEXT = """
source orders from orders {{ key id  time day  id: int  day: date  country: text  paid: bool  who: int  amount: money(EUR){orders} }}
source ads from ads {{ key id  time day  id: int  day: date  country: text  cost: money(EUR){ads} }}
source plan from plan {{ key id  time day  id: int  day: date  country: text  amount: money(EUR) }}
source free from free {{ day: date }}
dimension land = orders.country, ads.country, plan.country
metric revenue = sum(orders.amount) where orders.paid
metric turnover = sum(orders.amount)
metric known = sum(orders.amount) {{ absent null }}
metric orders_n = count(orders)
metric buyers = count(distinct orders.who)
metric mean_order = avg(orders.amount)
metric paid_share = count(orders where paid) / orders_n
metric aov = revenue / orders_n
metric cost = sum(ads.cost) {{ better lower }}
metric cac = cost / orders_n {{ better lower }}
metric roas = turnover / cost
metric left_over = turnover - cost
metric settled = sum(orders.amount) {{ mature after 1 month }}
metric planned = sum(plan.amount)
metric allowed = sum(plan.amount) {{ better lower }}
"""


def everywhere(_country: str | None) -> bool:
    return True


@dataclass(frozen=True)
class Books:
    """Everything that there is. coverage: first and last day of a source's data; holidays: written in the calendar, or in a table."""

    orders: list[Order]
    ads: list[Amount]
    plan: list[Amount]
    today: dt.date
    calendar: Calendar = DEFAULT
    holidays: frozenset[dt.date] = frozenset()
    in_table: bool = False
    coverage: dict[str, tuple[dt.date | None, dt.date | None]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The declarations."""
        week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[self.calendar.week - 1]
        year = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
        free = "free.day" if self.in_table else ", ".join(day.isoformat() for day in sorted(self.holidays))
        said = f"week starts {week}  year starts {year[self.calendar.year - 1]}" + (f"  holidays {free}" if free else "")
        covered = {}
        for source in ("orders", "ads"):
            begins, complete = self.coverage.get(source, (None, None))
            covered[source] = (f" begins {begins}" if begins else "") + (f" complete through {complete}" if complete else "")
        return f"calendar {{ {said} }}" + TEXT.format(**covered)

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Rows as they are stored."""
        numbered = {name: [(n, *row) for n, row in enumerate(getattr(self, name))] for name in ("orders", "ads", "plan")}
        return {**numbered, "free": [(day,) for day in sorted(self.holidays)] * 2 if self.in_table else []}

    def rows(self, source: str) -> list[Order] | list[Amount]:
        found: list[Order] | list[Amount] = getattr(self, source)
        return found

    def over(self, sources: set[str]) -> dt.date:
        """The day after the last one that is over: of the slowest source (S14)."""
        ends = [self.coverage.get(source, (None, None))[1] for source in sources]
        return min([self.today, *(end for end in ends if end is not None)]) + ONE

    def workdays(self, low: dt.date, until: dt.date) -> int:
        days = [low + n * ONE for n in range((until - low).days)]
        return sum(day.isoweekday() <= 5 and day not in self.holidays for day in days)


@dataclass(frozen=True)
class Days:
    """Days from `low` to before `until`; `void`: nothing of them can be known."""

    low: dt.date
    until: dt.date
    void: bool = False

    def holds(self, day: dt.date | None) -> bool:
        return day is not None and not self.void and self.low <= day < self.until


NOTHING = Days(dt.date.max, dt.date.max, True)


@dataclass(frozen=True)
class Base:
    """An aggregate of the rows of a source."""

    source: str
    func: str  # sum, count, distinct or avg
    column: int = 0
    paid: bool = False
    fill: bool = True


@dataclass(frozen=True)
class Two:
    """Two metrics, divided or subtracted."""

    op: str
    left: Metric
    right: Metric


Metric = Base | Two
ORDERS = Base("orders", "count")
TURNOVER, COST = Base("orders", "sum", 4), Base("ads", "sum", 2)
METRICS: dict[str, Metric] = {
    "revenue": Base("orders", "sum", 4, paid=True),
    "turnover": TURNOVER,
    "known": Base("orders", "sum", 4, fill=False),
    "orders_n": ORDERS,
    "buyers": Base("orders", "distinct", 3),
    "mean_order": Base("orders", "avg", 4),
    "paid_share": Two("/", Base("orders", "count", paid=True), ORDERS),
    "aov": Two("/", Base("orders", "sum", 4, paid=True), ORDERS),
    "cost": COST,
    "cac": Two("/", COST, ORDERS),
    "roas": Two("/", TURNOVER, COST),
    "left_over": Two("-", TURNOVER, COST),
    "settled": TURNOVER,
    "planned": Base("plan", "sum", 2),
    "allowed": Base("plan", "sum", 2),
}
UNITS = {"orders_n": "", "buyers": "", "paid_share": "%", "roas": ""}
"""What stands behind a number in this metric's unit; money where silent."""


def sources(metric: Metric) -> set[str]:
    return {metric.source} if isinstance(metric, Base) else sources(metric.left) | sources(metric.right)


def bases(metric: Metric) -> list[Base]:
    return [metric] if isinstance(metric, Base) else [*bases(metric.left), *bases(metric.right)]


def is_paced(metric: Metric) -> bool:
    """Sums, counts, distinct counts and differences of sums grow with their period."""
    if isinstance(metric, Two):
        return metric.op == "-" and is_paced(metric.left) and is_paced(metric.right)
    return metric.func != "avg"


def counted(books: Books, base: Base, where: Where, until: dt.date | None = None) -> list[tuple[dt.date, Order | Amount]]:
    """The rows that a metric counts, with their days, up to today; `until` another day."""
    end = books.today + ONE if until is None else until
    rows = [row for row in books.rows(base.source) if row[0] is not None and row[0] < end and where(row[1])]
    return [(row[0], row) for row in rows if not base.paid or row[2] is True]  # type: ignore[misc]


def value(books: Books, metric: Metric, days: Days, where: Where = everywhere, planned: bool = False) -> Value:
    """A metric over some days. `planned`: rows of later days count, and nothing is nothing, not zero."""
    if isinstance(metric, Two):
        return two(metric.op, value(books, metric.left, days, where, planned), value(books, metric.right, days, where, planned))
    rows = [row for day, row in counted(books, metric, where, dt.date.max if planned else None) if days.holds(day)]
    filled = metric.fill and not planned and not _outside(books, metric.source, days)
    if metric.func == "count":
        return Fraction(len(rows)) if rows or filled else None
    found = [row[metric.column] for row in rows if row[metric.column] is not None]
    if metric.func == "distinct":
        return Fraction(len(set(found))) if found or filled else None
    if not found:
        return Fraction(0) if filled and metric.func == "sum" else None
    total = sum((Fraction(v) for v in found), Fraction(0))  # type: ignore[arg-type]
    return total / len(found) if metric.func == "avg" else total


def covers(books: Books, metric: Metric, days: Days) -> bool:
    """Whether the data of a metric begin no later than these days do."""
    begins = (books.coverage.get(source, (None, None))[0] for source in sources(metric))
    return days.void or all(day is None or day <= days.low for day in begins)


def two(op: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    if op == "-":
        return left - right
    return left / right if right else None


def _outside(books: Books, source: str, days: Days) -> bool:
    """Whether a source has no data on these days (S5)."""
    begins, complete = books.coverage.get(source, (None, None))
    early = begins is not None and days.until <= begins
    late = complete is not None and days.low > complete
    return days.void or early or late or days.low > books.today


def there(books: Books, metric: Metric, days: Days, where: Where = everywhere) -> bool:
    """Whether there are rows that a metric could be made of: of any part of a difference, of both of a ratio."""
    if isinstance(metric, Two):
        return (any if metric.op == "-" else all)(there(books, part, days, where) for part in (metric.left, metric.right))
    return any(days.holds(day) for day, _ in counted(books, Base(metric.source, "count"), where))


# ---------------------------------------------------------------- targets and words


DUST = Fraction(1, 10**9)
"""What doubles may be wrong by: a value as near to an edge as that may stand on either side of it."""


@dataclass(frozen=True)
class Edges:
    """What a value should be: at least `low`, at most `high`."""

    low: Value = None
    high: Value = None
    has_low: bool = False
    has_high: bool = False
    strict: bool = False

    @property
    def known(self) -> bool:
        return not (self.has_low and self.low is None) and not (self.has_high and self.high is None) and (self.has_low or self.has_high)

    def times(self, part: Value) -> Edges:
        low, high = (None if edge is None or part is None else edge * part for edge in (self.low, self.high))
        return Edges(low, high, self.has_low, self.has_high, self.strict)

    def meets(self, actual: Fraction, give: Fraction = Fraction(0)) -> bool:
        """The value is good enough; `give` is how much nearer to that it is taken for, of what it is compared with."""
        good = True
        if self.low is not None:
            edge = self.low - give * abs(self.low)
            good = actual > edge or (actual == edge and not self.strict)
        if self.high is not None:
            edge = self.high + give * abs(self.high)
            good = good and (actual < edge or (actual == edge and not self.strict))
        return good

    def nearly(self, actual: Fraction, band: Fraction, give: Fraction = Fraction(0)) -> bool:
        """Each edge is kept, or missed by no more than the band; an edge that is not above zero has none."""
        good = True
        if self.low is not None:
            good = Edges(low=self.low).meets(actual, give) or (self.low > 0 and Edges(low=self.low * (1 - band)).meets(actual, give))
        if self.high is not None and good:
            good = Edges(high=self.high).meets(actual, give) or (self.high > 0 and Edges(high=self.high * (1 + band)).meets(actual, give))
        return good

    def attainment(self, actual: Value) -> Value:
        if actual is None or not self.known:
            return None
        if self.has_low and self.has_high:
            assert self.low is not None
            assert self.high is not None
            if self.low <= actual <= self.high:
                return Fraction(1)
            if actual < self.low:
                return actual / self.low if self.low > 0 else None
            return self.high / actual if self.high > 0 else None
        if self.low is not None:
            return actual / self.low if self.low > 0 else None
        assert self.high is not None
        return self.high / actual if self.high > 0 and actual > 0 else None


def running_word(actual: Fraction, now: Edges, band: Fraction, give: Fraction = Fraction(0)) -> str:
    return "on_track" if now.meets(actual, give) else "at_risk" if now.nearly(actual, band, give) else "off_track"


def back(days: Days, over: dt.date, amount: int, unit: str, each: str, whole: bool = False) -> Days:
    """The period so much earlier, as far as this one is over (S10)."""
    if not whole and days.low >= over:
        return NOTHING
    if unit == "year" and each == "week":
        amount, unit = 52 * amount, "week"
    label = shifted(days.low, -amount, unit)
    end = shifted(label, 1, each)
    ended = days.until if whole else min(days.until, over)
    return Days(label, end if ended == days.until else min(end, shifted(ended - ONE, -amount, unit) + ONE))
