"""A plan that reads other files than it did. Comes in: a statement and what each of its files becomes. Goes out: the statement over
those."""

from __future__ import annotations

from collections.abc import Mapping

from kpidsl.plan.plan import Aggregate, FileRef, Filter, Join, Limit, Named, Project, Rel, Scan, Sort, Statement, UnionAll
from kpidsl.record import replace


def with_files(statement: Statement, files: Mapping[FileRef, FileRef]) -> Statement:
    """What is read twice stays one expression that is read twice."""
    known: dict[int, Rel] = {}

    def rewritten(rel: Rel) -> Rel:
        made = known.get(id(rel))
        if made is None:
            made = known[id(rel)] = _rewritten(rel)
        return made

    def _rewritten(rel: Rel) -> Rel:
        match rel:
            case Scan(origin=FileRef() as file):
                return replace(rel, origin=files.get(file, file))
            case Join():
                return replace(rel, input=rewritten(rel.input), other=rewritten(rel.other))
            case UnionAll():
                return replace(rel, inputs=tuple(rewritten(each) for each in rel.inputs))
            case Named() | Filter() | Project() | Aggregate() | Sort() | Limit():
                return replace(rel, input=rewritten(rel.input))
        return rel

    scalars = []
    for scalar in statement.scalars:
        made = rewritten(scalar)
        assert isinstance(made, Named)
        scalars.append(made)
    return replace(statement, root=rewritten(statement.root), scalars=tuple(scalars))
