"""Intervals. Comes in: expressions for a share and for how many were counted. Goes out: the bounds between which its true value lies."""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.expr import INT, REAL, Expr, Fn, Lit, Type

Z = Decimal("1.959963984540054")
"""The 97.5% quantile of the normal distribution."""


def wilson(share: Expr, count: Expr, kind: Type) -> tuple[Expr, Expr]:
    """The 95% interval of Wilson (1927), lower and upper bound: (p + z²/2n ∓ z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)."""

    def fn(op: str, *args: Expr) -> Expr:
        return Fn(op, args, REAL)

    def lit(value: Decimal | int) -> Expr:
        return Lit(value, INT if isinstance(value, int) else REAL)

    n = fn("to_number", count)
    middle = fn("add", share, fn("div", lit(Z * Z / 2), n))
    spread = fn("mul", fn("div", fn("mul", share, fn("sub", lit(1), share)), n), lit(Z * Z))
    reach = fn("sqrt", fn("add", spread, fn("div", lit(Z**4 / 4), fn("mul", n, n))))
    whole = fn("add", lit(1), fn("div", lit(Z * Z), n))
    return Fn("div", (fn("sub", middle, reach), whole), kind), Fn("div", (fn("add", middle, reach), whole), kind)
