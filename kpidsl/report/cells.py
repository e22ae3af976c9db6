"""Values as people read them. Comes in: a column and its values. Goes out: a text for each value: `48,210 €`, `3.4 %`, `11.2×`, `2026-03`,
`4.0 days`, `–` for null. All values of a column get the same number of decimals, so that they can be compared at a glance.

Digits, separators, currency signs and words for time are those of the locale (CLDR, from Babel); the unit always stands behind the number.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from kpidsl.record import dataclass, replace
from kpidsl.report.result import ResultColumn, Value
from kpidsl.report.width import visible

if TYPE_CHECKING:
    from babel import Locale

NULL = "–"
_MONEY = re.compile(r"(?P<currency>[A-Z]{3})(?P<per> per .+)?")
DIGITS = 15  # that a double keeps of any decimal number; what stands behind them is the dust of its arithmetic
_SCALES = ((1.0, "day", 1), (1 / 24, "hour", 24), (1 / 1440, "minute", 1440), (0.0, "second", 86400))


def cells(column: ResultColumn, values: Iterable[Value], locale: str = "en") -> list[str]:
    """One text for each value, safe for a terminal."""
    listed = [None if is_missing(value) else value for value in values]
    with localcontext(prec=400, rounding=ROUND_HALF_UP):  # a double has up to 309 digits
        write = _writer(column, [value for value in listed if value is not None], locale)
        return [NULL if value is None else write(value) for value in listed]


def heading(column: ResultColumn) -> str:
    """The column's title, with the part of its unit that the cells do not show: `CAC (per customer)`."""
    hidden = column.unit if is_number(column) else ""
    if money := _MONEY.fullmatch(column.unit):
        hidden = (money["per"] or "").strip()
    elif column.unit.startswith("days per "):
        hidden = column.unit.removeprefix("days ")
    elif column.unit in ("%", "count", "days", "×", "points", "") or column.format in ("x", "%"):
        hidden = ""
    return visible(f"{column.title} ({hidden.removeprefix('1 ').strip('()')})" if hidden else column.title)


def is_number(column: ResultColumn) -> bool:
    """Numbers stand on the right."""
    return column.type in ("int", "number", "decimal", "duration")


def is_missing(value: Value) -> bool:
    """Null, and what is no number: a division by zero in an engine that has infinity."""
    match value:
        case None:
            return True
        case float():
            return not math.isfinite(value)
        case Decimal():
            return not value.is_finite()
    return False


def _writer(column: ResultColumn, values: list[Value], locale: str) -> Callable[[Value], str]:
    if is_number(column):
        numbers = [number for value in values if (number := _decimal(value)) is not None]
        style = _style(column, numbers, known_locale(locale))
        doubles = [number.adjusted() for value in values if isinstance(value, float) and (number := _decimal(value))]
        style = style.within(max((size for size in doubles if size < DIGITS), default=0))

        def write_number(value: Value) -> str:
            number = _decimal(value)
            return visible(str(value)) if number is None else style.write(number, exact=not isinstance(value, float))

        return write_number
    if column.type == "date" and column.format in _PERIODS:
        names = [_PERIODS[column.format](value) for value in values if isinstance(value, dt.date)]
        if all(names):
            return lambda value: (_PERIODS[column.format](value) if isinstance(value, dt.date) else None) or _plain(value)
    return _plain


