"""The data behind `kpi check --data`. Comes in: a project that compiles. Goes out: what its database says about every source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpidsl.cli.blame import blamed
from kpidsl.data.look import Looked, Rowset, look
from kpidsl.data.patterns import differing
from kpidsl.data.stored import READS_FILES
from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.plan.plan import FileRef, Statement, TableRef

if TYPE_CHECKING:
    from kpidsl.cli.session import Session


@dataclass
class SessionDatabase:
    """The connection of a session, as the checks ask it."""

    session: Session

    @property
    def dialect(self) -> str:
        return self.session.engine.dialect

    @property
    def typeless(self) -> bool:
        from kpidsl.sql.dialects import dialect_of

        return dialect_of(self.dialect).typeless

    def rows(self, statement: Statement) -> Rowset:
        from kpidsl.compile import emit
        from kpidsl.sql.emit import files_of

        session = self.session
        text = emit(statement, self.dialect)
        with session.quiet_about_secrets():
            for file in files_of(statement):
                session.load(file)
            try:
                return list(session.engine.run(text, [column.type for column in statement.columns]).rows)
            except (ValueError, ArithmeticError) as error:  # a stored value that is none of the declared type
                message = "a value is not of the type that the source declares"
                raise KpiError(Diagnostic("KPI164", message, notes=(str(error),), help="check the types of the columns")) from None

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        with self.session.quiet_about_secrets():
            return self.session.engine.columns(origin)

    def explained(self, error: KpiError, origins: Sequence[object]) -> KpiError:
        with self.session.quiet_about_secrets():
            return blamed(error, self.session.engine, self.session.compiled.model, origins)


def look_at(session: Session) -> Looked:
    """Everything that the checks find; says on a terminal which source is read."""
    with session.working("looking at the data …"):
        database = SessionDatabase(session)
        known = {}
        if database.dialect in READS_FILES:
            known = differing(session.project.root, session.compiled.model, database.columns)
        return look(session.compiled, database, session.as_of, known)
