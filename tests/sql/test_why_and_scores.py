"""What `kpi why` and scorecards emit parses strictly in every dialect, and calls nothing that sqlglot does not know there."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlglot
from sqlglot import exp

from kpidsl.compile import emit, plan_scorecard, plan_why, resolve_scorecard, resolve_why
from kpidsl.plan.plan import Statement
from kpidsl.span import Source
from kpidsl.sql.dialects import DIALECTS
from kpidsl.syntax import ast
from kpidsl.syntax.parse import parse_query
from tests.results.test_s29_scorecards import TEXT as SALES
from tests.results.test_s29_scorecards import TWO
from tests.results.test_why import TEXT as SHOP
from tests.results.world import compiled
from tests.sql.analysed import KNOWN

CLOCKS = {"clickhouse": "now toDate", "tsql": "SYSUTCDATETIME"}
"""What the time is, where sqlglot has no class for it."""
QUESTIONS = ("cac during 2026-03", "made by channel during 2026-03", "per_head last 1 month", "middle by country last 3 months")
CARDS = """
kpi revenue for grow { target from planned each quarter by person }
kpi orders_n for grow { target >= 10 each day from 2026-02-01  target >= 12 each day from 2026-03-01  needs 2 orders_n }
scorecard bonus by person each quarter { weigh revenue 50% floor 80%  weigh orders_n 50% cap 150%  pay 0% at 50%, 100% at 100% }
"""


def statements(today: dt.date | None) -> list[Statement]:
    made = compiled(SHOP)
    found = []
    for text in QUESTIONS:
        node, _ = parse_query(Source("<query>", text))
        assert node is not None
        found.append(plan_why(made, resolve_why(made, node), today))
    for text in (TWO, CARDS):
        made = compiled(SALES + text)
        decl = next(d for d in made.scope.declarations if isinstance(d, ast.Scorecard))
        found.append(plan_scorecard(made, resolve_scorecard(made, decl), today))
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("today", [dt.date(2026, 3, 15), None], ids=["today is given", "the warehouse's today"])
def test_parses_and_calls_what_exists(dialect: str, today: dt.date | None) -> None:
    allowed = {word.casefold() for word in f"{KNOWN.get(dialect, '')} {CLOCKS.get(dialect, '')}".split()}
    for statement in statements(today):
        sql = emit(statement, dialect)
        tree = sqlglot.parse_one(sql, read=DIALECTS[dialect].printer, error_level=sqlglot.ErrorLevel.RAISE)
        assert not list(tree.find_all(exp.Command)), sql
        unknown = {node.name for node in tree.find_all(exp.Anonymous) if node.name.casefold() not in allowed}
        assert unknown == set(), sql
