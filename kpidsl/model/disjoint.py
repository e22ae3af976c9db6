"""Whether no row can be two things at once. Comes in: two conditions on rows. Goes out: True where that is certain; anything that would
take arithmetic to see counts as uncertain."""

from __future__ import annotations

from kpidsl.model.derived import Events
from kpidsl.model.expr import Expr, Fn, Lit, conjuncts


def disjoint(one: Events, other: Events) -> bool:
    """Whether no event is both: rows of two sources never are, rows of one where a value would have to be two."""
    if one.source != other.source:
        return True
    mine, theirs = _values(one.condition), _values(other.condition)
    return any(mine[value].isdisjoint(theirs[value]) for value in mine.keys() & theirs.keys())


def _values(condition: Expr | None) -> dict[Expr, frozenset[object]]:
    """What a condition says that values are: each one of a few."""
    found: dict[Expr, frozenset[object]] = {}
    for part in conjuncts(condition):
        if not isinstance(part, Fn) or part.op not in ("eq", "in"):
            continue
        value, *options = part.args
        if isinstance(value, Lit):
            value, options = options[0], [value]
        if all(isinstance(option, Lit) for option in options):
            allowed = frozenset(option.value for option in options if isinstance(option, Lit))
            found[value] = found.get(value, allowed) & allowed
    return found
