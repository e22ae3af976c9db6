"""What a build remembers is never stale: after any edit, a build that remembers the one before writes what a build from nothing does.

The project below has a declaration of each kind that can change a number, and chains of them. Every number, every operator, every name of
a column and every declaration of it is changed in turn, of these edits every fourth.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from kpidsl.build import build
from kpidsl.compile import Compiled, compile_sources
from kpidsl.config import read_settings
from kpidsl.diagnostic import KpiError
from kpidsl.emitted import Emitted
from kpidsl.reach import Reach
from kpidsl.span import Source

PROJECT = """
calendar { week starts monday }
param vat: percent = 22%
param least: int = 3

source customers from shop.customers {
  key customer_id
  customer_id: int
  country: text
  city: text
  bought: count = count(orders)
}
source orders from shop.orders {
  key id
  time at
  id: int
  at: timestamp
  customer_id: int
  amount: money(EUR)
  refunded: money(EUR)
  pieces: count
  net: money(EUR) = amount / (1 + vat)
  join one customer: customers on customer_id
  begins 2024-01-01
}
source visits from shop.visits {
  key id
  time at
  id: int
  at: timestamp
  customer_id: int
  page: text
}
dimension place = orders.customer.country
segment at_home = orders.customer.country = "IT"
segment large = orders.amount >= 100 EUR

metric revenue = sum(orders.net) where large { better higher }
metric refunds = sum(orders.refunded)
metric orders_n = count(orders) where orders.pieces > least
metric kept = revenue - refunds
metric home = kept where at_home
metric share_home = home / kept
metric a_28 = trailing(revenue, 28 days)
metric visits_n = count(visits)
metric alone = max(orders.pieces)

report months = kept, share_home by month during 2025 with totals
report places = revenue, orders_n by place during 2025 top 5 by revenue with other
report frequent = revenue by customers.bought
report steps = funnel buying

funnel buying {
  entity customer_id
  within 7 days
  stage seen = visits where page = "shop"
  stage paid = orders where pieces > 1
}
goal grow {
  measure revenue
  reach   5000 EUR from 2024-07-01
  by      2025-12-31
}
kpi revenue for grow { target >= 1000 EUR each month  warn at 5% }
kpi orders_n for grow { target >= 20 each month }
"""
DAY = dt.date(2025, 6, 30)
SETTINGS = '[project]\nname = "stale"\n'


def compiled(text: str) -> Compiled | None:
    """The project, or nothing where the edit has broken it."""
    made = compile_sources([Source("all.kpi", text)])
    return None if made.diagnostics.errors else made


def written(made: Compiled, memory: Emitted | None, dialects: tuple[str, ...] = ("duckdb",)) -> dict[str, str] | None:
    try:
        return build(made, read_settings(SETTINGS.encode()), DAY, dialects, memory).files
    except KpiError:
        return None


def edits(text: str) -> list[str]:
    """The project with one thing changed, in every way that the list at the top of this file tells."""
    found = []

    def put(match: re.Match[str], new: str) -> None:
        found.append(text[: match.start()] + new + text[match.end() :])

    for match in re.finditer(r"(?<![\w.-])\d+(?![\w.-])", text):
        put(match, str(int(match[0]) + 1))
    for old, new in (
        (" > ", " >= "),
        (" >= ", " < "),
        (" - ", " + "),
        (" / ", " * "),
        ("monday", "sunday"),
        ('"IT"', '"DE"'),
        ("higher", "lower"),
    ):
        for match in re.finditer(re.escape(old), text):
            put(match, new)
    for old, new in (
        ("amount", "refunded"),
        ("net", "amount"),
        ("country", "city"),
        ("revenue", "refunds"),
        ("large", "at_home"),
        ("sum", "max"),
    ):
        for match in re.finditer(rf"\b{old}\b", text):
            put(match, new)
    for match in re.finditer(r"(?m)^(?=\w+ )", text):  # a declaration a line lower, and one before it
        put(match, "\n")
    for match in re.finditer(r"(?m)^(metric|report|segment|dimension|kpi) .*\n", text):
        put(match, "")
    return found


def test_every_edit_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = compiled(PROJECT)
    assert first is not None
    memory = Emitted("project")
    assert written(first, memory)
    memory.keep()
    remembering, built = Emitted("project"), 0
    for text in edits(PROJECT)[::4]:
        made = compiled(text)
        anew = made and written(made, None)
        if made is not None and anew is not None:
            built += 1
            remembered = written(made, remembering) or {}
            assert remembered == anew, [name for name in anew if anew[name] != remembered.get(name)]
    assert built > 15


def test_what_else_matters_is_part_of_the_key() -> None:
    """The day that counts as today, the dialects, and parameters that are given on the command line."""
    made, given = compiled(PROJECT), compile_sources([Source("all.kpi", PROJECT)], {"least": 7})
    assert made is not None
    decl = made.scope.entries["metric", "orders_n"].decl
    keys = {
        Reach(made, (DAY, ["duckdb"])).key(decl, "orders_n"),
        Reach(made, (None, ["duckdb"])).key(decl, "orders_n"),
        Reach(made, (DAY, ["duckdb", "sqlite"])).key(decl, "orders_n"),
        Reach(given, (DAY, ["duckdb"])).key(given.scope.entries["metric", "orders_n"].decl, "orders_n"),
    }
    assert len(keys) == 4


def test_only_what_an_edit_reaches_is_made_again() -> None:
    before, after = compiled(PROJECT), compiled(PROJECT.replace("= sum(orders.refunded)", "= max(orders.refunded)"))
    assert before is not None
    assert after is not None

    def keys(made: Compiled) -> dict[str, str]:
        reach = Reach(made, ())
        return {name: reach.key(entry.decl, name) for (kind, name), entry in made.scope.entries.items() if kind in ("metric", "report")}

    old, new = keys(before), keys(after)
    assert {name for name in old if old[name] != new[name]} == {"refunds", "kept", "home", "share_home", "months"}
