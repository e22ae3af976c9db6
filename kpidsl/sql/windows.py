"""Window functions: `Over` to nodes, nulls last in every order, frames in rows."""

from __future__ import annotations

from kpidsl.model.expr import Expr, Fn, Over
from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.speak import Call, Speaker
from kpidsl.sql.tree import Node

_NAMES = {
    "row_number": "ROW_NUMBER",
    "rank": "RANK",
    "sum": "SUM",
    "count": "COUNT",
    "avg": "AVG",
    "min": "MIN",
    "max": "MAX",
    "lag": "LAG",
    "lead": "LEAD",
    "first": "FIRST_VALUE",
    "last": "LAST_VALUE",
}
RANKING = ("row_number", "rank", "lag", "lead")


def window(s: Speaker, over: Over) -> Node:
    """FUNC(args) OVER (PARTITION BY … ORDER BY … ROWS BETWEEN …); count without arguments counts rows."""
    function: Node = n.call(_NAMES[over.func], *_args(s, over)) if over.args or over.func != "count" else n.count_rows()
    partition = tuple([_key(s, p) for p in over.partition])
    keys = tuple([part for key, down in over.order for part in s.order_parts(s.order(key, s.value(key), down))])
    frame = over.frame
    if frame is None and over.order and over.func not in RANKING:
        frame = (None, 0)  # the standard's default counts peers too, which no plan means
    written = tree.Window(function, partition, keys, "" if frame is None else _frame(frame))
    if over.func != "sum":
        return written
    return s.builder("total")(Call(s, Fn("total", over.args, over.type), [written]))


def _key(s: Speaker, expr: Expr) -> Node:
    value = s.value(expr)
    return s.exact(value) if s.dialect.collate_equality and expr.type.kind == "text" else value


def _args(s: Speaker, over: Over) -> list[Node]:
    args = [s.value(a) for a in over.args]
    kind = over.args[0].type.kind if over.args else ""
    if kind == "text" and over.func in ("min", "max") and s.dialect.exact_text:
        args[0] = s.exact(args[0])
    if over.func == "count" and args and not s.dialect.counts_over:
        args = [n.when(n.not_null(args[0]), n.number(1))]
    if args and not s.dialect.no_row_is_null and _may_be_empty(over):
        args[0] = n.call("toNullable", args[0])
    return args


def _may_be_empty(over: Over) -> bool:
    """Whether there may be no row to take a value from: before the first, behind the last."""
    low, high = over.frame or (None, None)
    apart = (low is not None and low > 0) or (high is not None and high < 0)
    return over.func in ("lag", "lead") or (apart and over.func in ("min", "max", "first", "last"))


def _frame(frame: tuple[int | None, int | None]) -> str:
    start, end = frame
    return f"ROWS BETWEEN {_bound(start, 'PRECEDING')} AND {_bound(end, 'FOLLOWING')}"


def _bound(rows: int | None, open_side: str) -> str:
    """Rows relative to the current one: negative before it, positive behind it, None without end."""
    if rows is None:
        return f"UNBOUNDED {open_side}"
    if rows == 0:
        return "CURRENT ROW"
    return f"{abs(rows)} {'PRECEDING' if rows < 0 else 'FOLLOWING'}"
