"""What stands out without being declared, in words. Comes in: a session. Goes out: rows of the shape that alerts have, and a line for each.

`FINDERS` says, for each kind of finding, what it is called and how its rows are told; another kind is another line there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from kpidsl.cli.answer import rows_of
from kpidsl.cli.firing import Firing
from kpidsl.cli.session import Session
from kpidsl.diagnostic import KpiError
from kpidsl.model.findings import DAYS, BottleneckModel, BudgetModel, Finding, GapModel, LossModel, SilenceModel
from kpidsl.plan.alerts import COLUMNS, NOBODY
from kpidsl.report.cells import cells
from kpidsl.report.result import ResultColumn, Value
from kpidsl.report.width import visible

MOST = 5
"""Findings of one kind that are told: more would hide each other."""


def standing_out(session: Session, failed: Callable[[KpiError], None]) -> list[Firing]:
    """The findings, a few of each kind; what cannot be told is handed to `failed`, and the others are asked all the same."""
    return [told for _, _, told in with_rows(session, failed)]


def with_rows(session: Session, failed: Callable[[KpiError], None]) -> list[tuple[Finding, dict[str, Value], Firing]]:
    """The same, each with its question and the row that answers it."""
    from kpidsl.compile import findings

    told: dict[type[Finding], list[tuple[Finding, dict[str, Value], Firing]]] = {kind: [] for kind in FINDERS}
    for finding, statement in findings(session.compiled, session.as_of):
        mine = told[type(finding)]
        if len(mine) >= MOST:
            continue
        _, tell = FINDERS[type(finding)]
        try:
            mine += [(finding, row, tell(session, finding, row)) for row in rows_of(session, statement)]
        except KpiError as error:
            failed(error)
    return [each for found in told.values() for each in found[:MOST]]


def _gap(session: Session, finding: GapModel, row: dict[str, Value]) -> Firing:
    metric, segment = finding.metric, _named(row["segment"])
    column = ResultColumn(finding.name, unit=str(metric.type.unit), format=metric.format)
    value, expected = (cells(column, [row[name]], session.project.locale)[0] for name in ("value", "expected"))
    advice = f"find out what keeps {segment} {'back' if finding.worse == 'below' else 'up'}"
    title = metric.label or finding.name
    line = f"{title} of {finding.dimension} {segment} is {value} over {DAYS} days, of all others {expected}: {advice}"
    known = {**row, "segment": segment, "metric": finding.name, "unit": "%", "condition": f"far {finding.worse} all others"}
    return _told(session, finding, {**known, "advice": advice}, line)


def _budget(session: Session, finding: BudgetModel, row: dict[str, Value]) -> Firing:
    segment = _named(row["segment"])
    column = ResultColumn("share", unit="%")
    value, expected = (cells(column, [row[name]], session.project.locale)[0] for name in ("value", "expected"))
    cost, result = finding.cost.label or finding.names[0], finding.result.label or finding.names[1]
    advice = f"move budget from {segment} to where it brings more"
    line = f"{finding.dimension} {segment} takes {value} of “{cost}” over {DAYS} days and brings {expected} of “{result}”: {advice}"
    known = {**row, "segment": segment, "metric": finding.names[0], "unit": "%", "condition": f"share of {cost} far above that of {result}"}
    return _told(session, finding, {**known, "advice": advice}, line)


def _silence(session: Session, finding: SilenceModel, row: dict[str, Value]) -> Firing:
    last, usual = row["last_day"], row["expected"]
    assert isinstance(last, dt.date)
    advice = f"check how {finding.source} is loaded; until then {_listed(finding.metrics)} cannot be trusted"
    days = f"{usual} day{'' if usual == 1 else 's'}"
    line = f"{finding.source} has no row after {last}: {row['value']} days, where never more than {days} lay between two: {advice}"
    first = last + dt.timedelta(days=1)
    known = {**row, "metric": finding.metrics[0], "unit": "days", "condition": "no rows", "period_start": first}
    return _told(session, finding, {**known, "advice": advice}, line)


def _bottleneck(session: Session, finding: BottleneckModel, row: dict[str, Value]) -> Firing:
    journey = finding.journey
    stage = next(stage for stage in journey.stages if stage.name == row["stage"])
    kpi = next(kpi for kpi in stage.kpis if kpi.name == row["kpi"])
    share = ResultColumn("reached", unit="%")
    whole, least = (cells(share, [row[name]], session.project.locale)[0] for name in ("stage_reached", "reached"))
    title, status = kpi.label or kpi.name, str(row["status"]).replace("_", " ")
    advice = str(row["action"] or f"find out what holds {title} back")
    reached = f" with {whole} of what is expected by now" if row["stage_reached"] is not None else ""
    of = f" ({least})" if row["reached"] is not None else ""
    line = f"{stage.label} is the bottleneck of “{journey.label or journey.name}”{reached}; {title} is {status}{of}: {advice}"
    known = {**row, "segment": stage.name, "metric": kpi.name, "unit": "%", "value": row["stage_reached"], "expected": 1}
    return _told(session, finding, {**known, "condition": f"bottleneck of {journey.name}", "advice": advice}, line)


def _loss(session: Session, finding: LossModel, row: dict[str, Value]) -> Firing:
    funnel, segment, number = finding.funnel, _named(row["segment"]), row["stage"]
    assert isinstance(number, int)
    column = ResultColumn("share", unit="%")
    said = {name: cells(column, [row[name]], session.project.locale)[0] for name in ("value", "expected", "step", "step_expected")}
    before = finding.numbers[finding.numbers.index(number) - 1]
    came, to = (funnel.stages[n - 1].label or funnel.stages[n - 1].name for n in (before, number))
    advice = f"see what stops {segment} there"
    title = funnel.label or funnel.name
    line = f"{finding.dimension} {segment} comes through “{title}” at {said['value']}, all others at {said['expected']}: "
    line += f"it loses most between “{came}” and “{to}” ({said['step']}, others {said['step_expected']}): {advice}"
    condition = f"far below all others, most at {funnel.stages[number - 1].name}"
    known = {**row, "segment": segment, "metric": f"{funnel.name}.rate", "unit": "%", "condition": condition}
    return _told(session, finding, {**known, "advice": advice}, line)


def _told(session: Session, finding: Finding, known: dict[str, Any], line: str) -> Firing:
    """The row with the columns of an alert, and the line."""
    name, _ = FINDERS[type(finding)]
    today = session.as_of or dt.date.today()
    known = {"period_start": today - dt.timedelta(days=DAYS - 1), **known, "period_end": today, "alert": name, "severity": "finding"}
    return Firing({column: known.get(column) for column in COLUMNS}, f"! {visible(line[:1].upper() + line[1:])} (finding {name})")


def _named(segment: Value) -> str:
    return NOBODY if segment is None else str(segment)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


FINDERS: dict[type[Finding], tuple[str, Callable[..., Firing]]] = {
    GapModel: ("segment_gap", _gap),
    LossModel: ("funnel_loss", _loss),
    BudgetModel: ("budget_share", _budget),
    SilenceModel: ("lost_data", _silence),
    BottleneckModel: ("bottleneck", _bottleneck),
}
