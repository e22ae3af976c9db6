"""`kpi why`: the shop's numbers, worked out by hand, as a sentence, tables and rows; and what is said when the question makes no sense."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from kpidsl.cli.heard import heard
from kpidsl.report.result import Result, ResultColumn
from kpidsl.report.why import Told, text
from tests.cli.conftest import Kpi, project

# Paid: January 10.50 by e-mail and 5.25 by social, February 2.00 by e-mail, March 8.00 by social. Orders: 2, 2 (one without a channel), 1.


def test_a_sentence_and_a_table_for_each_list(kpi: Kpi, shop: Path) -> None:
    """Revenue / orders: 15.75 / 2 = 7.875, then 2 / 2 = 1. Revenue alone: -13.75 at 1/2. By e-mail 10.50, then 2,
    for one order each. Unknown: half of the orders now, which bring nothing: -(7.875 + 1) / 4; social is gone: 2.21875 - 2.625."""
    ran = kpi("why", "aov", "by", "channel", "during", "2026-02", "--project", shop)
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0] == (
        "Average order fell by 6.88 € (−87.3 %), from 7.88 € to 1.00 €: Revenue alone −6.88 €; most of it in Channel email (−4.25 €)."
    )
    assert lines[1] == "2026-02-01 to 2026-02-28 against 2026-01-01 to 2026-01-31"
    assert [line.split() for line in lines[3:6]] == [
        ["Parts", "then", "now", "effect", "share"],
        ["Revenue", "15.75", "€", "2.00", "€", "−6.88", "€", "100", "%"],
        ["orders_made", "2", "2", "0.00", "€", "0", "%"],
    ]
    assert lines[7].split() == ["Channel", "then", "now", "weight", "then", "weight", "now", "rate", "mix", "effect", "share"]
    assert [line.split()[0] for line in lines[8:11]] == ["email", "–", "social"]
    assert lines[8].split()[-4:] == ["−4.25", "€", "62", "%"], "−8.50 at a weight of 1/2; the weight stays"


def test_json_has_the_rows_as_they_are(kpi: Kpi, shop: Path) -> None:
    found = json.loads(kpi("why", "revenue by channel during 2026-02", "--project", shop, "--format", "json").out)
    assert [column["name"] for column in found["columns"]] == [
        *("split", "part", "of", "kind", "unit", "value_then", "value_now", "effect", "share")
    ]
    assert found["columns"][7]["unit"] == "EUR"
    assert found["rows"] == [
        ["total", "revenue", None, "change", "EUR", 15.75, 2.0, -13.75, 1.0],
        ["channel", "email", None, "segment", "EUR", 10.5, 2.0, -8.5, pytest.approx(8.5 / 13.75)],
        ["channel", "social", None, "segment", "EUR", 5.25, 0.0, -5.25, pytest.approx(5.25 / 13.75)],
    ]


def test_csv_and_markdown(kpi: Kpi, shop: Path) -> None:
    rows = list(csv.reader(io.StringIO(kpi("why", "spend last month", "--project", shop, "--format", "csv").out)))
    assert rows[0][:2] == ["split", "part"]
    assert rows[1][:2] == ["total", "spend"]
    out = kpi("why", "spend during 2026-02", "--project", shop, "--format", "markdown").out
    assert "| Channel | then | now | effect | share |\n| --- | ---: | ---: | ---: | ---: |\n| social | 0 € | 5 € | +5 € | 250 % |" in out


def test_last_month_is_over_and_last_1_month_runs(kpi: Kpi, shop: Path) -> None:
    """Today is 15 March: `last month` is February against January; `last 1 month` 1 to 15 March against 1 to 15 February."""
    options = ("--project", shop, "--as-of", "2026-03-15")
    assert "2026-02-01 to 2026-02-28 against 2026-01-01 to 2026-01-31" in kpi("why", "revenue last month", *options).out
    assert "2026-03-01 to 2026-03-15 against 2026-02-01 to 2026-02-15" in kpi("why", "revenue last 1 month", *options).out
    assert "2026-01-01 to 2026-02-28" not in kpi("why", "revenue last quarter", *options).out


def test_only_words_outside_quotes_are_periods() -> None:
    last = heard('revenue where name = "last month" last month')
    assert (last.query, last.finished) == ('revenue where name = "last month" last 1 month', True)
    assert (heard("revenue last 2 months").query, heard("revenue last 2 months").finished) == ("revenue last 2 months", False)


def test_against_nothing(kpi: Kpi, shop: Path) -> None:
    ran = kpi("why", "revenue during 2026-03 against", "--project", shop)
    assert ran.code == 2
    assert "during 2026-02 against 2025-11" in ran.err


def test_against_a_period_by_name(kpi: Kpi, shop: Path) -> None:
    """March 8.00, January 15.75; the question's other clauses may stand behind it."""
    ran = kpi("why", "revenue during 2026-03 against 2026-01 by channel", "--project", shop)
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0].startswith("Revenue fell by 7.75 €")
    assert lines[1] == "2026-03-01 to 2026-03-31 against 2026-01-01 to 2026-01-31"
    ran = kpi("why", "revenue during 2026-02-01..2026-02-10 against 2026-01-05..2026-01-14", "--project", shop)
    assert "2026-02-01 to 2026-02-10 against 2026-01-05 to 2026-01-14" in ran.out
    assert "from 10.50 € to 2.00 €" in ran.out


