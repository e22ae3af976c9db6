"""What people copy from is exemplary: no advice is left to give on the examples and on what the documentation shows."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from kpidsl.codes import all_codes, page
from kpidsl.compile import compile_sources
from kpidsl.diagnostic import Diagnostic
from kpidsl.lint.run import ADVICE, lint
from kpidsl.project import load_project
from tests.diagnostics.project import findings
from tests.docs.snippets import ROOT, Snippet, joined, pages, project_findings, snippets

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/kpi.toml"))
JOINED = [each for each in pages() if joined(each)]
ALONE = [snippet for each in pages() for snippet in snippets(each) if snippet.kind == "kpi" and snippet.alone and not snippet.code]
ABOUT_ADVICE = ROOT / "docs" / "language" / "advice.md"  # it shows what advice looks like


def _advice(found: list[Diagnostic]) -> list[str]:
    return [f"{each.code} {each.message}" for each in found if each.code in ADVICE]


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_the_examples(folder: Path) -> None:
    project = load_project(folder)
    compiled = compile_sources(project.sources, dict(project.params))
    assert compiled.diagnostics.errors == []
    assert _advice(lint(compiled, project.as_of or dt.date(2026, 3, 31))) == []


@pytest.mark.parametrize("about", JOINED, ids=lambda about: about.name)
def test_the_snippets_of_a_page(about: Path) -> None:
    assert _advice(project_findings(about, joined(about))) == []


@pytest.mark.parametrize("snippet", [each for each in ALONE if each.page != ABOUT_ADVICE], ids=lambda snippet: snippet.name)
def test_a_snippet_alone(snippet: Snippet) -> None:
    assert _advice(project_findings(snippet.page, snippet.body, alone=True)) == []


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_the_page_of_a_code_shows_that_code_alone_and_how_to_have_none(code: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert {found.split()[0] for found in _advice(findings(page(code).failing, tmp_path / "a"))} == {code}
    assert _advice(findings(page(code).mended, tmp_path / "b")) == []


def test_pages_of_errors_about_goals_have_no_advice_in_their_mended_example(tmp_path: Path) -> None:
    assert _advice(findings(page("KPI312").mended, tmp_path)) == []
    assert "KPI312" in all_codes()


def test_the_documentation_lists_all_advice_with_its_name_and_weight() -> None:
    text = ABOUT_ADVICE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+ \| \[(KPI\d+)\]\(\S+\) \| `(\w+)` \| (\w+) \|$", text, re.MULTILINE)
    assert rows == [(code, page(code).name, str(page(code).severity)) for code in sorted(ADVICE)]
