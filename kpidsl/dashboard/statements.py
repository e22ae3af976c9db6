"""From a tile to the plans of its queries. Comes in: what a tile shows, resolved. Goes out: a `Statement`. `STATEMENTS` has a line for each
kind of thing that a board can show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kpidsl.model.aims import GoalModel, KpiModel
from kpidsl.model.dashboards import Meaning, QueryTile
from kpidsl.model.journeys import JourneyModel
from kpidsl.model.scorecards import ScorecardModel
from kpidsl.plan.goals import plan_goal
from kpidsl.plan.journeys import plan_journey
from kpidsl.plan.kpis import plan_kpi
from kpidsl.plan.plan import Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import plan_query
from kpidsl.plan.scorecards import plan_scorecard
from kpidsl.record import replace

PERIODS = 13
"""How many periods of a KPI a board shows: the running one, and a year of months before it."""
PAID = 2
"""Periods of a scorecard: the running one and the last that is over."""

STATEMENTS: dict[type, Callable[[Planner, Any, str], Statement]] = {
    GoalModel: plan_goal,
    JourneyModel: plan_journey,
    KpiModel: lambda planner, kpi, comment: plan_kpi(planner, kpi, comment, PERIODS),
    ScorecardModel: lambda planner, card, comment: plan_scorecard(planner, card, comment, PAID),
    QueryTile: lambda planner, tile, comment: plan_query(planner, replace(tile.query, comment=comment)),
}
"""By the class of what is shown, how its statement is planned."""


def statement(planner: Planner, meaning: Meaning, comment: str) -> Statement | None:
    """The statement behind a tile; None for tiles that ask nothing."""
    plan = STATEMENTS.get(type(meaning))
    return None if plan is None else plan(planner, meaning, comment)
