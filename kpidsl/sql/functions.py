"""The operator table, first part: arithmetic, comparison, logic and choice. One meaning in every dialect; nulls by SEMANTICS S2 and S6."""

from __future__ import annotations

from kpidsl.model.expr import BOOL, Col, Expr, Fn, Lit
from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.speak import Call, literal_text, op
from kpidsl.sql.tree import Node


@op("add")
def add(x: Call) -> Node:
    result = x[0]
    for arg in x.args[1:]:
        result = n.add(result, arg)
    return result


@op("sub")
def sub(x: Call) -> Node:
    return n.sub(x[0], x[1])


@op("mul")
def mul(x: Call) -> Node:
    result = x[0]
    for arg in x.args[1:]:
        result = n.mul(result, arg)
    return result


def long_product(x: Call) -> Node:
    """Products of many decimals are computed in double precision, where an engine has 18 digits for them, which soon do not suffice."""
    factors = _factors(x.fn)
    if not _is_long(factors) or any(_is_long(_factors(arg)) for arg in x.exprs):
        return mul(x)
    return n.mul(x.s.cast(x[0], "number"), x[1])


def _factors(expr: Expr) -> list[Expr]:
    """The decimals that are multiplied."""
    if isinstance(expr, Fn) and expr.op == "mul":
        return [factor for arg in expr.args for factor in _factors(arg)]
    return [expr] if expr.type.kind == "decimal" else []


def _is_long(factors: list[Expr]) -> bool:
    return len(factors) > 3 or (len(factors) > 2 and sum(isinstance(factor, Col) for factor in factors) > 1)


@op("scalar")
def scalar(x: Call) -> Node:
    """The one value of a relation, by its name and that of its column."""
    assert x.s.scalar is not None
    name, column = x.fn.options
    return x.s.scalar(str(name), str(column))


@op("neg")
def neg(x: Call) -> Node:
    return n.neg(x[0])


DOUBLES = ("div", "to_number", "exp", "ln", "power", "sqrt", "root")
"""Operators whose result is a double whatever goes in."""


def _is_double(expr: Expr, typeless: bool) -> bool:
    """Whether a value is a double in SQL as well. A literal may be written without a point; and where columns have no types of their own
    (SQLite), a number may be stored as a whole one."""
    if expr.type.kind != "number" or isinstance(expr, Lit):
        return False
    return not typeless or (isinstance(expr, Fn) and expr.op in DOUBLES)


@op("div")
def div(x: Call) -> Node:
    """S6: in double precision, null where the divisor is 0 or null."""
    left, right = x.args
    if not x.dialect.divides_exactly and not _is_double(x.exprs[0], x.dialect.typeless):
        left = x.s.cast(left, "number")
    by = x.exprs[1]
    certain = isinstance(by, Lit) and by.value not in (None, 0)
    if not x.dialect.divides_exactly and x.dialect.divisor_cast and not certain and by.type.kind != "number":
        right = x.s.cast(right, "number")
    return n.div(left, right if certain else n.call("NULLIF", right, n.number(0)))


def _exact(x: Call) -> list[Node]:
    """Text operands under a collation that tells everything apart, where the engine's own may not."""
    if x.dialect.exact_text and any(a.type.kind == "text" for a in x.exprs):
        return [x.s.exact(x[0]), *x.args[1:]]
    return x.args


def _equality(x: Call) -> list[Node]:
    return _exact(x) if x.dialect.collate_equality else x.args


@op("eq")
def eq(x: Call) -> Node:
    return n.eq(*_equality(x))


@op("ne")
def ne(x: Call) -> Node:
    """S2: not Italy includes the unknown. Against a literal written out, which DuckDB runs a third faster than IS DISTINCT FROM."""
    left, right = _equality(x)
    tested, other = x.exprs
    if isinstance(tested, Col) and isinstance(other, Lit) and other.value is not None:
        return n.either(n.compare("<>", left, right), n.is_null(x.again(0)))
    return n.compare("IS DISTINCT FROM", left, right)


@op("null_safe_eq")
def null_safe_eq(x: Call) -> Node:
    left, right = _equality(x)
    return n.compare("IS NOT DISTINCT FROM", left, right)


@op("exact")
def exact(x: Call) -> Node:
    """The same text under the collation that tells everything apart: a group's key on engines where equality is not exact (S16)."""
    return x.s.exact(x[0])


@op("lt")
def lt(x: Call) -> Node:
    return n.compare("<", *_exact(x))


@op("le")
def le(x: Call) -> Node:
    return n.compare("<=", *_exact(x))


@op("gt")
def gt(x: Call) -> Node:
    return n.compare(">", *_exact(x))


@op("ge")
def ge(x: Call) -> Node:
    return n.compare(">=", *_exact(x))


@op("in")
def is_in(x: Call) -> Node:
    if len(x.args) == 1:
        return n.false() if x.dialect.booleans else n.eq(n.number(1), n.number(0))
    x.args = _equality(x)
    return n.is_in(x[0], x.args[1:])


