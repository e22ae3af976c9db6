"""A plan as SQL text of one dialect. Comes in: a Statement. Goes out: sqlglot nodes (`emit_tree`) or text for people (`emit`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from sqlglot import exp

from kpidsl.model.expr import Col, Expr, Lit, Type, walk
from kpidsl.plan.plan import (
    Aggregate,
    FileRef,
    Filter,
    Join,
    Limit,
    Named,
    Project,
    Rel,
    Scan,
    Series,
    Sort,
    SqlRef,
    Statement,
    TableRef,
    UnionAll,
)
from kpidsl.record import replace
from kpidsl.sql import aggregates, casts, dates, functions, nested, numeric, texts  # noqa: F401  (they fill the operator tables)
from kpidsl.sql import nodes as n
from kpidsl.sql.dialects import Dialect, dialect_of, type_text
from kpidsl.sql.escape import parsed_query
from kpidsl.sql.fold import Block, Body, Folder, Source, Table, Union, scanned_names
from kpidsl.sql.lower import lower
from kpidsl.sql.names import Names
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import Speaker, load_spelling


def emit(statement: Statement, dialect: str, pretty: bool = True) -> str:
    """The statement's SQL, with a comment on top that says where it comes from. No semicolon, no line end."""
    from kpidsl.sql.printer import write

    row = dialect_of(dialect)
    text = write(_tree(statement, row), row, pretty)
    comment = top_comment(statement.comment)
    return f"{comment}\n{text}" if comment else text


def emit_tree(statement: Statement, dialect: str) -> exp.Query:
    """The statement as sqlglot nodes; function names are final already, so print it only with `kpidsl.sql.printer.write`."""
    return _tree(statement, dialect_of(dialect))


_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def top_comment(text: str) -> str:
    """Every line behind `-- `; nothing in it can end the comment."""
    lines = [_harmless(line) for line in text.splitlines()]
    return "\n".join(f"-- {line}" for line in lines if line)


def inner_comment(text: str) -> str:
    """On one line and without the marks of comments, for a comment inside the statement."""
    return _harmless(text).replace("/*", "/ *").replace("*/", "* /")


def _harmless(text: str) -> str:
    """Without control characters, and without what Spark would replace by the value of a variable."""
    return _UNSEEN.sub(" ", text).replace("${", "$ {").strip()


def relations(root: Rel) -> Iterator[Rel]:
    """All relations of a plan, a shared one once."""
    seen: set[int] = set()
    stack: list[Rel] = [root]
    while stack:
        rel = stack.pop()
        if id(rel) in seen:
            continue
        seen.add(id(rel))
        yield rel
        match rel:
            case Join(input, other):
                stack += (other, input)
            case UnionAll(inputs):
                stack += reversed(inputs)
            case Named(input) | Filter(input) | Project(input) | Aggregate(input) | Sort(input) | Limit(input):
                stack.append(input)


def scans_of(statement: Statement) -> list[Scan]:
    return [rel for root in (*statement.scalars, statement.root) for rel in relations(root) if isinstance(rel, Scan)]


def files_of(statement: Statement) -> list[FileRef]:
    """The data files that a statement reads, each once; engines without readers load them as tables first."""
    found: dict[FileRef, None] = {}
    for scan in scans_of(statement):
        if isinstance(scan.origin, FileRef):
            found[scan.origin] = None
    return list(found)


def prepared(dialect: Dialect) -> Dialect:
    """The dialect with its spellings loaded, for whoever writes single expressions."""
    load_spelling(dialect)
    return dialect


def source_text(origin: TableRef | FileRef | SqlRef, dialect: str) -> str:
    """What stands behind FROM for a source, for an engine that wants to look at it."""
    from kpidsl.sql.printer import write

    row = dialect_of(dialect)
    return write(Writer(row, Names(row)).table(Source("source", origin), "source"), row, pretty=False)


