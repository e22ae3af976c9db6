"""How far the data go behind what is shown. Comes in: a session, and the sources that values rest on. Goes out: the days that sources are
complete through, and a line where all rows lie before or after the day that counts as today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from kpidsl.cli.answer import rows_of
from kpidsl.cli.session import Session
from kpidsl.plan.extent import COLUMNS, completeness, extent
from kpidsl.plan.planner import Planner
from kpidsl.report.result import Value
from kpidsl.report.standing import Reach


def complete(session: Session, names: Iterable[str], today: dt.date) -> dict[str, dt.date]:
    """The sources that are complete through a day before today only, with that day."""
    told, statement = completeness(Planner(session.compiled.model, session.as_of), sorted(set(names)))
    if not told:
        return {}
    (row,) = rows_of(session, statement)
    days = zip(told, row.values(), strict=True)
    return {name: day for name, day in days if isinstance(day, dt.date) and day < today}


def reach_of(ends: Mapping[str, dt.date], sources: Iterable[str], until: Value) -> Reach | None:
    """How far a value is known that goes on `until` a later day; `ends` says how far sources are complete."""
    known = {name: ends[name] for name in sources if name in ends}
    day = min(known.values(), default=None)
    if day is None or not isinstance(until, dt.date) or until <= day:
        return None
    return Reach(day, tuple(sorted(name for name, end in known.items() if end == day)))


def beyond(session: Session, names: Iterable[str], today: dt.date) -> str:
    """A line where all rows lie before today, or after it; else nothing."""
    model = session.compiled.model
    found: dict[str, tuple[dt.date, dt.date]] = {}
    for name in sorted(set(names)):
        if model.sources[name].time is not None:
            (row,) = rows_of(session, extent(Planner(model), model.sources[name]))
            first, last = (row[column] for column in COLUMNS)
            if isinstance(first, dt.date) and isinstance(last, dt.date):
                found[name] = (first, last)
    if not found:
        timed = [name for name in sorted(set(names)) if model.sources[name].time is not None]
        return f"{' and '.join(timed)} {'has' if len(timed) == 1 else 'have'} no rows at all" if timed else ""
    name, (first, _) = min(found.items(), key=lambda item: item[1][0])
    if today < first:
        return f"nothing is there yet on {today}: the first row of {name} is of {first}"
    name, (_, last) = max(found.items(), key=lambda item: item[1][1])
    if last < today:
        return f"no source has a row after {last} (the last one is of {name}): --as-of {last} shows where things stood"
    return ""
