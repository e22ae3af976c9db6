"""Diagnostics as an analyst reads them. Comes in: diagnostics. Goes out: text with the source lines, what is wrong marked below them, and
the next step. Colour is added only when asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.report.excerpt import Mark, Styled, excerpt, mark
from kpidsl.report.place import file_of
from kpidsl.report.width import visible
from kpidsl.span import Source

WIDTH = 140
_COLORS = {"error": "1;31", "warning": "1;33", "hint": "1;36", "secondary": "34", "quiet": "2", "strong": "1", "help": "32"}


def render(diagnostics: Iterable[Diagnostic], *, color: bool = False, width: int = WIDTH, folder: str = "") -> str:
    """All diagnostics with an empty line between them, and the count. `folder` stands before the paths of the project's files."""
    found = list(diagnostics)
    blocks = ["\n".join(_paint(line, color) for line in _lines(diagnostic, width, folder)) for diagnostic in found]
    return "\n\n".join([*blocks, summary(found)]) + "\n"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    parts = [f"{counts[severity]} {severity}{'s' if counts[severity] > 1 else ''}" for severity in Severity if counts[severity]]
    return ", ".join(parts) or "no findings"


def _lines(diagnostic: Diagnostic, width: int, folder: str) -> Iterable[Styled]:
    severity = str(diagnostic.severity)
    yield [(f"{severity}[{diagnostic.code}]", severity), (f": {visible(diagnostic.message)}", "strong")]
    for source, marks in _by_source(diagnostic).items():
        first = marks[0]
        line, column = source.position(first.start)
        yield [(f"  {visible(file_of(source, folder))}" + (f":{line}:{column}" if source.text else ""), "quiet")]
        yield from excerpt(source, marks, width)
    for note in diagnostic.notes:
        yield from _aside("note", note, "strong")
    if help := diagnostic.help or _help_of_fix(diagnostic):
        yield from _aside("help", help, "help")


def _by_source(diagnostic: Diagnostic) -> dict[Source, list[Mark]]:
    """The marks of each text, that of the primary span first."""
    marks: dict[Source, list[Mark]] = {}
    if span := diagnostic.span:
        marks[span.source] = [mark(span, visible(diagnostic.label), "^", str(diagnostic.severity))]
    for label in diagnostic.labels:
        marks.setdefault(label.span.source, []).append(mark(label.span, visible(label.message), "-", "secondary"))
    return marks


def _help_of_fix(diagnostic: Diagnostic) -> str:
    if diagnostic.fix is None:
        return ""
    new = diagnostic.fix.replacement
    return f"write `{new}`" if new.strip() else "leave it out"


def _aside(word: str, text: str, style: str) -> Iterable[Styled]:
    """`  help: …`; further lines stand under the first."""
    first, *more = text.split("\n")
    yield [(f"  {word}:", style), (f" {visible(first)}", "")]
    for line in more:
        yield [(f"        {visible(line)}".rstrip(), "")]


def _paint(line: Styled, color: bool) -> str:
    if not color:
        return "".join(text for text, _ in line).rstrip()
    return "".join(f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if style and text.strip() else text for text, style in line)
