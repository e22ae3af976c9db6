"""What group-bys tell without naming it: a customer's key tells the country. Comes in: the group-bys of a query on rows of one source. Goes
out: whether they leave one value only for another group-by."""

from __future__ import annotations

from kpidsl.model.expr import Expr, Field, Fn, Lit, fields, rebase
from kpidsl.model.model import SourceModel
from kpidsl.model.questions import Questions


def only_value(condition: Expr) -> tuple[Expr, Lit] | None:
    """What a condition leaves one value of, and that value; None where it may leave several."""
    if not (isinstance(condition, Fn) and condition.op in ("eq", "in") and len(condition.args) == 2):
        return None
    left, right = condition.args
    if isinstance(left, Lit):
        left, right = right, left
    return (left, right) if isinstance(right, Lit) and not isinstance(left, Lit) else None


class Told:
    """Everything that `asked` tells on rows of `root`: by a key all columns of its row, and of the rows that this one joins."""

    def __init__(self, resolver: Questions, root: SourceModel, asked: list[Expr]) -> None:
        self.resolver, self.root = resolver, root
        self.asked = {(e.path, e.name) for e in asked if isinstance(e, Field)}

    def tells(self, expr: Expr) -> bool:
        """Whether every row of a group has the same value, for a reason that the group-bys give."""
        read = fields(expr)
        return bool(read) and all(self._field(f.path, f.name) for f in read)

    def _field(self, path: tuple[str, ...], name: str) -> bool:
        if (path, name) in self.asked or self._row(path):
            return True
        holder = self.resolver.walk_to(self.root, path)
        column = holder.columns.get(name)
        if column is None or column.expr is None or holder.base is not None:
            return False
        return self.tells(rebase(column.expr, path))

    def _row(self, path: tuple[str, ...]) -> bool:
        """Whether the group-bys tell which row stands at the end of a path: by its key, or by what leads there."""
        holder = self.resolver.walk_to(self.root, path)
        if holder.key and all((path, key) in self.asked for key in holder.key):
            return True
        if not path:
            return False
        owner = self.resolver.walk_to(self.root, path[:-1])
        join = owner.joins[path[-1]]
        return self._row(path[:-1]) or (join.kind == "one" and all(self._field(path[:-1], left) for left, _ in join.on))
