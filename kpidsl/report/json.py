"""Diagnostics for programs. Comes in: diagnostics. Goes out: one JSON document; lines and columns count from 1, an end stands behind the
last character, and places are null where a finding has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.report.place import file_of
from kpidsl.span import Span


def render(diagnostics: Iterable[Diagnostic], *, folder: str = "") -> str:
    """`{"diagnostics": [{code, severity, message, place, label, labels, notes, help, fix}], "errors": 1, "warnings": 0, "hints": 0}`."""
    found = list(diagnostics)
    document: dict[str, Any] = {"diagnostics": [_as_data(diagnostic, folder) for diagnostic in found]}
    for severity in Severity:
        document[f"{severity}s"] = sum(diagnostic.severity is severity for diagnostic in found)
    return json.dumps(document, indent=2) + "\n"


def _as_data(diagnostic: Diagnostic, folder: str) -> dict[str, Any]:
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "place": _place(diagnostic.span, folder),
        "label": diagnostic.label,
        "labels": [{"place": _place(label.span, folder), "message": label.message} for label in diagnostic.labels],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
        "fix": None if fix is None else {"place": _place(fix.span, folder), "replacement": fix.replacement, "safe": fix.safe},
    }


def _place(span: Span | None, folder: str) -> dict[str, Any] | None:
    if span is None:
        return None
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"file": file_of(span.source, folder), "line": line, "column": column, "end_line": end_line, "end_column": end_column}
