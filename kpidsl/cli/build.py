"""`kpi build`: the SQL of all metrics and reports, the dashboards, and the manifest."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, common, one_of
from kpidsl.cli.console import Console
from kpidsl.config import DIALECTS
from kpidsl.files import BUILD, file_is_there
from kpidsl.report.stream import wants_color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kpidsl.build import Build
    from kpidsl.cli.session import Session
    from kpidsl.compile import Parse
    from kpidsl.diagnostic import Diagnostic, Severity
    from kpidsl.project import Project
    from kpidsl.syntax import ast

ABOUT = """Write build/: manifest.json with the resolved model, the SQL of every metric and report in every dialect, and the dashboards.

The same project gives the same bytes on every machine. A build that fails leaves the last good one as it is.
Where nothing changed since the last build, its files are looked at and stay.
No data is needed: where a file of `from file("…")` is missing, the build says so and goes on."""
EXAMPLES = """examples:
  kpi build
  kpi build --dialect postgres --dialect duckdb
  kpi build --output sql --as-of 2026-03-31
  kpi build --html"""


def declare(parser: Parser) -> None:
    parser.add_argument(
        "--dialect", metavar="NAME", action="append", type=one_of(DIALECTS), help="may be repeated (default: those of kpi.toml)"
    )
    parser.add_argument("--output", metavar="DIR", help=f"the folder to write (default: {BUILD} in the project's folder)")
    parser.add_argument("--html", action="store_true", help="each dashboard as a page too, with its numbers: this asks the connection")
    parser.add_argument("--no-cache", action="store_true", help="build, even where nothing changed since the last time")
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.build import build, write
    from kpidsl.cache import stamp_of
    from kpidsl.cli.session import session
    from kpidsl.diagnostic import KpiError, fail
    from kpidsl.emitted import Emitted
    from kpidsl.parsed import Parsed
    from kpidsl.syntax.parse import parse_file

    start = time.perf_counter()
    parsed: Parsed | None = None

    def parsing(project: Project) -> Parse:
        nonlocal parsed
        if arguments.key is None:  # where nothing is remembered
            return parse_file
        parsed = Parsed(str(project.root), stamp_of(arguments.key))
        return parsed.parse

    with session(arguments, console, parsing) as made:
        dialects = arguments.dialect or list(made.project.dialects)
        wrong = _broken_queries(made)
        emitted = None if arguments.no_cache else Emitted(str(made.project.root), stamp_of(arguments.key or ""))
        try:
            page = _page_maker(made) if arguments.html else None
            result = build(made.compiled, made.project, made.as_of, dialects, emitted, page)
        except KpiError as error:
            wrong += error.diagnostics
        if wrong:
            raise KpiError(*wrong)
        folder = Path(arguments.output) if arguments.output else made.project.root / BUILD
        try:
            write(result.files, folder)
        except OSError as error:
            reason = (error.strerror or "it is refused").lower()
            fail("KPI004", f"{folder} cannot be written: {reason}", help="choose another place with --output, or make it writable")
        for memory in (emitted, parsed):
            if memory is not None:
                memory.keep()
        missing = _missing(made, dialects)
        warnings = _warnings(missing, dialects, made.project.lint)
    said = console.rendered(warnings) if warnings else ""
    shown = os.path.relpath(folder) if not os.path.isabs(arguments.output or "") else str(folder)
    said += "".join(f"{line}\n" for line in _left_out(result, console))
    said += f"{console.aside('✓', 'good')} {shown}: {_counts(result, dialects)}"
    console.say(f"{said} · {time.perf_counter() - start:.1f} s")
    if not arguments.html:  # pages hold numbers, which may be others next time
        _remember(arguments, made, folder, result, missing, said)
    return 0


def _page_maker(made: Session) -> Callable[[ast.Dashboard], str]:
    """What turns a board into its page; loaded for nothing else."""
    from kpidsl.cli.page import Pages

    return Pages(made).html


def _left_out(result: Build, console: Console) -> Iterator[str]:
    if not result.left_out:
        return
    yield "left out:"
    width = max(len(f"{out.kind} {out.name[:60]}") for out in result.left_out)
    for out in sorted(result.left_out, key=lambda out: (out.span.source.path, out.span.start)):
        name = f"{out.kind} {out.name[:60]}"
        yield f"  {name:<{width}}  {console.aside(f'{out.span.source.path}:{out.span.line}')}  {out.why}"


def _counts(result: Build, dialects: list[str]) -> str:
    counts = [f"{n} {word}{'' if n == 1 else 's'}" for word, n in result.counts.items() if n or word == "metric"]
    return " · ".join([*counts, ", ".join(sorted(set(dialects))), f"{len(result.files)} files"])


def _remember(arguments: argparse.Namespace, made: Session, folder: Path, result: Build, missing: list[Diagnostic], said: str) -> None:
    """So that the next build of just this has nothing to do. Not where a file changed meanwhile, nor where the words depend on what lies
    in other folders: a missing data file whose name is like another's."""
    from kpidsl.build import as_bytes
    from kpidsl.cache import key_of, remember, stamp_of
    from kpidsl.cli.data_files import NO_IDEA, data_files

    if arguments.key is None or any(found.help not in NO_IDEA for found in missing):
        return
    if arguments.key == key_of(arguments.words, wants_color(sys.stderr), stamp_of(arguments.key)):
        root = str(made.project.root)
        data = {path: file_is_there(root, path) for path in data_files(made.compiled.model)}
        remember(arguments.key, root, str(folder), {path: as_bytes(text) for path, text in result.files.items()}, data, said)


def _broken_queries(made: Session) -> list[Diagnostic]:
    """What `kpi check` finds wrong with queries of tests and dashboards stops a build too, though it writes no SQL for them."""
    from kpidsl.cli.inventory import query_findings
    from kpidsl.diagnostic import Severity

    found = query_findings(made.compiled, made.as_of, but_reports=True)
    return [each for each in found if each.severity is Severity.ERROR]


def _missing(made: Session, dialects: list[str]) -> list[Diagnostic]:
    """Files that the written SQL reads and that are not there."""
    from kpidsl.cli.data_files import missing_files
    from kpidsl.data.stored import READS_FILES

    return missing_files(made.project.root, made.compiled.model) if set(dialects) & set(READS_FILES) else []


def _warnings(missing: list[Diagnostic], dialects: list[str], lint: Mapping[str, Severity | None]) -> list[Diagnostic]:
    """As warnings, for SQL may be built where the data is not."""
    from kpidsl.cli.session import weighed
    from kpidsl.data.stored import READS_FILES
    from kpidsl.diagnostic import Severity
    from kpidsl.record import replace

    note = f"the SQL for {', '.join(sorted(set(dialects) & set(READS_FILES)))} is written, and fails until the file is there"
    return weighed([replace(one, severity=Severity.WARNING, notes=(*one.notes, note)) for one in missing], lint)
