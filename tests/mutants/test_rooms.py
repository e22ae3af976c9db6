"""A module that is in no room is one whose faults nobody looks for."""

from __future__ import annotations

from collections import Counter

from tests.mutants.changes import changed, changes
from tests.mutants.rooms import PACKAGE, PROOFS, ROOMS, ROOT, modules

WITH_NUMBERS = ("model", "plan", "sql")


def test_every_module_that_numbers_come_from_is_in_one_room() -> None:
    in_rooms = Counter(path for room in ROOMS for path in modules(room))
    there = {path.relative_to(PACKAGE) for floor in WITH_NUMBERS for path in (PACKAGE / floor).rglob("*.py") if path.name != "__init__.py"}
    assert not there - set(in_rooms), "in no room of tests/mutants/rooms.py"
    assert not [path for path, rooms in in_rooms.items() if rooms > 1], "in two rooms of tests/mutants/rooms.py"


def test_rooms_name_what_there_is() -> None:
    assert not [path for room in ROOMS for path in modules(room) if not (PACKAGE / path).is_file()]
    assert not [path for proof in PROOFS.values() for path in proof.tests if not (ROOT / path).exists()]
    assert {room.proof for room in ROOMS.values()} == set(PROOFS)


def test_a_change_is_made_where_it_says() -> None:
    text = "def least(a, b):\n    if a < b and not a == 0:\n        return a\n    return b + 1\n"
    told = [(change.line, change.what) for change in changes(text)]
    assert told == [
        (2, "and becomes or"),
        (2, "lt becomes lte"),
        (2, "a `not` less"),
        (2, "eq becomes noteq"),
        (2, "0 becomes 1"),
        (4, "add becomes sub"),
        (4, "1 becomes 2"),
    ]
    assert changed(text, 5) == "def least(a, b):\n    if a < b and (not a == 0):\n        return a\n    return b - 1"
