"""`kpi fmt` and `kpi explain`."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest

from kpidsl.codes import all_codes
from tests.cli.conftest import SHOP, Kpi

LOOSE = 'metric   a="x"   # why\n'
BAD = "metric a = sum(\n"
TIGHT = "metric a = sum(s.x) # why\n"


def test_a_file_is_put_into_the_layout_once(kpi: Kpi, tmp_path: Path) -> None:
    file = tmp_path / "a.kpi"
    file.write_bytes("\ufeffmetric   a=sum( s.x )# why\r\n".encode())
    file.chmod(0o640)
    ran = kpi("fmt", file)
    assert (ran.code, ran.out, ran.err) == (0, f"{file}\n", "1 formatted\n")
    assert file.read_bytes() == b"metric a = sum(s.x)  # why\n"
    assert file.stat().st_mode & 0o777 == 0o640
    ran = kpi("fmt", file)
    assert (ran.code, ran.out, ran.err) == (0, "", "1 left as it is\n")


def test_check_and_diff_change_nothing(kpi: Kpi, tmp_path: Path) -> None:
    file = tmp_path / "a.kpi"
    file.write_text("metric   a=sum( s.x )\n")
    ran = kpi("fmt", "--check", file)
    assert (ran.code, ran.out) == (1, f"{file}\n")
    ran = kpi("fmt", "--diff", file)
    assert ran.code == 1
    assert "-metric   a=sum( s.x )\n+metric a = sum(s.x)\n" in ran.out
    assert file.read_text() == "metric   a=sum( s.x )\n"


def test_all_files_of_the_project(kpi: Kpi, shop: Path) -> None:
    (shop / "b.kpi").write_text("metric   b=revenue\n")
    (shop / "kpi.toml").write_text("this is no toml")
    ran = kpi("fmt", "--project", shop)
    assert ran.code == 0
    assert "shop/b.kpi\n" in ran.out


def test_a_file_with_a_mistake_is_left_alone(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "bad.kpi").write_text(BAD)
    (tmp_path / "good.kpi").write_text("metric   a=sum( s.x )\n")
    ran = kpi("fmt", tmp_path / "bad.kpi", tmp_path / "good.kpi")
    assert ran.code == 1
    assert "error[KPI012]" in ran.err
    assert (tmp_path / "bad.kpi").read_text() == BAD
    assert (tmp_path / "good.kpi").read_text() == "metric a = sum(s.x)\n"


@pytest.mark.parametrize("name", ["nope.kpi", "folder"])
def test_what_is_no_file(name: str, kpi: Kpi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    ran = kpi("fmt", name)
    assert ran.code == 1
    assert "error[KPI004]" in ran.err


def test_standard_input(kpi: Kpi, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, words, code, out in (
        ("metric   a=sum( s.x )\n", ["fmt", "-"], 0, "metric a = sum(s.x)\n"),
        ("metric   a=sum( s.x )\n", ["fmt", "-", "--check"], 1, ""),
        ("metric a = sum(s.x)\n", ["fmt", "--check", "-"], 0, ""),
        (BAD, ["fmt", "-"], 1, ""),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        ran = kpi(*words)
        assert (ran.code, ran.out) == (code, out)
    assert kpi("fmt", "-", "a.kpi").code == 2


def test_a_link_stays_a_link(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "real.kpi").write_text("metric   a=sum( s.x )\n")
    os.symlink("real.kpi", tmp_path / "link.kpi")
    assert kpi("fmt", tmp_path / "link.kpi").code == 0
    assert (tmp_path / "link.kpi").is_symlink()
    assert (tmp_path / "real.kpi").read_text() == "metric a = sum(s.x)\n"


# ---------------------------------------------------------------- explain


def test_a_metric(kpi: Kpi, shop: Path) -> None:
    ran = kpi("explain", "roas", "--project", shop)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "roas · ROAS · a multiple (×) · not additive (a ratio: divided after aggregating)\n"
        "= revenue / spend  shop.kpi:27\n"
        "    revenue  = sum(orders.amount) * (1 - vat) where orders.paid  shop.kpi:23  orders.day\n"
        "    spend    = sum(ads.cost)                                     shop.kpi:26  ads.day\n"
        "Can be split by: channel, day … year\n"
        "Used by: report channels\n"
    )


def test_a_metric_whose_parts_have_more(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "dimension country = orders.country\n")
    assert "Can be split by: channel, country (revenue only), day … year" in kpi("explain", "roas", "--project", shop).out


def test_one_name_of_two_things(kpi: Kpi, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "metric orders = count(orders)\n")
    first, second = kpi("explain", "orders", "--project", shop).out.split("\n\n")
    assert first.startswith("orders · a count · additive\n")
    assert second.startswith("orders · Shop orders · source, one row per id · time day · shop.kpi:3\n")
    assert re.search(r"^    amount +EUR +“Amount”$", second, re.MULTILINE)
    assert "Read by metrics: aov, orders, orders_made, revenue, roas" in second


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("channel", ["dimension, text", "= orders.channel, ads.channel", "Splits: aov, orders_made, revenue, roas, spend"]),
        ("italian", ["segment", '= orders.country = "IT"', "where italian"]),
        ("vat", ["parameter, percent", "= 0%", "Used by: metric revenue"]),
        ("months", ["report", "= revenue, orders_made by month", "kpi run months"]),
    ],
)
def test_other_names(name: str, words: list[str], kpi: Kpi, shop: Path) -> None:
    ran = kpi("explain", name, "--project", shop)
    assert ran.code == 0
    for word in words:
        assert word in ran.out


def test_a_need_says_what_stands_for_it(kpi: Kpi) -> None:
    ran = kpi("explain", "repurchase_rate", "--project", Path(__file__).parents[2] / "examples" / "superstore")
    assert "    repeat_customers = repeat_buyers  = count(customers) where customers.orders_made >= 2" in ran.out


def test_every_name_of_the_examples_can_be_explained(kpi: Kpi) -> None:
    from kpidsl.cli.console import Console
    from kpidsl.cli.meanings import known, meanings
    from kpidsl.compile import compile_sources
    from kpidsl.project import load_project

    for example in ("superstore", "football"):
        compiled = compile_sources(load_project(Path(__file__).parents[2] / "examples" / example).sources)
        for name in known(compiled):
            for text in meanings(compiled, name, Console()):
                assert text.startswith(f"{name} · ")


def test_an_unknown_name(kpi: Kpi, shop: Path) -> None:
    ran = kpi("explain", "raos", "--project", shop)
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean roas?" in ran.err


@pytest.mark.parametrize("code", ["KPI021", "kpi21", "KPI-021"])
def test_a_code_needs_no_project(code: str, kpi: Kpi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = kpi("explain", code)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("KPI021 · Something would be counted more than once\n\n")
    assert "This fails:\n    -- query: revenue by product\n" in ran.out
    assert "```" not in ran.out


def test_every_code_can_be_explained(kpi: Kpi) -> None:
    for code in all_codes():
        assert kpi("explain", code).out.startswith(f"{code} · ")
        assert kpi("explain", code, "--format", "markdown").out.startswith(f"# {code} · ")


def test_an_unknown_code(kpi: Kpi) -> None:
    ran = kpi("explain", "KPI026")
    assert ran.code == 2
    assert "there is no page about KPI026" in ran.err
