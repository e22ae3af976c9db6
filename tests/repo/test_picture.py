"""The README's picture shows what the command prints today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_picture_is_current() -> None:
    spec = importlib.util.spec_from_file_location("picture", ROOT / "docs" / "picture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn = module.picture()
    assert "193.87 €" in drawn
    assert "KPI027" in drawn
    assert (ROOT / "docs" / "terminal.svg").read_text("utf-8") == drawn, "run python docs/picture.py"


def test_the_board_of_the_readme_is_there_and_light() -> None:
    """Letters differ from machine to machine, so nobody compares pixels."""
    picture = ROOT / "docs" / "board.png"
    assert "](docs/board.png)" in (ROOT / "README.md").read_text("utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 400_000
