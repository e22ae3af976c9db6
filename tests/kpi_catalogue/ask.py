"""How the catalogue asks: a query of a project, through the command line as an analyst would, and the comparison of rows."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Asked:
    """Column names and rows of an answer, or the message of a refusal."""

    names: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    message: str = ""


def ask(project: Path, query: str, *, engine: str = "duckdb", refused: bool = False) -> Asked:
    """Runs `kpi query` on a project; `refused` says that an error is what is wanted."""
    command = [sys.executable, "-m", "kpidsl", "query", query, "--project", str(project), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "NO_COLOR": "1"}, timeout=120)
    if refused:
        assert done.returncode == 1, f"{query} was not refused: {done.stdout or done.stderr}"
        return Asked((), (), done.stderr)
    assert done.returncode == 0, f"{query}: {done.stderr}"
    answer = json.loads(done.stdout)
    return Asked(tuple(column["name"] for column in answer["columns"]), tuple(tuple(row) for row in answer["rows"]))


def engines() -> list[str]:
    return ["duckdb"]


def same_rows(got: Asked, expected: Sequence[Sequence[object]], what: str) -> None:
    """Rows and their order are equal; numbers within 1e-9 relative, as every engine may add in another order."""
    assert len(got.rows) == len(expected), f"{what}\n{len(expected)} rows expected, got {len(got.rows)}: {got.rows}"
    for row, wanted in zip(got.rows, expected, strict=True):
        assert len(row) == len(wanted), f"{what}\nexpected {wanted}, got {row}"
        for value, wish in zip(row, wanted, strict=True):
            assert _same(value, wish), f"{what}\nexpected {tuple(wanted)}, got {row}"


def _same(value: object, wish: object) -> bool:
    if isinstance(wish, timedelta):
        wish = wish / timedelta(days=1)
    if isinstance(wish, date):
        wish = wish.isoformat()
    if isinstance(wish, (int, float, Decimal)) and isinstance(value, (int, float, Decimal)):
        return math.isclose(float(value), float(wish), rel_tol=1e-9, abs_tol=1e-12)
    return value == wish


def library_metrics(module: str | None = None) -> dict[str, str]:
    """The metrics that the library declares, with the text of each declaration; of one module, or of all."""
    library = ROOT / "stdlib_kpis"
    files = sorted(library.glob("*.kpi")) if module is None else [library / f"{module.removeprefix('std.')}.kpi"]
    found: dict[str, str] = {}
    for file in files:
        for match in re.finditer(r"^metric (\w+)(.*?)^\}", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            found[match[1]] = match[0]
    return found
