"""Text for people out of sqlglot nodes: one table of functions a dialect, made when it is first asked for.

sqlglot prints most nodes as we want them; the few below it would rewrite, or lay out over many lines where one is enough.
"""

from __future__ import annotations

from functools import cache

from sqlglot import ErrorLevel, exp
from sqlglot.dialects.dialect import Dialect as Printer
from sqlglot.generator import Generator

from kpidsl.sql.dialects import Dialect
from kpidsl.sql.nodes import AS_WRITTEN

WIDTH = 100


def _cast(self: Generator, e: exp.Cast) -> str:
    return f"CAST({self.sql(e, 'this')} AS {self.sql(e, 'to')})"


def _try_cast(self: Generator, e: exp.TryCast) -> str:
    return f"TRY_{_cast(self, e)}"


def _filter(self: Generator, e: exp.Filter) -> str:
    return f"{self.sql(e, 'this')} FILTER (WHERE {self.sql(e.args['expression'], 'this')})"


def _paren(self: Generator, e: exp.Paren) -> str:
    inner = self.sql(e, "this")
    if self.pretty and ("\n" in inner or len(inner) > WIDTH):
        return f"(\n{self.indent(inner, level=0)}\n)"
    return f"({inner})"


def _ordered(self: Generator, e: exp.Ordered) -> str:
    if e.args.get("nulls_first") is not False:
        return self.ordered_sql(e)
    return self.sql(e, "this") + (" DESC" if e.args.get("desc") else "") + " NULLS LAST"


def _ordered_plain(self: Generator, e: exp.Ordered) -> str:
    if e.args.get("nulls_first") is not False:
        return self.ordered_sql(e)
    return self.sql(e, "this") + (" DESC" if e.args.get("desc") else "")


def _list(self: Generator, words: str, items: list[exp.Expr]) -> str:
    """GROUP BY 1, 2 on one line while it fits."""
    written = [self.sql(item) for item in items]
    line = ", ".join(written)
    if self.pretty and (len(line) > WIDTH or "\n" in line):
        return self.seg(words) + "\n" + ",\n".join(self.indent(w) for w in written)
    return f"{self.seg(words)} {line}"


def _group(self: Generator, e: exp.Group) -> str:
    if any(value for key, value in e.args.items() if key != "expressions"):
        return self.group_sql(e)
    return _list(self, "GROUP BY", e.expressions)


def _grouping_sets(self: Generator, e: exp.GroupingSets) -> str:
    return f"GROUPING SETS ({', '.join(self.sql(x) for x in e.expressions)})"


def _order(self: Generator, e: exp.Order) -> str:
    keys = ", ".join(self.sql(x) for x in e.expressions)
    this = self.sql(e, "this")
    if this:
        return f"{this} ORDER BY {keys}"
    return f" ORDER BY {keys}" if isinstance(e.parent, exp.WithinGroup) else _list(self, "ORDER BY", e.expressions)


def _div(self: Generator, e: exp.Div) -> str:
    return self.binary(e, "/") if e.args.get("safe") == AS_WRITTEN else self.div_sql(e)


def _in(self: Generator, e: exp.In, word: str = "IN") -> str:
    if not e.expressions or e.args.get("is_global"):
        return f"NOT {self.in_sql(e)}" if word == "NOT IN" else self.in_sql(e)
    options = [self.sql(x) for x in e.expressions]
    line = ", ".join(options)
    if self.pretty and len(line) > WIDTH:
        line = "\n" + self.indent(",\n".join(options)) + "\n"
    return f"{self.sql(e, 'this')} {word} ({line})"


def _not(self: Generator, e: exp.Not) -> str:
    """x NOT IN (…), x NOT LIKE …, x IS NOT NULL as people write them."""
    inner = e.this
    if isinstance(inner, exp.In):
        return _in(self, inner, "NOT IN")
    if isinstance(inner, (exp.Like, exp.Glob)) and not inner.args.get("negate"):
        return f"{self.sql(inner, 'this')} NOT {inner.key.upper()} {self.sql(inner, 'expression')}"
    return f"NOT {self.sql(inner)}"


