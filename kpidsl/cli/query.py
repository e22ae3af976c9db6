"""`kpi query "…"`: one question, answered by the connection, or printed as SQL of any dialect."""

from __future__ import annotations

import argparse
import sys

from kpidsl.cli import output
from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import session, weighed
from kpidsl.config import DIALECTS

ABOUT = """Answer one question.

  METRIC, … [by DIMENSION or PERIOD, …] [where CONDITION] [during PERIOD | last N months]
            [compare previous year [whole]] [with totals] [sparse] [order by …] [top N [by METRIC] [with other]]
  values DIMENSION, …"""
EXAMPLES = """examples:
  kpi query "revenue, aov by month last 6 months"
  kpi query "revenue by channel with totals" --format markdown
  kpi query "revenue by month last 3 months compare previous year"
  kpi query "revenue / orders by country where channel = 'email' top 5"
  kpi query "values channel"
  kpi query "revenue by month" --sql --dialect snowflake
  kpi query "revenue by day" --output revenue.parquet
  echo "revenue by day" | kpi query -"""


def declare(parser: Parser) -> None:
    parser.add_argument("query", nargs="+", metavar="QUERY", help="the question, in quotes; - reads it from standard input")
    parser.add_argument("--sql", action="store_true", help="print the SQL instead of running it")
    parser.add_argument(
        "--dialect", metavar="NAME", type=one_of(DIALECTS), help="of the SQL: duckdb, postgres, bigquery … (default: the connection's)"
    )
    output.declare(parser)
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.cli.answer import answer, parse, plan, sql
    from kpidsl.cli.beside import beside

    if arguments.dialect and not arguments.sql:
        raise WrongUseError("--dialect says which SQL to print", "add --sql, or leave it out: the connection knows its own")
    text = " ".join(arguments.query)
    if text == "-":
        text = sys.stdin.read()
    if not text.strip():
        raise WrongUseError("the query is empty", 'ask for a metric: kpi query "revenue by month"')
    if arguments.sql and arguments.format:
        raise WrongUseError(f"--format {arguments.format} is for rows, and --sql prints the query", "leave one of them out")
    if arguments.sql:
        output.check_sql_file(arguments.output)
    format = output.chosen(arguments.format, None if arguments.sql else arguments.output)
    with session(arguments, console) as made:
        question = plan(made, parse(text), text.strip())
        if arguments.sql:
            written = sql(question, arguments.dialect or made.connection.engine)
            if arguments.output:
                from pathlib import Path

                output.write_text(Path(arguments.output), written + "\n")
            else:
                console.print(written)
            return 0
        found = answer(made, question)
        output.write(found.result, console, format, arguments.output, made.project.locale)
        footer = f"{arguments.output} · {found.footer}" if arguments.output else found.footer
        console.say(console.aside(footer))
        if said := weighed(beside(made, question.query, found.result), made.project.lint):
            console.report(said)
    return 0
