"""What is said beside an answer. Comes in: a question and its rows. Goes out: hints that a careful reader would want before they believe
the numbers: nothing is there on that day, a part is compared with a whole, rows belong to nobody.
"""

from __future__ import annotations

from kpidsl.cli import in_part, nobody, nothing
from kpidsl.cli.session import Session
from kpidsl.diagnostic import Diagnostic
from kpidsl.model.model import QueryModel
from kpidsl.report.result import Result


def beside(session: Session, query: QueryModel, result: Result) -> list[Diagnostic]:
    """Every hint; most answers have none."""
    empty = nothing.hint(session, query, result)
    return [*([] if empty is None else [empty]), *in_part.in_part(session, query), *nobody.nobody(session, query)]
