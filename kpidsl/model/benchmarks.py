"""Benchmarks: figures of others. Comes in: what a KPI says of one. Goes out: nothing, or why it cannot be shown to anybody."""

from __future__ import annotations

from kpidsl.diagnostic import fail
from kpidsl.syntax import ast

UNCITED = "KPI312"


def check_source(benchmark: ast.Benchmark) -> None:
    """KPI312 for a figure that does not say where it comes from."""
    said = [value for word, value in benchmark.facts if word == "source"]
    if not any(isinstance(value, ast.Text) and value.value.strip() for value in said):
        fail(
            UNCITED,
            f"the benchmark {benchmark.value.span.text} does not say where it comes from",
            benchmark.span,
            notes=("whoever is told to beat it will ask who has measured it, and nobody could check that it is comparable",),
            help=f'name its source and year: benchmark {benchmark.value.span.text} {{ source "Industry report"  year 2025 }}',
        )
