"""`kpi build`: the SQL of all metrics and reports, and the manifest."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, common, one_of
from kpidsl.cli.console import Console
from kpidsl.config import DIALECTS
from kpidsl.files import BUILD

if TYPE_CHECKING:
    from kpidsl.cli.session import Session
    from kpidsl.diagnostic import Diagnostic

ABOUT = """Write build/: manifest.json with the resolved model, and the SQL of every metric and report in every dialect.

The same project gives the same bytes on every machine. A build that fails leaves the last good one as it is.
No data is needed: where a file of `from file("…")` is missing, the build says so and goes on."""
EXAMPLES = """examples:
  kpi build
  kpi build --dialect postgres --dialect duckdb
  kpi build --output sql --as-of 2026-03-31"""


def declare(parser: Parser) -> None:
    parser.add_argument(
        "--dialect", metavar="NAME", action="append", type=one_of(DIALECTS), help="may be repeated (default: those of kpi.toml)"
    )
    parser.add_argument("--output", metavar="DIR", help=f"the folder to write (default: {BUILD} in the project's folder)")
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.build import build, write
    from kpidsl.cli.session import session
    from kpidsl.diagnostic import fail

    start = time.perf_counter()
    with session(arguments, console) as made:
        dialects = arguments.dialect or list(made.project.dialects)
        _refuse_broken_queries(made)
        result = build(made.compiled, made.project, made.as_of, dialects)
        folder = Path(arguments.output) if arguments.output else made.project.root / BUILD
        try:
            write(result.files, folder)
        except OSError as error:
            reason = (error.strerror or "it is refused").lower()
            fail("KPI004", f"{folder} cannot be written: {reason}", help="choose another place with --output, or make it writable")
        if missing := _missing(made, dialects):
            console.report(missing)
    if result.left_out:
        console.say("left out:")
        width = max(len(f"{out.kind} {out.name[:60]}") for out in result.left_out)
        for out in sorted(result.left_out, key=lambda out: (out.span.source.path, out.span.start)):
            name = f"{out.kind} {out.name[:60]}"
            console.say(f"  {name:<{width}}  {console.aside(f'{out.span.source.path}:{out.span.line}')}  {out.why}")
    counts = [
        f"{result.metrics} metric{'' if result.metrics == 1 else 's'}",
        f"{result.reports} report{'' if result.reports == 1 else 's'}",
    ]
    shown = os.path.relpath(folder) if not os.path.isabs(arguments.output or "") else str(folder)
    counts += [", ".join(sorted(set(dialects))), f"{len(result.files)} files", f"{time.perf_counter() - start:.1f} s"]
    console.say(f"{console.aside('✓', 'good')} {shown}: {' · '.join(counts)}")
    return 0


def _refuse_broken_queries(made: Session) -> None:
    """What `kpi check` finds wrong with queries of tests and dashboards stops a build too, though it writes no SQL for them."""
    from kpidsl.cli.inventory import query_findings
    from kpidsl.diagnostic import KpiError, Severity

    wrong = [found for found in query_findings(made.compiled, made.as_of) if found.severity is Severity.ERROR]
    if wrong:
        raise KpiError(*wrong)


def _missing(made: Session, dialects: list[str]) -> list[Diagnostic]:
    """Files that the written SQL reads and that are not there: a warning, for SQL may be built where the data is not."""
    from dataclasses import replace

    from kpidsl.cli.data_files import missing_files
    from kpidsl.cli.session import weighed
    from kpidsl.data.stored import READS_FILES
    from kpidsl.diagnostic import Severity

    readers = sorted(set(dialects) & set(READS_FILES))
    if not readers:
        return []
    note = f"the SQL for {', '.join(readers)} is written, and fails until the file is there"
    found = missing_files(made.project.root, made.compiled.model)
    return weighed([replace(one, severity=Severity.WARNING, notes=(*one.notes, note)) for one in found], made.project.lint)
