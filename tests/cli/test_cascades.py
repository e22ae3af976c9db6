"""One cause, one error: a project in which everything leans on everything, and one change that breaks it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kpi, project

SHOP = """source orders from shop.orders {
  key  id
  time ordered_at
  id:          int
  ordered_at:  timestamp
  customer_id: int
  status:      text
  channel:     text
  amount:      money(EUR)
  paid:        bool = status = "paid"
  join one customer: customers on customer_id
}
source customers from shop.customers {
  key customer_id
  customer_id: int
  country:     text
  email:       text { pii }
  orders_made: int  = count(orders)
  first_order: date = date(min(orders.ordered_at))
}
source ads from shop.ads {
  key  day, channel
  time day
  day:     date
  channel: text
  cost:    money(EUR)
}
dimension channel  = orders.channel, ads.channel
segment   good     = orders.paid and orders.amount > 10 EUR
segment   new_ones = date(orders.ordered_at) = orders.customer.first_order
param     vat: percent = 22%

metric revenue "Revenue" = sum(orders.amount) where orders.paid
metric orders_paid = count(orders) where orders.paid
metric aov         = revenue / orders_paid
metric net         = revenue / (1 + vat)
metric buyers      = count(distinct orders.customer_id)
metric good_orders = count(orders) where good
metric first_ones  = count(orders) where new_ones
metric italian     = sum(orders.amount) where orders.customer.country = "IT"
metric spend       = sum(ads.cost)
metric roas        = revenue / spend { format x }
metric channels    = share(revenue, of: channel)
metric all_orders  = sum(customers.orders_made)

report monthly   = revenue, aov, roas by month, channel
report countries = revenue, buyers by country where good
report top       = revenue by orders.customer.country top 3
materialize revenue, spend by day, channel

