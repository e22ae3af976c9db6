"""What the statement of a declaration depends on, as a digest. Comes in: a compiled project. Goes out: a key for each metric and report
that stays as it is only while nothing changes that could change the statement.

Names lead from a declaration to others: whatever a word in its text could mean counts, and whatever a word in theirs, so a key may change
in vain but not stay in vain. What is no metric, report, board or test (a source, the calendar, a parameter, a KPI) counts always, for it
may matter without being named. Projects that use modules have one key for everything, for a word may mean something else there.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from kpidsl.compile import Compiled
from kpidsl.syntax import ast

_WORD = re.compile(r"\w+")
_APART = (ast.Metric, ast.Report, ast.Dashboard, ast.Test)
"""What no other declaration depends on, but by naming it."""
_FOLLOWED = (ast.Metric, ast.SourceDecl, ast.Dimension, ast.Segment, ast.Param, ast.Funnel, ast.Cohort)
"""What a formula or a query may name."""


class Reach:
    """Digests of one project. `others`: what else its statements depend on, such as the day that counts as today."""

    def __init__(self, compiled: Compiled, others: Iterable[object]) -> None:
        declarations = [decl for file in compiled.files for decl in file.declarations]
        self._named: dict[str, list[ast.Node]] = {}
        for decl in declarations:
            for word in _words(_name(decl)) if isinstance(decl, _FOLLOWED) else ():
                self._named.setdefault(word, []).append(decl)
        places = sorted(declarations, key=lambda decl: (decl.span.source.path, decl.span.start))
        self._order = {id(decl): at for at, decl in enumerate(places)}
        self._leads: dict[int, list[ast.Node]] = {}
        self._texts: dict[int, str] = {}
        self._keys: dict[tuple[int, str], str] = {}
        whole = any(isinstance(decl, ast.Use) for decl in declarations)
        ground = [decl for decl in declarations if whole or not isinstance(decl, _APART)]
        nameless = [decl for decl in ground if not _name(decl)]
        params = repr(sorted(compiled.resolver.overrides.items()))
        self._ground = _digest([params, *map(repr, others), *self._told([*ground, *self._reached(nameless)])])

    def key(self, decl: ast.Node, name: str) -> str:
        """The digest of a declaration under the name that it has in the project. Where it stands counts, for the statement says so."""
        known = self._keys.get((id(decl), name))
        if known is None:
            parts = [self._ground, type(decl).__name__, name, str(decl.span.line), *self._told([decl, *self._reached([decl])])]
            known = self._keys[id(decl), name] = _digest(parts)
        return known

    def _reached(self, start: Iterable[ast.Node]) -> list[ast.Node]:
        """The declarations that names lead to, in the order of the project's text."""
        found: dict[int, ast.Node] = {}
        waiting = list(start)
        while waiting:
            for other in self._next(waiting.pop()):
                if id(other) not in found:
                    found[id(other)] = other
                    waiting.append(other)
        return [found[place] for place in sorted(found, key=self._order.__getitem__)]

    def _next(self, decl: ast.Node) -> list[ast.Node]:
        """The declarations that words in the text of one may mean."""
        leads = self._leads.get(id(decl))
        if leads is None:
            words = self._named.keys() & _words(decl.span.text)
            leads = self._leads[id(decl)] = [other for word in words for other in self._named[word]]
        return leads

    def _told(self, declarations: Iterable[ast.Node]) -> Iterator[str]:
        """A digest of each declaration and of the file in which it stands."""
        for decl in declarations:
            told = self._texts.get(id(decl))
            if told is None:
                told = self._texts[id(decl)] = _digest([decl.span.source.path, decl.span.text])
            yield told


def _name(decl: ast.Node) -> str:
    return str(getattr(getattr(decl, "name", None), "text", ""))


def _words(text: str) -> list[str]:
    """The words of a text, as names are compared at most."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _digest(parts: Iterable[str]) -> str:
    """Each part with its length, so that no two rows of parts read alike."""
    return hashlib.sha256("".join([f"{len(part)} {part}" for part in parts]).encode("utf-8", "surrogatepass")).hexdigest()
