"""Columns of a query as a board describes them. Comes in: a statement, and what its columns mean. Goes out: for each column its role, type,
unit, the pattern of its numbers and its label by locale, so that nobody has to ask the compiler what a number is.
"""

from __future__ import annotations

import re
from typing import Any

from kpidsl.dashboard.labels import Labeller, Labels, part_of, readable
from kpidsl.dashboard.words import WORDS, of_column, words
from kpidsl.model.charts import Shape
from kpidsl.model.model import Dim, QueryModel
from kpidsl.plan.plan import OutputColumn, Statement
from kpidsl.record import dataclass, field

_PLAIN = ("int", "number", "decimal", "bool", "text", "date", "timestamp", "duration")
_MONEY = re.compile(r"([A-Z]{3})( per .+)?")
NUMBERS = ("int", "number", "decimal", "duration")


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column. role: group, metric, previous, growth or row_type; `of` names the metric that a comparison is of. `format` is a CLDR
    pattern of numbers, or for periods the grain."""

    name: str
    role: str
    type: str
    unit: str
    format: str
    label: Labels
    of: str = ""
    dim: Dim | None = field(default=None)

    @property
    def is_number(self) -> bool:
        """Whether it has a size that can be drawn."""
        return self.type in NUMBERS

    @property
    def part(self) -> str:
        """Which part of time it counts; empty for all others."""
        return part_of(self.dim) if self.dim is not None else ""

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "name": self.name,
            "role": self.role,
            "type": self.type,
            "unit": self.unit,
            "format": self.format,
            "label": self.label,
        }
        if self.part:
            found["part"] = self.part
        return {**found, "of": self.of} if self.of else found


def of_query(statement: Statement, query: QueryModel, shape: Shape, labels: Labeller) -> list[BoardColumn]:
    """The columns of a query: group-bys, metrics and what `compare` adds."""
    dims = {dim.name: dim for dim in query.dims}
    metrics = {} if shape.staged or shape.aged else {metric.name: metric for metric in query.metrics}
    made = []
    for column in statement.columns:
        role, of, label = column.role, "", labels.of(None, column.label, column.name)
        if shape.aged and (key := of_aged(column.name, shape)):
            label = words(key, labels.locales)
        elif column.name in dims:
            label = labels.dim(dims[column.name])
        elif column.name in metrics:
            label = labels.metric(metrics[column.name])
            role, of = _compared(column.name, shape)
            if of:
                key = "growth_of" if role == "growth" else "previous_year_of" if shape.compare == "year" else "previous_of"
                label = labels.compared(labels.metric(metrics[of]), key)
        elif key := of_column(column.name):
            label = words(key, labels.locales)
        made.append(_column(column, role, label, of, dims.get(column.name)))
    return made


def of_aged(name: str, shape: Shape) -> str:
    """The key of the word for a column that a cohort makes; empty for its group-bys."""
    if name == "age":
        return f"age_{shape.periods[0].grain}"
    return f"cohort_{name}" if f"cohort_{name}" in WORDS else ""


def of_aim(statement: Statement, labels: Labeller) -> list[BoardColumn]:
    """The columns of goals, KPIs and scorecards, which have the same names in every project."""
    made = []
    for column in statement.columns:
        key = of_column(column.name)
        label = words(key, labels.locales) if key else labels.of(None, column.label, readable(column.name))
        made.append(_column(column, column.role, label, "", None))
    return made


def _compared(name: str, shape: Shape) -> tuple[str, str]:
    for value in shape.values:
        if name == f"{value.name}_previous_{shape.compare}":
            return "previous", value.name
        if name == f"{value.name}_growth" and shape.compare:
            return "growth", value.name
    return "metric", ""


def _column(column: OutputColumn, role: str, label: Labels, of: str, dim: Dim | None) -> BoardColumn:
    kind = column.type.kind if column.type.kind in _PLAIN else "text"
    unit = str(column.type.unit) if kind in NUMBERS else ""
    unit = "days" if kind == "duration" and not unit else unit
    unit = "×" if column.format == "x" and unit in ("%", "") else unit
    shown = _pattern(kind, unit, column.format) if kind in NUMBERS else dim.grain if dim is not None and dim.kind == "grain" else ""
    return BoardColumn(column.name, role, kind, unit, shown, label, of, dim)


def _pattern(kind: str, unit: str, format: str) -> str:
    """How its numbers are written: as declared, else as is usual for the unit."""
    if "0" in format or "#" in format:
        return format
    if unit == "%" or format == "%":
        return "#,##0.0%"
    if unit == "×":
        return "#,##0.0×"
    if currency(unit):
        return "#,##0.00"
    return "#,##0" if kind == "int" else "#,##0.##"


def currency(unit: str) -> str:
    """The currency of a unit of money, empty for others: of `EUR per lead` it is EUR."""
    found = _MONEY.fullmatch(unit)
    return found[1] if found else ""
