"""The one layout of a file. Comes in: a tree, its comments and its source. Goes out: the canonical text, which parses to the same tree.

Two blanks of indentation, lines of about a hundred characters, one item a line unless a short pair of braces stood on one line already.
Neighbours of a kind are aligned, comments stay before or behind what they stood before or behind, and the author's blank lines stay,
one at a time. Formatting the result again changes nothing.
"""

from __future__ import annotations

from itertools import pairwise

from kpidsl.record import dataclass
from kpidsl.span import Source, Span
from kpidsl.syntax import ast
from kpidsl.syntax.comments import Around, Comments, written
from kpidsl.syntax.format_decl import row
from kpidsl.syntax.format_expr import WIDTH, format_expr, format_name, format_query
from kpidsl.syntax.format_items import Row, braced

__all__ = ["format_expr", "format_file", "format_name", "format_query"]

_WIDEST_CELL = 44  # a longer one is not aligned and does not push its neighbours away
_LAST_COMMENT = 84  # comments behind longer lines are not aligned


def format_file(file: ast.File, source: Source) -> str:
    """The file in canonical form; its text ends in one line end unless it is empty.

    Only for a file that parsed without findings: what the parser could not read is not in the tree, and would be lost.
    """
    lines = _Layout(source, file.comments).body(file.declarations, 0, len(source.text), "", top=True)
    _align_cells(lines)
    _align_comments(lines)
    return "".join(f"{line.shown}\n" for line in lines)


@dataclass(slots=True)
class _Line:
    """A line of the result, with the row whose cells are still to be aligned with its neighbours, and the comment behind it."""

    indent: str
    text: str = ""
    comment: str = ""
    row: Row | None = None
    gap: int = 2

    @property
    def shown(self) -> str:
        text = self.indent + self.text
        return (f"{text}{' ' * self.gap}{self.comment}" if self.comment else text).rstrip(" ")

    def settle(self) -> None:
        """Take the row's text as it is."""
        if self.row is not None:
            self.text, self.row = self.row.text, None


@dataclass(slots=True)
class _Unit:
    """A node or a comment on lines of its own, and its place; `several` where the node takes more than a line."""

    lines: list[_Line]
    start: int
    end: int
    several: bool = False
    comment: bool = False


class _Layout:
    def __init__(self, source: Source, comments: tuple[ast.Comment, ...]) -> None:
        self.text = source.text
        self.comments = Comments(source.text, comments)

    def body(self, nodes: tuple[ast.Node, ...], start: int, end: int, indent: str, top: bool = False) -> list[_Line]:
        """The nodes of a file or of a pair of braces between two offsets, comments included."""
        around, rest = self.comments.around(nodes, start, end)
        units: list[_Unit] = []
        for node, here in zip(nodes, around, strict=True):
            units += [_own_line(comment, indent) for comment in here.before]
            units.append(self._unit(node, here, indent))
        units += [_own_line(comment, indent) for comment in rest]
        gaps = [self.comments.blank_line(one.end, two.start) for one, two in pairwise(units)]
        if top:
            _part(units, gaps)
        lines: list[_Line] = []
        for number, unit in enumerate(units):
            if number and gaps[number - 1]:
                lines.append(_Line(""))
            lines += unit.lines
        return lines

    def _unit(self, node: ast.Node, here: Around, indent: str) -> _Unit:
        """The lines of one node. Comments in the middle of a formula move before it."""
        made = row(node)
        lines = [_Line(indent, line) for line in made.lines] or [_Line(indent, row=made)]
        head = here.inside
        if made.items:
            opened = self.comments.brace(made.items[0].span.start)
            head = [comment for comment in here.inside if comment.span.start < opened]
            if not here.inside and self._fits(made, opened, node.span):
                _append(lines[-1], f" {braced(made.items)}")
            else:
                lines += self._braces(made.items, lines[-1], opened, node.span.end, indent)
        several = len(lines) > 1 or "\n" in lines[0].text
        if here.behind is not None:
            lines[-1].comment = written(here.behind)
        before = [_Line(indent, written(comment)) for comment in head]
        return _Unit([*before, *lines], node.span.start, here.behind.span.end if here.behind else node.span.end, several)

    def _braces(self, items: tuple[ast.Node, ...], head: _Line, opened: int, end: int, indent: str) -> list[_Line]:
        head.settle()
        head.text += " {"
        first = self.comments.between(opened, items[0].span.start)
        begin = opened
        if first and self.comments.same_line(opened, first[0].span.start):
            head.comment = written(first[0])
            begin = first[0].span.end
        return [*self.body(items, begin, end, indent + "  "), _Line(indent, "}")]

    def _fits(self, made: Row, opened: int, span: Span) -> bool:
        """Braces stay on one line where the author had them there and there is room."""
        if made.lines or "\n" in self.text[opened : span.end] or any(row(item).lines for item in made.items):
            return False
        inner = braced(made.items)
        return "\n" not in inner and len(made.text) + len(inner) + 1 <= WIDTH


def _own_line(comment: ast.Comment, indent: str) -> _Unit:
    return _Unit([_Line(indent, written(comment))], comment.span.start, comment.span.end, comment=True)


def _append(line: _Line, text: str) -> None:
    if line.row is None:
        line.text += text
    else:
        line.row.cells[-1] += text


def _part(units: list[_Unit], gaps: list[bool]) -> None:
    """One blank line at least between declarations where one of them takes several lines."""
    last = -1
    for number, unit in enumerate(units):
        if unit.comment:
            continue
        if last >= 0 and (unit.several or units[last].several) and not any(gaps[last:number]):
            gaps[last] = True
        last = number


# ---------------------------------------------------------------- alignment


def _align_cells(lines: list[_Line]) -> None:
    """Pad the cells of neighbouring rows of one kind, then make text of all rows."""
    for first, last in _runs(lines):
        rows = [line.row for line in lines[first:last] if line.row is not None]
        for column in range(max(len(one.cells) for one in rows)):
            _pad_column(rows, column)
    for line in lines:
        if line.row is not None:
            line.settle()


def _runs(lines: list[_Line]) -> list[tuple[int, int]]:
    """Where rows of one kind and indentation stand under each other."""
    found: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if line.row is None:
            continue
        before = lines[number - 1].row if number else None
        if before is not None and before.kind == line.row.kind and lines[number - 1].indent == line.indent:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found


def _pad_column(rows: list[Row], column: int) -> None:
    """Pad one column wherever neighbours have a cell to the right of it."""
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and len(rows[end].cells) > column + 1:
            end += 1
        widths = [len(one.cells[column]) for one in rows[at:end] if len(one.cells[column]) <= _WIDEST_CELL]
        widest = max(widths, default=0)
        for one in rows[at:end]:
            one.cells[column] = one.cells[column].ljust(widest)
        at = end + 1


def _align_comments(lines: list[_Line]) -> None:
    """Comments behind neighbouring lines begin in one column."""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].comment and lines[end].indent == lines[at].indent and "\n" not in lines[end].text:
            end += 1
        widths = [len(line.text) for line in lines[at:end] if len(line.indent + line.text) <= _LAST_COMMENT]
        widest = max(widths, default=0)
        for line in lines[at:end]:
            line.gap = max(2, widest + 2 - len(line.text))
        at = max(end, at + 1)
