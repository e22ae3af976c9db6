"""What comes out of a fact. Comes in: the conditions on rows under which these count for a metric. Goes out: a relation that says which of
its rows make a group appear, in which periods."""

from __future__ import annotations

from kpidsl.model.expr import BOOL, INT, Agg, Col, Expr, Fn, Lit, Type, any_of
from kpidsl.plan.clock import Frame
from kpidsl.plan.plan import Named, Rel
from kpidsl.plan.work import Work
from kpidsl.record import dataclass

Columns = list[tuple[str, Type]]
Tells = dict[Frame | None, Expr | None]
"""Which rows make groups appear: per frame by which periods find them (() where the rows stand in the periods themselves, or name a group
of every period), the condition under which they do; None where every row does. Under the key None those that tell how far an open range
goes."""


@dataclass(frozen=True, slots=True)
class Made:
    """A relation with the group-bys, the grouping's number where there are several, and columns of aggregates."""

    rel: Rel
    columns: Columns
    tells: Tells

    @property
    def named(self) -> Named:
        """The relation, which has a name once facts meet."""
        assert isinstance(self.rel, Named)
        return self.rel


def either(conditions: list[Expr | None]) -> Expr | None:
    """Any of the conditions; None where one of them is that every row counts."""
    known = [c for c in dict.fromkeys(conditions) if c is not None]
    return any_of(known) if known and None not in conditions else None


def counters(work: Work, tells: Tells) -> tuple[list[tuple[str, Agg]], Tells]:
    """Columns that count the rows by which groups appear, and the conditions on these columns."""
    counts: list[tuple[str, Agg]] = []
    found: Tells = {}
    for frame, condition in tells.items():
        found[frame] = None
        if condition is not None:
            name = work.counter(frame)
            counts.append((name, Agg("count_rows", (), INT, condition)))
            found[frame] = Fn("gt", (Col(None, name, INT), Lit(0, INT)), BOOL)
    return counts, found
