"""Programs, settings and rows that hypothesis makes: whole ones, broken ones, with comments anywhere. Only findings come out, and the
formatter keeps every comment and the meaning."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidsl.cli.fmt import formatted
from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.format import format_file
from kpidsl.syntax.lexer import lex
from kpidsl.syntax.parse import parse_file
from tests.fuzz.corpus import programs, queries
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import fuzz_check, fuzz_query, fuzz_rows, fuzz_syntax, fuzz_toml
from tests.syntax.programs import files

PROGRAMS = programs()
QUERIES = queries()
WORDS = [
    b"where",
    b"by",
    b"sum(",
    b")",
    b"{",
    b"}",
    b"orders",
    b"orders.amount",
    b"metric",
    b"30 days",
    b"25 EUR",
    b"2026-Q1",
    b'"',
    b"`",
    b"#",
]
NOTES = st.sampled_from(["# note", "#", "#! odd", "## two", '# "quoted" { } (', "# ünïcödé 营"])


def few(count: int) -> Any:
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


@few(40)
@given(files)
def test_what_parses_is_checked(file: ast.File) -> None:
    fuzz_check(format_file(file, Source("", "")).encode())


@few(120)
@given(st.sampled_from(PROGRAMS), st.integers(0, 2**32))
def test_programs_with_words_changed(text: str, seed: int) -> None:
    data = mutated(text.encode(), WORDS, seed)
    fuzz_syntax(data)
    fuzz_check(data)


@few(80)
@given(st.sampled_from(QUERIES), st.integers(0, 2**32))
def test_questions_with_words_changed(text: str, seed: int) -> None:
    fuzz_query(mutated(text.encode(), WORDS, seed))


@few(100)
@given(st.sampled_from(PROGRAMS), st.lists(st.tuples(st.integers(0, 10**6), NOTES), min_size=1, max_size=6))
def test_comments_between_any_two_words_stay(text: str, notes: list[tuple[int, str]]) -> None:
    source = Source("a.kpi", text)
    file, problems = parse_file(source)
    places = [token.end for token in lex(source).tokens]
    if problems or not places:
        return
    for at, note in sorted(((places[number % len(places)], note) for number, note in notes), reverse=True):
        text = f"{text[:at]} {note}\n{text[at:]}"
    noted, problems = parse_file(Source("a.kpi", text))
    if problems or noted.declarations != file.declarations:
        return  # a number was parted from its unit
    once = formatted(Source("a.kpi", text))
    again = parse_file(Source("a.kpi", once))[0]
    assert sorted(comment.text for comment in again.comments) == sorted(comment.text for comment in noted.comments)
    assert again.declarations == file.declarations
    assert formatted(Source("a.kpi", once)) == once


KEYS = st.sampled_from(
    ["name", "locales", "dialects", "as_of", "engine", "path", "url", "vat", "KPI074", '"a b"', "x.y", "default", "threads"]
)
VALUES = st.one_of(
    st.sampled_from(
        ['"shop"', '["en"]', '["en", "en"]', "2026-03-31", "9999-12-31", '"${HOME}"', '"duckdb"', "true", "{}", "[]", "nan", "inf"]
    ),
    st.integers().map(str),
    st.floats().map(repr),
    st.text(max_size=8).map(repr),
)
LINES = st.one_of(
    st.sampled_from(["[project]", "[connections.default]", "[connections]", "[params]", "[lint]", "[[project]]", "[project", "# note", ""]),
    st.builds("{} = {}".format, KEYS, VALUES),
)


@few(150)
@given(st.lists(LINES, max_size=12).map("\n".join))
def test_any_settings(text: str) -> None:
    fuzz_toml(text.encode("utf-8", "surrogatepass"))


CELLS = st.one_of(
    st.sampled_from(
        ["", "null", "1", "-1", "1e5", "1e999999999", "9" * 400, "2026-01-31", "2026-02-31", "20%", "3 EUR", "3 USD", "true", '""', '"']
    ),
    st.sampled_from(
        ["inf", "nan", "0001-01-01", "9999-12-31T23:59", "2026-W54", "2026-Q9", "`k`", '"a,b"', '"a""b"', " x ", "½", "١٢", "1_0"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=5).map(",".join), max_size=4)


@few(30)
@given(st.permutations(["k", "d", "n", "m", "b", "t", "s", "p"]), ROWS, st.integers(1, 8))
def test_any_rows_of_a_test(names: list[str], rows: list[str], count: int) -> None:
    fuzz_rows("\n".join(["", ",".join(names[:count]), *(re.sub("\n", " ", row) for row in rows), ""]).encode())
