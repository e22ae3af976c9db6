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
metric some_eur = sum(shop.eur) { unit money }
metric some_usd = sum(shop.usd) { unit money }
param fee: money(EUR) = 5
param nought: money(EUR) = 0 EUR
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
        "coalesce(0 EUR, eur, usd)",
        "sum(coalesce(0 EUR, shop.eur, shop.usd))",
        "greatest(0 EUR, eur, usd)",
        "case when n > 1 then 0 EUR when n > 2 then eur else usd end",
        "usd + 0 EUR",
        "some_eur + some_usd",
        "sum(number(shop.eur) + number(shop.usd))",
        "sum(decimal(shop.eur, 12, 2) + int(shop.usd))",
        "n where eur > number(usd)",
        "usd + fee",
        "usd + nought",
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
        "count(distinct sales.amount)",
        "first(sales.kind, over: amount)",
        "last(sales.amount, over: id) by kind",
        "count(sales, latest: amount, per: kind)",
        'count(sales, latest: amount, per: kind) where currency = "EUR"',
        "sum(number(sales.amount))",
        "sum(decimal(sales.amount, 12, 2))",
        "sum(sales.amount / 1 EUR)",
        "variance(sales.amount)",
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
    world.check('amount by kind where currency = "USD" top 1', ("b", 20))
    world.check("amount by sales.currency, kind order by sales.currency, amount desc", *_by_currency_and_amount())
    world.check("n by sales.currency top 1", ("USD", 2))


def _by_currency_and_amount() -> list[tuple[object, ...]]:
    return [("EUR", "a", 1), ("GBP", "b", 40), ("USD", "b", 20), ("USD", "a", 10), (None, "b", 80)]


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


DOLLARS = """
source costs from costs { key id  time day  id: int  day: date  usd: money(USD)  yen: money(JPY)  eur: money(EUR) }
source daily from daily { key day, code  time day  day: date  code: text  price: money(EUR) }
source fixed from fixed { key code  code: text  price: money(EUR) }
metric n = count(costs)
"""


@pytest.mark.smoke
def test_amounts_of_one_currency_are_converted(engine: Engine) -> None:
    """10 USD at the first rate, 0.5, and 20 at the second, 0.25; yen have no rate on the first day: 100 of the second at 0.01. By a table
    without time all dollars are worth 0.4. Euros stay."""
    world = World(
        engine,
        DOLLARS,
        costs=[(1, "2026-01-02", 10, 200, 7), (2, "2026-01-03", 20, 100, 0), (3, "2026-01-03", None, None, None)],
        daily=[("2026-01-01", "USD", 0.5), ("2026-01-03", "USD", 0.25), ("2026-01-03", "JPY", 0.01), ("2026-01-01", "GBP", 3)],
        fixed=[("USD", 0.4), ("GBP", 3)],
    )
    world.check("sum(convert(costs.usd, EUR, using: daily)), sum(convert(costs.yen, EUR, using: daily)), n", (10, 1, 3))
    world.check("sum(convert(costs.usd, EUR, using: fixed)), sum(convert(costs.eur, EUR, using: fixed)), n", (12, 7, 3))
    world.check(
        "sum(convert(costs.usd, EUR, using: daily) + convert(costs.yen, EUR, using: daily)) by day where day = 2026-01-03",
        ("2026-01-03", 6),
    )
    world.check("sum(convert(costs.yen, EUR, using: fixed)), count(convert(costs.yen, EUR, using: fixed))", (0, 0))


