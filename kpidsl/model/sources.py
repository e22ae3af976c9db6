"""Sources: their columns, keys and joins. Comes in: `source` declarations. Goes out: `SourceModel`s, declared first (so that order never
matters), then with every column's expression resolved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpidsl.diagnostic import Diagnostic, KpiError, Label, fail, similar
from kpidsl.model import types
from kpidsl.model.aggregates import Call, aggregate_call
from kpidsl.model.expr import TEXT, Expr, Field, Fn, walk
from kpidsl.model.model import Column, ColumnAggregate, JoinModel, SourceModel
from kpidsl.model.names import Entry, Scope
from kpidsl.model.periods import days_of
from kpidsl.model.rows import FIXED_DAYS, RowContext, RowResolver
from kpidsl.model.rules import describe, fits
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.model.resolve import Resolver


class SourceResolver:
    """Resolves all sources of a project."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.declaring: list[str] = []
        self.entries: dict[str, Entry] = {}

    # ------------------------------------------------------------ declaring

    def declare(self, entry: Entry) -> SourceModel:
        """The source with the types of its columns; expressions follow in `complete`."""
        known = self.resolver.sources.get(entry.key)
        if known is not None:
            return known
        decl = entry.decl
        assert isinstance(decl, ast.SourceDecl)
        if self.resolver.is_broken("source", entry.key):
            raise self.resolver.silent()
        if entry.key in self.declaring:
            self.resolver.broken.update(("source", key) for key in self.declaring)
            circle = " → ".join([*self.declaring[self.declaring.index(entry.key) :], entry.key])
            fail("KPI035", f"sources come from each other in a circle: {circle}", decl.name.span, help="start one of them from a table")
        self.declaring.append(entry.key)
        try:
            source = self._shell(entry, decl)
        finally:
            self.declaring.pop()
        self.resolver.sources[entry.key] = source
        self.entries[entry.key] = entry
        self._columns(source, decl)
        source = self._without_unknown(source)
        self.resolver.sources[entry.key] = source
        return source

    def _without_unknown(self, source: SourceModel) -> SourceModel:
        """The source without a time or key column that it does not have: that was reported, and nothing may lean on it."""
        time = source.time if source.time in source.columns else None
        if time is None and source.time is not None:
            self.resolver.broken.add(("time", source.name))
        return replace(source, time=time, key=tuple(k for k in source.key if k in source.columns))

    def _shell(self, entry: Entry, decl: ast.SourceDecl) -> SourceModel:
        origin = decl.origin
        base: str | None = None
        by: tuple[str, ...] = ()
        members: tuple[str, ...] = ()
        if isinstance(origin, ast.FromGrain):
            base = self._other(origin.source, entry.scope).name
            by = tuple(i.text for i in origin.by)
        elif isinstance(origin, ast.FromUnion):
            members = tuple(self._other(name, entry.scope).name for name in origin.sources)
        keys = ast.pick(decl.items, ast.Key)
        if len(keys) > 1:
            self.resolver.diagnostics.add(
                Diagnostic(
                    "KPI034",
                    f"`{decl.name.text}` has two keys",
                    keys[1].span,
                    labels=(Label(keys[0].span, "the first one"),),
                    help="a composite key is one line: key order_id, line_no",
                )
            )
        key = tuple(c.text for c in keys[0].columns) if keys else by
        time = ast.pick(decl.items, ast.TimeColumn)
        begins = ast.pick(decl.items, ast.Begins)
        complete = ast.pick(decl.items, ast.CompleteThrough)
        return SourceModel(
            name=entry.key,
            label=decl.label or "",
            origin=origin,
            span=decl.name.span,
            key=key,
            time=time[0].column.text if time else None,
            schema=entry.scope.schema,
            members=members,
            base=base,
            by=by,
            begins=days_of(begins[0].date, self.resolver.calendar)[0] if begins else None,
            complete_through=days_of(complete[0].value, self.resolver.calendar)[1]
            if complete and not isinstance(complete[0].value, ast.Path)
            else None,
        )

    def _other(self, name: ast.Ident, scope: Scope) -> SourceModel:
        entry = scope.find("source", name.text)
        if entry is None:
            known = scope.names("source")
            near = similar(name.text, known)
            fail(
                "KPI031",
                f"there is no source `{name.text}`",
                name.span,
                help=f"did you mean `{near[0]}`?" if near else f"sources: {', '.join(sorted(known))}",
            )
        return self.declare(entry)

    def _columns(self, source: SourceModel, decl: ast.SourceDecl) -> None:
        written = ast.pick(decl.items, ast.Column)
        for column in written:
            self._guard(lambda c=column: self._column(source, c))
            if column.name.text not in source.columns:
                self.resolver.broken.add(("column", f"{source.name}.{column.name.text}"))
        origin = decl.origin
        if isinstance(origin, ast.FromGrain):
            self._guard(lambda: self._grain_columns(source, origin))
        elif isinstance(origin, ast.FromUnion):
            self._guard(lambda: self._union_columns(source, origin))
        self._guard(lambda: self._key_and_time(source, decl))
        flagged = [c for c in source.key if c in source.columns]
        for name in flagged:
            source.columns[name] = replace(
                source.columns[name],
                not_null=source.columns[name].not_null or (len(source.key) == 1 and source.base is None and not source.members),
            )

    def _guard(self, step) -> None:  # type: ignore[no-untyped-def]
        try:
            step()
        except KpiError as error:
            self.resolver.diagnostics.extend(error.diagnostics)

    def _column(self, source: SourceModel, node: ast.Column) -> None:
        name = node.name.text
        if name in source.columns:
            fail(
                "KPI034",
                f"`{source.name}` has two columns `{name}`",
                node.name.span,
                labels=(Label(source.columns[name].span, "the first one"),),
                help="delete or rename one of them",
            )
        kind = types.declared(node.type, lambda path: self._currency_symbol(source, path))
        flags = {f.name for f in ast.pick(node.items, ast.Flag)}
        physical = ast.pick(node.items, ast.From)
        describe_ = ast.pick(node.items, ast.Describe)
        source.columns[name] = Column(
            name=name,
            type=kind,
            span=node.name.span,
            physical=(physical[0].column if physical else name) if node.expr is None else None,
            label=node.label or "",
            description=describe_[0].text if describe_ else "",
            pii="pii" in flags,
            additive="not additive" not in flags,
            why_not_additive="it is declared `not additive`" if "not additive" in flags else "",
            not_null="not null" in flags,
        )
        if node.type.name.text == "money" and not node.type.args:
            fail("KPI041", "`money` needs its currency", node.type.span, help="write money(EUR), or money(currency_column)")

    def _currency_symbol(self, source: SourceModel, path: ast.Path) -> str:
        """`@source.column` for a currency that stands in a column; checked once all columns are known."""
        return f"@{source.name}.{path.text}"

    def _grain_columns(self, source: SourceModel, origin: ast.FromGrain) -> None:
        assert source.base is not None
        base = self.resolver.sources[source.base]
        for name in origin.by:
            if name.text not in base.columns:
                self.resolver.unknown_column(base, name.text, name.span)
            inner = base.columns[name.text]
            mine = source.columns.get(name.text)
            if mine is None:
                source.columns[name.text] = Column(
                    name.text, inner.type, name.span, label=inner.label, pii=inner.pii, expr=Field((), name.text, inner.type)
                )
            elif mine.physical is not None:
                source.columns[name.text] = replace(mine, physical=None, expr=Field((), name.text, inner.type))
        for column in source.columns.values():
            if column.physical is not None:
                fail(
                    "KPI074",
                    f"`{column.name}` has many values for one row of `{source.name}`",
                    column.span,
                    notes=(f"one row of `{source.name}` stands for many rows of `{base.name}`",),
                    help=f"say which one behind its type: = any({column.name}), = sum({column.name}) …; or add it to `by`",
                )

    def _union_columns(self, source: SourceModel, origin: ast.FromUnion) -> None:
        members = [self.resolver.sources[name] for name in source.members]
        if len(members) < 2:
            fail("KPI073", "a union needs at least two sources", origin.span, help="use `from table` for one")
        if not any(c.physical is not None for c in source.columns.values()):
            for name, column in members[0].columns.items():
                if all(name in m.columns and m.columns[name].type == column.type for m in members[1:]) and name not in source.columns:
                    pii = any(m.columns[name].pii for m in members)
                    additive = all(m.columns[name].additive for m in members)
                    source.columns[name] = replace(column, physical=name, expr=None, span=origin.span, pii=pii, additive=additive)
        for name, column in list(source.columns.items()):
            if column.physical is None or (origin.discriminator is not None and name == origin.discriminator.text):
                continue
            for member in members:
                theirs = member.columns.get(column.physical)
                if theirs is None:
                    fail(
                        "KPI073",
                        f"`{member.name}` has no column `{column.physical}` for this union",
                        column.span,
                        labels=(Label(member.span, "declared here"),),
                        help=f"add it to `{member.name}`, computed if need be, or leave it out of the union",
                    )
                why = fits(column.type, theirs.type)
                if why is not None:
                    fail(
                        "KPI073",
                        f"`{member.name}.{column.physical}` does not fit this union: {why}",
                        column.span,
                        labels=(Label(theirs.span, describe(theirs.type)),),
                        help="give every member the same type and unit",
                    )
                if not theirs.additive:
                    source.columns[name] = replace(column, additive=False, why_not_additive=theirs.why_not_additive)
        if origin.discriminator is not None:
            name = origin.discriminator.text
            source.columns[name] = Column(name, TEXT, origin.discriminator.span, physical=name, not_null=True)

    def _key_and_time(self, source: SourceModel, decl: ast.SourceDecl) -> None:
        for item in ast.pick(decl.items, ast.Key):
            for name in item.columns:
                if name.text not in source.columns:
                    self.resolver.unknown_column(source, name.text, name.span)
        for moment in ast.pick(decl.items, ast.TimeColumn):
            if moment.column.text not in source.columns:
                self.resolver.unknown_column(source, moment.column.text, moment.column.span)
            kind = source.columns[moment.column.text].type
            if not kind.is_temporal:
                fail(
                    "KPI051",
                    f"the time of `{source.name}` must be a date or timestamp, `{moment.column.text}` is {describe(kind)}",
                    moment.span,
                    help=f"make one of it: a computed column such as day: date = date({moment.column.text})",
                )
        for column in source.columns.values():
            currency = column.type.unit.currency
            if currency is not None and currency.startswith(f"@{source.name}."):
                holder = currency[len(source.name) + 2 :]
                if holder not in source.columns:
                    self.resolver.broken.add(("column", f"{source.name}.{column.name}"))
                    near = similar(holder.upper(), types.CURRENCIES)
                    written = next((c.type.span for c in ast.pick(decl.items, ast.Column) if c.name.text == column.name), column.span)
                    fail(
                        "KPI041",
                        f"`{holder}` is neither an ISO 4217 currency nor a column of `{source.name}`",
                        written,
                        help=f"did you mean {near[0]}?" if near else "write a code such as EUR, or the column that holds it",
                    )
                if source.columns[holder].type.kind != "text":
                    fail(
                        "KPI041",
                        f"`{holder}` cannot hold a currency, it is not text",
                        column.span,
                        help="name the column with the ISO 4217 code",
                    )

    # ------------------------------------------------------------ joins

    def joins(self, source: SourceModel, decl: ast.SourceDecl, scope: Scope) -> None:
        """Checks and adds the roles of a source; all sources are declared by now."""
        for node in ast.pick(decl.items, ast.Join):
            self._guard(lambda n=node: self._join(source, n, scope))
            if node.role.text not in source.joins:
                self.resolver.broken.add(("role", f"{source.name}.{node.role.text}"))

    def _join(self, source: SourceModel, node: ast.Join, scope: Scope) -> None:
        role = node.role.text
        if role in source.joins:
            fail(
                "KPI034",
                f"`{source.name}` has two roles `{role}`",
                node.role.span,
                labels=(Label(source.joins[role].span, "the first one"),),
                help="give each role its own name",
            )
        self._other(node.target, scope)
        if node.kind == "many":
            fail(
                "KPI021",
                "`join many` would count rows more than once",
                node.span,
                help=f"declare `join one` in `{node.target.text}`, from many to one",
            )
        if not node.on:
            raise self.resolver.silent()  # the parser has said that `on` is missing
        target = self._other(node.target, scope)
        pairs: list[tuple[str, str]] = []
        for pair in node.on:
            if pair.left.text not in source.columns:
                self.resolver.unknown_column(source, pair.left.text, pair.left.span)
            if pair.right.text not in target.columns:
                self.resolver.unknown_column(target, pair.right.text, pair.right.span)
            left, right = source.columns[pair.left.text].type, target.columns[pair.right.text].type
            same = left.kind == right.kind or (left.is_numeric and right.is_numeric)
            if not same:
                fail(
                    "KPI051",
                    f"`{pair.left.text}` is {describe(left)}, `{target.name}.{pair.right.text}` is {describe(right)}",
                    pair.span,
                    labels=(Label(target.columns[pair.right.text].span, describe(right)),),
                    help="keys must be of one type: add a computed column that converts one of them",
                )
            pairs.append((pair.left.text, pair.right.text))
        if node.kind != "one":
            join = self._nearest(source, target, node, tuple(pairs))
        elif node.during is not None:
            join = self._as_of(source, target, node, tuple(pairs))
        else:
            self._lands_on_key(target, node, tuple(pairs))
            one_to_one = bool(source.key) and {left for left, _ in pairs} == set(source.key)
            join = JoinModel(role, "one", target.name, tuple(pairs), node.span, one_to_one)
        if node.where is not None and join.kind in ("one", "during"):
            fail(
                "KPI064",
                "`where` belongs to `join last` and `join first`",
                node.where.span,
                help="filter in the metric, or declare a source with fewer rows",
            )
        source.joins[role] = join

    def _lands_on_key(self, target: SourceModel, node: ast.Join, pairs: tuple[tuple[str, str], ...]) -> None:
        if not target.key:
            fail(
                "KPI024",
                f"`{target.name}` has no key, so nothing proves that at most one of its rows joins",
                node.span,
                labels=(Label(target.span, "declared without a key"),),
                help=f"add `key {', '.join(r for _, r in pairs)}` to `{target.name}` if that is what one row is",
            )
        landed = {right for _, right in pairs}
        if landed != set(target.key) and not set(target.key) <= landed:
            missing = [k for k in target.key if k not in landed]
            fail(
                "KPI025",
                f"this may find many rows of `{target.name}`: its key is {', '.join(target.key)}",
                node.span,
                labels=(Label(target.span, f"key {', '.join(target.key)}"),),
                notes=(f"{', '.join(missing)} is not in `on`; each further row that is found would count the same row once more",),
                help=f"join on {', '.join(target.key)}, or use `join last {node.role.text}: …` to pick one row",
            )

    def _as_of(self, source: SourceModel, target: SourceModel, node: ast.Join, pairs: tuple[tuple[str, str], ...]) -> JoinModel:
        assert node.during is not None
        sides = []
        for side in (node.during.start, node.during.end):
            if not isinstance(side, ast.Path):
                fail(
                    "KPI025",
                    "`during` names two columns of the joined source",
                    node.during.span,
                    help=f"write during {target.name}.valid_from..{target.name}.valid_to",
                )
            name = side.parts[-1].text
            if len(side.parts) > 1 and side.parts[0].text not in (node.target.text, node.role.text):
                fail("KPI025", f"`during` names columns of `{target.name}`", side.span, help=f"write {target.name}.{name}")
            if name not in target.columns:
                self.resolver.unknown_column(target, name, side.span)
            if not target.columns[name].type.is_temporal:
                fail("KPI051", f"`{name}` is not a date or timestamp", side.span, help="validity runs from one time to another")
            sides.append(name)
        return JoinModel(node.role.text, "during", target.name, pairs, node.span, moment=source.time, starts=sides[0], ends=sides[1])

    def _nearest(self, source: SourceModel, target: SourceModel, node: ast.Join, pairs: tuple[tuple[str, str], ...]) -> JoinModel:
        path = node.before or node.after
        moment = path.text if path is not None else source.time
        if moment is None:
            fail("KPI025", f"`join {node.kind}` needs a time to be near to", node.span, help=f"write before COLUMN of `{source.name}`")
        if moment not in source.columns:
            self.resolver.unknown_column(source, moment, path.span if path else node.span)
        if target.time is None:
            fail(
                "KPI025",
                f"`{target.name}` has no time, so none of its rows is nearest",
                node.span,
                labels=(Label(target.span, "declared without `time`"),),
                help=f"add `time COLUMN` to `{target.name}`",
            )
        if not source.key:
            fail(
                "KPI024",
                f"`{source.name}` needs a key for `join {node.kind}`",
                node.span,
                labels=(Label(source.span, "declared without a key"),),
                help="add `key …` to it",
            )
        if source.columns[moment].type.kind != target.columns[target.time].type.kind:
            fail(
                "KPI051",
                f"`{moment}` and `{target.name}.{target.time}` are not both dates or both timestamps",
                node.span,
                help="convert one in a computed column",
            )
        if node.within is not None and node.within.unit not in (*FIXED_DAYS, "month", "quarter", "year"):
            fail("KPI051", f"`{node.within.unit}` is not a length of time", node.within.span)
        condition: Expr | None = None
        if node.where is not None:
            context = RowContext(target, self.entries[source.name].scope, what="a join")
            condition = RowResolver(self.resolver, context).condition(node.where, "`where`")
        return JoinModel(
            node.role.text,
            node.kind,
            target.name,
            pairs,
            node.span,
            moment=moment,
            order=target.time,
            before=node.after is None,
            within=(node.within.amount, node.within.unit) if node.within else None,
            where=condition,
        )

    def check_join_keys(self) -> None:
        """A key that a join lands on may be computed, but not over another join: it would have to be joined before it is found."""
        for source in self.resolver.sources.values():
            for role, join in list(source.joins.items()):
                target = self.resolver.sources[join.target]
                for _, right in join.on:
                    expr = target.columns[right].expr
                    if expr is not None and any(isinstance(e, Field) and e.path for e in walk(expr)):
                        self.resolver.diagnostics.add(
                            Diagnostic(
                                "KPI064",
                                f"`{role}` lands on `{target.name}.{right}`, which comes over a join itself",
                                join.span,
                                labels=(Label(target.columns[right].span, "computed over a join"),),
                                help=f"join on a column that rows of `{target.name}` hold themselves",
                            )
                        )

    # ------------------------------------------------------------ expressions

    def complete(self, source: SourceModel, decl: ast.SourceDecl, scope: Scope) -> None:
        """Resolves the expressions of computed and aggregate columns, and the column that says how far the source goes."""
        for node in ast.pick(decl.items, ast.Column):
            if node.expr is not None and node.name.text in source.columns:
                before = len(self.resolver.diagnostics.found)
                self._guard(lambda n=node: self._expression(source, n, scope))
                if len(self.resolver.diagnostics.found) > before:
                    self.resolver.broken.add(("column", f"{source.name}.{node.name.text}"))
        for item in ast.pick(decl.items, ast.CompleteThrough):
            if isinstance(item.value, ast.Path):
                self._guard(lambda path=item.value: self._complete_through(source, path, scope))

    def _complete_through(self, source: SourceModel, path: ast.Path, scope: Scope) -> None:
        found = RowResolver(self.resolver, RowContext(source, scope, what="a source's coverage")).path(path)
        if not isinstance(found, Field) or not found.type.is_temporal:
            fail(
                "KPI051",
                f"`{path.text}` is {describe(found.type)}, not a time",
                path.span,
                help="name a date or timestamp column whose latest value says how far the data go, or write a date",
            )
        self.resolver.sources[source.name] = replace(source, complete_through=found)

    def _expression(self, source: SourceModel, node: ast.Column, scope: Scope) -> None:
        assert node.expr is not None
        column = source.columns[node.name.text]

        def aggregate(call: ast.Call, via: str | None = None) -> Expr:
            return self._aggregate_column(source, column, call, scope, via)

        context = RowContext(source, scope, "columns", aggregate, "a column")
        expr = RowResolver(self.resolver, context).resolve(node.expr)
        if not (isinstance(expr, Fn) and expr.op == "sql"):
            why = fits(column.type, expr.type)
            if why is not None:
                fail(
                    "KPI054",
                    f"`{column.name}` is declared as {describe(column.type)}, but {why}",
                    node.expr.span,
                    labels=(Label(node.type.span, "declared here"),),
                    help="change the declared type, or convert the value",
                )
        source.columns[column.name] = replace(column, expr=expr)

    def _aggregate_column(self, source: SourceModel, column: Column, node: ast.Call, scope: Scope, via: str | None) -> Expr:
        if source.base is not None:
            route: tuple[str, ...] = ()
            child = self.resolver.sources[source.base]
        else:
            child, route = self._child(source, node, scope, via)
        made = aggregate_call(self.resolver, Call(node, scope, child, inside=True))
        if made.deferred:
            fail("KPI064", f"`{made.deferred}` works on metrics over time, not in a column", node.span, help="use it in a metric")
        mixed = [s for s, _ in made.agg.type.unit.dims if s.startswith("@")]
        if mixed:
            fail(
                "KPI056",
                f"`{column.name}` would add amounts in different currencies",
                node.span,
                help="convert them first: convert(…, EUR, using: rates)",
            )
        number = sum(1 for a in source.aggregates if a.split("·")[0] == column.name)
        hidden = f"{column.name}·{number + 1}"
        source.aggregates[hidden] = ColumnAggregate(hidden, child.name, route, made.agg, made.zero)
        return Field((), hidden, made.agg.type)

    def _child(self, source: SourceModel, node: ast.Call, scope: Scope, via: str | None) -> tuple[SourceModel, tuple[str, ...]]:
        """The source that an aggregate column looks at, and its one route here."""
        heads = self.resolver.grain.heads(node, scope)
        if not heads:
            fail(
                "KPI071",
                f"`{node.name.text}` must say whose rows it looks at",
                node.span,
                help=f"name a source that joins to `{source.name}`: {node.name.text}(orders.amount)",
            )
        child = self.resolver.grain.root_of(heads, node.span)
        routes = [r for r in self.resolver.routes.between(child.name, source.name) if r]
        if child.name == source.name:  # people and their boss, who is one of them
            routes = [(role,) for role, join in source.joins.items() if join.target == source.name]
        if via is not None:
            routes = [r for r in routes if via in r]
        if not routes:
            fail(
                "KPI071",
                f"`{child.name}` has no `join one` {'over `' + via + '` ' if via else ''}to `{source.name}`",
                node.span,
                labels=(Label(child.span, "declared here"),),
                help=f"declare `join one …: {source.name} on …` in `{child.name}`",
            )
        here = child
        for role in routes[0] if len(routes) == 1 else ():
            join = here.joins[role]
            if join.kind != "one":
                fail(
                    "KPI064",
                    f"`{role}` picks one of many rows by time, so rows of `{child.name}` cannot be counted per row of `{source.name}`",
                    node.span,
                    labels=(Label(join.span, "picks by time"),),
                    help=f"count them in a metric, split by something of {child.name}.{role}",
                )
            here = self.resolver.sources[join.target]
        if len(routes) > 1:
            fail(
                "KPI070",
                f"`{child.name}` reaches `{source.name}` over several roles: {', '.join('.'.join(r) for r in routes)}",
                node.span,
                help=f"say which one: … via {routes[0][-1]}",
            )
        return child, routes[0]
