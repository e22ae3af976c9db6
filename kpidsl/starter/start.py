"""A whole project from data. Comes in: a target that is open. Goes out: the files, and what was found on the way. Joins and the days on
which sources begin are taken from one look at the rows through the same checks as `kpi check --data`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kpidsl.compile import compile_sources
from kpidsl.data.database import Database
from kpidsl.data.look import Looked, look
from kpidsl.data.probe import Extent
from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.model.model import Sources
from kpidsl.record import dataclass, field, replace
from kpidsl.span import Source
from kpidsl.starter.draft import Draft, Join
from kpidsl.starter.guess import drafts
from kpidsl.starter.profile import LIMIT, Profiler, Table
from kpidsl.starter.target import Target
from kpidsl.starter.text import METRICS, SETTINGS, SOURCES, metrics_text, settings_text, sources_text

UNREADABLE, SAMPLED, NOTHING = "KPI223", "KPI224", "KPI220"
_STILL_FRESH = 7
"""Days that the latest row may be old where the data is taken to be loaded every day."""


@dataclass
class Started:
    """The files by name, findings for people, and the drafts that they were made of."""

    files: dict[str, str]
    problems: list[Diagnostic] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


def start(target: Target, database: Database, name: str, limit: int = LIMIT) -> Started:
    """Look, guess, prove, write."""
    profiler = Profiler(target.engine, limit, target.root)
    tables: list[Table] = []
    for found in target.found:
        tables.append(profiler.table(found))
    started = Started({}, list(target.problems))
    for table in tables:
        started.problems += _troubles(table, limit)
    tables = [replace(table, trouble=table.trouble or _nothing_in(table)) for table in tables]
    started.drafts = drafts([table for table in tables if not table.trouble], profiler)
    left_out = [Draft(table.name, table) for table in tables if table.trouble]
    if not started.drafts:
        started.problems = [replace(problem, severity=Severity.ERROR) for problem in started.problems]
    looked = _prove(started.drafts, target, database)
    as_of = _ends(started.drafts, looked)
    started.files = {
        SETTINGS: settings_text(name, target, as_of),
        SOURCES: sources_text([*started.drafts, *left_out], target.shown),
        METRICS: metrics_text(started.drafts),
    }
    return started


def _nothing_in(table: Table) -> str:
    """Why nothing can be said of a table that was read."""
    if table.rows == 0:
        return "it has no rows"
    return "" if any(column.type is not None for column in table.columns) else "the language has no types for its columns"


def _troubles(table: Table, limit: int) -> list[Diagnostic]:
    if not table.trouble and (nothing := _nothing_in(table)):
        return [
            Diagnostic(
                UNREADABLE,
                f"{table.name} was left out: {nothing}",
                help="run kpi init again once there is something in it, or write its source by hand",
                severity=Severity.HINT,
            )
        ]
    if table.trouble:
        return [
            Diagnostic(
                UNREADABLE,
                f"{table.name} cannot be read, and was left out",
                notes=(table.trouble,),
                help="mend it and run kpi init again in another folder, or write its source by hand",
            )
        ]
    if table.sampled:
        return [
            Diagnostic(
                SAMPLED,
                f"of {table.name} only the first {limit:,} rows were looked at",
                notes=("what holds for them may not hold for the rest, so it has no key, no joins and no day on which it begins",),
                help="look at more with --rows, or write what you know of it into sources.kpi and prove it with kpi check --data",
                severity=Severity.HINT,
            )
        ]
    return []


# ---------------------------------------------------------------- proof


def _prove(made: Sequence[Draft], target: Target, database: Database) -> Looked | None:
    """Takes joins away that some row does not find, and says so; the rows are looked at once."""
    text = sources_text(made, target.shown)
    compiled = compile_sources([Source(SOURCES, text)])
    if compiled.diagnostics.errors:
        _without_what_fails(made, compiled.diagnostics.errors)
        compiled = compile_sources([Source(SOURCES, sources_text(made, target.shown))])
    whole = {draft.name for draft in made if not draft.table.sampled}
    model = replace(compiled.model, sources=Sources({name: source for name, source in compiled.model.sources.items() if name in whole}))
    looked = look(replace(compiled, model=model), database, None)
    for draft in made:
        seen = looked.seen.get(draft.name)
        if seen is None:
            continue
        lost = {check.role: seen.failing[check.name] for check in seen.checks if check.kind == "orphan" and seen.failing[check.name]}
        for join in [join for join in draft.joins if join.role in lost]:
            draft.joins.remove(join)
            draft.remarks.append(
                f"{join.text}? {lost[join.role]:,} of {seen.rows:,} rows {'finds' if lost[join.role] == 1 else 'find'} none"
            )
        undecided(draft)
        if seen.extent is not None and draft.time:
            draft.items.append(f"begins {seen.extent.first}")
    return looked


def undecided(draft: Draft) -> None:
    """One column that finds its row in several tables: nobody knows which one is meant, the first is kept."""
    kept: dict[tuple[str, ...], Join] = {}
    for join in list(draft.joins):
        lefts = tuple(left for left, _ in join.pairs)
        if lefts in kept:
            draft.joins.remove(join)
            draft.remarks.append(f"{join.text}? every row finds one there, too")
        kept.setdefault(lefts, join)


def _without_what_fails(made: Sequence[Draft], errors: Sequence[Diagnostic]) -> None:
    """A join that the compiler refuses is none that can be offered."""
    for draft in made:
        for join in list(draft.joins):
            if any(error.span is not None and join.text in error.span.text for error in errors):
                draft.joins.remove(join)


# ---------------------------------------------------------------- where the data ends


def _ends(made: Sequence[Draft], looked: Looked | None) -> dt.date | None:
    """The day that counts as today where nothing was loaded lately; sources that stopped before that say how far they go. Plans, which go
    beyond today, say nothing about where the data ends."""
    extents = {} if looked is None else {name: seen.extent for name, seen in looked.seen.items() if seen.extent is not None}
    timed = {draft.name: extents[draft.name] for draft in made if draft.time and draft.name in extents}
    if not timed:
        return None
    assert looked is not None
    planned = {name for name, seen in looked.seen.items() if any(c.kind == "later" and seen.failing[c.name] for c in seen.checks)}
    latest = max(extent.last for name, extent in timed.items() if name not in planned or len(planned) == len(timed))
    today = max(extent.today for extent in timed.values())
    ended = latest if (today - latest).days > _STILL_FRESH else None
    for draft in made:
        extent = timed.get(draft.name)
        if extent is not None and _stopped(extent, ended or today):
            draft.items.append(f"complete through {extent.last}  # its latest row; nothing is known of later days")
    return ended


def _stopped(extent: Extent, today: dt.date) -> bool:
    """As `kpi check --data` sees it."""
    return (today - extent.last).days > max(2, -(-3 * extent.step // 1))
