"""Row expressions, aggregates and windows to nodes of SQL, by the operator tables. Comes in: `Expr`. Goes out: nodes of one dialect.

A condition and a value are asked for separately (`condition`, `value`), because T-SQL has no booleans to store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from importlib import import_module

from kpidsl.diagnostic import fail
from kpidsl.model.expr import TEXT, Agg, Bound, CaseOf, Col, Expr, Fn, Lit, Over, Type
from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.dialects import Dialect, type_text
from kpidsl.sql.given import Givens
from kpidsl.sql.tree import Node


class Call:
    """One use of an operator: its expression, and its arguments as nodes (`x[0]`), each to be written once.

    An argument that is written twice is built again (`again`), since a node has one place in a tree.
    """

    __slots__ = ("args", "fn", "s")

    def __init__(self, s: Speaker, fn: Fn, args: list[Node]) -> None:
        self.s = s
        self.fn = fn
        self.args = args

    @property
    def exprs(self) -> tuple[Expr, ...]:
        return self.fn.args

    @property
    def dialect(self) -> Dialect:
        return self.s.dialect

    def __getitem__(self, at: int) -> Node:
        return self.args[at]

    def again(self, at: int) -> Node:
        """The argument as a value, built anew."""
        return self.s.value(self.fn.args[at])

    def truth(self, at: int) -> Node:
        """The argument as a condition, built anew."""
        return self.s.condition(self.fn.args[at])

    def kind(self, at: int) -> str:
        return self.fn.args[at].type.kind

    def word(self, at: int) -> str:
        """The bare word that an argument is."""
        node = self.args[at]
        assert isinstance(node, tree.Word)
        return node.text

    def to_the_end(self) -> list[Node]:
        """The length of a substring that goes to the end, for engines that insist on one."""
        return [n.number(self.s.dialect.rest_of_text)] if self.s.dialect.rest_of_text else []

    def to(self, op: str, *args: Node) -> Node:
        """The same expression through another operator's spelling, with these nodes (or its own)."""
        return self.s.builder(op)(Call(self.s, self.fn, list(args) or self.args))


class AggCall:
    """One use of an aggregate: its expression, its arguments and its condition as nodes."""

    __slots__ = ("agg", "args", "s", "where")

    def __init__(self, s: Speaker, agg: Agg, args: list[Node], where: Node | None) -> None:
        self.s = s
        self.agg = agg
        self.args = args
        self.where = where

    def __getitem__(self, at: int) -> Node:
        return self.args[at]

    def kind(self, at: int) -> str:
        return self.agg.args[at].type.kind


Builder = Callable[[Call], Node]
AggBuilder = Callable[[AggCall], Node]

_OPS: dict[tuple[str, str], Builder] = {}
_AGGS: dict[tuple[str, str], AggBuilder] = {}

