"""The matrix for readers of any language. Comes in: a compiled project. Goes out: for each row what its cells say, in parts: numbers with
their units, days, words of the product's own and texts, so that whoever shows them writes them as the reader is used to.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from kpidsl.compile import Compiled
from kpidsl.dashboard.labels import Labeller
from kpidsl.matrix import OPS, line, served
from kpidsl.syntax import ast
from kpidsl.syntax.format_expr import format_path

Part = dict[str, Any]
Sentence = list[Part]
_FIRST = {"year": 12, "quarter": 3, "month": 1}
"""How many months a period has, of those that begin with a month."""
_DAYS = {"day": 1, "week": 7}


def cells(compiled: Compiled, labels: Labeller) -> list[dict[str, list[Sentence]]]:
    """For each row of the matrix the cells that are no plain text, by the name of their column; each has one sentence or several."""
    return [_cells(compiled, labels, goal, kpi) for goal, kpi in served(compiled)]


def _cells(compiled: Compiled, labels: Labeller, goal: ast.Goal, kpi: ast.Kpi) -> dict[str, list[Sentence]]:
    entry = compiled.scope.entries.get(("metric", kpi.metric.text))
    metric = compiled.model.metrics.get(entry.key) if entry is not None else None
    found: dict[str, list[Sentence]] = {
        "target": [_target(item) for item in kpi.items if isinstance(item, ast.Target | ast.TargetFrom)],
        "benchmark": [_benchmark(item) for item in ast.pick(kpi.items, ast.Benchmark)],
    }
    if goal.label:
        found["goal_label"] = [[{"label": labels.of(goal, goal.label)}]]
    if kpi.label:
        found["kpi_label"] = [[{"label": labels.of(kpi, kpi.label)}]]
    elif metric is not None and metric.label:
        found["kpi_label"] = [[{"label": labels.of(metric.decl, metric.label)}]]
    return {name: sentences for name, sentences in found.items() if sentences}


def _target(item: ast.Target | ast.TargetFrom) -> Sentence:
    """`≥ 45 EUR each month (stretch, email, from July 2026)`."""
    each: Sentence = [{"word": f"each_{item.each.text}"}] if item.each is not None else []
    if isinstance(item, ast.TargetFrom):
        by = f" by {', '.join(map(line, item.by))}" if item.by else ""
        return [{"key": "planned_in", "parts": [{"text": format_path(item.metric) + by}]}, *each]
    if item.op == "between" and item.high is not None:
        size: Sentence = [{"key": "between", "parts": [value(item.value), value(item.high)]}]
    else:
        size = [{"text": OPS.get(item.op, item.op)}, value(item.value)]
    beside: Sentence = [{"word": "stretch_short"}] if item.kind == "stretch" else []
    if item.where is not None:
        beside.append({"text": line(item.where)})
    if item.from_ is not None:
        beside.append({"key": "since", "parts": [_day(item.from_)]})
    if item.because:
        beside.append({"text": item.because})
    return [*size, *each, *_aside(beside)]


def _benchmark(item: ast.Benchmark) -> Sentence:
    """`52 EUR (Industry report, 2025, IT)`."""
    facts = [node.value if isinstance(node, ast.Text) else line(node) for _, node in item.facts]
    return [value(item.value), *_aside({"text": fact} for fact in facts)]


def _aside(parts: Iterable[Part]) -> Sentence:
    """What stands in brackets behind."""
    listed = list(parts)
    return [{"beside": listed}] if listed else []


def value(node: ast.Expr) -> Part:
    """A number with its unit where one is written; else what is written."""
    match node:
        case ast.Number(value=int() | Decimal() as number):
            return _number(Decimal(number), "")
        case ast.Percent(value=share):
            return _number(share, "%")
        case ast.Money(amount=amount, currency=currency):
            return _number(amount, currency)
        case ast.Duration(amount=amount, unit=unit) if unit in _DAYS:
            return _number(Decimal(amount * _DAYS[unit]), "days")
        case ast.Unary(op="-", value=inner) if "number" in (found := value(inner)):
            return {**found, "number": -found["number"]}
        case _:
            return {"text": line(node)}


def _number(number: Decimal, unit: str) -> Part:
    return {"number": int(number) if number == int(number) else float(number), "unit": unit}


def _day(node: ast.Expr) -> Part:
    """A day, or the first one of a period with the kind of period."""
    match node:
        case ast.Date(value=day):
            return {"day": day.isoformat(), "grain": "day"}
        case ast.Period(grain=grain, year=year, index=index) if grain in _FIRST:
            return {"day": f"{year:04}-{(index - 1) * _FIRST[grain] + 1:02}-01", "grain": grain}
        case _:
            return {"text": line(node)}
