"""Any text gives a result or diagnostics, in bounded time and without recursion."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidsl.diagnostic import Diagnostic
from kpidsl.span import Source
from kpidsl.syntax.build_expr import DEEPEST
from kpidsl.syntax.format import format_file
from kpidsl.syntax.parse import parse_expression, parse_file, parse_query
from kpidsl.syntax.tables import tables
from tests.syntax.snippets import FILES

MANY = 10_000
BIG = 100_000  # characters

HUGE = {
    "parentheses": f"metric a = {'(' * MANY}x{')' * MANY}",
    "unclosed": f"metric a = {'(' * MANY}",
    "signs": f"metric a = {'-' * MANY}x",
    "negations": f"metric a = {'not ' * MANY}x",
    "a long sum": f"metric a = {'x + ' * MANY}x",
    "calls": f"metric a = {'f(' * MANY}x{')' * MANY}",
    "wheres": f"metric a = x{' where y' * MANY}",
    "cases": f"metric a = {'case when x then ' * MANY}1",
    "braces": f"metric a = x {'{' * MANY}",
    "a list": f"metric a = x in ({'1, ' * (BIG // 3)}1)",
    "a path": f"metric a = {'a.' * (BIG // 2)}a",
    "one word": "a" * BIG,
    "dollars": "$" * BIG,
    "quotes": '"' * BIG,
    "an open block": f'metric a = """{"x" * BIG}',
    "keywords": "metric " * (BIG // 7),
    "keywords on lines": "metric\n" * (BIG // 7),
    "wrong dates": "metric a = 2026-02-30\n" * (BIG // 22),
    "digits": f"metric a = {'9' * BIG}",
    "zeros": "\0" * BIG,
    "curly quotes": "“" * BIG,
    "closing": "}" * BIG,
    "escapes": f'metric a = "{chr(92)}q{chr(92)}q"' * (BIG // 20),
    "open sources": "source a from b {\n" * (BIG // 17),
    "semicolons": f"metric a = b {{{';' * BIG}}}",
}


@pytest.mark.parametrize("name", sorted(HUGE))
def test_huge(name: str) -> None:
    source = Source("huge.kpi", HUGE[name])
    start = time.process_time()
    file, problems = parse_file(source)
    parse_query(source)
    parse_expression(source)
    format_file(file, source)
    assert time.process_time() - start < 20  # a second on a slow machine; nothing grows with the square
    assert file.declarations or problems
    assert len(problems) <= 100


def test_depth_has_a_limit_of_its_own() -> None:
    inside = "-" * (DEEPEST - 1) + "x"
    beyond = "-" * (DEEPEST + 1) + "x"
    assert parse_expression(Source("e", inside))[1] == []
    value, problems = parse_expression(Source("e", beyond))
    assert value is None
    assert [problem.code for problem in problems] == ["KPI018"]
    file, problems = parse_file(Source("f", f"metric a = {beyond}\nmetric b = c"))
    assert [problem.code for problem in problems] == ["KPI018"]
    assert len(file.declarations) == 1


def test_a_thousand_metrics_are_quick() -> None:
    text = "\n".join(f'metric m{n} "Metric {n}" = sum(orders.amount) where orders.paid' for n in range(1000))
    parse_file(Source("warm", text))
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        file, problems = parse_file(Source("f", text))
        best = min(best, time.process_time() - start)
    assert (len(file.declarations), problems) == (1000, [])
    assert best < 0.5


# ---------------------------------------------------------------- garbage

PIECES = [
    *sorted(tables().keywords),
    *sorted(tables().literals),
    "a", "b.c", "`d", "e`", "1", "2.5", "20%", "5", "EUR", "30",
     "days", "2026-01-31", "2026-Q1", "2026", "\n", "#", "%", "$", "'", '"', "<>", "<=", "x:", "ä", "营",
    '"text"',
    '"""\nblock\n"""',
    '"""',
    "metric a = b\n",
    "source s from t {\n",
    "2026-13",
    "6m",
    "\x00",
    "\u202e",
    "\r\n",
]  # fmt: skip


def only_diagnostics(text: str) -> None:
    source = Source("garbage.kpi", text)
    file, problems = parse_file(source)
    for problem in [*problems, *parse_query(source)[1], *parse_expression(source)[1]]:
        assert isinstance(problem, Diagnostic)
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    if not problems:
        again = Source("again.kpi", format_file(file, source))
        assert parse_file(again)[0] == file


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    only_diagnostics(text)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_any_words(text: str) -> None:
    only_diagnostics(text)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(FILES)), st.integers(0, 2000), st.integers(0, 30), st.sampled_from(["", *PIECES]))
def test_programs_with_a_piece_replaced(name: str, at: int, length: int, piece: str) -> None:
    text = FILES[name]
    at = at % (len(text) + 1)
    only_diagnostics(text[:at] + piece + text[at + length :])
