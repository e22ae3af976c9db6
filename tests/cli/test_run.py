"""`kpi run`: every report, also when one of them fails."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import SHOP, Kpi


def test_all_reports_with_their_titles(kpi: Kpi, shop: Path) -> None:
    ran = kpi("run", "--project", shop)
    assert ran.code == 0
    assert ran.out == (
        "By channel\n"
        "  Channel   Revenue   ROAS\n"
        "  email     12.50 €   4.2×\n"
        "  social    13.25 €   2.7×\n"
        "  Total     25.75 €   3.2×\n"
        "\n"
        "months\n"
        "  month     Revenue   orders_made\n"
        "  2026-01   15.75 €             2\n"
        "  2026-02    2.00 €             2\n"
        "  2026-03    8.00 €             1\n"
    )


def test_named_reports_in_the_order_of_their_names(kpi: Kpi, shop: Path) -> None:
    ran = kpi("run", "months", "--as-of", "2026-01-31", "channels", "months", "--project", shop)
    assert [line for line in ran.out.splitlines() if line and not line.startswith(" ")] == ["months", "By channel"]
    assert "2026-02" not in ran.out


def test_an_unknown_report(kpi: Kpi, shop: Path) -> None:
    ran = kpi("run", "month", "--project", shop)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "kpi: there is no report `month`\n  help: did you mean months?\n"


def test_one_failing_report_does_not_stop_the_others(kpi: Kpi, shop: Path) -> None:
    (shop / "ads.csv").write_text("day,channel,price\n2026-01-01,email,3\n")
    ran = kpi("run", "--project", shop)
    assert ran.code == 1
    assert "months\n" in ran.out
    assert "By channel" not in ran.out
    assert "error[KPI163]: ads.csv has no column `cost`" in ran.err
    assert "1 of 2 reports failed" in ran.err


def test_json_and_markdown(kpi: Kpi, shop: Path) -> None:
    document = json.loads(kpi("run", "--project", shop, "--format", "json").out)
    assert list(document) == ["channels", "months"]
    assert document["months"]["rows"] == [["2026-01-01", 15.75, 2], ["2026-02-01", 2, 2], ["2026-03-01", 8, 1]]
    assert document["channels"]["rows"][-1] == [None, 25.75, 3.21875, "total"]
    ran = kpi("run", "months", "--project", shop, "--format", "markdown")
    assert ran.out.startswith("## months\n\n| month | Revenue | orders\\_made |\n")


def test_a_project_without_reports(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP.split("report")[0])
    ran = kpi("run", "--project", shop)
    assert (ran.code, ran.out) == (0, "")
    assert "the project has no reports" in ran.err
