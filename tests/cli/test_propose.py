"""`kpi init --goals`: what was is proposed in comments, by hand-made rows; with the comment signs taken away the project still checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import SHOP, Kpi, project

SOURCE = """source orders from file("orders.csv") {
  key id
  time day
  id:      int
  day:     date
  amount:  money(EUR)
  returns: int
}
"""
METRICS = """metric revenue "Revenue" = sum(orders.amount)
metric orders_made = count(orders)
metric order_value "Order value" = revenue / orders_made { better higher }
metric returned = sum(orders.returns) { better lower }
metric things = sum(orders.returns) * 2
metric growing = growth(revenue, 1 year)
"""
TOML = '[project]\nname = "shop"\nas_of = 2026-02-10\n'
STARTS = [f"{year}-{month}" for year in (2024, 2025) for month in ("01-01", "04-01", "07-01", "10-01")]
ENDS = [f"{year}-{month}" for year in (2024, 2025) for month in ("03-31", "06-30", "09-30", "12-31")]
REVENUE = (1_000, 1_100, 1_200, 1_300, 1_400, 1_500, 1_600, 1_713)
RETURNS = (20, 20, 20, 20, 30, 30, 30, 30)


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """Two years of two orders in each quarter, and a running quarter with one that counts for nothing."""
    folder = project(tmp_path / "shop", SOURCE + METRICS)
    rows = []
    for start, end, amount, returned in zip(STARTS, ENDS, REVENUE, RETURNS, strict=True):
        rows += [f"{len(rows) + 1},{start},{amount - 100},{returned}", f"{len(rows) + 2},{end},100,0"]
    rows.append(f"{len(rows) + 1},2026-02-01,9999,99")
    (folder / "orders.csv").write_text("id,day,amount,returns\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "kpi.toml").write_text(TOML, encoding="utf-8")
    return folder


def block(text: str, name: str) -> str:
    """The proposal for one metric."""
    return next(part for part in text.split("\n\n") if re.match(rf"# # {name}\b", part))


def test_a_goal_and_targets_by_hand(kpi: Kpi, past: Path) -> None:
    ran = kpi("init", "--goals", "--project", past, "--output", "-")
    assert ran.code == 0, ran.err
    assert (
        block(ran.out, "revenue")
        == """# # revenue · Revenue
# # median of the last 8 quarters 1,350 EUR; best quarter 2025-Q4 1,713 EUR; the last 4 quarters against the 4 before +35.1%
# # higher is better, says its name
# goal raise_revenue "Revenue" {
#   kind     sales
#   measure  revenue
#   increase 35% over 2025  # the last 4 quarters against the 4 before +35.1%: as much again
#   by       2026-12-31
#   review   monthly
#   owner    "WHO ANSWERS FOR IT"
#   because  "WHY IT MATTERS"
# }
# kpi revenue for raise_revenue {
#   tier    strategic
#   target  >= 1_350 EUR each quarter  # median of the last 8 quarters 1,350 EUR
#   stretch >= 1_700 EUR each quarter  # best quarter 2025-Q4 1,713 EUR
#   when    off_track do "WHAT TO DO THEN"
# }"""
    )  # 1,300 and 1,400 are in the middle; 1400+1500+1600+1713 = 6213, 1000+1100+1200+1300 = 4600, 6213/4600 = 1.3507


def test_a_ratio_aims_at_its_best_quarter_and_has_a_minimum_volume(kpi: Kpi, past: Path) -> None:
    text = block(kpi("init", "--goals", "--project", past, "--output", "-").out, "order_value")
    assert "median of the last 8 quarters 675 EUR; best quarter 2025-Q4 856.50 EUR" in text
    assert "median of the last 4 quarters 775 EUR, of the 4 before 575 EUR" in text  # (750 + 800) / 2, (550 + 600) / 2
    assert "higher is better, says the metric" in text
    assert "#   reach    855 EUR from 2026-01-01  # best quarter 2025-Q4 856.50 EUR\n#   by       2026-12-31\n" in text
    assert "#   target  >= 675 EUR each quarter" in text
    assert "#   needs   30 orders_made  #" in text


def test_what_went_the_wrong_way_goes_back_to_where_it_was(kpi: Kpi, past: Path) -> None:
    text = block(kpi("init", "--goals", "--project", past, "--output", "-").out, "returned")
    assert "the last 4 quarters against the 4 before +50.0%: back to where it was" in text  # 120 against 80
    assert "#   reduce   33% over 2025" in text  # 80 / 120 - 1
    assert "#   target  <= 25 each quarter  # median of the last 8 quarters 25" in text
    assert "#   stretch <= 20 each quarter  # best quarter 2024-Q4 20" in text


def test_where_nobody_said_which_way_is_good_the_file_asks(kpi: Kpi, past: Path) -> None:
    out = kpi("init", "--goals", "--project", past, "--output", "-").out
    asked = "# # Which way is good? Nobody has said so: write `better higher` or `better lower` into these metrics, and run this again.\n"
    # twice 20 in each quarter of 2024, twice 30 in each of 2025: 40 and 60 are in the middle
    assert asked + "# # things  median of the last 8 quarters 50; the last 4 quarters against the 4 before +50.0%\n" in out
    assert "_things" not in out


