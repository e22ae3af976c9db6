"""Charts as Vega-Lite. Comes in: the word of a chart, a query's shape and the columns of its result. Goes out: a specification whose data
are the rows of that result, under the name `rows`; None for numbers and tables, which are no drawings.

Every axis says its unit, every mark tells its values when it is pointed at, and what is compared stands dashed and quiet behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpidsl.dashboard.columns import BoardColumn
from kpidsl.dashboard.drawing import DAY, NOBODY, TIMES, Drawing, Spec, ending, short
from kpidsl.dashboard.theme import ON_DARK, ON_LIGHT, PAPER, QUIET, RAMP, SERIES, config
from kpidsl.dashboard.vega import d3, field, plain, quoted
from kpidsl.model.charts import Shape

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
ROWS = "rows"
_HEIGHT = 240
_PANEL = 120
_CELL = 46
"""How wide a cell has to be for a number, in pixels."""
_NAMED = 16
"""How many points of a scatter chart all have their names; of more, only those that stand out to the right and on top."""
_ROOM = {"left": 5, "top": 5, "right": 56, "bottom": 5}
"""Around charts whose marks have words on their right."""


def vega_lite(chart: str, shape: Shape, columns: Sequence[BoardColumn], locale: str, sorted_by_query: bool = False) -> Spec | None:
    """The chart of a query's result; None where it is a number or a table. `sorted_by_query`: its rows stand as they were asked for."""
    draw = _CHARTS.get(chart)
    if draw is None:
        return None
    drawing = Drawing(shape, {column.name: column for column in columns}, locale, sorted_by_query)
    return _whole(drawing, draw(drawing))


def _whole(drawing: Drawing, body: Spec) -> Spec:
    parse = {field(column.name): "date" for column in drawing.columns.values() if column.type in ("date", "timestamp")}
    data: Spec = {"name": ROWS}
    if parse:
        data["format"] = {"parse": parse}
    size: Spec = {} if "vconcat" in body else {"width": "container", "height": body.pop("height", _HEIGHT)}
    transform = [*drawing.named_parts(), *body.pop("transform", [])]
    if transform:
        body = {"transform": transform, **body}
    if any(drawing.may_run(name) for name in drawing.columns):
        size = {"params": [{"name": "running", "value": None}], **size}
    return {"$schema": SCHEMA, "data": data, **size, **body, "config": config()}


# ---------------------------------------------------------------- along time


def _line(drawing: Drawing) -> Spec:
    """One panel for each unit; the lines of one unit share it."""
    shape = drawing.shape
    along = (*shape.periods, *shape.parts)[0].name
    x = drawing.time(along) if shape.periods else drawing.ordered(along)
    if shape.groups:
        return _lines_of_groups(drawing, x, along)
    panels: dict[str, list[str]] = {}
    for value in drawing.values:
        panels.setdefault(drawing.columns[value].unit, []).extend(name for name in (value, drawing.previous(value)) if name)
    if len(panels) == 1:
        return _panel(drawing, x, next(iter(panels.values())), legend=len(drawing.beside) > 1, name="hover")
    made = [
        {
            "height": _PANEL,
            "width": 600,
            "title": _title_of(drawing, names),
            **_panel(drawing, x, names, legend=len(names) > 1, name=f"hover_{at}"),
        }
        for at, names in enumerate(panels.values())
    ]
    return {"vconcat": made, "spacing": 16, "resolve": {"legend": {"color": "independent"}, "scale": {"color": "independent"}}}


def _title_of(drawing: Drawing, names: list[str]) -> str:
    """What a panel shows: its one value, else nothing, for the legend tells."""
    values = [name for name in names if drawing.columns[name].role != "previous"]
    return drawing.label(values[0]) if len(values) == 1 else ""


