"""`kpi check --data`: what a project declares of its rows, held against the rows. Comes in: a session. Goes out: findings: keys that stand
in several rows, validity that overlaps, and whatever keeps a source from being asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.cli.session import Session
from kpidsl.diagnostic import Diagnostic, KpiError, Severity
from kpidsl.model.model import JoinModel, SourceModel
from kpidsl.plan.plan import Statement
from kpidsl.plan.planner import Planner


def findings(session: Session) -> list[Diagnostic]:
    """Everything, in the order of the sources; a source that cannot be read says why, and the others are asked all the same."""
    planner, found = Planner(session.compiled.model), list[Diagnostic]()
    for source in session.compiled.model.sources.values():
        try:
            found += [*_keys(session, planner, source), *_validity(session, planner, source)]
        except KpiError as error:
            found += [each for each in error.diagnostics if each not in found]
    return found


def _keys(session: Session, planner: Planner, source: SourceModel) -> Iterator[Diagnostic]:
    """A coarser grain has one row for each value of what it is by, however the rows are."""
    from kpidsl.plan.data_checks import repeated_keys

    if not source.key or source.base is not None:
        return
    keys, rows = _row(session, repeated_keys(planner, source))
    if isinstance(keys, int) and keys:
        names = " and ".join(f"`{name}`" for name in source.key)
        several = f"{keys:,} values of the key {names} stand" if keys > 1 else f"1 value of the key {names} stands"
        yield Diagnostic(
            "KPI171",
            f"{several} in {rows:,} rows of `{source.name}`",
            source.span,
            notes=("each of these rows is counted, and a join to them would have to choose one",),
            help="name all columns that tell rows apart, or make one row of each: source … from … by …",
        )


def _validity(session: Session, planner: Planner, source: SourceModel) -> Iterator[Diagnostic]:
    for join in source.joins.values():
        if join.kind == "during":
            yield from _overlaps(session, planner, join)


def _overlaps(session: Session, planner: Planner, join: JoinModel) -> Iterator[Diagnostic]:
    from kpidsl.plan.data_checks import overlaps

    rows, begins = _row(session, overlaps(planner, join))
    if isinstance(rows, int) and rows:
        first = "" if begins is None else f"; the first such row begins {begins}"
        several = f"{rows:,} rows of `{join.target}` still hold" if rows > 1 else f"1 row of `{join.target}` still holds"
        yield Diagnostic(
            "KPI172",
            f"{several} when the next one begins",
            join.span,
            severity=Severity.WARNING,
            notes=(f"on days that two rows hold, the one that begins later counts{first}",),
            help="end each row where the next one begins, if the earlier one should not be left out on those days",
        )


def _row(session: Session, statement: Statement) -> tuple[object, ...]:
    from kpidsl.cli.answer import told
    from kpidsl.cli.blame import blamed
    from kpidsl.compile import emit
    from kpidsl.sql.emit import files_of, scans_of

    engine = session.engine
    with session.quiet_about_secrets(), session.working(f"asking {session.connection.name} ({engine.dialect}) …"):
        try:
            for file in files_of(statement):
                session.load(file)
            return engine.run(emit(statement, engine.dialect), [column.type for column in statement.columns]).rows[0]
        except (KpiError, ValueError, ArithmeticError) as error:
            origins = [scan.origin for scan in scans_of(statement)]
            raise blamed(told(error), engine, session.compiled.model, origins) from None
