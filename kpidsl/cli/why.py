"""`kpi why METRIC …`: what a metric's change between two periods is made of: its parts, and the segments of every dimension."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kpidsl.cli import output
from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session, weighed
from kpidsl.config import DIALECTS

if TYPE_CHECKING:
    from kpidsl.cli.heard import Heard
    from kpidsl.model.why import WhyModel
    from kpidsl.report.why import Told

ABOUT = """Tell why a metric moved: by its parts and by its segments, each list adding up to the change.

  METRIC [by DIMENSION, …] [where CONDITION] last month | last N months | during PERIOD
         [compare previous period | compare previous year [whole] | against PERIOD]

`last month` is the last one that is over, `last 1 month` the running one, which is compared with the same part of the month before."""
EXAMPLES = """examples:
  kpi why cac last month
  kpi why cac by channel, device during 2026-03
  kpi why "revenue by country where channel = 'email' during 2026-03 compare previous year"
  kpi why revenue during 2026-02 against 2025-11
  kpi why "spend / clicks last 7 days" --format json
  kpi why cac last month --sql --dialect bigquery"""
FORMATS = ("text", "json", "csv", "markdown")


def declare(parser: Parser) -> None:
    parser.add_argument("query", nargs="+", metavar="QUESTION", help="the metric and when, in the form of a query")
    parser.add_argument("--sql", action="store_true", help="print the SQL instead of running it")
    parser.add_argument("--dialect", metavar="NAME", type=one_of(DIALECTS), help="of the SQL (default: the connection's)")
    parser.add_argument("--format", metavar="FORMAT", type=one_of(FORMATS), help=f"{', '.join(FORMATS)} (default: text)")
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.cli.answer import answer, sql
    from kpidsl.cli.heard import heard
    from kpidsl.cli.in_part import in_part

    if arguments.dialect and not arguments.sql:
        raise WrongUseError("--dialect says which SQL to print", "add --sql, or leave it out: the connection knows its own")
    if arguments.sql and arguments.format:
        raise WrongUseError(f"--format {arguments.format} is for rows, and --sql prints the query", "leave one of them out")
    asked = heard(" ".join(arguments.query).strip())
    if not asked.query.strip():
        raise WrongUseError("the question is empty", "name a metric and say when: kpi why revenue last month")
    if asked.query.lower().endswith(" against"):
        raise WrongUseError("`against` names no period", "name an earlier one of the same length: during 2026-02 against 2025-11")
    with session(arguments, console) as made:
        question, why = plan(made, asked)
        if arguments.sql:
            console.print(sql(question, arguments.dialect or made.connection.engine))
            return 0
        found = answer(made, question)
        format = arguments.format or "text"
        if format in ("json", "csv"):
            output.write(found.result, console, format, None, made.project.locale)
        else:
            from kpidsl.report.why import markdown
            from kpidsl.report.why import text as table

            told = _told(made, why)
            console.print((markdown if format == "markdown" else table)(found.result, told), end="")
        console.say(console.aside(found.footer))
        if said := weighed(in_part(made, question.query), made.project.lint):
            console.report(said)
    return 0


def plan(made: Session, asked: Heard):  # type: ignore[no-untyped-def]
    """What the question means, and the statement that answers it. Findings without a place of their own get the question's."""
    from dataclasses import replace

    from kpidsl.cli.answer import Question
    from kpidsl.compile import plan_why, resolve_why
    from kpidsl.diagnostic import KpiError

    node = asked.parsed()
    try:
        why = resolve_why(made.compiled, node, asked.finished, f"why {asked.text}")
        return Question(why.query, plan_why(made.compiled, why, made.as_of)), why
    except KpiError as error:
        raise asked.as_written(KpiError(*(replace(found, span=found.span or node.span) for found in error.diagnostics))) from None


def _told(made: Session, why: WhyModel) -> Told:
    """What the report needs to know beside the rows: how everything is called, and which days were compared."""
    from kpidsl.cli.answer import dim_label
    from kpidsl.compile import why_days
    from kpidsl.report.why import Told
    from kpidsl.syntax import ast

    locale = made.project.locale
    titles: dict[str, str] = {why.metric.name: why.metric.title}
    for name, metric in made.compiled.model.metrics.items():
        labels = {item.locale: item.text for item in ast.pick(metric.decl.items, ast.LocaleLabel)} if metric.decl is not None else {}
        titles[name] = labels.get(locale) or labels.get(locale.partition("-")[0]) or metric.label or titles.get(name) or name
    for (kind, name), entry in made.compiled.scope.entries.items():
        if kind == "metric" and entry.key in titles:
            titles[name] = titles[entry.key]
    return Told(
        titles=titles,
        dimensions={split.dim.name: dim_label(split.dim, made.compiled.model) or split.dim.name for split in why.splits},
        unit="days" if why.metric.type.kind == "duration" else str(why.metric.type.unit),
        format=why.metric.format,
        days=why_days(made.compiled, why, made.as_of),
        left_out=why.left_out,
        locale=locale,
    )
