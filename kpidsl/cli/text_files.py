"""What is wrong with a text file, said to an analyst. Comes in: the cell that the engine could not read, or the columns that it found. Goes
out: the place in the project, the line of the file, and what to write where the file is right and only spelled otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpidsl.diagnostic import Diagnostic
from kpidsl.engines.base import NO_COLUMN, UNREADABLE, WRONG_TYPE, BadCellError
from kpidsl.model.model import Column, SourceModel
from kpidsl.model.rules import describe
from kpidsl.plan.plan import FileRef
from kpidsl.report.width import cut, visible

if TYPE_CHECKING:
    from kpidsl.span import Span

_NOTHING = ("n/a", "na", "null", "none", "nil", "-", "–", "—", "?", "nan", "missing", "unknown", "#n/a")
_DAYS = (
    (re.compile(r"\d{4}/\d{1,2}/\d{1,2}"), "%Y/%m/%d"),
    (re.compile(r"\d{4}\d{2}\d{2}"), "%Y%m%d"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), "%d.%m.%Y"),
    (re.compile(r"\d{1,2}-\d{1,2}-\d{4}"), "%d-%m-%Y"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "%d/%m/%Y"),
)
_WIDEST = 40


def bad_cell(error: BadCellError, owners: dict[FileRef, list[SourceModel]]) -> list[Diagnostic]:
    """The declared column that a cell does not fit, for each source that reads the file; nothing where none does."""
    return [
        _not_of_the_type(error, origin, column)
        for origin, sources in owners.items()
        if error.file.endswith(origin.path.lstrip("./")) or any(sign in origin.path for sign in "*?[")
        for source in sources
        for column in source.columns.values()
        if column.physical is not None and column.physical.casefold() == error.column.casefold()
    ]


def _not_of_the_type(error: BadCellError, origin: FileRef, column: Column) -> Diagnostic:
    shown = cut(visible(error.value), _WIDEST)
    file = origin.path if not any(sign in origin.path for sign in "*?[") else error.file
    return Diagnostic(
        WRONG_TYPE,
        f"`{column.name}` is declared as {describe(column.type)}, and line {error.line} of {file} holds “{shown}”",
        column.span,
        label="declared here",
        help=_way_out(error.value.strip(), column, origin.path),
    )


def _way_out(value: str, column: Column, path: str) -> str:
    """By the looks of the value: an option of the file, where all of its values are written so; else mend it."""
    if value.casefold() in _NOTHING:
        return f'where that stands for nothing, say so: file("{path}", nullstr: "{value}")'
    kind = column.type.kind
    if kind == "date":
        return _way_out_of_days(value, column, path)
    if kind in ("int", "number", "decimal"):
        return _way_out_of_numbers(value, column, path)
    if kind == "bool":
        return f'mend the data, or declare it as text and compare it: {column.name}_is: bool = {column.name} = "{value}"'
    return "mend the data, or declare it as what the data holds"


def _way_out_of_days(value: str, column: Column, path: str) -> str:
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", value):
        return f"declare it as a timestamp, and take the day of it: {column.name}_day: date = date({column.name})"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return "the calendar has no such day; mend the data"
    for shape, format in _DAYS:
        if shape.fullmatch(value):
            also = ', or "%m/%d/%Y" where the month comes first' if format == "%d/%m/%Y" else ""
            return f'say how its days are written: file("{path}", dateformat: "{format}"){also}'
    return "days are written as 2026-03-15; mend the data, or say how they are written: dateformat"


def _way_out_of_numbers(value: str, column: Column, path: str) -> str:
    if re.fullmatch(r"-?\d+,\d+", value):
        return f'where the comma begins the decimals, say so: file("{path}", decimal_separator: ",")'
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", value):
        return f'say how its numbers are written: file("{path}", decimal_separator: ",", thousands: ".")'
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", value):
        return f'say how its numbers are written: file("{path}", thousands: ",")'
    if re.search(r"[^\d.,\s-]", value) and re.search(r"\d", value):
        return f'write bare numbers, or declare it as text and convert it: number(replace({column.name}, "…", ""))'
    return f"mend the data, or declare it as text and convert it: number({column.name})"


def without_head(source: SourceModel, origin: FileRef, there: Sequence[str], place: Span) -> Diagnostic:
    """A text file that has none of the declared columns: it is empty, or its first line does not name them."""
    if list(there) in ([], ["column0"]):
        message = f"{origin.path} is empty, or its lines are"
        return Diagnostic(UNREADABLE, message, place, help="write at least the line with the names of the columns")
    listed = cut(visible(", ".join(there)), 100)
    return Diagnostic(
        NO_COLUMN,
        f"{origin.path} has none of the columns that `{source.name}` declares",
        place,
        notes=(f"its columns seem to be {listed}",),
        help="its first line must name them, and all lines have as many cells; what stands above is left out with file(…, skip: 2)",
    )


def not_utf8(origin: FileRef, place: Span) -> Diagnostic:
    """A text file in an older encoding."""
    return Diagnostic(
        UNREADABLE,
        f"{origin.path} is not written in UTF-8",
        place,
        help=f'save it as “CSV UTF-8”, or say how it is written: file("{origin.path}", encoding: "latin-1"), or "utf-16"',
    )
