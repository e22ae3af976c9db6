"""Paragraphs about names, for `kpi explain`: the parts that all of them are made of. Comes in: facts. Goes out: lines of text, safe for a
terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kpidsl.cli.console import Console
from kpidsl.report.width import pad, visible, width
from kpidsl.span import Span

WIDEST = 110
GAP = "    "


class Paragraphs:
    """Lines for one console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def head(self, *facts: str) -> str:
        """`roas · ROAS · a multiple`: the name first, then whatever is known in a word."""
        first, *rest = [visible(fact) for fact in facts if fact]
        return " · ".join([self.console.style(first, "strong"), *rest])

    def place(self, span: Span) -> str:
        """`shop.kpi:23`."""
        return f"{visible(span.source.path)}:{span.line}"

    def wrapped(self, text: str, indent: str = "") -> str:
        """A long line as several."""
        return textwrap.fill(visible(" ".join(text.split())), WIDEST, initial_indent=indent, subsequent_indent=indent)

    def users(self, found: dict[str, list[str]]) -> Iterator[str]:
        """`Used by: metric net · reports monthly, weekly`; nothing where nobody does."""
        words = []
        for kind, names in found.items():
            word = "KPI" if kind == "kpi" else kind
            words.append(f"{word}{'s' if len(names) > 1 else ''} {', '.join(names)}")
        if words:
            yield self.wrapped(f"Used by: {' · '.join(words)}")

    def table(self, rows: list[tuple[str, ...]]) -> Iterator[str]:
        """Rows of a small table, indented, the last column ragged."""
        widths = [max(width(visible(row[at])) for row in rows) for at in range(len(rows[0]) - 1)]
        for row in rows:
            cells = [pad(visible(cell), size) for cell, size in zip(row, widths, strict=False)]
            yield (GAP + "  ".join([*cells, visible(row[-1])])).rstrip()


def one_line(text: str) -> str:
    """A formula as it is written, on one line."""
    return " ".join(text.split())
