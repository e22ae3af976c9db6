"""Scorecards on boards that stand still. Comes in: the rows of a scorecard. Goes out: for each period, the latest first, a table of what
every KPI reached, scored and added, with what the score pays in the line of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from kpidsl.dashboard.snapshot.reader import NUMBERS, Reader, rest
from kpidsl.dashboard.snapshot.tables import Grid

Json = Mapping[str, Any]
Row = dict[str, Any]
SHARES = ("attainment", "score", "weight", "points")


def tables(
    card: Json, columns: Sequence[Json], rows: Sequence[Row], reader: Reader, metric: Callable[[str], str]
) -> list[tuple[str, Grid]]:
    """A table for each period, under its name. `metric` says what a KPI is called."""
    paced = any(row["expected"] != row["target"] for row in rows)
    values = ["actual", "target", *(["expected"] if paced else [])]
    made = _Scores(card, {column["name"]: column for column in columns}, reader, metric, values)
    periods = [list(mine) for _, mine in groupby(rows, key=lambda row: row["period_start"])]
    return [(made.title(mine[0]), made.grid(mine)) for mine in reversed(periods)]


class _Scores:
    def __init__(
        self, card: Json, columns: Mapping[str, Json], reader: Reader, metric: Callable[[str], str], values: Sequence[str]
    ) -> None:
        self.card, self.columns, self.reader, self.metric, self.values = card, columns, reader, metric, values
        self.by = list(card["by"])

    def title(self, row: Row) -> str:
        """The name of a period."""
        name = self.reader.period(row["period_start"], self.card["each"])
        return self.reader.say("so_far", name) if row["state"] == "running" else name

    def grid(self, rows: Sequence[Row]) -> Grid:
        """The table of one period."""
        shown = [self.columns[name] for name in (*self.by, "kpi", *self.values, *SHARES)]
        heads = [(self.reader.said(column["label"]), column["type"] in NUMBERS) for column in shown]
        cells: list[list[str]] = []
        for _, group in groupby(rows, key=lambda row: [row[name] for name in self.by]):
            mine = list(group)
            for at, row in enumerate(mine):
                whose = [self.reader.cell(self.columns[name], row[name]) if at == 0 else "" for name in self.by]
                line = self._total(row, mine) if row["kpi"] is None else self._line(row)
                cells.append([*whose, *line])
        return Grid(heads, cells, ["total" if row["kpi"] is None else "group" for row in rows])

    def _line(self, row: Row) -> list[str]:
        """What one KPI reached, scored and added."""
        unit = row["unit"] or ""
        actual = None if row["reason"] == "no_data" else row["actual"]  # of which a sum is 0
        beside = [actual, row["target"], row["target_high"]]

        def write(value: Any) -> str:
            return self.reader.number(value, unit, beside)

        target = write(row["target"])
        texts = {
            "actual": write(actual),
            "target": target if row["target_high"] is None else self.reader.say("between", target, write(row["target_high"])),
            "expected": write(None if row["expected"] == row["target"] else row["expected"]),
        }
        left = rest(unit)
        name = self.metric(row["kpi"]) + (f" ({left})" if left else "")
        return [name, *(texts[each] for each in self.values), *(self.reader.number(row[each], "%") for each in SHARES)]

    def _total(self, row: Row, mine: Sequence[Row]) -> list[str]:
        """The points of all KPIs, and what they pay."""
        name = " · ".join(filter(None, (self.reader.say("total"), self._outcome(row, mine))))
        return [name, *[""] * (len(self.values) + 1), *(self.reader.number(row[each], "%") for each in SHARES[1:])]

    def _outcome(self, row: Row, mine: Sequence[Row]) -> str:
        """What the score pays, or would pay if it goes on so, or why nobody can tell; nothing where no payout was declared."""
        say = self.reader.say
        if row["missing"] is not None:
            reasons: dict[str, list[str]] = {}
            for each in mine:
                if each["reason"] is not None:
                    reasons.setdefault(each["reason"], []).append(self.metric(each["kpi"]))
            return say("no_payout", "; ".join(f"{', '.join(names)} ({say(reason)})" for reason, names in reasons.items()))
        if row["payout"] is None:
            return ""
        return say("would_pay" if row["state"] == "running" else "pays", self.reader.number(row["payout"], "%"))
