"""Group-bys: what a name after `by` means for each metric's source. Comes in: a name, path or grain. Goes out: a `Dim`, and its
row expression on the rows of every source (`bind`), or an error that says which source has no such thing."""

from __future__ import annotations

from typing import NoReturn

from kpidsl.diagnostic import Label, fail, similar
from kpidsl.model import own_grains
from kpidsl.model.expr import DATE, INT, TIMESTAMP, Expr, Field, Fn, rebase
from kpidsl.model.functions import FUNCTIONS, GRAINS
from kpidsl.model.model import Dim, DimensionModel, SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import describe
from kpidsl.record import replace
from kpidsl.span import Span
from kpidsl.syntax import ast

PARTS = {
    "weekday": "weekday",
    "hour_of_day": "hour",
    "month_of_year": "month",
    "quarter_of_year": "quarter",
    "day_of_year": "day_of_year",
    "day_of_month": "day",
}

NO_PERIODS = ("second", "minute", "fortnight", "half", "semester", "trimester", "decade", "century")
"""Lengths of time that people split by, and the calendar does not."""


class Dims:
    """Group-bys of one project."""

    def __init__(self, resolver: Questions) -> None:
        self.resolver = resolver

    # ------------------------------------------------------------ from a name

    def resolve(self, node: ast.Expr, scope: Scope, facts: list[SourceModel]) -> Dim:
        """The group-by that `node` names, for metrics of `facts`."""
        match node:
            case ast.Path() if len(node.parts) == 1:
                return self._bare(node, scope, facts)
            case ast.Path():
                return self._path(node, scope, facts)
            case ast.Call() if len(node.args) == 1 and node.args[0].name is None and isinstance(node.args[0].value, ast.Path):
                return self._of_time(node, node.args[0].value, scope, facts)
            case _:
                fail(
                    "KPI039",
                    f"`{node.span.text}` is not something to split by",
                    node.span,
                    help="name a dimension, a column or a period; computed values are columns of a source",
                )

    def _bare(self, node: ast.Path, scope: Scope, facts: list[SourceModel]) -> Dim:
        name = node.text
        entry = scope.find("dimension", name)
        if entry is not None:
            model = self.resolver.dimension(entry)
            return Dim("dimension", name, model.type, node.span, source=entry.key)
        if name in GRAINS or name in PARTS:
            return self._grain(name, node.span)
        own = next((grain for grain in self.resolver.calendar.own_grains if grain.name == name), None)
        if own is not None:
            return replace(self._path(own.column, scope, facts), kind=own_grains.OWN, name=name, span=node.span)
        if not facts and scope.is_lost(name):
            raise self.resolver.silent()
        if not facts:
            fail("KPI039", f"`{name}` does not say of which source", node.span, help=f"write it with its source: customers.{name}")
        found: list[tuple[SourceModel, str]] = []
        for fact in facts:
            found.append(self.find(fact, name, node.span, scope))
        first = found[0][0]
        for fact, (source, column) in zip(facts[1:], found[1:], strict=True):
            if source.name != first.name:
                fail(
                    "KPI020",
                    f"`{name}` means `{first.name}.{name}` for one metric and `{source.name}.{column}` for another",
                    node.span,
                    labels=(
                        Label(first.columns[name].span, f"for metrics of `{facts[0].name}`"),
                        Label(source.columns[column].span, f"for metrics of `{fact.name}`"),
                    ),
                    help=f"say that they are the same thing: dimension {name} = {first.name}.{name}, {source.name}.{column}",
                )
        return Dim("path", name, first.columns[name].type, node.span, source=first.name, column=name)

    def find(self, root: SourceModel, name: str, span: Span, scope: Scope) -> tuple[SourceModel, str]:
        """The source and column that a bare name means on rows of `root`: its own, else the only one that it reaches."""
        if root.rows_of is not None:
            return self.find(self.resolver.sources[root.rows_of], name, span, scope)
        if name in root.columns:
            return root, name
        holders: list[tuple[SourceModel, tuple[str, ...]]] = []
        for source_name, route in self.resolver.routes.reachable(root.name):
            source = self.resolver.sources[source_name]
            if name in source.columns:
                holders.append((source, route))
        if len(holders) == 1:
            return holders[0][0], name
        if len(holders) > 1:
            ways = [".".join((root.name, *route, name)) for _, route in holders]
            fail(
                "KPI033",
                f"`{name}` may mean {', '.join(ways)}",
                span,
                notes=("each gives another answer, so one must be chosen",),
                help=f"write one of them: {ways[0]}",
            )
        if scope.is_lost(name) or (self.resolver.lacks_roles(root) and any(name in s.columns for s in self.resolver.sources.values())):
            raise self.resolver.silent()
        others = [s for s in self.resolver.sources.values() if name in s.columns]
        for other in others:
            if self.resolver.routes.between(other.name, root.name) or self.resolver.grain.is_made_of(root, other.name):
                self.resolver.grain.route(root, other, span, name)
        if others:
            have = ", ".join(f"`{o.name}`" for o in others)
            fail(
                "KPI020",
                f"`{root.name}` has no `{name}`; {have} {'has' if len(others) == 1 else 'have'}",
                span,
                labels=(Label(root.span, f"no `{name}` here, nor in what it joins"),),
                help=f"leave it out for metrics of `{root.name}`, or say what it is there: "
                f"dimension {name} = {others[0].name}.{name}, {root.name}.…",
            )
        self._unknown(root, name, span, scope)

    def _unknown(self, root: SourceModel, name: str, span: Span, scope: Scope) -> NoReturn:
        columns = [c for s, _ in self.resolver.routes.reachable(root.name) for c in self.resolver.sources[s].columns]
        near = similar(
            name,
            [
                *scope.names("dimension"),
                *scope.names("segment"),
                *scope.names("param"),
                *columns,
                *GRAINS,
                *PARTS,
                *self.resolver.calendar.own_words,
            ],
        )
        metric = scope.find("metric", name)
        if metric is not None:
            fail(
                "KPI039",
                f"`{name}` is a metric; rows are split and filtered by columns",
                span,
                help=f"name a column or a dimension. To pick groups by it: `top 10 by {name}`; to show it only where it is large enough: "
                f"`case when {name} > … then {name} end`",
            )
        if name in GRAINS or name in PARTS:
            self._no_condition(root, name, span)
        self._no_row(root, name, span, scope)
        if scope.find("segment", name) is not None:
            fail("KPI039", f"`{name}` is a segment: a condition, and nothing to split by", span, help=f"filter by it: where {name}")
        if name in NO_PERIODS:
            fail("KPI039", f"the calendar has no period `{name}`", span, help=f"its periods are {', '.join(GRAINS[:-1])} and {GRAINS[-1]}")
        fail(
            "KPI039",
            f"there is no dimension or column `{name}`",
            span,
            help=f"did you mean {' or '.join(f'`{n}`' for n in near)}?"
            if near
            else f"`{root.name}` has {', '.join(list(root.columns)[:12])}",
        )

    def _no_condition(self, root: SourceModel, name: str, span: Span) -> NoReturn:
        """An error for a period or a part of one that is asked of a row as if it were a column."""
        function = PARTS.get(name, name)
        time = f"{root.name}.{root.time or 'a_time'}"
        ways = [] if name in PARTS else ["ask for a range: `during 2026-03`, `last 3 months`"]
        if function in FUNCTIONS:
            ways.append(f"take it of a time: {function}({time}) = {2026 if function == 'year' else 3}")
        fail("KPI039", f"`{name}` is what results are split by, and no column that rows have", span, help=", or ".join(ways))

    def _no_row(self, root: SourceModel, name: str, span: Span, scope: Scope) -> None:
        """An error for the name of a role or of a source: a row, of which a column must be named."""
        for source_name, _ in self.resolver.routes.reachable(root.name):
            join = self.resolver.sources[source_name].joins.get(name)
            if join is not None:
                self._name_a_column(f"`{name}` is a row of `{join.target}`", f"{source_name}.{name}", join.target, span)
        entry = scope.find("source", name)
        if entry is not None:
            source = self.resolver.source(entry)
            self._name_a_column(f"`{name}` is a source", name, source.name, span)

    def _name_a_column(self, what: str, path: str, target: str, span: Span) -> NoReturn:
        source = self.resolver.sources[target]
        columns = [c for c in source.columns.values() if not c.pii and c.name not in source.key]
        shown = sorted(columns, key=lambda c: c.type.kind not in ("text", "bool"))[:3] or list(source.columns.values())[:1]
        help = f"name one of its columns: {', '.join(f'{path}.{c.name}' for c in shown)}"
        fail("KPI039", f"{what}, and nothing to split by", span, help=help)

    def _path(self, node: ast.Path, scope: Scope, facts: list[SourceModel]) -> Dim:
        head = node.parts[0].text
        entry = scope.find("source", head)
        funnel = scope.find("funnel", head)
        if entry is None and funnel is not None:
            source, there = self.resolver.stage_field(funnel, node.parts[1:], node)
            name = ".".join(part.text for part in node.parts[1:])
            return Dim("path", name, there.type, node.span, source=source, path=there.path, column=there.name)
        if entry is None:
            self.resolver.no_source(node, scope, facts=[fact.name for fact in facts])
        start = self.resolver.source(entry)
        field = RowResolver(self.resolver, RowContext(start, scope, "names")).walk(start, (), node.parts[1:], node)
        assert isinstance(field, Field)
        return Dim("path", field.name, field.type, node.span, source=start.name, path=field.path, column=field.name)

    def _grain(self, word: str, span: Span) -> Dim:
        if word in PARTS:
            return Dim("part", word, INT, span, grain=PARTS[word])
        return Dim("grain", word, TIMESTAMP if word == "hour" else DATE, span, grain=word)

    def _of_time(self, node: ast.Call, path: ast.Path, scope: Scope, facts: list[SourceModel]) -> Dim:
        word = node.name.text
        if word not in GRAINS and word not in PARTS:
            near = similar(word, [*GRAINS, *PARTS])
            fail(
                "KPI039",
                f"`{word}` is not a period",
                node.name.span,
                help=f"did you mean `{near[0]}`?" if near else "write one of " + ", ".join((*GRAINS, *PARTS)),
            )
        of = self._path(path, scope, facts) if len(path.parts) > 1 else self._bare(path, scope, facts)
        if not of.type.is_temporal:
            fail("KPI051", f"`{path.text}` is {describe(of.type)}, not a time", path.span, help="name a date or timestamp column")
        return replace(self._grain(word, node.span), source=of.source, path=of.path, column=of.column)

    # ------------------------------------------------------------ on rows

    def bind(self, dim: Dim, root: SourceModel, span: Span, time: Expr | None) -> Expr:
        """What `dim` is on rows of `root`; `time` is the metric's time where it is not the source's own."""
        match dim.kind:
            case "dimension":
                return self.of_dimension(self.resolver.dimensions[dim.source], root, span)
            case "path":
                start = self.resolver.sources[dim.source]
                route = self.resolver.grain.route(root, start, span, dim.column)
                return Field(route + dim.path, dim.column, dim.type.over(route))
            case own_grains.OWN:
                return own_grains.bound(self.resolver, dim, root, span, time)
            case _:
                return self._bind_time(dim, root, span, time)

    def of_dimension(self, model: DimensionModel, root: SourceModel, span: Span) -> Expr:
        """The alternative of a conformed dimension that rows of `root` reach."""
        if root.rows_of is not None:
            return self.of_dimension(model, self.resolver.sources[root.rows_of], span)
        routes = self.resolver.routes
        found = [(source, expr, r) for source, expr in model.alternatives for r in routes.between(root.name, source)]
        own = [f for f in found if not f[2]]
        if own:
            return own[0][1]
        if len(found) == 1:
            return rebase(found[0][1], found[0][2])
        if len(found) > 1:
            ways = ", ".join(".".join((root.name, *route)) + f" ({source})" for source, _, route in found)
            fail(
                "KPI022",
                f"`{root.name}` reaches the dimension `{model.name}` by several routes: {ways}",
                span,
                help=f"add what it is for `{root.name}` itself to the dimension: dimension {model.name} = …, {root.name}.…",
            )
        for source, _ in model.alternatives:
            if routes.between(source, root.name) or self.resolver.grain.is_made_of(root, source):
                self.resolver.grain.route(root, self.resolver.sources[source], span, "")
        if self.resolver.lacks_roles(root):
            raise self.resolver.silent()
        have = ", ".join(f"`{s}`" for s, _ in model.alternatives)
        fail(
            "KPI020",
            f"`{root.name}` has no `{model.name}`; {have} {'has' if len(model.alternatives) == 1 else 'have'}",
            span,
            labels=(Label(model.span, "the dimension"), Label(root.span, "the source without it")),
            help=f"leave it out for metrics of `{root.name}`, or add {root.name}.… to the dimension",
        )

    def _bind_time(self, dim: Dim, root: SourceModel, span: Span, time: Expr | None) -> Expr:
        if dim.column:
            start = self.resolver.sources[dim.source]
            kind = self.resolver.walk_to(start, dim.path).columns[dim.column].type
            moment: Expr = Field(self.resolver.grain.route(root, start, span, dim.column) + dim.path, dim.column, kind)
        elif time is not None:
            moment = time
        elif root.time is not None:
            moment = Field((), root.time, root.columns[root.time].type)
        elif self.resolver.is_broken("time", root.name):
            raise self.resolver.silent()
        else:
            fail(
                "KPI122",
                f"`{root.name}` has no time to split by {dim.name}",
                span,
                labels=(Label(root.span, "declared without `time`"),),
                help=f"add `time COLUMN` to `{root.name}`, or name one: {dim.name}({root.name}.…)",
            )
        if dim.grain == "hour" and moment.type.kind == "date":
            fail("KPI122", f"`{root.name}` knows days only, not hours", span, help="split by day")
        moment = self.resolver.calendar.local(moment)
        if dim.kind == "part":
            return Fn(dim.grain, (moment,), INT)
        kind = TIMESTAMP if dim.grain == "hour" else DATE
        if moment.type.kind == "date" and dim.grain == "day":
            return moment
        return Fn("start_of", (moment,), kind, (dim.grain, *self.resolver.calendar.options))
