"""Journeys for people: each stage with its KPIs, where they stand, and where customers are held up. Comes in: the rows of a journey, with
the words of its declarations. Goes out: lines of text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from kpidsl.record import dataclass
from kpidsl.report.cells import cells
from kpidsl.report.result import ResultColumn, Value
from kpidsl.report.standing import EMPTY, NONE, SHAPES, number, period_name, signed, target_text, writer
from kpidsl.report.width import pad, visible, width

Style = Callable[[str, str], str]
Row = dict[str, Value]
HEAD = ("STAGE", "KPI", "period", "now", "target", "attainment", "by now*", "trend", "status", "")
_RIGHT = (3, 4, 5, 6, 7)
_STAGE, _STATUS = 0, 8


@dataclass(frozen=True, slots=True)
class KpiWords:
    """What a row does not say of its KPI: what people call it, which way is good, whether the edge of its target is not good enough, and
    what its values are."""

    label: str
    direction: str
    strict: bool
    column: ResultColumn


@dataclass(frozen=True, slots=True)
class JourneyText:
    """A journey: its title, the words of its KPIs by name and goal, and its rows."""

    title: str
    kpis: dict[tuple[str, str], KpiWords]
    rows: Sequence[Row]


def text(journey: JourneyText, style: Style, locale: str = "en") -> str:
    """For a terminal."""
    table = [list(HEAD)]
    before: Value = None
    for row in journey.rows:
        table.append(_cells(row, journey.kpis, row["stage"] == before, locale))
        before = row["stage"]
    shown = [at for at, _ in enumerate(HEAD) if at in (0, 1, _STATUS) or any(line[at] not in ("", NONE) for line in table[1:])]
    widths = {at: max(width(line[at]) for line in table) for at in shown}
    written = []
    rows: list[Row | None] = [None, *journey.rows]
    for line, of in zip(table, rows, strict=True):
        styled = [_styled(at, pad(line[at], widths[at], at in _RIGHT), of, style) for at in shown]
        written.append(("  " + "   ".join(styled)).rstrip())
    told = [f"  {line}" for line in _told(journey, locale)]
    return "\n".join([style(visible(journey.title), "strong"), *written, "", *told]) + "\n"


def _styled(at: int, cell: str, row: Row | None, style: Style) -> str:
    if row is None:
        return style(cell, "quiet")
    if at == _STATUS:
        return style(cell, SHAPES.get(str(row["status"]), EMPTY)[1])
    return style(cell, "strong") if at == _STAGE else cell


def _cells(row: Row, kpis: dict[tuple[str, str], KpiWords], repeated: bool, locale: str) -> list[str]:
    stage = "" if repeated else visible(str(row["label"])) + ("  ◀ bottleneck" if row["is_bottleneck"] else "")
    if row["kpi"] is None:
        return [stage, "no KPI", *[""] * (_STATUS - 2), f"{EMPTY[0]} unseen", ""]
    words = kpis[str(row["kpi"]), str(row["goal"])]
    write = writer(words.column, row, ("actual", "target", "target_high"), locale)
    first = row["period_start"]
    assert isinstance(first, dt.date)
    attainment, reached = cells(ResultColumn("", unit="%"), [row["attainment"], row["reached"]], locale)
    trend = number(row["trend"])
    shape, _ = SHAPES.get(str(row["status"]), EMPTY)
    of = f" ({row['segment']})" if row["segment"] is not None else ""
    return [
        stage,
        visible(words.label + of),
        period_name(str(row["each"]), first),
        write("actual"),
        target_text(words.direction, write, words.strict) if row["target"] is not None else NONE,
        attainment,
        reached,
        NONE if trend is None else signed(trend * 100, 1, "%"),
        f"{shape} {str(row['status']).replace('_', ' ')}",
        visible(str(row["action"] or "")),
    ]


def _told(journey: JourneyText, locale: str) -> list[str]:
    """The bottleneck, the stages that nobody looks at, and what `by now` is."""
    found = [_bottleneck(journey.rows, locale)]
    blind = [visible(str(row["label"])) for row in journey.rows if row["kpi"] is None]
    if blind:
        found.append(f"No KPI looks at {' or '.join(filter(None, (', '.join(blind[:-1]), blind[-1])))}.")
    if any(row["reached"] is not None for row in journey.rows):
        found.append("* the part that is reached of what is expected by now, at most 100%")
    return found


def _bottleneck(rows: Sequence[Row], locale: str) -> str:
    narrow = next((row for row in rows if row["is_bottleneck"]), None)
    if narrow is not None:
        reached = cells(ResultColumn("", unit="%"), [narrow["stage_reached"]], locale)[0]
        how = f": it reached {reached} of what is expected by now" if narrow["stage_reached"] is not None else ""
        return f"The bottleneck is {visible(str(narrow['label']))}{how}."
    if any(row["is_bottleneck"] is False for row in rows):
        return "No bottleneck: every KPI that can be judged is as it should be."
    return "No bottleneck can be told: it takes two stages whose KPIs can be judged."
