"""Charts: which one shows a query, told by the query's shape alone. Comes in: a resolved query. Goes out: the word of a chart, chosen or
checked; one that cannot show the query is an error with the reason, for a wrong picture is a wrong number.

A shape is what the columns are: periods, other ordered parts of time, groups, and values by their unit.
"""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail, similar
from kpidsl.model.additivity import additivity
from kpidsl.model.derived import Aged, Staged
from kpidsl.model.model import Dim, Mature, MetricExpr, QueryMetric, QueryModel, Ref, Share
from kpidsl.record import dataclass
from kpidsl.syntax import ast

CHARTS = ("number", "line", "area", "bar", "stacked", "table", "heatmap", "funnel", "bullet", "scatter")
PANELS = 3
"""Units that one chart shows, each in a panel of its own: a second scale on one panel would make lines cross where nothing meets."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a query gives. `values` are the metrics as asked, without what `compare` adds; `compare` is the word after `previous`."""

    periods: tuple[Dim, ...]
    parts: tuple[Dim, ...]
    groups: tuple[Dim, ...]
    values: tuple[QueryMetric, ...]
    compare: str = ""
    totals: bool = False
    lists: bool = False  # `values …`: no metrics at all
    staged: bool = False  # its rows are the stages of a funnel
    aged: bool = False  # its rows are the ages of cohorts

    @property
    def dims(self) -> tuple[Dim, ...]:
        """Every group-by: periods first, then parts of time, then groups."""
        return (*self.periods, *self.parts, *self.groups)

    @property
    def units(self) -> tuple[str, ...]:
        """The units of the values, each once."""
        return tuple(dict.fromkeys(unit_of(value) for value in self.values))

    @property
    def is_numeric(self) -> bool:
        """Whether every value has a size that can be drawn."""
        return bool(self.values) and all(value.type.is_numeric or value.type.kind == "duration" for value in self.values)

    @property
    def adds_up(self) -> bool:
        """Whether groups and values of the shape may be put on top of each other."""
        return all(_adds_up(value.expr) for value in self.values)


def _adds_up(expr: MetricExpr) -> bool:
    """Over groups, at one time: what adds up over everything, stocks, and shares of what adds up."""
    while isinstance(expr, (Ref, Mature)):
        expr = expr.value
    if isinstance(expr, Share):
        expr = expr.part
    return additivity(expr) != "non-additive"


def unit_of(value: QueryMetric) -> str:
    """The unit by which values share a scale: a multiple stands apart from a percentage."""
    if value.type.kind == "duration":
        return "days"
    unit = str(value.type.unit)
    return "×" if value.format == "x" and unit in ("%", "") else unit


def shape_of(query: QueryModel, node: ast.Query) -> Shape:
    """The shape of a query as `node` asks for it."""
    return Shape(
        periods=tuple(dim for dim in query.dims if _is_period(dim)),
        parts=tuple(dim for dim in query.dims if dim.kind == "part"),
        groups=tuple(dim for dim in query.dims if not _is_period(dim) and dim.kind != "part"),
        values=query.metrics[: len(node.metrics)],
        compare=node.compare.span_name if node.compare is not None else "",
        totals=query.totals,
        lists=query.values,
        staged=isinstance(query.staged, Staged),
        aged=isinstance(query.staged, Aged),
    )


def _is_period(dim: Dim) -> bool:
    return dim.kind == "grain" or dim.type.is_temporal


def chosen(shape: Shape) -> str:
    """The chart that shows this shape best."""
    if shape.staged:
        return "table" if _staged("funnel", shape) else "funnel"
    if shape.aged:
        return "table" if _aged("heatmap", shape) else "heatmap"
    if shape.totals or shape.lists or not shape.is_numeric:
        return "table"
    match len(shape.periods), len(shape.parts), len(shape.groups):
        case 0, 0, 0:
            return "number"
        case 1, 0, 0:
            return "line" if len(shape.units) <= PANELS else "table"
        case (0, 1, 0) | (0, 0, 1):
            return "bar" if len(shape.units) == 1 else "table"
        case 1, 0, 1 if len(shape.values) == 1:
            return "line"
        case (1, 1, 0) | (0, 2, 0) if len(shape.values) == 1:
            return "heatmap"
        case (0, 0, 2) | (0, 1, 1) if len(shape.values) == 1:
            return "stacked" if shape.adds_up else "heatmap"
        case _:
            return "table"


def chart(shape: Shape, word: ast.Ident | None, query: ast.Query) -> str:
    """The chart after `as`, which must be able to show the shape, or the chosen one. Raises KPI049, KPI110 and KPI111."""
    if word is None:
        return chosen(shape)
    name = word.text.lower()
    if name not in CHARTS:
        near = similar(name, CHARTS)
        fail(
            "KPI049",
            f"there is no chart `{word.text}`",
            word.span,
            help=f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(CHARTS)}, or nothing: the query's shape chooses",
        )
    reason = cannot(name, shape)
    if reason:
        instead = chosen(shape)
        fail(
            "KPI110",
            f"{_a(name)} cannot show this query",
            word.span,
            labels=(Label(query.span, _words(shape)),),
            notes=(reason,),
            help=f"write `as {instead}`, or nothing: {_a(instead)} shows it" if instead != "table" else "leave `as` out: a table shows it",
        )
    if stacks(name, shape) and not shape.adds_up:
        value = next(value for value in shape.values if not _adds_up(value.expr))
        fail(
            "KPI111",
            f"{_a(name)} would put values of `{value.name}` on top of each other, and they do not add up",
            word.span,
            labels=(Label(query.span, "the query"),),
            notes=(f"its height would be no value of `{value.name}` at all: whoever reads it reads a wrong number",),
            help="write `as line` or `as bar`, which show each value by itself",
        )
    return name


