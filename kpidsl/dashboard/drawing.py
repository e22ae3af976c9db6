"""The parts that charts are put together from. Comes in: a query's shape and the columns of its result. Goes out: axes, colours and what
is said of a mark, as Vega-Lite writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpidsl.dashboard.columns import BoardColumn
from kpidsl.dashboard.labels import pick
from kpidsl.dashboard.theme import QUIET, SERIES
from kpidsl.dashboard.vega import d3, field, quoted
from kpidsl.model.charts import Shape
from kpidsl.record import dataclass

Spec = dict[str, Any]
_PARTS = {
    "weekday": "timeFormat(datetime(2024, 0, datum.value), '%a')",  # that January began on a Monday, which is 1
    "month_of_year": "timeFormat(datetime(2024, datum.value - 1, 1), '%b')",
}
"""How parts of time are called that have names."""
NOBODY = "–"
"""What a group is called that has no value."""
_NAMED = f"datum.value === null ? {quoted(NOBODY)} : datum.label"
TIMES = {
    "hour": ("utcyearmonthdatehours", "%H:%M"),
    "day": ("utcyearmonthdate", "%-d %b %Y"),
    "week": ("utcyearmonthdate", "%-d %b %Y"),
    "month": ("utcyearmonth", "%b %Y"),
    "quarter": ("utcyearquarter", "Q%q %Y"),
    "year": ("utcyear", "%Y"),
}
DAY = ("utcyearmonthdate", "%-d %b %Y")


@dataclass(frozen=True)
class Drawing:
    """What a chart is drawn from."""

    shape: Shape
    columns: dict[str, BoardColumn]
    locale: str
    sorted_by_query: bool

    def label(self, name: str) -> str:
        return pick(self.columns[name].label, self.locale, next(iter(self.columns[name].label), ""))

    def titled(self, name: str) -> str:
        """The label with its unit: `Revenue (EUR)`."""
        unit = self.columns[name].unit
        return f"{self.label(name)} ({unit})" if unit not in ("", "count", "%") else self.label(name)

    @property
    def values(self) -> list[str]:
        return [value.name for value in self.shape.values]

    def previous(self, value: str) -> str:
        """The column of the same value in the period before; empty where none was asked."""
        return next((c.name for c in self.columns.values() if c.role == "previous" and c.of == value), "")

    @property
    def beside(self) -> list[str]:
        """Values and what each is compared with."""
        return [name for value in self.values for name in (value, self.previous(value)) if name]

    # ------------------------------------------------------------ encodings

    def time(self, name: str, kind: str = "temporal") -> Spec:
        """A period along an axis; its label says no more than the period is."""
        column = self.columns[name]
        unit, shown = TIMES.get(column.format, DAY)
        axis: Spec = {"format": shown, "title": None}
        return {"field": field(name), "type": kind, "timeUnit": unit, "axis": axis}

    def ordered(self, name: str) -> Spec:
        """A period or a part of time as steps of equal width."""
        if self.columns[name].type in ("date", "timestamp"):
            return self.time(name, "ordinal")
        axis: Spec = {"title": self.label(name), "labelAngle": 0}
        dim = self.columns[name].dim
        if dim is not None and dim.grain in _PARTS:
            axis |= {"title": None, "labelExpr": _PARTS[dim.grain]}
        return {"field": field(name), "type": "ordinal", "axis": axis}

    def group(self, name: str, value: str = "") -> Spec:
        """Groups, the largest value first where the query says no order."""
        order: Any = None if self.sorted_by_query or not value else {"field": field(value), "order": "descending"}
        return {"field": field(name), "type": "nominal", "sort": order, "axis": {"title": None, "labelLimit": 160, "labelExpr": _NAMED}}

    def amount(self, name: str, title: str | None = None) -> Spec:
        """A value along an axis that says its unit."""
        return {"field": field(name), "type": "quantitative", "axis": self.scale(name, self.titled(name) if title is None else title)}

    def scale(self, name: str, title: str) -> Spec:
        """Short numbers on an axis: 1.2M, 40%, 3×."""
        unit = self.columns[name].unit
        if unit == "%":
            return {"title": title, "format": ".1~%", "tickCount": 5}
        text = "replace(format(datum.value, '.3~s'), 'G', 'B')"
        return {"title": title, "labelExpr": f"{text} + '×'" if unit == "×" else text, "tickCount": 5}

    def colour(self, name: str) -> Spec:
        """Groups by colour. Their names stand in the legend."""
        return {
            "field": field(name),
            "type": "nominal",
            "sort": None,
            "legend": {"title": None, "labelExpr": _NAMED},
            "scale": {"range": list(SERIES)},
        }

    def told(self, names: Sequence[str]) -> list[Spec]:
        """What is said of a mark that is pointed at."""
        return [self.tell(name) for name in names]

    def tell(self, name: str) -> Spec:
        column = self.columns[name]
        if column.type in ("date", "timestamp"):
            unit, shown = TIMES.get(column.format, DAY)
            return {"field": field(name), "type": "temporal", "timeUnit": unit, "format": shown, "title": self.label(name)}
        if not column.is_number or column.role == "group":
            return {"field": field(name), "type": "nominal", "title": self.label(name)}
        return {"field": field(name), "type": "quantitative", "format": d3(column), "title": self.titled(name)}

    def everything(self) -> list[Spec]:
        """All columns of the result."""
        return self.told([name for name, column in self.columns.items() if column.role != "row_type"])

    # ------------------------------------------------------------ several values as rows

    def folded(self, names: Sequence[str]) -> Spec:
        return {"fold": [field(name) for name in names], "as": ["measure", "amount"]}

    def by_measure(self, names: Sequence[str], legend: bool = True) -> Spec:
        """Values of several columns by colour, under their labels."""
        colours = self.colours(names)
        return {
            "field": "measure",
            "type": "nominal",
            "sort": None,
            "legend": {"title": None, "labelExpr": self.named(names)} if legend else None,
            "scale": {"domain": list(names), "range": colours},
        }

    def named(self, names: Sequence[str]) -> str:
        """The expression that writes a label where the data have the name of a column."""
        return "".join(f"datum.value === {quoted(name)} ? {quoted(self.label(name))} : " for name in names) + "datum.value"

    def colours(self, names: Sequence[str]) -> list[str]:
        """A colour for each value. What it is compared with is quiet where there is one value, else of that value's colour."""
        shown = [name for name in names if self.columns[name].role != "previous"]
        own = dict(zip(shown, SERIES * (1 + len(shown) // len(SERIES)), strict=False))
        return [own[name] if name in own else own[self.columns[name].of] if len(shown) > 1 else QUIET for name in names]
