"""`kpi status`: where goals and KPIs stand now. A KPI that cannot be told does not hide the others."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session
from kpidsl.record import replace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from kpidsl.cli.standings import GoalStanding, KpiStanding, Row, Wanted
    from kpidsl.diagnostic import KpiError
    from kpidsl.report.result import Result, Value
    from kpidsl.report.standing import Standing

FORMATS = ("text", "json", "csv", "markdown")
PERIODS = 13  # the running one and the twelve of its curve
COLUMNS = (
    *(("kpi", "text"), ("goal", "text"), ("period_start", "date"), ("period_end", "date"), ("segment", "text"), ("unit", "text")),
    *(("actual", "number"), ("target", "number"), ("attainment", "number"), ("expected", "number"), ("forecast", "number")),
    *(("previous", "number"), ("last_year", "number"), ("benchmark", "number"), ("volume", "number"), ("trend", "number")),
    *(("status", "text"), ("owner", "text"), ("action", "text"), ("target_high", "number")),
)
"""What JSON, CSV and Markdown hold, a row for each KPI and segment."""
GOAL_COLUMNS = (
    *(("goal", "text"), ("kind", "text"), ("measure", "text"), ("unit", "text"), ("starts", "date"), ("ends", "date")),
    *(("baseline", "number"), ("target", "number"), ("actual", "number"), ("expected", "number"), ("attainment", "number")),
    *(("remaining", "number"), ("required_per_day", "number"), ("forecast", "number"), ("forecast_low", "number")),
    *(("forecast_high", "number"), ("asked_growth", "number"), ("usual_growth", "number"), ("best_growth", "number")),
    *(("achievable", "text"), ("status", "text"), ("owner", "text"), ("parent", "text"), ("target_high", "number")),
)
"""The same of goals, a row for each."""
ONLY = ("goals", "kpis")
ABOUT = """Where goals and KPIs stand: value, target, change, benchmark, the last periods, status and what to do.

A running period is held against what is expected by now, and compared with the same part of earlier ones."""
EXAMPLES = """examples:
  kpi status
  kpi status --as-of 2026-03-15 --goal new_revenue
  kpi status --tier strategic --format json
  kpi status --periods 6 --format csv > history.csv
  kpi status --fail-on missed,off_track        # for CI: exit code 1"""


def declare(parser: Parser) -> None:
    parser.add_argument("--goal", metavar="NAME", action="append", default=[], help="only this goal and its KPIs; may be repeated")
    parser.add_argument(
        "--tier", metavar="NAME", action="append", default=[], help="only KPIs of this tier: operational, tactical, strategic …"
    )
    parser.add_argument("--audience", metavar="NAME", default="", help="only what the dashboards for this audience show")
    parser.add_argument("--periods", metavar="N", type=_count, default=0, help="the last N periods of each KPI, not the running one alone")
    parser.add_argument(
        "--fail-on",
        metavar="STATUS",
        default="",
        help="exit code 1 where a KPI or goal has one of these: missed, off_track, at_risk, no_data …",
    )
    parser.add_argument("--only", metavar="WHICH", type=one_of(ONLY), help="goals, or kpis (default: both; of CSV the KPIs)")
    parser.add_argument("--format", metavar="FORMAT", default="text", type=one_of(FORMATS), help=f"{', '.join(FORMATS)} (default: text)")
    common(parser)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of periods\nwrite --periods 12")
    return int(text)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.cli import standings
    from kpidsl.cli.notices import notices
    from kpidsl.diagnostic import arranged, once

    watched = _statuses(arguments.fail_on)
    with session(arguments, console) as made:
        wanted = _wanted(arguments, made)
        start = time.perf_counter()
        errors: list[KpiError] = []
        goals = standings.goals(made, wanted, errors.append) if not arguments.tier and arguments.only != "kpis" else []
        last = max(arguments.periods, PERIODS)
        kpis = standings.kpis(made, wanted, last, errors.append) if arguments.only != "goals" else []
        left_out = len(errors)
        if not goals and not kpis and not errors:
            console.say(_nothing(wanted))
        else:
            today = standings.today(made)
            if arguments.format == "text":
                notes = [] if wanted != standings.Wanted() or arguments.only else notices(made, errors.append)
                seconds = time.perf_counter() - start
                console.print(_text(made, goals, kpis, today, seconds, arguments.periods, console, notes), end="")
            else:
                console.print(_for_programs(made, goals, kpis, arguments, console), end="")
                note = _beyond(made, goals, kpis, today)
                if note:
                    console.say(note)
        if errors:
            console.report(arranged(once(errors)))
            if left_out:
                console.say(f"{left_out} goal{'' if left_out == 1 else 's'} or KPI{'' if left_out == 1 else 's'} cannot be shown")
        failing = list(_failing(goals, kpis, watched))
    for line in failing:
        console.say(f"fails: {line}")
    return 1 if errors or failing else 0


