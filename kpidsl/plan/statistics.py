"""Intervals. Comes in: expressions for a share and for how many were counted. Goes out: the bounds between which its true value lies."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.expr import BOOL, INT, REAL, CaseOf, Expr, Fn, Lit, Type

Z = Decimal("1.959963984540054")
"""The 97.5% quantile of the normal distribution."""


def wilson(share: Expr, count: Expr, kind: Type, z: Decimal = Z) -> tuple[Expr, Expr]:
    """The interval of Wilson (1927), of 95% where silent: (p + z²/2n ∓ z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)."""

    def fn(op: str, *args: Expr) -> Expr:
        return Fn(op, args, REAL)

    def lit(value: Decimal | int) -> Expr:
        return Lit(value, INT if isinstance(value, int) else REAL)

    n = fn("to_number", count)
    middle = fn("add", share, fn("div", lit(z * z / 2), n))
    spread = fn("mul", fn("div", fn("mul", share, fn("sub", lit(1), share)), n), lit(z * z))
    reach = fn("sqrt", fn("add", spread, fn("div", lit(z**4 / 4), fn("mul", n, n))))
    whole = fn("add", lit(1), fn("div", lit(z * z), n))

    def bound(side: str, edge: int) -> Expr:
        """Of none or of all of them one bound is that very share, which rounding would miss."""
        return CaseOf(((Fn("eq", (share, lit(edge)), BOOL), Lit(edge, kind)),), Fn("div", (fn(side, middle, reach), whole), kind), kind)

    return bound("sub", 0), bound("add", 1)
