"""Ranges of days as conditions. Comes in: alternatives, each a conjunction. Goes out: fewer alternatives, where the ranges of some touch:
in 2024 or in 2025 is from 2024 to 2025, which engines read faster and people as well."""

from __future__ import annotations

import datetime as dt

from kpidsl.model.expr import BOOL, Expr, Fn, Lit, all_of, conjuncts
from kpidsl.record import dataclass


@dataclass(frozen=True, slots=True)
class _Ranged:
    """A conjunction with one range of known days in it."""

    moment: Expr
    rest: tuple[Expr, ...]
    low: Lit
    until: Lit

    def condition(self) -> Expr:
        found = all_of([*self.rest, Fn("ge", (self.moment, self.low), BOOL), Fn("lt", (self.moment, self.until), BOOL)])
        assert found is not None
        return found


def touching(alternatives: list[Expr]) -> list[Expr]:
    """The alternatives, those joined whose ranges of one moment overlap or follow each other and that say nothing else that differs."""
    found: list[Expr | _Ranged] = []
    for condition in dict.fromkeys(alternatives):
        new = _ranged(condition)
        if new is None:
            found.append(condition)
            continue
        for known in [k for k in found if isinstance(k, _Ranged) and (k.moment, k.rest) == (new.moment, new.rest)]:
            if _day(known.low) <= _day(new.until) and _day(new.low) <= _day(known.until):
                found.remove(known)
                new = _Ranged(new.moment, new.rest, min(known.low, new.low, key=_day), max(known.until, new.until, key=_day))
        found.append(new)
    return [f.condition() if isinstance(f, _Ranged) else f for f in found]


def _ranged(condition: Expr) -> _Ranged | None:
    parts = conjuncts(condition)
    lows, highs = (
        [p for p in parts if isinstance(p, Fn) and p.op == op and isinstance(p.args[1], Lit) and isinstance(p.args[1].value, dt.date)]
        for op in ("ge", "lt")
    )
    if len(lows) != 1 or len(highs) != 1 or lows[0].args[0] != highs[0].args[0]:
        return None
    low, until = lows[0].args[1], highs[0].args[1]
    assert isinstance(low, Lit)
    assert isinstance(until, Lit)
    if low.type != until.type:
        return None
    return _Ranged(lows[0].args[0], tuple(p for p in parts if p is not lows[0] and p is not highs[0]), low, until)


def _day(side: Lit) -> str:
    assert isinstance(side.value, dt.date)
    return side.value.isoformat()