CONDITIONS = frozenset(
    (
        *("eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "is_null", "is_not_null", "like", "not_like", "and", "or", "not"),
        *("null_safe_eq", "starts_with", "ends_with", "contains", "holds"),
    )
)
LOGIC = frozenset(("and", "or", "not"))
_NUMBERS = frozenset(("int", "number", "decimal", "duration"))
_WIDEST = (38, 10)


def op(name: str, *dialects: str) -> Callable[[Builder], Builder]:
    """Register the spelling of an operator, for all dialects or for some."""

    def keep(builder: Builder) -> Builder:
        for dialect in dialects or ("",):
            _OPS[name, dialect] = builder
        return builder

    return keep


def agg(name: str, *dialects: str) -> Callable[[AggBuilder], AggBuilder]:
    """Register the spelling of an aggregate."""

    def keep(builder: AggBuilder) -> AggBuilder:
        for dialect in dialects or ("",):
            _AGGS[name, dialect] = builder
        return builder

    return keep


@cache
def load_spelling(dialect: Dialect) -> None:
    """Fill the tables with what the dialect, and those that it takes after, spell in their own way."""
    for name in dialect.names:
        if name:
            import_module(f"kpidsl.sql.spelling.{name}")


def known_ops() -> set[str]:
    return {name for name, _ in _OPS}


def known_aggs() -> set[str]:
    return {name for name, _ in _AGGS}


class Speaker:
    """Writes expressions in one dialect; `column` says how a column is written in the SELECT at hand, `scalar` how the one value of another
    relation is; `givens` takes the values that do not stand in the statement."""

    def __init__(
        self,
        dialect: Dialect,
        column: Callable[[Col], Node],
        scalar: Callable[[str, str], Node] | None = None,
        givens: Givens | None = None,
    ) -> None:
        self.dialect = dialect
        self.names = dialect.names
        self.column = column
        self.scalar = scalar
        self.givens = givens

    def value(self, expr: Expr) -> Node:
        """The expression as something that can be selected, summed or compared."""
        if isinstance(expr, Col):
            return self.column(expr)
        if not self.dialect.booleans and is_condition(expr):
            truth = self.condition(expr)
            return n.case([(truth, n.number(1)), (n.no(self.condition(expr)), n.number(0))])
        return self._node(expr)

    def condition(self, expr: Expr) -> Node:
        """The expression as something that WHERE, ON and WHEN take."""
        if self.dialect.booleans or is_condition(expr):
            return self._node(expr)
        return n.eq(self._node(expr), n.number(1))

    def type_name(self, kind: str, precision: tuple[int, int] | None = None) -> str:
        return type_text(self.dialect, Type(kind, precision=precision))

    def cast(self, value: Node, kind: str) -> Node:
        """A conversion that always works (a wider number, a date of a timestamp)."""
        return n.cast(value, self.type_name(kind))

    def exact(self, value: Node) -> Node:
        """A text that is compared and ordered by code point."""
        if not self.dialect.exact_text or (isinstance(value, tree.Infix) and value.word == "COLLATE"):
            return value
        name = self.dialect.exact_text
        collation = n.name(name, quoted=True) if self.dialect.name == "postgres" else n.word(name)
        return tree.Infix("COLLATE", n.at_least(value, 9), collation)

    def order(self, expr: Expr, value: Node, descending: bool) -> tree.Key:
        """One sort key, nulls last, text by code point."""
        if expr.type.kind == "text" and self.dialect.exact_text:
            value = self.exact(value)
        return tree.Key(value, descending)

    def order_parts(self, key: tree.Key) -> list[tree.Key]:
        """The key as the dialect takes it: where NULLS LAST is not known, a first key tells nulls apart."""
        if self.dialect.null_order != "key":
            return [key]
        unknown = n.is_null(key.value)
        known_last = unknown if self.dialect.booleans else n.case([(unknown, n.number(1))], n.number(0))
        return [tree.Key(known_last), key]

    def combination(self, expr: Agg, args: list[Node]) -> Node:
        """Several values as one that can be counted, null as soon as one of them is."""
        known = n.both(*[n.not_null(self.value(a)) for a in expr.args])
        if self.dialect.row_value:
            return n.when(known, n.call(self.dialect.row_value, *args))
        parts = [n.cast(arg, self.type_name("text")) for arg in args]
        between = [part for arg in parts for part in (n.text("\x1f"), arg)][1:]
        return n.when(known, Call(self, Fn("joined", (), TEXT), between).to("joined"))

    def alike(self, exprs: Sequence[Expr], values: list[Node]) -> list[Node]:
        """Values that stand in for each other (branches of CASE, arguments of COALESCE), as one numeric type where the dialect wants one.

        A whole number that is written out goes with every other; decimals meet at the largest size that the engines have.
        """
        if self.dialect.mixes_numbers or len(exprs) < 2:
            return values
        kinds = {expr.type.kind for expr in exprs} - {"null"}
        if not kinds <= _NUMBERS:
            return values
        common = "decimal" if kinds <= {"int", "decimal"} else "number"
        written = common if kinds != {"int"} else "int"
        loose = [not (isinstance(expr, Lit) and (expr.value is None or isinstance(expr.value, int))) for expr in exprs]
        if sum(loose) < 2 and not any(isinstance(expr, Lit) and isinstance(expr.value, Decimal) for expr in exprs):
            return values
        size = _WIDEST if written == "decimal" else None
        return [n.cast(v, self.type_name(written, size)) if cast else v for v, cast in zip(values, loose, strict=True)]

    def _node(self, expr: Expr) -> Node:
        if isinstance(expr, Col):
            return self.column(expr)
        if isinstance(expr, Fn):
            give = self.condition if expr.op in LOGIC else self.value
            args = [give(arg) for arg in expr.args]
            return self.builder(expr.op)(Call(self, expr, self._typed(expr.args, args) if self.dialect.typed_operands else args))
        if isinstance(expr, Lit):
            return self.literal(expr)
        if isinstance(expr, Agg):
            return self.aggregate(expr)
        if isinstance(expr, CaseOf):
            values = [v for _, v in expr.whens] + ([] if expr.otherwise is None else [expr.otherwise])
            branches = self.alike(values, [self.value(v) for v in values])
            whens = [(self.condition(c), branch) for (c, _), branch in zip(expr.whens, branches, strict=False)]
            return n.case(whens, None if expr.otherwise is None else branches[-1])
        if isinstance(expr, Over):
            from kpidsl.sql.windows import window

            return window(self, expr)
        raise TypeError(f"not an expression of a plan: {expr!r}")

    def _typed(self, exprs: Sequence[Expr], values: list[Node]) -> list[Node]:
        """What an operator is given where the dialect has operators only for values of a known type: unknown ones with theirs."""
        return [
            n.cast(value, self.type_name(expr.type.kind, expr.type.precision))
            if isinstance(expr, Lit) and expr.value is None and expr.type.kind != "null"
            else value
            for expr, value in zip(exprs, values, strict=True)
        ]

    def builder(self, name: str) -> Builder:
        for dialect in self.names:
            found = _OPS.get((name, dialect))
            if found is not None:
                return found
        raise LookupError(f"operator `{name}` has no spelling in {self.dialect.name}")

    def aggregate(self, expr: Agg) -> Node:
        for dialect in self.names:
            found = _AGGS.get((expr.func, dialect))
            if found is not None:
                where = None if expr.where is None else self.condition(expr.where)
                return found(AggCall(self, expr, [self.value(a) for a in expr.args], where))
        raise LookupError(f"aggregate `{expr.func}` has no spelling in {self.dialect.name}")

    def literal(self, lit: Lit) -> Node:
        value = lit.value
        if type(value) is int and not isinstance(lit, Bound):
            return n.number(value)
        if isinstance(lit, Bound) and self.givens is not None and self.dialect.placeholder:
            return n.word(f"{self.dialect.placeholder}{self.givens.place(lit)}")
        match value:
            case None:
                return n.null()
            case bool():
                if not self.dialect.booleans:
                    return n.number(int(value))
                return n.true() if value else n.false()
            case int():
                return n.number(value)
            case Decimal():
                return self.decimal(value)
            case str():
                return self.text(value)
            case dt.datetime():
                written = value.isoformat(" ", "microseconds" if value.microsecond else "seconds")
                return self.moment("timestamp", written)
            case dt.date():
                return self.moment("date", value.isoformat())
        raise TypeError(f"not a literal: {value!r}")

    def text(self, value: str) -> Node:
        if "\0" in value:
            fail("KPI066", "text that SQL cannot hold: it contains a NUL character", help="take the NUL character out of the text")
        try:
            value.encode()
        except UnicodeEncodeError:
            fail("KPI066", "text that SQL cannot hold: it contains half of a surrogate pair", help="write the character whole")
        return n.text(value)

    def decimal(self, value: Decimal) -> Node:
        if not value.is_finite():
            fail("KPI066", f"a number that SQL cannot hold: {value}")
        return n.number(format(value, "f"))

    def moment_literal(self, written: str) -> Node:
        return self.moment("timestamp", written)

    def moment(self, kind: str, written: str) -> Node:
        if self.dialect.moments_cast:
            return n.cast(n.text(written), self.dialect.types[kind])
        if self.dialect.date_words:
            return n.typed_text(kind.upper(), written)
        return n.text(written)


def is_condition(expr: Expr) -> bool:
    return isinstance(expr, Fn) and expr.op in CONDITIONS


def literal_text(expr: Expr) -> str | None:
    """The text of a text literal, None for anything else."""
    return expr.value if isinstance(expr, Lit) and isinstance(expr.value, str) else None
