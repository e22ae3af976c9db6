"""Rows of a benchmark's table. Comes in: measured ratios with their bars. Goes out: Markdown, on the screen and in docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs/performance.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: a ratio to something measured in the same run, and the bar that it must not pass (None: only told)."""

    name: str
    ratio: float
    bar: float | None
    detail: str

    @property
    def missed(self) -> bool:
        return self.bar is not None and self.ratio > self.bar


def table(rows: list[Row]) -> str:
    """In Markdown, with what was missed named below it."""
    wide = max((len(r.name) for r in rows), default=0)
    lines = [f"| {'what':{wide}} | ratio |  bar | | measured |", f"|{'-' * (wide + 2)}|------:|-----:|---|---|"]
    for row in rows:
        bar = f"{row.bar:.2f}" if row.bar is not None else "–"
        verdict = "" if row.bar is None else "missed" if row.missed else "ok"
        lines.append(f"| {row.name:{wide}} | {row.ratio:5.2f} | {bar:>4} | {verdict} | {row.detail} |")
    missed = [row for row in rows if row.missed]
    held = sum(row.bar is not None for row in rows) - len(missed)
    return "\n".join([*lines, "", f"{held} bars held, {len(missed)} missed."])


def record(name: str, text: str) -> None:
    """Put a section of the page in place of what an earlier run wrote there."""
    page = PAGE.read_text(encoding="utf-8")
    marks = f"<!-- {name}: written by python -m benchmarks {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(re.escape(marks[0]) + ".*?" + re.escape(marks[1]), re.DOTALL)
    assert pattern.search(page), f"{PAGE} has no place for {name}"
    PAGE.write_text(pattern.sub(lambda _: f"{marks[0]}\n{machine()}\n\n{text}\n{marks[1]}", page), encoding="utf-8")


def machine() -> str:
    """What a run was on: ratios travel, times do not."""
    used = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "lark", "sqlglot"))
    return f"On {platform.system()} {platform.machine()} with {os.cpu_count()} processors, Python {sys.version.split()[0]}, {used}."
