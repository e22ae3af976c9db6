"""Asking a query. Comes in: its text or its tree, and a session. Goes out: the rows with what every column is, or why there are none, at
the place in the project where that can be mended.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpidsl.cli.session import Session
from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.engines.base import REFUSED, WRONG_TYPE, EngineResult
from kpidsl.model.model import Dim, Model, QueryModel
from kpidsl.plan.origin import owners_of
from kpidsl.plan.plan import OutputColumn, Scan, Statement
from kpidsl.record import dataclass, replace
from kpidsl.report.result import Result, ResultColumn, Value
from kpidsl.span import Source
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from typing import Literal

    from kpidsl.sql.given import Given

    Emitted = tuple[str, Sequence[Given]]

_PLAIN = ("int", "number", "decimal", "bool", "text", "date", "timestamp", "duration")


@dataclass(frozen=True, slots=True)
class Question:
    """A planned query: what it means and the statement that answers it."""

    query: QueryModel
    statement: Statement


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows, how long the engine took, and what it read in words."""

    result: Result
    seconds: float
    scans: str

    @property
    def footer(self) -> str:
        """`12 rows · 1 scan of orders, 1 of ad_spend · 24 ms`."""
        rows = len(self.result.rows)
        return " · ".join(filter(None, (f"{rows:,} row{'' if rows == 1 else 's'}", self.scans, _duration(self.seconds))))


def parse(text: str) -> ast.Query:
    """A query of the command line; KpiError with everything that is wrong with its spelling."""
    from kpidsl.syntax.parse import parse_query

    node, found = parse_query(Source("<query>", text))
    if node is None or found:
        raise KpiError(*found)
    return node


def plan(session: Session, node: ast.Query, comment: str) -> Question:
    """What a query means. Findings without a place of their own get the query's."""
    from kpidsl.compile import plan_query, resolve_query

    try:
        query = resolve_query(session.compiled, node, comment)
        return Question(query, plan_query(session.compiled, query, session.as_of))
    except KpiError as error:
        raise KpiError(*(replace(found, span=found.span or node.span) for found in error.diagnostics)) from None


def sql(question: Question, dialect: str) -> str:
    from kpidsl.compile import emit

    return emit(question.statement, dialect)


def answer(session: Session, question: Question) -> Answer:
    """Run it. A KpiError points to the declaration that does not fit the data, where one can be found."""
    rows, seconds = run(session, question.statement)
    model = session.compiled.model
    return Answer(Result(columns(question, model, session.project.locale), rows), seconds, scanned(question.statement, model))


def rows_of(session: Session, statement: Statement) -> list[dict[str, Value]]:
    """The rows of a statement by the names of its columns."""
    rows, _ = run(session, statement)
    return [dict(zip([column.name for column in statement.columns], row, strict=True)) for row in rows]


def run(session: Session, statement: Statement, emitted: Emitted | None = None) -> tuple[Sequence[Sequence[Value]], float]:
    """The rows of a statement, and how many seconds the engine took. `emitted` is what the statement is in the engine's SQL, where that is
    known."""
    from kpidsl.cli.blame import blamed
    from kpidsl.cli.data_files import check_files
    from kpidsl.data.stored import READS_FILES
    from kpidsl.sql.emit import files_of

    model = session.compiled.model
    if session.connection.engine in READS_FILES:
        check_files(session.project.root, model, [scan.origin for scan in _scans(statement)])
    engine = session.engine
    with session.quiet_about_secrets(), session.working(f"asking {session.connection.name} ({engine.dialect}) …"):
        try:
            for file in files_of(statement):
                session.load(file)
            made, seconds = _made(session, statement, None if session.kept else emitted)
        except (KpiError, ValueError, ArithmeticError) as error:  # the latter two: a stored value that is none of the declared type
            raise blamed(told(error), engine, model, [scan.origin for scan in _scans(statement)]) from None
    return made.rows, seconds


