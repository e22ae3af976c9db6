"""Row expressions: from syntax to typed `Expr`, in the names of one source. Comes in: an expression and the source whose rows it is read on
(the root). Goes out: an expression over `Field`s of the root and of what its `join one` roles reach."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

from kpidsl.diagnostic import fail, similar
from kpidsl.model import calls, units
from kpidsl.model.expr import BOOL, DATE, INT, NULL, TEXT, TIMESTAMP, Bound, CaseOf, Expr, Fn, Lit, Type, rebase
from kpidsl.model.model import SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rules import Operand, all_common, arithmetic, common, comparison, condition, describe
from kpidsl.model.types import clocks_of_a_difference
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

COMPARISONS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
FIXED_DAYS = {
    "second": Decimal(1) / 86400,
    "minute": Decimal(1) / 1440,
    "hour": Decimal(1) / 24,
    "day": Decimal(1),
    "week": Decimal(7),
}


@dataclass(frozen=True)
class RowContext:
    """Where a row expression stands.

    root: the source whose rows it is read on. bare: "columns" inside the source, "names" in metrics and queries (dimensions, segments
    and parameters before the root's columns). aggregate: what to do with an aggregate call; None refuses it.
    """

    root: SourceModel
    scope: Scope
    bare: str = "columns"
    aggregate: Callable[[ast.Call, str | None], Expr] | None = None
    what: str = "a row"


def literal(node: ast.Expr) -> Lit | None:
    """The literal that a node is, if it is one."""
    match node:
        case ast.Number():
            return Lit(node.value, INT if isinstance(node.value, int) else Type("decimal"))
        case ast.Percent():
            return Lit(node.value, Type("decimal", units.RATIO))
        case ast.Money():
            return Lit(node.amount, Type("decimal", units.money(node.currency)))
        case ast.Text():
            if "\0" in node.value:
                fail("KPI066", "a text cannot hold the NUL character", node.span, help="leave it out; no database can compare with it")
            return Lit(node.value, TEXT)
        case ast.Bool():
            return Lit(node.value, BOOL)
        case ast.Bound():
            if isinstance(node.value, str) and ("\0" in node.value or not _is_whole(node.value)):
                fail("KPI066", "a text cannot hold half a character", node.span, help="write it whole; no database can compare with it")
            return Bound(node.value, Type(node.kind))
        case ast.Null():
            return Lit(None, NULL)
        case ast.Date():
            return Lit(node.value, DATE)
        case ast.Timestamp():
            return Lit(node.value, TIMESTAMP)
        case ast.Duration():
            if node.unit not in FIXED_DAYS:
                fail(
                    "KPI051",
                    f"{node.amount} {node.unit}s have no fixed length",
                    node.span,
                    help="add them to a date, or write the length in days",
                )
            days = FIXED_DAYS[node.unit] * node.amount
            return Lit(int(days) if days == int(days) else days, Type("duration", units.DURATION))
        case _:
            return None


def _is_whole(text: str) -> bool:
    """Whether no character of it is half of a surrogate pair."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def operand(expr: Expr, span: Span) -> Operand:
    value = expr.value if isinstance(expr, Lit) else None
    return Operand(expr.type, span, value if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None)


class RowResolver:
    """Resolves row expressions; `resolver` knows sources, routes, dimensions, segments and parameters."""

    def __init__(self, resolver: Questions, context: RowContext) -> None:
        self.resolver = resolver
        self.context = context

    def resolve(self, node: ast.Expr) -> Expr:
        """The typed meaning of an expression; raises KpiError with one diagnostic."""
        value = literal(node)
        if value is not None:  # a timestamp that is written out stands on the calendar's clock
            zone = self.resolver.calendar.zone
            return replace(value, type=replace(value.type, zone=zone)) if value.type.kind == "timestamp" else value
        match node:
            case ast.Path():
                return self.path(node)
            case ast.Unary(op="not"):
                inner = self.condition(node.value, "`not`")
                return Fn("not", (inner,), BOOL)
            case ast.Unary():
                inner = self.resolve(node.value)
                if isinstance(inner, Lit) and isinstance(inner.value, (int, Decimal)):
                    return replace(inner, value=-inner.value)
                arithmetic("-", Operand(inner.type, node.value.span), Operand(inner.type, node.value.span))
                return Fn("neg", (inner,), inner.type)
            case ast.Binary(op="and" | "or"):
                return self._logic(node)
            case ast.Binary() if node.op in COMPARISONS:
                left, right = self.resolved(node.left, node.right)
                comparison(node.op, operand(left, node.left.span), operand(right, node.right.span))
                if (isinstance(right, Lit) and right.value is None) or (isinstance(left, Lit) and left.value is None):
                    fail("KPI051", "nothing equals null", node.span, help="write `is null` or `is not null`")
                return Fn(COMPARISONS[node.op], (left, right), BOOL)
            case ast.Binary():
                return self._arithmetic(node)
            case ast.InList():
                return self._in(node)
            case ast.Between():
                value_, low, high = self.resolved(node.value, node.low, node.high)
                comparison("<", operand(value_, node.value.span), operand(low, node.low.span))
                comparison("<", operand(value_, node.value.span), operand(high, node.high.span))
                both = Fn("and", (Fn("ge", (value_, low), BOOL), Fn("le", (value_, high), BOOL)), BOOL)
                return Fn("not", (both,), BOOL) if node.negated else both
            case ast.IsNull():
                return Fn("is_not_null" if node.negated else "is_null", (self.resolve(node.value),), BOOL)
            case ast.Like():
                return self._like(node)
            case ast.Case():
                return self._case(node)
            case ast.Call():
                return calls.call(self, node)
            case ast.Via():
                return calls.via(self, node)
            case ast.Where():
                fail("KPI061", "`where` filters rows of an aggregate, here is a single row", node.span, help="use `case when … then … end`")
            case ast.At() | ast.AtTime():
                fail("KPI061", "`at` belongs to metrics, here is a single row", node.span, help="write it in the metric")
            case ast.Range() | ast.Period():
                fail(
                    "KPI051",
                    "a period is not a value of a row",
                    node.span,
                    help="compare with its first and last day, or use `during` in the query",
                )
            case _:
                fail("KPI051", "this cannot stand in an expression over rows", node.span)

    def resolved(self, *nodes: ast.Expr) -> list[Expr]:
        """The meanings of values that meet each other."""
        return self.resolver.calendar.one_clock([self.resolve(node) for node in nodes])

    def condition(self, node: ast.Expr, where: str) -> Expr:
        """A condition; comes out as a bool."""
        value = self.resolve(node)
        condition(operand(value, node.span), where)
        return value

    # ------------------------------------------------------------ names

    def path(self, node: ast.Path) -> Expr:
        parts = [part.text for part in node.parts]
        if len(parts) == 1:
            return self._bare(node)
        return self._dotted(node)

    def _bare(self, node: ast.Path) -> Expr:
        name = node.text
        root, scope = self.context.root, self.context.scope
        if self.context.bare == "columns":
            if name in root.columns:
                return self.resolver.field(root, (), name, node.span)
            param = scope.find("param", name)
            if param is not None:
                return self.resolver.param(param).value
            if scope.find("segment", name) is None and scope.find("dimension", name) is None:
                if scope.is_lost(name):
                    raise self.resolver.silent()
                self._unknown_column(root, node.parts[-1])
        segment = scope.find("segment", name)
        if segment is not None:
            return self.resolver.segment_on(segment, root, node.span)
        dimension = scope.find("dimension", name)
        if dimension is not None:
            return self.resolver.dimension_on(dimension, root, node.span)
        param = scope.find("param", name)
        if param is not None:
            return self.resolver.param(param).value
        return self.resolver.column_by_name(root, name, node.span, scope)

    def _dotted(self, node: ast.Path) -> Expr:
        """`source.role.column` or `role.column`: the route to the named source is found, the rest is walked."""
        parts = node.parts
        head = parts[0].text
        root = self.context.root
        if self.context.bare == "columns" and head in root.joins:
            return self.walk(root, (), parts, node)
        entry = self.context.scope.find("source", head)
        if entry is not None:
            start = self.resolver.source(entry)
            route = self.resolver.grain.route(root, start, node.span, parts[-1].text)
            return self.walk(start, route, parts[1:], node)
        if head in root.joins or self.resolver.is_broken("role", f"{root.name}.{head}"):
            return self.walk(root, (), parts, node)
        funnel = self.context.scope.find("funnel", head)
        if funnel is not None and self.context.bare == "names":
            name, field = self.resolver.stage_field(funnel, parts[1:], node)
            route = self.resolver.grain.route(root, self.resolver.sources[name], node.span, parts[-1].text)
            return rebase(field, route)
        if head in root.columns and root.columns[head].type.kind in ("records", "json"):
            fail("KPI032", f"`{head}` holds nested values", node.span, help=f'take one out with get({head}, "{parts[1].text}")')
        self.resolver.no_source(node, self.context.scope, also=root.joins, facts=[root.name])

    def walk(self, start: SourceModel, route: tuple[str, ...], parts: tuple[ast.Ident, ...], node: ast.Path) -> Expr:
        """Follows roles from `start` (reached over `route`) to a column."""
        here = start
        for part in parts[:-1]:
            join = here.joins.get(part.text)
            if join is None and self.resolver.is_broken("role", f"{here.name}.{part.text}"):
                raise self.resolver.silent()
            if join is None:
                self._unknown_role(here, part)
            route = (*route, part.text)
            here = self.resolver.sources[join.target]
        last = parts[-1]
        if last.text not in here.columns:
            if last.text in here.joins:
                target = here.joins[last.text].target
                fail(
                    "KPI038",
                    f"`{last.text}` is a row of `{target}`, not a value",
                    node.span,
                    help=f"name one of its columns: {node.span.text}.{next(iter(self.resolver.sources[target].columns), '…')}",
                )
            self._unknown_column(here, last)
        return self.resolver.field(here, route, last.text, node.span)

    def _unknown_column(self, source: SourceModel, part: ast.Ident) -> NoReturn:
        self.resolver.unknown_column(source, part.text, part.span)

    def _unknown_role(self, source: SourceModel, part: ast.Ident) -> NoReturn:
        near = similar(part.text, source.joins)
        if part.text in source.columns:
            fail(
                "KPI032",
                f"`{part.text}` is a column of `{source.name}`, it has no parts",
                part.span,
                help=f"declare `join one {part.text}: …` to reach another source",
            )
        fail(
            "KPI032",
            f"`{source.name}` has no role `{part.text}`",
            part.span,
            help=f"did you mean `{near[0]}`?"
            if near
            else f"its roles: {', '.join(source.joins)}"
            if source.joins
            else f"declare `join one {part.text}: …` in `{source.name}`",
        )

    # ------------------------------------------------------------ operators

    def _logic(self, node: ast.Binary) -> Expr:
        flat: list[ast.Expr] = []
        stack: list[ast.Expr] = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, ast.Binary) and part.op == node.op:
                stack.extend((part.right, part.left))
            else:
                flat.append(part)
        return Fn(node.op, tuple(self.condition(part, f"`{node.op}`") for part in flat), BOOL)

    def _arithmetic(self, node: ast.Binary) -> Expr:
        if isinstance(node.right, ast.Duration) and node.op in "+-":
            left = self.resolve(node.left)
            if left.type.is_temporal:
                return self._shift(left, node.right, -1 if node.op == "-" else 1)
        left, right = self.resolved(node.left, node.right)
        if node.op == "-" and left.type.is_temporal and right.type.is_temporal:
            kind = common(operand(left, node.left.span), operand(right, node.right.span), "subtract")
            return Fn("date_diff", (_passed(left), _passed(right)), Type("duration", units.DURATION), (kind.kind,))
        if left.type.is_temporal or right.type.is_temporal:
            fail(
                "KPI051",
                f"cannot {'add' if node.op == '+' else 'calculate with'} {describe(left.type)} and {describe(right.type)}",
                node.span,
                help="add a length of time (t + 30 days), or subtract two dates",
            )
        kind = arithmetic(node.op, operand(left, node.left.span), operand(right, node.right.span))
        op = {"+": "add", "-": "sub", "*": "mul", "/": "div"}[node.op]
        return Fn(op, (left, right), kind)

    def _shift(self, left: Expr, length: ast.Duration, sign: int) -> Expr:
        if left.type.kind == "date" and length.unit in ("hour", "minute", "second"):
            fail("KPI051", f"a date has no {length.unit}s", length.span, help="make it a timestamp first: timestamp(…)")
        return Fn("date_add", (left,), left.type, (sign * length.amount, length.unit))

    def _in(self, node: ast.InList) -> Expr:
        value, *options = self.resolved(node.value, *node.options)
        for option, at in zip(options, node.options, strict=True):
            if isinstance(option, Lit) and option.value is None:
                fail("KPI051", "`in` never finds null", at.span, help="add `or … is null`")
            comparison("=", operand(value, node.value.span), operand(option, at.span))
        return Fn("not_in" if node.negated else "in", (value, *options), BOOL)

    def _like(self, node: ast.Like) -> Expr:
        value, pattern = self.resolve(node.value), self.resolve(node.pattern)
        for side, at in ((value, node.value), (pattern, node.pattern)):
            if side.type.kind not in ("text", "null"):
                fail("KPI051", f"`like` compares texts, this is {describe(side.type)}", at.span, help="use = or in")
        return Fn("not_like" if node.negated else "like", (value, pattern), BOOL)

    def _case(self, node: ast.Case) -> Expr:
        tests = [self._when(node.subject, when.condition) for when in node.whens]
        branches = [when.value for when in node.whens] + ([] if node.otherwise is None else [node.otherwise])
        values = self.resolved(*branches)
        kind = all_common([operand(value, branch.span) for value, branch in zip(values, branches, strict=True)], "combine")
        otherwise = None if node.otherwise is None else values[-1]
        return CaseOf(tuple(zip(tests, values[: len(tests)], strict=True)), otherwise, kind)

    def _when(self, subject: ast.Expr | None, option: ast.Expr) -> Expr:
        if subject is None:
            return self.condition(option, "`when`")
        left, right = self.resolved(subject, option)
        comparison("=", operand(left, subject.span), operand(right, option.span))
        return Fn("eq", (left, right), BOOL)


def _passed(moment: Expr) -> Expr:
    clocks = clocks_of_a_difference(moment.type)
    return moment if clocks is None else Fn("at_zone", (moment,), Type("timestamp"), clocks)
