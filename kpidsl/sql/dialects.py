"""Every difference between dialects that is data: one row a dialect, with the common case as default.

What a function is called where (an operator's spelling) stands in the operator tables (`functions.py` and its siblings), by the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpidsl.diagnostic import fail, similar
from kpidsl.model.expr import Type

STANDARD_TYPES: Mapping[str, str] = {
    "int": "BIGINT",
    "number": "DOUBLE",
    "duration": "DOUBLE",
    "decimal": "DECIMAL",
    "bool": "BOOLEAN",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "json": "JSON",
    "records": "JSON",
}


def types(**changes: str) -> Mapping[str, str]:
    return {**STANDARD_TYPES, **changes}


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """How one engine wants to be spoken to.

    name: what a project writes. printer: sqlglot's name for it. family: whose operators it borrows where it has none of its own.
    quoting: which plain names stand unquoted (lower: only lower-case ones, any: all letters). reads_files: read_csv and the like exist.
    booleans: a condition is a value. filter_clause: AGG(…) FILTER (WHERE …). group_ordinals: GROUP BY 1, 2.
    null_order: `clause` NULLS LAST, `key` a second sort key, `last`/`none` nothing to say. exact_text: the collation that compares by code
    point, for engines whose default does not (`collate_equality`: also =, GROUP BY, DISTINCT and joins need it).
    divides_exactly: `/` of two integers is a double already. date_words: DATE '…' literals, else plain text.
    """

    name: str
    printer: str
    family: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=lambda: STANDARD_TYPES)
    quoting: str = "any"
    backslash_like: bool = False
    reads_files: bool = False
    booleans: bool = True
    filter_clause: bool = True
    grouping_sets: bool = True
    group_ordinals: bool = True
    null_order: str = "clause"
    exact_text: str = ""
    collate_equality: bool = False
    divides_exactly: bool = False
    date_words: bool = True
    typed_nulls: bool = True
    materialize: bool = False
    try_cast: str = ""
    percentiles: bool = True
    discrete_percentiles: bool = True
    first_last: bool = True
    spread: bool = True
    divisor_cast: bool = False
    like_escape_off: bool = False
    like_brackets: bool = False
    least: str = "LEAST"
    greatest: str = "GREATEST"
    extremes_keep_null: bool = False
    decimal_functions: bool = False
    avg_is_double: bool = True
    bool_extremes: bool = False
    row_value: str = "ROW"
    substring: str = "SUBSTRING"
    counter: str = ""
    rest_of_text: int = 0
    char_length: str = "LENGTH"
    max_name: int = 0
    dates_widen: bool = False
    date_plus_int: bool = False
    extracts_decimals: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    executed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Where operators are looked up, most special first."""
        return (self.name, *self.family, "")


DIALECTS: Mapping[str, Dialect] = {
    row.name: row
    for row in (
        Dialect(
            "duckdb",
            "duckdb",
            types=types(records='STRUCT("key" VARCHAR, "value" JSON)[]'),
            reads_files=True,
            divides_exactly=True,
            materialize=True,
            dates_widen=True,
            date_plus_int=True,
            try_cast="TRY_CAST",
            executed=True,
        ),
        Dialect(
            "sqlite",
            "sqlite",
            types=types(
                int="INTEGER", number="REAL", duration="REAL", decimal="REAL", bool="INTEGER", text="TEXT", date="TEXT", timestamp="TEXT"
            ),
            grouping_sets=False,
            date_words=False,
            typed_nulls=False,
            percentiles=False,
            discrete_percentiles=False,
            first_last=False,
            spread=False,
            least="MIN",
            substring="SUBSTR",
            row_value="JSON_ARRAY",
            greatest="MAX",
            extremes_keep_null=True,
            executed=True,
        ),
        Dialect(
            "postgres",
            "postgres",
            types=types(number="DOUBLE PRECISION", duration="DOUBLE PRECISION", text="TEXT", json="JSONB", records="JSONB"),
            quoting="lower",
            backslash_like=True,
            like_escape_off=True,
            decimal_functions=True,
            avg_is_double=False,
            bool_extremes=True,
            dates_widen=True,
            date_plus_int=True,
            extracts_decimals=True,
            counter="INTEGER",
            exact_text="C",
            max_name=63,
            executed=True,
        ),
    )
}


def dialect_of(name: str) -> Dialect:
    """The row of a dialect; KPI161 with the known names otherwise."""
    found = DIALECTS.get(name) or DIALECTS.get(_OTHER_NAMES.get(name.lower(), name.lower()))
    if found is None:
        near = similar(name, DIALECTS)
        fail(
            "KPI168",
            f"`{name}` is not a SQL dialect that kpidsl knows",
            notes=(f"known: {', '.join(sorted(DIALECTS))}",),
            help=f"did you mean `{near[0]}`?" if near else "",
        )
    return found


_OTHER_NAMES = {"postgresql": "postgres", "mssql": "tsql", "sqlserver": "tsql", "presto": "trino", "sqlite3": "sqlite"}


def type_text(dialect: Dialect, kind: Type) -> str:
    """A type as it is written in CREATE TABLE and CAST."""
    written = dialect.types[kind.kind]
    if kind.kind == "decimal" and written not in _UNSIZED:
        digits, scale = kind.precision or (18, 4)
        return f"{written}({digits}, {scale})"
    return written


_UNSIZED = ("REAL", "DOUBLE", "BIGNUMERIC")
