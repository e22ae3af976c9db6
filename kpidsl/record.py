"""Dataclasses that cost nothing until they are used. Comes in: a class with annotated fields. Goes out: what `dataclasses.dataclass` would
make of it.

That one writes and compiles up to seven methods for every class, when a module is loaded: for our 300 classes a tenth of a second of every
run of `kpi`. Here the methods are written once, below, and `__init__` is compiled when a class makes its first record, which most classes
do not in one run. `from kpidsl.record import dataclass, field, replace` reads as it does everywhere; a type checker sees Python's own.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["dataclass", "field", "frozen", "names_of", "replace"]
T = TypeVar("T")
MISSING: Any = object()


class Field:
    """What is said of a field beside its type. `others` are words that only Python's own dataclass knows."""

    __slots__ = ("compare", "default", "factory", "kw_only", "others", "repr")

    def __init__(
        self,
        default: Any = MISSING,
        default_factory: Any = MISSING,
        repr: bool = True,
        compare: bool = True,
        kw_only: bool = False,
        **others: Any,
    ) -> None:
        self.default = default
        self.factory = default_factory
        self.repr = repr
        self.compare = compare
        self.kw_only = kw_only
        self.others = others

    def of_python(self) -> Any:
        """The same for Python's own dataclass."""
        import dataclasses

        words = {"default": self.default, "default_factory": self.factory}
        given = {word: value for word, value in words.items() if value is not MISSING}
        return dataclasses.field(repr=self.repr, compare=self.compare, kw_only=self.kw_only, **given, **self.others)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    field = Field

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """Python's decorator, in a quick way."""
        if cls is None:
            return lambda made: dataclass(made, frozen=frozen, slots=slots, eq=eq)
        fields = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        if not any(value.others for value in fields.values()):
            return _made(cls, eq, frozen, slots)
        import dataclasses

        for name, value in fields.items():
            setattr(cls, name, value.of_python())
        return dataclasses.dataclass(cls, frozen=frozen, slots=slots, eq=eq)

    def replace(record, /, **changes):
        """A record like this one, but for these fields."""
        cls = type(record)
        names = cls.__dict__.get("_names")
        if names is None:
            import dataclasses

            return dataclasses.replace(record, **changes)
        return cls(**{**dict(zip(names, cls._values(record), strict=True)), **changes})


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a frozen, slotted class of records."""
    return _made(cls, eq=True, frozen=True, slots=True)


def names_of(record: Any) -> tuple[str, ...]:
    """The names of its fields, for a record or its class."""
    names: tuple[str, ...] = record._names
    return names


def _made(cls: type[T], eq: bool, frozen: bool, slots: bool) -> type[T]:
    """The class with its methods; once more where it has slots, for they can only be given when a class is made."""
    own = list(cls.__annotations__)
    defaults: dict[str, Any] = dict(getattr(cls, "_defaults", {}))
    factories: dict[str, Any] = dict(getattr(cls, "_factories", {}))
    by_name = set(getattr(cls, "_by_name", ()))
    uncompared = set(getattr(cls, "_uncompared", ()))
    unshown = set(getattr(cls, "_unshown", ()))
    for name in own:
        value = cls.__dict__.get(name, MISSING)
        if isinstance(value, Field):
            by_name |= {name} if value.kw_only else set()
            uncompared |= set() if value.compare else {name}
            unshown |= set() if value.repr else {name}
            if value.factory is not MISSING:
                factories[name] = value.factory
            value = value.default
        if value is not MISSING:
            defaults[name] = value
    names = (*getattr(cls, "_names", ()), *(name for name in own if name not in getattr(cls, "_names", ())))
    compared = [name for name in names if name not in uncompared]
    members = {
        **_methods(cls, eq, frozen, slots, by_name),
        "__match_args__": tuple(name for name in names if name not in by_name),
        "__dataclass_fields__": _Fields(),
        "_names": names,
        "_defaults": defaults,
        "_factories": factories,
        "_by_name": frozenset(by_name),
        "_uncompared": frozenset(uncompared),
        "_unshown": frozenset(unshown),
        "_values": staticmethod(attrgetter(*names) if len(names) > 1 else _row_of(names)),
        "_compared": staticmethod(attrgetter(*compared) if compared else _nothing),
    }
    made = _with_slots(cls, own, members) if slots else _filled(cls, own, members)
    made.__init__ = _first(made, frozen, slots)
    return made  # type: ignore[no-any-return]


def _methods(cls: type, eq: bool, frozen: bool, slots: bool, by_name: set[str]) -> dict[str, Any]:
    """Those that the class does not have already, by itself or from a record that it extends."""
    wanted: dict[str, Any] = {"__repr__": _repr}
    if eq:
        wanted |= {"__eq__": _eq, "__hash__": _hash if frozen else None}
    if frozen:
        wanted |= {"__setattr__": _setattr, "__delattr__": _delattr}
    if slots and not by_name and not hasattr(cls, "__post_init__"):
        wanted |= {"__reduce__": _reduce}
    elif slots:
        wanted |= {"__getstate__": _getstate, "__setstate__": _setstate}
    return {name: method for name, method in wanted.items() if cls.__dict__.get(name) is None and getattr(cls, name, MISSING) is not method}


def _with_slots(cls: type, own: list[str], members: dict[str, Any]) -> Any:
    kept = {name: value for name, value in vars(cls).items() if name not in own and name not in ("__dict__", "__weakref__")}
    kind: Any = type(cls)
    return kind(cls.__name__, cls.__bases__, {**kept, **members, "__slots__": tuple(own)})


def _filled(cls: Any, own: list[str], members: dict[str, Any]) -> Any:
    """The class itself. A default stays where it is; what was said of a field goes."""
    for name in own:
        if isinstance(cls.__dict__.get(name), Field):
            delattr(cls, name)
    for name, value in members.items():
        setattr(cls, name, value)
    return cls


def _first(cls: Any, frozen: bool, slots: bool) -> Any:
    """The `__init__` of a class that has made no record yet: it puts the real one in its place."""

    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807 - it stands in for the real one
        cls.__init__ = _initializer(cls, frozen, slots)
        cls.__init__(self, *args, **named)

    return __init__


_MAKERS: dict[tuple[str, ...], Callable[..., Any]] = {}


def _initializer(cls: Any, frozen: bool, slots: bool) -> Any:
    """The `__init__` that sets every field."""
    placed, by_name = [name for name in cls._names if name not in cls._by_name], [name for name in cls._names if name in cls._by_name]
    if frozen and slots and not cls._factories and not hasattr(cls, "__post_init__"):
        made = _by_descriptors(cls, [*placed, *by_name], len(placed))
    else:
        made = _by_lines(cls, frozen, slots, ", ".join([*placed, *(["*", *by_name] if by_name else [])]))
    given_by_itself = {**cls._defaults, **dict.fromkeys(cls._factories, MISSING)}
    made.__defaults__ = tuple(given_by_itself[name] for name in placed if name in given_by_itself) or None
    made.__kwdefaults__ = {name: given_by_itself[name] for name in by_name if name in given_by_itself} or None
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _by_descriptors(cls: Any, names: list[str], placed: int) -> Any:
    """`def __init__(self, a, b): set_a(self, a); set_b(self, b)` for a frozen record with slots, as nearly all are. It is compiled once for
    each number of fields, and then gets their names."""
    numbers = range(len(names))
    maker = _maker([f"set_{at}" for at in numbers], "".join(f", a_{at}" for at in numbers), [f"set_{at}(self, a_{at})" for at in numbers])
    made = maker(*[getattr(cls, name).__set__ for name in names])
    made.__code__ = made.__code__.replace(co_varnames=("self", *names), co_argcount=placed + 1, co_kwonlyargcount=len(names) - placed)
    return made


def _by_lines(cls: Any, frozen: bool, slots: bool, takes: str) -> Any:
    """The same for any other record. Slots of a frozen record are set by their descriptors, fields without slots in its `__dict__`; others
    by assignment; what a factory makes is made where nothing is given."""
    names, factories = cls._names, cls._factories
    way = "set_{0}(self, {1})" if frozen and slots else "kept[{0!r}] = {1}" if frozen else "self.{0} = {1}"
    lines = [way.format(name, f"make_{name}() if {name} is MISSING else {name}" if name in factories else name) for name in names]
    if frozen and not slots:
        lines.insert(0, "kept = self.__dict__")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    sets = names if frozen and slots else ()
    maker = _maker([*(f"make_{name}" for name in factories), *(f"set_{name}" for name in sets)], f", {takes}" if takes else "", lines)
    return maker(*factories.values(), *(getattr(cls, name).__set__ for name in sets))


def _maker(given: list[str], takes: str, lines: list[str]) -> Callable[..., Any]:
    """What makes such an `__init__`, compiled once for all that are alike."""
    shape = (takes, *given, *lines)
    maker = _MAKERS.get(shape)
    if maker is None:
        scope: dict[str, Any] = {"MISSING": MISSING}
        body = "; ".join(lines) or "pass"
        exec(f"def make({', '.join(given)}):\n def __init__(self{takes}): {body}\n return __init__", scope)  # noqa: S102 - ours
        maker = _MAKERS[shape] = scope["make"]
    return maker


class _Fields:
    """`dataclasses.fields` and whatever else asks for a class's fields gets them, made when it does."""

    def __get__(self, _: object, cls: Any) -> dict[str, Any]:
        import dataclasses

        space: dict[str, Any] = {"__annotations__": dict.fromkeys(cls._names, "object")}
        for name in cls._names:
            default, factory = cls._defaults.get(name, MISSING), cls._factories.get(name, MISSING)
            space[name] = Field(default, factory, name not in cls._unshown, name not in cls._uncompared).of_python()
        made: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(type(cls.__name__, (), space))
        found: dict[str, Any] = made.__dataclass_fields__
        return found


def _row_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """`attrgetter` gives no row for fewer names than two."""
    return lambda record: tuple([getattr(record, name) for name in names])


def _nothing(_: Any) -> tuple[()]:
    return ()


def _eq(self: Any, other: Any) -> Any:
    if self is other:
        return True
    if type(self) is not type(other):
        return NotImplemented
    compared = self._compared
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._names if name not in self._unshown)
    return f"{type(self).__qualname__}({shown})"


def _setattr(_: Any, name: str, __: object) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(_: Any, name: str) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _reduce(self: Any) -> tuple[Any, ...]:
    """For `pickle`: the class and what it is made with, which is quicker than its fields one by one."""
    return type(self), self._values(self)


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self._names]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self._names, state, strict=True):
        object.__setattr__(self, name, value)