goal grow { kind sales  measure revenue  increase 20% over 2025-H2  by 2026-06-30  owner "Head of sales" }
kpi roas for grow { target >= 4 each month }
kpi aov for grow { target >= 40 EUR each month }
alert busy { watch revenue by channel each week  when > 60 EUR for 3 days  do "Look at {channel}" }
dashboard board for executive {
  question "Do we sell?"
  goal grow
  kpi  roas, aov
  show revenue by month
  show revenue by channel as bar
}
test "paid orders are revenue" {
  given orders \"\"\"
    id, amount, status
    1,  10,     paid
  \"\"\"
  expect revenue \"\"\"
    revenue
    10
  \"\"\"
}
"""


def findings(kpi: Kpi, folder: Path) -> list[tuple[str, int | None]]:
    """Code and line of every error and warning of `kpi check`."""
    found = json.loads(kpi("check", "--project", folder, "--format", "json").out)["diagnostics"]
    return [(one["code"], one["place"] and one["place"]["line"]) for one in found if one["severity"] != "hint"]


def test_the_project_is_sound(kpi: Kpi, tmp_path: Path) -> None:
    assert findings(kpi, project(tmp_path / "p", SHOP)) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        # text that cannot be read
        ("  join one customer: customers on customer_id\n}", "  join one customer: customers on customer_id", "KPI012", "source"),
        ("source orders", "sorce orders", "KPI011", "sorce orders"),
        ("amount:      money(EUR)", "amount       money(EUR)", "KPI011", "amount "),
        ("amount:      money(EUR)", "amount DECIMAL(10, 2) NOT NULL,", "KPI011", "amount DECIMAL"),
        ("status:      text\n", "status:      text,\n", "KPI010", "status: "),
        ("sum(orders.amount) where orders.paid\n", "sum(orders.amount where orders.paid\n", "KPI012", "metric "),
        ('"Revenue"', '"Revenue', "KPI012", "metric revenue"),
        ('    10\n  """\n}', "    10\n}", "KPI012", "expect revenue"),
        ("aov         = revenue", "aov         = ) revenue", "KPI012", "metric aov"),
        ("revenue / orders_paid", "revenue orders_paid", "KPI010", "metric aov"),
        ("customers on customer_id", "customers", "KPI019", "join one customer"),
        ("metric net ", "<<<<<<< HEAD\n# mine\n=======\n# theirs\n>>>>>>> theirs\nmetric net ", "KPI010", "<<<<<<< HEAD"),
        # sources
        ("source orders", "source order", "KPI031", "orders_made"),
        ("amount:      money(EUR)", "amont:       money(EUR)", "KPI032", "segment   good"),
        ("amount:      money(EUR)", "amount:      mony(EUR)", "KPI040", "mony"),
        ("amount:      money(EUR)", "amount:      money(ERU)", "KPI041", "ERU"),
        ("amount:      money(EUR)", "amount:      money", "KPI041", "amount: "),
        ("customer: customers on", "customer: custmers on", "KPI031", "custmers"),
        ("customers on customer_id", "customers on custmer_id", "KPI032", "custmer_id"),
        ("join one customer:", "join one buyer:", "KPI032", "segment   new_ones"),
        ("  key customer_id\n", "", "KPI024", "join one customer"),
        ("time ordered_at", "time orderd_at", "KPI032", "orderd_at"),
        ("time ordered_at", "time status", "KPI051", "time status"),
        ("key  id\n", "key  idd\n", "KPI032", "key  idd"),
        ('status = "paid"', "status = 5", "KPI051", "status = 5"),
        ('status = "paid"', 'statuss = "paid"', "KPI032", "statuss"),
        ("count(orders)\n  first", "count(ordrs)\n  first", "KPI031", "ordrs"),
        ("ads from shop.ads", "ads from ads by day, channel", "KPI035", "source ads"),
        ("  status:      text\n", "  status:      text\n  status:      int\n", "KPI034", "status:      int"),
        # parameters, segments, dimensions, metrics, goals
        ("percent = 22%", "percent = 22 EUR", "KPI054", "22 EUR"),
        ("param     vat", "param     vatt", "KPI030", "metric net"),
        ("> 10 EUR", "> 10 USD", "KPI050", "10 USD"),
        ("good     = orders.paid", "good     = orders.payd", "KPI032", "payd"),
        ("good     = orders.paid", "good     = good", "KPI035", "segment   good"),
        ("= orders.channel, ads", "= orders.chanel, ads", "KPI032", "chanel"),
        ("sum(orders.amount) where orders.paid\n", "sum(orders.amount) + 5 where orders.paid\n", "KPI050", "+ 5"),
        ("metric revenue ", "metric revenu ", "KPI030", "metric aov"),
        ("count(orders) where orders.paid", "revenue / aov", "KPI035", "metric orders_paid"),
        ("measure revenue", "measure revenu", "KPI030", "goal grow"),
        ("goal grow {", "goal grwo {", "KPI048", "kpi roas"),
    ],
)
def test_one_cause_gives_one_error(old: str, new: str, code: str, where: str, kpi: Kpi, tmp_path: Path) -> None:
    """At a line that holds `where`."""
    assert old in SHOP
    text = SHOP.replace(old, new, 1)
    [(found, line)] = findings(kpi, project(tmp_path / "p", text))
    assert found == code
    assert line is not None
    assert where in text.splitlines()[line - 1]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("use std.marketin (ctr, cpc)\nmetric x = ctr * 2\nreport r = ctr, cpc by month\n", "KPI042"),
        ("use std.marketin\nmetric x = ctr * 2\nreport r = ctr, cpc by month\n", "KPI042"),
        ("use std.marketing (ctrr) with impressions = buyers, clicks = buyers\nmetric x = ctrr * 2\nreport r = ctrr by month\n", "KPI043"),
        ("use std.marketing (ctr, cpc)\nmetric x = ctr * 2\nreport r = ctr, cpc by month\n", "KPI044"),
        ("use std.marketing (ctr) with impresions = buyers, clicks = buyers\nmetric x = ctr * 2\nreport r = ctr by month\n", "KPI043"),
        ("use std.marketing (cpc) with spend = buyers, clicks = buyers\nmetric x = cpc * 2\nreport r = cpc by month\n", "KPI046"),
        ("use std.marketing (cpc) with clicks = clks\nmetric x = cpc * 2\nreport r = cpc by month\n", "KPI030"),
        ("source orders from other.orders { key id  id: int }\n", "KPI034"),
        ("metric revenue = count(orders)\n", "KPI034"),
        ("lkj lkj {{{ ]]\n", "KPI011"),
    ],
)
def test_one_more_declaration_that_is_wrong_gives_one_error(more: str, code: str, kpi: Kpi, tmp_path: Path) -> None:
    assert [found for found, _ in findings(kpi, project(tmp_path / "p", SHOP + more))] == [code]


def test_a_name_that_means_nothing_is_told_once_with_its_places(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("check", "--project", project(tmp_path / "p", SHOP.replace("metric revenue ", "metric revenu ")))
    assert "  note: the same in a.kpi:36, a.kpi:42, a.kpi:43, a.kpi:46, a.kpi:47 and 7 more\n  help: did you mean `revenu`?\n" in ran.err
    assert ran.err.endswith("\n1 error\n")


def test_two_causes_give_two_errors(kpi: Kpi, tmp_path: Path) -> None:
    """Text that cannot be read in one place hides nothing that is wrong elsewhere."""
    text = SHOP.replace("revenue / orders_paid", "revenue orders_paid").replace("> 10 EUR", "> 10 USD")
    assert [code for code, _ in findings(kpi, project(tmp_path / "p", text))] == ["KPI050", "KPI010"]


def test_the_order_of_files_never_matters(kpi: Kpi, tmp_path: Path) -> None:
    """The condition of the join goes over a join that is declared after it."""
    events = """source events from raw.events {
  key id  time at
  id: int  at: timestamp  visitor_id: int
  join last touch: touches on visitor_id before at where touches.campaign.kind = "paid"
}
metric touched = count(events) where events.touch.id is not null
"""
    touches = """source touches from raw.touches {
  key id  time at
  id: int  at: timestamp  visitor_id: int  campaign_id: int
  join one campaign: campaigns on campaign_id
}
source campaigns from raw.campaigns { key campaign_id  campaign_id: int  kind: text }
metric paid_touches = count(touches) where campaigns.kind = "paid"
"""
    assert findings(kpi, project(tmp_path / "first", events + touches)) == []
    assert findings(kpi, project(tmp_path / "last", touches + events)) == []
