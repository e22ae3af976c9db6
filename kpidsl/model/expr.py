"""Typed row expressions: what a cell of one row is worth, and in which unit. Comes in: resolved names. Goes out: values that
the plan turns into SQL.

The operators are a closed list with one meaning in every dialect (docs/functions.md); nulls follow SEMANTICS S2: `ne`, `not_in` and
`not` count the unknown in, so that a condition and its negation always add up to all rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from operator import is_
from typing import TypeVar

from kpidsl.model.units import NUMBER, Unit
from kpidsl.record import dataclass, replace

NUMERIC = ("int", "number", "decimal")


@dataclass(frozen=True, slots=True)
class Type:
    """kind: int number decimal bool text date timestamp duration records json null. A duration is a number of days.

    `zone` is the declared zone of a timestamp (None: UTC); `precision` that of decimal(p, s).
    """

    kind: str
    unit: Unit = NUMBER
    zone: str | None = None
    precision: tuple[int, int] | None = None

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def is_temporal(self) -> bool:
        return self.kind in ("date", "timestamp")

    def over(self, route: tuple[str, ...]) -> Type:
        """The type as rows see it that reach these rows over `route`: a currency in a column is then one of another row."""
        return replace(self, unit=self.unit.over(route)) if route and self.unit.held else self

    def __hash__(self) -> int:
        return hash(self.kind)  # most types of a kind are the same one

    def __str__(self) -> str:
        unit = str(self.unit)
        return unit if unit and self.kind in NUMERIC else self.kind


INT = Type("int")
REAL = Type("number")
BOOL = Type("bool")
TEXT = Type("text")
DATE = Type("date")
TIMESTAMP = Type("timestamp")
NULL = Type("null")


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the root source (`path` empty) or of a source reached over `join` roles."""

    path: tuple[str, ...]
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Lit:
    """A value: int, Decimal, str, bool, date, datetime (naive) or None. A duration is written by calendar unit in `date_add`."""

    value: int | Decimal | str | bool | dt.date | dt.datetime | None
    type: Type


@dataclass(frozen=True, slots=True)
class Bound(Lit):
    """A value that goes to the engine beside the statement, where the engine takes it so."""


@dataclass(frozen=True, slots=True)
class Fn:
    """An operator or function of the closed list; `options` are compile-time words and numbers (a grain, a format, digits)."""

    op: str
    args: tuple[Expr, ...]
    type: Type
    options: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseOf:
    whens: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr | None
    type: Type


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a plan's relation: `table` is the alias of a scan or join, None for the only input's output column."""

    table: str | None
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Agg:
    """An aggregate over the rows of a group (plan only).

    func: sum count_rows count count_distinct avg min max any percentile stddev variance first last.
    args: the value, then for first/last the order keys (rows are ordered by them, nulls excluded on the first one).
    `where` keeps rows; `percent` and `discrete` belong to percentile (0.5 is the median, interpolated: S31).
    """

    func: str
    args: tuple[Expr, ...]
    type: Type
    where: Expr | None = None
    percent: Decimal | None = None
    discrete: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """A window function (plan only).

    func: row_number rank sum count min max lag lead first last. frame: None, or (start, end) rows with None for unbounded.
    order items are (expression, descending); nulls go last.
    """

    func: str
    args: tuple[Expr, ...]
    type: Type
    partition: tuple[Expr, ...] = ()
    order: tuple[tuple[Expr, bool], ...] = ()
    frame: tuple[int | None, int | None] | None = None


Expr = Field | Lit | Fn | CaseOf | Col | Agg | Over

TRUE = Lit(True, BOOL)
_LEAVES = (Field, Lit, Col)
L = TypeVar("L", Field, Col)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression."""
    if isinstance(expr, Fn):
        return expr.args
    if isinstance(expr, _LEAVES):
        return ()
    if isinstance(expr, Agg):
        return expr.args if expr.where is None else (*expr.args, expr.where)
    if isinstance(expr, CaseOf):
        parts = [part for when in expr.whens for part in when]
        return tuple(parts) if expr.otherwise is None else (*parts, expr.otherwise)
    return (*expr.args, *expr.partition, *(value for value, _ in expr.order))


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and all its parts, depth first."""
    yield expr
    if type(expr) in _LEAVES:
        return
    waiting = [*reversed(children(expr))]
    while waiting:
        part = waiting.pop()
        yield part
        if type(part) not in _LEAVES:
            waiting += reversed(children(part))


def holds(expr: Expr, kinds: tuple[type[Expr], ...]) -> bool:
    """Whether the expression is of one of these kinds, or any part of it."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if isinstance(part, kinds):
            return True
        if type(part) not in _LEAVES:
            waiting += children(part)
    return False


