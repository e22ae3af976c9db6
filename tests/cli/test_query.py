"""`kpi query`: the numbers of the shop, worked out by hand, in every format; and what is said when there is no number."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, TOML, Kpi, project

# Paid: 10.50 + 5.25 + 2.00 + 8.00 = 25.75 of five orders; e-mail 12.50, social 13.25; January 15.75, February 2, March 8. Ads: 3 + 5.


def rows(text: str) -> list[list[object]]:
    return json.loads(text)["rows"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("revenue, orders_made, aov, spend, roas", [[25.75, 5, 5.15, 8, 3.21875]]),
        ("revenue, roas by channel", [["email", 12.5, 12.5 / 3], ["social", 13.25, 2.65]]),
        ("revenue by month", [["2026-01-01", 15.75], ["2026-02-01", 2], ["2026-03-01", 8]]),
        ("revenue by country where italian", [["IT", 23.75]]),
        ("orders_made by country, channel top 1", [["IT", "social", 2]]),
        ("values country", [["DE"], ["IT"]]),
    ],
)
def test_numbers(query: str, expected: list[list[object]], kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", query, "--project", shop, "--format", "json")
    assert ran.code == 0, ran.err
    got = rows(ran.out)
    assert len(got) == len(expected)
    for row, wanted in zip(got, expected, strict=True):
        assert row == [pytest.approx(value) if isinstance(value, float) else value for value in wanted]


def test_a_table_has_units_and_the_footer_is_apart(kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", "revenue, roas by channel, month", "--project", shop)
    lines = ran.out.splitlines()
    assert lines[0].split() == ["Channel", "month", "Revenue", "ROAS"]
    assert lines[1].split() == ["email", "2026-01", "10.50", "€", "3.5×"]
    assert re.fullmatch(r"\d rows · 1 scan of ads, 1 of orders · \d+ ms\n", ran.err)


def test_json_tells_types_and_units(kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", "revenue, orders_made, roas by month", "--project", shop, "--format", "json")
    columns = json.loads(ran.out)["columns"]
    assert [(c["name"], c["unit"]) for c in columns] == [("month", ""), ("revenue", "EUR"), ("orders_made", "count"), ("roas", "×")]
    assert columns[0]["type"] == "date"


def test_amounts_of_a_text_file_are_exact(kpi: Kpi, tmp_path: Path) -> None:
    """0.1 + 0.2 is 0.3 and 0.7 + 0.1 ties with 0.8, as in a table of decimals; 1/1000000 is not lost."""
    text = """source s from file("s.csv") { key id  id: int  g: text  amount: money(EUR) }