def stacks(name: str, shape: Shape) -> bool:
    """Whether the chart puts values on top of each other."""
    return name == "stacked" or (name == "area" and (len(shape.dims) == 2 or len(shape.values) > 1))


def cannot(name: str, shape: Shape) -> str:
    """Why a chart cannot show a shape; empty where it can."""
    if name == "table":
        return ""
    if shape.lists:
        return "it lists values and has no metric to draw"
    if shape.staged:
        return _staged(name, shape)
    if shape.aged:
        return _aged(name, shape)
    if not shape.is_numeric:
        return "its values are texts or days, which have no size"
    if shape.totals:
        return "beside groups it has rows of totals, which would be drawn like groups"
    return _FITS[name](shape)


def _staged(name: str, shape: Shape) -> str:
    """Stages are drawn as a funnel, for all or for each of some groups."""
    if name != "funnel":
        return "its rows are the stages of a funnel"
    if shape.periods or shape.parts or len(shape.groups) > 1:
        return "a funnel is drawn for all, or for each group of one group-by"
    return ""


def _aged(name: str, shape: Shape) -> str:
    """Cohorts are drawn as a triangle: a row for each, a column for each age."""
    if name != "heatmap":
        return "its rows are the ages of cohorts"
    return "a heatmap has rows and columns: the cohorts and their ages" if len(shape.dims) > 2 else ""


def _number(shape: Shape) -> str:
    return "a number stands alone: the query has group-bys" if shape.dims else ""


def _line(shape: Shape) -> str:
    ordered = len(shape.periods) + len(shape.parts)
    if ordered != 1:
        return "a line needs one group-by of time to run along, " + ("and has none" if not ordered else "and here are several")
    if len(shape.groups) > 1:
        return "it has more than one group-by beside time"
    if shape.groups and len(shape.values) > 1:
        return "each group has a line, so there is room for one metric"
    return f"it has {len(shape.units)} units, and a chart shows at most {PANELS}" if len(shape.units) > PANELS else ""


def _area(shape: Shape) -> str:
    if reason := _line(shape):
        return reason.replace("a line needs", "an area needs").replace("has a line", "has an area")
    return "areas lie on top of each other, and these have different units" if len(shape.units) > 1 else ""


def _bar(shape: Shape) -> str:
    if len(shape.units) > 1:
        return "bars share one scale, and its values have different units"
    if not 1 <= len(shape.dims) <= 2:
        return "bars need one or two group-bys"
    return "bars of two group-bys have room for one metric" if len(shape.dims) == 2 and len(shape.values) > 1 else ""


def _stacked(shape: Shape) -> str:
    if reason := _bar(shape):
        return reason
    return "there is nothing to stack: name a second group-by, or several metrics" if len(shape.dims) + len(shape.values) < 3 else ""


def _heatmap(shape: Shape) -> str:
    return "" if len(shape.dims) == 2 and len(shape.values) == 1 else "a heatmap has rows and columns: two group-bys and one metric"


def _funnel(shape: Shape) -> str:
    if len(shape.units) > 1:
        return "the steps of a funnel share one unit"
    steps = (len(shape.dims), len(shape.values))
    return "" if steps[0] == 1 == steps[1] or (steps[0] == 0 and steps[1] > 1) else "its steps are several metrics, or one group-by"


def _bullet(shape: Shape) -> str:
    if len(shape.values) != 2 or len(shape.units) != 1:
        return "a bullet sets a value against another of the same unit: two metrics"
    return "a bullet has at most one group-by" if len(shape.dims) > 1 else ""


def _scatter(shape: Shape) -> str:
    if len(shape.values) not in (2, 3):
        return "a point has a place by two metrics, and a size by a third"
    return "" if 1 <= len(shape.dims) <= 2 else "points need one or two group-bys"


_FITS = {
    "number": _number,
    "line": _line,
    "area": _area,
    "bar": _bar,
    "stacked": _stacked,
    "heatmap": _heatmap,
    "funnel": _funnel,
    "bullet": _bullet,
    "scatter": _scatter,
}


def _a(name: str) -> str:
    """With its article, and what the word alone would not tell."""
    noun = {"bar": "bar chart", "stacked": "stacked chart", "line": "line", "area": "area chart"}.get(name, name)
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _words(shape: Shape) -> str:
    """`2 metrics in 2 units by month and channel`."""
    if shape.lists:
        return "a list of values"
    if shape.staged:
        return "the stages of a funnel"
    if shape.aged:
        return "the ages of cohorts"
    count = len(shape.values)
    units = f" in {len(shape.units)} units" if len(shape.units) > 1 else ""
    by = f" by {' and '.join(dim.name for dim in shape.dims)}" if shape.dims else ", all rows together"
    return f"{count} metric{'' if count == 1 else 's'}{units}{by}"
