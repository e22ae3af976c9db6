"""One entry of the catalogue: a query on a project of this folder and the rows that a person worked out for it.

A row is the group-bys, then the metrics, in the order asked. Numbers are written as the arithmetic that gives them (`64 / 2500`), and the
comment beside says which raw rows the parts come from. No number here was copied from what the compiler printed.
"""

from __future__ import annotations

from dataclasses import dataclass

Value = str | float | int | None

DAY = 86_400
"""Seconds in a day: a duration is a number of days."""


@dataclass(frozen=True)
class Case:
    """`kpis` are the library's metrics that the query is evidence for."""

    query: str
    rows: tuple[tuple[Value, ...], ...]
    kpis: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Refusal:
    """A query that must not compile: the trap it would walk into, and words that the error has to contain."""

    query: str
    words: tuple[str, ...]
    trap: str


def case(query: str, *rows: tuple[Value, ...], kpis: str = "", note: str = "") -> Case:
    """A case; `kpis` are the words before `by` in the query where it says nothing else."""
    names = kpis or query.split(" by ")[0].split(" where ")[0]
    return Case(query, rows, tuple(name.strip() for name in names.split(",")), note)
