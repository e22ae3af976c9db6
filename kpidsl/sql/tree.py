"""SQL as nodes: what a statement says, free of any dialect's marks and of layout. Comes out of the operator tables (functions.py and its
siblings) and of emit.py; goes to printer.py.

Nodes are records that never change, so one may stand in many places. `level` tells how tightly a node binds, ATOM where nothing can come
between its parts: what stands beside an operator gets parentheses by it (nodes.py).
"""

from __future__ import annotations

from typing import ClassVar

from kpidsl.record import dataclass

ATOM = 10


class Node:
    """A part of a statement."""

    __slots__ = ()
    level: ClassVar[int] = ATOM


# ---------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Name(Node):
    """An identifier as it goes into the statement; in quotes where it must be."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Column(Node):
    name: Name
    table: Name | None = None


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text literal; its quotes are the printer's."""

    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as it is written, without a sign."""

    written: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A bare word: NULL, `*`, a date part, a niladic function."""

    text: str


@dataclass(frozen=True, slots=True)
class TypedText(Node):
    """DATE '2026-01-31'."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """INTERVAL '3' MONTH; `amount` is a text literal or any expression."""

    level = 9
    amount: Node
    unit: str


# ---------------------------------------------------------------- operators

INFIX = {
    "OR": 1,
    "AND": 2,
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">=", "LIKE", "GLOB", "ESCAPE"), 4),
    **dict.fromkeys(("IS NOT DISTINCT FROM", "IS DISTINCT FROM"), 4),
    "||": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%": 7,
    "COLLATE": 9,
    **dict.fromkeys(("~", "RLIKE", "REGEXP"), ATOM),  # patterns
}
"""How tightly each operator between two values binds."""


@dataclass(frozen=True, slots=True)
class Infix(Node):
    """`left WORD right`. The words are those of INFIX; null-safe comparisons have the standard's words here, and the dialect's in text."""

    word: str
    left: Node
    right: Node

    @property
    def level(self) -> int:  # type: ignore[override]
        return INFIX[self.word]


@dataclass(frozen=True, slots=True)
class Not(Node):
    level = 3
    condition: Node


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    level = 4
    value: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    level = 4
    value: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    level = 8
    value: Node


@dataclass(frozen=True, slots=True)
class Paren(Node):
    inner: Node


@dataclass(frozen=True, slots=True)
class Case(Node):
    """CASE WHEN …, or CASE subject WHEN …"""

    whens: tuple[tuple[Node, Node], ...]
    otherwise: Node | None = None
    subject: Node | None = None


@dataclass(frozen=True, slots=True)
class Cast(Node):
    """CAST(value AS kind), or another function that is called so."""

    value: Node
    kind: str
    function: str = "CAST"


@dataclass(frozen=True, slots=True)
class Extract(Node):
    part: str
    value: Node


@dataclass(frozen=True, slots=True)
class Zoned(Node):
    """`value AT TIME ZONE zone`."""

    value: Node
    zone: str


@dataclass(frozen=True, slots=True)
class Item(Node):
    """array[place], counted as the engine counts."""

    array: Node
    place: Node


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`record.name`."""

    record: Node
    name: Name


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    level = 0
    parameter: Name
    body: Node


@dataclass(frozen=True, slots=True)
class Struct(Node):
    """{'key': value, …}."""

    pairs: tuple[tuple[Node, Node], ...]


# ---------------------------------------------------------------- calls


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function by its name in the dialect. `settings` stand in parentheses of their own, before the arguments."""

    name: str
    args: tuple[Node, ...]
    settings: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class TrimEnd(Node):
    """TRIM(TRAILING characters FROM value)."""

    value: Node
    characters: Node


@dataclass(frozen=True, slots=True)
class Distinct(Node):
    """`DISTINCT value`, as an argument."""

    value: Node


@dataclass(frozen=True, slots=True)
class Filtered(Node):
    """`call FILTER (WHERE condition)`."""

    call: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Key(Node):
    """A key of an order, nulls last where the dialect is told so."""

    value: Node
    descending: bool = False
    nulls_told: bool = True


@dataclass(frozen=True, slots=True)
class Sorted(Node):
    """`value ORDER BY keys`, as an argument."""

    value: Node
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Within(Node):
    """`call WITHIN GROUP (ORDER BY key)`."""

    call: Node
    key: Key


@dataclass(frozen=True, slots=True)
class Window(Node):
    """`call OVER (…)`; `frame` is written out."""

    call: Node
    partition: tuple[Node, ...] = ()
    keys: tuple[Key, ...] = ()
    frame: str = ""


# ---------------------------------------------------------------- queries


@dataclass(frozen=True, slots=True)
class Alias(Node):
    """`what AS name`, with names of its columns where they are given."""

    what: Node
    name: Name
    columns: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A table by the parts of its name, or a function that gives one."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Join(Node):
    """`words` such as LEFT JOIN."""

    words: str
    table: Node
    on: Node | None = None


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class GroupingSets(Node):
    sets: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Select(Node):
    outputs: tuple[Node, ...]
    table: Node | None = None
    joins: tuple[Join, ...] = ()
    where: Node | None = None
    groups: tuple[Node, ...] = ()
    having: Node | None = None
    keys: tuple[Key, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Union(Node):
    """UNION ALL of queries."""

    parts: tuple[Select, ...]


@dataclass(frozen=True, slots=True)
class Subquery(Node):
    query: Node


@dataclass(frozen=True, slots=True)
class Shared(Node):
    """A common table expression."""

    name: Name
    query: Node
    comment: str = ""
    materialized: bool = False


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A whole statement."""

    shared: tuple[Shared, ...]
    body: Node
    settings: tuple[tuple[str, int], ...] = ()
