"""Joins: the roles of sources. Comes in: `join` items, once all sources have their columns. Goes out: `JoinModel`s that find at most one
row, or why they might find many."""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, Label, fail
from kpidsl.model.currencies import held_by, same_columns
from kpidsl.model.expr import Field, Type, walk
from kpidsl.model.model import JoinModel, SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rows import FIXED_DAYS, RowContext, RowResolver
from kpidsl.model.rules import describe
from kpidsl.model.units import add
from kpidsl.record import replace
from kpidsl.syntax import ast


class JoinResolver:
    """Resolves the joins of all sources of a project."""

    def __init__(self, resolver: Questions) -> None:
        self.resolver = resolver

    def declare(self, source: SourceModel, decl: ast.SourceDecl, scope: Scope) -> None:
        """Checks and adds the roles of a source; all sources are declared by now."""
        for node in ast.pick(decl.items, ast.Join):
            self.resolver.guard(self._join, source, node, scope)
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
        entry = self.resolver.source_entry(node.target, scope)
        if node.kind == "many":
            fail(
                "KPI021",
                "`join many` would count rows more than once",
                node.span,
                help=f"declare `join one` in `{node.target.text}`, from many to one",
            )
        if not node.on:
            raise self.resolver.silent()  # the parser has said that `on` is missing
        target = self.resolver.source(entry)
        pairs: list[tuple[str, str]] = []
        for pair in node.on:
            if pair.left.text not in source.columns:
                self.resolver.unknown_column(source, pair.left.text, pair.left.span)
            if pair.right.text not in target.columns:
                self.resolver.unknown_column(target, pair.right.text, pair.right.span)
            left, right = source.columns[pair.left.text].type, target.columns[pair.right.text].type
            self._same_money(source, node, pair, left, right)
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

    def _same_money(self, source: SourceModel, node: ast.Join, pair: ast.OnPair, left: Type, right: Type) -> None:
        """Amounts are equal in one currency only; where it stands in columns, they are joined on as well."""
        own = same_columns((other.right.text, other.left.text) for other in node.on)
        unit = held_by(source, right.unit, own)
        if left.is_numeric and right.is_numeric and (left.unit.dims or right.unit.dims) and (unit is None or add(left.unit, unit) is None):
            fail(
                "KPI050",
                f"cannot compare {describe(left)} and {describe(right)}",
                pair.span,
                notes=("rows would meet whose amounts are not the same money",),
                help="join on a key that is no amount, or on amounts in one currency",
            )

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
        )

    def complete(self, source: SourceModel, decl: ast.SourceDecl, scope: Scope) -> None:
        """Resolves the conditions of `join last` and `join first`, which may go over any join: all are declared by now."""
        for node in ast.pick(decl.items, ast.Join):
            if node.where is not None and node.role.text in source.joins:
                self.resolver.guard(self._condition, source, node, node.where, scope)

    def _condition(self, source: SourceModel, node: ast.Join, where: ast.Expr, scope: Scope) -> None:
        join = source.joins[node.role.text]
        context = RowContext(self.resolver.sources[join.target], scope, what="a join")
        with self.resolver.marking("role", f"{source.name}.{node.role.text}"):
            found = RowResolver(self.resolver, context).condition(where, "`where`")
        source.joins[node.role.text] = replace(join, where=found)

    def check_keys(self) -> None:
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
