"""What every class of the syntax tree is made by. Comes in: a class with annotated fields. Goes out: a frozen, slotted dataclass.

`dataclasses.dataclass(frozen=True, slots=True)` says the same and compiles six methods a class: for the 130 classes of `ast.py` that is a
tenth of a second of every run. Here a class gets one method of its own, `__init__`; the others are written once, in `Frozen`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


class Frozen:
    """Equality, hash and text by the fields that compare; no change after `__init__`; pickles and copies."""

    __slots__ = ()
    _compared: ClassVar[Callable[[Any], Any]]

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        compared = type(self)._compared
        return bool(compared(self) == compared(other))

    def __hash__(self) -> int:
        return hash((type(self).__name__, type(self)._compared(self)))

    def __repr__(self) -> str:
        shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in _fields(self) if one.repr)
        return f"{type(self).__qualname__}({shown})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __getstate__(self) -> list[Any]:
        return [getattr(self, one.name) for one in _fields(self)]

    def __setstate__(self, state: list[Any]) -> None:
        for one, value in zip(_fields(self), state, strict=True):
            object.__setattr__(self, one.name, value)


def _fields(node: Any) -> tuple[Field[Any], ...]:
    return fields(node)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def node(cls: type[T]) -> type[T]:
    """Make a class of the syntax tree."""
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # or dataclass would compute a signature
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    own = fields(made)
    names = [one.name for one in own]
    compared = [one.name for one in own if one.compare]
    made._compared = attrgetter(*compared) if compared else _nothing
    defaults = tuple(one.default for one in own if one.default is not MISSING)
    made.__init__ = _initializer(names, defaults, [getattr(made, name).__set__ for name in names])
    return made  # type: ignore[no-any-return]


def _nothing(_: Any) -> tuple[()]:
    return ()


_TEMPLATES: dict[tuple[str, ...], Any] = {}


def _initializer(names: list[str], defaults: tuple[Any, ...], setters: list[Any]) -> Any:
    """`def __init__(self, a, b): set_a(self, a); set_b(self, b)`, compiled once for each list of names."""
    key = tuple(names)
    maker = _TEMPLATES.get(key)
    if maker is None:
        sets = ", ".join(f"set_{name}" for name in names)
        body = "; ".join(f"set_{name}(self, {name})" for name in names)
        scope: dict[str, Any] = {}
        exec(f"def make({sets}):\n def __init__(self, {', '.join(names)}): {body}\n return __init__", scope)  # noqa: S102 - the names are ours
        maker = _TEMPLATES[key] = scope["make"]
    made = maker(*setters)
    made.__defaults__ = defaults or None
    return made
