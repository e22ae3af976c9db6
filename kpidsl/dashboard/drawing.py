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
    "weekday": ("datetime(2024, 0, {})", "%a", "%A"),  # that January began on a Monday, which is 1
    "month_of_year": ("datetime(2024, {} - 1, 1)", "%b", "%B"),
}
"""How parts of time are called that have names: a day of which it is the name, the short form and the long one."""
WEEK = (1, 2, 3, 4, 5, 6, 7)
"""The order of weekdays; whoever draws for readers whose weeks begin on another day turns it."""
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


def short(value: str) -> str:
    """A short number, as an expression: 1.2M. Whoever draws for a reader writes it as they are used to."""
    return f"replace(replace(format({value}, '.3~s'), 'G', 'B'), 'k', 'K')"


def ending(unit: str) -> str:
    """What stands behind a short number."""
    return " + '×'" if unit == "×" else ""


def said_part(part: str, value: str, long: bool = False) -> str:
    """The name of a part of time, as an expression."""
    day, brief, full = _PARTS[part]
    return f"timeFormat({day.format(value)}, '{full if long else brief}')"


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
        made: Spec = {"field": field(name), "type": "ordinal", "axis": axis}
        part = self.columns[name].part
        if part in _PARTS:
            axis |= {"title": None, "labelExpr": said_part(part, "datum.value")}
        return {**made, "sort": list(WEEK)} if part == "weekday" else made

    def named_parts(self) -> list[Spec]:
        """The names of parts of time, for what is said of a mark."""
        return [
            {"calculate": said_part(part, f"datum[{quoted(name)}]", long=True), "as": f"{name} said"}
            for name in self.columns
            if (part := self.columns[name].part) in _PARTS
        ]

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
        text = short("datum.value")
        return {"title": title, "labelExpr": f"{text}{ending(unit)}", "tickCount": 5}

    def colour(self, name: str) -> Spec:
        """Groups by colour. Their names stand in the legend."""
        part = self.columns[name].part
        return {
            "field": field(name),
            "type": "nominal",
            "sort": list(WEEK) if part == "weekday" else None,
            "legend": {"title": None, "labelExpr": said_part(part, "datum.value") if part in _PARTS else _NAMED},
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
            shown = f"{name} said" if self.columns[name].part in _PARTS else name
            return {"field": field(shown), "type": "nominal", "title": self.label(name)}
        return {"field": field(name), "type": "quantitative", "format": d3(column), "title": self.titled(name)}

    def everything(self) -> list[Spec]:
        """All columns of the result."""
        return self.told([name for name, column in self.columns.items() if column.role != "row_type"])

    # ------------------------------------------------------------ a period that is not over

    def may_run(self, along: str) -> bool:
        """Whether the last period along an axis may be one that is not over."""
        return self.columns[along].format in ("week", "month", "quarter", "year")

    def is_open(self, along: str) -> str:
        """Whether a row is of the running period or a later one."""
        return f"(running !== null && time(datum[{quoted(along)}]) >= running)"

    def stretches(self, along: str, group: str = "") -> list[Spec]:
        """Rows by what is over and what is not, in `stretch`; the last row of what is over has both, so that the line goes on from it."""
        window: Spec = {"window": [{"op": "lead", "field": field(along), "as": "following"}], "sort": [{"field": field(along)}]}
        meets = "running !== null && isValid(datum.following) && time(datum.following) >= running"
        kinds = f"{self.is_open(along)} ? ['open'] : {meets} ? ['over', 'open'] : ['over']"
        return [
            {**window, "groupby": [field(group)]} if group else window,
            {"calculate": kinds, "as": "stretch"},
            {"flatten": ["stretch"]},
        ]

    def as_lines(self, colour: Spec) -> Spec:
        """Colours whose legend shows lines."""
        return {**colour, "legend": {**colour["legend"], "symbolType": "stroke"}} if colour["legend"] else colour

    def dashes(self) -> Spec:
        """What is over is drawn whole, what is not in dots."""
        scale = {"domain": ["over", "open"], "range": [[1, 0], [2, 4]]}
        return {"field": "stretch", "type": "nominal", "legend": None, "scale": scale}

    def fades(self, along: str) -> Spec:
        """Bars of what is not over are pale."""
        return {"fillOpacity": {"condition": {"test": self.is_open(along), "value": 0.45}, "value": 1}} if self.may_run(along) else {}

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
