"""Boards that stand still: what each tile says, in a picture and as text."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from kpidsl.dashboard.page import Numbers
from kpidsl.dashboard.snapshot.cards import Card, Chart, Sheet, _shown, sheet
from kpidsl.dashboard.snapshot.drawing import cut, width, wrapped
from kpidsl.dashboard.snapshot.glyphs import missing
from kpidsl.dashboard.snapshot.picture import picture
from kpidsl.dashboard.snapshot.reader import Reader
from kpidsl.dashboard.snapshot.texts import csv_of, markdown
from kpidsl.record import replace
from tests.dashboard.rows import FOUND, FOUND_SAID, HOSTILE, ROWS
from tests.dashboard.shop import document
from tests.dashboard.test_spec import BOARD

NUMBERS = Numbers(rows=ROWS, today="2026-03-15", project="Shop", engine="default (duckdb)", findings=FOUND)


def shown(locale: str = "en") -> Sheet:
    locales = (locale, *(each for each in ("en", "it") if each != locale))
    return sheet(document(BOARD, locales=locales), NUMBERS, locale)


def card(id: str, locale: str = "en") -> Card:
    return next(card for place, card in shown(locale).places if place["element"] == id)


def test_a_goal() -> None:
    goal = card("goal_grow")
    assert (goal.title, goal.big, goal.aim) == ("Grow", "€400", "of €1,200")
    assert goal.status is not None
    assert (goal.status.word, goal.status.tone) == ("off track", "bad")
    assert goal.lines == ["by Jun 30, 2026", "expected by now €480", "needs €7.50 a day", "heads for €1,000", "Bo"]
    assert goal.bar is not None
    assert (round(goal.bar.filled, 4), round(goal.bar.mark or 0, 4)) == (0.3333, 0.4)  # 400 and 480 of 1200


def test_a_kpi() -> None:
    kpi = card("kpi_aov")
    assert (kpi.big, kpi.small, kpi.aim) == ("€42", "per order", "≥ €45 · Mar 2026, so far")
    assert kpi.deltas == [("vs month before*", "▲ +5.0%", "good"), ("vs a year ago*", "▼ -16.0%", "bad"), ("Benchmark", "€52", "")]
    assert kpi.action == "Offer a mug"
    assert kpi.curve is not None
    assert (kpi.curve.values, kpi.curve.open) == ([46.0, None, 42.0], False)  # February has no data


def test_what_fails_and_what_is_empty_is_said() -> None:
    assert card("kpi_buyers").error == "This could not be computed: the table shop.orders is not there"
    assert card("report_months").empty == "Nothing in this period"


def test_findings_say_what_to_do() -> None:
    assert card("findings").items == [
        ("Dear", "Average order · email · Feb 2026: €30. Look at email: €30"),
        ("", FOUND_SAID),
    ]


def test_in_another_language() -> None:
    sheet = shown("it")
    assert sheet.title == "Siamo in rotta?"
    assert sheet.facts == "15 mar 2026 · ultimi 12 mesi"
    goal = card("goal_grow", "it")
    assert (goal.title, goal.big, goal.aim) == ("Crescere", "400\u00a0€", "di 1.200\u00a0€")


def test_a_picture_holds_every_text_and_no_markup() -> None:
    drawn: list[Chart] = []

    def draw(chart: Chart, width: int, fonts: str) -> tuple[str, float]:
        drawn.append(chart)
        assert width > 200
        assert "Noto Sans" in fonts
        return "<svg/>", 100.0

    board = document(BOARD.replace("Net of VAT.", HOSTILE))
    numbers = replace(NUMBERS, findings=({"key": "", "parts": [{"text": "a\x01b <c>"}]},))
    svg = picture(sheet(board, numbers, "en"), draw, "en")
    root = ET.fromstring(svg)
    said = " ".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))
    for text in (
        "Are we on course?",
        "off track",
        "€42",
        "Offer a mug",
        "Nothing in this period",
        "window.hacked",
        "* the same part",
        "Ab <c>",
    ):
        assert text in said, text
    assert list(root.iter("{http://www.w3.org/2000/svg}script")) == []
    assert [len(chart.rows) for chart in drawn] == [2, 4]
    right = [float(box.get("x", 0)) + float(box.get("width", 0)) for box in root.findall("{http://www.w3.org/2000/svg}rect")]
    assert max(right) <= 1280


def test_markdown_is_text_too() -> None:
    said = markdown(shown(), Reader("en", "en"))
    assert said.startswith("# Are we on course?\n\n*Do we sell more?*\n\nMar 15, 2026 · last 12 months\n")
    assert "| Grow | €400 | of €1,200 | ▼ off track | by Jun 30, 2026; expected by now €480; needs €7.50 a day;" in said
    assert "- **Dear** — Average order · email · Feb 2026: €30. Look at email: €30\n- " + FOUND_SAID in said
    assert "\\</script\\>\\<script\\>window.hacked" in said
    assert (
        "| Month | Revenue | Revenue, year before | Revenue, change |\n| --- | --: | --: | --: |\n| Jan 2026 | €1,201 | €1,000 | 20.1% |"
        in said
    )


def test_csv_has_every_value() -> None:
    board = document(BOARD)
    rows = {**ROWS, "revenue_by_channel": {"rows": [["=1+1", 10.0], [None, -5.0]], "more": 0}}
    text = csv_of(board, Numbers(rows, "2026-03-15", "Shop", "x"), Reader("en", "en"))
    lines = [line for line in csv.DictReader(io.StringIO(text)) if line["element"] == "revenue_by_channel"]
    told = [(line["row"], line["column"], line["label"], line["unit"], line["value"]) for line in lines]
    assert told == [
        ("1", "channel", "Channel", "", "'=1+1"),
        ("1", "revenue", "Revenue", "EUR", "10.0"),
        ("2", "channel", "Channel", "", ""),
        ("2", "revenue", "Revenue", "EUR", "-5.0"),
    ]


NUMBERS_IN = [
    ("en", 412300.0, "EUR", "€412,300"),
    ("it", 412300.0, "EUR", "412.300\u00a0€"),
    ("en", 45.0, "EUR per order", "€45"),
    ("en", 47.2, "EUR per order", "€47.20"),
    ("ro", 0.034, "%", "3,4\u00a0%"),
    ("en", 0.034, "%", "3.4%"),
    ("en", 12.0, "days", "12.0 days"),
    ("en", 0.25, "days", "6.0 hours"),
    ("it", 2.5, "days", "2,5 giorni"),
    ("en", 11.24, "×", "11.2×"),
    ("en", None, "EUR", "–"),
    ("en", float("nan"), "EUR", "–"),
    ("zh-Hant", 1234567, "count", "123.46萬"),
    ("en", 1234567.0, "EUR", "€1.23M"),
    ("en", -0.5, "%", "-50.0%"),
]


@pytest.mark.parametrize("locale,value,unit,text", NUMBERS_IN)
def test_numbers_are_written_as_people_write_them(locale: str, value: float | None, unit: str, text: str) -> None:
    assert Reader(locale, "en").number(value, unit, compact=True) == text


def test_periods() -> None:
    said = [Reader("en", "en").period("2026-04-01", grain) for grain in ("year", "quarter", "month", "week", "day")]
    assert said == ["2026", "Q2 2026", "Apr 2026", "Apr 1, 2026", "Apr 1, 2026"]
    assert Reader("zh-Hans", "en").period("2026-04-01", "quarter") == "2026年第2季度"


def test_changes_are_points_of_shares_and_shares_of_amounts() -> None:
    reader = Reader("en", "en")
    assert reader.change("%", 0.231, 0.235) == (pytest.approx(-0.4), "-0.4 pt")
    assert reader.change("EUR", 110.0, 100.0) == (pytest.approx(0.1), "+10.0%")
    assert (reader.change("EUR", 110.0, 0), reader.change("EUR", None, 1.0)) == (None, None)


def test_lines_fit_and_lose_nothing() -> None:
    text = "Move budget away from the dearest channel, and then look again"
    lines = wrapped(text, 120, 13)
    assert " ".join(lines) == text
    assert all(width(line, 13) <= 120 for line in lines)
    assert "".join(wrapped("銷售額與行銷成本的比較", 60, 13)) == "銷售額與行銷成本的比較"
    assert "".join(wrapped("x" * 50, 60, 13)) == "x" * 50
    assert wrapped(text, 120, 13, most=2)[-1].endswith("…")
    assert cut("short", 100, 13) == "short"


def test_characters_without_a_font_are_known() -> None:
    def png(svg: str) -> bytes:
        return svg.replace("\u0e01", "").encode()  # a machine without Thai

    assert missing("ab ș 銷 \u0e01\u0e01", "any", png) == "\u0e01"


def test_findings_are_said_in_the_language_of_the_reader() -> None:
    _, (_, said) = card("findings", "it").items
    assert said == "Conversione, dispositivo mobile: 1,5% in 90 giorni, tutti gli altri 4,9%; capire che cosa frena mobile"


def test_texts_that_fall_back_are_marked() -> None:
    found = sheet(document(BOARD, locales=("en", "it", "zh-Hans")), NUMBERS, "zh-Hans")
    assert (found.title, found.question) == ("Are we on course?ᵉⁿ", "Do we sell more?ᵉⁿ")
    cards = {place["element"]: card for place, card in found.places}
    assert cards["goal_grow"].title == "Growᵉⁿ"
    assert cards["findings"].title == "变化与建议"
    assert cards["findings"].items[0][0] == "Dearᵉⁿ"
    assert cards["revenue_by_channel"].grid is not None
    assert [text for text, _ in cards["revenue_by_channel"].grid.heads] == ["Channelᵉⁿ", "Revenueᵉⁿ"]
    here = sheet(document(BOARD, locales=("en", "it")), NUMBERS, "it")
    assert here.title == "Siamo in rotta?"
    assert here.question == "Do we sell more?ᵉⁿ"
    assert sheet(document(BOARD, locales=("en-US", "en-GB")), NUMBERS, "en-GB").question == "Do we sell more?"
    svg = picture(found, lambda chart, width, fonts: ("", 0.0), "zh-Hans")
    assert "Growᵉⁿ" not in svg
    assert 'Grow<tspan dx="3" baseline-shift="super"' in svg


def test_charts_of_a_picture_have_the_reader_s_words() -> None:
    found = sheet(document(BOARD, locales=("en", "it")), NUMBERS, "it")
    (chart,) = [card.chart for place, card in found.places if place["element"] == "revenue_by_channel"]
    assert chart is not None
    assert chart.spec["encoding"]["x"]["axis"]["title"] == "Ricavi (EUR)"
    (line,) = [card.chart for place, card in found.places if place["element"] == "revenue_by_month"]
    assert line is not None
    assert "? 'Ricavi' :" in line.spec["layer"][0]["encoding"]["color"]["legend"]["labelExpr"]


def test_a_range_of_days_is_written_as_the_reader_does() -> None:
    board = document("dashboard board { period 2026-01-01..2026-03-31  show revenue }")
    name = next(iter(board["queries"]))
    numbers = replace(NUMBERS, rows={name: {"rows": [[1.0]], "more": 0}})
    assert sheet(board, numbers, "en").facts == "Mar 15, 2026 · Jan 1, 2026 – Mar 31, 2026"


def test_of_many_rows_the_total_and_the_latest_periods_stay() -> None:
    """Of 20 rows there is room for 15: the total is one of them; of periods in their order the last 14 stay, of anything else the first."""
    ranks = ["group"] * 19 + ["total"]
    days = [f"2026-01-{at:02}" for at in range(1, 20)]
    period, text = {"role": "group", "type": "date"}, {"role": "group", "type": "text"}
    assert _shown(period, [*days, None], ranks) == [*range(5, 19), 19]
    assert _shown(period, [*reversed(days), None], ranks) == [*range(14), 19]
    assert _shown(text, [*days, None], ranks) == [*range(14), 19]
    assert _shown(text, days[:15], ranks[:15]) == [*range(15)]