def transform(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with every part replaced for which `change` returns something; parts of a replacement are not visited again. What does
    not change is the same object as before."""
    new = change(expr)
    if new is not None:
        return new
    if isinstance(expr, _LEAVES):
        return expr
    if isinstance(expr, Fn):
        args = _each(expr.args, change)
        return expr if args is expr.args else Fn(expr.op, args, expr.type, expr.options)
    if isinstance(expr, Agg):
        args = _each(expr.args, change)
        where = None if expr.where is None else transform(expr.where, change)
        unchanged = args is expr.args and where is expr.where
        return expr if unchanged else Agg(expr.func, args, expr.type, where, expr.percent, expr.discrete)
    if isinstance(expr, CaseOf):
        cases = tuple([(transform(c, change), transform(v, change)) for c, v in expr.whens])
        return CaseOf(cases, None if expr.otherwise is None else transform(expr.otherwise, change), expr.type)
    keys = tuple([(transform(o, change), d) for o, d in expr.order])
    return Over(expr.func, _each(expr.args, change), expr.type, _each(expr.partition, change), keys, expr.frame)


def mapped(expr: Expr, kind: type[L], change: Callable[[L], Expr]) -> Expr:
    """The expression with every leaf of one kind replaced. It says what `transform` would, and is quick."""
    if isinstance(expr, kind):
        return change(expr)
    if isinstance(expr, Fn):
        args = tuple([mapped(arg, kind, change) for arg in expr.args])
        return expr if all(map(is_, args, expr.args)) else Fn(expr.op, args, expr.type, expr.options)
    if isinstance(expr, _LEAVES):
        return expr
    if isinstance(expr, Agg):
        args = tuple([mapped(arg, kind, change) for arg in expr.args])
        where = None if expr.where is None else mapped(expr.where, kind, change)
        unchanged = where is expr.where and all(map(is_, args, expr.args))
        return expr if unchanged else Agg(expr.func, args, expr.type, where, expr.percent, expr.discrete)
    if isinstance(expr, CaseOf):
        cases = tuple([(mapped(c, kind, change), mapped(v, kind, change)) for c, v in expr.whens])
        return CaseOf(cases, None if expr.otherwise is None else mapped(expr.otherwise, kind, change), expr.type)
    args = tuple([mapped(arg, kind, change) for arg in expr.args])
    partition = tuple([mapped(part, kind, change) for part in expr.partition])
    keys = tuple([(mapped(key, kind, change), down) for key, down in expr.order])
    return Over(expr.func, args, expr.type, partition, keys, expr.frame)


def _each(parts: tuple[Expr, ...], change: Callable[[Expr], Expr | None]) -> tuple[Expr, ...]:
    made = [transform(part, change) for part in parts]
    return parts if all(map(is_, made, parts)) else tuple(made)


def all_of(conditions: list[Expr]) -> Expr | None:
    """The conjunction of conditions, None for none."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else Fn("and", tuple(conditions), BOOL)


def any_of(conditions: list[Expr]) -> Expr | None:
    """The disjunction of conditions, None for none."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else Fn("or", tuple(conditions), BOOL)


def conjuncts(condition: Expr | None) -> list[Expr]:
    """The parts of a conjunction."""
    if condition is None:
        return []
    if isinstance(condition, Fn) and condition.op == "and":
        return [part for arg in condition.args for part in conjuncts(arg)]
    return [condition]


def rebase(expr: Expr, route: tuple[str, ...]) -> Expr:
    """The same expression read from a source that reaches its root over `route`."""
    if not route:
        return expr
    moved = mapped(expr, Field, lambda e: Field(route + e.path, e.name, e.type.over(route)))
    return moved if isinstance(moved, Field) else replace(moved, type=moved.type.over(route))


def fields(expr: Expr) -> list[Field]:
    """Every field that an expression reads."""
    return [part for part in walk(expr) if isinstance(part, Field)]
