"""What is compared with less than it seems. Comes in: a question. Goes out: a hint for every source that has only some of the days of the
span that the question compares with: a growth against half a month is no growth of a month.
"""

from __future__ import annotations

from kpidsl.cli.session import Session
from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.model.model import QueryModel


def in_part(session: Session, query: QueryModel) -> list[Diagnostic]:
    """A hint for each source and span; none where everything that is compared is there."""
    from kpidsl.plan.coverage import compared_in_part
    from kpidsl.plan.planner import Planner
    from kpidsl.plan.work import Work

    found: list[Diagnostic] = []
    for part in compared_in_part(Work(Planner(session.compiled.model, session.as_of), query)):
        there, whole = (part.last - part.begins).days + 1, (part.last - part.first).days + 1
        found.append(
            Diagnostic(
                "KPI148",
                f"{part.first} to {part.last} is compared with, and {part.source} begins on {part.begins}",
                severity=Severity.HINT,
                notes=(f"only {there:,} of these {whole:,} days have data, so growth against them looks larger than it is",),
                help=f"ask for later periods: those that are compared with what came after {part.begins}",
            )
        )
    return found
