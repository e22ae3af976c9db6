"""The operator table: text and URLs. Positions are counted in characters from 1, comparison is exact, null in gives null out."""

from __future__ import annotations

import re

from sqlglot import exp

from kpidsl.model.expr import Lit
from kpidsl.sql import nodes as n
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import Call, literal_text, op


def _simple(name: str, function: str, *dialects: str) -> None:
    def build(x: Call) -> Node:
        return n.call(function, *x.args)

    op(name, *dialects)(build)


_simple("lower", "LOWER")
_simple("upper", "UPPER")
_simple("length", "LENGTH")
_simple("replace", "REPLACE")


@op("trim")
def trim(x: Call) -> Node:
    """Blanks (U+0020) on both sides."""
    return n.call("TRIM", x[0])


@op("substring")
def substring(x: Call) -> Node:
    """count characters from start; a start below 1 and a count below 0 are taken as 1 and 0."""
    count = [_at_least(x, 2, 0)] if len(x.args) > 2 else []
    return n.call(x.dialect.substring, x[0], _at_least(x, 1, 1), *count)


def _at_least(x: Call, at: int, least: int) -> Node:
    expr = x.exprs[at]
    if isinstance(expr, Lit) and isinstance(expr.value, int):
        return n.number(max(least, expr.value))
    return counter(x, n.when(n.compare(exp.LT, x[at], n.number(least)), n.number(least), x.again(at)))


def counter(x: Call, value: Node) -> Node:
    """A position or count; PostgreSQL's text functions take no BIGINT."""
    return n.cast(value, x.dialect.counter) if x.dialect.counter else value


@op("split_part")
def split_part(x: Call) -> Node:
    part = x[2] if isinstance(x.exprs[2], Lit) else counter(x, x[2])
    return n.call("SPLIT_PART", x[0], x[1], part)


_SEAM = "\ue000"  # a private-use character, where a text is cut


@op("split_part", "sqlite")
def split_part_by_json(x: Call) -> Node:
    """The text becomes a JSON list of its parts; the part wanted is read out of it. Linear, and any separator will do."""
    text, separator, part = x.args
    seam = n.call("CHAR", n.number(ord(_SEAM)))
    marked = n.call("REPLACE", text, separator, seam)
    listed = n.concat(n.text("["), n.call("REPLACE", n.call("JSON_QUOTE", marked), seam.copy(), n.text('","')), n.text("]"))
    index = x.exprs[2]
    if isinstance(index, Lit) and isinstance(index.value, int):
        path: Node = n.text(f"$[{index.value - 1}]")
    else:
        path = n.concat(n.text("$["), n.paren(n.sub(part, n.number(1))), n.text("]"))
    found = n.call("COALESCE", n.call("JSON_EXTRACT", listed, path), n.text(""))
    return n.when(n.not_null(x.again(0)), found)


@op("starts_with")
def starts_with(x: Call) -> Node:
    return n.call("STARTS_WITH", *x.args)


@op("starts_with", "sqlite")
def starts_with_by_substring(x: Call) -> Node:
    return n.eq(n.call(x.dialect.substring, x[0], n.number(1), n.call(x.dialect.char_length, x[1])), x.again(1))


@op("ends_with")
def ends_with(x: Call) -> Node:
    return n.call("ENDS_WITH", *x.args)


@op("ends_with", "postgres", "sqlite")
def ends_with_by_substring(x: Call) -> Node:
    """The tail of the same length is compared; counted from the front, because a tail of length 0 means different things."""
    ending = literal_text(x.exprs[1])
    size: Node = n.number(len(ending)) if ending is not None else n.call(x.dialect.char_length, x[1])
    start = n.add(n.sub(n.call(x.dialect.char_length, x[0]), size), n.number(1))
    tail = n.call(x.dialect.substring, x.again(0), start)
    long_enough = n.compare(exp.GTE, n.call(x.dialect.char_length, x.again(0)), size.copy())
    return n.both(long_enough, n.eq(tail, x.again(1)))


@op("contains")
def contains(x: Call) -> Node:
    return n.call("CONTAINS", *x.args)


@op("contains", "postgres")
def contains_by_position(x: Call) -> Node:
    return n.compare(exp.GT, n.call("STRPOS", *x.args), n.number(0))


@op("contains", "sqlite")
def contains_by_instr(x: Call) -> Node:
    return n.compare(exp.GT, n.call("INSTR", *x.args), n.number(0))


@op("concat")
def concat(x: Call) -> Node:
    """null if any part is null."""
    return n.concat(*x.args)


# URLs. url_host: between `//` and the next `/ ? #`, without user and port, in lower case; null where the text has no `//` after a scheme.
# url_path: from the first `/` after the host to `?` or `#`; `/` where a host stands alone. url_param: the first value of the name in the
# query as it is written (not decoded), '' where it is empty, null where it is absent.
_HOST = "^[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*@)?([^/?#:@]*)"
_PATH = "^([A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)"


