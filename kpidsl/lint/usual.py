"""M4: which KPIs usually tell whether a goal of a kind is being reached; and a goal that has none of that sort. A KPI counts as one of them
by its name or by its shape (money per thing, a rate): names may be in any language, and shapes are the same in all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, division, listed
from kpidsl.model.expr import Type
from kpidsl.model.model import MetricExpr, MetricModel
from kpidsl.record import dataclass
from kpidsl.syntax import ast

CODE = "KPI304"


@dataclass(frozen=True)
class Usual:
    """A KPI of the trade: what it is called, the words by which a name or label shows that it is this one, and where the library has it."""

    title: str
    words: tuple[str, ...]
    module: str
    name: str


@dataclass(frozen=True)
class Preset:
    """The usual KPIs of a kind of goal; `shape`: what any KPI of that sort looks like; `lack`: what nobody can say without one."""

    usual: tuple[Usual, ...]
    shape: Callable[[Type, MetricExpr | None], bool]
    lack: str


def _is_ratio(type: Type, expr: MetricExpr | None) -> bool:
    """Money per thing, a rate, a multiple: whatever is divided. What cannot be seen into may be one."""
    return expr is None or type.unit.is_ratio or division(expr) is not None


def _is_reach(type: Type, expr: MetricExpr | None) -> bool:
    """Something that is counted: how many people or times."""
    return expr is None or type.unit.is_count


PRESETS = {
    "awareness": Preset(
        (
            Usual("reach", ("reach",), "social", "reach"),
            Usual("impressions", ("impressions",), "social", "impressions"),
            Usual("direct traffic", ("direct traffic", "direct sessions"), "web", "direct_traffic"),
        ),
        _is_reach,
        "how many people have heard of you",
    ),
    "leads": Preset(
        (
            Usual("qualified leads", ("mql", "mqls", "qualified leads"), "sales", "mqls"),
            Usual("landing-page conversion", ("landing page conversion", "landing conversion"), "web", "landing_page_conversion_rate"),
            Usual("cost per lead", ("cost per lead", "cpl"), "marketing", "cost_per_lead"),
        ),
        _is_ratio,
        "what a lead costs, or how many visitors become one: leads can be bought at any price",
    ),
    "sales": Preset(
        (
            Usual("average order", ("average order", "aov", "average order value", "order value"), "sales", "aov"),
            Usual("conversion", ("conversion", "conversion rate"), "marketing", "conversion_rate"),
            Usual("ROAS", ("roas", "return on ad spend"), "marketing", "roas"),
        ),
        _is_ratio,
        "how well you sell: revenue can be bought with discounts and advertising",
    ),
    "loyalty": Preset(
        (
            Usual("repurchase rate", ("repurchase", "repurchase rate"), "retention", "repurchase_rate"),
            Usual("lifetime value", ("ltv", "clv", "lifetime value"), "retention", "ltv_12_months"),
            Usual("NPS", ("nps", "net promoter score"), "survey", "nps"),
        ),
        _is_ratio,
        "which part of the customers stays: a count grows with advertising alone",
    ),
}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per goal with KPIs of which none is of the usual sort."""
    for goal in facts.goals:
        preset, kpis = PRESETS.get(facts.kind(goal)), facts.kpis_of(goal)
        if preset is None or not kpis or any(_is_usual(facts, preset, kpi) or facts.vanity(kpi) for kpi in kpis):
            continue  # what is vanity is told as such, with the same next step
        yield advice(
            Severity.HINT,
            CODE,
            f"no KPI of `{goal.name.text}` is of the sort that tells whether a goal of kind {facts.kind(goal)} is reached well",
            goal.name.span,
            notes=(f"usual are {listed(usual.title for usual in preset.usual)}; without one of them nobody sees {preset.lack}",),
            help=tip(facts, goal),
        )


def _is_usual(facts: Facts, preset: Preset, kpi: ast.Kpi) -> bool:
    names = [kpi.metric.text, kpi.label or ""]
    metric = facts.metric(kpi.metric)
    names += [metric.label] if metric is not None else []
    if any(_is_called(name, usual) for name in names for usual in preset.usual):
        return True
    type = facts.type(kpi.metric)
    return type is None or preset.shape(type, facts.expr(kpi.metric))


def tip(facts: Facts, goal: ast.Goal) -> str:
    """The next step: a usual KPI that the project has as a metric, else one of the library; empty where nothing is usual."""
    preset = PRESETS.get(facts.kind(goal))
    if preset is None:
        return ""
    taken = {kpi.metric.text for kpi in facts.kpis_of(goal)}
    for usual in preset.usual:
        for name, metric in _metrics(facts):
            if name not in taken and (_is_called(name, usual) or _is_called(metric.label, usual)):
                return f"make a KPI of the metric that is there: kpi {name} for {goal.name.text} {{ target … each month }}"
    usual = preset.usual[-1]
    return f"take one of the library: use std.{usual.module} ({usual.name}), then kpi {usual.name} for {goal.name.text} {{ target … }}"


def _metrics(facts: Facts) -> list[tuple[str, MetricModel]]:
    entries = facts.compiled.scope.entries
    found = [(name, facts.compiled.model.metrics.get(entry.key)) for (kind, name), entry in sorted(entries.items()) if kind == "metric"]
    return [(name, metric) for name, metric in found if metric is not None]


def _is_called(name: str, usual: Usual) -> bool:
    """Whether the words of the name hold one of the words, as whole words: `orders_paid` is no `paid`."""
    said = " ".join(re.findall(r"[^\W_]+", name.casefold()))
    return any(f" {word} " in f" {said} " for word in usual.words)
