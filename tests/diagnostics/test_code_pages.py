"""The pages of all codes: the example that fails does so with that code alone, the mended one passes, and no code is without a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpidsl.codes import all_codes, page
from kpidsl.diagnostic import Severity
from tests.diagnostics.project import findings

PACKAGE = Path(__file__).parents[2] / "kpidsl"
RAISED = re.compile(r"[\"'\[](KPI\d{3})[\"'\]]")


@pytest.mark.parametrize("code", all_codes())
def test_the_failing_example_gives_its_code_and_no_other(code: str, tmp_path: Path) -> None:
    about = page(code)
    found = findings(about.failing, tmp_path)
    assert [f.code for f in found if f.severity is about.severity and f.code == code], [f"{f.code}: {f.message}" for f in found]
    assert {f.code for f in found if f.severity is Severity.ERROR} <= {code}, [f"{f.code}: {f.message}" for f in found]


@pytest.mark.parametrize("code", all_codes())
def test_the_mended_example_passes(code: str, tmp_path: Path) -> None:
    found = findings(page(code).mended, tmp_path)
    assert not [f"{f.code}: {f.message}" for f in found if f.severity is Severity.ERROR or f.code == code]


def test_every_code_that_is_raised_has_a_page_and_every_page_is_raised() -> None:
    raised = {code for path in PACKAGE.rglob("*.py") for code in RAISED.findall(path.read_text(encoding="utf-8"))}
    assert sorted(raised) == all_codes()


@pytest.mark.parametrize("code", all_codes())
def test_a_page_is_written_for_an_analyst(code: str) -> None:
    about = page(code)
    assert len(about.explanation.split()) >= 30, "an analyst could not act on so few words"
    assert max(len(line) for line in about.markdown.splitlines()) <= 140
    for word in ("AST", "LALR", "traceback", "token", "parser", "resolver", "exception"):
        assert not re.search(rf"\b{word}\b", about.explanation), f"a word of compiler builders: {word}"
