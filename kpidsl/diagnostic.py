"""What the compiler tells an analyst. Comes in: a code, a place and plain words. Goes out: a value that every report format can print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NoReturn

from kpidsl.record import dataclass, field, replace
from kpidsl.span import Span


class Severity(StrEnum):
    """How bad it is; only errors stop a build."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, with a few words on why."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A replacement of one span that mends the cause; `safe` when the meaning cannot be missed."""

    span: Span
    replacement: str
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `message` is one plain sentence without a full stop; `label` stands under the marked text; `notes` say why it matters,
    `help` is the one next step. `span` is None only where there is no text (a missing file, a connection).
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    fix: Fix | None = None
    severity: Severity = Severity.ERROR

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        """By file, then place, then code: the order of every report."""
        if self.span is None:
            return ("", -1, self.code, self.message)
        return (self.span.source.path, self.span.start, self.code, self.message)


class KpiError(Exception):
    """Carries diagnostics up to whoever prints them; the only exception that crosses a floor."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics


def fail(code: str, message: str, span: Span | None = None, **more: object) -> NoReturn:
    """Raise one error diagnostic; keyword arguments are those of `Diagnostic`."""
    raise KpiError(Diagnostic(code, message, span, **more))  # type: ignore[arg-type]


ENOUGH = 500  # findings of a run; more would take long to gather and nobody would read them
_NO_MORE = f"this is finding {ENOUGH}: more is not looked for, mend these first"


@dataclass(slots=True)
class Diagnostics:
    """A collector: every phase adds to it and goes on, so that one run shows everything."""

    found: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.found and not self.full:
            last = len(self.found) == ENOUGH - 1
            self.found.append(replace(diagnostic, notes=(*diagnostic.notes, _NO_MORE)) if last else diagnostic)

    @property
    def full(self) -> bool:
        """Whether so much is wrong that more of it would help nobody."""
        return len(self.found) >= ENOUGH

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.add(diagnostic)

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.found if d.severity is Severity.ERROR]

    def sorted(self) -> list[Diagnostic]:
        return arranged(self.found)


NAMES = ("KPI030", "KPI031", "KPI032", "KPI036", "KPI039", "KPI048", "KPI049", "KPI122")
"""Codes of errors that say the same wherever a name stands that means nothing."""
_LISTED = 5


def once(errors: Iterable[KpiError]) -> list[Diagnostic]:
    """What several errors say, each message once: a table that is missing is missing for all that read it."""
    return list({found.message: found for error in errors for found in error.diagnostics}.values())


def arranged(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """As a report has them: by file and place, and a name that means nothing once, with the other places where it stands."""
    first: dict[tuple[str, str], Diagnostic] = {}
    places: dict[tuple[str, str], list[Span]] = {}
    kept: list[Diagnostic] = []
    for each in sorted(found, key=lambda each: each.sort_key):
        same = (each.code, each.message)
        if each.code not in NAMES or each.span is None or same not in first:
            kept.append(each)
            if each.span is not None:
                first.setdefault(same, each)
        elif each.span != first[same].span:
            places.setdefault(same, []).append(each.span)
    return [_gathered(each, places.get((each.code, each.message), [])) if each.code in NAMES else each for each in kept]


def _gathered(found: Diagnostic, places: list[Span]) -> Diagnostic:
    lines = list(dict.fromkeys(f"{span.source.path}:{span.line}" for span in places))
    if not lines:
        return found
    more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
    return replace(found, notes=(*found.notes, f"the same in {', '.join(lines[:_LISTED])}{more}"))


_MANY = 1000  # names that are compared letter by letter
_LONG = 200  # letters


def similar(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Known names within a third of the name's length (edit distance), nearest first: the "did you mean" of every message."""
    budget = max(1, len(name) // 3)
    known = set(known)
    if len(known) > _MANY or len(name) > _LONG:  # in a large vocabulary a misspelt name still begins or ends as it should
        ends = (name[:3].casefold(), name[-3:].casefold())
        known = {other for other in known if len(other) <= _LONG and (other[:3].casefold() == ends[0] or other[-3:].casefold() == ends[1])}
        name = name[:_LONG]
    scored = sorted((distance, other) for other in known if (distance := _distance(name.casefold(), other.casefold(), budget)) <= budget)
    return [other for _, other in scored[:limit]]


def akin(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Names that are similar, else those that share a word with the name or hold it: `revenue_total` and `revenue`."""
    names = sorted(set(known))
    near = similar(name, names, limit)
    if near:
        return near
    words = _words(name)
    scored = sorted((-len(words & _words(other)), len(other), other) for other in names if words & _words(other))
    folded = name.casefold()
    held = [other for other in names if len(folded) > 2 and folded in other.casefold()]
    return [other for _, _, other in scored][:limit] or held[:limit]


def _words(name: str) -> set[str]:
    """The words of a name, without those that are too short to mean something."""
    return {word for word in re.split(r"[\W_]+", name.casefold()) if len(word) > 2}


def _distance(a: str, b: str, budget: int) -> int:
    """Optimal string alignment distance (Damerau 1964, without repeated edits), cut off above the budget."""
    if abs(len(a) - len(b)) > budget:
        return budget + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if before and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > budget:
            return budget + 1
        before, last = last, row
    return last[-1]
