"""Days that are known when the query is planned. Comes in: a bound of a period. Goes out: the day that it is, unless that is a question of
the database's date."""

from __future__ import annotations

import calendar
import datetime as dt

from kpidsl.model.expr import Expr, Fn, Lit


def known_day(expr: Expr) -> dt.date | None:
    """The day that a bound of a period is, where it is known when the query is planned."""
    match expr:
        case Lit(value=dt.datetime() as moment):
            return moment.date()
        case Lit(value=dt.date() as day):
            return day
        case Fn(op="to_timestamp", args=(inner,)):
            return known_day(inner)
        case Fn(op="start_of", args=(inner,), options=(grain, week, year)):
            within = known_day(inner)
            return None if within is None else _start(within, str(grain), int(week), int(year))
        case Fn(op="date_add", args=(inner,), options=(amount, unit)):
            base = known_day(inner)
            return None if base is None else _moved(base, int(amount), str(unit))
        case _:
            return None


def _start(day: dt.date, grain: str, week: int, year: int) -> dt.date:
    if grain == "week":
        return day - dt.timedelta(days=(day.isoweekday() - week) % 7)
    if grain in ("month", "quarter", "year"):
        length = {"month": 1, "quarter": 3, "year": 12}[grain]
        return _moved(day.replace(day=1), -((day.month - year) % length), "month")
    return day


def _moved(day: dt.date, amount: int, unit: str) -> dt.date:
    if unit in ("day", "week"):
        return day + dt.timedelta(days=amount * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + amount * {"month": 1, "quarter": 3, "year": 12}.get(unit, 0)
    last = calendar.monthrange(months // 12, months % 12 + 1)[1]
    return dt.date(months // 12, months % 12 + 1, min(day.day, last))
