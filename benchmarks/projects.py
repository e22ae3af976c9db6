"""Projects to measure on, made as text. Comes in: a size. Goes out: `.kpi` files that compile without a finding."""

from __future__ import annotations

AREAS = ("shop", "web", "ads", "mail", "social", "deals", "support", "members", "events")
_SHARED = """
param vat: percent = 22%

source customers "Customers" from shop.customers {
  key customer_id
  customer_id: int
  country:     text "Country"
  channel:     text "Channel"
  since:       date
  region:      text
}
source products "Products" from shop.products {
  key product_id
  product_id: int
  category:   text "Category"
  brand:      text
}
segment at_home = customers.country = "IT"
segment abroad  = customers.country != "IT"
segment won     = customers.channel in ("ads", "mail")
segment lost    = not won
segment organic = customers.channel = "seo"

metric customers_all "Customers" = count(customers)
metric product_count "Products"  = count(products)
report customer_countries "Where customers live" = customers_all by customers.country with totals
report customer_channels  "Where customers come from" = customers_all by customers.channel with totals
"""
_AREA = """
source {a}_facts "{A}" from shop.{a}_facts {{
  key  id
  time at
  id:          int
  at:          timestamp
  customer_id: int
  product_id:  int
  amount:      money(EUR) "Amount"
  refunded:    money(EUR)
  status:      text
  pieces:      count
  paid:        bool       = status in ("paid", "shipped")
  net_amount:  money(EUR) = amount / (1 + vat)
  join one customer: customers on customer_id
  join one product:  products on product_id
}}
source {a}_costs from shop.{a}_costs {{
  key  day, channel
  time day
  day:     date
  channel: text
  cost:    money(EUR)
  clicks:  count
}}
segment {a}_large = {a}_facts.amount >= 100 EUR

metric {a}_revenue   "{A}: revenue" = sum({a}_facts.amount) where {a}_facts.paid {{
  better   higher
  category result
  describe "What was paid, on the day of the order."
}}
metric {a}_net       "{A}: net revenue" = sum({a}_facts.net_amount) where {a}_facts.paid
metric {a}_refunds   "{A}: refunds"     = sum({a}_facts.refunded) {{ better lower }}
metric {a}_orders    "{A}: orders"      = count({a}_facts) where {a}_facts.paid
metric {a}_all       = count({a}_facts)
metric {a}_buyers    "{A}: buyers"      = count(distinct {a}_facts.customer_id) where {a}_facts.paid
metric {a}_pieces    = sum({a}_facts.pieces)
metric {a}_biggest   = max({a}_facts.amount)
metric {a}_mean      = avg({a}_facts.amount)
metric {a}_cost      "{A}: cost"        = sum({a}_costs.cost) {{ better lower  category cost }}
metric {a}_clicks    = sum({a}_costs.clicks)
metric {a}_aov       "{A}: average order" = {a}_revenue / {a}_orders
metric {a}_paid      "{A}: paid orders"   = {a}_orders / {a}_all {{ format "0.0%" }}
metric {a}_cpc       = {a}_cost / {a}_clicks
metric {a}_roas      "{A}: return on spend" = {a}_revenue / {a}_cost {{ format x }}
metric {a}_margin    = ({a}_net - {a}_refunds - {a}_cost) / {a}_net
metric {a}_home      = {a}_revenue where at_home
metric {a}_abroad    = {a}_revenue where abroad
metric {a}_large_n   = {a}_orders where {a}_large
metric {a}_part      = {a}_home / {a}_revenue
metric {a}_per_buyer = {a}_net / {a}_buyers
metric {a}_28        = trailing({a}_revenue, 28 days)
metric {a}_so_far    = to_date({a}_revenue, year)

report {a}_months    "{A} by month" = {a}_revenue, {a}_orders, {a}_aov by month during 2025 with totals
report {a}_countries = {a}_revenue, {a}_net, {a}_part by customers.country during 2025
report {a}_returns   = {a}_revenue, {a}_cost, {a}_roas by month during 2025
report {a}_rolling   = {a}_revenue, {a}_28, {a}_so_far by day during 2025-Q1
report {a}_brands    = {a}_revenue by products.category, products.brand top 10 by {a}_revenue with other
report {a}_before    = {a}_revenue, {a}_buyers by month during 2025 compare previous year
"""


def everyday() -> dict[str, str]:
    """Ten files with 300 declarations by their names, and a kpi.toml: what a company of some size has."""
    files = {"kpi.toml": '[project]\nname = "bench"\nas_of = 2025-12-31\n', "shared.kpi": _SHARED}
    return files | {f"{area}.kpi": _AREA.format(a=area, A=area.capitalize()) for area in AREAS}
