"""The result of a query in every format but Parquet. Comes in: a `Result`. Goes out: text: a table for people with units and separators,
Markdown likewise, or CSV and JSON with the values as they are: a double by the shortest text that reads back as the same double, an amount
of money without the dust of doubles.
"""

from __future__ import annotations

import csv as csv_format
import datetime as dt
import io
import json as json_format
import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import partial

from kpidsl.report.cells import DIGITS as _KEPT
from kpidsl.report.cells import NULL, cells, heading, is_missing, is_number, money_scale
from kpidsl.report.result import Result, ResultColumn, Value
from kpidsl.report.width import cut, pad, visible, width

FORMATS = ("text", "csv", "json", "markdown")
_WIDEST = 60  # columns of one cell
_GAP = "   "
_ORDINARY = ("", "group")  # row types of rows that are no totals


def render(result: Result, format: str, *, locale: str = "en", terminal: bool = False) -> str:
    """The result in one of `FORMATS`. `terminal` says that people see it: then no value can send a control character."""
    match format:
        case "text":
            return text(result, locale)
        case "markdown":
            return markdown(result, locale)
        case "csv":
            return csv(result, terminal)
        case "json":
            return json(result)
    raise ValueError(f"no such format: {format}")


def text(result: Result, locale: str = "en") -> str:
    """An aligned table, numbers on the right; rows of totals say so in their first empty group."""
    columns, rows = _shown(result, locale)
    titles = [cut(heading(column), _WIDEST) for column in columns]
    lines = [titles, *([cut(cell, _WIDEST) for cell in row] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    right = [is_number(column) for column in columns]
    return "".join(_GAP.join(map(pad, line, widths, right)).rstrip() + "\n" for line in lines)


def markdown(result: Result, locale: str = "en") -> str:
    """A GitHub table; nothing in a value can end a cell or become markup."""
    columns, rows = _shown(result, locale)
    rules = ["---:" if is_number(column) else "---" for column in columns]
    titles = [escaped(heading(column)) for column in columns]
    return "".join(f"| {' | '.join(line)} |\n" for line in [titles, rules, *([escaped(cell) for cell in row] for row in rows)])


def csv(result: Result, terminal: bool = False) -> str:
    """RFC 4180: CRLF, quotes where needed, null empty, numbers without separators."""
    buffer = io.StringIO()
    writer = csv_format.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.name for column in result.columns])
    write = [_writer(column) for column in result.columns]
    writer.writerows([_raw(tidy(value)) for tidy, value in zip(write, row, strict=True)] for row in result.rows)
    written = buffer.getvalue()
    if not terminal:
        return written
    return "".join(visible(line) + "\n" for line in written.split("\r\n")[:-1])


def json(result: Result, **beside: Result) -> str:
    """`{"columns": [{"name", "type", "unit"}], "rows": [[…]]}`, a row on a line; decimals keep their digits, NaN and infinity are null.
    Further tables stand `beside` these two, each under its name."""
    others = "".join(f",\n {_json_text(name)}: {json(other).rstrip()}" for name, other in beside.items())
    columns = [{"name": column.name, "type": column.type, "unit": column.unit} for column in result.columns]
    write = [_writer(column) for column in result.columns]
    rows = ",\n".join(f"  [{', '.join(_json_value(tidy(value)) for tidy, value in zip(write, row, strict=True))}]" for row in result.rows)
    head = ", ".join(map(_json_text, columns))
    return f'{{"columns": [{head}],\n "rows": [{f"{chr(10)}{rows}{chr(10)} " if rows else ""}]{others}}}\n'


def _shown(result: Result, locale: str) -> tuple[list[ResultColumn], list[list[str]]]:
    """Columns and cells for people: without the row type, which shows as a word in the groups that a row sums up."""
    kept = [at for at, column in enumerate(result.columns) if column.role != "row_type"]
    columns = [result.columns[at] for at in kept]
    written = [cells(result.columns[at], result.values(at), locale) for at in kept]
    rows = [list(row) for row in zip(*written, strict=True)] if kept else []
    groups = [at for at, column in enumerate(columns) if column.role == "group"]
    for at, column in enumerate(result.columns):
        if column.role == "row_type":
            for row, kind in zip(rows, result.values(at), strict=True):
                if kind is not None and kind not in _ORDINARY:
                    summed = [group for group in groups if row[group] == NULL]
                    for group in summed:
                        row[group] = ""
                    if summed:
                        row[summed[0]] = visible(str(kind)).capitalize()
    return columns, rows


def _writer(column: ResultColumn) -> Callable[[Value], Value]:
    """What a column's values are for programs."""
    scale = money_scale(column)
    if scale is None:
        return lambda value: value
    return partial(_amount, scale if column.type == "decimal" else None)


def _amount(scale: int | None, value: Value) -> Value:
    """An amount of money: of exact ones the currency's digits and what they have beyond; of doubles six digits behind the point, which is
    where sums of money are rounded, or the digits that a double keeps."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or is_missing(value):
        return value
    if isinstance(value, float) and (scale is None or abs(value) >= 10**_KEPT):
        return float(f"{value:.{_KEPT}g}") or 0.0
    if scale is None:
        return value
    with localcontext(prec=400):
        number = round(Decimal(repr(value)), 6) if isinstance(value, float) else Decimal(value)
        number = number.normalize() or Decimal(0)
        digits = max(scale, -int(number.as_tuple().exponent))
        return number.quantize(Decimal(1).scaleb(-digits))


def _raw(value: Value) -> str | int | float | None:
    """A value for programs, as text where Python's own text would not be the common one."""
    match value:
        case _ if is_missing(value):
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case dt.date():  # a datetime is one as well
            return value.isoformat()
        case _:
            return value


def _json_value(value: Value) -> str:
    if is_missing(value):
        return "null"
    raw = _raw(value)
    return str(raw) if isinstance(value, bool | Decimal) else _json_text(raw)


def _json_text(value: object) -> str:
    """JSON in UTF-8; only what a terminal would act on, or what has no UTF-8, is written as an escape."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json_format.dumps(value, ensure_ascii=False))


_HIDDEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#&$])")


def escaped(cell: str) -> str:
    return _MARKUP.sub(r"\\\1", cell)
