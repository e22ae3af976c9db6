"""Periods as days. Comes in: `2026`, `2026-Q1`, a date or a range as written. Goes out: its first and last day."""

from __future__ import annotations

import datetime as dt

from kpidsl.diagnostic import fail
from kpidsl.syntax import ast


def days_of(node: ast.Expr) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a date, period or range; None for an open end. KPI123 for anything else."""
    match node:
        case ast.Date():
            return node.value, node.value
        case ast.Number() if isinstance(node.value, int) and 1000 <= node.value <= 9999:
            return dt.date(node.value, 1, 1), dt.date(node.value, 12, 31)
        case ast.Period():
            return period_days(node)
        case ast.Range():
            start = None if node.start is None else days_of(node.start)[0]
            end = None if node.end is None else days_of(node.end)[1]
            return start, end
        case _:
            fail("KPI123", f"`{node.span.text}` is not a period", node.span, help="write 2026, 2026-Q1, 2026-03, 2026-01-01..2026-06-30")


def period_days(node: ast.Period) -> tuple[dt.date, dt.date]:
    """First and last day of a calendar period."""
    months = {"year": 12, "half": 6, "quarter": 3, "month": 1}
    if node.grain == "week":
        start = dt.date.fromisocalendar(node.year, node.index, 1)
        return start, start + dt.timedelta(days=6)
    length = months[node.grain]
    first = (node.index - 1) * length
    start = dt.date(node.year, first + 1, 1)
    following = dt.date(node.year + (first + length) // 12, (first + length) % 12 + 1, 1)
    return start, following - dt.timedelta(days=1)
