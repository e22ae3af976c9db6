"""The parser's tables. Comes in: `kpi.lark`. Goes out: `Tables`, plain data that the driver in `machine.py` runs.

Lark reads the grammar, checks it for conflicts and computes the LALR(1) states (a second of work); the result is kept as JSON, so
that a run neither builds anything nor imports lark. The wheel brings the file (`python -m kpidsl.syntax.tables` writes it at build
time), and a checkout keeps it in the user's cache folder; both are used only where the hash of the grammar matches.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpidsl.cache_folder import cache_folder, store
from kpidsl.record import dataclass, field

if TYPE_CHECKING:
    import lark

STARTS = ("file", "query", "expression")
RESERVED = frozenset(
    {"and", "or", "not", "in", "is", "null", "between", "like", "case", "when", "then", "else", "end", "true", "false", "distinct", "where"}
)
CLAUSES = frozenset(
    {"by", "during", "last", "compare", "with", "sparse", "order", "top", "as"}
)  # what may follow a metric that is named `values`
_FORMAT = "kpidsl tables 1"
_SHIPPED = Path(__file__).with_name("_tables.json")
_END = "$END"


@dataclass(frozen=True, slots=True)
class Tables:
    """What the driver needs.

    `states[s][symbol]` is a state to go to (0 and up) or `-1 - r`, reduce by rule r. A rule is `[origin, size, action, plan]`: the
    action is a builder's name, None where the one child stands for the rule, or "" where children are only collected (`_` rules);
    the plan lists the children kept, `-1` for an absent optional, `[i]` for a collection to splice; None keeps all.
    """

    patterns: list[tuple[str, str]]  # tokens other than keywords with their regular expressions, strongest first
    ignored: frozenset[str]
    keywords: dict[str, str]  # "metric" → METRIC
    literals: dict[str, str]  # "{" → LBRACE
    states: list[dict[str, int]]
    rules: list[tuple[str, int, str | None, list[Any] | None]]
    start: dict[str, int]
    accept: dict[str, int]
    chains: dict[tuple[int, int, str], int] = field(default_factory=dict)  # the driver's memory of rules that only rename


@cache
def tables() -> Tables:
    """The tables of this version's grammar: shipped, cached or built now."""
    text = grammar_text()
    key = _key(text)
    folder = cache_folder()
    cached = os.path.join(folder, f"tables-{key[:16]}.json") if folder else None
    for place in (_SHIPPED, cached):
        data = _read(Path(place), key) if place else None
        if data is not None:
            return _load(data)
    data = build(text)
    if cached:
        store(cached, json.dumps(data, separators=(",", ":")).encode())
    return _load(data)


def grammar_text() -> str:
    """`kpi.lark`: beside the package in a wheel, at the top of the repository in a checkout."""
    package = Path(__file__).parent.parent
    for place in (package / "_grammar" / "kpi.lark", package.parent / "grammar" / "kpi.lark"):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise FileNotFoundError("kpidsl is installed without its grammar (kpi.lark)")


def _key(text: str) -> str:
    return hashlib.sha256(f"{_FORMAT}\n{text}".encode()).hexdigest()


def _read(place: Path, key: str) -> dict[str, Any] | None:
    try:
        data = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and data.get("key") == key else None


def _load(data: dict[str, Any]) -> Tables:
    return Tables(
        patterns=[(name, pattern) for name, pattern in data["patterns"]],
        ignored=frozenset(data["ignored"]),
        keywords=data["keywords"],
        literals=data["literals"],
        states=data["states"],
        rules=[(origin, size, action, plan) for origin, size, action, plan in data["rules"]],
        start=data["start"],
        accept=data["accept"],
    )


def stock_parser(text: str, lexer: str = "basic") -> lark.Lark:
    """Lark's own parser for the grammar; `strict` makes any shift/reduce conflict an error. A "contextual" lexer needs `interegular`."""
    import lark

    return lark.Lark(
        text, parser="lalr", lexer=_no_lexer() if lexer == "basic" else lexer, strict=True, start=list(STARTS), maybe_placeholders=True
    )


def _no_lexer() -> Any:
    from lark.lexer import Lexer

    class NoLexer(Lexer):
        """Stands in for a lexer where only the tables are wanted."""

        __future_interface__ = 2

        def __init__(self, conf: Any) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Any:
            raise NotImplementedError

    return NoLexer


def build(text: str) -> dict[str, Any]:
    """The tables as JSON data."""
    import lark

    parser = stock_parser(text)
    patterns: list[Any] = []
    keywords: dict[str, str] = {}
    literals: dict[str, str] = {}
    for terminal in parser.terminals:
        value = terminal.pattern.value
        if terminal.pattern.type == "re":
            patterns.append((terminal.priority, terminal.name, terminal.pattern.to_regexp()))
        elif value.isidentifier():
            if "i" not in terminal.pattern.flags or value in keywords:
                raise ValueError(f'write the keyword {value} as "{value}"i everywhere in kpi.lark')
            keywords[value] = terminal.name
        else:
            literals[value] = terminal.name
    patterns.sort(key=lambda entry: (-entry[0], entry[1]))

    table: Any = parser.parser.parser._parse_table  # lark offers the states nowhere else
    numbers = {state: number for number, state in enumerate(_in_order(table))}
    rules: dict[Any, int] = {}
    states: list[dict[str, int]] = []
    for state in numbers:
        row = {}
        for symbol, (action, target) in sorted(table.states[state].items()):
            row[str(symbol)] = numbers[target] if action.name == "Shift" else -1 - rules.setdefault(target, len(rules))
        states.append(row)
    return {
        "key": _key(text),
        "lark": lark.__version__,
        "patterns": [(name, pattern) for _, name, pattern in patterns],
        "ignored": sorted(str(name) for name in parser.ignore_tokens),
        "keywords": keywords,
        "literals": literals,
        "states": states,
        "rules": [_rule(rule) for rule in rules],
        "start": {start: numbers[state] for start, state in sorted(table.start_states.items())},
        "accept": {start: numbers[state] for start, state in sorted(table.end_states.items())},
    }


def _in_order(table: Any) -> list[int]:
    """The states, breadth first by symbol: lark numbers them by the hash of the day, a build has to be the same everywhere."""
    order = [state for _, state in sorted(table.start_states.items())]
    seen = set(order)
    for state in order:  # grows while it is read
        for _, (action, target) in sorted(table.states[state].items()):
            if action.name == "Shift" and target not in seen:
                seen.add(target)
                order.append(target)
    return order


def _rule(rule: Any) -> tuple[str, int, str | None, list[Any] | None]:
    """A rule of lark's as the driver wants it: what is kept of its children and what is made of them."""
    origin, size = str(rule.origin.name), len(rule.expansion)
    absent = rule.options.empty_indices or (False,) * size
    plan: list[Any] = []
    at = 0
    for gap in absent:
        if gap:
            plan.append(-1)
            continue
        symbol = rule.expansion[at]
        if not symbol.is_term and symbol.name.startswith("_"):
            plan.append([at])
        elif not (symbol.is_term and symbol.filter_out):
            plan.append(at)
        at += 1
    if origin.startswith("_"):
        action: str | None = ""
    elif rule.options.expand1 and not rule.alias and len(plan) == 1:
        action = None
    else:
        action = str(rule.alias or rule.options.template_source or origin)
    return origin, size, action, None if plan == list(range(size)) else plan


def main() -> None:
    """Write the tables beside this module, for the wheel."""
    _SHIPPED.write_text(json.dumps(build(grammar_text()), separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
