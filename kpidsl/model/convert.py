"""Currencies. Comes in: `convert(amount, EUR, using: fx)`. Goes out: the amount times the price of one unit of its currency, found over a
role to the rates; amounts in the target currency stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.diagnostic import Label, fail, similar
from kpidsl.model import types, units
from kpidsl.model.expr import BOOL, TEXT, CaseOf, Expr, Field, Fn, Lit, Type
from kpidsl.model.known import Known
from kpidsl.model.model import JoinModel, SourceModel
from kpidsl.model.rules import describe
from kpidsl.record import replace
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.model.rows import RowResolver


def conversion(rows: RowResolver, node: ast.Call) -> Expr:
    """The converted amount. The rates' source has a text column in its key (the currency), a column of type money(TARGET) that is the
    price of one unit, and, where rates change, a time; then the latest rate up to the row's own time counts."""
    plain = [a.value for a in node.args if a.name is None]
    using = {a.name.text: a.value for a in node.args if a.name is not None}.get("using")
    if len(plain) != 2 or not isinstance(using, ast.Path) or len(node.args) != 3:
        fail(
            "KPI037", "`convert` takes an amount, a currency and `using:`", node.span, help="it is written convert(amount, EUR, using: fx)"
        )
    root = rows.context.root
    amount = rows.resolve(plain[0])
    target = plain[1].span.text
    if target not in types.CURRENCIES:
        near = similar(target.upper(), types.CURRENCIES)
        fail(
            "KPI041",
            f"`{target}` is not an ISO 4217 currency",
            plain[1].span,
            help=f"did you mean {near[0]}?" if near else "write a code such as EUR",
        )
    if not amount.type.unit.is_money:
        fail(
            "KPI053",
            f"`convert` needs an amount of money, this is {describe(amount.type)}",
            plain[0].span,
            help="give it a currency first: money(number, USD)",
        )
    entry = rows.resolver.source_entry(using.parts[0], rows.context.scope)
    rates = rows.resolver.source(entry)
    currency = amount.type.unit.currency
    assert currency is not None
    kind = Type(amount.type.kind, units.money(target))
    if currency == target:
        return replace(amount, type=kind)
    price = [c for c in rates.columns.values() if c.type.unit == units.money(target)]
    codes = [k for k in rates.key if rates.columns[k].type.kind == "text"]
    if len(price) != 1 or len(codes) != 1:
        fail(
            "KPI075",
            f"`{rates.name}` is not a table of rates to {target}",
            using.span,
            labels=(Label(rates.span, "declared here"),),
            help=f"it needs the currency (text) in its key and one column `rate: money({target})`, the price of one unit",
        )
    on: tuple[tuple[str, str], ...] = ()
    where: Expr | None = None
    if isinstance(currency, units.Held):
        if currency.path:
            fail(
                "KPI075",
                f"the currency of this amount stands in another row, in {currency}",
                plain[0].span,
                help=f"convert it in `{currency.source}`, in a computed column, and use that column here",
            )
        role, on = f"{rates.name} rate {currency.column}", ((currency.column, codes[0]),)
    else:
        role, where = f"{rates.name} rate of {currency}", _is(codes[0], currency)
    expected = {codes[0]} if rates.time is None else {codes[0], rates.time}
    if set(rates.key) != expected:
        fail(
            "KPI075",
            f"`{rates.name}` may have several rates for one currency{' and time' if rates.time else ''}: its key is {', '.join(rates.key)}",
            using.span,
            labels=(Label(rates.span, "declared here"),),
            notes=("an amount would be counted once for each of them",),
            help=f"its key must be {' and '.join(sorted(expected))}; declare a source with one rate each",
        )
    if rates.time is None:
        join = JoinModel(role, "one", rates.name, on, node.span, where=where, hidden=True)
    else:
        moment = root.time
        if moment is None or not root.key:
            fail(
                "KPI075",
                f"`{root.name}` needs a time and a key for rates that change",
                node.span,
                labels=(Label(root.span, "declared here"),),
                help="add `time …` and `key …` to it",
            )
        if root.columns[moment].type.kind != rates.columns[rates.time].type.kind:
            days = _day_of(rows.resolver, root, moment)
            if days is None:
                fail(
                    "KPI075",
                    f"`{moment}` and `{rates.name}.{rates.time}` are not both dates",
                    node.span,
                    help=f"add a computed column to `{root.name}`: day: date = date({moment})",
                )
            moment = days
        join = JoinModel(role, "last", rates.name, on, node.span, moment=moment, order=rates.time, where=where, inclusive=True, hidden=True)
    root.joins.setdefault(role, join)
    rate = Field((role,), price[0].name, replace(price[0].type, unit=units.NUMBER))
    converted = Fn("mul", (amount, rate), kind)
    if isinstance(currency, str):
        return converted
    return CaseOf(((_is(currency.column, target), replace(amount, type=kind)),), converted, kind)


def _is(column: str, code: str) -> Expr:
    return Fn("eq", (Field((), column, TEXT), Lit(code, TEXT)), BOOL)


def _day_of(known: Known, source: SourceModel, moment: str) -> str | None:
    """The computed column that is declared as `date(moment)`, if there is one."""
    decl = known.source_entries[source.name].decl
    for column in ast.pick(decl.items, ast.Column) if isinstance(decl, ast.SourceDecl) else ():
        call = column.expr
        if isinstance(call, ast.Call) and call.name.text == "date" and len(call.args) == 1:
            value = call.args[0].value
            if isinstance(value, ast.Path) and value.text == moment:
                return column.name.text
    return None


def currency_of(node: ast.Expr, root: SourceModel) -> units.Symbol:
    """An ISO 4217 code, or the text column that holds it."""
    if isinstance(node, ast.Path) and len(node.parts) == 1:
        if node.text in types.CURRENCIES:
            return node.text
        column = root.columns.get(node.text)
        if column is not None and column.type.kind == "text":
            return units.Held(root.name, node.text)
    near = similar(node.span.text.upper(), types.CURRENCIES)
    fail(
        "KPI041",
        f"`{node.span.text}` is not an ISO 4217 currency",
        node.span,
        help=f"did you mean {near[0]}?" if near else "write a code such as EUR",
    )
