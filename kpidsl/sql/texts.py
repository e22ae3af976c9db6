"""The operator table: text and URLs. Positions are counted in characters from 1, comparison is exact, null in gives null out.

url_host: between `//` and the next `/ ? #`, without user and port, in lower case; null without a scheme and `//`. url_path: from the
first `/` behind the host to `?` or `#`; `/` where it is empty. url_param: the first value of a name in the query, as written (not decoded);
'' where it is empty, null where it is absent.
"""

from __future__ import annotations

import re

from kpidsl.model.expr import Lit
from kpidsl.sql import nodes as n
from kpidsl.sql.speak import Call, op
from kpidsl.sql.tree import Node

SCHEME = "[A-Za-z][A-Za-z0-9+.-]*://"
HOST = f"^{SCHEME}(?:[^/?#]*@)?([^/?#:@]*)"
PATH = f"^(?:{SCHEME}[^/?#]*)?([^?#]*)"
QUERY = r"^[^?#]*\?([^#]*)"


def simple(name: str, function: str, *dialects: str) -> None:
    """An operator that is a function of the same arguments."""

    def build(x: Call) -> Node:
        return n.call(function, *x.args)

    op(name, *dialects)(build)


simple("lower", "LOWER")
simple("upper", "UPPER")
simple("replace", "REPLACE")
simple("starts_with", "STARTS_WITH")
simple("ends_with", "ENDS_WITH")


@op("length")
def length(x: Call) -> Node:
    return n.call(x.dialect.char_length, x[0])


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
    return counter(x, n.when(n.compare("<", x[at], n.number(least)), n.number(least), x.again(at)))


def counter(x: Call, value: Node) -> Node:
    """A position or count; PostgreSQL's text functions take no BIGINT."""
    return n.cast(value, x.dialect.counter) if x.dialect.counter else value


@op("split_part")
def split_part(x: Call) -> Node:
    part = x[2] if isinstance(x.exprs[2], Lit) else counter(x, x[2])
    return n.call("SPLIT_PART", x[0], x[1], part)


@op("position")
def position(x: Call) -> Node:
    """Of the second text in the first, from 1; 0 where it is not in it."""
    return n.call("STRPOS", x[0], x[1])


@op("contains")
def contains(x: Call) -> Node:
    return n.compare(">", x.to("position", *x.args), n.number(0))


def starts_with_by_substring(x: Call) -> Node:
    """For engines without the function (or with one that is not exact)."""
    size = n.call(x.dialect.char_length, x[1])
    return n.eq(exact(x, n.call(x.dialect.substring, x[0], n.number(1), size)), x.again(1))


def ends_with_by_substring(x: Call) -> Node:
    """The tail of the same length is compared; counted from the front, because a tail of length 0 means different things."""
    size = x.dialect.char_length
    start = n.add(n.sub(n.call(size, x[0]), n.call(size, x[1])), n.number(1))
    long_enough = n.compare(">=", n.call(size, x.again(0)), n.call(size, x.again(1)))
    return n.both(long_enough, n.eq(exact(x, n.call(x.dialect.substring, x.again(0), start)), x.again(1)))


def exact(x: Call, value: Node) -> Node:
    """Under the exact collation, for engines whose equality is not."""
    return x.s.exact(value) if x.dialect.collate_equality else value


@op("concat")
@op("joined")
def concat(x: Call) -> Node:
    """null if any part is null."""
    if x.dialect.concat == "+":
        return n.paren(n.plus(*x.args))
    return n.call(x.dialect.concat, *x.args) if x.dialect.concat else n.concat(*x.args)


@op("regex_has")
def regex_has(x: Call) -> Node:
    """The text matches the pattern (which says itself where it is anchored)."""
    return n.call("REGEXP_LIKE", x[0], x[1])


@op("regex_first")
def regex_first(x: Call) -> Node:
    """The text of the pattern's one group; '' or null where the pattern does not match."""
    return n.call("REGEXP_EXTRACT", x[0], x[1], n.number(1))


def param_name(x: Call) -> str:
    return str(x.fn.options[0])


