"""`python -m benchmarks [compiler|build|sql|funnels|boards|peers]`: measures, prints a table, writes it into docs/performance.md, and
tells which bars are missed: the exit code is 1 then. Without a word all are measured.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks import boards, builds, compiler, emitted, funnels, peers
from benchmarks.table import record, table

ALL = ("compiler", "build", "sql", "funnels", "boards", "peers")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("what", nargs="*", help=f"{', '.join(ALL)} (default: all)")
    parser.add_argument("--runs", type=int, default=15, help="interleaved runs of each query (default 15)")
    parser.add_argument("--rows", type=int, default=5_000_000, help="rows of each fact (default 5,000,000)")
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    arguments = parser.parse_args()
    missed = False
    for what in arguments.what or ALL:
        if what == "peers":
            text = peers.measure(arguments.rows, arguments.runs)
        elif what in ALL:
            of_sql = {"sql": emitted.measure, "funnels": funnels.measure}
            rows = (
                of_sql[what](arguments.rows, arguments.runs)
                if what in of_sql
                else {"compiler": compiler.measure, "build": builds.measure, "boards": boards.measure}[what]()
            )
            text = table(rows)
            missed |= any(row.missed for row in rows)
        else:
            parser.error(f"there is no benchmark `{what}`: {', '.join(ALL)}")
        print(f"{what}\n\n{text}\n", flush=True)
        if not arguments.dry:
            record(what, text)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