def _regexp(self: Generator, e: exp.RegexpLike) -> str:
    """MariaDB has the operator only."""
    return f"{self.sql(e, 'this')} REGEXP {self.sql(e, 'expression')}"


def _subquery(self: Generator, e: exp.Subquery) -> str:
    """The one value of another relation stands on one line."""
    if (
        not isinstance(e.this, exp.Select)
        or e.args.get("alias") is not None
        or any(e.this.args.get(k) for k in ("joins", "where", "group"))
    ):
        return self.subquery_sql(e)
    pretty, self.pretty = self.pretty, False
    text = self.sql(e, "this")
    self.pretty = pretty
    return f"({text})"


def _lambda(self: Generator, e: exp.Lambda) -> str:
    names = ", ".join(self.sql(x) for x in e.expressions)
    return f"lambda {names}: {self.sql(e, 'this')}"


def _literal(self: Generator, e: exp.Literal) -> str:
    """${word} would be replaced by a variable's value before anything is read; a backslash between says the same."""
    return self.literal_sql(e).replace("${", "$\\{")


def _identifier(self: Generator, e: exp.Identifier) -> str:
    """A plain name as it is; every other one is sqlglot's to quote."""
    text = e.args["this"]
    if e.args.get("quoted") or not (text.isascii() and text.isidentifier()) or text.lower() in self.RESERVED_KEYWORDS:
        return self.identifier_sql(e)
    return str(text)


def _column(self: Generator, e: exp.Column) -> str:
    """`name` and `table.name`, which are half of all nodes, without a round through the printer for each part."""
    args = e.args
    this, table = args["this"], args.get("table")
    if len(args) > 1 + ("table" in args) or not _bare(this) or not (table is None or _bare(table)):
        return self.column_sql(e)
    return _identifier(self, this) if table is None else f"{_identifier(self, table)}.{_identifier(self, this)}"


def _bare(node: exp.Expr) -> bool:
    return type(node) is exp.Identifier and not node.comments


_COMMON: dict[type[exp.Expr], object] = {
    exp.Cast: _cast,
    exp.TryCast: _try_cast,
    exp.Filter: _filter,
    exp.Paren: _paren,
    exp.Group: _group,
    exp.Order: _order,
    exp.GroupingSets: _grouping_sets,
    exp.Div: _div,
    exp.Not: _not,
    exp.In: _in,
    exp.Subquery: _subquery,
}


@cache
def printer_of(dialect: Dialect) -> tuple[Printer, type[Generator], dict[type[exp.Expr], object]]:
    """The sqlglot dialect, its printer class, and what that prints each node with: its own functions, and ours in place of some.

    No subclass of theirs: sqlglot may be installed compiled (`sqlglot[c]`), and a compiled class cannot have one.
    """
    base = Printer.get_or_raise(dialect.printer)
    kind = base.generator_class
    special: dict[type[exp.Expr], object] = {exp.Ordered: _ordered if dialect.null_order == "clause" else _ordered_plain}
    if dialect.name == "duckdb":
        special[exp.Lambda] = _lambda
    if dialect.printer == "mysql":
        special[exp.RegexpLike] = _regexp
    if dialect.substitutes:
        special[exp.Literal] = _literal
    if kind.identifier_sql is Generator.identifier_sql:
        special[exp.Identifier] = _identifier
        if kind.column_parts is Generator.column_parts:
            special[exp.Column] = _column
    return base, kind, {**kind(dialect=base)._dispatch, **_COMMON, **special}


def write(tree: exp.Expr, dialect: Dialect, pretty: bool = True) -> str:
    """The statement as text. The tree is not copied and must not be used again."""
    base, kind, functions = printer_of(dialect)
    printer = kind(dialect=base, pretty=pretty, comments=True, max_text_width=WIDTH, unsupported_level=ErrorLevel.IGNORE)
    printer._dispatch = functions  # type: ignore[assignment]
    return printer.generate(tree, copy=False)
