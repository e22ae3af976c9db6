"""Expected rows against the rows that came out. Comes in: a block and a result. Goes out: nothing where they agree, else a `Difference`
that lines the two up.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, KpiError, similar
from kpidsl.plan.plan import OutputColumn
from kpidsl.record import dataclass
from kpidsl.testing.block import Block
from kpidsl.testing.value import Value, expected
from kpidsl.testing.world import NO_VALUE

WRONG_COLUMNS = "KPI186"

Row = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Pair:
    """A row that was expected and the row that came instead; either may be missing. `differs` are positions of columns."""

    wanted: Row | None
    got: Row | None
    differs: frozenset[int] = frozenset()

    @property
    def same(self) -> bool:
        return self.wanted is not None and self.got is not None and not self.differs


@dataclass(frozen=True, slots=True)
class Difference:
    """Names of the columns that the block has, and the rows of both sides."""

    names: tuple[str, ...]
    pairs: tuple[Pair, ...]


def compare(
    block: Block, columns: Sequence[OutputColumn], grains: dict[str, str], rows: Sequence[Row], in_order: bool
) -> Difference | None:
    """`grains`: the period of each group-by on time. `in_order`: the query says in which
    order rows come. KpiError where the block cannot be read."""
    places = _places(block, columns)
    shown = [columns[place] for place in places]
    wanted = _wanted(block, shown, grains)
    got = [tuple(row[place] for place in places) for row in rows]
    groups = [at for at, column in enumerate(shown) if column.role != "metric"]
    pairs = _in_order(wanted, got) if in_order else _by_group(wanted, got, groups)
    if all(pair.same for pair in pairs):
        return None
    return Difference(tuple(column.name for column in shown), tuple(pairs))


def _places(block: Block, columns: Sequence[OutputColumn]) -> list[int]:
    """The position in the result of each column of the block."""
    names = [column.name for column in columns]
    problems = []
    places = []
    for cell in block.header:
        name = cell.text or ""
        if name in names:
            places.append(names.index(name))
            continue
        near = similar(name, names)
        help = f"did you mean `{near[0]}`?" if near else f"it gives {', '.join(names)}"
        problems.append(Diagnostic(WRONG_COLUMNS, f"the query gives no column `{name}`", cell.span, help=help))
    left = [column.name for column in columns if column.role != "row_type" and column.name not in block.names]
    if left and not problems:
        span = block.header[0].span.to(block.header[-1].span)
        plural = "columns" if len(left) > 1 else "a column"
        help = "add it to the header" if len(left) == 1 else "add them to the header"
        listed = ", ".join(f"`{name}`" for name in left)
        problems.append(Diagnostic(WRONG_COLUMNS, f"the query gives {plural} that the block does not expect: {listed}", span, help=help))
    if problems:
        raise KpiError(*problems)
    return places


def _wanted(block: Block, columns: Sequence[OutputColumn], grains: dict[str, str]) -> list[tuple[Value, ...]]:
    problems = []
    rows = []
    for row in block.rows:
        values: list[Value] = []
        for cell, column in zip(row, columns, strict=True):
            try:
                values.append(expected(cell.text, column, grains.get(column.name, "")))
            except ValueError as error:
                problems.append(Diagnostic(NO_VALUE, f"`{cell.text}` cannot be a value of `{column.name}`", cell.span, help=str(error)))
        rows.append(tuple(values))
    if problems:
        raise KpiError(*problems)
    return rows


# ---------------------------------------------------------------- lining up


def _in_order(wanted: list[tuple[Value, ...]], got: list[tuple[Value, ...]]) -> list[Pair]:
    longest = max(len(wanted), len(got))
    return [_pair(wanted[at] if at < len(wanted) else None, got[at] if at < len(got) else None) for at in range(longest)]


def _by_group(wanted: list[tuple[Value, ...]], got: list[tuple[Value, ...]], groups: list[int]) -> list[Pair]:
    """Rows that agree find each other first, then rows of one group; what is left is missing or too much."""
    left: dict[tuple[object, ...], list[tuple[Value, ...]]] = {}
    for row in got:
        left.setdefault(_key(row, groups), []).append(row)
    found: list[Pair | None] = []
    for row in wanted:
        match = next((other for other in left.get(_key(row, groups), ()) if not _differs(row, other)), None)
        if match is not None:
            left[_key(row, groups)].remove(match)
        found.append(None if match is None else Pair(row, match))
    pairs = []
    for row, pair in zip(wanted, found, strict=True):
        if pair is None:
            others = left.get(_key(row, groups), [])
            pair = _pair(row, others.pop(0) if others else None)
        pairs.append(pair)
    return pairs + [Pair(None, row) for rows in left.values() for row in rows]


def _pair(wanted: Row | None, got: Row | None) -> Pair:
    if wanted is None or got is None:
        return Pair(wanted, got)
    return Pair(wanted, got, _differs(wanted, got))


def _differs(wanted: Row, got: Row) -> frozenset[int]:
    return frozenset(at for at, (a, b) in enumerate(zip(wanted, got, strict=True)) if not same(a, b))


def _key(row: Row, groups: list[int]) -> tuple[object, ...]:
    return tuple(_plain(row[at]) for at in groups)


def _plain(value: Value) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return float(f"{float(value):.9g}")
    return _moment(value)


def _moment(value: Value) -> Value:
    """Midnight of a day for the day itself: a period may come as either."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value


def same(wanted: Value, got: Value) -> bool:
    """Equal; numbers within 1e-9 of each other, as every engine may add in another order."""
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, int | float | Decimal) and isinstance(got, int | float | Decimal):
        return math.isclose(float(wanted), float(got), rel_tol=1e-9, abs_tol=1e-12)
    return _moment(wanted) == _moment(got)
