"""One cause, one error. Comes in: all findings of a project with text that could not be read. Goes out: the findings without those that
only follow from that."""

from __future__ import annotations

import re

from kpidsl.diagnostic import Diagnostic, Diagnostics
from kpidsl.syntax import ast

SYNTAX = tuple(f"KPI{number:03}" for number in range(10, 20))
UNKNOWN = ("KPI020", "KPI030", "KPI031", "KPI038", "KPI039", "KPI047", "KPI048")


def keep_quiet(diagnostics: Diagnostics, files: list[ast.File]) -> None:
    """Takes back what follows from text that could not be read: names whose declaration is lost, and findings on the same line."""
    declared = re.compile(r"\b(?:source|metric|dimension|segment|param|goal|funnel|need)\s+(`[^`\n]+`|[^\W\d]\w*)")
    names = {name.strip("`") for file in files for name in declared.findall(file.span.source.text)}
    known = {getattr(getattr(d, "name", None), "text", "") for file in files for d in file.declarations}
    lost = names - known
    lines = {(d.span.source.path, d.span.line) for d in diagnostics.found if d.span is not None and d.code in SYNTAX}

    def follows(found: Diagnostic) -> bool:
        if found.span is None or found.code in SYNTAX:
            return False
        unknown = found.code in UNKNOWN and bool(lost & set(re.findall(r"\w+", found.span.text)))
        return unknown or (found.span.source.path, found.span.line) in lines

    diagnostics.found[:] = [d for d in diagnostics.found if not follows(d)]
