"""Pieces of a picture: text that is broken into lines, boxes, bars, curves. Comes in: sizes and texts. Goes out: SVG, in which every text
is escaped. Widths of letters are estimated on the wide side, for a picture is drawn with the fonts of whichever machine draws it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import escape

from kpidsl.dashboard.snapshot.cards import Bar, Curve, Status
from kpidsl.dashboard.snapshot.reader import LETTERS, RAISED

INK, QUIET, LINE, SOFT, GROUND, PAPER, ACCENT = "#1b222c", "#59626f", "#dfe4ea", "#eef2f6", "#f5f7f9", "#ffffff", "#0072b2"
TONES = {
    "good": ("#00704f", "#e3f4ee"),
    "warn": ("#8a5d00", "#fbf0d9"),
    "bad": ("#b3261e", "#fbe6e4"),
    "none": ("#59626f", "#eef1f4"),
    "": (QUIET, SOFT),
}
"""Colours of what is said of a status: of its letters, and of the ground below."""
_SHAPES = {
    "achieved": '<path d="M1 6l3 3 6-7" fill="none" stroke="currentColor" stroke-width="2.2"/>',
    "on_track": '<circle cx="5.5" cy="5.5" r="4.6" fill="currentColor"/>',
    "at_risk": '<path d="M5.5 1L10.5 10H.5z" fill="currentColor"/>',
    "off_track": '<path d="M5.5 10L.5 1h10z" fill="currentColor"/>',
    "missed": '<path d="M1.5 1.5l8 8m0-8l-8 8" fill="none" stroke="currentColor" stroke-width="2.2"/>',
}
_RING = '<circle cx="5.5" cy="5.5" r="4" fill="none" stroke="currentColor" stroke-width="1.6"/>'
_NARROW, _WIDE = "iljtfr.,:;|!'()[] -·", "mwMWQOGDHNUCABRK%@€…–—"


def width(text: str, size: float, bold: bool = False) -> float:
    """About how wide a text is."""
    return sum(_em(char) for char in text) * size * (1.08 if bold else 1.0)


def _em(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return 0.36 if char in _NARROW else 0.76 if char in _WIDE else 0.61


def wrapped(text: str, room: float, size: float, bold: bool = False, most: int = 99) -> list[str]:
    """The text in lines that fit; where there are more than `most`, the last one ends in dots."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and width((line + word).rstrip(), size, bold) > room:
            lines.append(line.rstrip())
            line = ""
        while not line and width(word.rstrip(), size, bold) > room and len(word) > 1:
            fits = max(1, next((n for n in range(len(word), 0, -1) if width(word[:n], size, bold) <= room), 1))
            lines.append(word[:fits])
            word = word[fits:]
        line += word
    lines.append(line.rstrip())
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), room, size, bold)]
    return lines


def whole(text: str, room: float, size: float) -> str:
    """The text so that no line ends inside it, where it fits on one."""
    return text.replace(" ", "\u00a0") if width(text, size) <= room else text


def _words(text: str) -> list[str]:
    """Words with the blank behind them; of scripts without blanks each character is one."""
    found, word = [], ""
    for char in text:
        if unicodedata.east_asian_width(char) in "WF":
            found += [word, char] if word else [char]
            word = ""
            continue
        word += char
        if char in " \n":
            found.append(word.replace("\n", " "))
            word = ""
    return [*found, word] if word else found


def cut(text: str, room: float, size: float, bold: bool = False) -> str:
    """On one line, with dots where it does not fit."""
    if width(text, size, bold) <= room:
        return text
    while text and width(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def safe(text: str) -> str:
    """Without characters that XML has no place for."""
    return escape("".join(char for char in text if char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff"))


def lettered(text: str) -> str:
    """A text with its raised letters as ordinary ones above the line, for which no font has to have letters of their own."""

    def raised(found: re.Match[str]) -> str:
        plain = "".join(LETTERS[RAISED.index(char)] for char in found[0])
        return f'<tspan dx="3" baseline-shift="super" font-size="62%" font-weight="400" fill="{QUIET}">{plain}</tspan>'

    return re.sub(f"[{RAISED}]+", raised, safe(text))


def words(x: float, y: float, text: str, size: float = 13, colour: str = INK, bold: bool = False, anchor: str = "start") -> str:
    """A line of text; y is its base line."""
    weight = ' font-weight="600"' if bold else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}"{weight}{at} xml:space="preserve">{lettered(text)}</text>'


def box(x: float, y: float, w: float, h: float, fill: str = PAPER, stroke: str = "", radius: float = 8) -> str:
    edge = f' stroke="{stroke}"' if stroke else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0, w):.1f}" height="{max(0, h):.1f}" rx="{radius:g}" fill="{fill}"{edge}/>'


def rule(x: float, y: float, w: float, colour: str = LINE) -> str:
    return f'<path d="M{x:.1f} {y:.1f}h{w:.1f}" stroke="{colour}"/>'


def shape(x: float, y: float, key: str, colour: str) -> str:
    """The mark of a status; x and y are its upper left corner."""
    return f'<g transform="translate({x:.1f} {y:.1f})" color="{colour}">{_SHAPES.get(key, _RING).replace("currentColor", colour)}</g>'


def chip_width(status: Status) -> float:
    return width(status.word, 13, bold=True) + 36


def chip(x: float, y: float, status: Status) -> str:
    """A status: shape, word and colour. 24 high."""
    colour, ground = TONES[status.tone]
    return (
        box(x, y, chip_width(status), 24, ground, radius=12)
        + shape(x + 9, y + 6.5, status.key, colour)
        + words(x + 26, y + 16.5, status.word, 13, colour, bold=True)
    )


def bar(x: float, y: float, w: float, of: Bar) -> str:
    """10 high; the mark reaches 5 beyond."""
    made = box(x, y, w, 10, SOFT, LINE, 5)
    if of.band:
        low, high = of.band
        made += box(x + w * low, y, w * (high - low), 10, TONES["good"][1], TONES["good"][0], 0)
    if of.filled > 0:
        made += box(x, y, w * of.filled, 10, ACCENT, radius=5)
    if of.mark is not None:
        made += f'<rect x="{x + w * of.mark - 1:.1f}" y="{y - 5:.1f}" width="2" height="20" fill="{INK}"/>'
    return made


def curve(x: float, y: float, w: float, h: float, of: Curve) -> str:
    """The last periods as a line, the target dashed; the running period hangs on a dotted piece."""
    known = [value for value in (*of.values, *of.targets) if value is not None]
    if len([value for value in of.values if value is not None]) < 2:
        return ""
    low, high = min(known), max(known)

    def path(values: Sequence[float | None], first: int = 0) -> str:
        text, pen = "", "M"
        for at, value in enumerate(values, first):
            if value is None:
                pen = "M"
                continue
            across = x + (at / (len(of.values) - 1)) * w
            up = y + h / 2 if high == low else y + h - float((value - low) / (high - low)) * h
            text += f"{pen}{across:.1f} {up:.1f}"
            pen = "L"
        return text

    line = f'fill="none" stroke="{ACCENT}" stroke-width="1.75"'
    made = f'<path d="{path(of.targets)}" fill="none" stroke="{QUIET}" stroke-width="1.25" stroke-dasharray="5 4"/>'
    made += f'<path d="{path(of.values[:-1] if of.open else of.values)}" {line}/>'
    if of.open:
        made += f'<path d="{path(of.values[-2:], len(of.values) - 2)}" {line} stroke-dasharray="2 3"/>'
    return made
