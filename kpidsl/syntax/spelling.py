"""Misspelt tokens. Comes in: a place where no token of the language begins, or a literal that names nothing. Goes out: a diagnostic
that shows the right spelling, and what the analyst probably meant, so that parsing can go on."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, Fix
from kpidsl.span import Source, Span
from kpidsl.syntax.tables import tables

NUMERIC = frozenset({"NUMBER", "PERCENT", "MONEY", "DURATION"})
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d_])")
NAME_IN_BRACKETS = re.compile(r"\[[^\W\d]\w*(?: \w+)+\]")
_DATE_LIKE = re.compile(r"\d{4}-[\w-]+(?::\w+)*(?:\.\d+)?")
_NUMBER_LIKE = re.compile(r"\d[\w]*(?:\.\d\w*)*")
SHORT_UNITS = {
    "s": "seconds", "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "hr": "hours", "hrs": "hours",
    "m": "months", "mo": "months", "mon": "months", "q": "quarters", "y": "years", "yr": "years", "yrs": "years",
    "day": "days", "days": "days", "week": "weeks", "weeks": "weeks", "wk": "weeks", "month": "months", "months": "months",
    "hour": "hours", "hours": "hours", "year": "years", "years": "years", "minute": "minutes", "minutes": "minutes",
    "second": "seconds", "seconds": "seconds", "quarter": "quarters", "quarters": "quarters",
}  # fmt: skip
_TIMES = {"k": 3, "tsd": 3, "m": 6, "mn": 6, "mio": 6, "mln": 6, "b": 9, "bn": 9, "mrd": 9, "mld": 9}  # powers of ten
_LISTS = frozenset({"by", "values", "show", "key", "kpi", "goal", "same"})  # words before lists that stand without brackets
_CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS"}
_SIGNS = {
    "，": ",", "、": ",", "；": ";", "：": ":", "（": "(", "）": ")", "｛": "{", "｝": "}", "＝": "=", "＜": "<", "＞": ">", "。": ".",
    "－": "-", "−": "-", "–": "-", "—": "-", "＋": "+", "×": "*", "÷": "/", "／": "/", "％": "%", "＊": "*", "≤": "<=", "≥": ">=",
    "≠": "<>", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "「": '"', "」": '"', "＂": '"', "＃": "#",
    "…": "..",
}  # fmt: skip
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_MONTHS_RUN = "months run from 01 to 12"


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
    for wrong, right in (("&&", "and"), ("||", "or"), ("]", ")"), ("!", "not")):
        if text.startswith(wrong, at):
            span = Span(source, at, at + len(wrong))
            stand_in = {"]": "RPAR"}.get(wrong, right.upper())
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
    step = "write `2026-01-31`, `2026-03`, `2026-Q1`, `2026-H1` or `2026-W05`"
    kind = "PERIOD"
    if found := re.fullmatch(r"(\d{1,2})", rest):
        month = int(found[1])
        if 1 <= month <= 12:
            written = f"{year}-{month:02}"
        else:
            message, step = f"`{text}` is not a month", _MONTHS_RUN
    elif found := re.fullmatch(r"([QHW])(\d{1,2})", rest, re.IGNORECASE):
        letter, number = found[1].upper(), int(found[2])
        most = {"Q": 4, "H": 2, "W": weeks_of(int(year))}[letter]
        if 1 <= number <= most:
            written = f"{year}-{letter}{number:02}" if letter == "W" else f"{year}-{letter}{number}"
        else:
            return no_such_part(span, int(year), letter), kind, span.end
    elif found := re.fullmatch(r"(\d{1,2})-(\d{1,2})", rest):
        kind = "DATE"
        if not _is_day(int(year), int(found[1]), int(found[2])):
            return no_such_day(span, int(year), int(found[1]), int(found[2])), kind, span.end
        written = f"{year}-{int(found[1]):02}-{int(found[2]):02}"
    elif found := re.fullmatch(r"(\d{1,2})-(\d{1,2})[tT](\d{1,2}):(\d\d)(.*)", rest):
        kind = "TIMESTAMP"
        written = f"{year}-{int(found[1]):02}-{int(found[2]):02}T{int(found[3]):02}:{found[4]}"
        if found[5]:
            message = f"`{text}` is not a timestamp of the language: it has no zone of its own"
    if written is not None and written != text:
        return Diagnostic("KPI014", message, span, help=f"write `{written}`", fix=Fix(span, written)), kind, span.end
    if re.fullmatch(r"\d{3,}", rest):
        step = f"for a subtraction put blanks around the sign: `{year} - {rest}`"
    return Diagnostic("KPI014", message, span, help=step), kind, span.end


def _number_like(span: Span) -> tuple[Diagnostic, str, int]:
    text = span.text
    tail, end = _currency_behind(span)
    whole = Span(span.source, span.start, end)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", text):
        return thousands(whole), "MONEY" if tail else "NUMBER", end
    found = re.fullmatch(r"(\d+(?:\.\d+)?)_?([^\W\d_]+)", text)
    power = _TIMES.get(found[2].lower()) if found is not None else None
    if found is not None and power is not None and (tail or found[2].lower() not in SHORT_UNITS) and len(text) < 20:
        written = f"{Decimal(found[1]).scaleb(power):,f}".replace(",", "_")
        written = (written.rstrip("0").rstrip(".") if "." in written else written) + tail
        message = f"`{whole.text}` is not {'an amount of money' if tail else 'a number of the language'}"
        kind = "MONEY" if tail else "NUMBER"
        return Diagnostic("KPI014", message, whole, help=f"write `{written}`", fix=Fix(whole, written)), kind, end
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
    day = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    if day is not None:
        written = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"
        return Diagnostic("KPI014", f"`{text}` is not a date of the language", span, help=f"write `{written}`"), "DATE", span.end
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


def _currency_behind(span: Span) -> tuple[str, int]:
    """The currency that follows a number on its line, as ` EUR`, and where it ends; or nothing."""
    found = re.compile(r"[ \t]*([a-zA-Z]{3})(?!\w)").match(span.source.text, span.end)
    if found is None or found[1].lower() in tables().keywords:
        return "", span.end
    money = next(pattern for name, pattern in tables().patterns if name == "MONEY")
    return (f" {found[1].upper()}", found.end()) if re.fullmatch(money, f"1 {found[1].upper()}") else ("", span.end)


def thousands(span: Span) -> Diagnostic:
    """KPI014 for digits that are grouped by commas or points."""
    separator = "," if "," in span.text else "."
    written = span.text.replace(separator, "_")
    help_ = f"thousands are grouped with `_`: `{written}`"
    return Diagnostic("KPI014", f"`{span.text}` is not one number", span, help=help_, fix=Fix(span, written))


_LINES = re.compile(r"\[[ \t]*(?:#[^\n]*)?\r?\n")


def opens_lines(text: str, at: int) -> bool:
    """Whether a square bracket is the last sign of its line: items follow, which stand in braces."""
    return _LINES.match(text, at) is not None


def square_brackets(span: Span) -> Diagnostic:
    """KPI010 for a pair of square brackets: a list of SQL or Python, or a name of a spreadsheet."""
    text = span.source.text
    inner = span.text[1:-1].strip()
    before = re.search(r"([^\W\d]\w*|`[^`\n]*`)([ \t\r\n]*)$", text[max(0, span.start - 200) : span.start])
    word = before[1].lower() if before is not None else ""
    short = len(inner) <= 60 and not {"\n", "["} & set(inner)
    message, written = "square brackets are not signs of the language", f"({inner})"
    if word == "in":
        message = "a list stands in parentheses"
        help_ = f"write `in ({inner if short else '…'})`"
    elif opens_lines(text, span.start):
        written = f"{{{span.text[1:-1]}}}"
        help_ = "items stand in braces: write `{ … }`"
    elif word in _LISTS:
        message, written = "a list stands here without brackets", inner
        help_ = f"write `{word} {inner if short else '…'}`"
    elif before is not None and not before[2] and inner.isidentifier():
        written = f".{inner}"
        help_ = f"write `{before[1]}.{inner}`"
    elif NAME_IN_BRACKETS.fullmatch(span.text):
        message = "a name of several words stands in backquotes"
        written = f"`{inner}`" if before is None or before[2] else f".`{inner}`"
        help_ = f"write `` {written.removeprefix('.')} ``" if before is None or before[2] else f"write `` {before[1]}{written} ``"
    else:
        help_ = f"write `({inner if short else '…'})`"
    return Diagnostic("KPI010", message, span, help=help_, fix=Fix(span, written))


def weeks_of(year: int) -> int:
    """How many ISO weeks a year has."""
    return dt.date(max(year, 1), 12, 28).isocalendar().week


def no_such_part(span: Span, year: int, letter: str) -> Diagnostic:
    """KPI014 for a quarter, half or week that a year does not have."""
    name, parts = {
        "Q": ("quarter", "quarters Q1 to Q4"),
        "H": ("half of a year", "halves H1 and H2"),
        "W": ("week", f"weeks W01 to W{weeks_of(year)}"),
    }[letter]
    return Diagnostic("KPI014", f"`{span.text}` is not a {name}", span, help=f"{year:04} has {parts}")


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def no_such_day(span: Span, year: int, month: int, day: int) -> Diagnostic:
    """KPI014 for a well-formed date that no calendar has."""
    message = f"`{span.text}` is not a date"
    if year < 1:
        return Diagnostic("KPI014", message, span, help="years count from 0001")
    if not 1 <= month <= 12:
        if not _is_day(year, day, month):
            return Diagnostic("KPI014", message, span, help=_MONTHS_RUN)
        written = f"{year:04}-{day:02}-{month:02}"
        return Diagnostic("KPI014", message, span, help=f"the month comes before the day: `{written}`", fix=Fix(span, written))
    last = 31 if month == 12 else (dt.date(year, month + 1, 1) - dt.timedelta(days=1)).day
    fix = Fix(span, f"{year:04}-{month:02}-{last:02}") if day > last else None
    return Diagnostic("KPI014", message, span, help=f"{_MONTHS[month - 1]} {year} has days 01 to {last}", fix=fix)
