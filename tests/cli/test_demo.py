"""`kpi demo`: the example's data is made once, where it may be written, and what is shown of it is right."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from pathlib import Path

import pytest

from kpidsl.cli import demo
from kpidsl.report.standing import curve
from tests.aurora import numbers
from tests.aurora.project import AURORA, data, reports, world
from tests.cli.conftest import Kpi

pytestmark = pytest.mark.xdist_group("aurora")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As in an installation: the example is read-only for the user, and the command is started somewhere else."""
    monkeypatch.setattr(demo, "_CHECKOUT", tmp_path / "no-checkout")
    monkeypatch.setattr(demo, "_WHEEL", AURORA)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def test_the_demo_of_a_checkout_leaves_nothing_where_it_was_started(kpi: Kpi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data()
    monkeypatch.chdir(tmp_path)
    ran = kpi("demo")
    assert ran.code == 0, ran.err
    assert "making the data" not in ran.err
    for text in (
        'goal new_revenue "Sell more to new customers" {',
        "$ kpi status",
        'metric new_customers "New customers" = buyers where first_orders',
        "error[KPI027]",
        "error[KPI020]",
        'funnel shopping "Visit to order" {',
        "executive.html",
        "Next steps",
    ):
        assert text in ran.out
    assert f"{len(reports())} reports" in ran.out
    assert list(tmp_path.iterdir()) == []


KPIS = {
    "Revenue": ("revenue", 15),
    "New customers": ("new_customers", 15),
    "Acquisition cost": ("cac", 13),
    "Return on ad spend": ("roas", 13),
    "Recommendation": ("nps", 15),
}
"""Label, metric, and the last day of March on which all of its sources are complete."""


def test_the_table_is_what_plain_python_makes_of_the_files(kpi: Kpi) -> None:
    """Now, and the changes against the same days of February and of a year ago."""
    lines = table_lines(kpi("demo").out)
    rows = world(dt.date(2026, 3, 15))
    for label, (name, day) in KPIS.items():
        metric = getattr(numbers, name)
        cuts = (numbers.Cut(rows, dt.date(y, m, 1), dt.date(y, m, day)) for y, m in ((2026, 3), (2026, 2), (2025, 3)))
        value, before, last = (float(metric(cut)) for cut in cuts)
        shown, month, year = lines[label]
        assert shown == written(name, value), label
        assert [month, year] == [change(name, value, before), change(name, value, last)], label


def table_lines(shown: str) -> dict[str, list[str]]:
    """What the table says of each KPI: its value and the two changes."""
    found = {}
    for line in shown.splitlines():
        label, *cells = re.split(r" {3,}", line.strip())
        if label in KPIS and len(cells) >= 5:
            found[label] = [cells[0], cells[3], cells[4]]
    assert sorted(found) == sorted(KPIS)
    return found


def written(name: str, value: float) -> str:
    match name:
        case "revenue":
            return f"{value:,.0f} €"
        case "new_customers":
            return f"{value:.0f}"
        case "roas":
            return f"{value:.1f}×"
        case "nps":
            return f"{value:.0f} points"
    return f"{value:.2f} €"


def change(name: str, value: float, before: float) -> str:
    match name:
        case "conversion_rate":
            text = f"{(value - before) * 100:+.1f} pt"
        case "nps":
            text = f"{value - before:+.0f} pt"
        case _:
            text = f"{math.copysign(math.floor(abs((value - before) / before) * 1000 + 0.5 + 1e-9) / 10, value - before):+.1f}%"
    return text.replace("-", "−")


def test_a_curve_goes_from_the_lowest_to_the_highest_and_has_gaps() -> None:
    assert curve([10, 45, None, 80]) == "▁▅ █"  # 45 is half of the way: 3.5 of 7 steps, and round() goes to the even one
    assert curve([3, 3]) == "▄▄"
    assert curve([None]) == " "


def test_an_installation_makes_project_and_data_where_it_is_started(kpi: Kpi, installed: Path) -> None:
    ran = kpi("demo")
    assert ran.code == 0, ran.err
    assert "making the data in aurora-demo/data" in ran.err
    made = installed / "aurora-demo"
    for name in ("kpi.toml", "metrics.kpi", "sources/web.kpi", "generate.py", "data/orders.csv"):
        assert (made / name).is_file()
    assert not (made / "__pycache__").exists()
    assert kpi("check", "--project", made).code == 0
    for name in ("orders", "web_events"):
        assert (made / "data" / f"{name}.csv").read_bytes() == (data() / f"{name}.csv").read_bytes()


def test_a_second_run_keeps_data_and_changes(kpi: Kpi, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpidsl.cli.demo_scenes.show", lambda folder, console: None)
    assert kpi("demo", "--into", "mine").code == 0
    orders, metrics = installed / "mine" / "data" / "orders.csv", installed / "mine" / "metrics.kpi"
    metrics.write_text(metrics.read_text("utf-8") + "# mine\n", "utf-8")
    os.utime(orders, (1_000_000_000, 1_000_000_000))
    ran = kpi("demo", "--into", "mine")
    assert (ran.code, "making the data" in ran.err) == (0, False)
    assert orders.stat().st_mtime == 1_000_000_000
    assert metrics.read_text("utf-8").endswith("# mine\n")
    assert "making the data in mine/data" in kpi("demo", "--into", "mine", "--again").err
    assert orders.stat().st_mtime > 1_000_000_000
    assert metrics.read_text("utf-8").endswith("# mine\n")


def test_another_folder_is_not_touched(kpi: Kpi, installed: Path) -> None:
    (installed / "aurora-demo").mkdir()
    (installed / "aurora-demo" / "kpi.toml").write_text("[project]\n", "utf-8")
    ran = kpi("demo")
    assert (ran.code, ran.out) == (2, "")
    assert "aurora-demo is there already, and it is not the example" in ran.err
    assert "kpi demo --into DIR" in ran.err
    assert [path.name for path in (installed / "aurora-demo").iterdir()] == ["kpi.toml"]


def test_a_place_that_cannot_be_written(kpi: Kpi, installed: Path) -> None:
    (installed / "file").write_text("", "utf-8")
    ran = kpi("demo", "--into", "file/shop")
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err
    assert "name a folder that can" in ran.err


def test_the_program_of_a_folder_that_was_found_is_not_run(kpi: Kpi, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpidsl.cli.demo_scenes.show", lambda folder, console: None)
    found = installed / "aurora-demo"
    found.mkdir()
    for name in ("kpi.toml", "aurora.kpi"):
        (found / name).write_text("", "utf-8")
    (found / "generate.py").write_text("raise SystemExit('run')", "utf-8")
    assert kpi("demo").code == 0
    assert (found / "data" / "orders.csv").is_file()
