"""A period that another one is held against by name. Comes in: a query and the other period. Goes out: the query with a comparison that
leads there, or why the two cannot be compared."""

from __future__ import annotations

import datetime as dt
from typing import NoReturn

from kpidsl.diagnostic import Label, fail
from kpidsl.model.periods import days_of
from kpidsl.record import replace
from kpidsl.syntax import ast

DAY = dt.timedelta(days=1)
Length = tuple[int, str]


def against(node: ast.Query, other: ast.Expr, finished: bool = False) -> ast.Query:
    """The query, compared with the other period; raises KpiError. `finished`: its `last` is the last period that is over."""
    if node.compare is not None:
        label = (Label(node.compare.span, "and here"),)
        fail("KPI124", "`against` and `compare` both say what to compare with", other.span, labels=label, help="keep one of them")
    if node.during is None:
        said = "its last period" if node.last is not None or finished else "no period"
        help = f"name both: during 2026-03 against {other.span.text}"
        fail("KPI124", f"`against {other.span.text}` needs a period by name beside it, and the question has {said}", other.span, help=help)
    now, then = _days(node.during), _days(other)
    length, back = _length(*now), _distance(then[0], now[0])
    if length != _length(*then):
        _unlike(node.during, other, length, _length(*then))
    if now[0] <= then[0]:
        fail(
            "KPI124",
            f"`{other.span.text}` is not before `{node.during.span.text}`",
            other.span,
            labels=(Label(node.during.span, "what is explained"),),
            notes=("a change is told from the earlier period to the later one",),
            help=f"swap them: during {other.span.text} against {node.during.span.text}" if now[0] < then[0] else "name an earlier period",
        )
    amount = back if length[1] == "month" else (now[0] - then[0]).days
    return replace(node, compare=ast.Compare(other.span, "period", back=(amount, length[1])))


def _days(period: ast.Expr) -> tuple[dt.date, dt.date]:
    first, last = days_of(period)
    if first is None or last is None or last < first:
        help = "write 2025-11, 2025-Q4, or 2025-11-01..2025-11-15"
        fail("KPI123", f"`{period.span.text}` is not a period with two ends", period.span, help=help)
    return first, last + DAY


def _length(first: dt.date, following: dt.date) -> Length:
    """How long a period is: in months where it is made of whole ones."""
    if first.day == 1 and following.day == 1:
        return _distance(first, following), "month"
    return (following - first).days, "day"


def _distance(first: dt.date, following: dt.date) -> int:
    return 12 * (following.year - first.year) + following.month - first.month


def _unlike(now: ast.Expr, then: ast.Expr, length: Length, other: Length) -> NoReturn:
    fail(
        "KPI124",
        f"`{now.span.text}` has {_told(length)} and `{then.span.text}` has {_told(other)}",
        then.span,
        labels=(Label(now.span, "what is explained"),),
        notes=("a sum of the longer one is larger because it is longer, which would pass for a change",),
        help="name two periods of one length",
    )


def _told(length: Length) -> str:
    amount, unit = length
    return f"{amount} {unit}{'' if amount == 1 else 's'}"
