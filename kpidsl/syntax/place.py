"""A place where the text left the grammar, as an explanation sees it. Comes in: a `Trouble`. Goes out: `Place`, which knows the words
around it, the braces that are open, and what could stand there in phrases."""

from __future__ import annotations

from kpidsl.span import Span
from kpidsl.syntax.lexer import Lexed, Token
from kpidsl.syntax.machine import DECLARATIONS, END, Trouble, begins_declaration
from kpidsl.syntax.tables import tables

PAIRS = {"LPAR": "RPAR", "LBRACE": "RBRACE"}
SIGNS = {"LPAR": "(", "RPAR": ")", "LBRACE": "{", "RBRACE": "}"}
OPERATORS = frozenset({"PLUS", "MINUS", "STAR", "SLASH", "EQUAL", "RELATION", "AND", "OR", "IN", "BETWEEN", "LIKE", "IS", "NOT"})
OPERAND = frozenset({"NAME", "NUMBER", "PERCENT", "MONEY", "DATE", "TIMESTAMP", "PERIOD", "DURATION", "STRING", "LPAR", "MINUS"})
OPERAND_WORDS = frozenset({"CASE", "TRUE", "FALSE", "NULL", "NOT", "DOTS", "BLOCK"})
_PHRASES = {
    "NAME": "a name",
    "FIELD": "a name with a colon",
    "STRING": "a text in quotes",
    "BLOCK": 'rows in `"""`',
    "NUMBER": "a number",
    "PERCENT": "a percentage",
    "DURATION": "a duration such as `30 days`",
    "RELATION": "a comparison such as `<=`",
}


class Place:
    """A trouble with what every explanation asks for."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        self.lexed: Lexed = trouble.lexed
        self.tokens = trouble.lexed.tokens
        self.index = trouble.index
        self.accepted = trouble.accepted
        self.at_end = trouble.index >= len(self.tokens)
        self.text = "" if self.at_end else self.text_of(trouble.index)
        self.open = self._open()
        self.new_declaration = (
            not self.at_end and self.index > trouble.begun and begins_declaration(self.lexed, self.index, outside=not self.open)
        )

    def text_of(self, index: int) -> str:
        token = self.tokens[index]
        return self.lexed.source.text[token.start : token.end]

    def span_of(self, index: int) -> Span:
        return Span(self.lexed.source, self.tokens[index].start, self.tokens[index].end)

    @property
    def span(self) -> Span:
        """The token; at the end of the text, the last one before it."""
        if not self.at_end:
            return self.span_of(self.index)
        if self.tokens:
            return self.span_of(len(self.tokens) - 1)
        return Span(self.lexed.source, 0, 0)

    @property
    def before(self) -> Token | None:
        return self.tokens[self.index - 1] if self.index > self.trouble.begun else None

    @property
    def next_text(self) -> str:
        return self.text_of(self.index + 1) if self.index + 1 < len(self.tokens) else ""

    @property
    def in_file(self) -> bool:
        """Is a file read, and not a query or an expression?"""
        return self.trouble.states[0] == tables().start["file"]

    @property
    def declaration(self) -> str:
        """The keyword of the declaration that is being read, `` outside of one."""
        if self.trouble.begun >= len(self.tokens):
            return ""
        word = self.text_of(self.trouble.begun).lower()
        return word if word in DECLARATIONS and self.index > self.trouble.begun else ""

    def _open(self) -> list[int]:
        """The parentheses and braces that are open here, outermost first."""
        found: list[int] = []
        for index in range(self.trouble.begun, self.index):
            kind = self.tokens[index].type
            if kind in PAIRS:
                found.append(index)
            elif found and kind == PAIRS[self.tokens[found[-1]].type]:
                found.pop()
        return found

    def words(self) -> list[str]:
        """The keywords that could stand here."""
        return [word for word, terminal in tables().keywords.items() if terminal in self.accepted]


def behind(place: Place) -> Span:
    """The last token before the gap."""
    return place.span_of(place.index - 1) if place.before is not None and (place.at_end or place.new_declaration) else place.span


def value_wanted(place: Place) -> bool:
    return {"NAME", "NUMBER", "LPAR", "MINUS"} <= place.accepted


def wanted_here(place: Place) -> list[str]:
    """What could stand here, in phrases; values count as one."""
    left = set(place.accepted)
    phrases: list[str] = []
    if value_wanted(place):
        left -= OPERAND | OPERAND_WORDS
        phrases.append("a value")
    if not place.at_end:
        left -= {END}
    if "RELATION" in left:
        left -= {"EQUAL"}
    if "STRING" in left:
        left -= {"BLOCK"}
    if len(left) > 1 and "STRING" in left and ({"EQUAL", "FROM"} & left):
        left -= {"STRING"}  # a label may be left out
    signs = {terminal: f"`{sign}`" for sign, terminal in tables().literals.items()}
    words = {terminal: f"`{word}`" for word, terminal in tables().keywords.items()}
    phrases += [_PHRASES.get(terminal) or signs.get(terminal) or words.get(terminal, terminal.lower()) for terminal in sorted(left)]
    return phrases


def either(words: list[str], link: str, quoted: bool = False) -> str:
    shown = words if quoted else [f"`{word}`" for word in words]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {link} {shown[-1]}"


def short(text: str) -> str:
    line = text.split("\n")[0]
    return line if len(line) <= 40 and line == text else f"{line[:37]}…"


def kind_at(place: Place, index: int) -> str:
    if index >= len(place.tokens):
        return END
    kind = place.tokens[index].type
    if kind == "NAME":
        return tables().keywords.get(place.text_of(index).lower(), "NAME")
    return kind


def with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"
