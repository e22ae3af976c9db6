"""The demo's first table: a line for each metric with its value now, what it was before, and its last months as a small curve. Comes in: a
session. Goes out: text. Everything in it is the answer to three questions that anybody may ask on the command line.
"""

from __future__ import annotations

from kpidsl.cli.session import Session
from kpidsl.report.result import Result

METRICS = ("revenue", "valid_orders", "aov", "cac", "roas", "conversion_rate", "nps")
DAYS = "2026-03-01..2026-03-13"
MONTHS = "2025-03..2026-02"
_QUERY = ", ".join(METRICS)
QUERIES = (
    f"{_QUERY} during {DAYS} compare previous month",
    f"{_QUERY} during {DAYS} compare previous year",
    f"{_QUERY} by month during {MONTHS}",
)


def board(session: Session) -> str:
    """The table, aligned."""
    from kpidsl.report.cells import cells, heading
    from kpidsl.report.standing import change, curve
    from kpidsl.report.width import pad, width

    month, year, months = (_asked(session, query) for query in QUERIES)
    lines = [["", "1–13 March", "vs Feb*", "vs 2025*", "Mar 2025 … Feb 2026"]]
    for name in METRICS:
        at = _place(month, name)
        column, now = month.columns[at], month.rows[0][at]
        (shown,) = cells(column, [now], session.project.locale)
        changes = [change(column, now, found.rows[0][_place(found, before)]) for found, before in _before(month, year, name)]
        lines.append([heading(column), shown, *changes, curve(months.values(_place(months, name)))])
    widths = [max(map(width, each)) for each in zip(*lines, strict=True)]
    right = (False, True, True, True, False)
    return "\n".join("   ".join(map(pad, line, widths, right)).rstrip() for line in lines)


def _asked(session: Session, query: str) -> Result:
    from kpidsl.cli.answer import answer, parse, plan

    return answer(session, plan(session, parse(query), query)).result


def _place(result: Result, name: str) -> int:
    return next(at for at, column in enumerate(result.columns) if column.name == name)


def _before(month: Result, year: Result, name: str) -> tuple[tuple[Result, str], tuple[Result, str]]:
    return (month, f"{name}_previous_month"), (year, f"{name}_previous_year")
