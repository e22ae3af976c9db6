"""The rows of a source as a relation. Comes in: a source and the fields that are read. Goes out: a scan (or a derived relation) with a left
join for every role that is used, and each field as a column of it. Computed columns are written out where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidsl.diagnostic import KpiError
from kpidsl.model.aggregates import noun
from kpidsl.model.expr import BOOL, INT, Agg, CaseOf, Col, Expr, Field, Fn, Lit, Over, Type, all_of, mapped, transform, walk
from kpidsl.model.model import ColumnAggregate, JoinModel, SourceModel
from kpidsl.plan.absent import has_value
from kpidsl.plan.origin import origin, short
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel, Scan
from kpidsl.record import dataclass, field, replace

if TYPE_CHECKING:
    from kpidsl.plan.planner import Planner

Path = tuple[str, ...]


@dataclass
class Place:
    """A source reached over a path: its alias, and what is read of it there."""

    source: SourceModel
    alias: str
    atoms: dict[str, Expr] = field(default_factory=dict)  # columns of a derived relation, by name
    windows: dict[str, Expr] = field(default_factory=dict)  # what is computed once, in a relation of the place: windows, long columns
    totals: dict[tuple[str, Path], tuple[str, dict[str, ColumnAggregate]]] = field(default_factory=dict)
    picked: dict[str, str] = field(default_factory=dict)  # target column → its name in the picked relation


class Rows:
    """Collects what is read of a source's rows and of what they reach, then builds the relation."""

    def __init__(self, planner: Planner, source: SourceModel, moment: Expr | None = None) -> None:
        """`moment` is the time that as-of joins of sources without a time of their own look at: the metric's (S20)."""
        self.planner = planner
        self.source = source
        self.moment = moment
        if moment is None and source.time is not None:
            self.moment = Field((), source.time, source.columns[source.time].type)
        self.days: tuple[Expr | None, Expr | None] = (None, None)
        """The days that are asked for, where rows are made of earlier and later ones (a funnel's)."""
        self.aliases: set[str] = set()
        self.places: dict[Path, Place] = {}
        self.places[()] = Place(source, self._alias(short(source.name)))

    def _alias(self, wanted: str) -> str:
        name, number = wanted, 2
        while name.casefold() in self.aliases:
            name, number = f"{wanted}_{number}", number + 1
        self.aliases.add(name.casefold())
        return name

    # ------------------------------------------------------------ reading

    def lower(self, expr: Expr) -> Expr:
        """The expression over columns of this relation."""
        return mapped(expr, Field, self.read)

    def read(self, item: Field) -> Expr:
        """One field as an expression over the relation's columns."""
        place = self._place(item.path)
        picked = item.path and self._join(item.path).kind != "one"
        if picked:
            place.picked.setdefault(item.name, item.name)
            return Col(place.alias, place.picked[item.name], self.planner.in_sql(place.source, item.name, item.type))
        value = self._column(place, item.path, item)
        if not item.path or isinstance(value, Col) or not has_value(place.source, Field((), item.name, item.type)):
            return value
        _, key = self._join(item.path).on[0]
        there = self._column(place, item.path, Field(item.path, key, place.source.columns[key].type))
        return CaseOf(((Fn("is_not_null", (there,), BOOL), value),), None, value.type)

    def _column(self, place: Place, path: Path, item: Field) -> Expr:
        source = place.source
        column = source.columns.get(item.name)
        if column is None:
            return self._hidden(place, path, item)
        if source.events is not None:
            place.atoms[item.name] = Field((), item.name, item.type)
            return Col(place.alias, item.name, self.planner.in_sql(source, item.name, item.type))
        if column.expr is None:
            if source.members:
                place.atoms[item.name] = Field((), item.name, item.type)
                return Col(place.alias, item.name, self.planner.in_sql(source, item.name, item.type))
            if column.physical is None:
                raise KpiError  # what the column is made of is reported where it is declared
            if place.source.base is None:
                place.atoms[column.physical] = Field((), item.name, item.type)
            return Col(place.alias, column.physical, self.planner.in_sql(source, item.name, item.type))
        if source.base is not None and column.expr == Field((), item.name, column.expr.type):
            place.atoms[item.name] = column.expr
            return Col(place.alias, item.name, self.planner.in_sql(source, item.name, item.type))

        if self.planner.is_long(source, item.name):
            place.windows.setdefault(_beside(place, item.name), column.expr)
            return declared(Col(place.alias, _beside(place, item.name), column.expr.type), item.type)

        def inline(part: Expr) -> Expr | None:
            if isinstance(part, Over):
                return self._window(place, item.name, part)
            if isinstance(part, Field):
                inner = Field(path + part.path, part.name, part.type)
                return self.read(inner) if part.path else self._column(place, path, inner)
            return None

        return declared(transform(column.expr, inline), item.type)

    def _window(self, place: Place, name: str, over: Over) -> Expr:
        known = next((n for n, o in place.windows.items() if o == over), None)
        if known is None:
            known = _beside(place, name if name not in place.windows else f"{name}_{len(place.windows) + 1}")
            place.windows[known] = over
        return Col(place.alias, known, over.type)

    def _hidden(self, place: Place, path: Path, item: Field) -> Expr:
        """An aggregate of other rows, per row of this place."""
        made = place.source.aggregates[item.name]
        name = hidden_name(place.source, item.name)
        if place.source.base is not None:
            place.atoms[name] = item
            return Col(place.alias, name, item.type)
        key = (made.child, made.route)
        if key not in place.totals:
            place.totals[key] = (self._alias(f"{place.alias}_{short(made.child)}"), {})
        alias, needed = place.totals[key]
        needed[name] = made
        return Col(place.alias, name, item.type) if path else _zero(made, Col(alias, name, item.type))

    def _place(self, path: Path) -> Place:
        known = self.places.get(path)
        if known is None:
            owner = self._place(path[:-1])
            join = owner.source.joins[path[-1]]
            for left, _ in join.on:  # a key that is computed over another join needs that one first
                self.read(Field(path[:-1], left, owner.source.columns[left].type))
            known = Place(self.planner.model.sources[join.target], self._alias(short(path[-1].replace(" ", "_"))))
            self.places[path] = known
            if join.kind != "one":
                for key in owner.source.key:
                    self.read(Field(path[:-1], key, owner.source.columns[key].type))
        return known

    def _join(self, path: Path) -> JoinModel:
        return self._place(path[:-1]).source.joins[path[-1]]

    # ------------------------------------------------------------ building

    def relation(self, limited: bool = True) -> Rel:
        """The relation with everything that was read; `limited` leaves rows later than `as_of` out of the root."""
        visible = self.visible() if limited else None  # may need a join of its own
        conditions: dict[Path, Expr] = {}
        for path in list(self.places):
            if path and self._join(path).kind == "one":
                conditions[path] = self._on(path)
        self._read_total_keys(self.places[()])
        root = self.places[()]
        rel = self._base(root)
        early = dict(root.totals) if any(path and self._borrows(path) for path in self.places) else {}
        for (child, route), (alias, needed) in early.items():  # the moment of a join may be made of them
            rel = self._with_totals(rel, root, child, route, alias, needed)
        for path, place in list(self.places.items()):
            if path:
                if path in conditions:
                    rel = Join(rel, self._dimension(place), place.alias, conditions[path])
                else:
                    rel = Join(rel, self._picked(path, place), place.alias, self._on_key(path, place))
        for (child, route), (alias, needed) in root.totals.items():
            if (child, route) not in early:
                rel = self._with_totals(rel, root, child, route, alias, needed)
        return rel if visible is None else Filter(rel, visible)

    def visible(self) -> Expr | None:
        """The condition that a row is not later than `as_of` (S14); rows without a time stay (S2)."""
        source = self.source
        if source.time is None or self.planner.sees_only_past(source):
            return None
        column = source.columns[source.time]
        return self.lower(self.planner.until_today(Field((), source.time, column.type), column.not_null))

    def _on(self, path: Path) -> Expr:
        place, join = self.places[path], self._join(path)
        owner = self.places[path[:-1]].source
        tests: list[Expr] = []
        for left, right in join.on:
            a = self.read(Field(path[:-1], left, owner.columns[left].type))
            b = self._column(place, path, Field(path, right, place.source.columns[right].type))
            tests.append(Fn("eq", (a, b), BOOL))
        if join.where is not None:
            tests.append(mapped(join.where, Field, lambda e: self._column(place, path, e)))
        found = all_of(tests)
        assert found is not None
        return found

    def _dimension(self, place: Place) -> Rel:
        """A joined place: its aggregate columns are added to its few rows, before they meet the many rows of the root."""
        self._read_total_keys(place)
        rel = self._base(place)
        if not place.totals:
            return rel
        columns: list[tuple[str, Expr]] = [(n, Col(place.alias, n, e.type)) for n, e in (place.atoms | place.windows).items()]
        for (child, route), (alias, needed) in place.totals.items():
            rel = self._with_totals(rel, place, child, route, alias, needed)
            columns += [(n, _zero(made, Col(alias, n, made.agg.type))) for n, made in needed.items()]
        return Named(Project(rel, tuple(columns)), f"{place.alias}_with_totals")

    def _base(self, place: Place) -> Rel:
        """The place's own rows, without what joins to them."""
        source = place.source
        if source.members:
            return Named(self.planner.union(source, list(place.atoms)), place.alias)
        if source.base is not None:
            return Named(self.planner.grain(source, list(place.atoms)), place.alias)
        if source.events is not None:
            return Named(self.planner.starts(source, list(place.atoms), self.days), place.alias)
        if place.windows:
            return Named(self._with_windows(place, place is self.places[()]), place.alias)
        return Scan(origin(source), place.alias)

    def _with_windows(self, place: Place, root: bool) -> Rel:
        """The place with windows and long columns written out. Neighbours of the root's rows are rows that are visible themselves."""
        inner = Rows(self.planner, place.source)
        columns = [(name, inner.read(atom)) for name, atom in place.atoms.items() if isinstance(atom, Field)]
        columns += [(name, inner.lower(over)) for name, over in place.windows.items()]
        windows = any(isinstance(part, Over) for expr in place.windows.values() for part in walk(expr))
        return Project(inner.relation(limited=root and windows), tuple(columns))

    def _read_total_keys(self, place: Place) -> None:
        """Reads the columns by which aggregates of other rows join, before the place's relation is built."""
        for child, route in place.totals:
            owner = self.planner.model.sources[child]
            for role in route[:-1]:
                owner = self.planner.model.sources[owner.joins[role].target]
            for _, right in owner.joins[route[-1]].on:
                self._column(place, (), Field((), right, place.source.columns[right].type))

    def _with_totals(self, rel: Rel, place: Place, child: str, route: Path, alias: str, needed: dict[str, ColumnAggregate]) -> Rel:
        inner = Rows(self.planner, self.planner.model.sources[child])
        owner = inner.source
        for role in route[:-1]:
            owner = self.planner.model.sources[owner.joins[role].target]
        join = owner.joins[route[-1]]
        groups = []
        tests: list[Expr] = []
        for left, right in join.on:
            kind = owner.columns[left].type
            name = _free(left, needed)
            groups.append((name, inner.read(Field(route[:-1], left, kind))))
            mine = self._column(place, (), Field((), right, place.source.columns[right].type))
            tests.append(Fn("eq", (mine, Col(alias, name, kind)), BOOL))
        aggs = tuple((name, _agg(inner.lower(made.agg))) for name, made in needed.items())
        total = Aggregate(inner.relation(), tuple(groups), aggs)
        comment = f"one row per {noun(place.source.name)}: {', '.join(needed)}"
        condition = all_of(tests)
        return Join(rel, Named(total, f"{short(place.source.name)}_{short(child)}", comment), alias, condition)

    # ------------------------------------------------------------ joins that pick one of many

    def _on_key(self, path: Path, place: Place) -> Expr:
        owner = self.places[path[:-1]].source
        tests: list[Expr] = []
        for key in owner.key:
            kind = owner.columns[key].type
            same = "eq" if owner.columns[key].not_null else "null_safe_eq"
            tests.append(Fn(same, (self.read(Field(path[:-1], key, kind)), Col(place.alias, f"for_{key}", kind)), BOOL))
        if self._borrows(path):
            assert self.moment is not None
            tests.append(Fn("eq", (self.lower(self.moment), Col(place.alias, "moment", self.moment.type)), BOOL))
        found = all_of(tests)
        assert found is not None
        return found

    def _picked(self, path: Path, place: Place) -> Rel:
        """One row of the target per key of the owner: the one whose validity holds the moment, or the nearest in time."""
        join = self._join(path)
        owner = self.places[path[:-1]].source
        if self._borrows(path):
            return self._picked_at(path, place)
        left = Rows(self.planner, owner)
        right = _Candidates(Rows(self.planner, place.source), f"{place.alias}_rows")
        target = place.source
        columns: list[tuple[str, Expr]] = [(f"for_{k}", left.read(Field((), k, owner.columns[k].type))) for k in owner.key]
        tests: list[Expr] = []
        for mine, theirs in join.on:
            tests.append(Fn("eq", (left.read(Field((), mine, owner.columns[mine].type)), right.read(theirs)), BOOL))
        moment = self.planner.today() if join.moment is None else left.read(Field((), join.moment, owner.columns[join.moment].type))
        order = _pick_tests(join, right, moment, tests)
        for name, alias in place.picked.items():
            columns.append((alias, right.read(name)))
        keys = tuple((right.read(k), True) for k in target.key)
        partition = tuple(expr for _, expr in columns[: len(owner.key)])
        columns.append(("nth", Over("row_number", (), INT, partition, tuple(dict.fromkeys((order, *keys))))))
        owners = left.relation(limited=False)  # a joined row describes, whatever its own time (S14)
        pairs = Join(owners, right.relation(join), right.alias, all_of(tests), "inner")
        ranked = Named(Project(pairs, tuple(columns)), f"{place.alias}_candidates")
        wanted = tuple((name, Col(None, name, expr.type)) for name, expr in columns[:-1])
        first = Filter(ranked, Fn("eq", (Col(None, "nth", INT), Lit(1, INT)), BOOL))
        return Named(Project(first, wanted), f"{place.alias}_picked", f"the one {noun(target.name)} of each {noun(owner.name)}")

    def _borrows(self, path: Path) -> bool:
        """Whether the owner has no time of its own, so that the root's time says which row is valid."""
        return self._join(path).moment is None and self.moment is not None

    def _picked_at(self, path: Path, place: Place) -> Rel:
        """As `_picked`, per key of the owner and moment of the root."""
        join = self._join(path)
        owner = self.places[path[:-1]].source
        assert self.moment is not None
        kind = self.moment.type
        left = Rows(self.planner, self.source)
        wanted = [*owner.key, *(mine for mine, _ in join.on if mine not in owner.key)]
        groups = [(f"for_{k}", left.read(Field(path[:-1], k, owner.columns[k].type))) for k in wanted]
        groups.append(("moment", left.lower(self.moment)))
        moments = Named(Aggregate(left.relation(), tuple(groups), ()), f"{place.alias}_moments")
        right = _Candidates(Rows(self.planner, place.source), f"{place.alias}_rows")

        def mine(name: str) -> Expr:
            return Col(moments.name, f"for_{name}", owner.columns[name].type)

        tests: list[Expr] = [Fn("eq", (mine(a), right.read(b)), BOOL) for a, b in join.on]
        moment = Col(moments.name, "moment", kind)
        order = _pick_tests(join, right, moment, tests)
        columns: list[tuple[str, Expr]] = [(f"for_{k}", mine(k)) for k in owner.key]
        columns.append(("moment", moment))
        partition = tuple(expr for _, expr in columns)
        columns += [(alias, right.read(name)) for name, alias in place.picked.items()]
        keys = tuple((right.read(k), True) for k in place.source.key)
        columns.append(("nth", Over("row_number", (), INT, partition, tuple(dict.fromkeys((order, *keys))))))
        pairs = Join(moments, right.relation(join), right.alias, all_of(tests), "inner")
        ranked = Named(Project(pairs, tuple(columns)), f"{place.alias}_candidates")
        first = Filter(ranked, Fn("eq", (Col(None, "nth", INT), Lit(1, INT)), BOOL))
        shown = tuple((name, Col(None, name, expr.type)) for name, expr in columns[:-1])
        return Named(
            Project(first, shown), f"{place.alias}_picked", f"the {noun(place.source.name)} of each {noun(owner.name)} at each time"
        )


