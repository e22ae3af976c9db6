"""The compiler: whole processes against floor B (one that imports lark and sqlglot), and queries in a process that is warm."""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.processes import FLOOR_B, KPI, against
from benchmarks.table import Row
from kpidsl.cli.start import COLLECTOR
from kpidsl.compile import compile_sources, emit, plan_query, query_statement, resolve_query
from kpidsl.span import Source
from kpidsl.syntax.parse import parse_query

SIZES = (1_000, 2_000, 5_000, 10_000)
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


def measure(runs: int = 7) -> list[Row]:
    """The bars of the compiler. Growth: what a metric adds to a check of ten, at 10,000 metrics to at 1,000."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = _check(folder, 10, runs)
        per_metric, memory_per_metric = {}, {}
        for metrics in SIZES:
            ratio, seconds, memory = _check(folder, metrics, runs if metrics == SIZES[0] else 3)
            bar = 4.0 if metrics == SIZES[0] else None
            found.append(
                Row(f"kpi check, {metrics:,} metrics over 50 sources, to floor B", ratio, bar, f"{seconds:.2f} s CPU, {memory:.0f} MB")
            )
            if bar:
                found.append(Row(f"its peak memory, {metrics:,} metrics, to 120 MB", memory / 120, 1.0, f"{memory:.0f} MB"))
            per_metric[metrics] = (seconds - base[1]) / (metrics - 10)
            memory_per_metric[metrics] = (memory - base[2]) / (metrics - 10)
    for what, each, unit in (("time", per_metric, "µs"), ("memory", memory_per_metric, "B")):
        told = ", ".join(f"{each[metrics] * 1e6:.0f}" for metrics in SIZES)
        growth = each[SIZES[-1]] / each[SIZES[0]]
        found.append(Row(f"growth of {what} for each metric, 1,000 to 10,000", growth, 1.25, f"{told} {unit} a metric"))
    return [*found, *_warm()]


def _check(folder: Path, metrics: int, runs: int) -> tuple[float, float, float]:
    project = folder / str(metrics)
    project.mkdir()
    (project / "kpi.toml").write_text('[project]\nname = "bench"\n')
    (project / "all.kpi").write_text(model(metrics))
    ratio, spent = against(FLOOR_B, [*KPI, "check", "--project", str(project)], folder, runs)
    return ratio, spent.seconds, spent.memory


def _warm() -> list[Row]:
    """With the collector as the command line sets it. The floor is sqlglot's printing of the same SQL, read beforehand."""
    import sqlglot

    gc.set_threshold(*COLLECTOR)
    compiled = compile_sources([Source("bench.kpi", model(1_000))])
    assert not compiled.diagnostics.errors
    text = 'm0, m1, m2, m3, m4 by channel, month where country = "IT" with totals'

    def whole() -> None:
        emit(query_statement(compiled, text))

    node, _ = parse_query(Source("<query>", text))
    assert node is not None
    statement = plan_query(compiled, resolve_query(compiled, node))
    trees = [sqlglot.parse_one(emit(statement), read="duckdb") for _ in range(100)]
    nodes = len(list(trees[0].walk()))
    whole()
    ratios, times = [], []
    for tree in trees:
        start = time.process_time()
        whole()
        middle = time.process_time()
        tree.sql("duckdb", pretty=True, copy=False)
        times.append(middle - start)
        ratios.append((middle - start) / max(time.process_time() - middle, 1e-9))
    start = time.process_time()
    for number in range(1_000):
        emit(query_statement(compiled, f"m{number} by channel, month"))
    spent = time.process_time() - start
    return [
        Row(
            "one warm query, to sqlglot's printing of its SQL",
            statistics.median(ratios),
            3.0,
            f"{nodes} nodes, {statistics.median(times) * 1000:.1f} ms CPU",
        ),
        Row("1,000 metrics to SQL in one process, seconds", spent, 1.0, "CPU"),
    ]
