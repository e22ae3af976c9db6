"""Periods as days. Comes in: `2026`, `2026-Q1`, a date or a range as written. Goes out: its first and last day. A period that is written
out is that of ISO 8601, whatever the project's calendar: `2026` begins in January, `2026-W12` on a Monday."""

from __future__ import annotations

import datetime as dt

from kpidsl.diagnostic import fail
from kpidsl.syntax import ast

LENGTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def days_of(node: ast.Expr) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a date, period or range; None for an open end. KPI123 for anything else, and for what has no day after it."""
    _refuse_beyond(node)
    match node:
        case ast.Date():
            return node.value, node.value
        case ast.Number() if isinstance(node.value, int) and 1000 <= node.value <= 9999:
            return _months(node.value, "year", 1)
        case ast.Period(grain="week"):
            return _week(node)
        case ast.Period():
            return _months(node.year, node.grain, node.index)
        case ast.Range():
            start = None if node.start is None else days_of(node.start)[0]
            end = None if node.end is None else days_of(node.end)[1]
            return start, end
        case _:
            fail("KPI123", f"`{node.span.text}` is not a period", node.span, help="write 2026, 2026-Q1, 2026-03, 2026-01-01..2026-06-30")


def _refuse_beyond(node: ast.Expr) -> None:
    match node:
        case ast.Number(value=year) | ast.Period(year=year) | ast.Date(value=dt.date(year=year)):
            beyond = year == dt.MAXYEAR or (year < dt.MINYEAR and isinstance(node, ast.Period))
        case _:
            return
    if beyond:
        help = "leave the end open: 2026-01-01.." if year == dt.MAXYEAR else "write the year with four digits: 2026"
        fail("KPI123", f"`{node.span.text}` lies beyond the calendar, whose last year is {dt.MAXYEAR - 1}", node.span, help=help)


def _months(year: int, grain: str, index: int) -> tuple[dt.date, dt.date]:
    """A year, half, quarter or month, counted from January."""
    length = LENGTHS[grain]
    first = (index - 1) * length
    return _first_day(year, first), _first_day(year, first + length) - dt.timedelta(days=1)


def _week(node: ast.Period) -> tuple[dt.date, dt.date]:
    """An ISO week, from Monday to Sunday."""
    monday = dt.date.fromisocalendar(node.year, node.index, 1)
    return monday, monday + dt.timedelta(days=6)


def _first_day(year: int, months: int) -> dt.date:
    """Of the month that is so many months after January."""
    return dt.date(year + months // 12, months % 12 + 1, 1)
