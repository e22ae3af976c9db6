"""Grain: which rows reach which, and what would be counted twice. Comes in: sources and names. Goes out: the one route between two sources,
the source that an expression's rows belong to, or the error that says what would be counted more than once."""

from __future__ import annotations

from kpidsl.diagnostic import Label, fail
from kpidsl.model.expr import Expr, Field, rebase, transform
from kpidsl.model.known import Known
from kpidsl.model.model import SourceModel
from kpidsl.model.names import Scope
from kpidsl.span import Span
from kpidsl.syntax import ast


class Grain:
    """Questions on grain over the sources of one project."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def route(self, root: SourceModel, goal: SourceModel, span: Span, what: str = "") -> tuple[str, ...]:
        """The one route from rows of `root` to rows of `goal`; several, none or the wrong direction are errors."""
        found = self.known.routes.between(root.name, goal.name)
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            ways = ", ".join(".".join((root.name, *r)) for r in found)
            fail(
                "KPI022",
                f"`{root.name}` reaches `{goal.name}` by several routes: {ways}",
                span,
                notes=("each gives another answer, so one must be chosen",),
                help=f"write the route: {'.'.join((root.name, *found[0]))}{'.' + what if what else ''}",
            )
        if self.is_made_of(root, goal.name):
            fail(
                "KPI021",
                f"one row of `{root.name}` stands for many rows of `{root.base}`",
                span,
                label=f"many values for one row of `{root.name}`",
                labels=(Label(root.span, f"made from `{root.base}` by {', '.join(root.by)}"),),
                notes=(f"split by this, a row of `{root.name}` would be counted more than once",),
                help=f"aggregate something of `{root.base}`, or give `{root.name}` one value of it: a column = any(…), first(…), min(…)",
            )
        back = self.known.routes.between(goal.name, root.name)
        if back:
            first = self.known.sources[goal.name].joins[back[0][0]]
            fail(
                "KPI021",
                f"this would count rows of `{root.name}` more than once",
                span,
                label=f"one row of `{root.name}` has many of `{goal.name}`",
                labels=(Label(first.span, f"many `{goal.name}` share one `{self.known.sources[first.target].name}`"),),
                notes=(
                    f"each row of `{root.name}` would be taken once for each of its rows of `{goal.name}`, and the total would be too high",
                ),
                help=f"aggregate something of `{goal.name}`, or use a column of `{root.name}` or of what it joins",
            )
        if self.known.lacks_roles(root):
            raise self.known.silent()
        fail(
            "KPI020",
            f"`{root.name}` has no way to `{goal.name}`",
            span,
            labels=(Label(root.span, "declared here"),),
            help=f"declare `join one …: {goal.name} on …` in `{root.name}`, or a conformed dimension",
        )

    def spelled_out(self, root: SourceModel, expr: Expr) -> Expr:
        """The expression with the computed columns of tables in it written out."""

        def change(part: Expr) -> Expr | None:
            if not isinstance(part, Field):
                return None
            holder = self.known.walk_to(root, part.path)
            column = holder.columns.get(part.name)
            if column is None or column.expr is None or holder.base is not None:
                return None
            return self.spelled_out(root, rebase(column.expr, part.path))

        return transform(expr, change)

    def is_made_of(self, source: SourceModel, other: str) -> bool:
        """Whether rows of a coarser grain stand for many rows that are of `other` or reach it."""
        below = source
        while below.base is not None:
            below = self.known.sources[below.base]
            if below.name == other or self.known.routes.between(below.name, other):
                return True
        return False

    def heads(self, node: ast.Expr, scope: Scope) -> list[SourceModel]:
        """The sources that an expression names, in order."""
        found: dict[str, SourceModel] = {}
        for path, rows in paths(node, True):
            if len(path.parts) == 1 and not rows:
                continue
            entry = scope.find("source", path.parts[0].text)
            if entry is None and (rows or len(path.parts) > 1) and scope.is_lost(path.parts[0].text):
                raise self.known.silent()
            if entry is not None:
                found.setdefault(entry.key, self.known.source(entry))
        return list(found.values())

    def root_of(self, heads: list[SourceModel], span: Span) -> SourceModel:
        """The source among several whose rows reach all the others."""
        roots = [h for h in heads if all(self.known.routes.between(h.name, other.name) for other in heads)]
        if len(roots) == 1:
            return roots[0]
        names = " and ".join(f"`{h.name}`" for h in heads)
        fail(
            "KPI023",
            f"{names} have different rows, they cannot be combined row by row",
            span,
            notes=("an aggregate reads one source and what its `join one` roles reach",),
            help="aggregate each by itself and combine the results: sum(a.x) / sum(b.y)",
        )


def paths(node: ast.Expr, rows: bool) -> list[tuple[ast.Path, bool]]:
    """Every path of an expression; the flag says whether a bare name may be a source there (the thing that is aggregated)."""
    match node:
        case ast.Path():
            return [(node, rows)]
        case ast.Where():
            return paths(node.value, rows) + paths(node.condition, False)
        case ast.Call():
            return [p for i, a in enumerate(node.args) for p in paths(a.value, i == 0 and a.name is None)]
        case ast.Binary():
            return paths(node.left, False) + paths(node.right, False)
        case ast.Unary() | ast.IsNull():
            return paths(node.value, False)
        case ast.Via() | ast.At() | ast.AtTime():
            return paths(node.value, rows)
        case ast.InList():
            return paths(node.value, False) + [p for o in node.options for p in paths(o, False)]
        case ast.Between():
            return paths(node.value, False) + paths(node.low, False) + paths(node.high, False)
        case ast.Like():
            return paths(node.value, False) + paths(node.pattern, False)
        case ast.Case():
            found = [] if node.subject is None else paths(node.subject, False)
            for when in node.whens:
                found += paths(when.condition, False) + paths(when.value, False)
            return found + ([] if node.otherwise is None else paths(node.otherwise, False))
        case ast.Tuple():
            return [p for i in node.items for p in paths(i, False)]
        case ast.Range():
            return [p for s in (node.start, node.end) if s is not None for p in paths(s, False)]
        case _:
            return []
