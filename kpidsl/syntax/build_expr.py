"""Expressions and queries, as nodes. Comes in: what the machine has read of one rule, and its place. Goes out: nodes of `ast.py`.

A method here is named after the rule or the `->` of `kpi.lark` that it builds and takes the place first, then the rule's children.
What the grammar lets pass and the language does not (a clause twice, `at` beside an operator) is reported here and parsing goes on.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from kpidsl.diagnostic import Diagnostic, Diagnostics, Fix, Label, fail
from kpidsl.record import replace
from kpidsl.span import Source, Span
from kpidsl.syntax import ast, spelling

DEEPEST = 100  # levels of an expression: enough for people, and few enough for every reader of the tree to recurse
_DIGITS = 38  # of one number: what engines hold in a decimal
_OPERATORS = {"EQUAL": "=", "PLUS": "+", "MINUS": "-", "STAR": "*", "SLASH": "/", "AND": "and", "OR": "or", "NOT": "not", "!=": "<>"}
_DAYS = {"second": 86400, "minute": 1440, "hour": 24, "day": 1}
_LONGEST = {unit: 3_652_425 * count for unit, count in _DAYS.items()}  # 10,000 years, of any duration
_LONGEST |= {"week": 521_775, "month": 120_000, "quarter": 40_000, "year": 10_000}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|.)")
_PERIOD_GRAINS = {"H": "half", "Q": "quarter", "W": "week"}


class Clause(NamedTuple):
    """One clause of a query, a join, a target …: its kind, place and content."""

    kind: str
    span: Span
    value: Any


class ExprBuilder:
    """Builds what may stand in a query. `stand_ins` are the offsets of tokens that the lexer has complained about."""

    def __init__(self, source: Source, stand_ins: set[int], problems: Diagnostics) -> None:
        self.source = source
        self.stand_ins = stand_ins
        self.problems = problems
        self._depths: dict[int, int] = {}
        self._leaves: dict[str, Callable[[Span], Any]] = {
            "NAME": self._name,
            "FIELD": self._name,
            "NUMBER": self._number,
            "STRING": self._string,
            "BLOCK": self._block,
            "PERCENT": self._percent,
            "MONEY": self._money,
            "DURATION": self._duration,
            "DATE": self._date,
            "TIMESTAMP": self._timestamp,
            "PERIOD": self._period,
            "RELATION": lambda at: at.text,
        }

    def report(self, code: str, message: str, at: Span, **more: Any) -> None:
        self.problems.add(Diagnostic(code, message, at, **more))

    # ------------------------------------------------------------ tokens

    def token(self, kind: str, start: int, end: int) -> Any:
        """The value of one token: a node, or the terminal's name where it is a sign or a word."""
        make = self._leaves.get(kind)
        return kind if make is None else make(Span(self.source, start, end))

    def _name(self, at: Span) -> ast.Ident:
        text = self.source.text[at.start : at.end]
        if text[0] == "`" and len(text) > 1:
            text = text[1:-1] if text[-1] == "`" else text[1:]
        return ast.Ident(at, text if text.isascii() else unicodedata.normalize("NFC", text))

    def _number(self, at: Span) -> ast.Number:
        text = at.text
        if at.start in self.stand_ins:
            return ast.Number(at, 1, text)
        digits = text.replace("_", "")
        if len(digits) > _DIGITS:
            self.report("KPI014", f"this number has {len(digits)} digits", at, help=f"write at most {_DIGITS}")
            return ast.Number(at, 0, text)
        return ast.Number(at, Decimal(digits) if "." in digits else int(digits), text)

    def _percent(self, at: Span) -> ast.Percent:
        number = self._number(Span(self.source, at.start, at.start + len(at.text[:-1].rstrip())))
        return ast.Percent(at, Decimal(number.value).scaleb(-2), number.text)

    def _money(self, at: Span) -> ast.Money:
        number = self._number(Span(self.source, at.start, at.start + len(at.text[:-3].rstrip())))
        return ast.Money(at, Decimal(number.value), at.text[-3:].upper(), number.text)

    def _duration(self, at: Span) -> ast.Duration:
        found = re.match(r"([\d_]+)[ \t]*([a-zA-Z]+)", at.text)
        if at.start in self.stand_ins or found is None:
            return ast.Duration(at, 1, "day")
        number = self._number(Span(self.source, at.start, at.start + found.end(1)))
        unit = found[2].lower()
        unit = {"d": "day", "h": "hour", "w": "week"}.get(unit, unit.removesuffix("s"))
        amount = int(number.value)
        if amount > _LONGEST[unit]:
            self.report("KPI014", f"`{at.text}` is longer than 10,000 years", at, help="write a shorter time: 30 days, 2 years")
            amount = 1
        return ast.Duration(at, amount, unit)

    def _day(self, at: Span, text: str) -> dt.date:
        year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
        try:
            return dt.date(year, month, day)
        except ValueError:
            self.problems.add(spelling.no_such_day(Span(self.source, at.start, at.start + 10), year, month, day))
            return dt.date(2000, 1, 1)

    def _date(self, at: Span) -> ast.Date:
        return ast.Date(at, dt.date(2000, 1, 1) if at.start in self.stand_ins else self._day(at, at.text))

    def _timestamp(self, at: Span) -> ast.Timestamp:
        text = at.text
        day = dt.date(2000, 1, 1) if at.start in self.stand_ins else self._day(at, text)
        try:
            time = dt.time() if at.start in self.stand_ins else dt.time.fromisoformat(_whole_micros(text[11:]))
        except ValueError:
            self.report("KPI014", f"`{text}` is not a time of day", at, help="hours run from 00 to 23, minutes and seconds from 00 to 59")
            time = dt.time()
        return ast.Timestamp(at, dt.datetime.combine(day, time))

    def _period(self, at: Span) -> ast.Period:
        text = at.text
        if at.start in self.stand_ins:
            return ast.Period(at, "year", 2000, 1)
        year, letter = int(text[:4]), text[5]
        index = int(text[6:]) if letter in _PERIOD_GRAINS else int(text[5:])
        if year < 1:
            self.report("KPI014", f"`{text}` is not a period: years count from 0001", at, help="write a later year")
        elif letter == "W" and index > spelling.weeks_of(year):
            self.problems.add(spelling.no_such_part(at, year, letter))
        return ast.Period(at, _PERIOD_GRAINS.get(letter, "month"), year, index)

    def _string(self, at: Span) -> ast.Text:
        text = at.text
        if at.start in self.stand_ins:
            return ast.Text(at, text[1:])
        quote, inner = text[0], text[1:-1]
        if "\\" not in inner:
            return ast.Text(at, inner.replace(quote + quote, quote))
        return ast.Text(at, self._unescape(at, inner, quote))

    def _unescape(self, at: Span, inner: str, quote: str) -> str:
        pieces = []
        done = 0
        for found in _ESCAPE.finditer(inner):
            pieces.append(inner[done : found.start()].replace(quote + quote, quote))
            done = found.end()
            what = found[1]
            char = _ESCAPES.get(what)
            if char is None and what[0] == "u" and len(what) > 1:
                number = int(what[2:-1], 16)
                char = chr(number) if 0 < number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else None
            if char is None:
                place = Span(self.source, at.start + 1 + found.start(), at.start + 1 + found.end())
                help_ = r"there are \n, \t, \r, \\, \', \" and \u{1F600}; a backslash itself is written twice"
                self.report("KPI014", f"`{found[0]}` is not an escape", place, help=help_, fix=Fix(place, "\\" + found[0]))
                char = found[0]
            pieces.append(char)
        pieces.append(inner[done:].replace(quote + quote, quote))
        return "".join(pieces)

    def _block(self, at: Span) -> ast.Text:
        text = at.text[3:]
        return ast.Text(at, text.removesuffix('"""').replace("\r\n", "\n"))

    # ------------------------------------------------------------ expressions

    def _deep(self, node: Any, *children: Any) -> Any:
        """Count the levels of an expression, and stop at one that nobody could read."""
        depth = 1 + max((self._depths.get(id(child), 0) for child in children), default=0)
        if depth > DEEPEST:
            help_ = "name a part of it in a metric or column of its own; a long chain of `or` reads better as `in (…)`"
            fail("KPI018", f"this expression is more than {DEEPEST} levels deep", node.span, help=help_)
        self._depths[id(node)] = depth
        return node

    def path(self, at: Span, *parts: ast.Ident) -> ast.Path:
        if len(parts) > DEEPEST:
            fail("KPI018", f"this path has {len(parts):,} steps, and {DEEPEST} is the most", at, help="a path leads over a few joins")
        return ast.Path(at, parts)

    def parens(self, _at: Span, value: ast.Expr) -> ast.Expr:
        return value

    def several(self, at: Span, *items: ast.Expr) -> Any:
        return self._deep(ast.Tuple(at, items), *items)

    def binary(self, at: Span, left: ast.Expr, op: str, right: ast.Expr) -> Any:
        return self._deep(ast.Binary(at, _OPERATORS.get(op, op), left, right), left, right)

    def unary(self, at: Span, op: str, value: ast.Expr) -> Any:
        return self._deep(ast.Unary(at, _OPERATORS[op], value), value)

    def in_list(self, at: Span, value: ast.Expr, negated: str | None, *options: ast.Expr) -> Any:
        return self._deep(ast.InList(at, value, options, negated is not None), value, *options)

    def between(self, at: Span, value: ast.Expr, negated: str | None, low: ast.Expr, high: ast.Expr) -> Any:
        return self._deep(ast.Between(at, value, low, high, negated is not None), value, low, high)

    def like(self, at: Span, value: ast.Expr, negated: str | None, pattern: ast.Expr) -> Any:
        return self._deep(ast.Like(at, value, pattern, negated is not None), value, pattern)

    def is_null(self, at: Span, value: ast.Expr, negated: str | None) -> Any:
        return self._deep(ast.IsNull(at, value, negated is not None), value)

    def case(self, at: Span, subject: ast.Expr | None, *rest: Any) -> Any:
        whens = tuple(part for part in rest if isinstance(part, ast.When))
        otherwise = None if isinstance(rest[-1], ast.When) else rest[-1]
        return self._deep(ast.Case(at, subject, whens, otherwise), subject, *whens, otherwise)

    def when(self, at: Span, condition: ast.Expr, value: ast.Expr) -> Any:
        return self._deep(ast.When(at, condition, value), condition, value)

    def arg(self, at: Span, name: ast.Ident | None, value: ast.Expr) -> Any:
        return self._deep(ast.Arg(at, name, value), value)

    def call(self, at: Span, name: ast.Ident, *args: ast.Arg | None) -> Any:
        given = tuple(arg for arg in args if arg is not None)
        return self._deep(ast.Call(at, name, given), *given)

    def call_distinct(self, at: Span, name: ast.Ident, *args: ast.Arg) -> Any:
        return self._deep(ast.Call(at, name, args, True), *args)

    def where(self, at: Span, value: ast.Expr, condition: ast.Expr) -> Any:
        return self._deep(ast.Where(at, value, condition), value, condition)

    def at(self, at: Span, value: ast.Expr, *dimensions: ast.Expr) -> Any:
        self._alone(at, value)
        return self._deep(ast.At(at, value, dimensions), value, *dimensions)

    def at_time(self, at: Span, value: ast.Expr, path: ast.Path) -> Any:
        self._alone(at, value)
        return self._deep(ast.AtTime(at, value, path), value)

    def via(self, at: Span, value: ast.Expr, role: ast.Ident) -> Any:
        return self._deep(ast.Via(at, value, role), value)

    def _alone(self, at: Span, value: ast.Expr) -> None:
        """`at` beside an operator: does it mean the right side or the whole? The author has to say."""
        operator = isinstance(value, ast.Binary | ast.Unary | ast.InList | ast.Between | ast.Like | ast.IsNull)
        if not operator or at.start < value.span.start:  # the place begins earlier: at a parenthesis
            return
        word = Span(self.source, value.span.end, at.end)
        first = re.search(r"at\b", word.text, re.IGNORECASE)
        place = Span(self.source, word.start + first.start(), at.end) if first else at
        message = "`at` beside an operator needs parentheses"
        if isinstance(value, ast.Binary) and value.op in "+-*/":
            left, right = value.left.span.text, value.right.span.text
            help_ = f"write `{left} {value.op} ({right} {place.text})`, or `({left} {value.op} {right}) {place.text}`"
        else:
            help_ = f"write `({value.span.text}) {place.text}`"
        if "\n" in help_ or len(help_) > 160:
            help_ = "put what `at` belongs to in parentheses together with it"
        self.report("KPI016", message, place, label="the right side, or the whole?", help=help_)

    def range_both(self, at: Span, start: ast.Expr, end: ast.Expr) -> Any:
        return self._deep(ast.Range(at, moment(start), moment(end)), start, end)

    def range_from(self, at: Span, start: ast.Expr) -> Any:
        return self._deep(ast.Range(at, moment(start), None), start)

    def range_until(self, at: Span, end: ast.Expr) -> Any:
        return self._deep(ast.Range(at, None, moment(end)), end)

    def true(self, at: Span) -> ast.Bool:
        return ast.Bool(at, True)

    def false(self, at: Span) -> ast.Bool:
        return ast.Bool(at, False)

    def null(self, at: Span) -> ast.Null:
        return ast.Null(at)

    # ------------------------------------------------------------ queries

    def by_list(self, at: Span, *by: ast.Expr) -> Clause:
        return Clause("by", at, by)

    def clause_where(self, at: Span, condition: ast.Expr) -> Clause:
        return Clause("where", at, condition)

    def clause_during(self, at: Span, value: ast.Expr) -> Clause:
        return Clause("during", at, moment(value))

    def clause_last(self, at: Span, span_of: ast.Duration) -> Clause:
        return Clause("last", at, span_of)

    def clause_compare(self, at: Span, name: ast.Ident, whole: str | None) -> Clause:
        return Clause("compare", at, ast.Compare(at, name.text, whole is not None))

    def clause_totals(self, at: Span) -> Clause:
        return Clause("with totals", at, True)

    def clause_other(self, at: Span) -> Clause:
        return Clause("with other", at, True)

    def clause_sparse(self, at: Span) -> Clause:
        return Clause("sparse", at, True)

    def clause_order(self, at: Span, *items: ast.OrderItem) -> Clause:
        return Clause("order by", at, items)

    def clause_top(self, at: Span, count: ast.Number) -> Clause:
        if not isinstance(count.value, int):
            self.report("KPI014", f"`top` picks a whole number of rows, not {count.text}", count.span, help="write `top 10`")
        return Clause("top", at, ast.Top(at, int(count.value)))

    def order_item(self, at: Span, value: ast.Expr, direction: str | None) -> ast.OrderItem:
        return ast.OrderItem(at, value, direction == "DESC")

    def query(self, at: Span, *parts: Any) -> ast.Query:
        return self._query(at, parts, values=False)

    def values_query(self, at: Span, *parts: Any) -> ast.Query:
        return self._query(at, parts, values=True)

    def named_query(self, at: Span, kind: str, name: ast.Ident, *clauses: Clause) -> ast.Query:
        return replace(self._query(at, clauses, values=False), subject=ast.Subject(at, kind.lower(), name))

    def _query(self, at: Span, parts: tuple[Any, ...], values: bool) -> ast.Query:
        asked = tuple(part for part in parts if not isinstance(part, Clause))
        clauses = [part for part in parts if isinstance(part, Clause)]
        tops = [index for index, clause in enumerate(clauses) if clause.kind == "top"]
        if tops:
            clauses[tops[0] :] = [self._top(clauses[tops[0] :])]
        said = self.once(clauses, "query")
        if "with other" in said:
            self.report("KPI017", "`with other` stands without `top`", said["with other"].span, help="write it after `top 5`")
        if values and "by" in said:
            self.report("KPI017", "`values` lists dimensions and has no `by`", said["by"].span, help="write `values channel, country`")
        get = {kind: clause.value for kind, clause in said.items()}
        return ast.Query(
            at,
            () if values else asked,
            asked if values else get.get("by", ()),
            get.get("where"),
            get.get("during"),
            get.get("last"),
            get.get("compare"),
            "with totals" in said,
            "sparse" in said,
            get.get("order by", ()),
            get.get("top"),
            values,
        )

    def _top(self, tail: list[Clause]) -> Clause:
        """`top 5 [by METRIC] [with other]`, from the clauses that begin with `top`: it is the last one of a query."""
        top, rest = tail[0], tail[1:]
        by: ast.Expr | None = None
        other = False
        end = top.span
        if rest and rest[0].kind == "by":
            clause = rest.pop(0)
            by, end = clause.value[0], clause.span
            if len(clause.value) > 1:
                place = clause.value[1].span
                self.report("KPI017", "`top` picks by one metric", place, help="break ties with `order by`, before `top`")
        if rest and rest[0].kind == "with other":
            other, end = True, rest.pop(0).span
        for clause in rest:
            label = (Label(top.span, "`top` stands here"),)
            if clause.kind == "top":
                self.report("KPI017", "`top` is said twice", clause.span, labels=label, help="keep one")
            else:
                help_ = f"move `{clause.kind}` before `top`"
                self.report(
                    "KPI017", f"`top` is the last clause of a query, `{clause.kind}` comes after it", clause.span, labels=label, help=help_
                )
        span = top.span.to(end)
        return Clause("top", span, ast.Top(span, top.value.count, by, other))

    def once(self, clauses: list[Clause], what: str) -> dict[str, Clause]:
        """Clauses by kind; one that is said twice is reported, and the first holds."""
        said: dict[str, Clause] = {}
        for clause in clauses:
            if clause.kind in said:
                label = (Label(said[clause.kind].span, "here first"),)
                help_ = "join the conditions with `and`" if clause.kind == "where" else "keep one"
                self.report("KPI017", f"`{clause.kind}` is said twice in this {what}", clause.span, labels=label, help=help_)
            else:
                said[clause.kind] = clause
        return said


def moment(value: Any) -> Any:
    """Where a period is expected, four plain digits are a year."""
    if isinstance(value, ast.Number) and isinstance(value.value, int) and re.fullmatch(r"\d{4}", value.text) and value.value:
        return ast.Period(value.span, "year", value.value, 1)
    return value


def _whole_micros(time: str) -> str:
    """`12:00:00.5` as `12:00:00.500000`, which is all that Python reads."""
    clock, dot, fraction = time.partition(".")
    return clock + dot + fraction.ljust(6, "0") if dot else clock
