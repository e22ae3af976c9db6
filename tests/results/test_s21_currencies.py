"""S21: currencies never mix without a declared conversion: neither as declared units nor as a column of codes."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

DECLARED = """
source shop from shop { key id  id: int  eur: money(EUR)  usd: money(USD)  n: int  share: percent }
metric eur = sum(shop.eur)
metric usd = sum(shop.usd)
metric n = count(shop)
"""


@pytest.mark.parametrize(
    "query",
    [
        "eur + usd",
        "eur - usd",
        "greatest(eur, usd)",
        "coalesce(eur, usd)",
        "case when n > 1 then eur else usd end",
        "eur + 5 USD",
        "sum(shop.eur + shop.usd)",
        "sum(case when shop.n > 1 then shop.eur else shop.usd end)",
        "sum(coalesce(shop.eur, shop.usd))",
        "count(shop where eur > usd)",
        "n where eur > 5 USD",
        "n where eur in (5 EUR, 5 USD)",
        "n where eur between 5 EUR and 6 USD",
        "sum(shop.eur - shop.usd * 0.9)",
        "eur / n + usd / n",
    ],
)
def test_two_currencies_never_meet(query: str) -> None:
    """Neither added nor compared, in rows or in formulas, nor over a detour."""
    refused(query, "KPI050", "EUR", "USD", text=DECLARED)


def test_plain_numbers_and_counts_are_no_money() -> None:
    """5 of what? A bare number is compared with an amount only with its currency."""
    assert "5 EUR" in refused("n where eur > 5", "KPI050", text=DECLARED).help
    refused("eur + n", "KPI050", "EUR", "count", text=DECLARED)
    refused("eur + avg(shop.share)", "KPI050", text=DECLARED)


@pytest.mark.parametrize("query", ["coalesce(eur, 2026-01-01)", "case when eur > 2026-01-01T12:00 then 1 else 0 end", "eur + 2026-01-01"])
def test_a_date_is_no_number(query: str) -> None:
    """A date in a metric's formula is refused like any other unlike type."""
    refused(query, "KPI051", text=DECLARED)


def test_a_count_over_a_count_is_a_percentage(engine: Engine) -> None:
    """Counts add up with counts, a rate with rates and percentages; a rate and a count never meet."""
    refused("n / count(distinct shop.n) + n", "KPI050", "percentage", "count", text=DECLARED)
    refused("case when n > 20% then 1 else 2 end", "KPI050", text=DECLARED)
    world = World(engine, DECLARED, shop=[(1, 9, 10, 1, None), (2, 9, 10, 1, None)])
    world.check("(n where shop.id = 1) / n + 10%, n + count(distinct shop.n)", (0.6, 3))


@pytest.mark.smoke
def test_a_quotient_of_currencies_is_allowed(engine: Engine) -> None:
    """EUR per USD is a rate: it is no sum."""
    world = World(engine, DECLARED, shop=[(1, 9, 10, 1, None), (2, 9, 10, 1, None)])
    world.check("eur / usd, eur, usd", (0.9, 18, 20))
    world.check("eur / n", (9,))


def test_a_declared_currency_must_fit() -> None:
    """A column of euros cannot be declared as dollars; nor a metric."""
    undeclared("source t from t { key id  id: int  a: money(EUR)  b: money(USD) = a }", "KPI054", "EUR", text="")
    undeclared("source t from t { key id  id: int  a: money(EURO) }", "KPI041", "EUR", text="")


def test_a_union_of_two_currencies_is_refused() -> None:
    """Dollars of one platform under euros of the other."""
    undeclared(
        """
        source meta from meta { key id  id: int  cost: money(EUR) }
        source google from google { key id  id: int  cost: money(USD) }
        source spend from union(meta, google) as platform { cost: money(EUR) }
        """,
        "KPI073",
        "USD",
        text="",
    )


MIXED = """
source sales from sales {
  key id  time day
  id: int  day: date  currency: text  amount: money(currency)  kind: text
}
source fx from fx { key day, code  time day  day: date  code: text  price: money(EUR) }
metric amount = sum(sales.amount)
metric in_eur = sum(convert(sales.amount, EUR, using: fx))
metric n = count(sales)
"""

