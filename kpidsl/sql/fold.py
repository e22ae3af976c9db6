"""Plan nodes folded into as few SELECTs as an expert would write. Comes in: a relation. Goes out: blocks, one a SELECT.

A block grows from FROM over WHERE, GROUP BY and the select list to ORDER BY and LIMIT. A node that comes too late for the block at hand
(a filter above a window, an aggregate above an aggregate) starts a new block that reads the old one as a common table expression.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from kpidsl.model.expr import INT, Agg, Col, Expr, Over, Type, holds, mapped, walk
from kpidsl.plan.plan import (
    Aggregate,
    FileRef,
    Filter,
    Join,
    Limit,
    Named,
    One,
    Project,
    Rel,
    Scan,
    Series,
    Sort,
    SqlRef,
    TableRef,
    UnionAll,
)
from kpidsl.record import dataclass, field

GROWTH = 24  # nodes by which a SELECT may grow through repeated expressions before a common table expression is clearer


_COUNTED = {"n": INT}


@dataclass(slots=True)
class Source:
    """One item of FROM: a table, file or query of the analyst's, or an earlier block (`reads`)."""

    alias: str
    reads: TableRef | FileRef | SqlRef | Series | Table
    kind: str = ""  # of the join; empty for the first
    on: Expr | None = None

    @property
    def columns(self) -> dict[str, Type] | None:
        """The output columns where they are known."""
        if isinstance(self.reads, Series):
            return _COUNTED
        return self.reads.columns if isinstance(self.reads, Table) else None


@dataclass(slots=True)
class Table:
    """A common table expression: a name, its body, and how often it is read."""

    name: str
    body: Body
    columns: dict[str, Type]
    comment: str = ""
    reads: int = 0


@dataclass(slots=True)
class Union:
    """UNION ALL of blocks."""

    blocks: list[Block]
    types: tuple[Type, ...]
    columns: dict[str, Type]


@dataclass(slots=True)
class Block:
    """One SELECT. Expressions speak of columns by SQL alias; `outputs` is None until something chooses columns."""

    sources: list[Source]
    where: list[Expr] = field(default_factory=list)
    groups: tuple[tuple[str, Expr], ...] | None = None
    sets: tuple[tuple[str, ...], ...] | None = None
    level: str | None = None
    having: list[Expr] = field(default_factory=list)
    outputs: dict[str, Expr] | None = None
    order: list[tuple[Expr, bool]] = field(default_factory=list)
    limit: int | None = None
    windowed: bool = False

    @property
    def aggregated(self) -> bool:
        return self.groups is not None

    @property
    def open(self) -> bool:
        """Still only FROM and WHERE."""
        return self.outputs is None

    def columns(self) -> dict[str, Type]:
        return {name: expr.type for name, expr in (self.outputs or {}).items()}


Body = Block | Union


