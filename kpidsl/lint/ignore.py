"""`# kpi: ignore KPI301 reason`: advice that somebody has read and does not follow. It stands behind a line of the declaration or on the
line before it. Comes in: the files and the findings. Goes out: the findings that are left, and what is wrong with the comments themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kpidsl.codes import similar_codes
from kpidsl.diagnostic import Diagnostic, Severity, similar
from kpidsl.lint.facts import advice
from kpidsl.record import dataclass
from kpidsl.span import Span
from kpidsl.syntax import ast

NO_REASON, WITHOUT_USE = "KPI330", "KPI331"
_MARK = re.compile(r"kpi:\s*(?P<word>\w*)\s*(?P<codes>(?:KPI\w*[,\s]*)*)(?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True)
class Ignore:
    """One comment: which codes, why, and the line that it is about."""

    comment: ast.Comment
    codes: tuple[str, ...]
    reason: str
    line: int

    @property
    def span(self) -> Span:
        return self.comment.span


def without_ignored(files: Iterable[ast.File], found: list[Diagnostic], known: Iterable[str]) -> list[Diagnostic]:
    """The findings that no comment answers; and the comments that have no reason, or nothing to answer. `known`: codes of advice."""
    known = sorted(known)
    kept = list(found)
    said: list[Diagnostic] = []
    for file in files:
        for comment in file.comments:
            match = _MARK.match(comment.text)
            if match is None:
                continue
            if match["word"] != "ignore":
                said += _misspelt(comment, match["word"])
                continue
            ignore = Ignore(comment, tuple(re.findall(r"KPI\w*", match["codes"])), match["reason"].strip(), _line(comment))
            answered = {code: [each for each in kept if each.code == code and _is_about(ignore, each, file)] for code in ignore.codes}
            kept = [each for each in kept if not any(each is other for group in answered.values() for other in group)]
            said += _manners(ignore, answered, known)
    return kept + said


def _line(comment: ast.Comment) -> int:
    """The line that a comment is about: its own where something stands before it, else the next that is not a comment."""
    source, line = comment.span.source, comment.span.line
    if source.line_text(line)[: comment.span.column - 1].strip():
        return line
    last = len(source.line_starts)
    line += 1
    while line < last and source.line_text(line).lstrip().startswith("#"):
        line += 1
    return line


def _is_about(ignore: Ignore, found: Diagnostic, file: ast.File) -> bool:
    """The line of the finding, or that on which its declaration begins."""
    if found.span is None or found.span.source is not ignore.span.source:
        return False
    starts = {decl.span.line for decl in file.declarations if decl.span.start <= found.span.start < decl.span.end}
    return ignore.line in {found.span.line, *starts}


def _manners(ignore: Ignore, answered: dict[str, list[Diagnostic]], known: list[str]) -> Iterator[Diagnostic]:
    if not ignore.codes:
        yield advice(
            Severity.HINT,
            WITHOUT_USE,
            "this comment ignores nothing: it names no code",
            ignore.span,
            help="write the code and the reason: # kpi: ignore KPI301 we are paid for reach",
        )
    for code, found in answered.items():
        if code not in known:
            near = [each for each in similar_codes(code) if each in known] or similar(code, known)
            yield advice(
                Severity.HINT,
                WITHOUT_USE,
                f"`{code}` is not the code of advice that can be ignored here",
                ignore.span,
                notes=("errors cannot be ignored, and what the data says is weighed in [lint] of kpi.toml",),
                help=f"did you mean {near[0]}?" if near else f"advice has the codes {known[0]} to {known[-1]}",
            )
        elif not found:
            yield advice(
                Severity.HINT,
                WITHOUT_USE,
                f"this comment ignores nothing: {code} is not said of line {ignore.line}",
                ignore.span,
                notes=("a comment that nobody needs any more would silence the next finding here, which nobody has read",),
                help="delete it, or put it on the line before the declaration that it is about",
            )
    if any(answered.values()) and not ignore.reason:
        yield advice(
            Severity.HINT,
            NO_REASON,
            "advice is ignored here, and nobody says why",
            ignore.span,
            notes=("whoever reads this in a year cannot tell a decision from a convenience",),
            help=f"write the reason behind the code: # kpi: ignore {', '.join(ignore.codes)} REASON",
        )


def _misspelt(comment: ast.Comment, word: str) -> Iterator[Diagnostic]:
    """`# kpi: ignor KPI301`; any other comment that begins with `kpi:` is for people."""
    if similar(word, ("ignore",)):
        yield advice(
            Severity.HINT,
            WITHOUT_USE,
            f"this comment ignores nothing: there is no `kpi: {word}`",
            comment.span,
            help="did you mean # kpi: ignore?",
        )
