"""Columns of sources: those of the data, those of coarser grains and unions, computed ones and aggregates. Comes in: a source whose shell
is declared. Goes out: its columns with their types, and later, once all sources have theirs, with their expressions."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model import types
from kpidsl.model.aggregates import Call, aggregate_call
from kpidsl.model.currencies import Same, doing, held_by, mixed_by, same_columns
from kpidsl.model.expr import TEXT, Expr, Field, Fn
from kpidsl.model.grain import paths
from kpidsl.model.model import Column, ColumnAggregate, SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import describe, fits
from kpidsl.model.units import Held
from kpidsl.record import replace
from kpidsl.syntax import ast


class ColumnResolver:
    """Resolves the columns of all sources of a project."""

    def __init__(self, resolver: Questions) -> None:
        self.resolver = resolver

    # ------------------------------------------------------------ declaring

    def declare(self, source: SourceModel, decl: ast.SourceDecl) -> None:
        """Adds the columns with their declared types; what is wrong with one does not stop the others."""
        for column in ast.pick(decl.items, ast.Column):
            self.resolver.guard(self._column, source, column)
            if column.name.text not in source.columns:
                self.resolver.broken.add(("column", f"{source.name}.{column.name.text}"))
        origin = decl.origin
        if isinstance(origin, ast.FromGrain):
            self.resolver.guard(self._grain_columns, source, origin)
        elif isinstance(origin, ast.FromUnion):
            self.resolver.guard(self._union_columns, source, origin)

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
        kind = types.declared(node.type, lambda path: Held(source.name, path.text))  # a column, checked once all are known
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
            self.resolver.broken.add(("column", f"{source.name}.{name}"))
            fail("KPI041", "`money` needs its currency", node.type.span, help="write money(EUR), or money(currency_column)")

    def _grain_columns(self, source: SourceModel, origin: ast.FromGrain) -> None:
        assert source.base is not None
        base = self.resolver.sources[source.base]
        own = same_columns((name.text, name.text) for name in origin.by)
        for name in origin.by:
            if name.text not in base.columns:
                self.resolver.unknown_column(base, name.text, name.span)
            inner = base.columns[name.text]
            unit = held_by(source, inner.type.unit, own)
            if unit is None:
                self.resolver.broken.add(("column", f"{source.name}.{name.text}"))
                codes = ", ".join(held.column for held in inner.type.unit.held)
                fail(
                    "KPI056",
                    f"one `{name.text}` of `{source.name}` would stand for amounts in different currencies",
                    name.span,
                    labels=(Label(inner.span, f"its currency stands in `{codes}`"),),
                    help=f"make the rows by currency as well: by {name.text}, {codes}",
                )
            mine = source.columns.get(name.text)
            if mine is None:
                kind = replace(inner.type, unit=unit)
                source.columns[name.text] = Column(
                    name.text, kind, name.span, label=inner.label, pii=inner.pii, expr=Field((), name.text, inner.type)
                )
            elif mine.physical is not None:
                why = fits(mine.type, replace(inner.type, unit=unit))
                if why is not None:
                    fail(
                        "KPI054",
                        f"`{name.text}` is declared as {describe(mine.type)}, but {why}",
                        mine.span,
                        labels=(Label(inner.span, f"what it is in `{base.name}`"),),
                        help="declare it as what it is there, or leave the declaration out",
                    )
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
            self._common_columns(source, members, origin)
        own = same_columns((column.physical, name) for name, column in source.columns.items() if column.physical is not None)
        written = list(source.columns.items())
        if origin.discriminator is not None:
            word = origin.discriminator.text
            source.columns[word] = Column(word, TEXT, origin.discriminator.span, physical=word, not_null=True)
        for name, column in written:
            if column.physical is None or source.columns[name] is not column:
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
                unit = held_by(source, theirs.type.unit, own)
                why = fits(column.type, theirs.type if unit is None else replace(theirs.type, unit=unit))
                if why is not None:
                    fail(
                        "KPI073",
                        f"`{member.name}.{column.physical}` does not fit this union: {why}",
                        column.span,
                        labels=(Label(theirs.span, describe(theirs.type)),),
                        help="give every member the same type and unit"
                        if unit is not None
                        else "the column with the currency must be a column of the union as well, from the same column in every member",
                    )
                if not theirs.additive:
                    source.columns[name] = replace(column, additive=False, why_not_additive=theirs.why_not_additive)

    def _common_columns(self, source: SourceModel, members: list[SourceModel], origin: ast.FromUnion) -> None:
        """The columns that all members have in one type; an amount whose currency stands in a column comes with that column only."""
        named = {name for name in members[0].columns if all(name in m.columns for m in members) and name not in source.columns}
        own = same_columns((name, name) for name in named)
        for name, column in members[0].columns.items():
            if name not in named:
                continue
            units = [held_by(source, m.columns[name].type.unit, own) for m in members]
            kinds = [None if unit is None else replace(m.columns[name].type, unit=unit) for m, unit in zip(members, units, strict=True)]
            if kinds[0] is None or any(kind != kinds[0] for kind in kinds):
                continue
            pii = any(m.columns[name].pii for m in members)
            additive = all(m.columns[name].additive for m in members)
            source.columns[name] = replace(column, type=kinds[0], physical=name, expr=None, span=origin.span, pii=pii, additive=additive)

    # ------------------------------------------------------------ expressions

    def complete(self, source: SourceModel, decl: ast.SourceDecl, scope: Scope) -> None:
        """Resolves the expressions of computed and aggregate columns, and the column that says how far the source goes."""
        for node in ast.pick(decl.items, ast.Column):
            if node.expr is not None and node.name.text in source.columns:
                before = len(self.resolver.diagnostics.found)
                self.resolver.guard(self._expression, source, node, scope)
                if len(self.resolver.diagnostics.found) > before:
                    self.resolver.broken.add(("column", f"{source.name}.{node.name.text}"))
        for item in ast.pick(decl.items, ast.CompleteThrough):
            if isinstance(item.value, ast.Path):
                self.resolver.guard(self._complete_through, source, item.value, scope)

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
        same = self._same_in_each_row(source, child, route)
        if any((held.path, held.column) not in same for held in mixed_by(made.agg)):
            fail(
                "KPI056",
                f"`{column.name}` would {doing(made.agg)} amounts in different currencies",
                node.span,
                help="convert them first: convert(…, EUR, using: rates)",
            )
        unit = held_by(source, made.agg.type.unit, same)
        assert unit is not None
        number = sum(1 for a in source.aggregates if a.split("·")[0] == column.name)
        hidden = f"{column.name}·{number + 1}"
        source.aggregates[hidden] = ColumnAggregate(hidden, child.name, route, made.agg, made.zero)
        return Field((), hidden, replace(made.agg.type, unit=unit))

    def _same_in_each_row(self, source: SourceModel, child: SourceModel, route: tuple[str, ...]) -> Same:
        """The columns, as rows of `child` read them, that have one value in all rows below one of `source`, and its own column with it."""
        if not route:
            return same_columns((name, name) for name in source.by)
        owner = self.resolver.walk_to(child, route[:-1])
        return same_columns(owner.joins[route[-1]].on, route[:-1])

    def _child(self, source: SourceModel, node: ast.Call, scope: Scope, via: str | None) -> tuple[SourceModel, tuple[str, ...]]:
        """The source that an aggregate column looks at, and its one route here."""
        heads = self.resolver.grain.heads(node, scope)
        if not heads:
            self._no_such_source(source, node, scope)
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
            routes = _over(routes, via)
        if not routes and self.resolver.lacks_roles(child):
            raise self.resolver.silent()
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
            telling = next((role for route in routes for role in reversed(route) if len(_over(routes, role)) == 1), None)
            fail(
                "KPI070",
                f"`{child.name}` reaches `{source.name}` over several roles: {', '.join('.'.join(r) for r in routes)}",
                node.span,
                help=f"say which one: … via {telling}" if telling else "give one role a name of its own, and say … via NAME",
            )
        return child, routes[0]

    def _no_such_source(self, source: SourceModel, node: ast.Call, scope: Scope) -> None:
        """An error for a name that must be a source's, where it is none: dotted, or the very thing that is counted."""
        for path, rows in paths(node, True):
            head = path.parts[0]
            own = head.text in source.columns or head.text in source.joins
            if not own and (len(path.parts) > 1 or rows) and all(scope.find(kind, head.text) is None for kind in ("param", "segment")):
                self.resolver.no_source(path, scope)


def _over(routes: list[tuple[str, ...]], role: str) -> list[tuple[str, ...]]:
    """The routes that a role tells: its own join where that leads there, else those that go through a role of that name."""
    return [(role,)] if (role,) in routes else [route for route in routes if role in route]