ROWS = [
    (1, "2026-01-01", "EUR", 1, "a"),
    (2, "2026-01-02", "USD", 10, "a"),
    (3, "2026-01-03", "USD", 20, "b"),
    (4, "2026-01-03", "GBP", 40, "b"),
    (5, "2026-01-03", None, 80, "b"),
]
RATES = [("2026-01-01", "USD", 0.5), ("2026-01-03", "USD", 0.25), ("2026-02-01", "GBP", 2)]


@pytest.mark.parametrize(
    "query",
    [
        "amount",
        "amount by kind",
        "amount by month",
        "amount by sales.currency with totals",
        "amount by sales.currency top 1 with other",
        'amount where currency <> "EUR"',
        'amount where currency in ("EUR", "USD")',
        'amount where currency = "EUR" or currency = "USD"',
        'amount where not currency = "EUR"',
        "amount where currency is not null",
        "avg(sales.amount)",
        "median(sales.amount)",
        "max(sales.amount) by kind",
        "amount / n",
        "amount / amount by kind",
        "share(amount, of: sales.currency) by sales.currency",
        "share(amount, of: kind) by kind",
        "amount at (kind) by kind, sales.currency",
        "n by kind order by amount",
        "n by kind top 1 by amount",
        'share((amount where currency = "EUR"), of: kind) by kind order by amount',
    ],
)
def test_amounts_with_a_currency_column_are_not_mixed(query: str) -> None:
    """Whatever adds rows of several currencies is refused: in groups, totals, rests, shares, levels, hidden metrics."""
    found = refused(query, "KPI056", "currenc", text=MIXED)
    assert "sales.currency" in found.help


def test_one_currency_at_a_time_is_allowed(engine: Engine) -> None:
    """Grouped by currency, or filtered to one."""
    world = World(engine, MIXED, sales=ROWS, fx=RATES)
    world.check("amount by sales.currency", ("EUR", 1), ("GBP", 40), ("USD", 30), (None, 80))
    world.check("amount by sales.currency, kind", ("EUR", "a", 1), ("GBP", "b", 40), ("USD", "a", 10), ("USD", "b", 20), (None, "b", 80))
    world.check('amount where currency = "USD"', (30,))
    world.check('amount where currency = "USD" and kind = "b"', (20,))
    world.check('amount where currency in ("USD")', (30,))
    world.check("amount / n by sales.currency", ("EUR", 1), ("GBP", 40), ("USD", 15), (None, 80))
    world.check(
        "max(sales.amount), median(sales.amount) by sales.currency", ("EUR", 1, 1), ("GBP", 40, 40), ("USD", 20, 15), (None, 80, 80)
    )
    world.check('share(amount, of: kind) by kind where currency = "USD"', ("a", 10 / 30), ("b", 20 / 30))
    world.check("amount by sales.currency top 1", (None, 80))


@pytest.mark.smoke
def test_conversion_takes_the_rate_of_the_row_s_day(engine: Engine) -> None:
    """1 EUR stays; 10 USD of 2 January at the latest known rate, 0.5; 20 USD of 3 January at 0.25; no pound rate yet: unknown."""
    world = World(engine, MIXED, sales=ROWS, fx=RATES)
    world.check("in_eur", (1 + 10 * 0.5 + 20 * 0.25,))
    world.check("in_eur, n by sales.currency", ("EUR", 1, 1), ("GBP", 0, 1), ("USD", 10, 2), (None, 0, 1))
    world.check("in_eur by kind with totals", ("a", 6, "group"), ("b", 5, "group"), (None, 11, "total"))
    world.check("count(convert(sales.amount, EUR, using: fx))", (3,))


def test_a_conversion_needs_rates_of_that_currency() -> None:
    """Rates in EUR convert to EUR only."""
    refused("sum(convert(sales.amount, USD, using: fx))", "KPI075", "USD", text=MIXED)
    refused("in_eur + 5 USD", "KPI050", "EUR", "USD", text=MIXED)
