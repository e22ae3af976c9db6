"""The operator table: numbers. Rounding is half away from zero everywhere.

What has no real result (ln 0, sqrt −1) is null, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from kpidsl.model.expr import REAL, CaseOf, Expr, Fn, Lit, Type
from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.speak import Call, op
from kpidsl.sql.tree import Node


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


LARGEST, SMALLEST = Decimal("709.78"), Decimal(-745)
"""Powers of e beyond which no double holds the result: some engines say infinity there, others fail."""
TAME = 3
"""Whole exponents up to this size overflow no sooner than products do, which nobody guards."""


@op("exp")
def exponential(x: Call) -> Node:
    """null where the result is too large for a double."""
    return _within_doubles(x, x.exprs[0], LARGEST, SMALLEST, n.call("EXP", _double(x, 0, x[0])))


@op("power")
def power(x: Call) -> Node:
    """null where no real number comes out: a negative base with a broken exponent, zero to a negative power, more than a double holds."""
    base, exponent = x.exprs
    result = n.call("POWER", _double(x, 0, x[0]), _double(x, 1, x[1]))
    size = Fn("abs", (base,), base.type)
    if isinstance(exponent, Lit) and isinstance(exponent.value, (int, Decimal)):
        return _known_power(x, Decimal(exponent.value), size, result)
    logarithm = Fn("mul", (exponent, Fn("ln", (size,), REAL)), REAL)
    broken = n.compare("<>", x.again(1), n.call("FLOOR", x.again(1)))
    negative = n.both(n.compare("<", x.again(0), n.number(0)), broken)
    infinite = n.both(n.eq(x.again(0), n.number(0)), n.compare("<", x.again(1), n.number(0)))
    return _unless(n.either(negative, infinite), _within_doubles(x, logarithm, LARGEST, SMALLEST, result))


def _known_power(x: Call, exponent: Decimal, size: Expr, result: Node) -> Node:
    whole = exponent == int(exponent)
    if abs(exponent) > (TAME if whole else 1):
        most, least = ((edge / exponent).exp() for edge in (LARGEST, SMALLEST))
        result = _within_doubles(x, size, most, least, result)
    if whole and exponent >= 0:
        return result
    wrong = "=" if whole else "<" if exponent > 0 else "<="
    return _unless(n.compare(wrong, x.again(0), n.number(0)), result)


def _within_doubles(x: Call, measure: Expr, most: Decimal, least: Decimal, result: Node) -> Node:
    """The result; null where `measure` lies beyond `most`, for it would be infinite, and 0 beyond `least` where the engine would fail.

    The edges are written with five digits: nobody comes near them.
    """
    past, short = (">", "<") if most > least else ("<", ">")
    whens = [(n.compare(past, x.s.value(measure), n.number(f"{most:.5g}")), n.null())]
    if x.dialect.underflow_fails:
        whens.append((n.compare(short, x.s.value(measure), n.number(f"{least:.5g}")), n.number(0)))
    return n.case(whens, result)


def _unless(condition: Node, result: Node) -> Node:
    """null under the condition, else the result; in one CASE with the conditions that the result has already."""
    if isinstance(result, tree.Case):
        return tree.Case(((condition, n.null()), *result.whens), result.otherwise)
    return tree.Case(((condition, n.null()),), result)


@op("ln")
def logarithm(x: Call) -> Node:
    return n.when(n.compare(">", x[0], n.number(0)), n.call("LN", _double(x, 0, x.again(0))))


@op("sqrt")
def root(x: Call) -> Node:
    return n.when(n.compare(">=", x[0], n.number(0)), n.call("SQRT", _double(x, 0, x.again(0))))


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


# sums of decimals

MONEY_DIGITS = 6
"""Digits after the point of an amount whose scale nobody declared: millionths, in which advertising is billed."""
PRODUCT_DIGITS = 9
"""Those of a product at most, unless one of its factors has more: with more, the dust of doubles would be among them."""
WIDTH = 38
"""Digits of a decimal in all."""


@op("total")
def total(x: Call) -> Node:
    """A sum, written already, of what stands in the argument. That of amounts that were divided is a decimal again."""
    lost = lost_digits(x.fn)
    return x[0] if lost is None else n.cast(x[0], x.s.type_name("decimal", (WIDTH, lost)))


def lost_digits(fn: Fn) -> int | None:
    """Digits after the point of a sum of decimals that are doubles in SQL, since they were divided (S6); None for any other sum."""
    if fn.type.kind != "decimal" or decimal_digits(fn.args[0]) is not None:
        return None
    return _declared_digits(fn.type)


def decimal_digits(expr: Expr) -> int | None:
    """Digits after the point of a decimal expression; None where it is none."""
    match expr:
        case Lit(value=Decimal() as value):
            return max(-int(value.as_tuple().exponent), 0)
        case _ if expr.type.kind == "int":
            return 0
        case _ if expr.type.kind != "decimal":
            return None
        case Fn(op="mul", args=args):
            factors = [decimal_digits(arg) for arg in args]
            known = [digits for digits in factors if digits is not None]
            return min(sum(known), max(PRODUCT_DIGITS, *known)) if len(known) == len(args) else None
        case Fn(op="round", options=options):
            return int(options[0]) if options else 0
        case Fn(op="add" | "sub" | "neg" | "abs" | "coalesce" | "least" | "greatest" | "null_if"):
            return _most(expr.args)
        case CaseOf(whens=whens, otherwise=otherwise):
            return _most([value for _, value in whens] + ([] if otherwise is None else [otherwise]))
        case _:
            return _declared_digits(expr.type)


def _declared_digits(kind: Type) -> int:
    return MONEY_DIGITS if kind.precision is None else kind.precision[1]


def _most(exprs: Iterable[Expr]) -> int | None:
    known = [decimal_digits(e) for e in exprs if not (isinstance(e, Lit) and e.value is None)]
    return None if None in known else max((d for d in known if d is not None), default=0)
