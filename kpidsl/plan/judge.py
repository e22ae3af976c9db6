"""Judgement of values (S25): how much of a target is reached, and in which state that leaves a period. Comes in: expressions for what is,
what should be, and what should be by now. Goes out: expressions for attainment and status."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.expr import BOOL, INT, REAL, TEXT, CaseOf, Expr, Fn, Lit, Type, all_of
from kpidsl.model.units import RATIO

BAND = Decimal("0.1")
"""The warn band where none is declared: a tenth of what is expected (S25)."""
DUST = Decimal("0.000000000001")
"""What doubles may be wrong by, as a part of what is compared: 115 is 23 thirtieths of 150, whatever they make of it."""
SHARE = Type("number", RATIO)
ZERO = Lit(0, INT)


def attainment(actual: Expr, low: Expr | None, high: Expr | None) -> Expr:
    """Actual over target where more is better, target over actual where less is; in a band 1 inside, value over edge below it, edge over
    value above it. Null where a side that is divided by is not above zero."""
    whens: list[tuple[Expr, Expr]] = []
    if low is not None and high is not None:
        inside = Fn("and", (Fn("ge", (actual, low), BOOL), Fn("le", (actual, high), BOOL)), BOOL)
        whens.append((inside, Lit(1, SHARE)))
    if low is not None:
        below: list[Expr] = [Fn("gt", (low, ZERO), BOOL)]
        if high is not None:
            below.append(Fn("lt", (actual, low), BOOL))
        whens.append((_all(below), Fn("div", (actual, low), SHARE)))
    if high is not None:
        above: list[Expr] = [Fn("gt", (actual, ZERO), BOOL), Fn("gt", (high, ZERO), BOOL)]
        if low is not None:
            above.append(Fn("gt", (actual, high), BOOL))
        whens.append((_all(above), Fn("div", (high, actual), SHARE)))
    return CaseOf(tuple(whens), None, SHARE) if whens else Lit(None, SHARE)


def meets(actual: Expr, low: Expr | None, high: Expr | None, strict: bool = False, exact: bool = False) -> Expr:
    """Whether a value is as it should be. `exact`: whole numbers are compared, of which every engine makes the same."""
    sides = [_keeps(actual, edge, up, strict, exact) for edge, up in ((low, True), (high, False)) if edge is not None]
    return _all(sides)


def nearly(actual: Expr, low: Expr | None, high: Expr | None, band: Decimal | None) -> Expr:
    """Whether a value lies in the warn band; an edge that is not above zero has none. Of two edges one may be kept."""
    band = BAND if band is None else band
    tests: list[Expr] = []
    for edge, up in ((low, True), (high, False)):
        if edge is None:
            continue
        loosened = _times(edge, 1 - band if up else 1 + band)
        near = Fn("and", (Fn("gt", (edge, ZERO), BOOL), _keeps(actual, loosened, up)), BOOL)
        tests.append(near if low is None or high is None else Fn("or", (_keeps(actual, edge, up), near), BOOL))
    return _all(tests)


def _keeps(actual: Expr, edge: Expr, up: bool, strict: bool = False, exact: bool = False) -> Expr:
    """A value is on the good side of an edge (`up`: above it), or so near to it that doubles could not tell."""
    if not exact:
        dust = Fn("mul", (Fn("abs", (edge,), REAL), Lit(DUST, REAL)), REAL)
        edge = Fn("sub" if up != strict else "add", (edge, dust), REAL)
    return Fn({(True, True): "gt", (True, False): "ge", (False, True): "lt", (False, False): "le"}[up, strict], (actual, edge), BOOL)


def words(whens: list[tuple[Expr, str]], otherwise: str) -> Expr:
    """A word for the first condition that holds."""
    return CaseOf(tuple((test, Lit(word, TEXT)) for test, word in whens), Lit(otherwise, TEXT), TEXT)


def _times(value: Expr, factor: Decimal) -> Expr:
    return Fn("mul", (value, Lit(factor, REAL)), REAL)


def _all(tests: list[Expr]) -> Expr:
    found = all_of(tests)
    assert found is not None
    return found
