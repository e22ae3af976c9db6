"""The LALR(1) machine. Comes in: tokens, the tables of the grammar, a builder. Goes out: what the builder made, and the places where
the text left the grammar.

It runs without recursion, however deep the text nests. Every rule is built as soon as it is read, with its place; a file goes on at
its next declaration after an error, and keeps the declarations that were whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from kpidsl.diagnostic import KpiError, similar
from kpidsl.record import dataclass
from kpidsl.span import Span
from kpidsl.syntax.lexer import Lexed, Token, keyword
from kpidsl.syntax.tables import Tables, tables

END = "$END"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where the text left the grammar: a token (or the end), what would have been right there, and where its declaration began."""

    lexed: Lexed
    index: int  # into lexed.tokens; len(tokens) is the end
    kind: str  # the token's type as the parser saw it
    accepted: frozenset[str]  # terminals, exactly
    begun: int  # index of the declaration's first token
    states: list[int]  # the parser's stack before the token

    def fits(self, *terminals: str) -> bool:
        """Could these terminals stand here, one after the other?"""
        stack = list(self.states)
        return all(advance(tables(), stack, terminal) for terminal in terminals)


def run(lexed: Lexed, builder: Any, start: str, report: Callable[[Trouble], None]) -> list[Any]:
    """Parse tokens; returns the declarations of a file, or a list of at most one query or expression."""
    return _Run(lexed, builder, start, report).all()


@cache
def _makers(kind: type) -> list[Any]:
    """What builds each rule: a function of a class of builders, None where the one child stands for it, "" where children are collected."""
    return [getattr(kind, action) if action else action for _, _, action, _ in tables().rules]


