"""Events that are nobody's. Comes in: a question about a funnel. Goes out: a hint for every source of it whose rows lack the entity: who is
not known is on no path, and rates are of the others."""

from __future__ import annotations

from kpidsl.cli.session import Session
from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.model.derived import Events
from kpidsl.model.model import QueryModel


def nobody(session: Session, query: QueryModel) -> list[Diagnostic]:
    """A hint for each source; none where every event has its entity. Each source that a funnel reads is asked once more."""
    from kpidsl.compile import emit
    from kpidsl.plan import nobody as planning
    from kpidsl.plan.planner import Planner

    found: list[Diagnostic] = []
    model = session.compiled.model
    for events in _events(session, query):
        source = model.sources[events[0].source]
        column = source.columns.get(events[0].entity.name)
        if not events[0].entity.path and column is not None and column.not_null:
            continue
        statement = planning.nobody(Planner(model, session.as_of), events)
        made = session.engine.run(emit(statement, session.engine.dialect), [c.type for c in statement.columns])
        without, every = made.rows[0]
        if without:
            name = ".".join((source.name, *events[0].entity.path, events[0].entity.name))
            found.append(
                Diagnostic(
                    "KPI129",
                    f"{without:,} of {every:,} rows of {source.name} have no {events[0].entity.name}, so they are on nobody's path",
                    severity=Severity.HINT,
                    notes=("the rates are those of everybody else",),
                    help=f"find out why {name} is missing, or count them: count({source.name} where {events[0].entity.name} is null)",
                )
            )
    return found


def _events(session: Session, query: QueryModel) -> list[list[Events]]:
    """The events that the query's funnels look at, those of one source and entity together."""
    found: dict[tuple[str, object], list[Events]] = {}
    for name in dict.fromkeys(leaf.source for leaf in query.leaves()):
        starts = session.compiled.model.sources[name].events
        for stage in starts.stages if starts is not None else ():
            found.setdefault((stage.events.source, stage.events.entity), []).append(stage.events)
    return list(found.values())
