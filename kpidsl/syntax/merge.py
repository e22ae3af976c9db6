"""Merges that nobody finished. Comes in: a source. Goes out: the same text with one side of each merge, blanks in place of the rest, and
one error for each merge instead of one for each of its lines."""

from __future__ import annotations

import re

from kpidsl.diagnostic import Diagnostic
from kpidsl.span import Source, Span

_MERGE = re.compile(r"^(<{7}(?: [^\n]*)?\n)(.*?)(^(?:\|{7}(?: [^\n]*)?\n.*?^)?={7}[ \t]*\n.*?^>{7}[^\n]*)$", re.MULTILINE | re.DOTALL)


def one_side(source: Source) -> tuple[Source, list[Diagnostic]]:
    """The source as it is where it holds no merge."""
    if "<<<<<<<" not in source.text:
        return source, []
    found: list[Diagnostic] = []

    def ours(match: re.Match[str]) -> str:
        lines = match[0].count("\n")
        span = Span(source, match.start(), match.end(1) - 1)
        last = source.position(match.end() - 1)[0]
        message = f"a merge was not finished: {lines + 1} lines hold two versions, up to line {last}"
        help = "keep one version, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"
        found.append(Diagnostic("KPI010", message, span, help=help))
        return _blank(match[1]) + match[2] + _blank(match[3])

    text = _MERGE.sub(ours, source.text.replace("\r", " "))
    return (Source(source.path, text), found) if found else (source, [])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
