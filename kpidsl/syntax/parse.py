"""Text to syntax tree. Comes in: a source. Goes out: nodes of `ast.py` and diagnostics; never an exception.

Codes of this room:
  KPI010  a word or sign that cannot stand where it stands
  KPI011  an unknown declaration, item or option: a misspelt keyword
  KPI012  a brace, parenthesis, text or block that is opened and not closed, or closed and not opened
  KPI013  a reserved word used as a name
  KPI014  a literal that names nothing: dates, periods, durations, numbers, escapes
  KPI015  a character that may not stand where it stands: control characters, typographic signs
  KPI016  an expression that could be read two ways: chained comparisons, `at` beside an operator
  KPI017  a clause said twice, or `top` before another clause
  KPI018  an expression nested too deeply
  KPI019  something is missing: a name, `=`, a formula, `on` of a join
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kpidsl.diagnostic import Diagnostic
from kpidsl.span import Source, Span
from kpidsl.syntax import ast
from kpidsl.syntax.build_decl import Builder
from kpidsl.syntax.lexer import lex
from kpidsl.syntax.machine import Trouble, run
from kpidsl.syntax.merge import one_side
from kpidsl.syntax.problems import describe


def parse_file(source: Source) -> tuple[ast.File, list[Diagnostic]]:
    """A `.kpi` file. Declarations that are whole are kept around those that are not."""
    source, merges = one_side(source)
    declarations, comments, problems = _parse(source, "file")
    return ast.File(Span(source, 0, len(source.text)), tuple(declarations), tuple(comments)), [*merges, *problems]


def parse_query(source: Source) -> tuple[ast.Query | None, list[Diagnostic]]:
    """A query of the command line."""
    values, _, problems = _parse(source, "query")
    return (values[0] if values else None), problems


def parse_expression(source: Source) -> tuple[ast.Expr | None, list[Diagnostic]]:
    """One expression, or a range."""
    values, _, problems = _parse(source, "expression")
    return (values[0] if values else None), problems


def _parse(source: Source, start: str) -> tuple[list[Any], list[ast.Comment], list[Diagnostic]]:
    with _no_collections():
        lexed = lex(source)
        builder = Builder(source, lexed.stand_ins, lexed.problems)

        def report(trouble: Trouble) -> None:
            problem = describe(trouble)
            if problem is not None:
                lexed.problems.add(problem)

        values = run(lexed, builder, start, report)
    return values, lexed.comments, lexed.problems.sorted()


@contextmanager
def _no_collections() -> Iterator[None]:
    """Parsing makes many small objects that all stay: the collector would only count them again and again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
