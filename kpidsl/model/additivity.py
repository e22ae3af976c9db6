"""Additivity: which numbers may be summed. Comes in: metric trees and columns. Goes out: the additivity of a metric, and for a column the
reason why it must never be summed."""

from __future__ import annotations

from kpidsl.model.expr import CaseOf, Expr, Field, Fn, Lit
from kpidsl.model.expr import walk as parts_of
from kpidsl.model.known import Known
from kpidsl.model.model import Aggregate, Constant, Formula, Mature, MetricExpr, Moved, Ref, SourceModel, aggregates


def additivity(expr: MetricExpr) -> str:
    """additive: parts sum to the whole over every dimension. semi-additive: over all but time. non-additive: recomputed from rows."""
    match expr:
        case Aggregate():
            stock = expr.pick is not None or expr.alive is not None
            return "non-additive" if not expr.additive else "semi-additive" if stock else "additive"
        case Constant():
            return "additive" if expr.value == 0 else "non-additive"
        case Ref():
            return additivity(expr.value)
        case Formula(op="add" | "sub" | "neg"):
            found = {additivity(a) for a in expr.args}
            return "additive" if found == {"additive"} else "semi-additive" if found <= {"additive", "semi-additive"} else "non-additive"
        case Formula(op="mul") if any(_is_fixed(a) for a in expr.args):
            return next((additivity(a) for a in expr.args if not _is_fixed(a)), "non-additive")
        case Formula(op="div") if _is_fixed(expr.args[1]):
            return additivity(expr.args[0])
        case Moved():
            return "semi-additive" if additivity(expr.value) != "non-additive" else "non-additive"
        case Mature():
            return additivity(expr.value)
        case _:
            return "non-additive"


def _is_fixed(expr: MetricExpr) -> bool:
    """Whether a number depends on no rows: 1.22, or 1 - vat."""
    return not aggregates(expr)


def why_not_additive(resolver: Known, source: SourceModel, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> str:
    """Why a column must not be summed; '' where it may."""
    column = source.columns.get(name)
    if (source.name, name) in seen:
        return ""
    seen |= {(source.name, name)}
    if column is None:
        hidden = source.aggregates.get(name)
        if hidden is None:
            return ""
        func = hidden.agg.func
        words = {
            "count_distinct": "distinct counts",
            "avg": "averages",
            "percentile": "percentiles",
            "stddev": "deviations",
            "variance": "variances",
        }
        if func in words:
            return f"it holds {words[func]}"
        if func not in ("count", "count_rows"):
            child = resolver.sources[hidden.child]
            for field in (a for a in hidden.agg.args if isinstance(a, Field)):
                why = why_not_additive(resolver, resolver.walk_to(child, field.path), field.name, seen)
                if why:
                    return why
        return ""
    if not column.additive:
        return column.why_not_additive or "it is declared `not additive`"
    if column.expr is None:
        return ""
    hidden_parts = [f for f in value_fields(column.expr) if not f.path and f.name in source.aggregates]
    if hidden_parts and any(isinstance(e, Fn) and e.op == "div" for e in parts_of(column.expr)) and not _constant_divisor(column.expr):
        return "it holds ratios"
    for field in value_fields(column.expr):
        why = why_not_additive(resolver, resolver.walk_to(source, field.path), field.name, seen)
        if why:
            return why
    return ""


def _constant_divisor(expr: Expr) -> bool:
    return all(isinstance(e.args[1], Lit) for e in parts_of(expr) if isinstance(e, Fn) and e.op == "div")


def value_fields(expr: Expr) -> list[Field]:
    """The fields that a value is made of, without those that only decide which value it is."""
    match expr:
        case Field():
            return [expr]
        case CaseOf():
            branches = [v for _, v in expr.whens] + ([expr.otherwise] if expr.otherwise is not None else [])
            return [f for b in branches for f in value_fields(b)]
        case Fn(
            op="coalesce"
            | "least"
            | "greatest"
            | "add"
            | "sub"
            | "mul"
            | "div"
            | "neg"
            | "round"
            | "floor"
            | "ceil"
            | "abs"
            | "null_if"
            | "date_diff"
            | "to_number"
            | "to_int"
            | "to_decimal"
        ):
            return [f for a in expr.args for f in value_fields(a)]
        case Fn():
            return [f for a in expr.args for f in value_fields(a)] if expr.type.is_numeric or expr.type.kind == "duration" else []
        case _:
            return []
