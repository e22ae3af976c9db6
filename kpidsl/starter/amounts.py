"""Numbers of the past as targets. Comes in: a value and the type of its metric. Goes out: the same value rounded to what people would say,
never harder to reach than it was, as `.kpi` text; and the exact one in words.
"""

from __future__ import annotations

import math
from decimal import Decimal

from kpidsl.model.expr import Type
from kpidsl.model.types import CURRENCIES


def rounded(value: float, direction: str, whole: bool = False) -> Decimal:
    """Two leading digits and a half: 412,300 is 410,000, 1,087 is 1,050, 47.23 is 47; down where higher is better, else up. A step is
    at most a twentieth of the value. `whole`: nothing behind the point."""
    if value == 0:
        return Decimal(0)
    exponent = math.floor(math.log10(abs(value))) - 1
    step = Decimal(5).scaleb(exponent - 1)
    if whole and step < 1:
        step = Decimal(1)
    exact = Decimal(repr(value)) / step
    steps = math.ceil(exact.quantize(Decimal("1e-6"))) if direction == "lower" else math.floor(exact.quantize(Decimal("1e-6")))
    return steps * step


def literal(value: float, type: Type, format: str, direction: str) -> str | None:
    """A target that can be compared with the metric: `410_000 EUR`, `23.5%`, `47`, `36 hours`; None where none can be written."""
    unit = type.unit
    if unit.currency is not None:
        return f"{_digits(rounded(value, direction))} {unit.currency}" if unit.currency in CURRENCIES else None
    if type.kind == "duration":
        hours = rounded(value * 24, direction, whole=True)
        return f"{rounded(value, direction, whole=True)} days" if value >= 10 else f"{hours} hours" if hours % 24 else f"{hours // 24} days"
    if unit.dims:
        return None
    if unit.is_ratio and format != "x":
        return f"{_digits(rounded(value * 100, direction))}%"
    return _digits(rounded(value, direction, whole=unit.is_count))


def said(value: float, type: Type, format: str) -> str:
    """As a remark says it: `412,300 EUR`, `23.4%`, `4.52`, `2.5 days`."""
    unit = type.unit
    if unit.is_ratio and format != "x":
        return f"{value:,.1%}"
    number = f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.2f}"
    if unit.currency is not None:
        return f"{number} {unit.currency}"
    return f"{number} days" if type.kind == "duration" else number


def _digits(number: Decimal) -> str:
    """`1_250_000`, `0.35`: without an exponent and zeros that say nothing."""
    text = f"{number:,f}".replace(",", "_")
    return text.rstrip("0").rstrip(".") if "." in text else text
