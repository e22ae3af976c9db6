"""The typing rules of operators, the same for rows and for aggregated values. Comes in: types and places of operands. Goes out: the type of
the result, or one error that says why the operands never meet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn

from kpidsl.diagnostic import KpiError, Label, fail
from kpidsl.model import units
from kpidsl.model.expr import BOOL, NULL, Type
from kpidsl.record import dataclass, replace
from kpidsl.span import Span


@dataclass(frozen=True, slots=True)
class Operand:
    """What the rules need to know of one side: its type, its place and, for a literal number, its value."""

    type: Type
    span: Span
    number: int | Decimal | None = None

    @property
    def words(self) -> str:
        return describe(self.type)


def describe(kind: Type) -> str:
    """A type in the words of a message: `EUR`, `a percentage`, `text`."""
    if kind.is_numeric:
        if kind.unit.dims:
            return str(kind.unit)
        if kind.kind == "int" and kind.unit == units.NUMBER:
            return "a whole number"
        return {"count": "a count", "ratio": "a percentage", "points": "points", "number": "a plain number"}[kind.unit.flavour]
    words = {
        "text": "text",
        "date": "a date",
        "timestamp": "a timestamp",
        "duration": "a duration",
        "bool": "true or false",
        "null": "null",
    }
    return words.get(kind.kind, kind.kind)


def _wider(a: Type, b: Type) -> str:
    if "number" in (a.kind, b.kind):
        return "number"
    return "decimal" if "decimal" in (a.kind, b.kind) else "int"


def common(left: Operand, right: Operand, doing: str) -> Type:
    """The type that both sides share when they are added, compared or stand in one list; else an error. `doing`: "add", "compare" …"""
    a, b = left.type, right.type
    if a.kind == "null":
        return b
    if b.kind == "null":
        return a
    if a.is_numeric and b.is_numeric:
        if _nought(right):
            return replace(a, kind=_wider(a, b))
        if _nought(left):
            return replace(b, kind=_wider(a, b))
        unit = units.add(a.unit, b.unit)
        if unit is None:
            _units_differ(left, right, doing)
        return Type(_wider(a, b), unit)
    if a.kind == b.kind and (a.kind != "timestamp" or same_zone(a, b)):
        return a
    _types_differ(left, right, doing)


def _nought(side: Operand) -> bool:
    """A bare 0, which is nothing of whatever it meets."""
    return side.number == 0 and side.type.unit == units.NUMBER


def _units_differ(left: Operand, right: Operand, doing: str) -> NoReturn:
    a, b = left.type.unit, right.type.unit
    notes: tuple[str, ...] = ()
    if a.is_money and b.is_money and (a.held or b.held):
        notes = ("a currency in brackets stands in that column, so row by row the two amounts may be different money",)
        tip = "bring both to one currency, each in its own source: amount_eur: money(EUR) = convert(amount, EUR, using: rates)"
    elif a.is_money and b.is_money:
        notes = ("amounts in two currencies have no common sum; one of them must be converted first",)
        tip = "convert one side: convert(amount, EUR, using: fx)"
    elif (a.dims and b.is_ratio) or (b.dims and a.is_ratio):
        amount, rate = (left, right) if a.dims else (right, left)
        notes = ("a percentage is a share of an amount, not an amount",)
        tip = (
            f"multiply by it: {amount.span.text} * {rate.span.text}"
            if doing != "compare"
            else f"compare with a value in {amount.type.unit}"
        )
    elif right.number is not None and a.dims:
        tip = (
            f"give the number its unit: {right.span.text} {_spelled(a)}"
            if a.is_money or a == units.DURATION
            else f"compare with a value in {a}"
        )
    elif left.number is not None and b.dims:
        tip = (
            f"give the number its unit: {left.span.text} {_spelled(b)}"
            if b.is_money or b == units.DURATION
            else f"compare with a value in {b}"
        )
    elif {a.flavour, b.flavour} == {"count", "ratio"} and not a.dims and not b.dims:
        notes = ("a percentage is a share of something, a count is a number of things",)
        tip = "multiply the count by the percentage, or divide it by another count first"
    else:
        tip = "bring both sides to one unit, for example by dividing or multiplying"
    fail(
        "KPI050",
        f"cannot {doing} {left.words} and {right.words}",
        left.span.to(right.span) if left.span.source == right.span.source else left.span,
        labels=(Label(left.span, left.words), Label(right.span, right.words)),
        notes=notes,
        help=tip,
    )


def _spelled(unit: units.Unit) -> str:
    return "days" if unit == units.DURATION else str(unit.currency or unit)


def _unquoted(left: Operand, right: Operand) -> str:
    """A day or a moment that was written as a text, as it can be compared."""
    told, other = (left, right) if left.type.kind == "text" else (right, left)
    found = re.fullmatch(r"""["'](\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?["']""", told.span.text)
    day, time = found.groups() if found else ("2026-01-31", None)
    if other.type.kind == "date":
        return f"write the date without quotes: {day}"
    if time is not None:
        return f"write the moment without quotes: {day}T{time}"
    return f"compare its day with a date without quotes: date({other.span.text}) and {day}"


def _types_differ(left: Operand, right: Operand, doing: str) -> NoReturn:
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"timestamp"}:
        clocks = f"one clock is that of {left.type.zone or 'UTC'}, the other of {right.type.zone or 'UTC'}"
        tip = f"{clocks}: compare their days with date(…), or land both in one zone"
    elif kinds == {"date", "timestamp"}:
        stamp = left if left.type.kind == "timestamp" else right
        tip = f"take the day of the timestamp: date({stamp.span.text})"
    elif kinds == {"date", "text"} or kinds == {"timestamp", "text"}:
        tip = _unquoted(left, right)
    elif "text" in kinds and kinds & {"int", "number", "decimal"}:
        tip = "convert the text: number(…), or quote the number if it is a code"
    elif "duration" in kinds:
        tip = "write a length of time with its unit: 3 days"
    elif "bool" in kinds:
        side = left if left.type.kind == "bool" else right
        tip = f"it is true or false already: write `{side.span.text}` alone, or `not {side.span.text}`"
    else:
        tip = "convert one side: there are no silent conversions"
    fail(
        "KPI051",
        f"cannot {doing} {left.words} and {right.words}",
        left.span.to(right.span) if left.span.source == right.span.source else left.span,
        labels=(Label(left.span, left.words), Label(right.span, right.words)),
        help=tip,
    )


