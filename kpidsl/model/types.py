"""Declared types: from `money(EUR)` to a `Type`. Comes in: a type's syntax. Goes out: kind and unit, or a diagnostic with what is near."""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.diagnostic import fail, similar
from kpidsl.model import units
from kpidsl.model.calendar import check_zone
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Type
from kpidsl.record import replace
from kpidsl.syntax import ast

PLAIN: dict[str, Type] = {
    "int": INT,
    "number": REAL,
    "bool": BOOL,
    "text": TEXT,
    "date": DATE,
    "timestamp": Type("timestamp"),
    "duration": Type("duration", units.DURATION),
    "records": Type("records"),
    "json": Type("json"),
    "count": Type("int", units.COUNT),
    "percent": Type("number", units.RATIO),
    "ratio": Type("number", units.RATIO),
    "points": Type("number", units.POINTS),
}
NAMES = (*PLAIN, "decimal", "money")
FOREIGN = {
    **dict.fromkeys(("varchar", "string", "str", "char", "uuid", "enum", "category"), "text"),
    **dict.fromkeys(("integer", "bigint", "smallint", "long", "int64"), "int"),
    **dict.fromkeys(("float", "double", "real", "float64"), "number"),
    **dict.fromkeys(("numeric",), "decimal(12, 2)"),
    **dict.fromkeys(("boolean",), "bool"),
    **dict.fromkeys(("datetime", "timestamptz", "timestamp_ntz", "time"), "timestamp"),
    **dict.fromkeys(("interval",), "duration"),
    **dict.fromkeys(("percentage", "pct", "rate", "share"), "percent"),
    **dict.fromkeys(("currency", "amount", "price"), "money(EUR)"),
    **dict.fromkeys(("jsonb", "variant", "object", "struct"), "json"),
    **dict.fromkeys(("array", "list", "map"), "records"),
}
"""Type names of databases and other languages, and what they are here."""
ANY_CURRENCY = "*"

_ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY
COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD
IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS
SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XCD
XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG ZWL
"""
CURRENCIES = frozenset(_ISO_4217.split())  # the codes that a money literal takes as well (grammar/kpi.lark)


def declared(node: ast.TypeName, column_currency: Callable[[ast.Path], units.Symbol] | None = None) -> Type:
    """The type that a declaration names. `column_currency` turns `money(currency_code)` into its symbol, where that is allowed."""
    name = node.name.text
    if name == "money":
        return Type("decimal", units.money(_currency(node, column_currency)))
    if name == "decimal":
        numbers = [a.value for a in node.args if isinstance(a, ast.Number) and isinstance(a.value, int)]
        if len(numbers) != len(node.args) or len(numbers) not in (0, 2) or (numbers and not 0 <= numbers[1] <= numbers[0] <= 38):
            fail("KPI040", "`decimal` takes digits in all and digits after the point", node.span, help="write decimal(12, 2)")
        return Type("decimal", precision=(numbers[0], numbers[1]) if numbers else None)
    if name in PLAIN:
        if node.args:
            fail("KPI040", f"`{name}` takes nothing in parentheses", node.span, help=f"write {name}")
        kind = PLAIN[name]
        if node.zone is not None:
            if name != "timestamp":
                fail("KPI040", f"`{name}` has no time zone", node.span, help="only a timestamp has one")
            check_zone(node.zone, node.span)
            return replace(kind, zone=node.zone)
        return _per(kind, node)
    if name in CURRENCIES:
        return _per(Type("decimal", units.money(name)), node)
    foreign = FOREIGN.get(name.casefold())
    if foreign is not None:
        fail("KPI040", f"there is no type `{name}`", node.name.span, help=f"write `{foreign}`")
    near = similar(name, NAMES)
    fail(
        "KPI040",
        f"there is no type `{name}`",
        node.name.span,
        help=f"did you mean `{near[0]}`?" if near else "types: " + ", ".join(NAMES),
    )


def _per(kind: Type, node: ast.TypeName) -> Type:
    return replace(kind, unit=replace(kind.unit, per=node.per.text)) if node.per is not None else kind


def _currency(node: ast.TypeName, column_currency: Callable[[ast.Path], units.Symbol] | None) -> units.Symbol:
    if not node.args:
        return ANY_CURRENCY
    first = node.args[0]
    if len(node.args) == 1 and isinstance(first, ast.Path):
        if len(first.parts) == 1 and first.text in CURRENCIES:
            return first.text
        if column_currency is not None:
            return column_currency(first)
        near = similar(first.text.upper(), CURRENCIES)
        fail(
            "KPI041",
            f"`{first.text}` is not an ISO 4217 currency",
            first.span,
            help=f"did you mean {near[0]}?" if near else "write a code such as EUR",
        )
    fail("KPI040", "`money` takes one currency", node.span, help="write money(EUR), or money(currency_column)")


def clocks_of_a_difference(kind: Type) -> tuple[str, str] | None:
    """From which clock a timestamp is taken to which before it is subtracted: one that is never put forward or back, so that a difference
    is the time that passed (S13). None where it is on such a clock.
    """
    return None if kind.kind != "timestamp" or kind.zone in (None, "UTC") else (str(kind.zone), "UTC")
