"""Nothing in the documentation is made up: every ```kpi snippet compiles or fails as it says, every command prints what stands below."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.sql.dialects import DIALECTS
from tests.docs.snippets import (
    CODES,
    ROOT,
    Snippet,
    as_shown,
    code_table,
    commands,
    consoles,
    joined,
    pages,
    printed,
    project_findings,
    snippets,
    standing_in,
)

PAGES = pages()
KPI = [snippet for page in PAGES for snippet in snippets(page) if snippet.kind == "kpi"]
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)\s]+)\)")


def _errors(found: list[Diagnostic]) -> list[str]:
    return [f"{f.code} {f.message} ({f.span.line if f.span else '-'})" for f in found if f.severity is Severity.ERROR]


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if joined(page)], ids=_name)
def test_the_snippets_of_a_page_compile_together_and_their_tests_pass(page: Path) -> None:
    assert _errors(project_findings(page, joined(page))) == []


@pytest.mark.parametrize("snippet", [s for s in KPI if s.alone and not s.code], ids=lambda s: s.name)
def test_a_snippet_that_stands_alone_compiles(snippet: Snippet) -> None:
    assert _errors(project_findings(snippet.page, snippet.body, alone=True)) == []


@pytest.mark.parametrize("snippet", [s for s in KPI if s.code], ids=lambda s: s.name)
def test_a_snippet_that_should_fail_does(snippet: Snippet) -> None:
    text = snippet.body if snippet.alone else joined(snippet.page) + "\n" + snippet.body
    found = project_findings(snippet.page, text, snippet.alone)
    assert {f.code for f in found if f.severity is Severity.ERROR} == {snippet.code}, _errors(found)


@pytest.mark.parametrize("page", [p for p in PAGES if list(consoles(p))], ids=_name)
def test_the_commands_of_a_page_print_what_it_shows(page: Path) -> None:
    for snippet, alone in consoles(page):
        with standing_in(page, alone) as folder:
            for command, expected in commands(snippet.body):
                got = printed(command, folder)
                assert as_shown(expected, got), f"{snippet.name}: $ {command}\n{got}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            broken.append(target)
    assert broken == []


def _anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_all_codes_are_listed() -> None:
    assert code_table() in CODES.read_text(encoding="utf-8"), "run python -m tests.docs.snippets"


def test_the_table_of_dialects_says_which_are_run() -> None:
    text = (ROOT / "docs" / "language" / "dialects.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| `(\w+)` \| (run in the tests|smoke cases|printed)\b.* \|$", text, re.MULTILINE))
    words = {"fully": "run in the tests", "smoke": "smoke cases", "": "printed"}
    assert said == {name: words[dialect.tried] for name, dialect in DIALECTS.items()}


def test_the_rules_are_all_there() -> None:
    folder = ROOT / "docs" / "rules"
    text = (folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(S\d+)\]\(S\d+\.md\) \| (.+) \| (yes|in part|not yet) \|$", text, re.MULTILINE)
    assert [name for name, _, _ in rows] == [f"S{number}" for number in range(1, 32)]
    for name, title, state in rows:
        head, _, second, *_ = (folder / f"{name}.md").read_text(encoding="utf-8").split("\n")
        assert (head, second) == (f"# {name} · {title}", f"In this version: **{state}**")
