"""What a question of `kpi why` says beyond a query. Comes in: its text. Goes out: the query behind it, whether it asks for the last period
that is over (`last month`), what it is held `against`, and findings that point into the text as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from kpidsl.record import dataclass, replace

if TYPE_CHECKING:
    from kpidsl.diagnostic import Diagnostic, KpiError
    from kpidsl.span import Span
    from kpidsl.syntax import ast

_QUOTED = r""""[^"]*"|'[^']*'|`[^`]*`"""
_FINISHED = re.compile(rf"{_QUOTED}|\blast\s+(?P<unit>day|week|month|quarter|year)\b", re.IGNORECASE)
_AGAINST = re.compile(rf"{_QUOTED}|\bagainst\s+(?P<period>\S+)", re.IGNORECASE)
_ONE, _DURING = "1 ", "x during "


@dataclass(frozen=True, slots=True)
class Heard:
    """A question: `query` is its text as a query, in which a 1 stands at each of `added`, and blanks for what it is held `against`: the
    place of that period in the text."""

    text: str
    query: str
    finished: bool
    added: tuple[int, ...] = ()
    against: tuple[int, int] | None = None

    def parsed(self) -> ast.Query:
        """The question's tree, which compares as it says; KpiError with places in the text as it was written."""
        from kpidsl.cli.answer import parse
        from kpidsl.diagnostic import KpiError
        from kpidsl.model.against import against

        try:
            node = parse(self.query)
        except KpiError as error:
            raise self.as_written(error) from None
        if self.against is None:
            return node
        first, last = self.against
        try:  # in its own place, so that what is wrong with it is shown there
            other = parse(f"{' ' * (first - len(_DURING))}{_DURING}{self.text[first:last]}")
            assert other.during is not None
            return against(node, other.during, self.finished)
        except KpiError as error:
            raise self.as_written(error) from None

    def as_written(self, error: KpiError) -> KpiError:
        """The error with its places in the text as it was written."""
        from kpidsl.diagnostic import KpiError
        from kpidsl.span import Source, Span

        def back(at: int) -> int:
            return at - len(_ONE) * sum(at > added + len(_ONE) * nth for nth, added in enumerate(self.added))

        written = Source("<query>", self.text)

        def moved(span: Span) -> Span:
            if span.source.path != written.path:
                return span
            if span.source.text != self.query:  # the other period stands where it stood
                return Span(written, span.start, span.end)
            return Span(written, back(span.start), back(span.end))

        return KpiError(*(_moved(found, moved) for found in error.diagnostics))


def heard(text: str) -> Heard:
    """What a question says."""
    other = next((match for match in _AGAINST.finditer(text) if match["period"]), None)
    blank = text if other is None else text[: other.start()] + " " * len(other[0]) + text[other.end() :]
    added = tuple(match.start("unit") for match in _FINISHED.finditer(blank) if match["unit"])
    query, end = "", 0
    for at in added:
        query, end = f"{query}{blank[end:at]}{_ONE}", at
    return Heard(text, query + blank[end:], bool(added), added, None if other is None else other.span("period"))


def _moved(found: Diagnostic, moved: Callable[[Span], Span]) -> Diagnostic:
    """A finding with its places elsewhere."""
    labels = tuple(replace(label, span=moved(label.span)) for label in found.labels)
    fix = None if found.fix is None else replace(found.fix, span=moved(found.fix.span))
    return replace(found, span=None if found.span is None else moved(found.span), labels=labels, fix=fix)