def _panel(drawing: Drawing, x: Spec, names: list[str], legend: bool, name: str) -> Spec:
    unit = drawing.columns[names[0]].unit
    title = "" if unit == "count" else unit
    colour = drawing.as_lines(drawing.by_measure(names, legend))
    along = plain(x["field"])
    runs = drawing.may_run(along)
    layers: list[Spec] = []
    for each in names:
        mark: Spec = {"type": "line"}
        encoding: Spec = {"y": drawing.amount(each, title), "color": colour}
        if drawing.columns[each].role == "previous":
            mark |= {"strokeDash": [5, 4], "strokeWidth": 1.5}
        elif runs:
            encoding["strokeDash"] = drawing.dashes()
        layers.append({"transform": [drawing.folded([each])], "mark": mark, "encoding": encoding})
    if runs:
        shown = [each for each in names if drawing.columns[each].role != "previous"]
        layers.append(_hollow(drawing, along, shown, {"y": {**drawing.amount(shown[0], title), "field": "amount"}, "color": colour}))
    layers.append(_pointer(name, drawing.told([along, *names])))
    return {**({"transform": drawing.stretches(along)} if runs else {}), "encoding": {"x": x}, "layer": layers}


def _hollow(drawing: Drawing, along: str, names: list[str], encoding: Spec) -> Spec:
    """Rings around the values of the period that is not over."""
    return {
        "transform": [{"filter": f"datum.stretch === 'open' && {drawing.is_open(along)}"}, drawing.folded(names)],
        "mark": {"type": "point", "filled": False, "fill": PAPER, "size": 44, "strokeWidth": 2, "aria": False},
        "encoding": encoding,
    }


def _pointer(name: str, told: list[Spec]) -> Spec:
    """A thin line at the period that is pointed at, with all its values."""
    return {
        "params": [
            {"name": name, "select": {"type": "point", "encodings": ["x"], "nearest": True, "on": "pointerover", "clear": "pointerout"}}
        ],
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1},
        "encoding": {"opacity": {"condition": {"param": name, "empty": False, "value": 0.7}, "value": 0}, "tooltip": told},
    }


def _lines_of_groups(drawing: Drawing, x: Spec, along: str) -> Spec:
    value, group = drawing.values[0], drawing.shape.groups[0].name
    colour = drawing.as_lines(drawing.colour(group))
    told = drawing.told([along, group, *drawing.beside])
    if not drawing.may_run(along):
        encoding = {"x": x, "y": drawing.amount(value), "color": colour, "tooltip": told}
        return {"mark": {"type": "line", "point": {"size": 24}}, "encoding": encoding}
    hollow = {"condition": {"test": drawing.is_open(along), "value": PAPER}, **colour, "legend": None}
    size = {"condition": {"test": drawing.is_open(along), "value": 44}, "value": 24}
    points = {"mark": {"type": "point"}, "encoding": {"color": colour, "fill": hollow, "size": size, "tooltip": told}}
    lines = {"mark": {"type": "line"}, "encoding": {"color": colour, "strokeDash": drawing.dashes()}}
    encoding = {"x": x, "y": drawing.amount(value)}
    return {"transform": drawing.stretches(along, group), "encoding": encoding, "layer": [lines, points]}


def _area(drawing: Drawing) -> Spec:
    shape = drawing.shape
    along = (*shape.periods, *shape.parts)[0].name
    x = drawing.time(along) if shape.periods else drawing.ordered(along)
    return _faded(drawing, along, x, _areas(drawing, along))


def _areas(drawing: Drawing, along: str) -> Spec:
    """The areas themselves, without the axis that they stand on."""
    shape = drawing.shape
    mark: Spec = {"type": "area", "line": {"strokeWidth": 1}, "opacity": 0.85}
    if shape.groups:
        value, group = drawing.values[0], shape.groups[0].name
        y = {**drawing.amount(value), "stack": "zero"}
        return {
            "mark": mark,
            "encoding": {"y": y, "color": drawing.colour(group), "tooltip": drawing.told([along, group, value])},
        }
    if len(drawing.values) > 1:
        y = {**_amounts(drawing), "stack": "zero"}
        colour = drawing.by_measure(drawing.values)
        return {
            "transform": [drawing.folded(drawing.values)],
            "mark": mark,
            "encoding": {"y": y, "color": colour, "tooltip": drawing.everything()},
        }
    encoding = {"y": drawing.amount(drawing.values[0]), "color": {"value": SERIES[0]}, "tooltip": drawing.everything()}
    return {"mark": mark, "encoding": encoding}


