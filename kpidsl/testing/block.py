"""The rows of a test. Comes in: a `given` or `expect` with its CSV. Goes out: its header and rows, each cell with its place.

Cells stand between commas and may be padded. An empty cell and the word `null` are null, `""` is empty text; a comma, a quote (doubled)
and blanks at the edges need quotes. Empty lines do not count.
"""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.record import dataclass
from kpidsl.span import Source, Span
from kpidsl.syntax import ast

MALFORMED = "KPI184"


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` is None for null."""

    text: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A header and rows that are as long as it."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span

    @property
    def names(self) -> list[str]:
        return [cell.text or "" for cell in self.header]


def read(node: ast.Given | ast.Expect) -> Block:
    """The block; KpiError (KPI184) with everything that is wrong with its form."""
    before = node.source.span if isinstance(node, ast.Given) else node.query.span
    start = node.span.source.text.index('"""', before.end) + 3
    lines = _Scanner(node.span.source, start, start + len(node.text)).lines()
    if not lines:
        help = "begin with the names of its columns: country, revenue"
        raise KpiError(Diagnostic(MALFORMED, "this block is empty", node.span, help=help))
    header, *rows = lines
    problems = _bad_header(header)
    for row in rows:
        if len(row) != len(header):
            span = row[0].span.to(row[-1].span)
            values = f"{len(row)} value{'' if len(row) == 1 else 's'}"
            help = "write nothing between two commas for null, and quote a value that has a comma"
            problems.append(Diagnostic(MALFORMED, f"this row has {values}, the header {len(header)}", span, help=help))
    if problems:
        raise KpiError(*problems)
    return Block(tuple(header), tuple(map(tuple, rows)), Span(node.span.source, start, start + len(node.text)))


def _bad_header(header: list[Cell]) -> list[Diagnostic]:
    problems = []
    seen: dict[str, Cell] = {}
    for cell in header:
        if not cell.text:
            problems.append(Diagnostic(MALFORMED, "a column has no name", cell.span, help="name it, or take the comma out"))
        elif cell.text in seen:
            problems.append(Diagnostic(MALFORMED, f"two columns are called `{cell.text}`", cell.span, help="leave one of them out"))
        else:
            seen[cell.text] = cell
    return problems


@dataclass(slots=True)
class _Scanner:
    source: Source
    at: int
    end: int

    def lines(self) -> list[list[Cell]]:
        found = []
        while self.at < self.end:
            stop = self._line_end()
            if self.source.text[self.at : stop].strip():
                found.append(self._cells())
            self.at = self._line_end() + 1
        return found

    def _line_end(self) -> int:
        stop = self.source.text.find("\n", self.at, self.end)
        return self.end if stop < 0 else stop

    def _cells(self) -> list[Cell]:
        cells = [self._cell()]
        while self.at < self.end and self.source.text[self.at] == ",":
            self.at += 1
            cells.append(self._cell())
        return cells

    def _cell(self) -> Cell:
        text = self.source.text
        begin = self.at
        while self.at < self.end and text[self.at] in " \t\r":
            self.at += 1
        if self.at < self.end and text[self.at] == '"':
            return self._quoted()
        start = self.at if self.at < self.end and text[self.at] not in ",\n" else begin
        while self.at < self.end and text[self.at] not in ",\n":
            self.at += 1
        written = text[start : self.at].strip()
        span = Span(self.source, start, start + len(written)) if written else Span(self.source, begin, max(self.at, begin))
        if len(written) > 1 and written[0] == written[-1] == "`":
            written = written[1:-1]
        return Cell(None if written in ("", "null") else written, span)

    def _quoted(self) -> Cell:
        text, start = self.source.text, self.at
        parts = []
        self.at += 1
        while True:
            stop = text.find('"', self.at, self.end)
            if stop < 0:
                raise KpiError(
                    Diagnostic(
                        MALFORMED,
                        "this quote is not closed",
                        Span(self.source, start, self._line_end()),
                        help='write "" for a quote inside',
                    )
                )
            parts.append(text[self.at : stop])
            self.at = stop + 1
            if text[self.at : self.at + 1] != '"' or self.at >= self.end:
                break
            parts.append('"')
            self.at += 1
        cell = Cell("".join(parts), Span(self.source, start, self.at))
        while self.at < self.end and text[self.at] in " \t\r":
            self.at += 1
        if self.at < self.end and text[self.at] not in ",\n":
            rest = Span(self.source, self.at, self.at + 1)
            raise KpiError(Diagnostic(MALFORMED, "something stands behind this quoted value", rest, help='write "" for a quote inside'))
        return cell