def test_currencies_stay_apart_over_time(engine: Engine) -> None:
    """Windows, shifts and comparisons are told by the same groups and filters: February's 5 USD beside January's 30, 30 + 5 in all."""
    world = World(engine, MIXED, sales=[*ROWS, (6, "2026-02-01", "USD", 5, "a")])
    world.check(
        'amount, prior(amount, 1 month), running(amount) by month where currency = "USD"',
        ("2026-01-01", 30, 0, 30),
        ("2026-02-01", 5, 30, 35),
    )
    world.check(
        "growth(amount, 1 month) by sales.currency, month during 2026-02 where currency in ('USD')", ("USD", "2026-02-01", 5 / 30 - 1)
    )
    for query in ("running(amount) by month", "growth(amount, 1 month) by month", "trailing(amount, 7 days) by day"):
        refused(query, "KPI056", "would add", text=MIXED)
    refused("amount by month during 2026 compare previous year", "KPI056", "would add", text=MIXED)
    refused("running(amount) - amount by month top 1", "KPI056", "would add", text=MIXED)


@pytest.mark.parametrize(
    "query",
    [
        "in_e + in_u",
        "in_e / in_u",
        "coalesce(in_e, in_u)",
        "case when in_e > in_u then 1 else 0 end",
        "in_e / n - in_u / n",
        "round(in_e, 2) + in_u by kind",
        "(in_e at (kind)) + amount by kind, sales.currency",
        "in_e + least(in_u, in_u)",
    ],
)
def test_amounts_filtered_to_two_currencies_do_not_meet(query: str) -> None:
    """Each is in one currency; their sum, their quotient and the larger of the two are in none."""
    refused(query, "KPI056", "would combine", "EUR", text=MIXED + FILTERED)


FILTERED = """
metric in_e = sum(sales.amount) where currency = "EUR"
metric in_u = sum(sales.amount) where currency = "USD"
"""


def test_amounts_filtered_to_currencies_meet_where_rows_are_split_by_them(engine: Engine) -> None:
    """In the group EUR there are only euros: 1 + 0; in the group USD 0 + 30. Shares of each are plain numbers and may be added."""
    world = World(engine, MIXED + FILTERED, sales=ROWS, fx=RATES)
    world.check("in_e + in_u by sales.currency", ("EUR", 1), ("USD", 30))
    world.check("in_e / amount by sales.currency", ("EUR", 1), ("GBP", 0), ("USD", 0), (None, 0))
    world.check("in_e, in_u, in_u / n", (1, 30, 6))
    world.check("share(in_e, of: kind) + share(in_u, of: kind) by kind", ("a", 1 + 10 / 30), ("b", 0 + 20 / 30))


@pytest.mark.parametrize(
    "query",
    [
        "amount by sales.currency top 1",
        "amount by sales.currency order by amount",
        "n by sales.currency top 2 by amount",
        "n by sales.currency order by amount desc",
        "amount by kind, sales.currency order by kind, amount",
        "amount / n by sales.currency top 1",
        "n by sales.currency, sales.amount order by sales.amount",
    ],
)
def test_currencies_are_not_ranked(query: str) -> None:
    """Forty pounds do not stand above thirty dollars because forty is more than thirty."""
    found = refused(query, "KPI056", "would rank", "convert", text=MIXED)
    assert ("order by the currency" in found.help) is (" order by " in query)


@pytest.mark.parametrize(
    "query",
    ["n by sales.amount", 'n by sales.amount where kind = "a"', "values sales.amount", "n by sales.amount, sales.currency with totals"],
)
def test_equal_numbers_of_two_currencies_are_no_group(query: str) -> None:
    refused(query, "KPI056", "one group", "sales.currency", text=MIXED)


def test_amounts_are_groups_beside_their_currency(engine: Engine) -> None:
    world = World(engine, MIXED, sales=[*ROWS, (6, "2026-01-04", "EUR", 10, "a")])
    world.check('n by sales.amount where currency = "USD"', (10, 1), (20, 1))
    world.check('n by sales.currency, sales.amount where kind = "a"', ("EUR", 1, 1), ("EUR", 10, 1), ("USD", 10, 1))
    world.check("count(distinct sales.amount) by sales.currency", ("EUR", 2), ("GBP", 1), ("USD", 2), (None, 1))
    world.check("count(sales.amount)", (6,))
    world.check("count(sales, latest: amount, per: (kind, currency))", (5,))  # a EUR, a USD, b USD, b GBP; and b unknown