def _faded(drawing: Drawing, along: str, x: Spec, areas: Spec) -> Spec:
    """Areas, pale where the period is not over."""
    if not drawing.may_run(along):
        return {**areas, "encoding": {"x": x, **areas["encoding"]}}
    ends = {name: {"aggregate": op, "field": field(along)} for name, op in (("x", "min"), ("x2", "max"))}
    pale = {
        "transform": [*drawing.stretches(along), {"filter": "datum.stretch === 'open'"}],
        "mark": {"type": "rect", "color": PAPER, "opacity": 0.55, "tooltip": None, "aria": False},
        "encoding": {"x": {**ends["x"], "type": "temporal", "axis": x["axis"]}, "x2": ends["x2"]},
    }
    whole = {**areas, "encoding": {"x": x, **areas["encoding"]}}
    return {"layer": [whole, pale]}


def _amounts(drawing: Drawing) -> Spec:
    """The axis of folded values, which share a unit."""
    first = drawing.values[0]
    unit = drawing.columns[first].unit.replace("count", "")
    return {"field": "amount", "type": "quantitative", "axis": drawing.scale(first, unit if unit != "%" else "")}


# ---------------------------------------------------------------- by groups


def _bar(drawing: Drawing) -> Spec:
    """Groups lie, so that their names can be read; steps of time stand."""
    shape = drawing.shape
    if len(shape.dims) == 2:
        return _bars_of_two(drawing, {"offset": True})
    names, dim = drawing.beside, shape.dims[0].name
    lies = bool(shape.groups)
    place = drawing.group(dim, drawing.values[0]) if lies else drawing.ordered(dim)
    along, across = ("y", "x") if lies else ("x", "y")
    size: Spec = {"height": {"step": 30 if len(names) == 1 else 18}} if lies else {}
    fades = drawing.fades(dim)
    if len(names) == 1:
        encoding = {
            along: place,
            across: drawing.amount(names[0]),
            "color": {"value": SERIES[0]},
            **fades,
            "tooltip": drawing.everything(),
        }
        return {**size, "mark": {"type": "bar"}, "encoding": encoding}
    encoding = {
        along: place,
        across: _amounts(drawing),
        f"{along}Offset": {"field": "measure", "sort": list(names)},
        "color": drawing.by_measure(names),
        **fades,
        "tooltip": drawing.everything(),
    }
    return {**size, "transform": [drawing.folded(names)], "mark": {"type": "bar"}, "encoding": encoding}


def _stacked(drawing: Drawing) -> Spec:
    shape = drawing.shape
    if len(shape.dims) == 2:
        return _bars_of_two(drawing, {"stack": "zero"})
    dim, lies = shape.dims[0].name, bool(shape.groups)
    along, across = ("y", "x") if lies else ("x", "y")
    encoding = {
        along: drawing.group(dim, drawing.values[0]) if lies else drawing.ordered(dim),
        across: {**_amounts(drawing), "stack": "zero"},
        "color": drawing.by_measure(drawing.values),
        **drawing.fades(dim),
        "tooltip": drawing.everything(),
    }
    return {"transform": [drawing.folded(drawing.values)], "mark": {"type": "bar"}, "encoding": encoding}


def _bars_of_two(drawing: Drawing, how: Spec) -> Spec:
    """Bars side by side or on top of each other: the first group-by along the axis, the second by colour."""
    first, second = (dim.name for dim in drawing.shape.dims)
    value = drawing.values[0]
    lies = not (drawing.shape.periods or drawing.shape.parts)
    along, across = ("y", "x") if lies else ("x", "y")
    encoding: Spec = {
        along: drawing.group(first, value) if lies else drawing.ordered(first),
        across: drawing.amount(value),
        "color": drawing.colour(second),
        **drawing.fades(first),
        "tooltip": drawing.told([first, second, *drawing.beside]),
    }
    if "stack" in how:
        encoding[across] |= how
    else:
        encoding[f"{along}Offset"] = {"field": field(second)}
    if lies and "stack" in how:
        encoding[along]["sort"] = None
    return {"mark": {"type": "bar"}, "encoding": encoding}


