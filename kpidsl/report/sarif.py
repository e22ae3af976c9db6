"""Diagnostics for code scanners. Comes in: diagnostics. Goes out: SARIF 2.1.0 (OASIS), with the page of each code as its rule's help."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from kpidsl import __version__
from kpidsl.codes import CodePage, all_codes, page
from kpidsl.diagnostic import Diagnostic, Fix, Severity
from kpidsl.report.place import file_of
from kpidsl.span import Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(diagnostics: Iterable[Diagnostic], *, folder: str = "") -> str:
    """One run with its rules and results; columns are counted in characters."""
    found = list(diagnostics)
    codes = sorted({diagnostic.code for diagnostic in found})
    documented = set(all_codes())
    driver = {
        "name": "kpidsl",
        "semanticVersion": __version__,
        "rules": [_rule(page(code)) if code in documented else {"id": code} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code), folder) for diagnostic in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(about: CodePage) -> dict[str, Any]:
    return {
        "id": about.code,
        "shortDescription": {"text": about.title},
        "help": {"text": about.explanation, "markdown": about.markdown},
        "defaultConfiguration": {"level": _LEVELS[about.severity]},
    }


def _result(diagnostic: Diagnostic, rule: int, folder: str) -> dict[str, Any]:
    text = ". ".join([diagnostic.message, *diagnostic.notes, *([diagnostic.help] if diagnostic.help else [])])
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
    }
    if diagnostic.span:
        result["locations"] = [_location(diagnostic.span, folder)]
    if diagnostic.labels:
        result["relatedLocations"] = [
            {"id": number, **_location(label.span, folder), "message": {"text": label.message or diagnostic.message}}
            for number, label in enumerate(diagnostic.labels)
        ]
    if diagnostic.fix:
        result["fixes"] = [_fix(diagnostic.fix, folder)]
    return result


def _location(span: Span, folder: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(span, folder)}
    if span.source.text:
        physical["region"] = _region(span)
    return {"physicalLocation": physical}


def _artifact(span: Span, folder: str) -> dict[str, str]:
    return {"uri": quote(file_of(span.source, folder))}


def _region(span: Span) -> dict[str, int]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fix(fix: Fix, folder: str) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.replacement}}
    return {"artifactChanges": [{"artifactLocation": _artifact(fix.span, folder), "replacements": [replacement]}]}