@pytest.mark.parametrize(
    ("question", "said", "shown"),
    [
        ("revenue during 2026-03 against 2025-Q4", "`2026-03` has 1 month and `2025-Q4` has 3 months", "2025-Q4"),
        ("revenue during 2026-02 against 2026-03", "swap them: during 2026-03 against 2026-02", "2026-03"),
        ("revenue during 2026-03 against 2026-03", "name an earlier period", "2026-03"),
        ("revenue last month against 2025-11", "name both: during 2026-03 against 2025-11", "last month"),
        ("revenue during 2026-03 against yesterday", "yesterday", "yesterday"),
        ("revenue during 2026-03 against 2025-3", "2025-03", "against 2025-3"),
        ("revenue during 2026-03 compare previous year against 2026-01", "keep one of them", "compare previous year"),
        ("revenu last month", "did you mean `revenue`?", "revenu last month"),
    ],
)
def test_what_is_wrong_stands_in_the_question_as_it_was_asked(kpi: Kpi, shop: Path, question: str, said: str, shown: str) -> None:
    ran = kpi("why", question, "--project", shop)
    assert ran.code == 1
    assert said in ran.err
    assert shown in ran.err
    assert "last 1 month" not in ran.err
    assert "x during" not in ran.err


def test_sql_of_any_dialect(kpi: Kpi, shop: Path) -> None:
    ran = kpi("why", "aov last month", "--sql", "--dialect", "bigquery", "--project", shop)
    assert ran.code == 0
    assert ran.out.startswith("-- why aov last month\nWITH ")
    assert "SAFE" not in ran.out.split("\n")[0]
    assert ran.out.count("UNION ALL") >= 3


def test_without_a_value_then_nothing_is_made_up(kpi: Kpi, shop: Path) -> None:
    """No adverts and no orders before January."""
    out = kpi("why", "roas during 2026-01", "--project", shop).out
    assert out.startswith(
        "ROAS has no value in the period before (Revenue, spend: nothing there), so nothing can be said about its change."
    )
    out = kpi("why", "roas during 2025-11", "--project", shop).out
    assert out.startswith("ROAS has no value in either period")


def test_a_metric_that_stands_still(kpi: Kpi, shop: Path) -> None:
    assert kpi("why", "orders_made during 2026-02", "--project", shop).out.startswith("orders_made did not move: 2 in both periods.")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["revenue"], 1, "error[KPI124]"),
        (["revenue, spend last month"], 1, "one metric at a time"),
        (["nothing last month"], 1, "error[KPI030]"),
        (["revenue last month", "--dialect", "duckdb"], 2, "add --sql"),
        (["revenue last month", "--sql", "--format", "json"], 2, "leave one of them out"),
        ([" "], 2, "the question is empty"),
        (["revenue by orders.amountt last month"], 1, "amountt"),
    ],
)
def test_wrong_use(words: list[str], code: int, said: str, kpi: Kpi, shop: Path) -> None:
    ran = kpi("why", *words, "--project", shop)
    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""


def test_many_segments_are_added_up(kpi: Kpi, tmp_path: Path) -> None:
    """Ten countries, each one more than the other: six stand there, the four smallest are one line: 1 + 2 + 3 + 4."""
    folder = project(
        tmp_path / "p",
        'source s from file("s.csv") { key id  time day  id: int  day: date  c: text  n: int }\nmetric total = sum(s.n)\n',
    )
    rows = "".join(f"{n},2026-03-01,c{n:02},{n}\n" for n in range(1, 11))
    (folder / "s.csv").write_text("id,day,c,n\n" + rows)
    ran = kpi("why", "total by s.c during 2026-03", "--project", folder)
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["c10", "–", "10", "+10", "18", "%"] in lines or ["c10", "0", "10", "+10", "18", "%"] in lines
    assert ["4", "more", "+10", "18", "%"] in lines
    found = json.loads(kpi("why", "total by s.c during 2026-03", "--project", folder, "--format", "json").out)
    assert sum(row[0] == "c" for row in found["rows"]) == 10


def report(*rows: tuple[object, ...], told: Told) -> str:
    names = ("split", "part", "of", "kind", "unit", "value_then", "value_now", "effect", "share")
    return text(Result(tuple(ResultColumn(name) for name in names), rows), told)  # type: ignore[arg-type]


def test_a_percentage_moves_by_points() -> None:
    out = report(
        ("total", "rate", None, "change", "%", 0.02, 0.03, 0.01, 1.0),
        ("parts", "orders", None, "part", "count", 2, 3, 0.01, 1.0),
        told=Told({"rate": "Conversion"}, {}, unit="%"),
    )
    assert out.startswith("Conversion rose by 1 points (+50.0 %), from 2.0 % to 3.0 %: orders alone +1 points.")


def test_what_several_segments_share_is_a_line_and_dust_is_none() -> None:
    told = Told({"buyers": "Buyers"}, {"channel": "Channel"}, unit="count")
    rows = [
        ("total", "buyers", None, "change", "count", 1, 2, 1, 1.0),
        ("channel", "social", None, "segment", "count", 0, 2, 2, 2.0),
        ("channel", "mail", None, "segment", "count", 1, 1, 0, 0.0),
    ]
    assert "counted in several" in report(*rows, ("channel", None, None, "overlap", None, None, None, -1, -1.0), told=told)
    assert "counted in several" not in report(*rows, ("channel", None, None, "overlap", None, None, None, 1e-13, 1e-13), told=told)


def test_no_name_leaves_its_cell() -> None:
    """A segment's name is data: it moves no cursor, and ends no cell of a table."""
    told = Told({"m": "M"}, {"channel": "Channel"}, unit="count")
    rows = (
        ("total", "m", None, "change", "count", 1, 2, 1, 1.0),
        ("channel", "a\x1b[2J|b", None, "segment", "count", 1, 2, 1, 1.0),
    )
    assert "\x1b" not in report(*rows, told=told)
