"""A plan as SQL text of one dialect. Comes in: a Statement. Goes out: nodes of SQL (`emit_tree`) or text for people (`emit`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count

from kpidsl.model.expr import Col, Expr, Lit, Type, walk
from kpidsl.plan.plan import FileRef, Rel, Scan, Series, SqlRef, Statement, TableRef, inputs_of
from kpidsl.record import replace
from kpidsl.sql import aggregates, casts, dates, functions, nested, numeric, texts, tree  # noqa: F401  (they fill the operator tables)
from kpidsl.sql import nodes as n
from kpidsl.sql.dialects import Dialect, dialect_of, type_text
from kpidsl.sql.fold import Block, Body, Folder, Source, Table, Union, scanned_names
from kpidsl.sql.given import Given, Givens
from kpidsl.sql.lower import lower
from kpidsl.sql.names import Names
from kpidsl.sql.speak import Speaker, load_spelling
from kpidsl.sql.tree import Node

Kept = Mapping[FileRef, TableRef]
"""Files whose rows an engine has in a table already."""


def emit(statement: Statement, dialect: str, pretty: bool = True) -> str:
    """The statement's SQL, with a comment on top that says where it comes from. No semicolon, no line end."""
    return emit_apart(statement, dialect, pretty)[0]


def emit_apart(statement: Statement, dialect: str, pretty: bool = True, kept: Kept | None = None) -> tuple[str, tuple[Given, ...]]:
    """The SQL, and the values that go to the engine beside it, in the order of the places that it has for them. Of `kept` files the tables
    are read instead."""
    from kpidsl.sql.printer import write

    row, givens = dialect_of(dialect), Givens()
    text = write(_tree(statement, row, givens, kept), row, pretty)
    comment = top_comment(statement.comment)
    return f"{comment}\n{text}" if comment else text, tuple(givens.values)


def emit_tree(statement: Statement, dialect: str) -> tree.Query:
    """The statement as nodes, for `kpidsl.sql.printer.write`."""
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
        stack += reversed(inputs_of(rel))


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


def _tree(statement: Statement, dialect: Dialect, givens: Givens | None = None, kept: Kept | None = None) -> tree.Query:
    load_spelling(dialect)
    *values, root = lower((*statement.scalars, statement.root), dialect)
    names = Names(dialect)
    names.taken |= scanned_names(scans_of(statement))
    folder = Folder(names.free, dialect.order_above_having)
    scalars = {scalar.name: folder.table(value).name for scalar, value in zip(statement.scalars, values, strict=True)}
    body = folder.body(root)
    return Writer(dialect, names, scalars, givens, kept).query(body, folder.tables)


_TRUTH = ("true", "false")  # SQLite gives a column of that name no name unless it is told


