"""Every difference between dialects that is data: one row a dialect, with the common case as default.

What a function is called where (an operator's spelling) stands in the operator tables (`functions.py` and its siblings), by the same names.
"""

from __future__ import annotations

from collections.abc import Mapping

from kpidsl.diagnostic import fail, similar
from kpidsl.model.expr import Type
from kpidsl.record import dataclass, field, replace

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


_LETTERS = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "e": 27, "Z": 26, "\\": 92}


def escapes(letters: str, others: str = "") -> Mapping[int, str]:
    """What stands in a text for a backslash and for control characters: those with a letter by it, the others as they are told."""
    named = {_LETTERS[letter]: f"\\{letter}" for letter in letters}
    return {code: others.format(code) for code in (*range(1, 32), 127) if others} | named


_OCTAL, _HEX = "\\{:03o}", "\\x{:02x}"


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """How one engine wants to be spoken to. `name` is what a project writes, `printer` sqlglot's name for it, `family` the dialects whose
    operators it borrows where it has none of its own. The rest are differences, grouped by what they are about."""

    name: str
    printer: str
    family: tuple[str, ...] = ()
    tried: str = ""  # its SQL is run in the tests: `fully`, or with the `smoke` cases
    # names and sources
    name_marks: tuple[str, str, str] = ('"', '"', '""')  # around a name, and what the closing one is within it
    name_escapes: Mapping[int, str] = field(default_factory=dict)  # of other characters within it
    quoting: str = "any"  # plain names that stand unquoted: `any` letters, or `lower` ones only
    folds_up: bool = False  # unquoted names are upper-case ones
    max_name: int = 0  # bytes of a name, 0 for no limit that matters
    short_alphabet: bool = False  # a name ends in no blank and has no character beyond U+FFFF
    substitutes: bool = False  # ${word} is replaced before the statement is read, in literals too
    reads_files: bool = False  # read_csv and the like
    materialize: bool = False  # AS MATERIALIZED for what is read twice
    names_with_table: bool = False  # t.x selected beside another x is called `t.x` unless told
    outputs_hide_tables: bool = False  # an output called t makes t.x a part of it
    tables_hide_columns: bool = False  # t beside a table t is its whole row
    settings: tuple[tuple[str, int], ...] = ()  # SETTINGS at the statement's end
    placeholder: str = ""  # before the number of a value that is handed over beside the statement; "" where it is written out
    function_case: bool = False  # names of functions must stay as they are; elsewhere they are upper-case
    # types
    types: Mapping[str, str] = field(default_factory=lambda: STANDARD_TYPES)
    booleans: bool = True  # a condition is a value
    typed_nulls: bool = True  # CAST(NULL AS …) in select lists
    typed_operands: bool = False  # NULL - x is refused, CAST(NULL AS …) - x is not
    date_words: bool = True  # DATE '…', TIMESTAMP '…'
    moments_cast: bool = False  # CAST('…' AS DATE) instead
    try_cast: str = ""  # its name for a cast that gives null
    # clauses
    series: str = ""  # the table function that counts: range (to below) or generate_series (to); "" where there is none
    cross_join: str = "CROSS JOIN"  # STRAIGHT_JOIN where the optimizer would begin with whatever table looks smallest, and make every pair
    group_ordinals: bool = True  # GROUP BY 1, 2
    set_ordinals: bool = False  # … in grouping sets, too
    grouping_sets: bool = True
    total_of_nothing: bool = True  # the grouping set () of no rows is one row, whatever is read of it
    grouping: str = "GROUPING"  # the function over all groups; "" where it takes one group only
    order_above_having: bool = True  # ORDER BY takes aggregates that are not selected where there is HAVING, too
    null_order: str = "clause"  # NULLS LAST; or `key`: a sort key before it; or `last`: so by itself
    names_shared: bool = False  # what a common table expression selects is named, also a column by its own name
    limit: str = "LIMIT"  # or TOP, behind SELECT
    operators: Mapping[str, str] = field(default_factory=dict)  # forms of those that are written in another way than elsewhere
    # text
    escapes: Mapping[int, str] = field(default_factory=dict)  # of characters within a text
    escaped_quote: str = "''"  # of the quote within it
    exact_text: str = ""  # the collation by code point, where the default is another
    collate_equality: bool = False  # =, GROUP BY, DISTINCT and joins need it as well
    backslash_like: bool = False  # LIKE takes \\ as an escape
    like_escape_off: bool = False  # … unless told ESCAPE ''
    like_brackets: bool = False  # LIKE takes [ ] as a set
    substring: str = "SUBSTRING"
    rest_of_text: int = 0  # a length that SUBSTRING must be given
    char_length: str = "LENGTH"
    counter: str = ""  # the integer type that text functions take, where BIGINT is too wide
    concat: str = ""  # the function or operator that joins texts, where it is not ||
    # numbers
    divides_exactly: bool = False  # / is a double, also of integers and decimals
    typeless: bool = False  # a column or CASE of doubles may hold whole numbers
    divisor_cast: bool = False  # both sides must be doubles
    underflow_fails: bool = False  # EXP and POWER fail where the result is too near 0 for a double
    decimal_functions: bool = False  # LN, EXP, POWER and SQRT compute in decimals unless told otherwise
    least: str = "LEAST"
    greatest: str = "GREATEST"
    extremes_keep_null: bool = False  # LEAST and GREATEST are null if any argument is
    mixes_numbers: bool = True  # branches of CASE and COALESCE may be of different numeric types
    # dates
    unit_in_interval: bool = False  # INTERVAL '3 MONTH'
    dates_widen: bool = False  # a date plus an interval is a timestamp
    date_plus_int: bool = False  # a date plus a number is a date
    extracts_decimals: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)  # EXTRACT's words that differ
    # aggregates
    filter_clause: bool = True  # FILTER (WHERE …)
    scalars_in_sums: bool = True  # SUM(CASE WHEN day < (SELECT …) …)
    average: str = "double"  # AVG of integers and decimals; or `exact`: more digits; or `short`: fewer
    bool_extremes: bool = False  # BOOL_OR, because MAX takes no booleans
    row_value: str = "ROW"
    percentiles: bool = True  # exact and interpolated ones
    discrete_percentiles: bool = True
    first_last: bool = True
    spread: bool = True  # sample standard deviation and variance
    counts_over: bool = True  # COUNT(x) OVER (…) works for a column with nulls
    no_row_is_null: bool = True  # LAG, LEAD and frames without a row give null, for a column that cannot be null too

    @property
    def names(self) -> tuple[str, ...]:
        """Where operators are looked up, most special first."""
        return (self.name, *self.family, "")


