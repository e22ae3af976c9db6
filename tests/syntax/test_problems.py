"""What the analyst wrote and what they see: `messages.txt`, one case a paragraph.

`python -m tests.syntax.test_problems` writes the answers anew; the questions are the lines with a bar.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidsl.diagnostic import Diagnostic
from kpidsl.span import Source, Span
from kpidsl.syntax.parse import parse_file, parse_query
from kpidsl.syntax.tables import tables

MESSAGES = Path(__file__).with_name("messages.txt")
QUERY = "kpi query "


def cases() -> list[str]:
    """The programs of the file: the lines that begin with `| `."""
    return ["\n".join(line[2:] for line in one.split("\n") if line.startswith("|")) for one in paragraphs()]


def paragraphs() -> list[str]:
    return MESSAGES.read_text(encoding="utf-8").rstrip("\n").split("\n\n")


def problems_of(text: str) -> list[Diagnostic]:
    if text.startswith(QUERY):
        return parse_query(Source("<query>", text.removeprefix(QUERY).strip('"')))[1]
    return parse_file(Source("case.kpi", text))[1]


def shown(text: str) -> str:
    """A program and its diagnostics as the file has them."""
    lines = [f"| {line}".rstrip() for line in text.split("\n")]
    for problem in problems_of(text):
        assert problem.span is not None
        lines.append(f"{problem.code} at {_place(problem.span)}: {problem.message}")
        lines += [f"  {label.message}: {_place(label.span)}" for label in problem.labels]
        lines += [f"  {problem.label}"] if problem.label else []
        lines.append(f"  help: {problem.help}" + (f" [fix: {problem.fix.replacement!r}]" if problem.fix else ""))
    return "\n".join(lines)


def _place(span: Span) -> str:
    return f"{span.line}:{span.column} {span.text.splitlines()[0] if span.text else ''}".strip()


@pytest.mark.parametrize("text", cases())
def test_message(text: str) -> None:
    assert shown(text) in paragraphs()


@pytest.mark.parametrize("text", cases())
def test_every_message_is_plain(text: str) -> None:
    """A code of this room, a place, one sentence, one step, and never the name of a terminal or a long list."""
    found = problems_of(text)
    assert found
    for problem in found:
        assert "KPI010" <= problem.code <= "KPI019"
        assert problem.help
        assert not problem.message.endswith(".")
        for words in (problem.message, problem.help):
            assert len(words) < 200
            assert words.count("`, `") <= 5
            assert not any(f" {terminal} " in f" {words} " for terminal in {*tables().literals.values(), "NAME", "FIELD", "$END"})


def test_a_fix_mends_its_cause() -> None:
    """Applying a fix never leaves the same finding at the same place."""
    for text in cases():
        for problem in problems_of(text):
            if problem.fix is None or text.startswith(QUERY):
                continue
            fix = problem.fix
            mended = text[: fix.span.start] + fix.replacement + text[fix.span.end :]
            left = [
                one for one in problems_of(mended) if one.span and one.span.start == problem.span.start and one.message == problem.message
            ]  # type: ignore[union-attr]
            assert not left, mended


def update() -> None:
    """Write what is said today."""
    MESSAGES.write_text("\n\n".join(shown(text) for text in cases()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    update()
