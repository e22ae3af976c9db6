"""Every input that ever made a fault, tried again. `make fuzz` adds to them; what is mended stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

SEEDS = Path(__file__).with_name("seeds")
FOUND = sorted(path.relative_to(SEEDS).as_posix() for path in SEEDS.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", FOUND)
def test_seed(name: str) -> None:
    TARGETS[name.split("/")[0]](SEEDS.joinpath(name).read_bytes())


def test_there_are_seeds_and_each_has_a_target() -> None:
    assert FOUND
    assert {name.split("/")[0] for name in FOUND} <= TARGETS.keys()
