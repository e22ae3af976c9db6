"""A board as one picture. Comes in: its cards with their places. Goes out: SVG, with the charts drawn by Vega inside. Cards are as high as
what stands in them, those of one row equally high, so nothing is cut that matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from kpidsl.dashboard.snapshot.cards import Card, Sheet, Stage
from kpidsl.dashboard.snapshot.charts import Draw
from kpidsl.dashboard.snapshot.drawing import (
    ACCENT,
    GROUND,
    INK,
    LINE,
    PAPER,
    QUIET,
    SOFT,
    TONES,
    bar,
    box,
    chip,
    chip_width,
    curve,
    cut,
    lettered,
    rule,
    safe,
    shape,
    whole,
    width,
    words,
    wrapped,
)
from kpidsl.dashboard.snapshot.tables import Grid
from kpidsl.record import dataclass

WIDTH, MARGIN, GAP, PAD = 1280, 24, 14, 16
FONTS = {
    "zh-Hant": "Noto Sans CJK TC, PingFang TC, Microsoft JhengHei, Noto Sans CJK SC",
    "zh-Hans": "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Noto Sans CJK TC",
}
LATIN = "Noto Sans, DejaVu Sans, Segoe UI, Helvetica Neue, Arial, sans-serif"
Part = tuple[str, float]
"""SVG, and how high it is."""


def fonts(language: str) -> str:
    """Families of fonts for a language, the wanted one first."""
    return ", ".join(filter(None, (FONTS.get(language, ""), LATIN)))


def picture(sheet: Sheet, draw: Draw, language: str) -> str:
    """The whole board. `draw` draws charts."""
    return _Picture(sheet, draw, fonts(language)).svg()


@dataclass(frozen=True, slots=True)
class _Picture:
    sheet: Sheet
    draw: Draw
    fonts: str

    def svg(self) -> str:
        head, y = self._head()
        body = [head]
        for row in self._rows():
            made, height = self._row(row, y)
            body.append(made)
            y += height + GAP
        for note in self.sheet.notes:
            body.append(words(MARGIN, y + 12, note, 12, QUIET))
            y += 20
        height = round(y + 12)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            f'font-family="{escape(self.fonts)}" lang="{escape(self.sheet.locale)}">\n<title>{safe(self.sheet.title)}</title>\n'
            + box(0, 0, WIDTH, height, GROUND, radius=0)
            + "\n".join(body)
            + "\n</svg>\n"
        )

    def _head(self) -> Part:
        facts = width(self.sheet.facts, 13)
        made = words(WIDTH - MARGIN, 44, self.sheet.facts, 13, QUIET, anchor="end")
        y = 44.0
        for line in wrapped(self.sheet.title, WIDTH - 3 * MARGIN - facts, 26, bold=True):
            made += words(MARGIN, y, line, 26, bold=True)
            y += 32
        for line in wrapped(self.sheet.question, WIDTH - 2 * MARGIN, 16) if self.sheet.question else []:
            made += words(MARGIN, y - 6, line, 16, QUIET)
            y += 24
        return made, y

    # ------------------------------------------------------------ rows of cards

    def _rows(self) -> list[list[tuple[Any, Card]]]:
        rows: dict[int, list[tuple[Any, Card]]] = {}
        for place, card in self.sheet.places:
            rows.setdefault(place["y"], []).append((place, card))
        return list(rows.values())

    def _row(self, row: list[tuple[Any, Card]], y: float) -> Part:
        """Cards of one kind are equally wide; all are as high as the highest one."""
        alike = len({card.kind for _, card in row}) == 1
        shares = [12 / len(row) if alike else float(place["w"]) for place, _ in row]
        room = WIDTH - 2 * MARGIN - GAP * (len(row) - 1)
        widths = [room * share / sum(shares) for share in shares]
        drawn = [self._card(card, wide - 2 * PAD) for (_, card), wide in zip(row, widths, strict=True)]
        height = max(tall for _, tall, _ in drawn) + 2 * PAD
        made, x = "", float(MARGIN)
        for (_, card), (svg, _, foot), wide in zip(row, drawn, widths, strict=True):
            frame = "" if card.kind == "text" else box(x + 0.5, y + 0.5, wide - 1, height - 1, PAPER, LINE)
            below = f'<g transform="translate({x + PAD:.1f} {y + height - PAD:.1f})">{foot}</g>' if foot else ""
            made += f'{frame}<g transform="translate({x + PAD:.1f} {y + PAD:.1f})">{svg}</g>{below}'
            x += wide + GAP
        return made, height

    def _card(self, card: Card, room: float) -> tuple[str, float, str]:
        """What stands in a card, how high it is, and what stands at its foot."""
        quiet = card.kind == "kpi"
        made, y = self._text(card.title, room, 14 if quiet else 15, QUIET if quiet else INK, not quiet) if card.title else ("", 0.0)
        if card.error or card.empty:
            colour = TONES["bad"][0] if card.error else QUIET
            part, tall = self._text(card.error or card.empty, room, 13, colour)
            return made + _down(part, y + 4), y + 4 + tall, ""
        draws: dict[str, Callable[[Card, float], Part]] = {
            "goal": self._goal,
            "kpi": self._kpi,
            "chart": self._chart,
            "findings": self._findings,
            "journey": self._journey,
            "scorecard": self._tables,
            "number": self._numbers,
            "text": self._notes,
        }
        part, tall = draws.get(card.kind, self._table)(card, room)
        foot = curve(0, -38, room, 34, card.curve) if card.curve else ""
        return made + _down(part, y), y + tall + (46 if foot else 0), foot

    def _text(self, text: str, room: float, size: float, colour: str = INK, bold: bool = False) -> Part:
        step = size * 1.4
        lines = wrapped(text, room, size, bold)
        return "".join(words(0, size + at * step, line, size, colour, bold) for at, line in enumerate(lines)), len(lines) * step

    # ------------------------------------------------------------ what stands in them

    def _value(self, big: str, small: str, room: float, size: float) -> Part:
        """The number, and what belongs to it beside or below."""
        made, wide = words(0, size, big, size, bold=True), width(big, size, bold=True)
        if not small:
            return made, size * 1.3
        if wide + 10 + width(small, 13) <= room:
            return made + words(wide + 10, size, small, 13, QUIET), size * 1.3
        part, tall = self._text(small, room, 13, QUIET)
        return made + _down(part, size * 1.25), size * 1.25 + tall

    def _goal(self, card: Card, room: float) -> Part:
        beside = chip_width(card.status) + 10 if card.status else 0
        made, y = self._value(card.big, card.small or card.aim, room - beside, 24)
        if card.status:
            made += chip(room - chip_width(card.status), 4, card.status)
        if card.bar:
            made += bar(0, y + 8, room, card.bar)
        first, *others = card.lines
        lines = [f"{card.aim} {first}" if card.small and card.aim else first, *others]  # where the unit needs the place of the aim
        part, tall = self._text("   ".join(whole(line, room, 13) for line in lines), room, 13, QUIET)
        return made + _down(part, y + 28), y + 28 + tall

    def _kpi(self, card: Card, room: float) -> Part:
        made, y = self._value(card.big, card.small, room, 28)
        part, tall = self._text(card.aim, room, 13, QUIET)
        made, y = made + _down(part, y), y + tall + 4
        if card.status:
            made, y = made + chip(0, y, card.status), y + 32
        for line in card.lines:
            part, tall = self._text(line, room, 13, QUIET)
            made, y = made + _down(part, y), y + tall
        for name, change, tone in card.deltas:
            colour = TONES[tone][0] if tone else QUIET
            made += words(0, y + 13, cut(name, room - width(change, 13, True) - 6, 13), 13, QUIET)
            made += words(room, y + 13, change, 13, colour, bold=True, anchor="end")
            y += 19
        for value, told, status in card.also:
            made += rule(0, y + 6, room) + words(0, y + 30, value, 15, bold=True) + chip(room - chip_width(status), y + 12, status)
            part, tall = self._text(told, room, 13, QUIET)
            made, y = made + _down(part, y + 38), y + 40 + tall
        if card.action:
            part, tall = self._text(card.action, room - 20, 13)
            made += box(0, y + 5, room, tall + 12, SOFT, radius=0) + box(0, y + 5, 3, tall + 12, ACCENT, radius=0)
            made, y = made + f'<g transform="translate(12 {y + 10:.1f})">{part}</g>', y + tall + 22
        return made, y

    def _chart(self, card: Card, room: float) -> Part:
        assert card.chart is not None
        made, y = self.draw(card.chart, round(room), self.fonts)
        for line in card.lines:
            made, y = made + words(0, y + 16, line, 13, QUIET), y + 20
        return _down(made, 6), y + 6

    def _findings(self, card: Card, room: float) -> Part:
        made, y = "", 4.0
        for strong, text in card.items:
            lead = f"{strong} — " if strong else ""
            lines = wrapped(lead + text, room - 30, 14)
            made += shape(0, y + 3, "at_risk", TONES["warn"][0])
            for line in lines:
                bold = lead and line.startswith(lead.strip())
                head = lead if bold else ""
                made += f'<text x="26" y="{y + 14:.1f}" font-size="14" fill="{INK}" xml:space="preserve">'
                made += (f'<tspan font-weight="600">{lettered(strong)}</tspan> — ' if bold else "") + f"{safe(line[len(head) :])}</text>"
                y += 20
            y += 6
        return made, y

    def _journey(self, card: Card, room: float) -> Part:
        wide = (room - 24 * (len(card.stages) - 1)) / max(1, len(card.stages))
        drawn = [self._stage(stage, wide) for stage in card.stages]
        made = "".join(f'<g transform="translate({at * (wide + 24):.1f} 4)">{part}</g>' for at, (part, _) in enumerate(drawn))
        return made, max((tall for _, tall in drawn), default=0) + 4

    def _stage(self, stage: Stage, room: float) -> Part:
        made = words(0, 14, cut(f"{stage.name} {stage.reached}".strip(), room, 14, True), 14, bold=True) + bar(0, 24, room, stage.bar)
        y = 46.0
        if stage.narrow:
            colour, ground = TONES["bad"]
            made += box(0, y, width(stage.narrow, 13, True) + 36, 24, ground, radius=12)
            made += shape(9, y + 6.5, "off_track", colour) + words(26, y + 16.5, stage.narrow, 13, colour, bold=True)
            y += 32
        for name, value, status in stage.kpis:
            lines = wrapped(name, room - width(value, 13, True) - 10, 13, most=2)
            made += "".join(words(0, y + 13 + 17 * at, line, 13, QUIET) for at, line in enumerate(lines))
            made += words(room, y + 13, value, 13, bold=True, anchor="end")
            y += 17 * len(lines) + 4
            made += chip(room - chip_width(status), y, status)
            y += 32
        return made, y

    def _numbers(self, card: Card, room: float) -> Part:
        wide = room / max(1, len(card.numbers))
        made, tall = "", 0.0
        for at, (name, value, notes) in enumerate(card.numbers):
            part = words(0, 16, cut(name, wide - 12, 13), 13, QUIET) + words(0, 48, value, 28, bold=True)
            part += "".join(words(0, 68 + 18 * n, cut(note, wide - 12, 13), 13, QUIET) for n, note in enumerate(notes))
            made += f'<g transform="translate({at * wide:.1f} 0)">{part}</g>'
            tall = max(tall, 56 + 18 * len(notes))
        return made, tall

    def _notes(self, card: Card, room: float) -> Part:
        return self._text(" ".join(card.lines), room, 14, QUIET)

    def _tables(self, card: Card, room: float) -> Part:
        made, y = self._text(" ".join(card.lines), room, 13, QUIET) if card.lines else ("", 0.0)
        for name, grid in card.tables:
            made += words(0, y + 22, name, 14, bold=True)
            part, tall = _table(grid, room)
            made, y = made + _down(part, y + 28), y + 28 + tall + 8
        return made, y

    def _table(self, card: Card, room: float) -> Part:
        assert card.grid is not None
        made, y = _table(card.grid, room)
        return _down(made, 4), y + 4


def _down(svg: str, y: float) -> str:
    return f'<g transform="translate(0 {y:.1f})">{svg}</g>'


def _table(grid: Grid, room: float) -> Part:
    """Columns as wide as they need, narrower where there is no room for all; long cells are broken into lines."""
    wide = _columns(grid, room)
    made, y = _line([text for text, _ in grid.heads], grid, wide, 0, QUIET)
    made += rule(0, y, room)
    for cells, rank in zip(grid.rows, grid.ranks, strict=True):
        part, tall = _line(cells, grid, wide, y, INK, bold=rank != "group")
        made, y = made + part, y + tall
        made += rule(0, y, room)
    if grid.more:
        made, y = made + words(0, y + 18, grid.more, 13, QUIET), y + 24
    return made, y


def _columns(grid: Grid, room: float) -> list[float]:
    every = [[text for text, _ in grid.heads], *map(_alone, grid.rows)]
    wanted = [max(width(str(line[at]), 13, True) for line in every) + 20 for at in range(len(grid.heads))]
    if sum(wanted) <= room:
        spare = (room - sum(wanted)) / len(wanted)
        return [each + spare for each in wanted]
    least = [max(max(width(word, 13, True) for word in str(line[at]).split() or [""]) for line in every) + 18 for at in range(len(wanted))]
    least = [min(one, 160.0) for one in least]
    extra = [max(0.0, one - low) for one, low in zip(wanted, least, strict=True)]
    left = max(0.0, room - sum(least))
    shares = [low + left * (one / sum(extra) if sum(extra) else 0) for one, low in zip(extra, least, strict=True)]
    return [each * room / sum(shares) for each in shares]


def _alone(cells: Sequence[str]) -> list[str]:
    """The cells that need a column's width: one with nothing behind it has room beyond its column."""
    return [text if (at + 1 < len(cells) and cells[at + 1]) or at + 1 == len(cells) else "" for at, text in enumerate(cells)]


def _rooms(cells: Sequence[str], wide: Sequence[float]) -> list[float]:
    """The room of each cell: its column, and those behind it in which nothing stands."""
    rooms = list(wide)
    for at in range(len(cells) - 2, -1, -1):
        if not cells[at + 1]:
            rooms[at] += rooms[at + 1]
    return rooms


def _line(cells: Sequence[str], grid: Grid, wide: Sequence[float], y: float, colour: str, bold: bool = False) -> Part:
    lines = [wrapped(cell, room - 14, 13, bold, most=3) for cell, room in zip(cells, _rooms(cells, wide), strict=True)]
    tall = 18 * max(len(each) for each in lines) + 12
    made, x = "", 0.0
    for (_, right), texts, room in zip(grid.heads, lines, wide, strict=True):
        at, anchor = (x + room - 14, "end") if right else (x, "start")
        made += "".join(words(at, y + 20 + 18 * n, text, 13, colour, bold, anchor) for n, text in enumerate(texts))
        x += room
    return made, tall
