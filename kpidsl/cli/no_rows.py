"""Text files that have a head and no rows. Comes in: a statement that an engine refused. Goes out: the same with the times of such files
read as they are declared: the engine tells a time by its values, and here are none."""

from __future__ import annotations

from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine
from kpidsl.model.model import Model
from kpidsl.plan.origin import owners_of
from kpidsl.plan.plan import FileRef, Statement
from kpidsl.plan.rewrite import with_files
from kpidsl.record import replace


def with_declared_times(statement: Statement, model: Model, engine: Engine) -> Statement | None:
    """None where no file is empty, or none that is has a time."""
    from kpidsl.sql.emit import files_of

    owners = owners_of(model)
    told: dict[FileRef, FileRef] = {}
    for file in files_of(statement):
        columns = [column for source in owners.get(file, []) for column in source.columns.values()]
        times = {column.physical: column.type for column in columns if column.physical is not None and column.type.kind == "timestamp"}
        if file.format == "csv" and times and _is_empty(file, engine):
            told[file] = replace(file, types=(*file.types, *times.items()))
    return with_files(statement, told) if told else None


def _is_empty(file: FileRef, engine: Engine) -> bool:
    from kpidsl.sql.emit import source_text

    try:
        return not engine.run(f"SELECT 1 FROM {source_text(file, 'duckdb')} LIMIT 1").rows  # noqa: S608 (printed by sql/)
    except KpiError:  # it cannot be read at all: what was said first is said
        return False
