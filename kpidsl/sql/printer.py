"""Nodes as text, laid out for people. Comes in: a tree and its dialect. Goes out: SQL that stands on one line where it is short, and is
broken at its commas, its WHENs and its ANDs where it is not.

How a dialect marks names and texts, and the few words that differ, are rows of dialects.py. Each kind of node has one function here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kpidsl.record import dataclass
from kpidsl.sql import tree
from kpidsl.sql.dialects import Dialect
from kpidsl.sql.tree import Node

WIDTH = 100
_BREAK = "\0"
"""Stands for a line break within quotes until all is laid out; no text that SQL can hold has one of its own."""


def write(node: Node, dialect: Dialect, pretty: bool = True) -> str:
    """The statement, or a part of one, as text."""
    return Printer(dialect, pretty).write(node).strip().replace(_BREAK, "\n")


class Printer:
    """Writes nodes in one dialect. A line break goes where `pretty` wants one, else a blank or nothing."""

    def __init__(self, dialect: Dialect, pretty: bool) -> None:
        self.dialect = dialect
        self.pretty = pretty
        self.line = "\n" if pretty else " "
        self.opened, self.closed = ("(\n  ", "\n)") if pretty else ("(", ")")

    def write(self, node: Node) -> str:
        return _WRITERS[type(node)](self, node)

    def all(self, nodes: Sequence[Node]) -> list[str]:
        return [_WRITERS[type(node)](self, node) for node in nodes]

    def inside(self, text: str) -> str:
        """In parentheses, on lines of its own."""
        return f"{self.opened}{text.replace(_LINE, _INDENTED) if self.pretty else text}{self.closed}"

    def below(self, text: str) -> str:
        """On lines of its own, under a word."""
        return f"\n  {text.replace(_LINE, _INDENTED)}" if self.pretty else f" {text}"

    def too_wide(self, parts: Sequence[str]) -> bool:
        return self.pretty and sum(map(len, parts)) > WIDTH

    def quoted(self, text: str) -> str:
        """A text literal."""
        dialect = self.dialect
        if dialect.escapes:
            text = text.translate(dialect.escapes)
        text = text.replace("\n", _BREAK).replace("'", dialect.escaped_quote)
        if dialect.substitutes:
            text = text.replace("${", "$\\{")
        return f"'{text}'"


_LINE, _INDENTED = "\n", "\n  "
_WRITERS: dict[type[Node], Callable[[Printer, Any], str]] = {}


def _writes(kind: type[Node]) -> Callable[[Callable[[Printer, Any], str]], Callable[[Printer, Any], str]]:
    """Register how a kind of node is written."""

    def keep(function: Callable[[Printer, Any], str]) -> Callable[[Printer, Any], str]:
        _WRITERS[kind] = function
        return function

    return keep


# ---------------------------------------------------------------- values


@_writes(tree.Name)
def _name(p: Printer, node: tree.Name) -> str:
    if not node.quoted:
        return node.text
    opening, closing, within = p.dialect.name_marks
    return f"{opening}{node.text.translate(p.dialect.name_escapes).replace(closing, within).replace(_LINE, _BREAK)}{closing}"


@_writes(tree.Column)
def _column(p: Printer, node: tree.Column) -> str:
    return _name(p, node.name) if node.table is None else f"{_name(p, node.table)}.{_name(p, node.name)}"


@_writes(tree.Text)
def _text(p: Printer, node: tree.Text) -> str:
    return p.quoted(node.value)


@_writes(tree.Number)
def _number(_: Printer, node: tree.Number) -> str:
    return node.written


@_writes(tree.Truth)
def _truth(p: Printer, node: tree.Truth) -> str:
    if not p.dialect.booleans:
        return "(1 = 1)" if node.value else "(1 = 0)"
    return "TRUE" if node.value else "FALSE"


@_writes(tree.Word)
def _word(_: Printer, node: tree.Word) -> str:
    return node.text


@_writes(tree.TypedText)
def _typed_text(p: Printer, node: tree.TypedText) -> str:
    return f"{node.kind} {p.quoted(node.value)}"


@_writes(tree.Interval)
def _interval(p: Printer, node: tree.Interval) -> str:
    if p.dialect.unit_in_interval and isinstance(node.amount, tree.Text):
        return f"INTERVAL '{node.amount.value} {node.unit}'"
    return f"INTERVAL {p.write(node.amount)} {node.unit}"


# ---------------------------------------------------------------- operators


@_writes(tree.Infix)
def _infix(p: Printer, node: tree.Infix) -> str:
    word = node.word
    if word == "AND" or word == "OR":
        parts = _connected(p, node, [])
        return (p.line if p.too_wide(parts) else " ").join(parts)
    left, right = p.write(node.left), p.write(node.right)
    form = p.dialect.operators.get(word)
    return f"{left} {word} {right}" if form is None else form.format(left, right)


def _connected(p: Printer, node: Node, parts: list[str], word: str = "") -> list[str]:
    """The parts of a chain of ANDs and ORs, each with the word before it."""
    if isinstance(node, tree.Infix) and node.word in ("AND", "OR"):
        _connected(p, node.left, parts, word)
        return _connected(p, node.right, parts, node.word)
    text = p.write(node)
    parts.append(f"{word} {text}" if word else text)
    return parts


@_writes(tree.Not)
def _not(p: Printer, node: tree.Not) -> str:
    """x NOT IN (…) and x NOT LIKE … as people write them."""
    inner = node.condition
    if isinstance(inner, tree.In):
        return _chosen(p, inner, "NOT IN")
    if isinstance(inner, tree.Infix) and inner.word in ("LIKE", "GLOB"):
        return f"{p.write(inner.left)} NOT {inner.word} {p.write(inner.right)}"
    return f"NOT {p.write(inner)}"


@_writes(tree.IsNull)
def _is_null(p: Printer, node: tree.IsNull) -> str:
    return f"{p.write(node.value)} IS {'NOT ' if node.negated else ''}NULL"


@_writes(tree.In)
def _in(p: Printer, node: tree.In) -> str:
    return _chosen(p, node, "IN")


def _chosen(p: Printer, node: tree.In, word: str) -> str:
    options = p.all(node.options)
    line = ", ".join(options)
    if p.pretty and len(line) > WIDTH:
        line = p.below(",\n".join(options)) + "\n"
    return f"{p.write(node.value)} {word} ({line})"


@_writes(tree.Negative)
def _negative(p: Printer, node: tree.Negative) -> str:
    text = p.write(node.value)
    return f"- {text}" if text.startswith("-") else f"-{text}"


@_writes(tree.Paren)
def _paren(p: Printer, node: tree.Paren) -> str:
    text = p.write(node.inner)
    return p.inside(text) if p.pretty and (len(text) > WIDTH or "\n" in text) else f"({text})"


@_writes(tree.Case)
def _case(p: Printer, node: tree.Case) -> str:
    parts = ["CASE" if node.subject is None else f"CASE {p.write(node.subject)}"]
    for condition, value in node.whens:
        parts += (f"WHEN {p.write(condition)}", f"THEN {p.write(value)}")
    if node.otherwise is not None:
        parts.append(f"ELSE {p.write(node.otherwise)}")
    if p.too_wide([*parts, "END"]):
        return f"{parts[0]}{p.below(_LINE.join(parts[1:]))}\nEND"
    return f"{' '.join(parts)} END"


@_writes(tree.Cast)
def _cast(p: Printer, node: tree.Cast) -> str:
    return f"{node.function}({p.write(node.value)} AS {node.kind})"


@_writes(tree.Extract)
def _extract(p: Printer, node: tree.Extract) -> str:
    return f"EXTRACT({node.part} FROM {p.write(node.value)})"


@_writes(tree.Zoned)
def _zoned(p: Printer, node: tree.Zoned) -> str:
    return f"{p.write(node.value)} AT TIME ZONE {p.quoted(node.zone)}"


@_writes(tree.Item)
def _item(p: Printer, node: tree.Item) -> str:
    return f"{p.write(node.array)}[{p.write(node.place)}]"


@_writes(tree.Field)
def _field(p: Printer, node: tree.Field) -> str:
    return f"{p.write(node.record)}.{_name(p, node.name)}"


@_writes(tree.Lambda)
def _lambda(p: Printer, node: tree.Lambda) -> str:
    return p.dialect.operators.get("lambda", "{} -> {}").format(_name(p, node.parameter), p.write(node.body))


@_writes(tree.Struct)
def _struct(p: Printer, node: tree.Struct) -> str:
    return f"{{{', '.join([f'{p.write(key)}: {p.write(value)}' for key, value in node.pairs])}}}"


# ---------------------------------------------------------------- calls


@_writes(tree.Call)
def _call(p: Printer, node: tree.Call) -> str:
    name = node.name if p.dialect.function_case else node.name.upper()
    if node.settings:
        return f"{name}({', '.join(p.all(node.settings))})({', '.join(p.all(node.args))})"
    return f"{name}({_listed(p, p.all(node.args))})"


def _listed(p: Printer, parts: list[str], mark: str = ",") -> str:
    """On one line while they fit, else each on its own."""
    return p.below(f"{mark}\n".join(parts)) + "\n" if p.too_wide(parts) else f"{mark} ".join(parts)


@_writes(tree.TrimEnd)
def _trim_end(p: Printer, node: tree.TrimEnd) -> str:
    return f"TRIM(TRAILING {p.write(node.characters)} FROM {p.write(node.value)})"


@_writes(tree.Distinct)
def _distinct(p: Printer, node: tree.Distinct) -> str:
    return f"DISTINCT {p.write(node.value)}"


@_writes(tree.Filtered)
def _filtered(p: Printer, node: tree.Filtered) -> str:
    return f"{p.write(node.call)} FILTER (WHERE {p.write(node.condition)})"


@_writes(tree.Key)
def _key(p: Printer, node: tree.Key) -> str:
    last = " NULLS LAST" if node.nulls_told and p.dialect.null_order == "clause" else ""
    return f"{p.write(node.value)}{' DESC' if node.descending else ''}{last}"


@_writes(tree.Sorted)
def _sorted(p: Printer, node: tree.Sorted) -> str:
    return f"{p.write(node.value)} ORDER BY {', '.join(p.all(node.keys))}"


@_writes(tree.Within)
def _within(p: Printer, node: tree.Within) -> str:
    return f"{p.write(node.call)} WITHIN GROUP (ORDER BY {p.write(node.key)})"


@_writes(tree.Window)
def _window(p: Printer, node: tree.Window) -> str:
    parts = []
    if node.partition:
        parts.append(f"PARTITION BY {', '.join(p.all(node.partition))}")
    if node.keys:
        parts.append(f"ORDER BY {', '.join(p.all(node.keys))}")
    if node.frame:
        parts.append(node.frame)
    return f"{p.write(node.call)} OVER ({_listed(p, parts, '')})"


# ---------------------------------------------------------------- queries


@_writes(tree.Alias)
def _alias(p: Printer, node: tree.Alias) -> str:
    columns = f"({', '.join(p.all(node.columns))})" if node.columns else ""
    return f"{p.write(node.what)} AS {_name(p, node.name)}{columns}"


@_writes(tree.Table)
def _table(p: Printer, node: tree.Table) -> str:
    return ".".join(p.all(node.parts))


@_writes(tree.Join)
def _join(p: Printer, node: tree.Join) -> str:
    text = f"{p.line}{node.words} {p.write(node.table)}"
    if node.on is None:
        return text
    on = p.write(node.on)
    return f"{text}\n  ON {on.replace(_LINE, _INDENTED)}" if p.pretty else f"{text} ON {on}"


@_writes(tree.Tuple)
def _tuple(p: Printer, node: tree.Tuple) -> str:
    return f"({_listed(p, p.all(node.items))})"


@_writes(tree.GroupingSets)
def _grouping_sets(p: Printer, node: tree.GroupingSets) -> str:
    return f"GROUPING SETS ({', '.join(p.all(node.sets))})"


@_writes(tree.Select)
def _select(p: Printer, node: tree.Select) -> str:
    parts = ["SELECT"]
    if node.limit is not None and p.dialect.limit == "TOP":
        parts.append(f"{p.line}TOP {node.limit}")
    parts.append(p.below(f",{p.line}".join(p.all(node.outputs))))
    if node.table is not None:
        parts.append(f"{p.line}FROM {p.write(node.table)}")
    parts += p.all(node.joins)
    if node.where is not None:
        parts.append(f"{p.line}WHERE{p.below(p.write(node.where))}")
    if node.groups:
        parts.append(_keys(p, "GROUP BY", node.groups))
    if node.having is not None:
        parts.append(f"{p.line}HAVING{p.below(p.write(node.having))}")
    if node.keys:
        parts.append(_keys(p, "ORDER BY", node.keys))
    if node.limit is not None and p.dialect.limit == "LIMIT":
        parts.append(f"{p.line}LIMIT {node.limit}")
    return "".join(parts)


def _keys(p: Printer, words: str, nodes: Sequence[Node]) -> str:
    """GROUP BY 1, 2 on one line while it fits."""
    written = p.all(nodes)
    line = ", ".join(written)
    if p.pretty and (len(line) > WIDTH or "\n" in line):
        return f"\n{words}{p.below(f',{_LINE}'.join(written))}"
    return f"{p.line}{words} {line}"


@_writes(tree.Union)
def _union(p: Printer, node: tree.Union) -> str:
    return f"{p.line}UNION ALL{p.line}".join(p.all(node.parts))


@_writes(tree.Subquery)
def _subquery(p: Printer, node: tree.Subquery) -> str:
    """The one value of another relation stands on one line, a whole query on many."""
    query = node.query
    if isinstance(query, tree.Select) and not (query.joins or query.where or query.groups):
        return f"({Printer(p.dialect, False).write(query)})"
    return p.inside(p.write(query))


@_writes(tree.Shared)
def _shared(p: Printer, node: tree.Shared) -> str:
    comment = f" /* {node.comment} */" if node.comment else ""
    return f"{_name(p, node.name)}{comment} AS {'MATERIALIZED ' if node.materialized else ''}{p.inside(p.write(node.query))}"


@_writes(tree.Query)
def _query(p: Printer, node: tree.Query) -> str:
    text = p.write(node.body)
    if node.shared:
        text = f"WITH {', '.join(p.all(node.shared))}{p.line}{text}"
    if node.settings:
        text += f"{p.line}SETTINGS {', '.join([f'{key} = {value}' for key, value in node.settings])}"
    return text


@dataclass(frozen=True, slots=True)
class Foreign(Node):
    """SQL of the analyst, which others write for the printer that they are given."""

    by: Callable[[Printer], str]


@_writes(Foreign)
def _foreign(p: Printer, node: Foreign) -> str:
    return node.by(p)
