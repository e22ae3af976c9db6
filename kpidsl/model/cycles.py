"""Circles among columns. Comes in: sources with resolved columns. Goes out: one diagnostic per circle, with every step printed."""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, Diagnostics
from kpidsl.model.expr import Field, walk
from kpidsl.model.model import SourceModel

Name = tuple[str, str]


def _needs(sources: dict[str, SourceModel], source: SourceModel, name: str) -> list[Name]:
    """The columns that a column is made of, also those of the joins it goes through."""
    hidden = source.aggregates.get(name)
    if hidden is not None and name not in source.columns:
        child = sources[hidden.child]
        found = [n for part in walk(hidden.agg) if isinstance(part, Field) for n in _along(sources, child, part)]
        here = child
        for role in hidden.route:
            found += [(here.name, left) for left, _ in here.joins[role].on]
            here = sources[here.joins[role].target]
        return found
    expr = source.columns[name].expr
    if source.base is not None and isinstance(expr, Field) and expr.name == name and not expr.path:
        return [(source.base, name)]
    if expr is None:
        return [
            (m, source.columns[name].physical or name)
            for m in source.members
            if (source.columns[name].physical or name) in sources[m].columns
        ]
    return [n for part in walk(expr) if isinstance(part, Field) for n in _along(sources, source, part)]


def _along(sources: dict[str, SourceModel], root: SourceModel, field: Field) -> list[Name]:
    found: list[Name] = []
    here = root
    for role in field.path:
        join = here.joins[role]
        found += [(here.name, left) for left, _ in join.on]
        target = sources[join.target]
        found += [(target.name, right) for _, right in join.on]
        here = target
    return [*found, (here.name, field.name)]


def check_cycles(sources: dict[str, SourceModel], diagnostics: Diagnostics) -> set[Name]:
    """Reports every circle once; returns its columns as (source, column), which nothing may be made of."""
    done: set[Name] = set()
    circles: set[Name] = set()
    for source in list(sources.values()):
        for name in list(source.columns):
            _visit(sources, (source.name, name), circles, done, diagnostics)
    return circles


def _visit(sources: dict[str, SourceModel], start: Name, circles: set[Name], done: set[Name], diagnostics: Diagnostics) -> None:
    stack: list[tuple[Name, list[Name]]] = []
    path: list[Name] = []
    if start in done:
        return
    path.append(start)
    stack.append((start, _needs(sources, sources[start[0]], start[1])))
    while stack:
        here, needs = stack[-1]
        if not needs:
            stack.pop()
            path.pop()
            done.add(here)
            continue
        following = needs.pop(0)
        if following in path:
            circle = [*path[path.index(following) :], following]
            words = " → ".join(f"{s}.{c.split('·')[0]}" for s, c in _distinct(circle))
            column = sources[following[0]].columns.get(following[1].split("·")[0])
            diagnostics.add(
                Diagnostic(
                    "KPI035",
                    f"columns are made of each other in a circle: {words}",
                    column.span if column else None,
                    help="start one of them from a column of the data",
                )
            )
            done.update(path)
            circles.update((s, c.split("·")[0]) for s, c in path)
            return
        if following in done:
            continue
        path.append(following)
        stack.append((following, _needs(sources, sources[following[0]], following[1])))


def _distinct(circle: list[Name]) -> list[Name]:
    """Without the hidden aggregates between a column and itself."""
    out: list[Name] = []
    for name in circle:
        plain = (name[0], name[1].split("·")[0])
        if not out or out[-1] != plain:
            out.append(plain)
    return out