_MYSQL = Dialect(
    "mysql",
    "mysql",
    name_marks=("`", "`", "``"),
    operators={"IS NOT DISTINCT FROM": "{} <=> {}", "IS DISTINCT FROM": "NOT {} <=> {}"},
    escapes=escapes("bnrtZ\\"),
    types=types(int="SIGNED", bool="SIGNED", text="CHAR", timestamp="DATETIME(6)", records="JSON"),
    cross_join="STRAIGHT_JOIN",
    grouping_sets=False,
    null_order="key",
    exact_text="utf8mb4_0900_bin",
    collate_equality=True,
    backslash_like=True,
    char_length="CHAR_LENGTH",
    concat="CONCAT",
    extremes_keep_null=True,
    filter_clause=False,
    average="short",
    row_value="JSON_ARRAY",
    percentiles=False,
    discrete_percentiles=False,
    first_last=False,
    max_name=64,
    short_alphabet=True,
)
_SPARK = Dialect(
    "spark",
    "spark",
    name_marks=("`", "`", "``"),
    escapes=escapes("bnrtZ\\", _OCTAL),
    escaped_quote="\\'",
    types=types(text="STRING", json="STRING", records="STRING"),
    try_cast="TRY_CAST",
    backslash_like=True,
    decimal_functions=True,
    grouping="",
    extremes_keep_null=False,
    parts={"weekday": "DAYOFWEEK_ISO"},
    row_value="STRUCT",
    discrete_percentiles=False,
    first_last=False,
    average="short",
    total_of_nothing=False,
    order_above_having=False,
    substitutes=True,
)