class _Candidates:
    """The rows of a join's target with just the columns that picking one of them needs."""

    def __init__(self, rows: Rows, alias: str) -> None:
        self.rows, self.alias = rows, alias
        self.columns: dict[str, Expr] = {}

    def read(self, name: str) -> Expr:
        kind = self.rows.source.columns[name].type
        self.columns.setdefault(name, self.rows.read(Field((), name, kind)))
        return Col(self.alias, name, kind)

    def relation(self, join: JoinModel) -> Rel:
        condition = None if join.where is None else self.rows.lower(join.where)
        rel = self.rows.relation()
        return Named(Project(rel if condition is None else Filter(rel, condition), tuple(self.columns.items())), self.alias)


def _pick_tests(join: JoinModel, right: _Candidates, moment: Expr, tests: list[Expr]) -> tuple[Expr, bool]:
    """Adds the conditions in time; returns what the candidates are ordered by."""
    if join.kind == "during":
        assert join.starts is not None
        assert join.ends is not None
        start, end = right.read(join.starts), right.read(join.ends)
        moment = right.rows.planner.as_kind(moment, start.type)
        tests.append(Fn("or", (Fn("le", (start, moment), BOOL), Fn("is_null", (start,), BOOL)), BOOL))
        tests.append(Fn("or", (Fn("gt", (end, moment), BOOL), Fn("is_null", (end,), BOOL)), BOOL))
        return start, True
    assert join.order is not None
    theirs = right.read(join.order)
    moment = right.rows.planner.as_kind(moment, theirs.type)
    op = ("le" if join.inclusive else "lt") if join.before else ("ge" if join.inclusive else "gt")
    tests.append(Fn(op, (theirs, moment), BOOL))
    if join.within is not None:
        amount, unit = join.within
        edge = Fn("date_add", (moment,), moment.type, (-amount if join.before else amount, unit))
        tests.append(Fn("ge" if join.before else "le", (theirs, edge), BOOL))
    return theirs, join.kind == "last"


