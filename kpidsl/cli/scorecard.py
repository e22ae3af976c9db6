"""`kpi scorecard`: what the project's scorecards score and pay, period by period."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session
from kpidsl.config import DIALECTS
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.cli.answer import Answer
    from kpidsl.model.scorecards import ScorecardModel
    from kpidsl.report.result import ResultColumn

FORMATS = ("text", "json", "csv", "markdown")
ABOUT = """Show what scorecards (`scorecard NAME each quarter { … }`) score and pay, all of them or those that are named."""
EXAMPLES = """examples:
  kpi scorecard
  kpi scorecard sales_bonus --last 1
  kpi scorecard sales_bonus --as-of 2026-03-31 --format csv
  kpi scorecard sales_bonus --sql --dialect snowflake"""


def declare(parser: Parser) -> None:
    parser.add_argument("scorecards", nargs="*", metavar="SCORECARD", help="names of scorecards (default: all)")
    parser.add_argument("--last", metavar="N", type=_count, default=2, help="how many periods, the running one included (default: 2)")
    parser.add_argument("--sql", action="store_true", help="print the SQL, of all periods, instead of running it")
    parser.add_argument("--dialect", metavar="NAME", type=one_of(DIALECTS), help="of the SQL (default: the connection's)")
    parser.add_argument("--format", metavar="FORMAT", type=one_of(FORMATS), help=f"{', '.join(FORMATS)} (default: text)")
    common(parser)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of periods\nwrite --last 4")
    return int(text)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.compile import emit, plan_scorecard, resolve_scorecard

    if arguments.dialect and not arguments.sql:
        raise WrongUseError("--dialect says which SQL to print", "add --sql, or leave it out: the connection knows its own")
    if arguments.sql and arguments.format:
        raise WrongUseError(f"--format {arguments.format} is for rows, and --sql prints the query", "leave one of them out")
    with session(arguments, console) as made:
        chosen = _chosen(made, arguments.scorecards)
        if not chosen:
            console.say("the project has no scorecards; add one: scorecard bonus each quarter { weigh revenue 100% }")
            return 0
        format = arguments.format or "text"
        if len(chosen) > 1 and format == "csv":
            raise WrongUseError("CSV holds one table, and these are several", f"name one: kpi scorecard {chosen[0].name.text} --format csv")
        written: list[str] = []
        for decl in chosen:
            comment = f"scorecard {decl.name.text} ({decl.span.source.path}:{decl.span.line})"
            if arguments.sql:
                statement = plan_scorecard(made.compiled, resolve_scorecard(made.compiled, decl), made.as_of, comment)
                console.print(f"{emit(statement, arguments.dialect or made.connection.engine)};")
                continue
            written.append(_shown(made, decl, comment, arguments.last, format, console, first=not written))
        if format == "json" and not arguments.sql:
            console.print("{" + ",\n".join(written) + "}")
    return 0


def _chosen(made: Session, names: list[str]) -> list[ast.Scorecard]:
    from kpidsl.diagnostic import similar
    from kpidsl.syntax import ast

    known = {decl.name.text: decl for decl in made.compiled.scope.declarations if isinstance(decl, ast.Scorecard)}
    for name in names:
        if name not in known:
            near = similar(name, known)
            listed = f"scorecards: {', '.join(known)}" if known else "the project has no scorecards"
            raise WrongUseError(f"there is no scorecard `{name}`", f"did you mean {near[0]}?" if near else listed)
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def _shown(made: Session, decl: ast.Scorecard, comment: str, last: int, format: str, console: Console, first: bool) -> str:
    """Asks and prints one scorecard; returns its text where it is printed with the others at the end."""
    import json

    from kpidsl.cli.answer import Question, answer
    from kpidsl.compile import plan_scorecard, resolve_scorecard
    from kpidsl.report.scorecards import markdown, text
    from kpidsl.report.tables import render
    from kpidsl.report.width import visible

    card = resolve_scorecard(made.compiled, decl)
    found: Answer = answer(made, Question(card.values, plan_scorecard(made.compiled, card, made.as_of, comment, last)))
    title = visible(" · ".join(filter(None, (card.label or card.name, card.role))))
    locale = made.project.locale
    match format:
        case "json":
            return f"{json.dumps(card.name, ensure_ascii=False)}: {render(found.result, 'json').rstrip()}"
        case "csv":
            console.print(render(found.result, "csv", terminal=console.terminal), end="")
        case "markdown":
            console.print(f"{'' if first else chr(10)}## {title}\n\n{markdown(found.result, _kpis(made, card), locale)}", end="")
        case _:
            body = text(found.result, _kpis(made, card), locale)
            console.print(f"{'' if first else chr(10)}{console.style(title, 'strong')}\n{body}", end="")
    console.say(console.aside(f"  {found.footer}" if format == "text" else found.footer))
    return title


def _kpis(made: Session, card: ScorecardModel) -> dict[str, ResultColumn]:
    """What the weighed metrics are, called as their KPIs call them, else by their own labels."""
    from kpidsl.plan.kpis import unit_of
    from kpidsl.report.result import ResultColumn

    labels = {decl.metric.text: decl.label for decl in made.compiled.scope.declarations if isinstance(decl, ast.Kpi) and decl.label}
    found = {}
    for line in card.lines:
        metric = line.metric
        kind = "duration" if metric.type.kind == "duration" else "number"
        label = labels.get(line.name) or metric.label
        found[line.name] = ResultColumn(line.name, "metric", kind, unit_of(metric.type, metric.format), metric.format, label)
    return found