# ---------------------------------------------------------------- currencies of other rows

ROLES = """
source people from people {
  key id
  id: int  currency: text  credit: money(currency)  debt: money(currency)  boss_id: int
  join one boss: people on boss_id = id
}
source deals from deals {
  key id  time day
  id: int  day: date  buyer_id: int  payer_id: int  currency: text  price: money(currency)
  join one buyer: people on buyer_id = id
  join one payer: people on payer_id = id
}
source fx from fx { key code  code: text  price: money(EUR) }
metric deals_n = count(deals)
"""


@pytest.mark.parametrize(
    "query",
    [
        "deals_n where buyer.credit > payer.credit",
        "deals_n where buyer.credit = payer.debt",
        "deals_n where deals.price <= deals.buyer.credit",
        "deals_n where buyer.credit between payer.debt and payer.credit",
        "deals_n where price in (buyer.credit, payer.credit)",
        "deals_n where coalesce(buyer.credit, payer.credit) > 0",
        "max(deals.buyer.credit - deals.payer.credit)",
        "max(case when deals.price > 0 then deals.buyer.credit else deals.payer.credit end)",
        "max(deals.buyer.credit) + max(deals.payer.credit) by deals.buyer.currency, deals.payer.currency",
        "count(people where credit > people.boss.credit)",
    ],
)
def test_amounts_of_two_rows_are_in_two_currencies(query: str) -> None:
    """The buyer's currency is not the payer's, nor the boss's one's own, though all stand in one column of one source."""
    found = refused(query, "KPI050", "currency)", "convert", text=ROLES)
    assert "buyer" in found.message or "boss" in found.message


@pytest.mark.parametrize(
    "query",
    [
        "max(deals.buyer.credit / deals.payer.credit)",
        "max(deals.buyer.credit) by deals.payer.currency",
        "max(deals.buyer.credit) by deals.currency",
        'max(deals.buyer.credit) where payer.currency = "EUR"',
        "max(deals.buyer.credit / deals.payer.credit) by deals.buyer.currency",
    ],
)
def test_a_currency_is_told_by_the_role_that_the_amount_comes_over(query: str) -> None:
    found = refused(query, "KPI056", "different currencies", text=ROLES)
    assert "deals.buyer.currency" in found.help or "deals.payer.currency" in found.help


def test_amounts_over_one_role_are_in_one_currency(engine: Engine) -> None:
    """Credit and debt of one buyer: 5 > 3 EUR in deal 1, 7 < 9 USD in deal 2; the buyers' credits by their own currency."""
    people = [(1, "EUR", 5, 3, None), (2, "USD", 7, 9, 1)]
    deals = [(1, "2026-01-01", 1, 2, "EUR", 10), (2, "2026-01-02", 2, 1, "USD", 20), (3, "2026-01-03", 2, 2, "USD", 30)]
    world = World(engine, ROLES, people=people, deals=deals, fx=[("USD", 0.5)])
    world.check("deals_n where buyer.credit > buyer.debt", (1,))
    world.check("max(deals.buyer.credit - deals.buyer.debt) by deals.buyer.currency", ("EUR", 2), ("USD", -2))
    world.check(
        "max(deals.buyer.credit) by deals.payer.currency, deals.buyer.currency", ("EUR", "USD", 7), ("USD", "EUR", 5), ("USD", "USD", 7)
    )
    world.check('max(deals.buyer.credit) where buyer.currency = "USD"', (7,))
    world.check("max(deals.buyer.credit / deals.buyer.debt)", (5 / 3,))
    world.check("sum(convert(deals.price, EUR, using: fx)), sum(convert(people.credit, EUR, using: fx))", (10 + 25, 5 + 3.5))


