"""Records are what Python's own frozen, slotted dataclasses are."""

from __future__ import annotations

import copy
import dataclasses
import functools
import pickle

import pytest

from kpidsl.record import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)

    @property
    def far(self) -> int:
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class Named(Point):
    name: str = "?"


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    x: int


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Listed:
    parts: list[int] = field(default_factory=list)


def test_fields_are_given_by_place_and_by_name_and_have_defaults() -> None:
    assert (Point(1).y, Point(1, y=2).far, Named(1, name="a").name) == (0, 3, "a")
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1, z=2)  # type: ignore[call-arg]


def test_equality_and_hash_go_by_the_fields_that_compare_and_the_class() -> None:
    assert Point(1, 2, "a") == Point(1, 2, "b") != Point(2, 1)
    assert hash(Point(1, 2, "a")) == hash(Point(1, 2, "b"))
    assert Point(1) != Named(1)
    assert Nothing() == Nothing()
    assert Alone(1) != Alone(1)


def test_a_record_shows_its_fields_and_does_not_change() -> None:
    assert repr(Named(1, 2, "unseen", "a")) == "Named(x=1, y=2, name='a')"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del Point(1).x  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        object.__setattr__(Point(1), "z", 2)


def test_a_record_is_copied_pickled_matched_and_replaced() -> None:
    point = Named(1, 2, "n", "a")
    assert pickle.loads(pickle.dumps(point)).note == copy.deepcopy(point).note == "n"
    assert (replace(point, y=5), dataclasses.replace(point, y=5)) == (Named(1, 5, "", "a"), Named(1, 5, "", "a"))
    assert replace(point, y=5).note == "n"
    with pytest.raises(TypeError):
        replace(point, z=1)  # type: ignore[call-arg]
    match point:
        case Named(x, y):
            assert (x, y) == (1, 2)


def test_tools_for_dataclasses_know_the_fields() -> None:
    assert dataclasses.is_dataclass(Point)
    assert [(one.name, one.default, one.compare) for one in dataclasses.fields(Point)] == [
        ("x", dataclasses.MISSING, True),
        ("y", 0, True),
        ("note", "", False),
    ]
    assert dataclasses.asdict(Nothing()) == {}


@dataclass(slots=True)
class Changing:
    x: int
    seen: list[int] = field(default_factory=list)
    total: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        self.total += self.x


@dataclass(frozen=True)
class Open:
    """Frozen, without slots: things that are computed once have a place."""

    x: int
    parts: tuple[int, ...] = field(default_factory=tuple, repr=False)

    @functools.cached_property
    def twice(self) -> int:
        return self.x * 2


@dataclass(slots=True)
class Told:
    x: int
    later: int = field(init=False)

    def __post_init__(self) -> None:
        self.later = self.x + 1


def test_a_factory_makes_a_new_value_for_each() -> None:
    assert Listed().parts == []
    assert Listed().parts is not Listed().parts
    assert replace(Listed([1]), parts=[2]) == Listed([2])
    assert [one.default_factory for one in dataclasses.fields(Listed)] == [list]


def test_a_record_that_changes() -> None:
    one = Changing(2, total=1)
    one.x, one.seen = 5, [1]
    assert (one.x, one.seen, one.total) == (5, [1], 3)
    assert Changing(1) == Changing(1)
    assert Changing.__match_args__ == ("x", "seen")
    with pytest.raises(TypeError):
        hash(one)
    with pytest.raises(TypeError):
        Changing(1, [], 3)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        one.other = 1  # type: ignore[attr-defined]


def test_a_record_without_slots() -> None:
    one = Open(3)
    assert (one.twice, one.twice, one.parts, repr(one)) == (6, 6, (), "Open(x=3)")
    assert hash(one) == hash(Open(3))
    assert one == pickle.loads(pickle.dumps(one))
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.x = 4  # type: ignore[misc]


def test_what_only_python_s_own_knows_is_left_to_it() -> None:
    assert Told(1).later == 2
