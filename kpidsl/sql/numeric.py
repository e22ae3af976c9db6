"""The operator table: numbers. Rounding is half away from zero everywhere.

What has no real result (ln 0, sqrt −1) is null, never an error.
"""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from kpidsl.model.expr import Fn, Lit
from kpidsl.sql import nodes as n
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import Call, op


def digits_of(fn: Fn) -> int:
    return int(fn.options[0]) if fn.options else 0


@op("round")
def round_off(x: Call) -> Node:
    digits = digits_of(x.fn)
    return n.call("ROUND", x[0], n.number(digits)) if digits else n.call("ROUND", x[0])


@op("floor")
def floor(x: Call) -> Node:
    return n.call("FLOOR", x[0])


@op("ceil")
def ceil(x: Call) -> Node:
    return n.call("CEIL", x[0])


@op("abs")
def absolute(x: Call) -> Node:
    return n.call("ABS", x[0])


@op("exp")
def exponential(x: Call) -> Node:
    return n.call("EXP", _double(x, 0, x[0]))


@op("power")
def power(x: Call) -> Node:
    """null where no real number comes out: a negative base with a broken exponent, zero to a negative power."""
    result = n.call("POWER", _double(x, 0, x[0]), _double(x, 1, x[1]))
    exponent = x.exprs[1]
    if isinstance(exponent, Lit) and isinstance(exponent.value, (int, Decimal)):
        whole = exponent.value == int(exponent.value)
        if whole and exponent.value >= 0:
            return result
        wrong = exp.EQ if whole else exp.LT if exponent.value > 0 else exp.LTE
        return n.case([(n.compare(wrong, x.again(0), n.number(0)), n.null())], result)
    broken = n.compare(exp.NEQ, x.again(1), n.call("FLOOR", x.again(1)))
    negative = n.both(n.compare(exp.LT, x.again(0), n.number(0)), broken)
    infinite = n.both(n.eq(x.again(0), n.number(0)), n.compare(exp.LT, x.again(1), n.number(0)))
    return n.case([(n.either(negative, infinite), n.null())], result)


@op("ln")
def logarithm(x: Call) -> Node:
    return n.when(n.compare(exp.GT, x[0], n.number(0)), n.call("LN", _double(x, 0, x.again(0))))


@op("sqrt")
def root(x: Call) -> Node:
    return n.when(n.compare(exp.GTE, x[0], n.number(0)), n.call("SQRT", _double(x, 0, x.again(0))))


@op("root")
def certain_root(x: Call) -> Node:
    """Of what cannot be negative."""
    return n.call("SQRT", x[0])


def _double(x: Call, index: int, value: Node) -> Node:
    """The value in double precision; integers and literals need no cast where the function takes them as doubles anyway."""
    arg = x.exprs[index]
    if (arg.type.kind == "number" and not isinstance(arg, Lit)) or not x.dialect.decimal_functions:
        return value
    return x.s.cast(value, "number")
