"""Who is to blame when an engine refuses. Comes in: the engine's error and what a statement reads. Goes out: the declared column, table or
file that is not in the data, at its place in the project and with what is there instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpidsl.cli.data_files import READS_FILES
from kpidsl.cli.text_files import bad_cell, not_utf8, without_head
from kpidsl.diagnostic import Diagnostic, KpiError, similar
from kpidsl.engines.base import NO_COLUMN, NO_FILE, NO_TABLE, REFUSED, UNREADABLE, WRONG_TYPE, BadCellError, Engine
from kpidsl.model.model import Column, Model, SourceModel
from kpidsl.model.rules import describe
from kpidsl.plan.origin import owners_of
from kpidsl.plan.plan import FileRef, SqlRef, TableRef
from kpidsl.span import Span
from kpidsl.syntax import ast

Origin = TableRef | FileRef | SqlRef

_FAMILIES = {
    "int": ("int", "number"),
    "number": ("int", "number"),
    "decimal": ("int", "number"),
    "duration": ("int", "number", "duration"),
    "bool": ("bool", "int"),
    "text": ("text",),
    "date": ("date", "timestamp"),
    "timestamp": ("date", "timestamp"),
}
"""Which kinds of stored values can be read as a declared type."""


def blamed(error: KpiError, engine: Engine, model: Model, origins: Sequence[object]) -> KpiError:
    """The error, said at the declarations that do not fit the data; as it was where all of them fit."""
    if not {found.code for found in error.diagnostics} & {NO_COLUMN, NO_TABLE, WRONG_TYPE, REFUSED, UNREADABLE, NO_FILE}:
        return error
    owners = owners_of(model)
    read = {origin: owners.get(origin, []) for origin in dict.fromkeys(origins) if isinstance(origin, FileRef)}
    if isinstance(error, BadCellError) and (cells := bad_cell(error, read)):
        return KpiError(*cells)
    causes: list[Diagnostic] = []
    unsure: list[Diagnostic] = []
    for origin in dict.fromkeys(origins):
        if not isinstance(origin, TableRef | FileRef):
            continue
        sources = owners.get(origin, [])
        if not sources:
            continue
        try:
            there = engine.columns(origin)
        except KpiError as refused:
            first = refused.diagnostics[0]
            if isinstance(origin, FileRef) and engine.dialect not in READS_FILES:
                causes += [_not_loaded(origin, engine.dialect, source) for source in sources]
                continue
            if isinstance(origin, FileRef) and first.code == UNREADABLE and "UTF-8" in first.message:
                causes += [not_utf8(origin, place_of(source)) for source in sources]
                continue
            code = UNREADABLE if isinstance(origin, FileRef) and first.code == REFUSED else first.code
            causes += [replace(first, code=code, message=_said(origin, refused), span=place_of(source)) for source in sources]
            continue
        for source in sources:
            missing = _missing_columns(source, origin, there, engine.dialect)
            declared = [column for column in source.columns.values() if column.physical is not None]
            if isinstance(origin, FileRef) and origin.format == "csv" and len(missing) == len(declared) > 1:
                missing = [without_head(source, origin, [name for name, _ in there], place_of(source))]
            causes += missing
            unsure += _other_types(source, origin, there, engine.dialect, error)
    if not causes and error.diagnostics[0].code in (WRONG_TYPE, REFUSED):
        causes = [replace(cause, notes=()) if at else cause for at, cause in enumerate(unsure)]
    return KpiError(*causes) if causes else error


def place_of(source: SourceModel) -> Span:
    """Where a source says where its rows are."""
    match source.origin:
        case ast.FromFile(path=path):
            return path.span
        case ast.FromTable(path=path):
            return path.span
        case other:
            return other.span


def _not_loaded(origin: FileRef, dialect: str, source: SourceModel) -> Diagnostic:
    message = f"{dialect} reads no data files, and has no table `{origin.table}` in place of {origin.path}"
    help = f"load the file into a table `{origin.table}`, or ask a DuckDB connection: it reads the file"
    return Diagnostic(NO_TABLE, message, place_of(source), help=help)


def _said(origin: TableRef | FileRef, refused: KpiError) -> str:
    first = refused.diagnostics[0]
    if first.code == NO_TABLE and isinstance(origin, TableRef):
        return f"the database has no table `{'.'.join(origin.parts)}`"
    if isinstance(origin, FileRef) and first.code in (REFUSED, WRONG_TYPE, NO_COLUMN):
        kinds = {"parquet": "Parquet", "xlsx": "Excel", "json": "JSON"}
        return f"{origin.path} cannot be read as {kinds.get(origin.format, 'CSV')}"
    return first.message


def _missing_columns(source: SourceModel, origin: TableRef | FileRef, there: list[tuple[str, str]], dialect: str) -> list[Diagnostic]:
    fold = str.casefold if dialect in ("duckdb", "sqlite") else str
    names = {fold(name) for name, _ in there}
    return [
        _no_column(column, _named(origin, dialect), [name for name, _ in there])
        for column in source.columns.values()
        if column.physical is not None and fold(column.physical) not in names
    ]


def _no_column(column: Column, holder: str, there: list[str]) -> Diagnostic:
    assert column.physical is not None
    near = similar(column.physical, there)
    spelled = _bare(column.physical)
    near = [name for name in there if _bare(name) == spelled] or near
    listed = ", ".join(there[:12]) + (" …" if len(there) > 12 else "")
    renamed = f"{column.name}: … {{ from `{near[0]}` }}" if near else ""
    return Diagnostic(
        NO_COLUMN,
        f"{holder} has no column `{column.physical}`",
        column.span,
        label="declared here",
        notes=(f"it has {listed}",) if there else (),
        help=f"did you mean `{near[0]}`? keep your own name for it with {renamed}"
        if near
        else "name the column as the data does, or leave it out",
    )


def _bare(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _other_types(
    source: SourceModel, origin: TableRef | FileRef, there: list[tuple[str, str]], dialect: str, error: KpiError
) -> list[Diagnostic]:
    stored = {name.casefold(): kind for name, kind in there}
    notes = tuple(note for found in error.diagnostics for note in found.notes)
    found = []
    for column in source.columns.values():
        if column.physical is None:
            continue
        kind = stored.get(column.physical.casefold(), "")
        family = _family(kind)
        wanted = _FAMILIES.get(column.type.kind)
        if wanted is not None and family is not None and family not in wanted:
            found.append(
                Diagnostic(
                    WRONG_TYPE,
                    f"`{column.name}` is declared as {describe(column.type)}, and {_named(origin, dialect)} holds {_words(family)}",
                    column.span,
                    label=f"{dialect} calls it {kind}",
                    notes=notes,
                    help=_way_out(column, family),
                )
            )
    return found


def _way_out(column: Column, family: str) -> str:
    if family == "text" and column.type.kind in ("date", "timestamp"):
        return f'mend the data, or declare it as text and read it: {column.name}_day: date = parse_date({column.name}, "DD/MM/YYYY")'
    if family == "text":
        return f"mend the data, or declare it as text and convert it: number({column.name})"
    return "declare it as what the data holds, and convert it in a computed column"


def _family(stored: str) -> str | None:
    """An engine's own type as one of our kinds; None for what is not known."""
    name = stored.upper().split("(")[0].strip()
    for kind, words in (
        ("bool", ("BOOL",)),
        ("timestamp", ("TIMESTAMP", "DATETIME")),
        ("date", ("DATE",)),
        ("duration", ("INTERVAL",)),
        ("int", ("BIGINT", "INT", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER")),
        ("number", ("DOUBLE", "FLOAT", "REAL", "DECIMAL", "NUMERIC")),
        ("text", ("VARCHAR", "TEXT", "CHAR", "CHARACTER", "UUID")),
    ):
        if name.startswith(words):
            return kind
    return None


def _words(family: str) -> str:
    return {
        "int": "whole numbers",
        "number": "numbers",
        "bool": "true and false",
        "text": "text",
        "date": "dates",
        "timestamp": "timestamps",
    }.get(family, f"{family}s")


def _named(origin: TableRef | FileRef, dialect: str) -> str:
    if isinstance(origin, FileRef):
        return origin.path if dialect in READS_FILES else f"`{origin.table}`"
    return f"`{'.'.join(origin.parts)}`"