@op("not_in")
def not_in(x: Call) -> Node:
    """S2: an unknown value is not one of the options."""
    if len(x.args) == 1:
        return n.true() if x.dialect.booleans else n.eq(n.number(1), n.number(1))
    return _turned_round(x, "in") if _may_be_null(x) else _counting_unknown(x, n.no(is_in(x)))


def _may_be_null(x: Call) -> bool:
    """Whether an option is not written out, so that the answer may be unknown though the first argument is there."""
    return any(not isinstance(option, Lit) or option.value is None for option in x.exprs[1:])


def _turned_round(x: Call, positive: str) -> Node:
    """What is not certainly so."""
    return x.s.condition(Fn("not", (Fn(positive, x.exprs, BOOL),), BOOL))


def _counting_unknown(x: Call, condition: Node) -> Node:
    """The condition, or true where the first argument is null."""
    tested = x.exprs[0]
    if isinstance(tested, Lit) and tested.value is not None:
        return condition
    if isinstance(tested, Col) or not x.dialect.booleans:
        return n.either(condition, n.is_null(x.s.value(tested)))
    return n.call("COALESCE", condition, n.true())


@op("holds")
def holds(x: Call) -> Node:
    """The value is stored as what its column is declared to be. Engines that give columns a type store nothing else."""
    return n.not_null(x[0])


@op("is_null")
def is_null(x: Call) -> Node:
    return n.is_null(x[0])


@op("is_not_null")
def is_not_null(x: Call) -> Node:
    return n.not_null(x[0])


@op("and")
def all_true(x: Call) -> Node:
    return n.join_all("AND", x.args) if x.args else n.true()


@op("or")
def any_true(x: Call) -> Node:
    return n.join_all("OR", x.args) if x.args else n.false()


@op("not")
def negation(x: Call) -> Node:
    """S2: not true; what is unknown counts in. Conditions that are never unknown are simply turned round."""
    inner = x.exprs[0]
    if isinstance(inner, Fn):
        if inner.op == "is_null":
            return n.not_null(x.s.value(inner.args[0]))
        if inner.op == "is_not_null":
            return n.is_null(x.s.value(inner.args[0]))
        if inner.op in ("ne", "not_in", "not_like", "null_safe_eq", "not"):
            return n.no(x[0])
    return n.no(n.call("COALESCE", x[0], n.false()))


@op("like")
def like(x: Call) -> Node:
    """% and _ of standard SQL, case matters, nothing escapes."""
    pattern = literal_text(x.exprs[1])
    value, wanted = _equality(x)
    if x.dialect.like_brackets and pattern is not None:
        pattern = pattern.replace("[", "[[]")
        wanted = n.text(pattern)
    if not x.dialect.backslash_like or (pattern is not None and "\\" not in pattern):
        return n.compare("LIKE", value, wanted)
    if x.dialect.like_escape_off:
        return tree.Infix("ESCAPE", n.compare("LIKE", value, wanted), n.text(""))
    if pattern is not None:
        return n.compare("LIKE", value, n.text(pattern.replace("\\", "\\\\")))
    return n.compare("LIKE", value, n.call("REPLACE", wanted, n.text("\\"), n.text("\\\\")))


_GLOB = str.maketrans({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"})


@op("not_like")
def not_like(x: Call) -> Node:
    return _turned_round(x, "like") if _may_be_null(x) else _counting_unknown(x, n.no(x.to("like")))


@op("coalesce")
def coalesce(x: Call) -> Node:
    return n.call("COALESCE", *x.s.alike(x.exprs, x.args)) if len(x.args) > 1 else x[0]


@op("null_if")
def null_if(x: Call) -> Node:
    left, right = _equality(x)
    return n.call("NULLIF", left, right)


def _extreme(x: Call, function: str) -> Node:
    """null if any argument is null (SQL:2023); most engines skip nulls, so the nulls are asked for first.

    The option `known` says that none can be."""
    if len(x.args) == 1:
        return x[0]
    args = x.s.alike(x.exprs, x.args)
    if x.dialect.exact_text and any(a.type.kind == "text" for a in x.exprs):
        args = [x.s.exact(x[0]), *x.args[1:]]
    best = n.call(function, *args)
    unknown = [n.is_null(x.s.value(a)) for a in x.exprs if not (isinstance(a, Lit) and a.value is not None)]
    if x.dialect.extremes_keep_null or not unknown or "known" in x.fn.options:
        return best
    return n.case([(n.no(n.either(*unknown)), best)])


@op("least")
def least(x: Call) -> Node:
    return _extreme(x, x.dialect.least)


@op("greatest")
def greatest(x: Call) -> Node:
    return _extreme(x, x.dialect.greatest)


@op("sql")
def of_the_analyst(x: Call) -> Node:
    """SQL that an analyst wrote, which only sqlglot can read; it is loaded for nothing else."""
    from kpidsl.sql.escape import written_expression

    return written_expression(x)
