"""Asking how goals and KPIs stand. Comes in: a session and which of them are wanted. Goes out: the rows of their statements, beside the
declarations they are of. The table for people, the JSON of `kpi status` and whatever else shows them start here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from kpidsl.cli.answer import rows_of
from kpidsl.cli.session import Session
from kpidsl.compile import plan_goal, plan_kpi, resolve_goal, resolve_kpi
from kpidsl.diagnostic import KpiError
from kpidsl.model.aims import GoalModel, KpiModel
from kpidsl.model.expr import DATE, Fn, Type
from kpidsl.plan.kpis import unit_of
from kpidsl.plan.plan import One, OutputColumn, Project, Statement
from kpidsl.record import dataclass
from kpidsl.report.result import ResultColumn, Value
from kpidsl.syntax import ast

NOT_YET = "KPI190"
Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class KpiStanding:
    """A KPI with its rows, the oldest first, of each kind of period and segment."""

    kpi: KpiModel
    column: ResultColumn
    rows: Sequence[Row]

    @property
    def sources(self) -> frozenset[str]:
        """What its values rest on."""
        return frozenset(leaf.source for track in self.kpi.tracks for leaf in track.query.leaves())

    def lines(self) -> list[list[Row]]:
        """The rows of each line of the KPI: of one kind of period and one segment."""
        found: dict[tuple[Value, Value], list[Row]] = {}
        for row in self.rows:
            found.setdefault((row["each"], row["segment"]), []).append(row)
        return list(found.values())


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """A goal with its one row."""

    goal: GoalModel
    column: ResultColumn
    row: Row

    @property
    def sources(self) -> frozenset[str]:
        """What its value rests on."""
        return frozenset(leaf.source for leaf in self.goal.actual.leaves())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which goals and KPIs are asked for; empty words ask for all."""

    goals: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    audience: str = ""

    def kpi(self, session: Session, decl: ast.Kpi, kpi: KpiModel) -> bool:
        if self.goals and kpi.goal not in self.goals:
            return False
        if self.tiers and kpi.tier not in self.tiers:
            return False
        return not self.audience or decl.metric.text in _shown(session, self.audience)[1]

    def goal(self, session: Session, decl: ast.Goal) -> bool:
        if self.goals and decl.name.text not in self.goals:
            return False
        return not self.audience or decl.name.text in _shown(session, self.audience)[0]


def _shown(session: Session, audience: str) -> tuple[set[str], set[str]]:
    """Goals and KPIs on the boards for an audience."""
    goals, kpis = set(), set()
    for decl in session.compiled.scope.declarations:
        if isinstance(decl, ast.Dashboard) and decl.audience is not None and decl.audience.text == audience:
            goals |= {name.text for tile in ast.pick(decl.items, ast.GoalTile) for name in tile.names}
            kpis |= {metric.text for tile in ast.pick(decl.items, ast.KpiTile) for metric in tile.metrics}
    return goals, kpis


def kpis(session: Session, wanted: Wanted, last: int, failed: Callable[[KpiError], None]) -> list[KpiStanding]:
    """The KPIs with their last periods; what cannot be told is handed to `failed`, and the others go on."""
    found = []
    for decl in session.compiled.scope.declarations:
        if not isinstance(decl, ast.Kpi):
            continue
        try:
            kpi = resolve_kpi(session.compiled, decl)
            if not wanted.kpi(session, decl, kpi):
                continue
            statement = plan_kpi(session.compiled, kpi, session.as_of, f"kpi {kpi.name}", last)
            rows = rows_of(session, statement)
        except KpiError as error:
            failed(error)
            continue
        column = ResultColumn(
            "actual", "metric", statement.columns[6].type.kind, unit_of(kpi.metric.type, kpi.metric.format), kpi.metric.format, kpi.label
        )
        found.append(KpiStanding(kpi, column, rows))
    return found


def goals(session: Session, wanted: Wanted, failed: Callable[[KpiError], None]) -> list[GoalStanding]:
    """The goals; what cannot be told is handed to `failed`."""
    found = []
    for decl in session.compiled.scope.declarations:
        if not isinstance(decl, ast.Goal) or not wanted.goal(session, decl):
            continue
        try:
            goal = resolve_goal(session.compiled, decl)
            statement = plan_goal(session.compiled, goal, session.as_of, f"goal {goal.name}")
            (row,) = rows_of(session, statement)
        except KpiError as error:
            failed(error)
            continue
        kind = next(c.type.kind for c in statement.columns if c.name == "actual")
        found.append(
            GoalStanding(goal, ResultColumn("actual", "metric", kind, unit_of(goal.type, goal.format), goal.format, goal.label), row)
        )
    return found


def _column(statement: Statement, declared: Type, format: str, label: str) -> ResultColumn:
    """What its value is."""
    kind = next(column.type.kind for column in statement.columns if column.name == "actual")
    return ResultColumn("actual", "metric", kind, unit_of(declared, format), format, label)


def today(session: Session) -> dt.date:
    """The day that counts as today: the one that is given, else the engine's own, which is the warehouse's (S14)."""
    if session.as_of is not None:
        return session.as_of
    statement = Statement(Project(One(), (("today", Fn("today", (), DATE)),)), (OutputColumn("today", "group", DATE),))
    day = rows_of(session, statement)[0]["today"]
    assert isinstance(day, dt.date)
    return day
