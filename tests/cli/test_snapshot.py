"""`kpi snapshot` writes one board as it stands now."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.cli.conftest import Kpi
from tests.cli.test_dashboards import with_boards

BOARD = """dashboard sales "Do we sell?" {
  label    it "Vendiamo?"
  question "Do we sell more?"
  period   2026-Q1
  show     revenue, spend by month
  show     revenue by channel as table
}
"""


def test_markdown_for_mail(kpi: Kpi, shop: Path) -> None:
    ran = kpi("snapshot", "sales", "--project", with_boards(shop, BOARD), "--format", "markdown")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("# Do we sell?\n\n*Do we sell more?*\n\nMar 31, 2026 · 2026-Q1\n")
    assert "| Mar 2026 | €8.00 | €0 |" in ran.out
    assert "| Channel | Revenue |\n| --- | --: |\n| email | €12.50 |\n| social | €13.25 |" in ran.out


def test_numbers_for_a_spreadsheet(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    place = tmp_path / "board.csv"
    assert kpi("snapshot", "sales", "--project", with_boards(shop, BOARD), "--output", place).code == 0
    lines = place.read_text("utf-8").splitlines()
    assert lines[0] == "element,title,row,column,label,unit,value"
    assert lines[-1] == "revenue_by_channel,Revenue by channel,2,revenue,Revenue,EUR,13.25"


def test_pictures(kpi: Kpi, shop: Path, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: no picture is drawn")
    project = with_boards(shop, BOARD)
    svg = kpi("snapshot", "sales", "--project", project, "--format", "svg", "--locale", "it")
    assert svg.code == 0, svg.err
    root = ET.fromstring(svg.out)
    said = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Vendiamo?", "13,25\u00a0€", "gen 2026"} <= set(said)
    names = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(names) == len(set(names))
    for ending, start in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        place = tmp_path / f"board.{ending}"
        assert kpi("snapshot", "sales", "--project", project, "--output", place).code == 0
        assert place.read_bytes().startswith(start)


def test_letters_without_a_font_are_told(kpi: Kpi, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: no picture is drawn")
    monkeypatch.setattr("kpidsl.dashboard.snapshot.glyphs.missing", lambda *_: "銷售")
    ran = kpi("snapshot", "sales", "--project", with_boards(shop, BOARD), "--output", tmp_path / "a.png")
    assert ran.code == 0
    assert "warning[KPI009]: no font of this machine has 2 of the picture's characters: 銷售" in ran.err


@pytest.mark.parametrize(
    "words,said",
    [
        (("seles", "--format", "csv"), "did you mean sales?"),
        (("sales",), "nobody can tell whether a picture or text is wanted"),
        (("sales", "--output", "a.docx"), "kpi does not know what to write into a.docx"),
        (("sales", "--output", "a.png", "--format", "pdf"), "name the file a.pdf"),
        (("sales", "--format", "csv", "--locale", "fr"), "--locale: nobody reads `fr` here"),
        (("sales", "--format", "gif"), "there is no `gif` here"),
    ],
)
def test_wrong_use_says_what_is_right(kpi: Kpi, shop: Path, words: tuple[str, ...], said: str) -> None:
    ran = kpi("snapshot", *words, "--project", with_boards(shop, BOARD))
    assert ran.code == 2
    assert said in ran.err
