"""What is formatted parses to the same tree, and formatting it again changes nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings

from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.format import format_expr, format_file, format_query
from kpidsl.syntax.parse import parse_expression, parse_file, parse_query
from tests.syntax.programs import NOWHERE, exprs, files, queries

quick = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(exprs)
def test_expressions(expr: ast.Expr) -> None:
    text = format_expr(expr)
    again, problems = parse_expression(Source("e", text))
    assert problems == []
    assert again == expr, text


@quick
@given(queries())
def test_queries(query: ast.Query) -> None:
    text = format_query(query)
    again, problems = parse_query(Source("q", text))
    assert problems == []
    assert again == query, text


@quick
@given(files)
@example(ast.File(NOWHERE, ()))
def test_files(file: ast.File) -> None:
    text = format_file(file, Source("", ""))
    source = Source("f.kpi", text)
    again, problems = parse_file(source)
    assert problems == [], text
    assert again == file, text
    assert format_file(again, source) == text
