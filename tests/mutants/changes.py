"""Small faults, as somebody could make them. Comes in: the text of a module. Goes out: every change that is known for it, and the module's
text with one of them made. Messages, docstrings, annotations and assertions stay as they are: a fault there gives no wrong number."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

COMPARISONS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv}
WORDS = {
    "lt": "le", "le": "lt", "gt": "ge", "ge": "gt", "eq": "ne", "ne": "eq", "null_safe_eq": "eq", "and": "or", "or": "and",
    "is_null": "is_not_null", "is_not_null": "is_null", "add": "sub", "sub": "add", "mul": "div", "div": "mul",
    "least": "greatest", "greatest": "least", "sum": "max", "max": "sum", "min": "max", "count": "count_distinct",
    "count_distinct": "count", "count_rows": "count_distinct", "left": "inner", "inner": "left", "first": "last", "last": "first",
    "month": "quarter", "quarter": "month", "day": "week", "week": "day", "year": "month",
}  # fmt: skip
"""Words of plans that stand for another meaning: operators, aggregates, joins, periods."""
CALLS = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "earlier": "later",
    "later": "earlier",
    "all_of": "any_of",
    "any_of": "all_of",
}


@dataclass(frozen=True)
class Change:
    """The `number`-th change of a module, the line that it is in, and what it does."""

    number: int
    line: int
    what: str


def changes(text: str) -> list[Change]:
    """Every change that is known for a module."""
    return [Change(number, line, what) for number, (line, what, _) in enumerate(_places(ast.parse(text)))]


def changed(text: str, number: int) -> str:
    """The module with one change made."""
    tree = ast.parse(text)
    for position, (_, _, make) in enumerate(_places(tree)):
        if position == number:
            make()
            return ast.unparse(ast.fix_missing_locations(tree))
    raise IndexError(f"no change {number}")


Place = tuple[int, str, Callable[[], None]]


def _places(tree: ast.Module) -> Iterator[Place]:
    for node in _nodes(tree):
        match node:
            case ast.Compare(ops=[op]) if type(op) in COMPARISONS:
                yield _place(node, f"{_word(op)} becomes {_word(COMPARISONS[type(op)]())}", _setter(node, "ops", [COMPARISONS[type(op)]()]))
            case ast.BoolOp(op=op):
                other = ast.Or() if isinstance(op, ast.And) else ast.And()
                yield _place(node, f"{_word(op)} becomes {_word(other)}", _setter(node, "op", other))
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                yield _place(node, "a `not` less", _replacer(node, ast.Call(ast.Name("bool", ast.Load()), [deepcopy(inner)], [])))
            case ast.BinOp(op=op) if type(op) in SIGNS and not _is_text(node):
                yield _place(node, f"{_word(op)} becomes {_word(SIGNS[type(op)]())}", _setter(node, "op", SIGNS[type(op)]()))
            case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, (ast.Compare, ast.BoolOp)):
                yield _place(test, "the condition the other way round", _setter(node, "test", ast.UnaryOp(ast.Not(), test)))
            case ast.comprehension(ifs=[_, *_]):
                yield _place(node.ifs[0], "a filter less", _setter(node, "ifs", []))
            case ast.Constant(value=bool() as value):
                yield _place(node, f"{value} becomes {not value}", _setter(node, "value", not value))
            case ast.Constant(value=int() as value):
                yield _place(node, f"{value} becomes {value + 1}", _setter(node, "value", value + 1))
            case ast.Constant(value=str() as value) if value in WORDS:
                yield _place(node, f"{value} becomes {WORDS[value]}", _setter(node, "value", WORDS[value]))
            case ast.Call(func=ast.Name(id=name) as called) if name in CALLS:
                yield _place(node, f"{name} becomes {CALLS[name]}", _setter(called, "id", CALLS[name]))


def _place(node: ast.expr, what: str, make: Callable[[], None]) -> Place:
    return node.lineno, what, make


def _setter(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _replacer(node: ast.expr, other: ast.expr) -> Callable[[], None]:
    def make() -> None:
        node.__class__ = other.__class__  # type: ignore[assignment]
        node.__dict__ = {**node.__dict__, **other.__dict__}

    return make


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node in which a fault could be, in order."""
    for name, value in ast.iter_fields(tree):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or name in ("annotation", "returns", "decorator_list", "msg") or _is_said(child):
                continue
            yield child
            yield from _nodes(child)


def _is_said(node: ast.AST) -> bool:
    """What is only told to people, or to the type checker."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Raise() | ast.Import() | ast.ImportFrom() | ast.JoinedStr():
            return True
        case ast.Call(func=ast.Name(id="fail" | "Label" | "Diagnostic" | "field" | "replace_help")):
            return True
        case ast.keyword(arg="help" | "notes" | "label" | "labels"):
            return True
        case ast.keyword(arg="strict"):  # of zip: an assertion
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, (ast.JoinedStr, ast.Tuple, ast.List)) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _word(op: ast.AST) -> str:
    return type(op).__name__.lower()
