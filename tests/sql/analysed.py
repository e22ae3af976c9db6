"""The engines that no wheel brings, but whose judges there are: for BigQuery Google's own analyzer (`zetasql`, the reference implementation
compiled to WebAssembly), which knows every table and its declared types; for Trino a parser of its grammar that knows the documented
functions and types. The others are parsed by sqlglot, strictly: every function and every column must be known.

Comes in: statements and the tables that they may read. Goes out: what the judge has against them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, SchemaError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from kpidsl.compile import Compiled
from kpidsl.model.expr import Type
from kpidsl.plan.origin import origin
from kpidsl.plan.plan import FileRef, TableRef
from kpidsl.sql.dialects import DIALECTS

Tables = dict[tuple[str, ...], dict[str, Type]]
WHEELS = {"bigquery": "zetasql", "trino": "trino_sql_validator"}


def absent(dialect: str) -> bool:
    """Whether the dialect's judge is not installed, as on systems that it has no wheel for."""
    return dialect in WHEELS and find_spec(WHEELS[dialect]) is None


def tables_of(compiled: Compiled) -> Tables:
    """The tables of a project by the parts of their names; a file is a table in engines that read none."""
    tables: Tables = {}
    for source in compiled.model.sources.values():
        place = origin(source) if source.is_read else None
        if not isinstance(place, (TableRef, FileRef)):
            continue
        parts = place.parts if isinstance(place, TableRef) else (place.table,)
        columns = {column.physical: column.type for column in source.columns.values() if column.physical is not None}
        tables.setdefault(parts, {}).update(columns)
    return tables


def judge(dialect: str, tables: Tables) -> Callable[[str], str]:
    """What finds fault with a statement: the message, or ''."""
    match dialect:
        case "bigquery":
            return _BigQuery(tables).fault
        case "trino":
            return _trino_fault
    return _Parser(dialect, tables).fault


# Functions that exist there and that sqlglot has no class for.
KNOWN = {
    "duckdb": "TIMEZONE ROW ARG_MIN_NULL ARG_MAX_NULL TO_JSON JSON_VALUE",
    "sqlite": "JSON_QUOTE JSON_VALID DATE DATETIME TIME JULIANDAY JSON_ARRAY JSON_EACH",
    "postgres": "TIMEZONE ROW JSONB_EXTRACT_PATH JSONB_EXTRACT_PATH_TEXT JSONB_BUILD_ARRAY JSONB_PATH_QUERY_FIRST JSONB_TYPEOF"
    " PG_INPUT_IS_VALID TRIM_SCALE",
    "clickhouse": "lowerUTF8 upperUTF8 positionUTF8 lengthUTF8 substringUTF8 replaceAll replaceOne arrayElement assumeNotNull extract"
    " arrayFirst accurateCastOrNull toInt256OrNull toFloat64OrNull parseDateTime64BestEffortOrNull addSeconds addMinutes addHours addDays"
    " addMonths addYears stddevSampStable varSampStable toNullable"
    " toYear toQuarter toMonth toDayOfMonth toDayOfYear toHour toDateTime64 toTimeZone formatDateTime JSONExtractArrayRaw"
    " JSONExtractKeysAndValuesRaw tupleElement toDateTime64OrNull",
    "mysql": "WEEKDAY JSON_ARRAY JSON_VALID JSON_UNQUOTE JSON_SEARCH",
    "mariadb": "WEEKDAY JSON_ARRAY JSON_VALID JSON_UNQUOTE JSON_SEARCH",
    "spark": "GET",
    "databricks": "GET",
    "snowflake": "TO_TIMESTAMP_NTZ TO_TIMESTAMP_TZ",
    "trino": "AT_TIMEZONE WITH_TIMEZONE",
    "datafusion": "REGEXP_MATCH",
    "tsql": "STRING_ESCAPE NCHAR SWITCHOFFSET VAR ISJSON",
}


