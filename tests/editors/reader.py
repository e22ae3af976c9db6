"""A small reader of TextMate grammars, as editors have one. Comes in: a grammar and a text. Goes out: the scopes of every character.

It knows what editors/textmate.py writes: `match`, `begin`/`end`, `captures` (names and patterns), `include` of the repository.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

Scopes = tuple[str, ...]


class Grammar:
    """Colours text line by line; what a line leaves open goes on in the next."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def scopes(self, text: str) -> list[Scopes]:
        """For each character the scopes around it, outermost first."""
        found: list[Scopes] = []
        stack: list[dict[str, Any]] = []
        for line in text.splitlines(keepends=True):
            colours: list[Scopes] = [()] * len(line)
            self._line(line, 0, len(line), stack, colours, self.data["patterns"])
            found += colours
        return found

    def _line(
        self,
        line: str,
        at: int,
        end: int,
        stack: list[dict[str, Any]],
        colours: list[Scopes],
        top: list[dict[str, Any]],
        outer: Scopes = (),
    ) -> None:
        seen: dict[str, re.Match[str] | None] = {}

        def ahead(pattern: str) -> re.Match[str] | None:
            """The next match; one that still lies ahead need not be looked for again."""
            known = seen.get(pattern, ...)
            if known is ... or (known is not None and known.start() < at):
                known = seen[pattern] = _compiled(pattern).search(line, at, end)
            return known  # type: ignore[return-value]

        while at <= end:
            here = outer + tuple(rule["name"] for rule in stack if "name" in rule)
            patterns = stack[-1].get("patterns", []) if stack else top
            first = ahead(stack[-1]["end"]) if stack else None
            chosen: dict[str, Any] | None = None
            for rule in self._rules(patterns):
                match = ahead(rule.get("match") or rule["begin"])
                if match is not None and match.end() > match.start() and (first is None or match.start() < first.start()):
                    first, chosen = match, rule
            if first is None:
                _paint(colours, at, end, here)
                return
            _paint(colours, at, first.start(), here)
            if chosen is None:
                rule = stack.pop()
                self._captured(line, first, rule.get("endCaptures", {}), colours, here)
            elif "begin" in chosen:
                stack.append(chosen)
                self._captured(line, first, chosen.get("beginCaptures", {}), colours, here + _name(chosen))
            else:
                self._captured(line, first, chosen.get("captures", {}), colours, here + _name(chosen))
            at = max(first.end(), at + (first.end() == first.start()))
            if at >= end:
                return

    def _captured(self, line: str, match: re.Match[str], captures: dict[str, Any], colours: list[Scopes], here: Scopes) -> None:
        _paint(colours, match.start(), match.end(), here)
        for group, capture in sorted(captures.items(), key=lambda entry: int(entry[0])):
            start, stop = match.span(int(group))
            if start < 0 or start == stop:
                continue
            _paint(colours, start, stop, here + _name(capture))
            if "patterns" in capture:
                self._line(line, start, stop, [], colours, capture["patterns"], here + _name(capture))

    def _rules(self, patterns: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for rule in patterns:
            if "include" in rule:
                found += self._rules([self.data["repository"][rule["include"][1:]]])
            elif "match" in rule or "begin" in rule:
                found.append(rule)
            else:
                found += self._rules(rule["patterns"])
        return found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _name(rule: dict[str, Any]) -> Scopes:
    return (rule["name"],) if "name" in rule else ()


def _paint(colours: list[Scopes], start: int, end: int, scopes: Scopes) -> None:
    colours[start:end] = [scopes] * (end - start)