class _Run:
    def __init__(self, lexed: Lexed, builder: Any, start: str, report: Callable[[Trouble], None]) -> None:
        self.lexed = lexed
        self.start = start
        self.report = report
        self.tables = tables()
        self.makers = _makers(builder.__class__)
        self.leaf = builder.token
        self.builder = builder

    def all(self) -> list[Any]:
        whole: list[Any] = []
        at = 0
        while True:
            values, stopped = self.once(at)
            whole += values
            if stopped < 0 or self.start != "file":
                return whole
            at = next_declaration(self.lexed, self.begun, stopped)
            if at >= len(self.lexed.tokens) or self.lexed.problems.full:
                return whole

    def once(self, first: int) -> tuple[list[Any], int]:
        """Parse from a token on. Returns what is whole, and the token where it went wrong or -1."""
        known = self.tables
        states, rules, makers, leaf, chains = known.states, known.rules, self.makers, self.leaf, known.chains
        builder = self.builder
        source, tokens, text = self.lexed.source, self.lexed.tokens, self.lexed.source.text
        accept = known.accept[self.start]
        state = known.start[self.start]
        stack = [state]
        values: list[Any] = []
        starts: list[int] = []
        ends: list[int] = []
        self.begun = index = first
        count = len(tokens)
        row = states[state]
        try:
            while True:
                if index < count:
                    kind, start, end = tokens[index]
                    if kind == "NAME" and text[start] != "`":
                        kind = keyword(self.lexed, index, row)
                else:
                    kind, start, end = END, len(text), len(text)
                while True:
                    action = row.get(kind)
                    if action is None:
                        again = self._other_reading(kind, index, row)
                        if again is not None:
                            kind, start, end = again
                            count = len(tokens)
                            continue
                        return self._failed(index, kind, values)
                    if action >= 0:
                        if len(values) < 2:
                            self._begins(index, values)
                        stack.append(action)
                        values.append(leaf(kind, start, end))
                        starts.append(start)
                        ends.append(end)
                        state = action
                        row = states[state]
                        break
                    number = -1 - action
                    origin, size, _, plan = rules[number]
                    maker = makers[number]
                    if size == 0:
                        here = ends[-1] if ends else start
                        value = [] if maker is None or maker == "" else maker(builder, Span(source, here, here))
                        starts.append(here)
                        ends.append(here)
                    elif maker is None and size == 1 and plan is None:
                        # `sum` → `comparison` → … → `expr`: the same child under the next name, which the tables decide alone.
                        key = (stack[-2], state, kind)
                        state = chains.get(key, -1)
                        if state < 0:
                            state = chains[key] = self._chain(*key)
                        stack[-1] = state
                        row = states[state]
                        if state == accept and kind == END:
                            return self._accepted(values[-1]), -1
                        continue
                    else:
                        children = values[-size:]
                        del values[-size:], stack[-size:]
                        if plan is not None:
                            kept: list[Any] = []
                            for entry in plan:
                                if entry.__class__ is list:
                                    if maker == "" and not kept:
                                        kept = children[entry[0]]  # a collection grows in place: lists of any length take linear time
                                    else:
                                        kept += children[entry[0]]
                                else:
                                    kept.append(None if entry < 0 else children[entry])
                            children = kept
                        if size > 1:
                            del starts[1 - size :], ends[-size:-1]
                        if maker is None:
                            value = children[0]
                        elif maker == "":
                            value = children
                        else:
                            value = maker(builder, Span(source, starts[-1], ends[-1]), *children)
                    values.append(value)
                    state = states[stack[-1]][origin]
                    stack.append(state)
                    row = states[state]
                    if state == accept and kind == END:
                        return self._accepted(value), -1
                index += 1
        except KpiError as error:
            self.lexed.problems.extend(error.diagnostics)
            return self._whole(values), index

    def _chain(self, below: int, state: int, kind: str) -> int:
        """Where a run of rules that only rename their child ends."""
        states = self.tables.states
        while True:
            action = states[state].get(kind, 0)
            if action >= 0:
                return state
            origin, size, maker, plan = self.tables.rules[-1 - action]
            if maker is not None or size != 1 or plan is not None:
                return state
            state = states[below][origin]

    def _begins(self, index: int, values: list[Any]) -> None:
        if not values or (self.start == "file" and values[0].__class__ is list):
            self.begun = index
            if self.lexed.problems.full:
                raise KpiError

    def _other_reading(self, kind: str, index: int, row: dict[str, int]) -> Token | None:
        """`needs 30 days` counts a metric named `days`: where no duration or money fits, the number is read alone."""
        if kind not in ("DURATION", "MONEY") or "NUMBER" not in row:
            return None
        start, end = self.lexed.tokens[index][1:]
        found = re.match(r"[\d_.]+", self.lexed.source.text[start:end])
        assert found is not None
        middle = start + found.end()
        word = self.lexed.source.text[middle:end].lstrip(" \t")
        self.lexed.tokens[index : index + 1] = [Token("NUMBER", start, middle), Token("NAME", end - len(word), end)]
        return self.lexed.tokens[index]

    def _accepted(self, value: Any) -> list[Any]:
        return value if self.start == "file" else [value]

    def _whole(self, values: list[Any]) -> list[Any]:
        return values[0] if self.start == "file" and values and values[0].__class__ is list else []

    def _failed(self, index: int, kind: str, values: list[Any]) -> tuple[list[Any], int]:
        """Report the place; returns what is whole before it, a last declaration without its tail included, and the place."""
        if index - 1 > self.begun and begins_declaration(self.lexed, index - 1, outside=self._depth(index - 1) <= 0):
            index -= 1  # `metric a =` and a next line that was taken for its formula
            kind = tables().keywords[self._word(index)]
        stack = self.states_before(index)
        row = self.tables.states[stack[-1]]
        accepted = frozenset(terminal for terminal in row if terminal.isupper() or terminal == END)
        accepted = frozenset(terminal for terminal in accepted if advance(self.tables, list(stack), terminal))
        self.report(Trouble(self.lexed, index, kind, accepted, self.begun, stack))
        if self.start == "file" and END in accepted and index > self.begun:
            cut = Lexed(self.lexed.source, self.lexed.tokens[self.begun : index], stand_ins=self.lexed.stand_ins)
            last = _Run(cut, self.builder, self.start, lambda _: None).once(0)[0]
            return self._whole(values) + last, index
        return self._whole(values), index

    def _word(self, index: int) -> str:
        token = self.lexed.tokens[index]
        return self.lexed.source.text[token.start : token.end].lower()

    def _depth(self, index: int) -> int:
        kinds = [token.type for token in self.lexed.tokens[self.begun : index]]
        return sum((kind in _OPENS) - (kind in _CLOSES) for kind in kinds)

    def states_before(self, index: int) -> list[int]:
        """The states on the stack when a token is met, before any rule was finished because of it."""
        stack = [self.tables.start[self.start]]
        for at in range(self.begun, index):
            kind = self.lexed.tokens[at].type
            if kind == "NAME" and self.lexed.source.text[self.lexed.tokens[at].start] != "`":
                kind = keyword(self.lexed, at, self.tables.states[stack[-1]])
            advance(self.tables, stack, kind)
        return stack


