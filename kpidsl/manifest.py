"""The manifest: the resolved model as JSON. Comes in: a compiled project. Goes out: plain dictionaries, the same on every machine: names
are sorted, places are relative to the project, and nothing depends on the time or the folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from kpidsl.compile import Compiled
from kpidsl.config import Settings
from kpidsl.lineage import Splitter, base_parts, columns, formula
from kpidsl.model.expr import Field, Type
from kpidsl.model.model import MetricModel, SourceModel, aggregates
from kpidsl.model.names import Entry
from kpidsl.span import Span
from kpidsl.syntax import ast

VERSION = 1
MARK = "kpidsl"
"""The key by which a folder is known as one that `kpi build` made."""


Told = Callable[[str, Entry, Callable[[], dict[str, Any]]], Any]
"""What is written of a metric: its name, what declares it, and how it is told."""


def manifest(
    compiled: Compiled, settings: Settings, as_of: dt.date | None, dialects: Iterable[str], told: Told = lambda _name, _entry, make: make()
) -> dict[str, Any]:
    """Everything but the files, which the build adds."""
    model = compiled.model
    splitter = Splitter(compiled)
    metrics = {name: entry for (kind, name), entry in sorted(compiled.scope.entries.items()) if kind == "metric"}
    return {
        MARK: VERSION,
        "project": {
            "name": settings.name,
            "locales": list(settings.locales),
            "dialects": list(dialects),
            "as_of": as_of and as_of.isoformat(),
        },
        "metrics": {
            name: told(name, entry, partial(_metric, compiled, model.metrics[entry.key], splitter))
            for name, entry in metrics.items()
            if entry.key in model.metrics
        },
        "sources": {name: _source(source) for name, source in sorted(model.sources.items())},
        "dimensions": {
            name: {
                "label": dimension.label,
                "type": dimension.type.kind,
                "unit": str(dimension.type.unit),
                "sources": [source for source, _ in dimension.alternatives],
                "place": _place(dimension.span),
            }
            for name, dimension in sorted(model.dimensions.items())
        },
        "params": {
            name: {
                "label": param.label,
                "type": param.type.kind,
                "unit": str(param.type.unit),
                "value": _value(param.value),
                "place": _place(param.span),
            }
            for name, param in sorted(model.params.items())
        },
    }


def _metric(compiled: Compiled, metric: MetricModel, splitter: Splitter) -> dict[str, Any]:
    model = compiled.model
    leaves = aggregates(metric.expr)
    splits = splitter.of(metric)
    items = metric.decl.items if metric.decl is not None else ()
    return {
        "label": metric.label,
        "labels": _labels(items),
        "description": metric.description,
        **_type(metric.type),
        "format": metric.format,
        "better": metric.better,
        "additivity": metric.additivity,
        "absent_null": metric.absent_null,
        "category": next((item.name.text for item in ast.pick(items, ast.Category)), ""),
        "owner": next((item.text for item in ast.pick(items, ast.Owner)), ""),
        "deprecated": next((item.text for item in ast.pick(items, ast.Deprecated)), ""),
        "module": metric.module,
        "formula": formula(metric),
        "parts": [part.name or part.text for part in base_parts(model, metric)],
        "sources": [_fact(model.sources[source], time) for source, time in dict.fromkeys(leaf.fact for leaf in leaves)],
        "lineage": [{"source": source.name, "column": column} for source, column in columns(model, metric)],
        "dimensions": list(splits.dimensions),
        "columns": list(splits.columns),
        "partial_dimensions": {name: list(sources) for name, sources in splits.partial},
        "grains": list(splits.grains),
        "place": _place(metric.span),
    }


def _fact(source: SourceModel, time: object) -> dict[str, Any]:
    """A source whose rows are aggregated, what one row of it is, and the time by which rows fall into periods."""
    own = ".".join((*time.path, time.name)) if isinstance(time, Field) else source.time
    return {"source": source.name, "grain": list(source.key), "time": own}


def _source(source: SourceModel) -> dict[str, Any]:
    return {
        "label": source.label,
        "origin": _origin(source),
        "grain": list(source.key),
        "time": source.time,
        "columns": {name: _column(source, name) for name in sorted(source.columns)},
        "joins": {
            role: {"kind": join.kind, "source": join.target, "on": [list(pair) for pair in join.on]}
            for role, join in sorted(source.joins.items())
            if not join.hidden
        },
        "place": _place(source.span),
    }


def _origin(source: SourceModel) -> dict[str, Any]:
    match source.origin:
        case ast.FromTable(path=path):
            return {"table": ".".join((*source.schema, *(part.text for part in path.parts)))}
        case ast.FromFile(path=text):
            return {"file": text.value}
        case ast.FromSql(text=query):
            return {"sql": query.value}
        case ast.FromUnion():
            return {"union": list(source.members)}
        case _:
            return {"source": source.base, "by": list(source.by)}


def _column(source: SourceModel, name: str) -> dict[str, Any]:
    column = source.columns[name]
    return {
        "label": column.label,
        "description": column.description,
        **_type(column.type),
        "column": column.physical,
        "pii": column.pii,
        "additive": column.additive,
    }


def _type(kind: Type) -> dict[str, Any]:
    return {"type": kind.kind, "unit": str(kind.unit)}


def _labels(items: Iterable[ast.Node]) -> dict[str, str]:
    return dict(sorted((item.locale, item.text) for item in ast.pick(items, ast.LocaleLabel)))


def _place(span: Span) -> dict[str, Any]:
    return {"file": span.source.path, "line": span.line, "column": span.column}


def _value(expr: object) -> Any:
    value = getattr(expr, "value", None)
    return value if value is None or isinstance(value, bool | int | str) else str(value)
