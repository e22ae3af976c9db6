"""`kpi status`: where goals and KPIs stand, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kpi, project

TEXT = """
source orders from file("orders.csv") { key id  time day  id: int  day: date  country: text  amount: money(EUR) }
metric revenue "Revenue" = sum(orders.amount)
metric orders_n "Orders" = count(orders)
metric italian "From Italy" = count(orders where country = "IT") / orders_n
goal grow "Sell more" { kind sales  measure revenue  reach 1_000 EUR from 2026-01-01  by 2026-12-31  owner "Ann" }
goal thrift "Fewer orders" { kind sales  measure orders_n  reduce 10% over 2025  by 2026-12-31 }
kpi revenue for grow {
  tier   strategic
  target >= 100 EUR each month
  target >= 60 EUR each month where country = "IT"
  when off_track do "Call the agency"
  when missed do "Explain it"
}
kpi italian for thrift { tier tactical  target >= 50% each week }
audience board "Board"
dashboard top "On course?" for board { goal grow  kpi italian }
"""
ORDERS = """id,day,country,amount
1,2026-01-10,IT,120
2,2026-02-10,DE,90
3,2026-03-03,IT,40
4,2026-03-10,DE,5
"""
COLUMNS = [
    "kpi",
    "goal",
    "period_start",
    "period_end",
    "segment",
    "unit",
    "actual",
    "target",
    "attainment",
    "expected",
    "forecast",
    "previous",
    "last_year",
    "benchmark",
    "volume",
    "trend",
    "status",
    "owner",
    "action",
    "target_high",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = project(tmp_path / "aims", TEXT, toml='[project]\nname = "Aims"\nas_of = 2026-03-15\n')
    (made / "orders.csv").write_text(ORDERS)
    return made


def test_the_table(kpi: Kpi, folder: Path) -> None:
    """March brought 45 of 48.4 that were expected by the 15th. In the week of the 9th one of one order came from Germany."""
    ran = kpi("status", "--project", folder)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("Aims · March 15, 2026 · ")
    assert "  GOAL  Sell more   by December 31, 2026" in lines
    goal = lines[lines.index("  GOAL  Sell more   by December 31, 2026") + 1]
    assert "255 € of 1,000 €" in goal
    assert "expected by today 202.74 €" in goal  # 1000 × 74/365
    assert "● on track" in goal
    assert "its baseline has no rows" in ran.out
    (whole,) = [line for line in lines if line.startswith("  Revenue ")]
    assert whole.split() == ["Revenue", "45", "€", "≥", "100", "€", "48.39", "€", "−50.0%", "█▁", "▲", "at", "risk"]
    (italy,) = [line for line in lines if 'country = "IT"' in line]
    assert "▲ at risk" not in italy
    assert "● on track" in italy  # 40 of 29
    (week,) = [line for line in lines if line.startswith("  From Italy")]
    assert "✗ missed" in week
    assert "n = 1" in week
    assert lines[-1] == "  * the same part of the period before, as far as this one is over"


def test_json_has_a_row_for_each_kpi_and_segment(kpi: Kpi, folder: Path) -> None:
    ran = kpi("status", "--format", "json", "--project", folder)
    found = json.loads(ran.out)
    assert [column["name"] for column in found["columns"]] == COLUMNS
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found["rows"]]
    assert [(row["kpi"], row["segment"], row["status"]) for row in rows] == [
        ("revenue", None, "at_risk"),
        ("revenue", 'country = "IT"', "on_track"),
        ("italian", None, "missed"),
    ]
    first = rows[0]
    assert (first["goal"], first["unit"], first["owner"], first["action"]) == ("grow", "EUR", "Ann", None)
    assert (first["period_start"], first["period_end"]) == ("2026-03-01", "2026-03-31")
    assert (first["actual"], first["target"], first["attainment"], first["previous"]) == (45, 100, 0.45, 90)
    assert first["expected"] == pytest.approx(1500 / 31)
    assert first["forecast"] == pytest.approx(45 * 31 / 15)


def test_json_has_the_goals_beside(kpi: Kpi, folder: Path) -> None:
    """255 of 1,000 by the 74th of 365 days: 202.74 are expected. Two orders a month are missing from a goal without a baseline."""
    found = json.loads(kpi("status", "--format", "json", "--project", folder).out)
    names = [column["name"] for column in found["goals"]["columns"]]
    assert " ".join(names) == (
        "goal kind measure unit starts ends baseline target actual expected attainment remaining required_per_day forecast forecast_low "
        "forecast_high asked_growth usual_growth best_growth achievable status owner parent target_high"
    )
    grow, thrift = (dict(zip(names, row, strict=True)) for row in found["goals"]["rows"])
    assert (grow["goal"], grow["starts"], grow["ends"], grow["target"], grow["actual"]) == ("grow", "2026-01-01", "2026-12-31", 1000, 255)
    assert grow["expected"] == pytest.approx(1000 * 74 / 365)
    assert grow["required_per_day"] == pytest.approx(745 / 291)
    assert (thrift["status"], thrift["target"], thrift["actual"]) == ("no_target", None, 4)
    assert json.loads(kpi("status", "--only", "kpis", "--format", "json", "--project", folder).out)["goals"]["rows"] == []


def test_goals_alone(kpi: Kpi, folder: Path) -> None:
    listed = list(csv.DictReader(io.StringIO(kpi("status", "--only", "goals", "--format", "csv", "--project", folder).out)))
    assert [(row["goal"], row["status"]) for row in listed] == [("grow", "on_track"), ("thrift", "no_target")]
    text = kpi("status", "--only", "goals", "--project", folder).out
    assert "Sell more" in text
    assert "From Italy" not in text
    marked = kpi("status", "--format", "markdown", "--project", folder).out
    assert marked.startswith("| goal | kind |")
    assert "\n\n| kpi | goal |" in marked
    assert kpi("status", "--only", "goal", "--project", folder).code == 2


def test_a_band_has_both_edges(kpi: Kpi, folder: Path) -> None:
    with (folder / "a.kpi").open("a") as file:
        file.write("kpi orders_n for grow { target between 2 and 4 each month }")
    found = json.loads(kpi("status", "--format", "json", "--project", folder).out)
    (row,) = [row for row in (dict(zip(COLUMNS, row, strict=True)) for row in found["rows"]) if row["kpi"] == "orders_n"]
    assert (row["target"], row["target_high"]) == (2, 4)


def test_what_is_complete_so_far_only_is_said(kpi: Kpi, folder: Path) -> None:
    """Orders are known up to 28 February: March has no data, and of the year 59 days count."""
    path = folder / "a.kpi"
    path.write_text(TEXT.replace("{ key id", "{ complete through 2026-02-28  key id"))
    out = kpi("status", "--project", folder).out
    assert "  † orders is complete through February 28, 2026: later days do not count yet" in out.splitlines()
    assert "expected by February 28, 2026 161.64 €" in out  # 1000 × 59/365
    (whole,) = [line for line in out.splitlines() if line.startswith("  Revenue ")]
    assert whole.split() == ["Revenue", "–", "≥", "100", "€", "█▁", "○", "no", "data", "†"]
    path.write_text(TEXT.replace("{ key id", "{ complete through 2026-03-31  key id"))
    assert "†" not in kpi("status", "--project", folder).out


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (
            "2027-05-01",
            "no source has a row after 2026-03-10 (the last one is of orders): --as-of 2026-03-10 shows where things stood",
        ),
        ("2025-05-01", "nothing is there yet on 2025-05-01: the first row of orders is of 2026-01-10"),
    ],
)
def test_a_day_without_any_rows_around_it(kpi: Kpi, folder: Path, day: str, said: str) -> None:
    assert f"  {said}" in kpi("status", "--as-of", day, "--project", folder).out.splitlines()
    assert said in kpi("status", "--as-of", day, "--format", "csv", "--project", folder).err


def test_a_source_without_any_rows(kpi: Kpi, folder: Path) -> None:
    (folder / "orders.csv").write_text("id,day,country,amount\n")
    assert "  orders has no rows at all" in kpi("status", "--project", folder).out.splitlines()


def test_no_star_without_one_in_the_table(kpi: Kpi, folder: Path) -> None:
    """In the first month of all there is nothing to compare with, so no title has a star."""
    out = kpi("status", "--as-of", "2026-01-15", "--goal", "grow", "--project", folder).out
    assert "*" not in out


def test_years_are_compared_once(kpi: Kpi, folder: Path) -> None:
    """The period before a year is that of last year, and the curve goes back as far as there are whole years."""
    (folder / "orders.csv").write_text("id,day,country,amount\n1,2024-02-10,IT,30\n2,2025-02-10,IT,50\n3,2026-02-10,IT,100\n")
    text = TEXT.replace("each month", "each year").replace('  when off_track do "Call the agency"\n', "")
    next(folder.glob("*.kpi")).write_text(text)
    lines = kpi("status", "--goal", "grow", "--project", folder).out.splitlines()
    (titles,) = [line for line in lines if line.startswith("  KPI ")]
    assert titles.count("vs 2025") == 1
    assert "last 2 years" in titles
    (whole,) = [line for line in lines if line.startswith("  Revenue ")]
    assert whole.count("+100.0%") == 1


def test_the_last_periods(kpi: Kpi, folder: Path) -> None:
    ran = kpi("status", "--goal", "grow", "--periods", "3", "--format", "csv", "--project", folder)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(row["period_start"], row["status"], row["action"]) for row in rows if not row["segment"]] == [
        ("2026-01-01", "achieved", ""),
        ("2026-02-01", "missed", "Explain it"),
        ("2026-03-01", "at_risk", ""),
    ]
    ran = kpi("status", "--periods", "2", "--project", folder)
    assert "2026-02-01" in ran.out


def test_what_is_chosen(kpi: Kpi, folder: Path) -> None:
    assert "From Italy" not in kpi("status", "--goal", "grow", "--project", folder).out
    tactical = kpi("status", "--tier", "tactical", "--project", folder).out
    assert "From Italy" in tactical
    assert "Revenue" not in tactical
    board = kpi("status", "--audience", "board", "--project", folder).out
    assert "Sell more" in board
    assert "Fewer orders" not in board
    assert "From Italy" in board
    assert "Revenue" not in board


@pytest.mark.parametrize(
    ("statuses", "code", "words"),
    [
        ("missed", 1, "revenue is missed in the month from 2026-02-01"),
        ("at_risk,no_data", 1, "revenue is at risk in the month from 2026-03-01"),
        ("no_target", 1, "goal thrift is no target"),
        ("off_track", 0, ""),
    ],
)
def test_for_ci(kpi: Kpi, folder: Path, statuses: str, code: int, words: str) -> None:
    ran = kpi("status", "--fail-on", statuses, "--project", folder)
    assert ran.code == code
    assert words in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fail-on", "mised"], "did you mean missed?"),
        (["--goal", "gorw"], "did you mean grow?"),
        (["--tier", "daily"], "it has operational, strategic, tactical"),
        (["--audience", "bord"], "did you mean board?"),
        (["--periods", "0"], "write --periods 12"),
        (["--format", "yaml"], "it is one of text, json, csv, markdown"),
    ],
)
def test_wrong_words(kpi: Kpi, folder: Path, words: list[str], said: str) -> None:
    ran = kpi("status", *words, "--project", folder)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_project_without_goals(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("status", "--project", project(tmp_path / "bare", "metric one = count(t)\nsource t from t { key id  id: int }\n"))
    assert ran.code == 0
    assert "a KPI is a metric with a goal" in ran.err


def test_a_kpi_whose_data_are_missing_does_not_hide_the_others(kpi: Kpi, folder: Path) -> None:
    more = """source visits from file("visits.csv") { key id  time day  id: int  day: date }
metric visits_n = count(visits)
kpi visits_n for grow { target >= 5 each month }
"""
    (folder / "more.kpi").write_text(more)
    ran = kpi("status", "--project", folder)
    assert ran.code == 1
    assert "  Revenue " in ran.out
    assert "visits.csv" in ran.err
    assert "Traceback" not in ran.err