def _statuses(text: str) -> set[str]:
    """The words after --fail-on; each is one that a status can be."""
    from kpidsl.diagnostic import similar
    from kpidsl.model.words import WORDS

    chosen = {word.strip() for word in text.split(",") if word.strip()}
    for word in sorted(chosen):
        if word not in WORDS["status"]:
            near = similar(word, WORDS["status"])
            raise WrongUseError(
                f"--fail-on: there is no status `{word}`", f"did you mean {near[0]}?" if near else ", ".join(WORDS["status"])
            )
    return chosen


def _wanted(arguments: argparse.Namespace, made: Session) -> Wanted:
    """What is asked for; each word must be one that the project knows."""
    from kpidsl.cli.standings import Wanted
    from kpidsl.diagnostic import similar
    from kpidsl.model.words import WORDS

    scope = made.compiled.scope
    known = {
        "goal": scope.names("goal"),
        "tier": [*WORDS["tier"], *scope.names("tier")],
        "audience": [*WORDS["audience"], *scope.names("audience")],
    }
    asked = {"goal": arguments.goal, "tier": arguments.tier, "audience": [arguments.audience] if arguments.audience else []}
    for kind, words in asked.items():
        for word in words:
            if word not in known[kind]:
                near = similar(word, known[kind])
                listed = f"it has {', '.join(sorted(known[kind]))}" if known[kind] else f"it declares none: {kind} {word} …"
                raise WrongUseError(f"the project has no {kind} `{word}`", f"did you mean {near[0]}?" if near else listed)
    return Wanted(tuple(arguments.goal), tuple(arguments.tier), arguments.audience)


def _nothing(wanted: Wanted) -> str:
    if wanted.goals or wanted.tiers or wanted.audience:
        return "no goal or KPI fits what was asked for"
    return (
        "the project has no goals and KPIs yet; a KPI is a metric with a goal:\n"
        "  goal growth { measure revenue  increase 20% over 2025-H2  by 2026-06-30 }\n"
        "  kpi revenue for growth { target >= 100_000 EUR each month }"
    )


# ---------------------------------------------------------------- for programs


def _result(kpis: list[KpiStanding], last: int) -> Result:
    """The rows of the last periods."""
    from kpidsl.report.result import Result, ResultColumn

    columns = tuple(ResultColumn(name, "metric" if kind == "number" else "group", kind) for name, kind in COLUMNS)
    rows = [[row[name] for name, _ in COLUMNS] for standing in kpis for line in standing.lines() for row in line[-last:]]
    return Result(columns, rows)


def _goals_result(goals: list[GoalStanding]) -> Result:
    """A row for each goal."""
    from kpidsl.report.result import Result, ResultColumn

    columns = tuple(ResultColumn(name, "metric" if kind == "number" else "group", kind) for name, kind in GOAL_COLUMNS)
    return Result(columns, [[standing.row[name] for name, _ in GOAL_COLUMNS] for standing in goals])


def _for_programs(
    made: Session, goals: list[GoalStanding], kpis: list[KpiStanding], arguments: argparse.Namespace, console: Console
) -> str:
    """JSON has both tables, Markdown those that have rows, CSV the one that is asked for."""
    from kpidsl.report import tables

    of_kpis, of_goals = _result(kpis, arguments.periods or 1), _goals_result(goals)
    match arguments.format:
        case "json":
            return tables.json(of_kpis, goals=of_goals)
        case "csv":
            return tables.csv(of_goals if arguments.only == "goals" else of_kpis, console.terminal)
        case _:
            wanted = [of_kpis] if arguments.only == "kpis" else [of_goals] if arguments.only == "goals" else [of_goals, of_kpis]
            shown = [each for each in wanted if each.rows] or wanted[-1:]
            return "\n".join(tables.markdown(each, made.project.locale) for each in shown)


def _failing(goals: list[GoalStanding], kpis: list[KpiStanding], watched: set[str]) -> list[str]:
    """What has one of the watched states: goals, the running period of each KPI, and the last one that is over."""
    found = [f"goal {g.goal.name} is {_words(g.row)}" for g in goals if g.row["status"] in watched]
    for standing in kpis:
        for line in standing.lines():
            for row in line[-2:]:
                if row["status"] in watched:
                    segment = f" where {row['segment']}" if row["segment"] else ""
                    found.append(f"{standing.kpi.name}{segment} is {_words(row)} in the {row['each']} from {row['period_start']}")
    return found


def _words(row: Row) -> str:
    return str(row["status"]).replace("_", " ")


# ---------------------------------------------------------------- for people


