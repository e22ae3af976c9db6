"""Small constructors of nodes, so that every other room of `sql/` reads like the SQL it makes.

Operands get parentheses here, by precedence; a function is written with exactly the name given (`call`), a type by the dialect's table.
"""

from __future__ import annotations

from kpidsl.sql import tree
from kpidsl.sql.tree import ATOM, INFIX, Node


def at_least(node: Node, wanted: int) -> Node:
    """The node, in parentheses if it binds more loosely than `wanted`."""
    return node if node.level >= wanted else tree.Paren(node)


def name(text: str, quoted: bool = False) -> tree.Name:
    return tree.Name(text, quoted)


def text(value: str) -> tree.Text:
    return tree.Text(value)


def number(value: int | str) -> Node:
    """A number as written; a negative one is a negation, so that `a - -1` and powers come out right."""
    written = str(value)
    return tree.Negative(tree.Number(written[1:])) if written.startswith("-") else tree.Number(written)


def null() -> Node:
    return tree.Word("NULL")


def true() -> Node:
    return tree.Truth(True)


def false() -> Node:
    return tree.Truth(False)


def call(function: str, *args: Node | None) -> Node:
    """A function by its exact name in the dialect."""
    return tree.Call(function, tuple([arg for arg in args if arg is not None]))


def count_rows() -> Node:
    return call("COUNT", word("*"))


def count_distinct(value: Node) -> Node:
    return call("COUNT", tree.Distinct(value))


def word(value: str) -> tree.Word:
    """A bare word: a keyword, a date part, a niladic function."""
    return tree.Word(value)


def binary(operator: str, left: Node, right: Node) -> Node:
    """left OPERATOR right of arithmetic; the right operand must bind strictly tighter."""
    own = INFIX[operator]
    return tree.Infix(operator, at_least(left, own), at_least(right, own + 1))


def add(left: Node, right: Node) -> Node:
    return binary("+", left, right)


def sub(left: Node, right: Node) -> Node:
    return binary("-", left, right)


def mul(left: Node, right: Node) -> Node:
    return binary("*", left, right)


def div(left: Node, right: Node) -> Node:
    """The dialect's own `/`, nothing added."""
    return binary("/", left, right)


def mod(left: Node, right: Node) -> Node:
    return binary("%", left, right)


def neg(value: Node) -> Node:
    return tree.Negative(at_least(value, 9))


def compare(operator: str, left: Node, right: Node) -> Node:
    return tree.Infix(operator, at_least(left, 5), at_least(right, 5))


def eq(left: Node, right: Node) -> Node:
    return compare("=", left, right)


def is_null(value: Node) -> Node:
    return tree.IsNull(at_least(value, 5))


def not_null(value: Node) -> Node:
    return tree.IsNull(at_least(value, 5), negated=True)


def no(condition: Node) -> Node:
    return tree.Not(at_least(condition, 3))


def is_in(value: Node, options: list[Node]) -> Node:
    return tree.In(at_least(value, 5), tuple(options))


def join_all(operator: str, parts: list[Node]) -> Node:
    """All parts joined by AND or OR."""
    own = INFIX[operator]
    result = at_least(parts[0], own)
    for part in parts[1:]:
        result = tree.Infix(operator, result, at_least(part, own + 1))
    return result


def both(*parts: Node) -> Node:
    return join_all("AND", list(parts))


def either(*parts: Node) -> Node:
    return join_all("OR", list(parts))


def case(whens: list[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    return tree.Case(tuple(whens), otherwise)


def when(condition: Node, value: Node, otherwise: Node | None = None) -> Node:
    return tree.Case(((condition, value),), otherwise)


def concat(*parts: Node) -> Node:
    """parts joined by `||`; every operand an atom, because dialects disagree on how tightly it binds."""
    result = parts[0] if len(parts) == 1 else at_least(parts[0], ATOM)
    for part in parts[1:]:
        result = tree.Infix("||", result, at_least(part, ATOM))
    return result


def plus(*parts: Node) -> Node:
    """parts joined by `+`, as T-SQL joins texts."""
    result = parts[0]
    for part in parts[1:]:
        result = add(result, part)
    return result


def cast(value: Node, to: str) -> Node:
    """CAST(value AS to) with the type written exactly so."""
    return tree.Cast(value, to)


def call_cast(function: str, value: Node, to: str) -> Node:
    """CAST by another name (TRY_CAST, SAFE_CAST)."""
    return tree.Cast(value, to, function)


def typed_text(kind: str, value: str) -> Node:
    """DATE '2026-01-31', TIMESTAMP '…'."""
    return tree.TypedText(kind, value)


def interval(amount: int, unit: str) -> Node:
    """INTERVAL '3' MONTH, in the dialect's spelling."""
    return tree.Interval(text(str(amount)), unit.upper())


def extract(part: str, value: Node) -> Node:
    return tree.Extract(part, value)


def paren(value: Node) -> Node:
    return tree.Paren(value)


def item(array: Node, index: int) -> Node:
    """array[index], counted as the engine counts (from 1 on DuckDB and PostgreSQL)."""
    return tree.Item(array, number(index))


def field(record: Node, key: str) -> Node:
    """record.key"""
    return tree.Field(record, name(key))


def first_of(value: Node, table: Node, condition: Node) -> Node:
    """(SELECT value FROM table WHERE condition LIMIT 1)"""
    return tree.Subquery(tree.Select((value,), table, where=condition, limit=1))
