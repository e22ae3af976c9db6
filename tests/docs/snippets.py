"""The snippets of a Markdown page, and what kpidsl says to them. Comes in: a page. Goes out: its blocks, run.

A page may begin with `<!-- in: examples/shop -->`: then its ```kpi blocks stand beside the files of a copy of that project, and its commands
are run there. The words behind the fence say what a block is:

    kpi               joins the other plain ```kpi blocks of the page: all of them together compile, and their tests pass
    kpi alone         is a project by itself
    kpi fails KPI021  joins them for itself, and gives this error and no other
    console           lines that begin with `$ kpi` are run; what follows is what they print: results, and messages where they fail or
                      where there are no results. A line `…` stands for any lines.
    anything else     is not looked at

    python -m tests.docs.snippets        writes what the commands print anew; read the difference before you keep it
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from kpidsl.cli.main import main
from kpidsl.codes import Example
from kpidsl.diagnostic import Diagnostic
from tests.diagnostics.project import findings

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<words>kpi[^\n]*|console)\n(?P<body>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"<!-- in: (\S+) -->")
_TIME = re.compile(r"\b[\d.]+ m?s\b")


@dataclass(frozen=True)
class Snippet:
    """`start` and `end` are the place of `body` in the page."""

    page: Path
    words: str
    body: str
    start: int
    end: int

    @property
    def name(self) -> str:
        line = self.page.read_text(encoding="utf-8").count("\n", 0, self.start)
        return f"{self.page.relative_to(ROOT)}:{line}"


def pages() -> list[Path]:
    """Every page that somebody may copy from."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def snippets(page: Path) -> list[Snippet]:
    text = page.read_text(encoding="utf-8")
    return [Snippet(page, found["words"].strip(), found["body"], found.start("body"), found.end("body")) for found in _BLOCK.finditer(text)]


def place(page: Path) -> Path | None:
    """The project in which the page is written."""
    found = _PLACE.search(page.read_text(encoding="utf-8"))
    return ROOT / found[1] if found else None


def joined(page: Path) -> str:
    """The plain ```kpi blocks of a page, one below the other."""
    return "\n".join(s.body for s in snippets(page) if s.words == "kpi")


def project_findings(page: Path, text: str, beside_page: bool = True) -> list[Diagnostic]:
    """What is said about a text as a file of the page's project. Its lines are counted within the snippet."""
    folder = place(page)
    files = [] if folder is None or not beside_page else [(f.name, f.read_text(encoding="utf-8")) for f in sorted(folder.glob("*.kpi"))]
    with tempfile.TemporaryDirectory() as made:
        if folder is not None and beside_page:
            shutil.copytree(folder, made, dirs_exist_ok=True)
        return findings(Example("kpi", (*files, ("page.kpi", text))), Path(made))


@contextmanager
def standing_in(page: Path) -> Iterator[Path]:
    """The folder where the page's commands are run: a copy of its project with the page's own declarations, or the repository."""
    folder = place(page)
    if folder is None:
        with chdir(ROOT):
            yield ROOT
        return
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made).resolve() / folder.name
        shutil.copytree(folder, copy)
        if text := joined(page):
            (copy / "page.kpi").write_text(text, encoding="utf-8")
        with chdir(copy):
            yield copy


def commands(body: str) -> list[tuple[str, str]]:
    """Each command of a console block with what it prints."""
    parts = re.split(r"^\$ ", body, flags=re.MULTILINE)
    assert not parts[0].strip(), "a console block begins with `$ `"
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts[1:]]


def printed(command: str, folder: Path) -> str:
    """What a command prints; times are masked."""
    words = shlex.split(command)
    assert words[0] == "kpi", f"only kpi is run: {command}"
    out, err = io.StringIO(), io.StringIO()
    environ = dict(os.environ)
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words[1:])
    assert dict(os.environ) == environ
    shown = out.getvalue() + (err.getvalue() if code or not out.getvalue() else "")
    lines = [line.rstrip() for line in shown.replace(str(folder), "…").rstrip("\n").split("\n")]
    return _TIME.sub("… ms", "\n".join(lines)) + "\n" if shown.strip() else ""


def as_shown(expected: str, got: str) -> bool:
    """Equal but for blank lines at the end; `…` on a line of its own stands for any lines."""
    pattern = re.escape(expected.rstrip("\n")).replace("\\\n", "\n")
    pattern = re.sub(r"(^|\n)…(?=\n|$)", lambda found: found[1] + r"(?:.*\n?)*?.*", pattern)
    return re.fullmatch(pattern, got.rstrip("\n")) is not None


def rewrite() -> int:
    """Write what the commands of all pages print anew, but for those with a `…`; the number of blocks that changed."""
    changed = 0
    for page in pages():
        text = page.read_text(encoding="utf-8")
        with standing_in(page) as folder:
            for snippet in reversed([s for s in snippets(page) if s.words == "console"]):
                body = ""
                for command, expected in commands(snippet.body):
                    now = printed(command, folder)
                    kept = expected if as_shown(expected, now) else now + ("\n" if expected.endswith("\n\n") else "")
                    body += f"$ {command}\n{kept}"
                changed += body != snippet.body
                text = text[: snippet.start] + body + text[snippet.end :]
        page.write_text(text, encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.stdout.write(f"{rewrite()} blocks changed\n")
