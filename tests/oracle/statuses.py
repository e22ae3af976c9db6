"""KPIs by plain loops (S25, S26). Comes in: books and the words of a KPI as values. Goes out: its rows, worked out without SQL. Nothing of
kpidsl is imported here."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from operator import eq

from tests.oracle.books import (
    DUST,
    METRICS,
    NOTHING,
    UNITS,
    Base,
    Books,
    Days,
    Edges,
    Metric,
    Two,
    Value,
    Where,
    back,
    bases,
    counted,
    covers,
    everywhere,
    is_paced,
    running_word,
    sources,
    there,
    value,
)
from tests.oracle.when import ONE, shifted

TENTH = Fraction(1, 10)
Z = 1.959963984540054
SEGMENTS: dict[str, Where] = {
    'land = "IT"': lambda c: c == "IT",
    'land <> "IT"': lambda c: c != "IT",
    "land is null": lambda c: c is None,
    'land in ("DE", "é")': lambda c: c in ("DE", "é"),
}
Row = dict[str, object]


@dataclass(frozen=True)
class Computed:
    """A target that depends on rows: a metric, of so many periods before, times a factor in tenths."""

    metric: str
    back: tuple[int, str] | None
    tenths: int

    @property
    def text(self) -> str:
        inner = self.metric if self.back is None else f"prior({self.metric}, {self.back[0]} {self.back[1]})"
        return f"{inner} * {self.tenths / 10}"


@dataclass(frozen=True)
class Item:
    """One line of targets."""

    kind: str  # target or stretch
    op: str
    value: int | Computed
    high: int
    each: str
    where: str
    since: dt.date | None

    def text(self, unit: str) -> str:
        low = self.value.text if isinstance(self.value, Computed) else f"{self.value}{unit}"
        said = f"between {low} and {self.high}{unit}" if self.op == "between" else f"{self.op} {low}"
        return (
            f"{self.kind} {said} each {self.each}"
            + (f" where {self.where}" if self.where else "")
            + (f" from {self.since}" if self.since else "")
        )


@dataclass(frozen=True)
class Kpi:
    """A KPI. table: the rhythm of a plan, and whether it stands by country. warn: in percent of what is expected, 0 for none said."""

    metric: str
    items: tuple[Item, ...]
    table: tuple[str, bool] | None
    warn: int
    needs: tuple[int, str] | None
    pace: str

    @property
    def lower(self) -> bool:
        return self.metric in ("cost", "cac")

    @property
    def text(self) -> str:
        unit = UNITS.get(self.metric, " EUR")
        said = [item.text(unit) for item in self.items]
        if self.table is not None:
            said.append(f"target from {'allowed' if self.lower else 'planned'} each {self.table[0]}" + " by land" * self.table[1])
        said += [f"warn at {self.warn}%"] if self.warn else []
        said += [f"needs {self.needs[0]} {self.needs[1]}"] if self.needs else []
        said += [f"pace {self.pace}"] if self.pace else []
        return f"kpi {self.metric} for g {{ {'  '.join(said)} }}"


@dataclass(frozen=True)
class Track:
    each: str
    where: str
    by: bool
    items: tuple[Item, ...]
    from_table: bool


def tracks(kpi: Kpi) -> Iterator[Track]:
    """The lines of a KPI."""
    if kpi.table is not None:
        yield Track(kpi.table[0], "", False, (), True)
        if kpi.table[1]:
            yield Track(kpi.table[0], "", True, (), True)
    named = dict.fromkeys((item.each, item.where) for item in kpi.items)
    for each, where in named:
        yield Track(each, where, False, tuple(item for item in kpi.items if (item.each, item.where) == (each, where)), False)
    if not named and kpi.table is None:
        yield Track("month", "", False, (), False)


def standing(books: Books, kpi: Kpi, last: int | None = None) -> list[Row]:
    """Every row of a KPI, in order. `statuses` are the words that differ by dust at most."""
    rows = [row for track in tracks(kpi) for row in _Line(books, kpi, track, last).rows()]
    return sorted(rows, key=lambda r: (r["each"], r["segment"] is not None, [ord(c) for c in str(r["segment"])], r["period_start"]))


class _Line:
    """One line of a KPI: a rhythm and a segment, or each country."""

    def __init__(self, books: Books, kpi: Kpi, track: Track, last: int | None) -> None:
        self.books, self.kpi, self.track = books, kpi, track
        self.metric, self.each = METRICS[kpi.metric], track.each
        self.volume = METRICS[kpi.needs[1]] if kpi.needs else self._trials()
        self.sources = sources(self.metric) | (sources(self.volume) if self.volume else set())
        self.over = books.over(self.sources)
        self.until = self._next(books.calendar.start(books.today, self.each))
        self.low = None if last is None else shifted(self.until, -last, self.each)
        self.where = SEGMENTS.get(track.where, everywhere)
        self.computed = [item.value for item in track.items if isinstance(item.value, Computed)]
        self.planning: list[Metric] = [METRICS[c.metric] for c in self.computed] + [METRICS["planned"]] * track.from_table

    def _trials(self) -> Metric | None:
        return self.metric.right if self.kpi.metric == "paid_share" and isinstance(self.metric, Two) else None

    def _next(self, first: dt.date) -> dt.date:
        return shifted(first, 1, self.each)

    # ------------------------------------------------------------ which rows there are

    def rows(self) -> list[Row]:
        found: list[Row] = []
        if not self.track.by:
            return self._judged(
                self._periods(self._made(), False), self._periods(self.planning, True), self.where, self.track.where or None
            )
        for country in (None, "IT", "DE", "é", "(none)"):
            here = partial(eq, country)
            own = self._periods(self._made(), False) if self._has_rows(self._made(), here, False) else []
            planned = self._periods(self.planning, True) if self._has_rows(self.planning, here, True) else []
            found += self._judged(own, planned, here, "(none)" if country is None else country)
        return found

    def _made(self) -> list[Metric]:
        rows: list[Metric] = [Base(source, "count") for source in sources(self.metric)]
        return [*rows, *([self.volume] if self.volume else [])]

    def _days(self, metrics: list[Metric], where: Where, planned: bool) -> list[dt.date]:
        end = dt.date.max if planned else None
        return [day for metric in metrics for base in bases(metric) for day, _ in counted(self.books, base, where, end) if day < self.until]

    def _periods(self, metrics: list[Metric], planned: bool) -> list[dt.date]:
        """Every period from the first row to the running one (S9), or the last ones."""
        low = self.low
        if low is None:
            days = self._days(metrics, self.where, planned)
            if not days:
                return []
            low = self.books.calendar.start(min(days), self.each)
        elif not metrics:
            return []
        found = []
        while low < self.until:
            found.append(low)
            low = self._next(low)
        return found

    def _has_rows(self, metrics: list[Metric], where: Where, planned: bool) -> bool:
        """A country has a row in the shown periods, as far as they are over, or in those that they are compared with."""
        days = self._days(metrics, where, planned)
        periods = [Days(first, self._next(first)) for first in self._periods(metrics, planned)] if days else []
        if planned:
            return any(span.holds(day) for span in periods for day in days)
        shown = [Days(span.low, min(span.until, self.over)) for span in periods]
        shown += [back(span, self.over, 1, unit, self.each) for span in periods for unit in (self.each, "year")]
        if self._is_seasonal:
            shown += [back(span, self.over, 1, "year", self.each, True) for span in periods]
        return any(span.holds(day) for span in shown for day in days)

    @property
    def _is_seasonal(self) -> bool:
        return self.kpi.pace == "seasonal" and is_paced(self.metric)

    # ------------------------------------------------------------ one row

    def _judged(self, own: list[dt.date], planned: list[dt.date], where: Where, segment: str | None) -> list[Row]:
        """A period, or a country, that only the plan knows has no values."""
        made = [self._row(first, where, segment, first in own) for first in sorted({*own, *planned})]
        for n, row in enumerate(made):
            row["trend"] = _trend([self._of_all_days(r) for r in made[max(n - 6, 0) : n]])
        return made

    def _of_all_days(self, row: Row) -> Value:
        """The value of a period, if there are data for all of its days."""
        first: dt.date = row["period_start"]  # type: ignore[assignment]
        return row["actual"] if covers(self.books, self.metric, Days(first, first)) else None  # type: ignore[return-value]

    def _row(self, first: dt.date, where: Where, segment: str | None, known: bool) -> Row:
        books, metric, each = self.books, self.metric, self.each
        days = Days(first, self._next(first))
        seen = Days(first, min(days.until, self.over), first >= self.over) if known else NOTHING
        actual = None if self._is_young(days) else value(books, metric, seen, where)
        previous, last_year = (self._then(back(days, self.over, 1, unit, each) if known else NOTHING, where) for unit in (each, "year"))
        volume = value(books, self.volume, seen, where) if self.volume else None
        part = self._elapsed(days, where, known)
        target, stretch = self._edges(days, "target", where), self._edges(days, "stretch", where)
        now = target.times(part) if is_paced(metric) else target
        forecast = actual if not is_paced(metric) else None if not part or part < 0 or actual is None else actual / part
        trials = value(books, METRICS["orders_n"], seen, where) if self.kpi.metric == "paid_share" else None
        low, high = wilson(actual, trials)
        return {
            "each": each,
            "segment": segment,
            "period_start": first,
            "period_end": days.until - ONE,
            "actual": actual,
            "target": _shown(target),
            "target_high": target.high if target.has_low and target.has_high else None,
            "attainment": target.attainment(actual) if self._has_all(days) else None,
            "expected": _shown(now) if self._has_all(days) else None,
            "forecast": forecast if self._has_all(days) else None,
            "previous": previous,
            "last_year": last_year,
            "volume": volume,
            "stretch": stretch.low if stretch.has_low else stretch.high,
            "actual_low": low,
            "actual_high": high,
            "statuses": {self._status(days, seen, actual, volume, target, now, where, give) for give in (Fraction(0), DUST, -DUST)},
        }

    def _has_all(self, days: Days) -> bool:
        """A part of a period is not held against the target of all of it; a ratio has no parts."""
        return not is_paced(self.metric) or covers(self.books, self.metric, days)

    def _is_young(self, days: Days) -> bool:
        return self.kpi.metric == "settled" and shifted(days.until, 1, "month") > self.books.today + ONE

    def _then(self, days: Days, where: Where) -> Value:
        if days.void or not covers(self.books, self.metric, days) or self._is_young(Days(days.low, self._next(days.low))):
            return None
        return value(self.books, self.metric, days, where)

    def _elapsed(self, days: Days, where: Where, known: bool) -> Value:
        """The part of a period that is over."""
        if days.low >= self.over:
            return None
        if days.until <= self.over:
            return Fraction(1)
        linear = Fraction((self.over - days.low).days, (days.until - days.low).days)
        if self.kpi.pace == "workdays":
            whole = self.books.workdays(days.low, days.until)
            return Fraction(self.books.workdays(days.low, self.over), whole) if whole else linear
        if self._is_seasonal and known:
            part = self._then(back(days, self.over, 1, "year", self.each), where)
            whole_then = self._then(back(days, self.over, 1, "year", self.each, True), where)
            if whole_then is not None and whole_then > 0:
                return None if part is None else part / whole_then
        return linear

    def _edges(self, days: Days, kind: str, where: Where) -> Edges:
        """The revision that is in force at the period's start."""
        if kind == "target" and self.track.from_table:
            found = value(self.books, METRICS["planned"], days, where, planned=True)
            return Edges(high=found, has_high=True) if self.kpi.lower else Edges(low=found, has_low=True)
        items = [item for item in self.track.items if item.kind == kind]
        if not items:
            return Edges()
        held = [item for item in items if item.since is None or item.since <= days.low]
        item = max(held, key=lambda i: i.since or dt.date.min) if held else None
        has_low, has_high = items[0].op in (">", ">=", "=", "between"), items[0].op in ("<", "<=", "=", "between")
        if item is None:
            return Edges(has_low=has_low, has_high=has_high)
        first = self._target_value(item.value, days, where)
        last = self._in_unit(item.high) if item.op == "between" else first
        return Edges(first if has_low else None, last if has_high else None, has_low, has_high, item.op in ("<", ">"))

    def _in_unit(self, number: int) -> Fraction:
        return Fraction(number, 100 if UNITS.get(self.kpi.metric) == "%" else 1)

    def _target_value(self, wanted: int | Computed, days: Days, where: Where) -> Value:
        if not isinstance(wanted, Computed):
            return self._in_unit(wanted)
        if wanted.back is not None:
            days = back(days, dt.date.max, *wanted.back, self.each, True)
        if not covers(self.books, METRICS[wanted.metric], days):
            return None
        found = value(self.books, METRICS[wanted.metric], days, where, planned=True)
        return None if found is None else found * wanted.tenths / 10

    def _status(self, days: Days, seen: Days, actual: Value, volume: Value, target: Edges, now: Edges, where: Where, give: Fraction) -> str:
        if self.kpi.metric == "settled" and self._is_young(days):
            return "immature"
        if not there(self.books, self.metric, seen, where):
            return "no_data"
        if self.kpi.needs is not None and (volume or 0) < self.kpi.needs[0]:
            return "insufficient_data"
        if not target.known:
            return "no_target"
        if not self._has_all(days):
            return "insufficient_data"
        if actual is None:
            return "insufficient_data"
        if days.until <= self.over:
            return "achieved" if target.meets(actual, give) else "missed"
        return running_word(actual, now, abs(Fraction(self.kpi.warn, 100) - 1) if self.kpi.warn else TENTH, give)


def _shown(edges: Edges) -> Value:
    return edges.low if edges.has_low else edges.high


def _trend(before: list[Value]) -> Value:
    """Three periods against the three before them."""
    if len(before) < 6 or any(v is None for v in before[:3]):
        return None
    late = [v for v in before[3:] if v is not None]
    early = sum((v for v in before[:3] if v is not None), Fraction(0)) / 3
    if early <= 0 or len(late) < 3:
        return None
    return sum(late, Fraction(0)) / 3 / early - 1


def wilson(share: Value, count: Value) -> tuple[float | None, float | None]:
    """The two solutions of (p − share)² = z² p (1 − p) / n."""
    if share is None or not count:
        return None, None
    p, n, zz = float(share), float(count), Z * Z
    a, b, c = 1 + zz / n, -(2 * p + zz / n), p * p
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
