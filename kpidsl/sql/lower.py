"""What a dialect lacks, rewritten as plan nodes that it has. Comes in: a relation. Goes out: an equal relation for one dialect."""

from __future__ import annotations

from kpidsl.plan.plan import Rel
from kpidsl.sql.dialects import Dialect


def lower(root: Rel, dialect: Dialect) -> Rel:
    return root
