"""How goals and KPIs stand, for people: the table that a team starts its morning with. Comes in: the rows of their statements, with the
words of their declarations. Goes out: lines of text: values in their unit, what they are held against, changes, a small curve, a word with
its shape, and what to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from kpidsl.record import dataclass, field
from kpidsl.report.cells import cells, known_locale
from kpidsl.report.result import ResultColumn, Value
from kpidsl.report.width import cut, pad, visible, width

Style = Callable[[str, str], str]
NONE = "–"
_CURVE = "▁▂▃▄▅▆▇█"
BAR = 20  # cells of a goal's bar
CURVE = 12  # periods of a curve
SHAPES = {
    "achieved": ("✓", "good"),
    "on_track": ("●", "good"),
    "at_risk": ("▲", "warn"),
    "off_track": ("▼", "bad"),
    "missed": ("✗", "bad"),
}
"""The shape before a status and its colour; all others say that nothing can be said."""
EMPTY = ("○", "quiet")
_SIGNS = {("higher", False): "≥", ("lower", False): "≤", ("higher", True): ">", ("lower", True): "<"}
STATUS = 8  # the column of the table that the status stands in
GAP = 3  # blanks between two columns
MARKS = "†‡§"
NARROWEST = 16  # columns that a label is not cut below


@dataclass(frozen=True, slots=True)
class Reach:
    """The last day that is known of a value, which lies before today, and the sources that are complete so far only."""

    day: dt.date
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KpiLine:
    """One line: the row of the period that is shown, and the values of its curve, the oldest first. `column` says what the value is;
    `label` is the KPI's, or what tells its segment."""

    label: str
    is_segment: bool
    each: str
    direction: str
    column: ResultColumn
    row: dict[str, Value]
    past: Sequence[Value]
    counts: bool = False  # its volume is worth telling
    strict: bool = False  # the edge of its target is not good enough
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal: its label, what it asks for in words, and its row."""

    label: str
    aim: str
    direction: str
    column: ResultColumn
    row: dict[str, Value]
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is shown. `today` counts as today; `notes` are findings and alerts, one line each. `columns` are those of the
    terminal, which labels are cut to; 0 where nobody looks at one."""

    title: str
    today: dt.date
    goals: Sequence[GoalLine]
    kpis: Sequence[KpiLine]
    notes: Sequence[str] = field(default=())
    locale: str = "en"
    columns: int = 0


