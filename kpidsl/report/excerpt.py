"""Lines of a source with marks below them. Comes in: a source and the ranges to mark. Goes out: styled lines with a gutter of line numbers,
`^^^^` and `----` under the ranges and their labels beside them, in the columns that a terminal uses.
"""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.record import dataclass
from kpidsl.report.width import visible, width
from kpidsl.span import Source, Span

Styled = list[tuple[str, str]]
"""One line: pieces of text, each with the name of its style."""

_TAB = 4
_BEFORE = 24  # columns of a long line that are kept before the mark
_REACH = 2000  # characters of a line around a mark that are looked at: a line may hold megabytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of offsets, the sign it is marked with and the words beside the sign."""

    start: int
    end: int
    label: str
    sign: str
    style: str


def mark(span: Span, label: str, sign: str, style: str) -> Mark:
    """A mark of a span, without blanks at its end; the end of a file is marked behind its last word."""
    text = span.source.text
    start, end = span.start, max(span.start, min(span.end, len(text)))
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end and not text[start:].strip():
        start = end = len(text.rstrip())
    return Mark(start, end, label, sign, style)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The part of a mark on one line, in characters of that line. Only the last part carries the label."""

    start: int
    end: int
    mark: Mark
    label: str


def excerpt(source: Source, marks: list[Mark], columns: int) -> Iterator[Styled]:
    """The marked lines in their order; lines left out between them show as `...`. Nothing where the source has no text."""
    if not source.text.strip():
        return
    pieces: dict[int, list[_Piece]] = {}
    for mark in marks:
        for line, piece in _pieces(source, mark):
            pieces.setdefault(line, []).append(piece)
    gutter = len(str(max(pieces)))
    before = None
    for line in sorted(pieces):
        if before is not None and line == before + 2:
            yield from _numbered(source, line - 1, [], gutter, columns)
        elif before is not None and line > before + 1:
            yield [(f"  {'...':>{gutter}}", "quiet")]
        yield from _numbered(source, line, pieces[line], gutter, columns)
        before = line


def _pieces(source: Source, mark: Mark) -> Iterator[tuple[int, _Piece]]:
    """A mark line by line: all lines of a short one, the first and the last of a long one."""
    first, column = source.position(mark.start)
    last = source.position(max(mark.start, mark.end - 1))[0]
    for line in range(first, last + 1):
        if last - first > 3 and first < line < last:
            continue
        content = source.line_text(line)
        left = column - 1 if line == first else len(content) - len(content.lstrip())
        right = mark.end - source.line_starts[line - 1] if line == last else len(content)
        if right > left or line == first:
            yield line, _Piece(left, max(right, left + 1), mark, mark.label if line == last else "")


def _numbered(source: Source, line: int, pieces: list[_Piece], gutter: int, columns: int) -> Iterator[Styled]:
    window = _Window(source.line_text(line), pieces, columns - gutter - 5)
    yield [(f"  {line:>{gutter}} | ", "quiet"), (window.text, "")]
    for row in _rows([(window.column(piece.start), window.column(piece.end), piece) for piece in pieces]):
        yield [(f"  {'':>{gutter}} | ", "quiet"), *row]


class _Window:
    """As much of a line as fits, with the marked part in it; knows the column of each character."""

    def __init__(self, line: str, pieces: list[_Piece], columns: int) -> None:
        focus = next((piece for piece in pieces if piece.mark.sign == "^"), pieces[0] if pieces else None)
        self._offset = max(0, (focus.start if focus else 0) - _REACH // 4)
        shown = line[self._offset : self._offset + _REACH]
        cells: list[str] = []
        self._columns = [0]
        for char in shown:
            at = self._columns[-1]
            cell = " " * (_TAB - at % _TAB) if char == "\t" else visible(char)
            cells.append(cell)
            self._columns.append(at + width(cell))
        whole = self._columns[-1] <= columns and len(shown) == len(line)
        self._first = 0 if whole else self._start(focus, pieces, columns)
        self._last = len(cells) if whole else self._end(columns - 1)
        before = "…" if self._first or self._offset else ""
        after = "…" if self._last < len(cells) or self._offset + _REACH < len(line) else ""
        self._shift = len(before) - self._columns[self._first]
        self.text = before + "".join(cells[self._first : self._last]).rstrip() + after

    def column(self, at: int) -> int:
        """The column under which a character of the line stands; what is left out counts for the nearest edge."""
        at = min(max(at - self._offset, self._first), self._last)
        return self._columns[at] + self._shift

    def _start(self, focus: _Piece | None, pieces: list[_Piece], columns: int) -> int:
        if focus is None:
            return 0
        left, right = (min(max(at - self._offset, 0), len(self._columns) - 1) for at in (focus.start, max(p.end for p in pieces)))
        if self._columns[right] < columns:
            return 0
        wanted = self._columns[left] - _BEFORE
        return next(at for at, column in enumerate(self._columns) if column >= wanted)

    def _end(self, columns: int) -> int:
        limit = self._columns[self._first] + columns - 1
        return max(at for at, column in enumerate(self._columns) if column <= limit)


def _rows(placed: list[tuple[int, int, _Piece]]) -> Iterator[Styled]:
    """The signs; beside them the label of the last mark; below it the others, each on a row of its own under a `|`."""
    if not placed:
        return
    placed = sorted(placed, key=lambda item: item[0])
    signs: dict[int, tuple[str, str]] = {}
    for left, right, piece in sorted(placed, key=lambda item: (item[0] - item[1], item[2].mark.sign == "^")):  # shorter ones on top
        for column in range(left, max(right, left + 1)):
            signs[column] = (piece.mark.sign, piece.mark.style)
    labelled = [item for item in placed if item[2].label]
    row = _row(signs)
    if labelled and max(labelled[-1][0] + 1, labelled[-1][1]) > max(signs):
        last = labelled.pop()[2]
        row += [(f" {last.label}", last.mark.style)]
    yield row
    bars = {left: ("|", piece.mark.style) for left, _, piece in labelled}
    if bars:
        yield _row(bars)
    while labelled:
        left, _, piece = labelled.pop()
        row = _row({column: bar for column, bar in bars.items() if column < left})
        yield [*row, (" " * (left - sum(len(text) for text, _ in row)), ""), (piece.label, piece.mark.style)]


def _row(cells: dict[int, tuple[str, str]]) -> Styled:
    """Single characters at their columns, neighbours of one style as one piece."""
    row: Styled = []
    end = 0
    for column in sorted(cells):
        char, style = cells[column]
        if column > end:
            row.append((" " * (column - end), ""))
        if column == end and row and row[-1][1] == style:
            row[-1] = (row[-1][0] + char, style)
        else:
            row.append((char, style))
        end = column + 1
    return row
