"""Letters that no font of this machine has. Comes in: texts of a picture. Goes out: those of their characters that would be missing from
it. A renderer leaves out what no font has, so a character is there when a picture of it differs from an empty one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from html import escape

Png = Callable[[str], bytes]
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" font-family="{0}"><text x="2" y="18" font-size="16">{1}</text></svg>'
_LATIN = 0x250


def missing(text: str, fonts: str, png: Png) -> str:
    """The characters that cannot be drawn, each once; letters of western languages are taken to be there."""

    @cache
    def nothing() -> bytes:
        return png(_SVG.format(escape(fonts), ""))

    unusual = dict.fromkeys(char for char in text if ord(char) >= _LATIN and _is_seen(char))
    return "".join(char for char in unusual if png(_SVG.format(escape(fonts), escape(char))) == nothing())


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] not in "ZCM"