def literally(text: str) -> str:
    """The text as a pattern that means itself in every dialect of regular expressions."""
    return re.sub(r"([^\w ])", r"\\\1", text, flags=re.ASCII)


def root_if_empty(x: Call, path: Node) -> Node:
    """/ for an empty path, null for null."""
    return n.when(n.not_null(x.again(0)), n.call("COALESCE", n.call("NULLIF", path, n.text("")), n.text("/")))


@op("url_host")
def url_host(x: Call) -> Node:
    return n.call("LOWER", n.call("NULLIF", x.to("regex_first", x[0], n.text(HOST)), n.text("")))


@op("url_path")
def url_path(x: Call) -> Node:
    return root_if_empty(x, x.to("regex_first", x[0], n.text(PATH)))


@op("url_param")
def url_param(x: Call) -> Node:
    """Two steps, the query and then the first name in it: not every engine has lazy patterns."""
    pattern = n.text(f"&{literally(param_name(x))}=([^&]*)")
    query = x.to("joined", n.text("&"), x.to("regex_first", x[0], n.text(QUERY)))
    again = x.to("joined", n.text("&"), x.to("regex_first", x.again(0), n.text(QUERY)))
    return n.when(x.to("regex_has", query, pattern), x.to("regex_first", again, pattern))


# By position, for engines without groups in patterns.


def before(x: Call, text: Node, mark: str) -> Node:
    """The text up to the first mark, all of it where there is none."""
    place = x.to("position", x.to("joined", text, n.text(mark)), n.text(mark))
    return n.call(x.dialect.substring, text, n.number(1), n.sub(place, n.number(1)))


def behind(x: Call, text: Node, mark: str) -> Node:
    """The text behind the first mark, all of it (from a place before its length) where there is none: guard against that."""
    start = n.add(x.to("position", text, n.text(mark)), n.number(len(mark)))
    return n.call(x.dialect.substring, text, start, *x.to_the_end())


def cut(x: Call, text: Node, marks: str) -> Node:
    """The text up to the first of the marks."""
    for mark in marks:
        text = before(x, text, mark)
    return text


@op("has_scheme")
def has_scheme(x: Call) -> Node:
    return x.to("regex_has", x[0], n.text(f"^{SCHEME}"))


def url_host_by_position(x: Call) -> Node:
    rest = behind(x, x[0], "://")
    slashes = n.call("REPLACE", n.call("REPLACE", rest, n.text("?"), n.text("/")), n.text("#"), n.text("/"))
    authority = cut(x, slashes, "/")
    start = n.add(x.to("position", authority, n.text("@")), n.number(1))
    host = cut(x, n.call(x.dialect.substring, authority, start, *x.to_the_end()), ":")
    return n.when(x.to("has_scheme", x.again(0)), n.call("LOWER", n.call("NULLIF", host, n.text(""))))


def url_path_by_position(x: Call) -> Node:
    after = behind(x, cut(x, x[0], "?#"), "://")
    start = x.to("position", x.to("joined", after, n.text("/")), n.text("/"))
    path = n.call(x.dialect.substring, after, start, *x.to_the_end())
    return root_if_empty(x, n.when(x.to("has_scheme", x.again(0)), path, cut(x, x.again(0), "?#")))


def url_param_by_position(x: Call) -> Node:
    key = n.text(f"&{param_name(x)}=")
    shown = cut(x, x[0], "#")
    mark = x.to("position", x.to("joined", shown, n.text("?")), n.text("?"))
    asked = n.call(x.dialect.substring, shown, n.add(mark, n.number(1)), *x.to_the_end())
    query = x.to("joined", n.text("&"), asked)
    at = x.to("position", query, key)
    value = n.call(x.dialect.substring, query, n.add(at, n.number(len(key.value))), *x.to_the_end())
    return n.when(n.compare(">", at, n.number(0)), cut(x, value, "&"))


def by_position(*dialects: str) -> None:
    """These dialects take URLs apart without patterns."""
    op("url_host", *dialects)(url_host_by_position)
    op("url_path", *dialects)(url_path_by_position)
    op("url_param", *dialects)(url_param_by_position)
