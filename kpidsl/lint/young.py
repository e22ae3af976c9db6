"""Who began lately had less time than others. Without a window nobody is ever done, and where a window is not over yet the latest period
looks worse than it will be. Retention, churn and lifetime value leave the young out by themselves (S24), so nothing is said of them."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.lint.facts import Facts, advice
from kpidsl.model.derived import Credits, Happenings, Starts
from kpidsl.model.expr import Field, Fn, conjuncts
from kpidsl.model.model import Aggregate, FunnelModel, Mature, MetricExpr, Ref, parts
from kpidsl.span import Span
from kpidsl.syntax import ast

NO_WINDOW, YOUNG = "KPI322", "KPI323"
_DAYS = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
Window = tuple[int, str]


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Funnels and conversions without a window; and what is judged period by period while its youngest starts may still come through."""
    yield from _endless(facts)
    for path, what in _judged(facts):
        expr = facts.expr(path)
        window = None if expr is None else _open_window(facts, expr)
        if window is not None:
            length = _said(window)
            yield advice(
                Severity.HINT,
                YOUNG,
                f"{what} judges `{path.span.text}` before everybody had {length}",
                path.span,
                notes=("who began lately may still come through, so the latest period always looks worse than it will be",),
                help=f"judge it when it is over: metric NAME = {path.span.text} {{ mature after {length} }}",
            )


def _endless(facts: Facts) -> Iterator[Diagnostic]:
    for decl in facts.own(ast.Funnel):
        starts = _funnel(facts, decl).starts
        if starts is not None and starts.within is None:
            yield _told(decl.name.span, f"the funnel `{decl.name.text}` has no window", "write how long it may take: within 30 days")
    for metric in facts.own(ast.Metric):
        found = facts.metric(ast.Path(metric.name.span, (metric.name,)))
        for leaf in _written(found.expr) if found is not None else ():
            made = _made(facts, leaf)
            if isinstance(made, Credits) and made.within is None:
                message = f"`{metric.name.text}` follows conversions without a window"
                yield _told(leaf.span, message, "write how long it may take: within: 30 days")
                break


def _told(span: Span, message: str, how: str) -> Diagnostic:
    note = "who began a year ago had a year to come through, who began yesterday a day: the latest periods look worst, whatever happens"
    return advice(Severity.HINT, NO_WINDOW, message, span, notes=(note,), help=how)


def _funnel(facts: Facts, decl: ast.Funnel) -> FunnelModel:
    return facts.compiled.resolver.funnel(facts.compiled.scope.entries["funnel", decl.name.text])


def _written(expr: MetricExpr) -> Iterator[Aggregate]:
    """What is added up in the words of a metric itself, and not in a metric that it names."""
    if isinstance(expr, Aggregate):
        yield expr
    elif not isinstance(expr, Ref):
        for part in parts(expr):
            yield from _written(part)


def _made(facts: Facts, leaf: Aggregate) -> Happenings | None:
    return facts.compiled.model.sources[leaf.source].events


def _judged(facts: Facts) -> Iterator[tuple[ast.Path, str]]:
    """What is held against a target or a threshold in each of its periods, and who does."""
    for kpi in facts.own(ast.Kpi):
        if any(isinstance(item, ast.Target | ast.TargetFrom) for item in kpi.items):
            yield kpi.metric, "the KPI"
    for alert in facts.own(ast.Alert):
        for watch in ast.pick(alert.items, ast.Watch):
            if isinstance(watch.value, ast.Path):
                yield watch.value, f"`{alert.name.text}`"


def _open_window(facts: Facts, expr: MetricExpr, waited: float = 0) -> Window | None:
    """A window in which somebody may still come through when the value is judged. `waited`: for so many days after a period it is null."""
    if isinstance(expr, Mature):
        waited = max(waited, expr.amount * _DAYS[expr.unit])
    if isinstance(expr, Aggregate):
        made = _made(facts, expr)
        window = made.within if isinstance(made, Starts | Credits) and _asks_who_came(made, expr) else None
        return window if window is not None and window[0] * _DAYS[window[1]] > waited else None
    return next((found for part in parts(expr) if (found := _open_window(facts, part, waited)) is not None), None)


def _asks_who_came(made: Starts | Credits, leaf: Aggregate) -> bool:
    """Whether a count is of those that came on, and not of all that began."""
    if isinstance(made, Credits):
        return True
    later = {stage.at for stage in made.stages[1:]}
    tests = (test for condition in leaf.filters for test in conjuncts(condition) if isinstance(test, Fn) and test.op == "is_not_null")
    return any(isinstance(test.args[0], Field) and test.args[0].name in later for test in tests)


def _said(window: Window) -> str:
    amount, unit = window
    return f"{amount} {unit}{'' if amount == 1 else 's'}"
