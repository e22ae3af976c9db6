"""The editor's grammar is the one that kpi.lark makes, and it colours what is written in this repository as the parser reads it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from editors import textmate
from kpidsl.span import Source
from kpidsl.syntax.build_decl import Builder
from kpidsl.syntax.lexer import lex
from kpidsl.syntax.machine import run
from kpidsl.syntax.tables import tables
from tests.editors.reader import Grammar
from tests.syntax.snippets import FILES as SNIPPETS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "editors" / "vscode"
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("examples", "stdlib_kpis", "tests/golden", "tests/kpi_catalogue")
    for path in (ROOT / folder).rglob("*.kpi")
)
OPERATORS = ("EQUAL", "DOTS", "PLUS", "MINUS", "STAR", "SLASH", "VBAR", "RELATION")
NUMBERS = ("NUMBER", "PERCENT", "MONEY", "DURATION", "DATE", "TIMESTAMP", "PERIOD")


class Recorder(Builder):
    """Keeps what every token turned out to be: the parser alone knows which words are keywords."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, set(), lex(source).problems)
        self.seen: list[tuple[str, int, int]] = []

    def token(self, kind: str, start: int, end: int) -> Any:
        self.seen.append((kind, start, end))
        return super().token(kind, start, end)


@cache
def grammar() -> Grammar:
    return Grammar(json.loads(textmate.STORED.read_text("utf-8")))


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Every token of a text as the parser took it, and its comments."""
    source = Source("a.kpi", text)
    lexed = lex(source)
    recorder = Recorder(source)
    troubles: list[object] = []
    run(lexed, recorder, "file", troubles.append)
    assert not troubles
    return [*recorder.seen, *(("COMMENT", comment.span.start, comment.span.end) for comment in lexed.comments)]


def wanted(kind: str) -> tuple[str, ...]:
    """How the scope of a token of that kind begins."""
    if kind in ("NAME", "FIELD"):
        return ("variable.", "entity.name.", "support.function", "storage.type")
    if kind == "COMMENT":
        return ("comment.",)
    if kind in ("STRING", "BLOCK"):
        return ("string.",)
    if kind in NUMBERS:
        return ("constant.numeric",)
    if kind in ("TRUE", "FALSE", "NULL"):
        return ("constant.language",)
    if kind in tables().keywords.values() or kind in OPERATORS:
        return ("keyword.",)
    return ("punctuation.",)


def wrong(text: str) -> list[str]:
    """Tokens that are coloured as something else, each with its line."""
    colours = grammar().scopes(text)
    found = []
    for kind, start, end in tokens(text):
        want = wanted(kind)
        bad = [colours[at] for at in range(start, end) if not text[at].isspace() and not (colours[at] or ("",))[0].startswith(want)]
        if bad:
            found.append(f"{text.count(chr(10), 0, start) + 1}: {text[start:end]!r} is {kind} and is coloured {bad[0]}")
    return found


def test_the_stored_grammar_is_the_one_that_the_language_makes() -> None:
    assert textmate.STORED.read_text("utf-8") == textmate.text(), "run python -m editors.textmate"


@pytest.mark.parametrize("file", FILES)
def test_examples_are_coloured_as_they_are_read(file: str) -> None:
    assert wrong((ROOT / file).read_text("utf-8")) == []


@pytest.mark.parametrize("name", sorted(SNIPPETS))
def test_every_construct_is_coloured_as_it_is_read(name: str) -> None:
    assert wrong(SNIPPETS[name]) == []


def test_a_name_that_is_a_keyword_elsewhere_is_a_name() -> None:
    text = "source order from shop.order {\n  key stage\n  stage: text\n  day: date\n  time day\n}\nmetric top = sum(order.it) by stage\n"
    colours = grammar().scopes(text)
    words = {(word, text.count("\n", 0, at)): colours[at] for word in ("stage", "order", "top", "day") for at in _places(text, word)}
    assert words["order", 0] == ("variable.other.property.kpi",)  # the last one of the line
    assert (words["stage", 1], words["stage", 2]) == (("variable.other.kpi",), ("variable.other.member.kpi",))
    assert (words["day", 3], words["day", 4]) == (("variable.other.member.kpi",), ("variable.other.kpi",))
    assert (words["top", 6], words["stage", 6]) == (("entity.name.function.kpi",), ("variable.other.kpi",))


def _places(text: str, word: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(word, at)]


def test_the_units_of_numbers_and_the_escapes_of_texts_stand_out() -> None:
    text = """metric a "say \\"yes\\" \\u{1F600}" = 25 EUR + 3 days + 20% { describe 'it''s' }"""
    colours = grammar().scopes(text)
    assert colours[text.index("25")] == ("constant.numeric.money.kpi",)
    assert colours[text.index("EUR")] == ("constant.numeric.money.kpi", "keyword.other.unit.kpi")
    assert colours[text.index("days")] == ("constant.numeric.duration.kpi", "keyword.other.unit.kpi")
    assert colours[text.index("%")] == ("constant.numeric.percent.kpi", "keyword.other.unit.kpi")
    assert colours[text.index("\\u{")][-1] == "constant.character.escape.kpi"
    assert colours[text.index("''")][-1] == "constant.character.escape.kpi"
    assert colours[text.index("it'")] == ("string.quoted.kpi",)


def test_an_unclosed_text_ends_with_its_line() -> None:
    colours = grammar().scopes('metric a "no end\nmetric b = c\n')
    assert colours[9] == ("invalid.illegal.unclosed-text.kpi",)
    assert colours[17] == ("keyword.other.declaration.kpi",)


def test_the_package_names_what_is_there() -> None:
    package = json.loads((PACKAGE / "package.json").read_text("utf-8"))
    (language,), (coloured,) = package["contributes"]["languages"], package["contributes"]["grammars"]
    assert (language["extensions"], language["id"], coloured["language"]) == ([".kpi"], "kpi", "kpi")
    assert (PACKAGE / coloured["path"]).samefile(textmate.STORED)
    assert coloured["scopeName"] == textmate.grammar()["scopeName"]
    configured = json.loads((PACKAGE / language["configuration"]).read_text("utf-8"))
    assert configured["comments"] == {"lineComment": "#"}
    assert all(len(pair) == 2 for pair in configured["brackets"])
