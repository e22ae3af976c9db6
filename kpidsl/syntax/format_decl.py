"""Declarations as rows of cells. Comes in: a node. Goes out: the `Row` of its head, and the items that stand in its braces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kpidsl.syntax import ast
from kpidsl.syntax.format_expr import (
    WIDTH,
    format_by,
    format_expr,
    format_field,
    format_long_text,
    format_name,
    format_path,
    format_sum,
    format_text,
    format_type,
    layout_query,
)
from kpidsl.syntax.format_items import Row, item_row, label_text, names_text, with_expr


def row(node: Any) -> Row:
    """The row of any declaration or item."""
    make = _ROWS.get(type(node))
    return item_row(node) if make is None else make(node)


def _head(word: str, name: str, label: str | None) -> str:
    return f"{word} {name}{label_text(label)}"


def _calendar(node: ast.Calendar) -> Row:
    return Row("calendar", ["calendar"], items=node.items)


def _param(node: ast.Param) -> Row:
    name = f"param {format_field(node.name.text)}:"
    cells = [name, f"{format_type(node.type)}{label_text(node.label)}"]
    return Row("param", [*cells, f"= {format_sum(node.default)}"] if node.default is not None else cells)


def _use(node: ast.Use) -> Row:
    text = f"use {format_path(node.module)}"
    if node.names is not None:
        text += f" ({names_text(node.names)})"
    if node.bindings:
        text += " with " + ", ".join(f"{format_name(b.name.text)} = {format_sum(b.value)}" for b in node.bindings)
    if node.schema is not None:
        text += f" in {format_path(node.schema)}"
    return Row("use", [text])


def _need(node: ast.Need) -> Row:
    return Row("need", [f"need {format_field(node.name.text)}:", f"{format_type(node.type)}{label_text(node.label)}"], items=node.items)


def _source(node: ast.SourceDecl) -> Row:
    head = f"{_head('source', format_name(node.name.text), node.label)} from {_origin(node.origin)}"
    return Row("source", [head], items=node.items)


def _origin(origin: ast.Origin) -> str:
    match origin:
        case ast.FromTable(path=path):
            return format_path(path)
        case ast.FromGrain(source=source, by=by):
            return f"{format_name(source.text)} by {names_text(by)}"
        case ast.FromFile(path=path, options=options):
            named = "".join(f", {format_field(arg.name.text if arg.name else '')}: {format_expr(arg.value)}" for arg in options)
            return f"file({format_text(path.value)}{named})"
        case ast.FromSql(text=text):
            return f"sql({format_long_text(text.value)})"
        case ast.FromUnion(sources=sources, discriminator=name):
            return f"union({names_text(sources)})" + (f" as {format_name(name.text)}" if name else "")


def _dimension(node: ast.Dimension) -> Row:
    head = _head("dimension", format_name(node.name.text), node.label)
    alternatives = [format_expr(expr) for expr in node.alternatives]
    one = f"= {', '.join(alternatives)}"
    if len(head) + 1 + len(one) <= WIDTH:
        return Row("dimension", [head, one], items=node.items)
    lines = [f"  {text}{',' if number < len(alternatives) else ''}" for number, text in enumerate(alternatives, 1)]
    return Row("dimension", lines=[f"{head} =", *lines], items=node.items)


def _segment(node: ast.Segment) -> Row:
    return with_expr("segment", [_head("segment", format_name(node.name.text), node.label)], node.condition, node.items)


def _metric(node: ast.Metric) -> Row:
    return with_expr("metric", [_head("metric", format_name(node.name.text), node.label)], node.expr, node.items)


def _report(node: ast.Report) -> Row:
    head = _head("report", format_name(node.name.text), node.label)
    lines = layout_query(node.query, WIDTH - len(head) - 3)
    if len(lines) == 1:
        return Row("report", [head, f"= {lines[0]}"], items=node.items)
    return Row("report", lines=[f"{head} =", *(f"  {line}" for line in lines)], items=node.items)


def _materialize(node: ast.Materialize) -> Row:
    lines = layout_query(node.query, WIDTH - 12)
    return (
        Row("materialize", [f"materialize {lines[0]}"])
        if len(lines) == 1
        else Row("materialize", lines=[f"materialize {lines[0]}", *lines[1:]])
    )


def _kpi(node: ast.Kpi) -> Row:
    goal = f" for {format_name(node.goal.text)}" if node.goal else ""
    return Row("kpi", [_head("kpi", format_path(node.metric), node.label) + goal], items=node.items)


def _named(word: str) -> Callable[[Any], Row]:
    def make(node: Any) -> Row:
        return Row(word, [_head(word, format_name(node.name.text), node.label)], items=node.items)

    return make


def _vocabulary(node: ast.Vocabulary) -> Row:
    return Row(node.kind, [_head(node.kind, format_name(node.name.text), node.label)], items=node.items)


def _journey(node: ast.Journey) -> Row:
    return Row("journey", [_head("journey", format_name(node.name.text), node.label)], items=node.stages)


def _cohort(node: ast.Cohort) -> Row:
    return with_expr("cohort", [_head("cohort", format_name(node.name.text), node.label)], node.rows, node.items)


def _scorecard(node: ast.Scorecard) -> Row:
    head = _head("scorecard", format_name(node.name.text), node.label)
    head += f" for {format_text(node.role)}" if node.role is not None else ""
    head += f" {format_by(node.by)}" if node.by else ""
    head += f" each {format_name(node.each.text)}" if node.each else ""
    return Row("scorecard", [head], items=node.items)


def _dashboard(node: ast.Dashboard) -> Row:
    audience = f" for {format_name(node.audience.text)}" if node.audience else ""
    return Row("dashboard", [_head("dashboard", format_name(node.name.text), node.label) + audience], items=node.items)


def _test(node: ast.Test) -> Row:
    return Row("test", [f"test {format_text(node.title)}"], items=node.items)


_ROWS: dict[type[Any], Callable[[Any], Row]] = {
    ast.Calendar: _calendar,
    ast.Param: _param,
    ast.Use: _use,
    ast.Need: _need,
    ast.SourceDecl: _source,
    ast.Dimension: _dimension,
    ast.Segment: _segment,
    ast.Metric: _metric,
    ast.Report: _report,
    ast.Materialize: _materialize,
    ast.Goal: _named("goal"),
    ast.Kpi: _kpi,
    ast.Vocabulary: _vocabulary,
    ast.Journey: _journey,
    ast.Funnel: _named("funnel"),
    ast.Cohort: _cohort,
    ast.Alert: _named("alert"),
    ast.Scorecard: _scorecard,
    ast.Dashboard: _dashboard,
    ast.Test: _test,
}
