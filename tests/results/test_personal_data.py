"""Personal data is never shown, by whatever way it comes; it is counted."""

from __future__ import annotations

import pytest

from kpidsl.compile import compile_sources
from kpidsl.diagnostic import Severity
from kpidsl.engines.base import Engine
from kpidsl.span import Source
from tests.results.world import World, refused, undeclared

TEXT = """
source people from people { key id  id: int  email: text { pii }  shown: text = lower(email)  domain: bool = ends_with(email, ".it") }
source guests from guests { key id  id: int  email: text }
source everybody from union(people, guests) as which { id: int  email: text }
source silent from union(people, guests) as which
source computed from union(people, others) as which { shown: text }
source others from others { key id  id: int  shown: text }
source again from union(everybody, guests) as how { email: text }
source groups from people by id { one_of_them: text = any(email) }
source visits from visits { key id  id: int  person: int  join one visitor: people on person = id }
metric people_n = count(everybody)
metric addresses = count(distinct everybody.email)
metric visits_n = count(visits)
metric groups_n = count(groups)
metric silent_n = count(silent)
metric computed_n = count(computed)
metric again_n = count(again)
"""


@pytest.mark.parametrize(
    ("metric", "column"),
    [
        ("people_n", "everybody.email"),
        ("silent_n", "silent.email"),
        ("computed_n", "computed.shown"),
        ("again_n", "again.email"),
        ("groups_n", "groups.one_of_them"),
        ("visits_n", "visits.visitor.email"),
        ("visits_n", "visits.visitor.shown"),
    ],
)
def test_no_way_leads_to_it(metric: str, column: str) -> None:
    """Over a union, a union of unions, a join, a coarser grain or a computed column."""
    refused(f"{metric} by {column}", "KPI065", "personal data", text=TEXT)
    refused(f"values {column}", "KPI065", "personal data", text=TEXT)
    undeclared(f"dimension way = {column}", "KPI065", "personal data", text=TEXT)
    undeclared(f"metric way = max({column})", "KPI065", "personal data", text=TEXT)


def test_it_is_counted(engine: Engine) -> None:
    """Two addresses of three people, and one visit of somebody in Italy: numbers and conditions show nobody."""
    world = World(engine, TEXT, people=[(1, "a@x.it"), (2, "b@x.de")], guests=[(3, "a@x.it")], visits=[(1, 1), (2, 2), (3, None)])
    world.check("people_n, addresses by everybody.which", ("guests", 1, 1), ("people", 2, 2))
    world.check("addresses", (2,))
    world.check("visits_n by visits.visitor.domain", (False, 1), (True, 1), (None, 1))


def test_a_union_that_does_not_fit_is_told_once() -> None:
    """The column that says where a row comes from is there all the same: a key with it is no second mistake."""
    text = """
    source a from a { key id  id: int  price: money(EUR) }
    source b from b { key id  id: int  price: money(USD) }
    source u from union(a, b) as which { key id, which  id: int  price: money(EUR) }
    metric n = count(u)
    """
    found = compile_sources([Source("test.kpi", text)]).diagnostics.sorted()
    assert [d.code for d in found if d.severity is Severity.ERROR] == ["KPI073"]
