"""Metrics at other periods than the query's. Comes in: a call such as `trailing(revenue, 28 days)` or `growth(aov, 1 year)`. Goes out: a
`Moved` metric; `framed` pushes the moves of a tree down to its aggregates, so that a ratio is divided after both sides have moved (S7)."""

from __future__ import annotations

from collections.abc import Mapping

from kpidsl.diagnostic import fail
from kpidsl.model import units
from kpidsl.model.expr import INT, Agg, Type
from kpidsl.model.functions import GRAINS
from kpidsl.model.model import (
    Aggregate,
    DailyAverage,
    Edge,
    Formula,
    Mature,
    MetricExpr,
    Move,
    Moved,
    Ref,
    Running,
    Shift,
    SourceModel,
    ToDate,
    Trailing,
    Window,
    aggregates,
    contains,
    parts,
    rebuilt,
)
from kpidsl.model.rules import Operand, arithmetic
from kpidsl.record import replace
from kpidsl.syntax import ast


def moved(node: ast.Call, value: MetricExpr, operand: Operand, rest: list[ast.Expr]) -> MetricExpr:
    """The metric that a call over time stands for; `rest` are its plain arguments after the metric."""
    move = _move(node, rest)
    if isinstance(move, Window):
        _check_window(node, value)
    if node.name.text == "trailing" and _read(node) == "average":
        return DailyAverage(Moved(value, move, value.type, node.span), _divided(value.type), node.span)
    if node.name.text != "growth":
        return Moved(value, move, value.type, node.span)
    arithmetic("-", operand, operand)
    arithmetic("/", operand, operand)
    assert isinstance(move, Shift)
    return growth(value, Moved(value, move, value.type, node.span), move)


def growth(now: MetricExpr, then: Moved, move: Shift) -> Formula:
    """The change since then. Both sides go as far as a running period is over: a shift by nothing cuts today's side as well (S14)."""
    same_part = now if move.whole else Moved(now, replace(move, amount=0), now.type, then.span)
    return Formula("growth", (same_part, then), Type("number", units.RATIO))


def check_hours(expr: MetricExpr, sources: Mapping[str, SourceModel]) -> None:
    """KPI125 for a window of hours over what knows days only, whoever asks for it and how."""
    if isinstance(expr, Moved) and isinstance(expr.move, Trailing) and expr.move.unit == "hour":
        for leaf in aggregates(expr.value):
            own = sources[leaf.source].time
            time = leaf.time.type if leaf.time is not None else sources[leaf.source].columns[own].type if own is not None else None
            if time is not None and time.kind == "date":
                fail("KPI125", f"this looks at hours, and `{leaf.source}` knows days only", expr.span, help="use a window of days")
    for part in parts(expr):
        if not isinstance(part, Ref):  # which is told where it is declared
            check_hours(part, sources)


def _move(node: ast.Call, rest: list[ast.Expr]) -> Move:
    match node.name.text:
        case "trailing":
            amount, unit = _length(rest[0])
            read = _read(node)
            return Trailing(amount, unit, "last" if read == "average" else read)
        case "prior" | "growth":
            return Shift(*_length(rest[0]))
        case "to_date":
            return ToDate(_grain(node, rest[0]))
        case "running":
            return Running()
        case _:
            return Edge(_grain(node, rest[0]), node.name.text == "at_end")


def _divided(kind: Type) -> Type:
    """The type of an average of such values."""
    return kind if kind.kind == "duration" else replace(kind, kind="number", precision=None)


def _read(node: ast.Call) -> str:
    """What a coarser period shows of a window."""
    return next((a.value.span.text for a in node.args if a.name is not None and a.name.text == "read"), "last")


def _length(value: ast.Expr) -> tuple[int, str]:
    assert isinstance(value, ast.Duration)
    if value.unit not in GRAINS:
        fail("KPI053", f"`{value.span.text}` is finer than an hour", value.span, help="write hours, days, weeks, months, quarters or years")
    return value.amount, value.unit


def _grain(node: ast.Call, value: ast.Expr) -> str:
    word = value.span.text
    if word not in (*GRAINS, "half"):
        fail("KPI190", f"this version cannot compute `{node.name.text}` by {word} yet", value.span, help="use month, quarter or year")
    return word


def _check_window(node: ast.Call, value: MetricExpr) -> None:
    """A window over a window would look at the inner one's last day only, and a stock has a value at a moment, not over days."""
    name = node.name.text
    for inner in _moves(value):
        if isinstance(inner.move, (*Window.__args__, Edge)):
            fail(
                "KPI064",
                f"`{name}` over `{inner.span.text}` would see nothing but its last day",
                node.span,
                notes=("a window takes the rows of its days; the inner one has chosen its own days already",),
                help="keep one of the two windows",
            )
    for leaf in aggregates(value):
        if leaf.alive is not None:
            fail(
                "KPI064",
                f"`{name}` over rows that are alive: a stock is counted at a moment, not over days",
                node.span,
                help="ask for it as it is, or for the difference to an earlier period: growth, prior",
            )


def _moves(expr: MetricExpr) -> list[Moved]:
    own = [expr] if isinstance(expr, Moved) else []
    return own + [m for part in parts(expr) for m in _moves(part)]


def mature(value: MetricExpr, item: ast.Mature) -> Mature:
    """`mature after 12 months`: a period counts once it has been over for so long."""
    if item.after.unit not in GRAINS[1:]:
        fail("KPI053", f"`{item.after.span.text}` is finer than a day", item.after.span, help="write days, weeks, months or years")
    return Mature(value, item.after.amount, item.after.unit, value.type)


def is_moved(expr: MetricExpr) -> bool:
    """Whether anything in the tree looks at another period than the query's."""
    return contains(expr, (Moved, Mature))


def framed(expr: MetricExpr, frame: tuple[Move, ...] = ()) -> MetricExpr:
    """The tree with its moves in the frames of its aggregates, outermost first."""
    match expr:
        case Moved():
            return framed(expr.value, (*frame, expr.move))
        case Mature():
            return replace(expr, value=framed(expr.value, frame), frame=frame)
        case DailyAverage():
            return _daily(expr, frame)
        case Aggregate() if expr.agg.func == "avg" and expr.pick is None and any(isinstance(m, Window) for m in frame):
            return _average(expr, frame)
        case Aggregate():
            return replace(expr, frame=frame)
        case _:
            return rebuilt(expr, lambda part: framed(part, frame))


def _daily(expr: DailyAverage, frame: tuple[Move, ...]) -> DailyAverage:
    if frame:
        fail(
            "KPI064",
            f"`{expr.span.text}` is asked for at another period than the query's",
            expr.span,
            notes=("an average over the days of a period is computed for the periods that are shown only",),
            help="compare windows by their last day (read: last), or ask for the other period by itself",
        )
    return replace(expr, value=framed(expr.value))


def _average(leaf: Aggregate, frame: tuple[Move, ...]) -> MetricExpr:
    """Sum and count, which add up over the days of a window; divided after."""
    value = leaf.agg.args[0]
    total = replace(leaf, agg=Agg("sum", (value,), value.type), type=value.type, name=f"{leaf.name}_sum", frame=frame, fill=False)
    count = replace(leaf, agg=Agg("count", (value,), INT), type=INT, name=f"{leaf.name}_count", frame=frame, fill=False)
    return Formula("div", (replace(total, additive=True), replace(count, additive=True)), leaf.type)
