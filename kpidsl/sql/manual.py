"""docs/functions.md, written from the operator tables: each function's use, its one meaning, and its SQL in the dialects that are run.

Comes in: the model's list of functions and the meanings below. Goes out: Markdown; a test keeps the file in docs/ up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, TIMESTAMP, Agg, Col, Expr, Fn, Lit, Type
from kpidsl.model.functions import FUNCTIONS
from kpidsl.model.over_time import FUNCTIONS as OVER_TIME
from kpidsl.sql import tree
from kpidsl.sql.dialects import DIALECTS, Dialect
from kpidsl.sql.emit import prepared
from kpidsl.sql.names import Names
from kpidsl.sql.printer import write
from kpidsl.sql.speak import Speaker
from kpidsl.sql.tree import Node

MONEY = Type("decimal", precision=(18, 2))

# meaning, and the expression that shows the SQL
MEANINGS: dict[str, str] = {
    "lower": "in lower case. SQLite changes the letters A to Z only",
    "upper": "in upper case. SQLite changes the letters a to z only",
    "trim": "without blanks at both ends (U+0020 only, no tabs or line ends)",
    "length": "the number of characters",
    "replace": "every occurrence replaced; case matters",
    "substring": "`count` characters from a place counted from 1, or all from there on. A place below 1 is 1, a count below 0 is 0",
    "split_part": "the n-th part between separators, from 1; '' beyond the last",
    "starts_with": "whether the text starts so; exact, no wildcards",
    "ends_with": "whether the text ends so; exact, no wildcards",
    "contains": "whether the text holds the other one; exact, no wildcards",
    "concat": "the texts one after another; null if any of them is null",
    "url_host": "the host in lower case, without user and port; null where the text has no `scheme://`",
    "url_path": "from the first `/` behind the host to `?` or `#`; `/` where it is empty",
    "url_param": "the first value of a name in the query, as it is written (not decoded); '' where empty, null where absent",
    "get": "the value of a key as text: of `records` the first pair with the key, of `json` the field. Several keys go down one level each."
    " Numbers without trailing zeros, `true` and `false`; null where a record or a list stands there",
    "round": "half away from zero, at 0 digits or as many as asked. A double is rounded as it reads: 1.005 becomes 1.01",
    "floor": "the next whole number below",
    "ceil": "the next whole number above",
    "abs": "without its sign",
    "ln": "the natural logarithm; null of 0 and below",
    "exp": "e to the power; null where the result is too large for a double",
    "power": "null where no real number comes out: a negative base with a broken exponent, 0 to a negative power, more than a double holds",
    "sqrt": "the square root; null below 0",
    "least": "the smallest; null if any is null",
    "greatest": "the largest; null if any is null",
    "coalesce": "the first that is not null",
    "null_if": "null where both are equal, else the first",
    "to_date": "the day of a timestamp; of a text `YYYY-MM-DD`, with or without a time behind it; else null, also for 30 February",
    "to_timestamp": "a date's first moment; of a text `YYYY-MM-DD[ T]HH:MM[:SS[.fff]]` with `Z` or an offset (taken off: UTC); else null",
    "parse_date": "a text in exactly that layout (YYYY, MM, DD, HH, MI, SS); null for anything else",
    "start_of": "the period's first day, by the calendar's weeks and fiscal year; of an hour its first moment",
    "end_of": "the period's last day",
    "year": "the calendar year",
    "quarter": "1 to 4",
    "month": "1 to 12",
    "day": "of the month, 1 to 31",
    "weekday": "1 Monday to 7 Sunday",
    "hour": "0 to 23",
    "to_text": "numbers without trailing zeros, `true` and `false`, dates as `YYYY-MM-DD`, timestamps as `YYYY-MM-DD HH:MM:SS`",
    "to_int": "a text of digits with or without a sign; a number without its fraction, towards zero; true is 1. Else null",
    "to_number": "a text such as `-1.5` or `2e3`; true is 1. Else null",
    "to_decimal": "rounded half away from zero to the scale; null where the whole part does not fit, or the text is no number",
    "to_bool": "`true t yes y 1 on` and `false f no n 0 off` in any case; a number is true unless it is 0. Else null",
}

OPERATORS: list[tuple[str, str, str]] = [
    ("`a + b`, `a - b`, `a * b`", "add", "null if either is null"),
    ("`a / b`", "div", "in double precision, never cut to a whole number; null where `b` is 0 or null (S6)"),
    ("`a = b`", "eq", "exact: case, accents and trailing blanks count; unknown where either is null"),
    ("`a <> b`", "ne", 'true where they differ, also where one of them is null: "not Italy" includes the unknown (S2)'),
    ("`a < b`, `<=`, `>`, `>=`", "lt", "texts by code point; unknown where either is null"),
    ("`a in (…)`", "in", "unknown where `a` is null, or where it is none of the options and one of them is null"),
    ("`a not in (…)`", "not_in", "true where `a in (…)` is false or unknown (S2)"),
    ("`a is null`, `a is not null`", "is_null", "never unknown"),
    ('`a like "b%"`', "like", "`%` for any text, `_` for one character; case matters; nothing escapes"),
    ('`a not like "b%"`', "not_like", "true where `a like …` is false or unknown (S2)"),
    ("`not a`", "not", "true where `a` is false or unknown (S2)"),
    ("`t + 1 month`", "date_add", "clamps to the month's end: 2024-01-31 + 1 month is 2024-02-29"),
    (
        "`a - b` of dates, timestamps",
        "date_diff",
        "a duration in days: whole between dates, with a fraction once a timestamp is among them",
    ),
]

AGGREGATES: list[tuple[str, str, str]] = [
    ("`sum(x)`", "sum", "0 for a group without rows (S5)"),
    ("`count(orders)`", "count_rows", "the number of rows"),
    ("`count(x)`", "count", "of the values that are not null"),
    ("`count(distinct x)`", "count_distinct", "of different values that are not null"),
    ("`avg(x)`", "avg", "in double precision; null of nothing"),
    ("`min(x)`, `max(x)`", "max", "of texts by code point"),
    ("`any(x)`", "any", "of a value that is the same in all rows of a group"),
    ("`median(x)`, `percentile(x, 90%)`", "percentile", "exact, linear between neighbours (S31)"),
    ("`percentile(x, 90%, discrete: true)`", "discrete", "the first value whose rank is at least that share of the rows"),
    ("`stddev(x)`, `variance(x)`", "stddev", "of a sample; null of fewer than two values"),
    (
        "`first(x, over: t)`, `last(x, over: t)`",
        "last",
        "by the order of `t`, then the key; rows without `t` do not count, a null value does",
    ),
]


def functions_page() -> str:
    """The whole page."""
    shown = [row for row in DIALECTS.values() if row.tried == "fully"]
    lines = [
        "# Functions",
        "",
        "Each has one meaning in every dialect. Null in gives null out where nothing else is said. The SQL is what is written for",
        "the dialects that the tests run; `kpi` keeps this page in step with it (`kpidsl/sql/manual.py`).",
        "",
        "## Operators",
        *_table([(usage, meaning, op_example(name)) for usage, name, meaning in OPERATORS], shown),
        "## Functions of a row",
        *_table([(f"`{f.usage}`", MEANINGS[f.op], function_example(f.op)) for f in FUNCTIONS.values() if f.op in MEANINGS], shown),
        "## Aggregates",
        *_table([(usage, meaning, aggregate_example(name)) for usage, name, meaning in AGGREGATES], shown),
        "## Functions over time",
        "",
        "Of metrics and of rows; what they become in SQL depends on the query.",
        "",
        *(f"- `{function.usage}`: {function.meaning}." for function in OVER_TIME.values()),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(rows: list[tuple[str, str, Expr]], dialects: list[Dialect]) -> Iterator[str]:
    yield ""
    for usage, meaning, example in rows:
        yield f"- {usage}: {meaning}."
        written = {row.name: _sql(example, row) for row in dialects}
        alike = len(set(written.values())) == 1
        yield "  ```sql"
        for name, sql in [("", written["duckdb"])] if alike else written.items():
            yield f"  {sql}" + (f"  -- {name}" if name else "")
        yield "  ```"
    yield ""


def _sql(expr: Expr, dialect: Dialect) -> str:
    prepared(dialect)
    names = Names(dialect)

    def column(col: Col) -> Node:
        return tree.Column(names.identifier(col.name))

    if isinstance(expr, Agg) and expr.func == "percentile" and not dialect.percentiles:
        return "(row numbers and a weighted sum)"
    if isinstance(expr, Agg) and ((expr.func == "last" and not dialect.first_last) or (expr.func == "stddev" and not dialect.spread)):
        return "(row numbers)" if expr.func == "last" else "(the mean first, then the squares)"
    text = write(Speaker(dialect, column).value(expr), dialect, pretty=False)
    return text if len(text) <= 400 else f"{text[:400]} …"


_TEXT, _X, _N, _M = Col(None, "txt", TEXT), Col(None, "x", REAL), Col(None, "n", INT), Col(None, "amount", MONEY)
_D, _T, _A, _B = Col(None, "d", DATE), Col(None, "t", TIMESTAMP), Col(None, "a", TEXT), Col(None, "b", TEXT)
_JSON = Col(None, "r", Type("json"))


def op_example(name: str) -> Expr:
    match name:
        case "div":
            return Fn("div", (_M, _N), REAL)
        case "add":
            return Fn("add", (_M, Fn("mul", (_N, Lit(2, INT)), INT)), MONEY)
        case "in" | "not_in":
            return Fn(name, (_A, Lit("x", TEXT), Lit("y", TEXT)), BOOL)
        case "is_null":
            return Fn(name, (_A,), BOOL)
        case "like" | "not_like":
            return Fn(name, (_A, Lit("b%", TEXT)), BOOL)
        case "not":
            return Fn(name, (Col(None, "paid", BOOL),), BOOL)
        case "date_add":
            return Fn(name, (_D,), DATE, (1, "month"))
        case "date_diff":
            return Fn(name, (_T, Col(None, "u", TIMESTAMP)), Type("duration"))
    return Fn(name, (_A, _B), BOOL)


def function_example(name: str) -> Expr:
    match name:
        case "replace":
            return Fn(name, (_TEXT, Lit("old", TEXT), Lit("new", TEXT)), TEXT)
        case "substring":
            return Fn(name, (_TEXT, Lit(2, INT), Lit(3, INT)), TEXT)
        case "split_part":
            return Fn(name, (_TEXT, Lit("-", TEXT), Lit(2, INT)), TEXT)
        case "starts_with" | "ends_with" | "contains" | "concat" | "null_if" | "coalesce":
            return Fn(name, (_A, _B), BOOL)
        case "url_param":
            return Fn(name, (_TEXT,), TEXT, ("utm_source",))
        case "get":
            return Fn(name, (_JSON,), TEXT, ("key",))
        case "round":
            return Fn(name, (_X,), REAL, (2,))
        case "floor" | "ceil" | "abs" | "ln" | "exp" | "sqrt" | "to_text":
            return Fn(name, (_X,), REAL)
        case "power":
            return Fn(name, (_X, Lit(Decimal("0.5"), REAL)), REAL)
        case "least" | "greatest":
            return Fn(name, (_N, Lit(0, INT)), INT)
        case "parse_date":
            return Fn(name, (_TEXT,), DATE, ("YYYYMMDD",))
        case "start_of" | "end_of":
            return Fn(name, (_D,), DATE, ("month", 1, 1))
        case "year" | "quarter" | "month" | "day" | "weekday":
            return Fn(name, (_D,), INT)
        case "hour" | "to_date":
            return Fn(name, (_T,), DATE)
        case "to_timestamp":
            return Fn(name, (_D,), TIMESTAMP)
        case "to_decimal":
            return Fn(name, (_TEXT,), MONEY, (18, 2))
    return Fn(name, (_TEXT,), TEXT)


def aggregate_example(name: str) -> Expr:
    if name == "discrete":
        return Agg("percentile", (_X,), REAL, percent=Decimal("0.9"), discrete=True)
    if name == "percentile":
        return Agg("percentile", (_X,), REAL, percent=Decimal("0.9"))
    if name == "last":
        return Agg("last", (_X, _T, Col(None, "id", INT)), REAL)
    if name == "count_rows":
        return Agg(name, (), INT)
    return Agg(name, (_TEXT if name == "any" else _X,), REAL)
