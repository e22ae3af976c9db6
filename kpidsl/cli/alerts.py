"""`kpi alerts`: what fires now, and what to do about it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, a_date, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session

if TYPE_CHECKING:
    from kpidsl.cli.firing import Firing
    from kpidsl.diagnostic import KpiError
    from kpidsl.syntax import ast

FORMATS = ("text", "json", "csv", "markdown")
ABOUT = """What fires now: the alerts whose condition holds in the last finished period, and what stands out by itself.
Exit code 1 when an alert fires, 0 when none does."""
EXAMPLES = """examples:
  kpi alerts
  kpi alerts cac_spike --since 2026-01-01
  kpi alerts --all --format csv > alerts.csv
  kpi alerts --send"""


def declare(parser: Parser) -> None:
    parser.add_argument("alerts", nargs="*", metavar="ALERT", help="names of alerts (default: all)")
    parser.add_argument("--since", metavar="DATE", type=a_date, help="what fired in periods that end on that day or later")
    parser.add_argument("--all", action="store_true", help="everything that ever fired")
    parser.add_argument("--send", action="store_true", help="post what fires to the webhook of kpi.toml, each once")
    parser.add_argument("--format", metavar="FORMAT", default="text", type=one_of(FORMATS), help=f"{', '.join(FORMATS)} (default: text)")
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.cli.findings import standing_out
    from kpidsl.cli.firing import alerts_of, firing_of, oldest_first
    from kpidsl.diagnostic import arranged, once

    if arguments.all and arguments.since:
        raise WrongUseError("--all and --since both say from when on", "leave one of them out")
    history = arguments.all or arguments.since is not None
    with session(arguments, console) as made:
        if arguments.send and made.project.webhook is None:
            raise WrongUseError("--send has nowhere to send to", 'write in kpi.toml: [alerts] with the line webhook = "${ALERT_WEBHOOK}"')
        chosen = _chosen(alerts_of(made), arguments.alerts)
        errors: list[KpiError] = []
        asked = [partial(firing_of, made, decl, arguments.since, not history) for decl in chosen]
        answers = [_tried(each, errors) for each in asked]
        found = oldest_first([each for answer in answers for each in answer or ()])
        beside = [] if history or arguments.alerts else standing_out(made, errors.append)
        if errors:
            console.report(arranged(once(errors)))
        _print([*found, *beside], arguments.format, console, made)
        if arguments.send:
            console.say(console.aside(_send(made, found)))
        if arguments.format == "text":
            console.say(console.aside(_footer(len(chosen), answers.count(None), found, len(beside), history)))
        elif None in answers:
            console.say(_not_judged(answers.count(None), len(chosen)))
    return 1 if found or None in answers else 0


def _tried(ask: Callable[[], list[Firing]], errors: list[KpiError]) -> list[Firing] | None:
    """What is told, or None where it cannot be: why stands among the errors, and the others are asked all the same."""
    from kpidsl.diagnostic import KpiError

    try:
        return ask()
    except KpiError as error:
        errors.append(error)
        return None


def _send(made: Session, found: list[Firing]) -> str:
    """Posts what fires, and says what became of it."""
    from kpidsl.delivery import send

    webhook = made.project.webhook
    assert webhook is not None
    with made.working("telling the webhook …"):
        sent = send(webhook, made.project.name, str(made.project.root), [each.row for each in found])
    before = f", {sent.before} had been sent before" if sent.before else ""
    return f"sent {sent.told} of {len(found)} to the webhook{before}" if found else "nothing to send"


def _chosen(known: dict[str, ast.Alert], names: list[str]) -> list[ast.Alert]:
    from kpidsl.diagnostic import similar

    for name in names:
        if name not in known:
            near = similar(name, known)
            listed = f"alerts: {', '.join(known)}" if known else "the project has no alerts"
            raise WrongUseError(f"there is no alert `{name}`", f"did you mean {near[0]}?" if near else listed)
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def _print(found: list[Firing], format: str, console: Console, made: Session) -> None:
    from kpidsl.cli.firing import as_result
    from kpidsl.report.tables import render

    if format != "text":
        console.print(render(as_result(found), format, locale=made.project.locale, terminal=console.terminal), end="")
        return
    for each in found:
        console.print(each.line)


def _footer(asked: int, failed: int, found: list[Firing], beside: int, history: bool) -> str:
    said = [_fired(asked - failed, found, history)] if asked > failed or not asked else []
    said += [_not_judged(failed, asked)] if failed else []
    said += [f"{beside} finding{'' if beside == 1 else 's'} beside"] if beside else []
    return " · ".join(said)


def _not_judged(failed: int, asked: int) -> str:
    return f"{failed} of {asked} alert{'' if asked == 1 else 's'} could not be judged"


def _fired(looked_at: int, found: list[Firing], history: bool) -> str:
    if not looked_at:
        return 'the project has no alerts; add one: alert drop { watch revenue each week  when falls 20% against previous week  do "…" }'
    alerts = f"{looked_at} alert{'' if looked_at == 1 else 's'}"
    if not found:
        return f"nothing {'has fired' if history else 'fires'} · {alerts} looked at"
    return f"{len(found)} time{'' if len(found) == 1 else 's'} · {alerts} looked at"
