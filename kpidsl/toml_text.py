"""The text of a kpi.toml, beside its values: Python's TOML reader keeps no places. Comes in: the text. Goes out: a `Source` that may be
shown to anybody, the place of a key in it, and a parse error with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kpidsl.connection import hide_logins
from kpidsl.diagnostic import Diagnostic
from kpidsl.span import Source, Span

KeyPath = tuple[str, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_LINE = re.compile(rf"[ \t]*(?:\[\[?[ \t]*(?P<table>{_DOTTED})[ \t]*\]{{0,2}}|(?P<key>{_DOTTED})[ \t]*=)")


def place(config: Source, *keys: str) -> Span | None:
    """The span of a key or table, else of the nearest table around it, else None."""
    places = _places(config.text)
    for end in range(len(keys), 0, -1):
        if at := places.get(keys[:end]):
            return Span(config, *at)
    return None


def presentable(text: str, harmless: Callable[[KeyPath, str], bool]) -> str:
    """The same lines, every value replaced by "…" unless `harmless(path of the key, text after the sign)` says that it may be shown.

    It works on lines, so that a file which is no TOML is covered as well: what cannot be told apart is hidden.
    """
    lines = []
    table: KeyPath = ()
    shown = False
    for line in text.split("\n"):
        match = _LINE.match(line)
        if match and match["table"]:
            bare = match["table"][0] not in "\"'"  # else it may be an item of a list over several lines
            table = _path(match["table"]) if bare else ("",)
            shown = harmless(table, "")
            lines.append(match[0] if bare else "…")
        elif match:
            shown = harmless((*table, *_path(match["key"])), line[match.end() :])
            lines.append(line if shown else f'{match[0]} "…"')
        else:
            lines.append(line if shown or not line.strip() else "…")
    return hide_logins("\n".join(lines))


def parse_error(said: str, config: Source) -> Diagnostic:
    """tomllib's "reason (at line 3, column 7)" as a diagnostic that marks the line."""
    reason, _, where = said.partition(" (at ")
    last = len(config.line_starts)
    number = re.match(r"line (\d+)", where)
    line = min(int(number[1]), last) if number else last
    while line > 1 and not config.line_text(line).strip():  # "at end of document": the last line that has something
        line -= 1
    text = config.line_text(line)
    start = config.line_starts[line - 1]
    shown = text.strip() or text
    first = start + text.index(shown)
    span = Span(config, first, first + len(shown))
    return Diagnostic(
        "KPI006",
        f"{config.path} is not valid TOML: {reason[:1].lower()}{reason[1:]}",
        span,
        help=_HINTS.get(reason, f"mend line {line}; `kpi explain KPI006` shows how a {config.path} is written"),
    )


_HINTS = {
    "Invalid value": 'put text between quotes: name = "aurora"',
    "Unescaped '\\' in a string": "write paths with / or between single quotes",
    "Expected '=' after a key in a key/value pair": "write key = value",
    "Cannot overwrite a value": "this key stands in the file twice: keep one",
}


def _path(dotted: str) -> KeyPath:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in re.findall(_KEY, dotted))


def _places(text: str) -> dict[KeyPath, tuple[int, int]]:
    """Tables and keys, with the range of characters of their name."""
    places: dict[KeyPath, tuple[int, int]] = {}
    table: KeyPath = ()
    start = 0
    for line in text.split("\n"):
        if match := _LINE.match(line):
            group = "table" if match["table"] else "key"
            path = _path(match[group])
            if group == "table":
                table = path
            else:
                path = (*table, *path)
            for end in range(1, len(path) + 1):
                places.setdefault(path[:end], (start + match.start(group), start + match.end(group)))
        start += len(line) + 1
    return places