class Folder:
    """Folds one statement; `tables` are the common table expressions in the order in which they may be written."""

    def __init__(self, free: Callable[[str], str], order_above_having: bool = True) -> None:
        self.free = free
        self.order_above_having = order_above_having
        self.tables: list[Table] = []
        self._named: dict[int, Table] = {}
        self._keep: list[Named] = []

    def body(self, rel: Rel) -> Body:
        """A whole query: a SELECT or a UNION ALL."""
        if isinstance(rel, UnionAll):
            return self._union(rel)
        block = self.block(rel)
        return self._all_columns(block) if block.open else block

    def block(self, rel: Rel) -> Block:
        if isinstance(rel, Project):
            return self._project(self.block(rel.input), rel.columns)
        if isinstance(rel, Named):
            return self._reading(self._table(rel), rel.name)
        if isinstance(rel, Filter):
            return self._filter(self.block(rel.input), rel.condition)
        if isinstance(rel, Aggregate):
            return self._aggregate(rel)
        if isinstance(rel, Join):
            return self._join(rel)
        if isinstance(rel, Scan):
            return Block([Source(rel.alias, rel.origin)])
        if isinstance(rel, UnionAll):
            union = self._union(rel)
            return self._reading(self._new_table("combined", union, union.columns))
        if isinstance(rel, Series):
            return Block([Source(rel.alias, rel)])
        if isinstance(rel, Sort):
            return self._sort(rel)
        if isinstance(rel, Limit):
            block = self.block(rel.input)
            block.limit = rel.count if block.limit is None else min(rel.count, block.limit)
            return block
        if isinstance(rel, One):
            return Block([])
        raise TypeError(f"not a relation: {rel!r}")

    # common table expressions

    def table(self, rel: Rel) -> Table:
        """A relation that is read by its name only."""
        assert isinstance(rel, Named)
        return self._table(rel)

    def _table(self, rel: Named) -> Table:
        found = self._named.get(id(rel))
        if found is None:
            body = self.body(rel.input)
            columns = body.columns if isinstance(body, Union) else body.columns()
            found = self._new_table(rel.name, body, columns)
            found.comment = rel.comment
            self._named[id(rel)] = found
            self._keep.append(rel)
        return found

    def _new_table(self, wanted: str, body: Body, columns: dict[str, Type]) -> Table:
        table = Table(self.free(wanted), body, columns)
        self.tables.append(table)
        return table

    def _reading(self, table: Table, alias: str = "") -> Block:
        table.reads += 1
        return Block([Source(alias or table.name, table)])

    def _wrap(self, block: Block) -> Block:
        """The block as a common table expression, and a new block that reads it."""
        if block.limit is None:
            block.order = []
        stem = block.sources[0].alias
        suffix = "windowed" if block.windowed else "grouped" if block.aggregated else "rows"
        if stem.endswith(("_rows", "_grouped", "_windowed")):
            stem = stem.rsplit("_", 1)[0]
        return self._reading(self._new_table(f"{stem}_{suffix}", block, block.columns()))

    def _union(self, rel: UnionAll) -> Union:
        blocks = []
        for part in rel.inputs:
            block = self.block(part)
            if block.limit is not None:
                block = self._wrap(block)
            if block.open:
                block = self._all_columns(block)
            block.order = []
            blocks.append(block)
        columns = blocks[0].columns()
        if rel.types:
            columns = dict(zip(columns, rel.types, strict=True))
        return Union(blocks, rel.types, columns)

    def _all_columns(self, block: Block) -> Block:
        """Every known column of the only source, for a block that nothing chose columns of."""
        source = block.sources[0]
        if source.columns is None or len(block.sources) > 1:
            raise ValueError(f"the columns of `{source.alias}` are not known here: the planner must project them")
        block.outputs = {name: Col(source.alias, name, kind) for name, kind in source.columns.items()}
        return block

    # the clauses

    def _sort(self, rel: Sort) -> Block:
        block = self.block(rel.input)
        if block.limit is not None:
            block = self._wrap(block)
        block.order = [(self._in(block, key), down) for key, down in rel.keys]
        return block

    def _join(self, rel: Join) -> Block:
        block = self.block(rel.input)
        if not block.open or block.limit is not None or block.order:
            block = self._wrap(block if not block.open else self._all_columns(block))
        if block.where and rel.kind not in ("left", "inner", "cross"):
            raise ValueError(f"join kind {rel.kind}")
        other = self._source(rel)
        taken = {s.alias.casefold() for s in block.sources}
        if other.alias.casefold() in taken:
            raise ValueError(f"two sources are called `{other.alias}`")
        block.sources.append(other)
        if rel.on is not None:
            other.on = self._in(block, rel.on)
        return block

    def _source(self, rel: Join) -> Source:
        match rel.other:
            case Scan(origin, _):
                return Source(rel.alias, origin, rel.kind)
            case Series():
                return Source(rel.alias, rel.other, rel.kind)
            case Named():
                table = self._table(rel.other)
            case _:
                body = self.body(rel.other)
                table = self._new_table(rel.alias, body, body.columns if isinstance(body, Union) else body.columns())
        table.reads += 1
        return Source(rel.alias, table, rel.kind)

    def _filter(self, block: Block, condition: Expr) -> Block:
        if (
            block.limit is not None
            or (block.windowed and _has(self._in(block, condition), Over))
            or block.windowed
            or (block.aggregated and block.sets is not None)
        ):
            block = self._wrap(block)
        resolved = self._in(block, condition)
        if block.aggregated:
            (block.having if _has(resolved, Agg) or not block.groups else block.where).append(resolved)
        else:
            block.where.append(resolved)
        return block

    def _project(self, block: Block, columns: tuple[tuple[str, Expr], ...]) -> Block:
        if not block.open and self._too_much(block, columns):
            block = self._wrap(block)
        elif block.having and not self.order_above_having and any(_has(key, Agg) for key, _ in block.order):
            block = self._with_keys(block)
        outputs = {name: self._in(block, expr) for name, expr in columns}
        if _hides_groups(block, outputs):
            block = self._wrap(block)
            outputs = {name: self._in(block, expr) for name, expr in columns}
        block.windowed = block.windowed or any(_has(e, Over) for _, e in columns)
        block.outputs = outputs
        return block

    def _with_keys(self, block: Block) -> Block:
        """The block with its sort keys as columns in a common table expression, read in the same order."""
        outputs, limit, block.limit = block.outputs or {}, block.limit, None
        keys: list[tuple[Expr, bool]] = []
        for key, down in block.order:
            name = next((name for name, output in outputs.items() if output == key), None)
            if name is None:
                name = self.free("order_key")
                outputs[name] = key
            keys.append((Col(None, name, key.type), down))
        made = self._wrap(block)
        made.order, made.limit = [(self._in(made, key), down) for key, down in keys], limit
        return made

    def _too_much(self, block: Block, columns: tuple[tuple[str, Expr], ...]) -> bool:
        """The new columns cannot be written over the old ones, or only at too great a length."""
        if (block.aggregated or block.windowed or block.limit is not None) and any(_has(e, Over) for _, e in columns):
            return True
        if block.level is not None and any(e.name == block.level for _, c in columns for e in walk(c) if isinstance(e, Col) and c is not e):
            return True
        names = [part.name for _, expr in columns for part in walk(expr) if isinstance(part, Col)]
        if len(set(names)) == len(names):
            return False
        outputs = block.outputs or {}
        growth = sum([(count - 1) * size(outputs[name]) for name, count in Counter(names).items() if count > 1 and name in outputs])
        return growth > GROWTH

    def _aggregate(self, rel: Aggregate) -> Block:
        block = self.block(rel.input)
        if (
            block.aggregated
            or block.windowed
            or block.limit is not None
            or (not block.open and self._too_much(block, (*rel.groups, *rel.aggs)))
        ):
            block = self._wrap(block)
        block.order = []
        groups = tuple((name, self._in(block, expr)) for name, expr in rel.groups)
        outputs: dict[str, Expr] = dict(groups)
        for name, agg in rel.aggs:
            outputs[name] = self._in(block, agg)
        block.groups, block.sets, block.level = groups, rel.sets, rel.level
        if rel.level is not None:
            outputs[rel.level] = Col(None, rel.level, INT)
        block.outputs = outputs or {"rows": Agg("count_rows", (), INT)}
        return block

    # names

    def _in(self, block: Block, expr: Expr) -> Expr:
        """The expression in terms of the block's FROM."""
        outputs = block.outputs

        def among(part: Col) -> Expr:
            alias = self._alias(block, part)
            return part if alias == part.table else Col(alias, part.name, part.type)

        def chosen(part: Col) -> Expr:
            found = outputs.get(part.name) if outputs else None
            if found is None:
                raise LookupError(f"no column `{part.name}` among {', '.join(outputs or ())}")
            return found

        return mapped(expr, Col, among if outputs is None else chosen)

    def _alias(self, block: Block, col: Col) -> str:
        sources = block.sources
        if col.table is not None:
            for source in reversed(sources):
                if source.alias == col.table:
                    return source.alias
            raise LookupError(f"no source `{col.table}` for column `{col.name}` among {', '.join(s.alias for s in sources)}")
        for source in sources:
            if source.columns is not None and col.name in source.columns:
                return source.alias
        first = sources[0]
        if first.columns is not None:
            raise LookupError(f"no column `{col.name}` in `{first.alias}`: {', '.join(first.columns)}")
        return first.alias


def _hides_groups(block: Block, outputs: dict[str, Expr]) -> bool:
    """Nothing in the SELECT would say that rows are grouped: constants of an aggregate without groups, which has one row (S17)."""
    return block.groups == () and block.sets is None and not any(_has(part, Agg) for part in (*outputs.values(), *block.having))


def _has(expr: Expr, kind: type[Agg] | type[Over]) -> bool:
    return type(expr) is not Col and holds(expr, (kind,))


def size(expr: Expr) -> int:
    return sum(1 for _ in walk(expr))


def scanned_names(rels: Iterable[Scan]) -> set[str]:
    """All names by which tables are read, folded: no common table expression may be called so."""
    names: set[str] = set()
    for scan in rels:
        match scan.origin:
            case TableRef(parts):
                names.update(part.casefold() for part in parts)
            case FileRef(table=table):
                names.add(table.casefold())
            case _:
                pass
    return names
