"""Small constructors of sqlglot nodes, so that every other room of `sql/` reads like the SQL it makes.

Operands get parentheses here, by precedence; a function is written with exactly the name given (`call`), a type by the dialect's table.
"""

from __future__ import annotations

from typing import cast as as_type

from sqlglot import exp

Node = exp.Expression

_LEVELS: dict[type[exp.Expr], int] = {
    exp.Or: 1,
    exp.And: 2,
    exp.Not: 3,
    exp.EQ: 4,
    exp.NEQ: 4,
    exp.LT: 4,
    exp.LTE: 4,
    exp.GT: 4,
    exp.GTE: 4,
    exp.Is: 4,
    exp.In: 4,
    exp.Like: 4,
    exp.Glob: 4,
    exp.Escape: 4,
    exp.Between: 4,
    exp.NullSafeEQ: 4,
    exp.NullSafeNEQ: 4,
    exp.DPipe: 5,
    exp.Add: 6,
    exp.Sub: 6,
    exp.Mul: 7,
    exp.Div: 7,
    exp.Mod: 7,
    exp.Neg: 8,
    exp.Collate: 9,
    exp.Interval: 9,
    exp.Lambda: 0,
}
ATOM = 10
AS_WRITTEN = "as written"  # a division that the printer must not adorn


def level(node: exp.Expr) -> int:
    return _LEVELS.get(type(node), ATOM)


def at_least(node: Node, wanted: int) -> Node:
    """The node, in parentheses if it binds more loosely than `wanted`."""
    return node if level(node) >= wanted else exp.Paren(this=node)


def name(text: str, quoted: bool = False) -> exp.Identifier:
    return exp.Identifier(this=text, quoted=quoted)


def text(value: str) -> exp.Literal:
    return exp.Literal(this=value, is_string=True)


def number(value: int | str) -> Node:
    """A number as written; a negative one is a negation, so that `a - -1` and powers come out right."""
    written = str(value)
    if written.startswith("-"):
        return exp.Neg(this=exp.Literal(this=written[1:], is_string=False))
    return exp.Literal(this=written, is_string=False)


def null() -> Node:
    return exp.Null()


def true() -> Node:
    return exp.Boolean(this=True)


def false() -> Node:
    return exp.Boolean(this=False)


def call(function: str, *args: Node | None) -> Node:
    """A function by its exact name in the dialect."""
    return exp.Anonymous(this=function, expressions=[a for a in args if a is not None])


def word(value: str) -> Node:
    """A bare word: a keyword, a date part, a niladic function."""
    return exp.Var(this=value)


def binary(kind: type[exp.Binary], left: Node, right: Node, **more: object) -> Node:
    """left OP right of arithmetic; the right operand must bind strictly tighter."""
    own = _LEVELS[kind]
    return as_type(Node, kind(this=at_least(left, own), expression=at_least(right, own + 1), **more))


def add(left: Node, right: Node) -> Node:
    return binary(exp.Add, left, right)


def sub(left: Node, right: Node) -> Node:
    return binary(exp.Sub, left, right)


def mul(left: Node, right: Node) -> Node:
    return binary(exp.Mul, left, right)


def div(left: Node, right: Node) -> Node:
    """The dialect's own `/`, nothing added."""
    return binary(exp.Div, left, right, safe=AS_WRITTEN)


def mod(left: Node, right: Node) -> Node:
    return binary(exp.Mod, left, right)


def neg(value: Node) -> Node:
    return exp.Neg(this=at_least(value, 9))


def compare(kind: type[exp.Binary], left: Node, right: Node) -> Node:
    return as_type(Node, kind(this=at_least(left, 5), expression=at_least(right, 5)))


def eq(left: Node, right: Node) -> Node:
    return compare(exp.EQ, left, right)


def is_null(value: Node) -> Node:
    return exp.Is(this=at_least(value, 5), expression=exp.Null())


def not_null(value: Node) -> Node:
    return exp.Is(this=at_least(value, 5), expression=exp.Not(this=exp.Null()))


def no(condition: Node) -> Node:
    return exp.Not(this=at_least(condition, 3))


def is_in(value: Node, options: list[Node]) -> Node:
    return exp.In(this=at_least(value, 5), expressions=options)


def join_all(kind: type[exp.Connector], parts: list[Node]) -> Node:
    """All parts joined by AND or OR."""
    own = _LEVELS[kind]
    result = at_least(parts[0], own)
    for part in parts[1:]:
        result = as_type(Node, kind(this=result, expression=at_least(part, own + 1)))
    return result


def both(*parts: Node) -> Node:
    return join_all(exp.And, list(parts))


def either(*parts: Node) -> Node:
    return join_all(exp.Or, list(parts))


def case(whens: list[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    ifs = [exp.If(this=condition, true=value) for condition, value in whens]
    return exp.Case(ifs=ifs, default=otherwise) if otherwise is not None else exp.Case(ifs=ifs)


def when(condition: Node, value: Node, otherwise: Node | None = None) -> Node:
    return case([(condition, value)], otherwise)


def concat(*parts: Node) -> Node:
    """parts joined by `||`; every operand an atom, because dialects disagree on how tightly it binds."""
    result = parts[0] if len(parts) == 1 else at_least(parts[0], ATOM)
    for part in parts[1:]:
        result = exp.DPipe(this=result, expression=at_least(part, ATOM))
    return result


def plus(*parts: Node) -> Node:
    """parts joined by `+`, as T-SQL joins texts."""
    result = parts[0]
    for part in parts[1:]:
        result = add(result, part)
    return result


def cast(value: Node, to: str) -> Node:
    """CAST(value AS to) with the type written exactly so."""
    return exp.Cast(this=value, to=written_type(to))


def call_cast(function: str, value: Node, to: str) -> Node:
    """CAST by another name (TRY_CAST, SAFE_CAST)."""
    if function == "TRY_CAST":
        return exp.TryCast(this=value, to=written_type(to))
    return exp.Cast(this=value, to=written_type(to), safe=False)


def written_type(to: str) -> Node:
    return exp.Var(this=to)


def typed_text(kind: str, value: str) -> Node:
    """DATE '2026-01-31', TIMESTAMP '…'."""
    return exp.Introducer(this=exp.Var(this=kind), expression=text(value))


def interval(amount: int, unit: str) -> Node:
    """INTERVAL '3' MONTH, in the dialect's spelling."""
    return exp.Interval(this=text(str(amount)), unit=exp.Var(this=unit.upper()))


def extract(part: str, value: Node) -> Node:
    return exp.Extract(this=exp.Var(this=part), expression=value)


def paren(value: Node) -> Node:
    return exp.Paren(this=value)


def clone(node: Node) -> Node:
    """A second copy for an operand that is written twice."""
    return node.copy()


def item(array: Node, index: int) -> Node:
    """array[index], counted as the engine counts (from 1 on DuckDB and PostgreSQL)."""
    return exp.Bracket(this=array, expressions=[number(index)], offset=1)
