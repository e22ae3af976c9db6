"""Judgement of values (S25): how much of a target is reached, and in which state that leaves a period. Comes in: expressions for what is,
what should be, and what should be by now. Goes out: expressions for attainment and status."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.expr import BOOL, INT, REAL, TEXT, CaseOf, Expr, Fn, Lit, Type, all_of
from kpidsl.model.units import RATIO

BAND = Decimal("0.1")
"""The warn band where none is declared: a tenth of what is expected (S25)."""
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


def meets(actual: Expr, low: Expr | None, high: Expr | None, strict: bool = False) -> Expr:
    """Whether a value is as it should be."""
    tests: list[Expr] = []
    if low is not None:
        tests.append(Fn("gt" if strict else "ge", (actual, low), BOOL))
    if high is not None:
        tests.append(Fn("lt" if strict else "le", (actual, high), BOOL))
    return _all(tests)


def nearly(actual: Expr, low: Expr | None, high: Expr | None, band: Decimal | None) -> Expr:
    """Whether a value lies in the warn band; of what is not above zero there is none."""
    band = BAND if band is None else band
    tests: list[Expr] = []
    if low is not None:
        tests += [Fn("gt", (low, ZERO), BOOL), Fn("ge", (actual, _times(low, 1 - band)), BOOL)]
    if high is not None:
        tests += [Fn("gt", (high, ZERO), BOOL), Fn("le", (actual, _times(high, 1 + band)), BOOL)]
    return _all(tests)


def words(whens: list[tuple[Expr, str]], otherwise: str) -> Expr:
    """A word for the first condition that holds."""
    return CaseOf(tuple((test, Lit(word, TEXT)) for test, word in whens), Lit(otherwise, TEXT), TEXT)


def _times(value: Expr, factor: Decimal) -> Expr:
    return Fn("mul", (value, Lit(factor, REAL)), REAL)


def _all(tests: list[Expr]) -> Expr:
    found = all_of(tests)
    assert found is not None
    return found
