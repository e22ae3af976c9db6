"""`kpi scorecard`: scores and payouts of a small shop, worked out by hand, in every format, and where `kpi build` puts them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kpi

# Revenue: January 15.75 of three paid orders … February 2, March 8: the quarter 25.75 of five orders; the target is 10 a month, so 30.
CARD = """
goal grow { measure revenue  reach 100 EUR from 2026-01-01  by 2026-12-31 }
kpi revenue for grow { target >= 10 EUR each month }
kpi orders_made for grow { target >= 4 each quarter }
kpi spend for grow { target <= 5 EUR each quarter }
scorecard bonus "Bonus" for "Sales" each quarter {
  weigh revenue     60% floor 80%
  weigh orders_made 40% cap 110%
  pay 0% at 50%, 100% at 100%
}
scorecard costs each month { weigh spend 100% }
"""
SCORE = 0.6 * 25.75 / 30 * 1.0 + 0.4 * 1.1  # 85.8% lies above the floor; 5 of 4 is capped


@pytest.fixture
def carded(shop: Path) -> Path:
    text = CARD.replace("kpi spend for grow { target <= 5 EUR each quarter }", "kpi spend for grow { target <= 5 EUR each month }")
    (shop / "aims.kpi").write_text(text, encoding="utf-8")
    return shop


def test_a_table_and_what_it_pays(kpi: Kpi, carded: Path) -> None:
    ran = kpi("scorecard", "bonus", "--last", "1", "--project", carded)
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[:2] == ["Bonus · Sales", "  2026-01-01 to 2026-03-31"]
    assert [line.split() for line in lines[3:6]] == [
        ["Revenue", "25.75", "€", "30.00", "€", "85.8", "%", "85.8", "%", "60.0", "%", "51.5", "%"],
        ["orders_made", "5", "4", "125.0", "%", "110.0", "%", "40.0", "%", "44.0", "%"],
        ["Total", "95.5", "%", "100.0", "%", "95.5", "%"],
    ]
    assert lines[6] == "  Pays 91.0 %."


def test_rows_of_all_and_of_one(kpi: Kpi, carded: Path) -> None:
    found = json.loads(kpi("scorecard", "--last", "1", "--format", "json", "--project", carded).out)
    assert list(found) == ["bonus", "costs"]
    names = [column["name"] for column in found["bonus"]["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in found["bonus"]["rows"]]
    assert [row["kpi"] for row in rows] == ["revenue", "orders_made", None]
    assert rows[2]["score"] == pytest.approx(SCORE)
    assert rows[2]["payout"] == pytest.approx((SCORE - 0.5) / 0.5)
    assert rows[0]["period_start"] == "2026-01-01"
    listed = list(csv.reader(io.StringIO(kpi("scorecard", "bonus", "--last", "1", "--format", "csv", "--project", carded).out)))
    assert listed[0] == names
    assert len(listed) == 4


def test_what_is_missing_is_said(kpi: Kpi, carded: Path) -> None:
    """No adverts in March: nothing was spent, or nothing was landed; nobody can tell, so nobody is paid."""
    out = kpi("scorecard", "costs", "--last", "1", "--project", carded).out
    assert "No payout can be told: no data for spend." in out
    out = kpi("scorecard", "costs", "--last", "2", "--as-of", "2026-02-28", "--project", carded).out
    assert "The scorecard has no payout curve." in out


def test_a_running_period_is_held_against_what_is_expected_by_now(kpi: Kpi, carded: Path) -> None:
    """January and February brought 17.75 in 4 orders; 59 of 90 days are over: 30 × 59/90 = 19.67 and 4 × 59/90 = 2.62 by now, so 90.25% and
    152.5%, capped at 110%: 98.2%, which would pay 96.3%."""
    ran = kpi("scorecard", "bonus", "--last", "1", "--as-of", "2026-02-28", "--project", carded)
    lines = ran.out.splitlines()
    assert lines[1] == "  2026-01-01 to 2026-03-31 · so far"
    assert [line.split() for line in lines[2:5]] == [
        ["KPI", "actual", "target", "by", "now", "attainment", "score", "weight", "points"],
        ["Revenue", "17.75", "€", "30.00", "€", "19.67", "€", "90.3", "%", "90.3", "%", "60.0", "%", "54.2", "%"],
        ["orders_made", "4", "4", "2.62", "152.5", "%", "110.0", "%", "40.0", "%", "44.0", "%"],
    ]
    assert lines[6] == "  Would pay 96.3 % if it goes on so."


def test_values_are_written_as_their_metric_says(kpi: Kpi, carded: Path) -> None:
    """Revenue per advertising euro as a multiple."""
    more = """
    metric back_per_euro "Return" = revenue / spend { format x }
    kpi back_per_euro for grow { target >= 3.5 each quarter }
    kpi aov for grow { target >= 4 EUR each year from 2030 }
    scorecard dear each quarter { weigh back_per_euro 100% }
    scorecard late each year { weigh aov 100% }
    """
    with (carded / "aims.kpi").open("a", encoding="utf-8") as file:
        file.write(more)
    ran = kpi("scorecard", "dear", "--last", "1", "--project", carded)
    assert "3.5×" in ran.out, ran.err
    assert "No payout can be told: no target for Average order." in kpi("scorecard", "late", "--last", "1", "--project", carded).out


def test_markdown_and_sql(kpi: Kpi, carded: Path) -> None:
    out = kpi("scorecard", "bonus", "--last", "1", "--format", "markdown", "--project", carded).out
    assert "| Total |  |  |  | 95.5 % | 100.0 % | 95.5 % |\n\nPays 91.0 %." in out
    out = kpi("scorecard", "bonus", "--sql", "--dialect", "tsql", "--project", carded).out
    assert out.startswith("-- scorecard bonus (aims.kpi:6)\nWITH ")


def test_build_writes_them(kpi: Kpi, carded: Path) -> None:
    ran = kpi("build", "--project", carded)
    assert ran.code == 0, ran.err
    folder = carded / "build" / "sql" / "duckdb"
    assert sorted(path.name for path in (folder / "scorecards").iterdir()) == ["bonus.sql", "costs.sql"]
    assert "scorecard_bonus" in (folder / "views.sql").read_text()
    manifest = json.loads((carded / "build" / "manifest.json").read_text())
    assert [c["name"] for c in manifest["scorecards"]["bonus"]["columns"]][-3:] == ["missing", "reason", "state"]
    assert not [out for out in manifest["left_out"] if out["kind"] == "scorecard"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bonsu"], "did you mean bonus?"),
        (["--last", "0"], "no number of periods"),
        (["bonus", "--dialect", "duckdb"], "add --sql"),
        (["bonus", "--sql", "--format", "json"], "leave one of them out"),
        (["--format", "csv"], "name one: kpi scorecard bonus --format csv"),
    ],
)
def test_wrong_use(words: list[str], said: str, kpi: Kpi, carded: Path) -> None:
    ran = kpi("scorecard", *words, "--project", carded)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_a_project_without_scorecards_says_how_to_add_one(kpi: Kpi, shop: Path) -> None:
    ran = kpi("scorecard", "--project", shop)
    assert (ran.code, ran.out) == (0, "")
    assert "add one: scorecard bonus each quarter" in ran.err
