"""Frozen, slotted dataclasses that cost nothing until they are used. Comes in: a class with annotated fields. Goes out: what
`dataclasses.dataclass(frozen=True, slots=True)` would make of it.

That one writes and compiles seven methods for every class, when a module is loaded: for our 250 classes a tenth of a second of every run
of `kpi`. Here the methods are written once, below, and `__init__` is compiled when a class makes its first record, which most classes do
not in one run. `from kpidsl.record import dataclass, field, replace` reads as it does everywhere; a type checker sees Python's own.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

__all__ = ["dataclass", "field", "frozen", "replace"]
T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a frozen, slotted class of records."""
    return _made(cls, eq=True)


if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """Python's decorator, with a shorter way for what is frozen and slotted and has no factories."""
        if cls is None:
            return lambda made: dataclass(made, frozen=frozen, slots=slots, eq=eq)
        if frozen and slots and not _needs_more(cls):
            return _made(cls, eq)
        return dataclasses.dataclass(cls, frozen=frozen, slots=slots, eq=eq)

    def replace(record, /, **changes):
        """A record like this one, but for these fields."""
        cls = type(record)
        names = cls.__dict__.get("_names")
        if names is None:
            return dataclasses.replace(record, **changes)
        for name in names:
            if name not in changes:
                changes[name] = getattr(record, name)
        return cls(**changes)


def _needs_more(cls: type) -> bool:
    """Whether the class has what only Python's own dataclass does."""
    values = [value for value in vars(cls).values() if isinstance(value, Field)]
    return hasattr(cls, "__post_init__") or any(value.default_factory is not MISSING for value in values)


def _made(cls: type[T], eq: bool) -> type[T]:
    """The class once more, with slots: they can only be given when a class is made."""
    members = dict(vars(cls))
    own = list(cls.__annotations__)
    defaults: dict[str, Any] = dict(getattr(cls, "_defaults", {}))
    uncompared = set(getattr(cls, "_uncompared", ()))
    unshown = set(getattr(cls, "_unshown", ()))
    for name in own:
        value = members.pop(name, MISSING)
        if isinstance(value, Field):
            uncompared |= set() if value.compare else {name}
            unshown |= set() if value.repr else {name}
            value = value.default
        if value is not MISSING:
            defaults[name] = value
    names = (*getattr(cls, "_names", ()), *own)
    compared = [name for name in names if name not in uncompared]
    for name in ("__dict__", "__weakref__"):
        members.pop(name, None)
    shared = _METHODS if eq else {name: method for name, method in _METHODS.items() if name not in ("__eq__", "__hash__")}
    members |= {name: method for name, method in shared.items() if members.get(name) is None}
    members |= {
        "__slots__": tuple(own),
        "__match_args__": names,
        "__dataclass_fields__": _Fields(),
        "_names": names,
        "_defaults": defaults,
        "_uncompared": frozenset(uncompared),
        "_unshown": frozenset(unshown),
        "_compared": staticmethod(attrgetter(*compared) if compared else _nothing),
    }
    kind: Any = type(cls)
    made = kind(cls.__name__, cls.__bases__, members)
    made.__init__ = _first(made)
    return made  # type: ignore[no-any-return]


def _first(cls: Any) -> Any:
    """The `__init__` of a class that has made no record yet: it puts the real one in its place."""

    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807 - it stands in for the real one
        cls.__init__ = _initializer(cls)
        cls.__init__(self, *args, **named)

    return __init__


_MAKERS: dict[tuple[str, ...], Any] = {}


def _initializer(cls: Any) -> Any:
    """`def __init__(self, a, b): set_a(self, a); set_b(self, b)`, compiled once for each list of names."""
    names = cls._names
    maker = _MAKERS.get(names)
    if maker is None:
        sets = ", ".join(f"set_{name}" for name in names)
        body = "; ".join(f"set_{name}(self, {name})" for name in names) or "pass"
        scope: dict[str, Any] = {}
        exec(f"def make({sets}):\n def __init__(self, {', '.join(names)}): {body}\n return __init__", scope)  # noqa: S102 - the names are ours
        maker = _MAKERS[names] = scope["make"]
    made = maker(*(getattr(cls, name).__set__ for name in names))
    made.__defaults__ = tuple(cls._defaults[name] for name in names if name in cls._defaults) or None
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


class _Fields:
    """`dataclasses.fields` and whatever else asks for a class's fields gets them, made when it does."""

    def __get__(self, _: object, cls: Any) -> dict[str, Field[Any]]:
        space: dict[str, Any] = {"__annotations__": dict.fromkeys(cls._names, "object")}
        for name in cls._names:
            shown, compared = name not in cls._unshown, name not in cls._uncompared
            space[name] = field(default=cls._defaults.get(name, MISSING), repr=shown, compare=compared)
        made: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(type(cls.__name__, (), space))
        found: dict[str, Field[Any]] = made.__dataclass_fields__
        return found


def _nothing(_: Any) -> tuple[()]:
    return ()


def _eq(self: Any, other: object) -> Any:
    compared = self._compared
    if type(self) is not type(other):
        return NotImplemented
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash((type(self).__name__, self._compared(self)))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._names if name not in self._unshown)
    return f"{type(self).__qualname__}({shown})"


def _setattr(_: Any, name: str, __: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(_: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self._names]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self._names, state, strict=True):
        object.__setattr__(self, name, value)


_METHODS = {
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