def _heatmap(drawing: Drawing) -> Spec:
    if drawing.shape.aged:
        return _triangle(drawing)
    first, second = (dim.name for dim in drawing.shape.dims)
    value = drawing.values[0]
    down: Spec = drawing.ordered(second) if second not in {dim.name for dim in drawing.shape.groups} else drawing.group(second)
    along: Spec = drawing.ordered(first) if first not in {dim.name for dim in drawing.shape.groups} else drawing.group(first)
    along["axis"] |= {"labelAngle": 0, "orient": "top", "domain": False, "ticks": False}
    down["axis"] |= {"ticks": False}
    if first in {dim.name for dim in drawing.shape.groups}:
        along["axis"] |= {"labelLimit": {"expr": "bandwidth('x') - 4"}}
    shade = {"field": field(value), "type": "quantitative", "legend": None}
    least, most, here = "datum.least", "datum.most", f"datum[{quoted(value)}]"
    written = f"format({here}, '.1%')" if drawing.columns[value].unit == "%" else short(here)
    dark = f"{most} > {least} && ({here} - {least}) / ({most} - {least}) > 0.6"
    cells: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {"color": shade, "tooltip": drawing.everything()},
    }
    numbers: Spec = {
        "transform": [
            {"filter": f"isValid({here}) && width / datum.across >= {_CELL}"},
            {"calculate": f"{written}{ending(drawing.columns[value].unit)}", "as": "said"},
        ],
        "mark": {"type": "text", "tooltip": None, "aria": False},
        "encoding": {
            "text": {"field": "said", "type": "nominal"},
            "color": {"condition": {"test": dark, "value": ON_DARK}, "value": ON_LIGHT},
        },
    }
    sizes = [("distinct", field(first), "across"), ("min", field(value), "least"), ("max", field(value), "most")]
    return {
        "height": {"step": 34},
        "transform": [{"joinaggregate": [{"op": op, "field": of, "as": name} for op, of, name in sizes]}],
        "encoding": {"x": along, "y": down},
        "layer": [cells, numbers],
    }


def _triangle(drawing: Drawing) -> Spec:
    """Cohorts below each other, their ages side by side: how many began, then who of them was there. What is not over yet stays blank."""
    began, age = drawing.shape.periods[0].name, drawing.shape.groups[0].name
    place = {
        "x": {"field": age, "type": "ordinal", "axis": {"title": drawing.label(age), "labelAngle": 0, "orient": "top", "ticks": False}},
        "y": drawing.time(began, "ordinal"),
    }
    place["y"]["axis"] |= {"ticks": False}
    cell = {
        "transform": [{"filter": "datum.age > 0 && isValid(datum.retention)"}],
        "mark": {"type": "rect", "cornerRadius": 2, "stroke": None},
        "encoding": {
            "color": {"field": "retention", "type": "quantitative", "legend": None, "scale": {"domainMin": 0, "range": list(RAMP)}},
            "tooltip": drawing.everything(),
        },
    }
    fits = f"width / datum.across >= {_CELL} ? '.1%' : '.0%'"
    said = {
        "transform": [
            {"filter": "datum.age === 0 || isValid(datum.retention)"},
            {"joinaggregate": [{"op": "max", "field": "later", "as": "most"}, {"op": "distinct", "field": age, "as": "across"}]},
            {"filter": f"datum.age === 0 || width / datum.across >= {_CELL / 2:.0f}"},
            {"calculate": f"datum.age > 0 ? format(datum.retention, {fits}) : format(datum.size, ',')", "as": "said"},
        ],
        "mark": {"type": "text", "tooltip": None},
        "encoding": {
            "text": {"field": "said", "type": "nominal"},
            "color": {"condition": {"test": "datum.age > 0 && datum.retention > 0.6 * datum.most", "value": ON_DARK}, "value": ON_LIGHT},
        },
    }
    return {
        "height": {"step": 26},
        "transform": [{"calculate": "datum.age > 0 ? datum.retention : null", "as": "later"}],
        "encoding": place,
        "layer": [cell, said],
    }


# ---------------------------------------------------------------- steps, targets, points