_ROWS = (
    Dialect(
        "duckdb",
        "duckdb",
        operators={"lambda": "lambda {}: {}"},
        tried="fully",
        placeholder="$",
        types=types(records='STRUCT("key" VARCHAR, "value" JSON)[]'),
        reads_files=True,
        materialize=True,
        series="range",
        try_cast="TRY_CAST",
        set_ordinals=True,
        divides_exactly=True,
        dates_widen=True,
        date_plus_int=True,
    ),
    Dialect(
        "sqlite",
        "sqlite",
        operators={"IS NOT DISTINCT FROM": "{} IS {}", "IS DISTINCT FROM": "{} IS NOT {}"},
        tried="fully",
        placeholder="?",
        types=types(
            int="INTEGER", number="REAL", duration="REAL", decimal="REAL", bool="INTEGER", text="TEXT", date="TEXT", timestamp="TEXT"
        ),
        typed_nulls=False,
        typeless=True,
        date_words=False,
        grouping_sets=False,
        substring="SUBSTR",
        least="MIN",
        greatest="MAX",
        extremes_keep_null=True,
        row_value="JSON_ARRAY",
        percentiles=False,
        discrete_percentiles=False,
        first_last=False,
        spread=False,
    ),
    Dialect(
        "postgres",
        "postgres",
        unit_in_interval=True,
        tried="fully",
        placeholder="$",
        types=types(number="DOUBLE PRECISION", duration="DOUBLE PRECISION", text="TEXT", json="JSONB", records="JSONB"),
        quoting="lower",
        series="generate_series",
        max_name=63,
        set_ordinals=True,
        exact_text="C",
        backslash_like=True,
        like_escape_off=True,
        counter="INTEGER",
        underflow_fails=True,
        decimal_functions=True,
        dates_widen=True,
        date_plus_int=True,
        extracts_decimals=True,
        average="exact",
        bool_extremes=True,
    ),
    Dialect(
        "clickhouse",
        "clickhouse",
        name_escapes={92: "\\\\"},
        function_case=True,
        escapes=escapes("abefnrtv\\", _HEX),
        tried="smoke",
        types=types(
            int="Nullable(Int64)",
            number="Nullable(Float64)",
            duration="Nullable(Float64)",
            decimal="Nullable(Decimal({}, {}))",
            bool="Nullable(Bool)",
            text="Nullable(String)",
            date="Nullable(Date32)",
            timestamp="Nullable(DateTime64(6, 'UTC'))",
            json="Nullable(String)",
            records="Nullable(String)",
        ),
        settings=(("aggregate_functions_null_for_empty", 1), ("join_use_nulls", 1)),
        names_with_table=True,
        outputs_hide_tables=True,
        typed_nulls=False,
        total_of_nothing=False,
        moments_cast=True,
        backslash_like=True,
        substring="substringUTF8",
        char_length="lengthUTF8",
        divisor_cast=True,
        decimal_functions=True,
        mixes_numbers=False,
        row_value="tuple",
        discrete_percentiles=False,
        first_last=False,
        counts_over=False,
        no_row_is_null=False,
    ),
    _MYSQL,
    replace(
        _MYSQL,
        name="mariadb",
        scalars_in_sums=False,
        family=("mysql",),
        tried="smoke",
        types={**_MYSQL.types, "json": "CHAR", "records": "CHAR"},
        exact_text="utf8mb4_nopad_bin",
    ),
    replace(_SPARK, tried="smoke"),
    replace(_SPARK, name="databricks", printer="databricks", family=("spark",)),
    Dialect(
        "bigquery",
        "bigquery",
        name_marks=("`", "`", "\\`"),
        name_escapes=escapes("abfnrtv\\", _HEX),
        function_case=True,
        escapes=escapes("abfnrtv\\", _HEX),
        escaped_quote="\\'",
        types=types(
            int="INT64",
            number="FLOAT64",
            duration="FLOAT64",
            decimal="BIGNUMERIC",
            bool="BOOL",
            text="STRING",
            json="STRING",
            records="STRING",
        ),
        outputs_hide_tables=True,
        tables_hide_columns=True,
        typed_operands=True,
        try_cast="SAFE_CAST",
        grouping="",
        backslash_like=True,
        substring="SUBSTR",
        decimal_functions=True,
        extremes_keep_null=True,
        parts={"day_of_year": "DAYOFYEAR"},
        filter_clause=False,
        row_value="",
        percentiles=False,
        discrete_percentiles=False,
        first_last=False,
    ),
    Dialect(
        "snowflake",
        "snowflake",
        escapes=escapes("bfnrt\\", _HEX),
        escaped_quote="\\'",
        unit_in_interval=True,
        folds_up=True,
        types=types(timestamp="TIMESTAMP_NTZ", json="VARIANT", records="VARIANT"),
        moments_cast=True,
        decimal_functions=True,
        extremes_keep_null=True,
        filter_clause=False,
        average="short",
        row_value="ARRAY_CONSTRUCT",
        first_last=False,
    ),
    Dialect(
        "redshift",
        "redshift",
        escapes=escapes("bfnrt\\", _OCTAL),
        escaped_quote="\\'",
        unit_in_interval=True,
        family=("postgres",),
        types=types(
            number="DOUBLE PRECISION", duration="DOUBLE PRECISION", text="VARCHAR(65535)", json="VARCHAR(65535)", records="VARCHAR(65535)"
        ),
        quoting="lower",
        max_name=127,
        grouping="",
        backslash_like=True,
        substring="SUBSTRING",
        decimal_functions=True,
        filter_clause=False,
        average="short",
        bool_extremes=True,
        counter="INTEGER",
        row_value="",
        percentiles=False,
        discrete_percentiles=False,
        first_last=False,
    ),
    Dialect(
        "trino",
        "trino",
        types=types(timestamp="TIMESTAMP(6)"),
        try_cast="TRY_CAST",
        substring="SUBSTR",
        decimal_functions=True,
        extremes_keep_null=True,
        parts={"weekday": "DOW"},
        average="short",
        percentiles=False,
        discrete_percentiles=False,
        first_last=False,
    ),
    Dialect(
        "datafusion",
        "postgres",
        unit_in_interval=True,
        family=("postgres",),
        types=types(json="VARCHAR", records="VARCHAR"),
        quoting="lower",
        try_cast="TRY_CAST",
        backslash_like=True,
        char_length="CHARACTER_LENGTH",
        divisor_cast=True,
        decimal_functions=True,
        average="short",
        bool_extremes=True,
        row_value="STRUCT",
        percentiles=False,
        discrete_percentiles=False,
        first_last=False,
    ),
    Dialect(
        "tsql",
        "tsql",
        name_marks=("[", "]", "]]"),
        names_shared=True,
        limit="TOP",
        types=types(
            number="FLOAT",
            duration="FLOAT",
            bool="BIT",
            text="NVARCHAR(4000)",
            timestamp="DATETIME2(6)",
            json="NVARCHAR(MAX)",
            records="NVARCHAR(MAX)",
        ),
        booleans=False,
        moments_cast=True,
        try_cast="TRY_CAST",
        group_ordinals=False,
        grouping="GROUPING_ID",
        null_order="key",
        exact_text="Latin1_General_100_BIN2",
        collate_equality=True,
        like_brackets=True,
        rest_of_text=2147483647,
        concat="+",
        decimal_functions=True,
        filter_clause=False,
        average="short",
        row_value="",
        percentiles=False,
        discrete_percentiles=False,
        first_last=False,
        max_name=128,
    ),
)
DIALECTS: Mapping[str, Dialect] = {row.name: row for row in _ROWS}


def dialect_of(name: str) -> Dialect:
    """The row of a dialect; KPI168 with the known names otherwise."""
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
    if kind.kind == "decimal" and written not in ("REAL", "DOUBLE"):
        digits, scale = kind.precision or (18, 4)
        return written.format(digits, scale) if "{" in written else f"{written}({digits}, {scale})"
    return written
