"""`python -m tests.mutants`: makes small faults in the parts that numbers come from, one at a time, and runs the tests that must notice.

The tests of each room run once without a fault, and what each of them runs is noted. A fault is shown first to some of those that run its
line, then to all of them; only where none notices do all tests of the room run, and only after that is it said that nobody does. Files of
tests that are younger than a kept record run for every fault that the others miss. Faults that change nothing that anybody could see are
listed, with the reason, in equivalent.toml. Exit code 1 where fewer than 95 of 100 are noticed.
"""

from __future__ import annotations

import argparse
import json
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
from math import sqrt
from pathlib import Path
from queue import Queue

from tests.mutants.changes import Change, changed, changes
from tests.mutants.rooms import PACKAGE, PROOFS, ROOMS, ROOT, files_of, modules
from tests.mutants.touched import Touched

LIMIT = 20  # times as long as without a fault; a fault that makes the tests hang is noticed as well
START = 60  # seconds that a run may take before its first test
WANTED = 0.95
NOTHING_FAILED = (0, 5)  # all passed; there was no test


@dataclass(frozen=True)
class Mutant:
    room: str
    path: Path  # below kpidsl
    change: Change

    @property
    def text(self) -> str:
        return (PACKAGE / self.path).read_text(encoding="utf-8")

    @property
    def line(self) -> str:
        return self.text.splitlines()[self.change.line - 1].strip()

    @property
    def place(self) -> str:
        return f"kpidsl/{self.path.as_posix()}:{self.change.line}"


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    noticed: bool
    by: str
    seconds: float


def drawn(rooms: list[str], count: int, seed: int, at: str = "") -> list[Mutant]:
    """So many changes, spread over the rooms by their size; with `at` those of that place only."""
    every = [
        Mutant(room, path, change)
        for room in rooms
        for path in modules(room)
        for change in changes((PACKAGE / path).read_text(encoding="utf-8"))
    ]
    every = [mutant for mutant in every if not at or f"{mutant.place}:".startswith(f"{at}:")]
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


