"""Parameters. Comes in: `param vat: percent = 22%`, and what kpi.toml or the command line says instead. Goes out: a typed value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kpidsl.diagnostic import KpiError, fail
from kpidsl.model import types
from kpidsl.model.expr import Lit, Type
from kpidsl.model.model import ParamModel
from kpidsl.model.names import Entry
from kpidsl.model.rows import literal
from kpidsl.model.rules import describe, fits
from kpidsl.record import replace
from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.parse import parse_expression


def parameter(entry: Entry, overrides: dict[str, object]) -> ParamModel:
    """The parameter with its value; KPI053 and KPI054 for values that are none."""
    decl = entry.decl
    assert isinstance(decl, ast.Param)
    kind = types.declared(decl.type)
    if kind.unit.currency == types.ANY_CURRENCY:
        fail("KPI041", "`money` needs its currency", decl.type.span, help="write money(EUR)")
    given = overrides.get(entry.name)
    default = decl.default if entry.name not in overrides else _written(given, kind, entry.name)
    if default is not None:
        value = _literal(default)
        if kind.kind == value.type.kind == "timestamp":  # it stands on the clock that the parameter declares
            value = replace(value, type=kind)
        why = fits(kind, value.type)
        if why is not None:
            fail(
                "KPI054",
                f"`{entry.name}` is declared as {describe(kind)}, but {why}",
                default.span,
                help="change the type or the value",
            )
    elif entry.name in overrides:
        value = _override(given, kind, decl)
    else:
        fail(
            "KPI053",
            f"the parameter `{entry.name}` has no value",
            decl.span,
            help="give it a default: = 22%, or set it in kpi.toml under [params]",
        )
    return ParamModel(entry.key, decl.label or "", kind, replace(value, type=kind), decl.name.span)


def _literal(node: ast.Expr) -> Lit:
    value = literal(node)
    if value is None and isinstance(node, ast.Unary):
        inner = literal(node.value)
        if inner is not None and inner.type.is_numeric and isinstance(inner.value, (int, Decimal)):
            value = replace(inner, value=-inner.value)
    if value is None:
        fail("KPI053", "a parameter's value is written out, not computed", node.span, help="write a number, text or date")
    return value


def _written(value: object, kind: Type, name: str) -> ast.Expr | None:
    """A value that kpi.toml or the command line gives as text, `22%` or `25 EUR`, read as the language reads it; None for other values."""
    if not isinstance(value, str) or kind.kind == "text":
        return None
    node, found = parse_expression(Source(f"<{name}>", value))
    if found or node is None:
        raise KpiError(*found)
    return node


def _override(value: object, kind: Type, decl: ast.Param) -> Lit:
    made: object = value
    if kind.is_numeric and isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        made = value if isinstance(value, int) else Decimal(str(value))
    elif kind.kind == "date" and isinstance(value, str):
        try:
            made = dt.date.fromisoformat(value)
        except ValueError:
            made = None
    good = (
        (kind.is_numeric and isinstance(made, (int, Decimal)))
        or (kind.kind == "text" and isinstance(made, str))
        or (kind.kind == "bool" and isinstance(made, bool))
    )
    good = good or (kind.kind == "date" and isinstance(made, dt.date))
    if not good:
        fail(
            "KPI054",
            f"`{decl.name.text}` is {describe(kind)}, the value given for it is {value!r}",
            decl.span,
            help="mend [params] in kpi.toml, or the command line",
        )
    return Lit(made, kind)  # type: ignore[arg-type]
