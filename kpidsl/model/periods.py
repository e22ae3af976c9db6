"""Periods as days. Comes in: `2026`, `2026-Q1`, a date or a range as written. Goes out: its first and last day, or why it could mean two
things: under a fiscal year `2026` may be either year, and `2026-W12` is a week from Monday."""

from __future__ import annotations

import datetime as dt
from typing import NoReturn

from kpidsl.diagnostic import fail
from kpidsl.model.calendar import DAYS, MONTHS, CalendarModel
from kpidsl.syntax import ast

LENGTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def days_of(node: ast.Expr, calendar: CalendarModel) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a date, period or range; None for an open end. KPI123 for anything else."""
    match node:
        case ast.Date():
            return node.value, node.value
        case ast.Number() if isinstance(node.value, int) and 1000 <= node.value <= 9999:
            return _months(node, node.value, "year", 1, calendar)
        case ast.Period(grain="week"):
            return _week(node, calendar)
        case ast.Period():
            return _months(node, node.year, node.grain, node.index, calendar)
        case ast.Range():
            start = None if node.start is None else days_of(node.start, calendar)[0]
            end = None if node.end is None else days_of(node.end, calendar)[1]
            return start, end
        case _:
            fail("KPI123", f"`{node.span.text}` is not a period", node.span, help="write 2026, 2026-Q1, 2026-03, 2026-01-01..2026-06-30")


def _months(node: ast.Expr, year: int, grain: str, index: int, calendar: CalendarModel) -> tuple[dt.date, dt.date]:
    """A year, half, quarter or month. Where years start in another month than January only months mean one thing."""
    length = LENGTHS[grain]
    first = (index - 1) * length
    if calendar.year_starts != 1 and grain != "month":
        start = MONTHS[calendar.year_starts - 1].capitalize()
        readings = [f"{_month(year, first + shift)}..{_month(year, first + shift + length - 1)}" for shift in (0, calendar.year_starts - 1)]
        _ambiguous(node, f"years start in {start} here", readings)
    following = _first_day(year, first + length)
    return _first_day(year, first), following - dt.timedelta(days=1)


def _week(node: ast.Period, calendar: CalendarModel) -> tuple[dt.date, dt.date]:
    """An ISO week, from Monday to Sunday."""
    monday = dt.date.fromisocalendar(node.year, node.index, 1)
    if calendar.week_starts != 1:
        own = monday - dt.timedelta(days=8 - calendar.week_starts)
        readings = [f"{day}..{day + dt.timedelta(days=6)}" for day in (monday, own)]
        _ambiguous(node, f"weeks start on {DAYS[calendar.week_starts - 1].capitalize()} here", readings)
    return monday, monday + dt.timedelta(days=6)


def _ambiguous(node: ast.Expr, why: str, readings: list[str]) -> NoReturn:
    fail(
        "KPI123",
        f"`{node.span.text}` can mean two things: {why}",
        node.span,
        notes=("each would give another number",),
        help=f"write what you mean: {readings[0]}, or {readings[1]}",
    )


def _first_day(year: int, months: int) -> dt.date:
    """Of the month that is so many months after January."""
    return dt.date(year + months // 12, months % 12 + 1, 1)


def _month(year: int, months: int) -> str:
    return f"{_first_day(year, months):%Y-%m}"
