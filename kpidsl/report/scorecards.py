"""Scorecards for people. Comes in: the rows of a scorecard. Goes out: for each period, and for each person, a table of what every KPI
reached, scored and added, with the payout below it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kpidsl.report.cells import NULL, cells
from kpidsl.report.result import Result, ResultColumn, Value
from kpidsl.report.tables import escaped
from kpidsl.report.width import cut, pad, visible, width

HEAD = ("KPI", "actual", "target", "attainment", "score", "weight", "points")
_WIDEST = 40
_GAP = "   "
Row = dict[str, Value]


def text(result: Result, titles: dict[str, str], locale: str = "en") -> str:
    """For a terminal."""
    return "\n".join(_block(rows, result, titles, locale) for rows in _settled(result)) or "  no rows yet\n"


def markdown(result: Result, titles: dict[str, str], locale: str = "en") -> str:
    """For GitHub."""
    blocks = []
    for rows in _settled(result):
        lines = [list(HEAD), ["---", *["---:"] * (len(HEAD) - 1)], *([escaped(c) for c in line] for line in _lines(rows, titles, locale))]
        table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
        blocks.append(f"{escaped(_whose(rows[0], result))}\n\n{table}\n{escaped(_outcome(rows[-1], titles, locale))}\n")
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


def _block(rows: list[Row], result: Result, titles: dict[str, str], locale: str) -> str:
    lines = [[cut(cell, _WIDEST) for cell in line] for line in (HEAD, *_lines(rows, titles, locale))]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    right = [False] + [True] * (len(HEAD) - 1)
    body = "".join(f"  {_GAP.join(map(pad, line, widths, right)).rstrip()}\n" for line in lines)
    return f"  {_whose(rows[0], result)}\n{body}  {_outcome(rows[-1], titles, locale)}\n"


def _lines(rows: list[Row], titles: dict[str, str], locale: str) -> list[list[str]]:
    found = []
    for row in rows[:-1]:
        name = str(row["kpi"])
        unit = str(row["unit"] or "")
        actual, low, high = _written(unit, [row["actual"], row["target"], row["target_high"]], locale)
        target = low if row["target_high"] is None else f"{low} to {high}"
        shares = _written("%", [row[n] for n in HEAD[3:]], locale)
        found.append([visible(titles.get(name, name)), actual, target, *shares])
    total = rows[-1]
    score, weight, points = _written("%", [total[n] for n in HEAD[4:]], locale)
    return [*found, ["Total", "", "", "", score, weight, points]]


def _outcome(total: Row, titles: dict[str, str], locale: str) -> str:
    """What the score pays, or why nobody can tell."""
    if total["missing"] is not None:
        names = ", ".join(titles.get(name, name) for name in str(total["missing"]).split(", "))
        return f"No payout can be told: no data for {visible(names)}."
    if total["payout"] is None:
        return "The scorecard has no payout curve."
    return f"Pays {_written('%', [total['payout']], locale)[0]}."


def _written(unit: str, values: Sequence[Value], locale: str) -> list[str]:
    return cells(ResultColumn("", type="number", unit=unit), values, locale)
