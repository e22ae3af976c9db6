"""What a dialect lacks, rewritten as plan nodes that it has. Comes in: a relation. Goes out: an equal relation for one dialect.

GROUPING SETS become a UNION ALL of aggregates over one shared relation; percentiles, first and last become row numbers that a plain
aggregate picks from; standard deviation and variance are summed around the group's mean, which is taken first (two passes, stable).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from operator import is_

from kpidsl.model.expr import BOOL, INT, REAL, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of, walk
from kpidsl.plan.plan import Aggregate, Filter, Join, Limit, Named, One, Project, Rel, Scan, Series, Sort, UnionAll, inputs_of
from kpidsl.record import dataclass, field, replace
from kpidsl.sql.dialects import Dialect

Columns = tuple[tuple[str, Expr], ...]


def lower(roots: Iterable[Rel], dialect: Dialect) -> list[Rel]:
    """The relations in terms that the dialect has; shared ones stay shared, and what needs no change stays the same object."""
    closed = [_closed(root) for root in roots]
    if _has_all(dialect):
        return closed
    lowering = _Lowering(dialect)
    return [lowering.rel(root) for root in closed]


@cache
def _has_all(dialect: Dialect) -> bool:
    """Whether a dialect lacks nothing that is rewritten here."""
    has = dialect
    aggregates = has.percentiles and has.discrete_percentiles and has.first_last and has.spread
    sets = has.grouping_sets and has.total_of_nothing
    return bool(has.series) and sets and aggregates and has.scalars_in_sums and not has.collate_equality


class _Lowering:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._done: dict[int, tuple[Rel, Rel]] = {}

    def rel(self, rel: Rel) -> Rel:
        found = self._done.get(id(rel))
        if found is None:
            found = self._done[id(rel)] = (rel, self._lowered(rel))
        return found[1]

    def _lowered(self, rel: Rel) -> Rel:
        if isinstance(rel, (Scan, One)):
            return rel
        if isinstance(rel, Series):
            return rel if self.dialect.series else _digits(rel)
        if isinstance(rel, UnionAll):
            new = tuple([self.rel(part) for part in rel.inputs])
            return rel if all(map(is_, new, rel.inputs)) else replace(rel, inputs=new)
        if isinstance(rel, Join):
            left, right = self.rel(rel.input), self.rel(rel.other)
            return rel if left is rel.input and right is rel.other else replace(rel, input=left, other=right)
        if isinstance(rel, Aggregate):
            new_input = self.rel(rel.input)
            return self._aggregate(rel if new_input is rel.input else replace(rel, input=new_input))
        if isinstance(rel, (Named, Filter, Project, Sort, Limit)):
            new_input = self.rel(rel.input)
            return rel if new_input is rel.input else replace(rel, input=new_input)
        raise TypeError(f"not a relation: {rel!r}")

    def _aggregate(self, rel: Aggregate) -> Rel:
        if self.dialect.collate_equality:
            rel = replace(rel, groups=tuple((name, _exact(expr)) for name, expr in rel.groups))
        if not self.dialect.scalars_in_sums and any(_reads_scalar(agg) for _, agg in rel.aggs):
            rows = Inputs(rel)
            below = Named(Project(rel.input, tuple(rows.columns.items())), "counted_rows")
            rel = replace(rel, input=below, groups=tuple((name, Col(None, name, e.type)) for name, e in rel.groups), aggs=rows.aggs)
        if rel.sets is not None and not self.dialect.grouping_sets:
            return self._union_of_sets(rel)
        if rel.sets is not None and () in rel.sets and not self.dialect.total_of_nothing:
            return self._total_apart(rel, rel.sets)
        if any(self._lacks(agg) for _, agg in rel.aggs):
            if rel.sets is not None:
                return self._union_of_sets(rel)
            return _by_rank(rel, self._lacks)
        return rel

    def _lacks(self, agg: Agg) -> bool:
        """The dialect has no such aggregate."""
        has = self.dialect
        if agg.func == "percentile":
            return not (has.discrete_percentiles if agg.discrete else has.percentiles)
        if agg.func in ("first", "last"):
            return not has.first_last
        return agg.func in ("stddev", "variance") and not has.spread

    def _union_of_sets(self, rel: Aggregate) -> Rel:
        """One aggregate a grouping set, all over the same rows; columns that a set leaves out are typed nulls."""
        rows = Inputs(rel)
        shared = Named(Project(rel.input, tuple(rows.columns.items())), "grouped_rows")
        parts: list[Rel] = []
        for position, chosen in enumerate(rel.sets or ()):
            groups = tuple((name, Col(None, name, expr.type)) for name, expr in rel.groups if name in chosen)
            part = self._aggregate(Aggregate(shared, groups, rows.aggs))
            columns: list[tuple[str, Expr]] = []
            for name, expr in rel.groups:
                columns.append((name, Col(None, name, expr.type) if name in chosen else Lit(None, expr.type)))
            columns += [(name, Col(None, name, agg.type)) for name, agg in rel.aggs]
            if rel.level is not None:
                columns.append((rel.level, Lit(position, INT)))
            parts.append(Project(part, tuple(columns)))
        kinds = [expr.type for _, expr in (*rel.groups, *rel.aggs)]
        return UnionAll(tuple(parts), (*kinds, INT) if rel.level is not None else tuple(kinds))

    def _total_apart(self, rel: Aggregate, sets: tuple[tuple[str, ...], ...]) -> Rel:
        """The set without columns as an aggregate of its own: it has a row also where there is nothing to group."""
        rows = Inputs(rel)
        shared = Named(Project(rel.input, tuple(rows.columns.items())), "grouped_rows")
        groups = tuple((name, Col(None, name, expr.type)) for name, expr in rel.groups)
        values = tuple((name, Col(None, name, agg.type)) for name, agg in rel.aggs)
        place, others = sets.index(()), tuple(chosen for chosen in sets if chosen)
        columns: list[tuple[str, Expr]] = [*((name, Lit(None, expr.type)) for name, expr in rel.groups), *values]
        if rel.level is not None:
            columns.append((rel.level, _int(place)))
        total = Project(self._aggregate(Aggregate(shared, (), rows.aggs)), tuple(columns))
        if not others:
            return total
        grouped = self._aggregate(Aggregate(shared, groups, rows.aggs, others, rel.level))
        if rel.level is not None and place < len(others):
            number = Col(None, rel.level, INT)
            later = CaseOf(((Fn("ge", (number, _int(place)), BOOL), Fn("add", (number, _int(1)), INT)),), number, INT)
            grouped = Project(grouped, (*groups, *values, (rel.level, later)))
        return UnionAll((grouped, total), tuple(expr.type for _, expr in columns))


def _digits(series: Series) -> Rel:
    """Whole numbers from as many digits as they have, for engines that cannot count (S9: no recursion)."""
    places = [f"d{power}" for power in range(len(str(max(series.count - 1, 1))))]
    rel: Rel = _DIGITS
    value: Expr = Col("digits", "n", INT)
    for power, place in enumerate(places[1:], 1):
        rel = Join(rel, _DIGITS, place, None, "cross")
        value = Fn("add", (value, Fn("mul", (Col(place, "n", INT), _int(10**power)), INT)), INT)
    if series.count == 10 ** len(places):
        return Named(Project(rel, (("n", value),)), series.alias)
    numbers = Named(Project(rel, (("n", value),)), f"{series.alias}_below_{10 ** len(places)}")
    below = Filter(numbers, Fn("lt", (Col(None, "n", INT), _int(series.count)), BOOL))
    return Named(Project(below, (("n", Col(None, "n", INT)),)), series.alias)


_DIGITS = Named(UnionAll(tuple(Project(One(), (("n", Lit(n, INT)),)) for n in range(10)), (INT,)), "digits")


def _reads_scalar(expr: Expr) -> bool:
    return any(isinstance(part, Fn) and part.op == "scalar" for part in walk(expr))


def _exact(expr: Expr) -> Expr:
    if expr.type.kind != "text" or isinstance(expr, Lit) or (isinstance(expr, Fn) and expr.op == "exact"):
        return expr
    return Fn("exact", (expr,), expr.type)


@dataclass(slots=True)
class Inputs:
    """The columns that an aggregate reads, each once and with a name: its groups, and the arguments and conditions of its aggregates."""

    rel: Aggregate
    columns: dict[str, Expr] = field(default_factory=dict)
    aggs: tuple[tuple[str, Agg], ...] = ()

    def __post_init__(self) -> None:
        self.columns = dict(self.rel.groups)
        self.aggs = tuple((name, self._over_columns(name, agg)) for name, agg in self.rel.aggs)
        if not self.columns:
            self.columns["one"] = Lit(1, INT)

    def _over_columns(self, name: str, agg: Agg) -> Agg:
        args = tuple(self._column(arg, f"{name}_key_{number}" if number else f"{name}_value") for number, arg in enumerate(agg.args))
        return replace(agg, args=args, where=None if agg.where is None else self._column(agg.where, f"{name}_where"))

    def _column(self, expr: Expr, wanted: str) -> Expr:
        if isinstance(expr, Lit):
            return expr
        for name, known in self.columns.items():
            if known == expr:
                return Col(None, name, expr.type)
        base = expr.name if isinstance(expr, Col) else wanted
        name = base
        number = 1
        while name.casefold() in {known.casefold() for known in self.columns}:
            number += 1
            name = f"{base}_{number}"
        self.columns[name] = expr
        return Col(None, name, expr.type)

    def add(self, expr: Expr, wanted: str) -> Col:
        made = self._column(expr, wanted)
        assert isinstance(made, Col)
        return made


def _by_rank(rel: Aggregate, lacks: Callable[[Agg], bool]) -> Rel:
    """Percentiles, first, last and the spread over rows that carry their rank, count and mean within the group."""
    rel = replace(rel, aggs=tuple((name, _kept(agg) if lacks(agg) else agg) for name, agg in rel.aggs))
    rows = Inputs(rel)
    plain = dict(rows.columns)
    partition = tuple(Col(None, name, expr.type) for name, expr in rel.groups)
    aggs: dict[str, Agg] = {}
    outputs: list[tuple[str, Expr]] = [(name, Col(None, name, expr.type)) for name, expr in rel.groups]
    windows = Windows(partition, {name.casefold() for name in plain})
    for name, agg in rows.aggs:
        if not lacks(agg):
            aggs[name] = agg
            outputs.append((name, Col(None, name, agg.type)))
        elif agg.func == "percentile":
            aggs[name] = _discrete(agg, windows) if agg.discrete else _interpolated(agg, windows)
            outputs.append((name, Col(None, name, agg.type)))
        elif agg.func in ("first", "last"):
            aggs[name] = _picked(agg, windows)
            outputs.append((name, Col(None, name, agg.type)))
        else:
            squares, count = _around_mean(agg, windows)
            aggs[f"{name}_squares"], aggs[f"{name}_count"] = squares, count
            free = Fn("sub", (Col(None, f"{name}_count", INT), Lit(1, INT)), INT)
            variance = Fn("div", (Col(None, f"{name}_squares", REAL), free), REAL)
            outputs.append((name, variance if agg.func == "variance" else Fn("root", (variance,), REAL)))
    carried = tuple((name, Col(None, name, expr.type)) for name, expr in plain.items())
    ranked = Project(Project(rel.input, tuple(plain.items())), (*carried, *windows.columns.items()))
    grouped = Aggregate(ranked, tuple((name, Col(None, name, expr.type)) for name, expr in rel.groups), tuple(aggs.items()))
    return Project(grouped, tuple(outputs))


@dataclass(slots=True)
class Windows:
    """Window columns over the groups, each once."""

    partition: tuple[Expr, ...]
    taken: set[str]
    columns: dict[str, Expr] = field(default_factory=dict)

    def add(self, wanted: str, func: str, args: tuple[Expr, ...], kind: Type, order: tuple[tuple[Expr, bool], ...] = ()) -> Col:
        over = Over(func, args, kind, self.partition, order)
        for name, known in self.columns.items():
            if known == over:
                return Col(None, name, kind)
        name, number = wanted, 1
        while name.casefold() in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name.casefold())
        self.columns[name] = over
        return Col(None, name, kind)


def _kept(agg: Agg) -> Agg:
    """The condition moved into the value, where that says the same."""
    if agg.where is None or agg.func in ("first", "last"):
        return agg
    return replace(agg, args=(CaseOf(((agg.where, agg.args[0]),), None, agg.args[0].type),), where=None)


def _ranked(agg: Agg, windows: Windows) -> tuple[Expr, Col, Col, Fraction]:
    value = agg.args[0]
    row = windows.add("row_rank", "row_number", (), INT, ((value, False),))
    count = windows.add("row_count", "count", (value,), INT)
    return value, row, count, Fraction(agg.percent if agg.percent is not None else Decimal("0.5"))


def _int(value: int) -> Lit:
    return Lit(value, INT)


def _times(expr: Expr, factor: int) -> Expr:
    return expr if factor == 1 else Fn("mul", (expr, _int(factor)), INT)


def _minus(left: Expr, right: Expr) -> Expr:
    return Fn("sub", (left, right), INT)


def _interpolated(agg: Agg, windows: Windows) -> Agg:
    """The weighted sum of the two neighbours of position p (n − 1).

    In whole numbers: with p = a/b a row's distance from it is |b (rank − 1) − a (n − 1)| / b.
    """
    value, row, count, share = _ranked(agg, windows)
    a, b = share.numerator, share.denominator
    distance = Fn("abs", (_minus(_times(_minus(row, _int(1)), b), _times(_minus(count, _int(1)), a)),), INT)
    near = Fn("and", (Fn("lt", (distance, _int(b)), BOOL), Fn("is_not_null", (value,), BOOL)), BOOL)
    weight = Fn("sub", (_int(1), Fn("div", (distance, _int(b)), REAL)), REAL)
    return Agg("sum", (CaseOf(((near, Fn("mul", (Fn("to_number", (value,), REAL), weight), REAL)),), None, REAL),), agg.type)


def _discrete(agg: Agg, windows: Windows) -> Agg:
    """The first value whose rank is at least p n."""
    value, row, count, share = _ranked(agg, windows)
    a, b = share.numerator, share.denominator
    if a == 0:
        here: Expr = Fn("eq", (row, _int(1)), BOOL)
    else:
        goal = _times(count, a)
        reached = Fn("ge", (_times(row, b), goal), BOOL)
        first = Fn("lt", (_times(_minus(row, _int(1)), b), goal), BOOL)
        here = Fn("and", (reached, first), BOOL)
    return Agg("max", (CaseOf(((here, value),), None, agg.args[0].type),), agg.type)


def _picked(agg: Agg, windows: Windows) -> Agg:
    """The value of the first row by the order keys; rows that do not count and null first keys come last and are not looked at."""
    down = agg.func == "last"
    known: Expr = Fn("is_not_null", (agg.args[1],), BOOL)
    part = all_of([known] if agg.where is None else [agg.where, known])
    assert part is not None
    outside = CaseOf(((part, _int(0)),), _int(1), INT)
    row = windows.add(f"{agg.func}_rank", "row_number", (), INT, ((outside, False), *((key, down) for key in agg.args[1:])))
    here = all_of([Fn("eq", (row, _int(1)), BOOL), part])
    assert here is not None
    return Agg("max", (CaseOf(((here, agg.args[0]),), None, agg.args[0].type),), agg.type)


def _around_mean(agg: Agg, windows: Windows) -> tuple[Agg, Agg]:
    """The sum of squared distances from the group's mean, and how many values there are."""
    value = Fn("to_number", agg.args, REAL)
    mean = windows.add("row_mean", "avg", (value,), REAL)
    off = Fn("sub", (value, mean), REAL)
    return Agg("sum", (Fn("mul", (off, off), REAL),), REAL), Agg("count", agg.args, INT)


