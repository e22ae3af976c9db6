"""One cause, one error, where text could not be read. Comes in: the files of a project and what is wrong with their text. Goes out: the
names whose declaration is lost, of which nothing more is told, and the findings without those that only follow from the text."""

from __future__ import annotations

import re

from kpidsl.diagnostic import Diagnostic, Diagnostics
from kpidsl.syntax import ast

SYNTAX = tuple(f"KPI{number:03}" for number in range(10, 20))
UNUSED = "KPI047"
_NAME = r"(`[^`\n]+`|[^\W\d]\w*)"
_DECLARED = re.compile(rf"\b(?:source|metric|dimension|segment|param|goal|funnel|cohort|scorecard|report|journey|need)\s+{_NAME}")
_NEXT = re.compile(rf"\s+{_NAME}")


def lost_names(diagnostics: Diagnostics, files: list[ast.File]) -> frozenset[str]:
    """Names that the text declares and the tree does not have: behind a keyword, or behind a word that begins no declaration."""
    unread = [found.span for found in diagnostics.found if found.span is not None and found.code in SYNTAX]
    if not unread:
        return frozenset()
    written = [name for file in files for name in _DECLARED.findall(file.span.source.text)]
    written += [found[1] for span in unread if (found := _NEXT.match(span.source.text, span.end)) is not None]
    known = {_name(decl) for file in files for decl in file.declarations}
    return frozenset(name.strip("`") for name in written) - known


def _name(decl: ast.Node) -> str:
    return getattr(getattr(decl, "name", None), "text", "")


def keep_quiet(diagnostics: Diagnostics) -> None:
    """Takes back what follows from something else: all but the first finding about the text of a line that could not be read, others on
    such a line, and, where anything is wrong, hints that nothing uses a name, for what uses it may be what is wrong."""
    first: dict[tuple[str, int], Diagnostic] = {}
    for found in sorted(diagnostics.found, key=lambda found: found.sort_key):
        if found.span is not None and found.code in SYNTAX:
            first.setdefault((found.span.source.path, found.span.line), found)

    wrong = bool(diagnostics.errors)

    def stays(found: Diagnostic) -> bool:
        if found.code == UNUSED and wrong:
            return False
        there = None if found.span is None else first.get((found.span.source.path, found.span.line))
        return there is None or there is found

    diagnostics.found[:] = [found for found in diagnostics.found if stays(found)]
