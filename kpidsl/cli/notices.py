"""What fires now and what stands out beside it, a line each, for verbs that show it below something else."""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.cli.findings import standing_out
from kpidsl.cli.firing import Firing, alerts_of, firing_of, oldest_first
from kpidsl.cli.session import Session
from kpidsl.diagnostic import KpiError


def notices(session: Session, failed: Callable[[KpiError], None]) -> list[str]:
    """The lines of `kpi alerts`; what cannot be judged is handed to `failed`, and the others are told."""
    found: list[Firing] = []
    for decl in alerts_of(session).values():
        try:
            found += firing_of(session, decl)
        except KpiError as error:
            failed(error)
    return [each.line for each in (*oldest_first(found), *standing_out(session, failed))]
