"""Scorecards for people. Comes in: the rows of a scorecard, and what each KPI's value is. Goes out: for each period, and for each person, a
table of what every KPI reached, scored and added, with the payout below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from kpidsl.report.cells import NULL, cells
from kpidsl.report.result import Result, ResultColumn, Value
from kpidsl.report.standing import whole
from kpidsl.report.tables import escaped
from kpidsl.report.width import cut, pad, visible, width

HEAD = ("KPI", "actual", "target", "attainment", "score", "weight", "points")
BY_NOW = "by now"
"""The column beside the target of a period that is not over."""
REASONS = {
    "no_data": "no data for",
    "insufficient_data": "too little data for",
    "no_target": "no target for",
    "not_above_zero": "nothing can be divided by the value or the target of",
}
_WIDEST = 40
_GAP = "   "
Row = dict[str, Value]


def text(result: Result, kpis: Mapping[str, ResultColumn], locale: str = "en") -> str:
    """For a terminal. `kpis` says by name what the value of each KPI is."""
    return "\n".join(_block(rows, result, kpis, locale) for rows in _settled(result)) or "  no rows yet\n"


def markdown(result: Result, kpis: Mapping[str, ResultColumn], locale: str = "en") -> str:
    """For GitHub."""
    blocks = []
    for rows in _settled(result):
        head, *lines = [[escaped(c) for c in line] for line in _lines(rows, kpis, locale)]
        table = "".join(f"| {' | '.join(line)} |\n" for line in [head, ["---", *["---:"] * (len(head) - 1)], *lines])
        blocks.append(f"{escaped(_whose(rows[0], result))}\n\n{table}\n{escaped(_outcome(rows, kpis, locale))}\n")
    return "\n".join(blocks)


def _settled(result: Result) -> list[list[Row]]:
    """The rows of each period and person; the last of them is the total."""
    names = [column.name for column in result.columns]
    rows: list[Row] = [dict(zip(names, row, strict=True)) for row in result.rows]
    keys = [name for name in names[: names.index("kpi")] if name not in ("scorecard", "role")]
    return [list(group) for _, group in groupby(rows, key=lambda row: tuple(row[key] for key in keys))]


def _whose(row: Row, result: Result) -> str:
    """`2026-01-01 to 2026-03-31 · ann`."""
    people = [column.name for column in result.columns[4:]]
    groups = people[: people.index("kpi")]
    words = [f"{row['period_start']} to {row['period_end']}", *(visible(str(row[g])) if row[g] is not None else NULL for g in groups)]
    return " · ".join([*words, *(["so far"] if row["state"] == "running" else [])])


def _block(rows: list[Row], result: Result, kpis: Mapping[str, ResultColumn], locale: str) -> str:
    lines = [[cut(cell, _WIDEST) for cell in line] for line in _lines(rows, kpis, locale)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    right = [False] + [True] * (len(widths) - 1)
    body = "".join(f"  {_GAP.join(map(pad, line, widths, right)).rstrip()}\n" for line in lines)
    return f"  {_whose(rows[0], result)}\n{body}  {_outcome(rows, kpis, locale)}\n"


def _lines(rows: list[Row], kpis: Mapping[str, ResultColumn], locale: str) -> list[list[str]]:
    """The titles, a line for each KPI, and the total."""
    running = any(row["expected"] != row["target"] for row in rows)
    head = [*HEAD[:3], *([BY_NOW] if running else []), *HEAD[3:]]
    found = [head]
    for row in rows[:-1]:
        column = _kpi(row, kpis)
        known = None if row["reason"] == "no_data" else row["actual"]  # of which a sum is 0
        actual, low, high = cells(column, [whole(column, value) for value in (known, row["target"], row["target_high"])], locale)
        target = low if row["target_high"] is None else f"{low} to {high}"
        expected = cells(column, [whole(column, row["expected"] if row["expected"] != row["target"] else None)], locale) if running else []
        found.append([visible(column.title), actual, target, *expected, *_shares(row, HEAD[3:], locale)])
    return [*found, ["Total", *[""] * (len(head) - 4), *_shares(rows[-1], HEAD[4:], locale)]]


def _kpi(row: Row, kpis: Mapping[str, ResultColumn]) -> ResultColumn:
    name = str(row["kpi"])
    return kpis.get(name) or ResultColumn(name, unit=str(row["unit"] or ""))


def _outcome(rows: list[Row], kpis: Mapping[str, ResultColumn], locale: str) -> str:
    """What the score pays, or would pay if it goes on so, or why nobody can tell."""
    total = rows[-1]
    if total["missing"] is not None:
        by_reason: dict[str, list[str]] = {}
        for row in rows[:-1]:
            if row["reason"] is not None:
                by_reason.setdefault(REASONS[str(row["reason"])], []).append(visible(_kpi(row, kpis).title))
        said = "; ".join(f"{reason} {', '.join(names)}" for reason, names in by_reason.items())
        return f"No payout can be told: {said}."
    if total["payout"] is None:
        return "The scorecard has no payout curve."
    (pays,) = _shares(total, ("payout",), locale)
    return f"Would pay {pays} if it goes on so." if total["state"] == "running" else f"Pays {pays}."


def _shares(row: Row, names: Sequence[str], locale: str) -> list[str]:
    return cells(ResultColumn("", type="number", unit="%"), [row[n] for n in names], locale)
