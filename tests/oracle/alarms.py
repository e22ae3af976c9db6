"""Alerts by plain loops (S28). Comes in: rows and the words of an alert as values. Goes out: what fires, worked out without SQL.

Nothing of kpidsl is imported here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

Row = tuple[dt.date, str | None, int, int]
"""Day, channel, amount, orders."""
Fired = tuple[str, dt.date, str | None, float, float, str]
"""Severity, the period's first day, segment, value, what was expected, the condition."""


@dataclass(frozen=True)
class Anomaly:
    direction: str  # above, below or ''
    sigmas: int
    weeks: int

    @property
    def words(self) -> str:
        return f"anomaly {self.direction + ' ' if self.direction else ''}{self.sigmas} sigma over {self.weeks} weeks"


@dataclass(frozen=True)
class Above:
    op: str  # > or <
    limit: int
    periods: int

    def words(self, grain: str) -> str:
        return f"{self.op} {self.limit} EUR" + (f" for {self.periods} {grain}s" if self.periods > 1 else "")


@dataclass(frozen=True)
class Moves:
    direction: str  # falls or rises
    percent: int
    weeks: int  # 1 or 52

    @property
    def words(self) -> str:
        return f"{self.direction} {self.percent}% against previous {'week' if self.weeks == 1 else 'year'}"


@dataclass(frozen=True)
class Alarm:
    """grain: day or week. ratio: amount per order is watched, else the amount. needs: orders. quiet: in periods, 0 for never."""

    grain: str
    ratio: bool
    split: bool
    needs: int
    quiet: int
    conditions: tuple[Anomaly | Above | Moves, ...]

    def text(self) -> str:
        """As an analyst writes it."""
        told = [c.words(self.grain) if isinstance(c, Above) else c.words for c in self.conditions]
        items = [f"needs {self.needs} orders" if self.needs else "", f"quiet {self.quiet} {self.grain}s" if self.quiet else ""]
        watch = f"watch {'aov' if self.ratio else 'amount'}{' by sales.channel' if self.split else ''} each {self.grain}"
        return f'alert a {{ {watch} {{ {" ".join(items)} }}  when {" | ".join(told)}  do "Look" }}'


def fires(rows: list[Row], alarm: Alarm, today: dt.date) -> list[Fired]:
    """Everything that ever fired, by period and segment, nulls last."""
    step = dt.timedelta(days=1 if alarm.grain == "day" else 7)
    seen = [row for row in rows if row[0] <= today]
    groups: dict[str | None, dict[dt.date, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in seen:
        groups[row[1] if alarm.split else None][_start(row[0], alarm.grain)].append(row)
    first = min((_start(row[0], alarm.grain) for row in seen), default=None)
    found: list[Fired] = []
    for segment, of in groups.items():
        assert first is not None
        series: dict[dt.date, float | None] = {}
        period = first
        while period + step <= today + dt.timedelta(days=1):
            series[period] = _value(of.get(period, []), alarm)
            period += step
        name = (segment if segment is not None else "(none)") if alarm.split else None
        found += _of_segment(name, series, alarm, step)
    return sorted(found, key=lambda f: (f[1], f[2] is None, f[2] or ""))


def _start(day: dt.date, grain: str) -> dt.date:
    return day if grain == "day" else day - dt.timedelta(days=day.weekday())


def _value(rows: list[Row], alarm: Alarm) -> float | None:
    amount, orders = sum(row[2] for row in rows), sum(row[3] for row in rows)
    if orders < alarm.needs:
        return None
    if not alarm.ratio:
        return float(amount)
    return amount / orders if orders else None


def _of_segment(name: str | None, series: dict[dt.date, float | None], alarm: Alarm, step: dt.timedelta) -> list[Fired]:
    begun = [period for period, value in series.items() if value]
    if not begun:
        return []
    series = {period: value for period, value in series.items() if period >= begun[0]}
    found: list[Fired] = []
    held: list[dt.date] = []
    for period, value in series.items():
        told = None
        for condition in alarm.conditions:
            told = told or _judged(condition, series, period, value, alarm, step)
        if told is None or value is None:
            continue
        if not alarm.quiet or not any(period - earlier <= alarm.quiet * step for earlier in held):
            expected, far, words = told
            found.append(("critical" if far else "warning", period, name, value, expected, words))
        held.append(period)
    return found


def _judged(
    condition: Anomaly | Above | Moves,
    series: dict[dt.date, float | None],
    period: dt.date,
    value: float | None,
    alarm: Alarm,
    step: dt.timedelta,
) -> tuple[float, bool, str] | None:
    """What was expected, and whether it is missed by far, where the condition holds."""
    if value is None:
        return None
    match condition:
        case Above(op, limit, periods):
            for back in range(periods):
                then = series.get(period - back * step)
                if then is None or not (then > limit if op == ">" else then < limit):
                    return None
            far = limit > 0 and (value >= 2 * limit if op == ">" else 2 * value <= limit)
            return float(limit), far, condition.words(alarm.grain)
        case Moves(direction, percent, weeks):
            then = series.get(period - dt.timedelta(weeks=weeks))
            if then is None or then == 0:
                return None
            moved = (then - value if direction == "falls" else value - then) / abs(then)
            dust = 1e-9
            return (then, moved >= 2 * percent / 100 - dust, condition.words) if moved >= percent / 100 - dust else None
        case Anomaly(direction, sigmas, weeks):
            past = [series.get(period - dt.timedelta(weeks=n)) for n in range(1, weeks + 1)]
            known = [v for v in past if v is not None]
            if len(known) < max(4, -(-weeks // 2)):
                return None
            middle = median(known)
            offs = [abs(v - middle) for v in known]
            spread = 1.4826 * median(offs) or 1.2533 * (sum(offs) / len(offs)) or 0.05 * abs(middle)
            reach = sigmas * spread
            over = direction != "below" and value > middle + reach
            under = direction != "above" and value < middle - reach
            return (middle, abs(value - middle) >= 2 * reach, condition.words) if spread and (over or under) else None