def parsed(dialect: str, sql: str) -> tuple[exp.Expression | None, str]:
    """The tree of a statement as sqlglot reads it in the dialect, strictly, and what is wrong with it: it is not one statement, has a part
    that sqlglot only copies, or calls what it does not know and KNOWN does not list."""
    try:
        trees = sqlglot.parse(sql, read=DIALECTS[dialect].printer, error_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.ParseError as error:
        return None, str(error)[:100]
    if len(trees) != 1 or trees[0] is None:
        return None, f"{len(trees)} statements"
    allowed = {word.casefold() for word in KNOWN.get(dialect, "").split()}
    for node in trees[0].walk():
        if isinstance(node, exp.Command):
            return trees[0], "a part that nobody reads"
        if isinstance(node, exp.Anonymous) and node.name.casefold() not in allowed:
            return trees[0], f"calls {node.name}"
    return trees[0], ""


class _Parser:
    """Parses strictly, finds every column that is read in the tables, and the type of every expression."""

    def __init__(self, dialect: str, tables: Tables) -> None:
        self._dialect = DIALECTS[dialect]
        self._schema: dict[str, dict[str, dict[str, str]]] = {}
        for parts, columns in tables.items():
            schema = parts[-2] if len(parts) > 1 else _NO_SCHEMA
            self._schema.setdefault(schema, {})[parts[-1]] = {name: self._dialect.types[kind.kind] for name, kind in columns.items()}

    def fault(self, sql: str) -> str:
        tree, wrong = parsed(self._dialect.name, sql)
        if wrong or tree is None:
            return wrong
        try:
            found = qualify(
                tree,
                dialect=self._dialect.printer,
                db=_NO_SCHEMA,
                schema=MappingSchema(self._schema, dialect=self._dialect.printer, normalize=True),
                quote_identifiers=False,
            )
            annotate_types(found, schema=MappingSchema(self._schema, dialect=self._dialect.printer), dialect=self._dialect.printer)
        except (OptimizeError, SchemaError) as error:
            return str(error)
        return ""


_NO_SCHEMA = "main"


def _quicker() -> None:
    """Keeps the analyzer's machine code between runs, which takes a minute to compile, and reads its answers at once, not byte by byte."""
    from wasmtime import Config
    from zetasql.core import wasm_client

    def config() -> Config:
        made = Config()
        made.cache = True
        return made

    def read_bytes(client: wasm_client.WasmClient, start: int, size: int) -> bytes:
        return bytes(client.memory.data_ptr()[start : start + size])

    wasm_client.Config = config
    wasm_client.WasmClient.read_bytes = read_bytes


class _BigQuery:
    """The analyzer with the tables of a project in its catalogue. Its answers, trees of thousands of nodes, stay the bytes they are."""

    def __init__(self, tables: Tables) -> None:
        _quicker()
        from zetasql.core.local_service import ZetaSqlLocalService
        from zetasql.types import AnalyzerOptions, LanguageOptions, ProductMode, SimpleCatalog, ZetaSQLBuiltinFunctionOptions

        language = LanguageOptions.maximum_features()
        language.product_mode = ProductMode.PRODUCT_EXTERNAL
        catalog = SimpleCatalog(name="project", table=[], catalog=[])
        catalog.builtin_function_options = ZetaSQLBuiltinFunctionOptions(language_options=language)
        for parts, columns in tables.items():
            _schema(catalog, parts[:-1]).table.append(_table(parts[-1], columns))
        self._service = ZetaSqlLocalService.get_instance()
        self._options = AnalyzerOptions(language_options=language)
        self._catalog = self._service.register_catalog(simple_catalog=catalog).registered_id

    def fault(self, sql: str) -> str:
        from zetasql.core.exceptions import ZetaSQLError
        from zetasql.core.local_service import local_service_pb2
        from zetasql.types import AnalyzeRequest

        request = AnalyzeRequest(sql_statement=sql, options=self._options, registered_catalog_id=self._catalog).to_proto()
        try:
            self._service.wasm_client.call_grpc_func("ZetaSqlLocalService_Analyze", request, local_service_pb2.AnalyzeResponse)
        except ZetaSQLError as error:
            return str(error)
        return ""


def _schema(catalog: Any, parts: tuple[str, ...]) -> Any:
    """The catalogue below a catalogue that these names lead to, made where it is missing."""
    from zetasql.types import SimpleCatalog

    for part in parts:
        if all(each.name != part for each in catalog.catalog):
            catalog.catalog.append(SimpleCatalog(name=part, table=[], catalog=[]))
        catalog = next(each for each in catalog.catalog if each.name == part)
    return catalog


def _table(name: str, columns: Mapping[str, Type]) -> Any:
    from zetasql.api import TableBuilder

    table = TableBuilder(name)
    for column, kind in columns.items():
        table.add_column(column, _type(kind))
    return table.build()


def _type(kind: Type) -> Any:
    """The type of a column that is declared so, in BigQuery."""
    from zetasql.api import TypeFactory
    from zetasql.types import TypeKind

    plain = {
        "int": TypeKind.TYPE_INT64,
        "number": TypeKind.TYPE_DOUBLE,
        "duration": TypeKind.TYPE_DOUBLE,
        "decimal": TypeKind.TYPE_NUMERIC,
        "bool": TypeKind.TYPE_BOOL,
        "text": TypeKind.TYPE_STRING,
        "date": TypeKind.TYPE_DATE,
        "timestamp": TypeKind.TYPE_TIMESTAMP,
        "json": TypeKind.TYPE_JSON,
    }
    if kind.kind in plain:
        return TypeFactory.create_simple_type(plain[kind.kind])
    assert kind.kind == "records"
    fields = {"string_value": "text", "int_value": "int", "float_value": "number", "double_value": "number", "j": "text"}  # j: as cases say
    value = TypeFactory.create_struct_type([(name, _type(Type(inner))) for name, inner in fields.items()])
    return TypeFactory.create_array_type(TypeFactory.create_struct_type([("key", _type(Type("text"))), ("value", value)]))


def _trino_fault(sql: str) -> str:
    from trino_sql_validator import validate

    found = validate(sql, jinja="reject")
    if found.error is not None and TOO_LONG in str(found.error):
        return next(filter(None, map(_trino_fault, _parts(sql))), "")
    return str(found.error) if not found.valid else "; ".join(str(warning) for warning in found.warnings)


TOO_LONG = "maximum SQL statement complexity exceeded"
"""What the parser says of a statement with more common table expressions than it counts to; Trino itself has no such limit."""


def _parts(sql: str) -> list[str]:
    """A statement's common table expressions one by one, then what reads them: the parser looks at no names of tables."""
    tree = sqlglot.parse_one(sql, read="trino")
    inner = [cte.this.sql("trino") for cte in tree.ctes]
    assert inner
    tree.set("with_", None)
    return [*inner, tree.sql("trino")]


def faults(dialect: str, tables: Tables, statements: Iterable[tuple[str, str]]) -> dict[str, str]:
    """(name, SQL) → what is wrong, by name; the same statement is judged once."""
    find, wrong, seen = judge(dialect, tables), {}, set()
    for name, sql in statements:
        if sql in seen:
            continue
        seen.add(sql)
        if fault := find(sql):
            wrong[f"{name}: {' '.join(fault.split())}"] = sql
    return wrong