class Writer:
    """Blocks to SELECTs."""

    def __init__(
        self,
        dialect: Dialect,
        names: Names,
        scalars: dict[str, str] | None = None,
        givens: Givens | None = None,
        kept: Kept | None = None,
    ) -> None:
        """`scalars` are common table expressions of one row and column, by the plan's names for them."""
        self.givens = givens
        self.dialect = dialect
        self.names = names
        self.scalars = scalars or {}
        self.kept = kept or {}

    def query(self, body: Body, tables: list[Table]) -> tree.Query:
        return tree.Query(tuple([self._shared(table) for table in tables]), self._body(body), self.dialect.settings)

    def _shared(self, table: Table) -> tree.Shared:
        comment = inner_comment(table.comment) if table.comment else ""
        materialized = table.reads > 1 and self.dialect.materialize
        return tree.Shared(self.names.identifier(table.name), self._body(table.body, self.dialect.names_shared), comment, materialized)

    def _body(self, body: Body, named: bool = False) -> Node:
        """`named`: what is selected is named, also where it has the name by itself."""
        if isinstance(body, Block):
            return self._select(body, (), named)
        return tree.Union(tuple([self._select(block, body.types) for block in body.blocks]))

    def _select(self, block: Block, types: tuple[Type, ...], named: bool = False) -> tree.Select:
        outputs = block.outputs or {}
        qualify = len(block.sources) > 1 or self._ambiguous(block)
        speaker = Speaker(self.dialect, self._columns(block, qualify), self._scalar, self.givens)
        expressions = []
        for index, (name, expr) in enumerate(outputs.items()):
            value = self._selected(speaker, expr, types[index] if types else expr.type)
            expressions.append(value if not named and self._called(value, name) else tree.Alias(value, self.names.identifier(name)))
        first = block.sources[0] if block.sources else None
        others, order = block.sources[1:], block.order
        return tree.Select(
            tuple(expressions),
            None if first is None else self.table(first, self._alias(block, first.alias)),
            tuple([self._join(source, self._alias(block, source.alias), speaker) for source in others]) if others else (),
            self._all(block.where, speaker) if block.where else None,
            () if block.groups is None else self._groups(block, outputs, speaker),
            self._all(block.having, speaker) if block.having else None,
            tuple([part for expr, down in order for part in self._sort_key(expr, down, outputs, speaker)]) if order else (),
            block.limit,
        )

    def _all(self, conditions: list[Expr], speaker: Speaker) -> Node:
        return n.both(*[speaker.condition(each) for each in conditions])

    def _called(self, value: Node, name: str) -> bool:
        """The selected value has the name by itself."""
        if not isinstance(value, tree.Column) or value.name.text != name or name.casefold() in _TRUTH:
            return False
        return value.table is None or not self.dialect.names_with_table

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
        for expr in _expressions(block):
            if isinstance(expr, Col):
                if expr.name.casefold() in made:
                    return True
            elif not made.isdisjoint([part.name.casefold() for part in walk(expr) if isinstance(part, Col)]):
                return True
        return False

    def _columns(self, block: Block, qualify: bool) -> Callable[[Col], Node]:
        """How columns are written in a SELECT."""
        identifier = self.names.identifier

        def column(col: Col) -> Node:
            if col.table is None:
                return self._level(block)
            return tree.Column(identifier(col.name), identifier(self._alias(block, col.table)) if qualify else None)

        return column

    def _scalar(self, name: str, column: str) -> Node:
        """The one value of a common table expression."""
        value = tree.Column(self.names.identifier(column))
        return tree.Subquery(tree.Select((value,), self.names.identifier(self.scalars[name])))

    def _alias(self, block: Block, alias: str) -> str:
        """By what a source goes in the SELECT: another name than its own where an output would hide it."""
        if not self.dialect.outputs_hide_tables or alias not in (outputs := block.outputs or {}):
            return alias
        taken = {*outputs, *(source.alias for source in block.sources)}
        return next(name for number in count(1) if (name := f"{alias}_{number}") not in taken)

    def _level(self, block: Block) -> Node:
        """The position of the row's grouping set, out of which group columns it leaves out."""
        groups, sets = block.groups or (), block.sets or ()
        if not groups:
            return n.number(0)
        qualify = len(block.sources) > 1 or self._ambiguous(block)
        speaker = Speaker(self.dialect, self._columns(block, qualify), self._scalar, self.givens)
        values = [speaker.value(e) for _, e in groups]
        if self.dialect.grouping:
            mask = n.call(self.dialect.grouping, *values)
        else:
            bits = [(n.call("GROUPING", value), 1 << (len(values) - 1 - at)) for at, value in enumerate(values)]
            mask = n.plus(*[bit if weight == 1 else n.mul(bit, n.number(weight)) for bit, weight in bits])
        masks = [sum(1 << (len(groups) - 1 - i) for i, (name, _) in enumerate(groups) if name not in chosen) for chosen in sets]
        if masks == list(range(len(masks))):
            return mask
        return tree.Case(tuple([(n.number(m), n.number(at)) for at, m in enumerate(masks)]), subject=mask)

    def _groups(self, block: Block, outputs: dict[str, Expr], speaker: Speaker) -> tuple[Node, ...]:
        """What stands behind GROUP BY."""
        groups = block.groups or ()
        if not groups:
            return () if block.sets is None else (tree.GroupingSets((tree.Tuple(()),) * len(block.sets)),)
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
            return tuple(keys.values())
        return (tree.GroupingSets(tuple([tree.Tuple(tuple([keys[name] for name in chosen])) for chosen in block.sets])),)

    def _sort_key(self, expr: Expr, down: bool, outputs: dict[str, Expr], speaker: Speaker) -> list[tree.Key]:
        """By the output's name where the select list has the expression, else by the expression."""
        collated = expr.type.kind == "text" and self.dialect.exact_text
        if not collated and self.dialect.null_order != "key" and not (isinstance(expr, Col) and expr.table is not None):
            for name, output in outputs.items():
                if output is expr or output == expr:
                    return [speaker.order(expr, tree.Column(self.names.identifier(name)), down)]
        return speaker.order_parts(speaker.order(expr, speaker.value(expr), down))

    def _join(self, source: Source, alias: str, speaker: Speaker) -> tree.Join:
        words = {"left": "LEFT JOIN", "inner": "JOIN", "cross": self.dialect.cross_join}[source.kind]
        if source.on is not None:
            return tree.Join(words, self.table(source, alias), speaker.condition(source.on))
        if source.kind == "left":
            return tree.Join(words, self.table(source, alias), n.true())
        return tree.Join(self.dialect.cross_join, self.table(source, alias))

    def table(self, source: Source, called: str) -> Node:
        alias = self.names.identifier(called)
        match self.kept.get(source.reads, source.reads) if isinstance(source.reads, FileRef) else source.reads:
            case Table(name=name):
                return _aliased(self.names.identifier(name), name, alias)
            case TableRef(parts):
                return _aliased(tree.Table(tuple([self.names.identifier(part) for part in parts[-3:]])), parts[-1], alias)
            case FileRef() as file:
                if not self.dialect.reads_files or file.format == "xlsx":
                    return _aliased(self.names.identifier(file.table), file.table, alias)
                return tree.Alias(_read_file(file, self.dialect), alias)
            case Series(count):
                call = n.call(self.dialect.series, n.number(0), n.number(count if self.dialect.series == "range" else count - 1))
                return tree.Alias(call, alias, (n.name("n"),))
            case SqlRef() as query:
                from kpidsl.sql.escape import parsed_query

                return tree.Alias(parsed_query(query), alias)


def _aliased(table: Node, name: str, alias: tree.Name) -> Node:
    return table if alias.text == name else tree.Alias(table, alias)


def _read_file(file: FileRef, dialect: Dialect) -> Node:
    """read_csv('path', header = true, types = {'id': 'BIGINT', …})."""
    options = [n.eq(n.name(key), _option(value)) for key, value in file.options]
    if file.types:
        pairs = [(n.text(name), n.text(_file_type(kind, dialect))) for name, kind in file.types]
        options.append(n.eq(n.name("types"), tree.Struct(tuple(pairs))))
    return n.call(f"read_{file.format}", n.text(file.path), *options)


MONEY_IN_FILES = (38, 9)
"""Digits of an amount in a text file whose scale nobody declared: enough for millionths, exact as sums of money are (S6)."""


def _file_type(kind: Type, dialect: Dialect) -> str:
    return type_text(dialect, replace(kind, precision=MONEY_IN_FILES) if kind.kind == "decimal" and kind.precision is None else kind)


def _option(value: str | int | bool) -> Node:
    if isinstance(value, bool):
        return tree.Truth(value)
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


__all__ = ["Union", "emit", "emit_apart", "emit_tree", "files_of", "relations", "scans_of", "top_comment"]