def _funnel(drawing: Drawing) -> Spec:
    """Steps from top to bottom, each with its share of the first."""
    if drawing.shape.staged:
        return _stages(drawing)
    values = drawing.values
    transform: list[Spec] = []
    if drawing.shape.dims:
        step, amount = field(drawing.shape.dims[0].name), field(values[0])
        place: Spec = {"field": step, "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 160}}
    else:
        transform.append(drawing.folded(values))
        amount = "amount"
        place = {
            "field": "measure",
            "type": "nominal",
            "sort": list(values),
            "axis": {"title": None, "labelLimit": 160, "labelExpr": drawing.named(values)},
        }
    transform += [
        {"joinaggregate": [{"op": "max", "field": amount, "as": "first_step"}]},
        {"calculate": f"datum.first_step > 0 ? datum[{quoted(plain(amount))}] / datum.first_step : null", "as": "share_of_first"},
    ]
    bar = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": amount,
                "type": "quantitative",
                "axis": drawing.scale(values[0], drawing.titled(values[0]) if drawing.shape.dims else ""),
            },
            "color": {"value": SERIES[0]},
            "tooltip": [
                {"field": amount, "type": "quantitative", "format": d3(drawing.columns[values[0]])},
                {"field": "share_of_first", "type": "quantitative", "format": ".1%", "title": "%"},
            ],
        },
    }
    share = {
        "mark": {"type": "text", "align": "left", "dx": 6},
        "encoding": {
            "x": {"field": amount, "type": "quantitative"},
            "text": {"field": "share_of_first", "type": "quantitative", "format": ".1%"},
        },
    }
    return {"height": {"step": 32}, "padding": _ROOM, "transform": transform, "encoding": {"y": place}, "layer": [bar, share]}


def _stages(drawing: Drawing) -> Spec:
    """The stages of a declared funnel, side by side for each group; the one that loses most has a mark and the colour of a warning."""
    name = "isValid(datum.label) ? datum.label : datum.stage"
    place: Spec = {"field": "step", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 160}}
    encoding: Spec = {"y": place}
    colour: Spec = {
        "condition": {"test": "datum.bottleneck === true", "value": SERIES[1]},
        "value": SERIES[0],
    }
    if drawing.shape.groups:
        group = drawing.shape.groups[0].name
        encoding["yOffset"] = {"field": field(group), "sort": None}
        colour = drawing.colour(group)
    bar = {
        "mark": {"type": "bar"},
        "encoding": {"x": drawing.amount("entities", ""), "color": colour, "tooltip": drawing.everything()},
    }
    share = {
        "transform": [
            {"filter": "isValid(datum.rate)"},
            {"calculate": "format(datum.rate, '.1%') + (datum.bottleneck ? ' ▼' : '')", "as": "said"},
        ],
        "mark": {"type": "text", "align": "left", "dx": 6},
        "encoding": {
            "x": {"field": "entities", "type": "quantitative"},
            "text": {"field": "said", "type": "nominal"},
        },
    }
    transform = [{"calculate": name, "as": "step"}]
    step = {"step": 16, "for": "offset"} if drawing.shape.groups else {"step": 32}
    return {"height": step, "padding": _ROOM, "transform": transform, "encoding": encoding, "layer": [bar, share]}


def _bullet(drawing: Drawing) -> Spec:
    """The first metric as a bar, the second as the mark that it should reach."""
    value, aim = drawing.values
    dims = drawing.shape.dims
    encoding: Spec = {}
    if dims:
        grouped = dims[0] in drawing.shape.groups
        encoding["y"] = drawing.group(dims[0].name, value) if grouped else drawing.ordered(dims[0].name)
        if encoding["y"].get("sort") and grouped:
            encoding["y"]["sort"] |= {"op": "max"}  # bars and marks have rows of their own, whose orders are put together
    colour = drawing.by_measure([value, aim])
    unit = drawing.columns[value].unit.replace("count", "")
    bar = {
        "transform": [{"calculate": quoted(value), "as": "measure"}],
        "mark": {"type": "bar", "size": 14},
        "encoding": {"x": drawing.amount(value, unit), "color": colour, "tooltip": drawing.everything()},
    }
    tick = {
        "transform": [{"calculate": quoted(aim), "as": "measure"}],
        "mark": {"type": "tick", "thickness": 3, "size": 24},
        "encoding": {"x": drawing.amount(aim, unit), "color": colour, "tooltip": drawing.everything()},
    }
    return {"height": {"step": 36} if dims else 48, "encoding": encoding, "layer": [bar, tick]}


