"""How the tests of operators say what they try: a value of each column, an expression over the columns, and what must come out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal

from kpidsl.engines.base import Engine, Value
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, TIMESTAMP, Agg, Col, Expr, Fn, Lit, Type
from kpidsl.plan.plan import Aggregate, Filter, Project, Rel, Scan, Sort, Statement, TableRef
from kpidsl.sql.emit import emit

MONEY = Type("decimal", precision=(18, 2))
JSON = Type("json")
COLUMNS: dict[str, Type] = {
    "i": INT,
    "j": INT,
    "k": INT,
    "x": REAL,
    "y": REAL,
    "m": MONEY,
    "b": BOOL,
    "c": BOOL,
    "s": TEXT,
    "t": TEXT,
    "u": TEXT,
    "d": DATE,
    "e": DATE,
    "p": TIMESTAMP,
    "q": TIMESTAMP,
}


def col(name: str, kind: Type | None = None) -> Col:
    return Col("v", name, kind or COLUMNS[name])


i, j, k, x, y, m, b, c, s, t, u, d, e, p, q = (col(name) for name in COLUMNS)


def lit(value: object) -> Lit:
    kinds = {bool: BOOL, int: INT, Decimal: Type("decimal"), str: TEXT, dt.date: DATE, dt.datetime: TIMESTAMP, type(None): TEXT}
    return Lit(value, kinds[type(value)])  # type: ignore[arg-type]


def fn(op: str, *args: Expr, to: Type = BOOL, options: tuple[str | int, ...] = ()) -> Fn:
    return Fn(op, args, to, options)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def rows_of(engine: Engine, rel: Rel, types: Sequence[Type]) -> list[tuple[Value, ...]]:
    return engine.run(emit(Statement(rel, ()), engine.dialect), types).rows


def evaluate(engine: Engine, exprs: Sequence[Expr], values: dict[str, object]) -> tuple[Value, ...]:
    """The expressions over one row with these values, the other columns null."""
    engine.create_table("v", list(COLUMNS.items()), [[values.get(name) for name in COLUMNS]])
    scan = Scan(TableRef(("v",)), "v")
    columns = tuple((f"r{number}", expr) for number, expr in enumerate(exprs))
    return rows_of(engine, Project(scan, columns), [expr.type for expr in exprs])[0]


def aggregate(engine: Engine, aggs: Sequence[Agg], rows: Sequence[dict[str, object]], group: Expr | None = None) -> list[tuple[Value, ...]]:
    """The aggregates over rows with these values, by group in order where one is given."""
    engine.create_table("v", list(COLUMNS.items()), [[values.get(name) for name in COLUMNS] for values in rows])
    groups = (("g", group),) if group is not None else ()
    rel: Rel = Aggregate(Scan(TableRef(("v",)), "v"), groups, tuple((f"r{number}", agg) for number, agg in enumerate(aggs)))
    if group is not None:
        rel = Sort(rel, ((Col(None, "g", group.type), False),))
    return rows_of(engine, rel, [*([group.type] if group is not None else []), *(a.type for a in aggs)])


def same(found: object, wanted: object) -> bool:
    """Equal, numbers up to 1e-9 of their size."""
    if isinstance(found, bool) or isinstance(wanted, bool) or found is None or wanted is None:
        return found is wanted
    if isinstance(found, (int, float, Decimal)) and isinstance(wanted, (int, float, Decimal)):
        return math.isclose(float(found), float(wanted), rel_tol=1e-9, abs_tol=1e-12)
    return type(found) is type(wanted) and found == wanted


__all__ = [name for name in dir() if not name.startswith("_")] + ["Filter"]
