"""Why an answer holds nothing. Comes in: a question and its rows. Goes out: a hint where `as_of` or the asked range lies outside of all
rows, which looks like a shop that sells nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kpidsl.cli.session import Session
from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.model.model import QueryModel
from kpidsl.report.result import Result

if TYPE_CHECKING:
    from kpidsl.plan.planner import Planner


def hint(session: Session, query: QueryModel, result: Result) -> Diagnostic | None:
    """`as of 2020-01-01 nothing is there yet: the first row of orders is of 2026-01-05`; None where there is nothing to say.

    The sources are asked how far they go only where all is nothing and the day that counts as today was given.
    """
    if session.as_of is None or query.values or not _is_nothing(result):
        return None
    from kpidsl.plan.extent import asked_days
    from kpidsl.plan.planner import Planner

    known = _extents(session, Planner(session.compiled.model), query)
    if not known:
        return None
    first = min(known.items(), key=lambda item: item[1][0])
    last = max(known.items(), key=lambda item: item[1][1])
    if session.as_of < first[1][0]:
        said = f"as of {session.as_of} nothing is there yet: the first row of {first[0]} is of {first[1][0]}"
        return _hint(said, "ask as of a later day: --as-of, or as_of in kpi.toml")
    low, high = asked_days(Planner(session.compiled.model, session.as_of), query)
    if high is not None and high <= first[1][0]:
        return _hint(f"the range ends before the first row of {first[0]}, which is of {first[1][0]}", "ask for a later range")
    if low is not None and low > last[1][1]:
        return _hint(f"the range begins after the last row of {last[0]}, which is of {last[1][1]}", "ask for an earlier range")
    return None


def _hint(message: str, help: str) -> Diagnostic:
    return Diagnostic("KPI128", message, severity=Severity.HINT, help=help)


def _is_nothing(result: Result) -> bool:
    metrics = [i for i, column in enumerate(result.columns) if column.role == "metric"]
    return all(not row[i] for row in result.rows for i in metrics)


def _extents(session: Session, planner: Planner, query: QueryModel) -> dict[str, tuple[dt.date, dt.date]]:
    """First and last day of the sources that the query counts by their own time, where they have rows."""
    from kpidsl.cli.answer import run
    from kpidsl.plan.extent import extent

    found: dict[str, tuple[dt.date, dt.date]] = {}
    for name in dict.fromkeys(leaf.source for leaf in query.leaves() if leaf.time is None):
        source = session.compiled.model.sources[name]
        if source.time is None:
            continue
        statement = extent(planner, source)
        rows, _ = run(session, statement)
        first, last = rows[0]
        if isinstance(first, dt.date) and isinstance(last, dt.date):
            found[name] = (first, last)
    return found
