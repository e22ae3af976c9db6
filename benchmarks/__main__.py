"""`python -m benchmarks [sql|compiler] [--runs N] [--rows N]`: measures, prints a table, and tells which bars are missed."""

from __future__ import annotations

import argparse
import sys

from benchmarks import compiler, emitted
from benchmarks.table import Row, show


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("what", nargs="?", choices=("sql", "compiler", "all"), default="all")
    parser.add_argument("--runs", type=int, default=15, help="interleaved runs of each query (default 15)")
    parser.add_argument("--rows", type=int, default=5_000_000, help="rows of each fact (default 5,000,000)")
    arguments = parser.parse_args()
    rows: list[Row] = []
    if arguments.what in ("compiler", "all"):
        rows += compiler.measure()
    if arguments.what in ("sql", "all"):
        rows += emitted.measure(arguments.rows, arguments.runs)
    show(rows)
    return 1 if any(row.missed for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
