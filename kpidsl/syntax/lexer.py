"""Text to tokens. Comes in: a source and the terminals of `kpi.lark`. Goes out: `Lexed`, with comments and findings beside the tokens.

Nothing here is copied from the grammar: one regular expression is made of its terminals, and its keywords are a dictionary. Which word
is a keyword depends on the parser's state, so a word leaves as NAME and `keyword` decides when the parser gets there. What looks like
a number or a date and is none becomes a finding and a stand-in token, so that the parser can go on.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice
from typing import NamedTuple

from kpidsl.diagnostic import Diagnostic, Diagnostics, Fix
from kpidsl.record import dataclass, field, replace
from kpidsl.span import Source, Span
from kpidsl.syntax import spelling
from kpidsl.syntax.ast import Comment
from kpidsl.syntax.tables import CLAUSES, RESERVED, tables

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MOST = 100  # findings of one text
_LONGEST = 200  # characters of a message
_MOST_CONTROL = 3  # findings about control characters: a binary file has thousands


class Findings(Diagnostics):
    """A collector that has enough at some point: what is no program at all is not worth a thousand messages."""

    def add(self, diagnostic: Diagnostic) -> None:
        if not self.full:
            shorter = replace(diagnostic, message=_short(diagnostic.message), help=_short(diagnostic.help))
            Diagnostics.add(self, shorter)

    @property
    def full(self) -> bool:
        """Enough for one text, long before it is for a project."""
        return len(self.found) >= _MOST


def _short(text: str) -> str:
    """A message stays readable when what it quotes is not."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 4 :]}"


class Token(NamedTuple):
    """A terminal of the grammar and its place."""

    type: str
    start: int
    end: int


@dataclass(slots=True)
class Lexed:
    """The tokens of one source. `stand_ins` holds the offsets of tokens whose text does not say what their type promises."""

    source: Source
    tokens: list[Token] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    problems: Findings = field(default_factory=Findings)
    stand_ins: set[int] = field(default_factory=set)
    brackets: list[int] = field(default_factory=list)  # where a `[` stands that no `]` has closed


@dataclass(frozen=True, slots=True)
class _Scanner:
    pattern: re.Pattern[str]
    types: tuple[str, ...]  # by number of the group


@cache
def _scanner() -> _Scanner:
    known = tables()
    signs = sorted(known.literals, key=lambda sign: (-len(sign), sign))
    parts = [*known.patterns, *((known.literals[sign], re.escape(sign)) for sign in signs)]
    # Blanks first: they are every second match. They begin nothing else.
    parts.sort(key=lambda part: part[0] != "BLANK")
    return _Scanner(re.compile("|".join(f"({pattern})" for _, pattern in parts)), ("", *(name for name, _ in parts)))


def lex(source: Source) -> Lexed:
    """All tokens of a source; it never fails."""
    text = source.text
    lexed = Lexed(source)
    scanner = _scanner()
    types, match = scanner.types, scanner.pattern.match
    new = tuple.__new__
    push = lexed.tokens.append
    at = 0
    for found in islice(_CONTROL.finditer(text), _MOST_CONTROL):
        lexed.problems.add(spelling.bad_character(source, found.start()))
    while True:
        found_token = match(text, at)
        if found_token is None:
            if at >= len(text) or lexed.problems.full:
                _unclosed_brackets(lexed)
                return lexed
            at = _mend(lexed, at)
            continue
        kind = types[found_token.lastindex or 0]
        end = found_token.end()
        if kind == "BLANK":
            at = end
            continue
        if kind == "COMMENT":
            lexed.comments.append(Comment(Span(source, at, end), text[at + 1 : end].removeprefix(" ").rstrip()))
        else:
            if kind in ("NAME", "FIELD") and not text.isascii():
                _check_word(lexed, at, end)
            elif kind == "NUMBER" and text[end : end + 1] == ",":
                kind, end = _thousands(lexed, at, end)
            push(new(Token, (kind, at, end)))
        at = end


def _mend(lexed: Lexed, at: int) -> int:
    """Report what stands at an offset where no token begins, put in a stand-in if one is likely, and say where to go on."""
    char = lexed.source.text[at]
    if char == "[" or (char == "]" and lexed.brackets):
        return _bracket(lexed, at)
    problem, kind, end = spelling.explain(lexed.source, at)
    if problem is not None:
        lexed.problems.add(problem)
    if kind:
        lexed.stand_ins.add(at)
        lexed.tokens.append(Token(kind, at, end))
    return end


