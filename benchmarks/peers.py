"""The same questions asked of other semantic layers: their SQL against ours, on the same tables. They are installed from PyPI into an
environment of their own, `.venv-peers`; what does not install, or cannot be said in them, is told."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.emitted import AS_OF, MODEL, fill, same
from benchmarks.processes import ROOT
from kpidsl.compile import Compiled, compile_sources, emit, query_statement
from kpidsl.span import Source

PLACE = ROOT / ".venv-peers"
QUESTIONS: dict[str, tuple[list[str], list[str]]] = {
    "revenue, aov by country": (["orders.revenue", "aov"], ["customers.country"]),
    "revenue, orders_n, all_orders by month": (["orders.revenue", "orders.orders_n", "orders.all_orders"], ["orders.ordered_at__month"]),
    "buyers by month": (["orders.buyers"], ["orders.ordered_at__month"]),
    "spend, clicks by channel": (["ad_spend.spend", "ad_spend.clicks"], ["ad_spend.channel"]),
    "revenue, spend by channel": (["orders.revenue", "ad_spend.spend"], ["customers.channel"]),
    "spend, spend_28 by day": (["spend_28"], ["ad_spend.day"]),
}
"""Our question, and sidemantic's metrics and dimensions."""
PEERS = {"sidemantic": ["sidemantic"], "MetricFlow": ["dbt-metricflow", "dbt-duckdb"]}


def measure(rows: int, runs: int) -> str:
    """A table for each peer, in Markdown, or why there is none."""
    refused = {name: _install(packages) for name, packages in PEERS.items()}
    parts = []
    for name, why in refused.items():
        if why:
            parts.append(f"{name} is not measured: it does not install here (`{' '.join(PEERS[name])}`: {why}).")
        elif name == "sidemantic":
            parts.append(_sidemantic(rows, runs))
        else:
            parts.append(f"{name} installs here and is not measured: nobody has written the questions for it yet.")
    return "\n\n".join(parts)


def _install(packages: list[str]) -> str:
    """Why these packages cannot be had; nothing where they can."""
    if not _python().exists():
        venv.create(PLACE, with_pip=True)
    command = [str(_python()), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--only-binary", ":all:", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    errors = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    return errors[-1].split(": for help")[0][:120] if errors else "pip failed"


def _python() -> Path:
    return PLACE / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _sidemantic(rows: int, runs: int) -> str:
    script = ROOT / "benchmarks/peer_sidemantic.py"
    done = subprocess.run([str(_python()), "-I", str(script)], input=json.dumps(QUESTIONS), capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    compiled = compile_sources([Source("bench.kpi", MODEL)])
    assert not compiled.diagnostics.errors
    lines = [
        f"sidemantic {answer['version']}, {rows:,} rows in each fact. SQL in milliseconds of CPU, warm; running is its time to ours.",
        "",
        "| question | our SQL | its SQL | running | rows |",
        "|---|------:|------:|------:|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "bench.duckdb")
        fill(path, rows)
        connection = duckdb.connect(path, read_only=True)
        for question in QUESTIONS:
            lines.append(_line(connection, compiled, question, answer["found"][question], runs))
        connection.close()
    return "\n".join(lines)


def _line(connection: duckdb.DuckDBPyConnection, compiled: Compiled, question: str, theirs: dict[str, Any], runs: int) -> str:
    sql, ms = _ours(compiled, question)
    if "error" in theirs:
        return f"| {question} | {ms:.1f} | – | – | refused: {theirs['error'].split('. ')[0].replace('|', '/')} |"
    mine, other = _sorted(connection.execute(sql).fetchall()), _sorted(connection.execute(theirs["sql"]).fetchall())
    ratios = []
    for _ in range(runs):
        start = time.perf_counter()
        connection.execute(sql).fetchall()
        middle = time.perf_counter()
        connection.execute(theirs["sql"]).fetchall()
        ratios.append((time.perf_counter() - middle) / (middle - start))
    verdict = "equal" if same(mine, other) else _difference(mine, other)
    return f"| {question} | {ms:.1f} | {theirs['ms']:.1f} | {statistics.median(ratios):.2f} | {verdict} |"


def _ours(compiled: Compiled, question: str) -> tuple[str, float]:
    sql = emit(query_statement(compiled, question, AS_OF))
    times = []
    for _ in range(10):
        start = time.process_time()
        emit(query_statement(compiled, question, AS_OF))
        times.append(time.process_time() - start)
    return sql, statistics.median(times) * 1000


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """By the group, whatever the order was: dialects and people disagree on where null goes."""
    return sorted(rows, key=lambda row: (row[0] is None, str(row[0])))


def _difference(mine: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> str:
    """The first rows that are not the same."""
    if len(mine) != len(other):
        return f"{len(other)} rows, ours are {len(mine)}"
    number, ours, theirs = next((n, a, b) for n, (a, b) in enumerate(zip(mine, other, strict=True)) if not same([a], [b]))
    told = [
        " · ".join("null" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value) for value in row)
        for row in (theirs, ours)
    ]
    return f"differ from row {number + 1}: {told[0]}, ours is {told[1]}"
