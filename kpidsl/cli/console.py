"""Where things are printed: results on standard output, everything else on standard error. Colour only on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from kpidsl.diagnostic import Diagnostic
from kpidsl.record import dataclass, field
from kpidsl.report.stream import prepare, wants_color
from kpidsl.report.terminal import render

_MOMENT = 0.6  # seconds
_STYLES = {"strong": "1", "quiet": "2", "good": "32", "bad": "31", "warn": "33", "code": "36"}


@dataclass(slots=True)
class Console:
    """The two streams of one command. `folder` is the project's folder as seen from where the command was started."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    folder: str = ""

    def __post_init__(self) -> None:
        for stream in (self.out, self.err):
            prepare(stream)

    def enter(self, root: Path) -> None:
        """Paths in messages start at this project from now on."""
        try:
            here = min(os.path.relpath(root), os.path.abspath(root), key=len)
        except (OSError, ValueError):  # another drive, or a folder that is gone
            here = str(root)
        self.folder = here.replace(os.sep, "/")

    def print(self, text: str, end: str = "\n") -> None:
        """A result."""
        self.out.write(text + end)

    def say(self, text: str, end: str = "\n") -> None:
        """Progress, counts, advice: nothing that a program wants to read."""
        self.out.flush()
        self.err.write(text + end)
        self.err.flush()

    def report(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Findings, with the lines they are about."""
        self.say(self.rendered(diagnostics), end="")

    def rendered(self, diagnostics: Iterable[Diagnostic]) -> str:
        """As `report` says them."""
        return render(diagnostics, color=wants_color(self.err), folder=self.folder)

    @contextmanager
    def working(self, words: str) -> Iterator[None]:
        """Says what is being done, on a terminal, while it takes longer than a moment; the line is gone afterwards."""
        if not wants_color(self.err):
            yield
            return
        import threading

        shown = threading.Event()

        def show() -> None:
            shown.set()
            self.say(self.aside(words), end="")

        timer = threading.Timer(_MOMENT, show)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            if shown.is_set():
                self.say("\r\x1b[K", end="")

    @property
    def terminal(self) -> bool:
        return self.out.isatty()

    @property
    def columns(self) -> int:
        """Of the terminal that results go to; 0 where they go elsewhere."""
        if not self.terminal:
            return 0
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def style(self, text: str, style: str) -> str:
        """For results."""
        return _styled(text, style) if wants_color(self.out) else text

    def aside(self, text: str, style: str = "quiet") -> str:
        """For what is said beside them."""
        return _styled(text, style) if wants_color(self.err) else text


def _styled(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text.strip() else text