def _tree(statement: Statement, dialect: Dialect) -> exp.Query:
    load_spelling(dialect)
    *values, root = lower((*statement.scalars, statement.root), dialect)
    names = Names(dialect)
    names.taken |= scanned_names(scans_of(statement))
    folder = Folder(names.free, dialect.order_above_having)
    scalars = {scalar.name: folder.table(value).name for scalar, value in zip(statement.scalars, values, strict=True)}
    body = folder.body(root)
    return Writer(dialect, names, scalars).query(body, folder.tables)


_TRUTH = ("true", "false")  # SQLite gives a column of that name no name unless it is told


class Writer:
    """Blocks to SELECTs."""

    def __init__(self, dialect: Dialect, names: Names, scalars: dict[str, str] | None = None) -> None:
        """`scalars` are common table expressions of one row and column, by the plan's names for them."""
        self.dialect = dialect
        self.names = names
        self.scalars = scalars or {}

    def query(self, body: Body, tables: list[Table]) -> exp.Query:
        written = [self._cte(table) for table in tables]
        query = self._body(body)
        if self.dialect.settings:
            query.set("settings", [exp.EQ(this=n.name(key), expression=n.number(value)) for key, value in self.dialect.settings])
        if written:
            query.set("with_", exp.With(expressions=written))
        return query

    def _cte(self, table: Table) -> exp.CTE:
        parts: dict[str, object] = {"this": self._body(table.body), "alias": exp.TableAlias(this=self.names.identifier(table.name))}
        if table.reads > 1 and self.dialect.materialize:
            parts["materialized"] = True
        cte = exp.CTE(**parts)
        if table.comment:
            cte.comments = [inner_comment(table.comment)]
        return cte

    def _body(self, body: Body) -> exp.Query:
        if isinstance(body, Block):
            return self._select(body, ())
        query: exp.Query = self._select(body.blocks[0], body.types)
        for block in body.blocks[1:]:
            query = exp.Union(this=query, expression=self._select(block, body.types), distinct=False)
        return query

    def _select(self, block: Block, types: tuple[Type, ...]) -> exp.Select:
        outputs = block.outputs or {}
        qualify = len(block.sources) > 1 or self._ambiguous(block)
        speaker = Speaker(self.dialect, lambda col: self._column(col, block, qualify), self._scalar)
        expressions = []
        for index, (name, expr) in enumerate(outputs.items()):
            value = self._selected(speaker, expr, types[index] if types else expr.type)
            expressions.append(value if self._called(value, name) else exp.Alias(this=value, alias=self.names.identifier(name)))
        select = exp.Select(expressions=expressions)
        if block.sources:
            first = block.sources[0]
            select.set("from_", exp.From(this=self.table(first, self._alias(block, first.alias))))
        joins = [self._join(source, self._alias(block, source.alias), speaker) for source in block.sources[1:]]
        if joins:
            select.set("joins", joins)
        if block.where:
            select.set("where", exp.Where(this=n.both(*[speaker.condition(c) for c in block.where])))
        if block.groups:
            select.set("group", exp.Group(expressions=self._grouping(block, outputs, speaker)))
        elif block.sets is not None:
            select.set("group", exp.Group(expressions=[exp.GroupingSets(expressions=[exp.Tuple() for _ in block.sets])]))
        if block.having:
            select.set("having", exp.Having(this=n.both(*[speaker.condition(c) for c in block.having])))
        if block.order:
            keys = [part for expr, down in block.order for part in self._sort_key(expr, down, outputs, speaker)]
            select.set("order", exp.Order(expressions=keys))
        if block.limit is not None:
            select.set("limit", exp.Limit(expression=n.number(block.limit)))
        return select

    def _called(self, value: Node, name: str) -> bool:
        """The selected value has the name by itself."""
        plain = isinstance(value, exp.Column) and value.name == name and name.casefold() not in _TRUTH
        return plain and not (self.dialect.names_with_table and value.args.get("table") is not None)

    def _selected(self, speaker: Speaker, expr: Expr, kind: Type) -> Node:
        value = speaker.value(expr)
        if isinstance(expr, Lit) and expr.value is None and kind.kind != "null" and self.dialect.typed_nulls:
            return n.cast(value, speaker.type_name(kind.kind, kind.precision))
        return value

    def _ambiguous(self, block: Block) -> bool:
        """A bare name would mean something else: an output bears the name of another column that the SELECT reads, and dialects disagree on
        which of the two is meant; or its table does, and the dialect takes the name for the whole row."""
        made = {name.casefold() for name, e in (block.outputs or {}).items() if not (isinstance(e, Col) and e.name == name)}
        if self.dialect.tables_hide_columns:
            made |= {self._alias(block, source.alias).casefold() for source in block.sources}
        if not made:
            return False
        return any(isinstance(part, Col) and part.name.casefold() in made for expr in _expressions(block) for part in walk(expr))

    def _column(self, col: Col, block: Block, qualify: bool) -> Node:
        if col.table is None:
            return self._level(block)
        name = self.names.identifier(col.name)
        return exp.Column(this=name, table=self.names.identifier(self._alias(block, col.table))) if qualify else exp.Column(this=name)

    def _scalar(self, name: str, column: str) -> Node:
        """The one value of a common table expression."""
        table = exp.Table(this=self.names.identifier(self.scalars[name]))
        value = exp.Column(this=self.names.identifier(column))
        return exp.Subquery(this=exp.Select(expressions=[value], from_=exp.From(this=table)))

    def _alias(self, block: Block, alias: str) -> str:
        """By what a source goes in the SELECT: another name than its own where an output would hide it."""
        outputs = block.outputs or {}
        if self.dialect.outputs_hide_tables and alias in outputs:
            taken = {*outputs, *(source.alias for source in block.sources)}
            return next(name for number in count(1) if (name := f"{alias}_{number}") not in taken)
        return alias

    def _level(self, block: Block) -> Node:
        """The position of the row's grouping set, out of which group columns it leaves out."""
        groups, sets = block.groups or (), block.sets or ()
        if not groups:
            return n.number(0)
        qualify = len(block.sources) > 1 or self._ambiguous(block)
        speaker = Speaker(self.dialect, lambda col: self._column(col, block, qualify), self._scalar)
        values = [speaker.value(e) for _, e in groups]
        if self.dialect.grouping:
            mask = n.call(self.dialect.grouping, *values)
        else:
            bits = [(n.call("GROUPING", value), 1 << (len(values) - 1 - at)) for at, value in enumerate(values)]
            mask = n.plus(*[bit if weight == 1 else n.mul(bit, n.number(weight)) for bit, weight in bits])
        masks = [sum(1 << (len(groups) - 1 - i) for i, (name, _) in enumerate(groups) if name not in chosen) for chosen in sets]
        if masks == list(range(len(masks))):
            return mask
        return exp.Case(this=mask, ifs=[exp.If(this=n.number(m), true=n.number(at)) for at, m in enumerate(masks)])

    def _grouping(self, block: Block, outputs: dict[str, Expr], speaker: Speaker) -> list[Node]:
        groups = block.groups or ()
        places = {id(expr): index for index, expr in enumerate(outputs.values(), 1)}
        keys: dict[str, Node] = {}
        for name, expr in groups:
            ordinals = self.dialect.group_ordinals if block.sets is None else self.dialect.set_ordinals
            place = places.get(id(expr)) if ordinals else None
            if place is not None:
                keys[name] = n.number(place)
            elif not isinstance(expr, Lit):
                keys[name] = speaker.value(expr)
        if block.sets is None:
            return list(keys.values())
        sets = [exp.Tuple(expressions=[keys[name].copy() for name in chosen]) for chosen in block.sets]
        return [exp.GroupingSets(expressions=sets)]

    def _sort_key(self, expr: Expr, down: bool, outputs: dict[str, Expr], speaker: Speaker) -> list[exp.Ordered]:
        """By the output's name where the select list has the expression, else by the expression."""
        collated = expr.type.kind == "text" and self.dialect.exact_text
        if not collated and self.dialect.null_order != "key" and not (isinstance(expr, Col) and expr.table is not None):
            for name, output in outputs.items():
                if output is expr or output == expr:
                    return [speaker.order(expr, exp.Column(this=self.names.identifier(name)), down)]
        return speaker.order_parts(speaker.order(expr, speaker.value(expr), down))

    def _join(self, source: Source, alias: str, speaker: Speaker) -> exp.Join:
        cross = {"kind": self.dialect.cross_join}
        side = {"left": {"side": "LEFT"}, "inner": {}, "cross": cross}[source.kind]
        if source.on is None:
            return exp.Join(this=self.table(source, alias), **(cross if source.kind != "left" else {**side, "on": n.true()}))
        return exp.Join(this=self.table(source, alias), on=speaker.condition(source.on), **side)

    def table(self, source: Source, called: str) -> Node:
        alias = self.names.identifier(called)
        match source.reads:
            case Table(name=name):
                return self._aliased(exp.Table(this=self.names.identifier(name)), name, alias)
            case TableRef(parts):
                keys = ("this", "db", "catalog")
                found = {key: self.names.identifier(part) for key, part in zip(keys, reversed(parts), strict=False)}
                return self._aliased(exp.Table(**found), parts[-1], alias)
            case FileRef() as file:
                if not self.dialect.reads_files or file.format == "xlsx":
                    return self._aliased(exp.Table(this=self.names.identifier(file.table)), file.table, alias)
                return exp.Table(this=_read_file(file, self.dialect), alias=exp.TableAlias(this=alias))
            case Series(count):
                call = n.call(self.dialect.series, n.number(0), n.number(count if self.dialect.series == "range" else count - 1))
                return exp.Table(this=call, alias=exp.TableAlias(this=alias, columns=[exp.to_identifier("n")]))
            case SqlRef() as query:
                return exp.Subquery(this=parsed_query(query), alias=exp.TableAlias(this=alias))

    def _aliased(self, table: exp.Table, name: str, alias: exp.Identifier) -> exp.Table:
        if alias.this != name:
            table.set("alias", exp.TableAlias(this=alias))
        return table


