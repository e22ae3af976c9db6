"""Expressions, types and queries as text. Comes in: nodes, with or without places. Goes out: one line, or several where one is too long.

Only the parentheses that the grammar needs are written, names are quoted only where a plain word would not do, and numbers keep the
digits that the author chose.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kpidsl.syntax import ast
from kpidsl.syntax.tables import CLAUSES, RESERVED

WIDTH = 100
_SUFFIX, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_BINARY = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}
_PLAIN_BLOCK = re.compile('"""|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_NOT_IN_TEXT = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


# ---------------------------------------------------------------- names and literals


def format_name(name: str) -> str:
    """A name where any name may stand."""
    return name if name.isidentifier() and name.lower() not in RESERVED else f"`{name}`"


def format_field(name: str) -> str:
    """A name before a colon, where even a reserved word is one."""
    return name if name.isidentifier() else f"`{name}`"


def format_path(path: ast.Path) -> str:
    return ".".join(format_name(part.text) for part in path.parts)


def format_text(value: str) -> str:
    """Text on one line, in double quotes."""
    return '"' + _NOT_IN_TEXT.sub(lambda found: _SHORT_ESCAPES.get(found[0]) or f"\\u{{{ord(found[0]):X}}}", value) + '"'


def format_long_text(value: str) -> str:
    """Text where a block may stand: what has several lines keeps them."""
    if "\n" in value and not _PLAIN_BLOCK.search(value) and not value.endswith('"'):
        return f'"""{value}"""'
    return format_text(value)


def format_block(value: str) -> str:
    return f'"""{value}"""'


def format_duration(value: ast.Duration) -> str:
    return f"{value.amount} {value.unit}{'' if value.amount == 1 else 's'}"


def format_period(value: ast.Period) -> str:
    match value.grain:
        case "year":
            return f"{value.year:04}"
        case "month":
            return f"{value.year:04}-{value.index:02}"
        case "week":
            return f"{value.year:04}-W{value.index:02}"
        case grain:
            return f"{value.year:04}-{grain[0].upper()}{value.index}"


def format_type(value: ast.TypeName) -> str:
    args = f"({', '.join(format_expr(arg) for arg in value.args)})" if value.args else ""
    per = f"/{format_name(value.per.text)}" if value.per else ""
    zone = f" in {format_text(value.zone)}" if value.zone is not None else ""
    return format_name(value.name.text) + args + per + zone


