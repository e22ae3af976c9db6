"""Random schemas for the oracle: how many sources, by what they are keyed, how they join, what they know of each other, and rows and
queries for them. The same names stand in many sources, for that is where a wrong column would be read.

A source joins only later ones, so that there is no circle: `join one` on a single or composite key, an as-of join on a row's validity
(`during`), or the latest earlier row (`last … before … within`). Targets of as-of joins are told apart by `who`, which is no key.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.oracle.naive import (
    Agg,
    At,
    Compare,
    Condition,
    Dim,
    Formula,
    Join,
    Metric,
    Moved,
    Query,
    Row,
    Share,
    Source,
    Value,
    Where,
    World,
)
from tests.oracle.naive import aggregate as naive_aggregate
from tests.oracle.shop import metric_text
from tests.oracle.when import PERIODS, Shift, Trailing

AS_OF = dt.date(2026, 2, 28)
_DAYS = [dt.date.fromisoformat(d) for d in ("2025-12-29", "2026-01-01", "2026-01-01", "2026-01-31", "2026-02-28", "2026-03-01")]
_INTS = st.sampled_from([1, 2, 3, 4])
_KEYS = st.sampled_from([None, 1, 1, 2, 3, 9])
_MARKS = st.sampled_from(["a", "b", "A"])
_TEXTS = st.sampled_from([None, "x", "x", "X", "y ", "it's"])
_COUNTS = st.sampled_from([None, 0, 1, 2, 2, -1])
_CENTS = st.sampled_from([None, *(Fraction(n, 100) for n in (0, 1, 1000, 1000, 2050, -500))])
_DATES = st.sampled_from([None, *_DAYS])
_MOMENTS = _DATES.flatmap(
    lambda day: (
        st.none() if day is None else st.sampled_from([0, 11, 23]).map(lambda h: dt.datetime.combine(day, dt.time(h, 59 if h else 0)))
    )
)
_POOLS: dict[str, tuple[Value, ...]] = {"text": ("x", "X", "y ", "z"), "int": (0, 1, 2), "count": (0, 1, 2), "bool": (True,)}


@dataclass
class Table:
    """A source as it is being drawn: `lines` are its items in `.kpi`, `cells` its columns in the table, `kinds` those to read."""

    name: str
    lines: list[str] = field(default_factory=list)
    cells: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    time: str | None = None
    moment: str = ""  # date or timestamp
    joins: dict[str, Join] = field(default_factory=dict)
    computed: dict[str, Any] = field(default_factory=dict)

    def column(self, name: str, kind: str, cells: Any) -> None:
        self.lines.append(f"{name}: {kind}")
        self.cells[name] = cells
        self.kinds[name] = kind

    def source(self) -> Source:
        return Source(tuple(self.cells), self.time, self.key, self.joins, self.computed)

    def text(self) -> str:
        return f"source {self.name} from {self.name} {{\n  key {', '.join(self.key)}\n  " + "\n  ".join(self.lines) + "\n}\n"

    def rows(self) -> Any:
        """No row twice with one key; a key may be null, and then it is nobody's."""
        places = [list(self.cells).index(name) for name in self.key]
        row = st.tuples(*self.cells.values())
        return st.integers(0, 6).flatmap(
            lambda n: st.lists(
                row, min_size=0 if n == 0 else 3, max_size=0 if n == 0 else 7, unique_by=lambda r: tuple(r[place] for place in places)
            )
        )


@dataclass(frozen=True)
class Schema:
    """Sources as text and for the evaluator."""

    text: str
    sources: dict[str, Source]
    tables: dict[str, list[tuple[Value, ...]]]
    kinds: dict[str, dict[str, str]]

    def __repr__(self) -> str:
        rows = "".join(f"# {name}: {lines}\n" for name, lines in self.tables.items())
        return f"\n{self.text}{rows}"

    def world(self) -> World:
        return World(self.sources, self.tables, AS_OF)


@st.composite
def schemas(draw: Any) -> Schema:
    """Two to five sources with their rows."""
    tables = [_table(draw, f"t{n}") for n in range(draw(st.integers(2, 5)))]
    for at, table in enumerate(tables):
        later = tables[at + 1 :]
        for number in range(draw(st.integers(0 if at else 1, 2)) if later else 0):
            _join(draw, table, draw(st.sampled_from(later)), f"r{number}")
    for at, table in enumerate(tables):
        facts = [(fact, role) for fact in tables[:at] for role, join in fact.joins.items() if _is_plain(join) and join.target == table.name]
        for number, (fact, role) in enumerate(facts[:2]):
            if draw(st.booleans()):
                _made(draw, table, fact, role, f"agg{number}")
    order = draw(st.permutations(tables))
    rows = {table.name: draw(table.rows()) for table in tables}
    return Schema("".join(t.text() for t in order), {t.name: t.source() for t in tables}, rows, {t.name: t.kinds for t in tables})


