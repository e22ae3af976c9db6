"""`kpi explain`: the list of names, and what columns, roles, segments and parameters are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, Kpi, project

JOINED = """
source orders "Shop orders" from shop.orders {
  key  id
  time day
  id:       int
  day:      date
  customer: int
  amount:   money(EUR) "Amount" { from `Gross Amount` }
  refund:   money(EUR)
  kept:     money(EUR) = amount - refund
  rate:     percent { not additive }
  join one buyer: customers on customer = id
}
source customers from shop.customers {
  key id
  id:      int
  country: text "Country" { describe "Where parcels go." }
  email:   text { pii }
  spent:   money(EUR) = sum(orders.kept)
  join one region: regions on country = code
}
source regions from shop.regions { key code  code: text  boss: text }
param least: money(EUR) = 50 EUR
dimension land = customers.country
segment good = kept > least
segment loyal = customers.spent > 1000 EUR
metric revenue = sum(orders.kept)
metric rest = revenue / count(orders) where loyal
report by_country = revenue by orders.buyer.country
"""


@pytest.fixture
def joined(tmp_path: Path) -> Path:
    return project(tmp_path / "joined", JOINED)


def test_a_column_of_the_data(kpi: Kpi, joined: Path) -> None:
    ran = kpi("explain", "orders.amount", "--project", joined)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "orders.amount · Amount · EUR · a.kpi:8\n"
        "from shop.orders, called `Gross Amount` there\n"
        "Read by metrics: rest, revenue\n"
        "Used by: column orders.kept\n"
    )


def test_a_computed_column(kpi: Kpi, joined: Path) -> None:
    assert kpi("explain", "orders.kept", "--project", joined).out == (
        "orders.kept · EUR · a.kpi:10\n"
        "= amount - refund\n"
        "Made of: orders.Gross Amount, orders.refund\n"
        "Read by metrics: rest, revenue\n"
        "Used by: column customers.spent · segment good\n"
    )


def test_an_aggregate_column(kpi: Kpi, joined: Path) -> None:
    assert kpi("explain", "customers.spent", "--project", joined).out == (
        "customers.spent · EUR · a.kpi:19\n"
        "= sum(orders.kept)\n"
        "Made of: orders.Gross Amount, orders.refund\n"
        "Read by metrics: rest\n"
        "Used by: segment loyal\n"
    )


def test_a_column_over_a_role(kpi: Kpi, joined: Path) -> None:
    """The country is the key of the join to the regions, the dimension, and what the report is split by."""
    assert kpi("explain", "orders.buyer.country", "--project", joined).out == (
        "customers.country · Country · text · a.kpi:17\n"
        "Here over: orders.buyer\n"
        "Where parcels go.\n"
        "from shop.customers\n"
        "Used by: join customers.region · dimension land · report by_country\n"
    )


def test_a_role(kpi: Kpi, joined: Path) -> None:
    """Personal data is not offered."""
    assert kpi("explain", "orders.buyer", "--project", joined).out == (
        "orders.buyer · a role: the row of customers on customer = id · a.kpi:12\n"
        "Its columns: orders.buyer.id, orders.buyer.country, orders.buyer.spent\n"
        "Its roles: orders.buyer.region\n"
    )


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("orders.id", "orders.id · a whole number · the key · a.kpi:5"),
        ("orders.day", "orders.day · a date · the time · a.kpi:6"),
        ("orders.rate", "orders.rate · a percentage · never summed: it is declared `not additive` · a.kpi:11"),
        ("customers.email", "customers.email · text · personal data, never shown · a.kpi:18"),
    ],
)
def test_what_is_special_about_a_column(name: str, first: str, kpi: Kpi, joined: Path) -> None:
    assert kpi("explain", name, "--project", joined).out.splitlines()[0] == first


def test_what_nobody_uses_says_so(kpi: Kpi, joined: Path) -> None:
    assert kpi("explain", "regions.boss", "--project", joined).out.endswith("from shop.regions\nNothing uses it yet.\n")


def test_a_bare_name_is_every_column_of_that_name(kpi: Kpi, joined: Path) -> None:
    first, second = kpi("explain", "id", "--project", joined).out.split("\n\n")
    assert first.startswith("orders.id · ")
    assert second.startswith("customers.id · ")


def test_a_segment_says_whose_rows_it_is_asked_of(kpi: Kpi, joined: Path) -> None:
    assert kpi("explain", "good", "--project", joined).out == (
        "good · segment: true or false for a row · a.kpi:25\n"
        "= kept > least\n"
        "On rows of: orders\n"
        "Looks at: orders.kept\n"
        "Write it after where: … where good\n"
    )
    assert "On rows of: customers\nLooks at: customers.spent\n" in kpi("explain", "loyal", "--project", joined).out


def test_a_parameter_with_another_value(kpi: Kpi, joined: Path) -> None:
    assert kpi("explain", "least", "--project", joined).out.splitlines() == [
        "least · parameter, money(EUR) · a.kpi:23",
        "= 50 EUR; another value: [params] in kpi.toml, or --param least=…",
        "Used by: segment good",
    ]
    given = kpi("explain", "least", "--project", joined, "--param", "least=80 EUR").out
    assert "= 80 EUR, from kpi.toml or --param; 50 EUR where neither says\n" in given


def test_without_a_name_it_lists_what_there_is(kpi: Kpi, shop: Path) -> None:
    ran = kpi("explain", "--project", shop)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "metrics\n"
        "    aov          EUR per order   Average order\n"
        "    orders_made  a count\n"
        "    revenue      EUR             Revenue\n"
        "    roas         a multiple (×)  ROAS\n"
        "    spend        EUR\n"
        "\n"
        "dimensions\n"
        "    channel  text  Channel\n"
        "\n"
        "sources\n"
        "    ads     one row per day, channel\n"
        "    orders  one row per id            Shop orders\n"
        "\n"
        "segments\n"
        "    italian\n"
        "\n"
        "parameters\n"
        "    vat  a percentage\n"
        "\n"
        "reports\n"
        "    channels    By channel\n"
        "    months\n"
    )


def test_a_project_that_declares_nothing(kpi: Kpi, tmp_path: Path) -> None:
    assert kpi("explain", "--project", project(tmp_path / "empty", "")).out == "the project declares nothing yet\n"


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("revenu", "did you mean revenue?"),
        ("revenue_net", "did you mean revenue?"),
        ("orders.amuont", "did you mean orders.amount?"),
        ("contry", "did you mean country?"),
        ("zzz", "it declares ads, aov, channel, channels, italian …; kpi explain lists all"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(name: str, help: str, kpi: Kpi, shop: Path) -> None:
    ran = kpi("explain", name, "--project", shop)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"kpi: the project declares no `{name}`\n  help: {help}\n"


def test_a_broken_segment_is_not_explained_away(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("explain", "big", "--project", project(tmp_path / "broken", SHOP + 'segment big = amount > "5"\n'))
    assert ran.code == 0
    assert "It has an error; kpi check tells which." in ran.out
    assert "the project has 1 error; kpi check shows it" in ran.err
