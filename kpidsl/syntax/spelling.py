"""Misspelt tokens. Comes in: a place where no token of the language begins, or a literal that names nothing. Goes out: a diagnostic
that shows the right spelling, and what the analyst probably meant, so that parsing can go on."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from kpidsl.diagnostic import Diagnostic, Fix
from kpidsl.span import Source, Span

_DATE_LIKE = re.compile(r"\d{4}-[\w-]+(?::\w+)*(?:\.\d+)?")
_NUMBER_LIKE = re.compile(r"\d[\w]*(?:\.\d\w*)?")
SHORT_UNITS = {
    "s": "seconds", "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "hr": "hours", "hrs": "hours",
    "m": "months", "mo": "months", "mon": "months", "q": "quarters", "y": "years", "yr": "years", "yrs": "years",
    "day": "days", "days": "days", "week": "weeks", "weeks": "weeks", "wk": "weeks", "month": "months", "months": "months",
    "hour": "hours", "hours": "hours", "year": "years", "years": "years", "minute": "minutes", "minutes": "minutes",
    "second": "seconds", "seconds": "seconds", "quarter": "quarters", "quarters": "quarters",
}  # fmt: skip
_CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS"}
_SIGNS = {
    "，": ",", "、": ",", "；": ";", "：": ":", "（": "(", "）": ")", "｛": "{", "｝": "}", "＝": "=", "＜": "<", "＞": ">", "。": ".",
    "－": "-", "−": "-", "–": "-", "—": "-", "＋": "+", "×": "*", "÷": "/", "／": "/", "％": "%", "＊": "*", "≤": "<=", "≥": ">=",
    "≠": "<>", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "「": '"', "」": '"', "＂": '"', "＃": "#",
    "…": "..",
}  # fmt: skip
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def bad_character(source: Source, at: int) -> Diagnostic:
    """KPI015 for one character that may not stand where it stands."""
    char = source.text[at]
    span = Span(source, at, at + 1)
    if char in _SIGNS:
        sign = _SIGNS[char]
        return Diagnostic("KPI015", f"`{char}` is not a sign of the language", span, help=f"write `{sign}`", fix=Fix(span, sign))
    if char in _CURRENCY_SIGNS:
        return Diagnostic(
            "KPI015", f"`{char}` cannot stand here", span, help=f"write the currency after the number: `25 {_CURRENCY_SIGNS[char]}`"
        )
    name = unicodedata.name(char, f"U+{ord(char):04X}").lower()
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return Diagnostic("KPI015", f"an invisible character stands here ({name})", span, help="delete it")
    return Diagnostic("KPI015", f"`{char}` cannot stand here ({name})", span, help=f"quote the name that holds it: `` `a{char}b` ``")


def explain(source: Source, at: int) -> tuple[Diagnostic | None, str, int]:
    """What is wrong at an offset where no token begins; the type of a stand-in token ("" for none) and where it ends."""
    text = source.text
    char = text[at]
    if char.isdigit() and char.isascii():
        date = _DATE_LIKE.match(text, at)
        if date is not None:
            return _date_like(Span(source, at, date.end()))
        number = _NUMBER_LIKE.match(text, at)
        assert number is not None
        return _number_like(Span(source, at, number.end()))
    if text.startswith('"""', at):
        span = Span(source, at, at + 3)
        message = "this block of text has no end"
        return Diagnostic("KPI012", message, span, label="begins here", help='close it with `"""`'), "BLOCK", len(text)
    if char in "\"'":
        line_end = _line_end(text, at)
        span = Span(source, at, at + len(text[at:line_end].rstrip()))
        message = "this text has no end on its line"
        return (
            Diagnostic("KPI012", message, span, help=f'close it with `{char}`; a text of several lines stands in `"""`'),
            "STRING",
            line_end,
        )
    if char == "`":
        line_end = _line_end(text, at)
        span = Span(source, at, at + len(text[at:line_end].rstrip()))
        return Diagnostic("KPI012", "this quoted name has no end", span, help="close it with a backquote"), "NAME", line_end
    if char == "%":
        return (
            Diagnostic("KPI010", "there is no modulo sign", Span(source, at, at + 1), help="a percentage is a number and `%`: `20%`"),
            "STAR",
            at + 1,
        )
    for wrong, right in (("&&", "and"), ("||", "or"), ("[", "("), ("]", ")"), ("!", "not")):
        if text.startswith(wrong, at):
            span = Span(source, at, at + len(wrong))
            stand_in = {"[": "LPAR", "]": "RPAR"}.get(wrong, right.upper())
            return (
                Diagnostic("KPI010", f"`{wrong}` is not a sign of the language", span, help=f"write `{right}`", fix=Fix(span, right)),
                stand_in,
                span.end,
            )
    if unicodedata.category(char) in ("Cc", "Cf", "Cs"):
        return None, "", at + _run(text, at)  # control characters of the whole text are reported at once
    return bad_character(source, at), "", at + _run(text, at)