def advance(known: Tables, stack: list[int], kind: str) -> bool:
    """Feed one terminal to a stack of states; False where it does not fit."""
    while True:
        action = known.states[stack[-1]].get(kind)
        if action is None:
            return kind == END and stack[-1] in known.accept.values()
        if action >= 0:
            stack.append(action)
            return True
        origin, size, _, _ = known.rules[-1 - action]
        if size:
            del stack[-size:]
        stack.append(known.states[stack[-1]][origin])
        if kind == END and stack[-1] in known.accept.values() and len(stack) == 2:
            return True


# ---------------------------------------------------------------- where a file goes on

DECLARATIONS = frozenset(
    {
        "calendar",
        "param",
        "use",
        "need",
        "source",
        "dimension",
        "segment",
        "metric",
        "report",
        "materialize",
        "goal",
        "kpi",
        "audience",
        "tier",
        "kind",
        "journey",
        "funnel",
        "cohort",
        "alert",
        "scorecard",
        "dashboard",
        "test",
    }
)
_ALSO_ITEMS = frozenset({"goal", "kpi", "tier", "kind", "journey", "funnel", "cohort", "scorecard", "report"})
_DECLARES = re.compile(r"""[ \t]*(?:\{|(?:[^\W\d]\w*|`[^`\n]+`|"[^"\n]*")[ \t]*(?:[={":]|(?:from|for)\b))""")
_OPENS = frozenset({"LPAR", "LBRACE"})
_CLOSES = frozenset({"RPAR", "RBRACE"})


def next_declaration(lexed: Lexed, begun: int, stopped: int) -> int:
    """The token that begins the next declaration after an error: first on its line, and outside braces or not indented."""
    depth = 0
    for index in range(begun, len(lexed.tokens)):
        token = lexed.tokens[index]
        if token.type in _OPENS:
            depth += 1
        elif token.type in _CLOSES:
            depth -= 1
        elif index >= stopped and index > begun:
            if begins_declaration(lexed, index, outside=depth <= 0):
                return index
            if index > stopped and depth <= 0 and _begins_misspelt(lexed, index):
                return index
    return len(lexed.tokens)


def _begins_misspelt(lexed: Lexed, index: int) -> bool:
    """`metrc pieces = …` outside of braces: first on its line, followed as a declaration is, and close to a keyword."""
    token, text = lexed.tokens[index], lexed.source.text
    if token.type != "NAME" or "\n" not in text[lexed.tokens[index - 1].end : token.start] or not _DECLARES.match(text, token.end):
        return False
    return bool(similar(text[token.start : token.end], DECLARATIONS))


def begins_declaration(lexed: Lexed, index: int, outside: bool) -> bool:
    """Does a declaration seem to begin at a token? `outside` tells that all braces before it are closed."""
    token = lexed.tokens[index]
    text = lexed.source.text
    if token.type != "NAME" or text[token.start : token.end].lower() not in DECLARATIONS:
        return False
    if index and "\n" not in text[lexed.tokens[index - 1].end : token.start]:
        return False
    if outside:
        return True
    if token.start and text[token.start - 1] != "\n":
        return False
    if text[token.start : token.end].lower() not in _ALSO_ITEMS:
        return True
    line_end = text.find("\n", token.start)
    line = text[token.start : line_end if line_end >= 0 else len(text)]
    return "{" in line or "=" in line
