"""Needs: the metrics that a module asks of whoever uses it. Comes in: a need in the scope of a module's instance. Goes out: the metric that
stands for it, or one error that names all that are missing."""

from __future__ import annotations

from typing import NoReturn

from kpidsl.diagnostic import Label, fail
from kpidsl.model import types, units
from kpidsl.model.additivity import additivity
from kpidsl.model.expr import Type
from kpidsl.model.grain import paths
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import MetricModel, Ref
from kpidsl.model.names import Entry, Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rules import describe, fits
from kpidsl.span import Span
from kpidsl.syntax import ast


def supplied(resolver: Questions, entry: Entry, span: Span) -> MetricModel:
    """What a module needs: bound by `with`, else the user's metric of the same name."""
    decl = entry.decl
    assert isinstance(decl, ast.Need)
    scope = entry.scope
    if scope.user is None:
        fail(
            "KPI044",
            f"`{entry.name}` is needed here, and nobody supplies it",
            decl.name.span,
            help=f"`need` belongs in a module; here write metric {entry.name} = …",
        )
    bound = scope.bindings.get(entry.name)
    if bound is not None:
        node, where = bound
        expr = MetricResolver(resolver, where).resolve(node)
        at = node.span
    else:
        own = scope.user.entries.get(("metric", entry.name))
        if own is None or own is entry:
            _missing(resolver, entry, span)
        scope.user.used.add(("metric", entry.name))
        model = resolver.metric(own, span)
        expr, at = Ref(model.name, model.expr, model.type), model.span
    _must_fit(entry, decl, expr.type, at)
    return MetricModel(entry.key, decl.label or "", expr, expr.type, additivity(expr), decl.name.span, module=scope.prefix.rstrip("."))


def _must_fit(entry: Entry, decl: ast.Need, kind: Type, at: Span) -> None:
    wanted = types.declared(decl.type)
    same_money = wanted.unit.currency == types.ANY_CURRENCY and kind.unit.is_money
    why = None if same_money else "its unit is " + describe(kind) if wanted.unit.currency == types.ANY_CURRENCY else fits(wanted, kind)
    if why is None and wanted.unit.is_count and not kind.unit.is_count and kind.unit != units.NUMBER:
        why = f"its unit is {describe(kind)}"
    if why is not None:
        fail(
            "KPI046",
            f"`{entry.name}` must be {describe(wanted) if not same_money and wanted.unit.currency != '*' else 'money'}, but {why}",
            at,
            labels=(Label(decl.name.span, "needed here"),),
            help="bind a metric of that unit",
        )


def _missing(resolver: Questions, entry: Entry, span: Span) -> NoReturn:
    """One error for all needs of this use of the module that nobody supplies; silent where a binding misspells this one."""
    scope = entry.scope
    if entry.name in scope.misbound or (scope.user is not None and scope.user.is_lost(entry.name)):
        raise resolver.silent()
    missing = [need for need in _wanted(scope) if not _is_supplied(scope, need)] or [entry]
    resolver.broken.update(("metric", need.key) for need in missing)
    module = scope.prefix.rstrip(".")
    names = [need.name for need in missing]
    shown = f"`{names[0]}`" if len(names) == 1 else f"{', '.join(f'`{name}`' for name in names[:-1])} and `{names[-1]}`"
    binding = ", ".join(f"{name} = …" for name in names[:3]) + (", …" if len(names) > 3 else "")
    first = f"declare metric {names[0]} = …, or bind another one" if len(names) == 1 else "declare metrics of these names, or bind others"
    fail(
        "KPI044",
        f"`{module}` needs {shown}, and nobody supplies {'it' if len(names) == 1 else 'them'}",
        scope.used_at or span,
        labels=tuple(Label(need.name_span, getattr(need.decl, "label", None) or "needed here") for need in missing),
        help=f"{first}: use {module} (…) with {binding}",
    )


def _is_supplied(scope: Scope, need: Entry) -> bool:
    own = scope.user.entries.get(("metric", need.name)) if scope.user is not None else None
    return need.name in scope.bindings or need.name in scope.misbound or (own is not None and own is not need)


def _wanted(scope: Scope) -> list[Entry]:
    """The needs of a module that the metrics which its user takes lean on, in the module's order."""
    assert scope.user is not None
    waiting = [e for key in scope.user.imported if (e := scope.user.entries.get(key)) is not None and e.scope is scope]
    seen: set[str] = set()
    while waiting:
        entry = waiting.pop()
        if entry.name not in seen and isinstance(entry.decl, ast.Metric | ast.Need):
            seen.add(entry.name)
            names = [path.text for path, _ in paths(entry.decl.expr, False)] if isinstance(entry.decl, ast.Metric) else []
            waiting += [inner for name in names if (inner := scope.entries.get(("metric", name))) is not None and inner.scope is scope]
    return [entry for entry in scope.of("metric") if isinstance(entry.decl, ast.Need) and entry.name in seen]
