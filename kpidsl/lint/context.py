"""M10, M11, M15: a number by itself is no news. A KPI needs a target, a benchmark or another period to be read against."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice, compares
from kpidsl.syntax import ast

CODE = "KPI311"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per KPI without any of them. A question with `compare` that asks for the metric counts as well."""
    compared = {path.text for query in _queries(facts) if query.compare is not None for path in query.metrics if isinstance(path, ast.Path)}
    for kpi in facts.kpis:
        expr = facts.expr(kpi.metric)
        if (
            any(isinstance(item, ast.Target | ast.TargetFrom | ast.Benchmark) for item in kpi.items)
            or kpi.metric.text in compared
            or expr is None
            or compares(expr)
        ):
            continue
        yield advice(
            Severity.WARNING,
            CODE,
            f"the KPI `{kpi.metric.text}` has no target, no benchmark and nothing that it is compared with",
            kpi.metric.span,
            notes=("nobody can tell from its value alone whether it is good, so nobody will act on it",),
            help="write a target … each month into it; kpi init --goals proposes one from the past",
        )


def _queries(facts: Facts) -> Iterator[ast.Query]:
    for report in facts.own(ast.Report):
        yield report.query
    for board in facts.own(ast.Dashboard):
        yield from (tile.query for tile in ast.pick(board.items, ast.ShowTile))
