"""Intervals. Comes in: expressions for a share and for how many were counted. Goes out: the bounds between which its true value lies."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.expr import BOOL, INT, REAL, CaseOf, Expr, Fn, Lit, Type

Z = Decimal("1.959963984540054")
"""The 97.5% quantile of the normal distribution."""


def wilson(share: Expr, count: Expr, kind: Type, z: Decimal = Z) -> tuple[Expr, Expr]:
    """The interval of Wilson (1927), of 95% where silent: (2np + z² ∓ z √(z² + 4np(1 − p))) / 2(n + z²)."""

    def fn(op: str, *args: Expr) -> Expr:
        return Fn(op, args, REAL)

    def lit(value: Decimal | int) -> Expr:
        return Lit(value, INT if isinstance(value, int) else REAL)

    square = lit((z * z).quantize(z))
    n = fn("to_number", count)
    found = fn("mul", n, share)
    middle = fn("add", fn("mul", lit(2), found), square)
    under = fn("add", square, fn("mul", lit(4), fn("mul", found, fn("sub", lit(1), share))))
    reach = fn("mul", lit(z), fn("sqrt", under))
    whole = fn("mul", lit(2), fn("add", n, square))

    def bound(side: str, edge: int) -> Expr:
        """Of none or of all of them one bound is that very share, which rounding would miss."""
        return CaseOf(((Fn("eq", (share, lit(edge)), BOOL), Lit(edge, kind)),), Fn("div", (fn(side, middle, reach), whole), kind), kind)

    return bound("sub", 0), bound("add", 1)
