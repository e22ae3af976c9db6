"""M11: a benchmark is as good as its date. One without a year, or one that is older than three years."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice
from kpidsl.syntax import ast

CODE = "KPI313"
YEARS = 3


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per benchmark; its year is compared with that of the day which counts as today."""
    for kpi in facts.kpis:
        for benchmark in ast.pick(kpi.items, ast.Benchmark):
            year = _year(benchmark)
            if year is None:
                message = f"the benchmark of `{kpi.metric.text}` does not say of which year it is"
                note = "nobody can tell which market it speaks of, nor when it stops being one to compare with"
            elif facts.today.year - year > YEARS:
                message = f"the benchmark of `{kpi.metric.text}` is of {year}, {facts.today.year - year} years ago"
                note = "prices, channels and competitors have changed since; being better than an old market proves nothing"
            else:
                continue
            yield advice(
                Severity.HINT,
                CODE,
                message,
                benchmark.span,
                notes=(note,),
                help=f"look for a newer figure and say its year: {{ source … year {facts.today.year - 1} }}, or take it out",
            )


def _year(benchmark: ast.Benchmark) -> int | None:
    """The year that it says, as a number or a period."""
    for word, value in benchmark.facts:
        if word == "year" and isinstance(value, ast.Number) and isinstance(value.value, int):
            return value.value
        if word == "year" and isinstance(value, ast.Period):
            return value.year
    return None
