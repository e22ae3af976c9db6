"""`kpi build` of ten files with 300 declarations, for one dialect: unchanged, with one file edited, and for the first time."""

from __future__ import annotations

import shutil
import tempfile
from itertools import count
from pathlib import Path

from benchmarks.processes import FLOOR_A, FLOOR_B, KPI, against
from benchmarks.projects import everyday
from benchmarks.table import Row


def measure(runs: int = 9) -> list[Row]:
    """The three bars."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = folder / "project"
        project.mkdir()
        for file, text in everyday().items():
            (project / file).write_text(text, encoding="utf-8")
        command = [*KPI, "build", "--project", str(project)]
        numbers = count()

        def edit() -> None:
            text = everyday()["mail.kpi"] + f'metric edited "Edited" = sum(mail_facts.pieces) * {next(numbers)}\n'
            (project / "mail.kpi").write_text(text, encoding="utf-8")

        def forget() -> None:
            """Aside, not away: some file systems look long for room for a file where many were removed a moment ago."""
            if (project / "build").exists():
                (project / "build").rename(folder / f"aside{next(numbers)}")
            for kept in ("builds", "emitted", "parsed"):
                shutil.rmtree(folder / "cache/kpidsl" / kept, ignore_errors=True)

        rows = []
        for what, floor, bar, before in (
            ("unchanged, to floor A", FLOOR_A, 1.5, lambda: None),
            ("one file edited, to floor B", FLOOR_B, 1.5, edit),
            ("for the first time, to floor B", FLOOR_B, 2.5, forget),
        ):
            ratio, spent = against(floor, command, folder, runs, before)
            detail = f"{spent.seconds * 1000:.0f} ms CPU, {spent.memory:.0f} MB"
            rows.append(Row(f"kpi build, 10 files, 300 declarations: {what}", ratio, bar, detail))
        return rows