def test_what_is_left_out_is_named_with_the_reason(kpi: Kpi, past: Path) -> None:
    text = kpi("init", "--goals", "--project", past, "--output", "-").out
    assert "# # Nothing is proposed for:\n# # growing  it looks at other periods than its own" in text


def test_the_file_changes_nothing_and_checks_with_the_comment_signs_taken_away(kpi: Kpi, past: Path) -> None:
    ran = kpi("init", "--goals", "--project", past)
    assert (ran.code, ran.out) == (0, "")
    assert "proposals for 4 metrics, and 1 more of which it asks which way is good; all of it is comments." in ran.err
    text = (past / "goals.kpi").read_text(encoding="utf-8")
    assert all(not line or line.startswith("# ") for line in text.splitlines())
    plain = kpi("check", "--project", past)
    assert (plain.code, "nothing wrong" in plain.err) == (0, True), plain.err
    (past / "goals.kpi").write_text(re.sub(r"^# ", "", text, flags=re.MULTILINE), encoding="utf-8")
    taken = kpi("check", "--project", past)
    assert taken.code == 0, taken.err
    assert len(re.findall("^goal ", (past / "goals.kpi").read_text(encoding="utf-8"), re.MULTILINE)) == 4
    assert kpi("build", "--project", past).code == 0


def test_nothing_is_overwritten(kpi: Kpi, past: Path, tmp_path: Path) -> None:
    (past / "goals.kpi").write_text("# mine\n", encoding="utf-8")
    ran = kpi("init", "--goals", "--project", past)
    assert ran.code == 1
    assert "error[KPI221]" in ran.err
    assert (past / "goals.kpi").read_text(encoding="utf-8") == "# mine\n"
    assert kpi("init", "--goals", "--project", past, "--output", tmp_path / "more.kpi").code == 0
    assert (tmp_path / "more.kpi").exists()


def test_named_metrics_alone_and_those_that_are_no_kpis_yet(kpi: Kpi, past: Path) -> None:
    ran = kpi("init", "--goals", "revenue", "--project", past, "--output", "-")
    assert re.findall(r"^# kpi (\w+)", ran.out, re.MULTILINE) == ["revenue"]
    (past / "mine.kpi").write_text(
        "goal mine { measure revenue  reach 1 EUR from 2026-01-01  by 2026-12-31 }\nkpi revenue for mine { target >= 1 EUR each month }\n"
    )
    ran = kpi("init", "--goals", "--project", past, "--output", "-")
    assert re.findall(r"^# kpi (\w+)", ran.out, re.MULTILINE) == ["orders_made", "order_value", "returned"]


def test_names_of_goals_that_are_there_are_not_taken_twice(kpi: Kpi, past: Path) -> None:
    (past / "mine.kpi").write_text("goal raise_revenue { measure orders_made  reach 1 from 2026-01-01  by 2026-12-31 }\n")
    ran = kpi("init", "--goals", "revenue", "--project", past, "--output", "-")
    assert "# goal raise_revenue_again " in ran.out


def test_a_label_cannot_leave_its_comment(kpi: Kpi, past: Path) -> None:
    text = (past / "a.kpi").read_text(encoding="utf-8").replace('"Revenue"', '"Revenue\\n}\\nmetric evil = 1"')
    (past / "a.kpi").write_text(text, encoding="utf-8")
    ran = kpi("init", "--goals", "revenue", "--project", past, "--output", "-")
    assert ran.code == 0, ran.err
    assert all(not line or line.startswith("# ") for line in ran.out.splitlines())


def test_months_where_there_are_no_four_quarters(kpi: Kpi, past: Path) -> None:
    ran = kpi("init", "--goals", "revenue", "--project", past, "--output", "-", "--as-of", "2024-07-02")
    assert "fewer than four complete quarters and three complete months" not in ran.out
    assert "median of the last 6 months" in ran.out
    assert "each month" in ran.out


def test_too_little_is_no_past(kpi: Kpi, shop: Path) -> None:
    ran = kpi("init", "--goals", "--project", shop)
    assert ran.code == 1
    assert "nothing can be proposed:" in ran.err
    assert "revenue: fewer than four complete quarters and three complete months of data" in ran.err
    assert not (shop / "goals.kpi").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--goals", "revenu"), "the project has no metric `revenu`"),
        (("--goals", "--into", "x"), "--into makes a new project"),
        (("--goals", "--rows", "5"), "--rows makes a new project"),
        (("--goals", "--output", "goals.txt"), "goals.txt would hold goals"),
        (("--output", "x.kpi"), "--output is for a project that is there"),
        (("--as-of", "2026-01-01"), "--as-of is for a project that is there"),
        (("one", "two"), "kpi init looks at one folder, file or database"),
    ],
)
def test_words_that_do_not_go_together(words: tuple[str, ...], message: str, kpi: Kpi, past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(past)
    ran = kpi("init", *words)
    assert ran.code == 2
    assert message in ran.err


def test_a_broken_project_gets_no_proposals(kpi: Kpi, past: Path) -> None:
    (past / "more.kpi").write_text(SHOP[:20])
    assert kpi("init", "--goals", "--project", past).code == 1
    assert not (past / "goals.kpi").exists()
