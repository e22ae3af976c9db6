"""Where rows are. Comes in: a source that starts from a table, a file or a query. Goes out: the reference that a scan reads."""

from __future__ import annotations

from kpidsl.model.file_options import file_format
from kpidsl.model.model import Model, SourceModel
from kpidsl.plan.plan import FileRef, SqlRef, TableRef
from kpidsl.syntax import ast

TYPED = ("int", "number", "decimal", "text", "bool", "date")
"""Kinds that a text file's columns are read as; timestamps are left to the engine, which knows their spellings and offsets."""
ISO_DAY = "%Y-%m-%d"


def short(name: str) -> str:
    """The last part of a qualified name."""
    last = name.rpartition(".")[2]
    for made in ("funnel ", "conversion ", "cohort "):
        last = last.removeprefix(made)
    return last


def origin(source: SourceModel) -> TableRef | FileRef | SqlRef:
    """Where a source's rows are."""
    node = source.origin
    match node:
        case ast.FromTable():
            return TableRef((*source.schema, *(p.text for p in node.path.parts)))
        case ast.FromFile():
            return _file(source, node)
        case ast.FromSql():
            return SqlRef(node.text.value, "duckdb")
        case _:
            raise AssertionError(f"{source.name} is derived")


def _file(source: SourceModel, node: ast.FromFile) -> FileRef:
    """A data file; the columns of text files come with their declared types, so that a code such as 007 stays the text it is."""
    kind = file_format(node.path.value)
    options: list[tuple[str, str | int | bool]] = []
    for arg in node.options:
        value = arg.value.value if isinstance(arg.value, (ast.Text, ast.Number, ast.Bool)) else None
        if arg.name is not None and isinstance(value, (str, int, bool)):
            options.append((arg.name.text, value))
    tabs = node.path.value.casefold().removesuffix(".gz").removesuffix(".zst").endswith(".tsv")
    if tabs and not any(word in ("delim", "sep", "delimiter") for word, _ in options):
        options.insert(0, ("delim", "\t"))
    types = tuple((c.physical, c.type) for c in source.columns.values() if c.physical is not None and c.type.kind in TYPED)
    days = kind == "csv" and any(type_.kind == "date" for _, type_ in types)
    if days and not any(word in ("dateformat", "date_format") for word, _ in options):
        options.append(("dateformat", ISO_DAY))  # 03/04/2026 is a day in April or one in March, and nobody guesses which
    return FileRef(node.path.value, kind, short(source.name), tuple(options), types if kind == "csv" else ())


def has_no_decimals(source: SourceModel) -> bool:
    """Whether a source's rows are in a file whose numbers are doubles, whatever they are declared as: JSON, or a workbook."""
    return isinstance(source.origin, ast.FromFile) and file_format(source.origin.path.value) in ("json", "xlsx")


def owners_of(model: Model) -> dict[TableRef | FileRef | SqlRef, list[SourceModel]]:
    """The sources that read each table, file or query."""
    owners: dict[TableRef | FileRef | SqlRef, list[SourceModel]] = {}
    for source in model.sources.values():
        if source.is_read:
            owners.setdefault(origin(source), []).append(source)
    return owners
