"""Text in the columns of a terminal. Comes in: any text, also from a stranger's data. Goes out: text that is safe to print, its width, and
the same text cut or padded to a width.
"""

from __future__ import annotations

import re
import unicodedata

# Control characters move the cursor or start escape sequences, marks of direction show text in another order than it has, line
# separators break a table's row, and lone surrogates cannot be written at all.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """The text with every character that a terminal would act on written out: `\\x1b`, `\\n`, `\\u202e`."""
    return _UNSAFE.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}")


def width(text: str) -> int:
    """Columns that a safe text takes: two for wide East Asian characters, none for marks that combine."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":  # the latter: vowels that join a Hangul syllable
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, columns: int, right: bool = False) -> str:
    """Blanks up to a width, behind the text, or before it where it is to stand on the right."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def cut(text: str, columns: int) -> str:
    """At most that wide; what is left out shows as …"""
    if width(text) <= columns:
        return text
    taken = 0
    for at, char in enumerate(text):
        taken += _char_width(char)
        if taken > columns - 1:
            return text[:at] + "…"
    return text
