"""A board as text for mail: Markdown that people read as it stands, CSV with every number. Comes in: its cards, or its rows. Goes out:
text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from kpidsl.dashboard.page import Numbers
from kpidsl.dashboard.snapshot.cards import Card, Sheet
from kpidsl.dashboard.snapshot.reader import Reader
from kpidsl.dashboard.snapshot.tables import Grid

SHAPES = {"achieved": "✓", "on_track": "●", "at_risk": "▲", "off_track": "▼", "missed": "✗"}
COLUMNS = ("element", "title", "row", "column", "label", "unit", "value")
_MARKUP = re.compile(r"([\\`*_\[\]<>|#])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def markdown(sheet: Sheet, reader: Reader) -> str:
    """The board from top to bottom: goals and KPIs as one table each, charts as their numbers."""
    parts = [f"# {_plain(sheet.title)}"]
    if sheet.question:
        parts.append(f"*{_plain(sheet.question)}*")
    parts.append(_plain(sheet.facts))
    cards = [card for _, card in sheet.places]
    for kind, word in (("goal", "goal"), ("kpi", "kpi")):
        if mine := [card for card in cards if card.kind == kind]:
            parts.append(_aims(mine, reader, reader.say(word)))
    parts += [_section(card) for card in cards if card.kind not in ("goal", "kpi")]
    parts += [_plain(note) for note in sheet.notes]
    return "\n\n".join(part for part in parts if part) + "\n"


def _aims(cards: Sequence[Card], reader: Reader, name: str) -> str:
    """A row for each goal or KPI."""
    heads = (name, reader.say("actual"), reader.say("target"), reader.say("status"), reader.say("action"))
    rows = []
    for card in cards:
        if card.error or card.empty:
            rows.append((card.title, card.error or card.empty, "", "", ""))
            continue
        status = f"{SHAPES.get(card.status.key, '○')} {card.status.word}" if card.status else ""
        now = " ".join(filter(None, (card.big, card.small)))
        also = [f"{value} ({SHAPES.get(each.key, '○')} {each.word}, {aim})" for value, aim, each in card.also]
        told = [*card.lines, *also, *(f"{key} {change}" for key, change, _ in card.deltas if change != "–"), card.action]
        rows.append((card.title, now, card.aim, status, "; ".join(filter(None, told))))
    return _table(Grid([(head, at == 1) for at, head in enumerate(heads)], rows, ["group"] * len(rows)))


def _section(card: Card) -> str:
    body: list[str] = []
    if card.error or card.empty:
        body.append(_plain(card.error or card.empty))
    body += [f"- **{_plain(strong)}** — {_plain(text)}" if strong else f"- {_plain(text)}" for strong, text in card.items]
    for stage in card.stages:
        narrow = f" ▼ {stage.narrow}" if stage.narrow else ""
        body.append(f"**{_plain(stage.name)}** {stage.reached}{_plain(narrow)}")
        told = (f"- {_plain(name)}: {value} ({SHAPES.get(status.key, '○')} {status.word})" for name, value, status in stage.kpis)
        body.append("\n".join(told))
    body += [_plain(f"{name}: {value}" + "".join(f"; {note}" for note in notes)) for name, value, notes in card.numbers]
    if card.tables:
        body += [_plain(line) for line in card.lines]
    for name, grid in card.tables:
        body += [f"**{_plain(name)}**", _table(grid)]
    if card.grid is not None:
        body.append(_table(card.grid))
        body.append(_plain(card.grid.more))
    if card.kind in ("text", "chart"):
        body += [_plain(line) for line in card.lines]
    title = f"## {_plain(card.title)}" if card.title else ""
    listed = "\n".join(part for part in body if part.startswith("- "))
    return "\n\n".join(
        filter(None, (title, listed if card.items else "", *(part for part in body if part and not (card.items and part in listed))))
    )


def _table(grid: Grid) -> str:
    lines = [[text for text, _ in grid.heads], ["--:" if right else "---" for _, right in grid.heads]]
    cells = [[_plain(cell) for cell in line] for line in (lines[0], *grid.rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (cells[0], lines[1], *cells[1:]))


def _plain(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def csv_of(board: Mapping[str, Any], numbers: Numbers, reader: Reader) -> str:
    """A line for each value of each tile: element, title, number of the row, column, label, unit, value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, element in board["elements"].items():
        query = element.get("query")
        if query is None:
            continue
        for at, row in enumerate(numbers.rows.get(query, {}).get("rows", ()), 1):
            for column, value in zip(board["queries"][query]["columns"], row, strict=True):
                title, label = reader.label(element["title"]), reader.label(column["label"])
                line = (name, title, at, column["name"], label, column["unit"], "" if value is None else value)
                writer.writerow([_cell(each) for each in line])
    return out.getvalue()


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula stands behind a quote."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
