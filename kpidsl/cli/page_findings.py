"""What stands out, for readers of every language. Comes in: a finding with the row that tells it. Goes out: the key of a sentence and what
stands in its places, as data: names with their labels, numbers with their units, days. The page writes the sentence.

`WORDED` has a line for each kind of finding; a kind without one is told in English, by the line that alerts have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from kpidsl.dashboard.labels import Labeller, inside
from kpidsl.model.findings import DAYS, BottleneckModel, BudgetModel, Finding, GapModel, LossModel, SilenceModel
from kpidsl.plan.alerts import NOBODY

Json = dict[str, Any]
Row = Mapping[str, Any]


def worded(labels: Labeller, finding: Finding, row: Row, line: str) -> Json:
    """The finding as a page has it; `line` tells it in English."""
    tell = WORDED.get(type(finding))
    return plain_line(line) if tell is None else tell(labels, finding, row)


def plain_line(text: str) -> Json:
    """A sentence as it stands."""
    return {"key": "", "parts": [{"text": text}]}


def _gap(labels: Labeller, finding: GapModel, row: Row) -> Json:
    unit = str(finding.metric.type.unit)
    parts = [
        {"label": labels.of(finding.metric.decl, finding.metric.label, finding.name)},
        {"label": _dimension(labels, finding.dimension)},
        {"text": _named(row["segment"])},
        {"number": _plain(row["value"]), "unit": unit},
        {"number": DAYS, "unit": "count"},
        {"number": _plain(row["expected"]), "unit": unit},
    ]
    return {"key": f"finding_{finding.worse}", "parts": parts}


def _budget(labels: Labeller, finding: BudgetModel, row: Row) -> Json:
    cost, result = finding.cost, finding.result
    parts = [
        {"label": _dimension(labels, finding.dimension)},
        {"text": _named(row["segment"])},
        {"number": _plain(row["value"]), "unit": "%"},
        {"label": labels.of(cost.decl, cost.label, finding.names[0])},
        {"number": DAYS, "unit": "count"},
        {"number": _plain(row["expected"]), "unit": "%"},
        {"label": labels.of(result.decl, result.label, finding.names[1])},
    ]
    return {"key": "finding_budget", "parts": parts}


def _silence(_labels: Labeller, finding: SilenceModel, row: Row) -> Json:
    last = row["last_day"]
    assert isinstance(last, dt.date)
    parts = [
        {"text": finding.source},
        {"day": last.isoformat()},
        {"number": _plain(row["value"]), "unit": "count"},
        {"number": _plain(row["expected"]), "unit": "count"},
        {"text": ", ".join(finding.metrics[:3]) + (" …" if len(finding.metrics) > 3 else "")},
    ]
    return {"key": "finding_silence", "parts": parts}


def _bottleneck(labels: Labeller, finding: BottleneckModel, row: Row) -> Json:
    journey = finding.journey
    stage = next(stage for stage in journey.stages if stage.name == row["stage"])
    kpi = next(kpi for kpi in stage.kpis if kpi.name == row["kpi"])
    parts = [
        {"text": stage.label},
        {"label": labels.of(journey.decl, journey.label, journey.name)},
        {"number": _plain(row["stage_reached"]), "unit": "%"},
        {"label": labels.of(kpi.metric.decl, kpi.label or kpi.metric.label, kpi.name)},
        {"word": str(row["status"])},
    ]
    return {"key": "finding_bottleneck", "parts": parts, "advice": row["action"] or ""}


def _loss(labels: Labeller, finding: LossModel, row: Row) -> Json:
    funnel, number = finding.funnel, row["stage"]
    before = finding.numbers[finding.numbers.index(number) - 1]
    stages = [funnel.stages[n - 1] for n in (before, number)]
    parts = [
        {"label": _dimension(labels, finding.dimension)},
        {"text": _named(row["segment"])},
        {"text": funnel.label or funnel.name},
        {"number": _plain(row["value"]), "unit": "%"},
        {"number": _plain(row["expected"]), "unit": "%"},
        *({"text": stage.label or stage.name} for stage in stages),
        {"number": _plain(row["step"]), "unit": "%"},
        {"number": _plain(row["step_expected"]), "unit": "%"},
    ]
    return {"key": "finding_loss", "parts": parts}


WORDED: dict[type[Finding], Callable[..., Json]] = {
    GapModel: _gap,
    LossModel: _loss,
    BudgetModel: _budget,
    SilenceModel: _silence,
    BottleneckModel: _bottleneck,
}


def _dimension(labels: Labeller, name: str) -> dict[str, str]:
    declared = next((each for each in labels.model.dimensions.values() if each.name == name), None)
    decl = next((e.decl for e in labels.scope.entries.values() if e.kind == "dimension" and e.name == name), None)
    found = labels.of(decl, declared.label if declared is not None else "", name)
    return {locale: inside(label) for locale, label in found.items()}


def _named(segment: object) -> str:
    return NOBODY if segment is None else str(segment)


def _plain(value: Any) -> float | int | None:
    return None if value is None else int(value) if value == int(value) else float(value)