def _first_param(name: str) -> str:
    """Lazily, so that the first of several wins."""
    return rf"^[^?#]*\?([^#]*?&)??{_literal(name)}=([^&#]*)"


def _literal(name: str) -> str:
    return re.sub(r"([^\w ])", r"\\\1", name, flags=re.ASCII)


def _param_name(x: Call) -> str:
    return str(x.fn.options[0])


@op("url_host")
def url_host(x: Call) -> Node:
    found = n.call("REGEXP_EXTRACT", x[0], n.text(_HOST), n.number(2))
    return n.call("LOWER", n.call("NULLIF", found, n.text("")))


@op("url_path")
def url_path(x: Call) -> Node:
    found = n.call("REGEXP_EXTRACT", x[0], n.text(_PATH), n.number(2))
    return _root_if_empty(x, found)


def _root_if_empty(x: Call, path: Node) -> Node:
    """COALESCE(NULLIF(path, ''), '/'), but null for null."""
    return n.when(n.not_null(x.again(0)), n.call("COALESCE", n.call("NULLIF", path, n.text("")), n.text("/")))


@op("url_param")
def url_param(x: Call) -> Node:
    pattern = _first_param(_param_name(x))
    found = n.call("REGEXP_EXTRACT", x[0], n.text(pattern), n.number(2))
    return n.when(n.call("REGEXP_MATCHES", x.again(0), n.text(pattern)), found)


@op("url_host", "postgres")
def url_host_by_match(x: Call) -> Node:
    return n.call("LOWER", n.call("NULLIF", _match(x[0], _HOST), n.text("")))


@op("url_path", "postgres")
def url_path_by_match(x: Call) -> Node:
    return _root_if_empty(x, _match(x[0], _PATH))


@op("url_param", "postgres")
def url_param_by_match(x: Call) -> Node:
    """Two steps, because PostgreSQL's expressions are greedy as a whole or not at all: the query, then the first name in it."""
    query = n.concat(n.text("&"), n.call("SUBSTRING", x[0], n.text(r"^[^?#]*\?([^#]*)")))
    return n.call("SUBSTRING", query, n.text(f"&{_literal(_param_name(x))}=([^&]*)"))


def _match(value: Node, pattern: str) -> Node:
    found = n.paren(n.call("REGEXP_MATCH", value, n.text(pattern)))
    return n.item(found, 2)


def _before(text: Node, again: Node, mark: str) -> Node:
    """The text up to the first mark, all of it where there is none."""
    end = n.sub(n.call("INSTR", n.concat(again, n.text(mark)), n.text(mark)), n.number(1))
    return n.call("SUBSTR", text, n.number(1), end)


def _cut(text: Node, marks: str) -> Node:
    """The text up to the first of the marks (SQLite has no regular expressions)."""
    for mark in marks:
        text = _before(text, text.copy(), mark)
    return text


@op("url_host", "sqlite")
def url_host_by_instr(x: Call) -> Node:
    rest = n.call("SUBSTR", x[0], n.add(n.call("INSTR", x.again(0), n.text("://")), n.number(3)))
    slashes = n.call("REPLACE", n.call("REPLACE", rest, n.text("?"), n.text("/")), n.text("#"), n.text("/"))
    authority = _cut(slashes, "/")
    host = n.call("SUBSTR", authority, n.add(n.call("INSTR", authority.copy(), n.text("@")), n.number(1)))
    has_scheme = n.compare(exp.Glob, x.again(0), n.text("[A-Za-z]*://*"))
    plain = n.no(n.compare(exp.Glob, _before(x.again(0), x.again(0), "://"), n.text("*[^-A-Za-z0-9+.]*")))
    return n.when(n.both(has_scheme, plain), n.call("LOWER", n.call("NULLIF", _cut(host, ":"), n.text(""))))


@op("url_path", "sqlite")
def url_path_by_instr(x: Call) -> Node:
    whole = _cut(x[0], "?#")
    after = n.call("SUBSTR", whole, n.add(n.call("INSTR", whole.copy(), n.text("://")), n.number(3)))
    path = n.call("SUBSTR", after, n.call("INSTR", n.concat(after.copy(), n.text("/")), n.text("/")))
    has_host = n.compare(exp.Glob, x.again(0), n.text("[A-Za-z]*://*"))
    return _root_if_empty(x, n.when(has_host, path, _cut(x.again(0), "?#")))


@op("url_param", "sqlite")
def url_param_by_instr(x: Call) -> Node:
    key = f"&{_param_name(x)}="
    shown = _cut(x[0], "#")
    mark = n.call("INSTR", n.concat(shown.copy(), n.text("?")), n.text("?"))
    query = n.concat(n.text("&"), n.call("SUBSTR", shown, n.add(mark, n.number(1))))
    at = n.call("INSTR", query, n.text(key))
    value = n.call("SUBSTR", query.copy(), n.add(at.copy(), n.number(len(key))))
    return n.when(n.compare(exp.GT, at, n.number(0)), _cut(value, "&"))