def test_a_conversion_takes_the_currency_of_the_amount_s_own_row() -> None:
    """The boss's credit is not converted by one's own currency."""
    found = refused("sum(convert(people.boss.credit, EUR, using: fx))", "KPI075", "boss.currency", text=ROLES)
    assert "in `people`" in found.help
    refused("max(convert(deals.buyer.credit, EUR, using: fx))", "KPI075", "buyer.currency", text=ROLES)


def test_the_row_before_may_be_in_another_currency(engine: Engine) -> None:
    """Neighbours are looked for among rows of one currency: 20 − 10 USD; the euros have no row before."""
    gap = """
    source gaps from sales {{
      key id  time day
      id: int  day: date  currency: text  amount: money(currency)  kind: text
      gap: money(currency) = amount - prev(amount, over: day{})
    }}
    """
    undeclared(gap.format(""), "KPI056", "previous row", "per: currency", text="")
    undeclared(gap.format(", per: kind"), "KPI056", "previous row", text="")
    world = World(engine, gap.format(", per: currency") + "metric gap = sum(gaps.gap)", sales=ROWS)
    world.check("gap by gaps.currency", ("EUR", 0), ("GBP", 0), ("USD", 10), (None, 0))


# ---------------------------------------------------------------- aggregate columns, coarser grains, keys

COARSE = """
source orders from orders {
  key id
  id: int  wallet_id: int  currency: text  amount: money(currency)
  join one wallet: wallets on (wallet_id = id, currency = unit)
}
source wallets from wallets {
  key id, unit
  id: int  unit: text
  spent: money(unit) = sum(orders.amount)
  top:   money(unit) = max(orders.amount)
  filled: int = count(orders.amount)
}
source per_wallet from orders by wallet_id, currency { total: money(currency) = sum(amount)  best: money(currency) = max(amount) }
metric spent = sum(wallets.spent)
metric total = sum(per_wallet.total)
"""


def test_amounts_joined_or_grouped_by_their_currency_add_up(engine: Engine) -> None:
    """Wallet 1 has an EUR and a USD purse; each takes the orders in its own currency: 1 + 2 EUR, 10 USD; wallet 2: 40 USD."""
    orders = [(1, 1, "EUR", 1), (2, 1, "EUR", 2), (3, 1, "USD", 10), (4, 2, "USD", 40), (5, 2, None, 80)]
    world = World(engine, COARSE, orders=orders, wallets=[(1, "EUR"), (1, "USD"), (2, "USD"), (3, "USD")])
    world.check("spent, max(wallets.top) by wallets.unit", ("EUR", 3, 2), ("USD", 50, 40))
    world.check("spent by wallets.id, wallets.unit", (1, "EUR", 3), (1, "USD", 10), (2, "USD", 40), (3, "USD", 0))
    world.check("total, max(per_wallet.best) by per_wallet.currency", ("EUR", 3, 2), ("USD", 50, 40), (None, 80, 80))
    world.check('total where currency = "USD"', (50,))
    refused("spent", "KPI056", "wallets.unit", text=COARSE)
    refused("total by wallet_id", "KPI056", "per_wallet.currency", text=COARSE)


@pytest.mark.parametrize(
    "column",
    [
        "y: int = count(distinct amount)",
        "y: text = first(currency, over: amount)",
        "y: money(EUR) = sum(amount)",
        "y: number = max(amount / 1 EUR)",
        "y: bool = max(amount) > min(amount)",
    ],
)
def test_columns_of_coarser_rows_do_not_mix(column: str) -> None:
    """A wallet holds orders in several currencies: its largest, its distinct and its summed amounts have none."""
    text = "source orders from orders { key id  id: int  wallet_id: int  currency: text  amount: money(currency) }\n"
    undeclared(f"source w from orders by wallet_id {{ {column} }}", "KPI056", "different currencies", text=text)


