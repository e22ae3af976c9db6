"""The colours of an editor, made from grammar/kpi.lark. Comes in: the parser's tables. Goes out: a TextMate grammar.

    python -m editors.textmate           writes editors/vscode/kpi.tmLanguage.json

A TextMate grammar sees one line at a time and knows no parser, and most keywords of the language may be names as well (`order`, `stage`,
`time`). What the parser would say is read from its tables: a word is coloured as a keyword only before what the grammar lets follow it,
and a word that follows few others (`totals` after `with`) only behind one of them. Nothing here names a keyword of the language.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from kpidsl.syntax.machine import DECLARATIONS
from kpidsl.syntax.tables import CLAUSES, RESERVED, Tables, tables

STORED = Path(__file__).with_name("vscode") / "kpi.tmLanguage.json"
_SCOPES = {
    "TIMESTAMP": "constant.numeric.timestamp",
    "DATE": "constant.numeric.date",
    "PERIOD": "constant.numeric.period",
    "DURATION": "constant.numeric.duration",
    "PERCENT": "constant.numeric.percent",
    "MONEY": "constant.numeric.money",
    "NUMBER": "constant.numeric",
    "RELATION": "keyword.operator.comparison",
    "EQUAL": "keyword.operator.assignment",
    "DOTS": "keyword.operator.range",
    "PLUS": "keyword.operator.arithmetic",
    "MINUS": "keyword.operator.arithmetic",
    "STAR": "keyword.operator.arithmetic",
    "SLASH": "keyword.operator.arithmetic",
    "VBAR": "keyword.operator.alternative",
    "COMMA": "punctuation.separator",
    "SEMICOLON": "punctuation.terminator",
    "COLON": "punctuation.separator.type",
    "DOT": "punctuation.accessor",
    "LBRACE": "punctuation.section.braces.begin",
    "RBRACE": "punctuation.section.braces.end",
}
_CONSTANTS = ("TRUE", "FALSE", "NULL")
_CONTROL = ("CASE", "WHEN", "THEN", "ELSE", "END")
_FEW = 3  # a word with no more words before it is a keyword only behind them


def grammar() -> dict[str, Any]:
    """The TextMate grammar as JSON data."""
    return _Writer(tables()).grammar()


def text() -> str:
    """The grammar as it is stored."""
    return json.dumps(grammar(), indent=2) + "\n"


class _Writer:
    def __init__(self, known: Tables) -> None:
        self.regular = {name: _plain(pattern) for name, pattern in known.patterns}
        self.words = {terminal: word for word, terminal in known.keywords.items()}
        self.literals = {terminal: sign for sign, terminal in known.literals.items()}
        self.states = known.states
        self.follow = _follow(known)
        self.before: dict[str, set[str]] = defaultdict(set)
        for terminal, after in self.follow.items():
            for one in after:
                self.before[one].add(terminal)
        self.reserved = {terminal for terminal, word in self.words.items() if word in RESERVED}
        self.name = f"(?!(?i:{'|'.join(sorted(RESERVED))})\\b){self.regular['NAME']}"
        self.operand = f"(?!(?i:{'|'.join(sorted(CLAUSES))})\\s+[^\\s=:])" + self.name  # a clause may follow a name that is a keyword, too

    def grammar(self) -> dict[str, Any]:
        return {
            "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
            "name": "KPI",
            "scopeName": "source.kpi",
            "fileTypes": ["kpi"],
            "patterns": [{"include": f"#{name}"} for name in ("plain", "parentheses", "fields", "rest")],
            "repository": {
                "plain": {"patterns": [*self.comments(), *self.texts(), *self.numbers()]},
                "parentheses": {"patterns": [self.parentheses()]},
                "fields": {"patterns": [self.field()]},
                "arguments": {"patterns": [_match(self.regular["FIELD"], "variable.parameter")]},
                "rest": {"patterns": [*self.accesses(), *self.keywords(), *self.signs(), *self.names()]},
            },
        }

    def comments(self) -> list[dict[str, Any]]:
        return [_match(self.regular["COMMENT"], "comment.line.number-sign")]

    def texts(self) -> list[dict[str, Any]]:
        fence = re.match(r'"+', _inner(self.regular["BLOCK"]))
        assert fence is not None
        escapes = [_match(r'\\(?:u\{[0-9A-Fa-f]+\}|.)|""|\'\'', "constant.character.escape")]
        inside = {"1": {"name": "punctuation.definition.string.kpi"}, "2": {"patterns": escapes}}
        pieces = [_named(piece, "string.quoted", inside) for piece in _around(_inner(self.regular["STRING"]))]
        return [
            {"begin": fence[0], "end": fence[0], "name": "string.quoted.triple.kpi"},
            *pieces,
            _match(r"[\"'].*$", "invalid.illegal.unclosed-text"),
        ]

    def numbers(self) -> list[dict[str, Any]]:
        unit = [_match("[^\\W\\d_]+$|%$", "keyword.other.unit")]
        units = {"0": {"patterns": unit}}
        ordered = [name for name in self.regular if name in _SCOPES and name != "RELATION"]
        return [_named(self.regular[name], _SCOPES[name], units if name in ("MONEY", "DURATION", "PERCENT") else None) for name in ordered]

    def parentheses(self) -> dict[str, Any]:
        inner = [{"include": f"#{name}"} for name in ("plain", "parentheses", "arguments", "rest")]
        return {
            "begin": re.escape(self.literals["LPAR"]),
            "end": re.escape(self.literals["RPAR"]),
            "beginCaptures": {"0": {"name": "punctuation.section.parens.begin.kpi"}},
            "endCaptures": {"0": {"name": "punctuation.section.parens.end.kpi"}},
            "patterns": inner,
        }

    def field(self) -> dict[str, Any]:
        """`amount: money(EUR)` declares a column: its name and its type. Both are names, whatever words they are."""
        pattern = f"({self.regular['FIELD']})(?:\\s*(:)\\s*({self.name}))?"
        return _captures(pattern, "variable.other.member", _SCOPES["COLON"], "storage.type")

    def accesses(self) -> list[dict[str, Any]]:
        """What stands behind a dot or right behind two of them is a name."""
        dots, dot = re.escape(self.literals["DOTS"]), re.escape(self.literals["DOT"])
        return [
            _captures(f"({dots})({self.name})?", _SCOPES["DOTS"], "variable.other"),
            _captures(f"({dot})\\s*({self.name})", _SCOPES["DOT"], "variable.other.property"),
            _match(f"{self.name}(?=\\s*{dot}(?!{dot}))", "variable.other.object"),
            _match(f"{self.name}(?=\\()", "support.function"),
        ]

    def keywords(self) -> list[dict[str, Any]]:
        bound = {terminal for terminal in self.words if self._bound(terminal)}
        found = [self._phrase(first, bound) for first in sorted(self.words) if self.follow[first] & bound]
        groups: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
        for terminal in sorted(set(self.words) - bound):
            after = frozenset() if terminal in self.reserved else frozenset(self.follow[terminal])
            groups[self._scope(terminal), after, self._behind_the_name(terminal) if after == {"NAME"} else frozenset()].append(terminal)
        for (scope, after, behind), group in sorted(groups.items(), key=lambda entry: (len(entry[0][1]), entry[1])):
            if after == {"NAME"}:
                second = "entity.name.function" if scope.endswith("declaration") else "variable.other"
                ahead = self._lookahead(behind)
                found.append(_captures(f"\\b({self._either(group)})\\s+({self.name})(?!\\w){ahead}", scope, second))
            else:
                found.append(_match(f"\\b{self._either(group)}\\b{self._lookahead(after)}", scope))
        return found

    def signs(self) -> list[dict[str, Any]]:
        signs = sorted(self.literals, key=lambda name: -len(self.literals[name]))
        listed = [_match(re.escape(self.literals[name]), _SCOPES[name]) for name in signs if name in _SCOPES]
        return [_match(self.regular["RELATION"], _SCOPES["RELATION"]), *listed]

    def names(self) -> list[dict[str, Any]]:
        return [_match(self.name, "variable.other")]

    def _bound(self, terminal: str) -> bool:
        return terminal not in self.reserved and len(self.before[terminal]) <= _FEW and self.before[terminal] <= set(self.words)

    def _phrase(self, first: str, bound: set[str]) -> dict[str, Any]:
        """`with totals`: the two words together."""
        seconds = sorted(self.follow[first] & bound)
        pattern = f"\\b({self._either([first])})\\s+({self._either(seconds)})\\b"
        return _captures(pattern, self._scope(first), self._scope(seconds[0]))

    def _behind_the_name(self, terminal: str) -> frozenset[str]:
        """What may stand behind the name that follows a keyword."""
        found: set[str] = set()
        for row in self.states:
            named = self.states[row[terminal]]["NAME"] if row.get(terminal, -1) >= 0 else -1
            if named >= 0:
                found |= {one for one in self.states[named] if one in self.follow or one == "$END"}
        return frozenset(found)

    def _scope(self, terminal: str) -> str:
        if terminal in _CONSTANTS:
            return "constant.language"
        if terminal in _CONTROL:
            return "keyword.control"
        if terminal in self.reserved:
            return "keyword.operator.word"
        return "keyword.other.declaration" if self.words[terminal] in DECLARATIONS else "keyword.other"

    def _either(self, terminals: list[str]) -> str:
        return f"(?i:{'|'.join(sorted(self.words[terminal] for terminal in terminals))})"

    def _lookahead(self, after: frozenset[str]) -> str:
        """What may follow, seen from the end of the word; the end of the line where nothing needs to."""
        if not after:
            return ""
        known = [self.words[one] for one in sorted(after) if one in self.words]
        parts = [f"(?i:{'|'.join(known)})\\b"] if known else []
        parts += [re.escape(self.literals[one]) for one in sorted(after) if one in self.literals]
        parts += [self.regular[one] for one in sorted(after - {"NAME"}) if one in self.regular and one not in ("STRING", "BLOCK", "FIELD")]
        if after & {"STRING", "BLOCK"}:
            parts.append("[\"']")
        if after & {"NAME", "FIELD"}:
            parts.append(self.operand)
        if after & {"$END", "RBRACE"}:
            parts += ["#", "$"]
        return f"(?=\\s*(?:{'|'.join(parts)}))"


def _follow(known: Tables) -> dict[str, set[str]]:
    """Which terminals the grammar lets stand right behind each."""
    after: dict[str, set[str]] = defaultdict(set)
    terminals = {*known.keywords.values(), *known.literals.values(), *(name for name, _ in known.patterns)}
    for row in known.states:
        for symbol, action in row.items():
            if action >= 0 and symbol in terminals:
                after[symbol] |= known.states[action].keys() & (terminals | {"$END"})
    return after


def _plain(pattern: str) -> str:
    """Python's escapes of characters beyond ASCII as the characters themselves, which every engine of regular expressions takes."""
    plain = re.sub(r"\\(?:u([0-9a-f]{4})|x([89a-f][0-9a-f]))", lambda found: chr(int(found[1] or found[2], 16)), pattern)
    return plain.replace("\0", r"\x00")


def _inner(pattern: str) -> str:
    """A pattern without the `(?:…)` or `(?i:…)` around it."""
    found = re.fullmatch(r"\(\?i?:(.*)\)", pattern, re.DOTALL)
    return found[1] if found else pattern


def _around(pattern: str) -> list[str]:
    """The two kinds of text, each with its opening quote and the rest as groups."""
    return [f"({part[0]})({part[1:]})" for part in re.split(r"\|(?=')", pattern, maxsplit=1)]


def _match(pattern: str, scope: str) -> dict[str, Any]:
    return {"match": pattern, "name": f"{scope}.kpi"}


def _named(pattern: str, scope: str, captures: dict[str, Any] | None) -> dict[str, Any]:
    return {**_match(pattern, scope), **({"captures": captures} if captures else {})}


def _captures(pattern: str, *scopes: str) -> dict[str, Any]:
    return {"match": pattern, "captures": {str(number): {"name": f"{scope}.kpi"} for number, scope in enumerate(scopes, 1)}}


def main() -> None:
    """Write the stored file."""
    STORED.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
