"""What can be wrong in time: each has a message of its own, at its place, with a next step. No two of them read the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidsl.codes import Example
from kpidsl.diagnostic import Diagnostic, Severity
from tests.diagnostics.project import findings

SHOP = """calendar { zone "Europe/Rome" }
source orders from shop.orders {
  key id  time day
  id: int  day: date  customer_id: int  amount: money(EUR)
  join one plan: plans on customer_id during plans.valid_from..plans.valid_to
}
source plans from shop.plans {
  key customer_id, valid_from
  customer_id: int  plan: text  valid_from: date  valid_to: date
}
metric revenue = sum(orders.amount)
metric plans_sold = count(plans)
"""
ORDERS = "id,day,customer_id,amount\n1,2026-01-05,7,10.00\n2,2026-02-03,7,20.00\n"
PLANS = "customer_id,plan,valid_from,valid_to\n7,plus,2026-01-01,2026-02-05\n7,pro,2026-03-01,2026-12-31\n"
BOTH = PLANS.replace("2026-03-01", "2026-02-01")
TOML = '[project]\nname = "shop"\nas_of = {}\n'


def said(folder: Path, query: str, shop: str = SHOP, plans: str = PLANS, as_of: str = "2026-03-15", looks: bool = False) -> Diagnostic:
    """The only finding about a query, or about the rows."""
    files = (("kpi.toml", TOML.format(as_of)), ("shop.kpi", shop))
    (found,) = findings(Example("kpi", files, (query,), (("shop.orders", ORDERS), ("shop.plans", plans)), looks=looks), folder)
    return found


@pytest.mark.parametrize(
    ("query", "code", "words", "help"),
    [
        ("revenue compare previous year", "KPI124", "compares periods, and this query asks for none", "during"),
        ("prior(revenue, 1 year)", "KPI124", "compares periods, and this query asks for none", "during"),
        (
            "trailing(revenue, 3 hours) by day during 2026-01",
            "KPI125",
            "`trailing(revenue, 3 hours)` looks at 3 hours, and `orders` knows days only",
            "a window of days",
        ),
        ("revenue by hour", "KPI122", "`orders` knows days only, not hours", "split by day"),
        ("revenue by fortnight", "KPI039", "the calendar has no period `fortnight`", "hour, day, week, month, quarter and year"),
        ("revenue during 2026-13", "KPI014", "`2026-13` is not a month", "01 to 12"),
        ("revenue during 2027-W53", "KPI014", "`2027-W53` is not a week", "W01 to W52"),
        ("plans_sold by month", "KPI122", "`plans` has no time to split by month", "add `time COLUMN`"),
        ("plans_sold during 2026", "KPI122", "`plans` has no time, so no period can be asked of it", "add `time COLUMN`"),
        ("revenue by month during 2026-06..2026-01", "KPI123", "this range ends before it starts", "swap its ends"),
    ],
)
def test_a_query(query: str, code: str, words: str, help: str, tmp_path: Path) -> None:
    found = said(tmp_path, query)
    assert (found.code, found.severity) == (code, Severity.ERROR)
    assert words in found.message
    assert help in found.help
    assert found.span is not None
    assert found.span.source.path == "<query>"


def test_an_unknown_zone(tmp_path: Path) -> None:
    found = said(tmp_path, "revenue", SHOP.replace("Europe/Rome", "Europe/Roma"))
    assert (found.code, found.message, found.help) == ("KPI053", "there is no time zone `Europe/Roma`", "did you mean Europe/Rome?")


def test_validity_that_overlaps(tmp_path: Path) -> None:
    found = said(tmp_path, "revenue", plans=BOTH, looks=True)
    assert (found.code, found.severity) == ("KPI172", Severity.WARNING)
    assert found.message == "1 of 2 rows of `plans` still holds when the next one of the same `customer_id` begins"
    assert "valid_to 2026-02-05" in found.notes[1]


def test_a_day_before_the_first_row(tmp_path: Path) -> None:
    found = said(tmp_path, "revenue by month", as_of="2025-12-31")
    assert (found.code, found.severity) == ("KPI128", Severity.HINT)
    assert found.message == "as of 2025-12-31 nothing is there yet: the first row of orders is of 2026-01-05"
    assert "--as-of" in found.help
