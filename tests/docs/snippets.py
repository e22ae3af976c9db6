"""The snippets of a Markdown page, and what kpidsl says to them. Comes in: a page. Goes out: its blocks, run.

A page may begin with `<!-- in: examples/shop -->`: then its ```kpi blocks stand beside the files of a copy of that project, and its
commands are run there. The words behind the fence say what a block is:

    kpi                     joins the other plain ```kpi blocks of the page: all of them together compile, and their tests pass
    kpi alone               is a project by itself
    kpi fails KPI021        joins the plain blocks for itself, and gives this error and no other
    kpi alone fails KPI021  likewise, as a project by itself
    console                 lines that begin with `$ kpi` are run; what follows is what they print: results, and messages where they fail
                            or where there are no results. A line `…` stands for any lines
    console alone           … in the project of the last `kpi alone` block
    anything else           is not looked at

    python -m tests.docs.snippets        writes what the commands print anew; read the difference before you keep it
"""

from __future__ import annotations

import io
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
from kpidsl.codes import Example, all_codes, page
from kpidsl.diagnostic import Diagnostic
from tests.diagnostics.project import TOML, findings

ROOT = Path(__file__).parents[2]
CODES = ROOT / "docs" / "language" / "diagnostics.md"
_BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<words>(?:kpi|console)\b[^\n]*)\n(?P<body>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
_WORDS = re.compile(r"(?P<kind>kpi|console)(?P<alone> alone)?(?: fails (?P<code>KPI\d{3}))?")
_PLACE = re.compile(r"<!-- in: (\S+) -->")
_TABLE = re.compile(r"(<!-- codes: [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)
_TIME = re.compile(r"\b[\d.]+ m?s\b")


@dataclass(frozen=True)
class Snippet:
    """`code` is that of the error it must give, or empty; `start` and `end` are the place of `body` in the page."""

    page: Path
    kind: str
    alone: bool
    code: str
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
    made = []
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        words = _WORDS.fullmatch(found["words"].strip())
        assert words is not None, f"{page}: a fence of no known kind: {found['words']}"
        made.append(
            Snippet(page, words["kind"], bool(words["alone"]), words["code"] or "", found["body"], found.start("body"), found.end("body"))
        )
    return made


def place(page: Path) -> Path | None:
    """The project in which the page is written."""
    found = _PLACE.search(page.read_text(encoding="utf-8"))
    return ROOT / found[1] if found else None


def joined(page: Path) -> str:
    """The plain ```kpi blocks of a page, one below the other."""
    return "\n".join(s.body for s in snippets(page) if s.kind == "kpi" and not s.alone and not s.code)


def project_findings(page: Path, text: str, alone: bool = False) -> list[Diagnostic]:
    """What is said about a text as a file of the page's project, or by itself."""
    folder = None if alone else place(page)
    files = [] if folder is None else [(f.name, f.read_text(encoding="utf-8")) for f in sorted(folder.glob("*.kpi"))]
    with tempfile.TemporaryDirectory() as made:
        if folder is not None:
            shutil.copytree(folder, made, dirs_exist_ok=True)
        return findings(Example("kpi", (*files, ("page.kpi", text))), Path(made))


@contextmanager
def standing_in(page: Path, alone: str | None = None) -> Iterator[Path]:
    """The folder where commands are run: a copy of the page's project with the page's own declarations, a project of the text `alone`, or
    the repository."""
    folder = place(page)
    if alone is None and folder is None:
        with chdir(ROOT):
            yield ROOT
        return
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made).resolve() / (folder.name if folder is not None else "page")
        if alone is None:
            assert folder is not None
            shutil.copytree(folder, copy)
        else:
            copy.mkdir()
            (copy / "kpi.toml").write_text(TOML, encoding="utf-8")
        if text := joined(page) if alone is None else alone:
            (copy / "page.kpi").write_text(text, encoding="utf-8")
        with chdir(copy):
            yield copy


def consoles(page: Path) -> Iterator[tuple[Snippet, str | None]]:
    """Console blocks, each with the text of the project that it needs for itself."""
    last = ""
    for snippet in snippets(page):
        if snippet.kind == "console":
            yield snippet, last if snippet.alone else None
        elif snippet.alone:
            last = snippet.body


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
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words[1:])
    shown = out.getvalue() + (err.getvalue() if code or not out.getvalue() else "")
    lines = [line.rstrip() for line in shown.replace(str(folder), "…").rstrip("\n").split("\n")]
    return _TIME.sub("… ms", "\n".join(lines)) + "\n" if shown.strip() else ""


def as_shown(expected: str, got: str) -> bool:
    """Equal but for blank lines at the end; `…` on a line of its own stands for any lines."""
    pattern = re.escape(expected.rstrip("\n")).replace("\\\n", "\n")
    pattern = re.sub(r"(^|\n)…(?=\n|$)", lambda found: found[1] + r"(?:.*\n?)*?.*", pattern)
    return re.fullmatch(pattern, got.rstrip("\n")) is not None


def code_table() -> str:
    """All codes, each with a link to its page."""
    rows = [f"| [{code}](../../kpidsl/code_pages/{code}.md) | {page(code).title} |" for code in all_codes()]
    return "\n".join(["| Code | |", "|---|---|", *rows]) + "\n"


def rewrite() -> int:
    """Write what the commands of all pages print anew, but for those with a `…`, and the table of codes; how many blocks changed."""
    changed = 0
    text = CODES.read_text(encoding="utf-8")
    CODES.write_text(_TABLE.sub(lambda found: found[1] + "\n" + code_table() + "\n" + found[2], text), encoding="utf-8")
    for each in pages():
        text = each.read_text(encoding="utf-8")
        for snippet, alone in reversed(list(consoles(each))):
            body = ""
            with standing_in(each, alone) as folder:
                for command, expected in commands(snippet.body):
                    now = printed(command, folder)
                    kept = expected if as_shown(expected, now) else now + ("\n" if expected.endswith("\n\n") else "")
                    body += f"$ {command}\n{kept}"
            changed += body != snippet.body
            text = text[: snippet.start] + body + text[snippet.end :]
        each.write_text(text, encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.stdout.write(f"{rewrite()} blocks changed\n")
