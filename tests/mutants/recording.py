"""A plugin of pytest: notes for each test which lines of kpidsl it ran, and how long it took, in the folder KPIDSL_TOUCHED. A line that ran
once for several tests (what is kept in memory) is noted for the first of them, so the record says where to look first and no more."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

_FOLDER = Path(os.environ["KPIDSL_TOUCHED"])
_LINES = coverage.Coverage(data_file=str(_FOLDER / "lines"), include=[str(Path.cwd() / "kpidsl" / "*")], config_file=False)
_seconds: dict[str, float] = {}
_LINES.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _LINES.switch_context(item.nodeid)
    result = yield
    _LINES.switch_context("")
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0) + report.duration


def pytest_sessionfinish() -> None:
    _LINES.stop()
    _LINES.save()
    (_FOLDER / "seconds.json").write_text(json.dumps(_seconds), encoding="utf-8")
