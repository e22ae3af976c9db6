"""Diagnostics as annotations of a pull request. Comes in: diagnostics. Goes out: GitHub's workflow commands, one a line:
`::error file=shop.kpi,line=9,col=21,endLine=9,endColumn=34,title=KPI021::message`.
"""

from __future__ import annotations

from collections.abc import Iterable

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.report.place import file_of

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def render(diagnostics: Iterable[Diagnostic], *, folder: str = "") -> str:
    """One command for each diagnostic; `folder` is the project's path in the repository."""
    return "".join(f"{_command(diagnostic, folder)}\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic, folder: str) -> str:
    properties = {}
    if span := diagnostic.span:
        line, column = span.source.position(span.start)
        end_line, end_column = span.source.position(span.end)
        properties = {"file": file_of(span.source, folder), "line": line, "col": column, "endLine": end_line, "endColumn": end_column}
    written = ",".join(f"{key}={_property(str(value))}" for key, value in {**properties, "title": diagnostic.code}.items())
    lines = [
        diagnostic.message,
        *(f"note: {note}" for note in diagnostic.notes),
        *([f"help: {diagnostic.help}"] if diagnostic.help else []),
    ]
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    """Escaped as the runner's toolkit does it; anything else would end the command or start another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
