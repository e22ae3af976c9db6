"""`kpi journey`: the KPIs by the stages of the customer's journey, the stages that none looks at, and the bottleneck."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session
from kpidsl.config import DIALECTS

if TYPE_CHECKING:
    from kpidsl.model.journeys import JourneyModel
    from kpidsl.plan.plan import Statement
    from kpidsl.report.journeys import JourneyText, KpiWords
    from kpidsl.report.result import Result, Value
    from kpidsl.syntax import ast

    Row = dict[str, Value]
    Asked = tuple[JourneyModel, Statement, list[Row]]

FORMATS = ("text", "json", "csv", "markdown")
BOTTLENECK, UNSEEN = "bottleneck", "unseen"
"""What --fail-on knows beside the statuses: a journey with a bottleneck, a stage without a KPI."""
ABOUT = """Show the KPIs by the stages of the customer's journey, with what each reached of what is expected by now, the stages that no KPI
looks at, and the bottleneck. A project that declares no journey has the usual one: awareness, consideration, conversion, loyalty."""
EXAMPLES = """examples:
  kpi journey
  kpi journey shop --as-of 2026-03-15
  kpi journey --format markdown
  kpi journey shop --sql --dialect bigquery
  kpi journey --fail-on bottleneck,unseen        # for CI: exit code 1"""


def declare(parser: Parser) -> None:
    parser.add_argument("journeys", nargs="*", metavar="JOURNEY", help="names of journeys (default: all)")
    parser.add_argument(
        "--fail-on",
        metavar="STATUS",
        default="",
        help="exit code 1 where a KPI has one of these: missed, off_track …; `bottleneck`: there is one; `unseen`: a stage has no KPI",
    )
    parser.add_argument("--sql", action="store_true", help="print the SQL instead of running it")
    parser.add_argument("--dialect", metavar="NAME", type=one_of(DIALECTS), help="of the SQL (default: the connection's)")
    parser.add_argument("--format", metavar="FORMAT", type=one_of(FORMATS), help=f"{', '.join(FORMATS)} (default: text)")
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.compile import emit

    if arguments.dialect and not arguments.sql:
        raise WrongUseError("--dialect says which SQL to print", "add --sql, or leave it out: the connection knows its own")
    if arguments.sql and arguments.format:
        raise WrongUseError(f"--format {arguments.format} is for rows, and --sql prints the query", "leave one of them out")
    watched = _watched(arguments.fail_on)
    with session(arguments, console) as made:
        chosen = _chosen(made, arguments.journeys)
        if not chosen:
            console.say("no KPI of the project names its stage; say where it stands: kpi revenue for growth { stage conversion  target … }")
            return 0
        if arguments.sql:
            for decl in chosen:
                statement = _planned(made, decl)[1]
                console.print(f"{emit(statement, arguments.dialect or made.connection.engine)};")
            return 0
        asked = [_asked(made, decl) for decl in chosen]
        _show(made, asked, arguments.format or "text", console)
    failing = [line for journey, _, rows in asked for line in _failing(journey, rows, watched)]
    for line in failing:
        console.say(f"fails: {line}")
    return 1 if failing else 0


def _watched(text: str) -> set[str]:
    """The words after --fail-on."""
    from kpidsl.diagnostic import similar
    from kpidsl.model.words import WORDS

    known = (*WORDS["status"], BOTTLENECK, UNSEEN)
    chosen = {word.strip() for word in text.split(",") if word.strip()}
    for word in sorted(chosen):
        if word not in known:
            near = similar(word, known)
            raise WrongUseError(f"--fail-on: there is no status `{word}`", f"did you mean {near[0]}?" if near else ", ".join(known))
    return chosen


def _chosen(made: Session, names: list[str]) -> list[ast.Journey]:
    from kpidsl.compile import journeys_of
    from kpidsl.diagnostic import similar

    known = {decl.name.text: decl for decl in journeys_of(made.compiled)}
    for name in names:
        if name not in known:
            near = similar(name, known)
            listed = f"journeys: {', '.join(known)}" if known else "the project has none, and no KPI that names its stage"
            raise WrongUseError(f"there is no journey `{name}`", f"did you mean {near[0]}?" if near else listed)
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def _planned(made: Session, decl: ast.Journey) -> tuple[JourneyModel, Statement]:
    from kpidsl.compile import plan_journey, resolve_journey

    journey = resolve_journey(made.compiled, decl)
    comment = f"journey {journey.name} ({decl.name.span.source.path}:{decl.name.span.line})"
    return journey, plan_journey(made.compiled, journey, made.as_of, comment)


def _asked(made: Session, decl: ast.Journey) -> Asked:
    from kpidsl.cli.answer import rows_of

    journey, statement = _planned(made, decl)
    return journey, statement, rows_of(made, statement)


def _show(made: Session, asked: list[Asked], format: str, console: Console) -> None:
    """All journeys, one table each for people, one for all of them for programs."""
    from kpidsl.report.journeys import text
    from kpidsl.report.tables import render

    locale = made.project.locale
    if format == "text":
        parts = [text(_worded(journey, rows), console.style, locale) for journey, _, rows in asked]
        console.print("\n".join(parts), end="")
        return
    console.print(render(_result(asked), format, locale=locale, terminal=console.terminal), end="")


def _result(asked: list[Asked]) -> Result:
    from kpidsl.report.result import Result, ResultColumn

    listed = asked[0][1].columns
    columns = tuple(ResultColumn(c.name, "metric" if c.role == "metric" else "group", c.type.kind, str(c.type.unit)) for c in listed)
    return Result(columns, [[row[column.name] for column in columns] for _, _, rows in asked for row in rows])


def _worded(journey: JourneyModel, rows: list[Row]) -> JourneyText:
    from kpidsl.plan.kpis import unit_of
    from kpidsl.report.journeys import JourneyText, KpiWords
    from kpidsl.report.result import ResultColumn

    words: dict[tuple[str, str], KpiWords] = {}
    for stage in journey.stages:
        for kpi in stage.kpis:
            kind = "duration" if kpi.metric.type.kind == "duration" else "number"
            column = ResultColumn("actual", "metric", kind, unit_of(kpi.metric.type, kpi.metric.format), kpi.metric.format)
            strict = any(target.strict for track in kpi.tracks for target in track.targets)
            words[kpi.name, kpi.goal] = KpiWords(kpi.label or kpi.name, kpi.direction, strict, column)
    return JourneyText(journey.label or journey.name, words, rows)


def _failing(journey: JourneyModel, rows: list[Row], watched: set[str]) -> list[str]:
    """What has one of the watched states."""
    found = []
    for row in rows:
        if row["kpi"] is None and UNSEEN in watched:
            found.append(f"no KPI looks at {row['stage']} of {journey.name}")
        if row["status"] in watched:
            segment = f" where {row['segment']}" if row["segment"] else ""
            status = str(row["status"]).replace("_", " ")
            found.append(f"{row['kpi']}{segment} is {status} in the {row['each']} from {row['period_start']}")
    narrow = next((row for row in rows if row["is_bottleneck"]), None)
    if narrow is not None and BOTTLENECK in watched:
        found.append(f"{narrow['stage']} is the bottleneck of {journey.name}")
    return found
