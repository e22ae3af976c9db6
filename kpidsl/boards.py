"""The dashboards of a project. Comes in: a compiled project and its settings. Goes out: each board as data, with the statements of its
queries; what only this version cannot show is named. `kpi build` writes them, and whatever shows a board starts here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from kpidsl.compile import Compiled, emit, plan_alert, resolve_alert
from kpidsl.dashboard.labels import Labeller
from kpidsl.dashboard.spec import Asked, Board, Facts, Watch, board
from kpidsl.dashboard.statements import statement
from kpidsl.diagnostic import KpiError
from kpidsl.lineage import columns, formula
from kpidsl.matrix import as_result, matrix
from kpidsl.matrix_words import cells
from kpidsl.model.dashboards import DashboardModel, DashboardResolver, LeftTile, Meaning, Tile
from kpidsl.model.model import aggregates
from kpidsl.model.views import WHOLE, View
from kpidsl.plan.plan import Statement
from kpidsl.plan.planner import Planner
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

Emit = Callable[[Statement, str], str]
NOT_YET = "KPI190"


@dataclass(frozen=True, slots=True)
class Made:
    """A board, and the tiles that are left out of it. `tiles` are those that its elements show, in their order."""

    decl: ast.Dashboard
    board: Board
    left_out: tuple[LeftTile, ...]
    tiles: tuple[Tile, ...] = ()


def boards(compiled: Compiled, locales: Sequence[str], as_of: dt.date | None, dialects: Iterable[str], emit: Emit = emit) -> Iterator[Made]:
    """Every board; KpiError with all that is wrong with one."""
    writer = _Boards(compiled, locales, as_of, sorted(set(dialects)), emit)
    for decl in compiled.scope.declarations:
        if isinstance(decl, ast.Dashboard):
            yield writer.made(decl)


def board_of(
    compiled: Compiled,
    decl: ast.Dashboard,
    locales: Sequence[str],
    as_of: dt.date | None,
    dialects: Iterable[str],
    emit: Emit = emit,
    view: View = WHOLE,
) -> Made:
    """One board, as a reader wants to see it."""
    return _Boards(compiled, locales, as_of, sorted(set(dialects)), emit).made(decl, view)


class _Boards:
    """What the boards of a project share."""

    def __init__(self, compiled: Compiled, locales: Sequence[str], as_of: dt.date | None, dialects: list[str], emit: Emit) -> None:
        self.compiled, self.as_of, self.dialects, self.emit = compiled, as_of, dialects, emit
        self.labels = Labeller(compiled.model, compiled.scope, locales)
        self.about = cache(self._about)

    def made(self, decl: ast.Dashboard, view: View = WHOLE) -> Made:
        try:
            resolver = DashboardResolver(self.compiled.resolver, self.compiled.scope, view=view, tried=self._planned)
            model = resolver.resolve(decl)
            asked, left = self._asked(model)
            facts = Facts(
                labels=self.labels,
                calendar=self.compiled.model.calendar,
                as_of=self.as_of.isoformat() if self.as_of else None,
                sql=lambda statement: {dialect: self.emit(statement, dialect) for dialect in self.dialects},
                metric=self.about,
                watches=self._watches() if any(tile.kind == "findings" for tile in model.tiles) else (),
                matrix=self._matrix() if any(tile.kind == "matrix" for tile in model.tiles) else {},
            )
        except KpiError as error:
            raise KpiError(*(replace(found, span=found.span or decl.name.span) for found in error.diagnostics)) from None
        return Made(decl, board(model, asked, facts), (*model.left_out, *left), tuple(each.tile for each in asked))

    def _planned(self, meaning: Meaning) -> None:
        statement(Planner(self.compiled.model, self.as_of), meaning, "")

    def _asked(self, model: DashboardModel) -> tuple[list[Asked], list[LeftTile]]:
        """Every tile with its plan; what this version cannot plan is left out."""
        asked: list[Asked] = []
        left: list[LeftTile] = []
        for tile in model.tiles:
            words = f"{tile.kind} {tile.name}" if tile.name else f"dashboard {model.name}"
            span = tile.span if tile.decl is None else tile.decl.span
            comment = f"{words} ({span.source.path}:{span.line})"
            try:
                asked.append(Asked(tile, statement(Planner(self.compiled.model, self.as_of), tile.meaning, comment)))
            except KpiError as error:
                if {found.code for found in error.diagnostics} != {NOT_YET}:
                    raise KpiError(*(replace(found, span=found.span or tile.span) for found in error.diagnostics)) from None
                left.append(LeftTile(tile.kind, tile.name, error.diagnostics[0].message, tile.span))
        return asked, left

    def _watches(self) -> list[Watch]:
        """The project's alerts, in their latest finished period."""
        found = []
        for decl in self.compiled.scope.declarations:
            if isinstance(decl, ast.Alert):
                alert = resolve_alert(self.compiled, decl)
                comment = f"alert {alert.name} ({alert.span.source.path}:{alert.span.line})"
                found.append(Watch(alert, plan_alert(self.compiled, alert, self.as_of, comment, latest=True, parts=True)))
        return found

    def _matrix(self) -> dict[str, Any]:
        result = as_result(matrix(self.compiled))
        shown = [{"name": column.name, "label": self.labels.of(None, column.title)} for column in result.columns]
        return {"columns": shown, "rows": [list(row) for row in result.rows], "cells": cells(self.compiled, self.labels)}

    def _about(self, name: str) -> dict[str, Any] | None:
        """Where a metric comes from."""
        metric = self.compiled.model.metrics.get(name)
        if metric is None:
            return None
        model = self.compiled.model
        return {
            "label": self.labels.of(metric.decl, metric.label, metric.name),
            "description": metric.description,
            "formula": formula(metric),
            "unit": str(metric.type.unit),
            "better": metric.better,
            "additivity": metric.additivity,
            "sources": sorted({leaf.source for leaf in aggregates(metric.expr)}),
            "columns": [{"source": source.name, "column": column} for source, column in columns(model, metric)],
            "owner": next((item.text for item in ast.pick(metric.decl.items, ast.Owner)), "") if metric.decl is not None else "",
            "file": metric.span.source.path,
            "line": metric.span.line,
        }