def same_zone(a: Type, b: Type) -> bool:
    """Whether two timestamps are read off the same clock; none declared is UTC."""
    return (a.zone or "UTC") == (b.zone or "UTC")


def arithmetic(op: str, left: Operand, right: Operand) -> Type:
    """The type of `left op right` for + - * /; date arithmetic is the caller's."""
    a, b = left.type, right.type
    words = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}[op]
    for side in (left, right):
        if not (side.type.is_numeric or side.type.kind in ("duration", "null")):
            fail(
                "KPI051",
                f"cannot {words} {side.words}",
                side.span,
                help="numbers and durations can be calculated with; text and dates have functions" if side.type.kind == "text" else "",
            )
    if op in "+-":
        return common(left, right, words)
    if a.kind == "null" or b.kind == "null":
        return NULL
    unit = units.multiply(a.unit, b.unit) if op == "*" else units.divide(a.unit, b.unit)
    if op == "/" or a.kind == "duration" or b.kind == "duration":
        return Type("duration", unit) if unit == units.DURATION else Type("number", unit)
    return Type(_wider(a, b), unit)


def comparison(op: str, left: Operand, right: Operand) -> Type:
    """Checks that two sides may be compared; the result is a bool."""
    kind = common(left, right, "compare")
    if kind.kind in ("records", "json"):
        fail("KPI051", f"cannot compare {describe(kind)}", left.span, help='take a value out first: get(column, "key")')
    if kind.kind == "bool" and op not in ("=", "<>"):
        fail("KPI051", "true and false have no order", left.span.to(right.span), help="use = or <>")
    return BOOL


def held_against(metric: Operand, value: Operand) -> None:
    """Checks that a target, an aim or a threshold is in the unit of its metric."""
    try:
        comparison("<", metric, value)
    except KpiError as error:
        found = error.diagnostics[0]
        if found.code != "KPI050":
            raise
        fail(
            "KPI050",
            f"`{' '.join(metric.span.text.split())}` is {_measured(metric)}, and this is {_measured(value)}",
            value.span,
            labels=(Label(metric.span, metric.words),),
            notes=found.notes,
            help=_in_its_unit(metric.type, value),
        )


def _measured(side: Operand) -> str:
    return f"in {side.words}" if side.type.is_numeric and side.type.unit.dims else side.words


def _in_its_unit(kind: Type, value: Operand) -> str:
    number = next(iter(re.findall(r"[\d_.]+", value.span.text)), "") if value.number is not None else ""
    if kind.kind == "duration" or kind.unit == units.DURATION:
        return f"write a length of time: {number or 3} days"
    if kind.unit.currency:
        return f"write an amount in its currency: {number or '500_000'} {kind.unit.currency}"
    if kind.unit.is_ratio:
        return f"write a percentage: {number or 12}%"
    return f"write a number of them: {number or 500}" if kind.unit.is_count else f"write {describe(kind)}"


def condition(side: Operand, where: str) -> None:
    """A condition must be true or false."""
    if side.type.kind not in ("bool", "null"):
        fail("KPI052", f"{where} needs something true or false, this is {side.words}", side.span, help="compare it with something: … = …")


def all_common(sides: Sequence[Operand], doing: str) -> Type:
    """The common type of several operands."""
    so_far = sides[0]
    for side in sides[1:]:
        kind = common(so_far, side, doing)
        nought = so_far.number == 0 and side.number == 0
        so_far = Operand(kind, so_far.span, 0 if nought else None)
    return so_far.type


def fits(declared: Type, actual: Type) -> str | None:
    """Why a value of type `actual` cannot be what is declared; None where it can. Plain numbers take a declared unit."""
    if actual.kind == "null":
        return None
    if declared.is_numeric and actual.is_numeric:
        free = actual.unit == units.NUMBER or (declared.unit == units.NUMBER and not actual.unit.dims)
        if not free and not (declared.unit.dims == actual.unit.dims and (declared.unit.dims or _relabels(declared.unit, actual.unit))):
            return f"its unit is {describe(actual)}"
        if declared.kind == "int" and actual.kind in ("number", "decimal"):
            return "it may have a fraction; cut it off with int(…) or floor(…), or declare it as a number"
        return None
    if declared.kind == "duration" and actual.kind == "duration":
        return None
    if declared.kind == actual.kind == "timestamp" and not same_zone(declared, actual):
        zone = f' in "{actual.zone}"' if actual.zone else ""
        return f"its clock is that of {actual.zone or 'UTC'}: write timestamp{zone}"
    if declared.kind != actual.kind:
        return f"it is {describe(actual)}"
    return None


def _relabels(declared: units.Unit, actual: units.Unit) -> bool:
    """A ratio may be declared as points or a number, points as a number; a count never becomes a percentage by declaration."""
    return declared.flavour == actual.flavour or (actual.flavour, declared.flavour) in {
        ("ratio", "points"),
        ("ratio", "number"),
        ("count", "points"),
        ("points", "number"),
        ("count", "number"),
    }
