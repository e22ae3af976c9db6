"""A plugin of pytest: runs the tests that the file KPIDSL_CHOSEN lists (JSON), in that order, and no others."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

_CHOSEN = {test: at for at, test in enumerate(json.loads(Path(os.environ["KPIDSL_CHOSEN"]).read_text(encoding="utf-8")))}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = sorted((item for item in items if item.nodeid in _CHOSEN), key=lambda item: _CHOSEN[item.nodeid])
