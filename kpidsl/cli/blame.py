"""Who is to blame when an engine refuses. Comes in: the engine's error and what a statement reads. Goes out: the declared column, table or
file that is not in the data, at its place in the project and with what is there instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from kpidsl.cli.broken_files import broken_file
from kpidsl.cli.text_files import bad_cell, not_utf8, without_head
from kpidsl.data.places import place_of
from kpidsl.data.stored import READS_FILES, missing_columns, other_types
from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.engines.base import NO_COLUMN, NO_FILE, NO_TABLE, REFUSED, UNREADABLE, WRONG_TYPE, BadCellError, Engine
from kpidsl.model.model import Model, SourceModel
from kpidsl.plan.origin import owners_of
from kpidsl.plan.plan import FileRef, SqlRef, TableRef
from kpidsl.record import replace

Origin = TableRef | FileRef | SqlRef


def blamed(error: KpiError, engine: Engine, model: Model, origins: Sequence[object]) -> KpiError:
    """The error, said at the declarations that do not fit the data; as it was where all of them fit."""
    if not {found.code for found in error.diagnostics} & {NO_COLUMN, NO_TABLE, WRONG_TYPE, REFUSED, UNREADABLE, NO_FILE}:
        return error
    owners = owners_of(model)
    read = {origin: owners.get(origin, []) for origin in dict.fromkeys(origins) if isinstance(origin, FileRef)}
    if isinstance(error, BadCellError) and (cells := bad_cell(error, read)):
        return KpiError(*cells)
    notes = tuple(note for found in error.diagnostics for note in found.notes)
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
            if isinstance(origin, FileRef) and first.code in (REFUSED, UNREADABLE) and (broken := broken_file(origin, first.notes)):
                causes += [replace(broken, span=place_of(source)) for source in sources]
                continue
            code = UNREADABLE if isinstance(origin, FileRef) and first.code == REFUSED else first.code
            causes += [replace(first, code=code, message=_said(origin, refused), span=place_of(source)) for source in sources]
            continue
        for source in sources:
            missing = missing_columns(source, origin, there, engine.dialect)
            declared = [column for column in source.columns.values() if column.physical is not None]
            if isinstance(origin, FileRef) and origin.format == "csv" and len(missing) == len(declared) > 1:
                missing = [without_head(source, origin, [name for name, _ in there], place_of(source))]
            causes += missing
            unsure += other_types(source, origin, there, engine.dialect, notes)
    if not causes and error.diagnostics[0].code in (WRONG_TYPE, REFUSED):
        causes = [replace(cause, notes=()) if at else cause for at, cause in enumerate(unsure)]
    return KpiError(*causes) if causes else error


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
