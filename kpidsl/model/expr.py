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


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression."""
    match expr:
        case Fn():
            return expr.args
        case Field() | Lit() | Col():
            return ()
        case Agg():
            return expr.args if expr.where is None else (*expr.args, expr.where)
        case CaseOf():
            parts = [part for when in expr.whens for part in when]
            return tuple(parts) if expr.otherwise is None else (*parts, expr.otherwise)
        case Over():
            return (*expr.args, *expr.partition, *(value for value, _ in expr.order))


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and all its parts, depth first."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        yield part
        if type(part) not in _LEAVES:
            waiting += reversed(children(part))


def transform(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with every part replaced for which `change` returns something; parts of a replacement are not visited again. What does
    not change is the same object as before."""
    new = change(expr)
    if new is not None:
        return new
    match expr:
        case Fn(op, args, kind, options):
            changed = _each(args, change)
            return expr if changed is args else Fn(op, changed, kind, options)
        case Field() | Lit() | Col():
            return expr
        case Agg(func, args, kind, where, percent, discrete):
            changed = _each(args, change)
            kept = None if where is None else transform(where, change)
            return expr if changed is args and kept is where else Agg(func, changed, kind, kept, percent, discrete)
        case CaseOf(whens, otherwise, kind):
            cases = tuple((transform(c, change), transform(v, change)) for c, v in whens)
            return CaseOf(cases, None if otherwise is None else transform(otherwise, change), kind)
        case Over(func, args, kind, partition, order, frame):
            keys = tuple((transform(o, change), d) for o, d in order)
            return Over(func, _each(args, change), kind, _each(partition, change), keys, frame)


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
    moved = transform(expr, lambda e: Field(route + e.path, e.name, e.type.over(route)) if isinstance(e, Field) else None)
    return moved if isinstance(moved, Field) else replace(moved, type=moved.type.over(route))


def fields(expr: Expr) -> list[Field]:
    """Every field that an expression reads."""
    return [part for part in walk(expr) if isinstance(part, Field)]
