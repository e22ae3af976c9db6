"""The analyst's own SQL, checked at compile time. Comes in: a model. Goes out: a diagnostic per `sql("…")` that is no single value
or query, at the place where it is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from kpidsl.diagnostic import Diagnostic, KpiError, fail
from kpidsl.model.expr import Fn, walk
from kpidsl.model.model import Model, SourceModel
from kpidsl.plan.plan import SqlRef
from kpidsl.record import replace
from kpidsl.span import Span
from kpidsl.sql.escape import CODE, columns_of, parsed_query
from kpidsl.syntax import ast


def check_sql(model: Model) -> Iterator[Diagnostic]:
    """What is wrong with the SQL that the project's sources are written in."""
    for source in model.sources.values():
        for span, step in _texts(source):
            try:
                step()
            except KpiError as error:
                for found in error.diagnostics:
                    yield replace(found, span=span)


def _texts(source: SourceModel) -> Iterator[tuple[Span, Callable[[], object]]]:
    origin = source.origin
    if isinstance(origin, ast.FromSql):
        yield origin.text.span, partial(parsed_query, SqlRef(origin.text.value, "duckdb"))
    for column in source.columns.values():
        for part in walk(column.expr) if column.expr is not None else ():
            if isinstance(part, Fn) and part.op == "sql":
                yield column.span, partial(_expression, source, part, column.span)


def _expression(source: SourceModel, fn: Fn, span: Span) -> None:
    known = {str(name).casefold() for name in fn.options[1:]}
    for name in columns_of(str(fn.options[0])):
        if name.casefold() not in known:
            fail(CODE, f"`{name}` in sql(…) is no column of `{source.name}`", span, help=f"its columns: {', '.join(source.columns)}")
