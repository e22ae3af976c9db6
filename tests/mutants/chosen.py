"""A plugin of pytest: runs the tests that the file KPIDSL_CHOSEN lists (JSON), and no others."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

_CHOSEN = frozenset(json.loads(Path(os.environ["KPIDSL_CHOSEN"]).read_text(encoding="utf-8")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if item.nodeid in _CHOSEN]
