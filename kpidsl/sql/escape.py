"""The analyst's own SQL: `sql("…")` expressions and `from sql("…")` queries. Parsed in the declared dialect, checked, never pasted.

An expression may hold only scalar parts: no queries, no aggregates, no second statement, nothing that reads files or settings. Columns in
it are names of the arguments. What comes out is printed in the dialect at hand by sqlglot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from kpidsl.diagnostic import fail
from kpidsl.plan.plan import SqlRef
from kpidsl.sql import tree
from kpidsl.sql.dialects import dialect_of
from kpidsl.sql.printer import WIDTH, Foreign, Printer
from kpidsl.sql.speak import Call

CODE = "KPI069"

# Functions that read files, other tables, settings or the network, or that change something; by the beginnings of their names.
_READERS = (
    *("read_", "readfile", "writefile", "edit", "glob", "sniff_csv", "parquet_", "scan_", "sqlite_", "postgres_", "mysql_", "iceberg_"),
    *("delta_", "query", "getenv", "pragma_", "duckdb_", "current_setting", "set_config", "pg_", "lo_", "dblink", "copy", "load", "xp_"),
    *(
        "openrowset",
        "opendatasource",
        "openquery",
        "http",
        "file",
        "s3",
        "input",
        "fts",
        "nextval",
        "setval",
        "currval",
        "lastval",
        "txid_",
    ),
    *("sleep", "benchmark", "get_lock", "release_lock", "shell", "system", "sys_", "exec", "remote", "cluster", "zipfile", "lsmode"),
    *("database_to_xml", "schema_to_xml", "table_to_xml", "cursor_to_xml", "session_", "user_", "version"),
)
_REFUSED = (
    *(exp.Query, exp.DDL, exp.DML, exp.Command, exp.AggFunc, exp.Window, exp.Parameter, exp.Placeholder, exp.Table, exp.Star),
    *(exp.ReadCSV, exp.SessionParameter, exp.Unnest, exp.Explode, exp.Set, exp.Alias, exp.CurrentUser, exp.Semicolon),
)


def parsed_expression(text: str, dialect: str = "duckdb") -> exp.Expression:
    """A scalar expression of the analyst; KPI069 for anything else."""
    if "\0" in text:
        fail("KPI066", "text that SQL cannot hold: it contains a NUL character")
    printer = dialect_of(dialect).printer
    try:
        tokens = sqlglot.tokenize(text, read=printer)
        found = sqlglot.parse(text, read=printer)
    except (SqlglotError, RecursionError) as error:
        fail(CODE, "this is not an expression of SQL", notes=(_plain(error),), help=f"it is read as {dialect}")
    if any(token.token_type.name == "SEMICOLON" for token in tokens):
        fail(CODE, "sql(…) takes one expression", help="take the semicolon out")
    tree = found[0] if len(found) == 1 else None
    if tree is not None:
        check_scalar(tree)
    if not isinstance(tree, exp.Condition) or not isinstance(tree, exp.Expression):
        fail(CODE, "this is not an expression of SQL", help=f"it is read as {dialect}")
    return tree


def check_scalar(tree: exp.Expr) -> None:
    """Refuse whatever is more than a value of one row."""
    for node in tree.walk():
        if isinstance(node, _REFUSED) or (isinstance(node, exp.Identifier) and isinstance(node.parent, exp.Dot) and _is_call(node.parent)):
            fail(
                CODE,
                f"sql(…) takes a value of one row, and this holds {_words(node)}",
                help="write aggregates and sources in the language around it",
            )
        if isinstance(node, exp.Func):
            name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            if name.startswith(_READERS):
                fail(CODE, f"the function {name} is not allowed in sql(…)", notes=("it may read files, settings or other tables",))


def _is_call(node: exp.Expr) -> bool:
    return isinstance(node.args.get("expression"), exp.Func)


def _words(node: exp.Expr) -> str:
    if isinstance(node, exp.Query):
        return "a query"
    if isinstance(node, exp.AggFunc):
        return "an aggregate"
    if isinstance(node, exp.Window):
        return "a window"
    return f"`{node.key}`"


def columns_of(text: str, dialect: str = "duckdb") -> list[str]:
    """The names that an expression uses, in the order of their first use: what the model must resolve."""
    names: dict[str, None] = {}
    for column in parsed_expression(text, dialect).find_all(exp.Column, bfs=False):
        names[".".join(part.name for part in column.parts)] = None
    return list(names)


def written_expression(x: Call) -> tree.Node:
    """options: the text, then the names of the arguments in their order; a trailing `dialect=…` names its dialect (default duckdb)."""
    text, *names = (str(option) for option in x.fn.options)
    dialect = "duckdb"
    if names and len(names) > len(x.exprs) and names[-1].startswith("dialect="):
        dialect = names.pop()[len("dialect=") :]
    if len(names) != len(x.exprs):
        raise ValueError(f"sql(…): {len(names)} names for {len(x.exprs)} arguments")
    places: Mapping[str, int] = {name.casefold(): at for at, name in enumerate(names)}
    values: dict[int, tree.Node] = {}
    found = exp.Paren(this=parsed_expression(text, dialect))
    for column in found.find_all(exp.Column):
        name = ".".join(part.name for part in column.parts)
        at = places.get(name.casefold())
        if at is None:
            fail(CODE, f"`{name}` in sql(…) is no column that is known here", notes=(f"known: {', '.join(names)}",) if names else ())
        values[id(column)] = x.again(at)

    def write(printer: Printer) -> str:
        filled = found.copy()
        for column, place in zip(list(found.find_all(exp.Column)), list(filled.find_all(exp.Column)), strict=True):
            place.replace(_foreign(values[id(column)], printer))
        return _printed(filled, printer)

    return Foreign(write)


def _foreign(value: tree.Node, printer: Printer) -> exp.Expr:
    """One of our nodes in the analyst's tree: a name or a literal as such, anything else written out."""
    match value:
        case tree.Column(name, table):
            return exp.Column(this=_identifier(name), table=None if table is None else _identifier(table))
        case tree.Text(text):
            return exp.Literal(this=text, is_string=True)
        case tree.Number(written):
            return exp.Literal(this=written, is_string=False)
    return exp.Var(this=printer.write(tree.Paren(value)))


