"""Goals and KPIs in every dialect: what is emitted parses there, with today given and with the warehouse's own."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlglot

from kpidsl.compile import compile_sources, emit, plan_goal, plan_kpi, resolve_goal, resolve_kpi
from kpidsl.config import DIALECTS
from kpidsl.span import Source
from kpidsl.sql.dialects import dialect_of
from kpidsl.syntax import ast

TEXT = """
calendar { holidays 2026-01-06, free.day }
source free from free { day: date }
source orders from orders { key id  time at  id: int  at: timestamp  channel: text  paid: bool  amount: money(EUR)  complete through at }
source ads from ads { key id  time day  id: int  day: date  channel: text  cost: money(EUR) }
source plan from plan { key first, channel  time first  first: date  channel: text  amount: money(EUR) }
dimension channel = orders.channel, ads.channel, plan.channel
metric revenue = sum(orders.amount)
metric planned = sum(plan.amount)
metric bought = count(orders)
metric paid_share = count(orders where paid) / bought
metric cac = sum(ads.cost) / bought { better lower }
goal grow { measure revenue  increase 20% over 2025-H2  by 2026-06-30 }
goal cheap { measure cac  reduce 10% over 2025-12-01..2025-12-10  by 2026-01-10 }
goal steady { measure paid_share  keep between 20% and 40%  by 2026-12-31  review weekly }
kpi revenue for grow { target from planned each month by channel  pace workdays }
kpi cac for cheap { target <= 45 EUR each quarter  target <= 40 EUR each quarter from 2026-04  needs 30 bought  warn at 120% }
kpi paid_share for steady { target between 20% and 40% each week  target between 10% and 50% each day }
kpi bought for grow { target >= 9 each month where channel = "email"  pace seasonal  when missed do "It's a pity" }
"""
PROJECT = compile_sources([Source("a.kpi", TEXT)])


@pytest.mark.parametrize("today", [dt.date(2026, 1, 20), None])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_parses(dialect: str, today: dt.date | None) -> None:
    assert not PROJECT.diagnostics.errors
    statements = [plan_goal(PROJECT, resolve_goal(PROJECT, d), today) for d in PROJECT.scope.declarations if isinstance(d, ast.Goal)]
    statements += [plan_kpi(PROJECT, resolve_kpi(PROJECT, d), today) for d in PROJECT.scope.declarations if isinstance(d, ast.Kpi)]
    assert len(statements) == 7
    for statement in statements:
        assert sqlglot.parse_one(emit(statement, dialect), read=dialect_of(dialect).printer) is not None