def _made(session: Session, statement: Statement, emitted: Emitted | None) -> tuple[EngineResult, float]:
    """What the engine makes of a statement; of one that it refuses over a file without rows, once more as the file is declared."""
    from kpidsl.cli.no_rows import with_declared_times
    from kpidsl.data.stored import READS_FILES
    from kpidsl.sql.emit import emit_apart

    engine, types = session.engine, [column.type for column in statement.columns]

    def asked(statement: Statement, emitted: Emitted | None = None) -> tuple[EngineResult, float]:
        text, values = emitted or emit_apart(statement, engine.dialect, kept=session.kept)
        start = time.perf_counter()
        return engine.run(text, types, values), time.perf_counter() - start

    try:
        return asked(statement, emitted)
    except KpiError as error:
        again = None
        if engine.dialect in READS_FILES and error.diagnostics[0].code in (WRONG_TYPE, REFUSED):
            again = with_declared_times(statement, session.compiled.model, engine)
        if again is None:
            raise
        return asked(again)


def told(error: KpiError | ValueError | ArithmeticError) -> KpiError:
    """What an engine raised, as a finding."""
    if isinstance(error, KpiError):
        return error
    help = "check the types of the source's columns"
    return KpiError(Diagnostic("KPI164", "a value is not of the type that the source declares", notes=(str(error),), help=help))


# ---------------------------------------------------------------- what the columns are


def columns(question: Question, model: Model, locale: str = "") -> tuple[ResultColumn, ...]:
    """The statement's columns as reports know them."""
    dims = {dim.name: dim for dim in question.query.dims}
    return tuple(_column(column, dims.get(column.name), model, locale) for column in question.statement.columns)


def _column(column: OutputColumn, dim: Dim | None, model: Model, locale: str) -> ResultColumn:
    kind = column.type.kind if column.type.kind in _PLAIN else "text"
    role: Literal["group", "metric", "row_type"] = "metric"
    format, label, unit = column.format, column.label, str(column.type.unit)
    if column.role == "row_type":
        role = "row_type"
    elif column.role == "group":
        role = "group"
        if dim is not None:
            named = dim.kind == "grain" and not (dim.grain == "quarter" and model.calendar.year_starts != 1)
            format = dim.grain if named else format  # Q1 of a fiscal year is not everybody's Q1: its first day is shown
            label = dim_label(dim, model)
    elif column.name in model.metrics:
        label = _localised(model.metrics[column.name].decl, locale) or label
    if column.format == "x" and unit in ("%", ""):
        unit = "×"
    return ResultColumn(column.name, role, kind, unit if column.type.is_numeric or kind == "duration" else "", format, label)


def dim_label(dim: Dim, model: Model) -> str:
    """What people call a group-by: the label of the dimension or of the column."""
    if dim.kind == "dimension":
        declared = model.dimensions.get(dim.source)
        return declared.label if declared else ""
    if dim.kind == "path":
        owner = model.sources[dim.source]
        for role in dim.path:
            owner = model.sources[owner.joins[role].target]
        column = owner.columns.get(dim.column)
        return column.label if column else ""
    return ""


def _localised(decl: ast.Metric | None, locale: str) -> str:
    """The label in the project's first language, where the declaration has one."""
    labels = {item.locale: item.text for item in ast.pick(decl.items, ast.LocaleLabel)} if decl is not None else {}
    return labels.get(locale) or labels.get(locale.partition("-")[0], "")


# ---------------------------------------------------------------- what was read


def _scans(statement: Statement) -> list[Scan]:
    from kpidsl.sql.emit import scans_of

    return scans_of(statement)


def scanned(statement: Statement, model: Model) -> str:
    """`1 scan of orders, 1 of ad_spend`."""
    owners = owners_of(model)
    counts = Counter(owners[scan.origin][0].name if scan.origin in owners else scan.alias for scan in _scans(statement))
    listed = sorted(counts.items())
    return ", ".join(f"{count}{_scan(count) if at == 0 else ''} of {name}" for at, (name, count) in enumerate(listed))


def _scan(count: int) -> str:
    return " scan" if count == 1 else " scans"


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 0.95 else f"{seconds:.1f} s"
