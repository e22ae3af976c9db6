"""Journeys and their bottleneck in every dialect: what is emitted parses there and calls nothing unknown, with today given and with the
warehouse's own."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlglot
from sqlglot import exp

from kpidsl.compile import compile_sources, emit, findings, journeys_of, plan_journey, resolve_journey
from kpidsl.config import DIALECTS
from kpidsl.model.findings import BottleneckModel
from kpidsl.span import Source
from kpidsl.sql.dialects import dialect_of
from tests.sql.analysed import KNOWN
from tests.sql.test_why_and_scores import CLOCKS

TEXT = """
source orders from orders { key id  time day  id: int  day: date  amount: money(EUR) }
source ads from ads { key id  time at  id: int  at: timestamp  cost: money(EUR)  complete through at }
metric revenue = sum(orders.amount)
metric aov = revenue / count(orders)
metric spend = sum(ads.cost) { better lower }
goal grow { measure revenue  increase 20% over 2025-H2  by 2026-06-30 }
journey way { discover "It's seen"  return "Is back"  buy }
kpi spend for grow { stage discover  target between 40 EUR and 50 EUR each quarter  when off_track do "It's a pity" }
kpi aov for grow { stage buy  target >= 60 EUR each week  target >= 70 EUR each week from 2026-02-02 }
"""
PROJECT = compile_sources([Source("a.kpi", TEXT)])


@pytest.mark.parametrize("today", [dt.date(2026, 1, 20), None], ids=["today is given", "the warehouse's today"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_parses(dialect: str, today: dt.date | None) -> None:
    assert not PROJECT.diagnostics.errors
    (decl,) = journeys_of(PROJECT)
    journey = resolve_journey(PROJECT, decl)
    assert [len(stage.kpis) for stage in journey.stages] == [1, 0, 1]
    (beside,) = [statement for found, statement in findings(PROJECT, today) if isinstance(found, BottleneckModel)]
    allowed = {word.casefold() for word in f"{KNOWN.get(dialect, '')} {CLOCKS.get(dialect, '')}".split()}
    for statement in (plan_journey(PROJECT, journey, today), beside):
        tree = sqlglot.parse_one(emit(statement, dialect), read=dialect_of(dialect).printer, error_level=sqlglot.ErrorLevel.RAISE)
        assert {node.name for node in tree.find_all(exp.Anonymous) if node.name.casefold() not in allowed} == set()