def _decimal(value: int | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _timestamp(value: ast.Timestamp) -> str:
    moment = value.value
    if moment.microsecond:
        return moment.isoformat().rstrip("0")
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


# ---------------------------------------------------------------- expressions on one line


def format_expr(expr: ast.Expr) -> str:
    """An expression on one line (a block of text inside keeps its lines)."""
    return _expr(expr, _SUFFIX)


def format_sum(expr: ast.Expr) -> str:
    """An expression where only arithmetic may stand bare: a bound, a group-by, an amount."""
    return _expr(expr, _SUM)


def format_condition(expr: ast.Expr) -> str:
    """An expression after `where`: anything but another `where` or `at`."""
    return _expr(expr, _OR)


def format_measure(expr: ast.Expr) -> str:
    """An expression at the head of a query: arithmetic, with `at` if need be."""
    if isinstance(expr, ast.At | ast.AtTime):
        return format_measure(expr.value) + _at(expr) if not _beside(expr.value) else f"({format_expr(expr.value)}){_at(expr)}"
    return _expr(expr, _SUM)


def _level(expr: ast.Expr) -> int:
    match expr:
        case ast.Binary(op=op):
            return _BINARY.get(op, _COMPARISON)
        case ast.Unary(op=op):
            return _NOT if op == "not" else _SIGN
        case ast.InList() | ast.Between() | ast.Like() | ast.IsNull():
            return _COMPARISON
        case ast.Where() | ast.At() | ast.AtTime() | ast.Via() | ast.Range():
            return _SUFFIX
        case _:
            return _ATOM


def _beside(value: ast.Expr) -> bool:
    """Would `at` behind this stand beside an operator?"""
    return _OR <= _level(value) < _ATOM


def _expr(expr: ast.Expr, least: int) -> str:
    text = _bare(expr)
    return f"({text})" if _level(expr) < least else text


def _bare(expr: ast.Expr) -> str:
    match expr:
        case ast.Path():
            return format_path(expr)
        case ast.Number(value=value, text=text):
            return text or _decimal(value)
        case ast.Percent(value=value, text=text):
            return f"{text or _decimal(value.scaleb(2).normalize())}%"
        case ast.Money(amount=amount, currency=currency, text=text):
            return f"{text or _decimal(amount)} {currency}"
        case ast.Duration():
            return format_duration(expr)
        case ast.Text(value=value):
            return format_text(value)
        case ast.Bool(value=value):
            return "true" if value else "false"
        case ast.Null():
            return "null"
        case ast.Date(value=day):
            return day.isoformat()
        case ast.Timestamp():
            return _timestamp(expr)
        case ast.Period():
            return format_period(expr)
        case ast.Range(start=start, end=end):
            return f"{_expr(start, _SUM) if start else ''}..{_bound(end) if end else ''}"
        case ast.Call():
            return f"{format_name(expr.name.text)}({'distinct ' if expr.distinct else ''}{', '.join(map(_arg, expr.args))})"
        case ast.Tuple(items=items):
            return f"({', '.join(map(format_expr, items))})"
        case ast.Case():
            return " ".join(_case(expr))
        case _:
            return _operation(expr)


def _operation(expr: ast.Expr) -> str:
    match expr:
        case ast.Unary(op=op, value=value):
            return f"not {_expr(value, _NOT)}" if op == "not" else f"-{_expr(value, _SIGN)}"
        case ast.Binary(op=op, left=left, right=right):
            level = _level(expr)
            first = level if level != _COMPARISON else _SUM
            return f"{_expr(left, first)} {op} {_expr(right, _right(level))}"
        case ast.InList(value=value, options=options):
            return f"{_expr(value, _SUM)} {_not(expr)}in ({', '.join(map(format_expr, options))})"
        case ast.Between(value=value, low=low, high=high):
            return f"{_expr(value, _SUM)} {_not(expr)}between {_expr(low, _SUM)} and {_expr(high, _SUM)}"
        case ast.Like(value=value, pattern=pattern):
            return f"{_expr(value, _SUM)} {_not(expr)}like {_expr(pattern, _SUM)}"
        case ast.IsNull(value=value):
            return f"{_expr(value, _SUM)} is {_not(expr)}null"
        case ast.Where(value=value, condition=condition):
            return f"{_expr(value, _SUFFIX)} where {_expr(condition, _OR)}"
        case ast.Via(value=value, role=role):
            return f"{_expr(value, _SUFFIX)} via {format_name(role.text)}"
        case ast.At(value=value) | ast.AtTime(value=value):
            return (f"({format_expr(value)})" if _beside(value) else _expr(value, _SUFFIX)) + _at(expr)
        case _:
            raise TypeError(f"no text for {type(expr).__name__}")


def _right(level: int) -> int:
    return _SUM if level == _COMPARISON else level + 1


def _not(expr: ast.InList | ast.Between | ast.Like | ast.IsNull) -> str:
    return "not " if expr.negated else ""


def _at(expr: ast.At | ast.AtTime) -> str:
    if isinstance(expr, ast.AtTime):
        return f" at time {format_path(expr.path)}"
    return f" at ({', '.join(map(format_expr, expr.dimensions))})"


def _arg(arg: ast.Arg) -> str:
    value = format_long_text(arg.value.value) if isinstance(arg.value, ast.Text) else format_expr(arg.value)
    return f"{format_field(arg.name.text)}: {value}" if arg.name else value


def _bound(expr: ast.Expr) -> str:
    plain = isinstance(expr, ast.Path | ast.Call | ast.Date | ast.Period | ast.Number | ast.Timestamp)
    return _bare(expr) if plain else f"({format_expr(expr)})"


def _case(expr: ast.Case) -> list[str]:
    lines = [f"case {format_condition(expr.subject)}" if expr.subject else "case"]
    lines += [f"when {format_condition(when.condition)} then {format_condition(when.value)}" for when in expr.whens]
    if expr.otherwise is not None:
        lines.append(f"else {format_condition(expr.otherwise)}")
    return [*lines, "end"]


# ---------------------------------------------------------------- several lines


def layout_expr(expr: ast.Expr, room: int) -> list[str]:
    """An expression in lines of about `room` characters, broken where it falls into parts; later lines carry their own indentation."""
    one = format_expr(expr)
    if len(one) <= room:
        return [one]
    match expr:
        case ast.Where(value=value, condition=condition):
            first = layout_expr(value, room)
            tail = _chain(condition, room - 6) if _level(condition) >= _OR else [_expr(condition, _OR)]
            return [*first, f"where {tail[0]}", *(f"  {line}" for line in tail[1:])]
        case ast.Binary(op=op) if op in _BINARY:
            return _chain(expr, room)
        case ast.Case():
            lines = _case(expr)
            return [lines[0], *(f"  {line}" for line in lines[1:-1]), lines[-1]]
        case ast.Call() if expr.args:
            head = f"{format_name(expr.name.text)}({'distinct ' if expr.distinct else ''}"
            args = [_arg(arg) for arg in expr.args]
            return [head, *(f"  {arg}{',' if arg is not args[-1] else ''}" for arg in args), ")"]
        case ast.InList(value=value, options=options):
            return [f"{_expr(value, _SUM)} {_not(expr)}in (", *(f"  {line}" for line in fill(list(map(format_expr, options)), room)), ")"]
        case _:
            return [one]


def _chain(expr: ast.Expr, room: int) -> list[str]:
    """`a and b and c`, one part a line, the operator first."""
    if not isinstance(expr, ast.Binary) or expr.op not in _BINARY or len(_bare(expr)) <= room:
        return [_bare(expr)]
    level = _level(expr)
    parts: list[str] = []
    left: ast.Expr = expr
    while isinstance(left, ast.Binary) and _level(left) == level:
        parts.append(f"{left.op} {_expr(left.right, level + 1)}")
        left = left.left
    return [_expr(left, level), *reversed(parts)]


def fill(words: list[str], room: int) -> list[str]:
    """Words with commas between them, as many a line as fit."""
    lines: list[str] = []
    for number, word in enumerate(words):
        word += "," if number < len(words) - 1 else ""
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# ---------------------------------------------------------------- queries


def format_query(query: ast.Query) -> str:
    """A query on one line."""
    return " ".join(query_parts(query))


def layout_query(query: ast.Query, room: int) -> list[str]:
    """A query on one line, or one clause a line."""
    one = format_query(query)
    if len(one) <= room:
        return [one]
    first, *clauses = query_parts(query)
    return [first, *(f"  {clause}" for clause in clauses)]


def query_parts(query: ast.Query) -> list[str]:
    """What is asked, then the clauses in their customary order."""
    asked = query.by if query.values else query.metrics
    names = [(format_sum if query.values else format_measure)(expr) for expr in asked]
    first = re.match(r"\w+", names[0]) if names else None
    if first is not None and (first[0].lower() in CLAUSES if query.values else names[0].lower() in ("values", "funnel", "cohort")):
        names[0] = f"`{first[0]}`{names[0][first.end() :]}"  # the one place where a keyword and a name could be taken for each other
    parts = [f"{'values ' if query.values else ''}{', '.join(names)}"]
    if query.subject is not None:
        name = query.subject.name.text
        parts = [f"{query.subject.kind} {f'`{name}`' if name.lower() in CLAUSES else format_name(name)}"]
    if query.by and not query.values:
        parts.append(format_by(query.by))
    if query.where is not None:
        parts.append(f"where {format_condition(query.where)}")
    if query.during is not None:
        parts.append(f"during {format_moment(query.during)}")
    if query.last is not None:
        parts.append(f"last {format_duration(query.last)}")
    if query.compare is not None:
        parts.append(f"compare previous {format_name(query.compare.span_name)}{' whole' if query.compare.whole else ''}")
    if query.totals:
        parts.append("with totals")
    if query.sparse:
        parts.append("sparse")
    if query.order:
        parts.append("order by " + ", ".join(format_sum(item.value) + (" desc" if item.descending else "") for item in query.order))
    if query.top is not None:
        by = f" by {format_sum(query.top.by)}" if query.top.by is not None else ""
        parts.append(f"top {query.top.count}{by}{' with other' if query.top.with_other else ''}")
    return parts


def format_by(by: tuple[ast.Expr, ...]) -> str:
    return "by " + ", ".join(map(format_sum, by))


def format_moment(expr: ast.Expr) -> str:
    """A period, a date or a range."""
    return _bare(expr) if isinstance(expr, ast.Range) else format_sum(expr)