def _table(draw: Any, name: str) -> Table:
    table = Table(name)
    table.key = ("k", "k2") if draw(st.booleans()) else ("k",)
    table.column("k", "int", st.none() | _INTS if draw(st.integers(0, 3)) == 0 else _INTS)
    if len(table.key) > 1:
        table.column("k2", "text", _MARKS)
    table.column("c", "text", _TEXTS)
    table.column("n", "int", _COUNTS)
    table.column("m", "money(EUR)", _CENTS)
    kind = draw(st.sampled_from(["", "date", "date", "timestamp"]))
    if kind:
        table.column("at", kind, _DATES if kind == "date" else _MOMENTS)
        table.time, table.moment = "at", kind
        table.lines.append("time at")
    if draw(st.booleans()):
        table.lines.append("big: bool = n >= 1")
        table.kinds["big"] = "bool"
        table.computed["big"] = lambda world, row: None if row["n"] is None else row["n"] >= 1
    if draw(st.integers(0, 2)) == 0:
        table.lines.append('named: text = coalesce(c, "none")')
        table.kinds["named"] = "text"
        table.computed["named"] = lambda world, row: "none" if row["c"] is None else row["c"]
    return table


def _is_plain(join: Join) -> bool:
    return join.during is None and join.before is None


def _join(draw: Any, table: Table, target: Table, role: str) -> None:
    """One of the ways in which the target can be joined."""
    ways = ["one", "one", "during"]
    if table.time and target.moment == table.moment:
        ways.append("before")
    way = draw(st.sampled_from(ways))
    mine, mark = f"f{role}", f"g{role}"
    table.column(mine, "int", _KEYS)
    if way == "one":
        pairs = ((mine, "k"),)
        if len(target.key) > 1:
            table.column(mark, "text", st.none() | _MARKS)
            pairs = (*pairs, (mark, "k2"))
        on = f"({', '.join(f'{a} = {b}' for a, b in pairs)})" if len(pairs) > 1 else f"{mine} = k"
        table.lines.append(f"join one {role}: {target.name} on {on}")
        table.joins[role] = Join(target.name, pairs)
        return
    table.cells["k"] = _INTS  # what is picked is found again by the key, which must be there (KPI201)
    if "who" not in target.cells:
        target.column("who", "int", _KEYS)
    if way == "during":
        if "lo" not in target.cells:
            target.column("lo", "date", _DATES)
            target.column("hi", "date", _DATES)
        table.lines.append(f"join one {role}: {target.name} on {mine} = who during {target.name}.lo..{target.name}.hi")
        table.joins[role] = Join(target.name, ((mine, "who"),), during=("lo", "hi"))
        return
    within = draw(st.sampled_from([None, 1, 30]))
    only = draw(st.booleans())
    words = (f" within {within} days" if within else "") + (f' where {target.name}.c <> "x"' if only else "")
    table.lines.append(f"join last {role}: {target.name} on {mine} = who before at{words}")
    table.joins[role] = Join(
        target.name, ((mine, "who"),), before="at", within=within, where=(lambda row: row["c"] != "x") if only else (lambda row: True)
    )


def _made(draw: Any, table: Table, fact: Table, role: str, name: str) -> None:
    """An aggregate column over the rows that join to the table by a role."""
    func, column, kind = draw(
        st.sampled_from(
            [
                ("count rows", None, "count"),
                ("sum", "m", "money(EUR)"),
                ("max", "n", "int"),
                ("count distinct", "c", "count"),
                *([("min", "at", fact.moment)] if fact.moment else []),
            ]
        )
    )
    only = draw(st.booleans())
    inner = fact.name if column is None else f"{'distinct ' if 'distinct' in func else ''}{fact.name}.{column}"
    where = f' where {fact.name}.c = "x"' if only else ""
    table.lines.append(f"{name}: {kind} = {func.split()[0]}({inner}{where}) via {role}")
    table.kinds[name] = kind
    pairs = fact.joins[role].on

    def value(world: World, row: Row) -> Value:
        rows = [r for r in world.rows(fact.name) if all(r[a] is not None and r[a] == row[b] for a, b in pairs)]
        rows = [r for r in rows if not only or r["c"] == "x"]
        return naive_aggregate(world, Agg(func, fact.name, "", None if column is None else lambda world, r: r[column]), rows)

    table.computed[name] = value


# ---------------------------------------------------------------- queries


def _routes(sources: dict[str, Source], start: str, end: str) -> list[tuple[str, ...]]:
    if start == end:
        return [()]
    found = []
    for role, join in sources[start].joins.items():
        found += [(role, *rest) for rest in _routes(sources, join.target, end)]
    return found


def _paths(schema: Schema, start: str, deep: int = 2) -> list[tuple[str, ...]]:
    """Columns of a source and of what it joins that may be grouped by."""
    own = [(name,) for name, kind in schema.kinds[start].items() if kind in _POOLS and name not in schema.sources[start].key]
    if deep:
        for role, join in schema.sources[start].joins.items():
            own += [(role, *path) for path in _paths(schema, join.target, deep - 1)]
    return own


def _kind(schema: Schema, source: str, path: tuple[str, ...]) -> str:
    for role in path[:-1]:
        source = schema.sources[source].joins[role].target
    return schema.kinds[source][path[-1]]


