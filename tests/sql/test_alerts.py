"""Alerts and findings in every dialect: what is emitted parses there, with today given and with the warehouse's own."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlglot

from kpidsl.compile import compile_sources, emit, findings, plan_alert, resolve_alert
from kpidsl.config import DIALECTS
from kpidsl.span import Source
from kpidsl.sql.dialects import dialect_of
from kpidsl.syntax import ast

TEXT = """
source orders from orders { key id  time day  id: int  day: date  channel: text  amount: money(EUR)  begins 2026-01-01 }
source ads from ads { key id  time day  id: int  day: date  channel: text  cost: money(EUR)  complete through day }
dimension channel = orders.channel, ads.channel
metric revenue = sum(orders.amount) { category result }
metric bought = count(orders)
metric big = bought where orders.amount > 10 EUR
metric big_share = big / bought { better higher }
metric spend = sum(ads.cost) { category cost }
alert weekly {
  watch revenue by orders.channel each week { needs 1 bought  quiet 2 weeks }
  when > 60 EUR for 3 weeks | anomaly above 3 sigma over 12 weeks | falls 20% against previous week
  do "It's {channel}: {value} against {expected} in {period}"
}
alert daily { watch big_share each day  when anomaly 3 sigma over 6 weeks  do "{value}" }
alert monthly { watch revenue / spend each month  when < 2 | rises 10% against previous year  do "{value}" }
"""
PROJECT = compile_sources([Source("a.kpi", TEXT)])


@pytest.mark.parametrize("today", [dt.date(2026, 6, 30), None])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_parses(dialect: str, today: dt.date | None) -> None:
    assert not PROJECT.diagnostics.errors
    alerts = [decl for decl in PROJECT.scope.declarations if isinstance(decl, ast.Alert)]
    statements = [plan_alert(PROJECT, resolve_alert(PROJECT, decl), today) for decl in alerts]
    beside = [statement for _, statement in findings(PROJECT, today)]
    assert (len(statements), len(beside)) == (3, 3)
    for statement in (*statements, *beside):
        assert sqlglot.parse_one(emit(statement, dialect), read=dialect_of(dialect).printer) is not None