def text(standing: Standing, style: Style) -> str:
    """The whole table."""
    parts = [standing.title]
    parts += ["\n".join(_goal(goal, standing, style)) for goal in standing.goals]
    by_rhythm: dict[tuple[str, Value], list[KpiLine]] = {}
    for line in standing.kpis:
        by_rhythm.setdefault((line.each, line.row["period_start"]), []).append(line)
    reaches = list(dict.fromkeys(line.reach for line in standing.kpis if line.reach is not None))
    marks = {reach: MARKS[at % len(MARKS)] * (1 + at // len(MARKS)) for at, reach in enumerate(reaches)}
    starred = False
    for (each, first), lines in by_rhythm.items():
        assert isinstance(first, dt.date)
        table = _table(each, first, lines, marks, standing, style)
        starred = starred or "*" in table[0]
        parts.append("\n".join(table))
    tail = [f"  {visible(note)}" for note in standing.notes]
    if starred:
        tail.append("  * the same part of the period before, as far as this one is over")
    for reach, mark in marks.items():
        known = f"{visible(', '.join(reach.sources))} {'is' if len(reach.sources) == 1 else 'are'} complete through"
        tail.append(f"  {mark} {known} {long_day(reach.day, standing.locale)}: later days do not count yet")
    return "\n\n".join([*parts, *(["\n".join(tail)] if tail else [])]) + "\n"


def _is_running(line: KpiLine, today: dt.date) -> bool:
    last = line.row["period_end"]
    return line.each != "day" and isinstance(last, dt.date) and last > today


# ---------------------------------------------------------------- goals


def _goal(goal: GoalLine, standing: Standing, style: Style) -> list[str]:
    row, write = (
        goal.row,
        writer(goal.column, goal.row, ("actual", "target", "target_high"), standing.locale),
    )
    head = f"  {style('GOAL', 'quiet')}  {style(visible(goal.label), 'strong')}   {goal.aim}"
    shown = [_so_far(goal, write)]
    day = "" if goal.reach is None else long_day(goal.reach.day, standing.locale)
    if goal.direction != "between" and row["expected"] is not None and row["expected"] != row["target"]:
        shown.append(f"expected by {day or 'today'} {_alone(goal, 'expected', standing.locale)}")
    elif day:
        shown.append(f"as of {day}")
    shown.append(_status(row["status"], style))
    if row["status"] == "no_target":
        shown.append("its baseline has no rows")
    need = number(row["required_per_day"])
    if need is not None and need > 0 and row["status"] not in ("achieved", "missed"):
        verb = "needs" if goal.direction == "higher" else "may take"
        shown.append(f"{verb} {_alone(goal, 'required_per_day', standing.locale)} a day")
    if row["achievable"] == "unprecedented" and row["status"] in ("at_risk", "off_track"):
        shown.append("never grew so fast before" if goal.direction == "higher" else "never fell so fast before")
    bar = _bar(row) if goal.direction == "higher" else ""
    return [head, f"        {bar}{'   ' if bar else ''}{'   '.join(shown)}"]


def _alone(goal: GoalLine, name: str, locale: str) -> str:
    """One value in its unit."""
    return cells(goal.column, [whole(goal.column, goal.row[name])], locale)[0]


def whole(column: ResultColumn, value: Value) -> Value:
    """Of what is counted, ten or more, without a part of a thing."""
    size = number(value)
    return round(size) if column.unit == "count" and size is not None and (abs(size) >= 10 or size == round(size)) else value


def _so_far(goal: GoalLine, write: Callable[[str], str]) -> str:
    """`412,300 € of 760,000 €`; of what should be less `5.20 €, at most 4.50 €`."""
    if goal.row["target"] is None:
        return write("actual")
    match goal.direction:
        case "higher":
            return f"{write('actual')} of {write('target')}"
        case "lower":
            return f"{write('actual')}, at most {write('target')}"
        case _:
            return f"{write('actual')}, between {write('target')} and {write('target_high')}"


def _bar(row: dict[str, Value]) -> str:
    """How much of the target is there, with a mark where it should be by now."""
    actual, target, expected = (number(row[name]) for name in ("actual", "target", "expected"))
    if actual is None or target is None or target <= 0:
        return "░" * BAR
    full = max(0, min(BAR, round(actual / target * BAR)))
    cells_ = ["█"] * full + ["░"] * (BAR - full)
    if expected is not None and 0 < expected < target:
        at = min(BAR - 1, round(expected / target * BAR))
        cells_[at] = "┃"
    return "".join(cells_)


# ---------------------------------------------------------------- KPIs


def _table(each: str, first: dt.date, lines: Sequence[KpiLine], marks: dict[Reach, str], standing: Standing, style: Style) -> list[str]:
    running = _is_running(lines[0], standing.today)
    star = "*" if running else ""
    before, year = _names(each, first)
    titles = [
        "KPI",
        "now" if running else period_name(each, first),
        "target",
        "by now",
        f"vs {before}{star}",
        f"vs {year}{star}",
        "benchmark",
        f"last {back} {each}s" if (back := max(_known(line.past) for line in lines)) > 1 else "",
        "status",
        "",
    ]
    table = [titles, *(_cells(line, marks.get(line.reach, "") if line.reach else "", standing.locale) for line in lines)]
    shown = [at for at, _ in enumerate(titles) if at in (0, 1, STATUS) or any(row[at] not in ("", NONE) for row in table[1:])]
    if before == year:  # of years both are the year before
        shown = [at for at in shown if at == titles.index(titles[at])]
    if standing.columns:
        taken = sum(max(width(row[at]) for row in table) + GAP for at in shown if 0 < at <= STATUS)
        for row in table:
            row[0] = cut(row[0], max(NARROWEST, standing.columns - taken - 2))
    widths = {at: max(width(row[at]) for row in table) for at in shown}
    right = (1, 2, 3, 4, 5, 6)
    written = []
    for number_, row in enumerate(table):
        cells_ = [pad(row[at], widths[at], at in right) for at in shown]
        if number_ == 0:
            cells_ = [style(cell, "quiet") for cell in cells_]
        else:
            cells_ = [_coloured(cell, lines[number_ - 1], style) if at == STATUS else cell for at, cell in zip(shown, cells_, strict=True)]
        written.append(("  " + (" " * GAP).join(cells_)).rstrip())
    return written


def _cells(line: KpiLine, mark: str, locale: str) -> list[str]:
    row = line.row
    write = writer(line.column, row, ("actual", "target", "target_high", "benchmark"), locale)
    known = row["status"] != "no_data"  # of which a sum is 0
    changes = [change(line.column, row["actual"], row[name]) if known else NONE for name in ("previous", "last_year")]
    label = f"  {visible(line.label)}" if line.is_segment else visible(line.label)
    bench = write("benchmark") if row["benchmark"] is not None else NONE
    shape, _ = SHAPES.get(str(row["status"]), EMPTY)
    return [
        label,
        write("actual") if known else NONE,
        target_text(line.direction, write, line.strict) if row["target"] is not None else NONE,
        cells(line.column, [whole(line.column, row["expected"])], locale)[0] if row["expected"] != row["target"] else NONE,
        *changes,
        bench,
        curve(line.past),
        f"{shape} {str(row['status']).replace('_', ' ')}{f' {mark}' if mark else ''}",
        "   ".join(filter(None, [visible(str(row["action"] or "")), _volume(line)])),
    ]


def _volume(line: KpiLine) -> str:
    count = number(line.row["volume"])
    return f"n = {count:,.0f}" if line.counts and count is not None else ""


def target_text(direction: str, write: Callable[[str], str], strict: bool = False) -> str:
    """`≥ 80 €`, `30 – 60` of a band."""
    if direction == "between":
        return f"{write('target')} – {write('target_high')}"
    return f"{_SIGNS[direction, strict]} {write('target')}"


def _status(word: Value, style: Style) -> str:
    shape, colour = SHAPES.get(str(word), EMPTY)
    return style(f"{shape} {str(word).replace('_', ' ')}", colour)


def _coloured(cell: str, line: KpiLine, style: Style) -> str:
    return style(cell, SHAPES.get(str(line.row["status"]), EMPTY)[1])


def writer(column: ResultColumn, row: dict[str, Value], names: Sequence[str], locale: str) -> Callable[[str], str]:
    """Values of one row in their unit, all with the same number of decimals."""
    written = dict(zip(names, cells(column, [whole(column, row[name]) for name in names], locale), strict=True))
    return lambda name: written[name]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _names(each: str, first: dt.date) -> tuple[str, str]:
    """What the period before this one is called, and that of last year."""
    match each:
        case "month":
            return _MONTHS[first.month - 2], f"{_MONTHS[first.month - 1]} {first.year - 1}"
        case "year":
            return str(first.year - 1), str(first.year - 1)
        case "week":
            return "week before", "52 weeks ago"
        case _:
            return f"{each} before", str(first.year - 1)


def period_name(each: str, first: dt.date) -> str:
    """`Mar 2026`, `2026-W12`, `2026-Q1`; the first day where a period has no name."""
    match each:
        case "month":
            return f"{_MONTHS[first.month - 1]} {first.year}"
        case "year":
            return str(first.year)
        case "week" if first.isoweekday() == 1:
            return f"{first.isocalendar().year}-W{first.isocalendar().week:02}"
        case "quarter" if first.month % 3 == 1:
            return f"{first.year}-Q{first.month // 3 + 1}"
        case _:
            return first.isoformat()


def long_day(day: dt.date, locale: str) -> str:
    """`March 15, 2026`, in the words and the order of the locale."""
    from babel.dates import format_date

    return format_date(day, "long", locale=known_locale(locale))


# ---------------------------------------------------------------- changes and curves


def change(column: ResultColumn, now: Value, then: Value) -> str:
    """Shares and points differ by points; whatever else has a size differs by a share of it, where there was something before."""
    new, old = number(now), number(then)
    if new is None or old is None:
        return NONE
    if column.unit == "%":
        return signed((new - old) * 100, 1, " pt")
    if column.unit == "points":
        return signed(new - old, 0, " pt")
    return signed((new - old) / old * 100, 1, "%") if old > 0 else NONE


def number(value: Value) -> float | None:
    """A value that has a size."""
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def signed(value: float, decimals: int, unit: str) -> str:
    """`+12.4%`, `−0.4 pt`, `±0 pt`; halves go away from zero, as in all other numbers that are shown."""
    rounded = Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{abs(rounded)}{unit}"


def _known(past: Sequence[Value]) -> int:
    """How many periods back something is known."""
    return next((len(past) - at for at, value in enumerate(past) if value is not None), 0)


def curve(values: Sequence[Value]) -> str:
    """A block for each value, from the lowest to the highest; a gap where nothing is known."""
    numbers = [number(value) for value in values]
    known = [n for n in numbers if n is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    steps = len(_CURVE) - 1
    return "".join(" " if n is None else _CURVE[round((n - low) / (high - low) * steps) if high > low else steps // 2] for n in numbers)