def _dims(schema: Schema, facts: list[str]) -> dict[Dim, str]:
    """What all these sources reach in exactly one way, with its kind."""
    found = {}
    for start in schema.sources:
        routes = {fact: _routes(schema.sources, fact, start) for fact in facts}
        if any(len(ways) != 1 for ways in routes.values()):
            continue
        for path in _paths(schema, start):
            paths = tuple((fact, (*routes[fact][0], *path)) for fact in facts)
            found[Dim(".".join((start, *path)), paths)] = _kind(schema, start, path)
    return found


@st.composite
def _condition(draw: Any, dims: dict[Dim, str]) -> Condition:
    dim = draw(st.sampled_from(list(dims)))
    pool = st.sampled_from(_POOLS[dims[dim]])
    if dims[dim] == "bool":
        return Compare(dim, "=", (draw(st.booleans()),))
    op = draw(st.sampled_from(["=", "<>", "<", ">=", "in", "not in", "is null", "is not null"]))
    values = () if op.startswith("is") else tuple(draw(st.lists(pool, min_size=1, max_size=2))) if op.endswith("in") else (draw(pool),)
    return Compare(dim, op, values)


@st.composite
def _base(draw: Any, schema: Schema, fact: str, exact: bool) -> Metric:
    kinds = schema.kinds[fact]
    amounts = [name for name, kind in kinds.items() if kind == "money(EUR)"]
    numbers = [*amounts, "n"]
    reached = [path for path in _paths(schema, fact) if len(path) > 1]

    def read(*path: str) -> Any:
        return lambda world, row: world.read(fact, row, path)

    funcs = ["count rows", "sum", "count", "count distinct", *(["far"] if reached else [])]
    func = draw(st.sampled_from(funcs if exact else [*funcs, "avg", "min", "max", "percentile", "stddev"]))
    if func == "count rows":
        agg = Agg(func, fact, fact)
    elif func == "far":
        path = draw(st.sampled_from(reached))
        agg = Agg("count distinct", fact, ".".join((fact, *path)), read(*path))
    else:
        name = draw(st.sampled_from(amounts if func == "sum" else ["c", "n"] if func.startswith("count") else numbers))
        agg = Agg(func, fact, f"{fact}.{name}", read(name))
    if draw(st.integers(0, 2)) == 0:
        return Where(agg, draw(_condition(_dims(schema, [fact]))))
    return agg


@st.composite
def asked(draw: Any, schema: Schema) -> Query:
    """A query whose group-bys and filters all its metrics have."""
    facts = draw(st.lists(st.sampled_from(sorted(schema.sources)), min_size=1, max_size=3, unique=True))
    common = _dims(schema, facts)
    timed = all(schema.sources[fact].time for fact in facts)
    dims: list[Dim] = []
    for dim in draw(st.lists(st.sampled_from(list(common)), max_size=2)) if common else []:
        if not any(set(dim.paths) & set(other.paths) for other in dims):
            dims.append(dim)
    if timed and draw(st.integers(0, 2)) == 0:
        grain = draw(st.sampled_from(["day", "month", "year"]))
        dims.append(Dim(grain, tuple((fact, ("at",)) for fact in facts), grain))
    during = (
        (dt.date(2026, 1, 1), draw(st.sampled_from([dt.date(2026, 1, 31), dt.date(2026, 2, 28)])))
        if timed and draw(st.booleans())
        else None
    )
    found: list[Metric] = []
    for _ in range(draw(st.integers(1, 3))):
        metric = draw(_metric(schema, facts, dims, during is not None))
        if metric_text(metric) not in [metric_text(m) for m in found]:
            found.append(metric)
    parted = any(isinstance(m, (Share, At)) for m in found)
    where = draw(_condition(common)) if common and not parted and draw(st.integers(0, 2)) == 0 else None
    return Query(tuple(found), tuple(dims), where, during, draw(st.booleans()), sparse=draw(st.booleans()))


@st.composite
def _metric(draw: Any, schema: Schema, facts: list[str], dims: list[Dim], ranged: bool) -> Metric:
    fact = draw(st.sampled_from(facts))
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return Formula("/", (draw(_base(schema, fact, True)), draw(_base(schema, draw(st.sampled_from(facts)), True))))
    plain = [d for d in dims if not d.grain]
    if kind == 1 and plain:
        inner = draw(_base(schema, fact, True))
        return Share(inner, (draw(st.sampled_from(plain)),)) if draw(st.booleans()) else At(inner, (draw(st.sampled_from(plain)),))
    periods = [d.grain for d in dims if d.grain in PERIODS]
    if kind == 2 and (periods or ranged) and schema.sources[fact].time:
        move: Any = draw(st.sampled_from([Trailing(3, "day"), Trailing(2, "month"), Shift(1, "month", False), Shift(1, "year", False)]))
        return Moved(draw(_base(schema, fact, True)), move)
    return draw(_base(schema, fact, False))


@st.composite
def examples(draw: Any) -> tuple[Schema, list[Query]]:
    """A schema with rows, and queries for it."""
    schema = draw(schemas())
    return schema, [draw(asked(schema)) for _ in range(draw(st.integers(1, 4)))]
