"""examples/aurora as `kpi` sees it: nothing to say about it, and every file in the layout."""

from __future__ import annotations

import pytest

from kpidsl.cli.fmt import formatted
from kpidsl.cli.main import main
from kpidsl.project import load_project
from kpidsl.span import Source
from tests.aurora.project import AURORA, TIME_REPORTS, data, reports, sources


def test_check_has_nothing_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    data()
    code = main(["check", "--project", str(AURORA)])
    shown = capsys.readouterr()
    assert code == 0
    assert "hint" not in shown.out + shown.err
    assert "nothing wrong" in shown.out + shown.err


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.path)
def test_files_are_in_the_layout(source: Source) -> None:
    assert formatted(source) == source.text


def test_thirty_reports_in_three_files() -> None:
    files = [report.span.source.path for report in reports().values()]
    assert len(files) >= 30
    assert files.count(TIME_REPORTS) >= 16
    assert set(files) == {"reports.kpi", "funnels.kpi", TIME_REPORTS}


def test_sources_carry_labels_in_two_languages() -> None:
    """The locales of kpi.toml are not an empty promise."""
    project = load_project(AURORA)
    text = "\n".join(source.text for source in project.sources)
    assert project.locales == ("en", "it")
    assert text.count('it "') > 30
