"""A small shop with boards, for tests. Comes in: text beside it. Goes out: the boards as data, checked against their own format."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from kpidsl.boards import Made, boards
from kpidsl.compile import Compiled, compile_sources
from kpidsl.dashboard.schema import check
from kpidsl.span import Source

SHOP = """calendar { zone "Europe/Rome" week starts sunday year starts april }
source orders from shop.orders {
  key id  time day
  id: int
  day: date
  channel: text "Channel"
  country: text
  customer_id: int
  amount: money(EUR)
  took: duration = ended - started
  started: timestamp
  ended: timestamp
}
dimension channel "Channel" = orders.channel { label it "Canale" }
metric revenue "Revenue" = sum(orders.amount) { label it "Ricavi"  better higher  describe "What was paid."  owner "Ada" }
metric orders_made = count(orders)
metric buyers = count(distinct orders.customer_id)
metric aov "Average order" = revenue / orders_made
metric italian_share "Italian share" = count(orders where country = "IT") / orders_made
metric turns = revenue / revenue { format x }
metric first_day = min(orders.day)
metric plan "Plan" = revenue * 2
metric duration_days = avg(orders.took)
"""
TODAY = dt.date(2026, 3, 15)


def compiled(text: str) -> Compiled:
    """The shop with this text beside it; it must be right."""
    found = compile_sources([Source("shop.kpi", SHOP), Source("mine.kpi", text)])
    assert not found.diagnostics.errors, [each.message for each in found.diagnostics.errors]
    return found


def made(text: str, locales: tuple[str, ...] = ("en", "it"), dialects: tuple[str, ...] = ("duckdb",)) -> list[Made]:
    """The boards of the text."""
    found = list(boards(compiled(text), locales, TODAY, dialects))
    for each in found:
        check(each.board.document)
    return found


def document(text: str, **how: Any) -> dict[str, Any]:
    """The one board of the text, as it is read from a file."""
    (only,) = made(text, **how)
    read: dict[str, Any] = json.loads(json.dumps(only.board.document))
    return read


def shown(tile: str, period: str = "period 2026-Q1") -> dict[str, Any]:
    """The one element of a board with this tile."""
    board = document(f"dashboard board {{ {period}  {tile} }}")
    (element,) = board["elements"].values()
    found: dict[str, Any] = element
    return found