def table(made: Session, console: Console) -> str:
    """Everything as `kpi status` shows it; KpiError with what cannot be told."""
    from kpidsl.cli import standings
    from kpidsl.cli.standings import Wanted
    from kpidsl.diagnostic import KpiError

    errors: list[KpiError] = []
    start = time.perf_counter()
    goals, kpis = standings.goals(made, Wanted(), errors.append), standings.kpis(made, Wanted(), PERIODS, errors.append)
    if errors:
        raise KpiError(*(found for error in errors for found in error.diagnostics))
    return _text(made, goals, kpis, standings.today(made), time.perf_counter() - start, 0, console)


def _text(
    made: Session,
    goals: list[GoalStanding],
    kpis: list[KpiStanding],
    today: dt.date,
    seconds: float,
    last: int,
    console: Console,
    notes: Sequence[str] = (),
) -> str:
    from kpidsl.report.standing import text

    beyond = _beyond(made, goals, kpis, today)
    standing = replace(_standing(made, goals, kpis, today, seconds), notes=[*notes, *([beyond] if beyond else [])], columns=console.columns)
    written = text(standing, console.style)
    if last and kpis:
        from kpidsl.report.tables import render

        history = render(_result(kpis, last), "text", locale=made.project.locale, terminal=console.terminal)
        written += "\n" + history
    return written


def _sources(goals: list[GoalStanding], kpis: list[KpiStanding]) -> set[str]:
    """What the values rest on."""
    return {name for goal in goals for name in goal.sources} | {name for kpi in kpis for name in kpi.sources}


def _beyond(made: Session, goals: list[GoalStanding], kpis: list[KpiStanding], today: dt.date) -> str:
    """A line where nothing has data because all rows lie on other days."""
    from kpidsl.cli.reach import beyond

    now = [line[-1] for standing in kpis for line in standing.lines()] or [goal.row for goal in goals]
    if any(row["status"] not in ("no_data", "not_started") for row in now):
        return ""
    return beyond(made, _sources(goals, kpis), today)


def _standing(made: Session, goals: list[GoalStanding], kpis: list[KpiStanding], today: dt.date, seconds: float) -> Standing:
    from kpidsl.cli.reach import complete, reach_of
    from kpidsl.report.standing import GoalLine, KpiLine, Standing

    ends = complete(made, _sources(goals, kpis), today)

    lines = []
    for standing in kpis:
        kpi = standing.kpi
        for rows in standing.lines():
            now = rows[-1]
            segment = now["segment"]
            is_segment = segment is not None and len(standing.lines()) > 1
            label = str(segment) if is_segment else kpi.label or kpi.name
            lines.append(
                KpiLine(
                    label=label if segment is None or is_segment else f"{label} ({segment})",
                    is_segment=is_segment,
                    each=str(now["each"]),
                    direction=kpi.direction,
                    column=standing.column,
                    row=now,
                    past=_past(rows, kpi.is_paced, today),
                    counts=kpi.needs is not None or kpi.is_rate,
                    strict=any(target.strict for track in kpi.tracks for target in track.targets),
                    reach=reach_of(ends, standing.sources, now["period_end"]),
                )
            )
    order = ("year", "quarter", "month", "week", "day")
    lines.sort(key=lambda line: order.index(line.each))
    listed = [
        GoalLine(g.goal.label, _aim(g, made.project.locale), g.goal.direction, g.column, g.row, reach_of(ends, g.sources, g.row["ends"]))
        for g in goals
    ]
    return Standing(_title(made, today, seconds), today, listed, lines, locale=made.project.locale)


def _past(rows: list[Row], is_paced: bool, today: dt.date) -> list[Value]:
    """The values of the curve: of what grows with the days of its period only whole periods, and nothing where there are no data."""
    from kpidsl.report.standing import CURVE

    whole = [row for row in rows if not is_paced or row["period_end"] <= today]  # type: ignore[operator]
    return [None if row["status"] == "no_data" else row["actual"] for row in whole[-CURVE:]]


def _title(made: Session, today: dt.date, seconds: float) -> str:
    from kpidsl.report.standing import long_day

    day = long_day(today, made.project.locale)
    return f"{made.project.name} · {day} · {made.connection.name} ({made.engine.dialect}) · {seconds:.1f} s"


def _aim(standing: GoalStanding, locale: str) -> str:
    """What the goal asks for: `+20% over 2025-H2 by 30 June 2026`."""
    from kpidsl.report.standing import long_day
    from kpidsl.syntax import ast

    goal = standing.goal
    end = long_day(goal.end, locale)
    for way in ast.pick(goal.decl.items, ast.Change):
        over = f" over {way.over.span.text}" if way.over is not None else ""
        return f"{'+' if goal.way == 'increase' else '−'}{way.amount.span.text}{over} by {end}"
    return f"until {end}" if goal.way == "keep" else f"by {end}"
