"""`python -m tests.oracle --minutes 30`: the oracle with other tables and queries than `make test` draws, until the time is up.

Each round has a seed of its own, so that what it finds can be found again: KPIDSL_ORACLE_SEED=7 KPIDSL_ORACLE_EXAMPLES=300 pytest
tests/oracle. It ends with the first round that finds something, with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long to search (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="the first round's seed (default 1)")
    parser.add_argument("--examples", type=int, default=300, help="sets of tables a round (default 300), up to three queries each")
    parser.add_argument("--engines", default="duckdb,sqlite,postgres", help="where to ask (default duckdb,sqlite,postgres)")
    arguments = parser.parse_args()
    end, seed = time.monotonic() + arguments.minutes * 60, arguments.seed
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--engines", arguments.engines]
    command += [
        str(HERE / "test_oracle.py"),
        str(HERE / "test_time.py"),
        str(HERE / "test_schemas.py"),
        str(HERE / "test_statuses.py"),
        str(HERE / "test_aims.py"),
        str(HERE / "test_paths.py"),
        str(HERE / "test_credits.py"),
        "-k",
        "duckdb or sqlite or postgres or every_engine",
    ]
    while time.monotonic() < end:
        environ = {**os.environ, "KPIDSL_ORACLE_SEED": str(seed), "KPIDSL_ORACLE_EXAMPLES": str(arguments.examples)}
        start = time.monotonic()
        done = subprocess.run(command, cwd=HERE.parents[1], env=environ, check=False)
        if done.returncode:
            print(
                f"\nseed {seed} found something: KPIDSL_ORACLE_SEED={seed} KPIDSL_ORACLE_EXAMPLES={arguments.examples} pytest tests/oracle"
            )
            return 1
        print(f"seed {seed}: nothing in {time.monotonic() - start:.0f} s", flush=True)
        seed += 1
    print(f"{seed - arguments.seed} rounds of {arguments.examples} sets of tables, and nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
