"""Numbers, days and words as a reader of one locale has them. Comes in: values. Goes out: texts, the same as those of the pages, where
browsers write them: both take their forms from CLDR, here by Babel.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_skeleton, get_day_names, get_month_names
from babel.numbers import format_compact_currency, format_compact_decimal, format_currency, format_decimal, format_percent
from babel.units import format_unit

from kpidsl.dashboard.columns import currency
from kpidsl.dashboard.labels import Labels, pick
from kpidsl.dashboard.words import language, page_words

NONE = "–"
NUMBERS = ("int", "number", "decimal", "duration")
_SHORT = 1_000_000
"""From here on numbers that stand large are shortened: 1.2M."""
LETTERS, RAISED = "abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_TO_RAISED = str.maketrans(LETTERS, RAISED)
_PLACES = re.compile(r"0(\.0+)?(?=[^0#.]*$)")


class Reader:
    """Somebody who reads one locale; `first` is the one in which a board without a translation is written."""

    def __init__(self, locale: str, first: str) -> None:
        self.locale, self.first = locale, first
        self.cldr = _known(locale)
        self._words = page_words(language(locale))

    def say(self, key: str, *parts: str) -> str:
        """What the product itself says."""
        text = self._words.get(key, key)
        return re.sub(r"\{(\d)\}", lambda found: parts[int(found[1])] if int(found[1]) < len(parts) else "", text)

    def knows(self, key: object) -> bool:
        """Whether the product has a word for it."""
        return key in self._words

    def label(self, labels: Labels) -> str:
        return pick(labels, self.locale, self.first)

    def said(self, labels: Labels) -> str:
        """A label; where it is not in the reader's language, with a small mark that says in which it is: `Revenueᵉⁿ`."""
        text, here = self.label(labels), self.locale.partition("-")[0]
        known = self.locale in labels or here in labels
        lang = self.first.partition("-")[0]
        return text if known or not text or lang == here else text + lang.translate(_TO_RAISED)

    # ------------------------------------------------------------ numbers

    def number(self, value: Any, unit: str, beside: Sequence[Any] | None = None, compact: bool = False) -> str:
        """A number in its unit. `beside` are those that it stands among, which have as many digits."""
        if not is_number(value):
            return NONE
        if unit == "%":
            return self._percent(value, 1)
        if unit in ("days", "duration"):
            return self._time(value)
        sizes = [abs(each) for each in ([value] if beside is None else beside) if is_number(each)]
        places = digits(unit, sizes)
        short = compact and abs(value) >= _SHORT
        code = currency(unit)
        if code:
            return self._money(value, code, places, short)
        if short:
            return format_compact_decimal(rounded(value, 0), fraction_digits=2, locale=self.cldr)
        return format_decimal(rounded(value, places), _pattern("#,##0", places), self.cldr) + ("×" if unit == "×" else "")

    def _money(self, value: float, code: str, places: int, short: bool) -> str:
        if short:
            return format_compact_currency(rounded(value, 0), code, fraction_digits=2, locale=self.cldr)
        pattern = self.cldr.currency_formats["standard"].pattern
        written = ";".join(_PLACES.sub(f"0{_behind(places)}", part, count=1) for part in pattern.split(";"))
        return format_currency(rounded(value, places), code, written, self.cldr, currency_digits=False)

    def _percent(self, value: float, places: int, signed: bool = False) -> str:
        pattern = self.cldr.percent_formats[None].pattern
        share = rounded(Decimal(repr(value)) * 100, places) / 100
        text = format_percent(share, _PLACES.sub(f"0{_behind(places)}", pattern, count=1), self.cldr)
        return f"+{text}" if signed and share > 0 else text

    def _time(self, days: float) -> str:
        """A length of time, given in days."""
        size = abs(days)
        unit, factor = ("day", 1) if size >= 1 else ("hour", 24) if size >= 1 / 24 else ("minute", 1440)
        lengths: tuple[Literal["long", "short"], ...] = ("long", "short")
        texts = [format_unit(rounded(days * factor, 1), f"duration-{unit}", length, "#,##0.0", self.cldr) for length in lengths]
        return next((text for text in texts if "duration-" not in text), texts[-1])  # some words CLDR has in their short form only

    def change(self, unit: str, now: Any, then: Any) -> tuple[float, str] | None:
        """The change from one value to another and how it is written: points of what is a share, else a share of what was there."""
        if not is_number(now) or not is_number(then):
            return None
        if unit in ("%", "points"):
            size = (now - then) * 100 if unit == "%" else now - then
            pattern = "#,##0.0" if unit == "%" else "#,##0.#"
            text = format_decimal(rounded(size, 1), pattern, self.cldr)
            return size, f"{'+' if rounded(size, 1) > 0 else ''}{text} {self.say('points_short')}"
        if then <= 0:
            return None
        size = (now - then) / then
        return size, self._percent(size, 1, signed=True)

    # ------------------------------------------------------------ days

    def period(self, text: Any, grain: str) -> str:
        """A day, a month, a quarter: a period by its first day."""
        if not text:
            return NONE
        if len(str(text)) > 10:
            return format_datetime(dt.datetime.fromisoformat(str(text)), "medium", locale=self.cldr)
        day = dt.date.fromisoformat(str(text))
        if grain == "year":
            return format_skeleton("y", day, locale=self.cldr)
        if grain == "month":
            return format_skeleton("yMMM", day, locale=self.cldr)
        if grain == "quarter":
            return self.say("quarter_of", str((day.month - 1) // 3 + 1), str(day.year))
        return format_skeleton("yMMMd", day, locale=self.cldr)

    def _part_of_time(self, part: str, value: Any) -> str:
        """A part of time by its name, where it has one."""
        match part:
            case "weekday":
                return str(get_day_names("wide", "stand-alone", self.cldr)[int(value) - 1])
            case "month_of_year":
                return str(get_month_names("wide", "stand-alone", self.cldr)[int(value)])
            case "hour_of_day":
                return f"{int(value):02}:00"
            case _:
                return str(value)

    def cell(self, column: Mapping[str, Any], value: Any, beside: Sequence[Any] | None = None) -> str:
        """A value of a column."""
        if value is None:
            return NONE
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if column["type"] in ("date", "timestamp"):
            return self.period(value, column.get("format", ""))
        if part := column.get("part"):
            return self._part_of_time(part, value)
        if column["type"] in NUMBERS and is_number(value):
            return self.number(value, "" if column["role"] == "group" else column["unit"], beside)
        return str(value)


def _known(locale: str) -> Locale:
    """The locale, its language alone, or English."""
    for candidate in (locale, locale.partition("-")[0]):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def stands_right(column: Mapping[str, Any]) -> bool:
    """Whether the values of a column are numbers to compare; parts of time with names are none."""
    return column["type"] in NUMBERS and column.get("part") not in ("weekday", "month_of_year", "hour_of_day")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value)


def digits(unit: str, sizes: Sequence[Any]) -> int:
    """How many digits stand behind the point of numbers of a unit, so that those beside each other have as many."""
    largest = max(sizes, default=0)
    whole = all(size == int(size) for size in sizes)
    if unit in ("%", "×", "days"):
        return 1
    if currency(unit):
        return 0 if largest >= 1000 or whole else 2
    if unit == "points":
        return 0 if whole else 1
    return 0 if largest >= 100 or whole else 2


def rest(unit: str) -> str:
    """What the number does not show of its unit: `per lead`."""
    if currency(unit):
        return unit[4:]
    return "" if unit in ("%", "×", "days", "count", "") else unit


def rounded(value: float | Decimal, places: int) -> Decimal:
    """Half away from zero, of the number as it would be written by hand."""
    size = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    step = Decimal(1).scaleb(-places)
    return size.quantize(step, rounding="ROUND_HALF_UP") + 0


def _behind(places: int) -> str:
    return f".{'0' * places}" if places else ""


def _pattern(whole: str, places: int) -> str:
    return whole + _behind(places)
