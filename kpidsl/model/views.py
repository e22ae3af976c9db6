"""What a reader asks of a board beside what the board says: another period, a comparison, some rows only. Comes in: a `View` and how a tile
is made. Goes out: the tile as the view has it, and which of the wishes it cannot follow, for whoever shows it to say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kpidsl.diagnostic import KpiError
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

T = TypeVar("T")
PERIOD, COMPARISON = "period", "compare"


@dataclass(frozen=True, slots=True)
class Only:
    """A condition on rows, by the name of what it is about: a dimension, or the group-by of a tile as it is written."""

    name: str
    condition: ast.Expr


@dataclass(frozen=True, slots=True)
class View:
    """The wishes of a reader. `compares` tells whether they say anything about comparisons: without `compare` they want none then."""

    period: ast.PeriodItem | None = None
    compares: bool = False
    compare: ast.Compare | None = None
    only: tuple[Only, ...] = ()

    @property
    def wishes(self) -> tuple[str, ...]:
        """What is asked for, by name; those about rows by the name of what they are about."""
        said = (PERIOD,) * (self.period is not None) + (COMPARISON,) * self.compares
        return (*said, *(only.name for only in self.only))

    def of(self, wishes: tuple[str, ...]) -> View:
        """The view with these wishes alone."""
        compares = self.compares and COMPARISON in wishes
        return View(
            period=self.period if PERIOD in wishes else None,
            compares=compares,
            compare=self.compare if compares else None,
            only=tuple(only for only in self.only if only.name in wishes),
        )

    def where(self, node: ast.Expr | None) -> ast.Expr | None:
        """A condition, and those of the view."""
        for only in self.only:
            node = only.condition if node is None else ast.Binary(only.condition.span, "and", node, only.condition)
        return node

    def asked(self, query: ast.Query) -> ast.Query:
        """The query as the view has it; its period is for `ranged`."""
        made = replace(query, where=self.where(query.where))
        return replace(made, compare=self.compare) if self.compares else made


def same_rows(one: ast.Expr, other: ast.Expr) -> bool:
    """Whether two conditions ask for the same values of the same fields, in any order. Of conditions of other kinds nobody can tell."""
    found = _picked(one)
    return found is not None and found == _picked(other)


def _picked(node: ast.Expr) -> frozenset[tuple[str, frozenset[object]]] | None:
    """The fields that a condition picks values of, with these; None where it is of another kind."""
    match node:
        case ast.Binary(op="and", left=left, right=right):
            first, second = _picked(left), _picked(right)
            return None if first is None or second is None else first | second
        case ast.Binary(op="=", left=ast.Path() as field, right=ast.Text() | ast.Number() | ast.Bool() | ast.Date() | ast.Bound() as value):
            return frozenset(((field.text, frozenset((value.value,))),))
        case ast.InList(value=ast.Path() as field, options=options, negated=False):
            values = [option.value for option in options if isinstance(option, ast.Text | ast.Number | ast.Bool | ast.Date | ast.Bound)]
            return frozenset(((field.text, frozenset(values)),)) if len(values) == len(options) else None
        case _:
            return None


WHOLE = View()
"""The board as it is written."""


def followed(view: View, make: Callable[[View], T]) -> tuple[T, tuple[str, ...]]:
    """What is shown, and the wishes that it cannot follow; raises KpiError where it cannot even be shown as it is written."""
    try:
        return make(view), ()
    except KpiError:
        if not view.wishes:
            raise
    kept: tuple[str, ...] = ()
    made = make(WHOLE)
    for wish in view.wishes:
        try:
            made = make(view.of((*kept, wish)))
        except KpiError:
            continue
        kept = (*kept, wish)
    return made, tuple(wish for wish in view.wishes if wish not in kept)