def test_rows_are_not_made_of_equal_numbers() -> None:
    text = "source orders from orders { key id  id: int  currency: text  amount: money(currency)  eur: money(EUR) }\n"
    undeclared(
        "source w from orders by amount { n: int = count(orders) } metric m = sum(w.amount)", "KPI056", "by amount, currency", text=text
    )
    undeclared("source w from orders by eur { eur: money(USD)  n: int = count(orders) }", "KPI054", "EUR", text=text)


def test_keys_of_money_are_of_one_currency(engine: Engine) -> None:
    """A price list is joined by amount only in the same currency."""
    prices = "source prices from prices {{ key {}  unit: text  amount: money({})  label: text }}\n"
    orders = "source orders from orders {{ key id  id: int  currency: text  amount: money({})  join one price: prices on {} }}\n"
    undeclared(orders.format("EUR", "amount"), "KPI050", "EUR", "USD", text=prices.format("amount", "USD"))
    undeclared(orders.format("currency", "amount"), "KPI050", "(orders.currency)", text=prices.format("amount", "unit"))
    text = prices.format("unit, amount", "unit") + orders.format("currency", "(currency = unit, amount)") + "metric n = count(orders)"
    world = World(engine, text, prices=[("EUR", 5, "e"), ("USD", 5, "u")], orders=[(1, "EUR", 5), (2, "USD", 5), (3, "USD", 6)])
    world.check("n by prices.label", ("e", 1), ("u", 1), (None, 1))


def test_a_dimension_is_in_one_unit() -> None:
    undeclared("source b from b { key id  id: int  x: money(USD) } dimension d = shop.eur, b.x", "KPI050", "USD", "EUR", text=DECLARED)


TIMED = DECLARED.replace("source shop from shop { key id ", "source shop from shop { key id  time day  day: date ")
GOAL = "goal grow { measure eur  reach 5 EUR from 2026-01-01  by 2026-12-31 }\n"


def test_targets_and_parameters_are_money_of_their_metric() -> None:
    """A plan in dollars is no target for euros; money without a currency is no parameter."""
    undeclared(GOAL + "kpi eur for grow { target from usd each month }", "KPI050", "in EUR", "this is in USD", text=TIMED)
    undeclared(GOAL + "kpi eur for grow { target <= 5 USD each month }", "KPI050", "in EUR", "this is in USD", text=TIMED)
    undeclared("param p: money = 5 EUR", "KPI041", "needs its currency", text=DECLARED)
    undeclared("param p: money(EUR) = 5 USD", "KPI054", "EUR", "USD", text=DECLARED)
    undeclared("metric x = count(shop) { unit money }", "KPI055", "count", text=DECLARED)


# ---------------------------------------------------------------- unions

UNION = """
source meta from meta {
  key id  time day
  id: int  day: date  currency: text  cost: money(currency)  fee: money(currency)
}
source google from google {
  key id  time day
  id: int  day: date  code: text  micros: int
  currency: text = upper(code)
  cost: money(currency) = micros / 1_000_000
  fee:  money(currency) = money(1, currency)
}
source spend from union(meta, google) as platform {
  key platform, id  time day
  id: int  day: date  unit: text { from currency }  cost: money(unit)  charge: money(unit) { from fee }
  cost_eur: money(EUR) = convert(cost, EUR, using: fx)
}
source short from union(meta, google) as platform
source fx from fx { key day, code  time day  day: date  code: text  price: money(EUR) }
metric cost = sum(spend.cost)
metric cost_eur = sum(spend.cost_eur)
metric plain = sum(short.cost)
"""
META = [(1, "2026-01-01", "EUR", 1, 0.5), (2, "2026-01-02", "USD", 10, 0.25), (3, "2026-01-02", None, 80, 1)]
GOOGLE = [(1, "2026-01-01", "usd", 20_000_000), (2, "2026-01-03", "gbp", 40_500_000), (3, "2026-01-03", "usd", 100_000)]


