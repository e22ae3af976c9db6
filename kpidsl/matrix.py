"""The matrix of goals, KPIs and owners. Comes in: a compiled project. Goes out: one row for each KPI of each goal, in the order in which
they are written, as a `Result` for every report format and as the files `matrix.json` and `matrix.csv` of a build. No data is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from kpidsl.compile import Compiled
from kpidsl.record import dataclass, names_of
from kpidsl.report.result import Result, ResultColumn
from kpidsl.syntax import ast
from kpidsl.syntax.format_expr import format_expr, format_path

T = TypeVar("T", bound=ast.Node)
OPS = {"=": "=", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
"""What a spreadsheet takes for the beginning of a formula."""
LABELS = {"kpi": "KPI", "kpi_label": "KPI label"}


@dataclass(frozen=True, slots=True)
class Row:
    """A KPI of a goal. `owner` is the KPI's own, else the goal's; `rhythm` the periods of its targets; `audience` and `dashboards` say who
    sees it where. What nobody has said is None."""

    goal: str
    goal_label: str | None
    kind: str | None
    parent: str | None
    kpi: str
    kpi_label: str | None
    stage: str | None
    tier: str | None
    category: str | None
    owner: str | None
    target: str | None
    rhythm: str | None
    benchmark: str | None
    audience: str | None
    dashboards: str | None


def matrix(compiled: Compiled) -> list[Row]:
    """The rows: goals in the order of the files, KPIs of a goal likewise; KPIs that serve no goal of the project are left out."""
    boards = [decl for decl in compiled.scope.declarations if isinstance(decl, ast.Dashboard)]
    return [_row(compiled, goal, kpi, boards) for goal, kpi in served(compiled)]


def served(compiled: Compiled) -> list[tuple[ast.Goal, ast.Kpi]]:
    """Every goal with each KPI that serves it, in the order of the rows."""
    decls = compiled.scope.declarations
    kpis = [decl for decl in decls if isinstance(decl, ast.Kpi)]
    return [
        (goal, kpi)
        for goal in decls
        if isinstance(goal, ast.Goal)
        for kpi in kpis
        if kpi.goal is not None and kpi.goal.text == goal.name.text
    ]


def as_result(rows: Iterable[Row]) -> Result:
    """The rows as a table for `kpidsl.report.tables`."""
    names = names_of(Row)
    columns = tuple(ResultColumn(name, type="text", label=LABELS.get(name, name.replace("_", " ").capitalize())) for name in names)
    return Result(columns, [tuple(getattr(row, name) for name in names) for row in rows])


def said(result: Result) -> Result:
    """The table for people: without columns in which nobody has said anything."""
    kept = [at for at in range(len(result.columns)) if any(value is not None for value in result.values(at))]
    return Result(tuple(result.columns[at] for at in kept), [[row[at] for at in kept] for row in result.rows])


def for_spreadsheets(result: Result) -> Result:
    """The same with a quote before each text that a spreadsheet would compute instead of show."""
    rows = [[f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value for value in row] for row in result.rows]
    return Result(result.columns, rows)


def files(compiled: Compiled) -> dict[str, str]:
    """The files of a build by their names; none where no KPI serves a goal."""
    rows = matrix(compiled)
    result = as_result(rows)
    if not rows:
        return {}
    from kpidsl.report.tables import csv, json

    return {"matrix.json": json(result), "matrix.csv": csv(for_spreadsheets(result))}


# ---------------------------------------------------------------- a row


def _row(compiled: Compiled, goal: ast.Goal, kpi: ast.Kpi, boards: list[ast.Dashboard]) -> Row:
    kind, parent = _first(goal.items, ast.GoalKind), _first(goal.items, ast.Parent)
    entry = compiled.scope.entries.get(("metric", kpi.metric.text))
    metric = compiled.model.metrics.get(entry.key) if entry is not None else None
    of_metric = metric.decl.items if metric is not None and metric.decl is not None else ()
    stage, tier = _first(kpi.items, ast.Stage), _first(kpi.items, ast.Tier)
    category = _first(kpi.items, ast.Category) or _first(of_metric, ast.Category)
    owner = _first(kpi.items, ast.Owner) or _first(goal.items, ast.Owner)
    showing = [board for board in boards if kpi.metric.text in _shown(board)]
    targets = [item for item in kpi.items if isinstance(item, ast.Target | ast.TargetFrom)]
    return Row(
        goal=goal.name.text,
        goal_label=goal.label,
        kind=kind.name.text if kind is not None else None,
        parent=parent.name.text if parent is not None else None,
        kpi=kpi.metric.text,
        kpi_label=kpi.label or (metric.label if metric is not None else "") or None,
        stage=stage.name.text if stage is not None else None,
        tier=tier.name.text if tier is not None else None,
        category=category.name.text if category is not None else None,
        owner=owner.text if owner is not None else None,
        target=_joined(map(_target, targets), "; "),
        rhythm=_joined(item.each.text for item in targets if item.each is not None),
        benchmark=_joined(map(_benchmark, ast.pick(kpi.items, ast.Benchmark)), "; "),
        audience=_joined(board.audience.text for board in showing if board.audience is not None),
        dashboards=_joined(board.name.text for board in showing),
    )


def _first(items: Iterable[ast.Node], kind: type[T]) -> T | None:
    return next((item for item in items if isinstance(item, kind)), None)


def _joined(words: Iterable[str], by: str = ", ") -> str | None:
    """Each once, in their order."""
    return by.join(dict.fromkeys(words)) or None


def _shown(board: ast.Dashboard) -> set[str]:
    return {path.text for tile in ast.pick(board.items, ast.KpiTile) for path in tile.metrics}


def _target(item: ast.Target | ast.TargetFrom) -> str:
    """`≤ 45 EUR each month where channel = "email" from 2026-07 (new agency)`."""
    return " ".join(_target_words(item))


def _target_words(item: ast.Target | ast.TargetFrom) -> Iterator[str]:
    if isinstance(item, ast.TargetFrom):
        yield f"from {format_path(item.metric)}"
    elif item.op == "between" and item.high is not None:
        yield f"between {line(item.value)} and {line(item.high)}"
    else:
        yield f"{OPS.get(item.op, item.op)} {line(item.value)}"
    if item.each is not None:
        yield f"each {item.each.text}"
    if isinstance(item, ast.TargetFrom):
        if item.by:
            yield f"by {', '.join(map(line, item.by))}"
        return
    if item.where is not None:
        yield f"where {line(item.where)}"
    if item.from_ is not None:
        yield f"from {line(item.from_)}"
    if item.because:
        yield f"({item.because})"
    if item.kind == "stretch":
        yield "(stretch)"


def _benchmark(item: ast.Benchmark) -> str:
    """`52 EUR (Industry report, 2025, IT)`."""
    facts = [value.value if isinstance(value, ast.Text) else line(value) for _, value in item.facts]
    return f"{line(item.value)} ({', '.join(facts)})" if facts else line(item.value)


def line(node: ast.Expr | ast.Ident) -> str:
    """What is written, on one line."""
    return node.text if isinstance(node, ast.Ident) else " ".join(format_expr(node).split())
