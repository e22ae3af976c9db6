"""Personal data. Comes in: an expression that a query would show. Goes out: nothing, or the error that a `pii` column is never shown."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model.expr import CaseOf, Expr, Field
from kpidsl.model.expr import walk as parts_of
from kpidsl.model.known import Known
from kpidsl.model.model import SourceModel
from kpidsl.span import Span


def refuse_pii(resolver: Known, root: SourceModel, expr: Expr, span: Span) -> None:
    """Personal data is never shown: not grouped by, not picked, not in a dimension."""
    for part in parts_of(expr):
        if isinstance(part, Field):
            holder = resolver.walk_to(root, part.path)
            column = holder.columns.get(part.name)
            if column is not None and (column.pii or _made_of_pii(resolver, holder, column.name)):
                fail(
                    "KPI065",
                    f"`{holder.name}.{column.name}` is personal data and is never shown",
                    span,
                    labels=(Label(column.span, "marked `pii`" if column.pii else "made of a column that is marked `pii`"),),
                    help="count people with count(distinct …), or group by something that many share",
                )


def _made_of_pii(resolver: Known, source: SourceModel, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> bool:
    """Whether a computed text or date carries personal data on; numbers and conditions made of it do not."""
    column = source.columns.get(name)
    if column is None or (source.name, name) in seen:
        return False
    if column.pii:
        return True
    seen |= {(source.name, name)}
    if source.members and column.physical is not None:
        return any(_made_of_pii(resolver, resolver.sources[member], column.physical, seen) for member in source.members)
    if column.expr is None or column.type.kind not in ("text",):
        return False

    for part in parts_of(column.expr):
        if isinstance(part, Field):
            if part.name in source.aggregates and not part.path:
                hidden = source.aggregates[part.name]
                child = resolver.sources[hidden.child]
                if hidden.agg.func in ("any", "min", "max", "first", "last") and any(
                    isinstance(a, Field) and _made_of_pii(resolver, resolver.walk_to(child, a.path), a.name, seen)
                    for a in hidden.agg.args[:1]
                ):
                    return True
            elif not _inside_condition(column.expr, part) and _made_of_pii(resolver, resolver.walk_to(source, part.path), part.name, seen):
                return True
    return False


def _inside_condition(expr: Expr, field: Field) -> bool:
    """Whether a field only decides which value is taken."""
    if isinstance(expr, CaseOf):
        values = [v for _, v in expr.whens] + ([expr.otherwise] if expr.otherwise is not None else [])
        return not any(field in list(parts_of(v)) for v in values)
    return expr.type.kind == "bool"