def _bracket(lexed: Lexed, at: int) -> int:
    """Square brackets stand in for parentheses, for braces where lines follow; a pair is one finding, the outermost of several."""
    lexed.stand_ins.add(at)
    if lexed.source.text[at] == "[":
        lexed.brackets.append(at)
        lexed.tokens.append(Token("LBRACE" if spelling.opens_lines(lexed.source.text, at) else "LPAR", at, at + 1))
        return at + 1
    start = lexed.brackets.pop()
    span = Span(lexed.source, start, at + 1)
    if spelling.NAME_IN_BRACKETS.fullmatch(span.text):
        while lexed.tokens[-1].start > start:
            lexed.tokens.pop()
        lexed.tokens[-1] = Token("NAME", start, at + 1)
    else:
        lexed.tokens.append(Token("RBRACE" if spelling.opens_lines(lexed.source.text, start) else "RPAR", at, at + 1))
    if not lexed.brackets:
        lexed.problems.add(spelling.square_brackets(span))
    return at + 1


def _unclosed_brackets(lexed: Lexed) -> None:
    for at in lexed.brackets:
        if lexed.problems.full:
            return
        span = Span(lexed.source, at, at + 1)
        sign = "{" if spelling.opens_lines(lexed.source.text, at) else "("
        lexed.problems.add(Diagnostic("KPI010", "`[` is not a sign of the language", span, help=f"write `{sign}`", fix=Fix(span, sign)))


def _thousands(lexed: Lexed, start: int, end: int) -> tuple[str, int]:
    """`1,000` and `1,250 EUR` are one amount each: no number of a list begins with a zero, nor is one of several an amount of money.
    Returns the type and end of the whole, or of the first digits where they stand for themselves."""
    text = lexed.source.text
    found = spelling.GROUPED.match(text, start)
    last = _scanner().pattern.match(text, found.end() - 3) if found is not None else None
    if found is None or last is None:
        return "NUMBER", end
    kind = _scanner().types[last.lastindex or 0]
    if kind != "MONEY" and not (",0" in found[0] and kind in spelling.NUMERIC):
        return "NUMBER", end
    lexed.problems.add(spelling.thousands(Span(lexed.source, start, last.end())))
    lexed.stand_ins.add(start)
    return kind, last.end()


def _check_word(lexed: Lexed, start: int, end: int) -> None:
    text = lexed.source.text
    word = text[start:end]
    if word.isascii() or word[0] == "`" or unicodedata.normalize("NFC", word).isidentifier():
        return
    lexed.stand_ins.add(start)
    for at in range(start, end):
        char = text[at]
        if not char.isascii() and not ("a" + unicodedata.normalize("NFC", char)).isidentifier() and not _CONTROL.match(char):
            lexed.problems.add(spelling.bad_character(lexed.source, at))
            return
    if not any(_CONTROL.match(char) for char in word):
        message = f"`{word}` cannot be a name as it stands"
        fix = Fix(Span(lexed.source, start, end), f"`{word}`")
        lexed.problems.add(Diagnostic("KPI015", message, fix.span, help=f"write `` `{word}` `` in backquotes", fix=fix))


def keyword(lexed: Lexed, index: int, accepted: dict[str, int]) -> str:
    """The type of a NAME token, given what the parser accepts there: a keyword's terminal, or NAME."""
    token = lexed.tokens[index]
    text = lexed.source.text
    word = text[token.start : token.end]
    words = tables().keywords
    terminal = words.get(word) or words.get(word.lower())
    if terminal is None:
        return "NAME"
    if word.lower() in RESERVED:
        return terminal
    if terminal not in accepted:
        return "NAME"
    if "NAME" not in accepted:
        return terminal
    # Two places accept both. `values a, b` or `funnel purchase` begins a query, and so may a metric of that name; a word after `..` may be
    # the range's end.
    if terminal in ("VALUES", "FUNNEL", "COHORT"):
        return terminal if _is_operand(lexed, index + 1) else "NAME"
    return terminal if lexed.tokens[index - 1].end < token.start else "NAME"


def _is_operand(lexed: Lexed, index: int) -> bool:
    if index >= len(lexed.tokens):
        return False
    token = lexed.tokens[index]
    word = lexed.source.text[token.start : token.end].lower()
    return token.type == "NAME" and word not in CLAUSES and word not in RESERVED
