"""`python -m tests.mutants`: makes small faults in the parts that numbers come from, one at a time, and runs the tests that must notice.

A fault that no test notices is told with its place; those that change nothing that anybody could see are listed, with the reason, in
equivalent.toml. Exit code 1 where fewer than 95 of 100 are noticed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from tests.mutants.changes import Change, changed, changes

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = ["tests/results", "tests/golden", "tests/diagnostics"]
ROOMS = {
    "units": (["model/units.py", "model/rules.py", "model/currencies.py", "model/convert.py"], [*NUMBERS]),
    "grain": (["model/grain.py", "model/aggregates.py", "model/joins.py", "model/dims.py", "model/told.py"], [*NUMBERS]),
    "additivity": (["model/additivity.py", "model/one_value.py", "model/levels.py", "model/filters.py"], [*NUMBERS]),
    "time": (["model/moves.py", "model/timing.py", "model/time_checks.py", "model/calendar.py", "model/periods.py"], [*NUMBERS]),
    "plan": (["plan"], [*NUMBERS, "tests/oracle/test_found.py"]),
    "dialects": (
        ["sql/dialects.py", "sql/lower.py", "sql/fold.py", "sql/dates.py", "sql/numeric.py", "sql/functions.py"],
        ["tests/sql", *NUMBERS],
    ),
}
LIMIT = 20  # times as long as without a fault; a fault that makes the tests hang is noticed as well
WANTED = 0.95


@dataclass(frozen=True)
class Mutant:
    room: str
    path: Path  # below kpidsl
    change: Change

    @property
    def line(self) -> str:
        return (ROOT / "kpidsl" / self.path).read_text(encoding="utf-8").splitlines()[self.change.line - 1].strip()

    @property
    def place(self) -> str:
        return f"kpidsl/{self.path.as_posix()}:{self.change.line}"


def drawn(rooms: list[str], count: int, seed: int) -> list[Mutant]:
    """So many changes, spread over the rooms by their size."""
    every: list[Mutant] = []
    for room in rooms:
        for name in ROOMS[room][0]:
            place = ROOT / "kpidsl" / name
            for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
                every += [Mutant(room, path.relative_to(ROOT / "kpidsl"), c) for c in changes(path.read_text(encoding="utf-8"))]
    return sorted(random.Random(seed).sample(every, min(count, len(every))), key=lambda m: (m.room, m.place))


def equivalents() -> dict[tuple[str, str, str], str]:
    """(module, line, change) → why nobody could notice it."""
    known = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text(encoding="utf-8"))
    return {(e["module"], e["line"], e["change"]): e["reason"] for e in known.get("equivalent", [])}


def copy(folder: Path) -> Path:
    """A checkout of its own: what git keeps, and what it would keep if it were asked to."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in names:
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def is_noticed(mutant: Mutant, checkout: Path, limit: float) -> tuple[bool, str]:
    """Whether a test fails with the change made, and which one."""
    path = checkout / "kpidsl" / mutant.path
    text = path.read_text(encoding="utf-8")
    path.write_text(changed(text, mutant.change.number), encoding="utf-8")
    try:
        return fails(mutant.room, checkout, limit)
    finally:
        path.write_text(text, encoding="utf-8")


def fails(room: str, checkout: Path, limit: float) -> tuple[bool, str]:
    """Whether a test of the room fails in the checkout as it stands, and which one."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--engines",
        "duckdb,sqlite,postgres" if room == "dialects" else "duckdb",
    ]
    command += ["-m", "not slow", *ROOMS[room][1]]
    environ = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=checkout, env=environ, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return True, "the tests did not come to an end"
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode != 0, failed[0].split(" - ")[0] if failed else f"exit code {done.returncode}"


def seconds_without_fault(room: str, checkout: Path) -> float:
    """How long the room's tests take; where they fail by themselves no fault can be said to be noticed, so that is the end."""
    start = time.monotonic()
    failed, by = fails(room, checkout, 3600)
    if failed:
        sys.exit(f"the tests of {room} fail without any fault: {by}")
    return time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)} (default: all)")
    parser.add_argument("--count", type=int, default=100, help="faults to make (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    if unknown := [room for room in arguments.rooms if room not in ROOMS]:
        parser.error(f"no such room: {', '.join(unknown)}")
    mutants = drawn(arguments.rooms or list(ROOMS), arguments.count, arguments.seed)
    known = equivalents()
    survived: list[Mutant] = []
    listed = 0
    with tempfile.TemporaryDirectory(prefix="kpidsl-mutants-") as folder:
        free: Queue[Path] = Queue()
        for job in range(arguments.jobs):
            free.put(copy(Path(folder) / str(job)))
        limits = {room: LIMIT * seconds_without_fault(room, free.queue[0]) for room in dict.fromkeys(m.room for m in mutants)}

        def tried(mutant: Mutant) -> tuple[Mutant, bool, str, float]:
            checkout, start = free.get(), time.monotonic()
            try:
                return (mutant, *is_noticed(mutant, checkout, limits[mutant.room]), time.monotonic() - start)
            finally:
                free.put(checkout)

        with ThreadPoolExecutor(arguments.jobs) as pool:
            for mutant, noticed, by, seconds in pool.map(tried, mutants):
                reason = known.get((mutant.path.as_posix(), mutant.line, mutant.change.what))
                listed += not noticed and reason is not None
                if not noticed and reason is None:
                    survived.append(mutant)
                told = by if noticed else f"not noticed: {reason}" if reason else "NOT NOTICED"
                print(f"{mutant.place}  {mutant.change.what}  {told}  {seconds:.0f} s", flush=True)
    judged = len(mutants) - listed
    share = 1.0 if not judged else (judged - len(survived)) / judged
    counts = f"{judged - len(survived)} noticed, {listed} known to change nothing, {len(survived)} not noticed"
    print(f"\n{len(mutants)} faults, {counts}: {share:.1%}")
    for mutant in survived:
        print(f"  {mutant.place}  {mutant.change.what}\n      {mutant.line}")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
