"""What a stream can show. Imports `os` alone, for it is asked before anything is loaded."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # not even typing is loaded
    from collections.abc import Mapping
    from typing import TextIO


def prepare(stream: TextIO) -> None:
    """From now on it takes every character: as UTF-8 or what the terminal speaks, and what it cannot show as \\xNN."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def wants_color(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Only on a terminal that can show it, and not when NO_COLOR (no-color.org) is set."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
