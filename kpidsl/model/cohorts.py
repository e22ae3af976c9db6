"""Cohorts: who began together, and what came of them (S24). Comes in: a `cohort` declaration, or a query for one. Goes out: a
`CohortModel`, behind which stands a source of what its members did; and the counts that the query asks of it, with how they are laid
out."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model.aggregates import Call, aggregate_call
from kpidsl.model.conversions import acts_of, rows_counted
from kpidsl.model.derived import STEPS, Acts, Aged
from kpidsl.model.expr import BOOL, DATE, INT, Expr, Field, Fn, Type
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import CohortModel, Dim, QueryMetric, SourceModel
from kpidsl.model.names import Entry, Scope
from kpidsl.model.questions import Questions
from kpidsl.model.retention import Followed, followed
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import describe
from kpidsl.model.staged import as_metrics
from kpidsl.model.words import Words
from kpidsl.record import dataclass
from kpidsl.syntax import ast


class CohortResolver:
    """Resolves cohorts in one scope."""

    def __init__(self, resolver: Questions, scope: Scope) -> None:
        self.resolver, self.scope = resolver, scope

    def resolve(self, entry: Entry) -> CohortModel:
        """The cohort; raises KpiError."""
        decl = entry.decl
        assert isinstance(decl, ast.Cohort)
        entities = ast.pick(decl.items, ast.Entity)
        if not entities:
            fail(
                "KPI107",
                f"the cohort `{entry.name}` says not who its members are",
                decl.name.span,
                notes=("the rows of one member are found by the column that tells who it was",),
                help="add it: entity customer_id",
            )
        name = entities[0].column
        leaf = rows_counted(MetricResolver(self.resolver, self.scope).rows_of(decl.rows), decl.rows.span, "a cohort")
        activity = acts_of(self.resolver, self.scope, leaf, ast.Path(name.span, (name,)), decl.rows.span)
        grain, last = self._periods(decl)
        worth = self._worth(decl, self.resolver.sources[leaf.source])
        start = self._start(decl, activity, name)
        source, members = followed(self.resolver, activity, start, grain, decl.name.span, entry.key, last * STEPS[grain][1], worth)
        return CohortModel(entry.key, decl.label or "", decl.name.span, source, members, last, None if worth is None else worth.type)

    # ------------------------------------------------------------ periods

    def _periods(self, decl: ast.Cohort) -> tuple[str, int]:
        """The grain of its periods, and how many are looked at after the first one."""
        found = ast.pick(decl.items, ast.Each)
        name = decl.name.text
        if not found or found[0].horizon is None:
            fail(
                "KPI108",
                f"the cohort `{name}` says not " + ("for how long it is followed" if found else "by which periods it is followed"),
                found[0].span if found else decl.name.span,
                help=f"write {found[0].span.text} for 12 {found[0].grain.text}s" if found else "write each month for 12 months",
            )
        each, horizon = found[0], found[0].horizon
        assert horizon is not None
        Words(self.resolver, self.scope).period(each.grain)
        grain = each.grain.text
        if grain not in STEPS:
            fail("KPI190", f"this version cannot follow a cohort by {grain} yet", each.grain.span, help="use month, quarter or year")
        unit, step = STEPS[grain]
        theirs, length = STEPS.get(horizon.unit, ("", 1))
        if horizon.amount < 1:
            fail("KPI108", f"`{name}` is followed for no time", horizon.span, help=f"write each {grain} for 12 {grain}s")
        if theirs != unit or horizon.amount * length % step:
            fail(
                "KPI108",
                f"`{horizon.span.text}` is no whole number of {grain}s",
                horizon.span,
                labels=(Label(each.grain.span, f"it goes by the {grain}"),),
                notes=("the last period would be cut, and look worse than the others",),
                help=f"write a number of {grain}s: each {grain} for 12 {grain}s",
            )
        return grain, horizon.amount * length // step

    # ------------------------------------------------------------ where it begins

    def _start(self, decl: ast.Cohort, activity: Acts, entity: ast.Ident) -> Acts | None:
        """The rows with which members begin, where these are not their first ones."""
        found = ast.pick(decl.items, ast.Start)
        if not found or found[0].value.span.text == "first":
            return None
        node = found[0].value
        holder, time = self._declared_start(node, self.resolver.sources[activity.source])
        if not time.type.is_temporal:
            fail(
                "KPI109",
                f"`{node.span.text}` is {describe(time.type)}, not a time",
                node.span,
                help="name a date or timestamp column, or write start first",
            )
        known = Fn("is_not_null", (time,), BOOL)
        if holder.name == activity.source:
            return Acts(holder.name, activity.entity, time, (*activity.conditions, known))
        column = self._entity_in(holder, activity, entity, node)
        theirs, mine = column.type, activity.entity.type
        if (theirs.kind, theirs.unit) != (mine.kind, mine.unit):
            fail(
                "KPI107",
                f"`{column.name}` is {describe(theirs)} in `{holder.name}`, `{entity.text}` is {describe(mine)} in `{activity.source}`",
                node.span,
                labels=(Label(holder.columns[column.name].span, describe(theirs)),),
                notes=("nobody would be found again: the same person has two kinds of names",),
                help="give both one type, with a computed column if need be",
            )
        return Acts(holder.name, column, time, (known,))

    def _declared_start(self, node: ast.Expr, source: SourceModel) -> tuple[SourceModel, Field]:
        """The source whose rows begin, and its time: `customers.signed_up_at`."""
        if not isinstance(node, ast.Path):
            fail("KPI109", f"`{node.span.text}` is no column", node.span, help="name a time: start customers.signed_up_at, or start first")
        root, found = source, None
        if len(node.parts) == 1:
            found = self.resolver.column_by_name(source, node.text, node.span, self.scope)
        else:
            head = self.scope.find("source", node.parts[0].text)
            if head is None:
                self.resolver.no_source(node, self.scope, facts=[source.name])
            root = self.resolver.source(head)
            expr = RowResolver(self.resolver, RowContext(root, self.scope, what="a start")).resolve(node)
            found = expr if isinstance(expr, Field) else None
        if found is None:
            fail("KPI109", f"`{node.span.text}` is no column", node.span, help="name a time: start customers.signed_up_at, or start first")
        holder = self.resolver.walk_to(root, found.path)
        return holder, Field((), found.name, holder.columns[found.name].type)

    def _entity_in(self, holder: SourceModel, activity: Acts, entity: ast.Ident, node: ast.Expr) -> Field:
        """The column of the starts that tells who begins: what the activity joins it by, else the one of the same name."""
        mine = activity.entity
        for route in self.resolver.routes.between(activity.source, holder.name):
            if len(route) == 1 and isinstance(mine, Field):
                join = self.resolver.sources[activity.source].joins[route[0]]
                theirs = [right for left, right in join.on if not mine.path and left == mine.name]
                if theirs and join.kind == "one":
                    return Field((), theirs[0], holder.columns[theirs[0]].type)
            if isinstance(mine, Field) and mine.path == route:
                return Field((), mine.name, mine.type)
        if entity.text not in holder.columns:
            fail(
                "KPI109",
                f"`{holder.name}` has no `{entity.text}`, so nobody can tell who begins",
                node.span,
                labels=(Label(holder.span, f"no `{entity.text}` here"),),
                help=f"join `{activity.source}` to it by `{entity.text}`, or give it such a column",
            )
        return self.resolver.field(holder, (), entity.text, entity.span)

    # ------------------------------------------------------------ what a row is worth

    def _worth(self, decl: ast.Cohort, source: SourceModel) -> Expr | None:
        found = ast.pick(decl.items, ast.Worth)
        if not found:
            return None
        node = found[0].value
        kind = RowResolver(self.resolver, RowContext(source, self.scope, "columns", what="a value")).resolve(node).type
        if not kind.is_numeric:
            fail(
                "KPI057",
                f"what a row is worth is a number, this is {describe(kind)}",
                node.span,
                help="name an amount: value margin; leave `value` out where only people count",
            )
        call = ast.Call(node.span, ast.Ident(node.span, "sum"), (ast.Arg(node.span, None, node),))
        value = aggregate_call(self.resolver, Call(call, self.scope, source)).agg.args[0]
        if value.type.unit.held:
            fail(
                "KPI056",
                f"`{node.span.text}` is in several currencies, and what a member brings is one sum",
                node.span,
                help=f"convert it first: value convert({node.span.text}, EUR, using: rates)",
            )
        return value


# ---------------------------------------------------------------- queries


@dataclass(frozen=True, slots=True)
class AskedCohort:
    """What a query for a cohort asks of its rows, and the group-bys that it adds: the period in which members began, and the age."""

    metrics: list[QueryMetric]
    by: tuple[tuple[ast.Expr, Dim], ...]
    laid_out: Aged


def asked_cohort(resolver: Questions, scope: Scope, node: ast.Query) -> AskedCohort:
    """The metrics behind `cohort buyers …` and how they are laid out; raises KpiError."""
    assert node.subject is not None
    Words(resolver, scope).named("cohort", node.subject.name)
    cohort = resolver.cohort(scope.entries["cohort", node.subject.name.text])
    _check_clauses(node, cohort)
    span, members = node.subject.span, cohort.members
    rows = Followed(cohort.rows, members, Type("int"))
    found = [("size", rows.size(span)), ("active", rows.active(span))]
    if cohort.worth is not None:
        found.append(("value", rows.worth(span)))
    metrics = [QueryMetric(name, "", leaf, leaf.type) for name, leaf in found]
    at = ast.Path(span, (node.subject.name,))
    began = Dim("grain", "cohort", DATE, span, grain=members.grain)
    age = Dim("path", "age", INT, span, source=cohort.rows.name, column=members.age)
    return AskedCohort(
        metrics, ((at, began), (at, age)), Aged(cohort.name, cohort.rows.name, members, cohort.last, cohort.worth is not None)
    )


def _check_clauses(node: ast.Query, cohort: CohortModel) -> None:
    assert node.subject is not None
    said = [
        ("order by", bool(node.order), "the rows of a cohort are its periods and ages, in their order"),
        ("top", node.top is not None, "the rows of a cohort are its periods and ages, in their order"),
        ("with totals", node.totals, "a member is there at every age, so a total would count everybody many times"),
        ("compare", node.compare is not None, "cohorts stand beside each other already"),
    ]
    for word, is_said, why in said:
        if is_said:
            name, grain = node.subject.name.text, cohort.members.grain
            metrics = f"{name}.size, retention({name}, after: 1 {grain})"
            fail(
                "KPI121",
                f"{why}: `{word}` has nothing to do there",
                node.subject.span,
                help=f"leave `{word}` out, or ask for what the cohort says as metrics: {as_metrics(node, metrics, grain)}",
            )


def check_apart(laid_out: Aged, dims: tuple[Dim, ...], nodes: tuple[ast.Expr, ...]) -> None:
    """KPI121 for a group-by that is called like one of the cohort's own columns, or is the period in which its members began."""
    for dim, by in zip(dims, nodes, strict=True):
        if dim.name.casefold() in laid_out.words:
            fail(
                "KPI121",
                f"a group-by and a column of the cohort are both called `{dim.name}`",
                by.span,
                notes=("nobody could tell the two columns apart",),
                help=f"declare the group-by under another name: dimension by_{dim.name} = …",
            )
        if dim.kind == "grain" and not dim.column and dim.grain == laid_out.members.grain:
            fail(
                "KPI121",
                f"a cohort is split by {dim.grain} already",
                by.span,
                notes=(f"its column `cohort` holds the {dim.grain} in which members began",),
                help="leave it out",
            )
