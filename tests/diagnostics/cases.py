"""The cases of `cases/*.md`: what an analyst wrote, and what they see. Comes in: a file. Goes out: its cases, and what kpidsl says today.

A case is a heading, a ```kpi block written like an example of a code page (`-- file:`, `-- query:`, `-- data:`), and a ```text block with
the report, letter by letter. A first line `-- beside: shop` puts `cases/shop.kpi` into the project as `shop.kpi`.

    python -m tests.diagnostics.cases      writes every report anew; read the difference before you keep it
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kpidsl.codes import Example, parse_page
from kpidsl.report.terminal import render
from tests.diagnostics.project import findings

FOLDER = Path(__file__).with_name("cases")
_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<prose>[^`]*?)```kpi\n(?P<body>.*?)^```\n\n?```text\n(?P<seen>.*?)^```$", re.MULTILINE | re.DOTALL
)
_BESIDE = re.compile(r"-- beside: (\w+)\n")


@dataclass(frozen=True)
class Case:
    """`seen` is the report as the file has it; `start` and `end` are its place in the file."""

    file: Path
    title: str
    example: Example
    seen: str
    start: int
    end: int

    @property
    def name(self) -> str:
        return f"{self.file.stem}: {self.title}"


def cases() -> list[Case]:
    """All cases of all files."""
    return [case for file in sorted(FOLDER.glob("*.md")) for case in _read(file)]


def _read(file: Path) -> Iterator[Case]:
    text = file.read_text(encoding="utf-8")
    for found in _CASE.finditer(text):
        yield Case(file, found["title"], _example(found["body"]), found["seen"], found.start("seen"), found.end("seen"))


def _example(body: str) -> Example:
    """A case is taken apart as the failing block of a page is."""
    beside = _BESIDE.match(body)
    if beside is not None:
        body = body[beside.end() :]
        if "-- file:" not in body and re.search(r"^(?!-- ).*\S", body, re.MULTILINE):
            body = "-- file: mine.kpi\n" + body
        body += f"-- file: {beside[1]}.kpi\n" + (FOLDER / f"{beside[1]}.kpi").read_text(encoding="utf-8")
    page = f"# KPI000 · A case\n\nAs written.\n\n```kpi fails\n{body}```\n\n```kpi passes\n```\n"
    return parse_page(page, "KPI000").failing


def report(case: Case) -> str:
    """What the analyst sees."""
    with tempfile.TemporaryDirectory() as folder:
        return render(findings(case.example, Path(folder))).replace(str(Path(folder).resolve()), "…/aurora")


def rewrite() -> int:
    """Write every report anew; the number of those that changed."""
    changed = 0
    for file in sorted(FOLDER.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        for case in reversed(list(_read(file))):
            now = report(case)
            changed += now != case.seen
            text = text[: case.start] + now + text[case.end :]
        file.write_text(text, encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.stdout.write(f"{rewrite()} reports changed\n")
