"""`kpi journey`: stages of a small shop, worked out by hand, in every format, as a finding, and where `kpi build` puts them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kpi

# March is over: one order of two, so half of it; its 8 EUR are 0.8 of 10 EUR an order and all of 8 EUR of revenue, 0.9 together.
AIMS = """
goal grow { measure revenue  reach 100 EUR from 2026-01-01  by 2026-12-31 }
journey way "The way to us" { discover "Discover"  order "Order"  again "Come again" }
kpi orders_made "Orders" for grow { stage discover  target >= 2 each month  when missed do "Call the agency" }
kpi aov     for grow { stage order  target >= 10 EUR each month }
kpi revenue for grow { stage order  target >= 8 EUR each month }
"""
BOTTLENECK = (
    "! Discover is the bottleneck of “The way to us” with 50.0 % of what is expected by now; Orders is missed (50.0 %): Call the agency"
)


@pytest.fixture
def staged(shop: Path) -> Path:
    (shop / "aims.kpi").write_text(AIMS, encoding="utf-8")
    return shop


def test_a_table_with_the_bottleneck_and_what_nobody_looks_at(kpi: Kpi, staged: Path) -> None:
    ran = kpi("journey", "--project", staged)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "The way to us"
    assert [line.split() for line in lines[1:6]] == [
        ["STAGE", "KPI", "period", "now", "target", "attainment", "by", "now*", "status"],
        *(
            row.split()
            for row in (
                "Discover ◀ bottleneck Orders Mar 2026 1 ≥ 2 50.0 % 50.0 % ✗ missed Call the agency",
                "Order Average order Mar 2026 8 € ≥ 10 € 80.0 % 80.0 % ✗ missed",
                "Revenue Mar 2026 8 € ≥ 8 € 100.0 % 100.0 % ✓ achieved",
                "Come again no KPI ○ unseen",
            )
        ),
    ]
    assert lines[6:] == [
        "",
        "  The bottleneck is Discover: it reached 50.0 % of what is expected by now.",
        "  No KPI looks at Come again.",
        "  * the part that is reached of what is expected by now, at most 100%",
    ]


def test_rows_for_programs(kpi: Kpi, staged: Path) -> None:
    found = json.loads(kpi("journey", "way", "--format", "json", "--project", staged).out)
    names = [column["name"] for column in found["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in found["rows"]]
    told = [(row["stage"], row["kpi"], row["reached"], row["stage_reached"], row["is_bottleneck"]) for row in rows]
    assert told == [
        ("discover", "orders_made", 0.5, 0.5, True),
        ("order", "aov", 0.8, pytest.approx(0.9), False),
        ("order", "revenue", 1, pytest.approx(0.9), False),
        ("again", None, None, None, None),
    ]
    listed = list(csv.reader(io.StringIO(kpi("journey", "--format", "csv", "--project", staged).out)))
    assert (listed[0], len(listed)) == (names, 5)
    assert kpi("journey", "--format", "markdown", "--project", staged).out.startswith("| journey |")


def test_two_journeys_are_two_tables_and_one_list(kpi: Kpi, staged: Path) -> None:
    with (staged / "aims.kpi").open("a", encoding="utf-8") as file:
        file.write("journey second { ask  answer }\nkpi spend for grow { stage answer  target <= 5 EUR each month }\n")
    lines = kpi("journey", "--project", staged).out.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == ["The way to us", "second"]
    assert "  No bottleneck can be told: it takes two stages whose KPIs can be judged." in lines
    listed = list(csv.reader(io.StringIO(kpi("journey", "--format", "csv", "--project", staged).out)))
    assert [row[0] for row in listed[1:]] == ["way"] * 4 + ["second"] * 2


def test_no_bottleneck_where_all_is_well(kpi: Kpi, staged: Path) -> None:
    (staged / "aims.kpi").write_text(AIMS.replace(">= 2 each", ">= 1 each").replace("10 EUR", "8 EUR"), encoding="utf-8")
    ran = kpi("journey", "--fail-on", "bottleneck,missed", "--project", staged)
    assert ran.code == 0
    assert "  No bottleneck: every KPI that can be judged is as it should be." in ran.out.splitlines()
    assert "bottleneck" not in kpi("alerts", "--project", staged).out


def test_it_can_fail_a_pipeline(kpi: Kpi, staged: Path) -> None:
    ran = kpi("journey", "--fail-on", "bottleneck,unseen,missed", "--project", staged)
    assert ran.code == 1
    assert [line for line in ran.err.splitlines() if line.startswith("fails: ")] == [
        "fails: orders_made is missed in the month from 2026-03-01",
        "fails: aov is missed in the month from 2026-03-01",
        "fails: no KPI looks at again of way",
        "fails: discover is the bottleneck of way",
    ]
    assert kpi("journey", "--fail-on", "off_track", "--project", staged).code == 0


def test_it_is_a_finding(kpi: Kpi, staged: Path) -> None:
    assert f"{BOTTLENECK} (finding bottleneck)" in kpi("alerts", "--project", staged).out.splitlines()
    assert f"  {BOTTLENECK} (finding bottleneck)" in kpi("status", "--project", staged).out.splitlines()
    found = json.loads(kpi("alerts", "--format", "json", "--project", staged).out)
    names = [column["name"] for column in found["columns"]]
    (row,) = [row for each in found["rows"] if (row := dict(zip(names, each, strict=True)))["alert"] == "bottleneck"]
    told = [row[name] for name in ("severity", "segment", "metric", "value", "expected", "condition", "advice", "period_start")]
    assert told == ["finding", "discover", "orders_made", 0.5, 1, "bottleneck of way", "Call the agency", "2026-03-01"]


def test_sql_and_build(kpi: Kpi, staged: Path) -> None:
    out = kpi("journey", "way", "--sql", "--dialect", "tsql", "--project", staged).out
    assert out.startswith("-- journey way (aims.kpi:3)\nWITH ")
    assert kpi("build", "--project", staged).code == 0
    folder = staged / "build" / "sql" / "duckdb"
    assert [path.name for path in (folder / "journeys").iterdir()] == ["way.sql"]
    assert "CREATE OR REPLACE VIEW journey_way AS" in (folder / "views.sql").read_text()
    manifest = json.loads((staged / "build" / "manifest.json").read_text())
    roles = {c["name"]: c["role"] for c in manifest["journeys"]["way"]["columns"]}
    assert list(roles)[-2:] == ["stage_reached", "is_bottleneck"]
    assert {name for name, role in roles.items() if role == "metric"} == {
        *("actual", "target", "target_high", "attainment", "expected", "reached", "trend", "stage_reached"),
    }


def test_without_a_journey_there_is_the_usual_one(kpi: Kpi, staged: Path) -> None:
    text = AIMS.replace('journey way "The way to us" { discover "Discover"  order "Order"  again "Come again" }\n', "")
    (staged / "aims.kpi").write_text(text.replace("discover", "awareness").replace("stage order", "stage conversion"), encoding="utf-8")
    lines = kpi("journey", "standard", "--project", staged).out.splitlines()
    assert lines[0] == "Customer journey"
    assert "  No KPI looks at Consideration or Loyalty." in lines
    assert kpi("build", "--project", staged).code == 0
    assert (staged / "build" / "sql" / "duckdb" / "journeys" / "standard.sql").read_text().startswith("-- journey standard (aims.kpi:3)")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wya"], "did you mean way?"),
        (["--fail-on", "missd"], "did you mean missed?"),
        (["way", "--dialect", "duckdb"], "add --sql"),
        (["way", "--sql", "--format", "json"], "leave one of them out"),
    ],
)
def test_wrong_use(words: list[str], said: str, kpi: Kpi, staged: Path) -> None:
    ran = kpi("journey", *words, "--project", staged)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_a_project_without_stages_says_how_to_have_one(kpi: Kpi, shop: Path) -> None:
    ran = kpi("journey", "--project", shop)
    assert (ran.code, ran.out) == (0, "")
    assert "no KPI of the project names its stage" in ran.err
    assert kpi("journey", "way", "--project", shop).code == 2


def test_a_journey_is_explained_and_listed(kpi: Kpi, staged: Path) -> None:
    out = kpi("explain", "way", "--project", staged).out
    assert "Where its stages stand: kpi journey way" in out
    assert "The way to us" in kpi("explain", "--project", staged).out
