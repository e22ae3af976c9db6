"""The data behind `kpi check --data`. Comes in: a project that compiles. Goes out: what its database says about every source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpidsl.cli.blame import blamed
from kpidsl.data.database import EngineDatabase, Rowset
from kpidsl.data.look import Looked, look
from kpidsl.data.patterns import differing
from kpidsl.data.stored import READS_FILES
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import BadCellError
from kpidsl.plan.plan import FileRef, Statement, TableRef

if TYPE_CHECKING:
    from kpidsl.cli.session import Session


class SessionDatabase(EngineDatabase):
    """The connection of a session: its files are loaded once, no password comes out, and errors point to declarations."""

    def __init__(self, session: Session) -> None:
        super().__init__(session.engine, session.load)
        self.session = session

    def rows(self, statement: Statement) -> Rowset:
        with self.session.quiet_about_secrets():
            try:
                return super().rows(statement)
            except BadCellError as error:  # what a file holds is no secret, and whoever asks wants to know the cell
                bad = error
        raise bad

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        with self.session.quiet_about_secrets():
            return super().columns(origin)

    def explained(self, error: KpiError, origins: Sequence[object]) -> KpiError:
        with self.session.quiet_about_secrets():
            return blamed(error, self.engine, self.session.compiled.model, origins)


def look_at(session: Session) -> Looked:
    """Everything that the checks find; says on a terminal that the data is read."""
    with session.working("looking at the data …"):
        database = SessionDatabase(session)
        known = {}
        if database.dialect in READS_FILES:
            known = differing(session.project.root, session.compiled.model, database.columns)
        return look(session.compiled, database, session.as_of, known)