def _scatter(drawing: Drawing) -> Spec:
    """Points by two metrics, each with its name beside it."""
    x, y, *size = drawing.values
    dims = drawing.shape.dims
    near = {"scale": {"zero": False, "nice": True, "padding": 12}}
    point: Spec = {"x": drawing.amount(x) | near, "y": drawing.amount(y) | near}
    drawn: Spec = {"color": {"value": SERIES[0]}, "size": {"value": 70}, "tooltip": drawing.everything()}
    if len(dims) == 2 and drawing.shape.groups:
        drawn["color"] = drawing.colour(drawing.shape.groups[0].name)
    if size:
        drawn["size"] = {"field": field(size[0]), "type": "quantitative", "legend": {"title": drawing.titled(size[0])}}
    name = f"datum[{quoted(dims[0].name)}]"
    ranks = [
        {"window": [{"op": "rank", "as": f"rank_{at}"}], "sort": [{"field": field(of), "order": "descending"}]}
        for at, of in enumerate((x, y))
    ]
    named = {
        "transform": [
            {"joinaggregate": [{"op": "count", "as": "points"}]},
            *ranks,
            {"filter": f"datum.points <= {_NAMED} || datum.rank_0 <= {_NAMED / 4:.0f} || datum.rank_1 <= {_NAMED / 4:.0f}"},
        ],
        "mark": {"type": "text", "align": "left", "dx": 9, "text": {"expr": f"isValid({name}) ? {name} : {quoted(NOBODY)}"}},
    }
    marks: list[Spec] = [{"mark": {"type": "point", "filled": True, "opacity": 0.8}, "encoding": drawn}]
    return {"padding": _ROOM, "encoding": point, "layer": [*marks, named] if len(dims) == 1 and drawing.shape.groups else marks}


_CHARTS: dict[str, Callable[[Drawing], Spec]] = {
    "line": _line,
    "area": _area,
    "bar": _bar,
    "stacked": _stacked,
    "heatmap": _heatmap,
    "funnel": _funnel,
    "bullet": _bullet,
    "scatter": _scatter,
}


# ---------------------------------------------------------------- how a KPI went


def history(columns: Sequence[BoardColumn], names: Sequence[str], locale: str, each: str, segment: bool) -> Spec:
    """The values of a KPI by period, with its target as steps and its benchmark as a dotted line, as far as `names` has them. `segment`:
    there are values of segments only."""
    known = {column.name: column for column in columns}
    drawing = Drawing(Shape((), (), (), ()), known, locale, True)
    x: Spec = {"field": "period_start", "type": "temporal", "timeUnit": TIMES.get(each, DAY)[0]}
    x["axis"] = {"format": TIMES.get(each, DAY)[1], "title": None}
    marks: dict[str, Spec] = {
        "actual": {"type": "line", "point": {"size": 28}},
        "target": {"type": "line", "interpolate": "step", "strokeDash": [5, 4], "strokeWidth": 1.5},
        "target_high": {"type": "line", "interpolate": "step", "strokeDash": [5, 4], "strokeWidth": 1.5},
        "benchmark": {"type": "line", "strokeDash": [1, 3], "strokeWidth": 1.5},
    }
    unit = drawing.columns["actual"].unit.replace("count", "")
    colours = {"actual": SERIES[0], "target": SERIES[1], "target_high": SERIES[1], "benchmark": QUIET}
    colour = drawing.as_lines(drawing.by_measure(names)) | {"scale": {"domain": list(names), "range": [colours[name] for name in names]}}
    layers: list[Spec] = [
        {
            "transform": [drawing.folded([name]), {"filter": "isValid(datum.amount)"}],
            "mark": marks[name],
            "encoding": {
                "y": {**drawing.amount(name, unit), "scale": {"zero": False}},
                "color": colour,
                **({"strokeDash": drawing.dashes()} if name == "actual" else {}),
                "tooltip": drawing.told(["period_start", *names, "status"]),
            },
        }
        for name in names
    ]
    ring = {"y": {**drawing.amount("actual", unit), "scale": {"zero": False}}, "color": colour}
    layers.append(_hollow(drawing, "period_start", ["actual"], ring))
    keep = f"datum.each === {quoted(each)}" + ("" if segment else " && datum.segment === null")
    transform = [{"filter": keep}, *drawing.stretches("period_start", "segment" if segment else "")]
    body = {"transform": transform, "encoding": {"x": x}, "layer": layers}
    return {"params": [{"name": "running", "value": None}], **_whole(drawing, body)}
