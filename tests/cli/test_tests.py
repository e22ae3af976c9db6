"""`kpi test`: rows that a test gives, numbers that it expects, and every way in which a test can be wrong itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpidsl.library import library_folder
from tests.cli.conftest import TOML, Kpi, Ran, project

SHOP = """calendar { zone "UTC" }
source orders from shop.orders {
  key  id
  time ordered_at
  id:         int
  ordered_at: timestamp
  country:    text "Country" { from "Country Code" }
  amount:     money(EUR)
  rate:       percent
  took:       duration
  paid:       bool
  net:        money(EUR) = amount * (1 - rate)
  join one customer: customers on customer_id
  customer_id: int
}
source customers from shop.customers { key customer_id  customer_id: int  tier: text }
source days from orders by country { first: timestamp = min(ordered_at) }
metric revenue = sum(orders.amount)
metric net = sum(orders.net)
metric orders_made = count(orders)
metric aov = revenue / orders_made
metric days_taken = median(orders.took)
"""


def ran_with(kpi: Kpi, folder: Path, body: str, shop: str = SHOP, *words: str) -> Ran:
    project(folder, shop + body)
    return kpi("test", "--project", folder, *words)


def block(body: str, title: str = "a test") -> str:
    return f'test "{title}" {{\n{body}\n}}\n'


ROWS = '''  given orders """
    id, country, amount, rate, took,    paid,  ordered_at
    1,  IT,      100,    20%,  36 hours, true,  2026-01-31T12:00
    2,  IT,      50 EUR, 0.1,  2,        false, 2026-02-01
    3,  ,        25.5,   ,     ,         ,      2026-02-28T23:59:59
  """
'''
# Revenue IT 150, unknown 25.5; net 80 + 45 = 125, and nothing of the third, whose rate is null; days 1.5 and 2.


def expect(query: str, *lines: str) -> str:
    return f'  expect {query} """\n' + "".join(f"    {line}\n" for line in lines) + '  """'


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("revenue, orders_made, aov", ["revenue, orders_made, aov", "175.5, 3, 58.5"]),
        ("revenue, net by country", ["country, net, revenue", ", 0, 25.5", "IT, 125, 150"]),
        ("revenue by country", ["country,revenue", '"IT",150', ",25.5"]),
        ("days_taken", ["days_taken", "1.75"]),
        ("days_taken", ["days_taken", "42 hours"]),
        ("revenue by month", ["month, revenue", "2026-01, 100", "2026-02-01, 75.5"]),
        ("revenue by quarter", ["quarter, revenue", "2026-Q1, 175.5"]),
        ("revenue by year", ["year, revenue", "2026, 175.5"]),
        ("orders_made by orders.paid", ["paid, orders_made", "false, 1", "true, 1", "null, 1"]),
        ("revenue by country order by revenue", ["country, revenue", ", 25.5", "IT, 150"]),
        ("orders_made by customer.tier", ["tier, orders_made", ", 3"]),
    ],
)
def test_a_test_that_passes(query: str, lines: list[str], kpi: Kpi, tmp_path: Path) -> None:
    query = query.replace("customer.tier", "orders.customer.tier")
    ran = ran_with(kpi, tmp_path / "p", block(ROWS + expect(query, *lines)))
    assert ran.code == 0, ran.out + ran.err
    assert ran.out == "✓ a test\n"
    assert ran.err.startswith("1 passed · ")


def test_a_difference_is_shown_cell_by_cell(kpi: Kpi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    body = ROWS + expect("revenue, orders_made by country", "country, revenue, orders_made", "IT, 151, 2", "DE, 7, 1")
    ran = ran_with(kpi, tmp_path / "p", block(body, "prices"))
    assert ran.code == 1
    assert ran.out == (
        "✗ prices\n"
        "  error[KPI187]: other rows came out than this test expects\n"
        "    p/a.kpi:30:10\n"
        '    30 |   expect revenue, orders_made by country """\n'
        "       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "\n"
        "               country   revenue   orders_made\n"
        "    expected   IT            151             2\n"
        "    got        IT            150             2\n"
        "                             ^^^\n"
        "    missing    DE              7             1\n"
        "    too much   null         25.5             1\n"
        "\n"
    )
    assert "1 failed" in ran.err


def test_order_counts_where_the_query_says_it(kpi: Kpi, tmp_path: Path) -> None:
    body = ROWS + expect("revenue by country order by revenue", "country, revenue", "IT, 150", ", 25.5")
    assert ran_with(kpi, tmp_path / "p", block(body)).code == 1


def test_sources_that_are_not_given_are_empty(kpi: Kpi, tmp_path: Path) -> None:
    body = expect("revenue, orders_made, aov", "revenue, orders_made, aov", "0, 0,")
    assert ran_with(kpi, tmp_path / "p", block(body)).code == 0