def _read_file(file: FileRef, dialect: Dialect) -> Node:
    """read_csv('path', header = true, types = {'id': 'BIGINT', …})."""
    options = [exp.EQ(this=exp.Identifier(this=key), expression=_option(value)) for key, value in file.options]
    if file.types:
        pairs = [exp.PropertyEQ(this=n.text(name), expression=n.text(_file_type(kind, dialect))) for name, kind in file.types]
        options.append(exp.EQ(this=exp.Identifier(this="types"), expression=exp.Struct(expressions=pairs)))
    return n.call(f"read_{file.format}", n.text(file.path), *options)


MONEY_IN_FILES = (38, 9)
"""Digits of an amount in a text file whose scale nobody declared: enough for millionths, exact as sums of money are (S6)."""


def _file_type(kind: Type, dialect: Dialect) -> str:
    return type_text(dialect, replace(kind, precision=MONEY_IN_FILES) if kind.kind == "decimal" and kind.precision is None else kind)


def _option(value: str | int | bool) -> Node:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    return n.number(value) if isinstance(value, int) else n.text(value)


def _expressions(block: Block) -> Iterator[Expr]:
    yield from (block.outputs or {}).values()
    yield from block.where
    yield from block.having
    for source in block.sources:
        if source.on is not None:
            yield source.on
    for _, expr in block.groups or ():
        yield expr
    for expr, _ in block.order:
        yield expr


__all__ = ["Union", "emit", "emit_tree", "files_of", "relations", "scans_of", "top_comment"]
