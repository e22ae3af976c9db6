"""What fires. Comes in: a session. Goes out: the rows of its alerts with the advice filled in as people read numbers, and a line for each:
`! CAC of channel social is 96 € in 2026-02, usually 41 € to 58 €: review its spend (alert cac_spike, marketing.kpi:88)`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kpidsl.cli.answer import dim_label, rows_of
from kpidsl.cli.session import Session
from kpidsl.model.alerts import AlertModel, AnomalyModel, MovementModel
from kpidsl.plan.alerts import COLUMNS, NOBODY
from kpidsl.record import dataclass
from kpidsl.report.cells import cells
from kpidsl.report.result import Result, ResultColumn, Value
from kpidsl.report.standing import whole
from kpidsl.report.width import visible
from kpidsl.syntax import ast

_TYPES = {"period_start": "date", "period_end": "date", **dict.fromkeys(("value", "expected", "low", "high", "volume"), "number")}
_WORDS = {"day": "on", "week": "in", "month": "in", "quarter": "in", "year": "in"}


@dataclass(frozen=True, slots=True)
class Firing:
    """One row of an alert, and the line that says so."""

    row: dict[str, Value]
    line: str


def alerts_of(session: Session) -> dict[str, ast.Alert]:
    """The project's alerts by name, in the order in which they are written."""
    return {decl.name.text: decl for decl in session.compiled.scope.declarations if isinstance(decl, ast.Alert)}


def firing_of(session: Session, decl: ast.Alert, since: dt.date | None = None, latest: bool = True) -> list[Firing]:
    """What fires of an alert, the oldest first: in the last finished period, since a day, or ever."""
    from kpidsl.compile import plan_alert, resolve_alert

    alert = resolve_alert(session.compiled, decl)
    statement = plan_alert(session.compiled, alert, session.as_of, f"alert {alert.name}", since, latest, parts=True)
    return [_firing(session, alert, row) for row in rows_of(session, statement)]


def oldest_first(found: Iterable[Firing]) -> list[Firing]:
    """By period; within one as the alerts are written."""
    return sorted(found, key=lambda each: (str(each.row["period_start"]), str(each.row["period_end"])))


def as_result(found: Sequence[Firing]) -> Result:
    """The rows as a table."""
    columns = tuple(ResultColumn(name, "metric" if name in _TYPES else "group", _TYPES.get(name, "text")) for name in COLUMNS)
    return Result(columns, [[each.row[name] for name in COLUMNS] for each in found])


# ---------------------------------------------------------------- in words


def _firing(session: Session, alert: AlertModel, row: dict[str, Value]) -> Firing:
    metric = alert.query.metrics[0]
    kind = metric.type
    unit = str(kind.unit) if kind.is_numeric or kind.kind == "duration" else ""
    unit = "×" if metric.format == "x" and unit in ("%", "") else unit
    column = ResultColumn(metric.name, "metric", "duration" if kind.kind == "duration" else "number", unit, metric.format)

    def written(value: Value) -> str:
        return cells(column, [whole(column, value)], session.project.locale)[0]

    period = _period(alert.grain, row["period_start"])
    groups = [_plain(row[f"by_{number}"]) for number in range(1, len(alert.by) + 1)]
    known = {
        **dict(zip(alert.by, groups, strict=True)),
        "value": written(row["value"]),
        "expected": written(row["expected"]),
        "period": period,
    }
    advice = re.sub(r"\{([^{}]*)\}", lambda match: known[match[1]], alert.advice)
    row = {name: row[name] for name in COLUMNS} | {"advice": advice}
    title = metric.label or metric.name
    of = ", ".join(f"{_named(session, alert, n)} {group}" for n, group in enumerate(groups))
    place = f"alert {alert.name}, {alert.span.source.path}:{alert.span.line}"
    usual = _usual(alert, row, written)
    verb = "are" if unit == "count" else "is"
    said = f"{title}{f' of {of}' if of else ''} {verb} {known['value']} {_WORDS[alert.grain]} {period}, {usual}"
    return Firing(row, f"! {visible(f'{said}: {advice}' if advice else said)} ({visible(place)})")


def _named(session: Session, alert: AlertModel, number: int) -> str:
    dim = alert.query.dims[number]
    return (dim_label(dim, session.compiled.model) or dim.name).lower()


def _plain(value: Value) -> str:
    match value:
        case None:
            return NOBODY
        case bool():
            return "true" if value else "false"
        case Decimal() | float() if value == int(value):
            return str(int(value))
    return str(value)


def _period(grain: str, start: Value) -> str:
    return cells(ResultColumn("period", "group", "date", format=grain), [start])[0]


def _usual(alert: AlertModel, row: dict[str, Value], written) -> str:  # type: ignore[no-untyped-def]
    """What it should have been, by the condition that fired."""
    condition = next(each for each in alert.conditions if each.words == row["condition"])
    expected, low, high = row["expected"], row["low"], row["high"]
    match condition:
        case AnomalyModel():
            beneath = isinstance(low, int | float | Decimal) and isinstance(expected, int | float | Decimal) and low < 0 <= expected
            return f"usually up to {written(high)}" if beneath else f"usually {written(low)} to {written(high)}"
        case MovementModel():
            amount, unit = condition.back
            then = "the year before" if (amount, unit) == (52, "week") else f"the {unit} before"
            return f"after {written(expected)} {then}"
        case _:
            return condition.words.replace(">=", "at least").replace("<=", "at most").replace(">", "above").replace("<", "below")
