"""What can be said of a query's rows before anybody draws them. Comes in: a board as data and the rows of one of its queries. Goes out: the
same rows, with the period among them that is not over yet, so that whatever draws them says so in the same way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale, UnknownLocaleError

from kpidsl.model.calendar import DAYS

Json = Mapping[str, Any]
_LENGTHS = {"week": 0, "month": 1, "quarter": 3, "year": 12}
"""Months of a period, of those that may be running while they are looked at; a week has none."""


def described(board: Json, query: str, answer: Json, today: str) -> dict[str, Any]:
    """The answer of a query with `running`: the first day of the latest period that is not over at the end of today, where there is one.
    Of a KPI with several rhythms it is that of the one by which it is shown."""
    if "error" in answer:
        return dict(answer)
    columns = board["queries"][query]["columns"]
    start = running(columns, answer["rows"], today, _each(board, query))
    return {**answer, "running": start} if start is not None else dict(answer)


def _each(board: Json, query: str) -> str:
    """The rhythm by which a KPI is shown; empty for what is no KPI."""
    found = (element["kpi"]["each"] for element in board["elements"].values() if element["kind"] == "kpi" and element["query"] == query)
    return next(found, "")


def running(columns: Sequence[Json], rows: Sequence[Sequence[Any]], today: str, each: str = "") -> str | None:
    """The first day of the latest period that has begun and is not over."""
    names = [column["name"] for column in columns]
    if each:
        start, of, grain = names.index("period_start"), names.index("each"), each
        rows = [row for row in rows if row[of] == each]
    else:
        along = next((c for c in columns if c["role"] == "group" and c["type"] == "date" and c["format"] in _LENGTHS), None)
        if along is None:
            return None
        start, grain = names.index(along["name"]), along["format"]
    latest = max((str(row[start])[:10] for row in rows if row[start] and str(row[start])[:10] <= today), default=None)
    return latest if latest is not None and _lies_in(today, latest, grain) else None


def _lies_in(today: str, start: str, grain: str) -> bool:
    """Whether a period that begins on a day is not over at the end of today."""
    first = dt.date.fromisoformat(start)
    if grain == "day":
        return False
    if grain == "week":
        end = first + dt.timedelta(days=7)
    else:
        count = first.year * 12 + first.month - 1 + _LENGTHS[grain]
        end = first.replace(year=count // 12, month=count % 12 + 1)
    return dt.date.fromisoformat(today) + dt.timedelta(days=1) < end


def first_weekday(board: Json, locale: str) -> int:
    """The day with which weeks begin for a reader, 1 for Monday: the project's where its calendar says another one than Monday, else that
    of the reader's country."""
    own = DAYS.index(board["calendar"]["week_starts"]) + 1
    if own != 1:
        return own
    try:
        return Locale.parse(locale, sep="-").first_week_day + 1
    except (UnknownLocaleError, ValueError):
        return 1
