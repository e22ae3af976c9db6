"""What a checker says no to, one short declaration or query for each: the code, and words that tell which of its reasons it was.

The project is sound without the line. Beside a refusal stands, where there is one, the nearest thing that is allowed (`ALLOWED`): a check
that says no to too much is as wrong as one that says no to too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from kpidsl.compile import Compiled, compile_sources
from kpidsl.diagnostic import Diagnostic, Severity
from kpidsl.span import Source
from tests.results.world import SHOP, compiled, query_errors

PROJECT = (
    SHOP
    + """
source events from raw.events {
  key id  time at
  id: int  at: timestamp  until: timestamp  who: int  kind: text  ok: bool  data: json  cost: money(USD)  code: text
  mail: text { pii }  host: text = split_part(mail, "@", 2)  long: int = length(mail)
  tip: money(code)  big: decimal(12, 2)  here: timestamp in "Asia/Taipei"
  join one visitor: customers on who = id
}
source visits from raw.visits { time on  on: date  who: int  cost: money(USD) }
source plans from raw.plans { key id, from_day  id: int  from_day: date  to_day: date  name: text }
source fx from raw.fx { key currency  currency: text  rate: money(EUR) }
source daily_fx from raw.daily_fx { key currency, day  time day  currency: text  day: date  rate: money(EUR) }
source banks_fx from raw.banks_fx { key currency, bank  currency: text  bank: int  rate: money(EUR) }
metric events_n = count(events)
metric hits = count(events where kind = "hit")
"""
)

ROW = (
    'source extra from raw.events {{ key id  time at  id: int  at: timestamp  until: timestamp  day: date  kind: text  ok: bool  data: json\
  cost: money(USD)  n: int  x: number  when: date  code: text  tip: money(code)  big: decimal(12, 2)  here: timestamp in "Asia/Taipei"\
  join one visitor: customers on n = id  {} }}'
)
"""A source with one column of every type, and an item more."""

Refused = tuple[str, str, str]

ROWS: list[Refused] = [
    ('y: bool = day = "2026-01-31"', "KPI051", "write the date without quotes: 2026-01-31"),
    ('y: bool = at = "2026-01-31T12:00"', "KPI051", "write the moment without quotes: 2026-01-31T12:00"),
    ("y: bool = (until - at) > 3", "KPI051", "write a length of time with its unit: 3 days"),
    ("y: bool = data = at", "KPI051", "there are no silent conversions"),
    ("y: int = n + ok", "KPI051", "cannot add"),
    ("y: int = kind * n", "KPI051", "cannot multiply"),
    ("y: bool = data = data", "KPI051", "cannot compare"),
    ("y: bool = ok < ok", "KPI051", "true and false have no order"),
    ("y: int = n / 2", "KPI054", "it may have a fraction"),
    ("y: timestamp = here", "KPI054", 'write timestamp in "Asia/Taipei"'),
    ('y: timestamp in "Europe/Rome" = at', "KPI054", "its clock is that of UTC: write timestamp"),
    ("y: bool = cost > 10", "KPI050", "10 USD"),
    ("y: bool = 10 < cost", "KPI050", "10 USD"),
    ("y: money(USD) = 5 + cost", "KPI050", "5 USD"),
    ("y: money(EUR) = convert(cost, EUR)", "KPI037", "an amount, a currency and `using:`"),
    ("y: money(EUR) = convert(cost, EUR, fx)", "KPI037", "an amount, a currency and `using:`"),
    ("y: money(EUR) = convert(cost, EUR, using: fx, by: fx)", "KPI037", "an amount, a currency and `using:`"),
    ("y: money(EUR) = convert(cost, EUX, using: fx)", "KPI041", "`EUX` is not an ISO 4217 currency"),
    ("y: money(EUR) = convert(n, EUR, using: fx)", "KPI053", "needs an amount of money"),
    ("y: money(EUR) = convert(cost, EUR, using: banks_fx)", "KPI075", "may have several rates for one currency: its key"),
    ("y: money(EUR) = convert(cost, EUR, using: daily_fx)", "KPI075", "are not both dates"),
    ("y: money(EUR) = money(n, EUX)", "KPI041", "did you mean EUR?"),
    ("y: money(EUR) = money(n, nowhere)", "KPI041", "`nowhere` is not an ISO 4217 currency"),
    ("y: money(EUR) = money(n)", "KPI037", "`money` takes 2 arguments, this has 1"),
    ("y: money(n)", "KPI041", "cannot hold a currency"),
    ("y: money(EUR, USD)", "KPI040", "`money` takes one currency"),
    ("y: decimal(12)", "KPI040", "digits in all"),
    ("y: decimal(2, 3)", "KPI040", "digits in all"),
    ("y: decimal(39, 2)", "KPI040", "digits in all"),
    ("y: int(3)", "KPI040", "takes nothing in parentheses"),
    ('y: date in "Asia/Taipei"', "KPI040", "`date` has no time zone"),
    ("y: nmber", "KPI040", "did you mean `number`?"),
    ("y: int = sql(n)", "KPI037", "`sql` takes one text"),
    ('y: int = sql("n", "n")', "KPI037", "`sql` takes one text"),
    ("y: int = length(kind, of: n)", "KPI037", "has no argument called `of`"),
    ("y: int = length(distinct kind)", "KPI037", "`distinct` has no meaning"),
    ("y: number = round(x, n)", "KPI053", "`round` needs"),
    ("y: number = round(kind)", "KPI053", "`round` needs"),
    ("y: text = lower(n)", "KPI053", "`lower` needs"),
    ("y: number = ln(cost)", "KPI053", "needs a plain number"),
    ("y: money(USD) = sqrt(cost)", "KPI053", "has no unit"),
    ("y: percent = percent(cost)", "KPI053", "is not a percentage"),
    ("y: int = running(n)", "KPI061", "`running` works on metrics"),
    ("y: int = share(n, of: kind)", "KPI061", "`share` works on metrics"),
    ("y: text = nvl(kind)", "KPI036", "there is no function `nvl`"),
    ("y: text = lowr(kind)", "KPI036", "`lower`"),
    ("y: timestamp = next(at, after: at)", "KPI037", "has no argument called `after`"),
    ("y: timestamp = next(at)", "KPI037", "takes one value and `over:`"),
    ("y: timestamp = next(at, until, over: at)", "KPI037", "takes one value and `over:`"),
    ("y: int = n where ok", "KPI061", "`where` filters rows of an aggregate"),
    ("y: int = n at (kind)", "KPI061", "`at` belongs to metrics"),
    ("y: bool = day = 2026-01", "KPI051", "a period is not a value of a row"),
    ("y: text = kind.part", "KPI031", "there is no source `kind`"),
    ("y: text = visitor.country.part", "KPI032", "`country` is a column of `customers`, it has no parts"),
    ("y: text = data.part", "KPI032", 'take one out with get(data, "part")'),
    ("y: date = day + 3 hours", "KPI051", "a date has no hours"),
    ("y: date = day + 3 minutes", "KPI051", "a date has no minutes"),
    ("y: date = day + day", "KPI051", "cannot add"),
    ("y: date = day * 2", "KPI051", "cannot calculate with"),
    ("y: int = until - 3", "KPI051", "cannot calculate with"),
    ("y: bool = kind in (\"a\", null)", "KPI051", "`in` never finds null"),
    ("y: bool = n in (\"a\")", "KPI051", "compare"),
    ("y: bool = n like \"a%\"", "KPI051", "`like` compares texts, this is"),
    ("y: bool = kind like n", "KPI051", "`like` compares texts, this is"),
    ("y: int = -kind", "KPI051", "cannot subtract"),
    ("y: int = 1 via visitor", "KPI061", "`via` belongs to an aggregate column"),
    ("join one visitor: plans on n = id", "KPI034", "has two roles `visitor`"),
    ("join one plan: customers on nn = id", "KPI032", "`nn`"),
    ("join one plan: customers on n = idd", "KPI032", "`idd`"),
    ("join one plan: plans on n = id during 2026-01-01..plans.to_day", "KPI025", "`during` names two columns of the joined source"),
    ("join one plan: plans on n = id during orders.day..plans.to_day", "KPI025", "`during` names columns of `plans`"),
    ("join one plan: plans on n = id during plans.from_day..plans.upto", "KPI032", "`upto`"),
    ("join one plan: plans on n = id during plans.from_day..plans.name", "KPI051", "`name` is not a date or timestamp"),
    ("join one plan: customers on n = id where customers.country = \"IT\"", "KPI064", "`where` belongs to"),
    ("join last ad: ads on kind = channel before nowhere", "KPI032", "`nowhere`"),
    ("join last ad: ads on kind = channel before at", "KPI051", "are not both dates or both timestamps"),
    ("join last plan: plans on n = id before day", "KPI025", "`plans` has no time"),
]  # fmt: skip

DECLARED: list[Refused] = [
    ("goal y { measure revenue reach 5 EUR by 2026-12-31 parent z } goal z { measure revenue kind sales reach 5 EUR by 2026-12-31"
     " parent y }", "KPI035", "goals are each other's parents in a circle"),
    ("metric y = 100 + revenue", "KPI050", "100 EUR"),
    ("metric y = case when 100 > revenue then 1 else 0 end", "KPI050", "100 EUR"),
    ("source y from t { id: int  day: date  cost: money(USD)  eur: money(EUR) = convert(cost, EUR, using: daily_fx) }", "KPI075",
     "needs a time and a key for rates that change"),
    ("source y from t { time day  id: int  day: date  cost: money(USD)  eur: money(EUR) = convert(cost, EUR, using: daily_fx) }", "KPI075",
     "needs a time and a key for rates that change"),
    ("source y from t { time day  id: int  day: date  join last ad: ads on id = clicks }", "KPI024", "needs a key for `join last`"),
    ("source y from t { key id  id: int  day: date  join last ad: ads on id = clicks }", "KPI025", "needs a time to be near to"),
    ("source y from union(orders) {}", "KPI073", "at least two sources"),
    ("source y from union(orders, refunds) { key id  id: int  nowhere: int }", "KPI073", "has no column `nowhere`"),
    ("source y from orders by nowhere { n: int = count(orders) }", "KPI032", "`nowhere`"),
    ("param y: number = 1 + 2", "KPI053", "written out, not computed"),
    ('param y: number = -"a"', "KPI053", "written out, not computed"),
    ("metric y = sum(orders.amount, of: orders.day)", "KPI037", "`sum` has no argument called `of`"),
    ("metric y = sum(distinct orders.amount)", "KPI037", "`distinct` has no meaning in `sum`"),
    ("metric y = max(events.data)", "KPI057", "cannot look into json"),
    ("metric y = count(distinct events.data)", "KPI057", "cannot look into json"),
    ("metric y = first(orders.amount)", "KPI037", "needs `over:`"),
    ("metric y = first(orders.amount, discrete: true)", "KPI037", ""),
    ("metric y = last(orders.amount, latest: day)", "KPI037", "needs `over:`"),
    ("metric y = count(orders, active: day..day, latest: day)", "KPI064", "does not go with `latest:`"),
    ("metric y = percentile(orders.amount, 50%, discrete: 1)", "KPI053", "write discrete: true"),
    ("metric y = sum(amount)", "KPI038", "does not say of which source"),
    ("metric y = sum(ordrs.amount)", "KPI031", "`ordrs`"),
    ("metric y = count(ordrs)", "KPI031", "`ordrs`"),
    ("metric y = count(ordrs where paid)", "KPI031", "`ordrs`"),
    ("dimension y = nowhere.column", "KPI031", "`nowhere`"),
    ("dimension y = 1", "KPI039", "does not start at a source"),
    ("dimension y = orders.status, orders.paid", "KPI034", "stands for two things of `orders`"),
    ("dimension y = orders.status, ads.clicks", "KPI051", "the dimension is"),
    ("metric y = to_date(revenue, decade)", "KPI039", "`decade` is not a period"),
    ("metric y = at_start(revenue, hour)", "KPI039", "`hour` is not a period"),
    ("metric y = revenue { mature after 3 hours }", "KPI053", "finer than a day"),
    ("metric y = conversion(orders_n, hits, by: nobody_there)", "KPI039", "there is no dimension or column `nobody_there`"),
    ("metric y = conversion(orders_n, hits)", "KPI037", "needs `by:`"),
    ("metric y = retention(orders_n, by: orders.customer_id)", "KPI037", "needs `after:`"),
    ("metric y = retention(orders_n, by: orders.customer_id, after: 3 hours)", "KPI108", "is no number of periods"),
    ("metric y = revenue in (1 EUR, 2 EUR)", "KPI062", "`in` compares a row's value"),
    ("metric y = 2026-01", "KPI051", "a date cannot be part of a metric's formula"),
    ("metric y = orders.amount", "KPI062", ""),
    ("metric y = order.amount", "KPI031", "`order`"),
    ("metric y = not revenue", "KPI052", "`not` needs something true or false"),
    ("metric y = case when revenue and orders_n > 1 then 1 end", "KPI052", "`and` needs something true or false"),
    ("metric y = case when orders_n > 1 or revenue then 1 end", "KPI052", "`or` needs something true or false"),
    ("metric y = case when revenue then 1 end", "KPI052", "`when` needs something true or false"),
    ("metric y = case orders_n when revenue then 1 end", "KPI050", ""),
    ("metric y = case when revenue between 1 and 2 then 1 end", "KPI050", "EUR"),
    ("metric y = round(revenue, digits: 2)", "KPI037", "has no argument called `digits`"),
    ("metric y = round(revenue, orders_n)", "KPI053", "a whole number written out"),
    ("metric y = round(revenue > 1 EUR)", "KPI053", "`round` needs a number"),
    ("metric y = sum(count(orders))", "KPI060", "an aggregate of an aggregate"),
    ("metric y = sum(-count(orders))", "KPI060", "an aggregate of an aggregate"),
    ("metric y = avg(case when true then sum(orders.amount) end)", "KPI060", "an aggregate of an aggregate"),
    ("metric y = sum(revenue at (country))", "KPI060", "use `revenue` as it is"),
    ("metric y = share(revenue, of: month)", "KPI064", "a share of `month`"),
    ("metric y = revenue at time orders.status", "KPI051", "not a time"),
    ("metric y = sqrt(revenue)", "KPI053", "has no unit"),
    ("metric y = trailing(revenue)", "KPI037", ""),
    ("segment y = orders.customer_id at (country)", "KPI061", "`at` belongs to metrics"),
    ('segment y = orders.status = sql("x")', "KPI064", "belongs in a column of a source"),
    ("goal y { measure 3 kind sales reach 100 by 2026-12-31 owner \"a\" because \"b\" }", "KPI062", "measure a metric"),
    ("goal y { measure revenue kind sales reach revenue by 2026-12-31 owner \"a\" because \"b\" }", "KPI081", "is not one number"),
    ("goal y { measure revenue kind sales reach 5 EUR by 9999 owner \"a\" because \"b\" }", "KPI123", "lies beyond the calendar"),
    ("goal y { measure revenue kind sales increase 5% over 2026-01-01.. by 2026-12-31 owner \"a\" because \"b\" }", "KPI123",
     "two ends"),
    ("alert y { watch revenue each month when anomaly above 0 sigma over 12 months do \"x\" }", "KPI262", "at least a little off"),
    ("alert y { watch revenue each month when falls revenue against previous month do \"x\" }", "KPI262", "a number, not a metric"),
    ("alert y { watch revenue each half when > 5 EUR do \"x\" }", "KPI190", "each half"),
    ("kpi revenue { target <= 5 EUR each month needs orders_n orders_n }", "KPI010", "where a number is expected"),
    ('goal g { measure revenue kind sales reach 5 EUR by 2026-12-31 owner "a" because "b" } kpi people for g { target >= 5 each month }',
     "KPI122", "has no time"),
    ("metric y = 5", "KPI062", "counts no rows of any source"),
    ("scorecard y for \"a\" each month { weigh revenue 0% weigh orders_n 100% pay 0% at 80%, 100% at 100% }", "KPI095", "weighs nothing"),
    ('source y from file("a.csv", delimeter: ";") { id: int }', "KPI011", "did you mean `delimiter`?"),
    ('source y from file("a.csv", sheet: "x") { id: int }', "KPI011", "text files have no option `sheet`"),
    ('source y from file("a.csv", encoding: "latin9") { id: int }', "KPI011", "`encoding` cannot be latin9"),
    ('source y from file("a.parquet", header: true) { id: int }', "KPI011", "Parquet files have no option `header`"),
    ('source y from file("a.xlsx", delimiter: ";") { id: int }', "KPI011", "Excel files have no option `delimiter`"),
    ("funnel y { entity who  order strict  stage a = visits  stage b = events }", "KPI103",
     "between two events of one day"),
    ("funnel y { entity who  stage a = nothing  stage b = visits }", "KPI031", "nothing"),
    ("funnel y { entity who  stage a = visits where cost > 0 USD stage b = customers }", "KPI122", "what came first"),
    ("funnel y { entity who  stage a = events where ok  stage b = events where not ok } metric z = y.immature", "KPI100", "has no window"),
    ("cohort y = orders { entity customer_id  start nowhere.column  each month  for 3 months }", "KPI031", "`nowhere`"),
    ("cohort y = orders { entity customer_id  start 1 + 2  each month  for 3 months }", "KPI109", "is no column"),
    ("cohort y = orders { entity customer_id  start status  each month  for 3 months }", "KPI109", ""),
    ("cohort y = events { entity who  start first  each month  for 3 months  value tip }", "KPI056", "in several currencies"),
]  # fmt: skip

CALENDARS: list[Refused] = [
    ("calendar { holidays orders.status }", "KPI051", "not a date"),
    ("calendar { holidays orders.customer.first_order }", "KPI051", "over a join"),
]

ASKED: list[Refused] = [
    ("5", "KPI062", "counts no rows of any source"),
    ("(revenue > 5 EUR)", "KPI051", "is true or false, not a number"),
    ("events_n by events.data", "KPI057", "holds nested values"),
    ("revenue by decade", "KPI039", ""),
    ("revenue by decade(orders.day)", "KPI039", "`decade` is not a period"),
    ("revenue by monht(orders.day)", "KPI039", "did you mean `month`?"),
    ("revenue by month(orders.status)", "KPI051", "not a time"),
    ("revenue by 1 + 2", "KPI039", "is not something to split by"),
    ("revenue by customers", "KPI039", "`customers` is a"),
    ("events_n by mail", "KPI065", "marked `pii`"),
    ("events_n by host", "KPI065", "made of a column that is marked `pii`"),
    ("revenue by country top 0", "KPI121", "at least one row"),
    ("revenue top 3", "KPI121", "this query has none"),
    ("revenue by month last 3 hours", "KPI123", "finer than a day"),
    ("revenue by month last 0 months", "KPI123", "at least one period"),
    ("revenue by day during 9999", "KPI123", "beyond the calendar"),
    ("revenue by month compare previous decade", "KPI049", "there is no period `decade`"),
    ("trailing(revenue, 3 months) by month, week with totals", "KPI064", ""),
    ("at_start(revenue, year) by month with totals", "KPI064", "no first or last period of its own"),
    ("values month", "KPI039", "of which every time has its own"),
    ("values status, channel", "KPI020", "no source has all of these"),
    ("values day", "KPI039", "of which every time has its own"),
    ("values id", "KPI033", "several sources have this"),
    ("values nowhere", "KPI039", "nowhere"),
]  # fmt: skip

ALLOWED_ROWS = (
    "y: bool = day = 2026-01-31",
    "y: bool = at = 2026-01-31T12:00",
    "y: bool = (until - at) > 3 days",
    "y: int = null",
    "y: bool = ok = ok",
    "y: number = n / 2",
    "y: int = floor(n / 2)",
    'y: timestamp in "Asia/Taipei" = here',
    "y: bool = cost > 0",
    "y: bool = 0 < cost",
    "y: money(USD) = 0 + cost",
    "y: money(EUR) = convert(cost, EUR, using: fx)",
    "y: date = date(at)  z: money(EUR) = convert(cost, EUR, using: daily_fx)",
    "y: EUR",
    "y: decimal",
    "y: decimal(38, 38)",
    "y: decimal(2, 0)",
    "y: date = date(day)",
    "y: number = -x",
    "y: bool = kind like null",
    "y: int = n - null",
    "y: timestamp = at + 3 hours",
    "join one plan: plans on n = id during plans.from_day..plans.to_day",
    "join one plan: plans on n = id during plan.from_day..plan.to_day",
    "join one plan: plans on n = id during from_day..to_day",
    'join last ad: ads on kind = channel before day where ads.country = "IT"',
)

ALLOWED = (
    "metric y = 100 EUR + revenue",
    "metric y = 0 + revenue",
    "param y: number = -3",
    "metric y = count(events.data)",
    "metric y = any(events.data)",
    "metric y = case when not (revenue > 5 EUR) then 1 end",
    "metric y = case when revenue between 1 EUR and 5 EUR then 1 end",
    "metric y = case when revenue not between 1 EUR and 5 EUR then 1 end",
    "metric y = case when revenue is null or orders_n > 5 and revenue is not null then 1 end",
    "metric y = case orders_n when 1 then 1 when 2 then 3 end",
    "metric y = revenue { mature after 3 days }",
    "dimension y = orders.status, ads.channel",
    'source y from file("a.csv", delimiter: ";") { id: int }',
    'source y from file("a.csv", encoding: "latin-1") { id: int }',
    'source y from file("a.xlsx", sheet: "x") { id: int }',
    "alert y { watch revenue when > 5 EUR do \"x\" }",
    "goal y { measure revenue kind sales reach 5 EUR by 2026-12-31 owner \"a\" because \"b\" }",
)  # fmt: skip

ALLOWED_QUERIES = (
    "revenue by country top 1",
    "revenue during 9998",
    "revenue by month compare previous half",
    "values channel",
    "events_n by long",
    "count(distinct events.mail)",
    "values status",
)


TOGETHER = 100
"""Cases that are compiled at a time: of very many findings a report keeps the first."""
_ITS_OWN = re.compile(r"\b(extra|y|z|g)\b")

Said = list[tuple[str, str]]


@cache
def base() -> Compiled:
    return compiled(PROJECT)


def said(found: Iterable[Diagnostic]) -> Said:
    """Code and words of errors."""
    return [
        (d.code, " ".join([d.message, d.help or "", d.label or "", *d.notes, *(label.message for label in d.labels)]))
        for d in found
        if d.severity is Severity.ERROR
    ]


def errors(cases: Sequence[str]) -> list[Said]:
    """What is wrong with each of several additions to the project; each gets names of its own."""
    told: list[Said] = []
    for start in range(0, len(cases), TOGETHER):
        some = cases[start : start + TOGETHER]
        files = [Source(f"{n}.kpi", _ITS_OWN.sub(rf"\g<1>_{n}", text)) for n, text in enumerate(some)]
        found = compile_sources([Source("test.kpi", PROJECT), *files]).diagnostics.found
        assert all(d.span is not None and d.span.source.path != "test.kpi" for d in found if d.severity is Severity.ERROR)
        told += [said(d for d in found if d.span is not None and d.span.source is file) for file in files]
    return told


def wrongly_told(cases: Sequence[Refused], told: Sequence[Said]) -> dict[str, Said]:
    return {case: found for (case, code, words), found in zip(cases, told, strict=True)
            if [(c, words in text) for c, text in found] != [(code, True)]}  # fmt: skip


def test_items_of_a_source_are_refused() -> None:
    assert wrongly_told(ROWS, errors([ROW.format(item) for item, _, _ in ROWS])) == {}


def test_declarations_are_refused() -> None:
    assert wrongly_told(DECLARED, errors([text for text, _, _ in DECLARED])) == {}


def test_a_calendar_is_refused() -> None:
    assert wrongly_told(CALENDARS, [errors([text])[0] for text, _, _ in CALENDARS]) == {}


def test_queries_are_refused() -> None:
    assert wrongly_told(ASKED, [said(query_errors(base(), query)) for query, _, _ in ASKED]) == {}


def test_their_neighbours_are_allowed() -> None:
    cases = [*(ROW.format(item) for item in ALLOWED_ROWS), *ALLOWED]
    assert {case: found for case, found in zip(cases, errors(cases), strict=True) if found} == {}


def test_queries_beside_them_are_allowed() -> None:
    assert {query: found for query in ALLOWED_QUERIES if (found := said(query_errors(base(), query)))} == {}
