"""What an analyst sees for each of many realistic mistakes, letter by letter. The cases stand in `cases/*.md`; one whose message is not
good yet would stand in `cases/quarantine.md`, with the reason."""

from __future__ import annotations

import re

import pytest

from kpidsl.codes import all_codes
from tests.diagnostics.cases import FOLDER, Case, cases, report

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_report_is_as_written(case: Case) -> None:
    assert report(case) == case.seen


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_report_keeps_the_manners_of_the_house(case: Case) -> None:
    seen = case.seen
    codes = re.findall(r"^(?:error|warning|hint)\[(KPI\d{3})\]", seen, re.MULTILINE)
    assert codes, "a case shows at least one finding"
    assert set(codes) <= set(all_codes())
    for block in seen.split("\n\n")[:-1]:
        assert block.count("\n  help: ") <= 1, "one next step"
        assert not re.search(r"^[a-z]+\[KPI\d{3}\]: .*\.$", block.split("\n")[0]), "a message is a sentence without a full stop"
        if case.file.stem != "quarantine" and "[KPI187]" not in block:  # a failing test is followed by its rows
            assert "\n  help: " in block, "a next step"
        help_ = re.search(r"\n  help: (.*)", block)
        assert help_ is None or len(help_[1]) <= 180, "a help that nobody reads"
    assert "Traceback" not in seen
    assert "None" not in seen


def test_no_mistake_is_told_twice() -> None:
    titles = [case.title for case in CASES]
    assert len(titles) == len(set(titles))
    assert len(titles) >= 60


def test_every_case_of_the_files_is_read() -> None:
    headings = sum(len(re.findall(r"^## ", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in FOLDER.glob("*.md"))
    assert headings == len(CASES)
