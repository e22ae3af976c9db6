"""Rows of a benchmark's table. Comes in: measured ratios with their bars. Goes out: aligned text."""

from __future__ import annotations

from dataclasses import dataclass


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


def show(rows: list[Row]) -> None:
    """Prints the table, in Markdown so that it can stand in docs/performance.md as it is."""
    wide = max((len(r.name) for r in rows), default=0)
    print(f"| {'what':{wide}} | ratio |  bar | | measured |")
    print(f"|{'-' * (wide + 2)}|------:|-----:|---|---|")
    for row in rows:
        bar = f"{row.bar:.2f}" if row.bar is not None else "–"
        print(f"| {row.name:{wide}} | {row.ratio:5.2f} | {bar:>4} | {'missed' if row.missed else 'ok'} | {row.detail} |")
