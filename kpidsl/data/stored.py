"""Declared columns beside those that an engine has. Comes in: a source, and the names and types that the engine tells. Goes out: the
columns that are missing, and those that hold another kind of value than is declared.
"""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, similar
from kpidsl.engines.base import NO_COLUMN, WRONG_TYPE
from kpidsl.model.model import Column, SourceModel
from kpidsl.model.rules import describe
from kpidsl.plan.plan import FileRef, TableRef

READS_FILES = ("duckdb",)
"""Engines that read `from file(…)` themselves; for the others somebody must have loaded the file into a table."""

FAMILIES = {
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


def missing_columns(source: SourceModel, origin: TableRef | FileRef, there: list[tuple[str, str]], dialect: str) -> list[Diagnostic]:
    """KPI163 for each declared column that is not in the data."""
    fold = str.casefold if dialect in ("duckdb", "sqlite") else str
    names = {fold(name) for name, _ in there}
    return [
        _no_column(column, named(origin, dialect), [name for name, _ in there])
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


def other_types(
    source: SourceModel, origin: TableRef | FileRef, there: list[tuple[str, str]], dialect: str, notes: tuple[str, ...] = ()
) -> list[Diagnostic]:
    """KPI164 for each declared column of another kind than the stored one."""
    stored = {name.casefold(): kind for name, kind in there}
    found = []
    for column in source.columns.values():
        if column.physical is None:
            continue
        kind = stored.get(column.physical.casefold(), "")
        family = family_of(kind)
        wanted = FAMILIES.get(column.type.kind)
        if wanted is not None and family is not None and family not in wanted:
            found.append(
                Diagnostic(
                    WRONG_TYPE,
                    f"`{column.name}` is declared as {describe(column.type)}, and {named(origin, dialect)} holds {_words(family)}",
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


def family_of(stored: str) -> str | None:
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


def named(origin: TableRef | FileRef, dialect: str) -> str:
    """What holds the rows, in words of a message."""
    if isinstance(origin, FileRef):
        return origin.path if dialect in READS_FILES else f"`{origin.table}`"
    return f"`{'.'.join(origin.parts)}`"
