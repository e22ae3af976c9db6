"""A cell's text as a value of a type. Comes in: text and the declared type. Goes out: a Python value, or a ValueError that says in plain
words what would be one.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from kpidsl.model.expr import Type
from kpidsl.plan.plan import OutputColumn

Value = int | float | Decimal | bool | str | dt.date | dt.datetime | None

_DIGITS = 308  # before the point, in the largest double
_NUMBER = re.compile(r"[+-]?[0-9_]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DURATION = re.compile(r"(?P<number>[+-]?[0-9.]+)\s*(?P<unit>days?|d|hours?|h|minutes?|min|seconds?|s|weeks?|w)?")
_DAYS = {"d": Decimal(1), "h": Decimal(1) / 24, "m": Decimal(1) / 1440, "s": Decimal(1) / 86400, "w": Decimal(7)}
_PERIOD = re.compile(r"(?P<year>\d{4})(-(?P<kind>[QWH])?(?P<index>\d{1,2}))?")


def value(text: str | None, kind: Type) -> Value:
    """The value that the text stands for; None for None."""
    if text is None:
        return None
    match kind.kind:
        case "int":
            return _int(text)
        case "number":
            return float(_ratio(text, kind))
        case "decimal":
            return _money(text, kind)
        case "duration":
            return _duration(text)
        case "bool":
            return _bool(text)
        case "date":
            return _date(text)
        case "timestamp":
            return _timestamp(text)
        case _:
            return text


def expected(text: str | None, column: OutputColumn, grain: str) -> Value:
    """A value of a result; a period may be written as one, `2026-03` for the month that begins on 2026-03-01."""
    if text is not None and column.type.kind == "date" and (match := _PERIOD.fullmatch(text)):
        first = _first_day(int(match["year"]), match["kind"], match["index"], grain)
        if first is not None:
            return first
    if text is not None and column.type.kind == "int":
        number = _number(text)  # a count is compared as a number, so that 3.0 is 3
        return int(number) if number == int(number) else float(number)
    return value(text, column.type)


def _first_day(year: int, kind: str | None, index: str | None, grain: str) -> dt.date | None:
    number = int(index or 1)
    if index is None:
        return dt.date(year, 1, 1) if grain == "year" else None
    if kind == "Q":
        return dt.date(year, 3 * number - 2, 1) if grain == "quarter" and number <= 4 else None
    if kind == "W":
        return dt.date.fromisocalendar(year, number, 1) if grain == "week" else None
    return dt.date(year, number, 1) if kind is None and grain == "month" and number <= 12 else None


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number is written like 1250.5")
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        raise ValueError("a number is written like 1250.5") from None
    if number.adjusted() > _DIGITS:  # 1e999999999 would have a thousand million digits
        raise ValueError("no database holds a number of so many digits")
    return number


def _int(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise ValueError("it is declared as whole numbers")
    return int(number)


def _ratio(text: str, kind: Type) -> Decimal:
    if text.endswith("%") and kind.unit.is_ratio:
        return _number(text[:-1].rstrip()) / 100
    return _number(text)


def _money(text: str, kind: Type) -> Decimal:
    amount, _, code = text.rpartition(" ")
    if amount and re.fullmatch("[A-Z]{3}", code):
        if code != kind.unit.currency:
            raise ValueError(f"it is declared in {kind.unit.currency or kind.kind}")
        return _number(amount.strip())
    return _number(text)


def _duration(text: str) -> float:
    if match := _DURATION.fullmatch(text):
        return float(_number(match["number"]) * _DAYS[(match["unit"] or "d")[0]])
    raise ValueError("a duration is a number of days, or written like 3 hours")


def _bool(text: str) -> bool:
    words = {"true": True, "false": False}
    if text.casefold() not in words:
        raise ValueError("write true or false")
    return words[text.casefold()]


def _date(text: str) -> dt.date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError("there is no such day") from None
    raise ValueError("a date is written like 2026-01-31")


def _timestamp(text: str) -> dt.datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?", text):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("there is no such time") from None
    raise ValueError("a timestamp is written like 2026-01-31T12:00")