# A Named relation must say its columns; one over bare rows gets a Project of what is read of it.


def _closed(root: Rel) -> Rel:
    """The plan, with every Named over bare rows of one source projecting the columns that anything reads of it."""
    opened: dict[int, tuple[Named, str]] = {}
    every = _all(root)
    for rel in every:
        if isinstance(rel, Named) and (alias := _bare(rel.input)) is not None:
            opened[id(rel)] = (rel, alias)
    if not opened:
        return root
    wanted: dict[int, dict[str, Type]] = {key: {} for key in opened}
    for rel in every:
        for key, names in _visible(rel, opened):
            for expr in _expressions(rel):
                for part in walk(expr):
                    if isinstance(part, Col) and (part.table is None or part.table in names):
                        wanted[key].setdefault(part.name, part.type)
    return _replaced(root, opened, wanted, {})


def _all(root: Rel) -> list[Rel]:
    """All relations of a plan, a shared one once."""
    found: dict[int, Rel] = {}
    stack = [root]
    while stack:
        rel = stack.pop()
        if id(rel) not in found:
            found[id(rel)] = rel
            stack += inputs_of(rel)
    return list(found.values())


def _bare(rel: Rel) -> str | None:
    """The alias of the scan under filters (and the joins that they need), where nothing chose columns yet."""
    while isinstance(rel, (Filter, Join, Sort, Limit)):
        rel = rel.input
    return rel.alias if isinstance(rel, Scan) else None


