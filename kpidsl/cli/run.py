"""`kpi run`: the project's reports, one table after another. A report that fails does not stop the others."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session

if TYPE_CHECKING:
    from kpidsl.syntax import ast

FORMATS = ("text", "markdown", "json")
ABOUT = """Run the reports of the project (`report NAME = …`), all of them or those that are named."""
EXAMPLES = """examples:
  kpi run
  kpi run monthly countries --as-of 2026-03-31
  kpi run --format markdown > report.md"""


def declare(parser: Parser) -> None:
    parser.add_argument("reports", nargs="*", metavar="REPORT", help="names of reports (default: all)")
    parser.add_argument("--format", metavar="FORMAT", default="text", type=one_of(FORMATS), help="text, markdown, json (default: text)")
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.cli.inventory import reports
    from kpidsl.diagnostic import KpiError, arranged

    with session(arguments, console) as made:
        chosen = _chosen(reports(made.compiled), arguments.reports)
        if not chosen:
            console.say('the project has no reports; add one: report monthly "Month by month" = revenue by month')
            return 0
        failed = 0
        written: list[str] = []
        for report in chosen:
            try:
                written.append(_shown(made, report, arguments.format, console, first=not written))
            except KpiError as error:
                failed += 1
                console.report(arranged(error.diagnostics))
        if arguments.format == "json":
            console.print("{" + ",\n".join(written) + "}")
        if failed:
            console.say(f"{failed} of {len(chosen)} reports failed")
    return 1 if failed else 0


def _chosen(known: dict[str, ast.Report], names: list[str]) -> list[ast.Report]:
    from kpidsl.diagnostic import similar

    for name in names:
        if name not in known:
            near = similar(name, known)
            listed = f"reports: {', '.join(known)}" if known else "the project has no reports"
            raise WrongUseError(f"there is no report `{name}`", f"did you mean {near[0]}?" if near else listed)
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def _shown(made: Session, report: ast.Report, format: str, console: Console, first: bool) -> str:
    """Asks and prints one report; returns its text where it is printed with the others at the end."""
    import json

    from kpidsl.cli.answer import answer, plan
    from kpidsl.report.tables import render
    from kpidsl.report.width import visible

    found = answer(made, plan(made, report.query, f"report {report.name.text}"))
    table = render(found.result, format, locale=made.project.locale, terminal=console.terminal)
    title = visible(report.label or report.name.text)
    match format:
        case "json":
            return f"{json.dumps(report.name.text, ensure_ascii=False)}: {table.rstrip()}"
        case "markdown":
            console.print(f"{'' if first else chr(10)}## {title}\n\n{table}", end="")
        case _:
            console.print(f"{'' if first else chr(10)}{console.style(title, 'strong')}\n{_indented(table)}", end="")
            console.out.flush()
            if sys.stderr.isatty() == sys.stdout.isatty():
                console.say(console.aside(f"  {found.footer}"))
    return title


def _indented(table: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in table.splitlines())
