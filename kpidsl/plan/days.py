"""Days as expressions: a period's start, what follows it, the earlier of two. What is known when the query is planned is worked out here;
the rest (today, a column) stays an expression for the engine."""

from __future__ import annotations

import calendar
import datetime as dt

from kpidsl.model.expr import BOOL, DATE, TIMESTAMP, CaseOf, Expr, Fn, Lit

Options = tuple[int, int]
"""Where weeks start (1 Monday … 7 Sunday) and where years start (1 January …)."""
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def known_day(expr: Expr) -> dt.date | None:
    """The day that a bound of a period is, where it is known when the query is planned."""
    if isinstance(expr, Lit):
        value = expr.value
        return value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None
    if not isinstance(expr, Fn) or expr.op not in ("to_timestamp", "start_of", "date_add"):
        return None
    inner = known_day(expr.args[0])
    if inner is None or expr.op == "to_timestamp":
        return inner
    if expr.op == "start_of":
        grain, week, year = expr.options
        return _start(inner, str(grain), int(week), int(year))
    amount, unit = expr.options
    return None if unit not in ("day", "week", *MONTHS) else _moved(inner, int(amount), str(unit))


def _start(day: dt.date, grain: str, week: int, year: int) -> dt.date | None:
    if grain == "week":
        return _moved(day, -((day.isoweekday() - week) % 7), "day")
    if grain in MONTHS:
        length = MONTHS[grain]
        return _moved(day.replace(day=1), -((day.month - year) % length), "month")
    return day


def _moved(day: dt.date, amount: int, unit: str) -> dt.date | None:
    """None for a day that Python's calendar does not have: before the year 1, after 9999."""
    if unit in ("day", "week"):
        number = day.toordinal() + amount * (7 if unit == "week" else 1)
        return dt.date.fromordinal(number) if 1 <= number <= dt.date.max.toordinal() else None
    months = day.year * 12 + day.month - 1 + amount * MONTHS[unit]
    if not dt.MINYEAR <= months // 12 <= dt.MAXYEAR:
        return None
    last = calendar.monthrange(months // 12, months % 12 + 1)[1]
    return dt.date(months // 12, months % 12 + 1, min(day.day, last))


def folded(expr: Expr) -> Expr:
    """The day itself where it is known; moments stay as they are."""
    day = known_day(expr) if expr.type.kind == "date" else None
    return expr if day is None else Lit(day, DATE)


def moved(day: Expr, amount: int, unit: str) -> Expr:
    """So many units later, clamped to the month's end. A day forth and a day back is no step at all."""
    if unit == "half":
        amount, unit = 6 * amount, "month"
    if unit in ("day", "week") and isinstance(day, Fn) and day.op == "date_add" and day.options[1] in ("day", "week"):
        days = amount * (7 if unit == "week" else 1) + int(day.options[0]) * (7 if day.options[1] == "week" else 1)
        return moved(day.args[0], days, "day")
    return day if amount == 0 else folded(Fn("date_add", (day,), day.type, (amount, unit)))


def start(day: Expr, grain: str, options: Options) -> Expr:
    """The first day of the period that a day lies in; of a moment the first moment."""
    if (grain == "day" and day.type.kind == "date") or _begins(day, grain, options):
        return day
    if grain == "hour":
        return Fn("start_of", (day,), TIMESTAMP, (grain, *options))
    if grain == "half":
        return _half(day, options)
    first = folded(Fn("start_of", (day,), DATE, (grain, *options)))
    return first if day.type.kind == "date" else Fn("to_timestamp", (first,), TIMESTAMP)


def _half(day: Expr, options: Options) -> Expr:
    """The first day of the half year; no engine has a word for it."""
    known = known_day(day)
    first = None if known is None else _start(known, "half", *options)
    if first is not None and day.type.kind == "date":
        return Lit(first, DATE)
    year = start(day, "year", options)
    middle = moved(year, 6, "month")
    return CaseOf(((Fn("lt", (day, middle), BOOL), year),), middle, day.type)


def _begins(day: Expr, grain: str, options: Options) -> bool:
    """Whether a day is known to be the first of a period."""
    match day:
        case Fn(op="start_of", options=(known, *rest)) if day.type.kind == "date" and tuple(rest) == options:
            return known == grain or (grain in MONTHS and known in MONTHS and MONTHS[str(known)] > MONTHS[grain])
        case Fn(op="date_add", args=(inner,), options=(amount, unit)) if grain in MONTHS:
            return unit in MONTHS and int(amount) * MONTHS[str(unit)] % MONTHS[grain] == 0 and _begins(inner, grain, options)
        case Fn(op="date_add", args=(inner,), options=(amount, unit)) if grain == "week":
            return (unit == "week" or (unit == "day" and int(amount) % 7 == 0)) and _begins(inner, grain, options)
        case _:
            return False


def earlier(*days: Expr | None) -> Expr | None:
    """The earliest; None stands for never."""
    return _extreme(days, "least")


def later(*days: Expr | None) -> Expr | None:
    """The latest; None stands for no day at all."""
    return _extreme(days, "greatest")


def _extreme(days: tuple[Expr | None, ...], op: str) -> Expr | None:
    found: list[Expr] = []
    for day in days:
        if day is not None and day not in found:  # no hash: it would walk what two days share once for each
            found.append(day)
    known = [d for d in found if isinstance(d, Lit)]
    if len(known) > 1:
        best = sorted(known, key=lambda d: str(d.value))[0 if op == "least" else -1]  # ISO dates of one kind sort as texts
        found = [*(d for d in found if not isinstance(d, Lit)), best]
    if len(found) < 2:
        return found[0] if found else None
    return Fn(op, tuple(found), found[0].type, ("known",))


def same(one: Expr, other: Expr) -> bool | None:
    """Whether two days are the same; None where only the engine will know."""
    if one == other:
        return True
    return False if isinstance(one, Lit) and isinstance(other, Lit) else None


def if_same(one: Expr, other: Expr, then: Expr, otherwise: Expr) -> Expr:
    """`then` where the two days are the same."""
    told = same(one, other)
    if told is not None:
        return then if told else otherwise
    return then if then == otherwise else CaseOf(((Fn("eq", (one, other), BOOL), then),), otherwise, then.type)


def beside(side: Expr, moment: Expr) -> Expr:
    """A day beside a date or, as its midnight, beside a timestamp."""
    if moment.type.kind == side.type.kind:
        return side
    if moment.type.kind == "date":
        return Fn("to_date", (side,), DATE)
    if isinstance(side, Lit) and isinstance(side.value, dt.date):
        return Lit(dt.datetime.combine(side.value, dt.time()), TIMESTAMP)
    return Fn("to_timestamp", (side,), TIMESTAMP)


def between(moment: Expr, low: Expr | None, until: Expr | None) -> list[Expr]:
    """The conditions that a moment lies from the day `low` on and before the day `until`."""
    sides = (("ge", low), ("lt", until))
    return [Fn(op, (moment, beside(side, moment)), BOOL) for op, side in sides if side is not None]