def _visible(rel: Rel, opened: dict[int, tuple[Named, str]]) -> list[tuple[int, set[str]]]:
    """The bare Named relations that expressions of this node may speak of, with the names they go by."""
    found: list[tuple[int, set[str]]] = []

    def look(part: Rel, alias: str | None) -> None:
        if id(part) in opened:
            named, inner = opened[id(part)]
            found.append((id(part), {named.name, inner, *([alias] if alias else [])}))
        match part:
            case Join(input, other):
                look(input, alias)
                look(other, part.alias)
            case Filter(input) | Sort(input) | Limit(input):
                look(input, alias)
            case _:
                pass

    if isinstance(rel, Join):
        look(rel, None)
    elif not isinstance(rel, (Scan, Named)):
        for part in inputs_of(rel):
            look(part, None)
    return found


def _expressions(rel: Rel) -> Iterable[Expr]:
    match rel:
        case Filter(_, condition):
            yield condition
        case Join(on=on) if on is not None:
            yield on
        case Project(_, columns):
            yield from (expr for _, expr in columns)
        case Aggregate(_, groups, aggs):
            yield from (expr for _, expr in groups)
            yield from (agg for _, agg in aggs)
        case Sort(_, keys):
            yield from (expr for expr, _ in keys)


def _replaced(rel: Rel, opened: dict[int, tuple[Named, str]], wanted: dict[int, dict[str, Type]], done: dict[int, Rel]) -> Rel:
    found = done.get(id(rel))
    if found is not None:
        return found
    parts = tuple(_replaced(part, opened, wanted, done) for part in inputs_of(rel))
    match rel:
        case Scan() | Series() | One():
            made: Rel = rel
        case Named() if id(rel) in opened:
            alias = opened[id(rel)][1]
            columns: Columns = tuple((name, Col(alias, name, kind)) for name, kind in wanted[id(rel)].items())
            made = replace(rel, input=Project(parts[0], columns or (("one", _int(1)),)))
        case Join():
            made = replace(rel, input=parts[0], other=parts[1])
        case UnionAll():
            made = replace(rel, inputs=parts)
        case _:
            made = replace(rel, input=parts[0])
    done[id(rel)] = made
    return made
