"""`kpi check`: everything that is wrong with a project, in one run, sorted by file and line."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, compile_project, open_project, weighed

if TYPE_CHECKING:
    from kpidsl.diagnostic import Diagnostic, Diagnostics

FORMATS = ("text", "json", "github", "sarif")
ABOUT = """Read the project, resolve every name and report all that is wrong in one run.

Nothing is asked of a database without --data; files of `from file("…")` must be there. With --data, the rows are looked at
too: keys, joins, types, not null, validities, currencies, how far the data goes, and what may be personal."""
EXAMPLES = """examples:
  kpi check
  kpi check --project shop
  kpi check --data               (one pass over every source)
  kpi check --fail-on warning    (advice counts as well)
  kpi check --format github      (annotations of a pull request)
  kpi check --format sarif > kpi.sarif"""
FIRST_STEPS = ("kpi init FOLDER_OR_DATABASE writes sources and metrics for tables that you have", "kpi demo shows a project that is ready")
"""For a project without declarations."""


def declare(parser: Parser) -> None:
    parser.add_argument(
        "--format", metavar="FORMAT", default="text", type=one_of(FORMATS), help="text, json, github, sarif (default: text)"
    )
    parser.add_argument("--data", action="store_true", help="look at the rows too, over the connection of kpi.toml")
    parser.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        type=one_of(("error", "warning", "hint")),
        help="end with exit code 1 from this severity on: error, warning, hint (default: errors, and warnings that are no advice)",
    )
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.diagnostic import Diagnostics, KpiError

    found = Diagnostics()
    said = ""
    steps: tuple[str, ...] = ()
    try:
        project = open_project(arguments, console)
        connection = project.connection(arguments.connection)
        compiled = compile_project(project, arguments)
    except KpiError as error:
        if arguments.format == "text":
            raise
        found.extend(error.diagnostics)
    else:
        from kpidsl.cli.data_files import missing_files
        from kpidsl.cli.inventory import counted, query_findings
        from kpidsl.data.stored import READS_FILES
        from kpidsl.lint.run import lint

        found.extend(compiled.diagnostics.found)
        if connection.engine in READS_FILES:
            found.extend(missing_files(project.root, compiled.model))
        found.extend(query_findings(compiled, arguments.as_of or project.as_of))
        if not found.errors:
            found.extend(lint(compiled, arguments.as_of or project.as_of or dt.date.today()))
        found.found[:] = weighed(found.found, project.lint)
        said = f"{project.name}: {counted(compiled)}"
        if arguments.data:
            said = f"{said}{_look(Session(project, compiled, arguments.as_of or project.as_of, connection, console), found, console)}"
            found.found[:] = weighed(found.found, project.lint)
        steps = () if compiled.scope.declarations else FIRST_STEPS
    _show(found.sorted(), arguments.format, console, said, steps)
    return 1 if any(_fails(finding, arguments.fail_on) for finding in found.found) else 0


def _fails(finding: Diagnostic, fail_on: str | None) -> bool:
    """Whether a finding ends the check with exit code 1: as --fail-on says; without it advice does so only where kpi.toml makes it an
    error."""
    from kpidsl.diagnostic import Severity
    from kpidsl.lint.run import ADVICE

    weights = list(Severity)
    least = Severity(fail_on) if fail_on else Severity.ERROR if finding.code in ADVICE else Severity.WARNING
    return weights.index(finding.severity) <= weights.index(least)


def _look(session: Session, found: Diagnostics, console: Console) -> str:
    """Adds what is wrong with the data; says in a few words what was read. The data of a broken project is not looked at."""
    from kpidsl.cli.check_data import look_at
    from kpidsl.diagnostic import KpiError

    if found.errors:
        console.say(console.aside("the data was not looked at: mend the errors first"))
        return ""
    start = time.perf_counter()
    try:
        looked = look_at(session)
    except KpiError as error:  # there is no connection
        found.extend(error.diagnostics)
        return ""
    finally:
        session.close()
    found.extend(looked.found)
    seconds = time.perf_counter() - start
    console.say(console.aside(f"{looked.rows:,} rows of {_sources(len(looked.seen))} looked at in {seconds:.1f} s"))
    return ", data"


def _sources(count: int) -> str:
    return f"{count} source{'' if count == 1 else 's'}"


def _show(found, format: str, console: Console, said: str, steps: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    match format:
        case "json":
            from kpidsl.report.json import render as as_json

            console.print(as_json(found, folder=console.folder), end="")
        case "github":
            from kpidsl.report.github import render as as_github

            console.print(as_github(found, folder=console.folder), end="")
        case "sarif":
            from kpidsl.report.sarif import render as as_sarif

            console.print(as_sarif(found, folder=console.folder), end="")
        case _ if found:
            console.report(found)
        case _:
            console.say(f"{console.aside('✓', 'good')} {said}, nothing wrong")
            for line in steps:
                console.say(f"  {line}")