def _identifier(name: tree.Name) -> exp.Identifier:
    return exp.Identifier(this=name.text, quoted=name.quoted)


def _printed(found: exp.Expr, printer: Printer) -> str:
    """By sqlglot, which knows how what is said in one dialect is said in another."""
    dialect = sqlglot.Dialect.get_or_raise(printer.dialect.printer)
    return dialect.generate(found, copy=False, pretty=printer.pretty, max_text_width=WIDTH, unsupported_level=sqlglot.ErrorLevel.IGNORE)


def parsed_query(origin: SqlRef) -> tree.Node:
    """The analyst's query as something that can stand in FROM; printed in another dialect by sqlglot."""
    try:
        found = sqlglot.parse(origin.text, read=dialect_of(origin.dialect).printer)
    except (SqlglotError, RecursionError) as error:
        fail(CODE, "this is not a query of SQL", notes=(_plain(error),), help=f"it is read as {origin.dialect}")
    statements = [each for each in found if each is not None]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        fail(CODE, "from sql(…) takes one SELECT", help="take other statements out of it")
    query = statements[0]
    check_query(query.walk())
    return Foreign(lambda printer: _printed(exp.Subquery(this=query.copy()), printer))


def check_query(nodes: Iterable[exp.Expr]) -> None:
    """Refuse statements that change things and functions that read files, wherever they hide in a query."""
    for node in nodes:
        if isinstance(node, (exp.DDL, exp.DML, exp.Command, exp.Into, exp.ReadCSV, exp.Placeholder, exp.Parameter)) and not isinstance(
            node, exp.Query
        ):
            fail(CODE, f"from sql(…) takes a SELECT only, and this holds {_words(node)}")
        if isinstance(node, exp.Func):
            name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            if name.startswith(_READERS):
                fail(CODE, f"the function {name} is not allowed in from sql(…)", help='read a file with `from file("…")`')
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier) and ("/" in node.name or node.name.endswith(_FILES)):
            fail(CODE, f"`{node.name}` in from sql(…) is a file", help='read a file with `from file("…")`')


_FILES = (".csv", ".parquet", ".json", ".xlsx", ".db", ".duckdb", ".txt", ".tsv", ".gz")


def _plain(error: Exception) -> str:
    return str(error).split(".\n")[0].split("\n")[0].replace("\x1b[4m", "").replace("\x1b[0m", "")
