"""Where a metric takes one of many values. Comes in: a metric of a query and the query's group-bys. Goes out: nothing, or why the value
that is shown would be one by chance: `any` of rows that differ (S31), the last row of several accounts."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model.additivity import why_not_additive
from kpidsl.model.expr import Field, fields
from kpidsl.model.levels import collect
from kpidsl.model.model import Aggregate, Dim, QueryMetric, SourceModel
from kpidsl.model.questions import Questions
from kpidsl.model.told import Told, only_value
from kpidsl.record import dataclass
from kpidsl.span import Span
from kpidsl.syntax import ast


def check(resolver: Questions, metric: QueryMetric, dims: tuple[Dim, ...], node: ast.Query) -> None:
    """Raises KPI076 where the group-bys leave several values to choose from."""
    for leaf, level, _ in collect(metric.expr, tuple(range(len(dims))), dims):
        if leaf.agg.func in ("any", "first", "last"):
            taken = _Taken(resolver, leaf, resolver.sources[leaf.source], metric.name, tuple(dims[i] for i in level), node)
            taken.check_any() if leaf.agg.func == "any" else taken.check_row()


@dataclass(frozen=True)
class _Taken:
    """An aggregate that takes the value of one row."""

    resolver: Questions
    leaf: Aggregate
    source: SourceModel
    metric: str
    dims: tuple[Dim, ...]
    node: ast.Query

    def check_any(self) -> None:
        told = self._told()
        for needed in fields(self.leaf.agg.args[0]):
            if told.tells(needed):
                continue
            holder = self.resolver.walk_to(self.source, needed.path)
            way = ".".join((self.source.name, *needed.path))
            fail(
                "KPI076",
                f"`{self.metric}` would show one of many values of `{needed.name}`",
                self._place(),
                labels=(Label(self.leaf.span, "`any` takes one"),),
                help=f"group by {', '.join(f'{way}.{key}' for key in holder.key or (needed.name,))}, or use min, max or count(distinct …)",
            )

    def check_row(self) -> None:
        """The last row of several accounts is one account's, which says nothing of all where the column must not be added up."""
        value, order = self.leaf.agg.args[:2]
        keys = [k for k in self.leaf.agg.args[2:] if isinstance(k, Field) and k not in fields(order)]
        measured = [f for f in fields(value) if not f.path and why_not_additive(self.resolver, self.source, f.name)]
        if not value.type.is_numeric or not measured or len(keys) == len(self.source.key):
            return
        told = self._told()
        missing = ", ".join(f"{self.source.name}.{key.name}" for key in keys if not told.tells(key))
        if missing:
            fail(
                "KPI076",
                f"`{self.metric}` would show `{measured[0].name}` of one `{missing}`, whose row happens to be the {self.leaf.agg.func}",
                self._place(),
                labels=(Label(self.leaf.span, "takes the value of one row"),),
                notes=(f"`{measured[0].name}` must not be summed, so there is no value for several",),
                help=f"group by {missing}, or filter on one",
            )

    def _told(self) -> Told:
        """What the rows of a group have in common."""
        mixed = self.node.totals or (self.node.top is not None and self.node.top.with_other)  # rows over several groups
        bound = [] if mixed else [self.resolver.bind(d, self.source, d.span, self.leaf.time) for d in self.dims]
        pinned = [found[0] for f in self.leaf.filters if (found := only_value(f)) is not None and isinstance(found[0], Field)]
        return Told(self.resolver, self.source, [*bound, *pinned])

    def _place(self) -> Span:
        return self.node.by[0].span if self.node.by else self.node.span
