"""Funnels on DuckDB beside SQL written by hand, and beside `windowFunnel`, ClickHouse's own function, on the same events. Equal rows are
asserted before anything is timed; all run in turn, and the medians of the pairs' ratios of CPU time are told.

Two ways of writing a funnel by hand: with one window nested in the other, as most would; and in levels, where the starts that came to a
stage look ahead to the next one and the others drop out, the fastest that we know. Both are frozen: they do not follow the compiler.
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.emitted import WORST, same
from benchmarks.table import Row
from kpidsl.compile import compile_sources, emit, query_statement
from kpidsl.span import Source

AS_OF = dt.date(2026, 12, 31)
STAGES = {"view": "page_view", "item": "view_item", "cart": "add_to_cart", "pay": "checkout", "buy": "order"}
NAMES = list(STAGES.values())
MODEL = """
source events from events {
  key id  time happened_at
  id: int  user_id: int { not null }  happened_at: timestamp { not null }  name: text  device: text
}
funnel purchase {
  entity user_id
  within 7 days
""" + "".join(f'  stage {stage} = events where name = "{name}"\n' for stage, name in STAGES.items())
MODEL += "}\n"
COUNTS = ", ".join(f"purchase.{stage}" for stage in STAGES)
QUERIES = {
    f"{COUNTS} by device": "by device",
    "funnel purchase": "times",
}
EVENTS = """
CREATE TABLE events AS
WITH drawn AS (
  SELECT i AS id, HASH(i * 3 + 1) % $2 AS user_id, HASH(i * 5 + 2) % 3 AS visit, HASH(i * 7 + 3) % 86400 AS second,
    HASH(i * 11 + 4) % 100 AS what
  FROM RANGE($1) t(i)
)
SELECT id, CAST(user_id AS BIGINT) AS user_id,
  TIMESTAMP '2026-01-01' + TO_SECONDS(CAST(HASH(user_id * 3 + visit) % 7603200 + second AS BIGINT)) + TO_MICROSECONDS(id % 1000000)
    AS happened_at,
  CASE WHEN what < 35 THEN 'page_view' WHEN what < 55 THEN 'view_item' WHEN what < 67 THEN 'add_to_cart' WHEN what < 75 THEN 'checkout'
       WHEN what < 80 THEN 'order' WHEN what < 90 THEN 'search' ELSE 'scroll' END AS name,
  ['phone', 'desktop', 'tablet'][1 + CAST(user_id % 3 AS INT)] AS device
FROM drawn ORDER BY happened_at"""
"""Ten events a person, over three visits of a day in 88 days; no two of one person at the same microsecond."""


def nested() -> str:
    """One row per start, `started` and r2 … r5, by windows in each other: the latest start that leads to each row."""
    number = " ".join(f"WHEN '{name}' THEN {n}" for n, name in enumerate(NAMES, 1))
    names = ", ".join(f"'{name}'" for name in NAMES)
    steps = [
        f"e AS (SELECT user_id, happened_at AS t, device, CASE name {number} END AS n FROM events WHERE name IN ({names}))",
        "w1 AS (SELECT *, CASE WHEN n = 1 THEN t END AS c FROM e)",
    ]
    for n in range(2, 6):
        steps.append(
            f"w{n} AS (SELECT user_id, t, device, n, CASE WHEN n <> {n} THEN c WHEN t <= p + INTERVAL 7 DAY THEN p END AS c FROM ("
            f"SELECT *, MAX(CASE WHEN n = {n - 1} THEN c END) OVER (PARTITION BY user_id ORDER BY t, n DESC ROWS UNBOUNDED PRECEDING) AS p "
            f"FROM w{n - 1}))"
        )
    reached = ", ".join(f"MIN(t) FILTER (WHERE n = {n}) AS r{n}" for n in range(2, 6))
    steps.append(
        "starts AS (SELECT user_id, c AS started, MIN(device) FILTER (WHERE n = 1) AS device, "
        f"{reached} FROM w5 WHERE c IS NOT NULL GROUP BY 1, 2)"
    )
    return ", ".join(steps)


def levels() -> str:
    """The same rows, level by level: each start looks for the next event of the stage, unless a later start is there before."""
    steps = [f"l1 AS (SELECT user_id, happened_at AS started, device, happened_at AS r1 FROM events WHERE name = '{NAMES[0]}')"]
    for n, name in enumerate(NAMES[1:], 2):
        before = ", ".join(f"r{k}" for k in range(1, n))
        nothing = ", ".join(["NULL"] * (n - 1))
        steps.append(
            f"l{n} AS (SELECT user_id, started, device, {before}, "
            f"CASE WHEN ahead <= started + INTERVAL 7 DAY AND (other IS NULL OR ahead <= other) THEN ahead END AS r{n} "
            "FROM (SELECT *, MIN(CASE WHEN n = 2 THEN t END) OVER w AS ahead, MIN(CASE WHEN n = 1 THEN t END) OVER w AS other FROM ("
            f"SELECT user_id, r{n - 1} AS t, 1::TINYINT AS n, started, device, {before} FROM l{n - 1} WHERE r{n - 1} IS NOT NULL "
            f"UNION ALL SELECT user_id, happened_at, 2::TINYINT, NULL, NULL, {nothing} FROM events WHERE name = '{name}') "
            "WINDOW w AS (PARTITION BY user_id ORDER BY t DESC, n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) WHERE n = 1)"
        )
    ended = [
        f"SELECT user_id, started, device, {', '.join([f'r{k}' for k in range(2, n + 1)] + ['NULL'] * (5 - n))} FROM l{n}"
        + (f" WHERE r{n} IS NULL" if n < 5 else "")
        for n in (5, 4, 3, 2)
    ]
    steps.append(f"starts(user_id, started, device, r2, r3, r4, r5) AS ({' UNION ALL '.join(ended)})")
    return ", ".join(steps)


def counted() -> str:
    """The entities of each stage by device."""
    each = ", ".join(f"COUNT(DISTINCT CASE WHEN r{n} IS NOT NULL THEN user_id END)" for n in range(2, 6))
    return f"SELECT device, COUNT(DISTINCT user_id), {each} FROM starts GROUP BY 1 ORDER BY 1 NULLS LAST"


def timed() -> str:
    """Stage by stage: entities, their share of the stage before and of the first, median and 90th percentile of the days it took."""
    parts = ["COUNT(DISTINCT user_id) AS e1"]
    for n in range(2, 6):
        took = f"EPOCH(r{n} - started) / 86400"
        parts += [f"COUNT(DISTINCT CASE WHEN r{n} IS NOT NULL THEN user_id END) AS e{n}"]
        parts += [f"MEDIAN({took}) AS m{n}", f"QUANTILE_CONT({took}, 0.9) AS p{n}"]
    rows = ["SELECT 1 AS n, e1 AS entities, NULL AS step, NULL AS rate, NULL AS median, NULL AS p90 FROM a"]
    rows += [f"SELECT {n}, e{n}, e{n} / e{n - 1}, e{n} / e1, m{n}, p{n} FROM a" for n in range(2, 6)]
    return f", a AS (SELECT {', '.join(parts)} FROM starts) SELECT * EXCLUDE (n) FROM ({' UNION ALL '.join(rows)}) ORDER BY n"


SHOWN = {"by device": slice(None), "times": ("entities", "step_rate", "rate", "median_time", "p90_time")}
WINDOW_FUNNEL = f"""
SELECT level, COUNT(*) FROM (
  SELECT user_id, windowFunnel(604800000000)(
    toUInt64(toUnixTimestamp64Micro(happened_at)), {", ".join(f"name = '{n}'" for n in NAMES)}
  ) AS level
  FROM events WHERE name IN ({", ".join(f"'{n}'" for n in NAMES)}) GROUP BY user_id
) GROUP BY level ORDER BY level"""


def measure(rows: int, runs: int) -> list[Row]:
    """A row per query and way of writing it by hand, and one beside ClickHouse; twice as many events as `rows`."""
    compiled = compile_sources([Source("bench.kpi", MODEL)])
    assert not compiled.diagnostics.errors, compiled.diagnostics.errors
    found: list[Row] = []
    runs = min(runs, 7)
    detail = f"{runs} runs, {2 * rows:,} events"
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(str(Path(folder) / "bench.duckdb"))
        connection.execute(EVENTS, [2 * rows, rows // 5])

        def asked(query: str) -> Callable[[], list[tuple[Any, ...]]]:
            sql = emit(query_statement(compiled, query, AS_OF))
            return lambda: connection.execute(sql).fetchall()

        def by_hand(starts: str, rest: str) -> Callable[[], list[tuple[Any, ...]]]:
            return lambda: connection.execute(f"WITH {starts} {rest}").fetchall()

        for query, kind in QUERIES.items():
            names = [c.name for c in query_statement(compiled, query, AS_OF).columns]
            picked = [names.index(name) for name in SHOWN[kind]] if isinstance(SHOWN[kind], tuple) else range(len(names))
            ours = asked(query)
            rest = counted() if kind == "by device" else timed()
            ways = {"in levels": by_hand(levels(), rest), "with nested windows": by_hand(nested(), rest)}
            due = [tuple(row[i] for i in picked) for row in ours()]
            for way, theirs in ways.items():
                assert same(due, theirs()), f"{query}: rows differ from those by hand {way}"
            for way, (ratio, took) in _ratios(ours, ways, runs).items():
                title = "five stages by device" if kind == "by device" else "funnel purchase"
                bar = WORST if way == "in levels" else None
                found.append(Row(f"{title}, to SQL by hand {way}", ratio, bar, f"{took:.1f} s CPU, {detail}"))
        found.append(_beside_clickhouse(connection, asked(COUNTS), Path(folder), runs, detail))
        connection.close()
    return found


def _ratios(ours: Callable[[], object], ways: dict[str, Callable[[], Any]], runs: int) -> dict[str, tuple[float, float]]:
    """The median ratio of our time to each other's, and our median time, in seconds of CPU."""
    ratios: dict[str, list[float]] = {way: [] for way in ways}
    times: list[float] = []
    for _ in range(runs):
        times.append(_seconds(ours))
        for way, theirs in ways.items():
            ratios[way].append(times[-1] / _seconds(theirs))
    return {way: (statistics.median(found), statistics.median(times)) for way, found in ratios.items()}


def _seconds(run: Callable[[], object]) -> float:
    """Of CPU, of all threads: that is what a query costs, also where others use the machine."""
    start = time.process_time()
    run()
    return time.process_time() - start


def _beside_clickhouse(
    connection: duckdb.DuckDBPyConnection, ours: Callable[[], list[tuple[Any, ...]]], folder: Path, runs: int, detail: str
) -> Row:
    """How far each person came, by `windowFunnel` on the same events; it knows neither the starts nor when they came anywhere."""
    from chdb.session import Session

    file = folder / "events.parquet"
    connection.execute("COPY (SELECT user_id, happened_at, name FROM events) TO '" + file.as_posix() + "'")
    session: Any = Session()
    session.query("CREATE DATABASE bench")
    columns = "user_id Int64, happened_at DateTime64(6), name LowCardinality(String)"
    session.query(f"CREATE TABLE bench.events ({columns}) ENGINE = MergeTree ORDER BY happened_at")
    session.query(f"INSERT INTO bench.events SELECT * FROM file('{file.as_posix()}')")
    sql = WINDOW_FUNNEL.replace("FROM events", "FROM bench.events")

    def theirs() -> list[int]:
        return [int(line.split("\t")[1]) for line in session.query(sql, "TSV").bytes().decode().splitlines() if not line.startswith("0")]

    at_level = theirs()
    assert list(ours()[0]) == [sum(at_level[n:]) for n in range(5)], f"{ours()}: windowFunnel says {at_level}"
    (ratio, took) = _ratios(ours, {"": theirs}, runs)[""]
    session.close()
    return Row("five stages, to windowFunnel in chdb", ratio, None, f"{took:.1f} s CPU, {detail}")