def outcome(
    checkout: Path, proof: str, limit: float, *, tests: list[str] | None = None, files: list[str] | None = None, touched: Path | None = None
) -> tuple[bool, str]:
    """Whether a test fails in the checkout as it stands, and which one: of those chosen, else of the files, else of all that the proof
    has."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command += ["--engines", PROOFS[proof].engines, "-m", "not slow"]
    environ = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    if touched is not None:
        command += ["-p", "tests.mutants.recording"]
        environ["KPIDSL_TOUCHED"] = str(touched)
    if tests is not None:
        chosen = checkout.with_suffix(".chosen")
        chosen.write_text(json.dumps(tests), encoding="utf-8")
        command += ["-p", "tests.mutants.chosen"]
        environ["KPIDSL_CHOSEN"] = str(chosen)
    if tests is not None:
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    command += PROOFS[proof].tests if files is None else files
    try:
        done = subprocess.run(command, cwd=checkout, env=environ, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return True, "the tests did not come to an end"
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode not in NOTHING_FAILED, failed[0].split(" - ")[0] if failed else f"exit code {done.returncode}"


def recorded(proof: str, folder: Path, checkout: Path) -> Touched:
    """What each test of a proof runs, from an earlier run where the folder has it. Where the tests fail by themselves no fault can be said
    to be noticed, so that is the end."""
    if not (folder / "seconds.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        failed, by = outcome(checkout, proof, 7200, touched=folder)
        if failed:
            sys.exit(f"the tests of {proof} fail without any fault: {by}")
    return Touched(folder)


def judged(mutant: Mutant, checkout: Path, touched: Touched, quick: bool) -> Verdict:
    """Whether a test fails with the change made, and which one: some that run its line; then, but for a `quick` look, all that do, then
    all of the room."""
    start, proof = time.monotonic(), ROOMS[mutant.room].proof
    younger = [file for file in files_of(proof) if file not in touched.files]
    running = touched.running(mutant.path, mutant.text, mutant.change.line)
    some = touched.some(running)
    steps = [some] if quick else [some, *([running] if len(running) > len(some) else []), None]
    path = checkout / "kpidsl" / mutant.path
    path.write_text(changed(mutant.text, mutant.change.number), encoding="utf-8")
    noticed, by = False, ""
    try:
        for tests in steps:
            seconds = touched.seconds if tests is None else touched.seconds_of(tests)
            if not noticed and tests != []:
                noticed, by = outcome(checkout, proof, START + LIMIT * seconds, tests=tests)
            if not noticed and tests is some and younger:
                noticed, by = outcome(checkout, proof, 900, files=younger)
    finally:
        path.write_text(mutant.text, encoding="utf-8")
    return Verdict(mutant, noticed, by, time.monotonic() - start)


def interval(noticed: int, judged: int) -> tuple[float, float]:
    """Where the share of all faults lies, 19 times of 20, as the draw lets it be known (Wilson's)."""
    if not judged:
        return 0, 1
    z, share = 1.96, noticed / judged
    middle = (share + z * z / (2 * judged)) / (1 + z * z / judged)
    half = z / (1 + z * z / judged) * sqrt(share * (1 - share) / judged + z * z / (4 * judged * judged))
    return middle - half, middle + half


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)} (default: all)")
    parser.add_argument("--count", type=int, default=100, help="faults to make (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--at", default="", help="only the faults of a module or a line, such as kpidsl/plan/rows.py:12")
    parser.add_argument("--quick", action="store_true", help="run no tests but a few that run the line: what they miss is a suspect")
    parser.add_argument("--record", type=Path, help="a folder that keeps which test runs what, for the next run (default: none is kept)")
    arguments = parser.parse_args()
    if unknown := [room for room in arguments.rooms if room not in ROOMS]:
        parser.error(f"no such room: {', '.join(unknown)}")
    mutants = drawn(arguments.rooms or list(ROOMS), arguments.count, arguments.seed, arguments.at)
    known = equivalents()
    survived: list[Mutant] = []
    listed = 0
    with tempfile.TemporaryDirectory(prefix="kpidsl-mutants-") as folder:
        free: Queue[Path] = Queue()
        for job in range(arguments.jobs):
            free.put(copy(Path(folder) / str(job)))
        records = (arguments.record or Path(folder) / "records").absolute()
        proofs = dict.fromkeys(ROOMS[mutant.room].proof for mutant in mutants)
        touched = {proof: recorded(proof, records / proof, free.queue[0]) for proof in proofs}

        def tried(mutant: Mutant) -> Verdict:
            checkout = free.get()
            try:
                return judged(mutant, checkout, touched[ROOMS[mutant.room].proof], arguments.quick)
            finally:
                free.put(checkout)

        with ThreadPoolExecutor(arguments.jobs) as pool:
            for verdict in pool.map(tried, mutants):
                mutant = verdict.mutant
                reason = known.get((mutant.path.as_posix(), mutant.line, mutant.change.what))
                listed += not verdict.noticed and reason is not None
                if not verdict.noticed and reason is None:
                    survived.append(mutant)
                told = verdict.by if verdict.noticed else f"not noticed: {reason}" if reason else "NOT NOTICED"
                print(f"{mutant.place}  {mutant.change.what}  {told}  {verdict.seconds:.0f} s", flush=True)
    there = len(mutants) - listed
    noticed = there - len(survived)
    share = noticed / there if there else 1.0
    low, high = interval(noticed, there)
    counts = f"{noticed} noticed, {listed} known to change nothing, {len(survived)} not noticed"
    print(f"\n{len(mutants)} faults, {counts}: {share:.1%} ({low:.1%} to {high:.1%} of all)")
    for mutant in survived:
        print(f"  {mutant.place}  {mutant.change.what}\n      {mutant.line}")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