def _agg(expr: Expr) -> Agg:
    assert isinstance(expr, Agg)
    return expr


def declared(expr: Expr, kind: Type) -> Expr:
    """The expression with its declared type. A declared number is a double in SQL, too, so that whole numbers divide to fractions (S6); an
    amount that was divided is none of the engine's exact decimals, whatever it is called."""
    if kind.kind == "number" and expr.type.kind in ("int", "decimal"):
        return Fn("to_number", (expr,), kind)
    if kind.kind == "decimal" and expr.type.kind == "number":
        return replace(expr, type=as_double(kind))
    return replace(expr, type=kind)


def as_double(kind: Type) -> Type:
    """A decimal's type where SQL holds it as a double."""
    return replace(kind, kind="number", precision=None)


def hidden_name(source: SourceModel, hidden: str) -> str:
    """The SQL name of a hidden aggregate: its column's, where the column is nothing else."""
    column, number = hidden.split("·")
    several = f"{column}·2" in source.aggregates
    return f"{column}_{number}" if several else column


def _beside(place: Place, name: str) -> str:
    """The name of a computed column beside the physical ones."""
    while any(name == c.physical for c in place.source.columns.values()):
        name += "_"
    return name


def _zero(made: ColumnAggregate, value: Expr) -> Expr:
    """Counts and sums of no rows are 0 (S18)."""
    return Fn("coalesce", (value, Lit(0, INT)), value.type) if made.zero else value


def _free(name: str, taken: dict[str, ColumnAggregate]) -> str:
    while name in taken:
        name += "_key"
    return name
