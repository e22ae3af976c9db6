"""Nothing in the documentation is made up: every ```kpi snippet compiles or fails as it says, and every command prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpidsl.diagnostic import Severity
from tests.docs.snippets import ROOT, Snippet, as_shown, commands, joined, pages, printed, project_findings, snippets, standing_in

PAGES = pages()
ALL = [snippet for page in PAGES for snippet in snippets(page)]
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)\s]+)\)")


def _errors(found) -> list[str]:  # type: ignore[no-untyped-def]
    return [f"{f.code} {f.message} ({f.span.line if f.span else '-'})" for f in found if f.severity is Severity.ERROR]


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if joined(page)], ids=_name)
def test_the_snippets_of_a_page_compile_together_and_their_tests_pass(page: Path) -> None:
    assert _errors(project_findings(page, joined(page))) == []


@pytest.mark.parametrize("snippet", [s for s in ALL if s.words == "kpi alone"], ids=lambda s: s.name)
def test_a_snippet_that_stands_alone_compiles(snippet: Snippet) -> None:
    assert _errors(project_findings(snippet.page, snippet.body, beside_page=False)) == []


@pytest.mark.parametrize("snippet", [s for s in ALL if s.words.startswith("kpi fails")], ids=lambda s: s.name)
def test_a_snippet_that_should_fail_does(snippet: Snippet) -> None:
    found = project_findings(snippet.page, joined(snippet.page) + "\n" + snippet.body)
    assert {f.code for f in found if f.severity is Severity.ERROR} == {snippet.words.split()[2]}, _errors(found)


@pytest.mark.parametrize("page", [p for p in PAGES if any(s.words == "console" for s in snippets(p))], ids=_name)
def test_the_commands_of_a_page_print_what_it_shows(page: Path) -> None:
    with standing_in(page) as folder:
        for snippet in snippets(page):
            if snippet.words == "console":
                for command, expected in commands(snippet.body):
                    got = printed(command, folder)
                    assert as_shown(expected, got), f"{snippet.name}: $ {command}\n{got}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists():
            broken.append(target)
        elif anchor and file.suffix == ".md" and anchor not in _anchors(file):
            broken.append(target)
    assert broken == []


def _anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_fence_is_of_a_known_kind() -> None:
    kinds = {s.words if not s.words.startswith("kpi fails") else "kpi fails" for s in ALL}
    assert kinds <= {"kpi", "kpi alone", "kpi fails", "console"}
    assert all(re.fullmatch(r"kpi fails KPI\d{3}", s.words) for s in ALL if s.words.startswith("kpi fails"))
