"""What axe-core finds on a page, for those who do not see it, or cannot use a mouse."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest


def faults(shown: Any) -> list[tuple[str, str]]:
    """What axe-core calls serious or critical: its rule, and where."""
    axe = importlib.util.find_spec("axe_playwright_python")
    if axe is None or axe.origin is None:
        pytest.skip("axe-playwright-python is not installed: nobody checks the page for those who do not see it")
    shown.evaluate(Path(axe.origin).with_name("axe.min.js").read_text("utf-8"))
    found = shown.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [(each["id"], node["html"][:200]) for each in found if each["impact"] in ("serious", "critical") for node in each["nodes"]]