def _run(text: str, at: int) -> int:
    """How often the character at an offset is repeated there."""
    rest = text[at : at + 10_000]
    return len(rest) - len(rest.lstrip(rest[0]))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _date_like(span: Span) -> tuple[Diagnostic, str, int]:
    """Four digits and a dash begin a date or a period; there is no other reading."""
    text = span.text
    year, rest = text[:4], text[5:]
    message = f"`{text}` is not a date or a period"
    written: str | None = None
    kind = "PERIOD"
    if found := re.fullmatch(r"(\d{1,2})", rest):
        month = int(found[1])
        if 1 <= month <= 12:
            written = f"{year}-{month:02}"
        else:
            message = f"`{text}` is not a month: there are 12"
    elif found := re.fullmatch(r"([QHW])(\d{1,2})", rest, re.IGNORECASE):
        letter, number = found[1].upper(), int(found[2])
        most = {"Q": 4, "H": 2, "W": 53}[letter]
        if 1 <= number <= most:
            written = f"{year}-{letter}{number:02}" if letter == "W" else f"{year}-{letter}{number}"
        else:
            name = {"Q": "quarters", "H": "halves", "W": "weeks"}[letter]
            message = f"`{text}` does not exist: a year has {most} {name}"
    elif found := re.fullmatch(r"(\d{1,2})-(\d{1,2})", rest):
        kind = "DATE"
        written = f"{year}-{int(found[1]):02}-{int(found[2]):02}"
    elif found := re.fullmatch(r"(\d{1,2})-(\d{1,2})[tT](\d{1,2}):(\d\d)(.*)", rest):
        kind = "TIMESTAMP"
        written = f"{year}-{int(found[1]):02}-{int(found[2]):02}T{int(found[3]):02}:{found[4]}"
        if found[5]:
            message = f"`{text}` is not a timestamp of the language: it has no zone of its own"
    if written is not None and written != text:
        return Diagnostic("KPI014", message, span, help=f"write `{written}`", fix=Fix(span, written)), kind, span.end
    if re.fullmatch(r"\d+", rest):
        step = f"for a subtraction put blanks around the sign: `{year} - {rest}`"
    else:
        step = "write `2026-01-31`, `2026-03`, `2026-Q1`, `2026-H1` or `2026-W05`"
    return Diagnostic("KPI014", message, span, help=step), kind, span.end


def _number_like(span: Span) -> tuple[Diagnostic, str, int]:
    text = span.text
    found = re.fullmatch(r"(\d+(?:\.\d+)?)_?([^\W\d_]+)", text)
    if found is not None and found[2].lower() in SHORT_UNITS and "." not in found[1]:
        unit = SHORT_UNITS[found[2].lower()]
        written = f"{found[1]} {unit}"
        help_ = f"write `{written}`"
        if found[2].lower() == "m":
            help_ += f", or `{found[1]} minutes`"
        return Diagnostic("KPI014", f"`{text}` is not a duration", span, help=help_, fix=Fix(span, written)), "DURATION", span.end
    if re.fullmatch(r"\d+(?:\.\d+)?[eE]\d+", text) and len(text) < 12:
        number = f"{int(float(text)):_}" if float(text) < 1e15 else "1_000_000"
        return (
            Diagnostic("KPI014", f"`{text}` is not a number of the language", span, help=f"write the digits: `{number}`"),
            "NUMBER",
            span.end,
        )
    if found is not None and found[2].lower() in ("k", "mio", "mln", "bn", "mrd"):
        return (
            Diagnostic("KPI014", f"`{text}` is not a number of the language", span, help="write the digits: `1_000_000`"),
            "NUMBER",
            span.end,
        )
    return (
        Diagnostic(
            "KPI014",
            f"`{text}` is neither a number nor a name",
            span,
            help="a name begins with a letter; digits are grouped as in `1_250_000`",
        ),
        "NUMBER",
        span.end,
    )


def no_such_day(span: Span, year: int, month: int, day: int) -> Diagnostic:
    """KPI014 for a well-formed date that no calendar has."""
    if not 1 <= month <= 12:
        return Diagnostic(
            "KPI014", f"`{span.text}` is not a date: there is no month {month}", span, help="dates are written year-month-day: `2026-01-31`"
        )
    if year < 1:
        return Diagnostic("KPI014", f"`{span.text}` is not a date: years count from 0001", span, help="write a later year")
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day if year < 9999 or month < 12 else 31
    message = f"`{span.text}` is not a date: {_MONTHS[month - 1]} {year} has {last} days"
    written = f"{year:04}-{month:02}-{last:02}"
    return Diagnostic(
        "KPI014", message, span, help=f"write `{written}`" if day > 0 else "days count from 01", fix=Fix(span, written) if day else None
    )