def union_world(engine: Engine) -> World:
    return World(
        engine, UNION, meta=META, google=GOOGLE, fx=[("2026-01-01", "USD", 0.5), ("2026-01-03", "USD", 0.25), ("2026-01-01", "GBP", 2)]
    )


def test_a_union_keeps_the_currency_of_each_row(engine: Engine) -> None:
    """EUR: 1; GBP: 40.5; USD: 10 + 20 + 0.1; unknown: 80. By platform, with fees of 0.5, 0.25 and 1 (meta) and 1 each (google)."""
    world = union_world(engine)
    world.check("cost by spend.unit", ("EUR", 1), ("GBP", 40.5), ("USD", 30.1), (None, 80))
    world.check('cost by platform where unit = "USD"', ("google", 20.1), ("meta", 10))
    world.check('cost, sum(spend.charge), sum(spend.cost + spend.charge) where unit = "USD"', (30.1, 2.25, 32.35))
    world.check("sum(spend.charge) by spend.unit", ("EUR", 0.5), ("GBP", 1), ("USD", 2.25), (None, 1))
    world.check(
        "plain by short.currency, platform",
        ("EUR", "meta", 1),
        ("GBP", "google", 40.5),
        ("USD", "google", 20.1),
        ("USD", "meta", 10),
        (None, "meta", 80),
    )


def test_a_union_is_converted(engine: Engine) -> None:
    """1 EUR + 10 USD × 0.5 + 20 USD × 0.5 + 40.5 GBP × 2 + 0.1 USD × 0.25; the unknown currency has no rate."""
    world = union_world(engine)
    world.check("cost_eur", (1 + 5 + 10 + 81 + 0.025,))
    world.check("cost_eur by platform with totals", ("google", 91.025, "group"), ("meta", 6, "group"), (None, 97.025, "total"))
    world.check("cost_eur by spend.unit top 1", ("GBP", 81))


@pytest.mark.parametrize(
    "query",
    ["cost", "cost by platform", "cost by spend.unit with totals", "plain", "cost by spend.unit top 1", "sum(spend.cost + spend.charge)"],
)
def test_a_union_of_currencies_is_not_mixed(query: str) -> None:
    refused(query, "KPI056", "currenc", text=UNION)


def test_a_union_says_which_column_is_the_currency() -> None:
    """The union's amount needs the union's currency: without it, under another name, or of another column it does not fit."""
    members = """
    source a from a { key id  id: int  c: text  d: text  x: money(c)  y: money(EUR) }
    source b from b { key id  id: int  c: text  d: text  x: money(d)  y: money(USD) }
    """
    undeclared("source u from union(a, b) { c: text  x: money(c) }", "KPI073", "b.x", "(b.d)", text=members)
    undeclared("source u from union(a, b) { d: text  x: money(d) }", "KPI073", "a.x", "currency", text=members)
    undeclared("source u from union(a, b) { c: text  x: money(EUR) }", "KPI073", "a.x", text=members)
    undeclared("source u from union(a, b)\nmetric m = sum(u.x)", "KPI073", "do not agree on `x`", "(a.c)", "(b.d)", text=members)
    undeclared("source u from union(a, b)\nmetric m = sum(u.y)", "KPI073", "do not agree on `y`", "EUR", "USD", text=members)


def test_a_currency_column_may_have_any_name(engine: Engine) -> None:
    """Dots and blanks in the name of a column are no path."""
    text = "source `my t` from t { key id  id: int  `cur.code x`: text  m: money(`cur.code x`) }\nmetric m = sum(`my t`.m)"
    world = World(engine, text, t=[(1, "EUR", 1), (2, "USD", 2)])
    world.check("m by `my t`.`cur.code x`", ("EUR", 1), ("USD", 2))
    refused("m", "KPI056", "cur.code x", text=text)
