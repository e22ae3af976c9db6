"""The plan: relations, no SQL. Comes out of the planner, goes into `sql/`. One tree a query; features compose as nodes.

A node's columns are referred to by `Col`: under a Scan or Join by alias and name, above any other node by name alone (table None).
A `Named` node becomes a common table expression with that telling name; the same `Named` object used twice is one expression read twice.
"""

from __future__ import annotations

from kpidsl.model.expr import Agg, Expr, Type
from kpidsl.record import dataclass, field


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table or view: catalog, schema and name parts as far as known."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A data file (csv parquet json xlsx; a .tsv is a csv).

    `table` is its name in engines that read no files; options are (name, value); `types` are those that a text file's columns are declared
    with, so that nothing is guessed.
    """

    path: str
    format: str
    table: str
    options: tuple[tuple[str, str | int | bool], ...] = ()
    types: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class SqlRef:
    """A query written by the analyst in `dialect`; parsed and transpiled, never pasted."""

    text: str
    dialect: str


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of a table. Every scan of a plan is counted: one per source is the aim."""

    origin: TableRef | FileRef | SqlRef
    alias: str


@dataclass(frozen=True, slots=True)
class Series:
    """The whole numbers from 0 to below `count`, one a row, in the column `n`; never by recursion (S9)."""

    count: int
    alias: str = "numbers"


@dataclass(frozen=True, slots=True)
class One:
    """A single row without columns, for values that stand in no table."""


@dataclass(frozen=True, slots=True)
class Named:
    """A relation with a telling name: a common table expression. `alias` is the name by which Col finds it when it is joined or scanned."""

    input: Rel
    name: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """`other` beside every row of `input`; kind: left (at most one match is the planner's duty), inner or cross. `on` None for cross."""

    input: Rel
    other: Rel
    alias: str
    on: Expr | None
    kind: str = "left"


@dataclass(frozen=True, slots=True)
class Filter:
    input: Rel
    condition: Expr


@dataclass(frozen=True, slots=True)
class Project:
    """Exactly these columns, in this order."""

    input: Rel
    columns: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row per group; without groups exactly one row (S17).

    `sets`: None for one grouping by all groups; else the groupings by name, each giving its own rows, columns not in it null.
    `level`: name of an output column with the position of the row's set in `sets`.
    """

    input: Rel
    groups: tuple[tuple[str, Expr], ...]
    aggs: tuple[tuple[str, Agg], ...]
    sets: tuple[tuple[str, ...], ...] | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class UnionAll:
    """Rows of all inputs; each has the same column names in the same order, with the types given (for typed nulls)."""

    inputs: tuple[Rel, ...]
    types: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class Sort:
    """keys are (expression, descending); nulls last in every dialect (S15)."""

    input: Rel
    keys: tuple[tuple[Expr, bool], ...]


@dataclass(frozen=True, slots=True)
class Limit:
    input: Rel
    count: int


Rel = Scan | Series | One | Named | Join | Filter | Project | Aggregate | UnionAll | Sort | Limit


def inputs_of(rel: Rel) -> tuple[Rel, ...]:
    """The relations that one is made of."""
    if isinstance(rel, Join):
        return (rel.input, rel.other)
    if isinstance(rel, UnionAll):
        return rel.inputs
    return () if isinstance(rel, (Scan, Series, One)) else (rel.input,)


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """What a column of the result is. role: group, metric or row_type (group | subtotal | total | other)."""

    name: str
    role: str
    type: Type
    format: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole query: the relation, what its columns are, and where it comes from (a comment on top of the SQL)."""

    root: Rel
    columns: tuple[OutputColumn, ...]
    comment: str = ""
    notes: tuple[str, ...] = field(default=())  # for people: scans, groups left out
    scalars: tuple[Named, ...] = ()  # relations of one row and column, which `Fn("scalar", …, (name,))` reads
