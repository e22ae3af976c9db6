"""The compiler against a bare interpreter, in CPU time of whole processes. Floor B is a process that imports lark and sqlglot; every
ratio is the median over interleaved runs of the two."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row
from kpidsl.compile import compile_sources, emit, plan_query, query_statement, resolve_query
from kpidsl.span import Source
from kpidsl.syntax.parse import parse_query

ROOT = Path(__file__).resolve().parents[1]
FLOOR_B = [sys.executable, "-c", "import lark, sqlglot"]
KINDS = (
    "sum(fact{s}.amount) where fact{s}.paid",
    "count(fact{s})",
    "count(distinct fact{s}.customer_id)",
    "sum(fact{s}.amount) / count(fact{s})",
    "sum(fact{s}.amount) / sum(fact{t}.cost)",
)


def model(metrics: int, sources: int = 50) -> str:
    """A project of that many metrics over that many sources."""
    parts = ["source customers from shop.customers { key customer_id  customer_id: int  country: text  channel: text }\n"]
    for s in range(sources):
        parts.append(
            f"source fact{s} from shop.fact{s} {{\n  key id  time at\n  id: int  at: timestamp  customer_id: int  amount: money(EUR)\n"
            f'  status: text  cost: money(EUR)\n  paid: bool = status in ("paid", "shipped")\n'
            f"  join one customer: customers on customer_id\n}}\n"
        )
    for m in range(metrics):
        formula = KINDS[m % len(KINDS)].format(s=m % sources, t=(m + 1) % sources)
        parts.append(f'metric m{m} "Metric {m}" = {formula}\n')
    return "".join(parts)


def _cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ratio(command: list[str], runs: int = 7) -> tuple[float, float]:
    _cpu(command)
    pairs = [(_cpu(command), _cpu(FLOOR_B)) for _ in range(runs)]
    return statistics.median(a / b for a, b in pairs), statistics.median(a for a, _ in pairs)


def measure() -> list[Row]:
    """The bars of the compiler."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for metrics, bar in ((1_000, 4.0), (10_000, None)):
            project = Path(folder) / str(metrics)
            project.mkdir()
            (project / "kpi.toml").write_text('[project]\nname = "bench"\n')
            (project / "all.kpi").write_text(model(metrics))
            ratio, seconds = _ratio([sys.executable, "-m", "kpidsl", "check", "--project", str(project)], 7 if bar else 3)
            found.append(Row(f"kpi check, {metrics:,} metrics over 50 sources, to floor B", ratio, bar, f"{seconds:.2f} s CPU"))
    return [*found, *_warm()]


def _warm() -> list[Row]:
    from kpidsl.sql.dialects import dialect_of
    from kpidsl.sql.emit import emit_tree
    from kpidsl.sql.printer import write

    compiled = compile_sources([Source("bench.kpi", model(1_000))])
    assert not compiled.diagnostics.errors
    row = dialect_of("duckdb")
    text = 'm0, m1, m2, m3, m4 by channel, month where country = "IT" with totals'

    def whole() -> None:
        emit(query_statement(compiled, text))

    node, _ = parse_query(Source("<query>", text))
    assert node is not None
    statement = plan_query(compiled, resolve_query(compiled, node))
    trees = [emit_tree(statement, "duckdb") for _ in range(300)]
    whole()
    ratios = []
    for tree in trees:
        start = time.process_time()
        whole()
        middle = time.process_time()
        write(tree, row, True)
        ratios.append((middle - start) / max(time.process_time() - middle, 1e-9))
    start = time.process_time()
    for number in range(1_000):
        emit(query_statement(compiled, f"m{number} by channel, month"))
    spent = time.process_time() - start
    return [
        Row("one warm query, to the printing of its SQL", statistics.median(ratios), 3.0, f"{len(list(trees[0].walk()))} nodes"),
        Row("1,000 metrics to SQL in one process, seconds", spent, 1.0, "CPU"),
    ]
