"""`kpi matrix`: which KPIs serve which goal, who owns them, and what they shall reach."""

from __future__ import annotations

import argparse

from kpidsl.cli import output
from kpidsl.cli.arguments import Parser, common
from kpidsl.cli.console import Console
from kpidsl.cli.session import session

ABOUT = """Show the matrix of the project: a row for each KPI of each goal, with owner, targets, stage, tier, benchmark and the boards that
show it. No data is asked. In CSV, text that a spreadsheet would take for a formula stands behind a quote."""
EXAMPLES = """examples:
  kpi matrix
  kpi matrix --format markdown
  kpi matrix --output matrix.csv"""


def declare(parser: Parser) -> None:
    output.declare(parser)
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.matrix import as_result, for_spreadsheets, matrix, said

    format = output.chosen(arguments.format, arguments.output)
    with session(arguments, console) as made:
        rows = matrix(made.compiled)
        if not rows and format == "text":
            console.say("no KPI of the project serves a goal; kpi init --goals proposes some from the past")
            return 0
        result = as_result(rows)
        shown = said(result) if format in ("text", "markdown") else for_spreadsheets(result) if format == "csv" else result
        output.write(shown, console, format, arguments.output, made.project.locale)
    return 0
