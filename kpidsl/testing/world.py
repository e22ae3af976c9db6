"""The rows that a test gives. Comes in: a test and the model. Goes out: a `World`: for each source that has rows of its own a table of
them, the model that reads those tables, and the day that counts as today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, KpiError, Label, similar
from kpidsl.model.expr import Type
from kpidsl.model.model import Column, Model, SourceModel, Sources
from kpidsl.model.rules import describe
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast
from kpidsl.testing.block import Block, Cell, read
from kpidsl.testing.value import Value, value

NO_SOURCE = "KPI180"
NO_COLUMN = "KPI181"
NO_VALUE = "KPI182"
NOT_GIVEN = "KPI183"
NO_EXPECTATION = "KPI185"
TWICE = "KPI188"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a source under the names that the data has."""

    name: str
    columns: tuple[tuple[str, Type], ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class World:
    """`tables` by their name; `model` is the project's with every source reading its table. `today`: the last day that is seen."""

    model: Model
    tables: dict[str, Table]
    today: dt.date | None
    blocks: dict[str, Block]


def world(model: Model, test: ast.Test, today: dt.date | None) -> World:
    """What the test gives; KpiError with everything that is wrong with it."""
    problems: list[Diagnostic] = []
    blocks: dict[str, Block] = {}
    rows: dict[str, Table] = {}
    names = _table_names(model)
    if not ast.pick(test.items, ast.Expect):
        problems.append(
            Diagnostic(NO_EXPECTATION, "this test expects nothing", test.span, help='add what must come out: expect revenue """…"""')
        )
    givens: dict[str, ast.Given] = {}
    for given in ast.pick(test.items, ast.Given):
        name = given.source.text
        if name in givens:
            labels = (Label(givens[name].source.span, "first here"),)
            problems.append(
                Diagnostic(TWICE, f"`{name}` is given twice", given.source.span, labels=labels, help="join the two blocks into one")
            )
            continue
        givens[name] = given
        try:
            source = _source(model, given)
            blocks[name] = read(given)
            rows[name] = _rows(source, blocks[name], names[source.name])
        except KpiError as error:
            problems.extend(error.diagnostics)
    day = _as_of(test, problems)
    if problems:
        raise KpiError(*problems)
    tables = {}
    sources = Sources(model.sources)
    for source in model.sources.values():
        if source.is_read:
            table = rows.get(source.name) or Table(names[source.name], _physical(source), ())
            tables[table.name] = table
            where = ast.FromTable(source.span, ast.Path(source.span, (ast.Ident(source.span, table.name),)))
            sources[source.name] = replace(source, origin=where, schema=())
    return World(replace(model, sources=sources), tables, day or today or _latest(model, rows), blocks)


def _table_names(model: Model) -> dict[str, str]:
    """A name for each source's table; engines do not tell `Orders` from `orders`."""
    taken: set[str] = set()
    names = {}
    for source in model.sources:
        name, number = source, 2
        while name.casefold() in taken:
            name, number = f"{source}_{number}", number + 1
        taken.add(name.casefold())
        names[source] = name
    return names


def _as_of(test: ast.Test, problems: list[Diagnostic]) -> dt.date | None:
    found = ast.pick(test.items, ast.AsOf)
    for item in found:
        if not isinstance(item.date, ast.Date):
            problems.append(Diagnostic(NO_VALUE, f"`{item.date.span.text}` is not a date", item.date.span, help="write as_of 2026-01-31"))
    for extra in found[1:]:
        labels = (Label(found[0].span, "the first one"),)
        problems.append(
            Diagnostic(TWICE, "a test has one today", extra.span, labels=labels, help="leave one of them out, or write two tests")
        )
    return found[0].date.value if found and isinstance(found[0].date, ast.Date) else None


def _latest(model: Model, rows: dict[str, Table]) -> dt.date | None:
    """The last day in the rows, by the sources' own times: a test that does not say what today is sees all of them."""
    days = []
    for name, table in rows.items():
        source = model.sources[name]
        time = source.columns.get(source.time or "")
        wanted = {time.physical} if time is not None and time.physical is not None else {n for n, kind in table.columns if kind.is_temporal}
        for at, (column, kind) in enumerate(table.columns):
            if column in wanted:
                days += [_day(row[at], kind, model) for row in table.rows]
    known = [day for day in days if day is not None]
    return max(known, default=None)


def _day(moment: Value, kind: Type, model: Model) -> dt.date | None:
    if isinstance(moment, dt.datetime):
        return model.calendar.day_of(moment, kind.zone)
    return moment if isinstance(moment, dt.date) else None


# ---------------------------------------------------------------- one source


def _source(model: Model, given: ast.Given) -> SourceModel:
    name = given.source.text
    source = model.sources.get(name)
    if source is None:
        near = similar(name, model.sources)
        metric = "; rows are given to sources, metrics are computed from them" if name in model.metrics else ""
        help = f"did you mean `{near[0]}`?" if near else f"sources: {', '.join(sorted(model.sources))}" if model.sources else "declare one"
        raise KpiError(Diagnostic(NO_SOURCE, f"there is no source `{name}`{metric}", given.source.span, help=help))
    below = source.base or ", ".join(f"`{member}`" for member in source.members).strip("`")
    if below:
        made = f"made from `{below}`" if source.base else f"a union of `{below}`"
        labels = (Label(source.span, made),)
        help = f"give rows of `{below}` instead"
        raise KpiError(Diagnostic(NOT_GIVEN, f"`{name}` has no rows of its own", given.source.span, labels=labels, help=help))
    return source


def _rows(source: SourceModel, block: Block, table: str) -> Table:
    problems: list[Diagnostic] = []
    columns = [_column(source, cell, problems) for cell in block.header]
    if problems:
        raise KpiError(*problems)
    given = {column.physical: at for at, column in enumerate(columns) if column is not None}
    values: list[list[Value]] = []
    for row in block.rows:
        values.append([_value(cell, column, source, problems) for cell, column in zip(row, columns, strict=True) if column is not None])
    if problems:
        raise KpiError(*problems)
    numbered = _numbered(source, given)
    rows = []
    physical = _physical(source, values, given)
    for number, line in enumerate(values, 1):
        rows.append(tuple(_cell(name, kind, line, given, number if name == numbered else None) for name, kind in physical))
    return Table(table, physical, tuple(rows))


def _cell(name: str, kind: Type, line: list[Value], given: dict[str | None, int], number: int | None) -> Value:
    if name in given:
        return line[given[name]]
    return None if number is None else number if kind.kind == "int" else f"#{number}"


def _numbered(source: SourceModel, given: dict[str | None, int]) -> str | None:
    """The key that the header leaves out: its values do not matter to the test, but they must differ."""
    column = source.columns.get(source.key[0]) if len(source.key) == 1 else None
    if column is None or column.physical is None or column.physical in given or column.type.kind not in ("int", "text"):
        return None
    return column.physical


def _column(source: SourceModel, cell: Cell, problems: list[Diagnostic]) -> Column | None:
    name = cell.text or ""
    column = source.columns.get(name)
    if column is not None and column.physical is not None:
        return column
    if column is not None:
        labels = (Label(column.span, "computed here"),)
        problems.append(
            Diagnostic(NOT_GIVEN, f"`{source.name}.{name}` is computed", cell.span, labels=labels, help="give the columns it is made of")
        )
        return None
    physical = [c.name for c in source.columns.values() if c.physical is not None]
    behind = next((c.name for c in source.columns.values() if c.physical == name), None)
    near = [behind] if behind else similar(name, physical)
    listed = f"it has {', '.join(physical[:12])}{' …' if len(physical) > 12 else ''}"
    problems.append(
        Diagnostic(
            NO_COLUMN,
            f"`{source.name}` has no column `{name}`",
            cell.span,
            labels=(Label(source.span, "declared here"),),
            help=f"did you mean `{near[0]}`?" if near else listed,
        )
    )
    return None


def _value(cell: Cell, column: Column, source: SourceModel, problems: list[Diagnostic]) -> Value:
    try:
        return value(cell.text, column.type)
    except ValueError as error:
        labels = (Label(column.span, describe(column.type)),) if column.span.source == cell.span.source else ()
        message = f"`{cell.text}` cannot be a value of `{source.name}.{column.name}`, which is {describe(column.type)}"
        problems.append(Diagnostic(NO_VALUE, message, cell.span, labels=labels, help=str(error)))
        return None


def _physical(
    source: SourceModel, rows: list[list[Value]] | None = None, given: dict[str | None, int] | None = None
) -> tuple[tuple[str, Type], ...]:
    """The columns that the data has, each once, with room for the decimals that the rows use."""
    found: dict[str, Type] = {}
    for column in source.columns.values():
        if column.physical is not None and column.physical not in found:
            kind = column.type
            if kind.kind == "decimal" and kind.precision is None and rows and given and column.physical in given:
                kind = replace(kind, precision=(18, _scale(line[given[column.physical]] for line in rows)))
            found[column.physical] = kind
    return tuple(found.items())


def _scale(values: Iterable[Value]) -> int:
    exponents = [value.as_tuple().exponent for value in values if isinstance(value, Decimal)]
    return min(10, max([4, *(-e for e in exponents if isinstance(e, int))]))
