"""What each code of a diagnostic means. Comes in: a code. Goes out: its page from `code_pages/`, taken apart: title, explanation, and
an example that fails beside one that passes. `kpi explain`, the docs and the SARIF report print pages; a test runs every example.

A page is Markdown. Its first line is `# KPI021 · title`, a line `Severity: warning` may follow (an error where it is silent), then the
explanation, then two fenced blocks, ```` ```kpi fails ```` and ```` ```kpi passes ````. Lines that start with `-- ` take a block apart:

    -- file: orders.kpi         what follows is this file; without it, everything is one file, `example.kpi`
    -- query: revenue by month  ask this as well; the diagnostic may come from the query
    -- data: orders             what follows is CSV with the rows of this source
    -- check: data             look at the rows as `kpi check --data` does
    -- setup: not-utf8          only in ```` ```text ```` blocks: a test makes this state of a folder, and text is what it shows
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from kpidsl.diagnostic import Severity, similar
from kpidsl.record import dataclass

_PAGES = Path(__file__).with_name("code_pages")
_TITLE = re.compile(r"# (?P<code>KPI\d{3}) · (?P<title>.+)")
_BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<kind>kpi|text) (?P<role>fails|passes)\n(?P<body>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(r"-- (file|query|data|check|setup): *(.*\S)")


@dataclass(frozen=True, slots=True)
class Example:
    """A small project. `kind` is "kpi", or "text" where the fault lies in the folder and `setup` names it."""

    kind: str
    files: tuple[tuple[str, str], ...] = ()  # name and text, in the order of the page
    queries: tuple[str, ...] = ()
    data: tuple[tuple[str, str], ...] = ()  # source and CSV
    setup: str = ""
    looks: bool = False  # at the rows as well

    @property
    def text(self) -> str:
        """The text of the one file, for examples that have no more."""
        return self.files[0][1] if self.files else ""


@dataclass(frozen=True, slots=True)
class CodePage:
    """A page; `markdown` is the whole of it, as `kpi explain` prints it."""

    code: str
    title: str
    severity: Severity
    explanation: str
    failing: Example
    mended: Example
    markdown: str


def all_codes() -> list[str]:
    """Every code that has a page, in order."""
    return sorted(path.stem for path in _PAGES.glob("KPI*.md"))


def page(code: str) -> CodePage:
    """The page of a code in any case ("kpi021"); KeyError where there is none."""
    return _read(code.upper())


@cache
def _read(code: str) -> CodePage:
    if code not in all_codes():
        raise KeyError(code)
    return parse_page((_PAGES / f"{code}.md").read_text(encoding="utf-8"), code)


def similar_codes(code: str) -> list[str]:
    """Codes that were perhaps meant, nearest first: for `kpi explain KPI12`."""
    digits = re.sub(r"\D", "", code)
    exact = f"KPI{int(digits):03}" if digits and len(digits) < 10 else ""
    known = all_codes()
    return [exact] if exact in known else similar(code.upper(), known)


def parse_page(text: str, code: str) -> CodePage:
    """A page from its text; ValueError says what is missing in it, for whoever writes one."""
    head, _, rest = text.partition("\n")
    title = _TITLE.fullmatch(head.rstrip())
    if title is None or title["code"] != code:
        raise ValueError(f"{code}.md: the first line must be `# {code} · title`")
    blocks = {match["role"]: _example(match["kind"], match["body"], code) for match in _BLOCK.finditer(rest)}
    if missing := {"fails", "passes"} - set(blocks):
        raise ValueError(f"{code}.md: no block ```kpi {' and no ```kpi '.join(sorted(missing))}")
    first = _BLOCK.search(rest)
    explanation = rest[: first.start() if first else None].strip()
    severity = Severity.ERROR
    if said := re.match(r"Severity: (\w+)\n", explanation + "\n"):
        severity = Severity(said[1])
        explanation = explanation[said.end() :].strip()
    if not explanation:
        raise ValueError(f"{code}.md: no explanation stands before the examples")
    return CodePage(code, title["title"], severity, explanation, blocks["fails"], blocks["passes"], text)


def _example(kind: str, body: str, code: str) -> Example:
    parts: dict[str, list[tuple[str, list[str]]]] = {"file": [], "query": [], "data": [], "check": [], "setup": []}
    lines: list[str] = []
    start = lines
    for line in body.splitlines():
        if directive := _DIRECTIVE.fullmatch(line):
            word, value = directive[1], directive[2]
            if word in ("file", "data"):
                lines = []
                parts[word].append((value, lines))
            else:
                parts[word].append((value, []))
        else:
            lines.append(line)
    if any(line.strip() for line in start):
        if parts["file"]:
            raise ValueError(f"{code}.md: text stands before the first `-- file:` of a block")
        parts["file"].append(("example.kpi" if kind == "kpi" else "text", start))
    if kind == "text" and not parts["setup"]:
        raise ValueError(f"{code}.md: a ```text block needs a line `-- setup: …`")
    return Example(
        kind,
        files=tuple((name, _joined(text)) for name, text in parts["file"]),
        queries=tuple(query for query, _ in parts["query"]),
        data=tuple((source, _joined(text)) for source, text in parts["data"]),
        setup=next((value for value, _ in parts["setup"]), ""),
        looks=bool(parts["check"]),
    )


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n") + "\n"