def test_one_test_does_not_see_the_rows_of_another(kpi: Kpi, tmp_path: Path) -> None:
    body = block(ROWS + expect("orders_made", "orders_made", "3")) + block(expect("orders_made", "orders_made", "0"), "empty")
    ran = ran_with(kpi, tmp_path / "p", body)
    assert (ran.code, ran.out) == (0, "✓ a test\n✓ empty\n")


def test_today_is_what_the_test_says(kpi: Kpi, tmp_path: Path) -> None:
    body = ROWS.replace("  given", "  as_of 2026-02-01\n  given", 1) + expect("orders_made", "orders_made", "2")
    assert ran_with(kpi, tmp_path / "p", block(body)).code == 0
    body = ROWS + expect("orders_made last 1 month", "orders_made", "2")
    assert ran_with(kpi, tmp_path / "p", block(body)).code == 0, "without it, the last day of the rows"


def test_empty_text_is_not_null(kpi: Kpi, tmp_path: Path) -> None:
    rows = '  given orders """\n    country, amount\n    "", 1\n    , 2\n    "a, ""b"" c", 3\n  """\n'
    body = rows + expect("revenue by country", "country, revenue", '"", 1', ", 2", '"a, ""b"" c", 3')
    assert ran_with(kpi, tmp_path / "p", block(body)).code == 0


@pytest.mark.parametrize(
    ("body", "code", "message", "help"),
    [
        ('  given orders """\n    id, amout\n    1, 2\n  """\n', "KPI181", "`orders` has no column `amout`", "did you mean `amount`?"),
        ('  given orders """\n    Country Code\n    IT\n  """\n', "KPI181", "no column `Country Code`", "did you mean `country`?"),
        ('  given orders """\n    net\n    1\n  """\n', "KPI183", "`orders.net` is computed", "give the columns it is made of"),
        ('  given days """\n    country\n    IT\n  """\n', "KPI183", "`days` has no rows of its own", "give rows of `orders` instead"),
        ('  given orders """\n    id, amount\n    1, lots\n  """\n', "KPI182", "`lots` cannot be a value of `orders.amount`", "1250.5"),
        ('  given orders """\n    amount\n    2 USD\n  """\n', "KPI182", "which is EUR", "declared in EUR"),
        ('  given orders """\n    id\n    1.5\n  """\n', "KPI182", "which is a whole number", "whole numbers"),
        ('  given orders """\n    paid\n    yes\n  """\n', "KPI182", "which is true or false", "write true or false"),
        ('  given orders """\n    ordered_at\n    31.1.2026\n  """\n', "KPI182", "which is a timestamp", "2026-01-31T12:00"),
        ('  given orders """\n    ordered_at\n    2026-02-30\n  """\n', "KPI182", "which is a timestamp", "no such time"),
        ('  given orders """\n    id, amount\n    1\n  """\n', "KPI184", "this row has 1 value, the header 2", "between two commas"),
        ('  given orders """\n    id, id\n    1, 1\n  """\n', "KPI184", "two columns are called `id`", "leave one of them out"),
        ('  given orders """\n    id,\n    1, 1\n  """\n', "KPI184", "a column has no name", "name it"),
        ('  given orders """\n  """\n', "KPI184", "this block is empty", "begin with the names"),
        ('  given orders """\n    country\n    "IT\n  """\n', "KPI184", "this quote is not closed", '""'),
        ('  given orders """\n    country\n    "I"T\n  """\n', "KPI184", "stands behind this quoted value", '""'),
        ('  given orders """\n    id\n    1\n  """\n' * 2, "KPI188", "`orders` is given twice", "join the two blocks"),
    ],
)
def test_a_given_that_is_wrong(body: str, code: str, message: str, help: str, kpi: Kpi, tmp_path: Path) -> None:
    ran = ran_with(kpi, tmp_path / "p", block(body + expect("orders_made", "orders_made", "0")))
    assert ran.code == 1
    assert f"error[{code}]: " in ran.out
    assert message in ran.out
    assert help in ran.out
    assert "a.kpi:" in ran.out


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        (expect("revenue by country", "country, revenu", "IT, 1"), "KPI186", "the query gives no column `revenu`"),
        (expect("revenue by country", "revenue", "1"), "KPI186", "the block does not expect: `country`"),
        (expect("revenue by country", "country, revenue", "IT, much"), "KPI182", "`much` cannot be a value of `revenue`"),
        (expect("revenue by month", "month, revenue", "2026-Q1, 1"), "KPI182", "`2026-Q1` cannot be a value of `month`"),
    ],
)
def test_an_expectation_that_is_wrong(wrong: str, code: str, message: str, kpi: Kpi, tmp_path: Path) -> None:
    ran = ran_with(kpi, tmp_path / "p", block(ROWS + wrong))
    assert ran.code == 1
    assert f"error[{code}]: " in ran.out
    assert message in ran.out


def test_a_test_without_an_expectation(kpi: Kpi, tmp_path: Path) -> None:
    ran = ran_with(kpi, tmp_path / "p", block(ROWS))
    assert (ran.code, "error[KPI185]" in ran.out) == (1, True)


