"""Small programs that use every construct of the language once; each parses without a finding."""

from __future__ import annotations

import re
from pathlib import Path

LANGUAGE = Path(__file__).parents[3] / "shared" / "LANGUAGE.md"

FILES = {
    "calendar": """
calendar { zone "Europe/Bucharest"  week starts sunday  year starts april  holidays 2026-01-01, 2026-12-25, holidays.day
           grain season from seasons.starts_on }
""",
    "packages": """
param vat "VAT": percent = 19%
param start: date = 2026-01-01
param shop: text
use std.marketing
use std.marketing (ctr, roas) with leads = qualified_leads, spend = sum(ads.cost) in raw.ads
use std.sources.google_ads in raw_google_ads
need leads: count "Qualified leads" { describe "What sales accepts" }
""",
    "source": """
source orders "Orders" from shop.orders {
  key order_id; time ordered_at
  order_id: int
  ordered_at: timestamp in "Asia/Taipei"
  amount: money(EUR) "Amount" { describe "Net of VAT"  label it "Importo" }
  price: money(currency_code)
  rate: decimal(12, 4)
  paid: bool = status in ("paid", "shipped") { not null }
  email: text { pii }
  reach: count { not additive }
  day: date { from "Order Date" }
  `Order Total`: number
  raw: date { from `Order Date` }
  join one customer: customers on customer_id
  join one seller: people on seller_id = id
  join one rate: rates on (currency, day = rate_day)
  join one plan: plans on plan_id during plans.valid_from..plans.valid_to
  join last touch: touches on visitor_id before ordered_at within 90 days where touches.channel <> "direct"
  join first reply: replies on order_id after ordered_at
  begins 2024-01-01  complete through loaded_until  settles after 7 days
  describe "One row an order"  owner "Data team"
}
""",
    "origins": """
source a from file("data/orders.parquet")
source b from file("data/orders.csv", delimiter: ";", header: true) { key id  id: int }
source c from sql("select * from shop.orders")
source d from sql(\"\"\"
  select *
  from shop.orders
\"\"\") { id: int }
source e from union(meta, google) as platform
source f from union(meta, google)
source g from events by session_id, day { visitor: int = any(visitor_id)  pages: int = count(events where name = "page_view") }
""",
    "computed": """
source customers from shop.customers {
  first_order: date = date(min(orders.ordered_at where paid))
  orders_made: int = count(orders where paid) via buyer
  gifts: int = count(orders via recipient where paid)
  until: timestamp = next(at, over: at, per: (session_id, visitor_id))
  band: text = case when age < 18 then "minor" when age between 18 and 64 then "adult" else "senior" end
  kind: text = case country when "IT" then "home" else "abroad" end
  odd: bool = not (a = 1 or b <> 2) and c is not null and d like "x%" and e not in (1, 2) and f not between 1 and 2
}
""",
    "dimensions": """
dimension channel "Channel" = customers.first_channel, lower(ad_spend.channel) { describe "How they came" }
segment first_orders "First orders" = date(orders.ordered_at) = orders.customer.first_order
""",
    "metrics": """
metric revenue "Revenue" = sum(orders.amount) where orders.paid
metric customers_active = count(distinct orders.customer_id)
metric aov = revenue / orders_paid
metric per_row = sum(a.x) / count(a)
metric roas = revenue / spend { format x }
metric cac = spend / new_customers {
  better lower  unit EUR/customer  describe "Cost of a new customer"  label zh-Hant "獲客成本"  label is "Kostnaður"
  absent null  mature after 12 months  owner "Marketing"  vanity for leads, sales  category cost  deprecated "use cac2"  format "0.0"
}
metric band = rate { better between 2% and 4%  vanity }
metric balance = last(accounts.amount, over: day)
metric promoters = count(answers, latest: answered_at, per: customer_id) where answers.score >= 9
metric subscribers = count(subscriptions, active: started_at..ended_at)
metric p90 = percentile(orders.amount, 90%, discrete: true)
metric revenue_28d = trailing(revenue, 28d, read: last)
metric year_ago = prior(revenue, 1 year)
metric share_of = share(revenue, of: channel)
metric by_country = revenue at (country, month)
metric ratio = revenue / (revenue at (country))
metric part = revenue / (revenue at ())
metric shipped = count(orders) at time orders.shipped_at
metric month1 = retention(orders, by: customer_id, after: 1 month)
metric mixed = 25 EUR + 2.5 * 1_250_000 - 20% + -3
""",
    "goals": """
goal grow "Grow" {
  kind sales  measure revenue_new  increase 20% over 2025-H2  by 2026-06-30  review monthly
  owner "Head of marketing"  because "Plan 2026"  parent company
}
goal a { reach 1_200_000 EUR from 2026-01-01 }
goal b { reduce 10% over 2025-01-01..2025-06-30 }
goal c { keep between 2% and 4% }
kpi cac "Acquisition cost" for grow {
  stage conversion  tier strategic
  target <= 45 EUR each month where channel = "email" from 2026-07 because "new agency"
  target between 2% and 4% each quarter
  stretch <= 35 EUR each month
  warn at 110%  needs 30 new_customers  pace workdays
  benchmark 52 EUR { source "Industry report"  year 2025  country IT }
  when off_track do "Move budget away"
  category cost  better lower
}
kpi purchase.rate for grow { target from plan_rate each month by country }
kpi revenue
""",
    "journeys": """
audience executive "Executives"
tier tactical
kind reputation "Reputation" { describe "What people say" }
journey shop "Shop" { awareness "Discover"  consideration, conversion "Buy"; loyalty }
funnel purchase "Visit to order" {
  entity visitor_id  within 30 days  order strict
  exclude events where name = "refund"
  same session_id, device
  stage visit "Visit" = events where name = "page_view"
  stage product = events where name = "view_item" { optional }
  stage order "Order" = orders where paid
}
funnel media { stage impressions = impressions  stage clicks = clicks }
cohort buyers "Repeat buyers" = orders where paid { entity customer_id  start first  each month for 12 months }
""",
    "boards": """
alert cac_spike {
  watch cac by channel each week { needs 30 new_customers  quiet 2 weeks }
  when anomaly above 3 sigma over 12 weeks | > 60 EUR for 3 days | falls 20% against previous week
  do "Review the spend of {channel}"
}
scorecard bonus for "Account executive" by orders.salesperson each quarter {
  weigh revenue 50% floor 80% cap 120%
  weigh close_rate 0.5
  pay 0% at 80%, 100% at 100%, 150% at 120%
}
dashboard ceo "Are we on course?" for executive {
  question "Do we reach our goals?"
  period last 12 months
  goal grow, other
  kpi ltv, purchase.rate
  show revenue, spend by month compare previous year whole as line "Revenue and spend"
  show revenue by channel as bar
  show values "All"
  funnel purchase by device "By device"
  cohort buyers  scorecard bonus  report monthly  journey shop
  matrix  findings "What changed"
  text "Figures are net of VAT."
}
dashboard other { period 2026-Q1  period 2026  period 2026-01-01.. }
""",
    "tests": """
test "no leads, no cost per lead" {
  as_of 2026-03-15
  given ad_spend \"\"\"
    day,        channel, cost   # a hash inside is data
    2026-01-01, email,   100
  \"\"\"
  expect cost_per_lead by channel during 2026 \"\"\"
    channel, cost_per_lead
    email,
  \"\"\"
}
""",
    "reports": """
report monthly "Monthly" = revenue, aov by month, channel where country = "IT" during 2026 { owner "Sales" }
materialize revenue, orders_paid by day, channel
""",
}

QUERIES = (
    "revenue",
    "revenue, sum(ads.cost) / count(ads) by month(orders.shipped_at), channel",
    'revenue by month where country in ("IT", "RO") last 13 weeks compare previous year with totals sparse order by revenue desc, month',
    "revenue by channel top 5 by revenue with other",
    "revenue by channel order by channel top 3",
    "top by month top 5",
    "values channel, country where country is not null",
    "values by month",
    'funnel purchase by device where country = "IT" last 3 months compare previous year',
    "cohort buyers by channel",
    "funnel by month",
    "cohort / funnel",
    "values",
    "revenue at (country) by month during 2026-01-01..",
    "revenue at (), aov by month",
    "revenue during ..2026-06-30",
    "revenue during 2025..2026",
    "revenue compare previous period whole last 6 months",
)


def language_blocks() -> list[str]:
    """The fenced programs of the contract, where it lies beside the repository."""
    if not LANGUAGE.is_file():
        return []
    blocks = re.findall(r"```kpi\n(.*?)```", LANGUAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [block.replace("strict | ordered | any", "strict") for block in blocks]  # ` | ` marks alternatives there
