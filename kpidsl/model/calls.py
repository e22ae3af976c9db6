"""Calls in row expressions: scalar functions, neighbours in time, money, the analyst's own SQL. Comes in: a call and the names it is read
in. Goes out: a typed expression, or an error that says how the function is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpidsl.diagnostic import fail, similar
from kpidsl.model import functions, over_time, units
from kpidsl.model.convert import conversion, currency_of
from kpidsl.model.currencies import code_of, held_in
from kpidsl.model.expr import NULL, TEXT, Expr, Fn, Lit, Over
from kpidsl.model.functions import AGGREGATES
from kpidsl.model.rules import describe
from kpidsl.record import replace
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.model.rows import RowResolver


CLOCK = ("date", "start_of", "end_of", "year", "quarter", "month", "day", "weekday", "hour")
"""Functions that read a timestamp as the calendar's clocks show it, as group-bys do (S12, S13)."""


def via(rows: RowResolver, node: ast.Via) -> Expr:
    if rows.context.aggregate is None or not isinstance(node.value, ast.Call):
        fail("KPI061", "`via` belongs to an aggregate column", node.span, help="it says over which role the other rows reach this source")
    return rows.context.aggregate(node.value, node.role.text)


def call(rows: RowResolver, node: ast.Call) -> Expr:
    name = node.name.text
    if name in AGGREGATES and not (name in ("first", "last") and rows.context.aggregate is None):
        if rows.context.aggregate is None:
            fail(
                "KPI061",
                f"`{name}` looks at many rows, and {rows.context.what} is worked out row by row",
                node.span,
                help="aggregate in a metric, or declare an aggregate column in the source",
            )
        return rows.context.aggregate(node, None)
    if name in ("next", "prev"):
        return neighbour(rows, node)
    if name == "money":
        return money(rows, node)
    if name == "convert":
        return conversion(rows, node)
    if name == "sql":
        return sql(rows, node)
    if name not in functions.FUNCTIONS:
        if name in over_time.FUNCTIONS or name == "share" or name in AGGREGATES:
            fail(
                "KPI061",
                f"`{name}` works on metrics, and {rows.context.what} is worked out row by row",
                node.span,
                help="use it in a metric",
            )
        foreign = functions.FOREIGN.get(name.casefold())
        if foreign is not None:
            fail("KPI036", f"there is no function `{name}`", node.name.span, help=foreign)
        near = similar(name, [*functions.FUNCTIONS, *AGGREGATES, "next", "prev", "money", "convert", "sql"])
        fail(
            "KPI036",
            f"there is no function `{name}`",
            node.name.span,
            help=f"did you mean `{near[0]}`?" if near else "the functions are listed in docs/functions.md",
        )
    signature = functions.FUNCTIONS[name]
    for arg in node.args:
        if arg.name is not None:
            fail("KPI037", f"`{name}` has no argument called `{arg.name.text}`", arg.name.span, help=f"it is written {signature.usage}")
    if node.distinct:
        fail("KPI037", f"`distinct` has no meaning in `{name}`", node.span, help="count(distinct …) counts different values")
    functions.check_count(name, signature, len(node.args), node.span)
    args: list[Expr] = []
    words: list[str | None] = []
    for position, arg in enumerate(node.args):
        word = arg.value.text if isinstance(arg.value, ast.Path) and len(arg.value.parts) == 1 else None
        wanted = signature.args.replace("?", "").replace("+", "")
        is_word = position < len(wanted) and wanted[position] == "w"
        words.append(word)
        args.append(Lit(word or "", TEXT) if is_word else rows.resolve(arg.value))
    args = rows.resolver.calendar.one_clock(args)
    if name in CLOCK and args:
        args[0] = rows.resolver.calendar.local(args[0])
    expr = functions.build(name, args, [a.value.span for a in node.args], words, node.span)
    if isinstance(expr, Fn) and expr.op in ("start_of", "end_of"):
        return replace(expr, options=(*expr.options, *rows.resolver.calendar.options))
    return expr


def neighbour(rows: RowResolver, node: ast.Call) -> Expr:
    """`next(x, over: t, per: s)`: the following row's value within the same `per`, ties by key."""
    if (rows.context.aggregate is None and rows.context.bare != "columns") or rows.context.what != "a column":
        fail(
            "KPI072",
            f"`{node.name.text}` belongs in a column of a source",
            node.span,
            help="declare a column with it, then use the column",
        )
    named = {a.name.text: a.value for a in node.args if a.name is not None}
    plain = [a.value for a in node.args if a.name is None]
    for word in named:
        if word not in ("over", "per"):
            fail(
                "KPI037",
                f"`{node.name.text}` has no argument called `{word}`",
                node.span,
                help="it is written next(x, over: time, per: entity)",
            )
    if len(plain) != 1 or "over" not in named:
        fail(
            "KPI037",
            f"`{node.name.text}` takes one value and `over:`",
            node.span,
            help="it is written next(x, over: time, per: entity)",
        )
    value = rows.resolve(plain[0])
    order = rows.resolve(named["over"])
    per = named.get("per")
    group = () if per is None else tuple(rows.resolve(p) for p in (per.items if isinstance(per, ast.Tuple) else (per,)))
    for held in held_in((value, order, *group)):
        if code_of(rows.resolver, rows.context.root, held) not in group:
            fail(
                "KPI056",
                f"the {'following' if node.name.text == 'next' else 'previous'} row may be in another currency",
                node.span,
                notes=(f"each row's currency stands in {held}",),
                help=f"look among rows of one currency: per: {held.column}, or convert the amounts first",
            )
    keys = tuple(rows.resolver.field(rows.context.root, (), k, node.span) for k in rows.context.root.key)
    ordering = ((order, False), *((k, False) for k in keys if k != order))
    return Over("lead" if node.name.text == "next" else "lag", (value,), value.type, group, ordering)


def money(rows: RowResolver, node: ast.Call) -> Expr:
    """`money(cost_micros / 1_000_000, USD)`: gives a plain number its currency."""
    if len(node.args) != 2:
        fail("KPI037", f"`money` takes 2 arguments, this has {len(node.args)}", node.span, help="it is written money(number, EUR)")
    value = rows.resolve(node.args[0].value)
    if not value.type.is_numeric or value.type.unit.dims or value.type.unit.is_ratio:
        fail(
            "KPI053",
            f"`money` needs a plain number, this is {describe(value.type)}",
            node.args[0].value.span,
            help="money(number, EUR)",
        )
    currency = currency_of(node.args[1].value, rows.context.root)
    return replace(value, type=replace(value.type, unit=units.money(currency)))


def sql(rows: RowResolver, node: ast.Call) -> Expr:
    """`sql("…")`: the escape hatch; its type comes from the declaration, its columns are those of the source that it names."""
    if rows.context.what != "a column":
        fail(
            "KPI064",
            '`sql("…")` belongs in a column of a source, where its type is declared',
            node.span,
            help="declare a column with it, then use the column",
        )
    if len(node.args) != 1 or not isinstance(node.args[0].value, ast.Text):
        fail("KPI037", "`sql` takes one text", node.span, help="it is written sql(\"regexp_extract(page, '…')\")")
    text = node.args[0].value.value
    root = rows.context.root
    words = set(re.findall(r"\w+", text))
    names = [n for n in root.columns if n in words or f'"{n}"' in text]
    fields = tuple(rows.resolver.field(root, (), n, node.span) for n in names)
    return Fn("sql", fields, NULL, (text, *names))
