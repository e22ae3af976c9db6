"""Text files line by line. Comes in: a CSV file whose columns an engine did not find under the names of its first line. Goes out: the line
that is to blame, in words. An engine that meets a line with too many cells may take another sign for the one between cells, and read
nonsense.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

_SIGNS = ",;\t|"
_MOST = 200_000
"""Lines that are looked at."""


def broken_line(path: Path, found: Iterable[str]) -> str:
    """Which line does not have as many cells as the first one, "" where the columns are those of the first line, or all lines are
    alike. Files that are not UTF-8 are left to the engine."""
    try:
        with _opened(path) as stream:
            return _broken(stream, path.name, {name.strip().casefold() for name in found})
    except (OSError, UnicodeDecodeError, csv.Error):  # the engine says what is wrong with such a file
        return ""


def _opened(path: Path):  # type: ignore[no-untyped-def]
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return open(path, encoding="utf-8-sig", newline="")


def _broken(stream: Iterable[str], name: str, found: set[str]) -> str:
    lines = iter(stream)
    first = next(lines, "")
    sign = max(_SIGNS, key=first.count)
    head = next(csv.reader([first], delimiter=sign), [])
    if not first.strip() or not first.count(sign) or {cell.strip().casefold() for cell in head} == found:
        return ""
    for line, row in _rows(lines, sign):
        if row and len(row) != len(head):
            cells = f"{len(row)} cell{'' if len(row) == 1 else 's'}"
            return f"line {line:,} of {name} has {cells}, and its first line names {len(head)} columns; mend that line, or leave it out"
    return ""


def _rows(lines: Iterable[str], sign: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their last line in the file, of which one was read already."""
    reader = csv.reader(lines, delimiter=sign)
    for row in reader:
        if reader.line_num > _MOST:
            return
        yield reader.line_num + 1, row
