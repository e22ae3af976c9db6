"""What nobody did. Comes in: a question about a funnel, a conversion or a cohort. Goes out: a hint for every source of it whose rows lack
the entity: who is not known is on no path, and rates are of the others."""

from __future__ import annotations

from kpidsl.cli.session import Session
from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.model.derived import Acts, acts
from kpidsl.model.expr import Field
from kpidsl.model.model import QueryModel


def nobody(session: Session, query: QueryModel) -> list[Diagnostic]:
    """A hint for each source; none where every row has its entity. Each source that such a question reads is asked once more."""
    from kpidsl.compile import emit
    from kpidsl.plan import nobody as planning
    from kpidsl.plan.planner import Planner

    found: list[Diagnostic] = []
    model = session.compiled.model
    for those in _acts(session, query):
        source, entity = model.sources[those[0].source], those[0].entity
        if not isinstance(entity, Field) or (not entity.path and source.columns[entity.name].not_null):
            continue
        statement = planning.nobody(Planner(model, session.as_of), those)
        made = session.engine.run(emit(statement, session.engine.dialect), [c.type for c in statement.columns])
        without, every = made.rows[0]
        if without:
            name = ".".join((source.name, *entity.path, entity.name))
            found.append(
                Diagnostic(
                    "KPI129",
                    f"{without:,} of {every:,} rows of {source.name} have no {entity.name}, so they are on nobody's path",
                    severity=Severity.HINT,
                    notes=("the rates are those of everybody else",),
                    help=f"find out why {name} is missing, or count them: count({source.name} where {entity.name} is null)",
                )
            )
    return found


def _acts(session: Session, query: QueryModel) -> list[list[Acts]]:
    """What the query looks at, that of one source and entity together."""
    found: dict[tuple[str, object], list[Acts]] = {}
    for name in dict.fromkeys(leaf.source for leaf in query.leaves()):
        made = session.compiled.model.sources[name].events
        for act in acts(made) if made is not None else ():
            found.setdefault((act.source, act.entity), []).append(act)
    return list(found.values())