metric total = sum(s.amount)
metric hit = case when total = 0.3 EUR then 1 else 0 end
"""
    folder = project(tmp_path / "p", text)
    (folder / "s.csv").write_text("id,g,amount\n1,b,0.1\n2,b,0.2\n3,c,0.7\n4,c,0.1\n5,d,0.8\n6,e,0.000001\n7,f,240\n")
    ran = kpi("query", "total, hit by s.g order by total desc", "--format", "csv", "--project", folder)
    header, *rows = list(csv.reader(io.StringIO(ran.out)))
    assert header == ["g", "total", "hit"]
    assert [(g, Decimal(total), hit) for g, total, hit in rows] == [
        ("f", 240, "0"),
        ("c", Decimal("0.8"), "0"),
        ("d", Decimal("0.8"), "0"),
        ("b", Decimal("0.3"), "1"),
        ("e", Decimal("0.000001"), "0"),
    ]


def test_csv_and_markdown(kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", "revenue, orders_made by country", "--project", shop, "--format", "csv")
    table = list(csv.reader(io.StringIO(ran.out)))
    assert table[0] == ["country", "revenue", "orders_made"]
    assert [(row[0], float(row[1]), int(row[2])) for row in table[1:]] == [("DE", 2.0, 2), ("IT", 23.75, 3)]
    ran = kpi("query", "orders_made by country", "--project", shop, "--format", "markdown")
    assert ran.out == "| country | orders\\_made |\n| --- | ---: |\n| DE | 2 |\n| IT | 3 |\n"


@pytest.mark.parametrize("name", ["rows.json", "rows.csv", "rows.md", "rows.txt"])
def test_a_file_gets_the_format_of_its_name(name: str, kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    formats = {".json": "json", ".csv": "csv", ".md": "markdown", ".txt": "text"}
    ran = kpi("query", "revenue by country", "--project", shop, "--output", name)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith(f"{name} · 2 rows")
    shown = kpi("query", "revenue by country", "--project", shop, "--format", formats[Path(name).suffix])
    assert (tmp_path / name).read_bytes().decode() == shown.out


@pytest.mark.parametrize(
    ("words", "message", "help"),
    [
        (["--output", "rows.xlsx"], "kpi does not know what to write into rows.xlsx", "a spreadsheet opens .csv"),
        (["--output", "rows.pdf"], "kpi does not know what to write into rows.pdf", "it writes .csv, .json, .md, .parquet and .txt"),
        (["--output", "rows.v2"], "kpi does not know what to write into rows.v2", "--format says which for any other name"),
        (["--output", "rows.json", "--format", "csv"], "--format csv does not fit rows.json", "name the file rows.csv"),
        (["--output", "rows.xlsx", "--format", "csv"], "rows.xlsx would hold csv, and .xlsx says otherwise", "name the file rows.csv"),
        (["--output", "rows.csv", "--sql"], "rows.csv would hold SQL, and .csv says otherwise", "name the file rows.sql"),
        (["--format", "json", "--sql"], "--format json is for rows, and --sql prints the query", "leave one of them out"),
    ],
)
def test_a_file_never_holds_what_its_name_does_not_say(
    words: list[str], message: str, help: str, kpi: Kpi, shop: Path, tmp_path: Path
) -> None:
    ran = kpi("query", "revenue by country", "--project", shop, *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"kpi: {message}\n  help: ")
    assert help in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


@pytest.mark.parametrize(("name", "format"), [("rows.dat", "csv"), ("rows", "json"), ("ROWS.CSV", "csv"), ("rows.markdown", "markdown")])
def test_a_format_for_a_name_that_says_nothing(name: str, format: str, kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    assert kpi("query", "revenue by country", "--project", shop, "--output", name, "--format", format).code == 0
    shown = kpi("query", "revenue by country", "--project", shop, "--format", format)
    assert (tmp_path / name).read_bytes().decode() == shown.out


def test_sql_goes_into_a_file(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    assert kpi("query", "orders_made", "--project", shop, "--sql", "--output", "made.sql").code == 0
    assert (tmp_path / "made.sql").read_text() == kpi("query", "orders_made", "--project", shop, "--sql").out


def test_parquet_has_types(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "rows.parquet").write_text("old")
    assert kpi("query", "orders_made by month", "--project", shop, "--output", "rows.parquet").code == 0
    table = parquet.read_table(tmp_path / "rows.parquet")
    assert table.column("orders_made").to_pylist() == [2, 2, 1]
    assert str(table.schema.field("month").type) == "date32[day]"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.parquet", "shop"], "nothing else is left"


def test_a_file_that_cannot_be_written(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    ran = kpi("query", "revenue", "--project", shop, "--output", tmp_path / "no" / "rows.csv")
    assert ran.code == 1
    assert "error[KPI004]" in ran.err
    assert "there is no such folder" in ran.err


def test_sql_is_printed_and_not_run(kpi: Kpi, shop: Path) -> None:
    (shop / "orders.csv").unlink()
    ran = kpi("query", "orders_made", "--project", shop, "--sql")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("-- orders_made\n")
    assert "READ_CSV" in ran.out.upper()
    assert "FROM orders" in kpi("query", "orders_made", "--project", shop, "--sql", "--dialect", "postgres").out


def test_the_query_may_come_from_standard_input(kpi: Kpi, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("orders_made\n by country\n"))
    assert rows(kpi("query", "-", "--project", shop, "--format", "json").out) == [["DE", 2], ["IT", 3]]


def test_unquoted_words_are_one_query(kpi: Kpi, shop: Path) -> None:
    assert rows(kpi("query", "orders_made", "by", "country", "--project", shop, "--format", "json").out) == [["DE", 2], ["IT", 3]]


def test_as_of_hides_later_rows(kpi: Kpi, shop: Path) -> None:
    assert rows(kpi("query", "revenue", "--project", shop, "--format", "json", "--as-of", "2026-01-20").out) == [[15.75]]
    assert rows(kpi("query", "revenue", "--project", shop, "--format", "json", "--as-of", "2026-01-19").out) == [[10.5]]


def test_params_come_from_the_command_line_before_kpi_toml(kpi: Kpi, shop: Path) -> None:
    ask = ("query", "revenue", "--project", shop, "--format", "json")
    (shop / "kpi.toml").write_text(TOML + '[params]\nvat = "20%"\n')
    assert rows(kpi(*ask).out) == [[pytest.approx(25.75 * 0.8)]]
    assert rows(kpi(*ask, "--param", "vat=50%").out) == [[12.875]]


@pytest.mark.parametrize(
    ("param", "code", "message"),
    [("vta=1%", 2, "did you mean vat?"), ("vat=3 EUR", 1, "`vat` is declared as a percentage"), ("vat=1 +", 1, "a value is missing")],
)
def test_a_wrong_param(param: str, code: int, message: str, kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", "revenue", "--project", shop, "--param", param)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err


def test_a_param_of_kpi_toml_that_nobody_declares(kpi: Kpi, shop: Path) -> None:
    (shop / "kpi.toml").write_text(TOML + '[params]\nvta = "20%"\n')
    ran = kpi("check", "--project", shop)
    assert ran.code == 1
    assert "shop/kpi.toml:5:1" in ran.err
    assert "did you mean `vat`?" in ran.err


# ---------------------------------------------------------------- no answer


def test_an_unknown_name_shows_the_query(kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", "revnue by channel", "--project", shop)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[:4] == [
        "error[KPI030]: there is no metric `revnue`",
        "  <query>:1:1",
        "  1 | revnue by channel",
        "    | ^^^^^^",
    ]
    assert "did you mean `revenue`?" in ran.err


@pytest.mark.parametrize("query", ["revenue by", "revenue by chanel", "roas by country", "revenue + orders_made", "revenue where", "("])
def test_no_query_gives_a_traceback(query: str, kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", query, "--project", shop)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error[KPI")
    assert "<query>:1:" in ran.err
    assert "KPI000" not in ran.err


def test_a_project_with_errors_answers_nothing(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "metric bad = revenue + nothing\n")
    ran = kpi("query", "revenue", "--project", shop)
    assert (ran.code, ran.out) == (1, "")
    assert "shop/shop.kpi:" in ran.err


def test_an_unknown_connection(kpi: Kpi, shop: Path) -> None:
    ran = kpi("query", "revenue", "--project", shop, "--connection", "wharehouse")
    assert ran.code == 1
    assert "there is no connection `wharehouse`" in ran.err


def test_hostile_names_and_values_stay_data(kpi: Kpi, tmp_path: Path) -> None:
    text = """source s from file("x'; drop.csv") {
  key id
  id: int
  `a"b; --`: text "A \\u{1b}[31m label"
  n: int
}
metric `n'; DROP TABLE s; --` = sum(s.n)
"""
    folder = project(tmp_path / "p", text)
    (folder / "x'; drop.csv").write_text('id,"a""b; --",n\n1,"\x1b[31mred",2\n2,"x\'y",3\n', encoding="utf-8")
    ran = kpi("query", "`n'; DROP TABLE s; --` by `a\"b; --`", "--project", folder)
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out + ran.err
    assert "\\x1b[31mred" in ran.out
    found = rows(kpi("query", "`n'; DROP TABLE s; --` by `a\"b; --`", "--project", folder, "--format", "json").out)
    assert found == [["\x1b[31mred", 2], ["x'y", 3]]


@pytest.mark.parametrize(
    ("query", "as_of", "words"),
    [
        ("revenue by month", "2020-01-01", "as of 2020-01-01 nothing is there yet: the first row of orders is of 2026-01-05"),
        ("revenue, spend last 3 months", "2020-01-01", "as of 2020-01-01 nothing is there yet"),
        ("revenue during 2025", "2026-12-31", "the range ends before the first row of orders, which is of 2026-01-05"),
        ("revenue during 2026-10..2026-11", "2026-12-31", "the range begins after the last row of orders, which is of 2026-03-"),
    ],
)
def test_nothing_because_of_the_day_is_said_beside_the_result(query: str, as_of: str, words: str, kpi: Kpi, shop: Path) -> None:
    """An answer of noughts looks like a shop that sells nothing."""
    ran = kpi("query", query, "--project", shop, "--as-of", as_of)
    assert ran.code == 0
    assert f"hint[KPI128]: {words}" in ran.err
    assert "KPI128" not in ran.out


@pytest.mark.parametrize("query", ["revenue", "revenue during 2026-01", "revenue where country = 'XX'", "values country"])
def test_other_answers_have_no_note(query: str, kpi: Kpi, shop: Path) -> None:
    """Rows in the range, or none for another reason than the day: nothing is said."""
    ran = kpi("query", query, "--project", shop, "--as-of", "2026-12-31")
    assert ran.code == 0
    assert "KPI128" not in ran.err


def test_the_hint_can_be_turned_off(kpi: Kpi, shop: Path) -> None:
    (shop / "kpi.toml").write_text('[project]\nname = "shop"\n[lint]\nKPI128 = "off"\n', "utf-8")
    ran = kpi("query", "revenue by month", "--project", shop, "--as-of", "2020-01-01")
    assert (ran.code, "nothing is there yet" in ran.err) == (0, False)


COVERED = """
source orders from file("orders.csv") { key id  time day  begins 2026-01-20  id: int  day: date  amount: money(EUR) }
metric revenue = sum(orders.amount)
metric monthly = growth(revenue, 1 month)
"""


@pytest.mark.parametrize(
    ("verb", "asked", "told"),
    [
        ("query", "revenue during 2026-02 compare previous month", True),
        ("query", "monthly by month", True),
        ("query", "monthly by month during 2026-02", True),
        ("why", "revenue during 2026-02", True),
        ("query", "monthly by month during 2026-03", False),
        ("query", "monthly by day during 2026-03", False),
        ("query", "revenue during 2026-03 compare previous month", False),
        ("query", "revenue by month", False),
        ("why", "revenue during 2026-03", False),
    ],
)
def test_who_compares_with_a_part_of_a_month_is_told(verb: str, asked: str, told: bool, kpi: Kpi, tmp_path: Path) -> None:
    """The orders begin on 20 January: February has grown against 12 days."""
    (tmp_path / "kpi.toml").write_text('[project]\nname = "shop"\n', "utf-8")
    (tmp_path / "shop.kpi").write_text(COVERED, "utf-8")
    (tmp_path / "orders.csv").write_text("id,day,amount\n1,2026-01-20,40\n2,2026-02-05,90\n3,2026-03-05,99\n", "utf-8")
    ran = kpi(verb, asked, "--project", tmp_path, "--as-of", "2026-03-31")
    assert ran.code == 0
    words = "hint[KPI148]: 2026-01-01 to 2026-01-31 is compared with, and orders begins on 2026-01-20"
    assert (words in ran.err, "only 12 of these 31 days" in ran.err) == (told, told)
    assert "KPI148" not in ran.out