def test_titles_choose_tests(kpi: Kpi, tmp_path: Path) -> None:
    body = block(expect("orders_made", "orders_made", "0"), "First one") + block(expect("orders_made", "orders_made", "1"), "second")
    assert ran_with(kpi, tmp_path / "p", body, SHOP, "FIRST").out == "✓ First one\n"
    ran = ran_with(kpi, tmp_path / "p", body, SHOP, "secnd")
    assert (ran.code, "did you mean “second”?" in ran.err) == (2, True)


def test_json(kpi: Kpi, tmp_path: Path) -> None:
    body = block(expect("orders_made", "orders_made", "0")) + block(expect("orders_made", "orders_made", "1"), "second")
    ran = ran_with(kpi, tmp_path / "p", body, SHOP, "--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, document["passed"], document["failed"]) == (1, 1, 1)
    assert [(made["title"], made["passed"]) for made in document["tests"]] == [("a test", True), ("second", False)]
    assert document["tests"][1]["failures"][0]["code"] == "KPI187"


def test_a_project_without_tests(kpi: Kpi, tmp_path: Path) -> None:
    ran = ran_with(kpi, tmp_path / "p", "")
    assert (ran.code, ran.out) == (0, "")
    assert "the project has no tests" in ran.err


# ---------------------------------------------------------------- modules

MODULE = """need reach: count "Reach" { not additive  describe "Distinct people." }
need spend: money "Spend" { describe "What was paid." }
need score: points "Score" { not additive  describe "A score." }
metric cost_per_person = spend / reach
metric scored = score
"""
USER = """use ads (cost_per_person)
source visits from web.visits { key id  id: int  who: text  cost: money(USD) }
metric reach = count(distinct visits.who)
metric spend = sum(visits.cost)
"""


def module_test(kpi: Kpi, folder: Path, body: str) -> Ran:
    project(folder, USER)
    (folder / "ads.kpi").write_text(MODULE + body, encoding="utf-8")
    return kpi("test", "--project", folder)


GIVEN = '''  given reach """
    channel, reach
    email,   4
    social,  10
  """
  given spend """
    channel, country, spend
    email,   IT,      6
    email,   DE,      2
    social,  IT,      5
  """
'''


def test_a_module_gets_the_values_of_its_needs(kpi: Kpi, tmp_path: Path) -> None:
    body = block(GIVEN + expect("cost_per_person by channel", "channel, cost_per_person", "email, 2", "social, 0.5"), "module")
    ran = module_test(kpi, tmp_path / "p", body)
    assert (ran.code, ran.out) == (0, "ads\n✓ module\n"), ran.out + ran.err


def test_a_need_that_is_not_given_is_zero_or_null(kpi: Kpi, tmp_path: Path) -> None:
    given = GIVEN.split("  given spend")[0]
    lines = ["channel, cost_per_person, scored", "email, 0,", "social, 0,"]
    ran = module_test(kpi, tmp_path / "p", block(given + expect("cost_per_person, scored by channel", *lines)))
    assert ran.code == 0, ran.out


def test_what_is_not_additive_is_not_added_up(kpi: Kpi, tmp_path: Path) -> None:
    ran = module_test(kpi, tmp_path / "p", block(GIVEN + expect("cost_per_person", "cost_per_person", "1")))
    assert ran.code == 1
    assert "error[KPI189]: `reach` may not be added up, and 2 of its rows fall into one group here" in ran.out


def test_a_given_of_a_module_needs_the_values(kpi: Kpi, tmp_path: Path) -> None:
    body = '  given reach """\n    channel\n    email\n  """\n' + expect("scored", "scored", "")
    ran = module_test(kpi, tmp_path / "p", block(body))
    assert "error[KPI181]: there is no column `reach`" in ran.out


def test_a_given_of_a_module_that_names_nothing(kpi: Kpi, tmp_path: Path) -> None:
    body = '  given raech """\n    raech\n    1\n  """\n' + expect("cost_per_person", "cost_per_person", "null")
    ran = module_test(kpi, tmp_path / "p", block(body))
    assert "error[KPI180]: there is no source `raech`" in ran.out
    assert "did you mean `reach`?" in ran.out


def test_the_whole_library_passes_its_tests(kpi: Kpi) -> None:
    ran = kpi("test", "--library")
    assert ran.code == 0, ran.out
    assert ran.out.count("✓") == sum(path.read_text("utf-8").count('\ntest "') for path in library_folder().rglob("*.kpi"))
    assert kpi("test", "--library", "std.survey").out.count("✓") == 2


@pytest.mark.parametrize("example", ["superstore", "football"])
def test_the_examples_pass_their_tests(example: str, kpi: Kpi) -> None:
    ran = kpi("test", "--project", Path(__file__).parents[2] / "examples" / example)
    assert ran.code == 0, ran.out


def test_the_projects_toml_is_read(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "kpi.toml").write_text(TOML.replace("name", "nmae"))
    assert kpi("test", "--project", tmp_path / "p").code == 1