def _plain(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            return value.isoformat(" ", "auto" if value.second or value.microsecond else "minutes")
        case dt.date():
            return value.isoformat()
        case _:
            return visible(str(value))


# ---------------------------------------------------------------- numbers


@dataclass(frozen=True, slots=True)
class _Style:
    """How the numbers of one column are written: times `factor`, rounded half up to `decimals`, with `suffix` behind."""

    locale: Locale
    decimals: int = 0
    factor: int = 1
    suffix: str = ""
    pattern: str = ""  # a CLDR pattern; then it decides the decimals
    duration: str = ""  # day hour minute second: the suffix is a word that may depend on the number

    def within(self, largest: int) -> _Style:
        """No more decimals than doubles of that size (the power of ten of their first digit) have."""
        known = DIGITS - 1 - largest - (len(str(self.factor)) - 1)
        return replace(self, decimals=max(0, min(self.decimals, known)))

    def write(self, number: Decimal, exact: bool = True) -> str:
        from babel.numbers import format_decimal

        number *= self.factor
        digits = f"#,##0.{'0' * self.decimals}" if self.decimals else "#,##0"
        if not exact and number.adjusted() >= DIGITS:  # nobody knows its last digits before the point
            digits = "0.######E0"
        elif self.pattern:
            digits = self.pattern
        else:
            number = number.quantize(Decimal(1).scaleb(-self.decimals)) or Decimal(0)  # no minus before a zero
        text = _time(number, self.duration, digits, self.locale) if self.duration else format_decimal(number, digits, self.locale)
        return (f"−{text[1:]}" if text.startswith("-") else text) + self.suffix


def _time(number: Decimal, unit: str, digits: str, locale: Locale) -> str:
    """`4.0 days`, in the locale's words; Babel does not fall back where CLDR has the word in its short form only."""
    from babel.units import format_unit

    lengths: tuple[Literal["long", "short"], ...] = ("long", "short")
    texts = [format_unit(number, f"duration-{unit}", length, digits, locale) for length in lengths]
    return next((text for text in texts if "duration-" not in text), texts[-1])


def _style(column: ResultColumn, numbers: list[Decimal], locale: Locale) -> _Style:
    base = _by_unit(column, numbers, locale)
    if not _is_pattern(column.format):  # the unit alone decides
        return base
    if "%" in column.format:  # the pattern writes the sign and multiplies by itself
        return _Style(locale, pattern=column.format)
    return replace(base, pattern=column.format, factor=base.factor if base.suffix == " %" or base.duration else 1)


def _by_unit(column: ResultColumn, numbers: list[Decimal], locale: Locale) -> _Style:
    sizes = [abs(number) for number in numbers if number]
    if column.unit == "%" or column.format == "%":
        return _Style(locale, _decimals([size * 100 for size in sizes], 1, shorten=False), 100, " %")
    if column.unit == "×" or column.format == "x":
        return _Style(locale, _decimals(sizes, 1, shorten=False), suffix="×")
    if money := _MONEY.fullmatch(column.unit):
        return _money(money["currency"], sizes, locale)
    if column.unit.partition(" ")[0] == "days" or column.type == "duration":
        largest = max(sizes, default=Decimal(1))
        _, word, factor = next(scale for scale in _SCALES if largest >= scale[0])
        return _Style(locale, 1, factor, duration=word)
    if column.unit == "points":
        return _Style(locale, _decimals(sizes, 1), suffix=" points")
    return _Style(locale, _decimals(sizes, 2))


def _money(currency: str, sizes: list[Decimal], locale: Locale) -> _Style:
    """Cents go where every amount is whole or has at least four digits before the point."""
    from babel.numbers import get_currency_precision, get_currency_symbol

    scale = get_currency_precision(currency)
    if sizes and min(sizes) < 1000 and any(size % 1 for size in sizes):
        scale = _decimals(sizes, scale, shorten=False)
    elif sizes:
        scale = 0
    return _Style(locale, scale, suffix=f" {get_currency_symbol(currency, locale)}")


def money_scale(column: ResultColumn) -> int | None:
    """The digits behind the point of a column's currency; None where it holds no money."""
    from babel.numbers import get_currency_precision

    money = _MONEY.fullmatch(column.unit) if is_number(column) else None
    return get_currency_precision(money["currency"]) if money else None


def _decimals(sizes: list[Decimal], usual: int, shorten: bool = True) -> int:
    """The usual number of decimals; more where even the largest number would lose its digits, fewer where no number needs them."""
    if not sizes:
        return 0 if shorten else usual
    largest = max(sizes)
    if largest < Decimal(10) ** -usual * 5:
        usual = min(1 - largest.adjusted(), 12)
    elif not shorten:
        return usual
    return next((d for d in range(usual) if all(size == round(size, d) for size in sizes)), usual)


def _decimal(value: Value) -> Decimal | None:
    """As it would be written by hand: 0.1 and not what a double makes of it, 0.3 for 0.1 + 0.2."""
    match value:
        case bool():
            return Decimal(int(value))
        case int() | Decimal():
            return Decimal(value)
        case float():
            return Decimal(f"{value:.{DIGITS}g}")
    return None


def _is_pattern(format: str) -> bool:
    from babel.numbers import parse_pattern

    if "0" not in format and "#" not in format:
        return False
    try:
        parse_pattern(format)
    except ValueError:
        return False
    return True


def known_locale(name: str) -> Locale:
    """The locale, or its language alone, or English: a table is never lost to a missing locale."""
    from babel import Locale, UnknownLocaleError

    for candidate in (name, name.partition("-")[0]):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


# ---------------------------------------------------------------- periods, by their first day


def _week(day: dt.date) -> str | None:
    year, week, weekday = day.isocalendar()
    return f"{year}-W{week:02}" if weekday == 1 else None


def _quarter(day: dt.date) -> str | None:
    return f"{day.year}-Q{day.month // 3 + 1}" if day.day == 1 and day.month % 3 == 1 else None


# A name, or None where the day does not open such a period of the ordinary calendar (fiscal years, weeks from Sunday); then the
# whole column shows days.
_PERIODS: dict[str, Callable[[dt.date], str | None]] = {
    "week": _week,
    "month": lambda day: f"{day.year:04}-{day.month:02}" if day.day == 1 else None,
    "quarter": _quarter,
    "year": lambda day: f"{day.year:04}" if (day.month, day.day) == (1, 1) else None,
}
