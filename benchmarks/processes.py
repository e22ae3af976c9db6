"""Whole processes, measured. Comes in: commands. Goes out: CPU time and peak memory of each, and ratios of commands that ran in turn.

Floor A is a process that imports argparse, hashlib and json, which every Python command does; floor B imports lark and sqlglot. All run
with byte code that is compiled already, as after an installation.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLOOR_A = [sys.executable, "-c", "import argparse, hashlib, json"]
FLOOR_B = [sys.executable, "-c", "import lark, sqlglot"]
KPI = [sys.executable, "-c", "import sys; from kpidsl.cli.start import main; sys.exit(main())"]
"""What the installed script `kpi` does."""


_LAUNCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small process that starts the command: the peak memory of a process counts what its parent had when it was forked."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: seconds of CPU, and megabytes at its peak."""

    seconds: float
    memory: float


def spent(command: list[str], folder: Path) -> Spent:
    """Run it to its end; `folder` is where caches and byte code go."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "pyc"), "XDG_CACHE_HOME": str(folder / "cache")}
    launched = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command]
    done = subprocess.run(launched, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr[-500:]}"
    seconds, memory = done.stdout.split()
    return Spent(float(seconds), float(memory) / (1024 if sys.platform == "linux" else 1024 * 1024))


def against(
    floor: list[str], command: list[str], folder: Path, runs: int, before: Callable[[], None] = lambda: None
) -> tuple[float, Spent]:
    """The median ratio of the command's CPU time to the floor's, and the medians of the command; `before` runs ahead of each."""
    for _ in range(2):  # byte code, and files in the system's memory
        before()
        spent(command, folder)
    spent(floor, folder)
    ratios, found = [], []
    for _ in range(runs):
        low = spent(floor, folder).seconds
        before()
        found.append(spent(command, folder))
        ratios.append(found[-1].seconds / low)
    return statistics.median(ratios), Spent(statistics.median(s.seconds for s in found), statistics.median(s.memory for s in found))
