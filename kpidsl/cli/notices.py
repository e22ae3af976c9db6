"""What fires now and what stands out beside it, a line each, for verbs that show it below something else."""

from __future__ import annotations

from kpidsl.cli.findings import standing_out
from kpidsl.cli.firing import alerts_of, firing_of, oldest_first
from kpidsl.cli.session import Session


def notices(session: Session) -> list[str]:
    """The lines of `kpi alerts`; KpiError where an alert or a finding cannot be judged."""
    found = oldest_first([each for decl in alerts_of(session).values() for each in firing_of(session, decl)])
    return [each.line for each in (*found, *standing_out(session))]
