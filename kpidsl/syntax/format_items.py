"""Items of declarations as rows of cells. Comes in: a node. Goes out: a `Row`, whose cells `format.py` aligns with those of its
neighbours, or a `Row` of several lines where one is too long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kpidsl.record import dataclass, field
from kpidsl.syntax import ast
from kpidsl.syntax.format_expr import (
    WIDTH,
    format_block,
    format_by,
    format_condition,
    format_duration,
    format_expr,
    format_field,
    format_long_text,
    format_moment,
    format_name,
    format_path,
    format_query,
    format_sum,
    format_text,
    format_type,
    layout_expr,
    layout_query,
)


@dataclass(slots=True)
class Row:
    """One item or the head of one declaration.

    cells: its text in columns, for rows of the same kind to align. lines: the same where it takes several lines, relative to its own
    indentation. items: what stands in its braces, if it has any.
    """

    kind: str
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    items: tuple[Any, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(cell for cell in self.cells if cell)


def item_row(node: Any) -> Row:
    """The row of an item."""
    return _ROWS[type(node)](node)


def braced(items: tuple[Any, ...]) -> str:
    """`{ pii  describe "…" }`, or nothing."""
    return f"{{ {'  '.join(item_row(item).text + _inner(item) for item in items)} }}" if items else ""


def _inner(item: Any) -> str:
    inner = item_row(item).items
    return f" {braced(inner)}" if inner else ""


# ---------------------------------------------------------------- helpers


def label_text(label: str | None) -> str:
    return "" if label is None else f" {format_text(label)}"


def _kv(word: str, rest: str = "") -> Row:
    return Row("word", [word, rest] if rest else [word])


def names_text(names: tuple[ast.Ident, ...]) -> str:
    return ", ".join(format_name(name.text) for name in names)


def _list(values: tuple[Any, ...]) -> str:
    return ", ".join(map(format_sum, values))


def with_expr(kind: str, cells: list[str], expr: ast.Expr, items: tuple[Any, ...] = ()) -> Row:
    """`head = formula`, or the formula on lines of its own."""
    one = f"= {format_expr(expr)}"
    head = " ".join(cells)
    if len(head) + 1 + len(one) <= WIDTH and "\n" not in one:
        return Row(kind, [*cells, one], items=items)
    lines = layout_expr(expr, WIDTH - 4)
    if len(lines) == 1 and "\n" in lines[0]:
        return Row(kind, lines=[f"{head} = {lines[0]}"], items=items)
    return Row(kind, lines=[f"{head} =", *(f"  {line}" for line in lines)], items=items)


def _with_query(head: str, query: ast.Query, tail: str = "") -> Row:
    """`show QUERY as line`, or one clause a line."""
    lines = layout_query(query, WIDTH - len(head) - len(tail) - 5)
    lines[-1] += tail
    word, _, rest = head.partition(" ")
    if len(lines) == 1:
        return Row("word", [word, f"{rest} {lines[0]}" if rest else lines[0]])
    return Row("word", lines=[f"{head} {lines[0]}", *lines[1:]])


# ---------------------------------------------------------------- items


def _column(node: ast.Column) -> Row:
    cells = [f"{format_field(node.name.text)}:", f"{format_type(node.type)}{label_text(node.label)}"]
    if node.expr is None:
        return Row("column", cells, items=node.items)
    return with_expr("column", cells, node.expr, node.items)


def _join(node: ast.Join) -> Row:
    pairs = ", ".join(format_name(p.left.text) + ("" if p.left == p.right else f" = {format_name(p.right.text)}") for p in node.on)
    parts = [f"join {node.kind} {format_field(node.role.text)}: {format_name(node.target.text)}"]
    if node.on:
        parts[0] += f" on ({pairs})" if len(node.on) > 1 else f" on {pairs}"
    if node.during is not None:
        parts.append(f"during {format_moment(node.during)}")
    if node.before is not None:
        parts.append(f"before {format_path(node.before)}")
    if node.after is not None:
        parts.append(f"after {format_path(node.after)}")
    if node.within is not None:
        parts.append(f"within {format_duration(node.within)}")
    if node.where is not None:
        parts.append(f"where {format_condition(node.where)}")
    one = " ".join(parts)
    return Row("join", [one]) if len(one) <= WIDTH else Row("join", lines=[parts[0], *(f"  {part}" for part in parts[1:])])


def _better(node: ast.Better) -> Row:
    if node.direction == "between" and node.low is not None and node.high is not None:
        return _kv("better", f"between {format_sum(node.low)} and {format_sum(node.high)}")
    return _kv("better", node.direction)


def _format(node: ast.FormatItem) -> Row:
    return _kv("format", format_name(node.text) if node.text.isidentifier() else format_text(node.text))


def _change(node: ast.Change) -> Row:
    return _kv(node.direction, format_sum(node.amount) + (f" over {format_moment(node.over)}" if node.over is not None else ""))


def _reach(node: ast.Reach) -> Row:
    return _kv("reach", format_sum(node.amount) + (f" from {format_sum(node.from_)}" if node.from_ is not None else ""))


def _target(node: ast.Target) -> Row:
    text = f"{node.op} {format_sum(node.value)}" + (f" and {format_sum(node.high)}" if node.high is not None else "")
    text += f" each {format_name(node.each.text)}" if node.each else ""
    text += f" where {format_condition(node.where)}" if node.where is not None else ""
    text += f" from {format_sum(node.from_)}" if node.from_ is not None else ""
    text += f" because {format_text(node.because)}" if node.because is not None else ""
    return _kv(node.kind, text)


def _target_from(node: ast.TargetFrom) -> Row:
    each = f" each {format_name(node.each.text)}" if node.each else ""
    return _kv("target", f"from {format_path(node.metric)}{each}" + (f" {format_by(node.by)}" if node.by else ""))


def _benchmark(node: ast.Benchmark) -> Row:
    facts = "  ".join(
        f"{format_name(word)} {format_name(v.text) if isinstance(v, ast.Ident) else format_expr(v)}" for word, v in node.facts
    )
    return _kv("benchmark", format_sum(node.value) + (f" {{ {facts} }}" if facts else ""))


def _funnel_stage(node: ast.FunnelStage) -> Row:
    cells = [f"stage {format_name(node.name.text)}", "" if node.label is None else format_text(node.label)]
    made = with_expr("stage", [cell for cell in cells if cell], node.rows)
    if made.lines:
        made.lines[-1] += " { optional }" if node.optional else ""
        return made
    return Row("stage", [*cells, made.cells[-1] + (" { optional }" if node.optional else "")])


def _cohort_each(node: ast.Each) -> Row:
    return _kv("each", format_name(node.grain.text) + (f" for {format_duration(node.horizon)}" if node.horizon else ""))


def _watch(node: ast.Watch) -> Row:
    text = format_expr(node.value) + (f" {format_by(node.by)}" if node.by else "")
    return Row("watch", [f"watch {text}" + (f" each {format_name(node.each.text)}" if node.each else "")], items=node.items)


def _alert_when(node: ast.AlertWhen) -> Row:
    parts = [_condition(condition) for condition in node.conditions]
    one = " | ".join(parts)
    if len(one) + 7 <= WIDTH:
        return _kv("when", one)
    return Row("word", lines=[f"when {parts[0]}", *(f"  | {part}" for part in parts[1:])])


def _condition(node: ast.Anomaly | ast.Threshold | ast.Movement) -> str:
    match node:
        case ast.Anomaly(direction=direction, sigmas=sigmas, over=over):
            return f"anomaly {direction + ' ' if direction else ''}{format_sum(sigmas)} sigma over {format_duration(over)}"
        case ast.Threshold(op=op, value=value, lasting=lasting):
            return f"{op} {format_sum(value)}" + (f" for {format_duration(lasting)}" if lasting else "")
        case ast.Movement(direction=direction, amount=amount, against=against):
            return f"{direction} {format_sum(amount)} against previous {format_name(against)}"


def _weigh(node: ast.Weigh) -> Row:
    text = f"{format_path(node.metric)} {format_sum(node.weight)}"
    text += f" floor {format_sum(node.floor)}" if node.floor is not None else ""
    return _kv("weigh", text + (f" cap {format_sum(node.cap)}" if node.cap is not None else ""))


def _period_item(node: ast.PeriodItem) -> Row:
    if node.last is not None:
        return _kv("period", f"last {format_duration(node.last)}")
    assert node.during is not None
    return _kv("period", format_moment(node.during))


def _show(node: ast.ShowTile) -> Row:
    chart = f" as {format_name(node.chart.text)}" if node.chart else ""
    return _with_query("show", node.query, chart + label_text(node.title) + _others(node.others))


def _others(labels: Sequence[ast.LocaleLabel]) -> str:
    """The same text in other languages."""
    return "".join(f" in {label.locale} {format_text(label.text)}" for label in labels)


def _named_tile(node: ast.NamedTile) -> Row:
    text = format_name(node.name.text) if node.name else ""
    text += f" {format_by(node.by)}" if node.by else ""
    return _kv(node.kind, (text + label_text(node.title) + _others(node.others)).strip())


def _word(word: str, show: Callable[[Any], str]) -> Callable[[Any], Row]:
    """An item of one word and what follows it."""
    return lambda node: _kv(word, show(node))


_ROWS: dict[type[Any], Callable[[Any], Row]] = {
    ast.Describe: _word("describe", lambda node: format_long_text(node.text)),
    ast.LocaleLabel: _word("label", lambda node: f"{node.locale} {format_text(node.text)}"),
    ast.Owner: _word("owner", lambda node: format_long_text(node.text)),
    ast.Deprecated: _word("deprecated", lambda node: format_long_text(node.text)),
    ast.Zone: _word("zone", lambda node: format_text(node.name)),
    ast.WeekStarts: _word("week", lambda node: f"starts {format_name(node.day.text)}"),
    ast.YearStarts: _word("year", lambda node: f"starts {format_name(node.month.text)}"),
    ast.Holidays: _word("holidays", lambda node: _list(node.days)),
    ast.CalendarGrain: _word("grain", lambda node: f"{format_name(node.name.text)} from {format_path(node.path)}"),
    ast.Key: _word("key", lambda node: names_text(node.columns)),
    ast.TimeColumn: _word("time", lambda node: format_name(node.column.text)),
    ast.Flag: lambda node: _kv(node.name),
    ast.From: _word("from", lambda node: format_text(node.column)),
    ast.Column: _column,
    ast.Join: _join,
    ast.Begins: _word("begins", lambda node: format_sum(node.date)),
    ast.CompleteThrough: _word("complete", lambda node: f"through {format_sum(node.value)}"),
    ast.Settles: _word("settles", lambda node: f"after {format_duration(node.after)}"),
    ast.UnitItem: _word("unit", lambda node: format_type(node.unit)),
    ast.FormatItem: _format,
    ast.Better: _better,
    ast.Absent: _word("absent", lambda _: "null"),
    ast.Mature: _word("mature", lambda node: f"after {format_duration(node.after)}"),
    ast.Vanity: _word("vanity", lambda node: f"for {names_text(node.kinds)}" if node.kinds else ""),
    ast.Category: _word("category", lambda node: format_name(node.name.text)),
    ast.GoalKind: _word("kind", lambda node: format_name(node.name.text)),
    ast.Measure: _word("measure", lambda node: format_expr(node.value)),
    ast.Change: _change,
    ast.Reach: _reach,
    ast.Keep: _word("keep", lambda node: f"between {format_sum(node.low)} and {format_sum(node.high)}"),
    ast.Deadline: _word("by", lambda node: format_sum(node.date)),
    ast.Review: _word("review", lambda node: format_name(node.rhythm.text)),
    ast.Because: _word("because", lambda node: format_long_text(node.text)),
    ast.Parent: _word("parent", lambda node: format_name(node.name.text)),
    ast.Stage: _word("stage", lambda node: format_name(node.name.text)),
    ast.Tier: _word("tier", lambda node: format_name(node.name.text)),
    ast.Target: _target,
    ast.TargetFrom: _target_from,
    ast.Warn: _word("warn", lambda node: f"at {format_sum(node.at)}"),
    ast.Needs: _word("needs", lambda node: f"{format_sum(node.count)} {format_path(node.metric)}"),
    ast.Pace: _word("pace", lambda node: format_name(node.name.text)),
    ast.Benchmark: _benchmark,
    ast.Advice: _word("when", lambda node: f"{format_name(node.status.text)} do {format_long_text(node.text)}"),
    ast.JourneyStage: lambda node: _kv(format_name(node.name.text), "" if node.label is None else format_text(node.label)),
    ast.Entity: _word("entity", lambda node: format_name(node.column.text)),
    ast.Within: _word("within", lambda node: format_duration(node.span_of)),
    ast.StageOrder: _word("order", lambda node: format_name(node.name.text)),
    ast.Exclude: _word("exclude", lambda node: format_expr(node.rows)),
    ast.Same: _word("same", lambda node: names_text(node.columns)),
    ast.FunnelStage: _funnel_stage,
    ast.Start: _word("start", lambda node: format_sum(node.value)),
    ast.Worth: _word("value", lambda node: format_sum(node.value)),
    ast.Each: _cohort_each,
    ast.Watch: _watch,
    ast.Quiet: _word("quiet", lambda node: format_duration(node.span_of)),
    ast.AlertWhen: _alert_when,
    ast.Do: _word("do", lambda node: format_long_text(node.text)),
    ast.Weigh: _weigh,
    ast.Pay: _word("pay", lambda node: ", ".join(f"{format_sum(p.pay)} at {format_sum(p.at)}" for p in node.points)),
    ast.Question: _word("question", lambda node: format_long_text(node.text) + _others(node.others)),
    ast.PeriodItem: _period_item,
    ast.GoalTile: _word("goal", lambda node: names_text(node.names)),
    ast.KpiTile: _word("kpi", lambda node: ", ".join(map(format_path, node.metrics))),
    ast.ShowTile: _show,
    ast.NamedTile: _named_tile,
    ast.TextTile: _word("text", lambda node: format_long_text(node.text) + _others(node.others)),
    ast.Given: lambda node: Row("given", lines=[f"given {format_name(node.source.text)} {format_block(node.text)}"]),
    ast.Expect: lambda node: Row("expect", lines=[f"expect {format_query(node.query)} {format_block(node.text)}"]),
    ast.AsOf: _word("as_of", lambda node: format_sum(node.date)),
}
